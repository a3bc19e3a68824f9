//! Trees of the compiler as Python objects.

use super::{class, singleton};
use std::collections::HashMap;
use weft_compiler::ast::*;
use weft_vm::types::list::List;
use weft_vm::types::object::{instance_set, make_instance};
use weft_vm::types::typeobj::as_type;
use weft_vm::types::code;
use weft_vm::{Res, Thread, Value, intern};

/// A whole tree.
pub fn module(t: &mut Thread, m: &Mod) -> Res {
    let mut b = Builder { t, shapes: HashMap::new(), ones: HashMap::new() };
    match m {
        Mod::Module { body, type_ignores } => {
            let body = b.stmts(body)?;
            let ignores = type_ignores
                .iter()
                .map(|i| {
                    let tag = b.text(&i.tag);
                    let line = b.t.int(i.line.into());
                    b.node("TypeIgnore", vec![("lineno", line), ("tag", tag)])
                })
                .collect::<Res<Vec<Value>>>()?;
            let ignores = b.list(ignores);
            b.node("Module", vec![("body", body), ("type_ignores", ignores)])
        }
        Mod::Interactive { body } => {
            let body = b.stmts(body)?;
            b.node("Interactive", vec![("body", body)])
        }
        Mod::Expression { body } => {
            let body = b.expr(body)?;
            b.node("Expression", vec![("body", body)])
        }
        Mod::FunctionType { argtypes, returns } => {
            let (argtypes, returns) = (b.exprs(argtypes)?, b.expr(returns)?);
            b.node("FunctionType", vec![("argtypes", argtypes), ("returns", returns)])
        }
    }
}

struct Builder<'t> {
    t: &'t mut Thread,
    /// Shape of a class's instances, by name.
    shapes: HashMap<&'static str, u32>,
    ones: HashMap<&'static str, Value>,
}

