//! Warnings that native code issues.

use crate::Res;
use crate::object::NativeType;
use crate::thread::Thread;
use weft_strategy::VRef;

/// `warnings.warn(text, category)` with the running Python function as location.
pub fn warn(_t: &mut Thread, _category: &'static NativeType, _text: &str) -> Res<()> {
    Ok(())
}

/// A coroutine dies that was never awaited.
pub fn unawaited(_t: &mut Thread, _coroutine: VRef<'_>) {}

/// A SyntaxWarning of the compiler at a line of a file.
pub fn syntax_warning(_t: &mut Thread, _text: &str, _filename: &str, _line: u32) -> Res<()> {
    Ok(())
}
