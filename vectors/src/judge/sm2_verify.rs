//! SM2 signatures: verification.

use yinxin::crypto::hazmat::{self, Sm2Digest};
use yinxin::crypto::sm2::{
    PreparedPublicKey, PublicKey, Signature, UserId, VerifyItem, verify_many,
};

use super::{Judged, sm2_public_key};
use crate::case::Case;
use crate::outcome::Outcome;

/// `Sm2Verify`: a DER signature over a message under a user id (the default id if none is given).
pub(super) fn der(case: &Case) -> Judged {
    let signature = Signature::from_der(&case.bytes("sig")?);
    message(case, signature)
}

/// `Sm2VerifyRaw`: the same with 64 bytes, r then s.
pub(super) fn raw(case: &Case) -> Judged {
    let signature = Signature::from_raw(&case.bytes("sig")?);
    message(case, signature)
}

/// `Sm2VerifyDigest`: a DER signature over a digest, through the low-level entry.
pub(super) fn digest(case: &Case) -> Judged {
    let key = sm2_public_key::of_group(case)?;
    let e = case.bytes("e")?;
    let e: [u8; 32] =
        e.try_into().map_err(|_| Outcome::Refused("e is not 32 bytes".to_string()))?;
    let signature = Signature::from_der(&case.bytes("sig")?).map_err(Outcome::refused)?;
    Ok(Outcome::of(hazmat::sm2_verify_digest(&key, &Sm2Digest(e), &signature)))
}

fn message(case: &Case, signature: yinxin::Result<Signature>) -> Judged {
    let key = sm2_public_key::of_group(case)?;
    let message = case.bytes("msg")?;
    let id = match case.optional_bytes("id")? {
        Some(id) => UserId::new(&id).map_err(Outcome::refused)?,
        None => UserId::default(),
    };
    let signature = signature.map_err(Outcome::refused)?;
    let one = Outcome::of(key.verify(&id, &message, &signature));
    Ok(same_in_every_form(one, &key, &id, &message, &signature))
}

/// Every way to ask must answer alike: in one piece, in parts, with a prepared key, of many.
fn same_in_every_form(
    one: Outcome,
    key: &PublicKey,
    id: &UserId,
    message: &[u8],
    signature: &Signature,
) -> Outcome {
    let middle = message.len() / 2;
    let (front, back) = message.split_at(middle);
    let parts = Outcome::of(key.verify_parts(id, &[front, &[], back], signature));
    let prepared = PreparedPublicKey::from(key);
    let again = Outcome::of(prepared.verify(id, message, signature));
    let items = [
        VerifyItem::new(key, id, message, signature),
        VerifyItem::new(&prepared, id, message, signature),
    ];
    let many: Vec<Outcome> = verify_many(&items, 1).into_iter().map(Outcome::of).collect();
    if parts == one && again == one && many.len() == 2 && many.iter().all(|each| *each == one) {
        return one;
    }
    Outcome::Wrong(format!("{one}, in parts {parts}, prepared {again}, of many {many:?}"))
}
