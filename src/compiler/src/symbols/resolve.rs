//! Second walk, from the outside in: what every name means.
//!
//! "When a name is used in a code block, it is resolved using the nearest enclosing scope" (Language Reference
//! 4.2.2). Going in, a block hands on the names bound around it; coming out, it hands back the names that are
//! still free, which the blocks around turn into cells or pass on.

use super::draft::Drafts;
use super::*;
use crate::syntax::Fault;

type Names = HashSet<Name>;

/// What a block knows of the blocks around it.
#[derive(Clone, Default)]
struct Around {
    /// Bound in a function around; None in the module, where `nonlocal` has nothing to mean.
    bound: Option<Names>,
    /// Declared global around.
    global: Names,
    /// Type parameters around.
    type_params: Names,
    /// The class whose namespace this block also reads.
    class: Option<ScopeId>,
}

/// Resolves all names.
pub(super) fn resolve(drafts: &mut Drafts) -> Result<(), Fault> {
    block(drafts, ScopeId(0), Around::default())?;
    for id in (0..drafts.all.len() as u32).map(ScopeId) {
        let varnames = varnames(drafts, id);
        drafts.get_mut(id).scope.varnames = varnames;
    }
    Ok(())
}

/// Resolves one block and those in it; answers with the names left free.
fn block(drafts: &mut Drafts, id: ScopeId, mut around: Around) -> Result<Names, Fault> {
    let is_class = drafts.get(id).scope.kind == ScopeKind::Class;
    // A class body sees what is around it, but what it binds is seen by nobody inside.
    let mut inner = Around { class: around.class, ..Around::default() };
    if is_class {
        inner.global = around.global.clone();
        inner.bound = around.bound.clone();
    }
    let mut free = Names::new();
    let local = names(drafts, id, &mut around, &mut free)?;
    let scope = &drafts.get(id).scope;
    let (function_like, sees_class) = (scope.is_function_like(), scope.flags.can_see_class_scope);
    if is_class {
        let hidden = ["__class__", "__classdict__", "__conditional_annotations__"].map(Name::from);
        inner.bound.get_or_insert_default().extend(hidden);
    } else {
        let bound = inner.bound.get_or_insert_default();
        if function_like {
            bound.extend(local);
        }
        bound.extend(around.bound.iter().flatten().cloned());
        inner.global = around.global.clone();
    }
    inner.type_params = around.type_params.clone();

    let mut left = free;
    let mut cells_of_comprehensions = Names::new();
    for child in drafts.get(id).scope.children.clone() {
        let child_flags = drafts.get(child).scope.flags;
        let class = match child_flags.can_see_class_scope {
            true if is_class => Some(id),
            true => around.class,
            false => None,
        };
        let mut child_free = block(drafts, child, Around { class, ..inner.clone() })?;
        let kind = drafts.get(child).scope.kind;
        let inlinable = matches!(kind, ScopeKind::Comprehension(k) if k != ComprehensionKind::Generator);
        if inlinable && !sees_class {
            inline(drafts, id, child, &mut child_free, &mut cells_of_comprehensions);
        }
        left.extend(child_free);
    }

    if function_like {
        cells(drafts, id, &mut left);
    } else if is_class {
        take_class_cells(drafts, id, &mut left);
    }
    pass_on(drafts, id, &left, around.bound.as_ref());
    closure(drafts, id, cells_of_comprehensions);
    Ok(left)
}

