//! The embedded Lib: CPython's standard library as bytecode and source, packed into the binary.
//!
//! Nothing is read before it is asked for. `build.rs` describes the format.

use std::cmp::Ordering;

/// Instructions in it are used as they lie there.
#[repr(align(16))]
struct Aligned<T: ?Sized>(T);

static ALIGNED: &Aligned<[u8]> = &Aligned(*include_bytes!(concat!(env!("OUT_DIR"), "/lib.pack")));
static PACK: &[u8] = &ALIGNED.0;

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
    pub fn code(&self) -> &'static [u8] {
        self.code
    }

    /// Source text.
    pub fn source(&self) -> Vec<u8> {
        lz4_flex::decompress_size_prepended(self.source).unwrap_or_default()
    }
}

/// Bytes of a row of the table.
const ROW: usize = 32;

/// The `i`th number of bytes.
fn number(bytes: &[u8], i: usize) -> usize {
    bytes.get(4 * i..4 * i + 4).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize)
}

fn slice(at: usize, len: usize) -> &'static [u8] {
    PACK.get(at..at + len).unwrap_or_default()
}

fn text(at: usize, len: usize) -> &'static str {
    std::str::from_utf8(slice(at, len)).unwrap_or_default()
}

/// The rows of the table, sorted by name.
fn rows() -> &'static [u8] {
    slice(0, number(&PACK[PACK.len() - 4..], 0) * ROW)
}

fn row(i: usize) -> &'static [u8] {
    &rows()[i * ROW..(i + 1) * ROW]
}

fn name_of(row: &[u8]) -> &'static str {
    text(number(row, 0), number(row, 1))
}

/// The module with this full name.
pub fn find(name: &str) -> Option<Module> {
    let (mut from, mut to) = (0, rows().len() / ROW);
    while from < to {
        let middle = (from + to) / 2;
        let r = row(middle);
        match name.cmp(name_of(r)) {
            Ordering::Less => to = middle,
            Ordering::Greater => from = middle + 1,
            Ordering::Equal => {
                let n = |i| number(r, i);
                let (len, is_package) = (n(3) & 0x7fff_ffff, n(3) >> 31 != 0);
                return Some(Module {
                    path: text(n(2), len),
                    is_package,
                    code: slice(n(4), n(5)),
                    source: slice(n(6), n(7)),
                });
            }
        }
    }
    None
}

/// The source of the file with this name (below [`PREFIX`]).
pub fn source_of(filename: &str) -> Option<Vec<u8>> {
    let rel = filename.strip_prefix(PREFIX)?.trim_start_matches('/');
    let stem = rel.strip_suffix(".py")?;
    let name = stem.strip_suffix("/__init__").unwrap_or(stem).replace('/', ".");
    find(&name).map(|m| m.source())
}

/// Names of all modules, sorted.
pub fn names() -> Vec<&'static str> {
    (0..rows().len() / ROW).map(|i| name_of(row(i))).collect()
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
