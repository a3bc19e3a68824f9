//! Code objects as text.
//!
//! One line an instruction: source line where it changes, `>>` at jump and handler targets, offset, name,
//! operands, and what they stand for. A register is printed by its variable's name, or `r7` for a
//! temporary; constants and site names follow in parentheses. The exception table comes last.

use crate::code::{Code, Const};
use crate::locations::positions;
use crate::ops::{FunctionAttr, Instr, Intrinsic, KILL_A, KILL_B, KILL_C, Kind, NO_REG, Op, Special};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Disassembles one code object.
pub fn disassemble(code: &Code) -> String {
    let mut out = String::new();
    let targets = targets(code);
    let mut line = None;
    for ((pc, &i), p) in
        code.instrs.iter().enumerate().zip(positions(code).chain(std::iter::repeat(Default::default())))
    {
        let shown =
            if p.line != line { p.line.map_or("--".into(), |l| l.to_string()) } else { String::new() };
        line = p.line;
        let mark = if targets.contains(&(pc as i64)) { ">>" } else { "" };
        let text = instruction(code, pc as u32, i);
        let _ = writeln!(out, "{}", format!("{shown:>5} {mark:2} {pc:>4} {text}").trim_end());
    }
    for h in &code.handlers {
        let _ = writeln!(
            out,
            "      except {}..{} -> {} depth {} in r{}",
            h.start, h.end, h.target, h.depth, h.reg
        );
    }
    out
}

/// Disassembles a code object and, after it, every code object among its constants.
pub fn disassemble_all(code: &Code) -> String {
    let mut out = header(code);
    out.push_str(&disassemble(code));
    for c in &code.consts {
        if let Const::Code(inner) = c {
            out.push('\n');
            out.push_str(&disassemble_all(inner));
        }
    }
    out
}

fn header(code: &Code) -> String {
    let list = |names: &mut dyn Iterator<Item = String>| names.collect::<Vec<_>>().join(" ");
    let mut out = format!("code {} line {} regs {}", text(&code.qualname), code.firstlineno, code.nregs);
    if !code.locals.is_empty() {
        let _ = write!(out, " locals [{}]", list(&mut code.locals.iter().map(|n| text(n))));
    }
    if !code.cells.is_empty() {
        let _ = write!(out, " cells [{}]", list(&mut code.cells.iter().map(|&r| register(code, r))));
    }
    if !code.freevars.is_empty() {
        let _ = write!(out, " free [{}]", list(&mut code.freevars.iter().map(|n| text(n))));
    }
    out.push('\n');
    out
}

/// One instruction as text, without offset and line.
pub fn instruction(code: &Code, pc: u32, i: Instr) -> String {
    let Some(op) = i.op() else { return format!("?{:#018x}", i.0) };
    let mut out = format!("{:<16}", op.name());
    let kinds = op.kinds();
    let fields = [i.a(), i.b(), i.c()];
    let kills = [KILL_A, KILL_B, KILL_C];
    let mut notes = Vec::new();
    let mut flags = i.f();
    let mut first = true;
    for n in 0..3 {
        let field = fields[n];
        let shown = match kinds[n] {
            Kind::No => continue,
            Kind::Jump32 => format!("-> {}", i64::from(pc) + 1 + i64::from(i.jump32())),
            Kind::Jump16 => format!("-> {}", i64::from(pc) + 1 + i64::from(i.c_signed())),
            Kind::Const32 => constant_operand(code, i.bc() as usize, &mut notes),
            Kind::Const => constant_operand(code, field.into(), &mut notes),
            Kind::Site => {
                notes.push(site(code, field));
                format!("s{field}")
            }
            Kind::Free => {
                notes.push(code.freevars.get(usize::from(field)).map_or("?".into(), |n| text(n)));
                format!("f{field}")
            }
            Kind::Imm => format!("#{}", field as i16),
            Kind::Count => format!("{}", if field == NO_REG { -1 } else { i32::from(field) }),
            Kind::Def | Kind::Use | Kind::Mod | Kind::Base | Kind::DefBase | Kind::Cell => {
                let mut shown = register(code, field);
                if kinds[n] == Kind::Use && op != Op::UNPACK_EX && flags & kills[n] != 0 {
                    shown.push('†');
                    flags &= !kills[n];
                }
                shown
            }
        };
        out.push_str(if first { " " } else { ", " });
        out.push_str(&shown);
        first = false;
        if matches!(kinds[n], Kind::Jump32 | Kind::Const32) {
            break;
        }
    }
    let named = match op {
        Op::LOAD_SPECIAL => Special::from_u8(flags).map(|s| format!("{s:?}")),
        Op::SET_FUNCTION_ATTR => FunctionAttr::from_u8(flags).map(|s| format!("{s:?}")),
        Op::INTRINSIC => Intrinsic::from_u8(flags).map(|s| format!("{s:?}")),
        _ => None,
    };
    match named {
        Some(name) => notes.push(name),
        None if flags != 0 => {
            let _ = write!(out, " f={flags}");
        }
        None => {}
    }
    if !notes.is_empty() {
        let _ = write!(out, "  ({})", notes.join(", "));
    }
    out
}

