//! Running the program, and ending: exit status, uncaught exceptions, streams flushed.

use super::options::{Parsed, Program, VERSION};
use super::startup;
use std::io::IsTerminal;
use weft_vm::builtins::compile;
use weft_vm::dict::Dict;
use weft_vm::errors::{self, COMMAND_NAME, exc, field, remember_command};
use weft_vm::interp::hooks::import_module;
use weft_vm::object::ValueExt;
use weft_vm::start;
use weft_vm::types::module::Module;
use weft_vm::{Raised, Res, Thread, Value};

/// Status of a program that KeyboardInterrupt ended; no exit status is negative.
const INTERRUPTED: i32 = -1;

/// Runs what was asked for; gives the exit status.
pub fn run(p: Parsed) -> i32 {
    // The main thread lasts as long as the process: what it holds is not dropped, and daemon threads may look at it.
    let t = match startup::start(&p) {
        Ok(t) => Box::leak(t),
        Err(t) => {
            let status = report(Box::leak(t));
            return if status == 0 { 1 } else { status };
        }
    };
    let status = match program(t, &p) {
        Ok(()) => 0,
        Err(Raised) => report(t),
    };
    let status = if p.flags.inspect > 0 && p.program != Program::Stdin { interact(t, false) } else { status };
    finish(t, status)
}

/// The `__main__` module, made before the program is known.
pub fn make_main(t: &mut Thread) -> Res<()> {
    let m = Module::new(t, "__main__", None);
    if let Some(md) = m.cast::<Module>() {
        let b = start::import_native(t, "builtins")?;
        t.dict_set(md.dict(), "__builtins__", b);
        weft_vm::types::code::make_traced(t, md.dict().header());
    }
    if let Some(d) = start::modules(t)
        && let Some(d) = d.cast::<Dict>()
    {
        t.dict_set(d, "__main__", m.clone())
    }
    Ok(())
}

/// `sys.path.insert(0, folder)`
pub fn prepend_path(t: &mut Thread, folder: &str) -> Res<()> {
    let sys = start::import_native(t, "sys")?;
    let path = t.attr(sys.r(), "path")?;
    let (zero, f) = (t.int(0), t.str(folder));
    t.call_method(path.r(), "insert", &[zero.r(), f.r()])?;
    Ok(())
}

fn main_dict(t: &mut Thread) -> Res {
    let m = import_module(t, "__main__")?;
    match m.cast::<Module>() {
        Some(m) => Ok(m.dict().as_vref().to_value()),
        None => t.attr(m.r(), "__dict__"),
    }
}

fn program(t: &mut Thread, p: &Parsed) -> Res<()> {
    match &p.program {
        Program::Command(c) => execute(t, c, COMMAND_NAME, p),
        Program::Module(m) => {
            let runpy = import_module(t, "runpy")?;
            let name = t.str(m);
            t.call_method(runpy.r(), "_run_module_as_main", &[name.r()])?;
            Ok(())
        }
        Program::File(f) => file(t, f, p),
        Program::Stdin => {
            if std::io::stdin().is_terminal() || p.flags.inspect > 0 {
                interact(t, !p.flags.quiet);
                return Ok(());
            }
            let mut bytes = Vec::new();
            if let Err(e) = std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes) {
                return Err(t.os_error(e.raw_os_error().unwrap_or(0), None));
            }
            source(t, &bytes, "<stdin>", p)
        }
    }
}

