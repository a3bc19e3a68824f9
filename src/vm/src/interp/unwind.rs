//! Raising and unwinding.
//!
//! Entering a `try` costs nothing: the code's exception table says which handler covers an instruction.
//! Unwinding adds a traceback entry for each frame it passes, drops the registers that are dead on entry to the
//! handler, and puts the exception into the handler's register.

use super::monitor::event;
use super::{Base, drop_range, drop_range_here, put, put_value, take, value, vreg};
use crate::errors::{self, exc};
use crate::object::ValueExt;
use crate::thread::{Frame, FrameFlags, Thread};
use crate::types::frame::FrameObject;
use crate::types::tuple::Tuple;
use crate::types::{fixed, generator, traceback};
use crate::{Raised, Res};
use std::sync::atomic::Ordering::*;
use weft_bytecode::Instr;
use weft_bytecode::ops::KILL_B;
use weft_strategy::{Header, Slot, VRef, Value, Word};

/// Where unwinding ended.
pub enum Target {
    /// In a handler of the top frame, whose `pc` is set.
    Handler,
    /// The entry frame is gone: the exception goes on in native code.
    Native,
}

/// Index of the instruction that a frame is executing.
///
/// # Safety
/// The frame is active and its `pc` saved.
pub unsafe fn index(f: *const Frame) -> usize {
    // SAFETY: as the caller promises; `pc` points behind the instruction.
    unsafe { ((*f).pc.offset_from((*(*f).code).running().instrs) as usize).saturating_sub(1) }
}

/// Unwinds the exception in the thread from the top frame.
#[cold]
#[inline(never)]
pub fn unwind(t: &mut Thread) -> Target {
    loop {
        let f = t.frame.get();
        // SAFETY: the top frame is active, and its `pc` was saved where the exception was raised.
        unsafe {
            let at = index(f);
            let again = (*f).flags & FrameFlags::RERAISING != 0;
            (*f).flags &= !FrameFlags::RERAISING;
            if !again {
                add_traceback(t, f, at);
                if t.tracing {
                    super::trace::raised(t, f)
                }
            } else if t.tracing {
                super::trace::with_exception(t, f, event::RERAISE)
            }
            let code = (*(*f).code).code();
            let row = code.handlers.iter().find(|h| (h.start as usize..h.end as usize).contains(&at));
            if let Some(h) = row {
                if t.tracing {
                    super::trace::with_exception(t, f, event::EXCEPTION_HANDLED)
                }
                let base = (*f).base;
                t.top.set(base.add(code.nregs as usize));
                drop_range(t, base.add(h.depth as usize), code.nregs as usize - h.depth as usize);
                let e = t.take_raised();
                put_value(t, base, h.reg, e);
                t.process_pending();
                (*f).pc = code.instrs.as_ptr().add(h.target as usize);
                return Target::Handler;
            }
            if t.tracing {
                super::trace::unwound(t, f)
            }
            let flags = (*f).flags;
            if again && weft_bytecode::locations::line_at(code, at as u32).is_none() {
                stay_where_raised(t, f)
            }
            if flags & FrameFlags::GENERATOR != 0 {
                super::generator::failed(t, f);
                if (*f).links > 0 {
                    // The one that waited for it gets the exception at its SEND.
                    super::chain::take_over(t, f);
                    continue;
                }
            }
            pop_frame(t, f);
            if flags & FrameFlags::ENTRY != 0 {
                return Target::Native;
            }
        }
    }
}

/// An instruction from nowhere raised again what was raised elsewhere in the frame: there the frame object stays.
///
/// # Safety
/// `f` is the top frame.
unsafe fn stay_where_raised(t: &Thread, f: *mut Frame) {
    // SAFETY: as the caller promises; the entry's frame tells that its instruction is one of this code.
    unsafe {
        let Some(object) = &(*f).object else { return };
        let Some(tb) = t.raised().and_then(exc).and_then(|x| x.traceback.load()) else { return };
        let Some(entry) = tb.cast::<traceback::Traceback>() else { return };
        let code = (*(*f).code).code();
        let at = entry.lasti.load(Relaxed) / 2;
        if entry.frame.load().is_some_and(|o| o.is(object.r())) && (0..code.instrs.len() as i64).contains(&at)
        {
            (*f).pc = code.instrs.as_ptr().add(at as usize + 1)
        }
    }
}

