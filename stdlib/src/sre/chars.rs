//! Characters as regular expressions see them: categories, case folding, words.

use weft_text::unicode;

/// How characters are folded before they are compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fold {
    /// Not at all.
    No,
    /// ASCII letters to lower case.
    Ascii,
    /// By the locale, for the first 256.
    Locale,
    /// By Unicode's simple mapping.
    Unicode,
}

impl Fold {
    /// The folded character.
    #[inline]
    pub fn apply(self, c: u32) -> u32 {
        match self {
            Fold::No => c,
            Fold::Ascii => ascii_lower(c),
            Fold::Locale => lower_locale(c),
            Fold::Unicode => lower(c),
        }
    }
}

fn ascii_lower(c: u32) -> u32 {
    if c < 128 { (c as u8).to_ascii_lowercase() as u32 } else { c }
}

/// The first code point of the lower-case mapping: the simple mapping.
pub fn lower(c: u32) -> u32 {
    if c < 128 { ascii_lower(c) } else { simple(c, unicode::to_lower(c)) }
}

/// As [`lower`], upper case.
pub fn upper(c: u32) -> u32 {
    if c < 128 { (c as u8).to_ascii_uppercase() as u32 } else { simple(c, unicode::to_upper(c)) }
}

fn simple(c: u32, m: unicode::Mapped) -> u32 {
    let mut first = None;
    m.for_each(|p| {
        first.get_or_insert(p);
    });
    first.unwrap_or(c)
}

/// By the C library's locale.
pub fn lower_locale(c: u32) -> u32 {
    // SAFETY: the argument is a byte, as the function wants it.
    if c < 256 { unsafe { libc::tolower(c as i32) as u32 } } else { c }
}

/// By the C library's locale.
pub fn upper_locale(c: u32) -> u32 {
    // SAFETY: the argument is a byte, as the function wants it.
    if c < 256 { unsafe { libc::toupper(c as i32) as u32 } } else { c }
}

/// Part of a word, by a code of `re`: 0 for ASCII, 1 for the locale, 2 for Unicode.
#[inline]
pub fn is_word(kind: u32, c: u32) -> bool {
    match kind {
        1 => locale_word(c),
        _ if c < 128 => (c as u8).is_ascii_alphanumeric() || c == 0x5f,
        0 => false,
        _ => unicode::is_alnum(c),
    }
}

fn locale_word(c: u32) -> bool {
    // SAFETY: the argument is a byte, as the function wants it.
    c == 0x5f || (c < 256 && unsafe { libc::isalnum(c as i32) } != 0)
}

/// Is a character of a category, by its code (`re._constants.CHCODES`)?
pub fn category(code: u32, c: u32) -> bool {
    let ascii_space = |c| matches!(c, 9..=13 | 32);
    let yes = match code {
        0 | 1 => (0x30..=0x39).contains(&c),
        2 | 3 => ascii_space(c),
        4 | 5 => is_word(0, c),
        6 | 7 => c == 10,
        8 | 9 => locale_word(c),
        10 | 11 => unicode::decimal(c).is_some(),
        12 | 13 => unicode::is_space(c),
        14 | 15 => is_word(2, c),
        16 | 17 => unicode::is_line_break(c),
        _ => return false,
    };
    yes != (code & 1 == 1)
}

/// Do the words of a set ask for a category of the locale?
pub fn uses_locale(words: &[u32]) -> bool {
    // An argument that happens to look like one only costs time.
    words.windows(2).any(|w| w[0] == super::program::op::CATEGORY && matches!(w[1], 8 | 9))
}
