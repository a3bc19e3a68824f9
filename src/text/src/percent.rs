//! printf-style formatting, `"%-5s|%08.3f" % args`, for `str` and `bytes`.
//!
//! [`Parser`] yields pieces one at a time, because Python does: an argument before a broken directive is still converted
//! first. For each [`Directive`] the caller fetches, in this order, the mapping's value if there is a key, the width and the
//! precision if they are `*`, and the argument; then checks the conversion (an unknown one is an error only now), converts
//! the argument and has [`Format::text`], [`Format::int`] or [`Format::float`] lay it out.

use crate::float::text::{Layout, Style, is_negative, magnitude};
use crate::int::text::{decimal, limit_message};
use crate::{Kind, LARGEST_WIDTH, wtf8};
use dashu_int::{IBig, Sign};

/// The texts of the `TypeError`s that the caller raises.
pub mod message {
    /// The arguments ran out.
    pub const NOT_ENOUGH: &str = "not enough arguments for format string";
    /// Some are left, for a `str`.
    pub const NOT_ALL: &str = "not all arguments converted during string formatting";
    /// Some are left, for `bytes`.
    pub const NOT_ALL_BYTES: &str = "not all arguments converted during bytes formatting";
    /// There is a key and the argument is no mapping.
    pub const MAPPING: &str = "format requires a mapping";
    /// A `*` and the argument is no integer.
    pub const STAR: &str = "* wants int";
    /// An `OverflowError`: `%c` of an integer that is no code point.
    pub const CHAR_RANGE: &str = "%c arg not in range(0x110000)";
    /// An `OverflowError`: `%c` of an integer that is no byte.
    pub const BYTE_RANGE: &str = "%c arg not in range(256)";

    /// `%d`, `%i`, `%u` want a number, `%x`, `%X`, `%o` an integer.
    pub fn number(conversion: char, type_name: &str) -> String {
        let wanted = if matches!(conversion, 'x' | 'X' | 'o') { "an integer" } else { "a real number" };
        format!("%{conversion} format: {wanted} is required, not {type_name}")
    }

    /// `%b` and `%s` of bytes want bytes.
    pub fn bytes(type_name: &str) -> String {
        format!("%b requires a bytes-like object, or an object that implements __bytes__, not '{type_name}'")
    }

    /// `%c` of a `str` or of bytes wants an integer or one unit; `what` is the type's name or
    /// "a string of length 2", "a bytes object of length 2".
    pub fn char(kind: crate::Kind, what: &str) -> String {
        match kind {
            crate::Kind::Str => format!("%c requires an int or a unicode character, not {what}"),
            crate::Kind::Bytes => {
                format!("%c requires an integer in range(256) or a single byte, not {what}")
            }
        }
    }
}

/// Why a format string is broken: each a `ValueError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// It ends within a directive.
    Incomplete,
    /// It ends within a key. If there is no mapping, that error comes first.
    IncompleteKey,
    /// A width beyond all sizes.
    WidthTooBig,
    /// A precision beyond a C int.
    PrecisionTooBig(Kind),
}

impl ParseError {
    /// The text of the `ValueError`.
    pub fn message(self) -> &'static str {
        match self {
            Self::Incomplete => "incomplete format",
            Self::IncompleteKey => "incomplete format key",
            Self::WidthTooBig => "width too big",
            Self::PrecisionTooBig(Kind::Str) => "precision too big",
            Self::PrecisionTooBig(Kind::Bytes) => "prec too big",
        }
    }
}

/// A part of a format string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// To be copied; a `%%` is a literal `%`.
    Literal(&'a [u8]),
    /// To be replaced.
    Directive(Directive<'a>),
}

/// A width or precision as written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Amount {
    /// Nothing.
    #[default]
    None,
    /// A number.
    Given(usize),
    /// `*`: the next argument says.
    Argument,
}

/// The characters between `%` and width.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `-`
    pub left: bool,
    /// `+`
    pub plus: bool,
    /// A blank.
    pub space: bool,
    /// `#`
    pub alternate: bool,
    /// `0`
    pub zero: bool,
}

/// `%[(key)][flags][width][.precision][length]conversion`; the length modifier `h`, `l` or `L` means nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive<'a> {
    /// Between the parentheses.
    pub key: Option<&'a [u8]>,
    /// As written.
    pub flags: Flags,
    /// As written.
    pub width: Amount,
    /// As written; a point alone is 0.
    pub precision: Amount,
    /// The last code point or byte, which may be none that Python knows.
    pub conversion: u32,
    /// Its index in code points or bytes.
    pub index: usize,
}

