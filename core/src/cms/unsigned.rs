//! The unsigned attributes of a signer: time stamps and countersignatures, read and put in.

use super::attributed::{Signed, Terms, add_new};
use super::attributes::Role;
use super::make::implicit_set;
use super::signed_data::{MAX_SIGNERS, SignedData, SignerInfo, signer_info};
use crate::asn1::reader::tag;
use crate::asn1::{Oid, Profile, Reader, Tlv, oid, writer};
use crate::crypto::digest;
use crate::error::{Code, Error, Result};
use crate::key::Signer;
use crate::time::Time;

/// The most unsigned attributes of one signer.
const MAX_UNSIGNED: usize = 64;
/// The most time stamps of one signer.
pub const MAX_TIME_STAMPS: usize = 8;
/// The most countersignatures of one signer.
pub const MAX_COUNTERSIGNATURES: usize = 8;

impl SignerInfo {
    /// The time stamps over the signature value, as DER; whatever else the unsigned attributes hold
    /// says nothing here.
    ///
    /// # Errors
    ///
    /// [`Code::Der`] if the attributes are none; [`Code::Count`] for more than 64 attributes or 8
    /// time stamps.
    pub fn time_stamps(&self) -> Result<Vec<Vec<u8>>> {
        let mut tokens = Vec::new();
        for attribute in attributes(self.unsigned_attributes.as_deref())? {
            let mut fields = Reader::new(&attribute, "Attribute").sequence()?;
            if fields.expect(tag::OID)?.oid()? != oid::ATTRIBUTE_TIME_STAMP_TOKEN {
                continue;
            }
            let mut values = fields.expect(tag::SET)?.contents();
            fields.finish()?;
            while !values.is_empty() {
                if tokens.len() == MAX_TIME_STAMPS {
                    let message = "more time stamps than MAX_TIME_STAMPS";
                    return Err(Error::new(Code::Count, "attributes", message));
                }
                tokens.push(values.expect(tag::SEQUENCE)?.raw.to_vec());
            }
        }
        Ok(tokens)
    }
}

impl SignerInfo {
    /// The countersignatures over the signature value.
    ///
    /// # Errors
    ///
    /// As [`time_stamps`](Self::time_stamps); also for one that holds contentType or lacks
    /// messageDigest.
    ///
    /// # Source
    ///
    /// RFC 5652 §11.4. GB/T 35275 says nothing of them (unverified); they are read in both forms.
    pub fn countersignatures(&self) -> Result<Vec<SignerInfo>> {
        let mut found = Vec::new();
        for attribute in attributes(self.unsigned_attributes.as_deref())? {
            let mut fields = Reader::new(&attribute, "Attribute").sequence()?;
            if fields.expect(tag::OID)?.oid()? != oid::ATTRIBUTE_COUNTERSIGNATURE {
                continue;
            }
            let mut values = fields.expect(tag::SET)?.contents();
            fields.finish()?;
            while !values.is_empty() {
                if found.len() == MAX_COUNTERSIGNATURES {
                    let message = "more countersignatures than MAX_COUNTERSIGNATURES";
                    return Err(Error::new(Code::Count, "attributes", message));
                }
                let fields = values.sequence()?.named("Countersignature");
                found.push(signer_info(fields, Role::Countersigner)?);
            }
        }
        Ok(found)
    }
}

impl SignedData {
    /// The message (DER) with this token as the time stamp of its one signer, in place of those it
    /// had; all else keeps its bytes.
    ///
    /// The token is not checked here.
    ///
    /// # Errors
    ///
    /// As [`SignedData::parse`]; [`Code::Form`] for a message of no or several signers.
    pub fn with_unchecked_time_stamp(message: &[u8], token: &[u8]) -> Result<Vec<u8>> {
        if SignedData::parse(message, Profile::Conforming)?.signers().len() != 1 {
            let message = "only a message of one signer is time stamped";
            return Err(Error::new(Code::Form, "SignedData", message));
        }
        let mut parts = Parts::of(message)?;
        parts.change_signer(0, |kept| {
            kept.retain(|(kind, _)| *kind != oid::ATTRIBUTE_TIME_STAMP_TOKEN);
            kept.push((oid::ATTRIBUTE_TIME_STAMP_TOKEN, token.to_vec()));
        })?;
        parts.into_message()
    }

