//! `dict`: a compact, insertion-ordered hash table.
//!
//! A [`Table`] is one buffer: an index of small integers, then entries `hash, key, value` in insertion
//! order. Entries are only appended; deletion empties the value (and marks the index), growth makes a new
//! table and publishes it at once, the old one is retired. So an index into the entries stays good until
//! `keys_id` changes, which inline caches of globals rely on.
//!
//! Looking up a key may call its `__eq__`: that happens with no lock held, and the lookup starts anew if the
//! table changed meanwhile (`find`). Where both keys are str, int or the same object, no Python is called.
//!
//! Writers take the object lock; readers of SHARED dicts do too.

mod table;

pub use table::{Entry, Table};

use crate::object::{Object, ValueExt, Visitor, as_vref, header_of};
use crate::thread::Thread;
use crate::types::fixed;
use crate::{Raised, Res};
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicUsize, Ordering::*};
use weft_strategy::lock::{Guard, lock};
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
        let t = self.table.swap(Table::empty(), AcqRel);
        self.used.store(0, Release);
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
    /// This entry has the same hash; only `__eq__` can tell.
    Ask(usize),
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
                keys_id: AtomicU32::new(new_keys_id()),
                watched: AtomicU32::new(0),
                changes: AtomicUsize::new(0),
                cells: Default::default(),
            },
        )
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
        let i = self.find_str(t, name)?;
        self.table().entry(i).value.get(t)
    }

    /// Sets a str key.
    pub fn set_str(&self, t: &Thread, name: VRef<'_>, value: Value) {
        let hash = name.cast::<crate::types::str::Str>().map_or(0, |s| s.hash());
        let found = match self.table().probe(t, hash, name) {
            Probe::Found(i) => Some(i),
            _ => None,
        };
        self.store(t, hash, name, value, found);
    }

    /// Deletes a str key; gives its value.
    pub fn remove_str(&self, t: &Thread, name: VRef<'_>) -> Option<Value> {
        let i = self.find_str(t, name)?;
        self.delete_entry(t, i)
    }

    // ---- any key

    /// Finds a key, calling `__eq__` where need be. Returns the entry and the change count it is good for.
    pub fn find(&self, t: &mut Thread, hash: i64, key: VRef<'_>) -> Res<Option<usize>> {
        'again: loop {
            let mut from = None;
            loop {
                let probe = match from {
                    None => self.table().probe(t, hash as u64, key),
                    Some(i) => self.table().probe_after(t, hash as u64, key, i),
                };
                match probe {
                    Probe::Found(i) => return Ok(Some(i)),
                    Probe::Absent => return Ok(None),
                    Probe::Ask(i) => {
                        let before = self.changes();
                        let Some(other) = self.entry_at(t, i).map(|(k, _)| k.to_value()) else {
                            continue 'again;
                        };
                        let equal = t.equal(other.r(), key)?;
                        if self.changes() != before {
                            continue 'again;
                        }
                        if equal {
                            return Ok(Some(i));
                        }
                        from = Some(i);
                    }
                }
            }
        }
    }

    /// `d.get(key)`
    pub fn get(&self, t: &mut Thread, key: VRef<'_>) -> Res<Option<Value>> {
        let hash = t.hash(key)?;
        self.get_hashed(t, hash, key)
    }

    /// `d.get(key)` with a known hash.
    pub fn get_hashed(&self, t: &mut Thread, hash: i64, key: VRef<'_>) -> Res<Option<Value>> {
        match self.find(t, hash, key)? {
            Some(i) => Ok(self.value_at(t, i).map(|v| v.to_value())),
            None => Ok(None),
        }
    }

    /// `d[key] = value`
    pub fn set(&self, t: &mut Thread, key: VRef<'_>, value: Value) -> Res<()> {
        let hash = t.hash(key)?;
        self.set_hashed(t, hash, key, value)
    }

    /// `d[key] = value` with a known hash.
    pub fn set_hashed(&self, t: &mut Thread, hash: i64, key: VRef<'_>, value: Value) -> Res<()> {
        loop {
            let before = self.changes();
            let found = self.find(t, hash, key)?;
            if self.changes() == before {
                self.store(t, hash as u64, key, value, found);
                return Ok(());
            }
        }
    }

    /// `d.setdefault(key, value)`
    pub fn set_default(&self, t: &mut Thread, key: VRef<'_>, value: Value) -> Res {
        let hash = t.hash(key)?;
        loop {
            let before = self.changes();
            if let Some(i) = self.find(t, hash, key)? {
                if let Some(v) = self.value_at(t, i) {
                    return Ok(v.to_value());
                }
            } else if self.changes() == before {
                self.store(t, hash as u64, key, value.clone(), None);
                return Ok(value);
            }
        }
    }

    /// `del d[key]`; gives the value.
    pub fn remove(&self, t: &mut Thread, key: VRef<'_>) -> Res<Option<Value>> {
        let hash = t.hash(key)?;
        loop {
            let before = self.changes();
            let Some(i) = self.find(t, hash, key)? else { return Ok(None) };
            if self.changes() == before {
                return Ok(self.delete_entry(t, i));
            }
        }
    }

    /// Writes an entry that `find` found, or appends. Between `find` and here another thread may have
    /// changed a SHARED dict: then the key is looked for again among identical and str keys.
    fn store(&self, t: &Thread, hash: u64, key: VRef<'_>, value: Value, found: Option<usize>) {
        if self.h.owner() != weft_strategy::me() {
            weft_strategy::publish(key);
            weft_strategy::publish(value.r());
        }
        if self.watched.load(Relaxed) != 0 {
            self.cells.clear()
        }
        let old;
        {
            let _g = self.lock(t);
            let table = self.table();
            let at = match found {
                Some(i) if i < table.len() && !table.entry(i).value.is_empty() => Some(i),
                _ => match table.probe(t, hash, key) {
                    Probe::Found(i) => Some(i),
                    _ => None,
                },
            };
            old = match at {
                Some(i) => table.entry(i).value.swap(&self.h, Some(value)),
                None => {
                    self.append(t, hash, key, value);
                    None
                }
            };
        }
        drop(old);
    }

    /// Appends an entry; the lock is held and the key is not there.
    fn append(&self, t: &Thread, hash: u64, key: VRef<'_>, value: Value) {
        let table = self.table();
        if table.is_full() {
            self.resize(t, self.len() + 1);
        }
        // The new key changes what a miss means, so caches of misses must fail first.
        self.keys_id.store(new_keys_id(), Release);
        self.table().push(&self.h, hash, key.to_value(), value);
        self.used.store(self.len() + 1, Release);
        self.changes.fetch_add(1, AcqRel);
    }

    /// Makes room for `n` items; the lock is held.
    fn resize(&self, t: &Thread, n: usize) {
        let new = Table::with_capacity(n);
        let old = self.table.load(Acquire);
        // SAFETY: the old table is ours to read; its references move over.
        unsafe { (*old).move_into(&*new) }
        self.keys_id.store(new_keys_id(), Release);
        self.table.store(new, Release);
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
        if self.watched.load(Relaxed) != 0 {
            self.cells.clear()
        }
        let (key, value);
        {
            let _g = self.lock(t);
            let table = self.table();
            if i >= table.len() {
                return None;
            }
            self.keys_id.store(new_keys_id(), Release);
            value = table.entry(i).value.take(&self.h)?;
            key = table.entry(i).key.take(&self.h);
            self.used.store(self.len() - 1, Release);
            self.changes.fetch_add(1, AcqRel);
        }
        drop(key);
        Some(value)
    }

    /// `d.popitem()`: the last item.
    pub fn pop_last(&self, t: &Thread) -> Option<(Value, Value)> {
        let mut i = self.entries();
        while i > 0 {
            i -= 1;
            if let Some((k, _)) = self.entry_at(t, i) {
                let k = k.to_value();
                if let Some(v) = self.delete_entry(t, i) {
                    return Some((k, v));
                }
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
            self.keys_id.store(new_keys_id(), Release);
            old = self.table.swap(Table::empty(), AcqRel);
            self.used.store(0, Release);
            self.changes.fetch_add(1, AcqRel);
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
        let table = Table::with_capacity(self.len());
        let from = self.table();
        // SAFETY: a new table of our own.
        let to = unsafe { &*table };
        let mut n = 0;
        for i in 0..from.len() {
            let e = from.entry(i);
            if let (Some(k), Some(v)) = (e.key.load(), e.value.load()) {
                to.push(&d.h, e.hash.load(Relaxed), k, v);
                n += 1;
            }
        }
        d.table.store(table, Release);
        d.used.store(n, Release);
        drop(_g);
        new
    }

    /// Keys and values, owned, in order: a snapshot.
    pub fn items(&self, t: &Thread) -> Vec<(Value, Value)> {
        let _g = self.lock(t);
        let table = self.table();
        (0..table.len())
            .filter_map(|i| {
                let e = table.entry(i);
                Some((e.key.load()?, e.value.load()?))
            })
            .collect()
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
        let k = key.to_value();
        self.raise_with(&crate::errors::KEY_ERROR, vec![k])
    }
}
