//! First walk: opens the scopes and notes in each what is done with which name.
//!
//! Names are met in the order in which code will be made for them (the value of an assignment before its
//! targets), because that is the order of `co_varnames`. Scopes that belong to a definition open in the order:
//! type parameters, annotations, body.

use super::draft::{Act, Drafts};
use super::*;
use crate::ast::*;
use crate::syntax::Fault;

/// The walk itself: where it is.
pub(super) struct Builder {
    pub drafts: Drafts,
    pub options: Options,
    /// Scopes around the current one, the current one last.
    pub stack: Vec<ScopeId>,
    /// The class whose private names are mangled.
    pub private: Option<Name>,
}

pub(super) type Done = Result<(), Fault>;

/// Writes down all scopes of a tree.
pub(super) fn build(module: &Mod, options: Options) -> Result<Drafts, Fault> {
    let mut builder = Builder { drafts: Drafts::default(), options, stack: Vec::new(), private: None };
    let key = ScopeKey::of(module, Role::Body);
    builder.enter(ScopeKind::Module, "top", Span::default(), key);
    match module {
        Mod::Module { body, .. } => builder.body(body)?,
        Mod::Interactive { body } => builder.stmts(body)?,
        Mod::Expression { body } => builder.expr(body)?,
        Mod::FunctionType { argtypes, returns } => {
            builder.exprs(argtypes)?;
            builder.expr(returns)?;
        }
    }
    builder.close_annotations(ScopeKey::of(module, Role::Annotations))?;
    builder.leave();
    Ok(builder.drafts)
}

/// Whether a body begins with a docstring.
pub(super) fn has_docstring(body: &[Stmt]) -> bool {
    let Some(Stmt { kind: StmtKind::Expr { value }, .. }) = body.first() else { return false };
    matches!(value.kind, ExprKind::Constant { value: Const::Str(_), .. })
}

impl Builder {
    /// Where the walk is.
    pub fn here(&self) -> ScopeId {
        self.stack[self.stack.len() - 1]
    }

    pub fn scope(&mut self) -> &mut Scope {
        let here = self.here();
        &mut self.drafts.get_mut(here).scope
    }

    pub fn enter(&mut self, kind: ScopeKind, name: &str, span: Span, key: ScopeKey) -> ScopeId {
        let parent = self.stack.last().copied();
        let id = self.drafts.open(parent, kind, name.into(), span, self.private.clone());
        self.drafts.by_key.insert(key, id);
        self.stack.push(id);
        id
    }

    pub fn leave(&mut self) {
        self.stack.pop();
    }

    /// Notes a name in the current scope.
    pub fn note(&mut self, name: &Name, act: Act, span: Span) -> Done {
        let here = self.here();
        self.drafts.note(here, name, act, span)
    }

    /// Notes a name of the implementation in the current scope.
    pub fn note_hidden(&mut self, name: &str, act: Act) -> Done {
        self.note(&name.into(), act, Span::default())
    }

    /// Notes the binding of a name, which may not be `__debug__`.
    pub fn bind(&mut self, name: &Name, act: Act, span: Span) -> Done {
        refuse_debug(name, Context::Store, span)?;
        self.note(name, act, span)
    }

    /// An annotation-like scope directly in a class reads names through `__classdict__`.
    fn see_class(&mut self, in_class: bool) -> Done {
        if in_class {
            self.scope().flags.can_see_class_scope = true;
            self.note_hidden("__classdict__", Act::Use)?;
        }
        Ok(())
    }

    /// Whether the current scope is a class, or sees one (a type parameter's bound within a method's list).
    fn sees_class(&mut self) -> bool {
        let scope = self.scope();
        scope.kind == ScopeKind::Class || scope.flags.can_see_class_scope
    }

