//! A key in this process's memory.

use super::bundle::KeyBundle;
use super::options::KeyFileOptions;
use super::pbes2::{Protection, Sealer};
use super::pkcs8::{self, PrivateKey};
use super::signer::{Decrypter, Signer, ToSign};
use super::unlock::Unlock;
use super::{certificate, enveloped};
use crate::asn1::pem;
use crate::crypto::SecretBytes;
use crate::crypto::hazmat;
use crate::crypto::parallel;
use crate::crypto::public_key::{PublicKey, SignatureAlgorithm};
use crate::crypto::sm2::{self, UserId};
use crate::error::{Code, Error, Result};
use std::fmt;
use zeroize::Zeroizing;

/// A private key in memory, wiped when it is dropped, with the certificates that belong to it.
pub struct SoftwareKey {
    private: PrivateKey,
    public: PublicKey,
    algorithm: SignatureAlgorithm,
    certificates: Vec<Vec<u8>>,
    user_id: UserId,
    verify_after_sign: bool,
}

impl SoftwareKey {
    /// A new SM2 key from the operating system's random bytes.
    ///
    /// # Errors
    ///
    /// [`Code::Random`] if there are none.
    pub fn generate_sm2() -> Result<Self> {
        Ok(SoftwareKey::of_sm2(sm2::PrivateKey::generate()?))
    }

    /// Reads the only key of a PEM text, with today's protection or none: the blocks are those of
    /// [`KeyBundle::from_pem`]. Certificates in the same text come along, the one of this key first.
    ///
    /// # Errors
    ///
    /// As [`KeyBundle::from_bytes`] and [`KeyBundle::into_key`].
    pub fn from_pem(text: &[u8], password: Option<&[u8]>) -> Result<Self> {
        KeyBundle::from_pem(text, password, &KeyFileOptions::default())?.into_key(None)
    }

    /// Reads a key from PKCS#8 DER, plain or (with a password) PBES2.
    ///
    /// # Errors
    ///
    /// As for [`SoftwareKey::from_pem`].
    pub fn from_pkcs8_der(der: &[u8], password: Option<&[u8]>) -> Result<Self> {
        let mut unlock = Unlock::new(password, &KeyFileOptions::default());
        Ok(SoftwareKey::from_private(pkcs8::read(der, &mut unlock)?))
    }

    /// Reads the only key of a key file of any known form, with today's protection or none; for
    /// several keys, or protection of old, open it as a [`KeyBundle`].
    ///
    /// # Errors
    ///
    /// As [`KeyBundle::from_bytes`] and [`KeyBundle::into_key`].
    pub fn from_bytes(bytes: &[u8], password: Option<&[u8]>) -> Result<Self> {
        KeyBundle::from_bytes(bytes, password, &KeyFileOptions::default())?.into_key(None)
    }

    /// Opens an SM2EnvelopedKey: the encryption key that an authority delivers, with the holder's
    /// signing key.
    ///
    /// # Errors
    ///
    /// [`Code::Der`] for other bytes, [`Code::Decryption`] if the key does not open it,
    /// [`Code::PrivateKey`] if what comes out is not the key that it names.
    pub fn from_enveloped(der: &[u8], with: &dyn Decrypter) -> Result<Self> {
        Ok(SoftwareKey::of_sm2(enveloped::open(der, with)?))
    }

    /// This SM2 key as an SM2EnvelopedKey for the holder of another SM2 key.
    ///
    /// # Errors
    ///
    /// [`Code::Algorithm`] for keys of another kind, [`Code::Random`].
    pub fn to_enveloped(&self, recipient: &PublicKey) -> Result<Vec<u8>> {
        match (&self.private, recipient) {
            (PrivateKey::Sm2(key), PublicKey::Sm2(recipient)) => enveloped::make(key, recipient),
            _ => Err(Error::new(Code::Algorithm, "SM2EnvelopedKey", "both keys are SM2 keys")),
        }
    }

    pub(super) fn of_sm2(key: sm2::PrivateKey) -> Self {
        SoftwareKey::from_private(PrivateKey::Sm2(Box::new(key)))
    }

    pub(super) fn from_private(private: PrivateKey) -> Self {
        let public = match &private {
            PrivateKey::Sm2(key) => PublicKey::Sm2(*key.public_key()),
            PrivateKey::Rsa(key, _) => key.public_key().clone(),
            PrivateKey::Ecdsa(key, _) => key.public_key().clone(),
        };
        let algorithm = SignatureAlgorithm::usual(&public);
        let certificates = Vec::new();
        let user_id = UserId::default();
        let verify_after_sign = false;
        SoftwareKey { private, public, algorithm, certificates, user_id, verify_after_sign }
    }

