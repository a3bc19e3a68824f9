//! Iteration: `iter` and `next`, their asynchronous forms, and what consumes an iterable.

use crate::object::{Args, Cmp, NativeType, Slots, TypeSpec, ValueExt, type_flag};
use crate::ops::iterate::{Consumer, Fed};
use crate::thread::Thread;
use crate::types::attrs::or_none;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::{Res, errors, names};
use weft_strategy::{Header, Slot, VRef, Value, Word};

// ---- iter, next --------------------------------------------------------------------------------------------

/// `iter(callable, sentinel)`
#[repr(C)]
struct CallIter {
    h: Header,
    /// Empty when exhausted.
    f: Slot,
    sentinel: Slot,
}
crate::object!(CallIter, "callable_iterator", true, [f, sentinel]);

/// `callable_iterator`
static CALL_ITER: NativeType = NativeType::new(&CALL_ITER_SPEC);
static CALL_ITER_SPEC: TypeSpec = TypeSpec {
    name: "callable_iterator",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots { iter: Some(|_, v| Ok(v.to_value())), next: Some(call_iter_next), ..Slots::EMPTY },
    methods: crate::methods! { "__reduce__(self, /)" => call_iter_reduce, "Return state information for pickling."; },
    ..TypeSpec::new::<CallIter>()
};

fn call_iter_next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let Some(c) = v.cast::<CallIter>() else { return Ok(None) };
    let Some(f) = c.f.load() else { return Ok(None) };
    let sentinel = or_none(&c.sentinel);
    let end = |t: &Thread| {
        let _ = t;
        drop((c.f.take(&c.h), c.sentinel.take(&c.h)))
    };
    match t.call(f.r(), &[]) {
        Ok(x) => {
            if t.equal(sentinel.r(), x.r())? {
                end(t);
                return Ok(None);
            }
            Ok(Some(x))
        }
        Err(e) => {
            if t.raised_is(&errors::STOP_ITERATION) {
                t.clear_raised();
                end(t);
                return Ok(None);
            }
            Err(e)
        }
    }
}

fn call_iter_reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let c: &CallIter = a.this();
    let iter = super::named(t, "iter");
    let args = match (c.f.load(), c.sentinel.load()) {
        (Some(f), Some(s)) => Tuple::new(t, vec![f, s]),
        _ => {
            let nothing = crate::types::tuple::empty(t);
            Tuple::new(t, vec![nothing])
        }
    };
    Ok(Tuple::new(t, vec![iter, args]))
}

pub fn iter(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(sentinel) = a.opt(1) else { return t.iter(a.get(0)) };
    if !t.callable(a.get(0)) {
        return Err(t.type_error("iter(v, w): v must be callable"));
    }
    let shape = CALL_ITER.shape(t);
    let c = CallIter {
        h: Header::new(0, 0),
        f: Slot::new(a.get(0).to_value()),
        sentinel: Slot::new(sentinel.to_value()),
    };
    Ok(t.make(shape, c))
}

pub fn next(t: &mut Thread, a: Args<'_>) -> Res {
    let r = crate::interp::generator::next_raw(t, a.get(0));
    match (r, a.opt(1)) {
        (Ok(Some(v)), _) => Ok(v),
        (Ok(None), Some(d)) => Ok(d.to_value()),
        (Ok(None), None) => Err(t.stop_iteration(None)),
        (Err(e), d) => match d {
            Some(d) if t.raised_is(&errors::STOP_ITERATION) => {
                t.clear_raised();
                Ok(d.to_value())
            }
            _ => Err(e),
        },
    }
}

// ---- aiter, anext ------------------------------------------------------------------------------------------

pub fn aiter(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(f) = a.get(0).ty().slots().aiter else {
        let n = a.get(0).ty().name();
        return Err(t.type_error(format!("'{n}' object is not an async iterable")));
    };
    let it = f(t, a.get(0))?;
    if it.r().ty().slots().anext.is_none() {
        let n = it.r().ty().name();
        return Err(t.type_error(format!("aiter() returned not an async iterator of type '{n}'")));
    }
    Ok(it)
}

