//! `list`: its type, operators and methods. Sorting is in `list_sort.rs`, the storage in `list.rs`.
//!
//! Single operations are atomic. What must call Python (`__eq__`, iterators) loads an item, calls with no
//! lock held, and goes on by index, so a list that changes under it gives a stale answer, never a crash.

use super::list::List;
use super::sequence::{self, Joiner};
use super::slice::{self, Slice};
use super::tuple::Tuple;
use super::{dict_views, fixed, list_iter, list_sort, set::Set};
use crate::dict::Dict;
use crate::object::{Args, CallArgs, Cmp, NativeType, Slots, Type, TypeSpec, ValueExt, type_flag};
use crate::ops::iterate::{Consumer, Fed};
use crate::thread::Thread;
use crate::{Res, methods};
use weft_strategy::lock::lock_two;
use weft_strategy::{VRef, Value};

/// `list`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::LIST);
static SPEC: TypeSpec = TypeSpec {
    name: "list",
    doc: "Built-in mutable sequence.\n\nIf no argument is given, the constructor creates a new empty list.\nThe argument must be an iterable if specified.",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::SEQUENCE | type_flag::MATCH_SELF,
    slots: Slots {
        repr: Some(repr),
        compare: Some(compare),
        iter: Some(|t, v| Ok(list_iter::new(t, v.to_value()))),
        new: Some(new),
        init: Some(init),
        len: Some(|_, v| Ok(this(v).len())),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(|t, v, item| Ok(find(t, this(v), item, 0, usize::MAX)?.is_some())),
        concat: Some(concat),
        repeat: Some(repeat),
        inplace_concat: Some(|t, a, b| {
            extend_from(t, this(a), b)?;
            Ok(a.to_value())
        }),
        inplace_repeat: Some(inplace_repeat),
        ..Slots::EMPTY
    },
    methods: methods! {
        "__getitem__(self, index, /)" => |t, a| getitem(t, a.get(0), a.get(1)), "Return self[index].";
        "__reversed__(self, /)" => |t, a| Ok(list_iter::new_reverse(t, a.get(0).to_value())), "Return a reverse iterator over the list.";
        "__sizeof__(self, /)" => sizeof, "Return the size of the list in memory, in bytes.";
        "clear(self, /)" => clear, "Remove all items from list.";
        "copy(self, /)" => copy, "Return a shallow copy of the list.";
        "append(self, object, /)" => append, "Append object to the end of the list.";
        "insert(self, index, object, /)" => insert, "Insert object before index.";
        "extend(self, iterable, /)" => extend, "Extend list by appending elements from the iterable.";
        "pop(self, index=-1, /)" => pop, "Remove and return item at index (default last).\n\nRaises IndexError if list is empty or index is out of range.";
        "remove(self, value, /)" => remove, "Remove first occurrence of value.\n\nRaises ValueError if the value is not present.";
        "index(self, value, start=0, stop=sys.maxsize, /)" => index, "Return first index of value.\n\nRaises ValueError if the value is not present.";
        "count(self, value, /)" => count, "Return number of occurrences of value.";
        "reverse(self, /)" => reverse, "Reverse *IN PLACE*.";
        "sort(self, /, *, key=None, reverse=False)" => list_sort::sort, "Sort the list in ascending order and return None.\n\nThe sort is in-place (the list itself is modified) and stable: the order of two\nequal elements is kept. If a key function is given, it is applied once to each\nitem and its results are compared. The reverse flag sorts in descending order.";
        class "__class_getitem__(type, object, /)" => sequence::class_getitem, "See PEP 585";
    },
    ..TypeSpec::new::<List>()
};

fn this(v: VRef<'_>) -> &List {
    v.cast().expect("a list")
}

fn new(t: &mut Thread, cls: &Type, _args: CallArgs<'_>) -> Res {
    Ok(List::with_shape(t, cls.shape(), Vec::new()))
}

/// Does this class make its instances as `list` does, and so take no keywords?
fn has_own_new(t: &Thread, cls: &Type) -> bool {
    cls.slots().new.map(|f| f as usize) != TYPE.get(t).slots().new.map(|f| f as usize)
}

fn init(t: &mut Thread, v: VRef<'_>, args: CallArgs<'_>) -> Res<()> {
    if !has_own_new(t, v.ty()) {
        sequence::no_keywords(t, "list", args)?;
    }
    sequence::arity(t, "list", args, 0, 1)?;
    let l = this(v);
    if !l.is_empty() {
        drop(l.replace_all(t, Vec::new()));
    }
    match args.positional().first() {
        Some(items) => extend_from(t, l, *items),
        None => Ok(()),
    }
}