    /// The same key with its certificates in DER; the one for this key is moved to the front.
    ///
    /// # Errors
    ///
    /// [`Code::KeyMismatch`] if certificates are given and none of them is for this key.
    pub fn with_certificates(mut self, mut certificates: Vec<Vec<u8>>) -> Result<Self> {
        if certificates.is_empty() {
            return Ok(self);
        }
        let spki = self.public.to_spki_der();
        let own = certificates.iter().position(|der| certificate::is_for(der, &spki));
        let own = own.ok_or_else(|| {
            Error::new(Code::KeyMismatch, "certificate", "no certificate is for this key")
        })?;
        let certificate = certificates.remove(own);
        certificates.insert(0, certificate);
        self.certificates = certificates;
        Ok(self)
    }

    /// The same key with another user id for SM2.
    #[must_use]
    pub fn with_user_id(mut self, user_id: UserId) -> Self {
        self.user_id = user_id;
        self
    }

    /// The same key, which verifies each of its signatures before giving it; or does not, as it is
    /// from the beginning. See [`sm2::PrivateKey::verify_after_sign`].
    #[must_use]
    pub fn verify_after_sign(mut self, on: bool) -> Self {
        self.private = match self.private {
            PrivateKey::Sm2(key) => PrivateKey::Sm2(Box::new(key.verify_after_sign(on))),
            other => other,
        };
        self.verify_after_sign = on;
        self
    }

    /// The key as PKCS#8 PEM: plain, or with a password in PBES2 (PBKDF2 with HMAC-SM3, SM4-CBC).
    /// The text is as secret as the key.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] for an empty password; [`Code::Random`].
    pub fn to_pkcs8_pem(&self, password: Option<&[u8]>) -> Result<SecretBytes> {
        self.to_pkcs8_pem_under(password, Protection::default())
    }

    /// As [`to_pkcs8_pem`](Self::to_pkcs8_pem), under the protection that is named.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn to_pkcs8_pem_under(
        &self,
        password: Option<&[u8]>,
        protection: Protection,
    ) -> Result<SecretBytes> {
        let info = self.to_private_key_info();
        let text = match password {
            None => pem::encode("PRIVATE KEY", &info),
            Some(password) => {
                let sealed = Sealer::new(protection, password)?.seal_key(&info)?;
                pem::encode("ENCRYPTED PRIVATE KEY", &sealed)
            }
        };
        Ok(SecretBytes::new(text.into_bytes()))
    }

    /// DER of the PrivateKeyInfo, not encrypted.
    pub(super) fn to_private_key_info(&self) -> Zeroizing<Vec<u8>> {
        pkcs8::write_plain(&self.private)
    }

    /// The signature of another key than SM2, which verifies its own, if it is good.
    fn verified(&self, message: &[u8], signature: Vec<u8>) -> Result<Vec<u8>> {
        let verify = || self.public.verify(self.algorithm, &self.user_id, message, &signature);
        if self.verify_after_sign && verify().is_err() {
            let text = "what was computed does not verify";
            return Err(Error::new(Code::Signer, "signature", text));
        }
        Ok(signature)
    }

    fn sign_digest(&self, digest: &hazmat::Sm2Digest) -> Result<Vec<u8>> {
        match &self.private {
            PrivateKey::Sm2(key) => Ok(hazmat::sm2_sign_digest(key, digest)?.to_der()),
            _ => Err(Error::new(Code::SignerForm, "signer", "this key signs messages only")),
        }
    }
}

impl fmt::Debug for SoftwareKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SoftwareKey").field("public", &self.public).finish_non_exhaustive()
    }
}

impl Signer for SoftwareKey {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn certificates(&self) -> &[Vec<u8>] {
        &self.certificates
    }

    fn user_id(&self) -> &UserId {
        &self.user_id
    }

    fn takes_digest(&self) -> bool {
        matches!(self.private, PrivateKey::Sm2(_))
    }

    fn is_checked(&self) -> bool {
        true
    }

    fn sign(&self, input: ToSign<'_>) -> Result<Vec<u8>> {
        match (input, &self.private) {
            (ToSign::Digest(digest), _) => self.sign_digest(digest),
            (ToSign::Message(message), PrivateKey::Sm2(key)) => {
                Ok(key.sign(&self.user_id, message)?.to_der())
            }
            (ToSign::Message(message), PrivateKey::Rsa(key, _)) => {
                self.verified(message, key.sign(self.algorithm, message)?)
            }
            (ToSign::Message(message), PrivateKey::Ecdsa(key, _)) => {
                self.verified(message, key.sign(self.algorithm, message)?)
            }
        }
    }

