//! The symbol table: which scope every name of a program belongs to.
//!
//! [`analyze`] walks a tree twice: once to write down what each block does with each name, once from the
//! outside in to decide what the names mean (Language Reference, 4.2.2 "Resolution of names").
//! The result is a tree of [`Scope`]s with ids in preorder of the source, found again by the node that
//! opened them.

mod build;
mod comprehension;
mod draft;
mod future;
mod resolve;
#[cfg(test)]
mod tests;
mod visit;

pub use future::{Features, features, is_future};

use crate::ast::{Mod, Name, Span};
use crate::convert::stack;
use crate::syntax::{Fault, SyntaxError, Warning, check};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Index of a scope in its [`SymbolTable`]; 0 is the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ScopeId(pub u32);

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    Module,
    Class,
    Function,
    Lambda,
    /// List, set, dict comprehension or generator expression.
    Comprehension(ComprehensionKind),
    /// The body of `__annotate__` of a module, class or function (PEP 649).
    Annotation,
    /// The value of a `type` statement.
    TypeAlias,
    /// Around a generic function, class or alias (PEP 695).
    TypeParams,
    /// A bound, constraint or default of a type parameter.
    TypeVariable,
}

/// The kinds of comprehension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComprehensionKind {
    List,
    Set,
    Dict,
    Generator,
}

/// Which of the scopes that belong to one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The body: of the module (`&Mod`), `&FunctionDef`, `&ClassDef`, `&Lambda`, the value of `&TypeAlias`;
    /// of a comprehension (`&Expr`).
    Body,
    /// The type-parameter scope around a generic `&FunctionDef`, `&ClassDef`, `&TypeAlias`.
    TypeParams,
    /// `__annotate__` of a `&FunctionDef`; of the module (`&Mod`) or a class (`&ClassDef`).
    Annotations,
    /// The bound (or constraints) of a `&TypeParam`.
    Bound,
    /// The default of a `&TypeParam`.
    Default,
}

/// Finds a scope by the node that opened it. Trees do not move once built, so a node is its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ScopeKey(usize, Role);

impl ScopeKey {
    /// The key of a scope of `node`; see [`Role`] for which node type has which roles.
    pub fn of<T>(node: &T, role: Role) -> ScopeKey {
        ScopeKey(std::ptr::from_ref(node) as usize, role)
    }
}

/// What a name means in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// A variable of this block. In a function a register; in a module or class body an entry of the
    /// namespace (`STORE_NAME`).
    Local,
    /// A variable of this block that inner blocks use.
    Cell,
    /// A variable of an enclosing function.
    Free,
    /// Declared `global`.
    GlobalExplicit,
    /// Bound nowhere around; module globals, then builtins. In a class or module body: `LOAD_NAME`;
    /// in a comprehension inlined into a class body: `LOAD_GLOBAL`, it does not see the class.
    GlobalImplicit,
    /// Only in an inlined comprehension, for what is not its own: whatever the name means in the block
    /// around. (Its own variables are `Local` or `Cell`; their registers are fresh where the name is already
    /// a variable of the block around, and a `Cell` is made anew each time the comprehension starts.)
    Outer,
}

/// A name in a block, with everything the block does with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    pub resolution: Resolution,
    pub flags: SymbolFlags,
}

/// What a block does with a name (`symtable.Symbol`'s questions).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SymbolFlags {
    pub global: bool,
    pub nonlocal: bool,
    pub assigned: bool,
    pub parameter: bool,
    pub referenced: bool,
    pub imported: bool,
    pub annotated: bool,
    /// An iteration variable of a comprehension.
    pub comp_iter: bool,
    pub type_param: bool,
    /// In a class: also free there because a method's cell passes through (`__class__`-like); the class body
    /// reads it with `LOAD_FROM_DICT_OR_DEREF`.
    pub free_class: bool,
}

/// A block.
#[derive(Clone, Debug)]
pub struct Scope {
    pub id: ScopeId,
    pub parent: Option<ScopeId>,
    pub kind: ScopeKind,
    /// As `symtable` names it: the function's or class's name, `lambda`, `listcomp`, `genexpr`,
    /// `__annotate__`, the type parameter's name...
    pub name: Name,
    pub span: Span,
    pub children: Vec<ScopeId>,
    /// Keys are mangled names, in order of first appearance.
    pub symbols: SymbolMap,
    /// Parameters in `co_varnames` order, then other locals in order of first appearance; cells that are not
    /// parameters are not among them. Only for function-like blocks. The variables of inlined comprehensions
    /// follow, unless the name is there already.
    pub varnames: Vec<Name>,
    /// Sorted.
    pub cellvars: Vec<Name>,
    /// Sorted.
    pub freevars: Vec<Name>,
    pub flags: ScopeFlags,
    /// The class whose name mangles private names here.
    private: Option<Name>,
    /// If set, only these names are mangled: around a generic class, its type parameters.
    mangled_only: Option<Arc<HashSet<Name>>>,
}

impl Scope {
    /// Whether code here is a function's: own registers, names resolved at compile time.
    pub fn is_function_like(&self) -> bool {
        !matches!(self.kind, ScopeKind::Module | ScopeKind::Class)
    }

