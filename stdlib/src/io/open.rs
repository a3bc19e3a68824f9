//! `open()` and its relatives.

use super::base::unsupported;
use super::buffered::{RANDOM, READER, WRITER};
use super::fileio;
use super::text;
use crate::syscall;
use weft_vm::errors::{ENCODING_WARNING, RUNTIME_WARNING};
use weft_vm::object::{Args, ValueExt};
use weft_vm::types::str;
use weft_vm::{Res, Thread, VRef, Value};

/// `open()`
pub fn open(t: &mut Thread, a: Args<'_>) -> Res {
    let file = a.get(0);
    let mode = match a.opt(1) {
        Some(m) => t.arg_str_named(m, "open", "'mode'")?.to_string(),
        None => "r".into(),
    };
    let buffering = match a.opt(2) {
        Some(b) => t.arg_i32(b)?,
        None => -1,
    };
    for (i, what) in [(3, "'encoding'"), (4, "'errors'"), (5, "'newline'")] {
        if let Some(v) = a.opt_none(i)
            && str::text(v).is_none()
        {
            let n = v.ty().name();
            return Err(t.type_error(format!("open() argument {what} must be str or None, not {n}")));
        }
    }
    let (encoding, errors, newline) = (a.opt_none(3), a.opt_none(4), a.opt_none(5));
    let closefd = syscall::flag(t, a.opt(6), true)?;
    let opener = a.opt_none(7);
    // Once, before anything else: __fspath__ may give something new each time.
    let path = if weft_vm::types::int::is_int(file) { file.to_value() } else { syscall::fspath(t, file)? };
    let m = Mode::parse(t, &mode)?;
    if m.binary {
        for (v, what) in [(encoding, "an encoding"), (errors, "an errors"), (newline, "a newline")] {
            if v.is_some() {
                return Err(t.value_error(format!("binary mode doesn't take {what} argument")));
            }
        }
        if buffering == 1 {
            weft_vm::start::warn::warn(
                t,
                &RUNTIME_WARNING,
                "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used",
            )?;
        }
    }
    let raw_mode = t.str(&m.raw_mode());
    let class = fileio::TYPE.get(t).to_value();
    let (closefd, none) = (Value::bool(closefd), Value::NONE);
    let raw = t.call(class.r(), &[path.r(), raw_mode.r(), closefd.r(), opener.unwrap_or(none.r())])?;
    match build(t, &raw, &m, buffering, encoding, errors, newline, a.opt(1)) {
        Ok(v) => Ok(v),
        Err(_) => {
            let e = t.take_raised();
            let closed = t.call_method(raw.r(), "close", &[]);
            Err(super::base::chain(t, e, closed.is_err()))
        }
    }
}

#[allow(clippy::too_many_arguments)]
fn build(
    t: &mut Thread,
    raw: &Value,
    m: &Mode,
    buffering: i32,
    encoding: Option<VRef<'_>>,
    errors: Option<VRef<'_>>,
    newline: Option<VRef<'_>>,
    mode: Option<VRef<'_>>,
) -> Res {
    let mut size = buffering as i64;
    let tty = buffering < 0 && {
        let r = t.call_method(raw.r(), "isatty", &[])?;
        t.truth(r.r())?
    };
    let line_buffering = (buffering == 1 && !m.binary) || tty;
    if buffering == 1 || tty || buffering < 0 {
        let block = raw.cast::<fileio::FileIO>().map_or(0, |f| f.block_size());
        size = if tty || buffering == 1 {
            super::DEFAULT_BUFFER_SIZE as i64
        } else {
            block.clamp(super::DEFAULT_BUFFER_SIZE as i64, 8 << 20)
        };
    }
    if size < 0 {
        return Err(t.value_error("invalid buffering size"));
    }
    if size == 0 {
        if m.binary {
            return Ok(raw.clone());
        }
        return Err(t.value_error("can't have unbuffered text I/O"));
    }
    let class = if m.updating {
        &RANDOM
    } else if m.creating || m.writing || m.appending {
        &WRITER
    } else if m.reading {
        &READER
    } else {
        return Err(unsupported(t, "unknown mode"));
    };
    let class = class.get(t).to_value();
    let n = t.int(size);
    let buffer = t.call(class.r(), &[raw.r(), n.r()])?;
    if m.binary {
        return Ok(buffer);
    }
    let class = text::TYPE.get(t).to_value();
    let (none, line) = (Value::NONE, Value::bool(line_buffering));
    let or = |v: Option<VRef<'_>>| v.map_or(Value::NONE, |v| v.to_value());
    let (encoding, errors, newline) = (or(encoding), or(errors), or(newline));
    let w = t.call(class.r(), &[buffer.r(), encoding.r(), errors.r(), newline.r(), line.r()])?;
    let name = weft_vm::names::mode();
    let mode = match mode {
        Some(m) => m.to_value(),
        None => t.str("r"),
    };
    drop(none);
    if t.setattr(w.r(), name, Some(mode.r())).is_err() {
        let e = t.take_raised();
        let closed = t.call_method(w.r(), "close", &[]);
        return Err(super::base::chain(t, e, closed.is_err()));
    }
    Ok(w)
}

