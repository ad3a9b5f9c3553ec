//! SM4 without authentication: ECB, CBC and CTR.

use yinxin::crypto::sm4::Sm4Key;

use super::Judged;
use crate::case::Case;
use crate::outcome::Outcome;

/// `Sm4Ecb`: whole blocks, encrypted `iterations` times over (once if absent), and back.
pub(super) fn ecb(case: &Case) -> Judged {
    let key = key(case)?;
    let (message, stated) = (case.bytes("msg")?, case.bytes("ct")?);
    let iterations = case.optional_number("iterations")?.unwrap_or(1);
    let mut forth = message.clone();
    let mut back = stated.clone();
    for _ in 0..iterations {
        forth = key.ecb_encrypt(&forth).map_err(Outcome::refused)?;
        back = key.ecb_decrypt(&back).map_err(Outcome::refused)?;
    }
    Ok(both(&forth, &stated, &back, &message))
}

/// `Sm4CbcPkcs7`: decryption, and encryption of what came out.
pub(super) fn cbc(case: &Case) -> Judged {
    let key = key(case)?;
    let (iv, stated) = (iv(case)?, case.bytes("ct")?);
    let message = key.cbc_decrypt(&iv, &stated).map_err(Outcome::refused)?;
    let ciphertext = key.cbc_encrypt(&iv, &message);
    Ok(both(&ciphertext, &stated, &message, &case.bytes("msg")?))
}

/// `Sm4Ctr`: one key stream both ways; the counter is the whole block, 128 bits, big endian.
pub(super) fn ctr(case: &Case) -> Judged {
    let counter = case.optional_text("counter")?.unwrap_or(COUNTER);
    if counter != COUNTER {
        return super::not_offered(format!("the counter {counter}"));
    }
    let key = key(case)?;
    let (iv, message, stated) = (iv(case)?, case.bytes("msg")?, case.bytes("ct")?);
    let (forth, back) = (key.ctr(&iv, &message), key.ctr(&iv, &stated));
    Ok(both(&forth, &stated, &back, &message))
}

const COUNTER: &str = "128-bit big endian";

/// The key of a case.
pub(super) fn key(case: &Case) -> Result<Sm4Key, Outcome> {
    Sm4Key::new(&case.bytes("key")?).map_err(Outcome::refused)
}

fn iv(case: &Case) -> Result<[u8; 16], Outcome> {
    let iv = case.bytes("iv")?;
    iv.try_into().map_err(|_| Outcome::Refused("an IV has 16 bytes".to_string()))
}

fn both(ciphertext: &[u8], stated: &[u8], message: &[u8], stated_message: &[u8]) -> Outcome {
    Outcome::equal("the ciphertext", ciphertext, stated)
        .and_then(|| Outcome::equal("the message", message, stated_message))
}
