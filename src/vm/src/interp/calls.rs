//! Calls that need more than a window of exactly fitting arguments.

use super::{Base, as_function, bind, drop_range, push_frame, put, put_value, reg, short, take, value, vreg};
use crate::dict::Dict;
use crate::object::{Args, CallArgs, MethodDef, ValueExt, as_vref, shape, type_flag};
use crate::thread::{Frame, FrameFlags, Thread};
use crate::types::builtin::Builtin;
use crate::types::code::CodeObject;
use crate::types::descriptor::{MethodDescr, owner_of};
use crate::types::dunder::{New, is_python_new};
use crate::types::fixed;
use crate::types::function::{Function, Method};
use crate::types::list::List;
use crate::types::object::{Plain, make_instance};
use crate::types::tuple::Tuple;
use crate::types::typeobj::Type;
use crate::{Raised, Res};
use std::sync::atomic::{AtomicU64, Ordering::*};
use weft_bytecode::ops::FunctionAttr;
use weft_bytecode::{Instr, Op};
use weft_strategy::{VRef, Value, Word};

/// `CALL` (`method` 0) and `CALL_METHOD` (1). True: a frame was pushed; false: the result is in place.
///
/// # Safety
/// Registers of the running frame, whose `pc` is saved.
#[inline(never)]
pub unsafe fn call(t: &mut Thread, base: Base, i: Instr, method: usize) -> Res<bool> {
    // SAFETY: as the caller promises.
    unsafe {
        let (window, first, n) = arrange(base.add(i.b() as usize), i.c() as usize, method);
        call_window(t, base, i.a(), window, first, n)
    }
}

/// Calls what lies at `window` with `n` words at `first`, the words behind it. The window is consumed.
///
/// # Safety
/// As [`call`].
#[inline(always)]
unsafe fn call_window(
    t: &mut Thread,
    base: Base,
    dst: u16,
    window: Base,
    first: Base,
    n: usize,
) -> Res<bool> {
    // SAFETY: as the caller promises.
    unsafe {
        if let Some(func) = as_function(*window)
            && let Some(bound) = bind_defaults(t, &*func, first, n)
        {
            return match push_frame(t, func, window, first, bound, base.add(dst as usize), 0) {
                Ok(_) => t.safepoint().map(|()| true),
                Err(e) => {
                    // What is dropped may run code, above the words that are still to be dropped.
                    let top = t.top.get();
                    t.top.set(top.max(first.add(bound)));
                    drop_range(t, window, first.offset_from(window) as usize + bound);
                    t.top.set(top);
                    Err(e)
                }
            };
        }
        let (mut first, mut n) = (first, n);
        let native = match bound_native(*window, n) {
            Some((def, this)) if !t.tracing => {
                // The receiver takes the callable's place, as in the call of a method.
                let this = hold(t, this);
                let old = std::mem::replace(&mut *window, this);
                t.release(old);
                (first, n) = (window, n + 1);
                Some(def)
            }
            _ => plain_native(*window, first, n),
        };
        if let Some(def) = native
            && !t.tracing
        {
            if let Some(w) = short::run(t, def.short.load(Relaxed), first) {
                return short::end(t, base.add(dst as usize), window, first.add(n), w);
            }
            // Objects that died before the call are gone when it looks.
            let result = match t.safepoint() {
                Ok(()) => (def.f)(t, Args::new(first, n)),
                Err(e) => Err(e),
            };
            return end_native(t, base.add(dst as usize), window, first.add(n), result);
        }
        if n == 1 && (*window).same(as_vref(crate::types::heaptype::TYPE.get(t)).word()) {
            // `type(x)`
            let w = hold(t, as_vref(vreg(first, 0).ty()).word());
            return short::end(t, base.add(dst as usize), window, first.add(n), w);
        }
        if let Some(ty) = native_type(*window)
            && let Some(new) = ty.slots().new
            && !t.tracing
        {
            let args = CallArgs { args: Args::new(first, n), names: None };
            let result = construct(t, ty, new, args);
            return end_native(t, base.add(dst as usize), window, first.add(n), result);
        }
        dispatch(t, base, dst, window, first, n, None)
    }
}

