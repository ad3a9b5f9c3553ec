//! Goal C: 2,500 notices read, validated, stamped, encoded, and kept in one transaction.

use super::Setting;
use super::disk::thread_worked;
use super::world;
use std::time::{Duration, Instant};
use yinxin::store::sqlite::{Options, SqliteStorage};
use yinxin::store::{StoreRole, commit};
use yinxin::voucher::{Encoding, Envelope, Fen, example};
use yinxin_benches::Office;

const COUNT: u32 = 2_500;
const PACKET: usize = 100;

/// Measures and prints one line.
pub fn run(setting: &Setting) {
    let office = Office::new(1).unwrap();
    let notices = example::clearing_quota_envelopes(COUNT, PACKET).unwrap();
    let mut best = [Duration::MAX; 4];
    for _ in 0..setting.rounds.max(1) * 3 {
        let folder = tempfile::tempdir_in(&setting.folder).unwrap();
        let (path, options) = (folder.path().join("store"), Options::default());
        let (role, now) = (StoreRole::CentralBank, office.time);
        let mut store = SqliteStorage::create(&path, role, "001", now, &options).unwrap();
        let (start, before) = (Instant::now(), thread_worked());
        let stamped: Vec<Envelope> = notices
            .iter()
            .map(|notice| {
                let mut envelope = Envelope::parse(notice).unwrap();
                world::stamp(&office, &mut envelope.bodies);
                std::hint::black_box(envelope.to_xml(Encoding::Gbk).unwrap());
                envelope
            })
            .collect();
        let (made, half) = (start.elapsed(), thread_worked());
        commit(&mut store, now, |work| {
            for body in stamped.iter().flat_map(|envelope| &envelope.bodies) {
                let amount = body.voucher().header().get("PlanAmt").unwrap_or_default();
                world::receive(work, body, Fen::parse(amount).unwrap())?;
            }
            Ok(())
        })
        .unwrap();
        let (whole, after) = (start.elapsed(), thread_worked());
        let worked = |from: Duration| after.saturating_sub(from);
        let taken = [whole, whole - made, worked(before), worked(half)];
        best.iter_mut().zip(taken).for_each(|(best, taken)| *best = taken.min(*best));
        assert_eq!(store.verify().unwrap().vouchers, u64::from(COUNT));
    }
    let [whole, kept, worked, worked_to_keep] = best.map(|time| time.as_secs_f64() * 1e3);
    println!(
        "goal C: {COUNT} notices read, stamped, encoded and kept durably, one thread: {whole:.0} ms, of it \
         kept: {kept:.0} ms; processor time {worked:.0} ms, of it kept: {worked_to_keep:.0} ms\n"
    );
}
