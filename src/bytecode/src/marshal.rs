//! Code objects as bytes: what `.pyc` files and the frozen library hold.
//!
//! ```text
//! "weft" | version | number of texts | where each begins, and the end of the last | texts | the outermost code
//! ```
//!
//! Every name and string is written once, in the table of texts, and referred to by number. Numbers are
//! LEB128 varints, but those of the table and of lengths to skip, which have four bytes. A code object is its head, the
//! length of its body, and the body; the instructions end it, plain little-endian words aligned to eight bytes from
//! the start of the file. So a file that is part of the binary can be used as it lies there: its texts and instructions
//! are not copied, and nested code is skipped until somebody asks for it ([`from_binary`]).
//!
//! Reading checks every bound and every count against the bytes that are left, so corrupt input costs an error,
//! never a panic nor a huge allocation; whether the instructions make sense is the business of `verify.rs`.

use crate::code::{Code, Const, Handler, Text};
use crate::ops::Instr;
use crate::part::{CodeRef, Head, Part};
use std::collections::HashMap;
use std::fmt;

/// First bytes of every file.
const MAGIC: [u8; 4] = *b"weft";
/// To be raised whenever the opcode table or this format changes.
pub const VERSION: u32 = 5;
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
    // The texts come first, and the code's alignment depends on how long they are.
    let mut names = Writer::default();
    names.code(code);
    let mut texts: Vec<_> = names.texts.into_iter().collect();
    texts.sort_by_key(|&(_, i)| i);
    let mut w = Writer { texts: texts.iter().copied().collect(), ..Writer::default() };
    w.out.extend_from_slice(&MAGIC);
    w.fixed(VERSION as usize);
    w.fixed(texts.len());
    let mut at = 0;
    for (text, _) in &texts {
        w.fixed(at);
        at += text.len();
    }
    w.fixed(at);
    for (text, _) in &texts {
        w.out.extend_from_slice(text);
    }
    w.code(code);
    w.out
}

/// Reads a code object back.
pub fn from_bytes(bytes: &[u8]) -> Result<Code> {
    let mut r = Reader::begin(bytes, None)?;
    let code = r.code()?;
    if r.at == bytes.len() { Ok(code) } else { Err(MarshalError::Corrupt) }
}

/// Code in a file that is part of the binary. Nested code is read when it is needed.
pub fn from_binary(file: &'static [u8]) -> Result<CodeRef> {
    let r = Reader::begin(file, Some(file))?;
    Ok(CodeRef::unread(file, r.at))
}

/// The code at `at` of a file that is part of the binary.
pub(crate) fn read_at(file: &'static [u8], at: usize) -> Result<Code> {
    let mut r = Reader::begin(file, Some(file))?;
    r.at = at;
    r.code()
}

/// What is known of it without reading it all.
pub(crate) fn head_at(file: &'static [u8], at: usize) -> Result<Head> {
    let mut r = Reader::begin(file, Some(file))?;
    r.at = at;
    Ok(r.head()?.0)
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

    /// A number of four bytes.
    fn fixed(&mut self, n: usize) {
        self.out.extend_from_slice(&(n as u32).to_le_bytes());
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
            Const::BigInt(_, bytes) => self.blob(bytes),
            Const::Bytes(bytes) => self.blob(bytes),
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
        self.len(c.freevars.len());
        let length = self.out.len();
        self.fixed(0);
        self.body(c);
        let n = (self.out.len() - length - 4) as u32;
        self.out[length..length + 4].copy_from_slice(&n.to_le_bytes());
    }

    fn body(&mut self, c: &'a Code) {
        self.texts(&c.locals);
        self.len(c.cells.len());
        for &r in &c.cells {
            self.n(r);
        }
        c.freevars.iter().for_each(|t| self.text(t));
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
        self.len(c.instrs.len());
        self.out.resize(self.out.len().next_multiple_of(8), 0);
        for i in &c.instrs {
            self.out.extend_from_slice(&i.0.to_le_bytes());
        }
    }
}

