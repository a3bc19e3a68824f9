//! `struct_time` and what converts to and from it.

use super::text_bytes;
use crate::clock::{Round, round};
use std::mem::MaybeUninit;
use weft_vm::object::{Args, ValueExt};
use weft_vm::types::structseq::StructSeq;
use weft_vm::types::tuple::{Tuple, tuple};
use weft_vm::{Raised, Res, Thread, VRef, Value, interp};

static STRUCT_TIME: StructSeq = StructSeq::new(
    "time.struct_time",
    "The time value as returned by gmtime(), localtime(), and strptime(), and\naccepted by asctime(), mktime() and strftime().  May be considered as a\nsequence of 9 integers.",
    &[
        ("tm_year", "year, for example, 1993"),
        ("tm_mon", "month of year, range [1, 12]"),
        ("tm_mday", "day of month, range [1, 31]"),
        ("tm_hour", "hours, range [0, 23]"),
        ("tm_min", "minutes, range [0, 59]"),
        ("tm_sec", "seconds, range [0, 61])"),
        ("tm_wday", "day of week, range [0, 6], Monday is 0"),
        ("tm_yday", "day of year, range [1, 366]"),
        ("tm_isdst", "1 if summer time is in effect, 0 if not, and -1 if unknown"),
        ("tm_zone", "abbreviation of timezone name"),
        ("tm_gmtoff", "offset from UTC in seconds"),
    ],
    9,
);

/// Adds the type and the time zone to the module.
pub fn init(t: &mut Thread, m: VRef<'_>) {
    let ty = STRUCT_TIME.get(t).to_value();
    t.module_set(m, "struct_time", ty);
    let n = t.int(11);
    t.module_set(m, "_STRUCT_TM_ITEMS", n);
    zone(t, m)
}

unsafe extern "C" {
    // Not in every version of the libc crate.
    #[link_name = "tzset"]
    fn c_tzset();
}

/// Sets `timezone`, `altzone`, `daylight`, `tzname` from what local time is in January and July.
fn zone(t: &mut Thread, m: VRef<'_>) {
    const YEAR: i64 = (365 * 24 + 6) * 3600;
    let at = |secs: i64| local(secs).map(|tm| (tm.tm_gmtoff, zone_name(&tm)));
    let mut now = 0;
    // SAFETY: no preconditions; `now` is written.
    unsafe {
        c_tzset();
        libc::time(&mut now);
    }
    let start = now / YEAR * YEAR;
    let (january, july) = (at(start), at(start + YEAR / 2));
    let (jan, jan_name) = january.unwrap_or((0, "UTC".into()));
    let (jul, jul_name) = july.unwrap_or((0, "UTC".into()));
    // In the south summer is in January; standard time is further west.
    let ((standard, name), (summer, summer_name)) =
        if jan < jul { ((jan, jan_name), (jul, jul_name)) } else { ((jul, jul_name), (jan, jan_name)) };
    let (a, b) = (t.int(-standard), t.int(-summer));
    t.module_set(m, "timezone", a);
    t.module_set(m, "altzone", b);
    let d = t.int((jan != jul) as i64);
    t.module_set(m, "daylight", d);
    let names = Tuple::new(t, vec![t.str(&name), t.str(&summer_name)]);
    t.module_set(m, "tzname", names);
}

fn zone_name(tm: &libc::tm) -> String {
    if tm.tm_zone.is_null() {
        return String::new();
    }
    // SAFETY: the C library's terminated string.
    unsafe { std::ffi::CStr::from_ptr(tm.tm_zone) }.to_string_lossy().into_owned()
}

pub fn tzset(t: &mut Thread, _a: Args<'_>) -> Res {
    let m = interp::hooks::import_module(t, "time")?;
    zone(t, m.r());
    Ok(Value::NONE)
}

fn local(secs: i64) -> Option<libc::tm> {
    let mut tm = MaybeUninit::zeroed();
    // SAFETY: both point to values of ours.
    let ok = unsafe { !libc::localtime_r(&secs, tm.as_mut_ptr()).is_null() };
    // SAFETY: zeros are a valid tm.
    ok.then(|| unsafe { tm.assume_init() })
}

fn utc(secs: i64) -> Option<libc::tm> {
    let mut tm = MaybeUninit::zeroed();
    // SAFETY: both point to values of ours.
    let ok = unsafe { !libc::gmtime_r(&secs, tm.as_mut_ptr()).is_null() };
    // SAFETY: zeros are a valid tm.
    ok.then(|| unsafe { tm.assume_init() })
}

