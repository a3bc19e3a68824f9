//! What is wrong with a program, in CPython's words.

mod checks;
mod diagnose;
mod patterns;
mod suspect;
#[cfg(test)]
mod tests;

use crate::ast::{Span, Stmt, StmtKind};

pub use checks::check;
pub(crate) use diagnose::{MAX_FIELDS, diagnose, is_incomplete, tokens, too_nested};

/// The class of the exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    Syntax,
    Indentation,
    Tab,
    /// Nested too deeply to compile: `RecursionError`.
    Recursion,
    /// Nested too deeply to parse: `MemoryError`.
    Memory,
}

/// A `SyntaxError`, with the attributes of the Python exception.
///
/// Offsets are in *characters*, from 1, as the exception has them (0 and -1 as there: unknown).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    pub kind: ErrorKind,
    pub msg: String,
    pub filename: String,
    /// 0 if there is no place: then the exception has only a message.
    pub lineno: u32,
    pub offset: i32,
    pub end_lineno: u32,
    pub end_offset: i32,
    /// The line, if there is source.
    pub text: Option<String>,
    /// Of a program that does not parse: where the last statement before the error begins, line and column (from 0), zero
    /// if there is none.
    pub last_statement: Option<(u32, u32)>,
}

impl SyntaxError {
    /// An error of the program as a whole.
    pub fn without_place(kind: ErrorKind, msg: &str, filename: &str) -> SyntaxError {
        SyntaxError {
            kind,
            msg: msg.into(),
            filename: filename.into(),
            lineno: 0,
            offset: 0,
            end_lineno: 0,
            end_offset: 0,
            text: None,
            last_statement: None,
        }
    }
}

/// An error found in a tree, where source text is not at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub msg: String,
    pub span: Span,
}

impl Fault {
    /// A `SyntaxError` at `span`.
    pub fn new(msg: impl Into<String>, span: Span) -> Fault {
        Fault { msg: msg.into(), span }
    }

    /// The exception. As in CPython, errors found after parsing count columns in bytes and leave it to whoever
    /// shows them to read the line from the file.
    pub fn without_text(self, filename: &str) -> SyntaxError {
        SyntaxError {
            kind: ErrorKind::Syntax,
            msg: self.msg,
            filename: filename.into(),
            lineno: self.span.line,
            offset: self.span.col as i32 + 1,
            end_lineno: self.span.end_line,
            end_offset: self.span.end_col as i32 + 1,
            text: None,
            last_statement: None,
        }
    }
}

/// The class of a [`Warning`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarningKind {
    Syntax,
    Deprecation,
}

/// A warning met while compiling. The VM passes it to `warnings.warn_explicit`; if that raises, the compiler's
/// caller turns it into a `SyntaxError` at `span`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    pub kind: WarningKind,
    pub msg: String,
    pub span: Span,
}

/// Whether a program is what may be typed at the prompt: one compound statement, or simple ones on one line.
pub(crate) fn is_one_statement(source: &str, body: &[Stmt]) -> bool {
    let Some((first, rest)) = body.split_first() else { return false };
    let compound = matches!(
        first.kind,
        StmtKind::FunctionDef(_)
            | StmtKind::ClassDef(_)
            | StmtKind::For(_)
            | StmtKind::While { .. }
            | StmtKind::If { .. }
            | StmtKind::With(_)
            | StmtKind::Match { .. }
            | StmtKind::Try(_)
    );
    if compound {
        // `if x: y` may go on; a line end after it says that it does not.
        let last_line = source.rsplit('\n').next().unwrap_or("");
        return rest.is_empty() && (last_line.is_empty() || last_line.starts_with([' ', '\t']));
    }
    body.windows(2).all(|pair| pair[0].span.end_line == pair[1].span.line)
}
