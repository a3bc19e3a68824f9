//! Compressor and decompressor objects.

use super::stream::{Deflate, Inflate};
use super::{failed, int_arg};
use crate::hashes::take;
use crate::support::{Guarded, bytes, bytes_opt, native, or_none};
use std::sync::atomic::{AtomicBool, Ordering::*};
use weft_strategy::Header;
use weft_vm::object::{Args, GetSet, MethodDef, NativeType, Object, Slots, TypeSpec, Visitor, type_flag};
use weft_vm::types::bytes::Bytes;
use weft_vm::object::ValueExt;
use weft_vm::{Res, Slot, Thread, VRef, Value, methods};

// ---- compressors

#[repr(C)]
struct Compress {
    h: Header,
    /// Empty while a thread works on it.
    stream: Guarded<Option<Deflate>>,
    finished: AtomicBool,
}

// SAFETY: repr(C), header first, no references.
unsafe impl Object for Compress {
    weft_vm::layout!(Compress, "zlib.Compress", false);
    fn traverse(&self, _v: Visitor) {}
    fn clear(&self) {
        self.stream.clear_dead()
    }
}

static COMPRESS: NativeType = NativeType::new(&COMPRESS_SPEC);
static COMPRESS_SPEC: TypeSpec = TypeSpec {
    name: "zlib.Compress",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots::EMPTY,
    methods: COMPRESS_METHODS,
    ..TypeSpec::new::<Compress>()
};

static COMPRESS_METHODS: &[MethodDef] = methods! {
    "compress(self, data, /)" => |t, a| {
        let c: &Compress = a.this();
        let b = bytes(t, a.get(1))?;
        deflate(t, c, &b, 0, "while compressing data")
    }, "Returns a bytes object containing compressed data.\n\nAfter calling this function, some of the input data may still\nbe stored in internal buffers for later processing.\nCall the flush() method to clear these buffers.";
    "flush(self, mode=Z_FINISH, /)" => |t, a| {
        let mode = int_arg(t, a, 1, 4)?;
        if mode == 0 {
            return Ok(t.bytes(b""));
        }
        deflate(t, a.this(), b"", mode, "while flushing")
    }, "Return a bytes object containing any remaining compressed data.\n\n  mode\n    One of the constants Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH.\n    If mode == Z_FINISH, the compressor object can no longer be\n    used after calling the flush() method.  Otherwise, more data\n    can still be compressed.";
    "copy(self, /)" => copy_compressor, "Return a copy of the compression object.";
    "__copy__(self, /)" => copy_compressor;
    "__deepcopy__(self, memo, /)" => copy_compressor;
};

fn compressor(t: &Thread, s: Deflate) -> Value {
    t.make(
        COMPRESS.shape(t),
        Compress { h: Header::new(0, 0), stream: Guarded::new(Some(s)), finished: AtomicBool::new(false) },
    )
}

/// `compressobj(level, method, wbits, memLevel, strategy, zdict)`
pub fn compressobj(t: &mut Thread, a: Args<'_>) -> Res {
    let level = int_arg(t, a, 0, -1)?;
    let method = int_arg(t, a, 1, 8)?;
    let wbits = int_arg(t, a, 2, 15)?;
    let memory = int_arg(t, a, 3, 8)?;
    let strategy = int_arg(t, a, 4, 0)?;
    let mut s = match Deflate::new(level, method, wbits, memory, strategy) {
        Ok(s) => s,
        Err(-2) => return Err(t.value_error("Invalid initialization option")),
        Err(-4) => return Err(crate::support::memory_error(t)),
        Err(n) => return Err(failed(t, n, "while creating compression object", None)),
    };
    if let Some(d) = a.opt_none(5) {
        let d = bytes(t, d)?;
        match s.set_dictionary(&d) {
            0 => {}
            -2 => return Err(t.value_error("Invalid dictionary")),
            n => return Err(failed(t, n, "while setting zdict", None)),
        }
    }
    Ok(compressor(t, s))
}

