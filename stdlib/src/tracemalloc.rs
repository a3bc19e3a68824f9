//! `_tracemalloc`: whether memory is being traced. Blocks are not followed, so nothing is ever found.

use std::sync::atomic::{AtomicI32, AtomicI64, Ordering::Relaxed};
use weft_vm::object::{Args, ModuleSpec};
use weft_vm::start::flags::flags;
use weft_vm::types::list::List;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Res, Thread, Value};

/// The declaration.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_tracemalloc",
    doc: "Debug module to trace memory blocks allocated by Python.",
    functions: weft_vm::methods! {
        "start(nframe=1, /)" => start, "Start tracing Python memory allocations.";
        "stop()" => stop, "Stop tracing Python memory allocations.";
        "is_tracing()" => |_, _| Ok(Value::bool(LIMIT.load(Relaxed) > 0)), "Return True if the tracemalloc module is tracing Python memory allocations.";
        "clear_traces()" => clear, "Clear traces of memory blocks allocated by Python.";
        "_get_traces()" => |t, _| Ok(List::new(t, Vec::new())), "Get traces of all memory blocks allocated by Python.";
        "_get_object_traceback(obj, /)" => |_, _| Ok(Value::NONE), "Get the traceback where the Python object obj was allocated.";
        "get_traceback_limit()" => |t, _| Ok(t.int(LIMIT.load(Relaxed).max(1).into())), "Get the maximum number of frames stored in the traceback of a trace.";
        "get_tracemalloc_memory()" => |t, _| Ok(t.int(0)), "Get the memory usage in bytes of the tracemalloc module.";
        "get_traced_memory()" => traced_memory, "Get the current size and peak size of memory blocks traced by tracemalloc.";
        "reset_peak()" => reset_peak, "Set the peak size of memory blocks traced by tracemalloc to the current size.";
    },
    init: Some(|_, _| {
        let n = i32::try_from(flags().tracemalloc).unwrap_or(i32::MAX);
        if n > 0 && LIMIT.load(Relaxed) == 0 {
            begin(n)
        }
        Ok(())
    }),
};

/// Frames to keep; 0: not tracing.
static LIMIT: AtomicI32 = AtomicI32::new(0);
/// Bytes mapped when tracing began, and the most since.
static BASE: AtomicI64 = AtomicI64::new(0);
static PEAK: AtomicI64 = AtomicI64::new(0);
/// As in CPython.
const MAX_FRAMES: i32 = u16::MAX as i32;

fn mapped() -> i64 {
    weft_vm::heap::mapped_bytes() as i64
}

fn begin(frames: i32) {
    BASE.store(mapped(), Relaxed);
    PEAK.store(0, Relaxed);
    LIMIT.store(frames, Relaxed)
}

fn start(t: &mut Thread, a: Args<'_>) -> Res {
    let n = a.opt(0).map_or(Ok(1), |n| t.arg_i32(n))?;
    if !(1..=MAX_FRAMES).contains(&n) {
        return Err(t.value_error(format!("the number of frames must be in range [1; {MAX_FRAMES}]")));
    }
    if LIMIT.load(Relaxed) == 0 {
        begin(n)
    }
    Ok(Value::NONE)
}

fn stop(_: &mut Thread, _: Args<'_>) -> Res {
    LIMIT.store(0, Relaxed);
    Ok(Value::NONE)
}

fn clear(_: &mut Thread, _: Args<'_>) -> Res {
    BASE.store(mapped(), Relaxed);
    PEAK.store(0, Relaxed);
    Ok(Value::NONE)
}

/// Growth of the object heap since tracing began, by whole pages.
fn traced_memory(t: &mut Thread, _: Args<'_>) -> Res {
    let size = if LIMIT.load(Relaxed) > 0 { (mapped() - BASE.load(Relaxed)).max(0) } else { 0 };
    let peak = PEAK.fetch_max(size, Relaxed).max(size);
    let (size, peak) = (t.int(size), t.int(if LIMIT.load(Relaxed) > 0 { peak } else { 0 }));
    Ok(Tuple::new(t, vec![size, peak]))
}

fn reset_peak(_: &mut Thread, _: Args<'_>) -> Res {
    PEAK.store(0, Relaxed);
    Ok(Value::NONE)
}
