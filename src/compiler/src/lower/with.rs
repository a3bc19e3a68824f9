//! `with` and `async with`.
//!
//! Registers, from `base` up: the exception handled before (`saved`), the exception being handled; then the
//! `__exit__` pair, whose arguments are written above it. What must survive the call of `__exit__` lies below
//! the pair, because the callee's window begins there.

use super::unwind::Frame;
use super::{KILL_FIRST, Lower, Result};
use crate::ast::*;
use crate::cfg::Region;
use crate::registers::{Operand, Reg};
use weft_bytecode::ops::{KILL_B, Special, WHEN_TRUE};
use weft_bytecode::{Const, Op};

/// Offset of the `__exit__` pair.
const PAIR: u32 = 2;
/// Offset of what comes after it.
const ABOVE: u32 = 4;

impl<'a> Lower<'a> {
    pub(super) fn with_stmt(&mut self, w: &'a With) -> Result {
        self.with_items(&w.items, &w.body, w.is_async)
    }

    fn with_items(&mut self, items: &'a [WithItem], body: &'a [Stmt], is_async: bool) -> Result {
        let Some((item, rest)) = items.split_first() else { return self.body(body) };
        let span = item.context_expr.span;
        let base = self.u.temps.take_many(ABOVE);
        let (pair, above) = (base.up(PAIR), base.up(ABOVE));
        let (enter, exit) =
            if is_async { (Special::AEnter, Special::AExit) } else { (Special::Enter, Special::Exit) };
        self.u.temps.take();
        let v = self.operand_home(&item.context_expr, &[], Some(above))?;
        self.u.temps.reset(above.up(2));
        self.at(span);
        self.ins(Op::LOAD_SPECIAL, exit as u8, pair, v.reg, 0u32);
        self.ins(Op::LOAD_SPECIAL, enter as u8 | Self::kill(v, Some(above), KILL_B), above, v.reg, 0u32);
        self.ins(Op::CALL_METHOD, 0, above, above, 0u32);
        self.u.temps.reset(above.up(1));
        if is_async {
            self.ins(Op::GET_AWAITABLE, 1, above, above, 0u32);
            self.delegate(span, above, above)?;
        }

        let (handler, cleanup, end) = (self.label(), self.label(), self.label());
        let outside = self.u.region;
        let region = self.u.cfg.region(Region { target: handler, depth: above, reg: above });
        self.u.set_region(Some(region));
        self.u.frames.push(Frame::With { base, is_async, outside, span });
        match &item.optional_vars {
            Some(target) => self.store(target, Operand::temp(above))?,
            None => self.clear(above),
        }
        self.u.temps.reset(above);
        self.with_items(rest, body, is_async)?;
        self.u.frames.pop();
        self.u.set_region(outside);
        self.exit_normally(base, is_async, span)?;
        self.goto(end);

        // An exception: `__exit__` may swallow it.
        let (saved, exc) = (base, base.up(1));
        self.place(handler);
        self.at(span);
        self.ins(Op::TAKE, 0, exc, above, 0u32);
        self.ins(Op::PUSH_EXC, 0, exc, saved, 0u32);
        let protect = self.u.cfg.region(Region { target: cleanup, depth: exc, reg: exc });
        self.u.set_region(Some(protect));
        self.u.frames.push(Frame::Handling { saved, exc: Some(exc), name: None, outside });
        self.u.temps.reset(above.up(3));
        self.u.temps.reset(above.up(1));
        self.ins(Op::WITH_EXCEPT, 0, above, pair, exc);
        if is_async {
            self.ins(Op::GET_AWAITABLE, 2, above, above, 0u32);
            self.delegate(span, above, above)?;
        }
        let swallowed = self.label();
        self.jump(Op::JUMP_IF, WHEN_TRUE | KILL_FIRST, above, 0u32, swallowed);
        // The frame goes on being where the exception was raised.
        self.nowhere();
        self.reraise(exc);
        self.at(span);
        self.u.frames.pop();
        self.u.set_region(outside);
        self.place(swallowed);
        self.ins(Op::POP_EXC, 0, saved, 0u32, 0u32);
        for r in [exc, pair, pair.up(1)] {
            self.clear(r);
        }
        self.goto(end);

        self.place(cleanup);
        self.nowhere();
        self.ins(Op::POP_EXC, 0, saved, 0u32, 0u32);
        self.reraise(exc);
        self.place(end);
        self.u.temps.reset(base);
        Ok(())
    }

    /// `__exit__(None, None, None)`; gives up the pair.
    pub(super) fn exit_normally(&mut self, base: Reg, is_async: bool, span: Span) -> Result {
        let (pair, above) = (base.up(PAIR), base.up(ABOVE));
        self.u.temps.reset(above.up(3));
        self.at(span);
        for n in 0..3 {
            self.load_const(above.up(n), Const::None);
        }
        self.ins(Op::CALL_METHOD, 0, pair, pair, 3u32);
        self.u.temps.reset(pair.up(1));
        if is_async {
            self.ins(Op::GET_AWAITABLE, 2, pair, pair, 0u32);
            self.delegate(span, pair, pair)?;
        }
        self.clear(pair);
        self.u.temps.reset(above);
        Ok(())
    }
}
