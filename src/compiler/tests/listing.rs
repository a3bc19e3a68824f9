//! Bytecode listings: `tests/listing/*.py` hold programs, and in comments after the line `# expect:` what they
//! become. `BLESS=1 cargo test` rewrites the comments.

mod common;

use std::path::PathBuf;
use weft_bytecode::{dis, verify};

const MARK: &str = "# expect:\n";

#[test]
fn listings() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/listing");
    let bless = std::env::var_os("BLESS").is_some();
    let mut wrong = Vec::new();
    for path in common::python_files(folder) {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let source = text.split_once(MARK).map_or(&text[..], |(source, _)| source);
        let code = common::compile(source, "test.py").unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        if let Err(e) = verify::verify(&code) {
            panic!("{}: {e}", path.display());
        }
        let mut listing = String::new();
        for line in dis::disassemble_all(&code).lines() {
            listing.push_str(format!("# {line}").trim_end());
            listing.push('\n');
        }
        let separator = if source.ends_with('\n') { "" } else { "\n" };
        let expected = format!("{source}{separator}{MARK}{listing}");
        if bless {
            std::fs::write(&path, expected).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        } else if text != expected {
            wrong.push(format!("{}:\n{listing}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "listings differ (BLESS=1 accepts):\n{}", wrong.join("\n"));
}
