//! `NativeType`: a static handle of a type that Rust code declares.
//!
//! The type object is made when it is first asked for. Types with a fixed shape (the builtin ones the
//! interpreter knows by number) are made at start.

use super::{Type, TypeSpec};
use crate::thread::Thread;
use std::sync::atomic::{AtomicPtr, Ordering::*};
use weft_strategy::VRef;

/// A native type, made on first use.
pub struct NativeType {
    /// Its declaration.
    pub spec: &'static TypeSpec,
    /// Its shape number, if the interpreter knows it by number.
    pub fixed: Option<u32>,
    ty: AtomicPtr<Type>,
    /// The same before it is whole: for the thread that makes it.
    making: AtomicPtr<Type>,
}

impl NativeType {
    /// A type with a shape number of its own.
    pub const fn new(spec: &'static TypeSpec) -> NativeType {
        NativeType {
            spec,
            fixed: None,
            ty: AtomicPtr::new(std::ptr::null_mut()),
            making: AtomicPtr::new(std::ptr::null_mut()),
        }
    }

    /// A type the interpreter knows by number.
    pub const fn fixed(spec: &'static TypeSpec, shape: u32) -> NativeType {
        NativeType {
            spec,
            fixed: Some(shape),
            ty: AtomicPtr::new(std::ptr::null_mut()),
            making: AtomicPtr::new(std::ptr::null_mut()),
        }
    }

    /// The type object.
    #[inline]
    pub fn get(&'static self, t: &Thread) -> &'static Type {
        let p = self.ty.load(Acquire);
        if p.is_null() {
            return self.create(t);
        }
        // SAFETY: native types are immortal.
        unsafe { &*p }
    }

    /// The shape of its direct instances.
    #[inline]
    pub fn shape(&'static self, t: &Thread) -> u32 {
        match self.fixed {
            Some(s) => s,
            None => self.get(t).shape(),
        }
    }

    /// Is `v` an instance (of a subclass, too)?
    pub fn is_instance(&'static self, t: &Thread, v: VRef<'_>) -> bool {
        super::type_of(v).is_subtype(self.get(t))
    }

    #[cold]
    fn create(&'static self, t: &Thread) -> &'static Type {
        static MAKING: parking_lot::ReentrantMutex<()> = parking_lot::ReentrantMutex::new(());
        let _one = MAKING.lock();
        // What this thread is making, it may use (types need each other). Others wait until it is whole.
        for made in [&self.ty, &self.making] {
            let p = made.load(Acquire);
            if !p.is_null() {
                // SAFETY: native types are immortal.
                return unsafe { &*p };
            }
        }
        let ty = crate::types::typeobj::make_native(t, self);
        let p = ty as *const Type as *mut Type;
        self.making.store(p, Relaxed);
        crate::types::typeobj::fill_native(t, ty, self.spec);
        self.ty.store(p, Release);
        ty
    }
}
