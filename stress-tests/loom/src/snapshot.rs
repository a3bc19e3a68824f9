//! Reading many items of a list without its lock, as they are at one moment. The order of loads and stores is that of
//! `List::read` and `List::change` in `src/vm/src/types/list.rs`.

use loom::sync::atomic::{AtomicU32, AtomicUsize, Ordering::*, fence};
use loom::thread;
use std::sync::Arc;

/// What may be wrong.
#[derive(Clone, Copy, PartialEq)]
pub enum Fault {
    /// Nothing.
    None,
    /// The writer does not say that it has begun.
    NotAnnounced,
    /// It says so, but nothing orders that before its stores.
    NoWriterFence,
    /// The reader does not look again.
    OneLook,
    /// It looks again, but nothing orders that behind its loads.
    NoReaderFence,
}

struct List {
    changes: AtomicU32,
    items: [AtomicUsize; 2],
}

/// A writer reverses a list of two items; a reader sees it before or after.
pub fn model(fault: Fault) {
    super::explore(4, move || {
        let list =
            Arc::new(List { changes: AtomicU32::new(0), items: [AtomicUsize::new(1), AtomicUsize::new(2)] });
        let reader = {
            let list = list.clone();
            thread::spawn(move || {
                let seen = list.changes.load(Acquire);
                if seen & 1 != 0 {
                    return;
                }
                // Slots are loaded with acquire; relaxed loads show that the fences are enough.
                let both = (list.items[0].load(Relaxed), list.items[1].load(Relaxed));
                if fault != Fault::NoReaderFence {
                    fence(Acquire)
                }
                if fault == Fault::OneLook || list.changes.load(Relaxed) == seen {
                    assert!(both == (1, 2) || both == (2, 1), "{both:?} never was");
                }
            })
        };
        if fault != Fault::NotAnnounced {
            list.changes.store(1, Relaxed)
        }
        if fault != Fault::NoWriterFence {
            fence(Release)
        }
        list.items[0].store(2, Relaxed);
        list.items[1].store(1, Relaxed);
        list.changes.store(2, Release);
        reader.join().unwrap();
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_was_there_at_one_moment() {
        model(Fault::None)
    }

    #[test]
    #[should_panic]
    fn a_change_is_announced() {
        model(Fault::NotAnnounced)
    }

    #[test]
    #[should_panic]
    fn before_it_is_made() {
        model(Fault::NoWriterFence)
    }

    #[test]
    #[should_panic]
    fn the_reader_looks_again() {
        model(Fault::OneLook)
    }

    #[test]
    #[should_panic]
    fn when_it_has_read() {
        model(Fault::NoReaderFence)
    }
}
