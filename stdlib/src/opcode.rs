//! `_opcode`: tables of CPython 3.14's bytecode, which `dis` and `opcode` publish. Ours is another bytecode; programs that ask
//! for these numbers mean CPython's.

use crate::support::pair;
use weft_vm::object::{Args, ModuleSpec};
use weft_vm::types::list::List;
use weft_vm::{Raised, Res, Thread, VRef, Value, methods};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_opcode",
    doc: "Opcode support module.",
    functions: methods! {
        "stack_effect(opcode, oparg=None, /, *, jump=None)" => stack_effect, "Compute the stack effect of the opcode.";
        "is_valid(opcode)" => |t, a| has(t, a, &[(0, 2), (3, 120), (128, 211), (234, 266)]), "Return True if opcode is valid, False otherwise.";
        "has_arg(opcode)" => |t, a| has(t, a, &[(44, 120), (128, 128), (143, 153), (155, 195), (197, 197), (200, 200), (209, 211), (237, 237), (239, 239), (241, 245), (247, 251), (253, 253), (255, 255), (257, 261), (263, 266)]), "Return True if the opcode uses its oparg, False otherwise.";
        "has_const(opcode)" => |t, a| has(t, a, &[(82, 82), (190, 191)]), "Return True if the opcode accesses a constant, False otherwise.";
        "has_name(opcode)" => |t, a| has(t, a, &[(61, 61), (64, 65), (72, 73), (80, 80), (91, 93), (96, 96), (110, 110), (115, 116), (179, 179), (189, 189), (194, 195), (200, 200), (249, 249)]), "Return True if the opcode accesses an attribute by name, False otherwise.";
        "has_jump(opcode)" => |t, a| has(t, a, &[(68, 68), (70, 70), (75, 77), (100, 103), (106, 106), (172, 176), (237, 237), (248, 248), (257, 260)]), "Return True if the opcode has a jump target, False otherwise.";
        "has_free(opcode)" => |t, a| has(t, a, &[(62, 62), (90, 90), (97, 97), (111, 111)]), "Return True if the opcode accesses a free variable, False otherwise.";
        "has_local(opcode)" => |t, a| has(t, a, &[(3, 3), (63, 63), (83, 89), (112, 114), (261, 261), (266, 266)]), "Return True if the opcode accesses a local variable, False otherwise.";
        "has_exc(opcode)" => |t, a| has(t, a, &[(263, 265)]), "Return True if the opcode sets an exception handler, False otherwise.";
        "get_specialization_stats()" => |_, _| Ok(Value::NONE), "Return the specialization stats";
        "get_nb_ops()" => |t, _| {
            let all = NB_OPS.iter().map(|(n, s)| pair(t, t.str(n), t.str(s))).collect();
            Ok(List::new(t, all))
        }, "Return array of symbols of binary ops.\n\nIndexed by the BINARY_OP oparg value.";
        "get_intrinsic1_descs()" => |t, _| Ok(names(t, INTRINSICS_1)), "Return a list of names of the unary intrinsics.";
        "get_intrinsic2_descs()" => |t, _| Ok(names(t, INTRINSICS_2)), "Return a list of names of the binary intrinsics.";
        "get_executor(*, code, offset)" => |t, _| Err(t.value_error("no executor at given byte offset")), "Return the executor object at offset in code if exists, None otherwise.";
        "get_special_method_names()" => |t, _| Ok(names(t, &["__enter__", "__exit__", "__aenter__", "__aexit__"])), "Return a list of special method names.";
    },
    init: Some(init),
};

fn init(t: &mut Thread, m: VRef<'_>) -> Result<(), Raised> {
    t.module_set(m, "ENABLE_SPECIALIZATION", t.int(1));
    t.module_set(m, "ENABLE_SPECIALIZATION_FT", t.int(1));
    Ok(())
}

