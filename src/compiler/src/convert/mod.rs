//! From source text to our tree: the only place that meets the parser.

use crate::ast::Mod;
use crate::syntax::{SyntaxError, Warning};

/// What the source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Exec,
    Eval,
    Single,
    FuncType,
}

/// A tree, and what was worth a warning on the way to it.
#[derive(Clone, Debug)]
pub struct Parsed {
    pub tree: Mod,
    pub warnings: Vec<Warning>,
}

/// Parses decoded source text.
pub fn parse(source: &str, filename: &str, mode: Mode) -> Result<Parsed, SyntaxError> {
    let _ = (source, filename, mode);
    todo!()
}
