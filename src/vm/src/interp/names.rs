//! Locals, cells, globals, names.

use super::attr::site_name;
use super::cache;
use super::{Base, kill, put, put_value, take, value, vreg};
use crate::dict::Dict;
use crate::object::ValueExt;
use crate::thread::{Frame, Thread};
use crate::types::cell::Cell;
use crate::types::code::CodeObject;
use crate::types::fixed;
use crate::types::str::text;
use crate::{Raised, Res, names};
use weft_bytecode::Instr;
use weft_bytecode::ops::KILL_B;
use weft_strategy::{VRef, Value, Word};

fn name_text(n: VRef<'_>) -> String {
    text(n).map(|s| s.to_string()).unwrap_or_default()
}

/// The name of register `n` of a code object, if it is a variable.
///
/// # Safety
/// The code object is alive.
pub unsafe fn local_name(code: *const CodeObject, n: u16) -> VRef<'static> {
    // SAFETY: as the caller promises; names are immortal.
    unsafe {
        (&(*code).running().local_names).get(n as usize).map_or(names::__name__(), |w| VRef::from_word(*w))
    }
}

/// # Safety
/// The code object is alive.
#[cold]
pub unsafe fn unbound_local(t: &mut Thread, code: *const CodeObject, n: u16) -> Res<()> {
    // SAFETY: as the caller promises.
    let name = unsafe { local_name(code, n) };
    let s = name_text(name);
    // Unlike NameError it is not told the name.
    Err(t.raise_text(
        &crate::errors::UNBOUND_LOCAL_ERROR,
        format!("cannot access local variable '{s}' where it is not associated with a value"),
    ))
}

/// Wraps what the register holds in a new cell.
///
/// # Safety
/// Registers of the running frame.
#[cold]
pub unsafe fn make_cell(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let old = if super::reg(base, i.a()).is_unbound() { None } else { Some(take(base, i.a())) };
        let c = Cell::new(t, old);
        put_value(t, base, i.a(), c);
    }
    Ok(())
}

/// A cell of the running function's closure.
///
/// # Safety
/// `n` is a free variable of the frame's code.
#[inline(always)]
pub unsafe fn free_cell(f: *const Frame, n: u16) -> *const Cell {
    // SAFETY: a function's closure has as many cells as its code has free variables (checked where it is set).
    unsafe {
        let closure = (*(*f).func).closure.word().ptr() as *const crate::types::tuple::Tuple;
        (&(*closure).words())[n as usize].word().ptr() as *const Cell
    }
}

/// # Safety
/// The frame runs.
#[cold]
pub unsafe fn empty_cell(t: &mut Thread, f: *const Frame, n: u16) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe { unbound_local(t, (*f).code, n) }
}

/// # Safety
/// The frame runs.
#[cold]
pub unsafe fn empty_free(t: &mut Thread, f: *const Frame, n: u16) -> Res<()> {
    // SAFETY: as the caller promises; names are immortal.
    let name: VRef<'static> = unsafe { VRef::from_word((&(*(*f).code).running().free_names)[n as usize]) };
    let s = name_text(name);
    Err(t.name_error(
        name,
        format!(
            "cannot access free variable '{s}' where it is not associated with a value in enclosing scope"
        ),
    ))
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn store_cell(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let v = if i.f() & KILL_B != 0 { take(base, i.b()) } else { value(base, i.b()) };
        let c = &*(super::reg(base, i.a()).ptr() as *const Cell);
        c.value.set(&c.h, v);
    }
    t.process_pending();
    Ok(())
}

/// # Safety
/// Registers of the running frame.
#[cold]
pub unsafe fn delete_cell(t: &mut Thread, f: *mut Frame, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let c = &*(super::reg(base, i.a()).ptr() as *const Cell);
        if c.value.take(&c.h).is_none() {
            return empty_cell(t, f, i.a());
        }
    }
    t.process_pending();
    Ok(())
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn store_free(t: &mut Thread, f: *mut Frame, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let v = if i.f() & KILL_B != 0 { take(base, i.b()) } else { value(base, i.b()) };
        let c = &*free_cell(f, i.a());
        c.value.set(&c.h, v);
    }
    t.process_pending();
    Ok(())
}

/// # Safety
/// The frame runs.
#[cold]
pub unsafe fn delete_free(t: &mut Thread, f: *mut Frame, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let c = &*free_cell(f, i.a());
        if c.value.take(&c.h).is_none() {
            return empty_free(t, f, i.a());
        }
    }
    t.process_pending();
    Ok(())
}

// ---- globals

fn undefined(t: &mut Thread, name: VRef<'_>) -> Raised {
    let s = name_text(name);
    t.name_error(name, format!("name '{s}' is not defined"))
}

