//! As much of a tree as messages need: what an expression is called and where it stands.

use std::rc::Rc;

/// An expression: byte range and kind.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub kind: Shape,
    pub start: usize,
    pub end: usize,
}

/// Kinds of expression, as far as they can be targets.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    Name,
    Attribute,
    Subscript,
    Starred(Rc<Node>),
    List(Vec<Rc<Node>>),
    Tuple(Vec<Rc<Node>>),
    /// `left op ..`; whether the first operator is `in`.
    Compare(Rc<Node>, bool),
    /// Anything else, by the name it has in messages.
    Other(&'static str),
}

impl Node {
    pub fn new(kind: Shape, start: usize, end: usize) -> Rc<Node> {
        Rc::new(Node { kind, start, end })
    }

    /// What messages call it.
    pub fn called(&self) -> &'static str {
        match &self.kind {
            Shape::Name => "name",
            Shape::Attribute => "attribute",
            Shape::Subscript => "subscript",
            Shape::Starred(_) => "starred",
            Shape::List(_) => "list",
            Shape::Tuple(_) => "tuple",
            Shape::Compare(..) => "comparison",
            Shape::Other(name) => name,
        }
    }

    pub fn is_name(&self) -> bool {
        matches!(self.kind, Shape::Name)
    }

    /// Whether it can be assigned to.
    pub fn is_target(&self) -> bool {
        self.invalid_target(Targets::Star).is_none()
    }

    /// The first part that cannot be a target.
    pub fn invalid_target(&self, targets: Targets) -> Option<&Node> {
        match &self.kind {
            Shape::Name | Shape::Attribute | Shape::Subscript => None,
            Shape::List(elts) | Shape::Tuple(elts) => elts.iter().find_map(|e| e.invalid_target(targets)),
            Shape::Starred(_) if targets == Targets::Del => Some(self),
            Shape::Starred(value) => value.invalid_target(targets),
            Shape::Compare(left, is_in) if targets == Targets::For => match is_in {
                true => left.invalid_target(targets),
                false => None,
            },
            Shape::Compare(..) | Shape::Other(_) => Some(self),
        }
    }
}

/// What targets are wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Targets {
    Star,
    For,
    Del,
}
