//! Certificates and revocation lists as they are given.

use crate::error::work;
use crate::input::{Input, datetime};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDateTime};
use yinxin::cert;

/// A certificate: what it says; reading it proves nothing.
#[pyclass(frozen, eq, hash, module = "yinxin")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Certificate(pub cert::Certificate);

#[pymethods]
impl Certificate {
    #[new]
    fn new(py: Python<'_>, data: Input) -> PyResult<Self> {
        work(py, || cert::Certificate::from_bytes(data.as_ref())).map(Certificate)
    }

    /// The certificate in DER.
    #[getter]
    fn der<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.as_der())
    }

    /// The name of its holder.
    #[getter]
    fn subject(&self) -> &str {
        self.0.subject()
    }

    /// The name of its issuer.
    #[getter]
    fn issuer(&self) -> &str {
        self.0.issuer()
    }

    /// The common name of its holder.
    #[getter]
    fn common_name(&self) -> Option<&str> {
        self.0.common_name()
    }

    /// The serial number in hexadecimal.
    #[getter]
    fn serial(&self) -> String {
        self.0.serial_hex()
    }

    /// The first moment of its validity.
    #[getter]
    fn not_before<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDateTime>> {
        datetime(py, self.0.not_before())
    }

    /// The last moment of its validity.
    #[getter]
    fn not_after<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDateTime>> {
        datetime(py, self.0.not_after())
    }

    /// SM3 over the DER.
    #[getter]
    fn digest<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.digest())
    }

    fn __bytes__<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        self.der(py)
    }

    fn __repr__(&self) -> String {
        format!("<Certificate {}>", self.0.subject())
    }
}

/// Certificates: one source or several, each a `Certificate`, DER, or PEM with one or more.
pub struct Certificates(pub Vec<cert::Certificate>);

impl<'py> FromPyObject<'_, 'py> for Certificates {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let one = |object: &Bound<'py, PyAny>| {
            if let Ok(certificate) = object.cast::<Certificate>() {
                return Ok(vec![certificate.get().0.clone()]);
            }
            let data: Input = object.extract()?;
            work(object.py(), || cert::Certificate::many_from_bytes(data.as_ref()))
        };
        each(&object, |object| object.cast::<Certificate>().is_ok(), one).map(Certificates)
    }
}

/// Revocation lists: one source or several, each DER, or PEM with one or more.
pub struct Crls(pub Vec<cert::Crl>);

impl<'py> FromPyObject<'_, 'py> for Crls {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let one = |object: &Bound<'py, PyAny>| {
            let data: Input = object.extract()?;
            work(object.py(), || cert::Crl::many_from_bytes(data.as_ref()))
        };
        each(&object, |_| false, one).map(Crls)
    }
}

/// OCSP responses: one source or several, each DER or PEM.
pub struct OcspResponses(pub Vec<cert::OcspResponse>);

impl<'py> FromPyObject<'_, 'py> for OcspResponses {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let one = |object: &Bound<'py, PyAny>| {
            let data: Input = object.extract()?;
            work(object.py(), || Ok(vec![cert::OcspResponse::from_bytes(data.as_ref())?]))
        };
        each(&object, |_| false, one).map(OcspResponses)
    }
}

/// A signed list of the states of seals: what it says of itself; a Verifier checks it.
#[pyclass(frozen, eq, module = "yinxin")]
#[derive(Clone, PartialEq)]
pub struct SealStates(pub yinxin::trust::SealStates);

#[pymethods]
impl SealStates {
    #[new]
    fn new(py: Python<'_>, data: Input) -> PyResult<Self> {
        work(py, || yinxin::trust::SealStates::from_der(data.as_ref())).map(SealStates)
    }

    /// Who issued the list, by its own statement.
    #[getter]
    fn issuer(&self) -> &str {
        self.0.issuer()
    }

    /// The number of the list among those of its issuer.
    #[getter]
    fn number(&self) -> u64 {
        self.0.number()
    }

    /// When the list was issued.
    #[getter]
    fn this_update<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDateTime>> {
        datetime(py, self.0.this_update())
    }

    /// Until when the list is in force.
    #[getter]
    fn next_update<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDateTime>> {
        datetime(py, self.0.next_update())
    }

    fn __bytes__<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.as_der())
    }

    fn __repr__(&self) -> String {
        format!("<SealStates {} of {}>", self.0.number(), self.0.issuer())
    }
}

/// Lists of the states of seals: one source or several, each a `SealStates` or DER.
pub struct SealStatesLists(pub Vec<yinxin::trust::SealStates>);

impl<'py> FromPyObject<'_, 'py> for SealStatesLists {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let one = |object: &Bound<'py, PyAny>| {
            if let Ok(list) = object.cast::<SealStates>() {
                return Ok(vec![list.get().0.clone()]);
            }
            let data: Input = object.extract()?;
            work(object.py(), || Ok(vec![yinxin::trust::SealStates::from_der(data.as_ref())?]))
        };
        each(&object, |object| object.cast::<SealStates>().is_ok(), one).map(SealStatesLists)
    }
}

/// Reads one source, or each of an iterable of them.
fn each<'py, T>(
    object: &Bound<'py, PyAny>,
    is_one: impl Fn(&Bound<'py, PyAny>) -> bool,
    read: impl Fn(&Bound<'py, PyAny>) -> PyResult<Vec<T>>,
) -> PyResult<Vec<T>> {
    if is_one(object) || Input::fits(object) {
        return read(object);
    }
    let mut all = Vec::new();
    for item in object.try_iter()? {
        all.extend(read(&item?)?);
    }
    Ok(all)
}