// ---- items

/// `l[i]`, negative indices from the end.
#[inline]
pub fn getitem_int<'t>(t: &'t Thread, l: &'t List, i: i64) -> Option<VRef<'t>> {
    if i >= 0 {
        return l.get(t, i as usize);
    }
    let at = sequence::at(i, l.len())?;
    l.get(t, at)
}

/// `l[i] = v`; false if there is no such item.
#[inline]
pub fn setitem_int(t: &Thread, l: &List, i: i64, v: Value) -> bool {
    match sequence::at(i, l.len()) {
        Some(i) => l.set(t, i, v),
        None => false,
    }
}

/// `l[a:b:c]`
pub fn get_slice(t: &Thread, l: &List, s: slice::Unpacked) -> Value {
    if s.step == 1
        && let Some(slots) = l.own_slots()
    {
        let (from, to) = s.range(slots.len());
        return List::of_slots(t, [slots.get(from..to).unwrap_or_default()]);
    }
    let items = l.read(t, |slots| {
        if s.step == 1 {
            let (from, to) = s.range(slots.len());
            List::copy_of(slots.get(from..to).unwrap_or_default())
        } else {
            let (start, step, count) = s.stepped(slots.len());
            if step == -1 {
                let from = (start + 1).saturating_sub(count);
                let backwards = slots.get(from..from + count).unwrap_or_default().iter().rev();
                List::copies(count, backwards)
            } else {
                List::copies(count, s.places(slots.len()).filter_map(|i| slots.get(i)))
            }
        }
    });
    List::new(t, items)
}

fn getitem(t: &mut Thread, v: VRef<'_>, key: VRef<'_>) -> Res {
    let l = this(v);
    if let Some(s) = key.cast::<Slice>() {
        let s = slice::unpack(t, s)?;
        return Ok(get_slice(t, l, s));
    }
    let i = sequence::index(t, key, "list")?;
    match getitem_int(t, l, i).map(|v| v.to_value()) {
        Some(x) => Ok(x),
        None => Err(t.index_error("list index out of range")),
    }
}

fn setitem(t: &mut Thread, v: VRef<'_>, key: VRef<'_>, value: Option<VRef<'_>>) -> Res<()> {
    let l = this(v);
    if let Some(s) = key.cast::<Slice>() {
        let s = slice::unpack(t, s)?;
        return match value {
            Some(x) => set_slice(t, l, s, x),
            None => {
                let old = if s.step == 1 {
                    l.splice(t, |n| s.range(n), Vec::new())
                } else {
                    l.delete_stepped(t, |n| s.stepped(n))
                };
                drop(old);
                Ok(())
            }
        };
    }
    let i = sequence::index(t, key, "list")?;
    let done = match value {
        Some(x) => setitem_int(t, l, i, x.to_value()),
        None => l.remove_at(t, |n| sequence::at(i, n)).is_some(),
    };
    if done { Ok(()) } else { Err(t.index_error("list assignment index out of range")) }
}

/// `l[a:b:c] = value`
pub fn set_slice(t: &mut Thread, l: &List, s: slice::Unpacked, value: VRef<'_>) -> Res<()> {
    let items = match known_items(t, value) {
        Some(items) => items,
        None => {
            let it = match t.iter(value) {
                Ok(it) => it,
                Err(e) => {
                    if t.raised_is(&crate::errors::TYPE_ERROR) {
                        t.clear_raised();
                        return Err(t.type_error("must assign iterable to extended slice"));
                    }
                    return Err(e);
                }
            };
            collect_iterator(t, value, it)?
        }
    };
    if s.step == 1 {
        drop(l.splice(t, |n| s.range(n), items));
        return Ok(());
    }
    let given = items.len();
    match l.set_stepped(t, |n| s.stepped(n), items) {
        Ok(_) => Ok(()),
        Err(count) => Err(t.value_error(format!(
            "attempt to assign sequence of size {given} to extended slice of size {count}"
        ))),
    }
}

/// The items of an object whose content can be copied at once: exact lists, tuples, sets, dicts and their views.
pub fn known_items(t: &Thread, v: VRef<'_>) -> Option<Vec<Value>> {
    let shape = v.header()?.shape();
    match shape {
        fixed::LIST => v.cast::<List>().map(|l| l.snapshot(t)),
        fixed::TUPLE => v.cast::<Tuple>().map(|l| List::copy_of(l.words())),
        fixed::DICT => v.cast::<Dict>().map(|d| d.items(t).into_iter().map(|(k, _)| k).collect()),
        fixed::SET | fixed::FROZENSET => v.cast::<Set>().map(|s| s.items(t)),
        _ => dict_views::known_items(t, v),
    }
}

