//! Signals: exception classes for the conditions of arithmetic, and the mappings `flags` and `traps` of a context.
//!
//! The classes are made when the module is (several have two bases, which native types do not) and are found in the
//! process-wide registry afterwards. A mapping is a view of the bits of a context, which it shares.

use super::context::State;
use super::number::flag;
use crate::support::{Guarded, native};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::*};
use weft_strategy::Header;
use weft_vm::dict::Dict;
use weft_vm::object::{Args, Cmp, NativeType, Object, Slots, TypeSpec, ValueExt, Visitor, type_flag};
use weft_vm::start::modules::{registry_get, registry_set};
use weft_vm::types::list::List;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Raised, Res, Thread, VRef, Value, errors, methods};

/// The signals in their order in mappings: name, bits.
pub const SIGNALS: [(&str, u32); 9] = [
    ("InvalidOperation", flag::INVALID),
    ("FloatOperation", flag::FLOAT_OPERATION),
    ("DivisionByZero", flag::DIVISION_BY_ZERO),
    ("Overflow", flag::OVERFLOW),
    ("Underflow", flag::UNDERFLOW),
    ("Subnormal", flag::SUBNORMAL),
    ("Inexact", flag::INEXACT),
    ("Rounded", flag::ROUNDED),
    ("Clamped", flag::CLAMPED),
];

/// What InvalidOperation can be in particular.
const CONDITIONS: [(&str, u32); 4] = [
    ("ConversionSyntax", flag::CONVERSION_SYNTAX),
    ("DivisionImpossible", flag::DIVISION_IMPOSSIBLE),
    ("DivisionUndefined", flag::DIVISION_UNDEFINED),
    ("InvalidContext", flag::INVALID_CONTEXT),
];

const REGISTRY: &str = "decimal.signals";

/// Adds the exception classes to the module. They are made once; a class comes after its bases.
pub fn init(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    if registry_get(t, REGISTRY).is_none() {
        make_classes(t)?
    }
    let base = registry_get(t, "decimal.DecimalException").unwrap_or(Value::NONE);
    t.module_set(m, "DecimalException", base);
    for (i, (name, _)) in SIGNALS.iter().chain(&CONDITIONS).enumerate() {
        let c = class_number(t, i);
        t.module_set(m, name, c)
    }
    Ok(())
}

fn make_classes(t: &mut Thread) -> Res<()> {
    let arithmetic = errors::ARITHMETIC_ERROR.get(t).to_value();
    let base = class(t, "DecimalException", &[arithmetic.r()])?;
    let zero = errors::ZERO_DIVISION_ERROR.get(t).to_value();
    let type_error = errors::TYPE_ERROR.get(t).to_value();
    let simple = |t: &mut Thread, name| class(t, name, &[base.r()]);
    let invalid = simple(t, "InvalidOperation")?;
    let float = class(t, "FloatOperation", &[base.r(), type_error.r()])?;
    let by_zero = class(t, "DivisionByZero", &[base.r(), zero.r()])?;
    let subnormal = simple(t, "Subnormal")?;
    let inexact = simple(t, "Inexact")?;
    let rounded = simple(t, "Rounded")?;
    let clamped = simple(t, "Clamped")?;
    let overflow = class(t, "Overflow", &[inexact.r(), rounded.r()])?;
    let underflow = class(t, "Underflow", &[inexact.r(), rounded.r(), subnormal.r()])?;
    let mut all = vec![invalid.clone(), float, by_zero, overflow, underflow, subnormal, inexact, rounded, clamped];
    for (name, _) in CONDITIONS {
        all.push(match name {
            "DivisionUndefined" => class(t, name, &[invalid.r(), zero.r()])?,
            _ => class(t, name, &[invalid.r()])?,
        })
    }
    let abc = crate::support::import(t, "collections.abc")?;
    let abc = t.attr(abc.r(), "abc")?;
    let mapping = t.attr(abc.r(), "MutableMapping")?;
    let mixin = MIXIN.get(t).to_value();
    let (name, bases, dict) = (t.str("SignalDict"), Tuple::of(t, &[mixin.r(), mapping.r()]), Dict::new(t));
    let meta = mapping.r().ty().to_value();
    let dict_type = t.call(meta.r(), &[name.r(), bases.r(), dict.r()])?;
    registry_set(t, "decimal.SignalDict", dict_type);
    registry_set(t, "decimal.DecimalException", base);
    let all = Tuple::new(t, all);
    registry_set(t, REGISTRY, all);
    Ok(())
}