/// A script; a directory or archive with a `__main__` module.
fn file(t: &mut Thread, name: &str, p: &Parsed) -> Res<()> {
    let fail = |t: &mut Thread, text: String| -> Res<()> {
        start::stderr_bytes(text.as_bytes());
        let two = t.int(2);
        Err(t.raise_with(&errors::SYSTEM_EXIT, vec![two]))
    };
    // The program's file is known by its whole path, whatever becomes of the current folder.
    let whole = match (name.starts_with('/'), std::env::current_dir()) {
        (false, Ok(folder)) => format!("{}/{}", folder.display(), name.strip_prefix("./").unwrap_or(name)),
        _ => name.to_string(),
    };
    let name = whole.as_str();
    let is_dir = std::fs::metadata(name).is_ok_and(|m| m.is_dir());
    let exe = p.flags.orig_argv.first().cloned().unwrap_or_default();
    if is_dir || name.ends_with(".zip") || name.ends_with(".pyz") {
        prepend_path(t, name)?;
        let runpy = import_module(t, "runpy")?;
        let main = t.str("__main__");
        t.call_method(runpy.r(), "_run_module_as_main", &[main.r(), Value::FALSE.r()])?;
        return Ok(());
    }
    let bytes = match std::fs::read(name) {
        Ok(b) => b,
        Err(e) => {
            let errno = e.raw_os_error().unwrap_or(0);
            let why = errors::exc_methods::strerror(errno);
            let shown = std::path::absolute(name).map(|p| p.display().to_string()).unwrap_or(name.into());
            return fail(t, format!("{exe}: can't open file '{shown}': [Errno {errno}] {why}\n"));
        }
    };
    // Two bytes are enough to tell, as text mode may have changed the others.
    let is_compiled = name.ends_with(".pyc") || bytes.get(..2) == Some(&magic(t)?[..2]);
    let d = main_dict(t)?;
    if let Some(d) = d.cast::<Dict>() {
        let f = t.str(name);
        t.dict_set(d, "__file__", f.clone());
        t.dict_set(d, "__cached__", Value::NONE);
        let lib = import_module(t, "_frozen_importlib_external")?;
        let class = if is_compiled { "SourcelessFileLoader" } else { "SourceFileLoader" };
        let class = t.attr(lib.r(), class)?;
        let main = t.str("__main__");
        let loader = t.call(class.r(), &[main.r(), f.r()])?;
        t.dict_set(d, "__loader__", loader);
    }
    if is_compiled {
        return compiled(t, &bytes, d);
    }
    source(t, &bytes, name, p).inspect_err(|_| compile::forget_source(t))
}

/// The first four bytes of our `.pyc` files.
fn magic(t: &mut Thread) -> Res<[u8; 4]> {
    let external = import_module(t, "_frozen_importlib_external")?;
    let magic = t.attr(external.r(), "MAGIC_NUMBER")?;
    let bytes = magic.cast::<weft_vm::types::bytes::Bytes>().map(|m| m.as_slice());
    Ok(bytes.and_then(|b| b.try_into().ok()).unwrap_or_default())
}

/// A `.pyc` file given as the program.
fn compiled(t: &mut Thread, bytes: &[u8], globals: Value) -> Res<()> {
    let magic = magic(t)?;
    if bytes.len() >= 4 && !bytes.starts_with(&magic) {
        return Err(t.runtime_error("Bad magic number in .pyc file"));
    }
    let Some(body) = bytes.get(16..) else {
        return Err(t.raise_text(&errors::EOF_ERROR, "EOF read where not expected"));
    };
    let marshal = import_module(t, "marshal")?;
    let body = t.bytes(body);
    if let Ok(code) = t.call_method(marshal.r(), "loads", &[body.r()])
        && let Some(c) = weft_vm::types::code::code(code.r())
    {
        return weft_vm::interp::run_code(t, c, globals.r(), None).map(|_| ());
    }
    t.clear_raised();
    Err(t.runtime_error("Bad code object in .pyc file"))
}

/// Source bytes of a file or of standard input.
fn source(t: &mut Thread, bytes: &[u8], name: &str, p: &Parsed) -> Res<()> {
    let bytes = if p.flags.skip_first_line {
        bytes.iter().position(|b| *b == b'\n').map_or(&b""[..], |i| &bytes[i..])
    } else {
        bytes
    };
    let end = bytes.iter().position(|b| *b == 0);
    let text = compile::decode(t, &bytes[..end.unwrap_or(bytes.len())], name)?;
    if end.is_some() {
        return Err(null_byte(t, &text, name));
    }
    if let Some(at) = text.find('\0') {
        return Err(null_byte(t, &text[..at], name));
    }
    execute(t, &text, name, p)
}

/// SyntaxError for a null byte behind `before`.
fn null_byte(t: &mut Thread, before: &str, name: &str) -> Raised {
    let line = before.rsplit('\n').next().unwrap_or_default();
    let e = weft_compiler::SyntaxError {
        kind: weft_compiler::syntax::ErrorKind::Syntax,
        msg: "source code cannot contain null bytes".into(),
        filename: name.into(),
        lineno: before.matches('\n').count() as u32 + 1,
        offset: 0,
        end_lineno: 0,
        end_offset: -1,
        text: Some(line.into()),
        last_statement: None,
    };
    compile::raise(t, e)
}

