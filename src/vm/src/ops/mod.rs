//! Operations on any values, as Rust code and the interpreter's slow paths ask for them: operators,
//! comparison, hashing, truth, length, items, iteration, conversion to text.

pub mod convert;
pub mod iterate;

use crate::object::{BinOp, Cmp, ValueExt};
use crate::thread::Thread;
use crate::types::str::{Str, text};
use crate::types::{dunder, fixed, object, sequence};
use crate::{Raised, Res, names};
use std::cmp::Ordering;
use weft_strategy::{VRef, Value, Word};

/// Is this `NotImplemented`?
#[inline(always)]
pub fn not_implemented(v: &Value) -> bool {
    v.word() == Word::NOT_IMPLEMENTED
}

/// The count of a sequence repetition; TypeError, OverflowError.
pub fn repeat_count(t: &mut Thread, n: VRef<'_>) -> Res<i64> {
    if n.ty().slots().index.is_none() {
        let name = n.ty().name();
        return Err(t.type_error(format!("can't multiply sequence by non-int of type '{name}'")));
    }
    t.index_i64(n, &crate::errors::OVERFLOW_ERROR)
}

/// The result of `__len__`.
pub fn len_result(t: &mut Thread, r: Value) -> Res<usize> {
    if r.r().ty().slots().index.is_none() {
        let n = r.r().ty().name();
        return Err(t.type_error(format!("'{n}' object cannot be interpreted as an integer")));
    }
    let n = t.index_i64(r.r(), &crate::errors::OVERFLOW_ERROR)?;
    if n < 0 { Err(t.value_error("__len__() should return >= 0")) } else { Ok(n as usize) }
}

/// The result of `__hash__`.
pub fn hash_result(t: &mut Thread, r: Value) -> Res<i64> {
    if r.word().is_int() {
        let n = r.word().as_int();
        return Ok(if n == -1 { -2 } else { n });
    }
    // What fits 64 bits is the hash as it stands; only bigger ones are reduced.
    if crate::types::int::is_int(r.r())
        && let Some(n) = crate::types::int::to_i64(r.r())
    {
        return Ok(if n == -1 { -2 } else { n });
    }
    match crate::types::int::hash_of_int(r.r()) {
        Some(h) => Ok(h),
        None => Err(t.type_error("__hash__ method should return an integer")),
    }
}

/// The name argument of attribute functions: a str.
pub fn attribute_name(t: &mut Thread, name: VRef<'_>) -> Res {
    if text(name).is_some() {
        return Ok(crate::intern::intern_value(t, name));
    }
    let n = name.ty().name();
    Err(t.type_error(format!("attribute name must be string, not '{n}'")))
}

impl Thread {
    /// `a op b` (Language Reference 3.3.8): left operand first, unless the right one's type is a subclass
    /// with an implementation of its own.
    pub fn binary(&mut self, op: BinOp, a: VRef<'_>, b: VRef<'_>) -> Res {
        let r = self.binary_opt(op, a, b)?;
        if !not_implemented(&r) {
            return Ok(r);
        }
        Err(self.binary_error(op, a, b, false))
    }

    /// As [`Thread::binary`], NotImplemented instead of TypeError.
    pub fn binary_opt(&mut self, op: BinOp, a: VRef<'_>, b: VRef<'_>) -> Res {
        let r = self.binary_numeric(op, a, b)?;
        if !not_implemented(&r) {
            return Ok(r);
        }
        self.binary_sequence(op, a, b)
    }

    /// The operand types' own implementations.
    fn binary_numeric(&mut self, op: BinOp, a: VRef<'_>, b: VRef<'_>) -> Res {
        let i = op as usize;
        let (ta, tb) = (a.ty(), b.ty());
        let fa = ta.slots().binary[i];
        let fb = if std::ptr::eq(ta, tb) { None } else { tb.slots().binary[i] };
        let fb = fb.filter(|fb| fa.is_none_or(|fa| fa as usize != *fb as usize));
        if let (Some(fb), true) = (fb, fa.is_some() && tb.is_subtype(ta)) {
            let r = fb(self, a, b)?;
            if !not_implemented(&r) {
                return Ok(r);
            }
        }
        if let Some(fa) = fa {
            let r = fa(self, a, b)?;
            if !not_implemented(&r) {
                return Ok(r);
            }
        }
        if let Some(fb) = fb.filter(|_| !(fa.is_some() && tb.is_subtype(ta))) {
            let r = fb(self, a, b)?;
            if !not_implemented(&r) {
                return Ok(r);
            }
        }
        Ok(Value::NOT_IMPLEMENTED)
    }

