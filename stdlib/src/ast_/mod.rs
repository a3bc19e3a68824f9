//! `_ast`: node classes, and trees from and to the compiler's.
//!
//! `compile()` calls [`MODULE`]'s `_compile` when it is asked for a tree or given one. The classes are made from the
//! grammar in `asdl.rs` and kept in the process-wide registry by name.

mod asdl;
mod from_tree;
mod node;
mod to_tree;

use asdl::{Count, Field, GRAMMAR};
use weft_compiler::symbols;
use weft_compiler::{Mode, ast, lower};
use weft_vm::builtins::compile as compiling;
use weft_vm::builtins::compile::{How, flag};
use weft_vm::dict::Dict;
use weft_vm::object::{Args, BinOp, ModuleSpec, ValueExt};
use weft_vm::start::modules::{registry_get, registry_set};
use weft_vm::types::code::CodeObject;
use weft_vm::types::str::text;
use weft_vm::types::tuple::Tuple;
use weft_vm::types::{heaptype, object};
use weft_vm::{Res, Thread, VRef, Value, intern};

/// The declaration.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_ast",
    doc: "",
    functions: weft_vm::methods! {
        "_compile(source, filename, mode, flags, optimize, /)" => compile_, "compile() to or from a tree.";
    },
    init: Some(init),
};

const CLASSES: &str = "ast.classes";
const SINGLETONS: &str = "ast.singletons";
const POSITIONS: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

/// A node class.
fn class(t: &Thread, name: &str) -> Option<Value> {
    let d = registry_get(t, CLASSES)?;
    t.dict_get(d.cast::<Dict>()?, name)
}

/// The one instance of a class without fields that trees of ours use (`Load()`, `Add()`).
fn singleton(t: &mut Thread, name: &str) -> Option<Value> {
    let d = registry_get(t, SINGLETONS)?;
    t.dict_get(d.cast::<Dict>()?, name)
}

fn names_tuple(t: &Thread, names: &[&str]) -> Value {
    Tuple::new(t, names.iter().map(|n| intern::intern(t, n).to_value()).collect())
}

fn init(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    for (name, bits) in [
        ("PyCF_ONLY_AST", flag::ONLY_AST),
        ("PyCF_TYPE_COMMENTS", flag::TYPE_COMMENTS),
        ("PyCF_ALLOW_TOP_LEVEL_AWAIT", flag::ALLOW_TOP_LEVEL_AWAIT),
        ("PyCF_OPTIMIZED_AST", flag::OPTIMIZED_AST),
    ] {
        t.module_set(m, name, t.int(bits))
    }
    let base = node::TYPE.get(t);
    let empty = Tuple::new(t, Vec::new());
    for name in ["_fields", "_attributes", "__match_args__"] {
        t.dict_set(base.dict(), name, empty.clone());
        heaptype::after_change(t, base, name)
    }
    t.module_set(m, "AST", base.to_value());
    if registry_get(t, CLASSES).is_none() {
        let d = Dict::new(t);
        registry_set(t, CLASSES, d);
        let d = Dict::new(t);
        registry_set(t, SINGLETONS, d);
        make_classes(t)?
    }
    if let Some(d) = registry_get(t, CLASSES)
        && let Some(d) = d.cast::<Dict>()
    {
        for (name, class) in d.items(t) {
            if let Some(n) = text(name.r()).map(|n| n.to_string()) {
                t.module_set(m, &n, class)
            }
        }
    }
    Ok(())
}

fn make_classes(t: &mut Thread) -> Res<()> {
    let root = node::TYPE.get(t).to_value();
    // Bases first: the types of fields name them.
    for sum in GRAMMAR {
        if sum.nodes.iter().all(|n| asdl::parse(n).0 != sum.name) {
            // Bare names stand on one line.
            let bare = sum.nodes.iter().all(|n| !n.contains('('));
            let between = if bare { " | ".into() } else { format!("\n{}| ", " ".repeat(sum.name.len() + 1)) };
            let nodes = sum.nodes.join(&between);
            make_class(t, sum.name, &root, &[], &format!("{} = {nodes}", sum.name), Some(sum))?;
        }
    }
    for sum in GRAMMAR {
        let base = class(t, sum.name).filter(|_| true);
        for node in sum.nodes {
            let (name, fields) = asdl::parse(node);
            let product = name == sum.name;
            let base = if product { root.clone() } else { base.clone().unwrap_or_else(|| root.clone()) };
            let c = make_class(t, name, &base, &fields, node, Some(sum).filter(|_| product))?;
            if fields.is_empty() && !product && !sum.located {
                let one = t.call(c.r(), &[])?;
                remember(t, SINGLETONS, name, one)
            }
        }
    }
    for sum in GRAMMAR {
        for node in sum.nodes {
            let (name, fields) = asdl::parse(node);
            field_types(t, name, &fields)?
        }
    }
    Ok(())
}

fn remember(t: &Thread, table: &str, name: &str, v: Value) {
    if let Some(d) = registry_get(t, table)
        && let Some(d) = d.cast::<Dict>()
    {
        t.dict_set(d, name, v)
    }
}

