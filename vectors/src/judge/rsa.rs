//! RSA signatures, in Wycheproof's form.

use yinxin::crypto::public_key::{PublicKey, SignatureAlgorithm};
use yinxin::crypto::rsa::{MAX_BITS, MIN_BITS, RsaPublicKey};
use yinxin::crypto::sm2::UserId;

use super::{Judged, not_offered};
use crate::case::Case;
use crate::outcome::Outcome;

/// `RsassaPkcs1Verify`.
pub(super) fn pkcs1(case: &Case) -> Judged {
    let algorithm = match case.text("sha")? {
        "SHA-256" => SignatureAlgorithm::RsaPkcs1Sha256,
        "SHA-384" => SignatureAlgorithm::RsaPkcs1Sha384,
        "SHA-512" => SignatureAlgorithm::RsaPkcs1Sha512,
        sha => return not_offered(format!("RSA PKCS#1 with {sha}")),
    };
    judge(case, algorithm)
}

/// `RsassaPssVerify`: one hash in all its places, a salt of its length.
pub(super) fn pss(case: &Case) -> Judged {
    let sha = case.text("sha")?;
    let (mgf, mgf_sha) = (case.text("mgf")?, case.optional_text("mgfSha")?.unwrap_or(sha));
    let salt = case.number("sLen")?;
    let algorithm = match (sha, salt) {
        ("SHA-256", 32) => SignatureAlgorithm::RsaPssSha256,
        ("SHA-384", 48) => SignatureAlgorithm::RsaPssSha384,
        ("SHA-512", 64) => SignatureAlgorithm::RsaPssSha512,
        _ => return not_offered(format!("RSASSA-PSS with {sha} and a salt of {salt} bytes")),
    };
    if mgf != "MGF1" || mgf_sha != sha {
        return not_offered(format!("RSASSA-PSS with {sha}, {mgf} and {mgf_sha}"));
    }
    judge(case, algorithm)
}

fn judge(case: &Case, algorithm: SignatureAlgorithm) -> Judged {
    let bits = case.number("keySize")?;
    if !(MIN_BITS as u64..=MAX_BITS as u64).contains(&bits) {
        return not_offered(format!("RSA of {bits} bits"));
    }
    let (message, signature) = (case.bytes("msg")?, case.bytes("sig")?);
    Ok(Outcome::of(key(case)?.verify(algorithm, &UserId::default(), &message, &signature)))
}

/// The key as RSAPublicKey, or from a SubjectPublicKeyInfo where the group gives that alone.
fn key(case: &Case) -> Result<PublicKey, Outcome> {
    match case.optional_bytes("publicKeyAsn")? {
        Some(der) => RsaPublicKey::from_pkcs1_der(&der).map(PublicKey::Rsa),
        None => PublicKey::from_spki_der(&case.bytes("publicKeyDer")?),
    }
    .map_err(Outcome::refused)
}
