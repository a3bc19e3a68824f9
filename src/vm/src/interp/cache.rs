//! Inline caches: two 64-bit words for each site of a code object, shared by all threads.
//!
//! `word 0 = [guard:32 | kind:4 | payload:28]`, where the guard is a shape number or a dict's `keys_id`. Each word is
//! valid by itself, so there is no tearing: a word is believed only if its own guard agrees. The second
//! word, used by some kinds, carries its own 32-bit guard. What a cache leads to is a slot number, an entry
//! number or an attribute cell, never an object.

use super::{Base, kill, reg, value};
use crate::object::{Type, ValueExt, shape, shape_of, type_flag};
use crate::thread::{Frame, Thread};
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
/// A module's global: word 1 is `[keys_id:32 | entry:32]`.
pub const MODULE: u64 = 4;
/// A global; guard: keys_id, payload: entry.
pub const GLOBAL: u64 = 5;
/// A builtin; guard: keys_id of the globals, payload: cell.
pub const BUILTIN: u64 = 6;
/// A new attribute: word 1 is `[old shape:32 | new shape:32]`; payload as of `SLOT`.
pub const ADD: u64 = 7;

const PAYLOAD: u64 = (1 << 28) - 1;
/// Bits of an offset in a payload with epoch.
const OFFSET_BITS: u32 = 12;
const OFFSET: usize = (1 << OFFSET_BITS) - 1;

/// A slot goes before what the class has under the name, unless that is a data descriptor. So when a class of which
/// slots are cached gets or loses a data descriptor, or a hook like `__setattr__`, the epoch changes, and all cached
/// slots of all sites are void. That is rare; after 65535 times slots are cached no more.
static EPOCH: AtomicU32 = AtomicU32::new(1);

/// Payload of `SLOT` and `ADD`, made in `epoch`.
fn slot_payload(epoch: u32, offset: usize) -> Option<usize> {
    if epoch != 0 && offset <= OFFSET { Some((epoch as usize) << OFFSET_BITS | offset) } else { None }
}

/// The offset in a payload, if its epoch is the present one.
#[inline(always)]
fn slot_offset(payload: usize) -> Option<usize> {
    if (payload >> OFFSET_BITS) as u32 == EPOCH.load(Relaxed) { Some(payload & OFFSET) } else { None }
}

/// Announces that slots of a type's instances are about to be cached; gives the epoch. What the type means must be
/// looked up after this.
fn begin_slot(ty: &Type) -> u32 {
    if !ty.has(type_flag::SLOTS_CACHED) {
        ty.change_flags(type_flag::SLOTS_CACHED, 0)
    }
    std::sync::atomic::fence(SeqCst);
    EPOCH.load(Acquire)
}

