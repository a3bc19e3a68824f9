//! The format mini-language against CPython's answers, see format_spec.py.

use dashu_int::IBig;
use weft_text::format_spec::{self, FormatError};

fn float(bits: &str) -> f64 {
    f64::from_bits(u64::from_str_radix(bits, 16).unwrap())
}

fn format(kind: &str, value: &str, spec: &[u8]) -> Result<Vec<u8>, FormatError> {
    match kind {
        "int" => format_spec::format_int(&value.parse::<IBig>().unwrap(), spec, kind, 4300),
        "float" => format_spec::format_f64(float(value), spec, kind),
        "str" => format_spec::format_str(value.as_bytes(), spec, kind),
        _ => {
            let (real, imaginary) = value.split_once(' ').unwrap();
            format_spec::format_complex(float(real), float(imaginary), spec, kind)
        }
    }
}

#[test]
fn like_cpython() {
    let mut wrong = 0;
    for line in include_str!("format_spec.txt").lines() {
        let [kind, value, spec, wanted] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let got = match format(kind, value, spec.as_bytes()) {
            Ok(text) => String::from_utf8(text).unwrap(),
            Err(FormatError::Value(text)) => format!("!ValueError: {text}"),
            Err(FormatError::Overflow(text)) => format!("!OverflowError: {text}"),
            Err(FormatError::Memory) => "!MemoryError".to_owned(),
        };
        if got != wanted {
            eprintln!("{line}\n    got {got}");
            wrong += 1;
        }
    }
    assert_eq!(wrong, 0);
}
