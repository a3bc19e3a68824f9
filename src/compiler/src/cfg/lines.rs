//! `NOP`s stand for statements that do nothing but have a line (`pass`, a constant as a statement). One is
//! kept only where no instruction beside it has that line.

use super::Cfg;
use weft_bytecode::Op;

/// Runs the pass.
pub fn run(cfg: &mut Cfg) {
    for n in 0..cfg.order.len() {
        let id = cfg.order[n];
        let next_line = cfg.order.get(n + 1).and_then(|&b| cfg.at(b).insts.first()).and_then(|i| i.span);
        let insts = &mut cfg.at_mut(id).insts;
        if !insts.iter().any(|i| i.op == Op::NOP) {
            continue;
        }
        let mut kept: Vec<super::Inst> = Vec::with_capacity(insts.len());
        for k in 0..insts.len() {
            let i = insts[k];
            let line = i.span.map(|s| s.line);
            // A check that a variable is bound may turn out to be needless, and goes with its line.
            let stays = |p: &&super::Inst| p.op != Op::CHECK_BOUND;
            let before = kept.iter().rev().find(stays).and_then(|p| p.span).map(|s| s.line);
            let after = match insts[k + 1..].iter().find(stays) {
                Some(next) => next.span.map(|s| s.line),
                None => next_line.map(|s| s.line),
            };
            let shown = line.is_none() || line == before || line == after;
            if i.op != Op::NOP || !shown {
                kept.push(i);
            }
        }
        *insts = kept;
    }
}
