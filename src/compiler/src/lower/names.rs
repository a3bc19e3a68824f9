//! Names: what a name means here, and reading, writing and deleting it.

use super::Lower;
use crate::ast::Name;
use crate::registers::{Operand, Reg};
use crate::symbols::{Resolution, ScopeKind};
use weft_bytecode::Op;
use weft_bytecode::ops::{KILL_B, KILL_C};

/// What a name stands for in the code being made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Var {
    /// A register.
    Local(Reg),
    /// A cell in a register.
    Cell(Reg),
    /// A cell of the closure.
    Free(u32),
    /// The module's namespace, then builtins.
    Global,
    /// The block's own namespace, then the module's, then builtins.
    Namespace,
}

impl<'a> Lower<'a> {
    /// Private names belong to their class.
    pub(super) fn mangled(&self, name: &Name) -> Name {
        self.u.scope.mangle(name)
    }

    /// Finds the meaning of a mangled name.
    pub(super) fn resolve(&self, name: &Name) -> Var {
        for comp in self.u.inlined.iter().rev() {
            if let Some(&var) = comp.vars.get(name) {
                return var;
            }
            match comp.scope.symbols.get(name).map(|s| s.resolution) {
                Some(Resolution::GlobalExplicit) => return Var::Global,
                Some(Resolution::GlobalImplicit) if self.u.scope.kind == ScopeKind::Class => {
                    return Var::Global;
                }
                _ => {}
            }
        }
        let resolution = self.u.scope.symbols.get(name).map(|s| s.resolution);
        // A class may have a variable of its own and pass on one of the same name from further out.
        let own = self.u.inlined.is_empty() && resolution != Some(Resolution::Free);
        if let Some(&var) = self.u.vars.get(name)
            && !(self.u.scope.kind == ScopeKind::Class && own)
        {
            return var;
        }
        match resolution {
            Some(Resolution::GlobalExplicit) => Var::Global,
            _ if self.u.is_function() => Var::Global,
            _ => Var::Namespace,
        }
    }

    /// The register of a variable that lives in one.
    pub(super) fn local(&self, name: &Name) -> Option<Reg> {
        match self.resolve(&self.mangled(name)) {
            Var::Local(r) => Some(r),
            _ => None,
        }
    }

    /// `dst := name`. In order and place: raises what reading the name raises.
    pub(super) fn load_name(&mut self, name: &Name, dst: Reg) {
        let name = self.mangled(name);
        self.load_mangled(&name, dst);
    }

    pub(super) fn load_mangled(&mut self, name: &Name, dst: Reg) {
        match self.resolve(name) {
            Var::Local(r) => {
                self.ins(Op::CHECK_BOUND, 0, r, 0u32, 0u32);
                if r != dst {
                    self.ins(Op::COPY, 0, dst, r, 0u32);
                }
            }
            Var::Cell(r) => self.ins(Op::LOAD_CELL, 0, dst, r, 0u32),
            Var::Free(i) if self.reads_namespace_first(name) => {
                let t = self.load_namespace();
                self.ins(Op::LOAD_FROM_DICT_OR_FREE, KILL_B, dst, t, i);
                self.u.temps.reset(t);
            }
            Var::Free(i) => self.ins(Op::LOAD_FREE, 0, dst, i, 0u32),
            Var::Global if self.sees_class_scope(name) => {
                let t = self.load_namespace();
                match self.u.site(name) {
                    Some(s) => self.ins(Op::LOAD_FROM_DICT_OR_GLOBALS, KILL_B, dst, t, s),
                    None => {
                        self.clear(t);
                        self.load_by_text(name, dst, 1);
                    }
                }
                self.u.temps.reset(t);
            }
            Var::Global => match self.u.site(name) {
                Some(s) => self.ins(Op::LOAD_GLOBAL, 0, dst, 0u32, s),
                None => self.load_by_text(name, dst, 1),
            },
            Var::Namespace => match self.u.site(name) {
                Some(s) => self.ins(Op::LOAD_NAME, 0, dst, 0u32, s),
                None => self.load_by_text(name, dst, 0),
            },
        }
    }

    /// A closure variable that a class body, or a block that sees a class body, may shadow.
    fn reads_namespace_first(&self, name: &Name) -> bool {
        let own = matches!(&**name, "__class__" | "__classdict__" | "__conditional_annotations__");
        match self.u.scope.kind {
            ScopeKind::Class => !own && self.u.inlined.is_empty(),
            _ => !own && self.u.scope.flags.can_see_class_scope && self.has_classdict(),
        }
    }

    fn sees_class_scope(&self, name: &Name) -> bool {
        self.u.scope.flags.can_see_class_scope
            && self.has_classdict()
            && self.u.scope.symbols.get(name).is_none_or(|s| s.resolution != Resolution::GlobalExplicit)
    }

