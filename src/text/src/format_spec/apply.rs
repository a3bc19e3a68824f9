//! `__format__` of the builtin types: a specification applied to a string, an integer, a float, a complex number.
//!
//! `type_name` is the name of the value's class, for error texts.

use super::layout::{Number, pad};
use super::{Align, FormatError, SignOption, Spec, Subject};
use crate::float::text::{Layout, Style, is_negative, is_zero, magnitude};
use crate::int::float::{TOO_LARGE, to_f64};
use crate::{int, wtf8};
use dashu_int::{IBig, Sign};

/// `format(str, spec)`
pub fn format_str(value: &[u8], spec: &[u8], type_name: &str) -> Result<Vec<u8>, FormatError> {
    apply_str(value, &Spec::parse(spec, Subject::Str, type_name)?, type_name)
}

/// The same with a specification parsed for [`Subject::Str`].
pub fn apply_str(value: &[u8], spec: &Spec, type_name: &str) -> Result<Vec<u8>, FormatError> {
    if spec.letter() != 's' {
        return spec.unknown_code(type_name);
    }
    let refusal = match spec.sign {
        Some(SignOption::Space) => Some("Space not allowed in string format specifier"),
        Some(_) => Some("Sign not allowed in string format specifier"),
        None if spec.no_negative_zero => {
            Some("Negative zero coercion (z) not allowed in string format specifier")
        }
        None if spec.alternate => Some("Alternate form (#) not allowed in string format specifier"),
        None if spec.align == Align::AfterSign => {
            Some("'=' alignment not allowed in string format specifier")
        }
        None => None,
    };
    if let Some(text) = refusal {
        return FormatError::value(text);
    }
    let cut = spec.precision.map_or(value, |precision| wtf8::slice(value, 0, precision));
    Ok(pad(cut, spec))
}

/// `format(int, spec)` for a number of 64 bits.
pub fn format_i64(value: i64, spec: &[u8], type_name: &str) -> Result<Vec<u8>, FormatError> {
    apply_i64(value, &Spec::parse(spec, Subject::Int, type_name)?, type_name)
}

/// The same with a specification parsed for [`Subject::Int`].
pub fn apply_i64(value: i64, spec: &Spec, type_name: &str) -> Result<Vec<u8>, FormatError> {
    match spec.letter() {
        'd' | 'n' | 'b' | 'o' | 'x' | 'X' => {
            check_int(spec)?;
            let magnitude = value.unsigned_abs();
            let digits = match spec.letter() {
                'b' => format!("{magnitude:b}"),
                'o' => format!("{magnitude:o}"),
                'x' | 'X' => format!("{magnitude:x}"),
                _ => magnitude.to_string(),
            };
            Ok(lay_out_int(value < 0, digits, spec))
        }
        'c' => {
            check_int(spec)?;
            format_char(Some(value), spec)
        }
        letter if is_float_letter(letter) => format_float(value as f64, spec),
        _ => spec.unknown_code(type_name),
    }
}

/// `format(int, spec)`; `limit` is that of [`int::text::decimal`].
pub fn format_int(value: &IBig, spec: &[u8], type_name: &str, limit: usize) -> Result<Vec<u8>, FormatError> {
    apply_int(value, &Spec::parse(spec, Subject::Int, type_name)?, type_name, limit)
}

/// The same with a specification parsed for [`Subject::Int`].
pub fn apply_int(value: &IBig, spec: &Spec, type_name: &str, limit: usize) -> Result<Vec<u8>, FormatError> {
    if let Ok(small) = i64::try_from(value) {
        return apply_i64(small, spec, type_name);
    }
    match spec.letter() {
        letter @ ('d' | 'n' | 'b' | 'o' | 'x' | 'X') => {
            check_int(spec)?;
            let digits = match letter {
                'b' => value.in_radix(2).to_string(),
                'o' => value.in_radix(8).to_string(),
                'x' | 'X' => value.in_radix(16).to_string(),
                _ => int::text::decimal(value, limit)
                    .ok_or_else(|| FormatError::Value(int::text::limit_message(limit)))?,
            };
            let digits = digits.trim_start_matches('-').to_owned();
            Ok(lay_out_int(value.sign() == Sign::Negative, digits, spec))
        }
        'c' => {
            check_int(spec)?;
            format_char(None, spec)
        }
        letter if is_float_letter(letter) => {
            let value = to_f64(value).ok_or_else(|| FormatError::Overflow(TOO_LARGE.to_owned()))?;
            format_float(value, spec)
        }
        _ => spec.unknown_code(type_name),
    }
}

/// What no integer presentation takes.
fn check_int(spec: &Spec) -> Result<(), FormatError> {
    if spec.precision.is_some() {
        return FormatError::value("Precision not allowed in integer format specifier");
    }
    if spec.no_negative_zero {
        return FormatError::value("Negative zero coercion (z) not allowed in integer format specifier");
    }
    Ok(())
}

fn lay_out_int(negative: bool, mut digits: String, spec: &Spec) -> Vec<u8> {
    let (prefix, group_size) = match spec.letter() {
        'b' => ("0b", 4),
        'o' => ("0o", 4),
        'x' => ("0x", 4),
        'X' => ("0X", 4),
        _ => ("", 3),
    };
    if spec.letter() == 'X' {
        digits.make_ascii_uppercase();
    }
    let prefix = if spec.alternate { prefix } else { "" };
    Number { negative, prefix, whole: &digits, fraction: None, rest: "" }.lay_out(spec, group_size)
}

