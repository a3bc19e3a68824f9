//! `TextIOWrapper`: text on top of a buffered binary stream.
//!
//! Writing encodes into `pending` and hands that on when it is large, a line ends (`line_buffering`) or on
//! `flush()`. Reading decodes a chunk at a time into `decoded`. The state is touched under the byte lock in
//! steps that call no Python; reads of several threads take turns (`reading`, which a thread may take again),
//! writes do not wait for reads.
//!
//! `text_write`, `text_read` and `text_seek` have the operations; here are the object, its construction and
//! attributes.

use super::base::{self, TEXT_IO_BASE};
use super::codec::{self, Native};
use super::fileio::cannot_pickle;
use super::lock::IoLock;
use super::newline::{Ends, Newlines, seen_value};
use super::stringio::newline_arg;
use crate::syscall;
use std::cell::UnsafeCell;
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicBool, Ordering::*};
use weft_strategy::lock::lock;
use weft_strategy::{Header, Slot};
use weft_vm::call::bind::call_native;
use weft_vm::errors::OVERFLOW_ERROR;
use weft_vm::object::{
    Args, Binding, GetSet, MethodDef, NativeType, Object, Slots, TypeSpec, ValueExt, Visitor, header_of,
};
use weft_vm::types::str::text;
use weft_vm::{Raised, Res, Thread, VRef, Value, methods};

/// State under the byte lock.
#[derive(Default)]
pub struct State {
    /// Constructed?
    pub ready: bool,
    /// Buffer detached?
    pub detached: bool,
    /// The codec, when it is a native one.
    pub native: Option<Native>,
    /// Can it write? (It has an encoder.)
    pub writable: bool,
    /// Can it read? (It has a decoder.)
    pub readable: bool,
    /// Has the buffer `read1`?
    pub has_read1: bool,
    /// Can it seek?
    pub seekable: bool,
    /// May `tell()` be called?
    pub telling: bool,
    /// Flush after each line.
    pub line_buffering: bool,
    /// Hand on every write at once.
    pub write_through: bool,
    /// `newline` as given.
    pub newline: Option<String>,
    /// Encoded bytes to hand on.
    pub pending: Vec<u8>,
    /// Decoded text; the first `used` bytes have been given out.
    pub decoded: Vec<u8>,
    /// See there.
    pub used: usize,
    /// Input of the native decoder that is incomplete.
    pub undecoded: Vec<u8>,
    /// Newline translation on reading.
    pub newlines: Newlines,
    /// Decoder flags before, and the input of, the present chunk.
    pub snapshot: Option<(i64, Vec<u8>)>,
    /// Bytes to read at once.
    pub chunk: usize,
}

/// The object.
#[repr(C)]
pub struct TextIO {
    h: Header,
    /// The binary stream.
    pub buffer: Slot,
    /// `encoding`, a str
    pub encoding: Slot,
    /// `errors`, a str
    pub errors: Slot,
    /// Incremental encoder, unless native.
    pub encoder: Slot,
    /// Incremental decoder, unless native.
    pub decoder: Slot,
    finalizing: AtomicBool,
    /// Held by whoever reads.
    pub reading: IoLock,
    state: UnsafeCell<ManuallyDrop<State>>,
}

// SAFETY: repr(C), header first; all references are visited.
unsafe impl Object for TextIO {
    weft_vm::layout!(TextIO, "_io.TextIOWrapper", true);
    fn traverse(&self, v: Visitor) {
        for s in [&self.buffer, &self.encoding, &self.errors, &self.encoder, &self.decoder] {
            v(s.word())
        }
    }
    fn clear(&self) {
        for s in [&self.buffer, &self.encoding, &self.errors, &self.encoder, &self.decoder] {
            s.clear_dead()
        }
        // SAFETY: the object is dead or garbage; the default owns no memory.
        unsafe { **self.state.get() = State::default() }
    }
}

