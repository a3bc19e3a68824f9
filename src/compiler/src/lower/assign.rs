//! Assignment, deletion, and everything that is a target.

use super::{Lower, Result, walk};
use crate::ast::*;
use crate::registers::{Operand, Reg};
use weft_bytecode::ops::{KILL_A, KILL_B, KILL_C};
use weft_bytecode::{Const, Op};

/// A value waiting to be stored.
#[derive(Clone)]
enum Pending {
    /// Loaded only when it is stored.
    Constant(Const),
    Value(Operand),
}

impl<'a> Lower<'a> {
    pub(super) fn assign_stmt(&mut self, targets: &'a [Expr], value: &'a Expr) -> Result {
        let mark = self.u.temps.top();
        match targets {
            [only] => self.assign(only, value)?,
            _ => {
                let later: Vec<&Expr> = targets.iter().collect();
                let v = self.operand(value, &later)?;
                // A target stored early may be the variable that is the value.
                let v = match &value.kind {
                    ExprKind::Name { id, .. } if !v.owned && targets.iter().any(|t| binds(t, id)) => {
                        let t = self.u.temps.take();
                        self.move_to(t, v);
                        Operand::temp(t)
                    }
                    _ => v,
                };
                for (n, target) in targets.iter().enumerate() {
                    let last = n + 1 == targets.len();
                    self.store(target, if last { v } else { Operand::borrowed(v.reg) })?;
                }
            }
        }
        self.u.temps.reset(mark);
        Ok(())
    }

    /// `target = value`
    pub(super) fn assign(&mut self, target: &'a Expr, value: &'a Expr) -> Result {
        let mark = self.u.temps.top();
        match (&target.kind, &value.kind) {
            (ExprKind::Name { id, .. }, _) if self.local(id).is_some() => {
                let Some(r) = self.local(id) else { return Ok(()) };
                self.expr_to(value, r)?;
            }
            (
                ExprKind::Tuple { elts: targets, .. } | ExprKind::List { elts: targets, .. },
                ExprKind::Tuple { elts: values, .. } | ExprKind::List { elts: values, .. },
            ) if targets.len() == values.len()
                && !targets.is_empty()
                && targets.len() <= 30
                && !targets.iter().chain(values).any(|e| matches!(e.kind, ExprKind::Starred { .. })) =>
            {
                self.parallel(target.span, targets, values)?;
            }
            _ => {
                let v = self.operand(value, &[target])?;
                self.store(target, v)?;
            }
        }
        self.u.temps.reset(mark);
        Ok(())
    }

    /// `a, b = x, y` without making the tuple.
    fn parallel(&mut self, span: Span, targets: &'a [Expr], values: &'a [Expr]) -> Result {
        if let ([a, b], [x, y]) = (targets, values)
            && let [Some(a), Some(b), Some(x), Some(y)] = [a, b, x, y].map(|e| self.local_name(e))
            && a == y
            && b == x
            && a != b
        {
            for (e, r) in values.iter().zip([x, y]) {
                self.at(e.span);
                self.ins(Op::CHECK_BOUND, 0, r, 0u32, 0u32);
            }
            self.at(span);
            self.ins(Op::SWAP, 0, a, b, 0u32);
            return Ok(());
        }
        let mut pending = Vec::with_capacity(values.len());
        for (n, value) in values.iter().enumerate() {
            if let Some(c) = self.constant_operand(value) {
                pending.push(Pending::Constant(c));
                continue;
            }
            let later: Vec<&Expr> = values[n + 1..].iter().chain(targets).collect();
            let overwritten =
                matches!(&value.kind, ExprKind::Name { id, .. } if targets[..n].iter().any(|t| binds(t, id)));
            let v = if overwritten {
                let t = self.u.temps.take();
                self.expr_to(value, t)?;
                Operand::temp(t)
            } else {
                self.operand(value, &later)?
            };
            pending.push(Pending::Value(v));
        }
        for (target, p) in targets.iter().zip(pending) {
            match p {
                Pending::Value(v) => self.store(target, v)?,
                Pending::Constant(c) => {
                    let mark = self.u.temps.top();
                    let r = self.local_name(target).unwrap_or_else(|| self.u.temps.take());
                    self.at(target.span);
                    self.load_const(r, c);
                    if r.is_temp() {
                        self.store(target, Operand::temp(r))?;
                    }
                    self.u.temps.reset(mark);
                }
            }
        }
        Ok(())
    }

