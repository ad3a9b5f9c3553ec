//! How long does an auditor wait for a million entries, and what does one entry cost the store?

use divan::Bencher;
use divan::counter::ItemsCount;
use std::hint::black_box;
use std::sync::OnceLock;
use yinxin::Time;
use yinxin::key::{Signer, SoftwareKey};
use yinxin::ledger::{
    Anchor, Audit, Checkpoint, CheckpointKey, Entry, Export, Frontier, Heads, LogHead, LogKey,
    SignedCheckpoint, VoucherRef, leaf_hash, leaf_hashes,
};

const MILLION: u64 = 1_000_000;
const LOGS: u64 = 100;
/// A checkpoint after so many entries.
const EVERY: u64 = 10_000;

fn main() {
    divan::main();
}

fn entry(number: u64) -> Entry {
    let log = LogKey::new(&format!("{:06}", 330_000 + number % LOGS), "2026").unwrap();
    let time = Time::from_unix(1_770_000_000 + (number / 100) as i64).unwrap();
    let mut entry = Entry::new(log, number / LOGS, time, "clerk-0017", "voucher.seal");
    let voucher_no = format!("2026{number:012}");
    entry.voucher = Some(VoucherRef { vt_code: "5201".into(), voucher_no, version: 1 });
    (entry.before, entry.after) = ("Approved".into(), "Sealed".into());
    entry.amounts.insert("PayAmt".into(), 1_000_000 + number as i64);
    entry.digests.insert("canonical".into(), [number as u8; 32]);
    entry.digests.insert("form".into(), [(number >> 8) as u8; 32]);
    entry.facts.insert("position".into(), "cz_gkzf".into());
    entry.authorization = "sq-2026-000017".into();
    entry
}

struct World {
    key: CheckpointKey,
    anchor: Anchor,
    entries: Vec<Vec<u8>>,
    export: Vec<u8>,
}

/// A million entries in a hundred logs, with a checkpoint after every ten thousand.
fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let signer = SoftwareKey::generate_sm2().unwrap();
        let (mut export, mut heads) = (Vec::new(), Heads::new());
        let mut frontiers = vec![Frontier::new(); LOGS as usize];
        let mut last: Option<SignedCheckpoint> = None;
        let mut entries = Vec::new();
        let mut out = Export::from_the_start(&mut export, "bench").unwrap();
        for number in 0..MILLION {
            let der = entry(number).to_der().unwrap();
            let leaf = leaf_hash(&der);
            frontiers[(number % LOGS) as usize].append(leaf).unwrap();
            out.entry(&der, &leaf).unwrap();
            entries.push(der);
            if (number + 1) % EVERY == 0 {
                let mut changed = Vec::new();
                for (log, frontier) in frontiers.iter().enumerate() {
                    let log = entry(log as u64).log;
                    let (size, root) = (frontier.size(), frontier.root());
                    changed.push(LogHead { log, size, root });
                }
                for head in &changed {
                    heads.set(head.clone()).unwrap();
                }
                let time = Time::from_unix(1_780_000_000).unwrap();
                let checkpoint = match &last {
                    Some(last) => last.checkpoint().next(time, &heads).unwrap(),
                    None => Checkpoint::first("bench", time, &heads).unwrap(),
                };
                let signed = SignedCheckpoint::sign(checkpoint, &signer).unwrap();
                out.checkpoint(&signed, &changed).unwrap();
                last = Some(signed);
            }
        }
        out.finish().unwrap();
        let anchor = Anchor::of(last.as_ref().unwrap());
        let key = CheckpointKey::new(Signer::public_key(&signer)).unwrap();
        World { key, anchor, entries, export }
    })
}

/// The whole audit: every entry read, hashed and covered, a hundred signatures, one anchor.
#[divan::bench(sample_count = 5, sample_size = 1, args = [1, 2])]
fn audit_a_million(bencher: Bencher, threads: usize) {
    let world = world();
    let audit = Audit::new()
        .of("bench")
        .with_key(world.key.clone())
        .with_anchor(world.anchor)
        .threads(threads);
    bencher.counter(ItemsCount::new(MILLION)).bench(|| {
        let mut paid = 0i64;
        let audited = audit
            .read(&mut world.export.as_slice(), &mut |entry| {
                paid += entry.amounts.get("PayAmt").copied().unwrap_or_default();
                Ok(())
            })
            .unwrap();
        assert!(audited.report.is_valid() && audited.entries == MILLION);
        black_box(paid)
    });
}

/// Leaves and tree alone, the bytes at hand.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn hash_a_million(bencher: Bencher) {
    let leaves: Vec<&[u8]> = world().entries.iter().map(Vec::as_slice).collect();
    bencher.counter(ItemsCount::new(MILLION)).bench(|| {
        let mut frontier = Frontier::new();
        frontier.append_many(&leaf_hashes(&leaves, 1), 1).unwrap();
        frontier.root()
    });
}

/// What one move costs the store beside its database: DER, leaf, frontier read, appended, written.
#[divan::bench]
fn record_one(bencher: Bencher) {
    let mut frontier = Frontier::new();
    let leaves: Vec<[u8; 32]> = (0..100_003u64).map(|i| leaf_hash(&i.to_be_bytes())).collect();
    frontier.append_many(&leaves, 1).unwrap();
    let kept = frontier.to_bytes();
    let entry = entry(17);
    bencher.bench(|| {
        let der = entry.to_der().unwrap();
        let mut frontier = Frontier::from_bytes(&kept).unwrap();
        let nodes = frontier.append(leaf_hash(&der)).unwrap();
        (nodes, frontier.to_bytes())
    });
}
