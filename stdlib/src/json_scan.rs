//! `_json.make_scanner`: reading of JSON (RFC 8259, and Python's NaN and infinities). Containers, strings and plain
//! numbers are made here; whatever the decoder has hooks for is called.

use crate::json::{decode_error, scan_bytes};
use crate::support::{native, no_keywords, or_none};
use foldhash::HashMap;
use weft_strategy::Header;
use weft_vm::dict::Dict;
use weft_vm::object::{NativeType, Slots, TypeSpec, ValueExt, type_flag};
use weft_vm::types::list::List;
use weft_vm::types::str::{Str, text};
use weft_vm::types::tuple::Tuple;
use weft_vm::types::typeobj::as_type;
use weft_vm::{Raised, Slot, Thread, VRef, Value, object};

/// A scanner: what a `JSONDecoder` says of its hooks.
#[repr(C)]
struct Scanner {
    h: Header,
    strict: bool,
    object_hook: Slot,
    object_pairs_hook: Slot,
    parse_float: Slot,
    parse_int: Slot,
    parse_constant: Slot,
}
object!(
    Scanner,
    "_json.Scanner",
    true,
    [object_hook, object_pairs_hook, parse_float, parse_int, parse_constant]
);

/// `_json.Scanner`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "_json.Scanner",
    doc: "JSON scanner object",
    flags: type_flag::IMMUTABLE,
    slots: Slots {
        new: Some(|t, _, a| {
            no_keywords(t, "make_scanner", a)?;
            let [context] = a.positional() else {
                let n = a.positional().len();
                return Err(t.type_error(format!("make_scanner() takes exactly 1 argument ({n} given)")));
            };
            let strict = t.attr(*context, "strict")?;
            let strict = t.truth(strict.r())?;
            let mut hooks = Vec::with_capacity(5);
            for name in ["object_hook", "object_pairs_hook", "parse_float", "parse_int", "parse_constant"] {
                hooks.push(Slot::new(t.attr(*context, name)?))
            }
            let mut hooks = hooks.into_iter();
            let mut next = || hooks.next().unwrap_or(Slot::empty());
            let shape = TYPE.shape(t);
            Ok(t.make(
                shape,
                Scanner {
                    h: Header::new(0, 0),
                    strict,
                    object_hook: next(),
                    object_pairs_hook: next(),
                    parse_float: next(),
                    parse_int: next(),
                    parse_constant: next(),
                },
            ))
        }),
        call: Some(|t, v, a| {
            no_keywords(t, "scan_once", a)?;
            let [source, index] = a.positional() else {
                return Err(t.type_error("scan_once() takes exactly 2 arguments"));
            };
            let Some(s) = text(*source) else {
                let n = source.ty().name();
                return Err(t.type_error(format!("first argument must be a string, not {n}")));
            };
            let index = t.index_i64(*index, &weft_vm::errors::OVERFLOW_ERROR)?;
            let Ok(index) = usize::try_from(index) else {
                return Err(t.value_error("idx cannot be negative"));
            };
            if index > s.len() {
                return Err(stop(t, index));
            }
            let sc = native::<Scanner>(v);
            let own = |s: &Slot| Some(or_none(s)).filter(|v| !v.is_none());
            let float_type = weft_vm::types::float::TYPE.get(t).to_value();
            let int_type = weft_vm::types::int::TYPE.get(t).to_value();
            let mut run = Run {
                source: *source,
                s,
                bytes: s.bytes(),
                strict: sc.strict,
                object_hook: own(&sc.object_hook),
                object_pairs_hook: own(&sc.object_pairs_hook),
                parse_float: own(&sc.parse_float).filter(|f| !f.is(float_type.r())),
                parse_int: own(&sc.parse_int).filter(|f| !f.is(int_type.r())),
                parse_constant: or_none(&sc.parse_constant),
                keys: HashMap::default(),
            };
            let (value, end) = run.value(t, s.offset(index))?;
            Ok(Tuple::new(t, vec![value, t.int_usize(s.char_at_offset(end))]))
        }),
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<Scanner>()
};

/// No value begins at this character: StopIteration tells the decoder where.
fn stop(t: &mut Thread, index: usize) -> Raised {
    let at = t.int_usize(index);
    t.raise_with(&weft_vm::errors::STOP_ITERATION, vec![at])
}

