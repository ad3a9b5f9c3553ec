//! A key in memory under another SM2 user id than its own.

use super::signer::{Signer, ToSign};
use super::software::SoftwareKey;
use crate::crypto::hazmat::{Sm2Digest, sm2_digest};
use crate::crypto::public_key::{PublicKey, SignatureAlgorithm};
use crate::crypto::sm2::UserId;
use crate::error::Result;
use std::sync::Arc;

/// A key that several hold, signing under a user id of this holder's own. The key itself is not copied.
///
/// Other algorithms than SM2 have no user id, and sign as before.
pub struct UnderUserId {
    key: Arc<SoftwareKey>,
    user_id: UserId,
}

impl UnderUserId {
    /// The key, signing under `user_id`.
    pub fn new(key: Arc<SoftwareKey>, user_id: UserId) -> Self {
        UnderUserId { key, user_id }
    }

    /// The digest of a message for SM2; other keys have no user id and take the message.
    fn digest(&self, input: &ToSign<'_>) -> Option<Sm2Digest> {
        match (input, Signer::public_key(&*self.key)) {
            (ToSign::Message(message), PublicKey::Sm2(key)) => {
                Some(sm2_digest(key, &self.user_id, &[message]))
            }
            _ => None,
        }
    }
}

impl Signer for UnderUserId {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.key.algorithm()
    }

    fn public_key(&self) -> &PublicKey {
        Signer::public_key(&*self.key)
    }

    fn certificates(&self) -> &[Vec<u8>] {
        self.key.certificates()
    }

    fn user_id(&self) -> &UserId {
        &self.user_id
    }

    fn takes_digest(&self) -> bool {
        self.key.takes_digest()
    }

    fn sign(&self, input: ToSign<'_>) -> Result<Vec<u8>> {
        match self.digest(&input) {
            Some(digest) => self.key.sign(ToSign::Digest(&digest)),
            None => self.key.sign(input),
        }
    }

    fn sign_many(&self, inputs: &[ToSign<'_>], threads: usize) -> Vec<Result<Vec<u8>>> {
        let digests: Vec<Option<Sm2Digest>> =
            inputs.iter().map(|input| self.digest(input)).collect();
        let inputs: Vec<ToSign<'_>> = inputs
            .iter()
            .zip(&digests)
            .map(|(input, digest)| digest.as_ref().map_or(*input, ToSign::Digest))
            .collect();
        self.key.sign_many(&inputs, threads)
    }
}
