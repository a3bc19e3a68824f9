//! The syntax tree: Python's `ast` module, node for node, as plain Rust data.
//!
//! Nothing here knows the parser, the symbol table or the VM. `convert` builds these trees from source text,
//! and `compile(ast_object)` can build them from Python objects; what follows cannot tell the difference.
//!
//! Where Python has a node of its own for the asynchronous form of a statement (`AsyncFor`), we have a flag.
//! Identifiers are NFKC-normalised and not mangled. Strings are already joined: `"a" f"{b}"` is one
//! [`ExprKind::JoinedStr`], and `f"{x=}"` has its text as a constant.
//!
//! A tree does not move or change once built, so the address of a node may serve as its identity
//! (see `symbols::ScopeKey`).

use std::sync::Arc;
pub use weft_bytecode::Const;

/// An identifier. Shared, because the same few appear everywhere.
pub type Name = Arc<str>;

/// Where a node stands: lines from 1, columns in UTF-8 bytes from 0, the end exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// `lineno`
    pub line: u32,
    /// `col_offset`
    pub col: u32,
    /// `end_lineno`
    pub end_line: u32,
    /// `end_col_offset`
    pub end_col: u32,
}

impl Span {
    /// From the start of `self` to the end of `other`.
    pub fn to(self, other: Span) -> Span {
        Span { line: self.line, col: self.col, end_line: other.end_line, end_col: other.end_col }
    }
}

/// What is compiled as a whole.
#[derive(Clone, Debug, PartialEq)]
pub enum Mod {
    /// `exec`: a file.
    Module { body: Vec<Stmt>, type_ignores: Vec<TypeIgnore> },
    /// `single`: one statement typed at the prompt; the value of an expression statement is displayed.
    Interactive { body: Vec<Stmt> },
    /// `eval`
    Expression { body: Box<Expr> },
    /// `func_type`: the signature type comment `(int, str) -> bool`.
    FunctionType { argtypes: Vec<Expr>, returns: Box<Expr> },
}

/// `# type: ignore[tag]`; only collected on request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeIgnore {
    pub line: u32,
    pub tag: Name,
}

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Stmt {
    pub kind: StmtKind,
    pub span: Span,
}

impl Stmt {
    /// Has it statements inside that run where it stands?
    pub fn is_compound(&self) -> bool {
        use StmtKind::*;
        matches!(self.kind, For(_) | While { .. } | If { .. } | With(_) | Match { .. } | Try(_))
    }
}

/// The kinds of statement.
#[derive(Clone, Debug, PartialEq)]
pub enum StmtKind {
    FunctionDef(Box<FunctionDef>),
    ClassDef(Box<ClassDef>),
    Return {
        value: Option<Box<Expr>>,
    },
    Delete {
        targets: Vec<Expr>,
    },
    Assign {
        targets: Vec<Expr>,
        value: Box<Expr>,
    },
    TypeAlias(Box<TypeAlias>),
    AugAssign {
        target: Box<Expr>,
        op: Operator,
        value: Box<Expr>,
    },
    AnnAssign(Box<AnnAssign>),
    For(Box<For>),
    While {
        test: Box<Expr>,
        body: Vec<Stmt>,
        orelse: Vec<Stmt>,
    },
    /// An `elif` is a single `If` in `orelse`.
    If {
        test: Box<Expr>,
        body: Vec<Stmt>,
        orelse: Vec<Stmt>,
    },
    With(Box<With>),
    Match {
        subject: Box<Expr>,
        cases: Vec<MatchCase>,
    },
    Raise {
        exc: Option<Box<Expr>>,
        cause: Option<Box<Expr>>,
    },
    /// `Try`, and `TryStar` if `is_star`.
    Try(Box<Try>),
    Assert {
        test: Box<Expr>,
        msg: Option<Box<Expr>>,
    },
    Import {
        names: Vec<Alias>,
    },
    /// `level` counts the leading dots.
    ImportFrom {
        module: Option<Name>,
        names: Vec<Alias>,
        level: u32,
    },
    Global {
        names: Vec<Name>,
    },
    Nonlocal {
        names: Vec<Name>,
    },
    Expr {
        value: Box<Expr>,
    },
    Pass,
    Break,
    Continue,
}

/// `def` and `async def`. The span of the statement begins at `def`, not at the decorators.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionDef {
    pub is_async: bool,
    pub name: Name,
    pub args: Arguments,
    pub body: Vec<Stmt>,
    pub decorators: Vec<Expr>,
    pub returns: Option<Expr>,
    pub type_params: Vec<TypeParam>,
}

/// `class`
#[derive(Clone, Debug, PartialEq)]
pub struct ClassDef {
    pub name: Name,
    pub bases: Vec<Expr>,
    pub keywords: Vec<Keyword>,
    pub body: Vec<Stmt>,
    pub decorators: Vec<Expr>,
    pub type_params: Vec<TypeParam>,
}

/// `type name[type_params] = value`; `name` is always an [`ExprKind::Name`].
#[derive(Clone, Debug, PartialEq)]
pub struct TypeAlias {
    pub name: Expr,
    pub type_params: Vec<TypeParam>,
    pub value: Expr,
}

