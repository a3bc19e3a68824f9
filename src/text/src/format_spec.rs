//! The format specification mini-language: what stands after the colon in `f"{x:>10.3f}"`.
//!
//! ```text
//! [[fill]align][sign][z][#][0][width][grouping][.precision[grouping]][type]
//! ```
//!
//! [`Spec::parse`] reads it; [`apply`] has for each builtin type a function that applies it, and one that does both for
//! specifications not worth keeping. An empty specification
//! means `str(value)` and never gets here. See the library reference, "Format Specification Mini-Language", and PEP 682
//! for `z`; grouping of the fraction is new in 3.14.

pub mod apply;
mod layout;

use crate::{LARGEST_WIDTH, unicode, wtf8};

pub use apply::{format_complex, format_f64, format_i64, format_int, format_str};

/// Why a value cannot be formatted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormatError {
    /// `ValueError` with this text.
    Value(String),
    /// `OverflowError` with this text.
    Overflow(String),
    /// `MemoryError`: wider than [`LARGEST_WIDTH`].
    Memory,
}

impl FormatError {
    fn value<T>(text: impl Into<String>) -> Result<T, Self> {
        Err(Self::Value(text.into()))
    }
}

/// Where the value goes in the width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// `<`
    Left,
    /// `>`
    Right,
    /// `^`
    Center,
    /// `=`: padding between sign and digits.
    AfterSign,
}

/// What stands before a number that is not negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignOption {
    /// `-`: nothing, the same as no option.
    Minus,
    /// `+`
    Plus,
    /// A blank.
    Space,
}

/// The separator between groups of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// `,`
    Comma,
    /// `_`
    Underscore,
}

impl Grouping {
    fn char(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Underscore => '_',
        }
    }
}

/// Which family of types formats: it decides the defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// `str`: to the left, `s`.
    Str,
    /// `int`: to the right, `d`.
    Int,
    /// `float` and `complex`: to the right, a type of its own.
    Float,
}

/// A specification taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// The code point that fills up, a blank unless given.
    pub fill: u32,
    /// Given or the subject's default.
    pub align: Align,
    /// Given or nothing.
    pub sign: Option<SignOption>,
    /// `z`: negative zero becomes positive.
    pub no_negative_zero: bool,
    /// `#`
    pub alternate: bool,
    /// In code points.
    pub width: usize,
    /// Of the integer part.
    pub grouping: Option<Grouping>,
    /// Digits, or code points of a string.
    pub precision: Option<usize>,
    /// Of the fraction.
    pub fraction_grouping: Option<Grouping>,
    /// The presentation type as a code point, or the subject's default; 0 for the one of floats without a letter.
    pub presentation: u32,
}

const TOO_MANY_DIGITS: &str = "Too many decimal digits in format string";

impl Spec {
    /// Reads a specification. `type_name` is for the error text.
    pub fn parse(text: &[u8], subject: Subject, type_name: &str) -> Result<Self, FormatError> {
        let mut reader = Reader { rest: text };
        let (default_align, default_presentation) = match subject {
            Subject::Str => (Align::Left, u32::from(b's')),
            Subject::Int => (Align::Right, u32::from(b'd')),
            Subject::Float => (Align::Right, 0),
        };
        let (fill, align) = reader.fill_and_align();
        let sign = reader.sign();
        let no_negative_zero = reader.take(b'z');
        let alternate = reader.take(b'#');
        let zero = fill.is_none() && reader.take(b'0');
        let width = reader.number()?.unwrap_or(0);
        let grouping = reader.grouping()?;
        let (precision, fraction_grouping) = reader.precision()?;
        let presentation = match reader.point() {
            None => default_presentation,
            Some((point, width)) if width == reader.rest.len() => point,
            Some(_) => {
                let text = String::from_utf8_lossy(text);
                let message = format!("Invalid format specifier '{text}' for object of type '{type_name}'");
                return FormatError::value(message);
            }
        };
        check_grouping(grouping, fraction_grouping, presentation)?;
        if width > LARGEST_WIDTH {
            return Err(FormatError::Memory);
        }
        let zero_align = if zero && default_align == Align::Right { Align::AfterSign } else { default_align };
        Ok(Self {
            fill: fill.unwrap_or(u32::from(if zero { b'0' } else { b' ' })),
            align: align.unwrap_or(zero_align),
            sign,
            no_negative_zero,
            alternate,
            width,
            grouping,
            precision,
            fraction_grouping,
            presentation,
        })
    }

    /// The type's letter, or a character no type has.
    fn letter(&self) -> char {
        char::from_u32(self.presentation).unwrap_or('\u{fffd}')
    }

    fn unknown_code<T>(&self, type_name: &str) -> Result<T, FormatError> {
        let code = shown(self.presentation);
        FormatError::value(format!("Unknown format code '{code}' for object of type '{type_name}'"))
    }
}

