//! `_opcode`: what `opcode` and `dis` ask about CPython's instructions.
//!
//! weft's instructions are others, so those of CPython have no properties here; the names of operators and
//! intrinsics are the language's and are told.

use weft_vm::object::{Args, BinOp, ModuleSpec};
use weft_vm::types::list::List;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Res, Thread, Value, methods};

/// The declaration.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_opcode",
    doc: "Opcode support module.",
    functions: methods! {
        "stack_effect(opcode, oparg=None, /, *, jump=None)" => |t, _| Err(t.value_error("invalid opcode or oparg")), "Stack effect of an instruction: weft's have registers.";
        "is_valid(opcode)" => no, "Is it an instruction?";
        "has_arg(opcode)" => no, "Does it use its argument?";
        "has_const(opcode)" => no, "Does it access a constant?";
        "has_name(opcode)" => no, "Does it access a name?";
        "has_jump(opcode)" => no, "Has it a jump target?";
        "has_free(opcode)" => no, "Does it access a free variable?";
        "has_local(opcode)" => no, "Does it access a local variable?";
        "has_exc(opcode)" => no, "Does it set an exception handler?";
        "get_executor(*, code, offset)" => |_, _| Ok(Value::NONE), "The executor at an instruction: there is no JIT.";
        "get_specialization_stats()" => |_, _| Ok(Value::NONE), "There are none.";
        "get_nb_ops()" => nb_ops, "Names and symbols of the binary operators.";
        "get_intrinsic1_descs()" => |t, _| Ok(names(t, UNARY)), "Names of the unary intrinsics.";
        "get_intrinsic2_descs()" => |t, _| Ok(names(t, BINARY)), "Names of the binary intrinsics.";
        "get_special_method_names()" => |t, _| Ok(names(t, SPECIAL)), "Names of the methods looked up on types.";
    },
    init: None,
};

const UNARY: &[&str] = &[
    "INTRINSIC_1_INVALID",
    "INTRINSIC_PRINT",
    "INTRINSIC_IMPORT_STAR",
    "INTRINSIC_STOPITERATION_ERROR",
    "INTRINSIC_ASYNC_GEN_WRAP",
    "INTRINSIC_UNARY_POSITIVE",
    "INTRINSIC_LIST_TO_TUPLE",
    "INTRINSIC_TYPEVAR",
    "INTRINSIC_PARAMSPEC",
    "INTRINSIC_TYPEVARTUPLE",
    "INTRINSIC_SUBSCRIPT_GENERIC",
    "INTRINSIC_TYPEALIAS",
];
const BINARY: &[&str] = &[
    "INTRINSIC_2_INVALID",
    "INTRINSIC_PREP_RERAISE_STAR",
    "INTRINSIC_TYPEVAR_WITH_BOUND",
    "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS",
    "INTRINSIC_SET_FUNCTION_TYPE_PARAMS",
    "INTRINSIC_SET_TYPEPARAM_DEFAULT",
];
const SPECIAL: &[&str] = &["__enter__", "__exit__", "__aenter__", "__aexit__"];

fn no(_t: &mut Thread, _a: Args<'_>) -> Res {
    Ok(Value::FALSE)
}

fn names(t: &Thread, all: &[&str]) -> Value {
    let v = all.iter().map(|n| t.str(n)).collect();
    List::new(t, v)
}

/// In the order of CPython's `NB_*` numbers.
fn nb_ops(t: &mut Thread, _a: Args<'_>) -> Res {
    use BinOp::*;
    const OPS: [(&str, &str, BinOp); 13] = [
        ("ADD", "+", Add),
        ("AND", "&", And),
        ("FLOOR_DIVIDE", "//", FloorDiv),
        ("LSHIFT", "<<", LShift),
        ("MATRIX_MULTIPLY", "@", MatMul),
        ("MULTIPLY", "*", Mul),
        ("REMAINDER", "%", Mod),
        ("OR", "|", Or),
        ("POWER", "**", Pow),
        ("RSHIFT", ">>", RShift),
        ("SUBTRACT", "-", Sub),
        ("TRUE_DIVIDE", "/", TrueDiv),
        ("XOR", "^", Xor),
    ];
    let pair = |t: &Thread, n: String, s: String| Tuple::new(t, vec![t.str(&n), t.str(&s)]);
    let mut v: Vec<Value> = OPS.iter().map(|(n, s, _)| pair(t, format!("NB_{n}"), s.to_string())).collect();
    v.extend(OPS.iter().map(|(n, s, _)| pair(t, format!("NB_INPLACE_{n}"), format!("{s}="))));
    v.push(pair(t, "NB_SUBSCR".into(), "[]".into()));
    Ok(List::new(t, v))
}
