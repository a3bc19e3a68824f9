//! Building, unpacking, items, iteration.

use super::{Base, as_function, drop_range, kill, push_frame, put, put_value, reg, take, value, vreg};
use crate::dict::Dict;
use crate::object::{ValueExt, type_flag};
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::fixed;
use crate::types::list::List;
use crate::types::list_iter::{self, ListIter};
use crate::types::list_type;
use crate::types::slice::{self, Slice};
use crate::types::str::{Str, text};
use crate::types::tuple::Tuple;
use crate::types::tuple_iter::{self, TupleIter};
use crate::{Res, names};
use weft_bytecode::Instr;
use weft_bytecode::code::flags;
use weft_bytecode::ops::{KILL_A, KILL_B, KILL_C};
use weft_strategy::{Slot, Strategy, VRef, Value, Word};

/// `x[k]` for list, tuple, and int keys of dicts, as a register word; `None`: go the long way.
///
/// # Safety
/// The word is alive.
#[inline(always)]
pub unsafe fn item_int<S: Strategy>(t: &Thread, x: Word, k: i64) -> Option<Word> {
    if !x.is_heap() {
        return None;
    }
    // SAFETY: as the caller promises; shapes say what the objects are.
    unsafe {
        match (*x.ptr()).shape() {
            fixed::LIST => {
                let l = &*(x.ptr() as *const List);
                let n = l.len() as i64;
                let i = if k < 0 { k + n } else { k };
                if i < 0 || i >= n {
                    return None;
                }
                l.get(t, i as usize).map(|v| S::load_register(v.word()))
            }
            fixed::TUPLE => {
                let l = &*(x.ptr() as *const Tuple);
                let n = l.len() as i64;
                let i = if k < 0 { k + n } else { k };
                if i < 0 || i >= n {
                    return None;
                }
                Some(S::load_register(l.words().get_unchecked(i as usize).word()))
            }
            _ => None,
        }
    }
}

/// Item `k` of a list that only this thread can see.
///
/// # Safety
/// The word is alive.
#[inline(always)]
pub unsafe fn own_item<'a>(t: &Thread, x: Word, k: i64) -> Option<&'a Slot> {
    if !x.is_heap() {
        return None;
    }
    // SAFETY: as the caller promises; shapes say what the objects are.
    unsafe {
        let h = &*x.ptr();
        if h.shape() != fixed::LIST || h.owner() != t.id() {
            return None;
        }
        let slots = (*(x.ptr() as *const List)).slots();
        let i = if k < 0 { k + slots.len() as i64 } else { k };
        slots.get(usize::try_from(i).ok()?)
    }
}

/// The next item of a tuple iterator as a register word.
#[inline]
pub fn tuple_step<S: Strategy>(t: &Thread, it: &TupleIter) -> Option<Word> {
    crate::types::tuple_iter::step(t, it).map(|v| S::load_register(v.word()))
}

/// The next item of a list iterator as a register word.
#[inline(always)]
pub fn list_step<S: Strategy>(t: &Thread, it: &ListIter) -> Option<Word> {
    crate::types::list_iter::step(t, it).map(|v| S::load_register(v.word()))
}