    fn has_classdict(&self) -> bool {
        self.u.vars.contains_key("__classdict__")
    }

    /// The mapping that class-level names are read from, in a new temporary.
    fn load_namespace(&mut self) -> Reg {
        let t = self.u.temps.take();
        match self.u.vars.get("__classdict__") {
            Some(&Var::Free(i)) if self.u.scope.kind != ScopeKind::Class => {
                self.ins(Op::LOAD_FREE, 0, t, i, 0u32);
            }
            Some(&Var::Cell(r)) if self.u.scope.kind != ScopeKind::Class => {
                self.ins(Op::LOAD_CELL, 0, t, r, 0u32);
            }
            _ => self.ins(Op::LOAD_LOCALS, 0, t, 0u32, 0u32),
        }
        t
    }

    fn load_by_text(&mut self, name: &Name, dst: Reg, f: u8) {
        let t = self.u.temps.take();
        self.load_str(t, name);
        self.ins(Op::LOAD_NAME_REG, f | KILL_C, dst, 0u32, t);
        self.u.temps.reset(t);
    }

    /// `name := v`, giving up a temporary.
    pub(super) fn store_name(&mut self, name: &Name, v: Operand) {
        let name = self.mangled(name);
        self.store_mangled(&name, v);
    }

    /// As [`Lower::store_name`], for names the compiler invents.
    pub(super) fn store_raw_name(&mut self, name: &str, v: Operand) {
        self.store_mangled(&name.into(), v);
    }

    pub(super) fn store_mangled(&mut self, name: &Name, v: Operand) {
        let kill = Self::kill(v, None, KILL_B);
        let (op, op_reg, f) = match self.resolve(name) {
            Var::Local(r) => return self.move_to(r, v),
            Var::Cell(r) => return self.ins(Op::STORE_CELL, kill, r, v.reg, 0u32),
            Var::Free(i) => return self.ins(Op::STORE_FREE, kill, i, v.reg, 0u32),
            Var::Global => (Op::STORE_GLOBAL, Op::STORE_NAME_REG, 1),
            Var::Namespace => (Op::STORE_NAME, Op::STORE_NAME_REG, 0),
        };
        match self.u.site(name) {
            Some(s) => self.ins(op, kill, 0u32, v.reg, s),
            None => {
                let t = self.u.temps.take();
                self.load_str(t, name);
                self.ins(op_reg, f | kill | KILL_C, 0u32, v.reg, t);
                self.u.temps.reset(t);
            }
        }
    }

    /// `del name`
    pub(super) fn delete_name(&mut self, name: &Name) {
        let name = self.mangled(name);
        let (op, f) = match self.resolve(&name) {
            Var::Local(r) => return self.ins(Op::DELETE_LOCAL, 0, r, 0u32, 0u32),
            Var::Cell(r) => return self.ins(Op::DELETE_CELL, 0, r, 0u32, 0u32),
            Var::Free(i) => return self.ins(Op::DELETE_FREE, 0, i, 0u32, 0u32),
            Var::Global => (Op::DELETE_GLOBAL, 1),
            Var::Namespace => (Op::DELETE_NAME, 0),
        };
        match self.u.site(&name) {
            Some(s) => self.ins(op, 0, 0u32, 0u32, s),
            None => {
                let t = self.u.temps.take();
                self.load_str(t, &name);
                self.ins(Op::DELETE_NAME_REG, f | KILL_C, 0u32, 0u32, t);
                self.u.temps.reset(t);
            }
        }
    }

    /// Unbinds the name of an `except ... as name`, which the handler may have deleted itself.
    pub(super) fn forget_name(&mut self, name: &Name) {
        if let Some(r) = self.local(name) {
            return self.clear(r);
        }
        let t = self.u.temps.take();
        self.load_const(t, weft_bytecode::Const::None);
        self.store_name(name, Operand::temp(t));
        self.u.temps.reset(t);
        self.delete_name(name);
    }

    /// The cell of a variable that an inner block captures, put into `dst`.
    pub(super) fn load_cell_itself(&mut self, name: &Name, dst: Reg) -> bool {
        let of_comprehension = self.u.inlined.iter().rev().find_map(|c| c.vars.get(name));
        let var = of_comprehension.or_else(|| self.u.class_cells.get(name)).or_else(|| self.u.vars.get(name));
        match var.copied() {
            Some(Var::Cell(r)) => self.ins(Op::COPY, 0, dst, r, 0u32),
            Some(Var::Free(i)) => self.ins(Op::LOAD_CLOSURE, 0, dst, i, 0u32),
            _ => return false,
        }
        true
    }

    /// `MAKE_CELL` for every cell of the block.
    pub(super) fn make_cells(&mut self) {
        for n in 0..self.u.first_cells {
            let r = self.u.cells[n];
            self.ins(Op::MAKE_CELL, 0, r, 0u32, 0u32);
        }
    }
}
