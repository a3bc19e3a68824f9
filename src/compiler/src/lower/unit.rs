//! The code object being made: its graph, tables, registers and open blocks.

use super::consts::Consts;
use super::unwind::Frame;
use super::{DumpStyle, names::Var};
use crate::ast::{Name, Span};
use crate::cfg::{BlockId, Cfg, Inst, RegionId};
use crate::registers::{Reg, Temps};
use crate::symbols::{Resolution, Scope, ScopeKind};
use std::collections::HashMap;
use weft_bytecode::Op;

/// A comprehension that runs in this frame.
pub struct Inlined<'a> {
    pub scope: &'a Scope,
    pub vars: HashMap<Name, Var>,
}

/// A named register for variables of inlined comprehensions.
pub struct Spare {
    pub name: Name,
    pub reg: Reg,
    /// Whether it is used as a cell, once that is known.
    pub cell: Option<bool>,
}

/// See the module's story.
pub struct Unit<'a> {
    pub scope: &'a Scope,
    pub name: String,
    pub qualname: String,
    pub firstlineno: u32,
    pub argcount: u16,
    pub posonlyargcount: u16,
    pub kwonlyargcount: u16,
    /// How many registers are parameters, stars included.
    pub params: u32,
    pub flags: u32,
    pub cfg: Cfg,
    pub current: BlockId,
    pub region: Option<RegionId>,
    pub temps: Temps,
    pub consts: Consts,
    pub names: Vec<Name>,
    name_index: HashMap<Name, u32>,
    pub sites: Vec<u32>,
    /// Names of the named registers.
    pub locals: Vec<Name>,
    pub nvarnames: u16,
    /// Registers that are cells.
    pub cells: Vec<Reg>,
    /// Of these the ones made at the start.
    pub first_cells: usize,
    pub vars: HashMap<Name, Var>,
    /// The cells of a class body that its own names do not mean: `__class__` and the like.
    pub class_cells: HashMap<Name, Var>,
    /// Named registers that only inlined comprehensions use.
    pub spare: Vec<Spare>,
    pub inlined: Vec<Inlined<'a>>,
    pub frames: Vec<Frame<'a>>,
    pub span: Option<Span>,
    /// While a pattern is being matched: the temporaries that a failing test must drop.
    pub matching: Vec<Reg>,
    /// Attributes that methods of this class assign on `self`.
    pub static_attributes: Vec<Name>,
    /// For a generator: the region around its whole body.
    pub generator_region: Option<RegionId>,
    /// Conditional annotations of a module or class (by the address of the statement): their indices.
    pub conditional: HashMap<usize, u32>,
}

impl<'a> Unit<'a> {
    pub fn new(scope: &'a Scope, name: String, qualname: String, firstlineno: u32) -> Self {
        let mut cfg = Cfg::default();
        let first = cfg.block();
        cfg.order.push(first);
        let mut u = Unit {
            scope,
            name,
            qualname,
            firstlineno,
            argcount: 0,
            posonlyargcount: 0,
            kwonlyargcount: 0,
            params: 0,
            flags: 0,
            cfg,
            current: first,
            region: None,
            temps: Temps::default(),
            consts: Consts::default(),
            names: Vec::new(),
            name_index: HashMap::new(),
            sites: Vec::new(),
            locals: Vec::new(),
            nvarnames: 0,
            cells: Vec::new(),
            first_cells: 0,
            vars: HashMap::new(),
            class_cells: HashMap::new(),
            spare: Vec::new(),
            inlined: Vec::new(),
            frames: Vec::new(),
            span: None,
            matching: Vec::new(),
            static_attributes: Vec::new(),
            generator_region: None,
            conditional: HashMap::new(),
        };
        u.layout();
        u
    }

