//! The hooks that Python code may replace: what is shown of results and of exceptions.

use super::streams::write_to;
use weft_vm::dict::Dict;
use weft_vm::errors::{UNICODE_ENCODE_ERROR, exc};
use weft_vm::object::{Args, CallArgs, ValueExt};
use weft_vm::start;
use weft_vm::types::str::text;
use weft_vm::types::tuple::{Tuple, tuple};
use weft_vm::{Res, Thread, VRef, Value, intern};

/// A stream of `sys`, if there is one.
fn stream(t: &Thread, name: &str) -> Option<Value> {
    start::sys_attr(t, intern::intern(t, name)).filter(|s| !s.is_none())
}

fn set_builtin(t: &Thread, name: &str, v: Value) {
    let d = start::builtins_dict(t);
    if let Some(d) = d.cast::<Dict>() {
        t.dict_set(d, name, v)
    }
}

/// `sys.displayhook(object)`
pub fn displayhook(t: &mut Thread, a: Args<'_>) -> Res {
    let v = a.get(0);
    if v.is_none() {
        return Ok(Value::NONE);
    }
    // Whoever prints `_` while it is being shown shall not see it half-way.
    set_builtin(t, "_", Value::NONE);
    let Some(out) = stream(t, "stdout") else { return Err(t.runtime_error("lost sys.stdout")) };
    let shown = t.repr(v)?;
    if let Err(e) = t.call_method(out.r(), "write", &[shown.r()]) {
        if !t.raised_is(&UNICODE_ENCODE_ERROR) {
            return Err(e);
        }
        t.clear_raised();
        write_escaped(t, &out, shown.r())?
    }
    let newline = t.str("\n");
    t.call_method(out.r(), "write", &[newline.r()])?;
    set_builtin(t, "_", v.to_value());
    Ok(Value::NONE)
}

/// Writes text that the stream's encoding lacks characters for, those as escapes.
fn write_escaped(t: &mut Thread, out: &Value, shown: VRef<'_>) -> Res<()> {
    let encoding = t.attr(out.r(), "encoding")?;
    let how = t.str("backslashreplace");
    let bytes = t.call_method(shown, "encode", &[encoding.r(), how.r()])?;
    let buffer = intern::intern(t, "buffer");
    if let Some(b) = t.getattr_opt(out.r(), buffer)? {
        t.call_method(b.r(), "write", &[bytes.r()])?;
        return Ok(());
    }
    let strict = t.str("strict");
    let text = t.call_method(bytes.r(), "decode", &[encoding.r(), strict.r()])?;
    t.call_method(out.r(), "write", &[text.r()])?;
    Ok(())
}

/// `sys.excepthook(exctype, value, traceback)`
pub fn excepthook(t: &mut Thread, a: Args<'_>) -> Res {
    let (value, tb) = (a.get(1), a.get(2));
    if let Some(e) = exc(value)
        && !tb.is_none()
        && e.traceback.is_empty()
        && tb.has_shape(weft_vm::types::fixed::TRACEBACK)
    {
        let name = intern::intern(t, "__traceback__");
        t.setattr(value, name, Some(tb))?
    }
    display(t, value);
    Ok(Value::NONE)
}

/// Shows an exception on `sys.stderr`, through the `traceback` module as CPython does since 3.13.
pub fn display(t: &mut Thread, e: VRef<'_>) {
    if stream(t, "stderr").is_some() {
        match print_with_module(t, e) {
            Ok(()) => return,
            Err(_) => t.clear_raised(),
        }
    }
    plainly(t, e)
}

fn print_with_module(t: &mut Thread, e: VRef<'_>) -> Res<()> {
    let module = weft_vm::interp::hooks::import_module(t, "traceback")?;
    t.call_method(module.r(), "_print_exception_bltin", &[e])?;
    Ok(())
}

/// Type and text of an exception, `Type: text` or `Type`.
fn last_line(t: &mut Thread, ty: VRef<'_>, e: VRef<'_>) -> Vec<u8> {
    let mut out = match weft_vm::types::typeobj::as_type(ty) {
        Some(c) => {
            t.type_full_name(c).strip_prefix("__main__.").map_or_else(|| t.type_full_name(c), str::to_owned)
        }
        None => "<unknown>".to_owned(),
    }
    .into_bytes();
    if e.is_none() {
        return out;
    }
    match t.to_str(e) {
        Ok(s) => {
            let s = text(s.r()).map_or(&b""[..], |s| s.bytes());
            if !s.is_empty() {
                out.extend_from_slice(b": ");
                out.extend_from_slice(s)
            }
        }
        Err(_) => {
            t.clear_raised();
            out.extend_from_slice(b": <exception str() failed>")
        }
    }
    out
}

