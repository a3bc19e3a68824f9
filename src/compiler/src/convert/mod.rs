//! From source text to our tree: the only place that meets the parser.
//!
//! Good programs take one pass of `ruff_python_parser` and one pass of conversion. When either refuses,
//! the text goes to `syntax::diagnose`, which knows what CPython would say.
//!
//! The parser's tree is consumed while ours is built, so that neither is ever dropped at its full depth.

mod escape;
mod expr;
pub(crate) mod lines;
mod literal;
pub(crate) mod number;
mod pattern;
mod signature;
pub mod source;
pub mod stack;
mod stmt;
#[cfg(test)]
mod tests;

use crate::ast::{Mod, Name, Span};
use crate::syntax::{self, ErrorKind, SyntaxError, Warning};
use lines::Lines;
use ruff_python_ast as ruff;
use ruff_text_size::TextRange;
use std::borrow::Cow;
use std::collections::HashSet;

pub(crate) use literal::named_character;
pub use source::{SourceError, decode_source};

/// What the source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A file.
    Exec,
    /// An expression.
    Eval,
    /// A statement typed at the prompt.
    Single,
    /// `(int, str) -> bool`
    FuncType,
}

/// A tree, and what was worth a warning on the way to it.
#[derive(Clone, Debug)]
pub struct Parsed {
    pub tree: Mod,
    pub warnings: Vec<Warning>,
}

/// Why there is no tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fail {
    /// There is something wrong; `syntax::diagnose` finds out what.
    Refused,
    /// Nested beyond [`stack::MAX_DEPTH`].
    TooDeep,
}

/// Parses decoded source text.
pub fn parse(source: &str, filename: &str, mode: Mode) -> Result<Parsed, SyntaxError> {
    if source.contains('\0') {
        let msg = "source code string cannot contain null bytes";
        return Err(SyntaxError::without_place(ErrorKind::Syntax, msg, filename));
    }
    let source = unix_lines(source);
    stack::with_room(source.len(), || attempt(&source, mode)).map_err(|fail| match fail {
        Fail::Refused => syntax::diagnose(&source, filename, mode),
        Fail::TooDeep => {
            let msg = "Parser stack overflowed - Python source too complex to parse";
            SyntaxError::without_place(ErrorKind::Memory, msg, filename)
        }
    })
}

/// Of source that does not parse: would more text make a program of it?
pub fn is_incomplete(source: &str, mode: Mode) -> bool {
    !source.contains('\0') && syntax::is_incomplete(&unix_lines(source), mode)
}

/// All line ends as `\n`, as CPython's tokenizer sees them.
fn unix_lines(source: &str) -> Cow<'_, str> {
    match source.contains('\r') {
        true => source.replace("\r\n", "\n").replace('\r', "\n").into(),
        false => source.into(),
    }
}

fn attempt(source: &str, mode: Mode) -> Result<Parsed, Fail> {
    // Offsets are 32 bits wide, and one mark stands before the program for a BOM that is no BOM in text.
    if source.len() > u32::MAX as usize / 2 || source.starts_with('\u{FEFF}') || syntax::too_nested(source) {
        return Err(Fail::Refused);
    }
    let mut converter = Converter {
        source,
        lines: Lines::new(source),
        names: HashSet::new(),
        warnings: Vec::new(),
        depth: 0,
        spec_depth: 0,
    };
    let tree = match mode {
        Mode::FuncType => converter.signature()?,
        Mode::Eval => match converter.parsed(ruff_python_parser::Mode::Expression)? {
            ruff::Mod::Expression(module) => Mod::Expression { body: converter.boxed(*module.body)? },
            ruff::Mod::Module(_) => return Err(Fail::Refused),
        },
        Mode::Exec | Mode::Single => match converter.parsed(ruff_python_parser::Mode::Module)? {
            ruff::Mod::Module(module) => {
                let body = converter.stmts(module.body)?;
                match mode {
                    Mode::Single if !syntax::is_one_statement(source, &body) => return Err(Fail::Refused),
                    Mode::Single => Mod::Interactive { body },
                    _ => Mod::Module { body, type_ignores: Vec::new() },
                }
            }
            ruff::Mod::Expression(_) => return Err(Fail::Refused),
        },
    };
    Ok(Parsed { tree, warnings: converter.warnings })
}

/// The state of one conversion.
struct Converter<'a> {
    source: &'a str,
    lines: Lines,
    names: HashSet<Name>,
    warnings: Vec<Warning>,
    depth: usize,
    /// How many format specifications are open around the current field.
    spec_depth: usize,
}

impl<'a> Converter<'a> {
    /// Runs the parser over the whole source.
    fn parsed(&self, mode: ruff_python_parser::Mode) -> Result<ruff::Mod, Fail> {
        let options =
            ruff_python_parser::ParseOptions::from(mode).with_target_version(ruff::PythonVersion::PY314);
        let parsed = ruff_python_parser::parse_unchecked(self.source, options);
        match parsed.has_no_syntax_errors() {
            true => Ok(parsed.into_syntax()),
            false => {
                stack::drop_deep(parsed, self.source.len());
                Err(Fail::Refused)
            }
        }
    }

    fn enter(&mut self) -> Result<(), Fail> {
        self.depth += 1;
        self.check_depth(0)
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }

    fn check_depth(&self, more: usize) -> Result<(), Fail> {
        if self.depth + more > stack::MAX_DEPTH { Err(Fail::TooDeep) } else { Ok(()) }
    }

    fn slice(&self, range: TextRange) -> &'a str {
        &self.source[range.start().to_usize()..range.end().to_usize()]
    }

    fn span(&mut self, range: TextRange) -> Span {
        self.lines.span(range.start().to_u32(), range.end().to_u32())
    }

    fn name(&mut self, name: &str) -> Name {
        if let Some(known) = self.names.get(name) {
            return known.clone();
        }
        let name = Name::from(name);
        self.names.insert(name.clone());
        name
    }
}
