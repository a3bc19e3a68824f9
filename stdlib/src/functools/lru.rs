//! The wrapper of `functools.lru_cache`.
//!
//! A dict maps keys to results; in a bounded cache to pairs of a result and the number of a node in a list in order of
//! use. The list is an array of nodes linked by number, behind the object lock. A hit does not touch it: the node's
//! number is noted in a short log, and the logs are worked off, in order, when one is full or before anything
//! is thrown out. So one thread's uses are ordered exactly, and threads that only hit write nothing that others read:
//! each has a log, and a count of hits, of its own (as long as there are not more threads than logs). The number
//! carries the node's generation, so that a log may know nodes that are gone. Two threads that miss the same key both
//! call the function, as in CPython.

use crate::support::{Guarded, native, or_none, publish_for};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering::*};
use weft_strategy::Header;
use weft_vm::dict::Dict;
use weft_vm::object::{Args, CallArgs, NativeType, Object, Slots, TypeSpec, ValueExt, Visitor, type_flag};
use weft_vm::types::fixed;
use weft_vm::types::function::Method;
use weft_vm::types::tuple::{Tuple, tuple};
use weft_vm::{Res, Slot, Thread, VRef, Value, methods};

/// No node.
const NIL: u32 = u32::MAX;

struct Node {
    key: Slot,
    /// Towards the least recently used.
    older: u32,
    newer: u32,
    generation: u32,
}

/// Nodes in order of use.
struct Order {
    nodes: Vec<Node>,
    free: Vec<u32>,
    oldest: u32,
    newest: u32,
}

impl Default for Order {
    fn default() -> Order {
        Order { nodes: Vec::new(), free: Vec::new(), oldest: NIL, newest: NIL }
    }
}

impl Order {
    fn unlink(&mut self, i: u32) {
        let (older, newer) = (self.nodes[i as usize].older, self.nodes[i as usize].newer);
        match self.nodes.get_mut(older as usize) {
            Some(n) => n.newer = newer,
            None => self.oldest = newer,
        }
        match self.nodes.get_mut(newer as usize) {
            Some(n) => n.older = older,
            None => self.newest = older,
        }
    }

    fn link_newest(&mut self, i: u32) {
        let newest = self.newest;
        let n = &mut self.nodes[i as usize];
        (n.older, n.newer) = (newest, NIL);
        match self.nodes.get_mut(newest as usize) {
            Some(n) => n.newer = i,
            None => self.oldest = i,
        }
        self.newest = i
    }

    fn len(&self) -> usize {
        self.nodes.len() - self.free.len()
    }

    /// Adds a node; gives its number and generation as one int.
    fn add(&mut self, key: Slot) -> i64 {
        let i = match self.free.pop() {
            Some(i) => {
                let n = &mut self.nodes[i as usize];
                n.key = key;
                i
            }
            None => {
                self.nodes.push(Node { key, older: NIL, newer: NIL, generation: 0 });
                self.nodes.len() as u32 - 1
            }
        };
        self.link_newest(i);
        (self.nodes[i as usize].generation as i64) << 32 | i as i64
    }

    /// A node was used.
    fn used(&mut self, number: i64) {
        if let Some(i) = self.resolve(number) {
            self.unlink(i);
            self.link_newest(i)
        }
    }

    /// The node a cached number means, if it is still that one.
    fn resolve(&self, number: i64) -> Option<u32> {
        let i = number as u32;
        let n = self.nodes.get(i as usize)?;
        (n.generation as i64 == number >> 32 && !n.key.is_empty()).then_some(i)
    }
}

/// Hits that a log can hold.
const LOG: usize = 30;
/// Logs of a cache.
const LOGS: usize = 4;

/// What some threads, most often one, have used: in cache lines of their own.
#[derive(Default)]
struct Log {
    hits: AtomicI64,
    len: AtomicUsize,
    used: [AtomicI64; LOG],
}

impl Log {
    /// Notes the use of a node. False: the log is full.
    fn note(&self, number: i64) -> bool {
        let i = self.len.load(Relaxed);
        if weft_strategy::ops().gil {
            self.len.store(i + 1, Relaxed);
        } else {
            return self.note_atomically(number);
        }
        match self.used.get(i) {
            Some(place) => {
                place.store(number, Relaxed);
                true
            }
            None => false,
        }
    }

    fn note_atomically(&self, number: i64) -> bool {
        let i = self.len.fetch_add(1, AcqRel);
        match self.used.get(i) {
            Some(place) => {
                place.store(number, Release);
                true
            }
            None => false,
        }
    }

    /// Takes what was noted. The lock is held. What another thread is noting at this moment may be lost.
    fn take(&self, mut f: impl FnMut(i64)) {
        let n = self.len.load(Acquire).min(LOG);
        for place in &self.used[..n] {
            f(place.load(Acquire))
        }
        self.len.store(0, Release)
    }
}

