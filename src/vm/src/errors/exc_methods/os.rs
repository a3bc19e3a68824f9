//! `OSError`: errno, text, up to two file names; `OSError(errno, …)` makes the subclass that goes with the errno
//! (PEP 3151).

use super::{args_of, base, field, field_value, no_keywords, reduced, this};
use crate::Res;
use crate::errors::*;
use crate::object::{Args, CallArgs, GetSet, MethodDef, NativeType, Slots, Type, ValueExt};
use crate::thread::Thread;
use crate::types::attrs::{getsetter, put};
use crate::types::tuple::Tuple;
use weft_strategy::{VRef, Value};

/// Behaviour.
pub const SLOTS: Slots = Slots { new: Some(new), init: Some(init), str: Some(str), ..Slots::EMPTY };

/// Methods.
pub static METHODS: &[MethodDef] = crate::methods! { "__reduce__(self, /)" => reduce; };

/// Computed attributes.
pub static GETSET: &[GetSet] = &[
    field!("errno", field::ERRNO, "POSIX exception code"),
    field!("strerror", field::STRERROR, "exception strerror"),
    field!("filename", field::FILENAME, "exception filename"),
    field!("filename2", field::FILENAME2, "second exception filename"),
    getsetter!("characters_written", get_written, set_written),
];

/// The system's text for an errno.
pub fn strerror(errno: i32) -> String {
    let s = std::io::Error::from_raw_os_error(errno).to_string();
    match s.rfind(" (os error") {
        Some(i) => s[..i].to_string(),
        None => s,
    }
}

/// The subclass for an errno.
fn class_for(errno: i64) -> Option<&'static NativeType> {
    let e = i32::try_from(errno).ok()?;
    Some(match e {
        libc::EAGAIN | libc::EALREADY | libc::EINPROGRESS => &BLOCKING_IO_ERROR,
        libc::EPIPE | libc::ESHUTDOWN => &BROKEN_PIPE_ERROR,
        libc::ECHILD => &CHILD_PROCESS_ERROR,
        libc::ECONNABORTED => &CONNECTION_ABORTED_ERROR,
        libc::ECONNREFUSED => &CONNECTION_REFUSED_ERROR,
        libc::ECONNRESET => &CONNECTION_RESET_ERROR,
        libc::EEXIST => &FILE_EXISTS_ERROR,
        libc::ENOENT => &FILE_NOT_FOUND_ERROR,
        libc::EISDIR => &IS_A_DIRECTORY_ERROR,
        libc::ENOTDIR => &NOT_A_DIRECTORY_ERROR,
        libc::EINTR => &INTERRUPTED_ERROR,
        libc::EACCES | libc::EPERM => &PERMISSION_ERROR,
        libc::ESRCH => &PROCESS_LOOKUP_ERROR,
        libc::ETIMEDOUT => &TIMEOUT_ERROR,
        _ => return None,
    })
}

/// A subclass with an `__init__` but no `__new__` of its own sees its arguments there first.
fn init_does_it(cls: &Type) -> bool {
    let own_init = cls.slots().init.is_none_or(|f| f as usize != init as *const () as usize);
    let own_new = cls.slots().new.is_none_or(|f| f as usize != new as *const () as usize);
    own_init && !own_new
}

fn new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    if init_does_it(cls) {
        let none = crate::types::tuple::empty(t);
        return Ok(Exc::new(t, cls.shape(), none));
    }
    let p = args.positional();
    let mut shape = cls.shape();
    if args.keyword_len() > 0 {
        let n = cls.name();
        return Err(t.type_error(format!("{n}() takes no keyword arguments")));
    }
    if std::ptr::eq(cls, OS_ERROR.get(t))
        && (2..=5).contains(&p.len())
        && let Some(sub) = crate::types::int::to_i64(p[0]).and_then(class_for)
    {
        shape = sub.shape(t)
    }
    let a = Tuple::of(t, p);
    let v = Exc::new(t, shape, a);
    fill(t, v.r(), p)?;
    Ok(v)
}

