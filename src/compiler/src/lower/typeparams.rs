//! Type parameters (PEP 695, PEP 696) and `type` statements.
//!
//! A generic function, class or alias is made inside a function of its own, `<generic parameters of f>`, whose
//! variables are the type parameters. Bounds, constraints, defaults and alias values are functions too,
//! evaluated when asked for.

use super::function::Attributes;
use super::names::Var;
use super::{Lower, Result};
use crate::ast::*;
use crate::registers::{Operand, Reg};
use crate::symbols::{Role, Scope};
use weft_bytecode::ops::{FunctionAttr, Intrinsic, KILL_B};
use weft_bytecode::{Const, Op};

impl<'a> Lower<'a> {
    /// Makes the parameters, binds their names, and puts the tuple of them into `dst`.
    pub(super) fn type_params(&mut self, params: &'a [TypeParam], dst: Reg) -> Result {
        let mark = self.u.temps.top();
        let base = self.u.temps.take_many(params.len() as u32);
        for (n, p) in params.iter().enumerate() {
            self.type_param(p, base.up(n as u32))?;
        }
        self.ins(Op::BUILD_TUPLE, 0, dst, base, params.len() as u32);
        self.u.temps.reset(mark);
        Ok(())
    }

    fn type_param(&mut self, p: &'a TypeParam, dst: Reg) -> Result {
        let args = self.u.temps.take_many(2);
        self.at(p.span);
        self.load_str(args, p.name());
        let intrinsic = match &p.kind {
            TypeParamKind::TypeVar { bound: Some(bound), .. } => {
                let scope = self.scope_of(p, Role::Bound, p.span)?;
                self.deferred(bound, scope, p.name(), args.up(1))?;
                match bound.kind {
                    ExprKind::Tuple { .. } => Intrinsic::TypeVarWithConstraints,
                    _ => Intrinsic::TypeVarWithBound,
                }
            }
            TypeParamKind::TypeVar { .. } => Intrinsic::TypeVar,
            TypeParamKind::ParamSpec { .. } => Intrinsic::ParamSpec,
            TypeParamKind::TypeVarTuple { .. } => Intrinsic::TypeVarTuple,
        };
        self.at(p.span);
        self.ins(Op::INTRINSIC, intrinsic as u8, args, args, 0u32);
        if matches!(intrinsic, Intrinsic::TypeVarWithBound | Intrinsic::TypeVarWithConstraints) {
            self.clear(args.up(1));
        }
        if let Some(default) = p.default() {
            let scope = self.scope_of(p, Role::Default, p.span)?;
            self.deferred(default, scope, p.name(), args.up(1))?;
            self.at(p.span);
            self.ins(Op::INTRINSIC, Intrinsic::SetTypeParamDefault as u8, args, args, 0u32);
            self.clear(args.up(1));
        }
        self.move_to(dst, Operand::temp(args));
        self.store_name(p.name(), Operand::borrowed(dst));
        self.u.temps.reset(args);
        Ok(())
    }

    /// `dst := function of (format=1)` that evaluates `e` in its scope.
    fn deferred(&mut self, e: &'a Expr, scope: &'a Scope, name: &str, dst: Reg) -> Result {
        let mark = self.u.temps.top();
        self.enter(scope, name, e.span.line);
        self.at(e.span);
        self.start_deferred();
        if let ExprKind::Starred { value, .. } = &e.kind {
            // The default of a TypeVarTuple: `*Ts = *tuple[int]`.
            let t = self.u.temps.take_many(2);
            self.u.temps.reset(t.up(2));
            self.expr_to(value, t.up(1))?;
            self.at(e.span);
            self.ins(Op::UNPACK, KILL_B, t, t.up(1), 1u32);
            self.ins(Op::RETURN, 0, t, 0u32, 0u32);
            self.u.temps.reset(t);
        } else {
            self.return_expr(e)?;
        }
        let code = self.leave()?;
        self.at(e.span);
        self.make_closure(dst, code, scope);
        let t = self.u.temps.take();
        self.load_const(t, Const::Tuple(Box::new([Const::Int(1)])));
        self.set_function_attr(dst, FunctionAttr::Defaults, Operand::temp(t));
        self.u.temps.reset(mark);
        Ok(())
    }

