//! Expressions as source text, for `from __future__ import annotations`: CPython's formatting, with parentheses
//! only where precedence wants them.

use crate::ast::*;
use std::fmt::Write;
use weft_bytecode::Const;

/// Precedences, loosest first.
mod level {
    pub const TUPLE: u8 = 0;
    pub const TEST: u8 = 1;
    pub const OR: u8 = 2;
    pub const AND: u8 = 3;
    pub const NOT: u8 = 4;
    pub const COMPARE: u8 = 5;
    pub const BITOR: u8 = 6;
    pub const BITXOR: u8 = 7;
    pub const BITAND: u8 = 8;
    pub const SHIFT: u8 = 9;
    pub const ARITH: u8 = 10;
    pub const TERM: u8 = 11;
    pub const FACTOR: u8 = 12;
    pub const POWER: u8 = 13;
    pub const AWAIT: u8 = 14;
    pub const ATOM: u8 = 15;
}

/// The text of `e`, WTF-8.
pub fn unparse(e: &Expr) -> Vec<u8> {
    let mut out = Vec::new();
    expr(e, level::TEST, &mut out);
    out
}

fn put(out: &mut Vec<u8>, s: &str) {
    out.extend_from_slice(s.as_bytes());
}

fn parens(out: &mut Vec<u8>, needed: bool, f: impl FnOnce(&mut Vec<u8>)) {
    if needed {
        out.push(b'(');
    }
    f(out);
    if needed {
        out.push(b')');
    }
}

fn list<'e>(out: &mut Vec<u8>, items: impl IntoIterator<Item = &'e Expr>) {
    for (n, e) in items.into_iter().enumerate() {
        if n > 0 {
            put(out, ", ");
        }
        expr(e, level::TEST, out);
    }
}