    /// Concatenation and repetition of sequences.
    fn binary_sequence(&mut self, op: BinOp, a: VRef<'_>, b: VRef<'_>) -> Res {
        let (ta, tb) = (a.ty(), b.ty());
        match op {
            BinOp::Add => {
                if let Some(f) = ta.slots().concat {
                    return f(self, a, b);
                }
            }
            BinOp::Mul => {
                if let Some(f) = ta.slots().repeat {
                    let n = repeat_count(self, b)?;
                    return f(self, a, n);
                }
                if let Some(f) = tb.slots().repeat {
                    let n = repeat_count(self, a)?;
                    return f(self, b, n);
                }
            }
            _ => {}
        }
        Ok(Value::NOT_IMPLEMENTED)
    }

    /// `a op= b`
    pub fn inplace(&mut self, op: BinOp, a: VRef<'_>, b: VRef<'_>) -> Res {
        let s = a.ty().slots();
        if let Some(f) = s.inplace[op as usize] {
            let r = f(self, a, b)?;
            if !not_implemented(&r) {
                return Ok(r);
            }
        }
        let i = op as usize;
        match op {
            BinOp::Add if s.inplace_concat.is_some() && b.ty().slots().binary[i].is_none() => {
                if let Some(f) = s.inplace_concat {
                    return f(self, a, b);
                }
            }
            BinOp::Mul if s.inplace_repeat.is_some() && b.ty().slots().index.is_some() => {
                if let Some(f) = s.inplace_repeat {
                    let n = repeat_count(self, b)?;
                    return f(self, a, n);
                }
            }
            _ => {}
        }
        let r = self.binary_numeric(op, a, b)?;
        if !not_implemented(&r) {
            return Ok(r);
        }
        if let (BinOp::Add, Some(f)) = (op, s.inplace_concat) {
            return f(self, a, b);
        }
        let r = self.binary_sequence(op, a, b)?;
        if !not_implemented(&r) {
            return Ok(r);
        }
        Err(self.binary_error(op, a, b, true))
    }

    #[cold]
    fn binary_error(&mut self, op: BinOp, a: VRef<'_>, b: VRef<'_>, inplace: bool) -> Raised {
        let (x, y) = (a.ty().error_name(), b.ty().error_name());
        let mut symbol = BinOp::SYMBOLS[op as usize].to_string();
        if inplace {
            symbol = if op == BinOp::Pow { "**=".into() } else { format!("{symbol}=") }
        }
        if op == BinOp::RShift && crate::types::builtin_print_is(a) {
            return self.type_error(format!(
                "unsupported operand type(s) for {symbol}: '{x}' and '{y}'. Did you mean \"print(<message>, file=<output_stream>)\"?"
            ));
        }
        self.type_error(format!("unsupported operand type(s) for {symbol}: '{x}' and '{y}'"))
    }

    /// `pow(a, b, c)`
    pub fn power_mod(&mut self, a: VRef<'_>, b: VRef<'_>, c: VRef<'_>) -> Res {
        if c.is_none() {
            return self.binary(BinOp::Pow, a, b);
        }
        // The first operand's, then those of the others, each function once.
        let mut tried = [None; 3];
        for (i, v) in [a, b, c].into_iter().enumerate() {
            let Some(f) = v.ty().slots().pow_mod else { continue };
            if tried.contains(&Some(f as usize)) {
                continue;
            }
            tried[i] = Some(f as usize);
            let r = f(self, a, b, c)?;
            if !not_implemented(&r) {
                return Ok(r);
            }
        }
        if let Some(Ok(r)) = self.call_special(a, names::__pow__(), &[b, c])
            && !not_implemented(&r)
        {
            return Ok(r);
        } else if self.raised().is_some() {
            return Err(Raised);
        }
        // New in 3.14: three arguments, too, are tried from the right.
        if !std::ptr::eq(a.ty(), b.ty()) {
            match self.call_special(b, names::__rpow__(), &[a, c]) {
                Some(Ok(r)) if !not_implemented(&r) => return Ok(r),
                Some(Err(e)) => return Err(e),
                _ => {}
            }
        }
        let float = |v: VRef<'_>| crate::types::float::float(v).is_some();
        if crate::types::int::is_int(a) && (float(b) || float(c)) {
            return Err(self.type_error("pow() 3rd argument not allowed unless all arguments are integers"));
        }
        let (x, y, z) = (a.ty().error_name(), b.ty().error_name(), c.ty().error_name());
        Err(self.type_error(format!("unsupported operand type(s) for ** or pow(): '{x}', '{y}', '{z}'")))
    }