/// `_io.TextIOWrapper`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "_io.TextIOWrapper",
    doc: "Character and line based layer over a BufferedIOBase object, buffer.\n\nencoding gives the name of the encoding that the stream will be\ndecoded or encoded with. It defaults to locale.getencoding().\n\nerrors determines the strictness of encoding and decoding and defaults to \"strict\".\n\nnewline controls how line endings are handled. It can be None, '',\n'\\n', '\\r', and '\\r\\n'.\n\nIf line_buffering is True, a call to flush is implied when a call to\nwrite contains a newline character.",
    base: Some(&TEXT_IO_BASE),
    flags: base::FLAGS,
    slots: Slots {
        repr: Some(repr),
        next: Some(super::text_read::next),
        new: Some(|t, cls, _| Ok(make(t, cls.shape()))),
        init: Some(|t, v, a| call_native(t, &INIT, Some(v), a).map(drop)),
        finalize: Some(|t, v| {
            if !this(v).buffer.is_empty() {
                base::finalize(t, v)
            }
        }),
        ..Slots::EMPTY
    },
    methods: methods! {
        "detach(self, /)" => detach, "Separate the underlying buffer from the TextIOBase and return it.";
        "reconfigure(self, /, *, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None)" => reconfigure, "Reconfigure the text stream with new parameters.\n\nThis also does an implicit stream flush.";
        "write(self, text, /)" => super::text_write::write, "Write string s to stream.\n\nReturn the number of characters written.";
        "read(self, size=-1, /)" => super::text_read::read, "Read at most size characters from stream.";
        "readline(self, size=-1, /)" => super::text_read::readline, "Read until newline or EOF.";
        "flush(self, /)" => super::text_write::flush;
        "close(self, /)" => close;
        "fileno(self, /)" => |t, a| to_buffer(t, a.get(0), "fileno");
        "seekable(self, /)" => |t, a| to_buffer(t, a.get(0), "seekable");
        "readable(self, /)" => |t, a| to_buffer(t, a.get(0), "readable");
        "writable(self, /)" => |t, a| to_buffer(t, a.get(0), "writable");
        "isatty(self, /)" => |t, a| to_buffer(t, a.get(0), "isatty");
        "seek(self, cookie, whence=os.SEEK_SET, /)" => super::text_seek::seek, "Set the stream position, and return the new stream position.";
        "tell(self, /)" => super::text_seek::tell, "Return the stream position as an opaque number.";
        "truncate(self, pos=None, /)" => truncate;
        "__getstate__(self, /)" => |t, a| Err(cannot_pickle(t, a.get(0)));
        "__reduce__(self, /)" => |t, a| Err(cannot_pickle(t, a.get(0)));
        "__reduce_ex__(self, protocol, /)" => |t, a| Err(cannot_pickle(t, a.get(0)));
    },
    getset: &[
        GetSet {
            name: "encoding",
            get: |_, v| Ok(this(v).encoding.load().unwrap_or(Value::NONE)),
            set: None,
            doc: "",
        },
        GetSet { name: "buffer", get: |t, v| this(v).buffer(t), set: None, doc: "" },
        GetSet {
            name: "line_buffering",
            get: |t, v| Ok(Value::bool(this(v).with(t, |s| s.line_buffering))),
            set: None,
            doc: "",
        },
        GetSet {
            name: "write_through",
            get: |t, v| Ok(Value::bool(this(v).with(t, |s| s.write_through))),
            set: None,
            doc: "",
        },
        GetSet {
            name: "_finalizing",
            get: |_, v| Ok(Value::bool(this(v).finalizing.load(Relaxed))),
            set: Some(|t, v, x| {
                let on = match x {
                    Some(x) => t.truth(x)?,
                    None => false,
                };
                this(v).finalizing.store(on, Relaxed);
                Ok(())
            }),
            doc: "",
        },
        GetSet {
            name: "name",
            get: |t, v| {
                let b = this(v).buffer(t)?;
                t.attr(b.r(), "name")
            },
            set: None,
            doc: "",
        },
        GetSet {
            name: "closed",
            get: |t, v| {
                let b = this(v).buffer(t)?;
                t.attr(b.r(), "closed")
            },
            set: None,
            doc: "",
        },
        GetSet { name: "newlines", get: newlines, set: None, doc: "" },
        GetSet {
            name: "errors",
            get: |t, v| {
                let x = this(v);
                x.buffer(t)?;
                Ok(x.errors.load().unwrap_or(Value::NONE))
            },
            set: None,
            doc: "",
        },
        GetSet {
            name: "_CHUNK_SIZE",
            get: |t, v| {
                let x = this(v);
                x.buffer(t)?;
                let n = x.with(t, |s| s.chunk);
                Ok(t.int_usize(n))
            },
            set: Some(set_chunk),
            doc: "",
        },
    ],
    ..TypeSpec::new::<TextIO>()
};

static INIT: MethodDef = MethodDef::new(
    "TextIOWrapper(self, buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)",
    init,
    "",
    Binding::Plain,
);

/// The struct of a value that is one.
pub fn this(v: VRef<'_>) -> &TextIO {
    v.cast().expect("a TextIOWrapper")
}

