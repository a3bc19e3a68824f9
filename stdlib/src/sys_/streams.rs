//! The standard streams: how they are opened at start, and how natives write to them.

use weft_vm::start;
use weft_vm::start::flags::flags;
use weft_vm::{Res, Thread, Value, intern};

/// Writes text to a stream of `sys`; to the file descriptor where there is none or it fails.
pub fn write_to(t: &mut Thread, name: &str, text: &[u8]) {
    if text.is_empty() {
        return;
    }
    let stream = start::sys_attr(t, intern::intern(t, name)).filter(|s| !s.is_none());
    if let Some(s) = stream {
        let text = t.str_wtf8(text);
        if t.call_method(s.r(), "write", &[text.r()]).is_ok() {
            return;
        }
        t.clear_raised()
    }
    if name == "stderr" {
        start::stderr_bytes(text)
    }
}

/// Is this file descriptor open?
fn is_open(fd: i32) -> bool {
    // SAFETY: asks for a flag.
    unsafe { libc::fcntl(fd, libc::F_GETFD) >= 0 }
}

/// Opens `sys.stdin`, `sys.stdout`, `sys.stderr` (and their `__…__` forms) through `io.open`. Once, at start.
pub fn open_standard(t: &mut Thread) -> Res<()> {
    let io = weft_vm::interp::hooks::import_module(t, "io")?;
    for (name, fd) in [("stdin", 0), ("stdout", 1), ("stderr", 2)] {
        let s = open(t, &io, name, fd)?;
        start::set_sys_attr(t, &format!("__{name}__"), s.clone());
        start::set_sys_attr(t, name, s)
    }
    Ok(())
}

/// One stream: binary first, then text over it, as CPython's `create_stdio`.
fn open(t: &mut Thread, io: &Value, name: &str, fd: i32) -> Res {
    if !is_open(fd) {
        return Ok(Value::NONE);
    }
    let f = flags();
    let writes = fd != 0;
    // Binary layers are buffered even with -u, except when writing.
    let buffering = if f.unbuffered && writes { 0 } else { -1 };
    let open = t.attr(io.r(), "open")?;
    let (no, mode) = (t.int(fd.into()), t.str(if writes { "wb" } else { "rb" }));
    let (buffering, closefd) = (t.int(buffering), Value::FALSE);
    let binary =
        t.call_kw(open.r(), &[no.r(), mode.r()], &[("buffering", buffering.r()), ("closefd", closefd.r())])?;
    text_over(t, io, name, binary, writes)
}

fn text_over(t: &mut Thread, io: &Value, name: &str, binary: Value, writes: bool) -> Res {
    let f = flags();
    let raw_name = intern::intern(t, "raw");
    let raw = t.getattr_opt(binary.r(), raw_name)?.unwrap_or_else(|| binary.clone());
    let label = t.str(&format!("<{name}>"));
    let name_attr = intern::intern(t, "name");
    t.setattr(raw.r(), name_attr, Some(label.r()))?;
    let tty = t.call_method(raw.r(), "isatty", &[])?;
    let tty = t.truth(tty.r())?;
    let line_buffering = Value::bool(!f.unbuffered && (tty || name == "stderr"));
    let write_through = Value::bool(f.unbuffered);
    let (encoding, errors) = encoding_of(name);
    let (encoding, errors, newline) = (t.str(&encoding), t.str(&errors), t.str("\n"));
    let wrapper = t.attr(io.r(), "TextIOWrapper")?;
    let stream = t.call_kw(
        wrapper.r(),
        &[binary.r()],
        &[
            ("encoding", encoding.r()),
            ("errors", errors.r()),
            ("newline", newline.r()),
            ("line_buffering", line_buffering.r()),
            ("write_through", write_through.r()),
        ],
    )?;
    let mode_attr = intern::intern(t, "mode");
    let mode = t.str(if writes { "w" } else { "r" });
    t.setattr(stream.r(), mode_attr, Some(mode.r()))?;
    Ok(stream)
}

/// Encoding and error handler of a stream: `$PYTHONIOENCODING`, else UTF-8, strict except where the locale is C
/// or POSIX (PEP 538, PEP 540); stderr never fails.
fn encoding_of(name: &str) -> (String, String) {
    let f = flags();
    let given = f.io_encoding.clone().unwrap_or_default();
    let encoding = if given.0.is_empty() { "utf-8".to_owned() } else { given.0 };
    let errors = if name == "stderr" {
        "backslashreplace".to_owned()
    } else if !given.1.is_empty() {
        given.1
    } else if f.utf8_mode || posix_locale() {
        "surrogateescape".to_owned()
    } else {
        "strict".to_owned()
    };
    (encoding, errors)
}

/// Does the environment ask for the C locale (or for none), or for what stands in for it (PEP 538)?
fn posix_locale() -> bool {
    let set =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|n| std::env::var(n).ok().filter(|v| !v.is_empty()));
    set.is_none_or(|v| ["C", "POSIX", "C.UTF-8", "C.utf8", "UTF-8"].contains(&&*v))
}
