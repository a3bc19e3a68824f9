//! The text that is searched, and one step of a search.
//!
//! Positions are bytes here; Python counts characters, so they are turned into those where Python sees them.

use super::engine::{self, Ask, Scratch};
use super::pattern::Pattern;
use std::borrow::Cow;
use weft_vm::object::ValueExt;
use weft_vm::types::str::{Str, text};
use weft_vm::{Raised, Res, Thread, VRef, Value};

/// A str or bytes-like subject.
pub enum Subject<'a> {
    /// A str.
    Text(&'a Str),
    /// Bytes; a copy if they may change.
    Bytes(Cow<'a, [u8]>),
}

/// How to match.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    /// At the start.
    Match,
    /// All of it.
    Full,
    /// Anywhere.
    Search,
}

/// A search that goes on from match to match.
#[derive(Default)]
pub struct Walk {
    /// Where the next search starts.
    pub start: usize,
    end: usize,
    advance: bool,
    /// Groups of the last match.
    pub x: Scratch,
}

impl<'a> Subject<'a> {
    /// The subject of an argument, which must be of the pattern's kind (`None`: either).
    pub fn of(t: &mut Thread, v: VRef<'a>, is_bytes: Option<bool>) -> Result<Subject<'a>, Raised> {
        if let Some(s) = text(v) {
            if is_bytes == Some(true) {
                return Err(t.type_error("cannot use a bytes pattern on a string-like object"));
            }
            return Ok(Subject::Text(s));
        }
        let Some(b) = crate::support::bytes_opt(t, v)? else {
            let n = v.ty().name();
            return Err(t.type_error(format!("expected string or bytes-like object, got '{n}'")));
        };
        if is_bytes == Some(false) {
            return Err(t.type_error("cannot use a string pattern on a bytes-like object"));
        }
        Ok(Subject::Bytes(b))
    }

    /// All of it.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Subject::Text(s) => s.bytes(),
            Subject::Bytes(b) => b,
        }
    }

    /// Length in characters.
    pub fn len(&self) -> usize {
        match self {
            Subject::Text(s) => s.len(),
            Subject::Bytes(b) => b.len(),
        }
    }

    /// Where a character is.
    pub fn offset(&self, i: usize) -> usize {
        match self {
            Subject::Text(s) => s.offset(i),
            Subject::Bytes(_) => i,
        }
    }

    /// A part. (Bytes that may change can have become fewer.)
    #[inline]
    pub fn part(&self, from: usize, to: usize) -> &[u8] {
        let b = self.bytes();
        let to = to.min(b.len());
        &b[from.min(to)..to]
    }

    /// A part as an object; the whole of an exact str or bytes is that object.
    #[inline]
    pub fn slice(&self, t: &Thread, whole: VRef<'_>, from: usize, to: usize) -> Value {
        use weft_vm::types::fixed;
        if from == 0
            && to >= self.bytes().len()
            && (whole.has_shape(fixed::STR) || whole.has_shape(fixed::BYTES))
        {
            return whole.to_value();
        }
        self.object(t, self.part(from, to))
    }

    /// Encoded text as an object of the subject's kind.
    #[inline]
    pub fn object(&self, t: &Thread, b: &[u8]) -> Value {
        match self {
            Subject::Text(s) if s.is_ascii() => t.str_ascii(b),
            Subject::Text(_) => t.str_wtf8(b),
            Subject::Bytes(_) => t.bytes(b),
        }
    }

    /// As [`Subject::object`], of text that may have other characters than the subject.
    pub fn object_of_any(&self, t: &Thread, b: &[u8]) -> Value {
        match self {
            Subject::Text(_) => t.str_wtf8(b),
            Subject::Bytes(_) => t.bytes(b),
        }
    }

    /// `pos` and `endpos` fitted to the subject, in characters.
    pub fn fit(&self, pos: i64, endpos: i64) -> (usize, usize) {
        let n = self.len() as i64;
        (pos.clamp(0, n) as usize, endpos.clamp(0, n) as usize)
    }
}

impl Walk {
    /// Starts at a byte.
    pub fn new(start: usize, end: usize) -> Walk {
        Walk { start, end, advance: false, x: engine::scratch() }
    }

    /// Gives the scratch memory back.
    pub fn done(self) {
        engine::give_back(self.x)
    }

    /// Where the whole goes on without the scratch memory.
    pub fn rest(&mut self) -> Walk {
        Walk { start: self.start, end: self.end, advance: self.advance, x: Scratch::default() }
    }

    /// Looks for the next match and moves behind it.
    #[inline]
    pub fn step(
        &mut self,
        t: &mut Thread,
        p: &Pattern,
        subject: &Subject<'_>,
        kind: Kind,
    ) -> Res<Option<(usize, usize)>> {
        if self.start > self.end {
            return Ok(None);
        }
        let ask = Ask {
            start: self.start,
            whole: kind == Kind::Full,
            advance: self.advance,
            anywhere: kind == Kind::Search,
        };
        let found = match subject {
            Subject::Text(s) => {
                let Some(program) = p.program(false) else { return Err(super::invalid_code(t)) };
                let text = &s.bytes()[..self.end];
                match s.is_ascii() {
                    true => engine::run::<false>(t, program, text, ask, &mut self.x)?,
                    false => engine::run::<true>(t, program, text, ask, &mut self.x)?,
                }
            }
            Subject::Bytes(b) => {
                let Some(program) = p.program(true) else { return Err(super::invalid_code(t)) };
                engine::run::<false>(t, program, &b[..self.end.min(b.len())], ask, &mut self.x)?
            }
        };
        match found {
            Some((start, end)) => {
                self.advance = end == start;
                self.start = end
            }
            None => self.start = self.end + 1,
        }
        Ok(found)
    }

    /// Start and end of a group (from 1 on) of the last match.
    #[inline]
    pub fn group(&self, n: usize) -> Option<(usize, usize)> {
        let (from, to) = (self.x.marks[2 * n - 2], self.x.marks[2 * n - 1]);
        (from != usize::MAX && to != usize::MAX && from <= to).then_some((from, to))
    }
}
