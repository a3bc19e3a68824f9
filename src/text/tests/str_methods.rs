//! The methods of `str` against CPython's answers, see str_methods.py.

use weft_text::split::{self, Side};
use weft_text::{Kind, case, repr};

fn bytes(hex: &str) -> Vec<u8> {
    weft_text::bytes::from_hex(hex.as_bytes()).unwrap()
}

fn shown(text: &[u8]) -> String {
    String::from_utf8(weft_text::bytes::hex(text, None, 1)).unwrap()
}

fn list(pieces: Vec<&[u8]>) -> String {
    pieces.into_iter().map(|piece| shown(piece) + ",").collect()
}

fn truth(value: bool) -> String {
    if value { "True".to_owned() } else { "False".to_owned() }
}

fn call(method: &str, text: &[u8]) -> String {
    match method {
        "lower" => shown(&case::lower(text)),
        "upper" => shown(&case::upper(text)),
        "title" => shown(&case::title(text)),
        "capitalize" => shown(&case::capitalize(text)),
        "swapcase" => shown(&case::swapcase(text)),
        "casefold" => shown(&case::casefold(text)),
        "strip" => shown(split::strip(text, Side::Both, Kind::Str)),
        "lstrip" => shown(split::strip(text, Side::Left, Kind::Str)),
        "rstrip" => shown(split::strip(text, Side::Right, Kind::Str)),
        "repr" => shown(&repr::repr(text)),
        "ascii" => shown(&repr::ascii(text)),
        "split" => list(split::split_spaces(text, None, Kind::Str)),
        "rsplit1" => list(split::rsplit_spaces(text, Some(1), Kind::Str)),
        "splitlines" => list(split::splitlines(text, false, Kind::Str)),
        "keepends" => list(split::splitlines(text, true, Kind::Str)),
        "isalpha" => truth(case::isalpha(text)),
        "isalnum" => truth(case::isalnum(text)),
        "isdecimal" => truth(case::isdecimal(text)),
        "isdigit" => truth(case::isdigit(text)),
        "isnumeric" => truth(case::isnumeric(text)),
        "isspace" => truth(case::isspace(text)),
        "islower" => truth(case::islower(text)),
        "isupper" => truth(case::isupper(text)),
        "istitle" => truth(case::istitle(text)),
        "isidentifier" => truth(case::isidentifier(text)),
        "isprintable" => truth(case::isprintable(text)),
        _ => panic!("{method}"),
    }
}

#[test]
fn like_cpython() {
    for line in include_str!("str_methods.txt").lines() {
        let [method, text, wanted] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        assert_eq!(call(method, &bytes(text)), wanted, "{line}");
    }
}
