//! `re.Pattern`: compiled code and what `re` says about its groups.

use super::matches::Match;
use super::scanner;
use super::program::{Program, translate};
use super::subject::{Kind, Subject, Walk};
use super::template;
use crate::support::{Guarded, class_getitem, native, or_none};
use std::sync::OnceLock;
use weft_strategy::Header;
use weft_vm::dict::Dict;
use weft_vm::object::{
    Args, Cmp, GetSet, NativeType, Object, Slots, TypeSpec, ValueExt, Visitor, type_flag,
};
use weft_vm::types::list::List;
use weft_vm::types::str::text;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Res, Slot, Thread, VRef, Value, methods};

/// What a pattern was compiled to. Many patterns are never used, so programs are made when they are.
#[derive(Default)]
struct Code {
    /// The words of `re`.
    words: Vec<u32>,
    /// For str.
    text: OnceLock<Option<Box<Program>>>,
    /// For bytes.
    bytes: OnceLock<Option<Box<Program>>>,
}

/// The pattern object.
#[repr(C)]
pub struct Pattern {
    h: Header,
    /// The source: str, bytes or None.
    pub source: Slot,
    /// Dict of group names to numbers.
    pub groupindex: Slot,
    /// Tuple of names by number.
    pub indexgroup: Slot,
    code: Guarded<Code>,
    flags: i64,
    /// Number of groups, the whole match not counted.
    pub groups: usize,
    /// Whether it is for bytes; none without source.
    pub is_bytes: Option<bool>,
}

// SAFETY: repr(C), header first; all references are visited.
unsafe impl Object for Pattern {
    weft_vm::layout!(Pattern, "re.Pattern", true);
    fn traverse(&self, v: Visitor) {
        for s in [&self.source, &self.groupindex, &self.indexgroup] {
            v(s.word())
        }
    }
    fn clear(&self) {
        for s in [&self.source, &self.groupindex, &self.indexgroup] {
            s.clear_dead()
        }
        self.code.clear_dead()
    }
}

/// `re.Pattern`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "re.Pattern",
    doc: "Compiled regular expression object.",
    flags: type_flag::IMMUTABLE | type_flag::WEAKREFS | type_flag::NO_NEW,
    slots: Slots { repr: Some(repr), hash: Some(hash), compare: Some(compare), ..Slots::EMPTY },
    methods: methods! {
        "match(self, /, string, pos=0, endpos=9223372036854775807)" => |t, a| one(t, a, Kind::Match), "Matches zero or more characters at the beginning of the string.";
        "fullmatch(self, /, string, pos=0, endpos=9223372036854775807)" => |t, a| one(t, a, Kind::Full), "Matches against all of the string.";
        "search(self, /, string, pos=0, endpos=9223372036854775807)" => |t, a| one(t, a, Kind::Search), "Scan through string looking for a match, and return a corresponding match object instance.\n\nReturn None if no position in the string matches.";
        "sub(self, /, repl, string, count=0)" => |t, a| sub(t, a).map(|r| r.0), "Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by the replacement repl.";
        "subn(self, /, repl, string, count=0)" => |t, a| {
            let (s, n) = sub(t, a)?;
            Ok(Tuple::new(t, vec![s, t.int(n)]))
        }, "Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost non-overlapping occurrences of pattern with the replacement repl.";
        "findall(self, /, string, pos=0, endpos=9223372036854775807)" => findall, "Return a list of all non-overlapping matches of pattern in string.";
        "split(self, /, string, maxsplit=0)" => split, "Split string by the occurrences of pattern.";
        "finditer(self, /, string, pos=0, endpos=9223372036854775807)" => |t, a| scanner::new(t, a, &scanner::ITERATOR), "Return an iterator over all non-overlapping matches for the RE pattern in string.\n\nFor each match, the iterator returns a match object.";
        "scanner(self, /, string, pos=0, endpos=9223372036854775807)" => |t, a| scanner::new(t, a, &scanner::TYPE);
        "__copy__(self, /)" => |_, a| Ok(a.get(0).to_value());
        "__deepcopy__(self, memo, /)" => |_, a| Ok(a.get(0).to_value());
        class "__class_getitem__(cls, object, /)" => class_getitem, "See PEP 585";
    },
    getset: &[
        GetSet { name: "pattern", get: |_, v| Ok(or_none(&native::<Pattern>(v).source)), set: Some(crate::support::read_only), doc: "The pattern string from which the RE object was compiled." },
        GetSet { name: "flags", get: |t, v| Ok(t.int(native::<Pattern>(v).flags)), set: Some(crate::support::read_only), doc: "The regex matching flags." },
        GetSet { name: "groups", get: |t, v| Ok(t.int_usize(native::<Pattern>(v).groups)), set: Some(crate::support::read_only), doc: "The number of capturing groups in the pattern." },
        GetSet {
            name: "groupindex",
            get: |t, v| {
                let d = or_none(&native::<Pattern>(v).groupindex);
                let proxy = weft_vm::types::mappingproxy::TYPE.get(t).to_value();
                t.call(proxy.r(), &[d.r()])
            },
            set: None,
            doc: "A dictionary mapping group names to group numbers.",
        },
    ],
    ..TypeSpec::new::<Pattern>()
};

