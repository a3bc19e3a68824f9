//! `tee`: several iterators over one. What has been read is kept in a chain of blocks; each tee holds the block it
//! is in, so blocks that all have left are freed.

use crate::support::{itself, native};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use weft_strategy::Header;
use weft_vm::object::{Args, NativeType, Object, Slots, TypeSpec, ValueExt, Visitor, type_flag};
use weft_vm::types::list::List;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Raised, Res, Slot, Thread, VRef, Value, methods, object};

/// The types of this file.
pub static TYPES: &[&NativeType] = &[&TEE, &BLOCK];

/// Items in a block.
const BLOCK_SIZE: usize = 57;

/// Items read from the source, in order, and the block after them.
#[repr(C)]
struct Block {
    h: Header,
    it: Slot,
    next: Slot,
    len: AtomicUsize,
    /// Somebody reads from the source.
    reading: AtomicBool,
    items: [Slot; BLOCK_SIZE],
}

// SAFETY: repr(C), header first; all references are visited.
unsafe impl Object for Block {
    weft_vm::layout!(Block, "itertools._tee_dataobject", true);
    fn traverse(&self, v: Visitor) {
        v(self.it.word());
        v(self.next.word());
        for s in &self.items {
            v(s.word())
        }
    }
    fn clear(&self) {
        self.it.clear_dead();
        self.next.clear_dead();
        for s in &self.items {
            s.clear_dead()
        }
    }
}

#[repr(C)]
struct Tee {
    h: Header,
    block: Slot,
    index: AtomicUsize,
}
object!(Tee, "itertools._tee", true, [block]);

static BLOCK: NativeType = NativeType::new(&BLOCK_SPEC);
static BLOCK_SPEC: TypeSpec = TypeSpec {
    name: "itertools._tee_dataobject",
    doc: "Data container common to multiple tee objects.",
    flags: type_flag::IMMUTABLE,
    slots: Slots {
        new: constructor!("_tee_dataobject(cls, it, values, next, /)" => |t, a| {
            let it = a.get(1).to_value();
            let Some(values) = a.get(2).cast::<List>() else {
                return Err(t.type_error("teedataobject() argument 2 must be list"));
            };
            let values = values.snapshot(t);
            if values.len() > BLOCK_SIZE {
                return Err(t.value_error("Invalid arguments"));
            }
            let b = block(t, it);
            let new: &Block = native(b.r());
            let n = values.len();
            for (s, v) in new.items.iter().zip(values) {
                s.set(&new.h, v)
            }
            new.len.store(n, Release);
            if !a.get(3).is_none() {
                if n != BLOCK_SIZE || a.get(3).cast::<Block>().is_none() {
                    return Err(t.value_error("Invalid arguments"));
                }
                new.next.set(&new.h, a.get(3).to_value())
            }
            Ok(b)
        }),
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<Block>()
};

static TEE: NativeType = NativeType::new(&TEE_SPEC);
static TEE_SPEC: TypeSpec = TypeSpec {
    name: "itertools._tee",
    doc: "Iterator wrapped to make it copyable.",
    flags: type_flag::IMMUTABLE | type_flag::WEAKREFS,
    slots: Slots {
        new: constructor!("_tee(cls, iterable, /)" => |t, a| from_iterable(t, a.get(1))),
        iter: Some(itself),
        next: Some(tee_next),
        ..Slots::EMPTY
    },
    methods: methods! {
        "__copy__(self, /)" => |t, a| Ok(copy(t, a.this())), "Returns an independent iterator.";
    },
    ..TypeSpec::new::<Tee>()
};

fn block(t: &Thread, it: Value) -> Value {
    t.make(
        BLOCK.shape(t),
        Block {
            h: Header::new(0, 0),
            it: Slot::new(it),
            next: Slot::empty(),
            len: AtomicUsize::new(0),
            reading: AtomicBool::new(false),
            items: [const { Slot::empty() }; BLOCK_SIZE],
        },
    )
}

fn make(t: &Thread, block: Value, index: usize) -> Value {
    t.make(TEE.shape(t), Tee { h: Header::new(0, 0), block: Slot::new(block), index: AtomicUsize::new(index) })
}

fn copy(t: &Thread, tee: &Tee) -> Value {
    let _g = weft_strategy::lock::lock(t, &tee.h);
    let b = tee.block.load().unwrap_or(Value::NONE);
    make(t, b, tee.index.load(Acquire))
}

fn from_iterable(t: &mut Thread, v: VRef<'_>) -> Res {
    let it = t.iter(v)?;
    if let Some(tee) = it.cast::<Tee>() {
        return Ok(copy(t, tee));
    }
    let b = block(t, it);
    Ok(make(t, b, 0))
}

/// `tee(iterable, n=2)`
pub fn tee(t: &mut Thread, a: Args<'_>) -> Res {
    let n = match a.opt(1) {
        Some(n) => t.arg_ssize(n)?,
        None => 2,
    };
    let Ok(n) = usize::try_from(n) else { return Err(t.value_error("n must be >= 0")) };
    let mut all: Vec<Value> = crate::support::room(t, n)?;
    if n > 0 {
        let first = from_iterable(t, a.get(0))?;
        for _ in 1..n {
            all.push(copy(t, native(first.r())))
        }
        all.insert(0, first);
    }
    Ok(Tuple::new(t, all))
}

/// Item `i` of a block, read from the source if nobody has.
fn item(t: &mut Thread, b: &Block, i: usize) -> Result<Option<Value>, Raised> {
    if i < b.len.load(Acquire) {
        return Ok(b.items[i].load());
    }
    if b.reading.swap(true, AcqRel) {
        return Err(t.runtime_error("cannot re-enter the tee iterator"));
    }
    // Another thread may have read it between the two looks.
    if i < b.len.load(Acquire) {
        b.reading.store(false, Release);
        return Ok(b.items[i].load());
    }
    let it = b.it.load();
    let r = match &it {
        Some(it) => t.next(it.r()),
        None => Ok(None),
    };
    if let Ok(Some(x)) = &r {
        b.items[i].set(&b.h, x.clone());
        b.len.store(i + 1, Release)
    }
    b.reading.store(false, Release);
    r
}

fn tee_next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let tee: &Tee = native(v);
    loop {
        let (i, b) = {
            let _g = weft_strategy::lock::lock(t, &tee.h);
            (tee.index.load(Acquire), tee.block.load())
        };
        let Some(b) = b else { return Ok(None) };
        let Some(present) = b.cast::<Block>() else { return Ok(None) };
        if i >= BLOCK_SIZE {
            if present.next.is_empty() {
                let it = present.it.load().unwrap_or(Value::NONE);
                let new = block(t, it);
                let _ = present.next.fill(&present.h, new);
            }
            let next = present.next.load();
            if let Some(next) = &next {
                crate::support::publish_for(&tee.h, next.r())
            }
            let old;
            {
                let _g = weft_strategy::lock::lock(t, &tee.h);
                if !tee.block.word().same(b.word()) {
                    continue;
                }
                old = tee.block.swap(&tee.h, next);
                tee.index.store(0, Release);
            }
            drop(old);
            continue;
        }
        let Some(x) = item(t, present, i)? else { return Ok(None) };
        let _ = tee.index.compare_exchange(i, i + 1, AcqRel, Acquire);
        return Ok(Some(x));
    }
}
