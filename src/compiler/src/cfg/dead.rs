//! Removes blocks that nothing reaches, jumps to what comes next anyway, and empty blocks.

use super::{BlockId, Cfg};
use weft_bytecode::Op;

/// Runs the pass.
pub fn run(cfg: &mut Cfg) {
    unreachable(cfg);
    needless_jumps(cfg);
}

/// Which blocks control can reach from the first, by jump, by falling or by exception.
fn reached(cfg: &Cfg) -> Vec<bool> {
    let mut position = vec![usize::MAX; cfg.blocks.len()];
    for (n, id) in cfg.order.iter().enumerate() {
        position[id.0 as usize] = n;
    }
    let mut seen = vec![false; cfg.blocks.len()];
    let mut work: Vec<BlockId> = cfg.order.first().copied().into_iter().collect();
    while let Some(id) = work.pop() {
        if std::mem::replace(&mut seen[id.0 as usize], true) {
            continue;
        }
        let block = cfg.at(id);
        work.extend(cfg.successors(position[id.0 as usize]));
        if let Some(region) = block.region
            && !block.insts.is_empty()
        {
            work.push(cfg.regions[region.0 as usize].target);
        }
    }
    seen
}

fn unreachable(cfg: &mut Cfg) {
    let seen = reached(cfg);
    cfg.order.retain(|id| seen[id.0 as usize]);
}

/// `JUMP` to the following block goes, and so do empty blocks (their name passes to the next).
fn needless_jumps(cfg: &mut Cfg) {
    let mut n = cfg.order.len();
    let mut next_full = None;
    let mut alias: Vec<Option<BlockId>> = vec![None; cfg.blocks.len()];
    while n > 0 {
        n -= 1;
        let id = cfg.order[n];
        let resolve = |b: BlockId, alias: &[Option<BlockId>]| alias[b.0 as usize].unwrap_or(b);
        if let Some(last) = cfg.at(id).insts.last()
            && last.op == Op::JUMP
            && last.target.map(|t| resolve(t, &alias)) == next_full
        {
            cfg.at_mut(id).insts.pop();
        }
        if cfg.at(id).insts.is_empty() && next_full.is_some() {
            alias[id.0 as usize] = next_full;
        } else {
            next_full = Some(id);
        }
    }
    let follow = |b: BlockId| alias[b.0 as usize].unwrap_or(b);
    for block in &mut cfg.blocks {
        if let Some(last) = block.insts.last_mut() {
            last.target = last.target.map(follow);
        }
    }
    for region in &mut cfg.regions {
        region.target = follow(region.target);
    }
    cfg.order.retain(|&id| alias[id.0 as usize].is_none());
}
