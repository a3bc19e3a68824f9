//! Which objects of all can be reached. The world is stopped. (Which of the young: `trial.rs`.)
//!
//! A pass over the heap takes from each object's count the counted references that lie in other objects' slots. An
//! object for which something is left is held by something else (native code, a frame, a thread) and is a root; so are
//! objects in registers, immortal and frozen ones, and those whose death is already noted somewhere. Then what the roots
//! lead to is marked. What is left of the counts, and the marks, are kept in a table beside the heap, a word for each
//! cell, so that each object is looked at twice only: once in the first pass, once when it is marked.

use crate::heap::{self, Table, prefetch};
use crate::object::{header_of, shape, shape_of};
use crate::start::modules::root_slots;
use crate::thread::Thread;
use std::sync::atomic::Ordering::*;
use weft_strategy::header::DEADQ;
use weft_strategy::{Header, Word, flag, registry, tally};

/// The mark, above the count, in an entry of the table.
const MARK: u32 = 1 << 31;
/// It is the collector's business.
const OURS: u32 = 1 << 30;
/// What is left of the count, as a number that goes round.
const COUNT: u32 = OURS - 1;
/// An object with so many references is a root. Below, numbers that go round are good enough.
const MANY: u64 = 1 << 29;

/// What was asked of the memory and will be used so many turns later, first in, first out.
struct Line<T>([T; LINE], usize);
const LINE: usize = 16;

impl<T: Copy> Line<T> {
    fn new(none: T) -> Line<T> {
        Line([none; LINE], 0)
    }

    /// Puts one in and takes the oldest out.
    #[inline(always)]
    fn pass(&mut self, new: T) -> T {
        self.1 = (self.1 + 1) % LINE;
        std::mem::replace(&mut self.0[self.1], new)
    }
}

/// What the heap looks like.
pub struct Analysis {
    table: Table,
    /// What threads tally of TRACED objects, by number.
    tallies: Vec<i32>,
    stack: Vec<&'static Header>,
    /// Collectable objects there are.
    pub objects: usize,
}

/// Is the object the collector's business: can it be part of a cycle, or does nobody else free it?
#[inline(always)]
fn collectable(h: &Header) -> bool {
    shape_of(h).collectable || h.has(flag::TRACED)
}

impl Analysis {
    /// Counts and marks. `held`: objects that the collector itself holds one reference to, to be disregarded;
    /// `only`: if given, unmarked objects it refuses are roots as well.
    pub fn new(held: &[&'static Header], only: Option<fn(&Header) -> bool>) -> Analysis {
        let mut a =
            Analysis { table: heap::table_of_all(), tallies: tally::totals(), stack: Vec::new(), objects: 0 };
        a.count();
        for h in held {
            add(a.table.entry(*h), COUNT)
        }
        a.mark_roots();
        a.propagate();
        if let Some(only) = only {
            a.mark_others(only)
        }
        a
    }

    /// Is the object reachable?
    pub fn is_marked(&mut self, h: &Header) -> bool {
        *self.table.entry(h) & MARK != 0
    }

    /// The first pass.
    fn count(&mut self) {
        let Analysis { table, tallies, stack, objects } = self;
        // Words are asked for some time before they are changed: the memory is slower than we are.
        let mut asked: Line<*const Header> = Line::new(std::ptr::null());
        heap::walk(|h| {
            if !collectable(h) {
                #[cfg(debug_assertions)]
                super::traverse(h, &mut |_| panic!("{} leads somewhere", shape_of(h).layout.name));
                return;
            }
            *objects += 1;
            let count = tally::count(h, tallies);
            if count >= MANY || is_root(h) {
                mark(table, stack, h)
            }
            let e = table.entry(h);
            *e |= OURS;
            add(e, count as u32);
            super::traverse(h, &mut |w| {
                if w.is_counted() {
                    prefetch(table.entry(w.ptr()));
                    let before = asked.pass(w.ptr());
                    if !before.is_null() {
                        add(table.entry(before), COUNT)
                    }
                }
            })
        });
        for h in asked.0 {
            if !h.is_null() {
                add(table.entry(h), COUNT)
            }
        }
    }

    /// Marks an object and puts it where [`Analysis::propagate`] finds it.
    #[inline(always)]
    fn mark(&mut self, h: &'static Header) {
        mark(&mut self.table, &mut self.stack, h)
    }

    fn mark_roots(&mut self) {
        held(&mut |h| self.mark(h));
        let Analysis { table, stack, .. } = self;
        table.scan(|cell, e| {
            if *e & (OURS | MARK) == OURS && *e & COUNT != 0 {
                *e |= MARK;
                // SAFETY: a live object, or the first pass had not found it.
                stack.push(unsafe { cell.as_ref() })
            }
        });
    }

    /// Marks what the objects on the stack lead to. The words of what an object leads to, and the objects on the stack, are
    /// asked for and looked at some turns later.
    fn propagate(&mut self) {
        let Analysis { table, stack, .. } = self;
        let mut children: Line<*const Header> = Line::new(std::ptr::null());
        let mut objects: Line<Option<&'static Header>> = Line::new(None);
        let mut class: *const Header = std::ptr::null();
        // Turns since there was something on the stack. After so many both lines are empty; what the last turn took out of
        // one may be on the stack.
        let mut idle = 0;
        while idle <= 2 * LINE || !stack.is_empty() {
            let next = stack.pop();
            match next {
                Some(h) => {
                    idle = 0;
                    prefetch(h)
                }
                None => {
                    idle += 1;
                    mark_child(table, stack, children.pass(std::ptr::null()))
                }
            }
            let Some(h) = objects.pass(next) else { continue };
            let mut visit = |child: *const Header| {
                prefetch(table.entry(child));
                mark_child(table, stack, children.pass(child))
            };
            let s = shape(h.shape());
            // An instance keeps its class alive, which no slot says.
            if !std::ptr::eq(class, class_of(s)) {
                class = class_of(s);
                visit(class)
            }
            if collectable(h) {
                super::traverse(h, &mut |w| {
                    if w.is_heap() {
                        visit(w.ptr())
                    }
                })
            }
        }
    }

    /// Marks what is unmarked so far but not accepted, and what that leads to.
    fn mark_others(&mut self, only: fn(&Header) -> bool) {
        let others = self.unmarked();
        for h in others {
            if !only(h) {
                self.mark(h)
            }
        }
        self.propagate()
    }

    /// The collectable objects that were not reached.
    pub fn unmarked(&mut self) -> Vec<&'static Header> {
        let mut out: Vec<&'static Header> = Vec::new();
        self.table.scan(|cell, e| {
            if *e & (OURS | MARK) == OURS {
                // SAFETY: a live object, or the first pass had not found it.
                out.push(unsafe { cell.as_ref() })
            }
        });
        out
    }

