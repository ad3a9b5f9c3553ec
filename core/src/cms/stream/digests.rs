//! What signatures need of a content that is not kept: its digests.
//!
//! A signature without signed attributes is over the content itself. Of SM2 that is SM3(Z ‖ content),
//! Z made from the key of the signer, so the key has to be known before the content is read. RSA and
//! ECDSA are verified over whole contents only, so for them a content is kept, up to [`MAX_MESSAGE`].

use super::PIECE;
use super::pull::{Level, Pull, some, unwritable};
use crate::asn1::reader::tag;
use crate::asn1::{Oid, oid};
use crate::cms::message::MAX_MESSAGE;
use crate::cms::signed_data::SignerInfo;
use crate::cms::verify::SignerProblem;
use crate::crypto::digest::Running;
use crate::crypto::hazmat::Sm2Digest;
use crate::crypto::public_key::{PreparedKeys, PublicKey, SignatureAlgorithm};
use crate::crypto::sm2::{Signature, UserId};
use crate::error::Result;
use std::io::{Read, Write};

/// What is to be made of a content.
#[derive(Default)]
pub(crate) struct Wanted {
    algorithms: Vec<Oid>,
    /// Z of the signers without attributes.
    z: Vec<[u8; 32]>,
    whole: bool,
}

impl Wanted {
    /// Also its digest by this hash function.
    pub(crate) fn digest(&mut self, algorithm: Oid) {
        if !self.algorithms.contains(&algorithm) {
            self.algorithms.push(algorithm);
        }
    }

    /// Also what a signature by this key over the content itself is verified with.
    pub(crate) fn bare(&mut self, key: &PublicKey, user_id: &UserId) {
        self.whole |= !self.sm2(key, user_id);
    }

    /// The same for a key of SM2; whether it is one.
    pub(crate) fn sm2(&mut self, key: &PublicKey, user_id: &UserId) -> bool {
        let PublicKey::Sm2(key) = key else { return false };
        let z = key.z(user_id);
        if !self.z.contains(&z) {
            self.z.push(z);
        }
        true
    }

    /// Also what this signer's signature is verified with, if its key is known.
    pub(crate) fn signer(&mut self, signer: &SignerInfo, key: Option<&PublicKey>, id: &UserId) {
        match (&signer.attributes, key) {
            (Some(_), _) => self.digest(signer.digest_algorithm),
            (None, Some(key)) => self.bare(key, id),
            (None, None) => {}
        }
    }

    /// Reads a content to its end, and copies it.
    pub(crate) fn read(
        self,
        mut content: impl FnMut(&mut [u8]) -> Result<usize>,
        mut copy: Option<&mut dyn Write>,
    ) -> Result<Digests> {
        let named = |algorithm: Oid| Some((algorithm, Running::named(&algorithm)?));
        let mut plain: Vec<(Oid, Running)> =
            self.algorithms.into_iter().filter_map(named).collect();
        let started = |z: [u8; 32]| {
            let mut hash = Running::named(&oid::SM3)?;
            hash.update(&z);
            Some((z, hash))
        };
        let mut under_z: Vec<([u8; 32], Running)> =
            self.z.into_iter().filter_map(started).collect();
        let mut whole = self.whole.then(Vec::new);
        let (mut first, mut length) = (Vec::new(), 0u64);
        let mut buffer = zeroize::Zeroizing::new(vec![0; PIECE]);
        loop {
            let read = content(&mut buffer)?;
            let Some(piece) = buffer.get(..read).filter(|piece| !piece.is_empty()) else { break };
            if first.is_empty() {
                first.extend_from_slice(&piece[..piece.len().min(FIRST)]);
            }
            length = length.saturating_add(piece.len() as u64);
            plain.iter_mut().for_each(|(_, hash)| hash.update(piece));
            under_z.iter_mut().for_each(|(_, hash)| hash.update(piece));
            if let Some(kept) = &mut whole {
                if kept.len() + piece.len() > MAX_MESSAGE {
                    whole = None;
                } else {
                    kept.extend_from_slice(piece);
                }
            }
            if let Some(copy) = &mut copy {
                copy.write_all(piece).map_err(|error| unwritable(&error))?;
            }
        }
        if let Some(copy) = &mut copy {
            copy.flush().map_err(|error| unwritable(&error))?;
        }
        let finish = |(algorithm, hash): (Oid, Running)| (algorithm, hash.finish());
        let under_z = under_z
            .into_iter()
            .filter_map(|(z, hash)| Some((z, Sm2Digest(hash.finish().try_into().ok()?))));
        Ok(Digests {
            plain: plain.into_iter().map(finish).collect(),
            under_z: under_z.collect(),
            whole,
            shaped: shaped_like_attributes(&first, length)?,
            length,
        })
    }