/// Puts the defaults of plain parameters behind the `n` arguments given. `None`: something else is to be done, and
/// nothing was.
///
/// # Safety
/// As [`call`].
#[inline(always)]
unsafe fn bind_defaults(t: &Thread, func: &Function, first: Base, n: usize) -> Option<usize> {
    let code = func.code_object();
    let argc = code.argcount as usize;
    if !code.is_simple() || n > argc || !t.has_room(first, code.nregs as usize) {
        return None;
    }
    if n < argc {
        let defaults = func.defaults.get(t)?.cast::<Tuple>()?.words();
        let skip = (defaults.len() + n).checked_sub(argc)?;
        for (k, v) in defaults.get(skip..)?.iter().enumerate() {
            // SAFETY: parameters are registers of the code, for which there is room. A default is the register's own
            // reference: the tuple may go meanwhile.
            unsafe { *first.add(n + k) = hold(t, v.word()) }
        }
    }
    Some(argc)
}

/// A native type whose call is its `__new__` and its `__init__`: it has no metaclass.
///
/// # Safety
/// The callee's word is alive.
#[inline(always)]
unsafe fn native_type<'a>(callee: Word) -> Option<&'a Type> {
    // SAFETY: only types have a metatype as their shape's type.
    unsafe {
        if !callee.is_bound_heap() || (*callee.ptr()).shape() != fixed::TYPE {
            return None;
        }
        let ty = &*(callee.ptr() as *const Type);
        if ty.has(type_flag::HEAP | type_flag::NO_NEW | type_flag::ABSTRACT) { None } else { Some(ty) }
    }
}

/// Calls a native type.
fn construct(t: &mut Thread, ty: &Type, new: New, args: CallArgs<'_>) -> Res {
    // Objects that died before the call are gone when it looks.
    t.safepoint()?;
    let v = new(t, ty, args)?;
    if let Some(init) = ty.slots().init
        && v.r().ty().is_subtype(ty)
    {
        init(t, v.r(), args)?
    }
    Ok(v)
}

/// What to run for a native method that is bound to a receiver and takes `n` arguments as they are; and the receiver.
///
/// # Safety
/// The callee's word is alive.
#[inline(always)]
unsafe fn bound_native(callee: Word, n: usize) -> Option<(&'static MethodDef, Word)> {
    // SAFETY: shapes say what the objects are.
    unsafe {
        if !callee.is_heap() || (*callee.ptr()).shape() != fixed::BUILTIN {
            return None;
        }
        let b = &*(callee.ptr() as *const Builtin);
        let this = b.this.word();
        if this.is_unbound() || !b.def.takes(n + 1) { None } else { Some((b.def, this)) }
    }
}

/// What to run for a native function or method that takes these very arguments, unbound as they are.
///
/// # Safety
/// The callee's word is alive, `n` words at `first` are the arguments.
#[inline(always)]
unsafe fn plain_native(callee: Word, first: Base, n: usize) -> Option<&'static MethodDef> {
    if !callee.is_heap() {
        return None;
    }
    // SAFETY: shapes say what the objects are.
    unsafe {
        let def = match (*callee.ptr()).shape() {
            fixed::METHOD_DESCR => {
                let d = &*(callee.ptr() as *const MethodDescr);
                if n == 0 {
                    return None;
                }
                let this: VRef<'_> = VRef::from_word(*first);
                if !this.ty().is_subtype(owner_of(&d.owner)) {
                    return None;
                }
                d.def
            }
            fixed::BUILTIN => {
                let b = &*(callee.ptr() as *const Builtin);
                if !b.this.is_empty() {
                    return None;
                }
                b.def
            }
            _ => return None,
        };
        if def.takes(n) { Some(def) } else { None }
    }
}

