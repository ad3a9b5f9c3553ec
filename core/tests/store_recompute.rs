//! The auditor: from the exported log, the sealed vouchers and what was held outside, everything is
//! computed anew, and what was changed is named.
#![cfg(feature = "sqlite")]

mod ledger_common;
mod storage_common;
mod store_common;

use ledger_common::Ledger;
use rusqlite::Connection;
use std::path::PathBuf;
use storage_common::now;
use storage_common::vouchers::{World, paid, voucher};
use store_common::{facts, fen, good_act, holder};
use yinxin::Result;
use yinxin::error::{Code, Error};
use yinxin::key::{Signer, SoftwareKey};
use yinxin::ledger::{
    Advance, Anchor, Audit, CheckpointKey, Countersignature, Entry, Heads, SignedCheckpoint,
    Witness, consistency_proof,
};
use yinxin::report::{CheckCode, Outcome, Report, Verdict};
use yinxin::signature::Verifier;
use yinxin::store::life::CoreResult;
use yinxin::store::life_cycle::{Facts, PositionFacts};
use yinxin::store::sqlite::{Options, SqliteStorage};
use yinxin::store::{
    Call, Move, Recompute, Recomputed, Role, Storage, StoreRole, View, VoucherKey, commit,
    export_log,
};
use yinxin::voucher::{
    AuthorisationEntry, Body, Encoding, Layer, Step, Templates, Voucher, VoucherBuilder, VoucherId,
    example, stamp_act,
};

/// One position, so that one stamp seals a notice or a request.
const TEMPLATES: &str = r#"{"format":"yinxin:templates:1","templates":[
  {"vtCode":"5106","basis":"test","positions":[{"layer":1,"position":"cz_gkzf",
    "name":"章","role":"office","kind":"stamp","sequence":1}]},
  {"vtCode":"2301","basis":"test","positions":[{"layer":1,"position":"cz_gkzf",
    "name":"章","role":"office","kind":"stamp","sequence":1}]}]}"#;

/// What one bank's store went through: a notice of quota, two requests of which one was sent back, and
/// a payment with its receipt.
struct Past {
    folder: tempfile::TempDir,
    key: SoftwareKey,
    verifier: Verifier,
    /// Every document with its acts, as the store keeps it.
    bodies: Vec<Body>,
    origin: String,
    checkpoints: Vec<SignedCheckpoint>,
}

fn stamped(world: &World, templates: &Templates, voucher: Voucher) -> Body {
    let mut body = Body::original(voucher).unwrap();
    let template = templates.template(&body.id().vt_code).unwrap();
    let step = Step::of(template, Layer::Issuer, "cz_gkzf", "示例市财政局").unwrap();
    let hand = world.hand("cz_gkzf");
    stamp_act(&mut body, &step, hand.seal.as_ref().unwrap(), &hand.key, now()).unwrap();
    body
}

fn request(number: u32, amount: i64) -> Voucher {
    let no = format!("R{number:05}");
    let mut voucher = VoucherBuilder::new(&VoucherId::new("990000", "2026", "2301", &no).unwrap());
    for (name, value) in [
        ("Id", no.as_str()),
        ("VouDate", "20260302"),
        ("TreCode", "9900000000"),
        ("FinOrgCode", "990000001"),
        ("PayTypeCode", "001002"),
        ("PayTypeName", "授权支付"),
        ("FundTypeCode", "1"),
        ("FundTypeName", "预算"),
        ("PayBankNo", "102990000011"),
        ("PayBankName", "银行"),
        ("AgentAcctNo", "1"),
        ("AgentAcctName", "甲"),
        ("AgentAcctBankName", "银行"),
        ("ClearAcctNo", "2"),
        ("ClearAcctName", "乙"),
        ("ClearAcctBankName", "国库"),
    ] {
        voucher.field(name, value);
    }
    voucher.amount("PayAmt", fen(amount));
    let text = fen(amount).to_string();
    voucher.detail(&[
        ("Id", "1"),
        ("VoucherNo", "P1"),
        ("AgencyCode", "101001"),
        ("AgencyName", "单位"),
        ("ExpFuncCode", "2050204"),
        ("ExpFuncName", "教育"),
        ("PayAmt", &text),
    ]);
    voucher.build(Encoding::Gbk).unwrap()
}

