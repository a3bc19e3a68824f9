//! `array`: numbers of one machine type, packed.
//!
//! The bytes are behind the object lock. While buffers are exported they stay where they are: what would resize the array
//! raises BufferError.

use crate::support::{Bounds, Guarded, at, bytes, class_getitem, itself, memory_error, native, no_keywords, pair};
use std::sync::atomic::{AtomicUsize, Ordering::*};
use weft_strategy::Header;
use weft_vm::object::buffer::View;
use weft_vm::object::{
    Args, CallArgs, Cmp, GetSet, MethodDef, ModuleSpec, NativeType, Object, Slots, Type, TypeSpec, ValueExt,
    Visitor, type_flag,
};
use weft_vm::types::list::List;
use weft_vm::types::slice::Slice;
use weft_vm::types::str::text;
use weft_vm::types::tuple::Tuple;
use weft_vm::types::{float, int};
use weft_vm::{Res, Slot, Thread, VRef, Value, methods, object};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "array",
    doc: "This module defines an object type which can efficiently represent\nan array of basic values: characters, integers, floating-point\nnumbers.  Arrays are sequence types and behave very much like lists,\nexcept that the type of objects stored in them is constrained.\n",
    functions: methods! {
        "_array_reconstructor(arraytype, typecode, mformat_code, items, /)" => reconstruct, "Internal. Used for pickling support.";
    },
    init: Some(|t, m| {
        t.module_add_type(m, &TYPE);
        let ty = TYPE.get(t).to_value();
        t.module_set(m, "ArrayType", ty);
        t.module_set(m, "typecodes", t.str("bBuwhHiIlLqQfd"));
        let abc = weft_vm::interp::hooks::import_module(t, "_collections_abc")?;
        let sequence = t.attr(abc.r(), "MutableSequence")?;
        let ty = TYPE.get(t).to_value();
        t.call_method(sequence.r(), "register", &[ty.r()])?;
        Ok(())
    }),
};

/// The array object.
#[repr(C)]
struct Array {
    h: Header,
    data: Guarded<Vec<u8>>,
    code: u8,
    /// Buffers given out and not yet back.
    exports: AtomicUsize,
}

// SAFETY: repr(C), header first, no references.
unsafe impl Object for Array {
    weft_vm::layout!(Array, "array.array", false);
    fn traverse(&self, _v: Visitor) {}
    fn clear(&self) {
        self.data.clear_dead()
    }
}

static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "array.array",
    doc: "array(typecode [, initializer]) -> array\n\nReturn a new array whose items are restricted by typecode, and\ninitialized from the optional initializer value, which must be a list,\nstring or iterable over elements of the appropriate type.",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::WEAKREFS | type_flag::SEQUENCE,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        compare: Some(compare),
        iter: Some(iter),
        len: Some(|t, v| Ok(native::<Array>(v).len(t))),
        contains: Some(|t, v, x| Ok(find(t, native(v), x, 0, usize::MAX)?.is_some())),
        getitem: Some(getitem),
        setitem: Some(setitem),
        concat: Some(concat),
        repeat: Some(|t, v, n| {
            let a: &Array = native(v);
            let b = repeated(t, a, n)?;
            Ok(make(t, TYPE.shape(t), a.code, b))
        }),
        inplace_concat: Some(|t, v, x| {
            extend(t, native(v), x, true)?;
            Ok(v.to_value())
        }),
        inplace_repeat: Some(|t, v, n| {
            let a: &Array = native(v);
            let b = repeated(t, a, n)?;
            a.resize_with(t, |d| *d = b)?;
            Ok(v.to_value())
        }),
        buffer: Some(export),
        ..Slots::EMPTY
    },
    methods: METHODS,
    getset: &[
        GetSet { name: "typecode", get: |t, v| Ok(t.str_char(native::<Array>(v).code as u32)), set: None, doc: "the typecode character used to create the array" },
        GetSet { name: "itemsize", get: |t, v| Ok(t.int_usize(native::<Array>(v).size())), set: None, doc: "the size, in bytes, of one array item" },
    ],
    ..TypeSpec::new::<Array>()
};

