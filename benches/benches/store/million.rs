//! A million moves of a hundred thousand vouchers: made, then recomputed by processes of their own, whose
//! memory is measured.

use super::Setting;
use super::disk;
use super::world::{self, LIFE};
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use yinxin::crypto::PublicKey;
use yinxin::key::{Signer, SoftwareKey};
use yinxin::ledger::CheckpointKey;
use yinxin::store::quota::QuotaFields;
use yinxin::store::sqlite::{Options, SqliteStorage};
use yinxin::store::{Storage, StoreRole, audit_logs, commit, replay_vouchers};
use yinxin_benches::Office;

const VOUCHERS: u32 = 100_000;
/// Vouchers in a transaction.
const BATCH: u32 = 1_000;
/// Entries between two checkpoints.
const EVERY: u64 = 10_000;

/// Makes the store, has it recomputed, and prints what that took.
pub fn run(setting: &Setting) {
    let folder = tempfile::tempdir_in(&setting.folder).unwrap();
    let path = folder.path().join("store");
    make(&path);
    for what in ["audit", "replay"] {
        for _ in 0..setting.rounds {
            let program = std::env::current_exe().unwrap();
            let status = Command::new(program).args(["--recompute", what]).arg(&path).status();
            assert!(status.unwrap().success());
        }
    }
}

fn make(path: &Path) {
    let office = Office::new(1).unwrap();
    let signer = SoftwareKey::generate_sm2().unwrap();
    let key = path.with_extension("key");
    std::fs::write(key, Signer::public_key(&signer).to_spki_der()).unwrap();
    let (role, options) = (StoreRole::CentralBank, Options::default());
    let mut store = SqliteStorage::create(path, role, "001", office.time, &options).unwrap();
    let mut taken = std::time::Duration::ZERO;
    for first in (1..=VOUCHERS).step_by(BATCH as usize) {
        let notices = world::notices(&office, first..first + BATCH);
        let start = Instant::now();
        for name in LIFE {
            commit(&mut store, office.time, |work| {
                for notice in &notices {
                    world::go(work, notice, name)?;
                }
                work.checkpoint(EVERY, &signer)
            })
            .unwrap();
        }
        taken += start.elapsed();
    }
    let size = std::fs::metadata(path).unwrap().len();
    let moves = u64::from(VOUCHERS) * LIFE.len() as u64;
    println!(
        "{moves} moves of {VOUCHERS} vouchers, {BATCH} in a transaction: {:.0} moves/s, the file {} MB",
        moves as f64 / taken.as_secs_f64(),
        size >> 20
    );
}

/// Recomputes a store in this process, and prints the time and the most memory that it took.
pub fn recompute(what: &str, path: &Path) {
    let mut store = SqliteStorage::open(path, &Options::default()).unwrap();
    let name = store.identity().name();
    let start = Instant::now();
    store
        .view(&mut |snapshot| {
            let moves = u64::from(VOUCHERS) * LIFE.len() as u64;
            if what == "audit" {
                let key = std::fs::read(path.with_extension("key")).unwrap();
                let key = CheckpointKey::new(&PublicKey::from_spki_der(&key)?)?;
                let audit = audit_logs(snapshot, &name, &[key], None)?;
                assert_eq!((audit.difference, audit.entries), (None, moves));
                assert_eq!(audit.covered, moves);
            } else {
                let replay = replay_vouchers(snapshot, &QuotaFields::default())?;
                assert_eq!((replay.difference, replay.moves), (None, moves));
            }
            Ok(())
        })
        .unwrap();
    let (taken, worked) = (start.elapsed().as_secs_f64(), disk::processor_seconds());
    println!("{what}: {taken:.1} s, processor time {worked:.1} s, at most {}", memory());
}

/// The most memory that this process had, as Linux tells it.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.map_or("not known", str::trim).to_owned()
}
