//! Acts whose key works elsewhere: prepare, let sign, complete.

use crate::certificate::Certificate;
use crate::error::work;
use crate::input::{At, Input, Inputs};
use crate::rules::{Catalogue, Rules, Templates};
use crate::seal::Seal;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use yinxin::crypto::sm2::UserId;
use yinxin::signature;
use yinxin::voucher;

/// An act that waits for its signature. `bytes(request)` keeps or sends it; it holds no secret.
#[pyclass(frozen, module = "yinxin")]
pub struct ActRequest(voucher::ActRequest);

#[pymethods]
impl ActRequest {
    #[new]
    fn new(py: Python<'_>, data: Input) -> PyResult<Self> {
        work(py, || voucher::ActRequest::from_bytes(data.as_ref())).map(ActRequest)
    }

    /// "stamp" or "signature".
    #[getter]
    fn kind(&self) -> &'static str {
        match self.0.kind() {
            voucher::ActKind::Stamp => "stamp",
            _ => "signature",
        }
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
        format!("<ActRequest {} by {}>", self.kind(), self.0.certificate().subject())
    }
}

/// Prepares one act on every voucher of an envelope, in their order: stamps with `seal`, or
/// signatures without one. Each request says what the key of `certificate` has to sign.
#[pyfunction]
#[pyo3(signature = (envelope, *, certificate, org, role, position, at, seal=None, templates=None, catalogue=None))]
#[allow(clippy::too_many_arguments)]
pub fn prepare_voucher(
    py: Python<'_>,
    envelope: Input,
    certificate: &Bound<'_, Certificate>,
    org: &str,
    role: &str,
    position: &str,
    at: At,
    seal: Option<&Bound<'_, Seal>>,
    templates: Option<Templates>,
    catalogue: Option<Catalogue>,
) -> PyResult<Vec<ActRequest>> {
    let rules = Rules::local(templates, catalogue);
    let act = rules.act(org, role, position, at);
    let seal = seal.map(|seal| &seal.get().0);
    let (envelope, certificate) = (envelope.as_ref(), &certificate.get().0);
    let requests = work(py, || {
        signature::prepare_voucher(envelope, &act, seal, certificate, &UserId::default())
    })?;
    Ok(requests.into_iter().map(ActRequest).collect())
}

/// Completes the requests that were prepared on this envelope with their signatures (DER, or r and
/// s side by side), one for each voucher in their order; gives the envelope with the acts.
#[pyfunction]
pub fn complete_voucher<'py>(
    py: Python<'py>,
    envelope: Input,
    requests: Vec<Py<ActRequest>>,
    signatures: Inputs,
) -> PyResult<Bound<'py, PyBytes>> {
    let requests: Vec<voucher::ActRequest> =
        requests.iter().map(|request| request.get().0.clone()).collect();
    let signatures = signatures.slices();
    let completed =
        work(py, || signature::complete_voucher(envelope.as_ref(), &requests, &signatures))?;
    Ok(PyBytes::new(py, &completed))
}