/// `globals[name]`, else `builtins[name]`.
///
/// # Safety
/// The frame runs.
#[cold]
pub unsafe fn load_global(t: &mut Thread, f: *mut Frame, site: u16) -> Res {
    // SAFETY: as the caller promises.
    unsafe {
        let name = site_name(f, site);
        let v = global_or_builtin(t, f, name)?;
        cache::remember_global(t, f, name, site);
        Ok(v)
    }
}

/// # Safety
/// The frame runs.
unsafe fn global_or_builtin(t: &mut Thread, f: *mut Frame, name: VRef<'_>) -> Res {
    // SAFETY: as the caller promises.
    unsafe {
        let func = &*(*f).func;
        if let Some(v) = func.globals_dict().get_str(t, name) {
            return Ok(v.to_value());
        }
        let g = func.globals.load().unwrap_or(Value::NONE);
        if !g.r().has_shape(fixed::DICT)
            && let Some(v) = missing_hook(t, g.r(), name)?
        {
            return Ok(v);
        }
        if let Some(v) = func.builtins_dict().get_str(t, name) {
            return Ok(v.to_value());
        }
    }
    Err(undefined(t, name))
}

/// A dict subclass as namespace: `__missing__` and overridden `__getitem__` count.
fn missing_hook(t: &mut Thread, d: VRef<'_>, name: VRef<'_>) -> Res<Option<Value>> {
    match t.getitem(d, name) {
        Ok(v) => Ok(Some(v)),
        Err(e) => {
            if t.raised_is(&crate::errors::KEY_ERROR) {
                t.clear_raised();
                return Ok(None);
            }
            Err(e)
        }
    }
}

/// # Safety
/// Registers of the running frame.
#[cold]
pub unsafe fn store_global(t: &mut Thread, f: *mut Frame, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let v = if i.f() & KILL_B != 0 { take(base, i.b()) } else { value(base, i.b()) };
        (*(*f).func).globals_dict().set_str(t, site_name(f, i.c()), v);
    }
    t.process_pending();
    Ok(())
}

/// # Safety
/// The frame runs.
#[cold]
pub unsafe fn delete_global(t: &mut Thread, f: *mut Frame, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let name = site_name(f, i.c());
        if (*(*f).func).globals_dict().remove_str(t, name).is_none() {
            return Err(undefined(t, name));
        }
    }
    t.process_pending();
    Ok(())
}

// ---- the locals mapping of modules, classes and exec

/// A name in a mapping: a dict directly, anything else by `__getitem__`.
fn lookup(t: &mut Thread, mapping: VRef<'_>, name: VRef<'_>) -> Res<Option<Value>> {
    if let Some(d) = mapping.exact::<Dict>(fixed::DICT) {
        return Ok(d.get_str(t, name).map(|v| v.to_value()));
    }
    missing_hook(t, mapping, name)
}

/// # Safety
/// The frame runs.
unsafe fn locals(f: *mut Frame) -> Option<Value> {
    // SAFETY: as the caller promises.
    unsafe { (*f).locals.clone() }
}

/// # Safety
/// The frame runs.
#[cold]
pub unsafe fn load_name(t: &mut Thread, f: *mut Frame, site: u16) -> Res {
    // SAFETY: as the caller promises.
    unsafe { load_name_value(t, f, site_name(f, site)) }
}

/// # Safety
/// The frame runs.
unsafe fn load_name_value(t: &mut Thread, f: *mut Frame, name: VRef<'_>) -> Res {
    // SAFETY: as the caller promises.
    unsafe {
        if let Some(l) = locals(f)
            && let Some(v) = lookup(t, l.r(), name)?
        {
            return Ok(v);
        }
        global_or_builtin(t, f, name)
    }
}

/// # Safety
/// Registers of the running frame.
#[cold]
pub unsafe fn store_name(t: &mut Thread, f: *mut Frame, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let v = if i.f() & KILL_B != 0 { take(base, i.b()) } else { value(base, i.b()) };
        store_name_value(t, f, site_name(f, i.c()), v)?;
    }
    t.process_pending();
    Ok(())
}

/// # Safety
/// The frame runs.
unsafe fn store_name_value(t: &mut Thread, f: *mut Frame, name: VRef<'_>, v: Value) -> Res<()> {
    // SAFETY: as the caller promises.
    let Some(l) = (unsafe { locals(f) }) else {
        let s = name_text(name);
        return Err(t.system_error(format!("no locals when storing '{s}'")));
    };
    match l.r().exact::<Dict>(fixed::DICT) {
        Some(d) => {
            d.set_str(t, name, v);
            Ok(())
        }
        None => t.setitem(l.r(), name, Some(v.r())),
    }
}

/// # Safety
/// The frame runs.
#[cold]
pub unsafe fn delete_name(t: &mut Thread, f: *mut Frame, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe { delete_name_value(t, f, site_name(f, i.c())) }
}

