//! Public keys that verify again and again.

use super::backend::PreparedPoint;
use super::public_key::PublicKey;
use super::signature::Signature;
use super::user_id::UserId;
use super::verify::VerifyKey;
use crate::crypto::BadSignature;
use crate::crypto::hazmat::Sm2Digest;
use std::fmt;
use std::sync::Arc;

/// A public key with a table of its multiples, for a signer whose signatures come again.
///
/// Making the table takes as long as three or four verifications with the key itself, and each
/// verification with it about a quarter of one, so it pays from the fifth on. It takes
/// [`MEMORY`](Self::MEMORY) bytes, 88 KB. Clones share the table. Results are those of the
/// [`PublicKey`].
///
/// ```
/// use yinxin::crypto::sm2::{PreparedPublicKey, PrivateKey, UserId};
///
/// let key = PrivateKey::generate()?;
/// let id = UserId::default();
/// let prepared = PreparedPublicKey::from(key.public_key());
/// for message in [&b"pay 100.00 to the school"[..], b"pay 20.00 to the library"] {
///     let signature = key.sign(&id, message)?;
///     assert!(prepared.verify(&id, message, &signature).is_ok());
/// }
/// # Ok::<(), yinxin::Error>(())
/// ```
#[derive(Clone)]
pub struct PreparedPublicKey(Arc<Prepared>);

struct Prepared {
    key: PublicKey,
    point: PreparedPoint,
}

impl PreparedPublicKey {
    /// How many bytes of memory a prepared key takes, whichever key it is.
    ///
    /// Not counted are the two counters of its sharing and what the allocator keeps for itself.
    pub const MEMORY: usize = PreparedPoint::TABLE + size_of::<Prepared>();

    /// The key.
    pub fn public_key(&self) -> &PublicKey {
        &self.0.key
    }

    /// [`MEMORY`](Self::MEMORY): the bytes that this key and its clones take together.
    pub fn memory(&self) -> usize {
        Self::MEMORY
    }

    /// Whether this is the key's signature over the message under this user id.
    ///
    /// # Errors
    ///
    /// [`BadSignature`] if it is not.
    ///
    /// # Timing
    ///
    /// Variable-time; everything here is public.
    pub fn verify(
        &self,
        id: &UserId,
        message: &[u8],
        signature: &Signature,
    ) -> Result<(), BadSignature> {
        self.verify_parts(id, &[message], signature)
    }

    /// [`verify`](Self::verify) over the parts, one after another as one message.
    ///
    /// # Errors
    ///
    /// [`BadSignature`] if it is not the key's signature over them.
    pub fn verify_parts(
        &self,
        id: &UserId,
        parts: &[&[u8]],
        signature: &Signature,
    ) -> Result<(), BadSignature> {
        let digest = Sm2Digest(self.public_key().digest(id, parts));
        VerifyKey::from(self).verify_digest(&digest, signature)
    }

    pub(super) fn point(&self) -> &PreparedPoint {
        &self.0.point
    }
}

/// Works out the table.
impl From<&PublicKey> for PreparedPublicKey {
    fn from(key: &PublicKey) -> Self {
        PreparedPublicKey(Arc::new(Prepared {
            key: *key,
            point: PreparedPoint::of_vartime(key.point()),
        }))
    }
}

impl PartialEq for PreparedPublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.public_key() == other.public_key()
    }
}

impl Eq for PreparedPublicKey {}

impl fmt::Debug for PreparedPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PreparedPublicKey").field(self.public_key()).finish()
    }
}
