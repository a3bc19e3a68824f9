//! The machinery of the diagnosing parser: tokens looked at, alternatives, memory, and raising.

use super::lexer::{Kind, Report, Token, Tokens, position};
use super::node::{Node, Targets};
use crate::convert::Mode;
use crate::convert::lines::Lines;
use crate::syntax::ErrorKind;
use std::collections::HashMap;
use std::rc::Rc;

/// Why a rule did not match.
#[derive(Debug)]
pub(super) enum Bail {
    /// Try the next alternative.
    Fail,
    /// The error has been found.
    Raise(Box<Report>),
}

pub(super) type P<T> = Result<T, Bail>;

/// What a rule matched, and the token after it.
type Match = (Rc<Node>, usize);

/// Rules worth remembering where they were tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Rule {
    Expression,
    Disjunction,
    BitwiseOr,
    Primary,
    Arguments,
    Strings,
    Statement,
    Block,
}

pub(super) struct Parser<'a> {
    pub src: &'a str,
    tokens: &'a Tokens,
    lines: Lines,
    /// The next token.
    pub mark: usize,
    /// One past the furthest token looked at.
    fill: usize,
    /// The second run: mistakes are recognised.
    pub advising: bool,
    /// Recognising mistakes is off while a rule looks for plain expressions.
    pub muted: usize,
    /// Alternatives within alternatives: how deep the recursion is.
    depth: usize,
    memory: HashMap<(Rule, usize), Option<Match>>,
    /// Where the last statement that was parsed begins.
    pub last_statement: Option<usize>,
    /// Was a token wanted where the tokenizer had stopped?
    pub beyond: bool,
}

const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// Deepest recursion, in alternatives; an expression in parentheses takes some thirty.
const MAX_ATTEMPTS: usize = 40_000;

fn too_complex() -> Report {
    Report {
        kind: ErrorKind::Memory,
        msg: "Parser stack overflowed - Python source too complex to parse".into(),
        line: 0,
        offset: 0,
        end_line: 0,
        end_offset: 0,
    }
}

