//! Weak references: `weakref.ref` and the table that finds them by their referent.
//!
//! An object with weak references has the `WEAKREFS` flag, and an entry in a table outside the heap, so that
//! objects without them pay nothing. Clearing happens where the object dies: in `dying.rs` for LOCAL
//! objects, in the drain's stop for SHARED ones, in the collector for garbage. A weakref to a SHARED object
//! is born SHARED, because its callback is reachable from the referent.

use super::fixed;
use crate::object::{NativeType, Object, Slots, TypeSpec, ValueExt, Visitor, header_of};
use crate::thread::Thread;
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::*};
use weft_strategy::{Header, Slot, VRef, Value, Word, flag};

/// A weak reference.
#[repr(C)]
pub struct WeakRef {
    pub(crate) h: Header,
    /// The referent's address; 0 when it is dead. Not a counted reference.
    pub(crate) referent: AtomicU64,
    /// Callback, or empty.
    pub callback: Slot,
    /// Hash of the referent once asked for; -1 otherwise.
    pub(crate) hash: AtomicI64,
}

// SAFETY: repr(C), header first; the referent is weak on purpose.
unsafe impl Object for WeakRef {
    crate::layout!(WeakRef, "weakref.ReferenceType", true);
    fn traverse(&self, v: Visitor) {
        v(self.callback.word())
    }
    fn clear(&self) {
        self.callback.clear_dead();
        let at = self.referent.swap(0, AcqRel);
        if at != 0 {
            forget(at, header_of(self))
        }
    }
}

/// `weakref.ReferenceType`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::WEAKREF);
static SPEC: TypeSpec = TypeSpec {
    name: "weakref.ReferenceType",
    slots: super::weakref_attrs::SLOTS,
    methods: super::weakref_attrs::METHODS,
    getset: super::weakref_attrs::GETSET,
    ..TypeSpec::new::<WeakRef>()
};

const SHARDS: usize = 32;
type Shard = HashMap<u64, Vec<u64>, foldhash::fast::FixedState>;
static TABLE: [parking_lot::Mutex<Shard>; SHARDS] =
    [const { parking_lot::Mutex::new(HashMap::with_hasher(foldhash::fast::FixedState::with_seed(5))) };
        SHARDS];

fn shard(at: u64) -> &'static parking_lot::Mutex<Shard> {
    &TABLE[(at >> 4) as usize % SHARDS]
}

fn forget(at: u64, r: &Header) {
    let mut s = shard(at).lock();
    if let Some(list) = s.get_mut(&at) {
        list.retain(|x| *x != r as *const Header as u64);
        if list.is_empty() {
            s.remove(&at);
        }
    }
}

/// The plain weakref (exact type, no callback) to `of` that exists already.
pub fn existing(of: &Header) -> Option<Value> {
    if !of.has(flag::WEAKREFS) {
        return None;
    }
    let at = of as *const Header as u64;
    if let Some(v) = found_lately(at) {
        return Some(v);
    }
    let s = shard(at).lock();
    for w in s.get(&at)? {
        // SAFETY: a weakref leaves the table before it is freed.
        let r: VRef<'_> = unsafe { VRef::from_word(Word(*w)) };
        let h = r.header()?;
        if r.has_shape(fixed::WEAKREF)
            && is_alive(h)
            && r.cast::<WeakRef>().is_some_and(|r| r.callback.is_empty())
        {
            LATELY.with(|l| l[lately(at)].set(*w));
            return Some(r.to_value());
        }
    }
    None
}

/// Plain weakrefs that a thread remembers having found.
const FOUND: usize = 64;

thread_local! {
    /// Addresses of weakrefs found lately, by the address of their referent. They may have died since.
    static LATELY: [std::cell::Cell<u64>; FOUND] = const { [const { std::cell::Cell::new(0) }; FOUND] };
}

fn lately(at: u64) -> usize {
    (at >> 4 ^ at >> 12) as usize % FOUND
}

