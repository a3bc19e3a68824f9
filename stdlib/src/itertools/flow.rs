//! Iterators that pass on, select, join or fold the items of others.

use crate::support::{arity, class, class_getitem, itself, native, no_keywords};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering::*};
use weft_strategy::Header;
use weft_vm::object::{Args, BinOp, NativeType, Slots, Type, TypeSpec, ValueExt, type_flag};
use weft_vm::types::list::List;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Res, Slot, Thread, VRef, Value, methods, object};

/// The types of this file.
pub static TYPES: &[&NativeType] = &[
    &ACCUMULATE,
    &BATCHED,
    &CHAIN,
    &COMPRESS,
    &DROPWHILE,
    &FILTERFALSE,
    &ISLICE,
    &PAIRWISE,
    &STARMAP,
    &TAKEWHILE,
    &ZIP_LONGEST,
];

/// Flags of all these types.
pub const FLAGS: u32 = type_flag::BASETYPE | type_flag::IMMUTABLE;

/// `next()` of the iterator in a slot; an empty slot is exhausted.
pub fn advance(t: &mut Thread, slot: &Slot) -> Res<Option<Value>> {
    match slot.load() {
        Some(it) => t.next(it.r()),
        None => Ok(None),
    }
}

// ---- chain

/// Items of one iterable after the other.
#[repr(C)]
struct Chain {
    h: Header,
    /// Iterator over iterables.
    source: Slot,
    /// Iterator over the present one.
    active: Slot,
}
object!(Chain, "itertools.chain", true, [source, active]);

static CHAIN: NativeType = NativeType::new(&CHAIN_SPEC);
static CHAIN_SPEC: TypeSpec = TypeSpec {
    name: "itertools.chain",
    doc: "Return a chain object whose .__next__() method returns elements from the\nfirst iterable until it is exhausted, then elements from the next\niterable, until all of the iterables are exhausted.",
    flags: FLAGS,
    slots: Slots {
        new: Some(|t, cls, a| {
            no_keywords(t, "chain", a)?;
            let all = Tuple::of(t, a.positional());
            let source = t.iter(all.r())?;
            Ok(chain(t, cls, source))
        }),
        iter: Some(itself),
        next: Some(chain_next),
        ..Slots::EMPTY
    },
    methods: methods! {
        class "from_iterable(cls, iterable, /)" => |t, a| {
            let source = t.iter(a.get(1))?;
            Ok(chain(t, class(a), source))
        }, "Alternative chain() constructor taking a single iterable argument that evaluates lazily.";
        class "__class_getitem__(cls, object, /)" => class_getitem, "See PEP 585";
    },
    ..TypeSpec::new::<Chain>()
};

fn chain(t: &Thread, cls: &Type, source: Value) -> Value {
    t.make(cls.shape(), Chain { h: Header::new(0, 0), source: Slot::new(source), active: Slot::empty() })
}

fn chain_next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let c: &Chain = native(v);
    loop {
        if let Some(active) = c.active.load() {
            if let Some(x) = t.next(active.r())? {
                return Ok(Some(x));
            }
            // Another thread may have gone on to the next iterable.
            if c.active.word().same(active.word()) {
                c.active.take(&c.h);
            }
        }
        let Some(source) = c.source.load() else { return Ok(None) };
        match t.next(source.r()) {
            Ok(Some(iterable)) => {
                let active = match t.iter(iterable.r()) {
                    Ok(a) => a,
                    Err(e) => {
                        c.source.take(&c.h);
                        return Err(e);
                    }
                };
                c.active.set(&c.h, active)
            }
            end => {
                c.source.take(&c.h);
                return end;
            }
        }
    }
}

// ---- compress

/// Items whose selector is true.
#[repr(C)]
struct Compress {
    h: Header,
    data: Slot,
    selectors: Slot,
}
object!(Compress, "itertools.compress", true, [data, selectors]);

