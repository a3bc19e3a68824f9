//! `print`, `input`, `open`: standard streams.

use super::sys;
use crate::object::{Args, ValueExt};
use crate::thread::Thread;
use crate::types::str::text;
use crate::{Res, errors, names};
use weft_strategy::{VRef, Value};

fn separator<'f>(t: &mut Thread, v: Option<VRef<'f>>, what: &str) -> Res<Option<VRef<'f>>> {
    match v.filter(|v| !v.is_none()) {
        Some(v) if text(v).is_none() => {
            let n = v.ty().name();
            Err(t.type_error(format!("{what} must be None or a string, not {n}")))
        }
        v => Ok(v),
    }
}

/// `print(*args, sep, end, file, flush)`
pub fn print(t: &mut Thread, a: Args<'_>) -> Res {
    let file = match a.opt_none(2) {
        Some(f) => f.to_value(),
        None => match sys(t, "stdout") {
            Some(f) if f.is_none() => return Ok(Value::NONE),
            Some(f) => f,
            None => return Err(t.runtime_error("lost sys.stdout")),
        },
    };
    let sep = separator(t, a.opt(0), "sep")?;
    let end = separator(t, a.opt(1), "end")?;
    let write = t.getattr(file.r(), names::write())?;
    let (space, newline) = (t.str(" "), t.str("\n"));
    for (i, v) in a.rest().iter().enumerate() {
        if i > 0 {
            t.call(write.r(), &[sep.unwrap_or(space.r())])?;
        }
        let s = t.to_str(*v)?;
        t.call(write.r(), &[s.r()])?;
    }
    t.call(write.r(), &[end.unwrap_or(newline.r())])?;
    if let Some(f) = a.opt(3)
        && t.truth(f)?
    {
        t.call_method_named(file.r(), names::flush(), &[])?;
    }
    Ok(Value::NONE)
}

/// `input([prompt])`: a line of sys.stdin without its end.
pub fn input(t: &mut Thread, a: Args<'_>) -> Res {
    let stream = |t: &mut Thread, name: &str| match sys(t, name).filter(|f| !f.is_none()) {
        Some(f) => Ok(f),
        None => Err(t.runtime_error(format!("input(): lost sys.{name}"))),
    };
    let stdin = stream(t, "stdin")?;
    let stdout = stream(t, "stdout")?;
    let stderr = stream(t, "stderr")?;
    if t.call_method_named(stderr.r(), names::flush(), &[]).is_err() {
        t.clear_raised()
    }
    if let Some(p) = a.opt(0) {
        let p = t.to_str(p)?;
        t.call_method_named(stdout.r(), names::write(), &[p.r()])?;
    }
    if t.call_method_named(stdout.r(), names::flush(), &[]).is_err() {
        t.clear_raised()
    }
    let line = t.call_method_named(stdin.r(), names::readline(), &[])?;
    let Some(s) = text(line.r()) else {
        return Err(t.type_error("object.readline() returned non-string"));
    };
    match s.bytes() {
        [] => Err(t.raise_text(&errors::EOF_ERROR, "EOF when reading a line")),
        [head @ .., b'\n'] => Ok(t.str_wtf8(head)),
        _ => Ok(line),
    }
}

/// `open(…)`: the `io` module's; replaced by that very function once `io` is there.
pub fn open(t: &mut Thread, a: Args<'_>) -> Res {
    let io = crate::interp::hooks::import_module(t, "_io")?;
    let f = t.attr(io.r(), "open")?;
    super::objects::call_through(t, f.r(), a)
}
