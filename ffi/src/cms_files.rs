//! Messages in files of any length. Memory stays the same; what is made or taken out has no name that
//! anybody finds before it is whole and proven.

use crate::buffers::{self, yx_buffers};
use crate::cms::{YX_CMS_DETACHED, crls_of, form, optional_time, signers_of};
use crate::cms_encryption::{YX_CMS_BY_KEY_ID, YX_CMS_SM4_GCM_10, cipher, known, recipients};
use crate::files::{self, without_replace};
use crate::report::{self, yx_report};
use crate::signer::{self, yx_signer};
use crate::status::yx_status;
use crate::verifier::{self, yx_verifier};
use crate::{guard, input, output, policy};
use std::ffi::c_char;
use yinxin::asn1::{Profile, oid};
use yinxin::cms::{Form, SigningTerms};
use yinxin_files::{Secrecy, cms};

/// Signs the file `content` into the file `message`, in memory that does not grow with it. Signers, form,
/// time and lists as for yx_cms_sign, `flags` 0 or a sum of YX_CMS_DETACHED and YX_FILE_REPLACE.
///
/// Paths are UTF-8, on Unix any bytes but NUL. `message` gets its name when it is whole and on the
/// disk: an error or the end of the process leaves nothing there. `content` is read twice; of a pipe,
/// which is read once, the message is BER with lengths left open.
///
/// # Safety
///
/// Each array has as many elements as its count says, each pointer as many readable bytes as its
/// length.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments)] // The interface of C: each input has its length.
pub unsafe extern "C" fn yx_cms_sign_file(
    signers: *const *const yx_signer,
    count: usize,
    content: *const c_char,
    content_length: usize,
    form: u32,
    flags: u32,
    time: i64,
    crls: *const *const u8,
    crl_lengths: *const usize,
    crl_count: usize,
    message: *const c_char,
    message_length: usize,
) -> yx_status {
    guard::call(|| {
        // SAFETY: the caller's promise about each array, pointer and length, passed on.
        let (signers, crls) = unsafe {
            (
                signers_of(signers, count)?,
                crls_of(input::items("crls", crls, crl_lengths, crl_count)?)?,
            )
        };
        let signers: Vec<_> = signers.iter().map(|one| &**one).collect();
        let gm = self::form(form)? == Form::Gm;
        let terms = SigningTerms {
            content_type: if gm { oid::GM_DATA } else { oid::CMS_DATA },
            gm,
            signing_time: optional_time(time)?,
            certificates: true,
            detached: known(without_replace(flags), YX_CMS_DETACHED)?,
            crls: &crls,
        };
        // SAFETY: the same.
        let (content, message) = unsafe {
            (
                files::input("content", content, content_length)?,
                files::output("message", message, message_length, Secrecy::Public, flags)?,
            )
        };
        cms::sign(&signers, &terms, content, message)?.publish()
    })
}

/// Verifies the signed message in the file `message`. `content` is the file that was signed, if the message
/// does not hold it, else NULL with length 0. Moments, result and report as for yx_voucher_verify.
///
/// With `out` the content becomes a file of this name if the verdict is Valid, and nothing is there with
/// another one; NULL with length 0 only verifies. `flags` is 0 or YX_FILE_REPLACE.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `report` may be written.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments)] // The interface of C: each input has its length.
pub unsafe extern "C" fn yx_cms_verify_file(
    verifier: *const yx_verifier,
    message: *const c_char,
    message_length: usize,
    content: *const c_char,
    content_length: usize,
    now: i64,
    received: i64,
    out: *const c_char,
    out_length: usize,
    flags: u32,
    report: *mut *mut yx_report,
) -> yx_status {
    guard::verify(|| {
        output::needed("report", report)?;
        let verifier = verifier::get(verifier)?;
        known(without_replace(flags), 0)?;
        let moment = input::moment(now, received)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (message, content, out) = unsafe {
            (
                files::input("message", message, message_length)?,
                files::optional_path("content", content, content_length)?,
                match files::optional_path("out", out, out_length)? {
                    Some(_) => Some(files::output("out", out, out_length, Secrecy::Public, flags)?),
                    None => None,
                },
            )
        };
        let content = content.as_deref().map(yinxin_files::Input::open).transpose()?;
        let found = cms::verify(message, content, out, verifier.trust(), &moment)?;
        // SAFETY: checked above, and writable by the caller's promise.
        Ok(unsafe { report::put(report, found) })
    })
}

/// Encrypts the file `content` for recipients into the file `message`. Certificates, form and cipher as for
/// yx_cms_encrypt, `flags` 0 or a sum of YX_CMS_BY_KEY_ID and YX_FILE_REPLACE; paths and memory as for
/// yx_cms_sign_file, and the content is read once.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments)] // The interface of C: each input has its length.
pub unsafe extern "C" fn yx_cms_encrypt_file(
    certificates: *const u8,
    certificates_length: usize,
    content: *const c_char,
    content_length: usize,
    form: u32,
    cipher: u32,
    flags: u32,
    message: *const c_char,
    message_length: usize,
) -> yx_status {
    guard::call(|| {
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let certificates =
            unsafe { input::bytes("certificates", certificates, certificates_length)? };
        let by_key_id = known(without_replace(flags), YX_CMS_BY_KEY_ID)?;
        let recipients = recipients(certificates, by_key_id)?;
        let (form, cipher) = (self::form(form)?, self::cipher(cipher)?);
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (content, message) = unsafe {
            (
                files::input("content", content, content_length)?,
                files::output("message", message, message_length, Secrecy::Public, flags)?,
            )
        };
        cms::encrypt(content, &recipients, form, cipher, message)?.publish()
    })
}

