//! Suspension: `yield`, `yield from`, `await`, and what makes a function a generator.

use super::unwind::Frame;
use super::{Lower, Result};
use crate::ast::*;
use crate::cfg::{BlockId, Region};
use crate::registers::{Operand, Reg};
use weft_bytecode::code::flags;
use weft_bytecode::ops::{Intrinsic, KILL_A, KILL_B, NO_REG};
use weft_bytecode::{Const, Op};

/// `YIELD`: hands on what another iterator yields.
const DELEGATING: u8 = 1;
/// `YIELD`: a value of an async generator.
const WRAPPED: u8 = 2;

impl<'a> Lower<'a> {
    /// If the block is a generator or coroutine: its first instruction, and the region around all the others
    /// that keeps StopIteration from escaping (PEP 479).
    pub(super) fn start_generator(&mut self) {
        let f = self.u.scope.flags;
        if !f.generator && !f.coroutine {
            return;
        }
        self.u.flags |= match (f.coroutine, f.generator) {
            (true, true) => flags::ASYNC_GENERATOR,
            (true, false) => flags::COROUTINE,
            _ => flags::GENERATOR,
        };
        self.ins(Op::RETURN_GENERATOR, 0, 0u32, 0u32, 0u32);
        let target = self.label();
        let bottom = self.u.temps.top();
        let region = self.u.cfg.region(Region { target, depth: bottom, reg: bottom });
        self.u.generator_region = Some(region);
        self.u.set_region(Some(region));
    }

    /// The handler of that region.
    pub(super) fn finish_generator_body(&mut self) {
        let Some(region) = self.u.generator_region.take() else { return };
        let Region { target, reg, .. } = self.u.cfg.regions[region.0 as usize];
        self.u.set_region(None);
        self.place(target);
        self.nowhere();
        self.u.temps.reset(reg.up(1));
        self.ins(Op::INTRINSIC, Intrinsic::StopIterationError as u8, reg, reg, 0u32);
        self.reraise(reg);
        self.u.temps.reset(reg);
    }

    pub(super) fn yield_expr(&mut self, e: &'a Expr, value: Option<&'a Expr>, dst: Reg) -> Result {
        let t = self.scratch(dst);
        match value {
            Some(v) => self.expr_to(v, t)?,
            None => self.load_const(t, Const::None),
        }
        self.at(e.span);
        self.suspend(t);
        self.move_to(dst, Operand::temp(t));
        Ok(())
    }

    /// Hands the temporary `t` out; afterwards it holds what was sent. Everything above is dead.
    pub(super) fn suspend(&mut self, t: Reg) {
        let f = self.u.scope.flags;
        let wrapped = if f.coroutine && f.generator { WRAPPED } else { 0 };
        self.yield_op(t, wrapped);
    }

    fn yield_op(&mut self, t: Reg, f: u8) {
        let saved = self.u.frames.iter().find_map(Frame::saved).map_or(u32::from(NO_REG), |r| r.0);
        self.ins(Op::YIELD, f, t, t.up(1), saved);
    }

    pub(super) fn yield_from(&mut self, e: &'a Expr, value: &'a Expr, dst: Reg) -> Result {
        let iterator = self.window(dst);
        let v = self.operand_home(value, &[], Some(iterator))?;
        self.at(e.span);
        self.ins(Op::GET_YIELD_FROM_ITER, Self::kill(v, Some(iterator), KILL_B), iterator, v.reg, 0u32);
        self.delegate(e.span, iterator, dst)
    }

    pub(super) fn await_expr(&mut self, e: &'a Expr, value: &'a Expr, dst: Reg) -> Result {
        let iterator = self.window(dst);
        let v = self.operand_home(value, &[], Some(iterator))?;
        self.at(e.span);
        self.ins(Op::GET_AWAITABLE, Self::kill(v, Some(iterator), KILL_B), iterator, v.reg, 0u32);
        self.delegate(e.span, iterator, dst)
    }

    /// Runs the iterator in the topmost temporary to its end, handing on what it yields; its return value
    /// goes to `dst`. `SEND` stands directly before `YIELD`: `throw` and `close` find the iterator there.
    pub(super) fn delegate(&mut self, span: Span, iterator: Reg, dst: Reg) -> Result {
        self.u.temps.reset(iterator.up(2));
        let v = iterator.up(1);
        let (again, thrown, done) = (self.label(), self.label(), self.label());
        self.at(span);
        self.load_const(v, Const::None);
        self.place(again);
        self.jump(Op::SEND, 0, v, iterator, done);
        let outside = self.u.region;
        let region = self.u.cfg.region(Region { target: thrown, depth: iterator, reg: iterator });
        self.u.set_region(Some(region));
        self.yield_op(v, DELEGATING);
        self.u.set_region(outside);
        self.goto(again);
        self.place(thrown);
        self.ins(Op::CLEANUP_THROW, KILL_A, iterator, v, 0u32);
        self.place(done);
        self.move_to(dst, Operand::temp(v));
        self.u.temps.reset(iterator);
        if dst.is_temp() && dst >= iterator {
            self.u.temps.reset(dst.up(1));
        }
        Ok(())
    }

    /// One round of `async for`: the next item of the asynchronous iterator goes to `target`. The end of the
    /// iteration arrives as an exception at the returned block, which [`Lower::end_async_for`] places.
    pub(super) fn async_next(&mut self, target: &'a Expr, iterator: Reg, span: Span) -> Result<BlockId> {
        let above = iterator.up(1);
        self.u.temps.reset(above);
        let handler = self.label();
        let outside = self.u.region;
        let region = self.u.cfg.region(Region { target: handler, depth: above, reg: above });
        self.u.set_region(Some(region));
        self.at(span);
        let t = self.u.temps.take();
        self.ins(Op::GET_ANEXT, 0, t, iterator, 0u32);
        self.delegate(span, t, t)?;
        self.u.set_region(outside);
        self.store(target, Operand::temp(t))?;
        self.u.temps.reset(above);
        Ok(handler)
    }

    /// Where the iteration ends: goes on after it if it was StopAsyncIteration.
    pub(super) fn end_async_for(&mut self, handler: BlockId, iterator: Reg, span: Span) {
        self.place(handler);
        self.at(span);
        self.ins(Op::END_ASYNC_FOR, 0, iterator.up(1), iterator, 0u32);
    }
}
