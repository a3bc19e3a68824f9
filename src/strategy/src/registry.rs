//! Which threads exist: the list both strategies walk in a stop.

use crate::core::ThreadCore;
use std::sync::{Mutex, MutexGuard};

struct List(Vec<*const ThreadCore>);
// SAFETY: the pointers are followed under the list's lock by code that keeps to what others may touch.
unsafe impl Send for List {}

static THREADS: Mutex<List> = Mutex::new(List(Vec::new()));

fn list() -> MutexGuard<'static, List> {
    THREADS.lock().unwrap_or_else(|e| e.into_inner())
}

/// Adds a thread.
pub fn add(core: &ThreadCore) {
    list().0.push(core)
}

/// Removes a thread; nothing if it has been removed.
pub fn remove(core: &ThreadCore) {
    let mut l = list();
    if let Some(at) = l.0.iter().position(|p| std::ptr::eq(*p, core)) {
        l.0.remove(at);
        crate::waits::thread_ends(core);
        crate::tally::thread_ends(core)
    }
}

/// Calls `f` for every thread. The list stays locked: `f` must not add or remove.
pub fn for_each(mut f: impl FnMut(&ThreadCore)) {
    for p in &list().0 {
        // SAFETY: a core leaves the list before it is freed.
        f(unsafe { &**p })
    }
}

/// How many threads there are.
pub fn len() -> usize {
    list().0.len()
}

/// In the child of a fork: `core` is all there is.
///
/// # Safety
/// Only one thread exists.
pub unsafe fn reset(core: &ThreadCore) {
    let p = &raw const THREADS as *mut Mutex<List>;
    // SAFETY: one thread; the old list's memory is given up, other threads' cores stay as they are.
    unsafe {
        p.write(Mutex::new(List(vec![core])));
        crate::tally::after_fork_in_child()
    }
}
