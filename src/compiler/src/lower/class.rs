//! `class`: the body is a function that fills a namespace; `__build_class__` calls it.

use super::call::needs_unpacking;
use super::names::Var;
use super::{Lower, Result, clean_doc, docstring};
use crate::ast::*;
use crate::registers::{Operand, Reg};
use crate::symbols::{Role, Scope};
use std::sync::Arc;
use weft_bytecode::ops::Intrinsic;
use weft_bytecode::{Code, Const, Op};

impl<'a> Lower<'a> {
    pub(super) fn class_def(&mut self, s: &'a Stmt, c: &'a ClassDef) -> Result {
        let decorated = self.decorators(&c.decorators)?;
        let line = c.decorators.first().map_or(s.span.line, |d| d.span.line);
        let direct = if decorated.is_none() { self.local(&c.name) } else { None };
        if let Some(r) = direct.filter(|_| c.type_params.is_empty()) {
            self.at(s.span);
            return self.build_class(s, c, line, r, None);
        }
        let dst = self.u.temps.take();
        self.at(s.span);
        if c.type_params.is_empty() {
            self.build_class(s, c, line, dst, None)?;
        } else {
            self.generic_class(s, c, line, dst)?;
        }
        self.u.temps.reset(dst.up(1));
        self.apply_decorators(&c.decorators, decorated);
        self.at(s.span);
        self.store_name(&c.name, Operand::temp(decorated.unwrap_or(dst)));
        Ok(())
    }

    /// `dst := __build_class__(body, name, *bases, **keywords)`; `generic` is the base that comes last.
    pub(super) fn build_class(
        &mut self,
        s: &'a Stmt,
        c: &'a ClassDef,
        line: u32,
        dst: Reg,
        generic: Option<Operand>,
    ) -> Result {
        let scope = self.scope_of(c, Role::Body, s.span)?;
        let base = self.window(dst);
        self.ins(Op::LOAD_BUILD_CLASS, 0, base, 0u32, 0u32);
        self.u.temps.reset(base.up(2));
        let code = self.class_code(s, c, line, scope)?;
        self.at(s.span);
        self.make_closure(base.up(1), code, scope);
        self.u.temps.reset(base.up(3));
        self.load_str(base.up(2), &c.name);
        if needs_unpacking(&c.bases, &c.keywords) {
            return self.build_class_unpacking(s, c, base, dst, generic);
        }
        let bases = c.bases.len() as u32;
        let mut first = base.up(3);
        let later: Vec<&Expr> = c.bases.iter().chain(c.keywords.iter().map(|k| &k.value)).collect();
        for (n, b) in c.bases.iter().enumerate() {
            self.u.temps.reset(first.up(1));
            self.argument(b, first, &later[n + 1..])?;
            first = first.up(1);
        }
        if let Some(v) = generic {
            self.u.temps.reset(first.up(1));
            self.move_to(first, v);
            first = first.up(1);
        }
        let named = self.arguments(&[], &c.keywords, first)?;
        let count = 2 + bases + u32::from(generic.is_some()) + c.keywords.len() as u32;
        self.at(s.span);
        self.ins(if named { Op::CALL_KW } else { Op::CALL }, 0, dst, base, count);
        Ok(())
    }

    /// With stars among the bases or keywords: the arguments become a tuple and a dict.
    fn build_class_unpacking(
        &mut self,
        s: &'a Stmt,
        c: &'a ClassDef,
        base: Reg,
        dst: Reg,
        generic: Option<Operand>,
    ) -> Result {
        let (list, dict) = (base.up(1), base.up(2));
        self.ins(Op::BUILD_LIST, 0, list, list, 2u32);
        self.u.temps.reset(base.up(3));
        for b in &c.bases {
            let mark = self.u.temps.top();
            let (op, value) = match &b.kind {
                ExprKind::Starred { value, .. } => (Op::LIST_EXTEND, &**value),
                _ => (Op::LIST_APPEND, b),
            };
            let v = self.operand(value, &[])?;
            self.at(b.span);
            self.ins(op, Self::kill(v, None, weft_bytecode::ops::KILL_B), list, v.reg, 0u32);
            self.u.temps.reset(mark);
        }
        if let Some(v) = generic {
            self.ins(Op::LIST_APPEND, Self::kill(v, None, weft_bytecode::ops::KILL_B), list, v.reg, 0u32);
        }
        self.ins(Op::LIST_TO_TUPLE, 0, list, list, 0u32);
        if c.keywords.is_empty() {
            self.clear(dict);
        } else {
            self.keyword_dict(s.span, base, &c.keywords, dict)?;
        }
        self.at(s.span);
        self.ins(Op::CALL_EX, 0, dst, base, 0u32);
        Ok(())
    }

