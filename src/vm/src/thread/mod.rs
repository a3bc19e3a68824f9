//! A Python thread: its registers and frames, its part of the heap, the exception on its way.
//!
//! `&mut Thread` means: Python may run, the world may stop, pending deaths are freed. `&Thread` means
//! none of these. So whoever holds a guard or a [`VRef`] made from `&Thread` cannot call Python; it does
//! not compile.

mod dying;
mod frame;
pub mod park;
mod safepoint;

pub use frame::{Frame, FrameFlags};

use crate::Raised;
use crate::heap::Heap;
use std::cell::{Cell, UnsafeCell};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use weft_strategy::core::breaker;
use weft_strategy::{ThreadCore, VRef, Value, Word};

/// Registers of a thread: address space is reserved for this many, memory comes when they are used.
const REGISTERS: usize = 8 << 20;
/// Frames, likewise.
const FRAMES: usize = 1 << 20;
/// Native stack kept in reserve for what cannot raise RecursionError.
const NATIVE_RESERVE: usize = 192 << 10;
/// Collectable objects made between collections, at least.
pub const GC_THRESHOLD: isize = 2000;

/// `sys.setrecursionlimit`, for threads to come.
static RECURSION_LIMIT: AtomicU32 = AtomicU32::new(1000);

/// Sets the recursion limit of threads to come.
pub(crate) fn set_default_recursion_limit(n: u32) {
    RECURSION_LIMIT.store(n, Relaxed)
}

/// An entry of the method cache: what a name means on a type of some version.
#[derive(Clone, Copy, Default)]
pub struct CachedMethod {
    /// Type version (0: empty).
    pub version: u32,
    /// Identity of the name.
    pub name: u64,
    /// The attribute, uncounted, or 0 for "none"; kept alive by the type while its version holds.
    pub word: u64,
}

/// Entries of the method cache.
pub const METHOD_CACHE: usize = 1024;

/// Entries of the attribute cache.
pub const ATTR_CACHE: usize = 512;

/// Interned strings that a thread remembers.
pub const INTERNED: usize = 256;

/// A thread that may run Python. Nothing that another thread writes lies in the same pair of cache lines.
#[repr(align(128))]
pub struct Thread {
    /// The strategy's part.
    pub core: Box<ThreadCore>,
    /// The core's id.
    id: u16,
    /// This thread's pages.
    pub heap: Heap,
    registers: *mut Word,
    /// First register nobody uses.
    pub(crate) top: Cell<*mut Word>,
    frames: *mut Frame,
    /// The running frame, null outside Python.
    pub(crate) frame: Cell<*mut Frame>,
    /// The exception on its way ([`Raised`] was returned).
    raised: Option<Value>,
    /// The exception being handled (`sys.exception()`).
    pub(crate) handled: Option<Value>,
    /// Lowest native stack address that may be used.
    stack_limit: usize,
    /// Frames from here on are more than the recursion limit allows, or the mapping has room for.
    frame_limit: Cell<*mut Frame>,
    /// `sys.setrecursionlimit`
    recursion_limit: Cell<u32>,
    /// What names mean on types.
    pub(crate) methods: UnsafeCell<Box<[CachedMethod; METHOD_CACHE]>>,
    /// What inline caches that see many shapes have known: name and cache word, see `interp/cache.rs`.
    pub(crate) attrs: UnsafeCell<Box<[(u64, u64); ATTR_CACHE]>>,
    /// Interned strings met lately, by hash of their text; see `intern.rs`.
    pub(crate) interned: UnsafeCell<Box<[u64; INTERNED]>>,
    /// Counts what was found there.
    pub(crate) misses: Cell<u32>,
    /// Where the generator that native code runs gives its items; see `interp/generator.rs`.
    pub(crate) sink: Option<crate::interp::generator::Sink>,
    /// Generators that running frames have skipped; see `interp/chain.rs`.
    pub(crate) chain: Vec<Word>,
    /// Objects being repr()ed, against infinite recursion.
    pub(crate) in_repr: Vec<u64>,
    /// Set when a generator's entry frame returned rather than yielded.
    pub(crate) returned: bool,
    /// Is there a trace or profile function? See `interp/trace.rs`.
    pub(crate) tracing: bool,
    /// Trace functions and monitoring callbacks that are running.
    pub(crate) in_trace: u32,
    /// What the innermost of them is told of.
    pub(crate) traced: crate::interp::trace::Told,
    /// Lines of instructions of code that is being traced, by the code's number.
    pub(crate) lines: std::collections::HashMap<u32, Box<[u32]>>,
    /// How many calls are processing pending deaths, each in a finalizer of the one before.
    dying: Cell<u32>,
    /// Deaths that were pending when the innermost finalizer began. They wait for its end.
    waiting: Cell<usize>,
    /// `threading.get_ident()`
    pub ident: u64,
    /// Where this thread waited, with `-X contention`.
    pub(crate) places: crate::contention::Places,
    /// Per-thread objects: context, async generator hooks, trace functions, `threading.local` values.
    pub locals: crate::thread::Locals,
}

