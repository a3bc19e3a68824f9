//! Writing to buffered streams.

use super::buffered::{Buffered, READ, WRITE, raw_write, rewind, this};
use crate::syscall;
use weft_vm::errors::BLOCKING_IO_ERROR;
use weft_vm::object::Args;
use weft_vm::{Raised, Res, Thread, VRef, Value};

fn would_block(t: &mut Thread, written: usize) -> Raised {
    let args = vec![
        t.int(libc::EAGAIN as i64),
        t.str("write could not complete without blocking"),
        t.int_usize(written),
    ];
    t.raise_with(&BLOCKING_IO_ERROR, args)
}

/// Writes the buffer out; false if that would block. The lock is held.
fn drain(t: &mut Thread, b: &Buffered) -> Res<bool> {
    while !b.state().behind.is_empty() {
        let pending = std::mem::take(&mut b.state().behind);
        let r = raw_write(t, b, &pending);
        let n = r.unwrap_or(None).unwrap_or(0);
        let s = b.state();
        if n < pending.len() {
            s.behind = pending[n..].to_vec()
        } else {
            // Keep the memory.
            s.behind = pending;
            s.behind.clear()
        }
        if r?.is_none() {
            return Ok(false);
        }
        t.safepoint()?;
    }
    Ok(true)
}

/// Writes the buffer out; BlockingIOError. The lock is held.
pub fn flush_locked(t: &mut Thread, b: &Buffered) -> Res<()> {
    if b.state().behind.is_empty() || drain(t, b)? { Ok(()) } else { Err(would_block(t, 0)) }
}

/// `flush()`
pub fn flush(t: &mut Thread, a: Args<'_>) -> Res {
    flush_stream(t, a.get(0))
}

/// As [`flush`], for text streams.
pub fn flush_stream(t: &mut Thread, me: VRef<'_>) -> Res {
    let b = this(me);
    b.raw(t)?;
    b.check_closed(t, "flush of closed file")?;
    let _held = b.enter(t, me)?;
    flush_locked(t, b)?;
    if b.can(READ) {
        rewind(t, b)?;
    }
    Ok(Value::NONE)
}

/// `write(buffer)`
pub fn write(t: &mut Thread, a: Args<'_>) -> Res {
    let b = this(a.get(0));
    b.raw(t)?;
    let view = syscall::buffer(t, a.get(1), false)?;
    let r = write_bytes(t, a.get(0), view.as_slice());
    view.release(t);
    Ok(t.int_usize(r?))
}

/// Writes bytes that stay in place; gives how many (all).
pub fn write_bytes(t: &mut Thread, me: VRef<'_>, data: &[u8]) -> Res<usize> {
    let b = this(me);
    b.raw(t)?;
    debug_assert!(b.can(WRITE));
    let _held = b.enter(t, me)?;
    b.check_closed(t, "write to closed file")?;
    if !b.state().ahead.is_empty() {
        rewind(t, b)?
    }
    let size = b.size();
    if b.state().behind.len().saturating_add(data.len()) <= size {
        b.state().behind.extend_from_slice(data);
        return Ok(data.len());
    }
    if !drain(t, b)? {
        // As much as there is room for is taken.
        let s = b.state();
        let room = size.saturating_sub(s.behind.len());
        let n = room.min(data.len());
        s.behind.extend_from_slice(&data[..n]);
        return if n == data.len() { Ok(n) } else { Err(would_block(t, n)) };
    }
    let mut done = 0;
    while data.len() - done > size {
        match raw_write(t, b, &data[done..])? {
            Some(n) => done += n,
            None => {
                let s = b.state();
                s.behind.extend_from_slice(&data[done..done + size]);
                return Err(would_block(t, done + size));
            }
        }
        t.safepoint()?;
    }
    b.state().behind.extend_from_slice(&data[done..]);
    Ok(data.len())
}
