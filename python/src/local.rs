//! Local authentication between a business system and the control.

use crate::error::{misuse, raise, work};
use crate::input::{Input, Password};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::sync::Arc;
use yinxin::error::{Code, Error, Result};
use yinxin::key::{self, AuthenticationTag, Direction, MacKey, TwoPartKey};

/// Tags under a key of two halves that both sides have (docs/bank.md): `id` is the name that they give
/// it, `first` and `second` are 16 visible ASCII characters each, typed in by two people.
#[pyclass(frozen, module = "yinxin")]
pub struct LocalAuthentication(key::LocalAuthentication);

#[pymethods]
impl LocalAuthentication {
    #[new]
    fn new(py: Python<'_>, id: &str, first: Password, second: Password) -> PyResult<Self> {
        work(py, || Ok(key::LocalAuthentication::new(two_part(id, &first, &second)?)))
            .map(LocalAuthentication)
    }

    /// The same, with tags under another key accepted too: the one before, or the next one.
    fn accepting(
        &self,
        py: Python<'_>,
        id: &str,
        first: Password,
        second: Password,
    ) -> PyResult<Self> {
        work(py, || self.0.clone().accepting(two_part(id, &first, &second)?))
            .map(LocalAuthentication)
    }

    /// The name of the key under which tags are made.
    #[getter]
    fn key_id(&self) -> &str {
        self.0.key_id()
    }

    /// The tag of a message, 32 bytes. `direction` is "to-control" or "from-control"; `sequence` counts
    /// the messages of one direction.
    #[pyo3(signature = (message, *, direction, sequence))]
    fn tag<'py>(
        &self,
        py: Python<'py>,
        message: Input,
        direction: &str,
        sequence: u64,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let direction = direction_of(py, direction)?;
        let tag = work(py, || self.0.authenticate(direction, sequence, message.as_ref()))?;
        Ok(PyBytes::new(py, tag.as_bytes()))
    }

    /// The name of the key under which this is the tag of the message; RefusedError 616 if it is not,
    /// whatever is wrong. That no sequence number comes twice is for the caller to see to.
    #[pyo3(signature = (message, tag, *, direction, sequence))]
    fn check(
        &self,
        py: Python<'_>,
        message: Input,
        tag: Input,
        direction: &str,
        sequence: u64,
    ) -> PyResult<String> {
        let direction = direction_of(py, direction)?;
        let tag: [u8; 32] = tag.as_ref().try_into().map_err(|_| {
            let message = "it is not the tag of this message";
            raise(py, &Error::new(Code::BadSignature, "tag", message))
        })?;
        let tag = AuthenticationTag::from(tag);
        work(py, || Ok(self.0.check(direction, sequence, message.as_ref(), &tag)?.to_owned()))
    }

    /// A new half for one person: 16 random characters.
    #[staticmethod]
    fn new_half(py: Python<'_>) -> PyResult<String> {
        let half = work(py, TwoPartKey::new_half)?;
        Ok(half.as_bytes().iter().map(|byte| char::from(*byte)).collect())
    }

    fn __repr__(&self) -> String {
        format!("<LocalAuthentication {}>", self.0.key_id())
    }
}

fn two_part(id: &str, first: &Password, second: &Password) -> Result<Arc<dyn MacKey>> {
    Ok(Arc::new(TwoPartKey::new(id, first.as_ref(), second.as_ref())?))
}

fn direction_of(py: Python<'_>, name: &str) -> PyResult<Direction> {
    match name {
        "to-control" => Ok(Direction::ToControl),
        "from-control" => Ok(Direction::FromControl),
        _ => Err(misuse(py, "direction", "it is \"to-control\" or \"from-control\"")),
    }
}
