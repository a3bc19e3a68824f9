//! Scanners: a search that goes on from match to match, asked for one at a time.

use super::matches::Match;
use super::pattern::{Pattern, region, walk};
use super::subject::{Kind, Subject, Walk};
use crate::support::{Guarded, itself, native, or_none, read_only};
use std::sync::atomic::{AtomicBool, Ordering::*};
use weft_strategy::Header;
use weft_vm::object::{Args, GetSet, NativeType, Object, Slots, TypeSpec, Visitor, type_flag};
use weft_vm::{Res, Slot, Thread, VRef, Value, methods};

#[repr(C)]
struct Scanner {
    h: Header,
    pattern: Slot,
    string: Slot,
    walk: Guarded<Walk>,
    /// Somebody is searching.
    busy: AtomicBool,
    pos: usize,
    endpos: usize,
}

// SAFETY: repr(C), header first; all references are visited.
unsafe impl Object for Scanner {
    weft_vm::layout!(Scanner, "_sre.SRE_Scanner", true);
    fn traverse(&self, v: Visitor) {
        v(self.pattern.word());
        v(self.string.word())
    }
    fn clear(&self) {
        self.pattern.clear_dead();
        self.string.clear_dead();
        self.walk.clear_dead()
    }
}

/// `pattern.scanner()`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "_sre.SRE_Scanner",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    methods: methods! {
        "match(self, /)" => |t, a| step(t, a.this(), Kind::Match);
        "search(self, /)" => |t, a| step(t, a.this(), Kind::Search);
    },
    getset: &[GetSet { name: "pattern", get: |_, v| Ok(or_none(&native::<Scanner>(v).pattern)), set: Some(read_only), doc: "" }],
    ..TypeSpec::new::<Scanner>()
};

/// `pattern.finditer()`
pub static ITERATOR: NativeType = NativeType::new(&ITERATOR_SPEC);
static ITERATOR_SPEC: TypeSpec = TypeSpec {
    name: "callable_iterator",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots {
        iter: Some(itself),
        next: Some(|t, v: VRef<'_>| {
            let m = step(t, native(v), Kind::Search)?;
            Ok(if m.is_none() { None } else { Some(m) })
        }),
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<Scanner>()
};

/// A scanner of either type.
pub fn new(t: &mut Thread, a: Args<'_>, ty: &'static NativeType) -> Res {
    let p: &Pattern = a.this();
    let (s, pos, endpos) = region(t, p, a)?;
    // Bytes that may change are copied once, so that positions keep their meaning.
    let string = match &s {
        Subject::Bytes(std::borrow::Cow::Owned(b)) => t.bytes(b),
        _ => a.get(1).to_value(),
    };
    Ok(t.make(
        ty.shape(t),
        Scanner {
            h: Header::new(0, 0),
            pattern: Slot::new(a.get(0).to_value()),
            string: Slot::new(string),
            walk: Guarded::new(walk(&s, pos, endpos).rest()),
            busy: AtomicBool::new(false),
            pos,
            endpos,
        },
    ))
}

fn step(t: &mut Thread, s: &Scanner, kind: Kind) -> Res {
    if s.busy.swap(true, AcqRel) {
        return Err(t.value_error("regular expression scanner already executing"));
    }
    // The walk is taken out: the engine runs without the lock.
    let mut w = s.walk.with(t, &s.h, std::mem::take);
    w.x = super::engine::scratch();
    let (pattern, string) = (or_none(&s.pattern), or_none(&s.string));
    let r = search(t, &mut w, pattern.r(), string.r(), kind);
    let r = r.map(|span| match span {
        Some(span) => Match::make(t, pattern.r(), string.r(), (s.pos, s.endpos), span, &w),
        None => Value::NONE,
    });
    let rest = w.rest();
    w.done();
    s.walk.with(t, &s.h, |w| *w = rest);
    s.busy.store(false, Release);
    r
}

fn search(
    t: &mut Thread,
    w: &mut Walk,
    pattern: VRef<'_>,
    string: VRef<'_>,
    kind: Kind,
) -> Res<Option<(usize, usize)>> {
    let p: &Pattern = native(pattern);
    let subject = Subject::of(t, string, p.is_bytes)?;
    w.step(t, p, &subject, kind)
}