    /// The name as it is known in this block: private names are mangled.
    pub fn mangle(&self, name: &Name) -> Name {
        match &self.mangled_only {
            Some(only) if !only.contains(name) => name.clone(),
            _ => mangle(self.private.as_deref(), name),
        }
    }
}

/// Facts about a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScopeFlags {
    /// Within a function, at any depth.
    pub nested: bool,
    /// Has `yield`; generator expressions too.
    pub generator: bool,
    /// `async def`, or needs to be run as a coroutine (asynchronous comprehension, top-level `await`).
    pub coroutine: bool,
    pub varargs: bool,
    pub varkeywords: bool,
    /// A `return` with a value.
    pub returns_value: bool,
    /// A class that needs a `__class__` cell.
    pub needs_class_closure: bool,
    /// A class that needs a `__classdict__` cell.
    pub needs_classdict: bool,
    /// An annotation or type-parameter block directly in a class: reads names through `__classdict__`.
    pub can_see_class_scope: bool,
    /// A module or class with annotations below `if`, `for`, `try`...: needs `__conditional_annotations__`.
    pub conditional_annotations: bool,
    /// A comprehension that runs in the frame of the block around it (PEP 709).
    pub inlined: bool,
    /// A function-like block whose docstring is the first constant.
    pub docstring: bool,
    /// A function directly in a class body.
    pub method: bool,
    /// `annotations` are present (the block has an [`Role::Annotations`] scope that is used).
    pub annotations: bool,
}

/// Names in order of first appearance.
#[derive(Clone, Debug, Default)]
pub struct SymbolMap {
    order: Vec<(Name, Symbol)>,
    index: HashMap<Name, usize>,
}

impl SymbolMap {
    /// The symbol called `name` (mangled).
    pub fn get(&self, name: &str) -> Option<&Symbol> {
        self.index.get(name).map(|&i| &self.order[i].1)
    }

    fn get_mut(&mut self, name: &str) -> Option<&mut Symbol> {
        self.index.get(name).map(|&i| &mut self.order[i].1)
    }

    /// The symbol called `name`, made if need be.
    fn entry(&mut self, name: &Name) -> &mut Symbol {
        let i = *self.index.entry(name.clone()).or_insert_with(|| {
            let symbol = Symbol { resolution: Resolution::Local, flags: SymbolFlags::default() };
            self.order.push((name.clone(), symbol));
            self.order.len() - 1
        });
        &mut self.order[i].1
    }

    /// All symbols, in order of first appearance.
    pub fn iter(&self) -> impl Iterator<Item = (&Name, &Symbol)> {
        self.order.iter().map(|(name, symbol)| (name, symbol))
    }
}

/// What the caller of the compiler decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `from __future__ import annotations` inherited from the calling code; the program's own is seen anyway.
    pub future_annotations: bool,
    /// `PyCF_ALLOW_TOP_LEVEL_AWAIT`
    pub allow_top_level_await: bool,
    /// Bytes of the text that the tree was parsed from: no tree is nested deeper than its text is long. `None`: it was put
    /// together by somebody else.
    pub source_len: Option<usize>,
}

/// All scopes of a tree.
#[derive(Clone, Debug, Default)]
pub struct SymbolTable {
    scopes: Vec<Scope>,
    by_key: HashMap<ScopeKey, ScopeId>,
    /// What deserves a warning; besides those of the parser.
    pub warnings: Vec<Warning>,
    /// `from __future__` features in force.
    pub features: Features,
}

impl SymbolTable {
    /// The outermost scope.
    pub fn module(&self) -> &Scope {
        &self.scopes[0]
    }

    /// A scope by id.
    pub fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0 as usize]
    }

    /// The scope that `node` opened in this role, if it did (a function without annotations has no
    /// [`Role::Annotations`]).
    pub fn find<T>(&self, node: &T, role: Role) -> Option<&Scope> {
        self.by_key.get(&ScopeKey::of(node, role)).map(|&id| self.scope(id))
    }

    /// All scopes, in preorder.
    pub fn scopes(&self) -> &[Scope] {
        &self.scopes
    }
}

/// Analyses a tree: resolves its names and checks that everything is in its place. What passes can be compiled
/// without further questions. The tree must stay where it is for as long as scopes are looked up by node.
pub fn analyze(module: &Mod, filename: &str, options: Options) -> Result<SymbolTable, SyntaxError> {
    stack::with_room(options.source_len.unwrap_or(stack::MAX_DEPTH), || {
        let mut features = features(module)?;
        features.annotations |= options.future_annotations;
        let options = Options { future_annotations: features.annotations, ..options };
        let mut drafts = build::build(module, options)?;
        resolve::resolve(&mut drafts)?;
        let mut table = SymbolTable { features, ..drafts.finish() };
        table.warnings = check(module, &table, options)?;
        Ok(table)
    })
    .map_err(|fault: Fault| fault.without_text(filename))
}

/// Private name mangling (Language Reference 6.2.1): `__name` in `class Class` is `_Class__name`.
pub fn mangle(class: Option<&str>, name: &Name) -> Name {
    let Some(class) = class.map(|c| c.trim_start_matches('_')) else { return name.clone() };
    if class.is_empty() || !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return name.clone();
    }
    format!("_{class}{name}").into()
}
