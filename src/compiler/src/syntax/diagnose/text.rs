//! String literals, f-strings and t-strings.

use super::core::{Bail, P, Parser};
use super::lexer::{Kind, Token};
use super::node::{Node, Shape};
use std::rc::Rc;

/// What the parts of an implicit concatenation are.
#[derive(Default)]
struct Parts {
    text: bool,
    bytes: bool,
    template: bool,
    formatted: bool,
}

impl Parser<'_> {
    /// Neighbouring literals, joined.
    pub fn strings(&mut self) -> P<Rc<Node>> {
        let start = self.peek()?.start;
        let mut parts = Parts::default();
        let mut literals = Vec::new();
        loop {
            let token = self.peek()?;
            match token.kind {
                Kind::Str => {
                    self.mark += 1;
                    match self.prefix(token).contains('b') {
                        true => parts.bytes = true,
                        false => parts.text = true,
                    }
                    literals.push(token);
                }
                Kind::InterpolatedStart => {
                    match self.prefix(token).contains('t') {
                        true => parts.template = true,
                        false => parts.formatted = true,
                    }
                    self.interpolated()?;
                }
                _ => break,
            }
        }
        let end = self.previous().end;
        if parts.template && (parts.text || parts.bytes || parts.formatted) {
            let msg = "cannot mix t-string literals with string or bytes literals";
            return self.raise(start, end, msg);
        }
        if parts.bytes && (parts.text || parts.formatted) {
            return self.raise_last("cannot mix bytes and nonbytes literals");
        }
        for literal in literals {
            self.decodable(literal)?;
        }
        let what = match parts {
            Parts { template: true, .. } => "t-string expression",
            Parts { formatted: true, .. } => "f-string expression",
            _ => "literal",
        };
        Ok(Node::new(Shape::Other(what), start, end))
    }

    fn prefix(&self, token: Token) -> String {
        self.text(token)
            .chars()
            .take_while(|c| c.is_ascii_alphabetic())
            .collect::<String>()
            .to_ascii_lowercase()
    }

    /// Raises if the escapes of a literal are malformed.
    fn decodable(&mut self, token: Token) -> P<()> {
        let prefix = self.prefix(token);
        let text = self.text(token);
        let quoted = &text[prefix.len()..];
        let size = if quoted.starts_with("\"\"\"") || quoted.starts_with("'''") { 3 } else { 1 };
        let body = &quoted[size..quoted.len() - size];
        if prefix.contains('b') && !body.is_ascii() {
            return self.raise_token(token, "bytes can only contain ASCII literal characters");
        }
        if prefix.contains('r') {
            return Ok(());
        }
        match malformed(body, prefix.contains('b')) {
            Some(msg) => self.raise_token(token, msg),
            None => Ok(()),
        }
    }

    /// The kind of interpolated string around the next token.
    pub fn interpolated_kind(&self) -> &'static str {
        let mut depth = 0;
        for i in (0..self.mark).rev() {
            let token = self.token(i);
            match token.kind {
                Kind::InterpolatedEnd => depth += 1,
                Kind::InterpolatedStart if depth > 0 => depth -= 1,
                Kind::InterpolatedStart => {
                    return if self.prefix(token).contains('t') { "t-string" } else { "f-string" };
                }
                _ => {}
            }
        }
        "f-string"
    }

    fn interpolated(&mut self) -> P<()> {
        let open = self.kind(Kind::InterpolatedStart)?;
        let raw = self.prefix(open).contains('r');
        self.many(|p| p.interpolated_part(raw))?;
        self.kind(Kind::InterpolatedEnd).map(drop)
    }

    fn interpolated_part(&mut self, raw: bool) -> P<()> {
        if let Some(token) = self.attempt(|p| p.kind(Kind::Text))? {
            if !raw && let Some(msg) = malformed(self.text(token), false) {
                return self.raise_token(token, msg);
            }
            return Ok(());
        }
        self.replacement_field(raw)
    }

    /// `{value = !conversion:spec}`
    fn replacement_field(&mut self, raw: bool) -> P<()> {
        let mark = self.mark;
        if self
            .attempt(|p| {
                p.op("{")?;
                p.annotated_rhs()?;
                p.attempt(|p| p.op("="))?;
                p.attempt(Parser::conversion)?;
                if p.attempt(|p| p.op(":"))?.is_some() {
                    p.many(|p| p.interpolated_part(raw))?;
                }
                p.op("}")
            })?
            .is_some()
        {
            return Ok(());
        }
        if self.advises() {
            self.mark = mark;
            self.mistaken_field(raw)?;
        }
        Err(Bail::Fail)
    }

    fn conversion(&mut self) -> P<()> {
        let mark = self.op("!")?;
        let name = self.name()?;
        let what = self.interpolated_kind();
        if name.start > mark.end {
            let msg = format!("{what}: conversion type must come right after the exclamation mark");
            return self.raise(mark.start, name.end, msg);
        }
        let text = self.text(name);
        if !matches!(text, "s" | "r" | "a") {
            let msg = format!("{what}: invalid conversion character '{text}': expected 's', 'r', or 'a'");
            return self.raise_token(name, msg);
        }
        Ok(())
    }

    fn mistaken_field(&mut self, raw: bool) -> P<()> {
        let what = self.interpolated_kind();
        self.op("{")?;
        let start = self.mark;
        if let Some(token) = self.attempt(|p| p.one_of(&["=", "!", ":", "}"]))? {
            let msg = format!("{what}: valid expression required before '{}'", self.text(token));
            return self.raise_token(token, msg);
        }
        if self.attempt(Parser::annotated_rhs)?.is_none() {
            let msg = format!("{what}: expecting a valid expression after '{{'");
            return self.raise_next(msg);
        }
        if !self.ahead(|p| p.one_of(&["=", "!", ":", "}"]))? {
            return self.raise_next(format!("{what}: expecting '=', or '!', or ':', or '}}'"));
        }
        let debug = self.attempt(|p| p.op("="))?.is_some();
        if debug && !self.ahead(|p| p.one_of(&["!", ":", "}"]))? {
            return self.raise_next(format!("{what}: expecting '!', or ':', or '}}'"));
        }
        if self.attempt(|p| p.op("!"))?.is_some() {
            if self.ahead(|p| p.one_of(&[":", "}"]))? {
                return self.raise_next(format!("{what}: missing conversion character"));
            }
            if self.attempt(Parser::name)?.is_none() {
                return self.raise_next(format!("{what}: invalid conversion character"));
            }
            if !self.ahead(|p| p.one_of(&[":", "}"]))? {
                return self.raise_next(format!("{what}: expecting ':' or '}}'"));
            }
        }
        if self.attempt(|p| p.op(":"))?.is_some() {
            self.many(|p| p.interpolated_part(raw))?;
            if !self.ahead(|p| p.op("}"))? {
                return self.raise_next(format!("{what}: expecting '}}', or format specs"));
            }
        }
        if !self.ahead(|p| p.op("}"))? {
            return self.raise_next(format!("{what}: expecting '}}'"));
        }
        self.mark = start;
        Err(Bail::Fail)
    }

    fn raise_next<T>(&mut self, msg: String) -> P<T> {
        let token = self.peek()?;
        self.raise_token(token, msg)
    }
}

