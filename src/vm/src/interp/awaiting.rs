//! What is awaited where it is made runs in place: `await f(x)` without a coroutine object, `async for` without the
//! object that `__anext__` gives.
//!
//! Nobody but the awaiting frame would ever see these objects, unless what they stand for really has to wait. Only
//! then they are made. The frame is marked `IN_PLACE`, and the awaiting frame stands behind its SEND, as it does when
//! it resumes an object.

use super::{Base, as_function, drop_range, push_frame, put, put_value, reg, take, unwind, vreg};
use crate::Res;
use crate::errors;
use crate::object::{ValueExt, type_flag};
use crate::thread::{Frame, FrameFlags, Thread};
use crate::types::generator::{Generator, async_flag, state};
use crate::types::{asyncgen, fixed};
use std::sync::atomic::Ordering::*;
use weft_bytecode::code::flags;
use weft_bytecode::ops::KILL_B;
use weft_bytecode::{Instr, Op};
use weft_strategy::{VRef, Word};

/// `RETURN_GENERATOR` of a coroutine whose caller awaits it at once: the frame goes on as a call. False: no.
///
/// # Safety
/// `f` is the top frame, its `pc` saved behind the instruction.
#[inline(always)]
pub unsafe fn begin_coroutine(t: &mut Thread, f: *mut Frame) -> bool {
    // SAFETY: as the caller promises. A frame without flags was called by the one below. The last instruction of code
    // is none of those looked at.
    unsafe {
        if (*f).flags & !FrameFlags::HOLDS != 0
            || (*(*f).code).flags & flags::COROUTINE == 0
            || (*f).object.is_some()
            || (*f).extra.is_some()
            || t.locals.origin_depth > 0
        {
            return false;
        }
        let caller = f.sub(1);
        let base = (*caller).base;
        let at = (*caller).pc;
        let get = *at;
        if get.op() != Some(Op::GET_AWAITABLE)
            || base.add(get.b() as usize) != (*f).dst
            || (get.f() & KILL_B == 0 && get.a() != get.b())
        {
            return false;
        }
        let load = *at.add(1);
        if load.op() != Some(Op::LOAD_CONST) {
            return false;
        }
        let send = *at.add(2);
        let none = (&(*(*caller).code).running().consts).get_unchecked(load.bc() as usize);
        let awaitable = base.add(get.a() as usize);
        if send.op() != Some(Op::SEND)
            || send.b() != get.a()
            || send.a() != load.a()
            || *none != Word::NONE
            || awaitable > (*f).window
            || awaitable >= (*f).base
        {
            return false;
        }
        if awaitable < (*f).window {
            put(t, base, get.a(), Word::UNBOUND)
        }
        (*caller).pc = at.add(3);
        (*f).dst = base.add(send.a() as usize);
        (*f).flags |= FrameFlags::IN_PLACE;
        true
    }
}

/// A coroutine that runs in place returns: its caller goes on where the SEND leads.
///
/// # Safety
/// `f` is the top frame.
#[inline(always)]
pub unsafe fn end_coroutine(f: *mut Frame) {
    // SAFETY: as the caller promises; `begin_coroutine` looked at the SEND.
    unsafe {
        let caller = f.sub(1);
        let send = *(*caller).pc.sub(1);
        (*caller).pc = (*caller).pc.offset(send.c_signed() as isize)
    }
}

/// Does the frame run a coroutine that has no object?
///
/// # Safety
/// `f` is an active frame.
#[inline]
pub unsafe fn lacks_coroutine(f: *const Frame) -> bool {
    // SAFETY: as the caller promises.
    unsafe { (*f).flags & (FrameFlags::IN_PLACE | FrameFlags::GENERATOR) == FrameFlags::IN_PLACE }
}

/// A coroutine that runs in place has to wait, or is asked for: now it gets its object, which the awaiting frame holds.
///
/// # Safety
/// `f` is an active frame for which [`lacks_coroutine`] holds.
#[cold]
pub unsafe fn give_coroutine(t: &mut Thread, f: *mut Frame) {
    // SAFETY: as the caller promises; the frame below awaits, its `pc` behind the SEND.
    unsafe {
        let g = super::generator::of_running(t, f);
        // From here the generator holds the function, and the registers are all that lies on the stack.
        let (window, base) = ((*f).window, (*f).base);
        (*f).window = base;
        (*f).flags = (*f).flags & !FrameFlags::IN_PLACE | FrameFlags::GENERATOR | FrameFlags::SEND;
        (*f).extra = Some(g.clone());
        let caller = f.sub(1);
        let send = *(*caller).pc.sub(1);
        drop_range(t, window, base.offset_from(window) as usize);
        put_value(t, (*caller).base, send.b(), g);
        let keep = std::mem::replace(&mut (*f).keep, Word::UNBOUND);
        t.release(keep)
    }
}

