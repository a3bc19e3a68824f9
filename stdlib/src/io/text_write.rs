//! Writing to text streams.

use super::base::unsupported;
use super::buffered::{self, Buffered, RANDOM, WRITER};
use super::codec;
use super::text::{TYPE, TextIO, this};
use crate::syscall;
use weft_vm::object::{Args, ValueExt};
use weft_vm::types::str::text;
use weft_vm::{Res, Thread, VRef};

/// The buffer, if it is one of the native buffered streams that can write (not a subclass).
pub fn native_buffer<'a>(t: &Thread, b: VRef<'a>) -> Option<&'a Buffered> {
    let exact = syscall::is_exact(t, b, &WRITER)
        || syscall::is_exact(t, b, &RANDOM)
        || syscall::is_exact(t, b, &buffered::READER);
    if exact { b.cast::<Buffered>() } else { None }
}

/// `write(text)`
pub fn write(t: &mut Thread, a: Args<'_>) -> Res {
    let x = this(a.get(0));
    let Some(s) = text(a.get(1)) else {
        let n = a.get(1).ty().name();
        return Err(t.type_error(format!("write() argument must be str, not {n}")));
    };
    write_text(t, a.get(0), x, a.get(1), s.bytes())?;
    Ok(t.int_usize(s.len()))
}

fn write_text(t: &mut Thread, me: VRef<'_>, x: &TextIO, object: VRef<'_>, bytes: &[u8]) -> Res<()> {
    x.open_buffer(t, me)?;
    let (writable, native, line_buffering, write_through, newline) = x.with(t, |s| {
        let nl = match s.newline.as_deref() {
            Some("\r") => Some("\r"),
            Some("\r\n") => Some("\r\n"),
            _ => None,
        };
        (s.writable, s.native, s.line_buffering, s.write_through, nl)
    });
    if !writable {
        return Err(unsupported(t, "not writable"));
    }
    let has_lf = (newline.is_some() || line_buffering) && bytes.contains(&b'\n');
    let needs_flush = line_buffering && (has_lf || bytes.contains(&b'\r'));
    let translated;
    let mut s = bytes;
    if has_lf && let Some(nl) = newline {
        let mut out = Vec::with_capacity(bytes.len() + 8);
        for c in bytes {
            if *c == b'\n' { out.extend(nl.bytes()) } else { out.push(*c) }
        }
        translated = out;
        s = &translated
    }
    let encoded;
    // Text without lone surrogates is its own UTF-8.
    let ascii = s.is_ascii();
    let plain = match native {
        Some(_) if ascii => Some(s),
        _ => None,
    };
    let out: &[u8] = match (plain, native) {
        (Some(p), _) => p,
        (None, Some(n)) => {
            encoded = codec::encode(t, n, s)?;
            &encoded
        }
        (None, None) => {
            let Some(e) = x.encoder.load() else { return Err(unsupported(t, "not writable")) };
            let arg = if std::ptr::eq(s, bytes) { object.to_value() } else { t.str_wtf8(s) };
            let r = t.call_method(e.r(), "encode", &[arg.r()])?;
            encoded = codec::encoder_result(t, &r)?;
            &encoded
        }
    };
    let full = x.with(t, |st| {
        if st.pending.len() + out.len() > st.chunk && !st.pending.is_empty() && !write_through {
            // Hand on what there is first, so that chunks stay of reasonable size.
            return true;
        }
        st.pending.extend_from_slice(out);
        false
    });
    if full {
        hand_on(t, x)?;
        x.with(t, |st| st.pending.extend_from_slice(out));
    }
    let hand = x.with(t, |st| {
        let reading = !st.decoded.is_empty() || st.snapshot.is_some();
        if reading {
            st.drop_decoded();
            st.snapshot = None
        }
        (write_through || needs_flush || st.pending.len() >= st.chunk, reading)
    });
    if hand.0 {
        hand_on(t, x)?
    }
    if needs_flush {
        let b = x.buffer(t)?;
        match native_buffer(t, b.r()) {
            Some(_) => super::buffered_write::flush_stream(t, b.r())?,
            None => t.call_method(b.r(), "flush", &[])?,
        };
    }
    if hand.1 {
        super::text_read::reset_decoder(t, x)?
    }
    Ok(())
}

/// Hands the encoded bytes on to the binary stream.
pub fn hand_on(t: &mut Thread, x: &TextIO) -> Res<()> {
    let pending = x.with(t, |s| std::mem::take(&mut s.pending));
    if pending.is_empty() {
        return Ok(());
    }
    let b = x.buffer(t)?;
    let direct = native_buffer(t, b.r()).is_some_and(|n| n.can(buffered::WRITE));
    let r = if direct {
        super::buffered_write::write_bytes(t, b.r(), &pending).map(drop)
    } else {
        let bytes = t.bytes(&pending);
        t.call_method(b.r(), "write", &[bytes.r()]).map(drop)
    };
    // The memory is used again, unless somebody has written meanwhile.
    x.with(t, |s| {
        if s.pending.capacity() == 0 {
            let mut p = pending;
            p.clear();
            s.pending = p
        }
    });
    r
}

/// `flush()`
pub fn flush(t: &mut Thread, a: Args<'_>) -> Res {
    let x = this(a.get(0));
    let b = x.open_buffer(t, a.get(0))?;
    x.with(t, |s| s.telling = s.seekable);
    hand_on(t, x)?;
    t.call_method(b.r(), "flush", &[])
}

/// Writes a str to a stream that may be a native text stream: what `print` does.
pub fn write_to(t: &mut Thread, stream: VRef<'_>, s: VRef<'_>) -> Res<()> {
    if syscall::is_exact(t, stream, &TYPE)
        && let Some(bytes) = text(s)
    {
        return write_text(t, stream, this(stream), s, bytes.bytes());
    }
    t.call_method(stream, "write", &[s]).map(drop)
}
