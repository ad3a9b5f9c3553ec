//! Signers: a key in memory, or a Python callable that signs.

use crate::certificate::{Certificate, Certificates};
use crate::error::{exception, misuse, work};
use crate::input::{Input, Password};
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use yinxin::cert;
use yinxin::crypto::public_key::SignatureAlgorithm;
use yinxin::error::{Code, Error, Result};
use yinxin::key::{self, CallbackSigner, KeyBundle, KeyFileOptions, SoftwareKey, ToSign};

thread_local! {
    /// Whether a callable is being asked on this thread; asking again would wait for ever.
    static ASKING: Cell<bool> = const { Cell::new(false) };
    /// What the callable raised, to be the cause of the error that comes of it.
    static RAISED: RefCell<Option<PyErr>> = const { RefCell::new(None) };
}

/// A key that signs, with its certificates.
#[pyclass(frozen, module = "yinxin")]
pub struct Signer {
    inner: Arc<dyn key::Signer>,
    certificates: Vec<cert::Certificate>,
    asks_python: bool,
}

impl Signer {
    /// A signer with a key in memory.
    pub fn software(key: SoftwareKey) -> Result<Self> {
        let certificates = key::Signer::certificates(&key)
            .iter()
            .map(|der| cert::Certificate::from_der(der))
            .collect::<Result<_>>()?;
        Ok(Signer { inner: Arc::new(key), certificates, asks_python: false })
    }

    /// The key, for something that lives on; one behind a callable does not.
    pub fn shared(&self, py: Python<'_>) -> PyResult<Arc<dyn key::Signer>> {
        if self.asks_python {
            return Err(misuse(py, "signer", "the key of a time stamp authority is in memory"));
        }
        Ok(Arc::clone(&self.inner))
    }

    /// Does work that signs, with the interpreter released.
    pub fn work<T: Send>(
        &self,
        py: Python<'_>,
        task: impl FnOnce(&dyn key::Signer) -> Result<T> + Send,
    ) -> PyResult<T> {
        if !self.asks_python {
            return work(py, || task(&*self.inner));
        }
        if ASKING.get() {
            return Err(misuse(
                py,
                "signer",
                "a signer's callable cannot use such a signer itself",
            ));
        }
        RAISED.take();
        work(py, || task(&*self.inner)).map_err(|error| because(py, error, RAISED.take()))
    }

    /// Does work that signs many: for each a value, or the exception that says why there is none.
    pub fn work_many<'py>(
        &self,
        py: Python<'py>,
        task: impl FnOnce(&dyn key::Signer) -> Vec<Result<Vec<u8>>> + Send,
    ) -> PyResult<Bound<'py, PyList>> {
        let results = self.work(py, |signer| Ok(task(signer)))?;
        let raised = RAISED.take();
        if let Some(error) = raised.as_ref().filter(|error| !is_ordinary(py, error)) {
            return Err(error.clone_ref(py));
        }
        let list = PyList::empty(py);
        for result in results {
            match result {
                Ok(bytes) => list.append(PyBytes::new(py, &bytes))?,
                Err(error) => {
                    let value = exception(py, &error)?;
                    if let Some(cause) = raised.as_ref().filter(|_| error.code() == Code::Signer) {
                        PyErr::from_value(value.clone()).set_cause(py, Some(cause.clone_ref(py)));
                    }
                    list.append(value)?;
                }
            }
        }
        Ok(list)
    }
}

/// The error with what the callable raised as its cause; KeyboardInterrupt and the like themselves.
fn because(py: Python<'_>, error: PyErr, raised: Option<PyErr>) -> PyErr {
    match raised {
        Some(raised) if !is_ordinary(py, &raised) => raised,
        Some(raised) => {
            error.set_cause(py, Some(raised));
            error
        }
        None => error,
    }
}

fn is_ordinary(py: Python<'_>, error: &PyErr) -> bool {
    error.is_instance_of::<PyException>(py)
}

#[pymethods]
impl Signer {
    /// A signer from PEM: a private key, plain or encrypted, and its certificates.
    #[staticmethod]
    #[pyo3(signature = (data, password=None))]
    fn from_pem(py: Python<'_>, data: Input, password: Option<Password>) -> PyResult<Self> {
        let password = password.as_ref().map(AsRef::as_ref);
        work(py, || Signer::software(SoftwareKey::from_pem(data.as_ref(), password)?))
    }

