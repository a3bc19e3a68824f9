//! Templates of `str.format`: `"{0.name[key]!r:>{width}} {{literal}}"`.
//!
//! [`Template`] yields literals and replacement fields; [`FieldName`] takes a field's name apart. The caller looks values
//! up, converts and formats them, expands fields nested in a specification (one level deep, [`TOO_DEEP`]) and numbers the
//! fields without name ([`TO_MANUAL`], [`TO_AUTOMATIC`]). All errors are the texts of `ValueError`s.

use crate::{unicode, wtf8};

/// A field within a field within a field.
pub const TOO_DEEP: &str = "Max string recursion exceeded";
/// `{0}` after `{}`.
pub const TO_MANUAL: &str = "cannot switch from automatic field numbering to manual field specification";
/// `{}` after `{0}`.
pub const TO_AUTOMATIC: &str = "cannot switch from manual field specification to automatic field numbering";

/// The text of the error for a conversion other than `s`, `r` and `a`.
pub fn unknown_conversion(point: u32) -> String {
    match char::from_u32(point) {
        Some(c @ '\x21'..='\x7e') => format!("Unknown conversion specifier {c}"),
        _ => format!("Unknown conversion specifier \\x{point:x}"),
    }
}

/// The text of the `IndexError` for a number without argument.
pub fn out_of_range(index: usize) -> String {
    format!("Replacement index {index} out of range for positional args tuple")
}

/// Literal text and the field after it, as `_string.formatter_parser` yields them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// With a doubled brace at its end already single.
    pub literal: &'a [u8],
    /// Nothing at the end and after a doubled brace.
    pub field: Option<Field<'a>>,
}

/// What is between braces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// For [`FieldName::parse`]; may be empty.
    pub name: &'a [u8],
    /// The code point after `!`.
    pub conversion: Option<u32>,
    /// What is after the colon.
    pub spec: &'a [u8],
    /// Whether the specification contains fields itself.
    pub nested: bool,
}

/// Reads a template piece by piece.
#[derive(Clone, Debug)]
pub struct Template<'a> {
    rest: &'a [u8],
}

impl<'a> Template<'a> {
    /// Starts at the beginning.
    pub fn new(text: &'a [u8]) -> Self {
        Self { rest: text }
    }

    fn piece(&mut self) -> Result<Piece<'a>, &'static str> {
        let text = self.rest;
        let Some(at) = memchr::memchr2(b'{', b'}', text) else {
            self.rest = b"";
            return Ok(Piece { literal: text, field: None });
        };
        let brace = text[at];
        let after = &text[at + 1..];
        if after.first() == Some(&brace) {
            self.rest = &after[1..];
            return Ok(Piece { literal: &text[..=at], field: None });
        }
        if brace == b'}' {
            return Err("Single '}' encountered in format string");
        }
        if after.is_empty() {
            return Err("Single '{' encountered in format string");
        }
        let (field, rest) = Field::parse(after)?;
        self.rest = rest;
        Ok(Piece { literal: &text[..at], field: Some(field) })
    }
}

impl<'a> Iterator for Template<'a> {
    type Item = Result<Piece<'a>, &'static str>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let piece = self.piece();
        if piece.is_err() {
            self.rest = b"";
        }
        Some(piece)
    }
}

impl<'a> Field<'a> {
    /// Reads a field from behind its opening brace; also yields what follows the closing one.
    fn parse(text: &'a [u8]) -> Result<(Self, &'a [u8]), &'static str> {
        let end = name_end(text)?;
        let (name, text) = text.split_at(end);
        let (conversion, text) = match text {
            [b'}', rest @ ..] => {
                return Ok((Self { name, conversion: None, spec: b"", nested: false }, rest));
            }
            [b'!', rest @ ..] => {
                if rest.is_empty() {
                    return Err("end of string while looking for conversion specifier");
                }
                let (point, width) = wtf8::decode(rest, 0);
                match &rest[width..] {
                    [b'}', rest @ ..] => {
                        let field = Self { name, conversion: Some(point), spec: b"", nested: false };
                        return Ok((field, rest));
                    }
                    [b':', rest @ ..] => (Some(point), rest),
                    [] => (Some(point), &rest[width..]),
                    _ => return Err("expected ':' after conversion specifier"),
                }
            }
            _ => (None, &text[1..]),
        };
        let mut depth = 1;
        for at in memchr::memchr2_iter(b'{', b'}', text) {
            depth += if text[at] == b'{' { 1 } else { -1 };
            if depth == 0 {
                let (spec, rest) = (&text[..at], &text[at + 1..]);
                let nested = memchr::memchr(b'{', spec).is_some();
                return Ok((Self { name, conversion, spec, nested }, rest));
            }
        }
        Err("unmatched '{' in format spec")
    }
}

/// Where the name ends: at a brace, colon or exclamation mark outside square brackets.
fn name_end(text: &[u8]) -> Result<usize, &'static str> {
    let mut inside = false;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'[' => inside = true,
            b']' => inside = false,
            _ if inside => {}
            b'{' => return Err("unexpected '{' in field name"),
            b'}' | b':' | b'!' => return Ok(at),
            _ => {}
        }
    }
    Err("expected '}' before end of string")
}

/// A number or a name: the first part of a field name, or an item key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key<'a> {
    /// Decimal digits.
    Index(usize),
    /// Anything else; the first part may be empty.
    Name(&'a [u8]),
}

