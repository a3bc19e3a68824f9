//! `zlib`: DEFLATE streams, and checksums.
//!
//! A thread that works on a stream takes it out of its object and lets other threads run; one that wants the same stream
//! waits for it.

mod objects;
mod stream;

use crate::support::{arg_u32_wrapping, bytes};
use stream::{Deflate, Inflate, adler};
use weft_vm::errors::Exc;
use weft_vm::object::{Args, ModuleSpec, NativeType, TypeSpec, type_flag};
use weft_vm::{Raised, Res, Thread, VRef, methods};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "zlib",
    doc: "The functions in this module allow compression and decompression using the\nzlib library, which is based on GNU zip.\n\nadler32(string[, start]) -- Compute an Adler-32 checksum.\ncompress(data[, level]) -- Compress data, with compression level 0-9 or -1.\ncompressobj([level[, ...]]) -- Return a compressor object.\ncrc32(string[, start]) -- Compute a CRC-32 checksum.\ndecompress(string,[wbits],[bufsize]) -- Decompresses a compressed string.\ndecompressobj([wbits[, zdict]]) -- Return a decompressor object.\n\n'wbits' is window buffer size and container format.\nCompressor objects support compress() and flush() methods; decompressor\nobjects support decompress() and flush().",
    functions: methods! {
        "adler32(data, value=1, /)" => adler32, "Compute an Adler-32 checksum of data.\n\n  value\n    Starting value of the checksum.\n\nThe returned checksum is an integer.";
        "compress(data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)" => compress, "Returns a bytes object containing compressed data.\n\n  data\n    Binary data to be compressed.\n  level\n    Compression level, in 0-9 or -1.\n  wbits\n    The window buffer size and container format.";
        "compressobj(level=Z_DEFAULT_COMPRESSION, method=DEFLATED, wbits=MAX_WBITS, memLevel=DEF_MEM_LEVEL, strategy=Z_DEFAULT_STRATEGY, zdict=<unrepresentable>)" => objects::compressobj, "Return a compressor object.";
        "crc32(data, value=0, /)" => crate::binascii::crc32, "Compute a CRC-32 checksum of data.\n\n  value\n    Starting value of the checksum.\n\nThe returned checksum is an integer.";
        "decompress(data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)" => decompress, "Returns a bytes object containing the uncompressed data.\n\n  data\n    Compressed data.\n  wbits\n    The window buffer size and container format.\n  bufsize\n    The initial output buffer size.";
        "decompressobj(wbits=MAX_WBITS, zdict=b'')" => objects::decompressobj, "Return a decompressor object.\n\n  wbits\n    The window buffer size and container format.\n  zdict\n    The predefined compression dictionary.  This must be the same\n    dictionary as used by the compressor that produced the input data.";
    },
    init: Some(init),
};

fn init(t: &mut Thread, m: VRef<'_>) -> Result<(), Raised> {
    for (name, v) in [
        ("MAX_WBITS", 15),
        ("DEFLATED", 8),
        ("DEF_MEM_LEVEL", 8),
        ("DEF_BUF_SIZE", 16 * 1024),
        ("Z_NO_COMPRESSION", 0),
        ("Z_BEST_SPEED", 1),
        ("Z_BEST_COMPRESSION", 9),
        ("Z_DEFAULT_COMPRESSION", -1),
        ("Z_FILTERED", 1),
        ("Z_HUFFMAN_ONLY", 2),
        ("Z_RLE", 3),
        ("Z_FIXED", 4),
        ("Z_DEFAULT_STRATEGY", 0),
        ("Z_NO_FLUSH", 0),
        ("Z_PARTIAL_FLUSH", 1),
        ("Z_SYNC_FLUSH", 2),
        ("Z_FULL_FLUSH", 3),
        ("Z_FINISH", 4),
        ("Z_BLOCK", 5),
        ("Z_TREES", 6),
    ] {
        t.module_set(m, name, t.int(v))
    }
    for name in ["ZLIB_VERSION", "ZLIB_RUNTIME_VERSION"] {
        t.module_set(m, name, t.str("1.3.1"))
    }
    t.module_add_type(m, &ERROR);
    t.module_add_type(m, &objects::ZLIB_DECOMPRESSOR);
    Ok(())
}

