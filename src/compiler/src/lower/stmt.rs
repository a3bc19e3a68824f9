//! Statements: which function lowers which, and the small ones.

use super::{Lower, Result};
use crate::ast::*;
use weft_bytecode::Op;
use weft_bytecode::ops::{Intrinsic, KILL_A, KILL_B};

impl<'a> Lower<'a> {
    pub(super) fn stmt(&mut self, s: &'a Stmt) -> Result {
        let mark = self.u.temps.top();
        self.at(s.span);
        self.deeper(s.span, |l| l.stmt_inner(s))?;
        self.u.temps.reset(mark);
        Ok(())
    }

    fn stmt_inner(&mut self, s: &'a Stmt) -> Result {
        match &s.kind {
            StmtKind::Expr { value } => self.expr_stmt(s, value),
            StmtKind::Assign { targets, value } => self.assign_stmt(targets, value),
            StmtKind::AugAssign { target, op, value } => self.aug_assign(s, target, *op, value),
            StmtKind::AnnAssign(a) => self.ann_assign(s, a),
            StmtKind::If { test, body, orelse } => self.if_stmt(test, body, orelse),
            StmtKind::For(f) => self.for_stmt(f),
            StmtKind::While { test, body, orelse } => self.while_stmt(test, body, orelse),
            StmtKind::Return { value } => self.return_stmt(s, value.as_deref()),
            StmtKind::FunctionDef(f) => self.function_def(s, f),
            StmtKind::ClassDef(c) => self.class_def(s, c),
            StmtKind::Try(t) => self.try_stmt(t),
            StmtKind::With(w) => self.with_stmt(w),
            StmtKind::Match { subject, cases } => self.match_stmt(subject, cases),
            StmtKind::Raise { exc, cause } => self.raise(s, exc.as_deref(), cause.as_deref()),
            StmtKind::Assert { test, msg } => self.assert(s, test, msg.as_deref()),
            StmtKind::Delete { targets } => targets.iter().try_for_each(|t| self.delete(t)),
            StmtKind::Import { names } => self.import(s, names),
            StmtKind::ImportFrom { module, names, level } => {
                self.import_from(s, module.as_ref(), names, *level)
            }
            StmtKind::TypeAlias(t) => self.type_alias(s, t),
            StmtKind::Break => self.leave_loop(s, true),
            StmtKind::Continue => self.leave_loop(s, false),
            StmtKind::Pass => {
                self.nop();
                Ok(())
            }
            StmtKind::Global { .. } | StmtKind::Nonlocal { .. } => Ok(()),
        }
    }

    /// A line without an instruction of its own.
    pub(super) fn nop(&mut self) {
        self.ins(Op::NOP, 0, 0u32, 0u32, 0u32);
    }

    fn expr_stmt(&mut self, s: &'a Stmt, value: &'a Expr) -> Result {
        if self.interactive && self.outer.is_empty() {
            let t = self.u.temps.take();
            self.expr_to(value, t)?;
            self.at(s.span);
            self.ins(Op::INTRINSIC, Intrinsic::Print as u8, t, t, 0u32);
            self.clear(t);
            return Ok(());
        }
        if matches!(value.kind, ExprKind::Constant { .. }) {
            self.nop();
            return Ok(());
        }
        self.discard(value)
    }

    fn if_stmt(&mut self, test: &'a Expr, body: &'a [Stmt], orelse: &'a [Stmt]) -> Result {
        match self.known_truth(test) {
            Some(truth) => {
                self.at(test.span);
                self.nop();
                return self.body(if truth { body } else { orelse });
            }
            None if orelse.is_empty() => {
                let end = self.label();
                self.jump_if(test, false, end)?;
                self.body(body)?;
                self.place(end);
            }
            None => {
                let (other, end) = (self.label(), self.label());
                self.jump_if(test, false, other)?;
                self.body(body)?;
                self.goto(end);
                self.place(other);
                self.body(orelse)?;
                self.place(end);
            }
        }
        Ok(())
    }

    fn raise(&mut self, s: &'a Stmt, exc: Option<&'a Expr>, cause: Option<&'a Expr>) -> Result {
        let Some(exc) = exc else {
            self.ins(Op::RAISE, 0, 0u32, 0u32, 0u32);
            return Ok(());
        };
        let later: Vec<&Expr> = cause.into_iter().collect();
        let e = self.operand(exc, &later)?;
        let c = cause.map(|c| self.operand(c, &[])).transpose()?;
        self.at(s.span);
        let kill = Self::kill(e, None, KILL_A);
        match c {
            None => self.ins(Op::RAISE, 1 | kill, e.reg, 0u32, 0u32),
            Some(c) => self.ins(Op::RAISE, 2 | kill | Self::kill(c, None, KILL_B), e.reg, c.reg, 0u32),
        }
        Ok(())
    }

    fn assert(&mut self, s: &'a Stmt, test: &'a Expr, msg: Option<&'a Expr>) -> Result {
        if self.options.optimize > 0 {
            return Ok(());
        }
        let holds = self.label();
        self.jump_if(test, true, holds)?;
        self.at(s.span);
        let t = self.u.temps.take();
        self.ins(Op::LOAD_ASSERTION_ERROR, 0, t, 0u32, 0u32);
        if let Some(msg) = msg {
            let argument = self.u.temps.take();
            self.argument(msg, argument, &[])?;
            self.at(s.span);
            self.call_registers(t, t, 1);
        }
        self.at(test.span);
        self.ins(Op::RAISE, 1 | KILL_A, t, 0u32, 0u32);
        self.place(holds);
        Ok(())
    }
}