fn make(t: &Thread, shape: u32) -> Value {
    t.make(
        shape,
        TextIO {
            h: Header::new(0, 0),
            buffer: Slot::empty(),
            encoding: Slot::empty(),
            errors: Slot::empty(),
            encoder: Slot::empty(),
            decoder: Slot::empty(),
            finalizing: AtomicBool::new(false),
            reading: IoLock::default(),
            state: UnsafeCell::new(ManuallyDrop::new(State { chunk: 8192, ..State::default() })),
        },
    )
}

impl State {
    /// Are line ends of all kinds recognised?
    pub fn universal(&self) -> bool {
        matches!(self.newline.as_deref(), None | Some(""))
    }

    /// Are they translated to `\n` when reading?
    pub fn translates(&self) -> bool {
        self.newline.is_none()
    }

    /// What ends a line of decoded text.
    pub fn ends(&self) -> Ends {
        match self.newline.as_deref() {
            Some("") => Ends::Universal,
            Some("\r") => Ends::Cr,
            Some("\r\n") => Ends::CrLf,
            _ => Ends::Lf,
        }
    }

    /// Forgets decoded text.
    pub fn drop_decoded(&mut self) {
        self.decoded.clear();
        self.used = 0
    }
}

impl TextIO {
    /// A step on the state; `f` calls nothing.
    pub fn with<R>(&self, t: &Thread, f: impl FnOnce(&mut State) -> R) -> R {
        let _g = lock(t, &self.h);
        // SAFETY: locked.
        f(unsafe { &mut *self.state.get() })
    }

    /// The binary stream; ValueError when detached or not constructed.
    pub fn buffer(&self, t: &mut Thread) -> Res {
        let (ready, detached) = self.with(t, |s| (s.ready, s.detached));
        match self.buffer.load() {
            Some(b) if ready && !detached => Ok(b),
            _ if detached => Err(t.value_error("underlying buffer has been detached")),
            _ => Err(t.value_error("I/O operation on uninitialized object")),
        }
    }

    /// The binary stream of an open text stream.
    pub fn open_buffer(&self, t: &mut Thread, me: VRef<'_>) -> Res {
        let b = self.buffer(t)?;
        let closed = if syscall::is_exact(t, me, &TYPE) {
            match super::text_write::native_buffer(t, b.r()) {
                Some(n) => n.is_closed(t)?,
                None => base::is_closed(t, b.r())?,
            }
        } else {
            base::is_closed(t, me)?
        };
        if closed { Err(base::closed_error(t)) } else { Ok(b) }
    }

    /// Sets a slot.
    pub fn set(&self, slot: &Slot, v: Option<Value>) {
        drop(slot.swap(header_of(self), v))
    }
}

fn str_arg(t: &mut Thread, v: Option<VRef<'_>>, what: &str) -> Res<Option<Value>> {
    match v.filter(|v| !v.is_none()) {
        None => Ok(None),
        Some(v) => {
            let s = t.arg_str_named(v, "TextIOWrapper", what)?;
            if s.bytes().contains(&0) {
                return Err(t.value_error("embedded null character"));
            }
            Ok(Some(v.to_value()))
        }
    }
}

fn init(t: &mut Thread, a: Args<'_>) -> Res {
    let x = this(a.get(0));
    x.with(t, |s| s.ready = false);
    let buffer = a.get(1);
    let encoding = match str_arg(t, a.opt(2), "'encoding'")? {
        Some(e) if text(e.r()).is_some_and(|s| s.bytes() == b"locale") => t.str("UTF-8"),
        Some(e) => e,
        None => t.str("UTF-8"),
    };
    let errors = match str_arg(t, a.opt(3), "'errors'")? {
        Some(e) => e,
        None => t.str("strict"),
    };
    let newline = newline_arg_text(t, a.opt(4))?;
    let line_buffering = syscall::flag(t, a.opt(5), false)?;
    let write_through = syscall::flag(t, a.opt(6), false)?;
    x.set(&x.buffer, Some(buffer.to_value()));
    let readable = {
        let r = t.call_method(buffer, "readable", &[])?;
        t.truth(r.r())?
    };
    let writable = {
        let r = t.call_method(buffer, "writable", &[])?;
        t.truth(r.r())?
    };
    let codecs = Codecs::make(t, encoding, errors, readable, writable)?;
    let seekable = {
        let r = t.call_method(buffer, "seekable", &[])?;
        t.truth(r.r())?
    };
    let read1 = weft_vm::intern::intern(t, "read1");
    let has_read1 = t.getattr_opt(buffer, read1)?.is_some();
    let native = codecs.native;
    codecs.install(x);
    x.with(t, |s| {
        let chunk = s.chunk;
        *s = State {
            native,
            writable,
            readable,
            has_read1,
            seekable,
            telling: seekable,
            line_buffering,
            write_through,
            newline,
            chunk,
            ..State::default()
        }
    });
    if seekable && writable && native.is_none() {
        // Appending to a file must not write another byte order mark.
        let p = t.call_method(buffer, "tell", &[])?;
        if t.truth(p.r())? {
            set_encoder_state(t, x, 0)?
        }
    }
    x.with(t, |s| s.ready = true);
    Ok(Value::NONE)
}

