//! Runners and models that stress the runtime.
