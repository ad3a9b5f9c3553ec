//! Long-term evidence (长期证据): why a stamp of long ago is still good, in one file.
//!
//! Certificates expire, authorities close, hash functions age. Evidence keeps what was known while
//! all of it was good: the certificates, the answers about revocation and the lists of the states of
//! seals, under a time stamp over them, the signature and the documents (an *archive time stamp*).
//! Before that time stamp's authority ends, or its hash function does, the next one covers it: a
//! chain back to the day of the signature.
//!
//! | where | what |
//! |---|---|
//! | [`Evidence`] | the file, read; [`Evidence::check`] judges it |
//! | [`Covered`] | what evidence is about: a signature and its documents |
//! | [`Draft`] | evidence whose next archive time stamp is being asked for |
//! | [`Verifier::prepare_evidence`](crate::signature::Verifier::prepare_evidence) and the functions after it | make, renew, verify with evidence |
//!
//! Evidence brings no trust: the anchors of each time stay in the [`Trust`] of the one who verifies,
//! with their terms. `docs/evidence.md` has the format and the rules.

mod check;
mod der;
mod digests;
mod draft;
mod material;

pub(crate) use check::{Judged, judge};
pub use digests::Covered;
pub use draft::Draft;
pub use material::Material;

use crate::asn1::Oid;
use crate::error::{Code, Error, Result};
use crate::report::Report;
use crate::time::Time;
use crate::timestamp::Token;
use crate::trust::Trust;
use std::fmt;

/// The largest evidence that is read, in bytes. Source: ours.
pub const MAX_BYTES: usize = 64 << 20;
/// The most archive time stamps of one evidence: a renewal each year for two centuries. Source: ours.
pub const MAX_TIME_STAMPS: usize = 200;
/// The most documents that one evidence covers. Source: ours.
pub const MAX_DOCUMENTS: usize = 4096;
/// The most certificates, lists, responses or lists of states of one archive time stamp, each.
/// Source: ours.
pub const MAX_MEMBERS: usize = 256;

/// The most of all of these in one evidence. Source: ours.
pub const MAX_ALL_MEMBERS: usize = 4096;

const FORMAT: &str = "yinxin:evidence:1";
const STRUCTURE: &str = "Evidence";

/// Evidence as received.
///
/// ```text
/// Evidence ::= SEQUENCE {
///   format UTF8String,                     -- "yinxin:evidence:1"
///   materials SEQUENCE OF Material,        -- one for each archive time stamp, in their order
///   archive ArchiveTimeStampSequence }
/// Material ::= SEQUENCE {
///   certificates [0] SEQUENCE OF Certificate, crls [1] SEQUENCE OF CertificateList,
///   ocsp [2] SEQUENCE OF OCSPResponse, sealStates [3] SEQUENCE OF SealStates }
/// ArchiveTimeStampSequence ::= SEQUENCE OF ArchiveTimeStampChain
/// ArchiveTimeStampChain ::= SEQUENCE OF ArchiveTimeStamp
/// ArchiveTimeStamp ::= SEQUENCE {
///   digestAlgorithm [0] AlgorithmIdentifier,
///   reducedHashtree [2] SEQUENCE OF PartialHashtree, -- exactly one
///   timeStamp ContentInfo }
/// PartialHashtree ::= SEQUENCE OF OCTET STRING       -- ascending
/// ```
///
/// All tags are implicit. # Source: the sequence is in the form of RFC 4998, the rest is ours.
#[derive(Clone)]
pub struct Evidence {
    bytes: Vec<u8>,
    materials: Vec<Material>,
    chains: Vec<Chain>,
}

/// Archive time stamps with one hash function.
#[derive(Debug, Clone)]
struct Chain {
    der: Vec<u8>,
    time_stamps: Vec<ArchiveTimeStamp>,
}

/// An archive time stamp: a token over digests.
#[derive(Debug, Clone)]
pub struct ArchiveTimeStamp {
    hash: Oid,
    digests: Vec<Vec<u8>>,
    token: Token,
}

impl Evidence {
    /// Reads evidence, the whole input: strictly, since only this library writes it.
    ///
    /// # Errors
    ///
    /// Malformed 1xx with the place, `Version` for another format, `Algorithm` for a hash function
    /// that is not offered, `Size` and `Count` above the limits of this module.
    pub fn from_der(bytes: &[u8]) -> Result<Evidence> {
        der::read(bytes)
    }

    /// The evidence as received.
    pub fn as_der(&self) -> &[u8] {
        &self.bytes
    }

    /// The archive time stamps, the oldest first.
    pub fn time_stamps(&self) -> impl DoubleEndedIterator<Item = &ArchiveTimeStamp> {
        self.chains.iter().flat_map(|chain| &chain.time_stamps)
    }

    /// What each archive time stamp covers beside digests, in their order.
    pub fn materials(&self) -> &[Material] {
        &self.materials
    }

    /// How often the hash function was renewed.
    pub fn hash_renewals(&self) -> usize {
        self.chains.len().saturating_sub(1)
    }

    /// Checks the evidence by itself, from the newest archive time stamp, judged now, to the
    /// oldest, each judged for the time of the next. Whether the signature is good is for
    /// [`Verifier::verify_with_evidence`](crate::signature::Verifier::verify_with_evidence) to say.
    pub fn check(&self, covered: &Covered<'_>, trust: &Trust, now: Time) -> Report {
        judge(self, covered, trust, now).report
    }

    fn newest(&self) -> Result<&ArchiveTimeStamp> {
        let none = || Error::new(Code::Structure, STRUCTURE, "there is no archive time stamp");
        self.time_stamps().next_back().ok_or_else(none)
    }
}

impl ArchiveTimeStamp {
    /// The hash function of the digests.
    pub fn hash(&self) -> Oid {
        self.hash
    }

    /// The digests that the token is over, ascending.
    pub fn digests(&self) -> &[Vec<u8>] {
        &self.digests
    }

    /// The token.
    pub fn token(&self) -> &Token {
        &self.token
    }
}

impl fmt::Debug for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let times: Vec<String> =
            self.time_stamps().map(|stamp| stamp.token.gen_time().to_string()).collect();
        write!(f, "Evidence({})", times.join(", "))
    }
}

impl PartialEq for Evidence {
    /// The same bytes.
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Evidence {}
