//! `match` (PEP 634).
//!
//! The subject lies in a temporary (or a variable that no case binds). A pattern is lowered as tests that jump
//! to the case's failure block. Names are bound only when the whole pattern has matched: each captured value
//! waits in a temporary of its own at the bottom of the case. A test that fails while temporaries are live
//! goes through a stub that drops them.

use super::{KILL_FIRST, Lower, Result, walk};
use crate::ast::*;
use crate::cfg::BlockId;
use crate::registers::{Operand, Reg};
use std::cell::RefCell;
use std::collections::BTreeMap;
use weft_bytecode::ops::{KILL_A, KILL_B, WHEN_TRUE};
use weft_bytecode::{Const, Op};

/// What a case's pattern needs while it is being matched.
struct Case {
    /// Where captured values wait.
    captures: BTreeMap<Name, Reg>,
    /// Where a failed test leads to.
    fail: BlockId,
    /// How many live temporaries are none of this pattern's business (in an alternative of `|`).
    outside: usize,
    /// Blocks that drop temporaries on the way to `fail`.
    stubs: RefCell<Vec<(Vec<Reg>, BlockId)>>,
}

impl Case {
    fn new(captures: BTreeMap<Name, Reg>, fail: BlockId, outside: usize) -> Case {
        Case { captures, fail, outside, stubs: RefCell::new(Vec::new()) }
    }
}

impl<'a> Lower<'a> {
    pub(super) fn match_stmt(&mut self, subject: &'a Expr, cases: &'a [MatchCase]) -> Result {
        let mark = self.u.temps.top();
        let end = self.label();
        let subject = self.match_subject(subject, cases)?;
        let bottom = self.u.temps.top();
        for case in cases {
            let fail = self.label();
            let mut order = Vec::new();
            names(&case.pattern, &mut order).map_err(|(msg, span)| self.error(msg, span))?;
            let first = self.u.temps.take_many(order.len() as u32);
            let captures =
                order.iter().enumerate().map(|(n, name)| (name.clone(), first.up(n as u32))).collect();
            let context = Case::new(captures, fail, 0);
            if matches!(case.pattern.kind, PatternKind::MatchAs { pattern: None, name: None }) {
                self.at(case.pattern.span);
                self.nop();
            }
            self.pattern(&case.pattern, Operand::borrowed(subject.reg), &context)?;
            self.u.matching.clear();
            for name in &order {
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
            self.place_stubs(&context);
            self.place(fail);
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
                // Who traces the program sees it come here.
                self.at(subject.span);
                self.nop();
                return self.operand(subject, &[]);
            }
        }
        let t = self.u.temps.take();
        self.expr_to(subject, t)?;
        Ok(Operand::temp(t))
    }

    /// Where a test that fails here jumps to.
    fn fail(&mut self, case: &Case) -> BlockId {
        let live = self.u.matching[case.outside..].to_vec();
        if live.is_empty() {
            return case.fail;
        }
        let known = case.stubs.borrow().iter().find(|s| s.0 == live).map(|s| s.1);
        known.unwrap_or_else(|| {
            let stub = self.label();
            case.stubs.borrow_mut().push((live, stub));
            stub
        })
    }

    /// The blocks that [`Lower::fail`] gave out; control must not fall into them.
    fn place_stubs(&mut self, case: &Case) {
        self.nowhere();
        for (live, stub) in case.stubs.take() {
            self.place(stub);
            live.into_iter().for_each(|r| self.clear(r));
            self.goto(case.fail);
        }
    }

    /// From here on a failing test must drop these.
    fn hold(&mut self, first: Reg, count: u32) {
        self.u.matching.extend((0..count).map(|n| first.up(n)));
    }