fn deflate(t: &mut Thread, c: &Compress, b: &[u8], flush: i32, what: &str) -> Res {
    if c.finished.load(Acquire) {
        return Err(failed(t, -2, what, None));
    }
    let mut s = take(t, &c.h, &c.stream);
    let mut out = Vec::new();
    let status = t.blocking(|| s.run(b, flush, &mut out));
    let message = s.message();
    if status == 1 {
        c.finished.store(true, Release)
    }
    c.stream.with(t, &c.h, |slot| *slot = Some(s));
    match status {
        // Z_BUF_ERROR: nothing to do.
        0 | 1 | -5 => Ok(t.bytes(&out)),
        n => Err(failed(t, n, what, message)),
    }
}

fn copy_compressor(t: &mut Thread, a: Args<'_>) -> Res {
    let c: &Compress = a.this();
    if c.finished.load(Acquire) {
        return Err(t.value_error("Inconsistent stream state"));
    }
    let mut s = take(t, &c.h, &c.stream);
    let new = s.copy();
    c.stream.with(t, &c.h, |slot| *slot = Some(s));
    match new {
        Some(new) => Ok(compressor(t, new)),
        None => Err(t.value_error("Inconsistent stream state")),
    }
}

// ---- decompressors

#[repr(C)]
struct Decompress {
    h: Header,
    stream: Guarded<Option<Inflate>>,
    /// bytes
    unused_data: Slot,
    /// bytes
    unconsumed: Slot,
    dictionary: Slot,
    eof: AtomicBool,
    needs_input: AtomicBool,
}

// SAFETY: repr(C), header first; all references are visited.
unsafe impl Object for Decompress {
    weft_vm::layout!(Decompress, "zlib.Decompress", true);
    fn traverse(&self, v: Visitor) {
        for s in [&self.unused_data, &self.unconsumed, &self.dictionary] {
            v(s.word())
        }
    }
    fn clear(&self) {
        for s in [&self.unused_data, &self.unconsumed, &self.dictionary] {
            s.clear_dead()
        }
        self.stream.clear_dead()
    }
}

static DECOMPRESS: NativeType = NativeType::new(&DECOMPRESS_SPEC);
static DECOMPRESS_SPEC: TypeSpec = TypeSpec {
    name: "zlib.Decompress",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    methods: methods! {
        "decompress(self, data, /, max_length=0)" => decompress, "Return a bytes object containing the decompressed version of the data.\n\n  max_length\n    The maximum allowable length of the decompressed data.\n    Unconsumed input data will be stored in\n    the unconsumed_tail attribute.\n\nAfter calling this function, some of the input data may still be stored in\ninternal buffers for later processing.\nCall the flush() method to clear these buffers.";
        "flush(self, length=DEF_BUF_SIZE, /)" => flush, "Return a bytes object containing any remaining decompressed data.\n\n  length\n    the initial size of the output buffer.";
        "copy(self, /)" => copy_decompressor, "Return a copy of the decompression object.";
        "__copy__(self, /)" => copy_decompressor;
        "__deepcopy__(self, memo, /)" => copy_decompressor;
    },
    getset: &[
        GetSet { name: "unused_data", get: |_, v| Ok(or_none(&native::<Decompress>(v).unused_data)), set: Some(crate::support::read_only), doc: "" },
        GetSet { name: "unconsumed_tail", get: |_, v| Ok(or_none(&native::<Decompress>(v).unconsumed)), set: Some(crate::support::read_only), doc: "" },
        GetSet { name: "eof", get: |_, v| Ok(Value::bool(native::<Decompress>(v).eof.load(Acquire))), set: Some(crate::support::read_only), doc: "" },
    ],
    ..TypeSpec::new::<Decompress>()
};

fn decompressor(t: &Thread, shape: u32, s: Inflate, dictionary: Option<Value>) -> Value {
    let empty = t.bytes(b"");
    t.make(
        shape,
        Decompress {
            h: Header::new(0, 0),
            stream: Guarded::new(Some(s)),
            unused_data: Slot::new(empty.clone()),
            unconsumed: Slot::new(empty),
            dictionary: Slot::from_option(dictionary),
            eof: AtomicBool::new(false),
            needs_input: AtomicBool::new(true),
        },
    )
}

