//! `_tokenize`: the tokens of a program, one by one, for `tokenize`.
//!
//! All lines are read when the first token is asked for; what is wrong with them is raised where the tokens end.

mod lexer;

use lexer::{Class, Fault, Token, kind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use weft_strategy::Header;
use weft_vm::errors::{self, STOP_ITERATION};
use weft_vm::object::{Args, ModuleSpec, NativeType, Slots, TypeSpec, ValueExt, type_flag};
use weft_vm::types::bytes::Bytes;
use weft_vm::types::list::List;
use weft_vm::types::str::text;
use weft_vm::types::tuple::{Tuple, tuple};
use weft_vm::{Raised, Res, Slot, Thread, VRef, Value, object};

/// The declaration.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_tokenize",
    doc: "",
    functions: &[],
    init: Some(|t, m| {
        t.module_add_type(m, &TYPE);
        Ok(())
    }),
};

/// An iterator over tokens.
#[repr(C)]
struct TokenizerIter {
    h: Header,
    /// The function that gives lines.
    readline: Slot,
    /// Name of the lines' encoding, if they are bytes.
    encoding: Slot,
    /// The tokens, once read: a list of tuples.
    tokens: Slot,
    /// Class and arguments of the exception that follows the tokens, if any.
    fault: Slot,
    extra: AtomicBool,
    next: AtomicUsize,
}
object!(TokenizerIter, "TokenizerIter", true, [readline, encoding, tokens, fault]);

static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "_tokenize.TokenizerIter",
    flags: type_flag::IMMUTABLE,
    slots: Slots {
        new: crate::constructor!("tokenizeriter(cls, readline, /, *, encoding=None, extra_tokens)" => new),
        iter: Some(|_, v| Ok(v.to_value())),
        next: Some(next),
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<TokenizerIter>()
};

fn new(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(cls) = weft_vm::types::typeobj::as_type(a.get(0)) else { return Err(t.type_error("not a class")) };
    let extra = t.truth(a.get(3))?;
    Ok(t.make(
        cls.shape(),
        TokenizerIter {
            h: Header::new(0, 0),
            readline: Slot::new(a.get(1).to_value()),
            encoding: Slot::from_option(a.opt_none(2).map(|e| e.to_value())),
            tokens: Slot::empty(),
            fault: Slot::empty(),
            extra: AtomicBool::new(extra),
            next: AtomicUsize::new(0),
        },
    ))
}

fn next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let Some(it) = v.cast::<TokenizerIter>() else { return Ok(None) };
    if it.tokens.is_empty() {
        read(t, it)?
    }
    let Some(tokens) = it.tokens.load() else { return Ok(None) };
    let i = it.next.fetch_add(1, AcqRel);
    if let Some(token) = tokens.cast::<List>().and_then(|l| l.snapshot_range(t, i, i.saturating_add(1)).pop()) {
        return Ok(Some(token));
    }
    match it.fault.take(&it.h) {
        Some(f) => Err(raise(t, &f)),
        None => Ok(None),
    }
}

/// Raises what stands after the tokens: class, then arguments.
fn raise(t: &mut Thread, fault: &Value) -> Raised {
    let Some(f) = tuple(fault.r()) else { return t.system_error("no exception") };
    match t.call(f.get(0), f.as_slice().get(1..).unwrap_or_default()) {
        Ok(e) => t.raise(e),
        Err(e) => e,
    }
}

/// Reads and tokenizes everything.
fn read(t: &mut Thread, it: &TokenizerIter) -> Res<()> {
    let source = lines(t, it)?;
    let (tokens, fault) = lexer::tokenize(&source);
    let mut places = Places::new(&source);
    let extra = it.extra.load(Relaxed);
    let mut rows = Vec::with_capacity(tokens.len());
    for token in &tokens {
        if extra || !matches!(token.kind, kind::COMMENT | kind::NL) {
            rows.push(row(t, &source, &mut places, *token, extra))
        }
    }
    if let Some(f) = fault {
        let f = fault_value(t, &source, &mut places, &f);
        it.fault.set(&it.h, f)
    }
    let rows = List::new(t, rows);
    it.tokens.set(&it.h, rows);
    Ok(())
}

/// All lines as one text.
fn lines(t: &mut Thread, it: &TokenizerIter) -> Res<String> {
    let mut source = String::new();
    let Some(readline) = it.readline.load() else { return Ok(source) };
    loop {
        let line = match t.call(readline.r(), &[]) {
            Ok(l) => l,
            Err(e) => {
                if !t.raised_is(&STOP_ITERATION) {
                    return Err(e);
                }
                t.clear_raised();
                break;
            }
        };
        let line = match it.encoding.load() {
            Some(encoding) => {
                let Some(b) = line.cast::<Bytes>() else {
                    return Err(t.type_error("readline() returned a non-bytes object"));
                };
                let how = t.str("replace");
                weft_vm::codecs::decode(t, b.as_slice(), Some(encoding.r()), Some(how.r()))?
            }
            None => line,
        };
        let Some(s) = text(line.r()) else {
            return Err(t.type_error("readline() returned a non-string object"));
        };
        if s.is_empty() {
            break;
        }
        match s.as_str() {
            Some(s) => source.push_str(s),
            None => {
                let utf8 = t.str("utf-8");
                t.call_method(line.r(), "encode", &[utf8.r()])?;
            }
        }
    }
    Ok(source)
}