static COMPRESS: NativeType = NativeType::new(&COMPRESS_SPEC);
static COMPRESS_SPEC: TypeSpec = TypeSpec {
    name: "itertools.compress",
    doc: "Return data elements corresponding to true selector elements.\n\nForms a shorter iterator from selected data elements using the selectors to\nchoose the data elements.",
    flags: FLAGS,
    slots: Slots {
        new: constructor!("compress(cls, data, selectors)" => |t, a| {
            let data = t.iter(a.get(1))?;
            let selectors = t.iter(a.get(2))?;
            Ok(t.make(class(a).shape(), Compress { h: Header::new(0, 0), data: Slot::new(data), selectors: Slot::new(selectors) }))
        }),
        iter: Some(itself),
        next: Some(|t, v| {
            let c: &Compress = native(v);
            loop {
                let Some(x) = advance(t, &c.data)? else { return Ok(None) };
                let Some(s) = advance(t, &c.selectors)? else { return Ok(None) };
                if t.truth(s.r())? {
                    return Ok(Some(x));
                }
            }
        }),
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<Compress>()
};

// ---- takewhile, dropwhile, filterfalse

/// Items chosen by a predicate.
#[repr(C)]
struct Select {
    h: Header,
    func: Slot,
    it: Slot,
    /// takewhile: ended; dropwhile: started.
    state: AtomicBool,
}
object!(Select, "itertools.takewhile", true, [func, it]);

fn select(t: &mut Thread, a: Args<'_>) -> Res {
    let it = t.iter(a.get(2))?;
    Ok(t.make(
        class(a).shape(),
        Select {
            h: Header::new(0, 0),
            func: Slot::new(a.get(1).to_value()),
            it: Slot::new(it),
            state: AtomicBool::new(false),
        },
    ))
}

/// `bool(func(x))`
fn holds(t: &mut Thread, s: &Select, x: &Value) -> Res<bool> {
    let Some(f) = s.func.load() else { return Ok(false) };
    let r = t.call(f.r(), &[x.r()])?;
    t.truth(r.r())
}

static TAKEWHILE: NativeType = NativeType::new(&TAKEWHILE_SPEC);
static TAKEWHILE_SPEC: TypeSpec = TypeSpec {
    name: "itertools.takewhile",
    doc: "Return successive entries from an iterable as long as the predicate evaluates to true for each entry.",
    flags: FLAGS,
    slots: Slots {
        new: constructor!("takewhile(cls, predicate, iterable, /)" => select),
        iter: Some(itself),
        next: Some(|t, v| {
            let s: &Select = native(v);
            if s.state.load(Acquire) {
                return Ok(None);
            }
            let Some(x) = advance(t, &s.it)? else { return Ok(None) };
            if holds(t, s, &x)? {
                return Ok(Some(x));
            }
            s.state.store(true, Release);
            Ok(None)
        }),
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<Select>()
};

static DROPWHILE: NativeType = NativeType::new(&DROPWHILE_SPEC);
static DROPWHILE_SPEC: TypeSpec = TypeSpec {
    name: "itertools.dropwhile",
    doc: "Drop items from the iterable while predicate(item) is true.\n\nAfterwards, return every element until the iterable is exhausted.",
    flags: FLAGS,
    slots: Slots {
        new: constructor!("dropwhile(cls, predicate, iterable, /)" => select),
        iter: Some(itself),
        next: Some(|t, v| {
            let s: &Select = native(v);
            loop {
                let Some(x) = advance(t, &s.it)? else { return Ok(None) };
                if s.state.load(Acquire) {
                    return Ok(Some(x));
                }
                if !holds(t, s, &x)? {
                    s.state.store(true, Release);
                    return Ok(Some(x));
                }
            }
        }),
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<Select>()
};

static FILTERFALSE: NativeType = NativeType::new(&FILTERFALSE_SPEC);
static FILTERFALSE_SPEC: TypeSpec = TypeSpec {
    name: "itertools.filterfalse",
    doc: "Return those items of iterable for which function(item) is false.\n\nIf function is None, return the items that are false.",
    flags: FLAGS,
    slots: Slots {
        new: constructor!("filterfalse(cls, function, iterable, /)" => select),
        iter: Some(itself),
        next: Some(|t, v| {
            let s: &Select = native(v);
            loop {
                let Some(x) = advance(t, &s.it)? else { return Ok(None) };
                let plain = s.func.word() == weft_vm::Word::NONE || s.func.word().same(weft_vm::types::bool::TYPE.get(t).to_value().word());
                let keep = if plain { t.truth(x.r())? } else { holds(t, s, &x)? };
                if !keep {
                    return Ok(Some(x));
                }
            }
        }),
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<Select>()
};

// ---- starmap

#[repr(C)]
struct Starmap {
    h: Header,
    func: Slot,
    it: Slot,
}
object!(Starmap, "itertools.starmap", true, [func, it]);

static STARMAP: NativeType = NativeType::new(&STARMAP_SPEC);
static STARMAP_SPEC: TypeSpec = TypeSpec {
    name: "itertools.starmap",
    doc: "Return an iterator whose values are returned from the function evaluated with an argument tuple taken from the given sequence.",
    flags: FLAGS,
    slots: Slots {
        new: constructor!("starmap(cls, function, iterable, /)" => |t, a| {
            let it = t.iter(a.get(2))?;
            let func = Slot::new(a.get(1).to_value());
            Ok(t.make(class(a).shape(), Starmap { h: Header::new(0, 0), func, it: Slot::new(it) }))
        }),
        iter: Some(itself),
        next: Some(|t, v| {
            let s: &Starmap = native(v);
            let Some(args) = advance(t, &s.it)? else { return Ok(None) };
            let Some(f) = s.func.load() else { return Ok(None) };
            if let Some(args) = args.cast::<Tuple>() {
                return t.call(f.r(), args.as_slice()).map(Some);
            }
            let args = t.collect(args.r())?;
            let refs: Vec<VRef<'_>> = args.iter().map(Value::r).collect();
            t.call(f.r(), &refs).map(Some)
        }),
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<Starmap>()
};

// ---- islice

/// Items at `next`, `next + step`, … below `stop`.
#[repr(C)]
struct Islice {
    h: Header,
    it: Slot,
    next: AtomicI64,
    /// -1: no end.
    stop: i64,
    step: i64,
    /// Items taken from the source.
    count: AtomicI64,
}
object!(Islice, "itertools.islice", true, [it]);

static ISLICE: NativeType = NativeType::new(&ISLICE_SPEC);
static ISLICE_SPEC: TypeSpec = TypeSpec {
    name: "itertools.islice",
    doc: "islice(iterable, stop) --> islice object\nislice(iterable, start, stop[, step]) --> islice object\n\nReturn an iterator whose next() method returns selected values from an\niterable.  If start is specified, will skip all preceding elements;\notherwise, start defaults to zero.  Step defaults to one.  If\nspecified as another value, step determines how many values are\nskipped between successive calls.  Works like a slice() on a list\nbut returns an iterator.",
    flags: FLAGS,
    slots: Slots {
        new: Some(|t, cls, a| {
            no_keywords(t, "islice", a)?;
            let p = a.positional();
            arity(t, "islice", p.len(), 2, 4)?;
            islice(t, cls, p)
        }),
        iter: Some(itself),
        next: Some(islice_next),
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<Islice>()
};

fn islice(t: &mut Thread, cls: &Type, p: &[VRef<'_>]) -> Res {
    // A number that does not fit or has no meaning gets the same ValueError as in CPython.
    let mut number = |v: VRef<'_>, text: &str, low: i64| -> Res<i64> {
        let n = match v.ty().slots().index {
            Some(_) => t.index_i64(v, &weft_vm::errors::VALUE_ERROR),
            None => Ok(-2),
        };
        match n {
            Ok(n) if n >= low => Ok(n),
            Ok(_) => Err(t.value_error(text)),
            Err(e) if !t.raised_is(&weft_vm::errors::VALUE_ERROR) => Err(e),
            Err(_) => {
                t.clear_raised();
                Err(t.value_error(text))
            }
        }
    };
    const STOP: &str = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
    const INDICES: &str = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
    const STEP: &str = "Step for islice() must be a positive integer or None.";
    let (mut start, mut stop, mut step) = (0, -1, 1);
    if p.len() == 2 {
        if !p[1].is_none() {
            stop = number(p[1], STOP, 0)?
        }
    } else {
        if !p[1].is_none() {
            start = number(p[1], INDICES, 0)?
        }
        if !p[2].is_none() {
            stop = number(p[2], STOP, 0)?
        }
        if p.len() == 4 && !p[3].is_none() {
            step = number(p[3], STEP, 1)?
        }
    }
    let it = t.iter(p[0])?;
    Ok(t.make(
        cls.shape(),
        Islice {
            h: Header::new(0, 0),
            it: Slot::new(it),
            next: AtomicI64::new(start),
            stop,
            step,
            count: AtomicI64::new(0),
        },
    ))
}

fn islice_next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let s: &Islice = native(v);
    let Some(it) = s.it.load() else { return Ok(None) };
    let next = s.next.load(Acquire);
    let done = || -> Res<Option<Value>> {
        s.it.take(&s.h);
        Ok(None)
    };
    while s.count.load(Acquire) < next {
        if t.next(it.r())?.is_none() {
            return done();
        }
        s.count.fetch_add(1, AcqRel);
    }
    if s.stop != -1 && s.count.load(Acquire) >= s.stop {
        return done();
    }
    let Some(x) = t.next(it.r())? else { return done() };
    s.count.fetch_add(1, AcqRel);
    let after = next.checked_add(s.step).unwrap_or(i64::MAX);
    s.next.store(if s.stop != -1 && after > s.stop { s.stop } else { after }, Release);
    Ok(Some(x))
}

// ---- pairwise

#[repr(C)]
struct Pairwise {
    h: Header,
    it: Slot,
    old: Slot,
}
object!(Pairwise, "itertools.pairwise", true, [it, old]);

static PAIRWISE: NativeType = NativeType::new(&PAIRWISE_SPEC);
static PAIRWISE_SPEC: TypeSpec = TypeSpec {
    name: "itertools.pairwise",
    doc: "Return an iterator of overlapping pairs taken from the input iterator.\n\n    s -> (s0,s1), (s1,s2), (s2, s3), ...",
    flags: FLAGS,
    slots: Slots {
        new: constructor!("pairwise(cls, iterable, /)" => |t, a| {
            let it = t.iter(a.get(1))?;
            Ok(t.make(class(a).shape(), Pairwise { h: Header::new(0, 0), it: Slot::new(it), old: Slot::empty() }))
        }),
        iter: Some(itself),
        next: Some(pairwise_next),
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<Pairwise>()
};

fn pairwise_next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let p: &Pairwise = native(v);
    let end = |r: Res<Option<Value>>| {
        p.it.take(&p.h);
        p.old.take(&p.h);
        r
    };
    let Some(it) = p.it.load() else { return Ok(None) };
    if p.old.is_empty() {
        match t.next(it.r()) {
            Ok(Some(x)) => {
                p.old.set(&p.h, x);
                // Taking the first item may have used up the iterator (it may be reentrant).
                if p.it.is_empty() {
                    return end(Ok(None));
                }
            }
            other => return end(other),
        }
    }
    match t.next(it.r()) {
        Ok(Some(new)) => match p.old.swap(&p.h, Some(new.clone())) {
            Some(old) => Ok(Some(Tuple::new(t, vec![old, new]))),
            None => Ok(None),
        },
        other => end(other),
    }
}

// ---- batched

#[repr(C)]
struct Batched {
    h: Header,
    it: Slot,
    size: usize,
    strict: bool,
}
object!(Batched, "itertools.batched", true, [it]);

static BATCHED: NativeType = NativeType::new(&BATCHED_SPEC);
static BATCHED_SPEC: TypeSpec = TypeSpec {
    name: "itertools.batched",
    doc: "Batch data into tuples of length n. The last batch may be shorter than n.\n\nLoops over the input iterable and accumulates data into tuples\nup to size n.  The input is consumed lazily, just enough to\nfill a batch.  The result is yielded as soon as a batch is full\nor when the input iterable is exhausted.\n\nIf \"strict\" is True, raises a ValueError if the final batch is shorter\nthan n.",
    flags: FLAGS,
    slots: Slots {
        new: constructor!("batched(cls, iterable, n, *, strict=False)" => |t, a| {
            let n = t.arg_ssize(a.get(2))?;
            let strict = crate::support::flag(t, a.opt(3), false)?;
            if n < 1 {
                return Err(t.value_error("n must be at least one"));
            }
            let it = t.iter(a.get(1))?;
            Ok(t.make(class(a).shape(), Batched { h: Header::new(0, 0), it: Slot::new(it), size: n as usize, strict }))
        }),
        iter: Some(itself),
        next: Some(|t, v| {
            let b: &Batched = native(v);
            let Some(it) = b.it.load() else { return Ok(None) };
            let mut items = Vec::new();
            while items.len() < b.size {
                match t.next(it.r()) {
                    Ok(Some(x)) => items.push(x),
                    Ok(None) => break,
                    Err(e) => {
                        b.it.take(&b.h);
                        return Err(e);
                    }
                }
            }
            if items.len() < b.size {
                b.it.take(&b.h);
                if items.is_empty() {
                    return Ok(None);
                }
                if b.strict {
                    return Err(t.value_error("batched(): incomplete batch"));
                }
            }
            Ok(Some(Tuple::new(t, items)))
        }),
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<Batched>()
};

// ---- accumulate

#[repr(C)]
struct Accumulate {
    h: Header,
    it: Slot,
    func: Slot,
    total: Slot,
    initial: Slot,
}
object!(Accumulate, "itertools.accumulate", true, [it, func, total, initial]);

static ACCUMULATE: NativeType = NativeType::new(&ACCUMULATE_SPEC);
static ACCUMULATE_SPEC: TypeSpec = TypeSpec {
    name: "itertools.accumulate",
    doc: "Return series of accumulated sums (or other binary function results).",
    flags: FLAGS,
    slots: Slots {
        new: constructor!("accumulate(cls, iterable, func=None, *, initial=None)" => |t, a| {
            let it = t.iter(a.get(1))?;
            let func = Slot::from_option(a.opt_none(2).map(|f| f.to_value()));
            let initial = Slot::from_option(a.opt_none(3).map(|f| f.to_value()));
            Ok(t.make(class(a).shape(), Accumulate { h: Header::new(0, 0), it: Slot::new(it), func, total: Slot::empty(), initial }))
        }),
        iter: Some(itself),
        next: Some(|t, v| {
            let a: &Accumulate = native(v);
            if let Some(x) = a.initial.take(&a.h) {
                a.total.set(&a.h, x.clone());
                return Ok(Some(x));
            }
            let Some(x) = advance(t, &a.it)? else { return Ok(None) };
            let total = match a.total.load() {
                None => x,
                Some(total) => match a.func.load() {
                    None => t.binary(BinOp::Add, total.r(), x.r())?,
                    Some(f) => t.call(f.r(), &[total.r(), x.r()])?,
                },
            };
            a.total.set(&a.h, total.clone());
            Ok(Some(total))
        }),
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<Accumulate>()
};

// ---- zip_longest

#[repr(C)]
struct ZipLongest {
    h: Header,
    /// List of iterators; None for an exhausted one.
    its: Slot,
    fill: Slot,
    active: AtomicUsize,
}
object!(ZipLongest, "itertools.zip_longest", true, [its, fill]);

static ZIP_LONGEST: NativeType = NativeType::new(&ZIP_LONGEST_SPEC);
static ZIP_LONGEST_SPEC: TypeSpec = TypeSpec {
    name: "itertools.zip_longest",
    doc: "Return a zip_longest object whose .__next__() method returns a tuple where\nthe i-th element comes from the i-th iterable argument.  The .__next__()\nmethod continues until the longest iterable in the argument sequence\nis exhausted and then it raises StopIteration.  When the shorter iterables\nare exhausted, the fillvalue is substituted in their place.  The fillvalue\ndefaults to None or can be specified by a keyword argument.",
    flags: FLAGS,
    slots: Slots {
        new: Some(|t, cls, a| {
            let fill = a.keyword("fillvalue");
            if a.keyword_len() > fill.is_some() as usize {
                return Err(t.type_error("zip_longest() got an unexpected keyword argument"));
            }
            let fill = fill.map_or(Value::NONE, |f| f.to_value());
            let mut its = Vec::new();
            for v in a.positional() {
                its.push(t.iter(*v)?)
            }
            let active = AtomicUsize::new(its.len());
            let its = Slot::new(List::new(t, its));
            Ok(t.make(cls.shape(), ZipLongest { h: Header::new(0, 0), its, fill: Slot::new(fill), active }))
        }),
        iter: Some(itself),
        next: Some(zip_longest_next),
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<ZipLongest>()
};

fn zip_longest_next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let z: &ZipLongest = native(v);
    let Some(its) = z.its.load() else { return Ok(None) };
    let its: &List = native(its.r());
    if z.active.load(Acquire) == 0 {
        return Ok(None);
    }
    let mut row = Vec::with_capacity(its.len());
    for i in 0..its.len() {
        let it = its.load(t, i).unwrap_or(Value::NONE);
        let x = if it.is_none() { None } else { t.next(it.r())? };
        if x.is_none() && !it.is_none() {
            its.set(t, i, Value::NONE);
            let before = z.active.fetch_update(AcqRel, Acquire, |n| n.checked_sub(1)).unwrap_or(0);
            if before <= 1 {
                return Ok(None);
            }
        }
        row.push(x.unwrap_or_else(|| z.fill.load().unwrap_or(Value::NONE)))
    }
    Ok(Some(Tuple::new(t, row)))
}