/// A presentation type as error texts show it.
fn shown(point: u32) -> String {
    match char::from_u32(point) {
        Some(c @ '\x21'..='\x7f') => c.to_string(),
        _ => format!("\\x{point:x}"),
    }
}

fn check_grouping(
    whole: Option<Grouping>,
    fraction: Option<Grouping>,
    presentation: u32,
) -> Result<(), FormatError> {
    let refuse = |separator: Grouping| {
        FormatError::value(format!("Cannot specify '{}' with '{}'.", separator.char(), shown(presentation)))
    };
    let letter = char::from_u32(presentation).unwrap_or('\u{fffd}');
    match whole {
        Some(_) if matches!(letter, 'd' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F' | '\0') => {}
        Some(Grouping::Underscore) if matches!(letter, 'b' | 'o' | 'x' | 'X') => {}
        Some(separator) => return refuse(separator),
        None => {}
    }
    match fraction {
        Some(separator) if letter == 'n' => refuse(separator),
        _ => Ok(()),
    }
}

/// What is still to be read.
struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    /// The next code point and its width.
    fn point(&self) -> Option<(u32, usize)> {
        (!self.rest.is_empty()).then(|| wtf8::decode(self.rest, 0))
    }

    fn take(&mut self, wanted: u8) -> bool {
        let found = self.rest.first() == Some(&wanted);
        self.rest = &self.rest[usize::from(found)..];
        found
    }

    fn fill_and_align(&mut self) -> (Option<u32>, Option<Align>) {
        let align = |at: usize| match self.rest.get(at) {
            Some(b'<') => Some(Align::Left),
            Some(b'>') => Some(Align::Right),
            Some(b'^') => Some(Align::Center),
            Some(b'=') => Some(Align::AfterSign),
            _ => None,
        };
        let Some((first, width)) = self.point() else {
            return (None, None);
        };
        let (taken, found) = match (align(width), align(0)) {
            (Some(second), _) => (width + 1, (Some(first), Some(second))),
            (None, Some(first)) => (1, (None, Some(first))),
            (None, None) => (0, (None, None)),
        };
        self.rest = &self.rest[taken..];
        found
    }

    fn sign(&mut self) -> Option<SignOption> {
        if self.take(b'+') {
            Some(SignOption::Plus)
        } else if self.take(b'-') {
            Some(SignOption::Minus)
        } else if self.take(b' ') {
            Some(SignOption::Space)
        } else {
            None
        }
    }

    /// A number, if there is one; digits of any script.
    fn number(&mut self) -> Result<Option<usize>, FormatError> {
        let mut value: Option<usize> = None;
        while let Some((point, width)) = self.point()
            && let Some(digit) = unicode::decimal(point)
        {
            let next = value.unwrap_or(0).checked_mul(10).and_then(|v| v.checked_add(digit.into()));
            match next.filter(|&v| isize::try_from(v).is_ok()) {
                Some(next) => value = Some(next),
                None => return FormatError::value(TOO_MANY_DIGITS),
            }
            self.rest = &self.rest[width..];
        }
        Ok(value)
    }

    fn grouping(&mut self) -> Result<Option<Grouping>, FormatError> {
        let comma = self.take(b',');
        let underscore = self.take(b'_');
        // A second comma is left over and reported as what follows.
        if underscore && (comma || self.rest.first() == Some(&b',')) {
            return FormatError::value("Cannot specify both ',' and '_'.");
        }
        Ok(match (comma, underscore) {
            (true, _) => Some(Grouping::Comma),
            (_, true) => Some(Grouping::Underscore),
            _ => None,
        })
    }

    fn precision(&mut self) -> Result<(Option<usize>, Option<Grouping>), FormatError> {
        if !self.take(b'.') {
            return Ok((None, None));
        }
        let precision = self.number()?;
        let grouping = self.grouping()?;
        if precision.is_none() && grouping.is_none() {
            return FormatError::value("Format specifier missing precision");
        }
        Ok((precision, grouping))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_parts() {
        let spec = Spec::parse("→^+z#12_.3,f".as_bytes(), Subject::Float, "float").unwrap();
        let wanted = Spec {
            fill: '→' as u32,
            align: Align::Center,
            sign: Some(SignOption::Plus),
            no_negative_zero: true,
            alternate: true,
            width: 12,
            grouping: Some(Grouping::Underscore),
            precision: Some(3),
            fraction_grouping: Some(Grouping::Comma),
            presentation: 'f' as u32,
        };
        assert_eq!(spec, wanted);
    }

    #[test]
    fn zero() {
        let number = Spec::parse(b"05", Subject::Int, "int").unwrap();
        assert_eq!((number.fill, number.align, number.width), ('0' as u32, Align::AfterSign, 5));
        let text = Spec::parse(b"05", Subject::Str, "str").unwrap();
        assert_eq!((text.fill, text.align, text.width), ('0' as u32, Align::Left, 5));
        let left = Spec::parse(b"<05", Subject::Int, "int").unwrap();
        assert_eq!((left.fill, left.align), ('0' as u32, Align::Left));
    }
}
