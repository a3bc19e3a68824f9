//! What Python sees of modules: attributes with PEP 562's `__getattr__`, texts for modules that are not complete yet.

use super::attrs::{as_dict, bind, getsetter, slot_get, text_of};
use super::module::Module;
use super::{object, object_methods, str::text, type_attrs};
use crate::dict::Dict;
use crate::object::{Args, CallArgs, GetSet, MethodDef, Slots, Type, ValueExt};
use crate::thread::Thread;
use crate::{Raised, Res, names};
use weft_strategy::{Header, Slot, VRef, Value};

/// Behaviour.
pub const SLOTS: Slots =
    Slots { repr: Some(repr), getattr: Some(getattr), new: Some(new), init: Some(init), ..Slots::EMPTY };

/// Methods.
pub static METHODS: &[MethodDef] =
    crate::methods! { "__dir__(self, /)" => dir, "__dir__() -> list\nspecialized dir() implementation"; };

/// Computed attributes.
pub static GETSET: &[GetSet] = &[
    getsetter!("__dict__", slot_get!(Module, dict), |t, _, _| {
        Err(t.raise_text(&crate::errors::ATTRIBUTE_ERROR, "readonly attribute"))
    }),
    getsetter!("__annotations__", get_annotations, set_annotations),
    getsetter!("__annotate__", get_annotate, set_annotate),
];

fn dict_of<'t>(v: VRef<'t>) -> &'t Dict {
    v.cast::<Module>().expect("the descriptor checked the receiver").dict()
}

fn entry(t: &Thread, m: VRef<'_>, name: VRef<'_>) -> Option<Value> {
    dict_of(m).get_str(t, name).map(|v| v.to_value())
}

fn new(t: &mut Thread, cls: &Type, _args: CallArgs<'_>) -> Res {
    let d = Dict::new(t);
    Ok(t.make(cls.shape(), Module { h: Header::new(0, 0), dict: Slot::new(d) }))
}

fn init(t: &mut Thread, v: VRef<'_>, args: CallArgs<'_>) -> Res<()> {
    let a = bind(t, "module", &["name", "doc"], 1, 0, args)?;
    let Some(name) = a[0] else { return Ok(()) };
    if text(name).is_none() {
        let n = name.ty().name();
        return Err(t.type_error(format!("module() argument 'name' must be str, not {n}")));
    }
    let d = dict_of(v);
    d.set_str(t, names::__name__(), name.to_value());
    d.set_str(t, names::__doc__(), a[1].map_or(Value::NONE, |x| x.to_value()));
    for n in [names::__package__(), names::__loader__(), names::__spec__()] {
        d.set_str(t, n, Value::NONE)
    }
    Ok(())
}

fn not_none(v: Option<Value>) -> Option<Value> {
    v.filter(|v| !v.is_none())
}

/// As `importlib._bootstrap._module_repr` says it.
fn repr(t: &mut Thread, m: VRef<'_>) -> Res {
    if let Some(spec) = not_none(entry(t, m, names::__spec__())) {
        let name = t.getattr_opt(spec.r(), names::name())?;
        let name = match not_none(name) {
            Some(n) => t.repr_text(n.r())?,
            None => "'?'".into(),
        };
        if let Some(origin) = not_none(t.getattr_opt(spec.r(), names::origin())?) {
            let key = crate::intern::intern(t, "has_location");
            let located = match t.getattr_opt(spec.r(), key)? {
                Some(h) => t.truth(h.r())?,
                None => false,
            };
            let s = if located {
                format!("<module {name} from {}>", t.repr_text(origin.r())?)
            } else {
                format!("<module {name} ({})>", t.str_text(origin.r())?)
            };
            return Ok(t.str(&s));
        }
        let key = crate::intern::intern(t, "loader");
        let loader = not_none(t.getattr_opt(spec.r(), key)?);
        return shown(t, &name, loader);
    }
    let name = match entry(t, m, names::__name__()) {
        Some(n) => t.repr_text(n.r())?,
        None => "'?'".into(),
    };
    if let Some(f) = entry(t, m, names::__file__()) {
        let f = t.repr_text(f.r())?;
        return Ok(t.str(&format!("<module {name} from {f}>")));
    }
    let loader = not_none(entry(t, m, names::__loader__()));
    shown(t, &name, loader)
}

fn shown(t: &mut Thread, name: &str, loader: Option<Value>) -> Res {
    let s = match loader {
        Some(l) => format!("<module {name} ({})>", t.repr_text(l.r())?),
        None => format!("<module {name}>"),
    };
    Ok(t.str(&s))
}

