//! Containers, driven from Python text: `containers/*.py` print `FAIL` and raise for what differs from CPython, where
//! they pass, too. The mode is chosen by `WEFT_TEST_GIL=1`; one process has one mode.

use weft_compiler::Mode;
use weft_vm::builtins::compile::{How, compile};
use weft_vm::dict::Dict;
use weft_vm::object::ValueExt;
use weft_vm::start::{self, Config};

const PROGRAMS: [(&str, &str); 2] = [
    ("lists_dicts.py", include_str!("containers/lists_dicts.py")),
    ("sets_ranges.py", include_str!("containers/sets_ranges.py")),
];

const STACK: usize = 16 << 20;

#[test]
fn containers_behave_as_in_cpython() {
    let run = std::thread::Builder::new().stack_size(STACK).spawn(|| {
        let gil = std::env::var("WEFT_TEST_GIL").is_ok();
        let mut t = start::init(&Config { gil, hash_seed: Some(0), stack_size: STACK - (1 << 20) });
        for (name, source) in PROGRAMS {
            let code = compile(&mut t, source, name, How { mode: Mode::Exec, flags: 0, optimize: 0 });
            let code = code.expect("the program compiles");
            let globals = Dict::new(&t);
            let d: &Dict = globals.cast().expect("a dict");
            let main = t.str("__main__");
            t.dict_set(d, "__name__", main);
            // What fails raises: `print` needs `sys`, which is no part of this crate.
            t.dict_set(d, "failures", weft_vm::types::list::List::new(&t, Vec::new()));
            let c = weft_vm::types::code::code(code.r()).expect("code");
            if weft_vm::interp::run_code(&mut t, c, globals.r(), None).is_err() {
                let e = t.take_raised();
                let text = t.str_text(e.r()).unwrap_or_default();
                panic!("{name}: {}: {text}", e.r().ty().name())
            }
            let failures = t.dict_get(d, "failures").expect("failures");
            let failures = t.str_text(failures.r()).unwrap_or_default();
            assert_eq!(failures, "[]", "{name}");
        }
        // The thread goes as the process does.
        std::mem::forget(t);
    });
    run.expect("a thread").join().expect("the programs pass")
}
