//! Generators, coroutines and async generators: a suspended frame as an object.

use super::fixed;
use super::frame::FrameObject;
use crate::object::{NativeType, Object, TypeSpec, ValueExt, Visitor, type_flag};
use crate::thread::Thread;
use std::sync::atomic::{AtomicU8, AtomicU16, AtomicU32};
use weft_strategy::{Header, Slot, Value, Word};

/// A generator of any kind.
#[repr(C)]
pub struct Generator {
    pub(crate) h: Header,
    /// `__name__`
    pub name: Slot,
    /// `__qualname__`
    pub qualname: Slot,
    /// The function.
    pub func: Slot,
    /// The code.
    pub code: Slot,
    /// Exception being handled inside, while suspended.
    pub handled: Slot,
    /// The frame object, once asked for.
    pub frame: Slot,
    /// For coroutines: origin; for async generators: hooks' finalizer.
    pub extra: Slot,
    /// See [`state`].
    pub state: AtomicU8,
    /// Async generators: bits of [`async_flag`].
    pub flags: AtomicU8,
    /// While suspended: the register of the iterator delegated to, or one of [`sub`].
    pub sub: AtomicU16,
    /// Next instruction, while suspended.
    pub pc: AtomicU32,
    /// Number of registers. They follow, and hold what is in them while it is suspended.
    pub len: usize,
}

/// Values of [`Generator::state`]. Resumption claims by compare-and-swap.
#[allow(missing_docs)]
pub mod state {
    pub const CREATED: u8 = 0;
    pub const SUSPENDED: u8 = 1;
    /// Suspended in `yield from` or `await`.
    pub const DELEGATING: u8 = 2;
    pub const RUNNING: u8 = 3;
    pub const FINISHED: u8 = 4;
    /// Running, but only what it delegates to is on the stack: the registers are still here.
    pub const CHAINED: u8 = 5;

    /// Can it be neither resumed nor looked into by others?
    pub fn executing(s: u8) -> bool {
        s == RUNNING || s == CHAINED
    }
}

/// Values of [`Generator::sub`] that are no register.
#[allow(missing_docs)]
pub mod sub {
    /// Suspended at a `yield` of its own.
    pub const PLAIN: u16 = 0xfffe;
    /// Not to be resumed the short way.
    pub const LONG: u16 = 0xffff;
}

/// Bits of [`Generator::flags`].
#[allow(missing_docs)]
pub mod async_flag {
    pub const HOOKS_INITED: u8 = 1;
    pub const CLOSED: u8 = 2;
    pub const RUNNING_ASYNC: u8 = 4;
}

// SAFETY: repr(C), header first; suspended registers are slots, and are visited.
unsafe impl Object for Generator {
    crate::layout!(Generator, "generator", true, var Generator::size_of_object);
    fn traverse(&self, v: Visitor) {
        for s in [&self.name, &self.qualname, &self.func, &self.code, &self.handled, &self.frame, &self.extra]
        {
            v(s.word())
        }
        if self.state.load(std::sync::atomic::Ordering::Acquire) != state::RUNNING {
            for s in self.registers() {
                v(s.word())
            }
        }
    }
    fn clear(&self) {
        let registers = self.registers();
        // A frame object that others hold keeps the variables.
        let kept = self.frame.get(self).and_then(|o| o.cast::<FrameObject>()).is_some_and(|fo| {
            fo.generator_died(self.pc.load(std::sync::atomic::Ordering::Acquire), registers)
        });
        if !kept {
            for s in registers {
                s.clear_dead()
            }
        }
        for s in [&self.name, &self.qualname, &self.func, &self.code, &self.handled, &self.frame, &self.extra]
        {
            s.clear_dead()
        }
    }
}

const HEAD: usize = size_of::<Generator>();

impl Generator {
    fn size_of_object(h: &Header) -> usize {
        // SAFETY: the shape says it is a Generator.
        HEAD + 8 * unsafe { &*(h as *const Header).cast::<Generator>() }.len
    }

    /// The object, with all of its registers unbound.
    pub fn make(self, t: &Thread, shape: u32) -> Value {
        let s = crate::object::shape(shape);
        let native = HEAD + 8 * self.len;
        let cell = t.allocate(native + s.inst_size(), true);
        // SAFETY: fresh memory of that size; the header goes last, and nothing in between can collect.
        unsafe {
            let slots = cell.cast::<u8>().add(HEAD).cast::<Slot>();
            for k in 0..self.len {
                slots.add(k).write(Slot::empty())
            }
            cell.cast::<Generator>().write(self);
            crate::object::clear_inst(cell, native, s);
            cell.write(Header::new(weft_strategy::me(), shape));
            Value::from_new(cell)
        }
    }

    /// The registers.
    #[inline(always)]
    pub fn registers(&self) -> &[Slot] {
        // SAFETY: they follow the head.
        unsafe {
            std::slice::from_raw_parts((self as *const Generator).cast::<u8>().add(HEAD).cast(), self.len)
        }
    }

    /// Moves its first `n` registers, which are those that may hold something, to the stack.
    ///
    /// # Safety
    /// The caller has claimed it; there is room from `base`, and nothing there to be dropped.
    #[inline(always)]
    pub(crate) unsafe fn move_to(&self, base: *mut Word, n: usize) {
        for (k, slot) in self.registers().iter().take(n).enumerate() {
            // SAFETY: as the caller promises; the references move.
            unsafe {
                base.add(k).write(slot.word());
                slot.set_word(Word::UNBOUND)
            }
        }
    }

    /// Moves its first `n` registers back from the stack, in the form in which they may stay in the heap.
    ///
    /// # Safety
    /// The caller runs it, and no other thread can see it; the others hold nothing.
    #[inline(always)]
    pub(crate) unsafe fn move_from(&self, base: *mut Word, n: usize) {
        for (k, slot) in self.registers().iter().take(n).enumerate() {
            // SAFETY: as the caller promises; the references move.
            unsafe {
                let p = base.add(k);
                slot.set_word(crate::interp::to_heap(*p));
                *p = Word::UNBOUND
            }
        }
    }

    /// Gives up the registers of a generator that will not run again.
    pub fn drop_registers(&self) {
        for s in self.registers() {
            drop(s.take(&self.h))
        }
    }
}

macro_rules! generator_type {
    ($static:ident, $spec:ident, $name:literal, $fixed:expr, $slots:expr, $methods:expr, $getset:expr) => {
        #[doc = concat!("`", $name, "`")]
        pub static $static: NativeType = NativeType::fixed(&$spec, $fixed);
        static $spec: TypeSpec = TypeSpec {
            name: $name,
            flags: type_flag::IMMUTABLE | type_flag::WEAKREFS,
            slots: $slots,
            methods: $methods,
            getset: $getset,
            ..TypeSpec::new::<Generator>()
        };
    };
}

generator_type!(
    GENERATOR,
    GENERATOR_SPEC,
    "generator",
    fixed::GENERATOR,
    super::generator_methods::SLOTS,
    super::generator_methods::METHODS,
    super::generator_methods::GETSET
);
generator_type!(
    COROUTINE,
    COROUTINE_SPEC,
    "coroutine",
    fixed::COROUTINE,
    super::generator_methods::COROUTINE_SLOTS,
    super::generator_methods::METHODS,
    super::generator_methods::COROUTINE_GETSET
);
generator_type!(
    ASYNC_GENERATOR,
    ASYNC_GENERATOR_SPEC,
    "async_generator",
    fixed::ASYNC_GENERATOR,
    super::asyncgen::SLOTS,
    super::asyncgen::METHODS,
    super::asyncgen::GETSET
);