/// A plain weakref to `at` that this thread has found before, if it is the thread's own and alive.
fn found_lately(at: u64) -> Option<Value> {
    let w = Word(LATELY.with(|l| l[lately(at)].get()));
    if !w.is_heap() {
        return None;
    }
    // SAFETY: cells of small objects stay mapped and keep a header, of whatever object lies there now. One that is this
    // thread's own, counted and a weakref is what it says.
    unsafe {
        let h = &*w.ptr();
        if h.shape() != fixed::WEAKREF || h.owner() != weft_strategy::me() || h.local() == 0 {
            return None;
        }
        let r = &*w.ptr().cast::<WeakRef>();
        let same = r.referent.load(Acquire) == at && r.callback.is_empty();
        same.then(|| VRef::from_word(w).to_value())
    }
}

/// Makes a weak reference of the given shape.
pub fn make(t: &Thread, shape: u32, of: &Header, callback: Option<Value>) -> Value {
    let at = of as *const Header as u64;
    // The one that `existing` looks for stands first.
    let plain = shape == fixed::WEAKREF && callback.is_none();
    let v = t.make(
        shape,
        WeakRef {
            h: Header::new(0, 0),
            referent: AtomicU64::new(at),
            callback: Slot::from_option(callback),
            hash: AtomicI64::new(-1),
        },
    );
    if of.owner() != weft_strategy::me() {
        weft_strategy::publish(v.r());
        of.set_flags(flag::WEAKREFS);
    } else {
        of.set_flags_plain(flag::WEAKREFS);
    }
    let mut s = shard(at).lock();
    let list = s.entry(at).or_default();
    let place = if plain { 0 } else { list.len() };
    list.insert(place, v.word().identity());
    drop(s);
    v
}

/// May this thread count a reference to the object? Not if it is dying here, or is another thread's.
fn is_alive(h: &Header) -> bool {
    let owner = h.owner();
    owner == 0 || owner == weft_strategy::me() && h.local() > 0
}

/// What must be published together with an object besides what its slots lead to: its weak references (their
/// callbacks run on whatever thread sees it die) and, for a weakref, its referent. The caller owns the object.
pub fn companions(h: &Header, v: Visitor) {
    if h.has(flag::WEAKREFS) {
        let at = h as *const Header as u64;
        let list = shard(at).lock().get(&at).cloned().unwrap_or_default();
        for w in list {
            v(Word(w))
        }
    }
    // SAFETY: the header is that of a live object.
    let r: VRef<'_> = unsafe { VRef::from_word(Word::counted(h)) };
    if let Some(w) = r.cast::<WeakRef>() {
        let at = w.referent.load(Acquire);
        if at != 0 {
            // SAFETY: whoever kills the referent clears `referent` first.
            let referent = unsafe { &*(at as *const Header) };
            if referent.owner() == 0 || referent.local() > 0 {
                v(Word(at))
            }
        }
    }
}

/// Is the object a weakref that would call somebody if its referent died now?
pub fn has_callback(h: &Header) -> bool {
    let s = crate::object::shape_of(h);
    if !std::ptr::eq(s.layout, <WeakRef as Object>::layout()) {
        return false;
    }
    // SAFETY: the layout says that it is one.
    !unsafe { &*(h as *const Header).cast::<WeakRef>() }.callback.is_empty()
}

/// Marks the weakrefs to garbage dead; those that `survives` accepts and that have a callback are put into
/// `callbacks`. The world is stopped.
pub fn clear_for_collector(h: &Header, callbacks: &mut Vec<Value>, survives: impl Fn(&Header) -> bool) {
    let at = h as *const Header as u64;
    let list = shard(at).lock().remove(&at).unwrap_or_default();
    for w in list {
        // SAFETY: a weakref leaves the table before it is freed.
        let r: VRef<'_> = unsafe { VRef::from_word(Word(w)) };
        if let Some(wr) = r.cast::<WeakRef>() {
            wr.referent.store(0, Release);
            if !wr.callback.is_empty() && survives(header_of(wr)) && is_alive(header_of(wr)) {
                callbacks.push(r.to_value())
            }
        }
    }
}

