//! Errors of the library as Python exceptions, and work done with the interpreter released.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use std::panic::{AssertUnwindSafe, catch_unwind};
use yinxin::error::{Code, Error, Result};

/// The exception object for an error; its class is that of the family.
pub fn exception<'py>(py: Python<'py>, error: &Error) -> PyResult<Bound<'py, PyAny>> {
    static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    MAKE.import(py, "yinxin._errors", "make")?.call1((
        error.family().name(),
        error.code().number(),
        error.structure(),
        error.message(),
        error.offset(),
    ))
}

/// The error, ready to be raised.
pub fn raise(py: Python<'_>, error: &Error) -> PyErr {
    match exception(py, error) {
        Ok(value) => PyErr::from_value(value),
        Err(failure) => failure,
    }
}

/// Does the work with the interpreter released; a panic becomes an `InternalError`.
pub fn work<T: Send>(py: Python<'_>, work: impl FnOnce() -> Result<T> + Send) -> PyResult<T> {
    let panicked = || Error::new(Code::Panic, "yinxin", "a panic was caught; please report it");
    py.detach(|| catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(panicked())))
        .map_err(|error| raise(py, &error))
}

/// An argument out of its range.
pub fn misuse(py: Python<'_>, argument: &'static str, message: impl Into<String>) -> PyErr {
    raise(py, &Error::new(Code::Argument, argument, message.into()))
}
