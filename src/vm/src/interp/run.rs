//! The loop.

use super::{Base, as_function, drop_range, kill, push_at, put, put_value, reg, take, value, vreg};
use super::{
    arith, attr, awaiting, build, cache, calls, generator, imports, intrinsics, iterate, matching, monitor,
    names, trace, unwind,
};
use crate::Res;
use crate::object::{BinOp, Cmp};
use crate::thread::{Frame, FrameFlags, Thread};
use crate::types::cell::Cell;
use crate::types::fixed;
use crate::types::list::List;
use crate::types::list_iter::ListIter;
use crate::types::range::RangeIter;
use crate::types::tuple::Tuple;
use crate::types::tuple_iter::TupleIter;
use weft_bytecode::ops::{INPLACE, KILL_A, KILL_B, KILL_C, NEGATE, SWAPPED, WHEN_TRUE};
use weft_bytecode::{Instr, Op};
use weft_strategy::{Strategy, VRef, Value, Word};

/// Runs the top frame, and those it calls, until it returns to its native caller. With `raising`, starts
/// by raising the exception that is in the thread at the frame's present instruction.
#[inline(never)]
pub(crate) fn run<S: Strategy, const TRACED: bool>(t: &mut Thread, raising: bool) -> Res {
    // SAFETY: for the whole function: code objects are verified when they are loaded: register, constant, site and
    // closure numbers are in range, jumps stay inside, and the last instruction does not fall through. The frame and
    // its registers belong to this thread; `base`, `pc` and `f` are reloaded whenever the top frame changes.
    unsafe {
        let mut f: *mut Frame = t.frame.get();
        let mut base: Base = (*f).base;
        let mut pc: *const Instr = (*f).pc;
        let mut raise_now = raising;

        'frames: loop {
            'raise: {
                if raise_now {
                    raise_now = false;
                    break 'raise;
                }
                loop {
                    if TRACED {
                        (*f).pc = pc.add(1);
                        match trace::before(t, f, pc) {
                            Ok(false) => {}
                            Ok(true) => {
                                pc = (*f).pc;
                                continue;
                            }
                            Err(_) => break 'raise,
                        }
                    }
                    let i = *pc;
                    pc = pc.add(1);

                    macro_rules! r {
                        ($n:expr) => {
                            reg(base, $n)
                        };
                    }
                    macro_rules! set {
                        ($n:expr, $w:expr) => {{
                            let w: Word = $w;
                            put(t, base, $n, w)
                        }};
                    }
                    macro_rules! save {
                        () => {
                            (*f).pc = pc
                        };
                    }
                    // An operation that may raise.
                    macro_rules! check {
                        ($e:expr) => {
                            match $e {
                                Ok(v) => v,
                                Err(_) => {
                                    save!();
                                    break 'raise;
                                }
                            }
                        };
                    }
                    // A cold operation on registers.
                    macro_rules! slow {
                        ($e:expr) => {{
                            save!();
                            check!($e)
                        }};
                    }
                    macro_rules! reload {
                        () => {{
                            f = t.frame.get();
                            base = (*f).base;
                            pc = (*f).pc;
                        }};
                    }
                    // After a native call: something may be traced now, or nothing any more.
                    macro_rules! retrace {
                        () => {
                            if t.tracing != TRACED {
                                save!();
                                return if TRACED {
                                    run::<S, false>(t, false)
                                } else {
                                    run::<S, true>(t, false)
                                };
                            }
                        };
                    }
                    macro_rules! jump {
                        ($offset:expr) => {{
                            let o = $offset as isize;
                            // What a safepoint raises is raised at the jump, under the jump's handlers.
                            if o < 0 && t.core.is_called() {
                                save!();
                                check!(t.safepoint());
                            }
                            pc = pc.offset(o);
                        }};
                    }
                    macro_rules! binary {
                        ($op:ident, $x:ident, $y:ident, $int:expr, $float:expr) => {{
                            let ($x, $y) = (r!(i.b()), r!(i.c()));
                            if $x.is_int() && $y.is_int() {
                                if let Some(w) = $int {
                                    set!(i.a(), w);
                                    continue;
                                }
                            } else if let Some(($x, $y)) = arith::floats($x, $y) {
                                if let Some(w) = $float {
                                    set!(i.a(), w);
                                    continue;
                                }
                            }
                            slow!(arith::binary(t, base, i, BinOp::$op))
                        }};
                    }
                    macro_rules! binary_imm {
                        ($op:ident, $x:ident, $n:ident, $int:expr) => {{
                            let $x = r!(i.b());
                            if $x.is_int() {
                                let $n = i.c_signed() as i64;
                                if let Some(w) = $int {
                                    set!(i.a(), w);
                                    continue;
                                }
                            }
                            slow!(arith::binary_imm(t, base, i, BinOp::$op))
                        }};
                    }
                    macro_rules! binary_const {
                        ($op:ident, $x:ident, $y:ident, $float:expr) => {{
                            let k = *(&(*(*f).code).running().consts).get_unchecked(i.c() as usize);
                            let (mut $x, mut $y) = (r!(i.b()), k);
                            if i.f() & SWAPPED != 0 {
                                std::mem::swap(&mut $x, &mut $y)
                            }
                            if let Some(($x, $y)) = arith::floats($x, $y) {
                                if let Some(w) = $float {
                                    set!(i.a(), w);
                                    continue;
                                }
                            }
                            slow!(arith::binary_words(t, base, i, BinOp::$op, $x, $y))
                        }};
                    }
                    macro_rules! compare {
                        ($op:ident, $rel:tt) => {{
                            let (x, y) = (r!(i.b()), r!(i.c()));
                            if x.is_int() && y.is_int() {
                                set!(i.a(), Word::bool((x.0 as i64) $rel (y.0 as i64)));
                                continue;
                            }
                            if let Some((x, y)) = arith::floats(x, y) {
                                set!(i.a(), Word::bool(x $rel y));
                                continue;
                            }
                            slow!(arith::compare(t, base, i, Cmp::$op))
                        }};
                    }
                    macro_rules! jump_compare {
                        ($op:ident, $rel:tt) => {{
                            let (x, y) = (r!(i.a()), r!(i.b()));
                            let holds = if x.is_int() && y.is_int() {
                                (x.0 as i64) $rel (y.0 as i64)
                            } else if let Some((x, y)) = arith::floats(x, y) {
                                x $rel y
                            } else {
                                slow!(arith::compare_jump(t, base, i, Cmp::$op))
                            };
                            if holds == (i.f() & WHEN_TRUE != 0) {
                                jump!(i.c_signed())
                            }
                        }};
                    }
                    macro_rules! jump_compare_imm {
                        ($op:ident, $rel:tt) => {{
                            let x = r!(i.a());
                            let holds = if x.is_int() {
                                x.as_int() $rel i.b_signed() as i64
                            } else if x.is_float() {
                                x.as_float() $rel i.b_signed() as f64
                            } else {
                                slow!(arith::compare_jump_imm(t, base, i, Cmp::$op))
                            };
                            if holds == (i.f() & WHEN_TRUE != 0) {
                                jump!(i.c_signed())
                            }
                        }};
                    }

                    macro_rules! for_iter {
                        ($got:expr, $ended:expr) => {{
                            let it = r!(i.b());
                            // Code called with arguments it was not made for may have anything here.
                            let shape = if it.is_heap() { (*it.ptr()).shape() } else { fixed::INT };
                            match shape {
                                fixed::RANGE_ITER => {
                                    let it = &*(it.ptr() as *const RangeIter);
                                    if let Some(n) = it.step() {
                                        set!(i.a(), Word((n << 2) as u64 | 3));
                                        $got;
                                        continue;
                                    }
                                    set!(i.b(), Word::UNBOUND);
                                    $ended;
                                }
                                fixed::LIST_ITER => {
                                    let it = &*(it.ptr() as *const ListIter);
                                    if let Some(w) = it.step_own(t.id()) {
                                        set!(i.a(), S::load_register(w));
                                        $got;
                                        continue;
                                    }
                                    match build::list_step::<S>(t, it) {
                                        Some(w) => {
                                            set!(i.a(), w);
                                            $got;
                                        }
                                        None => {
                                            set!(i.b(), Word::UNBOUND);
                                            $ended;
                                        }
                                    }
                                }
                                fixed::TUPLE_ITER => {
                                    let it = &*(it.ptr() as *const TupleIter);
                                    match build::tuple_step::<S>(t, it) {
                                        Some(w) => {
                                            set!(i.a(), w);
                                            $got;
                                        }
                                        None => {
                                            set!(i.b(), Word::UNBOUND);
                                            $ended;
                                        }
                                    }
                                }
                                fixed::GENERATOR => {
                                    let here = pc;
                                    // Where the frame comes back to.
                                    $got;
                                    save!();
                                    let dst = base.add(i.a() as usize);
                                    if generator::enter_own(t, it, dst, FrameFlags::LOOP, Word::NONE) {
                                        reload!();
                                        continue;
                                    }
                                    match generator::enter_from_loop(t, it, base.add(i.a() as usize)) {
                                        Ok(true) => reload!(),
                                        Ok(false) => {
                                            pc = here;
                                            set!(i.b(), Word::UNBOUND);
                                            $ended;
                                        }
                                        Err(_) => break 'raise,
                                    }
                                }
                                _ => {
                                    save!();
                                    let here = pc;
                                    if !TRACED && iterate::gives_pairs(shape) {
                                        // The loop takes the pair apart: then none is made.
                                        $got;
                                        let u = *pc;
                                        let apart = u.opcode() == Op::UNPACK as u8
                                            && u.b() == i.a()
                                            && u.c() == 2
                                            && u.f() & KILL_B != 0;
                                        if apart {
                                            match iterate::pair::<S>(t, vreg(base, i.b())) {
                                                Ok(iterate::Pair::Got(x, y)) => {
                                                    set!(u.a(), x);
                                                    set!(u.a() + 1, y);
                                                    pc = pc.add(1);
                                                    t.process_pending();
                                                    continue;
                                                }
                                                Ok(iterate::Pair::Ended) => {
                                                    pc = here;
                                                    set!(i.b(), Word::UNBOUND);
                                                    $ended;
                                                    t.process_pending();
                                                    continue;
                                                }
                                                Ok(iterate::Pair::Other) => {}
                                                Err(_) => break 'raise,
                                            }
                                        }
                                        pc = here;
                                        save!();
                                    }
                                    let w = check!(iterate::next_word::<S>(t, vreg(base, i.b())));
                                    if w.is_unbound() {
                                        set!(i.b(), Word::UNBOUND);
                                        $ended;
                                    } else {
                                        set!(i.a(), w);
                                        $got;
                                    }
                                    t.process_pending();
                                }
                            }
                        }};
                    }

                    // SAFETY: verified code holds valid opcodes only.
                    let op: Op = std::mem::transmute::<u8, Op>(i.opcode());
                    match op {
                        Op::NOP => {}
                        // ---- moving
                        Op::COPY => {
                            let w = r!(i.b());
                            let w = if w.is_heap() { value(base, i.b()).into_word() } else { w };
                            set!(i.a(), w);
                        }
                        Op::BORROW => set!(i.a(), r!(i.b()).borrow()),
                        Op::TAKE => {
                            let w = r!(i.b());
                            *base.add(i.b() as usize) = Word::UNBOUND;
                            set!(i.a(), w);
                        }
                        Op::SWAP => std::ptr::swap(base.add(i.a() as usize), base.add(i.b() as usize)),
                        Op::LOAD_CONST => {
                            set!(i.a(), *(&(*(*f).code).running().consts).get_unchecked(i.bc() as usize))
                        }
                        Op::CLEAR => set!(i.a(), Word::UNBOUND),
                        Op::CHECK_BOUND => {
                            if r!(i.a()).is_unbound() {
                                slow!(names::unbound_local(t, (*f).code, i.a()))
                            }
                        }
                        Op::DELETE_LOCAL => {
                            if r!(i.a()).is_unbound() {
                                slow!(names::unbound_local(t, (*f).code, i.a()))
                            }
                            save!();
                            set!(i.a(), Word::UNBOUND)
                        }

                        // ---- cells
                        Op::MAKE_CELL => slow!(names::make_cell(t, base, i)),
                        Op::LOAD_CELL => {
                            let c = &*(r!(i.b()).ptr() as *const Cell);
                            let w = S::load_register(c.value.word());
                            if w.is_unbound() {
                                slow!(names::empty_cell(t, f, i.b()))
                            }
                            set!(i.a(), w)
                        }
                        Op::STORE_CELL => slow!(names::store_cell(t, base, i)),
                        Op::DELETE_CELL => slow!(names::delete_cell(t, f, base, i)),
                        Op::LOAD_FREE => {
                            let c = names::free_cell(f, i.b());
                            let w = S::load_register((*c).value.word());
                            if w.is_unbound() {
                                slow!(names::empty_free(t, f, i.b()))
                            }
                            set!(i.a(), w)
                        }
                        Op::STORE_FREE => slow!(names::store_free(t, f, base, i)),
                        Op::DELETE_FREE => slow!(names::delete_free(t, f, i)),
                        Op::LOAD_CLOSURE => {
                            let w = Word::counted(names::free_cell(f, i.b()) as *const _);
                            let v = VRef::from_word(w).to_value();
                            put_value(t, base, i.a(), v)
                        }

                        // ---- names
                        Op::LOAD_GLOBAL => match cache::load_global::<S>(t, f, i.c()) {
                            Some(w) => set!(i.a(), w),
                            None => {
                                let v = slow!(names::load_global(t, f, i.c()));
                                put_value(t, base, i.a(), v)
                            }
                        },
                        Op::STORE_GLOBAL => slow!(names::store_global(t, f, base, i)),
                        Op::DELETE_GLOBAL => slow!(names::delete_global(t, f, i)),
                        Op::LOAD_NAME => {
                            let v = slow!(names::load_name(t, f, i.c()));
                            put_value(t, base, i.a(), v)
                        }
                        Op::STORE_NAME => slow!(names::store_name(t, f, base, i)),
                        Op::DELETE_NAME => slow!(names::delete_name(t, f, i)),
                        Op::LOAD_LOCALS => {
                            let v = slow!(names::load_locals(t, f));
                            put_value(t, base, i.a(), v)
                        }
                        Op::LOAD_FROM_DICT_OR_GLOBALS => slow!(names::dict_or_globals(t, f, base, i)),
                        Op::LOAD_FROM_DICT_OR_FREE => slow!(names::dict_or_free(t, f, base, i)),
                        Op::LOAD_FROM_DICT_OR_CELL => slow!(names::dict_or_cell(t, f, base, i)),
                        Op::LOAD_BUILD_CLASS => {
                            let v = slow!(names::load_build_class(t, f));
                            put_value(t, base, i.a(), v)
                        }
                        Op::LOAD_ASSERTION_ERROR => {
                            let v = crate::errors::ASSERTION_ERROR.get(t).to_value();
                            put_value(t, base, i.a(), v)
                        }

                        // ---- attributes and items
                        Op::LOAD_ATTR => match cache::load_attr::<S>(t, f, r!(i.b()), i.c()) {
                            Some(w) => {
                                set!(i.a(), w);
                                if i.f() & KILL_B != 0 {
                                    set!(i.b(), Word::UNBOUND)
                                }
                            }
                            None => match cache::load_attr_again::<S>(t, f, r!(i.b()), i.c()) {
                                Some(w) => {
                                    set!(i.a(), w);
                                    if i.f() & KILL_B != 0 && i.a() != i.b() {
                                        set!(i.b(), Word::UNBOUND)
                                    }
                                }
                                None => {
                                    save!();
                                    if check!(attr::load(t, f, base, i)) {
                                        reload!();
                                        if t.core.is_called() {
                                            save!();
                                            check!(t.safepoint());
                                        }
                                    }
                                }
                            },
                        },
                        Op::STORE_ATTR => {
                            if !cache::store_attr(t, f, base, i) {
                                slow!(attr::store(t, f, base, i))
                            }
                        }
                        Op::DELETE_ATTR => slow!(attr::delete(t, f, base, i)),
                        Op::LOAD_METHOD => {
                            let obj = r!(i.b());
                            let found = match cache::load_method(t, f, obj, i.c()) {
                                Some(func) => Some((func, true)),
                                None => cache::load_method_again::<S>(t, f, obj, i.c()),
                            };
                            match found {
                                Some((func, true)) => {
                                    // The receiver stays alive in its register unless that is given up.
                                    let this = if i.f() & KILL_B != 0 {
                                        *base.add(i.b() as usize) = Word::UNBOUND;
                                        obj
                                    } else {
                                        obj.borrow()
                                    };
                                    if i.a() == i.b() {
                                        // The receiver moves up; its old register is overwritten, not dropped.
                                        *base.add(i.a() as usize) = func;
                                        set!(i.a() + 1, obj);
                                    } else {
                                        set!(i.a(), func);
                                        set!(i.a() + 1, this);
                                    }
                                }
                                Some((func, false)) => {
                                    set!(i.a(), func);
                                    set!(i.a() + 1, Word::UNBOUND);
                                    if i.f() & KILL_B != 0 && i.b() != i.a() && i.b() != i.a() + 1 {
                                        set!(i.b(), Word::UNBOUND)
                                    }
                                }
                                None => slow!(attr::load_method(t, f, base, i)),
                            }
                        }
                        Op::LOAD_SUPER_ATTR => slow!(attr::load_super(t, f, base, i, false)),
                        Op::LOAD_SUPER_METHOD => slow!(attr::load_super(t, f, base, i, true)),
                        Op::LOAD_SPECIAL => slow!(attr::load_special(t, base, i)),
                        Op::LOAD_ITEM => {
                            let (x, k) = (r!(i.b()), r!(i.c()));
                            if k.is_int()
                                && let Some(w) = build::item_int::<S>(t, x, k.as_int())
                            {
                                set!(i.a(), w);
                                kill(t, base, i);
                                continue;
                            }
                            save!();
                            if check!(build::enter_getitem(t, base, i)) {
                                reload!();
                                if t.core.is_called() {
                                    save!();
                                    check!(t.safepoint());
                                }
                                continue;
                            }
                            check!(build::load_item(t, base, i))
                        }
                        Op::LOAD_ITEM_I => {
                            if let Some(w) = build::item_int::<S>(t, r!(i.b()), i.c_signed() as i64) {
                                set!(i.a(), w);
                                if i.f() & KILL_B != 0 {
                                    set!(i.b(), Word::UNBOUND)
                                }
                                continue;
                            }
                            slow!(build::load_item_imm(t, base, i))
                        }
                        Op::STORE_ITEM => {
                            let (x, k) = (r!(i.a()), r!(i.b()));
                            if k.is_int()
                                && let Some(slot) = build::own_item(t, x, k.as_int())
                            {
                                let v =
                                    if i.f() & KILL_C != 0 { take(base, i.c()) } else { value(base, i.c()) };
                                let old = slot.word();
                                slot.set_word(Word(v.into_word().0));
                                if i.f() & KILL_A != 0 {
                                    set!(i.a(), Word::UNBOUND)
                                }
                                t.release(old);
                                continue;
                            }
                            slow!(build::store_item(t, base, i))
                        }
                        Op::DELETE_ITEM => slow!(build::delete_item(t, base, i)),
                        Op::BUILD_SLICE => slow!(build::slice(t, base, i)),
                        Op::LOAD_SLICE => slow!(build::load_slice::<false>(t, base, i)),
                        Op::LOAD_SLICE3 => slow!(build::load_slice::<true>(t, base, i)),
                        Op::STORE_SLICE => slow!(build::store_slice(t, base, i)),

                        // ---- arithmetic
                        Op::ADD => binary!(Add, x, y, arith::add(x, y), Word::float(x + y)),
                        Op::SUB => binary!(Sub, x, y, arith::sub(x, y), Word::float(x - y)),
                        Op::MUL => binary!(Mul, x, y, arith::mul(x, y), Word::float(x * y)),
                        Op::TRUEDIV => binary!(
                            TrueDiv,
                            x,
                            y,
                            arith::true_div(x, y),
                            if y == 0.0 { None } else { Word::float(x / y) }
                        ),
                        Op::FLOORDIV => binary!(FloorDiv, x, y, arith::floor_div(x, y), {
                            let _: (f64, f64) = (x, y);
                            None
                        }),
                        Op::MOD => binary!(Mod, x, y, arith::modulo(x, y), {
                            let _: (f64, f64) = (x, y);
                            None
                        }),
                        Op::POW => slow!(arith::binary(t, base, i, BinOp::Pow)),
                        Op::MATMUL => slow!(arith::binary(t, base, i, BinOp::MatMul)),
                        Op::LSHIFT => slow!(arith::binary(t, base, i, BinOp::LShift)),
                        Op::RSHIFT => {
                            let (x, y) = (r!(i.b()), r!(i.c()));
                            if x.is_int() && y.is_int() && y.as_int() >= 0 {
                                let n = y.as_int().min(63);
                                set!(i.a(), Word(((x.as_int() >> n) << 2) as u64 | 3));
                                continue;
                            }
                            slow!(arith::binary(t, base, i, BinOp::RShift))
                        }
                        Op::AND => {
                            let (x, y) = (r!(i.b()), r!(i.c()));
                            if x.is_int() && y.is_int() {
                                set!(i.a(), Word(x.0 & y.0));
                                continue;
                            }
                            slow!(arith::binary(t, base, i, BinOp::And))
                        }
                        Op::OR => {
                            let (x, y) = (r!(i.b()), r!(i.c()));
                            if x.is_int() && y.is_int() {
                                set!(i.a(), Word(x.0 | y.0));
                                continue;
                            }
                            slow!(arith::binary(t, base, i, BinOp::Or))
                        }
                        Op::XOR => {
                            let (x, y) = (r!(i.b()), r!(i.c()));
                            if x.is_int() && y.is_int() {
                                set!(i.a(), Word(x.0 ^ y.0 | 3));
                                continue;
                            }
                            slow!(arith::binary(t, base, i, BinOp::Xor))
                        }
                        Op::ADD_I => {
                            let x = r!(i.b());
                            if x.is_int() {
                                if let Some(w) = (x.0 as i64).checked_add((i.c_signed() as i64) << 2) {
                                    set!(i.a(), Word(w as u64));
                                    continue;
                                }
                            } else if x.is_float()
                                && let Some(w) = Word::float(arith::add_imm(x.as_float(), i))
                            {
                                set!(i.a(), w);
                                continue;
                            }
                            slow!(arith::binary_imm(t, base, i, BinOp::Add))
                        }
                        Op::SUB_I => {
                            let x = r!(i.b());
                            if x.is_int()
                                && i.f() & SWAPPED == 0
                                && let Some(w) = (x.0 as i64).checked_sub((i.c_signed() as i64) << 2)
                            {
                                set!(i.a(), Word(w as u64));
                                continue;
                            }
                            slow!(arith::binary_imm(t, base, i, BinOp::Sub))
                        }
                        Op::MUL_I => {
                            binary_imm!(Mul, x, n, arith::mul(x, Word((n << 2) as u64 | 3)))
                        }
                        Op::FLOORDIV_I => binary_imm!(FloorDiv, x, n, {
                            if i.f() & SWAPPED != 0 {
                                None
                            } else {
                                arith::floor_div(x, Word((n << 2) as u64 | 3))
                            }
                        }),
                        Op::MOD_I => binary_imm!(Mod, x, n, {
                            if i.f() & SWAPPED != 0 {
                                None
                            } else {
                                arith::modulo(x, Word((n << 2) as u64 | 3))
                            }
                        }),
                        Op::LSHIFT_I => slow!(arith::binary_imm(t, base, i, BinOp::LShift)),
                        Op::RSHIFT_I => binary_imm!(RShift, x, n, {
                            if i.f() & SWAPPED != 0 || n < 0 {
                                None
                            } else {
                                Some(Word(((x.as_int() >> n.min(63)) << 2) as u64 | 3))
                            }
                        }),
                        Op::AND_I => binary_imm!(And, x, n, Some(Word(x.0 & ((n << 2) as u64 | 3)))),
                        Op::ADD_K => binary_const!(Add, x, y, Word::float(x + y)),
                        Op::SUB_K => binary_const!(Sub, x, y, Word::float(x - y)),
                        Op::MUL_K => binary_const!(Mul, x, y, Word::float(x * y)),
                        Op::TRUEDIV_K => {
                            binary_const!(TrueDiv, x, y, if y == 0.0 { None } else { Word::float(x / y) })
                        }
                        Op::NEG => {
                            let x = r!(i.b());
                            if x.is_float() {
                                if let Some(w) = Word::float(-x.as_float()) {
                                    set!(i.a(), w);
                                    continue;
                                }
                            } else if x.is_int()
                                && let Some(w) = Word::int(-x.as_int())
                            {
                                set!(i.a(), w);
                                continue;
                            }
                            slow!(arith::unary(t, base, i, op))
                        }
                        Op::POS | Op::INVERT => slow!(arith::unary(t, base, i, op)),
                        Op::NOT => {
                            let b = slow!(arith::truth(t, r!(i.b())));
                            set!(i.a(), Word::bool(!b));
                            if i.f() & KILL_B != 0 && i.a() != i.b() {
                                set!(i.b(), Word::UNBOUND)
                            }
                        }
                        Op::TO_BOOL => {
                            let b = slow!(arith::truth(t, r!(i.b())));
                            set!(i.a(), Word::bool(b));
                            if i.f() & KILL_B != 0 && i.a() != i.b() {
                                set!(i.b(), Word::UNBOUND)
                            }
                        }

                        // ---- comparison
                        Op::LT => compare!(Lt, <),
                        Op::LE => compare!(Le, <=),
                        Op::EQ => compare!(Eq, ==),
                        Op::NE => compare!(Ne, !=),
                        Op::GT => compare!(Gt, >),
                        Op::GE => compare!(Ge, >=),
                        Op::IS => {
                            let same = r!(i.b()).same(r!(i.c()));
                            set!(i.a(), Word::bool(same != (i.f() & NEGATE != 0)));
                            arith::kill_others(t, base, i);
                        }
                        Op::IN => {
                            let yes = slow!(arith::contains(t, r!(i.b()), r!(i.c())));
                            set!(i.a(), Word::bool(yes != (i.f() & NEGATE != 0)));
                            arith::kill_others(t, base, i);
                        }

                        // ---- jumps
                        Op::JUMP => jump!(i.jump32()),
                        Op::JUMP_IF => {
                            let x = r!(i.a());
                            let b = if x == Word::TRUE {
                                true
                            } else if x == Word::FALSE || x == Word::NONE {
                                false
                            } else {
                                slow!(arith::truth(t, x))
                            };
                            if i.f() & KILL_A != 0 {
                                set!(i.a(), Word::UNBOUND)
                            }
                            if b == (i.f() & WHEN_TRUE != 0) {
                                jump!(i.jump32())
                            }
                        }
                        Op::JUMP_IF_NONE => {
                            let b = r!(i.a()) == Word::NONE;
                            if i.f() & KILL_A != 0 {
                                set!(i.a(), Word::UNBOUND)
                            }
                            if b == (i.f() & WHEN_TRUE != 0) {
                                jump!(i.jump32())
                            }
                        }
                        Op::JUMP_IF_UNBOUND => {
                            if r!(i.a()).is_unbound() == (i.f() & WHEN_TRUE != 0) {
                                jump!(i.jump32())
                            }
                        }
                        Op::JUMP_LT => jump_compare!(Lt, <),
                        Op::JUMP_LE => jump_compare!(Le, <=),
                        Op::JUMP_EQ => jump_compare!(Eq, ==),
                        Op::JUMP_NE => jump_compare!(Ne, !=),
                        Op::JUMP_GT => jump_compare!(Gt, >),
                        Op::JUMP_GE => jump_compare!(Ge, >=),
                        Op::JUMP_IS => {
                            let same = r!(i.a()).same(r!(i.b()));
                            kill(t, base, i);
                            if same == (i.f() & WHEN_TRUE != 0) {
                                jump!(i.c_signed())
                            }
                        }
                        Op::JUMP_IN => {
                            let yes = slow!(arith::contains(t, r!(i.a()), r!(i.b())));
                            kill(t, base, i);
                            if yes == (i.f() & WHEN_TRUE != 0) {
                                jump!(i.c_signed())
                            }
                        }
                        Op::JUMP_LT_I => jump_compare_imm!(Lt, <),
                        Op::JUMP_LE_I => jump_compare_imm!(Le, <=),
                        Op::JUMP_EQ_I => jump_compare_imm!(Eq, ==),
                        Op::JUMP_NE_I => jump_compare_imm!(Ne, !=),
                        Op::JUMP_GT_I => jump_compare_imm!(Gt, >),
                        Op::JUMP_GE_I => jump_compare_imm!(Ge, >=),

                        // ---- iteration and generators
                        Op::GET_ITER => {
                            save!();
                            if check!(build::get_iter(t, base, i)) {
                                reload!();
                            }
                        }
                        Op::FOR_ITER => for_iter!({}, jump!(i.c_signed())),
                        Op::FOR_NEXT => for_iter!(jump!(i.c_signed()), {}),
                        Op::UNPACK => {
                            save!();
                            if !build::unpack_own::<S>(t, base, i) {
                                check!(build::unpack::<S>(t, base, i))
                            }
                        }
                        Op::UNPACK_EX => slow!(build::unpack_ex(t, base, i)),
                        Op::RETURN_GENERATOR => {
                            save!();
                            if !TRACED && awaiting::begin_coroutine(t, f) {
                                continue;
                            }
                            let g = check!(generator::make(t, f));
                            // The frame goes; its registers moved into the generator.
                            let flags = (*f).flags;
                            if flags == 0 {
                                unwind::pop_into(t, f, g.into_word(), (*f).top);
                                reload!();
                                continue;
                            }
                            match calls::finish(t, f, g) {
                                Ok(calls::Finish::Native(v)) => return Ok(v),
                                Ok(calls::Finish::Resume) => reload!(),
                                Err(_) if flags & FrameFlags::ENTRY != 0 => return Err(crate::Raised),
                                Err(_) => break 'raise,
                            }
                        }
                        Op::YIELD => {
                            save!();
                            if TRACED {
                                let v = value(base, i.a());
                                check!(trace::leaving(t, f, v.r(), monitor::event::PY_YIELD));
                                if trace::jumped(f) {
                                    pc = (*f).pc;
                                    continue;
                                }
                            } else if generator::yield_own(t, f, i) {
                                reload!();
                                continue;
                            } else if (*f).flags & FrameFlags::ENTRY != 0 && generator::feed(t, f, i) {
                                t.process_pending();
                                continue;
                            }
                            let v = check!(generator::suspend(t, f, i));
                            let (dst, flags) = ((*f).dst, (*f).flags);
                            generator::leave(t, f);
                            if flags & FrameFlags::ENTRY != 0 {
                                return Ok(v);
                            }
                            let old = *dst;
                            *dst = v.into_word();
                            t.release(old);
                            reload!();
                        }
                        Op::SEND => {
                            save!();
                            match generator::send_from_frame(t, base, i) {
                                Ok(generator::Sent::Yielded) => {}
                                Ok(generator::Sent::Returned) => jump!(i.c_signed()),
                                Ok(generator::Sent::Entered) => reload!(),
                                Err(_) => break 'raise,
                            }
                        }
                        Op::GET_YIELD_FROM_ITER => {
                            save!();
                            if check!(generator::get_yield_from_iter(t, f, base, i)) {
                                reload!();
                            }
                        }
                        Op::GET_AWAITABLE => slow!(generator::get_awaitable(t, base, i)),
                        Op::GET_AITER => {
                            save!();
                            if check!(generator::get_aiter(t, base, i)) {
                                reload!();
                            }
                        }
                        Op::GET_ANEXT => {
                            save!();
                            if !TRACED && check!(awaiting::enter_anext(t, f, base, i)) {
                                reload!();
                                continue;
                            }
                            slow!(generator::get_anext(t, base, i))
                        }

                        // ---- building
                        Op::BUILD_TUPLE => {
                            let n = i.c() as usize;
                            let v =
                                Tuple::make(t, fixed::TUPLE, n, (0..n).map(|k| take(base, i.b() + k as u16)));
                            put_value(t, base, i.a(), v)
                        }
                        Op::BUILD_LIST => {
                            let items = (0..i.c()).map(|k| take(base, i.b() + k)).collect();
                            let v = List::new(t, items);
                            put_value(t, base, i.a(), v)
                        }
                        Op::BUILD_SET => slow!(build::set(t, base, i)),
                        Op::BUILD_DICT => slow!(build::dict(t, base, i)),
                        Op::BUILD_STRING => slow!(build::string(t, base, i)),
                        Op::LIST_APPEND => {
                            let v = if i.f() & KILL_B != 0 { take(base, i.b()) } else { value(base, i.b()) };
                            (*(r!(i.a()).ptr() as *const List)).push(t, v)
                        }
                        Op::LIST_EXTEND => slow!(build::list_extend(t, base, i)),
                        Op::SET_ADD => slow!(build::set_add(t, base, i)),
                        Op::SET_UPDATE => slow!(build::set_update(t, base, i)),
                        Op::DICT_SET => slow!(build::dict_set(t, base, i)),
                        Op::DICT_UPDATE => slow!(build::dict_update(t, base, i)),
                        Op::DICT_MERGE => slow!(build::dict_merge(t, base, i)),
                        Op::LIST_TO_TUPLE => {
                            let items = (*(r!(i.b()).ptr() as *const List)).snapshot(t);
                            let v = Tuple::new(t, items);
                            put_value(t, base, i.a(), v);
                            if i.f() & KILL_B != 0 && i.a() != i.b() {
                                set!(i.b(), Word::UNBOUND)
                            }
                        }
                        Op::FORMAT => slow!(build::format(t, base, i)),
                        Op::BUILD_INTERPOLATION => slow!(build::interpolation(t, base, i)),
                        Op::BUILD_TEMPLATE => slow!(build::template(t, base, i)),

                        // ---- calls
                        Op::CALL => {
                            let callee = r!(i.b());
                            if let Some(func) = as_function(callee) {
                                let code = (*func).code_object();
                                let n = i.c() as usize;
                                if code.is_simple() && n == code.argcount as usize {
                                    save!();
                                    let window = base.add(i.b() as usize);
                                    let first = window.add(1);
                                    let dst = base.add(i.a() as usize);
                                    let entered = if TRACED { FrameFlags::ENTERED } else { 0 };
                                    f = check!(push_at(
                                        t,
                                        f.add(1),
                                        func,
                                        code,
                                        window,
                                        first,
                                        n,
                                        dst,
                                        entered
                                    ));
                                    base = first;
                                    pc = code.running().instrs;
                                    if t.core.is_called() {
                                        save!();
                                        check!(t.safepoint());
                                    }
                                    continue;
                                }
                            }
                            save!();
                            match calls::call(t, base, i, 0) {
                                Ok(true) => reload!(),
                                Ok(false) => retrace!(),
                                Err(_) => break 'raise,
                            }
                        }
                        Op::CALL_METHOD => {
                            let callee = r!(i.b());
                            if let Some(func) = as_function(callee) {
                                let code = (*func).code_object();
                                let window = base.add(i.b() as usize);
                                let bound = !(*window.add(1)).is_unbound();
                                let n = i.c() as usize + bound as usize;
                                if code.is_simple() && n == code.argcount as usize {
                                    save!();
                                    let first = window.add(2 - bound as usize);
                                    let dst = base.add(i.a() as usize);
                                    let entered = if TRACED { FrameFlags::ENTERED } else { 0 };
                                    f = check!(push_at(
                                        t,
                                        f.add(1),
                                        func,
                                        code,
                                        window,
                                        first,
                                        n,
                                        dst,
                                        entered
                                    ));
                                    base = first;
                                    pc = code.running().instrs;
                                    if t.core.is_called() {
                                        save!();
                                        check!(t.safepoint());
                                    }
                                    continue;
                                }
                            }
                            save!();
                            match calls::call(t, base, i, 1) {
                                Ok(true) => reload!(),
                                Ok(false) => retrace!(),
                                Err(_) => break 'raise,
                            }
                        }
                        Op::CALL_KW | Op::CALL_METHOD_KW => {
                            save!();
                            match calls::call_kw(t, base, i, (op == Op::CALL_METHOD_KW) as usize) {
                                Ok(true) => reload!(),
                                Ok(false) => retrace!(),
                                Err(_) => break 'raise,
                            }
                        }
                        Op::CALL_EX => {
                            save!();
                            match calls::call_ex(t, base, i) {
                                Ok(true) => reload!(),
                                Ok(false) => retrace!(),
                                Err(_) => break 'raise,
                            }
                        }
                        Op::RETURN | Op::RETURN_CONST => {
                            save!();
                            if TRACED {
                                let v = if op == Op::RETURN {
                                    value(base, i.a())
                                } else {
                                    VRef::from_word(
                                        *(&(*(*f).code).running().consts).get_unchecked(i.bc() as usize),
                                    )
                                    .to_value()
                                };
                                check!(trace::leaving(t, f, v.r(), monitor::event::PY_RETURN))
                            }
                            let flags = (*f).flags;
                            let plain = FrameFlags::IN_PLACE | FrameFlags::HOLDS;
                            if flags & !plain == 0 && (flags == 0 || (*f).object.is_none()) {
                                let (w, dead) = if op == Op::RETURN {
                                    let w = r!(i.a());
                                    *base.add(i.a() as usize) = Word::UNBOUND;
                                    (super::leave_frame(w), i.b())
                                } else {
                                    let consts = &(*(*f).code).running().consts;
                                    (*consts.get_unchecked(i.bc() as usize), i.a())
                                };
                                if flags == 0 {
                                    f = unwind::pop_into(t, f, w, base.add(dead as usize));
                                } else {
                                    if flags & FrameFlags::IN_PLACE != 0 {
                                        awaiting::end_coroutine(f)
                                    }
                                    f = unwind::pop_holding(t, f, w);
                                }
                                base = (*f).base;
                                pc = (*f).pc;
                                continue;
                            }
                            let v = if op == Op::RETURN {
                                value(base, i.a())
                            } else {
                                VRef::from_word(
                                    *(&(*(*f).code).running().consts).get_unchecked(i.bc() as usize),
                                )
                                .to_value()
                            };
                            if flags == FrameFlags::INIT | FrameFlags::HOLDS
                                && v.is_none()
                                && (*f).object.is_none()
                            {
                                f = unwind::pop_init(t, f);
                                base = (*f).base;
                                pc = (*f).pc;
                                continue;
                            }
                            match calls::finish(t, f, v) {
                                Ok(calls::Finish::Native(v)) => return Ok(v),
                                Ok(calls::Finish::Resume) => reload!(),
                                Err(_) if flags & FrameFlags::ENTRY != 0 => return Err(crate::Raised),
                                Err(_) => break 'raise,
                            }
                        }
                        Op::MAKE_FUNCTION => slow!(calls::make_function(t, f, base, i)),
                        Op::MAKE_CLOSURE => slow!(calls::make_closure(t, f, base, i)),
                        Op::SET_FUNCTION_ATTR => slow!(calls::set_function_attr(t, base, i)),

                        // ---- exceptions and with
                        Op::RAISE => {
                            save!();
                            unwind::raise(t, f, base, i);
                            break 'raise;
                        }
                        Op::RERAISE => {
                            save!();
                            let e = take(base, i.a());
                            unwind::reraise(t, f, e);
                            break 'raise;
                        }
                        Op::PUSH_EXC => {
                            let e = value(base, i.a());
                            let old = std::mem::replace(&mut t.handled, unwind::as_handled(e))
                                .unwrap_or(Value::NONE);
                            put_value(t, base, i.b(), old)
                        }
                        Op::POP_EXC => {
                            let v = take(base, i.a());
                            let old = std::mem::replace(&mut t.handled, unwind::as_handled(v));
                            drop(old);
                            save!();
                            t.process_pending();
                        }
                        Op::MATCH_EXC => slow!(unwind::match_exc(t, base, i)),
                        Op::MATCH_EXC_GROUP => slow!(unwind::match_group(t, base, i)),
                        Op::PREP_RERAISE_STAR => slow!(unwind::prep_reraise_star(t, base, i)),
                        Op::WITH_EXCEPT => slow!(unwind::with_except(t, base, i)),
                        Op::END_ASYNC_FOR => slow!(unwind::end_async_for(t, f, base, i)),
                        Op::CLEANUP_THROW => slow!(unwind::cleanup_throw(t, f, base, i)),

                        // ---- matching
                        Op::MATCH_MAPPING => matching::mapping(t, base, i),
                        Op::MATCH_SEQUENCE => matching::sequence(t, base, i),
                        Op::MATCH_KEYS => slow!(matching::keys(t, base, i)),
                        Op::MATCH_CLASS => slow!(matching::class(t, base, i)),
                        Op::GET_LEN => slow!(matching::get_len(t, base, i)),

                        // ---- imports and the rest
                        Op::IMPORT_NAME => slow!(imports::import_name(t, f, base, i)),
                        Op::IMPORT_FROM => slow!(imports::import_from(t, f, base, i)),
                        Op::INTRINSIC => slow!(intrinsics::intrinsic(t, f, base, i)),
                        Op::LOAD_ATTR_REG => slow!(attr::load_reg(t, base, i)),
                        Op::STORE_ATTR_REG => slow!(attr::store_reg(t, base, i)),
                        Op::DELETE_ATTR_REG => slow!(attr::delete_reg(t, base, i)),
                        Op::LOAD_NAME_REG => slow!(names::load_reg(t, f, base, i)),
                        Op::STORE_NAME_REG => slow!(names::store_reg(t, f, base, i)),
                        Op::DELETE_NAME_REG => slow!(names::delete_reg(t, f, base, i)),
                    }
                    let _ = (INPLACE, KILL_C, drop_range as usize);
                }
            }
            // An exception is on its way: find its handler in this frame or those below, up to the entry frame.
            match unwind::unwind(t) {
                unwind::Target::Handler => {
                    let from = (f, pc);
                    f = t.frame.get();
                    base = (*f).base;
                    pc = (*f).pc;
                    // Code may be made whose handlers lead backward: a loop like any other.
                    if from.0 == f && pc <= from.1 && t.core.is_called() && t.safepoint().is_err() {
                        raise_now = true
                    }
                    continue 'frames;
                }
                unwind::Target::Native => return Err(crate::Raised),
            }
        }
    }
}