static METHODS: &[MethodDef] = methods! {
    "append(self, v, /)" => |t, a| {
        let x: &Array = a.this();
        let b = pack(t, x.code, a.get(1))?;
        x.resize_with(t, |d| d.extend_from_slice(&b))?;
        Ok(Value::NONE)
    }, "Append new value v to the end of the array.";
    "buffer_info(self, /)" => |t, a| {
        let x: &Array = a.this();
        let (p, n) = x.data.with(t, &x.h, |d| (d.as_ptr() as usize, d.len()));
        Ok(pair(t, t.int_usize(p), t.int_usize(n / x.size())))
    }, "Return a tuple (address, length) giving the current memory address and the length in items of the buffer used to hold array's contents.";
    "byteswap(self, /)" => |t, a| {
        let x: &Array = a.this();
        let n = x.size();
        x.data.with(t, &x.h, |d| d.chunks_exact_mut(n).for_each(|c| c.reverse()));
        Ok(Value::NONE)
    }, "Byteswap all items of the array.\n\nIf the items in the array are not 1, 2, 4, or 8 bytes in size, RuntimeError is\nraised.";
    "clear(self, /)" => |t, a| {
        a.this::<Array>().resize_with(t, Vec::clear)?;
        Ok(Value::NONE)
    }, "Remove all items from the array.";
    "__copy__(self, /)" => |t, a| Ok(copy(t, a.this())), "Return a copy of the array.";
    "__deepcopy__(self, unused, /)" => |t, a| Ok(copy(t, a.this())), "Return a copy of the array.";
    "count(self, v, /)" => |t, a| {
        let x: &Array = a.this();
        let (mut i, mut n) = (0, 0);
        while let Some(k) = find(t, x, a.get(1), i, usize::MAX)? {
            n += 1;
            i = k + 1
        }
        Ok(t.int(n))
    }, "Return number of occurrences of v in the array.";
    "extend(self, bb, /)" => |t, a| {
        extend(t, a.this(), a.get(1), false)?;
        Ok(Value::NONE)
    }, "Append items to the end of the array.";
    "fromfile(self, f, n, /)" => fromfile, "Read n objects from the file object f and append them to the end of the array.";
    "fromlist(self, list, /)" => |t, a| {
        let Some(l) = a.get(1).cast::<List>() else { return Err(t.type_error("arg must be list")) };
        let x: &Array = a.this();
        let mut b = Vec::new();
        for v in l.snapshot(t) {
            b.extend_from_slice(&pack(t, x.code, v.r())?)
        }
        x.resize_with(t, |d| d.extend_from_slice(&b))?;
        Ok(Value::NONE)
    }, "Append items to array from list.";
    "frombytes(self, buffer, /)" => |t, a| {
        let b = bytes(t, a.get(1))?.into_owned();
        frombytes(t, a.this(), &b)?;
        Ok(Value::NONE)
    }, "Appends items from the string, interpreting it as an array of machine values, as if it had been read from a file using the fromfile() method.";
    "fromunicode(self, ustr, /)" => |t, a| {
        let x: &Array = a.this();
        if !matches!(x.code, b'u' | b'w') {
            return Err(t.value_error("fromunicode() may only be called on unicode type arrays ('u' or 'w')"));
        }
        let s = t.arg_str(a.get(1))?;
        let b = characters(s.bytes());
        x.resize_with(t, |d| d.extend_from_slice(&b))?;
        Ok(Value::NONE)
    }, "Extends this array with data from the unicode string ustr.\n\nThe array must be a unicode type array; otherwise a ValueError is raised.\nUse array.frombytes(ustr.encode(...)) to append Unicode data to an array of\nsome other type.";
    "index(self, v, start=0, stop=9223372036854775807, /)" => |t, a| {
        let x: &Array = a.this();
        let mut bound = |i: usize, default: i64| match a.opt(i) {
            Some(v) => t.index_clamped(v),
            None => Ok(default),
        };
        let (from, to) = (bound(2, 0)?, bound(3, i64::MAX)?);
        let n = x.len(t);
        match find(t, x, a.get(1), crate::support::from_start(from, n), crate::support::from_start(to, n))? {
            Some(i) => Ok(t.int_usize(i)),
            None => Err(t.value_error("array.index(x): x not in array")),
        }
    }, "Return index of first occurrence of v in the array.\n\nRaise ValueError if the value is not present.";
    "insert(self, i, v, /)" => |t, a| {
        let x: &Array = a.this();
        let i = t.arg_ssize(a.get(1))?;
        let b = pack(t, x.code, a.get(2))?;
        let n = b.len();
        x.resize_with(t, |d| {
            let i = crate::support::from_start(i, d.len() / n).min(d.len() / n) * n;
            d.splice(i..i, b.iter().copied());
        })?;
        Ok(Value::NONE)
    }, "Insert a new item v into the array before position i.";
    "pop(self, i=-1, /)" => |t, a| {
        let x: &Array = a.this();
        let i = match a.opt(1) {
            Some(i) => t.arg_ssize(i)?,
            None => -1,
        };
        let n = x.len(t);
        if n == 0 {
            return Err(t.index_error("pop from empty array"));
        }
        let Some((i, v)) = at(i, n).and_then(|i| Some((i, x.get(t, i)?))) else {
            return Err(t.index_error("pop index out of range"));
        };
        x.remove(t, i)?;
        Ok(v)
    }, "Return the i-th element and delete it from the array.\n\ni defaults to -1.";
    "__reduce_ex__(self, value, /)" => reduce, "Return state information for pickling.";
    "remove(self, v, /)" => |t, a| {
        let x: &Array = a.this();
        match find(t, x, a.get(1), 0, usize::MAX)? {
            Some(i) => {
                x.remove(t, i)?;
                Ok(Value::NONE)
            }
            None => Err(t.value_error("array.remove(x): x not in array")),
        }
    }, "Remove the first occurrence of v in the array.";
    "reverse(self, /)" => |t, a| {
        let x: &Array = a.this();
        let n = x.size();
        x.data.with(t, &x.h, |d| {
            d.reverse();
            d.chunks_exact_mut(n).for_each(|c| c.reverse())
        });
        Ok(Value::NONE)
    }, "Reverse the order of the items in the array.";
    "tofile(self, f, /)" => |t, a| {
        let x: &Array = a.this();
        let b = x.bytes(t);
        for chunk in b.chunks(64 * 1024) {
            let chunk = t.bytes(chunk);
            t.call_method(a.get(1), "write", &[chunk.r()])?;
        }
        Ok(Value::NONE)
    }, "Write all items (as machine values) to the file object f.";
    "tolist(self, /)" => |t, a| {
        let x: &Array = a.this();
        let items = x.values(t);
        Ok(List::new(t, items))
    }, "Convert array to an ordinary list with the same items.";
    "tobytes(self, /)" => |t, a| {
        let b = a.this::<Array>().bytes(t);
        Ok(t.bytes(&b))
    }, "Convert the array to an array of machine values and return the bytes representation.";
    "tounicode(self, /)" => |t, a| {
        let x: &Array = a.this();
        if !matches!(x.code, b'u' | b'w') {
            return Err(t.value_error("tounicode() may only be called on unicode type arrays ('u' or 'w')"));
        }
        tounicode(t, x)
    }, "Extends this array with data from the unicode string ustr.\n\nConvert the array to a unicode string.";
    "__sizeof__(self, /)" => |t, a| {
        let x: &Array = a.this();
        let n = x.data.with(t, &x.h, |d| d.capacity());
        Ok(t.int_usize(size_of::<Array>() + n))
    }, "Size of the array in memory, in bytes.";
    class "__class_getitem__(cls, object, /)" => class_getitem, "See PEP 585";
};

