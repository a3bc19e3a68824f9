//! `match` (PEP 634).
//!
//! The subject lies in a temporary (or a variable that no case binds). A pattern is lowered as tests that jump
//! to the case's failure block. Names are bound only when the whole pattern has matched: each captured value
//! waits in a temporary of its own at the bottom of the case, so that all failing tests find the same
//! registers live: `CLEAR` of a register that is unbound does nothing, and the failure block clears all.

use super::{KILL_FIRST, Lower, Result, walk};
use crate::ast::*;
use crate::cfg::BlockId;
use crate::registers::{Operand, Reg};
use std::collections::BTreeMap;
use weft_bytecode::ops::{KILL_A, KILL_B, WHEN_TRUE};
use weft_bytecode::{Const, Op};

/// What a case's pattern needs while it is being matched.
struct Case {
    /// Where captured values wait, by name in order of appearance.
    captures: BTreeMap<Name, Reg>,
    order: Vec<Name>,
    /// Where a failed test jumps to. Everything from `bottom` up may be live there.
    fail: BlockId,
}

impl<'a> Lower<'a> {
    pub(super) fn match_stmt(&mut self, subject: &'a Expr, cases: &'a [MatchCase]) -> Result {
        let mark = self.u.temps.top();
        let end = self.label();
        let subject = self.match_subject(subject, cases)?;
        let bottom = self.u.temps.top();
        for (n, case) in cases.iter().enumerate() {
            let last = n + 1 == cases.len();
            let fail = self.label();
            let mut order = Vec::new();
            names(&case.pattern, &mut order).map_err(|(msg, span)| self.error(msg, span))?;
            let first = self.u.temps.take_many(order.len() as u32);
            let captures =
                order.iter().enumerate().map(|(n, name)| (name.clone(), first.up(n as u32))).collect();
            let scratch = self.u.temps.top();
            let before = self.u.temps.measure();
            let context = Case { captures, order, fail };
            let irrefutable = last && irrefutable(&case.pattern) && case.guard.is_none();
            self.pattern(&case.pattern, Operand::borrowed(subject.reg), &context)?;
            let deepest = self.u.temps.measured(before);
            for name in &context.order {
                self.at(case.pattern.span);
                self.store_name(name, Operand::temp(context.captures[name]));
            }
            self.u.temps.reset(bottom);
            if let Some(guard) = &case.guard {
                self.jump_if(guard, false, fail)?;
            }
            if subject.owned {
                self.nowhere();
                self.clear(subject.reg);
            }
            self.body(&case.body)?;
            self.goto(end);
            self.place(fail);
            self.nowhere();
            if !irrefutable {
                // Whatever a failed test left behind.
                let used = if simple(&case.pattern) { 0 } else { deepest.0 - scratch.0 };
                let top = scratch.up(used);
                let mut r = bottom;
                while r < top {
                    self.clear(r);
                    r = r.up(1);
                }
            }
        }
        if subject.owned {
            self.nowhere();
            self.clear(subject.reg);
        }
        self.place(end);
        self.u.temps.reset(mark);
        Ok(())
    }

    /// The subject: a variable may serve in place if no case binds it.
    fn match_subject(&mut self, subject: &'a Expr, cases: &'a [MatchCase]) -> Result<Operand> {
        if let ExprKind::Name { id, .. } = &subject.kind
            && self.local(id).is_some()
        {
            let bound = cases.iter().any(|c| {
                let mut all = Vec::new();
                let _ = names(&c.pattern, &mut all);
                all.contains(id) || c.guard.as_ref().is_some_and(|g| walk::rebinds(g, id))
            });
            if !bound {
                return self.operand(subject, &[]);
            }
        }
        let t = self.u.temps.take();
        self.expr_to(subject, t)?;
        Ok(Operand::temp(t))
    }

    /// Tests `v` against the pattern; falls through if it matches. `v` stays.
    fn pattern(&mut self, p: &'a Pattern, v: Operand, case: &Case) -> Result {
        let mark = self.u.temps.top();
        self.at(p.span);
        self.deeper(p.span, |l| l.pattern_inner(p, v, case))?;
        self.u.temps.reset(mark);
        Ok(())
    }