/// `_sre.compile`
pub fn compile(t: &mut Thread, a: Args<'_>) -> Res {
    let source = a.get(0);
    let Some(list) = a.get(2).cast::<List>() else {
        let n = a.get(2).ty().name();
        return Err(t.type_error(format!("compile() argument 'code' must be list, not {n}")));
    };
    let groups = t.arg_usize(a.get(3))?;
    let flags = t.arg_i64(a.get(1))?;
    if a.get(4).cast::<Dict>().is_none() {
        let n = a.get(4).ty().name();
        return Err(t.type_error(format!("compile() argument 'groupindex' must be dict, not {n}")));
    }
    if a.get(5).cast::<Tuple>().is_none() {
        let n = a.get(5).ty().name();
        return Err(t.type_error(format!("compile() argument 'indexgroup' must be tuple, not {n}")));
    }
    let mut code = Vec::new();
    for v in list.snapshot(t) {
        let n = t.arg_i64(v.r())?;
        match u32::try_from(n) {
            Ok(n) => code.push(n),
            Err(_) => return Err(t.overflow_error("regular expression code size limit exceeded")),
        }
    }
    if groups > code.len() {
        return Err(t.runtime_error("invalid SRE code"));
    }
    let is_bytes = if source.is_none() {
        None
    } else if text(source).is_some() {
        Some(false)
    } else {
        crate::support::bytes(t, source)?;
        Some(true)
    };
    let code = Code { words: code, ..Code::default() };
    Ok(t.make(
        TYPE.shape(t),
        Pattern {
            h: Header::new(0, 0),
            source: Slot::new(source.to_value()),
            groupindex: Slot::new(a.get(4).to_value()),
            indexgroup: Slot::new(a.get(5).to_value()),
            code: Guarded::new(code),
            flags,
            groups,
            is_bytes,
        },
    ))
}

impl Pattern {
    /// The code: it never changes.
    fn code(&self) -> &[u32] {
        // SAFETY: written when the object is made and when it is dead only.
        &unsafe { self.code.at_rest() }.words
    }

    /// The program for str or bytes; none if the words are not well-formed.
    #[inline]
    pub fn program(&self, bytes: bool) -> Option<&Program> {
        // SAFETY: written when the object is made and when it is dead only.
        let c = unsafe { self.code.at_rest() };
        let made = if bytes { &c.bytes } else { &c.text };
        made.get_or_init(|| translate(&c.words, self.groups, !bytes).map(Box::new)).as_deref()
    }

    /// Number of a group given by number or name.
    pub fn group_number(&self, t: &mut Thread, key: VRef<'_>) -> Res<Option<usize>> {
        let n = if weft_vm::types::int::is_int(key) || key.ty().slots().index.is_some() {
            let i = t.index(key)?;
            weft_vm::types::int::to_i64(i.r())
        } else {
            let d = or_none(&self.groupindex);
            let Some(d) = d.cast::<Dict>() else { return Ok(None) };
            match d.get(t, key) {
                Ok(v) => v.and_then(|v| weft_vm::types::int::to_i64(v.r())),
                // Unhashable keys name no group.
                Err(_) if t.raised_is(&weft_vm::errors::TYPE_ERROR) => {
                    t.clear_raised();
                    None
                }
                Err(e) => return Err(e),
            }
        };
        Ok(n.and_then(|n| usize::try_from(n).ok()).filter(|n| *n <= self.groups))
    }
}