    /// [`read`](Self::read) for a source that is nothing but the content.
    pub(crate) fn read_from(
        self,
        source: &mut dyn Read,
        copy: Option<&mut dyn Write>,
    ) -> Result<Digests> {
        self.read(|out| fill(source, out), copy)
    }
}

/// The digests of a content, and what else signatures need of it.
pub(crate) struct Digests {
    plain: Vec<(Oid, Vec<u8>)>,
    under_z: Vec<([u8; 32], Sm2Digest)>,
    whole: Option<Vec<u8>>,
    shaped: bool,
    length: u64,
}

impl Digests {
    /// How long the content is.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    pub(crate) fn digest(&self, algorithm: &Oid) -> Option<Vec<u8>> {
        let found = self.plain.iter().find(|(known, _)| known == algorithm);
        found.map(|(_, digest)| digest.clone())
    }

    /// Whether the content could itself be signed attributes.
    pub(crate) fn are_of_attributes(&self) -> bool {
        self.shaped
    }

    /// Whether these are enough to verify the signature of this signer.
    pub(crate) fn suffice(
        &self,
        signer: &SignerInfo,
        key: Option<&PublicKey>,
        id: &UserId,
    ) -> bool {
        match (&signer.attributes, key) {
            (Some(_), _) => {
                // A hash function that is not offered is a finding, not a lack.
                Running::named(&signer.digest_algorithm).is_none()
                    || self.digest(&signer.digest_algorithm).is_some()
            }
            (None, Some(PublicKey::Sm2(key))) => self.under_z(&key.z(id)).is_some(),
            (None, Some(_)) => self.whole.is_some(),
            (None, None) => true,
        }
    }

    fn under_z(&self, z: &[u8; 32]) -> Option<&Sm2Digest> {
        self.under_z.iter().find(|(known, _)| known == z).map(|(_, digest)| digest)
    }

    /// Nothing, if this is a good signature over the content itself.
    pub(crate) fn verify_bare(
        &self,
        keys: &PreparedKeys,
        key: &PublicKey,
        algorithm: SignatureAlgorithm,
        user_id: &UserId,
        value: &[u8],
    ) -> std::result::Result<(), SignerProblem> {
        let good = match (key, &self.whole) {
            (PublicKey::Sm2(key), _) if algorithm == SignatureAlgorithm::Sm2WithSm3 => {
                let digest = self.under_z(&key.z(user_id)).ok_or_else(not_hashed)?;
                Signature::from_der(value)
                    .is_ok_and(|value| keys.verify_digest(key, digest, &value).is_ok())
            }
            (key, Some(whole)) => keys.verify(key, algorithm, user_id, whole, value).is_ok(),
            (_, None) => return Err(not_hashed()),
        };
        if good { Ok(()) } else { Err(SignerProblem::Value) }
    }
}

fn not_hashed() -> SignerProblem {
    let message = "signatures without signed attributes other than SM2's are verified over contents \
                   of up to 64 MiB";
    SignerProblem::Algorithm(message.to_owned())
}

/// How much of a content tells whether it has the shape of attributes: three tags and lengths.
const FIRST: usize = 30;

/// [`shaped_like_attributes`](crate::cms::verify::shaped_like_attributes) of a content that starts so
/// and has this length.
fn shaped_like_attributes(first: &[u8], length: u64) -> Result<bool> {
    let mut pull = Pull::new(first, "content");
    let mut within = Level::TOP;
    for expected in [tag::SET, tag::SEQUENCE, tag::OID] {
        let Ok(header) = pull.header(&within) else { return Ok(false) };
        let Some(value) = header.length.filter(|_| header.tag == expected) else {
            return Ok(false);
        };
        if expected == tag::SET && pull.position().checked_add(value) != Some(length) {
            return Ok(false);
        }
        within = pull.inside(&header, &within);
    }
    Ok(true)
}

/// As many of the next bytes as there are and fit.
pub(super) fn fill(source: &mut (impl Read + ?Sized), out: &mut [u8]) -> Result<usize> {
    let mut filled = 0;
    while filled < out.len() {
        match some(source, &mut out[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}
