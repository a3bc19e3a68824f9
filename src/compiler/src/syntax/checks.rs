//! What a program may not do although it parses: statements and expressions out of place.
//!
//! CPython finds these while it makes code; here they are found in one walk in the same order, so that what comes
//! after may take the tree as sound. Names are `symbols`' business.

use super::suspect;
use super::{Fault, Warning, WarningKind};
use crate::ast::*;
use crate::symbols::{Options, Role, SymbolTable, is_future};

/// Checks a tree whose names are resolved. Answers with what deserves a warning.
pub fn check(module: &Mod, table: &SymbolTable, options: Options) -> Result<Vec<Warning>, Fault> {
    let block = Block {
        kind: BlockKind::Module,
        is_async: options.allow_top_level_await,
        generator: false,
        frames: Vec::new(),
    };
    let mut checker = Checker {
        table,
        warnings: Vec::new(),
        block,
        finally: None,
        annotations: table.features.annotations,
    };
    match module {
        Mod::Module { body, .. } | Mod::Interactive { body } => checker.stmts(body)?,
        Mod::Expression { body } => checker.expr(body)?,
        Mod::FunctionType { argtypes, returns } => {
            checker.exprs(argtypes)?;
            checker.expr(returns)?;
        }
    }
    Ok(checker.warnings)
}

type Done = Result<(), Fault>;

/// Whose code a statement belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BlockKind {
    Module,
    Class,
    Function,
    /// Lambdas, generator expressions, annotations: `yield` is a matter of the symbol table there.
    Expression,
    Generator,
}

/// What a `break` meets on its way out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Frame {
    Loop,
    ExceptStar,
}

struct Block {
    kind: BlockKind,
    is_async: bool,
    generator: bool,
    frames: Vec<Frame>,
}

pub(super) struct Checker<'a> {
    table: &'a SymbolTable,
    pub(super) warnings: Vec<Warning>,
    block: Block,
    /// Within a `finally` of this function; the value: within a loop in it.
    finally: Option<bool>,
    annotations: bool,
}