/// UTF-8, or with surrogates among the characters, as Python's str has them.
fn is_text(mut b: &[u8]) -> bool {
    while let Err(e) = std::str::from_utf8(b) {
        let rest = &b[e.valid_up_to()..];
        let Some([0xed, 0xa0..=0xbf, 0x80..=0xbf]) = rest.get(..3) else { return false };
        b = &rest[3..]
    }
    true
}

type Result<T, E = MarshalError> = std::result::Result<T, E>;

struct Reader<'a> {
    bytes: &'a [u8],
    /// How far it has come.
    at: usize,
    /// The same bytes, if they are part of the binary.
    home: Option<&'static [u8]>,
    /// Where the table of texts begins, and how many there are.
    table: usize,
    texts: usize,
    depth: u32,
}

impl<'a> Reader<'a> {
    /// Reads what comes before the code.
    fn begin(bytes: &'a [u8], home: Option<&'static [u8]>) -> Result<Reader<'a>> {
        let mut r = Reader { bytes, at: 0, home, table: 0, texts: 0, depth: 0 };
        if r.take(4)? != MAGIC {
            return Err(MarshalError::BadMagic);
        }
        let version = r.fixed()?;
        if version != VERSION {
            return Err(MarshalError::BadVersion(version));
        }
        r.texts = r.fixed()? as usize;
        r.table = r.at;
        if r.texts.saturating_mul(4) > bytes.len() {
            return Err(MarshalError::Truncated);
        }
        r.take(4 * r.texts)?;
        let end = r.fixed()? as usize;
        r.take(end)?;
        if home.is_none() {
            r.check_texts(end)?
        }
        Ok(r)
    }

    /// Texts lie one behind the other and are text.
    fn check_texts(&self, end: usize) -> Result<()> {
        let place = |i: usize| {
            let at = self.table + 4 * i;
            self.bytes.get(at..at + 4).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize)
        };
        let first = self.table + 4 * (self.texts + 1);
        let mut from = 0;
        for i in 0..self.texts {
            let to = place(i + 1);
            if place(i) != from || to < from || to > end {
                return Err(MarshalError::Corrupt);
            }
            let text = self.bytes.get(first + from..first + to).ok_or(MarshalError::Truncated)?;
            if !is_text(text) {
                return Err(MarshalError::Corrupt);
            }
            from = to
        }
        if from == end { Ok(()) } else { Err(MarshalError::Corrupt) }
    }

    fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        let end = self.at.checked_add(n).ok_or(MarshalError::Truncated)?;
        let taken = self.bytes.get(self.at..end).ok_or(MarshalError::Truncated)?;
        self.at = end;
        Ok(taken)
    }

    fn fixed(&mut self) -> Result<u32> {
        let b = self.take(4)?;
        Ok(u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
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
            Some(bytes) if bytes <= self.bytes.len() - self.at => Ok(n),
            _ => Err(MarshalError::Truncated),
        }
    }

    fn list<T>(&mut self, size: usize, mut item: impl FnMut(&mut Self) -> Result<T>) -> Result<Box<[T]>> {
        let n = self.count(size)?;
        (0..n).map(|_| item(self)).collect()
    }

    /// The bytes from `from` to `to`, copied unless they are part of the binary.
    fn part(&self, from: usize, to: usize) -> Result<Part<u8>> {
        match self.home {
            Some(home) => home.get(from..to).map(Part::Static),
            None => self.bytes.get(from..to).map(Part::from),
        }
        .ok_or(MarshalError::Corrupt)
    }

    fn blob(&mut self) -> Result<Box<[u8]>> {
        let n = self.count(1)?;
        Ok(self.take(n)?.into())
    }

    /// Bytes behind their number, copied unless they are part of the binary.
    fn lying(&mut self) -> Result<Part<u8>> {
        let n = self.count(1)?;
        self.take(n)?;
        self.part(self.at - n, self.at)
    }

    fn text(&mut self) -> Result<Text> {
        let i = usize::try_from(self.number()?).map_err(|_| MarshalError::Corrupt)?;
        if i >= self.texts {
            return Err(MarshalError::Corrupt);
        }
        let at = self.table + 4 * i;
        let Some(&[a, b, c, d, e, f, g, h]) = self.bytes.get(at..at + 8) else {
            return Err(MarshalError::Truncated);
        };
        let first = self.table + 4 * (self.texts + 1);
        let (from, to) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
        self.part(first.saturating_add(from as usize), first.saturating_add(to as usize))
    }

    /// Instructions, behind their number and what aligns them.
    fn instrs(&mut self) -> Result<Part<Instr>> {
        let n = self.count(8)?;
        self.take(self.at.next_multiple_of(8) - self.at)?;
        let from = self.at;
        let bytes = self.take(8 * n)?;
        if cfg!(target_endian = "little")
            && let Some(lying) = self.home.and_then(|h| h.get(from..self.at))
            && let Some(instrs) = Instr::slice(lying)
        {
            return Ok(Part::Static(instrs));
        }
        let word = |b: &[u8]| b.iter().rev().fold(0, |n, &b| n << 8 | u64::from(b));
        Ok(bytes.chunks_exact(8).map(|b| Instr(word(b))).collect())
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
            tag::BYTES => Const::Bytes(self.lying()?),
            tag::TUPLE => Const::Tuple(self.nested(|r| r.list(1, Self::constant))?),
            tag::FROZENSET => Const::FrozenSet(self.nested(|r| r.list(1, Self::constant))?),
            tag::SLICE => {
                let parts = self.nested(|r| Ok([r.constant()?, r.constant()?, r.constant()?]))?;
                Const::Slice(Box::new(parts))
            }
            tag::CODE => Const::Code(match self.home {
                Some(file) => {
                    let at = self.at;
                    self.skip()?;
                    CodeRef::unread(file, at)
                }
                None => self.nested(Self::code)?.into(),
            }),
            _ => return Err(MarshalError::Corrupt),
        })
    }

    /// What comes before the body: as a head, and what else is there (first line, positional-only parameters, named
    /// registers that are variables).
    fn head(&mut self) -> Result<(Head, [u32; 3])> {
        let (name, qualname, filename) = (self.text()?, self.text()?, self.text()?);
        let (flags, firstlineno) = (self.u32()?, self.u32()?);
        let (argcount, posonlyargcount, kwonlyargcount) = (self.u16()?, self.u16()?, self.u16()?);
        let (nregs, nvarnames) = (self.u16()?, self.u16()?);
        let nfree = self.u32()?;
        let head = Head { name, qualname, filename, flags, nregs, argcount, kwonlyargcount, nfree };
        Ok((head, [firstlineno, posonlyargcount.into(), nvarnames.into()]))
    }

    /// Goes past a code object.
    fn skip(&mut self) -> Result<()> {
        self.head()?;
        let length = self.fixed()?;
        self.take(length as usize)?;
        Ok(())
    }

    fn code(&mut self) -> Result<Code> {
        let (head, [firstlineno, posonlyargcount, nvarnames]) = self.head()?;
        let length = self.fixed()? as usize;
        let start = self.at;
        let locals = self.list(1, Self::text)?;
        let cells = self.list(1, Self::u16)?;
        let nfree = head.nfree as usize;
        if nfree > self.bytes.len() - self.at {
            return Err(MarshalError::Truncated);
        }
        let freevars = (0..nfree).map(|_| self.text()).collect::<Result<_>>()?;
        let code = Code {
            name: head.name,
            qualname: head.qualname,
            filename: head.filename,
            flags: head.flags,
            argcount: head.argcount,
            posonlyargcount: posonlyargcount as u16,
            kwonlyargcount: head.kwonlyargcount,
            firstlineno,
            nregs: head.nregs,
            nvarnames: nvarnames as u16,
            locals,
            cells,
            freevars,
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
            linetable: self.lying()?,
            instrs: self.instrs()?,
        };
        if self.at - start == length { Ok(code) } else { Err(MarshalError::Corrupt) }
    }
}
