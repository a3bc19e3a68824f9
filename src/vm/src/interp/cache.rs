//! Inline caches: two 64-bit words for each site of a code object, shared by all threads.
//!
//! `word 0 = [guard:32 | kind:4 | payload:28]`, where the guard is a shape number or a dict's `keys_id`. Each word is
//! valid by itself, so there is no tearing: a word is believed only if its own guard agrees. The second
//! word carries its own guard too: some kinds need it, and else it is a second entry like word 0, so that a site
//! may know two shapes. What a cache leads to is a slot number, an entry number or an attribute cell, never an object.
//!
//! A site that sees more shapes finds the rest in a table of the thread's own, by shape and name.

use super::{Base, kill, reg, value, vreg};
use crate::object::{Type, ValueExt, header_of, shape, shape_of, type_flag};
use crate::thread::{ATTR_CACHE, Frame, Thread};
use crate::types::classmethod::Wrapper;
use crate::types::descriptor::GetSetDescr;
use crate::types::module::Module;
use crate::types::{cells, fixed};
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};
use weft_bytecode::Instr;
use weft_bytecode::ops::{KILL_A, KILL_B};
use weft_strategy::{Header, Slot, Strategy, VRef, Word};

/// An inline slot of the instance; payload: epoch and offset in words, see [`slot_payload`].
pub const SLOT: u64 = 1;
/// A class attribute that does not bind; payload: cell.
pub const VALUE: u64 = 2;
/// A function or method descriptor of the class; payload: cell.
pub const METHOD: u64 = 3;
/// A module's global: word 1 is `[entry:32 | keys_id:32]`.
pub const MODULE: u64 = 4;
/// A global; guard: keys_id, payload: entry.
pub const GLOBAL: u64 = 5;
/// A builtin; guard: keys_id of the globals, payload: cell.
pub const BUILTIN: u64 = 6;
/// A new attribute: word 1 is `[new shape:32 | old shape:32]`; payload as of `SLOT`.
pub const ADD: u64 = 7;

/// A class's attribute; payload: epoch and, as offset, whether it is a function that is called with the class; word 1 is
/// `[0:4 | cell:16 | address / 16:44]`.
pub const CLASS: u64 = 8;

/// A data descriptor of the class that computes the attribute; payload: cell.
pub const GETTER: u64 = 9;
/// A function or method descriptor of the class, to be bound; payload: cell.
pub const BOUND: u64 = 10;
/// What `super(class, this)` finds; guard: shape of `this`, payload: cell; word 1 is `[0:19 | itself:1 | address of the
/// class / 16:44]`, where the bit says that `this` is the class.
pub const SUPER: u64 = 11;

const PAYLOAD: u64 = (1 << 28) - 1;
/// Bits of an offset in a payload with epoch.
const OFFSET_BITS: u32 = 12;
const OFFSET: usize = (1 << OFFSET_BITS) - 1;

/// A slot goes before what the class has under the name, unless that is a data descriptor. So when a class of which
/// slots are cached gets or loses a data descriptor, or a hook like `__setattr__`, the epoch changes, and all cached
/// slots of all sites are void. That is rare; after 65535 times slots are cached no more.
///
/// The number stands here with `SLOT` above it, as it stands in the top bits of a word.
static EPOCH: AtomicU32 = AtomicU32::new((SLOT as u32) << EPOCH_BITS | 1);
const EPOCH_BITS: u32 = 16;
/// First of a word's bits that are compared with [`EPOCH`].
const EPOCH_AT: u32 = 32 + OFFSET_BITS;

/// Payload of `SLOT` and `ADD`, made in `epoch`.
fn slot_payload(epoch: u32, offset: usize) -> Option<usize> {
    if epoch != 0 && offset <= OFFSET { Some((epoch as usize) << OFFSET_BITS | offset) } else { None }
}

/// What a word is for.
#[inline(always)]
fn guard(c: u64) -> u32 {
    c as u32
}

/// A word's kind.
#[inline(always)]
fn kind(c: u64) -> u64 {
    c >> 60
}

/// A word's payload.
#[inline(always)]
fn payload(c: u64) -> u32 {
    (c >> 32 & PAYLOAD) as u32
}

/// The offset in a `SLOT` word of the present epoch.
#[inline(always)]
fn slot_offset(c: u64) -> Option<usize> {
    if (c >> EPOCH_AT) as u32 == EPOCH.load(Relaxed) { Some((c >> 32) as usize & OFFSET) } else { None }
}

