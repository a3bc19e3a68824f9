//! Code objects as bytes: what `.pyc` files and the frozen library hold.
//!
//! ```text
//! "weft" version  |  number of texts, each: length, bytes  |  the outermost code
//! ```
//!
//! Every name and string is written once, in the table of texts, and referred to by number. Numbers are
//! LEB128 varints, instructions are plain little-endian words. Reading checks every bound and every count
//! against the bytes that are left, so corrupt input costs an error, never a panic nor a huge allocation;
//! whether the instructions make sense is the business of `verify.rs`.

use crate::code::{Code, Const, Handler, Text};
use crate::ops::Instr;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// First bytes of every file.
const MAGIC: [u8; 4] = *b"weft";
/// To be raised whenever the opcode table or this format changes.
pub const VERSION: u32 = 1;
/// Deepest nesting of code in code and tuple in tuple.
const MAX_DEPTH: u32 = 400;

/// Why bytes are no code object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MarshalError {
    /// The bytes end too early.
    Truncated,
    /// Not ours.
    BadMagic,
    /// Ours, but of another version.
    BadVersion(u32),
    /// An unknown tag or an impossible number.
    Corrupt,
    /// Nested too deeply.
    TooDeep,
}

impl fmt::Display for MarshalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MarshalError::Truncated => f.write_str("marshal data too short"),
            MarshalError::BadMagic => f.write_str("bad marshal data (no weft bytecode)"),
            MarshalError::BadVersion(v) => write!(f, "bad marshal data (version {v}, expected {VERSION})"),
            MarshalError::Corrupt => f.write_str("bad marshal data (corrupt)"),
            MarshalError::TooDeep => f.write_str("bad marshal data (nested too deeply)"),
        }
    }
}

impl std::error::Error for MarshalError {}

mod tag {
    pub const NONE: u8 = 0;
    pub const FALSE: u8 = 1;
    pub const TRUE: u8 = 2;
    pub const ELLIPSIS: u8 = 3;
    pub const INT: u8 = 4;
    pub const BIG_POSITIVE: u8 = 5;
    pub const BIG_NEGATIVE: u8 = 6;
    pub const FLOAT: u8 = 7;
    pub const COMPLEX: u8 = 8;
    pub const STR: u8 = 9;
    pub const BYTES: u8 = 10;
    pub const TUPLE: u8 = 11;
    pub const FROZENSET: u8 = 12;
    pub const SLICE: u8 = 13;
    pub const CODE: u8 = 14;
}

/// Serialises a code object and everything in it.
pub fn to_bytes(code: &Code) -> Vec<u8> {
    let mut w = Writer::default();
    w.code(code);
    let mut out = Vec::with_capacity(w.out.len() + 256);
    out.extend_from_slice(&MAGIC);
    number(&mut out, u64::from(VERSION));
    number(&mut out, w.texts.len() as u64);
    let mut texts: Vec<_> = w.texts.into_iter().collect();
    texts.sort_by_key(|&(_, i)| i);
    for (text, _) in texts {
        number(&mut out, text.len() as u64);
        out.extend_from_slice(text);
    }
    out.extend_from_slice(&w.out);
    out
}

/// Reads a code object back.
pub fn from_bytes(bytes: &[u8]) -> Result<Code> {
    let mut r = Reader { bytes, texts: Vec::new(), depth: 0 };
    if r.take(4)? != MAGIC {
        return Err(MarshalError::BadMagic);
    }
    let version = r.u32()?;
    if version != VERSION {
        return Err(MarshalError::BadVersion(version));
    }
    let n = r.count(1)?;
    r.texts.reserve(n);
    for _ in 0..n {
        let text = r.blob()?;
        r.texts.push(text);
    }
    let code = r.code()?;
    if r.bytes.is_empty() { Ok(code) } else { Err(MarshalError::Corrupt) }
}

fn number(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

#[derive(Default)]
struct Writer<'a> {
    out: Vec<u8>,
    texts: HashMap<&'a [u8], u64>,
}

impl<'a> Writer<'a> {
    fn n(&mut self, n: impl Into<u64>) {
        number(&mut self.out, n.into());
    }

    fn len(&mut self, n: usize) {
        number(&mut self.out, n as u64);
    }

