//! `Decimal.__format__`.
//!
//! Common specifications are laid out here. The rest (`n` with its locale, `#`, infinities and NaNs, separators passed as
//! an argument, what is not well-formed) goes to the implementation in Python, as CPython does with what its library
//! does not know.

use super::coef::Coef;
use super::context::{current, state_of};
use super::number::{Num, Rounding, rescale};
use super::object::Decimal;
use std::sync::atomic::Ordering::Relaxed;
use weft_text::format_spec::{FormatError, Spec, Subject, apply::lay_out_digits};
use weft_vm::object::{Args, ValueExt};
use weft_vm::types::str::text;
use weft_vm::{Res, Thread, VRef};

/// `__format__(spec)`
pub fn format(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(spec) = text(a.get(1)) else { return Err(t.type_error("format arg must be str")) };
    if let Some(o) = a.opt(2) {
        if o.cast::<weft_vm::dict::Dict>().is_none() {
            return Err(t.type_error("optional argument must be a dict"));
        }
        return in_python(t, a, Some(o));
    }
    let n = a.this::<Decimal>().num();
    if spec.is_empty() {
        return t.to_str(a.get(0));
    }
    let spec = match Spec::parse(spec.bytes(), Subject::Float, "decimal.Decimal") {
        Ok(s) => s,
        Err(FormatError::Memory) => return Err(crate::support::memory_error(t)),
        Err(_) => return in_python(t, a, None),
    };
    let letter = char::from_u32(spec.presentation).unwrap_or('?');
    if !n.is_finite()
        || spec.alternate
        || spec.fraction_grouping.is_some()
        || !matches!(letter, '\0' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%')
    {
        return in_python(t, a, None);
    }
    let c = current(t)?;
    let Some(s) = state_of(c.r()) else { return in_python(t, a, None) };
    let rounding = s.ctx().rounding;
    let letter = match letter {
        '\0' if s.capitals.load(Relaxed) => 'G',
        '\0' => 'g',
        l => l,
    };
    match magnitude(n, letter, spec.precision, rounding) {
        Some(m) => {
            let out = lay_out_digits(n.neg, &m, &spec);
            Ok(t.str_wtf8(&out))
        }
        None => Err(crate::support::memory_error(t)),
    }
}

/// The pure-Python method with this thread's context.
fn in_python(t: &mut Thread, a: Args<'_>, conventions: Option<VRef<'_>>) -> Res {
    let m = crate::support::import(t, "_pydecimal")?;
    let cls = t.attr(m.r(), "Decimal")?;
    let s = super::text::to_text(a.this::<Decimal>().num(), false, true);
    let s = t.str(&s);
    let v = t.call(cls.r(), &[s.r()])?;
    let f = t.attr(v.r(), "__format__")?;
    let c = current(t)?;
    let filled;
    let r = match conventions {
        Some(o) => {
            filled = complete(t, o)?;
            t.call_kw(f.r(), &[a.get(1)], &[("context", c.r()), ("_localeconv", filled.r())])
        }
        None => t.call_kw(f.r(), &[a.get(1)], &[("context", c.r())]),
    };
    match r {
        Err(_) if t.raised_is(&weft_vm::errors::VALUE_ERROR) => {
            t.clear_raised();
            Err(t.value_error("invalid format string"))
        }
        r => r,
    }
}

/// Separators with the usual ones for those that are missing.
fn complete(t: &mut Thread, given: VRef<'_>) -> Res {
    use weft_vm::dict::Dict;
    let d = Dict::new(t);
    if let (Some(to), Some(from)) = (d.cast::<Dict>(), given.cast::<Dict>()) {
        for (name, usual) in [("decimal_point", "."), ("thousands_sep", ","), ("grouping", "\x03")] {
            let v = match t.dict_get(from, name) {
                Some(v) => v,
                None => t.str(usual),
            };
            // The grouping comes as characters with the lengths as codes.
            let v = match (name, text(v.r())) {
                ("grouping", Some(s)) => {
                    let mut lengths: Vec<_> = s.bytes().iter().map(|b| t.int(*b as i64)).collect();
                    lengths.push(t.int(0));
                    weft_vm::types::list::List::new(t, lengths)
                }
                _ => v,
            };
            t.dict_set(to, name, v)
        }
    }
    Ok(d)
}

/// The digits with point and exponent.
fn magnitude(n: &Num, letter: char, precision: Option<usize>, rounding: Rounding) -> Option<String> {
    let kind = letter.to_ascii_lowercase();
    let mut n = n.clone();
    if letter == '%' {
        n.exp += 2
    }
    let mut st = 0;
    match (kind, precision) {
        ('e', Some(p)) => n = to_digits(n, p as i64 + 1, rounding),
        ('g', Some(p)) => n = to_digits(n, p.max(1) as i64, rounding),
        (_, Some(p)) if kind != 'e' => n = rescale(&n, -i64::try_from(p).ok()?, rounding, &mut st)?.0,
        _ => {}
    }
    if n.is_zero() && n.exp > 0 && matches!(kind, 'f' | '%') {
        n.exp = 0
    }
    let mut digits = n.coef.text();
    let left = n.exp + digits.len() as i64;
    let point = match (kind, precision) {
        ('e', Some(p)) if n.is_zero() => 1 - p as i64,
        ('e', _) => 1,
        ('g', _) if n.exp <= 0 && left > -6 => left,
        ('g', _) => 1,
        _ => left,
    };
    let len = digits.len() as i64;
    if point <= 0 {
        let zeros = super::number::room(-point, &mut st)?;
        digits.insert_str(0, &format!("0.{}", "0".repeat(zeros)))
    } else if point < len {
        digits.insert(point as usize, '.')
    } else {
        let zeros = super::number::room(point - len, &mut st)?;
        digits.push_str(&"0".repeat(zeros))
    }
    let exp = left - point;
    if exp != 0 || kind == 'e' {
        let e = if letter.is_ascii_uppercase() { 'E' } else { 'e' };
        digits.push_str(&format!("{e}{exp:+}"))
    }
    if letter == '%' {
        digits.push('%')
    }
    Some(digits)
}

/// Rounded to so many digits.
fn to_digits(n: Num, most: i64, rounding: Rounding) -> Num {
    let extra = n.coef.digits() as i64 - most;
    if extra <= 0 || n.is_zero() {
        return n;
    }
    let (q, lost) = n.coef.cut(extra as usize);
    let (q, exp) = if rounding.goes_up(&q, n.neg, lost) {
        let q = q.add(&Coef::ONE);
        if q.digits() as i64 > most { (q.cut(1).0, n.exp + extra + 1) } else { (q, n.exp + extra) }
    } else {
        (q, n.exp + extra)
    };
    Num::finite(n.neg, q, exp)
}
