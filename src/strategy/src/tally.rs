//! Counting what many threads hold without meeting: each thread keeps a tally of its own.
//!
//! Only the collector frees a TRACED object, so nobody needs to know its count at once. Owned values of one are
//! counted in the running thread's [`Tallies`], plainly, under a number that the object gets when it is first
//! counted so; the true count is the sum over all threads (each part may be negative) and the header's `shared`,
//! and is taken in stops only. (Precedents: sloppy counters, Boyd-Wickizer et al., OSDI 2010; CPython 3.14's
//! per-thread counts of types and code.)
//!
//! A SHARED object that threads count by turns becomes TRACED ([`notice`]): a count that several cores fight over
//! makes them slower together than one is alone. The header's `local`, which SHARED objects have no use for, keeps
//! first the evidence and then the number; it is changed by compare-and-swap, so that evidence never overwrites a
//! number. The flag never goes away again. A thread that has not seen it yet counts in `shared`, which is right,
//! too: what it takes away there was put there, by itself or with the slot that it empties.

use crate::core::ThreadCore;
use crate::header::{Header, NOBODY, flag};
use crate::registry;
use std::cell::UnsafeCell;
use std::sync::Mutex;
// std's on purpose: models have no need to explore the giving of numbers.
use std::sync::atomic::AtomicU32;

/// `local` of a TRACED object: the rest is its number.
const NUMBERED: u32 = 1 << 31;
/// Evidence: thread id in the low half, times the id changed above.
const TURN: u32 = 1 << 16;
/// An object whose counts are noticed in different threads so many times running is counted by all of them.
const TURNS: u32 = 3;

/// One thread's tally of the objects it counts.
pub struct Tallies(UnsafeCell<Vec<i32>>);

impl Tallies {
    /// Nothing counted.
    pub const fn new() -> Tallies {
        Tallies(UnsafeCell::new(Vec::new()))
    }

    /// Adds to the tally of object number `n`. Own thread, or the world is stopped.
    #[inline(always)]
    fn add(&self, n: u32, by: i32) {
        // SAFETY: nobody else looks, and no reference outlives the call.
        let all = unsafe { &mut *self.0.get() };
        match all.get_mut(n as usize) {
            Some(x) => *x = x.wrapping_add(by),
            None => grow(all, n, by),
        }
    }

    /// The tally of object number `n`. Own thread, or the world is stopped.
    fn get(&self, n: u32) -> i32 {
        // SAFETY: as in `add`.
        unsafe { &*self.0.get() }.get(n as usize).copied().unwrap_or(0)
    }

    fn forget(&self, n: u32) {
        // SAFETY: as in `add`.
        if let Some(x) = unsafe { &mut *self.0.get() }.get_mut(n as usize) {
            *x = 0
        }
    }
}

#[cold]
fn grow(all: &mut Vec<i32>, n: u32, by: i32) {
    all.resize((n as usize + 1).next_multiple_of(256), 0);
    all[n as usize] = by
}

impl Default for Tallies {
    fn default() -> Tallies {
        Tallies::new()
    }
}

/// Numbers given back, and what ended threads left.
struct Book {
    free: Vec<u32>,
    ended: Vec<i32>,
}

static BOOK: Mutex<Book> = Mutex::new(Book { free: Vec::new(), ended: Vec::new() });
/// The first number that was never given out.
static NEXT: AtomicU32 = AtomicU32::new(0);

fn book() -> std::sync::MutexGuard<'static, Book> {
    BOOK.lock().unwrap_or_else(|e| e.into_inner())
}

