//! Names the VM itself uses, interned once: `names::__init__()`.

use std::sync::atomic::{AtomicU64, Ordering::*};
use weft_strategy::{VRef, Word};

macro_rules! names {
    ($($name:ident)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum N { $($name,)* }
        const TEXTS: &[&str] = &[$(stringify!($name),)*];
        static WORDS: [AtomicU64; TEXTS.len()] = [const { AtomicU64::new(0) }; TEXTS.len()];
        $(
            #[doc = concat!("`", stringify!($name), "`")]
            #[inline(always)]
            #[allow(non_snake_case)]
            pub fn $name() -> VRef<'static> {
                // SAFETY: interned strings are immortal; `init` ran first.
                unsafe { VRef::from_word(Word(WORDS[N::$name as usize].load(Relaxed))) }
            }
        )*
    };
}

names! {
    __abs__ __abstractmethods__ __add__ __aenter__ __aexit__ __aiter__ __all__ __and__ __anext__ __annotate__ __annotate_func__
    __annotations__ __annotations_cache__ __await__ __bases__ __bool__ __buffer__ __builtins__ __bytes__ __cached__ __call__ __cause__ __ceil__ __class__
    __class_getitem__ __classcell__ __classdictcell__ __complex__ __conditional_annotations__ __contains__ __context__ __copy__
    __deepcopy__ __del__ __delattr__ __delete__ __delitem__ __dict__ __dir__ __divmod__ __doc__ __enter__ __eq__ __exit__
    __file__ __firstlineno__ __float__ __floor__ __floordiv__ __format__ __future__ __ge__ __get__ __getattr__
    __getattribute__ __getitem__ __getstate__ __getnewargs__ __getnewargs_ex__ __gt__ __hash__ __iadd__ __iand__ __ifloordiv__
    __ilshift__ __imatmul__ __imod__ __import__ __imul__ __index__ __init__ __init_subclass__ __instancecheck__ __int__
    __invert__ __ior__ __ipow__ __irshift__ __isub__ __iter__ __itruediv__ __ixor__ __le__ __len__ __length_hint__
    __loader__ __lshift__ __lt__ __main__ __match_args__ __matmul__ __missing__ __mod__ __module__ __mro__ __mro_entries__
    __mul__ __name__ __ne__ __neg__ __new__ __next__ __notes__ __objclass__ __or__ __orig_bases__ __orig_class__
    __package__ __parameters__ __path__ __pos__ __pow__ __prepare__ __qualname__ __radd__ __rand__ __rdivmod__ __reduce__
    __reduce_ex__ __release_buffer__ __repr__ __reversed__ __rfloordiv__ __rlshift__ __rmatmul__ __rmod__ __rmul__ __ror__
    __round__ __rpow__ __rrshift__ __rshift__ __rsub__ __rtruediv__ __rxor__ __self__ __set__ __set_name__ __setattr__
    __setitem__ __setstate__ __sizeof__ __slots__ __slotnames__ __spec__ __static_attributes__ __str__ __sub__
    __subclasscheck__ __subclasshook__ __suppress_context__ __text_signature__ __traceback__ __truediv__ __trunc__
    __type_params__ __typing_subst__ __typing_prepare_subst__ __typing_unpacked_tuple_args__ __unpacked__ __weakref__
    __wrapped__ __xor__ abs add append args builtins bytes cause clear close code copy decode default dict encode encoding
    end_lineno end_offset errno errors excepthook exec extend filename filename2 fileno flush frame get isatty items join
    key keys lineno locals main metaclass mode module modules msg n name newline obj object offset open oparg path pop
    print_file_and_line read readline reason replace reverse sort send sep split start stderr stdin stdout step
    stop strerror strict surrogateescape sys text throw traceback update utf_8 value values warnings write
    winerror file end _initializing _uninitialized_submodules __debug__ name_from characters_written displayhook
    call_soon get_debug is_running cancel add_done_callback _asyncio_future_blocking
    unraisablehook __breakpointhook__ breakpointhook __bound__ _abc_impl __isabstractmethod__ cls fget fset fdel doc tb_frame last_exc __lazy__ origin
}

/// Interns them. Once, at start.
pub fn init(t: &crate::thread::Thread) {
    for (w, s) in WORDS.iter().zip(TEXTS) {
        w.store(crate::intern::intern(t, s).word().0, Release)
    }
}