/// Objects that belong to a thread.
#[derive(Default)]
pub struct Locals {
    /// Dict of `threading.local` values by key; made on demand.
    pub locals: Option<Value>,
    /// The current `contextvars` context.
    pub context: Option<Value>,
    /// Counts changes of what context variables mean in this thread: another context, a variable set or reset.
    pub context_version: u64,
    /// What asyncio keeps.
    pub asyncio: Asyncio,
    /// The context of decimal arithmetic, and `context_version` when it was looked up.
    pub decimal: Option<(u64, Value)>,
    /// `sys.set_asyncgen_hooks` firstiter.
    pub asyncgen_first: Option<Value>,
    /// `sys.set_asyncgen_hooks` finalizer.
    pub asyncgen_final: Option<Value>,
    /// `sys.settrace`
    pub trace: Option<Value>,
    /// `sys.setprofile`
    pub profile: Option<Value>,
    /// `sys.set_coroutine_origin_tracking_depth`
    pub origin_depth: u32,
    /// Exception to raise at the next safepoint (`PyThreadState_SetAsyncExc`).
    pub async_exc: Option<Value>,
}

/// What asyncio keeps of a thread.
#[derive(Default)]
pub struct Asyncio {
    /// The running event loop.
    pub running: Option<Value>,
    /// The task in whose step the thread is.
    pub task: Option<Value>,
    /// Objects of the library that it needs again and again.
    pub known: [Option<Value>; 4],
}

/// The address space of a thread's registers and frames.
pub struct Memory {
    registers: *mut Word,
    frames: *mut Frame,
}
// SAFETY: fresh mappings that nobody else knows.
unsafe impl Send for Memory {}

impl Memory {
    /// Reserves it; `None` when there is no address space left.
    pub fn reserve() -> Option<Memory> {
        let registers = reserve(REGISTERS)?;
        match reserve(FRAMES) {
            Some(frames) => Some(Memory { registers, frames }),
            None => {
                // SAFETY: our own mapping, unused.
                unsafe { libc::munmap(registers.cast(), REGISTERS * size_of::<Word>()) };
                None
            }
        }
    }
}

fn reserve<T>(count: usize) -> Option<*mut T> {
    // SAFETY: a fresh anonymous mapping.
    let p = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            count * size_of::<T>(),
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
            -1,
            0,
        )
    };
    if p == libc::MAP_FAILED { None } else { Some(p.cast()) }
}

impl Thread {
    /// A thread for the running OS thread, not attached. `stack_size` is that of the OS thread.
    ///
    /// # Panics
    /// When there is no address space for it.
    pub fn new(stack_size: usize) -> Box<Thread> {
        Thread::in_memory(Memory::reserve().expect("address space for a thread"), stack_size)
    }

