//! `dict`: a compact, insertion-ordered hash table.
//!
//! A [`Table`] is one buffer: an index of small integers, then entries `hash, key, value` in insertion
//! order. Entries are only appended; deletion empties the value (and marks the index), growth makes a new
//! table and publishes it at once, the old one is retired. So an index into the entries stays good until
//! `keys_id` changes, which inline caches of globals rely on.
//!
//! Looking up a key may call its `__eq__`: that happens with no lock held, and the lookup starts anew if the
//! table changed meanwhile (`locate`). Where both keys are str, int or the same object, no Python is called.
//!
//! Readers take no lock: they load the table once, probe it, and read the value from that same table, so an
//! entry number never meets another table. Writers take the object lock and look at the change count: if it
//! is not the one their lookup saw, they look again.

mod table;

pub(crate) use table::compare as same_key;
pub use table::{Entry, Table};

use crate::object::{Object, ValueExt, Visitor, as_vref, header_of};
use crate::thread::Thread;
use crate::types::fixed;
use crate::types::tuple::Tuple;
use crate::{Raised, Res};
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicUsize, Ordering::*};
use weft_strategy::lock::{Guard, lock, lock_two};
use weft_strategy::{Header, Retired, VRef, Value};

/// The dict object.
#[repr(C)]
pub struct Dict {
    h: Header,
    table: AtomicPtr<Table>,
    used: AtomicUsize,
    /// Changes whenever an entry index may mean another key: new key, deletion, growth, clear. Never 0 twice for the
    /// same layout. Inline caches compare it.
    keys_id: AtomicU32,
    /// Caches to void when a key or value changes (a builtins namespace).
    watched: AtomicU32,
    /// Counts every change of keys, for lookups that call Python and for iterators.
    changes: AtomicUsize,
    pub(crate) cells: crate::types::cells::TypeCells,
}

// SAFETY: repr(C), header first; entries are visited.
unsafe impl Object for Dict {
    crate::layout!(Dict, "dict", true);
    fn traverse(&self, v: Visitor) {
        let t = self.table();
        for i in 0..t.len() {
            let e = t.entry(i);
            v(e.key.word());
            v(e.value.word());
        }
    }
    fn clear(&self) {
        if self.watched.load(Relaxed) != 0 {
            self.cells.clear()
        }
        let t = self.table.load(Relaxed);
        self.table.store(Table::empty(), Relaxed);
        self.used.store(0, Relaxed);
        // SAFETY: the dict is dead or garbage: nobody reads it.
        unsafe { Table::drop_contents(t) }
    }
}

static NEXT_KEYS_ID: AtomicU32 = AtomicU32::new(1);

fn new_keys_id() -> u32 {
    let n = NEXT_KEYS_ID.fetch_add(1, Relaxed);
    if n == 0 { new_keys_id() } else { n }
}

/// Where a lookup ended.
pub enum Probe {
    /// Entry number.
    Found(usize),
    /// Not there.
    Absent,
    /// This entry has the same hash; only `__eq__` can tell. With the steps that probing took to it.
    Ask(usize, usize),
}

/// Where to write.
enum Place {
    /// Where a lookup found the key, or nowhere; and the change count it saw.
    Seen(Option<usize>, usize),
    /// Look under the lock: no Python is needed for this key.
    Probe,
    /// Look under the lock; if Python is needed, nothing is done.
    Ask,
}

/// The hash of a key; the error says that it was to be a dict key.
pub fn key_hash(t: &mut Thread, key: VRef<'_>) -> Res<i64> {
    if let Some(s) = key.exact::<crate::types::str::Str>(fixed::STR) {
        return Ok(s.hash() as i64);
    }
    crate::types::sequence::key_hash(t, key, "dict key")
}

impl Dict {
    /// An empty dict.
    pub fn new(t: &Thread) -> Value {
        Dict::with_shape(t, fixed::DICT)
    }

    /// An empty dict of a subclass.
    pub fn with_shape(t: &Thread, shape: u32) -> Value {
        t.make(
            shape,
            Dict {
                h: Header::new(0, 0),
                table: AtomicPtr::new(Table::empty()),
                used: AtomicUsize::new(0),
                keys_id: AtomicU32::new(0),
                watched: AtomicU32::new(0),
                changes: AtomicUsize::new(0),
                cells: Default::default(),
            },
        )
    }

