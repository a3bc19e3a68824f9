//! Telling the tools of `sys.monitoring` (PEP 669) what happens.
//!
//! Which tool wants what is kept here, as numbers; the callbacks are Python objects in the process-wide registry. An event
//! that nobody wants costs a look at [`WANTED`], and that in the tracing loop only (`trace.rs`), which runs while
//! anything is traced or monitored. A location whose callback answered `DISABLE` is remembered by the number its code
//! object got when it was first asked for (addresses are used again, numbers are not).
//!
//! While a callback runs, its thread tells of nothing.

use super::trace::{Told, What};
use super::{foreign, trace};
use crate::Res;
use crate::start::modules::{registry_get, registry_set};
use crate::thread::{Frame, Thread};
use crate::types::code::CodeObject;
use parking_lot::Mutex;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::*};
use weft_bytecode::{Instr, Op};
use weft_strategy::{VRef, Value};

/// How many tools there may be.
pub const TOOLS: usize = 6;

/// Events by number; the number is the bit.
#[allow(missing_docs)]
pub mod event {
    pub const PY_START: u32 = 0;
    pub const PY_RESUME: u32 = 1;
    pub const PY_RETURN: u32 = 2;
    pub const PY_YIELD: u32 = 3;
    pub const CALL: u32 = 4;
    pub const LINE: u32 = 5;
    pub const INSTRUCTION: u32 = 6;
    pub const JUMP: u32 = 7;
    pub const BRANCH_LEFT: u32 = 8;
    pub const BRANCH_RIGHT: u32 = 9;
    pub const STOP_ITERATION: u32 = 10;
    pub const RAISE: u32 = 11;
    pub const EXCEPTION_HANDLED: u32 = 12;
    pub const PY_UNWIND: u32 = 13;
    pub const PY_THROW: u32 = 14;
    pub const RERAISE: u32 = 15;
    pub const C_RETURN: u32 = 16;
    pub const C_RAISE: u32 = 17;
    pub const BRANCH: u32 = 18;
    /// Names, in order.
    pub const NAMES: [&str; 19] = [
        "PY_START",
        "PY_RESUME",
        "PY_RETURN",
        "PY_YIELD",
        "CALL",
        "LINE",
        "INSTRUCTION",
        "JUMP",
        "BRANCH_LEFT",
        "BRANCH_RIGHT",
        "STOP_ITERATION",
        "RAISE",
        "EXCEPTION_HANDLED",
        "PY_UNWIND",
        "PY_THROW",
        "RERAISE",
        "C_RETURN",
        "C_RAISE",
        "BRANCH",
    ];
}

/// Events that can be asked for of one code object, and disabled at a location.
pub const LOCAL: u32 = (1 << 11) - 1;
/// Events that come with instructions rather than with calls, returns and exceptions.
const STEPS: u32 = 1 << event::LINE
    | 1 << event::INSTRUCTION
    | 1 << event::JUMP
    | 1 << event::BRANCH_LEFT
    | 1 << event::BRANCH_RIGHT
    | 1 << event::CALL;

/// A location, an event of it and a tool.
type Place = (u32, u32, u8, u8);

#[derive(Default)]
struct State {
    /// Events by tool.
    events: [u32; TOOLS],
    /// Events by tool of one code object.
    local: HashMap<u32, [u32; TOOLS]>,
    /// Where tools do not want to be told any more.
    disabled: HashSet<Place>,
}

static STATE: Mutex<Option<State>> = Mutex::new(None);
/// All events that some tool wants, of all code or of some.
static WANTED: AtomicU32 = AtomicU32::new(0);
/// Is anything disabled?
static DISABLED: AtomicBool = AtomicBool::new(false);
static NEXT_NUMBER: AtomicU32 = AtomicU32::new(1);

fn with<R>(f: impl FnOnce(&mut State) -> R) -> R {
    f(STATE.lock().get_or_insert_default())
}

/// Does any tool want anything?
#[inline]
pub fn active() -> bool {
    WANTED.load(Relaxed) != 0
}

/// Does any tool want events of single instructions?
#[inline]
pub(super) fn steps() -> bool {
    WANTED.load(Relaxed) & STEPS != 0
}

pub(super) fn number(code: &CodeObject) -> u32 {
    let n = code.monitored.load(Relaxed);
    if n != 0 {
        return n;
    }
    let fresh = NEXT_NUMBER.fetch_add(1, Relaxed);
    code.monitored.compare_exchange(0, fresh, Relaxed, Relaxed).map_or_else(|now| now, |_| fresh)
}

/// Brings all threads up to date after a change.
fn changed(t: &mut Thread) {
    let wanted = with(|s| {
        s.local.retain(|_, e| e.iter().any(|e| *e != 0));
        s.events.iter().chain(s.local.values().flatten()).fold(0, |all, e| all | e)
    });
    WANTED.store(wanted, Relaxed);
    foreign::refresh_tracing(t)
}