/// `x[k]` for an instance whose class has a `__getitem__` written in Python: its frame is pushed. False: go the long
/// way.
///
/// # Safety
/// Registers of the running frame, whose `pc` is saved.
#[inline(always)]
pub unsafe fn enter_getitem(t: &mut Thread, base: Base, i: Instr) -> Res<bool> {
    // SAFETY: as the caller promises; a simple function takes exactly what lies in the window.
    unsafe {
        let x = vreg(base, i.b());
        let ty = x.ty();
        if !ty.has(type_flag::HEAP) || !x.word().is_heap() || i.b() == i.c() {
            return Ok(false);
        }
        let Some(func) = ty.lookup(t, names::__getitem__()) else { return Ok(false) };
        let Some(func) = as_function(func.word()) else { return Ok(false) };
        let code = (*func).code_object();
        let window = t.top.get();
        if !code.is_simple() || code.argcount != 2 || !t.has_room(window, code.nregs as usize + 3) {
            return Ok(false);
        }
        // The window holds the function, as that of any call does.
        *window = VRef::from_word(Word::counted(func as *const _)).to_value().into_word();
        for (k, (n, dies)) in
            [(i.b(), i.f() & KILL_B != 0), (i.c(), i.f() & KILL_C != 0)].into_iter().enumerate()
        {
            let v = if dies { take(base, n) } else { value(base, n) };
            *window.add(1 + k) = v.into_word();
        }
        t.top.set(window.add(3));
        if let Err(e) = push_frame(t, func, window, window.add(1), 2, base.add(i.a() as usize), 0) {
            drop_range(t, window, 3);
            t.top.set(window);
            return Err(e);
        }
        Ok(true)
    }
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn load_item(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let (x, k) = (vreg(base, i.b()), vreg(base, i.c()));
        if let Some(d) = x.exact::<Dict>(fixed::DICT)
            && let Some(found) = d.look(t, k)
        {
            let Some(v) = found else { return Err(t.key_error(k)) };
            // No Python is asked, so the value may stay uncounted if it is shared.
            let w = super::calls::hold(t, v.word());
            put(t, base, i.a(), w);
            super::arith::kill_others(t, base, i);
            return Ok(());
        }
        let v = match x.exact::<Dict>(fixed::DICT) {
            Some(d) => match d.get(t, k)? {
                Some(v) => v,
                None => return Err(t.key_error(k)),
            },
            None => t.getitem(x, k)?,
        };
        put_value(t, base, i.a(), v);
        super::arith::kill_others(t, base, i);
        t.process_pending();
    }
    Ok(())
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn load_item_imm(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let k = VRef::immediate(Word::small_int(i.c_signed() as i32));
        let x = vreg(base, i.b());
        if let Some(d) = x.exact::<Dict>(fixed::DICT)
            && let Some(found) = d.look(t, k)
        {
            let Some(v) = found else { return Err(t.key_error(k)) };
            let w = super::calls::hold(t, v.word());
            put(t, base, i.a(), w);
            if i.f() & KILL_B != 0 && i.b() != i.a() {
                put(t, base, i.b(), Word::UNBOUND)
            }
            return Ok(());
        }
        let v = t.getitem(x, k)?;
        put_value(t, base, i.a(), v);
        if i.f() & KILL_B != 0 && i.b() != i.a() {
            put(t, base, i.b(), Word::UNBOUND)
        }
        t.process_pending();
    }
    Ok(())
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn store_item(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let (x, k) = (vreg(base, i.a()), vreg(base, i.b()));
        if let Some(l) = x.exact::<List>(fixed::LIST)
            && k.word().is_int()
        {
            let n = l.len() as i64;
            let at = k.word().as_int();
            let at = if at < 0 { at + n } else { at };
            let v = value(base, i.c());
            if at < 0 || !l.set(t, at as usize, v) {
                return Err(t.index_error("list assignment index out of range"));
            }
        } else if let Some(d) = x.exact::<Dict>(fixed::DICT) {
            let v = value(base, i.c());
            d.set(t, k, v)?;
        } else {
            t.setitem(x, k, Some(vreg(base, i.c())))?;
        }
        kill(t, base, i);
        t.process_pending();
    }
    Ok(())
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn delete_item(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        t.setitem(vreg(base, i.a()), vreg(base, i.b()), None)?;
        kill(t, base, i);
        t.process_pending();
    }
    Ok(())
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn slice(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let (a, b, c) = (take(base, i.b()), take(base, i.b() + 1), take(base, i.b() + 2));
        let v = Slice::new(t, a, b, c);
        put_value(t, base, i.a(), v);
    }
    Ok(())
}

/// A part of a list, or of a str, bytes or tuple, without gaps.
fn slice_of(t: &Thread, x: VRef<'_>, s: slice::Unpacked) -> Option<Value> {
    let shape = x.header()?.shape();
    if shape == fixed::LIST {
        return x.cast::<List>().map(|l| list_type::get_slice(t, l, s));
    }
    if s.step != 1 {
        return None;
    }
    match shape {
        fixed::STR => {
            let text = x.cast::<Str>()?;
            let (from, to) = s.range(text.len());
            Some(crate::types::str_type::slice(t, x, text, from, to.max(from)))
        }
        fixed::BYTES => {
            let b = x.cast::<Bytes>()?.as_slice();
            let (from, to) = s.range(b.len());
            let part = b.get(from..to).unwrap_or_default();
            Some(if part.len() == b.len() { x.to_value() } else { t.bytes(part) })
        }
        fixed::TUPLE => {
            let all = x.cast::<Tuple>()?.as_slice();
            let (from, to) = s.range(all.len());
            let part = all.get(from..to).unwrap_or_default();
            Some(if part.len() == all.len() { x.to_value() } else { Tuple::of(t, part) })
        }
        _ => None,
    }
}

