//! `map` and `filter`.

use super::zip::{iterators, next_of_all, strict_keyword};
use super::{fixed, sequence, tuple::Tuple};
use crate::object::{Args, CallArgs, NativeType, Slots, Type, TypeSpec, ValueExt};
use crate::thread::Thread;
use crate::{Res, methods};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use weft_strategy::{Header, Slot, VRef, Value};

/// A map object.
#[repr(C)]
pub struct Map {
    pub(crate) h: Header,
    /// function
    pub func: Slot,
    /// tuple of iterators
    pub iters: Slot,
    /// Must all end together?
    strict: AtomicBool,
}
crate::object!(Map, "map", true, [func, iters]);

/// `map`
pub static MAP: NativeType = NativeType::fixed(&MAP_SPEC, fixed::MAP);
static MAP_SPEC: TypeSpec = TypeSpec {
    name: "map",
    doc: "Make an iterator that computes the function using arguments from\neach of the iterables.  Stops when the shortest iterable is exhausted.\n\nIf strict is true and one of the arguments is exhausted before the others,\nraise a ValueError.",
    slots: Slots { iter: Some(sequence::itself), next: Some(map_next), new: Some(map_new), ..Slots::EMPTY },
    methods: methods! {
        "__reduce__(self, /)" => map_reduce, "Return state information for pickling.";
        "__setstate__(self, object, /)" => map_setstate, "Set state information for unpickling.";
    },
    ..TypeSpec::new::<Map>()
};

fn map_new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    let strict = strict_keyword(t, "map", args)?;
    let [func, iterables @ ..] = args.positional() else {
        return Err(t.type_error("map() must have at least two arguments."));
    };
    if iterables.is_empty() {
        return Err(t.type_error("map() must have at least two arguments."));
    }
    let iters = iterators(t, iterables)?;
    Ok(t.make(
        cls.shape(),
        Map {
            h: Header::new(0, 0),
            func: Slot::new(func.to_value()),
            iters: Slot::new(iters),
            strict: AtomicBool::new(strict),
        },
    ))
}

fn map_next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let m: &Map = v.cast().expect("map");
    let (Some(func), Some(iters)) = (m.func.load(), m.iters.load()) else { return Ok(None) };
    let Some(tuple) = iters.cast::<Tuple>() else { return Ok(None) };
    if tuple.len() == 1 {
        let Some(x) = t.next(tuple.get(0))? else { return Ok(None) };
        return t.call(func.r(), &[x.r()]).map(Some);
    }
    let Some(items) = next_of_all(t, tuple, m.strict.load(Relaxed), "map")? else { return Ok(None) };
    let refs: Vec<VRef<'_>> = items.iter().map(|v| v.r()).collect();
    t.call(func.r(), &refs).map(Some)
}

fn map_reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let m: &Map = a.this();
    let mut args: Vec<Value> = m.func.load().into_iter().collect();
    if let Some(iters) = m.iters.load()
        && let Some(l) = iters.cast::<Tuple>()
    {
        args.extend(l.iter().map(|v| v.to_value()))
    }
    let class = a.get(0).ty().to_value();
    let state = m.strict.load(Relaxed).then_some(Value::TRUE);
    Ok(sequence::reduced(t, class, args, state))
}

fn map_setstate(t: &mut Thread, a: Args<'_>) -> Res {
    let strict = t.truth(a.get(1))?;
    a.this::<Map>().strict.store(strict, Relaxed);
    Ok(Value::NONE)
}

/// A filter object.
#[repr(C)]
pub struct Filter {
    pub(crate) h: Header,
    /// predicate
    pub func: Slot,
    /// iterator
    pub iter: Slot,
}
crate::object!(Filter, "filter", true, [func, iter]);

/// `filter`
pub static FILTER: NativeType = NativeType::fixed(&FILTER_SPEC, fixed::FILTER);
static FILTER_SPEC: TypeSpec = TypeSpec {
    name: "filter",
    doc: "Return an iterator yielding those items of iterable for which function(item)\nis true. If function is None, return the items that are true.",
    slots: Slots {
        iter: Some(sequence::itself),
        next: Some(filter_next),
        new: Some(filter_new),
        ..Slots::EMPTY
    },
    methods: methods! {
        "__reduce__(self, /)" => filter_reduce, "Return state information for pickling.";
    },
    ..TypeSpec::new::<Filter>()
};

fn filter_new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    let own_init = cls.slots().init.map(|f| f as usize) != FILTER.get(t).slots().init.map(|f| f as usize);
    if !own_init {
        sequence::no_keywords(t, "filter", args)?;
    }
    sequence::arity(t, "filter", args, 2, 2)?;
    let [func, iterable] = args.positional() else { return Ok(Value::NONE) };
    let iter = t.iter(*iterable)?;
    Ok(t.make(
        cls.shape(),
        Filter { h: Header::new(0, 0), func: Slot::new(func.to_value()), iter: Slot::new(iter) },
    ))
}

fn filter_next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let f: &Filter = v.cast().expect("filter");
    let (Some(func), Some(iter)) = (f.func.load(), f.iter.load()) else { return Ok(None) };
    // `bool` asks what None asks.
    let plain = func.is_none() || func.is(crate::types::bool::TYPE.get(t).to_value().r());
    while let Some(x) = t.next(iter.r())? {
        let yes = if plain {
            t.truth(x.r())?
        } else {
            let r = t.call(func.r(), &[x.r()])?;
            t.truth(r.r())?
        };
        if yes {
            return Ok(Some(x));
        }
        // Thousands of items may be passed over without Python noticing a signal or a stop.
        t.safepoint()?
    }
    Ok(None)
}

fn filter_reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let f: &Filter = a.this();
    let args = f.func.load().into_iter().chain(f.iter.load()).collect();
    let class = a.get(0).ty().to_value();
    Ok(sequence::reduced(t, class, args, None))
}