/// The events a tool wants of all code.
pub fn events(tool: usize) -> u32 {
    with(|s| s.events[tool])
}

/// Sets them.
pub fn set_events(t: &mut Thread, tool: usize, events: u32) {
    with(|s| s.events[tool] = events);
    changed(t)
}

/// The events a tool wants of one code object.
pub fn local_events(code: &CodeObject, tool: usize) -> u32 {
    let n = number(code);
    with(|s| s.local.get(&n).map_or(0, |e| e[tool]))
}

/// Sets them.
pub fn set_local_events(t: &mut Thread, code: &CodeObject, tool: usize, events: u32) {
    let n = number(code);
    with(|s| s.local.entry(n).or_default()[tool] = events);
    changed(t)
}

/// A tool wants nothing any more.
pub fn clear(t: &mut Thread, tool: usize) {
    with(|s| {
        s.events[tool] = 0;
        for e in s.local.values_mut() {
            e[tool] = 0
        }
        s.disabled.retain(|p| p.3 as usize != tool);
    });
    for event in 0..event::NAMES.len() as u32 {
        if registry_get(t, callback_key(tool, event)).is_some_and(|f| !f.is_none()) {
            registry_set(t, callback_key(tool, event), Value::NONE)
        }
    }
    changed(t)
}

/// What was disabled is told again.
pub fn restart() {
    with(|s| s.disabled.clear());
    DISABLED.store(false, Relaxed)
}

/// Where a callback is kept in the registry.
pub fn callback_key(tool: usize, event: u32) -> &'static str {
    static KEYS: std::sync::OnceLock<Vec<String>> = std::sync::OnceLock::new();
    let n = event::NAMES.len();
    let keys = KEYS.get_or_init(|| {
        (0..TOOLS * n).map(|i| format!("sys.monitoring.callback.{}.{}", i / n, i % n)).collect()
    });
    &keys[tool * n + event as usize]
}

/// The objects `DISABLE` and `MISSING` are kept in the registry.
pub const DISABLE: &str = "sys.monitoring.DISABLE";
/// See [`DISABLE`].
pub const MISSING: &str = "sys.monitoring.MISSING";

/// The tools that want an event at a place, as bits.
fn tools(n: u32, at: u32, event: u32) -> u32 {
    with(|s| {
        let local = s.local.get(&n).copied().unwrap_or_default();
        let mut set = 0;
        for (i, (all, here)) in s.events.iter().zip(local).enumerate() {
            let wants = (all | here) >> event & 1 != 0;
            if wants && !(DISABLED.load(Relaxed) && s.disabled.contains(&(n, at, event as u8, i as u8))) {
                set |= 1 << i
            }
        }
        set
    })
}