    /// As [`Thread::new`], with its memory.
    pub fn in_memory(memory: Memory, stack_size: usize) -> Box<Thread> {
        let here = &stack_size as *const usize as usize;
        let Memory { registers, frames } = memory;
        let core = weft_strategy::ops().new_core();
        let t = Box::new(Thread {
            id: core.id(),
            core,
            heap: Heap::new(),
            registers,
            top: Cell::new(registers),
            frames,
            frame: Cell::new(std::ptr::null_mut()),
            raised: None,
            handled: None,
            stack_limit: here.saturating_sub(stack_size.saturating_sub(NATIVE_RESERVE)),
            frame_limit: Cell::new(frames),
            recursion_limit: Cell::new(0),
            methods: UnsafeCell::new(Box::new([CachedMethod::default(); METHOD_CACHE])),
            attrs: UnsafeCell::new(Box::new([(0, 0); ATTR_CACHE])),
            interned: UnsafeCell::new(Box::new([0; INTERNED])),
            misses: Cell::new(0),
            sink: None,
            chain: Vec::new(),
            in_repr: Vec::new(),
            returned: false,
            tracing: crate::interp::monitor::active(),
            in_trace: 0,
            traced: Default::default(),
            lines: Default::default(),
            dying: Cell::new(0),
            waiting: Cell::new(0),
            // SAFETY: no preconditions.
            ident: unsafe { libc::pthread_self() } as u64,
            places: Default::default(),
            locals: Locals::default(),
        });
        t.set_recursion_limit(RECURSION_LIMIT.load(Relaxed));
        t.core.vm.set(&*t as *const Thread as *mut ());
        t
    }

    /// Makes this the Python thread of the running OS thread and attaches it.
    pub fn start(&mut self) {
        // SAFETY: the box outlives the OS thread's use of it; see `finish`.
        unsafe { self.core.enter() }
        self.heap.settle();
        weft_strategy::ops().attach(&self.core);
        if crate::start::is_finalizing_for(self) {
            self.park_for_ever()
        }
        self.heap.adopt();
    }

    /// Ends the Python thread: gives up what it holds, detaches, leaves its pages to others.
    pub fn finish(mut self: Box<Thread>) {
        self.locals = Locals::default();
        self.handled = None;
        self.raised = None;
        // Freeing may run finalizers, which may make and kill more.
        for _ in 0..100 {
            if self.core.dead_len() > 0 {
                self.drain()
            }
            self.process_pending();
            self.locals = Locals::default();
            if self.core.dead_len() == 0 && self.core.pending_len() == 0 {
                break;
            }
        }
        crate::contention::thread_ends(&self);
        // From here on nobody may look at the registers.
        self.core.vm.set(std::ptr::null_mut());
        self.heap.abandon();
        weft_strategy::ops().detach(&self.core);
        weft_strategy::core::leave();
        // Whoever walks the list of threads may look at this one until it has left the list.
        weft_strategy::registry::remove(&self.core);
        // SAFETY: both mappings are ours and nothing points into them any more.
        unsafe {
            libc::munmap(self.registers.cast(), REGISTERS * size_of::<Word>());
            libc::munmap(self.frames.cast(), FRAMES * size_of::<Frame>());
        }
        weft_strategy::ops().drop_core(self.core);
    }

    /// Owner id of what this thread makes.
    #[inline(always)]
    pub fn id(&self) -> u16 {
        self.id
    }

    /// Counts a new collectable object.
    #[inline(always)]
    pub(crate) fn count_allocation(&self) {
        let n = self.heap.net.load(Relaxed) + 1;
        self.heap.net.store(n, Relaxed);
        if n & 255 == 0 && n >= crate::gc::limit() {
            self.core.set_breaker(breaker::COLLECT)
        }
    }

    /// Runs `f` while this thread runs no Python. Every blocking call goes through here.
    pub fn blocking<R>(&mut self, f: impl FnOnce() -> R) -> R {
        if self.core.dead_len() > 0 && self.may_drain() && weft_nogil::reclaim::before_detach(&self.core) {
            self.drain()
        }
        weft_strategy::ops().detach(&self.core);
        let r = f();
        self.attach();
        r
    }

    /// Attaches again; a daemon thread does not come back once the interpreter is finalizing.
    pub(crate) fn attach(&mut self) {
        weft_strategy::ops().attach(&self.core);
        if crate::start::is_finalizing_for(self) {
            self.park_for_ever()
        }
    }

    /// A daemon thread at the end of the program: lets go and sleeps.
    pub(crate) fn park_for_ever(&mut self) -> ! {
        weft_strategy::ops().detach(&self.core);
        loop {
            std::thread::park()
        }
    }

    /// Guards native recursion: RecursionError when the native stack is used up. The recursion limit counts Python
    /// frames only, as CPython's does.
    #[inline]
    pub fn recurse<R>(&mut self, f: impl FnOnce(&mut Thread) -> Result<R, Raised>) -> Result<R, Raised> {
        self.enter_native()?;
        f(self)
    }