    /// A dict of items whose keys, with their hashes, are known to differ.
    pub fn of_distinct(t: &Thread, n: usize, items: impl Iterator<Item = (u64, Value, Value)>) -> Value {
        let new = Dict::new(t);
        let d: &Dict = new.cast().expect("a dict");
        if n > 0 {
            let table = Table::with_capacity(n);
            // SAFETY: a new table of our own, with room for as many.
            let to = unsafe { &*table };
            let mut made = 0;
            for (hash, key, value) in items.take(n) {
                to.push(&d.h, hash, key, value);
                made += 1;
            }
            d.table.store(table, Release);
            d.used.store(made, Release);
        }
        new
    }

    #[inline(always)]
    fn table(&self) -> &Table {
        // SAFETY: replaced tables are retired, not freed, until no reader can hold them.
        unsafe { &*self.table.load(Acquire) }
    }

    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.used.load(Acquire)
    }

    /// No items?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Entries ever appended to the present table, deleted ones included; bound of iteration.
    #[inline(always)]
    pub fn entries(&self) -> usize {
        self.table().len()
    }

    /// Identity of the key layout; see the field.
    #[inline(always)]
    pub fn keys_id(&self) -> u32 {
        self.keys_id.load(Acquire)
    }

    /// [`Dict::keys_id`], made if there is none: for whoever is about to remember where a key is.
    pub fn make_keys_id(&self) -> u32 {
        match self.keys_id() {
            0 => {
                let new = new_keys_id();
                match self.keys_id.compare_exchange(0, new, AcqRel, Acquire) {
                    Ok(_) => new,
                    Err(other) => other,
                }
            }
            n => n,
        }
    }

    /// Whatever caches remember of the keys is void from here on. Few dicts are remembered: most have no id to forget.
    #[inline(always)]
    fn forget_keys(&self) {
        if self.keys_id.load(Relaxed) != 0 {
            self.keys_id.store(0, Release)
        }
    }

    /// Counts a change; the lock is held.
    #[inline(always)]
    fn changed(&self) {
        self.changes.store(self.changes.load(Relaxed).wrapping_add(1), Release)
    }

    /// Counts changes of keys.
    #[inline(always)]
    pub fn changes(&self) -> usize {
        self.changes.load(Acquire)
    }

    /// From now on changes void the dict's cells.
    pub fn watch(&self) {
        self.watched.store(1, Release)
    }

    fn lock<'t>(&'t self, t: &'t Thread) -> Guard<'t> {
        lock(t, &self.h)
    }

    /// Key and value of entry `i`; `None` if deleted or out of range.
    #[inline]
    pub fn entry_at<'t>(&self, t: &'t Thread, i: usize) -> Option<(VRef<'t>, VRef<'t>)> {
        let table = self.table();
        if i >= table.len() {
            return None;
        }
        let e = table.entry(i);
        let value = e.value.get(t)?;
        Some((e.key.get(t)?, value))
    }

    /// The first entry from `i` on: its number, key and value.
    #[inline]
    pub fn entry_from<'t>(&self, t: &'t Thread, i: usize) -> Option<(usize, VRef<'t>, VRef<'t>)> {
        let table = self.table();
        for i in i..table.len() {
            let e = table.entry(i);
            if let Some(value) = e.value.get(t)
                && let Some(key) = e.key.get(t)
            {
                return Some((i, key, value));
            }
        }
        None
    }

    /// Hash stored with entry `i`.
    pub fn hash_at(&self, i: usize) -> u64 {
        let table = self.table();
        if i < table.len() { table.entry(i).hash.load(Relaxed) } else { 0 }
    }

    /// Value of entry `i`, for inline caches that have checked `keys_id`.
    #[inline(always)]
    pub fn value_at<'t>(&self, t: &'t Thread, i: usize) -> Option<VRef<'t>> {
        let table = self.table();
        if i >= table.len() {
            return None;
        }
        table.entry(i).value.get(t)
    }

    // ---- str keys: no Python is ever called

    /// The entry of a str key.
    #[inline]
    pub fn find_str(&self, t: &Thread, name: VRef<'_>) -> Option<usize> {
        let s = name.exact::<crate::types::str::Str>(fixed::STR)?;
        match self.table().probe(t, s.hash(), name) {
            Probe::Found(i) => Some(i),
            _ => None,
        }
    }

    /// The value of a str key.
    #[inline]
    pub fn get_str<'t>(&self, t: &'t Thread, name: VRef<'_>) -> Option<VRef<'t>> {
        let s = name.exact::<crate::types::str::Str>(fixed::STR)?;
        let table = self.table();
        match table.probe(t, s.hash(), name) {
            Probe::Found(i) => table.entry(i).value.get(t),
            _ => None,
        }
    }

    /// Sets a str key.
    pub fn set_str(&self, t: &Thread, name: VRef<'_>, value: Value) {
        let hash = name.cast::<crate::types::str::Str>().map_or(0, |s| s.hash());
        let _ = self.store(t, hash, name, value, Place::Probe);
    }

    /// Deletes a str key; gives its value.
    pub fn remove_str(&self, t: &Thread, name: VRef<'_>) -> Option<Value> {
        loop {
            let seen = self.changes();
            let i = self.find_str(t, name)?;
            if let Ok(v) = self.delete_seen(t, i, seen) {
                return v.map(|(_, v)| v);
            }
        }
    }

    // ---- any key

    /// The value of a key, where no Python is needed to find it or to know that it is not there: else `None`.
    #[inline]
    pub fn look<'t>(&self, t: &'t Thread, key: VRef<'_>) -> Option<Option<VRef<'t>>> {
        let hash = crate::types::sequence::quick_hash(key)?;
        let table = self.table();
        match table.probe(t, hash as u64, key) {
            Probe::Found(i) => Some(table.entry(i).value.get(t)),
            Probe::Absent => Some(None),
            Probe::Ask(..) => None,
        }
    }

    /// Finds a key, calling `__eq__` where need be: entry and value, and the change count that the answer is good for.
    pub fn locate(&self, t: &mut Thread, hash: i64, key: VRef<'_>) -> Res<(Option<(usize, Value)>, usize)> {
        'again: loop {
            let seen = self.changes();
            let start = self.table.load(Acquire);
            let mut from = None;
            loop {
                let (i, steps, other) = {
                    let table = self.table();
                    // An entry number is good for the table it came from only.
                    if from.is_some() && (!std::ptr::eq(table, start) || self.changes() != seen) {
                        continue 'again;
                    }
                    let probe = match from {
                        None => table.probe(t, hash as u64, key),
                        Some(steps) => table.probe_after(t, hash as u64, key, steps),
                    };
                    match probe {
                        Probe::Found(i) => return Ok((table.entry(i).value.load().map(|v| (i, v)), seen)),
                        Probe::Absent => return Ok((None, seen)),
                        Probe::Ask(i, steps) => (i, steps, table.entry(i).key.load()),
                    }
                };
                let Some(other) = other else { continue 'again };
                let equal = t.equal(other.r(), key)?;
                let table = self.table();
                if !std::ptr::eq(table, start) || self.changes() != seen {
                    continue 'again;
                }
                if equal {
                    return Ok((table.entry(i).value.load().map(|v| (i, v)), seen));
                }
                from = Some(steps);
            }
        }
    }

    /// Finds a key, calling `__eq__` where need be: its entry.
    pub fn find(&self, t: &mut Thread, hash: i64, key: VRef<'_>) -> Res<Option<usize>> {
        Ok(self.locate(t, hash, key)?.0.map(|(i, _)| i))
    }

    /// `d.get(key)`
    pub fn get(&self, t: &mut Thread, key: VRef<'_>) -> Res<Option<Value>> {
        if let Some(found) = self.look(t, key) {
            return Ok(found.map(|v| v.to_value()));
        }
        let hash = key_hash(t, key)?;
        self.get_hashed(t, hash, key)
    }

    /// `d.get(key)` with a known hash.
    pub fn get_hashed(&self, t: &mut Thread, hash: i64, key: VRef<'_>) -> Res<Option<Value>> {
        Ok(self.locate(t, hash, key)?.0.map(|(_, v)| v))
    }

    /// `d[key] = value`
    pub fn set(&self, t: &mut Thread, key: VRef<'_>, mut value: Value) -> Res<()> {
        if let Some(hash) = crate::types::sequence::quick_hash(key) {
            match self.store(t, hash as u64, key, value, Place::Ask) {
                Ok(()) => return Ok(()),
                Err(v) => value = v,
            }
        }
        let hash = key_hash(t, key)?;
        self.set_hashed(t, hash, key, value)
    }

    /// `d[key] = value` with a known hash.
    pub fn set_hashed(&self, t: &mut Thread, hash: i64, key: VRef<'_>, mut value: Value) -> Res<()> {
        loop {
            let (found, seen) = self.locate(t, hash, key)?;
            match self.store(t, hash as u64, key, value, Place::Seen(found.map(|(i, _)| i), seen)) {
                Ok(()) => return Ok(()),
                Err(v) => value = v,
            }
        }
    }

    /// `d.setdefault(key, value)`
    pub fn set_default(&self, t: &mut Thread, key: VRef<'_>, mut value: Value) -> Res {
        let hash = key_hash(t, key)?;
        loop {
            let (found, seen) = self.locate(t, hash, key)?;
            if let Some((_, v)) = found {
                return Ok(v);
            }
            let result = value.clone();
            match self.store(t, hash as u64, key, value, Place::Seen(None, seen)) {
                Ok(()) => return Ok(result),
                Err(v) => value = v,
            }
        }
    }

    /// `del d[key]`; gives the value.
    pub fn remove(&self, t: &mut Thread, key: VRef<'_>) -> Res<Option<Value>> {
        let hash = key_hash(t, key)?;
        loop {
            let (found, seen) = self.locate(t, hash, key)?;
            let Some((i, _)) = found else { return Ok(None) };
            if let Ok(v) = self.delete_seen(t, i, seen) {
                return Ok(v.map(|(_, v)| v));
            }
        }
    }

    /// Writes a value: where a lookup found its key, or behind the last entry. Gives the value back if the dict is no
    /// longer what the lookup saw.
    fn store(&self, t: &Thread, hash: u64, key: VRef<'_>, value: Value, place: Place) -> Result<(), Value> {
        if self.h.owner() != weft_strategy::me() {
            weft_strategy::publish(key);
            weft_strategy::publish(value.r());
        }
        if self.watched.load(Relaxed) != 0 {
            self.cells.clear()
        }
        let _g = self.lock(t);
        let at = match place {
            Place::Seen(_, seen) if seen != self.changes() => return Err(value),
            Place::Seen(at, _) => at,
            Place::Probe => match self.table().probe(t, hash, key) {
                Probe::Found(i) => Some(i),
                _ => None,
            },
            Place::Ask => match self.table().probe(t, hash, key) {
                Probe::Found(i) => Some(i),
                Probe::Absent => None,
                Probe::Ask(..) => return Err(value),
            },
        };
        match at {
            // Dropping the old value only queues its death.
            Some(i) => drop(self.table().entry(i).value.swap(&self.h, Some(value))),
            None => self.append(t, hash, key, value),
        }
        Ok(())
    }

    /// Appends an entry; the lock is held and the key is not there.
    fn append(&self, t: &Thread, hash: u64, key: VRef<'_>, value: Value) {
        let table = self.table();
        if table.is_full() {
            self.resize(t, self.len() + 1);
        }
        // The new key changes what a miss means, so caches of misses must fail first.
        self.forget_keys();
        self.table().push(&self.h, hash, key.to_value(), value);
        self.used.store(self.len() + 1, Release);
        self.changed();
    }

    /// Makes room for `n` items; the lock is held.
    fn resize(&self, t: &Thread, n: usize) {
        let new = Table::with_capacity(n);
        let old = self.table.load(Acquire);
        // SAFETY: the old table is ours to read; its references move over.
        unsafe { (*old).move_into(&*new) }
        self.forget_keys();
        self.table.store(new, Release);
        // Entries have moved: who remembers a place must look again.
        self.changed();
        // SAFETY: nobody writes to it any more.
        unsafe { self.retire(t, old) }
    }

    /// Gives up a table whose references have moved away.
    ///
    /// # Safety
    /// `old` is no longer the table of this dict.
    unsafe fn retire(&self, t: &Thread, old: *mut Table) {
        if old == Table::empty() {
            return;
        }
        // SAFETY: as the caller promises.
        let size = unsafe { (*old).bytes() };
        if self.h.owner() == weft_strategy::me() {
            // SAFETY: only this thread can see the dict.
            unsafe { Table::free(old.cast(), size) }
        } else {
            weft_strategy::ops().retire(&t.core, Retired { ptr: old.cast(), size, free: Table::free });
        }
    }

    /// Deletes entry `i`; gives the value.
    pub fn delete_entry(&self, t: &Thread, i: usize) -> Option<Value> {
        self.unwatch();
        let _g = self.lock(t);
        self.delete_locked(i).map(|(_, v)| v)
    }

    /// Deletes entry `i`, if the dict is still what `seen` says. Gives key and value.
    fn delete_seen(&self, t: &Thread, i: usize, seen: usize) -> Result<Option<(Value, Value)>, ()> {
        self.unwatch();
        let _g = self.lock(t);
        if self.changes() != seen { Err(()) } else { Ok(self.delete_locked(i)) }
    }

    /// Caches of a watched dict are void before it changes.
    fn unwatch(&self) {
        if self.watched.load(Relaxed) != 0 {
            self.cells.clear()
        }
    }

    fn delete_locked(&self, i: usize) -> Option<(Value, Value)> {
        let table = self.table();
        if i >= table.len() {
            return None;
        }
        self.forget_keys();
        let value = table.entry(i).value.take(&self.h)?;
        let key = table.entry(i).key.take(&self.h)?;
        self.used.store(self.len() - 1, Release);
        self.changed();
        Some((key, value))
    }

    /// `d.popitem()`: the last item.
    pub fn pop_last(&self, t: &Thread) -> Option<(Value, Value)> {
        self.unwatch();
        let _g = self.lock(t);
        let table = self.table();
        let mut i = table.top.load(Relaxed).min(table.len());
        while i > 0 {
            i -= 1;
            if let Some(item) = self.delete_locked(i) {
                table.top.store(i, Relaxed);
                return Some(item);
            }
        }
        None
    }

    /// `d.clear()`
    pub fn clear_all(&self, t: &Thread) {
        if self.watched.load(Relaxed) != 0 {
            self.cells.clear()
        }
        let old;
        {
            let _g = self.lock(t);
            self.forget_keys();
            old = self.table.swap(Table::empty(), AcqRel);
            self.used.store(0, Release);
            self.changed();
        }
        if old != Table::empty() {
            // SAFETY: no longer the dict's; references are given up one by one, readers see empty slots.
            unsafe {
                (*old).empty_out(&self.h);
                self.retire(t, old);
            }
        }
    }

    /// A copy: a plain dict with the same items in the same order.
    pub fn copy(&self, t: &Thread) -> Value {
        let new = Dict::new(t);
        let d: &Dict = new.cast().expect("a dict");
        let _g = self.lock(t);
        d.take_copy(t, self);
        drop(_g);
        new
    }

    /// Makes this empty dict of the thread's own a copy of another, which is locked.
    fn take_copy(&self, t: &Thread, other: &Dict) {
        let from = other.table();
        let n = other.len();
        if n == 0 {
            return;
        }
        let table = match from.duplicate(t, n) {
            Some(table) => table,
            None => {
                let table = Table::with_capacity(n);
                // SAFETY: a new table of our own.
                let to = unsafe { &*table };
                for i in 0..from.len() {
                    let e = from.entry(i);
                    if let (Some(k), Some(v)) = (e.key.load(), e.value.load()) {
                        to.push(&self.h, e.hash.load(Relaxed), k, v);
                    }
                }
                table
            }
        };
        // SAFETY: just made.
        let n = unsafe { (*table).len() };
        let old = self.table.load(Relaxed);
        self.forget_keys();
        self.table.store(table, Release);
        self.used.store(n, Release);
        self.changed();
        // SAFETY: no longer the table; it holds nothing, for the dict was empty.
        unsafe { self.retire(t, old) }
    }

    /// Keys and values, owned, in order: a snapshot.
    pub fn items(&self, t: &Thread) -> Vec<(Value, Value)> {
        let _g = self.lock(t);
        self.items_locked()
    }

    /// As [`Dict::items`]; the dict is locked.
    pub fn items_locked(&self) -> Vec<(Value, Value)> {
        let table = self.table();
        (0..table.len())
            .filter_map(|i| {
                let e = table.entry(i);
                Some((e.key.load()?, e.value.load()?))
            })
            .collect()
    }

    /// Hashes, keys and values, owned, in order: a snapshot.
    pub fn items_hashed(&self, t: &Thread) -> Vec<(i64, Value, Value)> {
        let _g = self.lock(t);
        self.items_hashed_locked()
    }

    fn items_hashed_locked(&self) -> Vec<(i64, Value, Value)> {
        let table = self.table();
        (0..table.len())
            .filter_map(|i| {
                let e = table.entry(i);
                Some((e.hash.load(Relaxed) as i64, e.key.load()?, e.value.load()?))
            })
            .collect()
    }

    /// `d.update(other)` for two dicts; `replace`: do new values win? In one step where no `__eq__` has to run.
    pub fn merge(&self, t: &mut Thread, other: &Dict, replace: bool) -> Res<()> {
        if std::ptr::eq(self, other) || other.is_empty() {
            return Ok(());
        }
        if self.merge_at_once(t, other, replace) {
            return Ok(());
        }
        let seen = other.changes();
        for (hash, key, value) in other.items_hashed(t) {
            if replace || self.locate(t, hash, key.r())?.0.is_none() {
                self.set_hashed(t, hash, key.r(), value)?
            }
            if other.changes() != seen {
                return Err(t.runtime_error("dict mutated during update"));
            }
        }
        Ok(())
    }

    /// [`Dict::merge`] under both locks, unless keys need to be asked.
    fn merge_at_once(&self, t: &Thread, other: &Dict, replace: bool) -> bool {
        let me = weft_strategy::me();
        if self.h.owner() != me && other.h.owner() == me {
            for (_, k, v) in other.items_hashed(t) {
                weft_strategy::publish(k.r());
                weft_strategy::publish(v.r());
            }
        }
        self.unwatch();
        let (_g, _h) = lock_two(t, &self.h, &other.h);
        if self.is_empty() && self.h.owner() == me && self.table().len() == 0 {
            self.take_copy(t, other);
            return true;
        }
        let more = other.len();
        if more > self.table().room() {
            self.resize(t, self.len() + more)
        }
        // The other's table stays what it is: this dict is another one, and nothing below calls Python.
        let from = other.table();
        let items = || {
            (0..from.len()).filter_map(|i| {
                let e = from.entry(i);
                Some((e.hash.load(Relaxed), e.key.get(t)?, e.value.get(t)?))
            })
        };
        // Asked of the table that the keys go into: in another, a key may be met before those that need asking.
        if !self.is_empty() && items().any(|(h, k, _)| matches!(self.table().probe(t, h, k), Probe::Ask(..)))
        {
            return false;
        }
        'items: for (hash, key, value) in items() {
            let value = value.to_value();
            let mut skip = 0;
            loop {
                match self.table().probe_after(t, hash, key, skip) {
                    Probe::Found(i) => {
                        if replace {
                            drop(self.table().entry(i).value.swap(&self.h, Some(value)))
                        }
                        continue 'items;
                    }
                    // One of the other dict's own, and so another.
                    Probe::Ask(_, steps) => skip = steps,
                    Probe::Absent => break,
                }
            }
            self.append(t, hash, key, value)
        }
        true
    }

    /// Bytes of the dict with its table.
    pub fn bytes(&self) -> usize {
        size_of::<Dict>() + if self.table().is_none() { 0 } else { self.table().bytes() }
    }

    /// The dict as a value.
    pub fn as_vref(&self) -> VRef<'_> {
        as_vref(self)
    }

    /// Its header.
    pub fn header(&self) -> &Header {
        header_of(self)
    }
}

impl Thread {
    /// `d[name]` for a str name that is not interned, for Rust callers.
    pub fn dict_get(&self, d: &Dict, name: &str) -> Option<Value> {
        let s = self.str(name);
        d.get_str(self, s.r()).map(|v| v.to_value())
    }

    /// `d[name] = value` for a literal name.
    pub fn dict_set(&self, d: &Dict, name: &str, value: Value) {
        d.set_str(self, crate::intern::intern(self, name), value)
    }

    /// KeyError(key)
    pub fn key_error(&mut self, key: VRef<'_>) -> Raised {
        let args = Tuple::few(self, [key.to_value()]);
        let e = crate::errors::Exc::new(self, crate::errors::KEY_ERROR.shape(self), args);
        self.raise(e)
    }
}
