//! The ledger: trees, proofs, entries, checkpoints, witnesses and exports.

use yinxin::crypto::PublicKey;
use yinxin::ledger::{
    Advance, Anchor, Audit, CheckpointKey, Entry, Frontier, LeafHashes, SignedCheckpoint, Witness,
    consistency_proof, inclusion_proof, leaf_hash, leaf_hashes, root_at, verify_consistency,
    verify_inclusion,
};

use super::Judged;
use crate::case::Case;
use crate::outcome::Outcome;

/// `LedgerTree`: the root over `leaves`, and the frontier, made in every way; then every proof holds.
pub(super) fn tree(case: &Case) -> Judged {
    let leaves = case.byte_list("leaves")?;
    let (root, frontier) = (case.bytes("root")?, case.bytes("frontier")?);
    let slices: Vec<&[u8]> = leaves.iter().map(Vec::as_slice).collect();
    let hashes = leaf_hashes(&slices, 1);
    let mut one_by_one = Frontier::new();
    for leaf in &leaves {
        one_by_one.append(leaf_hash(leaf)).map_err(refused)?;
    }
    let mut at_once = Frontier::new();
    at_once.append_many(&hashes, 2).map_err(refused)?;
    let nodes = LeafHashes(&hashes);
    let size = hashes.len() as u64;
    let computed = root_at(&nodes, size).map_err(refused)?;
    for (index, hash) in hashes.iter().enumerate() {
        let proof = inclusion_proof(&nodes, index as u64, size).map_err(refused)?;
        if verify_inclusion(hash, index as u64, size, &proof, &computed).is_err() {
            return Ok(Outcome::Wrong(format!("the proof of leaf {index} does not hold")));
        }
        let earlier_root = root_at(&nodes, index as u64).map_err(refused)?;
        let proof = consistency_proof(&nodes, index as u64, size).map_err(refused)?;
        if verify_consistency(index as u64, &earlier_root, size, &computed, &proof).is_err() {
            return Ok(Outcome::Wrong(format!("the proof from size {index} does not hold")));
        }
    }
    Ok(Outcome::equal("the root", &computed, &root)
        .and_then(|| Outcome::equal("the root one by one", &one_by_one.root(), &root))
        .and_then(|| Outcome::equal("the root at once", &at_once.root(), &root))
        .and_then(|| Outcome::equal("the frontier", &at_once.to_bytes(), &frontier)))
}

/// `LedgerInclusion`: whether `leaf` is at `index` in the tree of `size` with `root`.
pub(super) fn inclusion(case: &Case) -> Judged {
    let (index, size) = (case.number("index")?, case.number("size")?);
    let (leaf, root) = (hash(case, "leaf")?, hash(case, "root")?);
    let found = verify_inclusion(&leaf, index, size, &proof(case)?, &root);
    Ok(found.map_or_else(refused, |()| Outcome::Accepted))
}

/// `LedgerConsistency`: whether the tree of `earlier` with `earlierRoot` is the beginning of the one of
/// `size` with `root`.
pub(super) fn consistency(case: &Case) -> Judged {
    let (earlier, size) = (case.number("earlier")?, case.number("size")?);
    let (from, to) = (hash(case, "earlierRoot")?, hash(case, "root")?);
    let found = verify_consistency(earlier, &from, size, &to, &proof(case)?);
    Ok(found.map_or_else(refused, |()| Outcome::Accepted))
}

/// `LedgerEntry`: `der` is an entry, comes back, and is the leaf `leafHash`.
pub(super) fn entry(case: &Case) -> Judged {
    let der = case.bytes("der")?;
    let entry = Entry::from_der(&der).map_err(refused)?;
    let again = entry.to_der().map_err(refused)?;
    Ok(Outcome::equal("the bytes", &again, &der)
        .and_then(|| Outcome::equal("the leaf", &leaf_hash(&again), &case_bytes(case, "leafHash"))))
}

/// `LedgerCheckpoint`: `der` is a signed checkpoint with this digest, by the key.
pub(super) fn checkpoint(case: &Case) -> Judged {
    let der = case.bytes("der")?;
    let signed = SignedCheckpoint::from_der(&der).map_err(refused)?;
    signed.verify(&[key(case)?]).map_err(refused)?;
    Ok(Outcome::equal("the bytes", &signed.to_der(), &der)
        .and_then(|| Outcome::equal("the digest", &signed.digest(), &case_bytes(case, "digest"))))
}

/// `LedgerWitness`: the witness in `state` accepts `advance` and is `after`, or refuses it with `error`.
pub(super) fn witness(case: &Case) -> Judged {
    let state = Witness::from_der(&case.bytes("state")?).map_err(refused)?;
    let advance = Advance::from_der(&case.bytes("advance")?).map_err(refused)?;
    match state.accept(&advance, &[key(case)?]) {
        Ok(after) => Ok(Outcome::equal("the state", &after.to_der(), &case_bytes(case, "after"))),
        Err(error) => match case.optional_number("error")? {
            Some(number) if number == u64::from(error.code().number()) => Ok(refused(error)),
            _ => Ok(Outcome::Wrong(format!("refused with {error}"))),
        },
    }
}

/// `LedgerExport`: the audit of `export` with the key and the anchor is Valid; where it is not, the
/// first difference is at `log`, `first` and `before`, if they are given.
pub(super) fn export(case: &Case) -> Judged {
    let export = case.bytes("export")?;
    let anchor =
        Anchor { counter: case.number("anchorCounter")?, digest: hash(case, "anchorDigest")? };
    let audit = Audit::new().of(case.text("origin")?).with_key(key(case)?).with_anchor(anchor);
    let audited = audit.read(&mut export.as_slice(), &mut |_| Ok(())).map_err(refused)?;
    if let Some(log) = case.optional_text("log")? {
        let place = (case.number("first")?, case.number("before")?);
        let found = audited.difference.map(|found| {
            (found.log.map(|log| log.to_string()).unwrap_or_default(), (found.first, found.before))
        });
        if found != Some((log.to_owned(), place)) {
            return Ok(Outcome::Wrong(format!("the difference is at {found:?}")));
        }
    }
    Ok(audited.report.require_valid().map_or_else(refused, |()| Outcome::Accepted))
}

fn key(case: &Case) -> Result<CheckpointKey, Outcome> {
    let defect = |error: yinxin::Error| Outcome::Defect(error.to_string());
    let key = PublicKey::from_spki_der(&case.bytes("publicKeyDer")?).map_err(defect)?;
    CheckpointKey::new(&key).map_err(defect)
}

fn hash(case: &Case, name: &str) -> Result<[u8; 32], Outcome> {
    let bytes = case.bytes(name)?;
    bytes.try_into().map_err(|_| Outcome::Defect(format!("{name} is no hash")))
}

fn proof(case: &Case) -> Result<Vec<[u8; 32]>, Outcome> {
    let hashes = case.byte_list("proof")?.into_iter().map(|bytes| bytes.try_into().ok());
    let hashes: Option<Vec<[u8; 32]>> = hashes.collect();
    hashes.ok_or_else(|| Outcome::Defect("proof holds what is no hash".to_owned()))
}

/// The bytes of a field, none if it is missing: no hash is equal to that.
fn case_bytes(case: &Case, name: &str) -> Vec<u8> {
    case.bytes(name).unwrap_or_default()
}

fn refused(reason: impl std::fmt::Display) -> Outcome {
    Outcome::Refused(reason.to_string())
}
