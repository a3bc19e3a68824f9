//! Constant folding, on the tree.
//!
//! What CPython folds is folded, within the same limits on the size of results, so that `1 << 1000000` or
//! `"x" * 10**9` costs at run time what it must. Whatever would raise is left alone and raises when run.

use crate::ast::*;
use weft_bytecode::Const;

/// Most bits of a folded int (CPython's limit for products, powers and shifts).
const MAX_BITS: u32 = 128;
/// Longest repeated text.
const MAX_TEXT: usize = 4096;
/// Longest repeated tuple.
const MAX_TUPLE: usize = 256;

/// Could `e` be a constant that is not written as one?
pub fn worth_trying(e: &Expr) -> bool {
    matches!(
        e.kind,
        ExprKind::BinOp { .. }
            | ExprKind::UnaryOp { .. }
            | ExprKind::Tuple { .. }
            | ExprKind::Subscript { .. }
            | ExprKind::Slice { .. }
    )
}

/// The value of `e`, if it is constant.
pub fn fold(e: &Expr, optimize: u8) -> Option<Const> {
    fold_at(e, optimize, 0)
}

fn fold_at(e: &Expr, optimize: u8, depth: u32) -> Option<Const> {
    if depth > 200 {
        return None;
    }
    let sub = |e: &Expr| fold_at(e, optimize, depth + 1);
    match &e.kind {
        ExprKind::Constant { value, .. } => Some(value.clone()),
        ExprKind::Name { id, .. } if &**id == "__debug__" => Some(Const::Bool(optimize == 0)),
        ExprKind::BinOp { left, op, right } => {
            let r = sub(right)?;
            binary(*op, &sub(left)?, &r)
        }
        ExprKind::UnaryOp { op, operand } => unary(*op, &sub(operand)?),
        ExprKind::Tuple { elts, .. } => {
            let items: Option<Box<[Const]>> = elts.iter().map(sub).collect();
            items.map(Const::Tuple)
        }
        ExprKind::Slice { lower, upper, step } => {
            let part = |p: &Option<Box<Expr>>| match p {
                Some(p) => sub(p),
                None => Some(Const::None),
            };
            Some(Const::Slice(Box::new([part(lower)?, part(upper)?, part(step)?])))
        }
        ExprKind::Subscript { value, slice, .. } => subscript(&sub(value)?, &sub(slice)?),
        _ => None,
    }
}

/// A display after `in`, or iterated over: the constant that serves as well.
pub fn container(e: &Expr, optimize: u8) -> Option<Const> {
    let items = |elts: &[Expr]| elts.iter().map(|e| fold(e, optimize)).collect::<Option<Box<[Const]>>>();
    match &e.kind {
        ExprKind::List { elts, .. } => items(elts).map(Const::Tuple),
        ExprKind::Set { elts } => {
            let items = items(elts)?;
            if items.iter().all(hashable) { Some(Const::FrozenSet(items)) } else { None }
        }
        _ => None,
    }
}

fn hashable(c: &Const) -> bool {
    match c {
        Const::Slice(_) | Const::Code(_) => false,
        Const::Tuple(items) => items.iter().all(hashable),
        _ => true,
    }
}

/// `bool(c)`
pub fn truth(c: &Const) -> Option<bool> {
    Some(match c {
        Const::None => false,
        Const::Bool(b) => *b,
        Const::Int(n) => *n != 0,
        Const::Float(bits) => f64::from_bits(*bits) != 0.0,
        Const::Complex(re, im) => f64::from_bits(*re) != 0.0 || f64::from_bits(*im) != 0.0,
        Const::Str(b) | Const::Bytes(b) => !b.is_empty(),
        Const::Tuple(items) | Const::FrozenSet(items) => !items.is_empty(),
        Const::BigInt(..) | Const::Ellipsis | Const::Slice(_) => true,
        Const::Code(_) => return None,
    })
}

// ---- numbers ------------------------------------------------------------------------------------------

fn int(c: &Const) -> Option<i128> {
    match c {
        Const::Int(n) => Some(i128::from(*n)),
        Const::Bool(b) => Some(i128::from(*b)),
        Const::BigInt(negative, bytes) if bytes.len() < 16 => {
            let n = bytes.iter().rev().fold(0i128, |n, &b| n << 8 | i128::from(b));
            Some(if *negative { -n } else { n })
        }
        _ => None,
    }
}

