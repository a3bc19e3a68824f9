//! Escape sequences of string literals.
//!
//! The parser has decoded every literal already; what it cannot say is read again here: lone surrogates
//! (`"\ud800"`, which a Rust string cannot hold) and the escapes that deserve a warning.

/// An escape sequence that means nothing and so stands for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadEscape {
    /// Byte offset of the backslash in the text given.
    pub at: usize,
    /// Length of what is quoted in the message: `\d`, `\400`.
    pub len: usize,
    /// `\400` and up: the value does not fit a byte.
    pub octal: bool,
}

impl BadEscape {
    /// CPython's sentence about it.
    pub fn message(&self, body: &str) -> String {
        let text = &body[self.at..self.at + self.len];
        let kind = if self.octal { "octal escape" } else { "escape" };
        format!(
            "\"{text}\" is an invalid {kind} sequence. Such sequences will not work in the future. \
             Did you mean \"\\{text}\"? A raw string is also an option."
        )
    }
}

/// The first escape in the body of a literal that is worth a warning. `unicode`: also `\N`, `\u`, `\U` are escapes.
pub fn first_bad(body: &str, unicode: bool) -> Option<BadEscape> {
    let bytes = body.as_bytes();
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(|&b| b == b'\\') {
        at += found;
        // At the end of a piece of an f-string: the brace of the field is next.
        let Some(next) = body[at + 1..].chars().next() else {
            return Some(BadEscape { at, len: 1, octal: false });
        };
        match next {
            '\n' | '\\' | '\'' | '"' | 'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | 'x' => {}
            'N' | 'u' | 'U' if unicode => {}
            '0'..='7' => {
                let len = octal_len(&bytes[at + 1..]);
                if len == 3 && next > '3' {
                    return Some(BadEscape { at, len: 4, octal: true });
                }
            }
            _ => return Some(BadEscape { at, len: 1 + next.len_utf8(), octal: false }),
        }
        at += 1 + next.len_utf8();
    }
    None
}

/// How many octal digits an escape has, three at most.
pub fn octal_len(bytes: &[u8]) -> usize {
    bytes.iter().take(3).take_while(|b| (b'0'..=b'7').contains(b)).count()
}

/// Decodes the body of a valid literal into WTF-8. `named` finds the character of a `\N{..}`.
pub fn decode(body: &str, named: impl Fn(&str) -> Option<char>) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find('\\') {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        rest = &rest[at + 1..];
        let Some(next) = rest.chars().next() else { break };
        let mut len = next.len_utf8();
        let hex = |digits: usize| rest.get(1..1 + digits).and_then(|s| u32::from_str_radix(s, 16).ok());
        let code = match next {
            '\n' => None,
            '\\' | '\'' | '"' => Some(next as u32),
            'a' => Some(7),
            'b' => Some(8),
            'f' => Some(12),
            'n' => Some(10),
            'r' => Some(13),
            't' => Some(9),
            'v' => Some(11),
            '0'..='7' => {
                len = octal_len(rest.as_bytes());
                u32::from_str_radix(&rest[..len], 8).ok()
            }
            'x' | 'u' | 'U' => {
                let digits = match next {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                len = (1 + digits).min(rest.len());
                hex(digits)
            }
            'N' => {
                len = rest.find('}').map_or(rest.len(), |end| end + 1);
                named(&rest[..len]).map(|c| c as u32)
            }
            _ => {
                out.push(b'\\');
                Some(next as u32)
            }
        };
        if let Some(code) = code {
            push_wtf8(&mut out, code);
        }
        rest = &rest[len..];
    }
    out.extend_from_slice(rest.as_bytes());
    out
}

/// Appends a code point, surrogates included, in the generalised UTF-8 of WTF-8.
fn push_wtf8(out: &mut Vec<u8>, code: u32) {
    match char::from_u32(code) {
        Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        None => out.extend_from_slice(&[
            0xE0 | (code >> 12) as u8,
            0x80 | (code >> 6 & 0x3F) as u8,
            0x80 | (code & 0x3F) as u8,
        ]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoding() {
        let decode = |s| decode(s, |_| Some('N'));
        assert_eq!(decode(r"a\n\x41\u00e9\101\N{x}\q"), "a\nAéAN\\q".as_bytes());
        assert_eq!(decode("a\\\nb"), b"ab");
        assert_eq!(decode(r"\ud800"), [0xED, 0xA0, 0x80]);
        assert_eq!(decode(r"\U0001F600"), "😀".as_bytes());
    }

    #[test]
    fn warnings() {
        assert_eq!(first_bad(r"\n\\d\x41\N{a}", true), None);
        assert_eq!(first_bad(r"\n\d", true), Some(BadEscape { at: 2, len: 2, octal: false }));
        assert_eq!(first_bad(r"\u", false).map(|b| b.at), Some(0));
        assert_eq!(first_bad(r"\377\400", true), Some(BadEscape { at: 4, len: 4, octal: true }));
    }
}
