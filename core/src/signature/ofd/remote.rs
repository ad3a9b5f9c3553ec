//! Documents whose key is in another process or device: prepare, let sign, complete.

use super::digests;
use super::plan::{Plan, fingerprint};
use super::request::OfdRequest;
use super::sign::{may_sign, message, stamp_request};
use super::signed::{Evidence, SignedOfd};
use crate::asn1::reader::{Reader, tag};
use crate::asn1::ses::signature_value;
use crate::asn1::{Profile, writer};
use crate::cert::Certificate;
use crate::container::ofd::{Package, PartPath, Rewrite};
use crate::crypto::hazmat::{Sm2Digest, sm2_digest, sm2_verify_digest};
use crate::crypto::public_key::PublicKey;
use crate::crypto::sm2::{self, Signature, UserId};
use crate::crypto::sm3;
use crate::error::{Code, Error, Result};
use crate::seal::{PreparedStamp, Seal, StampRequest};
use crate::time::Time;

const NAME: &str = "OfdSigningRequest";
const VERSION: i64 = 1;
/// The most files that a signature changes.
const MAX_PARTS: usize = 4;

/// A signature over a document that waits for its value: opaque, versioned, and kept as bytes between
/// the steps. It holds what will be added to the package, and the digest of all that is in it.
#[derive(Debug, Clone)]
pub struct OfdSigningRequest {
    id: String,
    description: PartPath,
    value: PartPath,
    parts: Vec<(PartPath, Vec<u8>)>,
    found: [u8; 32],
    content: [u8; 32],
    time: Time,
    certificate: Certificate,
    user_id: UserId,
    digest: Sm2Digest,
    stamp: Option<(Seal, PreparedStamp)>,
}

/// Prepares a signature or stamp by the key of `certificate`; the request says what it has to sign.
///
/// # Errors
///
/// As for [`sign_ofd`](super::sign_ofd), but for those of the signer.
pub fn prepare_ofd(
    package: &Package<'_>,
    request: &OfdRequest<'_>,
    certificate: &Certificate,
    user_id: &UserId,
    threads: usize,
) -> Result<OfdSigningRequest> {
    let plan = Plan::new(package, request, threads)?;
    let parts = plan.rewrite.parts().map(|(path, bytes)| (path.clone(), bytes.to_vec())).collect();
    let stamp = match request.seal {
        None => None,
        Some(seal) => {
            let stamp = stamp_request(&plan, seal, request.time);
            Some((seal.clone(), PreparedStamp::new(&stamp, certificate, user_id)?))
        }
    };
    OfdSigningRequest {
        id: plan.id,
        description: plan.description,
        value: plan.value,
        parts,
        found: plan.found,
        content: plan.digest,
        time: request.second(),
        certificate: certificate.clone(),
        user_id: user_id.clone(),
        digest: Sm2Digest([0; 32]),
        stamp,
    }
    .with_digest()
}

impl OfdSigningRequest {
    /// The path of the signature's description, Signature.xml.
    pub fn path(&self) -> &PartPath {
        &self.description
    }

