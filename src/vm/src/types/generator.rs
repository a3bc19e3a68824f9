//! Generators, coroutines and async generators: a suspended frame as an object.

use super::fixed;
use super::frame::FrameObject;
use crate::object::{NativeType, Object, TypeSpec, ValueExt, Visitor, type_flag};
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicU8, AtomicU32};
use weft_strategy::{Header, Slot};

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
    /// Next instruction, while suspended.
    pub pc: AtomicU32,
    /// Registers, while suspended.
    pub registers: UnsafeCell<Box<[Slot]>>,
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
    crate::layout!(Generator, "generator", true);
    fn traverse(&self, v: Visitor) {
        for s in [&self.name, &self.qualname, &self.func, &self.code, &self.handled, &self.frame, &self.extra]
        {
            v(s.word())
        }
        if self.state.load(std::sync::atomic::Ordering::Acquire) != state::RUNNING {
            // SAFETY: not running: nobody moves the registers.
            for s in unsafe { &**self.registers.get() } {
                v(s.word())
            }
        }
    }
    fn clear(&self) {
        // SAFETY: dead or garbage.
        let registers = unsafe { std::mem::replace(&mut *self.registers.get(), Box::new([])) };
        // A frame object that others hold keeps the variables.
        let kept = self.frame.get(self).and_then(|o| o.cast::<FrameObject>()).is_some_and(|fo| {
            fo.generator_died(self.pc.load(std::sync::atomic::Ordering::Acquire), &registers)
        });
        if !kept {
            for s in &registers {
                s.clear_dead()
            }
        }
        for s in [&self.name, &self.qualname, &self.func, &self.code, &self.handled, &self.frame, &self.extra]
        {
            s.clear_dead()
        }
    }
}

impl Generator {
    /// Gives up the registers of a generator that will not run again.
    pub fn drop_registers(&self) {
        // SAFETY: finished: nobody resumes it.
        for s in unsafe { &**self.registers.get() } {
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
