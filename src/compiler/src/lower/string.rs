//! f-strings and t-strings (PEP 750).

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

impl<'a> Lower<'a> {
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
