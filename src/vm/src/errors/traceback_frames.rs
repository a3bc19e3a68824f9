//! Entries of a traceback as text: file, line, function, source with carets below (PEP 657).
//!
//! Below the source goes `^^^` under the instruction's part of the line; where that is a binary operation, a subscript or
//! a call, the operator or the brackets get `^` and the operands `~`. Nothing is drawn when the part is the whole line.

use crate::object::ValueExt;
use crate::types::attrs::slot_text;
use crate::types::code::CodeObject;
use crate::types::frame::FrameObject;
use crate::types::traceback::Traceback;
use crate::types::traceback_attrs;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::atomic::Ordering::*;
use std::sync::{Arc, OnceLock};
use weft_bytecode::code::{Code, Const};
use weft_bytecode::locations::{self, Position};
use weft_compiler::ast::{Expr, ExprKind, Mod, StmtKind};
use weft_compiler::{Mode, parse};
use weft_strategy::VRef;

/// Identical entries in a row that are shown.
const REPEATS: usize = 3;
/// Entries at all: a traceback may be a cycle that native code made.
const LONGEST: usize = 1 << 20;

/// Lines of source files that were looked at.
type Sources = HashMap<String, Option<Vec<String>>>;

/// The entries of a traceback, oldest first.
pub fn format_stack(tb: VRef<'_>) -> String {
    format_entries(tb, true)
}

/// The same, with or without carets under the lines.
pub fn format_entries(tb: VRef<'_>, carets: bool) -> String {
    let mut out = String::new();
    let mut sources = Sources::new();
    let mut last: Option<(String, i64, String)> = None;
    let mut count = 0;
    let mut at = Some(tb.to_value());
    let mut entries = 0;
    while let Some(v) = at.take() {
        let Some(tb) = v.cast::<Traceback>() else { break };
        at = tb.next.load().filter(|n| !n.is_none());
        entries += 1;
        if entries > LONGEST {
            break;
        }
        let Some(code) = tb.frame.load().and_then(|f| f.cast::<FrameObject>().and_then(|f| f.code.load()))
        else {
            continue;
        };
        let Some(co) = code.cast::<CodeObject>() else { continue };
        let line = traceback_attrs::line(tb).unwrap_or(0);
        let key = (slot_text(&co.filename), line, slot_text(&co.name));
        if last.as_ref() == Some(&key) {
            count += 1
        } else {
            out += &repeated(count);
            count = 1;
            last = Some(key.clone())
        }
        if count <= REPEATS {
            let (file, line, name) = key;
            let position = match u32::try_from(tb.lasti.load(Acquire)).map(|at| at / 2) {
                Ok(i) if carets && tb.lineno.load(Acquire) == -1 => locations::position_at(co.code(), i),
                _ => Position::NONE,
            };
            out += &format!("  File \"{file}\", line {line}, in {name}\n");
            if let Some(lines) = command_lines(co.code()) {
                out += &source_lines(&lines, line, position)
            } else if let Some(lines) = sources.entry(file.clone()).or_insert_with(|| read_lines(&file)) {
                out += &source_lines(lines, line, position)
            }
        }
    }
    out += &repeated(count);
    out
}

fn repeated(count: usize) -> String {
    if count <= REPEATS {
        return String::new();
    }
    let n = count - REPEATS;
    let s = if n > 1 { "s" } else { "" };
    format!("  [Previous line repeated {n} more time{s}]\n")
}

/// The program given with `-c`: its lines, and how its code objects are known (as in `linecache`: name, first line).
struct Command {
    lines: Arc<Vec<String>>,
    codes: HashSet<(Vec<u8>, u32)>,
}

static COMMAND: OnceLock<Command> = OnceLock::new();
/// The file name of that program.
pub const COMMAND_NAME: &str = "<string>";

/// Keeps the text of the program given with `-c`.
pub fn remember_command(code: &Code, text: &str) {
    let mut codes = HashSet::new();
    let mut todo = vec![code];
    while let Some(code) = todo.pop() {
        codes.insert((code.qualname.to_vec(), code.firstlineno));
        todo.extend(code.consts.iter().filter_map(|k| match k {
            Const::Code(c) => Some(&**c),
            _ => None,
        }))
    }
    let lines = Arc::new(text.lines().map(str::to_owned).collect());
    let _ = COMMAND.set(Command { lines, codes });
}

