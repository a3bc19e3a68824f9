//! `_opcode`: weft's opcode table, for `opcode` and `dis`.

use weft_bytecode::dis::instruction;
use weft_bytecode::ops::Kind;
use weft_bytecode::{Instr, Op, locations};
use weft_vm::object::{Args, ModuleSpec, ValueExt};
use weft_vm::types::code;
use weft_vm::types::list::List;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Res, Thread, Value};

/// The declaration.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_opcode",
    doc: "Opcode support module.",
    functions: weft_vm::methods! {
        "is_valid(opcode)" => |t, a| has(t, a, |_| true), "Return True if opcode is valid, False otherwise.";
        "has_arg(opcode)" => |t, a| has(t, a, |k| k != Kind::No), "Return True if the opcode uses its oparg, False otherwise.";
        "has_const(opcode)" => |t, a| has(t, a, |k| matches!(k, Kind::Const | Kind::Const32)), "Return True if the opcode accesses a constant, False otherwise.";
        "has_name(opcode)" => |t, a| has(t, a, |k| k == Kind::Site), "Return True if the opcode accesses an attribute by name, False otherwise.";
        "has_jump(opcode)" => |t, a| has(t, a, |k| matches!(k, Kind::Jump16 | Kind::Jump32)), "Return True if the opcode has a jump target, False otherwise.";
        "has_free(opcode)" => |t, a| has(t, a, |k| matches!(k, Kind::Free | Kind::Cell)), "Return True if the opcode accesses a free variable, False otherwise.";
        "has_local(opcode)" => |t, a| has(t, a, |k| matches!(k, Kind::Def | Kind::Use | Kind::Mod)), "Return True if the opcode accesses a local variable, False otherwise.";
        "has_exc(opcode)" => |_, _| Ok(Value::FALSE), "Return True if the opcode sets an exception handler, False otherwise.";
        "stack_effect(opcode, oparg=None, /, *, jump=None)" => stack_effect, "Compute the stack effect of the opcode: a register machine has no stack.";
        "get_intrinsic1_descs()" => |t, _| Ok(List::new(t, Vec::new())), "Return a list of names of the unary intrinsics.";
        "get_intrinsic2_descs()" => |t, _| Ok(List::new(t, Vec::new())), "Return a list of names of the binary intrinsics.";
        "get_special_method_names()" => special_methods, "Return a list of special method names.";
        "get_nb_ops()" => |t, _| Ok(List::new(t, Vec::new())), "Return array of symbols of binary ops.";
        "get_executor(code, offset)" => |t, _| Err(t.runtime_error("Executors are not available in this build")), "Return the executor object at offset in code if exists, None otherwise.";
        "get_specialization_stats()" => |_, _| Ok(Value::NONE), "Return the specialization stats.";
        "_names()" => names, "Names of the opcodes, in order of their numbers.";
        "_instructions(code, /)" => instructions, "A code object's instructions: opcode, name, operand text, fields a, b, c and f, jump target or None, line or None.";
        "_handlers(code, /)" => handlers, "A code object's exception table: start, end, target, depth, register.";
    },
    init: Some(|t, m| {
        t.module_set(m, "ENABLE_SPECIALIZATION", Value::FALSE);
        t.module_set(m, "ENABLE_SPECIALIZATION_FT", Value::FALSE);
        Ok(())
    }),
};

fn has(t: &mut Thread, a: Args<'_>, what: fn(Kind) -> bool) -> Res {
    let n = t.arg_i32(a.get(0))?;
    let op = usize::try_from(n).ok().and_then(|n| Op::ALL.get(n));
    Ok(Value::bool(op.is_some_and(|op| op.kinds().iter().any(|k| what(*k)))))
}

fn stack_effect(t: &mut Thread, a: Args<'_>) -> Res {
    let n = t.arg_i32(a.get(0))?;
    match usize::try_from(n).ok().and_then(|n| Op::ALL.get(n)) {
        Some(_) => Ok(t.int(0)),
        None => Err(t.value_error("invalid opcode or oparg")),
    }
}

fn special_methods(t: &mut Thread, _: Args<'_>) -> Res {
    let names = ["__enter__", "__exit__", "__aenter__", "__aexit__"].map(|n| t.str(n));
    Ok(List::new(t, names.into()))
}

fn names(t: &mut Thread, _: Args<'_>) -> Res {
    Ok(List::new(t, Op::ALL.iter().map(|op| t.str(op.name())).collect()))
}

/// Where an instruction may jump to, as an index.
fn target(pc: usize, i: Instr) -> Option<i64> {
    let kinds = i.op()?.kinds();
    let next = pc as i64 + 1;
    if kinds.contains(&Kind::Jump32) {
        return Some(next + i64::from(i.jump32()));
    }
    kinds.contains(&Kind::Jump16).then(|| next + i64::from(i.c_signed()))
}

fn instructions(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(c) = code::code(a.get(0)) else {
        let n = a.get(0).ty().name();
        return Err(t.type_error(format!("expected a code object, not {n}")));
    };
    let c = c.code();
    let mut rows = Vec::with_capacity(c.instrs.len());
    for (pc, i) in c.instrs.iter().enumerate() {
        let text = instruction(c, pc as u32, *i);
        let (name, operands) = text.split_once(' ').unwrap_or((&text, ""));
        let line = locations::line_at(c, pc as u32).map_or(Value::NONE, |l| t.int(l.into()));
        let jump = target(pc, *i).map_or(Value::NONE, |n| t.int(n));
        let row = vec![
            t.int((i.0 & 0xFF) as i64),
            t.str(name),
            t.str(operands.trim()),
            t.int(i.a().into()),
            t.int(i.b().into()),
            t.int(i.c().into()),
            t.int(i.f().into()),
            jump,
            line,
        ];
        rows.push(Tuple::new(t, row))
    }
    Ok(List::new(t, rows))
}

fn handlers(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(c) = code::code(a.get(0)) else {
        let n = a.get(0).ty().name();
        return Err(t.type_error(format!("expected a code object, not {n}")));
    };
    let rows = c.code().handlers.iter().map(|h| {
        let row = [h.start, h.end, h.target, h.depth.into(), h.reg.into()];
        Tuple::new(t, row.iter().map(|n| t.int((*n).into())).collect())
    });
    let rows = rows.collect();
    Ok(List::new(t, rows))
}