fn from_int(n: i128) -> Const {
    if let Ok(n) = i64::try_from(n) {
        return Const::Int(n);
    }
    let mut bytes = n.unsigned_abs().to_le_bytes().to_vec();
    while bytes.last() == Some(&0) {
        bytes.pop();
    }
    Const::BigInt(n < 0, bytes.into())
}

fn bits(n: i128) -> u32 {
    128 - n.unsigned_abs().leading_zeros()
}

fn float(c: &Const) -> Option<f64> {
    match c {
        Const::Float(bits) => Some(f64::from_bits(*bits)),
        _ => int(c).filter(|&n| bits(n) <= 53).map(|n| n as f64),
    }
}

fn from_float(x: f64) -> Const {
    Const::Float(x.to_bits())
}

fn unary(op: UnaryOp, v: &Const) -> Option<Const> {
    Some(match (op, v) {
        (UnaryOp::Not, _) => Const::Bool(!truth(v)?),
        (UnaryOp::USub, Const::Float(b)) => from_float(-f64::from_bits(*b)),
        (UnaryOp::USub, Const::Complex(re, im)) => {
            Const::Complex((-f64::from_bits(*re)).to_bits(), (-f64::from_bits(*im)).to_bits())
        }
        (UnaryOp::USub, Const::BigInt(negative, bytes)) => match int(v) {
            Some(n) => from_int(-n),
            None => Const::BigInt(!negative, bytes.clone()),
        },
        (UnaryOp::UAdd, Const::Float(_) | Const::Complex(..) | Const::BigInt(..)) => v.clone(),
        (UnaryOp::USub, _) => from_int(int(v)?.checked_neg()?),
        (UnaryOp::UAdd, _) => from_int(int(v)?),
        // `~True` warns when run.
        (UnaryOp::Invert, Const::Bool(_)) => return None,
        (UnaryOp::Invert, _) => from_int(!int(v)?),
    })
}

fn binary(op: Operator, l: &Const, r: &Const) -> Option<Const> {
    if let (Some(a), Some(b)) = (int(l), int(r)) {
        return integers(op, a, b, matches!((l, r), (Const::Bool(_), Const::Bool(_))));
    }
    if let (Some(a), Some(b)) = (float(l), float(r)) {
        return floats(op, a, b);
    }
    match (op, l, r) {
        (Operator::Add | Operator::Sub, Const::Complex(..), _)
        | (Operator::Add | Operator::Sub, _, Const::Complex(..)) => complex(op, l, r),
        (Operator::Add, Const::Str(a), Const::Str(b)) => Some(Const::Str(joined_text(a, b)?.into())),
        (Operator::Add, Const::Bytes(a), Const::Bytes(b)) => {
            Some(Const::Bytes([&a[..], &b[..]].concat().into()))
        }
        (Operator::Add, Const::Tuple(a), Const::Tuple(b)) => {
            Some(Const::Tuple(a.iter().chain(b.iter()).cloned().collect()))
        }
        (Operator::Mult, Const::Str(_) | Const::Bytes(_) | Const::Tuple(_), _) => repeated(l, int(r)?),
        (Operator::Mult, _, Const::Str(_) | Const::Bytes(_) | Const::Tuple(_)) => repeated(r, int(l)?),
        _ => None,
    }
}

/// Concatenation; left to run time where two surrogate halves would meet.
fn joined_text(a: &[u8], b: &[u8]) -> Option<Box<[u8]>> {
    let high = a.len() >= 3 && a[a.len() - 3] == 0xed && a[a.len() - 2] & 0xf0 == 0xa0;
    let low = b.len() >= 3 && b[0] == 0xed && b[1] & 0xf0 == 0xb0;
    (!(high && low)).then(|| [a, b].concat().into())
}

fn repeated(v: &Const, n: i128) -> Option<Const> {
    let n = usize::try_from(n.max(0)).ok()?;
    let within = |len: usize, most: usize| len.checked_mul(n).filter(|&total| total <= most);
    Some(match v {
        Const::Str(s) => {
            within(s.len(), MAX_TEXT)?;
            let mut out: Box<[u8]> = Box::new([]);
            for _ in 0..if s.is_empty() { 0 } else { n } {
                out = joined_text(&out, s)?;
            }
            Const::Str(out.into())
        }
        Const::Bytes(s) => {
            within(s.len(), MAX_TEXT)?;
            Const::Bytes(if s.is_empty() { [].into() } else { s.repeat(n).into() })
        }
        Const::Tuple(items) => {
            within(items.len(), MAX_TUPLE)?;
            let n = if items.is_empty() { 0 } else { n };
            Const::Tuple((0..n).flat_map(|_| items.iter().cloned()).collect())
        }
        _ => return None,
    })
}

