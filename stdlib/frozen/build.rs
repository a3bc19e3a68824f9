//! Compiles the whole of Lib and packs bytecode and source, one compressed block per module.
//!
//! Layout of the file: blocks back to back; then for each module, sorted by name, `name \n path \n flags \n` and
//! four numbers (offset and packed size of code and of source) as text lines; the last 16 bytes are offset and
//! count of that table.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Folders of Lib that a runtime does not need.
const LEFT_OUT: &[&str] = &["idlelib", "tkinter", "turtledemo", "test", "ensurepip/_bundled"];

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
    let mut pack = Vec::new();
    let mut table = String::new();
    let mut count = 0;
    for m in &modules {
        let source = fs::read(&m.file).unwrap();
        let Some(code) = compile(&source, m) else { continue };
        let code_at = push(&mut pack, &code);
        let source_at = push(&mut pack, &source);
        writeln!(table, "{}\n{}\n{}", m.name, m.path, m.package as u8).unwrap();
        writeln!(table, "{} {} {} {}", code_at.0, code_at.1, source_at.0, source_at.1).unwrap();
        count += 1;
    }
    let at = pack.len() as u64;
    pack.extend_from_slice(table.as_bytes());
    pack.extend_from_slice(&at.to_le_bytes());
    pack.extend_from_slice(&(count as u64).to_le_bytes());
    let out = PathBuf::from(env::var("OUT_DIR").unwrap()).join("lib.pack");
    fs::write(out, pack).unwrap();
}

fn push(pack: &mut Vec<u8>, data: &[u8]) -> (usize, usize) {
    let block = lz4_flex::compress_prepend_size(data);
    let at = pack.len();
    pack.extend_from_slice(&block);
    (at, block.len())
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
