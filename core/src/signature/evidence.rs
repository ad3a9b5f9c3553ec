//! Long-term evidence for stamps and signed messages: made, renewed, verified with.

use super::verifier::Verifier;
use crate::asn1::reader::tag;
use crate::asn1::{Oid, Reader};
use crate::cert::Certificate;
use crate::cms::SignedData;
use crate::crypto::sm3;
use crate::error::{Code, Error, Result};
use crate::evidence::{self, Covered, Draft, Evidence, Judged, Material};
use crate::report::Report;
use crate::seal::{self, Expected, Stamp};
use crate::time::Time;
use crate::timestamp::{self, Token};
use crate::trust::{Moment, Proof, Record, Revocation, Trust};

/// A signature that evidence may be about.
enum Signature {
    Stamp(Box<Stamp>),
    Message(Box<SignedData>),
}

impl Verifier {
    /// Collects what proves that a stamp (V4, V5) or signed message is good now, and asks for the
    /// first archive time stamp over it: send [`Draft::request`] to an authority, then
    /// [`complete_evidence`](Self::complete_evidence).
    ///
    /// `covered` holds the signature with a time stamp of its own, the document that was signed, and
    /// what belongs to it. Certificates, lists and responses are taken from this verifier's trust:
    /// those about revocation and seal states are from the time of that time stamp or later.
    ///
    /// # Errors
    ///
    /// [`Code::NotValid`] if the verdict is not Valid by what is collected alone, or by all that is at
    /// hand; the errors of reading the signature; [`Code::Argument`] without a document;
    /// [`Code::Algorithm`] for a hash function that is not offered; [`Code::Count`] above the limits of
    /// [`evidence`].
    pub fn prepare_evidence(&self, covered: &Covered<'_>, hash: Oid, now: Time) -> Result<Draft> {
        let signature = self.read(covered.signature)?;
        if self.trust().policy().revocation == Revocation::Required && !signature.is_time_stamped()
        {
            let message = "nothing proves that the signature is older than the answers about \
                           revocation: it needs a time stamp of its own first";
            return Err(Error::new(Code::NotValid, "evidence", message));
        }
        let ends = signature.certificates(self.trust());
        let seal = signature.seal();
        let material = Material::gather(self.trust(), &ends, seal.as_ref(), now)?;
        let records = [material.recorded(now)];
        // What was collected must do alone, and nothing else at hand may speak against it.
        for trust in [self.trust().clone(), self.trust().bare()] {
            let (trust, moment) = (recorded(trust, &records), proven(Some(now), now));
            check(&signature, covered, None, &trust, &moment).require_valid()?;
        }
        Draft::first(covered, material, hash)
    }

    /// Collects what proves that the newest archive time stamp is good now, and asks for the next
    /// one over it; with `hash`, over everything, by that hash function.
    ///
    /// # Errors
    ///
    /// As [`prepare_evidence`](Self::prepare_evidence). It is too late once the certificates of the
    /// newest archive time stamp have expired.
    pub fn prepare_renewal(
        &self,
        evidence: &Evidence,
        covered: &Covered<'_>,
        hash: Option<Oid>,
        now: Time,
    ) -> Result<Draft> {
        self.verify_with_evidence(evidence, covered, None, now)?.require_valid()?;
        let ends = evidence.newest_authority(self.trust())?;
        let material = Material::gather(self.trust(), &ends, None, now)?;
        let trust = recorded(self.trust().bare(), &[material.recorded(now)]);
        evidence.check_newest(&trust, now)?.require_valid()?;
        match hash {
            Some(hash) => Draft::hash_renewal(evidence, covered, material, hash),
            None => Draft::renewal(evidence, material),
        }
    }

    /// The evidence with the token that the authority gave
    /// ([`TimeStampResponse::token_for`](crate::timestamp::TimeStampResponse::token_for)).
    ///
    /// # Errors
    ///
    /// [`Code::TimeStampMismatch`] for a token that is not the one asked for;
    /// [`Code::NotValid`] if the token is not good under this verifier's trust, or the signature is
    /// not by the evidence alone.
    pub fn complete_evidence(
        &self,
        draft: &Draft,
        token: &Token,
        covered: &Covered<'_>,
        now: Time,
    ) -> Result<Evidence> {
        let signature = self.read(covered.signature)?;
        let evidence = draft.complete(token)?;
        let judged = evidence::judge(&evidence, covered, self.trust(), now);
        judged.report.require_valid()?;
        for trust in [self.trust().clone(), self.trust().bare()] {
            let trust = recorded(trust, &judged.records);
            let moment = proven(judged.proven, now);
            check(&signature, covered, None, &trust, &moment).require_valid()?;
        }
        Ok(evidence)
    }

