//! Reading a list that others may be changing, without its lock. The order of loads and stores is that of
//! `List::get_unlocked`, `set_buffer`, `push_locked` and `take_all` in `src/vm/src/types/list.rs`.
//!
//! A buffer is an index into [`CAPACITIES`]: memory stays until the reader's next safepoint, so no index comes twice,
//! but for that of the empty list, whose buffer is always the null pointer.

use loom::sync::atomic::{AtomicUsize, Ordering::*};
use loom::thread;
use std::sync::Arc;

/// How many slots each buffer has. The first is the null pointer.
const CAPACITIES: [usize; 5] = [0, 1, 2, 1, 2];

/// What may be wrong.
#[derive(Clone, Copy, PartialEq)]
pub enum Fault {
    /// Nothing.
    None,
    /// Growing, the writer stores the capacity before the buffer.
    CapacityFirst,
    /// Shrinking, the writer lets the old capacity stand until the new buffer is seen.
    NoMinimum,
    /// The reader does not look at the buffer again.
    OneLook,
    /// The reader takes two looks at a null pointer for the same buffer.
    NullTwice,
}

struct List {
    len: AtomicUsize,
    buffer: AtomicUsize,
    capacity: AtomicUsize,
}

impl List {
    fn set_buffer(&self, buffer: usize, fault: Fault) {
        let capacity = CAPACITIES[buffer];
        let smaller = self.capacity.load(Relaxed).min(capacity);
        match fault {
            Fault::CapacityFirst => self.capacity.store(capacity, Release),
            Fault::NoMinimum => {}
            _ => self.capacity.store(smaller, Release),
        }
        self.buffer.store(buffer, Release);
        self.capacity.store(capacity, Release);
    }

    /// The slot to be read, if it is thought to be there.
    fn slot(&self, i: usize, fault: Fault) -> Option<(usize, usize)> {
        if i >= self.len.load(Acquire) {
            return None;
        }
        let buffer = self.buffer.load(Acquire);
        let capacity = self.capacity.load(Acquire);
        if i >= capacity || buffer == 0 && fault != Fault::NullTwice {
            return None;
        }
        if fault != Fault::OneLook && buffer != self.buffer.load(Acquire) {
            return None;
        }
        Some((buffer, i))
    }
}

/// A writer gives a list of `first` items the buffers of `rest`, one after the other, while another reads item `i`.
fn model(first: usize, rest: &'static [usize], i: usize, fault: Fault) {
    super::explore(4, move || {
        let list = Arc::new(List {
            len: AtomicUsize::new(CAPACITIES[first]),
            buffer: AtomicUsize::new(first),
            capacity: AtomicUsize::new(CAPACITIES[first]),
        });
        let reader = {
            let list = list.clone();
            thread::spawn(move || {
                if let Some((buffer, i)) = list.slot(i, fault) {
                    assert!(i < CAPACITIES[buffer], "slot {i} of buffer {buffer}");
                }
            })
        };
        for &buffer in rest {
            // As `replace_all`: readers may know the old length for as long as they like.
            list.len.store(0, Release);
            list.set_buffer(buffer, fault);
            list.len.store(CAPACITIES[buffer], Release);
        }
        reader.join().unwrap();
    })
}

/// Shrinks from two slots to one, grows again and shrinks again; the reader wants the second slot, knowing the length
/// from before.
pub fn grow_and_shrink(fault: Fault) {
    model(2, &[1, 4, 3], 1, fault)
}

/// Shrinks from two slots to one; the reader wants the second.
pub fn shrink(fault: Fault) {
    model(2, &[3], 1, fault)
}

/// Cleared, filled and cleared again: the null pointer before and after.
pub fn clear_twice(fault: Fault) {
    model(1, &[0, 2, 0], 0, fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_slot_is_read_beyond_its_buffer() {
        grow_and_shrink(Fault::None);
        shrink(Fault::None);
    }

    #[test]
    fn nor_one_of_no_buffer() {
        clear_twice(Fault::None)
    }

    #[test]
    #[should_panic]
    fn the_buffer_comes_before_its_capacity() {
        grow_and_shrink(Fault::CapacityFirst)
    }

    #[test]
    #[should_panic]
    fn a_smaller_capacity_comes_before_its_buffer() {
        shrink(Fault::NoMinimum)
    }

    #[test]
    #[should_panic]
    fn the_reader_looks_twice() {
        grow_and_shrink(Fault::OneLook)
    }

    #[test]
    #[should_panic]
    fn null_is_no_buffer() {
        clear_twice(Fault::NullTwice)
    }
}
