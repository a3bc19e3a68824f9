//! `tuple`: its type, operators and methods. The storage is in `tuple.rs`.

use super::list::List;
use super::sequence::{self, Joiner};
use super::slice::{self, Slice};
use super::tuple::{Tuple, empty};
use super::{fixed, list_type, tuple_iter};
use crate::object::{Args, CallArgs, Cmp, NativeType, Slots, Type, TypeSpec, ValueExt, type_flag};
use crate::thread::Thread;
use crate::{Res, methods};
use std::sync::atomic::Ordering::Relaxed;
use weft_strategy::{VRef, Value};

/// `tuple`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::TUPLE);
static SPEC: TypeSpec = TypeSpec {
    name: "tuple",
    doc: "Built-in immutable sequence.\n\nIf no argument is given, the constructor returns an empty tuple.\nIf iterable is specified the tuple is initialized from iterable's items.\n\nIf the argument is a tuple, the return value is the same object.",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::SEQUENCE | type_flag::MATCH_SELF,
    slots: Slots {
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        iter: Some(|t, v| Ok(tuple_iter::new(t, v.to_value()))),
        new: Some(new),
        len: Some(|_, v| Ok(this(v).len())),
        getitem: Some(getitem),
        contains: Some(contains),
        concat: Some(concat),
        repeat: Some(repeat),
        ..Slots::EMPTY
    },
    methods: methods! {
        "__getnewargs__(self, /)" => getnewargs;
        "index(self, value, start=0, stop=sys.maxsize, /)" => index, "Return first index of value.\n\nRaises ValueError if the value is not present.";
        "count(self, value, /)" => count, "Return number of occurrences of value.";
        class "__class_getitem__(type, object, /)" => sequence::class_getitem, "See PEP 585";
    },
    ..TypeSpec::new::<Tuple>()
};

fn this(v: VRef<'_>) -> &Tuple {
    v.cast().expect("a tuple")
}

fn new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    let own_init = cls.slots().init.map(|f| f as usize) != TYPE.get(t).slots().init.map(|f| f as usize);
    if !own_init {
        sequence::no_keywords(t, "tuple", args)?;
    }
    sequence::arity(t, "tuple", args, 0, 1)?;
    let exact = cls.shape() == fixed::TUPLE;
    let Some(items) = args.positional().first() else {
        return Ok(Tuple::make(t, cls.shape(), 0, std::iter::empty()));
    };
    if exact && items.has_shape(fixed::TUPLE) {
        return Ok(items.to_value());
    }
    if let Some(l) = items.exact::<List>(fixed::LIST).filter(|l| l.header().owner() == t.id()) {
        if exact {
            return Ok(Tuple::of_slots(t, l.slots()));
        }
        return Ok(Tuple::make(t, cls.shape(), l.len(), l.slots().iter().filter_map(|s| s.load())));
    }
    let items = items_of(t, *items)?;
    Ok(Tuple::make(t, cls.shape(), items.len(), items.into_iter()))
}

/// The items of any iterable; at once where that is possible.
pub fn items_of(t: &mut Thread, v: VRef<'_>) -> Res<Vec<Value>> {
    if let Some(items) = list_type::known_items(t, v) {
        return Ok(items);
    }
    let it = t.iter(v)?;
    list_type::collect_iterator(t, v, it)
}

/// `t[i]`, negative indices from the end.
#[inline]
pub fn getitem_int(v: &Tuple, i: i64) -> Option<VRef<'_>> {
    sequence::at(i, v.len()).map(|i| v.get(i))
}

fn getitem(t: &mut Thread, v: VRef<'_>, key: VRef<'_>) -> Res {
    let items = this(v);
    if let Some(s) = key.cast::<Slice>() {
        let s = slice::unpack(t, s)?;
        let (start, step, count) = s.stepped(items.len());
        if start == 0 && step == 1 && count == items.len() && v.has_shape(fixed::TUPLE) {
            return Ok(v.to_value());
        }
        let picked = s.places(items.len()).map(|i| items.get(i).to_value());
        return Ok(Tuple::make(t, fixed::TUPLE, count, picked));
    }
    let i = sequence::index(t, key, "tuple")?;
    match getitem_int(items, i) {
        Some(x) => Ok(x.to_value()),
        None => Err(t.index_error("tuple index out of range")),
    }
}

fn contains(t: &mut Thread, v: VRef<'_>, item: VRef<'_>) -> Res<bool> {
    Ok(find(t, this(v), item, 0, usize::MAX)?.is_some())
}

