//! Programs and what CPython 3.14 says of them.
//!
//! `errors.txt` has a program a line (`\n`, `\t`, `\\` escaped; `(*201` is 201 of them), the message and
//! `line:offset-end_line:end_offset`, or `ok`, between tabs; all of it measured.

use super::{ErrorKind, SyntaxError};
use crate::convert::{Mode, parse};
use crate::symbols::{Options, analyze};

fn front(source: &str) -> Result<Vec<String>, SyntaxError> {
    let parsed = parse(source, "<s>", Mode::Exec)?;
    let table = analyze(&parsed.tree, "<s>", Options::default())?;
    Ok(parsed.warnings.iter().chain(&table.warnings).map(|w| w.msg.clone()).collect())
}

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => out.push(match chars.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                other => other.unwrap_or('\\'),
            }),
            (c, false) => out.push(c),
        }
    }
    match text.split_once('*').map(|(c, n)| (c, n.parse::<usize>())) {
        Some((c, Ok(n))) if c.chars().count() == 1 && n > 100 => c.repeat(n),
        _ => out,
    }
}

fn told(source: &str) -> String {
    match front(source) {
        Ok(_) => "ok".into(),
        Err(e) => {
            let kind = match e.kind {
                ErrorKind::Indentation => "IndentationError: ",
                ErrorKind::Tab => "TabError: ",
                _ => "",
            };
            format!("{kind}{}\t{}:{}-{}:{}", e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)
        }
    }
}

#[test]
fn like_cpython() {
    let mut wrong = Vec::new();
    for line in include_str!("errors.txt").lines() {
        let Some((source, expected)) = line.split_once('\t') else { continue };
        let got = told(&unescape(source));
        if got != expected {
            wrong.push(format!("{source}\n  expected {expected}\n  got      {got}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn warnings() {
    let cases = [
        ("x is 1", "\"is\" with 'int' literal. Did you mean \"==\"?"),
        ("x is not 'a'", "\"is not\" with 'str' literal. Did you mean \"!=\"?"),
        ("1()", "'int' object is not callable; perhaps you missed a comma?"),
        ("'a'[1, 2]", "str indices must be integers or slices, not tuple; perhaps you missed a comma?"),
        ("{1}[0]", "'set' object is not subscriptable; perhaps you missed a comma?"),
        ("assert (x, 'y')", "assertion is always true, perhaps remove parentheses?"),
        ("def f():\n try: pass\n finally: return 1", "'return' in a 'finally' block"),
        ("for i in x:\n try: pass\n finally:\n  break", "'break' in a 'finally' block"),
        ("1if 2 else 3", "invalid decimal literal"),
        ("0x1for x in y", "invalid hexadecimal literal"),
        (
            r"'\d'",
            r#""\d" is an invalid escape sequence. Such sequences will not work in the future. Did you mean "\\d"? A raw string is also an option."#,
        ),
    ];
    for (source, expected) in cases {
        let got = front(source).unwrap_or_else(|e| vec![e.msg]);
        assert!(got.iter().any(|w| w == expected), "{source}: {got:?}");
    }
    for quiet in ["x is None", "x is ()[0]", "'a'[1]", "'a'[x]", "assert x, 'y'", "r'\\d'", "b'\\x00'"] {
        assert_eq!(front(quiet), Ok(Vec::new()), "{quiet}");
    }
}

#[test]
fn single_statements() {
    let ok = |source| parse(source, "<s>", Mode::Single).is_ok();
    assert!(ok("x = 1; y = 2") && ok("if 1:\n  pass\n") && ok("if 1: pass\n") && ok("\n\nx"));
    assert!(!ok("x = 1\ny = 2") && !ok("") && !ok("if 1: pass") && !ok("# nothing\n"));
    let error = parse("x=1\ny=2", "<s>", Mode::Single).map(|_| ()).unwrap_err();
    assert_eq!(error.msg, "multiple statements found while compiling a single statement");
}

#[test]
fn deep_sources_are_refused() {
    for source in ["-".repeat(100_000) + "1", "a".to_owned() + &"()".repeat(100_000)] {
        assert_eq!(front(&source).map_err(|e| e.kind), Err(ErrorKind::Memory));
    }
    assert_eq!(front(&("a=".repeat(50_000) + "1")), Ok(Vec::new()));
}
