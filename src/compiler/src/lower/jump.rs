//! Conditions: expressions wanted only for their truth, as jumps.
//!
//! `and`, `or`, `not` and chains become control flow; a comparison and its branch become one instruction,
//! with the right operand as an immediate where it is a small int. `cond` is true when it jumps, on both
//! paths every temporary is gone.

use super::expr::immediate;
use super::{Lower, Result, fold};
use crate::ast::*;
use crate::cfg::BlockId;
use crate::registers::Operand;
use weft_bytecode::ops::{KILL_A, KILL_B};
use weft_bytecode::{Const, Op};

impl<'a> Lower<'a> {
    /// Jumps to `target` if the truth of `e` is `when`, else falls through.
    pub(super) fn jump_if(&mut self, e: &'a Expr, when: bool, target: BlockId) -> Result {
        let mark = self.u.temps.top();
        self.deeper(e.span, |l| l.jump_inner(e, when, target))?;
        self.u.temps.reset(mark);
        Ok(())
    }

    fn jump_inner(&mut self, e: &'a Expr, when: bool, target: BlockId) -> Result {
        match &e.kind {
            ExprKind::UnaryOp { op: UnaryOp::Not, operand } => return self.jump_if(operand, !when, target),
            ExprKind::BoolOp { op, values } => {
                // The value at which evaluation stops.
                let stop = *op == BoolOp::Or;
                let Some((last, first)) = values.split_last() else { return Ok(()) };
                if stop == when {
                    first.iter().try_for_each(|v| self.jump_if(v, when, target))?;
                    return self.jump_if(last, when, target);
                }
                let end = self.label();
                first.iter().try_for_each(|v| self.jump_if(v, stop, end))?;
                self.jump_if(last, when, target)?;
                self.place(end);
                return Ok(());
            }
            ExprKind::IfExp { test, body, orelse } => {
                let (other, end) = (self.label(), self.label());
                self.jump_if(test, false, other)?;
                self.jump_if(body, when, target)?;
                self.goto(end);
                self.place(other);
                self.jump_if(orelse, when, target)?;
                self.place(end);
                return Ok(());
            }
            ExprKind::Compare { left, ops, comparators } => {
                return self.jump_compare(e, left, ops, comparators, when, target);
            }
            _ => {}
        }
        match self.known_truth(e) {
            Some(truth) if truth == when => self.goto(target),
            Some(_) => {}
            None => {
                let v = self.operand(e, &[])?;
                self.at(e.span);
                self.jump(Op::JUMP_IF, u8::from(when) | Self::kill(v, None, KILL_A), v.reg, 0u32, target);
            }
        }
        Ok(())
    }

    fn jump_compare(
        &mut self,
        e: &'a Expr,
        left: &'a Expr,
        ops: &[CmpOp],
        right: &'a [Expr],
        when: bool,
        target: BlockId,
    ) -> Result {
        let later: Vec<&Expr> = right.iter().collect();
        let mut l = self.operand(left, &later)?;
        if let ([op], [right]) = (ops, right) {
            return self.jump_compare_one(e, l, *op, right, when, target);
        }
        let last = ops.len() - 1;
        let end = self.label();
        for (n, op) in ops.iter().enumerate() {
            let r = self.comparand(&right[n], *op, &later[n + 1..])?;
            self.at(e.span);
            if n == last {
                self.jump_compare_op(*op, l, r, when, target);
                break;
            }
            // Where a false comparison in the middle leads to.
            let quit = if when { end } else { target };
            let keep = Operand::borrowed(r.reg);
            if r.owned {
                let next = self.label();
                self.jump_compare_op(*op, l, keep, true, next);
                self.clear(r.reg);
                self.goto(quit);
                self.place(next);
            } else {
                self.jump_compare_op(*op, l, keep, false, quit);
            }
            l = r;
        }
        self.place(end);
        Ok(())
    }

    fn jump_compare_one(
        &mut self,
        e: &'a Expr,
        l: Operand,
        op: CmpOp,
        right: &'a Expr,
        when: bool,
        target: BlockId,
    ) -> Result {
        let constant = self.constant_operand(right);
        let kill = Self::kill(l, None, KILL_A);
        if let (CmpOp::Is | CmpOp::IsNot, Some(Const::None)) = (op, &constant) {
            self.at(e.span);
            let f = u8::from(when == (op == CmpOp::Is)) | kill;
            self.jump(Op::JUMP_IF_NONE, f, l.reg, 0u32, target);
            return Ok(());
        }
        let with_immediate = match op {
            CmpOp::Lt => Some(Op::JUMP_LT_I),
            CmpOp::LtE => Some(Op::JUMP_LE_I),
            CmpOp::Eq => Some(Op::JUMP_EQ_I),
            CmpOp::NotEq => Some(Op::JUMP_NE_I),
            CmpOp::Gt => Some(Op::JUMP_GT_I),
            CmpOp::GtE => Some(Op::JUMP_GE_I),
            _ => None,
        };
        if let (Some(op), Some(n)) = (with_immediate, constant.as_ref().and_then(immediate)) {
            self.at(e.span);
            self.jump(op, u8::from(when) | kill, l.reg, n, target);
            return Ok(());
        }
        let r = self.comparand(right, op, &[])?;
        self.at(e.span);
        self.jump_compare_op(op, l, r, when, target);
        Ok(())
    }

    fn jump_compare_op(&mut self, op: CmpOp, l: Operand, r: Operand, when: bool, target: BlockId) {
        let (op, truth) = match op {
            CmpOp::Eq => (Op::JUMP_EQ, true),
            CmpOp::NotEq => (Op::JUMP_NE, true),
            CmpOp::Lt => (Op::JUMP_LT, true),
            CmpOp::LtE => (Op::JUMP_LE, true),
            CmpOp::Gt => (Op::JUMP_GT, true),
            CmpOp::GtE => (Op::JUMP_GE, true),
            CmpOp::Is => (Op::JUMP_IS, true),
            CmpOp::IsNot => (Op::JUMP_IS, false),
            CmpOp::In => (Op::JUMP_IN, true),
            CmpOp::NotIn => (Op::JUMP_IN, false),
        };
        let f = u8::from(when == truth) | Self::kill(l, None, KILL_A) | Self::kill(r, None, KILL_B);
        self.jump(op, f, l.reg, r.reg, target);
    }

    /// The truth of a condition that is constant.
    pub(super) fn known_truth(&self, e: &Expr) -> Option<bool> {
        match &e.kind {
            ExprKind::Name { id, .. } if &**id == "__debug__" => Some(self.options.optimize == 0),
            ExprKind::Constant { value, .. } => fold::truth(value),
            ExprKind::UnaryOp { op: UnaryOp::Not, operand } => self.known_truth(operand).map(|t| !t),
            _ if fold::worth_trying(e) => fold::fold(e, self.options.optimize).as_ref().and_then(fold::truth),
            _ => None,
        }
    }
}
