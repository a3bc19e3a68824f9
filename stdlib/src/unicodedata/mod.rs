//! `unicodedata`: the Unicode character database, version 16.0 and, for IDNA and stringprep, 3.2.
//!
//! The data comes from CPython itself (`generate.py`), compressed; it is unpacked when first asked for.

use crate::support::native;
use std::collections::HashMap;
use std::sync::OnceLock;
use unicode_normalization::UnicodeNormalization;
use weft_strategy::Header;
use weft_text::wtf8;
use weft_vm::object::{Args, GetSet, MethodDef, ModuleSpec, NativeType, TypeSpec, ValueExt, type_flag};
use weft_vm::types::str::{Str, text};
use weft_vm::{Raised, Res, Thread, VRef, Value, methods, object};

static PACKED: &[u8] = include_bytes!("data.z");

/// What equal code points share.
struct Record {
    category: &'static str,
    bidirectional: &'static str,
    combining: i64,
    mirrored: bool,
    width: &'static str,
}

/// Decimal, digit and numeric value.
type Number = (Option<i64>, Option<i64>, Option<f64>);

/// One version of the database.
struct Database {
    records: Vec<Record>,
    /// First code points of runs with the same record.
    runs: Vec<(u32, usize)>,
    decompositions: HashMap<u32, &'static str>,
    numbers: HashMap<u32, Number>,
}

struct Data {
    databases: [Database; 2],
    names: HashMap<u32, &'static str>,
    points: HashMap<&'static str, u32>,
}

fn lines(part: Option<&'static str>) -> impl Iterator<Item = (u32, &'static str)> {
    part.unwrap_or("").lines().filter_map(|l| {
        let (point, rest) = l.split_once(' ')?;
        Some((u32::from_str_radix(point, 16).ok()?, rest))
    })
}

fn database(parts: &mut impl Iterator<Item = &'static str>) -> Database {
    let records = parts.next().unwrap_or("").lines().map(|l| {
        let mut f = l.split(' ');
        let mut next = || f.next().unwrap_or("");
        let (category, bidirectional) = (next(), next());
        Record {
            category,
            bidirectional: if bidirectional == "-" { "" } else { bidirectional },
            combining: next().parse().unwrap_or(0),
            mirrored: next() == "1",
            width: next(),
        }
    });
    let records = records.collect();
    let runs = lines(parts.next()).map(|(c, r)| (c, r.parse().unwrap_or(0))).collect();
    let decompositions = lines(parts.next()).collect();
    let numbers = lines(parts.next()).map(|(c, l)| {
        let mut f = l.split(' ');
        let mut int = || f.next().and_then(|n| n.parse().ok());
        let (decimal, digit) = (int(), int());
        (c, (decimal, digit, l.rsplit(' ').next().and_then(|n| n.parse().ok())))
    });
    Database { records, runs, decompositions, numbers: numbers.collect() }
}

fn data() -> &'static Data {
    static DATA: OnceLock<Data> = OnceLock::new();
    DATA.get_or_init(|| {
        let text = crate::zlib::unpack(PACKED).unwrap_or_default();
        let text: &'static str = Box::leak(String::from_utf8(text).unwrap_or_default().into_boxed_str());
        let mut parts = text.split('\u{C}');
        let databases = [database(&mut parts), database(&mut parts)];
        let names: HashMap<u32, &str> = lines(parts.next()).collect();
        let mut points: HashMap<&str, u32> = names.iter().map(|(c, n)| (*n, *c)).collect();
        points.extend(lines(parts.next()).map(|(c, n)| (n, c)));
        Data { databases, names, points }
    })
}

impl Database {
    fn record(&self, c: u32) -> &Record {
        let i = self.runs.partition_point(|r| r.0 <= c).saturating_sub(1);
        &self.records[self.runs.get(i).map_or(0, |r| r.1).min(self.records.len() - 1)]
    }
}

// ---- names

const LEADS: [&str; 19] =
    ["G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S", "SS", "", "J", "JJ", "C", "K", "T", "P", "H"];
const VOWELS: [&str; 21] = [
    "A", "AE", "YA", "YAE", "EO", "E", "YEO", "YE", "O", "WA", "WAE", "OE", "YO", "U", "WEO", "WE", "WI", "YU", "EU",
    "YI", "I",
];
const TAILS: [&str; 28] = [
    "", "G", "GG", "GS", "N", "NJ", "NH", "D", "L", "LG", "LM", "LB", "LS", "LT", "LP", "LH", "M", "B", "BS", "S", "SS",
    "NG", "J", "C", "K", "T", "P", "H",
];