    fn text(&mut self, text: &'a [u8]) {
        let next = self.texts.len() as u64;
        let i = *self.texts.entry(text).or_insert(next);
        number(&mut self.out, i);
    }

    fn texts(&mut self, texts: &'a [Text]) {
        self.len(texts.len());
        for t in texts {
            self.text(t);
        }
    }

    fn blob(&mut self, bytes: &[u8]) {
        self.len(bytes.len());
        self.out.extend_from_slice(bytes);
    }

    fn constants(&mut self, items: &'a [Const]) {
        self.len(items.len());
        for c in items {
            self.constant(c);
        }
    }

    fn constant(&mut self, c: &'a Const) {
        let t = match c {
            Const::None => tag::NONE,
            Const::Bool(false) => tag::FALSE,
            Const::Bool(true) => tag::TRUE,
            Const::Ellipsis => tag::ELLIPSIS,
            Const::Int(_) => tag::INT,
            Const::BigInt(false, _) => tag::BIG_POSITIVE,
            Const::BigInt(true, _) => tag::BIG_NEGATIVE,
            Const::Float(_) => tag::FLOAT,
            Const::Complex(..) => tag::COMPLEX,
            Const::Str(_) => tag::STR,
            Const::Bytes(_) => tag::BYTES,
            Const::Tuple(_) => tag::TUPLE,
            Const::FrozenSet(_) => tag::FROZENSET,
            Const::Slice(_) => tag::SLICE,
            Const::Code(_) => tag::CODE,
        };
        self.out.push(t);
        match c {
            Const::None | Const::Bool(_) | Const::Ellipsis => {}
            Const::Int(n) => self.n((n << 1 ^ n >> 63) as u64),
            Const::BigInt(_, bytes) | Const::Bytes(bytes) => self.blob(bytes),
            Const::Float(bits) => self.out.extend_from_slice(&bits.to_le_bytes()),
            Const::Complex(re, im) => {
                self.out.extend_from_slice(&re.to_le_bytes());
                self.out.extend_from_slice(&im.to_le_bytes());
            }
            Const::Str(text) => self.text(text),
            Const::Tuple(items) | Const::FrozenSet(items) => self.constants(items),
            Const::Slice(parts) => parts.iter().for_each(|p| self.constant(p)),
            Const::Code(code) => self.code(code),
        }
    }

    fn code(&mut self, c: &'a Code) {
        self.text(&c.name);
        self.text(&c.qualname);
        self.text(&c.filename);
        for n in [c.flags, c.firstlineno] {
            self.n(n);
        }
        for n in [c.argcount, c.posonlyargcount, c.kwonlyargcount, c.nregs, c.nvarnames] {
            self.n(n);
        }
        self.texts(&c.locals);
        self.len(c.cells.len());
        for &r in &c.cells {
            self.n(r);
        }
        self.texts(&c.freevars);
        self.len(c.instrs.len());
        for i in &c.instrs {
            self.out.extend_from_slice(&i.0.to_le_bytes());
        }
        self.constants(&c.consts);
        self.texts(&c.names);
        self.len(c.sites.len());
        for &s in &c.sites {
            self.n(s);
        }
        self.len(c.handlers.len());
        for h in &c.handlers {
            for n in [h.start, h.end, h.target] {
                self.n(n);
            }
            self.n(h.depth);
            self.n(h.reg);
        }
        self.blob(&c.linetable);
    }
}

type Result<T, E = MarshalError> = std::result::Result<T, E>;

