//! Replacement templates: literals and group numbers in turn.

use super::subject::Subject;
use crate::support::{Guarded, native, or_none};
use weft_strategy::Header;
use weft_vm::object::{Args, NativeType, Object, TypeSpec, ValueExt, Visitor, type_flag};
use weft_vm::types::list::List;
use weft_vm::types::str::text;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Res, Slot, Thread, VRef};

/// The template object.
#[repr(C)]
struct Template {
    h: Header,
    /// Tuple of literals, one more than groups.
    literals: Slot,
    groups: Guarded<Vec<usize>>,
}

// SAFETY: repr(C), header first; the literals are the only reference.
unsafe impl Object for Template {
    weft_vm::layout!(Template, "_sre.SRE_Template", true);
    fn traverse(&self, v: Visitor) {
        v(self.literals.word())
    }
    fn clear(&self) {
        self.literals.clear_dead();
        self.groups.clear_dead()
    }
}

static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "_sre.SRE_Template",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    ..TypeSpec::new::<Template>()
};

/// `_sre.template(pattern, [literal, group, literal, …])`
pub fn new(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(list) = a.get(1).cast::<List>() else {
        let n = a.get(1).ty().name();
        return Err(t.type_error(format!("template() argument 2 must be list, not {n}")));
    };
    let items = list.snapshot(t);
    let (mut literals, mut groups) = (Vec::new(), Vec::new());
    for (i, v) in items.into_iter().enumerate() {
        if i % 2 == 0 {
            literals.push(v)
        } else {
            let n = t.index_i64(v.r(), &weft_vm::errors::OVERFLOW_ERROR)?;
            match usize::try_from(n) {
                Ok(n) => groups.push(n),
                Err(_) => return Err(t.type_error("invalid template")),
            }
        }
    }
    let literals = Slot::new(Tuple::new(t, literals));
    Ok(t.make(TYPE.shape(t), Template { h: Header::new(0, 0), literals, groups: Guarded::new(groups) }))
}

/// Appends a template filled with the groups of a match.
pub fn expand_into(
    t: &mut Thread,
    v: VRef<'_>,
    s: &Subject<'_>,
    groups_there: usize,
    group: &dyn Fn(usize) -> Option<(usize, usize)>,
    out: &mut Vec<u8>,
) -> Res<()> {
    if v.cast::<Template>().is_none() {
        return super::pattern::append(t, s, v, out, 0);
    }
    let template: &Template = native(v);
    // SAFETY: written when the object is made and when it is dead only.
    let groups = unsafe { template.groups.at_rest() };
    let literals = or_none(&template.literals);
    let literals: &Tuple = native(literals.r());
    for (i, literal) in literals.iter().enumerate() {
        match text(literal) {
            Some(l) => out.extend_from_slice(l.bytes()),
            None => out.extend_from_slice(&crate::support::bytes(t, literal)?),
        }
        let Some(g) = groups.get(i) else { continue };
        if *g > groups_there {
            return Err(t.index_error("no such group"));
        }
        if let Some((from, to)) = group(*g) {
            out.extend_from_slice(s.part(from, to))
        }
    }
    Ok(())
}