/// One call of a scanner. Places are byte offsets.
struct Run<'a> {
    source: VRef<'a>,
    s: &'a Str,
    bytes: &'a [u8],
    strict: bool,
    object_hook: Option<Value>,
    object_pairs_hook: Option<Value>,
    parse_float: Option<Value>,
    parse_int: Option<Value>,
    parse_constant: Value,
    /// Keys met, so that equal ones are one object.
    keys: HashMap<&'a [u8], Value>,
}

type Found = Result<(Value, usize), Raised>;

impl<'a> Run<'a> {
    fn fail(&self, t: &mut Thread, message: &str, at: usize) -> Raised {
        decode_error(t, message, self.source, self.s.char_at_offset(at))
    }

    fn skip_space(&self, mut at: usize) -> usize {
        while matches!(self.bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            at += 1
        }
        at
    }

    fn value(&mut self, t: &mut Thread, at: usize) -> Found {
        let rest = self.bytes.get(at..).unwrap_or_default();
        match rest.first() {
            Some(b'"') => {
                if let Some(text) = self.plain_string(at + 1) {
                    return Ok((self.make_str(t, text), at + text.len() + 2));
                }
                let (out, end) = self.string(t, at + 1)?;
                Ok((t.str_wtf8(&out), end))
            }
            Some(b'{') => t.recurse(|t| self.object(t, at + 1)),
            Some(b'[') => t.recurse(|t| self.array(t, at + 1)),
            Some(b'n') if rest.starts_with(b"null") => Ok((Value::NONE, at + 4)),
            Some(b't') if rest.starts_with(b"true") => Ok((Value::TRUE, at + 4)),
            Some(b'f') if rest.starts_with(b"false") => Ok((Value::FALSE, at + 5)),
            Some(b'N') if rest.starts_with(b"NaN") => self.constant(t, "NaN", at),
            Some(b'I') if rest.starts_with(b"Infinity") => self.constant(t, "Infinity", at),
            Some(b'-') if rest.starts_with(b"-Infinity") => self.constant(t, "-Infinity", at),
            _ => self.number(t, at),
        }
    }

    fn constant(&mut self, t: &mut Thread, name: &str, at: usize) -> Found {
        let text = t.str(name);
        Ok((t.call(self.parse_constant.r(), &[text.r()])?, at + name.len()))
    }

