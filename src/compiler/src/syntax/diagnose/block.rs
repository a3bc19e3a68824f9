//! Whole programs, compound statements and their blocks.

use super::core::{Bail, P, Parser, Rule};
use super::lexer::{Kind, Token};
use super::node::{Node, Shape, Targets};
use crate::convert::Mode;

impl Parser<'_> {
    pub fn program(&mut self, mode: Mode) -> P<()> {
        match mode {
            Mode::Exec => {
                self.statements()?;
                self.kind(Kind::End).map(drop)
            }
            Mode::Eval => {
                self.expressions()?;
                self.many(|p| p.kind(Kind::Newline))?;
                self.kind(Kind::End).map(drop)
            }
            Mode::Single => self.interactive(),
            Mode::FuncType => {
                self.op("(")?;
                self.attempt(Parser::arguments)?;
                self.op(")")?;
                self.op("->")?;
                self.expression()?;
                self.many(|p| p.kind(Kind::Newline))?;
                self.kind(Kind::End).map(drop)
            }
        }
    }

    fn interactive(&mut self) -> P<()> {
        if self.attempt(Parser::compound_stmt)?.is_some() {
            return self.kind(Kind::End).map(drop);
        }
        self.simple_stmts()?;
        if self.peek()?.kind != Kind::End && !self.advising {
            let previous = self.previous();
            let msg = "multiple statements found while compiling a single statement";
            return self.raise_token(previous, msg);
        }
        Ok(())
    }

    /// As many statements as there are; where the last begins is noted.
    fn statements(&mut self) -> P<usize> {
        let starts = self.many(Parser::statement)?;
        self.last_statement = starts.last().copied().or(self.last_statement);
        Ok(starts.len())
    }

    /// A statement; remembered, because a block may be tried again and again. Where it begins.
    fn statement(&mut self) -> P<usize> {
        self.memo(Rule::Statement, |p| {
            let start = p.peek()?.start;
            if p.attempt(Parser::compound_stmt)?.is_none() {
                p.simple_stmts()?;
            }
            Ok(Node::new(Shape::Other("statement"), start, start))
        })
        .map(|n| n.start)
    }

    fn block(&mut self) -> P<()> {
        self.memo(Rule::Block, |p| {
            let start = p.peek()?.start;
            if p.attempt(|p| {
                p.kind(Kind::Newline)?;
                p.kind(Kind::Indent)?;
                if p.statements()? == 0 {
                    return Err(Bail::Fail);
                }
                p.kind(Kind::Dedent)
            })?
            .is_none()
            {
                match p.attempt(Parser::simple_stmts)? {
                    Some(()) => {}
                    None => {
                        if p.advises() {
                            p.attempt(|p| {
                                p.kind(Kind::Newline)?;
                                p.must_not_see(|p| p.kind(Kind::Indent))?;
                                p.raise_indentation::<()>("expected an indented block")
                            })?;
                        }
                        return Err(Bail::Fail);
                    }
                }
            }
            Ok(Node::new(Shape::Other("block"), start, start))
        })
        .map(drop)
    }

    /// `:` and what it introduces. In the second run a missing colon or block is named.
    fn suite(&mut self, after: &str, opener: Token) -> P<()> {
        if self.advises() {
            self.attempt(|p| {
                p.kind(Kind::Newline)?;
                p.raise_last::<()>("expected ':'")
            })?;
        }
        self.op(":")?;
        self.body(after, opener)
    }

    /// A block after its colon.
    fn body(&mut self, after: &str, opener: Token) -> P<()> {
        if self.advises() {
            self.attempt(|p| {
                p.kind(Kind::Newline)?;
                p.must_not_see(|p| p.kind(Kind::Indent))?;
                let line = p.line(opener);
                p.raise_indentation::<()>(format!("expected an indented block after {after} on line {line}"))
            })?;
        }
        self.block()
    }

    fn compound_stmt(&mut self) -> P<()> {
        let token = self.peek()?;
        let text = self.text(token);
        if token.kind == Kind::Op && text == "@" {
            self.some(|p| {
                p.op("@")?;
                p.named_expression()?;
                p.kind(Kind::Newline)
            })?;
            let is_def = self.ahead(|p| p.one_of(&["def", "async"]))?;
            return if is_def { self.function_def() } else { self.class_def() };
        }
        if token.kind != Kind::Name {
            return Err(Bail::Fail);
        }
        match text {
            "def" => self.function_def(),
            "if" => self.if_stmt(),
            "class" => self.class_def(),
            "with" => self.with_stmt(),
            "for" => self.for_stmt(),
            "try" => self.try_stmt(),
            "while" => self.while_stmt(),
            "match" => self.match_stmt(),
            "async" => {
                let mark = self.mark;
                self.mark += 1;
                let next = self.peek()?;
                self.mark = mark;
                match self.text(next) {
                    "def" => self.function_def(),
                    "with" => self.with_stmt(),
                    "for" => self.for_stmt(),
                    _ => Err(Bail::Fail),
                }
            }
            _ => Err(Bail::Fail),
        }
    }

    fn function_def(&mut self) -> P<()> {
        self.attempt(|p| p.op("async"))?;
        let def = self.op("def")?;
        self.name()?;
        self.attempt(Parser::type_params)?;
        self.forced("(")?;
        self.attempt(Parser::parameters)?;
        self.op(")")?;
        self.attempt(|p| {
            p.op("->")?;
            p.expression()
        })?;
        self.forced(":")?;
        self.body("function definition", def)
    }

    fn class_def(&mut self) -> P<()> {
        let class = self.op("class")?;
        self.name()?;
        self.attempt(Parser::type_params)?;
        self.attempt(|p| {
            p.op("(")?;
            p.attempt(Parser::arguments)?;
            p.op(")")
        })?;
        self.suite("class definition", class)
    }

    fn if_stmt(&mut self) -> P<()> {
        let word = self.one_of(&["if", "elif"])?;
        self.named_expression()?;
        let after = if self.text(word) == "if" { "'if' statement" } else { "'elif' statement" };
        self.suite(after, word)?;
        if self.ahead(|p| p.op("elif"))? {
            return self.if_stmt();
        }
        self.attempt(Parser::else_block)?;
        Ok(())
    }

    fn else_block(&mut self) -> P<()> {
        let word = self.op("else")?;
        self.forced(":")?;
        self.body("'else' statement", word)?;
        if self.advises()
            && let Some(elif) = self.attempt(|p| p.op("elif"))?
        {
            return self.raise_token(elif, "'elif' block follows an 'else' block");
        }
        Ok(())
    }

    fn while_stmt(&mut self) -> P<()> {
        let word = self.op("while")?;
        self.named_expression()?;
        self.suite("'while' statement", word)?;
        self.attempt(Parser::else_block)?;
        Ok(())
    }

    fn for_stmt(&mut self) -> P<()> {
        let mark = self.mark;
        let head = self.attempt(|p| {
            p.attempt(|p| p.op("async"))?;
            let word = p.op("for")?;
            p.star_targets()?;
            p.op("in")?;
            Ok(word)
        })?;
        let Some(word) = head else {
            if self.advises() {
                self.mark = mark;
                self.mistaken_for_target()?;
            }
            return Err(Bail::Fail);
        };
        self.star_expressions()?;
        self.suite("'for' statement", word)?;
        self.attempt(Parser::else_block)?;
        Ok(())
    }

    fn with_stmt(&mut self) -> P<()> {
        self.attempt(|p| p.op("async"))?;
        let word = self.op("with")?;
        let mark = self.mark;
        if self
            .attempt(|p| {
                p.op("(")?;
                p.list(Parser::with_item)?;
                p.attempt(|p| p.op(","))?;
                p.op(")")?;
                p.suite("'with' statement", word)
            })?
            .is_some()
        {
            return Ok(());
        }
        self.mark = mark;
        if self.advises() {
            self.attempt(|p| {
                p.list(|p| {
                    p.expression()?;
                    p.attempt(|p| {
                        p.op("as")?;
                        p.star_target()
                    })
                })?;
                p.kind(Kind::Newline)?;
                p.raise_last::<()>("expected ':'")
            })?;
        }
        self.list(Parser::with_item)?;
        self.suite("'with' statement", word)
    }

    fn with_item(&mut self) -> P<()> {
        let mark = self.mark;
        if self
            .attempt(|p| {
                p.expression()?;
                p.op("as")?;
                p.star_target()?;
                p.must_see(|p| p.one_of(&[",", ")", ":"]))
            })?
            .is_some()
        {
            return Ok(());
        }
        if self.advises() {
            self.mark = mark;
            if let Some(a) = self.attempt(|p| {
                p.expression()?;
                p.op("as")?;
                let a = p.expression()?;
                p.must_see(|p| p.one_of(&[",", ")", ":"]))?;
                Ok(a)
            })? {
                match self.raise_invalid_target(&a, Targets::Star) {
                    Err(Bail::Fail) => {}
                    result => return result,
                }
            }
            self.mark = mark;
        }
        self.expression().map(drop)
    }

    fn try_stmt(&mut self) -> P<()> {
        let word = self.op("try")?;
        self.forced(":")?;
        self.body("'try' statement", word)?;
        if self.advises() && !self.ahead(|p| p.one_of(&["except", "finally"]))? {
            return self.raise_last("expected 'except' or 'finally' block");
        }
        let mut stars = None;
        while let Some(star) = self.attempt(|p| p.except_block(stars))? {
            stars = Some(star);
        }
        if stars.is_some() {
            self.attempt(Parser::else_block)?;
        }
        let finally = self.attempt(Parser::finally_block)?;
        if stars.is_none() && finally.is_none() { Err(Bail::Fail) } else { Ok(()) }
    }

    fn finally_block(&mut self) -> P<()> {
        let word = self.op("finally")?;
        self.forced(":")?;
        self.body("'finally' statement", word)
    }

    /// `before`: whether the handlers before have a star. Answers whether this one has.
    fn except_block(&mut self, before: Option<bool>) -> P<bool> {
        let word = self.op("except")?;
        let star = self.attempt(|p| p.op("*"))?;
        if let Some(before) = before
            && before != star.is_some()
        {
            if self.advises() {
                let typ = self.attempt(Parser::expression)?;
                if typ.is_none() && star.is_some() {
                    return Err(Bail::Fail);
                }
                self.attempt(|p| {
                    p.op("as")?;
                    p.name()
                })?;
                self.op(":")?;
                let msg = "cannot have both 'except' and 'except*' on the same 'try'";
                let end = star.map_or(word.end, |s| s.end);
                return self.raise(word.start, end, msg);
            }
            return Err(Bail::Fail);
        }
        let after = if star.is_some() { "'except*' statement" } else { "'except' statement" };
        if star.is_some()
            && self.advises()
            && (self.ahead(|p| p.kind(Kind::Newline))? || self.ahead(|p| p.op(":"))?)
        {
            self.mark += 1;
            return self.raise_last("expected one or more exception types");
        }
        if self.ahead(|p| p.op(":"))? || self.ahead(|p| p.kind(Kind::Newline))? {
            self.suite(after, word)?;
            return Ok(star.is_some());
        }
        let first = self.expression()?;
        let several = self.attempt(|p| {
            p.op(",")?;
            p.expressions()
        })?;
        let named = self.attempt(|p| p.op("as"))?.is_some();
        if named {
            if several.is_some() {
                if self.advises() {
                    self.name()?;
                    self.must_see(|p| p.op(":"))?;
                    let msg = "multiple exception types must be parenthesized when using 'as'";
                    return self.raise_from(first.start, msg);
                }
                return Err(Bail::Fail);
            }
            self.exception_name(star.is_some())?;
        }
        self.suite(after, word)?;
        Ok(star.is_some())
    }

    fn exception_name(&mut self, star: bool) -> P<()> {
        let mark = self.mark;
        if self.advises() {
            if let Some(a) = self.attempt(|p| {
                let a = p.expression()?;
                p.must_see(|p| p.op(":"))?;
                Ok(a)
            })? && !a.is_name()
            {
                let word = if star { "except*" } else { "except" };
                return self.raise_node(&a, format!("cannot use {word} statement with {}", a.called()));
            }
            self.mark = mark;
        }
        self.name().map(drop)
    }

    fn match_stmt(&mut self) -> P<()> {
        let word = self.op("match")?;
        self.match_subject()?;
        if self.advises() {
            self.attempt(|p| {
                p.kind(Kind::Newline)?;
                p.raise_last::<()>("expected ':'")
            })?;
        }
        self.op(":")?;
        self.kind(Kind::Newline)?;
        if self.advises() && !self.ahead(|p| p.kind(Kind::Indent))? {
            let line = self.line(word);
            let msg = format!("expected an indented block after 'match' statement on line {line}");
            return self.raise_indentation(msg);
        }
        self.kind(Kind::Indent)?;
        self.some(Parser::case_block)?;
        self.kind(Kind::Dedent).map(drop)
    }

    fn match_subject(&mut self) -> P<()> {
        if self
            .attempt(|p| {
                p.star_named_expression()?;
                p.op(",")?;
                p.star_named_expressions()
            })?
            .is_some()
        {
            return Ok(());
        }
        self.named_expression().map(drop)
    }

    fn case_block(&mut self) -> P<()> {
        let word = self.op("case")?;
        self.patterns()?;
        if self.attempt(|p| p.op("if"))?.is_some() {
            self.named_expression()?;
        }
        self.suite("'case' statement", word)
    }
}
