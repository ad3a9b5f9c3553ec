//! A password at work on one key file: every way of encryption that is read, within one budget.

use super::cipher::Cipher;
use super::options::{Budget, KeyFileOptions};
use super::pbes2::{self, Keys, Scheme};
use super::pkcs12_kdf::{self, Hash, Use};
use crate::asn1::reader::tag;
use crate::asn1::{Reader, Tlv, oid};
use crate::error::{Code, Error, Result};
use zeroize::Zeroizing;

/// The password of a file, and what was spent and found in using it.
pub(super) struct Unlock<'p> {
    password: Option<&'p [u8]>,
    utf16: Zeroizing<Vec<u8>>,
    legacy: bool,
    budget: Budget,
    keys: Keys,
    protections: Vec<String>,
    opened: bool,
}

/// The one error of a password that does not open what it should.
pub(super) fn wrong_password() -> Error {
    Error::new(Code::Password, "key file", "the password does not open it")
}

impl<'p> Unlock<'p> {
    pub(super) fn new(password: Option<&'p [u8]>, options: &KeyFileOptions) -> Self {
        Unlock {
            password,
            utf16: pkcs12_kdf::password_utf16(password.unwrap_or_default()),
            legacy: options.legacy(),
            budget: options.budget(),
            keys: Keys::default(),
            protections: Vec::new(),
            opened: false,
        }
    }

    /// The password, which is needed now.
    pub(super) fn password(&self) -> Result<&'p [u8]> {
        self.password.ok_or_else(|| {
            let message = "the file is encrypted and needs a password";
            Error::new(Code::KeyMissing, "key file", message)
        })
    }

    /// The password as PKCS#12 hashes it, and what the work is taken from.
    pub(super) fn parts(&mut self) -> (&mut Zeroizing<Vec<u8>>, &mut Budget) {
        (&mut self.utf16, &mut self.budget)
    }

    /// Whether the password has opened something.
    pub(super) fn has_opened(&self) -> bool {
        self.opened
    }

    /// Notes how a part of the file is protected.
    pub(super) fn note(&mut self, protection: String) {
        if !self.protections.contains(&protection) {
            self.protections.push(protection);
        }
    }

    /// How the parts that were opened are protected, for people.
    pub(super) fn into_protections(self) -> Vec<String> {
        self.protections
    }

    /// Decrypts what stands under this AlgorithmIdentifier.
    ///
    /// # Errors
    ///
    /// [`Code::Password`] if it does not come open, [`Code::Weak`] for encryption of old without
    /// leave, [`Code::Algorithm`], [`Code::Budget`].
    pub(super) fn decrypt(
        &mut self,
        algorithm: &Tlv<'_>,
        ciphertext: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>> {
        let mut fields = algorithm.contents();
        let identifier = fields.expect(tag::OID)?.oid()?;
        let plain = match identifier {
            oid::PBE_SHA1_3DES_LEGACY => {
                self.decrypt_legacy(Cipher::TripleDesLegacy, fields, ciphertext)
            }
            oid::PBE_SHA1_RC2_40_LEGACY => {
                self.decrypt_legacy(Cipher::Rc2Of40BitsLegacy, fields, ciphertext)
            }
            other if pbes2::is_pbes2(&other) => {
                let scheme = Scheme::read(fields)?;
                let password = self.password()?;
                self.note(scheme.describe());
                scheme.decrypt(password, &mut self.keys, &mut self.budget, ciphertext)
            }
            other => {
                let message = format!("the encryption {other} is not offered");
                return Err(Error::new(Code::Algorithm, "key file", message));
            }
        };
        self.opened |= plain.is_ok();
        plain.map_err(|error| match error.code() {
            Code::Decryption => wrong_password(),
            _ => error,
        })
    }

    /// `pkcs-12PbeParams ::= SEQUENCE { salt OCTET STRING, iterations INTEGER }`, always with SHA-1.
    fn decrypt_legacy(
        &mut self,
        cipher: Cipher,
        mut parameters: Reader<'_>,
        ciphertext: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>> {
        let mut fields = parameters.sequence()?;
        parameters.finish()?;
        let salt = fields.expect(tag::OCTET_STRING)?.value;
        let iterations = pbes2::iterations(&fields.expect(tag::INTEGER)?)?;
        fields.finish()?;
        if !self.legacy {
            let message = format!("it is under PBE-SHA1 with {}, which is legacy", cipher.name());
            return Err(Error::new(Code::Weak, "key file", message));
        }
        self.password()?;
        self.note(format!("legacy PBE-SHA1 with {}, {iterations} iterations", cipher.name()));
        let derive = |purpose, length| {
            pkcs12_kdf::derive(Hash::Sha1, purpose, &self.utf16, salt, iterations, length)
        };
        let blocks = cipher.key_length().div_ceil(Hash::Sha1.length()) + 1;
        self.budget.spend(u64::from(iterations), blocks)?;
        let (key, iv) =
            (derive(Use::Key, cipher.key_length()), derive(Use::Iv, cipher.block_length()));
        cipher.decrypt(&key, &iv, ciphertext)
    }
}
