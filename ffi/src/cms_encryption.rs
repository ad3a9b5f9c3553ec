//! Encrypted messages (GB/T 35275, RFC 5652). A key that opens them is a yx_signer in memory with the
//! certificate that the message names.

use crate::buffers::{self, yx_buffers};
use crate::report::{self, yx_report};
use crate::signer::{self, yx_signer};
use crate::status::yx_status;
use crate::verifier::{self, yx_verifier};
use crate::{guard, input, output};
use yinxin::asn1::Profile;
use yinxin::cert::Certificate;
use yinxin::cms::{self, ContentCipher, EncryptedData, Recipient, SignedAndEnvelopedData};
use yinxin::error::{Code, Error, Result};

/// The cipher that is usual for the form: SM4-GCM, in the form of GB/T 35275 SM4-CBC.
pub const YX_CMS_CIPHER_USUAL: u32 = 0;
/// SM4-GCM, with a tag that shows changes.
pub const YX_CMS_CIPHER_SM4_GCM: u32 = 1;
/// AES-128-GCM, with a tag that shows changes.
pub const YX_CMS_CIPHER_AES_128_GCM: u32 = 2;
/// AES-256-GCM, with a tag that shows changes.
pub const YX_CMS_CIPHER_AES_256_GCM: u32 = 3;
/// SM4-CBC: nothing shows changes.
pub const YX_CMS_CIPHER_SM4_CBC: u32 = 4;

/// Recipients are named by the key identifiers of their certificates.
pub const YX_CMS_BY_KEY_ID: u32 = 1;
/// 1.2.156.10197.1.104.10 is taken for SM4-GCM.
pub const YX_CMS_SM4_GCM_10: u32 = 1;

/// Encrypts content for recipients: `certificates` (PEM of one or more, or DER of one) are theirs, with
/// SM2 keys to encrypt for.
///
/// `form` is one of the YX_CMS_FORM_ numbers, `cipher` one of the YX_CMS_CIPHER_ numbers, `flags` 0 or
/// YX_CMS_BY_KEY_ID. Only a cipher with a tag lets the recipient see that nobody changed the message;
/// the form of GB/T 35275 has none. Who made it, no encryption shows: sign first. `buffers` gets one
/// item, the message in DER.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_cms_encrypt(
    certificates: *const u8,
    certificates_length: usize,
    content: *const u8,
    content_length: usize,
    form: u32,
    cipher: u32,
    flags: u32,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (certificates, content) = unsafe {
            (
                input::bytes("certificates", certificates, certificates_length)?,
                input::bytes("content", content, content_length)?,
            )
        };
        let recipients = recipients(certificates, known(flags, YX_CMS_BY_KEY_ID)?)?;
        let form = crate::cms::form(form)?;
        let made = cms::encrypt(content, &recipients, form, self::cipher(cipher)?)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, made) };
        Ok(())
    })
}

/// Signs content and encrypts it for recipients, as one message of GB/T 35275
/// (SignedAndEnvelopedData). `buffers` gets one item, the message in DER.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_cms_sign_and_encrypt(
    signer: *const yx_signer,
    certificates: *const u8,
    certificates_length: usize,
    content: *const u8,
    content_length: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let signer = signer::get(signer)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (certificates, content) = unsafe {
            (
                input::bytes("certificates", certificates, certificates_length)?,
                input::bytes("content", content, content_length)?,
            )
        };
        let recipients = recipients(certificates, false)?;
        let made = SignedAndEnvelopedData::make(&*signer, content, &recipients)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, made) };
        Ok(())
    })
}

/// Decrypts a message that has a tag, with the key of the certificate that it names. `flags` is 0 or
/// YX_CMS_SM4_GCM_10. `buffers` gets one item, the content: nobody without the content key changed it,
/// and everybody can have made it.
///
/// A message in which nothing shows changes is YX_ERROR_POLICY; see
/// yx_cms_decrypt_unauthenticated.
///
/// # Safety
///
/// `message` has `length` readable bytes; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_cms_decrypt(
    key: *const yx_signer,
    message: *const u8,
    length: usize,
    flags: u32,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let (key, own) = signer::decrypter(key)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let message = unsafe { input::bytes("message", message, length)? };
        let gcm_as_10 = known(flags, YX_CMS_SM4_GCM_10)?;
        let content = cms::decrypt(message, Profile::AsFound, gcm_as_10, &*key, &own)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, content) };
        Ok(())
    })
}

/// Decrypts a message in which nothing shows changes (EnvelopedData): whoever carried it may have
/// changed what comes out. Do not act on it, and do not tell the sender whether it "was in order",
/// before something else has shown that it is whole. `buffers` gets one item, the content.
///
/// # Safety
///
/// `message` has `length` readable bytes; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_cms_decrypt_unauthenticated(
    key: *const yx_signer,
    message: *const u8,
    length: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        let (key, own) = signer::decrypter(key)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let message = unsafe { input::bytes("message", message, length)? };
        let content = cms::decrypt_unauthenticated(message, Profile::AsFound, &*key, &own)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, content.into_unauthenticated()) };
        Ok(())
    })
}

