//! What Python knows of a code point: its class, digit value and case mappings.
//!
//! The tables are generated from CPython 3.14 itself (see `unicode/generate.py`), so they are at its Unicode version
//! whatever the Rust toolchain's is. Code points are `u32`, because a Python string may hold lone surrogates.

mod tables;

use tables::{BLOCKS, INDEX, RECORDS, SHIFT, SPECIAL_BASE, SPECIALS};
use unicode_normalization::UnicodeNormalization;

/// Everything known of one class of code points; a few hundred of them cover Unicode.
struct Record {
    flags: u16,
    /// Value as a decimal digit (255: none).
    decimal: u8,
    /// Value as a digit, superscripts and the like included (255: none).
    digit: u8,
    /// Distance to the mapped code point, or `SPECIAL_BASE` plus an index into `SPECIALS`.
    lower: i32,
    upper: i32,
    title: i32,
    fold: i32,
}

impl Record {
    const fn new(flags: u16, decimal: u8, digit: u8, lower: i32, upper: i32, title: i32, fold: i32) -> Self {
        Self { flags, decimal, digit, lower, upper, title, fold }
    }

    fn of(point: u32) -> &'static Self {
        let block = INDEX.get((point >> SHIFT) as usize).copied().unwrap_or_else(|| INDEX[INDEX.len() - 1]);
        let cell = ((block as usize) << SHIFT) + (point & ((1 << SHIFT) - 1)) as usize;
        &RECORDS[BLOCKS[cell] as usize]
    }
}

macro_rules! predicates {
    ($($bit:literal $name:ident: $doc:literal;)*) => {$(
        #[doc = $doc]
        #[inline]
        pub fn $name(point: u32) -> bool {
            Record::of(point).flags & (1 << $bit) != 0
        }
    )*};
}

predicates! {
    0 is_alpha: "`str.isalpha`: general category L*.";
    1 is_decimal: "`str.isdecimal`: usable as a digit of a decimal number.";
    2 is_digit: "`str.isdigit`: decimals, superscripts, circled digits.";
    3 is_numeric: "`str.isnumeric`: anything with a numeric value, fractions and ideographs included.";
    4 is_space: "`str.isspace`: what `str.split` splits at.";
    5 is_lower: "Derived property Lowercase.";
    6 is_upper: "Derived property Uppercase.";
    7 is_title: "General category Lt.";
    8 is_printable: "`str.isprintable`: what `repr` leaves as it is.";
    9 is_identifier_start: "XID_Start or the underscore.";
    10 is_identifier_continue: "XID_Continue.";
    11 is_cased: "Derived property Cased.";
    12 is_case_ignorable: "Derived property Case_Ignorable.";
}

/// `str.isalnum`: a letter or anything numeric.
#[inline]
pub fn is_alnum(point: u32) -> bool {
    Record::of(point).flags & 0b1111 != 0
}

/// Where `str.splitlines` breaks (a `\r\n` pair is one break).
#[inline]
pub fn is_line_break(point: u32) -> bool {
    matches!(point, 0x0a..=0x0d | 0x1c..=0x1e | 0x85 | 0x2028 | 0x2029)
}

/// The value of a decimal digit of any script.
#[inline]
pub fn decimal(point: u32) -> Option<u8> {
    if point < 128 {
        return (point as u8).is_ascii_digit().then(|| point as u8 - b'0');
    }
    Some(Record::of(point).decimal).filter(|&v| v != 255)
}

/// The value of a digit, superscripts and the like included (`unicodedata.digit`).
pub fn digit(point: u32) -> Option<u8> {
    Some(Record::of(point).digit).filter(|&v| v != 255)
}

/// A case mapping: up to three code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mapped {
    /// Maps to one code point (possibly itself).
    One(u32),
    /// Maps to several.
    Many(&'static [u32]),
}

impl Mapped {
    fn new(point: u32, mapping: i32) -> Self {
        match mapping.checked_sub(SPECIAL_BASE) {
            Some(index) if index >= 0 => Self::Many(SPECIALS[index as usize]),
            _ => Self::One(point.wrapping_add_signed(mapping)),
        }
    }

    /// Calls `each` with every code point of the mapping.
    #[inline]
    pub fn for_each(self, mut each: impl FnMut(u32)) {
        match self {
            Self::One(point) => each(point),
            Self::Many(points) => points.iter().copied().for_each(each),
        }
    }
}

/// Full lower case mapping, without the context of the final sigma.
pub fn to_lower(point: u32) -> Mapped {
    Mapped::new(point, Record::of(point).lower)
}

/// Full upper case mapping.
pub fn to_upper(point: u32) -> Mapped {
    Mapped::new(point, Record::of(point).upper)
}

/// Full title case mapping.
pub fn to_title(point: u32) -> Mapped {
    Mapped::new(point, Record::of(point).title)
}

/// Full case folding.
pub fn to_folded(point: u32) -> Mapped {
    Mapped::new(point, Record::of(point).fold)
}

/// NFKC, the form in which Python compares identifiers (Language Reference 2.3).
pub fn nfkc(name: &str) -> String {
    if name.is_ascii() { name.to_owned() } else { name.nfkc().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes() {
        assert!(is_alpha('é' as u32) && !is_alpha('1' as u32) && is_alnum('½' as u32));
        assert!(is_identifier_start('_' as u32) && !is_identifier_start('1' as u32));
        assert!(is_identifier_continue('1' as u32) && is_identifier_continue('·' as u32));
        assert!(is_space(0x3000) && is_space(0x1f) && !is_space(0x200b));
        assert!(is_upper('A' as u32) && is_title('ǅ' as u32) && !is_upper('ǅ' as u32));
        assert!(!is_printable(0xad) && is_printable(0x20) && !is_printable(0xa0) && !is_printable(0xd800));
        assert!(!is_alpha(0x10ffff) && !is_alpha(u32::MAX));
    }

    #[test]
    fn digits() {
        assert_eq!(decimal('٣' as u32), Some(3));
        assert_eq!(decimal('²' as u32), None);
        assert_eq!(digit('²' as u32), Some(2));
        assert_eq!(decimal('a' as u32), None);
    }

    #[test]
    fn mappings() {
        assert_eq!(to_upper('ß' as u32), Mapped::Many(&[0x53, 0x53]));
        assert_eq!(to_title('ß' as u32), Mapped::Many(&[0x53, 0x73]));
        assert_eq!(to_lower('İ' as u32), Mapped::Many(&[0x69, 0x307]));
        assert_eq!(to_lower('A' as u32), Mapped::One('a' as u32));
        assert_eq!(to_folded('ẞ' as u32), Mapped::Many(&[0x73, 0x73]));
        assert_eq!(nfkc("ﬁ"), "fi");
    }
}
