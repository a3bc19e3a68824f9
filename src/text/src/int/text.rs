//! Integers to text, and the limit on how many decimal digits that may take (`sys.set_int_max_str_digits`).

use dashu_int::IBig;
use dashu_int::ops::BitTest;

/// The limit a fresh interpreter has.
pub const DEFAULT_DIGIT_LIMIT: usize = 4300;

/// The lowest limit one may set (0, no limit, apart); up to it no conversion is refused.
pub const LOWEST_DIGIT_LIMIT: usize = 640;

/// Whether so many digits are too many. A limit of 0 is none.
pub fn is_over_limit(digits: usize, limit: usize) -> bool {
    limit > 0 && digits > limit.max(LOWEST_DIGIT_LIMIT)
}

/// `ValueError` when a number has more digits than the limit.
pub fn limit_message(limit: usize) -> String {
    format!(
        "Exceeds the limit ({limit} digits) for integer string conversion; \
         use sys.set_int_max_str_digits() to increase the limit"
    )
}

/// `str(int)`; nothing if that takes more than `limit` digits.
pub fn decimal(value: &IBig, limit: usize) -> Option<String> {
    // 0.301 < log10(2): refuse what is certainly too long before spending quadratic time on it.
    let fewest = (value.bit_len() as f64 * 0.301) as usize;
    if is_over_limit(fewest, limit) {
        return None;
    }
    let text = value.to_string();
    let digits = text.len() - usize::from(text.starts_with('-'));
    (!is_over_limit(digits, limit)).then_some(text)
}

/// The prefix of `bin`, `oct` and `hex`.
pub fn prefix(base: u32) -> &'static str {
    match base {
        2 => "0b",
        8 => "0o",
        16 => "0x",
        _ => "",
    }
}

/// `bin`, `oct` or `hex`, prefix included.
pub fn radix(value: &IBig, base: u32) -> String {
    let digits = value.in_radix(base).to_string();
    match digits.strip_prefix('-') {
        Some(digits) => format!("-{}{digits}", prefix(base)),
        None => format!("{}{digits}", prefix(base)),
    }
}

/// The same for a small number.
pub fn radix_i64(value: i64, base: u32) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let magnitude = value.unsigned_abs();
    match base {
        2 => format!("{sign}{magnitude:#b}"),
        8 => format!("{sign}{magnitude:#o}"),
        16 => format!("{sign}{magnitude:#x}"),
        _ => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bases() {
        assert_eq!(radix(&IBig::from(-255), 16), "-0xff");
        assert_eq!(radix_i64(-255, 2), "-0b11111111");
        assert_eq!(radix_i64(0, 8), "0o0");
        assert_eq!(radix_i64(i64::MIN, 16), "-0x8000000000000000");
    }

    #[test]
    fn limit() {
        let ten = IBig::from(10);
        assert_eq!(decimal(&ten.pow(4300), 4300), None);
        assert_eq!(decimal(&-(ten.pow(4300) - IBig::ONE), 4300).unwrap().len(), 4301);
        assert!(decimal(&ten.pow(4300), 0).is_some() && decimal(&ten.pow(100_000), 4300).is_none());
    }
}
