//! A tokenizer that stops where CPython's does, and says the same.
//!
//! It is only run over programs that do not parse, to find out what to say about them. Tokens carry their
//! nesting depth, because some advice is only given inside parentheses. An f-string is a start, the text between
//! fields, the tokens of the fields, and an end.

use crate::convert::lines::Lines;
use crate::convert::number;
use crate::syntax::ErrorKind;

/// What a token is; operators and keywords are told apart by their text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Name,
    Number,
    Str,
    /// `f"`, `rt'''` ...
    InterpolatedStart,
    Text,
    InterpolatedEnd,
    Op,
    Newline,
    Indent,
    Dedent,
    End,
}

/// A token: a range of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
    /// How many brackets are open after this token.
    pub level: usize,
}

/// An error with its place as the exception has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Report {
    pub kind: ErrorKind,
    pub msg: String,
    pub line: u32,
    pub offset: i32,
    pub end_line: u32,
    pub end_offset: i32,
}

/// What came of the tokenizing.
pub(super) struct Tokens {
    pub tokens: Vec<Token>,
    /// What stopped it; the parser meets this when it asks for one token more.
    pub error: Option<Report>,
    /// It stopped within an f-string.
    pub interpolated: bool,
    /// The source ended within brackets: the innermost open one.
    pub unclosed: Option<usize>,
}

/// Most brackets that may be open at once, and most levels of indentation.
const MAX_LEVEL: usize = 200;
const MAX_INDENT: usize = 100;
/// So many f-strings cannot be open at once.
pub(super) const MAX_STRINGS: usize = 150;

/// Most fields within the format specifications of fields.
pub(crate) const MAX_FIELDS: usize = 3;

/// An f-string being read.
struct Mode {
    quote: u8,
    triple: bool,
    raw: bool,
    template: bool,
    start: usize,
    /// Bracket depth outside the fields.
    level: usize,
    /// Reading text (or a format specification), not a field's expression.
    text: bool,
    /// Brace depths of open fields: bracket level just inside the brace, and whether in the format specification.
    fields: Vec<(usize, bool)>,
}

pub(super) struct Lexer<'a> {
    src: &'a str,
    bytes: &'a [u8],
    at: usize,
    pub lines: Lines,
    tokens: Vec<Token>,
    brackets: Vec<(u8, usize)>,
    indents: Vec<(usize, usize)>,
    modes: Vec<Mode>,
    line_begins: bool,
    /// Where the comment on this line began: the line end is said to begin there.
    comment: Option<usize>,
}

type Lexed<T> = Result<T, Report>;

/// Tokenizes a source; see [`Tokens`].
pub(super) fn tokenize(src: &str) -> Tokens {
    let mut lexer = Lexer {
        src,
        bytes: src.as_bytes(),
        at: 0,
        lines: Lines::new(src),
        tokens: Vec::new(),
        brackets: Vec::new(),
        indents: vec![(0, 0)],
        modes: Vec::new(),
        line_begins: true,
        comment: None,
    };
    let error = lexer.run().err();
    let never_closed = error.as_ref().is_some_and(|e| e.msg.ends_with("was never closed"));
    let unclosed = lexer.brackets.last().filter(|_| never_closed).map(|&(_, at)| at);
    Tokens { interpolated: !lexer.modes.is_empty(), tokens: lexer.tokens, error, unclosed }
}

/// How a place reads in an exception: line, and characters before it plus one.
pub(super) fn position(src: &str, lines: &mut Lines, at: usize) -> (u32, i32) {
    let (line, _) = lines.locate(at as u32);
    let start = lines.start(line);
    let before = src.get(start..at).map_or(at - start, |text| text.chars().count());
    (line, before as i32 + 1)
}

fn is_name_start(b: u8) -> bool {
    b.is_ascii_alphabetic() || b == b'_' || b >= 0x80
}