/// Is the epoch in the payload of a word of another kind the present one?
#[inline(always)]
fn is_present(c: u64) -> bool {
    payload(c) >> OFFSET_BITS == EPOCH.load(Relaxed) & ((1 << EPOCH_BITS) - 1)
}

/// Word 1 is a word by itself, unless that of word 0 needs it.
#[inline(always)]
fn has_two(first: u64) -> bool {
    !matches!(kind(first), MODULE | CLASS | ADD)
}

/// Announces that slots of a type's instances are about to be cached; gives the epoch. What the type means must be
/// looked up after this.
fn begin_slot(ty: &Type) -> u32 {
    if !ty.has(type_flag::SLOTS_CACHED) {
        ty.change_flags(type_flag::SLOTS_CACHED, 0)
    }
    std::sync::atomic::fence(SeqCst);
    EPOCH.load(Acquire) & ((1 << EPOCH_BITS) - 1)
}

/// The way instances of a type find their attributes has changed: cached slots are void.
pub fn forget_slots(ty: &Type) {
    std::sync::atomic::fence(SeqCst);
    if ty.has(type_flag::SLOTS_CACHED) {
        ty.change_flags(0, type_flag::SLOTS_CACHED);
        let slot = (SLOT as u32) << EPOCH_BITS;
        let _ = EPOCH.fetch_update(AcqRel, Acquire, |e| match e - slot {
            0 | 0xffff => Some(slot),
            _ => Some(e + 1),
        });
    }
    let subs = ty.subclasses.lock().clone();
    for s in subs {
        // SAFETY: a type leaves its bases' lists before it is freed.
        forget_slots(unsafe { &*s })
    }
}

/// Packs word 0.
#[inline]
pub fn pack(guard: u32, kind: u64, payload: usize) -> u64 {
    kind << 60 | (payload as u64 & PAYLOAD) << 32 | guard as u64
}

/// The frame's cache words of a site.
///
/// # Safety
/// `site` is a site of the frame's code.
#[inline(always)]
unsafe fn words<'a>(f: *const Frame, site: u16) -> &'a [std::sync::atomic::AtomicU64; 2] {
    // SAFETY: as the caller promises; code objects outlive their frames.
    unsafe { &*(*(*f).code).running().caches.as_ptr().add(site as usize * 2).cast() }
}

/// Sets word 0 of a site.
///
/// # Safety
/// As [`words`].
pub unsafe fn set(f: *const Frame, site: u16, word: u64) {
    // SAFETY: as the caller promises.
    unsafe { write(&words(f, site)[0], word) }
}

/// Sets both words, the second first.
///
/// # Safety
/// As [`words`].
pub unsafe fn set_both(f: *const Frame, site: u16, word: u64, second: u64) {
    // SAFETY: as the caller promises.
    unsafe {
        write(&words(f, site)[1], second);
        write(&words(f, site)[0], word);
    }
}

/// Writes a cache word that other threads may be reading all the time: not if it says so already.
fn write(w: &std::sync::atomic::AtomicU64, new: u64) {
    if w.load(Relaxed) != new {
        w.store(new, Release)
    }
}

/// The cached attribute of `obj` as a register word.
///
/// # Safety
/// `obj` is alive; `site` is a site of the frame's code.
#[inline(always)]
pub unsafe fn load_attr<S: Strategy>(t: &Thread, f: *const Frame, obj: Word, site: u16) -> Option<Word> {
    // SAFETY: as the caller promises; offsets were checked against the shape when the word was made.
    unsafe {
        // Operands are bound: the verifier sees to it.
        if !obj.is_bound_heap() {
            return None;
        }
        let h: &Header = &*obj.ptr();
        let w = words(f, site);
        let mut c = w[0].load(Acquire);
        if guard(c) != h.shape() {
            // If it is no word by itself, its kind is 0.
            c = w[1].load(Acquire);
            if guard(c) != h.shape() {
                return load_attr_else::<S>(t, f, obj, site);
            }
        }
        let Some(offset) = slot_offset(c) else { return load_attr_else::<S>(t, f, obj, site) };
        let w = (*(h as *const Header).cast::<Slot>().add(offset)).word();
        if w.is_unbound() { None } else { Some(S::load_register(w)) }
    }
}

