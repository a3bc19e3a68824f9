//! A tree as `ast.dump` prints it.

use super::python_repr::{bytes_repr, complex_repr, float_repr, int_repr, str_repr};
use crate::ast::*;

/// The tree in the form of `ast.dump(tree, include_attributes=positions, indent=indent)`.
pub fn dump(tree: &Mod, positions: bool, indent: Option<usize>) -> String {
    let mut out = Printer { out: String::new(), positions, indent, level: 0 };
    match tree {
        Mod::Module { body, type_ignores } => out.node("Module", None, |p| {
            p.list("body", body, Printer::stmt);
            p.list("type_ignores", type_ignores, |p, t| {
                p.node("TypeIgnore", None, |p| {
                    p.raw("lineno", &t.line.to_string());
                    p.raw("tag", &str_repr(t.tag.as_bytes()));
                });
            });
        }),
        Mod::Interactive { body } => out.node("Interactive", None, |p| p.list("body", body, Printer::stmt)),
        Mod::Expression { body } => out.node("Expression", None, |p| p.child("body", &**body, Printer::expr)),
        Mod::FunctionType { argtypes, returns } => out.node("FunctionType", None, |p| {
            p.list("argtypes", argtypes, Printer::expr);
            p.child("returns", &**returns, Printer::expr);
        }),
    }
    out.out
}

struct Printer {
    out: String,
    positions: bool,
    indent: Option<usize>,
    level: usize,
}

/// The fields of one node are printed with these; empty ones are left out.
impl Printer {
    fn node(&mut self, name: &str, span: Option<Span>, fields: impl FnOnce(&mut Printer)) {
        self.out.push_str(name);
        self.out.push('(');
        self.level += 1;
        fields(self);
        if let Some(span) = span.filter(|_| self.positions) {
            self.raw("lineno", &span.line.to_string());
            self.raw("col_offset", &span.col.to_string());
            self.raw("end_lineno", &span.end_line.to_string());
            self.raw("end_col_offset", &span.end_col.to_string());
        }
        self.level -= 1;
        self.out.push(')');
    }

    /// What stands between two fields or elements.
    fn separator(&mut self) {
        let first = self.out.ends_with(['(', '[']);
        if !first {
            self.out.push(',');
        }
        match self.indent {
            Some(width) => {
                self.out.push('\n');
                self.out.extend(std::iter::repeat_n(' ', width * self.level));
            }
            None if !first => self.out.push(' '),
            None => {}
        }
    }

    fn raw(&mut self, field: &str, text: &str) {
        self.separator();
        self.out.push_str(field);
        self.out.push('=');
        self.out.push_str(text);
    }

    fn child<T: ?Sized>(&mut self, field: &str, value: &T, print: impl FnOnce(&mut Printer, &T)) {
        self.raw(field, "");
        print(self, value);
    }

    fn option<T: ?Sized>(&mut self, field: &str, value: Option<&T>, print: impl FnOnce(&mut Printer, &T)) {
        if let Some(value) = value {
            self.child(field, value, print);
        }
    }

    fn list<T>(&mut self, field: &str, values: &[T], print: impl Fn(&mut Printer, &T)) {
        if values.is_empty() {
            return;
        }
        self.raw(field, "[");
        self.level += 1;
        for value in values {
            self.separator();
            print(self, value);
        }
        self.level -= 1;
        self.out.push(']');
    }

    fn name(&mut self, field: &str, name: &Name) {
        self.raw(field, &str_repr(name.as_bytes()));
    }

    fn opt_name(&mut self, field: &str, name: &Option<Name>) {
        if let Some(name) = name {
            self.name(field, name);
        }
    }

    fn context(&mut self, ctx: Context) {
        self.raw("ctx", &format!("{ctx:?}()"));
    }
}

