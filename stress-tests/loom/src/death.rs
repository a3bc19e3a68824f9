//! Death of SHARED objects: counted down to zero they are queued, once; a drain frees, in a stop, those that have
//! no count and are in no register *then*, and what only they lead to, by the same test.

use super::machine::Machine;
use loom::sync::atomic::Ordering::*;
use loom::thread;
use std::sync::Arc;

/// What may be wrong.
#[derive(Clone, Copy, PartialEq)]
pub enum Fault {
    /// Nothing.
    None,
    /// The drain does not look into registers.
    NoScan,
    /// The drain does not look at the count again.
    IgnoreRevival,
    /// Nor does it for what dead objects lead to.
    CascadeNoScan,
    /// A reader keeps a reference over a safepoint where no scan finds it.
    HiddenReference,
    /// A reference stored into the heap is not counted.
    UncountedStore,
    /// Nothing says that a death is queued already.
    QueuedTwice,
}

/// Frees what is dead; see the head of the file.
pub fn drain(m: &Machine, t: usize, fault: Fault) {
    m.stopped(t, || {
        let mut work = std::mem::take(&mut *m.queue.lock().unwrap());
        let queued = work.len();
        let mut at = 0;
        let mut keep = Vec::new();
        while at < work.len() {
            let n = work[at];
            let scan = fault != Fault::NoScan && (fault != Fault::CascadeNoScan || at < queued);
            at += 1;
            if fault != Fault::IgnoreRevival && m.object(n).h.leave_queue_if_alive() {
                continue;
            }
            if scan && m.is_held(n) {
                keep.push(n);
                continue;
            }
            let child = m.object(n).slot.swap(0, AcqRel);
            if child != 0 && m.object(child).h.count_down_shared() {
                work.push(child)
            }
            m.free(n)
        }
        m.queue.lock().unwrap().extend(keep)
    })
}

fn publish_at_root(m: &Machine, n: usize) {
    m.initialise(n);
    m.object(n).h.make_shared();
    m.root.store(n, Release)
}

/// A reader holds an object uncounted while its last reference goes, and stores it elsewhere.
pub fn revival(fault: Fault) {
    super::explore(2, move || {
        let m = Arc::new(Machine::new(2, 1));
        let reader = {
            let m = m.clone();
            thread::spawn(move || {
                m.load(1, &m.root);
                let n = m.register(1);
                m.touch(n);
                if fault == Fault::HiddenReference {
                    m.set_register(1, 0)
                }
                m.safepoint(1);
                m.touch(n);
                if n != 0 && fault != Fault::HiddenReference {
                    if fault != Fault::UncountedStore {
                        m.object(n).h.count_up_shared()
                    }
                    m.other.store(n, Release)
                }
                m.set_register(1, 0);
                m.safepoint(1);
                m.load(1, &m.other);
                m.touch(m.register(1));
                m.leave(1)
            })
        };
        publish_at_root(&m, 1);
        m.drop_reference(m.root.swap(0, AcqRel));
        drain(&m, 0, fault);
        reader.join().unwrap();
        // Nothing is lost: what was stored is found, and dies with its last reference.
        m.drop_reference(m.other.swap(0, AcqRel));
        drain(&m, 0, Fault::None);
        assert!(m.is_freed(1), "leak");
        m.leave(0);
    })
}

/// A reader walks from an object to what only that object leads to, and keeps the latter, while the former dies.
pub fn cascade(fault: Fault) {
    super::explore(3, move || {
        let m = Arc::new(Machine::new(2, 2));
        let reader = {
            let m = m.clone();
            thread::spawn(move || {
                m.load(1, &m.root);
                let n = m.register(1);
                if n != 0 {
                    m.load(1, &m.object(n).slot);
                    m.safepoint(1);
                    m.touch(m.register(1));
                }
                m.leave(1)
            })
        };
        m.initialise(2);
        m.object(2).h.make_shared();
        m.object(1).slot.store(2, Relaxed);
        publish_at_root(&m, 1);
        m.drop_reference(m.root.swap(0, AcqRel));
        drain(&m, 0, fault);
        reader.join().unwrap();
        drain(&m, 0, Fault::None);
        assert!(m.is_freed(1) && m.is_freed(2), "leak");
        m.leave(0);
    })
}

/// Two threads give up the last two references, one of them after a revival.
pub fn queued_once(fault: Fault) {
    super::explore(3, move || {
        let m = Arc::new(Machine::new(2, 1));
        let down = move |m: &Machine| {
            if fault == Fault::QueuedTwice {
                // Counts without the bit that says "queued".
                let h = &m.object(1).h;
                if h.shared().fetch_sub(weft_strategy::header::ONE, AcqRel) / weft_strategy::header::ONE == 1
                {
                    m.queue.lock().unwrap().push(1)
                }
            } else {
                m.drop_reference(1)
            }
        };
        m.initialise(1);
        m.object(1).h.make_shared();
        let other = {
            let m = m.clone();
            thread::spawn(move || {
                m.set_register(1, 1);
                m.object(1).h.count_up_shared();
                down(&m);
                m.leave(1)
            })
        };
        down(&m);
        other.join().unwrap();
        drain(&m, 0, Fault::None);
        assert!(m.is_freed(1), "leak");
        m.leave(0);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_in_a_register_survives_and_may_be_stored_again() {
        revival(Fault::None)
    }

    #[test]
    fn what_dead_objects_lead_to_is_looked_for_in_registers() {
        cascade(Fault::None)
    }

    #[test]
    fn a_death_is_queued_once() {
        queued_once(Fault::None)
    }

    #[test]
    #[should_panic]
    fn registers_must_be_scanned() {
        revival(Fault::NoScan)
    }

    #[test]
    #[should_panic]
    fn counts_must_be_looked_at_again() {
        revival(Fault::IgnoreRevival)
    }

    #[test]
    #[should_panic]
    fn references_may_not_hide_over_a_safepoint() {
        revival(Fault::HiddenReference)
    }

    #[test]
    #[should_panic]
    fn references_in_the_heap_are_counted() {
        revival(Fault::UncountedStore)
    }

    #[test]
    #[should_panic]
    fn the_scan_covers_the_cascade() {
        cascade(Fault::CascadeNoScan)
    }

    #[test]
    #[should_panic]
    fn without_the_queued_bit_objects_die_twice() {
        queued_once(Fault::QueuedTwice)
    }
}