    /// `def f[T](...)`: defaults are evaluated outside and handed in.
    pub(super) fn generic_function(
        &mut self,
        s: &'a Stmt,
        f: &'a FunctionDef,
        line: u32,
        dst: Reg,
    ) -> Result {
        let scope = self.scope_of(f, Role::TypeParams, s.span)?;
        let mark = self.u.temps.top();
        let base = self.window(dst);
        self.u.temps.reset(base.up(1));
        let attributes = self.defaults(&f.args)?;
        let handed = [attributes.defaults, attributes.kw_defaults];
        let count = handed.iter().flatten().count() as u32;
        self.enter(scope, &format!("<generic parameters of {}>", f.name), line);
        self.u.argcount = count as u16;
        self.u.params = count;
        self.at(s.span);
        self.make_cells();
        let t = self.u.temps.take();
        self.type_params(&f.type_params, t)?;
        let parameter = |l: &Self, name: &str| match l.u.vars.get(name) {
            Some(&Var::Local(r)) => Some(Operand::borrowed(r)),
            _ => None,
        };
        let mut inner = Attributes {
            defaults: parameter(self, ".defaults"),
            kw_defaults: parameter(self, ".kwdefaults"),
            annotate: None,
        };
        let function = self.u.temps.take();
        inner.annotate = self.function_annotate(s, f)?;
        self.function_object(s, f, line, function, inner)?;
        self.set_function_attr(function, FunctionAttr::TypeParams, Operand::temp(t));
        self.ins(Op::RETURN, 0, function, 0u32, 0u32);
        let code = self.leave()?;
        self.at(s.span);
        // Defaults came first, as the language wants; their registers are the arguments.
        self.make_closure(base, code, scope);
        self.call_registers(dst, base, count);
        self.u.temps.reset(mark);
        Ok(())
    }

    /// `type A[T] = value`
    pub(super) fn type_alias(&mut self, s: &'a Stmt, t: &'a TypeAlias) -> Result {
        let ExprKind::Name { id, .. } = &t.name.kind else {
            return Err(self.error("invalid type alias target", t.name.span));
        };
        let dst = self.u.temps.take();
        if t.type_params.is_empty() {
            self.alias_object(s, t, id, dst, None)?;
        } else {
            let scope = self.scope_of(t, Role::TypeParams, s.span)?;
            self.enter(scope, &format!("<generic parameters of {id}>"), s.span.line);
            self.at(s.span);
            self.make_cells();
            let result = self.u.temps.take();
            let params = self.u.temps.take();
            self.type_params(&t.type_params, params)?;
            self.alias_object(s, t, id, result, Some(params))?;
            self.ins(Op::RETURN, 0, result, 0u32, 0u32);
            let code = self.leave()?;
            self.at(s.span);
            self.make_closure(dst, code, scope);
            self.call_registers(dst, dst, 0);
        }
        self.at(s.span);
        self.store_name(id, Operand::temp(dst));
        self.u.temps.reset(dst);
        Ok(())
    }

    fn alias_object(
        &mut self,
        s: &'a Stmt,
        t: &'a TypeAlias,
        id: &Name,
        dst: Reg,
        params: Option<Reg>,
    ) -> Result {
        let args = self.u.temps.take_many(3);
        self.at(s.span);
        self.load_str(args, id);
        match params {
            Some(p) => self.move_to(args.up(1), Operand::temp(p)),
            None => self.load_const(args.up(1), Const::None),
        }
        let scope = self.scope_of(t, Role::Body, s.span)?;
        self.deferred(&t.value, scope, id, args.up(2))?;
        self.at(s.span);
        self.ins(Op::INTRINSIC, Intrinsic::TypeAlias as u8, dst, args, 0u32);
        for n in 0..3 {
            self.clear(args.up(n));
        }
        self.u.temps.reset(args);
        Ok(())
    }
}