struct Reader<'a> {
    bytes: &'a [u8],
    texts: Vec<Text>,
    depth: u32,
}

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        let (head, rest) = self.bytes.split_at_checked(n).ok_or(MarshalError::Truncated)?;
        self.bytes = rest;
        Ok(head)
    }

    fn number(&mut self) -> Result<u64> {
        let (mut n, mut shift) = (0u64, 0);
        loop {
            let b = self.take(1)?[0];
            if shift >= 64 || (shift == 63 && b > 1) {
                return Err(MarshalError::Corrupt);
            }
            n |= u64::from(b & 0x7f) << shift;
            shift += 7;
            if b < 0x80 {
                return Ok(n);
            }
        }
    }

    fn u16(&mut self) -> Result<u16> {
        u16::try_from(self.number()?).map_err(|_| MarshalError::Corrupt)
    }

    fn u32(&mut self) -> Result<u32> {
        u32::try_from(self.number()?).map_err(|_| MarshalError::Corrupt)
    }

    fn u64(&mut self) -> Result<u64> {
        let b = self.take(8)?;
        Ok(b.iter().rev().fold(0, |n, &b| n << 8 | u64::from(b)))
    }

    /// A number of items of at least `size` bytes each; they must fit into what is left.
    fn count(&mut self, size: usize) -> Result<usize> {
        let n = usize::try_from(self.number()?).map_err(|_| MarshalError::Corrupt)?;
        match n.checked_mul(size) {
            Some(bytes) if bytes <= self.bytes.len() => Ok(n),
            _ => Err(MarshalError::Truncated),
        }
    }

    fn list<T>(&mut self, size: usize, mut item: impl FnMut(&mut Self) -> Result<T>) -> Result<Box<[T]>> {
        let n = self.count(size)?;
        (0..n).map(|_| item(self)).collect()
    }

    fn blob(&mut self) -> Result<Box<[u8]>> {
        let n = self.count(1)?;
        Ok(self.take(n)?.into())
    }

    fn text(&mut self) -> Result<Text> {
        let i = self.number()?;
        usize::try_from(i).ok().and_then(|i| self.texts.get(i)).cloned().ok_or(MarshalError::Corrupt)
    }

    fn nested<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= MAX_DEPTH {
            return Err(MarshalError::TooDeep);
        }
        self.depth += 1;
        let r = f(self);
        self.depth -= 1;
        r
    }

    fn constant(&mut self) -> Result<Const> {
        Ok(match self.take(1)?[0] {
            tag::NONE => Const::None,
            tag::FALSE => Const::Bool(false),
            tag::TRUE => Const::Bool(true),
            tag::ELLIPSIS => Const::Ellipsis,
            tag::INT => {
                let n = self.number()?;
                Const::Int((n >> 1) as i64 ^ -((n & 1) as i64))
            }
            tag::BIG_POSITIVE => Const::BigInt(false, self.blob()?),
            tag::BIG_NEGATIVE => Const::BigInt(true, self.blob()?),
            tag::FLOAT => Const::Float(self.u64()?),
            tag::COMPLEX => Const::Complex(self.u64()?, self.u64()?),
            tag::STR => Const::Str(self.text()?),
            tag::BYTES => Const::Bytes(self.blob()?),
            tag::TUPLE => Const::Tuple(self.nested(|r| r.list(1, Self::constant))?),
            tag::FROZENSET => Const::FrozenSet(self.nested(|r| r.list(1, Self::constant))?),
            tag::SLICE => {
                let parts = self.nested(|r| Ok([r.constant()?, r.constant()?, r.constant()?]))?;
                Const::Slice(Box::new(parts))
            }
            tag::CODE => Const::Code(Arc::new(self.nested(Self::code)?)),
            _ => return Err(MarshalError::Corrupt),
        })
    }

    fn code(&mut self) -> Result<Code> {
        let (name, qualname, filename) = (self.text()?, self.text()?, self.text()?);
        let (flags, firstlineno) = (self.u32()?, self.u32()?);
        let (argcount, posonlyargcount, kwonlyargcount) = (self.u16()?, self.u16()?, self.u16()?);
        let (nregs, nvarnames) = (self.u16()?, self.u16()?);
        Ok(Code {
            name,
            qualname,
            filename,
            flags,
            argcount,
            posonlyargcount,
            kwonlyargcount,
            firstlineno,
            nregs,
            nvarnames,
            locals: self.list(1, Self::text)?,
            cells: self.list(1, Self::u16)?,
            freevars: self.list(1, Self::text)?,
            instrs: self.list(8, |r| r.u64().map(Instr))?,
            consts: self.list(1, Self::constant)?,
            names: self.list(1, Self::text)?,
            sites: self.list(1, Self::u32)?,
            handlers: self.list(5, |r| {
                Ok(Handler {
                    start: r.u32()?,
                    end: r.u32()?,
                    target: r.u32()?,
                    depth: r.u16()?,
                    reg: r.u16()?,
                })
            })?,
            linetable: self.blob()?,
        })
    }
}