    /// The message to be signed.
    pub fn to_be_signed(&self) -> &[u8] {
        match &self.stamp {
            Some((_, stamp)) => stamp.to_be_signed(),
            None => &self.content,
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
        let text = |text: &str| writer::octet_string(text.as_bytes());
        let parts: Vec<Vec<u8>> = self
            .parts
            .iter()
            .map(|(path, bytes)| {
                writer::sequence(&[&text(path.as_str()), &writer::octet_string(bytes)])
            })
            .collect();
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        let seal = self.stamp.as_ref().map(|(seal, _)| {
            writer::tlv(tag::context(0), &[&writer::octet_string(seal.as_bytes())])
        });
        writer::sequence(&[
            &writer::integer(VERSION),
            &text(&self.id),
            &text(self.description.as_str()),
            &text(self.value.as_str()),
            &writer::sequence(&parts),
            &writer::octet_string(&self.found),
            &writer::generalized_time(self.time),
            &writer::octet_string(self.certificate.as_der()),
            &writer::octet_string(self.user_id.as_bytes()),
            seal.as_deref().unwrap_or_default(),
        ])
    }

    /// Reads a request.
    ///
    /// # Errors
    ///
    /// [`Code::Version`] for a request of another version; else what makes it no request.
    pub fn from_bytes(bytes: &[u8]) -> Result<OfdSigningRequest> {
        let wrong = |message: &'static str| Error::new(Code::Structure, NAME, message);
        let mut outer = Reader::new(bytes, NAME);
        let mut fields = outer.sequence()?;
        outer.finish()?;
        let version = fields.expect(tag::INTEGER)?;
        if version.integer_i64()? != VERSION {
            return Err(Error::new(Code::Version, NAME, "another version").at(version.offset));
        }
        let id = text(&mut fields)?;
        let description = PartPath::parse(&text(&mut fields)?)?;
        let value = PartPath::parse(&text(&mut fields)?)?;
        let mut list = fields.sequence()?;
        let mut parts = Vec::new();
        while !list.is_empty() {
            if parts.len() == MAX_PARTS {
                return Err(Error::new(Code::Count, NAME, "more parts than a signature changes"));
            }
            let mut part = list.sequence()?;
            let path = PartPath::parse(&text(&mut part)?)?;
            parts.push((path, part.expect(tag::OCTET_STRING)?.value.to_vec()));
            part.finish()?;
        }
        let found = fields.expect(tag::OCTET_STRING)?.value;
        let found = found.try_into().map_err(|_| wrong("a digest of another length"))?;
        let time = fields.expect(tag::GENERALIZED_TIME)?.time()?;
        let certificate = Certificate::from_der(fields.expect(tag::OCTET_STRING)?.value)?;
        let user_id = UserId::new(fields.expect(tag::OCTET_STRING)?.value)?;
        let seal = match fields.optional(tag::context(0))? {
            None => None,
            Some(seal) => {
                let mut part = seal.contents();
                let seal = part.expect(tag::OCTET_STRING)?.value;
                part.finish()?;
                Some(Seal::parse(seal, Profile::Conforming)?)
            }
        };
        fields.finish()?;
        let xml = parts.iter().find(|(path, _)| *path == description);
        let (_, xml) = xml.ok_or_else(|| wrong("the description is missing"))?;
        let content = sm3::digest(xml);
        let stamp = match seal {
            None => None,
            Some(seal) => {
                let request = StampRequest {
                    seal: &seal,
                    data_hash: content,
                    property: description.as_str(),
                    time,
                    extensions: &[],
                };
                let prepared = PreparedStamp::new(&request, &certificate, &user_id)?;
                Some((seal, prepared))
            }
        };
        OfdSigningRequest {
            id,
            description,
            value,
            parts,
            found,
            content,
            time,
            certificate,
            user_id,
            digest: Sm2Digest([0; 32]),
            stamp,
        }
        .with_digest()
    }

    /// The signed document, now that its signature is made; `signature` is DER, or r and s side by side
    /// as devices give it. All parts of the package are hashed again, on up to `threads` threads.
    ///
    /// # Errors
    ///
    /// [`Code::Completed`] if the package has this signature already; [`Code::Changed`] if it is no
    /// longer what the request was made for; [`Code::Signer`] if the signature is not good.
    pub fn complete<'p>(
        &self,
        package: &'p Package<'p>,
        signature: &[u8],
        threads: usize,
    ) -> Result<SignedOfd<'p>> {
        if self.is_in(package)? {
            return Err(Error::new(
                Code::Completed,
                NAME,
                "the package has this signature already",
            ));
        }
        let evidence = match &self.stamp {
            Some((_, prepared)) => Evidence::Stamp(Box::new(prepared.complete(signature)?)),
            None => Evidence::Message(self.message(signature)?),
        };
        if fingerprint(&digests::all(package, threads)?) != self.found {
            let message = "the package is not what the request was made for";
            return Err(Error::new(Code::Changed, NAME, message));
        }
        let mut rewrite = Rewrite::new(package, self.time);
        for (path, bytes) in &self.parts {
            rewrite.put(path.clone(), bytes.clone());
        }
        let plan = Plan {
            rewrite,
            id: self.id.clone(),
            description: self.description.clone(),
            value: self.value.clone(),
            digest: self.content,
            found: self.found,
        };
        Ok(SignedOfd::new(plan, evidence, self.time))
    }

    /// Whether the package has the signature that this request asked for.
    fn is_in(&self, package: &Package<'_>) -> Result<bool> {
        let Some((entry, _)) = package.find(&self.description) else { return Ok(false) };
        let own = self.parts.iter().find(|(path, _)| *path == self.description);
        match own {
            Some((_, xml)) if entry.size() == xml.len() as u64 => {
                Ok(package.read(entry, xml.len())? == *xml)
            }
            _ => Ok(false),
        }
    }

    fn message(&self, signature: &[u8]) -> Result<Vec<u8>> {
        let key = sm2_key(&self.certificate)?;
        let good = signature_value::to_raw(signature)
            .and_then(|raw| Signature::from_raw(&raw).ok())
            .filter(|signature| sm2_verify_digest(key, &self.digest, signature).is_ok())
            .ok_or_else(|| Error::new(Code::Signer, "signature", "it does not verify"))?;
        message(&[self.certificate.as_der().to_vec()], &self.content, &good.to_der())
    }

    fn with_digest(mut self) -> Result<OfdSigningRequest> {
        self.digest = match &self.stamp {
            Some((_, prepared)) => prepared.digest(),
            None => {
                may_sign(&self.certificate, self.time)?;
                sm2_digest(sm2_key(&self.certificate)?, &self.user_id, &[&self.content])
            }
        };
        Ok(self)
    }
}

fn sm2_key(certificate: &Certificate) -> Result<&sm2::PublicKey> {
    match certificate.public_key() {
        PublicKey::Sm2(key) => Ok(key),
        _ => Err(Error::new(Code::Algorithm, "certificate", "documents are signed with SM2")),
    }
}

fn text(fields: &mut Reader<'_>) -> Result<String> {
    let field = fields.expect(tag::OCTET_STRING)?;
    match std::str::from_utf8(field.value) {
        Ok(text) => Ok(text.to_owned()),
        Err(_) => Err(Error::new(Code::Structure, NAME, "text that is not UTF-8").at(field.offset)),
    }
}