fn size_of_code(code: u8) -> Option<usize> {
    Some(match code {
        b'b' | b'B' => 1,
        b'h' | b'H' => 2,
        b'u' | b'w' | b'i' | b'I' | b'f' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'd' => 8,
        _ => return None,
    })
}

impl Array {
    fn size(&self) -> usize {
        size_of_code(self.code).unwrap_or(1)
    }

    fn len(&self, t: &Thread) -> usize {
        self.data.with(t, &self.h, |d| d.len()) / self.size()
    }

    /// A copy of the bytes.
    fn bytes(&self, t: &Thread) -> Vec<u8> {
        self.data.with(t, &self.h, |d| d.clone())
    }

    fn get(&self, t: &Thread, i: usize) -> Option<Value> {
        let n = self.size();
        let b = self.data.with(t, &self.h, |d| {
            let mut b = [0u8; 8];
            b[..n].copy_from_slice(d.get(i * n..(i + 1) * n)?);
            Some(b)
        })?;
        Some(unpack(t, self.code, &b[..n]))
    }

    /// Bytes of item `i`, counted from the end if negative, with the number of them.
    fn item(&self, t: &Thread, i: i64) -> Option<([u8; 8], usize)> {
        let n = self.size();
        self.data.with(t, &self.h, |d| {
            let i = at(i, d.len() / n)?;
            let mut b = [0u8; 8];
            b.get_mut(..n)?.copy_from_slice(d.get(i * n..(i + 1) * n)?);
            Some((b, n))
        })
    }

    /// Stores a float at `i`, if that is all there is to do.
    fn put_float(&self, t: &Thread, i: i64, x: f64) -> bool {
        self.data.with(t, &self.h, |d| {
            let Some(i) = at(i, d.len() / 8) else { return false };
            match d.get_mut(i * 8..(i + 1) * 8) {
                Some(to) => {
                    to.copy_from_slice(&x.to_le_bytes());
                    true
                }
                None => false,
            }
        })
    }

