//! Making the interpreter: flags, types, import system, standard streams, site.

use super::options::{Parsed, Program};
use std::io::Write;
use weft_vm::start::frozen::{FROZEN, FROZEN_NAMES, Frozen};
use weft_vm::start::{self, flags};
use weft_vm::{Res, Thread, import};

/// Native stack of the main thread that may be used.
const STACK: usize = 8 << 20;

/// Prints to stdout or stderr without any interpreter.
pub fn print(text: &str, to_stderr: bool) {
    // A closed stream is no reason to fail here.
    let _ = if to_stderr {
        std::io::stderr().write_all(text.as_bytes())
    } else {
        std::io::stdout().write_all(text.as_bytes())
    };
}

/// The modules that importlib itself consists of: the names it knows them by, and their own.
const BOOTSTRAP: [(&str, &str); 3] = [
    ("_frozen_importlib", "importlib._bootstrap"),
    ("_frozen_importlib_external", "importlib._bootstrap_external"),
    ("zipimport", "zipimport"),
];

fn frozen(name: &str) -> Option<Frozen> {
    let (_, orig) = BOOTSTRAP.iter().find(|(n, _)| *n == name)?;
    Some(Frozen { code: weft_frozen::find(orig)?.code(), is_package: false, origname: Some(orig) })
}

fn frozen_names() -> Vec<&'static str> {
    BOOTSTRAP.map(|(name, _)| name).to_vec()
}

/// Path of this binary.
fn executable() -> String {
    std::env::current_exe().ok().and_then(|p| p.to_str().map(|s| s.to_string())).unwrap_or_default()
}

/// The first entry of `sys.path`: the program's folder, or the current one (unless `-P`).
fn program_folder(p: &Parsed) -> Option<String> {
    if p.flags.safe_path {
        return None;
    }
    match &p.program {
        Program::Command(_) | Program::Stdin => Some(String::new()),
        Program::Module(_) => Some(std::env::current_dir().ok()?.to_str()?.to_string()),
        Program::File(f) => {
            let path = std::fs::canonicalize(f).ok()?;
            if path.is_dir() {
                return None;
            }
            Some(path.parent()?.to_str()?.to_string())
        }
    }
}

/// Makes the interpreter, up to where the program can run.
pub fn start(p: &Parsed) -> Result<Box<Thread>, Box<Thread>> {
    let mut f = p.flags.clone();
    f.executable = executable();
    let prefix = "/usr".to_string();
    for slot in [&mut f.prefix, &mut f.exec_prefix, &mut f.base_prefix, &mut f.base_exec_prefix] {
        *slot = prefix.clone()
    }
    f.base_executable = f.executable.clone();
    f.stdlib_dir = Some(weft_frozen::PREFIX.to_string());
    let mut path: Vec<String> = f.path.drain(..).collect();
    path.push(weft_frozen::PREFIX.to_string());
    f.path = path;
    let gil = f.gil;
    flags::set(f);
    let _ = FROZEN.set(frozen);
    let _ = FROZEN_NAMES.set(frozen_names);
    start::modules::register(weft_stdlib::MODULES);
    let mut t = start::init(&start::Config { gil, hash_seed: p.hash_seed, stack_size: STACK });
    weft_vm::gc::hold();
    weft_stdlib::signal::install_at_start();
    weft_vm::codecs::set_names(weft_vm::codecs::Names {
        lookup: |n| weft_stdlib::unicodedata::lookup(std::str::from_utf8(n).ok()?).map(|c| vec![c]),
        name: weft_stdlib::unicodedata::name,
    });
    match bring_up(&mut t, p) {
        Ok(()) => Ok(t),
        Err(_) => Err(t),
    }
}

fn bring_up(t: &mut Thread, p: &Parsed) -> Res<()> {
    let code = weft_frozen::find("importlib._bootstrap").map(|m| m.code()).unwrap_or_default();
    import::bring_up(t, code)?;
    let library = weft_frozen::find("_weft_library").map(|m| m.code()).unwrap_or_default();
    let m = import::run_packed(t, "_weft_library", library)?;
    t.call_method(m.r(), "install", &[])?;
    weft_vm::interp::hooks::import_module(t, "encodings")?;
    weft_stdlib::sys_::streams::open_standard(t)?;
    super::run::make_main(t)?;
    if !flags::flags().warnoptions.is_empty() {
        // `-W` means what the `warnings` module makes of it.
        weft_vm::interp::hooks::import_module(t, "warnings")?;
    }
    if !p.flags.no_site {
        weft_vm::interp::hooks::import_module(t, "site")?;
    }
    weft_vm::gc::begin(t);
    if let Some(folder) = program_folder(p) {
        super::run::prepend_path(t, &folder)?
    }
    Ok(())
}
