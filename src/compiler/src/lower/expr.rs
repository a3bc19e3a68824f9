//! Expressions: operators, attributes, items, names. Displays, strings, calls, comprehensions and suspension
//! points have files of their own.

use super::{Lower, Result, fold, walk};
use crate::ast::*;
use crate::registers::{Operand, Reg};
use weft_bytecode::ops::{INPLACE, KILL_A, KILL_B, KILL_C, NEGATE, SWAPPED};
use weft_bytecode::{Const, Op};

impl<'a> Lower<'a> {
    /// The value of `e` as an operand: a variable in place, else a new temporary. `later` is what will be
    /// evaluated before the operand is used.
    pub(super) fn operand(&mut self, e: &'a Expr, later: &[&'a Expr]) -> Result<Operand> {
        self.operand_home(e, later, None)
    }

    /// As [`Lower::operand`], using the dead temporary `home` rather than a new one.
    pub(super) fn operand_home(
        &mut self,
        e: &'a Expr,
        later: &[&'a Expr],
        home: Option<Reg>,
    ) -> Result<Operand> {
        if let ExprKind::Name { id, .. } = &e.kind
            && let Some(r) = self.local(id)
            && !self.rebound(id, later)
        {
            self.at(e.span);
            self.ins(Op::CHECK_BOUND, 0, r, 0u32, 0u32);
            return Ok(Operand::borrowed(r));
        }
        let t = home.unwrap_or_else(|| self.u.temps.take());
        self.expr_to(e, t)?;
        Ok(Operand::temp(t))
    }

    /// `later` may bind the variable.
    pub(super) fn rebound(&self, id: &Name, later: &[&'a Expr]) -> bool {
        self.walrus && later.iter().any(|e| walk::rebinds(e, id))
    }

    /// The value of `e` in the temporary `slot` of a window: variables are lent, if nothing `later` rebinds them.
    pub(super) fn argument(&mut self, e: &'a Expr, slot: Reg, later: &[&'a Expr]) -> Result {
        if let ExprKind::Name { id, .. } = &e.kind
            && let Some(r) = self.local(id)
        {
            let op = if self.rebound(id, later) { Op::COPY } else { Op::BORROW };
            self.at(e.span);
            self.ins(Op::CHECK_BOUND, 0, r, 0u32, 0u32);
            self.ins(op, 0, slot, r, 0u32);
            return Ok(());
        }
        self.expr_to(e, slot)
    }

    /// Evaluates for the effect.
    pub(super) fn discard(&mut self, e: &'a Expr) -> Result {
        let mark = self.u.temps.top();
        if let ExprKind::Name { id, .. } = &e.kind
            && let Some(r) = self.local(id)
        {
            self.at(e.span);
            self.ins(Op::CHECK_BOUND, 0, r, 0u32, 0u32);
            return Ok(());
        }
        let t = self.u.temps.take();
        self.expr_to(e, t)?;
        self.clear(t);
        self.u.temps.reset(mark);
        Ok(())
    }

    /// A scratch register for building a value bound for `dst`: `dst` itself if it is a temporary.
    pub(super) fn scratch(&mut self, dst: Reg) -> Reg {
        if dst.is_temp() { dst } else { self.u.temps.take() }
    }

    /// The first register of a window for a value bound for `dst`: `dst` itself if the window fits there.
    pub(super) fn window(&mut self, dst: Reg) -> Reg {
        if dst.is_temp() && dst.up(1) == self.u.temps.top() { dst } else { self.u.temps.take() }
    }

    /// Lowers `e` into `dst`, a variable or a dead temporary below the top.
    pub(super) fn expr_to(&mut self, e: &'a Expr, dst: Reg) -> Result {
        let mark = self.u.temps.top();
        self.deeper(e.span, |l| l.expr_inner(e, dst))?;
        self.u.temps.reset(mark);
        Ok(())
    }

    fn expr_inner(&mut self, e: &'a Expr, dst: Reg) -> Result {
        self.at(e.span);
        if fold::worth_trying(e)
            && let Some(c) = fold::fold(e, self.options.optimize)
        {
            self.load_const(dst, c);
            return Ok(());
        }
        match &e.kind {
            ExprKind::Constant { value, .. } => self.load_const(dst, value.clone()),
            ExprKind::Name { id, .. } if &**id == "__debug__" => {
                let debug = self.options.optimize == 0;
                self.load_const(dst, Const::Bool(debug));
            }
            ExprKind::Name { id, .. } => self.load_name(id, dst),
            ExprKind::BinOp { left, op: Operator::Mod, right }
                if self.percent_format(e, left, right, dst)? => {}
            ExprKind::BinOp { left, op, right } => return self.binary(e, left, *op, right, dst, 0),
            ExprKind::UnaryOp { op, operand } => return self.unary(e, *op, operand, dst),
            ExprKind::BoolOp { .. } => return self.bool_op(e, dst),
            ExprKind::Compare { left, ops, comparators } => {
                return self.compare(e, left, ops, comparators, dst);
            }
            ExprKind::IfExp { test, body, orelse } => return self.conditional(test, body, orelse, dst),
            ExprKind::NamedExpr { target, value } => return self.walrus(target, value, dst),
            ExprKind::Attribute { value, attr, .. } => return self.attribute(e, value, attr, dst),
            ExprKind::Subscript { value, slice, .. } => return self.subscript(e, value, slice, dst),
            ExprKind::Slice { lower, upper, step } => return self.slice(e, lower, upper, step, dst),
            ExprKind::Call { func, args, keywords } => return self.call(e, func, args, keywords, dst),
            ExprKind::Lambda(lambda) => return self.lambda(e, lambda, dst),
            ExprKind::Tuple { elts, .. } => return self.tuple(e, elts, dst),
            ExprKind::List { elts, .. } => return self.list(e, elts, dst),
            ExprKind::Set { elts } => return self.set(e, elts, dst),
            ExprKind::Dict { keys, values } => return self.dict(e, keys, values, dst),
            ExprKind::ListComp { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::DictComp { .. }
            | ExprKind::GeneratorExp { .. } => return self.comprehension(e, dst),
            ExprKind::JoinedStr { values } => return self.joined_str(e, values, dst),
            ExprKind::FormattedValue { .. } => return self.formatted_value(e, dst),
            ExprKind::TemplateStr { values } => return self.template_str(e, values, dst),
            ExprKind::Interpolation { .. } => return self.template_str(e, std::slice::from_ref(e), dst),
            ExprKind::Await { value } => return self.await_expr(e, value, dst),
            ExprKind::Yield { value } => return self.yield_expr(e, value.as_deref(), dst),
            ExprKind::YieldFrom { value } => return self.yield_from(e, value, dst),
            ExprKind::Starred { .. } => {
                return Err(self.error("can't use starred expression here", e.span));
            }
        }
        Ok(())
    }

    // ---- operators --------------------------------------------------------------------------------

    /// `dst := left op right`; `f` may be [`INPLACE`].
    fn binary(
        &mut self,
        e: &'a Expr,
        left: &'a Expr,
        op: Operator,
        right: &'a Expr,
        dst: Reg,
        f: u8,
    ) -> Result {
        if let Some(k) = self.constant_operand(right)
            && let Some((op, arg)) = self.constant_form(op, &k, false)
        {
            let l = self.operand_home(left, &[], dst.is_temp().then_some(dst))?;
            self.at(e.span);
            self.ins(op, f | Self::kill(l, Some(dst), KILL_B), dst, l.reg, arg);
            return Ok(());
        }
        if let Some(k) = self.constant_operand(left)
            && let Some((op, arg)) = self.constant_form(op, &k, true)
        {
            let r = self.operand_home(right, &[], dst.is_temp().then_some(dst))?;
            self.at(e.span);
            self.ins(op, f | SWAPPED | Self::kill(r, Some(dst), KILL_B), dst, r.reg, arg);
            return Ok(());
        }
        let l = self.operand_home(left, &[right], dst.is_temp().then_some(dst))?;
        let home = (dst.is_temp() && !l.owned).then_some(dst);
        let r = self.operand_home(right, &[], home)?;
        self.at(e.span);
        self.binary_op(op, f, dst, l, r);
        Ok(())
    }

    /// Emits the operator; operands that are temporaries die.
    pub(super) fn binary_op(&mut self, op: Operator, f: u8, dst: Reg, l: Operand, r: Operand) {
        let f = f | Self::kill(l, Some(dst), KILL_B) | Self::kill(r, Some(dst), KILL_C);
        self.ins(binary_opcode(op), f, dst, l.reg, r.reg);
    }

    /// `target op= right` where the target's value is `l` and the result goes to `dst`.
    pub(super) fn in_place(
        &mut self,
        span: Span,
        op: Operator,
        l: Operand,
        right: &'a Expr,
        dst: Reg,
    ) -> Result {
        if let Some(k) = self.constant_operand(right)
            && let Some((op, arg)) = self.constant_form(op, &k, false)
        {
            self.at(span);
            self.ins(op, INPLACE | Self::kill(l, Some(dst), KILL_B), dst, l.reg, arg);
            return Ok(());
        }
        let r = self.operand(right, &[])?;
        self.at(span);
        self.binary_op(op, INPLACE, dst, l, r);
        Ok(())
    }

    /// The constant that `e` is.
    pub(super) fn constant_operand(&self, e: &Expr) -> Option<Const> {
        match &e.kind {
            ExprKind::Constant { value, .. } => Some(value.clone()),
            _ if fold::worth_trying(e) => fold::fold(e, self.options.optimize),
            _ => None,
        }
    }

    /// The opcode that takes constant `k` as an immediate or from the table.
    fn constant_form(&mut self, op: Operator, k: &Const, swapped: bool) -> Option<(Op, u32)> {
        if let Some(n) = immediate(k) {
            let with = match op {
                Operator::Add => Op::ADD_I,
                Operator::Sub => Op::SUB_I,
                Operator::Mult => Op::MUL_I,
                Operator::FloorDiv => Op::FLOORDIV_I,
                Operator::Mod => Op::MOD_I,
                Operator::LShift => Op::LSHIFT_I,
                Operator::RShift => Op::RSHIFT_I,
                Operator::BitAnd => Op::AND_I,
                _ => return self.constant_from_table(op, k),
            };
            return Some((with, n));
        }
        let _ = swapped;
        self.constant_from_table(op, k)
    }

    fn constant_from_table(&mut self, op: Operator, k: &Const) -> Option<(Op, u32)> {
        let with = match op {
            Operator::Add => Op::ADD_K,
            Operator::Sub => Op::SUB_K,
            Operator::Mult => Op::MUL_K,
            Operator::Div => Op::TRUEDIV_K,
            _ => return None,
        };
        let n = self.u.consts.add(k.clone());
        (n <= u32::from(u16::MAX)).then_some((with, n))
    }

    fn unary(&mut self, e: &'a Expr, op: UnaryOp, operand: &'a Expr, dst: Reg) -> Result {
        // `not a == b` and the like need no opcode of their own for identity and membership.
        if op == UnaryOp::Not
            && let ExprKind::Compare { left, ops, comparators } = &operand.kind
            && let [only] = ops[..]
            && let Some(inverse) = inverse(only)
        {
            return self.compare_one(e, left, inverse, &comparators[0], dst);
        }
        let v = self.operand_home(operand, &[], dst.is_temp().then_some(dst))?;
        let op = match op {
            UnaryOp::Invert => Op::INVERT,
            UnaryOp::Not => Op::NOT,
            UnaryOp::UAdd => Op::POS,
            UnaryOp::USub => Op::NEG,
        };
        self.at(e.span);
        self.ins(op, Self::kill(v, Some(dst), KILL_B), dst, v.reg, 0u32);
        Ok(())
    }

    // ---- comparison ---------------------------------------------------------------------------------

    fn compare(&mut self, e: &'a Expr, left: &'a Expr, ops: &[CmpOp], right: &'a [Expr], dst: Reg) -> Result {
        if let ([op], [right]) = (ops, right) {
            return self.compare_one(e, left, *op, right, dst);
        }
        // a < b < c: b is evaluated once; a false comparison is the value.
        let t = self.scratch(dst);
        let end = self.label();
        let later: Vec<&Expr> = right.iter().collect();
        let mut l = self.operand(left, &later)?;
        let last = ops.len() - 1;
        for (n, op) in ops.iter().enumerate() {
            let r = self.comparand(&right[n], *op, &later[n + 1..])?;
            self.at(e.span);
            if n == last {
                self.compare_op(*op, t, l, r);
                break;
            }
            // The middle one is used again: it must survive the comparison.
            self.compare_op(*op, t, l, Operand::borrowed(r.reg));
            if r.owned {
                let (next, quit) = (self.label(), self.label());
                self.jump(Op::JUMP_IF, 1, t, 0u32, next);
                self.place(quit);
                self.clear(r.reg);
                self.goto(end);
                self.place(next);
            } else {
                self.jump(Op::JUMP_IF, 0, t, 0u32, end);
            }
            self.clear(t);
            l = r;
        }
        self.place(end);
        self.move_to(dst, Operand::temp(t));
        Ok(())
    }

    fn compare_one(&mut self, e: &'a Expr, left: &'a Expr, op: CmpOp, right: &'a Expr, dst: Reg) -> Result {
        let l = self.operand_home(left, &[right], dst.is_temp().then_some(dst))?;
        let r = self.comparand(right, op, &[])?;
        self.at(e.span);
        self.compare_op(op, dst, l, r);
        Ok(())
    }

    /// The right side of a comparison: displays of constants after `in` become tuples and frozensets.
    pub(super) fn comparand(&mut self, e: &'a Expr, op: CmpOp, later: &[&'a Expr]) -> Result<Operand> {
        if matches!(op, CmpOp::In | CmpOp::NotIn)
            && let Some(c) = fold::container(e, self.options.optimize)
        {
            let t = self.u.temps.take();
            self.at(e.span);
            self.load_const(t, c);
            return Ok(Operand::temp(t));
        }
        self.operand(e, later)
    }

    pub(super) fn compare_op(&mut self, op: CmpOp, dst: Reg, l: Operand, r: Operand) {
        let (op, f) = compare_opcode(op);
        let f = f | Self::kill(l, Some(dst), KILL_B) | Self::kill(r, Some(dst), KILL_C);
        self.ins(op, f, dst, l.reg, r.reg);
    }

    // ---- choice -------------------------------------------------------------------------------------

    fn conditional(&mut self, test: &'a Expr, body: &'a Expr, orelse: &'a Expr, dst: Reg) -> Result {
        let (other, end) = (self.label(), self.label());
        match self.known_truth(test) {
            Some(true) => return self.expr_to(body, dst),
            Some(false) => return self.expr_to(orelse, dst),
            None => {}
        }
        self.jump_if(test, false, other)?;
        self.expr_to(body, dst)?;
        self.goto(end);
        self.place(other);
        self.expr_to(orelse, dst)?;
        self.place(end);
        Ok(())
    }

    fn bool_op(&mut self, e: &'a Expr, dst: Reg) -> Result {
        let ExprKind::BoolOp { op, values } = &e.kind else { return Ok(()) };
        let t = self.scratch(dst);
        let (end, stop) = (self.label(), u8::from(*op == BoolOp::Or));
        for (n, value) in values.iter().enumerate() {
            if n + 1 == values.len() {
                self.expr_to(value, t)?;
                break;
            }
            let mark = self.u.temps.top();
            let v = self.operand_home(value, &[], Some(t))?;
            self.at(value.span);
            if v.owned {
                self.jump(Op::JUMP_IF, stop, t, 0u32, end);
                self.clear(t);
            } else {
                let next = self.label();
                self.jump(Op::JUMP_IF, 1 - stop, v.reg, 0u32, next);
                self.ins(Op::COPY, 0, t, v.reg, 0u32);
                self.goto(end);
                self.place(next);
            }
            self.u.temps.reset(mark);
        }
        self.place(end);
        self.at(e.span);
        self.move_to(dst, Operand::temp(t));
        Ok(())
    }

    fn walrus(&mut self, target: &'a Expr, value: &'a Expr, dst: Reg) -> Result {
        let ExprKind::Name { id, .. } = &target.kind else {
            return Err(self.error("cannot use assignment expressions with this target", target.span));
        };
        if let Some(r) = self.local(id) {
            self.expr_to(value, r)?;
            self.at(target.span);
            self.move_to(dst, Operand::borrowed(r));
            return Ok(());
        }
        let t = self.scratch(dst);
        self.expr_to(value, t)?;
        self.at(target.span);
        self.store_name(id, Operand::borrowed(t));
        self.move_to(dst, Operand::temp(t));
        Ok(())
    }

    // ---- attributes and items -----------------------------------------------------------------------

    fn attribute(&mut self, e: &'a Expr, value: &'a Expr, attr: &'a Name, dst: Reg) -> Result {
        if self.super_attribute(e, value, attr, dst, false)? {
            return Ok(());
        }
        let v = self.operand_home(value, &[], dst.is_temp().then_some(dst))?;
        self.at(attribute_span(e.span, attr));
        self.load_attr(dst, v, attr);
        Ok(())
    }

    pub(super) fn load_attr(&mut self, dst: Reg, v: Operand, attr: &Name) {
        let attr = self.mangled(attr);
        let kill = Self::kill(v, Some(dst), KILL_B);
        match self.u.site(&attr) {
            Some(s) => self.ins(Op::LOAD_ATTR, kill, dst, v.reg, s),
            None => {
                let t = self.u.temps.take();
                self.load_str(t, &attr);
                self.ins(Op::LOAD_ATTR_REG, kill | KILL_C, dst, v.reg, t);
                self.u.temps.reset(t);
            }
        }
    }

    /// `object.attr := v`; temporaries die.
    pub(super) fn store_attr(&mut self, object: Operand, attr: &Name, v: Operand) {
        let attr = self.mangled(attr);
        let kill = Self::kill(object, None, KILL_A) | Self::kill(v, None, KILL_B);
        match self.u.site(&attr) {
            Some(s) => self.ins(Op::STORE_ATTR, kill, object.reg, v.reg, s),
            None => {
                let t = self.u.temps.take();
                self.load_str(t, &attr);
                self.ins(Op::STORE_ATTR_REG, kill | KILL_C, object.reg, v.reg, t);
                self.u.temps.reset(t);
            }
        }
    }

    pub(super) fn delete_attr(&mut self, object: Operand, attr: &Name) {
        let attr = self.mangled(attr);
        let kill = Self::kill(object, None, KILL_A);
        match self.u.site(&attr) {
            Some(s) => self.ins(Op::DELETE_ATTR, kill, object.reg, 0u32, s),
            None => {
                let t = self.u.temps.take();
                self.load_str(t, &attr);
                self.ins(Op::DELETE_ATTR_REG, kill | KILL_C, object.reg, 0u32, t);
                self.u.temps.reset(t);
            }
        }
    }

    fn subscript(&mut self, e: &'a Expr, value: &'a Expr, index: &'a Expr, dst: Reg) -> Result {
        if let Some((lower, upper)) = two_part_slice(index, self.options.optimize) {
            let later: Vec<&Expr> = lower.into_iter().chain(upper).collect();
            let v = self.operand_home(value, &later, dst.is_temp().then_some(dst))?;
            let pair = self.u.temps.take_many(2);
            self.slice_bounds(lower, upper, pair)?;
            self.at(e.span);
            self.ins(Op::LOAD_SLICE, Self::kill(v, Some(dst), KILL_B), dst, v.reg, pair);
            return Ok(());
        }
        if let ExprKind::Slice { lower, upper, step: Some(step) } = &index.kind
            && fold::fold(index, self.options.optimize).is_none()
        {
            let later: Vec<&Expr> = lower.iter().chain(upper).chain([step]).map(|p| &**p).collect();
            let v = self.operand_home(value, &later, dst.is_temp().then_some(dst))?;
            let parts = self.u.temps.take_many(3);
            self.slice_parts(e, [lower.as_deref(), upper.as_deref(), Some(step)], parts)?;
            self.at(e.span);
            self.ins(Op::LOAD_SLICE3, Self::kill(v, Some(dst), KILL_B), dst, v.reg, parts);
            return Ok(());
        }
        let v = self.operand_home(value, &[index], dst.is_temp().then_some(dst))?;
        if let Some(n) = self.constant_operand(index).as_ref().and_then(immediate) {
            self.at(e.span);
            self.ins(Op::LOAD_ITEM_I, Self::kill(v, Some(dst), KILL_B), dst, v.reg, n);
            return Ok(());
        }
        let i = self.operand(index, &[])?;
        self.at(e.span);
        let f = Self::kill(v, Some(dst), KILL_B) | Self::kill(i, Some(dst), KILL_C);
        self.ins(Op::LOAD_ITEM, f, dst, v.reg, i.reg);
        Ok(())
    }

    /// Start and stop of a slice into a pair of temporaries.
    pub(super) fn slice_bounds(
        &mut self,
        lower: Option<&'a Expr>,
        upper: Option<&'a Expr>,
        pair: Reg,
    ) -> Result {
        let later: Vec<&Expr> = upper.into_iter().collect();
        for (part, slot, later) in [(lower, pair, &later[..]), (upper, pair.up(1), &[])] {
            match part {
                Some(p) => self.argument(p, slot, later)?,
                None => self.load_const(slot, Const::None),
            }
        }
        Ok(())
    }

    fn slice(
        &mut self,
        e: &'a Expr,
        lower: &'a Option<Box<Expr>>,
        upper: &'a Option<Box<Expr>>,
        step: &'a Option<Box<Expr>>,
        dst: Reg,
    ) -> Result {
        let base = self.window(dst);
        self.u.temps.reset(base.up(3));
        self.slice_parts(e, [lower, upper, step].map(|p| p.as_deref()), base)?;
        self.at(e.span);
        self.ins(Op::BUILD_SLICE, 0, dst, base, 0u32);
        Ok(())
    }

    /// Start, stop and step of a slice into three temporaries.
    fn slice_parts(&mut self, e: &'a Expr, parts: [Option<&'a Expr>; 3], base: Reg) -> Result {
        for n in 0..3 {
            let later: Vec<&Expr> = parts[n + 1..].iter().flatten().copied().collect();
            match parts[n] {
                Some(p) => self.argument(p, base.up(n as u32), &later)?,
                None => {
                    self.at(e.span);
                    self.load_const(base.up(n as u32), Const::None);
                }
            }
        }
        Ok(())
    }
}