/// Where jumps and handlers lead.
fn targets(code: &Code) -> BTreeSet<i64> {
    let mut targets: BTreeSet<i64> = code.handlers.iter().map(|h| i64::from(h.target)).collect();
    for (pc, i) in code.instrs.iter().enumerate() {
        if let Some(to) = jump_target(pc as u32, *i) {
            targets.insert(to);
        }
    }
    targets
}

/// The target of a jump instruction.
pub fn jump_target(pc: u32, i: Instr) -> Option<i64> {
    let kinds = i.op()?.kinds();
    let next = i64::from(pc) + 1;
    if kinds[1] == Kind::Jump32 {
        Some(next + i64::from(i.jump32()))
    } else if kinds[2] == Kind::Jump16 {
        Some(next + i64::from(i.c_signed()))
    } else {
        None
    }
}

fn register(code: &Code, r: u16) -> String {
    code.locals.get(usize::from(r)).map_or_else(|| format!("r{r}"), |name| text(name))
}

fn site(code: &Code, s: u16) -> String {
    let name = code.sites.get(usize::from(s)).and_then(|&n| code.names.get(n as usize));
    name.map_or("?".into(), |n| text(n))
}

fn constant_operand(code: &Code, k: usize, notes: &mut Vec<String>) -> String {
    notes.push(code.consts.get(k).map_or("?".into(), constant));
    format!("k{k}")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A constant as Python would roughly write it.
pub fn constant(c: &Const) -> String {
    let list = |items: &[Const]| items.iter().map(constant).collect::<Vec<_>>().join(", ");
    match c {
        Const::None => "None".into(),
        Const::Bool(true) => "True".into(),
        Const::Bool(false) => "False".into(),
        Const::Ellipsis => "...".into(),
        Const::Int(n) => n.to_string(),
        Const::BigInt(negative, bytes) => {
            let digits: String = bytes.iter().rev().map(|b| format!("{b:02x}")).collect();
            format!("{}0x{}", if *negative { "-" } else { "" }, digits.trim_start_matches('0'))
        }
        Const::Float(bits) => format!("{:?}", f64::from_bits(*bits)),
        Const::Complex(re, im) => format!("({:?}, {:?}j)", f64::from_bits(*re), f64::from_bits(*im)),
        Const::Str(s) => shorten(format!("{:?}", text(s))),
        Const::Bytes(b) => shorten(format!("b\"{}\"", b.escape_ascii())),
        Const::Tuple(items) if items.len() == 1 => format!("({},)", constant(&items[0])),
        Const::Tuple(items) => format!("({})", list(items)),
        Const::FrozenSet(items) => format!("frozenset({{{}}})", list(items)),
        Const::Slice(parts) => format!("slice({})", list(&parts[..])),
        Const::Code(code) => format!("<code {}>", text(&code.qualname)),
    }
}

fn shorten(s: String) -> String {
    const LONGEST: usize = 60;
    if s.chars().count() <= LONGEST { s } else { s.chars().take(LONGEST).chain(['…']).collect() }
}
