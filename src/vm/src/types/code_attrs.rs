//! What Python sees of code objects: `co_*`.
//!
//! Offsets in bytes count two for an instruction, as in CPython, so that `tb_lasti // 2` indexes `co_positions()`.
//! `co_code` is the instructions as little-endian words; code put together by `replace()` or `types.CodeType` is
//! verified before anybody can run it.

use super::attrs::{bind, getter, or_none, slot_get, slot_text, text_of};
use super::bytes::Bytes;
use super::code::CodeObject;
use super::list::List;
use super::str::text;
use super::tuple::Tuple;
use crate::object::{Args, CallArgs, Cmp, GetSet, MethodDef, Slots, Type, ValueExt};
use crate::thread::Thread;
use crate::{Raised, Res};
use weft_bytecode::{Code, Const, Handler, Instr, Text, locations};
use weft_strategy::{VRef, Value, Word};

/// Behaviour.
pub const SLOTS: Slots =
    Slots { repr: Some(repr), hash: Some(hash), compare: Some(compare), new: Some(new), ..Slots::EMPTY };

/// Methods.
pub static METHODS: &[MethodDef] = crate::methods! {
    "__sizeof__(self, /)" => |t, a| {
        let c = a.this::<CodeObject>().code();
        Ok(t.int_usize(size_of::<CodeObject>() + size_of::<Code>() + 8 * c.instrs.len() + c.linetable.len()))
    };
    "co_lines(self, /)" => lines;
    "co_branches(self, /)" => |t, _| {
        let none = List::new(t, Vec::new());
        t.iter(none.r())
    };
    "co_positions(self, /)" => positions;
    "replace(self, /, **changes)" => |t, a| replace(t, a, "replace"), "Return a copy of the code object with new values for the specified fields.";
    "_varname_from_oparg(self, /, oparg)" => |t, a| {
        let i = t.arg_usize(a.get(1))?;
        match a.this::<CodeObject>().tables(t).local_names.get(i) {
            Some(w) => Ok(name(*w)),
            None => Err(t.index_error("tuple index out of range")),
        }
    }, "(internal-only) Return the local variable name for the given oparg.";
    "__replace__(self, /, **changes)" => |t, a| replace(t, a, "__replace__"), "The same as replace().";
};

/// Computed attributes.
pub static GETSET: &[GetSet] = &[
    getter!("co_argcount", |t, v| Ok(t.int(code(v).argcount as i64))),
    getter!("co_posonlyargcount", |t, v| Ok(t.int(code(v).posonlyargcount as i64))),
    getter!("co_kwonlyargcount", |t, v| Ok(t.int(code(v).kwonlyargcount as i64))),
    getter!("co_stacksize", |t, v| Ok(t.int(code(v).nregs as i64 - code(v).locals.len() as i64))),
    getter!("co_flags", |t, v| Ok(t.int(code(v).flags as i64))),
    getter!("co_nlocals", |t, v| Ok(t.int(code(v).nvarnames as i64))),
    getter!("co_consts", |t, v| {
        let items = this(v).tables(t).const_slots.iter().map(or_none).collect();
        Ok(Tuple::new(t, items))
    }),
    getter!("co_names", |t, v| Ok(texts(t, &code(v).names))),
    getter!("co_varnames", |t, v| Ok(texts(t, varnames(code(v))))),
    getter!("co_cellvars", |t, v| {
        let c = code(v);
        let names: Vec<Text> = c.cells.iter().filter_map(|r| c.locals.get(*r as usize).cloned()).collect();
        Ok(texts(t, &names))
    }),
    getter!("co_freevars", |t, v| Ok(texts(t, &code(v).freevars))),
    getter!("co_filename", slot_get!(CodeObject, filename)),
    getter!("co_name", slot_get!(CodeObject, name)),
    getter!("co_qualname", slot_get!(CodeObject, qualname)),
    getter!("co_firstlineno", |t, v| Ok(t.int(code(v).firstlineno as i64))),
    getter!("co_linetable", |t, v| Ok(t.bytes(&code(v).linetable))),
    getter!("co_exceptiontable", |t, v| {
        let b = handlers_to_bytes(&code(v).handlers);
        Ok(t.bytes(&b))
    }),
    getter!("co_code", |t, v| {
        let b = instrs_to_bytes(&code(v).instrs);
        Ok(t.bytes(&b))
    }),
    getter!("_co_code_adaptive", |t, v| {
        let b = instrs_to_bytes(&code(v).instrs);
        Ok(t.bytes(&b))
    }),
    getter!("co_lnotab", lnotab),
];

