//! Patterns of `match`.

use super::Taker;
use weft_compiler::ast::*;
use weft_vm::{Res, VRef, Value};

impl Taker<'_> {
    /// A pattern; `*name` only where `star_ok`.
    pub fn pattern(&mut self, v: VRef<'_>, star_ok: bool) -> Res<Pattern> {
        self.deeper(|x| {
            let span = x.span(v, "pattern")?;
            let Some(kind) = x.kind(v) else { return Err(x.wrong("pattern", v)) };
            if kind == "MatchStar" && !star_ok {
                return x.value_error("can't use MatchStar here");
            }
            let kind = x.pattern_kind(v, kind)?;
            Ok(Pattern { kind, span })
        })
    }

    fn patterns(&mut self, items: Vec<Value>, star_ok: bool) -> Res<Vec<Pattern>> {
        items.iter().map(|p| self.pattern(p.r(), star_ok)).collect()
    }

    fn captured(&mut self, v: VRef<'_>, name: &str) -> Res<Option<Name>> {
        let Some(n) = self.field(v, name)? else { return Ok(None) };
        let n = self.bindable(n.r())?;
        if &*n == "_" {
            return self.value_error("can't capture name '_' in patterns");
        }
        Ok(Some(n))
    }

    fn pattern_kind(&mut self, v: VRef<'_>, class: &'static str) -> Res<PatternKind> {
        Ok(match class {
            "MatchValue" => {
                let value = self.boxed(v, class, "value")?;
                if !is_literal(&value) {
                    return self.value_error("patterns may only match literals and attribute lookups");
                }
                PatternKind::MatchValue { value }
            }
            "MatchSingleton" => {
                let name = weft_vm::intern::intern(self.t, "value");
                let value = self.t.getattr_opt(v, name)?.unwrap_or(Value::ELLIPSIS);
                let value = self.constant(value.r())?;
                if !matches!(value, Const::None | Const::Bool(_)) {
                    return self.value_error("MatchSingleton can only contain True, False and None");
                }
                PatternKind::MatchSingleton { value }
            }
            "MatchSequence" => {
                let items = self.list(v, class, "patterns")?;
                PatternKind::MatchSequence { patterns: self.patterns(items, true)? }
            }
            "MatchMapping" => {
                let (keys, items) = (self.list(v, class, "keys")?, self.list(v, class, "patterns")?);
                if keys.len() != items.len() {
                    return self.value_error("MatchMapping doesn't have the same number of keys as patterns");
                }
                let rest = self.captured(v, "rest")?;
                let keys = self.all_exprs(keys, Context::Load)?;
                if !keys.iter().all(|k| is_literal(k) || is_singleton(k)) {
                    return self.value_error("patterns may only match literals and attribute lookups");
                }
                PatternKind::MatchMapping { keys, patterns: self.patterns(items, false)?, rest }
            }
            "MatchClass" => self.class_pattern(v, class)?,
            "MatchStar" => PatternKind::MatchStar { name: self.captured(v, "name")? },
            "MatchAs" => {
                let name = self.captured(v, "name")?;
                let pattern = match self.field(v, "pattern")? {
                    Some(p) => Some(Box::new(self.pattern(p.r(), false)?)),
                    None => None,
                };
                if pattern.is_some() && name.is_none() {
                    return self.value_error("MatchAs must specify a target name if a pattern is given");
                }
                PatternKind::MatchAs { pattern, name }
            }
            "MatchOr" => {
                let items = self.list(v, class, "patterns")?;
                if items.len() < 2 {
                    return self.value_error("MatchOr requires at least 2 patterns");
                }
                PatternKind::MatchOr { patterns: self.patterns(items, false)? }
            }
            _ => return Err(self.wrong("pattern", v)),
        })
    }

    fn class_pattern(&mut self, v: VRef<'_>, class: &str) -> Res<PatternKind> {
        let (attrs, values) = (self.list(v, class, "kwd_attrs")?, self.list(v, class, "kwd_patterns")?);
        if attrs.len() != values.len() {
            return self.value_error("MatchClass doesn't have the same number of keyword attributes as patterns");
        }
        let cls = self.boxed(v, class, "cls")?;
        if !is_dotted_name(&cls) {
            return self.value_error("MatchClass cls field can only contain Name or Attribute nodes.");
        }
        let kwd_attrs = attrs.iter().map(|a| self.name(a.r())).collect::<Res<Vec<Name>>>()?;
        let items = self.list(v, class, "patterns")?;
        Ok(PatternKind::MatchClass {
            cls,
            patterns: self.patterns(items, false)?,
            kwd_attrs,
            kwd_patterns: self.patterns(values, false)?,
        })
    }
}

fn is_dotted_name(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Name { .. } => true,
        ExprKind::Attribute { value, .. } => is_dotted_name(value),
        _ => false,
    }
}

fn is_singleton(e: &Expr) -> bool {
    matches!(e.kind, ExprKind::Constant { value: Const::None | Const::Bool(_), .. })
}

fn is_number(e: &Expr, imaginary: bool) -> bool {
    match &e.kind {
        ExprKind::Constant { value: Const::Complex(..), .. } => imaginary,
        ExprKind::Constant { value: Const::Int(_) | Const::BigInt(..) | Const::Float(_), .. } => true,
        _ => false,
    }
}

/// A number, text, or dotted name; a sign or a complex sum of numbers.
fn is_literal(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Constant { value, .. } => {
            matches!(
                value,
                Const::Int(_) | Const::BigInt(..) | Const::Float(_) | Const::Complex(..) | Const::Str(_) | Const::Bytes(_)
            )
        }
        ExprKind::Attribute { value, .. } => is_dotted_name(value),
        ExprKind::UnaryOp { op: UnaryOp::USub, operand } => is_number(operand, true),
        ExprKind::BinOp { left, op: Operator::Add | Operator::Sub, right } => {
            let left_ok = match &left.kind {
                ExprKind::UnaryOp { op: UnaryOp::USub, operand } => is_number(operand, false),
                _ => is_number(left, false),
            };
            left_ok && matches!(right.kind, ExprKind::Constant { value: Const::Complex(..), .. })
        }
        ExprKind::JoinedStr { .. } | ExprKind::TemplateStr { .. } => true,
        _ => false,
    }
}
