//! A store that makes whole lives of payments, clearing requests and refunds with a few calls.
#![allow(dead_code)] // each test file takes a part

#[path = "../store_common/mod.rs"]
pub mod rules;

use rules::{actor, fen, good_act, holder, id, now, voucher, yuan};
use std::path::{Path, PathBuf};
use yinxin::error::{Code, Error, Result};
use yinxin::report::Verdict;
use yinxin::store::clearing::{ClearingRules, EvidencePolicy};
use yinxin::store::life::{Clearing, CoreResult};
use yinxin::store::life_cycle::{Facts, Party, PositionFacts, Table};
use yinxin::store::quota::QuotaFields;
use yinxin::store::sqlite::{Options, SqliteStorage};
use yinxin::store::{
    Call, ClearingDesk, Evidence, Life, Made, MarkKind, Move, Replay, Role, State, Storage,
    StoreRole, View, VoucherKey, Work, audit_logs, commit, replay_vouchers,
};
use yinxin::voucher::{Body, Encoding, VoucherBuilder, VoucherId, example};

/// A file with a store in it.
pub struct Place {
    _folder: tempfile::TempDir,
    pub path: PathBuf,
}

impl Place {
    pub fn new(role: StoreRole) -> Place {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        SqliteStorage::create(&path, role, "001", now(), &Options::default()).unwrap();
        Place { _folder: folder, path }
    }

    pub fn office(&self) -> Office {
        Office::open(&self.path)
    }

    /// What following every entry of the logs finds.
    pub fn replay(&self) -> Replay {
        let mut found = None;
        SqliteStorage::open(&self.path, &Options::default())
            .unwrap()
            .view(&mut |snapshot| {
                assert_eq!(audit_logs(snapshot, "any", &[], None)?.difference, None);
                found = Some(replay_vouchers(snapshot, &QuotaFields::default())?);
                Ok(())
            })
            .unwrap();
        found.unwrap()
    }
}

/// An office that works on a store.
pub struct Office {
    pub store: SqliteStorage,
    pub rules: ClearingRules,
}

impl Office {
    pub fn open(path: &Path) -> Office {
        let store = SqliteStorage::open(path, &Options::default()).unwrap();
        Office { store, rules: ClearingRules::default() }
    }

    /// Requests without evidence may be accepted from now on.
    pub fn record_only(&mut self) {
        self.rules.evidence = EvidencePolicy::Record;
    }

