//! A key that lives elsewhere: a UKey, a card, another process.

use super::checked::{verified, wrong_count};
use super::signer::{Signer, ToSign};
use crate::crypto::public_key::{PublicKey, SignatureAlgorithm};
use crate::crypto::sm2::UserId;
use crate::error::{Code, Error, Result};
use std::sync::{Mutex, PoisonError};

type SignCallback = dyn FnMut(&[ToSign<'_>]) -> Vec<Result<Vec<u8>>> + Send;

/// A signer that asks a callback, on the caller's thread and one call at a time.
///
/// The callback gets the whole array of inputs and gives one result for each. Every signature is
/// verified before it is passed on, so a faulty device cannot put a dead one into a document.
pub struct CallbackSigner {
    algorithm: SignatureAlgorithm,
    public_key: PublicKey,
    certificates: Vec<Vec<u8>>,
    user_id: UserId,
    takes_digest: bool,
    callback: Mutex<Box<SignCallback>>,
}

impl CallbackSigner {
    /// A signer for this public key; `takes_digest` says what the callback can sign.
    ///
    /// `certificates` are DER, the signer's own first. The callback gives SM2 and ECDSA signatures
    /// in DER.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] if the algorithm does not belong to the key, or if digests are promised
    /// for another algorithm than SM2.
    pub fn new(
        algorithm: SignatureAlgorithm,
        public_key: PublicKey,
        certificates: Vec<Vec<u8>>,
        takes_digest: bool,
        callback: impl FnMut(&[ToSign<'_>]) -> Vec<Result<Vec<u8>>> + Send + 'static,
    ) -> Result<Self> {
        if algorithm.under_key(&public_key) != Some(algorithm) {
            return Err(misuse("the algorithm does not belong to the key"));
        }
        if takes_digest && algorithm != SignatureAlgorithm::Sm2WithSm3 {
            return Err(misuse("only SM2 signers take digests"));
        }
        Ok(CallbackSigner {
            algorithm,
            public_key,
            certificates,
            user_id: UserId::default(),
            takes_digest,
            callback: Mutex::new(Box::new(callback)),
        })
    }

    /// The same signer with another user id.
    #[must_use]
    pub fn with_user_id(mut self, user_id: UserId) -> Self {
        self.user_id = user_id;
        self
    }
}

fn misuse(message: &'static str) -> Error {
    Error::new(Code::Argument, "CallbackSigner", message)
}

impl Signer for CallbackSigner {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    fn certificates(&self) -> &[Vec<u8>] {
        &self.certificates
    }

    fn user_id(&self) -> &UserId {
        &self.user_id
    }

    fn takes_digest(&self) -> bool {
        self.takes_digest
    }

    fn is_checked(&self) -> bool {
        true
    }

    fn sign(&self, input: ToSign<'_>) -> Result<Vec<u8>> {
        self.sign_many(&[input], 1).pop().unwrap_or_else(|| Err(wrong_count()))
    }

    fn sign_many(&self, inputs: &[ToSign<'_>], _threads: usize) -> Vec<Result<Vec<u8>>> {
        if !self.takes_digest && inputs.iter().any(|input| matches!(input, ToSign::Digest(_))) {
            let refusal = || Error::new(Code::SignerForm, "signer", "it takes messages only");
            return inputs.iter().map(|_| Err(refusal())).collect();
        }
        // A callback that panicked before is called again: it owns its state.
        let mut callback = self.callback.lock().unwrap_or_else(PoisonError::into_inner);
        let signatures = callback(inputs);
        drop(callback);
        if signatures.len() != inputs.len() {
            return inputs.iter().map(|_| Err(wrong_count())).collect();
        }
        inputs.iter().zip(signatures).map(|(input, result)| verified(self, input, result)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::hazmat;
    use crate::key::SoftwareKey;

    fn around(key: SoftwareKey, spoil: bool) -> CallbackSigner {
        let public = key.public_key().clone();
        let sign = move |inputs: &[ToSign<'_>]| {
            let mut results = key.sign_many(inputs, 1);
            if spoil {
                results[0] = key.sign(ToSign::Message(b"another message"));
            }
            results
        };
        CallbackSigner::new(SignatureAlgorithm::Sm2WithSm3, public, vec![], false, sign).unwrap()
    }

    #[test]
    fn passes_on_good_signatures_only() {
        let good = around(SoftwareKey::generate_sm2().unwrap(), false);
        assert!(good.sign(ToSign::Message(b"message")).is_ok());
        let bad = around(SoftwareKey::generate_sm2().unwrap(), true);
        let results = bad.sign_many(&[ToSign::Message(b"one"), ToSign::Message(b"two")], 1);
        assert_eq!(results[0].as_ref().unwrap_err().code(), Code::Signer);
        assert!(results[1].is_ok());
    }

    #[test]
    fn refuses_digests_before_anything_is_asked() {
        let signer = around(SoftwareKey::generate_sm2().unwrap(), false);
        let digest = hazmat::Sm2Digest([7; 32]);
        let error = signer.sign(ToSign::Digest(&digest)).unwrap_err();
        assert_eq!(error.code(), Code::SignerForm);
    }
}
