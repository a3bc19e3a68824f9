//! Calls: the callable, then the arguments, in a window of consecutive temporaries.

use super::{Lower, Result};
use crate::ast::*;
use crate::registers::{Operand, Reg};
use weft_bytecode::ops::{KILL_B, KILL_C};
use weft_bytecode::{Const, Op};

/// With more arguments than this they are gathered in a tuple and a dict.
const MOST_IN_REGISTERS: usize = 200;

impl<'a> Lower<'a> {
    /// `dst := func(args, keywords)`
    pub(super) fn call(
        &mut self,
        e: &'a Expr,
        func: &'a Expr,
        args: &'a [Expr],
        keywords: &'a [Keyword],
        dst: Reg,
    ) -> Result {
        let base = self.window(dst);
        if needs_unpacking(args, keywords) {
            self.argument(func, base, &later_of(args, keywords))?;
            return self.call_unpacking(e.span, base, args, keywords, dst);
        }
        let method = match &func.kind {
            ExprKind::Attribute { value, attr, .. } => {
                self.u.temps.reset(base.up(2));
                if !self.super_attribute(func, value, attr, base, true)? {
                    self.load_method(func, value, attr, base, &later_of(args, keywords))?;
                }
                true
            }
            _ => {
                self.argument(func, base, &later_of(args, keywords))?;
                false
            }
        };
        let first = base.up(if method { 2 } else { 1 });
        self.u.temps.reset(first);
        let named = self.arguments(args, keywords, first)?;
        let count = (args.len() + keywords.len()) as u32;
        let op = match (method, named) {
            (false, false) => Op::CALL,
            (false, true) => Op::CALL_KW,
            (true, false) => Op::CALL_METHOD,
            (true, true) => Op::CALL_METHOD_KW,
        };
        // The call itself begins at the method's name, if what comes before stands on other lines.
        let at = match &func.kind {
            ExprKind::Attribute { attr, .. } if method => {
                let name = super::expr::attribute_span(func.span, attr);
                Span { line: name.line, col: name.col, ..e.span }
            }
            _ => e.span,
        };
        self.at(at);
        self.ins(op, 0, dst, base, count);
        Ok(())
    }

