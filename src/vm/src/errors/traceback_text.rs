//! The text of an uncaught exception, as CPython prints it: causes, notes, groups, suggestions.
//!
//! Works without the `traceback` module, and on broken exceptions: whatever raises while it is being described is
//! named as such (`<exception str() failed>`) and the description goes on. Entries of the traceback are in
//! `traceback_frames.rs`.

use super::traceback_frames::format_stack;
use super::{Exc, exc, field};
use crate::object::ValueExt;
use crate::thread::Thread;
use crate::types::attrs::{or_none, text_of};
use crate::types::list::List;
use crate::types::str::text;
use crate::types::traceback::Traceback;
use crate::types::tuple::Tuple;
use crate::{errors, names};
use std::sync::atomic::Ordering::*;
use weft_strategy::{VRef, Value};

const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";
/// Exceptions of a group that are shown.
const GROUP_WIDTH: usize = 15;
/// Nesting of groups that is shown.
const GROUP_DEPTH: usize = 10;

/// Lines so far, and how deep in groups they are.
struct Output {
    text: String,
    depth: usize,
    /// The frame below the last exception of a group is still to be drawn.
    need_close: bool,
}

impl Output {
    fn indent(&self) -> String {
        " ".repeat(2 * self.depth)
    }

    /// Adds text, each line behind the margin of its group.
    fn emit(&mut self, s: &str, margin: char) {
        let prefix = if self.depth > 0 { format!("{}{margin} ", self.indent()) } else { String::new() };
        for line in s.split_inclusive('\n') {
            self.text += &prefix;
            self.text += line
        }
    }
}

/// The whole text, ending in a newline.
pub fn format(t: &mut Thread, e: VRef<'_>) -> String {
    let raised = t.raised().map(|r| r.to_value());
    t.clear_raised();
    let mut out = Output { text: String::new(), depth: 0, need_close: false };
    let mut seen = Vec::new();
    let chain = chain_of(t, e, &mut seen);
    print_chain(t, &chain, &mut out);
    t.clear_raised();
    if let Some(r) = raised {
        t.reraise(r);
    }
    out.text
}

/// Prints to `sys.stderr`, or to the process's own if that fails.
pub fn print(t: &mut Thread, e: VRef<'_>) {
    let s = format(t, e);
    if let Some(f) = crate::start::sys_attr(t, names::stderr()).filter(|f| !f.is_none()) {
        let v = t.str(&s);
        if t.call_method_named(f.r(), names::write(), &[v.r()]).is_ok() {
            if t.call_method_named(f.r(), names::flush(), &[]).is_err() {
                t.clear_raised()
            }
            return;
        }
        t.clear_raised()
    }
    eprint!("{s}")
}

/// An exception to be printed, with how it is related to the one printed after it.
struct Link {
    how: Option<&'static str>,
    exc: Value,
    /// The exceptions of a group, each with its own chain.
    members: Vec<Vec<Link>>,
}

/// The exception and what it came from, newest first. Everything is shown once: what a group's members lead to belongs to
/// them, before the group's own causes go on.
fn chain_of(t: &mut Thread, e: VRef<'_>, seen: &mut Vec<u64>) -> Vec<Link> {
    seen.push(e.word().identity());
    let mut chain = Vec::new();
    let mut at = Some((None, e.to_value()));
    while let Some((how, v)) = at.take() {
        let mut link = Link { how, exc: v, members: Vec::new() };
        if let Some(x) = exc(link.exc.r()) {
            let is_new =
                |o: Option<Value>| o.filter(|o| !o.is_none() && !seen.contains(&o.word().identity()));
            at = match is_new(x.cause.load()) {
                Some(c) => Some((Some(CAUSE), c)),
                None if x.suppress.load(Acquire) => None,
                None => is_new(x.context.load()).map(|c| (Some(CONTEXT), c)),
            };
            if let Some((_, next)) = &at {
                seen.push(next.word().identity())
            }
            if errors::BASE_EXCEPTION_GROUP.is_instance(t, link.exc.r()) {
                for m in errors::exc_methods::group::members(x) {
                    match t.recurse(|t| Ok(chain_of(t, m.r(), seen))) {
                        Ok(c) => link.members.push(c),
                        Err(_) => t.clear_raised(),
                    }
                }
            }
        }
        chain.push(link)
    }
    chain
}

