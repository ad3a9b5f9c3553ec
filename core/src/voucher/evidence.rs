//! The stamps and signatures that carry acts, as far as an act's digest needs them.

use super::act::ActKind;
use crate::asn1::oid::{self, Oid};
use crate::asn1::ses::{self, Version};
use crate::asn1::{Deviations, Profile};
use crate::cms::SignedData;
use crate::error::{Code, Error, Result};
use crate::seal::Stamp;
use crate::timestamp::Token;

const DOMAIN: &[u8] = b"yinxin:voucher:act";

/// The value of the signature in the evidence of an act.
pub(super) fn signature(kind: ActKind, evidence: &[u8]) -> Result<Vec<u8>> {
    match kind {
        ActKind::Stamp => stamp_signature(evidence).map(<[u8]>::to_vec),
        ActKind::Signature => message_signature(evidence),
    }
}

/// What an act's digest is made over: domain tag, version, kind, the DER of the act and the value of the signature, each of
/// the last two after its length in four bytes.
///
/// A stamp's signature covers more than the act: the seal and the time. Its value stands for them,
/// which holds for SM2, where one value under one key fits one message only; so stamps with other
/// algorithms are refused here.
pub(super) fn digest_input(kind: ActKind, der: &[u8], signature: &[u8]) -> Vec<u8> {
    let number = match kind {
        ActKind::Stamp => 0,
        ActKind::Signature => 1,
    };
    // Acts are limited to 4 MiB.
    let length = |part: &[u8]| (part.len() as u32).to_be_bytes();
    let head = [1, number];
    [DOMAIN, &head, &length(der), der, &length(signature), signature].concat()
}

/// Refuses evidence that has no place for a time stamp.
pub(super) fn require_place(kind: ActKind, evidence: &[u8]) -> Result<()> {
    if kind == ActKind::Stamp {
        let fields = ses::read_stamp(evidence, &mut Deviations::new(Profile::AsFound))?;
        if fields.version == Version::V1 {
            let message = "a stamp of GM/T 0031-2014 has no place for a time stamp";
            return Err(Error::new(Code::Form, "Stamp", message));
        }
    }
    Ok(())
}

/// The evidence with a time stamp over the value of its signature.
pub(super) fn time_stamped(
    kind: ActKind,
    evidence: &[u8],
    signature: &[u8],
    token: &Token,
) -> Result<Vec<u8>> {
    match kind {
        ActKind::Stamp => {
            let stamp = Stamp::parse(evidence, Profile::AsFound)?.with_time_stamp(token)?;
            Ok(stamp.into_bytes())
        }
        ActKind::Signature => {
            token.require_over(signature, None)?;
            SignedData::with_unchecked_time_stamp(evidence, token.as_der())
        }
    }
}

fn stamp_signature(stamp: &[u8]) -> Result<&[u8]> {
    let fields = ses::read_stamp(stamp, &mut Deviations::new(Profile::AsFound))?;
    let sm2: [Oid; 4] = [oid::SM2_WITH_SM3, oid::SM2_SIGN, oid::CURVE_SM2, oid::SM2_WITH_SM3_TYPO];
    if !sm2.contains(&fields.algorithm) {
        let message =
            format!("stamps on vouchers are made with SM2, not with {}", fields.algorithm);
        return Err(Error::new(Code::Algorithm, "Stamp", message));
    }
    Ok(fields.signature.of(stamp))
}

/// The value of the one signer of a detached message of GB/T 35275 without attributes.
fn message_signature(message: &[u8]) -> Result<Vec<u8>> {
    let fail = |message: &'static str| Error::new(Code::Form, "Signature", message);
    let data = SignedData::parse(message, Profile::AsFound)?;
    if !data.is_gm() {
        return Err(fail("a message of GB/T 35275 is due"));
    }
    if data.content().is_some() {
        return Err(fail("the signature is detached: content stands beside it"));
    }
    match data.signers() {
        [signer] if signer.attributes.is_none() => Ok(signer.signature.clone()),
        [_] => Err(fail("the signature is without attributes")),
        _ => Err(fail("one signer is due")),
    }
}
