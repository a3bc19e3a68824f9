//! The embedded Lib: CPython's standard library as bytecode and source, packed into the binary.
//!
//! Nothing is unpacked before it is asked for. `build.rs` describes the format.

use std::collections::HashMap;
use std::sync::OnceLock;

static PACK: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/lib.pack"));

/// Where the library seems to lie: the folder in the file names of its code. It need not exist.
pub const PREFIX: &str = "/usr/lib/weft/python3.14";

/// A module of the library.
#[derive(Clone, Copy, Debug)]
pub struct Module {
    /// File name below [`PREFIX`].
    pub path: &'static str,
    /// Is it a package?
    pub is_package: bool,
    code: &'static [u8],
    source: &'static [u8],
}

impl Module {
    /// Marshalled code, see `weft_bytecode::marshal`.
    pub fn code(&self) -> Vec<u8> {
        lz4_flex::decompress_size_prepended(self.code).unwrap_or_default()
    }

    /// Source text.
    pub fn source(&self) -> Vec<u8> {
        lz4_flex::decompress_size_prepended(self.source).unwrap_or_default()
    }
}

fn table() -> &'static HashMap<&'static str, Module> {
    static TABLE: OnceLock<HashMap<&'static str, Module>> = OnceLock::new();
    TABLE.get_or_init(|| read().unwrap_or_default())
}

fn read() -> Option<HashMap<&'static str, Module>> {
    let tail = PACK.len().checked_sub(16)?;
    let at = u64::from_le_bytes(PACK[tail..tail + 8].try_into().ok()?) as usize;
    let text = std::str::from_utf8(&PACK[at..tail]).ok()?;
    let mut lines = text.lines();
    let mut map = HashMap::new();
    while let Some(name) = lines.next() {
        let path = lines.next()?;
        let is_package = lines.next()? == "1";
        let mut n = lines.next()?.split(' ').filter_map(|n| n.parse::<usize>().ok());
        let (c, cl, s, sl) = (n.next()?, n.next()?, n.next()?, n.next()?);
        map.insert(name, Module { path, is_package, code: &PACK[c..c + cl], source: &PACK[s..s + sl] });
    }
    Some(map)
}

/// The module with this full name.
pub fn find(name: &str) -> Option<Module> {
    table().get(name).copied()
}

/// The source of the file with this name (below [`PREFIX`]).
pub fn source_of(filename: &str) -> Option<Vec<u8>> {
    let rel = filename.strip_prefix(PREFIX)?.trim_start_matches('/');
    let stem = rel.strip_suffix(".py")?;
    let name = stem.strip_suffix("/__init__").unwrap_or(stem).replace('/', ".");
    find(&name).map(|m| m.source())
}

/// Names of all modules.
pub fn names() -> Vec<&'static str> {
    let mut v: Vec<&str> = table().keys().copied().collect();
    v.sort_unstable();
    v
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_library_is_there() {
        let os = super::find("os").expect("os");
        assert!(!os.is_package && !os.code().is_empty());
        assert!(os.source().starts_with(b"r\"\"\"OS routines"));
        assert!(super::find("json").is_some_and(|m| m.is_package));
        assert!(super::source_of("/usr/lib/weft/python3.14/json/__init__.py").is_some());
    }
}
