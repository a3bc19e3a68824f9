//! The storage of `set` and `frozenset`: an open-addressing table of hashes and keys.
//!
//! Probing looks at a few neighbours before it jumps, and growth quadruples small tables; so elements are met in
//! the order in which CPython meets them, as long as their hashes are the same. A place is *unused* (no key,
//! hash not -1), *deleted* (no key, hash -1, which no key has) or *taken*. Places are never reused before the table
//! is rebuilt, so readers need no lock: they load the table once and stay in it. Writers take the object lock;
//! a lookup that had to call `__eq__` is repeated if the change count has moved. Replaced tables are retired.

use super::fixed;
use crate::Res;
use crate::dict::same_key;
use crate::object::{Object, ValueExt, Visitor};
use crate::thread::Thread;
use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::sync::atomic::{AtomicI64, AtomicPtr, AtomicUsize, Ordering::*};
use weft_strategy::lock::{Guard, lock, lock_two};
use weft_strategy::{Header, Retired, Slot, VRef, Value};

pub use super::set_type::{FROZENSET, SET};

/// The set object, mutable or frozen.
#[repr(C)]
pub struct Set {
    pub(crate) h: Header,
    table: AtomicPtr<Table>,
    used: AtomicUsize,
    /// Taken and deleted places.
    filled: AtomicUsize,
    /// Where `pop` looks next.
    finger: AtomicUsize,
    /// Counts every change.
    changes: AtomicUsize,
    /// Hash of a frozenset, -1 until asked for.
    pub(super) hash: AtomicI64,
}

// SAFETY: repr(C), header first; all keys are visited.
unsafe impl Object for Set {
    crate::layout!(Set, "set", true);
    fn traverse(&self, v: Visitor) {
        for e in self.table().entries() {
            v(e.key.word())
        }
    }
    fn clear(&self) {
        let t = self.table.load(Relaxed);
        self.table.store(empty_table(), Relaxed);
        self.used.store(0, Relaxed);
        self.filled.store(0, Relaxed);
        if t != empty_table() {
            // SAFETY: the set is dead or garbage: nobody reads it.
            unsafe {
                for e in (*t).entries() {
                    e.key.clear_dead()
                }
                free_table(t.cast(), 0)
            }
        }
    }
}

// ---- the table

/// A place of the table.
struct Entry {
    hash: AtomicI64,
    key: Slot,
}

/// Head of the buffer; the entries follow.
#[repr(C)]
struct Table {
    mask: usize,
    _pad: usize,
}

/// The table of every empty set: as many unused places as a new one has.
#[repr(C)]
struct EmptyTable {
    head: Table,
    entries: [Entry; SMALLEST],
}

const SMALLEST: usize = 8;
/// Neighbours looked at before jumping.
const NEIGHBOURS: usize = 9;
/// The hash of a deleted place.
const DELETED: i64 = -1;

static EMPTY: EmptyTable = EmptyTable {
    head: Table { mask: SMALLEST - 1, _pad: 0 },
    entries: [const { Entry { hash: AtomicI64::new(0), key: Slot::empty() } }; SMALLEST],
};

fn empty_table() -> *mut Table {
    (&raw const EMPTY) as *mut Table
}

fn table_layout(places: usize) -> Option<Layout> {
    let size = places.checked_mul(size_of::<Entry>())?.checked_add(size_of::<Table>())?;
    Layout::from_size_align(size, 16).ok()
}

fn new_table(places: usize) -> *mut Table {
    let Some(layout) = table_layout(places) else { crate::start::out_of_memory(usize::MAX) };
    // SAFETY: the layout has a size.
    let p = unsafe { alloc_zeroed(layout) } as *mut Table;
    if p.is_null() {
        crate::start::out_of_memory(layout.size())
    }
    // SAFETY: fresh memory.
    unsafe { p.write(Table { mask: places - 1, _pad: 0 }) }
    p
}

/// Frees a table.
///
/// # Safety
/// Made by `new_table`; nobody uses it, its references are gone.
unsafe fn free_table(p: *mut u8, _size: usize) {
    // SAFETY: as the caller promises.
    unsafe {
        if let Some(layout) = table_layout((*p.cast::<Table>()).mask + 1) {
            dealloc(p, layout)
        }
    }
}

/// Where a lookup ended.
enum Probe {
    Found(usize),
    /// Not there.
    Absent,
    /// This place has the same hash; only `__eq__` can tell. With the steps that probing took to it.
    Ask(usize, usize),
}