    /// The message (DER) with one more signer, who signs the same content (given where it is not
    /// inside) with attributes, and the signer's certificates; all else keeps its bytes.
    ///
    /// The signatures that it has are not checked here.
    ///
    /// # Errors
    ///
    /// As [`SignedData::parse`], [`content_or`](Self::content_or) and
    /// [`sign_with_attributes`](super::sign_with_attributes); [`Code::Count`].
    pub fn with_signer(
        message: &[u8],
        signer: &dyn Signer,
        beside: Option<&[u8]>,
        signing_time: Option<Time>,
    ) -> Result<Vec<u8>> {
        let signed = SignedData::parse(message, Profile::Conforming)?;
        if signed.signers().len() == MAX_SIGNERS {
            let message = "no more signers than MAX_SIGNERS";
            return Err(Error::new(Code::Count, "SignedData", message));
        }
        let content_type = Some(signed.content_type());
        let terms = Terms { content_type, gm: signed.is_gm(), signing_time };
        let content = signed.content_or(beside)?;
        let added = Signed::by(signer, &terms, &|algorithm| digest::named(algorithm, content))?;
        let mut parts = Parts::of(message)?;
        add_new(&mut parts.digests, added.digest_identifier);
        parts.add_certificates(signer.certificates());
        parts.signers.push(added.signer_info);
        parts.into_message()
    }

    /// The message (DER) with a countersignature over the signature of the signer with this number
    /// (from 0, in the order of [`signers`](Self::signers)), and the countersigner's certificates; all
    /// else keeps its bytes. It is not checked here what is countersigned.
    ///
    /// # Errors
    ///
    /// As [`with_signer`](Self::with_signer); [`Code::Argument`] if there is no such signer.
    pub fn countersigned(
        message: &[u8],
        number: usize,
        signer: &dyn Signer,
        signing_time: Option<Time>,
    ) -> Result<Vec<u8>> {
        let signed = SignedData::parse(message, Profile::Conforming)?;
        let of = signed.signers().get(number).ok_or_else(|| {
            Error::new(Code::Argument, "number", format!("there is no signer {number}"))
        })?;
        if of.countersignatures()?.len() == MAX_COUNTERSIGNATURES {
            let message = "no more countersignatures than MAX_COUNTERSIGNATURES";
            return Err(Error::new(Code::Count, "attributes", message));
        }
        let terms = Terms { content_type: None, gm: signed.is_gm(), signing_time };
        let value = &of.signature;
        let added = Signed::by(signer, &terms, &|algorithm| digest::named(algorithm, value))?;
        let mut parts = Parts::of(message)?;
        parts.add_certificates(signer.certificates());
        parts.change_signer(number, |kept| {
            kept.push((oid::ATTRIBUTE_COUNTERSIGNATURE, added.signer_info));
        })?;
        parts.into_message()
    }
}

/// A message taken apart, in DER; what is not changed keeps its bytes.
struct Parts {
    message_type: Vec<u8>,
    version: Vec<u8>,
    digests: Vec<Vec<u8>>,
    content: Vec<u8>,
    certificates: Vec<Vec<u8>>,
    crls: Vec<u8>,
    signers: Vec<Vec<u8>>,
}

impl Parts {
    /// The parts of a message that [`SignedData::parse`] has read.
    fn of(message: &[u8]) -> Result<Parts> {
        let mut info = Reader::new(message, "ContentInfo").sequence()?;
        let message_type = info.expect(tag::OID)?.raw.to_vec();
        let mut fields = info.expect(tag::context(0))?.contents().sequence()?;
        let version = fields.expect(tag::INTEGER)?.raw.to_vec();
        let digests = elements(&fields.expect(tag::SET)?)?;
        let content = fields.expect(tag::SEQUENCE)?.raw.to_vec();
        let certificates = fields.optional(tag::context(0))?;
        let certificates = certificates.as_ref().map(elements).transpose()?.unwrap_or_default();
        let crls = fields.optional(tag::context(1))?.map(|crls| crls.raw.to_vec());
        let signers = elements(&fields.expect(tag::SET)?)?;
        let crls = crls.unwrap_or_default();
        Ok(Parts { message_type, version, digests, content, certificates, crls, signers })
    }

