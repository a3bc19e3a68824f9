//! Chains of delegation: a generator that waits in `yield from` or `await` for another, which waits for a third.
//!
//! Resuming the outermost needs only the frame of the innermost: what that yields passes all the others unchanged. So
//! the generators between are not moved onto the stack; they are `CHAINED` and stand in `Thread::chain`, outermost
//! first, while the innermost runs. Its frame says how many there are (`Frame::links`). When it returns or raises, the
//! one before it takes its frame over; when it yields, all are suspended as they were. However many there are, they
//! count as one call for the recursion limit: they take no stack.
//!
//! Whoever looks at the calls of a thread sees the waiting generators too: [`level`].

use super::{drop_range, unwind};
use crate::thread::{Frame, FrameFlags, Thread};
use crate::types::code::CodeObject;
use crate::types::fixed;
use crate::types::function::Function;
use crate::types::generator::{Generator, state, sub};
use std::sync::atomic::Ordering::*;
use weft_strategy::{VRef, Value, Word};

/// Links that one frame may have. More are resumed by further frames.
const MOST: u16 = 60_000;

/// From a delegating generator of this thread's own down to the innermost that can run alone; those passed are
/// chained. The count is the frame's `links`.
///
/// # Safety
/// `root` is a suspended generator that can be resumed the short way.
pub unsafe fn descend(t: &mut Thread, root: Word) -> (Word, u16) {
    // SAFETY: this thread's own generators, suspended: nobody else touches them.
    unsafe {
        let (mut at, mut links) = (root, 0);
        while links < MOST {
            let g = &*(at.ptr() as *const Generator);
            let n = g.sub.load(Relaxed);
            if n >= sub::PLAIN {
                break;
            }
            let w = g.registers().get_unchecked(n as usize).word();
            if !w.is_heap() || !matches!((*w.ptr()).shape(), fixed::GENERATOR | fixed::COROUTINE) {
                break;
            }
            let inner = &*(w.ptr() as *const Generator);
            let s = inner.state.load(Relaxed);
            if inner.h.owner() != t.id()
                || !(s == state::DELEGATING || s == state::SUSPENDED)
                || inner.sub.load(Relaxed) == sub::LONG
            {
                break;
            }
            // The root is held for the chain; each of the others is held by the one before.
            let link = if links == 0 { VRef::from_word(at).to_value().into_word() } else { at };
            t.chain.push(link);
            g.state.store(state::CHAINED, Relaxed);
            links += 1;
            at = w
        }
        (at, links)
    }
}

/// The innermost yielded: the others are suspended as they were.
///
/// # Safety
/// The frame that had that many links was popped just now.
pub unsafe fn suspend(t: &mut Thread, links: u16) {
    let from = t.chain.len() - links as usize;
    // SAFETY: links are alive; the root's reference ends here.
    unsafe {
        for w in &t.chain[from..] {
            (*(w.ptr() as *const Generator)).state.store(state::DELEGATING, Release)
        }
        let root = t.chain[from];
        t.chain.truncate(from);
        t.release(root)
    }
}

/// The top frame's generator has finished: the one that waited for it takes the frame over, behind its SEND.
///
/// # Safety
/// `f` is the top frame, of a generator that is marked finished, and has links.
pub unsafe fn take_over(t: &mut Thread, f: *mut Frame) {
    // SAFETY: as the caller promises; `descend` saw to it that there is room for the registers of any code.
    unsafe {
        if (*f).object.is_some() {
            unwind::detach_object(t, f)
        }
        let base = (*f).base;
        drop_range(t, base, (*f).top.offset_from(base) as usize);
        let Some(w) = t.chain.pop() else { return };
        (*f).links -= 1;
        let g = &*(w.ptr() as *const Generator);
        let v = if (*f).links == 0 { Value::from_owned(w) } else { VRef::from_word(w).to_value() };
        g.state.store(state::RUNNING, Release);
        let registers = g.registers();
        g.move_to(base, g.registers().len());
        (*f).top = base.add(registers.len());
        t.top.set((*f).top);
        let code = g.code.word().ptr() as *const CodeObject;
        // It was suspended at the YIELD behind its SEND.
        (*f).pc = (*code).running().instrs.add(g.pc.load(Acquire) as usize - 1);
        (*f).code = code;
        (*f).func = g.func.word().ptr() as *const Function;
        (*f).flags &= !FrameFlags::RERAISING;
        super::generator::take_object(f, g);
        let finished = (*f).extra.replace(v);
        drop(finished);
        t.process_pending()
    }
}

/// One of a thread's active calls.
pub enum Level<'a> {
    /// It runs, or called what does.
    Frame(*mut Frame),
    /// A generator that waits for another in a chain.
    Waiting(&'a Generator),
}

/// The call `depth` calls up from the running one.
pub fn level(t: &Thread, depth: usize) -> Option<Level<'_>> {
    let mut f = t.frame.get();
    if f.is_null() {
        return None;
    }
    let (mut depth, mut end) = (depth, t.chain.len());
    loop {
        if depth == 0 {
            return Some(Level::Frame(f));
        }
        // SAFETY: between the first frame and the top one all are active; links are alive.
        unsafe {
            let links = (*f).links as usize;
            if depth <= links {
                return Some(Level::Waiting(
                    &*(t.chain.get(end.checked_sub(depth)?)?.ptr() as *const Generator),
                ));
            }
            if f == t.first_frame() {
                return None;
            }
            depth -= links + 1;
            end = end.checked_sub(links)?;
            f = f.sub(1)
        }
    }
}

/// The generator that waits for that of a frame, if the frame has links.
///
/// # Safety
/// `f` is an active frame of this thread.
pub unsafe fn first_link(t: &Thread, f: *mut Frame) -> Option<&Generator> {
    // SAFETY: as the caller promises.
    unsafe {
        if (*f).links == 0 {
            return None;
        }
        let (mut at, mut end) = (t.frame.get(), t.chain.len());
        while at > f {
            end = end.checked_sub((*at).links as usize)?;
            at = at.sub(1)
        }
        let w = t.chain.get(end.checked_sub(1)?)?;
        Some(&*(w.ptr() as *const Generator))
    }
}

/// The frame object of what resumed a waiting generator.
pub fn caller_of(t: &Thread, g: &Generator) -> Option<Value> {
    let mut end = t.chain.len();
    let mut f = t.frame.get();
    let at = t.chain.iter().position(|w| std::ptr::eq(w.ptr(), &g.h))?;
    // SAFETY: between the first frame and the top one all are active; links are alive.
    unsafe {
        loop {
            let first = end.checked_sub((*f).links as usize)?;
            if at > first {
                let outer = &*(t.chain.get(at - 1)?.ptr() as *const Generator);
                return Some(crate::types::frame::of_generator(t, crate::object::as_vref(outer)));
            }
            if f == t.first_frame() {
                return None;
            }
            f = f.sub(1);
            if at == first {
                return Some(unwind::frame_object(t, f));
            }
            end = first
        }
    }
}
