//! Passing on arguments that were taken as `*args, **kwargs`.

use weft_vm::object::{CallArgs, ValueExt};
use weft_vm::types::tuple::Tuple;
use weft_vm::{Raised, Res, Thread, VRef, Value, dict::Dict};

/// `f(*args, **kwargs)`
pub fn call(t: &mut Thread, f: VRef<'_>, args: &[VRef<'_>], kwargs: Option<VRef<'_>>) -> Res {
    let items = kwargs.and_then(|k| k.cast::<Dict>()).map_or(Vec::new(), |d| d.items(t));
    if items.is_empty() {
        return t.call(f, args);
    }
    let values: Vec<Value> =
        args.iter().map(|v| v.to_value()).chain(items.iter().map(|(_, v)| v.clone())).collect();
    let words: Vec<VRef<'_>> = values.iter().map(|v| v.r()).collect();
    let names = Tuple::new(t, items.iter().map(|(k, _)| k.clone()).collect());
    t.call_named(f, &words, names.r())
}

/// For constructors that take nothing; TypeError.
pub fn no_arguments(t: &mut Thread, name: &str, args: CallArgs<'_>) -> Result<(), Raised> {
    if args.keyword_len() > 0 {
        return Err(t.type_error(format!("{name}() takes no keyword arguments")));
    }
    match args.positional_len() {
        0 => Ok(()),
        n => Err(t.type_error(format!("{name} expected 0 arguments, got {n}"))),
    }
}
