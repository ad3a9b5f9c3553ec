//! A document with its new signature, before it is written.

use super::plan::Plan;
use crate::asn1::Profile;
use crate::cms::SignedData;
use crate::container::ofd::PartPath;
use crate::error::{Code, Error, Result};
use crate::seal::Stamp;
use crate::time::Time;
use crate::timestamp::{Imprint, TimeStampRequest, Token};
use std::io::Write;

/// A package with its new signature: what changes, and the rest where it lies.
#[derive(Debug)]
#[must_use = "nothing is signed before it is written"]
pub struct SignedOfd<'p> {
    plan: Plan<'p>,
    evidence: Evidence,
    time: Time,
}

/// The value of a signature.
#[derive(Debug)]
pub(super) enum Evidence {
    Stamp(Box<Stamp>),
    Message(Vec<u8>),
}

impl<'p> SignedOfd<'p> {
    pub(super) fn new(plan: Plan<'p>, evidence: Evidence, time: Time) -> SignedOfd<'p> {
        SignedOfd { plan, evidence, time }
    }

    /// The identifier of the signature in the document's list.
    pub fn id(&self) -> &str {
        &self.plan.id
    }

    /// The path of the signature's description, Signature.xml: what a stamp says that it protects.
    pub fn path(&self) -> &PartPath {
        &self.plan.description
    }

    /// The value of the signature, SignedValue.dat: a stamp, or a message after GB/T 35275.
    pub fn value(&self) -> &[u8] {
        match &self.evidence {
            Evidence::Stamp(stamp) => stamp.as_bytes(),
            Evidence::Message(message) => message,
        }
    }

    /// A request for a time stamp over the signature.
    ///
    /// # Errors
    ///
    /// [`Code::Form`] for a stamp of V1, which has no place for a time stamp; [`Code::Random`].
    pub fn time_stamp_request(&self) -> Result<TimeStampRequest> {
        match &self.evidence {
            Evidence::Stamp(stamp) => stamp.time_stamp_request(),
            Evidence::Message(message) => {
                TimeStampRequest::new(Imprint::sm3(&signature_of(message)?))
            }
        }
    }

    /// The same with this time stamp; a former one is replaced.
    ///
    /// # Errors
    ///
    /// [`Code::Form`] for a stamp of V1; those of [`Token::require_over`].
    pub fn with_time_stamp(self, token: &Token) -> Result<SignedOfd<'p>> {
        let evidence = match &self.evidence {
            Evidence::Stamp(stamp) => Evidence::Stamp(Box::new(stamp.with_time_stamp(token)?)),
            Evidence::Message(message) => {
                token.require_over(&signature_of(message)?, Some(self.time))?;
                let token = token.as_der();
                Evidence::Message(SignedData::with_unchecked_time_stamp(message, token)?)
            }
        };
        Ok(SignedOfd { evidence, ..self })
    }

    /// Writes the package with the signature and gives its length in bytes. Everything that was there
    /// keeps its bytes but for the list of signatures and, under a first signature, OFD.xml, to
    /// which an entry is added.
    ///
    /// # Errors
    ///
    /// What the source and the sink say ([`Code::Read`], [`Code::Write`]); [`Code::Size`],
    /// [`Code::Count`] and [`Code::Form`] for packages of 4 GiB or 65,535 entries and more.
    pub fn write_to(&self, sink: &mut dyn Write) -> Result<u64> {
        self.plan.rewrite.write_with(&self.plan.value, self.value(), sink)
    }

    /// The package with the signature in memory.
    ///
    /// # Errors
    ///
    /// As [`write_to`](Self::write_to).
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.write_to(&mut bytes)?;
        Ok(bytes)
    }
}

/// The value of the one signature of a message that was made here.
fn signature_of(message: &[u8]) -> Result<Vec<u8>> {
    let message = SignedData::parse(message, Profile::Conforming)?;
    match message.signers() {
        [signer] => Ok(signer.signature.clone()),
        _ => Err(Error::new(Code::Form, "SignedData", "a message of another number of signers")),
    }
}
