//! The quota: keys, lines, posting and undoing, and random histories against a simple model.

mod store_common;

use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use store_common::{voucher, yuan};
use yinxin::error::Code;
use yinxin::report::{CheckCode, Verdict};
use yinxin::store::quota::{
    QuotaBook, QuotaFields, QuotaKey, QuotaStep, compare_balances, lines, post,
};
use yinxin::voucher::{Voucher, example};

/// A voucher of this type with lines of (unit, fen).
fn quota_voucher(vt_code: &str, number: usize, lines: &[(u8, i64)]) -> Voucher {
    let name = if vt_code == "5106" { "PlanAmt" } else { "PayAmt" };
    let total = yuan(lines.iter().map(|line| line.1).sum());
    let header = [
        ("TreCode", "9900000000"),
        ("PayBankNo", "102990000011"),
        ("FundTypeCode", "1"),
        ("PayTypeCode", "12"),
        (name, &total),
    ];
    let rows: Vec<(String, String, String)> = lines
        .iter()
        .enumerate()
        .map(|(row, (unit, fen))| (row.to_string(), format!("1010{unit:02}"), yuan(*fen)))
        .collect();
    let details: Vec<Vec<(&str, &str)>> = rows
        .iter()
        .map(|(row, unit, amount)| {
            vec![
                ("Id", row.as_str()),
                ("AgencyCode", unit),
                ("ExpFuncCode", "2050204"),
                (name, amount),
            ]
        })
        .collect();
    voucher(vt_code, &number.to_string(), &header, &details)
}

fn key(unit: u8) -> QuotaKey {
    let unit = format!("1010{unit:02}");
    QuotaKey::new(["9900000000", "102990000011", &unit, "2050204", "2026", "001002", "1"]).unwrap()
}

/// Posts or undoes, and what came of it.
fn step(book: &mut QuotaBook, voucher: &Voucher, step: QuotaStep) -> Result<(), Code> {
    let lines = lines(voucher, &QuotaFields::default()).unwrap().unwrap();
    book.post(&lines, step).map_err(|error| error.code())
}

#[test]
fn notices_add_requests_subtract_refunds_give_back() {
    let mut book = QuotaBook::new();
    let notice = quota_voucher("5106", 1, &[(1, 100), (2, 50), (1, 30)]);
    let request = quota_voucher("2301", 2, &[(1, 60), (1, 20), (2, 50)]);
    let refund = quota_voucher("2302", 3, &[(1, -15)]);
    // Without a record there is nothing to ask for, nor to give back to.
    assert_eq!(step(&mut book, &request, QuotaStep::Post), Err(Code::QuotaMissing));
    assert_eq!(step(&mut book, &refund, QuotaStep::Post), Err(Code::QuotaMissing));
    step(&mut book, &notice, QuotaStep::Post).unwrap();
    assert_eq!((book.balance(&key(1)), book.balance(&key(2))), (Some(130), Some(50)));
    step(&mut book, &request, QuotaStep::Post).unwrap();
    assert_eq!((book.balance(&key(1)), book.balance(&key(2))), (Some(50), Some(0)));
    // One line too much, and no line is posted.
    let before = book.clone();
    let too_much = quota_voucher("2301", 4, &[(1, 50), (2, 1)]);
    assert_eq!(step(&mut book, &too_much, QuotaStep::Post), Err(Code::QuotaExceeded));
    assert_eq!(book, before);
    step(&mut book, &refund, QuotaStep::Post).unwrap();
    assert_eq!(book.balance(&key(1)), Some(65));
    // A notice that was used cannot be taken back; after the request came back it can.
    assert_eq!(step(&mut book, &notice, QuotaStep::Undo), Err(Code::QuotaUsed));
    step(&mut book, &request, QuotaStep::Undo).unwrap();
    step(&mut book, &refund, QuotaStep::Undo).unwrap();
    step(&mut book, &notice, QuotaStep::Undo).unwrap();
    assert_eq!((book.balance(&key(1)), book.balance(&key(2))), (Some(0), Some(0)));
}

