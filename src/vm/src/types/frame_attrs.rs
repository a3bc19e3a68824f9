//! What Python sees of frame objects.

use super::code::CodeObject;
use super::frame::FrameObject;
use super::frame_locals::{self, Place, code_of, place};
use super::function::Function;
use super::generator::state;
use super::str::text;
use crate::Res;
use crate::interp::{chain, hooks};
use crate::object::{Args, GetSet, MethodDef, Slots, ValueExt};
use crate::thread::Thread;
use std::sync::atomic::Ordering::*;
use weft_bytecode::locations;
use weft_strategy::{VRef, Value};

/// Behaviour.
pub const SLOTS: Slots = Slots { repr: Some(repr), ..Slots::EMPTY };

/// Methods.
pub static METHODS: &[MethodDef] = crate::methods! {
    "clear(self, /)" => clear, "Clear all references held by the frame.";
    "__sizeof__(self, /)" => |t, a| {
        let n = a.this::<FrameObject>().code.get(t).and_then(|c| c.cast::<CodeObject>()).map_or(0, |c| c.nregs as i64);
        Ok(t.int(112 + 8 * n))
    }, "Return the size of the frame in memory, in bytes.";
};

macro_rules! get {
    ($name:literal, $doc:literal, $get:expr) => {
        GetSet { name: $name, get: $get, set: None, doc: $doc }
    };
}

/// Computed attributes.
pub static GETSET: &[GetSet] = &[
    get!("f_back", "The frame that called this one.", |t, v| Ok(back(t, v))),
    get!("f_code", "Return the code object being executed in this frame.", |_, v| Ok(slot(v, |f| &f.code))),
    get!(
        "f_globals",
        "Return the global variables in this frame.",
        |_, v| Ok(of_function(v, |f| &f.globals))
    ),
    get!("f_builtins", "Return the built-in variables in this frame.", |_, v| Ok(
        of_function(v, |f| &f.builtins)
    )),
    get!("f_locals", "Return the mapping used by the frame to look up local variables.", locals),
    get!("f_lasti", "Return the index of the last attempted instruction in the frame.", |t, v| {
        let n = v.cast::<FrameObject>().map_or(0, |f| match f.traced_index.load(Acquire) {
            0 => index(t, f),
            told => told - 1,
        });
        Ok(t.int(i64::from(n) * 2))
    }),
    GetSet {
        name: "f_lineno",
        get: |t, v| Ok(line(t, v).map_or(Value::NONE, |n| t.int(n as i64))),
        set: Some(|t, v, x| match x {
            Some(x) => crate::interp::jump::set(t, v, x),
            None => Err(t.raise_text(
                &crate::errors::ATTRIBUTE_ERROR,
                "attribute 'f_lineno' of 'frame' objects cannot be deleted",
            )),
        }),
        doc: "Return the current line number in the frame.",
    },
    get!("f_generator", "Return the generator or coroutine associated with this frame, or None.", |t, v| {
        if let Some(Place::Running(f)) = v.cast::<FrameObject>().map(|fo| place(t, fo)) {
            // SAFETY: an active frame of this thread.
            unsafe { hooks::give_coroutine(t, f) }
        }
        Ok(slot(v, |f| &f.generator))
    }),
    GetSet {
        name: "f_trace",
        get: |_, v| Ok(slot(v, |f| &f.trace)),
        set: Some(|t, v, x| {
            if let Some(f) = v.cast::<FrameObject>() {
                let x = x.filter(|x| !x.is_none()).map(|x| x.to_value());
                if f.trace.is_empty() {
                    // Where it was when it was last traced says nothing.
                    f.last_line.store(0, Relaxed)
                }
                drop(f.trace.swap(&f.h, x));
                crate::interp::trace::refresh(t);
            }
            Ok(())
        }),
        doc: "Return the trace function for this frame, or None if no trace function is set.",
    },
    GetSet {
        name: "f_trace_lines",
        get: |_, v| Ok(Value::bool(v.cast::<FrameObject>().is_some_and(|f| f.trace_lines.load(Acquire)))),
        set: Some(|t, v, x| {
            let b = flag(t, x)?;
            if let Some(f) = v.cast::<FrameObject>() {
                f.trace_lines.store(b, Release)
            }
            Ok(())
        }),
        doc: "",
    },
    GetSet {
        name: "f_trace_opcodes",
        get: |_, v| Ok(Value::bool(v.cast::<FrameObject>().is_some_and(|f| f.trace_opcodes.load(Acquire)))),
        set: Some(|t, v, x| {
            let b = flag(t, x)?;
            if let Some(f) = v.cast::<FrameObject>() {
                f.trace_opcodes.store(b, Release)
            }
            Ok(())
        }),
        doc: "Return True if opcode tracing is enabled, False otherwise.",
    },
];

