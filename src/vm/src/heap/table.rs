//! A word for every cell of the heap, or of some pages, beside it: for the collector.
//!
//! The address alone says where a cell's word is: the heap is seen as windows of 4 MiB, each with a word for every 32
//! bytes (cells are no smaller), so that finding it reads neither the page's head nor the object. Most of a window's
//! words are never touched, and memory that is not touched is not there.

use super::{PAGE, Page};
use std::ptr::{NonNull, null_mut};
use std::sync::{Mutex, MutexGuard};
use weft_strategy::Header;

const BITS: u32 = 22;
const WINDOW: usize = 1 << BITS;
const STEP: u32 = 5;

/// The words. The world is stopped as long as it exists.
pub struct Table {
    /// Number of the lowest window.
    first: usize,
    /// Where each window's words are; null: no page lies there.
    windows: Vec<*mut u32>,
    words: Words,
    pages: Vec<NonNull<Page>>,
}

impl Table {
    /// Zeros for the cells of some pages.
    pub(super) fn new(pages: Vec<NonNull<Page>>) -> Table {
        let number = |p: &NonNull<Page>| p.as_ptr() as usize >> BITS;
        let first = pages.iter().map(number).min().unwrap_or(0);
        let last = pages.iter().map(number).max().unwrap_or(0);
        let mut windows: Vec<*mut u32> = vec![null_mut(); last - first + 1];
        let mut n = 0;
        for p in &pages {
            let w = &mut windows[number(p) - first];
            if w.is_null() {
                *w = NonNull::dangling().as_ptr();
                n += 1
            }
        }
        let words = Words::new(n * (WINDOW >> STEP));
        let mut at = words.start;
        for p in &pages {
            let w = &mut windows[number(p) - first];
            if *w == NonNull::dangling().as_ptr() {
                *w = at;
                // SAFETY: there are as many parts as windows with pages.
                at = unsafe { at.add(WINDOW >> STEP) }
            }
        }
        Table { first, windows, words, pages }
    }

    /// The word of an object, or of its neighbour, in one of the windows.
    #[inline(always)]
    fn word(&self, window: *mut u32, h: *const Header) -> *mut u32 {
        // SAFETY: the offset is one within the window.
        unsafe { window.add((h as usize & (WINDOW - 1)) >> STEP) }
    }

    /// The word of an object that lies in one of the pages.
    #[inline(always)]
    pub fn entry(&mut self, h: *const Header) -> &mut u32 {
        let n = (h as usize >> BITS) - self.first;
        debug_assert!(!self.windows[n].is_null());
        // SAFETY: its page was given to `new`; `self` is borrowed for as long as the word is.
        unsafe { &mut *self.word(*self.windows.get_unchecked(n), h) }
    }

    /// Calls `f` for every cell ever used, with its word.
    pub fn scan(&mut self, mut f: impl FnMut(NonNull<Header>, &mut u32)) {
        for i in 0..self.pages.len() {
            // SAFETY: the pages stay mapped while the table exists.
            unsafe { self.pages[i].as_ref() }.for_each_cell(|c| f(c, self.entry(c.as_ptr())))
        }
    }

    /// The word of an object that may lie in one of the pages; else there is none, or it is zero.
    #[inline(always)]
    pub fn find(&mut self, h: *const Header) -> Option<&mut u32> {
        let w = *self.windows.get((h as usize >> BITS).wrapping_sub(self.first))?;
        // SAFETY: a window that some page lies in; `self` is borrowed for as long as the word is.
        if w.is_null() { None } else { Some(unsafe { &mut *self.word(w, h) }) }
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        let mut words = std::mem::replace(&mut self.words, Words::NONE);
        if words.count > KEPT {
            return;
        }
        for p in &self.pages {
            let from = self.word(self.windows[(p.as_ptr() as usize >> BITS) - self.first], p.as_ptr().cast());
            // SAFETY: the words of a page; the rest has not been written to.
            unsafe { from.write_bytes(0, PAGE >> STEP) }
        }
        words.swap(&mut spare())
    }
}

/// Words of a small table, all zero, for the next one: asking the system for the same memory again and again would take
/// longer than a small collection.
static SPARE: Mutex<Words> = Mutex::new(Words::NONE);
/// Words of so many windows are kept. Only those that belong to pages take memory.
const KEPT: usize = 4 * (WINDOW >> STEP);

fn spare() -> MutexGuard<'static, Words> {
    SPARE.lock().unwrap_or_else(|e| e.into_inner())
}

/// In the child of a fork: a new lock. What was kept is lost.
///
/// # Safety
/// Only one thread exists.
pub(super) unsafe fn after_fork_in_child() {
    let p = &raw const SPARE as *mut Mutex<Words>;
    // SAFETY: one thread.
    unsafe { p.write(Mutex::new(Words::NONE)) }
}

/// Zeros, in memory of their own.
struct Words {
    start: *mut u32,
    count: usize,
    mapped: *mut libc::c_void,
    bytes: usize,
}
// SAFETY: nobody else knows the mapping.
unsafe impl Send for Words {}

const HUGE: usize = 2 << 20;

impl Words {
    const NONE: Words = Words { start: null_mut(), count: 0, mapped: null_mut(), bytes: 0 };

    /// At least `count` zeros.
    fn new(count: usize) -> Words {
        let kept = std::mem::replace(&mut *spare(), Words::NONE);
        if kept.count >= count { kept } else { Words::map(count) }
    }

    fn map(count: usize) -> Words {
        let wanted = count * size_of::<u32>();
        let is_big = count > KEPT;
        let bytes = if is_big { wanted + HUGE } else { wanted };
        // SAFETY: a fresh anonymous mapping.
        let mapped = unsafe {
            libc::mmap(
                null_mut(),
                bytes,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        if mapped == libc::MAP_FAILED {
            crate::start::out_of_memory(bytes)
        }
        let mut start = mapped.cast::<u8>();
        if is_big {
            // A page fault for each 4 KiB would take a quarter of a collection.
            start = start.wrapping_add(start.align_offset(HUGE));
            // SAFETY: a part of our own mapping; where this is not possible, nothing changes.
            #[cfg(target_os = "linux")]
            unsafe {
                libc::madvise(start.cast(), wanted, libc::MADV_HUGEPAGE);
            }
        }
        Words { start: start.cast(), count, mapped, bytes }
    }

    fn swap(&mut self, other: &mut Words) {
        std::mem::swap(self, other)
    }
}

impl Drop for Words {
    fn drop(&mut self) {
        if self.bytes > 0 {
            // SAFETY: our own mapping, which only the table's borrows point into.
            unsafe { libc::munmap(self.mapped, self.bytes) };
        }
    }
}

/// Asks for memory that will be looked at soon.
#[inline(always)]
pub fn prefetch<T>(p: *const T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a hint, whatever the address.
    unsafe {
        std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(p.cast())
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = p;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_different_cells_are_different() {
        for cell in (32usize..=8192).step_by(16) {
            let at = (0..).map(|i| (Page::HEAD + i * cell) >> STEP);
            let all: Vec<usize> = at.take((super::super::PAGE - Page::HEAD) / cell).collect();
            assert!(all.windows(2).all(|w| w[0] < w[1]), "{cell}");
        }
    }
}