    fn pattern_inner(&mut self, p: &'a Pattern, v: Operand, case: &Case) -> Result {
        match &p.kind {
            PatternKind::MatchValue { value } => {
                if let Some(n) = self.constant_operand(value).as_ref().and_then(super::expr::immediate) {
                    self.jump(Op::JUMP_EQ_I, 0, v.reg, n, case.fail);
                    return Ok(());
                }
                let r = self.operand(value, &[])?;
                self.at(p.span);
                self.jump(Op::JUMP_EQ, Self::kill(r, None, KILL_B), v.reg, r.reg, case.fail);
            }
            PatternKind::MatchSingleton { value: Const::None } => {
                self.jump(Op::JUMP_IF_NONE, 0, v.reg, 0u32, case.fail);
            }
            PatternKind::MatchSingleton { value } => {
                let t = self.u.temps.take();
                self.load_const(t, value.clone());
                self.jump(Op::JUMP_IS, KILL_B, v.reg, t, case.fail);
            }
            PatternKind::MatchAs { pattern, name } => {
                if let Some(inner) = pattern {
                    self.pattern(inner, v, case)?;
                }
                if let Some(name) = name {
                    self.at(p.span);
                    self.capture(name, Operand::borrowed(v.reg), case);
                }
            }
            PatternKind::MatchStar { name } => {
                if let Some(name) = name {
                    self.capture(name, Operand::borrowed(v.reg), case);
                }
            }
            PatternKind::MatchOr { patterns } => return self.or_pattern(patterns, v, case),
            PatternKind::MatchSequence { patterns } => return self.sequence(p, patterns, v, case),
            PatternKind::MatchMapping { keys, patterns, rest } => {
                return self.mapping(p, keys, patterns, rest.as_ref(), v, case);
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                return self.class_pattern(p, cls, patterns, kwd_attrs, kwd_patterns, v, case);
            }
        }
        Ok(())
    }

    fn capture(&mut self, name: &Name, v: Operand, case: &Case) {
        if let Some(&r) = case.captures.get(name) {
            self.move_to(r, v);
        }
    }

    /// Alternatives bind the same names (the symbol table or [`names`] has said so).
    fn or_pattern(&mut self, patterns: &'a [Pattern], v: Operand, case: &Case) -> Result {
        let matched = self.label();
        for (n, p) in patterns.iter().enumerate() {
            if n + 1 == patterns.len() {
                self.pattern(p, v, case)?;
                break;
            }
            let next = self.label();
            let inner = Case { captures: case.captures.clone(), order: case.order.clone(), fail: next };
            let (mark, before) = (self.u.temps.top(), self.u.temps.measure());
            self.pattern(p, v, &inner)?;
            let deepest = self.u.temps.measured(before);
            self.goto(matched);
            self.place(next);
            if !simple(p) {
                let used = deepest.0 - mark.0;
                let mut own = Vec::new();
                let _ = names(p, &mut own);
                for name in own {
                    if let Some(&r) = case.captures.get(&name) {
                        self.clear(r);
                    }
                }
                for n in 0..used {
                    self.clear(mark.up(n));
                }
            }
        }
        self.place(matched);
        Ok(())
    }

    fn sequence(&mut self, p: &'a Pattern, patterns: &'a [Pattern], v: Operand, case: &Case) -> Result {
        let star = patterns.iter().position(|p| matches!(p.kind, PatternKind::MatchStar { .. }));
        let t = self.u.temps.take();
        self.ins(Op::MATCH_SEQUENCE, 0, t, v.reg, 0u32);
        self.jump(Op::JUMP_IF, KILL_FIRST, t, 0u32, case.fail);
        let count = patterns.len() as i16;
        match star {
            None => {
                self.ins(Op::GET_LEN, 0, t, v.reg, 0u32);
                self.jump(Op::JUMP_EQ_I, KILL_A, t, count as u16, case.fail);
            }
            Some(_) if count > 1 => {
                self.ins(Op::GET_LEN, 0, t, v.reg, 0u32);
                self.jump(Op::JUMP_GE_I, KILL_A, t, (count - 1) as u16, case.fail);
            }
            Some(_) => {}
        }
        self.u.temps.reset(t);
        if patterns.iter().all(wildcard) {
            return Ok(());
        }
        if let Some(s) = star.filter(|&s| wildcard(&patterns[s])) {
            // The middle is not wanted: items by index, from the front and from the back.
            for (n, sub) in patterns.iter().enumerate() {
                if wildcard(sub) {
                    continue;
                }
                let item = self.u.temps.take();
                self.at(p.span);
                if n < s {
                    self.ins(Op::LOAD_ITEM_I, 0, item, v.reg, n as u16);
                } else {
                    self.ins(Op::GET_LEN, 0, item, v.reg, 0u32);
                    self.ins(Op::SUB_I, 0, item, item, (patterns.len() - n) as u16);
                    self.ins(Op::LOAD_ITEM, 0, item, v.reg, item);
                }
                self.pattern(sub, Operand::temp(item), case)?;
                self.clear(item);
                self.u.temps.reset(item);
            }
            return Ok(());
        }
        let base = self.u.temps.take_many(patterns.len() as u32);
        match star {
            None => self.ins(Op::UNPACK, 0, base, v.reg, patterns.len() as u32),
            Some(s) => {
                let after = patterns.len() - s - 1;
                if after > 255 {
                    return Err(self.error("too many expressions in star-unpacking sequence pattern", p.span));
                }
                let source = self.u.temps.take();
                self.ins(Op::COPY, 0, source, v.reg, 0u32);
                self.ins(Op::UNPACK_EX, after as u8, base, source, s as u32);
            }
        }
        for (n, sub) in patterns.iter().enumerate() {
            self.sub_pattern(sub, base.up(n as u32), case)?;
        }
        Ok(())
    }

