//! Public keys as people hand them over: in a file, or as text in a mail.

use crate::asn1::pem;
use crate::crypto::PublicKey;
use crate::crypto::sm2;
use crate::error::{Code, Error, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const NAME: &str = "public key";
const MAX_BYTES: usize = 16 * 1024;

/// A public key: SubjectPublicKeyInfo in DER or PEM; for SM2 also the point, as 65 bytes `04 || x || y`,
/// 33 bytes `02` or `03 || x`, or 64 bytes `x || y`. DER and point may stand as text too, in hexadecimal
/// digits or base64, with white space.
///
/// # Errors
///
/// [`Code::Size`]; [`Code::Pem`] for PEM that is not one block `PUBLIC KEY`; [`Code::Form`] for anything
/// else that is not one of these; as [`PublicKey::from_spki_der`] and [`sm2::PublicKey::from_sec1`].
pub fn public_key_from_bytes(bytes: &[u8]) -> Result<PublicKey> {
    if bytes.len() > MAX_BYTES {
        return Err(Error::new(Code::Size, NAME, format!("more than {MAX_BYTES} bytes")));
    }
    if bytes.trim_ascii_start().starts_with(b"-----") {
        return match pem::blocks(bytes)?.as_slice() {
            [block] if block.label == "PUBLIC KEY" => PublicKey::from_spki_der(&block.der),
            _ => Err(Error::new(Code::Pem, NAME, "one block PUBLIC KEY is due")),
        };
    }
    let decoded = text(bytes);
    match decoded.as_deref().unwrap_or(bytes) {
        der @ [0x30, ..] if der.len() > 64 => PublicKey::from_spki_der(der),
        xy if xy.len() == 64 => sm2::PublicKey::from_raw64(xy).map(PublicKey::Sm2),
        point @ [2..=4, ..] if matches!(point.len(), 33 | 65) => {
            sm2::PublicKey::from_sec1(point).map(PublicKey::Sm2)
        }
        _ => Err(Error::new(Code::Form, NAME, "neither DER, PEM nor a point")),
    }
}

/// What text in hexadecimal digits or base64 stands for; none, if it is not such text.
fn text(bytes: &[u8]) -> Option<Vec<u8>> {
    let digits: Vec<u8> = bytes.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
    if digits.len() < 44 {
        return None;
    }
    let (pairs, rest) = digits.as_chunks::<2>();
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let hexadecimal = || -> Option<Vec<u8>> {
        let octet = |pair: &[u8; 2]| u8::try_from(digit(pair[0])? << 4 | digit(pair[1])?).ok();
        if rest.is_empty() { pairs.iter().map(octet).collect() } else { None }
    };
    hexadecimal().or_else(|| STANDARD.decode(&digits).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::sm2::PrivateKey;
    use crate::hex;

    #[test]
    fn every_form_is_read() {
        let key = *PrivateKey::generate().unwrap().public_key();
        let (spki, point, xy) = (key.to_spki_der(), key.to_sec1(), key.to_raw64());
        let short = [&[2 + (xy[63] & 1)][..], &xy[..32]].concat();
        let mut forms = vec![pem::encode("PUBLIC KEY", &spki).into_bytes()];
        for bytes in [&spki[..], &point, &xy, &short] {
            forms.push(bytes.to_vec());
            forms.push(hex::encode(bytes).into_bytes());
            forms.push(hex::encode(bytes).to_uppercase().into_bytes());
            forms.push(format!(" {}\n", STANDARD.encode(bytes)).into_bytes());
        }
        for form in &forms {
            let read = public_key_from_bytes(form);
            assert_eq!(read, Ok(PublicKey::Sm2(key)), "{}", form.escape_ascii());
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let key = *PrivateKey::generate().unwrap().public_key();
        let code = |bytes: &[u8]| public_key_from_bytes(bytes).unwrap_err().code();
        assert_eq!(code(b""), Code::Form);
        assert_eq!(code(b"a key"), Code::Form);
        assert_eq!(code(&[4; 66]), Code::Form);
        assert_eq!(code(&[4; 65]), Code::Point);
        assert_eq!(code(&[0; 64]), Code::Point);
        assert_eq!(code(&vec![0; MAX_BYTES + 1]), Code::Size);
        assert_eq!(code(&key.to_spki_der()[..80]), Code::Der);
        assert_eq!(code(pem::encode("PRIVATE KEY", &key.to_spki_der()).as_bytes()), Code::Pem);
    }
}
