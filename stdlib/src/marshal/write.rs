//! Writing.

use super::{MAX_DEPTH, tag};
use dashu_int::IBig;
use std::collections::HashMap;
use weft_bytecode::{Code, CodeRef, Const, marshal};
use weft_vm::dict::Dict;
use weft_vm::errors::STOP_ITERATION;
use weft_vm::interp::foreign;
use weft_vm::object::ValueExt;
use weft_vm::types::bytes::Bytes;
use weft_vm::types::code::{self, CodeObject};
use weft_vm::types::list::List;
use weft_vm::types::set::Set;
use weft_vm::types::slice::Slice;
use weft_vm::types::str::{Str, text};
use weft_vm::types::tuple::Tuple;
use weft_vm::types::{complex, fixed, float, int};
use weft_vm::{Raised, Res, Thread, VRef, Value, intern};

/// What has been written so far.
pub struct Writer {
    /// The bytes.
    pub out: Vec<u8>,
    version: i32,
    allow_code: bool,
    /// Objects that can be referred to: number by identity. Held, so that no other takes the address.
    seen: HashMap<u64, (u32, Value)>,
    depth: usize,
}

impl Writer {
    /// An empty one.
    pub fn new(version: i32, allow_code: bool) -> Writer {
        Writer { out: Vec::new(), version, allow_code, seen: HashMap::new(), depth: 0 }
    }

    fn u32(&mut self, n: u32) {
        self.out.extend_from_slice(&n.to_le_bytes())
    }

    fn len(&mut self, t: &mut Thread, n: usize) -> Res<()> {
        match i32::try_from(n) {
            Ok(n) => {
                self.u32(n as u32);
                Ok(())
            }
            Err(_) => Err(unmarshallable(t)),
        }
    }

    fn blob(&mut self, t: &mut Thread, b: &[u8]) -> Res<()> {
        self.len(t, b.len())?;
        self.out.extend_from_slice(b);
        Ok(())
    }

    /// Writes a value.
    pub fn object(&mut self, t: &mut Thread, v: VRef<'_>) -> Res<()> {
        if self.depth >= MAX_DEPTH {
            return Err(t.value_error("object too deeply nested to marshal"));
        }
        self.depth += 1;
        let r = self.any(t, v);
        self.depth -= 1;
        r
    }

    fn any(&mut self, t: &mut Thread, v: VRef<'_>) -> Res<()> {
        use weft_vm::Word;
        let simple = match v.word() {
            Word::NONE => Some(tag::NONE),
            Word::TRUE => Some(tag::TRUE),
            Word::FALSE => Some(tag::FALSE),
            Word::ELLIPSIS => Some(tag::ELLIPSIS),
            _ if v.is(STOP_ITERATION.get(t).to_value().r()) => Some(tag::STOP_ITERATION),
            _ => None,
        };
        if let Some(b) = simple {
            self.out.push(b);
            return Ok(());
        }
        let flag = match self.reference(v) {
            Some(flag) => flag,
            None => return Ok(()),
        };
        self.content(t, v, flag)
    }

    /// Writes a reference to an object seen before (`None`), or gives the mark of a new one.
    fn reference(&mut self, v: VRef<'_>) -> Option<u8> {
        if self.version < 3 || !v.word().is_heap() {
            return Some(0);
        }
        // What nobody else holds is not met again.
        if foreign::reference_count(v.word()) == Some(1) && v.exact::<CodeObject>(fixed::CODE).is_none() {
            return Some(0);
        }
        let next = self.seen.len() as u32;
        let id = v.word().identity();
        if let Some((n, _)) = self.seen.get(&id) {
            let n = *n;
            self.out.push(tag::REF);
            self.u32(n);
            return None;
        }
        self.seen.insert(id, (next, v.to_value()));
        Some(tag::FLAG)
    }

