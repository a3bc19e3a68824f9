//! The object heap: 64 KiB pages of one cell size, each owned by a thread.
//!
//! Cells are type-stable: a freed cell keeps a header with shape 0, and its link lies behind the header.
//! So the heap can be walked without any list of objects, and a stale uncounted word never points at
//! memory of another kind. Only the owning thread allocates from a page; other threads free onto the
//! page's `remote` list, which the owner collects now and then. Pages of an ended thread are adopted by the
//! next; whoever frees a cell of an orphan meanwhile does what others always do.
//!
//! A page is *touched* once something has been allocated in it since the last collection, and a young collection looks
//! through touched pages only. So that this costs nothing when an object is made, a heap allocates from the free cells of
//! touched pages alone; cells freed in other pages are kept there until the heap turns to that page, and a collection
//! takes all free cells back to their pages ([`put_back`]).

mod page;
mod table;

pub use page::{PAGE, Page, page_of};
pub use table::{Table, prefetch};

use std::cell::Cell;
use std::ptr::{NonNull, null_mut};
use std::sync::Mutex;
use std::sync::atomic::{AtomicIsize, Ordering::*};
use weft_strategy::Header;

/// Cell sizes: multiples of 16 up to 256, then about eight to a doubling, up to 8 KiB. Larger objects have pages of their own.
const CLASSES: usize = CLASS_SIZES.len();
const CLASS_SIZES: [u16; 37] = [
    32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352, 384, 448, 512, 576,
    640, 768, 896, 1024, 1152, 1280, 1536, 1792, 2048, 2560, 3072, 4096, 5120, 6144, 8192,
];
/// Largest cell.
const LARGEST: usize = 8192;

/// Class of each size in 16-byte steps.
static CLASS_OF: [u8; LARGEST / 16 + 1] = {
    let mut t = [0u8; LARGEST / 16 + 1];
    let mut class = 0;
    let mut step = 0;
    while step < t.len() {
        while (CLASS_SIZES[class] as usize) < step * 16 {
            class += 1;
        }
        t[step] = class as u8;
        step += 1;
    }
    t
};

/// Every page there is, for walking; and those whose thread has ended.
struct Listed {
    all: Vec<NonNull<Page>>,
    orphans: Vec<NonNull<Page>>,
}
// SAFETY: pages are never unmapped while listed; their fields say who may touch what.
unsafe impl Send for Listed {}

static PAGES: Mutex<Listed> = Mutex::new(Listed { all: Vec::new(), orphans: Vec::new() });

fn pages() -> std::sync::MutexGuard<'static, Listed> {
    PAGES.lock().unwrap_or_else(|e| e.into_inner())
}

/// A thread's part of the heap.
pub struct Heap {
    /// Free cells, all in touched pages.
    free: [Cell<*mut Header>; CLASSES],
    /// Pages with cells never used.
    current: [Cell<*mut Page>; CLASSES],
    /// Lists of pages with kept cells.
    kept: [Cell<*mut Page>; CLASSES],
    owned: [Cell<Vec<NonNull<Page>>>; CLASSES],
    /// Pages mapped since the class's remote lists were last looked at.
    since_look: [Cell<usize>; CLASSES],
    /// Objects of collectable kinds made, less those freed, since the last collection. Written by the owner.
    pub net: AtomicIsize,
}

impl Default for Heap {
    fn default() -> Heap {
        Heap::new()
    }
}

impl Heap {
    /// An empty heap.
    pub fn new() -> Heap {
        Heap {
            free: [const { Cell::new(null_mut()) }; CLASSES],
            current: [const { Cell::new(null_mut()) }; CLASSES],
            kept: [const { Cell::new(null_mut()) }; CLASSES],
            owned: [const { Cell::new(Vec::new()) }; CLASSES],
            since_look: [const { Cell::new(0) }; CLASSES],
            net: AtomicIsize::new(0),
        }
    }

    /// Memory for an object of `size` bytes (header included), 16-aligned, not initialised but for a zero
    /// shape. `None` when the system has no more.
    #[inline(always)]
    pub fn alloc(&self, size: usize) -> Option<NonNull<Header>> {
        if size <= LARGEST {
            let class = CLASS_OF[size.div_ceil(16)] as usize;
            let cell = self.free[class].get();
            if let Some(p) = NonNull::new(cell) {
                // SAFETY: a free cell holds its link behind the header.
                self.free[class].set(unsafe { page::link(p) });
                return Some(p);
            }
            return self.alloc_slow(class);
        }
        self.alloc_large(size)
    }