    /// The register of an expression that is a variable in one.
    fn local_name(&self, e: &Expr) -> Option<Reg> {
        match &e.kind {
            ExprKind::Name { id, .. } => self.local(id),
            _ => None,
        }
    }

    /// `target := v`, giving up a temporary.
    pub(super) fn store(&mut self, target: &'a Expr, v: Operand) -> Result {
        let mark = self.u.temps.top();
        self.deeper(target.span, |l| l.store_inner(target, v))?;
        self.u.temps.reset(mark);
        Ok(())
    }

    fn store_inner(&mut self, target: &'a Expr, v: Operand) -> Result {
        self.at(target.span);
        match &target.kind {
            ExprKind::Name { id, .. } => self.store_name(id, v),
            ExprKind::Attribute { value, attr, .. } => {
                self.note_static_attribute(value, attr);
                let object = self.operand(value, &[])?;
                self.at(super::expr::attribute_span(target.span, attr));
                self.store_attr(object, attr, v);
            }
            ExprKind::Subscript { value, slice, .. } => {
                if let Some((lower, upper)) = super::expr::two_part_slice(slice, self.options.optimize) {
                    let later: Vec<&Expr> = lower.into_iter().chain(upper).collect();
                    let object = self.operand(value, &later)?;
                    let pair = self.u.temps.take_many(2);
                    self.slice_bounds(lower, upper, pair)?;
                    self.at(target.span);
                    let f = Self::kill(object, None, KILL_A) | Self::kill_c(v);
                    self.ins(Op::STORE_SLICE, f, object.reg, pair, v.reg);
                    return Ok(());
                }
                let object = self.operand(value, &[slice])?;
                let index = self.operand(slice, &[])?;
                self.at(target.span);
                let f = Self::kill(object, None, KILL_A) | Self::kill(index, None, KILL_B) | Self::kill_c(v);
                self.ins(Op::STORE_ITEM, f, object.reg, index.reg, v.reg);
            }
            ExprKind::Tuple { elts, .. } | ExprKind::List { elts, .. } => {
                return self.unpack(target, elts, v);
            }
            ExprKind::Starred { .. } => {
                return Err(self.error("starred assignment target must be in a list or tuple", target.span));
            }
            _ => return Err(self.error("cannot assign to expression", target.span)),
        }
        Ok(())
    }

    fn unpack(&mut self, target: &'a Expr, elts: &'a [Expr], v: Operand) -> Result {
        let starred = |e: &Expr| matches!(e.kind, ExprKind::Starred { .. });
        let n = elts.len() as u32;
        let Some(star) = elts.iter().position(starred) else {
            // Variables whose registers follow each other are written directly.
            let registers: Option<Vec<Reg>> = elts.iter().map(|e| self.local_name(e)).collect();
            if let Some(rs) = registers
                && !rs.is_empty()
                && rs.iter().enumerate().all(|(i, r)| *r == rs[0].up(i as u32))
                && !rs.contains(&v.reg)
            {
                self.ins(Op::UNPACK, Self::kill(v, None, KILL_B), rs[0], v.reg, n);
                return Ok(());
            }
            let base = self.u.temps.take_many(n);
            self.ins(Op::UNPACK, Self::kill(v, None, KILL_B), base, v.reg, n);
            for (i, e) in elts.iter().enumerate() {
                self.store(e, Operand::temp(base.up(i as u32)))?;
            }
            return Ok(());
        };
        if elts[star + 1..].iter().any(starred) {
            return Err(self.error("multiple starred expressions in assignment", target.span));
        }
        let after = n - star as u32 - 1;
        if after > 255 || star > 60_000 {
            return Err(self.error("too many expressions in star-unpacking assignment", target.span));
        }
        // The instruction takes its operand away.
        let source = if v.owned {
            v.reg
        } else {
            let t = self.u.temps.take();
            self.move_to(t, v);
            t
        };
        let base = self.u.temps.take_many(n);
        self.ins(Op::UNPACK_EX, after as u8, base, source, star as u32);
        for (i, e) in elts.iter().enumerate() {
            let e = match &e.kind {
                ExprKind::Starred { value, .. } => value,
                _ => e,
            };
            self.store(e, Operand::temp(base.up(i as u32)))?;
        }
        Ok(())
    }

