//! Error handlers: the built-in ones by name, registered ones called, and both as Python functions.

use super::{error_handlers, is_int, position, unknown_handler};
use crate::dict::Dict;
use crate::errors::{Exc, UNICODE_DECODE_ERROR, UNICODE_ENCODE_ERROR, UNICODE_TRANSLATE_ERROR, exc, field};
use crate::object::{Args, Binding, MethodDef, NativeType, ValueExt};
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::str::{Str, text};
use crate::types::tuple::Tuple;
use crate::{Raised, Res};
use weft_strategy::{VRef, Value};
use weft_text::codecs::handlers::{Handler, Replacement};
use weft_text::codecs::{Codec, Endian, Fault};

/// The `errors` argument.
pub struct Errors<'f> {
    name: Option<VRef<'f>>,
    fixed: Option<Fixed>,
}

/// A handler that calls no Python.
#[derive(Clone, Copy)]
pub enum Fixed {
    /// One that needs nothing.
    Handler(Handler),
    /// `namereplace`
    NameReplace,
}

impl<'f> Errors<'f> {
    /// From the argument; absent or None means `strict`.
    pub fn of(name: Option<VRef<'f>>) -> Errors<'f> {
        let name = name.filter(|n| !n.is_none());
        let fixed = match name.and_then(text) {
            None => Some(Fixed::Handler(Handler::Strict)),
            Some(s) if s.bytes() == b"namereplace" => Some(Fixed::NameReplace),
            Some(s) => s.as_str().and_then(Handler::from_name).map(Fixed::Handler),
        };
        Errors { name, fixed }
    }

    /// The built-in handler, if it is one.
    pub fn fixed(&self) -> Option<Fixed> {
        self.fixed
    }

    /// The registered handler; LookupError.
    fn registered(&self, t: &mut Thread) -> Res {
        let Some(name) = self.name else { return Ok(Value::NONE) };
        let d = error_handlers(t);
        if let Some(d) = d.cast::<Dict>()
            && let Some(h) = d.get(t, name)?
        {
            return Ok(h);
        }
        let shown = t.str_text(name)?;
        Err(unknown_handler(t, &shown))
    }
}

/// Makes `ty(*args)` without raising it.
fn make_error(t: &mut Thread, ty: &'static NativeType, args: &[Value]) -> Res {
    let class = ty.get(t).to_value();
    let refs: Vec<VRef<'_>> = args.iter().map(|v| v.r()).collect();
    t.call(class.r(), &refs)
}

fn decode_error(t: &mut Thread, name: &str, input: &[u8], fault: Fault) -> Res {
    let args =
        [t.str(name), t.bytes(input), t.int_usize(fault.start), t.int_usize(fault.end), t.str(fault.reason)];
    make_error(t, &UNICODE_DECODE_ERROR, &args)
}

fn encode_error(t: &mut Thread, name: &str, v: VRef<'_>, span: (usize, usize), reason: &str) -> Res {
    let args = [t.str(name), v.to_value(), t.int_usize(span.0), t.int_usize(span.1), t.str(reason)];
    make_error(t, &UNICODE_ENCODE_ERROR, &args)
}

/// UnicodeDecodeError; TypeError for a handler that is for encoding only.
#[cold]
pub fn raise_decode(t: &mut Thread, name: &str, input: &[u8], fault: Fault, h: Handler) -> Raised {
    if h == Handler::XmlCharRefReplace {
        return t.type_error("don't know how to handle UnicodeDecodeError in error callback");
    }
    match decode_error(t, name, input, fault) {
        Ok(e) => t.raise(e),
        Err(e) => e,
    }
}

/// UnicodeEncodeError
#[cold]
pub fn raise_encode(t: &mut Thread, name: &str, v: VRef<'_>, span: (usize, usize), reason: &str) -> Raised {
    match encode_error(t, name, v, span, reason) {
        Ok(e) => t.raise(e),
        Err(e) => e,
    }
}

/// Asks a registered handler about a fault in decoding: replacement, where to go on, and other input if the handler put
/// it into the exception.
pub fn ask_decode(
    t: &mut Thread,
    name: &str,
    input: &[u8],
    fault: Fault,
    errors: &Errors<'_>,
) -> Res<(Vec<u8>, usize, Option<Vec<u8>>)> {
    let handler = errors.registered(t)?;
    let e = decode_error(t, name, input, fault)?;
    let r = t.call(handler.r(), &[e.r()])?;
    let pair = r.cast::<Tuple>().filter(|p| p.len() == 2);
    let Some((s, p)) = pair.and_then(|p| Some((text(p.get(0))?, p.get(1)))).filter(|(_, p)| is_int(*p))
    else {
        return Err(t.type_error("decoding error handler must return (str, int) tuple"));
    };
    let object = exc(e.r()).and_then(|e| e.fields[field::OBJECT].load());
    let other = object
        .as_ref()
        .and_then(|o| o.cast::<Bytes>())
        .filter(|b| b.as_slice() != input)
        .map(|b| b.as_slice().to_vec());
    let len = other.as_ref().map_or(input.len(), Vec::len);
    let next = position(t, p, len)?;
    Ok((s.bytes().to_vec(), next, other))
}

/// Asks a registered handler about a fault in encoding: replacement, and the index of the character to go on with.
pub fn ask_encode(
    t: &mut Thread,
    name: &str,
    v: VRef<'_>,
    s: &Str,
    span: (usize, usize),
    reason: &str,
    errors: &Errors<'_>,
) -> Res<(Replacement, usize)> {
    let handler = errors.registered(t)?;
    let e = encode_error(t, name, v, span, reason)?;
    let r = t.call(handler.r(), &[e.r()])?;
    let pair = r.cast::<Tuple>().filter(|p| p.len() == 2 && is_int(p.get(1)));
    let replacement = pair.and_then(|p| match (text(p.get(0)), p.get(0).cast::<Bytes>()) {
        (Some(s), _) => Some(Replacement::Text(s.bytes().to_vec())),
        (_, Some(b)) => Some(Replacement::Bytes(b.as_slice().to_vec())),
        _ => None,
    });
    let (Some(replacement), Some(pair)) = (replacement, pair) else {
        return Err(t.type_error("encoding error handler must return (str/bytes, int) tuple"));
    };
    let next = position(t, pair.get(1), s.len())?;
    Ok((replacement, next))
}

macro_rules! handler_functions {
    ($($static:ident $key:literal $text:literal $fixed:expr, $doc:literal;)*) => {
        $(static $static: MethodDef = MethodDef::new($text, |t, a| handle(t, a, $fixed), $doc, Binding::Plain);)*
        /// The function of a built-in handler.
        pub fn builtin(name: &[u8]) -> Option<&'static MethodDef> {
            $(if name == $key { return Some(&$static) })*
            None
        }
    };
}

