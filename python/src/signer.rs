//! Signers: a key in memory, or a Python callable that signs.

use crate::certificate::{Certificate, Certificates};
use crate::error::{exception, misuse, raise, work};
use crate::input::{Input, Password};
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use yinxin::cert;
use yinxin::crypto::public_key::SignatureAlgorithm;
use yinxin::crypto::sm2::UserId;
use yinxin::error::{Code, Error, Result};
use yinxin::key::{
    self, CallbackSigner, KeyBundle, KeyFileOptions, SoftwareKey, ToSign, UnderUserId,
};

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
    /// The key, if it is in memory.
    software: Option<Arc<SoftwareKey>>,
}

impl Signer {
    /// A signer with a key in memory.
    pub fn software(key: SoftwareKey) -> Result<Self> {
        let certificates = key::Signer::certificates(&key)
            .iter()
            .map(|der| cert::Certificate::from_der(der))
            .collect::<Result<_>>()?;
        let key = Arc::new(key);
        let inner = Arc::clone(&key) as Arc<dyn key::Signer>;
        Ok(Signer { inner, certificates, asks_python: false, software: Some(key) })
    }

    /// The key, for decrypting with it, and its own certificate.
    pub fn decrypter(&self, py: Python<'_>) -> PyResult<(&SoftwareKey, &cert::Certificate)> {
        match (&self.software, self.certificates.first()) {
            (Some(key), Some(own)) => Ok((key, own)),
            (None, _) => {
                let message = "a key behind a callable signs, and does not decrypt";
                Err(raise(py, &Error::new(Code::SignerForm, "key", message)))
            }
            (_, None) => {
                let message = "the certificate of the key is needed";
                Err(raise(py, &Error::new(Code::KeyMissing, "key", message)))
            }
        }
    }

    /// Refuses what would wait for itself when a signer's callable asks for it.
    pub fn refuse_inside(py: Python<'_>) -> PyResult<()> {
        if ASKING.get() {
            return Err(misuse(py, "store", "a signer's callable cannot use a store"));
        }
        Ok(())
    }

    /// Does work that signs by several signers, with the interpreter released.
    pub fn work_together<T: Send>(
        py: Python<'_>,
        signers: &[PyRef<'_, Signer>],
        task: impl FnOnce(&[&dyn key::Signer]) -> Result<T> + Send,
    ) -> PyResult<T> {
        let keys: Vec<Arc<dyn key::Signer>> =
            signers.iter().map(|one| Arc::clone(&one.inner)).collect();
        let task = |_: &dyn key::Signer| {
            let keys: Vec<&dyn key::Signer> = keys.iter().map(|one| &**one).collect();
            task(&keys)
        };
        match signers.iter().find(|one| one.asks_python).or(signers.first()) {
            Some(any) => any.work(py, task),
            None => Err(misuse(py, "signers", "there is nobody to sign")),
        }
    }

    /// The key, for something that lives on; one behind a callable does not.
    pub fn shared(&self, py: Python<'_>) -> PyResult<Arc<dyn key::Signer>> {
        if self.asks_python {
            return Err(misuse(py, "signer", "the key of a time stamp authority is in memory"));
        }
        Ok(Arc::clone(&self.inner))
    }

    /// The key, for something that lives on and decrypts with it, and its own certificate.
    pub fn shared_decrypter(
        &self,
        py: Python<'_>,
    ) -> PyResult<(Arc<SoftwareKey>, cert::Certificate)> {
        let (_, own) = self.decrypter(py)?;
        match &self.software {
            Some(key) => Ok((Arc::clone(key), own.clone())),
            None => Err(misuse(py, "key", "the key is not in memory")),
        }
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
    /// signatures, in DER for SM2 and ECDSA; `user_id` is that of SM2, if it is not the default one.
    #[staticmethod]
    #[pyo3(signature = (certificates, sign, *, user_id=None))]
    fn from_callback(
        py: Python<'_>,
        certificates: Certificates,
        sign: Py<PyAny>,
        user_id: Option<Input>,
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
            let mut signer = CallbackSigner::new(algorithm, key, ders, false, ask)?;
            if let Some(user_id) = user_id {
                signer = signer.with_user_id(UserId::new(user_id.as_ref())?);
            }
            Ok(Signer { inner: Arc::new(signer), certificates, asks_python: true, software: None })
        })
    }

    /// The same key in memory, signing under this SM2 user id (0 to 8191 bytes); other keys have none.
    fn with_user_id(&self, py: Python<'_>, user_id: Input) -> PyResult<Self> {
        let Some(key) = &self.software else {
            let message = "a key behind a callable gets its user id from Signer.from_callback";
            return Err(misuse(py, "signer", message));
        };
        let user_id = work(py, || UserId::new(user_id.as_ref()))?;
        let inner = Arc::new(UnderUserId::new(Arc::clone(key), user_id));
        let certificates = self.certificates.clone();
        Ok(Signer { inner, certificates, asks_python: false, software: Some(Arc::clone(key)) })
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
