//! Source positions of instructions, in the byte format of CPython's `co_linetable`.
//!
//! One code unit is one instruction word. The table is a sequence of entries; each covers 1 to 8
//! consecutive instructions and says where they come from, relative to the line of the entry before:
//!
//! | code | meaning | what follows the first byte `1ccccnnn` (`nnn` = units − 1) |
//! |---|---|---|
//! | 0–9 | same line, short columns | one byte: low column bits, width |
//! | 10–12 | line +0, +1, +2 | column byte, end column byte |
//! | 13 | line only | signed varint line delta |
//! | 14 | everything | signed line delta, varints: end line delta, column + 1, end column + 1 |
//! | 15 | no position | |
//!
//! Varints are six bits a byte, low bits first, bit 6 set when more follow. Decoding is total: a corrupt
//! table yields positions that are merely wrong, or ends early.

use crate::code::Code;

/// Where an instruction comes from. Lines count from 1, columns are UTF-8 byte offsets from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub struct Position {
    /// Line, or `None` for an instruction that the compiler invented.
    pub line: Option<u32>,
    /// Last line.
    pub end_line: Option<u32>,
    /// First column.
    pub column: Option<u32>,
    /// Column after the last.
    pub end_column: Option<u32>,
}

impl Position {
    /// No position at all.
    pub const NONE: Position = Position { line: None, end_line: None, column: None, end_column: None };

    /// A position with all four numbers.
    pub const fn new(line: u32, end_line: u32, column: u32, end_column: u32) -> Position {
        Position {
            line: Some(line),
            end_line: Some(end_line),
            column: Some(column),
            end_column: Some(end_column),
        }
    }

    /// A position that is a line and nothing else.
    pub const fn line(line: u32) -> Position {
        Position { line: Some(line), end_line: Some(line), column: None, end_column: None }
    }
}

/// Most instructions one entry can cover.
const MAX_UNITS: usize = 8;

/// Encodes the position of every instruction.
pub fn encode(firstlineno: u32, positions: &[Position]) -> Box<[u8]> {
    let mut out = Vec::with_capacity(positions.len() * 2);
    let mut line = i64::from(firstlineno);
    let mut i = 0;
    while i < positions.len() {
        let p = positions[i];
        let mut n = 1;
        while n < MAX_UNITS && i + n < positions.len() && positions[i + n] == p {
            n += 1;
        }
        entry(&mut out, &mut line, p, n);
        i += n;
    }
    out.into_boxed_slice()
}

fn entry(out: &mut Vec<u8>, line: &mut i64, p: Position, units: usize) {
    let first = |code: u8| 0x80 | code << 3 | (units - 1) as u8;
    let Some(at) = p.line else {
        out.push(first(15));
        return;
    };
    let delta = i64::from(at) - *line;
    *line = i64::from(at);
    let (Some(column), Some(end_column)) = (p.column, p.end_column) else {
        out.push(first(13));
        signed(out, delta);
        return;
    };
    let end_line = p.end_line.unwrap_or(at).max(at);
    if end_line == at && (0..=2).contains(&delta) && column < 128 && end_column < 128 {
        if delta == 0 && column < 80 && end_column >= column && end_column - column < 16 {
            out.push(first((column >> 3) as u8));
            out.push(((column & 7) << 4 | (end_column - column)) as u8);
        } else {
            out.push(first(10 + delta as u8));
            out.push(column as u8);
            out.push(end_column as u8);
        }
        return;
    }
    out.push(first(14));
    signed(out, delta);
    varint(out, u64::from(end_line - at));
    varint(out, u64::from(column) + 1);
    varint(out, u64::from(end_column) + 1);
}

fn varint(out: &mut Vec<u8>, mut n: u64) {
    while n >= 64 {
        out.push(0x40 | (n & 63) as u8);
        n >>= 6;
    }
    out.push(n as u8);
}

fn signed(out: &mut Vec<u8>, n: i64) {
    varint(out, n.unsigned_abs() << 1 | u64::from(n < 0));
}

/// Iterates over the entries of a table.
#[derive(Clone, Debug)]
pub struct Entries<'a> {
    bytes: &'a [u8],
    line: i64,
}