fn this<'t>(v: VRef<'t>) -> &'t CodeObject {
    v.cast().expect("the descriptor checked the receiver")
}

fn code<'t>(v: VRef<'t>) -> &'t Code {
    this(v).code()
}

fn name(w: Word) -> Value {
    // SAFETY: names of code are interned, immortal.
    unsafe { VRef::from_word(w) }.to_value()
}

fn varnames(c: &Code) -> &[Text] {
    c.locals.get(..c.nvarnames as usize).unwrap_or(&c.locals)
}

fn texts(t: &Thread, all: &[Text]) -> Value {
    let items = all.iter().map(|s| crate::intern::intern_bytes(t, s).to_value()).collect();
    Tuple::new(t, items)
}

fn instrs_to_bytes(all: &[Instr]) -> Vec<u8> {
    all.iter().flat_map(|i| i.0.to_le_bytes()).collect()
}

fn handlers_to_bytes(all: &[Handler]) -> Vec<u8> {
    let mut out = Vec::with_capacity(16 * all.len());
    for h in all {
        out.extend(h.start.to_le_bytes());
        out.extend(h.end.to_le_bytes());
        out.extend(h.target.to_le_bytes());
        out.extend(h.depth.to_le_bytes());
        out.extend(h.reg.to_le_bytes());
    }
    out
}

// ---- text, equality ----------------------------------------------------------------------------------------

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let c = this(v);
    let (n, at, file) = (slot_text(&c.name), v.word().identity(), slot_text(&c.filename));
    let line = c.code().firstlineno;
    Ok(t.str(&format!("<code object {n} at {at:#x}, file \"{file}\", line {line}>")))
}

fn hash(_t: &mut Thread, v: VRef<'_>) -> Res<i64> {
    let c = code(v);
    let mut all = vec![c.firstlineno as i64, c.flags as i64, c.argcount as i64, c.instrs.len() as i64];
    all.push(crate::hash::hash_bytes(&c.name));
    all.push(crate::hash::hash_bytes(&instrs_to_bytes(&c.instrs)));
    all.push(crate::hash::hash_bytes(&c.linetable));
    Ok(weft_text::hash::collection::of_tuple(all))
}

