//! Compiles files, verifies the code and prints it: `compile [-q] [-O] [--cfg] file.py...`
use std::process::exit;
use std::time::{Duration, Instant};
use weft_compiler::{Mode, lower, parse, symbols};

fn main() {
    let (mut quiet, mut cfg, mut optimize, mut failed, mut spent) = (false, false, 0, 0, Duration::ZERO);
    for path in std::env::args().skip(1) {
        match path.as_str() {
            "-q" => quiet = true,
            "-O" => optimize += 1,
            "--cfg" => cfg = true,
            "--json" => JSON.store(true, std::sync::atomic::Ordering::Relaxed),
            "--facts" => FACTS.store(true, std::sync::atomic::Ordering::Relaxed),
            _ => {
                let Ok(source) = std::fs::read_to_string(&path) else { continue };
                if let Err(e) = compile(&source, &path, quiet, cfg, optimize, &mut spent) {
                    failed += 1;
                    println!("{path}: {e}");
                }
            }
        }
    }
    if quiet {
        println!("lowering took {spent:?}, {failed} failed");
    }
    exit(i32::from(failed > 0));
}

fn compile(
    source: &str,
    path: &str,
    quiet: bool,
    cfg: bool,
    optimize: u8,
    spent: &mut Duration,
) -> Result<(), String> {
    let parsed = parse(source, path, Mode::Exec).map_err(|e| format!("{} line {}", e.msg, e.lineno))?;
    let table = symbols::analyze(&parsed.tree, path, Default::default()).map_err(|e| e.msg)?;
    let options = lower::Options { optimize, ..Default::default() };
    if cfg {
        print!(
            "{}",
            lower::dump_cfg(&parsed.tree, &table, path, options, lower::DumpStyle::Optimized)
                .map_err(|e| e.msg)?
        );
        return Ok(());
    }
    let start = Instant::now();
    let code = lower::compile_module(&parsed.tree, &table, path, options)
        .map_err(|e| format!("{} line {}", e.msg, e.lineno))?;
    *spent += start.elapsed();
    if JSON.load(std::sync::atomic::Ordering::Relaxed) {
        println!("{}", json(&code));
    } else if FACTS.load(std::sync::atomic::Ordering::Relaxed) {
        facts(&code);
    } else if !quiet {
        print!("{}", weft_bytecode::dis::disassemble_all(&code));
    }
    weft_bytecode::verify::verify(&code).map_err(|e| e.to_string())?;
    let bytes = weft_bytecode::marshal::to_bytes(&code);
    let back = weft_bytecode::marshal::from_bytes(&bytes).map_err(|e| e.to_string())?;
    if back != *code {
        return Err("marshal".into());
    }
    Ok(())
}

static FACTS: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

/// What Python can see of a code object, one line each, for comparison with CPython.
fn facts(code: &weft_bytecode::Code) {
    let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
    let list = |names: &mut dyn Iterator<Item = String>| names.collect::<Vec<_>>().join(",");
    let mut lines: Vec<u32> = weft_bytecode::locations::positions(code).filter_map(|p| p.line).collect();
    lines.sort_unstable();
    lines.dedup();
    let mut cells: Vec<String> = code.cells.iter().map(|&c| text(&code.locals[usize::from(c)])).collect();
    cells.sort();
    cells.dedup();
    println!(
        "{}\t{}\t{:#x}\t{},{},{}\t{}\t{}\t{}\t{:?}",
        text(&code.qualname),
        code.firstlineno,
        code.flags,
        code.argcount,
        code.posonlyargcount,
        code.kwonlyargcount,
        list(&mut code.locals[..usize::from(code.nvarnames)].iter().map(|n| text(n))),
        list(&mut cells.into_iter()),
        list(&mut code.freevars.iter().map(|n| text(n))),
        lines
    );
    for c in &code.consts {
        if let weft_bytecode::Const::Code(inner) = c {
            facts(inner);
        }
    }
}

static JSON: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

/// The code object as a Python literal, for tools written in Python.
fn json(code: &weft_bytecode::Code) -> String {
    use weft_bytecode::Const;
    fn bytes(b: &[u8]) -> String {
        format!("b'{}'", b.iter().map(|b| format!("\\x{b:02x}")).collect::<String>())
    }
    fn text(b: &[u8]) -> String {
        format!("{}.decode('utf8','surrogatepass')", bytes(b))
    }
    fn list<T>(items: &[T], f: impl Fn(&T) -> String) -> String {
        format!("[{}]", items.iter().map(f).collect::<Vec<_>>().join(","))
    }
    fn constant(c: &Const) -> String {
        match c {
            Const::None => "None".into(),
            Const::Bool(b) => if *b { "True" } else { "False" }.into(),
            Const::Ellipsis => "...".into(),
            Const::Int(n) => format!("({n})"),
            Const::BigInt(neg, b) => {
                format!("({}int.from_bytes({},'little'))", if *neg { "-" } else { "" }, bytes(b))
            }
            Const::Float(b) => format!("F({b})"),
            Const::Complex(a, b) => format!("complex(F({a}),F({b}))"),
            Const::Str(s) => text(s),
            Const::Bytes(s) => bytes(s),
            Const::Tuple(t) => format!("tuple({})", list(t, constant)),
            Const::FrozenSet(t) => format!("frozenset({})", list(t, constant)),
            Const::Slice(p) => format!("slice(*{})", list(&p[..], constant)),
            Const::Code(c) => json(c),
        }
    }
    format!(
        "C(name={},qualname={},flags={},argcount={},posonly={},kwonly={},firstlineno={},nregs={},locals={},nvarnames={},cells={:?},freevars={},instrs={},consts={},names={},sites={:?},handlers={},lines={})",
        text(&code.name),
        text(&code.qualname),
        code.flags,
        code.argcount,
        code.posonlyargcount,
        code.kwonlyargcount,
        code.firstlineno,
        code.nregs,
        list(&code.locals, |n| text(n)),
        code.nvarnames,
        code.cells,
        list(&code.freevars, |n| text(n)),
        list(&code.instrs, |i| format!(
            "({:?},{},{},{},{})",
            i.op().map_or("?", |o| o.name()),
            i.f(),
            i.a(),
            i.b(),
            i.c()
        )),
        list(&code.consts, constant),
        list(&code.names, |n| text(n)),
        code.sites,
        list(&code.handlers, |h| format!("({},{},{},{},{})", h.start, h.end, h.target, h.depth, h.reg)),
        list(&weft_bytecode::locations::positions(code).collect::<Vec<_>>(), |p| format!(
            "({},{},{},{})",
            p.line.unwrap_or(0),
            p.end_line.unwrap_or(0),
            p.column.map_or(-1, i64::from),
            p.end_column.map_or(-1, i64::from)
        ))
    )
}