#[test]
fn a_cut_needs_a_balance_and_lines_are_merged_first() {
    let mut book = QuotaBook::new();
    let cut = quota_voucher("5106", 1, &[(1, -10)]);
    assert_eq!(step(&mut book, &cut, QuotaStep::Post), Err(Code::QuotaMissing));
    // One voucher that cuts and adds: the sum counts, whatever the order of its lines.
    step(&mut book, &quota_voucher("5106", 2, &[(1, -10), (1, 30)]), QuotaStep::Post).unwrap();
    assert_eq!(book.balance(&key(1)), Some(20));
    let more = quota_voucher("5106", 3, &[(1, -21)]);
    assert_eq!(step(&mut book, &more, QuotaStep::Post), Err(Code::QuotaExceeded));
    step(&mut book, &cut, QuotaStep::Post).unwrap();
    assert_eq!(book.balance(&key(1)), Some(10));
    // Signs that the type does not have.
    let negative = quota_voucher("2301", 4, &[(1, -5)]);
    assert_eq!(step(&mut book, &negative, QuotaStep::Post), Err(Code::Rules));
    let positive = quota_voucher("2302", 5, &[(1, 5)]);
    assert_eq!(step(&mut book, &positive, QuotaStep::Post), Err(Code::Rules));
}

#[test]
fn direct_and_authorised_payment_have_quotas_of_their_own() {
    let mut book = QuotaBook::new();
    step(&mut book, &quota_voucher("5108", 1, &[(1, 100)]), QuotaStep::Post).unwrap();
    let authorised = quota_voucher("2301", 2, &[(1, 1)]);
    assert_eq!(step(&mut book, &authorised, QuotaStep::Post), Err(Code::QuotaMissing));
    let (direct, fen) = book.balances().next().unwrap();
    assert_eq!((direct.pay_type_code.as_str(), fen), ("001001", 100));
}

#[test]
fn balances_stay_in_the_range_of_an_amount() {
    const LARGEST: i64 = 99_999_999_999_999_999;
    let mut book = QuotaBook::new();
    step(&mut book, &quota_voucher("5106", 1, &[(1, LARGEST)]), QuotaStep::Post).unwrap();
    let one = quota_voucher("5106", 2, &[(1, 1)]);
    assert_eq!(step(&mut book, &one, QuotaStep::Post), Err(Code::Value));
    assert_eq!(book.balance(&key(1)), Some(LARGEST));
    // Balances that a damaged store gives do not overflow either.
    let merged = lines(&one, &QuotaFields::default()).unwrap().unwrap();
    for damaged in [i64::MIN, -1, i64::MAX] {
        assert!(post(&merged, QuotaStep::Post, |_| Some(damaged)).is_err() || damaged == -1);
        assert!(post(&merged, QuotaStep::Undo, |_| Some(damaged)).is_err());
    }
}

