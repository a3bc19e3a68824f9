//! `StringIO`: a text stream in memory.
//!
//! Text is WTF-8; the position is known in characters and in bytes. State is touched under the byte lock, in
//! steps that call no Python.

use super::base::{self, TEXT_IO_BASE, size_arg};
use super::newline::{Ends, Newlines, find_line_end, seen_value};
use crate::syscall;
use std::cell::UnsafeCell;
use std::mem::ManuallyDrop;
use weft_strategy::Header;
use weft_strategy::lock::lock;
use weft_text::wtf8;
use weft_vm::call::bind::call_native;
use weft_vm::errors::{OS_ERROR, OVERFLOW_ERROR};
use weft_vm::object::{
    Args, Binding, GetSet, MethodDef, NativeType, Object, Slots, TypeSpec, ValueExt, Visitor,
};
use weft_vm::types::str::text;
use weft_vm::types::tuple::{Tuple, tuple};
use weft_vm::{Res, Thread, VRef, Value, methods};

struct State {
    text: Vec<u8>,
    /// Characters of `text`.
    chars: usize,
    /// Position in characters; may lie beyond the end.
    pos: usize,
    /// The same in bytes, when within the text.
    at: usize,
    closed: bool,
    ready: bool,
    /// `newline`, as given.
    newline: Option<String>,
    newlines: Newlines,
}

/// The object.
#[repr(C)]
pub struct StringIO {
    h: Header,
    /// Touched under the byte lock only.
    state: UnsafeCell<ManuallyDrop<State>>,
}

// SAFETY: repr(C), header first, no references.
unsafe impl Object for StringIO {
    weft_vm::layout!(StringIO, "_io.StringIO", false);
    fn traverse(&self, _v: Visitor) {}
    fn clear(&self) {
        // SAFETY: the object is dead; empty containers own no memory.
        unsafe {
            let state = &mut *self.state.get();
            state.text = Vec::new();
            state.newline = None
        }
    }
}

/// `_io.StringIO`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "_io.StringIO",
    doc: "Text I/O implementation using an in-memory buffer.\n\nThe initial_value argument sets the value of object.  The newline\nargument is like the one of TextIOWrapper's constructor.",
    base: Some(&TEXT_IO_BASE),
    flags: base::FLAGS,
    slots: Slots {
        next: Some(next),
        new: Some(|t, cls, _| {
            let state = State {
                text: Vec::new(),
                chars: 0,
                pos: 0,
                at: 0,
                closed: false,
                ready: false,
                newline: None,
                newlines: Newlines::default(),
            };
            Ok(t.make(
                cls.shape(),
                StringIO { h: Header::new(0, 0), state: UnsafeCell::new(ManuallyDrop::new(state)) },
            ))
        }),
        init: Some(|t, v, a| call_native(t, &INIT, Some(v), a).map(drop)),
        finalize: Some(|t, v| {
            if !syscall::is_exact(t, v, &TYPE) {
                base::finalize(t, v)
            }
        }),
        ..Slots::EMPTY
    },
    methods: methods! {
        "close(self, /)" => close, "Close the IO object.";
        "getvalue(self, /)" => getvalue, "Retrieve the entire contents of the object.";
        "read(self, size=-1, /)" => read, "Read at most size characters, returned as a string.";
        "readline(self, size=-1, /)" => readline, "Read until newline or EOF.";
        "tell(self, /)" => |t, a| { let p = this(a.get(0)).with(t, |s| s.pos)?; Ok(t.int_usize(p)) }, "Tell the current file position.";
        "truncate(self, pos=None, /)" => truncate, "Truncate size to pos.";
        "seek(self, pos, whence=0, /)" => seek, "Change stream position.";
        "write(self, s, /)" => write, "Write string to file.\n\nReturns the number of characters written.";
        "seekable(self, /)" => yes, "Returns True if the IO object can be seeked.";
        "readable(self, /)" => yes, "Returns True if the IO object can be read.";
        "writable(self, /)" => yes, "Returns True if the IO object can be written.";
        "__getstate__(self, /)" => getstate;
        "__setstate__(self, state, /)" => setstate;
    },
    getset: &[
        GetSet {
            name: "closed",
            get: |t, v| {
                check_ready(t, v)?;
                Ok(Value::bool(this(v).any(t, |s| s.closed)))
            },
            set: None,
            doc: "",
        },
        GetSet {
            name: "newlines",
            get: |t, v| {
                let n = this(v).with(t, |s| s.newlines.seen)?;
                Ok(seen_value(t, n))
            },
            set: None,
            doc: "",
        },
        GetSet { name: "line_buffering", get: |t, v| this(v).with(t, |_| Value::FALSE), set: None, doc: "" },
    ],
    ..TypeSpec::new::<StringIO>()
};