/// What `anext(it, default)` gives: awaiting it gives the default when the iterator is exhausted.
#[repr(C)]
struct AnextAwaitable {
    h: Header,
    wrapped: Slot,
    default: Slot,
}
crate::object!(AnextAwaitable, "anext_awaitable", true, [wrapped, default]);

/// `anext_awaitable`
static ANEXT: NativeType = NativeType::new(&ANEXT_SPEC);
static ANEXT_SPEC: TypeSpec = TypeSpec {
    name: "anext_awaitable",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots {
        await_: Some(|_, v| Ok(v.to_value())),
        iter: Some(|_, v| Ok(v.to_value())),
        next: Some(|t, v| match step(t, v, |t, it| t.next(it)) {
            Ok(Some(x)) => Ok(Some(x)),
            Ok(None) => {
                let _ = t.stop_iteration(None);
                Err(crate::Raised)
            }
            Err(e) => Err(e),
        }),
        ..Slots::EMPTY
    },
    methods: crate::methods! {
        "send(self, value, /)" => |t, a| forward(t, a, "send"), "send(arg) -> send 'arg' into the wrapped iterator,\nreturn next yielded value or raise StopIteration.";
        "throw(self, /, *args)" => |t, a| forward(t, a, "throw"), "throw(value) -> raise exception in the wrapped iterator,\nreturn next yielded value or raise StopIteration.";
        "close(self, /)" => |t, a| forward(t, a, "close"), "close() -> raise GeneratorExit inside generator.";
    },
    ..TypeSpec::new::<AnextAwaitable>()
};

/// The iterator to drive: `wrapped.__await__()`, or what it is already.
fn await_iter(t: &mut Thread, a: &AnextAwaitable) -> Res {
    let w = or_none(&a.wrapped);
    if let Some(f) = w.r().ty().slots().await_ {
        let it = f(t, w.r())?;
        if it.r().ty().slots().next.is_none() {
            let n = it.r().ty().name();
            return Err(t.type_error(format!("__await__() must return an iterator, not '{n}'")));
        }
        return Ok(it);
    }
    if w.r().ty().slots().next.is_some() {
        return Ok(w);
    }
    let n = w.r().ty().name();
    Err(t.type_error(format!("'{n}' object can't be awaited")))
}

/// Does one step of the iterator; StopAsyncIteration becomes StopIteration(default).
fn step<R>(t: &mut Thread, v: VRef<'_>, f: impl FnOnce(&mut Thread, VRef<'_>) -> Res<R>) -> Res<R> {
    let Some(a) = v.cast::<AnextAwaitable>() else { return Err(t.system_error("anext_awaitable")) };
    let it = await_iter(t, a)?;
    match f(t, it.r()) {
        Err(_) if t.raised_is(&errors::STOP_ASYNC_ITERATION) => {
            t.clear_raised();
            let d = or_none(&a.default);
            Err(t.stop_iteration(Some(d)))
        }
        r => r,
    }
}

fn forward(t: &mut Thread, a: Args<'_>, method: &str) -> Res {
    let mut args: Vec<VRef<'_>> = (1..a.len()).filter_map(|i| a.opt(i)).collect();
    args.extend(a.rest());
    step(t, a.get(0), |t, it| t.call_method(it, method, &args))
}

pub fn anext(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(f) = a.get(0).ty().slots().anext else {
        let n = a.get(0).ty().name();
        return Err(t.type_error(format!("'{n}' object is not an async iterator")));
    };
    let awaitable = f(t, a.get(0))?;
    let Some(default) = a.opt(1) else { return Ok(awaitable) };
    let shape = ANEXT.shape(t);
    let w = AnextAwaitable {
        h: Header::new(0, 0),
        wrapped: Slot::new(awaitable),
        default: Slot::new(default.to_value()),
    };
    Ok(t.make(shape, w))
}

// ---- consumers ---------------------------------------------------------------------------------------------

pub fn all(t: &mut Thread, a: Args<'_>) -> Res {
    first_of(t, a.get(0), false)
}

pub fn any(t: &mut Thread, a: Args<'_>) -> Res {
    first_of(t, a.get(0), true)
}

