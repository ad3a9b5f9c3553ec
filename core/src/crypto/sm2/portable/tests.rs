//! The engine against a plain model of big numbers and against RustCrypto's curve.

/// Calls a check with every arithmetic that this machine has.
macro_rules! with_each {
    ($check:ident($($argument:expr),*)) => {{
        $check(crate::crypto::sm2::portable::Plain, $($argument),*);
        #[cfg(all(target_arch = "x86_64", not(yinxin_portable)))]
        if let Some(by) = crate::crypto::cpu::Avx2::detect() {
            $check(by, $($argument),*);
        }
    }};
}

mod arithmetic;
mod curve;
mod exceptions;
mod numbers;
mod prepared;
