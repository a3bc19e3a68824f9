//! Source text to code objects.
