//! Stamping and signing of vouchers and documents.

use crate::input::{self, At, Input, Inputs};
use crate::rules::{Catalogue, Rules, Templates};
use crate::seal::Seal;
use crate::signer::Signer;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};
use yinxin::signature;

/// Stamps every voucher of an envelope; gives the envelope with the stamp in it.
#[pyfunction]
#[pyo3(signature = (envelope, *, seal, signer, org, role, position, at, templates=None, catalogue=None))]
#[allow(clippy::too_many_arguments)]
pub fn stamp_voucher<'py>(
    py: Python<'py>,
    envelope: Input,
    seal: &Bound<'py, Seal>,
    signer: &Bound<'py, Signer>,
    org: &str,
    role: &str,
    position: &str,
    at: At,
    templates: Option<Templates>,
    catalogue: Option<Catalogue>,
) -> PyResult<Bound<'py, PyBytes>> {
    let rules = Rules::local(templates, catalogue);
    let act = rules.act(org, role, position, at);
    let (envelope, seal) = (envelope.as_ref(), &seal.get().0);
    let stamped =
        signer.get().work(py, |signer| signature::stamp_voucher(envelope, &act, seal, signer))?;
    Ok(PyBytes::new(py, &stamped))
}

/// Stamps many envelopes: for each, in the order given, the stamped one or an Error.
#[pyfunction]
#[pyo3(signature = (envelopes, *, seal, signer, org, role, position, at, templates=None, catalogue=None, threads=1))]
#[allow(clippy::too_many_arguments)]
pub fn stamp_voucher_many<'py>(
    py: Python<'py>,
    envelopes: Inputs,
    seal: &Bound<'py, Seal>,
    signer: &Bound<'py, Signer>,
    org: &str,
    role: &str,
    position: &str,
    at: At,
    templates: Option<Templates>,
    catalogue: Option<Catalogue>,
    threads: i64,
) -> PyResult<Bound<'py, PyList>> {
    let threads = input::threads(py, threads)?;
    let rules = Rules::local(templates, catalogue);
    let act = rules.act(org, role, position, at);
    let (envelopes, seal) = (envelopes.slices(), &seal.get().0);
    signer.get().work_many(py, |signer| {
        signature::stamp_voucher_many(&envelopes, &act, seal, signer, threads)
    })
}

/// Signs every voucher of an envelope; gives the envelope with the signature in it.
#[pyfunction]
#[allow(clippy::too_many_arguments)]
#[pyo3(signature = (envelope, *, signer, org, role, position, at, templates=None, catalogue=None))]
pub fn sign_voucher<'py>(
    py: Python<'py>,
    envelope: Input,
    signer: &Bound<'py, Signer>,
    org: &str,
    role: &str,
    position: &str,
    at: At,
    templates: Option<Templates>,
    catalogue: Option<Catalogue>,
) -> PyResult<Bound<'py, PyBytes>> {
    let rules = Rules::local(templates, catalogue);
    let act = rules.act(org, role, position, at);
    let envelope = envelope.as_ref();
    let signed = signer.get().work(py, |signer| signature::sign_voucher(envelope, &act, signer))?;
    Ok(PyBytes::new(py, &signed))
}

/// Signs many envelopes: for each, in the order given, the signed one or an Error.
#[pyfunction]
#[pyo3(signature = (envelopes, *, signer, org, role, position, at, templates=None, catalogue=None, threads=1))]
#[allow(clippy::too_many_arguments)]
pub fn sign_voucher_many<'py>(
    py: Python<'py>,
    envelopes: Inputs,
    signer: &Bound<'py, Signer>,
    org: &str,
    role: &str,
    position: &str,
    at: At,
    templates: Option<Templates>,
    catalogue: Option<Catalogue>,
    threads: i64,
) -> PyResult<Bound<'py, PyList>> {
    let threads = input::threads(py, threads)?;
    let rules = Rules::local(templates, catalogue);
    let act = rules.act(org, role, position, at);
    let envelopes = envelopes.slices();
    signer
        .get()
        .work_many(py, |signer| signature::sign_voucher_many(&envelopes, &act, signer, threads))
}

/// Stamps a document; gives the stamp (SES_Signature), which stands beside it.
#[pyfunction]
#[pyo3(signature = (document, *, seal, signer, at, property=""))]
pub fn stamp_document<'py>(
    py: Python<'py>,
    document: Input,
    seal: &Bound<'py, Seal>,
    signer: &Bound<'py, Signer>,
    at: At,
    property: &str,
) -> PyResult<Bound<'py, PyBytes>> {
    let (document, seal) = (document.as_ref(), &seal.get().0);
    let stamp =
        signer.get().work(py, |signer| signature::stamp(document, property, seal, signer, at.0))?;
    Ok(PyBytes::new(py, &stamp))
}

/// Stamps many documents: for each, in the order given, its stamp or an Error.
#[pyfunction]
#[pyo3(signature = (documents, *, seal, signer, at, property="", threads=1))]
pub fn stamp_document_many<'py>(
    py: Python<'py>,
    documents: Inputs,
    seal: &Bound<'py, Seal>,
    signer: &Bound<'py, Signer>,
    at: At,
    property: &str,
    threads: i64,
) -> PyResult<Bound<'py, PyList>> {
    let threads = input::threads(py, threads)?;
    let (documents, seal) = (documents.slices(), &seal.get().0);
    signer.get().work_many(py, |signer| {
        signature::stamp_many(&documents, property, seal, signer, at.0, threads)
    })
}

/// Signs a document; gives the detached signature (GB/T 35275).
#[pyfunction]
#[pyo3(signature = (document, *, signer))]
pub fn sign_document<'py>(
    py: Python<'py>,
    document: Input,
    signer: &Bound<'py, Signer>,
) -> PyResult<Bound<'py, PyBytes>> {
    let document = document.as_ref();
    let signed = signer.get().work(py, |signer| signature::sign(document, signer))?;
    Ok(PyBytes::new(py, &signed))
}
