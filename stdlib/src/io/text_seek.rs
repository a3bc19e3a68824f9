//! Positions in text streams.
//!
//! A position is an opaque int: a byte position from which decoding can start, the decoder's flags there, and how
//! many bytes to decode and characters to skip from it. The parts are packed as in CPython.

use super::base::unsupported;
use super::text::{State, TextIO, set_encoder_state, this};
use super::text_read::{decode, decoder_state, reset_decoder, set_decoder_state};
use super::text_write::hand_on;
use crate::syscall;
use dashu_int::IBig;
use weft_text::wtf8;
use weft_vm::errors::{OS_ERROR, OVERFLOW_ERROR};
use weft_vm::object::{Args, Cmp, ValueExt};
use weft_vm::types::bytes::Bytes;
use weft_vm::types::int;
use weft_vm::{Res, Thread, VRef, Value};

/// A position.
#[derive(Clone, Copy, Default)]
struct Cookie {
    start: u64,
    flags: u32,
    feed: u32,
    skip: u32,
    eof: bool,
}

impl Cookie {
    fn value(self, t: &Thread) -> Value {
        if self.flags == 0 && self.skip == 0 && self.feed == 0 && !self.eof {
            return t.big_int(IBig::from(self.start));
        }
        let low = self.start as u128 | (self.flags as u128) << 64 | (self.feed as u128) << 96;
        let high = self.skip as u64 | (self.eof as u64) << 32;
        t.big_int(IBig::from(low) + (IBig::from(high) << 128))
    }

    fn from_value(t: &mut Thread, v: VRef<'_>) -> Res<Cookie> {
        if let Some(n) = int::to_i64(v) {
            return Ok(Cookie { start: n as u64, ..Cookie::default() });
        }
        let big = v.cast::<int::BigInt>().map(|b| b.value().clone()).unwrap_or(IBig::ZERO);
        let low = &big & IBig::from(u128::MAX);
        let low = u128::try_from(low).unwrap_or(0);
        let Ok(high) = u64::try_from(&big >> 128) else {
            return Err(t.overflow_error("Python int too large to convert to C long"));
        };
        Ok(Cookie {
            start: low as u64,
            flags: (low >> 64) as u32,
            feed: (low >> 96) as u32,
            skip: high as u32,
            eof: high >> 32 & 1 != 0,
        })
    }
}

/// `tell()`
pub fn tell(t: &mut Thread, a: Args<'_>) -> Res {
    let x = this(a.get(0));
    let buffer = x.open_buffer(t, a.get(0))?;
    let (seekable, telling) = x.with(t, |s| (s.seekable, s.telling));
    if !seekable {
        return Err(unsupported(t, "underlying stream is not seekable"));
    }
    if !telling {
        return Err(t.raise_text(&OS_ERROR, "telling position disabled by next() call"));
    }
    let _held = x.reading.acquire_again(t)?;
    hand_on(t, x)?;
    t.call_method(buffer.r(), "flush", &[])?;
    let position = t.call_method(buffer.r(), "tell", &[])?;
    let taken = x.with(t, |s| {
        let (flags, input) = s.snapshot.clone()?;
        s.readable.then(|| (flags, input, wtf8::count(&s.decoded[..s.used.min(s.decoded.len())])))
    });
    let Some((flags, input, skip)) = taken else { return Ok(position) };
    let position = t.index_i64(position.r(), &OVERFLOW_ERROR)?;
    let start = (position - input.len() as i64).max(0) as u64;
    let cookie = Cookie { start, flags: flags as u32, ..Cookie::default() };
    if skip == 0 {
        return Ok(cookie.value(t));
    }
    if flags == 0
        && skip <= input.len()
        && input[..skip].is_ascii()
        && !input[..(skip + 1).min(input.len())].contains(&b'\r')
        && x.with(t, |s| s.native.is_some())
    {
        // One byte, one character.
        return Ok(Cookie { start: start + skip as u64, ..Cookie::default() }.value(t));
    }
    let saved = decoder_state(t, x)?;
    let found = locate(t, x, cookie, &input, skip);
    set_decoder_state(t, x, &saved.0, saved.1)?;
    Ok(found?.value(t))
}

