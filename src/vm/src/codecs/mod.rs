//! `str.encode`, `bytes.decode` and the codec registry.
//!
//! The encodings that everything else rests on are native (`native.rs`); all others are found by the search functions
//! that `codecs.register` collects, of which the `encodings` package brings the first. Search functions, found codecs
//! and error handlers live in the process-wide registry, see `start::modules`. `module.rs` is `_codecs`.

pub mod handlers;
pub mod module;
pub mod native;

use crate::dict::Dict;
use crate::errors::{IMPORT_ERROR, LOOKUP_ERROR};
use crate::object::ValueExt;
use crate::start::modules::{registry_get, registry_set};
use crate::thread::Thread;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::int;
use crate::types::list::List;
use crate::types::str::{Str, text};
use crate::types::tuple::Tuple;
use crate::{Raised, Res, names};
use handlers::Errors;
use native::Native;
use std::sync::OnceLock;
use weft_strategy::{VRef, Value};

/// `text.encode(encoding, errors)`: bytes.
pub fn encode(t: &mut Thread, v: VRef<'_>, encoding: Option<VRef<'_>>, errors: Option<VRef<'_>>) -> Res {
    let Some(s) = text(v) else { return Ok(Value::NOT_IMPLEMENTED) };
    let native = match encoding {
        None => Some(Native::UTF8),
        Some(e) => {
            check_name(t, e)?;
            text(e).and_then(|e| Native::from_name(e.bytes()))
        }
    };
    if let Some(codec) = native {
        let b = native::encode(t, codec, s, v, &Errors::of(errors))?;
        return Ok(t.bytes(&b));
    }
    let Some(name) = encoding else { return Ok(Value::NOT_IMPLEMENTED) };
    let r = through_registry(t, name, v, errors, 0)?;
    if r.cast::<Bytes>().is_some() {
        return Ok(r);
    }
    let name = t.str_text(name)?;
    if let Some(b) = r.cast::<ByteArray>() {
        let b = b.read(t, <[u8]>::to_vec);
        return Ok(t.bytes(&b));
    }
    let n = r.r().ty().name();
    Err(t.type_error(format!(
        "'{name}' encoder returned '{n}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types"
    )))
}

/// `bytes.decode(encoding, errors)`: a str.
pub fn decode(t: &mut Thread, b: &[u8], encoding: Option<VRef<'_>>, errors: Option<VRef<'_>>) -> Res {
    let native = match encoding {
        None => Some(Native::UTF8),
        Some(e) => {
            check_name(t, e)?;
            text(e).and_then(|e| Native::from_name(e.bytes()))
        }
    };
    if let Some(codec) = native {
        // Most text is plain ASCII, and valid.
        if codec == Native::UTF8
            && let Ok(s) = std::str::from_utf8(b)
        {
            return Ok(t.str(s));
        }
        let (s, _) = native::decode(t, codec, b, &Errors::of(errors), true)?;
        return Ok(t.str_wtf8(&s));
    }
    let Some(name) = encoding else { return Ok(Value::NOT_IMPLEMENTED) };
    let b = t.bytes(b);
    let r = through_registry(t, name, b.r(), errors, 1)?;
    if text(r.r()).is_some() {
        return Ok(r);
    }
    let (name, n) = (t.str_text(name)?, r.r().ty().name());
    Err(t.type_error(format!(
        "'{name}' decoder returned '{n}' instead of 'str'; use codecs.decode() to decode to arbitrary types"
    )))
}

fn check_name(t: &mut Thread, name: VRef<'_>) -> Res<()> {
    match text(name) {
        Some(s) if s.bytes().contains(&0) => Err(t.value_error("embedded null character")),
        _ => Ok(()),
    }
}

/// Encodes (`part` 0) or decodes (1) with a registered codec that is one of text.
fn through_registry(
    t: &mut Thread,
    name: VRef<'_>,
    v: VRef<'_>,
    errors: Option<VRef<'_>>,
    part: usize,
) -> Res {
    let info = lookup(t, name)?;
    let marker = crate::intern::intern(t, "_is_text_encoding");
    if let Some(is_text) = t.getattr_opt(info.r(), marker)?
        && !t.truth(is_text.r())?
    {
        let name = t.str_text(name)?;
        let verb = if part == 0 { "encode" } else { "decode" };
        return Err(t.raise_text(
            &LOOKUP_ERROR,
            format!("'{name}' is not a text encoding; use codecs.{verb}() to handle arbitrary codecs"),
        ));
    }
    call_codec(t, name, &info, v, errors, part)
}

