//! What Python gives: bytes-like objects, aware datetimes, counts.

use crate::error::misuse;
use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{
    PyByteArray, PyBytes, PyDateAccess, PyDateTime, PyMemoryView, PyTimeAccess, PyTzInfo,
};
use yinxin::Time;
use yinxin::crypto::SecretBytes;

/// The bytes of a bytes-like object: `bytes` itself is shared, for it cannot change; anything else
/// is copied, so that no other thread can change it while the interpreter is released.
pub struct Input(PyBackedBytes);

impl<'py> FromPyObject<'_, 'py> for Input {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let bytes = match object.cast::<PyBytes>() {
            Ok(bytes) => bytes.to_owned(),
            Err(_) => {
                let view = PyMemoryView::from(&object).map_err(|_| not_bytes(&object))?;
                view.call_method0("tobytes")?.cast_into::<PyBytes>()?
            }
        };
        Ok(Input(PyBackedBytes::from(bytes)))
    }
}

fn not_bytes(object: &Bound<'_, PyAny>) -> PyErr {
    let name = object.get_type().name().map(|name| name.to_string()).unwrap_or_default();
    PyTypeError::new_err(format!("a bytes-like object is expected, not {name}"))
}

impl Input {
    /// Whether the object is bytes-like.
    pub fn fits(object: &Bound<'_, PyAny>) -> bool {
        object.is_instance_of::<PyBytes>()
            || object.is_instance_of::<PyByteArray>()
            || PyMemoryView::from(object).is_ok()
    }
}

impl AsRef<[u8]> for Input {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// The bytes of each of an iterable of bytes-like objects.
pub struct Inputs(Vec<Input>);

impl<'py> FromPyObject<'_, 'py> for Inputs {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if Input::fits(&object) {
            let message = "a list of bytes-like objects is expected, not one of them";
            return Err(PyTypeError::new_err(message));
        }
        object.try_iter()?.map(|item| item?.extract()).collect::<PyResult<_>>().map(Inputs)
    }
}

impl Inputs {
    /// The bytes of each.
    pub fn slices(&self) -> Vec<&[u8]> {
        self.0.iter().map(AsRef::as_ref).collect()
    }
}

/// A password: text (taken in UTF-8) or a bytes-like object; this copy is wiped after use.
pub struct Password(SecretBytes);

impl<'py> FromPyObject<'_, 'py> for Password {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let bytes = match object.extract::<String>() {
            Ok(text) => text.into_bytes(),
            Err(_) => object.extract::<Input>()?.as_ref().to_vec(),
        };
        Ok(Password(SecretBytes::new(bytes)))
    }
}

impl AsRef<[u8]> for Password {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// A moment: a `datetime` that knows its offset from UTC.
#[derive(Clone, Copy)]
pub struct At(pub Time);

impl<'py> FromPyObject<'_, 'py> for At {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let py = object.py();
        let Ok(datetime) = object.cast::<PyDateTime>() else {
            let found = object.get_type().name()?;
            return Err(PyTypeError::new_err(format!("expected a datetime, not {found}")));
        };
        let offset = datetime.call_method0("utcoffset")?;
        if offset.is_none() {
            let message = "a datetime without an offset names no moment; \
                give one that is aware, e.g. datetime(2026, 3, 1, tzinfo=timezone.utc)";
            return Err(misuse(py, "datetime", message));
        }
        let out_of_range = || misuse(py, "datetime", "the moment lies outside the years 1 to 9999");
        let utc = match datetime.call_method1("astimezone", (PyTzInfo::utc(py)?,)) {
            Ok(utc) => utc.cast_into::<PyDateTime>()?,
            Err(error) if error.is_instance_of::<PyOverflowError>(py) => {
                return Err(out_of_range());
            }
            Err(error) => return Err(error),
        };
        u16::try_from(utc.get_year())
            .ok()
            .and_then(|year| {
                Time::from_civil(
                    year,
                    utc.get_month(),
                    utc.get_day(),
                    utc.get_hour(),
                    utc.get_minute(),
                    utc.get_second(),
                )
            })
            .and_then(|time| time.with_nanos(utc.get_microsecond().checked_mul(1000)?))
            .map(At)
            .ok_or_else(out_of_range)
    }
}

/// The moment as an aware `datetime` in UTC, rounded down to microseconds.
pub fn datetime(py: Python<'_>, time: Time) -> PyResult<Bound<'_, PyDateTime>> {
    let civil = time.civil();
    PyDateTime::new(
        py,
        i32::from(civil.year),
        civil.month,
        civil.day,
        civil.hour,
        civil.minute,
        civil.second,
        time.nanos() / 1000,
        Some(&*PyTzInfo::utc(py)?),
    )
}

/// The number of threads asked for.
///
/// # Errors
///
/// `Argument` outside 1 to 1024.
pub fn threads(py: Python<'_>, threads: i64) -> PyResult<usize> {
    usize::try_from(threads)
        .ok()
        .filter(|threads| (1..=1024).contains(threads))
        .ok_or_else(|| misuse(py, "threads", "the number of threads is 1 to 1024"))
}