impl Directive<'_> {
    /// The conversion as a character, for matching.
    pub fn letter(&self) -> char {
        char::from_u32(self.conversion).unwrap_or('\u{fffd}')
    }

    /// The text of the `ValueError` for a conversion that does not exist.
    pub fn unsupported(&self) -> String {
        let shown = char::from_u32(self.conversion).filter(|c| matches!(c, ' '..='~')).unwrap_or('?');
        format!("unsupported format character '{shown}' (0x{:x}) at index {}", self.conversion, self.index)
    }

    /// Completes the directive with the arguments for its stars. A negative width means `-`, a negative precision 0.
    /// Nothing if the width exceeds [`LARGEST_WIDTH`]: a `MemoryError`.
    pub fn format(&self, width_argument: isize, precision_argument: i32) -> Option<Format> {
        let mut flags = self.flags;
        let width = match self.width {
            Amount::None => 0,
            Amount::Given(width) => width,
            Amount::Argument => {
                flags.left |= width_argument < 0;
                width_argument.unsigned_abs()
            }
        };
        let precision = match self.precision {
            Amount::None => None,
            Amount::Given(precision) => Some(precision),
            Amount::Argument => Some(usize::try_from(precision_argument).unwrap_or(0)),
        };
        (width <= LARGEST_WIDTH).then_some(Format { flags, width, precision })
    }
}

/// Reads a format string piece by piece.
#[derive(Clone, Debug)]
pub struct Parser<'a> {
    text: &'a [u8],
    at: usize,
    kind: Kind,
}

impl<'a> Parser<'a> {
    /// Starts at the beginning.
    pub fn new(text: &'a [u8], kind: Kind) -> Self {
        Self { text, at: 0, kind }
    }

    fn byte(&self) -> Result<u8, ParseError> {
        self.text.get(self.at).copied().ok_or(ParseError::Incomplete)
    }

    fn take(&mut self, wanted: u8) -> bool {
        let found = self.text.get(self.at) == Some(&wanted);
        self.at += usize::from(found);
        found
    }

    fn directive(&mut self) -> Result<Directive<'a>, ParseError> {
        let key = if self.take(b'(') { Some(self.key()?) } else { None };
        let flags = self.flags()?;
        let width = self.amount(isize::MAX as usize, ParseError::WidthTooBig)?;
        let precision = if self.take(b'.') {
            match self.amount(i32::MAX as usize, ParseError::PrecisionTooBig(self.kind))? {
                Amount::None => Amount::Given(0),
                amount => amount,
            }
        } else {
            Amount::None
        };
        if matches!(self.byte()?, b'h' | b'l' | b'L') {
            self.at += 1;
        }
        let first = self.byte()?;
        let start = self.at;
        let (conversion, width_in_bytes, index) = match self.kind {
            Kind::Bytes => (first.into(), 1, start),
            Kind::Str => {
                let (point, bytes) = wtf8::decode(self.text, start);
                (point, bytes, wtf8::index_of(self.text, start))
            }
        };
        self.at += width_in_bytes;
        Ok(Directive { key, flags, width, precision, conversion, index })
    }

    /// What is up to the matching parenthesis.
    fn key(&mut self) -> Result<&'a [u8], ParseError> {
        let start = self.at;
        let mut depth = 1;
        for (i, byte) in self.text[start..].iter().enumerate() {
            depth += match byte {
                b'(' => 1,
                b')' => -1,
                _ => 0,
            };
            if depth == 0 {
                self.at = start + i + 1;
                return Ok(&self.text[start..start + i]);
            }
        }
        Err(ParseError::IncompleteKey)
    }

    fn flags(&mut self) -> Result<Flags, ParseError> {
        let mut flags = Flags::default();
        loop {
            match self.byte()? {
                b'-' => flags.left = true,
                b'+' => flags.plus = true,
                b' ' => flags.space = true,
                b'#' => flags.alternate = true,
                b'0' => flags.zero = true,
                _ => return Ok(flags),
            }
            self.at += 1;
        }
    }

    fn amount(&mut self, most: usize, error: ParseError) -> Result<Amount, ParseError> {
        if self.take(b'*') {
            return Ok(Amount::Argument);
        }
        let mut amount = Amount::None;
        let mut value = 0usize;
        while let Some(digit) = self.text.get(self.at).filter(|b| b.is_ascii_digit()) {
            let next = value.checked_mul(10).and_then(|v| v.checked_add(usize::from(digit - b'0')));
            value = next.filter(|&v| v <= most).ok_or(error)?;
            amount = Amount::Given(value);
            self.at += 1;
        }
        Ok(amount)
    }
}

