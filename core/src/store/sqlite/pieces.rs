//! The content of a voucher in its row: what is its own stands there, a seal by its digest.
//!
//! ```text
//! row   = piece*
//! piece = 0x00 length(4) octets | 0x01 digest(32)      the digest is SM3 over a row of table `seal`
//! ```

use crate::crypto::sm3;
use crate::error::Result;
use crate::store::content::{Content, Reader, damaged};
use crate::store::storage::limits::MAX_CONTENT;

/// How many seals are remembered; an office stamps with a handful.
const REMEMBERED: usize = 64;

/// A seal of more bytes than this is not remembered.
const REMEMBERED_BYTES: usize = 64 << 10;

/// A seal with its digest.
#[derive(Debug)]
pub(super) struct SharedPiece {
    pub(super) digest: [u8; 32],
    pub(super) bytes: Vec<u8>,
}

/// The seals that are known to be in the file, those added last at the end.
#[derive(Debug, Default)]
pub(super) struct Seals(Vec<SharedPiece>);

impl Seals {
    pub(super) fn digest_of(&self, bytes: &[u8]) -> Option<[u8; 32]> {
        self.0.iter().rev().find(|seal| seal.bytes == bytes).map(|seal| seal.digest)
    }

    pub(super) fn bytes_of(&self, digest: &[u8; 32]) -> Option<&[u8]> {
        self.0.iter().rev().find(|seal| seal.digest == *digest).map(|seal| seal.bytes.as_slice())
    }

    pub(super) fn add(&mut self, seals: Vec<SharedPiece>) {
        for seal in seals {
            if seal.bytes.len() <= REMEMBERED_BYTES && self.bytes_of(&seal.digest).is_none() {
                if self.0.len() >= REMEMBERED {
                    self.0.remove(0);
                }
                self.0.push(seal);
            }
        }
    }
}

/// Splits a content into what is written of it; `fresh` are the seals that the file may not have yet.
pub(super) fn split(content: &Content, known: &Seals, fresh: &mut Vec<SharedPiece>) -> Vec<u8> {
    let shared: usize = content.shared().iter().map(|shared| shared.len()).sum();
    let (bytes, mut at) = (content.as_bytes(), 0);
    let pieces = 38 * (content.shared().len() + 1);
    let mut row = Vec::with_capacity(bytes.len().saturating_sub(shared) + pieces);
    for shared in content.shared() {
        let Some(seal) = bytes.get(shared.clone()) else { continue };
        own_piece(&mut row, bytes.get(at..shared.start).unwrap_or_default());
        let digest = known
            .digest_of(seal)
            .or_else(|| fresh.iter().find(|fresh| fresh.bytes == seal).map(|fresh| fresh.digest));
        let digest = digest.unwrap_or_else(|| {
            let digest = sm3::digest(seal);
            fresh.push(SharedPiece { digest, bytes: seal.to_vec() });
            digest
        });
        row.push(1);
        row.extend(digest);
        at = shared.end;
    }
    own_piece(&mut row, bytes.get(at..).unwrap_or_default());
    row
}

const DOMAIN: &[u8] = b"yinxin:store:content\x01";

/// The digest of a row, and through the digests in it of all seals.
pub(super) fn digest(row: &[u8]) -> [u8; 32] {
    sm3::digest_parts(&[DOMAIN, row])
}

/// The digests of many rows, hashed side by side.
pub(super) fn digests<'r>(rows: impl Iterator<Item = &'r [u8]>) -> Vec<[u8; 32]> {
    let messages: Vec<[&[u8]; 2]> = rows.map(|row| [DOMAIN, row]).collect();
    sm3::digest_parts_many(&messages, 1)
}

fn own_piece(row: &mut Vec<u8>, bytes: &[u8]) {
    if !bytes.is_empty() {
        row.push(0);
        // A content is far below 4 GiB.
        row.extend((bytes.len() as u32).to_be_bytes());
        row.extend(bytes);
    }
}

/// Joins a row; `seal` appends the seal of a digest.
pub(super) fn join(
    row: &[u8],
    mut seal: impl FnMut(&[u8; 32], &mut Vec<u8>) -> Result<()>,
) -> Result<Content> {
    let mut reader = Reader(row);
    let (mut bytes, mut shared) = (Vec::new(), Vec::new());
    while !reader.0.is_empty() {
        match reader.byte()? {
            0 => bytes.extend(reader.text()?),
            1 => {
                let start = bytes.len();
                seal(&reader.array()?, &mut bytes)?;
                shared.push(start..bytes.len());
            }
            _ => return Err(damaged("a piece of content of no kind")),
        }
        if bytes.len() > MAX_CONTENT {
            return Err(damaged("a content beyond its limit"));
        }
    }
    Ok(Content::with_shared(bytes, shared))
}
