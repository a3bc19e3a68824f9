//! The only place that says where atomics and locks come from: std, or loom when models are built
//! (`--cfg weft_loom`).

#[cfg(not(weft_loom))]
pub use std::sync::{Condvar, Mutex, MutexGuard, atomic};

#[cfg(weft_loom)]
pub use loom::sync::{Condvar, Mutex, MutexGuard, atomic};

/// Something with a pair of cache lines of its own: read all the time, it must not lie beside what is written.
#[repr(align(128))]
pub struct Alone<T>(pub T);

/// One turn of a loop that waits for another thread.
#[inline(always)]
pub fn spin() {
    #[cfg(not(weft_loom))]
    std::hint::spin_loop();
    #[cfg(weft_loom)]
    loom::thread::yield_now();
}
