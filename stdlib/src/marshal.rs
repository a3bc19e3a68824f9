//! `marshal`: code objects as bytes.

use weft_vm::object::{Args, ModuleSpec, ValueExt};
use weft_vm::types::bytes::Bytes;
use weft_vm::{Res, Thread, methods, start};

/// The declaration.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "marshal",
    doc: "Internal Python object serialization.",
    functions: methods! {
        "dumps(value, version=5, /, *, allow_code=True)" => dumps, "Bytes of a value.";
        "loads(bytes, /, *, allow_code=True)" => loads, "Value of bytes.";
    },
    init: Some(|t, m| {
        let n = t.int(5);
        t.module_set(m, "version", n);
        Ok(())
    }),
};

fn dumps(t: &mut Thread, a: Args<'_>) -> Res {
    match weft_vm::types::code::code(a.get(0)) {
        Some(c) => Ok(t.bytes(&weft_bytecode::marshal::to_bytes(&c.code))),
        None => Err(t.value_error("unmarshallable object")),
    }
}

fn loads(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(b) = a.get(0).cast::<Bytes>() else {
        let n = a.get(0).ty().name();
        return Err(t.type_error(format!("a bytes-like object is required, not '{n}'")));
    };
    match weft_bytecode::marshal::from_bytes(b.as_slice()) {
        Ok(c) => start::load_code(t, &c),
        Err(_) => Err(t.value_error("bad marshal data")),
    }
}