/// Drops a frame: its registers, window and what it kept. A frame object that others hold gets the registers.
///
/// # Safety
/// `f` is the top frame.
pub unsafe fn pop_frame(t: &mut Thread, f: *mut Frame) {
    // SAFETY: as the caller promises.
    unsafe {
        if (*f).object.is_some() {
            detach_object(t, f)
        }
        let end = (*f).top;
        let window = (*f).window;
        let held = unlink(t, f);
        drop_range(t, window, end.offset_from(window) as usize);
        give_up(t, held, window)
    }
}

/// As [`pop_frame`], for a called frame without flags, which returns `w`. The word goes into the caller's register,
/// where a stop finds it, before what the frame held, below `end`, is dropped. Gives the caller's frame.
///
/// # Safety
/// `f` is the top frame; `w` owns what it says and may leave the frame; registers from `end` up are dead.
#[inline(always)]
pub unsafe fn pop_into(t: &mut Thread, f: *mut Frame, w: Word, end: super::Base) -> *mut Frame {
    // SAFETY: as the caller promises.
    unsafe {
        debug_assert!((*f).is_empty());
        let (window, dst) = ((*f).window, (*f).dst);
        let prev = f.sub(1);
        // The result may lie where the callable or an argument lay.
        let old = *dst;
        *dst = w;
        t.frame.set(prev);
        if dst <= window || dst >= end {
            drop_range_here(t, window.add((dst == window) as usize), end)
        } else {
            drop_range(t, window, dst.offset_from(window) as usize);
            drop_range(t, dst.add(1), end.offset_from(dst) as usize - 1)
        }
        t.top.set((*prev).top);
        t.release(old);
        prev
    }
}

/// As [`pop_into`], for an `__init__` that was called to make an instance, which is the result.
///
/// # Safety
/// `f` is the top frame, its flags are `INIT` and `HOLDS`, it has no frame object.
#[inline(never)]
pub unsafe fn pop_init(t: &mut Thread, f: *mut Frame) -> *mut Frame {
    // SAFETY: as the caller promises.
    unsafe {
        let made = (*f).extra.take().map_or(Word::NONE, Value::into_word);
        let keep = std::mem::replace(&mut (*f).keep, Word::UNBOUND);
        let prev = pop_into(t, f, made, (*f).top);
        t.release(keep);
        prev
    }
}

/// As [`pop_into`], for a frame that holds more than registers, but has no frame object.
///
/// # Safety
/// As [`pop_into`].
#[inline(never)]
pub unsafe fn pop_holding(t: &mut Thread, f: *mut Frame, w: Word) -> *mut Frame {
    // SAFETY: as the caller promises.
    unsafe {
        let (window, end, dst) = ((*f).window, (*f).top, (*f).dst);
        let old = *dst;
        *dst = w;
        let held = unlink(t, f);
        if window <= dst && dst < end {
            drop_range(t, window, dst.offset_from(window) as usize);
            drop_range(t, dst.add(1), end.offset_from(dst) as usize - 1);
            give_up(t, held, dst.add(1));
        } else {
            drop_range(t, window, end.offset_from(window) as usize);
            give_up(t, held, window);
        }
        t.release(old);
        t.frame.get()
    }
}

/// What a frame record held besides registers.
struct Held {
    entry: bool,
    keep: Word,
    locals: Option<Value>,
    extra: Option<Value>,
}

/// Takes the top frame off. Its registers are still below `top`; its record is empty, for whatever dies next may push
/// frames in its place.
///
/// # Safety
/// `f` is the top frame.
unsafe fn unlink(t: &mut Thread, f: *mut Frame) -> Held {
    // SAFETY: as the caller promises.
    unsafe {
        let held = Held {
            entry: (*f).flags & FrameFlags::ENTRY != 0,
            keep: std::mem::replace(&mut (*f).keep, Word::UNBOUND),
            locals: (*f).locals.take(),
            extra: (*f).extra.take(),
        };
        t.frame.set(if f == t.first_frame() { std::ptr::null_mut() } else { f.sub(1) });
        held
    }
}

/// Second half of popping, when the registers are dropped. Those below `top` (or the frame below's, if those are
/// more) stay in use meanwhile.
///
/// # Safety
/// The frame was unlinked just now.
unsafe fn give_up(t: &mut Thread, held: Held, top: *mut Word) {
    // SAFETY: as the caller promises.
    unsafe {
        let Held { entry, keep, locals, extra } = held;
        let prev = t.frame.get();
        let below = if prev.is_null() { top } else { (*prev).top };
        t.top.set(if entry { top } else { top.max(below) });
        t.release(keep);
        drop((locals, extra));
        t.process_pending();
        if !entry {
            t.top.set(below)
        }
    }
}

