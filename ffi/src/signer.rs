//! Keys that sign.

use crate::callback::{self, Device};
use crate::handle::{self, Handle};
use crate::status::yx_status;
use crate::{guard, input, output};
use std::ffi::c_char;
use std::sync::Arc;
use yinxin::cert::Certificate;
use yinxin::crypto::sm2::UserId;
use yinxin::error::{Code, Error, Result};
use yinxin::key::{KeyBundle, KeyFileOptions, Signer, SoftwareKey, UnderUserId};

/// A PKCS#12 file under PBE-SHA1-3DES or RC2 is opened too.
pub const YX_KEY_FILE_LEGACY: u32 = 1;
/// A PKCS#12 file without a MAC is opened too: nothing shows that it is unchanged.
pub const YX_KEY_FILE_WITHOUT_MAC: u32 = 2;

/// A key that signs, with its certificates: in memory, or in a device behind a callback.
///
/// Thread safety: may be used and changed by any number of threads at once; a change counts for the
/// calls that begin after it. Uses of one callback signer wait for each other. A free during a call
/// of another thread takes effect when that call ends.
pub struct yx_signer {
    _opaque: (),
}

impl Handle for yx_signer {
    const NAME: &'static str = "yx_signer";
    type Value = Key;
}

/// What signs now, and what it is made from.
pub(crate) struct Key {
    signer: Arc<dyn Signer>,
    origin: Origin,
}

enum Origin {
    Software(Arc<SoftwareKey>),
    Device(Arc<Device>),
}

impl Key {
    /// A key in memory.
    fn software(key: SoftwareKey) -> Key {
        let key = Arc::new(key);
        Key { signer: Arc::clone(&key) as Arc<dyn Signer>, origin: Origin::Software(key) }
    }

    /// A key in a device.
    pub(crate) fn device(device: Device) -> Result<Key> {
        let device = Arc::new(device);
        let signer = Arc::new(Device::signer(&device, UserId::default())?);
        Ok(Key { signer, origin: Origin::Device(device) })
    }

    /// The same key under another user id.
    fn under(&self, user_id: UserId) -> Result<Key> {
        Ok(match &self.origin {
            Origin::Software(key) => {
                let signer = Arc::new(UnderUserId::new(Arc::clone(key), user_id));
                Key { signer, origin: Origin::Software(Arc::clone(key)) }
            }
            Origin::Device(device) => {
                let signer = Arc::new(Device::signer(device, user_id)?);
                Key { signer, origin: Origin::Device(Arc::clone(device)) }
            }
        })
    }
}

/// Opens a private key: PEM or DER, PKCS#8 plain or under a password (PBES2), or the older EC and
/// RSA forms; also any other file that yx_signer_from_key_file opens without flags and a name.
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
        unsafe { output::handle(signer, Key::software(opened)) };
        Ok(())
    })
}

/// Opens the key of a key file: PKCS#12 (.p12, .pfx), PEM with keys and certificates in any order,
/// PKCS#8 or CFCA's .sm2, told apart by content. The certificates are those in the file.
///
/// `password` NULL with length 0 means none. `name` (UTF-8) is the friendlyName of the key in a
/// PKCS#12 file; NULL with length 0 takes the only key. `flags` is 0 or a sum of YX_KEY_FILE_
/// numbers. A wrong password is YX_ERROR_PASSWORD, a file that was changed YX_ERROR_KEY_FILE_MAC, no
/// key of the name YX_ERROR_KEY_ABSENT, several YX_ERROR_KEY_AMBIGUOUS, protection that a flag would
/// have to allow YX_ERROR_WEAK. The copies made of file and password are wiped.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments)] // The interface of C: each text has its length.
pub unsafe extern "C" fn yx_signer_from_key_file(
    file: *const u8,
    file_length: usize,
    password: *const c_char,
    password_length: usize,
    name: *const c_char,
    name_length: usize,
    flags: u32,
    signer: *mut *mut yx_signer,
) -> yx_status {
    guard::call(|| {
        output::needed("signer", signer)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (file, password, name) = unsafe {
            (
                input::bytes("file", file, file_length)?,
                input::optional_bytes("password", password.cast(), password_length)?,
                input::optional_text("name", name, name_length)?,
            )
        };
        let bundle = KeyBundle::from_bytes(file, password, &key_file_options(flags)?)?;
        let opened = bundle.into_key(name)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { output::handle(signer, Key::software(opened)) };
        Ok(())
    })
}

fn key_file_options(flags: u32) -> Result<KeyFileOptions> {
    let mut options = KeyFileOptions::default();
    if flags & !(YX_KEY_FILE_LEGACY | YX_KEY_FILE_WITHOUT_MAC) != 0 {
        return Err(Error::new(Code::Argument, "flags", "a flag that is not known"));
    }
    if flags & YX_KEY_FILE_LEGACY != 0 {
        options = options.allow_legacy();
    }
    if flags & YX_KEY_FILE_WITHOUT_MAC != 0 {
        options = options.allow_without_mac();
    }
    Ok(options)
}

/// Sets the user id of SM2 under which is signed; NULL with length 0 is the default one,
/// 1234567812345678. Other algorithms have none, and sign as before. A seal that its maker signed
/// under neither this user id nor the default one is refused with YX_ERROR_SEAL_UNUSABLE.
///
/// # Safety
///
/// `user_id` has `length` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_signer_set_user_id(
    signer: *mut yx_signer,
    user_id: *const u8,
    length: usize,
) -> yx_status {
    guard::call(|| {
        drop(handle::get(signer)?);
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let user_id = unsafe { input::user_id(user_id, length)? };
        handle::update(signer, |key| key.under(user_id))
    })
}

/// Frees; NULL and handles that are not alive are left alone. Keys are wiped.
#[unsafe(no_mangle)]
pub extern "C" fn yx_signer_free(signer: *mut yx_signer) {
    guard::free(|| handle::remove(signer));
}

/// The signer behind a handle, for signing with it.
pub(crate) fn get(signer: *const yx_signer) -> Result<Arc<dyn Signer>> {
    callback::refuse_inside()?;
    Ok(Arc::clone(&handle::get(signer)?.signer))
}

/// The key behind a handle, for decrypting with it, and its own certificate.
pub(crate) fn decrypter(signer: *const yx_signer) -> Result<(Arc<SoftwareKey>, Certificate)> {
    let key = match &handle::get(signer)?.origin {
        Origin::Software(key) => Arc::clone(key),
        Origin::Device(_) => {
            let message = "a key behind a function signs, and does not decrypt";
            return Err(Error::new(Code::SignerForm, "yx_signer", message));
        }
    };
    let own = key.certificates().first().ok_or_else(|| {
        Error::new(Code::KeyMissing, "yx_signer", "the certificate of the key is needed")
    })?;
    let own = Certificate::from_der(own)?;
    Ok((key, own))
}

/// Certificates as DER, in their order.
pub(crate) fn certificates_of(bytes: &[u8]) -> Result<Vec<Vec<u8>>> {
    let read = Certificate::many_from_bytes(bytes)?;
    Ok(read.iter().map(|certificate| certificate.as_der().to_vec()).collect())
}
