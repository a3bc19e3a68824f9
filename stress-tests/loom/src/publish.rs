//! Sharing: the owner publishes an object before the store that makes it visible; others load without counting.

use super::machine::Machine;
use loom::sync::atomic::Ordering::*;
use loom::thread;
use std::sync::Arc;

/// What may be wrong.
#[derive(Clone, Copy, PartialEq)]
pub enum Fault {
    /// Nothing.
    None,
    /// The store that makes the object visible does not release.
    Relaxed,
    /// The object is marked SHARED after it can be seen.
    Late,
    /// What the object leads to is not published.
    Shallow,
}

/// An object and what it leads to become visible to a reader that walks both.
pub fn model(fault: Fault) {
    super::explore(3, move || {
        let m = Arc::new(Machine::new(2, 2));
        let reader = {
            let m = m.clone();
            thread::spawn(move || {
                m.load(1, &m.root);
                let n = m.register(1);
                m.touch(n);
                if n != 0 {
                    m.load(1, &m.object(n).slot);
                    m.touch(m.register(1))
                }
                m.leave(1)
            })
        };
        m.initialise(1);
        m.initialise(2);
        m.object(1).slot.store(2, Relaxed);
        let publish = || {
            m.object(1).h.make_shared();
            if fault != Fault::Shallow {
                m.object(2).h.make_shared()
            }
        };
        if fault != Fault::Late {
            publish()
        }
        m.root.store(1, if fault == Fault::Relaxed { Relaxed } else { Release });
        if fault == Fault::Late {
            publish()
        }
        m.leave(0);
        reader.join().unwrap();
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_seen_is_shared_and_complete() {
        model(Fault::None)
    }

    #[test]
    #[should_panic]
    fn the_visible_store_must_release() {
        model(Fault::Relaxed)
    }

    #[test]
    #[should_panic]
    fn publishing_comes_first() {
        model(Fault::Late)
    }

    #[test]
    #[should_panic]
    fn publishing_is_transitive() {
        model(Fault::Shallow)
    }
}
