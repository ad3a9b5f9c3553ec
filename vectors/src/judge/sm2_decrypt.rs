//! SM2 decryption.

use yinxin::Result;
use yinxin::crypto::sm2::PrivateKey;

use super::{Judged, sm2_private_key};
use crate::case::Case;
use crate::outcome::Outcome;

/// `Sm2DecryptDer`: an SM2Cipher in DER.
pub(super) fn der(case: &Case) -> Judged {
    decrypt(
        case,
        |key, ct| key.decrypt_der(ct),
        |key, message| key.public_key().encrypt_der(message),
    )
}

/// `Sm2DecryptRawC1C3C2`: 04, x, y, C3, C2.
pub(super) fn raw(case: &Case) -> Judged {
    decrypt(
        case,
        |key, ct| key.decrypt_raw(ct),
        |key, message| key.public_key().encrypt_raw(message),
    )
}

/// What opens must give the message; and the same message, encrypted afresh, must open again.
fn decrypt(
    case: &Case,
    open: fn(&PrivateKey, &[u8]) -> Result<Vec<u8>>,
    seal: fn(&PrivateKey, &[u8]) -> Result<Vec<u8>>,
) -> Judged {
    let key = sm2_private_key::of_group(case)?;
    let message = open(&key, &case.bytes("ct")?).map_err(Outcome::refused)?;
    let outcome = Outcome::equal("the message", &message, &case.bytes("msg")?);
    Ok(outcome.and_then(|| match seal(&key, &message).and_then(|fresh| open(&key, &fresh)) {
        Ok(again) => Outcome::equal("the message encrypted afresh", &again, &message),
        Err(error) => Outcome::Wrong(format!("encrypted afresh: {error}")),
    }))
}
