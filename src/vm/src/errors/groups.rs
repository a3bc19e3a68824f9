//! Exception groups (PEP 654): what the interpreter needs of them.

use super::exc;
use crate::thread::Thread;
use crate::{Raised, Res};
use weft_strategy::{VRef, Value};

/// The class `ExceptionGroup`.
pub fn exception_group(t: &mut Thread) -> Value {
    super::BASE_EXCEPTION_GROUP.get(t).to_value()
}

/// What to raise after `except*` clauses, from the original exception and those that clauses raised or left.
pub fn reraise_star(t: &mut Thread, orig: VRef<'_>, raised: Vec<Value>) -> Res {
    let _ = (t, orig);
    Ok(raised.into_iter().find(|e| !e.is_none()).unwrap_or(Value::NONE))
}

/// ImportError for `from module import name`.
pub fn import_from_error(t: &mut Thread, module: VRef<'_>, package: Option<Value>, name: VRef<'_>) -> Res {
    let n = t.str_text(name)?;
    let p = match &package {
        Some(p) => t.str_text(p.r())?,
        None => "<unknown module name>".to_string(),
    };
    let _ = module;
    let e: Raised =
        t.raise_text(&super::IMPORT_ERROR, format!("cannot import name '{n}' from '{p}' (unknown location)"));
    if let Some(x) = t.raised().and_then(exc) {
        x.set_field(super::field::NAME, package.unwrap_or(Value::NONE));
        x.set_field(super::field::NAME_FROM, name.to_value());
    }
    Err(e)
}