/// Lines and character columns of byte offsets.
struct Places {
    starts: Vec<usize>,
    len: usize,
}

impl Places {
    fn new(s: &str) -> Places {
        let mut starts = vec![0];
        starts.extend(s.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1));
        Places { starts, len: s.len() }
    }

    /// Index of the line of an offset.
    fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|s| *s <= at).saturating_sub(1)
    }

    fn column(&self, s: &str, line: usize, at: usize) -> usize {
        let start = self.starts.get(line).copied().unwrap_or(0);
        s.get(start..at).map_or(0, |x| x.chars().count())
    }

    /// The text of a line, its end included.
    fn text<'s>(&self, s: &'s str, line: usize) -> &'s str {
        let start = self.starts.get(line).copied().unwrap_or(self.len);
        let end = self.starts.get(line + 1).copied().unwrap_or(self.len);
        s.get(start..end).unwrap_or("")
    }
}

fn place(t: &Thread, line: usize, column: i64) -> Value {
    Tuple::new(t, vec![t.int_usize(line + 1), t.int(column)])
}

/// `(type, string, start, end, line)`
fn row(t: &Thread, s: &str, p: &mut Places, token: Token, extra: bool) -> Value {
    let at_end = token.start == s.len() && matches!(token.kind, kind::ENDMARKER | kind::DEDENT);
    let mut line = p.line(token.start);
    let mut end_line = p.line(token.end);
    if token.kind == kind::NEWLINE || token.kind == kind::NL {
        end_line = line
    }
    // What is implied at the end stands on a line of its own.
    if at_end && p.starts.get(line).is_some_and(|start| *start < s.len()) {
        line += 1;
        end_line = line
    }
    let string = s.get(token.start..token.end).unwrap_or("");
    let shown = p.text(s, line);
    let (mut col, mut end_col) = (p.column(s, line, token.start) as i64, p.column(s, end_line, token.end) as i64);
    if at_end && line > p.line(token.start) {
        (col, end_col) = (0, 0)
    }
    end_col += token.beyond as i64;
    let (mut string, mut shown) = (string, shown);
    let mut number = token.kind;
    if !extra {
        number = exact(number, string);
        match token.kind {
            kind::NEWLINE => {
                string = "";
                end_col = col
            }
            kind::INDENT | kind::DEDENT | kind::ENDMARKER => {
                string = "";
                (col, end_col) = (-1, -1);
                if token.kind == kind::ENDMARKER && line > 0 {
                    shown = p.text(s, line - 1);
                    line -= 1;
                    end_line = line
                }
            }
            _ => {}
        }
    }
    Tuple::new(
        t,
        vec![t.int(number.into()), t.str(string), place(t, line, col), place(t, end_line, end_col), t.str(shown)],
    )
}

/// The number of an operator's own kind.
fn exact(k: u8, s: &str) -> u8 {
    if k != kind::OP {
        return k;
    }
    const OPERATORS: [&str; 48] = [
        "(", ")", "[", "]", ":", ",", ";", "+", "-", "*", "/", "|", "&", "<", ">", "=", ".", "%", "{", "}", "==", "!=",
        "<=", ">=", "~", "^", "<<", ">>", "**", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "**=", "//",
        "//=", "@", "@=", "->", "...", ":=", "!",
    ];
    OPERATORS.iter().position(|o| *o == s).map_or(k, |i| i as u8 + 7)
}

/// Class and arguments of the exception for a fault.
fn fault_value(t: &Thread, s: &str, p: &mut Places, f: &Fault) -> Value {
    let class = match f.class {
        Class::Syntax => &errors::SYNTAX_ERROR,
        Class::Indentation => &errors::INDENTATION_ERROR,
        Class::Tab => &errors::TAB_ERROR,
    };
    let mut fields = vec![class.get(t).to_value(), t.str(&f.msg)];
    if let Some(at) = f.at {
        let line = p.line(at.min(s.len()));
        let column = t.int_usize(p.column(s, line, at.min(s.len())) + 1);
        let shown = p.text(s, line).trim_end_matches(['\n', '\r']);
        let whole_line = f.class != Class::Syntax || f.msg.starts_with("unexpected character");
        let end = |v: Value| if whole_line { Value::NONE } else { v };
        let line = t.int_usize(line + 1);
        fields.push(Tuple::new(
            t,
            vec![t.str("<string>"), line.clone(), column.clone(), t.str(shown), end(line), end(column)],
        ))
    }
    Tuple::new(t, fields)
}