/// The `string`, `pos` and `endpos` arguments; these in characters.
pub fn region<'f>(t: &mut Thread, p: &Pattern, a: Args<'f>) -> Result<(Subject<'f>, usize, usize), weft_vm::Raised> {
    let mut bound = |i: usize, default: i64| match a.opt(i) {
        Some(v) => t.arg_ssize(v),
        None => Ok(default),
    };
    let (pos, endpos) = (bound(2, 0)?, bound(3, i64::MAX)?);
    let s = Subject::of(t, a.get(1), p.is_bytes)?;
    let (from, to) = s.fit(pos, endpos);
    Ok((s, from, to))
}

/// A search of a region.
pub fn walk(s: &Subject<'_>, from: usize, to: usize) -> Walk {
    Walk::new(s.offset(from), s.offset(to))
}

fn one(t: &mut Thread, a: Args<'_>, kind: Kind) -> Res {
    let p: &Pattern = a.this();
    let (s, from, to) = region(t, p, a)?;
    let mut w = walk(&s, from, to);
    let r = match w.step(t, p, &s, kind)? {
        Some(span) => Match::make(t, a.get(0), a.get(1), (from, to), span, &w),
        None => Value::NONE,
    };
    w.done();
    Ok(r)
}

fn findall(t: &mut Thread, a: Args<'_>) -> Res {
    let p: &Pattern = a.this();
    let (s, from, to) = region(t, p, a)?;
    let whole = a.get(1);
    let mut w = walk(&s, from, to);
    let mut out = Vec::new();
    while let Some(span) = w.step(t, p, &s, Kind::Search)? {
        let item = |t: &Thread, span: Option<(usize, usize)>| match span {
            Some((from, to)) => s.slice(t, whole, from, to),
            None => s.object(t, b""),
        };
        out.push(match p.groups {
            0 => item(t, Some(span)),
            1 => item(t, w.group(1)),
            n => {
                let row = (1..=n).map(|i| item(t, w.group(i))).collect();
                Tuple::new(t, row)
            }
        })
    }
    w.done();
    Ok(List::new(t, out))
}

fn split(t: &mut Thread, a: Args<'_>) -> Res {
    let p: &Pattern = a.this();
    let s = Subject::of(t, a.get(1), p.is_bytes)?;
    let whole = a.get(1);
    let max = match a.opt(2) {
        Some(n) => t.arg_ssize(n)?,
        None => 0,
    };
    let len = s.bytes().len();
    let mut w = Walk::new(0, len);
    let (mut out, mut last, mut n) = (Vec::new(), 0, 0);
    while max == 0 || n < max {
        let Some((start, end)) = w.step(t, p, &s, Kind::Search)? else { break };
        out.push(s.slice(t, whole, last, start));
        for g in 1..=p.groups {
            out.push(match w.group(g) {
                Some((from, to)) => s.slice(t, whole, from, to),
                None => Value::NONE,
            })
        }
        n += 1;
        last = end
    }
    w.done();
    out.push(s.slice(t, whole, last, len));
    Ok(List::new(t, out))
}

/// What replaces a match.
enum Replacement {
    Literal(Vec<u8>),
    Template(Value),
    Function(Value),
}

fn replacement(t: &mut Thread, pattern: VRef<'_>, p: &Pattern, repl: VRef<'_>) -> Res<Replacement> {
    if t.callable(repl) {
        return Ok(Replacement::Function(repl.to_value()));
    }
    let literal = match text(repl) {
        Some(s) if p.is_bytes != Some(true) => Some(s.bytes().to_vec()),
        Some(_) => None,
        None => match crate::support::bytes_opt(t, repl)? {
            Some(b) if p.is_bytes != Some(false) => Some(b.into_owned()),
            _ => None,
        },
    };
    if let Some(b) = literal
        && !b.contains(&b'\\')
    {
        return Ok(Replacement::Literal(b));
    }
    let re = crate::support::import(t, "re")?;
    let f = t.call_method(re.r(), "_compile_template", &[pattern, repl])?;
    Ok(Replacement::Template(f))
}

