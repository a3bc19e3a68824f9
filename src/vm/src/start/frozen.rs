//! The library inside the binary, as the import system asks for it.
//!
//! The frozen library is a crate of its own; whoever links it (the CLI) says here how to look into it.

use std::sync::OnceLock;

/// A module that is in the binary.
#[derive(Clone, Copy, Debug)]
pub struct Frozen {
    /// Its code, as `weft_bytecode::marshal` writes it.
    pub code: &'static [u8],
    /// Has it submodules?
    pub is_package: bool,
    /// The name it was compiled from, if that is not the name asked for (`_frozen_importlib` is `importlib._bootstrap`);
    /// `None`: it stands for no file of the library.
    pub origname: Option<&'static str>,
}

/// Looks up a frozen module by name.
pub static FROZEN: OnceLock<fn(&str) -> Option<Frozen>> = OnceLock::new();

/// Names of all frozen modules, for `_imp._frozen_module_names`.
pub static FROZEN_NAMES: OnceLock<fn() -> Vec<&'static str>> = OnceLock::new();

/// The frozen module `name`.
pub fn find(name: &str) -> Option<Frozen> {
    FROZEN.get().and_then(|f| f(name))
}

/// Names of all frozen modules.
pub fn names() -> Vec<&'static str> {
    FROZEN_NAMES.get().map_or(Vec::new(), |f| f())
}
