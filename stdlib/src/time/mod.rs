//! `time`: clocks, sleeping, calendar time. What concerns `struct_time` is in `calendar.rs`.

mod calendar;

use crate::clock::{Round, nanoseconds};
use std::time::{Duration, Instant};
use weft_vm::object::{Args, ModuleSpec, ValueExt};
use weft_vm::types::str::text;
use weft_vm::{Raised, Res, Thread, VRef, Value, intern, methods, start};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "time",
    doc: "This module provides various functions to manipulate time values.\n\nA time is either a number of seconds since the epoch, 1970-01-01 00:00:00 UTC, or a struct_time of\nnine items: year, month, day, hour, minute, second, weekday (Monday is 0), day of the year, daylight\nsaving flag (-1: to be found out).",
    functions: methods! {
        "time()" => time, "Return the current time in seconds since the epoch, as a float.";
        "time_ns()" => time_ns, "Return the current time in nanoseconds since the epoch.";
        "clock_gettime(clk_id, /)" => clock_gettime, "Return the time of the specified clock as a float.";
        "clock_gettime_ns(clk_id, /)" => clock_gettime_ns, "Return the time of the specified clock as nanoseconds (int).";
        "clock_settime(clk_id, time, /)" => clock_settime, "Set the time of the specified clock.";
        "clock_settime_ns(clk_id, time, /)" => clock_settime_ns, "Set the time of the specified clock in nanoseconds.";
        "clock_getres(clk_id, /)" => clock_getres, "Return the resolution (precision) of the specified clock.";
        "pthread_getcpuclockid(thread_id, /)" => pthread_getcpuclockid, "Return the clock id of a thread's CPU time clock.";
        "sleep(object, /)" => sleep, "Delay execution for a given number of seconds, which may be a fraction.";
        "gmtime(seconds=None, /)" => calendar::gmtime, "Convert seconds since the epoch to a struct_time in UTC; the current time if none is given.";
        "localtime(seconds=None, /)" => calendar::localtime, "Convert seconds since the epoch to a struct_time in local time.";
        "asctime(time_tuple=None, /)" => calendar::asctime, "Convert a time tuple to a string, e.g. 'Sat Jun 06 16:26:11 1998'.";
        "ctime(seconds=None, /)" => calendar::ctime, "Convert a time in seconds since the epoch to a string in local time.";
        "mktime(object, /)" => calendar::mktime, "Convert a time tuple in local time to seconds since the epoch.";
        "strftime(format, time_tuple=None, /)" => calendar::strftime, "Convert a time tuple to a string according to a format specification.";
        "strptime(string, format=None, /)" => calendar::strptime, "Parse a string to a time tuple according to a format specification.";
        "tzset()" => calendar::tzset, "Initialize, or reinitialize, the local timezone from the environment variable TZ.";
        "monotonic()" => monotonic, "Monotonic clock, cannot go backward.";
        "monotonic_ns()" => monotonic_ns, "Monotonic clock, cannot go backward, as nanoseconds.";
        "process_time()" => process_time, "Process time for profiling: sum of the kernel and user-space CPU time.";
        "process_time_ns()" => process_time_ns, "Process time for profiling as nanoseconds.";
        "thread_time()" => thread_time, "Thread time for profiling: sum of the kernel and user-space CPU time.";
        "thread_time_ns()" => thread_time_ns, "Thread time for profiling as nanoseconds.";
        "perf_counter()" => monotonic, "Performance counter for benchmarking.";
        "perf_counter_ns()" => monotonic_ns, "Performance counter for benchmarking as nanoseconds.";
        "get_clock_info(name, /)" => get_clock_info, "Get information of the specified clock.";
    },
    init: Some(init),
};

