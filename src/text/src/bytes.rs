//! The methods of `bytes` that are not those of `str`: letters are ASCII's, and some exist only here.
//!
//! For `lower` and `upper` see [`slice::to_ascii_lowercase`] and its sibling; what takes a [`crate::Kind`] is in the modules for `str`.

use crate::split::is_byte_space;

/// `bytes.swapcase`
pub fn swapcase(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().map(|b| if b.is_ascii_alphabetic() { b ^ 0x20 } else { *b }).collect()
}

/// `bytes.capitalize`
pub fn capitalize(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_ascii_lowercase();
    if let Some(first) = out.first_mut() {
        first.make_ascii_uppercase();
    }
    out
}

/// `bytes.title`
pub fn title(bytes: &[u8]) -> Vec<u8> {
    let mut inside = false;
    let mut map = |b: &u8| {
        let mapped = if inside { b.to_ascii_lowercase() } else { b.to_ascii_uppercase() };
        inside = b.is_ascii_alphabetic();
        mapped
    };
    bytes.iter().map(&mut map).collect()
}

macro_rules! all {
    ($($name:ident $test:expr;)*) => {$(
        #[doc = concat!("`bytes.", stringify!($name), "`: not empty, and all bytes are.")]
        pub fn $name(bytes: &[u8]) -> bool {
            !bytes.is_empty() && bytes.iter().all($test)
        }
    )*};
}

all! {
    isalpha u8::is_ascii_alphabetic;
    isalnum u8::is_ascii_alphanumeric;
    isdigit u8::is_ascii_digit;
    isspace |&b| is_byte_space(b);
}

/// `bytes.islower`: some lower case and no upper case.
pub fn islower(bytes: &[u8]) -> bool {
    bytes.iter().any(u8::is_ascii_lowercase) && !bytes.iter().any(u8::is_ascii_uppercase)
}

/// `bytes.isupper`: some upper case and no lower case.
pub fn isupper(bytes: &[u8]) -> bool {
    bytes.iter().any(u8::is_ascii_uppercase) && !bytes.iter().any(u8::is_ascii_lowercase)
}

/// `bytes.istitle`: upper case where a run of letters starts, lower case inside it, and there is a run.
pub fn istitle(bytes: &[u8]) -> bool {
    let mut inside = false;
    for byte in bytes {
        if byte.is_ascii_uppercase() && inside || byte.is_ascii_lowercase() && !inside {
            return false;
        }
        inside = byte.is_ascii_alphabetic();
    }
    bytes.iter().any(u8::is_ascii_alphabetic)
}

/// `bytes.hex`, with a separator between groups: counted from the right if the size is positive, from the left if
/// negative; a size of 0 or no separator means none.
pub fn hex(bytes: &[u8], separator: Option<u8>, group: isize) -> Vec<u8> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let size = group.unsigned_abs();
    let first = if group > 0 { bytes.len().checked_rem(size).unwrap_or(0) } else { 0 };
    let separator = separator.filter(|_| size > 0);
    let mut out = Vec::with_capacity(bytes.len() * if separator.is_some() { 3 } else { 2 });
    for (i, &byte) in bytes.iter().enumerate() {
        if let Some(separator) = separator
            && i > 0
            && i % size == first
        {
            out.push(separator);
        }
        out.extend([DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    }
    out
}

/// The `ValueError`s of the separator of [`hex`].
pub const SEPARATOR_LENGTH: &str = "sep must be length 1.";
/// See [`SEPARATOR_LENGTH`].
pub const SEPARATOR_ASCII: &str = "sep must be ASCII.";

/// Why [`from_hex`] has no result: a `ValueError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FromHexError {
    /// No hexadecimal digit at this index.
    Digit(usize),
    /// One digit is left over.
    Odd,
}

impl FromHexError {
    /// The text of the `ValueError`.
    pub fn message(self) -> String {
        match self {
            Self::Digit(at) => {
                format!("non-hexadecimal number found in fromhex() arg at position {at}")
            }
            Self::Odd => "fromhex() arg must contain an even number of hexadecimal digits".to_owned(),
        }
    }
}

