//! Definite assignment: removes `CHECK_BOUND` where the variable is bound on every path.
//!
//! A forward dataflow over sets of named registers, meeting by intersection. An exception may come from
//! any instruction, so a handler starts from what is bound before *every* instruction of its region.

use super::{BlockId, Cfg, Inst};
use crate::registers::Reg;
use weft_bytecode::Op;
use weft_bytecode::ops::Kind;

/// A set of named registers.
#[derive(Clone, PartialEq, Eq)]
struct Set(Vec<u64>);

impl Set {
    fn contains(&self, r: u32) -> bool {
        self.0[r as usize / 64] >> (r % 64) & 1 == 1
    }

    fn add(&mut self, r: u32) {
        self.0[r as usize / 64] |= 1 << (r % 64);
    }

    fn remove(&mut self, r: u32) {
        self.0[r as usize / 64] &= !(1 << (r % 64));
    }

    /// Intersects; true if something went.
    fn meet(&mut self, other: &Set) -> bool {
        let mut changed = false;
        for (a, b) in self.0.iter_mut().zip(&other.0) {
            changed |= *a & !b != 0;
            *a &= b;
        }
        changed
    }
}

/// Runs the pass. The first `params` of `named` registers are bound on entry.
pub fn run(cfg: &mut Cfg, named: u32, params: u32) {
    let checks =
        |cfg: &Cfg| cfg.order.iter().any(|&b| cfg.at(b).insts.iter().any(|i| i.op == Op::CHECK_BOUND));
    if named == 0 || !checks(cfg) {
        return;
    }
    let mut entry = Set(vec![0; named.div_ceil(64) as usize]);
    (0..params).for_each(|r| entry.add(r));
    let mut at_start: Vec<Option<Set>> = vec![None; cfg.blocks.len()];
    let mut position = vec![0; cfg.blocks.len()];
    for (n, id) in cfg.order.iter().enumerate() {
        position[id.0 as usize] = n;
    }
    let mut work: Vec<BlockId> = Vec::new();
    flow(&mut at_start, &mut work, cfg.order[0], &entry);
    while let Some(id) = work.pop() {
        let Some(mut set) = at_start[id.0 as usize].clone() else { continue };
        let block = cfg.at(id);
        let handler = block.region.map(|r| cfg.regions[r.0 as usize].target);
        if let Some(h) = handler.filter(|_| !block.insts.is_empty()) {
            flow(&mut at_start, &mut work, h, &set);
        }
        for (n, i) in block.insts.iter().enumerate() {
            let before = changes(i).then(|| set.clone());
            apply(i, &mut set, named);
            if let Some(h) = handler.filter(|_| before.is_some_and(|b| b != set) && n + 1 < block.insts.len())
            {
                flow(&mut at_start, &mut work, h, &set);
            }
        }
        // A `FOR_ITER` that is exhausted, a `SEND` that returns: what they write is a temporary or is not
        // written on the edge that jumps.
        let mut jumped = set.clone();
        if let Some(last) = block.insts.last()
            && last.op == Op::FOR_ITER
            && last.args[0] < named
        {
            jumped = at_start[id.0 as usize].clone().unwrap_or(jumped);
            for i in &block.insts[..block.insts.len() - 1] {
                apply(i, &mut jumped, named);
            }
        }
        let target = block.insts.last().and_then(|i| i.target);
        for next in cfg.successors(position[id.0 as usize]) {
            flow(&mut at_start, &mut work, next, if Some(next) == target { &jumped } else { &set });
        }
    }
    for id in cfg.order.clone() {
        let Some(mut set) = at_start[id.0 as usize].clone() else { continue };
        cfg.at_mut(id).insts.retain(|i| {
            let needless = i.op == Op::CHECK_BOUND && set.contains(i.args[0]);
            apply(i, &mut set, named);
            !needless
        });
    }
}

fn flow(at_start: &mut [Option<Set>], work: &mut Vec<BlockId>, to: BlockId, set: &Set) {
    match &mut at_start[to.0 as usize] {
        Some(known) => {
            if !known.meet(set) {
                return;
            }
        }
        unknown => *unknown = Some(set.clone()),
    }
    work.push(to);
}

fn changes(i: &Inst) -> bool {
    i.op == Op::CHECK_BOUND
        || matches!(i.op, Op::UNPACK | Op::UNPACK_EX)
        || i.registers().any(|(k, r)| !r.is_temp() && !matches!(k, Kind::Use | Kind::Base | Kind::Cell))
}

fn apply(i: &Inst, set: &mut Set, named: u32) {
    match i.op {
        Op::CHECK_BOUND => set.add(i.args[0]),
        Op::CLEAR | Op::DELETE_LOCAL if i.args[0] < named => set.remove(i.args[0]),
        Op::TAKE => {
            let bound = i.args[1] >= named || set.contains(i.args[1]);
            if i.args[1] < named {
                set.remove(i.args[1]);
            }
            if i.args[0] < named {
                if bound { set.add(i.args[0]) } else { set.remove(i.args[0]) }
            }
        }
        Op::COPY | Op::BORROW if i.args[0] < named => set.add(i.args[0]),
        // Both were checked.
        Op::SWAP => {}
        Op::UNPACK | Op::UNPACK_EX => {
            let n = if i.op == Op::UNPACK { i.args[2] } else { i.args[2] + 1 + u32::from(i.f) };
            (i.args[0]..i.args[0] + n).filter(|&r| r < named).for_each(|r| set.add(r));
        }
        _ => {
            for (k, Reg(r)) in i.registers() {
                if r < named && matches!(k, Kind::Def | Kind::Mod | Kind::DefBase) {
                    set.add(r);
                }
            }
        }
    }
}
