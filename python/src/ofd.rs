//! OFD documents (GB/T 33190): make, stamp, sign, and prepare and complete.

use crate::certificate::Certificate;
use crate::error::work;
use crate::input::{At, Input};
use crate::report::Report;
use crate::rules::json;
use crate::seal::Seal;
use crate::signer::Signer;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDate, PyDateAccess, PyMapping};
use yinxin::asn1::Profile;
use yinxin::container::ofd::Package;
use yinxin::container::ofd::make::{Date, Maker};
use yinxin::crypto::sm2::UserId;
use yinxin::error::{Code, Error, Result};
use yinxin::render::SheetForm;
use yinxin::signature;

/// Where a seal stands, and whether the signature is the last one.
pub struct Options(signature::OfdOptions);

impl<'py> FromPyObject<'_, 'py> for Options {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        json(&object, signature::OfdOptions::from_json).map(Options)
    }
}

/// A description of a document, still to be read with its files.
pub struct DescriptionText(Vec<u8>);

impl<'py> FromPyObject<'_, 'py> for DescriptionText {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        json(&object, |text| Ok(DescriptionText(text.to_vec())))
    }
}

/// Makes a document from a description (docs/ofd.md); `files` are its pictures and attachments by
/// name.
#[pyfunction]
#[pyo3(signature = (description, *, files=None))]
pub fn make_ofd<'py>(
    py: Python<'py>,
    description: DescriptionText,
    files: Option<Bound<'py, PyMapping>>,
) -> PyResult<Bound<'py, PyBytes>> {
    let files: Vec<(String, Input)> = match files {
        Some(files) => files.items()?.extract()?,
        None => Vec::new(),
    };
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_ref())).collect();
    let made = work(py, || Maker::from_json(&description.0, &files)?.build())?;
    Ok(PyBytes::new(py, &made.bytes))
}

/// Makes the sheet of a voucher, or of an envelope that holds one: a document whose pages show the
/// voucher, which is attached to it.
#[pyfunction]
#[pyo3(signature = (voucher, *, created))]
pub fn make_voucher_sheet<'py>(
    py: Python<'py>,
    voucher: Input,
    created: &Bound<'py, PyDate>,
) -> PyResult<Bound<'py, PyBytes>> {
    let year = u16::try_from(created.get_year()).unwrap_or_default();
    let day = Date::new(year, created.get_month(), created.get_day());
    let made = work(py, || {
        let day = day.ok_or_else(|| Error::new(Code::Argument, "created", "no day"))?;
        SheetForm::built_in().make(voucher.as_ref(), day)
    })?;
    Ok(PyBytes::new(py, &made.bytes))
}

/// The voucher of a sheet, and a Report with the check `sheet.voucher`: whether the pages are those
/// that are made of the voucher. Who sealed the sheet is what `Verifier.verify_ofd` says.
#[pyfunction]
pub fn read_voucher_sheet<'py>(
    py: Python<'py>,
    document: Input,
) -> PyResult<(Bound<'py, PyBytes>, Report)> {
    let document = document.as_ref();
    let found = work(py, || {
        let package = Package::open(&document, Profile::Conforming)?;
        SheetForm::built_in().read(&package)
    })?;
    Ok((PyBytes::new(py, &found.voucher), found.report("sheet of a voucher").into()))
}

/// Stamps a document with a seal; `options` says where the seal stands (docs/ofd.md).
#[pyfunction]
#[pyo3(signature = (document, *, seal, signer, at, options=None))]
pub fn stamp_ofd<'py>(
    py: Python<'py>,
    document: Input,
    seal: &Bound<'py, Seal>,
    signer: &Bound<'py, Signer>,
    at: At,
    options: Option<Options>,
) -> PyResult<Bound<'py, PyBytes>> {
    sign(py, &document, Some(&seal.get().0), signer, at, options)
}

/// Signs a document, without a seal (GB/T 35275).
#[pyfunction]
#[pyo3(signature = (document, *, signer, at, options=None))]
pub fn sign_ofd<'py>(
    py: Python<'py>,
    document: Input,
    signer: &Bound<'py, Signer>,
    at: At,
    options: Option<Options>,
) -> PyResult<Bound<'py, PyBytes>> {
    sign(py, &document, None, signer, at, options)
}

fn sign<'py>(
    py: Python<'py>,
    document: &Input,
    seal: Option<&yinxin::seal::Seal>,
    signer: &Bound<'py, Signer>,
    at: At,
    options: Option<Options>,
) -> PyResult<Bound<'py, PyBytes>> {
    let options = options.map(|given| given.0).unwrap_or_default();
    let document = document.as_ref();
    let signed = signer.get().work(py, |signer| {
        let package = Package::open(&document, Profile::AsFound)?;
        let request = options.request(seal, at.0);
        signature::sign_ofd(&package, &request, signer, 1)?.to_bytes()
    })?;
    Ok(PyBytes::new(py, &signed))
}

/// A stamp or signature on a document that waits for its value. `bytes(request)` keeps or sends it;
/// it holds no secret.
#[pyclass(frozen, module = "yinxin")]
pub struct OfdSigningRequest(signature::OfdSigningRequest);

#[pymethods]
impl OfdSigningRequest {
    #[new]
    fn new(py: Python<'_>, data: Input) -> PyResult<Self> {
        let read = || signature::OfdSigningRequest::from_bytes(data.as_ref());
        work(py, read).map(OfdSigningRequest)
    }

    /// The message to be signed.
    #[getter]
    fn to_be_signed<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.to_be_signed())
    }

    /// The SM2 digest e of the message, for devices that take a digest.
    #[getter]
    fn digest<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.digest().0)
    }

    /// The certificate whose key is to sign.
    #[getter]
    fn certificate(&self) -> Certificate {
        Certificate(self.0.certificate().clone())
    }

    fn __bytes__<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.to_bytes())
    }

    fn __repr__(&self) -> String {
        format!("<OfdSigningRequest by {}>", self.0.certificate().subject())
    }
}

/// Prepares a stamp with `seal`, or a signature without one; the request says what the key of
/// `certificate` has to sign.
#[pyfunction]
#[pyo3(signature = (document, *, certificate, at, seal=None, options=None))]
pub fn prepare_ofd(
    py: Python<'_>,
    document: Input,
    certificate: &Bound<'_, Certificate>,
    at: At,
    seal: Option<&Bound<'_, Seal>>,
    options: Option<Options>,
) -> PyResult<OfdSigningRequest> {
    let options = options.map(|given| given.0).unwrap_or_default();
    let seal = seal.map(|seal| &seal.get().0);
    let (document, certificate) = (document.as_ref(), &certificate.get().0);
    let prepare = || -> Result<signature::OfdSigningRequest> {
        let package = Package::open(&document, Profile::AsFound)?;
        let request = options.request(seal, at.0);
        signature::prepare_ofd(&package, &request, certificate, &UserId::default(), 1)
    };
    work(py, prepare).map(OfdSigningRequest)
}

/// Completes a request that was prepared on this document with its signature (DER, or r and s side
/// by side); gives the document with it.
#[pyfunction]
pub fn complete_ofd<'py>(
    py: Python<'py>,
    document: Input,
    request: &Bound<'py, OfdSigningRequest>,
    signature: Input,
) -> PyResult<Bound<'py, PyBytes>> {
    let (document, request) = (document.as_ref(), &request.get().0);
    let completed = work(py, || {
        let package = Package::open(&document, Profile::AsFound)?;
        request.complete(&package, signature.as_ref(), 1)?.to_bytes()
    })?;
    Ok(PyBytes::new(py, &completed))
}
