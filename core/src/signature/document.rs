//! Signing and stamping plain bytes.

use crate::cms;
use crate::crypto::sm3;
use crate::error::Result;
use crate::key::Signer;
use crate::seal::{self, Seal, StampRequest};
use crate::time::Time;

/// Stamps `document`: the stamp (SES_Signature in DER) says that its data is the SM3 digest of
/// these bytes and that it protects `property` (ASCII; empty is allowed).
///
/// # Errors
///
/// [`Code::NotListed`](crate::error::Code::NotListed) if the seal does not list the signer,
/// [`Code::SealUnusable`](crate::error::Code::SealUnusable) if it may not be stamped with at `time`,
/// and what the signer says.
pub fn stamp(
    document: &[u8],
    property: &str,
    seal: &Seal,
    signer: &dyn Signer,
    time: Time,
) -> Result<Vec<u8>> {
    let data_hash = sm3::digest(document);
    let request = StampRequest { seal, data_hash, property, time, extensions: &[] };
    Ok(seal::stamp(&request, signer)?.into_bytes())
}

/// Stamps many documents, results in input order; `threads` is the most that may be used.
pub fn stamp_many(
    documents: &[&[u8]],
    property: &str,
    seal: &Seal,
    signer: &dyn Signer,
    time: Time,
    threads: usize,
) -> Vec<Result<Vec<u8>>> {
    let requests: Vec<StampRequest<'_>> = sm3::digest_many(documents, threads)
        .into_iter()
        .map(|data_hash| StampRequest { seal, data_hash, property, time, extensions: &[] })
        .collect();
    let stamps = seal::stamp_many(&requests, signer, threads);
    stamps.into_iter().map(|stamp| stamp.map(seal::Stamp::into_bytes)).collect()
}

/// Signs `document`: a detached message in the form of GB/T 35275, without attributes.
///
/// # Errors
///
/// As for [`cms::sign_detached`].
pub fn sign(document: &[u8], signer: &dyn Signer) -> Result<Vec<u8>> {
    cms::sign_detached(signer, document)
}
