//! `sys.monitoring` (PEP 669): tools, the events they want, their callbacks.
//!
//! Names and callbacks are Python objects and live in the process-wide registry; which tool wants what, and the telling,
//! is in `weft_vm::interp::monitor`.

use parking_lot::Mutex;
use weft_vm::dict::Dict;
use weft_vm::interp::monitor::{self, LOCAL, TOOLS, callback_key, event};
use weft_vm::object::{Args, ModuleSpec, ValueExt};
use weft_vm::start::modules::{registry_get, registry_set};
use weft_vm::types::code;
use weft_vm::types::str::text;
use weft_vm::{Res, Thread, VRef, Value};

const CALL: u32 = 1 << 4;
const C_RETURN: u32 = 1 << 16;
const C_RAISE: u32 = 1 << 17;
const BRANCH: u32 = 1 << 18;
const BRANCHES: u32 = 1 << 8 | 1 << 9;
/// Which tools are in use.
static USED: Mutex<[bool; TOOLS]> = Mutex::new([false; TOOLS]);

static MODULE: ModuleSpec = ModuleSpec {
    name: "sys.monitoring",
    doc: "",
    functions: weft_vm::methods! {
        "use_tool_id(tool_id, name, /)" => use_tool_id;
        "clear_tool_id(tool_id, /)" => clear_tool_id;
        "free_tool_id(tool_id, /)" => free_tool_id;
        "get_tool(tool_id, /)" => get_tool;
        "register_callback(tool_id, event, func, /)" => register_callback;
        "get_events(tool_id, /)" => get_events;
        "set_events(tool_id, event_set, /)" => set_events;
        "get_local_events(tool_id, code, /)" => get_local_events;
        "set_local_events(tool_id, code, event_set, /)" => set_local_events;
        "restart_events()" => |_, _| {
            monitor::restart();
            Ok(Value::NONE)
        };
        "_all_events()" => all_events;
    },
    init: None,
};

/// Adds it to `sys`, and to `sys.modules` so that it can be imported by name.
pub fn add(t: &mut Thread, sys: VRef<'_>) -> Res<()> {
    let m = t.native_module(&MODULE)?;
    for (name, id) in [("DEBUGGER_ID", 0), ("COVERAGE_ID", 1), ("PROFILER_ID", 2), ("OPTIMIZER_ID", 5)] {
        t.module_set(m.r(), name, t.int(id))
    }
    let object = weft_vm::types::object::TYPE.shape(t);
    for (name, key) in [("DISABLE", monitor::DISABLE), ("MISSING", monitor::MISSING)] {
        let v = weft_vm::types::object::make_instance(t, object);
        registry_set(t, key, v.clone());
        t.module_set(m.r(), name, v)
    }
    let mut events: Vec<(&str, Value)> =
        event::NAMES.iter().enumerate().map(|(i, n)| (*n, t.int(1 << i))).collect();
    events.push(("NO_EVENTS", t.int(0)));
    t.module_set(m.r(), "events", weft_vm::types::namespace::new(t, &events));
    if let Some(d) = weft_vm::start::modules(t)
        && let Some(d) = d.cast::<Dict>()
    {
        t.dict_set(d, "sys.monitoring", m.clone())
    }
    t.module_set(sys, "monitoring", m);
    Ok(())
}

/// The number of a tool; ValueError.
fn tool(t: &mut Thread, v: VRef<'_>) -> Res<usize> {
    let n = t.arg_i32(v)?;
    match usize::try_from(n) {
        Ok(i) if i < TOOLS => Ok(i),
        _ => Err(t.value_error(format!("invalid tool {n} (must be between 0 and 5)"))),
    }
}

/// The number of a tool in use; ValueError.
fn used_tool(t: &mut Thread, v: VRef<'_>) -> Res<usize> {
    let i = tool(t, v)?;
    if USED.lock()[i] { Ok(i) } else { Err(t.value_error(format!("tool {i} is not in use"))) }
}

fn name_key(tool: usize) -> String {
    format!("sys.monitoring.tool.{tool}")
}

fn use_tool_id(t: &mut Thread, a: Args<'_>) -> Res {
    let i = tool(t, a.get(0))?;
    if text(a.get(1)).is_none() {
        return Err(t.value_error("tool name must be a str"));
    }
    let taken = std::mem::replace(&mut USED.lock()[i], true);
    if taken {
        return Err(t.value_error(format!("tool {i} is already in use")));
    }
    registry_set(t, &name_key(i), a.get(1).to_value());
    Ok(Value::NONE)
}

fn clear_tool_id(t: &mut Thread, a: Args<'_>) -> Res {
    let i = tool(t, a.get(0))?;
    let used = USED.lock()[i];
    if used {
        monitor::clear(t, i)
    }
    Ok(Value::NONE)
}

