//! Questions about trees that are answered by walking them.

use crate::ast::*;

/// Calls `f` for every expression within `e` that runs in the same frame, `e` included; bodies of lambdas and
/// generator expressions are left out (their defaults and first iterables are not).
pub fn each(e: &Expr, f: &mut dyn FnMut(&Expr)) {
    f(e);
    let comprehension = |generators: &[Comprehension], f: &mut dyn FnMut(&Expr)| {
        for g in generators {
            each(&g.target, f);
            each(&g.iter, f);
            g.ifs.iter().for_each(|i| each(i, f));
        }
    };
    match &e.kind {
        ExprKind::BoolOp { values, .. } => values.iter().for_each(|v| each(v, f)),
        ExprKind::NamedExpr { target, value } => {
            each(target, f);
            each(value, f);
        }
        ExprKind::BinOp { left, right, .. } => {
            each(left, f);
            each(right, f);
        }
        ExprKind::UnaryOp { operand, .. } => each(operand, f),
        ExprKind::Lambda(l) => {
            l.args.defaults.iter().for_each(|d| each(d, f));
            l.args.kw_defaults.iter().flatten().for_each(|d| each(d, f));
        }
        ExprKind::IfExp { test, body, orelse } => {
            each(test, f);
            each(body, f);
            each(orelse, f);
        }
        ExprKind::Dict { keys, values } => {
            keys.iter().flatten().for_each(|k| each(k, f));
            values.iter().for_each(|v| each(v, f));
        }
        ExprKind::Set { elts } | ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => {
            elts.iter().for_each(|v| each(v, f));
        }
        ExprKind::ListComp { elt, generators } | ExprKind::SetComp { elt, generators } => {
            each(elt, f);
            comprehension(generators, f);
        }
        ExprKind::DictComp { key, value, generators } => {
            each(key, f);
            each(value, f);
            comprehension(generators, f);
        }
        // A `:=` inside binds a cell of this frame, never a register.
        ExprKind::GeneratorExp { generators, .. } => {
            if let Some(g) = generators.first() {
                each(&g.iter, f);
            }
        }
        ExprKind::Await { value } | ExprKind::YieldFrom { value } => each(value, f),
        ExprKind::Yield { value } => {
            if let Some(v) = value {
                each(v, f);
            }
        }
        ExprKind::Compare { left, comparators, .. } => {
            each(left, f);
            comparators.iter().for_each(|c| each(c, f));
        }
        ExprKind::Call { func, args, keywords } => {
            each(func, f);
            args.iter().for_each(|a| each(a, f));
            keywords.iter().for_each(|k| each(&k.value, f));
        }
        ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => {
            values.iter().for_each(|v| each(v, f))
        }
        ExprKind::FormattedValue { value, format_spec, .. }
        | ExprKind::Interpolation { value, format_spec, .. } => {
            each(value, f);
            if let Some(s) = format_spec {
                each(s, f);
            }
        }
        ExprKind::Constant { .. } | ExprKind::Name { .. } => {}
        ExprKind::Attribute { value, .. } | ExprKind::Starred { value, .. } => each(value, f),
        ExprKind::Subscript { value, slice, .. } => {
            each(value, f);
            each(slice, f);
        }
        ExprKind::Slice { lower, upper, step } => {
            [lower, upper, step].into_iter().flatten().for_each(|p| each(p, f));
        }
    }
}

/// Evaluating `e` may bind `name` in this frame.
pub fn rebinds(e: &Expr, name: &str) -> bool {
    let mut found = false;
    each(e, &mut |e| {
        if let ExprKind::NamedExpr { target, .. } = &e.kind
            && let ExprKind::Name { id, .. } = &target.kind
        {
            found |= &**id == name;
        }
    });
    found
}

/// There is a `:=` anywhere in the module.
pub fn module_has_walrus(module: &Mod) -> bool {
    match module {
        Mod::Module { body, .. } | Mod::Interactive { body } => body.iter().any(stmt_has_walrus),
        Mod::Expression { body } => has_walrus(body),
        Mod::FunctionType { .. } => false,
    }
}

fn has_walrus(e: &Expr) -> bool {
    let mut found = false;
    each(e, &mut |e| {
        found |= match &e.kind {
            ExprKind::NamedExpr { .. } => true,
            ExprKind::Lambda(l) => has_walrus(&l.body),
            ExprKind::GeneratorExp { elt, generators } => {
                has_walrus(elt)
                    || generators.iter().any(|g| has_walrus(&g.iter) || g.ifs.iter().any(has_walrus))
            }
            _ => false,
        };
    });
    found
}

fn stmt_has_walrus(s: &Stmt) -> bool {
    let body = |b: &[Stmt]| b.iter().any(stmt_has_walrus);
    let any = |e: &[Expr]| e.iter().any(has_walrus);
    let some = |e: &Option<Expr>| e.as_ref().is_some_and(has_walrus);
    match &s.kind {
        StmtKind::FunctionDef(f) => {
            body(&f.body)
                || any(&f.decorators)
                || any(&f.args.defaults)
                || f.args.kw_defaults.iter().any(some)
                || f.args.all().any(|a| some(&a.annotation))
        }
        StmtKind::ClassDef(c) => {
            body(&c.body)
                || any(&c.decorators)
                || any(&c.bases)
                || c.keywords.iter().any(|k| has_walrus(&k.value))
        }
        StmtKind::Return { value } => value.as_deref().is_some_and(has_walrus),
        StmtKind::Delete { targets } => any(targets),
        StmtKind::Assign { targets, value } => any(targets) || has_walrus(value),
        StmtKind::TypeAlias(_) => false,
        StmtKind::AugAssign { target, value, .. } => has_walrus(target) || has_walrus(value),
        StmtKind::AnnAssign(a) => has_walrus(&a.target) || has_walrus(&a.annotation) || some(&a.value),
        StmtKind::For(f) => has_walrus(&f.target) || has_walrus(&f.iter) || body(&f.body) || body(&f.orelse),
        StmtKind::While { test, body: b, orelse } | StmtKind::If { test, body: b, orelse } => {
            has_walrus(test) || body(b) || body(orelse)
        }
        StmtKind::With(w) => {
            w.items.iter().any(|i| has_walrus(&i.context_expr) || some(&i.optional_vars)) || body(&w.body)
        }
        StmtKind::Match { subject, cases } => {
            has_walrus(subject) || cases.iter().any(|c| some(&c.guard) || body(&c.body))
        }
        StmtKind::Raise { exc, cause } => [exc, cause].into_iter().flatten().any(|e| has_walrus(e)),
        StmtKind::Try(t) => {
            body(&t.body)
                || body(&t.orelse)
                || body(&t.finalbody)
                || t.handlers.iter().any(|h| some(&h.typ) || body(&h.body))
        }
        StmtKind::Assert { test, msg } => has_walrus(test) || msg.as_deref().is_some_and(has_walrus),
        StmtKind::Expr { value } => has_walrus(value),
        StmtKind::Import { .. }
        | StmtKind::ImportFrom { .. }
        | StmtKind::Global { .. }
        | StmtKind::Nonlocal { .. }
        | StmtKind::Pass
        | StmtKind::Break
        | StmtKind::Continue => false,
    }
}
