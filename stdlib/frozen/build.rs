//! Compiles the whole of Lib and packs bytecode and source.
//!
//! Layout of the file: what is read when the interpreter starts lies together at its beginning, for memory is mapped by
//! the page: the table, which is a row of eight little-endian `u32` for each module, sorted by name (offset and length
//! of name, path, code and source; the highest bit of the path's length tells a package); names and paths; the code of
//! the modules that every program imports. Then the rest of the code, and the sources. The last 4 bytes are the number
//! of rows. Code lies there as it is, so that importing touches only what runs; sources are compressed.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// Folders of Lib that a runtime does not need.
const LEFT_OUT: &[&str] = &["idlelib", "tkinter", "turtledemo", "test", "ensurepip/_bundled"];

/// What every program imports.
const STARTUP: &[&str] = &[
    "_collections_abc",
    "_sitebuiltins",
    "_weft_library",
    "abc",
    "codecs",
    "encodings",
    "encodings.aliases",
    "encodings.utf_8",
    "genericpath",
    "importlib._bootstrap",
    "importlib._bootstrap_external",
    "io",
    "os",
    "posixpath",
    "site",
    "stat",
    "zipimport",
];

struct Module {
    name: String,
    path: String,
    package: bool,
    file: PathBuf,
}

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let lib = PathBuf::from(rustpython_pylib::LIB_PATH);
    let patches = PathBuf::from(env::var("CARGO_MANIFEST_DIR").unwrap()).join("../python");
    println!("cargo:rerun-if-changed={}", patches.display());
    let mut modules = Vec::new();
    collect(&lib, &lib, &mut modules);
    let mut ours = Vec::new();
    collect(&patches, &patches, &mut ours);
    // A file of ours stands for the one of the same name in Lib.
    modules.retain(|m| !ours.iter().any(|o| o.name == m.name));
    modules.extend(ours);
    modules.sort_by(|a, b| a.name.cmp(&b.name));
    let compiled: Vec<(&Module, Vec<u8>, Vec<u8>)> = modules
        .iter()
        .filter_map(|m| {
            let source = fs::read(&m.file).unwrap();
            let code = compile(&source, m)?;
            Some((m, code, lz4_flex::compress_prepend_size(&source)))
        })
        .collect();
    let mut rows = vec![[0u32; 8]; compiled.len()];
    let mut pack = vec![0; rows.len() * size_of::<[u32; 8]>()];
    for (row, (m, ..)) in rows.iter_mut().zip(&compiled) {
        let (name, path) = (push(&mut pack, m.name.as_bytes()), push(&mut pack, m.path.as_bytes()));
        row[..4].copy_from_slice(&[name.0, name.1, path.0, path.1 | (m.package as u32) << 31]);
    }
    for first in [true, false] {
        for (row, (m, code, _)) in rows.iter_mut().zip(&compiled) {
            if STARTUP.contains(&m.name.as_str()) == first {
                pack.resize(pack.len().next_multiple_of(16), 0);
                (row[4], row[5]) = push(&mut pack, code)
            }
        }
    }
    for (row, (_, _, source)) in rows.iter_mut().zip(&compiled) {
        (row[6], row[7]) = push(&mut pack, source)
    }
    for (n, to) in rows.iter().flatten().zip(pack.chunks_exact_mut(4)) {
        to.copy_from_slice(&n.to_le_bytes())
    }
    pack.extend_from_slice(&(rows.len() as u32).to_le_bytes());
    let out = PathBuf::from(env::var("OUT_DIR").unwrap()).join("lib.pack");
    fs::write(out, pack).unwrap();
}

fn push(pack: &mut Vec<u8>, data: &[u8]) -> (u32, u32) {
    let at = pack.len();
    pack.extend_from_slice(data);
    (u32::try_from(at).expect("less than 4 GiB"), data.len() as u32)
}

/// The module's bytecode; none for files that are not valid Python on purpose.
fn compile(source: &[u8], m: &Module) -> Option<Vec<u8>> {
    let filename = format!("/usr/lib/weft/python3.14/{}", m.path);
    let text =
        weft_compiler::decode_source(source, &filename, &weft_compiler::convert::source::no_codecs).ok()?;
    let parsed = weft_compiler::parse(&text, &filename, weft_compiler::Mode::Exec).ok()?;
    let table = weft_compiler::symbols::analyze(&parsed.tree, &filename, Default::default()).ok()?;
    let code =
        weft_compiler::lower::compile_module(&parsed.tree, &table, &filename, Default::default()).ok()?;
    Some(weft_bytecode::marshal::to_bytes(&code))
}

fn collect(root: &Path, dir: &Path, out: &mut Vec<Module>) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    for e in entries.flatten() {
        let path = e.path();
        let rel = path.strip_prefix(root).unwrap().to_str().unwrap().to_string();
        if LEFT_OUT.contains(&rel.as_str()) {
            continue;
        }
        if path.is_dir() {
            collect(root, &path, out);
            continue;
        }
        let Some(stem) = rel.strip_suffix(".py") else { continue };
        let (name, package) = match stem.strip_suffix("/__init__") {
            Some(p) => (p, true),
            None => (stem, false),
        };
        out.push(Module { name: name.replace('/', "."), path: rel, package, file: path });
    }
}