/// A slice without step whose bounds are not all constant: `LOAD_SLICE` takes it in two registers.
pub(super) fn two_part_slice(e: &Expr, optimize: u8) -> Option<(Option<&Expr>, Option<&Expr>)> {
    match &e.kind {
        ExprKind::Slice { lower, upper, step: None } if fold::fold(e, optimize).is_none() => {
            Some((lower.as_deref(), upper.as_deref()))
        }
        _ => None,
    }
}

/// Where `value.attr` is said to be: if it spans lines, only the name (as a traceback should point at it).
pub(super) fn attribute_span(span: Span, attr: &Name) -> Span {
    let width = attr.len() as u32;
    if span.line == span.end_line || width > span.end_col {
        return span;
    }
    Span { line: span.end_line, col: span.end_col - width, ..span }
}

/// A constant that fits a signed 16-bit immediate, as the field's value.
pub(super) fn immediate(c: &Const) -> Option<u32> {
    match c {
        Const::Int(n) => i16::try_from(*n).ok().map(|n| u32::from(n as u16)),
        _ => None,
    }
}

fn binary_opcode(op: Operator) -> Op {
    match op {
        Operator::Add => Op::ADD,
        Operator::Sub => Op::SUB,
        Operator::Mult => Op::MUL,
        Operator::MatMult => Op::MATMUL,
        Operator::Div => Op::TRUEDIV,
        Operator::Mod => Op::MOD,
        Operator::Pow => Op::POW,
        Operator::LShift => Op::LSHIFT,
        Operator::RShift => Op::RSHIFT,
        Operator::BitOr => Op::OR,
        Operator::BitXor => Op::XOR,
        Operator::BitAnd => Op::AND,
        Operator::FloorDiv => Op::FLOORDIV,
    }
}

fn compare_opcode(op: CmpOp) -> (Op, u8) {
    match op {
        CmpOp::Eq => (Op::EQ, 0),
        CmpOp::NotEq => (Op::NE, 0),
        CmpOp::Lt => (Op::LT, 0),
        CmpOp::LtE => (Op::LE, 0),
        CmpOp::Gt => (Op::GT, 0),
        CmpOp::GtE => (Op::GE, 0),
        CmpOp::Is => (Op::IS, 0),
        CmpOp::IsNot => (Op::IS, NEGATE),
        CmpOp::In => (Op::IN, 0),
        CmpOp::NotIn => (Op::IN, NEGATE),
    }
}

/// The comparison that is `not` this one for all operands.
pub(super) fn inverse(op: CmpOp) -> Option<CmpOp> {
    Some(match op {
        CmpOp::Is => CmpOp::IsNot,
        CmpOp::IsNot => CmpOp::Is,
        CmpOp::In => CmpOp::NotIn,
        CmpOp::NotIn => CmpOp::In,
        _ => return None,
    })
}
