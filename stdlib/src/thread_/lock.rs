//! `_thread.lock`: a word that is free, taken, or taken and waited for.

use crate::clock::{Round, deadline, nanoseconds};
use std::sync::atomic::{AtomicU32, Ordering::*};
use std::time::{Duration, Instant};
use weft_vm::object::{Args, CallArgs, NativeType, Slots, Type, TypeSpec, ValueExt, type_flag};
use weft_vm::thread::park;
use weft_vm::{Res, Thread, VRef, Value, methods};
use weft_strategy::Header;
use weft_strategy::patience::Patience;
use weft_strategy::waits::{self, Kind};

const FREE: u32 = 0;
const TAKEN: u32 = 1;
const WAITED_FOR: u32 = 2;
/// How long a thread looks at a taken lock before it sleeps, when other threads can run meanwhile.
const PATIENCE: Duration = Duration::from_micros(40);

/// The state of a lock, also used by `RLock`.
pub struct Word(AtomicU32);

impl Word {
    /// Free.
    pub const fn new() -> Word {
        Word(AtomicU32::new(FREE))
    }

    /// Takes the lock if it is free.
    #[inline]
    pub fn try_take(&self) -> bool {
        self.0.compare_exchange(FREE, TAKEN, Acquire, Relaxed).is_ok()
    }

    /// Takes the lock, waiting as long as `timeout` allows; `object` is whose it is, for the statistics. Errors: those
    /// of signal handlers.
    pub fn take(&self, t: &mut Thread, object: &Header, timeout: Timeout) -> Res<bool> {
        if self.try_take() {
            return Ok(true);
        }
        let until = match timeout {
            Timeout::Now => return Ok(false),
            Timeout::After(ns) => deadline(ns),
            Timeout::Never => None,
        };
        if !weft_strategy::ops().gil {
            let mut patience = Patience::new(PATIENCE);
            while patience.wait(true) {
                if self.0.load(Relaxed) == FREE && self.try_take() {
                    return Ok(true);
                }
            }
        }
        let waiting = waits::begin(Kind::Lock, Some(object));
        let r = self.sleep(t, until);
        waiting.end();
        r
    }

    fn sleep(&self, t: &mut Thread, until: Option<Instant>) -> Res<bool> {
        // Taken as WAITED_FOR: others may wait besides us, so whoever releases it must look.
        while self.0.swap(WAITED_FOR, Acquire) != FREE {
            if !t.park(&self.0, WAITED_FOR, until)? {
                return Ok(self.0.swap(WAITED_FOR, Acquire) == FREE);
            }
        }
        Ok(true)
    }

    /// Takes the lock however long it takes; signal handlers wait until it is taken.
    pub fn take_uninterrupted(&self, t: &mut Thread, object: &Header) {
        if self.try_take() {
            return;
        }
        let waiting = waits::begin(Kind::Lock, Some(object));
        while self.0.swap(WAITED_FOR, Acquire) != FREE {
            t.park_uninterrupted(&self.0, WAITED_FOR, None);
        }
        waiting.end()
    }

    /// Gives the lock back. False: it was free.
    pub fn give(&self) -> bool {
        match self.0.swap(FREE, Release) {
            FREE => false,
            TAKEN => true,
            _ => {
                park::wake(&self.0, 1);
                true
            }
        }
    }

    /// Is it taken?
    pub fn is_taken(&self) -> bool {
        self.0.load(Relaxed) != FREE
    }

    /// Free again, whoever held it (in the child of a fork).
    pub fn reset(&self) {
        self.0.store(FREE, Release)
    }
}

/// How long to wait.
#[derive(Clone, Copy)]
pub enum Timeout {
    /// Not at all.
    Now,
    /// At most so many nanoseconds.
    After(i64),
    /// As long as it takes.
    Never,
}

/// Longest timeout in seconds: what fits nanoseconds of 63 bits, in whole seconds.
pub const TIMEOUT_MAX: f64 = 9_223_372_036.0;