    fn sign_many(&self, inputs: &[ToSign<'_>], threads: usize) -> Vec<Result<Vec<u8>>> {
        // The engine's own many-form hashes and signs in lanes; it wants all inputs of one kind.
        if let PrivateKey::Sm2(key) = &self.private {
            let digests: Vec<hazmat::Sm2Digest> = inputs
                .iter()
                .map(|input| match input {
                    ToSign::Digest(digest) => **digest,
                    ToSign::Message(message) => {
                        hazmat::sm2_digest(key.public_key(), &self.user_id, &[message])
                    }
                })
                .collect();
            let signatures = hazmat::sm2_sign_digest_many(key, &digests, threads);
            return signatures.into_iter().map(|result| result.map(|s| s.to_der())).collect();
        }
        parallel::map(inputs, threads, |input| self.sign(*input))
    }
}

impl Decrypter for SoftwareKey {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn decrypt(&self, ciphertext: &[u8]) -> Result<Vec<u8>> {
        match &self.private {
            PrivateKey::Sm2(key) => key.decrypt_der(ciphertext),
            _ => Err(Error::new(Code::Algorithm, "decrypter", "only SM2 keys decrypt")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::ecdsa;

    #[test]
    fn a_written_key_comes_back() {
        let key = SoftwareKey::generate_sm2().unwrap();
        let plain = key.to_pkcs8_pem(None).unwrap();
        let again = SoftwareKey::from_pem(plain.as_bytes(), None).unwrap();
        assert_eq!(again.public, key.public);
        let sealed = key.to_pkcs8_pem(Some(b"password")).unwrap();
        assert!(sealed.as_bytes().starts_with(b"-----BEGIN ENCRYPTED PRIVATE KEY-----"));
        let again = SoftwareKey::from_pem(sealed.as_bytes(), Some(b"password")).unwrap();
        assert_eq!(again.public, key.public);
        let error = SoftwareKey::from_pem(sealed.as_bytes(), None).unwrap_err();
        assert_eq!(error.code(), Code::KeyMissing);
        let error = SoftwareKey::from_pem(sealed.as_bytes(), Some(b"passwore")).unwrap_err();
        assert_eq!(error.code(), Code::Password);
    }

    #[test]
    fn nothing_secret_is_shown() {
        let key = SoftwareKey::generate_sm2().unwrap();
        let shown = format!("{key:?}");
        assert!(shown.contains("public") && !shown.contains("private"));
    }

    #[test]
    fn a_fault_gives_no_signature() {
        let (one, other) = (sm2::PrivateKey::generate(), sm2::PrivateKey::generate());
        let faulty = one.unwrap().with_public_key_of(&other.unwrap());
        let key = SoftwareKey::from_private(PrivateKey::Sm2(Box::new(faulty)));
        let digest = hazmat::Sm2Digest([7; 32]);
        let inputs = [ToSign::Message(b"message"), ToSign::Digest(&digest)];
        assert!(key.sign_many(&inputs, 1).iter().all(Result::is_ok));
        let key = key.verify_after_sign(true);
        for input in inputs {
            assert_eq!(key.sign(input).unwrap_err().code(), Code::Signer);
        }
        for result in key.sign_many(&inputs, 1) {
            assert_eq!(result.unwrap_err().code(), Code::Signer);
        }
    }

    #[test]
    fn a_fault_of_another_algorithm_gives_no_signature() {
        let generate = || {
            let der = ecdsa::EcdsaPrivateKey::generate_pkcs8(ecdsa::Curve::P256).unwrap();
            SoftwareKey::from_pkcs8_der(der.as_bytes(), None).unwrap()
        };
        let mut key = generate().verify_after_sign(true);
        let input = ToSign::Message(b"message");
        assert!(key.sign(input).is_ok());
        key.public = generate().public;
        assert_eq!(key.sign(input).unwrap_err().code(), Code::Signer);
        assert!(key.verify_after_sign(false).sign(input).is_ok());
    }

    #[test]
    fn both_forms_sign() {
        let key = SoftwareKey::generate_sm2().unwrap();
        let PublicKey::Sm2(public) = key.public.clone() else { panic!("SM2 is SM2") };
        let digest = hazmat::sm2_digest(&public, &UserId::default(), &[b"message"]);
        let inputs = [ToSign::Message(b"message"), ToSign::Digest(&digest)];
        for signature in key.sign_many(&inputs, 2) {
            let signature = sm2::Signature::from_der(&signature.unwrap()).unwrap();
            assert!(public.verify(&UserId::default(), b"message", &signature).is_ok());
        }
    }
}
