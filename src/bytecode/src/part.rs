//! The pieces a code object is made of, which may still lie in the file they came from.
//!
//! The library packed into a binary is never freed, so code read from it need not copy text or instructions
//! ([`Part`]), and the functions of a module need not be read before somebody asks for one ([`CodeRef`]).

use crate::code::Code;
use crate::marshal;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

/// A slice: owned, or part of the binary.
#[derive(Clone)]
pub enum Part<T: 'static> {
    /// Its own memory.
    Owned(Box<[T]>),
    /// Lies in the binary.
    Static(&'static [T]),
}

impl<T> Deref for Part<T> {
    type Target = [T];
    #[inline]
    fn deref(&self) -> &[T] {
        match self {
            Part::Owned(b) => b,
            Part::Static(s) => s,
        }
    }
}

impl<T> From<Vec<T>> for Part<T> {
    fn from(v: Vec<T>) -> Part<T> {
        Part::Owned(v.into())
    }
}

impl<T> From<Box<[T]>> for Part<T> {
    fn from(b: Box<[T]>) -> Part<T> {
        Part::Owned(b)
    }
}

impl<T: Clone> From<&[T]> for Part<T> {
    fn from(s: &[T]) -> Part<T> {
        Part::Owned(s.into())
    }
}

impl<T, const N: usize> From<[T; N]> for Part<T> {
    fn from(a: [T; N]) -> Part<T> {
        Part::Owned(Box::new(a))
    }
}

impl<T> FromIterator<T> for Part<T> {
    fn from_iter<I: IntoIterator<Item = T>>(i: I) -> Part<T> {
        Part::Owned(i.into_iter().collect())
    }
}

impl<'a, T> IntoIterator for &'a Part<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: PartialEq> PartialEq for Part<T> {
    fn eq(&self, other: &Part<T>) -> bool {
        **self == **other
    }
}

impl<T: Eq> Eq for Part<T> {}

impl<T: fmt::Debug> fmt::Debug for Part<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// What is known of code before it is read.
#[derive(Clone, Debug)]
pub struct Head {
    /// `co_name`
    pub name: Part<u8>,
    /// `co_qualname`
    pub qualname: Part<u8>,
    /// `co_filename`
    pub filename: Part<u8>,
    /// `co_flags`
    pub flags: u32,
    /// Registers of a frame.
    pub nregs: u16,
    /// Positional parameters.
    pub argcount: u16,
    /// Keyword-only parameters.
    pub kwonlyargcount: u16,
    /// How many free variables it has.
    pub nfree: u32,
}

/// A code object among constants: there, or read from the binary when somebody looks at it.
#[derive(Clone)]
pub struct CodeRef(Arc<Nested>);

struct Nested {
    code: OnceLock<Arc<Code>>,
    /// The file it lies in and where.
    file: &'static [u8],
    at: usize,
}

impl CodeRef {
    /// Code that lies at `at` in a file that is part of the binary.
    pub(crate) fn unread(file: &'static [u8], at: usize) -> CodeRef {
        CodeRef(Arc::new(Nested { code: OnceLock::new(), file, at }))
    }

    /// The code.
    pub fn get(&self) -> &Arc<Code> {
        self.0.code.get_or_init(|| {
            // What is in the binary was written by the compiler at build time.
            Arc::new(marshal::read_at(self.0.file, self.0.at).expect("code in the binary"))
        })
    }

    /// What is known of it without reading it; `None` when it has been read.
    pub fn head_if_unread(&self) -> Option<Head> {
        if self.0.code.get().is_some() {
            return None;
        }
        marshal::head_at(self.0.file, self.0.at).ok()
    }

    /// What is known of it.
    pub fn head(&self) -> Head {
        let c = self.get();
        Head {
            name: c.name.clone(),
            qualname: c.qualname.clone(),
            filename: c.filename.clone(),
            flags: c.flags,
            nregs: c.nregs,
            argcount: c.argcount,
            kwonlyargcount: c.kwonlyargcount,
            nfree: c.freevars.len() as u32,
        }
    }

    /// Is it the same object?
    pub fn is(&self, other: &CodeRef) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Its identity.
    pub fn address(&self) -> usize {
        Arc::as_ptr(&self.0) as usize
    }
}

impl From<Arc<Code>> for CodeRef {
    fn from(code: Arc<Code>) -> CodeRef {
        CodeRef(Arc::new(Nested { code: code.into(), file: &[], at: 0 }))
    }
}

impl From<Code> for CodeRef {
    fn from(code: Code) -> CodeRef {
        Arc::new(code).into()
    }
}

impl Deref for CodeRef {
    type Target = Code;
    #[inline]
    fn deref(&self) -> &Code {
        self.get()
    }
}

impl PartialEq for CodeRef {
    fn eq(&self, other: &CodeRef) -> bool {
        self.is(other) || **self == **other
    }
}

impl fmt::Debug for CodeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
