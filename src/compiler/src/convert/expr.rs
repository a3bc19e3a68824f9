//! Expressions.

use super::{Converter, Fail, stack};
use crate::ast::*;
use ruff_python_ast as ruff;
use ruff_text_size::{Ranged, TextRange};

impl Converter<'_> {
    /// Converts an expression, one level deeper.
    pub(super) fn expr(&mut self, expr: ruff::Expr) -> Result<Expr, Fail> {
        if let Err(fail) = self.enter() {
            stack::drop_deep(expr, self.source.len());
            return Err(fail);
        }
        let range = expr.range();
        let kind = self.expr_kind(expr)?;
        self.leave();
        Ok(Expr { kind, span: self.span(range) })
    }

    fn expr_kind(&mut self, expr: ruff::Expr) -> Result<ExprKind, Fail> {
        use ruff::Expr as R;
        Ok(match expr {
            R::BoolOp(e) => {
                let op = match e.op {
                    ruff::BoolOp::And => BoolOp::And,
                    ruff::BoolOp::Or => BoolOp::Or,
                };
                ExprKind::BoolOp { op, values: self.exprs(e.values)? }
            }
            R::Named(e) => {
                ExprKind::NamedExpr { target: self.boxed(*e.target)?, value: self.boxed(*e.value)? }
            }
            R::BinOp(e) => {
                let left = self.boxed(*e.left)?;
                ExprKind::BinOp { left, op: operator(e.op), right: self.boxed(*e.right)? }
            }
            R::UnaryOp(e) => {
                let op = match e.op {
                    ruff::UnaryOp::Invert => UnaryOp::Invert,
                    ruff::UnaryOp::Not => UnaryOp::Not,
                    ruff::UnaryOp::UAdd => UnaryOp::UAdd,
                    ruff::UnaryOp::USub => UnaryOp::USub,
                };
                ExprKind::UnaryOp { op, operand: self.boxed(*e.operand)? }
            }
            R::Lambda(e) => {
                let args = match e.parameters {
                    Some(parameters) => self.arguments(*parameters)?,
                    None => Arguments::default(),
                };
                ExprKind::Lambda(Box::new(Lambda { args, body: self.expr(*e.body)? }))
            }
            R::If(e) => {
                let body = self.boxed(*e.body)?;
                ExprKind::IfExp { test: self.boxed(*e.test)?, body, orelse: self.boxed(*e.orelse)? }
            }
            R::Dict(e) => {
                let (mut keys, mut values) =
                    (Vec::with_capacity(e.items.len()), Vec::with_capacity(e.items.len()));
                for item in e.items {
                    keys.push(item.key.map(|key| self.expr(key)).transpose()?);
                    values.push(self.expr(item.value)?);
                }
                ExprKind::Dict { keys, values }
            }
            R::Set(e) => ExprKind::Set { elts: self.exprs(e.elts)? },
            R::ListComp(e) => {
                ExprKind::ListComp { elt: self.boxed(*e.elt)?, generators: self.generators(e.generators)? }
            }
            R::SetComp(e) => {
                ExprKind::SetComp { elt: self.boxed(*e.elt)?, generators: self.generators(e.generators)? }
            }
            R::DictComp(e) => {
                let key = self.boxed(*e.key.ok_or(Fail::Refused)?)?;
                let value = self.boxed(*e.value)?;
                ExprKind::DictComp { key, value, generators: self.generators(e.generators)? }
            }
            R::Generator(e) => ExprKind::GeneratorExp {
                elt: self.boxed(*e.elt)?,
                generators: self.generators(e.generators)?,
            },
            R::Await(e) => ExprKind::Await { value: self.boxed(*e.value)? },
            R::Yield(e) => {
                if e.value.is_none() && !self.ends_expression(e.range.end()) {
                    return Err(Fail::Refused);
                }
                ExprKind::Yield { value: self.opt_boxed(e.value)? }
            }
            R::YieldFrom(e) => ExprKind::YieldFrom { value: self.boxed(*e.value)? },
            R::Compare(e) => {
                let left = self.boxed(*e.left)?;
                let ops = e.ops.iter().map(cmp_op).collect();
                ExprKind::Compare { left, ops, comparators: self.exprs(e.comparators)? }
            }
            R::Call(e) => {
                let func = self.boxed(*e.func)?;
                let parentheses = e.arguments.range;
                let bare = matches!(&*e.arguments.args, [R::Generator(g)] if !g.parenthesized);
                let mut args = self.exprs(e.arguments.args)?;
                if bare {
                    // The call's parentheses are the generator's.
                    args[0].span = self.span(parentheses);
                }
                ExprKind::Call { func, args, keywords: self.keywords(e.arguments.keywords)? }
            }
            R::FString(e) => self.fstring(e)?,
            R::TString(e) => self.tstring(e)?,
            R::StringLiteral(e) => self.string(&e),
            R::BytesLiteral(e) => self.bytes(&e),
            R::NumberLiteral(e) => self.number(&e)?,
            R::BooleanLiteral(e) => constant(Const::Bool(e.value)),
            R::NoneLiteral(_) => constant(Const::None),
            R::EllipsisLiteral(_) => constant(Const::Ellipsis),
            R::Attribute(e) => {
                let value = self.boxed(*e.value)?;
                ExprKind::Attribute { value, attr: self.name(e.attr.as_str()), ctx: context(e.ctx) }
            }
            R::Subscript(e) => {
                let value = self.boxed(*e.value)?;
                ExprKind::Subscript { value, slice: self.boxed(*e.slice)?, ctx: context(e.ctx) }
            }
            R::Starred(e) => ExprKind::Starred { value: self.boxed(*e.value)?, ctx: context(e.ctx) },
            R::Name(e) => ExprKind::Name { id: self.name(e.id.as_str()), ctx: context(e.ctx) },
            R::List(e) => ExprKind::List { elts: self.exprs(e.elts)?, ctx: context(e.ctx) },
            R::Tuple(e) => ExprKind::Tuple { elts: self.exprs(e.elts)?, ctx: context(e.ctx) },
            R::Slice(e) => ExprKind::Slice {
                lower: self.opt_boxed(e.lower)?,
                upper: self.opt_boxed(e.upper)?,
                step: self.opt_boxed(e.step)?,
            },
            R::IpyEscapeCommand(_) => return Err(Fail::Refused),
        })
    }

    /// Whether what follows can follow a bare `yield`; the parser takes `yield, 1` and `yield @ x` for something.
    fn ends_expression(&self, offset: ruff_text_size::TextSize) -> bool {
        let next = self.source.as_bytes().get(self.next_token_in_line(offset));
        next.is_none_or(|b| matches!(b, b'\n' | b'#' | b';' | b')' | b']' | b'}' | b'=' | b':' | b'!'))
    }

    pub(super) fn boxed(&mut self, expr: ruff::Expr) -> Result<Box<Expr>, Fail> {
        self.expr(expr).map(Box::new)
    }

    pub(super) fn opt_boxed(&mut self, expr: Option<Box<ruff::Expr>>) -> Result<Option<Box<Expr>>, Fail> {
        expr.map(|e| self.boxed(*e)).transpose()
    }

    pub(super) fn opt_expr(&mut self, expr: Option<Box<ruff::Expr>>) -> Result<Option<Expr>, Fail> {
        expr.map(|e| self.expr(*e)).transpose()
    }

    pub(super) fn exprs(&mut self, exprs: impl IntoIterator<Item = ruff::Expr>) -> Result<Vec<Expr>, Fail> {
        exprs.into_iter().map(|e| self.expr(e)).collect()
    }

    fn generators(&mut self, generators: Vec<ruff::Comprehension>) -> Result<Vec<Comprehension>, Fail> {
        let one = |g: ruff::Comprehension| {
            Ok(Comprehension {
                target: self.expr(g.target)?,
                iter: self.expr(g.iter)?,
                ifs: self.exprs(g.ifs)?,
                is_async: g.is_async,
            })
        };
        generators.into_iter().map(one).collect()
    }

    pub(super) fn keywords(
        &mut self,
        keywords: impl IntoIterator<Item = ruff::Keyword>,
    ) -> Result<Vec<Keyword>, Fail> {
        let one = |k: ruff::Keyword| {
            let arg = k.arg.as_ref().map(|arg| self.name(arg.as_str()));
            Ok(Keyword { arg, value: self.expr(k.value)?, span: self.span(k.range) })
        };
        keywords.into_iter().map(one).collect()
    }

    /// Parameters of a function or lambda.
    pub(super) fn arguments(&mut self, parameters: ruff::Parameters) -> Result<Arguments, Fail> {
        let mut out = Arguments::default();
        for p in parameters.posonlyargs {
            out.posonlyargs.push(self.arg(p.parameter)?);
            out.defaults.extend(self.opt_expr(p.default)?);
        }
        for p in parameters.args {
            out.args.push(self.arg(p.parameter)?);
            out.defaults.extend(self.opt_expr(p.default)?);
        }
        out.vararg = parameters.vararg.map(|p| self.arg(*p).map(Box::new)).transpose()?;
        for p in parameters.kwonlyargs {
            out.kwonlyargs.push(self.arg(p.parameter)?);
            let default = self.opt_expr(p.default)?;
            out.kw_defaults.push(default);
        }
        out.kwarg = parameters.kwarg.map(|p| self.arg(*p).map(Box::new)).transpose()?;
        Ok(out)
    }

    fn arg(&mut self, p: ruff::Parameter) -> Result<Arg, Fail> {
        let annotation = self.opt_expr(p.annotation)?;
        // `*args: int` is the parameter `args: int`; the parser's range has the star.
        let start = p.name.range.start();
        let range = TextRange::new(start, p.range.end());
        Ok(Arg { arg: self.name(p.name.as_str()), annotation, span: self.span(range) })
    }

    pub(super) fn type_params(
        &mut self,
        params: Option<Box<ruff::TypeParams>>,
    ) -> Result<Vec<TypeParam>, Fail> {
        let one = |p: ruff::TypeParam| {
            let range = p.range();
            let kind = match p {
                ruff::TypeParam::TypeVar(p) => TypeParamKind::TypeVar {
                    name: self.name(p.name.as_str()),
                    bound: self.opt_expr(p.bound)?,
                    default: self.opt_expr(p.default)?,
                },
                ruff::TypeParam::ParamSpec(p) => TypeParamKind::ParamSpec {
                    name: self.name(p.name.as_str()),
                    default: self.opt_expr(p.default)?,
                },
                ruff::TypeParam::TypeVarTuple(p) => TypeParamKind::TypeVarTuple {
                    name: self.name(p.name.as_str()),
                    default: self.opt_expr(p.default)?,
                },
            };
            Ok(TypeParam { kind, span: self.span(range) })
        };
        let params = params.map_or(Vec::new(), |p| p.type_params);
        params.into_iter().map(one).collect()
    }
}