impl Printer {
    fn stmt(&mut self, stmt: &Stmt) {
        let span = Some(stmt.span);
        match &stmt.kind {
            StmtKind::FunctionDef(f) => {
                let name = if f.is_async { "AsyncFunctionDef" } else { "FunctionDef" };
                self.node(name, span, |p| {
                    p.name("name", &f.name);
                    p.child("args", &f.args, Printer::arguments);
                    p.list("body", &f.body, Printer::stmt);
                    p.list("decorator_list", &f.decorators, Printer::expr);
                    p.option("returns", f.returns.as_ref(), Printer::expr);
                    p.list("type_params", &f.type_params, Printer::type_param);
                });
            }
            StmtKind::ClassDef(c) => self.node("ClassDef", span, |p| {
                p.name("name", &c.name);
                p.list("bases", &c.bases, Printer::expr);
                p.list("keywords", &c.keywords, Printer::keyword);
                p.list("body", &c.body, Printer::stmt);
                p.list("decorator_list", &c.decorators, Printer::expr);
                p.list("type_params", &c.type_params, Printer::type_param);
            }),
            StmtKind::Return { value } => {
                self.node("Return", span, |p| p.option("value", value.as_deref(), Printer::expr));
            }
            StmtKind::Delete { targets } => {
                self.node("Delete", span, |p| p.list("targets", targets, Printer::expr));
            }
            StmtKind::Assign { targets, value } => self.node("Assign", span, |p| {
                p.list("targets", targets, Printer::expr);
                p.child("value", &**value, Printer::expr);
            }),
            StmtKind::TypeAlias(t) => self.node("TypeAlias", span, |p| {
                p.child("name", &t.name, Printer::expr);
                p.list("type_params", &t.type_params, Printer::type_param);
                p.child("value", &t.value, Printer::expr);
            }),
            StmtKind::AugAssign { target, op, value } => self.node("AugAssign", span, |p| {
                p.child("target", &**target, Printer::expr);
                p.raw("op", &format!("{op:?}()"));
                p.child("value", &**value, Printer::expr);
            }),
            StmtKind::AnnAssign(a) => self.node("AnnAssign", span, |p| {
                p.child("target", &a.target, Printer::expr);
                p.child("annotation", &a.annotation, Printer::expr);
                p.option("value", a.value.as_ref(), Printer::expr);
                p.raw("simple", if a.simple { "1" } else { "0" });
            }),
            StmtKind::For(f) => {
                self.node(if f.is_async { "AsyncFor" } else { "For" }, span, |p| {
                    p.child("target", &f.target, Printer::expr);
                    p.child("iter", &f.iter, Printer::expr);
                    p.list("body", &f.body, Printer::stmt);
                    p.list("orelse", &f.orelse, Printer::stmt);
                });
            }
            StmtKind::While { test, body, orelse } => self.node("While", span, |p| {
                p.child("test", &**test, Printer::expr);
                p.list("body", body, Printer::stmt);
                p.list("orelse", orelse, Printer::stmt);
            }),
            StmtKind::If { test, body, orelse } => self.node("If", span, |p| {
                p.child("test", &**test, Printer::expr);
                p.list("body", body, Printer::stmt);
                p.list("orelse", orelse, Printer::stmt);
            }),
            StmtKind::With(w) => {
                self.node(if w.is_async { "AsyncWith" } else { "With" }, span, |p| {
                    p.list("items", &w.items, |p, item| {
                        p.node("withitem", None, |p| {
                            p.child("context_expr", &item.context_expr, Printer::expr);
                            p.option("optional_vars", item.optional_vars.as_ref(), Printer::expr);
                        });
                    });
                    p.list("body", &w.body, Printer::stmt);
                });
            }
            StmtKind::Match { subject, cases } => self.node("Match", span, |p| {
                p.child("subject", &**subject, Printer::expr);
                p.list("cases", cases, |p, case| {
                    p.node("match_case", None, |p| {
                        p.child("pattern", &case.pattern, Printer::pattern);
                        p.option("guard", case.guard.as_ref(), Printer::expr);
                        p.list("body", &case.body, Printer::stmt);
                    });
                });
            }),
            StmtKind::Raise { exc, cause } => self.node("Raise", span, |p| {
                p.option("exc", exc.as_deref(), Printer::expr);
                p.option("cause", cause.as_deref(), Printer::expr);
            }),
            StmtKind::Try(t) => {
                self.node(if t.is_star { "TryStar" } else { "Try" }, span, |p| {
                    p.list("body", &t.body, Printer::stmt);
                    p.list("handlers", &t.handlers, Printer::handler);
                    p.list("orelse", &t.orelse, Printer::stmt);
                    p.list("finalbody", &t.finalbody, Printer::stmt);
                });
            }
            StmtKind::Assert { test, msg } => self.node("Assert", span, |p| {
                p.child("test", &**test, Printer::expr);
                p.option("msg", msg.as_deref(), Printer::expr);
            }),
            StmtKind::Import { names } => {
                self.node("Import", span, |p| p.list("names", names, Printer::alias));
            }
            StmtKind::ImportFrom { module, names, level } => self.node("ImportFrom", span, |p| {
                p.opt_name("module", module);
                p.list("names", names, Printer::alias);
                p.raw("level", &level.to_string());
            }),
            StmtKind::Global { names } => self.node("Global", span, |p| p.names("names", names)),
            StmtKind::Nonlocal { names } => self.node("Nonlocal", span, |p| p.names("names", names)),
            StmtKind::Expr { value } => {
                self.node("Expr", span, |p| p.child("value", &**value, Printer::expr))
            }
            StmtKind::Pass => self.node("Pass", span, |_| {}),
            StmtKind::Break => self.node("Break", span, |_| {}),
            StmtKind::Continue => self.node("Continue", span, |_| {}),
        }
    }