    fn values(&self, t: &Thread) -> Vec<Value> {
        let b = self.bytes(t);
        b.chunks_exact(self.size()).map(|c| unpack(t, self.code, c)).collect()
    }

    /// Runs `f`, which may change the length: not while buffers are out.
    fn resize_with(&self, t: &mut Thread, f: impl FnOnce(&mut Vec<u8>)) -> Res<()> {
        let done = self.data.with(t, &self.h, |d| {
            if self.exports.load(Acquire) > 0 {
                return false;
            }
            f(d);
            true
        });
        if done { Ok(()) } else { Err(t.buffer_error("cannot resize an array that is exporting buffers")) }
    }

    fn remove(&self, t: &mut Thread, i: usize) -> Res<()> {
        let n = self.size();
        self.resize_with(t, |d| {
            if (i + 1) * n <= d.len() {
                d.drain(i * n..(i + 1) * n);
            }
        })
    }
}

fn make(t: &Thread, shape: u32, code: u8, data: Vec<u8>) -> Value {
    t.make(shape, Array { h: Header::new(0, 0), data: Guarded::new(data), code, exports: AtomicUsize::new(0) })
}

fn copy(t: &Thread, a: &Array) -> Value {
    let b = a.bytes(t);
    make(t, TYPE.shape(t), a.code, b)
}

/// Code points as 32-bit characters.
fn characters(s: &[u8]) -> Vec<u8> {
    weft_text::wtf8::points(s).flat_map(u32::to_le_bytes).collect()
}

/// One item as bytes.
fn pack(t: &mut Thread, code: u8, v: VRef<'_>) -> Res<Vec<u8>> {
    match code {
        b'u' | b'w' => {
            let Some(s) = text(v) else {
                let n = v.ty().name();
                return Err(t.type_error(format!("array item must be a unicode character, not {n}")));
            };
            if s.len() != 1 {
                let n = s.len();
                return Err(t.type_error(format!(
                    "array item must be a string of length 1, not a string of length {n}"
                )));
            }
            return Ok(s.code_point(0).to_le_bytes().to_vec());
        }
        b'f' => {
            let x = t.arg_f64(v)?;
            return Ok((x as f32).to_le_bytes().to_vec());
        }
        b'd' => return Ok(t.arg_f64(v)?.to_le_bytes().to_vec()),
        _ => {}
    }
    if float::float(v).is_some() && !int::is_int(v) {
        return Err(t.type_error("integer argument expected, got float"));
    }
    let i = t.index(v)?;
    let n = match int::to_i64(i.r()) {
        Some(n) => n as i128,
        None => match int::to_big(i.r()).and_then(|b| i128::try_from(&b).ok()) {
            Some(n) => n,
            None if int::is_negative(i.r()) => i128::MIN,
            None => i128::MAX,
        },
    };
    let (what, low, high) = match code {
        b'b' => ("signed char", i8::MIN as i128, i8::MAX as i128),
        b'B' => ("unsigned byte integer", 0, u8::MAX as i128),
        b'h' => ("signed short integer", i16::MIN as i128, i16::MAX as i128),
        b'H' => ("unsigned short", 0, u16::MAX as i128),
        b'i' => ("signed integer", i32::MIN as i128, i32::MAX as i128),
        b'I' => ("unsigned int", 0, u32::MAX as i128),
        b'l' => ("Python int too large to convert to C long", i64::MIN as i128, i64::MAX as i128),
        b'q' => ("int too big to convert", i64::MIN as i128, i64::MAX as i128),
        _ => ("unsigned long", 0, u64::MAX as i128),
    };
    if n < low || n > high {
        if matches!(code, b'l' | b'q') {
            return Err(t.overflow_error(what));
        }
        if matches!(code, b'I' | b'L' | b'Q') && n < 0 {
            return Err(t.overflow_error("can't convert negative value to unsigned int"));
        }
        let how = match (n < low, code) {
            (true, b'b' | b'B' | b'h' | b'i' | b'H') => "less than minimum",
            _ => "greater than maximum",
        };
        return Err(t.overflow_error(format!("{what} is {how}")));
    }
    let size = size_of_code(code).unwrap_or(1);
    Ok(n.to_le_bytes()[..size].to_vec())
}

