//! What the rest of the VM asks of the interpreter: running code, the running frame's namespaces.

use super::{bind, chain, push_frame, run_frames, unwind};
use crate::dict::Dict;
use crate::object::{ValueExt, as_vref};
use crate::thread::{Frame, FrameFlags, Thread};
use crate::types::code::CodeObject;
use crate::types::function::Function;
use crate::{Res, names};
use std::sync::atomic::Ordering::Acquire;
use weft_strategy::{VRef, Value};

/// The running Python frame, if any.
pub fn current_frame(t: &Thread) -> Option<*mut Frame> {
    let f = t.frame.get();
    if f.is_null() { None } else { Some(f) }
}

/// An active call, as far as others ask about it.
#[derive(Clone, Copy)]
pub struct Call {
    /// The code.
    pub code: *const CodeObject,
    /// The function.
    pub func: *const Function,
    /// Index of the instruction it is at.
    pub at: u32,
}

/// The call `depth` calls up from the running one.
pub fn call_at(t: &Thread, depth: usize) -> Option<Call> {
    Some(match chain::level(t, depth)? {
        // SAFETY: an active frame.
        chain::Level::Frame(f) => unsafe {
            Call { code: (*f).code, func: (*f).func, at: unwind::index(f) as u32 }
        },
        chain::Level::Waiting(g) => Call {
            code: g.code.word().ptr() as *const CodeObject,
            func: g.func.word().ptr() as *const Function,
            at: g.pc.load(Acquire).saturating_sub(1),
        },
    })
}

/// Is this a frame record of this thread?
pub fn is_mine(t: &Thread, f: *mut Frame) -> bool {
    let top = t.frame.get();
    !top.is_null() && f >= t.first_frame() && f <= top
}

/// The frame record of a generator that runs in this thread.
pub fn running_frame_of(t: &Thread, g: VRef<'_>) -> Option<*mut Frame> {
    let mut f = t.frame.get();
    if f.is_null() {
        return None;
    }
    loop {
        // SAFETY: between the first frame and the top one all are active.
        unsafe {
            if (*f).flags & FrameFlags::GENERATOR != 0 && (*f).extra.as_ref().is_some_and(|x| x.is(g)) {
                return Some(f);
            }
            if f == t.first_frame() {
                return None;
            }
            f = f.sub(1);
        }
    }
}

/// The frame object of the frame that called an active frame of this thread.
///
/// # Safety
/// `f` is an active frame of this thread.
pub unsafe fn caller_object(t: &Thread, f: *mut Frame) -> Option<Value> {
    // SAFETY: frames below an active one are active.
    unsafe {
        if let Some(g) = chain::first_link(t, f) {
            return Some(crate::types::frame::of_generator(t, as_vref(g)));
        }
        if f == t.first_frame() { None } else { Some(unwind::frame_object(t, f.sub(1))) }
    }
}

/// Index of the instruction an active frame is at.
///
/// # Safety
/// The frame is active and belongs to this thread.
pub unsafe fn instruction_index(f: *const Frame) -> u32 {
    // SAFETY: as the caller promises.
    unsafe { unwind::index(f) as u32 }
}

/// Index of the instruction that a frame of another thread is at: a guess, for the frame goes on meanwhile.
pub fn foreign_index(fo: &crate::types::frame::FrameObject) -> u32 {
    fo.lasti.load(std::sync::atomic::Ordering::Acquire)
}

/// The frame object of the frame `depth` calls up.
pub fn frame_object_at(t: &Thread, depth: usize) -> Option<Value> {
    Some(match chain::level(t, depth)? {
        // SAFETY: an active frame.
        chain::Level::Frame(f) => unsafe { unwind::frame_object(t, f) },
        chain::Level::Waiting(g) => crate::types::frame::of_generator(t, as_vref(g)),
    })
}

/// A traceback of one entry: where the running Python function is.
pub fn traceback_here(t: &Thread) -> Option<Value> {
    // SAFETY: an active frame.
    current_frame(t).map(|f| unsafe {
        let at = unwind::index(f);
        crate::types::traceback::new(t, None, unwind::frame_object(t, f), at)
    })
}

/// The function that runs `depth` calls up.
pub fn function_at(t: &Thread, depth: usize) -> Option<Value> {
    // SAFETY: an active call keeps its function alive.
    call_at(t, depth).map(|c| unsafe { as_vref(&*c.func).to_value() })
}