fn sub(t: &mut Thread, a: Args<'_>) -> Res<(Value, i64)> {
    let p: &Pattern = a.this();
    let (pattern, whole) = (a.get(0), a.get(2));
    let count = match a.opt(3) {
        Some(n) => t.arg_ssize(n)?,
        None => 0,
    };
    let how = replacement(t, pattern, p, a.get(1))?;
    let s = Subject::of(t, whole, p.is_bytes)?;
    let len = s.bytes().len();
    let mut w = Walk::new(0, len);
    let (mut out, mut last, mut n) = (Vec::new(), 0, 0);
    while count == 0 || n < count {
        let Some(span) = w.step(t, p, &s, Kind::Search)? else { break };
        out.extend_from_slice(s.part(last, span.0));
        match &how {
            Replacement::Literal(b) => out.extend_from_slice(b),
            Replacement::Template(f) => template::expand_into(t, f.r(), &s, p.groups, &|g| if g == 0 { Some(span) } else { w.group(g) }, &mut out)?,
            Replacement::Function(func) => {
                let m = Match::make(t, pattern, whole, (0, s.len()), span, &w);
                let r = t.call(func.r(), &[m.r()])?;
                if !r.is_none() {
                    append(t, &s, r.r(), &mut out, n)?
                }
            }
        }
        last = span.1;
        n += 1
    }
    w.done();
    if n == 0 {
        let r = s.slice(t, whole, 0, len);
        return Ok((r, 0));
    }
    out.extend_from_slice(s.part(last, len));
    Ok((if out.is_ascii() { s.object(t, &out) } else { s.object_of_any(t, &out) }, n))
}

/// Adds what a replacement function gave: it must be of the subject's kind.
pub fn append(t: &mut Thread, s: &Subject<'_>, v: VRef<'_>, out: &mut Vec<u8>, index: i64) -> Res<()> {
    let n = v.ty().name();
    match s {
        Subject::Text(_) => match text(v) {
            Some(s) => out.extend_from_slice(s.bytes()),
            None => {
                return Err(t.type_error(format!("sequence item {index}: expected str instance, {n} found")));
            }
        },
        Subject::Bytes(_) => match crate::support::bytes_opt(t, v)? {
            Some(b) => out.extend_from_slice(&b),
            None => {
                return Err(
                    t.type_error(format!("sequence item {index}: expected a bytes-like object, {n} found"))
                );
            }
        },
    }
    Ok(())
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    const NAMES: [(i64, &str); 8] = [
        (2, "re.IGNORECASE"),
        (4, "re.LOCALE"),
        (8, "re.MULTILINE"),
        (16, "re.DOTALL"),
        (64, "re.VERBOSE"),
        (128, "re.DEBUG"),
        (256, "re.ASCII"),
        (32, "re.UNICODE"),
    ];
    let p: &Pattern = native(v);
    let mut flags = p.flags;
    if p.is_bytes != Some(true) && flags & (4 | 32 | 256) == 32 {
        flags &= !32
    }
    let mut names: Vec<String> = Vec::new();
    for (bit, name) in NAMES {
        if flags & bit != 0 {
            names.push(name.into());
            flags &= !bit
        }
    }
    if flags != 0 {
        names.push(format!("{flags:#x}"))
    }
    let source = or_none(&p.source);
    let r = t.repr(source.r())?;
    // At most 200 characters of the source are shown.
    let shown = text(r.r()).map_or(Vec::new(), |s| s.slice(0, s.len().min(200)).to_vec());
    let mut out = b"re.compile(".to_vec();
    out.extend_from_slice(&shown);
    if !names.is_empty() {
        out.extend_from_slice(b", ");
        out.extend_from_slice(names.join("|").as_bytes())
    }
    out.push(b')');
    Ok(t.str_wtf8(&out))
}

fn hash(t: &mut Thread, v: VRef<'_>) -> Res<i64> {
    let p: &Pattern = native(v);
    let source = or_none(&p.source);
    let mut h = t.hash(source.r())?;
    for c in p.code() {
        h = h.wrapping_mul(0x0100_0193) ^ *c as i64
    }
    h ^= p.flags ^ p.groups as i64;
    Ok(if h == -1 { -2 } else { h })
}

fn compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    let (Some(x), Some(y), true) = (a.cast::<Pattern>(), b.cast::<Pattern>(), matches!(op, Cmp::Eq | Cmp::Ne)) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let mut equal = a.is(b);
    if !equal && x.flags == y.flags && x.is_bytes == y.is_bytes && x.code() == y.code() {
        // Equal code need not mean equal sources: they differ in what `pattern` shows.
        let (p, q) = (or_none(&x.source), or_none(&y.source));
        equal = t.equal(p.r(), q.r())?
    }
    Ok(Value::bool(equal == (op == Cmp::Eq)))
}
