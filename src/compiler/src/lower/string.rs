//! f-strings and t-strings (PEP 750), and `"..." % (a, b)`, which is lowered as the f-string that it could be.

use super::{Lower, Result};
use crate::ast::*;
use crate::registers::{Operand, Reg};
use weft_bytecode::ops::{KILL_B, KILL_C};
use weft_bytecode::{Const, Op};

/// Most pieces joined at once.
const MOST_PIECES: usize = 250;
/// `FORMAT`: the specification is given.
const WITH_SPEC: u8 = 4;

fn conversion_flag(c: Conversion) -> u8 {
    match c {
        Conversion::None => 0,
        Conversion::Str => 1,
        Conversion::Repr => 2,
        Conversion::Ascii => 3,
    }
}

fn text_of(e: &Expr) -> Option<&[u8]> {
    match &e.kind {
        ExprKind::Constant { value: Const::Str(s), .. } => Some(s),
        _ => None,
    }
}

/// A directive of a format string: conversion, format specification.
struct Directive {
    /// What stands before it.
    before: Vec<u8>,
    conversion: u8,
    spec: String,
}

/// Splits a format string that has no other directives than `%s`, `%r` and `%a` with width and precision, and
/// `%%`; what stands at the end comes second.
fn directives(format: &[u8]) -> Option<(Vec<Directive>, Vec<u8>)> {
    const LONGEST: usize = 3;
    let (mut out, mut text, mut rest) = (Vec::new(), Vec::new(), format);
    while let Some((&b, tail)) = rest.split_first() {
        rest = tail;
        if b != b'%' {
            text.push(b);
            continue;
        }
        let mut take = |wanted: fn(&u8) -> bool| {
            let n = rest.iter().take_while(|b| wanted(b)).count();
            let (head, tail) = rest.split_at(n);
            rest = tail;
            String::from_utf8_lossy(head).into_owned()
        };
        let left = take(|b| *b == b'-');
        let width = take(u8::is_ascii_digit);
        let dot = take(|b| *b == b'.');
        let precision = take(u8::is_ascii_digit);
        let (&kind, tail) = rest.split_first()?;
        rest = tail;
        let plain = left.is_empty() && width.is_empty() && dot.is_empty();
        if width.len() > LONGEST || precision.len() > LONGEST || width.starts_with('0') || dot.len() > 1 {
            return None;
        }
        let conversion = match kind {
            b'%' if plain => {
                text.push(b'%');
                continue;
            }
            b's' => 1,
            b'r' => 2,
            b'a' => 3,
            _ => return None,
        };
        let align = if width.is_empty() {
            ""
        } else if left.is_empty() {
            ">"
        } else {
            "<"
        };
        let precision = match (dot.is_empty(), precision.is_empty()) {
            (true, _) => String::new(),
            (false, true) => ".0".into(),
            (false, false) => format!(".{precision}"),
        };
        let spec = format!("{align}{width}{precision}");
        out.push(Directive { before: std::mem::take(&mut text), conversion, spec });
    }
    Some((out, text))
}

impl<'a> Lower<'a> {
    /// `dst := "..." % (values)`, if that can be done piece by piece; says whether it was.
    pub(super) fn percent_format(
        &mut self,
        e: &'a Expr,
        format: &'a Expr,
        values: &'a Expr,
        dst: Reg,
    ) -> Result<bool> {
        let (Some(format), ExprKind::Tuple { elts, .. }) = (text_of(format), &values.kind) else {
            return Ok(false);
        };
        let Some((directives, end)) = directives(format) else { return Ok(false) };
        let starred = elts.iter().any(|v| matches!(v.kind, ExprKind::Starred { .. }));
        if starred || directives.len() != elts.len() || elts.is_empty() || elts.len() > MOST_PIECES / 2 {
            return Ok(false);
        }
        let base = self.window(dst);
        let mut slot = base;
        let literal = |l: &mut Self, text: Vec<u8>, slot: &mut Reg| {
            if !text.is_empty() {
                l.u.temps.reset(slot.up(1));
                l.load_const(*slot, Const::Str(text.into()));
                *slot = slot.up(1);
            }
        };
        for (d, value) in directives.into_iter().zip(elts) {
            literal(self, d.before, &mut slot);
            self.u.temps.reset(slot.up(1));
            let v = self.operand_home(value, &[], Some(slot))?;
            self.at(value.span);
            let mut f = d.conversion | Self::kill(v, Some(slot), KILL_B);
            let mut spec = 0;
            if !d.spec.is_empty() {
                let t = self.u.temps.take();
                self.load_str(t, &d.spec);
                f |= WITH_SPEC | KILL_C;
                spec = t.0;
            }
            self.ins(Op::FORMAT, f, slot, v.reg, spec);
            slot = slot.up(1);
        }
        literal(self, end, &mut slot);
        self.at(e.span);
        self.ins(Op::BUILD_STRING, 0, dst, base, slot.0 - base.0);
        Ok(true)
    }

