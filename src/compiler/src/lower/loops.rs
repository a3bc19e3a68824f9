//! `while`, `for` and `async for`.
//!
//! A `while` tests at its bottom, so that one instruction decides and jumps back; it is entered by a jump to
//! the test. Jumps back are the safepoints.

use super::unwind::Frame;
use super::{Lower, Result};
use crate::ast::*;
use crate::cfg::BlockId;
use crate::registers::{Operand, Reg};
use weft_bytecode::Op;
use weft_bytecode::ops::KILL_B;

impl<'a> Lower<'a> {
    pub(super) fn while_stmt(&mut self, test: &'a Expr, body: &'a [Stmt], orelse: &'a [Stmt]) -> Result {
        let (again, bottom, exit) = (self.label(), self.label(), self.label());
        let truth = self.known_truth(test);
        if truth == Some(false) {
            self.at(test.span);
            self.ins(Op::NOP, 0, 0u32, 0u32, 0u32);
            return self.body(orelse);
        }
        if truth == Some(true) {
            self.place(again);
            self.at(test.span);
            self.ins(Op::NOP, 0, 0u32, 0u32, 0u32);
            self.u.frames.push(Frame::Loop { head: again, exit, iterator: None, outside: self.u.region });
            self.body(body)?;
            self.u.frames.pop();
            self.goto(again);
            self.place(exit);
            return Ok(());
        }
        self.goto(bottom);
        self.place(again);
        self.u.frames.push(Frame::Loop { head: bottom, exit, iterator: None, outside: self.u.region });
        self.body(body)?;
        self.u.frames.pop();
        self.place(bottom);
        self.jump_if(test, true, again)?;
        self.body(orelse)?;
        self.place(exit);
        Ok(())
    }

    pub(super) fn for_stmt(&mut self, f: &'a For) -> Result {
        let mark = self.u.temps.top();
        let (head, done, exit) = (self.label(), self.label(), self.label());
        let iterator = self.u.temps.take();
        if f.is_async {
            let v = self.operand_home(&f.iter, &[], Some(iterator))?;
            self.at(f.iter.span);
            self.ins(Op::GET_AITER, Self::kill(v, Some(iterator), KILL_B), iterator, v.reg, 0u32);
        } else {
            self.iterable_operand(&f.iter, iterator)?;
        }
        self.u.frames.push(Frame::Loop { head, exit, iterator: Some(iterator), outside: self.u.region });
        self.place(head);
        let ended = if f.is_async {
            Some(self.async_next(&f.target, iterator, f.iter.span)?)
        } else {
            self.for_iter(&f.target, iterator, done, f.iter.span)?;
            None
        };
        self.body(&f.body)?;
        self.u.frames.pop();
        self.goto(head);
        if let Some(handler) = ended {
            self.end_async_for(handler, iterator, f.iter.span);
        }
        self.place(done);
        self.u.temps.reset(mark);
        self.body(&f.orelse)?;
        self.place(exit);
        Ok(())
    }

    /// `FOR_ITER` into the target; a variable is written directly.
    pub(super) fn for_iter(&mut self, target: &'a Expr, iterator: Reg, done: BlockId, span: Span) -> Result {
        self.at(span);
        if let ExprKind::Name { id, .. } = &target.kind
            && let Some(r) = self.local(id)
        {
            self.jump(Op::FOR_ITER, 0, r, iterator, done);
            return Ok(());
        }
        let t = self.u.temps.take();
        self.jump(Op::FOR_ITER, 0, t, iterator, done);
        self.store(target, Operand::temp(t))?;
        self.u.temps.reset(t);
        Ok(())
    }
}
