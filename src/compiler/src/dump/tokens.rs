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

/// A token: kind (`Name`, `Op`, …), text, place.
#[derive(Clone, Debug)]
pub struct Token {
    /// Kind, as [`dump`] names it.
    pub kind: String,
    /// Source text; empty for what is implied (`Indent`, `Dedent`, `End`).
    pub text: String,
    /// Place.
    pub span: crate::ast::Span,
}

/// The tokens up to the end or the first error, for the `tokenize` module.
pub fn list(source: &str) -> Vec<Token> {
    let mut lines = Lines::new(source);
    tokens(source)
        .into_iter()
        .map(|(kind, start, end)| Token {
            kind,
            text: source.get(start..end).unwrap_or_default().to_string(),
            span: lines.span(start as u32, end as u32),
        })
        .collect()
}