fn print_chain(t: &mut Thread, chain: &[Link], out: &mut Output) {
    for link in chain.iter().rev() {
        print_one(t, link, out);
        if let Some(how) = link.how {
            out.emit(how, '|')
        }
    }
}

fn print_one(t: &mut Thread, link: &Link, out: &mut Output) {
    let v = link.exc.r();
    let Some(e) = exc(v) else { return };
    let stack = match e.traceback.load().filter(|tb| !tb.is_none()) {
        Some(tb) => format_stack(tb.r()),
        None => String::new(),
    };
    if !errors::BASE_EXCEPTION_GROUP.is_instance(t, v) {
        if !stack.is_empty() {
            out.emit("Traceback (most recent call last):\n", '|');
            out.emit(&stack, '|')
        }
        let last = final_lines(t, v, e);
        out.emit(&last, '|');
        return;
    }
    if out.depth > GROUP_DEPTH {
        out.emit(&format!("... (max_group_depth is {GROUP_DEPTH})\n"), '|');
        return;
    }
    let top = out.depth == 0;
    if top {
        out.depth += 1
    }
    if !stack.is_empty() {
        out.emit("Exception Group Traceback (most recent call last):\n", if top { '+' } else { '|' });
        out.emit(&stack, '|')
    }
    let last = final_lines(t, v, e);
    out.emit(&last, '|');
    print_members(t, &link.members, out);
    if top {
        out.depth = 0
    }
}

fn print_members(t: &mut Thread, members: &[Vec<Link>], out: &mut Output) {
    let shown = members.len().min(GROUP_WIDTH + 1);
    out.need_close = false;
    for (i, m) in members.iter().enumerate().take(shown) {
        let is_last = i + 1 == shown;
        if is_last {
            out.need_close = true
        }
        let truncated = i >= GROUP_WIDTH;
        let title = if truncated { "...".into() } else { (i + 1).to_string() };
        let corner = if i == 0 { "+-" } else { "  " };
        out.text += &format!("{}{corner}+---------------- {title} ----------------\n", out.indent());
        out.depth += 1;
        if truncated {
            let rest = members.len() - GROUP_WIDTH;
            let s = if rest > 1 { "s" } else { "" };
            out.emit(&format!("and {rest} more exception{s}\n"), '|')
        } else {
            print_chain(t, m, out)
        }
        if is_last && out.need_close {
            out.text += &format!("{}+------------------------------------\n", out.indent());
            out.need_close = false
        }
        out.depth -= 1
    }
}

// ---- the last lines ----------------------------------------------------------------------------------------

/// `module.Class`, the module left out for builtins and `__main__`.
fn class_name(t: &mut Thread, v: VRef<'_>) -> String {
    let class = v.ty().to_value();
    let q = text_of(or_none(&v.ty().qualname).r());
    match t.getattr_opt(class.r(), names::__module__()) {
        Ok(Some(m)) if text(m.r()).is_some() => match text_of(m.r()).as_str() {
            "builtins" | "__main__" => q,
            m => format!("{m}.{q}"),
        },
        Ok(_) => format!("<unknown>.{q}"),
        Err(_) => {
            t.clear_raised();
            q
        }
    }
}

/// `str(v)`, or what is said when that fails.
fn safe_str(t: &mut Thread, v: VRef<'_>, what: &str) -> String {
    t.str_text(v).unwrap_or_else(|_| {
        t.clear_raised();
        format!("<{what} str() failed>")
    })
}

