//! Floats to text: `repr` and the presentation types `e`, `f`, `g` and none.
//!
//! Rust's formatter and Ryu supply correctly rounded digits, here they are laid out as Python does. Magnitudes only: whoever
//! formats places the sign, because width, fill and the sign options come between.

/// How to lay out the digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `e`: one digit, the point, `precision` digits, an exponent.
    Scientific,
    /// `f`: `precision` digits after the point.
    Fixed,
    /// `g`: `precision` significant digits, fixed or scientific as the size suggests, without trailing zeros.
    General,
    /// `repr`: the fewest digits that read back as the same float; the precision is ignored.
    Shortest,
}

/// A request for digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Presentation type.
    pub style: Style,
    /// Digits after the point or significant digits.
    pub precision: usize,
    /// `#`: always a point, and `g` keeps trailing zeros.
    pub alternate: bool,
    /// Make it look like a float: `.0` after an integral value without exponent.
    pub point_zero: bool,
}

/// `repr(float)`.
pub fn repr(value: f64) -> String {
    let layout = Layout { style: Style::Shortest, precision: 0, alternate: false, point_zero: true };
    signed(value, magnitude(value, layout))
}

/// The text of a part of a complex number: like `repr`, without `.0`.
pub fn repr_part(value: f64) -> String {
    let layout = Layout { style: Style::Shortest, precision: 0, alternate: false, point_zero: false };
    signed(value, magnitude(value, layout))
}

/// Puts the minus sign before a magnitude; NaN has none.
pub fn signed(value: f64, magnitude: String) -> String {
    if is_negative(value) { format!("-{magnitude}") } else { magnitude }
}

/// Whether a minus sign is due: negative zero has one, NaN never.
pub fn is_negative(value: f64) -> bool {
    value.is_sign_negative() && !value.is_nan()
}

/// The text of the absolute value: `inf`, `nan` or digits.
pub fn magnitude(value: f64, layout: Layout) -> String {
    let value = value.abs();
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return "inf".to_owned();
    }
    match layout.style {
        Style::Fixed => fixed(value, layout),
        Style::Scientific => {
            let (digits, exponent) = rounded(value, layout.precision);
            let padding = layout.precision + 1 - digits.len().min(layout.precision + 1);
            scientific(&digits, padding, exponent, layout.alternate)
        }
        Style::General => general(value, layout),
        Style::Shortest => {
            let (digits, exponent) = shortest(value);
            lay_out(&digits, exponent, 16, 0, layout)
        }
    }
}

/// Whether a magnitude's digits are all zero.
pub fn is_zero(magnitude: &str) -> bool {
    magnitude.bytes().take_while(|b| !matches!(b, b'e' | b'E' | b'%')).all(|b| matches!(b, b'0' | b'.'))
}

/// No float has more digits than that, neither significant ones nor after the point; and Rust takes no huge precision.
const MOST_DIGITS: usize = 1100;

fn fixed(value: f64, layout: Layout) -> String {
    let computed = layout.precision.min(MOST_DIGITS);
    let mut text = format!("{value:.computed$}");
    if layout.precision == 0 && layout.alternate {
        text.push('.');
    }
    text.extend(std::iter::repeat_n('0', layout.precision - computed));
    text
}

fn general(value: f64, layout: Layout) -> String {
    let significant = layout.precision.max(1);
    let (mut digits, exponent) = rounded(value, significant - 1);
    let kept = digits.trim_end_matches('0').len().max(1);
    digits.truncate(kept);
    // With ".0" to come, one digit less is left before the point.
    let limit = significant as i64 - i64::from(layout.point_zero);
    let padding = if layout.alternate { significant - kept } else { 0 };
    lay_out(&digits, exponent, limit, padding, layout)
}

/// Digits as a fixed or, if the exponent is below -4 or not below `limit`, scientific number.
fn lay_out(digits: &str, exponent: i32, limit: i64, padding: usize, layout: Layout) -> String {
    if exponent < -4 || i64::from(exponent) >= limit {
        return scientific(digits, padding, exponent, layout.alternate);
    }
    let mut text = String::with_capacity(digits.len() + padding + 8);
    let zeros = |text: &mut String, n: usize| text.extend(std::iter::repeat_n('0', n));
    if exponent < 0 {
        text.push_str("0.");
        zeros(&mut text, exponent.unsigned_abs() as usize - 1);
        text.push_str(digits);
        zeros(&mut text, padding);
        return text;
    }
    let whole = exponent as usize + 1;
    if digits.len() > whole {
        text.push_str(&digits[..whole]);
        text.push('.');
        text.push_str(&digits[whole..]);
        zeros(&mut text, padding);
        return text;
    }
    let before = whole - digits.len();
    let after = padding.saturating_sub(before);
    text.push_str(digits);
    zeros(&mut text, before);
    if after > 0 || layout.alternate || layout.point_zero {
        text.push('.');
    }
    zeros(&mut text, after.max(usize::from(layout.point_zero)));
    text
}