/// `GET_ANEXT` of an async generator, and the SEND behind it: the generator's frame is pushed. False: go the long way.
///
/// # Safety
/// Registers of the running frame, whose `pc` is saved.
pub unsafe fn enter_anext(t: &mut Thread, f: *mut Frame, base: Base, i: Instr) -> Res<bool> {
    // SAFETY: as the caller promises. The last instruction of code is none of those looked at.
    unsafe {
        let w = reg(base, i.b());
        if !w.is_heap() || (*w.ptr()).shape() != fixed::ASYNC_GENERATOR || i.a() == i.b() {
            return Ok(false);
        }
        let g = &*(w.ptr() as *const Generator);
        let at = (*f).pc;
        let load = *at;
        if load.op() != Some(Op::LOAD_CONST) {
            return Ok(false);
        }
        let send = *at.add(1);
        let none = (&(*(*f).code).running().consts).get_unchecked(load.bc() as usize);
        if send.op() != Some(Op::SEND)
            || send.b() != i.a()
            || send.a() != load.a()
            || send.a() == i.b()
            || *none != Word::NONE
        {
            return Ok(false);
        }
        if g.flags.load(Relaxed) & async_flag::HOOKS_INITED == 0 {
            asyncgen::first_iteration(t, VRef::from_word(w))?
        }
        put(t, base, i.a(), Word::UNBOUND);
        put(t, base, send.a(), Word::UNBOUND);
        let s = g.state.load(Relaxed);
        let flags = g.flags.load(Relaxed);
        if !(s == state::CREATED || s == state::SUSPENDED) || flags & async_flag::RUNNING_ASYNC != 0 {
            return Ok(false);
        }
        let dst = base.add(send.a() as usize);
        if !super::generator::enter_own(t, w, dst, FrameFlags::SEND | FrameFlags::IN_PLACE, Word::NONE) {
            return Ok(false);
        }
        g.flags.store(flags | async_flag::RUNNING_ASYNC, Relaxed);
        (*f).pc = at.add(2);
        Ok(true)
    }
}

/// An async generator that runs in place hands a value of its own to its consumer: that is what `__anext__` returns.
///
/// # Safety
/// `f` is the frame of `g`, its caller stands behind a SEND.
#[inline(always)]
pub unsafe fn end_anext(f: *mut Frame, g: &Generator) {
    // SAFETY: as the caller promises.
    unsafe { end_coroutine(f) }
    if g.h.owner() == 0 {
        g.flags.fetch_and(!async_flag::RUNNING_ASYNC, AcqRel);
    } else {
        g.flags.store(g.flags.load(Relaxed) & !async_flag::RUNNING_ASYNC, Relaxed)
    }
}

/// An async generator that runs in place has to wait: its consumer gets the object that `__anext__` would have given.
///
/// # Safety
/// `f` is the frame of `g`.
#[cold]
pub unsafe fn give_anext(t: &mut Thread, f: *mut Frame, g: VRef<'_>) {
    // SAFETY: as the caller promises.
    unsafe {
        (*f).flags &= !FrameFlags::IN_PLACE;
        let v = asyncgen::running_send(t, g);
        let caller = f.sub(1);
        let send = *(*caller).pc.sub(1);
        put_value(t, (*caller).base, send.b(), v)
    }
}

/// An async generator that runs in place has returned: its consumer gets StopAsyncIteration. Where an `async for` waits
/// for just that, the exception is left out.
///
/// # Safety
/// `f` is the top frame, of an async generator that is marked finished.
pub unsafe fn stop_anext(t: &mut Thread, f: *mut Frame) -> Res<()> {
    // SAFETY: as the caller promises; below is the frame of the consumer, at its SEND.
    unsafe {
        unwind::pop_frame(t, f);
        let f = t.frame.get();
        let code = (*(*f).code).code();
        let at = unwind::index(f) as u32;
        let row = code.handlers.iter().find(|h| (h.start..h.end).contains(&at));
        if let Some(h) = row
            && let Some(end) = code.instrs.get(h.target as usize)
            && end.op() == Some(Op::END_ASYNC_FOR)
            && end.a() == h.reg
            && !t.tracing
        {
            let (base, depth) = ((*f).base, h.depth as usize);
            (*f).pc = code.instrs.as_ptr().add(h.target as usize + 1);
            drop_range(t, base.add(depth), code.nregs as usize - depth);
            put(t, base, end.b(), Word::UNBOUND);
            t.process_pending();
            return Ok(());
        }
    }
    Err(t.raise_with(&errors::STOP_ASYNC_ITERATION, Vec::new()))
}

/// `iter(x)` or `aiter(x)` of an instance whose class says by a generator function written in Python how: its frame is
/// pushed. What such a function gives needs no check. False: go the long way.
///
/// # Safety
/// Registers of the running frame, whose `pc` is saved.
#[inline]
pub unsafe fn enter_iter(t: &mut Thread, base: Base, i: Instr, name: VRef<'_>, kind: u32) -> Res<bool> {
    // SAFETY: as the caller promises; a simple function takes exactly what lies in the window.
    unsafe {
        let x = vreg(base, i.b());
        let ty = x.ty();
        if !x.word().is_heap() || !ty.has(type_flag::HEAP) || t.tracing {
            return Ok(false);
        }
        let Some(func) = ty.lookup(t, name) else { return Ok(false) };
        let Some(func) = as_function(func.word()) else { return Ok(false) };
        let code = (*func).code_object();
        let window = t.top.get();
        if code.flags & (flags::GENERATOR | flags::ASYNC_GENERATOR | flags::COROUTINE) != kind
            || !code.is_simple()
            || code.argcount != 1
            || !t.has_room(window, code.nregs as usize + 2)
        {
            return Ok(false);
        }
        // The window holds the function, as that of any call does.
        *window = super::calls::hold(t, Word::counted(func as *const _));
        let x = if i.f() & KILL_B != 0 { take(base, i.b()) } else { x.to_value() };
        *window.add(1) = x.into_word();
        t.top.set(window.add(2));
        if let Err(e) = push_frame(t, func, window, window.add(1), 1, base.add(i.a() as usize), 0) {
            drop_range(t, window, 2);
            t.top.set(window);
            return Err(e);
        }
        Ok(true)
    }
}
