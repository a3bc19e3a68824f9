//! Simple statements.

use super::core::{Bail, P, Parser};
use super::lexer::Kind;
use super::node::{Node, Shape, Targets};
use std::rc::Rc;

type N = Rc<Node>;

const AUGMENTED: [&str; 13] =
    ["+=", "-=", "*=", "@=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "**=", "//="];

impl Parser<'_> {
    /// `a; b; c` to the end of the line.
    pub fn simple_stmts(&mut self) -> P<()> {
        self.simple_stmt()?;
        while self.attempt(|p| p.op(";"))?.is_some() {
            if self.attempt(Parser::simple_stmt)?.is_none() {
                break;
            }
        }
        self.kind(Kind::Newline).map(drop)
    }

    pub fn simple_stmt(&mut self) -> P<()> {
        if self.attempt(Parser::assignment)?.is_some() {
            return Ok(());
        }
        if self.attempt(Parser::type_alias)?.is_some() {
            return Ok(());
        }
        if self.attempt(Parser::star_expressions)?.is_some() {
            return Ok(());
        }
        let token = self.peek()?;
        if token.kind != Kind::Name {
            return Err(Bail::Fail);
        }
        match self.text(token) {
            "return" => {
                self.mark += 1;
                self.attempt(Parser::star_expressions).map(drop)
            }
            "import" => self.import_name(),
            "from" => self.import_from(),
            "raise" => self.raise_stmt(),
            "pass" | "break" | "continue" => {
                self.mark += 1;
                Ok(())
            }
            "del" => self.del_stmt(),
            "yield" => self.yield_expr().map(drop),
            "assert" => self.assert_stmt(),
            "global" | "nonlocal" => {
                self.mark += 1;
                self.list(Parser::name).map(drop)
            }
            _ => Err(Bail::Fail),
        }
    }

    fn assignment(&mut self) -> P<()> {
        let mark = self.mark;
        // name: annotation [= value]
        if self
            .attempt(|p| {
                p.name()?;
                p.annotation()
            })?
            .is_some()
        {
            return Ok(());
        }
        // (name): annotation, a.b: annotation, a[b]: annotation
        if self
            .attempt(|p| {
                let parenthesized = p.ahead(|p| p.op("("))?;
                let target = p.primary()?;
                let fits = match target.kind {
                    Shape::Attribute | Shape::Subscript => true,
                    Shape::Name => parenthesized,
                    _ => false,
                };
                if !fits {
                    return Err(Bail::Fail);
                }
                p.annotation()
            })?
            .is_some()
        {
            return Ok(());
        }
        if self
            .attempt(|p| {
                p.assignment_targets()?;
                p.annotated_rhs()?;
                p.must_not_see(|p| p.op("="))
            })?
            .is_some()
        {
            return Ok(());
        }
        let committed = self.attempt(|p| {
            let target = p.primary()?;
            if !matches!(target.kind, Shape::Name | Shape::Attribute | Shape::Subscript) {
                return Err(Bail::Fail);
            }
            p.one_of(&AUGMENTED)
        })?;
        if committed.is_some() {
            return self.annotated_rhs().map(drop);
        }
        if self.advises() {
            self.mark = mark;
            self.mistaken_assignment()?;
        }
        Err(Bail::Fail)
    }

    fn annotation(&mut self) -> P<()> {
        self.op(":")?;
        self.expression()?;
        self.attempt(|p| {
            p.op("=")?;
            p.annotated_rhs()
        })?;
        Ok(())
    }

    /// `a = b =`
    fn assignment_targets(&mut self) -> P<()> {
        self.some(|p| {
            p.star_targets()?;
            p.op("=")
        })
        .map(drop)
    }

    fn mistaken_assignment(&mut self) -> P<()> {
        let mark = self.mark;
        if let Some(a) = self.attempt(|p| {
            let a = p.bracketed_target()?;
            p.op(":")?;
            p.expression()?;
            Ok(a)
        })? {
            let msg = format!("only single target (not {}) can be annotated", a.called());
            return self.raise_node(&a, msg);
        }
        if let Some(a) = self.attempt(|p| {
            let a = p.star_named_expression()?;
            p.op(",")?;
            p.many(|p| {
                p.must_see(Parser::star_named_expression)?;
                p.star_named_expressions()
            })?;
            p.op(":")?;
            p.expression()?;
            Ok(a)
        })? {
            return self.raise_node(&a, "only single target (not tuple) can be annotated");
        }
        self.mark = mark;
        if let Some(a) = self.attempt(|p| {
            let a = p.expression()?;
            p.op(":")?;
            p.expression()?;
            Ok(a)
        })? {
            return self.raise_node(&a, "illegal target for annotation");
        }
        self.mark = mark;
        if let Some(a) = self.attempt(|p| {
            p.attempt(Parser::assignment_targets)?;
            let a = p.star_expressions()?;
            p.op("=")?;
            Ok(a)
        })? {
            match self.raise_invalid_target(&a, Targets::Star) {
                Err(Bail::Fail) => {}
                result => return result,
            }
        }
        self.mark = mark;
        if let Some(a) = self.attempt(|p| {
            p.attempt(Parser::assignment_targets)?;
            let a = p.yield_expr()?;
            p.op("=")?;
            Ok(a)
        })? {
            return self.raise_node(&a, "assignment to yield expression not possible");
        }
        self.mark = mark;
        if let Some(a) = self.attempt(|p| {
            let a = p.star_expressions()?;
            p.one_of(&AUGMENTED)?;
            p.annotated_rhs()?;
            Ok(a)
        })? {
            let msg = format!("'{}' is an illegal expression for augmented assignment", a.called());
            return self.raise_node(&a, msg);
        }
        Err(Bail::Fail)
    }

    /// A list or tuple, in any number of parentheses.
    fn bracketed_target(&mut self) -> P<N> {
        let node = self.atom()?;
        match node.kind {
            Shape::List(_) | Shape::Tuple(_) => Ok(node),
            _ => Err(Bail::Fail),
        }
    }

    fn type_alias(&mut self) -> P<()> {
        self.op("type")?;
        self.name()?;
        self.attempt(Parser::type_params)?;
        self.op("=")?;
        self.expression().map(drop)
    }

    /// `[T: bound = default, *Ts, **P]`
    pub fn type_params(&mut self) -> P<()> {
        if self.advises()
            && let Some(token) = self.attempt(|p| {
                p.op("[")?;
                p.op("]")
            })?
        {
            return self.raise_from(token.start, "Type parameter list cannot be empty");
        }
        self.op("[")?;
        loop {
            self.type_param()?;
            if self.attempt(|p| p.op(","))?.is_none() || self.ahead(|p| p.op("]"))? {
                break;
            }
        }
        self.op("]").map(drop)
    }

    fn type_param(&mut self) -> P<()> {
        let stars = self.attempt(|p| p.one_of(&["*", "**"]))?;
        self.name()?;
        if let Some(stars) = stars {
            if self.advises()
                && let Some((colon, bound)) = self.attempt(|p| {
                    let colon = p.op(":")?;
                    Ok((colon, p.expression()?))
                })?
            {
                let what = if self.text(stars) == "*" { "TypeVarTuple" } else { "ParamSpec" };
                let with = if matches!(bound.kind, Shape::Tuple(_)) { "constraints" } else { "bound" };
                return self.raise_from(colon.start, format!("cannot use {with} with {what}"));
            }
        } else {
            self.attempt(|p| {
                p.op(":")?;
                p.expression()
            })?;
        }
        let star = stars.is_some_and(|s| self.text(s) == "*");
        self.attempt(|p| {
            p.op("=")?;
            match star && p.ahead(|p| p.op("*"))? {
                true => p.starred_expression(),
                false => p.expression(),
            }
        })
        .map(drop)
    }

    fn del_stmt(&mut self) -> P<()> {
        let mark = self.mark;
        if self
            .attempt(|p| {
                p.op("del")?;
                let targets = p.list(Parser::primary)?;
                p.attempt(|p| p.op(","))?;
                if targets.iter().any(|t| t.invalid_target(Targets::Del).is_some()) {
                    return Err(Bail::Fail);
                }
                if p.ahead(|p| p.op(";"))? {
                    return Ok(());
                }
                p.must_see(|p| p.kind(Kind::Newline))
            })?
            .is_some()
        {
            return Ok(());
        }
        if self.advises() {
            self.mark = mark;
            self.op("del")?;
            let targets = self.star_expressions()?;
            return self.raise_invalid_target(&targets, Targets::Del);
        }
        Err(Bail::Fail)
    }

    fn assert_stmt(&mut self) -> P<()> {
        self.op("assert")?;
        self.expression()?;
        self.attempt(|p| {
            p.op(",")?;
            p.expression()
        })?;
        Ok(())
    }

    fn raise_stmt(&mut self) -> P<()> {
        self.op("raise")?;
        if self.attempt(Parser::expression)?.is_some() {
            self.attempt(|p| {
                p.op("from")?;
                p.expression()
            })?;
        }
        Ok(())
    }

    fn dotted_name(&mut self) -> P<N> {
        let start = self.name()?;
        let mut end = start.end;
        let mut dotted = false;
        while let Some(name) = self.attempt(|p| {
            p.op(".")?;
            p.name()
        })? {
            end = name.end;
            dotted = true;
        }
        let shape = if dotted { Shape::Attribute } else { Shape::Name };
        Ok(Node::new(shape, start.start, end))
    }

    fn import_name(&mut self) -> P<()> {
        let mark = self.mark;
        if self.advises() {
            if let Some(a) = self.attempt(|p| {
                let a = p.op("import")?;
                p.list(Parser::dotted_name)?;
                p.op("from")?;
                p.dotted_name()?;
                Ok(a)
            })? {
                return self.raise_from(a.start, "Did you mean to use 'from ... import ...' instead?");
            }
            if let Some(token) = self.attempt(|p| {
                p.op("import")?;
                p.kind(Kind::Newline)
            })? {
                return self.raise_from(token.start, "Expected one or more names after 'import'");
            }
            self.mark = mark;
        }
        self.op("import")?;
        self.list(|p| {
            p.dotted_name()?;
            p.as_name()
        })
        .map(drop)
    }

    fn as_name(&mut self) -> P<()> {
        let mark = self.mark;
        if self.advises() {
            if let Some(a) = self.attempt(|p| {
                p.op("as")?;
                p.must_not_see(|p| {
                    p.name()?;
                    match p.attempt(|p| p.one_of(&[",", ")", ";"]))? {
                        Some(_) => Ok(()),
                        None => p.kind(Kind::Newline).map(drop),
                    }
                })?;
                p.expression()
            })? {
                return self.raise_node(&a, format!("cannot use {} as import target", a.called()));
            }
            self.mark = mark;
        }
        if self.attempt(|p| p.op("as"))?.is_some() {
            self.name()?;
        }
        Ok(())
    }

    fn import_from(&mut self) -> P<()> {
        self.op("from")?;
        let dots = self.many(|p| p.one_of(&[".", "..."]))?;
        if self.attempt(Parser::dotted_name)?.is_none() && dots.is_empty() {
            return Err(Bail::Fail);
        }
        self.op("import")?;
        self.import_targets()
    }

    fn import_targets(&mut self) -> P<()> {
        let mark = self.mark;
        if self
            .attempt(|p| {
                p.op("(")?;
                p.import_names()?;
                p.attempt(|p| p.op(","))?;
                p.op(")")
            })?
            .is_some()
        {
            return Ok(());
        }
        if self
            .attempt(|p| {
                p.import_names()?;
                p.must_not_see(|p| p.op(","))
            })?
            .is_some()
        {
            return Ok(());
        }
        if self.attempt(|p| p.op("*"))?.is_some() {
            return Ok(());
        }
        if self.advises() {
            self.mark = mark;
            if self
                .attempt(|p| {
                    p.import_names()?;
                    p.op(",")?;
                    p.kind(Kind::Newline)
                })?
                .is_some()
            {
                return self.raise_last("trailing comma not allowed without surrounding parentheses");
            }
            if let Some(token) = self.attempt(|p| p.kind(Kind::Newline))? {
                return self.raise_from(token.start, "Expected one or more names after 'import'");
            }
        }
        Err(Bail::Fail)
    }

    fn import_names(&mut self) -> P<()> {
        self.list(|p| {
            p.name()?;
            p.as_name()
        })
        .map(drop)
    }
}
