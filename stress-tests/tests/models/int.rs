//! `int` is dashu's `IBig`, rounded as Python rounds; its operators on bits are done bit by bit.

use dashu_int::{IBig, UBig};
use proptest::prelude::*;

use super::value::truth;
use super::{Outcome, Script, config};

/// Bits looked at, more than any number here has.
const WIDTH: usize = 420;

/// Numbers of all sizes up to 200 bits, most near a power of two or of few digits.
fn number() -> impl Strategy<Value = IBig> {
    let exponent = prop_oneof![
        prop::sample::select(vec![29usize, 30, 31, 32, 60, 61, 62, 63, 64, 127, 128]),
        0usize..200
    ];
    let near_power = (exponent, -2i64..3).prop_map(|(e, d)| (IBig::from(1) << e) + IBig::from(d));
    let bytes = prop::collection::vec(any::<u8>(), 0..=25).prop_map(|b| IBig::from(UBig::from_le_bytes(&b)));
    let magnitude = prop_oneof![3 => bytes, 2 => near_power, 2 => (-5i64..6).prop_map(IBig::from)];
    (magnitude, any::<bool>()).prop_map(|(n, minus)| if minus { -n } else { n })
}

fn zero() -> IBig {
    IBig::from(0)
}

/// Quotient rounded down, and the rest.
fn divmod(a: &IBig, b: &IBig) -> Result<(IBig, IBig), &'static str> {
    if *b == zero() {
        return Err("ZeroDivisionError");
    }
    // dashu's operators round towards zero.
    let (q, r) = (a / b, a % b);
    Ok(if r != zero() && (r < zero()) != (*b < zero()) { (q - IBig::from(1), r + b) } else { (q, r) })
}

fn power(a: &IBig, n: usize) -> IBig {
    (0..n).fold(IBig::from(1), |product, _| product * a)
}

/// The lowest bits of the two's complement, the lowest first.
fn bits(n: &IBig) -> Vec<bool> {
    let (mut rest, two, mut bits) = (n.clone(), IBig::from(2), Vec::with_capacity(WIDTH));
    for _ in 0..WIDTH {
        let (half, bit) = divmod(&rest, &two).expect("not zero");
        bits.push(bit != zero());
        rest = half
    }
    bits
}

fn from_bits(bits: &[bool]) -> IBig {
    let start = if bits[WIDTH - 1] { IBig::from(-1) } else { zero() };
    bits.iter().rev().fold(start, |n, &bit| n * IBig::from(2) + IBig::from(u8::from(bit)))
}

fn bitwise(a: &IBig, b: &IBig, of: impl Fn(bool, bool) -> bool) -> String {
    let bits: Vec<bool> = bits(a).into_iter().zip(bits(b)).map(|(a, b)| of(a, b)).collect();
    from_bits(&bits).to_string()
}

fn magnitude(n: &IBig) -> IBig {
    if *n < zero() { -n.clone() } else { n.clone() }
}

fn hash(n: &IBig) -> IBig {
    let prime = (IBig::from(1) << 61) - IBig::from(1);
    let rest = magnitude(n) % prime;
    let hash = if *n < zero() { -rest } else { rest };
    if hash == IBig::from(-1) { IBig::from(-2) } else { hash }
}

fn in_radix(n: &IBig, radix: u32) -> String {
    let (mut rest, base, mut digits) = (magnitude(n), IBig::from(radix), Vec::new());
    while rest != zero() || digits.is_empty() {
        let (quotient, digit) = divmod(&rest, &base).expect("not zero");
        let digit: u32 = digit.to_string().parse().expect("a small number");
        digits.push(char::from_digit(digit, radix).expect("a digit"));
        rest = quotient
    }
    if *n < zero() {
        digits.push('-')
    }
    digits.into_iter().rev().collect()
}

