//! The instructions that SM2, SM3 and SM4 are computed with.
//!
//! The best that this processor has is taken by itself. Every backend gives the same results; what
//! is not faster with a backend is computed as with the one before it.

#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
use super::cpu::{Avx2, Avx512};
use crate::error::{Code, Error, Result};
use std::sync::atomic::{AtomicU8, Ordering};

/// A set of instructions, each with all of those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Backend {
    /// What every processor has.
    Portable,
    /// x86-64 with AVX2, BMI2, ADX, AES and carry-less multiplication.
    Avx2,
    /// x86-64 with AVX-512: F, BW, DQ, VL, IFMA and VBMI, with GFNI, VAES and VPCLMULQDQ.
    Avx512,
}

/// The one in force; [`UNKNOWN`] until somebody asked.
static CURRENT: AtomicU8 = AtomicU8::new(UNKNOWN);
const UNKNOWN: u8 = u8::MAX;

impl Backend {
    const ALL: [Backend; 3] = [Backend::Portable, Backend::Avx2, Backend::Avx512];

    /// The name: `portable`, `avx2` or `avx512`.
    pub fn name(self) -> &'static str {
        match self {
            Backend::Portable => "portable",
            Backend::Avx2 => "avx2",
            Backend::Avx512 => "avx512",
        }
    }

    /// What this processor has, the best last.
    pub fn available() -> Vec<Backend> {
        Self::ALL.into_iter().filter(|backend| Level::of(*backend).is_some()).collect()
    }

    /// The one in force in this process: the best, unless [`select`](Self::select) chose another.
    pub fn current() -> Backend {
        Level::current_or_model().backend()
    }

    /// Puts this one in force for the whole process, for tests and measurements.
    ///
    /// Results do not depend on it; calls already running may end with the one before.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] if this processor does not have it.
    pub fn select(self) -> Result<()> {
        if Level::of(self).is_none() {
            return Err(Error::new(Code::Argument, "backend", "this processor does not have it"));
        }
        CURRENT.store(self as u8, Ordering::Relaxed);
        Ok(())
    }
}

/// A backend with the proof that it can be used.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Level {
    Portable,
    #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
    Avx2(Avx2),
    #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
    Avx512(Avx512),
}

impl Level {
    /// The one in force.
    #[inline]
    pub(crate) fn current() -> Level {
        #[cfg(all(yinxin_memcheck, target_arch = "x86_64", not(yinxin_portable)))]
        if let (Level::Avx512(_), Some(token)) = (Self::current_or_model(), Avx2::detect()) {
            return Level::Avx2(token);
        }
        Self::current_or_model()
    }

    /// The one in force, for code that has a model of AVX-512.
    ///
    /// The memory checker (`--cfg yinxin_memcheck`) does not know AVX-512: there the model runs in its
    /// place, and code that has none runs with AVX2.
    #[inline]
    pub(crate) fn current_or_model() -> Level {
        let chosen = CURRENT.load(Ordering::Relaxed);
        let chosen = Backend::ALL.into_iter().find(|backend| *backend as u8 == chosen);
        match chosen.and_then(Level::of) {
            Some(level) => level,
            None => Level::best(),
        }
    }

    /// Whether the one in force is the portable one, for code that asks at every block.
    #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
    #[inline]
    pub(crate) fn is_portable() -> bool {
        match CURRENT.load(Ordering::Relaxed) {
            UNKNOWN => matches!(Level::best(), Level::Portable),
            chosen => chosen == Backend::Portable as u8,
        }
    }

    /// Every one that this processor has, the best last.
    #[cfg(test)]
    pub(crate) fn available() -> Vec<Level> {
        Backend::ALL.into_iter().filter_map(Level::of).collect()
    }

    fn best() -> Level {
        let best = Backend::ALL.into_iter().rev().find_map(Level::of).unwrap_or(Level::Portable);
        CURRENT.store(best.backend() as u8, Ordering::Relaxed);
        best
    }

    fn of(backend: Backend) -> Option<Level> {
        match backend {
            Backend::Portable => Some(Level::Portable),
            #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
            Backend::Avx2 => Avx2::detect().map(Level::Avx2),
            #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
            Backend::Avx512 => Avx512::detect().map(Level::Avx512),
            #[cfg(not(all(target_arch = "x86_64", not(yinxin_portable))))]
            Backend::Avx2 | Backend::Avx512 => None,
        }
    }

    fn backend(self) -> Backend {
        match self {
            Level::Portable => Backend::Portable,
            #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
            Level::Avx2(_) => Backend::Avx2,
            #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
            Level::Avx512(_) => Backend::Avx512,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_portable_one_is_always_there() {
        let available = Backend::available();
        assert_eq!(available[0], Backend::Portable);
        assert!(available.is_sorted());
        assert!(available.contains(&Backend::current()));
        let names: Vec<&str> = Backend::ALL.map(Backend::name).into();
        assert_eq!(names, ["portable", "avx2", "avx512"]);
        let levels: Vec<Backend> = Level::available().into_iter().map(Level::backend).collect();
        assert_eq!(levels, available);
        #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
        assert_eq!(Level::is_portable(), Backend::current() == Backend::Portable);
    }
}
