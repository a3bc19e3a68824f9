//! The allocator, and where its first memory comes from.
//!
//! mimalloc asks the system for huge pages. That is right for a program with much data, but the few small buffers of a
//! short one would take two megabytes each place they touch. So its first arena is ours: the beginning in ordinary
//! pages, the rest as mimalloc would have it.
//!
//! Big blocks come from the C library: it lets the system move their pages when they grow, and gives them back at once.
//! mimalloc would copy, and keep the old ones for a while: a list that grows to a million items left ten times its size
//! behind.

use mimalloc::MiMalloc;
use std::alloc::{GlobalAlloc, Layout};

#[global_allocator]
static ALLOCATOR: BySize = BySize;

/// mimalloc for small blocks, the C library for big ones.
struct BySize;

/// Blocks of so many bytes are big.
const BIG: usize = 32 << 10;
/// What `malloc` aligns to.
const ALIGNED: usize = 2 * size_of::<usize>();

#[inline(always)]
fn is_big(size: usize, align: usize) -> bool {
    size >= BIG && align <= ALIGNED
}

// SAFETY: which allocator a block is from can be told from its layout, which Rust gives back unchanged.
unsafe impl GlobalAlloc for BySize {
    #[inline]
    unsafe fn alloc(&self, l: Layout) -> *mut u8 {
        if is_big(l.size(), l.align()) {
            // SAFETY: no preconditions.
            return unsafe { libc::malloc(l.size()) }.cast();
        }
        // SAFETY: as the caller promises.
        unsafe { MiMalloc.alloc(l) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, l: Layout) -> *mut u8 {
        if is_big(l.size(), l.align()) {
            // SAFETY: no preconditions.
            return unsafe { libc::calloc(1, l.size()) }.cast();
        }
        // SAFETY: as the caller promises.
        unsafe { MiMalloc.alloc_zeroed(l) }
    }

    #[inline]
    unsafe fn dealloc(&self, p: *mut u8, l: Layout) {
        // SAFETY: as the caller promises.
        unsafe { if is_big(l.size(), l.align()) { libc::free(p.cast()) } else { MiMalloc.dealloc(p, l) } }
    }

    #[inline]
    unsafe fn realloc(&self, p: *mut u8, l: Layout, size: usize) -> *mut u8 {
        let (was, will) = (is_big(l.size(), l.align()), is_big(size, l.align()));
        // SAFETY: as the caller promises; a block that changes allocators is copied.
        unsafe {
            match (was, will) {
                (false, false) => MiMalloc.realloc(p, l, size),
                (true, true) => libc::realloc(p.cast(), size).cast(),
                _ => {
                    let new = self.alloc(Layout::from_size_align_unchecked(size, l.align()));
                    if !new.is_null() {
                        std::ptr::copy_nonoverlapping(p, new, l.size().min(size));
                        self.dealloc(p, l)
                    }
                    new
                }
            }
        }
    }
}

/// What mimalloc takes as an arena, at least.
const ARENA: usize = 32 << 20;
/// How much of it is in ordinary pages.
const ORDINARY: usize = 8 << 20;
/// A huge page.
const HUGE: usize = 2 << 20;

unsafe extern "C" {
    /// Gives it memory (`mimalloc.h`).
    fn mi_manage_os_memory(
        start: *mut libc::c_void,
        size: usize,
        is_committed: bool,
        is_pinned: bool,
        is_zero: bool,
        numa_node: libc::c_int,
    ) -> bool;
}

/// Runs before `main` and before anything is allocated.
#[used]
#[unsafe(link_section = ".init_array")]
static FIRST: extern "C" fn() = first_arena;

extern "C" fn first_arena() {
    // SAFETY: a fresh mapping, whose unused ends go back; mimalloc keeps the rest for ever. Without it mimalloc gets memory
    // of its own.
    unsafe {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        let p =
            libc::mmap(std::ptr::null_mut(), ARENA + HUGE, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0);
        if p == libc::MAP_FAILED {
            return;
        }
        let start = p.byte_add(p.align_offset(HUGE));
        let (before, after) = (start.byte_offset_from(p) as usize, HUGE - start.byte_offset_from(p) as usize);
        if before > 0 {
            libc::munmap(p, before);
        }
        if after > 0 {
            libc::munmap(start.byte_add(ARENA), after);
        }
        libc::madvise(start, ORDINARY, libc::MADV_NOHUGEPAGE);
        libc::madvise(start.byte_add(ORDINARY), ARENA - ORDINARY, libc::MADV_HUGEPAGE);
        mi_manage_os_memory(start, ARENA, true, false, true, -1);
    }
}
