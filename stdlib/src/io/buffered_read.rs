//! Reading from buffered streams.

use super::base::size_arg;
use super::buffered::{Buffered, raw_read, this};
use super::fileio::{self, FileIO};
use crate::syscall;
use weft_vm::object::{Args, ValueExt};
use weft_vm::types::bytes::Bytes;
use weft_vm::{Res, Thread, VRef, Value};

/// Before reading: the stream is open and written out, the lock taken.
macro_rules! enter {
    ($t:ident, $a:expr, $b:ident, $text:literal) => {{
        $b.raw($t)?;
        $b.check_closed($t, $text)?;
        let held = $b.enter($t, $a)?;
        super::buffered_write::flush_locked($t, $b)?;
        held
    }};
}

/// Reads once into the (empty) buffer; `None` if it would block, 0 at the end.
fn fill(t: &mut Thread, b: &Buffered) -> Res<Option<usize>> {
    let mut buffer = std::mem::take(&mut b.state().ahead);
    b.state().pos = 0;
    buffer.clear();
    let size = b.size();
    if buffer.try_reserve_exact(size).is_err() {
        return Err(syscall::no_memory(t));
    }
    buffer.resize(size, 0);
    let r = raw_read(t, b, &mut buffer);
    buffer.truncate(r.unwrap_or(None).unwrap_or(0));
    b.state().ahead = buffer;
    r
}

/// Takes up to `n` bytes out of the buffer.
fn take(b: &Buffered, n: usize) -> Vec<u8> {
    let s = b.state();
    let n = s.unread().len().min(n);
    let out = s.unread()[..n].to_vec();
    s.pos += n;
    out
}

/// `read(size=-1)`
pub fn read(t: &mut Thread, a: Args<'_>) -> Res {
    let b = this(a.get(0));
    b.raw(t)?;
    let n = size_arg(t, a.opt(1))?;
    if n < -1 {
        return Err(t.value_error("read length must be non-negative or -1"));
    }
    let _held = enter!(t, a.get(0), b, "read of closed file");
    if n == -1 {
        return read_all(t, b);
    }
    Ok(match read_up_to(t, b, n as usize)? {
        Some(v) => t.bytes(&v),
        None => Value::NONE,
    })
}

fn read_all(t: &mut Thread, b: &Buffered) -> Res {
    let mut data = take(b, usize::MAX);
    b.state().forget();
    let raw = b.raw(t)?;
    let exact = syscall::is_exact(t, raw.r(), &fileio::TYPE);
    if exact && let Some(f) = raw.cast::<FileIO>() {
        let rest = fileio::readall(t, f)?;
        if data.is_empty() {
            return Ok(rest);
        }
        if let Some(r) = rest.cast::<Bytes>() {
            data.extend_from_slice(r.as_slice())
        }
        return Ok(t.bytes(&data));
    }
    let name = weft_vm::intern::intern(t, "readall");
    if let Some(readall) = t.getattr_opt(raw.r(), name)? {
        let rest = t.call(readall.r(), &[])?;
        if !rest.is_none() && rest.cast::<Bytes>().is_none() {
            return Err(t.type_error("readall() should return bytes"));
        }
        if data.is_empty() {
            return Ok(rest);
        }
        if let Some(r) = rest.cast::<Bytes>() {
            data.extend_from_slice(r.as_slice())
        }
        return Ok(t.bytes(&data));
    }
    loop {
        let got = t.call_method(raw.r(), "read", &[])?;
        if got.is_none() {
            return Ok(if data.is_empty() { got } else { t.bytes(&data) });
        }
        let Some(r) = got.cast::<Bytes>() else { return Err(t.type_error("read() should return bytes")) };
        if r.as_slice().is_empty() {
            return Ok(t.bytes(&data));
        }
        data.extend_from_slice(r.as_slice())
    }
}

/// Reads until there are `n` bytes or the stream ends; `None` if it would block and there is nothing.
fn read_up_to(t: &mut Thread, b: &Buffered, n: usize) -> Res<Option<Vec<u8>>> {
    let mut out = take(b, n);
    while out.len() < n {
        let missing = n - out.len();
        let got = if missing >= b.size() {
            // Large reads go past the buffer.
            let at = out.len();
            let chunk = (missing - missing % b.size()).min(1 << 26);
            if out.try_reserve(chunk).is_err() {
                return Err(syscall::no_memory(t));
            }
            out.resize(at + chunk, 0);
            b.state().forget();
            let r = raw_read(t, b, &mut out[at..]);
            out.truncate(at + r.unwrap_or(None).unwrap_or(0));
            r?
        } else {
            let got = fill(t, b)?;
            out.extend(take(b, missing));
            got
        };
        match got {
            None if out.is_empty() => return Ok(None),
            None | Some(0) => break,
            Some(_) => {}
        }
    }
    Ok(Some(out))
}

