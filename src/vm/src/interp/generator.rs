//! Running generators: registers move from the generator onto the stack and back.
//!
//! Resumption claims the generator by compare-and-swap, so two threads (or a generator that resumes itself)
//! cannot both run it: the second gets ValueError. While it runs, its registers are ordinary registers.

use super::calls::Finish;
use super::{Base, awaiting, chain, put, put_value, reg, take, unwind, value, vreg};
use crate::errors::{self, exc};
use crate::object::ValueExt;
use crate::ops::iterate::{Consumer, Fed};
use crate::thread::{Frame, FrameFlags, Thread};
use crate::types::function::Function;
use crate::types::generator::{Generator, state, sub};
use crate::types::{asyncgen, fixed};
use crate::{Raised, Res, names};
use std::sync::atomic::{AtomicU8, AtomicU16, AtomicU32, Ordering::*};
use weft_bytecode::code::flags;
use weft_bytecode::ops::{KILL_B, NO_REG};
use weft_bytecode::{Instr, Op};
use weft_strategy::{Header, Slot, VRef, Value, Word};

/// What resumption does first.
pub enum Resume {
    /// `send(value)`, `next()`
    Send(Value),
    /// `throw(exception)`; GeneratorExit closes what is delegated to.
    Throw(Value),
    /// The same, GeneratorExit included: it is thrown into what is delegated to like any other.
    ThrowInto(Value),
}

/// `RETURN_GENERATOR`: a generator of the running frame, whose registers move into it.
///
/// # Safety
/// `f` is the top frame, its `pc` saved behind the instruction.
pub unsafe fn make(t: &mut Thread, f: *mut Frame) -> Res {
    // SAFETY: as the caller promises.
    unsafe {
        let g = object(t, f, state::CREATED);
        let own = &*(g.word().ptr() as *const Generator);
        own.move_from((*f).base, own.registers().len());
        if g.r().has_shape(fixed::COROUTINE) && t.locals.origin_depth > 0 {
            let origin = origin(t, f);
            if let Some(gen_) = g.cast::<Generator>() {
                gen_.extra.set(&gen_.h, origin)
            }
        }
        if let Some(o) = (*f).object.take()
            && let Some(fo) = o.cast::<crate::types::frame::FrameObject>()
        {
            fo.frame.store(std::ptr::null_mut(), Release);
        }
        Ok(g)
    }
}

/// A generator for the top frame, which goes on running.
///
/// # Safety
/// `f` is an active frame, its `pc` saved.
pub unsafe fn of_running(t: &mut Thread, f: *mut Frame) -> Value {
    // SAFETY: as the caller promises.
    unsafe { object(t, f, state::RUNNING) }
}

/// The generator object of a frame, to which its frame object, if there is one, belongs from now on.
///
/// # Safety
/// `f` is an active frame, its `pc` saved.
unsafe fn object(t: &mut Thread, f: *mut Frame, state: u8) -> Value {
    // SAFETY: as the caller promises.
    unsafe {
        let code = &*(*f).code;
        let func = &*(*f).func;
        let kind = code.flags;
        let shape = if kind & flags::COROUTINE != 0 {
            fixed::COROUTINE
        } else if kind & flags::ASYNC_GENERATOR != 0 {
            fixed::ASYNC_GENERATOR
        } else {
            fixed::GENERATOR
        };
        let pc = (*f).pc.offset_from(code.running().instrs) as u32;
        let g = Generator {
            h: Header::new(0, 0),
            name: Slot::copy_of(t, &func.name),
            qualname: Slot::copy_of(t, &func.qualname),
            func: Slot::of(crate::object::as_vref(func)),
            code: Slot::of(crate::object::as_vref(code)),
            handled: Slot::empty(),
            frame: Slot::empty(),
            extra: Slot::empty(),
            state: AtomicU8::new(state),
            flags: AtomicU8::new(0),
            sub: AtomicU16::new(sub::LONG),
            pc: AtomicU32::new(pc),
            len: code.nregs as usize,
        }
        .make(t, shape);
        if let Some(o) = &(*f).object
            && let (Some(fo), Some(gen_)) =
                (o.cast::<crate::types::frame::FrameObject>(), g.cast::<Generator>())
        {
            fo.generator.set_word(Word::free_standing(&gen_.h));
            gen_.frame.set(&gen_.h, o.clone());
        }
        g
    }
}

/// `cr_origin`: where a coroutine was made, as `(file, line, function)` from the innermost caller out.
///
/// # Safety
/// `f` is the top frame, that of the coroutine.
unsafe fn origin(t: &mut Thread, f: *mut Frame) -> Value {
    let mut out = Vec::new();
    let (first, mut at) = (t.first_frame(), f);
    while at > first && out.len() < t.locals.origin_depth as usize {
        // SAFETY: frames below an active one are active.
        let entry = unsafe {
            at = at.sub(1);
            let code = &*(*at).code;
            let line = weft_bytecode::locations::line_at(code.code(), unwind::index(at) as u32);
            let none = || Value::NONE;
            vec![
                code.filename.load().unwrap_or_else(none),
                line.map_or_else(none, |n| t.int(n as i64)),
                code.name.load().unwrap_or_else(none),
            ]
        };
        out.push(crate::types::tuple::Tuple::new(t, entry));
    }
    crate::types::tuple::Tuple::new(t, out)
}

