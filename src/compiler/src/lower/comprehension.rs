//! Comprehensions: inlined into the block around (PEP 709), or functions of one argument, the outermost
//! iterator.
//!
//! An inlined comprehension has registers of its own for its variables. They are unbound before and after,
//! also when an exception leaves it, so they never show outside.

use super::names::Var;
use super::unit::Inlined;
use super::{Lower, Result};
use crate::ast::*;
use crate::cfg::Region;
use crate::registers::{Operand, Reg};
use crate::symbols::{Resolution, Role, Scope};
use std::collections::HashMap;
use weft_bytecode::ops::{KILL_B, KILL_C};
use weft_bytecode::{Const, Op};

/// What a comprehension makes, and of what.
#[derive(Clone, Copy)]
enum Product<'a> {
    List(&'a Expr),
    Set(&'a Expr),
    Dict(&'a Expr, &'a Expr),
    Generator(&'a Expr),
}

impl Product<'_> {
    fn function_name(self) -> &'static str {
        match self {
            Product::List(_) => "<listcomp>",
            Product::Set(_) => "<setcomp>",
            Product::Dict(..) => "<dictcomp>",
            Product::Generator(_) => "<genexpr>",
        }
    }
}

impl<'a> Lower<'a> {
    pub(super) fn comprehension(&mut self, e: &'a Expr, dst: Reg) -> Result {
        let (product, generators) = match &e.kind {
            ExprKind::ListComp { elt, generators } => (Product::List(elt), generators),
            ExprKind::SetComp { elt, generators } => (Product::Set(elt), generators),
            ExprKind::DictComp { key, value, generators } => (Product::Dict(key, value), generators),
            ExprKind::GeneratorExp { elt, generators } => (Product::Generator(elt), generators),
            _ => return Ok(()),
        };
        let scope = self.scope_of(e, Role::Body, e.span)?;
        if scope.flags.inlined {
            self.inlined_comprehension(e, scope, product, generators, dst)
        } else {
            self.function_comprehension(e, scope, product, generators, dst)
        }
    }

    fn inlined_comprehension(
        &mut self,
        e: &'a Expr,
        scope: &'a Scope,
        product: Product<'a>,
        generators: &'a [Comprehension],
        dst: Reg,
    ) -> Result {
        let bottom = if dst.is_temp() { dst } else { self.u.temps.top() };
        let acc = self.scratch(dst);
        let iterator = self.u.temps.take();
        self.iterator(&generators[0], iterator)?;

        let mut vars = HashMap::new();
        let mut registers = Vec::new();
        for (name, symbol) in scope.symbols.iter() {
            let cell = match symbol.resolution {
                Resolution::Local => false,
                Resolution::Cell => true,
                _ => continue,
            };
            if name.starts_with('.') {
                continue;
            }
            let reg = self.u.comprehension_register(name, cell);
            registers.push((reg, cell));
            vars.insert(name.clone(), if cell { Var::Cell(reg) } else { Var::Local(reg) });
        }
        let cleanup = self.label();
        let outside = self.u.region;
        if !registers.is_empty() {
            let region = self.u.cfg.region(Region { target: cleanup, depth: bottom, reg: bottom });
            self.u.set_region(Some(region));
        }
        self.at(e.span);
        for &(reg, cell) in &registers {
            if cell {
                self.ins(Op::MAKE_CELL, 0, reg, 0u32, 0u32);
            }
        }
        self.u.inlined.push(Inlined { scope, vars });
        self.new_container(product, acc);
        self.generator_level(product, generators, 0, iterator, acc)?;
        self.u.inlined.pop();
        self.u.set_region(outside);
        self.nowhere();
        for &(reg, _) in &registers {
            self.clear(reg);
        }
        self.at(e.span);
        self.u.temps.reset(iterator);
        self.move_to(dst, Operand::temp(acc));
        if !registers.is_empty() {
            let end = self.label();
            self.goto(end);
            self.place(cleanup);
            self.nowhere();
            for &(reg, _) in &registers {
                self.clear(reg);
            }
            self.reraise(bottom);
            self.at(e.span);
            self.place(end);
        }
        Ok(())
    }

    fn function_comprehension(
        &mut self,
        e: &'a Expr,
        scope: &'a Scope,
        product: Product<'a>,
        generators: &'a [Comprehension],
        dst: Reg,
    ) -> Result {
        let base = self.window(dst);
        self.enter(scope, product.function_name(), e.span.line);
        self.u.argcount = 1;
        self.u.params = 1;
        self.at(e.span);
        self.start_generator();
        self.make_cells();
        let acc = self.u.temps.take();
        self.new_container(product, acc);
        let first = match self.u.vars.get(".0") {
            Some(&Var::Local(r)) => r,
            _ => Reg(0),
        };
        let iterator = self.u.temps.take();
        self.ins(Op::TAKE, 0, iterator, first, 0u32);
        self.generator_level(product, generators, 0, iterator, acc)?;
        self.at(e.span);
        match product {
            Product::Generator(_) => self.return_none(),
            _ => self.ins(Op::RETURN, 0, acc, 0u32, 0u32),
        }
        let coroutine = scope.flags.coroutine && !matches!(product, Product::Generator(_));
        let code = self.leave()?;
        self.at(e.span);
        self.make_closure(base, code, scope);
        let argument = base.up(1);
        self.u.temps.reset(argument.up(1));
        self.iterator(&generators[0], argument)?;
        self.at(e.span);
        if coroutine {
            self.call_registers(base, base, 1);
            self.u.temps.reset(base.up(1));
            self.ins(Op::GET_AWAITABLE, 0, base, base, 0u32);
            return self.delegate(e.span, base, dst);
        }
        self.call_registers(dst, base, 1);
        Ok(())
    }

