//! Generators entered by two threads: resumption claims by compare-and-swap, suspension releases.

use loom::cell::UnsafeCell;
use loom::sync::atomic::{AtomicU8, Ordering::*};
use loom::thread;
use std::sync::Arc;

const SUSPENDED: u8 = 1;
const RUNNING: u8 = 3;

/// What may be wrong.
#[derive(Clone, Copy, PartialEq)]
pub enum Fault {
    /// Nothing.
    None,
    /// The state is read, then written.
    ReadThenWrite,
    /// Suspension does not release what the body wrote.
    RelaxedSuspend,
}

struct Generator {
    state: AtomicU8,
    registers: UnsafeCell<u32>,
}
// SAFETY: loom checks the registers.
unsafe impl Sync for Generator {}
// SAFETY: as above.
unsafe impl Send for Generator {}

impl Generator {
    /// `next(g)`: runs a step of the body, or says that it is running already (ValueError).
    fn resume(&self, fault: Fault) -> bool {
        if fault == Fault::ReadThenWrite {
            if self.state.load(Acquire) != SUSPENDED {
                return false;
            }
            self.state.store(RUNNING, Relaxed)
        } else if self.state.compare_exchange(SUSPENDED, RUNNING, Acquire, Relaxed).is_err() {
            return false;
        }
        // SAFETY: claimed.
        self.registers.with_mut(|p| unsafe { *p += 1 });
        self.state.store(SUSPENDED, if fault == Fault::RelaxedSuspend { Relaxed } else { Release });
        true
    }
}

/// Three threads call `next` on one generator.
pub fn model(fault: Fault) {
    super::explore(3, move || {
        let g = Arc::new(Generator { state: AtomicU8::new(SUSPENDED), registers: UnsafeCell::new(0) });
        let others: Vec<_> = (0..2)
            .map(|_| {
                let g = g.clone();
                thread::spawn(move || g.resume(fault) as u32)
            })
            .collect();
        let mut steps = g.resume(fault) as u32;
        for t in others {
            steps += t.join().unwrap()
        }
        // SAFETY: all others have ended.
        assert_eq!(g.registers.with(|p| unsafe { *p }), steps, "a step is lost");
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time() {
        model(Fault::None)
    }

    #[test]
    #[should_panic]
    fn reading_then_writing_lets_two_in() {
        model(Fault::ReadThenWrite)
    }

    #[test]
    #[should_panic]
    fn suspension_releases() {
        model(Fault::RelaxedSuspend)
    }
}