impl<'a> Parser<'a> {
    pub fn new(src: &'a str, tokens: &'a Tokens, advising: bool) -> Parser<'a> {
        let lines = Lines::new(src);
        Parser {
            src,
            tokens,
            lines,
            mark: 0,
            fill: 0,
            advising,
            muted: 0,
            depth: 0,
            memory: HashMap::new(),
            last_statement: None,
            beyond: false,
        }
    }

    /// Whether mistakes are to be recognised here.
    pub fn advises(&self) -> bool {
        self.advising && self.muted == 0
    }

    pub fn furthest(&self) -> usize {
        self.fill.saturating_sub(1)
    }

    /// The next token, which counts as looked at.
    pub fn peek(&mut self) -> P<Token> {
        self.fill = self.fill.max(self.mark + 1);
        match self.tokens.tokens.get(self.mark) {
            Some(&token) => Ok(token),
            None => match &self.tokens.error {
                Some(error) => {
                    self.beyond = true;
                    self.fill = self.tokens.tokens.len();
                    Err(Bail::Raise(Box::new(error.clone())))
                }
                None => Err(Bail::Fail),
            },
        }
    }

    /// A token looked at before.
    pub fn token(&self, index: usize) -> Token {
        let all = &self.tokens.tokens;
        all.get(index).or(all.last()).copied().unwrap_or(Token {
            kind: Kind::End,
            start: 0,
            end: 0,
            level: 0,
        })
    }

    /// The token before the next one.
    pub fn previous(&self) -> Token {
        self.token(self.mark.saturating_sub(1))
    }

    pub fn text(&self, token: Token) -> &'a str {
        &self.src[token.start..token.end]
    }

    pub fn kind(&mut self, kind: Kind) -> P<Token> {
        let token = self.peek()?;
        if token.kind != kind {
            return Err(Bail::Fail);
        }
        self.mark += 1;
        Ok(token)
    }

    /// An operator or keyword.
    pub fn op(&mut self, text: &str) -> P<Token> {
        let token = self.peek()?;
        if !matches!(token.kind, Kind::Op | Kind::Name) || self.text(token) != text {
            return Err(Bail::Fail);
        }
        self.mark += 1;
        Ok(token)
    }

    pub fn one_of(&mut self, texts: &[&str]) -> P<Token> {
        let token = self.peek()?;
        let found = matches!(token.kind, Kind::Op | Kind::Name) && texts.contains(&self.text(token));
        if !found {
            return Err(Bail::Fail);
        }
        self.mark += 1;
        Ok(token)
    }

    /// An identifier that is no keyword.
    pub fn name(&mut self) -> P<Token> {
        let token = self.peek()?;
        if token.kind != Kind::Name || KEYWORDS.contains(&self.text(token)) {
            return Err(Bail::Fail);
        }
        self.mark += 1;
        Ok(token)
    }

    pub fn name_node(&mut self) -> P<Rc<Node>> {
        let token = self.name()?;
        Ok(Node::new(super::node::Shape::Name, token.start, token.end))
    }

    /// A token that must be here.
    pub fn forced(&mut self, text: &str) -> P<Token> {
        match self.attempt(|p| p.op(text))? {
            Some(token) => Ok(token),
            None if !self.advises() => Err(Bail::Fail),
            None => {
                let token = self.peek()?;
                self.raise_token(token, format!("expected '{text}'"))
            }
        }
    }

    /// One alternative: without a trace if it fails.
    pub fn attempt<T>(&mut self, rule: impl FnOnce(&mut Self) -> P<T>) -> P<Option<T>> {
        let mark = self.mark;
        if self.depth >= MAX_ATTEMPTS {
            return Err(Bail::Raise(Box::new(too_complex())));
        }
        self.depth += 1;
        let result = rule(self);
        self.depth -= 1;
        match result {
            Ok(value) => Ok(Some(value)),
            Err(Bail::Fail) => {
                self.mark = mark;
                Ok(None)
            }
            Err(raise) => Err(raise),
        }
    }

    /// Whether a rule would match here.
    pub fn ahead<T>(&mut self, rule: impl FnOnce(&mut Self) -> P<T>) -> P<bool> {
        let mark = self.mark;
        let found = self.attempt(rule)?.is_some();
        self.mark = mark;
        Ok(found)
    }

    /// Fails unless a rule would match here.
    pub fn must_see<T>(&mut self, rule: impl FnOnce(&mut Self) -> P<T>) -> P<()> {
        if self.ahead(rule)? { Ok(()) } else { Err(Bail::Fail) }
    }

    /// Fails if a rule would match here.
    pub fn must_not_see<T>(&mut self, rule: impl FnOnce(&mut Self) -> P<T>) -> P<()> {
        if self.ahead(rule)? { Err(Bail::Fail) } else { Ok(()) }
    }

    pub fn many<T>(&mut self, mut rule: impl FnMut(&mut Self) -> P<T>) -> P<Vec<T>> {
        let mut all = Vec::new();
        loop {
            let mark = self.mark;
            match self.attempt(&mut rule)? {
                Some(value) if self.mark > mark => all.push(value),
                _ => return Ok(all),
            }
        }
    }

    pub fn some<T>(&mut self, rule: impl FnMut(&mut Self) -> P<T>) -> P<Vec<T>> {
        let all = self.many(rule)?;
        if all.is_empty() { Err(Bail::Fail) } else { Ok(all) }
    }

    /// `rule (',' rule)*`
    pub fn list<T>(&mut self, mut rule: impl FnMut(&mut Self) -> P<T>) -> P<Vec<T>> {
        let mut all = vec![rule(self)?];
        while let Some(value) = self.attempt(|p| {
            p.op(",")?;
            rule(p)
        })? {
            all.push(value);
        }
        Ok(all)
    }

    /// A rule whose outcome here is remembered, whether it was tried with advice or without: which advice is
    /// given depends on it.
    pub fn memo(&mut self, rule: Rule, parse: impl FnOnce(&mut Self) -> P<Rc<Node>>) -> P<Rc<Node>> {
        let key = (rule, self.mark);
        if let Some(known) = self.memory.get(&key) {
            return match known {
                Some((node, mark)) => {
                    self.mark = *mark;
                    Ok(node.clone())
                }
                None => Err(Bail::Fail),
            };
        }
        let result = self.attempt(parse)?;
        self.memory.insert(key, result.clone().map(|node| (node, self.mark)));
        result.ok_or(Bail::Fail)
    }

    /// Runs a rule without looking for mistakes in it.
    pub fn quietly<T>(&mut self, rule: impl FnOnce(&mut Self) -> P<T>) -> P<T> {
        self.muted += 1;
        let result = rule(self);
        self.muted -= 1;
        result
    }

    pub fn line_of_last(&mut self) -> u32 {
        let token = self.token(self.furthest());
        self.lines.locate(token.start as u32).0
    }

    pub fn line(&mut self, token: Token) -> u32 {
        self.lines.locate(token.start as u32).0
    }
}

