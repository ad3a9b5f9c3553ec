//! Messages in files of any length; what is made or taken out has no name before it is whole and proven.

use crate::certificate::{Certificates, Crls};
use crate::cms::{cipher, form, recipients};
use crate::error::work;
use crate::files::FilePath;
use crate::input::{At, Password};
use crate::signer::Signer;
use pyo3::prelude::*;
use yinxin::asn1::{Profile, oid};
use yinxin::cms::{Form, SigningTerms};
use yinxin_files::{Secrecy, cms};

/// Signs the file `content` into the file `message`; the rest as for `sign`. Memory does not grow with the
/// file. `message` is there when it is whole and on the disk; it is replaced only with `overwrite`.
#[pyfunction]
#[pyo3(signature = (content, message, *, signers, form="gm", detached=false, at=None, crls=None, overwrite=false))]
#[allow(clippy::too_many_arguments)]
pub fn cms_sign_file(
    py: Python<'_>,
    content: FilePath,
    message: FilePath,
    signers: Vec<PyRef<'_, Signer>>,
    form: &str,
    detached: bool,
    at: Option<At>,
    crls: Option<Crls>,
    overwrite: bool,
) -> PyResult<()> {
    let gm = self::form(py, form)? == Form::Gm;
    let crls: Vec<Vec<u8>> =
        crls.into_iter().flat_map(|some| some.0).map(|crl| crl.as_der().to_vec()).collect();
    let terms = SigningTerms {
        content_type: if gm { oid::GM_DATA } else { oid::CMS_DATA },
        gm,
        signing_time: at.map(|at| at.0),
        certificates: true,
        detached,
        crls: &crls,
    };
    Signer::work_together(py, &signers, |signers| {
        let (content, message) = (content.input()?, message.output(Secrecy::Public, overwrite)?);
        cms::sign(signers, &terms, content, message)?.publish()
    })
}

/// Encrypts the file `content` into the file `message`; the rest as for `encrypt`, files as for `sign_file`.
#[pyfunction]
#[pyo3(signature = (content, message, *, recipients, form="rfc", cipher=None, by_key_id=false, overwrite=false))]
#[allow(clippy::too_many_arguments)]
pub fn cms_encrypt_file(
    py: Python<'_>,
    content: FilePath,
    message: FilePath,
    recipients: Certificates,
    form: &str,
    cipher: Option<&str>,
    by_key_id: bool,
    overwrite: bool,
) -> PyResult<()> {
    let form = self::form(py, form)?;
    let cipher = cipher.map(|name| self::cipher(py, name)).transpose()?;
    work(py, || {
        let recipients = self::recipients(&recipients, by_key_id)?;
        let (content, message) = (content.input()?, message.output(Secrecy::Public, overwrite)?);
        cms::encrypt(content, &recipients, form, cipher, message)?.publish()
    })
}

/// Encrypts the file `content` into the file `message` under a key that both sides have, as
/// `encrypt_with_key`; files as for `sign_file`.
#[pyfunction]
#[pyo3(signature = (content, message, *, key, form="rfc", overwrite=false))]
pub fn cms_encrypt_file_with_key(
    py: Python<'_>,
    content: FilePath,
    message: FilePath,
    key: Password,
    form: &str,
    overwrite: bool,
) -> PyResult<()> {
    let form = self::form(py, form)?;
    work(py, || {
        let (content, message) = (content.input()?, message.output(Secrecy::Public, overwrite)?);
        cms::encrypt_with_key(content, key.as_ref(), form, message)?.publish()
    })
}

/// Decrypts the file `message`, which has a tag, into the file `out`, as `decrypt`. What comes out before
/// the tag is checked stands in a file that only this process can open, on Linux without a name; `out`
/// is there when the tag is good, readable by its owner only.
#[pyfunction]
#[pyo3(signature = (message, out, *, key, sm4_gcm_10=false, overwrite=false))]
pub fn cms_decrypt_file(
    py: Python<'_>,
    message: FilePath,
    out: FilePath,
    key: &Bound<'_, Signer>,
    sm4_gcm_10: bool,
    overwrite: bool,
) -> PyResult<()> {
    let (key, own) = key.get().decrypter(py)?;
    work(py, || {
        let (message, out) = (message.input()?, out.output(Secrecy::Secret, overwrite)?);
        cms::decrypt(message, Profile::AsFound, sm4_gcm_10, key, own, out)
    })
}

/// Decrypts the file `message`, in which nothing shows changes (EnvelopedData), into the file `out`. What
/// `decrypt_unauthenticated` says of such content counts for the file too.
#[pyfunction]
#[pyo3(signature = (message, out, *, key, overwrite=false))]
pub fn cms_decrypt_file_unauthenticated(
    py: Python<'_>,
    message: FilePath,
    out: FilePath,
    key: &Bound<'_, Signer>,
    overwrite: bool,
) -> PyResult<()> {
    let (key, own) = key.get().decrypter(py)?;
    work(py, || {
        let (message, out) = (message.input()?, out.output(Secrecy::Secret, overwrite)?);
        cms::decrypt_unauthenticated(message, Profile::AsFound, key, own, out)
    })
}

/// Decrypts the file `message` under a key that both sides have into the file `out`, as
/// `decrypt_with_key_unauthenticated`.
#[pyfunction]
#[pyo3(signature = (message, out, *, key, overwrite=false))]
pub fn cms_decrypt_file_with_key_unauthenticated(
    py: Python<'_>,
    message: FilePath,
    out: FilePath,
    key: Password,
    overwrite: bool,
) -> PyResult<()> {
    work(py, || {
        let (message, out) = (message.input()?, out.output(Secrecy::Secret, overwrite)?);
        cms::decrypt_unauthenticated_with_key(message, Profile::AsFound, key.as_ref(), out)
    })
}

/// What the message in a file says of itself, as `inspect`.
#[pyfunction]
#[pyo3(signature = (message, *, conforming=false))]
pub fn cms_inspect_file<'py>(
    py: Python<'py>,
    message: FilePath,
    conforming: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let profile = crate::seal::profile(conforming);
    let text = work(py, || cms::describe(message.input()?, profile))?;
    py.import("json")?.call_method1("loads", (text,))
}