/// `class name(base)`, with positions if the family has them.
fn make_class(
    t: &mut Thread,
    name: &str,
    base: &Value,
    fields: &[Field],
    doc: &str,
    family: Option<&asdl::Sum>,
) -> Res {
    let ns = Dict::new(t);
    if let Some(d) = ns.cast::<Dict>() {
        let names: Vec<&str> = fields.iter().map(|f| f.name).collect();
        let names = names_tuple(t, &names);
        t.dict_set(d, "_fields", names.clone());
        t.dict_set(d, "__match_args__", names);
        t.dict_set(d, "__module__", t.str("ast"));
        t.dict_set(d, "__doc__", t.str(doc));
        for f in fields.iter().filter(|f| f.count == Count::Optional) {
            t.dict_set(d, f.name, Value::NONE)
        }
        if let Some(sum) = family {
            let attributes = if sum.located { names_tuple(t, &POSITIONS) } else { Tuple::new(t, Vec::new()) };
            t.dict_set(d, "_attributes", attributes);
            if sum.located && sum.optional_end {
                t.dict_set(d, "end_lineno", Value::NONE);
                t.dict_set(d, "end_col_offset", Value::NONE)
            }
        }
    }
    let meta = heaptype::TYPE.get(t).to_value();
    let bases = Tuple::new(t, vec![base.clone()]);
    let n = t.str(name);
    let c = t.call(meta.r(), &[n.r(), bases.r(), ns.r()])?;
    remember(t, CLASSES, name, c.clone());
    Ok(c)
}

/// Sets `_field_types`, now that every class exists.
fn field_types(t: &mut Thread, name: &str, fields: &[Field]) -> Res<()> {
    let Some(c) = class(t, name) else { return Ok(()) };
    let types = Dict::new(t);
    for f in fields {
        let plain = match f.ty {
            "identifier" | "string" => weft_vm::types::str_type::TYPE.get(t).to_value(),
            "int" => weft_vm::types::int::TYPE.get(t).to_value(),
            "constant" => object::TYPE.get(t).to_value(),
            other => class(t, other).unwrap_or(Value::NONE),
        };
        let ty = match f.count {
            Count::One => plain,
            Count::Optional => {
                let none = weft_vm::types::singletons::NONE.get(t).to_value();
                t.binary(BinOp::Or, plain.r(), none.r())?
            }
            Count::Many => {
                let list = weft_vm::types::list_type::TYPE.get(t).to_value();
                t.getitem(list.r(), plain.r())?
            }
        };
        if let Some(d) = types.cast::<Dict>() {
            t.dict_set(d, f.name, ty)
        }
    }
    let n = intern::intern(t, "_field_types");
    t.setattr(c.r(), n, Some(types.r()))?;
    let n = intern::intern(t, "__annotations__");
    let copy = types.cast::<Dict>().map(|d| d.copy(t)).unwrap_or(Value::NONE);
    t.setattr(c.r(), n, Some(copy.r()))
}

fn compile_(t: &mut Thread, a: Args<'_>) -> Res {
    let filename = t.str_text(a.get(1))?;
    let mode = match t.str_text(a.get(2))?.as_str() {
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        "func_type" => Mode::FuncType,
        _ => Mode::Exec,
    };
    let flags = t.arg_i64(a.get(3))?;
    let optimize = t.arg_i64(a.get(4))?.clamp(0, 2) as u8;
    let how = How { mode, flags, optimize };
    let only_tree = flags & flag::ONLY_AST != 0;
    if node::TYPE.is_instance(t, a.get(0)) {
        if only_tree {
            // A tree stays as it is; it is checked all the same.
            to_tree::module(t, a.get(0), mode)?;
            return Ok(a.get(0).to_value());
        }
        let tree = to_tree::module(t, a.get(0), mode)?;
        return compile_tree(t, &tree, &filename, how);
    }
    let source = compiling::source_text(t, a.get(0), &filename, "compile", "string, bytes or AST object")?;
    let parsed = weft_compiler::parse(&source, &filename, mode).map_err(|e| compiling::raise_refused(t, e, &source, how))?;
    for w in &parsed.warnings {
        compiling::warn(t, w, &source, &filename)?
    }
    let v = from_tree::module(t, &parsed.tree);
    weft_compiler::convert::stack::drop_deep(parsed, source.len());
    v
}

/// Code from a tree.
fn compile_tree(t: &mut Thread, tree: &ast::Mod, filename: &str, how: How) -> Res {
    let future_annotations = how.flags & weft_bytecode::code::flags::FUTURE_ANNOTATIONS as i64 != 0;
    let allow_top_level_await = how.flags & flag::ALLOW_TOP_LEVEL_AWAIT != 0;
    let options = symbols::Options { future_annotations, allow_top_level_await, source_len: None };
    let table = symbols::analyze(tree, filename, options).map_err(|e| compiling::raise(t, e))?;
    let options = lower::Options {
        optimize: how.optimize,
        future_annotations,
        flags: (how.flags & flag::FUTURES) as u32,
        allow_top_level_await,
        source_len: None,
    };
    let code = lower::compile_module(tree, &table, filename, options).map_err(|e| compiling::raise(t, e))?;
    Ok(CodeObject::load(t, &code.into()))
}
