//! `import` and `from ... import`.

use super::{Lower, Result};
use crate::ast::*;
use crate::registers::{Operand, Reg};
use weft_bytecode::ops::{Intrinsic, KILL_B};
use weft_bytecode::{Const, Op};

impl<'a> Lower<'a> {
    /// `base := __import__(name, fromlist, level)`
    fn import_name(&mut self, base: Reg, name: &Name, from: Const, level: u32) -> Result {
        self.u.temps.reset(base.up(2));
        self.load_const(base, Const::Int(i64::from(level)));
        self.load_const(base.up(1), from);
        let Some(site) = self.u.site(name) else {
            return Err(self.error("too many names", self.u.span.unwrap_or_default()));
        };
        self.ins(Op::IMPORT_NAME, 0, base, base, site);
        self.u.temps.reset(base.up(1));
        Ok(())
    }

    /// `dst := name` of the module in `module`
    fn import_attr(&mut self, dst: Reg, module: Reg, name: &Name, last: bool) -> Result {
        let kill = if last && dst != module { KILL_B } else { 0 };
        let Some(site) = self.u.site(name) else {
            return Err(self.error("too many names", self.u.span.unwrap_or_default()));
        };
        self.ins(Op::IMPORT_FROM, kill, dst, module, site);
        Ok(())
    }

    pub(super) fn import(&mut self, s: &'a Stmt, names: &'a [Alias]) -> Result {
        for alias in names {
            let t = self.u.temps.take();
            self.at(s.span);
            self.import_name(t, &alias.name, Const::None, 0)?;
            match &alias.asname {
                // `import a.b` binds `a`.
                None => {
                    let top: Name = alias.name.split('.').next().unwrap_or_default().into();
                    self.store_name(&top, Operand::temp(t));
                }
                // `import a.b.c as m` walks down from `a`.
                Some(asname) => {
                    for part in alias.name.split('.').skip(1) {
                        self.import_attr(t, t, &part.into(), false)?;
                    }
                    self.store_name(asname, Operand::temp(t));
                }
            }
            self.u.temps.reset(t);
        }
        Ok(())
    }

    pub(super) fn import_from(
        &mut self,
        s: &'a Stmt,
        module: Option<&'a Name>,
        names: &'a [Alias],
        level: u32,
    ) -> Result {
        let t = self.u.temps.take();
        let from = Self::names_tuple(names.iter().map(|a| &a.name));
        let empty: Name = "".into();
        self.import_name(t, module.unwrap_or(&empty), from, level)?;
        if let [Alias { name, .. }] = names
            && &**name == "*"
        {
            self.at(s.span);
            self.ins(Op::INTRINSIC, Intrinsic::ImportStar as u8, t, t, 0u32);
            self.clear(t);
            return Ok(());
        }
        for (n, alias) in names.iter().enumerate() {
            let last = n + 1 == names.len();
            self.at(s.span);
            let target = alias.asname.as_ref().unwrap_or(&alias.name);
            if let Some(r) = self.local(target) {
                self.import_attr(r, t, &alias.name, last)?;
                continue;
            }
            let v = self.u.temps.take();
            self.import_attr(v, t, &alias.name, last)?;
            self.store_name(target, Operand::temp(v));
            self.u.temps.reset(v);
        }
        Ok(())
    }
}
