//! Exceptions that know the name they are about: `AttributeError`, `NameError`, `ImportError`.

/// `AttributeError(*args, name=None, obj=None)`
pub mod attribute {
    use super::super::{base, field, field_value, reduced, take_keywords, this};
    use crate::Res;
    use crate::dict::Dict;
    use crate::errors::field;
    use crate::object::{GetSet, MethodDef, Slots};
    use crate::thread::Thread;
    use crate::types::attrs::{as_dict, or_none};
    use weft_strategy::VRef;

    /// Behaviour.
    pub const SLOTS: Slots = Slots {
        init: Some(|t, v, args| {
            let e = this(v);
            base::set_positional(t, e, args);
            take_keywords(t, "AttributeError", e, args, &[("name", field::NAME), ("obj", field::OBJ)])
        }),
        ..Slots::EMPTY
    };
    /// Methods.
    pub static METHODS: &[MethodDef] = crate::methods! {
        "__getstate__(self, /)" => |t, a| getstate(t, a.get(0));
        "__reduce__(self, /)" => |t, a| {
            let state = getstate(t, a.get(0))?;
            Ok(reduced(t, a.get(0), None, Some(state)))
        };
    };
    /// Computed attributes.
    pub static GETSET: &[GetSet] =
        &[field!("name", field::NAME, "attribute name"), field!("obj", field::OBJ, "object")];

    /// `obj` is left out on purpose: it may not be picklable.
    fn getstate(t: &mut Thread, v: VRef<'_>) -> Res {
        let e = this(v);
        let d = match base::dict_of(t, v)?.as_ref().and_then(|d| as_dict(d.r())) {
            Some(d) => d.copy(t),
            None => Dict::new(t),
        };
        if let Some(dict) = as_dict(d.r()) {
            if let Some(n) = field_value(e, field::NAME) {
                t.dict_set(dict, "name", n)
            }
            t.dict_set(dict, "args", or_none(&e.args));
        }
        Ok(d)
    }
}

/// `NameError(*args, name=None)`
pub mod name {
    use super::super::{base, field, take_keywords, this};
    use crate::errors::field;
    use crate::object::{GetSet, MethodDef, Slots};

    /// Behaviour.
    pub const SLOTS: Slots = Slots {
        init: Some(|t, v, args| {
            let e = this(v);
            base::set_positional(t, e, args);
            take_keywords(t, "NameError", e, args, &[("name", field::NAME)])
        }),
        ..Slots::EMPTY
    };
    /// Methods.
    pub static METHODS: &[MethodDef] = &[];
    /// Computed attributes.
    pub static GETSET: &[GetSet] = &[field!("name", field::NAME, "name")];
}

/// `ImportError(*args, name=None, path=None, name_from=None)`
pub mod import {
    use super::super::{args_of, base, field, field_value, reduced, take_keywords, this};
    use crate::dict::Dict;
    use crate::errors::field;
    use crate::object::{Args, GetSet, MethodDef, Slots, ValueExt};
    use crate::thread::Thread;
    use crate::types::attrs::{as_dict, getsetter};
    use crate::types::fixed;
    use crate::{Res, errors::Exc};
    use weft_strategy::Value;

    /// Behaviour.
    pub const SLOTS: Slots = Slots {
        init: Some(|t, v, args| {
            let e = this(v);
            base::set_positional(t, e, args);
            for i in [field::NAME, field::PATH, field::NAME_FROM, field::MSG] {
                e.set_field(i, Value::NONE)
            }
            take_keywords(
                t,
                "ImportError",
                e,
                args,
                &[("name", field::NAME), ("path", field::PATH), ("name_from", field::NAME_FROM)],
            )?;
            if let [one] = args.positional() {
                e.set_field(field::MSG, one.to_value())
            }
            Ok(())
        }),
        str: Some(|t, v| match message(this(v)) {
            m if m.r().has_shape(fixed::STR) => Ok(m),
            _ => base::str(t, v),
        }),
        ..Slots::EMPTY
    };
    /// Methods.
    pub static METHODS: &[MethodDef] = crate::methods! { "__reduce__(self, /)" => reduce; };
    /// Computed attributes.
    pub static GETSET: &[GetSet] = &[
        getsetter!(
            "msg",
            |_, v| Ok(message(this(v))),
            |_, v, x| {
                let e = this(v);
                e.set_field(field::MSG, x.map_or(Value::NONE, |x| x.to_value()));
                Ok(())
            },
            "exception message"
        ),
        field!("name", field::NAME, "module name"),
        field!("name_from", field::NAME_FROM, "name imported from module"),
        field!("path", field::PATH, "module path"),
    ];

    /// `msg`; an error that native code raised has it in `args` only.
    fn message(e: &Exc) -> Value {
        match e.fields[field::MSG].load() {
            Some(m) => m,
            None => match &args_of(e)[..] {
                [one] => one.clone(),
                _ => Value::NONE,
            },
        }
    }

    fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
        let e = this(a.get(0));
        let own = base::dict_of(t, a.get(0))?;
        let known = [("name", field::NAME), ("path", field::PATH), ("name_from", field::NAME_FROM)];
        if known.iter().all(|(_, i)| field_value(e, *i).is_none()) {
            return Ok(reduced(t, a.get(0), None, own));
        }
        let d = match own.as_ref().and_then(|d| as_dict(d.r())) {
            Some(d) => d.copy(t),
            None => Dict::new(t),
        };
        if let Some(dict) = as_dict(d.r()) {
            for (n, i) in known {
                if let Some(x) = field_value(e, i) {
                    t.dict_set(dict, n, x)
                }
            }
        }
        Ok(reduced(t, a.get(0), None, Some(d)))
    }
}
