//! Numbers against CPython's answers, see numbers.py.

use dashu_int::IBig;
use weft_text::complex::{self, Complex, complex};
use weft_text::float::{self, arith, hex, round};
use weft_text::hash::number;
use weft_text::int::bytes::{Endian, to_bytes};
use weft_text::int::float::{to_f64, true_div};
use weft_text::int::{Int, arith as int_arith, parse};
use weft_text::percent::{Parser, Piece};
use weft_text::{Kind, bytes};

type Outcome = Result<String, &'static str>;

fn bits(value: f64) -> String {
    if value.is_nan() { "nan".to_owned() } else { format!("{:016x}", value.to_bits()) }
}

fn real(text: &str) -> f64 {
    if text == "nan" { f64::NAN } else { f64::from_bits(u64::from_str_radix(text, 16).unwrap()) }
}

fn both(text: &str) -> Complex {
    let (re, im) = text.split_once(' ').unwrap();
    complex(real(re), real(im))
}

fn parts(value: Complex) -> String {
    format!("{} {}", bits(value.re), bits(value.im))
}

fn big(text: &str) -> IBig {
    text.parse().unwrap()
}

fn plain(text: &str) -> Vec<u8> {
    bytes::from_hex(text.as_bytes()).unwrap()
}

fn percent(format: &str, value: f64) -> Vec<u8> {
    match Parser::new(format.as_bytes(), Kind::Str).next() {
        Some(Ok(Piece::Directive(directive))) => {
            directive.format(0, 0).unwrap().float(value, directive.letter())
        }
        other => panic!("{other:?}"),
    }
}

fn float_operation(operation: &str, arguments: &[&str]) -> Outcome {
    let a = || real(arguments[0]);
    let b = || real(arguments[1]);
    Ok(match operation {
        "repr" => float::repr(a()),
        "hex" => hex::hex(a()),
        "hash" => number::of_f64(a()).unwrap().to_string(),
        "round" => bits(round::round(a(), arguments[1].parse().unwrap()).ok_or("OverflowError")?),
        "ratio" => {
            let (numerator, denominator) = round::as_integer_ratio(a()).unwrap();
            format!("{}/{}", numerator.into_big(), denominator.into_big())
        }
        "floordiv" => bits(arith::floor_div_mod(a(), b()).0),
        "mod" => bits(arith::floor_mod(a(), b())),
        "percent" => String::from_utf8(percent(arguments[0], b())).unwrap(),
        _ => return complex_operation(operation, arguments),
    })
}

fn complex_operation(operation: &str, arguments: &[&str]) -> Outcome {
    const ZERO: &str = "ZeroDivisionError";
    let z = || both(arguments[0]);
    Ok(match operation {
        "crepr" => complex::repr(z()),
        "cmul" => parts(z().mul(both(arguments[1]))),
        "cdiv" => parts(z().checked_div(both(arguments[1])).ok_or(ZERO)?),
        "cdivreal" => parts(z().div_real(real(arguments[1])).ok_or(ZERO)?),
        "realdivc" => parts(Complex::real_div(real(arguments[0]), both(arguments[1])).ok_or(ZERO)?),
        "cpow" => match z().pow(both(arguments[1])) {
            Ok(power) => parts(power),
            Err(complex::PowError::Zero) => return Err(ZERO),
            Err(complex::PowError::Overflow) => return Err("OverflowError"),
        },
        _ => return int_operation(operation, arguments),
    })
}

fn int_operation(operation: &str, arguments: &[&str]) -> Outcome {
    let a = || big(arguments[0]);
    let b = || big(arguments[1]);
    let count = || arguments[1].parse::<usize>().unwrap();
    Ok(match operation {
        "truediv" => bits(true_div(&a(), &b()).map_err(|_| "OverflowError")?),
        "floordivint" => int_arith::floor_div_mod(&a(), &b()).unwrap().0.to_string(),
        "modint" => int_arith::floor_div_mod(&a(), &b()).unwrap().1.to_string(),
        "float" => bits(to_f64(&a()).ok_or("OverflowError")?),
        "hashint" => number::of_big(&a()).to_string(),
        "shift" => int_arith::shift_right(&a(), count()).to_string(),
        "roundint" => int_arith::round_to_tens(&a(), count()).to_string(),
        "powmod" => int_arith::pow_mod(&a(), &b(), &big(arguments[2])).map_err(|_| "ValueError")?.to_string(),
        "tobytes" => {
            let bytes =
                to_bytes(&a(), count(), Endian::Big, arguments[2] == "True").map_err(|_| "OverflowError")?;
            String::from_utf8(bytes::hex(&bytes, None, 1)).unwrap()
        }
        _ => return text_operation(operation, arguments),
    })
}

fn text_operation(operation: &str, arguments: &[&str]) -> Outcome {
    const INVALID: &str = "ValueError";
    let text = plain(arguments[0]);
    Ok(match operation {
        "int" => {
            let parsed = parse::parse(&text, arguments[1].parse().unwrap(), 4300, Kind::Str);
            parsed.map(Int::into_big).map_err(|_| INVALID)?.to_string()
        }
        "tofloat" => bits(float::parse(&text, Kind::Str).ok_or(INVALID)?),
        "fromhex" => match hex::from_hex(&text) {
            Ok(value) => bits(value),
            Err(hex::HexError::Invalid) => return Err(INVALID),
            Err(hex::HexError::Overflow) => return Err("OverflowError"),
        },
        "tocomplex" => parts(complex::parse(&text).map_err(|_| INVALID)?),
        _ => panic!("{operation}"),
    })
}

#[test]
fn like_cpython() {
    let mut wrong = 0;
    for line in include_str!("numbers.txt").lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [operation, arguments @ .., wanted] = &fields[..] else { panic!("{line}") };
        let got = float_operation(operation, arguments).unwrap_or_else(str::to_owned);
        if got != *wanted {
            eprintln!("{line}\n    got {got}");
            wrong += 1;
        }
    }
    assert_eq!(wrong, 0);
}