/// Looks for the first item whose truth is `wanted`: `wanted` if there is one, else the opposite.
fn first_of(t: &mut Thread, v: VRef<'_>, wanted: bool) -> Res {
    let it = t.iter(v)?;
    let mut search = Search { wanted, found: false };
    t.drive(it.r(), &mut search)?;
    Ok(Value::bool(search.found == wanted))
}

struct Search {
    wanted: bool,
    found: bool,
}

impl Consumer for Search {
    fn fast(&mut self, _t: &Thread, v: Value) -> Fed {
        let truth = match v.word() {
            Word::TRUE => true,
            Word::FALSE | Word::NONE => false,
            w if w.is_int() => w.as_int() != 0,
            _ => return Fed::Back(v),
        };
        self.found = truth == self.wanted;
        if self.found { Fed::Stop } else { Fed::More }
    }
    fn slow(&mut self, t: &mut Thread, v: Value) -> Res<bool> {
        self.found = t.truth(v.r())? == self.wanted;
        Ok(!self.found)
    }
}

pub fn sorted(t: &mut Thread, a: Args<'_>) -> Res {
    let items = t.collect(a.get(0))?;
    let list = List::new(t, items);
    let sort = t.getattr(list.r(), names::sort())?;
    let mut kw: Vec<(&str, VRef<'_>)> = Vec::new();
    kw.extend(a.opt(1).map(|k| ("key", k)));
    kw.extend(a.opt(2).map(|r| ("reverse", r)));
    t.call_kw(sort.r(), &[], &kw)?;
    Ok(list)
}

pub fn min(t: &mut Thread, a: Args<'_>) -> Res {
    extreme(t, a, "min", Cmp::Lt)
}

pub fn max(t: &mut Thread, a: Args<'_>) -> Res {
    extreme(t, a, "max", Cmp::Gt)
}

/// The best item so far, with its key.
struct Extreme<'a> {
    key: Option<VRef<'a>>,
    better: Cmp,
    best: Option<(Value, Value)>,
}

impl Consumer for Extreme<'_> {
    fn fast(&mut self, _t: &Thread, v: Value) -> Fed {
        let replace = match &self.best {
            _ if self.key.is_some() || !v.word().is_int() => return Fed::Back(v),
            None => true,
            Some((_, b)) if b.word().is_int() => {
                let (x, b) = (v.word().as_int(), b.word().as_int());
                if self.better == Cmp::Lt { x < b } else { x > b }
            }
            _ => return Fed::Back(v),
        };
        if replace {
            self.best = Some((v.clone(), v))
        }
        Fed::More
    }
    fn slow(&mut self, t: &mut Thread, v: Value) -> Res<bool> {
        let k = match self.key {
            Some(f) => t.call(f, &[v.r()])?,
            None => v.clone(),
        };
        let replace = match &self.best {
            None => true,
            Some((_, b)) => t.compare_bool(k.r(), b.r(), self.better)?,
        };
        if replace {
            self.best = Some((v, k))
        }
        Ok(true)
    }
}

fn extreme(t: &mut Thread, a: Args<'_>, name: &str, better: Cmp) -> Res {
    let (default, key) = (a.opt(0), a.opt_none(1));
    let p = a.rest();
    let mut search = Extreme { key, better, best: None };
    let source = match p {
        [] => return Err(t.type_error(format!("{name} expected at least 1 argument, got 0"))),
        [one] => one.to_value(),
        many => {
            if default.is_some() {
                return Err(t.type_error(format!(
                    "Cannot specify a default for {name}() with multiple positional arguments"
                )));
            }
            for x in many {
                if let Fed::Back(v) = search.fast(t, x.to_value()) {
                    search.slow(t, v)?;
                }
            }
            let (best, _) = search.best.unwrap_or((Value::NONE, Value::NONE));
            return Ok(best);
        }
    };
    let it = t.iter(source.r())?;
    t.drive(it.r(), &mut search)?;
    match (search.best, default) {
        (Some((x, _)), _) => Ok(x),
        (None, Some(d)) => Ok(d.to_value()),
        (None, None) => Err(t.value_error(format!("{name}() iterable argument is empty"))),
    }
}