impl<'a> Key<'a> {
    fn parse(text: &'a [u8]) -> Result<Self, &'static str> {
        let mut value = 0usize;
        for point in wtf8::points(text) {
            let Some(digit) = unicode::decimal(point) else {
                return Ok(Self::Name(text));
            };
            let next = value.checked_mul(10).and_then(|v| v.checked_add(digit.into()));
            let fits = next.filter(|&v| isize::try_from(v).is_ok());
            value = fits.ok_or("Too many decimal digits in format string")?;
        }
        Ok(if text.is_empty() { Self::Name(text) } else { Self::Index(value) })
    }
}

/// A step from a value to a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// `.name`
    Attribute(&'a [u8]),
    /// `[key]`
    Item(Key<'a>),
}

/// A field name: which argument, then the steps, read one at a time because errors wait for their turn.
#[derive(Clone, Debug)]
pub struct FieldName<'a> {
    /// The argument; an empty name asks for the next number.
    pub first: Key<'a>,
    rest: &'a [u8],
}

impl<'a> FieldName<'a> {
    /// Reads the first part.
    pub fn parse(name: &'a [u8]) -> Result<Self, &'static str> {
        let (first, rest) = name.split_at(memchr::memchr2(b'.', b'[', name).unwrap_or(name.len()));
        Ok(Self { first: Key::parse(first)?, rest })
    }

    fn step(&mut self) -> Result<Step<'a>, &'static str> {
        let (kind, text) = (self.rest[0], &self.rest[1..]);
        let (part, rest) = match kind {
            b'.' => text.split_at(memchr::memchr2(b'.', b'[', text).unwrap_or(text.len())),
            b'[' => {
                let end = memchr::memchr(b']', text).ok_or("Missing ']' in format string")?;
                (&text[..end], &text[end + 1..])
            }
            _ => return Err("Only '.' or '[' may follow ']' in format field specifier"),
        };
        if part.is_empty() {
            return Err("Empty attribute in format string");
        }
        self.rest = rest;
        Ok(if kind == b'.' { Step::Attribute(part) } else { Step::Item(Key::parse(part)?) })
    }
}

impl<'a> Iterator for FieldName<'a> {
    type Item = Result<Step<'a>, &'static str>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let step = self.step();
        if step.is_err() {
            self.rest = b"";
        }
        Some(step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> &'static str {
        Template::new(text.as_bytes()).find_map(Result::err).unwrap_or("none")
    }

    /// literal|name!conversion:spec for each piece
    fn pieces(text: &str) -> String {
        let show = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let piece = |p: Piece| match p.field {
            None => show(p.literal),
            Some(f) => {
                let conversion =
                    f.conversion.and_then(char::from_u32).map(|c| format!("!{c}")).unwrap_or_default();
                format!("{}|{}{conversion}:{}", show(p.literal), show(f.name), show(f.spec))
            }
        };
        Template::new(text.as_bytes()).map(|p| piece(p.unwrap())).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn reads() {
        assert_eq!(pieces("a{{b}}c"), "a{ b} c");
        assert_eq!(pieces("x{{{0}}}y"), "x{ |0: } y");
        assert_eq!(pieces("{0!r:>{w}}-{a.b[c]}"), "|0!r:>{w} -|a.b[c]:");
        assert_eq!(pieces("{0[}]}{!s}{:}"), "|0[}]: |!s: |:");
        assert_eq!(pieces("{0!}}"), "|0!}:");
        assert_eq!(pieces("{0:{1:{2}}}"), "|0:{1:{2}}");
    }

    #[test]
    fn complains() {
        for text in ["}", "a}b", "}}}", "{0:}}"] {
            assert_eq!(error(text), "Single '}' encountered in format string", "{text}");
        }
        for text in ["{", "{{{"] {
            assert_eq!(error(text), "Single '{' encountered in format string", "{text}");
        }
        for text in ["{0", "a{b", "{0[}", "{0[0]"] {
            assert_eq!(error(text), "expected '}' before end of string", "{text}");
        }
        for text in ["{0!r", "{0!r:", "{0!}", "{0:", "{0:{", "{0:{}", "{0:{{}"] {
            assert_eq!(error(text), "unmatched '{' in format spec", "{text}");
        }
        assert_eq!(error("{0!"), "end of string while looking for conversion specifier");
        assert_eq!(error("{0!rx}"), "expected ':' after conversion specifier");
        assert_eq!(error("{a{b}}"), "unexpected '{' in field name");
        assert_eq!(unknown_conversion(0xe9), "Unknown conversion specifier \\xe9");
    }

    #[test]
    fn names() {
        let name = FieldName::parse(b"0.a[1][b].c").unwrap();
        assert_eq!(name.first, Key::Index(0));
        let steps: Vec<_> = name.map(Result::unwrap).collect();
        let item = |name: &'static [u8]| Step::Item(Key::Name(name));
        assert_eq!(
            steps,
            [Step::Attribute(b"a"), Step::Item(Key::Index(1)), item(b"b"), Step::Attribute(b"c")]
        );
        assert_eq!(FieldName::parse("٣".as_bytes()).unwrap().first, Key::Index(3));
        assert_eq!(FieldName::parse(b"[x]").unwrap().first, Key::Name(b""));
        let fails = |text: &'static str| {
            FieldName::parse(text.as_bytes()).and_then(|mut n| n.find_map(Result::err).map_or(Ok(()), Err))
        };
        assert_eq!(fails("0["), Err("Missing ']' in format string"));
        assert_eq!(fails("0[]"), Err("Empty attribute in format string"));
        assert_eq!(fails("0.a.."), Err("Empty attribute in format string"));
        assert_eq!(fails("0[a]b"), Err("Only '.' or '[' may follow ']' in format field specifier"));
        assert_eq!(fails("99999999999999999999"), Err("Too many decimal digits in format string"));
    }
}