/// The frame ends while its frame object exists: if others hold that, it takes over the registers.
///
/// # Safety
/// `f` is the top frame.
#[cold]
pub(super) unsafe fn detach_object(t: &mut Thread, f: *mut Frame) {
    // SAFETY: as the caller promises.
    unsafe {
        let Some(object) = (*f).object.take() else { return };
        let Some(fo) = object.cast::<FrameObject>() else { return };
        fo.lasti.store(index(f) as u32, Release);
        let h = object.r().header();
        let shared = h.is_none_or(|h| h.owner() != t.id() || h.local() > 1);
        if !shared {
            fo.frame.store(std::ptr::null_mut(), Release);
            return;
        }
        // A generator's frame is in nobody's call chain when it does not run.
        if fo.back.is_empty() && (*f).flags & (FrameFlags::GENERATOR | FrameFlags::IN_PLACE) == 0 {
            let prev = if f == t.first_frame() { std::ptr::null_mut() } else { f.sub(1) };
            if !prev.is_null() {
                let back = frame_object(t, prev);
                fo.back.set(&fo.h, back);
            }
        }
        let named = (&(*(*f).code).running().local_names).len();
        let mut kept = Vec::with_capacity(named);
        for k in 0..named {
            let w = super::to_heap(*(*f).base.add(k));
            *(*f).base.add(k) = Word::UNBOUND;
            let slot = Slot::empty();
            if fo.h.owner() != t.id() && !w.is_unbound() {
                weft_strategy::publish(VRef::from_word(w))
            }
            slot.set_word(w);
            kept.push(slot);
        }
        *fo.registers.get() = kept.into_boxed_slice();
        // Last: from now on other threads may look at them.
        fo.frame.store(std::ptr::null_mut(), Release);
    }
}

/// The frame object of an active frame, made on demand.
///
/// # Safety
/// The frame is active.
pub unsafe fn frame_object(t: &Thread, f: *mut Frame) -> Value {
    // SAFETY: as the caller promises.
    unsafe {
        if let Some(o) = &(*f).object {
            return o.clone();
        }
        let func = VRef::from_word(Word::counted((*f).func as *const Header)).to_value();
        let code = VRef::from_word(Word::counted((*f).code as *const Header)).to_value();
        let generator = if (*f).flags & FrameFlags::GENERATOR != 0 { (*f).extra.clone() } else { None };
        // A generator keeps its frame object over suspensions.
        if let Some(g) = &generator
            && let Some(gen_) = g.cast::<generator::Generator>()
            && let Some(o) = gen_.frame.load()
        {
            if let Some(fo) = o.cast::<FrameObject>() {
                fo.frame.store(f, Release)
            }
            (*f).hold_object(o.clone());
            return o;
        }
        let o = t.make(
            fixed::FRAME,
            FrameObject {
                h: Header::new(0, 0),
                code: Slot::new(code),
                func: Slot::new(func),
                locals: Slot::from_option((*f).locals.clone()),
                back: Slot::empty(),
                trace: Slot::empty(),
                generator: crate::types::frame::weak_generator(generator.as_ref().map(|g| g.r())),
                frame: std::sync::atomic::AtomicPtr::new(f),
                lasti: std::sync::atomic::AtomicU32::new(0),
                registers: std::cell::UnsafeCell::new(Box::new([])),
                ..FrameObject::blank()
            },
        );
        if let Some(g) = &generator
            && let Some(gen_) = g.cast::<generator::Generator>()
        {
            gen_.frame.set(&gen_.h, o.clone())
        }
        (*f).hold_object(o.clone());
        o
    }
}

/// Puts an entry for the frame in front of the exception's traceback.
///
/// # Safety
/// The frame is active.
unsafe fn add_traceback(t: &mut Thread, f: *mut Frame, at: usize) {
    let Some(e) = t.raised().map(|e| e.to_value()) else { return };
    let Some(x) = exc(e.r()) else { return };
    // SAFETY: as the caller promises.
    let frame = unsafe { frame_object(t, f) };
    let tb = traceback::new(t, x.traceback.load(), frame, at);
    x.traceback.set(&x.h, tb);
}

/// What `sys.exception()` may be: nothing but exceptions, whatever the code says.
pub fn as_handled(v: Value) -> Option<Value> {
    exc(v.r()).is_some().then_some(v)
}

