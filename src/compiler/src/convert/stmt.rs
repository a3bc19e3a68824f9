//! Statements.

use super::{Converter, Fail, expr::operator, stack};
use crate::ast::*;
use ruff_python_ast as ruff;
use ruff_text_size::{Ranged, TextRange, TextSize};

impl Converter<'_> {
    pub(super) fn stmts(&mut self, body: impl IntoIterator<Item = ruff::Stmt>) -> Result<Vec<Stmt>, Fail> {
        body.into_iter().map(|s| self.stmt(s)).collect()
    }

    fn stmt(&mut self, stmt: ruff::Stmt) -> Result<Stmt, Fail> {
        if let Err(fail) = self.enter() {
            stack::drop_deep(stmt, self.source.len());
            return Err(fail);
        }
        let mut range = stmt.range();
        // A definition begins at `def` or `class`, its decorators stand before it.
        let decorators = match &stmt {
            ruff::Stmt::FunctionDef(s) => s.decorator_list.last(),
            ruff::Stmt::ClassDef(s) => s.decorator_list.last(),
            _ => None,
        };
        if let Some(last) = decorators {
            range = TextRange::new(self.next_token(last.range.end()), range.end());
        }
        if is_compound(&stmt) {
            range = self.with_semicolon(range);
        }
        let kind = self.stmt_kind(stmt)?;
        self.leave();
        Ok(Stmt { kind, span: self.span(range) })
    }

    fn stmt_kind(&mut self, stmt: ruff::Stmt) -> Result<StmtKind, Fail> {
        use ruff::Stmt as R;
        Ok(match stmt {
            R::FunctionDef(s) => StmtKind::FunctionDef(Box::new(self.function(s)?)),
            R::ClassDef(s) => StmtKind::ClassDef(Box::new(self.class(s)?)),
            R::Return(s) => StmtKind::Return { value: self.opt_boxed(s.value)? },
            R::Delete(s) => StmtKind::Delete { targets: self.exprs(s.targets)? },
            R::TypeAlias(s) => StmtKind::TypeAlias(Box::new(TypeAlias {
                name: self.expr(*s.name)?,
                type_params: self.type_params(s.type_params)?,
                value: self.expr(*s.value)?,
            })),
            R::Assign(s) => {
                StmtKind::Assign { targets: self.exprs(s.targets)?, value: self.boxed(*s.value)? }
            }
            R::AugAssign(s) => {
                let target = self.boxed(*s.target)?;
                StmtKind::AugAssign { target, op: operator(s.op), value: self.boxed(*s.value)? }
            }
            R::AnnAssign(s) => StmtKind::AnnAssign(Box::new(AnnAssign {
                target: self.expr(*s.target)?,
                annotation: self.expr(*s.annotation)?,
                value: self.opt_expr(s.value)?,
                simple: s.simple,
            })),
            R::For(s) => StmtKind::For(Box::new(For {
                is_async: s.is_async,
                target: self.expr(*s.target)?,
                iter: self.expr(*s.iter)?,
                body: self.stmts(s.body)?,
                orelse: self.stmts(s.orelse)?,
            })),
            R::While(s) => StmtKind::While {
                test: self.boxed(*s.test)?,
                body: self.stmts(s.body)?,
                orelse: self.stmts(s.orelse)?,
            },
            R::If(s) => {
                let test = self.boxed(*s.test)?;
                let body = self.stmts(s.body)?;
                StmtKind::If { test, body, orelse: self.elif(s.elif_else_clauses)? }
            }
            R::With(s) => {
                let item = |item: ruff::WithItem| {
                    Ok(WithItem {
                        context_expr: self.expr(item.context_expr)?,
                        optional_vars: self.opt_expr(item.optional_vars)?,
                    })
                };
                let items = s.items.into_iter().map(item).collect::<Result<_, Fail>>()?;
                let body = self.stmts(s.body)?;
                StmtKind::With(Box::new(With { is_async: s.is_async, items, body }))
            }
            R::Match(s) => {
                let subject = self.boxed(*s.subject)?;
                let case = |case: ruff::MatchCase| {
                    Ok(MatchCase {
                        pattern: self.pattern(case.pattern)?,
                        guard: self.opt_expr(case.guard)?,
                        body: self.stmts(case.body)?,
                    })
                };
                StmtKind::Match {
                    subject,
                    cases: s.cases.into_iter().map(case).collect::<Result<_, Fail>>()?,
                }
            }
            R::Raise(s) => StmtKind::Raise { exc: self.opt_boxed(s.exc)?, cause: self.opt_boxed(s.cause)? },
            R::Try(s) => {
                let body = self.stmts(s.body)?;
                let handlers =
                    s.handlers.into_iter().map(|h| self.handler(h)).collect::<Result<_, Fail>>()?;
                let orelse = self.stmts(s.orelse)?;
                let finalbody = self.stmts(s.finalbody)?;
                StmtKind::Try(Box::new(Try { is_star: s.is_star, body, handlers, orelse, finalbody }))
            }
            R::Assert(s) => StmtKind::Assert { test: self.boxed(*s.test)?, msg: self.opt_boxed(s.msg)? },
            R::Import(s) => StmtKind::Import { names: self.aliases(s.names) },
            R::ImportFrom(s) => StmtKind::ImportFrom {
                module: s.module.as_ref().map(|m| self.name(m.as_str())),
                names: self.aliases(s.names),
                level: s.level,
            },
            R::Global(s) => StmtKind::Global { names: self.names(&s.names) },
            R::Nonlocal(s) => StmtKind::Nonlocal { names: self.names(&s.names) },
            R::Expr(s) => StmtKind::Expr { value: self.boxed(*s.value)? },
            R::Pass(_) => StmtKind::Pass,
            R::Break(_) => StmtKind::Break,
            R::Continue(_) => StmtKind::Continue,
            R::IpyEscapeCommand(_) => return Err(Fail::Refused),
        })
    }

    fn function(&mut self, s: ruff::StmtFunctionDef) -> Result<FunctionDef, Fail> {
        Ok(FunctionDef {
            is_async: s.is_async,
            decorators: self.exprs(s.decorator_list.into_iter().map(|d| d.expression))?,
            name: self.name(s.name.as_str()),
            type_params: self.type_params(s.type_params)?,
            args: self.arguments(*s.parameters)?,
            returns: self.opt_expr(s.returns)?,
            body: self.stmts(s.body)?,
        })
    }

    fn class(&mut self, s: ruff::StmtClassDef) -> Result<ClassDef, Fail> {
        let decorators = self.exprs(s.decorator_list.into_iter().map(|d| d.expression))?;
        let type_params = self.type_params(s.type_params)?;
        let (bases, keywords) = match s.arguments {
            Some(arguments) => (self.exprs(arguments.args)?, self.keywords(arguments.keywords)?),
            None => (Vec::new(), Vec::new()),
        };
        let body = self.stmts(s.body)?;
        Ok(ClassDef { name: self.name(s.name.as_str()), bases, keywords, body, decorators, type_params })
    }

    /// `elif` and `else` clauses: each `elif` an `If` in the `orelse` of the one before, to the end of them all.
    /// Built from the last to the first, so a long chain does not recurse here; it counts as nesting.
    fn elif(&mut self, clauses: Vec<ruff::ElifElseClause>) -> Result<Vec<Stmt>, Fail> {
        let Some(last) = clauses.last().map(|c| c.range) else { return Ok(Vec::new()) };
        let end = self.with_semicolon(last).end();
        self.check_depth(clauses.len())?;
        let mut converted = Vec::with_capacity(clauses.len());
        for clause in clauses {
            let test = clause.test.map(|test| self.boxed(test)).transpose()?;
            converted.push((test, self.stmts(clause.body)?, clause.range.start()));
        }
        let mut orelse = Vec::new();
        for (test, body, start) in converted.into_iter().rev() {
            orelse = match test {
                None => body,
                Some(test) => {
                    let span = self.span(TextRange::new(start, end));
                    vec![Stmt { kind: StmtKind::If { test, body, orelse }, span }]
                }
            };
        }
        Ok(orelse)
    }

    fn handler(&mut self, handler: ruff::ExceptHandler) -> Result<ExceptHandler, Fail> {
        let ruff::ExceptHandler::ExceptHandler(h) = handler;
        Ok(ExceptHandler {
            typ: self.opt_expr(h.type_)?,
            name: h.name.as_ref().map(|n| self.name(n.as_str())),
            body: self.stmts(h.body)?,
            span: {
                let range = self.with_semicolon(h.range);
                self.span(range)
            },
        })
    }

    fn aliases(&mut self, aliases: Vec<ruff::Alias>) -> Vec<Alias> {
        let one = |a: ruff::Alias| Alias {
            name: self.name(a.name.as_str()),
            asname: a.asname.as_ref().map(|n| self.name(n.as_str())),
            span: self.span(a.range),
        };
        aliases.into_iter().map(one).collect()
    }

    fn names(&mut self, names: &[ruff::Identifier]) -> Vec<Name> {
        names.iter().map(|n| self.name(n.as_str())).collect()
    }

    /// A block ends with the semicolon after its last statement, though that statement does not.
    fn with_semicolon(&self, range: TextRange) -> TextRange {
        let rest = &self.source[range.end().to_usize()..];
        let skipped = rest.bytes().take_while(|b| matches!(b, b' ' | b'\t' | b'\x0C')).count();
        match rest[skipped..].starts_with(';') {
            true => TextRange::new(range.start(), range.end() + TextSize::new(skipped as u32 + 1)),
            false => range,
        }
    }

    /// Where white space after `offset` ends.
    pub(super) fn next_token_in_line(&self, offset: TextSize) -> usize {
        let rest = &self.source[offset.to_usize()..];
        let mut at = offset.to_usize();
        for part in rest.split_inclusive("\\\n") {
            let blank = part.bytes().take_while(|b| matches!(b, b' ' | b'\t' | b'\x0C')).count();
            if part[blank..] != *"\\\n" {
                return at + blank;
            }
            at += part.len();
        }
        at
    }

    /// Where the first token after `offset` begins: over white space, line ends and comments.
    fn next_token(&self, offset: TextSize) -> TextSize {
        let mut at = offset.to_usize();
        let bytes = self.source.as_bytes();
        loop {
            match bytes.get(at) {
                Some(b' ' | b'\t' | b'\n' | b'\x0C' | b'\\') => at += 1,
                Some(b'#') => at += bytes[at..].iter().position(|&b| b == b'\n').unwrap_or(1),
                _ => return TextSize::new(at as u32),
            }
        }
    }
}

fn is_compound(stmt: &ruff::Stmt) -> bool {
    use ruff::Stmt as R;
    matches!(
        stmt,
        R::FunctionDef(_)
            | R::ClassDef(_)
            | R::For(_)
            | R::While(_)
            | R::If(_)
            | R::With(_)
            | R::Match(_)
            | R::Try(_)
    )
}