fn compare(_t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    let (Some(x), Some(y)) = (a.cast::<CodeObject>(), b.cast::<CodeObject>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if !matches!(op, Cmp::Eq | Cmp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    // Where the code was read from does not matter.
    let (p, q) = (x.code(), y.code());
    let same = x.source().is(y.source()) || *p == Code { filename: p.filename.clone(), ..q.clone() };
    Ok(Value::bool(same == (op == Cmp::Eq)))
}

// ---- positions ---------------------------------------------------------------------------------------------

fn number_or_none(t: &Thread, n: Option<u32>) -> Value {
    n.map_or(Value::NONE, |n| t.int(n as i64))
}

fn positions(t: &mut Thread, a: Args<'_>) -> Res {
    let c = a.this::<CodeObject>().code();
    let all = locations::positions(c)
        .map(|p| {
            let parts = [p.line, p.end_line, p.column, p.end_column];
            Tuple::new(t, parts.iter().map(|n| number_or_none(t, *n)).collect())
        })
        .collect();
    let all = List::new(t, all);
    t.iter(all.r())
}

/// Runs of instructions of the same line: start, end, line.
fn runs(c: &Code) -> Vec<(usize, usize, Option<u32>)> {
    let mut out: Vec<(usize, usize, Option<u32>)> = Vec::new();
    for (i, p) in locations::positions(c).enumerate() {
        match out.last_mut() {
            Some(last) if last.2 == p.line => last.1 = i + 1,
            _ => out.push((i, i + 1, p.line)),
        }
    }
    out
}

fn lines(t: &mut Thread, a: Args<'_>) -> Res {
    let all = runs(a.this::<CodeObject>().code())
        .into_iter()
        .map(|(from, to, line)| {
            let parts = vec![t.int_usize(2 * from), t.int_usize(2 * to), number_or_none(t, line)];
            Tuple::new(t, parts)
        })
        .collect();
    let all = List::new(t, all);
    t.iter(all.r())
}

/// The old line table: pairs of byte and line increments.
fn lnotab(t: &mut Thread, v: VRef<'_>) -> Res {
    crate::start::warn::warn(
        t,
        &crate::errors::DEPRECATION_WARNING,
        "co_lnotab is deprecated, use co_lines instead.",
    )?;
    let c = code(v);
    let (mut out, mut at, mut line) = (Vec::new(), 0, c.firstlineno as i64);
    for (from, _, l) in runs(c) {
        let Some(l) = l else { continue };
        let (mut bytes, mut delta) = (2 * from - at, l as i64 - line);
        if delta == 0 {
            continue;
        }
        while bytes > 255 {
            out.extend([255, 0]);
            bytes -= 255
        }
        while !(-128..=127).contains(&delta) {
            let step = delta.clamp(-128, 127);
            out.extend([bytes as u8, step as u8]);
            bytes = 0;
            delta -= step
        }
        out.extend([bytes as u8, delta as u8]);
        at = 2 * from;
        line = l as i64
    }
    Ok(t.bytes(&out))
}

// ---- making code -------------------------------------------------------------------------------------------

/// A code object that somebody is putting together from Python values.
struct Draft<'a> {
    t: &'a mut Thread,
    function: &'static str,
    code: Code,
}

impl Draft<'_> {
    fn wrong(&mut self, field: &str, kind: &str, v: VRef<'_>) -> Raised {
        let (f, n) = (self.function, v.ty().name());
        self.t.type_error(format!("{f}() argument '{field}' must be {kind}, not {n}"))
    }

    fn count(&mut self, field: &str, v: VRef<'_>) -> Res<u16> {
        let n = self.t.arg_i32(v)?;
        if n < 0 {
            return Err(self.t.value_error(format!("{field} must be a positive integer")));
        }
        u16::try_from(n).map_err(|_| self.t.value_error(format!("{field} is too large")))
    }

    fn text(&mut self, field: &str, v: VRef<'_>) -> Res<Text> {
        match text(v) {
            Some(s) => Ok(s.bytes().into()),
            None => Err(self.wrong(field, "str", v)),
        }
    }

    fn bytes<'v>(&mut self, field: &str, v: VRef<'v>) -> Result<&'v [u8], Raised> {
        match v.cast::<Bytes>() {
            Some(b) => Ok(b.as_slice()),
            None => Err(self.wrong(field, "bytes", v)),
        }
    }

    fn texts(&mut self, field: &str, v: VRef<'_>) -> Res<Box<[Text]>> {
        let Some(items) = v.cast::<Tuple>() else { return Err(self.wrong(field, "tuple", v)) };
        let mut out = Vec::new();
        for i in items.iter() {
            let Some(s) = text(i) else {
                let n = i.ty().name();
                return Err(self.t.type_error(format!("name tuples must contain only strings, not '{n}'")));
            };
            out.push(s.bytes().into())
        }
        Ok(out.into())
    }

    /// Sets one field.
    fn set(&mut self, field: &str, v: VRef<'_>) -> Res<()> {
        match field {
            "co_argcount" => self.code.argcount = self.count(field, v)?,
            "co_posonlyargcount" => self.code.posonlyargcount = self.count(field, v)?,
            "co_kwonlyargcount" => self.code.kwonlyargcount = self.count(field, v)?,
            "co_nlocals" => {
                let n = self.count(field, v)?;
                if n != self.code.nvarnames {
                    return Err(self.t.value_error("code: co_nlocals != len(co_varnames)"));
                }
            }
            "co_stacksize" => {
                let n = self.count(field, v)?;
                let needed = n as usize + self.code.locals.len();
                let needed = u16::try_from(needed)
                    .map_err(|_| self.t.overflow_error("code: co_stacksize is too large"))?;
                self.code.nregs = self.code.nregs.max(needed)
            }
            "co_flags" => self.code.flags = self.t.arg_i64(v)? as u32,
            "co_firstlineno" => {
                let n = self.t.arg_i32(v)?;
                self.code.firstlineno = u32::try_from(n)
                    .map_err(|_| self.t.value_error("co_firstlineno must be a positive integer"))?
            }
            "co_code" => {
                let b = self.bytes(field, v)?;
                let words = b.chunks_exact(8);
                if !words.remainder().is_empty() {
                    return Err(self.t.value_error("code: co_code is malformed"));
                }
                self.code.instrs =
                    words.map(|w| Instr(w.iter().rev().fold(0, |n, b| n << 8 | *b as u64))).collect()
            }
            "co_consts" => {
                let Some(items) = v.cast::<Tuple>() else { return Err(self.wrong(field, "tuple", v)) };
                let mut out = Vec::new();
                for i in items.iter() {
                    out.push(constant(self.t, i)?)
                }
                self.code.consts = out.into()
            }
            "co_names" => self.code.names = self.texts(field, v)?,
            "co_varnames" => {
                let names = self.texts(field, v)?;
                if names.len() != self.code.nvarnames as usize {
                    return Err(self.t.value_error("code: co_nlocals != len(co_varnames)"));
                }
                for (to, from) in self.code.locals.iter_mut().zip(names) {
                    *to = from
                }
            }
            "co_cellvars" => {
                let names = self.texts(field, v)?;
                if names.len() != self.code.cells.len() {
                    return Err(self.t.value_error("code: co_cellvars must name as many cells as there are"));
                }
                for (r, n) in self.code.cells.clone().iter().zip(names) {
                    if let Some(to) = self.code.locals.get_mut(*r as usize) {
                        *to = n
                    }
                }
            }
            "co_freevars" => self.code.freevars = self.texts(field, v)?,
            "co_filename" => self.code.filename = self.text(field, v)?,
            "co_name" => self.code.name = self.text(field, v)?,
            "co_qualname" => self.code.qualname = self.text(field, v)?,
            "co_linetable" => self.code.linetable = self.bytes(field, v)?.into(),
            "co_exceptiontable" => {
                let b = self.bytes(field, v)?;
                if b.len() % 16 != 0 {
                    return Err(self.t.value_error("code: co_exceptiontable is malformed"));
                }
                self.code.handlers = b.chunks_exact(16).map(handler).collect()
            }
            _ => {
                let f = self.function;
                return Err(self.t.type_error(format!("{f}() got an unexpected keyword argument '{field}'")));
            }
        }
        Ok(())
    }

    fn finish(self) -> Res {
        let named = self.code.argcount as usize + self.code.kwonlyargcount as usize;
        if self.code.posonlyargcount > self.code.argcount || named > self.code.nvarnames as usize {
            return Err(self.t.value_error("code: varnames is too small"));
        }
        if let Err(e) = weft_bytecode::verify::verify(&self.code) {
            return Err(self.t.value_error(format!("code: {e}")));
        }
        Ok(CodeObject::load(self.t, &self.code.into()))
    }
}