impl<'a> Iterator for Parser<'a> {
    type Item = Result<Piece<'a>, ParseError>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let literal = memchr::memchr(b'%', rest).unwrap_or(rest.len());
        if literal > 0 {
            self.at += literal;
            return Some(Ok(Piece::Literal(&rest[..literal])));
        }
        self.at += 1;
        if self.take(b'%') {
            return Some(Ok(Piece::Literal(&rest[..1])));
        }
        let directive = self.directive();
        if directive.is_err() {
            self.at = self.text.len();
        }
        Some(directive.map(Piece::Directive))
    }
}

/// A directive with all its numbers: what lays text out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Format {
    /// With `left` set also by a negative width.
    pub flags: Flags,
    /// In code points or bytes.
    pub width: usize,
    /// Digits or units of text.
    pub precision: Option<usize>,
}

impl Format {
    /// `%s`, `%r`, `%a`, `%b`: cut to the precision, filled up with blanks.
    pub fn text(&self, text: &[u8], kind: Kind) -> Vec<u8> {
        let cut = match (self.precision, kind) {
            (None, _) => text,
            (Some(precision), Kind::Str) => wtf8::slice(text, 0, precision),
            (Some(precision), Kind::Bytes) => &text[..precision.min(text.len())],
        };
        self.unit(cut, kind)
    }

    /// `%c`: one unit, which no precision cuts.
    pub fn unit(&self, unit: &[u8], kind: Kind) -> Vec<u8> {
        let used = match kind {
            Kind::Str => wtf8::count(unit),
            Kind::Bytes => unit.len(),
        };
        let missing = self.width.saturating_sub(used);
        let (before, after) = if self.flags.left { (0, missing) } else { (missing, 0) };
        let mut out = vec![b' '; before];
        out.extend_from_slice(unit);
        out.resize(out.len() + after, b' ');
        out
    }

    /// `%d`, `%i`, `%u`, `%o`, `%x`, `%X`. `limit` is that of [`decimal`]; an error is the text of a `ValueError`.
    pub fn int(&self, value: &IBig, letter: char, limit: usize) -> Result<Vec<u8>, String> {
        let (base, prefix) = match letter {
            'o' => (8, "0o"),
            'x' => (16, "0x"),
            'X' => (16, "0X"),
            _ => (10, ""),
        };
        let text = match base {
            10 => decimal(value, limit).ok_or_else(|| limit_message(limit))?,
            _ => value.in_radix(base).to_string(),
        };
        let digits = text.trim_start_matches('-');
        let zeros = self.precision.unwrap_or(0).saturating_sub(digits.len());
        let mut body = "0".repeat(zeros) + digits;
        if letter == 'X' {
            body.make_ascii_uppercase();
        }
        let prefix = if self.flags.alternate { prefix } else { "" };
        Ok(self.number(value.sign() == Sign::Negative, prefix, &body))
    }

    /// `%e`, `%f`, `%g` and their capitals.
    pub fn float(&self, value: f64, letter: char) -> Vec<u8> {
        let style = match letter.to_ascii_lowercase() {
            'e' => Style::Scientific,
            'f' => Style::Fixed,
            _ => Style::General,
        };
        let precision = self.precision.unwrap_or(6);
        let layout = Layout { style, precision, alternate: self.flags.alternate, point_zero: false };
        let mut body = magnitude(value, layout);
        if letter.is_ascii_uppercase() {
            body.make_ascii_uppercase();
        }
        self.number(is_negative(value), "", &body)
    }

