//! Requests for certificates.

use crate::error::{misuse, work};
use crate::input::Input;
use crate::signer::Signer;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use yinxin::authority::{self, Profile, Subject};
use yinxin::error::{Code, Error};

/// A request for a certificate (PKCS#10): what it says; `verify` tells whether its maker has the key.
#[pyclass(frozen, eq, module = "yinxin")]
#[derive(PartialEq)]
pub struct Pkcs10(pub authority::Pkcs10);

#[pymethods]
impl Pkcs10 {
    /// Reads a request: DER, or PEM with exactly one.
    #[new]
    fn new(py: Python<'_>, data: Input) -> PyResult<Self> {
        work(py, || authority::Pkcs10::from_bytes(data.as_ref())).map(Pkcs10)
    }

    /// A request signed with the key of `signer`, to be sent to an authority. `subject` is such as
    /// "CN=Signer,O=Finance Bureau,C=CN"; `purpose` what the certificate is to be for: "signer",
    /// "maker" (of seals), "time-stamp", "ocsp", "encryption" or "ca".
    #[staticmethod]
    #[pyo3(signature = (signer, subject, *, purpose="signer"))]
    fn make(
        py: Python<'_>,
        signer: &Bound<'_, Signer>,
        subject: &str,
        purpose: &str,
    ) -> PyResult<Self> {
        let profile = self::purpose(py, purpose)?;
        let made = signer
            .get()
            .work(py, |key| authority::Pkcs10::make(key, &Subject::parse(subject)?, profile))?;
        Ok(Pkcs10(made))
    }

    /// The request in DER.
    #[getter]
    fn der<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.as_der())
    }

    /// The subject as text.
    #[getter]
    fn subject(&self) -> &str {
        self.0.subject()
    }

    /// The key that is to be certified: SubjectPublicKeyInfo in DER.
    #[getter]
    fn public_key<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.public_key().to_spki_der())
    }

    /// The extensions that are asked for: object identifier, whether critical, DER.
    #[getter]
    fn extensions<'py>(&self, py: Python<'py>) -> Vec<(String, bool, Bound<'py, PyBytes>)> {
        let one = |wanted: &authority::RequestedExtension| {
            (wanted.oid.to_string(), wanted.critical, PyBytes::new(py, &wanted.value))
        };
        self.0.extensions().iter().map(one).collect()
    }

    /// The request in PEM.
    fn to_pem(&self) -> String {
        self.0.to_pem()
    }

    /// Nothing, if the request is signed with the key that it names; RefusedError if it is not.
    fn verify(&self, py: Python<'_>) -> PyResult<()> {
        work(py, || {
            self.0.verify().map_err(|_| {
                let message = "the request is not signed with the key that it names";
                Error::new(Code::Policy, "PKCS#10", message)
            })
        })
    }

    fn __bytes__<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        self.der(py)
    }

    fn __repr__(&self) -> String {
        format!("<Pkcs10 {}>", self.0.subject())
    }
}

/// What a certificate is for, by its name.
pub fn purpose(py: Python<'_>, name: &str) -> PyResult<Profile> {
    match name {
        "signer" => Ok(Profile::Signer),
        "maker" => Ok(Profile::SealMaker),
        "time-stamp" => Ok(Profile::TimeStamp),
        "ocsp" => Ok(Profile::OcspResponder),
        "encryption" => Ok(Profile::Encryption),
        "ca" => Ok(Profile::Ca { path_len: None }),
        _ => {
            let message =
                "it is \"signer\", \"maker\", \"time-stamp\", \"ocsp\", \"encryption\" or \"ca\"";
            Err(misuse(py, "purpose", message))
        }
    }
}
