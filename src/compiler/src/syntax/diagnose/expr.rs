//! Expressions, from the loosest binding to atoms, and the mistakes made in them.

use super::core::{Bail, P, Parser, Rule};
use super::lexer::Kind;
use super::node::{Node, Shape};
use std::rc::Rc;

type N = Rc<Node>;

/// Statements that were a word in Python 2.
const LEGACY: [&str; 2] = ["print", "exec"];

fn other(what: &'static str, start: usize, end: usize) -> N {
    Node::new(Shape::Other(what), start, end)
}

impl Parser<'_> {
    /// `a, *b, c`
    pub fn star_expressions(&mut self) -> P<N> {
        self.tuple_of(Parser::star_expression)
    }

    /// `item`, or a tuple of items without parentheses.
    fn tuple_of(&mut self, item: fn(&mut Self) -> P<N>) -> P<N> {
        let start = self.peek()?.start;
        let first = item(self)?;
        let mut elts = vec![first.clone()];
        let mut comma = None;
        while let Some(token) = self.attempt(|p| p.op(","))? {
            comma = Some(token);
            match self.attempt(item)? {
                Some(next) => elts.push(next),
                None => break,
            }
        }
        match comma {
            None => Ok(first),
            Some(_) => {
                let end = self.previous().end;
                Ok(Node::new(Shape::Tuple(elts), start, end))
            }
        }
    }

    fn star_expression(&mut self) -> P<N> {
        if let Some(starred) = self.attempt(|p| {
            let star = p.op("*")?;
            let value = p.bitwise_or()?;
            Ok(Node::new(Shape::Starred(value.clone()), star.start, value.end))
        })? {
            return Ok(starred);
        }
        self.expression()
    }

    /// An element of a list, set or tuple.
    pub fn star_named_expression(&mut self) -> P<N> {
        if let Some(starred) = self.attempt(|p| {
            let star = p.op("*")?;
            let value = p.bitwise_or()?;
            Ok(Node::new(Shape::Starred(value.clone()), star.start, value.end))
        })? {
            return Ok(starred);
        }
        self.named_expression()
    }

    pub fn assignment_expression(&mut self) -> P<N> {
        let name = self.name()?;
        self.op(":=")?;
        let value = self.expression()?;
        Ok(other("named expression", name.start, value.end))
    }

    pub fn named_expression(&mut self) -> P<N> {
        let mark = self.mark;
        let committed = self.attempt(|p| {
            let name = p.name()?;
            p.op(":=")?;
            Ok(name)
        })?;
        if let Some(name) = committed {
            let value = self.expression()?;
            return Ok(other("named expression", name.start, value.end));
        }
        self.mark = mark;
        if self.advises() {
            self.attempt(Parser::mistaken_named_expression)?;
        }
        let value = self.expression()?;
        self.must_not_see(|p| p.op(":="))?;
        Ok(value)
    }

    fn mistaken_named_expression(&mut self) -> P<()> {
        let mark = self.mark;
        if let Some(a) = self.attempt(|p| {
            let a = p.expression()?;
            p.op(":=")?;
            p.expression()?;
            Ok(a)
        })? {
            return self.raise_node(&a, format!("cannot use assignment expressions with {}", a.called()));
        }
        self.mark = mark;
        if let Some((a, b)) = self.attempt(|p| {
            let a = p.name()?;
            p.op("=")?;
            let b = p.bitwise_or()?;
            p.must_not_see(|p| p.one_of(&["=", ":="]))?;
            Ok((a, b))
        })? {
            let msg = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
            return self.raise(a.start, b.end, msg);
        }
        self.mark = mark;
        if let Some(a) = self.attempt(|p| {
            p.must_not_see(|p| {
                if p.attempt(|p| p.one_of(&["True", "None", "False"]))?.is_some() {
                    return Ok(());
                }
                let node = p.quietly(Parser::atom)?;
                match node.called() {
                    "list" | "tuple" | "generator expression" => Ok(()),
                    _ => Err(Bail::Fail),
                }
            })?;
            let a = p.bitwise_or()?;
            p.op("=")?;
            p.bitwise_or()?;
            p.must_not_see(|p| p.one_of(&["=", ":="]))?;
            Ok(a)
        })? {
            let msg = format!("cannot assign to {} here. Maybe you meant '==' instead of '='?", a.called());
            return self.raise_node(&a, msg);
        }
        Err(Bail::Fail)
    }

    pub fn expressions(&mut self) -> P<N> {
        self.tuple_of(Parser::expression)
    }

    pub fn expression(&mut self) -> P<N> {
        self.memo(Rule::Expression, |p| {
            if p.advises() {
                p.attempt(Parser::mistaken_expression)?;
                p.attempt(Parser::legacy_statement)?;
            }
            p.sound_expression()
        })
    }

    /// An expression without a look for mistakes in it first.
    fn sound_expression(&mut self) -> P<N> {
        if let Some(node) = self.attempt(|p| {
            let start = p.peek()?.start;
            let body = p.disjunction()?;
            if p.attempt(|p| p.op("if"))?.is_none() {
                return Ok(body);
            }
            p.disjunction()?;
            p.op("else")?;
            p.expression()?;
            Ok(other("conditional expression", start, p.previous().end))
        })? {
            return Ok(node);
        }
        if let Some(node) = self.attempt(Parser::disjunction)? {
            return Ok(node);
        }
        self.lambda()
    }

    fn mistaken_expression(&mut self) -> P<()> {
        let mark = self.mark;
        if let Some((a, b)) = self.attempt(|p| {
            p.kind(Kind::Str)?;
            let words = p.quietly(|p| {
                p.some(|p| {
                    p.must_not_see(|p| p.kind(Kind::Str))?;
                    p.sound_expression()
                })
            })?;
            p.kind(Kind::Str)?;
            Ok((words[0].start, words[words.len() - 1].end))
        })? {
            return self.raise(a, b, "invalid syntax. Is this intended to be part of the string?");
        }
        self.mark = mark;
        if let Some((a, b)) = self.attempt(|p| {
            p.must_not_see(|p| {
                let word = p.name()?;
                if matches!(p.text(word), "_" | "case" | "match" | "type") {
                    return Ok(());
                }
                match p.peek()?.kind {
                    Kind::Str | Kind::InterpolatedStart => Ok(()),
                    _ => Err(Bail::Fail),
                }
            })?;
            let a = p.disjunction()?;
            let b = p.quietly(Parser::sound_expression)?;
            Ok((a, b))
        })? {
            let legacy = a.is_name() && LEGACY.contains(&&self.src[a.start..a.end]);
            if !legacy && self.previous().level > 0 {
                return self.raise(a.start, b.end, "invalid syntax. Perhaps you forgot a comma?");
            }
        }
        self.mark = mark;
        if let Some((a, b)) = self.attempt(|p| {
            let a = p.disjunction()?;
            p.op("if")?;
            let b = p.disjunction()?;
            p.must_not_see(|p| p.one_of(&["else", ":"]))?;
            Ok((a, b))
        })? {
            return self.raise(a.start, b.end, "expected 'else' after 'if' expression");
        }
        self.mark = mark;
        if self
            .attempt(|p| {
                p.disjunction()?;
                p.op("if")?;
                p.disjunction()?;
                p.op("else")?;
                p.must_not_see(Parser::expression)
            })?
            .is_some()
        {
            let token = self.peek()?;
            return self.raise_token(token, "expected expression after 'else', but statement is given");
        }
        self.mark = mark;
        if let Some(word) = self.attempt(|p| {
            let word = p.one_of(&["pass", "break", "continue"])?;
            p.op("if")?;
            p.disjunction()?;
            p.op("else")?;
            p.simple_stmt()?;
            Ok(word)
        })? {
            return self.raise_token(word, "expected expression before 'if', but statement is given");
        }
        self.mark = mark;
        if let Some((a, b)) = self.attempt(|p| {
            let a = p.op("lambda")?;
            p.attempt(Parser::lambda_parameters)?;
            let b = p.op(":")?;
            match p.peek()?.kind {
                Kind::Text => Ok((a, b)),
                _ if p.ahead(|p| p.op("}"))? => Ok((a, b)),
                _ => Err(Bail::Fail),
            }
        })? {
            let what = self.interpolated_kind();
            return self.raise(
                a.start,
                b.end,
                format!("{what}: lambda expressions are not allowed without parentheses"),
            );
        }
        Err(Bail::Fail)
    }

    /// `print x`
    fn legacy_statement(&mut self) -> P<()> {
        let word = self.name()?;
        self.must_not_see(|p| p.op("("))?;
        let rest = self.star_expressions()?;
        let name = self.text(word);
        if !LEGACY.contains(&name) {
            return Err(Bail::Fail);
        }
        let msg = format!("Missing parentheses in call to '{name}'. Did you mean {name}(...)?");
        self.raise(word.start, rest.end, msg)
    }

    fn lambda(&mut self) -> P<N> {
        let start = self.op("lambda")?;
        self.attempt(Parser::lambda_parameters)?;
        self.op(":")?;
        let body = self.expression()?;
        Ok(other("lambda", start.start, body.end))
    }

    pub fn disjunction(&mut self) -> P<N> {
        self.memo(Rule::Disjunction, |p| p.chain("or", Parser::conjunction))
    }

    fn conjunction(&mut self) -> P<N> {
        self.chain("and", Parser::inversion)
    }

    fn chain(&mut self, word: &str, item: fn(&mut Self) -> P<N>) -> P<N> {
        let start = self.peek()?.start;
        let first = item(self)?;
        let mut end = None;
        while let Some(next) = self.attempt(|p| {
            p.op(word)?;
            item(p)
        })? {
            let _ = next;
            end = Some(self.previous().end);
        }
        Ok(end.map_or(first, |end| other("expression", start, end)))
    }

    pub fn inversion(&mut self) -> P<N> {
        if let Some(node) = self.attempt(|p| {
            let not = p.op("not")?;
            p.inversion()?;
            Ok(other("expression", not.start, p.previous().end))
        })? {
            return Ok(node);
        }
        self.comparison()
    }

    fn comparison(&mut self) -> P<N> {
        let start = self.peek()?.start;
        let left = self.bitwise_or()?;
        let mut first_in = None;
        while let Some(is_in) = self.attempt(|p| {
            let is_in = p.comparison_operator()?;
            p.bitwise_or()?;
            Ok(is_in)
        })? {
            first_in.get_or_insert(is_in);
        }
        let end = self.previous().end;
        Ok(match first_in {
            None => left,
            Some(is_in) => Node::new(Shape::Compare(left, is_in), start, end),
        })
    }

    /// Whether it is `in`.
    fn comparison_operator(&mut self) -> P<bool> {
        let op = self.one_of(&["==", "!=", "<=", "<", ">=", ">", "not", "in", "is"])?;
        match self.text(op) {
            "in" => Ok(true),
            "not" => {
                self.op("in")?;
                Ok(false)
            }
            "is" => {
                self.attempt(|p| p.op("not"))?;
                Ok(false)
            }
            _ => Ok(false),
        }
    }

    pub fn bitwise_or(&mut self) -> P<N> {
        self.memo(Rule::BitwiseOr, |p| p.binary(0))
    }

    /// Binary operators by how tightly they bind.
    fn binary(&mut self, level: usize) -> P<N> {
        const LEVELS: [&[&str]; 6] =
            [&["|"], &["^"], &["&"], &["<<", ">>"], &["+", "-"], &["*", "/", "//", "%", "@"]];
        let Some(ops) = LEVELS.get(level) else { return self.factor() };
        let start = self.peek()?.start;
        let mut left = self.binary(level + 1)?;
        while let Some(_right) = self.attempt(|p| {
            p.one_of(ops)?;
            if level >= 4 && p.advises() {
                p.attempt(Parser::not_after_operator)?;
            }
            p.binary(level + 1)
        })? {
            left = other("expression", start, self.previous().end);
        }
        Ok(left)
    }

    fn not_after_operator(&mut self) -> P<()> {
        let not = self.op("not")?;
        let value = self.inversion()?;
        self.raise(not.start, value.end, "'not' after an operator must be parenthesized")
    }

    fn factor(&mut self) -> P<N> {
        if let Some(node) = self.attempt(|p| {
            let op = p.one_of(&["+", "-", "~"])?;
            if p.advises() {
                p.attempt(Parser::not_after_operator)?;
            }
            p.factor()?;
            Ok(other("expression", op.start, p.previous().end))
        })? {
            return Ok(node);
        }
        let start = self.peek()?.start;
        let base = self.await_primary()?;
        match self.attempt(|p| {
            p.op("**")?;
            p.factor()
        })? {
            Some(_) => Ok(other("expression", start, self.previous().end)),
            None => Ok(base),
        }
    }

    fn await_primary(&mut self) -> P<N> {
        if let Some(node) = self.attempt(|p| {
            let word = p.op("await")?;
            let value = p.primary()?;
            Ok(other("await expression", word.start, value.end))
        })? {
            return Ok(node);
        }
        self.primary()
    }

    /// An atom with its trailers.
    pub fn primary(&mut self) -> P<N> {
        self.memo(Rule::Primary, |p| {
            let start = p.peek()?.start;
            let mut node = p.atom()?;
            while let Some(next) = p.attempt(|p| p.trailer(start))? {
                node = next;
            }
            Ok(node)
        })
    }

    fn trailer(&mut self, start: usize) -> P<N> {
        if self.attempt(|p| p.op("."))?.is_some() {
            let name = self.name()?;
            return Ok(Node::new(Shape::Attribute, start, name.end));
        }
        if let Some(call) = self.attempt(|p| {
            p.must_see(|p| p.op("("))?;
            let genexp = p.generator_expression()?;
            Ok(other("function call", start, genexp.end))
        })? {
            return Ok(call);
        }
        if self.attempt(|p| p.op("("))?.is_some() {
            self.attempt(Parser::arguments)?;
            let close = self.op(")")?;
            return Ok(other("function call", start, close.end));
        }
        self.op("[")?;
        self.slices()?;
        let close = self.op("]")?;
        Ok(Node::new(Shape::Subscript, start, close.end))
    }

    fn slices(&mut self) -> P<()> {
        if self
            .attempt(|p| {
                p.slice()?;
                p.must_not_see(|p| p.op(","))
            })?
            .is_some()
        {
            return Ok(());
        }
        self.list(|p| match p.attempt(Parser::slice)? {
            Some(()) => Ok(()),
            None => p.starred_expression().map(drop),
        })?;
        self.attempt(|p| p.op(","))?;
        Ok(())
    }

    fn slice(&mut self) -> P<()> {
        if self
            .attempt(|p| {
                p.attempt(Parser::expression)?;
                p.op(":")?;
                p.attempt(Parser::expression)?;
                if p.attempt(|p| p.op(":"))?.is_some() {
                    p.attempt(Parser::expression)?;
                }
                Ok(())
            })?
            .is_some()
        {
            return Ok(());
        }
        self.named_expression().map(drop)
    }

    pub fn atom(&mut self) -> P<N> {
        let token = self.peek()?;
        match token.kind {
            Kind::Name => {
                let what = match self.text(token) {
                    "True" => "True",
                    "False" => "False",
                    "None" => "None",
                    _ => return self.name_node(),
                };
                self.mark += 1;
                Ok(other(what, token.start, token.end))
            }
            Kind::Str | Kind::InterpolatedStart => self.memo(Rule::Strings, Parser::strings),
            Kind::Number => {
                self.mark += 1;
                Ok(other("literal", token.start, token.end))
            }
            Kind::Op => match self.text(token) {
                "(" => self.parenthesized(),
                "[" => self.list_display(),
                "{" => self.brace_display(),
                "..." => {
                    self.mark += 1;
                    Ok(other("ellipsis", token.start, token.end))
                }
                _ => Err(Bail::Fail),
            },
            _ => Err(Bail::Fail),
        }
    }

    fn parenthesized(&mut self) -> P<N> {
        if let Some(node) = self.attempt(Parser::tuple)? {
            return Ok(node);
        }
        if let Some(node) = self.attempt(Parser::group)? {
            return Ok(node);
        }
        self.generator_expression()
    }

    fn tuple(&mut self) -> P<N> {
        let open = self.op("(")?;
        let mut elts = Vec::new();
        if let Some(first) = self.attempt(Parser::star_named_expression)? {
            self.op(",")?;
            elts.push(first);
            elts.extend(self.star_named_expressions()?);
        }
        let close = self.op(")")?;
        Ok(Node::new(Shape::Tuple(elts), open.start, close.end))
    }

    /// Elements with an optional comma at the end; maybe none.
    pub fn star_named_expressions(&mut self) -> P<Vec<N>> {
        let Some(elts) = self.attempt(|p| p.list(Parser::star_named_expression))? else {
            return Ok(Vec::new());
        };
        self.attempt(|p| p.op(","))?;
        Ok(elts)
    }

    fn group(&mut self) -> P<N> {
        let mark = self.mark;
        if let Some(node) = self.attempt(|p| {
            p.op("(")?;
            let node = match p.attempt(Parser::yield_expr)? {
                Some(node) => node,
                None => p.named_expression()?,
            };
            p.op(")")?;
            Ok(node)
        })? {
            return Ok(node);
        }
        if self.advises() {
            self.mark = mark;
            if let Some(a) = self.attempt(|p| {
                p.op("(")?;
                let a = p.starred_expression()?;
                p.op(")")?;
                Ok(a)
            })? {
                return self.raise_node(&a, "cannot use starred expression here");
            }
            if let Some(a) = self.attempt(|p| {
                p.op("(")?;
                let a = p.op("**")?;
                p.expression()?;
                p.op(")")?;
                Ok(a)
            })? {
                return self.raise_token(a, "cannot use double starred expression here");
            }
        }
        Err(Bail::Fail)
    }

    pub fn generator_expression(&mut self) -> P<N> {
        let mark = self.mark;
        if let Some(node) = self.attempt(|p| {
            let open = p.op("(")?;
            match p.attempt(Parser::assignment_expression)? {
                Some(_) => {}
                None => {
                    p.expression()?;
                    p.must_not_see(|p| p.op(":="))?;
                }
            }
            p.for_if_clauses()?;
            let close = p.op(")")?;
            Ok(other("generator expression", open.start, close.end))
        })? {
            return Ok(node);
        }
        self.mark = mark;
        self.mistaken_comprehension()
    }

    fn list_display(&mut self) -> P<N> {
        let mark = self.mark;
        if let Some(node) = self.attempt(|p| {
            let open = p.op("[")?;
            let elts = p.star_named_expressions()?;
            let close = p.op("]")?;
            Ok(Node::new(Shape::List(elts), open.start, close.end))
        })? {
            return Ok(node);
        }
        if let Some(node) = self.attempt(|p| p.comprehension("[", "]", "list comprehension"))? {
            return Ok(node);
        }
        self.mark = mark;
        self.mistaken_comprehension()
    }

    fn comprehension(&mut self, open: &str, close: &str, what: &'static str) -> P<N> {
        let open = self.op(open)?;
        self.named_expression()?;
        self.for_if_clauses()?;
        let close = self.op(close)?;
        Ok(other(what, open.start, close.end))
    }

    fn mistaken_comprehension(&mut self) -> P<N> {
        if !self.advises() {
            return Err(Bail::Fail);
        }
        let mark = self.mark;
        if let Some(a) = self.attempt(|p| {
            p.one_of(&["[", "(", "{"])?;
            let a = p.starred_expression()?;
            p.for_if_clauses()?;
            Ok(a)
        })? {
            return self.raise_node(&a, "iterable unpacking cannot be used in comprehension");
        }
        let msg = "did you forget parentheses around the comprehension target?";
        if let Some((a, b)) = self.attempt(|p| {
            p.one_of(&["[", "{"])?;
            let a = p.star_named_expression()?;
            p.op(",")?;
            let rest = p.list(Parser::star_named_expression)?;
            p.attempt(|p| p.op(","))?;
            p.for_if_clauses()?;
            Ok((a, rest[rest.len() - 1].clone()))
        })? {
            return self.raise(a.start, b.end, msg);
        }
        self.mark = mark;
        if let Some((a, b)) = self.attempt(|p| {
            p.one_of(&["[", "{"])?;
            let a = p.star_named_expression()?;
            let b = p.op(",")?;
            p.for_if_clauses()?;
            Ok((a, b))
        })? {
            return self.raise(a.start, b.end, msg);
        }
        Err(Bail::Fail)
    }

    fn brace_display(&mut self) -> P<N> {
        let mark = self.mark;
        if let Some(node) = self.attempt(|p| {
            let open = p.op("{")?;
            if p.attempt(Parser::dict_items)?.is_some() {
                p.attempt(|p| p.op(","))?;
            }
            let close = p.op("}")?;
            Ok(other("dict literal", open.start, close.end))
        })? {
            return Ok(node);
        }
        if self.advises() {
            self.attempt(|p| {
                p.op("{")?;
                p.mistaken_dict_items()
            })?;
        }
        self.mark = mark;
        if let Some(node) = self.attempt(|p| {
            let open = p.op("{")?;
            let elts = p.list(Parser::star_named_expression)?;
            p.attempt(|p| p.op(","))?;
            let close = p.op("}")?;
            let _ = elts;
            Ok(other("set display", open.start, close.end))
        })? {
            return Ok(node);
        }
        if let Some(node) = self.attempt(|p| {
            let open = p.op("{")?;
            p.key_value(false)?;
            p.for_if_clauses()?;
            let close = p.op("}")?;
            Ok(other("dict comprehension", open.start, close.end))
        })? {
            return Ok(node);
        }
        if self.advises()
            && let Some(a) = self.attempt(|p| {
                p.op("{")?;
                let a = p.op("**")?;
                p.bitwise_or()?;
                p.for_if_clauses()?;
                p.op("}")?;
                Ok(a)
            })?
        {
            return self.raise_token(a, "dict unpacking cannot be used in dict comprehension");
        }
        if let Some(node) = self.attempt(|p| p.comprehension("{", "}", "set comprehension"))? {
            return Ok(node);
        }
        self.mark = mark;
        self.mistaken_comprehension()
    }

    /// `a: b, **c`. No advice is given about keys other than the first, beyond that their colon is missing.
    fn dict_items(&mut self) -> P<()> {
        self.dict_item(false)?;
        self.many(|p| {
            p.op(",")?;
            p.dict_item(true)
        })?;
        Ok(())
    }

    fn dict_item(&mut self, quiet_key: bool) -> P<()> {
        if self.attempt(|p| p.op("**"))?.is_some() {
            return self.bitwise_or().map(drop);
        }
        self.key_value(quiet_key)
    }

    fn key_value(&mut self, quiet_key: bool) -> P<()> {
        match quiet_key {
            true => self.quietly(Parser::expression)?,
            false => self.expression()?,
        };
        self.op(":")?;
        self.expression().map(drop)
    }

    fn mistaken_dict_items(&mut self) -> P<()> {
        let mark = self.mark;
        self.attempt(|p| {
            p.dict_items()?;
            p.op(",")?;
            p.mistaken_dict_item(true)
        })?;
        self.mark = mark;
        self.mistaken_dict_item(false)
    }

    /// `last`: after other items, where a lone expression is surely a key.
    fn mistaken_dict_item(&mut self, last: bool) -> P<()> {
        let mark = self.mark;
        if last
            && let Some(a) = self.attempt(|p| {
                let a = p.expression()?;
                p.must_not_see(|p| p.op(":"))?;
                Ok(a)
            })?
        {
            return self.raise_missing_colon(&a);
        }
        self.mark = mark;
        if let Some(star) = self.attempt(|p| {
            p.expression()?;
            p.op(":")?;
            let star = p.op("*")?;
            p.bitwise_or()?;
            Ok(star)
        })? {
            return self.raise_from(star.start, "cannot use a starred expression in a dictionary value");
        }
        self.mark = mark;
        if let Some(colon) = self.attempt(|p| {
            p.expression()?;
            let colon = p.op(":")?;
            p.must_see(|p| p.one_of(&["}", ","]))?;
            Ok(colon)
        })? {
            return self.raise_token(colon, "expression expected after dictionary key and ':'");
        }
        Err(Bail::Fail)
    }

    /// The place is the last character of the key, without an end.
    fn raise_missing_colon(&mut self, key: &Node) -> P<()> {
        let end = key.end.saturating_sub(1);
        match self.raise::<()>(end, end, "':' expected after dictionary key") {
            Err(Bail::Raise(mut report)) => {
                report.end_offset = 0;
                Err(Bail::Raise(report))
            }
            other => other,
        }
    }

    pub fn for_if_clauses(&mut self) -> P<N> {
        let start = self.peek()?.start;
        self.some(Parser::for_if_clause)?;
        Ok(other("clauses", start, self.previous().end))
    }

    fn for_if_clause(&mut self) -> P<()> {
        let mark = self.mark;
        let head = self.attempt(|p| {
            p.attempt(|p| p.op("async"))?;
            p.op("for")?;
            p.star_targets()?;
            p.op("in")
        })?;
        if head.is_some() {
            self.disjunction()?;
            self.many(|p| {
                p.op("if")?;
                p.disjunction()
            })?;
            return Ok(());
        }
        if self.advises() {
            self.mark = mark;
            let missing = self.attempt(|p| {
                p.attempt(|p| p.op("async"))?;
                p.op("for")?;
                p.list(Parser::bitwise_or)?;
                p.attempt(|p| p.op(","))?;
                p.must_not_see(|p| p.op("in"))
            })?;
            if missing.is_some() {
                return self.raise_last("'in' expected after for-loop variables");
            }
            self.mark = mark;
            self.attempt(Parser::mistaken_for_target)?;
        }
        Err(Bail::Fail)
    }

    pub fn mistaken_for_target(&mut self) -> P<()> {
        self.attempt(|p| p.op("async"))?;
        self.op("for")?;
        let targets = self.star_expressions()?;
        self.raise_invalid_target(&targets, super::node::Targets::For)
    }

    pub fn yield_expr(&mut self) -> P<N> {
        let start = self.op("yield")?;
        if self.attempt(|p| p.op("from"))?.is_some() {
            let value = self.expression()?;
            return Ok(other("yield expression", start.start, value.end));
        }
        let value = self.attempt(Parser::star_expressions)?;
        Ok(other("yield expression", start.start, value.map_or(start.end, |v| v.end)))
    }

    /// `yield ..` or expressions: what may stand right of `=`.
    pub fn annotated_rhs(&mut self) -> P<N> {
        match self.attempt(Parser::yield_expr)? {
            Some(node) => Ok(node),
            None => self.star_expressions(),
        }
    }

    /// A single target: name, attribute, subscript, or targets in brackets.
    pub fn star_target(&mut self) -> P<N> {
        let star = self.attempt(|p| {
            let star = p.op("*")?;
            p.must_not_see(|p| p.op("*"))?;
            Ok(star)
        })?;
        let target = self.primary()?;
        if !target.is_target() {
            return Err(Bail::Fail);
        }
        Ok(match star {
            Some(star) => Node::new(Shape::Starred(target.clone()), star.start, target.end),
            None => target,
        })
    }

    pub fn star_targets(&mut self) -> P<N> {
        self.tuple_of(Parser::star_target)
    }
}
