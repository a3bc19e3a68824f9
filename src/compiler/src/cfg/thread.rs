//! A jump to a block that only jumps on goes to the final target at once.
//!
//! Not where that would skip a source line: a tracer must see it. A jump that becomes a backward jump is a
//! safepoint as any other.

use super::{BlockId, Cfg, Inst};
use weft_bytecode::Op;
use weft_bytecode::ops::Kind;

/// Runs the pass.
pub fn run(cfg: &mut Cfg) {
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