fn unpack(t: &Thread, code: u8, b: &[u8]) -> Value {
    let mut le = [0u8; 8];
    le[..b.len()].copy_from_slice(b);
    let n = u64::from_le_bytes(le);
    match code {
        b'u' | b'w' => t.str_char(if n < 0x110000 { n as u32 } else { 0xFFFD }),
        b'f' => t.float(f32::from_bits(n as u32) as f64),
        b'd' => t.float(f64::from_bits(n)),
        b'b' | b'h' | b'i' | b'l' | b'q' => {
            let shift = 64 - 8 * b.len() as u32;
            t.int(((n << shift) as i64) >> shift)
        }
        _ => match i64::try_from(n) {
            Ok(n) => t.int(n),
            Err(_) => t.big_int(n.into()),
        },
    }
}

fn new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    if std::ptr::eq(cls, TYPE.get(t)) {
        no_keywords(t, "array.array", args)?
    }
    let p = args.positional();
    crate::support::arity(t, "array", p.len(), 1, 2)?;
    let code = match text(p[0]) {
        Some(s) if s.len() == 1 => s.code_point(0),
        Some(s) => {
            let n = s.len();
            return Err(t.type_error(format!(
                "array() argument 1 must be a unicode character, not a string of length {n}"
            )));
        }
        None => {
            let n = p[0].ty().name();
            return Err(t.type_error(format!("array() argument 1 must be a unicode character, not {n}")));
        }
    };
    let Some(code) = u8::try_from(code).ok().filter(|c| size_of_code(*c).is_some()) else {
        return Err(t.value_error(
            "bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)",
        ));
    };
    if code == b'u' {
        weft_vm::start::warn::warn(
            t,
            &weft_vm::errors::DEPRECATION_WARNING,
            "The 'u' type code is deprecated and will be removed in Python 3.16",
        )?
    }
    let v = make(t, cls.shape(), code, Vec::new());
    let Some(initial) = p.get(1) else { return Ok(v) };
    let a: &Array = native(v.r());
    let wide = matches!(code, b'u' | b'w');
    if let Some(s) = text(*initial) {
        if !wide {
            return Err(t.type_error(format!("cannot use a str to initialize an array with typecode '{}'", code as char)));
        }
        let b = characters(s.bytes());
        a.resize_with(t, |d| *d = b)?;
        return Ok(v);
    }
    if let Some(other) = initial.cast::<Array>() {
        if matches!(other.code, b'u' | b'w') && !wide {
            return Err(t.type_error(format!(
                "cannot use a unicode array to initialize an array with typecode '{}'",
                code as char
            )));
        }
        if other.code == code {
            let b = other.bytes(t);
            a.resize_with(t, |d| *d = b)?;
            return Ok(v);
        }
        // Another kind: item by item, each checked.
        extend_items(t, a, *initial)?;
        return Ok(v);
    }
    let is_bytes = initial.has_shape(weft_vm::types::fixed::BYTES) || initial.has_shape(weft_vm::types::fixed::BYTEARRAY);
    if is_bytes {
        let b = bytes(t, *initial)?.into_owned();
        frombytes(t, a, &b)?
    } else {
        extend(t, a, *initial, false)?
    }
    Ok(v)
}

fn frombytes(t: &mut Thread, a: &Array, b: &[u8]) -> Res<()> {
    if !b.len().is_multiple_of(a.size()) {
        return Err(t.value_error("bytes length not a multiple of item size"));
    }
    a.resize_with(t, |d| d.extend_from_slice(b))
}

fn extend(t: &mut Thread, a: &Array, v: VRef<'_>, arrays_only: bool) -> Res<()> {
    if let Some(other) = v.cast::<Array>() {
        if other.code != a.code {
            return Err(t.type_error("can only extend with array of same kind"));
        }
        let b = other.bytes(t);
        return a.resize_with(t, |d| d.extend_from_slice(&b));
    }
    if arrays_only {
        let n = v.ty().name();
        return Err(t.type_error(format!("can only extend with array (not \"{n}\")")));
    }
    extend_items(t, a, v)
}

fn extend_items(t: &mut Thread, a: &Array, v: VRef<'_>) -> Res<()> {
    t.for_each(v, |t, x| {
        let b = pack(t, a.code, x.r())?;
        a.resize_with(t, |d| d.extend_from_slice(&b))
    })
}

fn fromfile(t: &mut Thread, a: Args<'_>) -> Res {
    let x: &Array = a.this();
    let n = t.index_i64(a.get(2), &weft_vm::errors::OVERFLOW_ERROR)?;
    if n < 0 {
        return Err(t.value_error("negative count"));
    }
    let Some(want) = n.checked_mul(x.size() as i64) else { return Err(memory_error(t)) };
    let size = t.int(want);
    let b = t.call_method(a.get(1), "read", &[size.r()])?;
    if b.cast::<weft_vm::types::bytes::Bytes>().is_none() {
        return Err(t.type_error("read() didn't return bytes"));
    }
    let b = bytes(t, b.r())?.into_owned();
    frombytes(t, x, &b)?;
    if (b.len() as i64) < want {
        return Err(t.raise_text(&weft_vm::errors::EOF_ERROR, "read() didn't return enough bytes"));
    }
    Ok(Value::NONE)
}

