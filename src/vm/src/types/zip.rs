//! `zip`, and what it shares with `map`: stepping several iterators in lockstep.

use super::{fixed, sequence, tuple::Tuple};
use crate::object::{Args, CallArgs, NativeType, Slots, Type, TypeSpec, ValueExt};
use crate::thread::Thread;
use crate::types::str::text;
use crate::{Raised, Res, methods};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use weft_strategy::{Header, Slot, VRef, Value};

/// A zip object.
#[repr(C)]
pub struct Zip {
    pub(crate) h: Header,
    /// tuple of iterators
    pub iters: Slot,
    /// Must all end together?
    strict: AtomicBool,
    /// the pair given out last
    pair: Slot,
}
crate::object!(Zip, "zip", true, [iters, pair]);

/// `zip`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::ZIP);
static SPEC: TypeSpec = TypeSpec {
    name: "zip",
    doc: "The zip object yields n-length tuples, where n is the number of iterables\npassed as positional arguments to zip().  The i-th element in every tuple\ncomes from the i-th iterable argument to zip().  This continues until the\nshortest argument is exhausted.\n\nIf strict is true and one of the arguments is exhausted before the others,\nraise a ValueError.\n\n   >>> list(zip('abcdefg', range(3), range(4)))\n   [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]",
    slots: Slots { iter: Some(sequence::itself), next: Some(next), new: Some(new), ..Slots::EMPTY },
    methods: methods! {
        "__reduce__(self, /)" => reduce, "Return state information for pickling.";
        "__setstate__(self, object, /)" => setstate, "Set state information for unpickling.";
    },
    ..TypeSpec::new::<Zip>()
};

/// The `strict` keyword of `zip` and `map`, the only one they take.
pub fn strict_keyword(t: &mut Thread, name: &str, args: CallArgs<'_>) -> Res<bool> {
    let mut strict = false;
    let n = args.keyword_len();
    if n > 1 {
        return Err(t.type_error(format!("{name}() takes at most 1 keyword argument ({n} given)")));
    }
    for (key, value) in args.keywords() {
        let key = text(key).map(|s| s.to_string()).unwrap_or_default();
        if key != "strict" {
            return Err(t.type_error(format!("{name}() got an unexpected keyword argument '{key}'")));
        }
        strict = t.truth(value)?
    }
    Ok(strict)
}

/// A tuple of iterators over the arguments.
pub fn iterators(t: &mut Thread, of: &[VRef<'_>]) -> Res {
    let mut iters = Vec::with_capacity(of.len());
    for v in of {
        iters.push(t.iter(*v)?)
    }
    Ok(Tuple::new(t, iters))
}

/// The next item of each iterator; `None` when one is exhausted, which with `strict` must be all.
pub fn next_of_all(t: &mut Thread, iters: &Tuple, strict: bool, name: &str) -> Res<Option<Vec<Value>>> {
    let mut items = Vec::with_capacity(iters.len());
    for (i, it) in iters.iter().enumerate() {
        match t.next(it)? {
            Some(x) => items.push(x),
            None if !strict => return Ok(None),
            None if i > 0 => return Err(uneven(t, name, i, "shorter")),
            None => {
                for (k, other) in iters.iter().enumerate().skip(1) {
                    if t.next(other)?.is_some() {
                        return Err(uneven(t, name, k, "longer"));
                    }
                }
                return Ok(None);
            }
        }
    }
    Ok(Some(items))
}

/// Argument `i` (from 0) did not end with those before it.
#[cold]
fn uneven(t: &mut Thread, name: &str, i: usize, how: &str) -> Raised {
    let others = if i == 1 { " 1".to_string() } else { format!("s 1-{i}") };
    t.value_error(format!("{name}() argument {} is {how} than argument{others}", i + 1))
}

fn new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    let strict = strict_keyword(t, "zip", args)?;
    let iters = iterators(t, args.positional())?;
    Ok(t.make(
        cls.shape(),
        Zip {
            h: Header::new(0, 0),
            iters: Slot::new(iters),
            strict: AtomicBool::new(strict),
            pair: Slot::empty(),
        },
    ))
}

fn next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let z: &Zip = v.cast().expect("zip");
    // SAFETY: the iterators are never taken away from a zip object, which the caller holds.
    let Some(iters) = z.iters.get(z).map(|it| unsafe { it.extend() }) else { return Ok(None) };
    let Some(tuple) = iters.cast::<Tuple>().filter(|l| !l.is_empty()) else { return Ok(None) };
    if tuple.len() == 2 && !z.strict.load(Relaxed) {
        let Some(a) = t.next(tuple.get(0))? else { return Ok(None) };
        let Some(b) = t.next(tuple.get(1))? else { return Ok(None) };
        if z.h.owner() == weft_strategy::me() {
            return Ok(Some(Tuple::again(t, &z.h, &z.pair, [a, b])));
        }
        return Ok(Some(Tuple::few(t, [a, b])));
    }
    match next_of_all(t, tuple, z.strict.load(Relaxed), "zip")? {
        Some(items) => Ok(Some(Tuple::new(t, items))),
        None => Ok(None),
    }
}

impl Zip {
    /// The two iterators of a pair of them that only this thread can see, not `strict`.
    #[inline]
    pub fn plain_two<'t>(&self, t: &'t Thread) -> Option<(VRef<'t>, VRef<'t>)> {
        if self.h.owner() != t.id() || self.strict.load(Relaxed) {
            return None;
        }
        let iters = self.iters.get(t)?.cast::<Tuple>()?;
        if iters.len() == 2 { Some((iters.get(0), iters.get(1))) } else { None }
    }
}

fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let z: &Zip = a.this();
    let class = a.get(0).ty().to_value();
    let iters = z.iters.load().unwrap_or_else(|| super::tuple::empty(t));
    let mut all = vec![class, iters];
    if z.strict.load(Relaxed) {
        all.push(Value::TRUE)
    }
    Ok(Tuple::new(t, all))
}

fn setstate(t: &mut Thread, a: Args<'_>) -> Res {
    let strict = t.truth(a.get(1))?;
    a.this::<Zip>().strict.store(strict, Relaxed);
    Ok(Value::NONE)
}
