//! The lanes, over the model on every machine and over the registers where they are, against numbers
//! of any length and against the portable engine.

mod batches;
mod numbers;
mod points;
mod verifications;

/// Runs a check over the model, and over the registers if this processor has them.
macro_rules! over_all_lanes {
    ($check:ident) => {
        $check::<super::super::model::Model>();
        #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
        if crate::crypto::cpu::Avx512::detect().is_some() {
            $check::<super::super::ifma::Ifma>();
        }
    };
}
use over_all_lanes;
