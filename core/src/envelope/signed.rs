//! The signed messages inside packets and of receipts: one form, made and judged many at a time.

use crate::asn1::{Profile, oid};
use crate::cert::{Certificate, Purpose};
use crate::cms::{self, SignedData};
use crate::crypto::hazmat;
use crate::crypto::public_key::{PublicKey, SignatureAlgorithm};
use crate::crypto::sm2::{self, PreparedPublicKey, Signature, UserId, VerifyItem, VerifyKey};
use crate::error::{Code, Error, Result};
use crate::key::{Signer, ToSign, checked};
use crate::report::{CheckCode, Report};
use crate::timestamp::SIGNER_CODES;
use crate::trust::{Moment, Question, Trust, assess};
use std::collections::HashMap;

/// From how many signatures under one key on it is worth its table.
const WORTH_PREPARING: usize = 8;

/// Signs each content: SignedData after GB/T 35275 with the content inside, by SM2, without
/// attributes. Results in input order.
pub(super) fn make_many(
    contents: &[&[u8]],
    signer: &dyn Signer,
    threads: usize,
) -> Vec<Result<Vec<u8>>> {
    if signer.algorithm() != SignatureAlgorithm::Sm2WithSm3 {
        let refused = || Error::new(Code::SignerForm, "signer", "envelopes are signed with SM2");
        return contents.iter().map(|_| Err(refused())).collect();
    }
    let inputs: Vec<ToSign<'_>> = contents.iter().map(|content| ToSign::Message(content)).collect();
    let signatures = checked::sign_many(signer, &inputs, threads);
    let certificates = signer.certificates();
    let assemble = |(signature, content): (Result<Vec<u8>>, &&[u8])| {
        cms::assemble_attached(signer.algorithm(), certificates, content, &signature?)
    };
    signatures.into_iter().zip(contents).map(assemble).collect()
}

/// A message in that form, not yet judged.
#[derive(Debug)]
pub(super) struct Signed {
    message: SignedData,
    content: Vec<u8>,
    certificate: Certificate,
    /// None for a value that is no signature at all.
    signature: Option<Signature>,
}

impl Signed {
    /// Reads a message.
    ///
    /// # Errors
    ///
    /// [`Code::Der`] and others of [`SignedData::parse`]; [`Code::Structure`] for another form.
    pub(super) fn read(der: &[u8]) -> Result<Signed> {
        let message = SignedData::parse(der, Profile::Conforming)?;
        let refused = |why: &'static str| Error::new(Code::Structure, "signed message", why);
        let [signer] = message.signers() else {
            return Err(refused("there is not exactly one signer"));
        };
        let certificate = message.certificate_of(signer);
        let certificate =
            certificate.ok_or_else(|| refused("the signer's certificate is missing"))?;
        let content = message.content().ok_or_else(|| refused("the content is missing"))?.to_vec();
        // Own certificate first: it names the signer.
        let mut certificates = message.certificates().to_vec();
        certificates.sort_by_key(|der| der != certificate.as_der());
        let sm2 = SignatureAlgorithm::Sm2WithSm3;
        let same = cms::assemble_attached(sm2, &certificates, &content, &signer.signature);
        if same.ok().as_deref() != Some(der) {
            return Err(refused("not in the one form that it can have"));
        }
        let signature = Signature::from_der(&signer.signature).ok();
        Ok(Signed { certificate, signature, content, message })
    }

    /// What was signed.
    pub(super) fn content(&self) -> &[u8] {
        &self.content
    }

    /// The certificate that the signer names.
    pub(super) fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    fn item<'a>(&'a self, key: Option<VerifyKey<'a>>, id: &'a UserId) -> Option<VerifyItem<'a>> {
        Some(VerifyItem::new(key?, id, &self.content, self.signature.as_ref()?))
    }
}

