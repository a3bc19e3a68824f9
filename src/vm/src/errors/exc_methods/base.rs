//! `BaseException`: arguments, text, traceback, cause and context, notes, pickling.

use super::{args_of, no_keywords, reduced, this};
use crate::errors::{Exc, exc};
use crate::object::{Args, CallArgs, GetSet, MethodDef, Slots, Type, ValueExt, header_of};
use crate::thread::Thread;
use crate::types::attrs::{as_dict, getsetter, or_none, put};
use crate::types::fixed;
use crate::types::list::List;
use crate::types::object;
use crate::types::object_methods;
use crate::types::str::text;
use crate::types::tuple::Tuple;
use crate::{Raised, Res, names};
use std::sync::atomic::Ordering::*;
use weft_strategy::{Slot, VRef, Value, Word};

/// Behaviour.
pub const SLOTS: Slots =
    Slots { new: Some(new), init: Some(init), repr: Some(repr), str: Some(str), ..Slots::EMPTY };

/// Methods.
pub static METHODS: &[MethodDef] = crate::methods! {
    "__reduce__(self, /)" => reduce;
    "__setstate__(self, state, /)" => setstate;
    "with_traceback(self, tb, /)" => with_traceback, "Set self.__traceback__ to tb and return self.";
    "add_note(self, note, /)" => note, "Add a note to the exception";
};

/// Computed attributes.
pub static GETSET: &[GetSet] = &[
    getsetter!("__dict__", object_methods::get_dict, |t, v, d| match d {
        Some(_) => object_methods::set_dict(t, v, d),
        None => Err(t.type_error("cannot delete __dict__")),
    }),
    getsetter!("args", |_, v| Ok(or_none(&this(v).args)), set_args),
    getsetter!("__traceback__", |_, v| Ok(or_none(&this(v).traceback)), set_traceback),
    getsetter!(
        "__context__",
        |_, v| Ok(or_none(&this(v).context)),
        |t, v, x| {
            let e = this(v);
            link(t, e, &e.context, x, "context")
        },
        "exception context"
    ),
    getsetter!(
        "__cause__",
        |_, v| Ok(or_none(&this(v).cause)),
        |t, v, x| {
            let e = this(v);
            link(t, e, &e.cause, x, "cause")?;
            e.suppress.store(true, Release);
            Ok(())
        },
        "exception cause"
    ),
    getsetter!("__suppress_context__", |_, v| Ok(Value::bool(this(v).suppress.load(Acquire))), set_suppress),
];

/// `BaseException.__new__`: keeps the positional arguments; keyword arguments are `__init__`'s business.
pub fn new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    let a = Tuple::of(t, args.positional());
    Ok(Exc::new(t, cls.shape(), a))
}

/// `BaseException.__init__`
pub fn init(t: &mut Thread, v: VRef<'_>, args: CallArgs<'_>) -> Res<()> {
    no_keywords(t, v, args)?;
    set_positional(t, this(v), args);
    Ok(())
}

/// Sets `args` to the positional arguments.
pub(crate) fn set_positional(t: &Thread, e: &Exc, args: CallArgs<'_>) {
    let given = args.positional();
    // `__new__` has set them, most often.
    let same = |a: &Tuple| a.len() == given.len() && a.iter().zip(given).all(|(x, y)| x.is(*y));
    if !e.args.get(t).is_some_and(|a| a.exact::<Tuple>(fixed::TUPLE).is_some_and(same)) {
        e.args.set(&e.h, Tuple::of(t, given))
    }
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let n = v.ty().name();
    let args = args_of(this(v));
    let inside = match &args[..] {
        [one] => format!("({})", t.repr_text(one.r())?),
        _ => {
            let all = Tuple::new(t, args);
            t.repr_text(all.r())?
        }
    };
    Ok(t.str(&format!("{n}{inside}")))
}

/// `BaseException.__str__`
pub fn str(t: &mut Thread, v: VRef<'_>) -> Res {
    let args = args_of(this(v));
    match &args[..] {
        [] => Ok(t.str("")),
        [one] => t.to_str(one.r()),
        _ => {
            let all = Tuple::new(t, args);
            t.to_str(all.r())
        }
    }
}

