//! `_thread.RLock`: a lock that its owner may take again.

use super::lock::{Timeout, Word, timeout};
use std::sync::atomic::{AtomicU64, Ordering::*};
use weft_vm::object::{Args, CallArgs, NativeType, Slots, Type, TypeSpec, ValueExt, type_flag};
use weft_vm::types::tuple::{Tuple, tuple};
use weft_vm::{Raised, Res, Thread, VRef, Value, methods};
use weft_strategy::Header;

/// A reentrant lock object.
#[repr(C)]
pub struct RLock {
    h: Header,
    word: Word,
    /// `get_ident()` of the owner; 0: free. Only the owner changes it from and to its own number.
    owner: AtomicU64,
    /// How often the owner has taken it. Owner only.
    count: AtomicU64,
}

weft_vm::object!(RLock, "RLock", false, []);

/// `_thread.RLock`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "_thread.RLock",
    flags: type_flag::BASETYPE | type_flag::WEAKREFS,
    slots: Slots { new: Some(new), repr: Some(repr), ..Slots::EMPTY },
    methods: methods! {
        "acquire(self, /, blocking=True, timeout=-1)" => acquire, "Take the lock, or take it once more if this thread has it already.";
        "release(self, /)" => release, "Give the lock back once; at the last time another thread may take it.";
        "locked(self, /)" => locked, "Tell whether any thread has the lock.";
        "__enter__(self, /)" => enter, "Take the lock.";
        "__exit__(self, /, *exc_info)" => exit, "Give the lock back.";
        "_is_owned(self, /)" => is_owned, "For internal use by threading.Condition.";
        "_recursion_count(self, /)" => recursion_count, "For internal use by the reentrancy checks of tests.";
        "_release_save(self, /)" => release_save, "For internal use by threading.Condition.";
        "_acquire_restore(self, state, /)" => acquire_restore, "For internal use by threading.Condition.";
        "_at_fork_reinit(self, /)" => reinit;
    },
    ..TypeSpec::new::<RLock>()
};

fn new(t: &mut Thread, cls: &Type, _args: CallArgs<'_>) -> Res {
    Ok(t.make(
        cls.shape(),
        RLock {
            h: Header::new(0, 0),
            word: Word::new(),
            owner: AtomicU64::new(0),
            count: AtomicU64::new(0),
        },
    ))
}

impl RLock {
    fn is_mine(&self, t: &Thread) -> bool {
        self.owner.load(Relaxed) == t.ident
    }

    fn take(&self, t: &mut Thread, timeout: Timeout) -> Res<bool> {
        if self.is_mine(t) {
            self.count.fetch_add(1, Relaxed);
            return Ok(true);
        }
        if !self.word.take(t, &self.h, timeout)? {
            return Ok(false);
        }
        self.owner.store(t.ident, Relaxed);
        self.count.store(1, Relaxed);
        Ok(true)
    }

    /// Gives up `n` of the owner's claims; frees the lock if none is left.
    fn give(&self, t: &mut Thread, n: u64) -> Result<(), Raised> {
        if !self.is_mine(t) {
            return Err(t.runtime_error("cannot release un-acquired lock"));
        }
        let left = self.count.load(Relaxed).saturating_sub(n);
        self.count.store(left, Relaxed);
        if left == 0 {
            self.owner.store(0, Relaxed);
            self.word.give();
        }
        Ok(())
    }
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let Some(l) = v.cast::<RLock>() else { return Ok(t.str("<RLock>")) };
    let (owner, count) = (l.owner.load(Relaxed), l.count.load(Relaxed));
    let state = if owner != 0 { "locked" } else { "unlocked" };
    let name = t.type_full_name(v.ty());
    let at = v.word().identity();
    Ok(t.str(&format!("<{state} {name} object owner={owner} count={count} at {at:#x}>")))
}

fn acquire(t: &mut Thread, a: Args<'_>) -> Res {
    let timeout = timeout(t, a.opt(1), a.opt(2))?;
    Ok(Value::bool(a.this::<RLock>().take(t, timeout)?))
}

fn enter(t: &mut Thread, a: Args<'_>) -> Res {
    Ok(Value::bool(a.this::<RLock>().take(t, Timeout::Never)?))
}

fn release(t: &mut Thread, a: Args<'_>) -> Res {
    a.this::<RLock>().give(t, 1)?;
    Ok(Value::NONE)
}

fn exit(t: &mut Thread, a: Args<'_>) -> Res {
    release(t, a)
}

fn locked(_t: &mut Thread, a: Args<'_>) -> Res {
    Ok(Value::bool(a.this::<RLock>().word.is_taken()))
}

fn is_owned(t: &mut Thread, a: Args<'_>) -> Res {
    Ok(Value::bool(a.this::<RLock>().is_mine(t)))
}

fn recursion_count(t: &mut Thread, a: Args<'_>) -> Res {
    let l = a.this::<RLock>();
    let n = if l.is_mine(t) { l.count.load(Relaxed) } else { 0 };
    Ok(t.int(n as i64))
}

fn release_save(t: &mut Thread, a: Args<'_>) -> Res {
    let l = a.this::<RLock>();
    let (count, owner) = (l.count.load(Relaxed), l.owner.load(Relaxed));
    l.give(t, u64::MAX)?;
    Ok(Tuple::new(t, vec![t.int(count as i64), t.int_usize(owner as usize)]))
}

fn acquire_restore(t: &mut Thread, a: Args<'_>) -> Res {
    let state = a.get(1);
    let Some(s) = tuple(state).filter(|s| s.len() == 2) else {
        return Err(t.type_error("_acquire_restore() argument 1 must be 2-item tuple"));
    };
    let (count, owner) = (s.get(0).to_value(), s.get(1).to_value());
    let (count, owner) = (t.arg_i64(count.r())?, t.arg_i64(owner.r())?);
    let l = a.this::<RLock>();
    l.word.take_uninterrupted(t, &l.h);
    l.owner.store(owner as u64, Relaxed);
    l.count.store(count.max(1) as u64, Relaxed);
    Ok(Value::NONE)
}

fn reinit(_t: &mut Thread, a: Args<'_>) -> Res {
    let l = a.this::<RLock>();
    l.word.reset();
    l.owner.store(0, Relaxed);
    l.count.store(0, Relaxed);
    Ok(Value::NONE)
}
