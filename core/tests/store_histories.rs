//! Random histories of thousands of moves on tens of vouchers, in a store in a file and in a simple model
//! in memory: after each move both say the same, and in the end the log replays to the same vouchers.
//!
//! The model is the pure table of the life cycle over a map, with the quota counted by hand. That the
//! table itself is right is shown in `store_model.rs`.
#![cfg(feature = "sqlite")]

#[path = "store_histories/chance.rs"]
mod chance;
#[path = "store_histories/model.rs"]
mod model;
mod store_common;
#[path = "store_histories/world.rs"]
mod world;

use chance::{Chance, step};
use model::{Model, Outcome};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use store_common::now;
use world::{Plan, plans};
use yinxin::error::{Code, Error, Result};
use yinxin::key::{Signer as _, SoftwareKey};
use yinxin::ledger::CheckpointKey;
use yinxin::store::quota::QuotaFields;
use yinxin::store::sqlite::{Options, SqliteStorage};
use yinxin::store::{
    Call, Content, Filter, Life, Move, State, Storage, StoreRole, VoucherKey, Work, audit_logs,
    commit, replay_vouchers,
};
use yinxin::time::Time;
use yinxin::voucher::Layer;

/// Moves that are tried in one history.
const MOVES: usize = 3_000;

/// Transactions between two times that the file is closed and opened again.
const REOPEN: usize = 60;

fn open(path: &Path) -> SqliteStorage {
    SqliteStorage::open(path, &Options::default()).unwrap()
}

/// One move that is tried, with everything that the store and the model are told.
struct Try {
    plan: usize,
    key: VoucherKey,
    name: Move,
    facts: yinxin::store::Facts,
    /// Which variant of the document comes with it.
    body: Option<world::Which>,
    /// The idempotency key and the digest of the call.
    once: Option<(Vec<u8>, [u8; 32])>,
}

#[test]
fn the_store_does_what_the_model_does() {
    let seeds = if std::env::var_os("YINXIN_SOAK").is_some() { 1..=100 } else { 1..=4 };
    let mut seen: BTreeMap<Move, usize> = BTreeMap::new();
    let mut codes: HashMap<Code, usize> = HashMap::new();
    for seed in seeds {
        history(seed, &mut seen, &mut codes);
    }
    // A history that goes nowhere shows nothing.
    let missed: Vec<&str> =
        Move::ALL.iter().filter(|name| !seen.contains_key(name)).map(|name| name.name()).collect();
    assert!(missed.is_empty(), "never made: {missed:?}");
    for code in [
        Code::Move,
        Code::Duplicate,
        Code::RoleMissing,
        Code::Unproven,
        Code::QuotaExceeded,
        Code::QuotaMissing,
        Code::QuotaUsed,
        Code::KeyReused,
        Code::Changed,
    ] {
        assert!(codes.contains_key(&code), "nothing was refused with {code:?}: {codes:?}");
    }
    println!("made {seen:?}\nrefused {codes:?}");
}

fn history(seed: u64, seen: &mut BTreeMap<Move, usize>, codes: &mut HashMap<Code, usize>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let (role, options) = (StoreRole::CentralBank, Options::default());
    drop(SqliteStorage::create(&path, role, "001", now(), &options).unwrap());
    let signer = SoftwareKey::generate_sm2().unwrap();
    let (plans, mut chance) = (plans(), Chance::new(seed));
    let (mut store, mut model) = (open(&path), Model::default());
    let (mut tried, mut transactions, mut time) = (0, 0, now());
    let mut recorded = None;
    while tried < MOVES {
        let size = 1 + chance.below(6);
        let (aborted, signed) = (chance.one_in(20), chance.one_in(30));
        if chance.one_in(40) {
            let earlier = time.plus_seconds(-60).unwrap();
            let back = commit(&mut store, earlier, |_| Ok(())).map_err(|error| error.code());
            let is_back = recorded.is_some_and(|recorded| earlier < recorded);
            assert_eq!(back, if is_back { Err(Code::ClockBack) } else { Ok(()) });
        }
        time = time.plus_seconds(chance.below(100) as i64).unwrap();
        let before = model.clone();
        let done = commit(&mut store, time, |work| -> Result<bool> {
            for _ in 0..size {
                let one = step(&mut chance, &plans, &model);
                let expected = model.expect(&plans, &one);
                let found = carry_out(work, &plans, &one);
                let context =
                    || format!("seed {seed}, move {tried}: {} of {}", one.name.name(), one.key);
                assert_eq!(found, expected.0, "{}", context());
                match &expected.0 {
                    Ok(outcome) if !outcome.repeated => *seen.entry(one.name).or_default() += 1,
                    Ok(_) => {}
                    Err(code) => *codes.entry(*code).or_default() += 1,
                }
                model.take(&plans, &one, expected);
                tried += 1;
            }
            if aborted {
                return Err(Error::new(Code::Rules, "test", "all of it is taken back"));
            }
            let checkpoint = if signed { work.checkpoint(1, &signer)? } else { None };
            Ok(checkpoint.is_some())
        });
        if aborted {
            assert_eq!(done.unwrap_err().code(), Code::Rules);
            model = before;
        } else {
            // What wrote nothing leaves the clock.
            let wrote = done.unwrap() || model.has_more_than(&before);
            recorded = if wrote { Some(time) } else { recorded };
        }
        model.require_sound(&plans);
        transactions += 1;
        if transactions % REOPEN == 0 {
            drop(store);
            store = open(&path);
            require_same(&mut store, &plans, &model);
        }
    }
    require_same(&mut store, &plans, &model);
    commit(&mut store, time, |work| work.checkpoint(1, &signer)).unwrap();
    require_replayed(&mut store, &model, &signer);
}