/// Calls the encoder (`part` 0) or decoder (1) of what a search function gave for a name. An exception notes which codec
/// it comes from.
pub fn call_codec(
    t: &mut Thread,
    name: VRef<'_>,
    info: &Value,
    v: VRef<'_>,
    errors: Option<VRef<'_>>,
    part: usize,
) -> Res {
    let Some(f) = info.cast::<Tuple>().filter(|i| i.len() > part).map(|i| i.get(part).to_value()) else {
        return Err(t.type_error("codec search functions must return 4-tuples"));
    };
    let r = match errors {
        Some(e) => t.call(f.r(), &[v, e]),
        None => t.call(f.r(), &[v]),
    };
    let r = match r {
        Ok(r) => r,
        Err(e) => {
            let doing = if part == 0 { "encoding" } else { "decoding" };
            let name = text(name).map(|n| n.to_string()).unwrap_or_default();
            crate::errors::exc_methods::add_note(t, &format!("{doing} with '{name}' codec failed"));
            return Err(e);
        }
    };
    match r.cast::<Tuple>() {
        Some(p) if p.len() == 2 => Ok(p.get(0).to_value()),
        _ => {
            let what = if part == 0 { "encoder" } else { "decoder" };
            Err(t.type_error(format!("{what} must return a tuple (object, integer)")))
        }
    }
}

/// An object of the registry, made when first asked for.
fn registered(t: &mut Thread, name: &str, make: fn(&Thread) -> Value) -> Value {
    match registry_get(t, name) {
        Some(v) => v,
        None => {
            let v = make(t);
            registry_set(t, name, v);
            // Another thread may have been faster: all use what is there now.
            registry_get(t, name).unwrap_or(Value::NONE)
        }
    }
}

fn search_functions(t: &mut Thread) -> Value {
    registered(t, "codecs.search", |t| List::new(t, Vec::new()))
}

fn found_codecs(t: &mut Thread) -> Value {
    registered(t, "codecs.found", Dict::new)
}

fn error_handlers(t: &mut Thread) -> Value {
    registered(t, "codecs.errors", Dict::new)
}

/// `codecs.register(search_function)`
pub fn register(t: &mut Thread, f: VRef<'_>) -> Res<()> {
    if !t.callable(f) {
        return Err(t.type_error("argument must be callable"));
    }
    let list = search_functions(t);
    if let Some(l) = list.cast::<List>() {
        l.extend(t, vec![f.to_value()])
    }
    Ok(())
}

/// `codecs.unregister(search_function)`
pub fn unregister(t: &mut Thread, f: VRef<'_>) -> Res<()> {
    let list = search_functions(t);
    if let Some(l) = list.cast::<List>() {
        let at = l.snapshot(t).iter().position(|x| x.is(f));
        if let Some(i) = at {
            drop(l.remove(t, i));
            let found = found_codecs(t);
            if let Some(d) = found.cast::<Dict>() {
                d.clear_all(t)
            }
        }
    }
    Ok(())
}

/// An encoding's name as search functions get it: lower case, what is not a letter, digit or dot one underscore.
fn normalized(name: &Str) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(name.bytes().len());
    let mut gap = false;
    for c in name.bytes() {
        if c.is_ascii_alphanumeric() || *c == b'.' {
            if gap && !out.is_empty() {
                out.push(b'_')
            }
            gap = false;
            out.push(c.to_ascii_lowercase())
        } else {
            gap = true
        }
    }
    out
}

/// `codecs.lookup(encoding)`: what a search function knows of it; LookupError.
pub fn lookup(t: &mut Thread, name: VRef<'_>) -> Res {
    check_name(t, name)?;
    let Some(s) = text(name) else { return Ok(Value::NOT_IMPLEMENTED) };
    let key = t.str_wtf8(&normalized(s));
    let found = found_codecs(t);
    let Some(found) = found.cast::<Dict>() else { return Ok(Value::NONE) };
    if let Some(v) = found.get(t, key.r())? {
        return Ok(v);
    }
    let list = search_functions(t);
    let Some(list) = list.cast::<List>() else { return Ok(Value::NONE) };
    if list.is_empty() {
        import_encodings(t)?;
    }
    let mut i = 0;
    while let Some(f) = list.snapshot_range(t, i, i + 1).pop() {
        i += 1;
        let r = t.call(f.r(), &[key.r()])?;
        if r.is_none() {
            continue;
        }
        if r.cast::<Tuple>().is_none_or(|r| r.len() != 4) {
            return Err(t.type_error("codec search functions must return 4-tuples"));
        }
        found.set(t, key.r(), r.clone())?;
        return Ok(r);
    }
    let shown = s.to_string();
    Err(t.raise_text(&LOOKUP_ERROR, format!("unknown encoding: {shown}")))
}