#[repr(C)]
struct Cache {
    h: Header,
    func: Slot,
    /// Key to result (unbounded), or to the number of a node.
    dict: Slot,
    info_type: Slot,
    /// A unique object between positional and keyword arguments in keys.
    mark: Slot,
    order: Guarded<Order>,
    /// -1: unbounded.
    maxsize: i64,
    typed: bool,
    misses: AtomicI64,
    logs: [Log; LOGS],
}

impl Cache {
    fn log(&self, t: &Thread) -> &Log {
        &self.logs[t.id() as usize % LOGS]
    }

    /// Works with the nodes, in the order of use that is known.
    fn in_order<R>(&self, t: &Thread, f: impl FnOnce(&mut Order) -> R) -> R {
        self.order.with(t, &self.h, |o| {
            self.work_off(o);
            f(o)
        })
    }

    fn work_off(&self, o: &mut Order) {
        for log in &self.logs {
            log.take(|number| o.used(number))
        }
    }

    /// Notes the use of a node by this thread.
    fn note(&self, t: &Thread, number: i64) {
        let log = self.log(t);
        if log.note(number) {
            return;
        }
        let done = self.order.try_with(t, &self.h, |o| {
            self.work_off(o);
            o.used(number)
        });
        if done.is_none() {
            // Another thread orders the nodes just now. What came first among uses at the same time nobody can tell, so
            // rather than wait for it this thread forgets some of them.
            log.len.store(0, Release);
            log.note(number);
        }
    }
}

// SAFETY: repr(C), header first; all references are visited.
unsafe impl Object for Cache {
    weft_vm::layout!(Cache, "functools._lru_cache_wrapper", true);
    fn traverse(&self, v: Visitor) {
        for s in [&self.func, &self.dict, &self.info_type, &self.mark] {
            v(s.word())
        }
        // SAFETY: publication and the collector come where nobody holds the lock.
        for n in &unsafe { self.order.at_rest() }.nodes {
            v(n.key.word())
        }
    }
    fn clear(&self) {
        for s in [&self.func, &self.dict, &self.info_type, &self.mark] {
            s.clear_dead()
        }
        // SAFETY: the object is dead or garbage.
        for n in &unsafe { self.order.at_rest() }.nodes {
            n.key.clear_dead()
        }
        self.order.clear_dead()
    }
}

/// `functools._lru_cache_wrapper`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "functools._lru_cache_wrapper",
    doc: "Create a cached callable that wraps another function.\n\nuser_function:      the function being cached\n\nmaxsize:  0         for no caching\n          None      for unlimited cache size\n          n         for a bounded cache\n\ntyped:    False     cache f(3) and f(3.0) as identical calls\n          True      cache f(3) and f(3.0) as distinct calls\n\ncache_info_type:    namedtuple class with the fields:\n                        hits misses currsize maxsize\n",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::HAS_DICT | type_flag::WEAKREFS,
    slots: Slots {
        new: constructor!("lru_cache(cls, user_function, maxsize, typed, cache_info_type)" => new),
        call: Some(call),
        descr_get: Some(|t, v, instance, _| match instance {
            None => Ok(v.to_value()),
            Some(i) => Ok(Method::new(t, v.to_value(), i.to_value())),
        }),
        ..Slots::EMPTY
    },
    methods: methods! {
        "cache_info(self, /)" => info, "Report cache statistics";
        "cache_clear(self, /)" => clear, "Clear the cache and cache statistics";
        "__reduce__(self, /)" => |t, a| t.attr(a.get(0), "__qualname__");
        "__copy__(self, /)" => |_, a| Ok(a.get(0).to_value());
        "__deepcopy__(self, memo, /)" => |_, a| Ok(a.get(0).to_value());
    },
    ..TypeSpec::new::<Cache>()
};

fn new(t: &mut Thread, a: Args<'_>) -> Res {
    if !t.callable(a.get(1)) {
        return Err(t.type_error("the first argument must be callable"));
    }
    let maxsize = match a.get(2) {
        n if n.is_none() => -1,
        n if n.ty().slots().index.is_some() => t.index_i64(n, &weft_vm::errors::OVERFLOW_ERROR)?.max(0),
        _ => return Err(t.type_error("maxsize should be integer or None")),
    };
    let typed = t.truth(a.get(3))?;
    let object = weft_vm::types::object::TYPE.get(t).to_value();
    let mark = t.call(object.r(), &[])?;
    let dict = Dict::new(t);
    Ok(t.make(
        crate::support::class(a).shape(),
        Cache {
            h: Header::new(0, 0),
            func: Slot::new(a.get(1).to_value()),
            dict: Slot::new(dict),
            info_type: Slot::new(a.get(4).to_value()),
            mark: Slot::new(mark),
            order: Guarded::default(),
            maxsize,
            typed,
            misses: AtomicI64::new(0),
            logs: Default::default(),
        },
    ))
}

