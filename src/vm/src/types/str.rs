//! `str`: WTF-8 bytes behind a fixed head.
//!
//! Text is UTF-8 that may hold lone surrogates. The head knows bytes and characters; when they differ the
//! text is not ASCII and an index of positions (every 64th character) is built when first needed, so that
//! indexing is O(1) for ASCII and nearly so for the rest. The hash is computed lazily; both lazy fields
//! are idempotent, so threads may race to fill them. Methods are in `str_methods.rs`.

use super::fixed;
use crate::object::{Object, ValueExt, Visitor};
use crate::thread::Thread;
use std::fmt;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering::*};
use weft_strategy::{Header, VRef, Value};

/// The str object; the bytes follow the head.
#[repr(C)]
pub struct Str {
    h: Header,
    hash: AtomicU64,
    bytes: usize,
    chars: usize,
    /// Byte offsets of characters 64, 128, …; null until needed.
    index: AtomicPtr<Vec<u32>>,
}

const HEAD: usize = size_of::<Str>();
/// Characters between entries of the index.
const STRIDE: usize = 64;

// SAFETY: repr(C), header first, no references.
unsafe impl Object for Str {
    crate::layout!(Str, "str", false, var Str::size_of_object);
    fn traverse(&self, _v: Visitor) {}
    fn clear(&self) {
        let p = self.index.load(Relaxed);
        self.index.store(std::ptr::null_mut(), Relaxed);
        if !p.is_null() {
            // SAFETY: made by `Box::into_raw` below; the object is dead.
            drop(unsafe { Box::from_raw(p) })
        }
    }
}

impl Str {
    fn size_of_object(h: &Header) -> usize {
        // SAFETY: the shape says it is a Str.
        HEAD + unsafe { &*(h as *const Header).cast::<Str>() }.bytes
    }

    /// Makes a str of WTF-8 bytes whose number of characters is known.
    pub fn make(t: &Thread, shape: u32, chars: usize, len: usize, fill: impl FnOnce(&mut [u8])) -> Value {
        let s = crate::object::shape(shape);
        let native = (HEAD + len).next_multiple_of(8);
        let cell = t.allocate(native + s.inst_size(), s.collectable);
        // SAFETY: fresh memory of that size; the header goes last.
        unsafe {
            cell.cast::<Str>().write(Str {
                h: Header::new(0, 0),
                hash: AtomicU64::new(0),
                bytes: len,
                chars,
                index: AtomicPtr::new(std::ptr::null_mut()),
            });
            let data = cell.cast::<u8>().add(HEAD).as_ptr();
            data.write_bytes(0, len);
            fill(std::slice::from_raw_parts_mut(data, len));
            crate::object::clear_inst(cell, native, s);
            cell.write(Header::new(weft_strategy::me(), shape));
            Value::from_new(cell)
        }
    }

    /// A plain str of parts, whose characters and bytes have been counted.
    #[inline]
    pub fn of_parts<'a>(
        t: &Thread,
        chars: usize,
        len: usize,
        parts: impl Iterator<Item = &'a [u8]>,
    ) -> Value {
        let cell = t.allocate((HEAD + len).next_multiple_of(8), false);
        // SAFETY: fresh memory of that size; no part is written beyond it, and what none covers is made zero. The header
        // goes last.
        unsafe {
            cell.cast::<Str>().write(Str {
                h: Header::new(0, 0),
                hash: AtomicU64::new(0),
                bytes: len,
                chars,
                index: AtomicPtr::new(std::ptr::null_mut()),
            });
            let data = cell.cast::<u8>().add(HEAD).as_ptr();
            let mut at = 0;
            for p in parts {
                let n = p.len().min(len - at);
                std::ptr::copy_nonoverlapping(p.as_ptr(), data.add(at), n);
                at += n
            }
            if at < len {
                data.add(at).write_bytes(0, len - at)
            }
            cell.write(Header::new(weft_strategy::me(), fixed::STR));
            Value::from_new(cell)
        }
    }

    /// The text, as WTF-8.
    #[inline(always)]
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: the bytes follow the head and never change.
        unsafe { std::slice::from_raw_parts((self as *const Str).cast::<u8>().add(HEAD), self.bytes) }
    }

    /// Number of characters (code points).
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.chars
    }

    /// Empty?
    pub fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// ASCII only?
    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.chars == self.bytes
    }

    /// The text as UTF-8; `None` with lone surrogates.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(self.bytes()).ok()
    }

    /// The hash, as CPython computes it for PYTHONHASHSEED.
    #[inline]
    pub fn hash(&self) -> u64 {
        let h = self.hash.load(Relaxed);
        if h != 0 { h } else { self.hash_slow() }
    }

    #[cold]
    fn hash_slow(&self) -> u64 {
        let h = crate::hash::hash_str(self.bytes(), self.is_ascii()) as u64;
        self.hash.store(h, Relaxed);
        h
    }

    /// Byte offset of character `i` (`i <= len`).
    pub fn offset(&self, i: usize) -> usize {
        if self.is_ascii() || i == 0 {
            return i;
        }
        if i >= self.chars {
            return self.bytes;
        }
        let index = self.index();
        let mut at = match (i / STRIDE).checked_sub(1) {
            Some(k) => index[k] as usize,
            None => 0,
        };
        let bytes = self.bytes();
        for _ in 0..i % STRIDE {
            at += char_len(bytes[at])
        }
        at
    }

    /// Character index of a byte offset that is a boundary.
    pub fn char_at_offset(&self, offset: usize) -> usize {
        if self.is_ascii() {
            return offset;
        }
        let (mut at, mut n) = (0, 0);
        if self.chars > STRIDE {
            let index = self.index();
            let k = index.partition_point(|o| *o as usize <= offset);
            if k > 0 {
                at = index[k - 1] as usize;
                n = k * STRIDE
            }
        }
        n + self.bytes()[at..offset].iter().filter(|b| **b & 0xC0 != 0x80).count()
    }

    fn index(&self) -> &Vec<u32> {
        let p = self.index.load(Acquire);
        if !p.is_null() {
            // SAFETY: freed with the object only.
            return unsafe { &*p };
        }
        let mut v = Vec::with_capacity(self.chars / STRIDE);
        let mut n = 0;
        for (i, b) in self.bytes().iter().enumerate() {
            if b & 0xC0 != 0x80 {
                if n > 0 && n % STRIDE == 0 {
                    v.push(i as u32)
                }
                n += 1
            }
        }
        let new = Box::into_raw(Box::new(v));
        match self.index.compare_exchange(std::ptr::null_mut(), new, AcqRel, Acquire) {
            // SAFETY: just stored.
            Ok(_) => unsafe { &*new },
            Err(theirs) => {
                // SAFETY: ours was not stored; theirs lives as long as the object.
                unsafe {
                    drop(Box::from_raw(new));
                    &*theirs
                }
            }
        }
    }

    /// Character `i` as a code point.
    pub fn code_point(&self, i: usize) -> u32 {
        let at = self.offset(i);
        decode(&self.bytes()[at..])
    }

    /// The characters from `from` to `to`, as bytes.
    pub fn slice(&self, from: usize, to: usize) -> &[u8] {
        &self.bytes()[self.offset(from)..self.offset(to)]
    }
}

