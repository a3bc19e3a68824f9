//! Counts that threads keep apart. Real code: [`weft_strategy::tally`], `Header`.
//!
//! Two threads take and give up owned values of one object, and fill and empty a slot with it, while it becomes TRACED.
//! Whatever they have seen of that when they count, the sum of the header's count and all tallies is what they hold
//! and what counted slots say, in every stop; and `shared` never falls below zero on the way.

use loom::sync::atomic::{AtomicU32, AtomicUsize, Ordering::*};
use loom::thread;
use std::sync::Arc;
use weft_strategy::header::ONE;
use weft_strategy::{Header, ThreadCore, flag, tally};

/// What may be wrong.
#[derive(Clone, Copy, PartialEq)]
pub enum Fault {
    /// Nothing.
    None,
    /// Evidence is stored, not compared and swapped: it may overwrite the number.
    EvidenceStored,
    /// The thread that empties the slot counts down as the flag says now, whatever the slot says.
    WordIgnored,
}

const EMPTY: usize = 0;
const COUNTED: usize = 1;
const UNCOUNTED: usize = 2;

struct Model {
    h: Header,
    cores: [ThreadCore; 2],
    slot: AtomicUsize,
    fault: Fault,
    /// Stands in for `local` where the fault is in how it is written.
    local: AtomicU32,
}

// SAFETY: a core's tallies are touched by its thread alone, and by all when the others have ended.
unsafe impl Sync for Model {}
// SAFETY: as above.
unsafe impl Send for Model {}

/// The number that the faulty variant keeps in the stand-in.
const NUMBERED: u32 = 1 << 31;

impl Model {
    fn up(&self, t: usize) {
        if self.h.has(flag::TRACED) { self.tally(t, 1) } else { self.h.count_up_shared() }
    }

    fn down(&self, t: usize) {
        if self.h.has(flag::TRACED) {
            self.tally(t, -1)
        } else {
            assert!(self.h.shared().fetch_sub(ONE, AcqRel) >= ONE, "more is taken away than there is")
        }
    }

    fn tally(&self, t: usize, by: i32) {
        if self.fault == Fault::EvidenceStored {
            let seen = self.local.load(Acquire);
            if seen & NUMBERED == 0 {
                let _ = self.local.compare_exchange(seen, NUMBERED, AcqRel, Acquire);
            }
            assert!(self.local.load(Acquire) & NUMBERED != 0, "the number is lost");
        }
        tally::add(&self.cores[t], &self.h, by)
    }

    fn notice(&self, t: usize) {
        if self.fault == Fault::EvidenceStored {
            if self.local.load(Acquire) & NUMBERED == 0 {
                self.local.store(t as u32 + 1, Release)
            }
        } else {
            let _ = tally::notice(&self.h, t as u16 + 1);
        }
    }

    /// The thread owns a value and stores it, as `to_slot_word` does.
    fn store(&self, t: usize) {
        if self.h.has(flag::TRACED) {
            self.down(t);
            self.take_out(self.slot.swap(UNCOUNTED, AcqRel), t)
        } else {
            self.take_out(self.slot.swap(COUNTED, AcqRel), t)
        }
    }

    /// Gives up what came out of the slot.
    fn take_out(&self, word: usize, t: usize) {
        match word {
            COUNTED => self.down(t),
            UNCOUNTED if self.fault == Fault::WordIgnored => self.down(t),
            _ => {}
        }
    }
}

/// See the head of the file.
pub fn model(fault: Fault) {
    super::explore(3, move || {
        let m = Arc::new(Model {
            h: Header::new(0, 1),
            cores: [ThreadCore::new(1), ThreadCore::new(2)],
            slot: AtomicUsize::new(EMPTY),
            fault,
            local: AtomicU32::new(0),
        });
        m.h.set_local(0);
        let other = {
            let m = m.clone();
            thread::spawn(move || {
                m.up(1);
                m.notice(1);
                m.store(1)
            })
        };
        m.up(0);
        tally::trace(&m.h);
        m.tally(0, 1);
        m.store(0);
        m.down(0);
        other.join().unwrap();
        let slot = m.slot.load(Acquire);
        let sums: i64 = m.cores.iter().map(|c| tally::of(c, &m.h) as i64).sum();
        let count = (m.h.shared().load(Acquire) / ONE) as i64 + sums;
        assert_eq!(count, (slot == COUNTED) as i64, "the count is not what is held");
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_is_what_is_held() {
        model(Fault::None)
    }

    #[test]
    #[should_panic]
    fn evidence_must_not_overwrite_a_number() {
        model(Fault::EvidenceStored)
    }

    #[test]
    #[should_panic]
    fn the_word_says_whether_the_slot_counts() {
        model(Fault::WordIgnored)
    }
}