handler_functions! {
    STRICT b"strict" "strict_errors(exception, /)" Fixed::Handler(Handler::Strict), "Implements the 'strict' error handling, which raises a UnicodeError on coding errors.";
    IGNORE b"ignore" "ignore_errors(exception, /)" Fixed::Handler(Handler::Ignore), "Implements the 'ignore' error handling, which ignores malformed data and continues.";
    REPLACE b"replace" "replace_errors(exception, /)" Fixed::Handler(Handler::Replace), "Implements the 'replace' error handling, which replaces malformed data with a replacement marker.";
    XML b"xmlcharrefreplace" "xmlcharrefreplace_errors(exception, /)" Fixed::Handler(Handler::XmlCharRefReplace), "Implements the 'xmlcharrefreplace' error handling.";
    BACKSLASH b"backslashreplace" "backslashreplace_errors(exception, /)" Fixed::Handler(Handler::BackslashReplace), "Implements the 'backslashreplace' error handling.";
    NAME b"namereplace" "namereplace_errors(exception, /)" Fixed::NameReplace, "Implements the 'namereplace' error handling.";
    PASS b"surrogatepass" "surrogatepass(exception, /)" Fixed::Handler(Handler::SurrogatePass), "Lone surrogates pass.";
    ESCAPE b"surrogateescape" "surrogateescape(exception, /)" Fixed::Handler(Handler::SurrogateEscape), "Bytes beyond ASCII become lone surrogates, and back (PEP 383).";
}