/// [`load_attr`] where the site's first word is no slot of the object's shape.
///
/// # Safety
/// As [`load_attr`].
#[cold]
#[inline(never)]
unsafe fn load_attr_else<S: Strategy>(t: &Thread, f: *const Frame, obj: Word, site: u16) -> Option<Word> {
    // SAFETY: as the caller promises; offsets were checked against the shape when the word was made.
    unsafe {
        let h: &Header = &*obj.ptr();
        let w = words(f, site);
        let c = w[0].load(Acquire);
        let shape = h.shape();
        let found = if guard(c) == shape {
            match kind(c) {
                VALUE => cells::read(payload(c)),
                MODULE => {
                    let second = w[1].load(Acquire);
                    let d = (*(h as *const Header).cast::<Module>()).dict();
                    if d.keys_id() != second as u32 {
                        return None;
                    }
                    d.value_at(t, (second >> 32) as usize)?.word()
                }
                CLASS => {
                    let second = w[1].load(Acquire);
                    if !is_of(second, obj) || !is_present(c) || payload(c) as usize & OFFSET != 0 {
                        return None;
                    }
                    cells::read((second >> 44) as u32)
                }
                _ => return None,
            }
        } else {
            let second = w[1].load(Acquire);
            if guard(second) != shape || !has_two(c) {
                return None;
            }
            entry(h, second)?
        };
        if found.is_unbound() { None } else { Some(S::load_register(found)) }
    }
}

/// Does word 1 of `CLASS` or `SUPER` speak of this class?
#[inline(always)]
fn is_of(second: u64, class: Word) -> bool {
    second << 20 >> 20 == class.ptr() as u64 >> 4
}

/// Greatest number of a cell in word 1 of `CLASS`: with more bits the word might look like one by itself.
const CLASS_CELL: u32 = (1 << 16) - 1;

/// What a `SLOT` or `VALUE` word, whose guard agrees, says of an object.
///
/// # Safety
/// `h` has the shape of the word's guard.
#[inline(always)]
unsafe fn entry(h: &Header, c: u64) -> Option<Word> {
    match kind(c) {
        // SAFETY: the offset was checked against the shape when the word was made.
        SLOT => Some(unsafe { (*(h as *const Header).cast::<Slot>().add(slot_offset(c)?)).word() }),
        VALUE => Some(cells::read(payload(c))),
        _ => None,
    }
}

/// Where the thread's table has its word for an attribute, or for a method, of a shape.
#[inline(always)]
fn place(shape: u32, key: u64) -> usize {
    (key >> 4 ^ (shape as u64).wrapping_mul(0x9E37_79B1) ^ key << 3) as usize % ATTR_CACHE
}

/// The name's key in the thread's table.
#[inline(always)]
fn key_of(name: VRef<'_>, method: bool) -> u64 {
    name.word().identity() | method as u64
}

/// What the thread remembers of an attribute that the site does not know.
fn recall(t: &Thread, h: &Header, key: u64) -> Option<u64> {
    let shape = h.shape();
    // SAFETY: own thread; no reference into the table outlives the statement.
    let (k, c) = unsafe { (&*t.attrs.get())[place(shape, key)] };
    if k == key && guard(c) == shape { Some(c) } else { None }
}

/// Puts a word that was found into the site: now and then, for other threads look there too.
///
/// # Safety
/// As [`words`].
unsafe fn promote(t: &Thread, f: *const Frame, site: u16, c: u64) {
    let n = t.misses.get().wrapping_add(1);
    t.misses.set(n);
    // SAFETY: as the caller promises.
    let w = unsafe { words(f, site) };
    if n & 31 == 0 || w[1].load(Relaxed) == 0 {
        enter(w, c)
    }
}

/// Puts a word into a site: in the place of one for the same shape, else where there is room, else in second place.
fn enter(w: &[std::sync::atomic::AtomicU64; 2], c: u64) {
    let first = w[0].load(Relaxed);
    let replaces = first == 0 || guard(first) == guard(c) || !has_two(first);
    write(&w[!replaces as usize], c)
}

/// As [`load_attr`], from the thread's table.
///
/// # Safety
/// As [`load_attr`].
#[cold]
#[inline(never)]
pub unsafe fn load_attr_again<S: Strategy>(
    t: &Thread,
    f: *const Frame,
    obj: Word,
    site: u16,
) -> Option<Word> {
    // SAFETY: as the caller promises.
    unsafe {
        if !obj.is_heap() {
            return None;
        }
        let h: &Header = &*obj.ptr();
        let c = recall(t, h, key_of(super::attr::site_name(f, site), false))?;
        let found = entry(h, c)?;
        if found.is_unbound() {
            return None;
        }
        promote(t, f, site, c);
        Some(S::load_register(found))
    }
}

