//! The hash functions by the names that messages give them.

use super::{sha2, sm3};
use crate::asn1::oid::{self, Oid};

/// The digest of `content` by the hash function of this name; `None` if it is not offered.
///
/// SHA-1 is among them: where what is hashed may have been chosen by somebody who gains from a
/// collision, the caller refuses it.
pub(crate) fn named(algorithm: &Oid, content: &[u8]) -> Option<Vec<u8>> {
    Some(match *algorithm {
        oid::SM3 => sm3::digest(content).to_vec(),
        oid::SHA256 => sha2::sha256(content).to_vec(),
        oid::SHA384 => sha2::sha384(content).to_vec(),
        oid::SHA512 => sha2::sha512(content).to_vec(),
        oid::SHA1 => sha2::sha1_legacy(content).to_vec(),
        _ => return None,
    })
}
