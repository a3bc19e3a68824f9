//! Free threading.
