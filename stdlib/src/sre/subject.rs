//! The text that is searched. Positions are characters, as the engine and Python count them.

use rustpython_sre_engine::{Request, State};
use rustpython_wtf8::Wtf8;
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use weft_vm::object::ValueExt;
use weft_vm::types::str::{Str, text};
use weft_vm::{Raised, Thread, VRef, Value};

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

/// Where a match was found.
pub struct Found {
    /// Start and end of group 0 and of the others; -1 for groups that did not take part.
    pub spans: Vec<(i64, i64)>,
    /// Number of the last group closed, or -1.
    pub lastindex: i64,
}

impl Found {
    /// Start and end of the whole match.
    pub fn span(&self) -> (usize, usize) {
        self.spans.first().map_or((0, 0), |s| (s.0 as usize, s.1 as usize))
    }
}

/// A search that goes on from match to match.
#[derive(Default)]
pub struct Walk {
    /// Where the next search starts.
    pub start: usize,
    end: usize,
    must_advance: bool,
    state: State,
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

    /// Length in characters.
    pub fn len(&self) -> usize {
        match self {
            Subject::Text(s) => s.len(),
            Subject::Bytes(b) => b.len(),
        }
    }

    /// The encoded form of a part.
    pub fn part(&self, from: usize, to: usize) -> &[u8] {
        let to = to.min(self.len());
        let from = from.min(to);
        match self {
            Subject::Text(s) => s.slice(from, to),
            Subject::Bytes(b) => &b[from..to],
        }
    }

    /// A part as an object; the whole of an exact str or bytes is that object.
    pub fn slice(&self, t: &Thread, whole: VRef<'_>, from: usize, to: usize) -> Value {
        use weft_vm::types::fixed;
        if from == 0 && to >= self.len() && (whole.has_shape(fixed::STR) || whole.has_shape(fixed::BYTES)) {
            return whole.to_value();
        }
        self.object(t, self.part(from, to))
    }

    /// Encoded text as an object of the subject's kind.
    pub fn object(&self, t: &Thread, b: &[u8]) -> Value {
        match self {
            Subject::Text(_) => t.str_wtf8(b),
            Subject::Bytes(_) => t.bytes(b),
        }
    }

    /// `pos` and `endpos` fitted to the subject.
    pub fn fit(&self, pos: i64, endpos: i64) -> (usize, usize) {
        let n = self.len() as i64;
        let end = endpos.clamp(0, n);
        (pos.clamp(0, end) as usize, end as usize)
    }
}

impl Walk {
    /// Starts at a position.
    pub fn new(start: usize, end: usize) -> Walk {
        Walk { start, end, ..Walk::default() }
    }

    /// The next match; the walk goes on behind it. ValueError for code that is not well-formed.
    pub fn step(
        &mut self,
        t: &mut Thread,
        codes: &[u32],
        groups: usize,
        subject: &Subject<'_>,
        kind: Kind,
    ) -> Result<Option<Found>, Raised> {
        if self.start > self.end {
            return Ok(None);
        }
        let run = catch_unwind(AssertUnwindSafe(|| match subject {
            Subject::Text(s) if !s.is_ascii() => {
                // SAFETY: a str is well-formed WTF-8.
                self.run(codes, groups, unsafe { Wtf8::from_bytes_unchecked(s.bytes()) }, kind)
            }
            Subject::Text(s) => self.run(codes, groups, s.bytes(), kind),
            Subject::Bytes(b) => self.run(codes, groups, &b[..], kind),
        }));
        // The engine indexes code and panics on what `re` would never compile.
        run.map_err(|_| t.runtime_error("invalid SRE code"))
    }

    fn run<S: rustpython_sre_engine::StrDrive>(
        &mut self,
        codes: &[u32],
        groups: usize,
        string: S,
        kind: Kind,
    ) -> Option<Found> {
        let req = Request {
            string,
            start: self.start,
            end: self.end,
            pattern_codes: codes,
            match_all: kind == Kind::Full,
            must_advance: self.must_advance,
        };
        self.state.reset(&req, self.start);
        let found = if kind == Kind::Search { self.state.search(req) } else { self.state.py_match(&req) };
        if !found {
            self.start = self.end + 1;
            return None;
        }
        let (start, end) = (self.state.start, self.state.cursor.position);
        self.must_advance = end == start;
        self.start = end;
        let mut spans = Vec::with_capacity(groups + 1);
        spans.push((start as i64, end as i64));
        for g in 0..groups {
            let (from, to) = self.state.marks.get(g);
            spans.push(match (from.into_option(), to.into_option()) {
                (Some(from), Some(to)) if from <= to => (from as i64, to as i64),
                _ => (-1, -1),
            })
        }
        Some(Found { spans, lastindex: self.state.marks.last_index() as i64 })
    }
}
