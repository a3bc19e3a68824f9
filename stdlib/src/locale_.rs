//! `_locale`: what the C library knows of the user's conventions.

use crate::syscall::decode_fs;
use std::ffi::{CStr, CString};
use weft_vm::dict::Dict;
use weft_vm::errors::EXCEPTION;
use weft_vm::object::{Args, ModuleSpec, ValueExt};
use weft_vm::start::modules::{registry_get, registry_set};
use weft_vm::types::list::List;
use weft_vm::types::str::text;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Raised, Res, Thread, VRef, Value, methods};

/// `_locale`
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_locale",
    doc: "Support for POSIX locales.",
    functions: methods! {
        "setlocale(category, locale=None, /)" => setlocale, "Activates/queries locale processing.";
        "localeconv()" => localeconv, "Returns numeric and monetary locale-specific parameters.";
        "strcoll(os1, os2, /)" => strcoll, "Compares two strings according to the locale.";
        "strxfrm(string, /)" => strxfrm, "Return a string that can be used as a key for locale-aware comparisons.";
        "nl_langinfo(key, /)" => nl_langinfo, "Return the value for the locale information associated with key.";
        "getencoding()" => |t, _| Ok(t.str("UTF-8")), "Get the current locale encoding.";
        "gettext(msg, /)" => |_, a| Ok(a.get(0).to_value()), "gettext(msg) -> string\n\nReturn translation of msg.";
    },
    init: Some(init),
};

macro_rules! constants {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64),)*] };
}
static CONSTANTS: &[(&str, i64)] = constants! {
    LC_CTYPE LC_TIME LC_COLLATE LC_MONETARY LC_MESSAGES LC_NUMERIC LC_ALL
    CODESET RADIXCHAR THOUSEP YESEXPR NOEXPR CRNCYSTR D_FMT D_T_FMT T_FMT T_FMT_AMPM AM_STR PM_STR
    ERA ERA_D_FMT ERA_D_T_FMT ERA_T_FMT ALT_DIGITS
    DAY_1 DAY_2 DAY_3 DAY_4 DAY_5 DAY_6 DAY_7 ABDAY_1 ABDAY_2 ABDAY_3 ABDAY_4 ABDAY_5 ABDAY_6 ABDAY_7
    MON_1 MON_2 MON_3 MON_4 MON_5 MON_6 MON_7 MON_8 MON_9 MON_10 MON_11 MON_12
    ABMON_1 ABMON_2 ABMON_3 ABMON_4 ABMON_5 ABMON_6 ABMON_7 ABMON_8 ABMON_9 ABMON_10 ABMON_11 ABMON_12
};

/// The C library's locale is one for the process and its answers lie in static buffers.
static TURN: parking_lot::Mutex<()> = parking_lot::Mutex::new(());

fn init(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    for (name, n) in CONSTANTS {
        t.module_set(m, name, t.int(*n))
    }
    t.module_set(m, "CHAR_MAX", t.int(127));
    let error = match registry_get(t, "locale.Error") {
        Some(e) => e,
        None => {
            let meta = weft_vm::types::heaptype::TYPE.get(t).to_value();
            let name = t.str("Error");
            let bases = Tuple::new(t, vec![EXCEPTION.get(t).to_value()]);
            let ns = Dict::new(t);
            if let Some(d) = ns.cast::<Dict>() {
                let module = t.str("locale");
                t.dict_set(d, "__module__", module)
            }
            let e = t.call(meta.r(), &[name.r(), bases.r(), ns.r()])?;
            registry_set(t, "locale.Error", e.clone());
            e
        }
    };
    t.module_set(m, "Error", error);
    Ok(())
}

fn error(t: &mut Thread, what: &str) -> Raised {
    let Some(e) = registry_get(t, "locale.Error") else { return t.value_error(what) };
    let text = t.str(what);
    match t.call(e.r(), &[text.r()]) {
        Ok(e) => t.raise(e),
        Err(e) => e,
    }
}

/// Copies a C string of the library.
///
/// # Safety
/// Null, or a C string that stays while the turn is held.
unsafe fn copy(p: *const libc::c_char) -> Option<Vec<u8>> {
    // SAFETY: as the caller promises.
    if p.is_null() { None } else { Some(unsafe { CStr::from_ptr(p) }.to_bytes().to_vec()) }
}

