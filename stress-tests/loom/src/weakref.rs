//! Weak references: an upgrade counts the referent up under the table's lock; the drain that frees the referent
//! clears the weak references to it in the same stop.

use super::machine::Machine;
use loom::sync::Mutex;
use loom::sync::atomic::{AtomicUsize, Ordering::*};
use loom::thread;
use std::sync::Arc;

/// What may be wrong.
#[derive(Clone, Copy, PartialEq)]
pub enum Fault {
    /// Nothing.
    None,
    /// Weak references are cleared after the stop.
    ClearedLate,
    /// An upgrade does not count.
    Uncounted,
}

struct Weak {
    referent: AtomicUsize,
    table: Mutex<()>,
}

impl Weak {
    fn upgrade(&self, m: &Machine, fault: Fault) -> usize {
        let _t = self.table.lock().unwrap();
        let n = self.referent.load(Acquire);
        if n != 0 && fault != Fault::Uncounted {
            m.object(n).h.count_up_shared()
        }
        n
    }

    fn clear(&self) {
        let _t = self.table.lock().unwrap();
        self.referent.store(0, Release)
    }
}

/// A thread upgrades a weak reference, uses what it gets over a safepoint and lets go, while the last strong
/// reference goes.
pub fn model(fault: Fault) {
    super::explore(3, move || {
        let m = Arc::new(Machine::new(2, 1));
        let weak = Arc::new(Weak { referent: AtomicUsize::new(1), table: Mutex::new(()) });
        m.initialise(1);
        m.object(1).h.make_shared();
        let user = {
            let (m, weak) = (m.clone(), weak.clone());
            thread::spawn(move || {
                m.safepoint(1);
                let n = weak.upgrade(&m, fault);
                m.touch(n);
                m.safepoint(1);
                m.touch(n);
                if fault != Fault::Uncounted {
                    m.drop_reference(n)
                }
                m.leave(1)
            })
        };
        m.drop_reference(1);
        let drain = |fault: Fault| {
            let mut late = false;
            m.stopped(0, || {
                for n in std::mem::take(&mut *m.queue.lock().unwrap()) {
                    if m.object(n).h.leave_queue_if_alive() {
                        continue;
                    }
                    if fault == Fault::ClearedLate {
                        late = true
                    } else {
                        weak.clear()
                    }
                    m.free(n)
                }
            });
            if late {
                weak.clear()
            }
        };
        drain(fault);
        user.join().unwrap();
        drain(Fault::None);
        assert!(m.is_freed(1), "leak");
        m.leave(0);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upgrade_gets_a_live_object_or_none() {
        model(Fault::None)
    }

    #[test]
    #[should_panic]
    fn clearing_belongs_into_the_stop() {
        model(Fault::ClearedLate)
    }

    #[test]
    #[should_panic]
    fn an_upgrade_counts() {
        model(Fault::Uncounted)
    }
}
