//! `weft compare` and `-X contention`, as their users meet them. A test of the root package, which has the binary.
//! Nothing here depends on how long something takes.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs, process, thread, time};

/// A folder of this test's own, gone when it ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = env::temp_dir().join(format!("weft-test-{}-{name}", process::id()));
        fs::create_dir_all(&path).expect("the folder for temporary files is writable");
        Folder(path)
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        fs::write(&path, text).expect("the folder is writable");
        path.to_string_lossy().into_owned()
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_string_lossy().into_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn weft(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_weft")).args(words).output().expect("weft starts")
}

fn json(path: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(path).expect("the report is there")).expect("it is JSON")
}

fn text(b: &[u8]) -> String {
    String::from_utf8_lossy(b).into_owned()
}

const SUM: &str = r#"
import os, sys, threading
n = int(os.environ["WEFT_THREADS"])
assert sys.argv[1:] == [f"-j{n}"], sys.argv
parts = [0] * n
def work(k):
    parts[k] = sum(range(k, 1000, n))
threads = [threading.Thread(target=work, args=(k,)) for k in range(n)]
for t in threads: t.start()
for t in threads: t.join()
print(sum(parts))
"#;

#[test]
fn every_configuration_is_measured() {
    let folder = Folder::new("measured");
    let program = folder.file("sum.py", SUM);
    let (report, page) = (folder.path("report.json"), folder.path("report.html"));
    let options = ["compare", "--runs", "2", "--threads", "1,2", "--json", &report, "--html", &page];
    let run = weft(&[&options[..], &[&program, "-j{threads}"]].concat());
    assert_eq!(run.status.code(), Some(0), "{}{}", text(&run.stdout), text(&run.stderr));
    let v = json(&report);
    let program = &v["programs"][0];
    assert_eq!(program["outputs_equal"], true);
    assert_eq!(program["problems"], Value::Array(vec![]));
    let configurations = program["configurations"].as_array().expect("a list");
    let which: Vec<_> = configurations.iter().map(|c| (c["gil"].as_bool(), c["threads"].as_u64())).collect();
    assert_eq!(
        which,
        [(Some(true), Some(1)), (Some(true), Some(2)), (Some(false), Some(1)), (Some(false), Some(2))]
    );
    for c in configurations {
        assert_eq!(c["runs"].as_array().map(Vec::len), Some(2));
        assert!(c["wall"]["median"].as_f64() > Some(0.0) && c["peak_kib"].as_f64() > Some(0.0), "{c}");
        assert!(c["counters"]["gil"]["count"].is_number(), "{c}");
    }
    assert!(text(&run.stdout).contains("With 2 threads, "), "{}", text(&run.stdout));
    assert!(fs::read_to_string(page).expect("the page is there").ends_with("</html>\n"));
}

#[test]
fn other_interpreters_are_compared_as_well() {
    let folder = Folder::new("with");
    let report = folder.path("report.json");
    let with = format!("{} -X gil=1 -O", env!("CARGO_BIN_EXE_weft"));
    let run = weft(&[
        "compare", "--runs", "1", "--warmup", "0", "--modes", "free", "--with", &with, "--json", &report,
        "-c", "print(1)",
    ]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let v = json(&report);
    let gil: Vec<_> = v["programs"][0]["configurations"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|c| c["gil"].clone())
        .collect();
    assert_eq!(gil, [Value::Bool(false), Value::Bool(true)]);
}

#[test]
fn outputs_that_differ_are_an_error() {
    let program = "import sys; print('same'); print('gil:', sys._is_gil_enabled())";
    let options = ["compare", "--runs", "1", "--warmup", "0"];
    let run = weft(&[&options[..], &["-c", program]].concat());
    assert_eq!(run.status.code(), Some(1));
    let out = text(&run.stdout);
    assert!(out.contains("output differs from that of GIL: line 2: \"gil: False\""), "{out}");
    // Unless such lines may.
    let run = weft(&[&options[..], &["--ignore", "gil:", "-c", program]].concat());
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stdout));
}

#[test]
fn a_program_that_fails_is_an_error() {
    let run = weft(&["compare", "-c", "import sys; sys.exit('no good')"]);
    assert_eq!(run.status.code(), Some(1));
    assert!(text(&run.stdout).contains("exit status 1: no good"), "{}", text(&run.stdout));
    assert_eq!(weft(&["compare", "/no/such/file.py"]).status.code(), Some(2));
    assert_eq!(weft(&["compare", "--no-such-option"]).status.code(), Some(2));
}

