//! Freeing: what happens to an object whose last reference is gone.
//!
//! `Value::drop` only puts it on the pending list. Here the list is worked off: weak references are
//! cleared, `__del__` runs (once, PEP 442), the references the object held are given up (which may put
//! more on the list: deep structures die without recursion), the cell is freed. While a finalizer or callback runs, what
//! was on the list before it waits, or finalizers would call each other as deep as there are deaths.

use super::Thread;
use crate::object::shape_of;
use std::ptr::NonNull;
use std::sync::atomic::Ordering::Relaxed;
use weft_strategy::core::breaker;
use weft_strategy::{Header, flag};

/// Drains in finalizers that drains led to, one in the other.
const DEEPEST: u32 = 4;

/// Drains one after the other: enough for chains of millions.
const MOST_DRAINS: u32 = 10_000;

impl Thread {
    /// Looks which of the SHARED objects that died are dead indeed, and frees them, and what they held the last
    /// references to.
    pub fn drain(&mut self) {
        // Finalizers may make as many as die.
        for _ in 0..MOST_DRAINS {
            if !self.drain_once() && self.core.dead_len() == 0 {
                break;
            }
        }
    }

    /// As many of them as one short stop of the world allows. True: there are more.
    fn drain_once(&mut self) -> bool {
        weft_strategy::ops().drain(&self.core);
        self.process_pending_slow();
        crate::types::weakref::run_cleared_callbacks(self);
        weft_nogil::reclaim::is_unfinished()
    }

    /// The same; what is left then is for the next safepoint.
    pub(crate) fn drain_some(&mut self) {
        if self.drain_once() {
            self.core.set_breaker(breaker::DRAIN)
        }
    }

    /// Frees what is pending; what others may hold, too, if its death was found urgent.
    #[inline]
    pub fn process_pending(&mut self) {
        if self.core.pending_len() > 0 {
            self.process_pending_slow()
        }
        self.drain_if_asked()
    }

    /// Drains if that was asked for.
    #[inline]
    pub(crate) fn drain_if_asked(&mut self) {
        if self.core.breaker.load(Relaxed) & breaker::DRAIN != 0 && self.may_drain() {
            self.drain_some()
        }
    }

    /// Not in finalizers of finalizers: each drain may run more.
    pub(crate) fn may_drain(&self) -> bool {
        self.dying.get() < DEEPEST
    }

    #[cold]
    #[inline(never)]
    fn process_pending_slow(&mut self) {
        let outer = self.dying.replace(self.dying.get() + 1);
        while self.core.pending_len() > self.waiting.get() {
            let Some(h) = self.core.pop_pending() else { break };
            // SAFETY: pending objects are allocated, and owned by this thread.
            let h = unsafe { &*h };
            if h.owner() == self.id() {
                h.clear_flags_plain(flag::PENDING);
                if h.local() == 0 {
                    self.free_object(h)
                }
            } else {
                // Published since: if nothing holds it, it dies again, as a SHARED object does.
                weft_strategy::count_up(h);
                h.clear_flags(flag::PENDING);
                weft_strategy::count_down(h)
            }
        }
        self.dying.set(outer);
        if self.core.pending_len() == 0 {
            self.core.pending_done()
        }
    }

    /// Runs a finalizer or callbacks.
    fn while_others_wait(&mut self, f: impl FnOnce(&mut Thread)) {
        let outer = self.waiting.replace(self.core.pending_len());
        f(self);
        self.waiting.set(outer)
    }

    /// Frees one dead object: LOCAL, count zero.
    fn free_object(&mut self, h: &Header) {
        let shape = shape_of(h);
        if (shape.ty().has_finalizer() || h.has(flag::WEAKREFS)) && !self.finalize(h) {
            return;
        }
        self.clear_object(h);
        if shape.collectable {
            self.heap.net.store(self.heap.net.load(Relaxed) - 1, Relaxed)
        }
        // SAFETY: dead, its references given up.
        unsafe { self.heap.free(NonNull::from(h)) }
    }

    /// Gives up all references of a dead object.
    pub(crate) fn clear_object(&mut self, h: &Header) {
        let shape = shape_of(h);
        (shape.layout.clear)(h);
        if shape.has_inst {
            shape.ext(h).clear_dead();
            for i in 0..shape.ninline as usize {
                shape.slot(h, i).clear_dead()
            }
        }
    }

    /// Finalizer and weak references. False: the object came back to life.
    #[cold]
    fn finalize(&mut self, h: &Header) -> bool {
        let shape = shape_of(h);
        if shape.ty().has_finalizer() && !h.has(flag::FINALIZED) {
            h.set_flags_plain(flag::FINALIZED);
            h.set_local(1);
            // SAFETY: alive again with one reference, given to this value.
            let v = unsafe { weft_strategy::Value::from_owned(weft_strategy::Word::counted(h)) };
            if let Some(f) = shape.ty().slots().finalize {
                let raised = self.raised.take();
                self.while_others_wait(|t| f(t, v.r()));
                self.raised = raised;
            }
            std::mem::forget(v);
            if h.owner() != self.id() {
                // Published by its finalizer: give our reference back in the new state.
                weft_strategy::count_down(h);
                return false;
            }
            h.set_local(h.local() - 1);
            if h.local() > 0 {
                return false;
            }
        }
        if h.has(flag::WEAKREFS) {
            // Callbacks run Python, so another thread may collect meanwhile: to it the object must look taken.
            h.set_flags_plain(flag::PENDING);
            self.while_others_wait(|t| crate::types::weakref::clear_for(t, h));
            h.clear_flags(flag::PENDING);
            return h.owner() == self.id() && h.local() == 0;
        }
        true
    }

    /// Drops a register word; a LOCAL object dies here and now.
    ///
    /// # Safety
    /// The register owns what the word says, and is overwritten by the caller.
    #[inline(always)]
    pub(crate) unsafe fn release(&mut self, w: weft_strategy::Word) {
        if w.is_counted() {
            // SAFETY: counted words point to live objects.
            let h = unsafe { &*w.ptr() };
            if h.owner() == self.id() {
                let n = h.local() - 1;
                h.set_local(n);
                if n == 0 {
                    self.release_last(h)
                }
            } else {
                weft_strategy::count_down(h)
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn release_last(&mut self, h: &Header) {
        if h.has(flag::PENDING) {
            return;
        }
        self.free_object(h);
        if self.core.pending_len() > 0 {
            self.process_pending_slow()
        }
    }
}