/// Seconds since the epoch from an argument; now if there is none.
fn seconds(t: &mut Thread, v: Option<VRef<'_>>) -> Res<i64> {
    let Some(v) = v else {
        // SAFETY: no preconditions.
        return Ok(unsafe { libc::time(std::ptr::null_mut()) });
    };
    let float_type = weft_vm::object::shape(weft_vm::types::fixed::FLOAT).ty();
    if v.ty().is_subtype(float_type) {
        let x = t.arg_f64(v)?;
        if x.is_nan() {
            return Err(t.value_error("Invalid value NaN (not a number)"));
        }
        let x = round(x, Round::Floor);
        if !(-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&x) {
            return Err(t.overflow_error("timestamp out of range for platform time_t"));
        }
        return Ok(x as i64);
    }
    let i = t.index(v)?;
    match weft_vm::types::int::to_i64(i.r()) {
        Some(n) => Ok(n),
        None => Err(t.overflow_error("timestamp out of range for platform time_t")),
    }
}

fn to_struct(t: &mut Thread, tm: &libc::tm) -> Value {
    let n = |x: i32| x as i64;
    let fields = [
        n(tm.tm_year) + 1900,
        n(tm.tm_mon) + 1,
        n(tm.tm_mday),
        n(tm.tm_hour),
        n(tm.tm_min),
        n(tm.tm_sec),
        n(tm.tm_wday + 6) % 7,
        n(tm.tm_yday) + 1,
        n(tm.tm_isdst),
    ];
    let mut values: Vec<Value> = fields.into_iter().map(|x| t.int(x)).collect();
    values.push(t.str(&zone_name(tm)));
    values.push(t.int(tm.tm_gmtoff));
    STRUCT_TIME.make(t, values)
}

pub fn gmtime(t: &mut Thread, a: Args<'_>) -> Res {
    let s = seconds(t, a.opt_none(0))?;
    match utc(s) {
        Some(tm) => Ok(to_struct(t, &tm)),
        None => Err(t.last_os_error(None)),
    }
}

pub fn localtime(t: &mut Thread, a: Args<'_>) -> Res {
    let s = seconds(t, a.opt_none(0))?;
    match local(s) {
        Some(tm) => Ok(to_struct(t, &tm)),
        None => Err(t.last_os_error(None)),
    }
}

/// A `tm` from a time tuple; TypeError.
fn from_tuple(t: &mut Thread, v: VRef<'_>, function: &str) -> Res<libc::tm> {
    let Some(items) = tuple(v) else {
        return Err(t.type_error("Tuple or struct_time argument required"));
    };
    if items.len() != 9 {
        return Err(t.type_error(format!("{function}(): illegal time tuple argument")));
    }
    let mut n = [0i32; 9];
    for (i, slot) in n.iter_mut().enumerate() {
        *slot = match t.arg_i32(items.get(i)) {
            Ok(x) => x,
            Err(e) => {
                if t.raised_is(&weft_vm::errors::OVERFLOW_ERROR) && i == 0 {
                    t.clear_raised();
                    return Err(t.overflow_error("year out of range"));
                }
                return Err(e);
            }
        }
    }
    let Some(year) = n[0].checked_sub(1900) else { return Err(t.overflow_error("year out of range")) };
    // SAFETY: zeros are a valid tm.
    let mut tm: libc::tm = unsafe { MaybeUninit::zeroed().assume_init() };
    tm.tm_year = year;
    tm.tm_mon = n[1].wrapping_sub(1);
    tm.tm_mday = n[2];
    tm.tm_hour = n[3];
    tm.tm_min = n[4];
    tm.tm_sec = n[5];
    // Monday is 0 in Python, Sunday in C; negative days of the week stay negative, to be refused.
    tm.tm_wday = if n[6] < 0 { -1 } else { (n[6].wrapping_add(1)) % 7 };
    tm.tm_yday = n[7].wrapping_sub(1);
    tm.tm_isdst = n[8];
    if STRUCT_TIME.is_instance(t, v) {
        let gmtoff = t.attr(v, "tm_gmtoff")?;
        if !gmtoff.is_none() {
            tm.tm_gmtoff = t.arg_i64(gmtoff.r())?;
        }
    }
    Ok(tm)
}

/// Checks the ranges of a time tuple's items; zero means the first month and day.
fn check(t: &mut Thread, tm: &mut libc::tm) -> Result<(), Raised> {
    if tm.tm_mon == -1 {
        tm.tm_mon = 0
    }
    if tm.tm_mday == 0 {
        tm.tm_mday = 1
    }
    if tm.tm_yday == -1 {
        tm.tm_yday = 0
    }
    let wrong = [
        (!(0..=11).contains(&tm.tm_mon), "month out of range"),
        (!(0..=31).contains(&tm.tm_mday), "day of month out of range"),
        (!(0..=23).contains(&tm.tm_hour), "hour out of range"),
        (!(0..=59).contains(&tm.tm_min), "minute out of range"),
        (!(0..=61).contains(&tm.tm_sec), "seconds out of range"),
        (tm.tm_wday < 0, "day of week out of range"),
        (!(0..=365).contains(&tm.tm_yday), "day of year out of range"),
    ];
    match wrong.into_iter().find(|(bad, _)| *bad) {
        Some((_, text)) => Err(t.value_error(text)),
        None => Ok(()),
    }
}

