//! A key that works, wherever it lives.
