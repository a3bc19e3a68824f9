//! Exceptions that nobody can catch: in finalizers, weak reference callbacks, threads that end.

use crate::errors::exc;
use crate::object::ValueExt;
use crate::thread::Thread;
use crate::types::structseq::StructSeq;
use crate::{Res, names};
use weft_strategy::{VRef, Value};

/// What `sys.unraisablehook` is given.
pub static HOOK_ARGS: StructSeq = StructSeq::new(
    "UnraisableHookArgs",
    "Type used to pass arguments to sys.unraisablehook.",
    &[
        ("exc_type", "Exception type"),
        ("exc_value", "Exception value"),
        ("exc_traceback", "Exception traceback"),
        ("err_msg", "Error message"),
        ("object", "Object causing the exception"),
    ],
    5,
);

/// Reports an exception through `sys.unraisablehook`, or in the simplest way where there is no such thing.
pub fn report(t: &mut Thread, message: &str, e: Value, object: VRef<'_>) {
    let hook = super::sys_attr(t, names::unraisablehook()).filter(|h| !h.is_none());
    let Some(hook) = hook else { return plainly(t, message, &e) };
    let traceback = exc(e.r()).and_then(|x| x.traceback.load()).unwrap_or(Value::NONE);
    // The message says which object; the field is for hooks that are given one.
    let mut text = t.str(message);
    if !object.is_none() {
        let shown = match t.repr(object) {
            Ok(r) => r,
            Err(_) => {
                t.clear_raised();
                t.str("<object repr() failed>")
            }
        };
        let mut b = format!("{message} ").into_bytes();
        b.extend_from_slice(crate::types::str::text(shown.r()).map_or(&b""[..], |s| s.bytes()));
        text = t.str_wtf8(&b)
    }
    let fields = vec![e.r().ty().to_value(), e.clone(), traceback, text, Value::NONE];
    let args = HOOK_ARGS.make(t, fields);
    let r: Res = t.call(hook.r(), &[args.r()]);
    if r.is_err() {
        let second = t.take_raised();
        let shown = t.repr_text(hook.r()).unwrap_or_else(|_| {
            t.clear_raised();
            "<object repr() failed>".into()
        });
        plainly(t, &format!("Exception ignored in sys.unraisablehook: {shown}"), &second)
    }
}

fn plainly(t: &mut Thread, message: &str, e: &Value) {
    let text = t.str_text(e.r()).unwrap_or_else(|_| {
        t.clear_raised();
        "<exception str() failed>".into()
    });
    let name = e.r().ty().name();
    let traceback = match exc(e.r()).and_then(|x| x.traceback.load()) {
        Some(tb) => {
            format!("Traceback (most recent call last):\n{}", crate::errors::traceback_entries(tb.r(), false))
        }
        None => String::new(),
    };
    let colon = if message.contains(": ") { "" } else { ":" };
    let text = if text.is_empty() { text } else { format!(": {text}") };
    let line = format!("{message}{colon}\n{traceback}{name}{text}\n");
    super::stderr_bytes(line.as_bytes())
}