    /// `a < b` and the others, as Python objects.
    pub fn compare(&mut self, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
        self.enter_native()?;
        self.compare_inner(a, b, op)
    }

    fn compare_inner(&mut self, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
        let (ta, tb) = (a.ty(), b.ty());
        if let Cmp::Eq | Cmp::Ne = op
            && object::compares_by_identity(ta)
            && object::compares_by_identity(tb)
        {
            return Ok(Value::bool(a.is(b) == (op == Cmp::Eq)));
        }
        let swapped = match op {
            Cmp::Lt => Cmp::Gt,
            Cmp::Le => Cmp::Ge,
            Cmp::Gt => Cmp::Lt,
            Cmp::Ge => Cmp::Le,
            same => same,
        };
        let mut tried_b = false;
        if !std::ptr::eq(ta, tb)
            && tb.is_subtype(ta)
            && let Some(f) = tb.slots().compare
        {
            tried_b = true;
            let r = f(self, b, a, swapped)?;
            if !not_implemented(&r) {
                return Ok(r);
            }
        }
        if let Some(f) = ta.slots().compare {
            let r = f(self, a, b, op)?;
            if !not_implemented(&r) {
                return Ok(r);
            }
        }
        if !tried_b && let Some(f) = tb.slots().compare {
            let r = f(self, b, a, swapped)?;
            if !not_implemented(&r) {
                return Ok(r);
            }
        }
        match op {
            Cmp::Eq => Ok(Value::bool(a.is(b))),
            Cmp::Ne => Ok(Value::bool(!a.is(b))),
            _ => {
                let symbol = ["<", "<=", "==", "!=", ">", ">="][op as usize];
                let (x, y) = (ta.error_name(), tb.error_name());
                Err(self.type_error(format!("'{symbol}' not supported between instances of '{x}' and '{y}'")))
            }
        }
    }