static INIT: MethodDef =
    MethodDef::new("StringIO(self, initial_value='', newline='\\n')", init, "", Binding::Plain);

fn this(v: VRef<'_>) -> &StringIO {
    v.cast().expect("a StringIO")
}

fn check_ready(t: &mut Thread, v: VRef<'_>) -> Res<()> {
    if this(v).any(t, |s| s.ready) {
        return Ok(());
    }
    Err(t.value_error("I/O operation on uninitialized object"))
}

impl StringIO {
    fn any<R>(&self, t: &Thread, f: impl FnOnce(&mut State) -> R) -> R {
        let _g = lock(t, &self.h);
        // SAFETY: locked.
        f(unsafe { &mut *self.state.get() })
    }

    /// A step on an open stream.
    fn with<R>(&self, t: &mut Thread, f: impl FnOnce(&mut State) -> R) -> Res<R> {
        let r = self.any(t, |s| if !s.ready || s.closed { Err(s.ready) } else { Ok(f(s)) });
        r.map_err(|ready| {
            if ready {
                t.value_error("I/O operation on closed file")
            } else {
                t.value_error("I/O operation on uninitialized object")
            }
        })
    }
}

/// Checks a `newline` argument; `None` is universal newlines with translation.
pub fn newline_arg(t: &mut Thread, v: Option<VRef<'_>>) -> Res<Option<String>> {
    let Some(v) = v.filter(|v| !v.is_none()) else { return Ok(None) };
    let Some(s) = text(v) else {
        let n = v.ty().name();
        return Err(t.type_error(format!("newline must be str or None, not {n}")));
    };
    let s = s.to_string();
    if !matches!(s.as_str(), "" | "\n" | "\r" | "\r\n") {
        let r = t.repr_text(v)?;
        return Err(t.value_error(format!("illegal newline value: {r}")));
    }
    Ok(Some(s))
}

fn init(t: &mut Thread, a: Args<'_>) -> Res {
    let newline = match a.opt(2) {
        None => Some("\n".into()),
        v => newline_arg(t, v)?,
    };
    let initial = match a.opt_none(1) {
        None => Vec::new(),
        Some(v) => match text(v) {
            Some(s) => s.bytes().to_vec(),
            None => {
                let n = v.ty().name();
                return Err(t.type_error(format!("initial_value must be str or None, not {n}")));
            }
        },
    };
    this(a.get(0)).any(t, |s| {
        s.text = Vec::new();
        (s.chars, s.pos, s.at) = (0, 0, 0);
        s.newlines = Newlines::default();
        s.newline = newline;
        s.closed = false;
        s.ready = true;
        s.put(&initial);
        (s.pos, s.at) = (0, 0);
    });
    Ok(Value::NONE)
}

impl State {
    fn ends(&self) -> Ends {
        match self.newline.as_deref() {
            Some("") => Ends::Universal,
            Some("\r") => Ends::Cr,
            Some("\r\n") => Ends::CrLf,
            _ => Ends::Lf,
        }
    }

