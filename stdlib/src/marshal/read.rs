//! Reading. Nothing in the bytes is believed: sizes cost no memory before the bytes are there.

use super::{MAX_DEPTH, tag};
use dashu_int::{IBig, UBig};
use std::borrow::Cow;
use weft_bytecode::marshal;
use weft_vm::dict::Dict;
use weft_vm::errors::{EOF_ERROR, STOP_ITERATION};
use weft_vm::object::ValueExt;
use weft_vm::types::bytes::Bytes;
use weft_vm::types::list::List;
use weft_vm::types::set::Set;
use weft_vm::types::slice::Slice;
use weft_vm::types::tuple::Tuple;
use weft_vm::types::{fixed, float};
use weft_vm::{Raised, Res, Thread, VRef, Value, intern, start};

/// Where the bytes come from.
pub enum Source<'a> {
    /// Memory, what is left of it.
    Bytes(&'a [u8]),
    /// A file: exactly what is needed is read.
    File(VRef<'a>),
}

/// A reader of one value.
pub struct Reader<'a> {
    source: Source<'a>,
    allow_code: bool,
    /// Objects that may be referred to, in the order of their marks; empty while being made.
    seen: Vec<Option<Value>>,
    depth: usize,
}

/// TypeError if a file's `read()` gives no bytes.
pub fn check_bytes(t: &mut Thread, v: &Value) -> Res<()> {
    if v.cast::<Bytes>().is_some() {
        return Ok(());
    }
    let n = v.r().ty().name();
    Err(t.type_error(format!("file.read() returned not bytes but {n}")))
}

fn bad(t: &mut Thread, what: &str) -> Raised {
    t.value_error(format!("bad marshal data ({what})"))
}

impl<'a> Reader<'a> {
    /// A reader.
    pub fn new(source: Source<'a>, allow_code: bool) -> Reader<'a> {
        Reader { source, allow_code, seen: Vec::new(), depth: 0 }
    }

    /// Reads a value.
    pub fn value(&mut self, t: &mut Thread) -> Res {
        match self.object(t)? {
            Some(v) => Ok(v),
            None => Err(t.type_error("NULL object in marshal data for object")),
        }
    }

    fn take(&mut self, t: &mut Thread, n: usize) -> Res<Cow<'a, [u8]>> {
        match &mut self.source {
            Source::Bytes(b) => match b.split_at_checked(n) {
                Some((head, rest)) => {
                    *b = rest;
                    Ok(Cow::Borrowed(head))
                }
                None => Err(t.raise_text(&EOF_ERROR, "marshal data too short")),
            },
            Source::File(f) => {
                let f = *f;
                let count = t.int_usize(n);
                let r = t.call_method(f, "read", &[count.r()])?;
                check_bytes(t, &r)?;
                let b = r.cast::<Bytes>().map_or(Vec::new(), |b| b.as_slice().to_vec());
                if b.len() > n {
                    let got = b.len();
                    return Err(t.value_error(format!(
                        "read() returned too much data: {n} bytes requested, {got} returned"
                    )));
                }
                if b.len() < n {
                    return Err(t.raise_text(&EOF_ERROR, "EOF read where not expected"));
                }
                Ok(Cow::Owned(b))
            }
        }
    }

    fn byte(&mut self, t: &mut Thread) -> Res<u8> {
        Ok(self.take(t, 1)?.first().copied().unwrap_or(0))
    }

    fn i32(&mut self, t: &mut Thread) -> Res<i32> {
        let b = self.take(t, 4)?;
        Ok(b.as_ref().try_into().map_or(0, i32::from_le_bytes))
    }

    fn f64(&mut self, t: &mut Thread) -> Res<f64> {
        let b = self.take(t, 8)?;
        Ok(b.as_ref().try_into().map_or(0.0, f64::from_le_bytes))
    }

    fn size(&mut self, t: &mut Thread, what: &str) -> Res<usize> {
        let n = self.i32(t)?;
        usize::try_from(n).map_err(|_| bad(t, &format!("{what} size out of range")))
    }

    fn object(&mut self, t: &mut Thread) -> Res<Option<Value>> {
        if self.depth >= MAX_DEPTH {
            return Err(t.value_error("recursion limit exceeded"));
        }
        let first = match &self.source {
            Source::Bytes([]) => return Err(t.raise_text(&EOF_ERROR, "EOF read where object expected")),
            _ => self.byte(t)?,
        };
        self.depth += 1;
        let r = self.content(t, first & !tag::FLAG, first & tag::FLAG != 0);
        self.depth -= 1;
        r
    }