/// Drops the window of a native call and delivers its result.
///
/// # Safety
/// As [`call`].
#[inline(always)]
unsafe fn end_native(t: &mut Thread, dst: Base, window: Base, end: Base, result: Res) -> Res<bool> {
    // SAFETY: as the caller promises.
    unsafe {
        drop_range(t, window, end.offset_from(window) as usize);
        let old = std::mem::replace(&mut *dst, result?.into_word());
        t.release(old);
        t.process_pending();
        t.safepoint()?;
        Ok(false)
    }
}

/// `CALL_KW`, `CALL_METHOD_KW`.
///
/// # Safety
/// As [`call`].
#[inline(never)]
pub unsafe fn call_kw(t: &mut Thread, base: Base, i: Instr, method: usize) -> Res<bool> {
    // SAFETY: as the caller promises.
    unsafe {
        let window = base.add(i.b() as usize);
        let names = take(window, 1 + method as u16 + i.c());
        // Whoever wrote the code: a name for each of the last arguments, at most all of them.
        let fits = |n: &Tuple| {
            n.len() <= i.c() as usize
                && n.words().iter().all(|w| VRef::from_word(w.word()).has_shape(fixed::STR))
        };
        if !names.cast::<Tuple>().is_some_and(fits) {
            return Err(t.system_error("names of keyword arguments do not fit the call"));
        }
        let (window, first, n) = arrange(window, i.c() as usize, method);
        dispatch(t, base, i.a(), window, first, n, Some(names.r()))
    }
}

/// Callable, first argument and number of arguments. The pair of a method call becomes a plain call: with its receiver
/// as first argument, or, where there is none, with the callable moved up to its arguments.
///
/// # Safety
/// As [`call`].
#[inline(always)]
unsafe fn arrange(window: Base, n: usize, method: usize) -> (Base, Base, usize) {
    // SAFETY: as the caller promises.
    unsafe {
        if method == 0 {
            return (window, window.add(1), n);
        }
        if (*window.add(1)).is_unbound() {
            std::ptr::swap(window, window.add(1));
            return (window.add(1), window.add(2), n);
        }
        (window, window.add(1), n + 1)
    }
}

/// Calls what lies at `window` with `n` words at `first`. The window is consumed.
///
/// # Safety
/// As [`call`].
unsafe fn dispatch(
    t: &mut Thread,
    base: Base,
    dst: u16,
    window: Base,
    first: Base,
    n: usize,
    names: Option<VRef<'_>>,
) -> Res<bool> {
    // SAFETY: as the caller promises.
    unsafe {
        let callee: VRef<'_> = VRef::from_word(*window);
        let dst_ptr = base.add(dst as usize);
        if let Some(func) = callee.exact::<Function>(fixed::FUNCTION) {
            return enter_function(t, func, window, first, n, names, dst_ptr, 0, Word::UNBOUND, None);
        }
        if let Some(m) = callee.exact::<Method>(fixed::METHOD) {
            // The receiver takes the callable's place in the window, the function moves into the frame.
            let (func, this) = (m.func.word(), m.this.word());
            if func.is_heap() && (*func.ptr()).shape() == fixed::FUNCTION && !this.is_unbound() {
                let fp = func.ptr() as *const Function;
                let keep = hold(t, func);
                let old = std::mem::replace(&mut *window, hold(t, this));
                t.release(old);
                return enter_function(t, &*fp, window, window, n + 1, names, dst_ptr, 0, keep, None);
            }
        }
        if let Some(ty) = callee.cast::<Type>()
            && let Some(pushed) = instantiate(t, ty, window, n, names, dst_ptr)?
        {
            return Ok(pushed);
        }
        let args = CallArgs { args: Args::new(first, n), names };
        if let Some(ty) = native_type(*window)
            && let Some(new) = ty.slots().new
            && names.is_some()
            && !t.tracing
        {
            let result = construct(t, ty, new, args);
            return end_native(t, dst_ptr, window, first.add(n), result);
        }
        // Objects that died before the call are gone when it looks.
        let result = match t.safepoint() {
            Ok(()) if t.tracing => call_profiled(t, callee, args),
            Ok(()) => call_native(t, callee, args),
            Err(e) => Err(e),
        };
        end_native(t, dst_ptr, window, first.add(n), result)
    }
}

