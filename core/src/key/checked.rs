//! Signatures of signers that nobody here knows are verified before they go anywhere.

use super::signer::{Signer, ToSign};
use crate::crypto::hazmat;
use crate::crypto::parallel;
use crate::crypto::public_key::PublicKey;
use crate::crypto::sm2::Signature;
use crate::error::{Code, Error, Result};

/// [`Signer::sign`], verified unless the signer [does so itself](Signer::is_checked).
pub(crate) fn sign(signer: &dyn Signer, input: ToSign<'_>) -> Result<Vec<u8>> {
    let signature = signer.sign(input);
    if signer.is_checked() { signature } else { verified(signer, &input, signature) }
}

/// [`Signer::sign_many`], verified unless the signer [does so itself](Signer::is_checked).
pub(crate) fn sign_many(
    signer: &dyn Signer,
    inputs: &[ToSign<'_>],
    threads: usize,
) -> Vec<Result<Vec<u8>>> {
    let signatures = signer.sign_many(inputs, threads);
    if signatures.len() != inputs.len() {
        return inputs.iter().map(|_| Err(wrong_count())).collect();
    }
    if signer.is_checked() {
        return signatures;
    }
    let pairs: Vec<_> = inputs.iter().zip(signatures).collect();
    parallel::map(&pairs, threads, |(input, signature)| verified(signer, input, signature.clone()))
}

/// The signature, if it is the signer's over the input.
pub(super) fn verified(
    signer: &dyn Signer,
    input: &ToSign<'_>,
    signature: Result<Vec<u8>>,
) -> Result<Vec<u8>> {
    let signature = signature?;
    let good = match (input, signer.public_key()) {
        (ToSign::Message(message), key) => {
            key.verify(signer.algorithm(), signer.user_id(), message, &signature).is_ok()
        }
        (ToSign::Digest(digest), PublicKey::Sm2(key)) => Signature::from_der(&signature)
            .is_ok_and(|signature| hazmat::sm2_verify_digest(key, digest, &signature).is_ok()),
        _ => false,
    };
    if good {
        Ok(signature)
    } else {
        Err(Error::new(Code::Signer, "signer", "the signature it gave does not verify"))
    }
}

pub(super) fn wrong_count() -> Error {
    Error::new(Code::Signer, "signer", "it did not give one result for each input")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::public_key::SignatureAlgorithm;
    use crate::crypto::sm2::UserId;
    use crate::key::SoftwareKey;

    /// A card that signs something else when it is broken, and forgets one when it is lazy.
    struct Card {
        key: SoftwareKey,
        broken: bool,
        lazy: bool,
    }

    impl Signer for Card {
        fn algorithm(&self) -> SignatureAlgorithm {
            self.key.algorithm()
        }

        fn public_key(&self) -> &PublicKey {
            self.key.public_key()
        }

        fn certificates(&self) -> &[Vec<u8>] {
            &[]
        }

        fn user_id(&self) -> &UserId {
            self.key.user_id()
        }

        fn takes_digest(&self) -> bool {
            true
        }

        fn sign(&self, input: ToSign<'_>) -> Result<Vec<u8>> {
            self.key.sign(if self.broken { ToSign::Message(b"something else") } else { input })
        }

        fn sign_many(&self, inputs: &[ToSign<'_>], _: usize) -> Vec<Result<Vec<u8>>> {
            let inputs = if self.lazy { &inputs[1..] } else { inputs };
            inputs.iter().map(|input| self.sign(*input)).collect()
        }
    }

    #[test]
    fn a_dead_signature_goes_nowhere() {
        let card = |broken, lazy| Card { key: SoftwareKey::generate_sm2().unwrap(), broken, lazy };
        let digest = hazmat::Sm2Digest([7; 32]);
        let inputs = [ToSign::Message(b"one"), ToSign::Digest(&digest)];
        let good = card(false, false);
        assert!(inputs.iter().all(|input| sign(&good, *input).is_ok()));
        assert!(sign_many(&good, &inputs, 2).iter().all(Result::is_ok));
        for bad in [card(true, false), card(false, true), card(true, true)] {
            for result in sign_many(&bad, &inputs, 2) {
                assert_eq!(result.unwrap_err().code(), Code::Signer);
            }
        }
        for input in inputs {
            assert_eq!(sign(&card(true, false), input).unwrap_err().code(), Code::Signer);
        }
    }
}