#[test]
fn what_is_missing_is_named_by_its_path() {
    let good = quota_voucher("2301", 1, &[(1, 10), (2, 20)]);
    let text = String::from_utf8(good.as_bytes().to_vec()).unwrap();
    for (from, to, path, code) in [
        ("<TreCode>9900000000</TreCode>", "", "Detail[1]/TreCode", Code::Value),
        ("<PayBankNo>102990000011</PayBankNo>", "", "Detail[1]/PayBankNo", Code::Value),
        ("<PayTypeCode>12</PayTypeCode>", "", "Detail[1]/PayTypeCode", Code::Value),
        (
            "<FundTypeCode>1</FundTypeCode>",
            "<FundTypeCode></FundTypeCode>",
            "Detail[1]/FundTypeCode",
            Code::Value,
        ),
        ("<AgencyCode>101002</AgencyCode>", "", "Detail[2]/AgencyCode", Code::Value),
        ("<PayAmt>0.20</PayAmt>", "<PayAmt>0.2</PayAmt>", "Detail[2]/PayAmt", Code::Value),
        ("<PayAmt>0.20</PayAmt>", "", "Detail[2]/PayAmt", Code::Value),
        ("<PayAmt>0.20</PayAmt>", "<PayAmt>0.21</PayAmt>", "PayAmt", Code::Rules),
        (
            "<AgencyCode>101002</AgencyCode>",
            "<AgencyCode>10/1</AgencyCode>",
            "Detail[2]/AgencyCode",
            Code::Value,
        ),
    ] {
        assert!(text.contains(from), "{from}");
        let changed = Voucher::from_xml(text.replacen(from, to, 1).into_bytes()).unwrap();
        let error = lines(&changed, &QuotaFields::default()).unwrap_err();
        assert_eq!((error.structure(), error.code()), (path, code), "{error}");
    }
    let empty = voucher("2301", "9", &[("PayAmt", "0.00")], &[]);
    assert_eq!(lines(&empty, &QuotaFields::default()).unwrap_err().code(), Code::Rules);
    let other = voucher("5201", "9", &[], &[]);
    assert!(lines(&other, &QuotaFields::default()).unwrap().is_none());
}

/// The notice of the demonstrations has the fields that the quota is kept by, and a region may keep
/// it by others.
#[test]
fn fields_are_data() {
    let notice = example::clearing_quota_notice(7).unwrap();
    let notice = notice.build(yinxin::voucher::Encoding::Gbk).unwrap();
    let merged = lines(&notice, &QuotaFields::default()).unwrap().unwrap();
    assert_eq!(merged.len(), 2);
    let mut fields = QuotaFields::default();
    fields.bank = vec!["NoSuchField".to_owned(), "PayBankCode".to_owned()];
    let other = lines(&notice, &fields).unwrap().unwrap();
    assert!(other.iter().all(|(key, _, _)| key.bank_code == "102"));
}

#[test]
fn keys_have_one_text() {
    let text = key(1).to_string();
    assert_eq!(text, "9900000000/102990000011/101001/2050204/2026/001002/1");
    assert_eq!(text.parse::<QuotaKey>().unwrap(), key(1));
    let two_digits = QuotaKey::new(["1", "2", "3", "4", "2026", "11", "1"]).unwrap();
    assert_eq!(two_digits.pay_type_code, "001001");
    for bad in
        ["", "1/2/3/4/5/6", "1/2/3/4/5/6/7/8", "1//3/4/5/6/7", "1/2/3/4/5/11/7", " 1/2/3/4/5/6/7"]
    {
        assert!(bad.parse::<QuotaKey>().is_err(), "{bad:?}");
    }
}

#[test]
fn a_difference_between_kept_and_replayed_is_located() {
    let notice = quota_voucher("5106", 1, &[(1, 100), (2, 50)]);
    let book = QuotaBook::replay([(&notice, QuotaStep::Post)], &QuotaFields::default()).unwrap();
    assert_eq!(compare_balances(&book, &book).verdict(), Verdict::Valid);
    for changed in [Some(101), Some(-1), None] {
        let kept = QuotaBook::of(book.balances().map(|(key, fen)| (key.clone(), fen)).filter_map(
            |(one, fen)| if one == key(1) { Some((one, changed?)) } else { Some((one, fen)) },
        ));
        let report = compare_balances(&kept, &book);
        assert_eq!(report.verdict(), Verdict::Invalid);
        let found = report.find(CheckCode::QuotaReplay).unwrap();
        assert_eq!(found.subject, key(1).to_string());
        let negative = report.find(CheckCode::QuotaNonnegative).unwrap();
        assert_eq!(negative.outcome == yinxin::report::Outcome::Failed, changed == Some(-1));
    }
}

/// A history as the model keeps it: what is posted now, and which keys a notice has begun.
#[derive(Default)]
struct Model {
    posted: BTreeSet<usize>,
    begun: BTreeSet<u8>,
}