    fn let_go(&mut self, r: Reg) {
        self.u.matching.retain(|&m| m != r);
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
                    let fail = self.fail(case);
                    self.jump(Op::JUMP_EQ_I, 0, v.reg, n, fail);
                    return Ok(());
                }
                let r = self.operand(value, &[])?;
                self.at(p.span);
                let fail = self.fail(case);
                self.jump(Op::JUMP_EQ, Self::kill(r, None, KILL_B), v.reg, r.reg, fail);
            }
            PatternKind::MatchSingleton { value: Const::None } => {
                let fail = self.fail(case);
                self.jump(Op::JUMP_IF_NONE, 0, v.reg, 0u32, fail);
            }
            PatternKind::MatchSingleton { value } => {
                let t = self.u.temps.take();
                self.load_const(t, value.clone());
                let fail = self.fail(case);
                self.jump(Op::JUMP_IS, KILL_B, v.reg, t, fail);
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
            if v.owned {
                self.let_go(v.reg);
            }
            self.hold(r, 1);
        }
    }

    /// Alternatives bind the same names (the symbol table or [`names`] has said so).
    fn or_pattern(&mut self, patterns: &'a [Pattern], v: Operand, case: &Case) -> Result {
        let matched = self.label();
        let live = self.u.matching.clone();
        for (n, p) in patterns.iter().enumerate() {
            self.u.matching.clone_from(&live);
            if n + 1 == patterns.len() {
                self.pattern(p, v, case)?;
                break;
            }
            let next = self.label();
            let inner = Case::new(case.captures.clone(), next, live.len());
            self.pattern(p, v, &inner)?;
            self.goto(matched);
            self.place_stubs(&inner);
            self.place(next);
        }
        self.place(matched);
        Ok(())
    }

    fn sequence(&mut self, p: &'a Pattern, patterns: &'a [Pattern], v: Operand, case: &Case) -> Result {
        let star = patterns.iter().position(|p| matches!(p.kind, PatternKind::MatchStar { .. }));
        let t = self.u.temps.take();
        self.ins(Op::MATCH_SEQUENCE, 0, t, v.reg, 0u32);
        let fail = self.fail(case);
        self.jump(Op::JUMP_IF, KILL_FIRST, t, 0u32, fail);
        let count = patterns.len() as i16;
        match star {
            None => {
                self.ins(Op::GET_LEN, 0, t, v.reg, 0u32);
                let fail = self.fail(case);
                self.jump(Op::JUMP_EQ_I, KILL_A, t, count as u16, fail);
            }
            Some(_) if count > 1 => {
                self.ins(Op::GET_LEN, 0, t, v.reg, 0u32);
                let fail = self.fail(case);
                self.jump(Op::JUMP_GE_I, KILL_A, t, (count - 1) as u16, fail);
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
                self.hold(item, 1);
                self.sub_pattern(sub, item, case)?;
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
        self.hold(base, patterns.len() as u32);
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
        self.let_go(r);
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
        let fail = self.fail(case);
        self.jump(Op::JUMP_IF, KILL_FIRST, t, 0u32, fail);
        if !keys.is_empty() {
            self.ins(Op::GET_LEN, 0, t, v.reg, 0u32);
            let fail = self.fail(case);
            self.jump(Op::JUMP_GE_I, KILL_A, t, keys.len() as u16, fail);
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
        self.hold(t, 2);
        let fail = self.fail(case);
        self.jump(Op::JUMP_IF_NONE, WHEN_TRUE, values, 0u32, fail);
        let base = self.u.temps.take_many(patterns.len() as u32);
        self.ins(Op::UNPACK, KILL_B, base, values, patterns.len() as u32);
        self.let_go(values);
        self.hold(base, patterns.len() as u32);
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
        self.let_go(t);
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
        self.hold(base, 1);
        let fail = self.fail(case);
        self.jump(Op::JUMP_IF_NONE, WHEN_TRUE, base, 0u32, fail);
        let count = patterns.len() + kwd_patterns.len();
        let parts = self.u.temps.take_many(count as u32);
        self.let_go(base);
        self.ins(Op::UNPACK, KILL_B, parts, base, count as u32);
        self.hold(parts, count as u32);
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
