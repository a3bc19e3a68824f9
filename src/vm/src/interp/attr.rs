//! Attribute access where the caches do not know the answer.

use super::cache;
use super::{Base, as_function, drop_range, kill, push_frame, put, put_value, take, value, vreg};
use crate::dict::Dict;
use crate::object::{ValueExt, shape_of};
use crate::thread::{Frame, Thread};
use crate::types::builtin::Builtin;
use crate::types::descriptor::{GetSetDescr, MethodDescr};
use crate::types::function::Method;
use crate::types::object::generic_getattr;
use crate::types::property::Property;
use crate::types::{fixed, heaptype};
use crate::{Res, names};
use weft_bytecode::Instr;
use weft_bytecode::ops::{KILL_B, Special};
use weft_strategy::{VRef, Value, Word};

/// The interned name of a site.
///
/// # Safety
/// `site` is a site of the frame's code.
#[inline]
pub unsafe fn site_name(f: *const Frame, site: u16) -> VRef<'static> {
    // SAFETY: as the caller promises; names are immortal.
    unsafe { VRef::from_word(*(&(*(*f).code).running().site_names).get_unchecked(site as usize)) }
}

/// `R[A] := R[B].S[C]`. True: a frame of a property's getter was pushed.
///
/// # Safety
/// Registers of the running frame.
#[cold]
pub unsafe fn load(t: &mut Thread, f: *mut Frame, base: Base, i: Instr) -> Res<bool> {
    // SAFETY: as the caller promises.
    unsafe {
        let obj = vreg(base, i.b());
        if let Some(w) = in_own_dict(t, obj, site_name(f, i.c())) {
            put(t, base, i.a(), w);
            if i.f() & KILL_B != 0 && i.a() != i.b() {
                put(t, base, i.b(), Word::UNBOUND)
            }
            return Ok(false);
        }
        // What the descriptor says is taken out of it before any Python runs.
        let mut computed = None;
        let mut native = None;
        let mut python = None;
        if let Some(d) = cache::getter(t, f, obj.word(), i.c()) {
            if let Some(g) = d.exact::<GetSetDescr>(fixed::GETSET_DESCR) {
                native = Some(g.def.get)
            } else if let Some(p) = d.exact::<Property>(fixed::PROPERTY) {
                python = p.fget.load()
            } else if let Some(m) = d.exact::<MethodDescr>(fixed::METHOD_DESCR) {
                computed = Some(Builtin::bound(t, m.def, obj.to_value()))
            } else if d.has_shape(fixed::FUNCTION) {
                computed = Some(Method::new(t, d.to_value(), obj.to_value()))
            }
        }
        if let Some(getter) = python
            && enter_getter(t, base, i, getter)?
        {
            return Ok(true);
        }
        if let Some(get) = native {
            computed = Some(get(t, obj)?)
        }
        let v = match computed {
            Some(v) => v,
            None => {
                let name = site_name(f, i.c());
                let v = t.getattr(obj, name)?;
                cache::remember_attr(t, f, obj, name, i.c(), false);
                v
            }
        };
        put_value(t, base, i.a(), v);
        if i.f() & KILL_B != 0 && i.a() != i.b() {
            put(t, base, i.b(), Word::UNBOUND)
        }
        t.process_pending();
    }
    Ok(false)
}

/// The attribute of an object whose attributes are in a dict, as a register word: if it is there, and no data descriptor
/// of the class goes first.
fn in_own_dict(t: &Thread, obj: VRef<'_>, name: VRef<'_>) -> Option<Word> {
    let h = obj.header()?;
    let s = shape_of(h);
    let ty = s.ty();
    if !s.dict_mode || ty.slots().getattr.is_none_or(|g| g as usize != generic_getattr as *const () as usize)
    {
        return None;
    }
    let v = s.ext(h).get(t)?.cast::<Dict>()?.get_str(t, name)?;
    if ty.lookup(t, name).is_some_and(|d| d.ty().slots().descr_set.is_some()) {
        return None;
    }
    // SAFETY: loaded just now.
    Some(unsafe { super::calls::hold(t, v.word()) })
}

