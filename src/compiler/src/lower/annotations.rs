//! Annotations (PEP 649, PEP 749): evaluated when asked for, by a function `__annotate__(format)`.
//!
//! A module or class has one such function for all its annotated names; where the flow of control may skip
//! some, the set `__conditional_annotations__` holds the indices of those that were reached. With `from
//! __future__ import annotations` modules and classes fill `__annotations__` with source text at once.

use super::{Lower, Result, name_const};
use crate::ast::*;
use crate::registers::{Operand, Reg};
use crate::symbols::{Role, ScopeKind};
use weft_bytecode::ops::{KILL_A, KILL_B, KILL_C};
use weft_bytecode::{Const, Op};

/// Highest format that `__annotate__` functions of the compiler understand
/// (`annotationlib.Format.VALUE_WITH_FAKE_GLOBALS`).
const HIGHEST_FORMAT: u32 = 2;

impl<'a> Lower<'a> {
    /// Annotations of a module: `__annotate__` exists from the start.
    pub(super) fn annotations_of_block(&mut self, body: &'a [Stmt], module: &'a Mod) -> Result {
        let line = body.first().map_or(1, |s| s.span.line);
        let span = Span { line, end_line: line, col: 0, end_col: 0 };
        self.at(span);
        if self.start_annotations(body)? {
            self.define_annotate(body, module, span, "__annotate__")?;
        }
        Ok(())
    }

    /// What a module or class with annotations does first. True if it needs an `__annotate__` function.
    pub(super) fn start_annotations(&mut self, body: &'a [Stmt]) -> Result<bool> {
        let all = collect(body);
        if all.is_empty() {
            return Ok(false);
        }
        if self.options.future_annotations {
            self.setup_annotations();
            return Ok(false);
        }
        let in_class = self.u.scope.kind == ScopeKind::Class;
        if self.u.scope.flags.conditional_annotations {
            let mut next = 0;
            for (a, _, nested) in &all {
                if *nested || !in_class {
                    self.u.conditional.insert(std::ptr::from_ref::<AnnAssign>(a) as usize, next);
                    next += 1;
                }
            }
            let t = self.u.temps.take();
            self.ins(Op::BUILD_SET, 0, t, t, 0u32);
            match self.class_cell("__conditional_annotations__") {
                Some(cell) => self.ins(Op::STORE_CELL, KILL_B, cell, t, 0u32),
                None => self.store_raw_name("__conditional_annotations__", Operand::temp(t)),
            }
            self.u.temps.reset(t);
        }
        Ok(true)
    }

    /// `__annotations__ = {}`, unless the namespace has one.
    fn setup_annotations(&mut self) {
        let end = self.label();
        let t = self.u.temps.take_many(2);
        self.load_str(t, "__annotations__");
        self.ins(Op::LOAD_LOCALS, 0, t.up(1), 0u32, 0u32);
        self.jump(Op::JUMP_IN, 1 | KILL_A | KILL_B, t, t.up(1), end);
        self.ins(Op::BUILD_DICT, 0, t, t, 0u32);
        self.store_raw_name("__annotations__", Operand::temp(t));
        self.place(end);
        self.u.temps.reset(t);
    }