fn scientific(digits: &str, padding: usize, exponent: i32, alternate: bool) -> String {
    let mut text = String::with_capacity(digits.len() + padding + 8);
    text.push_str(&digits[..1]);
    if digits.len() > 1 || padding > 0 || alternate {
        text.push('.');
    }
    text.push_str(&digits[1..]);
    text.extend(std::iter::repeat_n('0', padding));
    let sign = if exponent < 0 { '-' } else { '+' };
    text.push_str(&format!("e{sign}{:02}", exponent.unsigned_abs()));
    text
}

/// The first digit and so many more, correctly rounded, and the exponent of the first. What is beyond the digits that any
/// float has is left out, it would be zeros.
fn rounded(value: f64, more: usize) -> (String, i32) {
    let computed = more.min(MOST_DIGITS);
    take_apart(&format!("{value:.computed$e}"))
}

/// The fewest digits that read back as the same value, and the exponent of the first. Of two equally near candidates
/// CPython takes the even one, and so does Ryu, but not Rust's own formatter.
fn shortest(value: f64) -> (String, i32) {
    let mut buffer = ryu::Buffer::new();
    let text = buffer.format_finite(value);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = [whole, fraction].concat();
    let digits = all.trim_start_matches('0');
    if digits.is_empty() {
        return ("0".to_owned(), 0);
    }
    let leading_zeros = all.len() - digits.len();
    let exponent = exponent.parse::<i32>().unwrap_or(0) + whole.len() as i32 - 1 - leading_zeros as i32;
    (digits.trim_end_matches('0').to_owned(), exponent)
}

fn take_apart(scientific: &str) -> (String, i32) {
    let (digits, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    (digits.replace('.', ""), exponent.parse().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn format(value: f64, style: Style, precision: usize, alternate: bool, point_zero: bool) -> String {
        signed(value, magnitude(value, Layout { style, precision, alternate, point_zero }))
    }

    #[test]
    fn reprs() {
        for (value, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (0.1, "0.1"),
            (1e16, "1e+16"),
            (1e15, "1000000000000000.0"),
            (9999999999999998.0, "9999999999999998.0"),
            (1e-4, "0.0001"),
            (1e-5, "1e-05"),
            (1.5e-7, "1.5e-07"),
            (1e100, "1e+100"),
            (f64::MAX, "1.7976931348623157e+308"),
            (5e-324, "5e-324"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (-f64::NAN, "nan"),
            (123456.789, "123456.789"),
            (1e22, "1e+22"),
            (1e23, "1e+23"),
            (2f64.powi(53), "9007199254740992.0"),
            (0.1 + 0.2, "0.30000000000000004"),
            (f64::from_bits(0x4306_e46d_5066_9bea), "805450954888061.2"),
        ] {
            assert_eq!(repr(value), text);
        }
        assert_eq!(repr_part(1.0), "1");
    }

    #[test]
    fn styles() {
        use Style::*;
        assert_eq!(format(1234.5, Scientific, 2, false, false), "1.23e+03");
        assert_eq!(format(0.0, Scientific, 0, false, false), "0e+00");
        assert_eq!(format(1.0, Scientific, 0, true, false), "1.e+00");
        assert_eq!(format(2.5, Fixed, 0, false, false), "2");
        assert_eq!(format(-0.5, Fixed, 0, true, false), "-0.");
        assert_eq!(format(0.125, Fixed, 2, false, false), "0.12");
        assert_eq!(format(1e6, General, 6, false, false), "1e+06");
        assert_eq!(format(100000.0, General, 6, false, false), "100000");
        assert_eq!(format(100000.0, General, 6, true, false), "100000.");
        assert_eq!(format(1.5, General, 6, true, false), "1.50000");
        assert_eq!(format(0.0, General, 6, true, false), "0.00000");
        assert_eq!(format(0.00012345, General, 3, false, false), "0.000123");
        assert_eq!(format(123.0, General, 3, false, true), "1.23e+02");
        assert_eq!(format(12.0, General, 3, false, true), "12.0");
        assert_eq!(format(0.0, General, 3, false, true), "0.0");
        assert_eq!(format(1.0, Fixed, 1200, false, false).len(), 1202);
        assert_eq!(format(1.0, Scientific, 1200, false, false).len(), 1206);
        assert_eq!(format(1e-4, General, 70000, true, false).len(), 70005);
        assert!(is_zero("0.00e+00") && !is_zero("0.01"));
    }

    proptest! {
        #[test]
        fn reads_back(bits: u64) {
            let value = f64::from_bits(bits);
            prop_assume!(!value.is_nan());
            prop_assert_eq!(repr(value).parse::<f64>().unwrap().to_bits(), bits);
        }
    }
}
