//! Leaving blocks early: what `return`, `break` and `continue` must run on their way out.

use super::{Lower, Result};
use crate::ast::*;
use crate::cfg::{BlockId, RegionId};
use crate::registers::{Operand, Reg};
use weft_bytecode::{Const, Op};

/// A statement that is open where code is being made, innermost last.
#[derive(Clone, Copy)]
pub enum Frame<'a> {
    /// A loop; a `for` has its iterator in a temporary.
    Loop { head: BlockId, exit: BlockId, iterator: Option<Reg>, outside: Option<RegionId> },
    /// The body of a `try` with `finally`.
    Finally { body: &'a [Stmt], outside: Option<RegionId> },
    /// The body of a `with`; for the registers see `with.rs`.
    With { base: Reg, is_async: bool, outside: Option<RegionId>, span: Span },
    /// An exception is being handled; it may still be in a temporary, or in a variable to be unbound.
    Handling { saved: Reg, exc: Option<Reg>, name: Option<&'a Name>, outside: Option<RegionId> },
}

impl Frame<'_> {
    /// The register of the exception that was being handled before this one.
    pub fn saved(&self) -> Option<Reg> {
        match self {
            Frame::Handling { saved, .. } => Some(*saved),
            _ => None,
        }
    }
}

impl<'a> Lower<'a> {
    pub(super) fn return_stmt(&mut self, s: &'a Stmt, value: Option<&'a Expr>) -> Result {
        let mark = self.u.temps.top();
        let busy = self.u.frames.iter().any(|f| !matches!(f, Frame::Loop { .. }));
        let constant = match value {
            None => Some(Const::None),
            Some(e) => self.constant_operand(e),
        };
        if let Some(c) = constant {
            self.at(s.span);
            if busy {
                self.ins(Op::NOP, 0, 0u32, 0u32, 0u32);
                self.unwind(0, None, |l, _| {
                    l.at(s.span);
                    l.return_const(c);
                })?;
            } else {
                self.return_const(c);
            }
            return Ok(());
        }
        let Some(value) = value else { return Ok(()) };
        if busy {
            let t = self.u.temps.take();
            self.expr_to(value, t)?;
            self.unwind(0, Some(t), |l, v| {
                l.at(s.span);
                l.ins(Op::RETURN, 0, v.unwrap_or(t), 0u32, 0u32);
            })?;
        } else {
            let v = self.operand(value, &[])?;
            self.at(s.span);
            self.ins(Op::RETURN, 0, v.reg, 0u32, 0u32);
        }
        self.u.temps.reset(mark);
        Ok(())
    }

    fn return_const(&mut self, c: Const) {
        let k = self.u.consts.add(c);
        self.ins(Op::RETURN_CONST, 0, 0u32, k, 0u32);
    }

    /// `break` (or `continue`) of the innermost loop.
    pub(super) fn leave_loop(&mut self, s: &'a Stmt, is_break: bool) -> Result {
        let is_loop = |f: &Frame| matches!(f, Frame::Loop { .. });
        let Some(n) = self.u.frames.iter().rposition(is_loop) else {
            let msg = if is_break { "'break' outside loop" } else { "'continue' not properly in loop" };
            return Err(self.error(msg, s.span));
        };
        let Frame::Loop { head, exit, iterator, outside } = self.u.frames[n] else { return Ok(()) };
        self.at(s.span);
        if self.u.frames.len() > n + 1 {
            self.ins(Op::NOP, 0, 0u32, 0u32, 0u32);
        }
        self.unwind(n + 1, None, |l, _| {
            l.at(s.span);
            l.u.set_region(outside);
            if let Some(r) = iterator.filter(|_| is_break) {
                l.clear(r);
            }
            l.jump(Op::JUMP, 0, 0u32, 0u32, if is_break { exit } else { head });
        })
    }

    /// Closes the frames above `depth`, innermost first, then runs `last`. The frames are still open for the
    /// code that follows. A value on its way out may have to move; `last` is told where it is.
    fn unwind(
        &mut self,
        depth: usize,
        mut value: Option<Reg>,
        last: impl FnOnce(&mut Self, Option<Reg>),
    ) -> Result {
        let (frames, region, top) = (self.u.frames.clone(), self.u.region, self.u.temps.top());
        while self.u.frames.len() > depth {
            let Some(frame) = self.u.frames.pop() else { break };
            let more = self.u.frames[depth..].iter().any(|f| !matches!(f, Frame::Loop { .. }));
            match frame {
                Frame::Loop { iterator, outside, .. } => {
                    self.u.set_region(outside);
                    if let Some(r) = iterator.filter(|_| more || depth > 0) {
                        self.clear(r);
                    }
                }
                Frame::Finally { body, outside } => {
                    self.u.set_region(outside);
                    self.body(body)?;
                }
                Frame::With { base, is_async, outside, span } => {
                    self.u.set_region(outside);
                    // The exit is called in the window above `base`: the value moves below it.
                    if let Some(v) = value {
                        self.move_to(base, Operand::temp(v));
                        value = Some(base);
                    }
                    self.exit_normally(base, is_async, span)?;
                    self.u.temps.reset(top);
                }
                Frame::Handling { saved, exc, name, outside } => {
                    self.u.set_region(outside);
                    self.ins(Op::POP_EXC, 0, saved, 0u32, 0u32);
                    if let Some(r) = exc {
                        self.clear(r);
                    }
                    if let Some(name) = name {
                        self.forget_name(name);
                    }
                }
            }
        }
        last(self, value);
        self.u.frames = frames;
        self.u.set_region(region);
        self.u.temps.reset(top);
        Ok(())
    }
}
