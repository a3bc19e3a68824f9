//! A jump to a block that only jumps on goes to the final target at once, and a conditional jump over a jump
//! becomes its inverse.
//!
//! Not where that would skip a source line: a tracer must see it. A jump that becomes a backward jump is a
//! safepoint as any other.

use super::{BlockId, Cfg, Inst};
use weft_bytecode::Op;
use weft_bytecode::ops::{Kind, WHEN_TRUE};

/// Runs the pass.
pub fn run(cfg: &mut Cfg) {
    shorten(cfg);
    invert(cfg);
}

/// `if c goto A; goto B; A:` is `if not c goto B; A:`.
fn invert(cfg: &mut Cfg) {
    let mut wanted = vec![false; cfg.blocks.len()];
    let targets = cfg.order.iter().filter_map(|&b| cfg.at(b).insts.last()?.target);
    targets.chain(cfg.regions.iter().map(|r| r.target)).for_each(|t| wanted[t.0 as usize] = true);
    for n in 0..cfg.order.len().saturating_sub(2) {
        let [id, over, after] = [cfg.order[n], cfg.order[n + 1], cfg.order[n + 2]];
        let Some(last) = cfg.at(id).insts.last().copied() else { continue };
        let conditional =
            last.target == Some(after) && !last.ends() && !matches!(last.op, Op::FOR_ITER | Op::SEND);
        let [jump] = cfg.at(over).insts[..] else { continue };
        let line = |i: &Inst| i.span.map(|s| s.line);
        let silent = jump.span.is_none() || line(&jump) == line(&last);
        if !conditional || jump.op != Op::JUMP || !silent {
            continue;
        }
        // Nobody else may want the block between: falling into it will mean falling to `after`.
        if wanted[over.0 as usize] {
            continue;
        }
        if let Some(last) = cfg.at_mut(id).insts.last_mut() {
            last.f ^= WHEN_TRUE;
            last.target = jump.target;
        }
        cfg.at_mut(over).insts.clear();
    }
}

fn shorten(cfg: &mut Cfg) {
    for n in 0..cfg.order.len() {
        let id = cfg.order[n];
        let Some(last) = cfg.at(id).insts.last().copied() else { continue };
        let Some(target) = last.target else { continue };
        let target = follow(cfg, &last, target);
        if let Some(last) = cfg.at_mut(id).insts.last_mut() {
            last.target = Some(target);
        }
    }
}

fn follow(cfg: &Cfg, from: &Inst, mut target: BlockId) -> BlockId {
    // Short jumps stay short: only what is near is likely to remain in reach, and a long detour costs more.
    let short = from.op.kinds()[2] == Kind::Jump16;
    for _ in 0..8 {
        let Some(first) = cfg.at(target).insts.first() else { break };
        let silent = first.span.is_none() || first.span.map(|s| s.line) == from.span.map(|s| s.line);
        match first.target {
            Some(next)
                if first.op == Op::JUMP
                    && silent
                    && next != target
                    && !(short && cfg.blocks.len() > 4000) =>
            {
                target = next;
            }
            _ => break,
        }
    }
    target
}
