//! Bytecode as pure data.
