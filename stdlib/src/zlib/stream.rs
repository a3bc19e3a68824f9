//! Safe streams over zlib's interface (crate `libz-rs-sys`, a zlib written in Rust).

use libz_rs_sys::*;
use std::ffi::{CStr, c_int};

/// Bytes added to the output at a time.
const STEP: usize = 16 * 1024;

fn fresh() -> Box<z_stream> {
    Box::new(z_stream::default())
}

/// The library's words for what went wrong.
fn message(s: &z_stream) -> Option<String> {
    if s.msg.is_null() {
        return None;
    }
    // SAFETY: the library's messages are static C strings.
    Some(unsafe { CStr::from_ptr(s.msg) }.to_string_lossy().into_owned())
}

/// Points the stream to input, at most what its counter holds; gives the number of bytes.
fn feed(s: &mut z_stream, input: &[u8]) -> usize {
    let n = input.len().min(u32::MAX as usize);
    s.next_in = input.as_ptr();
    s.avail_in = n as u32;
    n
}

/// Runs one step with room for `room` bytes at the end of `out`.
fn step(s: &mut z_stream, out: &mut Vec<u8>, room: usize, f: impl FnOnce(&mut z_stream) -> c_int) -> c_int {
    let at = out.len();
    out.resize(at + room, 0);
    s.next_out = out[at..].as_mut_ptr();
    s.avail_out = room as u32;
    let status = f(s);
    let left = s.avail_out as usize;
    out.truncate(at + room - left);
    status
}

/// A compressor.
pub struct Deflate(Box<z_stream>);

impl Deflate {
    /// A new stream, or the library's error number.
    pub fn new(level: i32, method: i32, wbits: i32, memory: i32, strategy: i32) -> Result<Deflate, i32> {
        let mut s = fresh();
        // SAFETY: a fresh stream, in a box: the library keeps its address.
        let r = unsafe {
            deflateInit2_(&mut *s, level, method, wbits, memory, strategy, zlibVersion(), size_of::<z_stream>() as c_int)
        };
        if r == Z_OK { Ok(Deflate(s)) } else { Err(r) }
    }

    /// Sets the preset dictionary.
    pub fn set_dictionary(&mut self, d: &[u8]) -> i32 {
        // SAFETY: an open stream, and bytes that outlive the call.
        unsafe { deflateSetDictionary(&mut *self.0, d.as_ptr(), d.len().min(u32::MAX as usize) as u32) }
    }

    /// Compresses all of `input`; with `flush` at the end of it.
    pub fn run(&mut self, input: &[u8], flush: i32, out: &mut Vec<u8>) -> i32 {
        let mut rest = input;
        loop {
            let n = feed(&mut self.0, rest);
            let now = if n < rest.len() { Z_NO_FLUSH } else { flush };
            loop {
                // SAFETY: input and output are valid for the call.
                let status = step(&mut self.0, out, STEP, |s| unsafe { deflate(s, now) });
                if status == Z_STREAM_ERROR || status == Z_STREAM_END || self.0.avail_out != 0 {
                    if n == rest.len() || status == Z_STREAM_ERROR {
                        return status;
                    }
                    break;
                }
            }
            rest = &rest[n..]
        }
    }

    /// A copy of the whole state.
    pub fn copy(&mut self) -> Option<Deflate> {
        let mut new = fresh();
        // SAFETY: an open source stream and a fresh target.
        let r = unsafe { deflateCopy(&mut *new, &mut *self.0) };
        if r == Z_OK { Some(Deflate(new)) } else { None }
    }

    /// What went wrong.
    pub fn message(&self) -> Option<String> {
        message(&self.0)
    }
}

impl Drop for Deflate {
    fn drop(&mut self) {
        // SAFETY: opened by `new` or `copy`, closed once.
        unsafe { deflateEnd(&mut *self.0) };
    }
}

/// A decompressor.
pub struct Inflate(Box<z_stream>);

impl Inflate {
    /// A new stream, or the library's error number.
    pub fn new(wbits: i32) -> Result<Inflate, i32> {
        let mut s = fresh();
        // SAFETY: a fresh stream, in a box.
        let r = unsafe { inflateInit2_(&mut *s, wbits, zlibVersion(), size_of::<z_stream>() as c_int) };
        if r == Z_OK { Ok(Inflate(s)) } else { Err(r) }
    }

    /// Sets the preset dictionary.
    pub fn set_dictionary(&mut self, d: &[u8]) -> i32 {
        // SAFETY: an open stream, and bytes that outlive the call.
        unsafe { inflateSetDictionary(&mut *self.0, d.as_ptr(), d.len().min(u32::MAX as usize) as u32) }
    }

    /// Decompresses until the input is used up, the stream ends or `max` bytes came out. Gives the status and how much input
    /// was used. `dictionary` is set when the stream asks for it.
    pub fn run(
        &mut self,
        input: &[u8],
        flush: i32,
        max: Option<usize>,
        dictionary: Option<&[u8]>,
        out: &mut Vec<u8>,
    ) -> (i32, usize) {
        let start = out.len();
        let mut used = 0;
        loop {
            let made = out.len() - start;
            let room = max.map_or(STEP, |m| STEP.min(m - made));
            if room == 0 {
                return (Z_OK, used);
            }
            let n = feed(&mut self.0, &input[used..]);
            // SAFETY: input and output are valid for the call.
            let status = step(&mut self.0, out, room, |s| unsafe { inflate(s, flush) });
            used += n - self.0.avail_in as usize;
            match status {
                Z_NEED_DICT => match dictionary {
                    Some(d) => {
                        let r = self.set_dictionary(d);
                        if r != Z_OK {
                            return (r, used);
                        }
                    }
                    None => return (status, used),
                },
                Z_OK if self.0.avail_out == 0 || used < input.len() => {}
                Z_BUF_ERROR if self.0.avail_out == 0 => {}
                _ => return (status, used),
            }
        }
    }

    /// A copy of the whole state.
    pub fn copy(&mut self) -> Option<Inflate> {
        let mut new = fresh();
        // SAFETY: an open source stream and a fresh target.
        let r = unsafe { inflateCopy(&mut *new, &*self.0) };
        if r == Z_OK { Some(Inflate(new)) } else { None }
    }

    /// What went wrong.
    pub fn message(&self) -> Option<String> {
        message(&self.0)
    }
}

impl Drop for Inflate {
    fn drop(&mut self) {
        // SAFETY: opened by `new` or `copy`, closed once.
        unsafe { inflateEnd(&mut *self.0) };
    }
}

/// Adler-32 of bytes.
pub fn adler(start: u32, b: &[u8]) -> u32 {
    let (mut lo, mut hi) = (start & 0xFFFF, start >> 16);
    // 5552: as many as can be summed before 32 bits overflow.
    for chunk in b.chunks(5552) {
        for c in chunk {
            lo += *c as u32;
            hi += lo
        }
        lo %= 65521;
        hi %= 65521
    }
    hi << 16 | lo
}
