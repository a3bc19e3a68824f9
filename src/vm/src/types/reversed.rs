//! `reversed`: backward iteration by `__getitem__`, for sequences without `__reversed__`.

use super::{sequence, tuple};
use crate::object::{Args, CallArgs, NativeType, Slots, Type, TypeSpec, ValueExt, header_of};
use crate::thread::Thread;
use crate::{Res, intern, methods, names};
use std::sync::atomic::{AtomicI64, Ordering::*};
use weft_strategy::{Header, Slot, VRef, Value};

/// The iterator.
#[repr(C)]
pub struct Reversed {
    pub(crate) h: Header,
    /// The sequence; empty when exhausted.
    seq: Slot,
    /// Next index; negative when exhausted.
    index: AtomicI64,
}
crate::object!(Reversed, "reversed", true, [seq]);

/// `reversed`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "reversed",
    doc: "Return a reverse iterator over the values of the given sequence.",
    slots: Slots { iter: Some(sequence::itself), next: Some(next), new: Some(new), ..Slots::EMPTY },
    methods: methods! {
        "__length_hint__(self, /)" => length_hint, "Private method returning an estimate of len(list(it)).";
        "__reduce__(self, /)" => reduce, "Return state information for pickling.";
        "__setstate__(self, object, /)" => setstate, "Set state information for unpickling.";
    },
    ..TypeSpec::new::<Reversed>()
};

fn new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    let own_init = cls.slots().init.map(|f| f as usize) != TYPE.get(t).slots().init.map(|f| f as usize);
    if !own_init {
        sequence::no_keywords(t, "reversed", args)?;
    }
    sequence::arity(t, "reversed", args, 1, 1)?;
    let Some(seq) = args.positional().first().copied() else { return Ok(Value::NONE) };
    // Data model: `__reversed__` if there is one (None forbids), else the sequence protocol.
    let none = seq.ty().lookup(t, names::__reversed__()).map(|f| f.is_none());
    if none == Some(false)
        && let Some(r) = t.call_special(seq, names::__reversed__(), &[])
    {
        return r;
    }
    let getitem = intern::intern(t, "__getitem__");
    let is_sequence = seq.ty().slots().getitem.is_some()
        && seq.ty().lookup(t, getitem).is_some()
        && seq.cast::<crate::dict::Dict>().is_none();
    if none == Some(true) || !is_sequence {
        let n = seq.ty().name();
        return Err(t.type_error(format!("'{n}' object is not reversible")));
    }
    let n = t.len(seq)?;
    Ok(t.make(
        cls.shape(),
        Reversed {
            h: Header::new(0, 0),
            seq: Slot::new(seq.to_value()),
            index: AtomicI64::new(i64::try_from(n).unwrap_or(i64::MAX) - 1),
        },
    ))
}

fn this(v: VRef<'_>) -> &Reversed {
    v.cast().expect("reversed")
}

fn next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let it = this(v);
    let Some(seq) = it.seq.load() else { return Ok(None) };
    let i = super::list_iter::claim_down(&it.h, &it.index);
    if i >= 0 {
        let key = t.int(i);
        match t.getitem(seq.r(), key.r()) {
            Ok(x) => return Ok(Some(x)),
            Err(e) => {
                let end =
                    t.raised_is(&crate::errors::INDEX_ERROR) || t.raised_is(&crate::errors::STOP_ITERATION);
                if !end {
                    return Err(e);
                }
                t.clear_raised()
            }
        }
    }
    it.index.store(-1, Relaxed);
    drop(it.seq.take(header_of(it)));
    Ok(None)
}

fn length_hint(t: &mut Thread, a: Args<'_>) -> Res {
    let it = this(a.get(0));
    let Some(seq) = it.seq.load() else { return Ok(t.int(0)) };
    let n = t.len(seq.r())? as i64;
    let left = it.index.load(Relaxed).saturating_add(1).max(0);
    Ok(t.int(if left > n { 0 } else { left }))
}

fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let it = this(a.get(0));
    let class = a.get(0).ty().to_value();
    match it.seq.load() {
        Some(seq) => {
            let i = t.int(it.index.load(Relaxed).max(-1));
            Ok(sequence::reduced(t, class, vec![seq], Some(i)))
        }
        None => {
            let none = tuple::empty(t);
            Ok(sequence::reduced(t, class, vec![none], None))
        }
    }
}

fn setstate(t: &mut Thread, a: Args<'_>) -> Res {
    let i = sequence::state_index(t, a.get(1))?;
    let it = this(a.get(0));
    if let Some(seq) = it.seq.load() {
        let n = t.len(seq.r())? as i64;
        it.index.store(i.max(-1).min(n - 1), Relaxed)
    }
    Ok(Value::NONE)
}
