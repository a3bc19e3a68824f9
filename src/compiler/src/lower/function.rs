//! `def`, `async def`, `lambda`: the code object, and making the function from it.

use super::{Lower, Result, clean_doc, docstring, name_const};
use crate::ast::*;
use crate::registers::{Operand, Reg};
use crate::symbols::{Role, Scope};
use std::sync::Arc;
use weft_bytecode::code::flags;
use weft_bytecode::ops::{FunctionAttr, KILL_B};
use weft_bytecode::{Code, Const, Op};

/// Attributes of a function that is to be made, in temporaries.
#[derive(Clone, Copy, Default)]
pub(super) struct Attributes {
    pub defaults: Option<Operand>,
    pub kw_defaults: Option<Operand>,
    pub annotate: Option<Operand>,
}

impl<'a> Lower<'a> {
    pub(super) fn function_def(&mut self, s: &'a Stmt, f: &'a FunctionDef) -> Result {
        let decorated = self.decorators(&f.decorators)?;
        let line = f.decorators.first().map_or(s.span.line, |d| d.span.line);
        let direct = if f.decorators.is_empty() { self.local(&f.name) } else { None };
        let dst = direct.unwrap_or_else(|| self.u.temps.take());
        self.at(s.span);
        if f.type_params.is_empty() {
            let mut attributes = self.defaults(&f.args)?;
            attributes.annotate = self.function_annotate(s, f)?;
            self.function_object(s, f, line, dst, attributes)?;
        } else {
            self.generic_function(s, f, line, dst)?;
        }
        self.apply_decorators(&f.decorators, decorated);
        self.at(s.span);
        if direct.is_none() {
            let value = decorated.unwrap_or(dst);
            self.store_name(&f.name, Operand::temp(value));
        }
        Ok(())
    }

    /// Evaluates decorators into consecutive temporaries; the first of them.
    pub(super) fn decorators(&mut self, decorators: &'a [Expr]) -> Result<Option<Reg>> {
        let first = self.u.temps.top();
        for (n, d) in decorators.iter().enumerate() {
            let slot = self.u.temps.take();
            let later: Vec<&Expr> = decorators[n + 1..].iter().collect();
            // Defaults and bodies come later too, so a variable is lent only if nothing rebinds anything.
            if self.walrus || !later.is_empty() {
                self.expr_to(d, slot)?;
            } else {
                self.argument(d, slot, &later)?;
            }
        }
        Ok((!decorators.is_empty()).then_some(first))
    }

    /// Calls the decorators, innermost first; each finds its argument in the register above it.
    pub(super) fn apply_decorators(&mut self, decorators: &'a [Expr], first: Option<Reg>) {
        let Some(first) = first else { return };
        for (n, d) in decorators.iter().enumerate().rev() {
            let base = first.up(n as u32);
            self.at(d.span);
            self.call_registers(base, base, 1);
        }
    }

    /// Default values, as the function wants them.
    pub(super) fn defaults(&mut self, args: &'a Arguments) -> Result<Attributes> {
        let mut out = Attributes::default();
        if !args.defaults.is_empty() {
            let t = self.u.temps.take();
            let constants: Option<Box<[Const]>> =
                args.defaults.iter().map(|d| self.constant_operand(d)).collect();
            if let Some(items) = constants {
                self.load_const(t, Const::Tuple(items));
            } else {
                let later: Vec<&Expr> = args.defaults.iter().collect();
                for (n, &d) in later.iter().enumerate() {
                    let slot = t.up(n as u32);
                    self.u.temps.reset(slot.up(1));
                    self.argument(d, slot, &later[n + 1..])?;
                }
                self.ins(Op::BUILD_TUPLE, 0, t, t, args.defaults.len() as u32);
                self.u.temps.reset(t.up(1));
            }
            out.defaults = Some(Operand::temp(t));
        }
        let pairs: Vec<(&Arg, &Expr)> = args
            .kwonlyargs
            .iter()
            .zip(&args.kw_defaults)
            .filter_map(|(a, d)| Some((a, d.as_ref()?)))
            .collect();
        if !pairs.is_empty() {
            let t = self.u.temps.take();
            for (n, (arg, value)) in pairs.iter().enumerate() {
                let slot = t.up(2 * n as u32);
                self.u.temps.reset(slot.up(2));
                let name = self.mangled(&arg.arg);
                self.load_str(slot, &name);
                let later: Vec<&Expr> = pairs[n + 1..].iter().map(|p| p.1).collect();
                self.argument(value, slot.up(1), &later)?;
            }
            self.ins(Op::BUILD_DICT, 0, t, t, pairs.len() as u32);
            self.u.temps.reset(t.up(1));
            out.kw_defaults = Some(Operand::temp(t));
        }
        Ok(out)
    }