static NB_OPS: &[(&str, &str)] = &[
    ("NB_ADD", "+"),
    ("NB_AND", "&"),
    ("NB_FLOOR_DIVIDE", "//"),
    ("NB_LSHIFT", "<<"),
    ("NB_MATRIX_MULTIPLY", "@"),
    ("NB_MULTIPLY", "*"),
    ("NB_REMAINDER", "%"),
    ("NB_OR", "|"),
    ("NB_POWER", "**"),
    ("NB_RSHIFT", ">>"),
    ("NB_SUBTRACT", "-"),
    ("NB_TRUE_DIVIDE", "/"),
    ("NB_XOR", "^"),
    ("NB_INPLACE_ADD", "+="),
    ("NB_INPLACE_AND", "&="),
    ("NB_INPLACE_FLOOR_DIVIDE", "//="),
    ("NB_INPLACE_LSHIFT", "<<="),
    ("NB_INPLACE_MATRIX_MULTIPLY", "@="),
    ("NB_INPLACE_MULTIPLY", "*="),
    ("NB_INPLACE_REMAINDER", "%="),
    ("NB_INPLACE_OR", "|="),
    ("NB_INPLACE_POWER", "**="),
    ("NB_INPLACE_RSHIFT", ">>="),
    ("NB_INPLACE_SUBTRACT", "-="),
    ("NB_INPLACE_TRUE_DIVIDE", "/="),
    ("NB_INPLACE_XOR", "^="),
    ("NB_SUBSCR", "[]"),
];

static INTRINSICS_1: &[&str] = &[
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

static INTRINSICS_2: &[&str] = &[
    "INTRINSIC_2_INVALID",
    "INTRINSIC_PREP_RERAISE_STAR",
    "INTRINSIC_TYPEVAR_WITH_BOUND",
    "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS",
    "INTRINSIC_SET_FUNCTION_TYPE_PARAMS",
    "INTRINSIC_SET_TYPEPARAM_DEFAULT",
];

fn names(t: &Thread, all: &[&str]) -> Value {
    let all = all.iter().map(|n| t.str(n)).collect();
    List::new(t, all)
}

/// Is the opcode in one of these ranges?
fn has(t: &mut Thread, a: Args<'_>, ranges: &[(i32, i32)]) -> Res {
    let op = t.arg_i32(a.get(0))?;
    Ok(Value::bool(ranges.iter().any(|(from, to)| op >= *from && op <= *to)))
}

/// Effects of opcodes 0 to 120 with argument 0; 99 where there is none.
#[rustfmt::skip]
static EFFECTS: [i8; 121] = [
    0, -2, -1, 99, -3, 0, 0, -1, -2, -1, -1, -1, 0, -1, 0, 1, 0, 0, 1, 0, -1, 1, 1, 0, 1, 1, 1, 0, 0, -1, -1, -1, 1, 1, 1,
    0, 0, -4, -3, 0, 0, 0, 0, 1, -1, -1, 1, 1, 1, 1, 1, 1, -1, 0, -1, -2, -1, -1, 0, 1, 0, -1, 0, 0, 0, 0, -1, -1, -2, 0,
    1, 0, 1, -1, -1, 0, 0, 0, -1, -1, 0, 1, 1, 1, 1, 1, 1, 2, 1, 2, 0, 0, 1, 1, 1, 1, -2, 0, -2, -2, -1, -1, -1, -1, 0,
    -1, 0, -1, -1, -1, -2, -1, -1, 0, -2, -1, -1, 0, 0, -1, 0,
];

/// Effects of the instrumented and pseudo opcodes from 234 on.
#[rustfmt::skip]
static HIGH_EFFECTS: [i8; 33] = [
    -1, -1, -1, 1, 0, 0, 0, -1, -1, -1, -1, 0, 0, 0, -2, -2, -1, -2, -3, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 1, 1, -1,
];

/// What the argument adds: its multiple, or its lowest bit.
fn from_argument(op: i32, arg: i64) -> i64 {
    match op {
        46 | 48..=52 | 55 | 104 | 250 | 251 => -arg,
        47 => -2 * arg,
        118 => arg,
        119 => (arg & 0xFF) + (arg >> 8),
        45 => -(arg & 1),
        80 | 92 | 96 | 249 => arg & 1,
        _ => 0,
    }
}

fn stack_effect(t: &mut Thread, a: Args<'_>) -> Res {
    let op = t.arg_i32(a.get(0))?;
    let arg = match a.opt_none(1) {
        Some(v) => t.arg_i32(v)? as i64,
        None => 0,
    };
    let jump = match a.opt_none(2) {
        None => None,
        Some(v) if v.word() == weft_vm::Word::TRUE => Some(true),
        Some(v) if v.word() == weft_vm::Word::FALSE => Some(false),
        Some(_) => return Err(t.value_error("stack_effect: jump must be False, True or None")),
    };
    let fixed = match op {
        0..=120 => EFFECTS[op as usize],
        128 => 0,
        263..=265 if jump == Some(false) => 0,
        234..=266 => HIGH_EFFECTS[(op - 234) as usize],
        _ => 99,
    };
    if fixed == 99 {
        return Err(t.value_error("invalid opcode or oparg"));
    }
    Ok(t.int(fixed as i64 + from_argument(op, arg)))
}
