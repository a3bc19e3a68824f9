//! Programs that are legal and surely not meant: what CPython gives a `SyntaxWarning`.

use super::checks::Checker;
use crate::ast::*;

/// `assert (condition, "message")`
pub(super) fn assertion(c: &mut Checker<'_>, test: &Expr, span: Span) {
    if matches!(&test.kind, ExprKind::Tuple { elts, .. } if !elts.is_empty()) {
        c.warn("assertion is always true, perhaps remove parentheses?", span);
    }
}

/// `x is 1`
pub(super) fn identity(c: &mut Checker<'_>, left: &Expr, ops: &[CmpOp], comparators: &[Expr], span: Span) {
    let mut left = left;
    for (op, right) in ops.iter().zip(comparators) {
        let (word, instead) = match op {
            CmpOp::Is => ("is", "=="),
            CmpOp::IsNot => ("is not", "!="),
            _ => {
                left = right;
                continue;
            }
        };
        if let Some(kind) = equal_only(left).or_else(|| equal_only(right)) {
            let msg = format!("\"{word}\" with '{kind}' literal. Did you mean \"{instead}\"?");
            return c.warn(msg, span);
        }
        left = right;
    }
}

/// The type of a constant whose identity says nothing.
fn equal_only(expr: &Expr) -> Option<&'static str> {
    match &expr.kind {
        ExprKind::Constant { value: Const::None | Const::Bool(_) | Const::Ellipsis, .. } => None,
        ExprKind::Constant { .. } => type_of(expr),
        ExprKind::Tuple { .. } if is_constant(expr) => Some("tuple"),
        _ => None,
    }
}

fn is_constant(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Constant { .. } => true,
        ExprKind::Tuple { elts, .. } => elts.iter().all(is_constant),
        _ => false,
    }
}

/// `(1, 2) (3, 4)`
pub(super) fn call(c: &mut Checker<'_>, func: &Expr, span: Span) {
    if matches!(func.kind, ExprKind::Lambda(_)) {
        return;
    }
    if let Some(kind) = type_of(func) {
        c.warn(format!("'{kind}' object is not callable; perhaps you missed a comma?"), span);
    }
}

/// `{1} [2]`, `"abc" ["def"]`
pub(super) fn subscript(c: &mut Checker<'_>, value: &Expr, index: &Expr, span: Span) {
    let Some(kind) = type_of(value) else { return };
    match kind {
        "dict" => {}
        "str" | "bytes" | "tuple" | "list" => match type_of(index) {
            None | Some("int" | "bool") => {}
            Some(index) => {
                let msg = format!(
                    "{kind} indices must be integers or slices, not {index}; perhaps you missed a comma?"
                );
                c.warn(msg, span);
            }
        },
        kind => c.warn(format!("'{kind}' object is not subscriptable; perhaps you missed a comma?"), span),
    }
}

/// The name of an expression's type, where it is written on its face.
fn type_of(expr: &Expr) -> Option<&'static str> {
    Some(match &expr.kind {
        ExprKind::Tuple { .. } => "tuple",
        ExprKind::List { .. } | ExprKind::ListComp { .. } => "list",
        ExprKind::Dict { .. } | ExprKind::DictComp { .. } => "dict",
        ExprKind::Set { .. } | ExprKind::SetComp { .. } => "set",
        ExprKind::GeneratorExp { .. } => "generator",
        ExprKind::Lambda(_) => "function",
        ExprKind::JoinedStr { .. } | ExprKind::FormattedValue { .. } => "str",
        ExprKind::TemplateStr { .. } | ExprKind::Interpolation { .. } => "string.templatelib.Template",
        ExprKind::Constant { value, .. } => match value {
            Const::None => "NoneType",
            Const::Bool(_) => "bool",
            Const::Ellipsis => "ellipsis",
            Const::Int(_) | Const::BigInt(..) => "int",
            Const::Float(_) => "float",
            Const::Complex(..) => "complex",
            Const::Str(_) => "str",
            Const::Bytes(_) => "bytes",
            Const::Tuple(_) => "tuple",
            Const::FrozenSet(_) => "frozenset",
            Const::Slice(_) | Const::Code(_) => return None,
        },
        _ => return None,
    })
}