/// `LOAD_SLICE`, and with `STEPPED` `LOAD_SLICE3`.
///
/// # Safety
/// Registers of the running frame.
pub unsafe fn load_slice<const STEPPED: bool>(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let (x, c) = (vreg(base, i.b()), i.c());
        let step = if STEPPED { reg(base, c + 2) } else { Word::NONE };
        let parts = slice::Unpacked::simple_stepped(reg(base, c), reg(base, c + 1), step);
        // All parts are immediates then: nothing to drop.
        let v = match parts.and_then(|s| slice_of(t, x, s)) {
            Some(v) => v,
            None => {
                let step = if STEPPED { take(base, c + 2) } else { Value::NONE };
                let s = Slice::new(t, take(base, c), take(base, c + 1), step);
                t.getitem(x, s.r())?
            }
        };
        put_value(t, base, i.a(), v);
        if i.f() & KILL_B != 0 && i.b() != i.a() {
            put(t, base, i.b(), Word::UNBOUND)
        }
        t.process_pending();
    }
    Ok(())
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn store_slice(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let x = vreg(base, i.a());
        match (x.exact::<List>(fixed::LIST), slice::Unpacked::simple(reg(base, i.b()), reg(base, i.b() + 1)))
        {
            (Some(l), Some(s)) => {
                let v = vreg(base, i.c());
                if !v.exact::<List>(fixed::LIST).is_some_and(|from| l.replace_own(t, s, from)) {
                    list_type::set_slice(t, l, s, v)?
                }
            }
            _ => {
                let (a, b) = (take(base, i.b()), take(base, i.b() + 1));
                let s = Slice::new(t, a, b, Value::NONE);
                t.setitem(x, s.r(), Some(vreg(base, i.c())))?
            }
        }
        if i.f() & KILL_A != 0 {
            put(t, base, i.a(), Word::UNBOUND)
        }
        if i.f() & KILL_C != 0 {
            put(t, base, i.c(), Word::UNBOUND)
        }
        t.process_pending();
    }
    Ok(())
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn get_iter(t: &mut Thread, base: Base, i: Instr) -> Res<bool> {
    // SAFETY: as the caller promises.
    unsafe {
        let x = vreg(base, i.b());
        let known = if x.word().is_heap() { (*x.word().ptr()).shape() } else { fixed::INT };
        if matches!(known, fixed::LIST | fixed::TUPLE | fixed::GENERATOR) {
            let seq = if i.f() & KILL_B != 0 { take(base, i.b()) } else { x.to_value() };
            let it = match known {
                fixed::LIST => list_iter::new(t, seq),
                fixed::TUPLE => tuple_iter::new(t, seq),
                _ => seq,
            };
            put_value(t, base, i.a(), it);
            return Ok(false);
        }
        if super::awaiting::enter_iter(t, base, i, names::__iter__(), flags::GENERATOR)? {
            return Ok(true);
        }
        let v = t.iter(vreg(base, i.b()))?;
        put_value(t, base, i.a(), v);
        if i.f() & KILL_B != 0 && i.b() != i.a() {
            put(t, base, i.b(), Word::UNBOUND)
        }
        t.process_pending();
    }
    Ok(false)
}

/// Items that [`unpack_own`] takes at most.
const FEW: usize = 16;

/// [`unpack`] of a tuple, or of a list that only this thread can see. False: go the long way.
///
/// # Safety
/// Registers of the running frame.
#[inline(always)]
pub unsafe fn unpack_own<S: Strategy>(t: &mut Thread, base: Base, i: Instr) -> bool {
    // SAFETY: as the caller promises; shapes say what the objects are. Nothing runs before all items are taken.
    unsafe {
        let x = reg(base, i.b());
        let (n, to) = (i.c() as usize, base.add(i.a() as usize));
        if !x.is_heap() || n > FEW {
            return false;
        }
        let slots = match (*x.ptr()).shape() {
            fixed::TUPLE => (*(x.ptr() as *const Tuple)).words(),
            fixed::LIST if (*x.ptr()).owner() == t.id() => (*(x.ptr() as *const List)).slots(),
            _ => return false,
        };
        if slots.len() != n {
            return false;
        }
        let b = i.b().wrapping_sub(i.a()) as usize;
        let mut counts = false;
        for (k, slot) in slots.iter().enumerate() {
            counts |= slot.word().is_heap() | (*to.add(k)).is_counted()
        }
        if !counts {
            // Numbers over numbers.
            for (k, slot) in slots.iter().enumerate() {
                to.add(k).write_volatile(slot.word())
            }
            if i.f() & KILL_B != 0 && b >= n {
                put(t, base, i.b(), Word::UNBOUND)
            }
            return true;
        }
        let mut old = [const { std::mem::MaybeUninit::<Word>::uninit() }; FEW];
        let mut held = false;
        for (k, slot) in slots.iter().enumerate() {
            let p = to.add(k);
            let w = *p;
            held |= w.is_counted();
            old.get_unchecked_mut(k).write(w);
            *p = S::load_register(slot.word())
        }
        if i.f() & KILL_B != 0 && b >= n {
            put(t, base, i.b(), Word::UNBOUND)
        }
        if held {
            for w in &old[..n] {
                t.release(w.assume_init())
            }
        }
        true
    }
}

