//! First walk, statement by statement.

use super::build::{Builder, Done, refuse_debug};
use super::draft::Act;
use super::*;
use crate::ast::*;
use crate::syntax::Fault;

impl Builder {
    pub(super) fn body(&mut self, body: &[Stmt]) -> Done {
        self.stmts(body)
    }

    pub(super) fn stmts(&mut self, body: &[Stmt]) -> Done {
        body.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    /// Statements that may not run.
    fn branches(&mut self, bodies: &[&[Stmt]]) -> Done {
        let here = self.here();
        let before = std::mem::replace(&mut self.drafts.get_mut(here).conditional, true);
        bodies.iter().try_for_each(|body| self.stmts(body))?;
        self.drafts.get_mut(here).conditional = before;
        Ok(())
    }

    fn stmt(&mut self, stmt: &Stmt) -> Done {
        let span = stmt.span;
        match &stmt.kind {
            StmtKind::FunctionDef(f) => self.function(f, span),
            StmtKind::ClassDef(class) => self.class(class, span),
            StmtKind::TypeAlias(alias) => self.type_alias(alias, span),
            StmtKind::Return { value } => {
                self.scope().flags.returns_value |= value.is_some();
                self.exprs(value.as_deref())
            }
            StmtKind::Delete { targets } => self.exprs(targets),
            StmtKind::Assign { targets, value } => {
                self.expr(value)?;
                self.exprs(targets)
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target)?;
                self.expr(value)
            }
            StmtKind::AnnAssign(a) => self.ann_assign(a, span),
            StmtKind::For(f) => {
                self.expr(&f.iter)?;
                self.expr(&f.target)?;
                self.branches(&[&f.body, &f.orelse])
            }
            StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
                self.expr(test)?;
                self.branches(&[body, orelse])
            }
            StmtKind::With(w) => {
                for item in &w.items {
                    self.expr(&item.context_expr)?;
                    self.exprs(&item.optional_vars)?;
                }
                self.branches(&[&w.body])
            }
            StmtKind::Match { subject, cases } => {
                self.expr(subject)?;
                for case in cases {
                    self.pattern(&case.pattern)?;
                    self.exprs(&case.guard)?;
                    self.branches(&[&case.body])?;
                }
                Ok(())
            }
            StmtKind::Raise { exc, cause } => {
                self.exprs(exc.as_deref())?;
                self.exprs(cause.as_deref())
            }
            StmtKind::Try(t) => {
                self.branches(&[&t.body, &t.orelse])?;
                for handler in &t.handlers {
                    self.exprs(&handler.typ)?;
                    if let Some(name) = &handler.name {
                        self.bind(name, Act::Assign, handler.span)?;
                    }
                    self.branches(&[&handler.body])?;
                }
                self.branches(&[&t.finalbody])
            }
            StmtKind::Assert { test, msg } => {
                self.expr(test)?;
                self.exprs(msg.as_deref())
            }
            StmtKind::Import { names } | StmtKind::ImportFrom { names, .. } => {
                names.iter().try_for_each(|alias| self.import(alias))
            }
            StmtKind::Global { names } => names.iter().try_for_each(|n| self.declare(n, Act::Global, span)),
            StmtKind::Nonlocal { names } => {
                names.iter().try_for_each(|n| self.declare(n, Act::Nonlocal, span))
            }
            StmtKind::Expr { value } => self.expr(value),
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => Ok(()),
        }
    }

    fn import(&mut self, alias: &Alias) -> Done {
        let name = alias.asname.as_ref().unwrap_or(&alias.name);
        if &**name == "*" {
            if self.scope().kind != ScopeKind::Module {
                return Err(Fault::new("import * only allowed at module level", alias.span));
            }
            return Ok(());
        }
        let first: Name = name.split('.').next().unwrap_or(name).into();
        self.bind(&first, Act::Import, alias.span)
    }

    /// `global`, `nonlocal`
    fn declare(&mut self, name: &Name, act: Act, span: Span) -> Done {
        let word = if act == Act::Global { "global" } else { "nonlocal" };
        let scope = self.scope();
        let flags = scope.symbols.get(&scope.mangle(name)).map(|s| s.flags).unwrap_or_default();
        let msg = if flags.parameter {
            Some(format!("name '{name}' is parameter and {word}"))
        } else if flags.referenced {
            Some(format!("name '{name}' is used prior to {word} declaration"))
        } else if flags.annotated {
            Some(format!("annotated name '{name}' can't be {word}"))
        } else if flags.assigned {
            Some(format!("name '{name}' is assigned to before {word} declaration"))
        } else {
            None
        };
        if let Some(msg) = msg {
            return Err(Fault::new(msg, span));
        }
        self.note(name, act, span)?;
        self.direct(name, span);
        Ok(())
    }

    fn ann_assign(&mut self, a: &AnnAssign, span: Span) -> Done {
        if a.simple {
            self.conditional_annotation()?;
        }
        if let ExprKind::Name { id, .. } = &a.target.kind {
            let scope = self.scope();
            let flags = scope.symbols.get(&scope.mangle(id)).map(|s| s.flags).unwrap_or_default();
            if (flags.global || flags.nonlocal) && a.simple && scope.parent.is_some() {
                let word = if flags.global { "global" } else { "nonlocal" };
                return Err(Fault::new(format!("annotated name '{id}' can't be {word}"), span));
            }
            refuse_debug(id, Context::Store, a.target.span)?;
            if a.simple {
                self.note(id, Act::Annotate, a.target.span)?;
            }
        }
        if let Some(value) = &a.value {
            self.expr(value)?;
            self.expr(&a.target)?;
        } else if !matches!(a.target.kind, ExprKind::Name { .. }) {
            self.expr(&a.target)?;
        }
        self.variable_annotation(&a.annotation)
    }

    fn pattern(&mut self, pattern: &Pattern) -> Done {
        let span = pattern.span;
        match &pattern.kind {
            PatternKind::MatchValue { value } => self.expr(value),
            PatternKind::MatchSingleton { .. } => Ok(()),
            PatternKind::MatchSequence { patterns } | PatternKind::MatchOr { patterns } => {
                patterns.iter().try_for_each(|p| self.pattern(p))
            }
            PatternKind::MatchMapping { keys, patterns, rest } => {
                self.exprs(keys)?;
                patterns.iter().try_for_each(|p| self.pattern(p))?;
                rest.iter().try_for_each(|name| self.bind(name, Act::Assign, span))
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                self.expr(cls)?;
                patterns.iter().try_for_each(|p| self.pattern(p))?;
                for (attr, pattern) in kwd_attrs.iter().zip(kwd_patterns) {
                    refuse_debug(attr, Context::Store, pattern.span)?;
                    self.pattern(pattern)?;
                }
                Ok(())
            }
            PatternKind::MatchStar { name } => {
                name.iter().try_for_each(|name| self.bind(name, Act::Assign, span))
            }
            PatternKind::MatchAs { pattern, name } => {
                pattern.iter().try_for_each(|p| self.pattern(p))?;
                name.iter().try_for_each(|name| self.bind(name, Act::Assign, span))
            }
        }
    }

    pub(super) fn exprs<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) -> Done {
        exprs.into_iter().try_for_each(|expr| self.expr(expr))
    }

    pub(super) fn keywords(&mut self, keywords: &[Keyword]) -> Done {
        for keyword in keywords {
            if let Some(arg) = &keyword.arg {
                refuse_debug(arg, Context::Store, keyword.span)?;
            }
        }
        self.exprs(keywords.iter().map(|k| &k.value))
    }

    pub(super) fn expr(&mut self, expr: &Expr) -> Done {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Constant { .. } => Ok(()),
            ExprKind::Name { id, ctx } => self.name(id, *ctx, span),
            ExprKind::NamedExpr { target, value } => self.named_expr(expr, target, value),
            ExprKind::Lambda(lambda) => self.lambda(lambda, span),
            ExprKind::BoolOp { values, .. } => self.exprs(values),
            ExprKind::BinOp { left, right, .. } => self.exprs([&**left, right]),
            ExprKind::UnaryOp { operand, .. } => self.expr(operand),
            ExprKind::IfExp { test, body, orelse } => self.exprs([&**test, body, orelse]),
            ExprKind::Dict { keys, values } => {
                for (key, value) in keys.iter().zip(values) {
                    self.exprs(key)?;
                    self.expr(value)?;
                }
                Ok(())
            }
            ExprKind::Set { elts } | ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => {
                self.exprs(elts)
            }
            ExprKind::ListComp { elt, generators } => {
                self.comprehension(expr, ComprehensionKind::List, &[elt], generators)
            }
            ExprKind::SetComp { elt, generators } => {
                self.comprehension(expr, ComprehensionKind::Set, &[elt], generators)
            }
            ExprKind::DictComp { key, value, generators } => {
                self.comprehension(expr, ComprehensionKind::Dict, &[value, key], generators)
            }
            ExprKind::GeneratorExp { elt, generators } => {
                self.comprehension(expr, ComprehensionKind::Generator, &[elt], generators)
            }
            ExprKind::Yield { value } => self.yields(value.as_deref(), span),
            ExprKind::YieldFrom { value } => self.yields(Some(value), span),
            ExprKind::Await { value } => self.awaits(value, span),
            ExprKind::Compare { left, comparators, .. } => {
                self.expr(left)?;
                self.exprs(comparators)
            }
            ExprKind::Call { func, args, keywords } => {
                self.expr(func)?;
                self.exprs(args)?;
                self.keywords(keywords)
            }
            ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => self.exprs(values),
            ExprKind::FormattedValue { value, format_spec, .. }
            | ExprKind::Interpolation { value, format_spec, .. } => {
                self.expr(value)?;
                self.exprs(format_spec.as_deref())
            }
            ExprKind::Attribute { value, attr, ctx } => {
                refuse_debug(attr, *ctx, span)?;
                self.expr(value)
            }
            ExprKind::Subscript { value, slice, .. } => self.exprs([&**value, slice]),
            ExprKind::Starred { value, .. } => self.expr(value),
            ExprKind::Slice { lower, upper, step } => {
                self.exprs([lower, upper, step].into_iter().filter_map(|part| part.as_deref()))
            }
        }
    }

    fn name(&mut self, name: &Name, ctx: Context, span: Span) -> Done {
        refuse_debug(name, ctx, span)?;
        let here = self.here();
        if !self.drafts.get(here).unevaluated {
            self.note(name, if ctx == Context::Load { Act::Use } else { Act::Assign }, span)?;
        }
        // A bare `super()` needs the class.
        if ctx == Context::Load && &**name == "super" && self.scope().is_function_like() {
            self.note_hidden("__class__", Act::Use)?;
        }
        Ok(())
    }

    fn yields(&mut self, value: Option<&Expr>, span: Span) -> Done {
        self.refuse_in_annotation("yield expression", span)?;
        self.exprs(value)?;
        self.scope().flags.generator = true;
        let place = match self.scope().kind {
            ScopeKind::Comprehension(ComprehensionKind::List) => "list comprehension",
            ScopeKind::Comprehension(ComprehensionKind::Set) => "set comprehension",
            ScopeKind::Comprehension(ComprehensionKind::Dict) => "dict comprehension",
            ScopeKind::Comprehension(ComprehensionKind::Generator) => "generator expression",
            _ => return Ok(()),
        };
        Err(Fault::new(format!("'yield' inside {place}"), span))
    }

    fn awaits(&mut self, value: &Expr, span: Span) -> Done {
        self.refuse_in_annotation("await expression", span)?;
        let allowed_here = self.options.allow_top_level_await && self.scope().kind == ScopeKind::Module;
        let scope = self.scope();
        if !allowed_here && !scope.is_function_like() {
            return Err(Fault::new("'await' outside function", span));
        }
        let comprehension = matches!(scope.kind, ScopeKind::Comprehension(_));
        let is_async = scope.kind == ScopeKind::Function && scope.flags.coroutine;
        if !allowed_here && !is_async && !comprehension {
            return Err(Fault::new("'await' outside async function", span));
        }
        self.expr(value)?;
        self.scope().flags.coroutine = true;
        Ok(())
    }
}
