//! Python objects as trees of the compiler: `compile(tree, …)`. What the grammar or CPython's validator does not
//! allow is refused here, in its words, so that the compiler sees proper trees only.

mod expr;
mod pattern;
mod stmt;

use super::{CLASSES, asdl};
use std::collections::HashMap;
use weft_compiler::Mode;
use weft_compiler::ast::*;
use weft_vm::dict::Dict;
use weft_vm::object::ValueExt;
use weft_vm::start::modules::registry_get;
use weft_vm::types::bytes::Bytes;
use weft_vm::types::int;
use weft_vm::types::list::List;
use weft_vm::types::set::Set;
use weft_vm::types::str::text;
use weft_vm::types::tuple::Tuple;
use weft_vm::types::{complex, fixed, float};
use weft_vm::{Raised, Res, Thread, VRef, Value, Word, intern};

/// A whole tree.
pub fn module(t: &mut Thread, v: VRef<'_>, mode: Mode) -> Res<Mod> {
    let mut x = Taker { kinds: kinds(t), t };
    let wanted = match mode {
        Mode::Exec => "Module",
        Mode::Eval => "Expression",
        Mode::Single => "Interactive",
        Mode::FuncType => "FunctionType",
    };
    if x.kind(v) != Some(wanted) {
        let got = v.ty().name();
        return Err(x.t.type_error(format!("expected {wanted} node, got {got}")));
    }
    Ok(match mode {
        Mode::Exec => Mod::Module { body: x.stmts(v, wanted, "body")?, type_ignores: Vec::new() },
        Mode::Single => Mod::Interactive { body: x.stmts(v, wanted, "body")? },
        Mode::Eval => Mod::Expression { body: Box::new(x.expr_field(v, wanted, "body", Context::Load)?) },
        Mode::FuncType => Mod::FunctionType {
            argtypes: x.exprs(v, wanted, "argtypes", Context::Load)?,
            returns: Box::new(x.expr_field(v, wanted, "returns", Context::Load)?),
        },
    })
}

/// Names of the node classes by identity.
fn kinds(t: &mut Thread) -> HashMap<u64, &'static str> {
    let mut map = HashMap::new();
    let Some(classes) = registry_get(t, CLASSES) else { return map };
    let Some(d) = classes.cast::<Dict>() else { return map };
    for n in asdl::GRAMMAR.iter().flat_map(|s| s.nodes) {
        let name = asdl::parse(n).0;
        if let Some(c) = t.dict_get(d, name) {
            map.insert(c.word().identity(), name);
        }
    }
    map
}

/// Takes a tree of objects apart.
struct Taker<'t> {
    t: &'t mut Thread,
    kinds: HashMap<u64, &'static str>,
}