/// What is wrong with the first malformed escape.
fn malformed(body: &str, bytes: bool) -> Option<String> {
    let mut at = 0;
    while let Some(found) = body[at..].find('\\') {
        at += found;
        let rest = &body[at + 1..];
        let next = rest.chars().next()?;
        let digits = match next {
            'x' => 2,
            'u' if !bytes => 4,
            'U' if !bytes => 8,
            'N' if !bytes => {
                match named(rest) {
                    Ok(len) => at += 1 + len,
                    Err((len, what)) => return Some(unicode_error(body, at, 1 + len, what)),
                }
                continue;
            }
            _ => {
                at += 1 + next.len_utf8();
                continue;
            }
        };
        let have = rest[1..].bytes().take(digits).take_while(u8::is_ascii_hexdigit).count();
        if have < digits {
            if bytes {
                return Some(format!("(value error) invalid \\x escape at position {at}"));
            }
            let what = match next {
                'x' => "truncated \\xXX escape",
                'u' => "truncated \\uXXXX escape",
                _ => "truncated \\UXXXXXXXX escape",
            };
            return Some(unicode_error(body, at, 2 + have, what));
        }
        if next == 'U' && u32::from_str_radix(&rest[1..9], 16).is_ok_and(|code| code > 0x10_FFFF) {
            return Some(unicode_error(body, at, 10, "illegal Unicode character"));
        }
        at += 2 + digits;
    }
    None
}

/// Length of `N{NAME}`, or how much of it is wrong and why.
fn named(rest: &str) -> Result<usize, (usize, &'static str)> {
    let malformed = "malformed \\N character escape";
    let Some(name) = rest[1..].strip_prefix('{') else { return Err((1, malformed)) };
    let Some(end) = name.find('}') else { return Err((2 + name.len(), malformed)) };
    if end == 0 {
        return Err((2, malformed));
    }
    let len = 2 + end + 1;
    match crate::convert::named_character(&rest[..len]) {
        Some(_) => Ok(len),
        None => Err((len, "unknown Unicode character name")),
    }
}

fn unicode_error(body: &str, at: usize, len: usize, what: &str) -> String {
    // The decoder is handed the text with everything beyond ASCII escaped, ten bytes a character.
    let position: usize = body[..at].chars().map(|c| if c.is_ascii() { 1 } else { 10 }).sum();
    let last = position + len - 1;
    match len {
        1 => format!(
            "(unicode error) 'unicodeescape' codec can't decode byte 0x5c in position {position}: {what}"
        ),
        _ => format!(
            "(unicode error) 'unicodeescape' codec can't decode bytes in position {position}-{last}: {what}"
        ),
    }
}