struct Document {
    vt_code: &'static str,
    sums: BTreeMap<u8, i64>,
}

impl Model {
    /// The balance of a unit, counted anew from all that is posted.
    fn balance(&self, documents: &[Document], unit: u8) -> i64 {
        let one = |index: &usize| {
            let document = &documents[*index];
            let sum = document.sums.get(&unit).copied().unwrap_or_default();
            if document.vt_code == "5106" { sum } else { -sum }
        };
        self.posted.iter().map(one).sum()
    }

    /// Tries a step the simple way: make it, look at every balance, take it back if one is bad.
    fn step(&mut self, documents: &[Document], index: usize, undo: bool) -> bool {
        let document = &documents[index];
        let notice = document.vt_code == "5106" && !undo;
        let known = |unit: &u8, sum: &i64| self.begun.contains(unit) || (notice && *sum >= 0);
        if !document.sums.iter().all(|(unit, sum)| known(unit, sum)) {
            return false;
        }
        let change = |posted: &mut BTreeSet<usize>, on: bool| {
            if on { posted.insert(index) } else { posted.remove(&index) }
        };
        change(&mut self.posted, !undo);
        if document.sums.keys().any(|unit| self.balance(documents, *unit) < 0) {
            change(&mut self.posted, undo);
            return false;
        }
        if notice {
            self.begun.extend(document.sums.keys());
        }
        true
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    /// Thousands of moves: 48 histories of up to 200.
    #[test]
    fn random_histories_agree_with_a_simple_model(
        moves in prop::collection::vec(
            (0u8..8, prop::collection::vec((0u8..4, 1i64..60), 1..4), any::<prop::sample::Index>()),
            1..200,
        )
    ) {
        let mut book = QuotaBook::new();
        let mut model = Model::default();
        let (mut documents, mut vouchers) = (Vec::<Document>::new(), Vec::<Voucher>::new());
        let mut steps: Vec<(usize, QuotaStep)> = Vec::new();
        for (kind, lines, pick) in moves {
            let undo = kind >= 6;
            let index = if undo {
                if documents.is_empty() {
                    continue;
                }
                let index = pick.index(documents.len());
                // The life cycle undoes what was posted, and that once.
                if !model.posted.contains(&index) {
                    continue;
                }
                index
            } else {
                let (vt_code, sign) = match kind {
                    0..=1 => ("5106", 1),
                    2 => ("5106", -1),
                    3..=4 => ("2301", 1),
                    _ => ("2302", -1),
                };
                let lines: Vec<(u8, i64)> =
                    lines.iter().map(|(unit, fen)| (*unit, fen * sign)).collect();
                let mut sums = BTreeMap::new();
                for (unit, fen) in &lines {
                    *sums.entry(*unit).or_default() += fen;
                }
                vouchers.push(quota_voucher(vt_code, vouchers.len() + 1, &lines));
                documents.push(Document { vt_code, sums });
                documents.len() - 1
            };
            let kind = if undo { QuotaStep::Undo } else { QuotaStep::Post };
            let expected = model.step(&documents, index, undo);
            let found = step(&mut book, &vouchers[index], kind);
            prop_assert_eq!(found.is_ok(), expected, "{:?}", found);
            if expected {
                steps.push((index, kind));
            }
            for unit in 0..4 {
                let balance = book.balance(&key(unit));
                prop_assert_eq!(balance.is_some(), model.begun.contains(&unit));
                prop_assert_eq!(balance.unwrap_or_default(), model.balance(&documents, unit));
                prop_assert!(balance.unwrap_or_default() >= 0);
            }
        }
        let order = steps.iter().map(|(index, step)| (&vouchers[*index], *step));
        let replayed = QuotaBook::replay(order, &QuotaFields::default()).unwrap();
        prop_assert_eq!(compare_balances(&book, &replayed).verdict(), Verdict::Valid);
        prop_assert_eq!(replayed, book);
    }
}