/// `zlib.error`
pub static ERROR: NativeType = NativeType::new(&ERROR_SPEC);
static ERROR_SPEC: TypeSpec = TypeSpec {
    name: "zlib.error",
    base: Some(&weft_vm::errors::EXCEPTION),
    flags: type_flag::BASETYPE,
    ..TypeSpec::new::<Exc>()
};

/// Raises `zlib.error` for a status: the number, what was going on, and the library's words.
#[cold]
pub fn failed(t: &mut Thread, status: i32, what: &str, message: Option<String>) -> Raised {
    let message = message.or(match status {
        -5 => Some("incomplete or truncated stream".into()),
        -2 => Some("inconsistent stream state".into()),
        -3 => Some("invalid input data".into()),
        _ => None,
    });
    let tail = message.map_or(String::new(), |m| format!(": {m}"));
    t.raise_text(&ERROR, format!("Error {status} {what}{tail}"))
}

/// An optional C int argument.
pub fn int_arg(t: &mut Thread, a: Args<'_>, i: usize, default: i32) -> Res<i32> {
    match a.opt(i) {
        Some(v) => t.arg_i32(v),
        None => Ok(default),
    }
}

/// From this length on other threads may run meanwhile.
pub const LONG: usize = 2048;

fn adler32(t: &mut Thread, a: Args<'_>) -> Res {
    let start = match a.opt(1) {
        Some(v) => arg_u32_wrapping(t, v)?,
        None => 1,
    };
    let b = bytes(t, a.get(0))?;
    let r = if b.len() > LONG { t.blocking(|| adler(start, &b)) } else { adler(start, &b) };
    Ok(t.int(r as i64))
}

fn compress(t: &mut Thread, a: Args<'_>) -> Res {
    let level = int_arg(t, a, 1, -1)?;
    let wbits = int_arg(t, a, 2, 15)?;
    let b = bytes(t, a.get(0))?;
    let mut s = match Deflate::new(level, 8, wbits, 8, 0) {
        Ok(s) => s,
        Err(-2) => return Err(t.raise_text(&ERROR, "Bad compression level")),
        Err(-4) => return Err(crate::support::memory_error(t)),
        Err(n) => return Err(failed(t, n, "while compressing data", None)),
    };
    let mut out = Vec::new();
    let status = t.blocking(|| s.run(&b, 4, &mut out));
    if status != 1 {
        let m = s.message();
        return Err(failed(t, status, "while compressing data", m));
    }
    Ok(t.bytes(&out))
}

fn decompress(t: &mut Thread, a: Args<'_>) -> Res {
    let wbits = int_arg(t, a, 1, 15)?;
    if let Some(n) = a.opt(2) {
        let n = t.arg_ssize(n)?;
        if n < 0 {
            return Err(t.value_error("bufsize must be non-negative"));
        }
    }
    let b = bytes(t, a.get(0))?;
    let mut s = match Inflate::new(wbits) {
        Ok(s) => s,
        Err(-4) => return Err(crate::support::memory_error(t)),
        Err(n) => return Err(failed(t, n, "while preparing to decompress data", None)),
    };
    let mut out = Vec::new();
    let (status, _) = t.blocking(|| s.run(&b, 2, None, None, &mut out));
    match status {
        1 => Ok(t.bytes(&out)),
        0 | -5 => Err(failed(t, -5, "while decompressing data", None)),
        n => {
            let m = s.message();
            Err(failed(t, n, "while decompressing data", m))
        }
    }
}

/// Decompresses a zlib stream that is part of the program.
pub fn unpack(b: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let (status, _) = Inflate::new(15).ok()?.run(b, 2, None, None, &mut out);
    (status == 1).then_some(out)
}