fn step(
    store: &mut SqliteStorage,
    body: &Body,
    name: Move,
    role: Option<Role>,
    change: &dyn Fn(&mut Facts),
) {
    let key = VoucherKey { id: body.id().clone(), version: 1 };
    let mut facts = facts(View::Receiver, role.map(holder));
    let header = body.voucher().header();
    let amount = header.get("PlanAmt").or(header.get("PayAmt")).unwrap();
    facts.amount = yinxin::voucher::Fen::parse(amount).unwrap();
    facts.result = Some(CoreResult::Executed(facts.amount));
    facts.positions = vec![
        PositionFacts::new("a", Role::Teller, 1),
        PositionFacts::new("b", Role::Reviewer, 2),
        PositionFacts::new("c", Role::Sealer, 3),
    ];
    change(&mut facts);
    let given = body.layer() == Layer::Responder || name == Move::Receive;
    commit(store, now(), |work| {
        let body = given.then_some(body);
        let (key, facts) = (key.clone(), facts.clone());
        work.make(Call { key, view: View::Receiver, name, facts, body, quota: None })
    })
    .unwrap();
}

impl Past {
    fn new() -> Past {
        let world = World::new();
        let mut templates = Templates::built_in();
        templates.add(Templates::from_json(TEMPLATES.as_bytes()).unwrap());
        let mut authorisation = world.authorisation.clone();
        for vt_code in ["5106", "2301"] {
            let mut entry = AuthorisationEntry::at("990000", "2026", vt_code, "cz_gkzf", "office");
            let hand = world.hand("cz_gkzf");
            entry.certificates = vec![hand.certificate.digest()];
            entry.seals = vec![hand.seal.as_ref().unwrap().digest()];
            authorisation.add(entry);
        }
        let notice = example::clearing_quota_notice(1).unwrap().build(Encoding::Gbk).unwrap();
        let notice = stamped(&world, &templates, notice);
        let requests = [(1, 500), (2, 700)]
            .map(|(number, amount)| stamped(&world, &templates, request(number, amount)));
        let payment = world.sealed();
        let folder = tempfile::tempdir().unwrap();
        let key = SoftwareKey::generate_sm2().unwrap();
        let (role, options) = (StoreRole::Bank, Options::default());
        let path = folder.path().join("store");
        let mut store = SqliteStorage::create(&path, role, "102", now(), &options).unwrap();
        let origin = store.identity().name();
        let mut checkpoints = Vec::new();
        let mut seal = |store: &mut SqliteStorage| {
            let made = commit(store, now(), |work| work.checkpoint(1, &key)).unwrap();
            checkpoints.push(made.unwrap());
        };
        let same = |_: &mut Facts| {};
        let teller = Some(Role::Teller);
        for body in [&notice, &requests[0]] {
            step(&mut store, body, Move::Receive, None, &same);
            step(&mut store, body, Move::Accept, teller, &same);
        }
        seal(&mut store);
        step(&mut store, &requests[1], Move::Receive, None, &same);
        step(&mut store, &requests[1], Move::Accept, teller, &same);
        step(&mut store, &requests[1], Move::Return, teller, &same);
        step(&mut store, &payment, Move::Receive, None, &same);
        step(&mut store, &payment, Move::Accept, teller, &same);
        step(&mut store, &payment, Move::Submit, teller, &same);
        step(&mut store, &payment, Move::CoreExecuted, None, &same);
        let mut receipt = Body::receipt(payment.clone(), paid(&voucher())).unwrap();
        for (position, name, role, seal) in [
            ("a", Move::FillReceipt, Role::Teller, "yh_jb"),
            ("b", Move::ReviewReceipt, Role::Reviewer, "yh_fh"),
            ("c", Move::ActOnReceipt, Role::Sealer, "yh_ywz"),
        ] {
            world.act(&mut receipt, seal);
            let act = |facts: &mut Facts| facts.act = Some(good_act(position));
            step(&mut store, &receipt, name, Some(role), &act);
        }
        seal(&mut store);
        drop(store);
        let [first, second] = requests;
        let verifier =
            Verifier::new(world.trust).with_authorisation(authorisation).with_templates(templates);
        let bodies = vec![notice, first, second, payment, receipt];
        Past { folder, key, verifier, bodies, origin, checkpoints }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    fn open(&self) -> SqliteStorage {
        SqliteStorage::open(&self.path(), &Options::default()).unwrap()
    }

    fn public(&self) -> CheckpointKey {
        CheckpointKey::new(Signer::public_key(&self.key)).unwrap()
    }

    /// What an auditor holds: the name, the key and the last checkpoint.
    fn audit(&self) -> Audit {
        let last = self.checkpoints.last().unwrap();
        Audit::new().of(&self.origin).with_key(self.public()).with_anchor(Anchor::of(last))
    }

    fn export(&self, after: Option<&SignedCheckpoint>) -> Vec<u8> {
        self.export_with(after, &[]).unwrap()
    }

    fn export_with(
        &self,
        after: Option<&SignedCheckpoint>,
        countersignatures: &[Countersignature],
    ) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        self.open().view(&mut |snapshot| {
            export_log(snapshot, &self.origin, after, countersignatures, &mut out).map(drop)
        })?;
        Ok(out)
    }

