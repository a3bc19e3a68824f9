//! Comprehensions and the assignment expressions in them (PEP 572, PEP 709).

use super::build::{Builder, Done};
use super::draft::Act;
use super::*;
use crate::ast::*;
use crate::syntax::Fault;

impl Builder {
    /// A comprehension: the outermost iterable is evaluated outside, the rest in a scope of its own, with the
    /// iterator as its parameter `.0`.
    pub(super) fn comprehension(
        &mut self,
        node: &Expr,
        kind: ComprehensionKind,
        parts: &[&Expr],
        generators: &[Comprehension],
    ) -> Done {
        let Some((first, rest)) = generators.split_first() else { return Ok(()) };
        self.iterable(&first.iter)?;
        let name = match kind {
            ComprehensionKind::List => "listcomp",
            ComprehensionKind::Set => "setcomp",
            ComprehensionKind::Dict => "dictcomp",
            ComprehensionKind::Generator => "genexpr",
        };
        let in_class = self.scope().kind == ScopeKind::Class;
        self.enter(ScopeKind::Comprehension(kind), name, node.span, ScopeKey::of(node, Role::Body));
        self.scope().flags.method = in_class;
        self.scope().flags.coroutine = first.is_async;
        self.note_hidden(".0", Act::Parameter)?;
        self.target(&first.target)?;
        self.exprs(&first.ifs)?;
        for generator in rest {
            self.iterable(&generator.iter)?;
            self.target(&generator.target)?;
            self.exprs(&generator.ifs)?;
            self.scope().flags.coroutine |= generator.is_async;
        }
        self.exprs(parts.iter().copied())?;
        let generator = kind == ComprehensionKind::Generator;
        self.scope().flags.generator = generator;
        let coroutine = self.scope().flags.coroutine && !generator;
        self.leave();
        self.scope().flags.coroutine |= coroutine;
        Ok(())
    }

    fn iterable(&mut self, iter: &Expr) -> Done {
        let here = self.here();
        self.drafts.get_mut(here).comp_iter += 1;
        self.expr(iter)?;
        self.drafts.get_mut(here).comp_iter -= 1;
        Ok(())
    }

    fn target(&mut self, target: &Expr) -> Done {
        let here = self.here();
        self.drafts.get_mut(here).comp_target = true;
        self.expr(target)?;
        self.drafts.get_mut(here).comp_target = false;
        Ok(())
    }

    /// `target := value`
    pub(super) fn named_expr(&mut self, node: &Expr, target: &Expr, value: &Expr) -> Done {
        self.refuse_in_annotation("named expression", node.span)?;
        let here = self.here();
        if self.drafts.get(here).comp_iter > 0 {
            let msg = "assignment expression cannot be used in a comprehension iterable expression";
            return Err(Fault::new(msg, node.span));
        }
        if let (ScopeKind::Comprehension(_), ExprKind::Name { id, .. }) = (self.scope().kind, &target.kind) {
            self.bind_outside(id, target.span)?;
        }
        self.expr(value)?;
        self.expr(target)
    }

    /// "an assignment expression occurring in a list, set or dict comprehension or in a generator expression
    /// binds the target in the containing scope" (PEP 572).
    fn bind_outside(&mut self, name: &Name, span: Span) -> Done {
        for i in (0..self.stack.len()).rev() {
            let id = self.stack[i];
            let scope = &self.drafts.get(id).scope;
            let flags = scope.symbols.get(&scope.mangle(name)).map(|s| s.flags).unwrap_or_default();
            let refused = match scope.kind {
                ScopeKind::Comprehension(_) => {
                    if flags.comp_iter && flags.assigned {
                        let msg = format!(
                            "assignment expression cannot rebind comprehension iteration variable '{name}'"
                        );
                        return Err(Fault::new(msg, span));
                    }
                    continue;
                }
                ScopeKind::Function | ScopeKind::Lambda => {
                    let act = if flags.global { Act::Global } else { Act::Nonlocal };
                    self.note(name, act, span)?;
                    self.direct(name, span);
                    return self.drafts.note(id, name, Act::Assign, span);
                }
                ScopeKind::Module => {
                    self.note(name, Act::Global, span)?;
                    self.direct(name, span);
                    return self.drafts.note(id, name, Act::Global, span);
                }
                ScopeKind::Class => "cannot be used in a class body",
                ScopeKind::TypeParams => "cannot be used within the definition of a generic",
                ScopeKind::TypeAlias => "cannot be used in a type alias",
                ScopeKind::TypeVariable => "cannot be used in a TypeVar bound",
                ScopeKind::Annotation => "cannot be used within an annotation",
            };
            return Err(Fault::new(format!("assignment expression within a comprehension {refused}"), span));
        }
        Ok(())
    }

    /// Remembers where a name was declared.
    pub(super) fn direct(&mut self, name: &Name, span: Span) {
        let here = self.here();
        let mangled = self.scope().mangle(name);
        self.drafts.get_mut(here).directives.push((mangled, span));
    }

    /// Some expressions make no sense where evaluation is deferred.
    pub(super) fn refuse_in_annotation(&mut self, what: &str, span: Span) -> Done {
        let here = self.here();
        let draft = self.drafts.get(here);
        let place = match draft.scope.kind {
            ScopeKind::Annotation => "an annotation",
            ScopeKind::TypeVariable => draft.expression_of,
            ScopeKind::TypeAlias => "a type alias",
            ScopeKind::TypeParams => "the definition of a generic",
            _ => return Ok(()),
        };
        Err(Fault::new(format!("{what} cannot be used within {place}"), span))
    }
}