/// Pushes the frame of a property's getter if it is a plain function of one argument; the result goes to R[A].
///
/// # Safety
/// Registers of the running frame.
unsafe fn enter_getter(t: &mut Thread, base: Base, i: Instr, getter: Value) -> Res<bool> {
    // SAFETY: as the caller promises; a simple function takes exactly what lies in the window, which holds it.
    unsafe {
        let Some(func) = as_function(getter.word()) else { return Ok(false) };
        let code = (*func).code_object();
        let window = t.top.get();
        if !code.is_simple() || code.argcount != 1 || !t.has_room(window, code.nregs as usize + 2) {
            return Ok(false);
        }
        code.tables(t);
        *window = getter.into_word();
        let this = if i.f() & KILL_B != 0 { take(base, i.b()) } else { value(base, i.b()) };
        *window.add(1) = this.into_word();
        t.top.set(window.add(2));
        if let Err(e) = push_frame(t, func, window, window.add(1), 1, base.add(i.a() as usize), 0) {
            drop_range(t, window, 2);
            t.top.set(window);
            return Err(e);
        }
        Ok(true)
    }
}

/// `R[A].S[C] := R[B]`
///
/// # Safety
/// Registers of the running frame.
#[cold]
pub unsafe fn store(t: &mut Thread, f: *mut Frame, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let obj = vreg(base, i.a());
        let name = site_name(f, i.c());
        let before = obj.header().map_or(0, |h| h.shape());
        t.setattr(obj, name, Some(vreg(base, i.b())))?;
        if !obj.header().is_some_and(|h| shape_of(h).dict_mode) {
            cache::remember_store(t, f, obj, name, i.c(), before)
        }
        kill(t, base, i);
        t.process_pending();
    }
    Ok(())
}

/// `del R[A].S[C]`
///
/// # Safety
/// Registers of the running frame.
#[cold]
pub unsafe fn delete(t: &mut Thread, f: *mut Frame, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        t.setattr(vreg(base, i.a()), site_name(f, i.c()), None)?;
        kill(t, base, i);
        t.process_pending();
    }
    Ok(())
}

/// `R[A], R[A+1] :=` function and receiver, or bound value and nothing.
///
/// # Safety
/// Registers of the running frame.
#[cold]
pub unsafe fn load_method(t: &mut Thread, f: *mut Frame, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let obj = vreg(base, i.b());
        let name = site_name(f, i.c());
        let ty = obj.ty();
        let plain = ty.slots().getattr.is_some_and(|g| g as usize == generic_getattr as *const () as usize);
        if plain
            && let Some(d) = ty.lookup(t, name)
            && (d.has_shape(fixed::FUNCTION) || d.has_shape(fixed::METHOD_DESCR))
            && obj.header().is_none_or(|h| crate::types::object::instance_get(t, h, name).is_none())
        {
            if !obj.header().is_some_and(|h| shape_of(h).dict_mode) {
                cache::remember_attr(t, f, obj, name, i.c(), true)
            }
            let func = d.to_value();
            // The receiver as a value of its own: simplest where the caches did not know.
            let this = obj.to_value();
            if i.f() & KILL_B != 0 && i.b() != i.a() && i.b() != i.a() + 1 {
                put(t, base, i.b(), Word::UNBOUND)
            }
            put_value(t, base, i.a(), func);
            put_value(t, base, i.a() + 1, this);
            return Ok(());
        }
        let v = t.getattr(obj, name)?;
        cache::remember_attr(t, f, obj, name, i.c(), true);
        if i.f() & KILL_B != 0 && i.b() != i.a() && i.b() != i.a() + 1 {
            put(t, base, i.b(), Word::UNBOUND)
        }
        put_value(t, base, i.a(), v);
        put(t, base, i.a() + 1, Word::UNBOUND);
        t.process_pending();
    }
    Ok(())
}

/// `super(…).name`: by the fast way if `super` is the builtin, else by calling what is there.
///
/// # Safety
/// Registers of the running frame.
#[cold]
pub unsafe fn load_super(t: &mut Thread, f: *mut Frame, base: Base, i: Instr, method: bool) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let builtin = crate::types::super_::TYPE.get(t);
        let (class, this) = (vreg(base, i.b() + 1).word(), vreg(base, i.b() + 2).word());
        if vreg(base, i.b()).is(crate::object::as_vref(builtin))
            && class.is_bound_heap()
            && this.is_bound_heap()
            && let Some((found, binds)) = cache::load_super(t, f, class, this, i.c())
            && (method || !binds)
        {
            // Its register may be given something else before the call.
            let this = if binds { super::calls::hold(t, this) } else { Word::UNBOUND };
            drop_range(t, base.add(i.b() as usize), 3);
            put(t, base, i.a(), found);
            if method {
                put(t, base, i.a() + 1, this);
            }
            return Ok(());
        }
        let sup = take(base, i.b());
        let class = take(base, i.b() + 1);
        let this = take(base, i.b() + 2);
        let name = site_name(f, i.c());
        let class_type = crate::types::typeobj::as_type(class.r());
        let (v, receiver) = if sup.is(crate::object::as_vref(builtin))
            && let Some(c) = class_type
        {
            cache::remember_super(t, f, c, this.r(), name, i.c());
            if method {
                crate::types::super_::super_method(t, c, this.r(), name)?
            } else {
                (crate::types::super_::super_getattr(t, c, this.r(), name)?, None)
            }
        } else {
            let s =
                if i.f() & 1 != 0 { t.call(sup.r(), &[])? } else { t.call(sup.r(), &[class.r(), this.r()])? };
            (t.getattr(s.r(), name)?, None)
        };
        put_value(t, base, i.a(), v);
        if method {
            match receiver {
                Some(r) => put_value(t, base, i.a() + 1, r),
                None => put(t, base, i.a() + 1, Word::UNBOUND),
            }
        }
        drop((sup, class, this));
        t.process_pending();
    }
    Ok(())
}