    /// Function and receiver of `value.attr(...)` into `base` and the register above.
    fn load_method(
        &mut self,
        func: &'a Expr,
        value: &'a Expr,
        attr: &'a Name,
        base: Reg,
        later: &[&'a Expr],
    ) -> Result {
        let v = self.operand_home(value, later, Some(base))?;
        let attr = self.mangled(attr);
        self.at(super::expr::attribute_span(func.span, &attr));
        match self.u.site(&attr) {
            Some(s) => self.ins(Op::LOAD_METHOD, Self::kill(v, Some(base), KILL_B), base, v.reg, s),
            None => {
                self.load_attr(base, v, &attr);
                self.clear(base.up(1));
            }
        }
        Ok(())
    }

    /// Arguments without stars into consecutive registers; true if a tuple of names follows.
    pub(super) fn arguments(
        &mut self,
        args: &'a [Expr],
        keywords: &'a [Keyword],
        first: Reg,
    ) -> Result<bool> {
        let all: Vec<&Expr> = later_of(args, keywords);
        for (n, &value) in all.iter().enumerate() {
            let slot = first.up(n as u32);
            self.u.temps.reset(slot.up(1));
            self.argument(value, slot, &all[n + 1..])?;
        }
        if keywords.is_empty() {
            return Ok(false);
        }
        let names = keywords.iter().flat_map(|k| &k.arg).map(super::name_const).collect();
        let slot = first.up(all.len() as u32);
        self.u.temps.reset(slot.up(1));
        self.load_const(slot, Const::Tuple(names));
        Ok(true)
    }

    /// `dst := R[base](*args, **keywords)` with stars, or too many arguments for registers.
    pub(super) fn call_unpacking(
        &mut self,
        span: Span,
        base: Reg,
        args: &'a [Expr],
        keywords: &'a [Keyword],
        dst: Reg,
    ) -> Result {
        self.u.temps.reset(base.up(3));
        let (tuple, dict) = (base.up(1), base.up(2));
        self.at(span);
        let direct = self.positional(span, base, args, keywords, tuple)?;
        let mut named = 0;
        match keywords {
            [] => {
                self.at(span);
                self.clear(dict);
            }
            // `f(x=1, **d)`: mostly there is nothing in `d`, and no dict to be made.
            [given @ .., Keyword { arg: None, value, .. }]
                if given.iter().all(|k| k.arg.is_some()) && given.len() + args.len() <= MOST_IN_REGISTERS =>
            {
                let values: Vec<&Expr> = given.iter().map(|k| &k.value).chain([value]).collect();
                for (n, k) in given.iter().enumerate() {
                    let slot = self.u.temps.take();
                    self.argument(&k.value, slot, &values[n + 1..])?
                }
                if !given.is_empty() {
                    let names = given.iter().flat_map(|k| &k.arg).map(super::name_const).collect();
                    let slot = self.u.temps.take();
                    self.at(span);
                    self.load_const(slot, Const::Tuple(names))
                }
                named = given.len() as u32;
                self.argument(value, dict, &[])?
            }
            _ => self.keyword_dict(span, base, keywords, dict)?,
        }
        self.at(span);
        self.ins(Op::CALL_EX, (named > 0) as u8, dst, base, direct + named);
        Ok(())
    }

    /// The positional arguments: some in registers of their own behind the window's three, which is how many this gives,
    /// and the others as one iterable.
    fn positional(
        &mut self,
        span: Span,
        func: Reg,
        args: &'a [Expr],
        keywords: &'a [Keyword],
        dst: Reg,
    ) -> Result<u32> {
        let later: Vec<&Expr> = keywords.iter().map(|k| &k.value).collect();
        let starred = |e: &Expr| matches!(e.kind, ExprKind::Starred { .. });
        let plain = args.iter().take_while(|a| !starred(a)).count();
        let (first, rest) = args.split_at(plain);
        let rest_value = match rest {
            [] => None,
            // Whatever it is, the call takes it apart. (Where keywords do something, that would be too late for its error.)
            [Expr { kind: ExprKind::Starred { value, .. }, .. }]
                if first.is_empty() || later.iter().all(|e| does_nothing(e)) =>
            {
                Some(&**value)
            }
            _ => return self.gathered(span, func, args, dst).map(|()| 0),
        };
        if plain > MOST_IN_REGISTERS {
            return self.gathered(span, func, args, dst).map(|()| 0);
        }
        for (n, a) in first.iter().enumerate() {
            let slot = self.u.temps.take();
            let others: Vec<&Expr> =
                first[n + 1..].iter().chain(rest_value).chain(later.iter().copied()).collect();
            self.argument(a, slot, &others)?
        }
        match rest_value {
            Some(value) => self.argument(value, dst, &later)?,
            None => self.load_const(dst, Const::Tuple(Box::new([]))),
        }
        Ok(plain as u32)
    }

    /// Positional arguments, stars among them, as a tuple.
    fn gathered(&mut self, span: Span, func: Reg, args: &'a [Expr], dst: Reg) -> Result {
        let starred = |e: &Expr| matches!(e.kind, ExprKind::Starred { .. });
        let plain = args.iter().take_while(|a| !starred(a)).count().min(MOST_IN_REGISTERS);
        let base = self.u.temps.top();
        for (n, a) in args[..plain].iter().enumerate() {
            let slot = self.u.temps.take();
            let others: Vec<&Expr> = args[n + 1..plain].iter().collect();
            self.argument(a, slot, &others)?;
        }
        self.at(span);
        self.ins(Op::BUILD_LIST, 0, dst, base, plain as u32);
        self.u.temps.reset(base);
        for a in &args[plain..] {
            let mark = self.u.temps.top();
            if let ExprKind::Starred { value, .. } = &a.kind {
                let v = self.operand(value, &[])?;
                self.at(a.span);
                self.ins(Op::LIST_EXTEND, 1 | Self::kill(v, None, KILL_B), dst, v.reg, func);
            } else {
                let v = self.operand(a, &[])?;
                self.at(a.span);
                self.ins(Op::LIST_APPEND, Self::kill(v, None, KILL_B), dst, v.reg, 0u32);
            }
            self.u.temps.reset(mark);
        }
        self.at(span);
        self.ins(Op::LIST_TO_TUPLE, 0, dst, dst, 0u32);
        Ok(())
    }

    /// The keyword arguments as a dict; duplicates are errors.
    pub(super) fn keyword_dict(
        &mut self,
        span: Span,
        func: Reg,
        keywords: &'a [Keyword],
        dst: Reg,
    ) -> Result {
        if let [Keyword { arg: None, value, .. }] = keywords {
            // One mapping alone is copied all the same: the callee's `**kwargs` is its own.
            self.at(span);
            let top = self.u.temps.top();
            self.ins(Op::BUILD_DICT, 0, dst, top, 0u32);
            return self.merge(func, value, dst);
        }
        let plain = keywords.iter().take_while(|k| k.arg.is_some()).count().min(MOST_IN_REGISTERS / 2);
        let base = self.u.temps.top();
        for k in &keywords[..plain] {
            self.keyword_pair(k)?;
        }
        self.at(span);
        self.ins(Op::BUILD_DICT, 0, dst, base, plain as u32);
        self.u.temps.reset(base);
        for k in &keywords[plain..] {
            if k.arg.is_none() {
                self.merge(func, &k.value, dst)?;
                continue;
            }
            // `f(**a, x=1)`: a duplicate must be noticed, so the name goes through a dict of its own.
            self.keyword_pair(k)?;
            self.at(k.span);
            self.ins(Op::BUILD_DICT, 0, base, base, 1u32);
            self.u.temps.reset(base.up(1));
            self.ins(Op::DICT_MERGE, KILL_B, dst, base, func);
            self.u.temps.reset(base);
        }
        Ok(())
    }

    fn keyword_pair(&mut self, k: &'a Keyword) -> Result {
        let pair = self.u.temps.take_many(2);
        if let Some(name) = &k.arg {
            self.at(k.span);
            self.load_str(pair, name);
        }
        self.argument_owned(&k.value, pair.up(1))
    }

    /// As [`Lower::argument`] where what is evaluated later is not known: variables are copied.
    fn argument_owned(&mut self, e: &'a Expr, slot: Reg) -> Result {
        if self.walrus { self.expr_to(e, slot) } else { self.argument(e, slot, &[]) }
    }

    fn merge(&mut self, func: Reg, mapping: &'a Expr, dst: Reg) -> Result {
        let mark = self.u.temps.top();
        let v = self.operand(mapping, &[])?;
        self.at(mapping.span);
        self.ins(Op::DICT_MERGE, Self::kill(v, None, KILL_B), dst, v.reg, func);
        self.u.temps.reset(mark);
        Ok(())
    }

    /// Calls `R[base]` with `count` arguments above it.
    pub(super) fn call_registers(&mut self, dst: Reg, base: Reg, count: u32) {
        self.ins(Op::CALL, 0, dst, base, count);
    }

    /// Ends a borrowed operand's life explicitly; keeps the two kinds of drop in one place.
    pub(super) fn kill_c(v: Operand) -> u8 {
        if v.owned { KILL_C } else { 0 }
    }
}

/// Everything a call evaluates after its callable, in order.
fn later_of<'a>(args: &'a [Expr], keywords: &'a [Keyword]) -> Vec<&'a Expr> {
    args.iter().chain(keywords.iter().map(|k| &k.value)).collect()
}

/// Is it evaluated without any effect?
fn does_nothing(e: &Expr) -> bool {
    matches!(e.kind, ExprKind::Name { .. } | ExprKind::Constant { .. })
}

/// Does the call need `CALL_EX`?
pub(super) fn needs_unpacking(args: &[Expr], keywords: &[Keyword]) -> bool {
    args.iter().any(|a| matches!(a.kind, ExprKind::Starred { .. }))
        || keywords.iter().any(|k| k.arg.is_none())
        || args.len() + keywords.len() > MOST_IN_REGISTERS
}