    /// Writes at the position, padding with NUL if it lies beyond the end.
    /// False: no memory.
    fn put(&mut self, input: &[u8]) -> bool {
        let mut s: std::borrow::Cow<'_, [u8]> = input.into();
        let universal = matches!(self.newline.as_deref(), None | Some(""));
        if universal {
            s = self.newlines.feed(&s, self.newline.is_none(), true).into()
        }
        if let Some(nl @ ("\r" | "\r\n")) = self.newline.as_deref() {
            let mut out = Vec::with_capacity(s.len() + 8);
            for c in s.iter() {
                if *c == b'\n' { out.extend(nl.bytes()) } else { out.push(*c) }
            }
            s = out.into()
        }
        if s.is_empty() {
            return true;
        }
        let room = (self.pos.saturating_sub(self.chars)).saturating_add(s.len());
        if self.text.try_reserve(room).is_err() {
            return false;
        }
        if self.pos > self.chars {
            self.text.resize(self.text.len() + (self.pos - self.chars), 0);
            self.chars = self.pos;
            self.at = self.text.len()
        }
        let n = wtf8::count(&s);
        if self.at == self.text.len() {
            self.text.extend_from_slice(&s);
            self.chars += n
        } else {
            let replaced = n.min(self.chars - self.pos);
            let end = self.byte_offset(replaced);
            self.text.splice(self.at..end, s.iter().copied());
            self.chars += n - replaced
        }
        self.pos += n;
        self.at += s.len();
        true
    }

    /// Byte offset of the character `n` behind the position.
    fn byte_offset(&self, n: usize) -> usize {
        let rest = &self.text[self.at.min(self.text.len())..];
        self.at.min(self.text.len()) + wtf8::offset_of(rest, n).unwrap_or(rest.len())
    }

    fn take(&mut self, n: i64) -> Vec<u8> {
        if self.pos >= self.chars {
            return Vec::new();
        }
        let left = self.chars - self.pos;
        let n = if n < 0 { left } else { left.min(n as usize) };
        let end = if n == left { self.text.len() } else { self.byte_offset(n) };
        let out = self.text[self.at..end].to_vec();
        self.pos += n;
        self.at = end;
        out
    }

    fn take_line(&mut self, limit: i64) -> Vec<u8> {
        if self.pos >= self.chars || limit == 0 {
            return Vec::new();
        }
        let rest = &self.text[self.at..];
        let end = find_line_end(rest, self.ends()).unwrap_or(rest.len());
        let mut line = &rest[..end];
        if limit > 0 {
            line = &line[..wtf8::offset_of(line, limit as usize).unwrap_or(line.len())]
        }
        let line = line.to_vec();
        self.pos += wtf8::count(&line);
        self.at += line.len();
        line
    }

    fn go(&mut self, pos: usize) {
        self.at = if pos >= self.chars {
            self.text.len()
        } else {
            wtf8::offset_of(&self.text, pos).unwrap_or(self.text.len())
        };
        self.pos = pos
    }
}

fn yes(t: &mut Thread, a: Args<'_>) -> Res {
    this(a.get(0)).with(t, |_| Value::TRUE)
}

fn close(t: &mut Thread, a: Args<'_>) -> Res {
    this(a.get(0)).any(t, |s| {
        s.closed = true;
        s.text = Vec::new();
        s.chars = 0
    });
    Ok(Value::NONE)
}

fn getvalue(t: &mut Thread, a: Args<'_>) -> Res {
    let s = this(a.get(0)).with(t, |s| s.text.clone())?;
    Ok(t.str_wtf8(&s))
}

fn read(t: &mut Thread, a: Args<'_>) -> Res {
    let n = size_arg(t, a.opt(1))?;
    let s = this(a.get(0)).with(t, |s| s.take(n))?;
    Ok(t.str_wtf8(&s))
}

fn readline(t: &mut Thread, a: Args<'_>) -> Res {
    let n = size_arg(t, a.opt(1))?;
    let s = this(a.get(0)).with(t, |s| s.take_line(n))?;
    Ok(t.str_wtf8(&s))
}

