//! `re.Match`: a pattern, the string, and where the groups are in it.

use super::pattern::Pattern;
use super::subject::{Found, Subject};
use crate::support::{Guarded, class_getitem, native, or_none, pair, read_only};
use weft_strategy::Header;
use weft_vm::dict::Dict;
use weft_vm::object::{Args, GetSet, NativeType, Object, Slots, TypeSpec, ValueExt, Visitor, type_flag};
use weft_vm::types::tuple::Tuple;
use weft_vm::{Res, Slot, Thread, VRef, Value, methods};

/// The match object.
#[repr(C)]
pub struct Match {
    h: Header,
    string: Slot,
    pattern: Slot,
    spans: Guarded<Vec<(i64, i64)>>,
    pos: usize,
    endpos: usize,
    lastindex: i64,
}

// SAFETY: repr(C), header first; all references are visited.
unsafe impl Object for Match {
    weft_vm::layout!(Match, "re.Match", true);
    fn traverse(&self, v: Visitor) {
        v(self.string.word());
        v(self.pattern.word())
    }
    fn clear(&self) {
        self.string.clear_dead();
        self.pattern.clear_dead();
        self.spans.clear_dead()
    }
}

/// `re.Match`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "re.Match",
    doc: "The result of re.match() and re.search().\nMatch objects always have a boolean value of True.",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots { repr: Some(repr), getitem: Some(|t, v, key| group(t, native(v), key)), ..Slots::EMPTY },
    methods: methods! {
        "group(self, *args)" => groups_by_key, "group([group1, ...]) -> str or tuple.\nReturns subgroup(s) of the match by indices or names.\nFor 0 returns the entire match.";
        "start(self, group=0, /)" => |t, a| span(t, a).map(|s| t.int(s.0)), "Return index of the start of the substring matched by group.";
        "end(self, group=0, /)" => |t, a| span(t, a).map(|s| t.int(s.1)), "Return index of the end of the substring matched by group.";
        "span(self, group=0, /)" => |t, a| {
            let s = span(t, a)?;
            Ok(pair(t, t.int(s.0), t.int(s.1)))
        }, "For match object m, return the 2-tuple (m.start(group), m.end(group)).";
        "groups(self, /, default=None)" => groups, "Return a tuple containing all the subgroups of the match, from 1.\n\n  default\n    Is used for groups that did not participate in the match.";
        "groupdict(self, /, default=None)" => groupdict, "Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name.\n\n  default\n    Is used for groups that did not participate in the match.";
        "expand(self, /, template)" => expand, "Return the string obtained by doing backslash substitution on the string template, as done by the sub() method.";
        "__copy__(self, /)" => |_, a| Ok(a.get(0).to_value());
        "__deepcopy__(self, memo, /)" => |_, a| Ok(a.get(0).to_value());
        class "__class_getitem__(cls, object, /)" => class_getitem, "See PEP 585";
    },
    getset: &[
        GetSet { name: "string", get: |_, v| Ok(or_none(&native::<Match>(v).string)), set: Some(read_only), doc: "The string passed to match() or search()." },
        GetSet { name: "re", get: |_, v| Ok(or_none(&native::<Match>(v).pattern)), set: Some(read_only), doc: "The regular expression object." },
        GetSet { name: "pos", get: |t, v| Ok(t.int_usize(native::<Match>(v).pos)), set: Some(read_only), doc: "The index into the string at which the RE engine started looking for a match." },
        GetSet { name: "endpos", get: |t, v| Ok(t.int_usize(native::<Match>(v).endpos)), set: Some(read_only), doc: "The index into the string beyond which the RE engine will not go." },
        GetSet { name: "lastindex", get: |t, v| {
            let n = native::<Match>(v).lastindex;
            Ok(if n >= 0 { t.int(n) } else { Value::NONE })
        }, set: None, doc: "The integer index of the last matched capturing group." },
        GetSet { name: "lastgroup", get: |_, v| Ok(lastgroup(native(v))), set: None, doc: "The name of the last matched capturing group." },
        GetSet { name: "regs", get: |t, v| {
            let all: Vec<_> = native::<Match>(v).spans().to_vec();
            let all = all.into_iter().map(|s| pair(t, t.int(s.0), t.int(s.1))).collect();
            Ok(Tuple::new(t, all))
        }, set: None, doc: "" },
    ],
    ..TypeSpec::new::<Match>()
};

impl Match {
    /// A match of `pattern` in `string`.
    pub fn make(t: &Thread, pattern: VRef<'_>, string: VRef<'_>, pos: usize, endpos: usize, f: Found) -> Value {
        t.make(
            TYPE.shape(t),
            Match {
                h: Header::new(0, 0),
                string: Slot::new(string.to_value()),
                pattern: Slot::new(pattern.to_value()),
                spans: Guarded::new(f.spans),
                pos,
                endpos,
                lastindex: f.lastindex,
            },
        )
    }