fn tounicode(t: &mut Thread, a: &Array) -> Res {
    let b = a.bytes(t);
    let mut out = Vec::new();
    for c in b.chunks_exact(4) {
        let p = u32::from_le_bytes([c[0], c[1], c[2], c[3]]);
        if p >= 0x110000 {
            return Err(t.value_error(format!("character U+{p:x} is not in range [U+0000; U+10ffff]")));
        }
        weft_text::wtf8::push(&mut out, p)
    }
    Ok(t.str_wtf8(&out))
}

fn find(t: &mut Thread, a: &Array, x: VRef<'_>, from: usize, to: usize) -> Res<Option<usize>> {
    let mut i = from;
    while i < to {
        let Some(v) = a.get(t, i) else { break };
        if t.equal(v.r(), x)? {
            return Ok(Some(i));
        }
        i += 1
    }
    Ok(None)
}

fn getitem(t: &mut Thread, v: VRef<'_>, key: VRef<'_>) -> Res {
    let a: &Array = native(v);
    if key.word().is_int() {
        return match a.item(t, key.word().as_int()) {
            Some((b, n)) => Ok(unpack(t, a.code, &b[..n])),
            None => Err(t.index_error("array index out of range")),
        };
    }
    if let Some(s) = key.cast::<Slice>() {
        let bounds = Bounds::of(t, s)?;
        let (b, n) = (a.bytes(t), a.size());
        let mut out = Vec::new();
        for i in bounds.positions(b.len() / n) {
            out.extend_from_slice(&b[i * n..(i + 1) * n])
        }
        return Ok(make(t, TYPE.shape(t), a.code, out));
    }
    if key.ty().slots().index.is_none() {
        return Err(t.type_error("array indices must be integers"));
    }
    let i = t.index_i64(key, &weft_vm::errors::INDEX_ERROR)?;
    match at(i, a.len(t)).and_then(|i| a.get(t, i)) {
        Some(v) => Ok(v),
        None => Err(t.index_error("array index out of range")),
    }
}

fn setitem(t: &mut Thread, v: VRef<'_>, key: VRef<'_>, value: Option<VRef<'_>>) -> Res<()> {
    let a: &Array = native(v);
    if let Some(x) = value
        && a.code == b'd'
        && key.word().is_int()
        && x.word().is_float()
        && a.put_float(t, key.word().as_int(), x.word().as_float())
    {
        return Ok(());
    }
    if let Some(s) = key.cast::<Slice>() {
        let bounds = Bounds::of(t, s)?;
        return set_slice(t, a, bounds, value);
    }
    if key.ty().slots().index.is_none() {
        return Err(t.type_error("array indices must be integers"));
    }
    let i = t.index_i64(key, &weft_vm::errors::INDEX_ERROR)?;
    let Some(i) = at(i, a.len(t)) else { return Err(t.index_error("array assignment index out of range")) };
    let Some(x) = value else { return a.remove(t, i) };
    let b = pack(t, a.code, x)?;
    let n = a.size();
    let done = a.data.with(t, &a.h, |d| match d.get_mut(i * n..(i + 1) * n) {
        Some(to) => {
            to.copy_from_slice(&b);
            true
        }
        None => false,
    });
    if done { Ok(()) } else { Err(t.index_error("array assignment index out of range")) }
}