/// The register form of a word just loaded: counted if it is this thread's own, free-standing if it is shared, for
/// stops look into registers and what frames keep.
///
/// # Safety
/// The word is alive.
#[inline(always)]
pub unsafe fn hold(t: &Thread, w: Word) -> Word {
    if !w.is_heap() {
        return w;
    }
    // SAFETY: as the caller promises.
    let h = unsafe { &*w.ptr() };
    if h.owner() == t.id() {
        h.set_local(h.local() + 1);
        return Word::counted(w.ptr());
    }
    Word::free_standing(w.ptr())
}

/// [`call_native`] with its events for a profile function.
///
/// # Safety
/// As [`call_native`].
#[cold]
unsafe fn call_profiled(t: &mut Thread, callee: VRef<'_>, args: CallArgs<'_>) -> Res {
    let native = callee.has_shape(fixed::BUILTIN) || callee.has_shape(fixed::METHOD_DESCR);
    // SAFETY: as the caller promises.
    unsafe {
        // A profile function is told of functions and methods, a tool of all that is no Python code.
        if !native && !super::monitor::active() {
            return call_native(t, callee, args);
        }
        if native {
            super::trace::native(t, "c_call", callee)?
        }
        let first = if args.args.is_empty() { None } else { args.args.opt(0).map(|v| v.to_value()) };
        let r = call_native(t, callee, args);
        let first = first.as_ref().map(|v| v.r());
        let event = if r.is_ok() { "c_return" } else { "c_exception" };
        super::trace::native_ended(t, event, native, callee, first)?;
        r
    }
}

/// # Safety
/// The arguments are rooted in the window.
#[inline]
unsafe fn call_native(t: &mut Thread, callee: VRef<'_>, args: CallArgs<'_>) -> Res {
    if let Some(b) = callee.exact::<Builtin>(fixed::BUILTIN) {
        // SAFETY: the receiver is held by the function object, which the window holds.
        let receiver = b.this.get(b).map(|v| unsafe { v.extend() });
        return crate::call::bind::call_native(t, b.def, receiver, args);
    }
    if let Some(d) = callee.exact::<MethodDescr>(fixed::METHOD_DESCR)
        && args.args.len() > args.keyword_len()
        && args.args.get(0).ty().is_subtype(owner_of(&d.owner))
    {
        return crate::call::bind::call_native(t, d.def, None, args);
    }
    t.call_with(callee, None, args)
}

/// Pushes a frame for a Python function, binding arguments if need be. On error the window is dropped.
///
/// # Safety
/// As [`call`]; `keep` owns the function if the window does not.
#[allow(clippy::too_many_arguments)]
unsafe fn enter_function(
    t: &mut Thread,
    func: &Function,
    window: Base,
    first: Base,
    n: usize,
    names: Option<VRef<'_>>,
    dst: Base,
    flags: u16,
    keep: Word,
    extra: Option<Value>,
) -> Res<bool> {
    // SAFETY: as the caller promises.
    unsafe {
        let code = func.code_object();
        code.tables(t);
        let names = names.and_then(|n| n.cast::<Tuple>()).filter(|n| !n.is_empty());
        let before = first.offset_from(window) as usize;
        let old_top = t.top.get();
        // Argument words that the window owns; binding takes them over.
        let mut owned = n;
        let bound = if names.is_none() && code.is_simple() && n == code.argcount as usize {
            Ok(n)
        } else if !t.has_room(first, code.nregs as usize + n) {
            Err(t.recursion_error())
        } else {
            // While binding, what lies above must not be overwritten by nested calls.
            let end = first.add(n.max(code.nregs as usize));
            if end > old_top {
                let mut p = old_top.max(first.add(n));
                while p < end {
                    *p = Word::UNBOUND;
                    p = p.add(1)
                }
                t.top.set(end)
            }
            let r = bind::bind(t, func, first, n, names);
            owned = *r.as_ref().unwrap_or(&0);
            r
        };
        let pushed = bound.and_then(|b| push_frame(t, func, window, first, b, dst, flags));
        match pushed {
            Ok(f) => {
                (*f).flags |= if keep.is_unbound() && extra.is_none() { 0 } else { FrameFlags::HOLDS };
                (*f).keep = keep;
                (*f).extra = extra;
                t.safepoint()?;
                Ok(true)
            }
            Err(e) => {
                t.top.set(old_top.max(first.add(owned)));
                drop_range(t, window, before + owned);
                t.top.set(old_top);
                t.release(keep);
                Err(e)
            }
        }
    }
}