    /// Enters a block that is evaluated on demand with a format (PEP 649): it takes the parameter `.format`.
    fn enter_deferred(&mut self, kind: ScopeKind, name: &str, span: Span, key: ScopeKey) -> Done {
        self.enter(kind, name, span, key);
        self.note_hidden(".format", Act::Parameter)?;
        self.note_hidden(".format", Act::Use)
    }

    pub fn function(&mut self, f: &FunctionDef, span: Span) -> Done {
        self.exprs(&f.decorators)?;
        self.exprs(&f.args.defaults)?;
        self.exprs(f.args.kw_defaults.iter().flatten())?;
        let generic = !f.type_params.is_empty();
        if generic {
            self.enter_type_params(&f.name, span, ScopeKey::of(f, Role::TypeParams))?;
            if !f.args.defaults.is_empty() {
                self.note_hidden(".defaults", Act::Parameter)?;
            }
            if f.args.kw_defaults.iter().any(Option::is_some) {
                self.note_hidden(".kwdefaults", Act::Parameter)?;
            }
            self.type_params(&f.type_params)?;
        }
        self.function_annotations(f, span)?;
        let in_class =
            self.scope().kind == ScopeKind::Class || generic && self.scope().flags.can_see_class_scope;
        self.enter(ScopeKind::Function, &f.name, span, ScopeKey::of(f, Role::Body));
        let flags = &mut self.scope().flags;
        flags.method = in_class;
        flags.coroutine = f.is_async;
        flags.docstring = has_docstring(&f.body);
        self.parameters(&f.args)?;
        self.body(&f.body)?;
        self.leave();
        if generic {
            self.leave();
        }
        self.bind(&f.name, Act::Assign, span)
    }

    pub fn lambda(&mut self, lambda: &Lambda, span: Span) -> Done {
        self.exprs(&lambda.args.defaults)?;
        self.exprs(lambda.args.kw_defaults.iter().flatten())?;
        let in_class = self.scope().kind == ScopeKind::Class;
        self.enter(ScopeKind::Lambda, "lambda", span, ScopeKey::of(lambda, Role::Body));
        self.scope().flags.method = in_class;
        self.parameters(&lambda.args)?;
        self.expr(&lambda.body)?;
        self.leave();
        Ok(())
    }

    fn parameters(&mut self, args: &Arguments) -> Done {
        for arg in args.all() {
            self.bind(&arg.arg, Act::Parameter, arg.span)?;
        }
        let flags = &mut self.scope().flags;
        flags.varargs = args.vararg.is_some();
        flags.varkeywords = args.kwarg.is_some();
        Ok(())
    }

    /// Parameter and return annotations: one `__annotate__` for the function, in the scope around it.
    fn function_annotations(&mut self, f: &FunctionDef, span: Span) -> Done {
        let a = &f.args;
        let stars = a.vararg.as_deref().into_iter().chain(a.kwarg.as_deref());
        let of_args = a.posonlyargs.iter().chain(&a.args).chain(stars).chain(&a.kwonlyargs);
        let all: Vec<&Expr> =
            of_args.filter_map(|arg| arg.annotation.as_ref()).chain(f.returns.as_ref()).collect();
        if all.is_empty() {
            return Ok(());
        }
        let in_class = self.sees_class();
        let key = ScopeKey::of(f, Role::Annotations);
        self.enter_deferred(ScopeKind::Annotation, "__annotate__", span, key)?;
        match self.options.future_annotations {
            // `__annotate__` answers with strings (PEP 563).
            true => self.unevaluated(all, span)?,
            false => {
                self.see_class(in_class)?;
                self.exprs(all)?;
            }
        }
        self.leave();
        Ok(())
    }

