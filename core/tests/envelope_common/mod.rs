//! What the tests of envelopes share.

#![allow(dead_code, missing_docs)]

pub mod replay;
pub mod world;
