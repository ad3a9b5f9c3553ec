//! SM2 signatures: making one with a given nonce.

use yinxin::crypto::hazmat::{self, Sm2Digest};

use super::{Judged, sm2_private_key};
use crate::case::Case;
use crate::outcome::Outcome;

/// `Sm2SignDigestWithK`: with this nonce, exactly this signature; or, where the case is invalid,
/// none at all. What is signed must verify.
pub(super) fn with_nonce(case: &Case) -> Judged {
    let key = sm2_private_key::of_group(case)?;
    let e = case.bytes("e")?;
    let e: [u8; 32] =
        e.try_into().map_err(|_| Outcome::Refused("e is not 32 bytes".to_string()))?;
    let digest = Sm2Digest(e);
    let signature = hazmat::sm2_sign_digest_with_nonce(&key, &digest, &case.bytes("k")?)
        .map_err(Outcome::refused)?;
    let verified = hazmat::sm2_verify_digest(key.public_key(), &digest, &signature);
    Ok(Outcome::equal("the signature", &signature.to_raw(), &case.bytes("sig")?).and_then(|| {
        match verified {
            Ok(()) => Outcome::Accepted,
            Err(_) => Outcome::Wrong("a signature that does not verify".to_string()),
        }
    }))
}