/// # Safety
/// The frame runs.
unsafe fn delete_name_value(t: &mut Thread, f: *mut Frame, name: VRef<'_>) -> Res<()> {
    // SAFETY: as the caller promises.
    let Some(l) = (unsafe { locals(f) }) else { return Err(undefined(t, name)) };
    match l.r().exact::<Dict>(fixed::DICT) {
        Some(d) => {
            if d.remove_str(t, name).is_none() {
                return Err(undefined(t, name));
            }
        }
        None => {
            if t.setitem(l.r(), name, None).is_err() {
                if t.raised_is(&crate::errors::KEY_ERROR) {
                    t.clear_raised();
                    return Err(undefined(t, name));
                }
                return Err(Raised);
            }
        }
    }
    t.process_pending();
    Ok(())
}

/// # Safety
/// The frame runs.
#[cold]
pub unsafe fn load_locals(t: &mut Thread, f: *mut Frame) -> Res {
    // SAFETY: as the caller promises.
    match unsafe { locals(f) } {
        Some(l) => Ok(l),
        None => Err(t.system_error("no locals")),
    }
}

/// # Safety
/// Registers of the running frame.
#[cold]
pub unsafe fn dict_or_globals(t: &mut Thread, f: *mut Frame, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let name = site_name(f, i.c());
        let v = match lookup(t, vreg(base, i.b()), name)? {
            Some(v) => v,
            None => global_or_builtin(t, f, name)?,
        };
        put_value(t, base, i.a(), v);
        if i.f() & KILL_B != 0 && i.a() != i.b() {
            put(t, base, i.b(), Word::UNBOUND)
        }
    }
    Ok(())
}

/// # Safety
/// Registers of the running frame.
#[cold]
pub unsafe fn dict_or_free(t: &mut Thread, f: *mut Frame, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises; names are immortal.
    unsafe {
        let name: VRef<'static> = VRef::from_word((&(*(*f).code).running().free_names)[i.c() as usize]);
        let v = match lookup(t, vreg(base, i.b()), name)? {
            Some(v) => v,
            None => match (*free_cell(f, i.c())).value.load() {
                Some(v) => v,
                None => return empty_free(t, f, i.c()),
            },
        };
        put_value(t, base, i.a(), v);
        if i.f() & KILL_B != 0 && i.a() != i.b() {
            put(t, base, i.b(), Word::UNBOUND)
        }
    }
    Ok(())
}

/// # Safety
/// Registers of the running frame.
#[cold]
pub unsafe fn dict_or_cell(t: &mut Thread, f: *mut Frame, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let name = local_name((*f).code, i.c());
        let v = match lookup(t, vreg(base, i.b()), name)? {
            Some(v) => v,
            None => match (*(super::reg(base, i.c()).ptr() as *const Cell)).value.load() {
                Some(v) => v,
                None => return empty_cell(t, f, i.c()),
            },
        };
        put_value(t, base, i.a(), v);
        if i.f() & KILL_B != 0 && i.a() != i.b() {
            put(t, base, i.b(), Word::UNBOUND)
        }
    }
    Ok(())
}

/// # Safety
/// The frame runs.
#[cold]
pub unsafe fn load_build_class(t: &mut Thread, f: *mut Frame) -> Res {
    // SAFETY: as the caller promises.
    let b = unsafe { (*(*f).func).builtins_dict() };
    let name = crate::intern::intern(t, "__build_class__");
    match b.get_str(t, name).map(|v| v.to_value()) {
        Some(v) => Ok(v),
        None => Err(t.name_error(name, "__build_class__ not found".into())),
    }
}

// ---- names in registers

/// # Safety
/// Registers of the running frame.
pub unsafe fn load_reg(t: &mut Thread, f: *mut Frame, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let name = value(base, i.c());
        let v = if i.f() & 1 == 0 {
            load_name_value(t, f, name.r())?
        } else {
            global_or_builtin(t, f, name.r())?
        };
        put_value(t, base, i.a(), v);
        super::arith::kill_others(t, base, i);
    }
    Ok(())
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn store_reg(t: &mut Thread, f: *mut Frame, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let (name, v) = (value(base, i.c()), value(base, i.b()));
        if i.f() & 1 == 0 {
            store_name_value(t, f, name.r(), v)?
        } else {
            (*(*f).func).globals_dict().set_str(t, name.r(), v)
        }
        kill(t, base, i);
    }
    Ok(())
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn delete_reg(t: &mut Thread, f: *mut Frame, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let name = value(base, i.c());
        if i.f() & 1 == 0 {
            delete_name_value(t, f, name.r())?
        } else if (*(*f).func).globals_dict().remove_str(t, name.r()).is_none() {
            return Err(undefined(t, name.r()));
        }
        kill(t, base, i);
    }
    Ok(())
}