fn is_name_part(b: u8) -> bool {
    is_name_start(b) || b.is_ascii_digit()
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn push(&mut self, kind: Kind, start: usize) {
        let level = self.brackets.len();
        self.tokens.push(Token { kind, start, end: self.at, level });
    }

    /// An error whose place is where the tokenizer has got to.
    fn fail<T>(&mut self, at: usize, msg: impl Into<String>) -> Lexed<T> {
        let (line, offset) = position(self.src, &mut self.lines, at);
        let offset = offset - 1;
        Err(Report {
            kind: ErrorKind::Syntax,
            msg: msg.into(),
            line,
            offset,
            end_line: line,
            end_offset: offset,
        })
    }

    fn fail_range<T>(&mut self, start: usize, end: usize, msg: impl Into<String>) -> Lexed<T> {
        let (line, offset) = position(self.src, &mut self.lines, start);
        let (end_line, end_offset) = position(self.src, &mut self.lines, end);
        Err(Report { kind: ErrorKind::Syntax, msg: msg.into(), line, offset, end_line, end_offset })
    }

    fn run(&mut self) -> Lexed<()> {
        loop {
            if self.modes.last().is_some_and(|m| m.text) {
                self.interpolated_text()?;
                continue;
            }
            if self.line_begins {
                self.line_begins = false;
                self.indentation()?;
            }
            self.skip_blanks()?;
            if self.at >= self.bytes.len() {
                return self.end();
            }
            let start = self.at;
            let b = self.bytes[start];
            match b {
                b'\n' => self.newline(),
                b'.' if self.peek(1).is_ascii_digit() => self.number()?,
                b'0'..=b'9' => self.number()?,
                b'\'' | b'"' => self.string(start)?,
                b if is_name_start(b) => self.name()?,
                _ => self.operator()?,
            }
        }
    }

    /// The end of the source: a last line end, open blocks, the end marker.
    fn end(&mut self) -> Lexed<()> {
        if let Some(&(bracket, at)) = self.brackets.last() {
            let (line, offset) = position(self.src, &mut self.lines, at);
            return Err(Report {
                kind: ErrorKind::Syntax,
                msg: format!("'{}' was never closed", bracket as char),
                line,
                offset,
                end_line: line,
                end_offset: 0,
            });
        }
        if self.tokens.last().is_some_and(|t| !matches!(t.kind, Kind::Newline | Kind::Dedent)) {
            self.push(Kind::Newline, self.at);
        }
        for _ in 1..self.indents.len() {
            self.push(Kind::Dedent, self.at);
        }
        self.push(Kind::End, self.at);
        Ok(())
    }

    fn newline(&mut self) {
        let start = self.at;
        let comment = self.comment.take();
        self.at += 1;
        let in_field = !self.modes.is_empty();
        if self.brackets.is_empty() && !in_field {
            self.line_begins = true;
            if self
                .tokens
                .last()
                .is_some_and(|t| !matches!(t.kind, Kind::Newline | Kind::Indent | Kind::Dedent))
            {
                self.at = start;
                self.push(Kind::Newline, comment.unwrap_or(start));
                self.at += 1;
            }
        }
    }

    /// White space, comments and joined lines.
    fn skip_blanks(&mut self) -> Lexed<()> {
        loop {
            match self.peek(0) {
                b' ' | b'\t' | b'\x0C' => self.at += 1,
                b'#' => {
                    let rest = &self.bytes[self.at..];
                    self.comment = Some(self.at);
                    self.at += rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
                    if !self.modes.is_empty() && self.at >= self.bytes.len() {
                        let opener = self.brackets.last().map_or(self.at, |&(_, at)| at);
                        return self.fail_range(opener, opener, "'{' was never closed");
                    }
                }
                b'\\' => self.continuation()?,
                _ => return Ok(()),
            }
            if self.at >= self.bytes.len() {
                return Ok(());
            }
        }
    }

    fn continuation(&mut self) -> Lexed<()> {
        let at = self.at;
        let alone = at + 1 >= self.bytes.len() && self.brackets.is_empty();
        if !alone && (at + 1 >= self.bytes.len() || (at + 2 >= self.bytes.len() && self.peek(1) == b'\n')) {
            let end = self.bytes.len();
            if !self.brackets.is_empty() {
                self.at = end;
                return self.end();
            }
            let (line, offset) = position(self.src, &mut self.lines, at);
            self.at = end;
            return Err(Report {
                kind: ErrorKind::Syntax,
                msg: "unexpected EOF while parsing".into(),
                line,
                offset: offset + 1,
                end_line: line,
                end_offset: -1,
            });
        }
        if self.peek(1) != b'\n' {
            let (line, offset) = position(self.src, &mut self.lines, at);
            return Err(Report {
                kind: ErrorKind::Syntax,
                msg: "unexpected character after line continuation character".into(),
                line,
                offset: if alone { offset } else { offset + 1 },
                end_line: line,
                end_offset: 0,
            });
        }
        self.at += 2;
        Ok(())
    }

    /// Indentation at the start of a line that is not blank.
    fn indentation(&mut self) -> Lexed<()> {
        let (mut col, mut alt) = (0, 0);
        let begin = self.at;
        loop {
            match self.peek(0) {
                b' ' => (col, alt) = (col + 1, alt + 1),
                b'\t' => (col, alt) = ((col / 8 + 1) * 8, alt + 1),
                b'\x0C' => (col, alt) = (0, 0),
                b'\\' if self.peek(1) == b'\n' && self.at > begin => {
                    // A joined line: the indentation is that of its first part.
                    self.at += 2;
                    while matches!(self.peek(0), b' ' | b'\t') {
                        self.at += 1;
                    }
                    break;
                }
                _ => break,
            }
            self.at += 1;
        }
        if self.at >= self.bytes.len() || matches!(self.peek(0), b'#' | b'\n') {
            return Ok(());
        }
        let (top, alt_top) = *self.indents.last().unwrap_or(&(0, 0));
        let tabs = (col == top && alt != alt_top) || (col > top && alt <= alt_top);
        if tabs {
            return self
                .bad_indentation(ErrorKind::Tab, "inconsistent use of tabs and spaces in indentation");
        }
        if col > top {
            if self.indents.len() >= MAX_INDENT {
                return self.bad_indentation(ErrorKind::Indentation, "too many levels of indentation");
            }
            self.indents.push((col, alt));
            self.tokens.push(Token { kind: Kind::Indent, start: self.at, end: self.at, level: 0 });
        }
        while col < self.indents.last().map_or(0, |i| i.0) {
            self.indents.pop();
            if col > self.indents.last().map_or(0, |i| i.0) {
                return self.bad_dedent();
            }
            self.tokens.push(Token { kind: Kind::Dedent, start: self.at, end: self.at, level: 0 });
        }
        if self.indents.last().is_some_and(|&(c, a)| c == col && a != alt) {
            return self
                .bad_indentation(ErrorKind::Tab, "inconsistent use of tabs and spaces in indentation");
        }
        Ok(())
    }

    fn bad_indentation(&mut self, kind: ErrorKind, msg: &str) -> Lexed<()> {
        let (line, _) = self.lines.locate(self.at as u32);
        Err(Report { kind, msg: msg.into(), line, offset: 1, end_line: line, end_offset: 0 })
    }

    fn bad_dedent(&mut self) -> Lexed<()> {
        // The whole line has been read by the time it is refused.
        let rest = &self.bytes[self.at..];
        let end = self.at + rest.iter().position(|&b| b == b'\n').map_or(rest.len(), |i| i + 1);
        let (line, _) = self.lines.locate(self.at as u32);
        let start = self.lines.start(line);
        let offset = self.src.get(start..end).map_or(end - start, |t| t.chars().count()) as i32;
        Err(Report {
            kind: ErrorKind::Indentation,
            msg: "unindent does not match any outer indentation level".into(),
            line,
            offset,
            end_line: line,
            end_offset: -1,
        })
    }

    fn name(&mut self) -> Lexed<()> {
        let start = self.at;
        while is_name_part(self.peek(0)) && self.at < self.bytes.len() {
            self.at += 1;
        }
        let text = &self.src[start..self.at];
        if matches!(self.peek(0), b'\'' | b'"') {
            if let Some((a, b)) = incompatible_prefixes(text) {
                let end = self.at;
                return self.fail_range(start, end, format!("'{a}' and '{b}' prefixes are incompatible"));
            }
            if is_string_prefix(text) {
                return self.string(start);
            }
        }
        if !text.is_ascii() {
            for (i, c) in text.char_indices() {
                let ok = if i == 0 { is_xid_start(c) } else { is_xid_continue(c) };
                if !ok {
                    return self.bad_character(start + i, c);
                }
            }
        }
        self.push(Kind::Name, start);
        Ok(())
    }

    fn bad_character(&mut self, at: usize, c: char) -> Lexed<()> {
        let msg = match printable(c) {
            true => format!("invalid character '{c}' (U+{:04X})", c as u32),
            false => format!("invalid non-printable character U+{:04X}", c as u32),
        };
        self.fail(at + c.len_utf8(), msg)
    }

    fn digits(&mut self, is_digit: impl Fn(u8) -> bool, kind: &str) -> Lexed<()> {
        loop {
            while is_digit(self.peek(0)) {
                self.at += 1;
            }
            if self.peek(0) != b'_' {
                return Ok(());
            }
            self.at += 1;
            if !is_digit(self.peek(0)) {
                return self.fail(self.at, format!("invalid {kind} literal"));
            }
        }
    }

    fn number(&mut self) -> Lexed<()> {
        let start = self.at;
        if self.peek(0) == b'0' {
            let radix = match self.peek(1) {
                b'x' | b'X' => Some((16, "hexadecimal")),
                b'o' | b'O' => Some((8, "octal")),
                b'b' | b'B' => Some((2, "binary")),
                _ => None,
            };
            if let Some((radix, kind)) = radix {
                return self.radix(start, radix, kind);
            }
        }
        if self.peek(0) != b'.' {
            self.digits(|b| b.is_ascii_digit(), "decimal")?;
        }
        let integer_end = self.at;
        let mut float = false;
        if self.peek(0) == b'.' {
            float = true;
            self.at += 1;
            if self.peek(0).is_ascii_digit() {
                self.digits(|b| b.is_ascii_digit(), "decimal")?;
            }
        }
        if matches!(self.peek(0), b'e' | b'E') {
            let sign = usize::from(matches!(self.peek(1), b'+' | b'-'));
            if self.peek(1 + sign).is_ascii_digit() {
                float = true;
                self.at += 1 + sign;
                self.digits(|b| b.is_ascii_digit(), "decimal")?;
            } else if sign == 1 {
                return self.fail(self.at + 2, "invalid decimal literal");
            }
        }
        let imaginary = matches!(self.peek(0), b'j' | b'J');
        if imaginary {
            self.at += 1;
        }
        let digits = &self.src[start..integer_end];
        let zeros = digits.starts_with('0') && digits.bytes().any(|b| (b'1'..=b'9').contains(&b));
        if zeros && !float && !imaginary {
            let nonzero = digits.bytes().position(|b| b != b'0' && b != b'_').unwrap_or(0);
            let msg = "leading zeros in decimal integer literals are not permitted; \
                       use an 0o prefix for octal integers";
            return self.fail_range(start, start + nonzero, msg);
        }
        let kind = if imaginary { "imaginary" } else { "decimal" };
        self.number_ends(start, kind)
    }

    fn radix(&mut self, start: usize, radix: u32, kind: &str) -> Lexed<()> {
        self.at += 2;
        let is_digit = |b: u8| (b as char).is_digit(radix);
        loop {
            if self.peek(0) == b'_' {
                self.at += 1;
            }
            let b = self.peek(0);
            if !is_digit(b) {
                if b.is_ascii_digit() {
                    let msg = format!("invalid digit '{}' in {kind} literal", b as char);
                    return self.fail(self.at + 1, msg);
                }
                return self.fail(self.at, format!("invalid {kind} literal"));
            }
            while is_digit(self.peek(0)) {
                self.at += 1;
            }
            if self.peek(0) != b'_' {
                break;
            }
        }
        let b = self.peek(0);
        if b.is_ascii_digit() {
            return self.fail(self.at + 1, format!("invalid digit '{}' in {kind} literal", b as char));
        }
        self.number_ends(start, kind)
    }

    /// A name may not follow a number, unless it is a keyword that may.
    fn number_ends(&mut self, start: usize, kind: &str) -> Lexed<()> {
        let rest = &self.src[self.at..];
        let follows = |words: &[&str]| words.iter().any(|w| rest.starts_with(w));
        let allowed = match self.peek(0) {
            b'a' => follows(&["and"]),
            b'e' => follows(&["else"]),
            b'f' => follows(&["for"]),
            b'i' => follows(&["in", "is", "if"]),
            b'o' => follows(&["or"]),
            b'n' => follows(&["not"]),
            _ => false,
        };
        let next = self.peek(0);
        if !allowed && (next.is_ascii_alphabetic() || next == b'_') {
            return self.fail(self.at, format!("invalid {kind} literal"));
        }
        self.push(Kind::Number, start);
        let token = &self.src[start..self.at];
        if number::kind(token) == "decimal" && token.bytes().all(|b| b.is_ascii_digit() || b == b'_') {
            let digits = token.bytes().filter(u8::is_ascii_digit).count();
            if digits > number::MAX_DECIMAL_DIGITS {
                return self.too_many_digits(start, digits);
            }
        }
        Ok(())
    }

    fn too_many_digits(&mut self, start: usize, digits: usize) -> Lexed<()> {
        let (line, _) = self.lines.locate(start as u32);
        Err(Report {
            kind: ErrorKind::Syntax,
            msg: format!(
                "Exceeds the limit ({} digits) for integer string conversion: value has {digits} digits; \
                 use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge \
                 integer literals to avoid decimal conversion limits.",
                number::MAX_DECIMAL_DIGITS
            ),
            line,
            offset: 0,
            end_line: line,
            end_offset: 0,
        })
    }

    /// A string literal from its prefix at `start`; the quote is next.
    fn string(&mut self, start: usize) -> Lexed<()> {
        let prefix = &self.src[start..self.at].to_ascii_lowercase();
        let quote = self.peek(0);
        let triple = self.peek(1) == quote && self.peek(2) == quote;
        let size = if triple { 3 } else { 1 };
        if prefix.contains(['f', 't']) {
            if self.modes.len() + 1 >= MAX_STRINGS {
                return self.fail(self.at + 2, "too many nested f-strings or t-strings");
            }
            self.at += size;
            self.push(Kind::InterpolatedStart, start);
            self.modes.push(Mode {
                quote,
                triple,
                raw: prefix.contains('r'),
                template: prefix.contains('t'),
                start,
                level: self.brackets.len(),
                text: true,
                fields: Vec::new(),
            });
            return Ok(());
        }
        self.at += size;
        let mut escaped_quote = false;
        loop {
            let b = self.peek(0);
            if self.at >= self.bytes.len() || (b == b'\n' && !triple) {
                // A string that begins with the quote of the f-string around it is that quote.
                if let Some(mode) = self.modes.last()
                    && (mode.quote, mode.triple) == (quote, triple)
                {
                    let what = if mode.template { "t-string" } else { "f-string" };
                    return self.fail(start + 1, format!("{what}: expecting '}}'"));
                }
                return self.unterminated(start, triple, "string", escaped_quote);
            }
            if b == quote && (!triple || (self.peek(1) == quote && self.peek(2) == quote)) {
                self.at += size;
                self.push(Kind::Str, start);
                return Ok(());
            }
            if b == b'\\' {
                escaped_quote |= self.peek(1) == quote;
                self.at += 1;
            }
            self.at += 1;
        }
    }

    fn unterminated(&mut self, start: usize, triple: bool, what: &str, escaped: bool) -> Lexed<()> {
        let last = self.at.min(self.bytes.len());
        // Text without a last line end ends one line further than it looks.
        let at_end = last >= self.bytes.len();
        let (mut line, _) = self.lines.locate(last as u32);
        if at_end && self.bytes.last() == Some(&b'\n') {
            line -= 1;
        }
        let triple = if triple { "triple-quoted " } else { "" };
        let hint = if escaped && triple.is_empty() && what == "string" {
            "; perhaps you escaped the end quote?"
        } else {
            ""
        };
        self.fail(start + 1, format!("unterminated {triple}{what} literal (detected at line {line}){hint}"))
    }

    /// Text of an f-string up to a field or its end.
    fn interpolated_text(&mut self) -> Lexed<()> {
        let start = self.at;
        let Some(mode) = self.modes.last() else { return Ok(()) };
        let (quote, triple, raw) = (mode.quote, mode.triple, mode.raw);
        let (from, what) = (mode.start, if mode.template { "t-string" } else { "f-string" });
        let in_spec = mode.fields.last().is_some_and(|f| f.1);
        loop {
            let b = self.peek(0);
            if self.at >= self.bytes.len() || (b == b'\n' && !triple) {
                if in_spec && b == b'\n' {
                    let msg = format!(
                        "{what}: newlines are not allowed in format specifiers for single quoted {what}s"
                    );
                    let (line, offset) = position(self.src, &mut self.lines, self.at);
                    let kind = ErrorKind::Syntax;
                    return Err(Report { kind, msg, line, offset, end_line: line, end_offset: offset });
                }
                return self.unterminated(from, triple, what, false);
            }
            let closes = b == quote && (!triple || (self.peek(1) == quote && self.peek(2) == quote));
            if closes && !in_spec {
                return self.interpolated_end(start, if triple { 3 } else { 1 });
            }
            if closes {
                // The string ends within a format specification: let the parser say what is missing.
                self.flush_text(start);
                let start = self.at;
                self.at += if triple { 3 } else { 1 };
                self.close_mode();
                self.push(Kind::InterpolatedEnd, start);
                return Ok(());
            }
            match b {
                b'{' if self.peek(1) == b'{' && !in_spec => self.at += 2,
                b'}' if self.peek(1) == b'}' && !in_spec => self.at += 2,
                b'{' | b'}' => {
                    self.flush_text(start);
                    return self.brace(b);
                }
                b'\\' => self.text_escape(raw),
                _ => self.at += 1,
            }
        }
    }

    fn text_escape(&mut self, raw: bool) {
        self.at += 1;
        match self.peek(0) {
            b'{' | b'}' => {}
            b'N' if !raw && self.peek(1) == b'{' => {
                let name = &self.bytes[self.at..];
                let end = name.iter().position(|&b| matches!(b, b'}' | b'\n' | b'\'' | b'"'));
                self.at += end.map_or(1, |i| if name[i] == b'}' { i + 1 } else { i });
            }
            _ => self.at += 1,
        }
    }

    fn flush_text(&mut self, start: usize) {
        if self.at > start {
            self.push(Kind::Text, start);
        }
    }

    fn interpolated_end(&mut self, start: usize, size: usize) -> Lexed<()> {
        self.flush_text(start);
        let start = self.at;
        self.at += size;
        self.close_mode();
        self.push(Kind::InterpolatedEnd, start);
        Ok(())
    }

    fn close_mode(&mut self) {
        if let Some(mode) = self.modes.pop() {
            self.brackets.truncate(mode.level);
        }
    }

    /// `{` opens a field, `}` after a format specification closes it.
    fn brace(&mut self, b: u8) -> Lexed<()> {
        let start = self.at;
        if b == b'{' {
            if let Some(mode) = self.modes.last()
                && mode.fields.len() >= MAX_FIELDS
            {
                let what = if mode.template { "t-string" } else { "f-string" };
                return self.fail(start, format!("{what}: expressions nested too deeply"));
            }
            self.open(b)?;
            let level = self.brackets.len();
            if let Some(mode) = self.modes.last_mut() {
                mode.fields.push((level, false));
                mode.text = false;
            }
            return Ok(());
        }
        let Some(mode) = self.modes.last_mut() else { return Ok(()) };
        let what = if mode.template { "t-string" } else { "f-string" };
        if mode.fields.pop().is_none() {
            return self.fail_range(start, start, format!("{what}: single '}}' is not allowed")).map_err(
                |mut report: Report| {
                    report.end_offset = report.offset;
                    report
                },
            );
        }
        mode.text = true;
        self.at += 1;
        self.brackets.pop();
        self.push(Kind::Op, start);
        Ok(())
    }

    fn open(&mut self, b: u8) -> Lexed<()> {
        if self.brackets.len() >= MAX_LEVEL {
            return self.fail(self.at + 1, "too many nested parentheses");
        }
        let start = self.at;
        self.at += 1;
        self.brackets.push((b, start));
        self.push(Kind::Op, start);
        Ok(())
    }

    fn close(&mut self, b: u8) -> Lexed<()> {
        let start = self.at;
        let field = self.modes.last().and_then(|m| m.fields.last().copied());
        let what = self.modes.last().map(|m| if m.template { "t-string: " } else { "f-string: " });
        if let (Some((level, _)), b'}') = (field, b)
            && self.brackets.len() == level
        {
            // The field ends, the text goes on.
            self.at += 1;
            self.brackets.pop();
            if let Some(mode) = self.modes.last_mut() {
                mode.fields.pop();
                mode.text = true;
            }
            self.push(Kind::Op, start);
            return Ok(());
        }
        let Some(&(open, at)) = self.brackets.last() else {
            return self.fail(start + 1, format!("unmatched '{}'", b as char));
        };
        let matches = matches!((open, b), (b'(', b')') | (b'[', b']') | (b'{', b'}'));
        if let (Some(what), Some((level, _))) = (what, field)
            && self.brackets.len() == level
        {
            return self.fail(start + 1, format!("{what}unmatched '{}'", b as char));
        }
        if !matches {
            let (line, _) = self.lines.locate(at as u32);
            let (here, _) = self.lines.locate(start as u32);
            let place = if line == here { String::new() } else { format!(" on line {line}") };
            let msg = format!(
                "closing parenthesis '{}' does not match opening parenthesis '{}'{place}",
                b as char, open as char
            );
            return self.fail(start + 1, msg);
        }
        self.at += 1;
        self.brackets.pop();
        self.push(Kind::Op, start);
        Ok(())
    }

    fn operator(&mut self) -> Lexed<()> {
        let start = self.at;
        let rest = &self.src[start..];
        let b = self.bytes[start];
        match b {
            b'(' | b'[' | b'{' => return self.open(b),
            b')' | b']' | b'}' => return self.close(b),
            _ => {}
        }
        if let Some(mode) = self.modes.last_mut()
            && let Some(field) = mode.fields.last_mut()
            && field.0 == self.brackets.len()
            && b == b':'
        {
            field.1 = true;
            mode.text = true;
            self.at += 1;
            self.push(Kind::Op, start);
            return Ok(());
        }
        const LONG: [&str; 28] = [
            "**=", "//=", ">>=", "<<=", "...", "!=", "->", ":=", "==", "<=", ">=", "<>", "**", "//", "<<",
            ">>", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@=", "!=", "==", "<=",
        ];
        if let Some(long) = LONG.iter().find(|op| rest.starts_with(**op)) {
            self.at += long.len();
            self.push(Kind::Op, start);
            return Ok(());
        }
        let c = rest.chars().next().unwrap_or(' ');
        if !printable(c) {
            return self.bad_character(start, c);
        }
        self.at += c.len_utf8();
        self.push(Kind::Op, start);
        Ok(())
    }
}

/// The first two letters of a would-be prefix that may not go together.
fn incompatible_prefixes(text: &str) -> Option<(char, char)> {
    let text = text.to_ascii_lowercase();
    let is_prefix = text.chars().all(|c| "burft".contains(c) && text.matches(c).count() == 1);
    let pairs = [('u', 'b'), ('u', 'r'), ('u', 'f'), ('u', 't'), ('b', 'f'), ('b', 't'), ('f', 't')];
    pairs.into_iter().find(|&(a, b)| is_prefix && text.contains(a) && text.contains(b))
}

fn is_string_prefix(text: &str) -> bool {
    matches!(
        text.to_ascii_lowercase().as_str(),
        "r" | "u" | "b" | "br" | "rb" | "f" | "fr" | "rf" | "t" | "tr" | "rt"
    )
}

/// Whether a character may begin an identifier.
fn is_xid_start(c: char) -> bool {
    c == '_' || unicode_ident::is_xid_start(c)
}

fn is_xid_continue(c: char) -> bool {
    unicode_ident::is_xid_continue(c)
}

fn printable(c: char) -> bool {
    let text: String = ['x', c].iter().collect();
    c == '\\' || text.escape_debug().count() == 2 || matches!(c, '\'' | '"')
}
