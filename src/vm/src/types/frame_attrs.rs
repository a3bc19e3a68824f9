//! What Python sees of frames.

use super::attrs::{getsetter, getter, or_none, put, slot_text, text_of};
use super::code::CodeObject;
use super::frame::FrameObject;
use super::frame_locals;
use super::function::Function;
use super::generator::{Generator, state};
use crate::interp::hooks;
use crate::object::{Args, GetSet, MethodDef, ValueExt};
use crate::thread::Thread;
use crate::{Res, names};
use std::sync::atomic::Ordering::*;
use weft_strategy::{VRef, Value};

/// Methods.
pub static METHODS: &[MethodDef] = crate::methods! {
    "clear(self, /)" => clear, "Clear all references held by the frame.";
    "__sizeof__(self, /)" => |t, _| Ok(t.int_usize(size_of::<FrameObject>())), "Return the size of the frame in memory, in bytes.";
};

/// Computed attributes.
pub static GETSET: &[GetSet] = &[
    getter!("f_back", back, "The previous frame, towards the caller."),
    getter!("f_locals", |t, v| frame_locals::of(t, v), "Return the mapping used by the frame to look up local variables."),
    getsetter!("f_lineno", |t, v| Ok(line_value(t, line(t, this(v)))), |t, _, _| {
        Err(t.value_error("f_lineno can only be set in a trace function"))
    }, "Return the current line number in the frame."),
    getsetter!("f_trace", |_, v| Ok(or_none(&this(v).trace)), |_, v, x| {
        let f = this(v);
        put(&f.trace, &f.h, x.filter(|x| !x.is_none()));
        Ok(())
    }, "Return the trace function for this frame, or None if no trace function is set."),
    getter!("f_lasti", |t, v| Ok(match index(t, this(v)) {
        Some(i) => t.int(i as i64 * 2),
        None => t.int(-1),
    }), "Return the index of the last attempted instruction in the frame."),
    getter!("f_globals", |_, v| Ok(function(this(v)).map_or(Value::NONE, |f| from_function(&f, true))), "Return the global variables in the frame."),
    getter!("f_builtins", |_, v| Ok(function(this(v)).map_or(Value::NONE, |f| from_function(&f, false))), "Return the built-in variables in the frame."),
    getter!("f_code", |_, v| Ok(or_none(&this(v).code)), "Return the code object being executed in this frame."),
    getsetter!("f_trace_opcodes", |_, _| Ok(Value::FALSE), |_, _, _| Ok(()), "Return True if opcode tracing is enabled, False otherwise."),
    getsetter!("f_trace_lines", |_, _| Ok(Value::TRUE), |_, _, _| Ok(())),
    getter!("f_generator", |_, v| Ok(or_none(&this(v).generator)), "Return the generator or coroutine associated with this frame, or None."),
];

pub(crate) fn this<'t>(v: VRef<'t>) -> &'t FrameObject {
    v.cast().expect("the descriptor checked the receiver")
}

fn function(f: &FrameObject) -> Option<Value> {
    f.func.load()
}

fn from_function(f: &Value, globals: bool) -> Value {
    match f.cast::<Function>() {
        Some(f) => or_none(if globals { &f.globals } else { &f.builtins }),
        None => Value::NONE,
    }
}

/// `f_globals`
pub fn globals(f: &FrameObject) -> Value {
    function(f).map_or(Value::NONE, |f| from_function(&f, true))
}

/// Index of the last instruction; `None` before the first.
pub fn index(t: &Thread, f: &FrameObject) -> Option<usize> {
    if let Some(p) = hooks::active(t, f) {
        // SAFETY: active.
        return Some(unsafe { hooks::instruction_index(p) });
    }
    if let Some(g) = f.generator.load()
        && let Some(g) = g.cast::<Generator>()
        && matches!(g.state.load(Acquire), state::CREATED | state::SUSPENDED | state::DELEGATING)
    {
        return Some((g.pc.load(Acquire) as usize).saturating_sub(1));
    }
    Some(f.lasti.load(Acquire) as usize)
}

/// `f_lineno`
pub fn line(t: &Thread, f: &FrameObject) -> Option<u32> {
    let code = f.code.load()?;
    let co = code.cast::<CodeObject>()?;
    let i = index(t, f)?;
    weft_bytecode::locations::line_at(&co.code, i as u32)
}

fn line_value(t: &Thread, line: Option<u32>) -> Value {
    line.map_or(Value::NONE, |l| t.int(l as i64))
}

/// `<frame at 0x…, file '…', line 1, code f>`
pub fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let f = this(v);
    let line = line(t, f).map_or("None".to_string(), |l| l.to_string());
    let Some(code) = f.code.load() else { return Ok(t.str("<frame>")) };
    let Some(co) = code.cast::<CodeObject>() else { return Ok(t.str("<frame>")) };
    let file = or_none(&co.filename);
    let (file, name) = (t.repr_text(file.r())?, slot_text(&co.name));
    let at = v.word().identity();
    Ok(t.str(&format!("<frame at {at:#x}, file {file}, line {line}, code {name}>")))
}

fn back(t: &mut Thread, v: VRef<'_>) -> Res {
    let f = this(v);
    if let Some(p) = hooks::active(t, f) {
        if p == t.first_frame() {
            return Ok(Value::NONE);
        }
        let top = t.frame.get();
        if p < t.first_frame() || p > top {
            return Ok(or_none(&f.back));
        }
        // SAFETY: both lie in this thread's frame array.
        let depth = unsafe { top.offset_from(p) } as usize;
        return Ok(hooks::frame_object_at(t, depth + 1).unwrap_or(Value::NONE));
    }
    Ok(or_none(&f.back))
}

fn clear(t: &mut Thread, a: Args<'_>) -> Res {
    let f: &FrameObject = a.this();
    if !f.frame.load(Acquire).is_null() {
        return Err(t.runtime_error("cannot clear an executing frame"));
    }
    if let Some(g) = f.generator.load()
        && let Some(gen_) = g.cast::<Generator>()
    {
        match gen_.state.load(Acquire) {
            state::RUNNING => return Err(t.runtime_error("cannot clear an executing frame")),
            state::FINISHED => {}
            state::CREATED => {
                t.call_method(g.r(), "close", &[])?;
            }
            _ => return Err(t.runtime_error("cannot clear a suspended frame")),
        }
        return Ok(Value::NONE);
    }
    for s in frame_locals::kept(f) {
        drop(s.take(&f.h))
    }
    drop(f.extra.take(&f.h));
    Ok(Value::NONE)
}

/// `__name__` of the module a frame runs in.
pub fn module_name(t: &Thread, f: &FrameObject) -> String {
    let g = globals(f);
    g.cast::<crate::dict::Dict>()
        .and_then(|d| d.get_str(t, names::__name__()).map(text_of))
        .unwrap_or_default()
}
