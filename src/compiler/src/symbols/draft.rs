//! A scope while it is being written down: the scope itself and what only the analysis needs to know.

use super::*;
use crate::syntax::Fault;

/// What a block does with a name at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Global,
    Nonlocal,
    Assign,
    Parameter,
    Use,
    Import,
    Annotate,
    TypeParam,
}

/// A scope in the making.
#[derive(Debug)]
pub(super) struct Draft {
    pub scope: Scope,
    /// Where names were declared or bound as walrus targets: the place of errors found later.
    pub directives: Vec<(Name, Span)>,
    /// Names in the order in which code for them is made, with the scope they are written in (this one or a
    /// comprehension that may be inlined into it).
    pub appearance: Vec<(Name, ScopeId)>,
    /// The `__annotate__` of this module or class.
    pub annotations: Option<ScopeId>,
    /// In the target of a comprehension's `for`.
    pub comp_target: bool,
    /// In the iterable of a comprehension's `for`, at any depth.
    pub comp_iter: u32,
    /// Below `if`, `for`, `try`...
    pub conditional: bool,
    /// In an annotation that is never evaluated: of a function's local variable.
    pub unevaluated: bool,
    /// What an expression of a type parameter is: `a TypeVar bound`.
    pub expression_of: &'static str,
}

/// All scopes in the making.
#[derive(Debug, Default)]
pub(super) struct Drafts {
    pub all: Vec<Draft>,
    pub by_key: HashMap<ScopeKey, ScopeId>,
}

impl Drafts {
    pub fn get(&self, id: ScopeId) -> &Draft {
        &self.all[id.0 as usize]
    }

    pub fn get_mut(&mut self, id: ScopeId) -> &mut Draft {
        &mut self.all[id.0 as usize]
    }

    /// Opens a scope under `parent`.
    pub fn open(
        &mut self,
        parent: Option<ScopeId>,
        kind: ScopeKind,
        name: Name,
        span: Span,
        private: Option<Name>,
    ) -> ScopeId {
        let id = ScopeId(self.all.len() as u32);
        let (mut nested, mut comp_iter, mut mangled_only) = (false, 0, None);
        if let Some(parent) = parent {
            let around = self.get_mut(parent);
            around.scope.children.push(id);
            nested = around.scope.flags.nested || around.scope.is_function_like();
            comp_iter = around.comp_iter;
            if kind != ScopeKind::Class {
                mangled_only = around.scope.mangled_only.clone();
            }
        }
        let scope = Scope {
            id,
            parent,
            kind,
            name,
            span,
            children: Vec::new(),
            symbols: SymbolMap::default(),
            varnames: Vec::new(),
            cellvars: Vec::new(),
            freevars: Vec::new(),
            flags: ScopeFlags { nested, ..ScopeFlags::default() },
            private,
            mangled_only,
        };
        self.all.push(Draft {
            scope,
            directives: Vec::new(),
            appearance: Vec::new(),
            annotations: None,
            comp_target: false,
            comp_iter,
            conditional: false,
            unevaluated: false,
            expression_of: "",
        });
        id
    }

    /// Writes down that `name` is dealt with in a scope.
    pub fn note(&mut self, id: ScopeId, name: &Name, act: Act, span: Span) -> Result<(), Fault> {
        let draft = self.get_mut(id);
        let mangled = draft.scope.mangle(name);
        let in_target = draft.comp_target;
        let flags = &mut draft.scope.symbols.entry(&mangled).flags;
        match act {
            Act::Parameter if flags.parameter => {
                let msg = format!("duplicate argument '{name}' in function definition");
                return Err(Fault::new(msg, span));
            }
            Act::TypeParam if flags.type_param => {
                return Err(Fault::new(format!("duplicate type parameter '{name}'"), span));
            }
            Act::Global => flags.global = true,
            Act::Nonlocal => flags.nonlocal = true,
            Act::Assign => flags.assigned = true,
            Act::Parameter => flags.parameter = true,
            Act::Use => flags.referenced = true,
            Act::Import => flags.imported = true,
            Act::Annotate => {
                flags.annotated = true;
                flags.assigned = true;
            }
            Act::TypeParam => {
                flags.type_param = true;
                flags.assigned = true;
            }
        }
        if in_target {
            if flags.global || flags.nonlocal {
                let msg =
                    format!("comprehension inner loop cannot rebind assignment expression target '{name}'");
                return Err(Fault::new(msg, span));
            }
            flags.comp_iter = true;
        }
        match act {
            Act::Parameter => draft.scope.varnames.push(mangled),
            Act::Global => self.all[0].scope.symbols.entry(&mangled).flags.global = true,
            Act::Nonlocal | Act::Annotate => {}
            _ => self.appeared(id, mangled),
        }
        Ok(())
    }

    /// Remembers the order of names in the frame that the code will run in.
    pub fn appeared(&mut self, id: ScopeId, name: Name) {
        let mut frame = id;
        while let (ScopeKind::Comprehension(kind), Some(parent)) =
            (self.get(frame).scope.kind, self.get(frame).scope.parent)
        {
            if kind == ComprehensionKind::Generator {
                break;
            }
            frame = parent;
        }
        self.get_mut(frame).appearance.push((name, id));
    }

    /// Takes the scaffolding down.
    pub fn finish(self) -> SymbolTable {
        let scopes = self.all.into_iter().map(|d| d.scope).collect();
        SymbolTable { scopes, by_key: self.by_key, ..SymbolTable::default() }
    }
}
