//! Limits, intervals and sizes.

use std::sync::atomic::{AtomicI32, AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use weft_vm::errors::TYPE_ERROR;
use weft_vm::interp::foreign;
use weft_vm::object::{Args, ValueExt};
use weft_vm::start::flags;
use weft_vm::types::int;
use weft_vm::{Res, Thread, Value, names};

/// Bits of the seconds of the switch interval.
static SWITCH_INTERVAL: AtomicU64 = AtomicU64::new(0.005f64.to_bits());
static DLOPEN_FLAGS: AtomicI32 = AtomicI32::new(libc::RTLD_NOW);

/// `sys.getrecursionlimit()`
pub fn getrecursionlimit(t: &mut Thread, _: Args<'_>) -> Res {
    Ok(t.int(t.recursion().1.into()))
}

/// `sys.setrecursionlimit(limit)`
pub fn setrecursionlimit(t: &mut Thread, a: Args<'_>) -> Res {
    let n = c_int(t, a)?;
    let Ok(limit @ 1..) = u32::try_from(n) else {
        return Err(t.value_error("recursion limit must be greater or equal than 1"));
    };
    let depth = t.recursion().0;
    if depth >= limit {
        return Err(t.raise_text(
            &weft_vm::errors::RECURSION_ERROR,
            format!("cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"),
        ));
    }
    foreign::set_recursion_limit(t, limit);
    Ok(Value::NONE)
}

/// The first argument as a C int.
fn c_int(t: &mut Thread, a: Args<'_>) -> Res<i32> {
    let v = t.index(a.get(0))?;
    match int::to_i64(v.r()).and_then(|n| i32::try_from(n).ok()) {
        Some(n) => Ok(n),
        None => Err(t.overflow_error("Python int too large to convert to C int")),
    }
}

/// `sys.getswitchinterval()`
pub fn getswitchinterval(t: &mut Thread, _: Args<'_>) -> Res {
    Ok(t.float(f64::from_bits(SWITCH_INTERVAL.load(Relaxed))))
}

/// `sys.setswitchinterval(seconds)`
pub fn setswitchinterval(t: &mut Thread, a: Args<'_>) -> Res {
    let seconds = t.arg_f64(a.get(0))?;
    if seconds.is_nan() || seconds <= 0.0 {
        return Err(t.value_error("switch interval must be strictly positive"));
    }
    // CPython keeps microseconds in a C long.
    let micros = (seconds * 1e6).min(u32::MAX.into()).max(1.0) as u64;
    SWITCH_INTERVAL.store((micros as f64 * 1e-6).to_bits(), Relaxed);
    weft_vm::start::set_switch_interval(Duration::from_micros(micros));
    Ok(Value::NONE)
}

/// `sys.get_int_max_str_digits()`
pub fn get_int_max_str_digits(t: &mut Thread, _: Args<'_>) -> Res {
    Ok(t.int_usize(int::max_str_digits()))
}

/// `sys.set_int_max_str_digits(maxdigits)`
pub fn set_int_max_str_digits(t: &mut Thread, a: Args<'_>) -> Res {
    let n = i64::from(c_int(t, a)?);
    if n != 0 && n < flags::MAX_STR_DIGITS_THRESHOLD {
        let least = flags::MAX_STR_DIGITS_THRESHOLD;
        return Err(t.value_error(format!("maxdigits must be >= {least} or 0 for unlimited")));
    }
    int::set_max_str_digits(n as usize);
    Ok(Value::NONE)
}

/// `sys.getdlopenflags()`
pub fn getdlopenflags(t: &mut Thread, _: Args<'_>) -> Res {
    Ok(t.int(DLOPEN_FLAGS.load(Relaxed).into()))
}

/// `sys.setdlopenflags(flags)`
pub fn setdlopenflags(t: &mut Thread, a: Args<'_>) -> Res {
    DLOPEN_FLAGS.store(t.arg_i32(a.get(0))?, Relaxed);
    Ok(Value::NONE)
}

/// What CPython answers for objects that are never freed.
const IMMORTAL_COUNT: i64 = 3 << 30;

/// `sys.getrefcount(object)`: the argument itself is borrowed and counts nothing.
pub fn getrefcount(t: &mut Thread, a: Args<'_>) -> Res {
    Ok(t.int(foreign::reference_count(a.get(0).word()).map_or(IMMORTAL_COUNT, |n| n as i64)))
}

/// `sys.getsizeof(object[, default])`
pub fn getsizeof(t: &mut Thread, a: Args<'_>) -> Res {
    match size_of_object(t, a) {
        Ok(n) => Ok(t.int_usize(n)),
        Err(e) => match a.opt(1) {
            Some(default) if t.raised_is(&TYPE_ERROR) => {
                t.clear_raised();
                Ok(default.to_value())
            }
            _ => Err(e),
        },
    }
}

fn size_of_object(t: &mut Thread, a: Args<'_>) -> Res<usize> {
    let v = a.get(0);
    let Some(r) = t.call_special(v, names::__sizeof__(), &[]) else {
        let n = v.ty().name();
        return Err(t.type_error(format!("Type {n} doesn't define __sizeof__")));
    };
    let r = r?;
    let n = t.index_i64(r.r(), &weft_vm::errors::OVERFLOW_ERROR)?;
    usize::try_from(n).map_err(|_| t.value_error("__sizeof__() should return >= 0"))
}

/// `sys.getallocatedblocks()`: live objects of this thread's heap that the collector counts.
pub fn getallocatedblocks(t: &mut Thread, _: Args<'_>) -> Res {
    Ok(t.int(t.heap.net.load(std::sync::atomic::Ordering::Relaxed).max(0) as i64))
}
