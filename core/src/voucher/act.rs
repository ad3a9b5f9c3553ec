//! An act as it stands beside a voucher: what was signed, and the stamp or signature over it.

use super::act_to_sign::{ActToSign, Layer};
use super::evidence;
use super::limits::MAX_ACT;
use crate::crypto::sm3;
use crate::error::{Code, Error, Result};
use crate::timestamp::{Imprint, TimeStampRequest, Token};

/// How an act is carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActKind {
    /// A SES_Signature whose dataHash is SM3 over the DER of the act.
    Stamp,
    /// A detached SignedData of GB/T 35275 over the DER of the act.
    Signature,
}

impl ActKind {
    /// The name in templates: `stamp` or `signature`.
    pub fn name(self) -> &'static str {
        match self {
            ActKind::Stamp => "stamp",
            ActKind::Signature => "signature",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<ActKind> {
        [ActKind::Stamp, ActKind::Signature].into_iter().find(|kind| kind.name() == name)
    }
}

/// One step of one person or office, with its evidence, every byte as received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    to_sign: ActToSign,
    der: Vec<u8>,
    kind: ActKind,
    evidence: Vec<u8>,
    /// The value of the signature in the evidence.
    signature: Vec<u8>,
    digest: [u8; 32],
}

impl Act {
    /// Puts together the DER that was signed and the stamp or signature over it. Nothing is
    /// verified here.
    ///
    /// # Errors
    ///
    /// Family Malformed, Unsupported or Limit if the DER is no act or the evidence is no stamp or
    /// signature.
    pub fn new(der: Vec<u8>, kind: ActKind, evidence: Vec<u8>) -> Result<Act> {
        let to_sign = ActToSign::from_der(&der)?;
        let mut act = Act::undigested(to_sign, der, kind, evidence)?;
        Act::digest_all(std::slice::from_mut(&mut act).iter_mut(), 1);
        Ok(act)
    }

    /// The same, `to_sign` being what the DER says; the digest is for [`Self::digest_all`] to add.
    pub(super) fn undigested(
        to_sign: ActToSign,
        der: Vec<u8>,
        kind: ActKind,
        evidence: Vec<u8>,
    ) -> Result<Act> {
        if evidence.len() > MAX_ACT {
            return Err(Error::new(Code::Size, "Act", format!("more than {MAX_ACT} bytes")));
        }
        let signature = evidence::signature(kind, &evidence)?;
        Ok(Act { to_sign, der, kind, evidence, signature, digest: [0; 32] })
    }

    /// Adds the digests of many acts, hashed together.
    pub(super) fn digest_all<'a>(acts: impl Iterator<Item = &'a mut Act>, threads: usize) {
        let mut acts: Vec<&mut Act> = acts.collect();
        let input = |act: &&mut Act| evidence::digest_input(act.kind, &act.der, &act.signature);
        let inputs: Vec<Vec<u8>> = acts.iter().map(input).collect();
        let inputs: Vec<&[u8]> = inputs.iter().map(Vec::as_slice).collect();
        for (act, digest) in acts.iter_mut().zip(sm3::digest_many(&inputs, threads)) {
            act.digest = digest;
        }
    }

    /// What was signed.
    pub fn to_sign(&self) -> &ActToSign {
        &self.to_sign
    }

    /// The DER that was signed.
    pub fn to_sign_der(&self) -> &[u8] {
        &self.der
    }

    /// Stamp or signature.
    pub fn kind(&self) -> ActKind {
        self.kind
    }

    /// The bytes of the stamp or of the SignedData.
    pub fn evidence(&self) -> &[u8] {
        &self.evidence
    }

    /// A request for a time stamp over the value of the act's signature.
    ///
    /// # Errors
    ///
    /// `Form` for a stamp of V1, which has no place for a time stamp; `Random`.
    pub fn time_stamp_request(&self) -> Result<TimeStampRequest> {
        evidence::require_place(self.kind, &self.evidence)?;
        TimeStampRequest::new(Imprint::sm3(&self.signature))
    }

    /// The same act with this time stamp in its evidence; its digest stays, so that the acts that
    /// refer to it still do. A former time stamp is replaced.
    ///
    /// # Errors
    ///
    /// `Form` for a stamp of V1; those of [`Token::require_over`]; `Size`.
    pub fn with_time_stamp(&self, token: &Token) -> Result<Act> {
        let evidence = evidence::time_stamped(self.kind, &self.evidence, &self.signature, token)?;
        if evidence.len() > MAX_ACT {
            return Err(Error::new(Code::Size, "Act", format!("more than {MAX_ACT} bytes")));
        }
        Ok(Act { evidence, ..self.clone() })
    }

    /// The digest by which later acts refer to this one: SM3 over what was signed and the value of
    /// the signature, never over time stamps or certificates, which may be added later.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }
}

/// The digest of a whole layer: SM3 over the digests of its acts, ascending.
pub fn layer_digest(layer: Layer, acts: &[Act]) -> [u8; 32] {
    layer_digest_of(layer, acts.iter().map(Act::digest).collect())
}

pub(super) fn layer_digest_of(layer: Layer, mut digests: Vec<[u8; 32]>) -> [u8; 32] {
    digests.sort_unstable();
    // An envelope holds at most 64 acts of a layer.
    let count = (digests.len() as u32).to_be_bytes();
    let head = [1, layer.number()];
    sm3::digest_parts(&[b"yinxin:voucher:layer", &head, &count, digests.as_flattened()])
}
