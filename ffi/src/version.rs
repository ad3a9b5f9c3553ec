//! The version of the library and of its binary interface.

use std::ffi::{CStr, c_char};

/// The version of the binary interface that this header describes. It grows when functions or
/// numbers are added; programs made for a lower one go on working with the same libyinxin.so.0.
pub const YX_ABI_VERSION: u32 = 1;

/// The version of the binary interface of the library that is running; at least the YX_ABI_VERSION
/// the program was compiled with, or the library is too old for it.
#[unsafe(no_mangle)]
pub extern "C" fn yx_abi_version() -> u32 {
    YX_ABI_VERSION
}

/// The version of the library, as "0.1.0": a static text that ends with NUL and is not freed.
#[unsafe(no_mangle)]
pub extern "C" fn yx_version() -> *const c_char {
    const TEXT: &CStr =
        match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
            Ok(text) => text,
            Err(_) => c"",
        };
    TEXT.as_ptr()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_the_package() {
        // SAFETY: a static text that ends with NUL.
        let text = unsafe { CStr::from_ptr(yx_version()) };
        assert_eq!(text.to_str(), Ok(env!("CARGO_PKG_VERSION")));
    }
}