impl Checker<'_> {
    pub(super) fn warn(&mut self, msg: impl Into<String>, span: Span) {
        self.warnings.push(Warning { kind: WarningKind::Syntax, msg: msg.into(), span });
    }

    pub(super) fn match_body(&mut self, body: &[Stmt]) -> Done {
        self.stmts(body)
    }

    fn stmts(&mut self, body: &[Stmt]) -> Done {
        body.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    /// Statements below one more frame.
    fn framed(&mut self, frame: Frame, body: &[Stmt]) -> Done {
        self.block.frames.push(frame);
        let finally = self.finally;
        if frame == Frame::Loop {
            self.finally = finally.map(|_| true);
        }
        self.stmts(body)?;
        self.finally = finally;
        self.block.frames.pop();
        Ok(())
    }

    /// Runs `walk` for the code of another block.
    fn within(
        &mut self,
        kind: BlockKind,
        is_async: bool,
        generator: bool,
        walk: impl FnOnce(&mut Self) -> Done,
    ) -> Done {
        let outer =
            std::mem::replace(&mut self.block, Block { kind, is_async, generator, frames: Vec::new() });
        let finally = self.finally.take();
        walk(self)?;
        self.finally = finally;
        self.block = outer;
        Ok(())
    }

    fn stmt(&mut self, stmt: &Stmt) -> Done {
        let span = stmt.span;
        match &stmt.kind {
            StmtKind::FunctionDef(f) => self.function(f),
            StmtKind::ClassDef(c) => {
                self.exprs(&c.decorators)?;
                self.type_params(&c.type_params)?;
                self.arguments(&c.bases, &c.keywords)?;
                self.within(BlockKind::Class, false, false, |s| s.stmts(&c.body))
            }
            StmtKind::TypeAlias(alias) => {
                self.type_params(&alias.type_params)?;
                self.within(BlockKind::Expression, false, false, |s| s.expr(&alias.value))
            }
            StmtKind::Return { value } => self.returns(value.as_deref(), span),
            StmtKind::Delete { targets } => self.exprs(targets),
            StmtKind::Assign { targets, value } => {
                self.expr(value)?;
                self.exprs(targets)
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target)?;
                self.expr(value)
            }
            StmtKind::AnnAssign(a) => {
                self.exprs(&a.value)?;
                self.expr(&a.target)?;
                self.annotation(&a.annotation)
            }
            StmtKind::For(f) => {
                if f.is_async && !self.block.is_async {
                    return Err(Fault::new("'async for' outside async function", span));
                }
                self.expr(&f.iter)?;
                self.expr(&f.target)?;
                self.framed(Frame::Loop, &f.body)?;
                self.stmts(&f.orelse)
            }
            StmtKind::While { test, body, orelse } => {
                self.expr(test)?;
                self.framed(Frame::Loop, body)?;
                self.stmts(orelse)
            }
            StmtKind::If { test, body, orelse } => {
                self.expr(test)?;
                self.stmts(body)?;
                self.stmts(orelse)
            }
            StmtKind::With(w) => {
                if w.is_async && !self.block.is_async {
                    return Err(Fault::new("'async with' outside async function", span));
                }
                for item in &w.items {
                    self.expr(&item.context_expr)?;
                    self.exprs(&item.optional_vars)?;
                }
                self.stmts(&w.body)
            }
            StmtKind::Match { subject, cases } => self.match_stmt(subject, cases),
            StmtKind::Raise { exc, cause } => self.exprs(exc.as_deref().into_iter().chain(cause.as_deref())),
            StmtKind::Try(t) => self.try_stmt(t),
            StmtKind::Assert { test, msg } => {
                suspect::assertion(self, test, span);
                self.expr(test)?;
                self.exprs(msg.as_deref())
            }
            StmtKind::ImportFrom { .. } if is_future(&stmt.kind) => self.future(span),
            StmtKind::Import { .. } | StmtKind::ImportFrom { .. } => Ok(()),
            StmtKind::Expr { value } => self.expr(value),
            StmtKind::Break => self.jump("break", "'break' outside loop", span),
            StmtKind::Continue => self.jump("continue", "'continue' not properly in loop", span),
            StmtKind::Global { .. } | StmtKind::Nonlocal { .. } | StmtKind::Pass => Ok(()),
        }
    }

    /// `from __future__` imports were read from the head of the module; others come too late.
    fn future(&self, span: Span) -> Done {
        match self.block.kind == BlockKind::Module && span <= self.table.features.last {
            true => Ok(()),
            false => {
                let msg = "from __future__ imports must occur at the beginning of the file";
                Err(Fault::new(msg, span))
            }
        }
    }

    fn function(&mut self, f: &FunctionDef) -> Done {
        self.exprs(&f.decorators)?;
        self.exprs(&f.args.defaults)?;
        self.exprs(f.args.kw_defaults.iter().flatten())?;
        self.type_params(&f.type_params)?;
        for arg in f.args.all() {
            if let Some(annotation) = &arg.annotation {
                // `*args: *Ts`
                match &annotation.kind {
                    ExprKind::Starred { value, .. } => self.annotation(value)?,
                    _ => self.annotation(annotation)?,
                }
            }
        }
        f.returns.iter().try_for_each(|r| self.annotation(r))?;
        let flags = self.table.find(f, Role::Body).map(|s| s.flags).unwrap_or_default();
        self.within(BlockKind::Function, f.is_async, flags.generator, |s| s.stmts(&f.body))
    }

    fn annotation(&mut self, annotation: &Expr) -> Done {
        match self.annotations {
            true => Ok(()),
            false => self.within(BlockKind::Expression, false, false, |s| s.expr(annotation)),
        }
    }

    fn type_params(&mut self, params: &[TypeParam]) -> Done {
        for param in params {
            if let TypeParamKind::TypeVar { bound: Some(bound), .. } = &param.kind {
                self.within(BlockKind::Expression, false, false, |s| s.expr(bound))?;
            }
            if let Some(default) = param.default() {
                let default = match (&param.kind, &default.kind) {
                    (TypeParamKind::TypeVarTuple { .. }, ExprKind::Starred { value, .. }) => value,
                    _ => default,
                };
                self.within(BlockKind::Expression, false, false, |s| s.expr(default))?;
            }
        }
        Ok(())
    }

    fn returns(&mut self, value: Option<&Expr>, span: Span) -> Done {
        if self.block.kind != BlockKind::Function {
            return Err(Fault::new("'return' outside function", span));
        }
        if value.is_some() && self.block.is_async && self.block.generator {
            return Err(Fault::new("'return' with value in async generator", span));
        }
        self.exprs(value)?;
        if self.block.frames.contains(&Frame::ExceptStar) {
            let constant = value.filter(|v| matches!(v.kind, ExprKind::Constant { .. }));
            return Err(out_of_except_star(constant.map_or(span, |v| v.span)));
        }
        self.in_finally("return", span);
        Ok(())
    }

    fn jump(&mut self, word: &str, outside: &str, span: Span) -> Done {
        match self.block.frames.last() {
            Some(Frame::Loop) => {}
            Some(Frame::ExceptStar) => return Err(out_of_except_star(span)),
            None => return Err(Fault::new(outside, span)),
        }
        self.in_finally(word, span);
        Ok(())
    }

    /// PEP 765
    fn in_finally(&mut self, word: &str, span: Span) {
        if self.finally == Some(false) {
            self.warn(format!("'{word}' in a 'finally' block"), span);
        }
    }

    fn try_stmt(&mut self, t: &Try) -> Done {
        self.stmts(&t.body)?;
        for (i, handler) in t.handlers.iter().enumerate() {
            if handler.typ.is_none() && i + 1 < t.handlers.len() {
                return Err(Fault::new("default 'except:' must be last", handler.span));
            }
        }
        self.stmts(&t.orelse)?;
        for handler in &t.handlers {
            self.exprs(&handler.typ)?;
            match t.is_star {
                true => self.framed(Frame::ExceptStar, &handler.body)?,
                false => self.stmts(&handler.body)?,
            }
        }
        let finally = self.finally;
        if !t.finalbody.is_empty() {
            self.finally = Some(false);
        }
        self.stmts(&t.finalbody)?;
        self.finally = finally;
        Ok(())
    }

    pub(super) fn exprs<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) -> Done {
        exprs.into_iter().try_for_each(|e| self.expr(e))
    }

    /// Elements among which starred ones are welcome.
    fn elements<'e>(&mut self, elts: impl IntoIterator<Item = &'e Expr>) -> Done {
        elts.into_iter().try_for_each(|e| match &e.kind {
            ExprKind::Starred { value, .. } => self.expr(value),
            _ => self.expr(e),
        })
    }

    pub(super) fn arguments(&mut self, args: &[Expr], keywords: &[Keyword]) -> Done {
        for (i, keyword) in keywords.iter().enumerate() {
            let Some(arg) = &keyword.arg else { continue };
            if let Some(again) = keywords[i + 1..].iter().find(|k| k.arg.as_ref() == Some(arg)) {
                return Err(Fault::new(format!("keyword argument repeated: {arg}"), again.span));
            }
        }
        self.elements(args)?;
        self.exprs(keywords.iter().map(|k| &k.value))
    }

    pub(super) fn expr(&mut self, expr: &Expr) -> Done {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Constant { .. } | ExprKind::Name { .. } => Ok(()),
            ExprKind::NamedExpr { target, value } => self.exprs([&**value, target]),
            ExprKind::Lambda(lambda) => {
                self.exprs(&lambda.args.defaults)?;
                self.exprs(lambda.args.kw_defaults.iter().flatten())?;
                self.within(BlockKind::Expression, false, false, |s| s.expr(&lambda.body))
            }
            ExprKind::BoolOp { values, .. } => self.exprs(values),
            ExprKind::BinOp { left, right, .. } => self.exprs([&**left, right]),
            ExprKind::UnaryOp { operand, .. } => self.expr(operand),
            ExprKind::IfExp { test, body, orelse } => self.exprs([&**test, body, orelse]),
            ExprKind::Dict { keys, values } => {
                self.exprs(keys.iter().flatten())?;
                self.exprs(values)
            }
            ExprKind::Set { elts } => self.elements(elts),
            ExprKind::List { elts, ctx } | ExprKind::Tuple { elts, ctx } => {
                if *ctx == Context::Store {
                    unpacking(elts, span)?;
                }
                self.elements(elts)
            }
            ExprKind::ListComp { elt, generators } | ExprKind::SetComp { elt, generators } => {
                self.comprehension(expr, &[elt], generators)
            }
            ExprKind::DictComp { key, value, generators } => {
                self.comprehension(expr, &[key, value], generators)
            }
            ExprKind::GeneratorExp { elt, generators } => self.generator(elt, generators),
            ExprKind::Yield { value } => {
                self.outside_function("yield", span)?;
                self.exprs(value.as_deref())
            }
            ExprKind::YieldFrom { value } => {
                self.outside_function("yield from", span)?;
                if self.block.is_async && self.block.kind == BlockKind::Function {
                    return Err(Fault::new("'yield from' inside async function", span));
                }
                self.expr(value)
            }
            ExprKind::Await { value } => self.expr(value),
            ExprKind::Compare { left, ops, comparators } => {
                suspect::identity(self, left, ops, comparators, span);
                self.expr(left)?;
                self.exprs(comparators)
            }
            ExprKind::Call { func, args, keywords } => {
                suspect::call(self, func, span);
                self.expr(func)?;
                self.arguments(args, keywords)
            }
            ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => self.exprs(values),
            ExprKind::FormattedValue { value, format_spec, .. }
            | ExprKind::Interpolation { value, format_spec, .. } => {
                self.expr(value)?;
                self.exprs(format_spec.as_deref())
            }
            ExprKind::Attribute { value, .. } => self.expr(value),
            ExprKind::Subscript { value, slice, ctx } => {
                if *ctx == Context::Load {
                    suspect::subscript(self, value, slice, span);
                }
                self.expr(value)?;
                self.expr(slice)
            }
            ExprKind::Starred { ctx: Context::Store, .. } => {
                Err(Fault::new("starred assignment target must be in a list or tuple", span))
            }
            ExprKind::Starred { .. } => Err(Fault::new("can't use starred expression here", span)),
            ExprKind::Slice { lower, upper, step } => {
                self.exprs([lower, upper, step].into_iter().filter_map(|part| part.as_deref()))
            }
        }
    }

    fn outside_function(&self, what: &str, span: Span) -> Done {
        match self.block.kind {
            BlockKind::Module | BlockKind::Class => {
                Err(Fault::new(format!("'{what}' outside function"), span))
            }
            _ => Ok(()),
        }
    }

    fn comprehension(&mut self, node: &Expr, parts: &[&Expr], generators: &[Comprehension]) -> Done {
        let needs_await = self.table.find(node, Role::Body).is_some_and(|s| s.flags.coroutine);
        if needs_await && !self.block.is_async && self.block.kind != BlockKind::Generator {
            let msg = "asynchronous comprehension outside of an asynchronous function";
            return Err(Fault::new(msg, node.span));
        }
        self.generators(generators)?;
        self.exprs(parts.iter().copied())
    }

    /// A generator expression: only its first iterable is evaluated here.
    fn generator(&mut self, elt: &Expr, generators: &[Comprehension]) -> Done {
        let Some(first) = generators.first() else { return Ok(()) };
        self.expr(&first.iter)?;
        self.within(BlockKind::Generator, false, false, |s| {
            for (i, generator) in generators.iter().enumerate() {
                if i > 0 {
                    s.expr(&generator.iter)?;
                }
                s.expr(&generator.target)?;
                s.exprs(&generator.ifs)?;
            }
            s.expr(elt)
        })
    }

    fn generators(&mut self, generators: &[Comprehension]) -> Done {
        for generator in generators {
            self.expr(&generator.iter)?;
            self.expr(&generator.target)?;
            self.exprs(&generator.ifs)?;
        }
        Ok(())
    }
}

fn out_of_except_star(span: Span) -> Fault {
    Fault::new("'break', 'continue' and 'return' cannot appear in an except* block", span)
}

/// At most one starred target, and not too far in.
fn unpacking(elts: &[Expr], span: Span) -> Done {
    let is_starred = |e: &Expr| matches!(e.kind, ExprKind::Starred { .. });
    let Some(first) = elts.iter().position(is_starred) else { return Ok(()) };
    if first >= 1 << 8 || elts.len() - first > 1 << 23 {
        return Err(Fault::new("too many expressions in star-unpacking assignment", span));
    }
    match elts[first + 1..].iter().any(is_starred) {
        true => Err(Fault::new("multiple starred expressions in assignment", span)),
        false => Ok(()),
    }
}
