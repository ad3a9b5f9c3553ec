//! Evidence whose next archive time stamp is being asked for.

use super::{ArchiveTimeStamp, Chain, Covered, Evidence, MAX_TIME_STAMPS, Material, der, digests};
use crate::asn1::reader::tag;
use crate::asn1::{Oid, writer};
use crate::error::{Code, Error, Result};
use crate::timestamp::{Imprint, TimeStampRequest, Token};
use std::fmt;

const FORMAT: &str = "yinxin:evidence-draft:1";
const STRUCTURE: &str = "EvidenceDraft";

/// Evidence that waits for the answer to its request.
///
/// It may be kept as bytes meanwhile: a request may travel as a file.
///
/// ```text
/// EvidenceDraft ::= SEQUENCE {
///   format UTF8String,                  -- "yinxin:evidence-draft:1"
///   materials SEQUENCE OF Material,     -- one more than there are archive time stamps
///   archive ArchiveTimeStampSequence,   -- what there is already
///   newChain BOOLEAN, digestAlgorithm AlgorithmIdentifier,
///   digests SEQUENCE OF OCTET STRING,   -- of the archive time stamp that is asked for
///   request TimeStampReq }
/// ```
#[derive(Clone)]
pub struct Draft {
    materials: Vec<Material>,
    chains: Vec<Chain>,
    new_chain: bool,
    hash: Oid,
    digests: Vec<Vec<u8>>,
    request: TimeStampRequest,
}

impl Draft {
    /// The first archive time stamp.
    pub(crate) fn first(covered: &Covered<'_>, material: Material, hash: Oid) -> Result<Draft> {
        covered.require_documents()?;
        Draft::starting(covered, vec![material], Vec::new(), hash)
    }

    /// The next archive time stamp, over the last one, within the life of its hash function.
    pub(crate) fn renewal(evidence: &Evidence, material: Material) -> Result<Draft> {
        let newest = evidence.newest()?;
        let hash = newest.hash;
        let digests = digests::of_previous(&hash, newest, &material)?;
        let materials = added(evidence, material)?;
        let request = request(hash, &digests)?;
        let chains = evidence.chains.clone();
        Ok(Draft { materials, chains, new_chain: false, hash, digests, request })
    }

    /// The next archive time stamp with another hash function, over everything there is.
    pub(crate) fn hash_renewal(
        evidence: &Evidence,
        covered: &Covered<'_>,
        material: Material,
        hash: Oid,
    ) -> Result<Draft> {
        covered.require_documents()?;
        let materials = added(evidence, material)?;
        Draft::starting(covered, materials, evidence.chains.clone(), hash)
    }

    fn starting(
        covered: &Covered<'_>,
        materials: Vec<Material>,
        chains: Vec<Chain>,
        hash: Oid,
    ) -> Result<Draft> {
        let digests = digests::of_everything(&hash, covered, &materials, &chains)?;
        let request = request(hash, &digests)?;
        Ok(Draft { materials, chains, new_chain: true, hash, digests, request })
    }

    /// The request for the time stamp authority.
    pub fn request(&self) -> &TimeStampRequest {
        &self.request
    }

    /// The evidence with the token that answers the request. Whether the token's authority is
    /// trusted is for [`Verifier::complete_evidence`](crate::signature::Verifier::complete_evidence)
    /// to say.
    ///
    /// # Errors
    ///
    /// [`Code::TimeStampMismatch`] for a token that is not the one asked for, [`Code::NotValid`] for
    /// one whose signature is not good.
    pub(crate) fn complete(&self, token: &Token) -> Result<Evidence> {
        self.request.require_answer(token)?;
        token.require_over(&digests::value(&self.digests), None)?;
        let (hash, digests) = (self.hash, self.digests.clone());
        let added = ArchiveTimeStamp { hash, digests, token: token.clone() };
        let mut chains = self.chains.clone();
        let last = if self.new_chain { None } else { chains.pop() };
        chains.push(Chain::with(last.as_ref(), added));
        Evidence::from_der(&der::write(&self.materials, &chains))
    }

    /// The draft as bytes.
    pub fn to_der(&self) -> Vec<u8> {
        writer::sequence(&[
            &writer::utf8(FORMAT),
            &der::write_materials(&self.materials),
            &der::write_chains(&self.chains),
            &writer::boolean(self.new_chain),
            &der::write_hash(tag::SEQUENCE, &self.hash),
            &der::write_digests(&self.digests),
            self.request.as_der(),
        ])
    }

    /// Reads a draft, the whole input.
    ///
    /// # Errors
    ///
    /// As [`Evidence::from_der`].
    pub fn from_der(bytes: &[u8]) -> Result<Draft> {
        let mut fields = der::open(bytes, FORMAT, STRUCTURE)?;
        let materials = der::read_materials(&mut fields)?;
        let chains = der::read_chains(&fields.expect(tag::SEQUENCE)?)?;
        let new_chain = fields.expect(tag::BOOLEAN)?.boolean()?;
        let hash = der::read_hash(&fields.expect(tag::SEQUENCE)?)?;
        let digests = der::read_digests(&fields.expect(tag::SEQUENCE)?, &hash)?;
        let request = TimeStampRequest::from_der(fields.expect(tag::SEQUENCE)?.raw)?;
        fields.finish()?;
        let count: usize = chains.iter().map(|chain| chain.time_stamps.len()).sum();
        let last = chains.last().and_then(|chain| chain.time_stamps.last());
        let fits = new_chain || last.is_some_and(|last| last.hash == hash);
        if count + 1 != materials.len() || !fits {
            let message = "materials, archive time stamps and the one asked for do not agree";
            return Err(Error::new(Code::Structure, STRUCTURE, message));
        }
        Ok(Draft { materials, chains, new_chain, hash, digests, request })
    }
}

fn added(evidence: &Evidence, material: Material) -> Result<Vec<Material>> {
    if evidence.materials.len() >= MAX_TIME_STAMPS {
        return Err(Error::new(Code::Count, STRUCTURE, "more than MAX_TIME_STAMPS"));
    }
    Ok(evidence.materials.iter().cloned().chain([material]).collect())
}

fn request(hash: Oid, digests: &[Vec<u8>]) -> Result<TimeStampRequest> {
    TimeStampRequest::new(Imprint::of(hash, &digests::value(digests))?)
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Draft(archive time stamp {})", self.materials.len())
    }
}