/// Raises what a register holds again.
pub fn reraise(t: &mut Thread, f: *mut Frame, e: Value) -> Raised {
    if exc(e.r()).is_none() {
        return t.system_error("what is raised again is no exception");
    }
    // SAFETY: the running frame.
    unsafe { (*f).flags |= FrameFlags::RERAISING }
    t.reraise(e)
}

/// `RAISE`.
///
/// # Safety
/// Registers of the running frame.
pub unsafe fn raise(t: &mut Thread, f: *mut Frame, base: Base, i: Instr) {
    // SAFETY: as the caller promises.
    unsafe {
        match i.f() & 3 {
            0 => match t.handled.clone() {
                Some(e) if !e.is_none() => {
                    t.reraise(e);
                    (*f).flags |= FrameFlags::RERAISING;
                }
                _ => {
                    t.runtime_error("No active exception to reraise");
                }
            },
            1 => {
                let x = value(base, i.a());
                errors::raise_class_or_instance(t, x);
            }
            _ => {
                let x = value(base, i.a());
                let cause = value(base, i.b());
                if let Err(Raised) = raise_from(t, x, cause) {}
            }
        }
    }
}

fn raise_from(t: &mut Thread, x: Value, cause: Value) -> Res<()> {
    let e = errors::instantiate(t, x.r())?;
    let cause = if cause.is_none() {
        None
    } else if exc(cause.r()).is_some() {
        Some(cause)
    } else if let Some(c) = crate::types::typeobj::as_type(cause.r())
        && c.is_subtype(errors::BASE_EXCEPTION.get(t))
    {
        let made = t.call(cause.r(), &[])?;
        if exc(made.r()).is_none() {
            let class = made.r().ty().to_value();
            let (c, n) = (t.repr_text(cause.r())?, t.repr_text(class.r())?);
            return Err(t.type_error(format!(
                "calling {c} should have returned an instance of BaseException, not {n}"
            )));
        }
        Some(made)
    } else {
        return Err(t.type_error("exception causes must derive from BaseException"));
    };
    if let Some(x) = exc(e.r()) {
        drop(x.cause.swap(&x.h, cause));
        x.suppress.store(true, Release);
    }
    Err(t.raise(e))
}

