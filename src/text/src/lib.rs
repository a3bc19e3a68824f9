//! Text and number formatting with Python's rules, free of the object model.
//!
//! Everything here is a function from bytes and numbers to bytes and numbers. The builtin types of the virtual machine
//! supply the arguments, raise the errors and own the results. A `str` is a `&[u8]` in the encoding that [`wtf8`]
//! describes; a big integer is a [`dashu_int::IBig`].
//!
//! | for | look in |
//! |---|---|
//! | what a code point is | [`unicode`] |
//! | `str` storage, indexing, slicing | [`wtf8`] |
//! | `str` methods | [`search`], [`split`], [`case`], [`pad`], [`repr`] |
//! | `bytes` methods | [`bytes`], and [`search`], [`split`], [`pad`], [`repr`] again |
//! | text from and to bytes | [`codecs`] |
//! | numbers | [`int`], [`float`], [`complex`], [`hash`] |
//! | formatting | [`format_spec`] (`format`, f-strings), [`template`] (`str.format`), [`percent`] (`%`) |
//!
//! Beside each test in `tests/` are CPython's answers and the program that asked for them; run it anew to ask for more.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod bytes;
pub mod case;
pub mod codecs;
pub mod complex;
pub mod float;
pub mod format_spec;
pub mod hash;
pub mod int;
pub mod pad;
pub mod percent;
pub mod repr;
pub mod search;
pub mod split;
pub mod template;
pub mod unicode;
pub mod wtf8;

/// The widest text that padding makes. A caller who is asked for more raises `MemoryError` rather than let the allocator
/// end the process; where a function here checks itself, its documentation says so.
pub const LARGEST_WIDTH: usize = 1 << 34;

/// Which of Python's two kinds of string a text is. They differ in the unit (code point or byte) and in what is a space, a
/// line break or a letter (all of Unicode or ASCII).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `str`, see [`wtf8`].
    Str,
    /// `bytes` and its relatives.
    Bytes,
}