    fn spans(&self) -> &[(i64, i64)] {
        // SAFETY: written when the object is made and when it is dead only.
        unsafe { self.spans.at_rest() }
    }
}

/// Number of a group, or IndexError.
fn number(t: &mut Thread, m: &Match, key: VRef<'_>) -> Res<usize> {
    let p = or_none(&m.pattern);
    let found = match p.cast::<Pattern>() {
        Some(p) => p.group_number(t, key)?,
        None => None,
    };
    match found.filter(|n| *n < m.spans().len()) {
        Some(n) => Ok(n),
        None => Err(t.index_error("no such group")),
    }
}

fn text_of(t: &mut Thread, m: &Match, n: usize, default: VRef<'_>) -> Res {
    let (from, to) = m.spans().get(n).copied().unwrap_or((-1, -1));
    if from < 0 {
        return Ok(default.to_value());
    }
    let string = or_none(&m.string);
    let s = Subject::of(t, string.r(), None)?;
    Ok(s.slice(t, string.r(), from as usize, to as usize))
}

fn none() -> VRef<'static> {
    weft_vm::types::singletons::none()
}

fn group(t: &mut Thread, m: &Match, key: VRef<'_>) -> Res {
    let n = number(t, m, key)?;
    text_of(t, m, n, none())
}

fn groups_by_key(t: &mut Thread, a: Args<'_>) -> Res {
    let m: &Match = a.this();
    match a.rest() {
        [] => text_of(t, m, 0, none()),
        [key] => group(t, m, *key),
        keys => {
            let mut out = Vec::with_capacity(keys.len());
            for key in keys {
                out.push(group(t, m, *key)?)
            }
            Ok(Tuple::new(t, out))
        }
    }
}

fn span(t: &mut Thread, a: Args<'_>) -> Res<(i64, i64)> {
    let m: &Match = a.this();
    let n = match a.opt(1) {
        Some(key) => number(t, m, key)?,
        None => 0,
    };
    Ok(m.spans()[n])
}

fn groups(t: &mut Thread, a: Args<'_>) -> Res {
    let m: &Match = a.this();
    let default = a.opt(1).unwrap_or(none());
    let mut out = Vec::new();
    for n in 1..m.spans().len() {
        out.push(text_of(t, m, n, default)?)
    }
    Ok(Tuple::new(t, out))
}

fn groupdict(t: &mut Thread, a: Args<'_>) -> Res {
    let m: &Match = a.this();
    let default = a.opt(1).unwrap_or(none());
    let p = or_none(&m.pattern);
    let names = p.cast::<Pattern>().map_or(Value::NONE, |p| or_none(&p.groupindex));
    let out = Dict::new(t);
    if let Some(names) = names.cast::<Dict>() {
        for (name, _) in names.items(t) {
            let n = number(t, m, name.r())?;
            let v = text_of(t, m, n, default)?;
            native::<Dict>(out.r()).set(t, name.r(), v)?
        }
    }
    Ok(out)
}

fn lastgroup(m: &Match) -> Value {
    let p = or_none(&m.pattern);
    let names = p.cast::<Pattern>().map_or(Value::NONE, |p| or_none(&p.indexgroup));
    let Some(names) = names.cast::<Tuple>() else { return Value::NONE };
    match usize::try_from(m.lastindex).ok().filter(|n| *n < names.len()) {
        Some(n) => names.get(n).to_value(),
        None => Value::NONE,
    }
}

fn expand(t: &mut Thread, a: Args<'_>) -> Res {
    let m: &Match = a.this();
    let re = crate::support::import(t, "re")?;
    let p = or_none(&m.pattern);
    let template = t.call_method(re.r(), "_compile_template", &[p.r(), a.get(1)])?;
    let string = or_none(&m.string);
    let s = Subject::of(t, string.r(), None)?;
    let found = Found { spans: m.spans().to_vec(), lastindex: m.lastindex };
    let mut out = Vec::new();
    super::template::expand_into(t, template.r(), &s, &found, &mut out)?;
    let bytes = weft_vm::types::str::text(a.get(1)).is_none();
    Ok(if bytes { t.bytes(&out) } else { t.str_wtf8(&out) })
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let m: &Match = native(v);
    let (from, to) = m.spans().first().copied().unwrap_or((0, 0));
    let whole = text_of(t, m, 0, none())?;
    let name = t.type_full_name(v.ty());
    let mut out = format!("<{name} object; span=({from}, {to}), match=").into_bytes();
    let r = t.repr(whole.r())?;
    if let Some(r) = weft_vm::types::str::text(r.r()) {
        // At most 50 characters are shown.
        out.extend_from_slice(r.slice(0, r.len().min(50)))
    }
    out.push(b'>');
    Ok(t.str_wtf8(&out))
}