/// Raising.
impl Parser<'_> {
    pub fn raise<T>(&mut self, start: usize, end: usize, msg: impl Into<String>) -> P<T> {
        let (line, offset) = position(self.src, &mut self.lines, start);
        let (end_line, end_offset) = self.end_position(line, end);
        let kind = ErrorKind::Syntax;
        Err(Bail::Raise(Box::new(Report { kind, msg: msg.into(), line, offset, end_line, end_offset })))
    }

    /// Where a range ends. Its column is counted in the text of the *first* line, and no further than that goes.
    fn end_position(&mut self, line: u32, end: usize) -> (u32, i32) {
        let (end_line, end_offset) = position(self.src, &mut self.lines, end);
        if end_line == line {
            return (end_line, end_offset);
        }
        let column = end - self.lines.start(end_line);
        let first = self.lines.start(line);
        let text = self.src[first..].split_inclusive('\n').next().unwrap_or("");
        let chars = text.char_indices().take_while(|&(i, _)| i <= column).count();
        (end_line, chars as i32)
    }

    pub fn raise_node<T>(&mut self, node: &Node, msg: impl Into<String>) -> P<T> {
        self.raise(node.start, node.end, msg)
    }

    /// At a token, which may be one without extent.
    pub fn raise_token<T>(&mut self, token: Token, msg: impl Into<String>) -> P<T> {
        let report = self.at_token(token, ErrorKind::Syntax, msg.into());
        Err(Bail::Raise(Box::new(report)))
    }

    /// At the last token looked at.
    pub fn raise_last<T>(&mut self, msg: impl Into<String>) -> P<T> {
        let token = self.token(self.furthest());
        self.raise_token(token, msg)
    }

    /// From a token to the last one looked at.
    pub fn raise_from<T>(&mut self, start: usize, msg: impl Into<String>) -> P<T> {
        let last = self.token(self.furthest());
        match self.raise::<T>(start, last.end.max(start), msg) {
            Err(Bail::Raise(mut report)) => {
                if last.kind == Kind::Newline {
                    let (line, offset) = position(self.src, &mut self.lines, last.start);
                    (report.end_line, report.end_offset) = (line, offset + 1);
                }
                report.end_offset -= 1;
                Err(Bail::Raise(report))
            }
            result => result,
        }
    }

    /// At the last token looked at, as an `IndentationError`.
    pub fn raise_indentation<T>(&mut self, msg: impl Into<String>) -> P<T> {
        let token = self.token(self.furthest());
        let report = self.at_token(token, ErrorKind::Indentation, msg.into());
        Err(Bail::Raise(Box::new(report)))
    }

    /// If an expression cannot be a target, says which part.
    pub fn raise_invalid_target<T>(&mut self, node: &Node, targets: Targets) -> P<T> {
        let Some(part) = node.invalid_target(targets) else { return Err(Bail::Fail) };
        let verb = if targets == Targets::Del { "delete" } else { "assign to" };
        let msg = format!("cannot {verb} {}", part.called());
        self.raise(part.start, part.end, msg)
    }

    /// Whether a token is the line end that the tokenizer adds to a text without one.
    fn is_added(&self, token: Token) -> bool {
        token.kind == Kind::Newline && token.start >= self.src.len()
    }

    fn at_token(&mut self, token: Token, kind: ErrorKind, msg: String) -> Report {
        let (line, offset) = position(self.src, &mut self.lines, token.start);
        match token.kind {
            Kind::Newline if self.is_added(token) => {
                Report { kind, msg, line, offset: offset - 1, end_line: line, end_offset: -1 }
            }
            // They have no columns; where the tokenizer had got to is told instead, which at the end is still
            // the last line.
            Kind::Indent | Kind::Dedent | Kind::End => {
                let at_end = token.start >= self.src.len() && self.src.ends_with('\n');
                let (line, offset) = match at_end {
                    true => position(self.src, &mut self.lines, self.src.len() - 1),
                    false => (line, offset - 1),
                };
                Report { kind, msg, line, offset, end_line: line, end_offset: -1 }
            }
            _ => {
                let (end_line, end_offset) = match token.kind {
                    Kind::Newline => {
                        let (line, offset) = position(self.src, &mut self.lines, token.end);
                        (line, offset + 1)
                    }
                    _ => self.end_position(line, token.end),
                };
                Report { kind, msg, line, offset, end_line, end_offset }
            }
        }
    }

    /// When nothing more helpful is known.
    pub fn generic(&mut self, furthest: usize, mode: Mode) -> Report {
        let token = self.token(furthest);
        let _ = mode;
        match token.kind {
            Kind::Indent => self.at_token(token, ErrorKind::Indentation, "unexpected indent".into()),
            Kind::Dedent => self.at_token(token, ErrorKind::Indentation, "unexpected unindent".into()),
            kind if kind == Kind::End || self.is_added(token) => {
                let (line, offset) = position(self.src, &mut self.lines, token.start);
                let line = if offset == 1 { line - 1 } else { line };
                Report {
                    kind: ErrorKind::Syntax,
                    msg: "invalid syntax".into(),
                    line,
                    offset: 0,
                    end_line: line,
                    end_offset: 0,
                }
            }
            _ if self.text(token) == "<>" => {
                let msg = "invalid syntax.  Maybe you meant '!=' instead of '<>'?";
                self.at_token(token, ErrorKind::Syntax, msg.into())
            }
            _ => self.at_token(token, ErrorKind::Syntax, "invalid syntax".into()),
        }
    }
}
