//! Prepare and complete: acts whose key works in another process or device.

use super::act::{Act, ActKind};
use super::act_to_sign::ActToSign;
use super::body::Body;
use super::step::{Digests, Step, agree};
use crate::asn1::reader::{Reader, tag};
use crate::asn1::ses::signature_value;
use crate::asn1::{Profile, writer};
use crate::cert::{Certificate, Purpose};
use crate::cms;
use crate::crypto::hazmat::{Sm2Digest, sm2_digest, sm2_verify_digest};
use crate::crypto::public_key::{PublicKey, SignatureAlgorithm};
use crate::crypto::sm2::{Signature, UserId};
use crate::crypto::sm3;
use crate::error::{Code, Error, Result};
use crate::seal::{PreparedStamp, Seal, StampRequest};
use crate::time::Time;

const NAME: &str = "ActRequest";
const VERSION: i64 = 1;

/// An act that waits for its signature: opaque, versioned, and kept as bytes between the steps.
#[derive(Debug, Clone)]
pub struct ActRequest {
    to_sign: ActToSign,
    der: Vec<u8>,
    certificate: Certificate,
    user_id: UserId,
    digest: Sm2Digest,
    stamp: Option<StampPart>,
}

#[derive(Debug, Clone)]
struct StampPart {
    seal: Seal,
    time: Time,
    prepared: PreparedStamp,
}

impl ActRequest {
    /// Prepares a stamp by the key of `certificate` at `time`.
    ///
    /// # Errors
    ///
    /// As [`Body::act_to_sign`] and, for the seal and the certificate, as [`crate::seal::stamp`].
    pub fn stamp(
        body: &Body,
        step: &Step<'_>,
        seal: &Seal,
        certificate: &Certificate,
        user_id: &UserId,
        time: Time,
    ) -> Result<ActRequest> {
        let act = body.act_to_sign(ActKind::Stamp, step, time)?;
        ActRequest::new(act, certificate, user_id, Some((seal, time)))
    }

    /// Prepares a signature by the key of `certificate`; `time` is the day of the act.
    ///
    /// # Errors
    ///
    /// As [`Body::act_to_sign`]; [`Code::Algorithm`] if the key is not SM2; [`Code::Policy`] if the
    /// certificate may not sign.
    pub fn signature(
        body: &Body,
        step: &Step<'_>,
        certificate: &Certificate,
        user_id: &UserId,
        time: Time,
    ) -> Result<ActRequest> {
        let act = body.act_to_sign(ActKind::Signature, step, time)?;
        if let Some(problem) = certificate.usage_problem(Purpose::Sign) {
            return Err(Error::new(Code::Policy, certificate.subject().to_owned(), problem));
        }
        ActRequest::new(act, certificate, user_id, None)
    }

    fn new(
        to_sign: ActToSign,
        certificate: &Certificate,
        user_id: &UserId,
        stamp: Option<(&Seal, Time)>,
    ) -> Result<ActRequest> {
        let der = to_sign.to_der();
        let PublicKey::Sm2(key) = certificate.public_key() else {
            return Err(Error::new(Code::Algorithm, "certificate", "acts are signed with SM2"));
        };
        let certificate = certificate.clone();
        let user_id = user_id.clone();
        let Some((seal, time)) = stamp else {
            let digest = sm2_digest(key, &user_id, &[&der]);
            return Ok(ActRequest { to_sign, der, certificate, user_id, digest, stamp: None });
        };
        let property = to_sign.property_info();
        let data_hash = sm3::digest(&der);
        let request = StampRequest { seal, data_hash, property: &property, time, extensions: &[] };
        let prepared = PreparedStamp::new(&request, &certificate, &user_id)?;
        let digest = prepared.digest();
        let stamp = Some(StampPart { seal: seal.clone(), time, prepared });
        Ok(ActRequest { to_sign, der, certificate, user_id, digest, stamp })
    }

    /// What the act says.
    pub fn to_sign(&self) -> &ActToSign {
        &self.to_sign
    }

    /// Stamp or signature.
    pub fn kind(&self) -> ActKind {
        if self.stamp.is_some() { ActKind::Stamp } else { ActKind::Signature }
    }

    /// The message to be signed.
    pub fn to_be_signed(&self) -> &[u8] {
        match &self.stamp {
            Some(stamp) => stamp.prepared.to_be_signed(),
            None => &self.der,
        }
    }

    /// The SM2 digest e of the message, for devices that take a digest.
    pub fn digest(&self) -> Sm2Digest {
        self.digest
    }

    /// The user id that the digest was made with.
    pub fn user_id(&self) -> &UserId {
        &self.user_id
    }