#[derive(Default)]
struct Mode {
    creating: bool,
    reading: bool,
    writing: bool,
    appending: bool,
    updating: bool,
    text: bool,
    binary: bool,
}

impl Mode {
    fn parse(t: &mut Thread, s: &str) -> Res<Mode> {
        let mut m = Mode::default();
        for c in s.chars() {
            let flag = match c {
                'x' => &mut m.creating,
                'r' => &mut m.reading,
                'w' => &mut m.writing,
                'a' => &mut m.appending,
                '+' => &mut m.updating,
                't' => &mut m.text,
                'b' => &mut m.binary,
                _ => return Err(t.value_error(format!("invalid mode: '{s}'"))),
            };
            if *flag {
                return Err(t.value_error(format!("invalid mode: '{s}'")));
            }
            *flag = true
        }
        if m.text && m.binary {
            return Err(t.value_error("can't have text and binary mode at once"));
        }
        let main = [m.creating, m.reading, m.writing, m.appending].iter().filter(|x| **x).count();
        if main > 1 {
            return Err(t.value_error("must have exactly one of create/read/write/append mode"));
        }
        if main == 0 {
            return Err(
                t.value_error("Must have exactly one of create/read/write/append mode and at most one plus")
            );
        }
        Ok(m)
    }

    fn raw_mode(&self) -> String {
        let mut s = String::new();
        for (on, c) in [
            (self.creating, 'x'),
            (self.reading, 'r'),
            (self.writing, 'w'),
            (self.appending, 'a'),
            (self.updating, '+'),
        ] {
            if on {
                s.push(c)
            }
        }
        s
    }
}

/// `open_code(path)`
pub fn open_code(t: &mut Thread, a: Args<'_>) -> Res {
    let p = a.get(0);
    if str::text(p).is_none() {
        let n = p.ty().name();
        return Err(t.type_error(format!("open_code() argument 'path' must be str, not {n}")));
    }
    let m = crate::io::MODULE.functions.iter().find(|f| f.name() == "open");
    let mode = t.str("rb");
    match m {
        Some(f) => (f.f)(t, Args::of(&[p, mode.r()])),
        None => Ok(Value::NONE),
    }
}

/// `text_encoding(encoding, stacklevel=2)`
pub fn text_encoding(t: &mut Thread, a: Args<'_>) -> Res {
    let e = a.get(0);
    if !e.is_none() {
        return Ok(e.to_value());
    }
    let flags = weft_vm::start::sys_attr(t, weft_vm::intern::intern(t, "flags"));
    if let Some(flags) = flags {
        let name = weft_vm::intern::intern(t, "warn_default_encoding");
        if let Some(w) = t.getattr_opt(flags.r(), name)?
            && t.truth(w.r())?
        {
            weft_vm::start::warn::warn(t, &ENCODING_WARNING, "'encoding' argument not specified")?;
        }
        let name = weft_vm::intern::intern(t, "utf8_mode");
        if let Some(u) = t.getattr_opt(flags.r(), name)?
            && t.truth(u.r())?
        {
            return Ok(t.str("utf-8"));
        }
    }
    Ok(t.str("locale"))
}
