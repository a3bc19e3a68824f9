//! `try`: `except`, `except*`, `else`, `finally`.
//!
//! Registers of a handler, from `bottom` up: the exception handled before (`saved`), then the exception. A
//! region around the handler restores the former if the handler raises. `finally` is lowered once for every
//! way out: falling off the end, each `return`, `break`, `continue` (see `unwind`), and exceptions.

use super::unwind::Frame;
use super::{KILL_FIRST, Lower, Result};
use crate::ast::*;
use crate::cfg::Region;
use crate::registers::{Operand, Reg};
use weft_bytecode::Op;
use weft_bytecode::ops::{KILL_B, KILL_C};

impl<'a> Lower<'a> {
    pub(super) fn try_stmt(&mut self, t: &'a Try) -> Result {
        self.nop();
        if t.finalbody.is_empty() { self.try_handlers(t) } else { self.try_finally(t) }
    }

    fn try_handlers(&mut self, t: &'a Try) -> Result {
        match (t.handlers.is_empty(), t.is_star) {
            (true, _) => {
                self.body(&t.body)?;
                self.body(&t.orelse)
            }
            (false, false) => self.try_except(t),
            (false, true) => self.try_star(t),
        }
    }

    fn try_finally(&mut self, t: &'a Try) -> Result {
        let bottom = self.u.temps.top();
        let (saved, exc) = (bottom, bottom.up(1));
        let (handler, cleanup, end) = (self.label(), self.label(), self.label());
        let outside = self.u.region;
        let region = self.u.cfg.region(Region { target: handler, depth: bottom, reg: exc });
        self.u.set_region(Some(region));
        self.u.frames.push(Frame::Finally { body: &t.finalbody, outside });
        self.try_handlers(t)?;
        self.u.frames.pop();
        self.u.set_region(outside);
        self.body(&t.finalbody)?;
        self.goto(end);

        self.begin_handler(handler, saved, exc);
        let protect = self.u.cfg.region(Region { target: cleanup, depth: exc, reg: exc });
        self.u.set_region(Some(protect));
        self.u.frames.push(Frame::Handling { saved, exc: Some(exc), name: None, outside });
        self.body(&t.finalbody)?;
        self.u.frames.pop();
        // Raised again on the last line of the body, if it is known which one that is.
        if t.finalbody.last().is_some_and(Stmt::is_compound) {
            self.nowhere();
        }
        self.u.set_region(outside);
        self.ins(Op::POP_EXC, 0, saved, 0u32, 0u32);
        self.reraise(exc);
        self.end_handlers(cleanup, saved, exc);
        self.place(end);
        self.u.temps.reset(bottom);
        Ok(())
    }

    /// Entry of a handler: the exception arrives in `exc`.
    fn begin_handler(&mut self, handler: crate::cfg::BlockId, saved: Reg, exc: Reg) {
        self.place(handler);
        self.nowhere();
        self.u.temps.reset(exc.up(1));
        self.ins(Op::PUSH_EXC, 0, exc, saved, 0u32);
    }

    /// Where exceptions of the handler itself pass through.
    fn end_handlers(&mut self, cleanup: crate::cfg::BlockId, saved: Reg, exc: Reg) {
        self.place(cleanup);
        self.nowhere();
        self.ins(Op::POP_EXC, 0, saved, 0u32, 0u32);
        self.reraise(exc);
    }

    fn try_except(&mut self, t: &'a Try) -> Result {
        let bottom = self.u.temps.top();
        let (saved, exc) = (bottom, bottom.up(1));
        let (handler, cleanup, end) = (self.label(), self.label(), self.label());
        let outside = self.u.region;
        let region = self.u.cfg.region(Region { target: handler, depth: bottom, reg: exc });
        self.u.set_region(Some(region));
        self.body(&t.body)?;
        self.u.set_region(outside);
        self.body(&t.orelse)?;
        self.goto(end);

        self.begin_handler(handler, saved, exc);
        let protect = self.u.cfg.region(Region { target: cleanup, depth: exc, reg: exc });
        for h in &t.handlers {
            self.u.set_region(Some(protect));
            self.u.temps.reset(exc.up(1));
            let next = self.label();
            if let Some(typ) = &h.typ {
                self.u.frames.push(Frame::Handling { saved, exc: Some(exc), name: None, outside });
                let m = self.u.temps.take();
                let class = self.operand_home(typ, &[], Some(m))?;
                self.at(typ.span);
                self.ins(Op::MATCH_EXC, Self::kill(class, Some(m), KILL_C), m, exc, class.reg);
                self.jump(Op::JUMP_IF, KILL_FIRST, m, 0u32, next);
                self.u.frames.pop();
            }
            self.at(h.span);
            match &h.name {
                Some(name) => self.store_name(name, Operand::temp(exc)),
                None => self.clear(exc),
            }
            self.u.temps.reset(exc);
            self.handler_body(h, saved, exc, outside, |l| {
                l.goto(end);
                Ok(())
            })?;
            self.place(next);
        }
        // Nothing matched: where the last clause said so.
        self.u.set_region(outside);
        match t.handlers.last().and_then(|h| h.typ.as_ref()) {
            Some(typ) => self.at(typ.span),
            None => self.nowhere(),
        }
        self.ins(Op::POP_EXC, 0, saved, 0u32, 0u32);
        self.reraise(exc);
        self.end_handlers(cleanup, saved, exc);
        self.place(end);
        self.u.temps.reset(bottom);
        Ok(())
    }

