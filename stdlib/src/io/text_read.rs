//! Reading from text streams.

use super::base::{size_arg, unsupported};
use super::codec;
use super::newline::find_line_end;
use super::text::{TYPE, TextIO, this};
use super::text_write::{hand_on, native_buffer};
use crate::syscall::{self, decode_error};
use weft_text::wtf8;
use weft_vm::errors::OS_ERROR;
use weft_vm::object::{Args, ValueExt};
use weft_vm::types::bytes::Bytes;
use weft_vm::types::str::text;
use weft_vm::types::tuple::{Tuple, tuple};
use weft_vm::{Res, Thread, VRef, Value};

/// Decodes more input; gives the text, newlines translated.
pub fn decode(t: &mut Thread, x: &TextIO, input: &[u8], is_final: bool) -> Res<Vec<u8>> {
    let r = x.with(t, |s| {
        let native = s.native?;
        let plain = s.undecoded.is_empty() && input.is_ascii();
        let decoded = if plain {
            Ok(input.to_vec())
        } else {
            s.undecoded.extend_from_slice(input);
            codec::decode_step(native, &mut s.undecoded, is_final)
        };
        Some(match decoded {
            Ok(d) => Ok(if s.universal() { s.newlines.feed(&d, s.translates(), is_final) } else { d }),
            Err(f) => Err((native.0, std::mem::take(&mut s.undecoded), f)),
        })
    });
    match r {
        Some(Ok(d)) => return Ok(d),
        Some(Err((c, input, f))) => return Err(decode_error(t, codec::name(c), &input, f)),
        None => {}
    }
    let Some(d) = x.decoder.load() else { return Err(unsupported(t, "not readable")) };
    let b = t.bytes(input);
    let r = t.call_method(d.r(), "decode", &[b.r(), Value::bool(is_final).r()])?;
    let d = codec::decoder_result(t, &r)?;
    Ok(x.with(t, |s| if s.universal() { s.newlines.feed(&d, s.translates(), is_final) } else { d }))
}

/// The decoder's state: bytes it holds, and its flags as `IncrementalNewlineDecoder` packs them.
pub fn decoder_state(t: &mut Thread, x: &TextIO) -> Res<(Vec<u8>, i64)> {
    let own = x.with(t, |s| {
        let cr = s.newlines.pending_cr as i64;
        (s.native.map(|_| s.undecoded.clone()), cr, s.universal())
    });
    if let (Some(b), cr, _) = own {
        return Ok((b, cr));
    }
    let Some(d) = x.decoder.load() else { return Err(unsupported(t, "not readable")) };
    let state = t.call_method(d.r(), "getstate", &[])?;
    let Some(s) = tuple(state.r()).filter(|s| s.len() == 2) else {
        return Err(t.type_error("illegal decoder state"));
    };
    let Some(b) = s.get(0).cast::<Bytes>() else {
        let n = s.get(0).ty().name();
        return Err(t.type_error(format!(
            "illegal decoder state: the first item should be a bytes object, not '{n}'"
        )));
    };
    let flags = t.index_clamped(s.get(1))?;
    Ok((b.as_slice().to_vec(), if own.2 { flags << 1 | own.1 } else { flags }))
}

/// Puts the decoder into a state.
pub fn set_decoder_state(t: &mut Thread, x: &TextIO, bytes: &[u8], flags: i64) -> Res<()> {
    let (native, universal) = x.with(t, |s| {
        if s.universal() {
            s.newlines.pending_cr = flags & 1 != 0
        }
        if s.native.is_some() {
            s.undecoded = bytes.to_vec()
        }
        (s.native.is_some(), s.universal())
    });
    if native {
        return Ok(());
    }
    let Some(d) = x.decoder.load() else { return Ok(()) };
    let pair = Tuple::new(t, vec![t.bytes(bytes), t.int(if universal { flags >> 1 } else { flags })]);
    t.call_method(d.r(), "setstate", &[pair.r()])?;
    Ok(())
}

/// `decoder.reset()`
pub fn reset_decoder(t: &mut Thread, x: &TextIO) -> Res<()> {
    x.with(t, |s| {
        s.undecoded.clear();
        s.newlines.pending_cr = false
    });
    if let Some(d) = x.decoder.load() {
        t.call_method(d.r(), "reset", &[])?;
    }
    Ok(())
}

/// Reads a chunk and decodes it into `decoded`. False at the end of the stream. `reading` is held and the
/// decoded text is used up.
fn read_chunk(t: &mut Thread, x: &TextIO, hint: usize) -> Res<bool> {
    let buffer = x.buffer(t)?;
    let (readable, telling, chunk, has_read1) =
        x.with(t, |s| (s.readable, s.telling, s.chunk.max(hint), s.has_read1));
    if !readable {
        return Err(unsupported(t, "not readable"));
    }
    let before = if telling { Some(decoder_state(t, x)?) } else { None };
    let direct = native_buffer(t, buffer.r()).filter(|b| b.can(super::buffered::READ));
    let input = if let Some(b) = direct {
        super::buffered_read::read1_bytes(t, buffer.r(), b, chunk)?
    } else {
        let n = t.int_usize(chunk);
        let got = t.call_method(buffer.r(), if has_read1 { "read1" } else { "read" }, &[n.r()])?;
        if got.r().ty().slots().buffer.is_none() && got.cast::<Bytes>().is_none() {
            let n = got.r().ty().name();
            let what = if has_read1 { "read1" } else { "read" };
            return Err(t.type_error(format!(
                "underlying {what}() should have returned a bytes-like object, not '{n}'"
            )));
        }
        syscall::bytes_arg(t, got.r())?
    };
    let mut eof = input.is_empty();
    let d = decode(t, x, &input, eof)?;
    if !d.is_empty() {
        eof = false
    }
    x.with(t, |s| {
        s.decoded = d;
        s.used = 0;
        if let Some((mut held, flags)) = before {
            held.extend(&input);
            s.snapshot = Some((flags, held))
        }
    });
    Ok(!eof)
}