/// Claims a suspended generator. `Ok(None)`: it has finished.
fn claim(t: &mut Thread, g: &Generator) -> Res<Option<u8>> {
    loop {
        let s = g.state.load(Acquire);
        if s == state::FINISHED {
            return Ok(None);
        }
        if state::executing(s) {
            let kind = kind_name(g);
            return Err(t.value_error(format!("{kind} already executing")));
        }
        // A generator of this thread's own needs no claim.
        if g.h.owner() == t.id() {
            g.state.store(state::RUNNING, Relaxed);
            return Ok(Some(s));
        }
        if g.state.compare_exchange(s, state::RUNNING, AcqRel, Acquire).is_ok() {
            return Ok(Some(s));
        }
    }
}

/// `generator`, `coroutine`, `async generator`, for messages.
pub fn kind_name(g: &Generator) -> &'static str {
    match g.h.shape() {
        fixed::COROUTINE => "coroutine",
        fixed::ASYNC_GENERATOR => "async generator",
        _ => "generator",
    }
}

/// Moves a claimed generator's registers onto the stack and pushes its frame.
///
/// # Safety
/// `g` was claimed in state `was`; `v` keeps it alive.
unsafe fn enter(
    t: &mut Thread,
    g: &Generator,
    v: VRef<'_>,
    was: u8,
    dst: Base,
    flags: u16,
) -> Res<*mut Frame> {
    // SAFETY: as the caller promises: claimed, so nobody else touches the registers.
    unsafe {
        let func = g.func.word().ptr() as *const Function;
        let base = t.top.get();
        let registers = g.registers();
        let n = registers.len();
        let f = t.next_frame(t.frame.get());
        if !t.may_push(f) || !t.has_registers(base.add(n)) {
            g.state.store(was, Release);
            return Err(t.recursion_error());
        }
        g.move_to(base, n);
        t.top.set(base.add(n));
        let code = g.code.word().ptr() as *const crate::types::code::CodeObject;
        f.write(Frame {
            pc: (*code).running().instrs.add(g.pc.load(Acquire) as usize),
            base,
            top: base.add(n),
            window: base,
            code,
            func,
            dst,
            keep: Word::UNBOUND,
            flags: flags | FrameFlags::GENERATOR | (t.tracing as u16) << FrameFlags::ENTERED.trailing_zeros(),
            links: 0,
            locals: None,
            object: None,
            extra: Some(v.to_value()),
        });
        take_object(f, g);
        t.frame.set(f);
        if was != state::CREATED {
            // Inside an exception handler the exception being handled is the generator's own.
            let y = *(*f).pc.sub(1);
            if y.c() != NO_REG {
                let outer = std::mem::replace(&mut t.handled, g.handled.take(&g.h));
                put_value(t, base, y.c(), outer.unwrap_or(Value::NONE));
            }
        }
        Ok(f)
    }
}

/// The usual case of resumption, with nothing to ask: a generator of this thread's own whose frame nobody has looked
/// at and which handles no exception. Its frame is pushed, with `sent` as the value of its `yield`. False: go the long
/// way.
///
/// # Safety
/// `it` is a generator or coroutine in a register of the running frame, whose `pc` is saved; `sent` owns what it says.
#[inline(always)]
pub unsafe fn enter_own(t: &mut Thread, it: Word, dst: Base, flags: u16, sent: Word) -> bool {
    // SAFETY: as the caller promises: it is this thread's own, so nobody else touches its registers.
    unsafe {
        let mut g = &*(it.ptr() as *const Generator);
        let was = g.state.load(Relaxed);
        if g.h.owner() != t.id()
            || was >= state::RUNNING
            || (was == state::CREATED && sent != Word::NONE)
            || (was != state::CREATED && g.sub.load(Relaxed) == sub::LONG)
            || t.tracing
        {
            return false;
        }
        let base = t.top.get();
        // Room for any code: who the registers belong to may change while the frame is there.
        let f = t.next_frame(t.frame.get());
        if !t.may_push(f) || !t.has_registers(base.wrapping_add(u16::MAX as usize)) {
            return false;
        }
        let (mut it, mut links) = (it, 0);
        if was == state::DELEGATING {
            (it, links) = chain::descend(t, it);
            g = &*(it.ptr() as *const Generator);
        }
        let registers = g.registers();
        let n = registers.len();
        let code = g.code.word().ptr() as *const crate::types::code::CodeObject;
        let pc = (*code).running().instrs.add(g.pc.load(Relaxed) as usize);
        g.state.store(state::RUNNING, Relaxed);
        let live = if was == state::CREATED { n } else { (*pc.sub(1)).b() as usize };
        g.move_to(base, live);
        t.top.set(base.add(n));
        f.write(Frame {
            pc,
            base,
            top: base.add(n),
            window: base,
            code,
            func: g.func.word().ptr() as *const Function,
            dst,
            keep: Word::UNBOUND,
            flags: flags | FrameFlags::GENERATOR,
            links,
            locals: None,
            object: None,
            extra: Some(VRef::from_word(it).to_value()),
        });
        t.frame.set(f);
        if !g.frame.is_empty() {
            take_object(f, g)
        }
        if was != state::CREATED {
            put(t, base, (*pc.sub(1)).a(), sent)
        }
        true
    }
}