    pub fn work<T>(&mut self, mut work: impl FnMut(&mut Work<'_>) -> Result<T>) -> Result<T> {
        commit(&mut self.store, now(), |unit| work(unit))
    }

    /// Makes a move of version `version` with facts that are good otherwise.
    pub fn go_with(
        &mut self,
        view: View,
        body: &Body,
        name: Move,
        (version, evidence): (u32, &[(&Body, Verdict)]),
        change: impl Fn(&mut Facts),
    ) -> Result<Made> {
        let rule = Table::standard().rule(name, view).unwrap();
        let person = !matches!(rule.party, Party::Peer | Party::Core | Party::Transport);
        let by = person.then(|| holder(rule.roles[0]));
        let mut facts = rules::facts(view, by);
        (facts.claim, facts.refund) = (None, None);
        facts.amount = fen(cents(body, "PayAmt"));
        facts.result = Some(CoreResult::Executed(facts.amount));
        let first = if view == View::Issuer { Role::Maker } else { Role::Teller };
        facts.positions = vec![PositionFacts::new("a", first, 1)];
        if matches!(name, Move::Make | Move::FillReceipt) {
            facts.act = Some(good_act("a"));
        }
        change(&mut facts);
        let brings =
            matches!(name, Move::Create | Move::Receive | Move::FillReceipt | Move::ReceiveReceipt);
        let evidence: Vec<Evidence<'_>> =
            evidence.iter().map(|(body, verdict)| Evidence { body, verdict: *verdict }).collect();
        let rules = self.rules.clone();
        commit(&mut self.store, now(), |work| {
            let key = VoucherKey { id: body.id().clone(), version };
            let desk = ClearingDesk { rules: &rules, evidence: &evidence };
            let (facts, body) = (facts.clone(), brings.then_some(body));
            work.make_settled(Call { key, view, name, facts, body, quota: None }, &desk)
        })
    }

    pub fn go(&mut self, view: View, body: &Body, name: Move) -> Result<Made> {
        self.go_with(view, body, name, (1, &[]), |_| {})
    }

    /// Makes moves that are all taken.
    pub fn all(&mut self, view: View, body: &Body, names: &[Move]) {
        for name in names {
            self.go(view, body, *name).unwrap_or_else(|error| panic!("{}: {error}", name.name()));
        }
    }

    /// A payment at the bank that carries it out, up to its sealed receipt.
    pub fn pays(&mut self, receipt: &Body) {
        let view = View::Receiver;
        let original = original_of(receipt);
        self.all(view, &original, &[Move::Receive, Move::Accept, Move::Submit]);
        let paid = cents(receipt, "XPayAmt");
        let (name, result) = match paid {
            0 => (Move::CoreFailed, CoreResult::Failed),
            _ => (Move::CoreExecuted, CoreResult::Executed(fen(paid))),
        };
        let told = |facts: &mut Facts| facts.result = Some(result);
        for (name, body) in [(name, &original), (Move::FillReceipt, receipt)] {
            self.go_with(view, body, name, (1, &[]), told).unwrap();
        }
        self.all(view, &original, &[Move::ReviewReceipt]);
    }

    /// A payment at whoever issued it, up to its sealed receipt.
    pub fn issued(&mut self, receipt: &Body) {
        let original = original_of(receipt);
        self.all(View::Issuer, &original, &[Move::Create, Move::Make, Move::Review, Move::Send]);
        self.answered(receipt).unwrap();
    }

    /// The receipt of what this office issued comes.
    pub fn answered(&mut self, receipt: &Body) -> Result<Made> {
        let done = cents(receipt, "XPayAmt");
        let result = if done == 0 { CoreResult::Failed } else { CoreResult::Executed(fen(done)) };
        let told = |facts: &mut Facts| facts.result = Some(result);
        self.go_with(View::Issuer, receipt, Move::ReceiveReceipt, (1, &[]), told)
    }

    pub fn life(&mut self, id: &VoucherId) -> Life {
        let key = VoucherKey { id: id.clone(), version: 1 };
        self.work(|work| Ok(work.life(&key)?.expect("a voucher that is held"))).unwrap()
    }

    pub fn state(&mut self, body: &Body) -> State {
        self.life(body.id()).state
    }

    /// Who asks for a payment: `open`, `claimed C1`, `cleared C1`.
    pub fn clearing(&mut self, payment: &str) -> String {
        let clearing = self.life(&id("8202", payment)).clearing;
        shown(&clearing)
    }

    pub fn entries(&mut self) -> u64 {
        self.store.verify().unwrap().entries
    }
}

fn shown(clearing: &Clearing) -> String {
    let by = clearing.by().map(|by| format!(" {}", by.voucher_no)).unwrap_or_default();
    format!("{}{by}", clearing.name())
}

pub fn clerk() -> yinxin::store::Actor {
    actor(40, &[Role::Clerk])
}

pub fn code<T>(result: Result<T>) -> Code {
    result.err().expect("an error").code()
}

pub fn error<T>(result: Result<T>) -> Error {
    result.err().expect("an error")
}

/// An amount of a header in fen; nothing where there is none.
pub fn cents(body: &Body, name: &str) -> i64 {
    let text = body.voucher().header().get(name);
    text.map_or(0, |text| yinxin::voucher::Fen::parse(text).unwrap().value())
}

fn original_of(receipt: &Body) -> Body {
    Body::original(receipt.original_part().unwrap().voucher().clone()).unwrap()
}

/// An authorised payment (8202) of details in fen.
pub fn payment(number: &str, amounts: &[i64]) -> Body {
    let total = yuan(amounts.iter().sum());
    let header = [
        ("AgencyCode", "101001"),
        ("ExpFuncCode", "2050204"),
        ("PayTypeCode", "12"),
        ("PayAmt", total.as_str()),
    ];
    let rows: Vec<(String, String)> =
        amounts.iter().zip(1..).map(|(fen, row)| (row.to_string(), yuan(*fen))).collect();
    let details: Vec<Vec<(&str, &str)>> = rows
        .iter()
        .map(|(row, amount)| vec![("Id", row.as_str()), ("PayAmt", amount.as_str())])
        .collect();
    Body::original(voucher("8202", number, &header, &details)).unwrap()
}

/// The receipt of a voucher: of each detail so much was carried out.
pub fn receipt(original: &Body, done: &[i64]) -> Body {
    let mut builder = VoucherBuilder::from_voucher(original.voucher());
    builder.field("XPayDate", "20260301").field("XAgentBusinessNo", "B1");
    builder.amount("XPayAmt", fen(done.iter().sum()));
    for (amount, row) in done.iter().zip(1..) {
        builder.detail_field(row, "XPayAmt", &yuan(*amount)).unwrap();
    }
    let receipt = builder.build_receipt(original.voucher()).unwrap();
    Body::receipt(original.clone(), receipt).unwrap()
}

/// A receipt of all.
pub fn carried_out(original: &Body) -> Body {
    let parse = |text| yinxin::voucher::Fen::parse(text).unwrap().value();
    let all: Vec<i64> =
        original.voucher().details().map(|one| parse(one.get("PayAmt").unwrap())).collect();
    receipt(original, &all)
}

/// The receipt of a payment of one detail.
pub fn paid(number: &str, amount: i64) -> Body {
    carried_out(&payment(number, &[amount]))
}

/// A clearing request (2301) of 2026-03-02 for payments and fen.
pub fn request(number: &str, details: &[(&str, i64)]) -> Body {
    clearing(
        "2301",
        number,
        &[],
        &details.iter().map(|(no, fen)| (vec![("VoucherNo", *no)], *fen)).collect::<Vec<_>>(),
    )
}

/// A clearing refund (2302) for details (request, detail, fen) of this kind (`TKLX`).
pub fn refund(number: &str, kind: &str, details: &[(&str, &str, i64)]) -> Body {
    let own: Vec<_> = details
        .iter()
        .map(|(no, detail, fen)| {
            (vec![("VoucherNo", "P"), ("OriVoucherNo", *no), ("OriVouDetailNo", *detail)], *fen)
        })
        .collect();
    clearing("2302", number, &[("TKLX", kind)], &own)
}

type Fields<'a> = Vec<(&'a str, &'a str)>;

fn clearing(
    vt_code: &str,
    number: &str,
    more: &[(&str, &str)],
    details: &[(Fields<'_>, i64)],
) -> Body {
    let total = yuan(details.iter().map(|detail| detail.1).sum());
    let mut header = vec![
        ("VouDate", "20260302"),
        ("TreCode", "9900000000"),
        ("PayTypeCode", "001002"),
        ("FundTypeCode", "1"),
        ("PayBankNo", "102990000011"),
        ("PayAmt", total.as_str()),
    ];
    header.extend(more);
    let rows: Vec<(String, &Fields<'_>, String)> = details
        .iter()
        .zip(1..)
        .map(|((named, fen), row)| (row.to_string(), named, yuan(*fen)))
        .collect();
    let details: Vec<Vec<(&str, &str)>> = rows
        .iter()
        .map(|(row, named, amount)| {
            let mut detail = vec![
                ("Id", row.as_str()),
                ("AgencyCode", "101001"),
                ("ExpFuncCode", "2050204"),
                ("PayAmt", amount),
            ];
            detail.extend(named.iter());
            detail
        })
        .collect();
    Body::original(voucher(vt_code, number, &header, &details)).unwrap()
}

/// A refund notice (2204) for details (payment, detail, fen).
pub fn notice(number: &str, details: &[(&str, &str, i64)]) -> Body {
    let total = yuan(details.iter().map(|detail| detail.2).sum());
    let rows: Vec<String> = details.iter().map(|detail| yuan(detail.2)).collect();
    let details: Vec<Vec<(&str, &str)>> = details
        .iter()
        .zip(&rows)
        .map(|((no, detail, _), amount)| {
            vec![("OriVoucherNo", *no), ("OriVouDetailNo", *detail), ("PayAmt", amount)]
        })
        .collect();
    Body::original(voucher("2204", number, &[("PayAmt", &total)], &details)).unwrap()
}

/// A notice (5106) that gives the requests here their quota.
pub fn quota() -> Body {
    let voucher = example::clearing_quota_notice(1).unwrap().build(Encoding::Gbk).unwrap();
    Body::original(voucher).unwrap()
}

pub const I: View = View::Issuer;
pub const R: View = View::Receiver;

/// A bank with payments P1 (30.00) and P2 (20.00) that it carried out.
pub fn bank() -> (Place, Office) {
    let place = Place::new(StoreRole::Bank);
    let mut bank = place.office();
    bank.pays(&paid("P1", 3_000));
    bank.pays(&paid("P2", 2_000));
    (place, bank)
}

/// A treasury that holds no payment, with a quota.
pub fn treasury() -> (Place, Office) {
    let place = Place::new(StoreRole::CentralBank);
    let mut pbc = place.office();
    pbc.all(R, &quota(), &[Move::Receive, Move::Accept]);
    (place, pbc)
}

/// A request that the bank has made, sealed and sent.
pub fn sent(bank: &mut Office, request: &Body) {
    bank.all(I, request, &[Move::Create, Move::Make, Move::Review, Move::Send]);
}

pub fn both() -> Body {
    request("C1", &[("P1", 3_000), ("P2", 2_000)])
}

/// Receives a request with these receipts and tries to accept it.
pub fn accept(
    pbc: &mut Office,
    request: &Body,
    with: &[(&Body, Verdict)],
) -> std::result::Result<State, Code> {
    pbc.go(R, request, Move::Receive).unwrap();
    accept_again(pbc, request, with)
}

pub fn accept_again(
    pbc: &mut Office,
    request: &Body,
    with: &[(&Body, Verdict)],
) -> std::result::Result<State, Code> {
    let made = pbc.go_with(R, request, Move::Accept, (1, with), |_| {});
    made.map(|made| made.life.state).map_err(|error| error.code())
}

/// What a mark says.
pub fn said(office: &mut Office, kind: MarkKind, of: impl std::fmt::Display) -> String {
    let of = of.to_string();
    let value = office.work(|work| work.mark(kind, of.as_bytes())).unwrap();
    String::from_utf8(value.expect("a mark")).unwrap()
}