/// The report about the signer of each message: the signature, and the certificate at the moment.
///
/// Certificates that come again, with the same ones beside them, are judged once.
pub(super) fn judge_many(
    messages: &[&Signed],
    trust: &Trust,
    moment: &Moment,
    threads: usize,
) -> Vec<Report> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut known: HashMap<(&[u8], &[Vec<u8>]), usize> = HashMap::new();
    let of_group: Vec<usize> = messages
        .iter()
        .map(|signed| {
            let key = (signed.certificate.as_der(), signed.message.certificates());
            let at = *known.entry(key).or_insert_with(|| {
                groups.push(Group { signed, count: 0, report: None, prepared: None });
                groups.len() - 1
            });
            groups[at].count += 1;
            at
        })
        .collect();
    groups.iter_mut().for_each(|group| group.assess(trust, moment));
    let good = verify(messages, &of_group, &groups, trust, threads);
    messages
        .iter()
        .zip(of_group.iter().zip(good))
        .map(|(signed, (group, good))| {
            let subject = signed.certificate.subject();
            let mut report = Report::new(subject, &[CheckCode::SignatureValue]);
            let detail = if good { "" } else { "the signature value is not good" };
            report.check(CheckCode::SignatureValue, good, subject, detail);
            if let Some(about) = &groups[*group].report {
                report.absorb(about.clone());
            }
            report
        })
        .collect()
}

/// Messages of one signer with the same certificates inside.
struct Group<'a> {
    signed: &'a Signed,
    count: usize,
    /// What was found about the certificate.
    report: Option<Report>,
    prepared: Option<PreparedPublicKey>,
}

impl Group<'_> {
    fn assess(&mut self, trust: &Trust, moment: &Moment) {
        let codes = SIGNER_CODES;
        let mandatory =
            [codes.usage, codes.validity, codes.chain, codes.revocation, codes.algorithm];
        let certificate = &self.signed.certificate;
        let mut report = Report::new(certificate.subject(), &mandatory);
        // Nothing is judged for a moment that has not come.
        let at = moment.proof.time().map_or(moment.now, |time| time.min(moment.now));
        let detail = format!("{}, judged for {at}", moment.proof.name());
        let possible = moment.proof.time().is_none_or(|time| time <= moment.now);
        report.check(CheckCode::TimeProof, possible, "", detail);
        let extra: Vec<Certificate> = self
            .signed
            .message
            .certificates()
            .iter()
            .filter_map(|der| Certificate::from_der(der).ok())
            .collect();
        let question = Question {
            certificate,
            extra: &extra,
            purpose: Purpose::Sign,
            hashes: &[oid::SM3],
            at,
            existed: at,
            now: moment.now,
        };
        let good = assess(&mut report, &codes, &question, trust).good;
        self.report = Some(report);
        if let (PublicKey::Sm2(key), true) =
            (certificate.public_key(), good && self.count >= WORTH_PREPARING)
        {
            self.prepared = Some(key.into());
        }
    }

    fn key(&self) -> Option<VerifyKey<'_>> {
        let PublicKey::Sm2(key) = self.signed.certificate.public_key() else { return None };
        Some(self.prepared.as_ref().map_or_else(|| key.into(), Into::into))
    }
}

/// Whether each signature value is good.
fn verify(
    messages: &[&Signed],
    of_group: &[usize],
    groups: &[Group<'_>],
    trust: &Trust,
    threads: usize,
) -> Vec<bool> {
    let id = &trust.policy().user_id;
    if let [signed] = messages {
        // One alone, with a key that may have been prepared for others before it.
        let (PublicKey::Sm2(key), Some(signature)) =
            (signed.certificate.public_key(), &signed.signature)
        else {
            return vec![false];
        };
        let digest = hazmat::sm2_digest(key, id, &[&signed.content]);
        return vec![trust.keys().verify_digest(key, &digest, signature).is_ok()];
    }
    let items: Vec<Option<VerifyItem<'_>>> = messages
        .iter()
        .zip(of_group)
        .map(|(signed, group)| signed.item(groups[*group].key(), id))
        .collect();
    let sound: Vec<VerifyItem<'_>> = items.iter().flatten().copied().collect();
    let mut found = sm2::verify_many(&sound, threads).into_iter();
    let good = |item: &Option<VerifyItem<'_>>| {
        item.is_some() && found.next().is_some_and(|found| found.is_ok())
    };
    items.iter().map(good).collect()
}
