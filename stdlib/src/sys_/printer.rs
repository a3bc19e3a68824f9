//! `stderrprinter`: what `sys.stdout` and `sys.stderr` are until `io` can be imported. Unbuffered, UTF-8.

use weft_strategy::Header;
use weft_vm::object::ValueExt;
use weft_vm::object::{Args, GetSet, NativeType, TypeSpec, type_flag};
use weft_vm::types::str::text;
use weft_vm::{Res, Thread, Value, object};

/// A file descriptor to print to.
#[repr(C)]
pub struct Printer {
    h: Header,
    fd: i32,
}
object!(Printer, "stderrprinter", false, []);

/// Its type.
static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "stderrprinter",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    methods: weft_vm::methods! {
        "close(self, /)" => |_, _| Ok(Value::NONE);
        "flush(self, /)" => |_, _| Ok(Value::NONE);
        "fileno(self, /)" => |t, a| Ok(t.int(a.this::<Printer>().fd.into()));
        "isatty(self, /)" => isatty;
        "write(self, text, /)" => write;
    },
    getset: &[
        GetSet { name: "closed", get: |_, _| Ok(Value::FALSE), set: None, doc: "True if the file is closed" },
        GetSet { name: "encoding", get: |_, _| Ok(Value::NONE), set: None, doc: "Encoding of the file" },
        GetSet { name: "mode", get: |t, _| Ok(t.str("w")), set: None, doc: "String giving the file mode" },
    ],
    ..TypeSpec::new::<Printer>()
};

/// A printer to a file descriptor.
pub fn new(t: &Thread, fd: i32) -> Value {
    t.make(TYPE.shape(t), Printer { h: Header::new(0, 0), fd })
}

fn isatty(_: &mut Thread, a: Args<'_>) -> Res {
    // SAFETY: asks about a number.
    Ok(Value::bool(unsafe { libc::isatty(a.this::<Printer>().fd) } == 1))
}

fn write(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(s) = text(a.get(1)) else {
        let n = a.get(1).ty().name();
        return Err(t.type_error(format!("write() argument 1 must be str, not {n}")));
    };
    let chars = s.len();
    let (fd, bytes) = (a.this::<Printer>().fd, String::from_utf8_lossy(s.bytes()).into_owned());
    let ok = t.blocking(|| write_all(fd, bytes.as_bytes()));
    if ok { Ok(t.int_usize(chars)) } else { Err(t.last_os_error(None)) }
}

fn write_all(fd: i32, mut b: &[u8]) -> bool {
    while !b.is_empty() {
        // SAFETY: reads the slice only.
        let n = unsafe { libc::write(fd, b.as_ptr().cast(), b.len()) };
        match usize::try_from(n) {
            Ok(n) => b = b.get(n..).unwrap_or_default(),
            Err(_) if std::io::Error::last_os_error().kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return false,
        }
    }
    true
}
