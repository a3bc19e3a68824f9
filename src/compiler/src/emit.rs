//! The end of compilation: a graph becomes a [`Code`].
//!
//! Blocks are laid out in order, temporaries are moved down to just above the variables, jumps get their
//! distances, runs of blocks in one region become rows of the exception table. A short jump whose target is
//! too far is replaced by its inverse around a long one; where there is no inverse (`FOR_ITER`, `SEND`) it goes
//! to a long jump that the fall-through path jumps over.

use crate::ast::Span;
use crate::cfg::{BlockId, Cfg, Inst, RegionId};
use crate::lower::unit::Unit;
use crate::registers::FIRST_TEMP;
use crate::symbols::ScopeKind;
use crate::syntax::{ErrorKind, SyntaxError};
use std::sync::Arc;
use weft_bytecode::code::flags;
use weft_bytecode::locations::{self, Position};
use weft_bytecode::ops::{Kind, NO_REG, WHEN_TRUE};
use weft_bytecode::{Code, Handler, Instr, Op, Text};

/// An instruction with its place in the code still open.
struct Slot {
    inst: Inst,
    region: Option<RegionId>,
    /// A jump over the long jump that follows, or the long jump itself; see the module's story.
    role: Role,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Plain,
    /// Short jump turned around: over the next instruction.
    Inverted,
    /// Short jump without inverse: to the instruction after the next.
    Detour,
    /// `JUMP` over the next instruction.
    Over,
    /// `JUMP` to the real target.
    Far,
}

/// Makes the code object.
pub(crate) fn finish(
    mut unit: Unit<'_>,
    filename: &[u8],
    extra_flags: u32,
) -> Result<Arc<Code>, SyntaxError> {
    let named = unit.locals.len() as u32;
    unit.cfg.optimize(named, unit.params);
    let total = named + unit.temps.most() + 1;
    let error = |msg: &str| SyntaxError {
        kind: ErrorKind::Syntax,
        msg: msg.into(),
        filename: String::from_utf8_lossy(filename).into_owned(),
        lineno: unit.firstlineno,
        offset: 0,
        end_lineno: unit.firstlineno,
        end_offset: 0,
        text: None,
        last_statement: None,
    };
    if total >= u32::from(NO_REG) {
        return Err(error("too many variables or too deeply nested expressions in one code block"));
    }
    let register = |r: u32| if r >= FIRST_TEMP { named + (r - FIRST_TEMP) } else { r };
    let (slots, starts) = layout(&unit.cfg);
    let mut instrs = Vec::with_capacity(slots.len());
    let mut positions = Vec::with_capacity(slots.len());
    for (pc, slot) in slots.iter().enumerate() {
        let target = slot.inst.target.map(|t| starts[t.0 as usize]);
        if let Some((head, distance)) = loop_end(&slots, &starts, pc) {
            instrs.push(Instr::new(
                Op::FOR_NEXT,
                0,
                register(slots[head].inst.args[0]) as u16,
                register(slots[head].inst.args[1]) as u16,
                distance as u16,
            ));
            positions.push(position(slots[head].inst.span));
            continue;
        }
        instrs.push(encode(slot, pc as u32, target, &register));
        positions.push(position(slot.inst.span));
    }
    let handlers = handlers(&unit.cfg, &slots, &starts, &register);
    let scope = unit.scope;
    let mut code_flags = unit.flags | extra_flags;
    if !matches!(scope.kind, ScopeKind::Module | ScopeKind::Class) {
        code_flags |= flags::OPTIMIZED | flags::NEWLOCALS;
        code_flags |= if scope.flags.nested { flags::NESTED } else { 0 };
    }
    if scope.flags.method {
        code_flags |= flags::METHOD;
    }
    let text = |s: &str| Text::from(s.as_bytes());
    let consts = unit.consts.into_items();
    Ok(Arc::new(Code {
        name: text(&unit.name),
        qualname: text(&unit.qualname),
        filename: filename.into(),
        flags: code_flags,
        argcount: unit.argcount,
        posonlyargcount: unit.posonlyargcount,
        kwonlyargcount: unit.kwonlyargcount,
        firstlineno: unit.firstlineno,
        nregs: total as u16,
        locals: unit.locals.iter().map(|n| text(n)).collect(),
        nvarnames: unit.nvarnames,
        cells: unit.cells.iter().map(|r| r.0 as u16).collect(),
        freevars: scope.freevars.iter().map(|n| text(n)).collect(),
        instrs: instrs.into(),
        consts: consts.into(),
        names: unit.names.iter().map(|n| text(n)).collect(),
        sites: unit.sites.into(),
        handlers,
        linetable: locations::encode(unit.firstlineno, &positions).into(),
    }))
}