    /// The certificate whose key is to sign.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The request as bytes, to be kept or sent; it holds no secret.
    pub fn to_bytes(&self) -> Vec<u8> {
        let stamp = self.stamp.as_ref().map(|stamp| {
            let parts =
                [writer::octet_string(stamp.seal.as_bytes()), writer::generalized_time(stamp.time)];
            writer::tlv(tag::context(0), &[&parts[0], &parts[1]])
        });
        writer::sequence(&[
            &writer::integer(VERSION),
            &writer::octet_string(&self.der),
            &writer::octet_string(self.certificate.as_der()),
            &writer::octet_string(self.user_id.as_bytes()),
            stamp.as_deref().unwrap_or_default(),
        ])
    }

    /// Reads a request.
    ///
    /// # Errors
    ///
    /// [`Code::Version`] for a request of another version; else what makes it no request.
    pub fn from_bytes(bytes: &[u8]) -> Result<ActRequest> {
        let mut fields = Reader::whole(bytes, NAME)?;
        let version = fields.expect(tag::INTEGER)?;
        if version.integer_i64()? != VERSION {
            return Err(Error::new(Code::Version, NAME, "another version").at(version.offset));
        }
        let to_sign = ActToSign::from_der(fields.expect(tag::OCTET_STRING)?.value)?;
        let certificate = Certificate::from_der(fields.expect(tag::OCTET_STRING)?.value)?;
        let user_id = UserId::new(fields.expect(tag::OCTET_STRING)?.value)?;
        let stamp = match fields.optional(tag::context(0))? {
            None => None,
            Some(stamp) => {
                let mut parts = stamp.contents();
                let seal = parts.expect(tag::OCTET_STRING)?.value;
                let seal = Seal::parse(seal, Profile::Conforming)?;
                let time = parts.expect(tag::GENERALIZED_TIME)?.time()?;
                parts.finish()?;
                Some((seal, time))
            }
        };
        fields.finish()?;
        let stamp = stamp.as_ref().map(|(seal, time)| (seal, *time));
        ActRequest::new(to_sign, &certificate, &user_id, stamp)
    }

    /// Adds the act to the voucher, now that it is signed; `signature` is DER, or r and s side by
    /// side as devices give it. The voucher is changed only if everything fits.
    ///
    /// # Errors
    ///
    /// [`Code::Completed`] if the voucher carries this act already; [`Code::Changed`] if the
    /// voucher or the acts before this one are no longer those of the request; [`Code::Order`] if
    /// the position was filled meanwhile; [`Code::Signer`] if the signature is not good.
    pub fn complete(&self, body: &mut Body, signature: &[u8]) -> Result<()> {
        self.require_open(body)?;
        let evidence = match &self.stamp {
            Some(stamp) => stamp.prepared.complete(signature)?.as_bytes().to_vec(),
            None => self.message(signature)?,
        };
        body.add_act(Act::new(self.der.clone(), self.kind(), evidence)?)
    }

    fn message(&self, signature: &[u8]) -> Result<Vec<u8>> {
        let PublicKey::Sm2(key) = self.certificate.public_key() else {
            return Err(Error::new(Code::Algorithm, "certificate", "acts are signed with SM2"));
        };
        let good = signature_value::to_raw(signature)
            .and_then(|raw| Signature::from_raw(&raw).ok())
            .filter(|signature| sm2_verify_digest(key, &self.digest, signature).is_ok())
            .ok_or_else(|| Error::new(Code::Signer, "signature", "it does not verify"))?;
        let certificates = [self.certificate.as_der().to_vec()];
        cms::assemble_detached(SignatureAlgorithm::Sm2WithSm3, &certificates, &good.to_der())
    }

    /// Refuses a voucher that is not as it was when the request was made.
    fn require_open(&self, body: &Body) -> Result<()> {
        let mine = &self.to_sign;
        let fail = |code, message: &'static str| Err(Error::new(code, NAME, message));
        if body.acts().iter().any(|act| act.to_sign_der() == self.der) {
            return fail(Code::Completed, "the voucher carries this act already");
        }
        if body.acts().iter().any(|act| act.to_sign().position == mine.position) {
            return fail(Code::Order, "the position was filled meanwhile");
        }
        if body.acts().iter().any(|act| act.to_sign().sequence > mine.sequence) {
            return fail(Code::Order, "a later position was filled meanwhile");
        }
        let step = Step {
            org: &mine.org,
            role: &mine.role,
            position: &mine.position,
            sequence: mine.sequence,
            voucher_version: mine.voucher_version,
            edition: &mine.edition,
            attachments: &mine.attachments,
            ..Step::default()
        };
        let digests = Digests::of(body);
        let now = body.describe(&step, &digests, mine.catalogue_digest, mine.template_digest)?;
        if agree(&now, mine) && now.previous_acts == mine.previous_acts {
            return Ok(());
        }
        fail(Code::Changed, "the voucher is not what the request was made for")
    }
}