    fn recompute(&self, audit: &Audit, log: &[u8], bodies: &[Body]) -> Recomputed {
        let mut bodies = bodies.iter().map(|body| Ok(body.clone()));
        let by = Recompute::new().with_verifier(&self.verifier, now()).threads(2);
        by.export(audit, &mut &*log, &mut bodies).unwrap()
    }

    fn store(&self) -> Recomputed {
        let mut found = None;
        let by = Recompute::new().with_verifier(&self.verifier, now());
        self.open()
            .view(&mut |snapshot| {
                found = Some(by.store(&self.audit(), snapshot, &self.origin, &[])?);
                Ok(())
            })
            .unwrap();
        found.unwrap()
    }

    fn entries(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        self.open()
            .view(&mut |snapshot| {
                let all = snapshot.entries_of_all(0, 1_000)?.into_iter();
                entries = all.map(|placed| Entry::from_der(&placed.entry.bytes).unwrap()).collect();
                Ok(())
            })
            .unwrap();
        entries
    }

    /// The export of another past, every hash and signature right: whoever holds the key of the
    /// checkpoints can make it.
    fn rewritten(&self, entries: &[Entry]) -> Ledger {
        let mut ledger = Ledger::new(&self.origin);
        let pem = self.key.to_pkcs8_pem(None).unwrap();
        ledger.key = SoftwareKey::from_pem(pem.as_bytes(), None).unwrap();
        for (number, entry) in entries.iter().enumerate() {
            let mut entry = entry.clone();
            entry.sequence = number as u64;
            ledger.append(&entry.to_der().unwrap());
            if number == 3 {
                ledger.checkpoint();
            }
        }
        ledger.checkpoint();
        ledger
    }
}

fn outcome(report: &Report, code: CheckCode) -> Outcome {
    report.find(code).unwrap_or_else(|| panic!("{} in {}", code.name(), report.to_text())).outcome
}

/// The checks that failed.
fn failed(found: &Recomputed) -> Vec<&'static str> {
    found.report.failures().iter().map(|check| check.code.name()).collect()
}

#[test]
fn a_good_past_is_recomputed() {
    let past = Past::new();
    for found in [past.recompute(&past.audit(), &past.export(None), &past.bodies), past.store()] {
        assert_eq!(found.report.verdict(), Verdict::Valid, "{}", found.report.to_text());
        assert_eq!(found.difference, None);
        assert_eq!((found.entries, found.moves, found.others), (14, 14, 0));
        assert_eq!((found.vouchers, found.documents, found.valid), (4, 5, 5));
        assert_eq!((found.postings, found.balances), (4, 2));
        assert_eq!((found.checkpoints, found.uncovered), (2, 0));
        assert_eq!(found.last.as_ref(), past.checkpoints.last());
    }
    // In any order, and without anything to judge the seals by.
    let mut bodies = past.bodies.clone();
    bodies.reverse();
    let mut turned = bodies.into_iter().map(Ok);
    let log = past.export(None);
    let found = Recompute::new().export(&past.audit(), &mut &log[..], &mut turned).unwrap();
    assert_eq!(found.report.verdict(), Verdict::NotDetermined);
    assert_eq!(outcome(&found.report, CheckCode::AuditSeals), Outcome::NotDetermined);
    assert_eq!((found.difference, found.documents, found.valid), (None, 5, 0));
}