/// `bytes.fromhex`: pairs of digits, ASCII white space between pairs.
pub fn from_hex(text: &[u8]) -> Result<Vec<u8>, FromHexError> {
    let mut out = Vec::with_capacity(text.len() / 2);
    let digit = |at: usize| match text.get(at) {
        None => Err(FromHexError::Odd),
        Some(&byte) => char::from(byte).to_digit(16).ok_or(FromHexError::Digit(at)),
    };
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        if is_byte_space(byte) {
            at += 1;
            continue;
        }
        out.push((digit(at)? << 4 | digit(at + 1)?) as u8);
        at += 2;
    }
    Ok(out)
}

/// The `ValueError` of a table for [`translate`] that has another size.
pub const TABLE_LENGTH: &str = "translation table must be 256 characters long";
/// The `ValueError` of [`make_table`].
pub const UNEQUAL_LENGTHS: &str = "maketrans arguments must have same length";

/// `bytes.translate`: bytes in `delete` left out, the rest looked up in the table.
pub fn translate(bytes: &[u8], table: Option<&[u8; 256]>, delete: &[u8]) -> Vec<u8> {
    let mut deleted = [false; 256];
    delete.iter().for_each(|&byte| deleted[usize::from(byte)] = true);
    let kept = bytes.iter().filter(|&&byte| !deleted[usize::from(byte)]);
    kept.map(|&byte| table.map_or(byte, |table| table[usize::from(byte)])).collect()
}

/// `bytes.maketrans`; nothing if the lengths differ.
pub fn make_table(from: &[u8], to: &[u8]) -> Option<[u8; 256]> {
    if from.len() != to.len() {
        return None;
    }
    let mut table: [u8; 256] = std::array::from_fn(|i| i as u8);
    from.iter().zip(to).for_each(|(&from, &to)| table[usize::from(from)] = to);
    Some(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case() {
        assert_eq!(title(b"they're \xe9a"), b"They'Re \xe9A");
        assert_eq!(swapcase(b"aB\xe9["), b"Ab\xe9[");
        assert_eq!(capitalize(b"hELLO"), b"Hello");
        assert!(istitle(b"Ab Cd") && !istitle(b"A b") && !istitle(b"") && isupper(b"A1") && !islower(b"1"));
        assert!(isspace(b" \x0b") && !isspace(b"\x1c") && !isalpha(b"") && isalnum(b"a1"));
    }

    #[test]
    fn hexadecimal() {
        assert_eq!(hex(b"abc", Some(b'-'), 1), b"61-62-63");
        assert_eq!(hex(b"abcde", Some(b'-'), 2), b"61-6263-6465");
        assert_eq!(hex(b"abcde", Some(b'-'), -2), b"6162-6364-65");
        assert_eq!(hex(b"abcdef", Some(b'-'), 2), b"6162-6364-6566");
        assert_eq!(hex(b"abc", Some(b'-'), 100), b"616263");
        assert_eq!(hex(b"abc", Some(b'-'), 0), b"616263");
        assert_eq!(hex(b"abc", None, 1), b"616263");
        assert_eq!(from_hex(b" ab\n\x0bCd "), Ok(vec![0xab, 0xcd]));
        assert_eq!(from_hex(b"ab a"), Err(FromHexError::Odd));
        assert_eq!(from_hex(b"a b"), Err(FromHexError::Digit(1)));
        assert_eq!(from_hex(b"ab\x1ccd"), Err(FromHexError::Digit(2)));
    }

    #[test]
    fn tables() {
        let table = make_table(b"ab", b"cd").unwrap();
        assert_eq!(translate(b"xaby", Some(&table), b"y"), b"xcd");
        assert_eq!(translate(b"abc", None, b"b"), b"ac");
        assert_eq!(make_table(b"a", b""), None);
    }
}