fn command_lines(code: &Code) -> Option<Arc<Vec<String>>> {
    let command = COMMAND.get()?;
    let known = *code.filename == *COMMAND_NAME.as_bytes()
        && command.codes.contains(&(code.qualname.to_vec(), code.firstlineno));
    known.then(|| command.lines.clone())
}

fn read_lines(file: &str) -> Option<Vec<String>> {
    if file.starts_with('<') && file.ends_with('>') {
        return None;
    }
    let bytes = std::fs::read(file).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    Some(text.lines().map(|l| l.to_string()).collect())
}

/// Character index of a byte offset.
fn char_index(line: &str, byte: usize) -> usize {
    line.char_indices().take_while(|(i, _)| *i < byte).count()
}

fn leading_spaces(s: &str) -> usize {
    s.chars().take_while(|c| c.is_whitespace()).count()
}

/// The source of an entry with its carets, indented.
fn source_lines(lines: &[String], line: i64, p: Position) -> String {
    let Some(first) = usize::try_from(line - 1).ok().filter(|i| *i < lines.len()) else {
        return String::new();
    };
    let (Some(column), Some(end_column)) = (p.column, p.end_column) else {
        let l = lines[first].trim();
        return if l.is_empty() { String::new() } else { format!("    {l}\n") };
    };
    let last = p.end_line.map_or(first, |l| (l as usize).saturating_sub(1)).clamp(first, lines.len() - 1);
    let original = &lines[first..=last];
    if original.iter().all(|l| l.trim().is_empty()) {
        return String::new();
    }
    let indent =
        original.iter().filter(|l| !l.trim().is_empty()).map(|l| leading_spaces(l)).min().unwrap_or(0);
    let all: Vec<Vec<char>> =
        original.iter().map(|l| l.trim_end().chars().skip(indent.min(leading_spaces(l))).collect()).collect();
    let start = char_index(&original[0], column as usize).saturating_sub(indent);
    let end = char_index(&original[original.len() - 1], end_column as usize).saturating_sub(indent);
    let end = end.min(all[all.len() - 1].len());
    let start = start.min(all[0].len());
    let anchors = anchors(&segment(&all, start, end));
    let carets = worth_carets(&all, start, end, anchors.is_some());
    draw(&all, start, end, anchors, carets)
}

/// The exact text of the instruction.
fn segment(all: &[Vec<char>], start: usize, end: usize) -> Vec<Vec<char>> {
    let n = all.len();
    all.iter()
        .enumerate()
        .map(|(i, l)| {
            let from = if i == 0 { start } else { 0 };
            let to = if i + 1 == n { end } else { l.len() };
            l.get(from..to.max(from)).unwrap_or_default().to_vec()
        })
        .collect()
}

fn join(lines: &[Vec<char>]) -> String {
    lines.iter().map(|l| l.iter().collect::<String>()).collect::<Vec<_>>().join("\n")
}

/// Are the carets worth their line? Not for a call that is a whole statement, return or assignment, nor for an
/// instruction that is the whole text.
fn worth_carets(all: &[Vec<char>], start: usize, end: usize, anchored: bool) -> bool {
    if let Ok(tree) = parse(&join(all), "<traceback>", Mode::Exec)
        && let Mod::Module { body, .. } = tree.tree
    {
        let Some(s) = body.first() else { return false };
        let is_call = |e: &Expr| matches!(e.kind, ExprKind::Call { .. });
        let value = match &s.kind {
            StmtKind::Return { value: Some(v) } => match &v.kind {
                ExprKind::Call { func, .. } if matches!(func.kind, ExprKind::Name { .. }) => Some(&**v),
                _ => None,
            },
            StmtKind::Assign { value, .. } if is_call(value) => Some(&**value),
            _ => None,
        };
        if let Some(v) = value {
            let sp = v.span;
            let whole = sp.line == 1
                && sp.end_line as usize == all.len()
                && sp.col as usize == start
                && sp.end_col as usize == end;
            if whole {
                return false;
            }
        }
    }
    if anchored {
        return true;
    }
    let before = all[0][..start].iter().any(|c| !c.is_whitespace());
    let after = all[all.len() - 1][end..].iter().any(|c| !c.is_whitespace());
    before || after
}

/// Where the operator (or bracket) of the instruction's expression starts and ends, in lines and columns of the segment.
struct Anchors {
    left: (usize, usize),
    right: (usize, usize),
}