#[test]
fn what_came_after_a_checkpoint_is_followed_from_there() {
    let past = Past::new();
    let found =
        past.recompute(&past.audit(), &past.export(Some(&past.checkpoints[0])), &past.bodies);
    assert_eq!(found.difference, None, "{}", found.report.to_text());
    assert_eq!(found.report.verdict(), Verdict::NotDetermined);
    assert_eq!(outcome(&found.report, CheckCode::AuditQuota), Outcome::NotDetermined);
    for code in [CheckCode::AuditStates, CheckCode::AuditSeals, CheckCode::LedgerAnchor] {
        assert_eq!(outcome(&found.report, code), Outcome::Passed);
    }
    assert_eq!((found.entries, found.vouchers, found.valid, found.untold), (10, 2, 3, 2));
    // A difference is named by its place in the store.
    let found =
        past.recompute(&past.audit(), &past.export(Some(&past.checkpoints[0])), &past.bodies[..4]);
    assert_eq!(found.difference.unwrap().place, Some(14));
    // A checkpoint that this log never had.
    let other = Past::new();
    let error = past.export_with(Some(&other.checkpoints[0]), &[]).unwrap_err();
    assert_eq!(error.code(), Code::CheckpointMissing);
}

#[test]
fn what_the_log_says_otherwise_is_located() {
    let past = Past::new();
    let key = |no: usize| VoucherKey { id: past.bodies[no].id().clone(), version: 1 };
    type Change = fn(&mut Vec<Entry>);
    let changes: [(Change, &str, u64, VoucherKey); 11] = [
        (|log| log[2].amounts.values_mut().for_each(|fen| *fen += 1), "audit.amounts", 3, key(1)),
        (|log| log[6].amounts.values_mut().for_each(|fen| *fen += 1), "audit.amounts", 7, key(2)),
        (|log| log[10].amounts.values_mut().for_each(|fen| *fen -= 1), "audit.amounts", 11, key(3)),
        (|log| log[5].after = "executing".into(), "audit.states", 6, key(2)),
        (|log| log[9].before = "delivered".into(), "audit.states", 10, key(3)),
        (|log| log[7].operation = "receive-receipt".into(), "audit.states", 8, key(3)),
        (|log| drop(log.remove(5)), "audit.states", 6, key(2)),
        (|log| *log[4].digests.get_mut("content").unwrap() = [7; 32], "audit.documents", 5, key(2)),
        (|log| *log[7].digests.get_mut("acts").unwrap() = [7; 32], "audit.documents", 8, key(3)),
        (|log| *log[3].digests.get_mut("quota").unwrap() = [7; 32], "audit.quota", 4, key(1)),
        (|log| drop(log[6].facts.remove("quota")), "audit.quota", 7, key(2)),
    ];
    for (number, (change, check, place, voucher)) in changes.into_iter().enumerate() {
        let mut entries = past.entries();
        change(&mut entries);
        let ledger = past.rewritten(&entries);
        // The auditor holds nothing outside: only the vouchers and the moves can tell.
        let audit = Audit::new().of(&past.origin).with_key(past.public());
        let found = past.recompute(&audit, &ledger.export(), &past.bodies);
        let difference = found.difference.as_ref().unwrap_or_else(|| panic!("{number}"));
        assert_eq!(difference.check.name(), check, "{number}: {difference:?}");
        assert_eq!(difference.place, Some(place), "{number}: {difference:?}");
        assert_eq!(difference.voucher.as_ref(), Some(&voucher), "{number}");
        assert_eq!(difference.entry.as_ref().unwrap().1, place - 1, "{number}");
        assert!(failed(&found).contains(&check), "{number}");
    }
}

#[test]
fn a_past_that_was_rewritten_whole_is_caught_by_what_is_held_outside() {
    let past = Past::new();
    let honest = past.rewritten(&past.entries());
    let mut entries = past.entries();
    // Somebody else accepted it: no voucher can tell.
    entries[3].actor = "nobody".to_owned();
    let forged = past.rewritten(&entries);
    let found = past.recompute(
        &Audit::new().of(&past.origin).with_key(past.public()),
        &forged.export(),
        &past.bodies,
    );
    assert_eq!((found.report.verdict(), &found.difference), (Verdict::NotDetermined, &None));
    // By a checkpoint.
    let held = honest.last.clone().unwrap();
    let audit =
        Audit::new().of(&past.origin).with_key(past.public()).with_anchor(Anchor::of(&held));
    assert!(past.recompute(&audit, &honest.export(), &past.bodies).report.is_valid());
    let found = past.recompute(&audit, &forged.export(), &past.bodies);
    assert_eq!(failed(&found), ["ledger.anchor"]);
    assert_eq!(found.difference.unwrap().check, CheckCode::LedgerAnchor);
    // By a witness, who accepts no other past than the one that it saw.
    let keys = [past.public()];
    let seen = Heads::new();
    let witness = Witness::new(&past.origin).unwrap();
    let witness = witness.accept(&honest.advance(&seen, &held), &keys).unwrap();
    let next = forged.advance(&seen, forged.last.as_ref().unwrap());
    assert_eq!(witness.accept(&next, &keys).unwrap_err().code(), Code::Forked);
}