    pub(super) fn joined_str(&mut self, e: &'a Expr, values: &'a [Expr], dst: Reg) -> Result {
        match values {
            [] => {
                self.load_str(dst, "");
                return Ok(());
            }
            // One piece: `FORMAT` gives a str, and a constant is one.
            [only] => return self.expr_to(only, dst),
            _ => {}
        }
        if values.len() > MOST_PIECES {
            return self.long_joined_str(e, values, dst);
        }
        let base = self.window(dst);
        for (n, v) in values.iter().enumerate() {
            let slot = base.up(n as u32);
            self.u.temps.reset(slot.up(1));
            self.expr_to(v, slot)?;
        }
        self.at(e.span);
        self.ins(Op::BUILD_STRING, 0, dst, base, values.len() as u32);
        Ok(())
    }

    /// Too many pieces for registers: joined in runs.
    fn long_joined_str(&mut self, e: &'a Expr, values: &'a [Expr], dst: Reg) -> Result {
        let t = self.scratch(dst);
        let base = self.u.temps.top();
        for (run, pieces) in values.chunks(MOST_PIECES - 1).enumerate() {
            self.u.temps.reset(base);
            let first = self.u.temps.take();
            let mut count = 0;
            if run > 0 {
                self.ins(Op::TAKE, 0, first, t, 0u32);
                count = 1;
            }
            for v in pieces {
                let slot = first.up(count);
                self.u.temps.reset(slot.up(1));
                self.expr_to(v, slot)?;
                count += 1;
            }
            self.at(e.span);
            self.ins(Op::BUILD_STRING, 0, t, first, count);
        }
        self.move_to(dst, Operand::temp(t));
        Ok(())
    }

    pub(super) fn formatted_value(&mut self, e: &'a Expr, dst: Reg) -> Result {
        let ExprKind::FormattedValue { value, conversion, format_spec } = &e.kind else { return Ok(()) };
        let later: Vec<&Expr> = format_spec.as_deref().into_iter().collect();
        let v = self.operand_home(value, &later, dst.is_temp().then_some(dst))?;
        let mut f = conversion_flag(*conversion) | Self::kill(v, Some(dst), KILL_B);
        let mut spec = 0;
        if let Some(s) = format_spec {
            let s = self.operand(s, &[])?;
            f |= WITH_SPEC | Self::kill(s, None, KILL_C);
            spec = s.reg.0;
        }
        self.at(e.span);
        self.ins(Op::FORMAT, f, dst, v.reg, spec);
        Ok(())
    }

    /// Strings and interpolations alternate, beginning and ending with a string.
    pub(super) fn template_str(&mut self, e: &'a Expr, values: &'a [Expr], dst: Reg) -> Result {
        let mut strings: Vec<Const> = Vec::new();
        let mut pending: Vec<u8> = Vec::new();
        for v in values {
            match text_of(v) {
                Some(s) => pending.extend_from_slice(s),
                None => strings.push(Const::Str(std::mem::take(&mut pending).into())),
            }
        }
        strings.push(Const::Str(pending.into()));
        let base = self.window(dst);
        self.u.temps.reset(base.up(1));
        self.at(e.span);
        self.load_const(base, Const::Tuple(strings.into()));
        let tuple = base.up(1);
        let interpolations = || values.iter().filter(|v| text_of(v).is_none());
        let many = interpolations().count() > MOST_PIECES;
        self.u.temps.reset(tuple);
        if many {
            self.u.temps.take();
            let top = self.u.temps.top();
            self.ins(Op::BUILD_LIST, 0, tuple, top, 0u32);
        }
        let mut count = 0u32;
        for v in interpolations() {
            let slot = self.u.temps.take();
            self.interpolation(v, slot)?;
            count += 1;
            if many {
                self.ins(Op::LIST_APPEND, KILL_B, tuple, slot, 0u32);
                self.u.temps.reset(slot);
            }
        }
        self.at(e.span);
        if many {
            self.ins(Op::LIST_TO_TUPLE, 0, tuple, tuple, 0u32);
        } else {
            self.ins(Op::BUILD_TUPLE, 0, tuple, tuple, count);
        }
        self.u.temps.reset(base.up(2));
        self.ins(Op::BUILD_TEMPLATE, 0, dst, base, 0u32);
        Ok(())
    }

    fn interpolation(&mut self, e: &'a Expr, slot: Reg) -> Result {
        let ExprKind::Interpolation { value, str, conversion, format_spec } = &e.kind else {
            return self.expr_to(e, slot);
        };
        self.u.temps.reset(slot.up(3));
        let later: Vec<&Expr> = format_spec.as_deref().into_iter().collect();
        self.argument(value, slot, &later)?;
        self.at(e.span);
        self.load_const(slot.up(1), str.clone());
        match format_spec {
            Some(s) => self.expr_to(s, slot.up(2))?,
            None => self.load_str(slot.up(2), ""),
        }
        self.at(e.span);
        self.ins(Op::BUILD_INTERPOLATION, conversion_flag(*conversion), slot, slot, 0u32);
        self.u.temps.reset(slot.up(1));
        Ok(())
    }
}