/// `newline` with TextIOWrapper's words.
fn newline_arg_text(t: &mut Thread, v: Option<VRef<'_>>) -> Res<Option<String>> {
    if let Some(v) = v.filter(|v| !v.is_none())
        && let Some(s) = text(v)
    {
        let s = s.to_string();
        if !matches!(s.as_str(), "" | "\n" | "\r" | "\r\n") {
            return Err(t.value_error(format!("illegal newline value: {s}")));
        }
        return Ok(Some(s));
    }
    if let Some(v) = v.filter(|v| !v.is_none()) {
        let n = v.ty().name();
        return Err(t.type_error(format!("TextIOWrapper() argument 'newline' must be str or None, not {n}")));
    }
    newline_arg(t, None)
}

/// What encodes and decodes.
struct Codecs {
    encoding: Value,
    errors: Value,
    native: Option<Native>,
    encoder: Option<Value>,
    decoder: Option<Value>,
}

impl Codecs {
    fn make(t: &mut Thread, encoding: Value, errors: Value, readable: bool, writable: bool) -> Res<Codecs> {
        let name = |v: &Value| text(v.r()).map(|s| s.to_string()).unwrap_or_default();
        let native = codec::native(&name(&encoding), &name(&errors));
        let (mut encoder, mut decoder) = (None, None);
        if native.is_none() {
            let info = codec::lookup(t, encoding.r())?;
            if readable {
                decoder = Some(codec::incremental(t, info.r(), "incrementaldecoder", errors.r())?)
            }
            if writable {
                encoder = Some(codec::incremental(t, info.r(), "incrementalencoder", errors.r())?)
            }
        }
        Ok(Codecs { encoding, errors, native, encoder, decoder })
    }

    fn install(self, x: &TextIO) {
        x.set(&x.encoding, Some(self.encoding));
        x.set(&x.errors, Some(self.errors));
        x.set(&x.encoder, self.encoder);
        x.set(&x.decoder, self.decoder);
    }
}

/// `encoder.setstate(n)` of an encoder that has one.
pub fn set_encoder_state(t: &mut Thread, x: &TextIO, n: i64) -> Res<()> {
    if let Some(e) = x.encoder.load() {
        let n = t.int(n);
        t.call_method(e.r(), "setstate", &[n.r()])?;
    }
    Ok(())
}

fn to_buffer(t: &mut Thread, v: VRef<'_>, method: &str) -> Res {
    let b = this(v).buffer(t)?;
    t.call_method(b.r(), method, &[])
}

fn newlines(t: &mut Thread, v: VRef<'_>) -> Res {
    let x = this(v);
    x.buffer(t)?;
    let seen = x.with(t, |s| if s.universal() { s.newlines.seen } else { 0 });
    Ok(seen_value(t, seen))
}

fn set_chunk(t: &mut Thread, v: VRef<'_>, n: Option<VRef<'_>>) -> Res<()> {
    let x = this(v);
    x.buffer(t)?;
    let Some(n) = n else {
        return Err(t.raise_text(&weft_vm::errors::ATTRIBUTE_ERROR, "cannot delete attribute"));
    };
    let n = t.index_i64(n, &OVERFLOW_ERROR)?;
    if n <= 0 {
        return Err(t.value_error("a strictly positive integer is required"));
    }
    x.with(t, |s| s.chunk = n as usize);
    Ok(())
}

fn detach(t: &mut Thread, a: Args<'_>) -> Res {
    let x = this(a.get(0));
    x.buffer(t)?;
    t.call_method(a.get(0), "flush", &[])?;
    x.with(t, |s| s.detached = true);
    Ok(x.buffer.take(header_of(x)).unwrap_or(Value::NONE))
}

