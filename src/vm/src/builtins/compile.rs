//! From source text to code objects: `compile()`, and what `exec`, `eval` and imports of source use.

use crate::errors::{self, field};
use crate::object::{NativeType, ValueExt};
use crate::thread::Thread;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::code::CodeObject;
use crate::types::str::text;
use crate::types::tuple::Tuple;
use crate::{Raised, Res};
pub use weft_compiler::Mode;
use weft_compiler::syntax::{ErrorKind, Warning};
use weft_compiler::{SyntaxError, lower, symbols};
use weft_strategy::{VRef, Value};

/// Bits of `compile()`'s flags (Include/cpython/compile.h), and the future features.
#[allow(missing_docs)]
pub mod flag {
    pub const SOURCE_IS_UTF8: i64 = 0x100;
    pub const DONT_IMPLY_DEDENT: i64 = 0x200;
    pub const ONLY_AST: i64 = 0x400;
    pub const IGNORE_COOKIE: i64 = 0x800;
    pub const TYPE_COMMENTS: i64 = 0x1000;
    pub const ALLOW_TOP_LEVEL_AWAIT: i64 = 0x2000;
    pub const ALLOW_INCOMPLETE_INPUT: i64 = 0x4000;
    pub const OPTIMIZED_AST: i64 = 0x8000 | ONLY_AST;
    pub const FUTURES: i64 = 0x1FE_0000;
    /// All that `compile()` knows; 0x10 is the old `nested_scopes`.
    pub const KNOWN: i64 = SOURCE_IS_UTF8
        | DONT_IMPLY_DEDENT
        | OPTIMIZED_AST
        | IGNORE_COOKIE
        | TYPE_COMMENTS
        | ALLOW_TOP_LEVEL_AWAIT
        | ALLOW_INCOMPLETE_INPUT
        | FUTURES
        | 0x10;
}

/// How to compile.
#[derive(Clone, Copy)]
pub struct How {
    /// What the source is.
    pub mode: Mode,
    /// [`flag`] bits, inherited future features included.
    pub flags: i64,
    /// 0, 1 or 2.
    pub optimize: u8,
}

/// Source as text: a str, or bytes with an encoding declaration. `function` and `what` are for the error's text.
pub fn source_text(t: &mut Thread, v: VRef<'_>, filename: &str, function: &str, what: &str) -> Res<String> {
    if let Some(s) = text(v) {
        return match s.as_str() {
            Some(s) => Ok(s.to_string()),
            None => {
                let encode = t.str("utf-8");
                // Raises UnicodeEncodeError for the lone surrogate.
                t.call_method(v, "encode", &[encode.r()])?;
                Err(t.value_error("source code is not text"))
            }
        };
    }
    let bytes = if let Some(b) = v.cast::<Bytes>() {
        b.as_slice().to_vec()
    } else if v.cast::<ByteArray>().is_some() || v.ty().slots().buffer.is_some() {
        let Some(export) = v.ty().slots().buffer else {
            return Err(t.type_error(format!("{function}() arg 1 must be a {what}")));
        };
        let view = export(t, v, false)?;
        let copy = view.as_slice().to_vec();
        view.release(t);
        copy
    } else {
        return Err(t.type_error(format!("{function}() arg 1 must be a {what}")));
    };
    let r = decode(t, &bytes, filename);
    // What is no file is not named as one.
    if r.is_err()
        && t.raised_is(&errors::SYNTAX_ERROR)
        && let Some(x) = t.raised().and_then(errors::exc)
        && let Some(m) = x.fields[field::SYNTAX_MSG].load()
        && let Some(m) = text(m.r()).map(|m| m.to_string().replace(&format!(" in file {filename}"), ""))
    {
        let m = t.str(&m);
        x.set_field(field::SYNTAX_MSG, m)
    }
    r
}

/// Bytes of a source file as text (PEP 263).
pub fn decode(t: &mut Thread, bytes: &[u8], filename: &str) -> Res<String> {
    let first = weft_compiler::decode_source(bytes, filename, &|_, _| None);
    let error = match first {
        Ok(s) => return Ok(s),
        Err(e) => e,
    };
    // Another codec than the compiler's own: ask the `codecs` module.
    let declared = std::cell::RefCell::new(None);
    let note = |name: &str, _: &[u8]| {
        *declared.borrow_mut() = Some(name.to_string());
        None
    };
    let _ = weft_compiler::decode_source(bytes, filename, &note);
    let Some(name) = declared.into_inner() else { return Err(raise(t, error)) };
    let (b, n) = (t.bytes(bytes), t.str(&name));
    let answer = match t.call_method(b.r(), "decode", &[n.r()]) {
        Ok(s) => Some(Ok(text(s.r()).map(|s| s.to_string()).unwrap_or_default())),
        Err(e) => {
            if t.raised_is(&errors::LOOKUP_ERROR) {
                None
            } else if t.raised_is(&errors::VALUE_ERROR) {
                let e = t.take_raised();
                Some(Err(t.str_text(e.r())?))
            } else {
                return Err(e);
            }
        }
    };
    t.clear_raised();
    weft_compiler::decode_source(bytes, filename, &move |_, _| answer.clone()).map_err(|e| raise(t, e))
}

