//! `_queue`: an unbounded first-in, first-out queue that never runs Python code while it is locked, so that
//! `put` may be called from finalizers and signal handlers.

use crate::clock::{Round, deadline, nanoseconds};
use crate::forward::no_arguments;
use std::cell::UnsafeCell;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering::*};
use std::time::Duration;
use weft_strategy::lock::lock;
use weft_strategy::patience::Patience;
use weft_strategy::waits::{self, Kind};
use weft_strategy::{Header, Slot};
use weft_vm::object::{
    Args, CallArgs, ModuleSpec, NativeType, Object, Slots, Type, TypeSpec, ValueExt, Visitor, type_flag,
};
use weft_vm::start::modules::{registry_get, registry_set};
use weft_vm::thread::park;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Raised, Res, Thread, VRef, Value, methods};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_queue",
    doc: "C implementation of the Python queue module.\nThis module is an implementation detail, please do not use it directly.",
    functions: &[],
    init: Some(init),
};

fn init(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    t.module_add_type(m, &TYPE);
    // `Empty` is a class of its own kind: `queue.Empty` is this one. A second import of the module gives the same, for
    // it is what queues raise.
    if let Some(empty) = registry_get(t, EMPTY) {
        t.module_set(m, "Empty", empty);
        return Ok(());
    }
    let base = weft_vm::errors::EXCEPTION.get(t).to_value();
    let bases = Tuple::new(t, vec![base]);
    let name = t.str("Empty");
    let d = weft_vm::dict::Dict::new(t);
    if let Some(d) = d.cast::<weft_vm::dict::Dict>() {
        let module = t.str("_queue");
        t.dict_set(d, "__module__", module);
        let doc = t.str("Exception raised by Queue.get(block=0)/get_nowait().");
        t.dict_set(d, "__doc__", doc)
    }
    let meta = weft_vm::types::heaptype::TYPE.get(t).to_value();
    let empty = t.call(meta.r(), &[name.r(), bases.r(), d.r()])?;
    registry_set(t, EMPTY, empty.clone());
    t.module_set(m, "Empty", empty);
    Ok(())
}

/// How long `get` looks at an empty queue before it sleeps, when other threads can run meanwhile.
const PATIENCE: Duration = Duration::from_micros(30);

/// Where `Empty` is registered.
const EMPTY: &str = "queue.Empty";

/// A queue.
#[repr(C)]
pub struct SimpleQueue {
    h: Header,
    /// Counts puts; what waiting threads sleep on.
    puts: AtomicU32,
    /// Threads that sleep.
    waiting: AtomicU32,
    /// Touched under the object's lock only.
    items: UnsafeCell<VecDeque<Slot>>,
}

// SAFETY: repr(C), header first; the items are visited. Traversal happens in a stop or by the owner, when nobody
// holds the lock.
unsafe impl Object for SimpleQueue {
    weft_vm::layout!(SimpleQueue, "SimpleQueue", true);
    fn traverse(&self, v: Visitor) {
        // SAFETY: as above.
        for s in unsafe { &*self.items.get() } {
            v(s.word())
        }
    }
    fn clear(&self) {
        // SAFETY: dead or garbage.
        for s in std::mem::take(unsafe { &mut *self.items.get() }) {
            s.clear_dead()
        }
    }
}

/// `_queue.SimpleQueue`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "_queue.SimpleQueue",
    doc: "Simple, unbounded, reentrant FIFO queue.",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::WEAKREFS,
    slots: Slots { new: Some(new), ..Slots::EMPTY },
    methods: methods! {
        "put(self, /, item, block=True, timeout=None)" => put, "Put the item on the queue; never blocks.";
        "put_nowait(self, /, item)" => put, "Put an item into the queue without blocking.";
        "get(self, /, block=True, timeout=None)" => get, "Remove and return an item from the queue, waiting for one if asked to.";
        "get_nowait(self, /)" => get_nowait, "Remove and return an item from the queue without blocking.";
        "empty(self, /)" => empty, "Return True if the queue is empty, False otherwise (not reliable!).";
        "qsize(self, /)" => qsize, "Return the approximate size of the queue (not reliable!).";
        class "__class_getitem__(cls, object, /)" => class_getitem, "See PEP 585";
    },
    ..TypeSpec::new::<SimpleQueue>()
};

