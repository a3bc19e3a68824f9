//! printf-style formats and templates against CPython's answers, see percent.py.

use dashu_int::IBig;
use weft_text::percent::{Directive, Parser, Piece};
use weft_text::template::{FieldName, Key, Step, Template};
use weft_text::{Kind, repr};

fn shown(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// What the caller does with a directive whose only argument is `value`.
fn apply(directive: &Directive, value: &str, kind: Kind) -> Result<Vec<u8>, String> {
    let format = directive.format(0, 0).unwrap();
    match directive.letter() {
        's' => Ok(format.text(value.as_bytes(), kind)),
        'c' => Ok(format.unit(value.as_bytes(), kind)),
        letter @ ('d' | 'i' | 'u' | 'o' | 'x' | 'X') => {
            format.int(&value.parse::<IBig>().unwrap(), letter, 4300)
        }
        _ => Err(directive.unsupported()),
    }
}

fn percent(format: &str, value: &str, kind: Kind) -> Result<String, String> {
    let mut out = Vec::new();
    let mut used = false;
    for piece in Parser::new(format.as_bytes(), kind) {
        match piece.map_err(|error| error.message())? {
            Piece::Literal(text) => out.extend_from_slice(text),
            Piece::Directive(_) if used => {
                return Err(weft_text::percent::message::NOT_ENOUGH.to_owned());
            }
            Piece::Directive(directive) => {
                out.extend(apply(&directive, value, kind)?);
                used = true;
            }
        }
    }
    if used { Ok(shown(out)) } else { Err(weft_text::percent::message::NOT_ALL.to_owned()) }
}

fn template(text: &str) -> Result<String, String> {
    let mut pieces = Vec::new();
    for piece in Template::new(text.as_bytes()) {
        let piece = piece?;
        let literal = shown(piece.literal.to_vec());
        pieces.push(match piece.field {
            None => format!("{literal}|None|None|None"),
            Some(field) => {
                let conversion =
                    field.conversion.and_then(char::from_u32).map_or("None".to_owned(), String::from);
                format!(
                    "{literal}|{}|{conversion}|{}",
                    shown(field.name.to_vec()),
                    shown(field.spec.to_vec())
                )
            }
        });
    }
    Ok(pieces.join(" "))
}

fn key(key: &Key) -> String {
    match key {
        Key::Index(index) => index.to_string(),
        Key::Name(name) => shown(repr::repr(name)),
    }
}

fn name(text: &str) -> Result<String, String> {
    let name = FieldName::parse(text.as_bytes())?;
    let mut parts = vec![key(&name.first)];
    for step in name {
        parts.push(match step? {
            Step::Attribute(name) => format!(".{}", shown(repr::repr(name))),
            Step::Item(item) => format!("[{}", key(&item)),
        });
    }
    Ok(parts.join(" "))
}

#[test]
fn like_cpython() {
    let mut wrong = 0;
    for line in include_str!("percent.txt").lines() {
        let [kind, format, value, wanted] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let got = match kind {
            "template" => template(format),
            "name" => name(format),
            "bytes" => percent(format, value, Kind::Bytes),
            _ => percent(format, value, Kind::Str),
        };
        let got = got.unwrap_or_else(|message| format!("!{message}"));
        if got != wanted {
            eprintln!("{line}\n    got {got}");
            wrong += 1;
        }
    }
    assert_eq!(wrong, 0);
}
