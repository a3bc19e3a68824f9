//! What changes when the program gets its second thread, and when the process is copied.

use super::modules::root_slots;
use crate::thread::Thread;
use weft_strategy::{NOBODY, VRef, Word};

/// Before the first extra thread starts: everything that the process-wide roots and SHARED objects lead to becomes
/// visible to all. Until then publishing is put off (see [`weft_strategy::contract::is_threaded`]).
pub fn publish_roots(_t: &Thread) {
    if weft_strategy::ops().gil || weft_strategy::contract::is_threaded() {
        return;
    }
    weft_strategy::contract::set_threaded();
    let mut publish = |w: Word| {
        if w.is_heap() {
            // SAFETY: slot words point to live objects.
            weft_strategy::publish(unsafe { VRef::from_word(w) })
        }
    };
    crate::heap::walk(|h| {
        if h.owner() == NOBODY {
            crate::gc::traverse(h, &mut publish);
            crate::types::weakref::companions(h, &mut publish)
        }
    });
    for s in root_slots() {
        publish(s.word())
    }
}

type Hook = fn();
static IN_CHILD: parking_lot::Mutex<Vec<Hook>> = parking_lot::Mutex::new(Vec::new());

/// Has `f` called in the child of every fork, before any Python code runs there. Once per function.
pub fn at_fork_in_child(f: Hook) {
    let mut hooks = IN_CHILD.lock();
    if !hooks.iter().any(|h| *h as usize == f as usize) {
        hooks.push(f)
    }
}

/// What a forked child does first. The world stood still at the fork, so no other thread was inside the heap, a table or
/// a lock of ours; the locks that threads may hold while detached are made anew.
pub fn after_fork_in_child(t: &mut Thread) {
    weft_strategy::ops().after_fork_in_child(&t.core);
    // SAFETY: one thread exists.
    unsafe { crate::heap::after_fork_in_child() }
    crate::gc::after_fork_in_child();
    crate::contention::after_fork_in_child(t);
    super::set_main(t);
    // The child is in no event loop.
    (t.locals.asyncio.running, t.locals.asyncio.task) = (None, None);
    // SAFETY: no preconditions.
    t.ident = unsafe { libc::pthread_self() } as u64;
    let hooks = IN_CHILD.lock().clone();
    for f in hooks {
        f()
    }
}