fn init(t: &mut Thread, v: VRef<'_>, args: CallArgs<'_>) -> Res<()> {
    if !init_does_it(v.ty()) {
        return Ok(());
    }
    no_keywords(t, v, args)?;
    base::set_positional(t, this(v), args);
    fill(t, v, args.positional())
}

/// `(errno, strerror[, filename[, winerror[, filename2]]])`
fn fill(t: &mut Thread, v: VRef<'_>, p: &[VRef<'_>]) -> Res<()> {
    let e = this(v);
    if !(2..=5).contains(&p.len()) {
        return Ok(());
    }
    e.set_field(field::ERRNO, p[0].to_value());
    e.set_field(field::STRERROR, p[1].to_value());
    let Some(filename) = p.get(2).filter(|f| !f.is_none()) else { return Ok(()) };
    if v.ty().is_subtype(BLOCKING_IO_ERROR.get(t)) && filename.ty().slots().index.is_some() {
        let n = t.index(*filename)?;
        e.set_field(field::WRITTEN, n);
        return Ok(());
    }
    e.set_field(field::FILENAME, filename.to_value());
    if let Some(second) = p.get(4).filter(|f| !f.is_none()) {
        e.set_field(field::FILENAME2, second.to_value())
    }
    // The file names are not part of `args`.
    e.args.set(&e.h, Tuple::of(t, &p[..2]));
    Ok(())
}

fn str(t: &mut Thread, v: VRef<'_>) -> Res {
    let e = this(v);
    let shown = |t: &mut Thread, i: usize| -> Res<String> {
        let x = crate::types::attrs::or_none(&e.fields[i]);
        t.str_text(x.r())
    };
    if let Some(f) = field_value(e, field::FILENAME) {
        let (n, s) = (shown(t, field::ERRNO)?, shown(t, field::STRERROR)?);
        let f = t.repr_text(f.r())?;
        let second = match field_value(e, field::FILENAME2) {
            Some(f2) => format!(" -> {}", t.repr_text(f2.r())?),
            None => String::new(),
        };
        return Ok(t.str(&format!("[Errno {n}] {s}: {f}{second}")));
    }
    if !e.fields[field::ERRNO].is_empty() && !e.fields[field::STRERROR].is_empty() {
        let (n, s) = (shown(t, field::ERRNO)?, shown(t, field::STRERROR)?);
        return Ok(t.str(&format!("[Errno {n}] {s}")));
    }
    base::str(t, v)
}

fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let e = this(a.get(0));
    let mut args = args_of(e);
    if args.len() == 2
        && let Some(f) = field_value(e, field::FILENAME)
    {
        args.push(f);
        if let Some(second) = field_value(e, field::FILENAME2) {
            args.push(Value::NONE);
            args.push(second)
        }
    }
    let args = Tuple::new(t, args);
    let state = base::dict_of(t, a.get(0))?;
    Ok(reduced(t, a.get(0), Some(args), state))
}

fn get_written(t: &mut Thread, v: VRef<'_>) -> Res {
    match this(v).fields[field::WRITTEN].load() {
        Some(n) => Ok(n),
        None => Err(t.attribute_error_text(v, "characters_written", "characters_written".into())),
    }
}

fn set_written(t: &mut Thread, v: VRef<'_>, x: Option<VRef<'_>>) -> Res<()> {
    let e = this(v);
    match x {
        Some(x) => {
            let n = t.index_i64(x, &VALUE_ERROR)?;
            e.set_field(field::WRITTEN, t.int(n));
        }
        None => {
            if e.fields[field::WRITTEN].is_empty() {
                return Err(t.attribute_error_text(v, "characters_written", "characters_written".into()));
            }
            put(&e.fields[field::WRITTEN], &e.h, None)
        }
    }
    Ok(())
}