/// What a witness gives for the last checkpoint of a store.
fn countersigned(past: &Past, held: &SignedCheckpoint, signer: &SoftwareKey) -> Countersignature {
    let ledger = past.rewritten(&past.entries());
    let advance = Advance::make(held.clone(), &Heads::new(), &ledger.heads(), |log, from, size| {
        consistency_proof(&ledger.logs[log], from, size)
    });
    let witness = Witness::new(&past.origin).unwrap();
    let witness = witness.accept(&advance.unwrap(), &[past.public()]).unwrap();
    witness.countersign("witness", now(), signer).unwrap()
}

#[test]
fn what_a_witness_countersigned_goes_with_the_export() {
    let past = Past::new();
    let held = past.checkpoints.last().unwrap();
    let witness = SoftwareKey::generate_sm2().unwrap();
    let public = CheckpointKey::new(Signer::public_key(&witness)).unwrap();
    let signed = countersigned(&past, held, &witness);
    let log = past.export_with(None, std::slice::from_ref(&signed)).unwrap();
    let audit = past.audit().with_witnesses(vec![public], 1);
    let found = past.recompute(&audit, &log, &past.bodies);
    assert!(found.report.is_valid(), "{}", found.report.to_text());
    let found = past.recompute(&audit, &past.export(None), &past.bodies);
    assert_eq!(failed(&found), ["ledger.witness"]);
    // Of what this log never had there is nothing to be written.
    let other = Past::new();
    let strange = countersigned(&other, &other.checkpoints[1], &witness);
    let error = past.export_with(None, &[strange]).unwrap_err();
    assert_eq!(error.code(), Code::CheckpointMissing);
}

#[test]
fn vouchers_that_are_missing_foreign_or_changed_are_located() {
    let past = Past::new();
    let log = past.export(None);
    let key = |no: usize| VoucherKey { id: past.bodies[no].id().clone(), version: 1 };
    let check = |bodies: &[Body], place: Option<u64>, voucher: VoucherKey, check: &str| {
        let found = past.recompute(&past.audit(), &log, bodies);
        let difference = found.difference.as_ref().expect("a difference");
        assert_eq!(difference.check.name(), check, "{difference:?}");
        assert_eq!((difference.place, difference.voucher.as_ref()), (place, Some(&voucher)));
        assert!(failed(&found).contains(&check));
    };
    for (no, place) in [(0, 1), (1, 3), (2, 5), (3, 8), (4, 14)] {
        let mut bodies = past.bodies.clone();
        bodies.remove(no);
        check(&bodies, Some(place), key(no), "audit.documents");
    }
    // One that the log does not know.
    let foreign = Body::original(request(9, 100)).unwrap();
    let voucher = VoucherKey { id: foreign.id().clone(), version: 0 };
    let bodies = [&past.bodies[..], &[foreign]].concat();
    check(&bodies, None, voucher, "audit.documents");
    // Another document under its number; the same without an act.
    let mut other = past.bodies.clone();
    other[1] = Body::original(request(1, 499)).unwrap();
    check(&other, Some(3), key(1), "audit.documents");
    let mut bare = past.bodies.clone();
    bare[1] = Body::original(request(1, 500)).unwrap();
    check(&bare, Some(3), key(1), "audit.documents");
    // One that cannot be read.
    let unreadable = Error::new(Code::Structure, "file", "no envelope");
    let mut bodies = past.bodies.iter().map(|body| Ok(body.clone())).chain([Err(unreadable)]);
    let found = Recompute::new().export(&past.audit(), &mut &log[..], &mut bodies).unwrap();
    assert!(found.difference.unwrap().what.contains("no envelope"));
    let gone = Error::new(Code::Read, "file", "gone");
    let error = Recompute::new()
        .export(&past.audit(), &mut &log[..], &mut std::iter::once(Err(gone)))
        .unwrap_err();
    assert_eq!(error.code(), Code::Read);
}

