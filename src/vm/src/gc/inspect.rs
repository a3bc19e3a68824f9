//! What the `gc` module asks of the heap. Objects of other threads that come out here are published.

use super::sweep::publish_for;
use crate::dict::Dict;
use crate::heap;
use crate::object::{ValueExt, header_of, shape_of, type_flag};
use crate::start::modules::{registry_get, registry_set};
use crate::thread::Thread;
use crate::types::list::List;
use weft_strategy::{Header, NOBODY, VRef, Value, Word, flag, ops};

/// `gc.is_tracked(v)`
pub fn is_tracked(v: VRef<'_>) -> bool {
    match v.header() {
        Some(h) => {
            // The empty tuple can lead nowhere.
            shape_of(h).collectable && crate::types::tuple::tuple(v).is_none_or(|t| !t.is_empty())
        }
        None => false,
    }
}

/// An owned reference to an object of any thread, published if it is another's. The world is stopped.
fn give_out(t: &Thread, h: &'static Header) -> Value {
    let owner = h.owner();
    if owner != NOBODY && owner != t.id() {
        publish_for(owner, h)
    }
    // SAFETY: the header is that of a live object.
    unsafe { VRef::from_word(Word::counted(h)) }.to_value()
}

/// Is the object alive as Python sees it: its death not noted, and no garbage that is being collected?
fn is_alive(h: &Header) -> bool {
    !h.has(flag::MARKED) && (h.has(flag::IMMORTAL | flag::TRACED) || h.count() > 0)
}

/// All objects that `choose` takes. It is called in a stop.
fn select(t: &mut Thread, mut choose: impl FnMut(&'static Header) -> bool) -> Vec<Value> {
    t.process_pending();
    ops().stop_world(&t.core);
    let mut found = Vec::new();
    heap::walk(|h| {
        if shape_of(h).collectable && is_alive(h) && choose(h) {
            found.push(h)
        }
    });
    let found = found.into_iter().map(|h| give_out(t, h)).collect();
    ops().start_world(&t.core);
    found
}

/// References to those of the objects that `find` gives that are alive. It is called in a stop.
pub fn pick(t: &mut Thread, find: impl FnOnce() -> Vec<&'static Header>) -> Vec<Value> {
    t.process_pending();
    ops().stop_world(&t.core);
    let found = find().into_iter().filter(|h| is_alive(h)).map(|h| give_out(t, h)).collect();
    ops().start_world(&t.core);
    found
}

/// `gc.get_objects()`; of the old ones, or the young, only, if that is given.
pub fn get_objects(t: &mut Thread, old: Option<bool>) -> Value {
    let all = select(t, |h| !h.has(flag::FROZEN) && old.is_none_or(|old| h.has(flag::OLD) == old));
    List::new(t, all)
}

/// `gc.get_referrers(*objs)`
pub fn get_referrers(t: &mut Thread, objs: &[VRef<'_>]) -> Value {
    let wanted: Vec<u64> = objs.iter().filter(|v| v.word().is_heap()).map(|v| v.word().identity()).collect();
    let found = select(t, |h| {
        let mut refers = wanted.contains(&(header_of(shape_of(h).ty()) as *const Header as u64))
            && shape_of(h).ty().has(type_flag::HEAP);
        super::traverse(h, &mut |w| refers |= w.is_heap() && wanted.contains(&w.identity()));
        refers
    });
    List::new(t, found)
}

/// `gc.get_referents(*objs)`
pub fn get_referents(t: &mut Thread, objs: &[VRef<'_>]) -> Value {
    let mut found = Vec::new();
    for v in objs {
        let Some(h) = v.header() else { continue };
        if !shape_of(h).collectable {
            continue;
        }
        super::traverse(h, &mut |w| {
            if !w.is_unbound() {
                // SAFETY: a slot's word, loaded since the last safepoint.
                found.push(unsafe { VRef::from_word(w) }.to_value())
            }
        });
        if shape_of(h).ty().has(type_flag::HEAP) {
            found.push(shape_of(h).ty().to_value())
        }
    }
    List::new(t, found)
}

/// `gc.freeze()`, `gc.unfreeze()`
pub fn set_frozen(t: &mut Thread, frozen: bool) {
    ops().stop_world(&t.core);
    heap::walk(|h| {
        if shape_of(h).collectable {
            if frozen {
                h.set_flags(flag::FROZEN);
            } else {
                h.clear_flags(flag::FROZEN)
            }
        }
    });
    ops().start_world(&t.core)
}

/// `gc.get_freeze_count()`
pub fn frozen_count(t: &mut Thread) -> usize {
    ops().stop_world(&t.core);
    let mut n = 0;
    heap::walk(|h| n += h.has(flag::FROZEN) as usize);
    ops().start_world(&t.core);
    n
}

/// `gc.garbage`
pub fn garbage_list(t: &Thread) -> Value {
    process_list(t, "gc.garbage")
}

/// `gc.callbacks`
pub fn callback_list(t: &Thread) -> Value {
    process_list(t, "gc.callbacks")
}

fn process_list(t: &Thread, name: &str) -> Value {
    if let Some(l) = registry_get(t, name) {
        return l;
    }
    let l = List::new(t, Vec::new());
    registry_set(t, name, l.clone());
    l
}

/// Does `gc.callbacks` hold anything?
pub fn has_callbacks(t: &Thread) -> bool {
    registry_get(t, "gc.callbacks").is_some_and(|l| l.cast::<List>().is_some_and(|l| !l.is_empty()))
}

/// Calls `gc.callbacks` with `phase` and what is known.
pub fn call_callbacks(t: &mut Thread, phase: &str, generation: usize, collected: usize) {
    let Some(list) = registry_get(t, "gc.callbacks") else { return };
    let Some(l) = list.cast::<List>().filter(|l| !l.is_empty()) else { return };
    let info = Dict::new(t);
    if let Some(d) = info.cast::<Dict>() {
        for (k, v) in [("generation", generation), ("collected", collected), ("uncollectable", 0)] {
            let v = t.int_usize(v);
            t.dict_set(d, k, v)
        }
    }
    let phase = t.str(phase);
    for f in l.snapshot(t) {
        if t.call(f.r(), &[phase.r(), info.r()]).is_err() {
            crate::errors::write_unraisable(t, "Exception ignored while calling GC callback", f.r())
        }
    }
}
