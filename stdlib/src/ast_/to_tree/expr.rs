//! Expressions, arguments, comprehensions.

use super::Taker;
use weft_compiler::ast::*;
use weft_vm::{Res, VRef, Value};

impl Taker<'_> {
    /// An expression field that must be there.
    pub fn expr_field(&mut self, v: VRef<'_>, class: &str, name: &str, ctx: Context) -> Res<Expr> {
        let e = self.required(v, class, name)?;
        self.expr(e.r(), ctx)
    }

    /// As [`Taker::expr_field`], in a box.
    pub fn boxed(&mut self, v: VRef<'_>, class: &str, name: &str) -> Res<Box<Expr>> {
        self.expr_field(v, class, name, Context::Load).map(Box::new)
    }

    /// An expression field that may be missing.
    pub fn opt_expr(&mut self, v: VRef<'_>, name: &str, ctx: Context) -> Res<Option<Expr>> {
        match self.field(v, name)? {
            Some(e) => self.expr(e.r(), ctx).map(Some),
            None => Ok(None),
        }
    }

    /// As [`Taker::opt_expr`], in a box.
    pub fn opt_boxed(&mut self, v: VRef<'_>, name: &str) -> Res<Option<Box<Expr>>> {
        Ok(self.opt_expr(v, name, Context::Load)?.map(Box::new))
    }

    /// A list of expressions.
    pub fn exprs(&mut self, v: VRef<'_>, class: &str, name: &str, ctx: Context) -> Res<Vec<Expr>> {
        let items = self.list(v, class, name)?;
        self.all_exprs(items, ctx)
    }

    /// Expressions, none of them None.
    pub fn all_exprs(&mut self, items: Vec<Value>, ctx: Context) -> Res<Vec<Expr>> {
        let mut out = Vec::with_capacity(items.len());
        for e in items {
            if e.is_none() {
                return self.value_error("None disallowed in expression list");
            }
            out.push(self.expr(e.r(), ctx)?)
        }
        Ok(out)
    }

    /// An expression in the context it is used in.
    pub fn expr(&mut self, v: VRef<'_>, ctx: Context) -> Res<Expr> {
        self.deeper(|x| {
            let span = x.span(v, "expr")?;
            let Some(kind) = x.kind(v) else { return Err(x.wrong("expr", v)) };
            let kind = x.expr_kind(v, kind, ctx)?;
            Ok(Expr { kind, span })
        })
    }

    /// Checks the context a node says against the one it is in; nodes without one can only be read.
    fn check_context(&mut self, v: VRef<'_>, class: &str, wanted: Context) -> Res<Context> {
        if matches!(class, "Attribute" | "Subscript" | "Starred" | "Name" | "List" | "Tuple") {
            let c = self.required(v, class, "ctx")?;
            let has = self.operator(c.r(), "expr_context", |k| match k {
                "Load" => Some(Context::Load),
                "Store" => Some(Context::Store),
                "Del" => Some(Context::Del),
                _ => None,
            })?;
            if has != wanted {
                return self.value_error(format!(
                    "expression must have {wanted:?} context but has {has:?} instead"
                ));
            }
        } else if wanted != Context::Load {
            return self.value_error(format!("expression which can't be assigned to in {wanted:?} context"));
        }
        Ok(wanted)
    }

    fn expr_kind(&mut self, v: VRef<'_>, class: &'static str, wanted: Context) -> Res<ExprKind> {
        let ctx = self.check_context(v, class, wanted)?;
        Ok(match class {
            "BoolOp" => {
                let op = self.required(v, class, "op")?;
                let op = self.operator(op.r(), "boolop", |k| match k {
                    "And" => Some(BoolOp::And),
                    "Or" => Some(BoolOp::Or),
                    _ => None,
                })?;
                let values = self.exprs(v, class, "values", Context::Load)?;
                if values.len() < 2 {
                    return self.value_error("BoolOp with less than 2 values");
                }
                ExprKind::BoolOp { op, values }
            }
            "NamedExpr" => {
                let target = self.expr_field(v, class, "target", Context::Store)?;
                if !matches!(target.kind, ExprKind::Name { .. }) {
                    return Err(self.t.type_error("NamedExpr target must be a Name"));
                }
                ExprKind::NamedExpr { target: Box::new(target), value: self.boxed(v, class, "value")? }
            }
            "BinOp" => ExprKind::BinOp {
                left: self.boxed(v, class, "left")?,
                op: self.binary_operator(v, class)?,
                right: self.boxed(v, class, "right")?,
            },
            "UnaryOp" => {
                let op = self.required(v, class, "op")?;
                let op = self.operator(op.r(), "unaryop", |k| match k {
                    "Invert" => Some(UnaryOp::Invert),
                    "Not" => Some(UnaryOp::Not),
                    "UAdd" => Some(UnaryOp::UAdd),
                    "USub" => Some(UnaryOp::USub),
                    _ => None,
                })?;
                ExprKind::UnaryOp { op, operand: self.boxed(v, class, "operand")? }
            }
            "Lambda" => {
                let args = self.required(v, class, "args")?;
                let args = self.arguments(args.r())?;
                let body = self.expr_field(v, class, "body", Context::Load)?;
                ExprKind::Lambda(Box::new(Lambda { args, body }))
            }
            "IfExp" => ExprKind::IfExp {
                test: self.boxed(v, class, "test")?,
                body: self.boxed(v, class, "body")?,
                orelse: self.boxed(v, class, "orelse")?,
            },
            "Dict" => self.dict(v, class)?,
            "Set" => ExprKind::Set { elts: self.exprs(v, class, "elts", Context::Load)? },
            "ListComp" => {
                let (elt, generators) = (self.boxed(v, class, "elt")?, self.generators(v, class)?);
                ExprKind::ListComp { elt, generators }
            }
            "SetComp" => {
                let (elt, generators) = (self.boxed(v, class, "elt")?, self.generators(v, class)?);
                ExprKind::SetComp { elt, generators }
            }
            "GeneratorExp" => {
                let (elt, generators) = (self.boxed(v, class, "elt")?, self.generators(v, class)?);
                ExprKind::GeneratorExp { elt, generators }
            }
            "DictComp" => ExprKind::DictComp {
                key: self.boxed(v, class, "key")?,
                value: self.boxed(v, class, "value")?,
                generators: self.generators(v, class)?,
            },
            "Await" => ExprKind::Await { value: self.boxed(v, class, "value")? },
            "Yield" => ExprKind::Yield { value: self.opt_boxed(v, "value")? },
            "YieldFrom" => ExprKind::YieldFrom { value: self.boxed(v, class, "value")? },
            "Compare" => self.compare(v, class)?,
            "Call" => ExprKind::Call {
                func: self.boxed(v, class, "func")?,
                args: self.exprs(v, class, "args", Context::Load)?,
                keywords: self.keywords(v, class)?,
            },
            "FormattedValue" => ExprKind::FormattedValue {
                value: self.boxed(v, class, "value")?,
                conversion: self.conversion(v, class)?,
                format_spec: self.opt_boxed(v, "format_spec")?,
            },
            "Interpolation" => {
                let value = self.boxed(v, class, "value")?;
                let str = self.required(v, class, "str")?;
                let str = self.constant(str.r())?;
                let conversion = self.conversion(v, class)?;
                ExprKind::Interpolation { value, str, conversion, format_spec: self.opt_boxed(v, "format_spec")? }
            }
            "JoinedStr" => ExprKind::JoinedStr { values: self.exprs(v, class, "values", Context::Load)? },
            "TemplateStr" => ExprKind::TemplateStr { values: self.exprs(v, class, "values", Context::Load)? },
            "Constant" => {
                let name = weft_vm::intern::intern(self.t, "value");
                let Some(value) = self.t.getattr_opt(v, name)? else {
                    return Err(self.t.type_error("required field \"value\" missing from Constant"));
                };
                let u_prefix = self.field(v, "kind")?.is_some();
                ExprKind::Constant { value: self.constant(value.r())?, u_prefix }
            }
            "Attribute" => {
                let value = self.boxed(v, class, "value")?;
                let attr = self.required(v, class, "attr")?;
                ExprKind::Attribute { value, attr: self.name(attr.r())?, ctx }
            }
            "Subscript" => ExprKind::Subscript {
                value: self.boxed(v, class, "value")?,
                slice: self.boxed(v, class, "slice")?,
                ctx,
            },
            "Starred" => {
                let value = self.expr_field(v, class, "value", ctx)?;
                ExprKind::Starred { value: Box::new(value), ctx }
            }
            "Name" => ExprKind::Name { id: self.name_field(v, class, "id")?, ctx },
            "List" => ExprKind::List { elts: self.exprs(v, class, "elts", ctx)?, ctx },
            "Tuple" => ExprKind::Tuple { elts: self.exprs(v, class, "elts", ctx)?, ctx },
            "Slice" => ExprKind::Slice {
                lower: self.opt_boxed(v, "lower")?,
                upper: self.opt_boxed(v, "upper")?,
                step: self.opt_boxed(v, "step")?,
            },
            _ => return Err(self.wrong("expr", v)),
        })
    }

    /// `op` of BinOp and AugAssign.
    pub fn binary_operator(&mut self, v: VRef<'_>, class: &str) -> Res<Operator> {
        let op = self.required(v, class, "op")?;
        self.operator(op.r(), "operator", |k| {
            Some(match k {
                "Add" => Operator::Add,
                "Sub" => Operator::Sub,
                "Mult" => Operator::Mult,
                "MatMult" => Operator::MatMult,
                "Div" => Operator::Div,
                "Mod" => Operator::Mod,
                "Pow" => Operator::Pow,
                "LShift" => Operator::LShift,
                "RShift" => Operator::RShift,
                "BitOr" => Operator::BitOr,
                "BitXor" => Operator::BitXor,
                "BitAnd" => Operator::BitAnd,
                "FloorDiv" => Operator::FloorDiv,
                _ => return None,
            })
        })
    }

    fn dict(&mut self, v: VRef<'_>, class: &str) -> Res<ExprKind> {
        let keys = self.list(v, class, "keys")?;
        let values = self.list(v, class, "values")?;
        if keys.len() != values.len() {
            return self.value_error("Dict doesn't have the same number of keys as values");
        }
        let mut out = Vec::with_capacity(keys.len());
        for k in keys {
            out.push(if k.is_none() { None } else { Some(self.expr(k.r(), Context::Load)?) })
        }
        Ok(ExprKind::Dict { keys: out, values: self.all_exprs(values, Context::Load)? })
    }

    fn compare(&mut self, v: VRef<'_>, class: &str) -> Res<ExprKind> {
        let left = self.boxed(v, class, "left")?;
        let mut ops = Vec::new();
        for op in self.list(v, class, "ops")? {
            ops.push(self.operator(op.r(), "cmpop", |k| {
                Some(match k {
                    "Eq" => CmpOp::Eq,
                    "NotEq" => CmpOp::NotEq,
                    "Lt" => CmpOp::Lt,
                    "LtE" => CmpOp::LtE,
                    "Gt" => CmpOp::Gt,
                    "GtE" => CmpOp::GtE,
                    "Is" => CmpOp::Is,
                    "IsNot" => CmpOp::IsNot,
                    "In" => CmpOp::In,
                    "NotIn" => CmpOp::NotIn,
                    _ => return None,
                })
            })?)
        }
        let comparators = self.exprs(v, class, "comparators", Context::Load)?;
        if comparators.is_empty() {
            return self.value_error("Compare has no comparators");
        }
        if comparators.len() != ops.len() {
            return self.value_error("Compare has a different number of comparators and operands");
        }
        Ok(ExprKind::Compare { left, ops, comparators })
    }

    fn conversion(&mut self, v: VRef<'_>, class: &str) -> Res<Conversion> {
        match self.int_field(v, class, "conversion")? {
            -1 => Ok(Conversion::None),
            115 => Ok(Conversion::Str),
            114 => Ok(Conversion::Repr),
            97 => Ok(Conversion::Ascii),
            n => Err(self.t.system_error(format!("Unrecognized conversion character {n}"))),
        }
    }

    /// The `keywords` of calls and classes.
    pub fn keywords(&mut self, v: VRef<'_>, class: &str) -> Res<Vec<Keyword>> {
        let mut out = Vec::new();
        for k in self.list(v, class, "keywords")? {
            let span = self.span(k.r(), "keyword")?;
            if self.kind(k.r()) != Some("keyword") {
                return Err(self.wrong("keyword", k.r()));
            }
            let arg = self.opt_name(k.r(), "arg")?;
            let value = self.expr_field(k.r(), "keyword", "value", Context::Load)?;
            out.push(Keyword { arg, value, span })
        }
        Ok(out)
    }

    fn generators(&mut self, v: VRef<'_>, class: &str) -> Res<Vec<Comprehension>> {
        let all = self.list(v, class, "generators")?;
        if all.is_empty() {
            return self.value_error("comprehension with no generators");
        }
        let mut out = Vec::new();
        for c in all {
            if self.kind(c.r()) != Some("comprehension") {
                return Err(self.wrong("comprehension", c.r()));
            }
            let class = "comprehension";
            out.push(Comprehension {
                target: self.expr_field(c.r(), class, "target", Context::Store)?,
                iter: self.expr_field(c.r(), class, "iter", Context::Load)?,
                ifs: self.exprs(c.r(), class, "ifs", Context::Load)?,
                is_async: self.int_field(c.r(), class, "is_async")? != 0,
            })
        }
        Ok(out)
    }

    /// Parameters.
    pub fn arguments(&mut self, v: VRef<'_>) -> Res<Arguments> {
        let class = "arguments";
        if self.kind(v) != Some(class) {
            return Err(self.wrong(class, v));
        }
        let posonlyargs = self.args(v, "posonlyargs")?;
        let args = self.args(v, "args")?;
        let vararg = self.opt_arg(v, "vararg")?;
        let kwonlyargs = self.args(v, "kwonlyargs")?;
        let mut kw_defaults = Vec::new();
        for d in self.list(v, class, "kw_defaults")? {
            kw_defaults.push(if d.is_none() { None } else { Some(self.expr(d.r(), Context::Load)?) })
        }
        let kwarg = self.opt_arg(v, "kwarg")?;
        let defaults = self.exprs(v, class, "defaults", Context::Load)?;
        if defaults.len() > posonlyargs.len() + args.len() {
            return self.value_error("more positional defaults than args on arguments");
        }
        if kw_defaults.len() != kwonlyargs.len() {
            return self.value_error("length of kwonlyargs is not the same as kw_defaults on arguments");
        }
        Ok(Arguments { posonlyargs, args, vararg, kwonlyargs, kw_defaults, kwarg, defaults })
    }

    fn args(&mut self, v: VRef<'_>, name: &str) -> Res<Vec<Arg>> {
        let items = self.list(v, "arguments", name)?;
        items.iter().map(|a| self.arg(a.r())).collect()
    }

    fn opt_arg(&mut self, v: VRef<'_>, name: &str) -> Res<Option<Box<Arg>>> {
        match self.field(v, name)? {
            Some(a) => Ok(Some(Box::new(self.arg(a.r())?))),
            None => Ok(None),
        }
    }

    fn arg(&mut self, v: VRef<'_>) -> Res<Arg> {
        let span = self.span(v, "arg")?;
        if self.kind(v) != Some("arg") {
            return Err(self.wrong("arg", v));
        }
        let arg = self.name_field(v, "arg", "arg")?;
        let annotation = self.opt_expr(v, "annotation", Context::Load)?;
        Ok(Arg { arg, annotation, span })
    }
}