fn next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    this(v).with(t, |_| ())?;
    let line = if syscall::is_exact(t, v, &TYPE) {
        let s = this(v).with(t, |s| s.take_line(-1))?;
        t.str_wtf8(&s)
    } else {
        let line = t.call_method(v, "readline", &[])?;
        if text(line.r()).is_none() {
            let n = line.r().ty().name();
            return Err(
                t.raise_text(&OS_ERROR, format!("readline() should have returned a str object, not '{n}'"))
            );
        }
        line
    };
    Ok(if text(line.r()).is_some_and(|s| s.is_empty()) { None } else { Some(line) })
}

fn write(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(s) = text(a.get(1)) else {
        let n = a.get(1).ty().name();
        return Err(t.type_error(format!("string argument expected, got '{n}'")));
    };
    if !this(a.get(0)).with(t, |st| st.put(s.bytes()))? {
        return Err(syscall::no_memory(t));
    }
    Ok(t.int_usize(s.len()))
}

fn seek(t: &mut Thread, a: Args<'_>) -> Res {
    let b = this(a.get(0));
    b.with(t, |_| ())?;
    let pos = t.arg_ssize(a.get(1))?;
    let whence = match a.opt(2) {
        Some(w) => t.arg_i32(w)?,
        None => 0,
    };
    if !(0..=2).contains(&whence) {
        return Err(t.value_error(format!("Invalid whence ({whence}, should be 0, 1 or 2)")));
    }
    if pos < 0 && whence == 0 {
        return Err(t.value_error(format!("Negative seek position {pos}")));
    }
    if whence != 0 && pos != 0 {
        return Err(t.raise_text(&OS_ERROR, "Can't do nonzero cur-relative seeks"));
    }
    let p = b.with(t, |s| {
        match whence {
            0 => s.go(pos as usize),
            2 => s.go(s.chars),
            _ => {}
        }
        s.pos
    })?;
    Ok(t.int_usize(p))
}

fn truncate(t: &mut Thread, a: Args<'_>) -> Res {
    let b = this(a.get(0));
    let now = b.with(t, |s| s.pos)?;
    let size = match a.opt(1) {
        None => now as i64,
        v => match size_arg(t, v)? {
            -1 if v.is_some_and(|v| v.is_none()) => now as i64,
            n => n,
        },
    };
    if size < 0 {
        return Err(t.value_error(format!("Negative size value {size}")));
    }
    b.with(t, |s| {
        let n = size as usize;
        if n < s.chars {
            let end = wtf8::offset_of(&s.text, n).unwrap_or(s.text.len());
            s.text.truncate(end);
            s.chars = n;
            let pos = s.pos;
            s.go(pos)
        }
    })?;
    Ok(t.int(size))
}

fn getstate(t: &mut Thread, a: Args<'_>) -> Res {
    let (s, newline, pos) = this(a.get(0)).with(t, |s| (s.text.clone(), s.newline.clone(), s.pos))?;
    let dict = super::instance_dict(t, a.get(0))?;
    let dict = if dict.is_none() || t.len(dict.r())? == 0 { Value::NONE } else { dict };
    let newline = newline.map_or(Value::NONE, |n| t.str(&n));
    Ok(Tuple::new(t, vec![t.str_wtf8(&s), newline, t.int_usize(pos), dict]))
}

fn setstate(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(s) = tuple(a.get(1)).filter(|s| s.len() >= 4) else {
        let (n, got) = (a.get(0).ty().name(), a.get(1).ty().name());
        return Err(t.type_error(format!("{n}.__setstate__ argument should be 4-tuple, got {got}")));
    };
    let newline = newline_arg(t, Some(s.get(1)))?;
    let initial = t.arg_str(s.get(0))?.bytes().to_vec();
    let pos = t.index_i64(s.get(2), &OVERFLOW_ERROR)?;
    if pos < 0 {
        return Err(t.value_error("position value cannot be negative"));
    }
    this(a.get(0)).any(t, |st| {
        st.chars = wtf8::count(&initial);
        st.text = initial;
        st.newline = newline;
        st.ready = true;
        st.go(pos as usize)
    });
    if !s.get(3).is_none() {
        let dict = super::instance_dict(t, a.get(0))?;
        t.call_method(dict.r(), "update", &[s.get(3)])?;
    }
    Ok(Value::NONE)
}
