//! `bool`: two immediate words.

use super::fixed;
use super::int::num;
use crate::binary;
use crate::object::{CallArgs, NativeType, Slots, Type, TypeSpec, type_flag};
use crate::ops::not_implemented;
use crate::thread::Thread;
use crate::{Res, object::BinOp};
use weft_strategy::{VRef, Value, Word};

/// `bool`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::BOOL);
static SPEC: TypeSpec = TypeSpec {
    name: "bool",
    doc: "Returns True when the argument is true, False otherwise.\nTrue and False are the only two instances of the class bool, a subclass of int\nthat cannot be subclassed.",
    base: Some(&super::int::TYPE),
    flags: type_flag::IMMUTABLE | type_flag::MATCH_SELF,
    slots: Slots {
        repr: Some(|t, v| Ok(t.str(if v.word() == Word::TRUE { "True" } else { "False" }))),
        new: Some(new),
        invert: Some(invert),
        binary: binary![And => and, Or => or, Xor => xor],
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<super::int::BigInt>()
};

fn new(t: &mut Thread, _cls: &Type, args: CallArgs<'_>) -> Res {
    if args.keyword_len() > 0 {
        return Err(t.type_error("bool() takes no keyword arguments"));
    }
    match args.args.len() {
        0 => Ok(Value::FALSE),
        1 => Ok(Value::bool(t.truth(args.args.get(0))?)),
        n => Err(t.type_error(format!("bool expected at most 1 argument, got {n}"))),
    }
}

fn invert(t: &mut Thread, v: VRef<'_>) -> Res {
    super::int::deprecated(
        t,
        "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise \
         inversion of the underlying int object and is usually not what you expect from negating a bool. Use the 'not' \
         operator for boolean negation or ~int(x) if you really want the bitwise inversion of the underlying int.",
    )?;
    Ok(t.int(!((v.word() == Word::TRUE) as i64)))
}

fn of(v: VRef<'_>) -> Option<bool> {
    match v.word() {
        Word::TRUE => Some(true),
        Word::FALSE => Some(false),
        _ => None,
    }
}

/// Two bools give a bool, anything else is int's business.
macro_rules! logical {
    ($name:ident, $op:tt, $which:ident) => {
        fn $name(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
            match (of(a), of(b)) {
                (Some(x), Some(y)) => Ok(Value::bool(x $op y)),
                _ => as_ints(t, a, b, BinOp::$which),
            }
        }
    };
}
logical!(and, &, And);
logical!(or, |, Or);
logical!(xor, ^, Xor);

fn as_ints(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: BinOp) -> Res {
    if num(a).is_none() || num(b).is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    match super::int_ops::SLOTS.binary[op as usize] {
        Some(f) => f(t, a, b),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
    .inspect(|v| debug_assert!(!not_implemented(v)))
}