fn set_slice(t: &mut Thread, a: &Array, bounds: Bounds, value: Option<VRef<'_>>) -> Res<()> {
    let n = a.size();
    let new = match value {
        None => Vec::new(),
        Some(v) => match v.cast::<Array>() {
            Some(other) if other.code == a.code => other.bytes(t),
            Some(_) => return Err(t.type_error("bad argument type for built-in operation")),
            None => {
                let name = v.ty().name();
                return Err(t.type_error(format!("can only assign array (not \"{name}\") to array slice")));
            }
        },
    };
    let len = a.len(t);
    let (start, stop, count) = bounds.fit(len);
    if bounds.step == 1 {
        let (from, to) = (start as usize * n, stop as usize * n);
        if to - from == new.len() {
            a.data.with(t, &a.h, |d| {
                if let Some(place) = d.get_mut(from..to) {
                    place.copy_from_slice(&new)
                }
            });
            return Ok(());
        }
        return a.resize_with(t, |d| {
            let (from, to) = (from.min(d.len()), to.min(d.len()));
            d.splice(from..to, new);
        });
    }
    let places = bounds.positions(len);
    if value.is_none() {
        return a.resize_with(t, |d| {
            let gone: std::collections::HashSet<usize> = places.into_iter().collect();
            let kept = d.chunks_exact(n).enumerate().filter(|(i, _)| !gone.contains(i));
            let kept: Vec<u8> = kept.flat_map(|(_, c)| c.iter().copied()).collect();
            *d = kept
        });
    }
    if new.len() / n != count {
        return Err(t.value_error(format!(
            "attempt to assign array of size {} to extended slice of size {count}",
            new.len() / n
        )));
    }
    a.data.with(t, &a.h, |d| {
        for (i, c) in places.into_iter().zip(new.chunks_exact(n)) {
            if let Some(to) = d.get_mut(i * n..(i + 1) * n) {
                to.copy_from_slice(c)
            }
        }
    });
    Ok(())
}

fn concat(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let x: &Array = native(a);
    let Some(y) = b.cast::<Array>() else {
        let n = b.ty().name();
        return Err(t.type_error(format!("can only append array (not \"{n}\") to array")));
    };
    if x.code != y.code {
        return Err(t.type_error("bad argument type for built-in operation"));
    }
    let mut out = x.bytes(t);
    out.extend_from_slice(&y.bytes(t));
    Ok(make(t, TYPE.shape(t), x.code, out))
}

fn repeated(t: &mut Thread, a: &Array, n: i64) -> Res<Vec<u8>> {
    let b = a.bytes(t);
    let n = usize::try_from(n).unwrap_or(0);
    let Some(total) = b.len().checked_mul(n) else { return Err(memory_error(t)) };
    let mut out: Vec<u8> = crate::support::room(t, total)?;
    if total > 0 {
        for _ in 0..n {
            out.extend_from_slice(&b)
        }
    }
    Ok(out)
}

fn compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    let (Some(x), Some(y)) = (a.cast::<Array>(), b.cast::<Array>()) else { return Ok(Value::NOT_IMPLEMENTED) };
    let (n, m) = (x.len(t), y.len(t));
    if n != m && matches!(op, Cmp::Eq | Cmp::Ne) {
        return Ok(Value::bool(op == Cmp::Ne));
    }
    for i in 0..n.min(m) {
        let (Some(p), Some(q)) = (x.get(t, i), y.get(t, i)) else { break };
        if !t.compare_bool(p.r(), q.r(), Cmp::Eq)? {
            return match op {
                Cmp::Eq => Ok(Value::FALSE),
                Cmp::Ne => Ok(Value::TRUE),
                _ => t.compare(p.r(), q.r(), op),
            };
        }
    }
    Ok(Value::bool(weft_vm::ops::ordering_is(n.cmp(&m), op)))
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let a: &Array = native(v);
    let mut out = format!("{}('{}'", v.ty().name(), a.code as char).into_bytes();
    if a.len(t) > 0 {
        out.extend_from_slice(b", ");
        let items = if matches!(a.code, b'u' | b'w') {
            tounicode(t, a)?
        } else {
            let items = a.values(t);
            List::new(t, items)
        };
        crate::support::push_repr(t, &mut out, items.r())?
    }
    out.push(b')');
    Ok(t.str_wtf8(&out))
}

fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let x: &Array = a.this();
    let v = a.get(0);
    let protocol = t.arg_i64(a.get(1))?;
    let state = weft_vm::types::object::instance_dict(t, &x.h).map_or(Value::NONE, |d| d.to_value());
    let code = t.str_char(x.code as u32);
    if protocol < 3 {
        let items = x.values(t);
        let list = List::new(t, items);
        let args = pair(t, code, list);
        return Ok(Tuple::new(t, vec![v.ty().to_value(), args, state]));
    }
    let module = crate::support::import(t, "array")?;
    let f = t.attr(module.r(), "_array_reconstructor")?;
    let format = machine_format(x.code).unwrap_or(0);
    let b = x.bytes(t);
    let args = Tuple::new(t, vec![v.ty().to_value(), code, t.int(format), t.bytes(&b)]);
    Ok(Tuple::new(t, vec![f, args, state]))
}

/// The number by which pickles name little-endian machine formats.
fn machine_format(code: u8) -> Option<i64> {
    Some(match code {
        b'B' => 0,
        b'b' => 1,
        b'H' => 2,
        b'h' => 4,
        b'I' => 6,
        b'i' => 8,
        b'L' | b'Q' => 10,
        b'l' | b'q' => 12,
        b'f' => 14,
        b'd' => 16,
        b'u' | b'w' => 20,
        _ => return None,
    })
}

