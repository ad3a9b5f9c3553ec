//! What an archive time stamp is over.

use super::{ArchiveTimeStamp, Chain, MAX_DOCUMENTS, Material, STRUCTURE};
use crate::asn1::{Oid, oid, writer};
use crate::crypto::digest;
use crate::error::{Code, Error, Result};

/// The hash functions of evidence, and the lengths of their digests in bytes.
const KNOWN: [(Oid, usize); 4] =
    [(oid::SM3, 32), (oid::SHA256, 32), (oid::SHA384, 48), (oid::SHA512, 64)];

/// What evidence is about: a signature as it is kept, with the time stamp in it, and the documents.
///
/// If what was signed lists other files by their digests, as a manifest does, those files belong to
/// the documents too: only then does a renewal of the hash function reach them. Their order does not
/// matter.
#[derive(Debug, Clone, Copy)]
pub struct Covered<'a> {
    /// The stamp or the signed message.
    pub signature: &'a [u8],
    /// The document that was signed first, then what belongs to it.
    pub documents: &'a [&'a [u8]],
}

impl Covered<'_> {
    /// Refuses what no evidence can be about.
    pub(super) fn require_documents(&self) -> Result<()> {
        if self.documents.is_empty() {
            let message = "evidence covers the document too";
            return Err(Error::new(Code::Argument, "documents", message));
        }
        if self.documents.len() > MAX_DOCUMENTS {
            return Err(Error::new(Code::Count, STRUCTURE, "more documents than MAX_DOCUMENTS"));
        }
        Ok(())
    }

    fn parts(&self) -> impl Iterator<Item = &[u8]> {
        std::iter::once(self.signature).chain(self.documents.iter().copied())
    }
}

/// The length of a digest by this hash function.
pub(super) fn length(hash: &Oid) -> Result<usize> {
    let known = KNOWN.iter().find(|(known, _)| known == hash).map(|(_, length)| *length);
    known.ok_or_else(|| {
        let message = format!("{hash} is not offered: SM3, SHA-256, SHA-384 or SHA-512");
        Error::new(Code::Algorithm, STRUCTURE, message)
    })
}

/// What the token of an archive time stamp with these digests is over.
pub(super) fn value(digests: &[Vec<u8>]) -> Vec<u8> {
    digests.concat()
}

/// The digests of a first chain's first archive time stamp, or of one that starts a chain after
/// `earlier` ones: of every part, together with the earlier chains.
pub(super) fn of_everything(
    hash: &Oid,
    covered: &Covered<'_>,
    materials: &[Material],
    earlier: &[Chain],
) -> Result<Vec<Vec<u8>>> {
    let parts = covered.parts().chain(materials.iter().map(Material::as_der));
    let chains: Vec<Vec<u8>> = earlier.iter().map(|chain| chain.der.clone()).collect();
    let above = match chains.is_empty() {
        true => None,
        false => Some(of(hash, &writer::sequence_of(&chains))?),
    };
    let digest = |part| {
        let own = of(hash, part)?;
        match &above {
            Some(above) => of(hash, &[own, above.clone()].concat()),
            None => Ok(own),
        }
    };
    ascending(parts.map(digest).collect())
}

/// The digests of an archive time stamp that renews the one before within its chain.
pub(super) fn of_previous(
    hash: &Oid,
    previous: &ArchiveTimeStamp,
    material: &Material,
) -> Result<Vec<Vec<u8>>> {
    let parts = [previous.token.as_der(), material.as_der()];
    ascending(parts.into_iter().map(|part| of(hash, part)).collect())
}

fn ascending(digests: Result<Vec<Vec<u8>>>) -> Result<Vec<Vec<u8>>> {
    let mut digests = digests?;
    digests.sort();
    digests.dedup();
    Ok(digests)
}

fn of(hash: &Oid, part: &[u8]) -> Result<Vec<u8>> {
    length(hash)?;
    Ok(digest::named(hash, part).unwrap_or_default())
}
