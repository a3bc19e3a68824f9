//! What happens to garbage: weak references, finalizers, a second look, clearing and freeing.

use super::debug;
use super::mark::Analysis;
use super::trial;
use crate::heap;
use crate::object::{Object, ValueExt, shape_of};
use crate::thread::Thread;
use crate::types::code::CodeObject;
use crate::types::list::List;
use crate::types::typeobj::Type;
use crate::types::weakref;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, Ordering::*};
use weft_strategy::header::ONE;
use weft_strategy::{Header, NOBODY, VRef, Value, Word, flag, ops, tally};

/// The outcome of a collection.
pub struct Found {
    /// Objects that could not be reached.
    pub garbage: usize,
    /// Collectable objects left; of a young collection: how many more there are than after the last one.
    pub live: isize,
}

/// Is the object one of those found unreachable in the collection under way?
fn is_condemned(h: &Header) -> bool {
    h.has(flag::MARKED)
}

fn value_of(h: &Header) -> VRef<'_> {
    // SAFETY: the header is that of a live object.
    unsafe { VRef::from_word(Word::counted(h)) }
}

/// A whole collection, of everything or of what was made since the last one.
pub fn collect(t: &mut Thread, young: bool) -> Found {
    if young {
        t.process_pending()
    } else {
        t.drain()
    }

    ops().stop_world(&t.core);
    let (garbage, live) = if young {
        (trial::young(), net_of_threads())
    } else {
        let mut a = Analysis::new(&[], None);
        let garbage = a.unmarked();
        let live = a.objects as isize;
        drop(a);
        heap::walk_touched(|h| h.set_flags_plain(flag::OLD));
        (garbage, live)
    };
    begin_anew();
    if garbage.is_empty() {
        ops().start_world(&t.core);
        return Found { garbage: 0, live };
    }
    // Texts and the like are the collector's if they are TRACED, but no garbage as Python sees it.
    let n = garbage.iter().filter(|h| shape_of(h).collectable).count();
    let traced = garbage.iter().any(|h| h.has(flag::TRACED));
    for h in &garbage {
        h.set_flags_plain(flag::MARKED | flag::OLD);
    }
    take_over(t, &garbage);
    if super::debug_flags() & debug::SAVEALL != 0 {
        ops().start_world(&t.core);
        save_all(t, garbage);
        return Found { garbage: n, live };
    }
    let mut found = Found { garbage: n, live: live - garbage.len() as isize };
    let callbacks = clear_weakrefs(&garbage);
    let finalizers = garbage.iter().any(|h| wants_finalizer(h));
    if callbacks.is_empty() && !finalizers {
        // Nothing can come back to life: no need to look again.
        end(t, &garbage, traced);
        t.process_pending();
        return found;
    }
    ops().start_world(&t.core);

    weakref::call_callbacks(t, callbacks);
    finalize(t, &garbage);

    ops().stop_world(&t.core);
    let (back, dead) = if traced {
        let mut a = Analysis::new(&garbage, Some(is_condemned));
        garbage.into_iter().partition(|h| a.is_marked(h))
    } else {
        trial::second_look(garbage)
    };
    // Weak references that finalizers made.
    let late = clear_weakrefs(&dead);
    take_back(t, &dead);
    for h in &back {
        h.clear_flags_plain(flag::MARKED)
    }
    end(t, &dead, traced);
    found.live += back.len() as isize;
    for h in back {
        release(h)
    }
    weakref::call_callbacks(t, late);
    t.process_pending();
    found
}

fn threads(mut f: impl FnMut(&Thread)) {
    weft_strategy::registry::for_each(|c| {
        let t = c.vm.get() as *const Thread;
        if !t.is_null() {
            // SAFETY: the world is stopped.
            f(unsafe { &*t })
        }
    })
}

/// Collectable objects made less those freed since the last collection. The world is stopped.
fn net_of_threads() -> isize {
    let mut sum = 0;
    threads(|t| sum += t.heap.net.load(Relaxed));
    sum
}

