//! `_collections`: deque, defaultdict, and two helpers of `collections`.

mod defaultdict;
mod deque;
mod deque_methods;
mod tuplegetter;

use weft_vm::dict::Dict;
use weft_vm::object::{Args, BinOp, ModuleSpec, Type, ValueExt};
use weft_vm::types::fixed;
use weft_vm::{Raised, Res, Thread, VRef, Value, methods};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_collections",
    doc: "High performance data structures.\n- deque:        ordered collection accessible from endpoints only\n- defaultdict:  dict subclass with a default value factory\n",
    functions: methods! {
        "_count_elements(mapping, iterable, /)" => count_elements, "Count elements in the iterable, updating the mapping";
    },
    init: Some(init),
};

fn init(t: &mut Thread, m: VRef<'_>) -> Result<(), Raised> {
    t.module_add_type(m, &deque::TYPE);
    t.module_add_type(m, &deque::ITERATOR);
    t.module_add_type(m, &deque::REVERSE_ITERATOR);
    t.module_add_type(m, &defaultdict::TYPE);
    t.module_add_type(m, &tuplegetter::TYPE);
    Ok(())
}

/// Does `ty` use `dict`'s own method?
fn is_dicts(t: &Thread, ty: &Type, name: &str) -> bool {
    let name = weft_vm::intern::intern(t, name);
    let dict = weft_vm::types::dict_type::TYPE.get(t);
    match (ty.lookup(t, name), dict.lookup(t, name)) {
        (Some(a), Some(b)) => a.is(b),
        _ => false,
    }
}

fn count_elements(t: &mut Thread, a: Args<'_>) -> Res {
    let mapping = a.get(0);
    let zero = t.int(0);
    let one = t.int(1);
    if let Some(d) = mapping.cast::<Dict>()
        && (mapping.has_shape(fixed::DICT)
            || is_dicts(t, mapping.ty(), "get") && is_dicts(t, mapping.ty(), "__setitem__"))
    {
        t.for_each(a.get(1), |t, x| {
            let hash = t.hash(x.r())?;
            let n = match d.get_hashed(t, hash, x.r())? {
                Some(n) => t.binary(BinOp::Add, n.r(), one.r())?,
                None => one.clone(),
            };
            d.set_hashed(t, hash, x.r(), n)
        })?;
        return Ok(Value::NONE);
    }
    let get = t.attr(mapping, "get")?;
    t.for_each(a.get(1), |t, x| {
        let n = t.call(get.r(), &[x.r(), zero.r()])?;
        let n = t.binary(BinOp::Add, n.r(), one.r())?;
        t.setitem(mapping, x.r(), Some(n.r()))
    })?;
    Ok(Value::NONE)
}
