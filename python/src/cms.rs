//! Messages (GB/T 35275, RFC 5652): sign, encrypt, decrypt, show. Signed ones are verified by a Verifier.

use crate::certificate::{Certificates, Crls};
use crate::error::{misuse, work};
use crate::input::{At, Input, Password};
use crate::signer::Signer;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use yinxin::asn1::{Profile, oid};
use yinxin::cms::{
    self, Attributed, ContentCipher, EncryptedData, Extras, Form, Recipient,
    SignedAndEnvelopedData, SignedData,
};
use yinxin::error::{Code, Error, Result};

/// Signs a message by one signer or several, each with attributes of his own; `at` is the signing time
/// that is stated, if any. `form` is "gm" (GB/T 35275, SM2 only) or "rfc" (RFC 5652). `crls` go into
/// the message. `bare` leaves the attributes out: one signer, form "gm", no time and no lists.
#[pyfunction]
#[pyo3(signature = (content, *, signers, form="gm", detached=false, at=None, crls=None, bare=false))]
#[allow(clippy::too_many_arguments)]
pub fn cms_sign<'py>(
    py: Python<'py>,
    content: Input,
    signers: Vec<PyRef<'py, Signer>>,
    form: &str,
    detached: bool,
    at: Option<At>,
    crls: Option<Crls>,
    bare: bool,
) -> PyResult<Bound<'py, PyBytes>> {
    let (form, content) = (self::form(py, form)?, content.as_ref());
    let crls: Vec<Vec<u8>> =
        crls.into_iter().flat_map(|some| some.0).map(|crl| crl.as_der().to_vec()).collect();
    if bare && (signers.len() != 1 || form != Form::Gm || at.is_some() || !crls.is_empty()) {
        let message = "it has one signer, form \"gm\", no time and no lists";
        return Err(misuse(py, "bare", message));
    }
    let made = Signer::work_together(py, &signers, |signers| {
        match (bare, detached, signers) {
            (true, true, [signer]) => return cms::sign_detached(*signer, content),
            (true, false, [signer]) => return cms::sign_attached(*signer, content),
            _ => {}
        }
        let gm = form == Form::Gm;
        let message = Attributed {
            content_type: if gm { oid::GM_DATA } else { oid::CMS_DATA },
            content,
            gm,
            signing_time: at.map(|at| at.0),
            certificates: true,
        };
        cms::sign_together(signers, &message, &Extras { detached, crls: &crls })
    })?;
    Ok(PyBytes::new(py, &made))
}

/// Adds a signer to a signed message, beside those who did before; `content` is what was signed, if that
/// is not inside. What is there is not verified.
#[pyfunction]
#[pyo3(signature = (message, *, signer, at=None, content=None))]
pub fn cms_add_signer<'py>(
    py: Python<'py>,
    message: Input,
    signer: &Bound<'py, Signer>,
    at: Option<At>,
    content: Option<Input>,
) -> PyResult<Bound<'py, PyBytes>> {
    let (message, content) = (message.as_ref(), content.as_ref().map(AsRef::as_ref));
    let time = at.map(|at| at.0);
    let made =
        signer.get().work(py, |signer| SignedData::with_signer(message, signer, content, time))?;
    Ok(PyBytes::new(py, &made))
}

/// Signs the signature of a signer, by his number from 0 in the order that `inspect` shows. What is signed
/// is not verified.
#[pyfunction]
#[pyo3(signature = (message, *, signer, number=0, at=None))]
pub fn cms_countersign<'py>(
    py: Python<'py>,
    message: Input,
    signer: &Bound<'py, Signer>,
    number: usize,
    at: Option<At>,
) -> PyResult<Bound<'py, PyBytes>> {
    let (message, time) = (message.as_ref(), at.map(|at| at.0));
    let made =
        signer.get().work(py, |signer| SignedData::countersigned(message, number, signer, time))?;
    Ok(PyBytes::new(py, &made))
}

/// Encrypts content for the holders of SM2 certificates. With form "rfc" the cipher is "sm4-gcm",
/// "aes-128-gcm", "aes-256-gcm" (each with a tag that shows changes) or "sm4-cbc"; with form "gm" it is
/// "sm4-cbc", and nothing shows changes. Who made a message, no encryption shows: sign first.
#[pyfunction]
#[pyo3(signature = (content, *, recipients, form="rfc", cipher=None, by_key_id=false))]
pub fn cms_encrypt<'py>(
    py: Python<'py>,
    content: Input,
    recipients: Certificates,
    form: &str,
    cipher: Option<&str>,
    by_key_id: bool,
) -> PyResult<Bound<'py, PyBytes>> {
    let form = self::form(py, form)?;
    let cipher = cipher.map(|name| self::cipher(py, name)).transpose()?;
    let made = work(py, || {
        let recipients = self::recipients(&recipients, by_key_id)?;
        cms::encrypt(content.as_ref(), &recipients, form, cipher)
    })?;
    Ok(PyBytes::new(py, &made))
}