    fn content(&mut self, t: &mut Thread, v: VRef<'_>, flag: u8) -> Res<()> {
        if v.word().is_int() || v.has_shape(fixed::INT) {
            self.int(t, v, flag)
        } else if v.word().is_float() || v.has_shape(fixed::FLOAT) {
            self.float(t, float::float(v).unwrap_or_default(), flag)
        } else if v.has_shape(fixed::COMPLEX) {
            self.complex(t, v, flag)
        } else if let Some(b) = v.exact::<Bytes>(fixed::BYTES) {
            self.out.push(tag::BYTES | flag);
            self.blob(t, b.as_slice())
        } else if let Some(s) = v.exact::<Str>(fixed::STR) {
            self.text(t, s, intern::is_interned(v), flag)
        } else if let Some(items) = v.exact::<Tuple>(fixed::TUPLE) {
            self.tuple(t, items, flag)
        } else if let Some(l) = v.exact::<List>(fixed::LIST) {
            self.out.push(tag::LIST | flag);
            let items = l.snapshot(t);
            self.items(t, &items)
        } else if let Some(d) = v.exact::<Dict>(fixed::DICT) {
            self.dict(t, d, flag)
        } else if v.has_shape(fixed::SET) || v.has_shape(fixed::FROZENSET) {
            self.set(t, v, flag)
        } else if let Some(c) = code::code(v) {
            self.code(t, c, flag)
        } else if let Some(s) = v.exact::<Slice>(fixed::SLICE).filter(|_| self.version >= 5) {
            self.out.push(tag::SLICE | flag);
            for part in [&s.start, &s.stop, &s.step] {
                let part = part.load().unwrap_or(Value::NONE);
                self.object(t, part.r())?
            }
            Ok(())
        } else if let Some(view) = t.buffer_opt(v, false)? {
            let bytes = view.as_slice().to_vec();
            view.release(t);
            self.out.push(tag::BYTES | flag);
            self.blob(t, &bytes)
        } else {
            Err(unmarshallable(t))
        }
    }

    fn int(&mut self, t: &mut Thread, v: VRef<'_>, flag: u8) -> Res<()> {
        if let Some(n) = int::to_i64(v).and_then(|n| i32::try_from(n).ok()) {
            self.out.push(tag::INT | flag);
            self.u32(n as u32);
            return Ok(());
        }
        let n = int::to_big(v).unwrap_or(IBig::ZERO);
        self.out.push(tag::LONG | flag);
        let negative = n < IBig::ZERO;
        let bytes = dashu_int::UBig::try_from(if negative { -n } else { n }).unwrap_or_default().to_le_bytes();
        let digits = digits_of(&bytes);
        let Ok(count) = i32::try_from(digits.len()) else { return Err(unmarshallable(t)) };
        self.u32((if negative { -count } else { count }) as u32);
        for d in digits {
            self.out.extend_from_slice(&d.to_le_bytes())
        }
        Ok(())
    }

    fn float(&mut self, t: &mut Thread, x: f64, flag: u8) -> Res<()> {
        if self.version > 1 {
            self.out.push(tag::FLOAT | flag);
            self.out.extend_from_slice(&x.to_le_bytes());
            return Ok(());
        }
        self.out.push(tag::FLOAT_TEXT | flag);
        self.float_text(t, x)
    }

    fn float_text(&mut self, t: &mut Thread, x: f64) -> Res<()> {
        let v = t.float(x);
        let s = t.repr_text(v.r())?;
        // As C's %g writes it.
        let s = s.strip_suffix(".0").unwrap_or(&s);
        self.out.push(s.len() as u8);
        self.out.extend_from_slice(s.as_bytes());
        Ok(())
    }

    fn complex(&mut self, t: &mut Thread, v: VRef<'_>, flag: u8) -> Res<()> {
        let (re, im) = complex::complex(v).map_or((0.0, 0.0), |c| (c.re, c.im));
        if self.version > 1 {
            self.out.push(tag::COMPLEX | flag);
            self.out.extend_from_slice(&re.to_le_bytes());
            self.out.extend_from_slice(&im.to_le_bytes());
            return Ok(());
        }
        self.out.push(tag::COMPLEX_TEXT | flag);
        self.float_text(t, re)?;
        self.float_text(t, im)
    }