    /// The body of an `except` clause, called in the region that restores the exception handled before; ends
    /// in the region `outside`, running `leave`. A bound name is unbound on every way out.
    fn handler_body(
        &mut self,
        h: &'a ExceptHandler,
        saved: Reg,
        exc: Reg,
        outside: Option<crate::cfg::RegionId>,
        leave: impl FnOnce(&mut Self) -> Result,
    ) -> Result {
        let protect = self.u.region;
        let unbind = self.label();
        if h.name.is_some() {
            let region = self.u.cfg.region(Region { target: unbind, depth: exc, reg: exc });
            self.u.set_region(Some(region));
        }
        self.u.frames.push(Frame::Handling { saved, exc: None, name: h.name.as_ref(), outside });
        self.body(&h.body)?;
        self.u.frames.pop();
        self.u.set_region(outside);
        self.nowhere();
        self.ins(Op::POP_EXC, 0, saved, 0u32, 0u32);
        if let Some(name) = &h.name {
            self.forget_name(name);
        }
        leave(self)?;
        self.u.set_region(protect);
        if let Some(name) = &h.name {
            self.place(unbind);
            self.nowhere();
            self.u.temps.reset(exc.up(1));
            self.forget_name(name);
            self.reraise(exc);
        }
        Ok(())
    }

    /// PEP 654. From `bottom` up: `saved`, the whole exception, the list of what clauses raised, what is left;
    /// then for one clause: the exception handled before it, the pair of match and rest.
    fn try_star(&mut self, t: &'a Try) -> Result {
        let bottom = self.u.temps.top();
        let (saved, exc) = (bottom, bottom.up(1));
        let (raised, left, before, matched) = (bottom.up(2), bottom.up(3), bottom.up(4), bottom.up(5));
        let (handler, cleanup, end) = (self.label(), self.label(), self.label());
        let outside = self.u.region;
        let region = self.u.cfg.region(Region { target: handler, depth: bottom, reg: exc });
        self.u.set_region(Some(region));
        self.body(&t.body)?;
        self.u.set_region(outside);
        self.body(&t.orelse)?;
        self.goto(end);

        self.begin_handler(handler, saved, exc);
        let protect = self.u.cfg.region(Region { target: cleanup, depth: exc, reg: exc });
        self.u.set_region(Some(protect));
        self.u.frames.push(Frame::Handling { saved, exc: Some(exc), name: None, outside });
        self.u.temps.reset(before);
        self.ins(Op::BUILD_LIST, 0, raised, before, 0u32);
        self.ins(Op::COPY, 0, left, exc, 0u32);
        for h in &t.handlers {
            let (next, caught) = (self.label(), self.label());
            self.u.temps.reset(matched.up(2));
            let Some(typ) = &h.typ else {
                return Err(self.error("expected one or more exception types", h.span));
            };
            let class = self.operand(typ, &[])?;
            self.at(typ.span);
            self.ins(Op::MATCH_EXC_GROUP, KILL_B | Self::kill(class, None, KILL_C), matched, left, class.reg);
            self.ins(Op::TAKE, 0, left, matched.up(1), 0u32);
            let some = self.label();
            self.jump(Op::JUMP_IF_NONE, 1, matched, 0u32, some);
            self.at(h.span);
            // Within the clause the exception being handled is the matching part.
            self.ins(Op::PUSH_EXC, 0, matched, before, 0u32);
            match &h.name {
                Some(name) => self.store_name(name, Operand::temp(matched)),
                None => self.clear(matched),
            }
            self.u.temps.reset(matched);
            let inner = self.u.cfg.region(Region { target: caught, depth: matched, reg: matched });
            self.u.set_region(Some(inner));
            self.handler_body(h, before, matched, Some(protect), |l| {
                l.goto(next);
                Ok(())
            })?;
            self.u.set_region(Some(protect));
            self.place(caught);
            self.nowhere();
            self.u.temps.reset(matched.up(1));
            self.ins(Op::LIST_APPEND, KILL_B, raised, matched, 0u32);
            self.ins(Op::POP_EXC, 0, before, 0u32, 0u32);
            self.goto(next);
            self.place(some);
            self.clear(matched);
            self.place(next);
        }
        self.nowhere();
        self.ins(Op::LIST_APPEND, KILL_B, raised, left, 0u32);
        self.u.temps.reset(before);
        self.ins(Op::PREP_RERAISE_STAR, KILL_B | KILL_C, left, exc, raised);
        self.u.frames.pop();
        self.u.set_region(outside);
        let done = self.label();
        self.ins(Op::POP_EXC, 0, saved, 0u32, 0u32);
        self.jump(Op::JUMP_IF_NONE, 1, left, 0u32, done);
        self.reraise(left);
        self.place(done);
        self.clear(left);
        self.goto(end);
        self.end_handlers(cleanup, saved, exc);
        self.place(end);
        self.u.temps.reset(bottom);
        Ok(())
    }
}
