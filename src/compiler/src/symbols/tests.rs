//! Programs and their scopes.

use super::*;
use crate::convert::{Mode, parse};

fn table(source: &str) -> (Mod, SymbolTable) {
    let tree = parse(source, "<s>", Mode::Exec).map(|p| p.tree).unwrap_or_else(|e| panic!("{source}: {e:?}"));
    let table = analyze(&tree, "<s>", Options::default()).unwrap_or_else(|e| panic!("{source}: {e:?}"));
    (tree, table)
}

/// `scope: name=meaning ..` for each scope but the module, hidden names left out.
fn scopes(source: &str) -> Vec<String> {
    let (_, table) = table(source);
    let line = |s: &Scope| {
        let names = s.symbols.iter().filter(|(n, _)| !n.starts_with('.'));
        let names = names.map(|(n, s)| format!("{n}={:?}", s.resolution));
        format!("{}: {}", s.name, names.collect::<Vec<_>>().join(" "))
    };
    table.scopes()[1..].iter().map(line).collect()
}

#[test]
fn functions_and_closures() {
    assert_eq!(
        scopes("def f(a):\n def g():\n  nonlocal a\n  a = b\n global c\n c = 1"),
        ["f: a=Cell g=Local c=GlobalExplicit", "g: a=Free b=GlobalImplicit"]
    );
    assert_eq!(
        scopes("def f(x):\n class C:\n  x = x\n  def m(self): return x, __class__"),
        ["f: x=Cell C=Local", "C: x=Local m=Local", "m: self=Local x=Free __class__=Free"]
    );
}

#[test]
fn inlined_comprehensions() {
    let source = "def f(y):\n x = 1\n return [x for x in y if (z := y)], [lambda: u for u in y]";
    let (_, table) = table(source);
    let f = &table.scopes()[1];
    assert_eq!(f.varnames.iter().map(|n| &**n).collect::<Vec<_>>(), ["y", "x", "z"]);
    assert_eq!(f.cellvars.iter().map(|n| &**n).collect::<Vec<_>>(), ["u"]);
    let comp = &table.scopes()[2];
    assert!(comp.flags.inlined);
    assert_eq!(comp.symbols.get("x").map(|s| s.resolution), Some(Resolution::Local));
    assert_eq!(comp.symbols.get("z").map(|s| s.resolution), Some(Resolution::Outer));
    assert_eq!(comp.symbols.get("y").map(|s| s.resolution), Some(Resolution::Outer));
}

#[test]
fn classes_do_not_show_their_names_to_comprehensions() {
    assert_eq!(
        scopes("class C:\n a = 1\n b = [a for x in a]"),
        ["C: a=Local b=Local", "listcomp: x=Local a=GlobalImplicit"]
    );
}

#[test]
fn type_parameters_and_annotations() {
    assert_eq!(
        scopes("class A[T: int]:\n x: T"),
        [
            "A: T=Cell",
            "T: int=GlobalImplicit",
            "A: __type_params__=Local x=Local T=Free",
            "__annotate__: __classdict__=Free T=Free",
        ]
    );
    assert_eq!(
        scopes("def f(x: int) -> str: y: z = 1"),
        ["__annotate__: int=GlobalImplicit str=GlobalImplicit", "f: x=Local y=Local"]
    );
    assert_eq!(scopes("class A:\n type X = B\n B = 1")[1], "X: __classdict__=Free B=GlobalImplicit");
}

#[test]
fn mangling() {
    assert_eq!(
        scopes("class _A:\n def f(self): return __x, __y__, self.__z"),
        ["_A: f=Local", "f: self=Local _A__x=GlobalImplicit __y__=GlobalImplicit"]
    );
    assert_eq!(&*mangle(Some("__"), &"__x".into()), "__x");
    assert_eq!(&*mangle(Some("A"), &"__a.b".into()), "__a.b");
}

#[test]
fn scopes_are_found_by_node() {
    use crate::ast::{ExprKind, StmtKind};
    let (tree, table) = table("def f(a: int): pass\n(x for x in y)");
    let Mod::Module { body, .. } = &tree else { panic!() };
    let StmtKind::FunctionDef(f) = &body[0].kind else { panic!() };
    assert_eq!(table.find(&**f, Role::Body).map(|s| &*s.name), Some("f"));
    assert_eq!(table.find(&**f, Role::Annotations).map(|s| s.kind), Some(ScopeKind::Annotation));
    assert!(table.find(&**f, Role::TypeParams).is_none());
    let StmtKind::Expr { value } = &body[1].kind else { panic!() };
    assert!(matches!(value.kind, ExprKind::GeneratorExp { .. }));
    assert!(table.find(&**value, Role::Body).is_some_and(|s| s.flags.generator && !s.flags.inlined));
}

#[test]
fn flags() {
    let (_, table) = table("async def f():\n yield 1\n [x async for x in y]\ndef g(): yield");
    let flags: Vec<_> = table.scopes().iter().map(|s| (s.flags.generator, s.flags.coroutine)).collect();
    assert_eq!(flags, [(false, false), (true, true), (false, true), (true, false)]);
}
