//! What the interpreter needs of exception groups (PEP 654) and import errors.

use super::exc_methods::group;
use super::{exc, field};
use crate::object::ValueExt;
use crate::thread::Thread;
use crate::types::attrs::text_of;
use crate::{Raised, Res, names};
use weft_strategy::{VRef, Value};

/// The class `ExceptionGroup`.
pub fn exception_group(t: &mut Thread) -> Value {
    group::exception_group(t).to_value()
}

/// What to raise after `except*` clauses, from the original exception and those that clauses raised or left.
pub fn reraise_star(t: &mut Thread, orig: VRef<'_>, raised: Vec<Value>) -> Res {
    group::reraise_star(t, orig, raised)
}

/// `obj.name` as text, if it is a str.
fn text_attr(t: &mut Thread, obj: VRef<'_>, name: VRef<'static>) -> Res<Option<String>> {
    Ok(t.getattr_opt(obj, name)?
        .filter(|v| v.cast::<crate::types::str::Str>().is_some())
        .map(|v| text_of(v.r())))
}

/// ImportError for `from module import name`.
pub fn import_from_error(t: &mut Thread, module: VRef<'_>, package: Option<Value>, name: VRef<'_>) -> Res {
    let n = t.repr_text(name)?;
    let p = match &package {
        Some(p) => t.repr_text(p.r())?,
        None => "'<unknown module name>'".to_string(),
    };
    let spec = t.getattr_opt(module, names::__spec__())?.filter(|s| !s.is_none());
    let mut origin = None;
    let mut initializing = false;
    if let Some(s) = &spec {
        // An origin that is no location says where to look as little as none.
        let located = t.getattr_opt(s.r(), crate::intern::intern(t, "has_location"))?;
        let located = located.map_or(Ok(false), |l| t.truth(l.r()))?;
        origin = match t.getattr_opt(s.r(), names::origin())? {
            Some(o) if located && o.cast::<crate::types::str::Str>().is_some() => Some(text_of(o.r())),
            _ => None,
        };
        if let Some(i) = t.getattr_opt(s.r(), names::_initializing())? {
            initializing = t.truth(i.r())?
        }
    }
    if origin.is_none() {
        origin = text_attr(t, module, names::__file__())?
    }
    let place = origin.clone().unwrap_or("unknown location".into());
    let text = if initializing {
        format!(
            "cannot import name {n} from partially initialized module {p} (most likely due to a circular import) ({place})"
        )
    } else {
        format!("cannot import name {n} from {p} ({place})")
    };
    let path = match &origin {
        Some(o) => t.str(o),
        None => Value::NONE,
    };
    let e: Raised = t.raise_text(&super::IMPORT_ERROR, text);
    if let Some(x) = t.raised().and_then(exc) {
        x.set_field(field::NAME, package.unwrap_or(Value::NONE));
        x.set_field(field::PATH, path);
        x.set_field(field::NAME_FROM, name.to_value());
    }
    Err(e)
}
