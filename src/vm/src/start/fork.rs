//! What changes when the program gets its second thread, and when the process is copied.

use super::modules::root_slots;
use crate::thread::Thread;
use std::sync::atomic::{AtomicBool, Ordering::*};
use weft_strategy::VRef;

static PUBLISHED: AtomicBool = AtomicBool::new(false);

/// Before the first extra thread starts: everything that the process-wide roots lead to becomes visible
/// to all. Later changes publish themselves, for then the roots are SHARED.
pub fn publish_roots(t: &Thread) {
    if weft_strategy::ops().gil || PUBLISHED.swap(true, AcqRel) {
        return;
    }
    for s in root_slots() {
        if let Some(v) = s.get(t) {
            publish_behind(v)
        }
    }
}

/// Publishes a value, and what lies right behind it if that is SHARED already.
fn publish_behind(v: VRef<'_>) {
    weft_strategy::publish(v);
    if let Some(h) = v.header() {
        crate::gc::traverse(h, &mut |w| {
            if w.is_heap() {
                // SAFETY: slot words point to live objects.
                weft_strategy::publish(unsafe { VRef::from_word(w) })
            }
        })
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

/// Stops the world and forks. In the child only this thread is left. Gives the pid, 0 in the child, or
/// the errno.
///
/// The world stands still at the fork, so no other thread is inside the heap, a table or a lock of ours;
/// the locks that threads may hold while detached are made anew in the child.
pub fn fork(t: &mut Thread) -> Result<libc::pid_t, i32> {
    t.process_pending();
    weft_strategy::ops().stop_world(&t.core);
    // SAFETY: the child continues in this thread, whose state is consistent.
    let pid = unsafe { libc::fork() };
    if pid == 0 {
        after_fork_in_child(t);
        return Ok(0);
    }
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    weft_strategy::ops().start_world(&t.core);
    if pid < 0 { Err(errno) } else { Ok(pid) }
}

/// The child's half of [`fork`].
fn after_fork_in_child(t: &mut Thread) {
    weft_strategy::ops().after_fork_in_child(&t.core);
    // SAFETY: one thread exists.
    unsafe { crate::heap::after_fork_in_child() }
    crate::gc::after_fork_in_child();
    crate::contention::after_fork_in_child(t);
    super::set_main(t);
    // SAFETY: no preconditions.
    t.ident = unsafe { libc::pthread_self() } as u64;
    let hooks = IN_CHILD.lock().clone();
    for f in hooks {
        f()
    }
}
