//! The hash functions by the names that messages give them.

use super::sha2;
use super::sm3::{self, Sm3};
use crate::asn1::oid::{self, Oid};
use ring::digest::Context;

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

/// The same over content that comes in pieces.
pub(crate) enum Running {
    /// SM3.
    Sm3(Sm3),
    /// SHA-2, and SHA-1.
    Sha(Context),
}

impl Running {
    /// Nothing hashed yet; `None` for a hash function that is not offered.
    pub(crate) fn named(algorithm: &Oid) -> Option<Running> {
        let sha = |algorithm| Running::Sha(Context::new(algorithm));
        Some(match *algorithm {
            oid::SM3 => Running::Sm3(Sm3::new()),
            oid::SHA256 => sha(&ring::digest::SHA256),
            oid::SHA384 => sha(&ring::digest::SHA384),
            oid::SHA512 => sha(&ring::digest::SHA512),
            oid::SHA1 => sha(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY),
            _ => return None,
        })
    }

    /// Appends a piece.
    pub(crate) fn update(&mut self, piece: &[u8]) {
        match self {
            Running::Sm3(hash) => hash.update(piece),
            Running::Sha(context) => context.update(piece),
        }
    }

    /// The digest of everything appended.
    pub(crate) fn finish(self) -> Vec<u8> {
        match self {
            Running::Sm3(hash) => hash.finalize().to_vec(),
            Running::Sha(context) => context.finish().as_ref().to_vec(),
        }
    }
}
