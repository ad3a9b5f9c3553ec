//! Whole lives of vouchers in a store: moves judged, kept and recorded together, and replayed.
#![cfg(feature = "sqlite")]

mod storage_common;
mod store_common;

use rusqlite::Connection;
use std::path::PathBuf;
use storage_common::now;
use storage_common::vouchers::{paid, voucher};
use store_common::{Step, histories, person};
use yinxin::error::{Code, Result};
use yinxin::ledger::Entry;
use yinxin::store::life_cycle::{Effect, Repeat};
use yinxin::store::quota::QuotaFields;
use yinxin::store::sqlite::{Options, SqliteStorage};
use yinxin::store::{
    Authorization, Call, Filter, LegStatus, Life, Made, Move, Replay, State, Storage, StoreRole,
    View, VoucherKey, audit_logs, commit, leg_statuses, replay_vouchers,
};
use yinxin::voucher::{Body, Encoding, Voucher, VoucherBuilder, VoucherId};

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        let place = Place { folder: tempfile::tempdir().unwrap() };
        let options = Options::default();
        SqliteStorage::create(&place.path(), StoreRole::Finance, "011", now(), &options).unwrap();
        place
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    fn open(&self) -> SqliteStorage {
        SqliteStorage::open(&self.path(), &Options::default()).unwrap()
    }

    fn replay(&self) -> Replay {
        let mut found = None;
        self.open()
            .view(&mut |snapshot| {
                assert_eq!(audit_logs(snapshot, "any", &[], None)?.difference, None);
                found = Some(replay_vouchers(snapshot, &QuotaFields::default())?);
                Ok(())
            })
            .unwrap();
        found.unwrap()
    }
}

/// The documents that come with the moves of a history.
struct Documents {
    draft: Body,
    original: Body,
    receipt: Body,
}

impl Documents {
    fn new() -> Documents {
        let original = Body::original(voucher()).unwrap();
        let receipt = Body::receipt(original.clone(), paid(&voucher())).unwrap();
        let mut other = VoucherBuilder::from_voucher(&voucher());
        let draft: Voucher = other.field("PaySummaryName", "草稿").build(Encoding::Gbk).unwrap();
        Documents { draft: Body::original(draft).unwrap(), original, receipt }
    }

    fn of(&self, step: &Step, edited: bool) -> Option<&Body> {
        match step.name {
            Move::Create if edited => Some(&self.draft),
            Move::Create | Move::Edit | Move::Receive => Some(&self.original),
            Move::FillReceipt | Move::ReceiveReceipt => Some(&self.receipt),
            _ => None,
        }
    }
}

fn key() -> VoucherKey {
    VoucherKey { id: voucher().id().unwrap(), version: 1 }
}

fn make(store: &mut SqliteStorage, step: &Step, body: Option<&Body>) -> Result<Made> {
    // What the histories say of the quota is not believed: this voucher does not touch it.
    let facts = step.facts.clone();
    let (key, view, name) = (key(), step.life.view, step.name);
    commit(store, now(), |work| {
        work.make(Call { key: key.clone(), view, name, facts: facts.clone(), body, quota: None })
    })
}

/// Makes the moves of a history in a new store.
fn lived(steps: &[Step]) -> Place {
    let (place, documents) = (Place::new(), Documents::new());
    let edited = steps.iter().any(|step| step.name == Move::Edit);
    let mut store = place.open();
    for step in steps {
        make(&mut store, step, documents.of(step, edited)).unwrap();
    }
    place
}

fn kept(store: &mut SqliteStorage) -> Option<(State, Life, bool)> {
    let mut found = None;
    store
        .view(&mut |snapshot| {
            found = snapshot.row(&key())?.map(|row| {
                let life = Life::from_json(&row.life).unwrap();
                (State::from_number(row.state).unwrap(), life, row.waiting)
            });
            Ok(())
        })
        .unwrap();
    found
}

fn code<T>(result: Result<T>) -> Code {
    result.err().expect("an error").code()
}