fn open(t: &mut Thread, wbits: i32, dictionary: Option<VRef<'_>>) -> Res<(Inflate, Option<Value>)> {
    let dictionary = match dictionary {
        None => None,
        Some(d) => match bytes_opt(t, d)? {
            Some(b) => Some(t.bytes(&b)),
            None => return Err(t.type_error("zdict argument must support the buffer protocol")),
        },
    };
    let mut s = match Inflate::new(wbits) {
        Ok(s) => s,
        Err(-2) => return Err(t.value_error("Invalid initialization option")),
        Err(-4) => return Err(crate::support::memory_error(t)),
        Err(n) => return Err(failed(t, n, "while creating decompression object", None)),
    };
    // A raw stream has no place to ask for its dictionary.
    if wbits < 0
        && let Some(d) = dictionary.as_ref().and_then(|d| d.cast::<Bytes>())
        && s.set_dictionary(d.as_slice()) != 0
    {
        return Err(t.value_error("Invalid dictionary"));
    }
    Ok((s, dictionary))
}

/// `decompressobj(wbits, zdict)`
pub fn decompressobj(t: &mut Thread, a: Args<'_>) -> Res {
    let wbits = int_arg(t, a, 0, 15)?;
    let (s, d) = open(t, wbits, a.opt_none(1))?;
    Ok(decompressor(t, DECOMPRESS.shape(t), s, d))
}

/// Runs the decompressor; gives what came out and how much input was used.
fn inflate(t: &mut Thread, d: &Decompress, b: &[u8], mode: i32, max: Option<usize>) -> Res<(Vec<u8>, usize)> {
    let dictionary = d.dictionary.load();
    let mut s = take(t, &d.h, &d.stream);
    let mut out = Vec::new();
    let dict = dictionary.as_ref().and_then(|d| d.cast::<Bytes>()).map(|d| d.as_slice());
    let (status, used) = t.blocking(|| s.run(b, mode, max, dict, &mut out));
    let message = s.message();
    d.stream.with(t, &d.h, |slot| *slot = Some(s));
    match status {
        1 => d.eof.store(true, Release),
        0 | -5 => {}
        n => {
            remember(t, d, &b[used.min(b.len())..]);
            return Err(failed(t, n, "while decompressing data", message));
        }
    }
    Ok((out, used))
}

/// Keeps input that was not used: behind the end it is unused, before it unconsumed.
fn remember(t: &Thread, d: &Decompress, rest: &[u8]) {
    if d.eof.load(Acquire) {
        if !rest.is_empty() {
            let old = or_none(&d.unused_data);
            let mut all = old.cast::<Bytes>().map_or(Vec::new(), |b| b.as_slice().to_vec());
            all.extend_from_slice(rest);
            d.unused_data.set(&d.h, t.bytes(&all))
        }
        d.unconsumed.set(&d.h, t.bytes(b""))
    } else {
        d.unconsumed.set(&d.h, t.bytes(rest))
    }
}

fn decompress(t: &mut Thread, a: Args<'_>) -> Res {
    let d: &Decompress = a.this();
    let max = match a.opt(2) {
        Some(n) => t.arg_ssize(n)?,
        None => 0,
    };
    if max < 0 {
        return Err(t.value_error("max_length must be non-negative"));
    }
    let b = bytes(t, a.get(1))?;
    if d.eof.load(Acquire) {
        remember(t, d, &b);
        return Ok(t.bytes(b""));
    }
    let (out, used) = inflate(t, d, &b, 2, if max == 0 { None } else { Some(max as usize) })?;
    remember(t, d, &b[used..]);
    Ok(t.bytes(&out))
}

fn flush(t: &mut Thread, a: Args<'_>) -> Res {
    let d: &Decompress = a.this();
    if let Some(n) = a.opt(1) {
        let n = t.arg_ssize(n)?;
        if n <= 0 {
            return Err(t.value_error("length must be greater than zero"));
        }
    }
    if d.eof.load(Acquire) {
        return Ok(t.bytes(b""));
    }
    let tail = or_none(&d.unconsumed);
    let tail = tail.cast::<Bytes>().map_or(Vec::new(), |b| b.as_slice().to_vec());
    let (out, used) = inflate(t, d, &tail, 4, None)?;
    remember(t, d, &tail[used..]);
    Ok(t.bytes(&out))
}