/// One entry: the position of `units` consecutive instructions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// How many instructions it covers.
    pub units: u32,
    /// Where they come from.
    pub position: Position,
}

/// The entries of a table, in order.
pub fn entries(firstlineno: u32, linetable: &[u8]) -> Entries<'_> {
    Entries { bytes: linetable, line: i64::from(firstlineno) }
}

/// The position of every instruction, in order.
pub fn positions(code: &Code) -> impl Iterator<Item = Position> + '_ {
    entries(code.firstlineno, &code.linetable)
        .flat_map(|e| std::iter::repeat_n(e.position, e.units as usize))
        .take(code.instrs.len())
}

/// The position of the instruction at `pc`.
pub fn position_at(code: &Code, pc: u32) -> Position {
    let mut start = 0u32;
    for e in entries(code.firstlineno, &code.linetable) {
        start = start.saturating_add(e.units);
        if pc < start {
            return e.position;
        }
    }
    Position::NONE
}

/// The line of the instruction at `pc`, without decoding more than needed.
pub fn line_at(code: &Code, pc: u32) -> Option<u32> {
    position_at(code, pc).line
}

impl Entries<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (&b, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(b)
    }

    fn varint(&mut self) -> Option<u64> {
        let (mut n, mut shift) = (0u64, 0u32);
        loop {
            let b = self.byte()?;
            if shift < 60 {
                n |= u64::from(b & 63) << shift;
            }
            shift += 6;
            if b & 0x40 == 0 {
                return Some(n);
            }
        }
    }

    fn advance(&mut self) -> Option<u32> {
        let n = self.varint()?;
        let d = (n >> 1) as i64;
        self.line = self.line.saturating_add(if n & 1 == 1 { -d } else { d });
        u32::try_from(self.line).ok()
    }
}

impl Iterator for Entries<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        let first = self.byte()?;
        let units = u32::from(first & 7) + 1;
        let code = first >> 3 & 15;
        let position = match code {
            0..=9 => {
                let b = self.byte()?;
                let column = u32::from(code) << 3 | u32::from(b >> 4 & 7);
                let line = u32::try_from(self.line).ok()?;
                Position::new(line, line, column, column + u32::from(b & 15))
            }
            10..=12 => {
                self.line = self.line.saturating_add(i64::from(code - 10));
                let line = u32::try_from(self.line).ok()?;
                let column = u32::from(self.byte()?);
                Position::new(line, line, column, u32::from(self.byte()?))
            }
            13 => Position::line(self.advance()?),
            14 => {
                let line = self.advance()?;
                let end = self.varint()?;
                let column = self.varint()?;
                let end_column = self.varint()?;
                Position {
                    line: Some(line),
                    end_line: Some(line.saturating_add(u32::try_from(end).ok()?)),
                    column: u32::try_from(column).ok()?.checked_sub(1),
                    end_column: u32::try_from(end_column).ok()?.checked_sub(1),
                }
            }
            _ => Position::NONE,
        };
        Some(Entry { units, position })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roundtrip(positions: &[Position]) {
        let table = encode(10, positions);
        let back: Vec<_> =
            entries(10, &table).flat_map(|e| std::iter::repeat_n(e.position, e.units as usize)).collect();
        assert_eq!(back, positions);
    }

    #[test]
    fn every_form_survives() {
        roundtrip(&[Position::new(10, 10, 4, 9); 20]);
        roundtrip(&[
            Position::NONE,
            Position::line(3),
            Position::new(4, 4, 79, 94),
            Position::new(6, 6, 0, 127),
            Position::new(5, 9, 200, 3),
            Position::new(100_000, 100_000, 5000, 6000),
            Position::new(1, 1, 0, 0),
        ]);
    }

    #[test]
    fn corrupt_tables_end() {
        for seed in 0u32..2000 {
            let mut x = seed.wrapping_mul(2_654_435_761) | 1;
            let bytes: Vec<u8> = (0..40)
                .map(|_| {
                    x ^= x << 13;
                    x ^= x >> 17;
                    x ^= x << 5;
                    x as u8
                })
                .collect();
            assert!(entries(1, &bytes).count() <= 40);
        }
    }
}
