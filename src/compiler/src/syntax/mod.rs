//! What is wrong with a program, in CPython's words.

/// The class of the exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    Syntax,
    Indentation,
    Tab,
    /// Nested too deeply to parse or compile.
    Recursion,
    Memory,
    /// A null byte where `compile` was given a string.
    Value,
}

/// A `SyntaxError`, with the attributes of the Python exception.
///
/// Offsets are in *characters*, from 1, as the exception has them (0 and -1 as there: unknown).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    pub kind: ErrorKind,
    pub msg: String,
    pub filename: String,
    pub lineno: u32,
    pub offset: i32,
    pub end_lineno: u32,
    pub end_offset: i32,
    /// The line, if there is source.
    pub text: Option<String>,
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
    pub span: crate::ast::Span,
}
