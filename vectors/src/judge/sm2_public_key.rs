//! SM2 public keys: import, and the key of a group.

use yinxin::crypto::sm2::PublicKey;

use super::Judged;
use crate::case::Case;
use crate::hex;
use crate::outcome::Outcome;
use crate::pem;

/// `Sm2PublicKey`: what is accepted must be the point that the case states, in every form that the
/// key can be written in.
pub(super) fn import(case: &Case) -> Judged {
    let key = case.bytes("key")?;
    let read = match case.text("encoding")? {
        "sec1" => PublicKey::from_sec1(&key),
        "raw64" => PublicKey::from_raw64(&key),
        "spki" => PublicKey::from_spki_der(&key),
        other => return super::not_offered(format!("the encoding {other}")),
    };
    let key = read.map_err(Outcome::refused)?;
    let again = PublicKey::from_spki_der(&key.to_spki_der()).map_err(Outcome::refused)?;
    Ok(Outcome::equal("the point", &key.to_sec1(), &case.bytes("point")?)
        .and_then(|| Outcome::equal("the point after export", &again.to_sec1(), &key.to_sec1())))
}

/// The public key of a group, in each form that the group gives; all must be the same key.
pub(super) fn of_group(case: &Case) -> Result<PublicKey, Outcome> {
    let mut key: Option<PublicKey> = None;
    let mut forms = Vec::new();
    if case.has("publicKey") {
        forms.push(PublicKey::from_sec1(&case.inner_bytes("publicKey", "uncompressed")?));
    }
    if let Some(der) = case.optional_bytes("publicKeyDer")? {
        forms.push(PublicKey::from_spki_der(&der));
    }
    if let Some(text) = case.optional_text("publicKeyPem")? {
        let der = pem::decode("PUBLIC KEY", text)
            .ok_or_else(|| Outcome::Defect("publicKeyPem is not PEM".to_string()))?;
        forms.push(PublicKey::from_spki_der(&der));
    }
    for form in forms {
        let form = form.map_err(Outcome::refused)?;
        match &key {
            Some(key) if *key != form => {
                let point = hex::brief(&form.to_sec1());
                return Err(Outcome::Wrong(format!("two forms of one key, the other {point}")));
            }
            _ => key = Some(form),
        }
    }
    key.ok_or_else(|| Outcome::Defect("the public key is missing".to_string()))
}