    /// Notes a finished object that may be referred to.
    fn keep(&mut self, v: Value, flag: bool) -> Value {
        if flag {
            self.seen.push(Some(v.clone()))
        }
        v
    }

    /// Takes a number for an object that is not finished yet.
    fn reserve(&mut self, flag: bool) -> Option<usize> {
        flag.then(|| {
            self.seen.push(None);
            self.seen.len() - 1
        })
    }

    fn fill(&mut self, at: Option<usize>, v: Value) -> Value {
        if let Some(place) = at.and_then(|i| self.seen.get_mut(i)) {
            *place = Some(v.clone())
        }
        v
    }

    fn content(&mut self, t: &mut Thread, kind: u8, flag: bool) -> Res<Option<Value>> {
        let v = match kind {
            tag::NULL => return Ok(None),
            tag::NONE => Value::NONE,
            tag::TRUE => Value::TRUE,
            tag::FALSE => Value::FALSE,
            tag::ELLIPSIS => Value::ELLIPSIS,
            tag::STOP_ITERATION => STOP_ITERATION.get(t).to_value(),
            tag::INT => {
                let n = self.i32(t)?;
                self.keep(t.int(n.into()), flag)
            }
            tag::LONG => {
                let v = self.long(t)?;
                self.keep(v, flag)
            }
            tag::FLOAT => {
                let x = self.f64(t)?;
                self.keep(t.float(x), flag)
            }
            tag::FLOAT_TEXT => {
                let x = self.float_text(t)?;
                self.keep(t.float(x), flag)
            }
            tag::COMPLEX => {
                let (re, im) = (self.f64(t)?, self.f64(t)?);
                self.keep(t.complex(re, im), flag)
            }
            tag::COMPLEX_TEXT => {
                let (re, im) = (self.float_text(t)?, self.float_text(t)?);
                self.keep(t.complex(re, im), flag)
            }
            tag::BYTES => {
                let n = self.size(t, "bytes object")?;
                let b = self.take(t, n)?;
                self.keep(t.bytes(&b), flag)
            }
            tag::TEXT | tag::INTERNED | tag::ASCII | tag::ASCII_INTERNED | tag::SHORT_ASCII | tag::SHORT_ASCII_INTERNED => {
                let v = self.text(t, kind)?;
                self.keep(v, flag)
            }
            tag::TUPLE | tag::SMALL_TUPLE => self.tuple(t, kind, flag)?,
            tag::LIST => self.list(t, flag)?,
            tag::DICT => self.dict(t, flag)?,
            tag::SET | tag::FROZENSET => self.set(t, kind, flag)?,
            tag::SLICE => self.slice(t, flag)?,
            tag::CODE => self.code(t, flag)?,
            tag::REF => self.reference(t)?,
            _ => return Err(bad(t, "unknown type code")),
        };
        Ok(Some(v))
    }

    fn long(&mut self, t: &mut Thread) -> Res {
        let n = self.i32(t)?;
        if n == i32::MIN {
            return Err(bad(t, "long size out of range"));
        }
        let count = n.unsigned_abs() as usize;
        let Some(size) = count.checked_mul(2) else { return Err(bad(t, "long size out of range")) };
        let raw = self.take(t, size)?;
        let (mut bytes, mut bits, mut have) = (Vec::with_capacity(size), 0u32, 0);
        let mut last = 1;
        for d in raw.chunks_exact(2) {
            let d = d.try_into().map_or(0, u16::from_le_bytes);
            if d > 0x7FFF {
                return Err(bad(t, "digit out of range in long"));
            }
            bits |= u32::from(d) << have;
            have += 15;
            while have >= 8 {
                bytes.push(bits as u8);
                bits >>= 8;
                have -= 8
            }
            last = d
        }
        if last == 0 {
            return Err(bad(t, "unnormalized long data"));
        }
        bytes.push(bits as u8);
        let magnitude = IBig::from(UBig::from_le_bytes(&bytes));
        Ok(t.big_int(if n < 0 { -magnitude } else { magnitude }))
    }

    fn float_text(&mut self, t: &mut Thread) -> Res<f64> {
        let n = self.byte(t)?.into();
        let b = self.take(t, n)?;
        let s = t.bytes(&b);
        let class = float::TYPE.get(t).to_value();
        let v = t.call(class.r(), &[s.r()])?;
        t.arg_f64(v.r())
    }