type Fields = Vec<(&'static str, Value)>;

impl Builder<'_> {
    fn node(&mut self, name: &'static str, fields: Fields) -> Res {
        let shape = match self.shapes.get(name) {
            Some(s) => *s,
            None => {
                let found = class(self.t, name).and_then(|c| as_type(c.r()).map(|c| c.shape()));
                let Some(s) = found else { return Err(self.t.system_error("no such node class")) };
                self.shapes.insert(name, s);
                s
            }
        };
        let v = make_instance(self.t, shape);
        if let Some(h) = v.r().header() {
            for (name, value) in fields {
                instance_set(self.t, h, intern::intern(self.t, name), value);
            }
        }
        Ok(v)
    }

    fn located(&mut self, name: &'static str, span: Span, mut fields: Fields) -> Res {
        let n = |t: &Thread, n: u32| t.int(n.into());
        fields.push(("lineno", n(self.t, span.line)));
        fields.push(("col_offset", n(self.t, span.col)));
        fields.push(("end_lineno", n(self.t, span.end_line)));
        fields.push(("end_col_offset", n(self.t, span.end_col)));
        self.node(name, fields)
    }

    /// A node without fields: always the same.
    fn one(&mut self, name: &'static str) -> Value {
        if let Some(v) = self.ones.get(name) {
            return v.clone();
        }
        let v = singleton(self.t, name).unwrap_or(Value::NONE);
        self.ones.insert(name, v.clone());
        v
    }

    fn list(&mut self, items: Vec<Value>) -> Value {
        List::new(self.t, items)
    }

    fn text(&mut self, s: &str) -> Value {
        intern::intern(self.t, s).to_value()
    }

    fn opt_text(&mut self, s: &Option<Name>) -> Value {
        s.as_ref().map_or(Value::NONE, |s| self.text(s))
    }

    fn texts(&mut self, all: &[Name]) -> Value {
        let items = all.iter().map(|s| self.text(s)).collect();
        self.list(items)
    }

    fn many<T>(&mut self, items: &[T], mut f: impl FnMut(&mut Self, &T) -> Res) -> Res {
        let mut out = Vec::with_capacity(items.len());
        for i in items {
            out.push(f(self, i)?)
        }
        Ok(self.list(out))
    }

    fn exprs(&mut self, all: &[Expr]) -> Res {
        self.many(all, |b, e| b.expr(e))
    }

    fn stmts(&mut self, all: &[Stmt]) -> Res {
        self.many(all, |b, s| b.stmt(s))
    }

    fn opt(&mut self, e: Option<&Expr>) -> Res {
        e.map_or(Ok(Value::NONE), |e| self.expr(e))
    }

    fn constant(&mut self, c: &Const) -> Value {
        code::const_value(self.t, c)
    }

    fn stmt(&mut self, s: &Stmt) -> Res {
        let (name, fields) = self.stmt_fields(&s.kind)?;
        self.located(name, s.span, fields)
    }

    fn stmt_fields(&mut self, s: &StmtKind) -> Res<(&'static str, Fields)> {
        Ok(match s {
            StmtKind::FunctionDef(f) => self.function(f)?,
            StmtKind::ClassDef(c) => (
                "ClassDef",
                vec![
                    ("name", self.text(&c.name)),
                    ("bases", self.exprs(&c.bases)?),
                    ("keywords", self.keywords(&c.keywords)?),
                    ("body", self.stmts(&c.body)?),
                    ("decorator_list", self.exprs(&c.decorators)?),
                    ("type_params", self.type_params(&c.type_params)?),
                ],
            ),
            StmtKind::Return { value } => ("Return", vec![("value", self.opt(value.as_deref())?)]),
            StmtKind::Delete { targets } => ("Delete", vec![("targets", self.exprs(targets)?)]),
            StmtKind::Assign { targets, value } => (
                "Assign",
                vec![
                    ("targets", self.exprs(targets)?),
                    ("value", self.expr(value)?),
                    ("type_comment", Value::NONE),
                ],
            ),
            StmtKind::TypeAlias(a) => (
                "TypeAlias",
                vec![
                    ("name", self.expr(&a.name)?),
                    ("type_params", self.type_params(&a.type_params)?),
                    ("value", self.expr(&a.value)?),
                ],
            ),
            StmtKind::AugAssign { target, op, value } => (
                "AugAssign",
                vec![
                    ("target", self.expr(target)?),
                    ("op", self.one(operator(*op))),
                    ("value", self.expr(value)?),
                ],
            ),
            StmtKind::AnnAssign(a) => (
                "AnnAssign",
                vec![
                    ("target", self.expr(&a.target)?),
                    ("annotation", self.expr(&a.annotation)?),
                    ("value", self.opt(a.value.as_ref())?),
                    ("simple", self.t.int(a.simple.into())),
                ],
            ),
            StmtKind::For(f) => (
                if f.is_async { "AsyncFor" } else { "For" },
                vec![
                    ("target", self.expr(&f.target)?),
                    ("iter", self.expr(&f.iter)?),
                    ("body", self.stmts(&f.body)?),
                    ("orelse", self.stmts(&f.orelse)?),
                    ("type_comment", Value::NONE),
                ],
            ),
            StmtKind::While { test, body, orelse } => ("While", self.branches(test, body, orelse)?),
            StmtKind::If { test, body, orelse } => ("If", self.branches(test, body, orelse)?),
            StmtKind::With(w) => (
                if w.is_async { "AsyncWith" } else { "With" },
                vec![
                    ("items", self.many(&w.items, |b, i| b.with_item(i))?),
                    ("body", self.stmts(&w.body)?),
                    ("type_comment", Value::NONE),
                ],
            ),
            StmtKind::Match { subject, cases } => (
                "Match",
                vec![("subject", self.expr(subject)?), ("cases", self.many(cases, |b, c| b.case(c))?)],
            ),
            StmtKind::Raise { exc, cause } => {
                ("Raise", vec![("exc", self.opt(exc.as_deref())?), ("cause", self.opt(cause.as_deref())?)])
            }
            StmtKind::Try(x) => (
                if x.is_star { "TryStar" } else { "Try" },
                vec![
                    ("body", self.stmts(&x.body)?),
                    ("handlers", self.many(&x.handlers, |b, h| b.handler(h))?),
                    ("orelse", self.stmts(&x.orelse)?),
                    ("finalbody", self.stmts(&x.finalbody)?),
                ],
            ),
            StmtKind::Assert { test, msg } => {
                ("Assert", vec![("test", self.expr(test)?), ("msg", self.opt(msg.as_deref())?)])
            }
            StmtKind::Import { names } => ("Import", vec![("names", self.many(names, |b, a| b.alias(a))?)]),
            StmtKind::ImportFrom { module, names, level } => (
                "ImportFrom",
                vec![
                    ("module", self.opt_text(module)),
                    ("names", self.many(names, |b, a| b.alias(a))?),
                    ("level", self.t.int((*level).into())),
                ],
            ),
            StmtKind::Global { names } => ("Global", vec![("names", self.texts(names))]),
            StmtKind::Nonlocal { names } => ("Nonlocal", vec![("names", self.texts(names))]),
            StmtKind::Expr { value } => ("Expr", vec![("value", self.expr(value)?)]),
            StmtKind::Pass => ("Pass", vec![]),
            StmtKind::Break => ("Break", vec![]),
            StmtKind::Continue => ("Continue", vec![]),
        })
    }

    fn function(&mut self, f: &FunctionDef) -> Res<(&'static str, Fields)> {
        let fields = vec![
            ("name", self.text(&f.name)),
            ("args", self.arguments(&f.args)?),
            ("body", self.stmts(&f.body)?),
            ("decorator_list", self.exprs(&f.decorators)?),
            ("returns", self.opt(f.returns.as_ref())?),
            ("type_comment", Value::NONE),
            ("type_params", self.type_params(&f.type_params)?),
        ];
        Ok((if f.is_async { "AsyncFunctionDef" } else { "FunctionDef" }, fields))
    }

    fn branches(&mut self, test: &Expr, body: &[Stmt], orelse: &[Stmt]) -> Res<Fields> {
        Ok(vec![("test", self.expr(test)?), ("body", self.stmts(body)?), ("orelse", self.stmts(orelse)?)])
    }

    fn with_item(&mut self, i: &WithItem) -> Res {
        let fields =
            vec![("context_expr", self.expr(&i.context_expr)?), ("optional_vars", self.opt(i.optional_vars.as_ref())?)];
        self.node("withitem", fields)
    }

    fn case(&mut self, c: &MatchCase) -> Res {
        let fields = vec![
            ("pattern", self.pattern(&c.pattern)?),
            ("guard", self.opt(c.guard.as_ref())?),
            ("body", self.stmts(&c.body)?),
        ];
        self.node("match_case", fields)
    }

    fn handler(&mut self, h: &ExceptHandler) -> Res {
        let fields =
            vec![("type", self.opt(h.typ.as_ref())?), ("name", self.opt_text(&h.name)), ("body", self.stmts(&h.body)?)];
        self.located("ExceptHandler", h.span, fields)
    }

    fn alias(&mut self, a: &Alias) -> Res {
        let fields = vec![("name", self.text(&a.name)), ("asname", self.opt_text(&a.asname))];
        self.located("alias", a.span, fields)
    }

    fn keywords(&mut self, all: &[Keyword]) -> Res {
        self.many(all, |b, k| {
            let fields = vec![("arg", b.opt_text(&k.arg)), ("value", b.expr(&k.value)?)];
            b.located("keyword", k.span, fields)
        })
    }

    fn type_params(&mut self, all: &[TypeParam]) -> Res {
        self.many(all, |b, p| {
            let name = b.text(p.name());
            let default = b.opt(p.default())?;
            match &p.kind {
                TypeParamKind::TypeVar { bound, .. } => {
                    let bound = b.opt(bound.as_ref())?;
                    b.located("TypeVar", p.span, vec![("name", name), ("bound", bound), ("default_value", default)])
                }
                TypeParamKind::ParamSpec { .. } => {
                    b.located("ParamSpec", p.span, vec![("name", name), ("default_value", default)])
                }
                TypeParamKind::TypeVarTuple { .. } => {
                    b.located("TypeVarTuple", p.span, vec![("name", name), ("default_value", default)])
                }
            }
        })
    }

    fn arguments(&mut self, a: &Arguments) -> Res {
        let fields = vec![
            ("posonlyargs", self.many(&a.posonlyargs, |b, x| b.arg(x))?),
            ("args", self.many(&a.args, |b, x| b.arg(x))?),
            ("vararg", a.vararg.as_deref().map_or(Ok(Value::NONE), |x| self.arg(x))?),
            ("kwonlyargs", self.many(&a.kwonlyargs, |b, x| b.arg(x))?),
            ("kw_defaults", self.many(&a.kw_defaults, |b, x| b.opt(x.as_ref()))?),
            ("kwarg", a.kwarg.as_deref().map_or(Ok(Value::NONE), |x| self.arg(x))?),
            ("defaults", self.exprs(&a.defaults)?),
        ];
        self.node("arguments", fields)
    }

    fn arg(&mut self, a: &Arg) -> Res {
        let fields = vec![
            ("arg", self.text(&a.arg)),
            ("annotation", self.opt(a.annotation.as_ref())?),
            ("type_comment", Value::NONE),
        ];
        self.located("arg", a.span, fields)
    }

    fn generators(&mut self, all: &[Comprehension]) -> Res {
        self.many(all, |b, c| {
            let fields = vec![
                ("target", b.expr(&c.target)?),
                ("iter", b.expr(&c.iter)?),
                ("ifs", b.exprs(&c.ifs)?),
                ("is_async", b.t.int(c.is_async.into())),
            ];
            b.node("comprehension", fields)
        })
    }

    fn pattern(&mut self, p: &Pattern) -> Res {
        let (name, fields): (&'static str, Fields) = match &p.kind {
            PatternKind::MatchValue { value } => ("MatchValue", vec![("value", self.expr(value)?)]),
            PatternKind::MatchSingleton { value } => ("MatchSingleton", vec![("value", self.constant(value))]),
            PatternKind::MatchSequence { patterns } => {
                ("MatchSequence", vec![("patterns", self.many(patterns, |b, p| b.pattern(p))?)])
            }
            PatternKind::MatchMapping { keys, patterns, rest } => (
                "MatchMapping",
                vec![
                    ("keys", self.exprs(keys)?),
                    ("patterns", self.many(patterns, |b, p| b.pattern(p))?),
                    ("rest", self.opt_text(rest)),
                ],
            ),
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => (
                "MatchClass",
                vec![
                    ("cls", self.expr(cls)?),
                    ("patterns", self.many(patterns, |b, p| b.pattern(p))?),
                    ("kwd_attrs", self.texts(kwd_attrs)),
                    ("kwd_patterns", self.many(kwd_patterns, |b, p| b.pattern(p))?),
                ],
            ),
            PatternKind::MatchStar { name } => ("MatchStar", vec![("name", self.opt_text(name))]),
            PatternKind::MatchAs { pattern, name } => (
                "MatchAs",
                vec![
                    ("pattern", pattern.as_deref().map_or(Ok(Value::NONE), |p| self.pattern(p))?),
                    ("name", self.opt_text(name)),
                ],
            ),
            PatternKind::MatchOr { patterns } => {
                ("MatchOr", vec![("patterns", self.many(patterns, |b, p| b.pattern(p))?)])
            }
        };
        self.located(name, p.span, fields)
    }

    fn expr(&mut self, e: &Expr) -> Res {
        let (name, fields) = self.expr_fields(&e.kind)?;
        self.located(name, e.span, fields)
    }

    fn expr_fields(&mut self, e: &ExprKind) -> Res<(&'static str, Fields)> {
        Ok(match e {
            ExprKind::BoolOp { op, values } => {
                let op = self.one(if *op == BoolOp::And { "And" } else { "Or" });
                ("BoolOp", vec![("op", op), ("values", self.exprs(values)?)])
            }
            ExprKind::NamedExpr { target, value } => {
                ("NamedExpr", vec![("target", self.expr(target)?), ("value", self.expr(value)?)])
            }
            ExprKind::BinOp { left, op, right } => (
                "BinOp",
                vec![
                    ("left", self.expr(left)?),
                    ("op", self.one(operator(*op))),
                    ("right", self.expr(right)?),
                ],
            ),
            ExprKind::UnaryOp { op, operand } => {
                let op = match op {
                    UnaryOp::Invert => "Invert",
                    UnaryOp::Not => "Not",
                    UnaryOp::UAdd => "UAdd",
                    UnaryOp::USub => "USub",
                };
                ("UnaryOp", vec![("op", self.one(op)), ("operand", self.expr(operand)?)])
            }
            ExprKind::Lambda(l) => {
                ("Lambda", vec![("args", self.arguments(&l.args)?), ("body", self.expr(&l.body)?)])
            }
            ExprKind::IfExp { test, body, orelse } => (
                "IfExp",
                vec![
                    ("test", self.expr(test)?),
                    ("body", self.expr(body)?),
                    ("orelse", self.expr(orelse)?),
                ],
            ),
            ExprKind::Dict { keys, values } => (
                "Dict",
                vec![
                    ("keys", self.many(keys, |b, k| b.opt(k.as_ref()))?),
                    ("values", self.exprs(values)?),
                ],
            ),
            ExprKind::Set { elts } => ("Set", vec![("elts", self.exprs(elts)?)]),
            ExprKind::ListComp { elt, generators } => ("ListComp", self.comprehension(elt, generators)?),
            ExprKind::SetComp { elt, generators } => ("SetComp", self.comprehension(elt, generators)?),
            ExprKind::GeneratorExp { elt, generators } => ("GeneratorExp", self.comprehension(elt, generators)?),
            ExprKind::DictComp { key, value, generators } => (
                "DictComp",
                vec![
                    ("key", self.expr(key)?),
                    ("value", self.expr(value)?),
                    ("generators", self.generators(generators)?),
                ],
            ),
            ExprKind::Await { value } => ("Await", vec![("value", self.expr(value)?)]),
            ExprKind::Yield { value } => ("Yield", vec![("value", self.opt(value.as_deref())?)]),
            ExprKind::YieldFrom { value } => ("YieldFrom", vec![("value", self.expr(value)?)]),
            ExprKind::Compare { left, ops, comparators } => {
                let left = self.expr(left)?;
                let ops = ops.iter().map(|op| self.one(comparison(*op))).collect();
                let ops = self.list(ops);
                ("Compare", vec![("left", left), ("ops", ops), ("comparators", self.exprs(comparators)?)])
            }
            ExprKind::Call { func, args, keywords } => (
                "Call",
                vec![
                    ("func", self.expr(func)?),
                    ("args", self.exprs(args)?),
                    ("keywords", self.keywords(keywords)?),
                ],
            ),
            ExprKind::JoinedStr { values } => ("JoinedStr", vec![("values", self.exprs(values)?)]),
            ExprKind::TemplateStr { values } => ("TemplateStr", vec![("values", self.exprs(values)?)]),
            ExprKind::FormattedValue { value, conversion, format_spec } => (
                "FormattedValue",
                vec![
                    ("value", self.expr(value)?),
                    ("conversion", self.conversion(*conversion)),
                    ("format_spec", self.opt(format_spec.as_deref())?),
                ],
            ),
            ExprKind::Interpolation { value, str, conversion, format_spec } => (
                "Interpolation",
                vec![
                    ("value", self.expr(value)?),
                    ("str", self.constant(str)),
                    ("conversion", self.conversion(*conversion)),
                    ("format_spec", self.opt(format_spec.as_deref())?),
                ],
            ),
            ExprKind::Constant { value, u_prefix } => {
                let kind = if *u_prefix { self.text("u") } else { Value::NONE };
                ("Constant", vec![("value", self.constant(value)), ("kind", kind)])
            }
            ExprKind::Attribute { value, attr, ctx } => (
                "Attribute",
                vec![("value", self.expr(value)?), ("attr", self.text(attr)), ("ctx", self.one(context(*ctx)))],
            ),
            ExprKind::Subscript { value, slice, ctx } => (
                "Subscript",
                vec![
                    ("value", self.expr(value)?),
                    ("slice", self.expr(slice)?),
                    ("ctx", self.one(context(*ctx))),
                ],
            ),
            ExprKind::Starred { value, ctx } => {
                ("Starred", vec![("value", self.expr(value)?), ("ctx", self.one(context(*ctx)))])
            }
            ExprKind::Name { id, ctx } => ("Name", vec![("id", self.text(id)), ("ctx", self.one(context(*ctx)))]),
            ExprKind::List { elts, ctx } => {
                ("List", vec![("elts", self.exprs(elts)?), ("ctx", self.one(context(*ctx)))])
            }
            ExprKind::Tuple { elts, ctx } => {
                ("Tuple", vec![("elts", self.exprs(elts)?), ("ctx", self.one(context(*ctx)))])
            }
            ExprKind::Slice { lower, upper, step } => (
                "Slice",
                vec![
                    ("lower", self.opt(lower.as_deref())?),
                    ("upper", self.opt(upper.as_deref())?),
                    ("step", self.opt(step.as_deref())?),
                ],
            ),
        })
    }

    fn comprehension(&mut self, elt: &Expr, generators: &[Comprehension]) -> Res<Fields> {
        Ok(vec![("elt", self.expr(elt)?), ("generators", self.generators(generators)?)])
    }

    fn conversion(&mut self, c: Conversion) -> Value {
        self.t.int(match c {
            Conversion::None => -1,
            Conversion::Str => i64::from(b's'),
            Conversion::Repr => i64::from(b'r'),
            Conversion::Ascii => i64::from(b'a'),
        })
    }
}

fn context(c: Context) -> &'static str {
    match c {
        Context::Load => "Load",
        Context::Store => "Store",
        Context::Del => "Del",
    }
}

fn operator(op: Operator) -> &'static str {
    match op {
        Operator::Add => "Add",
        Operator::Sub => "Sub",
        Operator::Mult => "Mult",
        Operator::MatMult => "MatMult",
        Operator::Div => "Div",
        Operator::Mod => "Mod",
        Operator::Pow => "Pow",
        Operator::LShift => "LShift",
        Operator::RShift => "RShift",
        Operator::BitOr => "BitOr",
        Operator::BitXor => "BitXor",
        Operator::BitAnd => "BitAnd",
        Operator::FloorDiv => "FloorDiv",
    }
}

fn comparison(op: CmpOp) -> &'static str {
    match op {
        CmpOp::Eq => "Eq",
        CmpOp::NotEq => "NotEq",
        CmpOp::Lt => "Lt",
        CmpOp::LtE => "LtE",
        CmpOp::Gt => "Gt",
        CmpOp::GtE => "GtE",
        CmpOp::Is => "Is",
        CmpOp::IsNot => "IsNot",
        CmpOp::In => "In",
        CmpOp::NotIn => "NotIn",
    }
}