    fn names(&mut self, field: &str, names: &[Name]) {
        self.list(field, names, |p, n| p.out.push_str(&str_repr(n.as_bytes())));
    }

    fn handler(&mut self, h: &ExceptHandler) {
        self.node("ExceptHandler", Some(h.span), |p| {
            p.option("type", h.typ.as_ref(), Printer::expr);
            p.opt_name("name", &h.name);
            p.list("body", &h.body, Printer::stmt);
        });
    }

    fn alias(&mut self, a: &Alias) {
        self.node("alias", Some(a.span), |p| {
            p.name("name", &a.name);
            p.opt_name("asname", &a.asname);
        });
    }

    fn keyword(&mut self, k: &Keyword) {
        self.node("keyword", Some(k.span), |p| {
            p.opt_name("arg", &k.arg);
            p.child("value", &k.value, Printer::expr);
        });
    }

    fn arguments(&mut self, a: &Arguments) {
        self.node("arguments", None, |p| {
            p.list("posonlyargs", &a.posonlyargs, Printer::arg);
            p.list("args", &a.args, Printer::arg);
            p.option("vararg", a.vararg.as_deref(), Printer::arg);
            p.list("kwonlyargs", &a.kwonlyargs, Printer::arg);
            p.list("kw_defaults", &a.kw_defaults, Printer::opt_expr);
            p.option("kwarg", a.kwarg.as_deref(), Printer::arg);
            p.list("defaults", &a.defaults, Printer::expr);
        });
    }

    fn arg(&mut self, a: &Arg) {
        self.node("arg", Some(a.span), |p| {
            p.name("arg", &a.arg);
            p.option("annotation", a.annotation.as_ref(), Printer::expr);
        });
    }

    fn type_param(&mut self, t: &TypeParam) {
        let name = match t.kind {
            TypeParamKind::TypeVar { .. } => "TypeVar",
            TypeParamKind::ParamSpec { .. } => "ParamSpec",
            TypeParamKind::TypeVarTuple { .. } => "TypeVarTuple",
        };
        self.node(name, Some(t.span), |p| {
            p.name("name", t.name());
            if let TypeParamKind::TypeVar { bound, .. } = &t.kind {
                p.option("bound", bound.as_ref(), Printer::expr);
            }
            p.option("default_value", t.default(), Printer::expr);
        });
    }

