//! The coefficient of a decimal: a natural number, 128 bits in place and a big integer beyond.
//!
//! Powers of ten up to 10^38 come from a table. A number of at most 38 digits is [`Coef::Small`], so is any other that
//! fits 128 bits: each number has one form.

use dashu_int::UBig;
use dashu_int::ops::{BitTest, DivRem, SquareRoot};
use std::borrow::Cow;
use std::cmp::Ordering;

/// A natural number.
#[derive(Clone, Debug)]
pub enum Coef {
    /// Low and high half.
    Small([u64; 2]),
    /// At least 2^128.
    Big(UBig),
}

/// What lies behind the digit where a number was cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lost {
    /// Zeros.
    Nothing,
    /// Less than half a unit.
    Below,
    /// Half a unit.
    Half,
    /// More.
    Above,
}

const fn powers() -> [u128; 39] {
    let mut t = [1u128; 39];
    let mut i = 1;
    while i < 39 {
        t[i] = t[i - 1] * 10;
        i += 1
    }
    t
}

/// 10^0 to 10^38.
pub static TENS: [u128; 39] = powers();

/// 10^n for any n.
pub fn power_of_ten(n: usize) -> UBig {
    match TENS.get(n) {
        Some(p) => UBig::from(*p),
        None => UBig::from(5u8).pow(n) << n,
    }
}

fn digits_of_big(b: &UBig) -> usize {
    // bits - 1 <= log2(b) < bits, so one of two numbers of digits; the first 53 bits nearly always tell which.
    let bits = b.bit_len();
    let top = u64::try_from(b >> (bits - 64)).unwrap_or(u64::MAX);
    let log = (top as f64).log10() + (bits - 64) as f64 * std::f64::consts::LOG10_2;
    let near = log.round();
    if (log - near).abs() > 1e-6 + log * 1e-14 {
        return log as usize + 1;
    }
    let n = near as usize;
    if *b >= power_of_ten(n) { n + 1 } else { n }
}

impl Coef {
    /// 0
    pub const ZERO: Coef = Coef::Small([0, 0]);
    /// 1
    pub const ONE: Coef = Coef::Small([1, 0]);

    /// A number of 128 bits.
    #[inline(always)]
    pub fn from_u128(n: u128) -> Coef {
        Coef::Small([n as u64, (n >> 64) as u64])
    }

    /// Any number.
    pub fn from_big(b: UBig) -> Coef {
        match u128::try_from(&b) {
            Ok(n) => Coef::from_u128(n),
            Err(_) => Coef::Big(b),
        }
    }

    /// Its value, if small.
    #[inline(always)]
    pub fn small(&self) -> Option<u128> {
        match self {
            Coef::Small([lo, hi]) => Some(*lo as u128 | (*hi as u128) << 64),
            Coef::Big(_) => None,
        }
    }