fn two_operands(script: &mut Script, a: &IBig, b: &IBig) {
    script.show("a + b", Ok((a + b).to_string()));
    script.show("a - b", Ok((a - b).to_string()));
    script.show("a * b", Ok((a * b).to_string()));
    let both = divmod(a, b);
    let shown = |of: &dyn Fn(&(IBig, IBig)) -> String| -> Outcome { both.as_ref().map(of).map_err(|e| *e) };
    script.show("a // b", shown(&|(q, _)| q.to_string()));
    script.show("a % b", shown(&|(_, r)| r.to_string()));
    script.show("divmod(a, b)", shown(&|(q, r)| format!("({q}, {r})")));
    script.show("a & b", Ok(bitwise(a, b, |a, b| a & b)));
    script.show("a | b", Ok(bitwise(a, b, |a, b| a | b)));
    script.show("a ^ b", Ok(bitwise(a, b, |a, b| a ^ b)));
    let order = [a < b, a <= b, a == b, a != b, a > b, a >= b].map(truth).join(", ");
    script.show("(a < b, a <= b, a == b, a != b, a > b, a >= b)", Ok(format!("({order})")));
    script.step("c = a; c += b; c *= a; c -= b; print(c)", Ok(((a + b) * a - b).to_string()));
}

fn one_operand(script: &mut Script, a: &IBig, b: &IBig, n: i64) {
    script.show("(-a, +a, abs(a))", Ok(format!("({}, {a}, {})", -a.clone(), magnitude(a))));
    script.show("~a", Ok(bitwise(a, a, |a, _| !a)));
    script.show("(str(a), '%d' % a, f'{a}', format(a, 'x'))", {
        Ok(format!("('{a}', '{a}', '{a}', '{}')", in_radix(a, 16)))
    });
    script.show("(hash(a), hash(a) == hash(a + b - b))", Ok(format!("({}, True)", hash(a))));
    script.show("(int(str(a)), int(hex(a), 16), int(oct(a), 0), int(bin(a), 0))", {
        Ok(format!("({a}, {a}, {a}, {a})"))
    });
    script.show("(bool(a), a.bit_length(), a.bit_count())", {
        let bits = bits(&magnitude(a));
        let length = bits.iter().rposition(|&bit| bit).map_or(0, |top| top + 1);
        let count = bits.iter().filter(|&&bit| bit).count();
        Ok(format!("({}, {length}, {count})", truth(*a != zero())))
    });
    let shift = |by: i64| -> Outcome {
        let two = power(&IBig::from(2), by.unsigned_abs() as usize);
        Ok(if by >= 0 { a * two } else { divmod(a, &two)?.0 }.to_string())
    };
    script.show("a << n", if n < 0 { Err("ValueError") } else { shift(n) });
    script.show("a >> n", if n < 0 { Err("ValueError") } else { shift(-n) });
    let exponent = n.rem_euclid(7) as usize;
    script.show(format!("a ** {exponent}"), Ok(power(a, exponent).to_string()));
    script.show(format!("pow(a, {exponent}, b)"), {
        if *b == zero() {
            Err("ValueError")
        } else {
            divmod(&power(a, exponent), b).map(|(_, rest)| rest.to_string())
        }
    });
}

proptest! {
    #![proptest_config(config())]
    #[test]
    fn an_int_has_no_end(rounds in prop::collection::vec((number(), number(), -3i64..150), 1..20)) {
        let mut script = Script::new("a = b = c = n = 0");
        for (a, b, n) in rounds {
            script.step(
                format!("a = {a}; b = int('{b}'); n = {n}; print(a, b, n)"),
                Ok(format!("{a} {b} {n}")),
            );
            two_operands(&mut script, &a, &b);
            script.step("a, b = b, a; print(a, b)", Ok(format!("{b} {a}")));
            two_operands(&mut script, &b, &a);
            one_operand(&mut script, &b, &a, n)
        }
        script.check("a, b, c, n")?
    }
}