/// The cached method of `obj`'s class, free-standing: the class keeps it alive until the next safepoint, and the
/// register scan of a stop from then on.
///
/// # Safety
/// As [`load_attr`].
#[inline(always)]
pub unsafe fn load_method(t: &Thread, f: *const Frame, obj: Word, site: u16) -> Option<Word> {
    // SAFETY: as the caller promises.
    unsafe {
        // Operands are bound: the verifier sees to it.
        if !obj.is_bound_heap() {
            return None;
        }
        let shape = (*obj.ptr()).shape();
        let w = words(f, site);
        let mut c = w[0].load(Acquire);
        if guard(c) != shape {
            if !has_two(c) {
                return None;
            }
            c = w[1].load(Acquire);
            if guard(c) != shape {
                return None;
            }
        }
        if kind(c) != METHOD {
            return None;
        }
        method_of(t, payload(c))
    }
}

/// The function in a cell.
#[inline(always)]
unsafe fn method_of(t: &Thread, cell: u32) -> Option<Word> {
    let w = cells::read(cell);
    if w.is_unbound() {
        return None;
    }
    // SAFETY: cells lead to live objects.
    let h = unsafe { &*w.ptr() };
    // A method that is this thread's own is counted like any other load.
    if h.owner() == t.id() {
        h.set_local(h.local() + 1);
        return Some(Word::counted(w.ptr()));
    }
    Some(Word::free_standing(w.ptr()))
}

/// What else may be called as `obj.name(...)` and the caches know: a method of a shape that the site does not have,
/// or an attribute that does not bind. True: it binds.
///
/// # Safety
/// As [`load_attr`].
#[cold]
#[inline(never)]
pub unsafe fn load_method_again<S: Strategy>(
    t: &Thread,
    f: *const Frame,
    obj: Word,
    site: u16,
) -> Option<(Word, bool)> {
    // SAFETY: as the caller promises.
    unsafe {
        if let Some(w) = load_attr::<S>(t, f, obj, site) {
            return Some((w, false));
        }
        if !obj.is_heap() {
            return None;
        }
        let h: &Header = &*obj.ptr();
        let w = words(f, site);
        let c = w[0].load(Acquire);
        if kind(c) == CLASS {
            let second = w[1].load(Acquire);
            if guard(c) != h.shape() || !is_of(second, obj) || !is_present(c) {
                return None;
            }
            return Some((method_of(t, (second >> 44) as u32)?, true));
        }
        let c = recall(t, h, key_of(super::attr::site_name(f, site), true))?;
        let found = if kind(c) == METHOD {
            (method_of(t, payload(c))?, true)
        } else {
            let w = entry(h, c)?;
            if w.is_unbound() {
                return None;
            }
            (S::load_register(w), false)
        };
        promote(t, f, site, c);
        Some(found)
    }
}

/// `R[A].name = R[B]` by the cache. False: not cached.
///
/// # Safety
/// As [`load_attr`]; `i` is the frame's instruction.
#[inline(always)]
pub unsafe fn store_attr(t: &mut Thread, f: *const Frame, base: Base, i: Instr) -> bool {
    // SAFETY: as the caller promises.
    unsafe {
        let obj = reg(base, i.a());
        if !obj.is_heap() {
            return false;
        }
        let h: &Header = &*obj.ptr();
        if h.owner() != t.id() {
            return store_shared(t, f, base, i, h);
        }
        let w = words(f, i.c());
        let mut c = w[0].load(Acquire);
        if guard(c) != h.shape() {
            if !has_two(c) {
                return false;
            }
            c = w[1].load(Acquire);
            if guard(c) != h.shape() {
                return false;
            }
        }
        let slot = (h as *const Header).cast::<Slot>().add((c >> 32) as usize & OFFSET);
        if slot_offset(c).is_some() {
            let slot = &*slot;
            let v = if i.f() & KILL_B != 0 { super::take(base, i.b()) } else { value(base, i.b()) };
            let old = slot.swap(h, Some(v));
            finish_store(t, base, i, old);
            return true;
        }
        if kind(c) == ADD && is_present(c) {
            let slot = &*slot;
            let second = w[1].load(Acquire);
            // A shape's number has less than 28 bits: this is no entry for another shape.
            if guard(second) != h.shape() || kind(second) != 0 {
                return false;
            }
            let v = if i.f() & KILL_B != 0 { super::take(base, i.b()) } else { value(base, i.b()) };
            let old = slot.swap(h, Some(v));
            h.set_shape((second >> 32) as u32);
            finish_store(t, base, i, old);
            return true;
        }
        false
    }
}

