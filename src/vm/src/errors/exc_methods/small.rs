//! `SystemExit`, `StopIteration`, `KeyError`.

/// `SystemExit`: `code` is the argument, or the tuple of them.
pub mod system_exit {
    use super::super::{args_of, base, field, this};
    use crate::errors::field;
    use crate::object::{GetSet, MethodDef, Slots};
    use crate::types::attrs::or_none;

    /// Behaviour.
    pub const SLOTS: Slots = Slots {
        init: Some(|t, v, args| {
            base::init(t, v, args)?;
            let e = this(v);
            match &args_of(e)[..] {
                [] => {}
                [one] => e.set_field(field::CODE, one.clone()),
                _ => e.set_field(field::CODE, or_none(&e.args)),
            }
            Ok(())
        }),
        ..Slots::EMPTY
    };
    /// Methods.
    pub static METHODS: &[MethodDef] = &[];
    /// Computed attributes.
    pub static GETSET: &[GetSet] = &[field!("code", field::CODE, "exception code")];
}

/// `StopIteration`: `value` is the first argument.
pub mod stop_iteration {
    use super::super::{args_of, base, field, this};
    use crate::errors::field;
    use crate::object::{GetSet, MethodDef, Slots};
    use weft_strategy::Value;

    /// Behaviour.
    pub const SLOTS: Slots = Slots {
        init: Some(|t, v, args| {
            base::init(t, v, args)?;
            let e = this(v);
            let value = args_of(e).into_iter().next().unwrap_or(Value::NONE);
            e.set_field(field::VALUE, value);
            Ok(())
        }),
        ..Slots::EMPTY
    };
    /// Methods.
    pub static METHODS: &[MethodDef] = &[];
    /// Computed attributes.
    pub static GETSET: &[GetSet] = &[field!("value", field::VALUE, "generator return value")];
}

/// `KeyError`: a single argument is shown by its repr, so that an empty key can be seen.
pub mod key {
    use super::super::{args_of, base, this};
    use crate::object::{GetSet, MethodDef, Slots};

    /// Behaviour.
    pub const SLOTS: Slots = Slots {
        str: Some(|t, v| match &args_of(this(v))[..] {
            [one] => t.repr(one.r()),
            _ => base::str(t, v),
        }),
        ..Slots::EMPTY
    };
    /// Methods.
    pub static METHODS: &[MethodDef] = &[];
    /// Computed attributes.
    pub static GETSET: &[GetSet] = &[];
}