/// `c`: the code point itself; nothing stands for a number beyond 64 bits.
fn format_char(value: Option<i64>, spec: &Spec) -> Result<Vec<u8>, FormatError> {
    if spec.sign.is_some() {
        return FormatError::value("Sign not allowed with integer format specifier 'c'");
    }
    if spec.alternate {
        let text = "Alternate form (#) not allowed with integer format specifier 'c'";
        return FormatError::value(text);
    }
    let overflow = |text: &str| Err(FormatError::Overflow(text.to_owned()));
    let Some(value) = value else {
        return overflow("Python int too large to convert to C long");
    };
    match u32::try_from(value).ok().filter(|&p| p <= wtf8::MAX) {
        Some(point) => Ok(pad(&wtf8::from_point(point), spec)),
        None => overflow("%c arg not in range(0x110000)"),
    }
}

fn is_float_letter(letter: char) -> bool {
    matches!(letter, 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%')
}

/// `format(float, spec)`
pub fn format_f64(value: f64, spec: &[u8], type_name: &str) -> Result<Vec<u8>, FormatError> {
    apply_f64(value, &Spec::parse(spec, Subject::Float, type_name)?, type_name)
}

/// The same with a specification parsed for [`Subject::Float`].
pub fn apply_f64(value: f64, spec: &Spec, type_name: &str) -> Result<Vec<u8>, FormatError> {
    match spec.letter() {
        '\0' | 'n' => format_float(value, spec),
        letter if is_float_letter(letter) => format_float(value, spec),
        _ => spec.unknown_code(type_name),
    }
}

fn format_float(value: f64, spec: &Spec) -> Result<Vec<u8>, FormatError> {
    let (value, percent) = if spec.letter() == '%' { (value * 100.0, "%") } else { (value, "") };
    let text = float_text(value, spec, true)? + percent;
    Ok(number_of(value, &text, spec).lay_out(spec, 3))
}

/// A number whose digits are made already (`-`, `12.50`, `1.5E+3`, `50%`), laid out as the specification wants it.
pub fn lay_out_digits(negative: bool, magnitude: &str, spec: &Spec) -> Vec<u8> {
    Number::of_float(negative && !(spec.no_negative_zero && is_zero(magnitude)), magnitude).lay_out(spec, 3)
}

/// The magnitude as the presentation type wants it. `point_zero`: a float without type looks like a float.
fn float_text(value: f64, spec: &Spec, point_zero: bool) -> Result<String, FormatError> {
    let precision = spec.precision.unwrap_or(6);
    if i32::try_from(precision).is_err() {
        return FormatError::value("precision too big");
    }
    let letter = spec.letter();
    let style = match letter.to_ascii_lowercase() {
        'e' => Style::Scientific,
        'f' | '%' => Style::Fixed,
        '\0' if spec.precision.is_none() => Style::Shortest,
        _ => Style::General,
    };
    let point_zero = point_zero && letter == '\0';
    let mut text = magnitude(value, Layout { style, precision, alternate: spec.alternate, point_zero });
    if letter.is_ascii_uppercase() {
        text.make_ascii_uppercase();
    }
    Ok(text)
}

fn number_of<'a>(value: f64, text: &'a str, spec: &Spec) -> Number<'a> {
    let vanishes = spec.no_negative_zero && is_zero(text);
    Number::of_float(is_negative(value) && !vanishes, text)
}

/// `format(complex, spec)`
pub fn format_complex(
    real: f64,
    imaginary: f64,
    spec: &[u8],
    type_name: &str,
) -> Result<Vec<u8>, FormatError> {
    apply_complex(real, imaginary, &Spec::parse(spec, Subject::Float, type_name)?, type_name)
}

/// The same with a specification parsed for [`Subject::Float`].
pub fn apply_complex(
    real: f64,
    imaginary: f64,
    spec: &Spec,
    type_name: &str,
) -> Result<Vec<u8>, FormatError> {
    let letter = spec.letter();
    if !matches!(letter, '\0' | 'n' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G') {
        return spec.unknown_code(type_name);
    }
    if spec.fill == u32::from(b'0') {
        return FormatError::value("Zero padding is not allowed in complex format specifier");
    }
    if spec.align == Align::AfterSign {
        return FormatError::value("'=' alignment flag is not allowed in complex format specifier");
    }
    // Without a letter it is like repr: parentheses, and a real part of positive zero is left out.
    let bare = letter == '\0';
    let only_imaginary = bare && real == 0.0 && !real.is_sign_negative();
    let (open, close) = if bare && !only_imaginary { ("(", ")") } else { ("", "") };
    let real_spec = Spec { width: 0, ..spec.clone() };
    let imaginary_spec = match only_imaginary {
        true => real_spec.clone(),
        false => Spec { sign: Some(SignOption::Plus), ..real_spec.clone() },
    };
    let mut out = open.as_bytes().to_vec();
    if !only_imaginary {
        out.extend(number_of(real, &float_text(real, spec, false)?, spec).lay_out(&real_spec, 3));
    }
    out.extend(number_of(imaginary, &float_text(imaginary, spec, false)?, spec).lay_out(&imaginary_spec, 3));
    out.push(b'j');
    out.extend_from_slice(close.as_bytes());
    Ok(pad(&out, spec))
}