fn expr(e: &Expr, around: u8, out: &mut Vec<u8>) {
    use level::*;
    match &e.kind {
        ExprKind::BoolOp { op, values } => {
            let (text, own) = if *op == BoolOp::And { (" and ", AND) } else { (" or ", OR) };
            parens(out, around > own, |out| {
                for (n, v) in values.iter().enumerate() {
                    if n > 0 {
                        put(out, text);
                    }
                    expr(v, own + 1, out);
                }
            });
        }
        ExprKind::NamedExpr { target, value } => parens(out, around > TUPLE, |out| {
            expr(target, ATOM, out);
            put(out, " := ");
            expr(value, ATOM, out);
        }),
        ExprKind::BinOp { left, op, right } => {
            let (text, own) = operator(*op);
            let right_first = *op == Operator::Pow;
            parens(out, around > own, |out| {
                expr(left, own + u8::from(right_first), out);
                put(out, text);
                expr(right, own + u8::from(!right_first), out);
            });
        }
        ExprKind::UnaryOp { op, operand } => {
            let (text, own) = match op {
                UnaryOp::Invert => ("~", FACTOR),
                UnaryOp::Not => ("not ", NOT),
                UnaryOp::UAdd => ("+", FACTOR),
                UnaryOp::USub => ("-", FACTOR),
            };
            parens(out, around > own, |out| {
                put(out, text);
                expr(operand, own, out);
            });
        }
        ExprKind::Lambda(l) => parens(out, around > TEST, |out| {
            put(out, "lambda");
            arguments(&l.args, out);
            put(out, ": ");
            expr(&l.body, TEST, out);
        }),
        ExprKind::IfExp { test, body, orelse } => parens(out, around > TEST, |out| {
            expr(body, TEST + 1, out);
            put(out, " if ");
            expr(test, TEST + 1, out);
            put(out, " else ");
            expr(orelse, TEST, out);
        }),
        ExprKind::Dict { keys, values } => {
            out.push(b'{');
            for (n, (k, v)) in keys.iter().zip(values).enumerate() {
                if n > 0 {
                    put(out, ", ");
                }
                match k {
                    Some(k) => {
                        expr(k, TEST, out);
                        put(out, ": ");
                        expr(v, TEST, out);
                    }
                    None => {
                        put(out, "**");
                        expr(v, BITOR, out);
                    }
                }
            }
            out.push(b'}');
        }
        ExprKind::Set { elts } => {
            out.push(b'{');
            list(out, elts);
            out.push(b'}');
        }
        ExprKind::ListComp { elt, generators } => comprehension(out, "[", elt, None, generators, "]"),
        ExprKind::SetComp { elt, generators } => comprehension(out, "{", elt, None, generators, "}"),
        ExprKind::GeneratorExp { elt, generators } => comprehension(out, "(", elt, None, generators, ")"),
        ExprKind::DictComp { key, value, generators } => {
            comprehension(out, "{", key, Some(value), generators, "}");
        }
        ExprKind::Await { value } => parens(out, around > AWAIT, |out| {
            put(out, "await ");
            expr(value, ATOM, out);
        }),
        ExprKind::Yield { value } => {
            put(out, "(yield");
            if let Some(v) = value {
                out.push(b' ');
                expr(v, TEST, out);
            }
            out.push(b')');
        }
        ExprKind::YieldFrom { value } => {
            put(out, "(yield from ");
            expr(value, TEST, out);
            out.push(b')');
        }
        ExprKind::Compare { left, ops, comparators } => parens(out, around > COMPARE, |out| {
            expr(left, COMPARE + 1, out);
            for (op, c) in ops.iter().zip(comparators) {
                put(
                    out,
                    match op {
                        CmpOp::Eq => " == ",
                        CmpOp::NotEq => " != ",
                        CmpOp::Lt => " < ",
                        CmpOp::LtE => " <= ",
                        CmpOp::Gt => " > ",
                        CmpOp::GtE => " >= ",
                        CmpOp::Is => " is ",
                        CmpOp::IsNot => " is not ",
                        CmpOp::In => " in ",
                        CmpOp::NotIn => " not in ",
                    },
                );
                expr(c, COMPARE + 1, out);
            }
        }),
        ExprKind::Call { func, args, keywords } => {
            expr(func, ATOM, out);
            if let [Expr { kind: ExprKind::GeneratorExp { .. }, .. }] = &args[..]
                && keywords.is_empty()
            {
                return expr(&args[0], TEST, out);
            }
            out.push(b'(');
            list(out, args);
            for (n, k) in keywords.iter().enumerate() {
                if n + args.len() > 0 {
                    put(out, ", ");
                }
                match &k.arg {
                    Some(name) => {
                        put(out, name);
                        out.push(b'=');
                    }
                    None => put(out, "**"),
                }
                expr(&k.value, TEST, out);
            }
            out.push(b')');
        }
        ExprKind::JoinedStr { values } => string_literal(b'f', values, out),
        ExprKind::TemplateStr { values } => string_literal(b't', values, out),
        ExprKind::FormattedValue { .. } | ExprKind::Interpolation { .. } => {
            string_literal(b'f', std::slice::from_ref(e), out);
        }
        ExprKind::Constant { value, .. } => constant(value, out),
        ExprKind::Attribute { value, attr, .. } => {
            expr(value, ATOM, out);
            if matches!(&value.kind, ExprKind::Constant { value: Const::Int(_) | Const::BigInt(..), .. }) {
                out.push(b' ');
            }
            out.push(b'.');
            put(out, attr);
        }
        ExprKind::Subscript { value, slice, .. } => {
            expr(value, ATOM, out);
            out.push(b'[');
            match &slice.kind {
                // `a[b, c]` needs no parentheses, `a[()]` does.
                ExprKind::Tuple { elts, .. } if !elts.is_empty() => {
                    list(out, elts);
                    if elts.len() == 1 {
                        out.push(b',');
                    }
                }
                _ => expr(slice, TUPLE, out),
            }
            out.push(b']');
        }
        ExprKind::Starred { value, .. } => {
            out.push(b'*');
            expr(value, BITOR, out);
        }
        ExprKind::Name { id, .. } => put(out, id),
        ExprKind::List { elts, .. } => {
            out.push(b'[');
            list(out, elts);
            out.push(b']');
        }
        ExprKind::Tuple { elts, .. } => {
            if elts.is_empty() {
                return put(out, "()");
            }
            parens(out, around > TUPLE, |out| {
                list(out, elts);
                if elts.len() == 1 {
                    out.push(b',');
                }
            });
        }
        ExprKind::Slice { lower, upper, step } => {
            if let Some(l) = lower {
                expr(l, TEST, out);
            }
            out.push(b':');
            if let Some(u) = upper {
                expr(u, TEST, out);
            }
            if let Some(s) = step {
                out.push(b':');
                expr(s, TEST, out);
            }
        }
    }
}

