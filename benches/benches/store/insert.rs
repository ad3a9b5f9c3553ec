//! Vouchers kept per second: by one writer and by eight, one, a hundred and 2,500 in a transaction.

use super::Setting;
use super::bare::Bare;
use super::disk::thread_worked;
use super::world::{self, Notice};
use std::path::Path;
use std::sync::Barrier;
use std::time::{Duration, Instant};
use yinxin::Time;
use yinxin::store::sqlite::{Options, SqliteStorage};
use yinxin::store::{StoreRole, commit};
use yinxin_benches::Office;

/// Writers, vouchers in a transaction, vouchers of each writer.
const ROWS: [(usize, usize, usize); 6] = [
    (1, 1, 250),
    (1, 100, 2_500),
    (1, 2_500, 2_500),
    (8, 1, 50),
    (8, 100, 1_000),
    (8, 2_500, 2_500),
];

/// How long it took by the clock, and how long the threads worked.
#[derive(Clone, Copy)]
struct Taken {
    time: Duration,
    work: Duration,
}

/// A voucher and its bytes, as the bare tables keep them.
struct Item {
    notice: Notice,
    whole: Vec<u8>,
    own: Vec<u8>,
}

/// Measures and prints the table.
pub fn run(setting: &Setting) {
    let office = Office::new(1).unwrap();
    let most = ROWS.iter().map(|(writers, _, each)| writers * each).max().unwrap_or_default();
    let items: Vec<Item> = world::notices(&office, 1..most as u32 + 1)
        .into_iter()
        .map(|notice| {
            let (whole, own) = world::bytes(&notice.body);
            Item { notice, whole, own }
        })
        .collect();
    println!(
        "vouchers per second, the best of {} rounds; own: without the seal ({} bytes), whole: with it ({})",
        setting.rounds,
        items[0].own.len(),
        items[0].whole.len()
    );
    println!(
        "| writers | in a transaction | store | bare, own | times | bare, whole | times | us of work: \
         store | own | whole |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for (writers, batch, each) in ROWS {
        let items = &items[..writers * each];
        let mut best = [Taken { time: Duration::MAX, work: Duration::MAX }; 3];
        for _ in 0..setting.rounds {
            let all = [
                in_store(setting, writers, batch, items, office.time),
                in_table(setting, writers, batch, items, |item| &item.own),
                in_table(setting, writers, batch, items, |item| &item.whole),
            ];
            for (best, taken) in best.iter_mut().zip(all) {
                best.time = taken.time.min(best.time);
                best.work = taken.work.min(best.work);
            }
        }
        let [store, own, whole] = best.map(|taken| taken.time.as_secs_f64());
        let rate = |time: f64| items.len() as f64 / time;
        let works = best.map(|taken| taken.work.as_secs_f64() * 1e6 / items.len() as f64);
        println!(
            "| {writers} | {batch} | {:.0} | {:.0} | {:.2} | {:.0} | {:.2} | {:.1} | {:.1} | {:.1} |",
            rate(store),
            rate(own),
            store / own,
            rate(whole),
            store / whole,
            works[0],
            works[1],
            works[2]
        );
    }
    println!();
}

fn in_store(setting: &Setting, writers: usize, batch: usize, items: &[Item], now: Time) -> Taken {
    let folder = tempfile::tempdir_in(&setting.folder).unwrap();
    let (path, options) = (folder.path().join("store"), Options::default());
    SqliteStorage::create(&path, StoreRole::CentralBank, "001", now, &options).unwrap();
    let open = |path: &Path| SqliteStorage::open(path, &options).unwrap();
    let taken = race(
        writers,
        items,
        batch,
        || open(&path),
        |store, batch| {
            commit(store, now, |work| {
                for Item { notice, .. } in batch {
                    world::receive(work, &notice.body, notice.amount)?;
                }
                Ok(())
            })
            .unwrap();
        },
    );
    let summary = open(&path).verify().unwrap();
    assert_eq!((summary.documents, summary.entries), (items.len() as u64, items.len() as u64));
    taken
}

fn in_table(
    setting: &Setting,
    writers: usize,
    batch: usize,
    items: &[Item],
    bytes: impl Fn(&Item) -> &[u8] + Sync,
) -> Taken {
    let folder = tempfile::tempdir_in(&setting.folder).unwrap();
    let path = folder.path().join("bare");
    drop(Bare::open(&path));
    race(
        writers,
        items,
        batch,
        || Bare::open(&path),
        |bare, batch| {
            bare.insert(batch.iter().map(&bytes));
        },
    )
}

/// Threads that begin together and share the items: from the first start to the last end.
fn race<W>(
    writers: usize,
    items: &[Item],
    batch: usize,
    open: impl Fn() -> W + Sync,
    store: impl Fn(&mut W, &[Item]) + Sync,
) -> Taken {
    let barrier = Barrier::new(writers);
    let (barrier, open, store) = (&barrier, &open, &store);
    let times: Vec<(Instant, Instant, Duration)> = std::thread::scope(|scope| {
        let parts = items.chunks(items.len() / writers);
        let threads: Vec<_> = parts
            .map(|part| {
                scope.spawn(move || {
                    let mut writer = open();
                    barrier.wait();
                    let (start, before) = (Instant::now(), thread_worked());
                    part.chunks(batch).for_each(|batch| store(&mut writer, batch));
                    (start, Instant::now(), thread_worked().saturating_sub(before))
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let start = times.iter().map(|(start, ..)| *start).min().unwrap();
    let end = times.iter().map(|(_, end, _)| *end).max().unwrap();
    Taken { time: end - start, work: times.iter().map(|(.., work)| *work).sum() }
}