/// Decides for each name of a block on its own account. Answers with the names it binds.
fn names(drafts: &mut Drafts, id: ScopeId, around: &mut Around, free: &mut Names) -> Result<Names, Fault> {
    let mut local = Names::new();
    let all: Vec<(Name, SymbolFlags)> =
        drafts.get(id).scope.symbols.iter().map(|(name, symbol)| (name.clone(), symbol.flags)).collect();
    for (name, flags) in all {
        let fault = |msg: String| {
            let place = drafts.get(id).directives.iter().find(|(declared, _)| *declared == name);
            Fault::new(msg, place.map(|&(_, span)| span).unwrap_or_default())
        };
        let bound = around.bound.as_ref().is_some_and(|bound| bound.contains(&name));
        let class_flags = around
            .class
            .and_then(|class| drafts.get(class).scope.symbols.get(&name))
            .map(|symbol| symbol.flags)
            .unwrap_or_default();
        let resolution = if flags.global {
            if flags.nonlocal {
                return Err(fault(format!("name '{name}' is nonlocal and global")));
            }
            around.global.insert(name.clone());
            if let Some(bound) = &mut around.bound {
                bound.remove(&name);
            }
            Resolution::GlobalExplicit
        } else if flags.nonlocal {
            if around.bound.is_none() {
                return Err(fault("nonlocal declaration not allowed at module level".into()));
            }
            if !bound {
                return Err(fault(format!("no binding for nonlocal '{name}' found")));
            }
            if around.type_params.contains(&name) {
                return Err(fault(format!("nonlocal binding not allowed for type parameter '{name}'")));
            }
            free.insert(name.clone());
            Resolution::Free
        } else if flags.binds() {
            local.insert(name.clone());
            around.global.remove(&name);
            match flags.type_param {
                true => around.type_params.insert(name.clone()),
                false => around.type_params.remove(&name),
            };
            Resolution::Local
        } else if class_flags.global {
            Resolution::GlobalExplicit
        } else if class_flags.binds() && !class_flags.nonlocal {
            // Found in the class at run time; failing that, in the globals.
            Resolution::GlobalImplicit
        } else if bound {
            free.insert(name.clone());
            Resolution::Free
        } else {
            Resolution::GlobalImplicit
        };
        drafts.get_mut(id).scope.symbols.entry(&name).resolution = resolution;
    }
    Ok(local)
}

impl SymbolFlags {
    /// Whether the block binds the name.
    pub fn binds(&self) -> bool {
        self.assigned || self.parameter || self.imported || self.type_param
    }
}

/// Lets a comprehension run in the frame of the block around it (PEP 709).
fn inline(drafts: &mut Drafts, outer: ScopeId, comp: ScopeId, comp_free: &mut Names, cells: &mut Names) {
    let in_class = drafts.get(outer).scope.kind == ScopeKind::Class;
    let all: Vec<(Name, Symbol)> =
        drafts.get(comp).scope.symbols.iter().map(|(n, s)| (n.clone(), s.clone())).collect();
    for (name, symbol) in all {
        if symbol.flags.parameter {
            continue;
        }
        match symbol.resolution {
            Resolution::Cell => {
                cells.insert(name.clone());
            }
            Resolution::Local => {}
            resolution if in_class => {
                // `__class__` is not to be had in the class body itself.
                let hidden = ["__class__", "__classdict__", "__conditional_annotations__"];
                if resolution == Resolution::Free && hidden.contains(&&*name) {
                    if !free_inside(drafts, comp, &name) {
                        comp_free.remove(&name);
                    }
                    drafts.get_mut(comp).scope.symbols.entry(&name).resolution = Resolution::GlobalImplicit;
                }
            }
            resolution => {
                let known = drafts.get(outer).scope.symbols.get(&name).map(|s| s.flags.binds());
                match known {
                    None => {
                        let entry = drafts.get_mut(outer).scope.symbols.entry(&name);
                        entry.resolution = resolution;
                        entry.flags.referenced = true;
                    }
                    Some(true) if !free_inside(drafts, comp, &name) => {
                        comp_free.remove(&name);
                    }
                    Some(_) => {}
                }
                drafts.get_mut(comp).scope.symbols.entry(&name).resolution = Resolution::Outer;
            }
        }
    }
    // What the comprehension's own inlined comprehensions keep in cells is made in the same frame.
    cells.extend(drafts.get(comp).scope.cellvars.iter().cloned());
    let scope = &mut drafts.get_mut(comp).scope;
    scope.freevars.clear();
    scope.flags.inlined = true;
}

/// Whether a block within the comprehension keeps the name of the block around.
fn free_inside(drafts: &Drafts, comp: ScopeId, name: &Name) -> bool {
    drafts.get(comp).scope.children.iter().any(|&child| {
        let scope = &drafts.get(child).scope;
        match scope.symbols.get(name).map(|s| s.resolution) {
            Some(Resolution::Free) => true,
            Some(Resolution::Outer) => free_inside(drafts, child, name),
            _ => false,
        }
    })
}