    #[cold]
    #[inline(never)]
    fn alloc_slow(&self, class: usize) -> Option<NonNull<Header>> {
        if let Some(cell) = self.alloc_kept(class).or_else(|| self.alloc_unused(class)) {
            return Some(cell);
        }
        if self.look_for_cells(class) {
            return self
                .alloc_free(class)
                .or_else(|| self.alloc_kept(class))
                .or_else(|| self.alloc_unused(class));
        }
        let page = Page::map(CLASS_SIZES[class] as usize, 1)?;
        pages().all.push(page);
        let mut owned = self.owned[class].take();
        owned.push(page);
        self.owned[class].set(owned);
        self.current[class].set(page.as_ptr());
        self.since_look[class].set(self.since_look[class].get() + 1);
        self.alloc_unused(class)
    }

    /// A free cell of a touched page.
    fn alloc_free(&self, class: usize) -> Option<NonNull<Header>> {
        let p = NonNull::new(self.free[class].get())?;
        // SAFETY: a free cell holds its link behind the header.
        self.free[class].set(unsafe { page::link(p) });
        Some(p)
    }

    /// A cell of the next page that has kept some; the others come with it.
    fn alloc_kept(&self, class: usize) -> Option<NonNull<Header>> {
        let page = NonNull::new(self.kept[class].get())?;
        // SAFETY: listed pages are ours and mapped.
        let page = unsafe { page.as_ref() };
        self.kept[class].set(page.unlist());
        page.set_touched(true);
        debug_assert!(self.free[class].get().is_null());
        self.free[class].set(page.take_kept());
        self.alloc_free(class)
    }

    /// A cell that was never used.
    fn alloc_unused(&self, class: usize) -> Option<NonNull<Header>> {
        let page = NonNull::new(self.current[class].get())?;
        // SAFETY: a page of ours.
        let page = unsafe { page.as_ref() };
        let cell = page.bump()?;
        page.set_touched(true);
        Some(cell)
    }

    /// Looks among the class's pages for cells freed by other threads, or never used in adopted pages; true if there
    /// are any. All pages are looked at only when their number has grown by a quarter, so that a growing heap does not
    /// look at every page for every new one.
    fn look_for_cells(&self, class: usize) -> bool {
        let owned = self.owned[class].take();
        let due = self.since_look[class].get() * 4 >= owned.len();
        let mut room = null_mut();
        if due {
            self.since_look[class].set(0);
            for p in &owned {
                // SAFETY: our pages stay mapped.
                let page = unsafe { p.as_ref() };
                let mut cell = page.remote.swap(null_mut(), Acquire);
                while let Some(c) = NonNull::new(cell) {
                    // SAFETY: a free cell.
                    cell = unsafe { page::link(c) };
                    self.give_back(page, class, c);
                }
                if page.has_room() {
                    room = p.as_ptr()
                }
            }
            if !room.is_null() {
                self.current[class].set(room);
                // Others with room are looked for when this one is full.
                self.since_look[class].set(owned.len())
            }
        }
        self.owned[class].set(owned);
        due && (!room.is_null() || !self.free[class].get().is_null() || !self.kept[class].get().is_null())
    }

    fn alloc_large(&self, size: usize) -> Option<NonNull<Header>> {
        let total = size.checked_add(Page::HEAD)?;
        let page = Page::map(size.next_multiple_of(16), total.div_ceil(PAGE))?;
        pages().all.push(page);
        // SAFETY: a new page, one cell.
        let page = unsafe { page.as_ref() };
        page.set_touched(true);
        page.bump()
    }

    #[inline(always)]
    fn push_free(&self, class: usize, cell: NonNull<Header>) {
        // SAFETY: the cell is free and ours.
        unsafe { page::set_link(cell, self.free[class].get()) }
        self.free[class].set(cell.as_ptr());
    }

    /// Takes back a cell of a page of ours.
    #[inline(always)]
    fn give_back(&self, page: &Page, class: usize, cell: NonNull<Header>) {
        if page.is_touched() {
            self.push_free(class, cell)
        } else if page.keep(cell) {
            self.list(page, class)
        }
    }

    /// A page has kept cells enough to allocate from them.
    #[cold]
    fn list(&self, page: &Page, class: usize) {
        page.list_before(self.kept[class].get());
        self.kept[class].set(page as *const Page as *mut Page)
    }

    /// After a collection: free cells go back to their pages. The world is stopped.
    pub fn put_back(&self) {
        for class in 0..CLASSES {
            let mut cell = self.free[class].replace(null_mut());
            while let Some(c) = NonNull::new(cell) {
                // SAFETY: a free cell of ours, which lies in one of our pages.
                let page = unsafe {
                    cell = page::link(c);
                    page_of(c).as_ref()
                };
                if page.keep(c) {
                    self.list(page, class)
                }
            }
        }
    }