fn find(t: &mut Thread, items: &Tuple, item: VRef<'_>, from: usize, to: usize) -> Res<Option<usize>> {
    for i in from..to.min(items.len()) {
        let x = items.get(i);
        let same = match sequence::quick_equal(x, item) {
            Some(same) => same,
            None => t.equal(x, item)?,
        };
        if same {
            return Ok(Some(i));
        }
    }
    Ok(None)
}

fn concat(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let (Some(x), Some(y)) = (a.cast::<Tuple>(), b.cast::<Tuple>()) else {
        return Err(sequence::concat_error(t, "tuple", b));
    };
    if x.is_empty() && b.has_shape(fixed::TUPLE) {
        return Ok(b.to_value());
    }
    if y.is_empty() && a.has_shape(fixed::TUPLE) {
        return Ok(a.to_value());
    }
    let n = x.len() + y.len();
    Ok(Tuple::make(t, fixed::TUPLE, n, x.iter().chain(y.iter()).map(|v| v.to_value())))
}

fn repeat(t: &mut Thread, v: VRef<'_>, n: i64) -> Res {
    let items = this(v);
    if v.has_shape(fixed::TUPLE) && (n == 1 || items.is_empty()) {
        return Ok(v.to_value());
    }
    if n <= 0 || items.is_empty() {
        return Ok(empty(t));
    }
    let items: Vec<Value> = items.iter().map(|v| v.to_value()).collect();
    let items = sequence::repeated(t, &items, n)?;
    Ok(Tuple::new(t, items))
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let items = this(v);
    if items.is_empty() {
        return Ok(t.str("()"));
    }
    t.repr_once(v, "(...)", |t| {
        let mut j = Joiner::new("(");
        for x in items.iter() {
            j.separate();
            j.repr(t, x)?
        }
        Ok(j.finish(t, if items.len() == 1 { ",)" } else { ")" }))
    })
}

fn hash(t: &mut Thread, v: VRef<'_>) -> Res<i64> {
    let items = this(v);
    let known = items.hash.load(Relaxed);
    if known != 0 {
        return Ok(known as i64);
    }
    let mut mixed = weft_text::hash::collection::TupleHasher::default();
    t.enter_native_in("while hashing a tuple")?;
    for x in items.iter() {
        mixed.add(t.hash(x)?)
    }
    let h = mixed.finish();
    items.hash.store(h as u64, Relaxed);
    Ok(h)
}

pub(super) fn compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    let (Some(x), Some(y)) = (a.cast::<Tuple>(), b.cast::<Tuple>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if let Cmp::Eq | Cmp::Ne = op
        && let Some(same) = sequence::equal_tuples(x, y, sequence::TUPLE_DEPTH)
    {
        return Ok(Value::bool(same == (op == Cmp::Eq)));
    }
    if !matches!(op, Cmp::Eq | Cmp::Ne)
        && let Some(o) = sequence::quick_order(a, b, sequence::TUPLE_DEPTH)
    {
        return Ok(Value::bool(crate::ops::ordering_is(o, op)));
    }
    for (p, q) in x.iter().zip(y.iter()) {
        if !t.equal(p, q)? {
            return match op {
                Cmp::Eq => Ok(Value::FALSE),
                Cmp::Ne => Ok(Value::TRUE),
                _ => t.compare(p, q, op),
            };
        }
    }
    sequence::compare_sizes(x.len(), y.len(), op)
}

fn getnewargs(t: &mut Thread, a: Args<'_>) -> Res {
    let items = this(a.get(0));
    let plain = Tuple::make(t, fixed::TUPLE, items.len(), items.iter().map(|v| v.to_value()));
    Ok(Tuple::new(t, vec![plain]))
}

fn index(t: &mut Thread, a: Args<'_>) -> Res {
    let items = this(a.get(0));
    let from = sequence::bound(t, a.opt(2), 0)?;
    let to = sequence::bound(t, a.opt(3), i64::MAX)?;
    let n = items.len();
    match find(t, items, a.get(1), sequence::from_start(from, n), sequence::from_start(to, n))? {
        Some(i) => Ok(t.int_usize(i)),
        None => Err(t.value_error("tuple.index(x): x not in tuple")),
    }
}

fn count(t: &mut Thread, a: Args<'_>) -> Res {
    let items = this(a.get(0));
    let (mut n, mut i) = (0, 0);
    while let Some(k) = find(t, items, a.get(1), i, usize::MAX)? {
        n += 1;
        i = k + 1
    }
    Ok(t.int(n))
}