    /// As a big integer.
    pub fn big(&self) -> Cow<'_, UBig> {
        match self {
            Coef::Small(_) => Cow::Owned(UBig::from(self.small().unwrap_or(0))),
            Coef::Big(b) => Cow::Borrowed(b),
        }
    }

    /// Zero?
    #[inline(always)]
    pub fn is_zero(&self) -> bool {
        matches!(self, Coef::Small([0, 0]))
    }

    /// Odd?
    pub fn is_odd(&self) -> bool {
        match self {
            Coef::Small([lo, _]) => lo & 1 == 1,
            Coef::Big(b) => b.bit(0),
        }
    }

    /// The last digit.
    pub fn last_digit(&self) -> u8 {
        match self {
            Coef::Small([lo, 0]) => (lo % 10) as u8,
            Coef::Small(_) => (self.small().unwrap_or(0) % 10) as u8,
            Coef::Big(b) => b % 10u8,
        }
    }

    /// Number of digits; 1 for zero.
    #[inline]
    pub fn digits(&self) -> usize {
        match self {
            Coef::Small([lo, 0]) => lo.checked_ilog10().map_or(1, |n| n as usize + 1),
            Coef::Small(_) => {
                let n = self.small().unwrap_or(0);
                // 1233 / 4096 is a little less than log10(2).
                let guess = ((128 - n.leading_zeros() as usize) * 1233) >> 12;
                guess + (n >= TENS[guess]) as usize
            }
            Coef::Big(b) => digits_of_big(b),
        }
    }

    /// Times 10^k.
    #[inline]
    pub fn shift_left(&self, k: usize) -> Coef {
        if k == 0 || self.is_zero() {
            return self.clone();
        }
        if let (Some(n), Some(p)) = (self.small(), TENS.get(k))
            && let Some(r) = n.checked_mul(*p)
        {
            return Coef::from_u128(r);
        }
        Coef::from_big(&*self.big() * power_of_ten(k))
    }

    /// Divided by 10^k, and what was lost.
    pub fn cut(&self, k: usize) -> (Coef, Lost) {
        if k == 0 {
            return (self.clone(), Lost::Nothing);
        }
        match self {
            Coef::Small([lo, 0]) if k < 20 => {
                let d = TENS[k] as u64;
                let (q, r) = (lo / d, lo % d);
                (Coef::Small([q, 0]), lost(r, d / 2))
            }
            Coef::Small(_) => {
                let n = self.small().unwrap_or(0);
                match TENS.get(k) {
                    Some(d) => (Coef::from_u128(n / d), lost(n % d, d / 2)),
                    None if n == 0 => (Coef::ZERO, Lost::Nothing),
                    // Half of 10^39 is more than any small number.
                    None => (Coef::ZERO, Lost::Below),
                }
            }
            Coef::Big(b) => {
                // 2^3.4 > 10: so many digits are not there.
                if k > b.bit_len() {
                    return (Coef::ZERO, Lost::Below);
                }
                let d = power_of_ten(k);
                let half = &d >> 1;
                let (q, r) = b.div_rem(&d);
                let l = if r.is_zero() {
                    Lost::Nothing
                } else {
                    match r.cmp(&half) {
                        Ordering::Less => Lost::Below,
                        Ordering::Equal => Lost::Half,
                        Ordering::Greater => Lost::Above,
                    }
                };
                (Coef::from_big(q), l)
            }
        }
    }

    /// The last k digits.
    pub fn low_digits(&self, k: usize) -> Coef {
        if self.digits() <= k {
            return self.clone();
        }
        match (self.small(), TENS.get(k)) {
            (Some(n), Some(d)) => Coef::from_u128(n % d),
            _ => Coef::from_big(&*self.big() % power_of_ten(k)),
        }
    }

    /// Without trailing zeros, at most `most` of them; and how many there were.
    pub fn strip(&self, most: usize) -> (Coef, usize) {
        if self.is_zero() {
            return (self.clone(), 0);
        }
        let (mut c, mut gone) = (self.clone(), 0);
        // Big numbers: halving steps, so that few divisions are by large powers.
        let mut step = (c.digits() / 2).next_power_of_two().max(1);
        while step > 0 {
            while gone + step <= most {
                if c.is_odd() {
                    return (c, gone);
                }
                let (q, lost) = c.cut(step);
                if lost != Lost::Nothing {
                    break;
                }
                c = q;
                gone += step
            }
            step /= 2
        }
        (c, gone)
    }

    /// Sum.
    #[inline]
    pub fn add(&self, other: &Coef) -> Coef {
        if let (Some(a), Some(b)) = (self.small(), other.small())
            && let Some(r) = a.checked_add(b)
        {
            return Coef::from_u128(r);
        }
        Coef::from_big(&*self.big() + &*other.big())
    }

    /// Difference; `other` is not larger.
    #[inline]
    pub fn sub(&self, other: &Coef) -> Coef {
        if let (Some(a), Some(b)) = (self.small(), other.small()) {
            return Coef::from_u128(a.saturating_sub(b));
        }
        if self.compare(other) == Ordering::Less {
            return Coef::ZERO;
        }
        Coef::from_big(&*self.big() - &*other.big())
    }

    /// Product.
    #[inline]
    pub fn mul(&self, other: &Coef) -> Coef {
        if let (Coef::Small([a, 0]), Coef::Small([b, 0])) = (self, other) {
            return Coef::from_u128(*a as u128 * *b as u128);
        }
        if let (Some(a), Some(b)) = (self.small(), other.small())
            && let Some(r) = a.checked_mul(b)
        {
            return Coef::from_u128(r);
        }
        Coef::from_big(&*self.big() * &*other.big())
    }

    /// Quotient and remainder; `d` is not zero.
    pub fn div_rem(&self, d: &Coef) -> (Coef, Coef) {
        match (self, d) {
            (_, Coef::Small([0, 0])) => (Coef::ZERO, Coef::ZERO),
            (Coef::Small([a, 0]), Coef::Small([b, 0])) => (Coef::Small([a / b, 0]), Coef::Small([a % b, 0])),
            (Coef::Small(_), Coef::Small(_)) => {
                let (a, b) = (self.small().unwrap_or(0), d.small().unwrap_or(1));
                (Coef::from_u128(a / b), Coef::from_u128(a % b))
            }
            (Coef::Small(_), Coef::Big(_)) => (Coef::ZERO, self.clone()),
            _ => {
                let (q, r) = (&*self.big()).div_rem(&*d.big());
                (Coef::from_big(q), Coef::from_big(r))
            }
        }
    }

    /// Square root, rounded down, and whether it is exact.
    pub fn sqrt(&self) -> (Coef, bool) {
        let b = self.big();
        let r = b.sqrt();
        let exact = &r * &r == *b;
        (Coef::from_big(r), exact)
    }

    /// Which is larger?
    #[inline]
    pub fn compare(&self, other: &Coef) -> Ordering {
        match (self, other) {
            (Coef::Big(a), Coef::Big(b)) => a.cmp(b),
            (Coef::Big(_), _) => Ordering::Greater,
            (_, Coef::Big(_)) => Ordering::Less,
            _ => self.small().cmp(&other.small()),
        }
    }

    /// Is it 10^n?
    pub fn is_power_of_ten(&self) -> bool {
        self.strip(usize::MAX).0.small() == Some(1)
    }

    /// Appends the digits.
    pub fn push_digits(&self, out: &mut String) {
        match self {
            Coef::Small([lo, 0]) => push_u64(out, *lo),
            Coef::Small(_) => {
                use std::fmt::Write;
                let _ = write!(out, "{}", self.small().unwrap_or(0));
            }
            Coef::Big(b) => {
                use std::fmt::Write;
                let _ = write!(out, "{b}");
            }
        }
    }

    /// The digits.
    pub fn text(&self) -> String {
        let mut s = String::new();
        self.push_digits(&mut s);
        s
    }

    /// From ASCII digits, as many as you like.
    pub fn parse(digits: &[u8]) -> Coef {
        if digits.len() <= 38 {
            let mut lo = 0u64;
            let (a, b) = digits.split_at(digits.len().min(19));
            for d in a {
                lo = lo * 10 + (d & 15) as u64
            }
            if b.is_empty() {
                return Coef::Small([lo, 0]);
            }
            let mut hi = 0u64;
            for d in b {
                hi = hi * 10 + (d & 15) as u64
            }
            return Coef::from_u128(lo as u128 * TENS[b.len()] + hi as u128);
        }
        let text = std::str::from_utf8(digits).unwrap_or("0");
        Coef::from_big(UBig::from_str_radix(text, 10).unwrap_or(UBig::ZERO))
    }
}

fn push_u64(out: &mut String, mut n: u64) {
    let mut buf = [0u8; 20];
    let mut at = 20;
    loop {
        at -= 1;
        buf[at] = b'0' + (n % 10) as u8;
        n /= 10;
        if n == 0 {
            break;
        }
    }
    out.push_str(std::str::from_utf8(&buf[at..]).unwrap_or(""))
}

#[inline]
fn lost<T: Ord + Default>(r: T, half: T) -> Lost {
    if r == T::default() {
        return Lost::Nothing;
    }
    match r.cmp(&half) {
        Ordering::Less => Lost::Below,
        Ordering::Equal => Lost::Half,
        Ordering::Greater => Lost::Above,
    }
}
