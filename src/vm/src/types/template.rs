//! `string.templatelib`: Template and Interpolation (PEP 750).

use crate::thread::Thread;
use crate::types::tuple::Tuple;
use weft_strategy::Value;

/// An Interpolation.
pub fn new_interpolation(t: &Thread, value: Value, text: Value, conversion: Value, spec: Value) -> Value {
    Tuple::new(t, vec![value, text, conversion, spec])
}

/// A Template.
pub fn new_template(t: &Thread, strings: Value, interpolations: Value) -> Value {
    Tuple::new(t, vec![strings, interpolations])
}