fn operator(op: Operator) -> (&'static str, u8) {
    use level::*;
    match op {
        Operator::Add => (" + ", ARITH),
        Operator::Sub => (" - ", ARITH),
        Operator::Mult => (" * ", TERM),
        Operator::MatMult => (" @ ", TERM),
        Operator::Div => (" / ", TERM),
        Operator::Mod => (" % ", TERM),
        Operator::FloorDiv => (" // ", TERM),
        Operator::Pow => (" ** ", POWER),
        Operator::LShift => (" << ", SHIFT),
        Operator::RShift => (" >> ", SHIFT),
        Operator::BitOr => (" | ", BITOR),
        Operator::BitXor => (" ^ ", BITXOR),
        Operator::BitAnd => (" & ", BITAND),
    }
}

fn comprehension(
    out: &mut Vec<u8>,
    open: &str,
    elt: &Expr,
    value: Option<&Expr>,
    generators: &[Comprehension],
    close: &str,
) {
    put(out, open);
    expr(elt, level::TEST, out);
    if let Some(v) = value {
        put(out, ": ");
        expr(v, level::TEST, out);
    }
    for g in generators {
        put(out, if g.is_async { " async for " } else { " for " });
        expr(&g.target, level::TUPLE, out);
        put(out, " in ");
        expr(&g.iter, level::TEST + 1, out);
        for i in &g.ifs {
            put(out, " if ");
            expr(i, level::TEST + 1, out);
        }
    }
    put(out, close);
}

fn arguments(args: &Arguments, out: &mut Vec<u8>) {
    let mut first = true;
    let mut next = |out: &mut Vec<u8>| put(out, if std::mem::take(&mut first) { " " } else { ", " });
    let positional: Vec<&Arg> = args.posonlyargs.iter().chain(&args.args).collect();
    let plain = positional.len() - args.defaults.len();
    for (n, a) in positional.iter().enumerate() {
        next(out);
        put(out, &a.arg);
        if n >= plain {
            out.push(b'=');
            expr(&args.defaults[n - plain], level::TEST, out);
        }
        if n + 1 == args.posonlyargs.len() {
            put(out, ", /");
        }
    }
    if args.vararg.is_some() || !args.kwonlyargs.is_empty() {
        next(out);
        out.push(b'*');
        if let Some(a) = &args.vararg {
            put(out, &a.arg);
        }
    }
    for (a, d) in args.kwonlyargs.iter().zip(&args.kw_defaults) {
        next(out);
        put(out, &a.arg);
        if let Some(d) = d {
            out.push(b'=');
            expr(d, level::TEST, out);
        }
    }
    if let Some(a) = &args.kwarg {
        next(out);
        put(out, "**");
        put(out, &a.arg);
    }
}

/// An f- or t-string: its body is gathered as text, and then quoted as a whole.
fn string_literal(prefix: u8, values: &[Expr], out: &mut Vec<u8>) {
    let mut body = Vec::new();
    pieces(values, &mut body);
    out.push(prefix);
    quoted(&body, out);
}

fn pieces(values: &[Expr], out: &mut Vec<u8>) {
    for v in values {
        match &v.kind {
            ExprKind::Constant { value: Const::Str(s), .. } => {
                for &b in s.iter() {
                    out.push(b);
                    if matches!(b, b'{' | b'}') {
                        out.push(b);
                    }
                }
            }
            ExprKind::FormattedValue { value, conversion, format_spec }
            | ExprKind::Interpolation { value, conversion, format_spec, .. } => {
                let mut inner = Vec::new();
                expr(value, level::TEST + 1, &mut inner);
                put(out, if inner.first() == Some(&b'{') { "{ " } else { "{" });
                out.extend_from_slice(&inner);
                put(
                    out,
                    match conversion {
                        Conversion::None => "",
                        Conversion::Str => "!s",
                        Conversion::Repr => "!r",
                        Conversion::Ascii => "!a",
                    },
                );
                if let Some(spec) = format_spec {
                    out.push(b':');
                    match &spec.kind {
                        ExprKind::JoinedStr { values } => pieces(values, out),
                        _ => pieces(std::slice::from_ref(spec), out),
                    }
                }
                out.push(b'}');
            }
            ExprKind::JoinedStr { values } => pieces(values, out),
            _ => expr(v, level::TEST, out),
        }
    }
}

