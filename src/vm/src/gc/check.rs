//! Debug walks over the heap: do the invariants of sharing and counting hold? (Feature `debug-checks`.)

use super::mark::Analysis;
use crate::heap;
use crate::object::{header_of, shape_of};
use crate::thread::Thread;
use std::collections::HashMap;
use weft_strategy::{Header, NOBODY, flag, ops, registry};

/// What is wrong with the heap, in words; empty if nothing.
pub fn check(t: &mut Thread) -> Vec<String> {
    t.process_pending();
    ops().stop_world(&t.core);
    let mut wrong = Vec::new();
    if !ops().gil && weft_strategy::contract::is_threaded() {
        shared_leads_to_shared(&mut wrong)
    }
    counts_are_enough(&mut wrong);
    ops().start_world(&t.core);
    wrong
}

fn describe(h: &Header) -> String {
    let s = shape_of(h);
    format!(
        "{} ({}) at {:p}: owner {}, flags {:#x}, count {}",
        s.ty().name(),
        s.layout.name,
        h,
        h.owner(),
        h.flags(),
        h.count()
    )
}

/// I1: what a SHARED object leads to is SHARED, traced, immortal or immediate.
fn shared_leads_to_shared(wrong: &mut Vec<String>) {
    heap::walk(|h| {
        if h.owner() != NOBODY {
            return;
        }
        super::traverse(h, &mut |w| {
            if w.is_heap() {
                // SAFETY: slot words point to live objects.
                let child = unsafe { &*w.ptr() };
                if child.owner() != NOBODY {
                    wrong.push(format!("I1: {} leads to {}", describe(h), describe(child)))
                }
            }
        });
        let class = header_of(shape_of(h).ty());
        if class.owner() != NOBODY {
            wrong.push(format!("I1: class of {}", describe(h)))
        }
    })
}

/// I2, as far as the heap can tell: an object has at least as many references as slots and registers
/// count. (Native code's values cannot be seen.)
fn counts_are_enough(wrong: &mut Vec<String>) {
    let mut a = Analysis::new(&[], None);
    let mut registers: HashMap<*const Header, u64> = HashMap::new();
    registry::for_each(|c| {
        super::thread_registers(c, &mut |w| {
            if w.is_counted() {
                *registers.entry(w.ptr()).or_default() += 1
            }
        })
    });
    heap::walk(|h| {
        let seen = a.edges(h) + registers.get(&(h as *const Header)).copied().unwrap_or(0);
        if !h.has(flag::IMMORTAL) && h.count() < seen {
            wrong.push(format!("I2: {} references seen to {}", seen, describe(h)))
        }
    })
}