/// `R[A..A+C] := items of R[B]`
///
/// # Safety
/// Registers of the running frame.
pub unsafe fn unpack<S: Strategy>(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let n = i.c() as usize;
        let x = vreg(base, i.b());
        let items: Vec<Value> = if let Some(tu) = x.exact::<Tuple>(fixed::TUPLE)
            && tu.len() == n
        {
            let inside = (i.a() as usize..i.a() as usize + n).contains(&(i.b() as usize));
            if !inside {
                for k in 0..n {
                    let w = S::load_register(tu.words()[k].word());
                    put(t, base, i.a() + k as u16, w)
                }
                if i.f() & KILL_B != 0 {
                    put(t, base, i.b(), Word::UNBOUND)
                }
                return Ok(());
            }
            tu.iter().map(|v| v.to_value()).collect()
        } else if let Some(l) = x.exact::<List>(fixed::LIST) {
            l.snapshot(t)
        } else if let Some(tu) = x.exact::<Tuple>(fixed::TUPLE) {
            tu.iter().map(|v| v.to_value()).collect()
        } else {
            unpack_iterable(t, x, n)?
        };
        if items.len() != n {
            return Err(wrong_count(
                t,
                items.len(),
                n,
                x.has_shape(fixed::TUPLE) || x.has_shape(fixed::LIST),
            ));
        }
        if i.f() & KILL_B != 0 {
            put(t, base, i.b(), Word::UNBOUND)
        }
        for (k, v) in items.into_iter().enumerate() {
            put_value(t, base, i.a() + k as u16, v)
        }
        t.process_pending();
    }
    Ok(())
}

#[cold]
fn wrong_count(t: &mut Thread, got: usize, wanted: usize, sized: bool) -> crate::Raised {
    if got < wanted {
        t.value_error(format!("not enough values to unpack (expected {wanted}, got {got})"))
    } else if sized {
        t.value_error(format!("too many values to unpack (expected {wanted}, got {got})"))
    } else {
        t.value_error(format!("too many values to unpack (expected {wanted})"))
    }
}

fn iter_to_unpack(t: &mut Thread, x: VRef<'_>) -> Res {
    if x.ty().slots().iter.is_none() && x.ty().lookup(t, names::__getitem__()).is_none() {
        let n = x.ty().name();
        return Err(t.type_error(format!("cannot unpack non-iterable {n} object")));
    }
    t.iter(x)
}

/// At most `n + 1` items: one more shows that there are too many.
fn unpack_iterable(t: &mut Thread, x: VRef<'_>, n: usize) -> Res<Vec<Value>> {
    let it = iter_to_unpack(t, x)?;
    let mut items = Vec::with_capacity(n);
    while items.len() <= n {
        match t.next(it.r())? {
            Some(v) => items.push(v),
            None => break,
        }
    }
    if items.len() > n && x.has_shape(fixed::DICT) {
        let got = t.len(x)?;
        return Err(t.value_error(format!("too many values to unpack (expected {n}, got {got})")));
    }
    Ok(items)
}