/// A class call that needs no native recursion: a native `__new__`, `__init__` a Python function. The arguments lie behind
/// the window's first word.
///
/// # Safety
/// As [`call`].
unsafe fn instantiate(
    t: &mut Thread,
    ty: &Type,
    window: Base,
    n: usize,
    names: Option<VRef<'_>>,
    dst: Base,
) -> Res<Option<bool>> {
    if !ty.has(type_flag::HEAP) || ty.has(type_flag::ABSTRACT) {
        return Ok(None);
    }
    // SAFETY: as the caller promises.
    let class: VRef<'_> = unsafe { VRef::from_word(*window) };
    let same = |a: Option<usize>, b: Option<usize>| a == b;
    let type_slots = crate::types::heaptype::TYPE.get(t).slots();
    let plain_call = same(class.ty().slots().call.map(|f| f as usize), type_slots.call.map(|f| f as usize));
    let Some(new) = ty.slots().new else { return Ok(None) };
    let object_new = crate::types::object::TYPE.get(t).slots().new;
    let layout = shape(ty.shape()).layout;
    // Classes are not made often.
    if !plain_call || is_python_new(new) || std::ptr::eq(layout, <Type as crate::object::Object>::layout()) {
        return Ok(None);
    }
    let plain_new = same(Some(new as usize), object_new.map(|f| f as usize))
        && std::ptr::eq(layout, <Plain as crate::object::Object>::layout());
    // Who watches is told of the call.
    if t.tracing && !(plain_new && names.is_none()) {
        return Ok(None);
    }
    let Some(init) = ty.lookup(t, crate::names::__init__()) else { return Ok(None) };
    let Some(func) = init.exact::<Function>(fixed::FUNCTION).map(|f| f as *const Function) else {
        return Ok(None);
    };
    // SAFETY: as the caller promises; the function is kept by `keep`.
    unsafe {
        let (keep, instance) = if plain_new {
            (hold(t, init.word()), make_instance(t, ty.shape()))
        } else {
            let init = init.to_value();
            let args = CallArgs { args: Args::new(window.add(1), n), names };
            let made = match t.safepoint() {
                Ok(()) => new(t, ty, args),
                Err(e) => Err(e),
            };
            match made {
                Ok(v) if std::ptr::eq(v.r().ty(), ty) => (hold(t, init.word()), v),
                other => {
                    // Something else: no object of the class, or one of a class below it.
                    let result = other.and_then(|v| {
                        let made = v.r().ty();
                        match made.slots().init.filter(|_| made.is_subtype(ty)) {
                            Some(init) => init(t, v.r(), args).map(|()| v),
                            None => Ok(v),
                        }
                    });
                    return end_native(t, dst, window, window.add(1 + n), result).map(Some);
                }
            }
        };
        let old = std::mem::replace(&mut *window, instance.r().word().borrow());
        t.release(old);
        enter_function(t, &*func, window, window, n + 1, names, dst, FrameFlags::INIT, keep, Some(instance))
            .map(Some)
    }
}

