//! From source text to a code object, with SyntaxErrors and SyntaxWarnings as Python's.

use crate::errors::{self, exc, field};
use crate::thread::Thread;
use crate::types::code::CodeObject;
use crate::types::tuple::Tuple;
use crate::{Raised, Res};
use std::sync::Arc;
use weft_bytecode::Code;
use weft_compiler::{Mode, SyntaxError, symbols};
use weft_strategy::Value;

/// What the compiler is told besides the text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// -O level.
    pub optimize: u8,
    /// Future features inherited, as `co_flags` bits.
    pub flags: u32,
    /// PyCF_ALLOW_TOP_LEVEL_AWAIT
    pub allow_top_level_await: bool,
}

/// Compiles text without touching Python objects; used for the frozen library and by [`compile`].
pub fn compile_text(
    text: &str,
    filename: &str,
    mode: Mode,
    o: Options,
) -> Result<(Arc<Code>, Vec<weft_compiler::Warning>), SyntaxError> {
    let mut parsed = weft_compiler::parse(text, filename, mode)?;
    let future = o.flags & weft_bytecode::code::flags::FUTURE_ANNOTATIONS != 0;
    let options = symbols::Options { future_annotations: future, allow_top_level_await: o.allow_top_level_await };
    let table = symbols::analyze(&parsed.tree, filename, options)?;
    let lower = weft_compiler::lower::Options {
        optimize: o.optimize,
        future_annotations: future,
        flags: o.flags,
        allow_top_level_await: o.allow_top_level_await,
    };
    let code = weft_compiler::lower::compile_module(&parsed.tree, &table, filename, lower)?;
    let mut warnings = std::mem::take(&mut parsed.warnings);
    warnings.extend(table.warnings.iter().cloned());
    Ok((code, warnings))
}

/// Compiles text to a code object; SyntaxError.
pub fn compile(t: &mut Thread, text: &str, filename: &str, mode: Mode, o: Options) -> Res {
    match compile_text(text, filename, mode, o) {
        Ok((code, warnings)) => {
            for w in warnings {
                super::warn::syntax_warning(t, &w.msg, filename, w.span.line)?
            }
            Ok(CodeObject::load(t, &code))
        }
        Err(e) => Err(raise_syntax_error(t, &e, Some(text))),
    }
}

/// Raises a SyntaxError of the compiler, with the line of source it is about.
pub fn raise_syntax_error(t: &mut Thread, e: &SyntaxError, source: Option<&str>) -> Raised {
    use weft_compiler::syntax::ErrorKind as Kind;
    let class = match e.kind {
        Kind::Syntax => &errors::SYNTAX_ERROR,
        Kind::Indentation => &errors::INDENTATION_ERROR,
        Kind::Tab => &errors::TAB_ERROR,
        Kind::Recursion => return t.raise_text(&errors::RECURSION_ERROR, &e.msg),
        Kind::Memory => return t.raise_text(&errors::MEMORY_ERROR, &e.msg),
    };
    if e.lineno == 0 {
        return t.raise_text(class, &e.msg);
    }
    let line = e.text.clone().or_else(|| {
        let l = source?.split_inclusive('\n').nth(e.lineno.checked_sub(1)? as usize)?;
        Some(l.to_string())
    });
    let text = line.map_or(Value::NONE, |l| t.str(&l));
    let details = [
        t.str(&e.filename),
        t.int(e.lineno as i64),
        t.int(e.offset as i64),
        text,
        t.int(e.end_lineno as i64),
        t.int(e.end_offset as i64),
    ];
    let details = Tuple::new(t, details.into_iter().collect());
    let msg = t.str(&e.msg);
    let r = t.raise_with(class, vec![msg, details]);
    let _ = (exc as usize, field::SYNTAX_MSG);
    r
}