    fn new_container(&mut self, product: Product<'a>, acc: Reg) {
        let op = match product {
            Product::List(_) => Op::BUILD_LIST,
            Product::Set(_) => Op::BUILD_SET,
            Product::Dict(..) => Op::BUILD_DICT,
            Product::Generator(_) => return,
        };
        let top = self.u.temps.top();
        self.ins(op, 0, acc, top, 0u32);
    }

    /// The iterator over `g.iter`, in a temporary.
    fn iterator(&mut self, g: &'a Comprehension, dst: Reg) -> Result {
        if g.is_async {
            let v = self.operand_home(&g.iter, &[], Some(dst))?;
            self.at(g.iter.span);
            self.ins(Op::GET_AITER, Self::kill(v, Some(dst), KILL_B), dst, v.reg, 0u32);
            return Ok(());
        }
        self.iterable_operand(&g.iter, dst)
    }

    /// Loop number `level` and everything inside it.
    fn generator_level(
        &mut self,
        product: Product<'a>,
        generators: &'a [Comprehension],
        level: usize,
        iterator: Reg,
        acc: Reg,
    ) -> Result {
        let g = &generators[level];
        let mark = self.u.temps.top();
        let (head, done) = (self.label(), self.label());
        let single = match &g.iter.kind {
            // `for y in [f(x)]` is how a name is given within a comprehension.
            ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } if level > 0 && !g.is_async => {
                match &elts[..] {
                    [only] if !matches!(only.kind, ExprKind::Starred { .. }) => Some(only),
                    _ => None,
                }
            }
            _ => None,
        };
        let mut ended = None;
        let next = if let Some(only) = single {
            self.assign(&g.target, only)?;
            done
        } else {
            if level > 0 {
                self.u.temps.reset(iterator.up(1));
                self.iterator(g, iterator)?;
            }
            self.place(head);
            if g.is_async {
                ended = Some(self.async_next(&g.target, iterator, g.iter.span)?);
            } else {
                self.for_iter(&g.target, iterator, done, g.iter.span)?;
            }
            head
        };
        for test in &g.ifs {
            self.jump_if(test, false, next)?;
        }
        if level + 1 < generators.len() {
            let inner = self.u.temps.take();
            self.generator_level(product, generators, level + 1, inner, acc)?;
        } else {
            self.element(product, acc)?;
        }
        if single.is_none() {
            self.goto(head);
        }
        if let Some(handler) = ended {
            self.end_async_for(handler, iterator, g.iter.span);
        }
        self.place(done);
        self.u.temps.reset(mark);
        Ok(())
    }

    fn element(&mut self, product: Product<'a>, acc: Reg) -> Result {
        let mark = self.u.temps.top();
        match product {
            Product::List(elt) | Product::Set(elt) => {
                let v = self.operand(elt, &[])?;
                self.at(elt.span);
                let op = if matches!(product, Product::List(_)) { Op::LIST_APPEND } else { Op::SET_ADD };
                self.ins(op, Self::kill(v, None, KILL_B), acc, v.reg, 0u32);
            }
            Product::Dict(key, value) => {
                let k = self.operand(key, &[value])?;
                let v = self.operand(value, &[])?;
                self.at(key.span.to(value.span));
                self.ins(
                    Op::DICT_SET,
                    Self::kill(k, None, KILL_B) | Self::kill(v, None, KILL_C),
                    acc,
                    k.reg,
                    v.reg,
                );
            }
            Product::Generator(elt) => {
                let t = self.u.temps.take();
                self.expr_to(elt, t)?;
                self.at(elt.span);
                self.suspend(t);
                self.clear(t);
            }
        }
        self.u.temps.reset(mark);
        Ok(())
    }

    /// `iter(e)` into a temporary; constant displays need not be built anew.
    pub(super) fn iterable_operand(&mut self, e: &'a Expr, dst: Reg) -> Result {
        let v = match super::fold::container(e, self.options.optimize) {
            Some(c @ Const::Tuple(_)) => {
                self.at(e.span);
                self.load_const(dst, c);
                Operand::temp(dst)
            }
            _ => self.operand_home(e, &[], Some(dst))?,
        };
        self.at(e.span);
        self.ins(Op::GET_ITER, Self::kill(v, Some(dst), KILL_B), dst, v.reg, 0u32);
        Ok(())
    }
}
