//! Bytes of a source file to text (Language Reference 2.1.4, PEP 263).
//!
//! UTF-8, Latin-1, ASCII and their aliases are decoded here; every other codec is the caller's
//! (the runtime asks the `codecs` module; the build has none).

use crate::syntax::{ErrorKind, SyntaxError};
use std::borrow::Cow;

/// What a codec hook answers: the text, or the message of the exception.
pub type Decoded = Result<String, String>;

/// Looks up a codec by its name as declared and decodes all of the source; None if there is no such codec.
pub type Hook<'a> = &'a dyn Fn(&str, &[u8]) -> Option<Decoded>;

/// Why bytes are not source text.
pub type SourceError = SyntaxError;

/// For callers without codecs.
pub fn no_codecs(_encoding: &str, _source: &[u8]) -> Option<Decoded> {
    None
}

/// Decodes a program: byte order mark, coding cookie, null bytes, malformed text.
pub fn decode_source(bytes: &[u8], filename: &str, hook: Hook<'_>) -> Result<String, SourceError> {
    if bytes.contains(&0) {
        let msg = "source code string cannot contain null bytes";
        return Err(SyntaxError::without_place(ErrorKind::Syntax, msg, filename));
    }
    let (body, bom) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    let cookie = cookie(body);
    let Some((line, declared)) = cookie else { return utf8(body, filename) };
    match normalized(&declared).as_ref() {
        "utf-8" => utf8(body, filename),
        other if bom => {
            let text = String::from_utf8_lossy(body).lines().nth(line - 1).unwrap_or("").to_owned();
            Err(SyntaxError {
                kind: ErrorKind::Syntax,
                msg: format!("encoding problem: {other} with BOM"),
                filename: filename.into(),
                lineno: line as u32,
                offset: 0,
                end_lineno: line as u32,
                end_offset: text.chars().count() as i32 - 1,
                text: Some(text),
                last_statement: None,
            })
        }
        "utf8" | "UTF8" => utf8(body, filename),
        "iso-8859-1" => Ok(body.iter().map(|&b| b as char).collect()),
        other => {
            let failed = |msg: String| {
                let mut error = SyntaxError::without_place(ErrorKind::Syntax, &msg, filename);
                error.offset = -1;
                error
            };
            match hook(other, body) {
                Some(answer) => answer.map_err(failed),
                None if is_ascii_name(other) => ascii(body).map_err(failed),
                None => Err(failed(format!("unknown encoding: {declared}"))),
            }
        }
    }
}

fn is_ascii_name(name: &str) -> bool {
    matches!(name.to_ascii_lowercase().replace('_', "-").as_str(), "ascii" | "us-ascii" | "646")
}

fn ascii(body: &[u8]) -> Decoded {
    match body.iter().position(|b| !b.is_ascii()) {
        None => Ok(String::from_utf8_lossy(body).into_owned()),
        Some(at) => Err(format!(
            "'ascii' codec can't decode byte 0x{:02x} in position {at}: ordinal not in range(128)",
            body[at]
        )),
    }
}

fn utf8(body: &[u8], filename: &str) -> Result<String, SyntaxError> {
    let at = match std::str::from_utf8(body) {
        Ok(text) => return Ok(text.to_owned()),
        Err(error) => error.valid_up_to(),
    };
    let start = body[..at].iter().rposition(|&b| b == b'\n').map_or(0, |i| i + 1);
    let end = body[at..].iter().position(|&b| b == b'\n').map_or(body.len(), |i| at + i);
    let line = body[..at].iter().filter(|&&b| b == b'\n').count() as u32 + 1;
    let column = String::from_utf8_lossy(&body[start..at]).chars().count() as i32 + 1;
    let place = if filename.starts_with('<') { String::new() } else { format!(" in file {filename}") };
    Err(SyntaxError {
        kind: ErrorKind::Syntax,
        msg: format!(
            "Non-UTF-8 code starting with '\\x{:02x}'{place} on line {line}, but no encoding declared; \
             see https://peps.python.org/pep-0263/ for details",
            body[at]
        ),
        filename: filename.into(),
        lineno: line,
        offset: column,
        end_lineno: line,
        end_offset: column,
        text: Some(String::from_utf8_lossy(&body[start..end]).into_owned()),
        last_statement: None,
    })
}

/// The declared encoding and its line: in a comment of its own on line 1 or 2
/// (on line 2 only if line 1 is blank or a comment).
fn cookie(body: &[u8]) -> Option<(usize, String)> {
    for (i, line) in body.split(|&b| b == b'\n' || b == b'\r').take(2).enumerate() {
        let blank = line.iter().position(|b| !matches!(b, b' ' | b'\t' | b'\x0C'));
        match blank.map(|at| (line[at], &line[at..])) {
            None => {}
            Some((b'#', comment)) => {
                if let Some(name) = in_comment(comment) {
                    return Some((i + 1, name));
                }
            }
            Some(_) => return None,
        }
    }
    None
}

/// `coding[:=]\s*([-\w.]+)`
fn in_comment(comment: &[u8]) -> Option<String> {
    let mut rest = comment;
    while let Some(at) = rest.windows(6).position(|w| w == b"coding") {
        rest = &rest[at + 6..];
        let [b':' | b'=', after @ ..] = rest else { continue };
        let skip = after.iter().take_while(|&&b| b == b' ' || b == b'\t').count();
        let name: Vec<u8> = after[skip..]
            .iter()
            .copied()
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
            .collect();
        if !name.is_empty() {
            return String::from_utf8(name).ok();
        }
    }
    None
}

/// The spellings of UTF-8 and Latin-1 that are known without asking the codecs.
fn normalized(name: &str) -> Cow<'_, str> {
    let head: String = name.chars().take(12).collect::<String>().to_ascii_lowercase().replace('_', "-");
    let is = |known: &str| head == known || head.starts_with(&format!("{known}-"));
    if is("utf-8") {
        return "utf-8".into();
    }
    if ["latin-1", "iso-8859-1", "iso-latin-1"].into_iter().any(is) || head == "latin1" || head == "l1" {
        return "iso-8859-1".into();
    }
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: &[u8]) -> Result<String, (String, u32, i32)> {
        decode_source(bytes, "<s>", &no_codecs).map_err(|e| (e.msg, e.lineno, e.offset))
    }

    #[test]
    fn good() {
        assert_eq!(decode(b"\xEF\xBB\xBFx"), Ok("x".into()));
        assert_eq!(decode(b"#coding: latin-1\n\xe9"), Ok("#coding: latin-1\né".into()));
        assert_eq!(decode(b"\n# -*- coding: Latin-1 -*-\n\xe9").map(|s| s.ends_with('é')), Ok(true));
        assert_eq!(decode(b"# vim: set fileencoding=utf-8 :\nx").map(|s| s.len()), Ok(33));
    }

    #[test]
    fn bad() {
        let message = |bytes: &[u8]| decode(bytes).unwrap_err();
        assert_eq!(message(b"# coding: foo\n"), ("unknown encoding: foo".into(), 0, -1));
        let (msg, line, offset) = message(b"x=1\ny='\xe9'\n");
        assert!(msg.starts_with("Non-UTF-8 code starting with '\\xe9' on line 2, but no"), "{msg}");
        assert_eq!((line, offset), (2, 4));
        assert!(message(b"x\n# coding: latin-1\n\xe9").0.contains("on line 3"));
        assert_eq!(message(b"\xEF\xBB\xBF# coding: latin-1\n").0, "encoding problem: iso-8859-1 with BOM");
    }
}