/// The arguments `blocking=True, timeout=-1`.
pub fn timeout(t: &mut Thread, blocking: Option<VRef<'_>>, timeout: Option<VRef<'_>>) -> Res<Timeout> {
    let blocking = match blocking {
        Some(b) => t.truth(b)?,
        None => true,
    };
    let ns = match timeout {
        Some(v) => nanoseconds(t, v, Round::Timeout)?,
        None => -1_000_000_000,
    };
    let unset = ns == -1_000_000_000;
    if !blocking && !unset {
        return Err(t.value_error("can't specify a timeout for a non-blocking call"));
    }
    if ns < 0 && !unset {
        return Err(t.value_error("timeout value must be a non-negative number"));
    }
    Ok(if !blocking {
        Timeout::Now
    } else if unset {
        Timeout::Never
    } else if ns == 0 {
        Timeout::Now
    } else {
        Timeout::After(ns)
    })
}

/// A lock object.
#[repr(C)]
pub struct Lock {
    h: Header,
    word: Word,
}

weft_vm::object!(Lock, "lock", false, []);

/// `_thread.lock`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "_thread.lock",
    doc: "A lock object is a synchronization primitive.  To create a lock,\ncall threading.Lock().",
    flags: type_flag::IMMUTABLE | type_flag::WEAKREFS,
    slots: Slots { new: Some(new), repr: Some(repr), ..Slots::EMPTY },
    methods: methods! {
        "acquire(self, /, blocking=True, timeout=-1)" => acquire, "Take the lock, waiting for it if asked to; tells whether it was taken.";
        "acquire_lock(self, /, blocking=True, timeout=-1)" => acquire, "An obsolete synonym of acquire().";
        "release(self, /)" => release, "Give the lock back, so that another thread that waits for it may take it.";
        "release_lock(self, /)" => release, "An obsolete synonym of release().";
        "locked(self, /)" => locked, "Tell whether the lock is taken.";
        "locked_lock(self, /)" => locked, "An obsolete synonym of locked().";
        "__enter__(self, /)" => enter, "Take the lock.";
        "__exit__(self, /, *exc_info)" => exit, "Give the lock back.";
        "_at_fork_reinit(self, /)" => reinit;
    },
    ..TypeSpec::new::<Lock>()
};

fn new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    crate::forward::no_arguments(t, "lock", args)?;
    Ok(t.make(cls.shape(), Lock { h: Header::new(0, 0), word: Word::new() }))
}

/// `_thread.allocate_lock()`
pub fn allocate(t: &mut Thread, _a: Args<'_>) -> Res {
    let shape = TYPE.shape(t);
    Ok(t.make(shape, Lock { h: Header::new(0, 0), word: Word::new() }))
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let taken = v.cast::<Lock>().is_some_and(|l| l.word.is_taken());
    let (state, name) = (if taken { "locked" } else { "unlocked" }, v.ty().name());
    Ok(t.str(&format!("<{state} _thread.{name} object at {:#x}>", v.word().identity())))
}

fn acquire(t: &mut Thread, a: Args<'_>) -> Res {
    let timeout = timeout(t, a.opt(1), a.opt(2))?;
    let l = a.this::<Lock>();
    Ok(Value::bool(l.word.take(t, &l.h, timeout)?))
}

fn enter(t: &mut Thread, a: Args<'_>) -> Res {
    let l = a.this::<Lock>();
    Ok(Value::bool(l.word.take(t, &l.h, Timeout::Never)?))
}

fn release(t: &mut Thread, a: Args<'_>) -> Res {
    if !a.this::<Lock>().word.give() {
        return Err(t.runtime_error("release unlocked lock"));
    }
    Ok(Value::NONE)
}

fn exit(t: &mut Thread, a: Args<'_>) -> Res {
    release(t, a)
}

fn locked(_t: &mut Thread, a: Args<'_>) -> Res {
    Ok(Value::bool(a.this::<Lock>().word.is_taken()))
}

fn reinit(_t: &mut Thread, a: Args<'_>) -> Res {
    a.this::<Lock>().word.reset();
    Ok(Value::NONE)
}