/// `CALL_EX`: `R[B](C arguments from R[B+3], *R[B+1], **R[B+2])`.
///
/// # Safety
/// As [`call`].
#[inline(never)]
pub unsafe fn call_ex(t: &mut Thread, base: Base, i: Instr) -> Res<bool> {
    // SAFETY: as the caller promises.
    unsafe {
        let (callee, plain) = (base.add(i.b() as usize), i.c() as usize);
        let (mut plain, mut given) = (plain, None);
        if i.f() & 1 != 0 {
            let names = vreg(base, i.b() + 3 + i.c()).to_value();
            let fits = |n: &Tuple| {
                n.len() <= plain && n.words().iter().all(|w| VRef::from_word(w.word()).has_shape(fixed::STR))
            };
            let Some(many) = names.cast::<Tuple>().filter(|n| fits(n)).map(Tuple::len) else {
                return Err(t.system_error("names of keyword arguments do not fit the call"));
            };
            plain -= many;
            given = Some((names, many))
        }
        // What is no tuple may run Python to tell its items.
        let items = |t: &mut Thread| match vreg(base, i.b() + 1).exact::<Tuple>(fixed::TUPLE) {
            Some(_) => Ok(None),
            None => positional_values(t, vreg(base, i.b()), vreg(base, i.b() + 1), plain == 0).map(Some),
        };
        // Alone, `*x` is taken apart after `**d`; behind others it is before, as in CPython.
        let mut rest = if plain > 0 { items(t)? } else { None };
        let mut named = Vec::new();
        if !reg(base, i.b() + 2).is_unbound() {
            let mapping = vreg(base, i.b() + 2);
            if !mapping.exact::<Dict>(fixed::DICT).is_some_and(Dict::is_empty) {
                // Those given by name go first, and none may be there twice.
                let d = Dict::new(t);
                if let Some((names, many)) = given.take()
                    && let (Some(d), Some(names)) = (d.cast::<Dict>(), names.cast::<Tuple>())
                {
                    for (k, name) in names.iter().enumerate() {
                        d.set_str(t, name, value(base, i.b() + 3 + (plain + k) as u16))
                    }
                    // With the tuple of the names.
                    drop_range(t, callee.add(3 + plain), many + 1)
                }
                super::build::merge_keywords(t, &d, mapping, vreg(base, i.b()))?;
                named = keyword_values(t, d.r())?
            }
        }
        if plain == 0 {
            rest = items(t)?
        }
        let tuple = if rest.is_none() { vreg(base, i.b() + 1).cast::<Tuple>() } else { None };
        let n = plain + rest.as_ref().map_or(0, Vec::len) + tuple.map_or(0, Tuple::len);
        let n = n + named.len() + given.as_ref().map_or(0, |g| g.1);
        // The call happens above the frame's registers: the window has no fixed size.
        let (frame, window) = (t.frame.get(), t.top.get());
        if !t.has_room(window, n + 1) {
            return Err(t.recursion_error());
        }
        let mut p = window;
        let mut push = |w: Word| {
            *p = w;
            p = p.add(1)
        };
        push(std::mem::replace(&mut *callee, Word::UNBOUND));
        for k in 0..plain {
            push(std::mem::replace(&mut *callee.add(3 + k), Word::UNBOUND))
        }
        for v in tuple.into_iter().flat_map(Tuple::iter) {
            push(v.to_value().into_word())
        }
        for v in rest.into_iter().flatten() {
            push(v.into_word())
        }
        let names = if let Some((names, many)) = given {
            for k in plain..plain + many {
                push(std::mem::replace(&mut *callee.add(3 + k), Word::UNBOUND))
            }
            put(t, base, i.b() + 3 + i.c(), Word::UNBOUND);
            Some(names)
        } else if named.is_empty() {
            None
        } else {
            let (names, values): (Vec<Value>, Vec<Value>) = named.into_iter().unzip();
            for v in values {
                push(v.into_word())
            }
            Some(Tuple::new(t, names))
        };
        t.top.set(window.add(n + 1));
        put(t, base, i.b() + 1, Word::UNBOUND);
        put(t, base, i.b() + 2, Word::UNBOUND);
        let first = window.add(1);
        let r = match &names {
            None => call_window(t, base, i.a(), window, first, n),
            Some(names) => dispatch(t, base, i.a(), window, first, n, Some(names.r())),
        };
        if t.frame.get() == frame {
            t.top.set(window)
        }
        r
    }
}

