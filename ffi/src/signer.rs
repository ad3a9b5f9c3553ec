//! Keys that sign.

use crate::handle::{self, Handle};
use crate::status::yx_status;
use crate::{callback, guard, input, output};
use std::ffi::c_char;
use std::sync::Arc;
use yinxin::cert::Certificate;
use yinxin::error::Result;
use yinxin::key::{Signer, SoftwareKey};

/// A key that signs, with its certificates: in memory, or in a device behind a callback.
///
/// Thread safety: may be used by any number of threads at once. Uses of one callback signer wait
/// for each other. A free during a call of another thread takes effect when that call ends.
pub struct yx_signer {
    _opaque: (),
}

impl Handle for yx_signer {
    const NAME: &'static str = "yx_signer";
    type Value = Box<dyn Signer>;
}

/// Opens a private key: PEM or DER, PKCS#8 plain or under a password (PBES2), or the older EC form.
///
/// `password` NULL with length 0 means none. `certificates` are the signer's certificate and those
/// above it (PEM of one or more, or DER of one); NULL with length 0 takes those in the PEM of the key.
/// The copies made of key and password are wiped; wiping the arguments is up to the caller.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_signer_from_pem(
    key: *const u8,
    key_length: usize,
    password: *const c_char,
    password_length: usize,
    certificates: *const u8,
    certificates_length: usize,
    signer: *mut *mut yx_signer,
) -> yx_status {
    guard::call(|| {
        output::needed("signer", signer)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (key, password, certificates) = unsafe {
            (
                input::bytes("key", key, key_length)?,
                input::optional_bytes("password", password.cast(), password_length)?,
                input::bytes("certificates", certificates, certificates_length)?,
            )
        };
        let mut opened = SoftwareKey::from_bytes(key, password)?;
        if !certificates.is_empty() {
            opened = opened.with_certificates(certificates_of(certificates)?)?;
        }
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(signer, Box::new(opened)) };
        Ok(())
    })
}

/// Frees; NULL and handles that are not alive are left alone. Keys are wiped.
#[unsafe(no_mangle)]
pub extern "C" fn yx_signer_free(signer: *mut yx_signer) {
    guard::free(|| handle::remove(signer));
}

/// The signer behind a handle, for signing with it.
pub(crate) fn get(signer: *const yx_signer) -> Result<Arc<Box<dyn Signer>>> {
    callback::refuse_inside()?;
    handle::get(signer)
}

/// Certificates as DER, in their order.
pub(crate) fn certificates_of(bytes: &[u8]) -> Result<Vec<Vec<u8>>> {
    let read = Certificate::many_from_bytes(bytes)?;
    Ok(read.iter().map(|certificate| certificate.as_der().to_vec()).collect())
}