fn number(e: &Exc, i: usize, most: usize) -> usize {
    let n = e.fields[i].load().and_then(|v| crate::types::int::to_i64(v.r())).unwrap_or(0);
    usize::try_from(n).unwrap_or(0).min(most)
}

/// The codec that an exception names, for `surrogatepass`.
fn codec_of(e: &Exc) -> Option<Codec> {
    let name = e.fields[field::ENCODING].load()?;
    match super::native::Native::from_name(text(name.r())?.bytes())? {
        super::native::Native::Plain(c) => Some(c),
        super::native::Native::Utf16 => Some(Codec::Utf16(Endian::Little)),
        super::native::Native::Utf32 => Some(Codec::Utf32(Endian::Little)),
        _ => None,
    }
}

/// A built-in handler called as a function: a pair of replacement and position, or the exception raised.
fn handle(t: &mut Thread, a: Args<'_>, fixed: Fixed) -> Res {
    let v = a.get(0);
    let Some(e) = exc(v) else { return Err(t.type_error("codec must pass exception instance")) };
    if let Fixed::Handler(Handler::Strict) = fixed {
        return Err(t.raise(v.to_value()));
    }
    let object = e.fields[field::OBJECT].load();
    let answer = if UNICODE_ENCODE_ERROR.is_instance(t, v) || UNICODE_TRANSLATE_ERROR.is_instance(t, v) {
        let translating = UNICODE_TRANSLATE_ERROR.is_instance(t, v);
        let Some(s) = object.as_ref().and_then(|o| text(o.r())) else { return Err(cannot(t, v)) };
        let end = number(e, field::END, s.len());
        let start = number(e, field::START, end);
        let fault = Fault { start: s.offset(start), end: s.offset(end), reason: "" };
        match fixed {
            Fixed::NameReplace if translating => return Err(cannot(t, v)),
            Fixed::NameReplace => {
                let r = super::native::name_replaced(&s.bytes()[fault.start..fault.end]);
                Some((t.str_wtf8(&r), end))
            }
            Fixed::Handler(Handler::Replace) if translating => {
                Some((t.str(&"\u{fffd}".repeat(end - start)), end))
            }
            Fixed::Handler(
                Handler::XmlCharRefReplace | Handler::SurrogateEscape | Handler::SurrogatePass,
            ) if translating => return Err(cannot(t, v)),
            Fixed::Handler(h) => {
                let codec = codec_of(e).unwrap_or(Codec::Ascii);
                h.on_encode(codec, s.bytes(), fault).map(|(r, next)| {
                    let next = s.char_at_offset(next);
                    match r {
                        Replacement::Text(r) => (t.str_wtf8(&r), next),
                        Replacement::Bytes(b) => (t.bytes(&b), next),
                    }
                })
            }
        }
    } else if UNICODE_DECODE_ERROR.is_instance(t, v) {
        let Some(b) = object.as_ref().and_then(|o| o.cast::<Bytes>()) else { return Err(cannot(t, v)) };
        let b = b.as_slice();
        let end = number(e, field::END, b.len());
        let start = number(e, field::START, end);
        let fault = Fault { start, end, reason: "" };
        match fixed {
            Fixed::NameReplace | Fixed::Handler(Handler::XmlCharRefReplace) => return Err(cannot(t, v)),
            Fixed::Handler(h) => h
                .on_decode(codec_of(e).unwrap_or(Codec::Ascii), b, fault)
                .map(|(r, next)| (t.str_wtf8(&r), next)),
        }
    } else {
        return Err(cannot(t, v));
    };
    match answer {
        Some((r, next)) => Ok(Tuple::new(t, vec![r, t.int_usize(next)])),
        None => Err(t.raise(v.to_value())),
    }
}

fn cannot(t: &mut Thread, v: VRef<'_>) -> Raised {
    let n = v.ty().name();
    t.type_error(format!("don't know how to handle {n} in error callback"))
}