/// `ValueError: text`, notes below.
pub fn final_lines(t: &mut Thread, v: VRef<'_>, e: &Exc) -> String {
    let class = class_name(t, v);
    let mut s = if errors::SYNTAX_ERROR.is_instance(t, v) {
        syntax_lines(t, v, e, &class)
    } else {
        let mut text = safe_str(t, v, "exception");
        text += &hint(t, v, e);
        if text.is_empty() { format!("{class}\n") } else { format!("{class}: {text}\n") }
    };
    s += &notes(t, v);
    s
}

fn notes(t: &mut Thread, v: VRef<'_>) -> String {
    let notes = match t.getattr_opt(v, names::__notes__()) {
        Ok(Some(n)) if !n.is_none() => n,
        Ok(_) => return String::new(),
        Err(_) => {
            t.clear_raised();
            return "Ignored error getting __notes__\n".into();
        }
    };
    if notes.cast::<List>().is_none() && notes.cast::<Tuple>().is_none() {
        return match t.repr_text(notes.r()) {
            Ok(r) => format!("{r}\n"),
            Err(_) => {
                t.clear_raised();
                "<__notes__ repr() failed>\n".into()
            }
        };
    }
    let Ok(items) = t.collect(notes.r()) else {
        t.clear_raised();
        return String::new();
    };
    let mut out = String::new();
    for n in items {
        for line in safe_str(t, n.r(), "note").split('\n') {
            out += line;
            out.push('\n')
        }
    }
    out
}

fn number(e: &Exc, i: usize) -> Option<i64> {
    e.fields[i].load().and_then(|v| crate::types::int::to_i64(v.r()))
}

fn string(e: &Exc, i: usize) -> Option<String> {
    e.fields[i].load().and_then(|v| text(v.r()).map(|s| s.to_string()))
}

/// Place, line with carets, and message of a SyntaxError. Offsets count characters from 1.
fn syntax_lines(t: &mut Thread, v: VRef<'_>, e: &Exc, class: &str) -> String {
    let mut out = String::new();
    let mut suffix = String::new();
    let filename = string(e, field::SYNTAX_FILENAME);
    let lineno = number(e, field::LINENO);
    if let Some(line) = lineno {
        let f = filename.unwrap_or("<string>".into());
        out += &format!("  File \"{f}\", line {line}\n")
    } else if let Some(f) = filename {
        suffix = format!(" ({f})")
    }
    let mut shown = Shown {
        text: string(e, field::TEXT),
        lineno,
        end_lineno: number(e, field::END_LINENO),
        offset: number(e, field::OFFSET),
        end_offset: number(e, field::END_OFFSET),
    };
    let mut message = match e.fields[field::SYNTAX_MSG].load().filter(|m| !m.is_none()) {
        Some(m) => safe_str(t, m.r(), "exception"),
        None => "<no detail available>".into(),
    };
    if lineno.is_some() && shown.text.is_some() {
        if let Some((better, why)) = misspelt_keyword(t, v, e, &message) {
            (shown, message) = (better, why)
        }
        out += &shown.lines()
    }
    out + &format!("{class}: {message}{suffix}\n")
}

/// What is shown of the line with a syntax error.
struct Shown {
    text: Option<String>,
    lineno: Option<i64>,
    end_lineno: Option<i64>,
    offset: Option<i64>,
    end_offset: Option<i64>,
}