/// Signs content and encrypts it for recipients, as one message of GB/T 35275
/// (SignedAndEnvelopedData); `Verifier.decrypt_signed_message` opens it.
#[pyfunction]
#[pyo3(signature = (content, *, signer, recipients))]
pub fn cms_sign_and_encrypt<'py>(
    py: Python<'py>,
    content: Input,
    signer: &Bound<'py, Signer>,
    recipients: Certificates,
) -> PyResult<Bound<'py, PyBytes>> {
    let content = content.as_ref();
    let made = signer.get().work(py, |signer| {
        SignedAndEnvelopedData::make(signer, content, &self::recipients(&recipients, false)?)
    })?;
    Ok(PyBytes::new(py, &made))
}

/// Decrypts a message that has a tag, with the key of the certificate that it names: nobody without the
/// content key changed the content, and everybody can have made it. One in which nothing shows changes
/// is RefusedError 601; `decrypt_unauthenticated` takes it. With `sm4_gcm_10`,
/// 1.2.156.10197.1.104.10 is taken for SM4-GCM.
#[pyfunction]
#[pyo3(signature = (message, *, key, sm4_gcm_10=false))]
pub fn cms_decrypt<'py>(
    py: Python<'py>,
    message: Input,
    key: &Bound<'py, Signer>,
    sm4_gcm_10: bool,
) -> PyResult<Bound<'py, PyBytes>> {
    let (key, own) = key.get().decrypter(py)?;
    let opened =
        work(py, || cms::decrypt(message.as_ref(), Profile::AsFound, sm4_gcm_10, key, own))?;
    Ok(PyBytes::new(py, &opened))
}

/// Decrypts a message in which nothing shows changes (EnvelopedData): whoever carried it may have changed
/// what comes out. Do not act on it, and do not tell the sender whether it "was in order", before
/// something else has shown that it is whole.
#[pyfunction]
#[pyo3(signature = (message, *, key))]
pub fn cms_decrypt_unauthenticated<'py>(
    py: Python<'py>,
    message: Input,
    key: &Bound<'py, Signer>,
) -> PyResult<Bound<'py, PyBytes>> {
    let (key, own) = key.get().decrypter(py)?;
    let opened = work(py, || {
        let opened = cms::decrypt_unauthenticated(message.as_ref(), Profile::AsFound, key, own)?;
        Ok(opened.into_unauthenticated())
    })?;
    Ok(PyBytes::new(py, &opened))
}

/// Encrypts content under an SM4 key of 16 bytes that both sides have (EncryptedData, SM4-CBC). Nothing in
/// the message shows changes, and the key is used for nothing else.
#[pyfunction]
#[pyo3(signature = (content, *, key, form="rfc"))]
pub fn cms_encrypt_with_key<'py>(
    py: Python<'py>,
    content: Input,
    key: Password,
    form: &str,
) -> PyResult<Bound<'py, PyBytes>> {
    let form = self::form(py, form)?;
    let made = work(py, || EncryptedData::make(content.as_ref(), key.as_ref(), form))?;
    Ok(PyBytes::new(py, &made))
}

/// Decrypts a message under an SM4 key that both sides have (EncryptedData). What
/// `decrypt_unauthenticated` says of such content counts here too, and a wrong key does not always show.
#[pyfunction]
#[pyo3(signature = (message, *, key))]
pub fn cms_decrypt_with_key_unauthenticated<'py>(
    py: Python<'py>,
    message: Input,
    key: Password,
) -> PyResult<Bound<'py, PyBytes>> {
    let opened = work(py, || {
        let opened = EncryptedData::parse(message.as_ref(), Profile::AsFound)?;
        Ok(opened.open(key.as_ref())?.into_unauthenticated())
    })?;
    Ok(PyBytes::new(py, &opened))
}

/// What a message of any kind says of itself, without its content; nothing of it is verified.
#[pyfunction]
#[pyo3(signature = (message, *, conforming=false))]
pub fn cms_inspect<'py>(
    py: Python<'py>,
    message: Input,
    conforming: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let profile = crate::seal::profile(conforming);
    let text = work(py, || cms::describe(message.as_ref(), profile))?;
    py.import("json")?.call_method1("loads", (text,))
}

/// The holders of these certificates.
pub fn recipients(certificates: &Certificates, by_key_id: bool) -> Result<Vec<Recipient>> {
    if certificates.0.is_empty() {
        return Err(Error::new(Code::Argument, "recipients", "there is nobody to encrypt for"));
    }
    let one = |certificate| {
        let recipient = Recipient::new(certificate)?;
        if by_key_id { recipient.by_key_identifier() } else { Ok(recipient) }
    };
    certificates.0.iter().map(one).collect()
}

/// The form of this name.
pub fn form(py: Python<'_>, name: &str) -> PyResult<Form> {
    match name {
        "gm" => Ok(Form::Gm),
        "rfc" => Ok(Form::Rfc),
        _ => Err(misuse(py, "form", "it is \"gm\" or \"rfc\"")),
    }
}

/// The cipher of this name.
pub fn cipher(py: Python<'_>, name: &str) -> PyResult<ContentCipher> {
    match name {
        "sm4-gcm" => Ok(ContentCipher::Sm4Gcm),
        "aes-128-gcm" => Ok(ContentCipher::Aes128Gcm),
        "aes-256-gcm" => Ok(ContentCipher::Aes256Gcm),
        "sm4-cbc" => Ok(ContentCipher::Sm4Cbc),
        _ => {
            let message = "it is \"sm4-gcm\", \"aes-128-gcm\", \"aes-256-gcm\" or \"sm4-cbc\"";
            Err(misuse(py, "cipher", message))
        }
    }
}