/// `target: annotation [= value]`
#[derive(Clone, Debug, PartialEq)]
pub struct AnnAssign {
    pub target: Expr,
    pub annotation: Expr,
    pub value: Option<Expr>,
    /// The target is a bare name without parentheses.
    pub simple: bool,
}

/// `for` and `async for`
#[derive(Clone, Debug, PartialEq)]
pub struct For {
    pub is_async: bool,
    pub target: Expr,
    pub iter: Expr,
    pub body: Vec<Stmt>,
    pub orelse: Vec<Stmt>,
}

/// `with` and `async with`
#[derive(Clone, Debug, PartialEq)]
pub struct With {
    pub is_async: bool,
    pub items: Vec<WithItem>,
    pub body: Vec<Stmt>,
}

/// `context_expr [as optional_vars]`
#[derive(Clone, Debug, PartialEq)]
pub struct WithItem {
    pub context_expr: Expr,
    pub optional_vars: Option<Expr>,
}

/// `try`; with `is_star` its handlers are `except*`.
#[derive(Clone, Debug, PartialEq)]
pub struct Try {
    pub is_star: bool,
    pub body: Vec<Stmt>,
    pub handlers: Vec<ExceptHandler>,
    pub orelse: Vec<Stmt>,
    pub finalbody: Vec<Stmt>,
}

/// `except [typ [as name]]: body`
#[derive(Clone, Debug, PartialEq)]
pub struct ExceptHandler {
    pub typ: Option<Expr>,
    pub name: Option<Name>,
    pub body: Vec<Stmt>,
    pub span: Span,
}

/// `case pattern [if guard]: body`
#[derive(Clone, Debug, PartialEq)]
pub struct MatchCase {
    pub pattern: Pattern,
    pub guard: Option<Expr>,
    pub body: Vec<Stmt>,
}

/// `name [as asname]` of an import; `name` may be dotted, or `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    pub name: Name,
    pub asname: Option<Name>,
    pub span: Span,
}

/// A pattern of `match`.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    pub kind: PatternKind,
    pub span: Span,
}

/// The kinds of pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum PatternKind {
    /// Compared with `==`: a literal, a signed or complex number, or a dotted name.
    MatchValue {
        value: Box<Expr>,
    },
    /// Compared with `is`: `None`, `True`, `False`.
    MatchSingleton {
        value: Const,
    },
    MatchSequence {
        patterns: Vec<Pattern>,
    },
    /// `keys[i]: patterns[i]`, then `**rest`.
    MatchMapping {
        keys: Vec<Expr>,
        patterns: Vec<Pattern>,
        rest: Option<Name>,
    },
    /// `cls(patterns.., kwd_attrs[i]=kwd_patterns[i]..)`
    MatchClass {
        cls: Box<Expr>,
        patterns: Vec<Pattern>,
        kwd_attrs: Vec<Name>,
        kwd_patterns: Vec<Pattern>,
    },
    /// `*name`, `*_` (none)
    MatchStar {
        name: Option<Name>,
    },
    /// `pattern as name`, `name`, `_` (neither)
    MatchAs {
        pattern: Option<Box<Pattern>>,
        name: Option<Name>,
    },
    MatchOr {
        patterns: Vec<Pattern>,
    },
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

/// The kinds of expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `a and b and c` is one node.
    BoolOp {
        op: BoolOp,
        values: Vec<Expr>,
    },
    /// `target := value`
    NamedExpr {
        target: Box<Expr>,
        value: Box<Expr>,
    },
    BinOp {
        left: Box<Expr>,
        op: Operator,
        right: Box<Expr>,
    },
    UnaryOp {
        op: UnaryOp,
        operand: Box<Expr>,
    },
    Lambda(Box<Lambda>),
    IfExp {
        test: Box<Expr>,
        body: Box<Expr>,
        orelse: Box<Expr>,
    },
    /// `keys[i]: values[i]`; without a key it is `**values[i]`.
    Dict {
        keys: Vec<Option<Expr>>,
        values: Vec<Expr>,
    },
    Set {
        elts: Vec<Expr>,
    },
    ListComp {
        elt: Box<Expr>,
        generators: Vec<Comprehension>,
    },
    SetComp {
        elt: Box<Expr>,
        generators: Vec<Comprehension>,
    },
    DictComp {
        key: Box<Expr>,
        value: Box<Expr>,
        generators: Vec<Comprehension>,
    },
    GeneratorExp {
        elt: Box<Expr>,
        generators: Vec<Comprehension>,
    },
    Await {
        value: Box<Expr>,
    },
    Yield {
        value: Option<Box<Expr>>,
    },
    YieldFrom {
        value: Box<Expr>,
    },
    /// `left ops[0] comparators[0] ops[1] comparators[1] ..`
    Compare {
        left: Box<Expr>,
        ops: Vec<CmpOp>,
        comparators: Vec<Expr>,
    },
    Call {
        func: Box<Expr>,
        args: Vec<Expr>,
        keywords: Vec<Keyword>,
    },
    /// An f-string: `Constant` strings and `FormattedValue`s.
    JoinedStr {
        values: Vec<Expr>,
    },
    /// `{value!conversion:format_spec}`; `format_spec` is a `JoinedStr`.
    FormattedValue {
        value: Box<Expr>,
        conversion: Conversion,
        format_spec: Option<Box<Expr>>,
    },
    /// A t-string: `Constant` strings and `Interpolation`s.
    TemplateStr {
        values: Vec<Expr>,
    },
    /// As `FormattedValue`; `str` is the source text of `value`.
    Interpolation {
        value: Box<Expr>,
        str: Const,
        conversion: Conversion,
        format_spec: Option<Box<Expr>>,
    },
    /// `u_prefix`: written `u"..."`, for `ast.Constant.kind`.
    Constant {
        value: Const,
        u_prefix: bool,
    },
    Attribute {
        value: Box<Expr>,
        attr: Name,
        ctx: Context,
    },
    Subscript {
        value: Box<Expr>,
        slice: Box<Expr>,
        ctx: Context,
    },
    Starred {
        value: Box<Expr>,
        ctx: Context,
    },
    Name {
        id: Name,
        ctx: Context,
    },
    List {
        elts: Vec<Expr>,
        ctx: Context,
    },
    Tuple {
        elts: Vec<Expr>,
        ctx: Context,
    },
    /// Only as, or directly within a tuple as, the index of a `Subscript`.
    Slice {
        lower: Option<Box<Expr>>,
        upper: Option<Box<Expr>>,
        step: Option<Box<Expr>>,
    },
}

