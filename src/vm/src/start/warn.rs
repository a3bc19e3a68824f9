//! Warnings that native code issues.

use crate::Res;
use crate::errors;
use crate::object::{NativeType, ValueExt};
use crate::thread::Thread;
use crate::types::generator::Generator;
use crate::types::str::text;
use weft_strategy::{VRef, Value};

/// `warnings.warn(text, category)` with the running Python function as location.
pub fn warn(_t: &mut Thread, _category: &'static NativeType, _text: &str) -> Res<()> {
    Ok(())
}

/// A coroutine dies that was never awaited: `warnings._warn_unawaited_coroutine`, which tells its origin; without it a
/// plain RuntimeWarning.
pub fn unawaited(t: &mut Thread, coroutine: VRef<'_>) {
    let r = match crate::interp::hooks::import_module(t, "warnings") {
        Ok(m) => t.call_method(m.r(), "_warn_unawaited_coroutine", &[coroutine]).map(|_| ()),
        Err(_) => {
            t.clear_raised();
            let name = name_of(coroutine.cast::<Generator>());
            warn(t, &errors::RUNTIME_WARNING, &format!("coroutine '{name}' was never awaited"))
        }
    };
    if r.is_err() {
        errors::write_unraisable(t, "Exception ignored while finalizing coroutine", coroutine)
    }
}

/// An awaitable of an asynchronous generator dies that was never awaited.
pub fn unawaited_method(t: &mut Thread, generator: Option<Value>, method: &str) {
    let Some(g) = generator else { return };
    let name = name_of(g.cast::<Generator>());
    let text = format!("coroutine method '{method}' of '{name}' was never awaited");
    if warn(t, &errors::RUNTIME_WARNING, &text).is_err() {
        errors::write_unraisable(t, "Exception ignored while finalizing coroutine", g.r())
    }
}

fn name_of(g: Option<&Generator>) -> String {
    g.and_then(|g| g.qualname.load()).and_then(|n| text(n.r()).map(|s| s.to_string())).unwrap_or_default()
}

/// A SyntaxWarning of the compiler at a line of a file.
pub fn syntax_warning(_t: &mut Thread, _text: &str, _filename: &str, _line: u32) -> Res<()> {
    Ok(())
}