fn constant(c: &Const, out: &mut Vec<u8>) {
    match c {
        Const::None => put(out, "None"),
        Const::Bool(true) => put(out, "True"),
        Const::Bool(false) => put(out, "False"),
        Const::Ellipsis => put(out, "..."),
        Const::Int(n) => put(out, &n.to_string()),
        Const::BigInt(negative, bytes) => {
            if *negative {
                out.push(b'-');
            }
            put(out, &decimal(bytes));
        }
        Const::Float(bits) => put(out, &float(f64::from_bits(*bits))),
        Const::Complex(_, im) => {
            put(out, &float(f64::from_bits(*im)));
            out.push(b'j');
        }
        Const::Str(s) => quoted(s, out),
        Const::Bytes(b) => {
            out.push(b'b');
            let quote = if b.contains(&b'\'') && !b.contains(&b'"') { b'"' } else { b'\'' };
            out.push(quote);
            for &x in b.iter() {
                match x {
                    b'\\' => put(out, "\\\\"),
                    b'\n' => put(out, "\\n"),
                    b'\r' => put(out, "\\r"),
                    b'\t' => put(out, "\\t"),
                    _ if x == quote => out.extend_from_slice(&[b'\\', x]),
                    0x20..=0x7e => out.push(x),
                    _ => put(out, &format!("\\x{x:02x}")),
                }
            }
            out.push(quote);
        }
        Const::Tuple(items) => {
            out.push(b'(');
            for (n, i) in items.iter().enumerate() {
                if n > 0 {
                    put(out, ", ");
                }
                constant(i, out);
            }
            put(out, if items.len() == 1 { ",)" } else { ")" });
        }
        Const::FrozenSet(_) | Const::Slice(_) | Const::Code(_) => put(out, "..."),
    }
}

/// `repr` of a str in WTF-8.
fn quoted(s: &[u8], out: &mut Vec<u8>) {
    let quote = if s.contains(&b'\'') && !s.contains(&b'"') { b'"' } else { b'\'' };
    out.push(quote);
    for &b in s {
        match b {
            b'\\' => put(out, "\\\\"),
            b'\n' => put(out, "\\n"),
            b'\r' => put(out, "\\r"),
            b'\t' => put(out, "\\t"),
            _ if b == quote => out.extend_from_slice(&[b'\\', b]),
            0..0x20 | 0x7f => put(out, &format!("\\x{b:02x}")),
            _ => out.push(b),
        }
    }
    out.push(quote);
}

/// `repr` of a float, infinities as an overflowing literal.
fn float(x: f64) -> String {
    if x.is_infinite() {
        return "1e309".into();
    }
    let magnitude = x.abs();
    let mut s = String::new();
    if magnitude != 0.0 && !(1e-4..1e16).contains(&magnitude) {
        let _ = write!(s, "{x:e}");
        // Rust writes 1e-5 and 1e16, Python 1e-05 and 1e+16.
        if let Some((mantissa, exponent)) = s.split_once('e') {
            let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |d| ('-', d));
            return format!("{mantissa}e{sign}{digits:0>2}");
        }
    } else {
        let _ = write!(s, "{x:?}");
    }
    s
}

/// Decimal digits of a little-endian magnitude.
fn decimal(bytes: &[u8]) -> String {
    const CHUNK: u64 = 1_000_000_000;
    let mut digits: Vec<u64> = vec![0];
    for &b in bytes.iter().rev() {
        let mut carry = u64::from(b);
        for d in &mut digits {
            let n = *d * 256 + carry;
            *d = n % CHUNK;
            carry = n / CHUNK;
        }
        if carry > 0 {
            digits.push(carry);
        }
    }
    let mut out = digits.last().map(u64::to_string).unwrap_or_default();
    for d in digits.iter().rev().skip(1) {
        let _ = write!(out, "{d:09}");
    }
    out
}