    /// `bool(a op b)`
    pub fn compare_bool(&mut self, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res<bool> {
        if a.word().is_int() && b.word().is_int() {
            let (x, y) = (a.word().as_int(), b.word().as_int());
            return Ok(ordering_is(x.cmp(&y), op));
        }
        let r = self.compare(a, b, op)?;
        self.truth(r.r())
    }

    /// `a is b or a == b`, as containers compare.
    pub fn equal(&mut self, a: VRef<'_>, b: VRef<'_>) -> Res<bool> {
        if a.is(b) {
            return Ok(true);
        }
        if let Some(same) = sequence::quick_equal(a, b) {
            return Ok(same);
        }
        if let (Some(x), Some(y)) = (sequence::plain_tuple(a), sequence::plain_tuple(b))
            && let Some(same) = sequence::equal_tuples(x, y, sequence::TUPLE_DEPTH)
        {
            return Ok(same);
        }
        self.compare_bool(a, b, Cmp::Eq)
    }

    /// `hash(v)`
    #[inline(always)]
    pub fn hash(&mut self, v: VRef<'_>) -> Res<i64> {
        if let Some(s) = v.exact::<Str>(fixed::STR) {
            return Ok(s.hash() as i64);
        }
        if v.word().is_int() {
            return Ok(weft_text::hash::number::of_i64(v.word().as_int()));
        }
        match v.ty().slots().hash {
            Some(f) => self.recurse(|t| f(t, v)),
            None => dunder::unhashable(self, v),
        }
    }

    /// `bool(v)`
    #[inline]
    pub fn truth(&mut self, v: VRef<'_>) -> Res<bool> {
        let w = v.word();
        if w == Word::TRUE {
            return Ok(true);
        }
        if w == Word::FALSE || w == Word::NONE {
            return Ok(false);
        }
        if w.is_int() {
            return Ok(w.as_int() != 0);
        }
        let s = v.ty().slots();
        if let Some(f) = s.bool {
            return f(self, v);
        }
        if let Some(f) = s.len {
            return Ok(f(self, v)? != 0);
        }
        Ok(true)
    }

    /// `len(v)`
    pub fn len(&mut self, v: VRef<'_>) -> Res<usize> {
        match v.ty().slots().len {
            Some(f) => f(self, v),
            None => {
                let n = v.ty().name();
                Err(self.type_error(format!("object of type '{n}' has no len()")))
            }
        }
    }

    /// `v[key]`
    pub fn getitem(&mut self, v: VRef<'_>, key: VRef<'_>) -> Res {
        if let Some(f) = v.ty().slots().getitem {
            return f(self, v, key);
        }
        if let Some(class) = crate::types::typeobj::as_type(v) {
            if std::ptr::eq(class, crate::types::heaptype::TYPE.get(self)) {
                return crate::types::heaptype::generic_alias(self, v, key);
            }
            if let Some(f) = self.getattr_opt(v, names::__class_getitem__())? {
                return self.call(f.r(), &[key]);
            }
            let n = class.name();
            return Err(self.type_error(format!("type '{n}' is not subscriptable")));
        }
        let n = v.ty().name();
        Err(self.type_error(format!("'{n}' object is not subscriptable")))
    }

    /// `v[key] = value`, `del v[key]`
    pub fn setitem(&mut self, v: VRef<'_>, key: VRef<'_>, value: Option<VRef<'_>>) -> Res<()> {
        if let Some(f) = v.ty().slots().setitem {
            return f(self, v, key, value);
        }
        let ty = v.ty();
        let n = ty.error_name();
        if value.is_none() {
            let s = ty.slots();
            let sequence = s.getitem.is_some() || s.len.is_some() || ty.has(crate::object::type_flag::HEAP);
            let not = if sequence && key.ty().slots().index.is_some() { "doesn't" } else { "does not" };
            return Err(self.type_error(format!("'{n}' object {not} support item deletion")));
        }
        Err(self.type_error(format!("'{n}' object does not support item assignment")))
    }

    /// `item in v`
    pub fn contains(&mut self, v: VRef<'_>, item: VRef<'_>) -> Res<bool> {
        if let Some(f) = v.ty().slots().contains {
            return f(self, v, item);
        }
        if v.ty().slots().iter.is_none() && v.ty().slots().getitem.is_none() {
            let n = v.ty().name();
            return Err(self.type_error(format!("argument of type '{n}' is not a container or iterable")));
        }
        let it = self.iter(v)?;
        while let Some(x) = self.next(it.r())? {
            if self.equal(x.r(), item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `isinstance(v, cls)`, `__instancecheck__` included.
    pub fn isinstance(&mut self, v: VRef<'_>, cls: VRef<'_>) -> Res<bool> {
        crate::types::heaptype::isinstance(self, v, cls)
    }

    /// `repr(v)`: a str.
    pub fn repr(&mut self, v: VRef<'_>) -> Res {
        let Some(f) = v.ty().slots().repr else { return Ok(self.str("?")) };
        let r = self.recurse(|t| f(t, v))?;
        if text(r.r()).is_some() {
            return Ok(r);
        }
        let n = r.r().ty().name();
        Err(self.type_error(format!("__repr__ returned non-string (type {n})")))
    }

    /// `str(v)`: a str.
    pub fn to_str(&mut self, v: VRef<'_>) -> Res {
        if v.has_shape(fixed::STR) {
            return Ok(v.to_value());
        }
        let Some(f) = v.ty().slots().str else { return self.repr(v) };
        let r = self.recurse(|t| f(t, v))?;
        if text(r.r()).is_some() {
            return Ok(r);
        }
        let n = r.r().ty().name();
        Err(self.type_error(format!("__str__ returned non-string (type {n})")))
    }

    /// `repr(v)` as Rust text, for messages.
    pub fn repr_text(&mut self, v: VRef<'_>) -> Res<String> {
        let r = self.repr(v)?;
        Ok(text(r.r()).map(|s| s.to_string()).unwrap_or_default())
    }

    /// `str(v)` as Rust text.
    pub fn str_text(&mut self, v: VRef<'_>) -> Res<String> {
        let r = self.to_str(v)?;
        Ok(text(r.r()).map(|s| s.to_string()).unwrap_or_default())
    }
}

/// Does an ordering satisfy a comparison?
#[inline(always)]
pub fn ordering_is(o: Ordering, op: Cmp) -> bool {
    match op {
        Cmp::Lt => o.is_lt(),
        Cmp::Le => o.is_le(),
        Cmp::Eq => o.is_eq(),
        Cmp::Ne => o.is_ne(),
        Cmp::Gt => o.is_gt(),
        Cmp::Ge => o.is_ge(),
    }
}