    /// Matches the temporary `r`, which is given up.
    fn sub_pattern(&mut self, p: &'a Pattern, r: Reg, case: &Case) -> Result {
        match &p.kind {
            PatternKind::MatchAs { pattern: None, name: Some(name) }
            | PatternKind::MatchStar { name: Some(name) } => {
                self.at(p.span);
                self.capture(name, Operand::temp(r), case);
                return Ok(());
            }
            _ => {}
        }
        self.pattern(p, Operand::temp(r), case)?;
        self.clear(r);
        Ok(())
    }

    fn mapping(
        &mut self,
        p: &'a Pattern,
        keys: &'a [Expr],
        patterns: &'a [Pattern],
        rest: Option<&'a Name>,
        v: Operand,
        case: &Case,
    ) -> Result {
        let t = self.u.temps.take();
        self.ins(Op::MATCH_MAPPING, 0, t, v.reg, 0u32);
        self.jump(Op::JUMP_IF, KILL_FIRST, t, 0u32, case.fail);
        if !keys.is_empty() {
            self.ins(Op::GET_LEN, 0, t, v.reg, 0u32);
            self.jump(Op::JUMP_GE_I, KILL_A, t, keys.len() as u16, case.fail);
        } else if rest.is_none() {
            return Ok(());
        }
        // t: the keys; above: the values; above: one register each.
        let first = self.u.temps.top();
        for (n, key) in keys.iter().enumerate() {
            let slot = first.up(n as u32);
            self.u.temps.reset(slot.up(1));
            self.expr_to(key, slot)?;
        }
        self.at(p.span);
        self.ins(Op::BUILD_TUPLE, 0, t, first, keys.len() as u32);
        self.u.temps.reset(first);
        let values = self.u.temps.take();
        self.ins(Op::MATCH_KEYS, 0, values, v.reg, t);
        self.jump(Op::JUMP_IF_NONE, WHEN_TRUE, values, 0u32, case.fail);
        let base = self.u.temps.take_many(patterns.len() as u32);
        self.ins(Op::UNPACK, KILL_B, base, values, patterns.len() as u32);
        for (n, sub) in patterns.iter().enumerate() {
            self.sub_pattern(sub, base.up(n as u32), case)?;
        }
        if let Some(rest) = rest {
            // A copy of the mapping without the keys.
            self.at(p.span);
            let dict = self.u.temps.take();
            self.ins(Op::BUILD_DICT, 0, dict, dict, 0u32);
            self.ins(Op::DICT_UPDATE, 0, dict, v.reg, 0u32);
            if !keys.is_empty() {
                let each = self.u.temps.take_many(keys.len() as u32);
                self.ins(Op::UNPACK, 0, each, t, keys.len() as u32);
                for n in 0..keys.len() as u32 {
                    self.ins(Op::DELETE_ITEM, KILL_B, dict, each.up(n), 0u32);
                }
            }
            self.capture(rest, Operand::temp(dict), case);
        }
        self.clear(t);
        Ok(())
    }

