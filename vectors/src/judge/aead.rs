//! Authenticated encryption: SM4-GCM and Wycheproof's AES-GCM.

use yinxin::Result as Made;
use yinxin::crypto::aes_gcm::AesGcmKey;
use yinxin::crypto::sm4::Sm4Key;

use super::{Judged, not_offered};
use crate::backend::{self, Backend};
use crate::case::Case;
use crate::outcome::Outcome;

/// `Sm4Gcm`.
pub(super) fn sm4_gcm(case: &Case) -> Judged {
    let nonce = nonce(case)?;
    let key = super::sm4::key(case)?;
    judge(case, &Sm4 { key, nonce })
}

/// `AeadTest`: the file's algorithm says which.
pub(super) fn wycheproof(case: &Case) -> Judged {
    let algorithm = case.text("algorithm")?;
    match algorithm {
        "SM4-GCM" => sm4_gcm(case),
        "AES-GCM" => {
            let bytes = case.bytes("key")?;
            let nonce = nonce(case)?;
            if bytes.len() == 24 {
                return not_offered("AES-192");
            }
            let key = AesGcmKey::new(&bytes).map_err(Outcome::refused)?;
            judge(case, &Aes { key, nonce })
        }
        other => not_offered(other),
    }
}

/// SM4 and AES come from different hands.
pub(super) fn backends(case: &Case) -> Vec<Backend> {
    match case.text("algorithm") {
        Ok("SM4-GCM") => backend::own(case),
        _ => backend::ring(case),
    }
}

trait Aead {
    fn seal(&self, aad: &[u8], message: &[u8]) -> Made<(Vec<u8>, [u8; 16])>;
    fn open(&self, aad: &[u8], ciphertext: &[u8], tag: &[u8]) -> Made<Vec<u8>>;
}

struct Sm4 {
    key: Sm4Key,
    nonce: [u8; 12],
}

impl Aead for Sm4 {
    fn seal(&self, aad: &[u8], message: &[u8]) -> Made<(Vec<u8>, [u8; 16])> {
        self.key.gcm_encrypt(&self.nonce, aad, message)
    }

    fn open(&self, aad: &[u8], ciphertext: &[u8], tag: &[u8]) -> Made<Vec<u8>> {
        self.key.gcm_decrypt(&self.nonce, aad, ciphertext, tag)
    }
}

struct Aes {
    key: AesGcmKey,
    nonce: [u8; 12],
}

impl Aead for Aes {
    fn seal(&self, aad: &[u8], message: &[u8]) -> Made<(Vec<u8>, [u8; 16])> {
        self.key.encrypt(&self.nonce, aad, message)
    }

    fn open(&self, aad: &[u8], ciphertext: &[u8], tag: &[u8]) -> Made<Vec<u8>> {
        self.key.decrypt(&self.nonce, aad, ciphertext, tag)
    }
}

/// Decryption must give the message, and its encryption the ciphertext and the tag again.
fn judge(case: &Case, cipher: &dyn Aead) -> Judged {
    let aad = case.optional_bytes("aad")?.unwrap_or_default();
    let (ciphertext, tag) = (case.bytes("ct")?, case.bytes("tag")?);
    // A short tag is refused, whatever it stands over; a case that wants it taken is not for us.
    let invalid = case.expected()? == crate::outcome::Expected::Invalid;
    if tag.len() != 16 && !invalid {
        return not_offered("a GCM tag that is not 128 bits");
    }
    let message = cipher.open(&aad, &ciphertext, &tag).map_err(Outcome::refused)?;
    let (again, tag_again) = cipher.seal(&aad, &message).map_err(Outcome::refused)?;
    Ok(Outcome::equal("the message", &message, &case.bytes("msg")?)
        .and_then(|| Outcome::equal("the ciphertext", &again, &ciphertext))
        .and_then(|| Outcome::equal("the tag", &tag_again, &tag)))
}

fn nonce(case: &Case) -> Result<[u8; 12], Outcome> {
    let iv = case.bytes("iv")?;
    iv.try_into().or_else(|_| not_offered("a GCM IV that is not 96 bits"))
}