fn new_number() -> u32 {
    book().free.pop().unwrap_or_else(|| NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
}

/// The number of a TRACED object, given to it now if it has none.
#[inline(always)]
fn number(h: &Header) -> u32 {
    let seen = h.local();
    if seen & NUMBERED != 0 { seen & !NUMBERED } else { take_number(h, seen) }
}

#[cold]
fn take_number(h: &Header, mut seen: u32) -> u32 {
    let n = new_number();
    loop {
        match h.change_local(seen, n | NUMBERED) {
            Ok(()) => return n,
            Err(now) if now & NUMBERED != 0 => {
                book().free.push(n);
                return now & !NUMBERED;
            }
            Err(now) => seen = now,
        }
    }
}

/// Counts owned values of a TRACED object.
#[inline(always)]
pub fn add(core: &ThreadCore, h: &Header, by: i32) {
    core.tallies.add(number(h), by)
}

/// The thread's tally of an object. Own thread, or the world is stopped.
pub fn of(core: &ThreadCore, h: &Header) -> i32 {
    let seen = h.local();
    if seen & NUMBERED == 0 { 0 } else { core.tallies.get(seen & !NUMBERED) }
}

/// What all threads' tallies of an object come to. The world is stopped; else it is a guess.
pub fn total(h: &Header) -> i64 {
    let seen = h.local();
    if h.owner() != NOBODY || seen & NUMBERED == 0 {
        return 0;
    }
    let n = seen & !NUMBERED;
    let mut sum = book().ended.get(n as usize).copied().unwrap_or(0);
    registry::for_each(|c| sum = sum.wrapping_add(c.tallies.get(n)));
    sum as i64
}

/// All totals at once, by number. The world is stopped.
pub fn totals() -> Vec<i32> {
    let mut sums = book().ended.clone();
    registry::for_each(|c| add_up(&mut sums, &c.tallies));
    sums
}

fn add_up(sums: &mut Vec<i32>, tallies: &Tallies) {
    // SAFETY: a stop, or the thread itself.
    let parts = unsafe { &*tallies.0.get() };
    if sums.len() < parts.len() {
        sums.resize(parts.len(), 0)
    }
    for (sum, part) in sums.iter_mut().zip(parts) {
        *sum = sum.wrapping_add(*part)
    }
}

/// The count of an object of any state, given the [`totals`].
pub fn count(h: &Header, totals: &[i32]) -> u64 {
    let seen = h.local();
    if h.owner() != NOBODY {
        return h.plain_count();
    }
    let tallied =
        if seen & NUMBERED == 0 { 0 } else { totals.get((seen & !NUMBERED) as usize).copied().unwrap_or(0) };
    (h.plain_count() as i64 + tallied as i64).max(0) as u64
}

/// A thread leaves: others must still see what it counted.
pub(crate) fn thread_ends(core: &ThreadCore) {
    add_up(&mut book().ended, &core.tallies)
}

/// The collector frees a TRACED object: its number is free, and its tallies, which come to nothing, are forgotten. The
/// world is stopped.
pub fn free_number(h: &Header) {
    let seen = h.local();
    if seen & NUMBERED == 0 {
        return;
    }
    let n = seen & !NUMBERED;
    registry::for_each(|c| c.tallies.forget(n));
    let mut b = book();
    if let Some(x) = b.ended.get_mut(n as usize) {
        *x = 0
    }
    b.free.push(n);
    h.set_local(0)
}

/// A SHARED object was counted by thread `id`: every so many counts of a thread, one is looked at. If the threads that
/// are seen to count it change `TURNS` times, true: it should be TRACED.
pub fn notice(h: &Header, id: u16) -> bool {
    let seen = h.local();
    if seen & NUMBERED != 0 || seen & (TURN - 1) == id as u32 {
        return false;
    }
    let turns = if seen == 0 { 0 } else { (seen >> 16) + 1 };
    if turns >= TURNS {
        return true;
    }
    // Lost against another thread: then that one was noticed.
    let _ = h.change_local(seen, (turns * TURN) | id as u32);
    false
}

/// Makes a SHARED object TRACED: from now on slots hold it uncounted, and threads count their values apart.
pub fn trace(h: &Header) {
    debug_assert!(h.owner() == NOBODY);
    h.set_flags(flag::TRACED);
}

/// In the child of a fork: a new lock. What the vanished threads tallied is dropped: the values they owned are gone, and
/// what else they counted they took away from `shared`, so counts are at worst too high.
///
/// # Safety
/// Only one thread exists.
pub unsafe fn after_fork_in_child() {
    let p = &raw const BOOK as *mut Mutex<Book>;
    // SAFETY: one thread. A lock that was held means an ended thread was writing: its part is dropped as well.
    unsafe {
        let kept = match (*p).try_lock() {
            Ok(mut b) => Book { free: std::mem::take(&mut b.free), ended: std::mem::take(&mut b.ended) },
            Err(_) => Book { free: Vec::new(), ended: Vec::new() },
        };
        p.write(Mutex::new(kept))
    }
}