    #[allow(clippy::too_many_arguments)]
    fn class_pattern(
        &mut self,
        p: &'a Pattern,
        cls: &'a Expr,
        patterns: &'a [Pattern],
        kwd_attrs: &'a [Name],
        kwd_patterns: &'a [Pattern],
        v: Operand,
        case: &Case,
    ) -> Result {
        for (n, attr) in kwd_attrs.iter().enumerate() {
            if kwd_attrs[..n].contains(attr) {
                let msg = format!("attribute name repeated in class pattern: {attr}");
                return Err(self.error(msg, kwd_patterns[n].span));
            }
        }
        let base = self.u.temps.take_many(3);
        self.ins(Op::COPY, 0, base, v.reg, 0u32);
        self.expr_to(cls, base.up(1))?;
        self.at(p.span);
        self.load_const(base.up(2), Self::names_tuple(kwd_attrs.iter()));
        // Into the subject's own register: it is only a copy.
        self.ins(Op::MATCH_CLASS, 0, base, base, patterns.len() as u32);
        self.clear(base.up(1));
        self.clear(base.up(2));
        self.u.temps.reset(base.up(1));
        self.jump(Op::JUMP_IF_NONE, WHEN_TRUE, base, 0u32, case.fail);
        let count = patterns.len() + kwd_patterns.len();
        let parts = self.u.temps.take_many(count as u32);
        self.ins(Op::UNPACK, KILL_B, parts, base, count as u32);
        for (n, sub) in patterns.iter().chain(kwd_patterns).enumerate() {
            self.sub_pattern(sub, parts.up(n as u32), case)?;
        }
        Ok(())
    }
}

fn wildcard(p: &Pattern) -> bool {
    matches!(
        p.kind,
        PatternKind::MatchAs { pattern: None, name: None } | PatternKind::MatchStar { name: None }
    )
}

/// Matches everything.
fn irrefutable(p: &Pattern) -> bool {
    match &p.kind {
        PatternKind::MatchAs { pattern: None, .. } => true,
        PatternKind::MatchAs { pattern: Some(p), .. } => irrefutable(p),
        PatternKind::MatchOr { patterns } => patterns.iter().any(irrefutable),
        _ => false,
    }
}

/// Leaves nothing in temporaries when it fails.
fn simple(p: &Pattern) -> bool {
    match &p.kind {
        PatternKind::MatchValue { .. } | PatternKind::MatchSingleton { .. } => true,
        PatternKind::MatchAs { pattern, .. } => pattern.as_deref().is_none_or(simple),
        PatternKind::MatchOr { patterns } => patterns.iter().all(simple),
        _ => false,
    }
}

/// The names a pattern binds, in order; an error if one is bound twice or alternatives differ.
fn names(p: &Pattern, out: &mut Vec<Name>) -> std::result::Result<(), (String, Span)> {
    let add = |name: &Name, out: &mut Vec<Name>| {
        if out.contains(name) {
            return Err((format!("multiple assignments to name '{name}' in pattern"), p.span));
        }
        out.push(name.clone());
        Ok(())
    };
    match &p.kind {
        PatternKind::MatchValue { .. } | PatternKind::MatchSingleton { .. } => Ok(()),
        PatternKind::MatchStar { name } => name.iter().try_for_each(|n| add(n, out)),
        PatternKind::MatchAs { pattern, name } => {
            if let Some(inner) = pattern {
                names(inner, out)?;
            }
            name.iter().try_for_each(|n| add(n, out))
        }
        PatternKind::MatchSequence { patterns } => patterns.iter().try_for_each(|p| names(p, out)),
        PatternKind::MatchMapping { patterns, rest, .. } => {
            patterns.iter().try_for_each(|p| names(p, out))?;
            rest.iter().try_for_each(|n| add(n, out))
        }
        PatternKind::MatchClass { patterns, kwd_patterns, .. } => {
            patterns.iter().chain(kwd_patterns).try_for_each(|p| names(p, out))
        }
        PatternKind::MatchOr { patterns } => {
            let mut first: Option<Vec<Name>> = None;
            for alternative in patterns {
                let mut own = Vec::new();
                names(alternative, &mut own)?;
                match &first {
                    None => first = Some(own),
                    Some(first) => {
                        let same = own.len() == first.len() && own.iter().all(|n| first.contains(n));
                        if !same {
                            return Err(("alternative patterns bind different names".into(), p.span));
                        }
                    }
                }
            }
            first.iter().flatten().try_for_each(|n| add(n, out))
        }
    }
}