fn flag(t: &mut Thread, x: Option<VRef<'_>>) -> Res<bool> {
    match x.map(|x| x.word()) {
        Some(w) if w == weft_strategy::Word::TRUE => Ok(true),
        Some(w) if w == weft_strategy::Word::FALSE => Ok(false),
        _ => Err(t.type_error("attribute value type must be bool")),
    }
}

fn slot(v: VRef<'_>, which: fn(&FrameObject) -> &weft_strategy::Slot) -> Value {
    v.cast::<FrameObject>().and_then(|f| which(f).load()).unwrap_or(Value::NONE)
}

fn of_function(v: VRef<'_>, which: fn(&Function) -> &weft_strategy::Slot) -> Value {
    let f = slot(v, |f| &f.func);
    f.cast::<Function>().and_then(|f| which(f).load()).unwrap_or(Value::NONE)
}

/// `f_back`
pub fn back(t: &Thread, v: VRef<'_>) -> Value {
    let Some(fo) = v.cast::<FrameObject>() else { return Value::NONE };
    match place(t, fo) {
        // SAFETY: the frame runs.
        Place::Running(f) => unsafe { hooks::caller_object(t, f) }.unwrap_or(Value::NONE),
        Place::Suspended(g) if g.state.load(Acquire) == state::CHAINED => {
            chain::caller_of(t, g).unwrap_or(Value::NONE)
        }
        _ => fo.back.load().unwrap_or(Value::NONE),
    }
}

/// Index of the instruction the frame is at.
pub fn index(t: &Thread, fo: &FrameObject) -> u32 {
    match place(t, fo) {
        // SAFETY: an active frame of this thread.
        Place::Running(f) => unsafe { hooks::instruction_index(f) },
        Place::Suspended(g) => g.pc.load(Acquire).saturating_sub(1),
        Place::Finished => fo.lasti.load(Acquire),
        Place::Foreign => hooks::foreign_index(fo),
    }
}

/// The line the frame is at.
pub fn line(t: &Thread, v: VRef<'_>) -> Option<u32> {
    let fo = v.cast::<FrameObject>()?;
    let traced = fo.traced_line.load(Acquire);
    if traced != 0 {
        return Some(traced);
    }
    let code = code_of(fo)?;
    locations::line_at(code.code(), index(t, fo))
}

fn locals(t: &mut Thread, v: VRef<'_>) -> Res {
    let Some(fo) = v.cast::<FrameObject>() else { return Ok(Value::NONE) };
    if frame_locals::has_hidden(t, fo) {
        return Ok(frame_locals::new(t, v));
    }
    if let Some(l) = fo.locals.load() {
        return Ok(l);
    }
    let optimized = code_of(fo).is_some_and(|c| c.flags & weft_bytecode::code::flags::OPTIMIZED != 0);
    if !optimized {
        // A frame object made before the namespace was known.
        if let Place::Running(f) = place(t, fo) {
            // SAFETY: an active frame of this thread.
            return unsafe { hooks::frame_locals(t, f) };
        }
    }
    Ok(frame_locals::new(t, v))
}

fn clear(t: &mut Thread, a: Args<'_>) -> Res {
    let fo = a.this::<FrameObject>();
    let g = match place(t, fo) {
        Place::Running(_) | Place::Foreign => {
            return Err(t.runtime_error("cannot clear an executing frame"));
        }
        Place::Suspended(g) if g.state.load(Acquire) == state::CREATED => {
            Some(crate::object::as_vref(g).to_value())
        }
        Place::Suspended(g) if g.state.load(Acquire) == state::CHAINED => {
            return Err(t.runtime_error("cannot clear an executing frame"));
        }
        Place::Suspended(_) => return Err(t.runtime_error("cannot clear a suspended frame")),
        Place::Finished => None,
    };
    match g {
        Some(g) => drop(crate::interp::generator::close(t, g.r())?),
        None => {
            // SAFETY: the box is replaced when the frame object dies only.
            for s in unsafe { &**fo.registers.get() } {
                drop(s.take(&fo.h))
            }
            drop((fo.extra_locals.take(&fo.h), fo.trace.take(&fo.h)));
        }
    }
    t.process_pending();
    Ok(Value::NONE)
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let Some(fo) = v.cast::<FrameObject>() else { return Ok(t.str("<frame>")) };
    let line = line(t, v).map_or("None".into(), |n| n.to_string());
    let Some(code) = code_of(fo) else { return Ok(t.str("<frame>")) };
    let name = code.name_text();
    let file = code.filename.load();
    let file = match file {
        Some(f) if text(f.r()).is_some() => t.repr_text(f.r())?,
        _ => "'?'".into(),
    };
    Ok(t.str(&format!("<frame at {:#x}, file {file}, line {line}, code {name}>", v.word().identity())))
}