impl WeakRef {
    /// The referent, if it is alive.
    pub fn get(&self, _t: &Thread) -> Option<Value> {
        let at = self.referent.load(Acquire);
        if at == 0 {
            return None;
        }
        let s = shard(at).lock();
        if self.referent.load(Acquire) == 0 {
            return None;
        }
        // SAFETY: whoever kills the referent clears `referent` under the shard's lock first.
        let h = unsafe { &*(at as *const Header) };
        // Another thread's LOCAL object can only be one that was dying when this weakref was published.
        // SAFETY: as above.
        let r = is_alive(h).then(|| unsafe { VRef::from_word(Word(at)) }.to_value());
        drop(s);
        r
    }
}

/// Clears the weak references to a LOCAL object that dies, and calls their callbacks.
pub fn clear_for(t: &mut Thread, h: &Header) {
    let refs = take_refs(h);
    h.clear_flags_plain(flag::WEAKREFS);
    call_callbacks(t, refs);
}

/// Takes the weakrefs to an object out of the table and marks them dead; those with callbacks come back,
/// owned.
pub fn take_refs(h: &Header) -> Vec<Value> {
    let at = h as *const Header as u64;
    let mut s = shard(at).lock();
    let list = s.remove(&at).unwrap_or_default();
    let mut out = Vec::new();
    for w in list {
        // SAFETY: a weakref leaves the table before it is freed.
        let r: VRef<'_> = unsafe { VRef::from_word(Word(w)) };
        if let Some(wr) = r.cast::<WeakRef>() {
            wr.referent.store(0, Release);
            // A weakref that is dying itself does not call back.
            if !wr.callback.is_empty() && is_alive(header_of(wr)) {
                out.push(r.to_value())
            }
        }
    }
    out
}

thread_local! {
    /// Weakrefs that this thread's drains cleared and that have callbacks to run after the stop. The words own their
    /// references; a weakref may be this thread's own by then, so no other thread may take them.
    static CLEARED: std::cell::RefCell<Vec<u64>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// Clears the weakrefs of an object that a drain takes; their callbacks run after the stop.
pub fn clear_in_stop(h: &Header) {
    let refs = take_refs(h);
    h.clear_flags(flag::WEAKREFS);
    CLEARED.with_borrow_mut(|c| c.extend(refs.into_iter().map(|v| v.into_word().0)))
}

/// Runs the callbacks that a drain left.
pub fn run_cleared_callbacks(t: &mut Thread) {
    let refs = CLEARED.take();
    if refs.is_empty() {
        return;
    }
    // SAFETY: the words own their references.
    let refs = refs.into_iter().map(|w| unsafe { Value::from_owned(Word(w)) }).collect();
    call_callbacks(t, refs)
}

/// Calls the callbacks of dead weakrefs, newest first.
pub fn call_callbacks(t: &mut Thread, refs: Vec<Value>) {
    for r in refs.into_iter().rev() {
        let Some(callback) = r.cast::<WeakRef>().and_then(|w| w.callback.take(header_of(w))) else {
            continue;
        };
        let raised = t.raised().map(|v| v.to_value());
        t.clear_raised();
        if t.call(callback.r(), &[r.r()]).is_err() {
            crate::errors::write_unraisable(
                t,
                "Exception ignored while calling weakref callback",
                callback.r(),
            )
        }
        if let Some(e) = raised {
            t.reraise(e);
        }
    }
}

/// How many weak references there are to an object.
pub fn count(h: &Header) -> usize {
    let at = h as *const Header as u64;
    if h.has(flag::WEAKREFS) { shard(at).lock().get(&at).map_or(0, |l| l.len()) } else { 0 }
}

/// All weak references to an object.
pub fn all(h: &Header) -> Vec<Value> {
    let at = h as *const Header as u64;
    let s = shard(at).lock();
    let list = s.get(&at).map_or(&[][..], |l| l.as_slice());
    // SAFETY: a weakref leaves the table before it is freed.
    let refs = list.iter().map(|w| unsafe { VRef::from_word(Word(*w)) });
    refs.filter(|r| r.header().is_some_and(is_alive)).map(|r| r.to_value()).collect()
}

/// The slots of a type that only native code makes.
pub const NO_SLOTS: Slots = Slots::EMPTY;
