//! What Python sees of tracebacks.

use super::attrs::{bind, getsetter, getter, put, slot_get};
use super::code::CodeObject;
use super::frame::FrameObject;
use super::list::List;
use super::traceback::Traceback;
use crate::object::{CallArgs, GetSet, MethodDef, Type, ValueExt};
use crate::thread::Thread;
use crate::{Res, object::Args};
use std::sync::atomic::{AtomicI64, Ordering::*};
use weft_strategy::{Header, Slot, VRef, Value};

/// Methods.
pub static METHODS: &[MethodDef] = crate::methods! { "__dir__(self, /)" => dir; };

/// Computed attributes.
pub static GETSET: &[GetSet] = &[
    getsetter!("tb_next", slot_get!(Traceback, next), set_next),
    getter!("tb_frame", slot_get!(Traceback, frame)),
    getter!("tb_lasti", |t, v| Ok(t.int(this(v).lasti.load(Acquire).saturating_mul(2)))),
    getter!("tb_lineno", |t, v| Ok(match line(this(v)) {
        Some(l) => t.int(l),
        None => Value::NONE,
    })),
];

fn this<'t>(v: VRef<'t>) -> &'t Traceback {
    v.cast().expect("the descriptor checked the receiver")
}

/// `tb_lineno`
pub fn line(tb: &Traceback) -> Option<i64> {
    let n = tb.lineno.load(Acquire);
    if n != -1 {
        return Some(n);
    }
    let frame = tb.frame.load()?;
    let code = frame.cast::<FrameObject>()?.code.load()?;
    let co = code.cast::<CodeObject>()?;
    let i = u32::try_from(tb.lasti.load(Acquire)).ok()?;
    weft_bytecode::locations::line_at(&co.code, i).map(|l| l as i64)
}

/// `types.TracebackType(tb_next, tb_frame, tb_lasti, tb_lineno)`
pub fn new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    let a = bind(t, "traceback", &["tb_next", "tb_frame", "tb_lasti", "tb_lineno"], 4, 0, args)?;
    let (Some(next), Some(frame), Some(lasti), Some(lineno)) = (a[0], a[1], a[2], a[3]) else {
        return Ok(Value::NONE);
    };
    let next = match next {
        n if n.is_none() => None,
        n if n.cast::<Traceback>().is_some() => Some(n.to_value()),
        n => {
            let n = n.ty().name();
            return Err(t.type_error(format!("expected traceback object or None, got '{n}'")));
        }
    };
    if frame.cast::<FrameObject>().is_none() {
        let n = frame.ty().name();
        return Err(t.type_error(format!("traceback() argument 'tb_frame' must be frame, not {n}")));
    }
    let (lasti, lineno) = (t.arg_i32(lasti)?, t.arg_i32(lineno)?);
    Ok(t.make(
        cls.shape(),
        Traceback {
            h: Header::new(0, 0),
            next: Slot::from_option(next),
            frame: Slot::new(frame.to_value()),
            lasti: AtomicI64::new(lasti as i64 / 2),
            lineno: AtomicI64::new(lineno as i64),
        },
    ))
}

fn set_next(t: &mut Thread, v: VRef<'_>, x: Option<VRef<'_>>) -> Res<()> {
    let Some(x) = x else { return Err(t.type_error("can't delete tb_next attribute")) };
    let tb = this(v);
    if x.is_none() {
        put(&tb.next, &tb.h, None);
        return Ok(());
    }
    if x.cast::<Traceback>().is_none() {
        let n = x.ty().name();
        return Err(t.type_error(format!("expected traceback object or None, got '{n}'")));
    }
    let mut at = Some(x.to_value());
    while let Some(y) = at {
        if y.is(v) {
            return Err(t.value_error("traceback loop detected"));
        }
        at = y.cast::<Traceback>().and_then(|y| y.next.load())
    }
    put(&tb.next, &tb.h, Some(x));
    Ok(())
}

fn dir(t: &mut Thread, _a: Args<'_>) -> Res {
    let all = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"].iter().map(|n| t.str(n)).collect();
    Ok(List::new(t, all))
}
