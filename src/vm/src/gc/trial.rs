//! Trial deletion: which objects of a set does nothing outside the set hold? The world is stopped.
//!
//! The counted references among the members are subtracted from the members' counts. Who has more than those is held
//! from outside: by an object that is no member (all old ones, in a young collection), by native code, by a counted
//! register. Those are roots, and so is what registers and frames hold without counting. What the roots lead to within
//! the set lives; the rest is garbage.
//!
//! Why a young collection may leave the old objects unseen: a reference that an old object has to a member either is
//! counted, and then it makes the member a root; or it is not, and then what it refers to is TRACED or immortal, which
//! members never are. The one reference that lies in no slot, of an instance to its class, refers to a class: TRACED. So
//! what is found here would also have been found by looking at everything, and nothing more.

use super::mark::held;
use crate::heap::{self, Table};
use crate::object::shape_of;
use std::sync::atomic::Ordering::*;
use weft_strategy::header::DEADQ;
use weft_strategy::{Header, Word, flag};

/// It was reached.
const MARK: u32 = 1 << 31;
/// It is in the set. The count stands below.
const MEMBER: u32 = 1 << 30;
/// The most that is counted. Whoever has more references than that is held.
const MOST: u32 = MEMBER - 1;

/// Objects that trial deletion must not judge: their counts do not tell who holds them, or their death is noted
/// elsewhere.
fn is_kept(h: &Header) -> bool {
    h.has(flag::TRACED | flag::IMMORTAL | flag::FROZEN | flag::PENDING)
        || h.shared().load(Acquire) & DEADQ != 0
}

struct Trial {
    table: Table,
    members: Vec<&'static Header>,
    stack: Vec<&'static Header>,
}

/// Collectable objects made since the last collection that nothing holds. The others become old.
pub fn young() -> Vec<&'static Header> {
    let mut t = Trial { table: heap::table_of_touched(), members: Vec::new(), stack: Vec::new() };
    heap::walk_touched(|h| {
        if h.has(flag::OLD) || !shape_of(h).collectable {
            return;
        }
        if is_kept(h) {
            h.set_flags_plain(flag::OLD)
        } else {
            *t.table.entry(h) = MEMBER;
            t.members.push(h)
        }
    });
    t.run(0);
    let Trial { mut table, mut members, .. } = t;
    members.retain(|h| {
        let lives = *table.entry(*h) & MARK != 0;
        if lives {
            h.set_flags_plain(flag::OLD)
        }
        !lives
    });
    members
}

/// Splits garbage, none of which was TRACED when it was found, and to each of which the collector holds one reference:
/// what has come back to life, and what is dead.
pub fn second_look(garbage: Vec<&'static Header>) -> (Vec<&'static Header>, Vec<&'static Header>) {
    let mut t = Trial { table: heap::table_of(&garbage), members: garbage, stack: Vec::new() };
    for h in &t.members {
        *t.table.entry(*h) = MEMBER
    }
    // Threads may have come to fight over its count meanwhile.
    for i in 0..t.members.len() {
        let h = t.members[i];
        if is_kept(h) {
            t.reach(h)
        }
    }
    t.run(1);
    let Trial { mut table, members, .. } = t;
    members.into_iter().partition(|h| *table.entry(*h) & MARK != 0)
}

impl Trial {
    /// Counts and marks. `known`: references to each member that do not count.
    fn run(&mut self, known: u64) {
        let table = &mut self.table;
        for h in &self.members {
            super::traverse(h, &mut |w: Word| {
                if w.is_counted() {
                    // Members' words only are written.
                    if let Some(e) = table.find(w.ptr())
                        && *e & MEMBER != 0
                        && *e & MOST != MOST
                    {
                        *e += 1
                    }
                }
            })
        }
        held(&mut |h| self.reach(h));
        for i in 0..self.members.len() {
            let h = self.members[i];
            let edges = (*self.table.entry(h) & MOST) as u64;
            if h.plain_count() > edges + known {
                self.reach(h)
            }
        }
        while let Some(h) = self.stack.pop() {
            let (table, stack) = (&mut self.table, &mut self.stack);
            super::traverse(h, &mut |w: Word| {
                if w.is_heap() {
                    // SAFETY: slot words point to live objects.
                    reach(table, stack, unsafe { &*w.ptr() })
                }
            })
        }
    }

    fn reach(&mut self, h: &'static Header) {
        reach(&mut self.table, &mut self.stack, h)
    }
}

#[inline(always)]
fn reach(table: &mut Table, stack: &mut Vec<&'static Header>, h: &'static Header) {
    if let Some(e) = table.find(h)
        && *e & (MEMBER | MARK) == MEMBER
    {
        *e |= MARK;
        stack.push(h)
    }
}
