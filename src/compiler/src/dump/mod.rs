//! The stages of the front half as text: `--dump tokens|ast|symbols`.

mod ast;
mod python_repr;

pub use ast::dump as ast;