/// `R[A..] := C items, list of the middle, F items`
///
/// # Safety
/// Registers of the running frame.
pub unsafe fn unpack_ex(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let (before, after) = (i.c() as usize, i.f() as usize);
        let x = vreg(base, i.b());
        let items = match x.exact::<List>(fixed::LIST) {
            Some(l) => l.snapshot(t),
            None => {
                let it = iter_to_unpack(t, x)?;
                t.collect(it.r())?
            }
        };
        if items.len() < before + after {
            let got = items.len();
            return Err(t.value_error(format!(
                "not enough values to unpack (expected at least {}, got {got})",
                before + after
            )));
        }
        put(t, base, i.b(), Word::UNBOUND);
        let mut items = items;
        let tail = items.split_off(items.len() - after);
        let middle = items.split_off(before);
        let mut at = i.a();
        for v in items {
            put_value(t, base, at, v);
            at += 1
        }
        let l = List::new(t, middle);
        put_value(t, base, at, l);
        for v in tail {
            at += 1;
            put_value(t, base, at, v)
        }
        t.process_pending();
    }
    Ok(())
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn set(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let items = (0..i.c()).map(|k| take(base, i.b() + k)).collect();
        let v = crate::types::set::new_set(t, items)?;
        put_value(t, base, i.a(), v);
        t.process_pending();
    }
    Ok(())
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn dict(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let d = Dict::new(t);
        {
            let dict: &Dict = &*(d.word().ptr() as *const Dict);
            for k in 0..i.c() {
                let key = vreg(base, i.b() + 2 * k);
                let v = value(base, i.b() + 2 * k + 1);
                dict.set(t, key, v)?;
            }
        }
        drop_range(t, base.add(i.b() as usize), 2 * i.c() as usize);
        put_value(t, base, i.a(), d);
        t.process_pending();
    }
    Ok(())
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn string(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let n = i.c() as usize;
        let parts: Vec<&Str> = (0..n).filter_map(|k| text(vreg(base, i.b() + k as u16))).collect();
        let (bytes, chars) = parts.iter().fold((0, 0), |(b, c), s| (b + s.bytes().len(), c + s.len()));
        let v = if bytes <= 1 {
            let all: Vec<u8> = parts.iter().flat_map(|s| s.bytes().iter().copied()).collect();
            t.str_wtf8(&all)
        } else {
            Str::make(t, fixed::STR, chars, bytes, |to| {
                let mut at = 0;
                for s in &parts {
                    to[at..at + s.bytes().len()].copy_from_slice(s.bytes());
                    at += s.bytes().len()
                }
            })
        };
        drop_range(t, base.add(i.b() as usize), n);
        put_value(t, base, i.a(), v);
    }
    Ok(())
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn list_extend(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let x = vreg(base, i.b());
        if x.ty().slots().iter.is_none() && x.ty().lookup(t, names::__getitem__()).is_none() {
            let n = x.ty().error_name();
            return Err(t.type_error(format!("Value after * must be an iterable, not {n}")));
        }
        let list = &*(reg(base, i.a()).ptr() as *const List);
        if let Some(items) = x.exact::<Tuple>(fixed::TUPLE) {
            for s in items.words() {
                list.push(t, s.load().unwrap_or(Value::NONE))
            }
        } else {
            let items = t.collect(x)?;
            list.extend(t, items)
        }
        if i.f() & KILL_B != 0 {
            put(t, base, i.b(), Word::UNBOUND)
        }
        t.process_pending();
    }
    Ok(())
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn set_add(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        crate::types::set::add_item(t, vreg(base, i.a()), vreg(base, i.b()))?;
        if i.f() & KILL_B != 0 {
            put(t, base, i.b(), Word::UNBOUND)
        }
        t.process_pending();
    }
    Ok(())
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn set_update(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let x = vreg(base, i.b());
        let target = value(base, i.a());
        t.for_each(x, |t, v| crate::types::set::add_item(t, target.r(), v.r()))?;
        if i.f() & KILL_B != 0 {
            put(t, base, i.b(), Word::UNBOUND)
        }
        t.process_pending();
    }
    Ok(())
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn dict_set(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let d = &*(reg(base, i.a()).ptr() as *const Dict);
        let v = value(base, i.c());
        d.set(t, vreg(base, i.b()), v)?;
        kill(t, base, i);
        t.process_pending();
    }
    Ok(())
}

/// `d.update(mapping)` for a mapping (something with `keys`).
pub fn update_dict(t: &mut Thread, d: VRef<'_>, mapping: VRef<'_>) -> Res<()> {
    let Some(dict) = d.cast::<Dict>() else { return Ok(()) };
    if let Some(from) = mapping.exact::<Dict>(fixed::DICT) {
        return dict.merge(t, from, true);
    }
    let Some(keys) = t.getattr_opt(mapping, names::keys())? else {
        let n = mapping.ty().name();
        return Err(t.type_error(format!("'{n}' object is not a mapping")));
    };
    let keys = t.call(keys.r(), &[])?;
    let s = keys.r().ty().slots();
    if s.iter.is_none() && s.getitem.is_none() {
        let (m, n) = (mapping.ty().name(), keys.r().ty().name());
        return Err(t.type_error(format!("{m}.keys() returned a non-iterable (type {n})")));
    }
    for k in t.collect(keys.r())? {
        let v = t.getitem(mapping, k.r())?;
        dict.set(t, k.r(), v)?
    }
    Ok(())
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn dict_update(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        update_dict(t, vreg(base, i.a()), vreg(base, i.b()))?;
        kill(t, base, i);
        t.process_pending();
    }
    Ok(())
}