/// The frame object of a generator belongs to its frame while that runs.
///
/// # Safety
/// `f` is the frame of `g`.
#[cold]
pub unsafe fn take_object(f: *mut Frame, g: &Generator) {
    if let Some(o) = g.frame.load() {
        if let Some(fo) = o.cast::<crate::types::frame::FrameObject>() {
            fo.frame.store(f, Release)
        }
        // SAFETY: as the caller promises.
        unsafe { (*f).hold_object(o) }
    }
}

/// The frame is suspended: its frame object belongs to the generator again.
///
/// # Safety
/// `f` is the top frame, a generator's, its `pc` saved.
#[cold]
unsafe fn leave_object(f: *mut Frame) {
    // SAFETY: as the caller promises.
    unsafe {
        if let Some(o) = (*f).object.take()
            && let Some(fo) = o.cast::<crate::types::frame::FrameObject>()
        {
            fo.lasti.store(unwind::index(f) as u32, Release);
            fo.frame.store(std::ptr::null_mut(), Release);
        }
    }
}

/// The usual case of `YIELD`: as [`enter_own`], back to the frame that entered. The value goes into its register.
/// False: go the long way.
///
/// # Safety
/// `f` is the top frame, a generator's, its `pc` saved behind `i`.
#[inline(always)]
pub unsafe fn yield_own(t: &mut Thread, f: *mut Frame, i: Instr) -> bool {
    // SAFETY: as the caller promises.
    unsafe {
        let flags = (*f).flags;
        let own = flags & (FrameFlags::ENTRY | FrameFlags::GENERATOR) == FrameFlags::GENERATOR;
        // What an async generator hands out itself ends its `__anext__`, if that runs in place.
        let in_place = flags & FrameFlags::IN_PLACE != 0;
        if !own || (i.f() & 2 != 0) != in_place || i.c() != NO_REG {
            return false;
        }
        let Some(gv) = &(*f).extra else { return false };
        let gw = gv.word();
        let g = &*(gw.ptr() as *const Generator);
        if g.h.owner() != t.id() {
            return false;
        }
        let base = (*f).base;
        let p = base.add(i.a() as usize);
        let w = super::leave_frame(*p);
        *p = Word::UNBOUND;
        g.move_from(base, i.b() as usize);
        g.pc.store((*f).pc.offset_from((*(*f).code).running().instrs) as u32, Relaxed);
        g.sub.store(waits_for(f, i), Relaxed);
        if (*f).object.is_some() {
            leave_object(f)
        }
        g.state.store(if i.f() & 1 != 0 { state::DELEGATING } else { state::SUSPENDED }, Relaxed);
        if in_place {
            awaiting::end_anext(f, g)
        }
        let (dst, links) = ((*f).dst, (*f).links);
        // The frame's reference: to be given up below.
        std::mem::forget((*f).extra.take());
        let prev = f.sub(1);
        t.frame.set(prev);
        t.top.set((*prev).top);
        let old = *dst;
        *dst = w;
        t.release(old);
        t.release(gw);
        if links > 0 {
            chain::suspend(t, links)
        }
        true
    }
}

/// What `Generator::sub` is for a frame that is suspended at `i`.
///
/// # Safety
/// `f` is a generator's frame, its `pc` saved behind `i`, a YIELD.
#[inline(always)]
unsafe fn waits_for(f: *mut Frame, i: Instr) -> u16 {
    if i.c() != NO_REG {
        return sub::LONG;
    }
    if i.f() & 1 == 0 {
        return sub::PLAIN;
    }
    // SAFETY: as the caller promises; a delegating YIELD stands behind its SEND (the compiler's promise, see
    // `lower/generator.rs`), and the verifier knows the operands.
    let send = unsafe { *(*f).pc.sub(2) };
    if send.op() == Some(Op::SEND) && send.b() < sub::PLAIN { send.b() } else { sub::LONG }
}

/// What [`drive`] brought.
pub enum Drive {
    /// The end, or the consumer has enough.
    Done,
    /// An item that the consumer's `fast` does not take.
    Item(Value),
    /// Nothing: this is no generator that can be driven.
    Other,
}

/// Who gets what a running generator yields: the generator's address, the consumer, and whether it had enough.
pub type Sink = (*const Header, *mut dyn Consumer, bool);