impl Shown {
    /// The line, and carets below.
    fn lines(&self) -> String {
        let source = self.text.as_deref().unwrap_or_default();
        let right = source.trim_end_matches('\n');
        let left = right.trim_start_matches([' ', '\n', '\x0c']);
        let chars: Vec<char> = left.chars().collect();
        let spaces = right.chars().count() - chars.len();
        let mut out = format!("    {left}\n");
        let Some(mut offset) = self.offset else { return out };
        let length = right.chars().count() as i64;
        let mut end = if self.lineno == self.end_lineno || self.end_lineno.is_none() {
            self.end_offset.filter(|o| *o != 0).unwrap_or(offset)
        } else {
            length + 1
        };
        if !source.is_empty() && offset > source.chars().count() as i64 {
            offset = length + 1
        }
        if !source.is_empty() && end > source.chars().count() as i64 {
            end = length + 1
        }
        if offset >= end || end < 0 {
            end = offset.saturating_add(1)
        }
        let column = offset.saturating_sub(1 + spaces as i64);
        let end_column = end.saturating_sub(1 + spaces as i64);
        if column >= 0 && end_column > column && end_column < 1 << 20 {
            let space: String = (0..column as usize)
                .map(|i| chars.get(i).copied().filter(|c| c.is_whitespace()).unwrap_or(' '))
                .collect();
            out += &format!("    {space}{}\n", "^".repeat((end_column - column) as usize))
        }
        out
    }
}

/// Asks `traceback` whether another word in place of a keyword explains an error of the parser.
fn misspelt_keyword(t: &mut Thread, v: VRef<'_>, e: &Exc, message: &str) -> Option<(Shown, String)> {
    let vague = message == "invalid syntax" || message.contains("Perhaps you forgot a comma");
    if !vague || e.fields[field::METADATA].load().is_none_or(|m| m.is_none()) {
        return None;
    }
    match ask_traceback(t, v, message) {
        Ok(found) => found,
        Err(_) => {
            t.clear_raised();
            None
        }
    }
}

fn ask_traceback(t: &mut Thread, v: VRef<'_>, message: &str) -> crate::Res<Option<(Shown, String)>> {
    let module = crate::interp::hooks::import_module(t, "traceback")?;
    let class = t.attr(module.r(), "TracebackException")?;
    let found = t.call_method(class.r(), "from_exception", &[v])?;
    t.call_method(found.r(), "_find_keyword_typos", &[])?;
    let msg = t.attr(found.r(), "msg")?;
    let Some(msg) = text(msg.r()).map(|s| s.to_string()).filter(|m| m != message) else { return Ok(None) };
    let line = t.attr(found.r(), "text")?;
    let mut numbers = [None; 4];
    for (n, name) in numbers.iter_mut().zip(["lineno", "end_lineno", "offset", "end_offset"]) {
        let x = t.attr(found.r(), name)?;
        *n = t.str_text(x.r())?.parse().ok()
    }
    let [lineno, end_lineno, offset, end_offset] = numbers;
    let text = text(line.r()).map(|s| s.to_string());
    Ok(Some((Shown { text, lineno, end_lineno, offset, end_offset }, msg)))
}

// ---- suggestions -------------------------------------------------------------------------------------------

/// The frame that raised.
fn last_frame(e: &Exc) -> Option<Value> {
    let mut tb = e.traceback.load().filter(|tb| !tb.is_none())?;
    while let Some(next) = tb.cast::<Traceback>()?.next.load().filter(|n| !n.is_none()) {
        tb = next
    }
    tb.cast::<Traceback>()?.frame.load()
}

/// `. Did you mean: 'x'?`
fn hint(t: &mut Thread, v: VRef<'_>, e: &Exc) -> String {
    let is_name = errors::NAME_ERROR.is_instance(t, v);
    let is_attribute = errors::ATTRIBUTE_ERROR.is_instance(t, v);
    let is_import = errors::IMPORT_ERROR.is_instance(t, v);
    let wrong = if is_name || is_attribute {
        string(e, field::NAME)
    } else if is_import {
        string(e, field::NAME_FROM)
    } else {
        None
    };
    let Some(wrong) = wrong else { return String::new() };
    let candidate = match suggestion(t, e, &wrong, is_name, is_import) {
        Ok(c) => c,
        Err(_) => {
            t.clear_raised();
            None
        }
    };
    let mut out = candidate.as_ref().map_or(String::new(), |c| format!(". Did you mean: '{c}'?"));
    if is_name && is_stdlib_module(t, &wrong) {
        out += &if candidate.is_some() {
            format!(" Or did you forget to import '{wrong}'?")
        } else {
            format!(". Did you forget to import '{wrong}'?")
        }
    }
    out
}

