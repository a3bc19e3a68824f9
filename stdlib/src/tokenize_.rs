//! `_tokenize`: tokens for the `tokenize` module, from the compiler's own tokenizer.

use weft_vm::object::{ModuleSpec, NativeType, Slots, TypeSpec, ValueExt, type_flag};
use weft_vm::types::list::List;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Res, Slot, Thread, VRef, Value, object};
use weft_strategy::Header;

/// The declaration.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_tokenize",
    doc: "",
    functions: weft_vm::methods! {},
    init: Some(|t, m| {
        t.module_add_type(m, &ITERATOR);
        Ok(())
    }),
};

/// Iterator over the tokens of what `readline` gives.
#[repr(C)]
pub struct TokenizerIter {
    h: Header,
    /// Iterator over a list of finished tuples.
    tokens: Slot,
}
object!(TokenizerIter, "_tokenize.TokenizerIter", true, [tokens]);

static ITERATOR: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "_tokenize.TokenizerIter",
    flags: type_flag::IMMUTABLE,
    slots: Slots {
        new: Some(|t, cls, args| {
            let p = args.positional();
            let Some(readline) = p.first() else {
                return Err(t.type_error("tokenizeriter() missing required argument 'readline' (pos 1)"));
            };
            let source = read_all(t, *readline)?;
            let tokens = tokens_of(t, &source);
            let list = List::new(t, tokens);
            let it = t.iter(list.r())?;
            Ok(t.make(cls.shape(), TokenizerIter { h: Header::new(0, 0), tokens: Slot::new(it) }))
        }),
        iter: Some(|_, v| Ok(v.to_value())),
        next: Some(|t, v| {
            let Some(it) = v.cast::<TokenizerIter>().and_then(|i| i.tokens.load()) else { return Ok(None) };
            t.next(it.r())
        }),
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<TokenizerIter>()
};

/// All lines that `readline` gives, until an empty one or StopIteration.
fn read_all(t: &mut Thread, readline: VRef<'_>) -> Res<String> {
    let mut source = String::new();
    loop {
        let line = match t.call(readline, &[]) {
            Ok(l) => l,
            Err(_) if t.raised_is(&weft_vm::errors::STOP_ITERATION) => {
                t.clear_raised();
                break;
            }
            Err(e) => return Err(e),
        };
        let text = match line.cast::<weft_vm::types::bytes::Bytes>() {
            Some(b) => String::from_utf8_lossy(b.as_slice()).into_owned(),
            None => t.str_text(line.r())?,
        };
        if text.is_empty() {
            break;
        }
        source.push_str(&text)
    }
    Ok(source)
}

/// Numbers of Lib/token.py.
fn kind_number(kind: &str) -> i64 {
    match kind {
        "End" => 0,
        "Name" => 1,
        "Number" => 2,
        "Str" => 3,
        "Newline" => 4,
        "Indent" => 5,
        "Dedent" => 6,
        "FStringStart" => 59,
        "FStringMiddle" => 60,
        "FStringEnd" => 61,
        _ => 55,
    }
}

fn tokens_of(t: &mut Thread, source: &str) -> Vec<Value> {
    let lines: Vec<&str> = source.split_inclusive('\n').collect();
    let place = |t: &Thread, line: u32, col: u32| {
        let chars = lines
            .get(line.saturating_sub(1) as usize)
            .and_then(|l| l.get(..col as usize))
            .map_or(col as usize, |s| s.chars().count());
        Tuple::new(t, vec![t.int(line as i64), t.int_usize(chars)])
    };
    weft_compiler::dump::token_list(source)
        .into_iter()
        .map(|k| {
            let text = if k.kind == "Newline" { "\n".to_string() } else { k.text };
            let start = place(t, k.span.line, k.span.col);
            let end = place(t, k.span.end_line, k.span.end_col);
            let line = lines.get(k.span.line.saturating_sub(1) as usize).copied().unwrap_or_default();
            let (text, line) = (t.str(&text), t.str(line));
            Tuple::new(t, vec![t.int(kind_number(&k.kind)), text, start, end, line])
        })
        .collect()
}