    /// Makes `__annotate__` of the module or class and stores it under `name`.
    pub(super) fn define_annotate<T>(
        &mut self,
        body: &'a [Stmt],
        owner: &T,
        span: Span,
        name: &str,
    ) -> Result {
        let scope = self.scope_of(owner, Role::Annotations, span)?;
        let conditional = self.u.conditional.clone();
        let all = collect(body);
        let line = if self.u.scope.kind == ScopeKind::Class { self.u.firstlineno } else { span.line };
        self.enter(scope, "__annotate__", line);
        self.at(Span { line, end_line: line, col: 0, end_col: 0 });
        self.start_deferred();
        let dict = self.u.temps.take();
        self.ins(Op::BUILD_DICT, 0, dict, dict, 0u32);
        for (a, _, _) in all {
            let ExprKind::Name { id, .. } = &a.target.kind else { continue };
            let mark = self.u.temps.top();
            let skip = self.label();
            self.at(a.annotation.span);
            if let Some(&n) = conditional.get(&(std::ptr::from_ref::<AnnAssign>(a) as usize)) {
                let pair = self.u.temps.take_many(2);
                self.load_const(pair, Const::Int(i64::from(n)));
                self.load_mangled(&"__conditional_annotations__".into(), pair.up(1));
                self.jump(Op::JUMP_IN, KILL_A | KILL_B, pair, pair.up(1), skip);
                self.u.temps.reset(pair);
            }
            let v = self.u.temps.take_many(2);
            self.annotation_value(&a.annotation, v)?;
            let name = self.mangled(id);
            self.load_str(v.up(1), &name);
            self.ins(Op::DICT_SET, KILL_B | KILL_C, dict, v.up(1), v);
            self.place(skip);
            self.u.temps.reset(mark);
        }
        self.at(span);
        self.ins(Op::RETURN, 0, dict, 0u32, 0u32);
        let code = self.leave()?;
        let t = self.u.temps.take();
        self.make_closure(t, code, scope);
        self.store_raw_name(name, Operand::temp(t));
        self.u.temps.reset(t);
        Ok(())
    }

    /// First instructions of a block that is evaluated with a format: refuses formats it does not know.
    pub(super) fn start_deferred(&mut self) {
        self.u.argcount = 1;
        self.u.posonlyargcount = 1;
        self.u.params = 1;
        if self.u.scope.kind == ScopeKind::Annotation
            && let Some(first) = self.u.locals.first_mut()
        {
            *first = "format".into();
        }
        self.make_cells();
        let known = self.label();
        self.jump(Op::JUMP_GT_I, 0, Reg(0), HIGHEST_FORMAT, known);
        let t = self.u.temps.take();
        if let Some(site) = self.u.site(&"NotImplementedError".into()) {
            self.ins(Op::LOAD_GLOBAL, 0, t, 0u32, site);
        }
        self.ins(Op::RAISE, 1 | KILL_A, t, 0u32, 0u32);
        self.place(known);
        self.u.temps.reset(t);
    }

