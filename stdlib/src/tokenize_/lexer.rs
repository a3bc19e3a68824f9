//! Python's lexical analysis (Language Reference 2), comments and blank lines included, as CPython's tokenizer
//! shows it to `tokenize`. Pure: text in, tokens out.

/// Kinds of token, numbered as in `token`.
#[allow(missing_docs)]
pub mod kind {
    pub const ENDMARKER: u8 = 0;
    pub const NAME: u8 = 1;
    pub const NUMBER: u8 = 2;
    pub const STRING: u8 = 3;
    pub const NEWLINE: u8 = 4;
    pub const INDENT: u8 = 5;
    pub const DEDENT: u8 = 6;
    pub const OP: u8 = 55;
    pub const FSTRING_START: u8 = 59;
    pub const FSTRING_MIDDLE: u8 = 60;
    pub const FSTRING_END: u8 = 61;
    pub const TSTRING_START: u8 = 62;
    pub const COMMENT: u8 = 65;
    pub const NL: u8 = 66;
}

/// A token: a range of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// [`kind`]
    pub kind: u8,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Columns beyond the end of the text that the end is said to be at (an implied line end has one).
    pub beyond: usize,
}

/// Which exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// SyntaxError
    Syntax,
    /// IndentationError
    Indentation,
    /// TabError
    Tab,
}

/// Why there are no more tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which exception.
    pub class: Class,
    /// Its text.
    pub msg: String,
    /// Where, as a byte offset; none: the text as a whole.
    pub at: Option<usize>,
}

/// An f-string or t-string being read.
struct Mode {
    quote: u8,
    triple: bool,
    raw: bool,
    template: bool,
    start: usize,
    /// Open fields: bracket depth just inside the brace, and whether in the format specification.
    fields: Vec<(usize, bool)>,
}

impl Mode {
    fn in_text(&self) -> bool {
        self.fields.last().is_none_or(|f| f.1)
    }
}

struct Lexer<'a> {
    b: &'a [u8],
    s: &'a str,
    at: usize,
    out: Vec<Token>,
    depth: Vec<(u8, usize)>,
    indents: Vec<(usize, usize)>,
    modes: Vec<Mode>,
}

type Lexed = Result<(), Fault>;

/// The tokens of a text, and what ended them before the end.
pub fn tokenize(s: &str) -> (Vec<Token>, Option<Fault>) {
    let mut l = Lexer {
        b: s.as_bytes(),
        s,
        at: 0,
        out: Vec::new(),
        depth: Vec::new(),
        indents: vec![(0, 0)],
        modes: Vec::new(),
    };
    let fault = l.run().err();
    (l.out, fault)
}

fn is_name_start(c: char) -> bool {
    c == '_' || unicode_ident::is_xid_start(c)
}

fn is_name_part(c: char) -> bool {
    unicode_ident::is_xid_continue(c)
}