/// Compiles source text.
pub fn compile(t: &mut Thread, source: &str, filename: &str, how: How) -> Res {
    let parsed = match weft_compiler::parse(source, filename, how.mode) {
        Ok(p) => p,
        Err(e) => return Err(raise_refused(t, e, source, how)),
    };
    let future_annotations = how.flags & weft_bytecode::code::flags::FUTURE_ANNOTATIONS as i64 != 0;
    let allow_top_level_await = how.flags & flag::ALLOW_TOP_LEVEL_AWAIT != 0;
    let source_len = Some(source.len());
    let options = symbols::Options { future_annotations, allow_top_level_await, source_len };
    let table = symbols::analyze(&parsed.tree, filename, options).map_err(|e| raise(t, e))?;
    for w in parsed.warnings.iter().chain(&table.warnings) {
        warn(t, w, source, filename)?
    }
    let options = lower::Options {
        optimize: how.optimize,
        future_annotations,
        flags: (how.flags & flag::FUTURES) as u32,
        allow_top_level_await,
        source_len,
    };
    let code = lower::compile_module(&parsed.tree, &table, filename, options).map_err(|e| raise(t, e))?;
    Ok(CodeObject::load(t, &code.into()))
}

/// Issues a warning of the compiler.
pub fn warn(t: &mut Thread, w: &Warning, source: &str, filename: &str) -> Res<()> {
    let span = w.span;
    crate::start::warn::syntax_warning(t, &w.msg, filename, span.line, |t| {
        // What the tokenizer warns of comes with the line it is in.
        let of_token = w.msg.contains("literal") || w.msg.contains("escape");
        let line = || source.split_inclusive('\n').nth(span.line.saturating_sub(1) as usize);
        let e = SyntaxError {
            kind: ErrorKind::Syntax,
            msg: w.msg.replace(" Such sequences will not work in the future.", ""),
            filename: filename.to_string(),
            lineno: span.line,
            offset: span.col as i32 + 1,
            end_lineno: span.end_line,
            end_offset: span.end_col as i32 + 1,
            text: if of_token { line().map(str::to_string) } else { None },
            last_statement: None,
        };
        raise(t, e)
    })
}

/// Raises what the parser found, with what `traceback` needs to look for misspelt keywords: where the last statement
/// before the error begins, and the source.
pub fn raise_refused(t: &mut Thread, mut e: SyntaxError, source: &str, how: How) -> Raised {
    let asked = how.flags & flag::ALLOW_INCOMPLETE_INPUT != 0;
    let incomplete = asked && weft_compiler::is_incomplete(source, how.mode);
    if incomplete {
        e.msg = "incomplete input".into()
    }
    let class = if incomplete { &errors::INCOMPLETE_INPUT_ERROR } else { class_of(e.kind) };
    let last = e.last_statement;
    let r = raise_as(t, e, class);
    if let Some((line, column)) = last {
        let metadata = vec![t.int(line.into()), t.int(column.into()), t.str(source)];
        let metadata = Tuple::new(t, metadata);
        if let Some(x) = t.raised().and_then(errors::exc) {
            x.set_field(field::METADATA, metadata)
        }
    }
    r
}

/// The SyntaxError in the thread is of a file that can be read again: the source does not come with it.
pub fn forget_source(t: &mut Thread) {
    let Some(e) = t.raised().map(|e| e.to_value()) else { return };
    if !errors::SYNTAX_ERROR.is_instance(t, e.r()) {
        return;
    }
    if let Some(x) = errors::exc(e.r())
        && let Some(m) = x.fields[field::METADATA].load()
        && let Some([line, column, _]) = m.cast::<Tuple>().map(|m| m.as_slice())
    {
        let metadata = Tuple::new(t, vec![line.to_value(), column.to_value(), Value::NONE]);
        x.set_field(field::METADATA, metadata)
    }
}

/// Raises what the compiler found.
pub fn raise(t: &mut Thread, e: SyntaxError) -> Raised {
    let class = class_of(e.kind);
    raise_as(t, e, class)
}

fn class_of(kind: ErrorKind) -> &'static NativeType {
    match kind {
        ErrorKind::Syntax => &errors::SYNTAX_ERROR,
        ErrorKind::Indentation => &errors::INDENTATION_ERROR,
        ErrorKind::Tab => &errors::TAB_ERROR,
        ErrorKind::Recursion => &errors::RECURSION_ERROR,
        ErrorKind::Memory => &errors::MEMORY_ERROR,
    }
}

fn raise_as(t: &mut Thread, e: SyntaxError, class: &'static NativeType) -> Raised {
    if matches!(e.kind, ErrorKind::Recursion | ErrorKind::Memory) {
        return t.raise_text(class, e.msg);
    }
    let msg = t.str(&e.msg);
    if e.lineno == 0 && e.text.is_none() && e.offset == 0 {
        let r = t.raise_text(class, &e.msg);
        if let Some(x) = t.raised().and_then(errors::exc) {
            x.set_field(field::SYNTAX_MSG, msg)
        }
        return r;
    }
    let line = match &e.text {
        Some(s) => t.str(s),
        None => source_line(t, &e.filename, e.lineno),
    };
    let details = vec![
        t.str(&e.filename),
        t.int(e.lineno as i64),
        t.int(e.offset as i64),
        line,
        t.int(e.end_lineno as i64),
        t.int(e.end_offset as i64),
    ];
    let details = Tuple::new(t, details);
    t.raise_with(class, vec![msg, details])
}

/// A line of a file, for an error found after parsing; `None` if it cannot be read.
fn source_line(t: &Thread, filename: &str, lineno: u32) -> Value {
    if lineno == 0 {
        return Value::NONE;
    }
    let Ok(bytes) = std::fs::read(filename) else { return Value::NONE };
    let source = weft_compiler::decode_source(&bytes, filename, &|_, _| None)
        .unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into_owned());
    match source.split_inclusive('\n').nth((lineno as usize).saturating_sub(1)) {
        Some(l) => t.str(l),
        None => Value::NONE,
    }
}
