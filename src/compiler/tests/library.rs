//! The whole standard library compiles, verifies, survives serialisation and treats its temporaries well.
//!
//! The crate `rustpython-pylib` carries it; `WEFT_LIB` names another folder.

mod common;

use std::path::PathBuf;
use std::time::{Duration, Instant};
use weft_bytecode::{marshal, verify};

/// Files that are no Python on purpose.
fn refused(path: &str) -> bool {
    ["bad_coding", "badsyntax", "lib2to3", "/bad", "tokenizedata"].iter().any(|p| path.contains(p))
}

#[test]
fn library() {
    let root = std::env::var("WEFT_LIB").unwrap_or(rustpython_pylib::LIB_PATH.into());
    let (mut spent, mut count, mut bytes) = (Duration::ZERO, 0, 0);
    let mut failures = Vec::new();
    for path in common::python_files(PathBuf::from(root)) {
        let name = path.display().to_string();
        let Ok(source) = std::fs::read_to_string(&path) else { continue };
        if refused(&name) {
            continue;
        }
        let start = Instant::now();
        let code = match common::compile(&source, &name) {
            Ok(code) => code,
            Err(e) => {
                failures.push(format!("{name}: {e}"));
                continue;
            }
        };
        spent += start.elapsed();
        count += 1;
        bytes += source.len();
        if let Err(e) = verify::verify(&code) {
            failures.push(format!("{name}: {e}"));
            continue;
        }
        if marshal::from_bytes(&marshal::to_bytes(&code)).as_ref() != Ok(&*code) {
            failures.push(format!("{name}: not the same after marshal"));
        }
        let mut complaints = Vec::new();
        common::check_temporaries(&code, &mut complaints);
        failures.extend(complaints.into_iter().map(|c| format!("{name}: {c}")));
    }
    assert!(count > 100, "no library");
    println!("{count} files, {} KiB in {spent:?}", bytes / 1024);
    let shown: Vec<_> = failures.iter().take(60).cloned().collect();
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), shown.join("\n"));
}
