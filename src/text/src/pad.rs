//! Methods that fill text up to a width: ljust, rjust, center, zfill, expandtabs, for `str` and `bytes` alike. The caller
//! checks the width against [`crate::LARGEST_WIDTH`].

use crate::{Kind, wtf8};

/// Where the text goes in the width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// `ljust`
    Left,
    /// `rjust`
    Right,
    /// `center`
    Center,
}

fn units(text: &[u8], kind: Kind) -> usize {
    match kind {
        Kind::Str => wtf8::count(text),
        Kind::Bytes => text.len(),
    }
}

/// The text filled up to `width` units with `fill`, one encoded code point or byte; nothing if it is wide enough already.
pub fn justify(text: &[u8], width: usize, fill: &[u8], place: Place, kind: Kind) -> Option<Vec<u8>> {
    let missing = width.checked_sub(units(text, kind)).filter(|&n| n > 0)?;
    let left = match place {
        Place::Left => 0,
        Place::Right => missing,
        // An odd remainder goes to the left only if the width is odd as well.
        Place::Center => missing / 2 + (missing & width & 1),
    };
    let mut out = fill.repeat(left);
    out.reserve_exact(text.len() + fill.len() * (missing - left));
    out.extend_from_slice(text);
    (left..missing).for_each(|_| out.extend_from_slice(fill));
    Some(out)
}

/// Zeros after the sign up to `width` units; nothing if it is wide enough already.
pub fn zfill(text: &[u8], width: usize, kind: Kind) -> Option<Vec<u8>> {
    let missing = width.checked_sub(units(text, kind)).filter(|&n| n > 0)?;
    let sign = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    Some([&text[..sign], &b"0".repeat(missing), &text[sign..]].concat())
}

/// Each tab replaced by the spaces up to the next multiple of `size` since the line began; none if `size` is 0.
pub fn expandtabs(text: &[u8], size: usize, kind: Kind) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut column = 0;
    for &byte in text {
        match byte {
            b'\t' => {
                let spaces = if size > 0 { size - column % size } else { 0 };
                out.resize(out.len() + spaces, b' ');
                column += spaces;
                continue;
            }
            b'\n' | b'\r' => column = 0,
            _ if kind == Kind::Bytes || wtf8::is_start(byte) => column += 1,
            _ => {}
        }
        out.push(byte);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn just(text: &str, width: usize, fill: &str, place: Place) -> Option<String> {
        justify(text.as_bytes(), width, fill.as_bytes(), place, Kind::Str)
            .map(|v| String::from_utf8(v).unwrap())
    }

    #[test]
    fn justifies() {
        assert_eq!(just("é", 3, "→", Place::Left).as_deref(), Some("é→→"));
        assert_eq!(just("é", 3, "*", Place::Right).as_deref(), Some("**é"));
        assert_eq!(just("ab", 5, "*", Place::Center).as_deref(), Some("**ab*"));
        assert_eq!(just("abc", 6, "*", Place::Center).as_deref(), Some("*abc**"));
        assert_eq!(just("abc", 3, "*", Place::Center), None);
    }

    #[test]
    fn fills_with_zeros() {
        assert_eq!(zfill(b"-1", 4, Kind::Str).unwrap(), b"-001");
        assert_eq!(zfill(b"", 2, Kind::Str).unwrap(), b"00");
        assert_eq!(zfill(b"123", 2, Kind::Str), None);
    }

    #[test]
    fn tabs() {
        assert_eq!(expandtabs(b"01\t012\t0123\t", 4, Kind::Str), b"01  012 0123    ");
        assert_eq!(expandtabs("é\ta\n\tb".as_bytes(), 4, Kind::Str), "é   a\n    b".as_bytes());
        assert_eq!(expandtabs(b"a\tb", 0, Kind::Bytes), b"ab");
    }
}
