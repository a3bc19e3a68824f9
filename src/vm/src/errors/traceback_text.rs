//! The text of an uncaught exception, as CPython prints it.