/// Bytes of the character that starts with `first`.
#[inline]
pub fn char_len(first: u8) -> usize {
    match first {
        0..0x80 => 1,
        0x80..0xE0 => 2,
        0xE0..0xF0 => 3,
        _ => 4,
    }
}

/// First code point of generalised UTF-8.
pub fn decode(b: &[u8]) -> u32 {
    let c = |i: usize| (b[i] & 0x3F) as u32;
    match b[0] {
        x @ 0..0x80 => x as u32,
        x @ 0x80..0xE0 => (x as u32 & 0x1F) << 6 | c(1),
        x @ 0xE0..0xF0 => (x as u32 & 0xF) << 12 | c(1) << 6 | c(2),
        x => (x as u32 & 7) << 18 | c(1) << 12 | c(2) << 6 | c(3),
    }
}

impl fmt::Display for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.bytes()))
    }
}

/// The text of a str value.
pub fn text(v: VRef<'_>) -> Option<&Str> {
    v.cast::<Str>()
}

impl Thread {
    /// A str of UTF-8 text.
    pub fn str(&self, s: &str) -> Value {
        self.str_wtf8(s.as_bytes())
    }

    /// A str of WTF-8 bytes. The empty and one-character ASCII strings are always the same objects.
    pub fn str_wtf8(&self, b: &[u8]) -> Value {
        if b.len() <= 1
            && let Some(v) = crate::intern::single(b)
        {
            return v.to_value();
        }
        self.new_str(b)
    }

    /// A str of its own.
    pub(crate) fn new_str(&self, b: &[u8]) -> Value {
        let chars = if b.is_ascii() { b.len() } else { b.iter().filter(|c| **c & 0xC0 != 0x80).count() };
        Str::of_parts(self, chars, b.len(), std::iter::once(b))
    }

    /// A str of bytes known to be ASCII.
    pub fn str_ascii(&self, b: &[u8]) -> Value {
        debug_assert!(b.is_ascii());
        self.str_wtf8(b)
    }

    /// A one-character str.
    pub fn str_char(&self, c: u32) -> Value {
        let mut buf = [0; 4];
        self.str_wtf8(encode(c, &mut buf))
    }
}

/// Generalised UTF-8 of a code point.
pub fn encode(c: u32, buf: &mut [u8; 4]) -> &[u8] {
    let n = match c {
        0..0x80 => {
            buf[0] = c as u8;
            1
        }
        0x80..0x800 => {
            buf[0] = 0xC0 | (c >> 6) as u8;
            buf[1] = 0x80 | (c & 0x3F) as u8;
            2
        }
        0x800..0x10000 => {
            buf[0] = 0xE0 | (c >> 12) as u8;
            buf[1] = 0x80 | (c >> 6 & 0x3F) as u8;
            buf[2] = 0x80 | (c & 0x3F) as u8;
            3
        }
        _ => {
            buf[0] = 0xF0 | (c >> 18) as u8;
            buf[1] = 0x80 | (c >> 12 & 0x3F) as u8;
            buf[2] = 0x80 | (c >> 6 & 0x3F) as u8;
            buf[3] = 0x80 | (c & 0x3F) as u8;
            4
        }
    };
    &buf[..n]
}

/// Memory of a str that only this thread has, for appending in place: not used for shared ones.
pub fn is_unique(v: &Value) -> bool {
    v.r().header().is_some_and(|h| h.owner() == weft_strategy::me() && h.local() == 1)
}

const _: () = assert!(HEAD == 48 && size_of::<NonNull<Str>>() == 8);
