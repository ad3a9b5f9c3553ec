//! A small ledger, as seeds: each of its structures, and an export.

use yinxin::key::SoftwareKey;
use yinxin::ledger::{
    Advance, Checkpoint, CheckpointKey, Entry, Export, Frontier, Heads, LogHead, LogKey,
    SignedCheckpoint, VoucherRef, Witness, leaf_hash,
};
use yinxin::{Result, Time};

/// The bytes of each structure.
pub fn seeds(key: &SoftwareKey) -> Result<Vec<Vec<u8>>> {
    let time = Time::from_unix(1_770_000_000).expect("a time");
    let log = LogKey::new("330000", "2026")?;
    let mut entry = Entry::new(log.clone(), 0, time, "clerk", "voucher.seal");
    let (vt_code, voucher_no) = ("5201".to_owned(), "1".to_owned());
    entry.voucher = Some(VoucherRef { vt_code, voucher_no, version: 1 });
    entry.amounts.insert("PayAmt".to_owned(), 100);
    entry.digests.insert("form".to_owned(), [7; 32]);
    entry.facts.insert("position".to_owned(), "cz_gkzf".to_owned());
    let der = entry.to_der()?;
    let mut frontier = Frontier::new();
    frontier.append(leaf_hash(&der))?;
    let head = LogHead { log, size: 1, root: frontier.root() };
    let mut heads = Heads::new();
    heads.set(head.clone())?;
    let checkpoint = Checkpoint::first("store", time, &heads)?;
    let signed = SignedCheckpoint::sign(checkpoint.clone(), key)?;
    let advance = Advance::make(signed.clone(), &Heads::new(), &heads, |_, _, _| Ok(Vec::new()))?;
    let own = CheckpointKey::new(yinxin::key::Signer::public_key(key))?;
    let witness = Witness::new("store")?.accept(&advance, &[own])?;
    let countersignature = witness.countersign("witness", time, key)?;
    let mut bytes = Vec::new();
    let mut export = Export::from_the_start(&mut bytes, "store")?;
    export.entry(&der, &leaf_hash(&der))?;
    export.checkpoint(&signed, &[head.clone()])?;
    export.countersignature(&countersignature)?;
    export.finish()?;
    let mut later = Vec::new();
    let start = [Ok((head.log.clone(), frontier.clone()))];
    Export::after(&mut later, &signed, start)?.finish()?;
    Ok(vec![
        der,
        head.to_der(),
        checkpoint.to_der(),
        signed.to_der(),
        advance.to_der(),
        witness.to_der(),
        countersignature.to_der(),
        frontier.to_bytes(),
        bytes,
        later,
    ])
}