fn close(t: &mut Thread, a: Args<'_>) -> Res {
    let (v, x) = (a.get(0), this(a.get(0)));
    let buffer = x.buffer(t)?;
    if base::is_closed(t, v)? {
        return Ok(Value::NONE);
    }
    if x.finalizing.load(Relaxed) && t.call_method(buffer.r(), "_dealloc_warn", &[v]).is_err() {
        t.clear_raised()
    }
    let first = match t.call_method(v, "flush", &[]) {
        Ok(_) => None,
        Err(_) => Some(t.take_raised()),
    };
    let closed = t.call_method(buffer.r(), "close", &[]);
    match first {
        Some(e) => Err(base::chain(t, e, closed.is_err())),
        None => closed,
    }
}

fn truncate(t: &mut Thread, a: Args<'_>) -> Res {
    let buffer = this(a.get(0)).buffer(t)?;
    t.call_method(a.get(0), "flush", &[])?;
    match a.opt(1) {
        Some(p) => t.call_method(buffer.r(), "truncate", &[p]),
        None => t.call_method(buffer.r(), "truncate", &[]),
    }
}

fn reconfigure(t: &mut Thread, a: Args<'_>) -> Res {
    let x = this(a.get(0));
    x.buffer(t)?;
    let encoding = str_arg(t, a.opt(1), "'encoding'")?;
    let errors = str_arg(t, a.opt(2), "'errors'")?;
    let newline = match a.opt(3) {
        None => None,
        v => Some(newline_arg_text(t, v)?),
    };
    let reading = x.with(t, |s| !s.decoded.is_empty() || s.snapshot.is_some());
    if reading && (encoding.is_some() || errors.is_some() || newline.is_some()) {
        return Err(base::unsupported(
            t,
            "It is not possible to set the encoding or newline of stream after the first read",
        ));
    }
    let line_buffering = match a.opt_none(4) {
        Some(v) => Some(t.truth(v)?),
        None => None,
    };
    let write_through = match a.opt_none(5) {
        Some(v) => Some(t.truth(v)?),
        None => None,
    };
    t.call_method(a.get(0), "flush", &[])?;
    if encoding.is_some() || errors.is_some() || newline.is_some() {
        let errors = match (errors, &encoding) {
            (Some(e), _) => e,
            (None, Some(_)) => t.str("strict"),
            (None, None) => x.errors.load().unwrap_or(Value::NONE),
        };
        let encoding = match encoding {
            Some(e) if text(e.r()).is_some_and(|s| s.bytes() == b"locale") => t.str("UTF-8"),
            Some(e) => e,
            None => x.encoding.load().unwrap_or(Value::NONE),
        };
        let (readable, writable) = x.with(t, |s| (s.readable, s.writable));
        let codecs = Codecs::make(t, encoding, errors, readable, writable)?;
        let native = codecs.native;
        codecs.install(x);
        x.with(t, |s| {
            s.native = native;
            if let Some(n) = newline {
                s.newline = n
            }
        });
    }
    x.with(t, |s| {
        s.line_buffering = line_buffering.unwrap_or(s.line_buffering);
        s.write_through = write_through.unwrap_or(s.write_through)
    });
    Ok(Value::NONE)
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let x = this(v);
    if !x.with(t, |s| s.ready) {
        return Err(not_ready(t));
    }
    let class = super::c_name(v);
    let mut out = format!("<{class}").into_bytes();
    for (what, attr) in [(" name=", "name"), (" mode=", "mode")] {
        let name = weft_vm::intern::intern(t, attr);
        let found = match t.getattr_opt(v, name) {
            Ok(f) => f,
            Err(_) if t.raised_is(&weft_vm::errors::VALUE_ERROR) => {
                t.clear_raised();
                None
            }
            Err(e) => return Err(e),
        };
        if let Some(f) = found {
            let r = super::repr_of_name(t, v, f.r())?;
            out.extend(what.bytes());
            out.extend(text(r.r()).map(|s| s.bytes().to_vec()).unwrap_or_default())
        }
    }
    let encoding = x.encoding.load().unwrap_or(Value::NONE);
    let r = t.repr(encoding.r())?;
    out.extend(b" encoding=");
    out.extend(text(r.r()).map(|s| s.bytes().to_vec()).unwrap_or_default());
    out.push(b'>');
    Ok(t.str_wtf8(&out))
}

fn not_ready(t: &mut Thread) -> Raised {
    t.value_error("I/O operation on uninitialized object")
}