    /// `target op= value`
    pub(super) fn aug_assign(
        &mut self,
        s: &'a Stmt,
        target: &'a Expr,
        op: Operator,
        value: &'a Expr,
    ) -> Result {
        let mark = self.u.temps.top();
        match &target.kind {
            ExprKind::Name { id, .. } => {
                let l = self.operand(target, &[value])?;
                let dst = self.local(id).unwrap_or(l.reg);
                self.in_place(s.span, op, l, value, dst)?;
                if dst.is_temp() {
                    self.at(target.span);
                    self.store_name(id, Operand::temp(dst));
                }
            }
            ExprKind::Attribute { value: object, attr, .. } => {
                self.note_static_attribute(object, attr);
                let object = self.operand(object, &[value])?;
                let t = self.u.temps.take();
                self.at(target.span);
                self.load_attr(t, Operand::borrowed(object.reg), attr);
                self.in_place(s.span, op, Operand::temp(t), value, t)?;
                self.at(target.span);
                self.store_attr(object, attr, Operand::temp(t));
            }
            ExprKind::Subscript { value: object, slice, .. } => {
                let object = self.operand(object, &[slice, value])?;
                let index = self.operand(slice, &[value])?;
                let t = self.u.temps.take();
                self.at(target.span);
                self.ins(Op::LOAD_ITEM, 0, t, object.reg, index.reg);
                self.in_place(s.span, op, Operand::temp(t), value, t)?;
                self.at(target.span);
                let f = Self::kill(object, None, KILL_A) | Self::kill(index, None, KILL_B) | KILL_C;
                self.ins(Op::STORE_ITEM, f, object.reg, index.reg, t);
            }
            _ => return Err(self.error("illegal expression for augmented assignment", target.span)),
        }
        self.u.temps.reset(mark);
        Ok(())
    }

    /// `del target`
    pub(super) fn delete(&mut self, target: &'a Expr) -> Result {
        let mark = self.u.temps.top();
        self.at(target.span);
        match &target.kind {
            ExprKind::Name { id, .. } => self.delete_name(id),
            ExprKind::Attribute { value, attr, .. } => {
                let object = self.operand(value, &[])?;
                self.at(target.span);
                self.delete_attr(object, attr);
            }
            ExprKind::Subscript { value, slice, .. } => {
                let object = self.operand(value, &[slice])?;
                let index = self.operand(slice, &[])?;
                self.at(target.span);
                let f = Self::kill(object, None, KILL_A) | Self::kill(index, None, KILL_B);
                self.ins(Op::DELETE_ITEM, f, object.reg, index.reg, 0u32);
            }
            ExprKind::Tuple { elts, .. } | ExprKind::List { elts, .. } => {
                self.deeper(target.span, |l| elts.iter().try_for_each(|e| l.delete(e)))?;
            }
            _ => return Err(self.error("cannot delete expression", target.span)),
        }
        self.u.temps.reset(mark);
        Ok(())
    }
}

/// Storing to `target` binds `name` (or may).
fn binds(target: &Expr, name: &str) -> bool {
    match &target.kind {
        ExprKind::Name { id, .. } => &**id == name,
        ExprKind::Tuple { elts, .. } | ExprKind::List { elts, .. } => elts.iter().any(|e| binds(e, name)),
        ExprKind::Starred { value, .. } => binds(value, name),
        _ => walk::rebinds(target, name),
    }
}