    fn pattern(&mut self, pattern: &Pattern) {
        let span = Some(pattern.span);
        match &pattern.kind {
            PatternKind::MatchValue { value } => {
                self.node("MatchValue", span, |p| p.child("value", &**value, Printer::expr));
            }
            PatternKind::MatchSingleton { value } => {
                self.node("MatchSingleton", span, |p| p.raw("value", &const_repr(value)));
            }
            PatternKind::MatchSequence { patterns } => {
                self.node("MatchSequence", span, |p| p.list("patterns", patterns, Printer::pattern));
            }
            PatternKind::MatchMapping { keys, patterns, rest } => self.node("MatchMapping", span, |p| {
                p.list("keys", keys, Printer::expr);
                p.list("patterns", patterns, Printer::pattern);
                p.opt_name("rest", rest);
            }),
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                self.node("MatchClass", span, |p| {
                    p.child("cls", &**cls, Printer::expr);
                    p.list("patterns", patterns, Printer::pattern);
                    p.names("kwd_attrs", kwd_attrs);
                    p.list("kwd_patterns", kwd_patterns, Printer::pattern);
                });
            }
            PatternKind::MatchStar { name } => self.node("MatchStar", span, |p| p.opt_name("name", name)),
            PatternKind::MatchAs { pattern, name } => self.node("MatchAs", span, |p| {
                p.option("pattern", pattern.as_deref(), Printer::pattern);
                p.opt_name("name", name);
            }),
            PatternKind::MatchOr { patterns } => {
                self.node("MatchOr", span, |p| p.list("patterns", patterns, Printer::pattern));
            }
        }
    }

    fn opt_expr(&mut self, expr: &Option<Expr>) {
        match expr {
            Some(expr) => self.expr(expr),
            None => self.out.push_str("None"),
        }
    }

    fn expr(&mut self, expr: &Expr) {
        let name = match &expr.kind {
            ExprKind::BoolOp { .. } => "BoolOp",
            ExprKind::NamedExpr { .. } => "NamedExpr",
            ExprKind::BinOp { .. } => "BinOp",
            ExprKind::UnaryOp { .. } => "UnaryOp",
            ExprKind::Lambda(_) => "Lambda",
            ExprKind::IfExp { .. } => "IfExp",
            ExprKind::Dict { .. } => "Dict",
            ExprKind::Set { .. } => "Set",
            ExprKind::ListComp { .. } => "ListComp",
            ExprKind::SetComp { .. } => "SetComp",
            ExprKind::DictComp { .. } => "DictComp",
            ExprKind::GeneratorExp { .. } => "GeneratorExp",
            ExprKind::Await { .. } => "Await",
            ExprKind::Yield { .. } => "Yield",
            ExprKind::YieldFrom { .. } => "YieldFrom",
            ExprKind::Compare { .. } => "Compare",
            ExprKind::Call { .. } => "Call",
            ExprKind::JoinedStr { .. } => "JoinedStr",
            ExprKind::FormattedValue { .. } => "FormattedValue",
            ExprKind::TemplateStr { .. } => "TemplateStr",
            ExprKind::Interpolation { .. } => "Interpolation",
            ExprKind::Constant { .. } => "Constant",
            ExprKind::Attribute { .. } => "Attribute",
            ExprKind::Subscript { .. } => "Subscript",
            ExprKind::Starred { .. } => "Starred",
            ExprKind::Name { .. } => "Name",
            ExprKind::List { .. } => "List",
            ExprKind::Tuple { .. } => "Tuple",
            ExprKind::Slice { .. } => "Slice",
        };
        self.node(name, Some(expr.span), |p| p.expr_fields(&expr.kind));
    }

    fn expr_fields(&mut self, kind: &ExprKind) {
        match kind {
            ExprKind::BoolOp { op, values } => {
                self.raw("op", &format!("{op:?}()"));
                self.list("values", values, Printer::expr);
            }
            ExprKind::NamedExpr { target, value } => {
                self.child("target", &**target, Printer::expr);
                self.child("value", &**value, Printer::expr);
            }
            ExprKind::BinOp { left, op, right } => {
                self.child("left", &**left, Printer::expr);
                self.raw("op", &format!("{op:?}()"));
                self.child("right", &**right, Printer::expr);
            }
            ExprKind::UnaryOp { op, operand } => {
                self.raw("op", &format!("{op:?}()"));
                self.child("operand", &**operand, Printer::expr);
            }
            ExprKind::Lambda(lambda) => {
                self.child("args", &lambda.args, Printer::arguments);
                self.child("body", &lambda.body, Printer::expr);
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.child("test", &**test, Printer::expr);
                self.child("body", &**body, Printer::expr);
                self.child("orelse", &**orelse, Printer::expr);
            }
            ExprKind::Dict { keys, values } => {
                self.list("keys", keys, Printer::opt_expr);
                self.list("values", values, Printer::expr);
            }
            ExprKind::Set { elts } => self.list("elts", elts, Printer::expr),
            ExprKind::ListComp { elt, generators }
            | ExprKind::SetComp { elt, generators }
            | ExprKind::GeneratorExp { elt, generators } => {
                self.child("elt", &**elt, Printer::expr);
                self.list("generators", generators, Printer::comprehension);
            }
            ExprKind::DictComp { key, value, generators } => {
                self.child("key", &**key, Printer::expr);
                self.child("value", &**value, Printer::expr);
                self.list("generators", generators, Printer::comprehension);
            }
            ExprKind::Await { value } | ExprKind::YieldFrom { value } => {
                self.child("value", &**value, Printer::expr);
            }
            ExprKind::Yield { value } => self.option("value", value.as_deref(), Printer::expr),
            ExprKind::Compare { left, ops, comparators } => {
                self.child("left", &**left, Printer::expr);
                self.list("ops", ops, |p, op| p.out.push_str(&format!("{op:?}()")));
                self.list("comparators", comparators, Printer::expr);
            }
            ExprKind::Call { func, args, keywords } => {
                self.child("func", &**func, Printer::expr);
                self.list("args", args, Printer::expr);
                self.list("keywords", keywords, Printer::keyword);
            }
            ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => {
                self.list("values", values, Printer::expr);
            }
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                self.child("value", &**value, Printer::expr);
                self.conversion(*conversion);
                self.option("format_spec", format_spec.as_deref(), Printer::expr);
            }
            ExprKind::Interpolation { value, str, conversion, format_spec } => {
                self.child("value", &**value, Printer::expr);
                self.raw("str", &const_repr(str));
                self.conversion(*conversion);
                self.option("format_spec", format_spec.as_deref(), Printer::expr);
            }
            ExprKind::Constant { value, u_prefix } => {
                self.raw("value", &const_repr(value));
                if *u_prefix {
                    self.raw("kind", "'u'");
                }
            }
            ExprKind::Attribute { value, attr, ctx } => {
                self.child("value", &**value, Printer::expr);
                self.name("attr", attr);
                self.context(*ctx);
            }
            ExprKind::Subscript { value, slice, ctx } => {
                self.child("value", &**value, Printer::expr);
                self.child("slice", &**slice, Printer::expr);
                self.context(*ctx);
            }
            ExprKind::Starred { value, ctx } => {
                self.child("value", &**value, Printer::expr);
                self.context(*ctx);
            }
            ExprKind::Name { id, ctx } => {
                self.name("id", id);
                self.context(*ctx);
            }
            ExprKind::List { elts, ctx } | ExprKind::Tuple { elts, ctx } => {
                self.list("elts", elts, Printer::expr);
                self.context(*ctx);
            }
            ExprKind::Slice { lower, upper, step } => {
                self.option("lower", lower.as_deref(), Printer::expr);
                self.option("upper", upper.as_deref(), Printer::expr);
                self.option("step", step.as_deref(), Printer::expr);
            }
        }
    }

    fn conversion(&mut self, conversion: Conversion) {
        let code = match conversion {
            Conversion::None => "-1",
            Conversion::Str => "115",
            Conversion::Repr => "114",
            Conversion::Ascii => "97",
        };
        self.raw("conversion", code);
    }

    fn comprehension(&mut self, c: &Comprehension) {
        self.node("comprehension", None, |p| {
            p.child("target", &c.target, Printer::expr);
            p.child("iter", &c.iter, Printer::expr);
            p.list("ifs", &c.ifs, Printer::expr);
            p.raw("is_async", if c.is_async { "1" } else { "0" });
        });
    }
}

/// `repr` of a constant.
fn const_repr(value: &Const) -> String {
    match value {
        Const::None => "None".into(),
        Const::Bool(true) => "True".into(),
        Const::Bool(false) => "False".into(),
        Const::Ellipsis => "Ellipsis".into(),
        Const::Int(i) => i.to_string(),
        Const::BigInt(negative, magnitude) => int_repr(*negative, magnitude),
        Const::Float(bits) => float_repr(f64::from_bits(*bits)),
        Const::Complex(real, imag) => complex_repr(f64::from_bits(*real), f64::from_bits(*imag)),
        Const::Str(text) => str_repr(text),
        Const::Bytes(bytes) => bytes_repr(bytes),
        other => format!("{other:?}"),
    }
}

/// `repr` of the value of a literal: a constant, a signed number, `real + imaginary`.
pub fn literal(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Constant { value, .. } => const_repr(value),
        ExprKind::UnaryOp { op: UnaryOp::USub, operand } => format!("-{}", literal(operand)),
        ExprKind::BinOp { left, op: Operator::Sub, right } => {
            format!("({}-{})", literal(left), literal(right))
        }
        ExprKind::BinOp { left, right, .. } => format!("({}+{})", literal(left), literal(right)),
        _ => String::new(),
    }
}
