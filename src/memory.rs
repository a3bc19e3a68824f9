//! The allocator, and where its first memory comes from.
//!
//! mimalloc asks the system for huge pages. That is right for a program with much data, but the few small buffers of a
//! short one would take two megabytes each place they touch. So its first arena is ours: the beginning in ordinary
//! pages, the rest as mimalloc would have it.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
