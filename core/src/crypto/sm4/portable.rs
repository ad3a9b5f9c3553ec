//! SM4 in Boolean operations alone, for every machine: nothing is looked up, nothing decided.
//!
//! [`s_box`] is a circuit without branches or tables; [`batch`] computes it on many blocks at once,
//! a bit of each in one word, [`single`] on the four bytes of one word. Derivation and figures:
//! docs/sm4-engine.md.

#![forbid(unsafe_code)]

mod batch;
mod s_box;
mod single;

pub(super) use batch::Slices;
pub(super) use single::substitute;

/// What the circuit leaves out of the S-box before the inversion: S(x) = s_box(x ^ [`BEFORE`]) ^
/// [`AFTER`].
const BEFORE: u8 = 0x75;
/// What it leaves out after it.
const AFTER: u8 = 0xd3;