    /// Registers for the variables that the symbol table knows.
    fn layout(&mut self) {
        let scope = self.scope;
        for name in &scope.varnames {
            self.locals.push(name.clone());
        }
        self.nvarnames = self.locals.len() as u16;
        let own = |name: &Name| scope.symbols.get(name);
        for (n, name) in scope.varnames.iter().enumerate() {
            let reg = Reg(n as u32);
            match own(name).map(|s| s.resolution) {
                Some(Resolution::Local) if self.is_function() => {
                    self.vars.insert(name.clone(), Var::Local(reg));
                }
                Some(Resolution::Cell) => {
                    self.vars.insert(name.clone(), Var::Cell(reg));
                }
                _ => self.spare.push(Spare { name: name.clone(), reg, cell: None }),
            }
        }
        for name in &scope.cellvars {
            let hidden = scope.kind == ScopeKind::Class
                && matches!(&**name, "__class__" | "__classdict__" | "__conditional_annotations__");
            if hidden {
                self.locals.push(name.clone());
                let reg = Reg(self.locals.len() as u32 - 1);
                self.class_cells.insert(name.clone(), Var::Cell(reg));
                self.cells.push(reg);
                continue;
            }
            let owned = own(name).is_some_and(|s| s.resolution == Resolution::Cell);
            if !owned {
                continue;
            }
            let reg = match self.vars.get(name) {
                Some(Var::Cell(reg)) => *reg,
                _ => {
                    self.locals.push(name.clone());
                    Reg(self.locals.len() as u32 - 1)
                }
            };
            self.vars.insert(name.clone(), Var::Cell(reg));
            self.cells.push(reg);
        }
        self.first_cells = self.cells.len();
        for (n, name) in scope.freevars.iter().enumerate() {
            self.vars.insert(name.clone(), Var::Free(n as u32));
        }
    }

    /// Variables live in registers (not in a namespace).
    pub fn is_function(&self) -> bool {
        !matches!(self.scope.kind, ScopeKind::Module | ScopeKind::Class)
    }

    pub fn declares_global(&self, name: &str) -> bool {
        self.scope.symbols.get(name).is_some_and(|s| s.resolution == Resolution::GlobalExplicit)
    }

    /// A register for a variable of an inlined comprehension: one that no comprehension around is using and
    /// that is not sometimes a cell and sometimes none; if there is none, a new one.
    pub fn comprehension_register(&mut self, name: &Name, cell: bool) -> Reg {
        let busy = |reg: Reg, u: &Self| {
            u.inlined.iter().any(|c| c.vars.values().any(|v| *v == Var::Local(reg) || *v == Var::Cell(reg)))
        };
        let found = self
            .spare
            .iter()
            .position(|s| s.name == *name && s.cell.is_none_or(|c| c == cell) && !busy(s.reg, self));
        let n = found.unwrap_or_else(|| {
            self.locals.push(name.clone());
            let reg = Reg(self.locals.len() as u32 - 1);
            self.spare.push(Spare { name: name.clone(), reg, cell: None });
            self.spare.len() - 1
        });
        let reg = self.spare[n].reg;
        if cell && self.spare[n].cell.is_none() {
            self.cells.push(reg);
        }
        self.spare[n].cell = Some(cell);
        reg
    }

    /// Index in `co_names`.
    pub fn name(&mut self, name: &Name) -> u32 {
        if let Some(&i) = self.name_index.get(name) {
            return i;
        }
        let i = self.names.len() as u32;
        self.names.push(name.clone());
        self.name_index.insert(name.clone(), i);
        i
    }

    /// A new site for `name`, while 16 bits can number it.
    pub fn site(&mut self, name: &Name) -> Option<u32> {
        if self.sites.len() > usize::from(u16::MAX) {
            return None;
        }
        let n = self.name(name);
        self.sites.push(n);
        Some(self.sites.len() as u32 - 1)
    }

    pub fn push(&mut self, op: Op, f: u8, args: [u32; 3], target: Option<BlockId>) {
        let inst = Inst { op, f, args, target, span: self.span };
        self.cfg.at_mut(self.current).insts.push(inst);
        if inst.closes() {
            let next = self.cfg.block();
            self.place(next);
        }
    }

    /// Code goes on in `block`.
    pub fn place(&mut self, block: BlockId) {
        self.cfg.order.push(block);
        self.cfg.at_mut(block).region = self.region;
        self.current = block;
    }

    /// Code goes on in another region.
    pub fn set_region(&mut self, region: Option<RegionId>) {
        if self.region == region {
            return;
        }
        self.region = region;
        let next = self.cfg.block();
        self.place(next);
    }

    pub fn dump(&self, style: DumpStyle) -> (String, String) {
        let mut cfg = self.cfg.clone();
        if style != DumpStyle::Raw {
            cfg.optimize(self.locals.len() as u32, self.params);
        }
        let text = match style {
            DumpStyle::Graphviz => crate::cfg::dump::graphviz(&cfg, &self.qualname),
            _ => crate::cfg::dump::text(&cfg),
        };
        (self.qualname.clone(), text)
    }
}