/// Turns local variables that inner blocks use into cells.
fn cells(drafts: &mut Drafts, id: ScopeId, free: &mut Names) {
    for (_, symbol) in drafts
        .get_mut(id)
        .scope
        .symbols
        .order
        .iter_mut()
        .filter(|(name, symbol)| symbol.resolution == Resolution::Local && free.contains(name))
    {
        symbol.resolution = Resolution::Cell;
    }
    let symbols = &drafts.get(id).scope.symbols;
    free.retain(|name| symbols.get(name).is_none_or(|s| s.resolution != Resolution::Cell));
}

/// The cells that every class can make for the blocks in it.
fn take_class_cells(drafts: &mut Drafts, id: ScopeId, free: &mut Names) {
    let flags = &mut drafts.get_mut(id).scope.flags;
    flags.needs_class_closure |= free.remove("__class__");
    flags.needs_classdict |= free.remove("__classdict__");
    flags.conditional_annotations |= free.remove("__conditional_annotations__");
}

/// Names that are free further in become free here too.
fn pass_on(drafts: &mut Drafts, id: ScopeId, free: &Names, bound: Option<&Names>) {
    let scope = &mut drafts.get_mut(id).scope;
    // A class's own name does not stand in the way of those further in, nor does it in what reads the class's namespace.
    let is_class = scope.kind == ScopeKind::Class || scope.flags.can_see_class_scope;
    let mut free: Vec<&Name> = free.iter().collect();
    free.sort();
    for name in free {
        if let Some(symbol) = scope.symbols.get_mut(name) {
            symbol.flags.free_class |= is_class;
        } else if bound.is_none_or(|bound| bound.contains(name)) {
            scope.symbols.entry(name).resolution = Resolution::Free;
        }
    }
}

/// Lists the cells and free variables of a block.
fn closure(drafts: &mut Drafts, id: ScopeId, of_comprehensions: Names) {
    let scope = &mut drafts.get_mut(id).scope;
    let mut cellvars: Vec<Name> = of_comprehensions.into_iter().collect();
    let mut freevars = Vec::new();
    for (name, symbol) in scope.symbols.iter() {
        match symbol.resolution {
            Resolution::Cell => cellvars.push(name.clone()),
            Resolution::Free => freevars.push(name.clone()),
            _ if symbol.flags.free_class => freevars.push(name.clone()),
            _ => {}
        }
    }
    cellvars.sort();
    cellvars.dedup();
    freevars.sort();
    if scope.kind == ScopeKind::Class {
        let flags = scope.flags;
        let hidden = [
            (flags.needs_class_closure, "__class__"),
            (flags.needs_classdict, "__classdict__"),
            (flags.conditional_annotations, "__conditional_annotations__"),
        ];
        cellvars.extend(hidden.into_iter().filter(|(needed, _)| *needed).map(|(_, name)| Name::from(name)));
    }
    scope.cellvars = cellvars;
    scope.freevars = freevars;
}

/// `co_varnames`: the parameters, then the variables of the frame in the order in which code is made for them.
fn varnames(drafts: &Drafts, id: ScopeId) -> Vec<Name> {
    let draft = drafts.get(id);
    let mut names = draft.scope.varnames.clone();
    if draft.scope.flags.inlined {
        return names;
    }
    let mut seen: Names = names.iter().cloned().collect();
    for (name, written_in) in &draft.appearance {
        if seen.contains(name) {
            continue;
        }
        let mut at = *written_in;
        let symbol = loop {
            let scope = &drafts.get(at).scope;
            match (scope.symbols.get(name), scope.parent) {
                (Some(Symbol { resolution: Resolution::Outer, .. }), Some(parent)) => at = parent,
                (symbol, _) => break symbol,
            }
        };
        let of_class = at == id && !draft.scope.is_function_like();
        if symbol.is_some_and(|s| s.resolution == Resolution::Local) && !of_class {
            seen.insert(name.clone());
            names.push(name.clone());
        }
    }
    names
}
