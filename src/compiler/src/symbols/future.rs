//! `from __future__ import ...`: the one import that the compiler obeys (Language Reference 7.11.1).

use crate::ast::*;
use crate::syntax::Fault;

/// Features in force. All others that `__future__` knows are part of the language by now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Features {
    /// PEP 563: annotations are strings.
    pub annotations: bool,
    /// PEP 401: `<>` instead of `!=`.
    pub barry_as_flufl: bool,
    /// Where the last such import stands; all zero if there is none.
    pub last: Span,
}

/// Names that have become the language.
const MANDATORY: [&str; 8] = [
    "nested_scopes",
    "generators",
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
    "generator_stop",
];

/// Reads the features at the head of a program: after the docstring, before anything else.
pub fn features(module: &Mod) -> Result<Features, Fault> {
    let mut features = Features::default();
    let (Mod::Module { body, .. } | Mod::Interactive { body }) = module else { return Ok(features) };
    for (i, stmt) in body.iter().enumerate() {
        match &stmt.kind {
            StmtKind::ImportFrom { names, .. } if is_future(&stmt.kind) => {
                names.iter().try_for_each(|alias| enable(&mut features, alias))?;
                features.last = stmt.span;
            }
            StmtKind::Expr { value } if i == 0 => match value.kind {
                ExprKind::Constant { value: Const::Str(_), .. } => {}
                _ => break,
            },
            _ => break,
        }
    }
    Ok(features)
}

/// Whether a statement is an import from `__future__`.
pub fn is_future(stmt: &StmtKind) -> bool {
    matches!(stmt, StmtKind::ImportFrom { module: Some(module), level: 0, .. } if &**module == "__future__")
}

fn enable(features: &mut Features, alias: &Alias) -> Result<(), Fault> {
    match &*alias.name {
        "annotations" => features.annotations = true,
        "barry_as_FLUFL" => features.barry_as_flufl = true,
        "braces" => return Err(Fault::new("not a chance", alias.span)),
        name if MANDATORY.contains(&name) => {}
        name => return Err(Fault::new(format!("future feature {name} is not defined"), alias.span)),
    }
    Ok(())
}
