//! SM2 private keys: import, and the key of a group.

use yinxin::crypto::public_key::PublicKey;
use yinxin::crypto::sm2::PrivateKey;
use yinxin::key::{Signer, SoftwareKey};

use super::Judged;
use crate::case::Case;
use crate::outcome::Outcome;
use crate::pem;

/// `Sm2PrivateKey`: what is accepted must have the public key that the case states.
pub(super) fn import(case: &Case) -> Judged {
    let key = case.bytes("key")?;
    let point = match case.text("encoding")? {
        "scalar" => {
            let key = PrivateKey::from_bytes(&key).map_err(Outcome::refused)?;
            key.public_key().to_sec1().to_vec()
        }
        "pkcs8" => point_of(&SoftwareKey::from_pkcs8_der(&key, None).map_err(Outcome::refused)?)?,
        "sec1" => {
            let text = pem::encode("EC PRIVATE KEY", &key);
            point_of(&SoftwareKey::from_pem(text.as_bytes(), None).map_err(Outcome::refused)?)?
        }
        other => return super::not_offered(format!("the private-key encoding {other}")),
    };
    Ok(Outcome::equal("the public key", &point, &case.bytes("publicPoint")?))
}

/// The private key of a group, as a scalar; where the group also gives it as PKCS#8, that must be
/// the same key.
pub(super) fn of_group(case: &Case) -> Result<PrivateKey, Outcome> {
    let key = PrivateKey::from_bytes(&case.bytes("privateKey")?).map_err(Outcome::refused)?;
    if let Some(der) = case.optional_bytes("privateKeyPkcs8")? {
        let other = SoftwareKey::from_pkcs8_der(&der, None).map_err(Outcome::refused)?;
        if point_of(&other)? != key.public_key().to_sec1() {
            return Err(Outcome::Wrong("privateKeyPkcs8 is another key".to_string()));
        }
    }
    Ok(key)
}

fn point_of(key: &SoftwareKey) -> Result<Vec<u8>, Outcome> {
    match key.public_key() {
        PublicKey::Sm2(key) => Ok(key.to_sec1().to_vec()),
        other => Err(Outcome::Refused(format!("a key for {}", other.name()))),
    }
}