impl Table {
    fn entries(&self) -> &[Entry] {
        // SAFETY: the entries follow the head.
        unsafe { std::slice::from_raw_parts((self as *const Table).add(1).cast(), self.mask + 1) }
    }

    fn bytes(&self) -> usize {
        size_of::<Table>() + (self.mask + 1) * size_of::<Entry>()
    }

    /// Looks for a key without calling Python, behind the first `skip` steps. (Probing may come to a place more than
    /// once, so it is steps that are counted.)
    fn probe(&self, t: &Thread, hash: i64, key: VRef<'_>, skip: usize) -> Probe {
        let entries = self.entries();
        let mut steps = 0;
        self.walk(hash, |i| {
            // SAFETY: walking stays within the mask, which is that of the entries.
            let e = unsafe { entries.get_unchecked(i) };
            let have = e.key.word();
            let h = e.hash.load(Acquire);
            if have.is_unbound() {
                return if h == DELETED { None } else { Some(Probe::Absent) };
            }
            steps += 1;
            if steps > skip && h == hash {
                match same_key(t, have, key) {
                    Some(true) => return Some(Probe::Found(i)),
                    Some(false) => {}
                    None => return Some(Probe::Ask(i, steps)),
                }
            }
            None
        })
    }

    /// Visits the places where a key of this hash may be, until `f` answers. There is always an unused place.
    #[inline(always)]
    fn walk<R>(&self, hash: i64, mut f: impl FnMut(usize) -> Option<R>) -> R {
        let mask = self.mask;
        let (mut at, mut perturb) = (hash as usize & mask, hash as u64);
        loop {
            let last = if at + NEIGHBOURS <= mask { at + NEIGHBOURS } else { at };
            for i in at..=last {
                if let Some(r) = f(i) {
                    return r;
                }
            }
            perturb >>= 5;
            at = at.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb as usize) & mask
        }
    }

    /// Moves an entry as it is into this new table.
    fn move_in(&self, from: &Entry) {
        let hash = from.hash.load(Relaxed);
        let i = self.walk(hash, |i| self.entries()[i].key.is_empty().then_some(i));
        let e = &self.entries()[i];
        e.hash.store(hash, Relaxed);
        // SAFETY: the reference moves to a table nobody sees yet.
        unsafe { e.key.set_word(from.key.word()) }
    }
}

// ---- the set

/// An empty set.
pub fn empty(t: &Thread) -> Value {
    Set::make(t, fixed::SET)
}

/// The set of a value.
///
/// # Panics
/// When it is none.
pub fn of(v: VRef<'_>) -> &Set {
    v.cast().expect("a set")
}

/// A frozenset of constants: numbers, str, bytes, None and tuples of them.
pub fn frozen_from_consts(t: &Thread, items: Vec<Value>) -> Value {
    let v = Set::make(t, fixed::FROZENSET);
    let s = of(v.r());
    for x in items {
        let Some(hash) = const_hash(x.r()) else { continue };
        let at = s.table().walk(hash, |i| {
            let e = &s.table().entries()[i];
            match e.key.get(t) {
                None => Some(Some(i)),
                Some(k) => (e.hash.load(Relaxed) == hash && const_equal(k, x.r())).then_some(None),
            }
        });
        if let Some(i) = at {
            s.put(t, i, hash, x)
        }
    }
    v
}

/// Hash of a constant; it needs no Python.
fn const_hash(v: VRef<'_>) -> Option<i64> {
    use weft_text::hash::{collection, number};
    let w = v.word();
    if let Some(h) = super::int::hash_of_int(v) {
        return Some(h);
    }
    if let Some(f) = super::float::float(v) {
        return Some(number::of_f64(f).unwrap_or_else(|| crate::hash::hash_pointer(w.identity())));
    }
    if let Some(s) = super::str::text(v) {
        return Some(s.hash() as i64);
    }
    if let Some(b) = v.cast::<super::bytes::Bytes>() {
        return Some(crate::hash::hash_bytes(b.as_slice()));
    }
    if let Some(p) = v.cast::<super::tuple::Tuple>() {
        let hashes: Option<Vec<i64>> = p.iter().map(const_hash).collect();
        return Some(collection::of_tuple(hashes?));
    }
    if let Some(s) = v.cast::<Set>() {
        return Some(collection::of_frozenset(s.hashes()));
    }
    if let Some(c) = v.cast::<super::complex::Complex>() {
        let part = |f: f64| number::of_f64(f).unwrap_or(0);
        return Some(number::of_complex(part(c.re), part(c.im)));
    }
    if v.is_none() {
        Some(super::singletons::HASH_OF_NONE)
    } else {
        Some(crate::hash::hash_pointer(w.identity()))
    }
}

