//! `_functools`: partial, reduce, cmp_to_key, lru_cache.

mod lru;
mod partial;

use crate::support::native;
use weft_strategy::Header;
use weft_vm::object::{Args, Cmp, GetSet, ModuleSpec, NativeType, Slots, TypeSpec, ValueExt, type_flag};
use weft_vm::{Raised, Res, Slot, Thread, VRef, Value, methods, object};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_functools",
    doc: "Tools that operate on functions.",
    functions: methods! {
        "reduce(function, iterable, /, initial=None)" => reduce, "Apply a function of two arguments cumulatively to the items of an iterable, from left to right.\n\nThis effectively reduces the iterable to a single value.  If initial is present,\nit is placed before the items of the iterable in the calculation, and serves as\na default when the iterable is empty.\n\nFor example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5])\ncalculates ((((1 + 2) + 3) + 4) + 5).";
        "cmp_to_key(mycmp)" => cmp_to_key, "Convert a cmp= function into a key= function.\n\n  mycmp\n    Function that compares two objects.";
    },
    init: Some(init),
};

fn init(t: &mut Thread, m: VRef<'_>) -> Result<(), Raised> {
    t.module_add_type(m, &partial::TYPE);
    t.module_add_type(m, &partial::PLACEHOLDER_TYPE);
    let p = partial::placeholder(t);
    t.module_set(m, "Placeholder", p);
    t.module_add_type(m, &lru::TYPE);
    Ok(())
}

fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let it = match t.iter(a.get(1)) {
        Ok(it) => it,
        Err(_) if t.raised_is(&weft_vm::errors::TYPE_ERROR) => {
            t.clear_raised();
            return Err(t.type_error("reduce() arg 2 must support iteration"));
        }
        Err(e) => return Err(e),
    };
    let mut total = a.opt(2).map(|v| v.to_value());
    while let Some(x) = t.next(it.r())? {
        total = Some(match total {
            None => x,
            Some(total) => t.call(a.get(0), &[total.r(), x.r()])?,
        })
    }
    match total {
        Some(v) => Ok(v),
        None => Err(t.type_error("reduce() of empty iterable with no initial value")),
    }
}

// ---- cmp_to_key

/// `K` and its instances: without an object it is the key function.
#[repr(C)]
struct KeyWrapper {
    h: Header,
    cmp: Slot,
    object: Slot,
}
object!(KeyWrapper, "functools.KeyWrapper", true, [cmp, object]);

static KEY: NativeType = NativeType::new(&KEY_SPEC);
static KEY_SPEC: TypeSpec = TypeSpec {
    name: "functools.KeyWrapper",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots {
        call: Some(|t, v, args| {
            static DEF: weft_vm::object::MethodDef =
                weft_vm::object::MethodDef::new("K(self, obj)", |t, a| {
                    let cmp = a.this::<KeyWrapper>().cmp.load().unwrap_or(Value::NONE);
                    Ok(key(t, cmp, Some(a.get(1).to_value())))
                }, "", weft_vm::object::Binding::Plain);
            weft_vm::call::bind::call_native(t, &DEF, Some(v), args)
        }),
        compare: Some(compare),
        ..Slots::EMPTY
    },
    getset: &[GetSet {
        name: "obj",
        get: |t, v| match native::<KeyWrapper>(v).object.load() {
            Some(o) => Ok(o),
            None => Err(t.attribute_error_text(v, "object", "object".into())),
        },
        set: Some(|_, v, x| {
            let k: &KeyWrapper = native(v);
            drop(k.object.swap(&k.h, x.map(|x| x.to_value())));
            Ok(())
        }),
        doc: "Value wrapped by a key function.",
    }],
    ..TypeSpec::new::<KeyWrapper>()
};

fn key(t: &Thread, cmp: Value, object: Option<Value>) -> Value {
    t.make(KEY.shape(t), KeyWrapper { h: Header::new(0, 0), cmp: Slot::new(cmp), object: Slot::from_option(object) })
}

fn cmp_to_key(t: &mut Thread, a: Args<'_>) -> Res {
    Ok(key(t, a.get(0).to_value(), None))
}

fn compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    let (Some(x), Some(y)) = (a.cast::<KeyWrapper>(), b.cast::<KeyWrapper>()) else {
        return Err(t.type_error("other argument must be K instance"));
    };
    let (Some(p), Some(q), Some(cmp)) = (x.object.load(), y.object.load(), x.cmp.load()) else {
        return Err(t.attribute_error_text(a, "object", "object".into()));
    };
    let r = t.call(cmp.r(), &[p.r(), q.r()])?;
    let zero = t.int(0);
    t.compare(r.r(), zero.r(), op)
}
