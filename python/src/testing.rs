//! What tests need: a certificate authority, signers, seals and vouchers, all made up.

use crate::certificate::{Certificate, Certificates, SealStates};
use crate::error::{misuse, work};
use crate::input::{At, Inputs, Password};
use crate::pkcs10::{self, Pkcs10};
use crate::seal::Seal;
use crate::signer::Signer;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::sync::{Mutex, PoisonError};
use yinxin::asn1::pem;
use yinxin::asn1::ses::Version;
use yinxin::authority::{self, CertificateRequest, Subject};
use yinxin::error::{Code, Error, Result};
use yinxin::key::{SoftwareKey, ToSign};
use yinxin::seal::picture::svg_round_seal;
use yinxin::seal::{self, SealRequest};
use yinxin::trust::seal_states::{SealName, SealState, SealStatesBuilder, StateChange};
use yinxin::voucher::{Body, Encoding, Envelope, example};

/// A certificate authority for tests, its key in memory; its certificates say that they are for
/// testing.
#[pyclass(frozen, module = "yinxin.testing")]
pub struct Authority(Mutex<authority::Authority>);

impl Authority {
    fn with<T: Send>(
        &self,
        py: Python<'_>,
        task: impl FnOnce(&mut authority::Authority) -> Result<T> + Send,
    ) -> PyResult<T> {
        work(py, || task(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

#[pymethods]
impl Authority {
    #[new]
    #[pyo3(signature = (subject="CN=Test Root,C=CN", *, valid_from, valid_until))]
    fn new(py: Python<'_>, subject: &str, valid_from: At, valid_until: At) -> PyResult<Self> {
        work(py, || {
            let (key, subject) = (SoftwareKey::generate_sm2()?, Subject::parse(subject)?);
            authority::Authority::root(key, subject, valid_from.0, valid_until.0)
        })
        .map(|authority| Authority(Mutex::new(authority)))
    }

    /// The authority's own certificate: the anchor.
    #[getter]
    fn certificate(&self, py: Python<'_>) -> PyResult<Certificate> {
        self.with(py, |authority| Ok(Certificate(authority.certificate().clone())))
    }

    /// A new SM2 key with a certificate of this authority, in PEM; encrypted if there is a
    /// password. `purpose` is one of those of `Pkcs10.make`.
    #[pyo3(signature = (subject, *, valid_from, valid_until, purpose="signer", password=None))]
    #[allow(clippy::too_many_arguments)]
    fn issue_pem<'py>(
        &self,
        py: Python<'py>,
        subject: &str,
        valid_from: At,
        valid_until: At,
        purpose: &str,
        password: Option<Password>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let profile = pkcs10::purpose(py, purpose)?;
        let password = password.as_ref().map(AsRef::as_ref);
        let text = self.with(py, |authority| {
            let subject = Subject::parse(subject)?;
            let (key, certificate) =
                authority.issue_new_key(subject, profile, valid_from.0, valid_until.0)?;
            let mut text = key.to_pkcs8_pem(password)?.as_bytes().to_vec();
            text.extend(pem::encode("CERTIFICATE", certificate.as_der()).bytes());
            Ok(text)
        })?;
        Ok(PyBytes::new(py, &text))
    }

    /// A new signer: an SM2 key in memory with a certificate of this authority.
    #[pyo3(signature = (subject, *, valid_from, valid_until, purpose="signer"))]
    fn issue(
        &self,
        py: Python<'_>,
        subject: &str,
        valid_from: At,
        valid_until: At,
        purpose: &str,
    ) -> PyResult<Signer> {
        let profile = pkcs10::purpose(py, purpose)?;
        self.with(py, |authority| {
            let subject = Subject::parse(subject)?;
            let (key, _) =
                authority.issue_new_key(subject, profile, valid_from.0, valid_until.0)?;
            Signer::software(key)
        })
    }

    /// The certificate that a request asks for, its subject and key as they stand there.
    #[pyo3(signature = (request, *, valid_from, valid_until, purpose="signer"))]
    fn issue_for(
        &self,
        py: Python<'_>,
        request: &Bound<'_, Pkcs10>,
        valid_from: At,
        valid_until: At,
        purpose: &str,
    ) -> PyResult<Certificate> {
        let profile = pkcs10::purpose(py, purpose)?;
        let request = &request.get().0;
        self.with(py, |authority| {
            let wanted = CertificateRequest::of(request, profile, valid_from.0, valid_until.0)?;
            authority.issue(&wanted).map(Certificate)
        })
    }

    /// Puts a certificate on the lists from now on, as revoked at this moment.
    #[pyo3(signature = (certificate, *, at))]
    fn revoke(&self, py: Python<'_>, certificate: &Certificate, at: At) -> PyResult<()> {
        self.with(py, |authority| authority.revoke(&certificate.0, at.0, None))
    }

    /// A revocation list in PEM, in force from `this_update` to `next_update`.
    #[pyo3(signature = (*, this_update, next_update))]
    fn crl<'py>(
        &self,
        py: Python<'py>,
        this_update: At,
        next_update: At,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let crl = self.with(py, |authority| authority.crl(this_update.0, next_update.0))?;
        Ok(PyBytes::new(py, pem::encode("X509 CRL", crl.as_der()).as_bytes()))
    }

    /// An OCSP response in DER about these certificates, in force from `this_update` to
    /// `next_update`.
    #[pyo3(signature = (certificates, *, this_update, next_update))]
    fn ocsp<'py>(
        &self,
        py: Python<'py>,
        certificates: Certificates,
        this_update: At,
        next_update: At,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let about = certificates.0;
        let response =
            self.with(py, |authority| authority.ocsp(&about, this_update.0, next_update.0))?;
        Ok(PyBytes::new(py, response.as_der()))
    }
}

/// A seal with a drawn picture, made by `maker`, that lists these certificates.
#[pyfunction]
#[pyo3(signature = (maker, *, name, certificates, created, valid_from, valid_until, id="TEST-0001", version=5))]
#[allow(clippy::too_many_arguments)]
pub fn make_seal(
    py: Python<'_>,
    maker: &Signer,
    name: &str,
    certificates: Certificates,
    created: At,
    valid_from: At,
    valid_until: At,
    id: &str,
    version: i64,
) -> PyResult<Seal> {
    let version = match version {
        1 => Version::V1,
        4 => Version::V4,
        5 => Version::V5,
        _ => return Err(misuse(py, "version", "it is 1, 4 or 5")),
    };
    maker
        .work(py, |maker| {
            let picture = svg_round_seal(name, None, 42)?;
            let request = SealRequest {
                version,
                id,
                vendor: "yinxin-testing",
                name,
                kind: 1,
                certificates: &certificates.0,
                by_digest: false,
                created: created.0,
                valid_from: valid_from.0,
                valid_until: valid_until.0,
                picture: seal::Picture { kind: "SVG", data: &picture, width_mm: 42, height_mm: 42 },
            };
            seal::make(&request, maker)
        })
        .map(Seal)
}

/// A list of the states of seals, number 1 or the one after `previous`: what it recorded and that this
/// seal is "active", "suspended", "cancelled" or "marked-invalid" from then on.
#[pyfunction]
#[pyo3(signature = (signer, *, seal, state="active", effective_from, this_update, next_update, issuer="Test Office", previous=None))]
#[allow(clippy::too_many_arguments)]
pub fn make_seal_states(
    py: Python<'_>,
    signer: &Bound<'_, Signer>,
    seal: &Bound<'_, Seal>,
    state: &str,
    effective_from: At,
    this_update: At,
    next_update: At,
    issuer: &str,
    previous: Option<&Bound<'_, SealStates>>,
) -> PyResult<SealStates> {
    let state = SealState::from_name(state)
        .ok_or_else(|| misuse(py, "state", "no state of a seal is called so"))?;
    let (seal, previous) = (&seal.get().0, previous.map(|previous| &previous.get().0));
    signer
        .get()
        .work(py, |signer| {
            let mut list = match previous {
                Some(previous) => SealStatesBuilder::after(previous, this_update.0, next_update.0)?,
                None => SealStatesBuilder::new(issuer, this_update.0, next_update.0)?,
            };
            let name = SealName { digest: seal.digest(), id: seal.id(), maker: "" };
            let (effective_from, recorded_at) = (effective_from.0, this_update.0);
            let reason = String::new();
            list.record(&name, StateChange { state, effective_from, recorded_at, reason })?;
            list.sign(signer)
        })
        .map(SealStates)
}

/// An envelope (MOF) with one made-up voucher: type "5106", "5201" or "8202", number 1 to 999999.
#[pyfunction]
#[pyo3(signature = (number=1, *, vt_code="5201"))]
pub fn make_voucher<'py>(
    py: Python<'py>,
    number: u32,
    vt_code: &str,
) -> PyResult<Bound<'py, PyBytes>> {
    let envelope = work(py, || {
        if !(1..=999_999).contains(&number) {
            return Err(Error::new(Code::Argument, "number", "1 to 999999"));
        }
        let builder = match vt_code {
            "5106" => example::clearing_quota_notice(number)?,
            "5201" => example::direct_payment(number)?,
            "8202" => example::authorised_payment(number)?,
            _ => return Err(Error::new(Code::Argument, "vt_code", "5106, 5201 or 8202")),
        };
        let voucher = builder.build(Encoding::Gbk)?;
        Envelope::of(Body::original(voucher)?).to_xml(Encoding::Gbk)
    })?;
    Ok(PyBytes::new(py, &envelope))
}

/// The signatures of a signer over messages as they are: what a device behind a callback does.
#[pyfunction]
pub fn sign_messages<'py>(
    py: Python<'py>,
    signer: &Signer,
    messages: Inputs,
) -> PyResult<Vec<Bound<'py, PyBytes>>> {
    let messages = messages.slices();
    let messages: Vec<ToSign<'_>> = messages.into_iter().map(ToSign::Message).collect();
    let signatures = signer.work(py, |signer| {
        signer.sign_many(&messages, 1).into_iter().collect::<Result<Vec<Vec<u8>>>>()
    })?;
    Ok(signatures.iter().map(|signature| PyBytes::new(py, signature)).collect())
}