    fn class_code(&mut self, s: &'a Stmt, c: &'a ClassDef, line: u32, scope: &'a Scope) -> Result<Arc<Code>> {
        self.enter(scope, &c.name, line);
        self.at(Span { line, end_line: line, col: 0, end_col: 0 });
        self.make_cells();
        let t = self.u.temps.take();
        self.load_mangled(&"__name__".into(), t);
        self.store_raw_name("__module__", Operand::temp(t));
        let qualname = self.u.qualname.clone();
        self.load_str(t, &qualname);
        self.store_raw_name("__qualname__", Operand::temp(t));
        self.load_const(t, Const::Int(i64::from(line)));
        self.store_raw_name("__firstlineno__", Operand::temp(t));
        if !c.type_params.is_empty() {
            self.load_mangled(&".type_params".into(), t);
            self.store_raw_name("__type_params__", Operand::temp(t));
        }
        if let Some(cell) = self.class_cell("__classdict__") {
            self.ins(Op::LOAD_LOCALS, 0, t, 0u32, 0u32);
            self.ins(Op::STORE_CELL, weft_bytecode::ops::KILL_B, cell, t, 0u32);
        }
        self.u.temps.reset(t);
        let annotated = self.start_annotations(&c.body)?;
        let mut body = &c.body[..];
        if let Some(doc) = docstring(body) {
            let stmt = &body[0];
            body = &body[1..];
            if self.options.optimize < 2 {
                let t = self.u.temps.take();
                self.at(stmt.span);
                self.load_const(t, Const::Str(clean_doc(doc).into()));
                self.store_raw_name("__doc__", Operand::temp(t));
                self.u.temps.reset(t);
            }
        }
        self.body(body)?;
        if annotated {
            self.at(Span { line, end_line: line, col: 0, end_col: 0 });
            self.define_annotate(&c.body, c, s.span, "__annotate_func__")?;
        }
        self.nowhere();
        let t = self.u.temps.take();
        let mut attributes = std::mem::take(&mut self.u.static_attributes);
        attributes.sort();
        attributes.dedup();
        self.load_const(t, Self::names_tuple(attributes.iter()));
        self.store_raw_name("__static_attributes__", Operand::temp(t));
        if let Some(cell) = self.class_cell("__classdict__") {
            self.ins(Op::COPY, 0, t, cell, 0u32);
            self.store_raw_name("__classdictcell__", Operand::temp(t));
        }
        match self.class_cell("__class__") {
            Some(cell) => {
                self.ins(Op::COPY, 0, t, cell, 0u32);
                self.store_raw_name("__classcell__", Operand::borrowed(t));
                self.ins(Op::RETURN, 0, t, 0u32, 0u32);
            }
            None => self.return_none(),
        }
        self.u.temps.reset(t);
        self.leave()
    }

    /// A cell that the class body makes for the blocks in it.
    pub(super) fn class_cell(&self, name: &str) -> Option<Reg> {
        match self.u.class_cells.get(name) {
            Some(&Var::Cell(r)) => Some(r),
            _ => None,
        }
    }

    /// `self.name = ...` in a method: the class's `__static_attributes__`.
    pub(super) fn note_static_attribute(&mut self, object: &Expr, attr: &Name) {
        let of_self = matches!(&object.kind, ExprKind::Name { id, .. } if &**id == "self");
        if !of_self {
            return;
        }
        let class = self.outer.iter_mut().rev().find(|u| u.scope.kind == crate::symbols::ScopeKind::Class);
        if let Some(class) = class {
            class.static_attributes.push(attr.clone());
        }
    }

    /// `class C[T]`: made inside a function that makes the type parameters.
    fn generic_class(&mut self, s: &'a Stmt, c: &'a ClassDef, line: u32, dst: Reg) -> Result {
        let scope = self.scope_of(c, Role::TypeParams, s.span)?;
        let base = self.window(dst);
        self.enter(scope, &format!("<generic parameters of {}>", c.name), line);
        self.at(s.span);
        self.make_cells();
        let t = self.u.temps.take();
        self.type_params(&c.type_params, t)?;
        self.at(s.span);
        self.store_raw_name(".type_params", Operand::temp(t));
        self.load_mangled(&".type_params".into(), t);
        self.ins(Op::INTRINSIC, Intrinsic::SubscriptGeneric as u8, t, t, 0u32);
        let class = self.u.temps.take();
        self.build_class(s, c, line, class, Some(Operand::temp(t)))?;
        self.at(s.span);
        self.ins(Op::RETURN, 0, class, 0u32, 0u32);
        let code = self.leave()?;
        self.at(s.span);
        self.make_closure(base, code, scope);
        self.call_registers(dst, base, 0);
        Ok(())
    }
}
