//! What exceptions do: construction, display, the attributes of particular classes.

use crate::thread::Thread;

/// The system's text for an errno.
pub fn strerror(errno: i32) -> String {
    let s = std::io::Error::from_raw_os_error(errno).to_string();
    match s.rfind(" (os error") {
        Some(i) => s[..i].to_string(),
        None => s,
    }
}

/// `add_note` on the exception on its way.
pub fn add_note(t: &mut Thread, text: &str) {
    let _ = (t, text);
}

macro_rules! family {
    ($($name:ident $doc:literal;)*) => { $(
        #[doc = $doc]
        pub mod $name {
            use crate::object::{GetSet, MethodDef, Slots};
            /// Behaviour.
            pub const SLOTS: Slots = Slots { ..Slots::EMPTY };
            /// Methods.
            pub static METHODS: &[MethodDef] = crate::methods! {};
            /// Computed attributes.
            pub static GETSET: &[GetSet] = &[];
        }
    )* };
}

family! {
    base "BaseException";
    group "BaseExceptionGroup";
    system_exit "SystemExit";
    stop_iteration "StopIteration";
    attribute "AttributeError";
    import "ImportError";
    key "KeyError";
    name "NameError";
    os "OSError";
    syntax "SyntaxError";
    unicode_decode "UnicodeDecodeError";
    unicode_encode "UnicodeEncodeError";
    unicode_translate "UnicodeTranslateError";
}
