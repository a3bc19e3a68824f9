//! `charmap`: the codecs that are a table, cp1252 and the like.

use super::Fault;
use crate::wtf8;
use std::collections::HashMap;

/// Why a byte or code point has no counterpart.
pub const UNDEFINED: &str = "character maps to <undefined>";

/// Decodes by a function from byte to text; nothing stands for undefined.
pub fn decode<'t>(
    input: &[u8],
    at: usize,
    mut lookup: impl FnMut(u8) -> Option<&'t [u8]>,
    out: &mut Vec<u8>,
) -> Result<usize, Fault> {
    for (i, &byte) in input.iter().enumerate().skip(at) {
        match lookup(byte) {
            Some(text) => out.extend_from_slice(text),
            None => {
                return Err(Fault { start: i, end: i + 1, reason: UNDEFINED });
            }
        }
    }
    Ok(input.len())
}

/// A decoding table given as a string: the character at index b is what byte b means, U+FFFE that it means nothing.
#[derive(Clone, Debug)]
pub struct Table {
    points: Vec<u32>,
}

impl Table {
    /// From the table's text.
    pub fn new(text: &[u8]) -> Self {
        Self { points: wtf8::points(text).collect() }
    }

    /// Decodes on from `at`.
    pub fn decode(&self, input: &[u8], at: usize, out: &mut Vec<u8>) -> Result<usize, Fault> {
        for (i, &byte) in input.iter().enumerate().skip(at) {
            match self.points.get(usize::from(byte)) {
                Some(&point) if point != 0xfffe => wtf8::push(out, point),
                _ => {
                    return Err(Fault { start: i, end: i + 1, reason: UNDEFINED });
                }
            }
        }
        Ok(input.len())
    }

    /// `codecs.charmap_build`: the table the other way round.
    pub fn inverse(&self) -> EncodingMap {
        let defined = self.points.iter().enumerate().filter(|&(_, &point)| point != 0xfffe);
        EncodingMap { bytes: defined.map(|(byte, &point)| (point, byte as u8)).collect() }
    }
}

/// From code point to byte.
#[derive(Clone, Debug)]
pub struct EncodingMap {
    bytes: HashMap<u32, u8>,
}

impl EncodingMap {
    /// The byte for a code point.
    pub fn get(&self, point: u32) -> Option<u8> {
        self.bytes.get(&point).copied()
    }

    /// Encodes on from offset `at`; a fault spans all neighbours that do not fit.
    pub fn encode(&self, text: &[u8], at: usize, out: &mut Vec<u8>) -> Result<(), Fault> {
        let mut points = wtf8::point_indices(&text[at..]);
        while let Some((offset, point)) = points.next() {
            match self.get(point) {
                Some(byte) => out.push(byte),
                None => {
                    let run = points.find(|&(_, p)| self.get(p).is_some());
                    let end = run.map_or(text.len(), |(offset, _)| at + offset);
                    return Err(Fault { start: at + offset, end, reason: UNDEFINED });
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables() {
        let table = Table::new("ab\u{fffe}→".as_bytes());
        let mut out = Vec::new();
        let fault = |start, end| Fault { start, end, reason: UNDEFINED };
        assert_eq!(table.decode(&[0, 3, 2], 0, &mut out), Err(fault(2, 3)));
        assert_eq!(table.decode(&[9], 0, &mut out), Err(fault(0, 1)));
        assert_eq!(out, "a→".as_bytes());
        let map = table.inverse();
        let mut bytes = Vec::new();
        assert_eq!(map.encode("b→xyza".as_bytes(), 0, &mut bytes), Err(fault(4, 7)));
        assert_eq!(bytes, [1, 3]);
    }
}