/// What is made from here on is young, and allocations are counted anew. The world is stopped.
fn begin_anew() {
    threads(|t| {
        t.heap.net.store(0, Relaxed);
        t.heap.put_back()
    });
    heap::untouch()
}

/// Ends the stop and clears and frees garbage that nothing but itself can reach. TRACED objects may stand in caches and
/// in lists of subclasses, so the world stands still until they are gone. If there are none, nobody can find any of it
/// once its weak references are cleared (`inspect.rs` looks away), and the world runs meanwhile.
fn end(t: &mut Thread, dead: &[&'static Header], traced: bool) {
    if !traced {
        FREEING.store(true, Relaxed);
        ops().start_world(&t.core)
    }
    clear_all(t, dead, !traced && !ops().gil);
    if traced {
        ops().start_world(&t.core)
    }
    FREEING.store(false, Relaxed)
}

static FREEING: AtomicBool = AtomicBool::new(false);

/// Is garbage being freed while the world runs?
pub fn is_freeing() -> bool {
    FREEING.load(Relaxed)
}

/// In the child of a fork: whoever was freeing is gone.
pub fn after_fork_in_child() {
    FREEING.store(false, Relaxed)
}

/// Objects to clear before somebody who wants to stop the world is let.
const AT_ONCE: usize = 2048;

pub(super) fn wants_finalizer(h: &Header) -> bool {
    !h.has(flag::FINALIZED) && shape_of(h).ty().has_finalizer()
}

/// Makes garbage this thread's own, with one reference more, which the collector holds. What other threads own and
/// garbage leads to is published first, for this thread will give up references to it. TRACED objects stay as they
/// are but for that reference.
fn take_over(t: &Thread, garbage: &[&'static Header]) {
    let me = t.id();
    for h in garbage {
        let owner = h.owner();
        if owner != NOBODY && owner != me {
            publish_for(owner, h)
        }
    }
    for h in garbage {
        if h.has(flag::TRACED) {
            h.shared().fetch_add(ONE, AcqRel);
        } else if h.owner() == me {
            h.set_local(h.local() + 1)
        } else {
            h.make_local(me, h.count() as u32 + 1)
        }
    }
}

/// Makes dead objects that were published since [`take_over`], by a finalizer or by `gc.get_objects`, this thread's
/// own again.
fn take_back(t: &Thread, dead: &[&'static Header]) {
    for h in dead {
        if !h.has(flag::TRACED) && h.owner() != t.id() {
            debug_assert!(h.owner() == NOBODY, "garbage belongs to another thread");
            h.make_local(t.id(), h.count() as u32)
        }
    }
}

/// Publishes an object and what it leads to on behalf of the thread that owns it. The world is stopped.
pub fn publish_for(owner: u16, h: &Header) {
    let mut todo: Vec<*const Header> = Vec::new();
    let take = |h: &Header, todo: &mut Vec<*const Header>| {
        if h.owner() == owner && owner != NOBODY {
            h.make_shared();
            todo.push(h)
        }
    };
    take(h, &mut todo);
    while let Some(h) = todo.pop() {
        // SAFETY: reachable from a live object.
        let h = unsafe { &*h };
        let mut visit = |w: Word| {
            if w.is_heap() {
                // SAFETY: slot words point to live objects.
                take(unsafe { &*w.ptr() }, &mut todo)
            }
        };
        super::traverse(h, &mut visit);
        weakref::companions(h, &mut visit);
    }
}

/// Gives up the collector's reference to an object that lives on.
fn release(h: &Header) {
    // SAFETY: the reference that `take_over` counted.
    drop(unsafe { Value::from_owned(Word::counted(h)) })
}

/// Marks the weak references to garbage dead; those that are not garbage themselves and have callbacks come
/// back, to be called.
fn clear_weakrefs(garbage: &[&'static Header]) -> Vec<Value> {
    let mut callbacks = Vec::new();
    for h in garbage {
        if h.has(flag::WEAKREFS) {
            weakref::clear_for_collector(h, &mut callbacks, |r| {
                if is_condemned(r) {
                    return false;
                }
                let owner = r.owner();
                if owner != NOBODY && owner != weft_strategy::me() {
                    publish_for(owner, r)
                }
                true
            });
            h.clear_flags(flag::WEAKREFS)
        }
    }
    callbacks
}

/// Calls the finalizers, once each.
fn finalize(t: &mut Thread, garbage: &[&'static Header]) {
    for h in garbage {
        if wants_finalizer(h) {
            h.set_flags(flag::FINALIZED);
            if let Some(f) = shape_of(h).ty().slots().finalize {
                // The collector's reference keeps it alive meanwhile.
                f(t, value_of(h));
                debug_assert!(t.raised().is_none(), "a finalizer left an exception");
            }
        }
    }
}

/// `DEBUG_SAVEALL`: garbage goes to `gc.garbage` and lives on.
fn save_all(t: &mut Thread, garbage: Vec<&'static Header>) {
    let list = super::inspect::garbage_list(t);
    for h in garbage {
        h.clear_flags(flag::MARKED);
        if let Some(l) = list.cast::<List>()
            && shape_of(h).collectable
        {
            l.push(t, value_of(h).to_value())
        }
        release(h)
    }
}

/// Empties and frees objects that nothing but themselves can reach. `obliging`: the world may be stopped by others on the
/// way. Not with the GIL: there all threads own the garbage, and might find its weak references to what lives on.
fn clear_all(t: &mut Thread, dead: &[&'static Header], obliging: bool) {
    for h in dead {
        if let Some(ty) = as_type(h) {
            unlink_type(ty)
        }
    }
    for some in dead.chunks(AT_ONCE) {
        for h in some {
            t.clear_object(h)
        }
        if obliging {
            ops().safepoint(&t.core)
        }
    }
    for some in dead.chunks(AT_ONCE) {
        for h in some {
            h.clear_flags_plain(flag::MARKED);
            free(t, h)
        }
        if obliging {
            ops().safepoint(&t.core)
        }
    }
}

/// Frees a cleared object whose last reference is the collector's.
fn free(t: &mut Thread, h: &'static Header) {
    if h.has(flag::TRACED) {
        h.shared().fetch_sub(ONE, AcqRel);
        if h.count() > 0 {
            // Held after all: better kept than freed under somebody's feet.
            debug_assert!(
                false,
                "a traced object is freed while it is held: {}, {} counted, {} tallied",
                shape_of(h).layout.name,
                h.plain_count(),
                tally::total(h)
            );
            return;
        }
        tally::free_number(h);
    } else {
        h.set_local(h.local() - 1);
        if h.local() != 0 || h.owner() != t.id() {
            debug_assert!(false, "garbage is freed while it is held");
            return;
        }
    }
    if std::ptr::eq(shape_of(h).layout, <CodeObject as Object>::layout()) {
        // SAFETY: the layout says what it is; nobody can reach it any more.
        unsafe { CodeObject::drop_boxes(NonNull::from(h).cast()) }
    }
    // SAFETY: dead, its references given up.
    unsafe { t.heap.free(NonNull::from(h)) }
}

fn as_type(h: &'static Header) -> Option<&'static Type> {
    if std::ptr::eq(shape_of(h).layout, <Type as Object>::layout()) {
        // SAFETY: the layout says so.
        Some(unsafe { &*(h as *const Header).cast::<Type>() })
    } else {
        None
    }
}

/// Takes a dying type out of what knows it by address.
fn unlink_type(ty: &'static Type) {
    ty.cells.clear();
    if let Some(bases) = ty.bases.get(ty).and_then(crate::types::tuple::tuple) {
        for b in bases.iter() {
            if let Some(b) = crate::types::typeobj::as_type(b) {
                b.subclasses.lock().retain(|s| !std::ptr::eq(*s, ty))
            }
        }
    }
    // A base that is a direct base by `__base__` only (its tuple was replaced).
    if let Some(b) = ty.base() {
        b.subclasses.lock().retain(|s| !std::ptr::eq(*s, ty))
    }
    *ty.subclasses.lock() = Vec::new()
}