/// Tells of an event of a frame's code: the callback gets the code, then `rest`.
///
/// # Safety
/// `f` is an active frame of this thread.
pub unsafe fn tell(t: &mut Thread, f: *mut Frame, event: u32, at: u32, rest: &[VRef<'_>]) -> Res<()> {
    // C events come with CALL.
    let wanted_as = if matches!(event, event::C_RETURN | event::C_RAISE) { event::CALL } else { event };
    if WANTED.load(Relaxed) >> wanted_as & 1 == 0 || t.in_trace > 0 {
        return Ok(());
    }
    // SAFETY: as the caller promises; the code lives as long as the frame.
    let code = unsafe { &*(*f).code };
    let n = number(code);
    let mut set = tools(n, at, wanted_as);
    let mut failed = Ok(());
    while set != 0 && failed.is_ok() {
        // The last tool comes first.
        let tool = set.ilog2() as usize;
        set &= !(1 << tool);
        let key = callback_key(tool, event);
        let Some(callback) = registry_get(t, key).filter(|f| !f.is_none()) else { continue };
        let code = crate::object::as_vref(code).to_value();
        let mut args = vec![code.r()];
        args.extend_from_slice(rest);
        let what = match event {
            event::PY_START | event::PY_RESUME | event::PY_THROW => What::Call,
            event::LINE => What::Line,
            event::PY_YIELD => What::Yield,
            _ => What::Other,
        };
        let outer = std::mem::replace(&mut t.traced, Told::of(what, f));
        t.tracing = false;
        t.in_trace += 1;
        let r = t.call(callback.r(), &args);
        t.in_trace -= 1;
        t.traced = outer;
        trace::refresh(t);
        failed = match r {
            Err(e) => Err(e),
            Ok(v) if registry_get(t, DISABLE).is_some_and(|d| d.is(v.r())) => {
                if LOCAL >> wanted_as & 1 != 0 {
                    with(|s| s.disabled.insert((n, at, wanted_as as u8, tool as u8)));
                    DISABLED.store(true, Relaxed);
                    Ok(())
                } else {
                    registry_set(t, key, Value::NONE);
                    let name = event::NAMES[event as usize];
                    Err(t.value_error(format!("Cannot disable {name} events. Callback removed.")))
                }
            }
            Ok(_) => Ok(()),
        }
    }
    failed
}

/// As [`tell`] with the instruction's offset first, as most callbacks get it.
///
/// # Safety
/// As [`tell`].
pub unsafe fn tell_at(t: &mut Thread, f: *mut Frame, event: u32, at: u32, arg: Option<VRef<'_>>) -> Res<()> {
    if !active() {
        return Ok(());
    }
    let offset = t.int(2 * i64::from(at));
    // SAFETY: as the caller promises.
    unsafe {
        match arg {
            Some(arg) => tell(t, f, event, at, &[offset.r(), arg]),
            None => tell(t, f, event, at, &[offset.r()]),
        }
    }
}

/// A line begins.
///
/// # Safety
/// As [`tell`].
pub unsafe fn line(t: &mut Thread, f: *mut Frame, at: u32, line: u32) -> Res<()> {
    let n = t.int(i64::from(line));
    // SAFETY: as the caller promises.
    unsafe { tell(t, f, event::LINE, at, &[n.r()]) }
}

/// Control came from instruction `from`, a jump, to `to`.
///
/// # Safety
/// As [`tell`].
pub unsafe fn jumped(t: &mut Thread, f: *mut Frame, from: u32, to: u32) -> Res<()> {
    // SAFETY: as the caller promises; `from` is an instruction of the frame's code.
    unsafe {
        let Some(op) = (&(*(*f).code).code().instrs).get(from as usize).and_then(|i| i.op()) else {
            return Ok(());
        };
        let taken = to != from + 1;
        let event = match op {
            Op::JUMP if taken => event::JUMP,
            Op::JUMP => return Ok(()),
            _ if taken => event::BRANCH_RIGHT,
            _ => event::BRANCH_LEFT,
        };
        let (a, b) = (t.int(2 * i64::from(from)), t.int(2 * i64::from(to)));
        tell(t, f, event, from, &[a.r(), b.r()])
    }
}

/// A call is about to be made: `CALL` with the callable and its first argument.
///
/// # Safety
/// As [`tell`]; `i` is the frame's next instruction.
pub unsafe fn calls(t: &mut Thread, f: *mut Frame, at: u32, i: Instr) -> Res<()> {
    if WANTED.load(Relaxed) >> event::CALL & 1 == 0 {
        return Ok(());
    }
    // SAFETY: as the caller promises; the operands of a call are bound.
    unsafe {
        let window = (*f).base.add(i.b() as usize);
        let first = match i.op() {
            Some(Op::CALL | Op::CALL_KW) if i.c() > 0 => Some(*window.add(1)),
            Some(Op::CALL_METHOD | Op::CALL_METHOD_KW) if !(*window.add(1)).is_unbound() => {
                Some(*window.add(1))
            }
            Some(Op::CALL_METHOD | Op::CALL_METHOD_KW) if i.c() > 0 => Some(*window.add(2)),
            Some(Op::CALL | Op::CALL_KW | Op::CALL_METHOD | Op::CALL_METHOD_KW | Op::CALL_EX) => None,
            _ => return Ok(()),
        };
        if (*window).is_unbound() {
            return Ok(());
        }
        let callee = VRef::from_word(*window).to_value();
        let first = match first.filter(|w| !w.is_unbound()) {
            Some(w) => VRef::from_word(w).to_value(),
            None => missing(t),
        };
        let offset = t.int(2 * i64::from(at));
        tell(t, f, event::CALL, at, &[offset.r(), callee.r(), first.r()])
    }
}

fn missing(t: &Thread) -> Value {
    registry_get(t, MISSING).unwrap_or(Value::NONE)
}

/// A native function returned or raised: `C_RETURN`, `C_RAISE`.
///
/// # Safety
/// As [`tell`].
pub unsafe fn native(
    t: &mut Thread,
    f: *mut Frame,
    event: u32,
    callee: VRef<'_>,
    first: Option<VRef<'_>>,
) -> Res<()> {
    if WANTED.load(Relaxed) >> event::CALL & 1 == 0 {
        return Ok(());
    }
    // SAFETY: as the caller promises.
    unsafe {
        let at = super::unwind::index(f) as u32;
        let first = first.map_or_else(|| missing(t), |v| v.to_value());
        let offset = t.int(2 * i64::from(at));
        tell(t, f, event, at, &[offset.r(), callee, first.r()])
    }
}
