//! What a `match` statement may not do: patterns that hide later ones, names bound twice, doubtful keys.

use super::Fault;
use super::checks::Checker;
use crate::ast::*;

type Done = Result<(), Fault>;

impl Checker<'_> {
    pub(super) fn match_stmt(&mut self, subject: &Expr, cases: &[MatchCase]) -> Done {
        self.expr(subject)?;
        for (i, case) in cases.iter().enumerate() {
            let may_catch_all = case.guard.is_some() || i + 1 == cases.len();
            let mut bound = Vec::new();
            self.pattern(&case.pattern, may_catch_all, &mut bound)?;
            self.exprs(&case.guard)?;
            self.match_body(&case.body)?;
        }
        Ok(())
    }

    fn pattern(&mut self, pattern: &Pattern, may_catch_all: bool, bound: &mut Vec<Name>) -> Done {
        let span = pattern.span;
        match &pattern.kind {
            PatternKind::MatchValue { value } => self.pattern_value(value, span),
            PatternKind::MatchSingleton { .. } => Ok(()),
            PatternKind::MatchSequence { patterns } => {
                let stars = patterns.iter().filter(|p| matches!(p.kind, PatternKind::MatchStar { .. }));
                if stars.count() > 1 {
                    return Err(Fault::new("multiple starred names in sequence pattern", span));
                }
                patterns.iter().try_for_each(|p| self.pattern(p, true, bound))
            }
            PatternKind::MatchMapping { keys, patterns, rest } => {
                self.mapping_keys(keys, span)?;
                patterns.iter().try_for_each(|p| self.pattern(p, true, bound))?;
                rest.iter().try_for_each(|name| bind(name, span, bound))
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                for (i, attr) in kwd_attrs.iter().enumerate() {
                    if let Some(again) = kwd_attrs[i + 1..].iter().position(|a| a == attr) {
                        let span = kwd_patterns.get(i + 1 + again).map_or(span, |p| p.span);
                        let msg = format!("attribute name repeated in class pattern: {attr}");
                        return Err(Fault::new(msg, span));
                    }
                }
                self.expr(cls)?;
                patterns.iter().chain(kwd_patterns).try_for_each(|p| self.pattern(p, true, bound))
            }
            PatternKind::MatchStar { name } => name.iter().try_for_each(|name| bind(name, span, bound)),
            PatternKind::MatchAs { pattern: None, name } => {
                if !may_catch_all {
                    let what = match name {
                        Some(name) => format!("name capture '{name}'"),
                        None => "wildcard".into(),
                    };
                    return Err(Fault::new(format!("{what} makes remaining patterns unreachable"), span));
                }
                name.iter().try_for_each(|name| bind(name, span, bound))
            }
            PatternKind::MatchAs { pattern: Some(inner), name } => {
                self.pattern(inner, may_catch_all, bound)?;
                name.iter().try_for_each(|name| bind(name, span, bound))
            }
            PatternKind::MatchOr { patterns } => self.alternatives(patterns, may_catch_all, bound, span),
        }
    }

    fn alternatives(
        &mut self,
        patterns: &[Pattern],
        may_catch_all: bool,
        bound: &mut Vec<Name>,
        span: Span,
    ) -> Done {
        let mut first: Option<Vec<Name>> = None;
        for (i, pattern) in patterns.iter().enumerate() {
            let mut names = Vec::new();
            let last = i + 1 == patterns.len();
            self.pattern(pattern, may_catch_all && last, &mut names)?;
            names.sort();
            match &first {
                None => first = Some(names),
                Some(expected) if *expected == names => {}
                Some(_) => return Err(Fault::new("alternative patterns bind different names", span)),
            }
        }
        first.unwrap_or_default().iter().try_for_each(|name| bind(name, span, bound))
    }

    fn pattern_value(&mut self, value: &Expr, span: Span) -> Done {
        match &value.kind {
            ExprKind::Constant { .. }
            | ExprKind::Attribute { .. }
            | ExprKind::UnaryOp { .. }
            | ExprKind::BinOp { .. } => self.expr(value),
            _ => Err(Fault::new("patterns may only match literals and attribute lookups", span)),
        }
    }

    fn mapping_keys(&mut self, keys: &[Expr], span: Span) -> Done {
        let mut seen: Vec<String> = Vec::new();
        for key in keys {
            match &key.kind {
                ExprKind::Attribute { .. } => self.expr(key)?,
                ExprKind::Constant { .. } | ExprKind::UnaryOp { .. } | ExprKind::BinOp { .. } => {
                    let text = match crate::dump::literal(key) {
                        zero if zero == "-0" => "0".to_owned(),
                        text => text,
                    };
                    // `1`, `1.0` and `True` are one key.
                    let same = match text.as_str() {
                        "True" => "1".to_owned(),
                        "False" | "0j" | "-0.0" => "0".to_owned(),
                        text => text.strip_suffix(".0").unwrap_or(text).to_owned(),
                    };
                    if seen.contains(&same) {
                        return Err(Fault::new(
                            format!("mapping pattern checks duplicate key ({text})"),
                            span,
                        ));
                    }
                    seen.push(same);
                }
                _ => {
                    let msg = "mapping pattern keys may only match literals and attribute lookups";
                    return Err(Fault::new(msg, span));
                }
            }
        }
        Ok(())
    }
}

fn bind(name: &Name, span: Span, bound: &mut Vec<Name>) -> Done {
    if bound.contains(name) {
        return Err(Fault::new(format!("multiple assignments to name '{name}' in pattern"), span));
    }
    bound.push(name.clone());
    Ok(())
}