/// Encrypts the file `content` under an SM4 key that both sides have into the file `message`, as
/// yx_cms_encrypt_with_key. `flags` is 0 or YX_FILE_REPLACE; paths and memory as for yx_cms_sign_file.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments)] // The interface of C: each input has its length.
pub unsafe extern "C" fn yx_cms_encrypt_file_with_key(
    key: *const u8,
    key_length: usize,
    content: *const c_char,
    content_length: usize,
    form: u32,
    flags: u32,
    message: *const c_char,
    message_length: usize,
) -> yx_status {
    guard::call(|| {
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let key = unsafe { input::bytes("key", key, key_length)? };
        known(without_replace(flags), 0)?;
        let form = self::form(form)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (content, message) = unsafe {
            (
                files::input("content", content, content_length)?,
                files::output("message", message, message_length, Secrecy::Public, flags)?,
            )
        };
        cms::encrypt_with_key(content, key, form, message)?.publish()
    })
}

/// Decrypts the message in the file `message`, which has a tag, into the file `out`, as yx_cms_decrypt does.
/// `flags` is 0 or a sum of YX_CMS_SM4_GCM_10 and YX_FILE_REPLACE.
///
/// What comes out before the tag is checked stands in a file that only this process can open, on Linux
/// without a name; `out` is there when the tag is good, readable by its owner only.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_cms_decrypt_file(
    key: *const yx_signer,
    message: *const c_char,
    message_length: usize,
    flags: u32,
    out: *const c_char,
    out_length: usize,
) -> yx_status {
    guard::call(|| {
        let (key, own) = signer::decrypter(key)?;
        let gcm_as_10 = known(without_replace(flags), YX_CMS_SM4_GCM_10)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (message, out) = unsafe {
            (
                files::input("message", message, message_length)?,
                files::output("out", out, out_length, Secrecy::Secret, flags)?,
            )
        };
        cms::decrypt(message, Profile::AsFound, gcm_as_10, &*key, &own, out)
    })
}

/// Decrypts a message in which nothing shows changes (EnvelopedData) into the file `out`: what
/// yx_cms_decrypt_unauthenticated says of such content counts for the file too. `flags` is 0 or
/// YX_FILE_REPLACE.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_cms_decrypt_file_unauthenticated(
    key: *const yx_signer,
    message: *const c_char,
    message_length: usize,
    flags: u32,
    out: *const c_char,
    out_length: usize,
) -> yx_status {
    guard::call(|| {
        let (key, own) = signer::decrypter(key)?;
        known(without_replace(flags), 0)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (message, out) = unsafe {
            (
                files::input("message", message, message_length)?,
                files::output("out", out, out_length, Secrecy::Secret, flags)?,
            )
        };
        cms::decrypt_unauthenticated(message, Profile::AsFound, &*key, &own, out)
    })
}

/// Decrypts a message of yx_cms_encrypt_file_with_key into the file `out`, as
/// yx_cms_decrypt_with_key_unauthenticated. `flags` is 0 or YX_FILE_REPLACE.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_cms_decrypt_file_with_key_unauthenticated(
    key: *const u8,
    key_length: usize,
    message: *const c_char,
    message_length: usize,
    flags: u32,
    out: *const c_char,
    out_length: usize,
) -> yx_status {
    guard::call(|| {
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let key = unsafe { input::bytes("key", key, key_length)? };
        known(without_replace(flags), 0)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (message, out) = unsafe {
            (
                files::input("message", message, message_length)?,
                files::output("out", out, out_length, Secrecy::Secret, flags)?,
            )
        };
        cms::decrypt_unauthenticated_with_key(message, Profile::AsFound, key, out)
    })
}

/// Decrypts the message in the file `message` and verifies what was signed in it: of a message of
/// yx_cms_sign_and_encrypt the content, of one that was signed first and then encrypted the content of
/// the signed message inside. Moments, result and report as for yx_voucher_verify.
///
/// What was signed becomes the file `out` if the verdict is Valid, and nothing is there with another one.
/// Where nothing but the signature shows changes, a wrong key and a content that is no signed message
/// are one error, YX_ERROR_DECRYPTION. `flags` is 0 or YX_FILE_REPLACE.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `report` may be written.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments)] // The interface of C: each input has its length.
pub unsafe extern "C" fn yx_cms_decrypt_signed_file(
    key: *const yx_signer,
    verifier: *const yx_verifier,
    message: *const c_char,
    message_length: usize,
    now: i64,
    received: i64,
    flags: u32,
    out: *const c_char,
    out_length: usize,
    report: *mut *mut yx_report,
) -> yx_status {
    guard::verify(|| {
        output::needed("report", report)?;
        let (key, own) = signer::decrypter(key)?;
        let verifier = verifier::get(verifier)?;
        known(without_replace(flags), 0)?;
        let moment = input::moment(now, received)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (message, between, out) = unsafe {
            (
                files::input("message", message, message_length)?,
                files::output("out", out, out_length, Secrecy::Secret, flags)?,
                files::output("out", out, out_length, Secrecy::Secret, flags)?,
            )
        };
        let by = (&*key as &dyn yinxin::key::Decrypter, &own);
        let found = cms::decrypt_signed(message, by, (between, out), verifier.trust(), &moment)?;
        // SAFETY: checked above, and writable by the caller's promise.
        Ok(unsafe { report::put(report, found) })
    })
}

/// What the message in a file says of itself, as yx_cms_describe. `buffers` gets one item, the JSON in
/// UTF-8, without a NUL at its end.
///
/// # Safety
///
/// `message` has `message_length` readable bytes; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_cms_describe_file(
    message: *const c_char,
    message_length: usize,
    profile: i32,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let profile = policy::profile_of(profile)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let message = unsafe { files::input("message", message, message_length)? };
        let text = cms::describe(message, profile)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, text.into_bytes()) };
        Ok(())
    })
}