#[test]
fn every_move_of_every_history_is_kept_recorded_and_known_again() {
    let documents = Documents::new();
    for history in histories() {
        let place = Place::new();
        let mut store = place.open();
        let edited = history.steps.iter().any(|step| step.name == Move::Edit);
        let after = history.steps.iter().skip(1).map(|step| &step.life).chain([&history.life]);
        for (number, (step, after)) in history.steps.iter().zip(after).enumerate() {
            let body = documents.of(step, edited);
            let made = make(&mut store, step, body).unwrap();
            assert!(!made.repeated);
            let (state, life, waiting) = kept(&mut store).unwrap();
            assert_eq!((state, life.state, &life), (after.state, after.state, &made.life));
            assert_eq!(life.acts.len(), after.acts.len());
            assert_eq!(
                (life.original_leg, life.receipt_leg),
                (after.original_leg, after.receipt_leg)
            );
            assert_eq!((&life.result, &life.clearing), (&after.result, &after.clearing));
            assert_eq!(
                waiting,
                life.view == View::Receiver && state == State::Delivered
                    || life.view == View::Issuer && life.receipt_leg.name() == "delivered"
            );
            let asked = step.name == Move::Submit || step.name == Move::Resubmit;
            assert_eq!(made.effects.contains(&Effect::AskCore), asked);
            // A second call changes nothing where the record shows the first.
            if step.name.repeat() == Repeat::Shown {
                let again = make(&mut store, step, body).unwrap();
                assert!(again.repeated && again.effects.is_empty(), "{}", step.name.name());
                assert_eq!(again.life, life);
            }
            let size = number as u64 + 1;
            let mut last = None;
            store
                .view(&mut |snapshot| {
                    last = snapshot.entries_of_all(size - 1, 9)?.pop();
                    Ok(())
                })
                .unwrap();
            let last = Entry::from_der(&last.unwrap().entry.bytes).unwrap();
            assert_eq!((last.sequence, &last.operation[..]), (size - 1, step.name.name()));
            assert_eq!((&last.before[..], &last.after[..]), (step.life.state.name(), state.name()));
            assert_eq!(last.voucher.unwrap().version, 1);
            assert_eq!(last.digests.get("content").copied(), life.content);
            assert_eq!(last.digests.get("receipt").copied(), life.receipt);
            let leave = step.facts.authorization.as_ref().map_or("", |_| "Owner | pin | ");
            assert!(last.authorization.starts_with(leave), "{}", last.authorization);
        }
        drop(store);
        let replay = place.replay();
        assert_eq!(replay.difference, None);
        assert_eq!((replay.moves, replay.others), (history.steps.len() as u64, 0));
        assert_eq!(replay.vouchers, 1);
    }
}

#[test]
fn a_move_that_is_refused_leaves_nothing() {
    let documents = Documents::new();
    let place = Place::new();
    let mut store = place.open();
    let steps = histories().remove(0).steps;
    make(&mut store, &steps[0], documents.of(&steps[0], true)).unwrap();
    let before = kept(&mut store);
    let send = steps.iter().find(|step| step.name == Move::Send).unwrap();
    let error = make(&mut store, send, None).unwrap_err();
    assert_eq!((error.code(), error.structure()), (Code::Move, "state"));
    // Without its voucher, with another one, from the other side, over something else than is kept.
    let edit = steps.iter().find(|step| step.name == Move::Edit).unwrap();
    assert_eq!(code(make(&mut store, edit, None)), Code::Argument);
    assert_eq!(code(make(&mut store, edit, Some(&documents.receipt))), Code::Changed);
    let made = steps.iter().find(|step| step.name == Move::Make).unwrap();
    assert_eq!(code(make(&mut store, made, Some(&documents.original))), Code::Changed);
    let mut other = VoucherBuilder::from_voucher(&voucher());
    let other = other.field("VoucherNo", "another").build(Encoding::Gbk).unwrap();
    let other = Body::original(other).unwrap();
    assert_eq!(code(make(&mut store, edit, Some(&other))), Code::Changed);
    let mut turned = edit.clone();
    turned.life.view = View::Receiver;
    assert_eq!(code(make(&mut store, &turned, Some(&documents.original))), Code::Argument);
    // What the caller says of the number is not believed: it is taken, by other content.
    let create = make(&mut store, &steps[0], Some(&documents.original));
    assert_eq!(code(create), Code::Duplicate);
    assert_eq!(kept(&mut store), before);
    assert_eq!(store.verify().unwrap().entries, 1);
}

#[test]
fn a_number_is_free_again_only_after_its_version_was_discarded() {
    let documents = Documents::new();
    let second = |store: &mut SqliteStorage, step: &Step| {
        commit(store, now(), |work| {
            let key = VoucherKey { version: 2, ..key() };
            let (view, name, facts) = (View::Issuer, Move::Create, step.facts.clone());
            work.make(Call { key, view, name, facts, body: Some(&documents.original), quota: None })
        })
    };
    let all = histories();
    let steps = &all.iter().find(|history| history.life.state == State::Discarded).unwrap().steps;
    let place = lived(&steps[..steps.len() - 1]);
    let mut store = place.open();
    assert_eq!(code(second(&mut store, &steps[0])), Code::Duplicate);
    make(&mut store, steps.last().unwrap(), None).unwrap();
    second(&mut store, &steps[0]).unwrap();
    store
        .view(&mut |snapshot| {
            assert_eq!(snapshot.latest(&key().id)?.unwrap().key.version, 2);
            assert_eq!(snapshot.row(&key())?.unwrap().state, State::Discarded.number());
            Ok(())
        })
        .unwrap();
    assert_eq!(place.replay().vouchers, 2);
}

