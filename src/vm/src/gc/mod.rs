//! The cycle collector.

use crate::interp::RootScan;
use crate::object::{shape_of, Visitor};
use crate::thread::Thread;
use weft_strategy::{Header, ThreadCore, Word};

/// Visits all references of an object, instance part included.
pub fn traverse(h: &Header, v: Visitor) {
    let s = shape_of(h);
    (s.layout.traverse)(h, v);
    if s.has_inst {
        v(s.ext(h).word());
        for i in 0..s.ninline as usize {
            v(s.slot(h, i).word())
        }
    }
}

/// Visits the register words of a thread.
pub fn thread_registers(c: &ThreadCore, v: Visitor) {
    let t = c.vm.get() as *const Thread;
    if t.is_null() {
        return;
    }
    // SAFETY: the world is stopped, or it is the running thread.
    for w in unsafe { &*t }.registers() {
        v(*w)
    }
    let _ = Word::UNBOUND;
}

/// Collects if enough has been allocated.
pub fn collect_if_due(t: &mut Thread) {
    t.heap.net.set(0)
}

/// Collects now.
pub fn collect(t: &mut Thread) {
    weft_strategy::ops().drain(&t.core);
    t.process_pending();
}
