//! What is given as JSON: templates of positions, a catalogue of voucher types, who may act where, terms
//! of anchors.

use crate::error::work;
use crate::input::At;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};
use yinxin::error::Result;
use yinxin::signature::Act;
use yinxin::trust::{self, AnchorTerms};
use yinxin::voucher;

/// Who may act where.
pub struct Authorisation(pub voucher::Authorisation);

/// The positions of voucher types: the given ones and, for other types, the built-in ones.
pub struct Templates(pub voucher::Templates);

/// The rules of voucher types: the given ones and, for other types, the built-in ones.
pub struct Catalogue(pub voucher::Catalogue);

impl<'py> FromPyObject<'_, 'py> for Authorisation {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        json(&object, voucher::Authorisation::from_json).map(Authorisation)
    }
}

impl<'py> FromPyObject<'_, 'py> for Templates {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let mut templates = voucher::Templates::built_in();
        templates.add(json(&object, voucher::Templates::from_json)?);
        Ok(Templates(templates))
    }
}

impl<'py> FromPyObject<'_, 'py> for Catalogue {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let mut catalogue = voucher::Catalogue::built_in();
        catalogue.add(json(&object, voucher::Catalogue::from_json)?);
        Ok(Catalogue(catalogue))
    }
}

/// For what and when an anchor counts.
pub struct Terms(pub AnchorTerms);

impl<'py> FromPyObject<'_, 'py> for Terms {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        json(&object, AnchorTerms::from_json).map(Terms)
    }
}

/// Until when algorithms count.
pub struct Algorithms(pub trust::Algorithms);

impl<'py> FromPyObject<'_, 'py> for Algorithms {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        json(&object, trust::Algorithms::from_json).map(Algorithms)
    }
}

/// Reads JSON: text, or the same as a dict or list.
pub fn json<T: Send>(
    object: &Bound<'_, PyAny>,
    read: impl FnOnce(&[u8]) -> Result<T> + Send,
) -> PyResult<T> {
    let py = object.py();
    let value = object.is_instance_of::<PyDict>() || object.is_instance_of::<PyList>();
    let text: String = if value {
        py.import("json")?.call_method1("dumps", (object,))?.extract()?
    } else if let Ok(text) = object.cast::<PyString>() {
        text.extract()?
    } else {
        return Err(PyTypeError::new_err(
            "JSON as a str, or the same as a dict or list, is expected",
        ));
    };
    work(py, || read(text.as_bytes()))
}

/// The local rules by which an act is made.
pub struct Rules {
    templates: Option<voucher::Templates>,
    catalogue: Option<voucher::Catalogue>,
}

impl Rules {
    /// The given ones, the built-in ones where there is none.
    pub fn local(templates: Option<Templates>, catalogue: Option<Catalogue>) -> Self {
        Rules {
            templates: templates.map(|given| given.0),
            catalogue: catalogue.map(|given| given.0),
        }
    }

    /// An act by these rules.
    pub fn act<'a>(&'a self, org: &'a str, role: &'a str, position: &'a str, at: At) -> Act<'a> {
        let act = Act::new(org, role, position, at.0);
        let act = match &self.templates {
            Some(templates) => act.with_templates(templates),
            None => act,
        };
        match &self.catalogue {
            Some(catalogue) => act.with_catalogue(catalogue),
            None => act,
        }
    }
}