/// [`store_attr`] into an object that other threads can see: the shape must hold while the slot is written.
///
/// # Safety
/// As [`store_attr`].
#[cold]
#[inline(never)]
unsafe fn store_shared(t: &mut Thread, f: *const Frame, base: Base, i: Instr, h: &Header) -> bool {
    // SAFETY: as the caller promises.
    unsafe {
        let w = words(f, i.c());
        let shape = h.shape();
        let mut c = w[0].load(Acquire);
        if guard(c) != shape {
            if !has_two(c) {
                return false;
            }
            c = w[1].load(Acquire);
        }
        if guard(c) != shape {
            return false;
        }
        let Some(offset) = slot_offset(c) else { return false };
        let v = vreg(base, i.b());
        weft_strategy::publish(v);
        let old = {
            let _g = weft_strategy::lock::lock(t, h);
            if h.shape() != shape {
                return false;
            }
            (*(h as *const Header).cast::<Slot>().add(offset)).swap(h, Some(v.to_value()))
        };
        if i.f() & KILL_B != 0 {
            super::put(t, base, i.b(), Word::UNBOUND)
        }
        finish_store(t, base, i, old);
        true
    }
}

/// # Safety
/// Registers of the running frame.
#[inline(always)]
unsafe fn finish_store(t: &mut Thread, base: Base, i: Instr, old: Option<weft_strategy::Value>) {
    if let Some(v) = old {
        // SAFETY: the word owns the reference.
        unsafe { t.release(v.into_word()) }
    }
    if i.f() & KILL_A != 0 {
        // SAFETY: as the caller promises; B was taken already.
        unsafe { super::put(t, base, i.a(), Word::UNBOUND) }
    }
    let _ = (KILL_B, kill as usize);
}

/// The cached global as a register word.
///
/// # Safety
/// As [`load_attr`].
#[inline(always)]
pub unsafe fn load_global<S: Strategy>(t: &Thread, f: *const Frame, site: u16) -> Option<Word> {
    // SAFETY: as the caller promises.
    unsafe {
        let c = words(f, site)[0].load(Acquire);
        let d = (*(*f).func).globals_dict();
        if guard(c) != d.keys_id() {
            return None;
        }
        let w = match kind(c) {
            GLOBAL => d.value_at(t, payload(c) as usize)?.word(),
            BUILTIN => cells::read(payload(c)),
            _ => return None,
        };
        if w.is_unbound() { None } else { Some(S::load_register(w)) }
    }
}

