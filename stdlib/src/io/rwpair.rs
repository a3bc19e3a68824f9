//! `BufferedRWPair`: a reader and a writer side by side.

use super::base::{self, BUFFERED_IO_BASE};
use super::buffered::{READER, WRITER};
use weft_strategy::{Header, Slot};
use weft_vm::call::bind::call_native;
use weft_vm::object::{Args, Binding, GetSet, MethodDef, NativeType, Slots, TypeSpec, ValueExt, header_of};
use weft_vm::{Res, Thread, VRef, Value, methods};

/// The object.
#[repr(C)]
pub struct Pair {
    h: Header,
    reader: Slot,
    writer: Slot,
}
weft_vm::object!(Pair, "_io.BufferedRWPair", true, [reader, writer]);

/// `_io.BufferedRWPair`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "_io.BufferedRWPair",
    doc: "A buffered reader and writer object together.",
    base: Some(&BUFFERED_IO_BASE),
    flags: base::FLAGS,
    slots: Slots {
        new: Some(|t, cls, _| {
            Ok(t.make(
                cls.shape(),
                Pair { h: Header::new(0, 0), reader: Slot::empty(), writer: Slot::empty() },
            ))
        }),
        init: Some(|t, v, a| call_native(t, &INIT, Some(v), a).map(drop)),
        finalize: Some(|t, v| {
            if !this(v).writer.is_empty() {
                base::finalize(t, v)
            }
        }),
        ..Slots::EMPTY
    },
    methods: methods! {
        "read(self, size=-1, /)" => |t, a| forward(t, a, false, "read");
        "peek(self, size=0, /)" => |t, a| forward(t, a, false, "peek");
        "read1(self, size=-1, /)" => |t, a| forward(t, a, false, "read1");
        "readinto(self, buffer, /)" => |t, a| forward(t, a, false, "readinto");
        "readinto1(self, buffer, /)" => |t, a| forward(t, a, false, "readinto1");
        "write(self, buffer, /)" => |t, a| forward(t, a, true, "write");
        "flush(self, /)" => |t, a| forward(t, a, true, "flush");
        "readable(self, /)" => |t, a| forward(t, a, false, "readable");
        "writable(self, /)" => |t, a| forward(t, a, true, "writable");
        "close(self, /)" => close;
        "isatty(self, /)" => isatty;
    },
    getset: &[GetSet {
        name: "closed",
        get: |t, v| {
            let w = side(t, v, true)?;
            t.attr(w.r(), "closed")
        },
        set: None,
        doc: "",
    }],
    ..TypeSpec::new::<Pair>()
};

static INIT: MethodDef = MethodDef::new(
    "BufferedRWPair(self, reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)",
    init,
    "",
    Binding::Plain,
);

fn this(v: VRef<'_>) -> &Pair {
    v.cast().expect("a BufferedRWPair")
}

fn init(t: &mut Thread, a: Args<'_>) -> Res {
    let p = this(a.get(0));
    base::check_able(t, a.get(1), "readable", "File or stream is not readable.")?;
    base::check_able(t, a.get(2), "writable", "File or stream is not writable.")?;
    let size = match a.opt(3) {
        Some(n) => n.to_value(),
        None => t.int_usize(super::DEFAULT_BUFFER_SIZE),
    };
    let (reader, writer) = (READER.get(t).to_value(), WRITER.get(t).to_value());
    let r = t.call(reader.r(), &[a.get(1), size.r()])?;
    let w = t.call(writer.r(), &[a.get(2), size.r()])?;
    p.reader.set(header_of(p), r);
    p.writer.set(header_of(p), w);
    Ok(Value::NONE)
}

fn side(t: &mut Thread, v: VRef<'_>, writer: bool) -> Res {
    let p = this(v);
    match if writer { p.writer.load() } else { p.reader.load() } {
        Some(s) => Ok(s),
        None => Err(t.value_error("I/O operation on uninitialized object")),
    }
}

fn forward(t: &mut Thread, a: Args<'_>, writer: bool, method: &str) -> Res {
    let s = side(t, a.get(0), writer)?;
    match a.opt(1) {
        Some(x) => t.call_method(s.r(), method, &[x]),
        None => t.call_method(s.r(), method, &[]),
    }
}

fn close(t: &mut Thread, a: Args<'_>) -> Res {
    let (r, w) = (side(t, a.get(0), false)?, side(t, a.get(0), true)?);
    let first = match t.call_method(w.r(), "close", &[]) {
        Ok(_) => None,
        Err(_) => Some(t.take_raised()),
    };
    let closed = t.call_method(r.r(), "close", &[]);
    match first {
        Some(e) => Err(base::chain(t, e, closed.is_err())),
        None => closed,
    }
}

fn isatty(t: &mut Thread, a: Args<'_>) -> Res {
    let w = side(t, a.get(0), true)?;
    let r = t.call_method(w.r(), "isatty", &[])?;
    if t.truth(r.r())? {
        return Ok(r);
    }
    let r = side(t, a.get(0), false)?;
    t.call_method(r.r(), "isatty", &[])
}