/// The rest of an iterator made from `of`, as owned values.
pub fn collect_iterator(t: &mut Thread, of: VRef<'_>, it: Value) -> Res<Vec<Value>> {
    let hint = t.length_hint(of)?;
    let mut out = sequence::room(t, hint)?;
    t.collect_into(it.r(), &mut out)?;
    Ok(out)
}

// ---- operators

/// `l.extend(other)`: at once for what can be copied at once, item by item for other iterables.
pub fn extend_from(t: &mut Thread, l: &List, other: VRef<'_>) -> Res<()> {
    if let Some(o) = other.exact::<List>(fixed::LIST) {
        let (a, b) = (l.header(), o.header());
        let me = weft_strategy::me();
        if a.owner() != me && b.owner() != me {
            // Both can be seen by other threads: in one step, under both locks. What `o` holds is published already.
            let (_g, _h) = lock_two(t, a, b);
            let items = List::copy_of(o.slots());
            l.extend_locked(t, items);
            return Ok(());
        }
    }
    if let Some(s) = other.exact::<Set>(fixed::SET) {
        let (a, b) = (l.header(), s.header());
        let me = weft_strategy::me();
        if a.owner() != me && b.owner() != me {
            let (_g, _h) = lock_two(t, a, b);
            let items = s.items_locked();
            l.extend_locked(t, items);
            return Ok(());
        }
    }
    if let Some(d) = other.exact::<Dict>(fixed::DICT) {
        let (a, b) = (l.header(), d.header());
        let me = weft_strategy::me();
        if a.owner() != me && b.owner() != me {
            let (_g, _h) = lock_two(t, a, b);
            let items = d.items_locked().into_iter().map(|(k, _)| k).collect();
            l.extend_locked(t, items);
            return Ok(());
        }
    }
    // One of the two is seen by this thread only, so that two steps look like one.
    if let Some(items) = known_items(t, other) {
        l.extend(t, items);
        return Ok(());
    }
    let it = t.iter(other)?;
    t.length_hint(other)?;
    t.drive(it.r(), &mut PushTo(l))
}

struct PushTo<'a>(&'a List);

impl Consumer for PushTo<'_> {
    fn fast(&mut self, t: &Thread, v: Value) -> Fed {
        self.0.push(t, v);
        Fed::More
    }
    fn slow(&mut self, t: &mut Thread, v: Value) -> Res<bool> {
        self.0.push(t, v);
        Ok(true)
    }
}

fn concat(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let (Some(x), Some(y)) = (a.cast::<List>(), b.cast::<List>()) else {
        return Err(sequence::concat_error(t, "list", b));
    };
    if let (Some(p), Some(q)) = (x.own_slots(), y.own_slots()) {
        return Ok(List::of_slots(t, [p, q]));
    }
    let total = x.len().saturating_add(y.len());
    let mut items = sequence::room(t, total)?;
    {
        let _g = lock_two(t, x.header(), y.header());
        items.extend(x.slots().iter().filter_map(|s| s.load()));
        items.extend(y.slots().iter().filter_map(|s| s.load()));
    }
    Ok(List::new(t, items))
}

fn repeat(t: &mut Thread, v: VRef<'_>, n: i64) -> Res {
    let items = this(v).snapshot(t);
    let items = sequence::repeated(t, &items, n)?;
    Ok(List::new(t, items))
}

fn inplace_repeat(t: &mut Thread, v: VRef<'_>, n: i64) -> Res {
    let l = this(v);
    let items = l.snapshot(t);
    let items = sequence::repeated(t, &items, n)?;
    drop(l.replace_all(t, items));
    Ok(v.to_value())
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let l = this(v);
    if l.is_empty() {
        return Ok(t.str("[]"));
    }
    t.repr_once(v, "[...]", |t| {
        let mut j = Joiner::new("[");
        let mut i = 0;
        while let Some(x) = l.load(t, i) {
            j.separate();
            j.repr(t, x.r())?;
            i += 1
        }
        Ok(j.finish(t, "]"))
    })
}

