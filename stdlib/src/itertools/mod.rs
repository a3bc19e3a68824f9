//! `itertools`: iterators over iterators.
//!
//! Each type is a struct with its inputs in slots and its position in atomics, so that threads may share an iterator:
//! they then see its items in some order, maybe one twice or skipped, never a crash.
//!
//! | file | types |
//! |---|---|
//! | `flow.rs` | chain, islice, takewhile, dropwhile, filterfalse, compress, starmap, zip_longest, pairwise, batched, accumulate |
//! | `endless.rs` | count, cycle, repeat |
//! | `combine.rs` | product, permutations, combinations, combinations_with_replacement |
//! | `group.rs` | groupby |
//! | `tee.rs` | tee |

mod combine;
mod endless;
mod flow;
mod group;
mod tee;

use weft_vm::methods;
use weft_vm::object::ModuleSpec;
use weft_vm::{Raised, Thread, VRef};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "itertools",
    doc: "Functional tools for creating and using iterators.",
    functions: methods! {
        "tee(iterable, n=2, /)" => tee::tee, "Returns a tuple of n independent iterators.";
    },
    init: Some(init),
};

fn init(t: &mut Thread, m: VRef<'_>) -> Result<(), Raised> {
    for ty in flow::TYPES.iter().chain(endless::TYPES).chain(combine::TYPES).chain(group::TYPES).chain(tee::TYPES) {
        t.module_add_type(m, ty)
    }
    Ok(())
}