    fn text(&mut self, t: &mut Thread, kind: u8) -> Res {
        let n = match kind {
            tag::SHORT_ASCII | tag::SHORT_ASCII_INTERNED => self.byte(t)?.into(),
            _ => self.size(t, "string")?,
        };
        let b = self.take(t, n)?;
        let v = match kind {
            tag::TEXT | tag::INTERNED => {
                let (encoding, errors) = (t.str("utf-8"), t.str("surrogatepass"));
                weft_vm::codecs::decode(t, &b, Some(encoding.r()), Some(errors.r()))?
            }
            _ if b.is_ascii() => t.str_ascii(&b),
            // Not what it says: one byte is one character then.
            _ => t.str(&b.iter().map(|c| char::from(*c)).collect::<String>()),
        };
        let interned = matches!(kind, tag::INTERNED | tag::ASCII_INTERNED | tag::SHORT_ASCII_INTERNED);
        Ok(if interned { intern::intern_value(t, v.r()) } else { v })
    }

    /// An item of a container.
    fn item(&mut self, t: &mut Thread, of: &str) -> Res {
        match self.object(t)? {
            Some(v) => Ok(v),
            None => Err(t.type_error(format!("NULL object in marshal data for {of}"))),
        }
    }

    fn tuple(&mut self, t: &mut Thread, kind: u8, flag: bool) -> Res {
        let n = if kind == tag::SMALL_TUPLE { self.byte(t)?.into() } else { self.size(t, "tuple")? };
        let at = self.reserve(flag);
        let mut items = Vec::new();
        for _ in 0..n {
            items.push(self.item(t, "tuple")?)
        }
        let v = Tuple::new(t, items);
        Ok(self.fill(at, v))
    }

    fn list(&mut self, t: &mut Thread, flag: bool) -> Res {
        let n = self.size(t, "list")?;
        let v = List::new(t, Vec::new());
        let v = self.keep(v, flag);
        for _ in 0..n {
            let item = self.item(t, "list")?;
            if let Some(l) = v.cast::<List>() {
                l.push(t, item)
            }
        }
        Ok(v)
    }

    fn dict(&mut self, t: &mut Thread, flag: bool) -> Res {
        let v = Dict::new(t);
        let v = self.keep(v, flag);
        while let Some(key) = self.object(t)? {
            let Some(value) = self.object(t)? else { break };
            if let Some(d) = v.cast::<Dict>() {
                d.set(t, key.r(), value)?
            }
        }
        Ok(v)
    }

    fn set(&mut self, t: &mut Thread, kind: u8, flag: bool) -> Res {
        let n = self.size(t, "set")?;
        let shape = if kind == tag::SET { fixed::SET } else { fixed::FROZENSET };
        let v = Set::make(t, shape);
        // Others may hold a frozenset only once it is complete.
        let at = self.reserve(flag);
        let v = if kind == tag::SET { self.fill(at, v) } else { v };
        for _ in 0..n {
            let item = self.item(t, "set")?;
            if let Some(s) = v.cast::<Set>() {
                s.add(t, item)?;
            }
        }
        Ok(self.fill(at, v))
    }

    fn slice(&mut self, t: &mut Thread, flag: bool) -> Res {
        let at = self.reserve(flag);
        let mut part = || self.item(t, "slice");
        let (start, stop, step) = (part()?, part()?, part()?);
        let v = Slice::new(t, start, stop, step);
        Ok(self.fill(at, v))
    }

    fn code(&mut self, t: &mut Thread, flag: bool) -> Res {
        if !self.allow_code {
            return Err(t.value_error("unmarshalling code objects is disallowed"));
        }
        let at = self.reserve(flag);
        let n = self.size(t, "code object")?;
        let b = self.take(t, n)?;
        let v = match marshal::from_bytes(&b) {
            Ok(c) => start::load_code(t, c)?,
            Err(e) => return Err(t.value_error(e.to_string())),
        };
        Ok(self.fill(at, v))
    }

    fn reference(&mut self, t: &mut Thread) -> Res {
        let n = self.i32(t)?;
        match usize::try_from(n).ok().and_then(|n| self.seen.get(n)).cloned().flatten() {
            Some(v) => Ok(v),
            None => Err(bad(t, "invalid reference")),
        }
    }
}