/// Takes up to `n` characters of decoded text.
fn take(t: &Thread, x: &TextIO, n: usize) -> Vec<u8> {
    x.with(t, |s| {
        let rest = &s.decoded[s.used.min(s.decoded.len())..];
        let end = wtf8::offset_of(rest, n).unwrap_or(rest.len());
        let out = rest[..end].to_vec();
        s.used += end;
        out
    })
}

/// Before reading: open, readable, everything written out.
fn prepare(t: &mut Thread, me: VRef<'_>, x: &TextIO) -> Res<Value> {
    let b = x.open_buffer(t, me)?;
    if !x.with(t, |s| s.readable) {
        return Err(unsupported(t, "not readable"));
    }
    hand_on(t, x)?;
    Ok(b)
}

/// `read(size=-1)`
pub fn read(t: &mut Thread, a: Args<'_>) -> Res {
    let x = this(a.get(0));
    x.buffer(t)?;
    let n = size_arg(t, a.opt(1))?;
    let b = prepare(t, a.get(0), x)?;
    let _held = x.reading.acquire_again(t)?;
    if n < 0 {
        let all = t.call_method(b.r(), "read", &[])?;
        if all.is_none() {
            return Err(t.raise_text(&weft_vm::errors::BLOCKING_IO_ERROR, "Read returned None."));
        }
        if all.cast::<Bytes>().is_none() && all.r().ty().slots().buffer.is_none() {
            let n = all.r().ty().name();
            return Err(t.type_error(format!(
                "underlying read() should have returned a bytes-like object, not '{n}'"
            )));
        }
        let input = syscall::bytes_arg(t, all.r())?;
        let d = decode(t, x, &input, true)?;
        let mut out = take(t, x, usize::MAX);
        out.extend(d);
        x.with(t, |s| {
            s.drop_decoded();
            s.snapshot = None
        });
        return Ok(t.str_wtf8(&out));
    }
    let mut left = n as usize;
    let mut out = take(t, x, left);
    left -= wtf8::count(&out).min(left);
    while left > 0 {
        if !read_chunk(t, x, left.min(1 << 20))? {
            break;
        }
        let more = take(t, x, left);
        left -= wtf8::count(&more).min(left);
        out.extend(more)
    }
    Ok(t.str_wtf8(&out))
}

/// `readline(size=-1)`
pub fn readline(t: &mut Thread, a: Args<'_>) -> Res {
    let x = this(a.get(0));
    x.buffer(t)?;
    let n = match a.opt(1) {
        Some(v) => t.index_i64(v, &weft_vm::errors::OVERFLOW_ERROR)?,
        None => -1,
    };
    let l = line(t, a.get(0), x, n)?;
    Ok(t.str_wtf8(&l))
}

fn line(t: &mut Thread, me: VRef<'_>, x: &TextIO, limit: i64) -> Res<Vec<u8>> {
    prepare(t, me, x)?;
    let _held = x.reading.acquire_again(t)?;
    // Text of earlier chunks that holds no line end.
    let mut line: Vec<u8> = Vec::new();
    loop {
        let done = x.with(t, |s| {
            let rest = &s.decoded[s.used.min(s.decoded.len())..];
            let ends = s.ends();
            // A line end may be split between chunks (only with newline='\r\n').
            let split = line.last() == Some(&b'\r') && ends == super::newline::Ends::CrLf;
            let found = if split && rest.first() == Some(&b'\n') { Ok(1) } else { find_line_end(rest, ends) };
            let mut end = found.unwrap_or(rest.len());
            let mut done = found.is_ok();
            if limit >= 0 {
                let room = limit as usize - wtf8::count(&line).min(limit as usize);
                let max = wtf8::offset_of(&rest[..end], room).unwrap_or(end);
                if max <= end && wtf8::count(&rest[..end]) >= room {
                    end = max;
                    done = true
                }
            }
            line.extend_from_slice(&rest[..end]);
            s.used += end;
            done
        });
        if done {
            return Ok(line);
        }
        if !read_chunk(t, x, 0)? {
            x.with(t, |s| {
                s.drop_decoded();
                s.snapshot = None
            });
            return Ok(line);
        }
    }
}

/// `next()`
pub fn next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let x = this(v);
    x.buffer(t)?;
    x.with(t, |s| s.telling = false);
    let l = if syscall::is_exact(t, v, &TYPE) {
        let l = line(t, v, x, -1)?;
        t.str_wtf8(&l)
    } else {
        let l = t.call_method(v, "readline", &[])?;
        if text(l.r()).is_none() {
            let n = l.r().ty().name();
            return Err(
                t.raise_text(&OS_ERROR, format!("readline() should have returned a str object, not '{n}'"))
            );
        }
        l
    };
    if text(l.r()).is_some_and(|s| s.is_empty()) {
        x.with(t, |s| {
            s.snapshot = None;
            s.telling = s.seekable
        });
        return Ok(None);
    }
    Ok(Some(l))
}