    fn add_certificates(&mut self, certificates: &[Vec<u8>]) {
        certificates.iter().for_each(|der| add_new(&mut self.certificates, der.clone()));
    }

    /// Changes the unsigned attributes of a signer, each here as its type and one value.
    fn change_signer(
        &mut self,
        number: usize,
        change: impl FnOnce(&mut Vec<(Oid, Vec<u8>)>),
    ) -> Result<()> {
        let Some(signer) = self.signers.get_mut(number) else { return Ok(()) };
        let mut fields = Reader::new(signer, "SignerInfo").sequence()?;
        let mut parts = Vec::new();
        let mut former = None;
        while !fields.is_empty() {
            // Behind the signature value.
            match fields.read()? {
                part if part.tag == tag::context(1) => former = Some(part.raw.to_vec()),
                part => parts.push(part.raw),
            }
        }
        // The attributes that are not ours to change keep their bytes.
        let (mut kept, mut ours) = (Vec::new(), Vec::new());
        for attribute in attributes(former.as_deref())? {
            let mut fields = Reader::new(&attribute, "Attribute").sequence()?;
            let kind = fields.expect(tag::OID)?.oid()?;
            let values = elements(&fields.expect(tag::SET)?)?;
            match kind {
                oid::ATTRIBUTE_TIME_STAMP_TOKEN | oid::ATTRIBUTE_COUNTERSIGNATURE => {
                    ours.extend(values.into_iter().map(|value| (kind, value)));
                }
                _ => kept.push(attribute),
            }
        }
        change(&mut ours);
        for kind in [oid::ATTRIBUTE_TIME_STAMP_TOKEN, oid::ATTRIBUTE_COUNTERSIGNATURE] {
            let of_kind = ours.iter().filter(|(of, _)| *of == kind);
            let values: Vec<Vec<u8>> = of_kind.map(|(_, value)| value.clone()).collect();
            if !values.is_empty() {
                kept.push(writer::sequence(&[&writer::oid(&kind), &writer::set_of(values)]));
            }
        }
        let unsigned = implicit_set(1, kept);
        parts.push(&unsigned);
        *signer = writer::sequence(&parts);
        Ok(())
    }

    /// The message in DER. It is read once more: certificates that are none were passed over by the
    /// reader, and in another order they may say that lengths are left open.
    fn into_message(self) -> Result<Vec<u8>> {
        let certificates = match self.certificates.is_empty() {
            true => Vec::new(),
            false => implicit_set(0, self.certificates),
        };
        let signed_data = writer::sequence(&[
            &self.version,
            &writer::set_of(self.digests),
            &self.content,
            &certificates,
            &self.crls,
            &writer::set_of(self.signers),
        ]);
        let message = writer::sequence(&[&self.message_type, &writer::explicit(0, &signed_data)]);
        SignedData::parse(&message, Profile::Conforming)?;
        Ok(message)
    }
}

/// The members of a SET, which has passed a limit before.
fn elements(set: &Tlv<'_>) -> Result<Vec<Vec<u8>>> {
    let mut members = Vec::new();
    let mut contents = set.contents();
    while !contents.is_empty() {
        members.push(contents.read()?.raw.to_vec());
    }
    Ok(members)
}

/// The attributes of `[1] IMPLICIT SET OF Attribute`.
fn attributes(unsigned: Option<&[u8]>) -> Result<Vec<Vec<u8>>> {
    let mut attributes = Vec::new();
    let Some(unsigned) = unsigned else { return Ok(attributes) };
    let mut contents = Reader::new(unsigned, "attributes").expect(tag::context(1))?.contents();
    while !contents.is_empty() {
        if attributes.len() == MAX_UNSIGNED {
            let message = "more unsigned attributes than are read";
            return Err(Error::new(Code::Count, "attributes", message));
        }
        attributes.push(contents.expect(tag::SEQUENCE)?.raw.to_vec());
    }
    Ok(attributes)
}