/// Gives the frame of a coroutine that runs without its object that object.
///
/// # Safety
/// The frame is active and belongs to this thread; its `pc` is saved.
pub unsafe fn give_coroutine(t: &mut Thread, f: *mut Frame) {
    // SAFETY: as the caller promises.
    unsafe {
        if super::awaiting::lacks_coroutine(f) {
            super::awaiting::give_coroutine(t, f)
        }
    }
}

/// `__globals__` of the running Python function.
pub fn current_globals(t: &Thread) -> Option<VRef<'_>> {
    // SAFETY: an active frame; its function is kept alive by it.
    current_frame(t).and_then(|f| unsafe { (*(*f).func).globals.get(t) })
}

/// `__builtins__` of the running Python function.
pub fn current_builtins(t: &Thread) -> Option<VRef<'_>> {
    // SAFETY: as above.
    current_frame(t).and_then(|f| unsafe { (*(*f).func).builtins.get(t) })
}

/// `locals()` of the running Python function: the mapping of a module or class, else a new dict (PEP 667).
pub fn current_locals(t: &mut Thread) -> Res {
    let Some(f) = current_frame(t) else { return Err(t.system_error("frame does not exist")) };
    // SAFETY: an active frame.
    unsafe { frame_locals(t, f) }
}

/// The locals of an active frame; for functions a snapshot.
///
/// # Safety
/// The frame is active and belongs to this thread.
pub unsafe fn frame_locals(t: &mut Thread, f: *mut Frame) -> Res {
    // SAFETY: as the caller promises.
    unsafe {
        // Inside a comprehension of a module or class its variables are in registers, and are what is shown.
        let inner = |n: usize| !(*(*f).base.add(n)).is_unbound();
        if let Some(l) = &(*f).locals
            && !(0..(&(*(*f).code).running().local_names).len()).any(inner)
        {
            return Ok(l.clone());
        }
        let d = Dict::new(t);
        {
            let Some(dict) = d.cast::<Dict>() else { return Ok(Value::NONE) };
            let code = &*(*f).code;
            for (n, name) in code.running().local_names.iter().enumerate() {
                let w = *(*f).base.add(n);
                let name: VRef<'static> = VRef::from_word(*name);
                if let Some(v) = variable(t, w, code.code().cells.contains(&(n as u16)))
                    && !hidden(name)
                {
                    dict.set_str(t, name, v)
                }
            }
            if let Some(cells) = (*(*f).func).cells() {
                for (c, name) in cells.iter().zip(code.running().free_names.iter()) {
                    let name: VRef<'static> = VRef::from_word(*name);
                    if let Some(v) = c.cast::<crate::types::cell::Cell>().and_then(|c| c.value.load())
                        && !hidden(name)
                    {
                        dict.set_str(t, name, v)
                    }
                }
            }
            let object = (*f).object.clone();
            if let Some(fo) = object.as_ref().and_then(|o| o.cast::<crate::types::frame::FrameObject>())
                && let Some(more) = fo.extra_locals.load()
            {
                for (k, v) in more.cast::<Dict>().map(|m| m.items(t)).unwrap_or_default() {
                    dict.set(t, k.r(), v)?
                }
            }
        }
        Ok(d)
    }
}

/// Names the compiler made up (`.0`) are not variables.
fn hidden(name: VRef<'_>) -> bool {
    crate::types::str::text(name).is_some_and(|s| s.bytes().first() == Some(&b'.'))
}

/// The value in a variable's register, through its cell if it is one.
///
/// # Safety
/// The word is alive.
pub unsafe fn variable(_t: &Thread, w: weft_strategy::Word, cell: bool) -> Option<Value> {
    if w.is_unbound() {
        return None;
    }
    // SAFETY: as the caller promises.
    let v: VRef<'_> = unsafe { VRef::from_word(w) };
    if cell && let Some(c) = v.cast::<crate::types::cell::Cell>() {
        return c.value.load();
    }
    Some(v.to_value())
}

/// Runs a code object in a namespace (`exec`, `eval`, modules). Without `locals` the globals serve.
pub fn run_code(t: &mut Thread, code: &CodeObject, globals: VRef<'_>, locals: Option<VRef<'_>>) -> Res {
    let builtins = builtins_of(t, globals)?;
    let func = Function::new(t, as_vref(code), globals, builtins.r());
    let locals = locals.unwrap_or(globals).to_value();
    run_function_with_locals(t, func.r(), locals)
}

