//! Arguments of native functions: the caller's registers, rooted in its frame for the whole call.
//!
//! Nothing is counted to make a call. A native gets its bound parameters in the order of its signature
//! (see `signature.rs`); a parameter with a default that was not given is absent. `*args` and `**kwargs`
//! come apart: [`Args::rest`], [`Args::kwargs`].

use crate::object::Object;
use std::marker::PhantomData;
use weft_strategy::{VRef, Value, Word};

/// Bound arguments.
#[derive(Clone, Copy)]
pub struct Args<'f> {
    words: *const Word,
    len: u32,
    rest_len: u32,
    rest: *const Word,
    kwargs: Word,
    frame: PhantomData<&'f ()>,
}

impl<'f> Args<'f> {
    /// Arguments in registers.
    ///
    /// # Safety
    /// The words stay in place, rooted, for `'f`.
    #[inline(always)]
    pub unsafe fn new(words: *const Word, len: usize) -> Args<'f> {
        Args { words, len: len as u32, rest: words, rest_len: 0, kwargs: Word::UNBOUND, frame: PhantomData }
    }

    /// With `*args` and `**kwargs`.
    ///
    /// # Safety
    /// As [`Args::new`].
    pub unsafe fn with_rest(self, rest: *const Word, len: usize, kwargs: Word) -> Args<'f> {
        Args { rest, rest_len: len as u32, kwargs, ..self }
    }

    /// Arguments that a Rust caller owns.
    pub fn of(values: &'f [VRef<'f>]) -> Args<'f> {
        // SAFETY: VRef is one word, and the slice roots them.
        unsafe { Args::new(values.as_ptr().cast(), values.len()) }
    }

    /// How many parameters are bound (trailing absent ones may not be counted).
    #[inline(always)]
    pub fn len(self) -> usize {
        self.len as usize
    }

    /// None at all?
    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    /// A parameter that the signature requires.
    ///
    /// # Panics
    /// When it is absent: the signature is not what the function expects.
    #[inline(always)]
    pub fn get(self, i: usize) -> VRef<'f> {
        match self.opt(i) {
            Some(v) => v,
            None => panic!("a native function reads argument {i} that its signature does not require"),
        }
    }

    /// A parameter that may be absent.
    #[inline(always)]
    pub fn opt(self, i: usize) -> Option<VRef<'f>> {
        if i >= self.len as usize {
            return None;
        }
        // SAFETY: below `len`.
        let w = unsafe { *self.words.add(i) };
        // SAFETY: rooted for 'f.
        if w.is_unbound() { None } else { Some(unsafe { VRef::from_word(w) }) }
    }

    /// As [`Args::opt`], with `None` meaning absent too.
    pub fn opt_none(self, i: usize) -> Option<VRef<'f>> {
        self.opt(i).filter(|v| !v.is_none())
    }

    /// `self`, whose type the caller has checked.
    #[inline(always)]
    pub fn this<T: Object>(self) -> &'f T {
        // SAFETY: the method descriptor checked the receiver's layout.
        unsafe { &*self.get(0).word().ptr().cast::<T>() }
    }

    /// `*args`.
    #[inline(always)]
    pub fn rest(self) -> &'f [VRef<'f>] {
        // SAFETY: VRef is one word; the words are rooted for 'f.
        unsafe { std::slice::from_raw_parts(self.rest.cast(), self.rest_len as usize) }
    }

    /// `**kwargs`, a dict if there were any.
    #[inline(always)]
    pub fn kwargs(self) -> Option<VRef<'f>> {
        // SAFETY: rooted for 'f.
        if self.kwargs.is_unbound() { None } else { Some(unsafe { VRef::from_word(self.kwargs) }) }
    }

    /// All bound words, unbound ones included.
    pub fn words(self) -> &'f [Word] {
        // SAFETY: rooted for 'f.
        unsafe { std::slice::from_raw_parts(self.words, self.len as usize) }
    }

    /// Owned copies of `*args`.
    pub fn rest_values(self) -> Vec<Value> {
        self.rest().iter().map(|v| v.to_value()).collect()
    }
}
