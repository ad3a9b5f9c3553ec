//! ECDSA, in Wycheproof's form.

use yinxin::crypto::ecdsa::{P256PublicKey, P384PublicKey};
use yinxin::crypto::public_key::{PublicKey, SignatureAlgorithm};
use yinxin::crypto::sm2::UserId;

use super::{Judged, not_offered};
use crate::case::Case;
use crate::outcome::Outcome;

/// `EcdsaVerify`: DER signatures.
pub(super) fn der(case: &Case) -> Judged {
    let algorithm = match (curve(case)?, case.text("sha")?) {
        ("secp256r1", "SHA-256") => SignatureAlgorithm::EcdsaP256Sha256,
        ("secp256r1", "SHA-384") => SignatureAlgorithm::EcdsaP256Sha384,
        ("secp384r1", "SHA-256") => SignatureAlgorithm::EcdsaP384Sha256,
        ("secp384r1", "SHA-384") => SignatureAlgorithm::EcdsaP384Sha384,
        (curve, sha) => return not_offered(format!("ECDSA on {curve} with {sha}")),
    };
    let key = key(case)?;
    let (message, signature) = (case.bytes("msg")?, case.bytes("sig")?);
    Ok(Outcome::of(key.verify(algorithm, &UserId::default(), &message, &signature)))
}

/// `EcdsaP1363Verify`: r and s side by side.
pub(super) fn p1363(case: &Case) -> Judged {
    match (curve(case)?, case.text("sha")?) {
        ("secp256r1", "SHA-256") | ("secp384r1", "SHA-384") => {}
        (curve, sha) => {
            return not_offered(format!("ECDSA on {curve} with {sha}, r and s side by side"));
        }
    }
    let (message, signature) = (case.bytes("msg")?, case.bytes("sig")?);
    match key(case)? {
        PublicKey::EcdsaP256(key) => Ok(Outcome::of(key.verify_p1363(&message, &signature))),
        PublicKey::EcdsaP384(key) => Ok(Outcome::of(key.verify_p1363(&message, &signature))),
        _ => Err(Outcome::Wrong("a key of another kind".to_string())),
    }
}

fn curve(case: &Case) -> Result<&str, Outcome> {
    case.inner_text("publicKey", "curve")
}

/// The key as a point; where the group also gives it in DER, that must be the same key.
fn key(case: &Case) -> Result<PublicKey, Outcome> {
    let point = case.inner_bytes("publicKey", "uncompressed")?;
    let key = match curve(case)? {
        "secp256r1" => P256PublicKey::from_sec1(&point).map(PublicKey::EcdsaP256),
        _ => P384PublicKey::from_sec1(&point).map(PublicKey::EcdsaP384),
    };
    let key = key.map_err(Outcome::refused)?;
    if let Some(der) = case.optional_bytes("publicKeyDer")? {
        let other = PublicKey::from_spki_der(&der).map_err(Outcome::refused)?;
        if other.to_spki_der() != key.to_spki_der() {
            return Err(Outcome::Wrong("two forms of one key".to_string()));
        }
    }
    Ok(key)
}