fn init(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    for (name, id) in [
        ("CLOCK_REALTIME", libc::CLOCK_REALTIME),
        ("CLOCK_MONOTONIC", libc::CLOCK_MONOTONIC),
        ("CLOCK_MONOTONIC_RAW", libc::CLOCK_MONOTONIC_RAW),
        ("CLOCK_PROCESS_CPUTIME_ID", libc::CLOCK_PROCESS_CPUTIME_ID),
        ("CLOCK_THREAD_CPUTIME_ID", libc::CLOCK_THREAD_CPUTIME_ID),
        ("CLOCK_BOOTTIME", libc::CLOCK_BOOTTIME),
        ("CLOCK_TAI", libc::CLOCK_TAI),
    ] {
        let v = t.int(id as i64);
        t.module_set(m, name, v)
    }
    calendar::init(t, m);
    Ok(())
}

/// A clock's reading in nanoseconds.
fn read(id: libc::clockid_t) -> std::io::Result<i64> {
    let mut ts = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `ts` is written.
    if unsafe { libc::clock_gettime(id, &mut ts) } != 0 {
        return Err(std::io::Error::last_os_error());
    }
    Ok(ts.tv_sec * 1_000_000_000 + ts.tv_nsec)
}

fn seconds(ns: i64) -> f64 {
    // Whole seconds and the rest apart, as a product would round twice.
    if ns % 1_000_000_000 == 0 { (ns / 1_000_000_000) as f64 } else { ns as f64 / 1e9 }
}

fn reading(t: &mut Thread, id: libc::clockid_t) -> Res<i64> {
    read(id).map_err(|_| t.last_os_error(None))
}

macro_rules! clocks {
    ($($seconds:ident $nanos:ident $id:ident;)*) => { $(
        fn $seconds(t: &mut Thread, _a: Args<'_>) -> Res {
            let ns = reading(t, libc::$id)?;
            Ok(t.float(seconds(ns)))
        }
        fn $nanos(t: &mut Thread, _a: Args<'_>) -> Res {
            let ns = reading(t, libc::$id)?;
            Ok(t.int(ns))
        }
    )* };
}

clocks! {
    time time_ns CLOCK_REALTIME;
    monotonic monotonic_ns CLOCK_MONOTONIC;
    process_time process_time_ns CLOCK_PROCESS_CPUTIME_ID;
    thread_time thread_time_ns CLOCK_THREAD_CPUTIME_ID;
}

fn clock_gettime(t: &mut Thread, a: Args<'_>) -> Res {
    let id = t.arg_i32(a.get(0))?;
    let ns = reading(t, id)?;
    Ok(t.float(seconds(ns)))
}

fn clock_gettime_ns(t: &mut Thread, a: Args<'_>) -> Res {
    let id = t.arg_i32(a.get(0))?;
    let ns = reading(t, id)?;
    Ok(t.int(ns))
}

fn set_clock(t: &mut Thread, id: i32, ns: i64) -> Res {
    let ts = libc::timespec { tv_sec: ns.div_euclid(1_000_000_000), tv_nsec: ns.rem_euclid(1_000_000_000) };
    // SAFETY: reads `ts`.
    if unsafe { libc::clock_settime(id, &ts) } != 0 {
        return Err(t.last_os_error(None));
    }
    Ok(Value::NONE)
}

fn clock_settime(t: &mut Thread, a: Args<'_>) -> Res {
    let id = t.arg_i32(a.get(0))?;
    let ns = nanoseconds(t, a.get(1), Round::Floor)?;
    set_clock(t, id, ns)
}

fn clock_settime_ns(t: &mut Thread, a: Args<'_>) -> Res {
    let id = t.arg_i32(a.get(0))?;
    let ns = t.arg_i64(a.get(1))?;
    set_clock(t, id, ns)
}

fn resolution(id: libc::clockid_t) -> Option<f64> {
    let mut ts = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `ts` is written.
    if unsafe { libc::clock_getres(id, &mut ts) } != 0 {
        return None;
    }
    Some(ts.tv_sec as f64 + ts.tv_nsec as f64 * 1e-9)
}

fn clock_getres(t: &mut Thread, a: Args<'_>) -> Res {
    let id = t.arg_i32(a.get(0))?;
    match resolution(id) {
        Some(r) => Ok(t.float(r)),
        None => Err(t.last_os_error(None)),
    }
}

