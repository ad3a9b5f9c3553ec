//! The one who verifies: what it trusts, its policy, and what it remembers.

use crate::cms::SignedData;
use crate::crypto::{parallel, sm3};
use crate::error::Result;
use crate::report::Report;
use crate::seal::{self, Expected, SealCache};
use crate::timestamp;
use crate::trust::{Moment, Trust};
use crate::voucher::{Authorisation, Catalogue, Templates};

/// How many seals a verifier keeps to read their stamps quickly.
pub const SEAL_CACHE: usize = 256;

/// How many bytes the tables of prepared keys may take, unless
/// [`with_key_memory`](Verifier::with_key_memory) says otherwise: 32 MiB, some 380 signers.
pub const KEY_MEMORY: usize = 32 << 20;

/// Verifies seals, stamps, signatures and vouchers against one trust and one policy.
///
/// May be shared between threads. It remembers the seals that it read, to read the next stamp by
/// them quickly, and prepares the SM2 keys of signers and authorities that come again; what it
/// remembers decides nothing.
#[derive(Debug)]
pub struct Verifier {
    trust: Trust,
    pub(super) catalogue: Catalogue,
    pub(super) templates: Templates,
    pub(super) authorisation: Option<Authorisation>,
    pub(super) seals: SealCache,
}

impl Verifier {
    /// A verifier with this trust, the built-in catalogue and templates, and no authorisation.
    pub fn new(mut trust: Trust) -> Self {
        trust.limit_keys(KEY_MEMORY);
        Verifier {
            trust,
            catalogue: Catalogue::built_in(),
            templates: Templates::built_in(),
            authorisation: None,
            seals: SealCache::new(SEAL_CACHE),
        }
    }

    /// The same verifier with a statement of which seals and signers are allowed where; without one
    /// `voucher.authority` is not determined.
    #[must_use]
    pub fn with_authorisation(mut self, authorisation: Authorisation) -> Self {
        self.authorisation = Some(authorisation);
        self
    }

    /// The same verifier with another catalogue of voucher types.
    #[must_use]
    pub fn with_catalogue(mut self, catalogue: Catalogue) -> Self {
        self.catalogue = catalogue;
        self
    }

    /// The same verifier with other templates of positions.
    #[must_use]
    pub fn with_templates(mut self, templates: Templates) -> Self {
        self.templates = templates;
        self
    }

    /// The same verifier with tables of prepared keys in at most this many bytes, in place of
    /// [`KEY_MEMORY`]; 0 prepares none. One key takes
    /// [`PreparedPublicKey::MEMORY`](crate::crypto::sm2::PreparedPublicKey::MEMORY) bytes.
    ///
    /// A key is prepared once its certificate led to an anchor of this verifier and four signatures
    /// under it were good. If there is no room, it takes the place of the least recently used key,
    /// if that was not used meanwhile. Results do not depend on it.
    #[must_use]
    pub fn with_key_memory(mut self, bytes: usize) -> Self {
        self.trust.limit_keys(bytes);
        self
    }

    /// How many bytes the tables of prepared keys take now.
    pub fn key_memory(&self) -> usize {
        self.trust.keys().memory()
    }

    /// What is trusted.
    pub fn trust(&self) -> &Trust {
        &self.trust
    }

    /// Verifies a seal (SESeal in DER).
    ///
    /// # Errors
    ///
    /// A Malformed, Unsupported or Limit error if the bytes are no seal.
    pub fn verify_seal(&self, seal: &[u8], moment: &Moment) -> Result<Report> {
        let seal = self.seals.parse_seal(seal, self.trust.policy().profile)?;
        Ok(seal::check_seal(&seal, &self.trust, moment))
    }

    /// Verifies a stamp (SES_Signature in DER) over `document`; with `property`, the stamp must
    /// also say that this is what it protects.
    ///
    /// # Errors
    ///
    /// A Malformed, Unsupported or Limit error if the bytes are no stamp.
    pub fn verify_stamp(
        &self,
        stamp: &[u8],
        document: &[u8],
        property: Option<&str>,
        moment: &Moment,
    ) -> Result<Report> {
        self.verify_stamp_of(stamp, &sm3::digest(document), property, moment)
    }

    /// Verifies many stamps, each over its document; results in input order.
    pub fn verify_stamp_many(
        &self,
        items: &[(&[u8], &[u8])],
        moment: &Moment,
        threads: usize,
    ) -> Vec<Result<Report>> {
        let documents: Vec<&[u8]> = items.iter().map(|(_, document)| *document).collect();
        let digests = sm3::digest_many(&documents, threads);
        let items: Vec<(&[u8], [u8; 32])> =
            items.iter().zip(digests).map(|((stamp, _), digest)| (*stamp, digest)).collect();
        parallel::map(&items, threads, |(stamp, digest)| {
            self.verify_stamp_of(stamp, digest, None, moment)
        })
    }

    fn verify_stamp_of(
        &self,
        stamp: &[u8],
        digest: &[u8; 32],
        property: Option<&str>,
        moment: &Moment,
    ) -> Result<Report> {
        let stamp = self.seals.parse_stamp(stamp, self.trust.policy().profile)?;
        let expected = Expected { data_hash: Some(digest), property };
        Ok(seal::check_stamp(&stamp, &expected, &self.trust, moment))
    }

    /// Verifies a detached signature (GB/T 35275 or RFC 5652) over `document`.
    ///
    /// # Errors
    ///
    /// A Malformed, Unsupported or Limit error if the bytes are no signed message.
    pub fn verify_signature(
        &self,
        signature: &[u8],
        document: &[u8],
        moment: &Moment,
    ) -> Result<Report> {
        let signed = SignedData::parse(signature, self.trust.policy().profile)?;
        Ok(timestamp::check_message(&signed, document, &self.trust, moment))
    }
}