    /// `dst := function`, with attributes; gives the attributes' temporaries up.
    pub(super) fn function_object(
        &mut self,
        s: &'a Stmt,
        f: &'a FunctionDef,
        line: u32,
        dst: Reg,
        attributes: Attributes,
    ) -> Result {
        let scope = self.scope_of(f, Role::Body, s.span)?;
        let code = self.function_code(s, f, line, scope)?;
        self.at(s.span);
        self.make_closure(dst, code, scope);
        self.set_attributes(dst, attributes);
        Ok(())
    }

    pub(super) fn set_attributes(&mut self, dst: Reg, attributes: Attributes) {
        let Attributes { defaults, kw_defaults, annotate } = attributes;
        let all = [
            (FunctionAttr::Annotate, annotate),
            (FunctionAttr::KwDefaults, kw_defaults),
            (FunctionAttr::Defaults, defaults),
        ];
        for (attr, v) in all {
            if let Some(v) = v {
                self.set_function_attr(dst, attr, v);
            }
        }
    }

    pub(super) fn set_function_attr(&mut self, function: Reg, attr: FunctionAttr, v: Operand) {
        let f = attr as u8 | Self::kill(v, None, KILL_B);
        self.ins(Op::SET_FUNCTION_ATTR, f, function, v.reg, 0u32);
    }

    fn function_code(
        &mut self,
        s: &'a Stmt,
        f: &'a FunctionDef,
        line: u32,
        scope: &'a Scope,
    ) -> Result<Arc<Code>> {
        self.enter(scope, &f.name, line);
        self.signature(&f.args);
        self.at(Span { line: s.span.line, end_line: s.span.line, col: 0, end_col: 0 });
        let mut body = &f.body[..];
        if let Some(doc) = docstring(body) {
            body = &body[1..];
            if self.options.optimize < 2 {
                self.u.consts.set_first(Const::Str(clean_doc(doc).into()));
                self.u.flags |= flags::HAS_DOCSTRING;
            }
        }
        self.start_generator();
        self.make_cells();
        self.body(body)?;
        self.nowhere();
        self.return_none();
        self.leave()
    }

    /// Takes the parameters into the unit.
    pub(super) fn signature(&mut self, args: &Arguments) {
        let u = &mut self.u;
        u.posonlyargcount = args.posonlyargs.len() as u16;
        u.argcount = (args.posonlyargs.len() + args.args.len()) as u16;
        u.kwonlyargcount = args.kwonlyargs.len() as u16;
        u.params = args.all().count() as u32;
        if args.vararg.is_some() {
            u.flags |= flags::VARARGS;
        }
        if args.kwarg.is_some() {
            u.flags |= flags::VARKEYWORDS;
        }
    }

    pub(super) fn lambda(&mut self, e: &'a Expr, lambda: &'a Lambda, dst: Reg) -> Result {
        // The function is made last: a variable as destination is not touched before.
        let attributes = self.defaults(&lambda.args)?;
        let scope = self.scope_of(lambda, Role::Body, e.span)?;
        self.enter(scope, "<lambda>", e.span.line);
        self.signature(&lambda.args);
        self.at(e.span);
        self.start_generator();
        self.make_cells();
        if scope.flags.generator {
            // The value of a generator's lambda body is what StopIteration carries.
            let t = self.u.temps.take();
            self.expr_to(&lambda.body, t)?;
            self.at(lambda.body.span);
            self.ins(Op::RETURN, 0, t, 0u32, 0u32);
        } else {
            self.return_expr(&lambda.body)?;
        }
        let code = self.leave()?;
        self.at(e.span);
        self.make_closure(dst, code, scope);
        self.set_attributes(dst, attributes);
        Ok(())
    }

    /// `dst := function of code`, closed over the variables its scope needs.
    pub(super) fn make_closure(&mut self, dst: Reg, code: Arc<Code>, scope: &'a Scope) {
        let k = self.u.consts.add(Const::Code(code.into()));
        let near = u16::try_from(k).is_ok();
        if scope.freevars.is_empty() || !near {
            self.ins(Op::MAKE_FUNCTION, 0, dst, k, 0u32);
        }
        if scope.freevars.is_empty() {
            return;
        }
        let mark = self.u.temps.top();
        let base = self.u.temps.take_many(scope.freevars.len() as u32);
        for (n, name) in scope.freevars.iter().enumerate() {
            let found = self.load_cell_itself(name, base.up(n as u32));
            debug_assert!(found, "{name} is free in {} but no cell around", scope.name);
        }
        self.ins(Op::BUILD_TUPLE, 0, base, base, scope.freevars.len() as u32);
        if near {
            let kill = Self::kill(Operand::temp(base), Some(dst), KILL_B);
            self.ins(Op::MAKE_CLOSURE, kill, dst, base, k);
        } else {
            self.set_function_attr(dst, FunctionAttr::Closure, Operand::temp(base));
        }
        self.u.temps.reset(mark);
    }

    /// A constant tuple of names.
    pub(super) fn names_tuple<'n>(names: impl Iterator<Item = &'n Name>) -> Const {
        Const::Tuple(names.map(name_const).collect())
    }
}
