//! Statements.

use super::Taker;
use weft_compiler::ast::*;
use weft_vm::{Res, VRef, Value};

impl Taker<'_> {
    /// A list of statements.
    pub fn stmts(&mut self, v: VRef<'_>, class: &str, name: &str) -> Res<Vec<Stmt>> {
        let items = self.list(v, class, name)?;
        self.all_stmts(items)
    }

    fn all_stmts(&mut self, items: Vec<Value>) -> Res<Vec<Stmt>> {
        let mut out = Vec::with_capacity(items.len());
        for s in items {
            if s.is_none() {
                return self.value_error("None disallowed in statement list");
            }
            out.push(self.stmt(s.r())?)
        }
        Ok(out)
    }

    /// A list that must have a statement.
    fn block(&mut self, v: VRef<'_>, class: &str, name: &str) -> Res<Vec<Stmt>> {
        let items = self.filled(v, class, name)?;
        self.all_stmts(items)
    }

    fn stmt(&mut self, v: VRef<'_>) -> Res<Stmt> {
        self.deeper(|x| {
            let span = x.span(v, "stmt")?;
            let Some(kind) = x.kind(v) else { return Err(x.wrong("stmt", v)) };
            let kind = x.stmt_kind(v, kind)?;
            Ok(Stmt { kind, span })
        })
    }

    fn load(&mut self, v: VRef<'_>, class: &str, name: &str) -> Res<Expr> {
        self.expr_field(v, class, name, Context::Load)
    }

    fn targets(&mut self, v: VRef<'_>, class: &str, ctx: Context) -> Res<Vec<Expr>> {
        let items = self.filled(v, class, "targets")?;
        self.all_exprs(items, ctx)
    }

    fn stmt_kind(&mut self, v: VRef<'_>, class: &'static str) -> Res<StmtKind> {
        Ok(match class {
            "FunctionDef" | "AsyncFunctionDef" => self.function(v, class)?,
            "ClassDef" => StmtKind::ClassDef(Box::new(ClassDef {
                name: self.name_field(v, class, "name")?,
                type_params: self.type_params(v, class)?,
                body: self.block(v, class, "body")?,
                bases: self.exprs(v, class, "bases", Context::Load)?,
                keywords: self.keywords(v, class)?,
                decorators: self.exprs(v, class, "decorator_list", Context::Load)?,
            })),
            "Return" => StmtKind::Return { value: self.opt_boxed(v, "value")? },
            "Delete" => StmtKind::Delete { targets: self.targets(v, class, Context::Del)? },
            "Assign" => StmtKind::Assign {
                targets: self.targets(v, class, Context::Store)?,
                value: self.boxed(v, class, "value")?,
            },
            "TypeAlias" => {
                let name = self.expr_field(v, class, "name", Context::Store)?;
                if !matches!(name.kind, ExprKind::Name { .. }) {
                    return Err(self.t.type_error("TypeAlias with non-Name name"));
                }
                let type_params = self.type_params(v, class)?;
                StmtKind::TypeAlias(Box::new(TypeAlias { name, type_params, value: self.load(v, class, "value")? }))
            }
            "AugAssign" => {
                let target = self.expr_field(v, class, "target", Context::Store)?;
                let op = self.binary_operator(v, class)?;
                StmtKind::AugAssign { target: Box::new(target), op, value: self.boxed(v, class, "value")? }
            }
            "AnnAssign" => self.annotated(v, class)?,
            "For" | "AsyncFor" => StmtKind::For(Box::new(For {
                is_async: class == "AsyncFor",
                target: self.expr_field(v, class, "target", Context::Store)?,
                iter: self.load(v, class, "iter")?,
                body: self.block(v, class, "body")?,
                orelse: self.stmts(v, class, "orelse")?,
            })),
            "While" => StmtKind::While {
                test: self.boxed(v, class, "test")?,
                body: self.block(v, class, "body")?,
                orelse: self.stmts(v, class, "orelse")?,
            },
            "If" => StmtKind::If {
                test: self.boxed(v, class, "test")?,
                body: self.block(v, class, "body")?,
                orelse: self.stmts(v, class, "orelse")?,
            },
            "With" | "AsyncWith" => self.with(v, class)?,
            "Match" => self.match_(v, class)?,
            "Raise" => {
                let (exc, cause) = (self.opt_boxed(v, "exc")?, self.opt_boxed(v, "cause")?);
                if exc.is_none() && cause.is_some() {
                    return self.value_error("Raise with cause but no exception");
                }
                StmtKind::Raise { exc, cause }
            }
            "Try" | "TryStar" => self.try_(v, class)?,
            "Assert" => StmtKind::Assert { test: self.boxed(v, class, "test")?, msg: self.opt_boxed(v, "msg")? },
            "Import" => StmtKind::Import { names: self.aliases(v, class)? },
            "ImportFrom" => {
                let level = match self.field(v, "level")? {
                    Some(n) => self.int(n.r())?,
                    None => 0,
                };
                let Ok(level) = u32::try_from(level) else { return self.value_error("Negative ImportFrom level") };
                StmtKind::ImportFrom { module: self.opt_name(v, "module")?, names: self.aliases(v, class)?, level }
            }
            "Global" => StmtKind::Global { names: self.names(v, class)? },
            "Nonlocal" => StmtKind::Nonlocal { names: self.names(v, class)? },
            "Expr" => StmtKind::Expr { value: self.boxed(v, class, "value")? },
            "Pass" => StmtKind::Pass,
            "Break" => StmtKind::Break,
            "Continue" => StmtKind::Continue,
            _ => return Err(self.wrong("stmt", v)),
        })
    }

    fn function(&mut self, v: VRef<'_>, class: &str) -> Res<StmtKind> {
        let name = self.name_field(v, class, "name")?;
        let body = self.block(v, class, "body")?;
        let type_params = self.type_params(v, class)?;
        let args = self.required(v, class, "args")?;
        Ok(StmtKind::FunctionDef(Box::new(FunctionDef {
            is_async: class == "AsyncFunctionDef",
            name,
            args: self.arguments(args.r())?,
            body,
            decorators: self.exprs(v, class, "decorator_list", Context::Load)?,
            returns: self.opt_expr(v, "returns", Context::Load)?,
            type_params,
        })))
    }

    fn annotated(&mut self, v: VRef<'_>, class: &str) -> Res<StmtKind> {
        let target = self.expr_field(v, class, "target", Context::Store)?;
        let simple = self.int_field(v, class, "simple")? != 0;
        let is_name = matches!(target.kind, ExprKind::Name { .. });
        if simple && !is_name {
            return Err(self.t.type_error("AnnAssign with simple non-Name target"));
        }
        Ok(StmtKind::AnnAssign(Box::new(AnnAssign {
            target,
            annotation: self.load(v, class, "annotation")?,
            value: self.opt_expr(v, "value", Context::Load)?,
            simple,
        })))
    }

    fn with(&mut self, v: VRef<'_>, class: &str) -> Res<StmtKind> {
        let mut items = Vec::new();
        for i in self.filled(v, class, "items")? {
            if self.kind(i.r()) != Some("withitem") {
                return Err(self.wrong("withitem", i.r()));
            }
            items.push(WithItem {
                context_expr: self.load(i.r(), "withitem", "context_expr")?,
                optional_vars: self.opt_expr(i.r(), "optional_vars", Context::Store)?,
            })
        }
        let body = self.block(v, class, "body")?;
        Ok(StmtKind::With(Box::new(With { is_async: class == "AsyncWith", items, body })))
    }

    fn match_(&mut self, v: VRef<'_>, class: &str) -> Res<StmtKind> {
        let subject = self.boxed(v, class, "subject")?;
        let mut cases = Vec::new();
        for c in self.filled(v, class, "cases")? {
            if self.kind(c.r()) != Some("match_case") {
                return Err(self.wrong("match_case", c.r()));
            }
            let pattern = self.required(c.r(), "match_case", "pattern")?;
            cases.push(MatchCase {
                pattern: self.pattern(pattern.r(), false)?,
                guard: self.opt_expr(c.r(), "guard", Context::Load)?,
                body: self.block(c.r(), "match_case", "body")?,
            })
        }
        Ok(StmtKind::Match { subject, cases })
    }

    fn try_(&mut self, v: VRef<'_>, class: &str) -> Res<StmtKind> {
        let body = self.block(v, class, "body")?;
        let mut handlers = Vec::new();
        for h in self.list(v, class, "handlers")? {
            let span = self.span(h.r(), "excepthandler")?;
            if self.kind(h.r()) != Some("ExceptHandler") {
                return Err(self.wrong("excepthandler", h.r()));
            }
            let name = match self.field(h.r(), "name")? {
                Some(n) => Some(self.bindable(n.r())?),
                None => None,
            };
            handlers.push(ExceptHandler {
                typ: self.opt_expr(h.r(), "type", Context::Load)?,
                name,
                body: self.block(h.r(), "ExceptHandler", "body")?,
                span,
            })
        }
        let orelse = self.stmts(v, class, "orelse")?;
        let finalbody = self.stmts(v, class, "finalbody")?;
        if handlers.is_empty() && finalbody.is_empty() {
            return self.value_error(format!("{class} has neither except handlers nor finalbody"));
        }
        if handlers.is_empty() && !orelse.is_empty() {
            return self.value_error(format!("{class} has orelse but no except handlers"));
        }
        let is_star = class == "TryStar";
        if is_star && handlers.iter().any(|h| h.typ.is_none()) {
            return self.value_error("TryStar has a handler without a type");
        }
        Ok(StmtKind::Try(Box::new(Try { is_star, body, handlers, orelse, finalbody })))
    }

    fn aliases(&mut self, v: VRef<'_>, class: &str) -> Res<Vec<Alias>> {
        let mut out = Vec::new();
        for a in self.filled(v, class, "names")? {
            let span = self.span(a.r(), "alias")?;
            if self.kind(a.r()) != Some("alias") {
                return Err(self.wrong("alias", a.r()));
            }
            let name = self.required(a.r(), "alias", "name")?;
            out.push(Alias { name: self.name(name.r())?, asname: self.opt_name(a.r(), "asname")?, span })
        }
        Ok(out)
    }

    fn names(&mut self, v: VRef<'_>, class: &str) -> Res<Vec<Name>> {
        let items = self.filled(v, class, "names")?;
        items.iter().map(|n| self.name(n.r())).collect()
    }

    /// Type parameters of functions, classes and aliases.
    pub fn type_params(&mut self, v: VRef<'_>, class: &str) -> Res<Vec<TypeParam>> {
        let mut out = Vec::new();
        for p in self.list(v, class, "type_params")? {
            let span = self.span(p.r(), "type_param")?;
            let Some(kind) = self.kind(p.r()) else { return Err(self.wrong("type_param", p.r())) };
            let name = self.name_field(p.r(), kind, "name")?;
            let bound = if kind == "TypeVar" { self.opt_expr(p.r(), "bound", Context::Load)? } else { None };
            let default = self.opt_expr(p.r(), "default_value", Context::Load)?;
            let kind = match kind {
                "TypeVar" => TypeParamKind::TypeVar { name, bound, default },
                "ParamSpec" => TypeParamKind::ParamSpec { name, default },
                "TypeVarTuple" => TypeParamKind::TypeVarTuple { name, default },
                _ => return Err(self.wrong("type_param", p.r())),
            };
            out.push(TypeParam { kind, span })
        }
        Ok(out)
    }
}