/// The items behind a star, which stands alone or behind other arguments.
fn positional_values(t: &mut Thread, callee: VRef<'_>, args: VRef<'_>, alone: bool) -> Res<Vec<Value>> {
    if args.ty().slots().iter.is_none() && args.ty().slots().getitem.is_none() {
        let n = args.ty().name();
        let text = match alone {
            true => format!("{} argument after * must be an iterable, not {n}", function_text(t, callee)),
            false => format!("Value after * must be an iterable, not {n}"),
        };
        return Err(t.type_error(text));
    }
    t.collect(args)
}

/// The items of a dict of keyword arguments.
fn keyword_values(t: &mut Thread, kwargs: VRef<'_>) -> Res<Vec<(Value, Value)>> {
    let items = kwargs.cast::<Dict>().map_or(Vec::new(), |d| d.items(t));
    if items.iter().any(|(k, _)| crate::types::str::text(k.r()).is_none()) {
        return Err(t.type_error("keywords must be strings"));
    }
    Ok(items)
}

/// `module.qualname()` of a callable, for error texts.
pub fn function_text(t: &mut Thread, f: VRef<'_>) -> String {
    let get = |t: &mut Thread, n: &str| -> Option<String> {
        let raised = t.raised().map(|v| v.to_value());
        let name = crate::intern::intern(t, n);
        let r = t.getattr_opt(f, name).ok().flatten();
        t.clear_raised();
        if let Some(e) = raised {
            t.reraise(e);
        }
        r.and_then(|v| crate::types::str::text(v.r()).map(|s| s.to_string()))
    };
    let Some(q) = get(t, "__qualname__") else { return t.repr_after_error(f) };
    match get(t, "__module__") {
        Some(m) if m != "builtins" => format!("{m}.{q}()"),
        _ => format!("{q}()"),
    }
}

/// The attribute that a method gives that does nothing else: `return self.name`.
pub fn attribute_given(t: &mut Thread, f: &Function) -> Option<VRef<'static>> {
    let code = f.code_object();
    if code.argcount != 1 || !code.is_simple() {
        return None;
    }
    code.tables(t);
    let [load, end] = *code.code().instrs else { return None };
    let gives = load.op() == Some(Op::LOAD_ATTR)
        && load.b() == 0
        && end.op() == Some(Op::RETURN)
        && end.a() == load.a();
    // SAFETY: names of sites are interned, and immortal.
    gives.then(|| unsafe { VRef::from_word(code.running().site_names[load.c() as usize]) })
}

/// What happens when a frame with flags returns.
pub enum Finish {
    /// Back to the native caller.
    Native(Value),
    /// On with the caller's frame.
    Resume,
}

/// Ends a frame that is more than a plain call.
///
/// # Safety
/// `f` is the top frame, its `pc` saved.
pub unsafe fn finish(t: &mut Thread, f: *mut Frame, v: Value) -> Res<Finish> {
    // SAFETY: as the caller promises.
    unsafe {
        let flags = (*f).flags;
        let dst = (*f).dst;
        if flags & FrameFlags::GENERATOR != 0 {
            return super::generator::returned(t, f, v);
        }
        let mut result = v;
        if flags & FrameFlags::INIT != 0 {
            if !result.is_none() {
                let n = result.r().ty().name();
                super::unwind::pop_frame(t, f);
                return Err(t.type_error(format!("__init__() should return None, not '{n}'")));
            }
            result = (*f).extra.take().unwrap_or(Value::NONE);
        }
        if flags & FrameFlags::IN_PLACE != 0 {
            super::awaiting::end_coroutine(f)
        }
        super::unwind::pop_frame(t, f);
        if flags & FrameFlags::ENTRY != 0 {
            return Ok(Finish::Native(result));
        }
        let old = std::mem::replace(&mut *dst, result.into_word());
        t.release(old);
        Ok(Finish::Resume)
    }
}