#[test]
fn a_seal_that_is_not_good_is_located() {
    let past = Past::new();
    let world = World::new();
    // Nobody whom this verifier trusts.
    let verifier = Verifier::new(world.trust).with_authorisation(world.authorisation);
    let log = past.export(None);
    let mut bodies = past.bodies.iter().map(|body| Ok(body.clone()));
    let by = Recompute::new().with_verifier(&verifier, now());
    let found = by.export(&past.audit(), &mut &log[..], &mut bodies).unwrap();
    assert_eq!(failed(&found), ["audit.seals"]);
    let difference = found.difference.unwrap();
    assert_eq!((difference.place, found.valid), (Some(1), 0));
    assert!(difference.what.contains("chain"), "{difference:?}");
}

#[test]
fn what_a_store_holds_otherwise_is_located() {
    let past = Past::new();
    let copy = past.folder.path().join("copy");
    past.open().backup(&copy).unwrap();
    for (sql, check) in [
        ("UPDATE voucher SET state = state + 1 WHERE id = 2", "audit.store"),
        ("UPDATE voucher SET life = replace(life, '\"amount\":', '\"amount\":1')", "audit.store"),
        (
            "UPDATE balance SET fen = fen + 1 WHERE key = (SELECT max(key) FROM balance)",
            "audit.store",
        ),
        ("UPDATE voucher SET voucher_no = 'other' WHERE id = 1", "audit.store"),
        ("DELETE FROM document WHERE voucher = 4 AND flag = 1", "audit.documents"),
        (
            "UPDATE document SET (content, digest) = \
             (SELECT content, digest FROM document WHERE voucher = 1) WHERE voucher = 2",
            "audit.documents",
        ),
        ("UPDATE document SET digest = zeroblob(32) WHERE voucher = 2", "audit.documents"),
        ("DELETE FROM entry WHERE place = 6", "ledger.sequence"),
        ("DELETE FROM entry WHERE place = 14", "ledger.entries"),
        (
            "UPDATE entry SET bytes = (SELECT bytes FROM entry WHERE place = 5) WHERE place = 6",
            "ledger.entries",
        ),
        ("UPDATE entry SET nodes = zeroblob(64) WHERE place = 6", "ledger.entries"),
        (
            "UPDATE entry SET nodes = CAST(substr(nodes, 1, 32) || zeroblob(32) AS BLOB) WHERE place = 6",
            "audit.store",
        ),
        ("UPDATE log SET frontier = zeroblob(length(frontier))", "audit.store"),
        ("DELETE FROM checkpoint WHERE place = 4", "ledger.chain"),
    ] {
        std::fs::remove_file(past.path()).unwrap();
        let _ = std::fs::remove_file(past.folder.path().join("store-wal"));
        let _ = std::fs::remove_file(past.folder.path().join("store-shm"));
        drop(SqliteStorage::restore(&copy, &past.path(), None, &Options::default()).unwrap());
        assert!(past.store().report.is_valid());
        let connection = Connection::open(past.path()).unwrap();
        connection.execute_batch(&format!("PRAGMA foreign_keys = OFF; {sql}")).unwrap();
        drop(connection);
        let found = past.store();
        assert!(failed(&found).contains(&check), "{sql}: {}", found.report.to_text());
        assert!(found.difference.is_some(), "{sql}");
    }
}

#[test]
fn whoever_cannot_be_held_to_a_key_or_name_is_not_determined() {
    let past = Past::new();
    let log = past.export(None);
    let found = past.recompute(&Audit::new(), &log, &past.bodies);
    assert_eq!((found.report.verdict(), found.difference), (Verdict::NotDetermined, None));
    // An export of another store.
    let other = Past::new();
    let found = past.recompute(&past.audit(), &other.export(None), &other.bodies);
    let failures = failed(&found);
    for code in ["ledger.origin", "ledger.signature", "ledger.anchor", "audit.seals"] {
        assert!(failures.contains(&code), "{code} in {failures:?}");
    }
    // What is no export.
    let error = Recompute::new()
        .export(&Audit::new(), &mut &b"nothing"[..], &mut std::iter::empty())
        .unwrap_err();
    assert_eq!(error.code(), Code::Structure);
}
