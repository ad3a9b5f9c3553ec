//! Seals as frozen Python objects.

use crate::error::work;
use crate::input::{Input, datetime};
use crate::time_stamp::TimeStampRequest;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDateTime, PyTuple};
use yinxin::asn1::Profile;
use yinxin::crypto::sm3;
use yinxin::seal;
use yinxin::timestamp::Token;

/// How strictly structures are read.
pub fn profile(conforming: bool) -> Profile {
    if conforming { Profile::Conforming } else { Profile::AsFound }
}

/// An electronic seal: what it says. Reading it proves nothing; `Verifier.check_seal` does.
#[pyclass(frozen, eq, hash, module = "yinxin")]
pub struct Seal(pub seal::Seal);

impl PartialEq for Seal {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes() == other.0.as_bytes()
    }
}

impl Eq for Seal {}

impl std::hash::Hash for Seal {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.as_bytes().hash(state);
    }
}

#[pymethods]
impl Seal {
    #[new]
    #[pyo3(signature = (data, conforming=true))]
    fn new(py: Python<'_>, data: Input, conforming: bool) -> PyResult<Self> {
        work(py, || seal::Seal::parse(data.as_ref(), profile(conforming))).map(Seal)
    }

    /// The identifier of the seal.
    #[getter]
    fn id(&self) -> &str {
        self.0.id()
    }

    /// The name on the seal.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// The version: 1 and 4 as the standards number their layouts, 5 for the newest.
    #[getter]
    fn version(&self) -> i64 {
        self.0.version_number()
    }

    /// The vendor of the software that made it.
    #[getter]
    fn vendor(&self) -> &str {
        self.0.vendor()
    }

    /// When it was made, by its own statement.
    #[getter]
    fn created<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDateTime>> {
        datetime(py, self.0.created())
    }

    /// The first moment of its validity.
    #[getter]
    fn valid_from<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDateTime>> {
        datetime(py, self.0.valid_from())
    }

    /// The last moment of its validity.
    #[getter]
    fn valid_until<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDateTime>> {
        datetime(py, self.0.valid_until())
    }

    /// The picture.
    #[getter]
    fn picture(&self) -> Picture {
        let picture = self.0.picture();
        Picture {
            kind: picture.kind.to_owned(),
            data: picture.data.to_vec(),
            width_mm: picture.width_mm,
            height_mm: picture.height_mm,
        }
    }

    /// SM3 over the bytes of the seal.
    #[getter]
    fn digest<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &sm3::digest(self.0.as_bytes()))
    }

    /// The deviations met while reading: pairs of code and detail.
    #[getter]
    fn notes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let notes = self.0.notes().iter().map(|(code, detail)| (code.name(), detail.as_str()));
        PyTuple::new(py, notes.collect::<Vec<_>>())
    }

    /// A request for a time stamp over the signature value of this seal, of GM/T 0031-2025 alone.
    fn time_stamp_request(&self, py: Python<'_>) -> PyResult<TimeStampRequest> {
        work(py, || self.0.time_stamp_request()).map(TimeStampRequest)
    }

    /// The same seal with this token in it; a former one is replaced.
    fn with_time_stamp(&self, py: Python<'_>, token: Input) -> PyResult<Seal> {
        work(py, || self.0.with_time_stamp(&Token::parse(token.as_ref(), self.0.profile())?))
            .map(Seal)
    }

    fn __bytes__<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.as_bytes())
    }

    fn __repr__(&self) -> String {
        format!("<Seal {} {}>", self.0.id(), self.0.name())
    }
}

/// The picture of a seal.
#[pyclass(frozen, eq, hash, module = "yinxin")]
#[derive(PartialEq, Eq, Hash)]
pub struct Picture {
    kind: String,
    data: Vec<u8>,
    width_mm: i64,
    height_mm: i64,
}

#[pymethods]
impl Picture {
    /// The type as the seal states it: "PNG", "SVG"...
    #[getter]
    fn kind(&self) -> &str {
        &self.kind
    }

    /// The bytes of the picture.
    #[getter]
    fn data<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.data)
    }

    /// The width in millimetres.
    #[getter]
    fn width_mm(&self) -> i64 {
        self.width_mm
    }

    /// The height in millimetres.
    #[getter]
    fn height_mm(&self) -> i64 {
        self.height_mm
    }

    fn __repr__(&self) -> String {
        format!("<Picture {} {}x{} mm>", self.kind, self.width_mm, self.height_mm)
    }
}
