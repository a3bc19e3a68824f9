//! Newline translation: `IncrementalNewlineDecoder`, and the same on Rust text for the text streams.

use crate::syscall;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering::*};
use weft_strategy::{Header, Slot};
use weft_vm::call::bind::call_native;
use weft_vm::object::{Args, Binding, GetSet, MethodDef, NativeType, Slots, TypeSpec, ValueExt, header_of};
use weft_vm::types::bytes::Bytes;
use weft_vm::types::str::text;
use weft_vm::types::tuple::{Tuple, tuple};
use weft_vm::{Res, Thread, VRef, Value, methods};

/// Kinds of line ends seen, as bits.
pub const SEEN_CR: u8 = 1;
/// `\n`
pub const SEEN_LF: u8 = 2;
/// `\r\n`
pub const SEEN_CRLF: u8 = 4;

/// State of a translation.
#[derive(Clone, Copy, Default, Debug)]
pub struct Newlines {
    /// A `\r` waits for what comes next.
    pub pending_cr: bool,
    /// What was seen.
    pub seen: u8,
}

impl Newlines {
    /// Takes more text; gives it with line ends translated to `\n` if asked. A `\r` at the end is kept back unless
    /// this is the last text.
    pub fn feed(&mut self, input: &[u8], translate: bool, is_final: bool) -> Vec<u8> {
        let mut s = Vec::with_capacity(input.len() + 1);
        if self.pending_cr && (is_final || !input.is_empty()) {
            s.push(b'\r');
            self.pending_cr = false;
        }
        s.extend_from_slice(input);
        if !is_final && s.last() == Some(&b'\r') {
            s.pop();
            self.pending_cr = true;
        }
        if !s.contains(&b'\r') {
            if self.seen & SEEN_LF == 0 && s.contains(&b'\n') {
                self.seen |= SEEN_LF
            }
            return s;
        }
        let mut out = Vec::with_capacity(s.len());
        let mut i = 0;
        while i < s.len() {
            match s[i] {
                b'\r' if s.get(i + 1) == Some(&b'\n') => {
                    self.seen |= SEEN_CRLF;
                    i += 1;
                    if translate { out.push(b'\n') } else { out.extend(b"\r\n") }
                }
                b'\r' => {
                    self.seen |= SEEN_CR;
                    out.push(if translate { b'\n' } else { b'\r' })
                }
                b'\n' => {
                    self.seen |= SEEN_LF;
                    out.push(b'\n')
                }
                c => out.push(c),
            }
            i += 1
        }
        out
    }
}

/// The `newlines` attribute for what was seen.
pub fn seen_value(t: &Thread, seen: u8) -> Value {
    let (cr, lf, crlf) = (t.str("\r"), t.str("\n"), t.str("\r\n"));
    let mut v: Vec<Value> = Vec::new();
    for (bit, s) in [(SEEN_CR, cr), (SEEN_LF, lf), (SEEN_CRLF, crlf)] {
        if seen & bit != 0 {
            v.push(s)
        }
    }
    match v.len() {
        0 => Value::NONE,
        1 => v.remove(0),
        _ => Tuple::new(t, v),
    }
}

/// How lines end when reading.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ends {
    /// Only `\n` (text is translated, or newline='\n').
    Lf,
    /// `\n`, `\r`, `\r\n`
    Universal,
    /// Only `\r`
    Cr,
    /// Only `\r\n`
    CrLf,
}

/// Where the first line of `s` ends (behind its line end), if it does; otherwise how many bytes are surely no part of
/// a line end, so that the search can go on behind them.
pub fn find_line_end(s: &[u8], ends: Ends) -> Result<usize, usize> {
    match ends {
        Ends::Lf => s.iter().position(|c| *c == b'\n').map(|i| i + 1).ok_or(s.len()),
        Ends::Cr => s.iter().position(|c| *c == b'\r').map(|i| i + 1).ok_or(s.len()),
        Ends::Universal => match s.iter().position(|c| *c == b'\n' || *c == b'\r') {
            Some(i) if s[i] == b'\r' && s.get(i + 1) == Some(&b'\n') => Ok(i + 2),
            Some(i) => Ok(i + 1),
            None => Err(s.len()),
        },
        Ends::CrLf => {
            let found = s.windows(2).position(|w| w == b"\r\n");
            found.map(|i| i + 2).ok_or(if s.last() == Some(&b'\r') { s.len() - 1 } else { s.len() })
        }
    }
}

/// The object.
#[repr(C)]
pub struct Decoder {
    h: Header,
    /// The decoder below, or None.
    decoder: Slot,
    errors: Slot,
    translate: AtomicBool,
    pending_cr: AtomicBool,
    seen: AtomicU8,
}
weft_vm::object!(Decoder, "_io.IncrementalNewlineDecoder", true, [decoder, errors]);

/// `_io.IncrementalNewlineDecoder`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "_io.IncrementalNewlineDecoder",
    doc: "Codec used when reading a file in universal newlines mode.\n\nIt wraps another incremental decoder, translating \\r\\n and \\r into \\n.",
    slots: Slots {
        new: Some(|t, cls, _| {
            Ok(t.make(
                cls.shape(),
                Decoder {
                    h: Header::new(0, 0),
                    decoder: Slot::empty(),
                    errors: Slot::empty(),
                    translate: AtomicBool::new(false),
                    pending_cr: AtomicBool::new(false),
                    seen: AtomicU8::new(0),
                },
            ))
        }),
        init: Some(|t, v, a| call_native(t, &INIT, Some(v), a).map(drop)),
        ..Slots::EMPTY
    },
    methods: methods! {
        "decode(self, /, input, final=False)" => decode;
        "getstate(self, /)" => getstate;
        "setstate(self, state, /)" => setstate;
        "reset(self, /)" => reset;
    },
    getset: &[GetSet {
        name: "newlines",
        get: |t, v| Ok(seen_value(t, this(v).seen.load(Relaxed))),
        set: None,
        doc: "",
    }],
    ..TypeSpec::new::<Decoder>()
};