fn reconstruct(t: &mut Thread, a: Args<'_>) -> Res {
    let format = t.arg_i64(a.get(2))?;
    if !(0..=21).contains(&format) {
        return Err(t.value_error("third argument must be a valid machine format code."));
    }
    let b = bytes(t, a.get(3))?.into_owned();
    // Size of an item and whether it is big-endian, by format number.
    const SIZES: [usize; 22] = [1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 8, 8, 8, 8, 4, 4, 8, 8, 2, 2, 4, 4];
    let big = format >= 2 && format % 2 == 1;
    let size = SIZES[format as usize];
    if b.len() % size != 0 {
        return Err(t.value_error("bytes length not a multiple of item size"));
    }
    let mut b = b;
    if big {
        b.chunks_exact_mut(size).for_each(|c| c.reverse())
    }
    let v = t.call(a.get(0), &[a.get(1)])?;
    let Some(x) = v.cast::<Array>() else { return Err(t.type_error("first argument must be a type object")) };
    if x.size() == size {
        frombytes(t, x, &b)?
    } else {
        // Another size than ours: item by item.
        for c in b.chunks_exact(size) {
            let code = match (format, size) {
                (0..=13, _) if matches!(format / 2 % 2, 0) && format > 1 => b'q',
                (14 | 15, _) => b'f',
                (16 | 17, _) => b'd',
                _ => b'Q',
            };
            let item = unpack(t, code, c);
            let b = pack(t, x.code, item.r())?;
            x.resize_with(t, |d| d.extend_from_slice(&b))?
        }
    }
    Ok(v)
}

fn export(t: &mut Thread, v: VRef<'_>, _writable: bool) -> Res<View> {
    let a: &Array = native(v);
    let (ptr, len) = a.data.with(t, &a.h, |d| {
        a.exports.fetch_add(1, AcqRel);
        (d.as_mut_ptr(), d.len())
    });
    let n = a.size();
    Ok(View {
        owner: v.to_value(),
        ptr,
        len,
        readonly: false,
        itemsize: n,
        format: (a.code as char).to_string(),
        shape: vec![len / n],
        strides: vec![n as isize],
        release: Some(|_, v| {
            native::<Array>(v).exports.fetch_sub(1, AcqRel);
        }),
    })
}

// ---- iterator

#[repr(C)]
struct ArrayIter {
    h: Header,
    array: Slot,
    index: AtomicUsize,
}
object!(ArrayIter, "array.arrayiterator", true, [array]);

static ITERATOR: NativeType = NativeType::new(&ITERATOR_SPEC);
static ITERATOR_SPEC: TypeSpec = TypeSpec {
    name: "array.arrayiterator",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots {
        iter: Some(itself),
        next: Some(|t, v| {
            let it: &ArrayIter = native(v);
            let Some(a) = it.array.load() else { return Ok(None) };
            let i = it.index.fetch_add(1, AcqRel);
            let x = native::<Array>(a.r()).get(t, i);
            if x.is_none() {
                it.array.take(&it.h);
            }
            Ok(x)
        }),
        ..Slots::EMPTY
    },
    methods: methods! {
        "__reduce__(self, /)" => |t, a| {
            let it: &ArrayIter = a.this();
            let builtins = crate::support::import(t, "builtins")?;
            let f = t.attr(builtins.r(), "iter")?;
            match it.array.load() {
                None => {
                    let empty = List::new(t, Vec::new());
                    let args = Tuple::new(t, vec![empty]);
                    Ok(pair(t, f, args))
                }
                Some(a) => {
                    let args = Tuple::new(t, vec![a]);
                    let i = t.int_usize(it.index.load(Acquire));
                    Ok(Tuple::new(t, vec![f, args, i]))
                }
            }
        }, "Return state information for pickling.";
        "__setstate__(self, state, /)" => |t, a| {
            let it: &ArrayIter = a.this();
            let i = t.arg_ssize(a.get(1))?;
            it.index.store(i.max(0) as usize, Release);
            Ok(Value::NONE)
        }, "Set state information for unpickling.";
    },
    ..TypeSpec::new::<ArrayIter>()
};

fn iter(t: &mut Thread, v: VRef<'_>) -> Res {
    let it = ArrayIter { h: Header::new(0, 0), array: Slot::new(v.to_value()), index: AtomicUsize::new(0) };
    Ok(t.make(ITERATOR.shape(t), it))
}