/// Are two constants equal? Without Python; different kinds are told apart by the compiler already.
fn const_equal(a: VRef<'_>, b: VRef<'_>) -> bool {
    if a.is(b) {
        return true;
    }
    if let (Some(x), Some(y)) = (super::int::to_big(a), super::int::to_big(b)) {
        return x == y;
    }
    if let (Some(x), Some(y)) = (super::float::float(a), super::float::float(b)) {
        return x == y;
    }
    if let (Some(x), Some(y)) = (super::str::text(a), super::str::text(b)) {
        return x.bytes() == y.bytes();
    }
    if let (Some(x), Some(y)) = (a.cast::<super::bytes::Bytes>(), b.cast::<super::bytes::Bytes>()) {
        return x.as_slice() == y.as_slice();
    }
    if let (Some(x), Some(y)) = (a.cast::<super::tuple::Tuple>(), b.cast::<super::tuple::Tuple>()) {
        return x.len() == y.len() && x.iter().zip(y.iter()).all(|(p, q)| const_equal(p, q));
    }
    match (super::int::to_i64(a), super::float::float(b), super::float::float(a), super::int::to_i64(b)) {
        (Some(i), Some(f), _, _) | (_, _, Some(f), Some(i)) => i as f64 == f && f as i64 == i,
        _ => false,
    }
}

/// A set of these items; TypeError if one is not hashable.
pub fn new_set(t: &mut Thread, items: Vec<Value>) -> Res {
    let v = empty(t);
    for x in items {
        of(v.r()).add(t, x)?;
    }
    Ok(v)
}

/// `s.add(item)` for a value known to be a set.
pub fn add(t: &mut Thread, s: VRef<'_>, item: VRef<'_>) -> Res<()> {
    of(s).add(t, item.to_value()).map(|_| ())
}

/// The hash of an element; the error says that it was to be one.
pub fn element_hash(t: &mut Thread, key: VRef<'_>) -> Res<i64> {
    super::sequence::key_hash(t, key, "set element")
}

impl Set {
    /// An empty set or frozenset of this shape.
    pub fn make(t: &Thread, shape: u32) -> Value {
        t.make(
            shape,
            Set {
                h: Header::new(0, 0),
                table: AtomicPtr::new(empty_table()),
                used: AtomicUsize::new(0),
                filled: AtomicUsize::new(0),
                finger: AtomicUsize::new(0),
                changes: AtomicUsize::new(0),
                hash: AtomicI64::new(-1),
            },
        )
    }

    fn table(&self) -> &Table {
        // SAFETY: replaced tables are retired, not freed, until no reader can hold them.
        unsafe { &*self.table.load(Acquire) }
    }

    fn lock<'t>(&'t self, t: &'t Thread) -> Guard<'t> {
        lock(t, &self.h)
    }

    /// Its header.
    pub fn header(&self) -> &Header {
        &self.h
    }