    /// RecursionError if the native stack is used up.
    #[inline(always)]
    pub(crate) fn enter_native(&mut self) -> Result<(), Raised> {
        let here = 0u8;
        if (&raw const here as usize) < self.stack_limit {
            return Err(self.recursion_error());
        }
        Ok(())
    }

    /// As [`Thread::enter_native`], with words that tell what recurses.
    #[inline(always)]
    pub(crate) fn enter_native_in(&mut self, what: &str) -> Result<(), Raised> {
        let here = 0u8;
        if (&raw const here as usize) < self.stack_limit {
            return Err(self.recursion_error_in(what));
        }
        Ok(())
    }

    /// The exception being handled (`sys.exception()`).
    pub fn handled(&self) -> Option<VRef<'_>> {
        self.handled.as_ref().map(|v| v.r()).filter(|v| !v.is_none())
    }

    /// Calls that are active, and how many may be.
    pub fn recursion(&self) -> (u32, u32) {
        (self.depth(), self.recursion_limit.get())
    }

    // ---- the exception on its way

    /// Raises an exception instance.
    #[cold]
    pub fn raise(&mut self, exc: Value) -> Raised {
        crate::errors::chain_context(self, &exc);
        self.raised = Some(exc);
        Raised
    }

    /// Puts back an exception taken with [`Thread::take_raised`], unchanged.
    #[cold]
    pub fn reraise(&mut self, exc: Value) -> Raised {
        self.raised = Some(exc);
        Raised
    }

    /// Takes the exception on its way.
    ///
    /// # Panics
    /// When there is none: `Raised` was returned without raising.
    #[cold]
    pub fn take_raised(&mut self) -> Value {
        self.raised.take().expect("an error was returned without an exception")
    }

    /// The exception on its way.
    pub fn raised(&self) -> Option<VRef<'_>> {
        self.raised.as_ref().map(|v| v.r())
    }

    /// Forgets the exception on its way.
    pub fn clear_raised(&mut self) {
        self.raised = None
    }
}

impl crate::interp::RootScan for Thread {
    fn registers(&self) -> &[Word] {
        // SAFETY: between the start of the mapping and `top` all words are initialised.
        unsafe {
            std::slice::from_raw_parts(self.registers, self.top.get().offset_from(self.registers) as usize)
        }
    }
}

impl Thread {
    /// The frame above `current` (null: the first).
    #[inline(always)]
    pub(crate) fn next_frame(&self, current: *mut Frame) -> *mut Frame {
        // SAFETY: within the mapping; `has_room` is asked when a frame is pushed.
        if current.is_null() { self.frames } else { unsafe { current.add(1) } }
    }

    /// Is there room for `n` registers from `at`, and for another frame?
    #[inline(always)]
    pub(crate) fn has_room(&self, at: *mut Word, n: usize) -> bool {
        self.has_registers(at.wrapping_add(n))
            && (self.frame.get() as usize) < self.frames as usize + (FRAMES - 1024) * size_of::<Frame>()
    }

    /// May registers end at `top`?
    #[inline(always)]
    pub(crate) fn has_registers(&self, top: *mut Word) -> bool {
        (top as usize) < self.registers as usize + (REGISTERS - 1024) * size_of::<Word>()
    }

    /// May `f`, above the running frame, be pushed? If not, it is a RecursionError.
    #[inline(always)]
    pub(crate) fn may_push(&self, f: *mut Frame) -> bool {
        f < self.frame_limit.get()
    }

    /// Python frames active; compared with the recursion limit.
    pub(crate) fn depth(&self) -> u32 {
        let f = self.frame.get();
        // SAFETY: the running frame lies in the mapping.
        if f.is_null() { 0 } else { unsafe { f.offset_from(self.frames) as u32 + 1 } }
    }

    /// Sets this thread's recursion limit.
    pub(crate) fn set_recursion_limit(&self, n: u32) {
        self.recursion_limit.set(n);
        self.frame_limit.set(self.frames.wrapping_add((n as usize).min(FRAMES - 1024)))
    }

    /// The bottom frame of this thread.
    pub(crate) fn first_frame(&self) -> *mut Frame {
        self.frames
    }
}
