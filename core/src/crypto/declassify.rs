//! Where what depends on a secret stops to be one.
//!
//! A range check of a private key, the padding of a decrypted message, r and s of a signature: each
//! is made of secrets and known to the caller, so it may be branched on. Such places call
//! [`declassify`], which does nothing. Built with `--cfg yinxin_memcheck` (never shipped) it tells a
//! memory checker, in which secrets are marked, that the mark ends here; docs/constant-time.md.

/// The value, which may be known from here on.
#[inline(always)]
pub(crate) fn declassify<T: Copy>(value: T) -> T {
    #[cfg(yinxin_memcheck)]
    let value = memcheck::told(memcheck::PUBLIC.get(), value);
    value
}

/// That code of this name runs, for those who want to know that it did.
#[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
#[inline(always)]
pub(crate) fn runs(name: &'static str) {
    #[cfg(yinxin_memcheck)]
    if let Ok(mut names) = memcheck::RUN.lock() {
        names.insert(name);
    }
    #[cfg(not(yinxin_memcheck))]
    let _ = name;
}

/// Random bytes that just came from the system, which nobody knows.
#[inline(always)]
pub(crate) fn classify(bytes: &mut [u8]) {
    #[cfg(yinxin_memcheck)]
    if let Some(mark) = memcheck::SECRET.get() {
        mark(bytes.as_mut_ptr(), bytes.len());
    }
    #[cfg(not(yinxin_memcheck))]
    let _ = bytes;
}

/// What the program that watches secrets sets before it calls anything else.
#[cfg(yinxin_memcheck)]
pub mod memcheck {
    use std::collections::BTreeSet;
    use std::sync::{Mutex, OnceLock};

    /// A request about so many bytes at an address.
    pub type Mark = fn(*mut u8, usize);

    /// Says that bytes are public.
    pub static PUBLIC: OnceLock<Mark> = OnceLock::new();
    /// Says that bytes are secret.
    pub static SECRET: OnceLock<Mark> = OnceLock::new();

    /// The code that ran on vectors, or on a model of them.
    pub static RUN: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());

    pub(super) fn told<T: Copy>(mark: Option<&Mark>, mut value: T) -> T {
        if let Some(mark) = mark {
            mark((&raw mut value).cast(), size_of::<T>());
        }
        value
    }
}
