//! `enumerate`.

use super::{fixed, int, sequence, tuple::Tuple};
use crate::object::{Args, CallArgs, NativeType, Slots, Type, TypeSpec, ValueExt};
use crate::thread::Thread;
use crate::types::str::text;
use crate::{Res, methods};
use dashu_int::IBig;
use weft_strategy::{Header, Slot, VRef, Value, Word};

/// An enumerate object.
#[repr(C)]
pub struct Enumerate {
    pub(crate) h: Header,
    /// the iterator
    pub iter: Slot,
    /// next index, an int
    pub count: Slot,
    /// the pair given out last
    pub pair: Slot,
}
crate::object!(Enumerate, "enumerate", true, [iter, count, pair]);

/// `enumerate`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::ENUMERATE);
static SPEC: TypeSpec = TypeSpec {
    name: "enumerate",
    doc: "Return an enumerate object.\n\n  iterable\n    an object supporting iteration\n\nThe enumerate object yields pairs containing a count (from start, which\ndefaults to zero) and a value yielded by the iterable argument.\n\nenumerate is useful for obtaining an indexed list:\n    (0, seq[0]), (1, seq[1]), (2, seq[2]), ...",
    slots: Slots { iter: Some(sequence::itself), next: Some(next), new: Some(new), ..Slots::EMPTY },
    methods: methods! {
        "__reduce__(self, /)" => reduce, "Return state information for pickling.";
        class "__class_getitem__(type, object, /)" => sequence::class_getitem, "See PEP 585";
    },
    ..TypeSpec::new::<Enumerate>()
};

fn new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    let given = args.args.len();
    if given > 2 {
        return Err(t.type_error(format!("enumerate() takes at most 2 arguments ({given} given)")));
    }
    let a = args.positional();
    let (mut iterable, mut start) = (a.first().copied(), a.get(1).copied());
    for (name, value) in args.keywords() {
        let key = text(name).map(|s| s.to_string()).unwrap_or_default();
        let place = match key.as_str() {
            "iterable" if iterable.is_none() => &mut iterable,
            "start" if start.is_none() => &mut start,
            _ => {
                return Err(t.type_error(format!("'{key}' is an invalid keyword argument for enumerate()")));
            }
        };
        *place = Some(value)
    }
    let Some(iterable) = iterable else {
        return Err(t.type_error("enumerate() missing required argument 'iterable'"));
    };
    let count = match start {
        Some(s) => t.index(s)?,
        None => t.int(0),
    };
    let iter = t.iter(iterable)?;
    Ok(t.make(
        cls.shape(),
        Enumerate {
            h: Header::new(0, 0),
            iter: Slot::new(iter),
            count: Slot::new(count),
            pair: Slot::empty(),
        },
    ))
}

fn next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let e: &Enumerate = v.cast().expect("enumerate");
    // SAFETY: the iterator is never taken away from an enumerate object, which the caller holds.
    let Some(it) = e.iter.get(e).map(|it| unsafe { it.extend() }) else { return Ok(None) };
    let Some(x) = t.next(it)? else { return Ok(None) };
    let i = e.advance(t);
    if e.h.owner() == weft_strategy::me() {
        return Ok(Some(Tuple::again(t, &e.h, &e.pair, [i, x])));
    }
    Ok(Some(Tuple::few(t, [i, x])))
}

impl Enumerate {
    /// The iterator, where only this thread can see the enumerate object.
    #[inline]
    pub fn own_iter<'t>(&self, t: &'t Thread) -> Option<VRef<'t>> {
        if self.h.owner() == t.id() { self.iter.get(t) } else { None }
    }

    /// The count, which moves on.
    #[inline]
    pub fn advance(&self, t: &Thread) -> Value {
        let now = self.count.word();
        if self.h.owner() == t.id()
            && now.is_int()
            && let Some(after) = Word::int(now.as_int() + 1)
        {
            // SAFETY: immediates own nothing, and no other thread can see the object.
            unsafe { self.count.set_word(after) }
            return Value::from_immediate(now);
        }
        self.advance_far(t)
    }

    #[cold]
    fn advance_far(&self, t: &Thread) -> Value {
        let _one_at_a_time = weft_strategy::lock::lock(t, &self.h);
        let i = self.count.load().unwrap_or(Value::NONE);
        let after = match int::to_i64(i.r()).and_then(|i| i.checked_add(1)) {
            Some(n) => t.int(n),
            None => t.big_int(int::to_big(i.r()).unwrap_or(IBig::ZERO) + IBig::ONE),
        };
        drop(self.count.swap(&self.h, Some(after)));
        i
    }
}

fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let e: &Enumerate = a.this();
    let args = e.iter.load().into_iter().chain(e.count.load()).collect();
    let class = a.get(0).ty().to_value();
    Ok(sequence::reduced(t, class, args, None))
}
