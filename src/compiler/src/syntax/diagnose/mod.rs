//! Finds out what CPython would say of a program that does not parse.
//!
//! Python's grammar is a parsing expression grammar: alternatives are tried in order, and the furthest token that
//! was ever looked at is where "invalid syntax" is reported. More helpful messages come from a second run
//! in which additional alternatives recognise common mistakes; the first to match wins. So this is a second parser,
//! by recursive descent with backtracking, that builds only as much of a tree as the messages need and
//! is only run when a program has been refused. Good programs never come here.
//!
//! `lexer` tokenizes; `core` is the machinery; `expr`, `call`, `params`, `stmt`, `block`, `pattern` and `text` are the
//! grammar.

mod block;
mod call;
mod core;
mod expr;
mod lexer;
mod node;
mod params;
mod pattern;
mod stmt;
mod text;

use self::core::{Bail, Parser};
use super::{ErrorKind, SyntaxError};
use crate::convert::{Mode, stack};
pub(crate) use lexer::MAX_FIELDS;
use lexer::{Kind, Report, Tokens};

/// The error of a program that does not parse.
pub(crate) fn diagnose(source: &str, filename: &str, mode: Mode) -> SyntaxError {
    // The tokenizer ends a file with a line end if it has none.
    let mut source = source.to_owned();
    if mode == Mode::Exec && !source.is_empty() && !source.ends_with('\n') {
        source.push('\n');
    }
    let (report, ahead, last) = stack::with_room(source.len() * 4 + 400, || {
        let tokens = lexer::tokenize(&source);
        let (report, line, last) = find(&source, &tokens, mode);
        // Errors that it only returns a code for are told by the parser.
        let coded = report.kind != ErrorKind::Syntax || report.msg.starts_with("unexpected ");
        let of_tokenizer =
            !coded && tokens.error.as_ref().is_some_and(|e| e.msg == report.msg && e.line == report.line);
        // At the end of the source the tokenizer is still in its last line.
        let lines = source.lines().count() as u32;
        let to_the_end = report.msg.ends_with("was never closed");
        let reached = if to_the_end { lines } else { line.min(lines) };
        let ahead = of_tokenizer && !to_the_end || reached > report.line;
        (report, ahead, last)
    });
    let last_statement = last.map_or((0, 0), |at| {
        let line_start = source[..at].rfind('\n').map_or(0, |i| i + 1);
        (source[..at].matches('\n').count() as u32 + 1, (at - line_start) as u32)
    });
    let mut text = line_of(&source, report.line);
    // A line that the tokenizer has left behind, or was in the middle of, is shown without its end.
    if let (true, Some(t)) = (ahead, &mut text)
        && t.ends_with('\n')
    {
        t.pop();
    }
    SyntaxError {
        kind: report.kind,
        msg: report.msg,
        filename: filename.into(),
        lineno: report.line,
        offset: report.offset,
        end_lineno: report.end_line,
        end_offset: report.end_offset,
        text,
        last_statement: Some(last_statement),
    }
}

fn line_of(source: &str, line: u32) -> Option<String> {
    match line {
        0 => Some(String::new()),
        _ => source.split_inclusive('\n').nth(line as usize - 1).map(str::to_owned),
    }
}

/// Would more text make a program of it? That is so if the parser has met the end of the source, or the tokenizer the
/// end within a string.
pub(crate) fn is_incomplete(source: &str, mode: Mode) -> bool {
    stack::with_room(source.len() * 4 + 400, || {
        let tokens = lexer::tokenize(source);
        let mut parser = Parser::new(source, &tokens, false);
        if parser.program(mode).is_ok() {
            return false;
        }
        let furthest = parser.furthest();
        // What the end brings, blocks that end with it included.
        let rest = tokens.tokens.get(furthest..).unwrap_or_default();
        if !rest.is_empty() && rest.iter().all(|t| matches!(t.kind, Kind::Dedent | Kind::End)) {
            return true;
        }
        // The tokenizer stopped where the parser wanted more: at the end, if that came within a string or within a field
        // of one.
        parser.beyond
            && tokens.error.as_ref().is_some_and(|e| {
                let inside = e.msg.starts_with("unterminated triple")
                    || e.msg.contains("expecting '}'")
                    || e.msg == "unexpected EOF while parsing";
                inside || tokens.unclosed.is_some()
            })
    })
}

/// The error, the line the tokenizer had come to when it was found, and where the last statement before it begins.
fn find(source: &str, tokens: &Tokens, mode: Mode) -> (Report, u32, Option<usize>) {
    let mut first = Parser::new(source, tokens, false);
    if let Err(Bail::Raise(report)) = first.program(mode) {
        let last = first.last_statement;
        return (*report, first.line_of_last(), last);
    }
    let (furthest, last) = (first.furthest(), first.last_statement);
    let mut second = Parser::new(source, tokens, true);
    let found = match second.program(mode) {
        Err(Bail::Raise(report)) => Some(*report),
        _ => None,
    };
    // What the tokenizer has to say about the rest of the file goes first.
    let generic = found.is_none();
    let line = second.line_of_last();
    let indentation =
        matches!(tokens.tokens.get(furthest).map(|t| t.kind), Some(Kind::Indent | Kind::Dedent));
    if !(generic && indentation)
        && let Some(error) = &tokens.error
        && found.as_ref().is_none_or(|f| f.kind == ErrorKind::Syntax)
    {
        // Errors that the tokenizer only returns a code for do not count.
        let coded =
            error.kind != ErrorKind::Syntax || error.msg.starts_with("unexpected ") || tokens.interpolated;
        match tokens.unclosed {
            Some(_) if line > error.line => return (error.clone(), line, last),
            None if !coded => return (error.clone(), line, last),
            _ => {}
        }
    }
    (found.unwrap_or_else(|| first.generic(furthest, mode)), line, last)
}

/// The tokens of a source: kind, first byte, last byte excluded.
pub(crate) fn tokens(source: &str) -> Vec<(String, usize, usize)> {
    let tokens = lexer::tokenize(source).tokens;
    tokens.iter().map(|t| (format!("{:?}", t.kind), t.start, t.end)).collect()
}

/// Whether brackets nest more deeply than is allowed; the parser proper has no limit.
pub(crate) fn too_nested(source: &str) -> bool {
    let (mut depth, mut most) = (0usize, 0usize);
    for b in source.bytes() {
        match b {
            b'(' | b'[' | b'{' => {
                depth += 1;
                most = most.max(depth);
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    // Counting every bracket, those in strings too, errs to one side only: now look closely. Blocks too may
    // nest only so far.
    let indented = source
        .lines()
        .any(|line| line.len() > 100 && line.as_bytes()[..100].iter().all(|b| matches!(b, b' ' | b'\t')));
    (most >= lexer::MAX_STRINGS || indented)
        && lexer::tokenize(source).error.is_some_and(|e| e.msg.starts_with("too many"))
}
