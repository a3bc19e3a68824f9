//! The byte lock of a header, and where threads wait for it. Real code: `weft_strategy::lock::Bucket`.

use loom::cell::UnsafeCell;
use loom::sync::atomic::{AtomicU8, Ordering::*};
use loom::sync::{Condvar, Mutex};
use loom::thread;
use std::sync::Arc;
use weft_strategy::lock::Bucket;

/// A lock like the real one, with a fault.
#[derive(Clone, Copy, PartialEq)]
pub enum Fault {
    /// The real thing.
    None,
    /// The unlocker wakes without taking the table's mutex.
    WakeUnlocked,
    /// The unlocker does not look whether somebody waits.
    NoWake,
    /// The unlocking store does not release.
    Relaxed,
}

struct Faulty {
    mutex: Mutex<()>,
    wake: Condvar,
    fault: Fault,
}

impl Faulty {
    fn lock(&self, byte: &AtomicU8) {
        if byte.compare_exchange(0, 1, Acquire, Relaxed).is_ok() {
            return;
        }
        let mut held = self.mutex.lock().unwrap();
        while byte.swap(2, Acquire) != 0 {
            held = self.wake.wait(held).unwrap();
        }
    }

    fn unlock(&self, byte: &AtomicU8) {
        let order = if self.fault == Fault::Relaxed { Relaxed } else { Release };
        if byte.swap(0, order) == 2 && self.fault != Fault::NoWake {
            let _held = (self.fault != Fault::WakeUnlocked).then(|| self.mutex.lock().unwrap());
            self.wake.notify_all();
        }
    }
}

enum Parking {
    Real(Bucket),
    Faulty(Faulty),
}

struct Object {
    byte: AtomicU8,
    parking: Parking,
    field: UnsafeCell<u32>,
}

impl Object {
    fn increment(&self) {
        match &self.parking {
            Parking::Real(b) => b.lock(&self.byte, None),
            Parking::Faulty(b) => b.lock(&self.byte),
        }
        // SAFETY: the lock is held, which is what loom checks.
        self.field.with_mut(|p| unsafe { *p += 1 });
        match &self.parking {
            Parking::Real(b) => b.unlock(&self.byte),
            Parking::Faulty(b) => b.unlock(&self.byte),
        }
    }
}

/// Three threads write one field under its lock.
pub fn model(fault: Fault) {
    super::explore(3, move || {
        let parking = match fault {
            Fault::None => Parking::Real(Bucket::new()),
            _ => Parking::Faulty(Faulty { mutex: Mutex::new(()), wake: Condvar::new(), fault }),
        };
        let o = Arc::new(Object { byte: AtomicU8::new(0), parking, field: UnsafeCell::new(0) });
        let others: Vec<_> = (0..2)
            .map(|_| {
                let o = o.clone();
                thread::spawn(move || o.increment())
            })
            .collect();
        o.increment();
        for t in others {
            t.join().unwrap()
        }
        // SAFETY: all others have ended.
        assert_eq!(o.field.with(|p| unsafe { *p }), 3);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writers_exclude_each_other_and_all_are_served() {
        model(Fault::None)
    }

    #[test]
    #[should_panic]
    fn a_wake_outside_the_mutex_is_lost() {
        model(Fault::WakeUnlocked)
    }

    #[test]
    #[should_panic]
    fn a_waiter_that_is_not_woken_sleeps_for_ever() {
        model(Fault::NoWake)
    }

    #[test]
    #[should_panic]
    fn an_unlock_must_release() {
        model(Fault::Relaxed)
    }
}
