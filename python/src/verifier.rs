//! The verifier: what it trusts, and every question that it answers.

use crate::bank;
use crate::certificate::{Certificate, Certificates, Crls, OcspResponses, SealStatesLists};
use crate::error::{exception, misuse, work};
use crate::evidence::{self, EvidenceDraft};
use crate::files::FilePath;
use crate::input::{self, At, Input, Inputs};
use crate::report::Report;
use crate::rules::{Algorithms, Authorisation, Catalogue, Templates, Terms};
use crate::seal::{Seal, profile};
use crate::signer::Signer;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};
use std::collections::BTreeMap;
use std::sync::Arc;
use yinxin::asn1::Profile;
use yinxin::crypto::sm2::UserId;
use yinxin::error::Result;
use yinxin::evidence::{Covered, Evidence};
use yinxin::timestamp::{self, Token};
use yinxin::trust::{
    AnchorPurpose, AnchorTerms, Moment, Policy, Revocation, SealStatePolicy, Trust,
};
use yinxin::{report, signature};
use yinxin_files::{Secrecy, cms as files};

/// Answers whether vouchers, stamps, signatures and seals are good: with these anchors, lists and
/// this policy, at the moment that each question names. It reads no clock and no network.
#[pyclass(frozen, module = "yinxin")]
pub struct Verifier(pub Arc<signature::Verifier>);