    /// Verifies a stamp or a detached signed message with its evidence: the evidence first, then the
    /// signature for the moment that it proves; with `property`, a stamp must also say that this is
    /// what it protects.
    ///
    /// # Errors
    ///
    /// A Malformed, Unsupported or Limit error if the bytes are no signature.
    pub fn verify_with_evidence(
        &self,
        evidence: &Evidence,
        covered: &Covered<'_>,
        property: Option<&str>,
        now: Time,
    ) -> Result<Report> {
        let signature = self.read(covered.signature)?;
        let Judged { report: inner, proven: at, records } =
            evidence::judge(evidence, covered, self.trust(), now);
        let trust = recorded(self.trust().clone(), &records);
        let mut report = check(&signature, covered, property, &trust, &proven(at, now));
        report.add_report(inner);
        Ok(report)
    }

    fn read(&self, signature: &[u8]) -> Result<Signature> {
        let profile = self.trust().policy().profile;
        let mut outer = Reader::new(signature, "signature");
        let is_message = outer.sequence().is_ok_and(|inner| inner.peek() == Some(tag::OID));
        if is_message {
            return SignedData::parse(signature, profile)
                .map(|it| Signature::Message(Box::new(it)));
        }
        self.seals.parse_stamp(signature, profile).map(|it| Signature::Stamp(Box::new(it)))
    }
}

impl Signature {
    /// Whether every signer's value carries a time stamp.
    fn is_time_stamped(&self) -> bool {
        match self {
            Signature::Stamp(stamp) => stamp.timestamp_token().is_some(),
            Signature::Message(message) => message
                .signers()
                .iter()
                .all(|signer| signer.time_stamps().is_ok_and(|tokens| !tokens.is_empty())),
        }
    }

    /// The seal of a stamp, by its digest.
    fn seal(&self) -> Option<[u8; 32]> {
        match self {
            Signature::Stamp(stamp) => Some(stamp.seal().digest()),
            Signature::Message(_) => None,
        }
    }

    /// The certificates of those who signed something in it: signers, the maker, authorities.
    fn certificates(&self, trust: &Trust) -> Vec<Certificate> {
        let mut found: Vec<Certificate> = Vec::new();
        let mut tokens: Vec<Vec<u8>> = Vec::new();
        match self {
            Signature::Stamp(stamp) => {
                found.extend(Certificate::from_der(stamp.signer_certificate()).ok());
                found.extend(stamp.seal().maker().ok());
                let inside = [stamp.timestamp_token(), stamp.seal().timestamp_token()];
                tokens.extend(inside.into_iter().flatten().map(<[u8]>::to_vec));
            }
            Signature::Message(message) => {
                let inside = message.certificates().iter();
                found.extend(inside.filter_map(|der| Certificate::from_der(der).ok()));
                for signer in message.signers() {
                    let known = trust.intermediates().iter().chain(trust.anchors());
                    found.extend(known.filter(|known| signer.id.names(known)).cloned());
                    tokens.extend(signer.time_stamps().unwrap_or_default());
                }
            }
        }
        for token in tokens {
            if let Ok(token) = Token::parse(&token, trust.policy().profile) {
                found.extend(timestamp::certificates_of(&token, trust));
            }
        }
        found
    }
}

/// Checks a signature at a moment.
fn check(
    signature: &Signature,
    covered: &Covered<'_>,
    property: Option<&str>,
    trust: &Trust,
    moment: &Moment,
) -> Report {
    let document = covered.documents.first();
    match signature {
        Signature::Stamp(stamp) => {
            let digest = document.map(|document| sm3::digest(document));
            let expected = Expected { data_hash: digest.as_ref(), property };
            seal::check_stamp(stamp, &expected, trust, moment)
        }
        Signature::Message(message) => {
            let content = document.copied().unwrap_or_default();
            timestamp::check_message(message, content, trust, moment)
        }
    }
}

fn recorded(mut trust: Trust, records: &[Record]) -> Trust {
    for record in records {
        trust.add_record(record.clone());
    }
    trust
}

fn proven(at: Option<Time>, now: Time) -> Moment {
    let proof = at.map_or(Proof::Claimed, Proof::Evidence);
    Moment { now, proof }
}
