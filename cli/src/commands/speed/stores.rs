//! The voucher store: quota notices as in `vouchers`, stamped and kept durably in a new store, in the
//! folder for temporary files. Where that is memory, syncing costs nothing and the figure says so little.

use super::vouchers::{Setting, notices};
use super::{Benchmark, Operation, Unit};
use crate::commands::demo::books::OFFICE;
use crate::failure::Failure;
use std::path::PathBuf;
use yinxin::store::life_cycle::ClearingFacts;
use yinxin::store::sqlite::{Options, SqliteStorage};
use yinxin::store::{Call, Facts, Move, StoreRole, View, VoucherKey, Work, commit};
use yinxin::voucher::{Body, Catalogue, Encoding, Envelope, Fen, Layer, Step, stamp_acts};

const COUNT: u32 = 2_500;

pub const ALL: &[Benchmark] = &[Benchmark {
    name: "voucher-store-many",
    unit: Unit::Operations,
    many: true,
    setup: store_many,
}];

/// Reads, validates, stamps and encodes 2,500 notices, and keeps them in one transaction.
fn store_many(threads: usize) -> Result<Operation, Failure> {
    let (setting, notices) = (Setting::new()?, notices(COUNT)?);
    let catalogue = Catalogue::built_in();
    let run = move || {
        let folder = Folder::new()?;
        let (now, options) = (setting.moments.stamped, Options::default());
        let (path, role) = (folder.0.join("store"), StoreRole::CentralBank);
        let mut store = SqliteStorage::create(&path, role, "001", now, &options)?;
        let template = setting.templates.template("5106");
        let template = template.ok_or_else(|| Failure::usage("no template of 5106"))?;
        let step = Step::of(template, Layer::Issuer, OFFICE.position, "990000")?;
        let step = step.with_catalogue(&catalogue);
        let mut stamped = Vec::with_capacity(notices.len());
        for notice in &notices {
            let mut envelope = Envelope::parse(notice)?;
            let (seal, key) = (&setting.seal, &setting.parties.bureau.key);
            let made = stamp_acts(&mut envelope.bodies, &step, seal, key, now, threads);
            made.into_iter().collect::<Result<Vec<_>, _>>()?;
            std::hint::black_box(envelope.to_xml(Encoding::Gbk)?);
            stamped.push(envelope);
        }
        let bodies = || stamped.iter().flat_map(|envelope| &envelope.bodies);
        commit(&mut store, now, |work| bodies().try_for_each(|body| receive(work, body)))?;
        Ok(())
    };
    Ok(Operation { count: COUNT as usize, run: Box::new(run) })
}

/// A notice comes in. Who it comes from and what it is worth was found out elsewhere.
fn receive(work: &mut Work<'_>, body: &Body) -> yinxin::Result<()> {
    let mut facts = Facts::default();
    (facts.addressed, facts.authentic) = (true, true);
    facts.clearing = ClearingFacts::NotNeeded;
    facts.amount = Fen::parse(body.voucher().header().get("PlanAmt").unwrap_or_default())?;
    let key = VoucherKey { id: body.id().clone(), version: 1 };
    let (view, name, body) = (View::Receiver, Move::Receive, Some(body));
    work.make(Call { key, view, name, facts, body, quota: None }).map(drop)
}

/// A new folder of ours, removed with what is in it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Folder, Failure> {
        let temporary = std::env::temp_dir();
        // One that was left behind under this name is passed over.
        let free = |number: u32| {
            let path = temporary.join(format!("yinxin-speed-{}-{number}", std::process::id()));
            std::fs::create_dir(&path).ok().map(|()| Folder(path))
        };
        let made = (0..100).find_map(free);
        let none = || Failure::usage(format!("no folder can be made in {}", temporary.display()));
        made.ok_or_else(none)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
