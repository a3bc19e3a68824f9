//! One page: a head, then cells of one size.

use super::Heap;
use std::cell::Cell;
use std::ptr::{NonNull, null_mut};
use std::sync::Mutex;
use std::sync::atomic::{AtomicPtr, AtomicU8, AtomicU16, AtomicUsize, Ordering::*};
use weft_strategy::Header;

/// Bytes of a page; pages are aligned to it, so that a cell finds its page by masking.
pub const PAGE: usize = 64 << 10;
/// Pages are cut from chunks of this size.
const CHUNK: usize = 4 << 20;

/// The head of a page.
#[repr(C, align(64))]
pub struct Page {
    /// The heap that allocates here; null: an orphan.
    pub owner: AtomicPtr<Heap>,
    /// Cells freed by other threads.
    pub remote: AtomicPtr<Header>,
    /// Offset of the first cell never used.
    bump: AtomicUsize,
    cell: usize,
    /// Free cells that nobody allocates from at present, and how many.
    kept: AtomicPtr<Header>,
    nkept: AtomicU16,
    /// Has anything been allocated here since the last collection?
    touched: AtomicU8,
    /// Is it on its heap's list of pages with free cells?
    listed: AtomicU8,
    /// How many kept cells are enough to allocate here: a thirty-second of all. Where hardly anything is free, the next
    /// collection would look through the page for next to nothing.
    enough: u16,
    /// Next on that list.
    next: AtomicPtr<Page>,
}

thread_local! {
    static MAPPER: Cell<*const Heap> = const { Cell::new(std::ptr::null()) };
}

/// What is left of the chunk that pages are cut from: address, bytes.
static CHUNK_LEFT: Mutex<(usize, usize)> = Mutex::new((0, 0));

/// Pages of large objects that died, for others: giving memory back and taking it anew each time costs more than the
/// object, and holds up all threads.
static SPARE: Mutex<Vec<usize>> = Mutex::new(Vec::new());
/// So many pages at most.
const MOST_SPARE: usize = 16;

/// Says which heap the pages mapped by this OS thread belong to.
pub fn set_mapper(heap: &Heap) {
    MAPPER.set(heap)
}

/// The page a small cell lies in (or the head of a large object's).
#[inline(always)]
pub fn page_of(cell: NonNull<Header>) -> NonNull<Page> {
    let p = (cell.as_ptr() as usize & !(PAGE - 1)) as *mut Page;
    // SAFETY: cells never lie in the first page of memory.
    unsafe { NonNull::new_unchecked(p) }
}

/// Next cell of a free list.
///
/// # Safety
/// `cell` is free.
#[inline(always)]
pub unsafe fn link(cell: NonNull<Header>) -> *mut Header {
    // SAFETY: every cell has at least 32 bytes.
    unsafe { cell.add(1).cast::<*mut Header>().read() }
}

/// Sets the link of a free cell.
///
/// # Safety
/// `cell` is free and the caller's.
#[inline(always)]
pub unsafe fn set_link(cell: NonNull<Header>, next: *mut Header) {
    // SAFETY: every cell has at least 32 bytes.
    unsafe { cell.add(1).cast::<*mut Header>().write(next) }
}

/// In the child of a fork: whoever held the locks is gone, and what they guard with it.
///
/// # Safety
/// There is one thread.
pub unsafe fn after_fork_in_child() {
    // SAFETY: as the caller promises; a lock that is free is left alone.
    unsafe {
        if CHUNK_LEFT.try_lock().is_err() {
            (&raw const CHUNK_LEFT as *mut Mutex<(usize, usize)>).write(Mutex::new((0, 0)))
        }
        if SPARE.try_lock().is_err() {
            (&raw const SPARE as *mut Mutex<Vec<usize>>).write(Mutex::new(Vec::new()))
        }
    }
}

fn spare() -> std::sync::MutexGuard<'static, Vec<usize>> {
    SPARE.lock().unwrap_or_else(|e| e.into_inner())
}

fn map_aligned(bytes: usize, align: usize) -> Option<usize> {
    // SAFETY: a fresh anonymous mapping.
    let p = unsafe {
        libc::mmap(
            null_mut(),
            bytes + align,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
            -1,
            0,
        )
    };
    if p == libc::MAP_FAILED {
        return None;
    }
    let start = p as usize;
    let aligned = start.next_multiple_of(align);
    let (before, after) = (aligned - start, align - (aligned - start));
    // SAFETY: the unused ends of our own mapping.
    unsafe {
        if before > 0 {
            libc::munmap(p, before);
        }
        if after > 0 {
            libc::munmap((aligned + bytes) as *mut _, after);
        }
    }
    Some(aligned)
}

impl Page {
    /// Bytes before the first cell.
    pub const HEAD: usize = 64;