    /// Walks annotations that no code is made for, for their errors: in a scope that is thrown away.
    fn unevaluated<'e>(&mut self, all: impl IntoIterator<Item = &'e Expr>, span: Span) -> Done {
        let mut all = all.into_iter().peekable();
        if all.peek().is_none() {
            return Ok(());
        }
        let known = self.drafts.all.len();
        let id = self.drafts.open(
            Some(self.here()),
            ScopeKind::Annotation,
            "__annotate__".into(),
            span,
            self.private.clone(),
        );
        self.stack.push(id);
        self.drafts.get_mut(id).unevaluated = true;
        let result = self.exprs(all);
        self.leave();
        let opened = self.drafts.all.len() > known + 1;
        self.drafts.all.truncate(known);
        if opened {
            self.drafts.by_key.retain(|_, id| (id.0 as usize) < known);
        }
        self.scope().children.pop();
        result
    }

    /// The annotation of a variable. In modules and classes all of them share one `__annotate__`; those of a
    /// function's local variables are not evaluated.
    pub fn variable_annotation(&mut self, annotation: &Expr) -> Done {
        let scope = self.scope();
        let (id, kind) = (scope.id, scope.kind);
        if self.options.future_annotations || !matches!(kind, ScopeKind::Module | ScopeKind::Class) {
            return self.unevaluated([annotation], annotation.span);
        }
        match self.drafts.get(id).annotations {
            Some(block) => self.stack.push(block),
            None => {
                // Its key is the module or class: see `close_annotations`.
                let block = self.drafts.open(
                    Some(id),
                    ScopeKind::Annotation,
                    "__annotate__".into(),
                    annotation.span,
                    self.private.clone(),
                );
                self.stack.push(block);
                self.drafts.get_mut(id).annotations = Some(block);
                self.note_hidden(".format", Act::Parameter)?;
                self.note_hidden(".format", Act::Use)?;
                self.see_class(kind == ScopeKind::Class)?;
            }
        }
        self.expr(annotation)?;
        self.leave();
        Ok(())
    }

    /// A module or class whose annotations may be skipped (below `if`, or because a module stops halfway)
    /// keeps a set of those that were reached.
    pub fn conditional_annotation(&mut self) -> Done {
        let here = self.here();
        let draft = self.drafts.get(here);
        let kind = draft.scope.kind;
        let conditional = match kind {
            ScopeKind::Module => true,
            ScopeKind::Class => draft.conditional,
            _ => false,
        };
        if conditional && !self.options.future_annotations && !draft.scope.flags.conditional_annotations {
            self.scope().flags.conditional_annotations = true;
            self.note_hidden("__conditional_annotations__", Act::Use)?;
        }
        Ok(())
    }

    /// At the end of a module or class: registers its `__annotate__`, which reads the set.
    fn close_annotations(&mut self, key: ScopeKey) -> Done {
        let here = self.here();
        let draft = self.drafts.get(here);
        let Some(block) = draft.annotations else { return Ok(()) };
        let conditional = draft.scope.flags.conditional_annotations;
        self.scope().flags.annotations = true;
        self.drafts.by_key.insert(key, block);
        if conditional {
            self.drafts.note(block, &"__conditional_annotations__".into(), Act::Use, Span::default())?;
        }
        Ok(())
    }

    pub fn class(&mut self, class: &ClassDef, span: Span) -> Done {
        self.exprs(&class.decorators)?;
        let generic = !class.type_params.is_empty();
        let outer = self.private.clone();
        if generic {
            self.enter_type_params(&class.name, span, ScopeKey::of(class, Role::TypeParams))?;
            // Only the type parameters are private to the class in here.
            self.private = Some(class.name.clone());
            let names = class.type_params.iter().map(|p| p.name().clone()).collect();
            let scope = self.scope();
            scope.private = Some(class.name.clone());
            scope.mangled_only = Some(Arc::new(names));
            self.type_params(&class.type_params)?;
            for name in [".type_params", ".generic_base"] {
                self.note_hidden(name, Act::Assign)?;
                self.note_hidden(name, Act::Use)?;
            }
        }
        self.exprs(&class.bases)?;
        self.keywords(&class.keywords)?;
        self.private = Some(class.name.clone());
        self.enter(ScopeKind::Class, &class.name, span, ScopeKey::of(class, Role::Body));
        self.scope().flags.docstring = has_docstring(&class.body);
        if generic {
            self.note_hidden("__type_params__", Act::Assign)?;
            self.note_hidden(".type_params", Act::Use)?;
        }
        self.body(&class.body)?;
        self.close_annotations(ScopeKey::of(class, Role::Annotations))?;
        self.leave();
        if generic {
            self.leave();
        }
        self.private = outer;
        self.bind(&class.name, Act::Assign, span)
    }

    pub fn type_alias(&mut self, alias: &TypeAlias, span: Span) -> Done {
        let ExprKind::Name { id, .. } = &alias.name.kind else {
            return Err(Fault::new("TypeAlias with a target that is no name", span));
        };
        let generic = !alias.type_params.is_empty();
        let in_class = self.sees_class();
        if generic {
            self.enter_type_params(id, span, ScopeKey::of(alias, Role::TypeParams))?;
            self.type_params(&alias.type_params)?;
        }
        let key = ScopeKey::of(alias, Role::Body);
        self.enter_deferred(ScopeKind::TypeAlias, id, span, key)?;
        self.see_class(in_class)?;
        self.expr(&alias.value)?;
        self.leave();
        if generic {
            self.leave();
        }
        self.bind(id, Act::Assign, alias.name.span)
    }

    fn enter_type_params(&mut self, name: &Name, span: Span, key: ScopeKey) -> Done {
        let in_class = self.scope().kind == ScopeKind::Class;
        self.enter(ScopeKind::TypeParams, name, span, key);
        self.see_class(in_class)
    }

    fn type_params(&mut self, params: &[TypeParam]) -> Done {
        for param in params {
            self.bind(param.name(), Act::TypeParam, param.span)?;
            let default_of = match &param.kind {
                TypeParamKind::TypeVar { bound, .. } => {
                    if let Some(bound) = bound {
                        let of = match bound.kind {
                            ExprKind::Tuple { .. } => "a TypeVar constraint",
                            _ => "a TypeVar bound",
                        };
                        self.type_param_part(param, Role::Bound, bound, of)?;
                    }
                    "a TypeVar default"
                }
                TypeParamKind::ParamSpec { .. } => "a ParamSpec default",
                TypeParamKind::TypeVarTuple { .. } => "a TypeVarTuple default",
            };
            if let Some(default) = param.default() {
                self.type_param_part(param, Role::Default, default, default_of)?;
            }
        }
        // The grammar allows it, and so does a tree made by hand (PEP 696).
        let after_default =
            params.iter().skip_while(|p| p.default().is_none()).find(|p| p.default().is_none());
        if let Some(param) = after_default {
            let name = param.name();
            let msg = format!("non-default type parameter '{name}' follows default type parameter");
            return Err(Fault::new(msg, param.span));
        }
        Ok(())
    }

    /// A bound or default is evaluated on demand, in a scope of its own.
    fn type_param_part(&mut self, param: &TypeParam, role: Role, expr: &Expr, of: &'static str) -> Done {
        let in_class = self.scope().flags.can_see_class_scope;
        let key = ScopeKey::of(param, role);
        self.enter_deferred(ScopeKind::TypeVariable, param.name(), expr.span, key)?;
        self.see_class(in_class)?;
        let here = self.here();
        self.drafts.get_mut(here).expression_of = of;
        self.expr(expr)?;
        self.leave();
        Ok(())
    }
}

/// `__debug__` is a constant.
pub(super) fn refuse_debug(name: &Name, ctx: Context, span: Span) -> Done {
    let verb = match ctx {
        _ if &**name != "__debug__" => return Ok(()),
        Context::Load => return Ok(()),
        Context::Store => "assign to",
        Context::Del => "delete",
    };
    Err(Fault::new(format!("cannot {verb} __debug__"), span))
}
