//! Values from and to Rust numbers and text.

use crate::object::{NativeType, ValueExt};
use crate::thread::Thread;
use crate::types::str::{Str, text};
use crate::{Raised, Res};
use weft_strategy::{VRef, Value, Word};

impl Thread {
    /// An int.
    #[inline(always)]
    pub fn int(&self, v: i64) -> Value {
        match Word::int(v) {
            Some(w) => Value::from_immediate(w),
            None => self.big_int(v.into()),
        }
    }

    /// An int from a `usize`.
    #[inline]
    pub fn int_usize(&self, v: usize) -> Value {
        match i64::try_from(v) {
            Ok(i) => self.int(i),
            Err(_) => self.big_int(v.into()),
        }
    }

    /// A float.
    #[inline(always)]
    pub fn float(&self, v: f64) -> Value {
        match Word::float(v) {
            Some(w) => Value::from_immediate(w),
            None => crate::types::float::boxed(self, v),
        }
    }

    /// `operator.index(v)` as an int value; TypeError.
    pub fn index(&mut self, v: VRef<'_>) -> Res {
        if v.word().is_int() {
            return Ok(v.to_value());
        }
        if crate::types::int::is_int(v) {
            return Ok(v.to_value());
        }
        let Some(f) = v.ty().slots().index else {
            let n = v.ty().name();
            return Err(self.type_error(format!("'{n}' object cannot be interpreted as an integer")));
        };
        let r = f(self, v)?;
        if std::ptr::eq(r.r().ty(), crate::types::int::TYPE.get(self)) {
            return Ok(r);
        }
        let n = r.r().ty().error_name();
        if let Some(plain) = crate::types::int::exact(self, r.r()) {
            let text = format!(
                "__index__ returned non-int (type {n}).  The ability to return an instance of a strict subclass of int is deprecated, and may be removed in a future version of Python."
            );
            crate::start::warn::warn(self, &crate::errors::DEPRECATION_WARNING, &text)?;
            return Ok(plain);
        }
        Err(self.type_error(format!("__index__ returned non-int (type {n})")))
    }

    /// `operator.index(v)` as an i64; `overflow` when it does not fit.
    pub fn index_i64(&mut self, v: VRef<'_>, overflow: &'static NativeType) -> Res<i64> {
        if v.word().is_int() {
            return Ok(v.word().as_int());
        }
        let i = self.index(v)?;
        match crate::types::int::to_i64(i.r()) {
            Some(n) => Ok(n),
            None => {
                let n = v.ty().name();
                Err(self.raise_text(overflow, format!("cannot fit '{n}' into an index-sized integer")))
            }
        }
    }

    /// An argument that is a position, count or offset.
    pub fn arg_ssize(&mut self, v: VRef<'_>) -> Res<i64> {
        if v.word().is_int() {
            return Ok(v.word().as_int());
        }
        let i = self.index(v)?;
        match crate::types::int::to_i64(i.r()) {
            Some(n) => Ok(n),
            None => Err(self.overflow_error("Python int too large to convert to C ssize_t")),
        }
    }

    /// `operator.index(v)`, clamped to i64 (for slices).
    pub fn index_clamped(&mut self, v: VRef<'_>) -> Res<i64> {
        if v.word().is_int() {
            return Ok(v.word().as_int());
        }
        let i = self.index(v)?;
        Ok(crate::types::int::to_i64(i.r()).unwrap_or(if crate::types::int::is_negative(i.r()) {
            i64::MIN
        } else {
            i64::MAX
        }))
    }

    /// An argument that is a C-sized int.
    pub fn arg_i64(&mut self, v: VRef<'_>) -> Res<i64> {
        let i = self.index(v)?;
        match crate::types::int::to_i64(i.r()) {
            Some(n) => Ok(n),
            None => Err(self.overflow_error("Python int too large to convert to C long")),
        }
    }

    /// An argument that is a C int.
    pub fn arg_i32(&mut self, v: VRef<'_>) -> Res<i32> {
        let n = self.arg_i64(v)?;
        i32::try_from(n).map_err(|_| {
            self.overflow_error(if n > 0 {
                "signed integer is greater than maximum"
            } else {
                "signed integer is less than minimum"
            })
        })
    }

    /// An argument that is a length or count.
    pub fn arg_usize(&mut self, v: VRef<'_>) -> Res<usize> {
        let n = self.arg_ssize(v)?;
        usize::try_from(n).map_err(|_| self.value_error("value must be non-negative"))
    }

    /// `float(v)` for an argument: floats, ints, `__float__`, `__index__`.
    pub fn arg_f64(&mut self, v: VRef<'_>) -> Res<f64> {
        if v.word().is_float() {
            return Ok(v.word().as_float());
        }
        crate::types::float::as_f64(self, v)
    }

    /// An argument that must be a str: its text.
    pub fn arg_str<'f>(&mut self, v: VRef<'f>) -> Result<&'f Str, Raised> {
        match text(v) {
            Some(s) => Ok(s),
            None => {
                let n = v.ty().name();
                Err(self.type_error(format!("expected str, got {n}")))
            }
        }
    }

    /// As [`Thread::arg_str`] with CPython's text: `{function}() argument {what} must be str, not int`.
    pub fn arg_str_named<'f>(&mut self, v: VRef<'f>, function: &str, what: &str) -> Result<&'f Str, Raised> {
        match text(v) {
            Some(s) => Ok(s),
            None => {
                let n = v.ty().name();
                Err(self.type_error(format!("{function}() argument {what} must be str, not {n}")))
            }
        }
    }

    /// An argument that must be UTF-8 text without lone surrogates.
    pub fn arg_utf8<'f>(&mut self, v: VRef<'f>) -> Result<&'f str, Raised> {
        let s = self.arg_str(v)?;
        match s.as_str() {
            Some(s) => Ok(s),
            None => Err(self.value_error("surrogates not allowed")),
        }
    }
}
