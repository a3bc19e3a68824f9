//! Tuple, list, set and dict displays.
//!
//! Without stars the items are built in consecutive registers and gathered by one instruction. With stars,
//! or very many items, the container is made first and filled.

use super::{Lower, Result, fold};
use crate::ast::*;
use crate::registers::{Operand, Reg};
use weft_bytecode::ops::{KILL_B, KILL_C};
use weft_bytecode::{Const, Op};

/// Most items held in registers at once.
const CHUNK: usize = 64;
/// From this many constant items on, a list or set is filled from one constant.
const FROM_CONSTANT: usize = 4;

fn is_starred(e: &Expr) -> bool {
    matches!(e.kind, ExprKind::Starred { .. })
}

impl<'a> Lower<'a> {
    pub(super) fn tuple(&mut self, e: &'a Expr, elts: &'a [Expr], dst: Reg) -> Result {
        if elts.is_empty() {
            self.load_const(dst, Const::Tuple(Box::new([])));
            return Ok(());
        }
        if elts.len() <= CHUNK * 4 && !elts.iter().any(is_starred) {
            return self.gather(e.span, Op::BUILD_TUPLE, elts, dst);
        }
        let t = self.scratch(dst);
        self.fill(e.span, Op::BUILD_LIST, Op::LIST_APPEND, Op::LIST_EXTEND, elts, t)?;
        self.at(e.span);
        self.ins(Op::LIST_TO_TUPLE, 0, dst, t, 0u32);
        if t != dst {
            self.clear(t);
        }
        Ok(())
    }

    pub(super) fn list(&mut self, e: &'a Expr, elts: &'a [Expr], dst: Reg) -> Result {
        if elts.len() >= FROM_CONSTANT
            && let Some(c) = fold::container(e, self.options.optimize)
        {
            return self.fill_from_constant(Op::BUILD_LIST, Op::LIST_EXTEND, c, dst);
        }
        if elts.len() <= CHUNK && !elts.iter().any(is_starred) {
            return self.gather(e.span, Op::BUILD_LIST, elts, dst);
        }
        let t = self.scratch(dst);
        self.fill(e.span, Op::BUILD_LIST, Op::LIST_APPEND, Op::LIST_EXTEND, elts, t)?;
        self.move_to(dst, Operand::temp(t));
        Ok(())
    }

    pub(super) fn set(&mut self, e: &'a Expr, elts: &'a [Expr], dst: Reg) -> Result {
        if elts.len() >= FROM_CONSTANT
            && let Some(c) = fold::container(e, self.options.optimize)
        {
            return self.fill_from_constant(Op::BUILD_SET, Op::SET_UPDATE, c, dst);
        }
        if elts.len() <= CHUNK && !elts.iter().any(is_starred) {
            return self.gather(e.span, Op::BUILD_SET, elts, dst);
        }
        let t = self.scratch(dst);
        self.fill(e.span, Op::BUILD_SET, Op::SET_ADD, Op::SET_UPDATE, elts, t)?;
        self.move_to(dst, Operand::temp(t));
        Ok(())
    }

    /// `dst := container of elts`, all of them in registers at once.
    fn gather(&mut self, span: Span, build: Op, elts: &'a [Expr], dst: Reg) -> Result {
        let base = if elts.is_empty() { self.u.temps.top() } else { self.window(dst) };
        let later: Vec<&Expr> = elts.iter().collect();
        for (n, e) in elts.iter().enumerate() {
            let slot = base.up(n as u32);
            self.u.temps.reset(slot.up(1));
            self.argument(e, slot, &later[n + 1..])?;
        }
        self.at(span);
        self.ins(build, 0, dst, base, elts.len() as u32);
        Ok(())
    }

    fn fill_from_constant(&mut self, build: Op, extend: Op, c: Const, dst: Reg) -> Result {
        let t = self.scratch(dst);
        let top = self.u.temps.top();
        self.ins(build, 0, t, top, 0u32);
        let k = self.u.temps.take();
        self.load_const(k, c);
        self.ins(extend, KILL_B, t, k, 0u32);
        self.move_to(dst, Operand::temp(t));
        Ok(())
    }

    /// Fills a new container in the temporary `t` item by item, after a first run in registers.
    fn fill(&mut self, span: Span, build: Op, add: Op, extend: Op, elts: &'a [Expr], t: Reg) -> Result {
        let first = elts.iter().take(CHUNK).take_while(|e| !is_starred(e)).count();
        let base = self.u.temps.top();
        let later: Vec<&Expr> = elts[..first].iter().collect();
        for (n, e) in elts[..first].iter().enumerate() {
            let slot = self.u.temps.take();
            self.argument(e, slot, &later[n + 1..])?;
        }
        self.at(span);
        self.ins(build, 0, t, base, first as u32);
        self.u.temps.reset(base);
        for e in &elts[first..] {
            let mark = self.u.temps.top();
            let (op, value) = match &e.kind {
                ExprKind::Starred { value, .. } => (extend, &**value),
                _ => (add, e),
            };
            let v = self.operand(value, &[])?;
            self.at(e.span);
            self.ins(op, Self::kill(v, None, KILL_B), t, v.reg, 0u32);
            self.u.temps.reset(mark);
        }
        Ok(())
    }

    pub(super) fn dict(
        &mut self,
        e: &'a Expr,
        keys: &'a [Option<Expr>],
        values: &'a [Expr],
        dst: Reg,
    ) -> Result {
        let first = keys.iter().take(CHUNK / 2).take_while(|k| k.is_some()).count();
        let whole = first == keys.len();
        let t = if whole { dst } else { self.scratch(dst) };
        let base = if !whole || keys.is_empty() { self.u.temps.top() } else { self.window(dst) };
        let pairs: Vec<&Expr> =
            keys[..first].iter().zip(values).flat_map(|(k, v)| [k.as_ref(), Some(v)]).flatten().collect();
        for (n, &part) in pairs.iter().enumerate() {
            let slot = base.up(n as u32);
            self.u.temps.reset(slot.up(1));
            self.argument(part, slot, &pairs[n + 1..])?;
        }
        self.at(e.span);
        self.ins(Op::BUILD_DICT, 0, t, base, first as u32);
        if whole {
            return Ok(());
        }
        self.u.temps.reset(base);
        for (key, value) in keys.iter().zip(values).skip(first) {
            let mark = self.u.temps.top();
            match key {
                Some(key) => {
                    let k = self.operand(key, &[value])?;
                    let v = self.operand(value, &[])?;
                    self.at(e.span);
                    let f = Self::kill(k, None, KILL_B) | Self::kill(v, None, KILL_C);
                    self.ins(Op::DICT_SET, f, t, k.reg, v.reg);
                }
                None => {
                    let v = self.operand(value, &[])?;
                    self.at(e.span);
                    self.ins(Op::DICT_UPDATE, Self::kill(v, None, KILL_B), t, v.reg, 0u32);
                }
            }
            self.u.temps.reset(mark);
        }
        self.move_to(dst, Operand::temp(t));
        Ok(())
    }
}
