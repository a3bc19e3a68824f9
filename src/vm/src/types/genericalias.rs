//! `types.GenericAlias`: `list[int]`.

use crate::Res;
use crate::thread::Thread;
use weft_strategy::VRef;

/// `origin[args]`
pub fn new(t: &mut Thread, origin: VRef<'_>, args: VRef<'_>) -> Res {
    let _ = args;
    let n = crate::object::type_of(origin).name();
    Err(t.type_error(format!("'{n}' object is not subscriptable")))
}
