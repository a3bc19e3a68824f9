//! `int.to_bytes` and `int.from_bytes`.

use super::Int;
use dashu_int::ops::UnsignedAbs;
use dashu_int::{IBig, Sign, UBig};

/// Which end comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endian {
    /// Least significant byte first.
    Little,
    /// Most significant byte first.
    Big,
}

/// Why a number has no such bytes; the `OverflowError`'s text is [`ToBytesError::message`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToBytesError {
    /// It takes more bytes.
    TooBig,
    /// Negative, and unsigned bytes were asked for.
    Negative,
}

impl ToBytesError {
    /// The text of the `OverflowError`.
    pub fn message(self) -> &'static str {
        match self {
            Self::TooBig => "int too big to convert",
            Self::Negative => "can't convert negative int to unsigned",
        }
    }
}

/// The number in exactly `length` bytes, two's complement if `signed`.
pub fn to_bytes(value: &IBig, length: usize, endian: Endian, signed: bool) -> Result<Vec<u8>, ToBytesError> {
    let negative = value.sign() == Sign::Negative;
    if negative && !signed {
        return Err(ToBytesError::Negative);
    }
    // The complement of a negative number, -n - 1, has its bits inverted.
    let magnitude = if negative { (-value - IBig::ONE).unsigned_abs() } else { value.unsigned_abs() };
    let mut bytes = magnitude.to_le_bytes().into_vec();
    while bytes.last() == Some(&0) {
        bytes.pop();
    }
    let sign_fits = !signed || bytes.len() < length || bytes.last().is_none_or(|&top| top < 0x80);
    if bytes.len() > length || !sign_fits || negative && length == 0 {
        return Err(ToBytesError::TooBig);
    }
    bytes.resize(length, 0);
    if negative {
        bytes.iter_mut().for_each(|byte| *byte = !*byte);
    }
    if endian == Endian::Big {
        bytes.reverse();
    }
    Ok(bytes)
}

/// The number that the bytes mean, two's complement if `signed`.
pub fn from_bytes(bytes: &[u8], endian: Endian, signed: bool) -> Int {
    let top = match endian {
        Endian::Little => bytes.last(),
        Endian::Big => bytes.first(),
    };
    let negative = signed && top.is_some_and(|&top| top >= 0x80);
    if bytes.len() <= 8 {
        return from_few_bytes(bytes, endian, negative);
    }
    let unsigned = IBig::from(match endian {
        Endian::Little => UBig::from_le_bytes(bytes),
        Endian::Big => UBig::from_be_bytes(bytes),
    });
    Int::from(if negative { unsigned - (IBig::ONE << (8 * bytes.len())) } else { unsigned })
}

fn from_few_bytes(bytes: &[u8], endian: Endian, negative: bool) -> Int {
    let add = |value: i128, &byte: &u8| value << 8 | i128::from(byte);
    let value = match endian {
        Endian::Little => bytes.iter().rev().fold(0, add),
        Endian::Big => bytes.iter().fold(0, add),
    };
    Int::from(if negative { value - (1 << (8 * bytes.len())) } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn edges() {
        let to = |v: i64, n, signed| to_bytes(&IBig::from(v), n, Endian::Big, signed);
        assert_eq!(to(255, 1, false), Ok(vec![255]));
        assert_eq!(to(255, 1, true), Err(ToBytesError::TooBig));
        assert_eq!(to(-128, 1, true), Ok(vec![0x80]));
        assert_eq!(to(-129, 1, true), Err(ToBytesError::TooBig));
        assert_eq!(to(-1, 2, true), Ok(vec![255, 255]));
        assert_eq!(to(-1, 2, false), Err(ToBytesError::Negative));
        assert_eq!(to(0, 0, true), Ok(vec![]));
        assert_eq!(to(-1, 0, true), Err(ToBytesError::TooBig));
        assert_eq!(to(1, 0, false), Err(ToBytesError::TooBig));
        assert_eq!(from_bytes(b"", Endian::Big, true), Int::Small(0));
        assert_eq!(from_bytes(&[255; 8], Endian::Big, false).into_big(), IBig::from(u64::MAX));
    }

    proptest! {
        #[test]
        fn round_trip(value: i128, little: bool) {
            let endian = if little { Endian::Little } else { Endian::Big };
            let bytes = to_bytes(&IBig::from(value), 16, endian, true).unwrap();
            let wanted = if little { value.to_le_bytes() } else { value.to_be_bytes() };
            prop_assert_eq!(&bytes[..], &wanted[..]);
            prop_assert_eq!(from_bytes(&bytes, endian, true).into_big(), IBig::from(value));
        }

        #[test]
        fn few(value: i64) {
            prop_assert_eq!(from_bytes(&value.to_be_bytes(), Endian::Big, true), Int::Small(value));
        }
    }
}