fn anchors(lines: &[Vec<char>]) -> Option<Anchors> {
    // In parentheses, so that an expression over several lines parses; the lines move down by one.
    let source = format!("(\n{}\n)", join(lines));
    let Mod::Module { body, .. } = parse(&source, "<traceback>", Mode::Exec).ok()?.tree else { return None };
    let [statement] = &body[..] else { return None };
    let StmtKind::Expr { value } = &statement.kind else { return None };
    match &value.kind {
        ExprKind::BinOp { left, right, .. } => {
            let at = find(lines, end_of(lines, left)?, |c| !c.is_whitespace() && c != ')')?;
            let mut right_column = at.1 + 1;
            let (right_line, right_start) = position(lines, right.span.line, right.span.col)?;
            if let Some(c) = lines[at.0].get(right_column)
                && (right_line > at.0 || right_column < right_start)
                && !c.is_whitespace()
                && *c != '\\'
                && *c != '#'
            {
                right_column += 1
            }
            Some(Anchors { left: at, right: (at.0, right_column) })
        }
        ExprKind::Subscript { value: inner, .. } => {
            let left = find(lines, end_of(lines, inner)?, |c| c == '[')?;
            Some(Anchors { left, right: end_of(lines, value)? })
        }
        ExprKind::Call { func, .. } => {
            let left = find(lines, end_of(lines, func)?, |c| c == '(')?;
            Some(Anchors { left, right: end_of(lines, value)? })
        }
        _ => None,
    }
}

fn position(lines: &[Vec<char>], line: u32, column: u32) -> Option<(usize, usize)> {
    let line = (line as usize).checked_sub(2)?;
    let text: String = lines.get(line)?.iter().collect();
    Some((line, char_index(&text, column as usize)))
}

fn end_of(lines: &[Vec<char>], e: &Expr) -> Option<(usize, usize)> {
    position(lines, e.span.end_line, e.span.end_col)
}

/// The first character from `at` on that `stop` accepts; comments and line joins are skipped.
fn find(lines: &[Vec<char>], mut at: (usize, usize), stop: impl Fn(char) -> bool) -> Option<(usize, usize)> {
    loop {
        let line = lines.get(at.0)?;
        match line.get(at.1) {
            None | Some('\\' | '#') => at = (at.0 + 1, 0),
            Some(c) if stop(*c) => return Some(at),
            Some(_) => at.1 += 1,
        }
    }
}

/// First and last line and those around the anchors, each with its carets.
fn draw(all: &[Vec<char>], start: usize, end: usize, anchors: Option<Anchors>, carets: bool) -> String {
    let n = all.len();
    let mut shown: BTreeSet<usize> = [0, n - 1].into();
    let (mut left, mut right) = ((0, 0), (0, 0));
    let marks = if anchors.is_some() { ('~', '^') } else { ('^', '^') };
    if let Some(a) = &anchors {
        left = a.left;
        right = a.right;
        for l in [left.0, right.0] {
            shown.extend(l.saturating_sub(1)..(l + 2).min(n))
        }
        if left.0 == 0 {
            left.1 += start
        }
        if right.0 == 0 {
            right.1 += start
        }
    }
    let mut out: Vec<String> = Vec::new();
    let line = |i: usize, out: &mut Vec<String>| {
        out.push(all[i].iter().collect());
        if !carets {
            return;
        }
        let spaces = all[i].iter().take_while(|c| c.is_whitespace()).count();
        let width = if i + 1 == n { end } else { all[i].len() };
        let row: String = (0..width)
            .map(|c| {
                if c < spaces || (i == 0 && c < start) {
                    ' '
                } else if anchors.is_some()
                    && (i > left.0 || i == left.0 && c >= left.1)
                    && (i < right.0 || i == right.0 && c < right.1)
                {
                    marks.1
                } else {
                    marks.0
                }
            })
            .collect();
        if !row.is_empty() {
            out.push(row)
        }
    };
    let mut before: Option<usize> = None;
    for i in shown {
        if let Some(b) = before {
            match i - b {
                2 => line(i - 1, &mut out),
                gap if gap > 2 => out.push(format!("...<{} lines>...", gap - 1)),
                _ => {}
            }
        }
        line(i, &mut out);
        before = Some(i)
    }
    out.iter().map(|l| format!("    {l}\n")).collect()
}
