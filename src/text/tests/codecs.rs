//! The codecs against CPython's answers, see codecs.py.

use weft_text::codecs::escape::{self, Escapes};
use weft_text::codecs::{Codec, Endian, Fault};
use weft_text::{bytes, wtf8};

fn codec(name: &str) -> Option<Codec> {
    Some(match name {
        "ascii" => Codec::Ascii,
        "latin-1" => Codec::Latin1,
        "utf-7" => Codec::Utf7,
        "utf-8" => Codec::Utf8,
        "utf-16-le" => Codec::Utf16(Endian::Little),
        "utf-16-be" => Codec::Utf16(Endian::Big),
        "utf-32-le" => Codec::Utf32(Endian::Little),
        "utf-32-be" => Codec::Utf32(Endian::Big),
        "raw_unicode_escape" => Codec::RawUnicodeEscape,
        _ => return None,
    })
}

fn decode(name: &str, input: &[u8], at: usize, is_final: bool, out: &mut Vec<u8>) -> Result<usize, Fault> {
    let lookup = |name: &[u8]| (name == b"SPACE").then(|| vec![0x20]);
    match codec(name) {
        Some(codec) => codec.decode(input, at, is_final, out),
        None => {
            escape::decode(input, at, is_final, &mut Escapes { lookup: &lookup, first_invalid: None }, out)
        }
    }
}

fn encode(name: &str, text: &[u8], at: usize, out: &mut Vec<u8>) -> Result<(), Fault> {
    match codec(name) {
        Some(codec) => codec.encode(text, at, out),
        None => {
            escape::encode(&text[at..], out);
            Ok(())
        }
    }
}

/// The result and the faults, with a question mark for each.
fn run(name: &str, direction: &str, input: &[u8]) -> (Vec<u8>, String) {
    let (mut out, mut faults, mut at) = (Vec::new(), Vec::new(), 0);
    if direction == "partly" {
        return match decode(name, input, 0, false, &mut out) {
            Ok(consumed) => (out, consumed.to_string()),
            Err(_) => (Vec::new(), "failed".to_owned()),
        };
    }
    let decoding = direction == "decode";
    loop {
        let outcome = match decoding {
            true => decode(name, input, at, true, &mut out).map(|_| ()),
            false => encode(name, input, at, &mut out),
        };
        let Err(fault) = outcome else {
            return (out, faults.join(","));
        };
        let index = |offset| {
            if decoding { offset } else { wtf8::index_of(input, offset) }
        };
        faults.push(format!("{}:{}:{}", index(fault.start), index(fault.end), fault.reason));
        if decoding {
            out.push(b'?')
        } else {
            encode(name, b"?", 0, &mut out).unwrap()
        }
        at = fault.end;
    }
}

#[test]
fn like_cpython() {
    let plain = |hex: &str| bytes::from_hex(hex.as_bytes()).unwrap();
    let mut wrong = 0;
    for line in include_str!("codecs.txt").lines() {
        let [name, direction, input, result, faults] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let got = run(name, direction, &plain(input));
        if got != (plain(result), faults.to_owned()) {
            eprintln!(
                "{line}\n    {}\n    got {} {}",
                plain(input).escape_ascii(),
                got.0.escape_ascii(),
                got.1
            );
            wrong += 1;
        }
    }
    assert_eq!(wrong, 0);
}