/// Adds a mapping's items to the keyword arguments of a call; duplicates are errors.
pub fn merge_keywords(t: &mut Thread, to: &Value, x: VRef<'_>, callee: VRef<'_>) -> Res<()> {
    let Some(d) = to.cast::<Dict>() else { return Ok(()) };
    let add = |t: &mut Thread, k: Value, v: Option<Value>| {
        if d.get(t, k.r())?.is_some() {
            let (f, k) = (super::calls::function_text(t, callee), t.str_text(k.r())?);
            return Err(t.type_error(format!("{f} got multiple values for keyword argument '{k}'")));
        }
        let v = match v {
            Some(v) => v,
            None => t.getitem(x, k.r())?,
        };
        d.set(t, k.r(), v)
    };
    if let Some(from) = x.cast::<Dict>()
        && crate::types::dict_type::iterates_as_dict(t, x.ty())
    {
        if d.is_empty() {
            return d.merge(t, from, true);
        }
        for (k, v) in from.items(t) {
            add(t, k, Some(v))?
        }
        return Ok(());
    }
    let Some(keys) = t.getattr_opt(x, names::keys())? else {
        let (f, n) = (super::calls::function_text(t, callee), x.ty().error_name());
        return Err(t.type_error(format!("{f} argument after ** must be a mapping, not {n}")));
    };
    let keys = t.call(keys.r(), &[])?;
    let s = keys.r().ty().slots();
    if s.iter.is_none() && s.getitem.is_none() {
        let (m, n) = (x.ty().name(), keys.r().ty().name());
        return Err(t.type_error(format!("{m}.keys() returned a non-iterable (type {n})")));
    }
    for k in t.collect(keys.r())? {
        add(t, k, None)?
    }
    Ok(())
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn dict_merge(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let d = value(base, i.a());
        merge_keywords(t, &d, vreg(base, i.b()), vreg(base, i.c()))?;
        drop(d);
        if i.f() & KILL_B != 0 {
            put(t, base, i.b(), Word::UNBOUND)
        }
        t.process_pending();
    }
    Ok(())
}

/// `format(conversion(x), spec)`
pub fn format_value(t: &mut Thread, x: VRef<'_>, conversion: u8, spec: Option<VRef<'_>>) -> Res {
    let converted = match conversion {
        1 => Some(t.to_str(x)?),
        2 => Some(t.repr(x)?),
        3 => {
            let r = t.repr(x)?;
            Some(match text(r.r()) {
                Some(s) => match weft_text::repr::ascii_of_repr(s.bytes()) {
                    Some(b) => t.str_wtf8(&b),
                    None => r.clone(),
                },
                None => r.clone(),
            })
        }
        _ => None,
    };
    let x = converted.as_ref().map_or(x, |v| v.r());
    crate::types::str_type::format_value(t, x, spec)
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn format(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let spec = if i.f() & 4 != 0 { Some(vreg(base, i.c())) } else { None };
        let v = format_value(t, vreg(base, i.b()), i.f() & 3, spec)?;
        put_value(t, base, i.a(), v);
        super::arith::kill_others(t, base, i);
        t.process_pending();
    }
    Ok(())
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn interpolation(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let (x, text, spec) = (take(base, i.b()), take(base, i.b() + 1), take(base, i.b() + 2));
        let conversion = match i.f() & 3 {
            1 => t.str("s"),
            2 => t.str("r"),
            3 => t.str("a"),
            _ => Value::NONE,
        };
        let v = crate::types::template::new_interpolation(t, x, text, conversion, spec);
        put_value(t, base, i.a(), v);
    }
    Ok(())
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn template(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let (strings, interpolations) = (take(base, i.b()), take(base, i.b() + 1));
        let v = crate::types::template::new_template(t, strings, interpolations);
        put_value(t, base, i.a(), v);
    }
    Ok(())
}