/// All instructions in order and the start of every block, with short jumps made to reach.
fn layout(cfg: &Cfg) -> (Vec<Slot>, Vec<u32>) {
    let mut slots: Vec<Slot> = Vec::new();
    for &id in &cfg.order {
        let block = cfg.at(id);
        slots.extend(block.insts.iter().map(|&inst| Slot { inst, region: block.region, role: Role::Plain }));
    }
    // Blocks as positions in `slots`, kept up to date while instructions are inserted.
    loop {
        let starts = starts(cfg, &slots);
        let far = |pc: usize, s: &Slot| {
            let short = s.inst.op.kinds()[2] == Kind::Jump16 && s.role == Role::Plain;
            short
                && s.inst.target.is_some_and(|t| {
                    let distance = i64::from(starts[t.0 as usize]) - pc as i64 - 1;
                    i16::try_from(distance).is_err()
                })
        };
        if !slots.iter().enumerate().any(|(pc, s)| far(pc, s)) {
            return (slots, starts);
        }
        let mut out = Vec::with_capacity(slots.len() + 64);
        for (pc, mut s) in slots.into_iter().enumerate() {
            if !far(pc, &s) {
                out.push(s);
                continue;
            }
            let jump = |role| Slot {
                inst: Inst { op: Op::JUMP, f: 0, args: [0; 3], target: s.inst.target, span: s.inst.span },
                region: s.region,
                role,
            };
            let (over, far) = (jump(Role::Over), jump(Role::Far));
            if matches!(s.inst.op, Op::FOR_ITER | Op::SEND) {
                s.role = Role::Detour;
                out.extend([s, over, far]);
            } else {
                s.role = Role::Inverted;
                s.inst.f ^= WHEN_TRUE;
                out.extend([s, far]);
            }
        }
        slots = out;
    }
}

/// Is this the jump back of a loop that ends right behind it? Then it can be one instruction with the loop's
/// `FOR_ITER`: where that is, and the distance to the instruction behind it.
fn loop_end(slots: &[Slot], starts: &[u32], pc: usize) -> Option<(usize, i16)> {
    let slot = &slots[pc];
    if slot.inst.op != Op::JUMP || slot.role != Role::Plain {
        return None;
    }
    let at = starts[slot.inst.target?.0 as usize] as usize;
    let head = slots.get(at)?;
    let fits = head.inst.op == Op::FOR_ITER
        && head.role == Role::Plain
        && head.region == slot.region
        && at < pc
        && starts[head.inst.target?.0 as usize] as usize == pc + 1;
    let distance = i16::try_from(at as i64 - pc as i64).ok()?;
    if fits { Some((at, distance)) } else { None }
}

/// Where each block starts. Inserted instructions belong to the block of the jump they serve.
fn starts(cfg: &Cfg, slots: &[Slot]) -> Vec<u32> {
    let mut starts = vec![0; cfg.blocks.len()];
    let mut pc = 0usize;
    for &BlockId(id) in &cfg.order {
        starts[id as usize] = pc as u32;
        for _ in &cfg.blocks[id as usize].insts {
            pc += 1 + match slots.get(pc).map(|s| s.role) {
                Some(Role::Inverted) => 1,
                Some(Role::Detour) => 2,
                _ => 0,
            };
        }
    }
    starts
}

fn encode(slot: &Slot, pc: u32, target: Option<u32>, register: &impl Fn(u32) -> u32) -> Instr {
    let Inst { op, f, args, .. } = slot.inst;
    let kinds = op.kinds();
    let field = |n: usize| -> u16 {
        let arg = args[n];
        match kinds[n] {
            Kind::Def | Kind::Use | Kind::Mod | Kind::Base | Kind::DefBase | Kind::Cell => {
                register(arg) as u16
            }
            // A few counts are registers (`YIELD`, `FORMAT`, `LIST_EXTEND`): temporaries are recognised.
            _ if arg >= FIRST_TEMP => register(arg) as u16,
            _ => arg as u16,
        }
    };
    let distance = match slot.role {
        Role::Inverted | Role::Detour | Role::Over => 1,
        Role::Plain | Role::Far => target.map_or(0, |t| t.wrapping_sub(pc + 1) as i32),
    };
    match kinds[1] {
        Kind::Jump32 => Instr::wide(op, f, field(0), distance as u32),
        Kind::Const32 => Instr::wide(op, f, field(0), args[1]),
        _ if kinds[2] == Kind::Jump16 => Instr::new(op, f, field(0), field(1), distance as i16 as u16),
        _ => Instr::new(op, f, field(0), field(1), field(2)),
    }
}

/// One row for every run of instructions in one region.
fn handlers(cfg: &Cfg, slots: &[Slot], starts: &[u32], register: &impl Fn(u32) -> u32) -> Box<[Handler]> {
    let mut out: Vec<Handler> = Vec::new();
    for (pc, slot) in slots.iter().enumerate() {
        let Some(RegionId(id)) = slot.region else { continue };
        let region = cfg.regions[id as usize];
        let row = Handler {
            start: pc as u32,
            end: pc as u32 + 1,
            target: starts[region.target.0 as usize],
            depth: register(region.depth.0) as u16,
            reg: register(region.reg.0) as u16,
        };
        match out.last_mut() {
            Some(last)
                if last.end == row.start
                    && (last.target, last.depth, last.reg) == (row.target, row.depth, row.reg) =>
            {
                last.end = row.end;
            }
            _ => out.push(row),
        }
    }
    out.into()
}

fn position(span: Option<Span>) -> Position {
    match span {
        None => Position::NONE,
        Some(Span { line: 0, .. }) => Position::NONE,
        Some(s) => Position::new(s.line, s.end_line, s.col, s.end_col),
    }
}