    /// Number of elements.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.used.load(Acquire)
    }

    /// No elements?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Counts a change; the lock is held.
    #[inline(always)]
    fn changed(&self) {
        self.changes.store(self.changes.load(Relaxed).wrapping_add(1), Release)
    }

    /// Counts changes.
    pub fn changes(&self) -> usize {
        self.changes.load(Acquire)
    }

    /// Bytes of the set with its table.
    pub fn bytes(&self) -> usize {
        let own = self.table.load(Relaxed) != empty_table() && self.table().mask + 1 > SMALLEST;
        // CPython keeps a small table inside the object.
        size_of::<Set>() + size_of::<EmptyTable>() + if own { self.table().bytes() } else { 0 }
    }

    /// Places of the table: the bound of iteration.
    pub fn places(&self) -> usize {
        self.table().mask + 1
    }

    /// The first element from a place on, and the place behind it.
    #[inline]
    pub fn from<'t>(&self, t: &'t Thread, place: usize) -> Option<(VRef<'t>, usize)> {
        let entries = self.table().entries().get(place..)?;
        entries.iter().enumerate().find_map(|(i, e)| Some((e.key.get(t)?, place + i + 1)))
    }

    /// The element at a place.
    pub fn at<'t>(&self, t: &'t Thread, i: usize) -> Option<VRef<'t>> {
        self.table().entries().get(i)?.key.get(t)
    }

    /// Elements, owned: a snapshot.
    pub fn items(&self, t: &Thread) -> Vec<Value> {
        let _g = self.lock(t);
        self.items_locked()
    }

    /// As [`Set::items`]; the set is locked.
    pub fn items_locked(&self) -> Vec<Value> {
        self.table().entries().iter().filter_map(|e| e.key.load()).collect()
    }

    /// Hashes and elements, owned: a snapshot.
    pub fn items_hashed(&self, t: &Thread) -> Vec<(i64, Value)> {
        let _g = self.lock(t);
        self.items_hashed_locked()
    }

    fn items_hashed_locked(&self) -> Vec<(i64, Value)> {
        let entries = self.table().entries().iter();
        entries.filter_map(|e| Some((e.hash.load(Relaxed), e.key.load()?))).collect()
    }

    /// Hashes of the elements.
    pub fn hashes(&self) -> Vec<i64> {
        let entries = self.table().entries().iter();
        entries.filter(|e| !e.key.is_empty()).map(|e| e.hash.load(Relaxed)).collect()
    }

    /// Finds a key, calling `__eq__` where need be: its place, and the change count that the answer is good for.
    fn locate(&self, t: &mut Thread, hash: i64, key: VRef<'_>) -> Res<(Option<usize>, usize)> {
        'again: loop {
            let seen = self.changes();
            let start = self.table.load(Acquire);
            let mut from = 0;
            loop {
                let (i, steps, other) = {
                    let table = self.table();
                    // A place is good for the table it came from only.
                    if from > 0 && (!std::ptr::eq(table, start) || self.changes() != seen) {
                        continue 'again;
                    }
                    match table.probe(t, hash, key, from) {
                        Probe::Found(i) => return Ok((Some(i), seen)),
                        Probe::Absent => return Ok((None, seen)),
                        Probe::Ask(i, steps) => (i, steps, table.entries()[i].key.load()),
                    }
                };
                let Some(other) = other else { continue 'again };
                let equal = t.equal(other.r(), key)?;
                if !std::ptr::eq(self.table.load(Acquire), start) || self.changes() != seen {
                    continue 'again;
                }
                if equal {
                    return Ok((Some(i), seen));
                }
                from = steps
            }
        }
    }

    /// Asks of each element whether `other` has it, until `f` has seen enough and says false. Only for a set that no
    /// other thread can see, and as long as no `__eq__` need be asked: else `None`.
    fn each_in(&self, t: &Thread, other: &Set, mut f: impl FnMut(i64, VRef<'_>, bool) -> bool) -> Option<()> {
        if self.h.owner() != weft_strategy::me() {
            return None;
        }
        for e in self.table().entries() {
            let Some(key) = e.key.get(t) else { continue };
            let hash = e.hash.load(Relaxed);
            let there = match other.table().probe(t, hash, key, 0) {
                Probe::Found(_) => true,
                Probe::Absent => false,
                Probe::Ask(..) => return None,
            };
            if !f(hash, key, there) {
                break;
            }
        }
        Some(())
    }

    /// `self <= other`, where that is known without asking Python.
    pub fn quick_subset(&self, t: &Thread, other: &Set) -> Option<bool> {
        let mut all = true;
        self.each_in(t, other, |_, _, there| {
            all &= there;
            there
        })?;
        Some(all)
    }

    /// A new set of the elements that `other` has, or of those that it has not, where that is known without asking
    /// Python.
    pub fn quick_filter(&self, t: &Thread, other: &Set, wanted: bool, shape: u32) -> Option<Value> {
        let new = Set::make(t, shape);
        let result = of(new.r());
        self.each_in(t, other, |hash, key, there| {
            if there == wanted {
                result.insert_new(t, hash, key.to_value())
            }
            true
        })?;
        Some(new)
    }

    /// `key in s`, where no Python is needed to tell.
    #[inline]
    pub fn look(&self, t: &Thread, key: VRef<'_>) -> Option<bool> {
        let hash = super::sequence::quick_hash(key)?;
        match self.table().probe(t, hash, key, 0) {
            Probe::Found(_) => Some(true),
            Probe::Absent => Some(false),
            Probe::Ask(..) => None,
        }
    }

    /// `key in s`
    pub fn contains(&self, t: &mut Thread, hash: i64, key: VRef<'_>) -> Res<bool> {
        Ok(self.locate(t, hash, key)?.0.is_some())
    }

    /// `s.add(key)`; was it new?
    pub fn add(&self, t: &mut Thread, key: Value) -> Res<bool> {
        let key = match self.add_simple(t, key) {
            Ok(new) => return Ok(new),
            Err(key) => key,
        };
        let hash = element_hash(t, key.r())?;
        self.add_hashed(t, hash, key)
    }

    /// `s.add(key)` with a known hash.
    pub fn add_hashed(&self, t: &mut Thread, hash: i64, key: Value) -> Res<bool> {
        loop {
            let (found, seen) = self.locate(t, hash, key.r())?;
            if found.is_some() {
                return Ok(false);
            }
            if self.h.owner() != weft_strategy::me() {
                weft_strategy::publish(key.r())
            }
            let _g = self.lock(t);
            if self.changes() == seen {
                self.insert_new(t, hash, key);
                return Ok(true);
            }
        }
    }

    /// `s.add(key)`, unless Python has to be asked for the hash or whether it is there; was it new?
    #[inline]
    pub fn add_simple(&self, t: &Thread, key: Value) -> Result<bool, Value> {
        match super::sequence::quick_hash(key.r()) {
            Some(hash) => self.add_simple_hashed(t, hash, key),
            None => Err(key),
        }
    }

    /// As [`Set::add_simple`], with a known hash.
    pub fn add_simple_hashed(&self, t: &Thread, hash: i64, key: Value) -> Result<bool, Value> {
        if self.h.owner() != weft_strategy::me() {
            weft_strategy::publish(key.r())
        }
        let _g = self.lock(t);
        match self.table().probe(t, hash, key.r(), 0) {
            Probe::Found(_) => Ok(false),
            Probe::Ask(..) => Err(key),
            Probe::Absent => {
                self.insert_new(t, hash, key);
                Ok(true)
            }
        }
    }

    /// Adds a key that is not there; the lock is held.
    fn insert_new(&self, t: &Thread, hash: i64, key: Value) {
        let i = self.table().walk(hash, |i| {
            let e = &self.table().entries()[i];
            (e.key.is_empty() && e.hash.load(Relaxed) != DELETED).then_some(i)
        });
        self.put(t, i, hash, key)
    }

    /// Puts a key into an unused place; the lock is held, or nobody else knows the set.
    fn put(&self, t: &Thread, i: usize, hash: i64, key: Value) {
        if self.table.load(Relaxed) == empty_table() {
            self.table.store(new_table(SMALLEST), Release)
        }
        let e = &self.table().entries()[i];
        e.hash.store(hash, Release);
        e.key.set(&self.h, key);
        let filled = self.filled.load(Relaxed) + 1;
        self.filled.store(filled, Relaxed);
        let used = self.len() + 1;
        self.used.store(used, Release);
        self.changed();
        if filled * 5 >= self.table().mask * 3 {
            self.resize(t, if used > 50_000 { used * 2 } else { used * 4 })
        }
    }

    /// A new table for more than `n` elements; the lock is held.
    fn resize(&self, t: &Thread, n: usize) {
        let mut places = SMALLEST;
        while places <= n {
            places *= 2
        }
        let new = new_table(places);
        let old = self.table.load(Acquire);
        // SAFETY: both tables are valid; the references move, and the old table is given up.
        unsafe {
            for e in (*old).entries() {
                if !e.key.is_empty() {
                    (*new).move_in(e)
                }
            }
        }
        self.table.store(new, Release);
        // Entries have moved: who remembers a place must look again.
        self.changed();
        self.filled.store(self.len(), Relaxed);
        self.retire(t, old);
    }

    /// Gives up a table whose references are gone.
    fn retire(&self, t: &Thread, old: *mut Table) {
        if old == empty_table() {
            return;
        }
        // SAFETY: a table that this set had.
        let size = unsafe { (*old).bytes() };
        if self.h.owner() == weft_strategy::me() {
            // SAFETY: only this thread can see the set.
            unsafe { free_table(old.cast(), size) }
        } else {
            weft_strategy::ops().retire(&t.core, Retired { ptr: old.cast(), size, free: free_table })
        }
    }

    /// `s.discard(key)` with a known hash; was it there?
    pub fn discard(&self, t: &mut Thread, hash: i64, key: VRef<'_>) -> Res<bool> {
        loop {
            let (found, seen) = self.locate(t, hash, key)?;
            let Some(i) = found else { return Ok(false) };
            let _g = self.lock(t);
            if self.changes() == seen {
                return Ok(self.remove_at(i).is_some());
            }
        }
    }

    /// Empties a place; the lock is held.
    fn remove_at(&self, i: usize) -> Option<Value> {
        let e = self.table().entries().get(i)?;
        let old = e.key.take(&self.h)?;
        e.hash.store(DELETED, Release);
        self.used.store(self.len() - 1, Release);
        self.changed();
        Some(old)
    }

    /// `s.pop()`
    pub fn pop(&self, t: &Thread) -> Option<Value> {
        let _g = self.lock(t);
        if self.is_empty() {
            return None;
        }
        let mask = self.table().mask;
        let start = self.finger.load(Relaxed) & mask;
        for k in 0..=mask {
            let i = start.wrapping_add(k) & mask;
            if let Some(v) = self.remove_at(i) {
                self.finger.store(i + 1, Relaxed);
                return Some(v);
            }
        }
        None
    }

    /// `s.clear()`
    pub fn clear_all(&self, t: &Thread) {
        let _g = self.lock(t);
        self.empty_out(t)
    }

    fn empty_out(&self, t: &Thread) {
        let old = self.table.swap(empty_table(), AcqRel);
        self.used.store(0, Release);
        self.filled.store(0, Relaxed);
        self.finger.store(0, Relaxed);
        self.changed();
        if old != empty_table() {
            // SAFETY: no longer the set's; readers that still look at it see places without keys.
            unsafe {
                for e in (*old).entries() {
                    drop(e.key.take(&self.h))
                }
            }
            self.retire(t, old)
        }
    }

    /// `s.update(other)` for two sets: at once where no `__eq__` has to run.
    pub fn merge(&self, t: &mut Thread, other: &Set) -> Res<()> {
        if std::ptr::eq(self, other) || other.is_empty() || self.merge_at_once(t, other) {
            return Ok(());
        }
        for (hash, key) in other.items_hashed(t) {
            self.add_hashed(t, hash, key)?;
        }
        Ok(())
    }

    fn merge_at_once(&self, t: &Thread, other: &Set) -> bool {
        let me = weft_strategy::me();
        if self.h.owner() != me && other.h.owner() == me {
            for v in other.items(t) {
                weft_strategy::publish(v.r())
            }
        }
        let (_g, _h) = lock_two(t, &self.h, &other.h);
        let more = other.len();
        let (filled, mask) = (self.filled.load(Relaxed), self.table().mask);
        if (filled + more) * 5 >= mask * 3 {
            self.resize(t, (self.len() + more) * 2)
        } else if filled == 0 && mask == other.table().mask && other.filled.load(Relaxed) == more {
            return self.copy_places(t, other);
        }
        // The other's table stays what it is: this is another set, and nothing below calls Python.
        let from = other.table();
        let items = || from.entries().iter().filter_map(|e| Some((e.hash.load(Relaxed), e.key.get(t)?)));
        if self.filled.load(Relaxed) == 0 {
            // Elements of a set are different ones.
            for (hash, key) in items() {
                self.insert_new(t, hash, key.to_value())
            }
            return true;
        }
        // Asked of the table that the keys go into: in another, a key may be met before those that need asking.
        if !self.is_empty() && items().any(|(h, k)| matches!(self.table().probe(t, h, k, 0), Probe::Ask(..)))
        {
            return false;
        }
        'items: for (hash, key) in items() {
            let mut skip = 0;
            loop {
                match self.table().probe(t, hash, key, skip) {
                    Probe::Found(_) => continue 'items,
                    // One of the other set's own, and so another.
                    Probe::Ask(_, steps) => skip = steps,
                    Probe::Absent => break,
                }
            }
            self.insert_new(t, hash, key.to_value())
        }
        true
    }

    /// Takes the elements that another set has, too, out of this set of the thread's own, and adds the others: where
    /// Python need not be asked. False: nothing was done.
    pub fn exchange(&self, t: &Thread, other: &Set) -> bool {
        let me = weft_strategy::me();
        if self.h.owner() != me || other.h.owner() != me || std::ptr::eq(self, other) {
            return false;
        }
        let from = other.table();
        let items = || from.entries().iter().filter_map(|e| Some((e.hash.load(Relaxed), e.key.get(t)?)));
        if items().any(|(h, k)| matches!(self.table().probe(t, h, k, 0), Probe::Ask(..))) {
            return false;
        }
        for (hash, key) in items() {
            let mut skip = 0;
            loop {
                match self.table().probe(t, hash, key, skip) {
                    Probe::Found(i) => drop(self.remove_at(i)),
                    Probe::Absent => self.insert_new(t, hash, key.to_value()),
                    // One of the other set's own, added before, and so another.
                    Probe::Ask(_, steps) => {
                        skip = steps;
                        continue;
                    }
                }
                break;
            }
        }
        true
    }

    /// Have the two no element in common, where that is known without asking Python?
    pub fn quick_disjoint(&self, t: &Thread, other: &Set) -> Option<bool> {
        let mut none = true;
        self.each_in(t, other, |_, _, there| {
            none &= !there;
            none
        })?;
        Some(none)
    }

    /// Takes over another table of the same size, place by place, into an empty set; both are locked.
    fn copy_places(&self, t: &Thread, other: &Set) -> bool {
        for (i, e) in other.table().entries().iter().enumerate() {
            if let Some(key) = e.key.load() {
                self.put(t, i, e.hash.load(Relaxed), key)
            }
        }
        true
    }

    /// Copies of two sets as they are at one moment, for operators: under both locks. And the change count of this one.
    pub fn both_now(&self, t: &Thread, other: &Set, shape: u32) -> (Value, Value, usize) {
        let (_g, _h) = lock_two(t, &self.h, &other.h);
        (self.copy_locked(t, shape), other.copy_locked(t, fixed::SET), self.changes())
    }

    /// A copy that meets its elements in the same order; the set is locked.
    fn copy_locked(&self, t: &Thread, shape: u32) -> Value {
        let new = Set::make(t, shape);
        let copy = of(new.r());
        if self.is_empty() {
            return new;
        }
        let table = self.table();
        copy.table.store(new_table(table.mask + 1), Release);
        let dense = self.filled.load(Relaxed) == self.len();
        for (i, e) in table.entries().iter().enumerate() {
            let Some(key) = e.key.load() else { continue };
            let hash = e.hash.load(Relaxed);
            // Places may be kept where no deleted one is missing from the probing.
            if dense { copy.put(t, i, hash, key) } else { copy.insert_new(t, hash, key) }
        }
        new
    }

    /// Exchanges the content with another set's, if this one has not changed since `seen`; for in-place operators,
    /// which build their result aside.
    pub fn replace_with(&self, t: &Thread, other: &Set, seen: Option<usize>) -> bool {
        if self.h.owner() != weft_strategy::me() {
            for v in other.items(t) {
                weft_strategy::publish(v.r())
            }
        }
        let (_g, _h) = lock_two(t, &self.h, &other.h);
        if seen.is_some_and(|n| n != self.changes()) {
            return false;
        }
        let mine = self.table.load(Acquire);
        let theirs = other.table.load(Acquire);
        self.table.store(theirs, Release);
        other.table.store(mine, Release);
        for (a, b) in
            [(&self.used, &other.used), (&self.filled, &other.filled), (&self.finger, &other.finger)]
        {
            let x = a.load(Relaxed);
            a.store(b.load(Relaxed), Release);
            b.store(x, Release);
        }
        self.changed();
        other.changed();
        if self.h.owner() != other.h.owner() {
            // What came from a SHARED set may still be read by others: its table is retired, not reused.
            let old = other.table.swap(empty_table(), AcqRel);
            other.used.store(0, Release);
            other.filled.store(0, Relaxed);
            if old != empty_table() {
                // SAFETY: nobody's table any more; readers see places without keys.
                unsafe {
                    for e in (*old).entries() {
                        drop(e.key.take(&other.h))
                    }
                }
                self.retire(t, old)
            }
        }
        true
    }
}

const _: () = assert!(size_of::<Table>() == 16 && size_of::<Entry>() == 16);

/// `s.add(item)` for a set the interpreter has made.
pub fn add_item(t: &mut Thread, s: VRef<'_>, item: VRef<'_>) -> Res<()> {
    match s.cast::<Set>() {
        Some(set) => set.add(t, item.to_value()).map(|_| ()),
        None => Ok(()),
    }
}