    fn number(&self, negative: bool, prefix: &str, body: &str) -> Vec<u8> {
        let sign = match (negative, self.flags.plus, self.flags.space) {
            (true, ..) => "-",
            (_, true, _) => "+",
            (_, _, true) => " ",
            _ => "",
        };
        let missing = self.width.saturating_sub(sign.len() + prefix.len() + body.len());
        let (blanks, zeros, after) = match (self.flags.left, self.flags.zero) {
            (true, _) => (0, 0, missing),
            (_, true) => (0, missing, 0),
            _ => (missing, 0, 0),
        };
        let (blanks, zeros, after) = (" ".repeat(blanks), "0".repeat(zeros), " ".repeat(after));
        [&blanks, sign, prefix, &zeros, body, &after].concat().into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> Result<Directive<'_>, ParseError> {
        match Parser::new(text.as_bytes(), Kind::Str).next() {
            Some(Ok(Piece::Directive(directive))) => Ok(directive),
            Some(Err(error)) => Err(error),
            other => panic!("{other:?}"),
        }
    }

    fn shown(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).unwrap()
    }

    fn int(format: &str, value: i64) -> String {
        let directive = first(format).unwrap();
        shown(directive.format(0, 0).unwrap().int(&IBig::from(value), directive.letter(), 0).unwrap())
    }

    fn float(format: &str, value: f64) -> String {
        let directive = first(format).unwrap();
        shown(directive.format(0, 0).unwrap().float(value, directive.letter()))
    }

    #[test]
    fn pieces() {
        let pieces: Vec<_> = Parser::new(b"a%%b%(k(x))-*.3lds%", Kind::Str).collect();
        assert_eq!(pieces.len(), 6);
        assert_eq!(pieces[1], Ok(Piece::Literal(b"%")));
        let flags = Flags { left: true, ..Flags::default() };
        let directive = Directive {
            key: Some(b"k(x)"),
            flags,
            width: Amount::Argument,
            precision: Amount::Given(3),
            conversion: 'd' as u32,
            index: 16,
        };
        assert_eq!(pieces[3], Ok(Piece::Directive(directive.clone())));
        assert_eq!(pieces[4], Ok(Piece::Literal(b"s")));
        assert_eq!(pieces[5], Err(ParseError::Incomplete));
        assert_eq!(directive.format(-5, 0), Some(Format { flags, width: 5, precision: Some(3) }));
    }

    #[test]
    fn errors() {
        assert_eq!(first("%(a"), Err(ParseError::IncompleteKey));
        for text in ["%", "%5", "%l", "%.", "%(a)", "%-"] {
            assert_eq!(first(text), Err(ParseError::Incomplete), "{text}");
        }
        assert_eq!(first("%99999999999999999999d"), Err(ParseError::WidthTooBig));
        assert_eq!(first("%.2147483648d"), Err(ParseError::PrecisionTooBig(Kind::Str)));
        assert_eq!(first("%é").unwrap().unsupported(), "unsupported format character '?' (0xe9) at index 1");
        assert_eq!(first("%5y").unwrap().unsupported(), "unsupported format character 'y' (0x79) at index 2");
    }

    #[test]
    fn numbers() {
        for (format, value, text) in [
            ("%#x", 255, "0xff"),
            ("%#X", -255, "-0XFF"),
            ("%08x", -255, "-00000ff"),
            ("%+ d", 5, "+5"),
            ("% d", 5, " 5"),
            ("%-05d", 5, "5    "),
            ("%.3d", 5, "005"),
            ("%#.5x", 255, "0x000ff"),
            ("%08.3d", -5, "-0000005"),
            ("%.0d", 0, "0"),
            ("%#.3o", 8, "0o010"),
            ("%#5x", 1, "  0x1"),
            ("%#-8x", 1, "0x1     "),
            ("%#08x", 1, "0x000001"),
        ] {
            assert_eq!(int(format, value), text, "{format}");
        }
        assert_eq!(float("%e", 1234.5), "1.234500e+03");
        assert_eq!(float("%05f", f64::INFINITY), "00inf");
        assert_eq!(float("%+F", f64::NAN), "+NAN");
        assert_eq!(float("%+07.1f", 2.0), "+0002.0");
        assert_eq!(float("%#G", 1.0), "1.00000");
        assert_eq!(float("%.f", 2.5), "2");
    }

    #[test]
    fn texts() {
        let format = |f: &'static str| first(f).unwrap().format(0, 0).unwrap();
        assert_eq!(format("%05s").text(b"a", Kind::Str), b"    a");
        assert_eq!(format("%-4.1s").text("éa".as_bytes(), Kind::Str), "é   ".as_bytes());
        assert_eq!(format("%.0c").unit(b"a", Kind::Str), b"a");
    }
}