/// The time tuple argument, checked; local time now if there is none.
fn tuple_or_now(t: &mut Thread, v: Option<VRef<'_>>, function: &str) -> Res<libc::tm> {
    match v {
        Some(v) => {
            let mut tm = from_tuple(t, v, function)?;
            check(t, &mut tm)?;
            Ok(tm)
        }
        None => {
            let now = seconds(t, None)?;
            local(now).ok_or_else(|| t.last_os_error(None))
        }
    }
}

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn as_text(t: &mut Thread, tm: &libc::tm) -> Value {
    let day = DAYS[tm.tm_wday.rem_euclid(7) as usize];
    let month = MONTHS[tm.tm_mon.rem_euclid(12) as usize];
    let year = tm.tm_year as i64 + 1900;
    t.str(&format!(
        "{day} {month}{:3} {:02}:{:02}:{:02} {year}",
        tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec
    ))
}

pub fn asctime(t: &mut Thread, a: Args<'_>) -> Res {
    let tm = tuple_or_now(t, a.opt(0), "asctime")?;
    Ok(as_text(t, &tm))
}

pub fn ctime(t: &mut Thread, a: Args<'_>) -> Res {
    let s = seconds(t, a.opt_none(0))?;
    match local(s) {
        Some(tm) => Ok(as_text(t, &tm)),
        None => Err(t.last_os_error(None)),
    }
}

pub fn mktime(t: &mut Thread, a: Args<'_>) -> Res {
    let mut tm = from_tuple(t, a.get(0), "mktime")?;
    // The day of the week is filled in on success, which tells -1, one second before the epoch, from an error.
    tm.tm_wday = -1;
    // SAFETY: `tm` is ours.
    let s = unsafe { libc::mktime(&mut tm) };
    if s == -1 && tm.tm_wday == -1 {
        return Err(t.overflow_error("mktime argument out of range"));
    }
    Ok(t.float(s as f64))
}

pub fn strftime(t: &mut Thread, a: Args<'_>) -> Res {
    let format = text_bytes(t, a.get(0), "strftime")?;
    let mut tm = tuple_or_now(t, a.opt(1), "strftime")?;
    // Out-of-range flags make the C library look behind its table of names.
    tm.tm_isdst = tm.tm_isdst.clamp(-1, 1);
    let zone = a.opt(1).filter(|v| STRUCT_TIME.is_instance(t, *v));
    let zone = match zone {
        Some(v) => {
            let z = t.attr(v, "tm_zone")?;
            weft_vm::types::str::text(z.r()).and_then(|z| std::ffi::CString::new(z.bytes()).ok())
        }
        None => None,
    };
    match &zone {
        Some(z) => tm.tm_zone = z.as_ptr(),
        None if a.opt(1).is_some() => {
            let mut copy = tm;
            // SAFETY: a copy is normalized, to find out the zone.
            unsafe { libc::mktime(&mut copy) };
            tm.tm_zone = copy.tm_zone;
            tm.tm_gmtoff = copy.tm_gmtoff;
        }
        None => {}
    }
    let mut out = Vec::new();
    for (i, part) in format.split(|b| *b == 0).enumerate() {
        if i > 0 {
            out.push(0)
        }
        format_part(part, &tm, &mut out)
    }
    Ok(t.str_wtf8(String::from_utf8_lossy(&out).as_bytes()))
}

/// One part of a format, without NUL bytes.
fn format_part(part: &[u8], tm: &libc::tm, out: &mut Vec<u8>) {
    let Ok(format) = std::ffi::CString::new(part) else { return };
    let mut size = 1024;
    while !part.is_empty() {
        let mut buf = vec![0u8; size];
        // SAFETY: the buffer is as long as said.
        let n = unsafe { libc::strftime(buf.as_mut_ptr().cast(), size, format.as_ptr(), tm) };
        // Zero means an empty result or too little room: no directive gives more than 256 times its length.
        if n > 0 || size > 256 * part.len().max(4) {
            out.extend_from_slice(&buf[..n]);
            return;
        }
        size *= 2
    }
}

pub fn strptime(t: &mut Thread, a: Args<'_>) -> Res {
    let m = interp::hooks::import_module(t, "_strptime")?;
    let f = t.attr(m.r(), "_strptime_time")?;
    match a.opt(1) {
        Some(format) => t.call(f.r(), &[a.get(0), format]),
        None => t.call(f.r(), &[a.get(0)]),
    }
}