impl Lexer<'_> {
    fn peek(&self, n: usize) -> u8 {
        self.b.get(self.at + n).copied().unwrap_or(0)
    }

    fn push(&mut self, kind: u8, start: usize, end: usize) {
        self.out.push(Token { kind, start, end, beyond: 0 })
    }

    fn fault<T>(&self, msg: impl Into<String>, at: usize) -> Result<T, Fault> {
        Err(Fault { class: Class::Syntax, msg: msg.into(), at: Some(at) })
    }

    fn ended(&self) -> bool {
        self.at >= self.b.len()
    }

    /// Length of a line end here.
    fn line_end(&self) -> usize {
        match (self.peek(0), self.peek(1)) {
            (b'\r', b'\n') => 2,
            (b'\n' | b'\r', _) if !self.ended() => 1,
            _ => 0,
        }
    }

    fn run(&mut self) -> Lexed {
        let mut fresh = true;
        while !self.ended() {
            if self.modes.last().is_some_and(|m| m.in_text()) {
                self.text()?;
                continue;
            }
            if fresh && self.depth.is_empty() {
                fresh = self.line_begin()?;
                if fresh {
                    continue;
                }
            }
            fresh = self.token()?;
        }
        self.finish()
    }

    /// Indentation. True: the line was blank or a comment, and is dealt with.
    fn line_begin(&mut self) -> Result<bool, Fault> {
        let start = self.at;
        // Columns with tabs to multiples of eight, and with tabs as one: both must agree on what is deeper.
        let (mut col, mut alt) = (0, 0);
        loop {
            match self.peek(0) {
                b' ' => (col, alt) = (col + 1, alt + 1),
                b'\t' => (col, alt) = ((col / 8 + 1) * 8, alt + 1),
                0x0C => (col, alt) = (0, 0),
                _ => break,
            }
            self.at += 1
        }
        if self.ended() {
            return Ok(true);
        }
        if self.peek(0) == b'#' || self.line_end() > 0 {
            self.comment();
            self.line_break(kind::NL);
            return Ok(true);
        }
        if self.peek(0) == b'\\' && matches!(self.peek(1), b'\n' | b'\r') {
            return Ok(false);
        }
        let (top, top_alt) = self.indents.last().copied().unwrap_or((0, 0));
        if col == top {
            if alt != top_alt {
                return self.tab_error();
            }
        } else if col > top {
            if alt <= top_alt {
                return self.tab_error();
            }
            if self.indents.len() >= 100 {
                return Err(Fault { class: Class::Indentation, msg: "too many levels of indentation".into(), at: Some(self.at) });
            }
            self.indents.push((col, alt));
            self.push(kind::INDENT, start, self.at)
        } else {
            while self.indents.last().is_some_and(|i| i.0 > col) {
                self.indents.pop();
                if self.indents.last().is_some_and(|i| i.0 < col) {
                    let msg = "unindent does not match any outer indentation level".into();
                    return Err(Fault { class: Class::Indentation, msg, at: Some(self.at + 1) });
                }
                self.push(kind::DEDENT, self.at, self.at)
            }
            if self.indents.last().is_some_and(|i| i.1 != alt) {
                return self.tab_error();
            }
        }
        Ok(false)
    }

    fn tab_error<T>(&self) -> Result<T, Fault> {
        let msg = "inconsistent use of tabs and spaces in indentation".into();
        Err(Fault { class: Class::Tab, msg, at: Some(self.at) })
    }

    fn comment(&mut self) {
        if self.peek(0) != b'#' {
            return;
        }
        let start = self.at;
        while !self.ended() && self.line_end() == 0 {
            self.at += 1
        }
        self.push(kind::COMMENT, start, self.at)
    }

    /// A line end, or the end of the text in its place.
    fn line_break(&mut self, k: u8) {
        let n = self.line_end();
        if n == 0 {
            self.out.push(Token { kind: k, start: self.at, end: self.at, beyond: 1 });
            return;
        }
        self.push(k, self.at, self.at + n);
        self.at += n
    }

    /// One token. True: a logical line has ended.
    fn token(&mut self) -> Result<bool, Fault> {
        while matches!(self.peek(0), b' ' | b'\t' | 0x0C) && !self.ended() {
            self.at += 1
        }
        if self.ended() {
            return Ok(false);
        }
        let start = self.at;
        let c = self.peek(0);
        if c == b'#' {
            self.comment();
            return Ok(false);
        }
        if self.line_end() > 0 {
            let inside = !self.depth.is_empty();
            self.line_break(if inside { kind::NL } else { kind::NEWLINE });
            return Ok(!inside);
        }
        if c == b'\\' {
            self.at += 1;
            let n = self.line_end();
            if n == 0 {
                return self.fault(
                    if self.ended() { "unexpected EOF while parsing" } else { "unexpected character after line continuation character" },
                    self.at + 1,
                );
            }
            self.at += n;
            if self.ended() {
                return self.fault("unexpected EOF while parsing", self.at);
            }
            return Ok(false);
        }
        if c.is_ascii_digit() || c == b'.' && self.peek(1).is_ascii_digit() {
            self.number()?;
            self.push(kind::NUMBER, start, self.at);
            return Ok(false);
        }
        let first = self.s.get(start..).and_then(|s| s.chars().next()).unwrap_or('\0');
        if is_name_start(first) || c == b'"' || c == b'\'' {
            return self.name_or_string(start).map(|()| false);
        }
        self.operator(start, first).map(|()| false)
    }

    fn name_or_string(&mut self, start: usize) -> Lexed {
        let prefix = self.b[start..].iter().take(3).take_while(|c| c.is_ascii_alphabetic()).count();
        let quote = self.peek(prefix);
        if prefix <= 2 && (quote == b'"' || quote == b'\'') && self.is_prefix(start, prefix) {
            let p = self.b[start..start + prefix].to_ascii_lowercase();
            let triple = self.peek(prefix + 1) == quote && self.peek(prefix + 2) == quote;
            self.at = start + prefix + if triple { 3 } else { 1 };
            let interpolated = p.contains(&b'f') || p.contains(&b't');
            if interpolated {
                let template = p.contains(&b't');
                self.push(if template { kind::TSTRING_START } else { kind::FSTRING_START }, start, self.at);
                self.modes.push(Mode { quote, triple, raw: p.contains(&b'r'), template, start, fields: Vec::new() });
                return Ok(());
            }
            return self.string(start, quote, triple);
        }
        for c in self.s.get(start..).unwrap_or_default().chars() {
            if !is_name_part(c) {
                break;
            }
            self.at += c.len_utf8()
        }
        self.push(kind::NAME, start, self.at);
        Ok(())
    }

    fn is_prefix(&self, start: usize, n: usize) -> bool {
        matches!(
            self.b[start..start + n].to_ascii_lowercase().as_slice(),
            b"" | b"r" | b"u" | b"b" | b"f" | b"t" | b"rb" | b"br" | b"rf" | b"fr" | b"rt" | b"tr"
        )
    }

    fn string(&mut self, start: usize, quote: u8, triple: bool) -> Lexed {
        loop {
            if self.ended() || !triple && self.line_end() > 0 {
                return self.unterminated(start, triple, "");
            }
            match self.peek(0) {
                b'\\' => {
                    self.at += 1;
                    self.at += self.line_end().max(1).min(self.b.len() - self.at.min(self.b.len()))
                }
                c if c == quote && !triple => {
                    self.at += 1;
                    break;
                }
                c if c == quote && self.peek(1) == quote && self.peek(2) == quote => {
                    self.at += 3;
                    break;
                }
                _ => self.at += 1,
            }
        }
        self.push(kind::STRING, start, self.at);
        Ok(())
    }

    fn unterminated(&self, start: usize, triple: bool, what: &str) -> Lexed {
        // The line that the text ends in; a line end right before it does not count.
        let upto = &self.b[..self.at.min(self.b.len())];
        let upto = if self.ended() { upto.strip_suffix(b"\n").unwrap_or(upto) } else { upto };
        let line = upto.iter().filter(|c| **c == b'\n').count() + 1;
        let triple = if triple { "triple-quoted " } else { "" };
        let what = if what.is_empty() { "string" } else { what };
        self.fault(format!("unterminated {triple}{what} literal (detected at line {line})"), start)
    }

    /// Text of an f-string up to a field or its end, and what follows it.
    fn text(&mut self) -> Lexed {
        let Some(m) = self.modes.last() else { return Ok(()) };
        let (quote, triple, raw, template, begun) = (m.quote, m.triple, m.raw, m.template, m.start);
        let in_spec = !m.fields.is_empty();
        let shift = if template { 3 } else { 0 };
        let what = if template { "t-string" } else { "f-string" };
        let start = self.at;
        loop {
            if self.ended() {
                return self.unterminated(begun, triple, what);
            }
            if !triple && self.line_end() > 0 {
                if in_spec {
                    let msg = format!("{what}: newlines are not allowed in format specifiers for single quoted {what}s");
                    return self.fault(msg, self.at);
                }
                return self.unterminated(begun, triple, what);
            }
            let c = self.peek(0);
            let closes = c == quote && (!triple || self.peek(1) == quote && self.peek(2) == quote);
            if closes {
                self.middle(start, shift, false);
                if in_spec {
                    return self.fault(format!("{what}: expecting '}}'"), self.at);
                }
                let n = if triple { 3 } else { 1 };
                self.push(kind::FSTRING_END + shift, self.at, self.at + n);
                self.at += n;
                self.modes.pop();
                return Ok(());
            }
            match c {
                b'{' if self.peek(1) == b'{' && !in_spec => return self.doubled(start, shift),
                b'{' => {
                    self.middle(start, shift, false);
                    self.push(kind::OP, self.at, self.at + 1);
                    self.depth.push((b'{', self.at));
                    self.at += 1;
                    let level = self.depth.len();
                    if let Some(m) = self.modes.last_mut() {
                        m.fields.push((level, false))
                    }
                    return Ok(());
                }
                b'}' if in_spec => {
                    self.middle(start, shift, true);
                    self.close_field();
                    return Ok(());
                }
                b'}' if self.peek(1) == b'}' => return self.doubled(start, shift),
                b'}' => return self.fault(format!("{what}: single '}}' is not allowed"), self.at),
                b'\\' if raw => {
                    // A backslash keeps the quote from ending the text, and nothing else.
                    self.at += if self.peek(1) == quote || self.peek(1) == b'\\' { 2 } else { 1 }
                }
                b'\\' => {
                    if self.peek(1) == b'N' && self.peek(2) == b'{' {
                        self.at += 3;
                        while !self.ended() && !matches!(self.peek(0), b'}' | b'\n') && self.peek(0) != quote {
                            self.at += 1
                        }
                        if self.peek(0) == b'}' {
                            self.at += 1
                        }
                    } else if matches!(self.peek(1), b'{' | b'}') {
                        self.at += 1
                    } else {
                        self.at += 1;
                        self.at += self.line_end().max(1)
                    }
                }
                _ => self.at += 1,
            }
        }
    }

    /// Text so far, if any (in a format specification even if none, once there was a field).
    fn middle(&mut self, start: usize, shift: u8, closing_spec: bool) {
        let after_field = self.out.last().is_some_and(|t| t.kind == kind::OP && self.b.get(t.start) == Some(&b'}'));
        if start < self.at || closing_spec && after_field {
            self.push(kind::FSTRING_MIDDLE + shift, start, self.at)
        }
    }

    /// `{{` or `}}`: the text goes up to the first of them, the second is skipped.
    fn doubled(&mut self, start: usize, shift: u8) -> Lexed {
        self.at += 1;
        self.push(kind::FSTRING_MIDDLE + shift, start, self.at);
        self.at += 1;
        Ok(())
    }

    fn close_field(&mut self) {
        self.push(kind::OP, self.at, self.at + 1);
        self.at += 1;
        self.depth.pop();
        if let Some(m) = self.modes.last_mut() {
            m.fields.pop();
        }
    }

    fn operator(&mut self, start: usize, first: char) -> Lexed {
        const THREE: [&[u8]; 5] = [b"**=", b"//=", b">>=", b"<<=", b"..."];
        const TWO: [&[u8]; 21] = [
            b"**", b"//", b">>", b"<<", b"<=", b">=", b"==", b"!=", b"<>", b"->", b"+=", b"-=", b"*=", b"/=", b"%=",
            b"&=", b"|=", b"^=", b"@=", b":=", b"..",
        ];
        let rest = &self.b[start..];
        let field = self.modes.last().and_then(|m| m.fields.last()).map(|f| f.0);
        let at_field_level = field == Some(self.depth.len());
        let n = if THREE.iter().any(|o| rest.starts_with(o)) {
            3
        } else if TWO[..20].iter().any(|o| rest.starts_with(o)) && !(at_field_level && rest[0] == b':') {
            2
        } else {
            first.len_utf8()
        };
        match rest[0] {
            c @ (b'(' | b'[' | b'{') => {
                if self.depth.len() >= 200 {
                    return self.fault("too many nested parentheses", start);
                }
                self.depth.push((c, start))
            }
            c @ (b')' | b']' | b'}') => {
                if c == b'}' && at_field_level {
                    self.close_field();
                    return Ok(());
                }
                self.close(c, start)?
            }
            0 => return self.fault("source code cannot contain null bytes", start),
            b':' if at_field_level && n == 1 => {
                if let Some(f) = self.modes.last_mut().and_then(|m| m.fields.last_mut()) {
                    f.1 = true
                }
            }
            c if !c.is_ascii() => {
                let point = first as u32;
                let hidden = first.is_control() || first.is_whitespace() || matches!(point, 0x200B..=0x200F | 0xFEFF);
                return self.fault(
                    if hidden {
                        format!("invalid non-printable character U+{point:04X}")
                    } else {
                        format!("invalid character '{first}' (U+{point:04X})")
                    },
                    start,
                );
            }
            _ => {}
        }
        self.at += n;
        self.push(kind::OP, start, self.at);
        Ok(())
    }

    /// A closing bracket. One that nothing opened is a token all the same.
    fn close(&mut self, c: u8, at: usize) -> Lexed {
        let Some((open, opened_at)) = self.depth.last().copied() else { return Ok(()) };
        let fits = matches!((open, c), (b'(', b')') | (b'[', b']') | (b'{', b'}'));
        if !fits {
            let (o, c) = (open as char, c as char);
            let line = |p: usize| self.b[..p].iter().filter(|c| **c == b'\n').count() + 1;
            let msg = if line(opened_at) == line(at) {
                format!("closing parenthesis '{c}' does not match opening parenthesis '{o}'")
            } else {
                let l = line(opened_at);
                format!("closing parenthesis '{c}' does not match opening parenthesis '{o}' on line {l}")
            };
            return self.fault(msg, at);
        }
        self.depth.pop();
        Ok(())
    }

    fn digits(&mut self, ok: impl Fn(u8) -> bool, name: &str) -> Lexed {
        loop {
            while ok(self.peek(0)) {
                self.at += 1
            }
            if self.peek(0) != b'_' {
                return Ok(());
            }
            self.at += 1;
            if !ok(self.peek(0)) {
                return self.fault(format!("invalid {name} literal"), self.at - 1);
            }
        }
    }

    fn number(&mut self) -> Lexed {
        let radix = match (self.peek(0), self.peek(1) | 0x20) {
            (b'0', b'x') => Some((16, "hexadecimal")),
            (b'0', b'o') => Some((8, "octal")),
            (b'0', b'b') => Some((2, "binary")),
            _ => None,
        };
        if let Some((radix, name)) = radix {
            self.at += 2;
            let ok = move |c: u8| (c as char).is_digit(radix);
            if self.peek(0) == b'_' {
                self.at += 1
            }
            if !ok(self.peek(0)) {
                if self.peek(0).is_ascii_digit() {
                    let d = self.peek(0) as char;
                    return self.fault(format!("invalid digit '{d}' in {name} literal"), self.at);
                }
                return self.fault(format!("invalid {name} literal"), self.at - 1);
            }
            self.digits(ok, name)?;
            if self.peek(0).is_ascii_digit() {
                let d = self.peek(0) as char;
                return self.fault(format!("invalid digit '{d}' in {name} literal"), self.at);
            }
            return Ok(());
        }
        let begun = self.at;
        let decimal = |c: u8| c.is_ascii_digit();
        self.digits(decimal, "decimal")?;
        let whole = &self.b[begun..self.at];
        let mut plain = true;
        if self.peek(0) == b'.' {
            plain = false;
            self.at += 1;
            if self.peek(0).is_ascii_digit() {
                self.digits(decimal, "decimal")?
            }
        }
        if self.peek(0) | 0x20 == b'e' {
            let sign = matches!(self.peek(1), b'+' | b'-') as usize;
            if self.peek(1 + sign).is_ascii_digit() {
                plain = false;
                self.at += 1 + sign;
                self.digits(decimal, "decimal")?
            }
        }
        if self.peek(0) | 0x20 == b'j' {
            plain = false;
            self.at += 1
        }
        if plain && whole.len() > 1 && whole[0] == b'0' && whole.iter().any(|c| matches!(c, b'1'..=b'9')) {
            let msg = "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers";
            return self.fault(msg, begun);
        }
        Ok(())
    }

    fn finish(&mut self) -> Lexed {
        if let Some(m) = self.modes.last()
            && m.in_text()
        {
            let (start, triple, template) = (m.start, m.triple, m.template);
            return self.unterminated(start, triple, if template { "t-string" } else { "f-string" });
        }
        let open_line = self.out.last().is_some_and(|t| {
            !matches!(t.kind, kind::NEWLINE | kind::NL | kind::DEDENT) && self.b.last().is_some_and(|c| !matches!(c, b'\n' | b'\r'))
        });
        if !self.depth.is_empty() {
            if open_line {
                self.out.push(Token { kind: kind::NL, start: self.b.len(), end: self.b.len(), beyond: 1 })
            }
            return Err(Fault { class: Class::Syntax, msg: "unexpected EOF in multi-line statement".into(), at: None });
        }
        if open_line {
            self.out.push(Token { kind: kind::NEWLINE, start: self.b.len(), end: self.b.len(), beyond: 1 })
        }
        let end = self.b.len();
        for _ in 1..self.indents.len() {
            self.push(kind::DEDENT, end, end)
        }
        self.push(kind::ENDMARKER, end, end);
        Ok(())
    }
}
