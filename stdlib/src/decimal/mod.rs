//! `_decimal`: decimal floating-point arithmetic (General Decimal Arithmetic Specification, IEEE 754).
//!
//! | file | what |
//! |---|---|
//! | `coef.rs` | natural numbers: 128 bits in place, big integers beyond |
//! | `number.rs` | numbers, contexts as arithmetic sees them, rounding |
//! | `arith.rs`, `compare.rs`, `digits.rs`, `power.rs` | the operations |
//! | `text.rs`, `format.rs` | from and to text |
//! | `object.rs`, `decimal_methods.rs` | `Decimal` |
//! | `context.rs`, `context_methods.rs` | `Context`, the current one |
//! | `signals.rs` | exceptions, `flags` and `traps` |
//!
//! The first six know nothing of Python objects.

mod arith;
mod coef;
mod compare;
mod context;
mod context_methods;
mod decimal_methods;
mod digits;
mod format;
mod number;
mod object;
mod power;
mod signals;
mod text;

use weft_vm::object::ModuleSpec;
use weft_vm::start::modules::{registry_get, registry_set};
use weft_vm::{Res, Thread, VRef, Value, methods};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_decimal",
    doc: "Decimal floating-point arithmetic",
    functions: methods! {
        "getcontext()" => |t, _| context::current(t), "The thread's context.";
        "setcontext(context, /)" => |t, a| {
            context::set_current(t, a.get(0))?;
            Ok(Value::NONE)
        }, "Make a context the thread's; of the ready-made ones a copy.";
        "localcontext(ctx=None, **kwargs)" => context::local, "A context manager that works with a copy of ctx, or of the thread's context, changed by the keywords.";
        "IEEEContext(bits, /)" => context::ieee, "The context of the IEEE interchange format of so many bits, a multiple of 32 up to IEEE_CONTEXT_MAX_BITS.";
    },
    init: Some(init),
};

fn init(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    signals::init(t, m)?;
    t.module_add_type(m, &object::TYPE);
    t.module_add_type(m, &context::TYPE);
    let numbers = crate::support::import(t, "numbers")?;
    let number = t.attr(numbers.r(), "Number")?;
    let decimal = object::TYPE.get(t).to_value();
    t.call_method(number.r(), "register", &[decimal.r()])?;
    let rational = t.attr(numbers.r(), "Rational")?;
    registry_set(t, "decimal.Rational", rational);
    decimal_tuple(t, m)?;
    context::init_templates(t, m)?;
    for (name, v) in [
        ("MAX_PREC", number::MAX_PREC),
        ("MAX_EMAX", number::MAX_EMAX),
        ("MIN_EMIN", number::MIN_EMIN),
        ("MIN_ETINY", number::MIN_EMIN - (number::MAX_PREC - 1)),
        ("IEEE_CONTEXT_MAX_BITS", 512),
    ] {
        let v = t.int(v);
        t.module_set(m, name, v)
    }
    for name in number::Rounding::NAMES {
        let v = weft_vm::intern::intern(t, name).to_value();
        t.module_set(m, name, v)
    }
    t.module_set(m, "HAVE_THREADS", Value::TRUE);
    t.module_set(m, "HAVE_CONTEXTVAR", Value::TRUE);
    // The version of the specification.
    t.module_set(m, "__version__", t.str("1.70"));
    t.module_set(m, "__libmpdec_version__", t.str("2.5.1"));
    Ok(())
}

/// What `as_tuple()` makes.
fn decimal_tuple(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    if let Some(c) = registry_get(t, "decimal.DecimalTuple") {
        t.module_set(m, "DecimalTuple", c);
        return Ok(());
    }
    let collections = crate::support::import(t, "collections")?;
    let f = t.attr(collections.r(), "namedtuple")?;
    let (name, fields, module) = (t.str("DecimalTuple"), t.str("sign digits exponent"), t.str("decimal"));
    let c = t.call_kw(f.r(), &[name.r(), fields.r()], &[("module", module.r())])?;
    registry_set(t, "decimal.DecimalTuple", c.clone());
    t.module_set(m, "DecimalTuple", c);
    Ok(())
}