/// Without the module: no traceback, one line.
fn plainly(t: &mut Thread, e: VRef<'_>) {
    let class = e.ty().to_value();
    let mut line = last_line(t, class.r(), e);
    line.push(b'\n');
    write_to(t, "stderr", &line)
}

/// `sys.unraisablehook(unraisable)`
pub fn unraisablehook(t: &mut Thread, a: Args<'_>) -> Res {
    let v = a.get(0);
    if !start::unraisable::HOOK_ARGS.is_instance(t, v) {
        return Err(t.type_error("sys.unraisablehook argument type must be UnraisableHookArgs"));
    }
    let fields: Vec<Value> = tuple(v).map_or(Vec::new(), |v| v.iter().map(|x| x.to_value()).collect());
    let [class, e, tb, message, object] = &fields[..] else { return Ok(Value::NONE) };
    let mut out = Vec::new();
    if !object.is_none() {
        match text(message.r()) {
            Some(m) => out.extend_from_slice(m.bytes()),
            None => out.extend_from_slice(b"Exception ignored in"),
        }
        out.extend_from_slice(b": ");
        match t.repr(object.r()) {
            Ok(r) => out.extend_from_slice(text(r.r()).map_or(&b""[..], |s| s.bytes())),
            Err(_) => {
                t.clear_raised();
                out.extend_from_slice(b"<object repr() failed>")
            }
        }
        out.push(b'\n')
    } else if let Some(m) = text(message.r()) {
        out.extend_from_slice(m.bytes());
        out.extend_from_slice(b":\n")
    }
    write_to(t, "stderr", &out);
    if !tb.is_none() {
        traceback_lines(t, tb.r())
    }
    if !class.is_none() {
        let mut line = last_line(t, class.r(), e.r());
        line.push(b'\n');
        write_to(t, "stderr", &line)
    }
    if let Some(err) = stream(t, "stderr")
        && t.call_method(err.r(), "flush", &[]).is_err()
    {
        t.clear_raised()
    }
    Ok(Value::NONE)
}

/// As native code shows a traceback: without carets.
fn traceback_lines(t: &mut Thread, tb: VRef<'_>) {
    write_to(t, "stderr", b"Traceback (most recent call last):\n");
    let lines = weft_vm::errors::traceback_entries(tb, false);
    write_to(t, "stderr", lines.as_bytes())
}

/// `sys.breakpointhook(...)`: what `$PYTHONBREAKPOINT` names, `pdb.set_trace` by default.
pub fn breakpointhook(t: &mut Thread, a: Args<'_>) -> Res {
    let named = if start::flags::flags().ignore_environment {
        None
    } else {
        std::env::var("PYTHONBREAKPOINT").ok().filter(|s| !s.is_empty())
    };
    let name = named.as_deref().unwrap_or("pdb.set_trace");
    if name == "0" {
        return Ok(Value::NONE);
    }
    let (module, attribute) = name.rsplit_once('.').unwrap_or(("builtins", name));
    match find(t, module, attribute) {
        Ok(f) => call_through(t, f.r(), a),
        Err(e) => {
            let unimportable = t.raised_is(&weft_vm::errors::IMPORT_ERROR)
                || t.raised_is(&weft_vm::errors::ATTRIBUTE_ERROR)
                || t.raised_is(&weft_vm::errors::VALUE_ERROR);
            if !unimportable {
                return Err(e);
            }
            t.clear_raised();
            let text = format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{name}\"");
            start::warn::warn(t, &weft_vm::errors::RUNTIME_WARNING, &text)?;
            Ok(Value::NONE)
        }
    }
}

fn find(t: &mut Thread, module: &str, attribute: &str) -> Res {
    let m = weft_vm::interp::hooks::import_module(t, module)?;
    t.attr(m.r(), attribute)
}

/// Calls `f` with the arguments of a native that takes any.
fn call_through(t: &mut Thread, f: VRef<'_>, a: Args<'_>) -> Res {
    let mut values = a.rest_values();
    let mut names = Vec::new();
    if let Some(d) = a.kwargs().and_then(|k| k.cast::<Dict>()) {
        for (k, v) in d.items(t) {
            names.push(k);
            values.push(v)
        }
    }
    let refs: Vec<VRef<'_>> = values.iter().map(|v| v.r()).collect();
    if names.is_empty() {
        return t.call_with(f, None, CallArgs { args: Args::of(&refs), names: None });
    }
    let names = Tuple::new(t, names);
    t.call_with(f, None, CallArgs { args: Args::of(&refs), names: Some(names.r()) })
}