fn setlocale(t: &mut Thread, a: Args<'_>) -> Res {
    let category = t.arg_i32(a.get(0))?;
    if !(0..=12).contains(&category) {
        return Err(error(t, "invalid locale category"));
    }
    let name = match a.opt_none(1) {
        Some(v) => {
            let s = t.arg_str_named(v, "setlocale", "2")?.bytes().to_vec();
            match CString::new(s) {
                Ok(c) => Some(c),
                Err(_) => return Err(t.value_error("embedded null character")),
            }
        }
        None => None,
    };
    let set = name.is_some();
    let r = {
        let _turn = TURN.lock();
        // SAFETY: the name is ours; the answer is copied in the turn.
        unsafe { copy(libc::setlocale(category, name.as_ref().map_or(std::ptr::null(), |n| n.as_ptr()))) }
    };
    match r {
        Some(r) => Ok(decode_fs(t, &r)),
        None if set => Err(error(t, "unsupported locale setting")),
        None => Err(error(t, "locale query failed")),
    }
}

fn grouping(t: &Thread, g: &[u8]) -> Value {
    let mut v: Vec<Value> = g.iter().map(|c| t.int(*c as i64)).collect();
    if !v.is_empty() && g.last() != Some(&127) {
        v.push(t.int(0))
    }
    List::new(t, v)
}

fn localeconv(t: &mut Thread, _a: Args<'_>) -> Res {
    let (texts, groupings, numbers) = {
        let _turn = TURN.lock();
        // SAFETY: the answer stays while the turn is held, and is copied.
        unsafe {
            let l = &*libc::localeconv();
            let c = |p| copy(p).unwrap_or_default();
            (
                [
                    ("decimal_point", c(l.decimal_point)),
                    ("thousands_sep", c(l.thousands_sep)),
                    ("int_curr_symbol", c(l.int_curr_symbol)),
                    ("currency_symbol", c(l.currency_symbol)),
                    ("mon_decimal_point", c(l.mon_decimal_point)),
                    ("mon_thousands_sep", c(l.mon_thousands_sep)),
                    ("positive_sign", c(l.positive_sign)),
                    ("negative_sign", c(l.negative_sign)),
                ],
                [("grouping", c(l.grouping)), ("mon_grouping", c(l.mon_grouping))],
                [
                    ("int_frac_digits", l.int_frac_digits),
                    ("frac_digits", l.frac_digits),
                    ("p_cs_precedes", l.p_cs_precedes),
                    ("p_sep_by_space", l.p_sep_by_space),
                    ("n_cs_precedes", l.n_cs_precedes),
                    ("n_sep_by_space", l.n_sep_by_space),
                    ("p_sign_posn", l.p_sign_posn),
                    ("n_sign_posn", l.n_sign_posn),
                ],
            )
        }
    };
    let r = Dict::new(t);
    if let Some(d) = r.cast::<Dict>() {
        for (k, v) in texts {
            t.dict_set(d, k, decode_fs(t, &v))
        }
        for (k, v) in groupings {
            t.dict_set(d, k, grouping(t, &v))
        }
        for (k, v) in numbers {
            t.dict_set(d, k, t.int(v as i64))
        }
    }
    Ok(r)
}

fn c_text(t: &mut Thread, v: VRef<'_>, f: &str, arg: &str) -> Res<CString> {
    let Some(s) = text(v) else {
        let n = v.ty().name();
        return Err(t.type_error(format!("{f}() argument {arg} must be str, not {n}")));
    };
    CString::new(s.bytes()).map_err(|_| t.value_error("embedded null character"))
}

fn strcoll(t: &mut Thread, a: Args<'_>) -> Res {
    let (x, y) = (c_text(t, a.get(0), "strcoll", "1")?, c_text(t, a.get(1), "strcoll", "2")?);
    // SAFETY: both strings are ours.
    Ok(t.int(unsafe { libc::strcoll(x.as_ptr(), y.as_ptr()) } as i64))
}

fn strxfrm(t: &mut Thread, a: Args<'_>) -> Res {
    let s = c_text(t, a.get(0), "strxfrm", "1")?;
    // SAFETY: asks for the length only.
    let n = unsafe { libc::strxfrm(std::ptr::null_mut(), s.as_ptr(), 0) };
    let mut b = vec![0u8; n + 1];
    // SAFETY: room for the answer and its end.
    unsafe { libc::strxfrm(b.as_mut_ptr().cast(), s.as_ptr(), b.len()) };
    b.truncate(n);
    Ok(decode_fs(t, &b))
}

fn nl_langinfo(t: &mut Thread, a: Args<'_>) -> Res {
    let key = t.arg_i32(a.get(0))?;
    if !CONSTANTS.iter().any(|(_, n)| *n == key as i64) {
        return Err(t.value_error("unsupported langinfo constant"));
    }
    if key == libc::CODESET {
        return Ok(t.str("UTF-8"));
    }
    let r = {
        let _turn = TURN.lock();
        // SAFETY: the answer is copied in the turn.
        unsafe { copy(libc::nl_langinfo(key)) }
    };
    Ok(decode_fs(t, &r.unwrap_or_default()))
}
