//! `re.Match`: a pattern, the string, and where the groups are in it.

use super::pattern::Pattern;
use super::subject::{Subject, Walk};
use crate::support::{Guarded, class_getitem, native, or_none, pair, read_only};
use weft_strategy::Header;
use weft_vm::dict::Dict;
use weft_vm::object::{Args, GetSet, NativeType, Object, Slots, TypeSpec, ValueExt, Visitor, type_flag};
use weft_vm::types::tuple::Tuple;
use weft_vm::{Res, Slot, Thread, VRef, Value, methods};

/// Where group 0 and the others are, in bytes.
enum Spans {
    /// Few groups in a text that is not huge; `u32::MAX`: the group did not take part.
    Few(u32, [(u32, u32); 4]),
    Many(Vec<Option<(usize, usize)>>),
}

impl Default for Spans {
    fn default() -> Spans {
        Spans::Few(0, [(0, 0); 4])
    }
}

/// The match object.
#[repr(C)]
pub struct Match {
    h: Header,
    string: Slot,
    pattern: Slot,
    spans: Guarded<Spans>,
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
            let m: &Match = native(v);
            let mut all = Vec::new();
            for n in 0..m.groups() {
                let s = m.characters(n);
                all.push(pair(t, t.int(s.0), t.int(s.1)))
            }
            Ok(Tuple::new(t, all))
        }, set: None, doc: "" },
    ],
    ..TypeSpec::new::<Match>()
};

impl Match {
    /// A match of `pattern` in `string`: the region in characters, where it is in bytes, the groups.
    #[inline]
    pub fn make(
        t: &Thread,
        pattern: VRef<'_>,
        string: VRef<'_>,
        region: (usize, usize),
        span: (usize, usize),
        w: &Walk,
    ) -> Value {
        let groups = w.x.marks.len() / 2;
        let spans = if groups < 4 && span.1 < u32::MAX as usize {
            let mut few = [(u32::MAX, 0); 4];
            few[0] = (span.0 as u32, span.1 as u32);
            for (g, place) in few.iter_mut().enumerate().take(groups + 1).skip(1) {
                if let Some((from, to)) = w.group(g) {
                    *place = (from as u32, to as u32)
                }
            }
            Spans::Few(groups as u32 + 1, few)
        } else {
            Spans::Many(std::iter::once(Some(span)).chain((1..=groups).map(|g| w.group(g))).collect())
        };
        t.make(
            TYPE.shape(t),
            Match {
                h: Header::new(0, 0),
                string: Slot::of(string),
                pattern: Slot::of(pattern),
                spans: Guarded::new(spans),
                pos: region.0,
                endpos: region.1,
                lastindex: w.x.last as i64,
            },
        )
    }

    fn spans(&self) -> &Spans {
        // SAFETY: written when the object is made and when it is dead only.
        unsafe { self.spans.at_rest() }
    }

    /// Number of groups, the whole match counted.
    fn groups(&self) -> usize {
        match self.spans() {
            Spans::Few(n, _) => *n as usize,
            Spans::Many(v) => v.len(),
        }
    }

    /// Where a group is, in bytes.
    #[inline]
    fn span(&self, n: usize) -> Option<(usize, usize)> {
        match self.spans() {
            Spans::Few(_, f) => {
                f.get(n).filter(|s| s.0 != u32::MAX).map(|s| (s.0 as usize, s.1 as usize))
            }
            Spans::Many(v) => v.get(n).copied().flatten(),
        }
    }

    /// Where a group is, in characters; -1: it did not take part.
    fn characters(&self, n: usize) -> (i64, i64) {
        let Some((from, to)) = self.span(n) else { return (-1, -1) };
        let string = or_none(&self.string);
        if let Some(s) = weft_vm::types::str::text(string.r()) {
            return (s.char_at_offset(from) as i64, s.char_at_offset(to) as i64);
        }
        (from as i64, to as i64)
    }
}

/// Number of a group, or IndexError.
fn number(t: &mut Thread, m: &Match, key: VRef<'_>) -> Res<usize> {
    let p = or_none(&m.pattern);
    let found = match p.cast::<Pattern>() {
        Some(p) => p.group_number(t, key)?,
        None => None,
    };
    match found.filter(|n| *n < m.groups()) {
        Some(n) => Ok(n),
        None => Err(t.index_error("no such group")),
    }
}

fn text_of(t: &mut Thread, m: &Match, n: usize, default: VRef<'_>) -> Res {
    let Some((from, to)) = m.span(n) else { return Ok(default.to_value()) };
    let string = or_none(&m.string);
    let s = Subject::of(t, string.r(), None)?;
    Ok(s.slice(t, string.r(), from, to))
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
    Ok(m.characters(n))
}

fn groups(t: &mut Thread, a: Args<'_>) -> Res {
    let m: &Match = a.this();
    let default = a.opt(1).unwrap_or(none());
    let mut out = Vec::new();
    for n in 1..m.groups() {
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
    let mut out = Vec::new();
    super::template::expand_into(t, template.r(), &s, m.groups() - 1, &|g| m.span(g), &mut out)?;
    let bytes = weft_vm::types::str::text(a.get(1)).is_none();
    Ok(if bytes { t.bytes(&out) } else { t.str_wtf8(&out) })
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let m: &Match = native(v);
    let (from, to) = m.characters(0);
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
