//! What one thread may see of the others: their running frames and the exceptions they handle.
//!
//! A running frame belongs to its thread. So the world is stopped, and what leaves it is published on behalf of
//! its owner first; after the stop the objects are SHARED like any others.

use super::unwind;
use crate::object::{ValueExt, header_of, shape_of};
use crate::thread::{Frame, FrameFlags, Thread};
use crate::types::frame::FrameObject;
use weft_strategy::{Header, ThreadCore, VRef, Value, Word, ops, registry};

/// Publishes an object for the thread that owns it; the world is stopped.
fn publish_for(core: &ThreadCore, h: &Header) {
    if h.owner() == core.id() {
        ops().publish(core, h)
    }
}

fn publish_value_for(core: &ThreadCore, v: VRef<'_>) {
    if let Some(h) = v.header() {
        publish_for(core, h)
    }
}

/// Runs `f` for every Python thread while no other runs.
fn each_thread(t: &mut Thread, mut f: impl FnMut(&Thread, &ThreadCore, &Thread)) {
    t.process_pending();
    ops().stop_world(&t.core);
    {
        let t: &Thread = t;
        registry::for_each(|c| {
            let other = c.vm.get() as *const Thread;
            if !other.is_null() {
                // SAFETY: the world is stopped, and a thread leaves the registry before it is freed.
                f(t, c, unsafe { &*other })
            }
        });
    }
    ops().start_world(&t.core);
}

/// What `choose` takes of the threads' own objects, of any thread.
pub fn of_locals(
    t: &mut Thread,
    mut choose: impl for<'a> FnMut(&'a crate::thread::Locals) -> Option<VRef<'a>>,
) -> Vec<Value> {
    let mut found = Vec::new();
    each_thread(t, |_, core, other| {
        if let Some(v) = choose(&other.locals) {
            publish_value_for(core, v);
            found.push(v.to_value())
        }
    });
    found
}

/// The top frame of every thread that has one, with the thread's identifier. (`sys._current_frames`)
pub fn current_frames(t: &mut Thread) -> Vec<(u64, Value)> {
    let mut found = Vec::new();
    each_thread(t, |t, core, other| {
        let f = other.frame.get();
        if f.is_null() {
            return;
        }
        let mine = std::ptr::eq(t, other);
        // SAFETY: the frames are active and their thread stands still.
        let v = unsafe {
            if mine {
                unwind::frame_object(t, f)
            } else {
                let v = shared_frame(t, core, f);
                link_callers(t, core, other, f, v.clone());
                v
            }
        };
        found.push((other.ident, v))
    });
    found
}

/// The frame object of a frame of another thread.
///
/// # Safety
/// The frame is active and its thread stands still.
unsafe fn shared_frame(t: &Thread, core: &ThreadCore, f: *mut Frame) -> Value {
    // SAFETY: as the caller promises.
    let v = unsafe {
        publish_for(core, header_of(&*(*f).func));
        publish_for(core, header_of(&*(*f).code));
        for v in [&(*f).locals, &(*f).object, &(*f).extra].into_iter().flatten() {
            publish_value_for(core, v.r())
        }
        unwind::frame_object(t, f)
    };
    if let Some(h) = v.r().header() {
        publish_for(&t.core, h)
    }
    v
}

/// Tells the frame objects of another thread who called them, for nobody can look later. A generator's frame is called
/// by another one each time: there the chain ends.
///
/// # Safety
/// `f` is the thread's top frame, and it stands still.
unsafe fn link_callers(t: &Thread, core: &ThreadCore, other: &Thread, f: *mut Frame, top: Value) {
    let (mut f, mut v) = (f, top);
    // SAFETY: as the caller promises; frames below an active one are active.
    unsafe {
        while f > other.first_frame() && (*f).flags & FrameFlags::GENERATOR == 0 {
            let Some(fo) = v.cast::<FrameObject>() else { return };
            f = f.sub(1);
            let below = shared_frame(t, core, f);
            if fo.back.is_empty() {
                fo.back.set(&fo.h, below.clone())
            }
            v = below
        }
    }
}

/// The exception each thread is handling, `None` if none. (`sys._current_exceptions`)
pub fn current_exceptions(t: &mut Thread) -> Vec<(u64, Value)> {
    let mut found = Vec::new();
    each_thread(t, |_, core, other| {
        if other.frame.get().is_null() {
            return;
        }
        let v = match &other.handled {
            Some(e) => {
                publish_value_for(core, e.r());
                e.clone()
            }
            None => Value::NONE,
        };
        found.push((other.ident, v))
    });
    found
}

/// Sets the recursion limit of every thread, and of those to come.
pub fn set_recursion_limit(t: &mut Thread, n: u32) {
    crate::thread::set_default_recursion_limit(n);
    each_thread(t, |_, _, other| other.set_recursion_limit(n))
}

/// References that are known to an object: what the owner counts and what others do. `None` for immediates and
/// for what nobody counts.
pub fn reference_count(w: Word) -> Option<u64> {
    if !w.is_heap() {
        return None;
    }
    // SAFETY: the caller holds the object.
    let h = unsafe { &*w.ptr() };
    if h.has(weft_strategy::flag::IMMORTAL | weft_strategy::flag::TRACED) {
        return None;
    }
    Some(h.count())
}

/// Bytes an object's cell takes: native part and instance part.
pub fn cell_size(v: VRef<'_>) -> usize {
    match v.header() {
        Some(h) => shape_of(h).native_size(h) + shape_of(h).inst_size(),
        None => 0,
    }
}

/// Every thread looks again whether anything is traced.
pub fn refresh_tracing(t: &mut Thread) {
    t.process_pending();
    ops().stop_world(&t.core);
    registry::for_each(|c| {
        let other = c.vm.get() as *mut Thread;
        if !other.is_null() {
            // SAFETY: the world is stopped.
            super::trace::refresh(unsafe { &mut *other })
        }
    });
    ops().start_world(&t.core)
}

/// Gives every thread `v` in the place that `put` names; what was there is given up afterwards.
pub fn each_thread_locals(
    t: &mut Thread,
    v: Option<Value>,
    put: fn(&mut crate::thread::Locals, Option<Value>) -> Option<Value>,
) {
    if let Some(v) = &v {
        weft_strategy::publish(v.r())
    }
    t.process_pending();
    ops().stop_world(&t.core);
    let mut old = Vec::new();
    registry::for_each(|c| {
        let other = c.vm.get() as *mut Thread;
        if !other.is_null() {
            // SAFETY: the world is stopped; no reference to a thread's locals outlives the call that made it.
            let was = put(unsafe { &mut (*other).locals }, v.clone());
            // SAFETY: as above.
            super::trace::refresh(unsafe { &mut *other });
            if let Some(w) = &was {
                publish_value_for(c, w.r())
            }
            old.push(was)
        }
    });
    ops().start_world(&t.core);
    drop(old)
}
