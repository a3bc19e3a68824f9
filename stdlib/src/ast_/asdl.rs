//! Python's abstract grammar as a table: every node class with its fields.
//!
//! `type? name` is a field that may be None, `type* name` a list, `type?* name` a list with holes.

/// A family of node classes.
pub struct Sum {
    /// Name of the base class.
    pub name: &'static str,
    /// Do its nodes have positions (`lineno` and so on)?
    pub located: bool,
    /// Are positions' ends optional? (False for `type_param`.)
    pub optional_end: bool,
    /// Constructors; a product has one of the same name.
    pub nodes: &'static [&'static str],
}

const fn sum(name: &'static str, located: bool, nodes: &'static [&'static str]) -> Sum {
    Sum { name, located, optional_end: true, nodes }
}

/// The grammar.
pub static GRAMMAR: &[Sum] = &[
    sum("mod", false, &[
        "Module(stmt* body, type_ignore* type_ignores)",
        "Interactive(stmt* body)",
        "Expression(expr body)",
        "FunctionType(expr* argtypes, expr returns)",
    ]),
    sum("stmt", true, &[
        "FunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params)",
        "AsyncFunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params)",
        "ClassDef(identifier name, expr* bases, keyword* keywords, stmt* body, expr* decorator_list, type_param* type_params)",
        "Return(expr? value)",
        "Delete(expr* targets)",
        "Assign(expr* targets, expr value, string? type_comment)",
        "TypeAlias(expr name, type_param* type_params, expr value)",
        "AugAssign(expr target, operator op, expr value)",
        "AnnAssign(expr target, expr annotation, expr? value, int simple)",
        "For(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment)",
        "AsyncFor(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment)",
        "While(expr test, stmt* body, stmt* orelse)",
        "If(expr test, stmt* body, stmt* orelse)",
        "With(withitem* items, stmt* body, string? type_comment)",
        "AsyncWith(withitem* items, stmt* body, string? type_comment)",
        "Match(expr subject, match_case* cases)",
        "Raise(expr? exc, expr? cause)",
        "Try(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody)",
        "TryStar(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody)",
        "Assert(expr test, expr? msg)",
        "Import(alias* names)",
        "ImportFrom(identifier? module, alias* names, int? level)",
        "Global(identifier* names)",
        "Nonlocal(identifier* names)",
        "Expr(expr value)",
        "Pass",
        "Break",
        "Continue",
    ]),
    sum("expr", true, &[
        "BoolOp(boolop op, expr* values)",
        "NamedExpr(expr target, expr value)",
        "BinOp(expr left, operator op, expr right)",
        "UnaryOp(unaryop op, expr operand)",
        "Lambda(arguments args, expr body)",
        "IfExp(expr test, expr body, expr orelse)",
        "Dict(expr?* keys, expr* values)",
        "Set(expr* elts)",
        "ListComp(expr elt, comprehension* generators)",
        "SetComp(expr elt, comprehension* generators)",
        "DictComp(expr key, expr value, comprehension* generators)",
        "GeneratorExp(expr elt, comprehension* generators)",
        "Await(expr value)",
        "Yield(expr? value)",
        "YieldFrom(expr value)",
        "Compare(expr left, cmpop* ops, expr* comparators)",
        "Call(expr func, expr* args, keyword* keywords)",
        "FormattedValue(expr value, int conversion, expr? format_spec)",
        "Interpolation(expr value, constant str, int conversion, expr? format_spec)",
        "JoinedStr(expr* values)",
        "TemplateStr(expr* values)",
        "Constant(constant value, string? kind)",
        "Attribute(expr value, identifier attr, expr_context ctx)",
        "Subscript(expr value, expr slice, expr_context ctx)",
        "Starred(expr value, expr_context ctx)",
        "Name(identifier id, expr_context ctx)",
        "List(expr* elts, expr_context ctx)",
        "Tuple(expr* elts, expr_context ctx)",
        "Slice(expr? lower, expr? upper, expr? step)",
    ]),
    sum("expr_context", false, &["Load", "Store", "Del"]),
    sum("boolop", false, &["And", "Or"]),
    sum("operator", false, &[
        "Add", "Sub", "Mult", "MatMult", "Div", "Mod", "Pow", "LShift", "RShift", "BitOr", "BitXor", "BitAnd",
        "FloorDiv",
    ]),
    sum("unaryop", false, &["Invert", "Not", "UAdd", "USub"]),
    sum("cmpop", false, &["Eq", "NotEq", "Lt", "LtE", "Gt", "GtE", "Is", "IsNot", "In", "NotIn"]),
    sum("comprehension", false, &["comprehension(expr target, expr iter, expr* ifs, int is_async)"]),
    sum("excepthandler", true, &["ExceptHandler(expr? type, identifier? name, stmt* body)"]),
    sum("arguments", false, &[
        "arguments(arg* posonlyargs, arg* args, arg? vararg, arg* kwonlyargs, expr?* kw_defaults, arg? kwarg, expr* defaults)",
    ]),
    sum("arg", true, &["arg(identifier arg, expr? annotation, string? type_comment)"]),
    sum("keyword", true, &["keyword(identifier? arg, expr value)"]),
    sum("alias", true, &["alias(identifier name, identifier? asname)"]),
    sum("withitem", false, &["withitem(expr context_expr, expr? optional_vars)"]),
    sum("match_case", false, &["match_case(pattern pattern, expr? guard, stmt* body)"]),
    Sum {
        name: "pattern",
        located: true,
        optional_end: false,
        nodes: &[
            "MatchValue(expr value)",
            "MatchSingleton(constant value)",
            "MatchSequence(pattern* patterns)",
            "MatchMapping(expr* keys, pattern* patterns, identifier? rest)",
            "MatchClass(expr cls, pattern* patterns, identifier* kwd_attrs, pattern* kwd_patterns)",
            "MatchStar(identifier? name)",
            "MatchAs(pattern? pattern, identifier? name)",
            "MatchOr(pattern* patterns)",
        ],
    },
    sum("type_ignore", false, &["TypeIgnore(int lineno, string tag)"]),
    Sum {
        name: "type_param",
        located: true,
        optional_end: false,
        nodes: &[
            "TypeVar(identifier name, expr? bound, expr? default_value)",
            "ParamSpec(identifier name, expr? default_value)",
            "TypeVarTuple(identifier name, expr? default_value)",
        ],
    },
];

/// How often a field's type may occur.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// Once.
    One,
    /// Once or None.
    Optional,
    /// A list.
    Many,
}

/// A field.
pub struct Field {
    /// Its type.
    pub ty: &'static str,
    /// How often.
    pub count: Count,
    /// Its name.
    pub name: &'static str,
}

/// Name and fields of a constructor.
pub fn parse(node: &'static str) -> (&'static str, Vec<Field>) {
    let Some((name, rest)) = node.split_once('(') else { return (node, Vec::new()) };
    let fields = rest.trim_end_matches(')').split(", ").filter_map(|f| {
        let (ty, name) = f.split_once(' ')?;
        let (ty, count) = match (ty.strip_suffix('*'), ty.strip_suffix('?')) {
            (Some(t), _) => (t.trim_end_matches('?'), Count::Many),
            (_, Some(t)) => (t, Count::Optional),
            _ => (ty, Count::One),
        };
        Some(Field { ty, count, name })
    });
    (name, fields.collect())
}