/// `R[A] := function of K[B:C]`
///
/// # Safety
/// As [`call`].
pub unsafe fn make_function(t: &mut Thread, f: *mut Frame, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let code: VRef<'_> = VRef::from_word((&(*(*f).code).running().consts)[i.bc() as usize]);
        let outer = &*(*f).func;
        let (Some(g), Some(b)) = (outer.globals.get(t), outer.builtins.get(t)) else { return Err(Raised) };
        let func = Function::new(t, code, g, b);
        if let Some(co) = code.cast::<CodeObject>().filter(|c| c.nfree > 0)
            && let Some(func) = func.cast::<Function>()
        {
            // Without its closure it must not run, whoever gets hold of it: until then the code lies in the closure's slot.
            func.closure.set(&func.h, crate::object::as_vref(co).to_value());
            func.code.set(&func.h, stub(t).to_value());
        }
        put_value(t, base, i.a(), func);
    }
    Ok(())
}

/// `R[A] := function of K[C] with the cells R[B]`
///
/// # Safety
/// As [`call`].
pub unsafe fn make_closure(t: &mut Thread, f: *mut Frame, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let code: VRef<'_> = VRef::from_word(*(&(*(*f).code).running().consts).get_unchecked(i.c() as usize));
        let cells =
            if i.f() & weft_bytecode::ops::KILL_B != 0 { take(base, i.b()) } else { value(base, i.b()) };
        if !are_cells_of(code.cast(), cells.r()) {
            return Err(t.system_error("function attribute does not fit the function"));
        }
        let outer = &*(*f).func;
        let (Some(g), Some(b)) = (outer.globals.get(t), outer.builtins.get(t)) else { return Err(Raised) };
        let func = Function::with_closure(t, code, g, b, cells);
        put_value(t, base, i.a(), func);
    }
    Ok(())
}

/// Is this the closure that the code needs: a tuple of as many cells as it has free variables?
fn are_cells_of(code: Option<&CodeObject>, v: VRef<'_>) -> bool {
    code.is_some_and(|code| {
        v.cast::<Tuple>()
            .is_some_and(|c| c.len() == code.nfree as usize && c.iter().all(|c| c.has_shape(fixed::CELL)))
    })
}

/// Code of functions that lack their closure: `return None`.
fn stub(t: &Thread) -> VRef<'static> {
    static STUB: AtomicU64 = AtomicU64::new(0);
    let mut w = STUB.load(Acquire);
    if w == 0 {
        let code = CodeObject::load(t, &weft_bytecode::Code::stub().into());
        w = code.word().0;
        // A root keeps it.
        crate::start::modules::registry_set(t, "interp.stub", code);
        STUB.store(w, Release)
    }
    // SAFETY: a TRACED object that the registry holds for ever.
    unsafe { VRef::from_word(Word(w)) }
}

/// `R[A].attribute F := R[B]`
///
/// # Safety
/// As [`call`].
pub unsafe fn set_function_attr(t: &mut Thread, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let Some(func) = vreg(base, i.a()).cast::<Function>() else {
            return Err(t.system_error("SET_FUNCTION_ATTR of something that is no function"));
        };
        let v = if i.f() & weft_bytecode::ops::KILL_B != 0 { take(base, i.b()) } else { value(base, i.b()) };
        let tuple = v.cast::<Tuple>();
        let (slot, fits) = match FunctionAttr::from_u8(i.f() & 7) {
            Some(FunctionAttr::Defaults) => (&func.defaults, tuple.is_some()),
            Some(FunctionAttr::KwDefaults) => (&func.kwdefaults, v.cast::<Dict>().is_some()),
            Some(FunctionAttr::Annotate) => (&func.annotate, true),
            Some(FunctionAttr::Closure) => {
                let code = func.closure.load();
                let fits = are_cells_of(code.as_ref().and_then(|c| c.cast()), v.r());
                if fits && let Some(code) = code {
                    func.code.set(&func.h, code)
                }
                (&func.closure, fits)
            }
            _ => (&func.type_params, tuple.is_some()),
        };
        if !fits {
            return Err(t.system_error("function attribute does not fit the function"));
        }
        slot.set(&func.h, v);
    }
    Ok(())
}

/// Kept so that list building and calls share one import.
pub fn list_items(t: &Thread, v: VRef<'_>) -> Vec<Value> {
    v.cast::<List>().map(|l| l.snapshot(t)).unwrap_or_default()
}