impl Taker<'_> {
    /// The node class of a value: its own or the first known one among its bases.
    fn kind(&self, v: VRef<'_>) -> Option<&'static str> {
        let ty = v.ty();
        if let Some(k) = self.kinds.get(&weft_vm::object::as_vref(ty).word().identity()) {
            return Some(k);
        }
        let mro = ty.mro.load()?;
        mro.cast::<Tuple>()?.iter().find_map(|c| self.kinds.get(&c.word().identity()).copied())
    }

    fn wrong(&mut self, what: &str, v: VRef<'_>) -> Raised {
        match self.t.repr_text(v) {
            Ok(r) => self.t.type_error(format!("expected some sort of {what}, but got {r}")),
            Err(e) => e,
        }
    }

    fn value_error<T>(&mut self, text: impl AsRef<str>) -> Res<T> {
        Err(self.t.value_error(text))
    }

    /// A field, `None` if missing or None.
    fn field(&mut self, v: VRef<'_>, name: &str) -> Res<Option<Value>> {
        let name = intern::intern(self.t, name);
        Ok(self.t.getattr_opt(v, name)?.filter(|x| !x.is_none()))
    }

    /// A field that must be there.
    fn required(&mut self, v: VRef<'_>, class: &str, name: &str) -> Res {
        let n = intern::intern(self.t, name);
        match self.t.getattr_opt(v, n)? {
            None => Err(self.t.type_error(format!("required field \"{name}\" missing from {class}"))),
            Some(x) if x.is_none() => self.value_error(format!("field '{name}' is required for {class}")),
            Some(x) => Ok(x),
        }
    }

    /// A list field; missing is empty.
    fn list(&mut self, v: VRef<'_>, class: &str, name: &str) -> Res<Vec<Value>> {
        let n = intern::intern(self.t, name);
        let Some(x) = self.t.getattr_opt(v, n)? else { return Ok(Vec::new()) };
        match x.cast::<List>() {
            Some(l) => Ok(l.snapshot(self.t)),
            None => {
                let got = x.r().ty().name();
                Err(self.t.type_error(format!("{class} field \"{name}\" must be a list, not a {got}")))
            }
        }
    }

    /// A list field that must not be empty.
    fn filled(&mut self, v: VRef<'_>, class: &str, name: &str) -> Res<Vec<Value>> {
        let items = self.list(v, class, name)?;
        if items.is_empty() { self.value_error(format!("empty {name} on {class}")) } else { Ok(items) }
    }

    fn int(&mut self, v: VRef<'_>) -> Res<i32> {
        match int::to_i64(v) {
            Some(n) => match i32::try_from(n) {
                Ok(n) => Ok(n),
                Err(_) => Err(self.t.overflow_error("Python int too large to convert to C int")),
            },
            None => {
                let r = self.t.repr_text(v)?;
                self.value_error(format!("invalid integer value: {r}"))
            }
        }
    }

    fn int_field(&mut self, v: VRef<'_>, class: &str, name: &str) -> Res<i32> {
        let n = self.required(v, class, name)?;
        self.int(n.r())
    }

    fn name(&mut self, v: VRef<'_>) -> Res<Name> {
        let Some(s) = text(v) else { return Err(self.t.type_error("AST identifier must be of type str")) };
        match s.as_str() {
            Some(s) => Ok(s.into()),
            None => self.value_error("surrogates not allowed in an identifier"),
        }
    }

    /// A name that code may bind: not one of the constants.
    fn bindable(&mut self, v: VRef<'_>) -> Res<Name> {
        let n = self.name(v)?;
        if matches!(&*n, "None" | "True" | "False") {
            return self.value_error(format!("identifier field can't represent '{n}' constant"));
        }
        Ok(n)
    }

    fn name_field(&mut self, v: VRef<'_>, class: &str, name: &str) -> Res<Name> {
        let n = self.required(v, class, name)?;
        self.bindable(n.r())
    }

    fn opt_name(&mut self, v: VRef<'_>, name: &str) -> Res<Option<Name>> {
        match self.field(v, name)? {
            Some(n) => self.name(n.r()).map(Some),
            None => Ok(None),
        }
    }

    /// Where a node stands. `family` names the base class in messages.
    fn span(&mut self, v: VRef<'_>, family: &str) -> Res<Span> {
        let line = self.int_field(v, family, "lineno")?;
        let col = self.int_field(v, family, "col_offset")?;
        let needs_end = family == "pattern" || family == "type_param";
        let mut end = |name: &str, default: i32| -> Res<i32> {
            if needs_end {
                return self.int_field(v, family, name);
            }
            match self.field(v, name)? {
                Some(n) => self.int(n.r()),
                None => Ok(default),
            }
        };
        let end_line = end("end_lineno", line)?;
        let end_col = end("end_col_offset", col)?;
        if line > end_line {
            return self.value_error(format!("AST node line range ({line}, {end_line}) is not valid"));
        }
        if line < 0 && end_line != line || col < 0 && col != end_col {
            return self.value_error(format!(
                "AST node column range ({col}, {end_col}) for line range ({line}, {end_line}) is not valid"
            ));
        }
        if line == end_line && col > end_col {
            return self.value_error(format!("line {line}, column {col}-{end_col} is not a valid range"));
        }
        let n = |n: i32| u32::try_from(n).unwrap_or(0);
        Ok(Span { line: n(line), col: n(col), end_line: n(end_line), end_col: n(end_col) })
    }

    fn constant(&mut self, v: VRef<'_>) -> Res<Const> {
        let w = v.word();
        Ok(if w == Word::NONE {
            Const::None
        } else if w == Word::TRUE || w == Word::FALSE {
            Const::Bool(w == Word::TRUE)
        } else if w == Word::ELLIPSIS {
            Const::Ellipsis
        } else if w.is_int() {
            Const::Int(w.as_int())
        } else if v.has_shape(fixed::INT) {
            let n = int::to_big(v).unwrap_or_default();
            match i64::try_from(&n) {
                Ok(i) => Const::Int(i),
                Err(_) => {
                    let negative = n < dashu_int::IBig::ZERO;
                    let size = dashu_int::UBig::try_from(if negative { -n } else { n }).unwrap_or_default();
                    Const::BigInt(negative, size.to_le_bytes())
                }
            }
        } else if w.is_float() || v.has_shape(fixed::FLOAT) {
            Const::Float(float::float(v).unwrap_or_default().to_bits())
        } else if v.has_shape(fixed::COMPLEX) {
            let (re, im) = complex::complex(v).map_or((0.0, 0.0), |c| (c.re, c.im));
            Const::Complex(re.to_bits(), im.to_bits())
        } else if let Some(s) = text(v).filter(|_| v.has_shape(fixed::STR)) {
            Const::Str(s.bytes().into())
        } else if let Some(b) = v.exact::<Bytes>(fixed::BYTES) {
            Const::Bytes(b.as_slice().into())
        } else if let Some(items) = v.exact::<Tuple>(fixed::TUPLE) {
            let items = items.iter().map(|i| self.nested_constant(i)).collect::<Res<Vec<Const>>>()?;
            Const::Tuple(items.into())
        } else if let Some(items) = v.exact::<Set>(fixed::FROZENSET).map(|s| s.items(self.t)) {
            let items = items.iter().map(|i| self.nested_constant(i.r())).collect::<Res<Vec<Const>>>()?;
            Const::FrozenSet(items.into())
        } else {
            let n = v.ty().name();
            return Err(self.t.type_error(format!("got an invalid type in Constant: {n}")));
        })
    }

    fn nested_constant(&mut self, v: VRef<'_>) -> Res<Const> {
        self.deeper(|x| x.constant(v))
    }

    /// Guards recursion: trees may contain themselves.
    fn deeper<R>(&mut self, f: impl FnOnce(&mut Taker<'_>) -> Res<R>) -> Res<R> {
        let kinds = std::mem::take(&mut self.kinds);
        let mut back = HashMap::new();
        let r = self.t.recurse(|t| {
            let mut x = Taker { t, kinds };
            let r = f(&mut x);
            back = x.kinds;
            r
        });
        self.kinds = back;
        r
    }

    /// The class of an operator or context.
    fn operator<T>(&mut self, v: VRef<'_>, family: &str, of: impl Fn(&str) -> Option<T>) -> Res<T> {
        match self.kind(v).and_then(of) {
            Some(op) => Ok(op),
            None => Err(self.wrong(family, v)),
        }
    }
}
