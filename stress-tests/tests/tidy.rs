//! Laws that a text search can see, over every file git knows.
//!
//! What clippy checks is not repeated here. An exception is made by adding to the lists below, in view of the reader.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file that grows past this wants to be several.
const LONGEST_FILE: usize = 1200;
/// Generated tables.
const MAY_BE_LONGER: &[&str] = &["src/text/src/unicode/tables.rs"];

/// Where memory is managed by hand. The compiler is not here and never will be.
const MAY_USE_UNSAFE: &[&str] = &[
    "src/bytecode/src/ops.rs",
    "src/memory.rs",
    "src/strategy/",
    "src/vm/",
    "src/text/",
    "src/main.rs",
    "src/cli/",
    "gil/",
    "nogil/",
    "stdlib/",
    "src/compare/src/child.rs",
    "stress-tests/loom/",
    "src/memory.rs",
    // Instruction words in the binary are run where they lie.
    "src/bytecode/src/ops.rs",
];

/// A lock that a fork may leave locked, or that may be held where the world must stop, is dear. std's mutexes are used
/// only where the fork handler writes new ones in place (which needs a type without a table of waiters elsewhere).
const MAY_USE_STD_MUTEX: &[&str] =
    &["src/strategy/", "gil/", "nogil/", "src/vm/src/heap/", "src/vm/src/start/relock.rs"];

/// Python programs that break these laws on purpose, and what is compared byte by byte.
const NOT_OURS_TO_TIDY: &[&str] = &["stress-tests/differential/", "examples/expected/", "src/text/tests/"];

struct File {
    path: String,
    text: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("stress-tests is in the repository").to_path_buf()
}

/// The text files of the repository, committed or about to be.
fn files(extensions: &[&str]) -> Vec<File> {
    let listed = Command::new("git")
        .args(["-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git runs");
    let listed = String::from_utf8(listed.stdout).expect("file names are UTF-8");
    assert!(!listed.is_empty(), "git lists no files");
    listed
        .lines()
        .filter(|path| extensions.iter().any(|extension| path.ends_with(extension)))
        .filter(|path| !listed_in(path, NOT_OURS_TO_TIDY) && !path.ends_with("tests/tidy.rs"))
        .filter_map(|path| {
            Some(File { path: path.to_string(), text: fs::read_to_string(root().join(path)).ok()? })
        })
        .collect()
}

fn listed_in(path: &str, list: &[&str]) -> bool {
    list.iter().any(|entry| path == *entry || entry.ends_with('/') && path.starts_with(entry))
}

/// A line without its comment. A `//` in a string cuts too much, which does no harm here.
fn code(line: &str) -> &str {
    line.split_once("//").map_or(line, |(code, _)| code)
}

fn has_word(line: &str, word: &str) -> bool {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        !line[..at].ends_with(part_of_name) && !line[at + word.len()..].starts_with(part_of_name)
    })
}

/// Fails with all the places where `broken` says so.
fn no_line_of(files: &[File], law: &str, broken: impl Fn(&File, &str) -> bool) {
    let mut places = Vec::new();
    for file in files {
        for (number, line) in file.text.lines().enumerate() {
            if broken(file, line) {
                places.push(format!("{}:{}: {}", file.path, number + 1, line.trim()));
            }
        }
    }
    assert!(places.is_empty(), "{law}\n{}", places.join("\n"));
}

#[test]
fn files_can_be_held_in_mind() {
    let long: Vec<_> = files(&[".rs"])
        .into_iter()
        .filter(|file| file.text.lines().count() > LONGEST_FILE && !listed_in(&file.path, MAY_BE_LONGER))
        .map(|file| format!("{}: {} lines", file.path, file.text.lines().count()))
        .collect();
    assert!(long.is_empty(), "longer than {LONGEST_FILE} lines:\n{}", long.join("\n"));
}

#[test]
fn unsafe_is_where_it_is_expected() {
    no_line_of(&files(&[".rs"]), "unsafe outside the listed folders:", |file, line| {
        let code = code(line);
        let in_attribute = code.trim_start().starts_with("#!") || code.trim_start().starts_with("#[");
        has_word(code, "unsafe") && !in_attribute && !listed_in(&file.path, MAY_USE_UNSAFE)
    });
    assert!(!listed_in("src/compiler/src/lib.rs", MAY_USE_UNSAFE), "the compiler has none");
}

#[test]
fn no_std_mutex() {
    no_line_of(&files(&[".rs"]), "std::sync::Mutex:", |file, line| {
        let code = code(line);
        let imported = code.contains("std::sync::{") && has_word(code, "Mutex");
        (code.contains("sync::Mutex") && code.contains("std::") || imported)
            && !listed_in(&file.path, MAY_USE_STD_MUTEX)
    });
}

#[test]
fn nothing_is_left_for_later() {
    no_line_of(&files(&[".rs", ".py", ".sh", ".toml", ".md"]), "left for later:", |_, line| {
        ["TODO", "FIXME"].iter().any(|word| has_word(line, word))
            || ["todo!", "unimplemented!"].iter().any(|call| line.contains(&format!("{call}(")))
    });
}

#[test]
fn no_trailing_whitespace() {
    no_line_of(
        &files(&[".rs", ".py", ".sh", ".toml", ".md", ".txt", ".ci/run"]),
        "trailing whitespace:",
        |_, line| line.ends_with([' ', '\t']),
    );
}

#[test]
fn every_crate_takes_the_workspace_lints() {
    for file in files(&["Cargo.toml"]) {
        let takes = file.text.contains("[lints]\nworkspace = true");
        assert!(takes, "{} lacks `[lints] workspace = true`", file.path);
    }
}

#[test]
fn a_program_has_its_expectation() {
    let folder = root().join("stress-tests/differential");
    for path in walk(&folder) {
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        let helper = path
            .strip_prefix(&folder)
            .expect("below it")
            .components()
            .any(|part| part.as_os_str().to_string_lossy().starts_with('_'));
        if name.ends_with(".py") && !helper {
            assert!(path.with_extension("out").is_file(), "{} has no .out file", path.display());
        } else if name.ends_with(".out") || name.ends_with(".err") {
            assert!(path.with_extension("py").is_file(), "{} belongs to no program", path.display());
        }
    }
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("readable").path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}
