//! The tokens of a program as text, one a line: place, kind, source.

use super::python_repr::str_repr;
use crate::convert::lines::Lines;
use crate::syntax::tokens;
use std::fmt::Write;

/// The tokens up to the end or the first error.
pub fn dump(source: &str) -> String {
    let mut lines = Lines::new(source);
    let mut out = String::new();
    for (kind, start, end) in tokens(source) {
        let span = lines.span(start as u32, end as u32);
        let place = format!("{}:{}-{}:{}", span.line, span.col, span.end_line, span.end_col);
        let text = str_repr(&source.as_bytes()[start..end]);
        let _ = writeln!(out, "{place:<20} {kind:<18} {text}");
    }
    out
}