/// Runs a function without parameters with a locals mapping: class bodies, exec with a closure.
pub fn run_function_with_locals(t: &mut Thread, func: VRef<'_>, locals: Value) -> Res {
    let Some(f) = func.cast::<Function>() else { return Err(t.system_error("not a function")) };
    t.enter_native()?;
    let code = f.code_object();
    code.tables(t);
    if f.cells().map_or(0, |c| c.len()) != code.nfree as usize {
        return Err(t.type_error("code object requires a closure"));
    }
    let base = t.top.get();
    if !t.has_room(base, code.nregs as usize) {
        return Err(t.recursion_error());
    }
    // SAFETY: the function is held by the caller; arguments that are missing are complained of.
    unsafe {
        let bound = if code.takes_nothing() { 0 } else { bind::bind(t, f, base, 0, None)? };
        match push_frame(t, f, base, base, bound, std::ptr::null_mut(), FrameFlags::ENTRY) {
            Ok(frame) => {
                let optimized = f.code_object().flags & weft_bytecode::code::flags::OPTIMIZED != 0;
                if !optimized {
                    (*frame).flags |= FrameFlags::HOLDS;
                    (*frame).locals = Some(locals)
                }
                run_frames(t, false)
            }
            Err(e) => Err(e),
        }
    }
}

/// The builtins dict that code with these globals sees: `globals["__builtins__"]`, else the interpreter's.
pub fn builtins_of(t: &mut Thread, globals: VRef<'_>) -> Res {
    if let Some(g) = globals.cast::<Dict>()
        && let Some(b) = g.get_str(t, names::__builtins__()).map(|v| v.to_value())
    {
        if let Some(m) = b.cast::<crate::types::module::Module>() {
            return Ok(m.dict().as_vref().to_value());
        }
        if b.cast::<Dict>().is_some() {
            return Ok(b);
        }
    }
    Ok(crate::start::builtins_dict(t))
}

/// Class and receiver of `super()` without arguments: the `__class__` cell and the first parameter of the running
/// function (3.3.3.5).
pub fn super_arguments(t: &mut Thread) -> Res<(Value, Value)> {
    let Some(f) = current_frame(t) else { return Err(t.runtime_error("super(): no current frame")) };
    // SAFETY: the top frame is active; its function and registers are alive.
    unsafe {
        let code = &*(*f).code;
        if code.argcount == 0 {
            return Err(t.runtime_error("super(): no arguments"));
        }
        let obj = variable(t, *(*f).base, code.code().cells.contains(&0));
        let Some(obj) = obj else { return Err(t.runtime_error("super(): arg[0] deleted")) };
        let at = code.running().free_names.iter().position(|n| n.same(names::__class__().word()));
        let cell = at.and_then(|i| (*(*f).func).cells().filter(|c| i < c.len()).map(|c| c.get(i).to_value()));
        let Some(cell) = cell else { return Err(t.runtime_error("super(): __class__ cell not found")) };
        let class = cell.cast::<crate::types::cell::Cell>().and_then(|c| c.value.load());
        match class {
            Some(c) => Ok((c, obj)),
            None => Err(t.runtime_error("super(): empty __class__ cell")),
        }
    }
}

/// `import a.b.c` gives `a.b.c`.
pub fn import_module(t: &mut Thread, name: &str) -> Res {
    let builtins = crate::start::builtins_dict(t);
    let import =
        builtins.cast::<Dict>().and_then(|d| d.get_str(t, names::__import__()).map(|v| v.to_value()));
    let Some(import) = import else {
        return Err(t.raise_text(&crate::errors::IMPORT_ERROR, "__import__ not found"));
    };
    let none = crate::types::singletons::none();
    let n = t.str(name);
    let star = t.str("__name__");
    let from = crate::types::tuple::Tuple::new(t, vec![star]);
    t.call(import.r(), &[n.r(), none, none, from.r(), VRef::immediate(weft_strategy::Word::small_int(0))])
}

/// The active frame behind a frame object, if it is this thread's (or the GIL keeps its thread from running).
pub fn active(t: &Thread, o: &crate::types::frame::FrameObject) -> Option<*mut Frame> {
    let f = o.frame.load(std::sync::atomic::Ordering::Acquire);
    if f.is_null() {
        return None;
    }
    let top = t.frame.get();
    let own = !top.is_null() && f >= t.first_frame() && f <= top;
    (own || weft_strategy::ops().gil).then_some(f)
}
