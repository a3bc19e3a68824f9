use crate::Thread; use weft_strategy::{VRef,Value};
pub fn get(_t:&Thread,_n:VRef<'_>)->Option<Value>{None}
pub fn named(_t:&Thread,_n:&str)->Value{Value::NONE}
pub fn of_globals(_t:&Thread,_n:VRef<'_>)->Value{Value::NONE}
pub fn loaded_module(_t:&Thread,_n:&str)->Option<Value>{None}