fn handler(b: &[u8]) -> Handler {
    let word = |i: usize| b.get(i..i + 4).map_or(0, |b| b.iter().rev().fold(0, |n, b| n << 8 | *b as u32));
    Handler {
        start: word(0),
        end: word(4),
        target: word(8),
        depth: (word(12) & 0xFFFF) as u16,
        reg: (word(12) >> 16) as u16,
    }
}

fn replace(t: &mut Thread, a: Args<'_>, function: &'static str) -> Res {
    let co: &CodeObject = a.this();
    let changes = match a.kwargs().and_then(super::attrs::as_dict) {
        Some(d) => d.items(t),
        None => Vec::new(),
    };
    let mut d = Draft { t, function, code: co.code().clone() };
    for (k, v) in &changes {
        d.set(&text_of(k.r()), v.r())?
    }
    d.finish()
}

/// `types.CodeType(…)`: every site is the name of its number.
fn new(t: &mut Thread, _cls: &Type, args: CallArgs<'_>) -> Res {
    const FIELDS: [&str; 18] = [
        "co_argcount",
        "co_posonlyargcount",
        "co_kwonlyargcount",
        "co_nlocals",
        "co_stacksize",
        "co_flags",
        "co_code",
        "co_consts",
        "co_names",
        "co_varnames",
        "co_filename",
        "co_name",
        "co_qualname",
        "co_firstlineno",
        "co_linetable",
        "co_exceptiontable",
        "co_freevars",
        "co_cellvars",
    ];
    let a = bind(t, "code", &FIELDS, 16, 18, args)?;
    let code = Code {
        name: [].into(),
        qualname: [].into(),
        filename: [].into(),
        flags: 0,
        argcount: 0,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        firstlineno: 0,
        nregs: 0,
        locals: [].into(),
        nvarnames: 0,
        cells: [].into(),
        freevars: [].into(),
        instrs: [].into(),
        consts: [].into(),
        names: [].into(),
        sites: [].into(),
        handlers: [].into(),
        linetable: [].into(),
    };
    let mut d = Draft { t, function: "code", code };
    // The registers first: other fields are checked against them.
    let Some(names) = a[9] else { return Ok(Value::NONE) };
    let mut locals = d.texts("co_varnames", names)?.into_vec();
    d.code.nvarnames =
        u16::try_from(locals.len()).map_err(|_| d.t.value_error("code: too many variables"))?;
    if let Some(cells) = a[17] {
        let mut numbers = Vec::new();
        for c in d.texts("co_cellvars", cells)? {
            let i = locals.iter().position(|l| *l == c).unwrap_or_else(|| {
                locals.push(c);
                locals.len() - 1
            });
            numbers.push(u16::try_from(i).map_err(|_| d.t.value_error("code: too many variables"))?)
        }
        d.code.cells = numbers.into()
    }
    d.code.locals = locals.into();
    for (i, f) in FIELDS.iter().enumerate() {
        if let Some(v) = a[i] {
            d.set(f, v)?
        }
    }
    d.code.sites = (0..d.code.names.len() as u32).collect();
    d.finish()
}