fn class(t: &mut Thread, name: &str, bases: &[VRef<'_>]) -> Res {
    let dict = Dict::new(t);
    if let Some(d) = dict.cast::<Dict>() {
        let module = t.str("decimal");
        t.dict_set(d, "__module__", module)
    }
    let (name, bases) = (t.str(name), Tuple::of(t, bases));
    let meta = weft_vm::types::heaptype::TYPE.get(t).to_value();
    t.call(meta.r(), &[name.r(), bases.r(), dict.r()])
}

fn class_number(t: &Thread, i: usize) -> Value {
    let all = registry_get(t, REGISTRY);
    all.as_ref().and_then(|a| a.cast::<Tuple>()).filter(|a| i < a.len()).map_or(Value::NONE, |a| a.get(i).to_value())
}

/// The signals among `bits`, as a list of classes.
pub fn signal_list(t: &Thread, bits: u32) -> Value {
    let all = SIGNALS.iter().enumerate().filter(|(_, s)| bits & s.1 != 0).map(|(i, _)| class_number(t, i)).collect();
    List::new(t, all)
}

/// The names of the signals among `bits`, as a context shows them.
pub fn signal_names(bits: u32) -> String {
    let mut names: Vec<&str> = Vec::new();
    for b in (0..16).map(|i| 1u32 << i).filter(|b| bits & b != 0) {
        if let Some((name, _)) = SIGNALS.iter().find(|s| s.1 & b != 0)
            && !names.contains(name)
        {
            names.push(name)
        }
    }
    names.join(", ")
}

/// Raises for trapped conditions: the first signal among them, with all of them as argument.
#[cold]
pub fn raise(t: &mut Thread, bits: u32) -> Raised {
    if bits & flag::MEMORY != 0 {
        return crate::support::memory_error(t);
    }
    let first = SIGNALS.iter().position(|s| s.1 & bits != 0).unwrap_or(0);
    let mut what = Vec::new();
    if bits & flag::INVALID_OPERATION != 0 {
        what.push(class_number(t, 0))
    }
    for (i, (_, b)) in CONDITIONS.iter().enumerate() {
        if bits & b != 0 {
            what.push(class_number(t, SIGNALS.len() + i))
        }
    }
    for (i, (_, b)) in SIGNALS.iter().enumerate().skip(1) {
        if bits & b != 0 {
            what.push(class_number(t, i))
        }
    }
    let what = List::new(t, what);
    let class = class_number(t, first);
    match t.call(class.r(), &[what.r()]) {
        Ok(e) => t.raise(e),
        Err(e) => e,
    }
}

fn no_signal(t: &mut Thread) -> Raised {
    let text = t.str(
        "valid values for signals are:\n  [InvalidOperation, FloatOperation, DivisionByZero,\n   Overflow, Underflow, \
         Subnormal, Inexact, Rounded,\n   Clamped]",
    );
    t.raise_with(&errors::KEY_ERROR, vec![text])
}

/// The bits of a signal given by its class.
fn bits_of(t: &mut Thread, v: VRef<'_>) -> Res<u32> {
    for (i, (_, bits)) in SIGNALS.iter().enumerate() {
        if class_number(t, i).is(v) {
            return Ok(*bits);
        }
    }
    Err(no_signal(t))
}

/// The bits of a list of signals.
pub fn from_list(t: &mut Thread, l: &List) -> Res<u32> {
    let mut bits = 0;
    for v in l.snapshot(t) {
        bits |= bits_of(t, v.r())?
    }
    Ok(bits)
}

/// The bits of a mapping of all signals to truth values.
pub fn from_mapping(t: &mut Thread, v: VRef<'_>) -> Res<u32> {
    if let Some(m) = v.cast::<Mixin>() {
        return m.bits(t);
    }
    let Some(d) = v.cast::<Dict>() else { return Err(t.type_error("argument must be a signal dict")) };
    let items = d.items(t);
    if items.len() != SIGNALS.len() {
        let text = t.str("invalid signal dict");
        return Err(t.raise_with(&errors::KEY_ERROR, vec![text]));
    }
    let mut bits = 0;
    for (k, v) in items {
        let b = bits_of(t, k.r())?;
        if t.truth(v.r())? {
            bits |= b
        }
    }
    Ok(bits)
}

// ---- mappings

/// The native part of `flags` and `traps`.
#[repr(C)]
pub struct Mixin {
    h: Header,
    /// The context's bits, and whether they are the traps; none when made by hand.
    of: Guarded<Option<(Arc<State>, bool)>>,
}

// SAFETY: repr(C), header first, no references.
unsafe impl Object for Mixin {
    weft_vm::layout!(Mixin, "decimal.SignalDictMixin", false);
    fn traverse(&self, _v: Visitor) {}
    fn clear(&self) {
        self.of.clear_dead()
    }
}

impl Mixin {
    fn word(&self) -> Option<&AtomicU32> {
        // SAFETY: written when the object is made and when it is dead only.
        let of = unsafe { self.of.at_rest() }.as_ref().filter(|(s, _)| !s.dead.load(Relaxed));
        of.map(|(s, traps)| if *traps { &s.traps } else { &s.status })
    }

    fn bits(&self, t: &mut Thread) -> Res<u32> {
        match self.word() {
            Some(w) => Ok(w.load(Relaxed)),
            None => Err(t.value_error("invalid signal dict")),
        }
    }
}

/// `decimal.SignalDictMixin`
pub static MIXIN: NativeType = NativeType::new(&MIXIN_SPEC);
static MIXIN_SPEC: TypeSpec = TypeSpec {
    name: "decimal.SignalDictMixin",
    flags: type_flag::IMMUTABLE | type_flag::BASETYPE,
    slots: Slots {
        new: Some(|t, cls, _| Ok(t.make(cls.shape(), Mixin { h: Header::new(0, 0), of: Guarded::default() }))),
        repr: Some(repr),
        hash: Some(|t, v| {
            let n = t.type_full_name(v.ty());
            Err(t.type_error(format!("unhashable type: '{n}'")))
        }),
        compare: Some(compare),
        len: Some(|t, v| {
            native::<Mixin>(v).bits(t)?;
            Ok(SIGNALS.len())
        }),
        iter: Some(|t, v| {
            native::<Mixin>(v).bits(t)?;
            let all = (0..SIGNALS.len()).map(|i| class_number(t, i)).collect();
            let all = Tuple::new(t, all);
            t.iter(all.r())
        }),
        getitem: Some(|t, v, key| {
            let bits = native::<Mixin>(v).bits(t)?;
            let b = bits_of(t, key)?;
            Ok(Value::bool(bits & b != 0))
        }),
        setitem: Some(setitem),
        ..Slots::EMPTY
    },
    methods: methods! {
        "copy(self, /)" => copy, "Return a dict of the signals.";
    },
    ..TypeSpec::new::<Mixin>()
};

/// `flags` or `traps` of a context.
pub fn mapping(t: &mut Thread, state: Arc<State>, traps: bool) -> Value {
    let class = registry_get(t, "decimal.SignalDict");
    let class = class.as_ref().and_then(|c| weft_vm::types::typeobj::as_type(c.r())).unwrap_or(MIXIN.get(t));
    t.make(class.shape(), Mixin { h: Header::new(0, 0), of: Guarded::new(Some((state, traps))) })
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let bits = native::<Mixin>(v).bits(t)?;
    let all: Vec<String> = SIGNALS
        .iter()
        .map(|(n, b)| format!("<class 'decimal.{n}'>:{}", if bits & b != 0 { "True" } else { "False" }))
        .collect();
    Ok(t.str(&format!("{{{}}}", all.join(", "))))
}

fn compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    let Some(m) = a.cast::<Mixin>() else { return Ok(Value::NOT_IMPLEMENTED) };
    if !matches!(op, Cmp::Eq | Cmp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let mine = m.bits(t)?;
    let theirs = if b.cast::<Mixin>().is_some() || b.cast::<Dict>().is_some() {
        match from_mapping(t, b) {
            Ok(bits) => bits,
            Err(_) if t.raised_is(&errors::KEY_ERROR) => {
                t.clear_raised();
                if b.cast::<Dict>().is_some_and(|d| d.is_empty()) {
                    return Err(t.value_error("invalid signal dict"));
                }
                return Ok(Value::NOT_IMPLEMENTED);
            }
            Err(e) => return Err(e),
        }
    } else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    Ok(Value::bool((mine == theirs) == (op == Cmp::Eq)))
}

fn setitem(t: &mut Thread, v: VRef<'_>, key: VRef<'_>, value: Option<VRef<'_>>) -> Res<()> {
    let m: &Mixin = native(v);
    m.bits(t)?;
    let Some(value) = value else { return Err(t.value_error("signal keys cannot be deleted")) };
    let b = bits_of(t, key)?;
    let on = t.truth(value)?;
    if let Some(w) = m.word() {
        if on {
            w.fetch_or(b, Relaxed);
        } else {
            w.fetch_and(!b, Relaxed);
        }
    }
    Ok(())
}

fn copy(t: &mut Thread, a: Args<'_>) -> Res {
    let bits = a.this::<Mixin>().bits(t)?;
    let d = Dict::new(t);
    for (i, (_, b)) in SIGNALS.iter().enumerate() {
        let c = class_number(t, i);
        native::<Dict>(d.r()).set(t, c.r(), Value::bool(bits & b != 0))?
    }
    Ok(d)
}
