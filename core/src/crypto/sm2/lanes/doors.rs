//! The way in with AVX-512 IFMA.
#![allow(unsafe_code)]
// The memory checker (docs/constant-time.md) does not know AVX-512: for it the model takes the place of
// the registers, and calls of the functions below are safe.
#![cfg_attr(yinxin_memcheck, allow(unused_unsafe))]

use super::super::backend::Question;
use super::super::portable::shared::Limbs;
use super::super::portable::{Affine, Multiples, Scalar};
#[cfg(not(yinxin_memcheck))]
use super::ifma::Ifma;
#[cfg(yinxin_memcheck)]
use super::model::Model as Ifma;
use super::prepared;
use super::sign::{self, BATCH};
use super::verify;
use crate::crypto::cpu::Avx512;
use crate::crypto::declassify::runs;

/// What runs here.
const LANES: &str = if cfg!(yinxin_memcheck) { "SM2 in lanes, as a model" } else { "SM2 in lanes" };

/// [`sign::base_x`] in registers.
pub(in crate::crypto::sm2) fn base_x(
    _: Avx512,
    k: &[Scalar; BATCH],
    count: usize,
    x: &mut [[u8; 32]; BATCH],
) {
    runs(LANES);
    // SAFETY: the token is the proof that these instructions are there.
    unsafe { ifma_base_x(k, count, x) }
}

#[cfg_attr(
    not(yinxin_memcheck),
    target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,avx512ifma,bmi2")
)]
#[inline(never)]
fn ifma_base_x(k: &[Scalar; BATCH], count: usize, x: &mut [[u8; 32]; BATCH]) {
    sign::base_x::<Ifma>(k, count, x);
}

/// [`verify::answers_vartime`] in registers.
pub(in crate::crypto::sm2) fn answers_vartime(
    _: Avx512,
    questions: &[Question<'_, Affine>; 8],
) -> [bool; 8] {
    // SAFETY: the token is the proof that these instructions are there.
    unsafe { ifma_answers_vartime(questions) }
}

#[cfg_attr(
    not(yinxin_memcheck),
    target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,avx512ifma,bmi2")
)]
#[inline(never)]
fn ifma_answers_vartime(questions: &[Question<'_, Affine>; 8]) -> [bool; 8] {
    verify::answers_vartime::<Ifma>(questions)
}

/// [`sign::base_once`] in registers.
pub(in crate::crypto::sm2) fn base_once(_: Avx512, k: &Limbs) -> [Limbs; 3] {
    runs(LANES);
    // SAFETY: the token is the proof that these instructions are there.
    unsafe { ifma_base_once(k) }
}

#[cfg_attr(
    not(yinxin_memcheck),
    target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,avx512ifma,bmi2")
)]
#[inline(never)]
fn ifma_base_once(k: &Limbs) -> [Limbs; 3] {
    sign::base_once::<Ifma>(k)
}

/// [`prepared::answers_prepared_vartime`] in registers.
pub(in crate::crypto::sm2) fn answers_prepared_vartime(
    _: Avx512,
    questions: &[Question<'_, Multiples>; 8],
) -> [bool; 8] {
    // SAFETY: the token is the proof that these instructions are there.
    unsafe { ifma_answers_prepared_vartime(questions) }
}

#[cfg_attr(
    not(yinxin_memcheck),
    target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,avx512ifma,bmi2")
)]
#[inline(never)]
fn ifma_answers_prepared_vartime(questions: &[Question<'_, Multiples>; 8]) -> [bool; 8] {
    prepared::answers_prepared_vartime::<Ifma>(questions)
}

/// [`prepared::answer_prepared_vartime`] in registers.
pub(in crate::crypto::sm2) fn answer_prepared_vartime(
    _: Avx512,
    question: &Question<'_, Multiples>,
) -> bool {
    // SAFETY: the token is the proof that these instructions are there.
    unsafe { ifma_answer_prepared_vartime(question) }
}

#[cfg_attr(
    not(yinxin_memcheck),
    target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,avx512ifma,bmi2")
)]
#[inline(never)]
fn ifma_answer_prepared_vartime(question: &Question<'_, Multiples>) -> bool {
    prepared::answer_prepared_vartime::<Ifma>(question)
}