/// The instance dict, if there is anything in it.
pub(crate) fn dict_of(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    if v.header().is_some_and(|h| !object::instance_items(t, h).is_empty()) {
        return t.getattr_opt(v, names::__dict__());
    }
    Ok(None)
}

fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let state = dict_of(t, a.get(0))?;
    Ok(reduced(t, a.get(0), None, state))
}

fn setstate(t: &mut Thread, a: Args<'_>) -> Res {
    let state = a.get(1);
    if state.is_none() {
        return Ok(Value::NONE);
    }
    let Some(d) = as_dict(state) else { return Err(t.type_error("state is not a dictionary")) };
    for (k, v) in d.items(t) {
        t.setattr(a.get(0), k.r(), Some(v.r()))?
    }
    Ok(Value::NONE)
}

fn with_traceback(t: &mut Thread, a: Args<'_>) -> Res {
    set_traceback(t, a.get(0), Some(a.get(1)))?;
    Ok(a.get(0).to_value())
}

fn note(t: &mut Thread, a: Args<'_>) -> Res {
    if text(a.get(1)).is_none() {
        let n = a.get(1).ty().name();
        return Err(t.type_error(format!("add_note() argument must be str, not {n}")));
    }
    append_note(t, a.get(0), a.get(1))?;
    Ok(Value::NONE)
}

fn append_note(t: &mut Thread, v: VRef<'_>, note: VRef<'_>) -> Res<()> {
    let notes = match t.getattr_opt(v, names::__notes__())? {
        Some(n) => n,
        None => {
            let n = List::new(t, Vec::new());
            t.setattr(v, names::__notes__(), Some(n.r()))?;
            n
        }
    };
    match notes.cast::<List>() {
        Some(l) => l.push(t, note.to_value()),
        None => return Err(t.type_error("Cannot add note: __notes__ is not a list")),
    }
    Ok(())
}

/// `add_note` on the exception on its way.
pub fn add_note(t: &mut Thread, text: &str) {
    let Some(e) = t.raised().map(|e| e.to_value()) else { return };
    t.clear_raised();
    let n = t.str(text);
    // A note that cannot be added is not worth losing the exception for.
    let _ = append_note(t, e.r(), n.r());
    t.clear_raised();
    t.reraise(e);
}

fn set_args(t: &mut Thread, v: VRef<'_>, x: Option<VRef<'_>>) -> Res<()> {
    let Some(x) = x else { return Err(t.type_error("args may not be deleted")) };
    let items = t.collect(x)?;
    let e = this(v);
    e.args.set(&e.h, Tuple::new(t, items));
    Ok(())
}

fn set_traceback(t: &mut Thread, v: VRef<'_>, x: Option<VRef<'_>>) -> Res<()> {
    let Some(x) = x else { return Err(t.type_error("__traceback__ may not be deleted")) };
    if !x.is_none() && x.cast::<crate::types::traceback::Traceback>().is_none() {
        return Err(t.type_error("__traceback__ must be a traceback or None"));
    }
    let e = this(v);
    put(&e.traceback, header_of(e), Some(x).filter(|x| !x.is_none()));
    Ok(())
}

/// Sets `__cause__` or `__context__`.
fn link(t: &mut Thread, e: &Exc, s: &Slot, x: Option<VRef<'_>>, what: &str) -> Result<(), Raised> {
    let Some(x) = x else { return Err(t.type_error(format!("__{what}__ may not be deleted"))) };
    if !x.is_none() && exc(x).is_none() {
        return Err(t.type_error(format!("exception {what} must be None or derive from BaseException")));
    }
    put(s, &e.h, Some(x).filter(|x| !x.is_none()));
    Ok(())
}

fn set_suppress(t: &mut Thread, v: VRef<'_>, x: Option<VRef<'_>>) -> Res<()> {
    match x.map(|x| x.word()) {
        None => Err(t.type_error("can't delete numeric/char attribute")),
        Some(w) if w == Word::TRUE || w == Word::FALSE => {
            this(v).suppress.store(w == Word::TRUE, Release);
            Ok(())
        }
        _ => Err(t.type_error("attribute value type must be bool")),
    }
}
