//! Exception handlers go to the end of the code, so that the common path runs straight on.
//!
//! Cold is what control reaches only by an exception.

use super::{BlockId, Cfg, Inst};
use weft_bytecode::Op;

/// Runs the pass.
pub fn run(cfg: &mut Cfg) {
    let mut position = vec![usize::MAX; cfg.blocks.len()];
    for (n, id) in cfg.order.iter().enumerate() {
        position[id.0 as usize] = n;
    }
    let mut warm = vec![false; cfg.blocks.len()];
    let mut work: Vec<BlockId> = cfg.order.first().copied().into_iter().collect();
    while let Some(id) = work.pop() {
        if !std::mem::replace(&mut warm[id.0 as usize], true) {
            work.extend(cfg.successors(position[id.0 as usize]));
        }
    }
    if cfg.order.iter().all(|id| warm[id.0 as usize]) {
        return;
    }
    // Who falls from one kind into the other needs a jump now; only cold blocks can.
    let (mut first, mut last) = (Vec::new(), Vec::new());
    for n in 0..cfg.order.len() {
        let id = cfg.order[n];
        if warm[id.0 as usize] {
            first.push(id);
            continue;
        }
        last.push(id);
        let falls = cfg.at(id).insts.last().is_none_or(|i| !i.ends());
        let Some(&next) = cfg.order.get(n + 1).filter(|next| falls && warm[next.0 as usize]) else {
            continue;
        };
        let jump = Inst { op: Op::JUMP, f: 0, args: [0; 3], target: Some(next), span: None };
        if cfg.at(id).insts.last().is_none_or(|i| i.target.is_none()) {
            cfg.at_mut(id).insts.push(jump);
        } else {
            // A conditional jump ends its block already: the new jump gets a block behind it.
            let extra = cfg.block();
            cfg.at_mut(extra).region = cfg.at(id).region;
            cfg.at_mut(extra).insts.push(jump);
            last.push(extra);
        }
    }
    first.append(&mut last);
    cfg.order = first;
}