    /// A new page of `count` times [`PAGE`] bytes with cells of `cell` bytes, owned by this thread's heap.
    pub fn map(cell: usize, count: usize) -> Option<NonNull<Page>> {
        let large = count > 1 || cell > super::LARGEST;
        let spare = if large && count == 1 { spare().pop() } else { None };
        let at = if let Some(at) = spare {
            // SAFETY: a page that nobody uses; a header that was never used is zero.
            unsafe { std::ptr::write_bytes((at + Page::HEAD) as *mut Header, 0, 1) }
            at
        } else if count == 1 {
            let mut chunk = CHUNK_LEFT.lock().unwrap_or_else(|e| e.into_inner());
            if chunk.1 < PAGE {
                *chunk = (map_aligned(CHUNK, PAGE)?, CHUNK);
            }
            let at = chunk.0;
            *chunk = (at + PAGE, chunk.1 - PAGE);
            at
        } else {
            map_aligned(count * PAGE, PAGE)?
        };
        let p = NonNull::new(at as *mut Page)?;
        // SAFETY: fresh memory of at least a page.
        unsafe {
            p.write(Page {
                owner: AtomicPtr::new(MAPPER.get() as *mut Heap),
                remote: AtomicPtr::new(null_mut()),
                bump: AtomicUsize::new(Page::HEAD),
                cell,
                kept: AtomicPtr::new(null_mut()),
                nkept: AtomicU16::new(0),
                touched: AtomicU8::new(0),
                listed: AtomicU8::new(0),
                enough: if count == 1 { ((PAGE - Page::HEAD) / cell / 32) as u16 } else { 0 },
                next: AtomicPtr::new(null_mut()),
            })
        }
        Some(p)
    }

    /// Gives a large page back to the system.
    ///
    /// # Safety
    /// Nothing in it is alive.
    pub unsafe fn unmap(p: NonNull<Page>) {
        // SAFETY: as the caller promises.
        let mapped = unsafe { p.as_ref() }.mapped();
        if mapped == PAGE {
            let mut spare = spare();
            if spare.len() < MOST_SPARE {
                spare.push(p.as_ptr() as usize);
                return;
            }
        }
        // SAFETY: as the caller promises; large pages are mappings of their own, or parts of one that nothing else uses.
        unsafe { libc::munmap(p.as_ptr().cast(), mapped) };
    }

    /// Bytes of a cell.
    #[inline(always)]
    pub fn cell(&self) -> usize {
        self.cell
    }

    /// Bytes mapped.
    pub fn mapped(&self) -> usize {
        (Page::HEAD + self.cell).next_multiple_of(PAGE)
    }

    /// Has anything been allocated here since the last collection?
    #[inline(always)]
    pub fn is_touched(&self) -> bool {
        self.touched.load(Relaxed) != 0
    }

    /// Says so.
    #[inline(always)]
    pub fn set_touched(&self, touched: bool) {
        self.touched.store(touched as u8, Relaxed)
    }

    /// Keeps a free cell for later. True: there are now enough of them to allocate here, and the page stands on no list
    /// yet. By the owner, or in a stop.
    #[inline]
    pub fn keep(&self, cell: NonNull<Header>) -> bool {
        // SAFETY: the caller gave the cell up.
        unsafe { set_link(cell, self.kept.load(Relaxed)) }
        self.kept.store(cell.as_ptr(), Relaxed);
        self.nkept.store(self.nkept.load(Relaxed) + 1, Relaxed);
        self.is_worth_listing()
    }

    /// Has it enough kept cells to allocate here, without being listed?
    #[inline(always)]
    pub fn is_worth_listing(&self) -> bool {
        self.nkept.load(Relaxed) > self.enough && self.listed.load(Relaxed) == 0
    }

    /// Puts the page before `first`, on a list of pages with kept cells.
    pub fn list_before(&self, first: *mut Page) {
        self.listed.store(1, Relaxed);
        self.next.store(first, Relaxed)
    }

    /// Takes the page, the first of its list, off it. Gives the next one.
    pub fn unlist(&self) -> *mut Page {
        self.listed.store(0, Relaxed);
        self.next.swap(null_mut(), Relaxed)
    }

    /// Takes all kept cells, linked.
    pub fn take_kept(&self) -> *mut Header {
        self.nkept.store(0, Relaxed);
        self.kept.swap(null_mut(), Relaxed)
    }

    /// The next cell never used. Its header is zero.
    pub fn bump(&self) -> Option<NonNull<Header>> {
        let at = self.bump.load(Relaxed);
        if at + self.cell > self.mapped() {
            return None;
        }
        self.bump.store(at + self.cell, Release);
        NonNull::new((self as *const Page as usize + at) as *mut Header)
    }

    /// Gives back a cell of another thread's page.
    pub fn push_remote(&self, cell: NonNull<Header>) {
        let mut head = self.remote.load(Relaxed);
        loop {
            // SAFETY: the caller gave the cell up.
            unsafe { set_link(cell, head) }
            match self.remote.compare_exchange_weak(head, cell.as_ptr(), Release, Relaxed) {
                Ok(_) => return,
                Err(now) => head = now,
            }
        }
    }

    /// Is there a cell never used?
    pub fn has_room(&self) -> bool {
        self.bump.load(Relaxed) + self.cell <= self.mapped()
    }

    /// Calls `f` for every cell ever used.
    pub fn for_each_cell(&self, mut f: impl FnMut(NonNull<Header>)) {
        let end = self.bump.load(Acquire);
        let mut at = Page::HEAD;
        while at + self.cell <= end {
            if let Some(c) = NonNull::new((self as *const Page as usize + at) as *mut Header) {
                f(c)
            }
            at += self.cell;
        }
    }
}

const _: () = assert!(size_of::<Page>() <= Page::HEAD);
