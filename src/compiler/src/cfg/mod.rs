//! The control-flow graph: what lowering makes, the passes improve and `emit` writes out.
//!
//! A block is a run of instructions entered only at its start; a jump may stand only at its end. Without an
//! unconditional end a block falls into the next one in `order`. Exceptions are not edges of instructions:
//! each block belongs to at most one region, whose handler takes what any of its instructions raises, and
//! the handler's own blocks belong to the region outside. That makes the exception table one row per run of
//! blocks, and nesting needs no representation of its own.
//!
//! Passes, each in its file: `dead` (unreachable code, needless jumps), `thread` (jumps to jumps), `cold`
//! (handlers out of the way), `bound` (which variables are certainly bound, so that checks vanish), `lines`
//! (instructions that exist only for their line). Constant folding happens on the tree (`lower::fold`), comparisons are fused with branches
//! and constants become immediates where the expression is lowered, because there the operands are at hand.

pub mod bound;
pub mod cold;
pub mod dead;
pub mod dump;
pub mod lines;
pub mod thread;

use crate::ast::Span;
use crate::registers::Reg;
use weft_bytecode::Op;
use weft_bytecode::ops::Kind;

/// Index of a block in its graph.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct BlockId(pub u32);

/// Index of a region in its graph.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct RegionId(pub u32);

/// An instruction before it has an address. Operand fields are as in `ops.rs`, with registers numbered as
/// in `registers.rs` and jumps as blocks; `b` holds a whole 32-bit constant index where there is one.
#[derive(Clone, Copy, Debug)]
pub struct Inst {
    /// The operation.
    pub op: Op,
    /// Its flags.
    pub f: u8,
    /// Operand fields.
    pub args: [u32; 3],
    /// Where it jumps to.
    pub target: Option<BlockId>,
    /// Where it comes from.
    pub span: Option<Span>,
}

/// A basic block.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// Its instructions.
    pub insts: Vec<Inst>,
    /// The innermost region around it.
    pub region: Option<RegionId>,
}

/// Where exceptions of a run of blocks go.
#[derive(Clone, Copy, Debug)]
pub struct Region {
    /// The handler.
    pub target: BlockId,
    /// Registers from here up are dropped first.
    pub depth: Reg,
    /// Receives the exception.
    pub reg: Reg,
}

/// The graph of one code block.
#[derive(Clone, Debug, Default)]
pub struct Cfg {
    /// All blocks, placed or not.
    pub blocks: Vec<Block>,
    /// The blocks in the order of the code.
    pub order: Vec<BlockId>,
    /// All regions.
    pub regions: Vec<Region>,
}

impl Cfg {
    /// A new block, not placed yet.
    pub fn block(&mut self) -> BlockId {
        self.blocks.push(Block::default());
        BlockId(self.blocks.len() as u32 - 1)
    }

    /// A new region.
    pub fn region(&mut self, region: Region) -> RegionId {
        self.regions.push(region);
        RegionId(self.regions.len() as u32 - 1)
    }

    /// A block.
    pub fn at(&self, id: BlockId) -> &Block {
        &self.blocks[id.0 as usize]
    }

    /// A block, to be changed.
    pub fn at_mut(&mut self, id: BlockId) -> &mut Block {
        &mut self.blocks[id.0 as usize]
    }

    /// Runs all passes.
    pub fn optimize(&mut self, named: u32, params: u32) {
        dead::run(self);
        thread::run(self);
        dead::run(self);
        lines::run(self);
        cold::run(self);
        dead::run(self);
        bound::run(self, named, params);
        dead::run(self);
    }

    /// Where control may go from the block at `position` in `order`, exceptions aside.
    pub fn successors(&self, position: usize) -> impl Iterator<Item = BlockId> {
        let block = self.at(self.order[position]);
        let last = block.insts.last();
        let jump = last.and_then(|i| i.target);
        let next = match last {
            Some(i) if i.ends() => None,
            _ => self.order.get(position + 1).copied(),
        };
        jump.into_iter().chain(next)
    }
}

impl Inst {
    /// After this one control does not go on.
    pub fn ends(&self) -> bool {
        weft_bytecode::verify::ends(self.op)
    }

    /// Belongs at the end of a block.
    pub fn closes(&self) -> bool {
        self.ends() || self.target.is_some()
    }

    /// Registers named by single operand fields, with what is done to them.
    pub fn registers(&self) -> impl Iterator<Item = (Kind, Reg)> {
        let kinds = self.op.kinds();
        (0..3).filter_map(move |n| match kinds[n] {
            k @ (Kind::Def | Kind::Use | Kind::Mod | Kind::Base | Kind::DefBase | Kind::Cell) => {
                Some((k, Reg(self.args[n])))
            }
            _ => None,
        })
    }
}