fn pthread_getcpuclockid(t: &mut Thread, a: Args<'_>) -> Res {
    let ident = t.arg_i64(a.get(0))?;
    let mut id: libc::clockid_t = 0;
    // SAFETY: as in CPython, the caller vouches for the thread; `id` is written.
    match unsafe { libc::pthread_getcpuclockid(ident as libc::pthread_t, &mut id) } {
        0 => Ok(t.int(id as i64)),
        errno => Err(t.os_error(errno, None)),
    }
}

fn sleep(t: &mut Thread, a: Args<'_>) -> Res {
    let ns = nanoseconds(t, a.get(0), Round::Timeout)?;
    if ns < 0 {
        return Err(t.value_error("sleep length must be non-negative"));
    }
    sleep_for(t, Duration::from_nanos(ns as u64))?;
    Ok(Value::NONE)
}

/// Sleeps; signal handlers run meanwhile (PEP 475), and an exception of theirs ends the sleep.
fn sleep_for(t: &mut Thread, d: Duration) -> Result<(), Raised> {
    let end = Instant::now().checked_add(d);
    loop {
        let left = match end {
            Some(e) => e.saturating_duration_since(Instant::now()),
            None => Duration::from_secs(1 << 30),
        };
        let ts = libc::timespec {
            tv_sec: left.as_secs() as libc::time_t,
            tv_nsec: left.subsec_nanos() as libc::c_long,
        };
        let r = t.blocking(|| {
            // SAFETY: reads `ts`.
            unsafe { libc::clock_nanosleep(libc::CLOCK_MONOTONIC, 0, &ts, std::ptr::null_mut()) }
        });
        t.safepoint()?;
        match r {
            0 if end.is_none_or(|e| Instant::now() >= e) => return Ok(()),
            0 | libc::EINTR => {}
            errno => return Err(t.os_error(errno, None)),
        }
        if left.is_zero() {
            return Ok(());
        }
    }
}

fn get_clock_info(t: &mut Thread, a: Args<'_>) -> Res {
    let name = t.arg_str_named(a.get(0), "get_clock_info", "1")?;
    let (id, what, monotonic, adjustable) = match name.bytes() {
        b"time" => (libc::CLOCK_REALTIME, "CLOCK_REALTIME", false, true),
        b"monotonic" | b"perf_counter" => (libc::CLOCK_MONOTONIC, "CLOCK_MONOTONIC", true, false),
        b"process_time" => (libc::CLOCK_PROCESS_CPUTIME_ID, "CLOCK_PROCESS_CPUTIME_ID", true, false),
        b"thread_time" => (libc::CLOCK_THREAD_CPUTIME_ID, "CLOCK_THREAD_CPUTIME_ID", true, false),
        _ => return Err(t.value_error("unknown clock")),
    };
    // `types.SimpleNamespace` is the type of this object.
    let implementation = intern::intern(t, "implementation");
    let Some(like) = start::sys_attr(t, implementation) else {
        return Err(t.runtime_error("lost sys.implementation"));
    };
    let class = like.r().ty().to_value();
    let implementation = t.str(&format!("clock_gettime({what})"));
    let resolution = t.float(resolution(id).unwrap_or(1e-9));
    t.call_kw(
        class.r(),
        &[],
        &[
            ("implementation", implementation.r()),
            ("monotonic", Value::bool(monotonic).r()),
            ("adjustable", Value::bool(adjustable).r()),
            ("resolution", resolution.r()),
        ],
    )
}

/// The text of a str argument, for `calendar`.
fn text_bytes<'f>(t: &mut Thread, v: VRef<'f>, function: &str) -> Result<&'f [u8], Raised> {
    match text(v) {
        Some(s) => Ok(s.bytes()),
        None => {
            let n = v.ty().name();
            Err(t.type_error(format!("{function}() argument 1 must be str, not {n}")))
        }
    }
}