/// Encrypts content under an SM4 key of 16 bytes that both sides have (EncryptedData, SM4-CBC). `form` is
/// one of the YX_CMS_FORM_ numbers. Nothing in the message shows changes, and the key is used for nothing
/// else. `buffers` gets one item, the message in DER.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_cms_encrypt_with_key(
    key: *const u8,
    key_length: usize,
    content: *const u8,
    content_length: usize,
    form: u32,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (key, content) = unsafe {
            (
                input::bytes("key", key, key_length)?,
                input::bytes("content", content, content_length)?,
            )
        };
        let made = EncryptedData::make(content, key, crate::cms::form(form)?)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, made) };
        Ok(())
    })
}

/// Decrypts a message under an SM4 key that both sides have (EncryptedData). What
/// yx_cms_decrypt_unauthenticated says of such content counts here too: whoever carried the message may
/// have changed it, and a wrong key does not always show. `buffers` gets one item, the content.
///
/// # Safety
///
/// Each pointer has as many readable bytes as its length says; `buffers` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_cms_decrypt_with_key_unauthenticated(
    key: *const u8,
    key_length: usize,
    message: *const u8,
    message_length: usize,
    buffers: *mut *mut yx_buffers,
) -> yx_status {
    guard::call(|| {
        output::needed("buffers", buffers)?;
        // SAFETY: the caller's promise about each pointer and length, passed on.
        let (key, message) = unsafe {
            (
                input::bytes("key", key, key_length)?,
                input::bytes("message", message, message_length)?,
            )
        };
        let content = EncryptedData::parse(message, Profile::AsFound)?.open(key)?;
        // SAFETY: checked above, and writable by the caller's promise.
        unsafe { buffers::one(buffers, content.into_unauthenticated()) };
        Ok(())
    })
}

/// Decrypts a message of yx_cms_sign_and_encrypt and verifies its signatures. Moments, result and
/// report as for yx_voucher_verify; `buffers` gets one item, the content, if the verdict is Valid, and
/// is not written with another one.
///
/// # Safety
///
/// `message` has `length` readable bytes; `buffers` and `report` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yx_cms_decrypt_signed(
    key: *const yx_signer,
    verifier: *const yx_verifier,
    message: *const u8,
    length: usize,
    now: i64,
    received: i64,
    buffers: *mut *mut yx_buffers,
    report: *mut *mut yx_report,
) -> yx_status {
    guard::verify(|| {
        output::needed("buffers", buffers)?;
        output::needed("report", report)?;
        let (key, own) = signer::decrypter(key)?;
        let verifier = verifier::get(verifier)?;
        // SAFETY: the caller's promise about the pointer and its length, passed on.
        let message = unsafe { input::bytes("message", message, length)? };
        let moment = input::moment(now, received)?;
        let (found, proven) = verifier.open_signed(message, &*key, &own, &moment)?;
        if let Some(content) = proven {
            // SAFETY: checked above, and writable by the caller's promise.
            unsafe { buffers::one(buffers, content) };
        }
        // SAFETY: checked above, and writable by the caller's promise.
        Ok(unsafe { report::put(report, found) })
    })
}

/// The recipients of these certificates.
pub(crate) fn recipients(certificates: &[u8], by_key_id: bool) -> Result<Vec<Recipient>> {
    let one = |certificate: &Certificate| {
        let recipient = Recipient::new(certificate)?;
        if by_key_id { recipient.by_key_identifier() } else { Ok(recipient) }
    };
    Certificate::many_from_bytes(certificates)?.iter().map(one).collect()
}

/// The cipher of a number; none is the usual one.
pub(crate) fn cipher(number: u32) -> Result<Option<ContentCipher>> {
    Ok(Some(match number {
        YX_CMS_CIPHER_USUAL => return Ok(None),
        YX_CMS_CIPHER_SM4_GCM => ContentCipher::Sm4Gcm,
        YX_CMS_CIPHER_AES_128_GCM => ContentCipher::Aes128Gcm,
        YX_CMS_CIPHER_AES_256_GCM => ContentCipher::Aes256Gcm,
        YX_CMS_CIPHER_SM4_CBC => ContentCipher::Sm4Cbc,
        _ => return Err(Error::new(Code::Argument, "cipher", "a cipher that is not known")),
    }))
}

/// Whether the one flag is set that is known.
pub(crate) fn known(flags: u32, flag: u32) -> Result<bool> {
    if flags & !flag != 0 {
        return Err(Error::new(Code::Argument, "flags", "a flag that is not known"));
    }
    Ok(flags != 0)
}
