//! Arguments of calls and classes.

use super::core::{Bail, P, Parser, Rule};
use super::node::{Node, Shape};
use std::rc::Rc;

type N = Rc<Node>;

/// One argument.
#[derive(Clone)]
enum Argument {
    /// `x`, `*x`
    Positional(N),
    /// `a=x`
    Keyword,
    /// `**x`
    DoubleStarred,
}

impl Parser<'_> {
    pub fn arguments(&mut self) -> P<()> {
        self.memo(Rule::Arguments, |p| {
            let mark = p.mark;
            let start = p.peek()?.start;
            if p.attempt(|p| {
                p.args()?;
                p.attempt(|p| p.op(","))?;
                p.must_see(|p| p.op(")"))
            })?
            .is_none()
            {
                if p.advises() {
                    p.mark = mark;
                    p.mistaken_arguments()?;
                }
                return Err(Bail::Fail);
            }
            Ok(Node::new(Shape::Other("arguments"), start, p.previous().end))
        })
        .map(drop)
    }

    /// Positional arguments, then keywords.
    fn args(&mut self) -> P<N> {
        let start = self.peek()?.start;
        self.args_list()?;
        let end = self.previous().end;
        Ok(Node::new(Shape::Other("arguments"), start, end))
    }

    fn args_list(&mut self) -> P<Vec<Argument>> {
        let positional = self.attempt(|p| p.list(Parser::positional_argument))?;
        let Some(positional) = positional else { return self.kwargs() };
        let mut all: Vec<Argument> = positional.into_iter().map(Argument::Positional).collect();
        if let Some(kwargs) = self.attempt(|p| {
            p.op(",")?;
            p.kwargs()
        })? {
            all.extend(kwargs);
        }
        Ok(all)
    }

    fn positional_argument(&mut self) -> P<N> {
        let node = match self.attempt(Parser::starred_expression)? {
            Some(node) => node,
            None => match self.attempt(Parser::assignment_expression)? {
                Some(node) => node,
                None => {
                    let node = self.expression()?;
                    self.must_not_see(|p| p.op(":="))?;
                    node
                }
            },
        };
        self.must_not_see(|p| p.op("="))?;
        Ok(node)
    }

    /// `*x`
    pub fn starred_expression(&mut self) -> P<N> {
        let mark = self.mark;
        if self.advises() {
            if let Some((a, b)) = self.attempt(|p| {
                let a = p.op("*")?;
                p.expression()?;
                p.op("=")?;
                let b = p.expression()?;
                Ok((a, b))
            })? {
                return self.raise(a.start, b.end, "cannot assign to iterable argument unpacking");
            }
            self.mark = mark;
        }
        let star = self.op("*")?;
        match self.attempt(Parser::expression)? {
            Some(value) => Ok(Node::new(Shape::Starred(value.clone()), star.start, value.end)),
            None if self.advises() => self.raise_last("Invalid star expression"),
            None => Err(Bail::Fail),
        }
    }

    fn kwargs(&mut self) -> P<Vec<Argument>> {
        let mut all = Vec::new();
        if let Some(first) = self.attempt(|p| p.list(Parser::kwarg_or_starred))? {
            all.extend(first);
            if let Some(more) = self.attempt(|p| {
                p.op(",")?;
                p.list(Parser::kwarg_or_double_starred)
            })? {
                all.extend(more);
            }
            return Ok(all);
        }
        self.list(Parser::kwarg_or_double_starred)
    }

    fn kwarg_or_starred(&mut self) -> P<Argument> {
        if self.advises() {
            self.attempt(Parser::mistaken_kwarg)?;
        }
        if let Some(keyword) = self.attempt(Parser::keyword_argument)? {
            return Ok(keyword);
        }
        self.starred_expression().map(Argument::Positional)
    }

    fn kwarg_or_double_starred(&mut self) -> P<Argument> {
        if self.advises() {
            self.attempt(Parser::mistaken_kwarg)?;
        }
        if let Some(keyword) = self.attempt(Parser::keyword_argument)? {
            return Ok(keyword);
        }
        self.op("**")?;
        self.expression()?;
        Ok(Argument::DoubleStarred)
    }

    fn keyword_argument(&mut self) -> P<Argument> {
        self.name()?;
        self.op("=")?;
        self.expression()?;
        Ok(Argument::Keyword)
    }

    fn mistaken_kwarg(&mut self) -> P<()> {
        let mark = self.mark;
        if let Some((a, b)) = self.attempt(|p| {
            let a = p.one_of(&["True", "False", "None"])?;
            let b = p.op("=")?;
            Ok((a, b))
        })? {
            let msg = format!("cannot assign to {}", self.text(a));
            return self.raise(a.start, b.end, msg);
        }
        self.attempt(Parser::keyword_comprehension)?;
        self.mark = mark;
        if let Some((a, b)) = self.attempt(|p| {
            p.must_not_see(|p| {
                p.name()?;
                p.op("=")
            })?;
            let a = p.expression()?;
            let b = p.op("=")?;
            Ok((a, b))
        })? {
            let msg = "expression cannot contain assignment, perhaps you meant \"==\"?";
            return self.raise(a.start, b.end, msg);
        }
        self.mark = mark;
        if let Some((a, b)) = self.attempt(|p| {
            let a = p.op("**")?;
            p.expression()?;
            p.op("=")?;
            let b = p.expression()?;
            Ok((a, b))
        })? {
            return self.raise(a.start, b.end, "cannot assign to keyword argument unpacking");
        }
        Err(Bail::Fail)
    }

    /// `f(a=x for x in y)`
    fn keyword_comprehension(&mut self) -> P<()> {
        let a = self.name()?;
        let b = self.op("=")?;
        self.expression()?;
        self.for_if_clauses()?;
        let msg = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
        self.raise(a.start, b.end, msg)
    }

    fn mistaken_arguments(&mut self) -> P<()> {
        let mark = self.mark;
        self.attempt(Parser::unpacking_after_keywords)?;
        self.mark = mark;
        let parenthesize = "Generator expression must be parenthesized";
        if let Some((a, b)) = self.attempt(|p| {
            let a = p.expression()?;
            let b = p.for_if_clauses()?;
            p.op(",")?;
            if p.attempt(Parser::args)?.is_none() {
                p.attempt(|p| {
                    p.expression()?;
                    p.for_if_clauses()
                })?;
            }
            Ok((a, b))
        })? {
            return self.raise(a.start, b.end, parenthesize);
        }
        self.mark = mark;
        self.attempt(Parser::keyword_comprehension)?;
        self.mark = mark;
        if let Some((a, b)) = self.attempt(|p| {
            p.attempt(|p| {
                p.args()?;
                p.op(",")
            })?;
            let a = p.name()?;
            let b = p.op("=")?;
            p.must_see(|p| p.one_of(&[",", ")"]))?;
            Ok((a, b))
        })? {
            return self.raise(a.start, b.end, "expected argument value expression");
        }
        self.mark = mark;
        if let Some((args, clauses)) = self.attempt(|p| {
            let args = p.args_list()?;
            let clauses = p.for_if_clauses()?;
            Ok((args, clauses))
        })? {
            // A lone argument with a `for` is a generator expression, and fine.
            if let [_, .., Argument::Positional(last)] = args.as_slice() {
                return self.raise(last.start, clauses.end, parenthesize);
            }
        }
        self.mark = mark;
        if let Some((a, b)) = self.attempt(|p| {
            p.args()?;
            p.op(",")?;
            let a = p.expression()?;
            let b = p.for_if_clauses()?;
            Ok((a, b))
        })? {
            return self.raise(a.start, b.end, parenthesize);
        }
        self.mark = mark;
        if let Some(before) = self.attempt(|p| {
            let before = p.args_list()?;
            p.op(",")?;
            p.args()?;
            Ok(before)
        })? {
            let unpacking = before.iter().rev().find(|a| !matches!(a, Argument::Positional(_)));
            let unpacking = matches!(unpacking, Some(Argument::DoubleStarred));
            let after = if unpacking { "keyword argument unpacking" } else { "keyword argument" };
            return self.raise_last(format!("positional argument follows {after}"));
        }
        Err(Bail::Fail)
    }

    /// `f(**a, *b)`
    fn unpacking_after_keywords(&mut self) -> P<()> {
        let args = self.args_list()?;
        if !args.iter().any(|a| matches!(a, Argument::DoubleStarred)) {
            return Err(Bail::Fail);
        }
        let comma = self.op(",")?;
        self.must_see(|p| p.op("*"))?;
        let rest = self.args()?;
        let msg = "iterable argument unpacking follows keyword argument unpacking";
        self.raise(comma.start, rest.end, msg)
    }
}
