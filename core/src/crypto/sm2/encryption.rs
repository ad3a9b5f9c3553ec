//! SM2 encryption and decryption, C1 C3 C2.

use super::backend::{self, Point};
use super::kdf::kdf;
use super::private_key::{PrivateKey, TRIES, no_nonce};
use super::public_key::PublicKey;
use crate::asn1::sm2::{self, Cipher};
use crate::crypto::declassify::declassify;
use crate::crypto::secret::wiping_the_stack;
use crate::crypto::{rng, sm3};
use crate::error::{Code, Error, Result};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

/// The bytes of `04 || x || y` and of C3.
const C1_LENGTH: usize = 65;
const C3_LENGTH: usize = 32;

impl PublicKey {
    /// Encrypts the message to a DER SM2Cipher.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] for an empty message: the standard takes another nonce whenever the key
    /// stream is all zeros, which an empty one always is. [`Code::Size`] above the limit of the
    /// [`kdf`](super::kdf()). [`Code::Random`] if the random source fails.
    ///
    /// # Source
    ///
    /// GB/T 32918.4, GB/T 35276.
    pub fn encrypt_der(&self, message: &[u8]) -> Result<Vec<u8>> {
        let (c1, c3, c2) = wiping_the_stack(|| self.encrypt(message))?;
        let (x, y) = c1.coordinates();
        Ok(sm2::write_cipher(&Cipher { x, y, hash: c3, text: &c2 }))
    }

    /// Encrypts the message to the bytes `04 || x || y || C3 || C2`.
    ///
    /// # Errors
    ///
    /// As [`encrypt_der`](Self::encrypt_der).
    pub fn encrypt_raw(&self, message: &[u8]) -> Result<Vec<u8>> {
        let (c1, c3, c2) = wiping_the_stack(|| self.encrypt(message))?;
        let (x, y) = c1.coordinates();
        Ok([&[0x04][..], &x, &y, &c3, &c2].concat())
    }

    fn encrypt(&self, message: &[u8]) -> Result<(Point, [u8; C3_LENGTH], Vec<u8>)> {
        if message.is_empty() {
            return Err(Error::new(Code::Argument, "message", "SM2 encrypts at least one byte"));
        }
        for _ in 0..TRIES {
            let mut k = Zeroizing::new([0; 32]); // A1
            rng::fill(&mut *k)?;
            let Some((c1, shared)) = backend::encryption_points(&k, self.point()) else { continue };
            if let Some((c2, c3)) = mask(&shared, message, Direction::Encrypt)? {
                return Ok((c1, c3, c2));
            }
        }
        Err(no_nonce())
    }
}

impl PrivateKey {
    /// Decrypts a DER SM2Cipher.
    ///
    /// # Errors
    ///
    /// [`Code::Der`], [`Code::Point`] or [`Code::Ciphertext`] for what anybody can see: not strict
    /// DER, a C1 that is no point of the curve in canonical form, an empty C2.
    /// [`Code::Decryption`], always the same error, for whatever depends on the key.
    ///
    /// # Timing
    ///
    /// Constant-time in the key; nothing tells a wrong C3 from an all-zero key stream.
    pub fn decrypt_der(&self, ciphertext: &[u8]) -> Result<Vec<u8>> {
        let cipher = sm2::read_cipher(ciphertext)?;
        wiping_the_stack(|| self.decrypt(&cipher))
    }

    /// Decrypts the bytes `04 || x || y || C3 || C2`; the 04 has to be there.
    ///
    /// # Errors
    ///
    /// As [`decrypt_der`](Self::decrypt_der), with [`Code::Ciphertext`] for another form.
    pub fn decrypt_raw(&self, ciphertext: &[u8]) -> Result<Vec<u8>> {
        let form = || no_ciphertext("not 04, x, y, C3 and C2");
        let (c1, rest) = ciphertext.split_at_checked(C1_LENGTH).ok_or_else(form)?;
        let (c3, c2) = rest.split_at_checked(C3_LENGTH).ok_or_else(form)?;
        let [0x04, coordinates @ ..] = c1 else { return Err(form()) };
        let (x, y) = coordinates.split_at_checked(32).ok_or_else(form)?;
        let (Ok(x), Ok(y), Ok(hash)) = (x.try_into(), y.try_into(), c3.try_into()) else {
            return Err(form());
        };
        wiping_the_stack(|| self.decrypt(&Cipher { x, y, hash, text: c2 }))
    }

    fn decrypt(&self, cipher: &Cipher<'_>) -> Result<Vec<u8>> {
        // B1 and B2; the cofactor is 1.
        let c1 = Point::from_coordinates(&cipher.x, &cipher.y)
            .ok_or_else(|| Error::new(Code::Point, "SM2Cipher", "C1 is no point of the curve"))?;
        if cipher.text.is_empty() {
            return Err(no_ciphertext("C2 is empty"));
        }
        let shared = self.secret().multiply(&c1).ok_or_else(undecryptable)?; // B3
        let Some((mut message, hash)) = mask(&shared, cipher.text, Direction::Decrypt)? else {
            return Err(undecryptable());
        };
        let hash = Zeroizing::new(hash);
        if !bool::from(declassify(hash.ct_eq(&cipher.hash))) {
            message.zeroize(); // B6
            return Err(undecryptable());
        }
        Ok(message)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Encrypt,
    Decrypt,
}

/// The text under the key stream of the shared point, and SM3(x2 || message || y2).
///
/// None if the key stream is all zeros. The hash is made in every case, so that the time does not
/// tell.
fn mask(
    shared: &Point,
    text: &[u8],
    direction: Direction,
) -> Result<Option<(Vec<u8>, [u8; C3_LENGTH])>> {
    let (x, y) = shared.coordinates();
    let (x, y) = (Zeroizing::new(x), Zeroizing::new(y));
    let mut both = Zeroizing::new([0; 64]);
    both[..32].copy_from_slice(&*x);
    both[32..].copy_from_slice(&*y);
    let mut out = kdf(&*both, text.len())?;
    let any = out.iter().fold(0u8, |any, byte| any | byte);
    for (out, byte) in out.iter_mut().zip(text) {
        *out ^= byte;
    }
    let message = match direction {
        Direction::Encrypt => text,
        Direction::Decrypt => &out,
    };
    let hash = sm3::digest_parts(&[&*x, message, &*y]);
    if bool::from(declassify(any.ct_eq(&0))) {
        out.zeroize();
        return Ok(None);
    }
    Ok(Some((out, hash)))
}

fn undecryptable() -> Error {
    Error::new(Code::Decryption, "SM2Cipher", "this key does not open the ciphertext")
}

fn no_ciphertext(message: &'static str) -> Error {
    Error::new(Code::Ciphertext, "SM2Cipher", message)
}