    /// The `__annotate__` function of a `def`, in a new temporary.
    pub(super) fn function_annotate(&mut self, s: &'a Stmt, f: &'a FunctionDef) -> Result<Option<Operand>> {
        let a = &f.args;
        let stars = [&a.vararg, &a.kwarg].map(|x| x.as_deref());
        let in_order =
            (a.posonlyargs.iter().chain(&a.args)).chain(stars[0]).chain(&a.kwonlyargs).chain(stars[1]);
        let mut all: Vec<(Name, &'a Expr)> =
            in_order.filter_map(|arg| Some((arg.arg.clone(), arg.annotation.as_ref()?))).collect();
        if let Some(returns) = &f.returns {
            all.push(("return".into(), returns));
        }
        if all.is_empty() {
            return Ok(None);
        }
        let scope = self.scope_of(f, Role::Annotations, s.span)?;
        self.enter(scope, "__annotate__", s.span.line);
        // It is named after its function.
        let (outer, own) = (self.u.qualname.rsplit_once('.').map_or("", |(o, _)| o).to_string(), &f.name);
        self.u.qualname = if outer.is_empty() {
            format!("{own}.__annotate__")
        } else {
            format!("{outer}.{own}.__annotate__")
        };
        self.at(s.span);
        self.start_deferred();
        let base = self.u.temps.take();
        let count = all.len() as u32;
        for (n, (name, annotation)) in all.into_iter().enumerate() {
            let pair = base.up(2 * n as u32);
            self.u.temps.reset(pair.up(2));
            let name = self.mangled(&name);
            self.at(annotation.span);
            self.load_str(pair, &name);
            self.annotation_value(annotation, pair.up(1))?;
        }
        self.at(s.span);
        self.ins(Op::BUILD_DICT, 0, base, base, count);
        self.ins(Op::RETURN, 0, base, 0u32, 0u32);
        let code = self.leave()?;
        self.at(s.span);
        let t = self.u.temps.take();
        self.make_closure(t, code, scope);
        Ok(Some(Operand::temp(t)))
    }

    /// The value, or with PEP 563 the text, of an annotation.
    fn annotation_value(&mut self, annotation: &'a Expr, dst: Reg) -> Result {
        self.at(annotation.span);
        if self.options.future_annotations {
            let text = super::unparse::unparse(annotation);
            self.load_const(dst, Const::Str(text.into()));
            return Ok(());
        }
        // `*args: *Ts`
        if let ExprKind::Starred { value, .. } = &annotation.kind {
            let t = self.u.temps.take();
            self.expr_to(value, t)?;
            self.at(annotation.span);
            self.ins(Op::UNPACK, KILL_B, dst, t, 1u32);
            self.u.temps.reset(t);
            return Ok(());
        }
        self.expr_to(annotation, dst)
    }

    /// `target: annotation [= value]`
    pub(super) fn ann_assign(&mut self, s: &'a Stmt, a: &'a AnnAssign) -> Result {
        if let Some(value) = &a.value {
            self.assign(&a.target, value)?;
        }
        let in_namespace = !self.u.is_function();
        match &a.target.kind {
            ExprKind::Name { id, .. } if a.simple && in_namespace => {
                self.at(s.span);
                self.reached_annotation(id, a)?;
            }
            ExprKind::Attribute { value, .. } if a.value.is_none() => self.discard(value)?,
            ExprKind::Subscript { value, slice, .. } if a.value.is_none() => {
                self.discard(value)?;
                self.discard(slice)?;
            }
            _ => {}
        }
        // The annotation of any other target is not even evaluated.
        Ok(())
    }

    /// A simple annotated name of a module or class.
    fn reached_annotation(&mut self, id: &Name, a: &'a AnnAssign) -> Result {
        let (mark, at) = (self.u.temps.top(), self.u.span);
        if self.options.future_annotations {
            let t = self.u.temps.take_many(3);
            self.annotation_value(&a.annotation, t)?;
            self.load_mangled(&"__annotations__".into(), t.up(1));
            let name = self.mangled(id);
            self.load_const(t.up(2), name_const(&name));
            if let Some(span) = at {
                self.at(span);
            }
            self.ins(Op::STORE_ITEM, KILL_A | KILL_B | KILL_C, t.up(1), t.up(2), t);
        } else if let Some(&n) = self.u.conditional.get(&(std::ptr::from_ref::<AnnAssign>(a) as usize)) {
            let t = self.u.temps.take_many(2);
            match self.class_cell("__conditional_annotations__") {
                Some(cell) => self.ins(Op::LOAD_CELL, 0, t, cell, 0u32),
                None => self.load_mangled(&"__conditional_annotations__".into(), t),
            }
            self.load_const(t.up(1), Const::Int(i64::from(n)));
            self.ins(Op::SET_ADD, KILL_A | KILL_B, t, t.up(1), 0u32);
        } else if a.value.is_none() {
            self.nop();
        }
        self.u.temps.reset(mark);
        Ok(())
    }
}

/// The simple annotated names of a body, nested statements included: (node, statement, below a condition).
fn collect(body: &[Stmt]) -> Vec<(&AnnAssign, &Stmt, bool)> {
    let mut out = Vec::new();
    walk(body, false, &mut out);
    out
}

fn walk<'a>(body: &'a [Stmt], nested: bool, out: &mut Vec<(&'a AnnAssign, &'a Stmt, bool)>) {
    for s in body {
        match &s.kind {
            StmtKind::AnnAssign(a) if a.simple => out.push((a, s, nested)),
            StmtKind::If { body, orelse, .. } | StmtKind::While { body, orelse, .. } => {
                walk(body, true, out);
                walk(orelse, true, out);
            }
            StmtKind::For(f) => {
                walk(&f.body, true, out);
                walk(&f.orelse, true, out);
            }
            StmtKind::With(w) => walk(&w.body, true, out),
            StmtKind::Try(t) => {
                walk(&t.body, true, out);
                t.handlers.iter().for_each(|h| walk(&h.body, true, out));
                walk(&t.orelse, true, out);
                walk(&t.finalbody, true, out);
            }
            StmtKind::Match { cases, .. } => cases.iter().for_each(|c| walk(&c.body, true, out)),
            _ => {}
        }
    }
}