/// Remembers how an attribute of `obj` was found by the default rules, if it may be cached.
///
/// # Safety
/// As [`load_attr`].
pub unsafe fn remember_attr(
    t: &Thread,
    f: *const Frame,
    obj: VRef<'_>,
    name: VRef<'_>,
    site: u16,
    method: bool,
) {
    let Some(h) = obj.header() else { return };
    if let Some(m) = obj.exact::<Module>(fixed::MODULE) {
        let d = m.dict();
        let id = d.make_keys_id();
        if let Some(e) = d.find_str(t, name)
            && m.h_class_has_no(t, name)
        {
            // SAFETY: as the caller promises.
            unsafe { set_both(f, site, pack(fixed::MODULE, MODULE, 0), (e as u64) << 32 | id as u64) }
        }
        return;
    }
    let ty = obj.ty();
    let Some(getattr) = ty.slots().getattr else { return };
    if getattr as usize == crate::types::heaptype::getattr as *const () as usize {
        if let Some(c) = crate::types::typeobj::as_type(obj) {
            // SAFETY: as the caller promises.
            unsafe { remember_class(t, f, c, name, site, method) }
        }
        return;
    }
    if getattr as usize != crate::types::object::generic_getattr as *const () as usize {
        return;
    }
    let id = h.shape();
    let s = shape(id);
    // SAFETY: as the caller promises; own thread.
    let set = |f: *const Frame, site: u16, c: u64| unsafe {
        let key = key_of(name, method);
        (&mut *t.attrs.get())[place(id, key)] = (key, c);
        enter(words(f, site), c)
    };
    let epoch = if s.inst != 0 { begin_slot(ty) } else { 0 };
    let version = ty.version();
    if version == 0 {
        return;
    }
    let remember_slot = |offset: usize| {
        if let Some(p) = slot_payload(epoch, offset) {
            set(f, site, pack(id, SLOT, p))
        }
    };
    match ty.lookup(t, name) {
        None => {
            if s.has_inst
                && s.inst != 0
                && !s.dict_mode
                && let Some(n) = s.find(name.word().identity())
            {
                let offset = s.inst as usize / 8 + 1 + n;
                remember_slot(offset)
            }
        }
        Some(d) => {
            let slots = d.ty().slots();
            if let Some(m) = d.exact::<crate::types::descriptor::MemberDescr>(fixed::MEMBER_DESCR) {
                if s.inst != 0 && ty.is_subtype(crate::types::descriptor::owner_of(&m.owner)) {
                    let offset = s.inst as usize / 8 + 1 + m.index;
                    remember_slot(offset)
                }
                return;
            }
            if slots.descr_set.is_some() {
                if !method
                    && is_getter(d, ty)
                    && let Some(cell) = ty.cells.fill(name, cells::Use::Getter, d, || ty.version() == version)
                {
                    set(f, site, pack(id, GETTER, cell as usize))
                }
                return;
            }
            // The instance may have an attribute of that name, which goes first.
            let instance_may = s.dict_mode
                || (s.has_inst && s.has_dict && s.find(name.word().identity()).is_some())
                || (!s.has_inst && d_has_own_dict(obj));
            if instance_may {
                if !s.dict_mode
                    && slots.descr_set.is_none()
                    && s.inst != 0
                    && let Some(n) = s.find(name.word().identity())
                {
                    let offset = s.inst as usize / 8 + 1 + n;
                    remember_slot(offset)
                }
                return;
            }
            if let Some(w) = d.exact::<Wrapper>(fixed::STATICMETHOD)
                && let Some(func) = w.func.get(w)
            {
                let valid = || ty.version() == version && w.func.get(w).is_some_and(|now| now.is(func));
                if let Some(cell) = ty.cells.fill(name, cells::Use::Plain, func, valid) {
                    set(f, site, pack(id, VALUE, cell as usize))
                }
                return;
            }
            let binds = d.has_shape(fixed::FUNCTION) || d.has_shape(fixed::METHOD_DESCR);
            let (kind, use_) = if binds && method {
                (METHOD, cells::Use::Method)
            } else if binds {
                (BOUND, cells::Use::Bound)
            } else if slots.descr_get.is_none() {
                (VALUE, cells::Use::Plain)
            } else {
                return;
            };
            if let Some(cell) = ty.cells.fill(name, use_, d, || ty.version() == version) {
                set(f, site, pack(id, kind, cell as usize))
            }
        }
    }
}

