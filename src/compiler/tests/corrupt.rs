//! Damaged bytecode is refused or harmless: reading, verifying and disassembling it never panics.

mod common;

use weft_bytecode::{dis, locations, marshal, verify};

const PROGRAM: &str = r#"
"""Doc."""
import a.b as c
def f(x, *y, k=(1, "two", 3.0, b"4"), **z):
    try:
        return [g(i) for i in x if i in {1, 2}], lambda: x
    except (A, B) as e:
        with e as q:
            q.r += 1 << 200
class C[T]:
    async def m(self):
        async for i in self:
            yield f"{i!r:>{self.w}}"
"#;

#[test]
fn damage() {
    let code = common::compile(PROGRAM, "program.py").expect("compiles");
    let good = marshal::to_bytes(&code);
    let mut seed = 0x2545_f491_4f6c_dd1du64;
    let mut random = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below as u64) as usize
    };
    let (mut read, mut accepted) = (0, 0);
    for round in 0..30_000 {
        let mut bytes = good.clone();
        for _ in 0..1 + round % 3 {
            let at = random(bytes.len());
            bytes[at] = random(256) as u8;
        }
        if round % 7 == 0 {
            bytes.truncate(random(bytes.len()));
        }
        if let Ok(damaged) = marshal::from_bytes(&bytes) {
            read += 1;
            dis::disassemble_all(&damaged);
            locations::positions(&damaged).count();
            accepted += u32::from(verify::verify(&damaged).is_ok());
        }
    }
    println!("{read} readable, {accepted} verified");
    assert!(read > 0);
}

#[test]
fn truncated() {
    let code = common::compile(PROGRAM, "program.py").expect("compiles");
    let bytes = marshal::to_bytes(&code);
    for n in 0..bytes.len() {
        assert!(marshal::from_bytes(&bytes[..n]).is_err(), "{n} of {} bytes", bytes.len());
    }
}

#[test]
fn nested_too_deeply() {
    let source = format!("x = {}1{}", "(".repeat(180), ",)".repeat(180));
    let code = common::compile(&source, "deep.py").expect("compiles");
    let bytes = marshal::to_bytes(&code);
    assert_eq!(marshal::from_bytes(&bytes).as_ref(), Ok(&*code));
}