/// The name of a code point (Unicode Standard, 4.8), if it has one.
pub fn name(c: u32) -> Option<String> {
    if (0xAC00..0xD7A4).contains(&c) {
        let s = (c - 0xAC00) as usize;
        let (l, v, tail) = (s / 588, s % 588 / 28, s % 28);
        return Some(format!("HANGUL SYLLABLE {}{}{}", LEADS[l], VOWELS[v], TAILS[tail]));
    }
    match data().names.get(&c) {
        Some(n) => Some((*n).to_string()),
        None if is_ideograph(c) => Some(format!("CJK UNIFIED IDEOGRAPH-{c:X}")),
        None => None,
    }
}

/// Is it a unified ideograph, named by its number?
fn is_ideograph(c: u32) -> bool {
    matches!(c,
        0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0x20000..=0x2A6DF | 0x2A700..=0x2B739 | 0x2B740..=0x2B81D
        | 0x2B820..=0x2CEA1 | 0x2CEB0..=0x2EBE0 | 0x2EBF0..=0x2EE5D | 0x30000..=0x3134A | 0x31350..=0x323AF)
}

/// The code point with this name or alias, in any case.
pub fn lookup(name: &str) -> Option<u32> {
    let name = name.to_ascii_uppercase();
    if let Some(hex) = name.strip_prefix("CJK UNIFIED IDEOGRAPH-") {
        return u32::from_str_radix(hex, 16).ok().filter(|c| hex.len() >= 4 && is_ideograph(*c));
    }
    if let Some(syllable) = name.strip_prefix("HANGUL SYLLABLE ") {
        // Longest parts first, so that GG is not G and then something.
        let longest = |s: &str, parts: &[&str]| {
            let fits = parts.iter().enumerate().filter(|(_, p)| s.starts_with(**p));
            fits.max_by_key(|(_, p)| p.len()).map(|(i, p)| (i as u32, p.len()))
        };
        let (l, n) = longest(syllable, &LEADS)?;
        let rest = &syllable[n..];
        let (v, n) = longest(rest, &VOWELS)?;
        let tail = TAILS.iter().position(|t| *t == &rest[n..])? as u32;
        return Some(0xAC00 + (l * 21 + v) * 28 + tail);
    }
    data().points.get(name.as_str()).copied()
}

// ---- the module

/// The functions, as methods too: `Ucd` picks the version, a module function has none.
macro_rules! functions {
    ($($text:literal $with_self:literal => $f:expr, $doc:literal;)*) => {
        static FUNCTIONS: &[MethodDef] = methods! { $($text => |t, a| { let f: Function = $f; f(t, 0, a, 0) }, $doc;)* };
        static METHODS: &[MethodDef] = methods! { $($with_self => |t, a| {
            let f: Function = $f;
            let version = native::<Ucd>(a.get(0)).version;
            f(t, version, a, 1)
        }, $doc;)* };
    };
}