/// Remembers an attribute of a class that is found in its MRO, if it may be cached: what needs no binding, functions of
/// static methods and, for a call, of class methods.
///
/// # Safety
/// As [`load_attr`].
unsafe fn remember_class(t: &Thread, f: *const Frame, class: &Type, name: VRef<'_>, site: u16, method: bool) {
    let me = crate::object::as_vref(class);
    let meta = me.ty();
    // A data descriptor of the metaclass goes first; should one come later, the epoch says so.
    let epoch = begin_slot(meta);
    let version = class.version();
    // SAFETY: as the caller promises.
    let w = unsafe { words(f, site) };
    let c = w[0].load(Relaxed);
    if kind(c) == CLASS && is_present(c) && !cells::read((w[1].load(Relaxed) >> 44) as u32).is_unbound() {
        // A site that is asked of many classes remembers one of them for a while.
        let n = t.misses.get().wrapping_add(1);
        t.misses.set(n);
        if n & 31 != 0 {
            return;
        }
    }
    if version == 0 {
        return;
    }
    if let Some(d) = meta.lookup(t, name).filter(|d| d.ty().slots().descr_set.is_some()) {
        let meta_version = meta.version();
        if meta_version != 0
            && is_getter(d, meta)
            && let Some(cell) = meta.cells.fill(name, cells::Use::Getter, d, || {
                meta.version() == meta_version && meta.lookup(t, name).is_some_and(|x| x.is(d))
            })
        {
            enter(w, pack(header_of(class).shape(), GETTER, cell as usize))
        }
        return;
    }
    let Some(d) = class.lookup(t, name) else { return };
    let itself =
        d.has_shape(fixed::FUNCTION) || d.has_shape(fixed::METHOD_DESCR) || d.has_shape(fixed::WRAPPER_DESCR);
    let wraps = |t| d.exact::<Wrapper>(t).and_then(|w| Some((w, w.func.get(w)?)));
    let (use_, found, wrapper) = if itself {
        (cells::Use::Method, d, None)
    } else if d.ty().slots().descr_get.is_none() {
        (cells::Use::Plain, d, None)
    } else if let Some((w, func)) = wraps(fixed::STATICMETHOD) {
        (cells::Use::Plain, func, Some(w))
    } else if method
        && let Some((w, func)) = wraps(fixed::CLASSMETHOD)
        && func.has_shape(fixed::FUNCTION)
    {
        (cells::Use::ClassMethod, func, Some(w))
    } else {
        return;
    };
    let binds = matches!(use_, cells::Use::ClassMethod) as usize;
    let Some(payload) = slot_payload(epoch, binds) else { return };
    // A wrapper may be given another function.
    let is_same = || wrapper.is_none_or(|w| w.func.get(w).is_some_and(|now| now.is(found)));
    let valid = || class.version() == version && is_same();
    let Some(cell) = class.cells.fill(name, use_, found, valid) else { return };
    let at = header_of(class) as *const Header as u64 >> 4;
    if cell > CLASS_CELL || at >> 44 != 0 {
        return;
    }
    // SAFETY: as the caller promises.
    unsafe { set_both(f, site, pack(header_of(class).shape(), CLASS, payload), (cell as u64) << 44 | at) }
}

/// What `super(class, this)` has under the site's name, if the site knows it; true: it is called with `this`.
///
/// # Safety
/// As [`load_attr`]; both words are alive and on the heap.
pub unsafe fn load_super(
    t: &Thread,
    f: *const Frame,
    class: Word,
    this: Word,
    site: u16,
) -> Option<(Word, bool)> {
    // SAFETY: as the caller promises.
    unsafe {
        let w = words(f, site);
        let c = w[0].load(Acquire);
        if guard(c) != (*this.ptr()).shape() || kind(c) != SUPER {
            return None;
        }
        let second = w[1].load(Acquire);
        let itself = second >> 44 != 0;
        if !is_of(second, class) || itself && this.ptr() != class.ptr() {
            return None;
        }
        Some((method_of(t, payload(c))?, !itself))
    }
}

/// Remembers what `super(class, this)` finds under a name, if it may be cached.
///
/// # Safety
/// As [`load_attr`].
pub unsafe fn remember_super(
    t: &Thread,
    f: *const Frame,
    class: &Type,
    this: VRef<'_>,
    name: VRef<'_>,
    site: u16,
) {
    let itself = this.is(crate::object::as_vref(class));
    let start = if itself { class } else { this.ty() };
    let version = start.version();
    if version == 0
        || name.is(crate::names::__class__())
        || !itself && (crate::types::typeobj::as_type(this).is_some() || !start.is_subtype(class))
    {
        return;
    }
    let Some(found) = crate::types::super_::find(t, class, start, name) else { return };
    let found = found.r();
    let callable = found.has_shape(fixed::FUNCTION) || found.has_shape(fixed::METHOD_DESCR);
    if !callable && (!itself || !found.word().is_heap() || found.ty().slots().descr_get.is_some()) {
        return;
    }
    let at = header_of(class) as *const Header as u64 >> 4;
    let (Some(h), 0) = (this.header(), at >> 44) else { return };
    if let Some(cell) = start.cells.fill_from(name, at, found, || start.version() == version) {
        let second = (itself as u64) << 44 | at;
        // SAFETY: as the caller promises.
        unsafe { set_both(f, site, pack(h.shape(), SUPER, cell as usize), second) }
    }
}

/// May a data descriptor of a class be asked without looking it up again, for its instances?
fn is_getter(d: VRef<'_>, ty: &Type) -> bool {
    if let Some(g) = d.exact::<GetSetDescr>(fixed::GETSET_DESCR) {
        return ty.is_subtype(crate::types::descriptor::owner_of(&g.owner));
    }
    d.has_shape(fixed::PROPERTY)
}