/// `R[A], R[A+1] :=` special method `F` of `R[B]` as a pair.
///
/// # Safety
/// Registers of the running frame.
#[cold]
pub unsafe fn load_special(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let which = Special::from_u8(i.f() & 7).unwrap_or(Special::Enter);
        let name = match which {
            Special::Enter => names::__enter__(),
            Special::Exit => names::__exit__(),
            Special::AEnter => names::__aenter__(),
            Special::AExit => names::__aexit__(),
        };
        let obj = vreg(base, i.b());
        let Some(d) = obj.ty().lookup(t, name).map(|d| d.to_value()) else {
            return Err(missing_special(t, obj, which));
        };
        let pair = if d.r().has_shape(fixed::FUNCTION) || d.r().has_shape(fixed::METHOD_DESCR) {
            // A register's own word: a shared receiver is not counted.
            (d, Some(super::calls::hold(t, vreg(base, i.b()).word())))
        } else {
            (t.bind_descriptor(d.r(), Some(obj), obj.ty())?, None::<Word>)
        };
        let kill_b = i.f() & KILL_B != 0 && i.b() != i.a() && i.b() != i.a() + 1;
        put_value(t, base, i.a(), pair.0);
        match pair.1 {
            Some(w) => put(t, base, i.a() + 1, w),
            None => put(t, base, i.a() + 1, Word::UNBOUND),
        }
        if kill_b {
            put(t, base, i.b(), Word::UNBOUND)
        }
    }
    Ok(())
}

fn missing_special(t: &mut Thread, obj: VRef<'_>, which: Special) -> crate::Raised {
    let n = obj.ty().name();
    let (protocol, missed, other, other_name) = match which {
        Special::Enter => {
            ("the context manager", "__enter__", names::__aenter__(), "asynchronous context manager")
        }
        Special::Exit => {
            ("the context manager", "__exit__", names::__aexit__(), "asynchronous context manager")
        }
        Special::AEnter => {
            ("the asynchronous context manager", "__aenter__", names::__enter__(), "context manager")
        }
        Special::AExit => {
            ("the asynchronous context manager", "__aexit__", names::__exit__(), "context manager")
        }
    };
    let mut text = format!("'{n}' object does not support {protocol} protocol (missed {missed} method)");
    if obj.ty().lookup(t, other).is_some() {
        let with = if other_name.starts_with('a') { "async with" } else { "with" };
        text.push_str(&format!(" but it supports the {other_name} protocol. Did you mean to use '{with}'?"));
    }
    t.type_error(text)
}

/// `R[A] := R[B].(R[C])`
///
/// # Safety
/// Registers of the running frame.
#[cold]
pub unsafe fn load_reg(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let v = t.getattr(vreg(base, i.b()), vreg(base, i.c()))?;
        put_value(t, base, i.a(), v);
        super::arith::kill_others(t, base, i);
    }
    Ok(())
}

/// `R[A].(R[C]) := R[B]`
///
/// # Safety
/// Registers of the running frame.
#[cold]
pub unsafe fn store_reg(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        t.setattr(vreg(base, i.a()), vreg(base, i.c()), Some(vreg(base, i.b())))?;
        kill(t, base, i);
    }
    Ok(())
}

/// `del R[A].(R[C])`
///
/// # Safety
/// Registers of the running frame.
#[cold]
pub unsafe fn delete_reg(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        t.setattr(vreg(base, i.a()), vreg(base, i.c()), None)?;
        kill(t, base, i);
    }
    let _ = heaptype::isinstance;
    Ok(())
}
