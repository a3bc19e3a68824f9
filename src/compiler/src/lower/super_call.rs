//! `super().attr`: looked up without making the `super` object, when that cannot be told apart.

use super::names::Var;
use super::{Lower, Result};
use crate::ast::*;
use crate::registers::{Operand, Reg};
use crate::symbols::{Resolution, ScopeKind};
use weft_bytecode::Op;

impl<'a> Lower<'a> {
    /// Lowers `value.attr` if `value` is a call of the builtin `super`; says whether it did. With `method`, a
    /// pair as `LOAD_METHOD` makes goes to `dst` and the register above.
    pub(super) fn super_attribute(
        &mut self,
        e: &'a Expr,
        value: &'a Expr,
        attr: &'a Name,
        dst: Reg,
        method: bool,
    ) -> Result<bool> {
        let ExprKind::Call { func, args, keywords } = &value.kind else { return Ok(false) };
        let ExprKind::Name { id, .. } = &func.kind else { return Ok(false) };
        let plain = keywords.is_empty() && !args.iter().any(|a| matches!(a.kind, ExprKind::Starred { .. }));
        if &**id != "super" || &**attr == "__class__" || !plain || !self.super_is_builtin() {
            return Ok(false);
        }
        let name = self.mangled(attr);
        let zero = args.is_empty();
        match &args[..] {
            [] if self.zero_argument_super().is_none() => return Ok(false),
            [] | [_, _] => {}
            _ => return Ok(false),
        }
        let base = self.u.temps.take_many(3);
        self.at(func.span);
        self.load_name(id, base);
        if zero {
            let Some(first) = self.zero_argument_super() else { return Ok(false) };
            self.at(value.span);
            self.load_name(&"__class__".into(), base.up(1));
            match first {
                Var::Cell(r) => self.ins(Op::LOAD_CELL, 0, base.up(2), r, 0u32),
                _ => {
                    let name: Name = self.u.locals[0].clone();
                    self.load_mangled_argument(&name, base.up(2));
                }
            }
        } else {
            self.argument(&args[0], base.up(1), &[&args[1]])?;
            self.argument(&args[1], base.up(2), &[])?;
        }
        self.at(e.span);
        let Some(site) = self.u.site(&name) else {
            // No sites left: make the object after all.
            self.ins(Op::CALL, 0, base, base, 2u32);
            self.load_attr(dst, Operand::temp(base), attr);
            if method {
                self.clear(dst.up(1));
            }
            self.u.temps.reset(base);
            return Ok(true);
        };
        let op = if method { Op::LOAD_SUPER_METHOD } else { Op::LOAD_SUPER_ATTR };
        self.ins(op, u8::from(zero), dst, base, site);
        self.u.temps.reset(base);
        Ok(true)
    }

    fn load_mangled_argument(&mut self, name: &Name, slot: Reg) {
        if let Var::Local(r) = self.resolve(name) {
            self.ins(Op::CHECK_BOUND, 0, r, 0u32, 0u32);
            self.ins(Op::BORROW, 0, slot, r, 0u32);
        } else {
            self.load_mangled(name, slot);
        }
    }

    /// `super` is assigned nowhere that this code could see.
    fn super_is_builtin(&self) -> bool {
        let name: Name = "super".into();
        let module = self.table.module().symbols.get("super");
        let global_free = module.is_none_or(|s| !s.flags.assigned && !s.flags.imported);
        self.u.is_function() && self.resolve(&name) == Var::Global && global_free
    }

    /// The first parameter, if `super()` without arguments can work here.
    fn zero_argument_super(&self) -> Option<Var> {
        let function = matches!(self.u.scope.kind, ScopeKind::Function | ScopeKind::Lambda);
        if !function || self.u.argcount == 0 || !self.u.inlined.is_empty() {
            return None;
        }
        match self.u.scope.symbols.get("__class__").map(|s| s.resolution) {
            Some(Resolution::Free) => {}
            _ => return None,
        }
        self.u.vars.get(&self.u.locals[0]).copied()
    }
}
