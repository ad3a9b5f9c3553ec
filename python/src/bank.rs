//! What banks sign: bytes, with a bare value beside them, and requests in JSON, the value inside.

use crate::error::{misuse, work};
use crate::input::{self, Input, Inputs};
use crate::rules::json;
use crate::signer::Signer;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};
use yinxin::crypto::sm2::UserId;
use yinxin::key::public_key_from_bytes;
use yinxin::signature::{self, BankJson, BytesSignature, SignatureForm};

/// Where the signature of a request stands.
pub struct Style(BankJson);

impl<'py> FromPyObject<'_, 'py> for Style {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        json(&object, BankJson::from_json).map(Style)
    }
}

/// The style given, or the usual one.
pub fn style(options: Option<Style>) -> BankJson {
    options.map(|given| given.0).unwrap_or_default()
}

/// How r and s are written, by name.
pub fn form(py: Python<'_>, name: &str) -> PyResult<SignatureForm> {
    match name {
        "der" => Ok(SignatureForm::Der),
        "raw" => Ok(SignatureForm::Raw),
        _ => Err(misuse(py, "form", "it is \"der\" or \"raw\"")),
    }
}

/// The user id given, or the default one.
pub fn user_id(py: Python<'_>, given: Option<Input>) -> PyResult<UserId> {
    given.map_or_else(|| Ok(UserId::default()), |id| work(py, || UserId::new(id.as_ref())))
}

/// Signs bytes exactly as they stand, under the user id of the signer; gives the bare signature: DER
/// SEQUENCE of r and s, or with form "raw" (SM2) r and s in 64 bytes.
#[pyfunction]
#[pyo3(signature = (message, *, signer, form="der"))]
pub fn sign_bytes<'py>(
    py: Python<'py>,
    message: Input,
    signer: &Bound<'py, Signer>,
    form: &str,
) -> PyResult<Bound<'py, PyBytes>> {
    let (message, form) = (message.as_ref(), self::form(py, form)?);
    let made = signer.get().work(py, |signer| signature::sign_bytes(message, form, signer))?;
    Ok(PyBytes::new(py, &made))
}

/// Signs many: for each message, in the order given, its bare signature or an Error.
#[pyfunction]
#[pyo3(signature = (messages, *, signer, form="der", threads=1))]
pub fn sign_bytes_many<'py>(
    py: Python<'py>,
    messages: Inputs,
    signer: &Bound<'py, Signer>,
    form: &str,
    threads: i64,
) -> PyResult<Bound<'py, PyList>> {
    let (form, threads) = (self::form(py, form)?, input::threads(py, threads)?);
    let messages = messages.slices();
    signer
        .get()
        .work_many(py, |signer| signature::sign_bytes_many(&messages, form, signer, threads))
}

/// Nothing, if this is the signature of the key over the bytes; RefusedError 616 if it is not. Whose key
/// it is, and whether it may still be used, nothing here says.
///
/// The key is SubjectPublicKeyInfo in PEM or DER, or the point of an SM2 key; DER and point also in
/// hexadecimal digits or base64.
#[pyfunction]
#[pyo3(signature = (message, signature, *, public_key, user_id=None, form="der"))]
pub fn verify_bytes_with_key(
    py: Python<'_>,
    message: Input,
    signature: Input,
    public_key: Input,
    user_id: Option<Input>,
    form: &str,
) -> PyResult<()> {
    let (form, user_id) = (self::form(py, form)?, self::user_id(py, user_id)?);
    let (message, signature) = (message.as_ref(), signature.as_ref());
    work(py, || {
        let given = BytesSignature { message, signature, form, user_id: &user_id };
        signature::verify_bytes(&given, &public_key_from_bytes(public_key.as_ref())?)
    })
}

/// Signs a request in JSON exactly as it stands, its placeholder included, and gives it with the
/// signature in the place of the placeholder. `options` says where that is (docs/bank.md).
#[pyfunction]
#[pyo3(signature = (request, *, signer, options=None))]
pub fn sign_json<'py>(
    py: Python<'py>,
    request: Input,
    signer: &Bound<'py, Signer>,
    options: Option<Style>,
) -> PyResult<Bound<'py, PyBytes>> {
    let (request, style) = (request.as_ref(), style(options));
    let made = signer.get().work(py, |signer| signature::sign_json(request, &style, signer))?;
    Ok(PyBytes::new(py, &made))
}

/// Nothing, if the request is signed with this key; RefusedError 616 if it is not. Key and user id as for
/// `verify_bytes_with_key`, options as for `sign_json`.
#[pyfunction]
#[pyo3(signature = (request, *, public_key, user_id=None, options=None))]
pub fn verify_json_with_key(
    py: Python<'_>,
    request: Input,
    public_key: Input,
    user_id: Option<Input>,
    options: Option<Style>,
) -> PyResult<()> {
    let (user_id, style) = (self::user_id(py, user_id)?, style(options));
    work(py, || {
        let key = public_key_from_bytes(public_key.as_ref())?;
        signature::verify_json(request.as_ref(), &style, &key, &user_id)
    })
}

/// The user id of 16 bytes that some banks make of a shorter one: digits 0 after it.
#[pyfunction]
pub fn padded_user_id<'py>(py: Python<'py>, id: Input) -> PyResult<Bound<'py, PyBytes>> {
    let padded = work(py, || UserId::padded(id.as_ref()))?;
    Ok(PyBytes::new(py, padded.as_bytes()))
}