/// A value as a constant; TypeError for what the compiler makes none of.
pub fn constant(t: &mut Thread, v: VRef<'_>) -> Res<Const> {
    let w = v.word();
    if w == Word::NONE {
        return Ok(Const::None);
    }
    if w == Word::ELLIPSIS {
        return Ok(Const::Ellipsis);
    }
    if w == Word::TRUE || w == Word::FALSE {
        return Ok(Const::Bool(w == Word::TRUE));
    }
    if let Some(i) = super::int::to_i64(v) {
        return Ok(Const::Int(i));
    }
    if let Some(b) = super::int::to_big(v) {
        use dashu_int::ops::UnsignedAbs;
        let negative = super::int::is_negative(v);
        return Ok(Const::BigInt(negative, b.unsigned_abs().to_le_bytes()));
    }
    if let Some(f) = super::float::float(v) {
        return Ok(Const::Float(f.to_bits()));
    }
    if let Some(s) = text(v) {
        return Ok(Const::Str(s.bytes().into()));
    }
    if let Some(b) = v.cast::<Bytes>() {
        return Ok(Const::Bytes(b.as_slice().into()));
    }
    if let Some(c) = v.cast::<CodeObject>() {
        return Ok(Const::Code(c.source().clone()));
    }
    let items = |t: &mut Thread, all: Vec<Value>| -> Res<Vec<Const>> {
        let mut out = Vec::new();
        for i in all {
            out.push(t.recurse(|t| constant(t, i.r()))?)
        }
        Ok(out)
    };
    if let Some(x) = v.cast::<Tuple>() {
        let all = x.iter().map(|i| i.to_value()).collect();
        return Ok(Const::Tuple(items(t, all)?.into()));
    }
    if v.ty().is_subtype(super::set::FROZENSET.get(t)) {
        let all = t.collect(v)?;
        return Ok(Const::FrozenSet(items(t, all)?.into()));
    }
    if v.ty().is_subtype(super::complex::TYPE.get(t)) {
        let (re, im) = (t.attr(v, "real")?, t.attr(v, "imag")?);
        let (re, im) = (t.arg_f64(re.r())?, t.arg_f64(im.r())?);
        return Ok(Const::Complex(re.to_bits(), im.to_bits()));
    }
    if let Some(s) = v.cast::<super::slice::Slice>() {
        let parts = [or_none(&s.start), or_none(&s.stop), or_none(&s.step)];
        let [a, b, c] = parts;
        let parts = [constant(t, a.r())?, constant(t, b.r())?, constant(t, c.r())?];
        return Ok(Const::Slice(Box::new(parts)));
    }
    let n = v.ty().name();
    Err(t.type_error(format!("code: constants of type '{n}' are not possible")))
}
