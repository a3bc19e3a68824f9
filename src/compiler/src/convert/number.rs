//! Number literals to constants.

use crate::ast::Const;
use dashu_int::UBig;

/// Most decimal digits an int literal may have (`sys.int_info.default_max_str_digits`).
pub const MAX_DECIMAL_DIGITS: usize = 4300;

/// What a number literal is called in messages.
pub fn kind(token: &str) -> &'static str {
    match token.as_bytes() {
        [b'0', b'x' | b'X', ..] => "hexadecimal",
        [b'0', b'o' | b'O', ..] => "octal",
        [b'0', b'b' | b'B', ..] => "binary",
        [.., b'j' | b'J'] => "imaginary",
        _ => "decimal",
    }
}

/// The value of an int literal as written: `12_000`, `0xFF`, `0b11`, `0o17`. None if it is too long or none.
pub fn int(token: &str) -> Option<Const> {
    let digits: String = token.chars().filter(|&c| c != '_').collect();
    let (radix, digits) = match digits.get(..2) {
        Some("0x" | "0X") => (16, &digits[2..]),
        Some("0o" | "0O") => (8, &digits[2..]),
        Some("0b" | "0B") => (2, &digits[2..]),
        _ => (10, digits.as_str()),
    };
    if let Ok(small) = i64::from_str_radix(digits, radix) {
        return Some(Const::Int(small));
    }
    if radix == 10 && digits.len() > MAX_DECIMAL_DIGITS {
        return None;
    }
    let value = UBig::from_str_radix(digits, radix).ok()?;
    Some(Const::BigInt(false, value.to_le_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ints() {
        assert_eq!(int("1_000"), Some(Const::Int(1000)));
        assert_eq!(int("0xF_f"), Some(Const::Int(255)));
        assert_eq!(int("00"), Some(Const::Int(0)));
        let big = [0, 0, 0, 0, 0, 0, 0, 0x80];
        assert_eq!(int("0x8000000000000000"), Some(Const::BigInt(false, Box::new(big))));
        assert_eq!(int("9223372036854775808"), Some(Const::BigInt(false, Box::new(big))));
        assert_eq!(int(&"9".repeat(4301)), None);
    }
}
