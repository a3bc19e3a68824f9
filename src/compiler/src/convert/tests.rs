//! Programs and their trees, as `ast.dump` prints them.

use super::{Mode, parse};
use crate::dump;

fn dumped(source: &str, mode: Mode) -> String {
    match parse(source, "<s>", mode) {
        Ok(parsed) => dump::ast(&parsed.tree, false, None),
        Err(error) => error.msg,
    }
}

#[test]
fn expressions() {
    let cases = [
        ("'a' u'b'", "Constant(value='ab')"),
        ("u'a'", "Constant(value='a', kind='u')"),
        (r"'\ud800\N{BULLET}\q'", r"Constant(value='\ud800•\\q')"),
        ("0x10000000000000000", "Constant(value=18446744073709551616)"),
        ("f'a' 'b'", "JoinedStr(values=[Constant(value='ab')])"),
        ("f''", "JoinedStr()"),
        (
            "f'{x = }'",
            "JoinedStr(values=[Constant(value='x = '), FormattedValue(value=Name(id='x', ctx=Load()), conversion=114)])",
        ),
        (
            "f'{x!s:>{w}}'",
            "JoinedStr(values=[FormattedValue(value=Name(id='x', ctx=Load()), conversion=115, \
             format_spec=JoinedStr(values=[Constant(value='>'), \
             FormattedValue(value=Name(id='w', ctx=Load()), conversion=-1)]))])",
        ),
        (
            "t'{ x }'",
            "TemplateStr(values=[Interpolation(value=Name(id='x', ctx=Load()), str=' x ', conversion=-1)])",
        ),
        (
            "{**a, 1: 2}",
            "Dict(keys=[None, Constant(value=1)], values=[Name(id='a', ctx=Load()), Constant(value=2)])",
        ),
        ("ﬁ", "Name(id='fi', ctx=Load())"),
    ];
    for (source, expected) in cases {
        assert_eq!(dumped(source, Mode::Eval), format!("Expression(body={expected})"), "{source}");
    }
}

#[test]
fn places() {
    let tree = |source| {
        dump::ast(&parse(source, "<s>", Mode::Exec).unwrap_or_else(|e| panic!("{e:?}")).tree, true, None)
    };
    let decorated = tree("@d\n# c\ndef f(): x;");
    assert!(decorated.contains("], decorator_list=["), "{decorated}");
    assert!(decorated.ends_with("lineno=3, col_offset=0, end_lineno=3, end_col_offset=11)])"), "{decorated}");
    let call = tree("f(x for x in y)");
    assert!(
        call.contains("is_async=0)], lineno=1, col_offset=1, end_lineno=1, end_col_offset=15)]"),
        "{call}"
    );
    assert!(tree("é = 1").contains("end_col_offset=2)], value=Constant(value=1, lineno=1, col_offset=5"));
}

#[test]
fn signatures() {
    assert_eq!(
        dumped("(int, *str, **bool) -> x", Mode::FuncType),
        "FunctionType(argtypes=[Name(id='int', ctx=Load()), Name(id='str', ctx=Load()), \
         Name(id='bool', ctx=Load())], returns=Name(id='x', ctx=Load()))"
    );
    assert_eq!(dumped("() -> x", Mode::FuncType), "FunctionType(returns=Name(id='x', ctx=Load()))");
    assert_eq!(dumped("int -> x", Mode::FuncType), "invalid syntax");
}

#[test]
fn line_ends() {
    assert_eq!(dumped("'''a\r\nb\rc'''", Mode::Eval), r"Expression(body=Constant(value='a\nb\nc'))");
}

#[test]
fn elif_chains_end_together() {
    let text = dump::ast(
        &parse("if a: b\nelif c: d\nelse: e", "<s>", Mode::Exec).unwrap_or_else(|e| panic!("{e:?}")).tree,
        true,
        None,
    );
    assert!(text.contains("lineno=2, col_offset=0, end_lineno=3, end_col_offset=7)], lineno=1"), "{text}");
}
