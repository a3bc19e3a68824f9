//! Waiting for other threads: a 32-bit word one can sleep on (Linux futex).
//!
//! There is no table of waiters in the process, so nothing is left in a bad state by a fork, and a signal
//! handler's return wakes the sleeper (`EINTR`), which is how locks are interrupted by Ctrl-C.

use super::Thread;
use crate::Res;
use std::sync::atomic::AtomicU32;
use std::time::{Duration, Instant};

/// Why a wait ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Woken {
    /// By [`wake`], or the word had another value, or for no reason.
    Awake,
    /// The time is over.
    TimedOut,
    /// A signal handler ran on this OS thread.
    Interrupted,
}

/// Sleeps while `word` has the value `expected`. Touches no Python object: for use inside `blocking`.
pub fn wait(word: &AtomicU32, expected: u32, timeout: Option<Duration>) -> Woken {
    let spec = timeout.map(|d| libc::timespec {
        tv_sec: d.as_secs().min(i64::MAX as u64) as libc::time_t,
        tv_nsec: d.subsec_nanos() as libc::c_long,
    });
    let spec_ptr = spec.as_ref().map_or(std::ptr::null(), |s| s as *const libc::timespec);
    // SAFETY: the word and the time outlive the call.
    let r = unsafe {
        libc::syscall(
            libc::SYS_futex,
            word.as_ptr(),
            libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG,
            expected,
            spec_ptr,
        )
    };
    if r == 0 {
        return Woken::Awake;
    }
    match std::io::Error::last_os_error().raw_os_error() {
        Some(libc::ETIMEDOUT) => Woken::TimedOut,
        Some(libc::EINTR) => Woken::Interrupted,
        _ => Woken::Awake,
    }
}

/// Wakes up to `n` threads that sleep on `word`.
pub fn wake(word: &AtomicU32, n: u32) {
    // SAFETY: the kernel only looks at the address.
    unsafe {
        libc::syscall(
            libc::SYS_futex,
            word.as_ptr(),
            libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG,
            n.min(i32::MAX as u32),
        );
    }
}

impl Thread {
    /// Sleeps, detached, while `word` has the value `expected` and the deadline is not reached. Signal
    /// handlers run in between; their exceptions come out here. False: the deadline was reached.
    ///
    /// The word must stay in place meanwhile: it lies in an object that the caller's arguments root, or
    /// outside the heap.
    pub fn park(&mut self, word: &AtomicU32, expected: u32, deadline: Option<Instant>) -> Res<bool> {
        self.safepoint()?;
        let left = match deadline {
            None => None,
            Some(d) => match d.checked_duration_since(Instant::now()) {
                Some(left) if !left.is_zero() => Some(left),
                _ => return Ok(false),
            },
        };
        let woken = self.blocking(|| wait(word, expected, left));
        self.safepoint()?;
        Ok(woken != Woken::TimedOut)
    }

    /// As [`Thread::park`] for waits that signals must not end.
    pub fn park_uninterrupted(&mut self, word: &AtomicU32, expected: u32, deadline: Option<Instant>) -> bool {
        let left = match deadline {
            None => None,
            Some(d) => match d.checked_duration_since(Instant::now()) {
                Some(left) if !left.is_zero() => Some(left),
                _ => return false,
            },
        };
        self.blocking(|| wait(word, expected, left)) != Woken::TimedOut
    }
}