static INIT: MethodDef = MethodDef::new(
    "IncrementalNewlineDecoder(self, decoder, translate, errors='strict')",
    init,
    "",
    Binding::Plain,
);

fn this(v: VRef<'_>) -> &Decoder {
    v.cast().expect("an IncrementalNewlineDecoder")
}

fn init(t: &mut Thread, a: Args<'_>) -> Res {
    let d: &Decoder = a.this();
    let translate = t.truth(a.get(2))?;
    let errors = match a.opt(3) {
        Some(e) => e.to_value(),
        None => t.str("strict"),
    };
    d.decoder.set(header_of(d), a.get(1).to_value());
    d.errors.set(header_of(d), errors);
    d.translate.store(translate, Relaxed);
    d.pending_cr.store(false, Relaxed);
    d.seen.store(0, Relaxed);
    Ok(Value::NONE)
}

fn below(t: &mut Thread, d: &Decoder) -> Res<Option<Value>> {
    match d.decoder.load() {
        None => Err(t.value_error("IncrementalNewlineDecoder.__init__() not called")),
        Some(v) if v.is_none() => Ok(None),
        v => Ok(v),
    }
}

fn decode(t: &mut Thread, a: Args<'_>) -> Res {
    let d: &Decoder = a.this();
    let is_final = syscall::flag(t, a.opt(2), false)?;
    let decoded = match below(t, d)? {
        Some(dec) => t.call_method(dec.r(), "decode", &[a.get(1), Value::bool(is_final).r()])?,
        None => a.get(1).to_value(),
    };
    let Some(s) = text(decoded.r()) else {
        let n = decoded.r().ty().name();
        return Err(t.type_error(format!("decoder should return a string result, not '{n}'")));
    };
    let mut n = Newlines { pending_cr: d.pending_cr.load(Relaxed), seen: d.seen.load(Relaxed) };
    let out = n.feed(s.bytes(), d.translate.load(Relaxed), is_final);
    d.pending_cr.store(n.pending_cr, Relaxed);
    d.seen.store(n.seen, Relaxed);
    Ok(t.str_wtf8(&out))
}

fn getstate(t: &mut Thread, a: Args<'_>) -> Res {
    let d: &Decoder = a.this();
    let (buffer, flag) = match below(t, d)? {
        None => (t.bytes(b""), 0),
        Some(dec) => {
            let state = t.call_method(dec.r(), "getstate", &[])?;
            let Some(s) = tuple(state.r()).filter(|s| s.len() == 2) else {
                return Err(t.type_error("illegal decoder state"));
            };
            if s.get(0).cast::<Bytes>().is_none() {
                let n = s.get(0).ty().name();
                return Err(t.type_error(format!(
                    "illegal decoder state: the first item should be a bytes object, not '{n}'"
                )));
            }
            (s.get(0).to_value(), t.index_clamped(s.get(1))?)
        }
    };
    let flag = flag << 1 | d.pending_cr.load(Relaxed) as i64;
    Ok(Tuple::new(t, vec![buffer, t.int(flag)]))
}

fn setstate(t: &mut Thread, a: Args<'_>) -> Res {
    let d: &Decoder = a.this();
    let dec = below(t, d)?;
    let Some(s) = tuple(a.get(1)) else { return Err(t.type_error("state argument must be a tuple")) };
    if s.len() != 2 {
        return Err(t.type_error("setstate(): illegal state argument"));
    }
    let flag = t.index_clamped(s.get(1))?;
    d.pending_cr.store(flag & 1 != 0, Relaxed);
    if let Some(dec) = dec {
        let pair = Tuple::new(t, vec![s.get(0).to_value(), t.int(flag >> 1)]);
        return t.call_method(dec.r(), "setstate", &[pair.r()]);
    }
    Ok(Value::NONE)
}

fn reset(t: &mut Thread, a: Args<'_>) -> Res {
    let d: &Decoder = a.this();
    let dec = below(t, d)?;
    d.pending_cr.store(false, Relaxed);
    d.seen.store(0, Relaxed);
    match dec {
        Some(dec) => t.call_method(dec.r(), "reset", &[]),
        None => Ok(Value::NONE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cr_waits_for_its_lf() {
        let mut n = Newlines::default();
        assert_eq!(n.feed(b"a\r", true, false), b"a");
        assert_eq!(n.feed(b"\nb\rc", true, false), b"\nb\nc");
        assert_eq!(n.seen, SEEN_CRLF | SEEN_CR);
        assert_eq!(n.feed(b"\r", false, true), b"\r");
    }

    #[test]
    fn lines_end_as_asked() {
        assert_eq!(find_line_end(b"a\r\nb", Ends::Universal), Ok(3));
        assert_eq!(find_line_end(b"a\r\nb", Ends::Lf), Ok(3));
        assert_eq!(find_line_end(b"a\r\nb", Ends::Cr), Ok(2));
        assert_eq!(find_line_end(b"a\nb\r", Ends::CrLf), Err(3));
    }
}