fn copy_decompressor(t: &mut Thread, a: Args<'_>) -> Res {
    let d: &Decompress = a.this();
    let mut s = take(t, &d.h, &d.stream);
    let new = s.copy();
    d.stream.with(t, &d.h, |slot| *slot = Some(s));
    let Some(new) = new else { return Err(t.value_error("Inconsistent stream state")) };
    let v = decompressor(t, DECOMPRESS.shape(t), new, d.dictionary.load());
    let c: &Decompress = native(v.r());
    c.unused_data.set(&c.h, or_none(&d.unused_data));
    c.unconsumed.set(&c.h, or_none(&d.unconsumed));
    c.eof.store(d.eof.load(Acquire), Release);
    Ok(v)
}

/// `zlib._ZlibDecompressor`: keeps its input, as `bz2` and `lzma` decompressors do.
pub static ZLIB_DECOMPRESSOR: NativeType = NativeType::new(&ZLIB_DECOMPRESSOR_SPEC);
static ZLIB_DECOMPRESSOR_SPEC: TypeSpec = TypeSpec {
    name: "zlib._ZlibDecompressor",
    doc: "Create a decompressor object for decompressing data incrementally.\n\n  wbits = 15\n  zdict\n     The predefined compression dictionary. This is a sequence of bytes\n     (such as a bytes object) containing subsequences that are expected\n     to occur frequently in the data that is to be compressed. Those\n     subsequences that are expected to be most common should come at the\n     end of the dictionary. This must be the same dictionary as used by the\n     compressor that produced the input data.\n",
    flags: type_flag::IMMUTABLE,
    slots: Slots {
        new: constructor!("_ZlibDecompressor(cls, wbits=MAX_WBITS, zdict=b'')" => |t, a| {
            let wbits = int_arg(t, a, 1, 15)?;
            let (s, d) = open(t, wbits, a.opt_none(2))?;
            Ok(decompressor(t, ZLIB_DECOMPRESSOR.shape(t), s, d))
        }),
        ..Slots::EMPTY
    },
    methods: methods! {
        "decompress(self, /, data, max_length=-1)" => buffered, "Decompress *data*, returning uncompressed data as bytes.\n\nIf *max_length* is nonnegative, returns at most *max_length* bytes of\ndecompressed data. If this limit is reached and further output can be\nproduced, *self.needs_input* will be set to ``False``. In this case, the next\ncall to *decompress()* may provide *data* as b'' to obtain more of the output.\n\nIf all of the input data was decompressed and returned (either because this\nwas less than *max_length* bytes, or because *max_length* was negative),\n*self.needs_input* will be set to True.\n\nAttempting to decompress data after the end of stream is reached raises an\nEOFError.  Any data found after the end of the stream is ignored and saved in\nthe unused_data attribute.";
    },
    getset: &[
        GetSet { name: "unused_data", get: |_, v| Ok(or_none(&native::<Decompress>(v).unused_data)), set: Some(crate::support::read_only), doc: "Data found after the end of the compressed stream." },
        GetSet { name: "eof", get: |_, v| Ok(Value::bool(native::<Decompress>(v).eof.load(Acquire))), set: Some(crate::support::read_only), doc: "True if the end-of-stream marker has been reached." },
        GetSet { name: "needs_input", get: |_, v| Ok(Value::bool(native::<Decompress>(v).needs_input.load(Acquire))), set: Some(crate::support::read_only), doc: "True if more input is needed before more decompressed data can be produced." },
    ],
    ..TypeSpec::new::<Decompress>()
};

fn buffered(t: &mut Thread, a: Args<'_>) -> Res {
    let d: &Decompress = a.this();
    let max = match a.opt(2) {
        Some(n) => t.arg_ssize(n)?,
        None => -1,
    };
    let new = bytes(t, a.get(1))?;
    if d.eof.load(Acquire) {
        return Err(t.raise_text(&weft_vm::errors::EOF_ERROR, "End of stream already reached"));
    }
    let kept = or_none(&d.unconsumed);
    let mut input = kept.cast::<Bytes>().map_or(Vec::new(), |b| b.as_slice().to_vec());
    input.extend_from_slice(&new);
    let max = usize::try_from(max).ok();
    let (out, used) = inflate(t, d, &input, 2, max)?;
    remember(t, d, &input[used..]);
    let full = max.is_some_and(|m| out.len() >= m);
    d.needs_input.store(!(d.eof.load(Acquire) || full || used < input.len()), Release);
    Ok(t.bytes(&out))
}
