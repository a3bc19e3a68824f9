//! `match` (PEP 634).

use super::{Base, drop_range, put, put_value, take, value, vreg};
use crate::dict::Dict;
use crate::object::{ValueExt, type_flag};
use crate::thread::Thread;
use crate::types::str::text;
use crate::types::tuple::Tuple;
use crate::{Res, names};
use weft_bytecode::Instr;
use weft_strategy::{VRef, Value, Word};

/// # Safety
/// Registers of the running frame.
pub unsafe fn mapping(t: &mut Thread, base: Base, i: Instr) {
    // SAFETY: as the caller promises.
    unsafe {
        let yes = vreg(base, i.b()).ty().has(type_flag::MAPPING);
        put(t, base, i.a(), Word::bool(yes))
    }
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn sequence(t: &mut Thread, base: Base, i: Instr) {
    // SAFETY: as the caller promises.
    unsafe {
        let yes = vreg(base, i.b()).ty().has(type_flag::SEQUENCE);
        put(t, base, i.a(), Word::bool(yes))
    }
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn get_len(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let n = t.len(vreg(base, i.b()))?;
        let v = t.int_usize(n);
        put_value(t, base, i.a(), v);
    }
    Ok(())
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn keys(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    let (subject, keys) = unsafe { (value(base, i.b()), value(base, i.c())) };
    let r = match keys.cast::<Tuple>() {
        Some(k) => match_keys(t, subject.r(), k)?,
        None => Value::NONE,
    };
    // SAFETY: as the caller promises.
    unsafe {
        put_value(t, base, i.a(), r);
        super::arith::kill_others(t, base, i);
    }
    Ok(())
}

fn match_keys(t: &mut Thread, subject: VRef<'_>, keys: &Tuple) -> Res {
    let seen = Dict::new(t);
    let seen_dict = seen.cast::<Dict>().expect("dict");
    let missing = crate::types::object::make_instance(t, crate::types::fixed::OBJECT);
    let get = if keys.is_empty() { None } else { Some(t.attr(subject, "get")?) };
    let mut values = Vec::with_capacity(keys.len());
    for k in keys.iter() {
        if seen_dict.get(t, k)?.is_some() {
            let k = t.repr_text(k)?;
            return Err(t.value_error(format!("mapping pattern checks duplicate key ({k})")));
        }
        seen_dict.set(t, k, Value::NONE)?;
        if let Some(get) = &get {
            let v = t.call(get.r(), &[k, missing.r()])?;
            if v.is(missing.r()) {
                return Ok(Value::NONE);
            }
            values.push(v)
        }
    }
    Ok(Tuple::new(t, values))
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn class(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    let (subject, class, kw) =
        unsafe { (value(base, i.b()), value(base, i.b() + 1), value(base, i.b() + 2)) };
    let r = match_class(t, subject.r(), class.r(), i.c() as usize, kw.r())?;
    // SAFETY: as the caller promises.
    unsafe {
        let _ = (drop_range as usize, take as usize);
        put_value(t, base, i.a(), r);
    }
    Ok(())
}

fn match_class(t: &mut Thread, subject: VRef<'_>, class: VRef<'_>, npos: usize, kw: VRef<'_>) -> Res {
    let Some(ty) = crate::types::typeobj::as_type(class) else {
        let _ = class;
        return Err(t.type_error("called match pattern must be a class"));
    };
    if !t.isinstance(subject, class)? {
        return Ok(Value::NONE);
    }
    let mut seen: Vec<Value> = Vec::new();
    let mut values = Vec::new();
    if npos > 0 {
        let (args, self_match) = match t.getattr_opt(class, names::__match_args__())? {
            Some(a) => {
                if a.cast::<Tuple>().is_none() {
                    let (c, n) = (ty.name(), a.r().ty().name());
                    return Err(t.type_error(format!("{c}.__match_args__ must be a tuple (got {n})")));
                }
                (Some(a), false)
            }
            None => (None, ty.has(type_flag::MATCH_SELF)),
        };
        let allowed =
            if self_match { 1 } else { args.as_ref().and_then(|a| a.cast::<Tuple>()).map_or(0, |a| a.len()) };
        if allowed < npos {
            let c = ty.name();
            let s = if allowed == 1 { "" } else { "s" };
            return Err(
                t.type_error(format!("{c}() accepts {allowed} positional sub-pattern{s} ({npos} given)"))
            );
        }
        if self_match {
            values.push(subject.to_value())
        } else if let Some(a) = args.as_ref().and_then(|a| a.cast::<Tuple>()) {
            for k in 0..npos {
                let name = a.get(k);
                if text(name).is_none() {
                    let n = name.ty().name();
                    return Err(t.type_error(format!("__match_args__ elements must be strings (got {n})")));
                }
                match attribute(t, subject, ty, name, &mut seen)? {
                    Some(v) => values.push(v),
                    None => return Ok(Value::NONE),
                }
            }
        }
    }
    if let Some(names) = kw.cast::<Tuple>() {
        for name in names.iter() {
            match attribute(t, subject, ty, name, &mut seen)? {
                Some(v) => values.push(v),
                None => return Ok(Value::NONE),
            }
        }
    }
    Ok(Tuple::new(t, values))
}

fn attribute(
    t: &mut Thread,
    subject: VRef<'_>,
    ty: &crate::object::Type,
    name: VRef<'_>,
    seen: &mut Vec<Value>,
) -> Res<Option<Value>> {
    let name = crate::intern::intern_value(t, name);
    if seen.iter().any(|s| s.is(name.r())) {
        let (c, n) = (ty.name(), t.repr_text(name.r())?);
        return Err(t.type_error(format!("{c}() got multiple sub-patterns for attribute {n}")));
    }
    let v = t.getattr_opt(subject, name.r())?;
    seen.push(name);
    Ok(v)
}