fn free_tool_id(t: &mut Thread, a: Args<'_>) -> Res {
    let i = tool(t, a.get(0))?;
    let used = USED.lock()[i];
    if used {
        monitor::clear(t, i);
        registry_set(t, &name_key(i), Value::NONE);
        USED.lock()[i] = false
    }
    Ok(Value::NONE)
}

fn get_tool(t: &mut Thread, a: Args<'_>) -> Res {
    let i = tool(t, a.get(0))?;
    Ok(registry_get(t, &name_key(i)).unwrap_or(Value::NONE))
}

fn register_callback(t: &mut Thread, a: Args<'_>) -> Res {
    let i = tool(t, a.get(0))?;
    let event = t.arg_i32(a.get(1))?;
    if event <= 0 || event.count_ones() != 1 {
        return Err(t.value_error("The callback can only be set for one event at a time"));
    }
    let number = event.trailing_zeros();
    if number as usize >= event::NAMES.len() {
        return Err(t.value_error(format!("invalid event {event}")));
    }
    weft_vm::start::audit::audit(t, "sys.monitoring.register_callback", &[a.get(2)])?;
    let both = [event::BRANCH_LEFT, event::BRANCH_RIGHT];
    let one = [number];
    // BRANCH stands for both directions.
    let numbers: &[u32] = if number == event::BRANCH { &both } else { &one };
    let old = registry_get(t, callback_key(i, numbers[0])).unwrap_or(Value::NONE);
    for n in numbers {
        registry_set(t, callback_key(i, *n), a.get(2).to_value())
    }
    Ok(old)
}

/// An event set as it is kept: BRANCH stands for both directions, C events come with CALL.
fn event_set(t: &mut Thread, v: VRef<'_>, allowed: u32, what: &str) -> Res<u32> {
    let n = t.arg_i32(v)?;
    let all = (1u32 << event::NAMES.len()) - 1;
    let mut events = match u32::try_from(n) {
        Ok(e) if e & !all == 0 => e,
        _ => return Err(t.value_error(format!("invalid {what} 0x{n:x}"))),
    };
    let c_events = C_RETURN | C_RAISE;
    if events & c_events != 0 && events & CALL == 0 {
        return Err(t.value_error("cannot set C_RETURN or C_RAISE events independently"));
    }
    events &= !c_events;
    if events & BRANCH != 0 {
        events = events & !BRANCH | BRANCHES
    }
    if events & !allowed != 0 {
        return Err(t.value_error(format!("invalid {what} 0x{events:x}")));
    }
    Ok(events)
}

/// An event set as Python sees it.
fn shown(t: &Thread, mut events: u32) -> Value {
    if events & BRANCHES == BRANCHES {
        events = events & !BRANCHES | BRANCH
    }
    t.int(events.into())
}

fn get_events(t: &mut Thread, a: Args<'_>) -> Res {
    let i = tool(t, a.get(0))?;
    Ok(shown(t, monitor::events(i)))
}

fn set_events(t: &mut Thread, a: Args<'_>) -> Res {
    let i = tool(t, a.get(0))?;
    let events = event_set(t, a.get(1), u32::MAX, "event set")?;
    used_tool(t, a.get(0))?;
    monitor::set_events(t, i, events);
    Ok(Value::NONE)
}

fn code_arg<'f>(t: &mut Thread, v: VRef<'f>) -> Res<&'f code::CodeObject> {
    code::code(v).ok_or_else(|| t.type_error("code must be a code object"))
}

fn get_local_events(t: &mut Thread, a: Args<'_>) -> Res {
    let code = code_arg(t, a.get(1))?;
    let i = tool(t, a.get(0))?;
    Ok(shown(t, monitor::local_events(code, i)))
}

fn set_local_events(t: &mut Thread, a: Args<'_>) -> Res {
    let code = code_arg(t, a.get(1))?;
    let i = tool(t, a.get(0))?;
    let events = event_set(t, a.get(2), LOCAL, "local event set")?;
    used_tool(t, a.get(0))?;
    monitor::set_local_events(t, code, i, events);
    Ok(Value::NONE)
}

fn all_events(t: &mut Thread, _: Args<'_>) -> Res {
    let result = Dict::new(t);
    let events: Vec<u32> = (0..TOOLS).map(monitor::events).collect();
    if let Some(d) = result.cast::<Dict>() {
        for (bit, name) in event::NAMES.iter().enumerate() {
            let tools = (0..TOOLS).filter(|i| events[*i] >> bit & 1 != 0).fold(0, |m, i| m | 1 << i);
            if tools != 0 {
                t.dict_set(d, name, t.int(tools))
            }
        }
    }
    Ok(result)
}