/// A constant as written without `u`.
pub(super) fn constant(value: Const) -> ExprKind {
    ExprKind::Constant { value, u_prefix: false }
}

fn context(ctx: ruff::ExprContext) -> Context {
    match ctx {
        ruff::ExprContext::Store => Context::Store,
        ruff::ExprContext::Del => Context::Del,
        ruff::ExprContext::Load | ruff::ExprContext::Invalid => Context::Load,
    }
}

pub(super) fn operator(op: ruff::Operator) -> Operator {
    use ruff::Operator as R;
    match op {
        R::Add => Operator::Add,
        R::Sub => Operator::Sub,
        R::Mult => Operator::Mult,
        R::MatMult => Operator::MatMult,
        R::Div => Operator::Div,
        R::Mod => Operator::Mod,
        R::Pow => Operator::Pow,
        R::LShift => Operator::LShift,
        R::RShift => Operator::RShift,
        R::BitOr => Operator::BitOr,
        R::BitXor => Operator::BitXor,
        R::BitAnd => Operator::BitAnd,
        R::FloorDiv => Operator::FloorDiv,
    }
}

fn cmp_op(op: &ruff::CmpOp) -> CmpOp {
    use ruff::CmpOp as R;
    match op {
        R::Eq => CmpOp::Eq,
        R::NotEq => CmpOp::NotEq,
        R::Lt => CmpOp::Lt,
        R::LtE => CmpOp::LtE,
        R::Gt => CmpOp::Gt,
        R::GtE => CmpOp::GtE,
        R::Is => CmpOp::Is,
        R::IsNot => CmpOp::IsNot,
        R::In => CmpOp::In,
        R::NotIn => CmpOp::NotIn,
    }
}