/// Does exception `e` match `pattern`? TypeError if that is no exception class or tuple of them.
fn matches(t: &mut Thread, e: VRef<'_>, pattern: VRef<'_>) -> Res<bool> {
    if let Some(many) = pattern.cast::<Tuple>() {
        for p in many.iter() {
            check_class(t, p)?
        }
        for p in many.iter() {
            if given_matches(t, e, p) {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    check_class(t, pattern)?;
    Ok(given_matches(t, e, pattern))
}

fn given_matches(_t: &Thread, e: VRef<'_>, class: VRef<'_>) -> bool {
    crate::types::typeobj::as_type(class).is_some_and(|c| e.ty().is_subtype(c))
}

fn check_class(t: &mut Thread, p: VRef<'_>) -> Res<()> {
    let base = errors::BASE_EXCEPTION.get(t);
    if crate::types::typeobj::as_type(p).is_some_and(|c| c.is_subtype(base)) {
        return Ok(());
    }
    Err(t.type_error("catching classes that do not inherit from BaseException is not allowed"))
}

/// `R[A] := R[B] matches R[C]`
///
/// # Safety
/// Registers of the running frame.
pub unsafe fn match_exc(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let yes = matches(t, vreg(base, i.b()), vreg(base, i.c()))?;
        put(t, base, i.a(), Word::bool(yes));
        super::arith::kill_others(t, base, i);
    }
    Ok(())
}

/// `except*`: `R[A], R[A+1] :=` match and rest.
///
/// # Safety
/// Registers of the running frame.
pub unsafe fn match_group(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    let (e, class) = unsafe { (value(base, i.b()), value(base, i.c())) };
    check_group_class(t, class.r())?;
    let (found, rest) = if matches(t, e.r(), class.r())? {
        if errors::BASE_EXCEPTION_GROUP.is_instance(t, e.r()) {
            (e.clone(), Value::NONE)
        } else {
            // A naked exception is wrapped, PEP 654.
            let group = wrap_naked(t, &e)?;
            (group, Value::NONE)
        }
    } else if errors::BASE_EXCEPTION_GROUP.is_instance(t, e.r()) {
        let pair = t.call_method(e.r(), "split", &[class.r()])?;
        match pair.cast::<Tuple>() {
            Some(p) if p.len() >= 2 => (p.get(0).to_value(), p.get(1).to_value()),
            _ => {
                let (c, n) = (e.r().ty().name(), pair.r().ty().name());
                return Err(t.type_error(format!("{c}.split must return a tuple, not {n}")));
            }
        }
    } else {
        (Value::NONE, e.clone())
    };
    // SAFETY: as the caller promises.
    unsafe {
        put_value(t, base, i.a(), found);
        put_value(t, base, i.a() + 1, rest);
        let (a, b) = (i.a(), i.a() + 1);
        if i.f() & KILL_B != 0 && i.b() != a && i.b() != b {
            put(t, base, i.b(), Word::UNBOUND)
        }
        if i.f() & weft_bytecode::ops::KILL_C != 0 && i.c() != a && i.c() != b {
            put(t, base, i.c(), Word::UNBOUND)
        }
    }
    Ok(())
}

fn check_group_class(t: &mut Thread, p: VRef<'_>) -> Res<()> {
    let group = errors::BASE_EXCEPTION_GROUP.get(t);
    let one = |t: &mut Thread, c: VRef<'_>| -> Res<()> {
        let base = errors::BASE_EXCEPTION.get(t);
        match crate::types::typeobj::as_type(c) {
            Some(k) if k.is_subtype(group) => {
                Err(t.type_error("catching ExceptionGroup with except* is not allowed. Use except instead."))
            }
            Some(k) if k.is_subtype(base) => Ok(()),
            _ => Err(t.type_error("catching classes that do not inherit from BaseException is not allowed")),
        }
    };
    match p.cast::<Tuple>() {
        Some(many) => {
            for c in many.iter() {
                one(t, c)?
            }
            Ok(())
        }
        None => one(t, p),
    }
}

fn wrap_naked(t: &mut Thread, e: &Value) -> Res {
    let list = Tuple::new(t, vec![e.clone()]);
    let class = errors::exception_group(t);
    let message = t.str("");
    let g = t.call(class.r(), &[message.r(), list.r()])?;
    if let (Some(x), Some(inner)) = (exc(g.r()), exc(e.r()))
        && let Some(tb) = inner.traceback.load()
    {
        x.traceback.set(&x.h, tb)
    }
    Ok(g)
}

/// What to raise after `except*` clauses (PEP 654).
///
/// # Safety
/// Registers of the running frame.
pub unsafe fn prep_reraise_star(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    let (orig, list) = unsafe { (value(base, i.b()), value(base, i.c())) };
    let raised = super::calls::list_items(t, list.r());
    let v = crate::errors::reraise_star(t, orig.r(), raised)?;
    // SAFETY: as the caller promises.
    unsafe {
        put_value(t, base, i.a(), v);
        super::arith::kill_others(t, base, i);
    }
    Ok(())
}

/// `R[A] := __exit__(type, value, traceback)`
///
/// # Safety
/// Registers of the running frame.
pub unsafe fn with_except(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let e = value(base, i.c());
        let ty = e.r().ty().to_value();
        let tb = exc(e.r()).and_then(|x| x.traceback.load()).unwrap_or(Value::NONE);
        let exit = vreg(base, i.b());
        let this = super::reg(base, i.b() + 1);
        let r = if this.is_unbound() {
            t.call(exit, &[ty.r(), e.r(), tb.r()])?
        } else {
            let this: VRef<'_> = VRef::from_word(this);
            t.call(exit, &[this, ty.r(), e.r(), tb.r()])?
        };
        put_value(t, base, i.a(), r);
        t.process_pending();
    }
    Ok(())
}

/// End of an `async for`.
///
/// # Safety
/// Registers of the running frame.
pub unsafe fn end_async_for(t: &mut Thread, f: *mut Frame, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let e = take(base, i.a());
        if errors::STOP_ASYNC_ITERATION.is_instance(t, e.r()) {
            put(t, base, i.b(), Word::UNBOUND);
            return Ok(());
        }
        Err(reraise(t, f, e))
    }
}

/// An exception thrown into a delegation: StopIteration is its result.
///
/// # Safety
/// Registers of the running frame.
pub unsafe fn cleanup_throw(t: &mut Thread, f: *mut Frame, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let e = take(base, i.a());
        if errors::STOP_ITERATION.is_instance(t, e.r()) {
            let v = exc(e.r()).and_then(|x| x.fields[errors::field::VALUE].load()).unwrap_or(Value::NONE);
            put_value(t, base, i.b(), v);
            return Ok(());
        }
        Err(reraise(t, f, e))
    }
}