/// The package registers the standard search function when it is imported.
fn import_encodings(t: &mut Thread) -> Res<()> {
    if let Err(e) = crate::interp::hooks::import_module(t, "encodings") {
        if !t.raised_is(&IMPORT_ERROR) {
            return Err(e);
        }
        t.clear_raised()
    }
    Ok(())
}

/// `codecs.register_error(name, handler)`
pub fn register_error(t: &mut Thread, name: VRef<'_>, handler: VRef<'_>) -> Res<()> {
    if !t.callable(handler) {
        return Err(t.type_error("handler must be callable"));
    }
    let d = error_handlers(t);
    if let Some(d) = d.cast::<Dict>() {
        d.set(t, name, handler.to_value())?
    }
    Ok(())
}

/// `_codecs._unregister_error(name)`: was there one?
pub fn unregister_error(t: &mut Thread, name: VRef<'_>) -> Res<bool> {
    if text(name).is_some_and(|s| handlers::builtin(s.bytes()).is_some()) {
        let shown = t.str_text(name)?;
        return Err(t.value_error(format!("cannot un-register built-in error handler '{shown}'")));
    }
    let d = error_handlers(t);
    match d.cast::<Dict>() {
        Some(d) => Ok(d.remove(t, name)?.is_some()),
        None => Ok(false),
    }
}

/// `codecs.lookup_error(name)`: a registered handler, or a built-in one as a function; LookupError.
pub fn lookup_error(t: &mut Thread, name: VRef<'_>) -> Res {
    let d = error_handlers(t);
    if let Some(d) = d.cast::<Dict>()
        && let Some(v) = d.get(t, name)?
    {
        return Ok(v);
    }
    if let Some(f) = text(name).and_then(|s| handlers::builtin(s.bytes())) {
        // One function object for each, as `lookup_error` of CPython gives.
        let v = crate::types::builtin::Builtin::function(t, f, Some(names::builtins().to_value()));
        if let Some(d) = d.cast::<Dict>() {
            return d.set_default(t, name, v);
        }
        return Ok(v);
    }
    let shown = t.str_text(name)?;
    Err(unknown_handler(t, &shown))
}

fn unknown_handler(t: &mut Thread, name: &str) -> Raised {
    t.raise_text(&LOOKUP_ERROR, format!("unknown error handler name '{name}'"))
}

/// What knows the names of characters (`unicodedata`), for `\N{…}` and `namereplace`.
pub struct Names {
    /// The code points that a name, alias or sequence stands for.
    pub lookup: fn(&[u8]) -> Option<Vec<u32>>,
    /// The name of a code point.
    pub name: fn(u32) -> Option<String>,
}

static NAMES: OnceLock<Names> = OnceLock::new();

/// Says who knows the names of characters. Once, at start.
pub fn set_names(n: Names) {
    let _ = NAMES.set(n);
}

/// The code points of a character's name.
pub fn points_of_name(name: &[u8]) -> Option<Vec<u32>> {
    (NAMES.get()?.lookup)(name)
}

/// The name of a code point.
pub fn name_of_point(c: u32) -> Option<String> {
    (NAMES.get()?.name)(c)
}

/// The number of a handler's position, from the end if negative; IndexError.
fn position(t: &mut Thread, v: VRef<'_>, len: usize) -> Res<usize> {
    let i = t.index_i64(v, &crate::errors::INDEX_ERROR)?;
    let at = if i < 0 { i.saturating_add(len as i64) } else { i };
    match usize::try_from(at).ok().filter(|at| *at <= len) {
        Some(at) => Ok(at),
        None => Err(t.index_error(format!("position {i} from error handler out of bounds"))),
    }
}

/// Is this an int? (For what handlers return.)
fn is_int(v: VRef<'_>) -> bool {
    int::is_int(v)
}