    /// Counted references from other objects, for the debug walks.
    #[cfg(feature = "debug-checks")]
    pub fn edges(&mut self, h: &Header) -> u64 {
        let left = (*self.table.entry(h) & COUNT) as u64;
        if collectable(h) {
            tally::count(h, &self.tallies).saturating_sub(left)
        } else {
            (COUNT as u64 + 1 - left) & COUNT as u64
        }
    }
}

#[inline(always)]
fn mark(table: &mut Table, stack: &mut Vec<&'static Header>, h: &'static Header) {
    let e = table.entry(h);
    if *e & MARK == 0 {
        *e |= MARK;
        stack.push(h)
    }
}

#[inline(always)]
fn mark_child(table: &mut Table, stack: &mut Vec<&'static Header>, h: *const Header) {
    if !h.is_null() {
        // SAFETY: what slots point to, and classes of live objects, live.
        mark(table, stack, unsafe { &*h })
    }
}

/// Adds to what is left of a count.
#[inline(always)]
fn add(e: &mut u32, n: u32) {
    *e = (*e & !COUNT) | ((*e).wrapping_add(n) & COUNT)
}

/// Is the object not to be touched, whoever holds it?
fn is_root(h: &Header) -> bool {
    h.has(flag::IMMORTAL | flag::FROZEN | flag::PENDING) || h.shared().load(Acquire) & DEADQ != 0
}

/// What is held without being counted, or by something that lies in no object: the process-wide roots, registers, and
/// what frames point to.
pub fn held(f: &mut dyn FnMut(&'static Header)) {
    let word = |w: Word, f: &mut dyn FnMut(&'static Header)| {
        if w.is_heap() {
            // SAFETY: words of roots point to live objects.
            f(unsafe { &*w.ptr() })
        }
    };
    for s in root_slots() {
        word(s.word(), f)
    }
    registry::for_each(|c| {
        super::thread_registers(c, &mut |w| word(w, f));
        held_by_frames(c.vm.get() as *const Thread, f)
    })
}

/// What frames hold without counting: code and function.
fn held_by_frames(t: *const Thread, f: &mut dyn FnMut(&'static Header)) {
    if t.is_null() {
        return;
    }
    // SAFETY: the thread stands still; frames up to the running one are initialised, and what they point to lives.
    unsafe {
        let last = (*t).frame.get();
        if last.is_null() {
            return;
        }
        let mut frame = (*t).first_frame();
        loop {
            f(&*(header_of(&*(*frame).code) as *const Header));
            f(&*(header_of(&*(*frame).func) as *const Header));
            if frame == last {
                return;
            }
            frame = frame.add(1)
        }
    }
}

fn class_of(s: &crate::object::Shape) -> &'static Header {
    let h = header_of(s.ty());
    // SAFETY: a type outlives its instances.
    unsafe { &*(h as *const Header) }
}