/// One value for all arguments. A lone str or int stands for itself.
fn make_key(t: &Thread, c: &Cache, args: CallArgs<'_>) -> Value {
    let p = args.positional();
    if !c.typed
        && args.keyword_len() == 0
        && let [one] = p
        && (one.word().is_int() || one.has_shape(fixed::STR) || one.has_shape(fixed::INT))
    {
        return one.to_value();
    }
    if !c.typed && args.names.is_none() {
        return Tuple::of(t, p);
    }
    let mut key: Vec<Value> = p.iter().map(|v| v.to_value()).collect();
    let named = args.keywords();
    if !named.is_empty() {
        key.push(or_none(&c.mark));
        for (k, v) in &named {
            key.push(k.to_value());
            key.push(v.to_value())
        }
    }
    if c.typed {
        key.extend(p.iter().map(|v| v.ty().to_value()));
        key.extend(named.iter().map(|(_, v)| v.ty().to_value()))
    }
    Tuple::new(t, key)
}

fn call(t: &mut Thread, v: VRef<'_>, args: CallArgs<'_>) -> Res {
    let c: &Cache = native(v);
    let (Some(func), Some(dict)) = (c.func.load(), c.dict.load()) else { return Ok(Value::NONE) };
    if c.maxsize == 0 {
        c.misses.fetch_add(1, Relaxed);
        return t.call_with(func.r(), None, args);
    }
    let d: &Dict = native(dict.r());
    let key = make_key(t, c, args);
    let hash = t.hash(key.r())?;
    if let Some(found) = d.get_hashed(t, hash, key.r())? {
        let hits = &c.log(t).hits;
        if weft_strategy::ops().gil {
            hits.store(hits.load(Relaxed) + 1, Relaxed)
        } else {
            hits.fetch_add(1, Relaxed);
        }
        if c.maxsize < 0 {
            return Ok(found);
        }
        if let Some(pair) = tuple(found.r())
            && pair.len() == 2
        {
            let (result, number) = (pair.get(0).to_value(), pair.get(1).word().as_int());
            c.note(t, number);
            return Ok(result);
        }
    }
    c.misses.fetch_add(1, Relaxed);
    let result = t.call_with(func.r(), None, args)?;
    if c.maxsize < 0 {
        d.set_hashed(t, hash, key.r(), result.clone())?;
        return Ok(result);
    }
    // The call may have filled the cache for this key itself.
    if d.get_hashed(t, hash, key.r())?.is_some() {
        return Ok(result);
    }
    let evicted = c.in_order(t, |o| {
        if (o.len() as i64) < c.maxsize || o.oldest == NIL {
            return None;
        }
        let i = o.oldest;
        o.unlink(i);
        o.free.push(i);
        let n = &mut o.nodes[i as usize];
        n.generation = (n.generation + 1) & 0x0FFF_FFFF;
        n.key.take(&c.h)
    });
    if let Some(old) = &evicted {
        d.remove(t, old.r())?;
    }
    publish_for(&c.h, key.r());
    let number = c.order.with(t, &c.h, |o| o.add(Slot::new(key.clone())));
    let number = t.int(number);
    let pair = Tuple::new(t, vec![result.clone(), number]);
    d.set_hashed(t, hash, key.r(), pair)?;
    Ok(result)
}

fn info(t: &mut Thread, a: Args<'_>) -> Res {
    let c: &Cache = a.this();
    let size = c.dict.load().and_then(|d| d.cast::<Dict>().map(|d| d.len())).unwrap_or(0);
    let hits = c.logs.iter().map(|l| l.hits.load(Relaxed)).sum();
    let hits = t.int(hits);
    let misses = t.int(c.misses.load(Relaxed));
    let maxsize = if c.maxsize < 0 { Value::NONE } else { t.int(c.maxsize) };
    let size = t.int_usize(size);
    let ty = or_none(&c.info_type);
    t.call(ty.r(), &[hits.r(), misses.r(), maxsize.r(), size.r()])
}

fn clear(t: &mut Thread, a: Args<'_>) -> Res {
    let c: &Cache = a.this();
    for log in &c.logs {
        log.hits.store(0, Relaxed)
    }
    c.misses.store(0, Relaxed);
    let held = c.order.with(t, &c.h, |o| {
        let mut held = Vec::new();
        while o.oldest != NIL {
            let i = o.oldest;
            o.unlink(i);
            o.free.push(i);
            let n = &mut o.nodes[i as usize];
            n.generation = (n.generation + 1) & 0x0FFF_FFFF;
            held.push(n.key.take(&c.h))
        }
        held
    });
    drop(held);
    if let Some(d) = c.dict.load() {
        native::<Dict>(d.r()).clear_all(t)
    }
    Ok(Value::NONE)
}
