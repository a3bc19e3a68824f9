//! The command line: argv in, exit status out.

use weft_vm::object::ValueExt;
use weft_vm::start::{self, compile};
use weft_vm::{Value, dict::Dict};

/// Runs the command; gives the exit status.
pub fn main() -> i32 {
    let args: Vec<String> = std::env::args().collect();
    let mut gil = std::env::var("PYTHON_GIL").is_ok_and(|v| v == "1");
    let mut i = 1;
    let mut source = None;
    let mut filename = String::from("<string>");
    while i < args.len() {
        match args[i].as_str() {
            "-X" => {
                i += 1;
                if args.get(i).map(|s| s.as_str()) == Some("gil=1") {
                    gil = true
                } else if args.get(i).map(|s| s.as_str()) == Some("gil=0") {
                    gil = false
                }
            }
            "-c" => {
                i += 1;
                source = args.get(i).cloned();
                break;
            }
            f => {
                filename = f.to_string();
                source = std::fs::read_to_string(f).ok();
                break;
            }
        }
        i += 1;
    }
    start::modules::register(weft_stdlib::MODULES);
    let config = start::Config { gil, hash_seed: Some(0), stack_size: 8 << 20 };
    let mut t = start::init(&config);
    let Some(source) = source else { return 2 };
    let r = run(&mut t, &source, &filename);
    match r {
        Ok(_) => 0,
        Err(_) => {
            let e = t.take_raised();
            let text = t.str_text(e.r()).unwrap_or_default();
            eprintln!("{}: {text}", e.r().ty().name());
            1
        }
    }
}

fn run(t: &mut weft_vm::Thread, source: &str, filename: &str) -> weft_vm::Res {
    if std::env::var("WEFT_DIS").is_ok()
        && let Ok((code, _)) =
            compile::compile_text(source, filename, weft_compiler::Mode::Exec, compile::Options::default())
    {
        println!("{}", weft_bytecode::dis::disassemble_all(&code));
    }
    let code = compile::compile(t, source, filename, weft_compiler::Mode::Exec, compile::Options::default())?;
    let globals = Dict::new(t);
    let d = globals.cast::<Dict>().expect("dict");
    let name = t.str("__main__");
    t.dict_set(d, "__name__", name);
    let c = weft_vm::types::code::code(code.r()).expect("code");
    let r = weft_vm::interp::run_code(t, c, globals.r(), None);
    let _ = Value::NONE;
    r
}