#[test]
fn the_suite_runs() {
    let folder = Folder::new("suite");
    let report = folder.path("report.json");
    let run =
        weft(&["compare", "--runs", "1", "--threads", "2", "--only", "primes,counter", "--json", &report]);
    assert_eq!(run.status.code(), Some(0), "{}{}", text(&run.stdout), text(&run.stderr));
    assert_eq!(json(&report)["programs"].as_array().map(Vec::len), Some(2));
}

#[test]
fn the_word_is_the_command_and_the_path_is_the_file() {
    let folder = Folder::new("word");
    folder.file("compare", "print('the file')");
    let run = |word: &str| {
        Command::new(env!("CARGO_BIN_EXE_weft"))
            .args([word, "--help"])
            .current_dir(&folder.0)
            .output()
            .expect("starts")
    };
    assert!(text(&run("compare").stdout).starts_with("usage: weft compare"));
    assert_eq!(text(&run("./compare").stdout), "the file\n");
}

/// Waits until there is such a file.
fn wait_for(path: &Path) {
    while !path.exists() {
        thread::sleep(time::Duration::from_millis(10))
    }
}

#[test]
fn an_interrupted_comparison_tells_what_it_has() {
    let folder = Folder::new("interrupted");
    let (report, third) = (folder.path("report.json"), folder.path("third"));
    // The third run says that it is there, and would go on for ever.
    let program = format!(
        "import os, time\nn = len(os.listdir({0:?}))\nopen({0:?} + f'/run{{n}}', 'w').close()\n\
         if n >= 2: open({third:?}, 'w').close(); time.sleep(10**6)\nprint('done')",
        folder.0
    );
    let mut child = Command::new(env!("CARGO_BIN_EXE_weft"))
        .args(["compare", "--warmup", "0", "--json", &report, "-c", &program])
        .stdout(process::Stdio::piped())
        .spawn()
        .expect("weft starts");
    wait_for(Path::new(&third));
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill starts");
    assert!(kill.success());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    let v = json(&report);
    assert_eq!(v["interrupted"], true);
    assert_eq!(v["programs"][0]["configurations"].as_array().map(Vec::len), Some(2));
}

/// Ends when the lock of line 4 has been waited for; how often that takes a try is nobody's business.
const FOUGHT: &str = r#"import sys, threading, time
lock = threading.Lock()
def work():
    with lock: pass
while not sys._contention()["totals"]["lock"]["count"]:
    with lock:
        t = threading.Thread(target=work)
        t.start()
        time.sleep(0.01)
    t.join()
"#;

#[test]
fn the_line_of_a_fought_over_lock_is_found() {
    let folder = Folder::new("contention");
    let program = folder.file("fought.py", FOUGHT);
    for mode in ["gil=0", "gil=1"] {
        let report = folder.path("report.json");
        let run = weft(&["-X", mode, "-X", &format!("contention={report}"), &program]);
        assert!(run.status.success(), "{}", text(&run.stderr));
        let v = json(&report);
        assert_eq!((v["gil"].as_bool(), v["places_noted"].as_bool()), (Some(mode == "gil=1"), Some(true)));
        let found = v["places"].as_array().expect("a list").iter().any(|p| {
            p["kind"] == "lock"
                && p["object"] == "lock"
                && p["at"]["file"] == program.as_str()
                && p["at"]["line"] == 4
                && p["at"]["function"] == "work"
                && p["count"].as_u64() > Some(0)
        });
        assert!(found, "{mode}: {v:#}");
    }
    let run = weft(&["-X", "contention", &program]);
    assert!(text(&run.stderr).contains("fought.py:4 in work"), "{}", text(&run.stderr));
}

#[test]
fn contention_is_counted_without_the_option_and_places_are_not() {
    let program = FOUGHT.to_string()
        + "r = sys._contention()\nprint(r['places_noted'], r['places'], r['totals']['lock']['count'] > 0)";
    let run = weft(&["-c", &program]);
    assert_eq!(text(&run.stdout), "False [] True\n", "{}", text(&run.stderr));
    assert!(run.stderr.is_empty());
}