/// `f(thread, version, arguments, index of the first argument)`
type Function = fn(&mut Thread, usize, Args<'_>, usize) -> Res;

functions! {
    "decimal(chr, default=<unrepresentable>, /)" "decimal(self, chr, default=<unrepresentable>, /)" => |t, d, a, i| {
        let n = number(t, d, a, i, "decimal")?.0;
        or_default(t, n.map(|n| t.int(n)), a.opt(i + 1), "not a decimal")
    }, "Converts a Unicode character into its equivalent decimal value.\n\nReturns the decimal value assigned to the character chr as integer.\nIf no such value is defined, default is returned, or, if not given,\nValueError is raised.";
    "digit(chr, default=<unrepresentable>, /)" "digit(self, chr, default=<unrepresentable>, /)" => |t, d, a, i| {
        let n = number(t, d, a, i, "digit")?.1;
        or_default(t, n.map(|n| t.int(n)), a.opt(i + 1), "not a digit")
    }, "Converts a Unicode character into its equivalent digit value.\n\nReturns the digit value assigned to the character chr as integer.\nIf no such value is defined, default is returned, or, if not given,\nValueError is raised.";
    "numeric(chr, default=<unrepresentable>, /)" "numeric(self, chr, default=<unrepresentable>, /)" => |t, d, a, i| {
        let n = number(t, d, a, i, "numeric")?.2;
        or_default(t, n.map(|n| t.float(n)), a.opt(i + 1), "not a numeric character")
    }, "Converts a Unicode character into its equivalent numeric value.\n\nReturns the numeric value assigned to the character chr as float.\nIf no such value is defined, default is returned, or, if not given,\nValueError is raised.";
    "category(chr, /)" "category(self, chr, /)" => |t, d, a, i| {
        let c = character(t, a.get(i), "category")?;
        Ok(t.str(data().databases[d].record(c).category))
    }, "Returns the general category assigned to the character chr as string.";
    "bidirectional(chr, /)" "bidirectional(self, chr, /)" => |t, d, a, i| {
        let c = character(t, a.get(i), "bidirectional")?;
        Ok(t.str(data().databases[d].record(c).bidirectional))
    }, "Returns the bidirectional class assigned to the character chr as string.\n\nIf no such value is defined, an empty string is returned.";
    "combining(chr, /)" "combining(self, chr, /)" => |t, d, a, i| {
        let c = character(t, a.get(i), "combining")?;
        Ok(t.int(data().databases[d].record(c).combining))
    }, "Returns the canonical combining class assigned to the character chr as integer.\n\nReturns 0 if no combining class is defined.";
    "mirrored(chr, /)" "mirrored(self, chr, /)" => |t, d, a, i| {
        let c = character(t, a.get(i), "mirrored")?;
        Ok(t.int(data().databases[d].record(c).mirrored as i64))
    }, "Returns the mirrored property assigned to the character chr as integer.\n\nReturns 1 if the character has been identified as a \"mirrored\"\ncharacter in bidirectional text, 0 otherwise.";
    "east_asian_width(chr, /)" "east_asian_width(self, chr, /)" => |t, d, a, i| {
        let c = character(t, a.get(i), "east_asian_width")?;
        Ok(t.str(data().databases[d].record(c).width))
    }, "Returns the east asian width assigned to the character chr as string.";
    "decomposition(chr, /)" "decomposition(self, chr, /)" => |t, d, a, i| {
        let c = character(t, a.get(i), "decomposition")?;
        Ok(t.str(data().databases[d].decompositions.get(&c).copied().unwrap_or("")))
    }, "Returns the character decomposition mapping assigned to the character chr as string.\n\nAn empty string is returned in case no such mapping is defined.";
    "name(chr, default=<unrepresentable>, /)" "name(self, chr, default=<unrepresentable>, /)" => |t, d, a, i| {
        let c = character(t, a.get(i), "name")?;
        let known = d == 0 || data().databases[d].record(c).category != "Cn";
        let n = if known { name(c) } else { None };
        or_default(t, n.map(|n| t.str(&n)), a.opt(i + 1), "no such name")
    }, "Returns the name assigned to the character chr as a string.\n\nIf no name is defined, default is returned, or, if not given,\nValueError is raised.";
    "lookup(name, /)" "lookup(self, name, /)" => |t, _, a, i| {
        let wanted = match text(a.get(i)) {
            Some(s) => s.to_string(),
            None => String::from_utf8_lossy(&crate::support::bytes(t, a.get(i))?).into_owned(),
        };
        match lookup(&wanted) {
            Some(c) => Ok(t.str_char(c)),
            None => {
                let message = t.str(&format!("undefined character name '{wanted}'"));
                Err(t.raise_with(&weft_vm::errors::KEY_ERROR, vec![message]))
            }
        }
    }, "Look up character by name.\n\nIf a character with the given name is found, return the\ncorresponding character.  If not found, KeyError is raised.";
    "normalize(form, unistr, /)" "normalize(self, form, unistr, /)" => |t, d, a, i| {
        let out = normalized(t, d, a, i)?;
        Ok(t.str_wtf8(&out))
    }, "Return the normal form 'form' for the Unicode string unistr.\n\nValid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.";
    "is_normalized(form, unistr, /)" "is_normalized(self, form, unistr, /)" => |t, d, a, i| {
        let out = normalized(t, d, a, i)?;
        Ok(Value::bool(text(a.get(i + 1)).is_some_and(|s| s.bytes() == out)))
    }, "Return whether the Unicode string unistr is in the normal form 'form'.\n\nValid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.";
}

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "unicodedata",
    doc: "This module provides access to the Unicode Character Database which\ndefines character properties for all Unicode characters. The data in\nthis database is based on the UnicodeData.txt file version\n16.0.0 which is publicly available from the Unicode Consortium\nat https://www.unicode.org/Public/16.0.0/ucd/UnicodeData.txt.\n\nThe module uses the same names and symbols as defined by the\nUnicodeData File Format 16.0.0.\n",
    functions: FUNCTIONS,
    init: Some(init),
};

