//! Reports and what they hold, as frozen Python objects.

use crate::error::raise;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use yinxin::report;

/// What one check found.
#[pyclass(frozen, eq, hash, get_all, module = "yinxin")]
#[derive(PartialEq, Eq, Hash)]
pub struct Check {
    code: &'static str,
    outcome: &'static str,
    required: bool,
    subject: String,
    detail: String,
}

impl Check {
    fn new(check: &report::Check) -> Self {
        Check {
            code: check.code.name(),
            outcome: check.outcome.name(),
            required: check.required,
            subject: check.subject.clone(),
            detail: check.detail.clone(),
        }
    }
}

#[pymethods]
impl Check {
    fn __repr__(&self) -> String {
        let optional = if self.required { "" } else { ", not required" };
        format!("<Check {} {}{optional}>", self.code, self.outcome)
    }
}

/// What a report says beside its checks; never changes the verdict.
#[pyclass(frozen, eq, hash, get_all, module = "yinxin")]
#[derive(PartialEq, Eq, Hash)]
pub struct Note {
    code: &'static str,
    detail: String,
}

#[pymethods]
impl Note {
    fn __repr__(&self) -> String {
        format!("<Note {}>", self.code)
    }
}

/// What a verification found: coded checks, notes and a verdict.
///
/// A report has no truth value: ask `.valid`, or call `.require_valid()`.
#[pyclass(frozen, eq, module = "yinxin")]
#[derive(PartialEq, Eq)]
pub struct Report(report::Report);

impl From<report::Report> for Report {
    fn from(report: report::Report) -> Self {
        Report(report)
    }
}

#[pymethods]
impl Report {
    /// Whether the verdict is "Valid".
    #[getter]
    fn valid(&self) -> bool {
        self.0.is_valid()
    }

    /// "Valid", "Invalid" or "NotDetermined".
    #[getter]
    fn verdict(&self) -> &'static str {
        self.0.verdict().name()
    }

    /// What the report is about.
    #[getter]
    fn subject(&self) -> &str {
        self.0.subject()
    }

    /// The checks, in the order they were made.
    #[getter]
    fn checks<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.checks().iter().map(Check::new).collect::<Vec<_>>())
    }

    /// Every failed check that counts, of this report and its parts.
    #[getter]
    fn failures<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.failures().into_iter().map(Check::new).collect::<Vec<_>>())
    }

    /// The codes of mandatory checks that were not made.
    #[getter]
    fn missing<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.missing().iter().map(|code| code.name()).collect::<Vec<_>>())
    }

    /// The notes.
    #[getter]
    fn notes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let note =
            |note: &report::Note| Note { code: note.code.name(), detail: note.detail.clone() };
        PyTuple::new(py, self.0.notes().iter().map(note).collect::<Vec<_>>())
    }

    /// The reports of the parts, one per inner signature.
    #[getter]
    fn reports<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.reports().iter().cloned().map(Report).collect::<Vec<_>>())
    }

    /// The first check with this code in this report or its parts, a failed one before others.
    fn find(&self, code: &str) -> Option<Check> {
        self.0.find(report::CheckCode::from_name(code)?).map(Check::new)
    }

    /// The report as the JSON object that every language gives.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// The report as text for people, one line per check.
    fn to_text(&self) -> String {
        self.0.to_text()
    }

    /// Raises RefusedError unless the verdict is "Valid".
    fn require_valid(&self, py: Python<'_>) -> PyResult<()> {
        self.0.require_valid().map_err(|error| raise(py, &error))
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(PyTypeError::new_err(
            "a Report has no truth value: ask report.valid or call report.require_valid()",
        ))
    }

    fn __repr__(&self) -> String {
        format!("<Report {}: {}>", self.verdict(), self.0.subject())
    }

    fn __str__(&self) -> String {
        self.0.to_text()
    }
}
