//! Patterns of `match`.

use super::{Converter, Fail, stack};
use crate::ast::*;
use ruff_python_ast as ruff;
use ruff_text_size::Ranged;

impl Converter<'_> {
    /// Converts a pattern, one level deeper.
    pub(super) fn pattern(&mut self, pattern: ruff::Pattern) -> Result<Pattern, Fail> {
        if let Err(fail) = self.enter() {
            stack::drop_deep(pattern, self.source.len());
            return Err(fail);
        }
        let range = pattern.range();
        let kind = self.pattern_kind(pattern)?;
        self.leave();
        Ok(Pattern { kind, span: self.span(range) })
    }

    fn pattern_kind(&mut self, pattern: ruff::Pattern) -> Result<PatternKind, Fail> {
        use ruff::Pattern as R;
        Ok(match pattern {
            R::MatchValue(p) => {
                // Of the operators only those of complex literals are patterns.
                let refused = match &*p.value {
                    ruff::Expr::BinOp(e) => !matches!(e.op, ruff::Operator::Add | ruff::Operator::Sub),
                    ruff::Expr::UnaryOp(e) => !e.operand.is_number_literal_expr(),
                    _ => false,
                };
                if refused {
                    return Err(Fail::Refused);
                }
                PatternKind::MatchValue { value: self.boxed(*p.value)? }
            }
            R::MatchSingleton(p) => PatternKind::MatchSingleton {
                value: match p.value {
                    ruff::Singleton::None => Const::None,
                    ruff::Singleton::True => Const::Bool(true),
                    ruff::Singleton::False => Const::Bool(false),
                },
            },
            R::MatchSequence(p) => PatternKind::MatchSequence { patterns: self.patterns(p.patterns)? },
            R::MatchMapping(p) => PatternKind::MatchMapping {
                keys: self.exprs(p.keys)?,
                patterns: self.patterns(p.patterns)?,
                rest: p.rest.as_ref().map(|n| self.name(n.as_str())),
            },
            R::MatchClass(p) => {
                let cls = self.boxed(*p.cls)?;
                let patterns = self.patterns(p.arguments.patterns)?;
                let (mut kwd_attrs, mut kwd_patterns) = (Vec::new(), Vec::new());
                for keyword in p.arguments.keywords {
                    kwd_attrs.push(self.name(keyword.attr.as_str()));
                    kwd_patterns.push(self.pattern(keyword.pattern)?);
                }
                PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns }
            }
            R::MatchStar(p) => {
                PatternKind::MatchStar { name: p.name.as_ref().map(|n| self.name(n.as_str())) }
            }
            R::MatchAs(p) => PatternKind::MatchAs {
                pattern: p.pattern.map(|p| self.pattern(*p).map(Box::new)).transpose()?,
                name: p.name.as_ref().map(|n| self.name(n.as_str())),
            },
            R::MatchOr(p) => PatternKind::MatchOr { patterns: self.patterns(p.patterns)? },
        })
    }

    fn patterns(&mut self, patterns: impl IntoIterator<Item = ruff::Pattern>) -> Result<Vec<Pattern>, Fail> {
        patterns.into_iter().map(|p| self.pattern(p)).collect()
    }
}
