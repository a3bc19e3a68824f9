//! Stopping the world. Real code: `weft_nogil::world::World`.

use super::machine::Machine;
use loom::cell::UnsafeCell;
use loom::sync::atomic::{AtomicBool, AtomicU32, Ordering::*};
use loom::sync::{Condvar, Mutex};
use loom::thread;
use std::sync::Arc;

/// What only one may touch: a running thread with the world at large, or the stopper in a stop.
struct Private(UnsafeCell<u32>);
// SAFETY: loom checks the accesses.
unsafe impl Sync for Private {}
// SAFETY: as above.
unsafe impl Send for Private {}

impl Private {
    fn write(&self) {
        // SAFETY: loom checks it.
        self.0.with_mut(|p| unsafe { *p += 1 })
    }
}

/// A runner works between safepoints while two others stop the world, one after the other, and look at its work.
pub fn model(work_after_leaving: bool) {
    super::explore(3, move || {
        let m = Arc::new(Machine::new(3, 0));
        let work = Arc::new(Private(UnsafeCell::new(0)));
        let runner = {
            let (m, work) = (m.clone(), work.clone());
            thread::spawn(move || {
                work.write();
                m.safepoint(1);
                work.write();
                m.leave(1);
                if work_after_leaving {
                    work.write()
                }
            })
        };
        let second = {
            let (m, work) = (m.clone(), work.clone());
            thread::spawn(move || {
                m.stopped(2, || work.write());
                m.leave(2)
            })
        };
        m.stopped(0, || work.write());
        m.leave(0);
        runner.join().unwrap();
        second.join().unwrap();
    })
}

/// A handshake in which the leaving thread does not take the lock: the stopper may look before and sleep after.
pub fn leave_unlocked() {
    super::explore(3, || {
        let state = Arc::new((AtomicBool::new(true), Mutex::new(false), Condvar::new()));
        let other = state.clone();
        let runner = thread::spawn(move || {
            other.0.store(false, Release);
            other.2.notify_all();
        });
        let mut stopping = state.1.lock().unwrap();
        *stopping = true;
        while state.0.load(Acquire) {
            stopping = state.2.wait(stopping).unwrap()
        }
        drop(stopping);
        runner.join().unwrap();
    })
}

/// A thread stops the world twice in a row. One that the first stop held up runs before the second.
pub fn again_and_again() {
    super::explore(3, || {
        let m = Arc::new(Machine::new(2, 0));
        let stops = Arc::new(AtomicU32::new(0));
        let runner = {
            let (m, stops) = (m.clone(), stops.clone());
            thread::spawn(move || {
                let before = stops.load(Relaxed);
                m.safepoint(1);
                assert!(stops.load(Relaxed) - before <= 1, "held up by two stops");
                m.leave(1)
            })
        };
        for _ in 0..2 {
            m.stopped(0, || {
                stops.fetch_add(1, Relaxed);
            })
        }
        m.leave(0);
        runner.join().unwrap();
    })
}

/// A handshake in which the stopper does not wait for those it held up: they may find the next stop when they wake.
pub fn unfair() {
    super::explore(3, || {
        let state = Arc::new((Mutex::new((true, 1)), Condvar::new()));
        let other = state.clone();
        let runner = thread::spawn(move || {
            let mut stop = other.0.lock().unwrap();
            let before = stop.1;
            while stop.0 {
                stop = other.1.wait(stop).unwrap()
            }
            assert!(stop.1 - before < 1, "held up by two stops");
        });
        for _ in 0..2 {
            let mut stop = state.0.lock().unwrap();
            stop.0 = false;
            state.1.notify_all();
            drop(stop);
            let mut stop = state.0.lock().unwrap();
            *stop = (true, stop.1 + 1);
            drop(stop);
            let mut stop = state.0.lock().unwrap();
            stop.0 = false;
            state.1.notify_all();
        }
        runner.join().unwrap();
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn those_held_up_go_first() {
        super::again_and_again()
    }

    #[test]
    #[should_panic]
    fn without_waiting_for_them_they_may_never_go() {
        super::unfair()
    }

    #[test]
    fn nobody_runs_in_a_stop_and_stops_queue_up() {
        super::model(false)
    }

    #[test]
    #[should_panic]
    fn a_detached_thread_may_not_work() {
        super::model(true)
    }

    #[test]
    #[should_panic]
    fn leaving_without_the_lock_loses_the_wake() {
        super::leave_unlocked()
    }
}
