use weft_strategy::VRef;
pub fn type_or(t:&mut crate::Thread,_a:VRef<'_>,_b:VRef<'_>)->crate::Res{ let _=t; Ok(weft_strategy::Value::NOT_IMPLEMENTED)}
