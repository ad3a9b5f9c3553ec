//! Key files, delivered keys and requests for certificates.

use yinxin::authority::Pkcs10;
use yinxin::key::{KeyBundle, KeyFileOptions, Signer, SoftwareKey};

use super::Judged;
use crate::case::Case;
use crate::outcome::Outcome;

/// `KeyFile`: the file holds one key, whose public key and number of certificates the case states.
/// `password` is in hexadecimal, `allow` a list of what is allowed beyond the default.
pub(super) fn open(case: &Case) -> Judged {
    let mut options = KeyFileOptions::default();
    let allowed = if case.has("allow") { case.text_list("allow")? } else { Vec::new() };
    for allowed in allowed {
        options = match allowed {
            "legacy" => options.allow_legacy(),
            "withoutMac" => options.allow_without_mac(),
            other => return super::not_offered(format!("leave for {other}")),
        };
    }
    let password = case.optional_bytes("password")?;
    let bundle = KeyBundle::from_bytes(&case.bytes("file")?, password.as_deref(), &options);
    let key = bundle.and_then(|bundle| bundle.into_key(None)).map_err(Outcome::refused)?;
    let certificates = key.certificates().len() as u64;
    if case.number("certificates")? != certificates {
        return Ok(Outcome::Wrong(format!("{certificates} certificates")));
    }
    same_key(&key, case)
}

/// `Sm2EnvelopedKey`: opened with the key of `holder` (PKCS#8).
pub(super) fn enveloped(case: &Case) -> Judged {
    let holder =
        SoftwareKey::from_pkcs8_der(&case.bytes("holder")?, None).map_err(Outcome::refused)?;
    let key =
        SoftwareKey::from_enveloped(&case.bytes("der")?, &holder).map_err(Outcome::refused)?;
    same_key(&key, case)
}

/// `Pkcs10`: the request is signed with its key, and names subject and key as the case does.
pub(super) fn request(case: &Case) -> Judged {
    let request = Pkcs10::from_der(&case.bytes("der")?).map_err(Outcome::refused)?;
    if request.verify().is_err() {
        return Ok(Outcome::Refused("the signature is not its key's".to_owned()));
    }
    if request.subject() != case.text("subject")? {
        return Ok(Outcome::Wrong(format!("the subject {}", request.subject())));
    }
    let key = request.public_key().to_spki_der();
    Ok(Outcome::equal("the public key", &key, &case.bytes("key")?))
}

fn same_key(key: &SoftwareKey, case: &Case) -> Judged {
    let found = Signer::public_key(key).to_spki_der();
    Ok(Outcome::equal("the public key", &found, &case.bytes("key")?))
}