    /// The text of a string without escapes or control characters, which begins here.
    fn plain_string(&self, at: usize) -> Option<&'a [u8]> {
        let rest = self.bytes.get(at..)?;
        let n = rest.iter().position(|c| matches!(c, b'"' | b'\\' | 0..0x20))?;
        if rest[n] == b'"' { Some(&rest[..n]) } else { None }
    }

    /// A str of a part of the source.
    fn make_str(&self, t: &Thread, part: &[u8]) -> Value {
        if self.s.is_ascii() && part.len() > 1 {
            return Str::of_parts(t, part.len(), part.len(), std::iter::once(part));
        }
        t.str_wtf8(part)
    }

    /// The str of a key, the same one for equal keys.
    fn key(&mut self, t: &mut Thread, at: usize) -> Found {
        let Some(name) = self.plain_string(at) else {
            let (name, end) = self.string(t, at)?;
            return Ok((t.str_wtf8(&name), end));
        };
        let end = at + name.len() + 1;
        if self.keys.capacity() == 0 {
            self.keys.reserve(14)
        }
        if let Some(k) = self.keys.get(name) {
            return Ok((k.clone(), end));
        }
        let k = self.make_str(t, name);
        self.keys.insert(name, k.clone());
        Ok((k, end))
    }

    fn string(&mut self, t: &mut Thread, at: usize) -> Result<(Vec<u8>, usize), Raised> {
        scan_bytes(self.bytes, at, self.strict).map_err(|(message, place)| self.fail(t, message, place))
    }

    fn number(&mut self, t: &mut Thread, start: usize) -> Found {
        let b = self.bytes;
        let digits = |mut at: usize| {
            while b.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1
            }
            at
        };
        let first = start + (b.get(start) == Some(&b'-')) as usize;
        let mut end = match b.get(first) {
            Some(b'0') => first + 1,
            Some(b'1'..=b'9') => digits(first),
            _ => return Err(stop(t, self.s.char_at_offset(start))),
        };
        let mut float = false;
        if b.get(end) == Some(&b'.') && digits(end + 1) > end + 1 {
            float = true;
            end = digits(end + 1)
        }
        if matches!(b.get(end), Some(b'e' | b'E')) {
            let sign = matches!(b.get(end + 1), Some(b'+' | b'-')) as usize;
            let last = digits(end + 1 + sign);
            if last > end + 1 + sign {
                float = true;
                end = last
            }
        }
        // Only ASCII was taken.
        let text = std::str::from_utf8(&b[start..end]).unwrap_or_default();
        let hook = if float { &self.parse_float } else { &self.parse_int };
        let v = match hook {
            Some(f) => {
                let text = t.str(text);
                t.call(f.r(), &[text.r()])?
            }
            None if float => t.float(text.parse().unwrap_or(f64::NAN)),
            None => match text.parse::<i64>() {
                Ok(n) => t.int(n),
                Err(_) => {
                    let (ty, text) = (weft_vm::types::int::TYPE.get(t).to_value(), t.str(text));
                    t.call(ty.r(), &[text.r()])?
                }
            },
        };
        Ok((v, end))
    }

    fn array(&mut self, t: &mut Thread, at: usize) -> Found {
        let mut items = Vec::new();
        let mut at = self.skip_space(at);
        if self.bytes.get(at) == Some(&b']') {
            return Ok((List::new(t, items), at + 1));
        }
        loop {
            let (v, end) = self.value(t, at)?;
            items.push(v);
            at = self.skip_space(end);
            match self.bytes.get(at) {
                Some(b']') => return Ok((List::new(t, items), at + 1)),
                Some(b',') => {}
                _ => return Err(self.fail(t, "Expecting ',' delimiter", at)),
            }
            let comma = at;
            at = self.skip_space(at + 1);
            if self.bytes.get(at) == Some(&b']') {
                return Err(self.fail(t, "Illegal trailing comma before end of array", comma));
            }
        }
    }

    fn object(&mut self, t: &mut Thread, at: usize) -> Found {
        let mut pairs = Vec::new();
        let dict = if self.object_pairs_hook.is_none() { Some(Dict::new(t)) } else { None };
        let mut at = self.skip_space(at);
        if self.bytes.get(at) != Some(&b'}') {
            loop {
                if self.bytes.get(at) != Some(&b'"') {
                    return Err(self.fail(t, "Expecting property name enclosed in double quotes", at));
                }
                let (key, end) = self.key(t, at + 1)?;
                at = self.skip_space(end);
                if self.bytes.get(at) != Some(&b':') {
                    return Err(self.fail(t, "Expecting ':' delimiter", at));
                }
                at = self.skip_space(at + 1);
                let (v, end) = self.value(t, at)?;
                match dict.as_ref().and_then(|d| d.cast::<Dict>()) {
                    Some(d) => d.set_str(t, key.r(), v),
                    None => pairs.push(Tuple::new(t, vec![key, v])),
                }
                at = self.skip_space(end);
                match self.bytes.get(at) {
                    Some(b'}') => break,
                    Some(b',') => {}
                    _ => return Err(self.fail(t, "Expecting ',' delimiter", at)),
                }
                let comma = at;
                at = self.skip_space(at + 1);
                if self.bytes.get(at) == Some(&b'}') {
                    return Err(self.fail(t, "Illegal trailing comma before end of object", comma));
                }
            }
        }
        let v = match (dict, &self.object_pairs_hook, &self.object_hook) {
            (None, Some(hook), _) => {
                let list = List::new(t, pairs);
                t.call(hook.r(), &[list.r()])?
            }
            (Some(d), _, Some(hook)) => t.call(hook.r(), &[d.r()])?,
            (Some(d), ..) => d,
            (None, None, _) => Value::NONE,
        };
        Ok((v, at + 1))
    }
}

/// Is `v` this native type?
pub fn is_type(t: &Thread, v: VRef<'_>, ty: &'static NativeType) -> bool {
    as_type(v).is_some_and(|c| std::ptr::eq(c, ty.get(t)))
}