    /// Gives a cell back.
    ///
    /// # Safety
    /// The object is dead, its fields dropped; nobody uses it again.
    #[inline(always)]
    pub unsafe fn free(&self, cell: NonNull<Header>) {
        let page = page_of(cell);
        // SAFETY: every cell lies in a page.
        let page_ref = unsafe { page.as_ref() };
        // SAFETY: the caller gives the cell up.
        unsafe { cell.as_ref() }.set_shape(0);
        let size = page_ref.cell();
        if size > LARGEST {
            pages().all.retain(|p| *p != page);
            // SAFETY: a large page holds one object only, now dead.
            unsafe { Page::unmap(page) };
        } else if std::ptr::eq(page_ref.owner.load(Relaxed), self) {
            self.give_back(page_ref, CLASS_OF[size / 16] as usize, cell)
        } else {
            page_ref.push_remote(cell)
        }
    }

    /// Makes the pages that this heap maps from now on its own; called once the heap has its final address.
    pub fn settle(&self) {
        page::set_mapper(self);
    }

    /// Leaves all pages to whoever adopts them.
    pub fn abandon(&self) {
        self.put_back();
        for class in 0..CLASSES {
            while let Some(p) = NonNull::new(self.kept[class].get()) {
                // SAFETY: listed pages are ours and mapped.
                self.kept[class].set(unsafe { p.as_ref() }.unlist())
            }
            self.current[class].set(null_mut());
            let owned = self.owned[class].take();
            for p in &owned {
                // SAFETY: our pages stay mapped.
                unsafe { p.as_ref() }.owner.store(null_mut(), Release)
            }
            pages().orphans.extend(owned)
        }
    }

    /// Takes over the pages of ended threads.
    pub fn adopt(&self) {
        for p in std::mem::take(&mut pages().orphans) {
            // SAFETY: an orphan has no owner, and we hold the only claim to it.
            let page = unsafe { p.as_ref() };
            page.owner.store(self as *const Heap as *mut Heap, Release);
            let class = CLASS_OF[page.cell() / 16] as usize;
            let mut owned = self.owned[class].take();
            owned.push(p);
            self.since_look[class].set(owned.len());
            self.owned[class].set(owned);
            if page.is_worth_listing() {
                self.list(page, class)
            }
        }
    }
}

/// Calls `f` for every live object. The world is stopped, or the GIL held.
pub fn walk(mut f: impl FnMut(&'static Header)) {
    let all = pages().all.clone();
    for p in all {
        // SAFETY: listed pages are mapped.
        unsafe { p.as_ref() }.for_each_cell(|c| {
            // SAFETY: cells below the bump limit have a header.
            let h: &'static Header = unsafe { c.as_ref() };
            if h.shape() != 0 {
                f(h)
            }
        })
    }
}

/// Calls `f` for every live object in a touched page: whatever was made since the last collection is among them. The
/// world is stopped.
pub fn walk_touched(mut f: impl FnMut(&'static Header)) {
    for p in touched() {
        // SAFETY: listed pages are mapped.
        unsafe { p.as_ref() }.for_each_cell(|c| {
            // SAFETY: cells below the bump limit have a header.
            let h: &'static Header = unsafe { c.as_ref() };
            if h.shape() != 0 {
                f(h)
            }
        })
    }
}

fn touched() -> Vec<NonNull<Page>> {
    // SAFETY: listed pages are mapped.
    pages().all.iter().filter(|p| unsafe { p.as_ref() }.is_touched()).copied().collect()
}

/// No page is touched any more: what exists has been looked at. The free cells of `heaps` must have been put back. The
/// world is stopped.
pub fn untouch() {
    for p in pages().all.iter() {
        // SAFETY: listed pages are mapped.
        let page = unsafe { p.as_ref() };
        if page.is_touched() {
            page.set_touched(false)
        }
    }
}

/// A table for all pages.
pub fn table_of_all() -> Table {
    let all = pages().all.clone();
    Table::new(all)
}

/// A table for the touched pages.
pub fn table_of_touched() -> Table {
    Table::new(touched())
}

/// A table for the pages that some objects lie in.
pub fn table_of(objects: &[&'static Header]) -> Table {
    let mut pages: Vec<_> = objects.iter().map(|h| page_of(NonNull::from(*h))).collect();
    pages.dedup();
    Table::new(pages)
}

/// Bytes mapped for objects.
pub fn mapped_bytes() -> usize {
    // SAFETY: listed pages are mapped.
    pages().all.iter().map(|p| unsafe { p.as_ref() }.mapped()).sum()
}

/// In the child of a fork: a new lock around the same pages.
///
/// # Safety
/// Only one thread exists.
pub unsafe fn after_fork_in_child() {
    let p = &raw const PAGES as *mut Mutex<Listed>;
    // SAFETY: one thread.
    unsafe {
        let old = match (*p).get_mut() {
            Ok(l) => Listed { all: std::mem::take(&mut l.all), orphans: std::mem::take(&mut l.orphans) },
            Err(e) => std::mem::replace(e.into_inner(), Listed { all: Vec::new(), orphans: Vec::new() }),
        };
        p.write(Mutex::new(old));
        page::after_fork_in_child();
        table::after_fork_in_child()
    }
}