/// The descriptor that computes an attribute, as a site or the thread's table knows it.
///
/// # Safety
/// As [`load_attr`].
pub unsafe fn getter<'t>(t: &'t Thread, f: *const Frame, obj: Word, site: u16) -> Option<VRef<'t>> {
    if !obj.is_bound_heap() {
        return None;
    }
    // SAFETY: as the caller promises; cells lead to live objects.
    unsafe {
        let h: &Header = &*obj.ptr();
        let w = words(f, site);
        let (first, second) = (w[0].load(Acquire), w[1].load(Acquire));
        let c = if guard(first) == h.shape() {
            first
        } else if guard(second) == h.shape() && has_two(first) {
            second
        } else {
            let c = recall(t, h, key_of(super::attr::site_name(f, site), false))?;
            if matches!(kind(c), GETTER | BOUND) {
                promote(t, f, site, c)
            }
            c
        };
        if !matches!(kind(c), GETTER | BOUND) {
            return None;
        }
        let d = cells::read(payload(c));
        if d.is_unbound() { None } else { Some(VRef::from_word(d)) }
    }
}

fn d_has_own_dict(obj: VRef<'_>) -> bool {
    obj.has_shape(fixed::FUNCTION) || obj.has_shape(fixed::MODULE)
}

/// Remembers how an attribute was stored: `before` is the shape the object had.
///
/// # Safety
/// As [`load_attr`].
pub unsafe fn remember_store(
    t: &Thread,
    f: *const Frame,
    obj: VRef<'_>,
    name: VRef<'_>,
    site: u16,
    before: u32,
) {
    let Some(h) = obj.header() else { return };
    let ty = obj.ty();
    if ty
        .slots()
        .setattr
        .is_none_or(|g| g as usize != crate::types::object::generic_setattr as *const () as usize)
    {
        return;
    }
    let s = shape_of(h);
    if !s.has_inst || s.inst == 0 {
        return;
    }
    let epoch = begin_slot(ty);
    match ty.lookup(t, name) {
        Some(d) if d.ty().slots().descr_set.is_some() => {
            if let Some(m) = d.exact::<crate::types::descriptor::MemberDescr>(fixed::MEMBER_DESCR)
                && ty.is_subtype(crate::types::descriptor::owner_of(&m.owner))
            {
                let offset = s.inst as usize / 8 + 1 + m.index;
                if let Some(p) = slot_payload(epoch, offset) {
                    // SAFETY: as the caller promises.
                    unsafe { enter(words(f, site), pack(s.id, SLOT, p)) }
                }
            }
        }
        _ => {
            if s.dict_mode {
                return;
            }
            let Some(n) = s.find(name.word().identity()) else { return };
            let Some(p) = slot_payload(epoch, s.inst as usize / 8 + 1 + n) else { return };
            // SAFETY: as the caller promises.
            unsafe {
                if before == s.id {
                    enter(words(f, site), pack(s.id, SLOT, p))
                } else if shape(before).with(name.word().identity()).is_some_and(|x| x.id == s.id) {
                    set_both(f, site, pack(before, ADD, p), (s.id as u64) << 32 | before as u64)
                }
            }
        }
    }
}

/// Remembers where a global was found.
///
/// # Safety
/// As [`load_attr`].
pub unsafe fn remember_global(t: &Thread, f: *const Frame, name: VRef<'_>, site: u16) {
    // SAFETY: as the caller promises.
    unsafe {
        let func = (*f).func;
        let globals = (*func).globals_dict();
        let id = globals.make_keys_id();
        if let Some(e) = globals.find_str(t, name) {
            set(f, site, pack(id, GLOBAL, e));
            return;
        }
        let builtins = (*func).builtins_dict();
        let Some(e) = builtins.find_str(t, name) else { return };
        builtins.watch();
        let keys = builtins.make_keys_id();
        if let Some(v) = builtins.value_at(t, e)
            && let Some(cell) = builtins.cells.fill(name, cells::Use::Plain, v, || {
                builtins.keys_id() == keys && builtins.value_at(t, e).is_some_and(|now| now.is(v))
            })
        {
            set(f, site, pack(id, BUILTIN, cell as usize))
        }
    }
    let _ = Relaxed;
}

impl Module {
    /// Module subclasses and `__dict__`-like names of `module` itself must not be hidden by the cache.
    fn h_class_has_no(&self, t: &Thread, name: VRef<'_>) -> bool {
        crate::object::as_vref(self).ty().lookup(t, name).is_none()
    }
}