/// `lambda args: body`
#[derive(Clone, Debug, PartialEq)]
pub struct Lambda {
    pub args: Arguments,
    pub body: Expr,
}

/// `[async] for target in iter [if ifs[0]] ..` of a comprehension
#[derive(Clone, Debug, PartialEq)]
pub struct Comprehension {
    pub target: Expr,
    pub iter: Expr,
    pub ifs: Vec<Expr>,
    pub is_async: bool,
}

/// Parameters. `defaults` belong to the last of `posonlyargs + args`; `kw_defaults[i]` to `kwonlyargs[i]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arguments {
    pub posonlyargs: Vec<Arg>,
    pub args: Vec<Arg>,
    pub vararg: Option<Box<Arg>>,
    pub kwonlyargs: Vec<Arg>,
    pub kw_defaults: Vec<Option<Expr>>,
    pub kwarg: Option<Box<Arg>>,
    pub defaults: Vec<Expr>,
}

impl Arguments {
    /// All parameters in the order of `co_varnames`: positional, keyword-only, `*args`, `**kwargs`.
    pub fn all(&self) -> impl Iterator<Item = &Arg> {
        let stars = self.vararg.as_deref().into_iter().chain(self.kwarg.as_deref());
        self.posonlyargs.iter().chain(&self.args).chain(&self.kwonlyargs).chain(stars)
    }
}

/// A parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    pub arg: Name,
    pub annotation: Option<Expr>,
    pub span: Span,
}

/// `arg=value` of a call or class; without a name it is `**value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Keyword {
    pub arg: Option<Name>,
    pub value: Expr,
    pub span: Span,
}

/// A type parameter (PEP 695, defaults from PEP 696).
#[derive(Clone, Debug, PartialEq)]
pub struct TypeParam {
    pub kind: TypeParamKind,
    pub span: Span,
}

/// The kinds of type parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeParamKind {
    TypeVar { name: Name, bound: Option<Expr>, default: Option<Expr> },
    ParamSpec { name: Name, default: Option<Expr> },
    TypeVarTuple { name: Name, default: Option<Expr> },
}

impl TypeParam {
    /// The parameter's name.
    pub fn name(&self) -> &Name {
        match &self.kind {
            TypeParamKind::TypeVar { name, .. }
            | TypeParamKind::ParamSpec { name, .. }
            | TypeParamKind::TypeVarTuple { name, .. } => name,
        }
    }

    /// The parameter's default.
    pub fn default(&self) -> Option<&Expr> {
        match &self.kind {
            TypeParamKind::TypeVar { default, .. }
            | TypeParamKind::ParamSpec { default, .. }
            | TypeParamKind::TypeVarTuple { default, .. } => default.as_ref(),
        }
    }
}

/// What is done with a target expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    Load,
    Store,
    Del,
}

/// `!s`, `!r`, `!a` of a replacement field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conversion {
    None,
    Str,
    Repr,
    Ascii,
}

/// `and`, `or`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoolOp {
    And,
    Or,
}

/// Binary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Add,
    Sub,
    Mult,
    MatMult,
    Div,
    Mod,
    Pow,
    LShift,
    RShift,
    BitOr,
    BitXor,
    BitAnd,
    FloorDiv,
}

/// Unary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    Invert,
    Not,
    UAdd,
    USub,
}

/// Comparison operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CmpOp {
    Eq,
    NotEq,
    Lt,
    LtE,
    Gt,
    GtE,
    Is,
    IsNot,
    In,
    NotIn,
}