fn init(t: &mut Thread, m: VRef<'_>) -> Result<(), Raised> {
    t.module_set(m, "unidata_version", t.str("16.0.0"));
    t.module_add_type(m, &TYPE);
    let old = t.make(TYPE.shape(t), Ucd { h: Header::new(0, 0), version: 1 });
    t.module_set(m, "ucd_3_2_0", old);
    Ok(())
}

/// A version of the database as an object.
#[repr(C)]
struct Ucd {
    h: Header,
    version: usize,
}
object!(Ucd, "unicodedata.UCD", false, []);

static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "unicodedata.UCD",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    methods: METHODS,
    getset: &[GetSet {
        name: "unidata_version",
        get: |t, v| Ok(t.str(if native::<Ucd>(v).version == 0 { "16.0.0" } else { "3.2.0" })),
        set: Some(crate::support::read_only),
        doc: "",
    }],
    ..TypeSpec::new::<Ucd>()
};

/// An argument of one character.
fn character(t: &mut Thread, v: VRef<'_>, f: &str) -> Res<u32> {
    match text(v) {
        Some(s) if s.len() == 1 => Ok(s.code_point(0)),
        Some(s) => {
            let n = s.len();
            Err(t.type_error(format!("{f}(): argument must be a unicode character, not a string of length {n}")))
        }
        None => {
            let n = v.ty().name();
            Err(t.type_error(format!("{f}() argument must be a unicode character, not {n}")))
        }
    }
}

fn number(t: &mut Thread, version: usize, a: Args<'_>, i: usize, f: &str) -> Res<Number> {
    let c = match text(a.get(i)) {
        Some(s) if s.len() == 1 => s.code_point(0),
        Some(s) => {
            let n = s.len();
            return Err(
                t.type_error(format!("{f}(): argument 1 must be a unicode character, not a string of length {n}"))
            );
        }
        None => {
            let n = a.get(i).ty().name();
            return Err(t.type_error(format!("{f}() argument 1 must be a unicode character, not {n}")));
        }
    };
    Ok(data().databases[version].numbers.get(&c).copied().unwrap_or((None, None, None)))
}

fn or_default(t: &mut Thread, v: Option<Value>, default: Option<VRef<'_>>, message: &str) -> Res {
    match (v, default) {
        (Some(v), _) => Ok(v),
        (None, Some(d)) => Ok(d.to_value()),
        (None, None) => Err(t.value_error(message)),
    }
}

/// The normal form of the text. Lone surrogates, and for the old version characters it did not know, stay as they are.
fn normalized(t: &mut Thread, version: usize, a: Args<'_>, i: usize) -> Res<Vec<u8>> {
    let form = t.arg_str_named(a.get(i), "normalize", "1")?.to_string();
    let s: &Str = t.arg_str_named(a.get(i + 1), "normalize", "2")?;
    let f: fn(&str) -> String = match form.as_str() {
        "NFC" => |s| s.nfc().collect(),
        "NFD" => |s| s.nfd().collect(),
        "NFKC" => |s| s.nfkc().collect(),
        "NFKD" => |s| s.nfkd().collect(),
        _ => return Err(t.value_error("invalid normalization form")),
    };
    if s.is_ascii() {
        return Ok(s.bytes().to_vec());
    }
    let mut out = Vec::with_capacity(s.bytes().len());
    let mut run = String::new();
    for p in wtf8::points(s.bytes()) {
        let unknown = version == 1 && data().databases[1].record(p).category == "Cn";
        match char::from_u32(p).filter(|_| !unknown) {
            Some(c) => run.push(c),
            None => {
                out.extend_from_slice(f(&run).as_bytes());
                run.clear();
                wtf8::push(&mut out, p)
            }
        }
    }
    out.extend_from_slice(f(&run).as_bytes());
    Ok(out)
}
