//! The interpreter.

pub mod hooks;

use crate::Res;
use crate::object::CallArgs;
use crate::thread::Thread;
use crate::types::function::Function;
use weft_strategy::{VRef, Word};

/// What a stop looks through.
pub trait RootScan {
    /// Register words in use.
    fn registers(&self) -> &[Word];
}

/// Calls a Python function from native code.
pub fn call_function(t: &mut Thread, _f: &Function, _this: Option<VRef<'_>>, _args: CallArgs<'_>) -> Res {
    Err(t.system_error("no interpreter"))
}

/// `__globals__` of the running Python function.
pub fn current_globals(_t: &Thread) -> Option<VRef<'_>> {
    None
}