/// Tries a move in the store; what it gives, in the model's words.
fn carry_out(work: &mut Work<'_>, plans: &[Plan], one: &Try) -> Outcomes {
    let plan = &plans[one.plan];
    let make = |work: &mut Work<'_>| {
        work.make(Call {
            key: one.key.clone(),
            view: plan.view,
            name: one.name,
            facts: one.facts.clone(),
            body: one.body.map(|which| plan.body(which)),
            quota: None,
        })
    };
    let outcome = |life: Life, repeated| Outcome { state: life.state, life: Some(life), repeated };
    let made = match &one.once {
        None => work.attempt(make).map(|made| outcome(made.life, made.repeated)),
        Some((key, digest)) => {
            let mut first = None;
            let result = work.once(key, digest, |work| {
                let made = make(work)?;
                let number = made.life.state.number();
                first = Some(outcome(made.life, made.repeated));
                Ok(vec![number])
            });
            result.map(|number| {
                let state = State::from_number(number[0]).unwrap();
                first.unwrap_or(Outcome { state, life: None, repeated: true })
            })
        }
    };
    made.map_err(|error| error.code())
}

type Outcomes = std::result::Result<Outcome, Code>;

/// That the store holds what the model holds, and nothing else.
fn require_same(store: &mut SqliteStorage, plans: &[Plan], model: &Model) {
    let mut kept = 0;
    store
        .view(&mut |snapshot| {
            let rows = snapshot.list(&Filter::default(), 0, 10_000)?;
            assert_eq!(rows.len(), model.vouchers.len());
            for (_, row) in rows {
                let expected = &model.vouchers[&row.key];
                assert_eq!(row.life, expected.life.to_json(), "{}", row.key);
                assert_eq!(row.state, expected.life.state.number());
                assert_eq!(row.waiting, expected.waiting(), "{}", row.key);
                for (layer, which) in
                    [(Layer::Issuer, expected.original), (Layer::Responder, expected.receipt)]
                {
                    let plan = plans.iter().find(|plan| plan.id == row.key.id).unwrap();
                    let content = which.map(|which| Content::of(plan.body(which)));
                    assert_eq!(snapshot.document(&row.key, layer)?, content, "{}", row.key);
                    kept += u64::from(content.is_some());
                }
            }
            let balances = snapshot.balances("", 1_000)?;
            let balances = balances.into_iter().map(|balance| (balance.key, balance.fen));
            assert_eq!(balances.collect::<BTreeMap<_, _>>(), model.balances);
            Ok(())
        })
        .unwrap();
    let summary = store.verify().unwrap();
    assert_eq!((summary.documents, summary.entries), (kept, model.moves));
}

/// That the log is sound, and leads to what the store holds.
fn require_replayed(store: &mut SqliteStorage, model: &Model, signer: &SoftwareKey) {
    let name = store.identity().name();
    let keys = [CheckpointKey::new(signer.public_key()).unwrap()];
    store
        .view(&mut |snapshot| {
            let audit = audit_logs(snapshot, &name, &keys, None)?;
            assert_eq!((audit.entries, audit.covered), (model.moves, model.moves));
            assert_eq!(audit.difference, None);
            let replay = replay_vouchers(snapshot, &QuotaFields::default())?;
            assert_eq!(replay.difference, None);
            assert_eq!((replay.moves, replay.others), (model.moves, 0));
            assert_eq!(replay.vouchers, model.vouchers.len() as u64);
            // What destroyed vouchers did to the quota, nobody knows any more.
            let known = if model.quota_is_known() { model.balances.len() as u64 } else { 0 };
            assert_eq!(replay.balances, known);
            assert_eq!(replay.balances + replay.unknown, model.balances.len() as u64);
            Ok(())
        })
        .unwrap();
}

/// A moment of the test, for the documents.
fn moment() -> Time {
    now()
}
