//! Which objects can be reached. The world is stopped.
//!
//! A first pass over the heap counts, for each object, the counted references that lie in other objects'
//! slots. An object with more references than those is held by something else (native code, a frame, a
//! thread) and is a root; so are objects in registers, immortal and frozen ones, and those whose death is
//! already noted somewhere. A second pass marks what the roots lead to. The counts and marks are kept in a
//! table beside the heap, a word for each cell, so that headers are only read.

use crate::heap::{self, Pages};
use crate::object::{header_of, shape, shape_of};
use crate::start::modules::root_slots;
use crate::thread::Thread;
use std::sync::atomic::Ordering::*;
use weft_strategy::header::DEADQ;
use weft_strategy::{Header, Word, flag, registry};

/// The mark, above the count, in an entry of the table.
const MARK: u32 = 1 << 31;

/// What the heap looks like.
pub struct Analysis {
    table: Pages,
    stack: Vec<&'static Header>,
    /// Collectable objects there are.
    pub objects: usize,
}

/// Can the object be part of a cycle?
#[inline(always)]
fn collectable(h: &Header) -> bool {
    shape_of(h).collectable
}

impl Analysis {
    /// Counts and marks. `held`: objects that the collector itself holds one reference to, to be disregarded;
    /// `only`: if given, unmarked objects it refuses are roots as well.
    pub fn new(held: &[&'static Header], only: Option<fn(&Header) -> bool>) -> Analysis {
        let mut a = Analysis { table: heap::pages_with_table(), stack: Vec::new(), objects: 0 };
        a.count_edges();
        for h in held {
            *a.entry(h) += 1
        }
        a.mark_roots();
        a.propagate();
        if let Some(only) = only {
            a.mark_others(only)
        }
        a
    }

    /// The table's entry for an object.
    #[inline(always)]
    fn entry(&mut self, h: &Header) -> &mut u32 {
        self.table.entry(h)
    }

    /// Is the object reachable?
    pub fn is_marked(&mut self, h: &Header) -> bool {
        *self.entry(h) & MARK != 0
    }

    fn count_edges(&mut self) {
        let table = &mut self.table;
        let mut objects = 0;
        heap::walk(|h| {
            if !collectable(h) {
                return;
            }
            objects += 1;
            super::traverse(h, &mut |w| {
                if w.is_counted() {
                    // SAFETY: slot words point to live objects.
                    *table.entry(unsafe { &*w.ptr() }) += 1
                }
            })
        });
        self.objects = objects;
    }

    #[inline(always)]
    fn mark(&mut self, h: &'static Header) {
        let e = self.table.entry(h);
        if *e & MARK == 0 {
            *e |= MARK;
            self.stack.push(h)
        }
    }

    fn mark_word(&mut self, w: Word) {
        if w.is_heap() {
            // SAFETY: words of roots point to live objects.
            self.mark(unsafe { &*w.ptr() })
        }
    }

    fn mark_roots(&mut self) {
        for s in root_slots() {
            self.mark_word(s.word())
        }
        registry::for_each(|c| {
            super::thread_registers(c, &mut |w| self.mark_word(w));
            self.mark_frames(c.vm.get() as *const Thread)
        });
        heap::walk(|h| {
            if collectable(h) && self.is_root(h) {
                self.mark(h)
            }
        });
    }

    /// What frames hold without counting: code and function.
    fn mark_frames(&mut self, t: *const Thread) {
        if t.is_null() {
            return;
        }
        // SAFETY: the thread stands still; frames up to the running one are initialised, and what they point to lives.
        unsafe {
            let last = (*t).frame.get();
            if last.is_null() {
                return;
            }
            let mut f = (*t).first_frame();
            loop {
                self.mark(&*(header_of(&*(*f).code) as *const Header));
                self.mark(&*(header_of(&*(*f).func) as *const Header));
                self.mark_word((*f).keep);
                if f == last {
                    return;
                }
                f = f.add(1)
            }
        }
    }

    /// Is the object held by something that is no object, or otherwise not to be touched?
    fn is_root(&mut self, h: &Header) -> bool {
        h.has(flag::IMMORTAL | flag::FROZEN | flag::PENDING)
            || h.shared().load(Acquire) & DEADQ != 0
            || h.count() > (*self.entry(h) & !MARK) as u64
    }

    fn propagate(&mut self) {
        while let Some(h) = self.stack.pop() {
            let s = shape(h.shape());
            // An instance keeps its class alive, which no slot says.
            self.mark(class_of(s));
            if !s.collectable {
                continue;
            }
            let (table, stack) = (&mut self.table, &mut self.stack);
            super::traverse(h, &mut |w| {
                if w.is_heap() {
                    // SAFETY: slot words point to live objects.
                    let child: &'static Header = unsafe { &*w.ptr() };
                    let e = table.entry(child);
                    if *e & MARK == 0 {
                        *e |= MARK;
                        stack.push(child)
                    }
                }
            })
        }
    }

    /// Marks what is unmarked so far but not accepted, and what that leads to.
    fn mark_others(&mut self, only: fn(&Header) -> bool) {
        let mut others = Vec::new();
        heap::walk(|h| {
            if collectable(h) && !only(h) && *self.table.entry(h) & MARK == 0 {
                others.push(h)
            }
        });
        for h in others {
            self.mark(h)
        }
        self.propagate()
    }

    /// The collectable objects that were not reached.
    pub fn unmarked(&mut self) -> Vec<&'static Header> {
        let mut out = Vec::new();
        heap::walk(|h| {
            if collectable(h) && *self.table.entry(h) & MARK == 0 {
                out.push(h)
            }
        });
        out
    }

    /// Counted references from other objects, for the debug walks.
    #[cfg(feature = "debug-checks")]
    pub fn edges(&mut self, h: &Header) -> u32 {
        *self.entry(h) & !MARK
    }
}

fn class_of(s: &crate::object::Shape) -> &'static Header {
    let h = header_of(s.ty());
    // SAFETY: a type outlives its instances.
    unsafe { &*(h as *const Header) }
}
