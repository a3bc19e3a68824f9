//! `Decimal.__format__`.
//!
//! Common specifications are laid out here. The rest (`#`, groups in the fraction, infinities and NaNs, what is not
//! well-formed) goes to the implementation in Python, as CPython does with what its library does not know.

use super::coef::Coef;
use super::context::{current, state_of};
use super::number::{Num, Rounding, rescale};
use super::object::Decimal;
use std::sync::atomic::Ordering::Relaxed;
use weft_text::format_spec::{Align, FormatError, SignOption, Spec, Subject, apply::lay_out_digits};
use weft_vm::dict::Dict;
use weft_vm::object::{Args, ValueExt};
use weft_vm::types::str::text;
use weft_vm::{Res, Thread, VRef};

/// `__format__(spec)`, with separators to be used instead of the usual ones.
pub fn format(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(spec) = text(a.get(1)) else { return Err(t.type_error("format arg must be str")) };
    let override_ = a.opt(2);
    if override_.is_some_and(|o| o.cast::<Dict>().is_none()) {
        return Err(t.type_error("optional argument must be a dict"));
    }
    let n = a.this::<Decimal>().num();
    if spec.is_empty() {
        return t.to_str(a.get(0));
    }
    let spec = match Spec::parse(spec.bytes(), Subject::Float, "decimal.Decimal") {
        Ok(s) => s,
        Err(FormatError::Memory) => {
            return Err(t.value_error("format specification exceeds internal limits of _decimal"));
        }
        Err(_) if override_.is_some() => return Err(t.value_error("invalid format string")),
        // Two things it knows and floats do not: `N`, and separators for `n`.
        Err(_) => return in_python(t, a),
    };
    let letter = char::from_u32(spec.presentation).unwrap_or('?');
    if !n.is_finite()
        || spec.alternate
        || spec.fraction_grouping.is_some()
        || !matches!(letter, '\0' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%' | 'n' | 'N')
    {
        return in_python(t, a);
    }
    if letter == 'N' {
        weft_vm::types::int::deprecated(
            t,
            "Format specifier 'N' is deprecated and slated for removal in Python 3.18",
        )?
    }
    let marks = match override_ {
        Some(o) => Some(Marks::given(t, o)?),
        None if matches!(letter, 'n' | 'N') => Some(Marks::of_locale(t)?),
        None => None,
    };
    let c = current(t)?;
    let Some(s) = state_of(c.r()) else { return in_python(t, a) };
    let rounding = s.ctx().rounding;
    let letter = match letter {
        '\0' if s.capitals.load(Relaxed) => 'G',
        '\0' | 'n' => 'g',
        'N' => 'G',
        l => l,
    };
    let Some(m) = magnitude(n, letter, spec.precision, rounding) else {
        return Err(crate::support::memory_error(t));
    };
    let out = match marks {
        None => lay_out_digits(n.neg, &m, &spec),
        Some(marks) => marks.lay_out(n.neg, &m, &spec),
    };
    Ok(t.str_wtf8(&out))
}

/// The pure-Python method with this thread's context.
fn in_python(t: &mut Thread, a: Args<'_>) -> Res {
    let m = crate::support::import(t, "_pydecimal")?;
    let cls = t.attr(m.r(), "Decimal")?;
    let s = super::text::to_text(a.this::<Decimal>().num(), false, true);
    let s = t.str(&s);
    let v = t.call(cls.r(), &[s.r()])?;
    let f = t.attr(v.r(), "__format__")?;
    let c = current(t)?;
    match t.call_kw(f.r(), &[a.get(1)], &[("context", c.r())]) {
        Err(_) if t.raised_is(&weft_vm::errors::VALUE_ERROR) => {
            t.clear_raised();
            Err(t.value_error("invalid format string"))
        }
        r => r,
    }
}

/// What stands between digits.
struct Marks {
    point: Vec<u8>,
    separator: Vec<u8>,
    /// Lengths of groups from the right; the last one counts for the rest, 127 ends grouping.
    groups: Vec<u8>,
}

impl Marks {
    /// From the argument; the usual ones where it has none.
    fn given(t: &mut Thread, o: VRef<'_>) -> Res<Marks> {
        let mut m = Marks { point: b".".to_vec(), separator: b",".to_vec(), groups: vec![3] };
        let Some(d) = o.cast::<Dict>() else { return Ok(m) };
        for name in ["decimal_point", "thousands_sep", "grouping"] {
            let Some(v) = t.dict_get(d, name) else { continue };
            let Some(s) = text(v.r()) else {
                return Err(t.type_error("bad argument type for built-in operation"));
            };
            match name {
                "decimal_point" => m.point = s.bytes().to_vec(),
                "thousands_sep" => m.separator = s.bytes().to_vec(),
                _ => m.groups = weft_text::wtf8::points(s.bytes()).take_while(|c| *c != 0).map(|c| c.min(255) as u8).collect(),
            }
        }
        // One character, in four bytes at most; more are taken if they fit.
        if m.point.len() > 4 || m.point.is_empty() || m.separator.len() > 4 || m.groups.iter().any(|g| *g > 127) {
            return Err(t.value_error("invalid override dict"));
        }
        Ok(m)
    }

    /// The locale's.
    fn of_locale(t: &mut Thread) -> Res<Marks> {
        let locale = crate::support::import(t, "locale")?;
        let conv = t.call_method(locale.r(), "localeconv", &[])?;
        let mut m = Marks { point: b".".to_vec(), separator: Vec::new(), groups: Vec::new() };
        for name in ["decimal_point", "thousands_sep", "grouping"] {
            let key = t.str(name);
            let v = t.getitem(conv.r(), key.r())?;
            if let Some(s) = text(v.r()) {
                let b = s.bytes().to_vec();
                if name == "decimal_point" { m.point = b } else { m.separator = b }
            } else {
                for g in t.collect(v.r())? {
                    match weft_vm::types::int::to_i64(g.r()) {
                        Some(g @ 1..=127) => m.groups.push(g as u8),
                        _ => break,
                    }
                }
            }
        }
        Ok(m)
    }

    /// As [`lay_out_digits`] with these marks.
    fn lay_out(&self, neg: bool, magnitude: &str, spec: &Spec) -> Vec<u8> {
        let zero = magnitude.bytes().take_while(|b| !b.is_ascii_alphabetic()).all(|b| !matches!(b, b'1'..=b'9'));
        let neg = neg && !(spec.no_negative_zero && zero);
        let sign: &[u8] = match (neg, spec.sign) {
            (true, _) => b"-",
            (_, Some(SignOption::Plus)) => b"+",
            (_, Some(SignOption::Space)) => b" ",
            _ => b"",
        };
        let whole = magnitude.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(magnitude.len());
        let (digits, rest) = magnitude.split_at(whole);
        let tail = match rest.strip_prefix('.') {
            Some(f) => [&self.point[..], f.as_bytes()].concat(),
            None => rest.as_bytes().to_vec(),
        };
        let width = weft_text::wtf8::count;
        let zeros = spec.fill == u32::from(b'0') && spec.align == Align::AfterSign;
        let least = if zeros { spec.width.saturating_sub(sign.len() + width(&tail)) } else { 0 };
        let body = [&self.group(digits.as_bytes(), least)[..], &tail].concat();
        let missing = spec.width.saturating_sub(sign.len() + width(&body));
        let (before, between) = match spec.align {
            Align::Left => (0, 0),
            Align::Right => (missing, 0),
            Align::Center => (missing / 2, 0),
            Align::AfterSign => (0, missing),
        };
        let fill = weft_text::wtf8::from_point(spec.fill);
        let after = missing - before - between;
        [&fill.repeat(before)[..], sign, &fill.repeat(between), &body, &fill.repeat(after)].concat()
    }

    /// Digits in groups, with zeros in front to make `least` characters.
    fn group(&self, digits: &[u8], least: usize) -> Vec<u8> {
        // In pieces from the right.
        let mut pieces: Vec<Vec<u8>> = Vec::new();
        let (mut left, mut missing, mut i) = (digits, least, 0);
        loop {
            let size = match self.groups.get(i).or(self.groups.last()) {
                Some(g) if *g < 127 && !self.separator.is_empty() => *g as usize,
                _ => usize::MAX,
            };
            i += 1;
            let n = size.min(left.len().max(missing).max(1));
            let from = left.len().saturating_sub(n);
            let mut piece = vec![b'0'; n - (left.len() - from)];
            piece.extend_from_slice(&left[from..]);
            left = &left[..from];
            missing = missing.saturating_sub(n);
            pieces.push(piece);
            if left.is_empty() && missing == 0 {
                break;
            }
            missing = missing.saturating_sub(1)
        }
        pieces.reverse();
        pieces.join(&self.separator[..])
    }
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
        ('e', Some(p)) => {
            n = to_digits(n, p as i64 + 1, rounding);
            let short = p as i64 + 1 - n.coef.digits() as i64;
            if short > 0 && !n.is_zero() {
                n = Num::finite(n.neg, n.coef.shift_left(super::number::room(short, &mut st)?), n.exp - short)
            }
        }
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