fn execute(t: &mut Thread, text: &str, name: &str, p: &Parsed) -> Res<()> {
    let how = compile::How { mode: weft_compiler::Mode::Exec, flags: 0, optimize: p.flags.optimize };
    let code = compile::compile(t, text, name, how)?;
    let d = main_dict(t)?;
    match weft_vm::types::code::code(code.r()) {
        Some(c) if name == COMMAND_NAME => {
            remember_command(c.code(), text);
            let text = t.str(text);
            let program = weft_vm::types::tuple::Tuple::new(t, vec![code.clone(), text]);
            start::modules::registry_set(t, weft_stdlib::weft_lib::COMMAND, program);
            weft_vm::interp::run_code(t, c, d.r(), None).map(|_| ())
        }
        Some(c) => weft_vm::interp::run_code(t, c, d.r(), None).map(|_| ()),
        None => Ok(()),
    }
}

/// The prompt.
fn interact(t: &mut Thread, banner: bool) -> i32 {
    let r = (|| -> Res<()> {
        let code = import_module(t, "code")?;
        let d = main_dict(t)?;
        let text = if banner {
            format!(
                "Python {VERSION} (weft) on linux\nType \"help\", \"copyright\", \"credits\" or \"license\" for more information."
            )
        } else {
            String::new()
        };
        let (banner, exit) = (t.str(&text), t.str(""));
        let f = t.attr(code.r(), "interact")?;
        let mut how = vec![("banner", banner.r()), ("local", d.r()), ("exitmsg", exit.r())];
        // From a pipe, the prompt is no part of what the program prints.
        let read = if std::io::stdin().is_terminal() {
            None
        } else {
            let library = import_module(t, "_weft_library")?;
            Some(t.attr(library.r(), "read_line")?)
        };
        how.extend(read.as_ref().map(|r| ("readfunc", r.r())));
        t.call_kw(f.r(), &[], &how)?;
        Ok(())
    })();
    match r {
        Ok(()) => 0,
        Err(Raised) => report(t),
    }
}

/// Tells of an uncaught exception; gives the exit status it means.
fn report(t: &mut Thread) -> i32 {
    let e = t.take_raised();
    if errors::SYSTEM_EXIT.is_instance(t, e.r()) {
        return exit_status(t, e);
    }
    let interrupted = errors::KEYBOARD_INTERRUPT.is_instance(t, e.r());
    show(t, e);
    if interrupted { INTERRUPTED } else { 1 }
}

/// The status of SystemExit: its code, or 1 after printing anything else.
fn exit_status(t: &mut Thread, e: Value) -> i32 {
    let code = exc(e.r()).and_then(|x| x.fields[field::CODE].load()).unwrap_or(Value::NONE);
    if code.is_none() {
        return 0;
    }
    if weft_vm::types::int::is_int(code.r()) {
        return weft_vm::types::int::to_i64(code.r()).map_or(255, |n| (n & 0xff) as i32);
    }
    let text = t.str_text(code.r()).unwrap_or_default();
    start::stderr_bytes(format!("{text}\n").as_bytes());
    1
}

/// Ends the interpreter; gives the exit status.
fn finish(t: &mut Thread, status: i32) -> i32 {
    let flushed = start::finalize(t);
    if status == INTERRUPTED {
        // Whoever started us is to see that SIGINT ended the program.
        // SAFETY: the default action, then the signal to ourselves.
        unsafe {
            libc::signal(libc::SIGINT, libc::SIG_DFL);
            libc::kill(libc::getpid(), libc::SIGINT);
        }
        return 130;
    }
    if !flushed && status == 0 { 120 } else { status }
}

/// `sys.excepthook(type, value, traceback)`; if that fails, what it did wrong and the original.
fn show(t: &mut Thread, e: Value) {
    let name = weft_vm::intern::intern(t, "excepthook");
    let hook = start::sys_attr(t, name);
    let tb = exc(e.r()).and_then(|x| x.traceback.load()).unwrap_or(Value::NONE);
    let class = e.r().ty().to_value();
    if let Some(hook) = hook {
        if t.call(hook.r(), &[class.r(), e.r(), tb.r()]).is_ok() {
            return;
        }
        let second = t.take_raised();
        start::stderr_bytes(b"Error in sys.excepthook:\n");
        weft_stdlib::sys_::hooks::display(t, second.r());
        start::stderr_bytes(b"\nOriginal exception was:\n");
    }
    weft_stdlib::sys_::hooks::display(t, e.r())
}
