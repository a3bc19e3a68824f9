//! The stages of the front half as text: `--dump tokens|ast|symbols`.

mod ast;
mod python_repr;
mod symbols;
mod tokens;

pub use ast::dump as ast;
pub(crate) use ast::literal;
pub use symbols::dump as symbols;
pub use tokens::{Token, dump as tokens, list as token_list};