/// Decodes the chunk anew, byte by byte, to find where its character `skip` is.
fn locate(t: &mut Thread, x: &TextIO, from: Cookie, input: &[u8], skip: usize) -> Res<Cookie> {
    let mut c = from;
    let mut skip = skip;
    let (mut fed, mut chars) = (0usize, 0usize);
    set_decoder_state(t, x, b"", from.flags as i64)?;
    let mut reached = false;
    for b in input {
        fed += 1;
        chars += wtf8::count(&decode(t, x, std::slice::from_ref(b), false)?);
        let (held, flags) = decoder_state(t, x)?;
        if held.is_empty() && chars <= skip {
            // A safe place to start from.
            c.start += fed as u64;
            skip -= chars;
            c.flags = flags as u32;
            (fed, chars) = (0, 0);
        }
        if chars >= skip {
            reached = true;
            break;
        }
    }
    if !reached {
        chars += wtf8::count(&decode(t, x, b"", true)?);
        c.eof = true;
        if chars < skip {
            return Err(t.raise_text(&OS_ERROR, "can't reconstruct logical file position"));
        }
    }
    c.feed = fed as u32;
    c.skip = skip as u32;
    Ok(c)
}

fn forget(s: &mut State) {
    s.drop_decoded();
    s.snapshot = None
}

/// `seek(cookie, whence=0)`
pub fn seek(t: &mut Thread, a: Args<'_>) -> Res {
    let x = this(a.get(0));
    let buffer = x.open_buffer(t, a.get(0))?;
    let whence = match a.opt(2) {
        Some(w) => t.arg_i32(w)?,
        None => 0,
    };
    if !x.with(t, |s| s.seekable) {
        return Err(unsupported(t, "underlying stream is not seekable"));
    }
    let mut cookie = a.get(1).to_value();
    if cookie.r().ty().slots().index.is_none() {
        let n = cookie.r().ty().name();
        return Err(t.type_error(format!("an integer is required (got type {n})")));
    }
    match whence {
        0 => {}
        1 => {
            if t.truth(cookie.r())? {
                return Err(unsupported(t, "can't do nonzero cur-relative seeks"));
            }
            cookie = t.call_method(a.get(0), "tell", &[])?;
        }
        2 => {
            if t.truth(cookie.r())? {
                return Err(unsupported(t, "can't do nonzero end-relative seeks"));
            }
            t.call_method(a.get(0), "flush", &[])?;
            let _held = x.reading.acquire_again(t)?;
            x.with(t, forget);
            reset_decoder(t, x)?;
            let (zero, two) = (t.int(0), t.int(2));
            let r = t.call_method(buffer.r(), "seek", &[zero.r(), two.r()])?;
            let start = !t.truth(r.r())?;
            encoder_at(t, x, start)?;
            return Ok(r);
        }
        _ => return Err(t.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))),
    }
    let zero = t.int(0);
    if t.compare_bool(cookie.r(), zero.r(), Cmp::Lt)? {
        let r = t.repr_text(cookie.r())?;
        return Err(t.value_error(format!("negative seek position {r}")));
    }
    let cookie = t.index(cookie.r())?;
    t.call_method(a.get(0), "flush", &[])?;
    let c = Cookie::from_value(t, cookie.r())?;
    let _held = x.reading.acquire_again(t)?;
    let start = t.big_int(IBig::from(c.start));
    t.call_method(buffer.r(), "seek", &[start.r()])?;
    x.with(t, forget);
    if c.start == 0 && c.flags == 0 {
        reset_decoder(t, x)?
    } else {
        set_decoder_state(t, x, b"", c.flags as i64)?
    }
    if c.skip > 0 {
        let n = t.int(c.feed as i64);
        let got = t.call_method(buffer.r(), "read", &[n.r()])?;
        if got.cast::<Bytes>().is_none() {
            let n = got.r().ty().name();
            return Err(
                t.type_error(format!("underlying read() should have returned a bytes object, not '{n}'"))
            );
        }
        let input = syscall::bytes_arg(t, got.r())?;
        let d = decode(t, x, &input, c.eof)?;
        let Some(used) = wtf8::offset_of(&d, c.skip as usize) else {
            return Err(t.raise_text(&OS_ERROR, "can't restore logical file position"));
        };
        x.with(t, |s| {
            s.snapshot = Some((c.flags as i64, input));
            s.decoded = d;
            s.used = used
        });
    } else {
        x.with(t, |s| s.snapshot = Some((c.flags as i64, Vec::new())));
    }
    encoder_at(t, x, c.start == 0 && c.flags == 0)?;
    Ok(cookie)
}

/// Tells the encoder whether it writes at the very beginning (with a byte order mark) or not.
fn encoder_at(t: &mut Thread, x: &TextIO, start: bool) -> Res<()> {
    if start {
        if let Some(e) = x.encoder.load() {
            t.call_method(e.r(), "reset", &[])?;
        }
        return Ok(());
    }
    set_encoder_state(t, x, 0)
}