    fn text(&mut self, t: &mut Thread, s: &Str, interned: bool, flag: u8) -> Res<()> {
        let b = s.bytes();
        if self.version < 4 || !s.is_ascii() {
            let interned = interned && self.version >= 3;
            self.out.push(if interned { tag::INTERNED } else { tag::TEXT } | flag);
            return self.blob(t, b);
        }
        match u8::try_from(b.len()) {
            Ok(n) => {
                self.out.push(if interned { tag::SHORT_ASCII_INTERNED } else { tag::SHORT_ASCII } | flag);
                self.out.push(n);
                self.out.extend_from_slice(b);
                Ok(())
            }
            Err(_) => {
                self.out.push(if interned { tag::ASCII_INTERNED } else { tag::ASCII } | flag);
                self.blob(t, b)
            }
        }
    }

    fn tuple(&mut self, t: &mut Thread, items: &Tuple, flag: u8) -> Res<()> {
        match u8::try_from(items.len()) {
            Ok(n) if self.version >= 4 => {
                self.out.push(tag::SMALL_TUPLE | flag);
                self.out.push(n)
            }
            _ => {
                self.out.push(tag::TUPLE | flag);
                self.len(t, items.len())?
            }
        }
        for v in items.iter() {
            self.object(t, v)?
        }
        Ok(())
    }

    fn items(&mut self, t: &mut Thread, items: &[Value]) -> Res<()> {
        self.len(t, items.len())?;
        for v in items {
            self.object(t, v.r())?
        }
        Ok(())
    }

    fn dict(&mut self, t: &mut Thread, d: &Dict, flag: u8) -> Res<()> {
        self.out.push(tag::DICT | flag);
        for (k, v) in d.items(t) {
            self.object(t, k.r())?;
            self.object(t, v.r())?
        }
        self.out.push(tag::NULL);
        Ok(())
    }

    /// The items in the order of their own bytes, so that equal sets give equal bytes whatever the hash seed.
    fn set(&mut self, t: &mut Thread, v: VRef<'_>, flag: u8) -> Res<()> {
        let Some(items) = v.cast::<Set>().map(|s| s.items(t)) else { return Ok(()) };
        self.out.push(if v.has_shape(fixed::SET) { tag::SET } else { tag::FROZENSET } | flag);
        let mut keyed = Vec::with_capacity(items.len());
        for item in items {
            let mut w = Writer::new(self.version, self.allow_code);
            w.depth = self.depth;
            w.object(t, item.r())?;
            keyed.push((w.out, item))
        }
        keyed.sort_by(|a, b| a.0.cmp(&b.0));
        let items: Vec<Value> = keyed.into_iter().map(|(_, v)| v).collect();
        self.items(t, &items)
    }

    fn code(&mut self, t: &mut Thread, c: &CodeObject, flag: u8) -> Res<()> {
        if !self.allow_code {
            return Err(t.value_error("marshalling code objects is disallowed"));
        }
        self.out.push(tag::CODE | flag);
        let bytes = marshal::to_bytes(&with_present_filename(c));
        self.blob(t, &bytes)
    }
}

/// The compiled code with the file name the object has now (importlib may have changed it).
fn with_present_filename(c: &CodeObject) -> CodeRef {
    let now = c.filename.load();
    match now.as_ref().and_then(|n| text(n.r())) {
        Some(n) if *n.bytes() != *c.code().filename => renamed(c.source(), &c.code().filename, n.bytes()),
        _ => c.source().clone(),
    }
}

fn renamed(code: &CodeRef, old: &[u8], new: &[u8]) -> CodeRef {
    if *code.filename != *old {
        return code.clone();
    }
    let mut copy = Code::clone(code.get());
    copy.filename = new.into();
    for c in &mut copy.consts {
        if let Const::Code(inner) = c {
            *c = Const::Code(renamed(inner, old, new))
        }
    }
    copy.into()
}

/// Magnitude in digits of 15 bits, least significant first.
fn digits_of(bytes: &[u8]) -> Vec<u16> {
    let (mut digits, mut bits, mut have) = (Vec::with_capacity(bytes.len() * 8 / 15 + 1), 0u32, 0);
    for b in bytes {
        bits |= u32::from(*b) << have;
        have += 8;
        if have >= 15 {
            digits.push((bits & 0x7FFF) as u16);
            bits >>= 15;
            have -= 15
        }
    }
    digits.push((bits & 0x7FFF) as u16);
    while digits.last() == Some(&0) {
        digits.pop();
    }
    digits
}

fn unmarshallable(t: &mut Thread) -> Raised {
    t.value_error("unmarshallable object")
}
