//! The SM2 curve in eight lanes of 64 bits: AVX-512 with IFMA, which multiplies 52 bits.
//!
//! The algorithms are written once, over [`vector::Lanes`]. [`ifma`] is the registers, [`doors`] the
//! way in; [`model`] is an array, for tests and tools on any machine. From below: [`field`] is numbers
//! modulo p, with their bounds in the types, [`point`] the curve, [`comb`] k*G, [`sign`] what
//! signatures need of it, [`verify`] what verifications ask. Design and figures: docs/sm2-engine.md.
//!
//! # Timing
//!
//! Constant-time, but for what has `_vartime` in its name. Tables are read whole, into registers, and
//! the entry is taken by a permutation: no address depends on a secret, and nothing is gathered.

mod comb;
mod digits;
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
mod doors;
mod field;
#[cfg(all(target_arch = "x86_64", not(yinxin_portable), not(yinxin_memcheck)))]
mod ifma;
#[cfg(any(test, yinxin_memcheck))]
mod model;
mod point;
mod prepared;
mod rows;
mod sign;
#[cfg(test)]
mod tests;
mod vector;
mod verify;

#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
pub(super) use doors::{
    answer_prepared_vartime, answers_prepared_vartime, answers_vartime, base_once, base_x,
};
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
pub(super) use sign::BATCH;