/// Runs a generator, whose items go to `c` without its being suspended for each.
pub fn drive(t: &mut Thread, it: VRef<'_>, c: &mut dyn Consumer) -> Res<Drive> {
    let Some(g) = it.exact::<Generator>(fixed::GENERATOR) else { return Ok(Drive::Other) };
    if t.tracing {
        return Ok(Drive::Other);
    }
    let Some(was) = claim(t, g)? else { return Ok(Drive::Done) };
    // SAFETY: the pointer is taken out below, before `c` goes.
    let c: *mut (dyn Consumer + 'static) = unsafe { std::mem::transmute::<&mut dyn Consumer, _>(c) };
    let outer = t.sink.replace((&g.h as *const Header, c, false));
    let r = run(t, g, it, was, Some(Value::NONE));
    let ours = std::mem::replace(&mut t.sink, outer);
    Ok(match r? {
        Err(_) => Drive::Done,
        Ok(_) if ours.is_some_and(|s| s.2) => Drive::Done,
        Ok(v) => Drive::Item(v),
    })
}

/// `YIELD` in a generator that is driven. True: the consumer took the value, and the frame goes on.
///
/// # Safety
/// `f` is the top frame, a generator's.
pub unsafe fn feed(t: &mut Thread, f: *mut Frame, i: Instr) -> bool {
    // SAFETY: as the caller promises; the sink's consumer lives as long as `drive` runs.
    unsafe {
        let Some((g, c, _)) = t.sink else { return false };
        let driven = if (*f).links > 0 {
            t.chain.get(t.chain.len().wrapping_sub((*f).links as usize)).copied()
        } else {
            (*f).extra.as_ref().map(|v| v.word())
        };
        if driven.is_none_or(|w| !std::ptr::eq(w.ptr(), g)) || i.c() != NO_REG {
            return false;
        }
        let v = take((*f).base, i.a());
        let (back, more) = match (*c).fast(t, v) {
            Fed::More => (Value::NONE, true),
            Fed::Stop => {
                if let Some(s) = &mut t.sink {
                    s.2 = true
                }
                (Value::NONE, false)
            }
            Fed::Back(v) => (v, false),
        };
        put_value(t, (*f).base, i.a(), back);
        more
    }
}

/// Puts the value sent into the register of the `YIELD` that suspended the frame.
///
/// # Safety
/// `f` was entered just now.
unsafe fn deliver(t: &mut Thread, f: *mut Frame, was: u8, v: Value) {
    if was != state::CREATED {
        // SAFETY: as the caller promises: `pc` points behind a YIELD.
        unsafe {
            let y = *(*f).pc.sub(1);
            put_value(t, (*f).base, y.a(), v)
        }
    }
}

/// `FOR_ITER` on a generator. False: it has finished.
///
/// # Safety
/// `it` is a generator in a register of the running frame, whose `pc` is saved.
pub unsafe fn enter_from_loop(t: &mut Thread, it: Word, dst: Base) -> Res<bool> {
    // SAFETY: as the caller promises.
    unsafe {
        let v: VRef<'_> = VRef::from_word(it);
        let g = &*(it.ptr() as *const Generator);
        let Some(was) = claim(t, g)? else { return Ok(false) };
        let f = enter(t, g, v, was, dst, FrameFlags::LOOP)?;
        deliver(t, f, was, Value::NONE);
        Ok(true)
    }
}

/// What `SEND` did.
pub enum Sent {
    /// The iterator yielded into `R[A]`.
    Yielded,
    /// It returned: `R[A]` has the value, `R[B]` is unbound.
    Returned,
    /// A generator's frame was pushed.
    Entered,
}

/// `SEND`.
///
/// # Safety
/// Registers of the running frame, whose `pc` is saved.
pub unsafe fn send_from_frame(t: &mut Thread, base: Base, i: Instr) -> Res<Sent> {
    // SAFETY: as the caller promises.
    unsafe {
        let it = vreg(base, i.b());
        if reg(base, i.a()) == Word::NONE
            && (it.has_shape(fixed::GENERATOR) || it.has_shape(fixed::COROUTINE))
            && enter_own(t, it.word(), base.add(i.a() as usize), FrameFlags::SEND, Word::NONE)
        {
            return Ok(Sent::Entered);
        }
        let sent = take(base, i.a());
        if it.has_shape(fixed::GENERATOR) || it.has_shape(fixed::COROUTINE) {
            let g = &*(it.word().ptr() as *const Generator);
            match claim(t, g)? {
                Some(was) => {
                    if was == state::CREATED && !sent.is_none() {
                        g.state.store(was, Release);
                        let kind = kind_name(g);
                        return Err(
                            t.type_error(format!("can't send non-None value to a just-started {kind}"))
                        );
                    }
                    let f = enter(t, g, it, was, base.add(i.a() as usize), FrameFlags::SEND)?;
                    deliver(t, f, was, sent);
                    return Ok(Sent::Entered);
                }
                None if it.has_shape(fixed::COROUTINE) => {
                    return Err(t.runtime_error("cannot reuse already awaited coroutine"));
                }
                None => {
                    put(t, base, i.a(), Word::NONE);
                    put(t, base, i.b(), Word::UNBOUND);
                    return Ok(Sent::Returned);
                }
            }
        }
        if let Some(send) = it.ty().slots().send {
            t.enter_native()?;
            match send(t, it, sent.r())? {
                Ok(v) => {
                    put_value(t, base, i.a(), v);
                    t.process_pending();
                    return Ok(Sent::Yielded);
                }
                Err(v) => {
                    put_value(t, base, i.a(), v);
                    put(t, base, i.b(), Word::UNBOUND);
                    return Ok(Sent::Returned);
                }
            }
        }
        let r =
            if sent.is_none() { next_raw(t, it) } else { t.call_method(it, "send", &[sent.r()]).map(Some) };
        match r {
            Ok(Some(v)) => {
                put_value(t, base, i.a(), v);
                t.process_pending();
                Ok(Sent::Yielded)
            }
            Ok(None) => {
                put(t, base, i.a(), Word::NONE);
                put(t, base, i.b(), Word::UNBOUND);
                Ok(Sent::Returned)
            }
            Err(e) => {
                let Some(v) = stop_value(t) else { return Err(e) };
                put_value(t, base, i.a(), v);
                put(t, base, i.b(), Word::UNBOUND);
                Ok(Sent::Returned)
            }
        }
    }
}

/// If StopIteration is on its way: takes it and gives its value.
pub fn stop_value(t: &mut Thread) -> Option<Value> {
    if !t.raised_is(&errors::STOP_ITERATION) {
        return None;
    }
    let e = t.take_raised();
    Some(exc(e.r()).and_then(|x| x.fields[errors::field::VALUE].load()).unwrap_or(Value::NONE))
}

/// `next(it)` that leaves StopIteration of `__next__` written in Python, or with a value, in the thread.
pub fn next_raw(t: &mut Thread, it: VRef<'_>) -> Res<Option<Value>> {
    t.enter_native()?;
    match it.ty().slots().next {
        Some(f) if crate::types::dunder::is_python_next(f) => {
            match t.call_special(it, names::__next__(), &[]) {
                Some(r) => r.map(Some),
                None => Ok(None),
            }
        }
        Some(f) => f(t, it),
        None => {
            let n = it.ty().error_name();
            Err(t.type_error(format!("'{n}' object is not an iterator")))
        }
    }
}

/// `YIELD`: moves the registers back into the generator; gives what is handed out.
///
/// # Safety
/// `f` is the top frame, a generator's, its `pc` saved.
pub unsafe fn suspend(t: &mut Thread, f: *mut Frame, i: Instr) -> Res {
    // SAFETY: as the caller promises.
    unsafe {
        if awaiting::lacks_coroutine(f) {
            awaiting::give_coroutine(t, f)
        }
        if (*f).flags & FrameFlags::GENERATOR == 0 {
            return Err(t.system_error("YIELD outside a generator"));
        }
        let base = (*f).base;
        let in_place = (*f).flags & FrameFlags::IN_PLACE != 0;
        let mut v = take(base, i.a());
        if i.f() & 2 != 0 && !in_place {
            v = asyncgen::wrap(t, v);
        }
        let Some(gv) = &(*f).extra else { return Err(t.system_error("YIELD outside a generator")) };
        // The frame holds it until `leave`.
        let g = &*(gv.word().ptr() as *const Generator);
        if i.c() != NO_REG {
            let outer = take(base, i.c());
            let own = std::mem::replace(&mut t.handled, unwind::as_handled(outer));
            drop(g.handled.swap(&g.h, own));
        }
        let shared = g.h.owner() != t.id();
        for (k, slot) in g.registers().iter().enumerate() {
            let p = base.add(k);
            let w = super::to_heap(*p);
            if shared && !w.is_unbound() {
                weft_strategy::publish(VRef::from_word(w))
            }
            slot.set_word(w);
            *p = Word::UNBOUND;
        }
        g.pc.store((*f).pc.offset_from((*(*f).code).running().instrs) as u32, Release);
        g.sub.store(waits_for(f, i), Relaxed);
        if in_place && i.f() & 2 != 0 {
            awaiting::end_anext(f, g)
        } else if in_place {
            awaiting::give_anext(t, f, crate::object::as_vref(g))
        }
        Ok(v)
    }
}

/// Pops a suspended generator's frame; only then can others resume it.
///
/// # Safety
/// `suspend` moved the registers out.
pub unsafe fn leave(t: &mut Thread, f: *mut Frame) {
    // SAFETY: as the caller promises.
    unsafe {
        let Some(gv) = (*f).extra.take() else { return };
        let delegating = (*(*f).pc.sub(1)).f() & 1 != 0;
        leave_object(f);
        let first = t.first_frame();
        let prev = if f == first { std::ptr::null_mut() } else { f.sub(1) };
        t.frame.set(prev);
        t.top.set((*f).base);
        let g = &*(gv.word().ptr() as *const Generator);
        g.state.store(if delegating { state::DELEGATING } else { state::SUSPENDED }, Release);
        if (*f).links > 0 {
            chain::suspend(t, (*f).links)
        }
        drop(gv);
        if (*f).flags & FrameFlags::ENTRY == 0 && !prev.is_null() {
            t.top.set((*prev).top)
        }
        t.process_pending();
    }
}

/// A generator's frame returns.
///
/// # Safety
/// `f` is the top frame, its `pc` saved.
pub unsafe fn returned(t: &mut Thread, f: *mut Frame, v: Value) -> Res<Finish> {
    // SAFETY: as the caller promises.
    unsafe {
        let flags = (*f).flags;
        finished(t, f);
        if (*f).links > 0 {
            // The one that waited for it goes on.
            chain::take_over(t, f);
            let send = *(*f).pc.sub(1);
            (*f).pc = (*f).pc.offset(send.c_signed() as isize);
            put_value(t, (*f).base, send.a(), v);
            put(t, (*f).base, send.b(), Word::UNBOUND);
            t.process_pending();
            return Ok(Finish::Resume);
        }
        if flags & FrameFlags::IN_PLACE != 0 {
            if let Some(g) = (*f).extra.as_ref().and_then(|g| g.cast::<Generator>()) {
                asyncgen::step_failed(t, g, true)
            }
            awaiting::stop_anext(t, f)?;
            return Ok(Finish::Resume);
        }
        unwind::pop_frame(t, f);
        if flags & FrameFlags::ENTRY != 0 {
            t.returned = true;
            return Ok(Finish::Native(v));
        }
        let caller = t.frame.get();
        let base = (*caller).base;
        let at = *(*caller).pc.sub(1);
        debug_assert!(matches!(at.op(), Some(Op::FOR_ITER | Op::SEND)));
        (*caller).pc = (*caller).pc.offset(at.c_signed() as isize);
        let mut unseen = None;
        if flags & FrameFlags::SEND != 0 {
            put_value(t, base, at.a(), v)
        } else if t.tracing && !v.is_none() {
            unseen = Some(v)
        }
        put(t, base, at.b(), Word::UNBOUND);
        t.process_pending();
        if let Some(v) = unseen {
            super::trace::ended(t, v)?
        }
        Ok(Finish::Resume)
    }
}

/// Marks the generator of a frame that ends as finished.
///
/// # Safety
/// `f` is the top frame.
unsafe fn finished(t: &mut Thread, f: *mut Frame) {
    // SAFETY: as the caller promises.
    unsafe {
        if let Some(gv) = &(*f).extra
            && let Some(g) = gv.cast::<Generator>()
        {
            drop(g.handled.take(&g.h));
            // The frame object is on its own from now on.
            if let Some(o) = g.frame.take(&g.h)
                && let Some(fo) = o.cast::<crate::types::frame::FrameObject>()
            {
                fo.generator.set_word(Word::UNBOUND)
            }
            g.state.store(state::FINISHED, Release);
        }
    }
    let _ = t;
}

/// A generator's frame is left by an exception.
///
/// # Safety
/// `f` is the top frame.
pub unsafe fn failed(t: &mut Thread, f: *mut Frame) {
    // SAFETY: as the caller promises.
    unsafe {
        if (*f).flags & FrameFlags::IN_PLACE != 0
            && let Some(g) = (*f).extra.as_ref().and_then(|g| g.cast::<Generator>())
        {
            asyncgen::step_failed(t, g, false)
        }
        finished(t, f)
    }
}

/// Resumes a generator from native code. `Ok(Ok(v))`: yielded; `Ok(Err(v))`: returned.
pub fn resume(t: &mut Thread, gv: VRef<'_>, what: Resume) -> Res<Result<Value, Value>> {
    let Some(g) = gv.cast::<Generator>() else { return Err(t.type_error("not a generator")) };
    let Some(was) = claim(t, g)? else {
        return match what {
            Resume::Send(_) if gv.has_shape(fixed::COROUTINE) => {
                Err(t.runtime_error("cannot reuse already awaited coroutine"))
            }
            Resume::Send(_) => Ok(Err(Value::NONE)),
            Resume::Throw(_) | Resume::ThrowInto(_) if gv.has_shape(fixed::COROUTINE) => {
                Err(t.runtime_error("cannot reuse already awaited coroutine"))
            }
            Resume::Throw(e) | Resume::ThrowInto(e) => Err(t.reraise(e)),
        };
    };
    match what {
        Resume::Send(v) => {
            if was == state::CREATED && !v.is_none() {
                g.state.store(was, Release);
                let kind = kind_name(g);
                return Err(t.type_error(format!("can't send non-None value to a just-started {kind}")));
            }
            run(t, g, gv, was, Some(v))
        }
        Resume::Throw(e) => throw(t, g, gv, was, e, true),
        Resume::ThrowInto(e) => throw(t, g, gv, was, e, false),
    }
}

fn run(
    t: &mut Thread,
    g: &Generator,
    gv: VRef<'_>,
    was: u8,
    send: Option<Value>,
) -> Res<Result<Value, Value>> {
    if let Err(e) = t.enter_native() {
        g.state.store(was, Release);
        return Err(e);
    }
    let mut send = send;
    if let Some(v) = &mut send
        && g.h.owner() == t.id()
        && !gv.has_shape(fixed::ASYNC_GENERATOR)
    {
        // SAFETY: this thread's own, claimed just now.
        unsafe {
            g.state.store(was, Relaxed);
            let w = std::mem::replace(v, Value::NONE).into_word();
            if enter_own(t, gv.word(), std::ptr::null_mut(), FrameFlags::ENTRY, w) {
                t.returned = false;
                let v = super::run_frames(t, false)?;
                return Ok(if std::mem::take(&mut t.returned) { Err(v) } else { Ok(v) });
            }
            *v = Value::from_owned(w);
            g.state.store(state::RUNNING, Relaxed);
        }
    }
    // SAFETY: claimed; `gv` is held by the caller and by the frame.
    let r = unsafe {
        match enter(t, g, gv, was, std::ptr::null_mut(), FrameFlags::ENTRY) {
            Ok(f) => {
                let raising = send.is_none();
                match send {
                    Some(v) => deliver(t, f, was, v),
                    None if was != state::CREATED => chain_own(t, *(*f).pc.sub(1)),
                    None => {}
                }
                t.returned = false;
                super::run_frames(t, raising)
            }
            Err(e) => Err(e),
        }
    };
    let v = r?;
    Ok(if std::mem::take(&mut t.returned) { Err(v) } else { Ok(v) })
}

/// `throw`: into the iterator the generator delegates to, else at its `yield`.
fn throw(
    t: &mut Thread,
    g: &Generator,
    gv: VRef<'_>,
    was: u8,
    e: Value,
    closing: bool,
) -> Res<Result<Value, Value>> {
    if was == state::DELEGATING
        && let Some(sub) = delegate_of(g)
    {
        return throw_into_delegate(t, g, gv, sub, e, closing);
    }
    // One that never started ends here, with a traceback entry of its own.
    t.reraise(e);
    run(t, g, gv, was, None)
}

/// `throw` into the iterator that the generator delegates to. The generator's frame is on the stack meanwhile.
fn throw_into_delegate(
    t: &mut Thread,
    g: &Generator,
    gv: VRef<'_>,
    sub: Value,
    e: Value,
    closing: bool,
) -> Res<Result<Value, Value>> {
    let was = state::DELEGATING;
    if let Err(e) = t.enter_native() {
        g.state.store(was, Release);
        return Err(e);
    }
    // SAFETY: claimed; `gv` is held by the caller and by the frame.
    let f = unsafe { enter(t, g, gv, was, std::ptr::null_mut(), FrameFlags::ENTRY)? };
    let thrown = if closing && errors::GENERATOR_EXIT.is_instance(t, e.r()) {
        // Closing: the delegate first.
        match close_delegate(t, sub.r()) {
            Ok(()) => Err(t.reraise(e)),
            Err(x) => Err(x),
        }
    } else if sub.cast::<Generator>().is_some() && !sub.r().has_shape(fixed::ASYNC_GENERATOR) {
        let what = if closing { Resume::Throw(e) } else { Resume::ThrowInto(e) };
        resume(t, sub.r(), what)
    } else {
        match t.getattr_opt(sub.r(), names::throw()) {
            Ok(Some(f)) => match t.call(f.r(), &[e.r()]) {
                Ok(v) => Ok(Ok(v)),
                Err(x) => match stop_value(t) {
                    Some(v) => Ok(Err(v)),
                    None => Err(x),
                },
            },
            Ok(None) => Err(t.reraise(e)),
            Err(x) => Err(x),
        }
    };
    // SAFETY: the frame entered above is on top again, behind its YIELD; a delegating YIELD stands behind its SEND (the
    // compiler's promise, see `lower/generator.rs`).
    unsafe {
        let y = *(*f).pc.sub(1);
        let raising = match thrown {
            Ok(Ok(v)) => {
                put_value(t, (*f).base, y.a(), v);
                let v = suspend(t, f, y)?;
                leave(t, f);
                return Ok(Ok(v));
            }
            Ok(Err(v)) => {
                let send = *(*f).pc.sub(2);
                (*f).pc = (*f).pc.offset(send.c_signed() as isize - 1);
                put(t, (*f).base, send.b(), Word::UNBOUND);
                put_value(t, (*f).base, send.a(), v);
                false
            }
            Err(Raised) => {
                chain_own(t, y);
                true
            }
        };
        t.returned = false;
        let v = super::run_frames(t, raising)?;
        Ok(if std::mem::take(&mut t.returned) { Err(v) } else { Ok(v) })
    }
}

/// An exception thrown in at a yield inside an exception handler has the one being handled as its context.
fn chain_own(t: &mut Thread, y: Instr) {
    if y.c() != NO_REG
        && let Some(e) = t.raised().map(|e| e.to_value())
    {
        errors::chain_context(t, &e)
    }
}

/// The iterator a suspended generator delegates to (`gi_yieldfrom`).
pub fn delegate_of(g: &Generator) -> Option<Value> {
    let at = g.pc.load(Acquire) as usize;
    let code = g.code.word().ptr() as *const crate::types::code::CodeObject;
    // SAFETY: the code is alive; a generator that delegates is suspended behind SEND, YIELD.
    unsafe {
        let instrs = &(*code).code().instrs;
        let send = instrs.get(at.checked_sub(2)?)?;
        if send.op() != Some(Op::SEND) {
            return None;
        }
        g.registers().get(send.b() as usize)?.load()
    }
}

fn close_delegate(t: &mut Thread, sub: VRef<'_>) -> Res<()> {
    if sub.cast::<Generator>().is_some() && !sub.has_shape(fixed::ASYNC_GENERATOR) {
        return close(t, sub).map(|_| ());
    }
    if let Some(f) = t.getattr_opt(sub, names::close())? {
        t.call(f.r(), &[])?;
    }
    Ok(())
}

/// `close()`; gives what the generator returned.
pub fn close(t: &mut Thread, gv: VRef<'_>) -> Res {
    let Some(g) = gv.cast::<Generator>() else { return Ok(Value::NONE) };
    let Some(was) = claim(t, g)? else { return Ok(Value::NONE) };
    if was == state::CREATED {
        g.state.store(state::FINISHED, Release);
        g.drop_registers();
        t.process_pending();
        return Ok(Value::NONE);
    }
    let class = errors::GENERATOR_EXIT.get(t).to_value();
    let e = match t.call(class.r(), &[]) {
        Ok(e) => e,
        Err(x) => {
            g.state.store(was, Release);
            return Err(x);
        }
    };
    match t.recurse(|t| throw(t, g, gv, was, e, true)) {
        Ok(Ok(_)) => {
            let kind = kind_name(g);
            Err(t.runtime_error(format!("{kind} ignored GeneratorExit")))
        }
        Ok(Err(v)) => Ok(v),
        Err(x) => {
            if g.state.load(Acquire) == state::RUNNING {
                // `recurse` refused before it began.
                g.state.store(was, Release)
            }
            if t.raised_is(&errors::GENERATOR_EXIT) {
                t.clear_raised();
                return Ok(Value::NONE);
            }
            match stop_value(t) {
                Some(v) => Ok(v),
                None => Err(x),
            }
        }
    }
}

// ---- opcodes

/// Kills `R[B]` unless it is the destination.
///
/// # Safety
/// Registers of the running frame.
unsafe fn finish_unary(t: &mut Thread, base: Base, i: Instr, v: Value) {
    // SAFETY: as the caller promises.
    unsafe {
        put_value(t, base, i.a(), v);
        if i.f() & KILL_B != 0 && i.b() != i.a() {
            put(t, base, i.b(), Word::UNBOUND)
        }
        t.process_pending();
    }
}

fn is_iterable_coroutine(v: VRef<'_>) -> bool {
    v.has_shape(fixed::GENERATOR)
        && v.cast::<Generator>().is_some_and(|g| {
            let code = g.code.word().ptr() as *const crate::types::code::CodeObject;
            // SAFETY: a generator's code is alive.
            unsafe { (*code).flags & flags::ITERABLE_COROUTINE != 0 }
        })
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn get_yield_from_iter(t: &mut Thread, f: *mut Frame, base: Base, i: Instr) -> Res<bool> {
    // SAFETY: as the caller promises.
    unsafe {
        let x = vreg(base, i.b());
        if x.has_shape(fixed::COROUTINE) {
            let outer = (*(*f).code).flags;
            if outer & (flags::COROUTINE | flags::ITERABLE_COROUTINE) == 0 {
                return Err(
                    t.type_error("cannot 'yield from' a coroutine object in a non-coroutine generator")
                );
            }
        }
        let v = if x.has_shape(fixed::COROUTINE) || x.has_shape(fixed::GENERATOR) {
            value(base, i.b())
        } else if awaiting::enter_iter(t, base, i, names::__iter__(), flags::GENERATOR)? {
            return Ok(true);
        } else {
            t.iter(vreg(base, i.b()))?
        };
        finish_unary(t, base, i, v);
    }
    Ok(false)
}

/// The iterator behind `await x`.
pub fn awaitable(t: &mut Thread, x: VRef<'_>) -> Res {
    if x.has_shape(fixed::COROUTINE) {
        let g = x.cast::<Generator>().map(|g| g.state.load(Acquire));
        if g == Some(state::DELEGATING) {
            return Err(t.runtime_error("coroutine is being awaited already"));
        }
        return Ok(x.to_value());
    }
    if is_iterable_coroutine(x) {
        return Ok(x.to_value());
    }
    let Some(f) = x.ty().slots().await_ else {
        let n = x.ty().name();
        return Err(t.type_error(format!("'{n}' object can't be awaited")));
    };
    let it = f(t, x)?;
    if it.r().has_shape(fixed::COROUTINE) || is_iterable_coroutine(it.r()) {
        return Err(t.type_error("__await__() returned a coroutine"));
    }
    if it.r().ty().slots().next.is_none() {
        let n = it.r().ty().name();
        return Err(t.type_error(format!("__await__() returned non-iterator of type '{n}'")));
    }
    Ok(it)
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn get_awaitable(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let x = vreg(base, i.b());
        if let Some(g) = x.exact::<Generator>(fixed::COROUTINE)
            && g.state.load(Acquire) != state::DELEGATING
        {
            // It is its own iterator: it moves, if nobody else needs it.
            let v = if i.f() & KILL_B != 0 { take(base, i.b()) } else { x.to_value() };
            put_value(t, base, i.a(), v);
            return Ok(());
        }
        let which = i.f() & 3;
        if which != 0
            && x.ty().slots().await_.is_none()
            && !x.has_shape(fixed::COROUTINE)
            && !is_iterable_coroutine(x)
        {
            let n = x.ty().name();
            let m = if which == 1 { "__aenter__" } else { "__aexit__" };
            return Err(t.type_error(format!(
                "'async with' received an object from {m} that does not implement __await__: {n}"
            )));
        }
        let v = awaitable(t, x)?;
        finish_unary(t, base, i, v);
    }
    Ok(())
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn get_aiter(t: &mut Thread, base: Base, i: Instr) -> Res<bool> {
    // SAFETY: as the caller promises.
    unsafe {
        let x = vreg(base, i.b());
        let Some(f) = x.ty().slots().aiter else {
            let n = x.ty().name();
            return Err(
                t.type_error(format!("'async for' requires an object with __aiter__ method, got {n}"))
            );
        };
        if awaiting::enter_iter(t, base, i, names::__aiter__(), flags::ASYNC_GENERATOR)? {
            return Ok(true);
        }
        let v = f(t, vreg(base, i.b()))?;
        if v.r().ty().slots().anext.is_none() {
            let n = v.r().ty().name();
            return Err(t.type_error(format!(
                "'async for' received an object from __aiter__ that does not implement __anext__: {n}"
            )));
        }
        finish_unary(t, base, i, v);
    }
    Ok(false)
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn get_anext(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let x = vreg(base, i.b());
        let Some(f) = x.ty().slots().anext else {
            let n = x.ty().name();
            return Err(
                t.type_error(format!("'async for' requires an iterator with __anext__ method, got {n}"))
            );
        };
        let v = f(t, x)?;
        let v = match awaitable(t, v.r()) {
            Ok(v) => v,
            Err(e) => {
                if t.raised_is(&errors::TYPE_ERROR) {
                    let cause = t.take_raised();
                    let n = v.r().ty().name();
                    let e =
                        t.type_error(format!("'async for' received an invalid object from __anext__: {n}"));
                    if let Some(x) = t.raised().and_then(exc) {
                        x.cause.set(&x.h, cause)
                    }
                    return Err(e);
                }
                return Err(e);
            }
        };
        finish_unary(t, base, i, v);
    }
    Ok(())
}