/// The way instances of a type find their attributes has changed: cached slots are void.
pub fn forget_slots(ty: &Type) {
    std::sync::atomic::fence(SeqCst);
    if ty.has(type_flag::SLOTS_CACHED) {
        ty.change_flags(0, type_flag::SLOTS_CACHED);
        let _ = EPOCH.fetch_update(AcqRel, Acquire, |e| match e {
            0 | 0xffff => Some(0),
            e => Some(e + 1),
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
    (guard as u64) << 32 | kind << 28 | payload as u64 & PAYLOAD
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
    unsafe { words(f, site)[0].store(word, Release) }
}

/// Sets both words, the second first.
///
/// # Safety
/// As [`words`].
pub unsafe fn set_both(f: *const Frame, site: u16, word: u64, second: u64) {
    // SAFETY: as the caller promises.
    unsafe {
        words(f, site)[1].store(second, Release);
        words(f, site)[0].store(word, Release);
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
        if !obj.is_heap() {
            return None;
        }
        let h: &Header = &*obj.ptr();
        let w = words(f, site);
        let c = w[0].load(Acquire);
        if (c >> 32) as u32 != h.shape() {
            return None;
        }
        let payload = (c & PAYLOAD) as usize;
        let found = match c >> 28 & 15 {
            SLOT => (*(h as *const Header).cast::<Slot>().add(slot_offset(payload)?)).word(),
            VALUE => cells::read(payload as u32),
            MODULE => {
                let second = w[1].load(Acquire);
                let d = (*(h as *const Header).cast::<Module>()).dict();
                if d.keys_id() != (second >> 32) as u32 {
                    return None;
                }
                d.value_at(t, second as u32 as usize)?.word()
            }
            _ => return None,
        };
        if found.is_unbound() { None } else { Some(S::load_register(found)) }
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
        let guard = if obj.is_heap() { (*obj.ptr()).shape() } else { return None };
        let c = words(f, site)[0].load(Acquire);
        if (c >> 32) as u32 != guard || c >> 28 & 15 != METHOD {
            return None;
        }
        let w = cells::read((c & PAYLOAD) as u32);
        if w.is_unbound() {
            return None;
        }
        let h = &*w.ptr();
        // A method that is this thread's own is counted like any other load.
        if h.owner() == t.id() {
            h.set_local(h.local() + 1);
            return Some(Word::counted(w.ptr()));
        }
        Some(Word::free_standing(w.ptr()))
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
            return false;
        }
        let w = words(f, i.c());
        let c = w[0].load(Acquire);
        if (c >> 32) as u32 != h.shape() {
            return false;
        }
        let kind = c >> 28 & 15;
        if kind != SLOT && kind != ADD {
            return false;
        }
        let Some(offset) = slot_offset((c & PAYLOAD) as usize) else { return false };
        let slot = &*(h as *const Header).cast::<Slot>().add(offset);
        if kind == SLOT {
            let v = if i.f() & KILL_B != 0 { super::take(base, i.b()) } else { value(base, i.b()) };
            let old = slot.swap(h, Some(v));
            finish_store(t, base, i, old);
            return true;
        }
        if kind == ADD {
            let second = w[1].load(Acquire);
            if (second >> 32) as u32 != h.shape() {
                return false;
            }
            let v = if i.f() & KILL_B != 0 { super::take(base, i.b()) } else { value(base, i.b()) };
            let old = slot.swap(h, Some(v));
            h.set_shape(second as u32);
            finish_store(t, base, i, old);
            return true;
        }
        false
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
        if (c >> 32) as u32 != d.keys_id() {
            return None;
        }
        let payload = (c & PAYLOAD) as usize;
        let w = match c >> 28 & 15 {
            GLOBAL => d.value_at(t, payload)?.word(),
            BUILTIN => cells::read(payload as u32),
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
        let id = d.keys_id();
        if let Some(e) = d.find_str(t, name)
            && m.h_class_has_no(t, name)
        {
            // SAFETY: as the caller promises.
            unsafe { set_both(f, site, pack(fixed::MODULE, MODULE, 0), (id as u64) << 32 | e as u64) }
        }
        return;
    }
    let ty = obj.ty();
    if ty
        .slots()
        .getattr
        .is_none_or(|g| g as usize != crate::types::object::generic_getattr as *const () as usize)
    {
        return;
    }
    let id = h.shape();
    let s = shape(id);
    let epoch = if s.inst != 0 { begin_slot(ty) } else { 0 };
    let version = ty.version();
    if version == 0 {
        return;
    }
    // SAFETY: as the caller promises.
    let remember_slot = |offset: usize| unsafe {
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
            let binds = d.has_shape(fixed::FUNCTION) || d.has_shape(fixed::METHOD_DESCR);
            let kind = if binds && method {
                METHOD
            } else if slots.descr_get.is_none() && !method {
                VALUE
            } else {
                return;
            };
            if let Some(cell) = ty.cells.fill(name, d, || ty.version() == version) {
                // SAFETY: as the caller promises.
                unsafe { set(f, site, pack(id, kind, cell as usize)) }
            }
        }
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
                    unsafe { set(f, site, pack(s.id, SLOT, p)) }
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
                    set(f, site, pack(s.id, SLOT, p))
                } else if shape(before).with(name.word().identity()).is_some_and(|x| x.id == s.id) {
                    set_both(f, site, pack(before, ADD, p), (before as u64) << 32 | s.id as u64)
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
        let id = globals.keys_id();
        if let Some(e) = globals.find_str(t, name) {
            set(f, site, pack(id, GLOBAL, e));
            return;
        }
        let builtins = (*func).builtins_dict();
        let Some(e) = builtins.find_str(t, name) else { return };
        builtins.watch();
        let keys = builtins.keys_id();
        if let Some(v) = builtins.value_at(t, e)
            && let Some(cell) = builtins.cells.fill(name, v, || {
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