fn compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    let (Some(x), Some(y)) = (a.cast::<List>(), b.cast::<List>()) else { return Ok(Value::NOT_IMPLEMENTED) };
    if x.len() != y.len() && matches!(op, Cmp::Eq | Cmp::Ne) {
        return Ok(Value::bool(op == Cmp::Ne));
    }
    let mut i = 0;
    while let (Some(p), Some(q)) = (x.load(t, i), y.load(t, i)) {
        if !t.equal(p.r(), q.r())? {
            // The comparison itself may have shortened a list.
            if i >= x.len() || i >= y.len() {
                break;
            }
            return match op {
                Cmp::Eq => Ok(Value::FALSE),
                Cmp::Ne => Ok(Value::TRUE),
                _ => t.compare(p.r(), q.r(), op),
            };
        }
        i += 1
    }
    sequence::compare_sizes(x.len(), y.len(), op)
}

/// The first item from `from` to `to` that is or equals `item`, with that item.
fn find(t: &mut Thread, l: &List, item: VRef<'_>, from: usize, to: usize) -> Res<Option<(usize, Value)>> {
    let mut i = from;
    while i < to.min(l.len()) {
        // A long list is looked through in parts, for the lock's sake.
        let end = to.min(i.saturating_add(4096));
        match l.scan(t, item, i, end) {
            Ok(Some(k)) => return Ok(l.load(t, k).map(|x| (k, x))),
            Ok(None) => i = end,
            Err(k) => {
                let Some(x) = l.load(t, k) else { return Ok(None) };
                if t.equal(x.r(), item)? {
                    return Ok(Some((k, x)));
                }
                i = k + 1
            }
        }
    }
    Ok(None)
}

// ---- methods

fn sizeof(t: &mut Thread, a: Args<'_>) -> Res {
    Ok(t.int_usize(size_of::<List>() + 8 * this(a.get(0)).capacity()))
}

fn clear(t: &mut Thread, a: Args<'_>) -> Res {
    drop(this(a.get(0)).take_all(t));
    Ok(Value::NONE)
}

fn copy(t: &mut Thread, a: Args<'_>) -> Res {
    Ok(this(a.get(0)).copy(t))
}

pub(crate) fn append(t: &mut Thread, a: Args<'_>) -> Res {
    this(a.get(0)).push(t, a.get(1).to_value());
    Ok(Value::NONE)
}

fn insert(t: &mut Thread, a: Args<'_>) -> Res {
    let i = t.arg_ssize(a.get(1))?;
    this(a.get(0)).insert_at(t, |n| sequence::from_start(i, n), a.get(2).to_value());
    Ok(Value::NONE)
}

fn extend(t: &mut Thread, a: Args<'_>) -> Res {
    extend_from(t, this(a.get(0)), a.get(1))?;
    Ok(Value::NONE)
}

fn pop(t: &mut Thread, a: Args<'_>) -> Res {
    let l = this(a.get(0));
    let i = match a.opt(1) {
        Some(i) => t.arg_ssize(i)?,
        None => -1,
    };
    let v = if i == -1 { l.pop(t) } else { l.remove_at(t, |n| sequence::at(i, n)) };
    match v {
        Some(v) => Ok(v),
        None if l.is_empty() => Err(t.index_error("pop from empty list")),
        None => Err(t.index_error("pop index out of range")),
    }
}

/// Times that `remove` looks again when what it found was gone before it could be removed.
const RETRIES: usize = 100;

fn remove(t: &mut Thread, a: Args<'_>) -> Res {
    let l = this(a.get(0));
    for _ in 0..RETRIES {
        let Some((i, x)) = find(t, l, a.get(1), 0, usize::MAX)? else { break };
        if l.remove_same(t, x.r(), i) {
            return Ok(Value::NONE);
        }
    }
    Err(t.value_error("list.remove(x): x not in list"))
}

fn index(t: &mut Thread, a: Args<'_>) -> Res {
    let l = this(a.get(0));
    let from = sequence::bound(t, a.opt(2), 0)?;
    let to = sequence::bound(t, a.opt(3), i64::MAX)?;
    let n = l.len();
    let (from, to) = (sequence::from_start(from, n), sequence::from_start(to, n));
    match find(t, l, a.get(1), from, to)? {
        Some((i, _)) => Ok(t.int_usize(i)),
        None => Err(t.value_error("list.index(x): x not in list")),
    }
}

fn count(t: &mut Thread, a: Args<'_>) -> Res {
    let l = this(a.get(0));
    let (mut n, mut i) = (0, 0);
    while let Some((k, _)) = find(t, l, a.get(1), i, usize::MAX)? {
        n += 1;
        i = k + 1
    }
    Ok(t.int(n))
}

fn reverse(t: &mut Thread, a: Args<'_>) -> Res {
    this(a.get(0)).reverse(t);
    Ok(Value::NONE)
}