#[test]
fn what_waits_is_read_and_how_the_legs_stand_is_told() {
    let all = histories();
    let received = &all.iter().find(|history| history.life.view == View::Receiver).unwrap().steps;
    let place = lived(&received[..1]);
    let mut store = place.open();
    let unknown = VoucherId::new("990000", "2026", "5201", "nobody").unwrap();
    let ids = [key().id, unknown];
    let look = |store: &mut SqliteStorage| {
        let mut found = None;
        store
            .view(&mut |snapshot| {
                let filter = Filter { waiting: true, ..Filter::default() };
                let waiting = snapshot.list(&filter, 0, 100)?.len();
                found = Some((waiting, leg_statuses(snapshot, &ids)?));
                Ok(())
            })
            .unwrap();
        found.unwrap()
    };
    let status = |number| LegStatus::from_number(number).unwrap();
    assert_eq!(look(&mut store), (1, vec![status(1), status(-1)]));
    make(&mut store, &received[1], None).unwrap();
    assert_eq!(look(&mut store), (0, vec![status(3), status(-1)]));
}

#[test]
fn what_the_log_does_not_tell_is_found() {
    let steps = histories().remove(0).steps;
    let received = steps.iter().position(|step| step.name == Move::ReceiveReceipt).unwrap();
    let steps = &steps[..=received];
    let changed = |sql: &str| {
        let place = lived(steps);
        Connection::open(place.path()).unwrap().execute_batch(sql).unwrap();
        place
    };
    for sql in [
        "UPDATE voucher SET state = state + 1",
        "UPDATE voucher SET life = replace(life, '\"amount\":', '\"amount\":1')",
        "UPDATE voucher SET voucher_no = 'other'",
        "UPDATE voucher SET version = 2",
        "DELETE FROM document WHERE flag = 1",
        "DELETE FROM document; DELETE FROM voucher",
    ] {
        let place = changed(sql);
        let mut store = place.open();
        let mut found = None;
        let read = store.view(&mut |snapshot| {
            found = Some(replay_vouchers(snapshot, &QuotaFields::default())?);
            Ok(())
        });
        read.unwrap();
        let difference = found.unwrap().difference;
        assert!(difference.is_some_and(|difference| difference.voucher.is_some()), "{sql}");
    }
    // A move that the life cycle does not have, though it is properly logged.
    let place = lived(&steps[..1]);
    let mut store = place.open();
    commit(&mut store, now(), |work| {
        let id = key().id;
        let log = yinxin::ledger::LogKey::new(&id.adm_div_code, &id.st_year)?;
        let mut entry = Entry::new(log, 0, now(), "nobody", Move::Send.name());
        let (vt_code, voucher_no) = (id.vt_code.clone(), id.voucher_no.clone());
        entry.voucher = Some(yinxin::ledger::VoucherRef { vt_code, voucher_no, version: 1 });
        (entry.before, entry.after) =
            (State::Draft.name().to_owned(), State::Sent.name().to_owned());
        entry.digests.insert("life".to_owned(), [0; 32]);
        entry.facts.insert("view".to_owned(), View::Issuer.name().to_owned());
        work.append(entry)
    })
    .unwrap();
    drop(store);
    let difference = place.replay().difference.unwrap();
    assert_eq!(difference.place, Some(2));
    assert!(difference.what.contains("life cycle"), "{difference:?}");
}

#[test]
fn a_leave_for_a_key_is_recorded_with_its_act() {
    let documents = Documents::new();
    let place = Place::new();
    let mut store = place.open();
    let steps = histories().remove(0).steps;
    make(&mut store, &steps[0], documents.of(&steps[0], true)).unwrap();
    make(&mut store, &steps[1], documents.of(&steps[1], true)).unwrap();
    let mut step = steps.iter().find(|step| step.name == Move::Make).unwrap().clone();
    step.facts.act.as_mut().unwrap().server_side = true;
    assert_eq!(code(make(&mut store, &step, None)), Code::AuthorizationMissing);
    let leave = Authorization::new(&person(1).name, "ukey-challenge", now(), "session 7").unwrap();
    step.facts.authorization = Some(leave);
    make(&mut store, &step, None).unwrap();
    store
        .view(&mut |snapshot| {
            let entry = snapshot.entries_of_all(2, 1)?.pop().unwrap().entry;
            let recorded = Entry::from_der(&entry.bytes)?.authorization;
            assert_eq!(recorded, format!("P1 | ukey-challenge | {} | session 7", now()));
            Ok(())
        })
        .unwrap();
}