    /// A signer from a key file: PKCS#12 (`.p12`, `.pfx`), PEM with keys and certificates in any
    /// order, PKCS#8 or CFCA's `.sm2`, told apart by content. `name` chooses among several keys;
    /// `legacy` opens PKCS#12 under PBE-SHA1-3DES or RC2 too, `without_mac` PKCS#12 without a MAC.
    #[staticmethod]
    #[pyo3(signature = (data, password=None, *, name=None, legacy=false, without_mac=false))]
    fn from_key_file(
        py: Python<'_>,
        data: Input,
        password: Option<Password>,
        name: Option<&str>,
        legacy: bool,
        without_mac: bool,
    ) -> PyResult<Self> {
        let password = password.as_ref().map(AsRef::as_ref);
        let mut options = KeyFileOptions::default();
        if legacy {
            options = options.allow_legacy();
        }
        if without_mac {
            options = options.allow_without_mac();
        }
        work(py, || {
            let bundle = KeyBundle::from_bytes(data.as_ref(), password, &options)?;
            Signer::software(bundle.into_key(name)?)
        })
    }

    /// A signer that asks a callable, which gets a list of messages and returns the list of their
    /// signatures, in DER for SM2 and ECDSA.
    #[staticmethod]
    fn from_callback(
        py: Python<'_>,
        certificates: Certificates,
        sign: Py<PyAny>,
    ) -> PyResult<Self> {
        if !sign.bind(py).is_callable() {
            return Err(pyo3::exceptions::PyTypeError::new_err("sign is not callable"));
        }
        let Certificates(certificates) = certificates;
        work(py, || {
            let own = certificates.first().ok_or_else(|| {
                Error::new(Code::KeyMissing, "certificates", "the signer's certificate is needed")
            })?;
            let key = own.public_key().clone();
            let ders = certificates.iter().map(|one| one.as_der().to_vec()).collect();
            let algorithm = SignatureAlgorithm::usual(&key);
            let ask = move |inputs: &[ToSign<'_>]| ask(&sign, inputs);
            let signer = CallbackSigner::new(algorithm, key, ders, false, ask)?;
            Ok(Signer { inner: Arc::new(signer), certificates, asks_python: true })
        })
    }

    /// The signer's own certificate.
    #[getter]
    fn certificate(&self) -> Option<Certificate> {
        self.certificates.first().cloned().map(Certificate)
    }

    /// The signer's certificates, its own first.
    #[getter]
    fn certificates<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.certificates.iter().cloned().map(Certificate).collect::<Vec<_>>())
    }

    fn __repr__(&self) -> String {
        match self.certificates.first() {
            Some(certificate) => format!("<Signer {}>", certificate.subject()),
            None => "<Signer without certificate>".to_owned(),
        }
    }
}

fn ask(sign: &Py<PyAny>, inputs: &[ToSign<'_>]) -> Vec<Result<Vec<u8>>> {
    let asked = Python::try_attach(|py| {
        ASKING.set(true);
        let signatures = call(py, sign, inputs);
        ASKING.set(false);
        signatures.map_err(|error| {
            let name = error.get_type(py).name().map(|name| name.to_string()).unwrap_or_default();
            RAISED.set(Some(error));
            Error::new(Code::Signer, "callback", format!("it raised {name}"))
        })
    });
    let gone = || Error::new(Code::Signer, "callback", "the interpreter is shutting down");
    match asked.unwrap_or_else(|| Err(gone())) {
        Ok(signatures) => signatures.into_iter().map(Ok).collect(),
        Err(error) => inputs.iter().map(|_| Err(error.clone())).collect(),
    }
}

fn call(py: Python<'_>, sign: &Py<PyAny>, inputs: &[ToSign<'_>]) -> PyResult<Vec<Vec<u8>>> {
    let messages = PyList::empty(py);
    for input in inputs {
        match input {
            ToSign::Message(message) => messages.append(PyBytes::new(py, message))?,
            _ => return Err(misuse(py, "callback", "it takes messages only")),
        }
    }
    let signatures: Vec<Input> = sign.bind(py).call1((messages,))?.extract()?;
    Ok(signatures.iter().map(|signature| signature.as_ref().to_vec()).collect())
}
