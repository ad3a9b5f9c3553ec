//! Long-term evidence: a draft that waits for the answer of an authority. The questions are the
//! verifier's.

use crate::error::{misuse, work};
use crate::input::Input;
use crate::time_stamp::TimeStampRequest;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use yinxin::asn1::Oid;
use yinxin::evidence;
use yinxin::trust::Algorithm;

/// Evidence whose next time stamp is being asked for. `bytes(draft)` may be kept meanwhile.
#[pyclass(frozen, module = "yinxin")]
pub struct EvidenceDraft(pub evidence::Draft);

#[pymethods]
impl EvidenceDraft {
    #[new]
    fn new(py: Python<'_>, data: Input) -> PyResult<Self> {
        work(py, || evidence::Draft::from_der(data.as_ref())).map(EvidenceDraft)
    }

    /// The request for the authority.
    #[getter]
    fn request(&self) -> TimeStampRequest {
        TimeStampRequest(self.0.request().clone())
    }

    fn __bytes__<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.to_der())
    }

    fn __repr__(&self) -> String {
        "<EvidenceDraft>".to_owned()
    }
}

/// The hash function of this name.
pub fn hash(py: Python<'_>, name: &str) -> PyResult<Oid> {
    let known = Algorithm::from_name(name).and_then(Algorithm::hash_identifier);
    known.ok_or_else(|| misuse(py, "hash", "it is SM3, SHA-256, SHA-384 or SHA-512"))
}
