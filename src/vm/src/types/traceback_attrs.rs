//! What Python sees of traceback objects.

use super::code::CodeObject;
use super::fixed;
use super::frame::FrameObject;
use super::traceback::Traceback;
use crate::Res;
use crate::object::{CallArgs, GetSet, MethodDef, Slots, Type, ValueExt};
use crate::thread::Thread;
use std::sync::atomic::{AtomicI64, Ordering::*};
use weft_strategy::{Header, Slot, VRef, Value};

/// Behaviour.
pub const SLOTS: Slots = Slots { new: Some(new), ..Slots::EMPTY };

/// Methods.
pub static METHODS: &[MethodDef] = crate::methods! {
    "__dir__(self, /)" => |t, _| {
        let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"].iter().map(|n| t.str(n)).collect();
        Ok(super::list::List::new(t, names))
    };
};

/// Computed attributes.
pub static GETSET: &[GetSet] = &[
    GetSet {
        name: "tb_next",
        get: |_, v| Ok(v.cast::<Traceback>().and_then(|x| x.next.load()).unwrap_or(Value::NONE)),
        set: Some(set_next),
        doc: "",
    },
    GetSet {
        name: "tb_frame",
        get: |_, v| Ok(v.cast::<Traceback>().and_then(|x| x.frame.load()).unwrap_or(Value::NONE)),
        set: None,
        doc: "",
    },
    GetSet {
        name: "tb_lasti",
        get: |t, v| Ok(t.int(v.cast::<Traceback>().map_or(-1, |x| x.lasti.load(Acquire)))),
        set: None,
        doc: "",
    },
    GetSet {
        name: "tb_lineno",
        get: |t, v| Ok(v.cast::<Traceback>().and_then(line).map_or(Value::NONE, |n| t.int(n))),
        set: None,
        doc: "",
    },
];

/// The line of an entry: as given, else that of its instruction.
pub fn line(tb: &Traceback) -> Option<i64> {
    let n = tb.lineno.load(Acquire);
    if n != -1 {
        return Some(n);
    }
    let frame = tb.frame.load()?;
    let code = frame.cast::<FrameObject>()?.code.load()?;
    let code = code.cast::<CodeObject>()?;
    let at = u32::try_from(tb.lasti.load(Acquire)).ok()? / 2;
    weft_bytecode::locations::line_at(code.code(), at).map(|n| n as i64)
}

fn set_next(t: &mut Thread, v: VRef<'_>, next: Option<VRef<'_>>) -> Res<()> {
    let Some(next) = next else { return Err(t.type_error("can't delete tb_next attribute")) };
    let Some(tb) = v.cast::<Traceback>() else { return Ok(()) };
    if next.is_none() {
        drop(tb.next.take(&tb.h));
        return Ok(());
    }
    if !next.has_shape(fixed::TRACEBACK) {
        let n = next.ty().name();
        return Err(t.type_error(format!("expected traceback object, got '{n}'")));
    }
    let mut at = Some(next.to_value());
    while let Some(x) = at {
        if x.is(v) {
            return Err(t.value_error("traceback loop detected"));
        }
        at = x.cast::<Traceback>().and_then(|x| x.next.load());
    }
    tb.next.set(&tb.h, next.to_value());
    t.process_pending();
    Ok(())
}

fn new(t: &mut Thread, ty: &Type, args: CallArgs<'_>) -> Res {
    let names = ["tb_next", "tb_frame", "tb_lasti", "tb_lineno"];
    let mut given: [Option<VRef<'_>>; 4] = [None; 4];
    let positional = args.positional();
    if positional.len() + args.keyword_len() > 4 {
        let n = positional.len() + args.keyword_len();
        return Err(t.type_error(format!("traceback() takes at most 4 arguments ({n} given)")));
    }
    for (slot, v) in given.iter_mut().zip(positional) {
        *slot = Some(*v)
    }
    for (slot, name) in given.iter_mut().zip(names) {
        if let Some(v) = args.keyword(name) {
            *slot = Some(v)
        }
    }
    let mut all = [VRef::immediate(weft_strategy::Word::NONE); 4];
    for (i, (to, from)) in all.iter_mut().zip(given).enumerate() {
        match from {
            Some(v) => *to = v,
            None => {
                return Err(t.type_error(format!(
                    "traceback() missing required argument '{}' (pos {})",
                    names[i],
                    i + 1
                )));
            }
        }
    }
    let [next, frame, lasti, lineno] = all;
    if !next.is_none() && !next.has_shape(fixed::TRACEBACK) {
        let n = next.ty().name();
        return Err(t.type_error(format!("expected traceback object or None, got '{n}'")));
    }
    if !frame.has_shape(fixed::FRAME) {
        let n = frame.ty().name();
        return Err(t.type_error(format!("traceback() argument 'tb_frame' must be frame, not {n}")));
    }
    let (lasti, lineno) = (t.arg_i32(lasti)? as i64, t.arg_i32(lineno)? as i64);
    Ok(t.make(
        ty.shape(),
        Traceback {
            h: Header::new(0, 0),
            next: Slot::from_option(if next.is_none() { None } else { Some(next.to_value()) }),
            frame: Slot::new(frame.to_value()),
            lasti: AtomicI64::new(lasti),
            lineno: AtomicI64::new(lineno),
        },
    ))
}
