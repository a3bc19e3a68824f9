//! What Python sees of native functions.

use super::attrs::{getter, or_none, slot_get, slot_text};
use super::builtin::Builtin;
use super::module::Module;
use super::typeobj::as_type;
use crate::Res;
use crate::object::{Args, Cmp, GetSet, MethodDef, Slots, ValueExt};
use crate::thread::Thread;
use weft_strategy::{VRef, Value};

/// Behaviour.
pub const SLOTS: Slots = Slots { repr: Some(repr), hash: Some(hash), compare: Some(compare), ..Slots::EMPTY };

/// Methods.
pub static METHODS: &[MethodDef] = crate::methods! { "__reduce__(self, /)" => reduce; };

/// Computed attributes.
pub static GETSET: &[GetSet] = &[
    getter!("__module__", slot_get!(Builtin, module)),
    getter!("__doc__", |t, v| Ok(match this(v).def.doc {
        "" => Value::NONE,
        d => t.str(d),
    })),
    getter!("__name__", |t, v| Ok(t.str(this(v).def.name()))),
    getter!("__qualname__", |t, v| {
        let q = qualname(this(v));
        Ok(t.str(&q))
    }),
    getter!("__self__", get_self),
    getter!("__text_signature__", |t, v| {
        let s = text_signature(this(v));
        Ok(t.str(&s))
    }),
];

fn this<'t>(v: VRef<'t>) -> &'t Builtin {
    v.cast().expect("the descriptor checked the receiver")
}

/// What a method is bound to; modules do not count.
fn receiver(b: &Builtin) -> Option<Value> {
    b.this.load().filter(|v| v.cast::<Module>().is_none())
}

/// Functions of modules have the module as hidden first parameter.
fn text_signature(b: &Builtin) -> String {
    let s = b.def.signature();
    if receiver(b).is_some() {
        return s.text(b.def.text, true);
    }
    let text = s.text(b.def.text, false);
    if b.module.is_empty() {
        return text;
    }
    let inner = text.trim_start_matches('(').trim_end_matches(')');
    match inner {
        "" => "($module, /)".into(),
        i if s.posonly > 0 => format!("($module, {i})"),
        i => format!("($module, /, {i})"),
    }
}

fn qualname(b: &Builtin) -> String {
    let n = b.def.name();
    match receiver(b) {
        None => n.to_string(),
        Some(v) => {
            let ty = as_type(v.r()).unwrap_or(v.r().ty());
            format!("{}.{n}", slot_text(&ty.qualname))
        }
    }
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let b = this(v);
    let n = b.def.name();
    Ok(t.str(&match receiver(b) {
        None => format!("<built-in function {n}>"),
        Some(r) => {
            format!("<built-in method {n} of {} object at {:#x}>", r.r().ty().name(), r.word().identity())
        }
    }))
}

fn hash(_t: &mut Thread, v: VRef<'_>) -> Res<i64> {
    let b = this(v);
    let a = b.this.load().map_or(0, |r| r.word().identity());
    Ok(crate::hash::hash_pointer(a ^ b.def as *const MethodDef as u64))
}

fn compare(_t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    let (Some(x), Some(y)) = (a.cast::<Builtin>(), b.cast::<Builtin>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if !matches!(op, Cmp::Eq | Cmp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let same = std::ptr::eq(x.def, y.def) && or_none(&x.this).is(or_none(&y.this).r());
    Ok(Value::bool(same == (op == Cmp::Eq)))
}

/// The receiver; for a module function its module.
fn get_self(t: &mut Thread, v: VRef<'_>) -> Res {
    let b = this(v);
    if let Some(r) = b.this.load() {
        return Ok(r);
    }
    let module = slot_text(&b.module);
    Ok(crate::builtins::loaded_module(t, &module).unwrap_or(Value::NONE))
}

fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let b = this(a.get(0));
    let name = t.str(b.def.name());
    match receiver(b) {
        None => Ok(name),
        Some(r) => super::function_attrs::reduce_by_getattr(t, r, name),
    }
}
