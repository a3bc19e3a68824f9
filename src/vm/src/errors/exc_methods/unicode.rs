//! `UnicodeDecodeError`, `UnicodeEncodeError`, `UnicodeTranslateError`.

use super::{base, field, this};
use crate::errors::field;
use crate::errors::{Exc, exc};
use crate::object::{CallArgs, GetSet, Slots, ValueExt};
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::int::to_i64;
use crate::types::str::text;
use crate::{Raised, Res};
use weft_strategy::{VRef, Value};

/// The attributes of all three.
static FIELDS: [GetSet; 5] = [
    field!("encoding", field::ENCODING, "exception encoding"),
    field!("object", field::OBJECT, "exception object"),
    field!("start", field::START, "exception start"),
    field!("end", field::END, "exception end"),
    field!("reason", field::REASON, "exception reason"),
];

fn arguments<'f>(t: &mut Thread, args: CallArgs<'f>, n: usize) -> Result<&'f [VRef<'f>], Raised> {
    let p = args.positional();
    if p.len() != n {
        let given = p.len();
        return Err(t.type_error(format!("function takes exactly {n} arguments ({given} given)")));
    }
    Ok(p)
}

fn need_str(t: &mut Thread, v: VRef<'_>, i: usize) -> Result<(), Raised> {
    if text(v).is_some() {
        return Ok(());
    }
    let n = v.ty().name();
    Err(t.type_error(format!("argument {i} must be str, not {n}")))
}

/// Positions and reason, which come last in all three.
fn set_rest(t: &mut Thread, e: &Exc, p: &[VRef<'_>], at: usize) -> Res<()> {
    let start = t.index_i64(p[at], &crate::errors::OVERFLOW_ERROR)?;
    let end = t.index_i64(p[at + 1], &crate::errors::OVERFLOW_ERROR)?;
    need_str(t, p[at + 2], at + 3)?;
    e.set_field(field::START, t.int(start));
    e.set_field(field::END, t.int(end));
    e.set_field(field::REASON, p[at + 2].to_value());
    Ok(())
}

fn init_with_encoding(t: &mut Thread, v: VRef<'_>, args: CallArgs<'_>, bytes: bool) -> Res<()> {
    base::init(t, v, args)?;
    let p = arguments(t, args, 5)?;
    need_str(t, p[0], 1)?;
    let object = if bytes {
        if p[1].cast::<Bytes>().is_some() {
            p[1].to_value()
        } else {
            let Some(export) = p[1].ty().slots().buffer else {
                let n = p[1].ty().name();
                return Err(t.type_error(format!("a bytes-like object is required, not '{n}'")));
            };
            let view = export(t, p[1], false)?;
            let copy = t.bytes(view.as_slice());
            view.release(t);
            copy
        }
    } else {
        need_str(t, p[1], 2)?;
        p[1].to_value()
    };
    let e = this(v);
    set_rest(t, e, p, 2)?;
    e.set_field(field::ENCODING, p[0].to_value());
    e.set_field(field::OBJECT, object);
    Ok(())
}

fn init_translate(t: &mut Thread, v: VRef<'_>, args: CallArgs<'_>) -> Res<()> {
    base::init(t, v, args)?;
    let p = arguments(t, args, 4)?;
    need_str(t, p[0], 1)?;
    let e = this(v);
    set_rest(t, e, p, 1)?;
    e.set_field(field::OBJECT, p[0].to_value());
    Ok(())
}

fn number(e: &Exc, i: usize) -> i64 {
    e.fields[i].load().and_then(|v| to_i64(v.r())).unwrap_or(0)
}

fn shown(t: &mut Thread, e: &Exc, i: usize) -> Res<String> {
    let v = e.fields[i].load().unwrap_or(Value::NONE);
    t.str_text(v.r())
}

/// What is at the one faulty position: a byte, or a character as it is escaped.
fn one_unit(object: &Value, at: usize) -> Option<String> {
    if let Some(b) = object.cast::<Bytes>() {
        return b.as_slice().get(at).map(|b| format!("byte 0x{b:02x}"));
    }
    let s = text(object.r())?;
    if at >= s.len() {
        return None;
    }
    Some(match s.code_point(at) {
        c @ 0..=0xff => format!("character '\\x{c:02x}'"),
        c @ 0x100..=0xffff => format!("character '\\u{c:04x}'"),
        c => format!("character '\\U{c:08x}'"),
    })
}

/// `'{codec}' codec can't {verb} … in position …: {reason}`
fn describe(t: &mut Thread, v: VRef<'_>, verb: &str, many: &str, codec: bool) -> Res {
    let Some(e) = exc(v) else { return Ok(t.str("")) };
    if e.fields[field::OBJECT].is_empty() {
        return Ok(t.str(""));
    }
    let reason = shown(t, e, field::REASON)?;
    let head = if codec { format!("'{}' codec ", shown(t, e, field::ENCODING)?) } else { String::new() };
    // What was called for the texts may have changed the rest.
    let Some(object) = e.fields[field::OBJECT].load() else {
        return Err(t.type_error("UnicodeError 'object' attribute is not set"));
    };
    let kind = if many == "bytes" { "bytes" } else { "string" };
    let fits = if many == "bytes" { object.cast::<Bytes>().is_some() } else { text(object.r()).is_some() };
    if !fits {
        return Err(t.type_error(format!("UnicodeError 'object' attribute must be a {kind}")));
    }
    let (start, end) = (number(e, field::START), number(e, field::END));
    let one = if end.checked_sub(1) == Some(start) {
        usize::try_from(start).ok().and_then(|at| one_unit(&object, at))
    } else {
        None
    };
    Ok(t.str(&match one {
        Some(unit) => format!("{head}can't {verb} {unit} in position {start}: {reason}"),
        None => {
            let last = end.saturating_sub(1);
            format!("{head}can't {verb} {many} in position {start}-{last}: {reason}")
        }
    }))
}

macro_rules! family {
    ($name:ident, $doc:literal, $init:expr, $str:expr) => {
        #[doc = $doc]
        pub mod $name {
            use super::*;
            use crate::object::{GetSet, MethodDef};
            /// Behaviour.
            pub const SLOTS: Slots = Slots { init: Some($init), str: Some($str), ..Slots::EMPTY };
            /// Methods.
            pub static METHODS: &[MethodDef] = &[];
            /// Computed attributes.
            pub static GETSET: &[GetSet] = &FIELDS;
        }
    };
}

family!(
    unicode_decode,
    "`UnicodeDecodeError(encoding, object, start, end, reason)`",
    |t, v, a| init_with_encoding(t, v, a, true),
    |t, v| describe(t, v, "decode", "bytes", true)
);
family!(
    unicode_encode,
    "`UnicodeEncodeError(encoding, object, start, end, reason)`",
    |t, v, a| init_with_encoding(t, v, a, false),
    |t, v| describe(t, v, "encode", "characters", true)
);
family!(unicode_translate, "`UnicodeTranslateError(object, start, end, reason)`", init_translate, |t, v| {
    describe(t, v, "translate", "characters", false)
});