fn new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    if std::ptr::eq(cls, TYPE.get(t)) {
        no_arguments(t, "SimpleQueue", args)?
    }
    let q = SimpleQueue {
        h: Header::new(0, 0),
        puts: AtomicU32::new(0),
        waiting: AtomicU32::new(0),
        items: UnsafeCell::new(VecDeque::new()),
    };
    Ok(t.make(cls.shape(), q))
}

fn class_getitem(t: &mut Thread, a: Args<'_>) -> Res {
    weft_vm::types::genericalias::new(t, a.get(0), a.get(1))
}

impl SimpleQueue {
    fn push(&self, t: &Thread, v: Value) {
        // Published before the lock is taken.
        if self.h.owner() != weft_strategy::me() {
            weft_strategy::publish(v.r())
        }
        {
            let _g = lock(t, &self.h);
            // SAFETY: the lock is held.
            unsafe { &mut *self.items.get() }.push_back(Slot::new(v));
        }
        self.puts.fetch_add(1, SeqCst);
        if self.waiting.load(SeqCst) > 0 {
            park::wake(&self.puts, 1)
        }
    }

    fn pop(&self, t: &Thread) -> Option<Value> {
        let slot = {
            let _g = lock(t, &self.h);
            // SAFETY: the lock is held.
            unsafe { &mut *self.items.get() }.pop_front()
        }?;
        slot.take(&self.h)
    }

    fn len(&self, t: &Thread) -> usize {
        let _g = lock(t, &self.h);
        // SAFETY: the lock is held.
        unsafe { &*self.items.get() }.len()
    }
}

fn put(t: &mut Thread, a: Args<'_>) -> Res {
    a.this::<SimpleQueue>().push(t, a.get(1).to_value());
    Ok(Value::NONE)
}

fn empty_error(t: &mut Thread) -> Raised {
    match registry_get(t, EMPTY) {
        Some(class) => weft_vm::errors::raise_class_or_instance(t, class),
        None => t.runtime_error("_queue.Empty is gone"),
    }
}

fn get(t: &mut Thread, a: Args<'_>) -> Res {
    let block = match a.opt(1) {
        Some(b) => t.truth(b)?,
        None => true,
    };
    let until = match a.opt_none(2) {
        Some(v) if block => {
            let ns = nanoseconds(t, v, Round::Timeout)?;
            if ns < 0 {
                return Err(t.value_error("'timeout' must be a non-negative number"));
            }
            deadline(ns)
        }
        _ => None,
    };
    let q = a.this::<SimpleQueue>();
    let mut patience = None;
    loop {
        let seen = q.puts.load(SeqCst);
        if let Some(v) = q.pop(t) {
            return Ok(v);
        }
        if !block {
            return Err(empty_error(t));
        }
        // Whoever fills the queue may be about to. Sleeping and being woken cost more than some items do.
        if !weft_strategy::ops().gil && patience.get_or_insert_with(|| Patience::new(PATIENCE)).wait(true) {
            continue;
        }
        q.waiting.fetch_add(1, SeqCst);
        let waiting = waits::begin(Kind::Queue, Some(&q.h));
        let r = t.park(&q.puts, seen, until);
        waiting.end();
        q.waiting.fetch_sub(1, SeqCst);
        patience = None;
        if !r? {
            return q.pop(t).ok_or(()).map_err(|()| empty_error(t));
        }
    }
}

fn get_nowait(t: &mut Thread, a: Args<'_>) -> Res {
    match a.this::<SimpleQueue>().pop(t) {
        Some(v) => Ok(v),
        None => Err(empty_error(t)),
    }
}

fn empty(t: &mut Thread, a: Args<'_>) -> Res {
    Ok(Value::bool(a.this::<SimpleQueue>().len(t) == 0))
}

fn qsize(t: &mut Thread, a: Args<'_>) -> Res {
    let n = a.this::<SimpleQueue>().len(t);
    Ok(t.int_usize(n))
}