fn getattr(t: &mut Thread, m: VRef<'_>, name: VRef<'_>) -> Res {
    match object::find_attr(t, m, name) {
        Ok(Some(v)) => return Ok(v),
        Ok(None) => {}
        Err(e) => {
            if !t.raised_is(&crate::errors::ATTRIBUTE_ERROR) {
                return Err(e);
            }
            t.clear_raised()
        }
    }
    // PEP 562
    if let Some(f) = entry(t, m, names::__getattr__()) {
        return t.call(f.r(), &[name]);
    }
    Err(missing(t, m, name))
}

fn is_true_attr(t: &mut Thread, v: VRef<'_>, name: VRef<'static>) -> Res<bool> {
    match t.getattr_opt(v, name)? {
        Some(x) => t.truth(x.r()),
        None => Ok(false),
    }
}

fn missing(t: &mut Thread, m: VRef<'_>, name: VRef<'_>) -> Raised {
    match describe_missing(t, m, name) {
        Ok(s) => t.attribute_error_text(m, &text_of(name), s),
        Err(e) => e,
    }
}

fn describe_missing(t: &mut Thread, m: VRef<'_>, name: VRef<'_>) -> Res<String> {
    let n = text_of(name);
    let Some(module) =
        entry(t, m, names::__name__()).filter(|x| text(x.r()).is_some()).map(|x| text_of(x.r()))
    else {
        return Ok(format!("module has no attribute '{n}'"));
    };
    if let Some(spec) = not_none(entry(t, m, names::__spec__())) {
        if is_true_attr(t, spec.r(), names::_initializing())? {
            let origin = t.getattr_opt(spec.r(), names::origin())?.filter(|o| text(o.r()).is_some());
            let from = origin.map_or(String::new(), |o| format!(" from '{}'", text_of(o.r())));
            return Ok(format!(
                "partially initialized module '{module}'{from} has no attribute '{n}' (most likely due to a circular import)"
            ));
        }
        if let Some(subs) = not_none(t.getattr_opt(spec.r(), names::_uninitialized_submodules())?)
            && t.contains(subs.r(), name)?
        {
            return Ok(format!(
                "cannot access submodule '{n}' of module '{module}' (most likely due to a circular import)"
            ));
        }
    }
    Ok(format!("module '{module}' has no attribute '{n}'"))
}

fn dir(t: &mut Thread, a: Args<'_>) -> Res {
    let d = t.getattr(a.get(0), names::__dict__())?;
    let Some(dict) = as_dict(d.r()) else {
        let n = a.get(0).ty().name();
        return Err(t.type_error(format!("{n}.__dict__ is not a dictionary")));
    };
    if let Some(f) = dict.get_str(t, names::__dir__()).map(|v| v.to_value()) {
        return t.call(f.r(), &[]);
    }
    Ok(object_methods::key_list(t, dict))
}

fn get_annotations(t: &mut Thread, m: VRef<'_>) -> Res {
    if let Some(a) = entry(t, m, names::__annotations__()) {
        return Ok(a);
    }
    let annotate = entry(t, m, names::__annotate__());
    let a = match annotate.filter(|f| t.callable(f.r())) {
        Some(f) => type_attrs::call_annotate(t, f.r())?,
        None => Dict::new(t),
    };
    dict_of(m).set_str(t, names::__annotations__(), a.clone());
    Ok(a)
}

fn set_annotations(t: &mut Thread, m: VRef<'_>, v: Option<VRef<'_>>) -> Res<()> {
    let d = dict_of(m);
    match v {
        Some(v) => d.set_str(t, names::__annotations__(), v.to_value()),
        None => {
            if d.remove_str(t, names::__annotations__()).is_none() {
                return Err(t.attribute_error_text(m, "__annotations__", "__annotations__".into()));
            }
        }
    }
    drop(d.remove_str(t, names::__annotate__()));
    Ok(())
}

fn get_annotate(t: &mut Thread, m: VRef<'_>) -> Res {
    if let Some(a) = entry(t, m, names::__annotate__()) {
        return Ok(a);
    }
    dict_of(m).set_str(t, names::__annotate__(), Value::NONE);
    Ok(Value::NONE)
}

fn set_annotate(t: &mut Thread, m: VRef<'_>, v: Option<VRef<'_>>) -> Res<()> {
    let Some(v) = v else { return Err(t.type_error("cannot delete __annotate__ attribute")) };
    if !v.is_none() && !t.callable(v) {
        return Err(t.type_error("__annotate__ must be callable or None"));
    }
    let d = dict_of(m);
    d.set_str(t, names::__annotate__(), v.to_value());
    if !v.is_none() {
        drop(d.remove_str(t, names::__annotations__()))
    }
    Ok(())
}