#[pymethods]
impl Verifier {
    #[new]
    #[pyo3(signature = (*, anchors, intermediates=None, crls=None, ocsp=None, seal_states=None, seal_state_anchors=None, anchors_on_terms=None, expect_seal_states=None, revocation="required", seal_state="if-available", strict_makers=false, user_id=None, maker_user_id=None, issuer_user_id=None, algorithms=None, conforming=true, authorisation=None, templates=None, catalogue=None))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        py: Python<'_>,
        anchors: Certificates,
        intermediates: Option<Certificates>,
        crls: Option<Crls>,
        ocsp: Option<OcspResponses>,
        seal_states: Option<SealStatesLists>,
        seal_state_anchors: Option<Certificates>,
        anchors_on_terms: Option<Vec<(Certificates, Terms)>>,
        expect_seal_states: Option<BTreeMap<String, u64>>,
        revocation: &str,
        seal_state: &str,
        strict_makers: bool,
        user_id: Option<Input>,
        maker_user_id: Option<Input>,
        issuer_user_id: Option<Input>,
        algorithms: Option<Algorithms>,
        conforming: bool,
        authorisation: Option<Authorisation>,
        templates: Option<Templates>,
        catalogue: Option<Catalogue>,
    ) -> PyResult<Self> {
        let mut policy = Policy::default();
        policy.profile = profile(conforming);
        policy.revocation = match revocation {
            "required" => Revocation::Required,
            "if-available" => Revocation::IfAvailable,
            "not-checked" => Revocation::NotChecked,
            _ => {
                let message = "it is \"required\", \"if-available\" or \"not-checked\"";
                return Err(misuse(py, "revocation", message));
            }
        };
        policy.seal_state = match seal_state {
            "required" => SealStatePolicy::Required,
            "if-available" => SealStatePolicy::IfAvailable,
            "not-checked" => SealStatePolicy::NotChecked,
            _ => {
                let message = "it is \"required\", \"if-available\" or \"not-checked\"";
                return Err(misuse(py, "seal_state", message));
            }
        };
        policy.strict_makers = strict_makers;
        policy.algorithms = algorithms.map(|given| given.0).unwrap_or_default();
        let id = |given: Option<Input>| {
            given.map(|id| work(py, || UserId::new(id.as_ref()))).transpose()
        };
        policy.user_id = id(user_id)?.unwrap_or_default();
        policy.maker_user_id = id(maker_user_id)?;
        policy.issuer_user_id = id(issuer_user_id)?.unwrap_or_default();
        let mut trust = Trust::new(policy);
        anchors.0.into_iter().for_each(|one| trust.add_anchor(one));
        intermediates
            .into_iter()
            .flat_map(|some| some.0)
            .for_each(|one| trust.add_intermediate(one));
        crls.into_iter().flat_map(|some| some.0).for_each(|one| trust.add_crl(one));
        ocsp.into_iter().flat_map(|some| some.0).for_each(|one| trust.add_ocsp(one));
        seal_states.into_iter().flat_map(|some| some.0).for_each(|one| trust.add_seal_states(one));
        for anchor in seal_state_anchors.into_iter().flat_map(|some| some.0) {
            let terms = AnchorTerms::new(&[AnchorPurpose::SealState]);
            work(py, || trust.add_anchor_for(anchor, terms))?;
        }
        for (anchors, Terms(terms)) in anchors_on_terms.into_iter().flatten() {
            for anchor in anchors.0 {
                work(py, || trust.add_anchor_for(anchor, terms.clone()))?;
            }
        }
        for (issuer, number) in expect_seal_states.into_iter().flatten() {
            trust.expect_seal_states(&issuer, number);
        }
        let mut verifier = signature::Verifier::new(trust);
        if let Some(Authorisation(authorisation)) = authorisation {
            verifier = verifier.with_authorisation(authorisation);
        }
        if let Some(Templates(templates)) = templates {
            verifier = verifier.with_templates(templates);
        }
        if let Some(Catalogue(catalogue)) = catalogue {
            verifier = verifier.with_catalogue(catalogue);
        }
        Ok(Verifier(Arc::new(verifier)))
    }

    /// Verifies a MOF envelope: every voucher in it and every act on it.
    #[pyo3(signature = (envelope, *, at, received=None))]
    fn verify_voucher(
        &self,
        py: Python<'_>,
        envelope: Input,
        at: At,
        received: Option<At>,
    ) -> PyResult<Report> {
        let moment = moment(at, received);
        work(py, || self.0.verify_voucher(envelope.as_ref(), &moment)).map(Report::from)
    }

    /// Verifies many envelopes: for each, in the order given, a Report or an Error.
    #[pyo3(signature = (envelopes, *, at, received=None, threads=1))]
    fn verify_voucher_many<'py>(
        &self,
        py: Python<'py>,
        envelopes: Inputs,
        at: At,
        received: Option<At>,
        threads: i64,
    ) -> PyResult<Bound<'py, PyList>> {
        let threads = input::threads(py, threads)?;
        let moment = moment(at, received);
        let envelopes = envelopes.slices();
        let many = || Ok(self.0.verify_voucher_many(&envelopes, &moment, threads));
        reports(py, work(py, many)?)
    }

    /// Verifies a stamp (SES_Signature) over a document; `property` is the propertyInfo that it
    /// must have, any if None.
    #[pyo3(signature = (stamp, document, *, at, received=None, property=None))]
    fn verify_document(
        &self,
        py: Python<'_>,
        stamp: Input,
        document: Input,
        at: At,
        received: Option<At>,
        property: Option<&str>,
    ) -> PyResult<Report> {
        let moment = moment(at, received);
        let (stamp, document) = (stamp.as_ref(), document.as_ref());
        work(py, || self.0.verify_stamp(stamp, document, property, &moment)).map(Report::from)
    }

    /// Verifies many pairs of a stamp and its document: for each a Report or an Error.
    #[pyo3(signature = (items, *, at, received=None, threads=1))]
    fn verify_document_many<'py>(
        &self,
        py: Python<'py>,
        items: Vec<(Input, Input)>,
        at: At,
        received: Option<At>,
        threads: i64,
    ) -> PyResult<Bound<'py, PyList>> {
        let threads = input::threads(py, threads)?;
        let moment = moment(at, received);
        let items: Vec<(&[u8], &[u8])> =
            items.iter().map(|(stamp, document)| (stamp.as_ref(), document.as_ref())).collect();
        reports(py, work(py, || Ok(self.0.verify_stamp_many(&items, &moment, threads)))?)
    }

    /// Verifies a detached signature (GB/T 35275) over a document.
    #[pyo3(signature = (signature, document, *, at, received=None))]
    fn verify_signature(
        &self,
        py: Python<'_>,
        signature: Input,
        document: Input,
        at: At,
        received: Option<At>,
    ) -> PyResult<Report> {
        let moment = moment(at, received);
        let (signature, document) = (signature.as_ref(), document.as_ref());
        work(py, || self.0.verify_signature(signature, document, &moment)).map(Report::from)
    }

    /// Collects what proves that a stamp or signed message is good now, for a first time stamp over it:
    /// send `draft.request` to an authority and give `complete_evidence` the token. The first document
    /// is what was signed, others belong to it.
    #[pyo3(signature = (signature, documents, *, at, hash="SM3"))]
    fn prepare_evidence(
        &self,
        py: Python<'_>,
        signature: Input,
        documents: Inputs,
        at: At,
        hash: &str,
    ) -> PyResult<EvidenceDraft> {
        let (hash, documents) = (evidence::hash(py, hash)?, documents.slices());
        let covered = Covered { signature: signature.as_ref(), documents: &documents };
        work(py, || self.0.prepare_evidence(&covered, hash, at.0)).map(EvidenceDraft)
    }

    /// The same for the next time stamp over evidence; with `hash`, everything is hashed again.
    #[pyo3(signature = (evidence, signature, documents, *, at, hash=None))]
    fn prepare_evidence_renewal(
        &self,
        py: Python<'_>,
        evidence: Input,
        signature: Input,
        documents: Inputs,
        at: At,
        hash: Option<&str>,
    ) -> PyResult<EvidenceDraft> {
        let hash = hash.map(|hash| evidence::hash(py, hash)).transpose()?;
        let documents = documents.slices();
        let covered = Covered { signature: signature.as_ref(), documents: &documents };
        work(py, || {
            let evidence = Evidence::from_der(evidence.as_ref())?;
            self.0.prepare_renewal(&evidence, &covered, hash, at.0)
        })
        .map(EvidenceDraft)
    }

    /// The evidence: a draft with the token that answers its request.
    #[pyo3(signature = (draft, token, signature, documents, *, at))]
    fn complete_evidence<'py>(
        &self,
        py: Python<'py>,
        draft: &EvidenceDraft,
        token: Input,
        signature: Input,
        documents: Inputs,
        at: At,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let documents = documents.slices();
        let covered = Covered { signature: signature.as_ref(), documents: &documents };
        let made = work(py, || {
            let token = Token::parse(token.as_ref(), Profile::Conforming)?;
            self.0.complete_evidence(&draft.0, &token, &covered, at.0)
        })?;
        Ok(PyBytes::new(py, made.as_der()))
    }

    /// Verifies a stamp or a detached signature with its evidence, which proves when it existed;
    /// `property` is the propertyInfo that a stamp must have, any if None.
    #[pyo3(signature = (evidence, signature, documents, *, at, property=None))]
    fn verify_with_evidence(
        &self,
        py: Python<'_>,
        evidence: Input,
        signature: Input,
        documents: Inputs,
        at: At,
        property: Option<&str>,
    ) -> PyResult<Report> {
        let documents = documents.slices();
        let covered = Covered { signature: signature.as_ref(), documents: &documents };
        work(py, || {
            let evidence = Evidence::from_der(evidence.as_ref())?;
            self.0.verify_with_evidence(&evidence, &covered, property, at.0)
        })
        .map(Report::from)
    }

    /// Checks a token by itself: that it is about `value`, and that its authority is trusted.
    #[pyo3(signature = (token, value, *, at))]
    fn check_time_stamp(
        &self,
        py: Python<'_>,
        token: Input,
        value: Input,
        at: At,
    ) -> PyResult<Report> {
        let trust = self.0.trust();
        work(py, || {
            let token = Token::parse(token.as_ref(), trust.policy().profile)?;
            Ok(timestamp::check(&token, value.as_ref(), trust, at.0))
        })
        .map(Report::from)
    }

    /// Verifies an OFD document: every signature, what they protect, and that it can be read.
    #[pyo3(signature = (document, *, at, received=None, threads=1))]
    fn verify_ofd(
        &self,
        py: Python<'_>,
        document: Input,
        at: At,
        received: Option<At>,
        threads: i64,
    ) -> PyResult<Report> {
        let threads = input::threads(py, threads)?;
        let moment = moment(at, received);
        let document = document.as_ref();
        work(py, || self.0.verify_ofd(&document, &moment, threads)).map(Report::from)
    }

    /// Verifies a signed message (GB/T 35275, RFC 5652); `content` is what was signed, if that is not
    /// inside. Gives the content, or None if the verdict is not Valid, and the Report.
    #[pyo3(signature = (message, *, at, received=None, content=None))]
    fn verify_message<'py>(
        &self,
        py: Python<'py>,
        message: Input,
        at: At,
        received: Option<At>,
        content: Option<Input>,
    ) -> PyResult<(Option<Bound<'py, PyBytes>>, Report)> {
        let moment = moment(at, received);
        let content = content.as_ref().map(AsRef::as_ref);
        let (report, proven) =
            work(py, || self.0.verify_message(message.as_ref(), content, &moment))?;
        Ok((proven.map(|bytes| PyBytes::new(py, &bytes)), report.into()))
    }

    /// Decrypts a message that is signed and encrypted (`cms.sign_and_encrypt`) with the recipient's
    /// key, and verifies it. Gives the content, or None if the verdict is not Valid, and the Report.
    #[pyo3(signature = (message, *, key, at, received=None))]
    fn decrypt_signed_message<'py>(
        &self,
        py: Python<'py>,
        message: Input,
        key: &Bound<'py, Signer>,
        at: At,
        received: Option<At>,
    ) -> PyResult<(Option<Bound<'py, PyBytes>>, Report)> {
        let moment = moment(at, received);
        let (key, own) = key.get().decrypter(py)?;
        let (report, proven) =
            work(py, || self.0.open_signed(message.as_ref(), key, own, &moment))?;
        Ok((proven.map(|bytes| PyBytes::new(py, &bytes)), report.into()))
    }

    /// Verifies the signed message in the file `message`, in memory that does not grow with it; `content` is
    /// the file that was signed, if that is not inside. With `out` the content becomes that file if the
    /// verdict is Valid; it is replaced only with `overwrite`.
    #[pyo3(signature = (message, *, at, received=None, content=None, out=None, overwrite=false))]
    #[allow(clippy::too_many_arguments)]
    fn verify_message_file(
        &self,
        py: Python<'_>,
        message: FilePath,
        at: At,
        received: Option<At>,
        content: Option<FilePath>,
        out: Option<FilePath>,
        overwrite: bool,
    ) -> PyResult<Report> {
        let moment = moment(at, received);
        let report = work(py, || {
            let (message, content) =
                (message.input()?, content.map(|content| content.input()).transpose()?);
            let out = out.map(|out| out.output(Secrecy::Public, overwrite)).transpose()?;
            files::verify(message, content, out, self.0.trust(), &moment)
        })?;
        Ok(report.into())
    }

    /// Decrypts the file `message` and verifies what was signed in it (`cms.sign_and_encrypt`, or a signed
    /// message that was encrypted). What was signed becomes the file `out` if the verdict is Valid.
    #[pyo3(signature = (message, out, *, key, at, received=None, overwrite=false))]
    #[allow(clippy::too_many_arguments)]
    fn decrypt_signed_message_file(
        &self,
        py: Python<'_>,
        message: FilePath,
        out: FilePath,
        key: &Bound<'_, Signer>,
        at: At,
        received: Option<At>,
        overwrite: bool,
    ) -> PyResult<Report> {
        let moment = moment(at, received);
        let (key, own) = key.get().decrypter(py)?;
        let report = work(py, || {
            let message = message.input()?;
            let private = || out.output(Secrecy::Secret, overwrite);
            let both = (private()?, private()?);
            files::decrypt_signed(message, (key, own), both, self.0.trust(), &moment)
        })?;
        Ok(report.into())
    }

    /// Verifies a bare signature over bytes (`bank.sign_bytes`) with its signer's certificate, which is
    /// judged too. `user_id` is that of the signer; the verifier's own does not count here.
    #[pyo3(signature = (message, signature, *, certificate, at, received=None, user_id=None, form="der"))]
    #[allow(clippy::too_many_arguments)]
    fn verify_bytes(
        &self,
        py: Python<'_>,
        message: Input,
        signature: Input,
        certificate: &Bound<'_, Certificate>,
        at: At,
        received: Option<At>,
        user_id: Option<Input>,
        form: &str,
    ) -> PyResult<Report> {
        let (moment, form) = (moment(at, received), bank::form(py, form)?);
        let user_id = bank::user_id(py, user_id)?;
        let (message, signature) = (message.as_ref(), signature.as_ref());
        let given = signature::BytesSignature { message, signature, form, user_id: &user_id };
        let certificate = &certificate.get().0;
        work(py, || Ok(self.0.verify_bytes(&given, certificate, &moment))).map(Report::from)
    }

    /// Verifies a request of a bank in JSON (`bank.sign_json`) with its signer's certificate, which is
    /// judged too; user id as for `verify_bytes`, options as for `bank.sign_json`.
    #[pyo3(signature = (request, *, certificate, at, received=None, user_id=None, options=None))]
    #[allow(clippy::too_many_arguments)]
    fn verify_json(
        &self,
        py: Python<'_>,
        request: Input,
        certificate: &Bound<'_, Certificate>,
        at: At,
        received: Option<At>,
        user_id: Option<Input>,
        options: Option<bank::Style>,
    ) -> PyResult<Report> {
        let (moment, user_id) = (moment(at, received), bank::user_id(py, user_id)?);
        let (style, certificate) = (bank::style(options), &certificate.get().0);
        let verify =
            || self.0.verify_json(request.as_ref(), &style, &user_id, certificate, &moment);
        work(py, verify).map(Report::from)
    }

    /// Checks a seal by itself.
    #[pyo3(signature = (seal, *, at, received=None))]
    fn check_seal(
        &self,
        py: Python<'_>,
        seal: &Bound<'_, PyAny>,
        at: At,
        received: Option<At>,
    ) -> PyResult<Report> {
        let moment = moment(at, received);
        if let Ok(seal) = seal.cast::<Seal>() {
            let bytes = seal.get().0.as_bytes();
            return work(py, || self.0.verify_seal(bytes, &moment)).map(Report::from);
        }
        let bytes: Input = seal.extract()?;
        work(py, || self.0.verify_seal(bytes.as_ref(), &moment)).map(Report::from)
    }
}

/// The moment of a question.
pub fn moment(at: At, received: Option<At>) -> Moment {
    match received {
        Some(received) => Moment::received(at.0, received.0),
        None => Moment::claimed(at.0),
    }
}

fn reports(py: Python<'_>, results: Vec<Result<report::Report>>) -> PyResult<Bound<'_, PyList>> {
    let list = PyList::empty(py);
    for result in results {
        match result {
            Ok(report) => list.append(Report::from(report))?,
            Err(error) => list.append(exception(py, &error)?)?,
        }
    }
    Ok(list)
}