fn is_stdlib_module(t: &mut Thread, name: &str) -> bool {
    let key = crate::intern::intern(t, "stdlib_module_names");
    let Some(all) = crate::start::sys_attr(t, key) else { return false };
    let n = t.str(name);
    let yes = t.contains(all.r(), n.r());
    t.clear_raised();
    yes.unwrap_or(false)
}

fn dir_names(t: &mut Thread, v: VRef<'_>) -> crate::Res<Vec<String>> {
    let Some(r) = t.call_special(v, names::__dir__(), &[]) else { return Ok(Vec::new()) };
    let r = r?;
    let items = t.collect(r.r())?;
    let mut out: Vec<String> = items.iter().filter_map(|n| text(n.r()).map(|s| s.to_string())).collect();
    out.sort();
    Ok(out)
}

fn mapping_names(t: &mut Thread, v: VRef<'_>) -> crate::Res<Vec<String>> {
    let keys = t.call_method_named(v, names::keys(), &[])?;
    let keys = t.collect(keys.r())?;
    Ok(keys.iter().filter_map(|n| text(n.r()).map(|s| s.to_string())).collect())
}

fn suggestion(
    t: &mut Thread,
    e: &Exc,
    wrong: &str,
    is_name: bool,
    is_import: bool,
) -> crate::Res<Option<String>> {
    let hide = !wrong.starts_with('_');
    let mut candidates;
    if is_name {
        let Some(frame) = last_frame(e) else { return Ok(None) };
        let locals = t.attr(frame.r(), "f_locals")?;
        candidates = mapping_names(t, locals.r())?;
        // `self.name` may have been meant.
        if candidates.iter().any(|c| c == "self") {
            let this = t.str("self");
            let this = t.getitem(locals.r(), this.r())?;
            let name = crate::intern::intern(t, wrong);
            if t.getattr_opt(this.r(), name)?.is_some() {
                return Ok(Some(format!("self.{wrong}")));
            }
        }
        let globals = t.attr(frame.r(), "f_globals")?;
        candidates.extend(mapping_names(t, globals.r())?);
        let builtins = t.attr(frame.r(), "f_builtins")?;
        candidates.extend(mapping_names(t, builtins.r())?);
        candidates.sort();
        candidates.dedup();
        if hide {
            candidates.retain(|c| !c.starts_with('_'))
        }
    } else if is_import {
        let module = string(e, field::NAME).unwrap_or_default();
        let Some(m) = crate::builtins::loaded_module(t, &module) else { return Ok(None) };
        candidates = dir_names(t, m.r())?;
        if hide {
            candidates.retain(|c| !c.starts_with('_'))
        }
    } else {
        let Some(obj) = e.fields[field::OBJ].load() else { return Ok(None) };
        candidates = dir_names(t, obj.r())?;
        if hide && !raised_in_method_of(t, e, obj.r())? {
            candidates.retain(|c| !c.starts_with('_'))
        }
    }
    Ok(super::suggest::closest(wrong, candidates.iter().map(|c| c.as_str())).map(|c| c.to_string()))
}

/// Did a method of `obj` raise? Then private names are worth suggesting.
fn raised_in_method_of(t: &mut Thread, e: &Exc, obj: VRef<'_>) -> crate::Res<bool> {
    let Some(frame) = last_frame(e) else { return Ok(false) };
    let locals = t.attr(frame.r(), "f_locals")?;
    let this = t.str("self");
    if !t.contains(locals.r(), this.r())? {
        return Ok(false);
    }
    let this = t.getitem(locals.r(), this.r())?;
    Ok(this.is(obj))
}