fn integers(op: Operator, a: i128, b: i128, bools: bool) -> Option<Const> {
    let n = match op {
        Operator::Add => a.checked_add(b)?,
        Operator::Sub => a.checked_sub(b)?,
        Operator::Mult => {
            let fits = a == 0 || b == 0 || bits(a) + bits(b) <= MAX_BITS;
            fits.then(|| a.checked_mul(b))??
        }
        Operator::Div => return divide(a, b),
        Operator::FloorDiv => floor_div(a, b)?,
        Operator::Mod => a.checked_sub(floor_div(a, b)?.checked_mul(b)?)?,
        Operator::Pow => {
            let e = u32::try_from(b).ok()?;
            if b < 0 || (a != 0 && u64::from(bits(a)) * u64::from(e) > u64::from(MAX_BITS)) {
                return None;
            }
            a.checked_pow(e)?
        }
        Operator::LShift => {
            let s = u32::try_from(b).ok()?;
            if a == 0 {
                return Some(Const::Int(0));
            }
            if s >= 127 || bits(a) + s > 126 {
                return None;
            }
            a << s
        }
        Operator::RShift => a >> u32::try_from(b).ok()?.min(127),
        Operator::BitOr if bools => return Some(Const::Bool(a | b != 0)),
        Operator::BitXor if bools => return Some(Const::Bool(a ^ b != 0)),
        Operator::BitAnd if bools => return Some(Const::Bool(a & b != 0)),
        Operator::BitOr => a | b,
        Operator::BitXor => a ^ b,
        Operator::BitAnd => a & b,
        Operator::MatMult => return None,
    };
    Some(from_int(n))
}

fn floor_div(a: i128, b: i128) -> Option<i128> {
    if b == 0 {
        return None;
    }
    let q = a.checked_div(b)?;
    Some(if a % b != 0 && (a < 0) != (b < 0) { q - 1 } else { q })
}

/// True division is exact only as long as both sides are exact floats.
fn divide(a: i128, b: i128) -> Option<Const> {
    if b == 0 || bits(a) > 53 || bits(b) > 53 {
        return None;
    }
    Some(from_float(a as f64 / b as f64))
}

fn floats(op: Operator, a: f64, b: f64) -> Option<Const> {
    Some(from_float(match op {
        Operator::Add => a + b,
        Operator::Sub => a - b,
        Operator::Mult => a * b,
        Operator::Div if b != 0.0 => a / b,
        // `inf`, `nan` and errors of the others are the run time's business.
        Operator::Pow if a > 0.0 && b.is_finite() && a.is_finite() => {
            Some(a.powf(b)).filter(|x| x.is_finite())?
        }
        _ => return None,
    }))
}

/// `1 + 2j`: with a real number on one side only the real parts are combined (C99 Annex G, as of 3.14).
fn complex(op: Operator, l: &Const, r: &Const) -> Option<Const> {
    let parts = |c: &Const| match c {
        Const::Complex(re, im) => Some((f64::from_bits(*re), Some(f64::from_bits(*im)))),
        _ => float(c).map(|x| (x, None)),
    };
    let ((a, ai), (b, bi)) = (parts(l)?, parts(r)?);
    let (re, im) = if op == Operator::Add {
        (
            a + b,
            match (ai, bi) {
                (Some(x), Some(y)) => x + y,
                (x, y) => x.or(y)?,
            },
        )
    } else {
        (
            a - b,
            match (ai, bi) {
                (Some(x), Some(y)) => x - y,
                (Some(x), None) => x,
                (None, y) => -y?,
            },
        )
    };
    Some(Const::Complex(re.to_bits(), im.to_bits()))
}

fn subscript(v: &Const, i: &Const) -> Option<Const> {
    let at = |len: usize| {
        let n = int(i)?;
        let len = len as i128;
        usize::try_from(if n < 0 { n + len } else { n }).ok().filter(|&n| (n as i128) < len)
    };
    match v {
        Const::Tuple(items) => items.get(at(items.len())?).cloned(),
        Const::Str(s) if s.is_ascii() => Some(Const::Str([s[at(s.len())?]].into())),
        Const::Bytes(s) => Some(Const::Int(i64::from(s[at(s.len())?]))),
        _ => None,
    }
}