/// `read1(size=-1)`
pub fn read1(t: &mut Thread, a: Args<'_>) -> Res {
    let b = this(a.get(0));
    b.raw(t)?;
    let n = size_arg(t, a.opt(1))?;
    let n = if n < 0 { b.size() } else { n as usize };
    let v = read1_bytes(t, a.get(0), b, n)?;
    Ok(t.bytes(&v))
}

/// As [`read1`], for text streams.
pub fn read1_bytes(t: &mut Thread, me: VRef<'_>, b: &Buffered, n: usize) -> Res<Vec<u8>> {
    let _held = enter!(t, me, b, "read of closed file");
    if n == 0 {
        return Ok(Vec::new());
    }
    if b.state().unread().is_empty() {
        if n > b.size() {
            b.state().forget();
            let mut out = syscall::buffer_of(t, n)?;
            let got = raw_read(t, b, &mut out)?.unwrap_or(0);
            out.truncate(got);
            return Ok(out);
        }
        fill(t, b)?;
    }
    Ok(take(b, n))
}

/// `peek(size=0)`
pub fn peek(t: &mut Thread, a: Args<'_>) -> Res {
    let b = this(a.get(0));
    b.raw(t)?;
    size_arg(t, a.opt(1))?;
    let _held = enter!(t, a.get(0), b, "peek of closed file");
    if b.state().unread().is_empty() {
        fill(t, b)?;
    }
    Ok(t.bytes(b.state().unread()))
}

/// `readinto(buffer)`, `readinto1(buffer)`
pub fn readinto(t: &mut Thread, a: Args<'_>, once: bool) -> Res {
    let b = this(a.get(0));
    b.raw(t)?;
    let view = syscall::buffer(t, a.get(1), true)?;
    let r = readinto_view(t, a.get(0), b, &view, once);
    view.release(t);
    Ok(r?.map_or(Value::NONE, |n| t.int_usize(n)))
}

fn readinto_view(
    t: &mut Thread,
    me: VRef<'_>,
    b: &Buffered,
    view: &weft_vm::object::buffer::View,
    once: bool,
) -> Res<Option<usize>> {
    let _held = enter!(t, me, b, "readinto of closed file");
    let mut done = super::copy_to_view(view, 0, &take(b, view.len));
    while done < view.len {
        if once && done > 0 {
            break;
        }
        let missing = view.len - done;
        let got = if missing > b.size() {
            b.state().forget();
            let mut chunk = syscall::buffer_of(t, missing.min(1 << 22))?;
            let got = raw_read(t, b, &mut chunk)?;
            super::copy_to_view(view, done, &chunk[..got.unwrap_or(0)]);
            done += got.unwrap_or(0);
            got
        } else {
            let got = fill(t, b)?;
            done += super::copy_to_view(view, done, &take(b, missing));
            got
        };
        match got {
            None if done == 0 => return Ok(None),
            None | Some(0) => break,
            Some(_) => {}
        }
    }
    Ok(Some(done))
}

/// `readline(size=-1)`
pub fn readline(t: &mut Thread, a: Args<'_>) -> Res {
    let b = this(a.get(0));
    b.raw(t)?;
    let n = size_arg(t, a.opt(1))?;
    let line = line(t, a.get(0), n)?;
    Ok(t.bytes(&line))
}

fn line(t: &mut Thread, me: VRef<'_>, limit: i64) -> Res<Vec<u8>> {
    let b = this(me);
    let _held = enter!(t, me, b, "readline of closed file");
    let mut out = Vec::new();
    loop {
        let room = if limit < 0 { usize::MAX } else { limit as usize - out.len() };
        let s = b.state();
        let unread = s.unread();
        let part = &unread[..unread.len().min(room)];
        let end = part.iter().position(|c| *c == b'\n').map(|i| i + 1);
        let n = end.unwrap_or(part.len());
        out.extend_from_slice(&part[..n]);
        s.pos += n;
        if end.is_some() || (limit >= 0 && out.len() >= limit as usize) {
            return Ok(out);
        }
        if fill(t, b)?.unwrap_or(0) == 0 {
            return Ok(out);
        }
    }
}

/// `next()`
pub fn next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let exact = syscall::is_exact(t, v, &super::buffered::READER)
        || syscall::is_exact(t, v, &super::buffered::RANDOM);
    let line = if exact {
        let l = line(t, v, -1)?;
        t.bytes(&l)
    } else {
        let l = t.call_method(v, "readline", &[])?;
        if l.cast::<Bytes>().is_none() {
            let n = l.r().ty().name();
            return Err(t.raise_text(
                &weft_vm::errors::OS_ERROR,
                format!("readline() should have returned a bytes object, not '{n}'"),
            ));
        }
        l
    };
    Ok(if line.cast::<Bytes>().is_some_and(|b| b.as_slice().is_empty()) { None } else { Some(line) })
}
