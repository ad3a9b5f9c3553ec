//! The rules of the library, kept and broken.

use super::super::{Encoding, Layer, Voucher, VoucherBuilder, example};
use super::*;
use crate::time::Time;

fn now() -> Option<Time> {
    Time::parse_rfc3339("2026-03-02T08:00:00Z")
}

fn fields(voucher: &Voucher, layer: Layer) -> Vec<String> {
    let catalogue = Catalogue::built_in();
    let code = voucher.header().get("VtCode").unwrap();
    let violations = catalogue.entry(code).unwrap().violations(voucher, layer, now());
    violations.into_iter().map(|violation| violation.field).collect()
}

fn with(change: impl Fn(&mut VoucherBuilder)) -> Vec<String> {
    let mut builder = example::direct_payment(1).unwrap();
    change(&mut builder);
    fields(&builder.build(Encoding::Gbk).unwrap(), Layer::Issuer)
}

fn field(name: &str, value: &str) -> Vec<String> {
    with(|voucher| _ = voucher.field(name, value))
}

#[test]
fn the_built_in_catalogue_is_read() {
    let catalogue = Catalogue::built_in();
    assert_eq!(catalogue.entries().len(), 77);
    for entry in catalogue.entries() {
        assert!(!entry.name().is_empty() && entry.vt_code().len() == 4, "{}", entry.vt_code());
        assert!(!entry.header.is_empty() && !entry.detail.is_empty());
        let about = entry.about().unwrap();
        assert!(!about.issuers.is_empty() && !about.receivers.is_empty());
        assert!(["ITFE", "CTJ", "DT95", "GK"].contains(&about.mark.as_str()), "{}", about.mark);
        assert!(!entry.basis().is_empty());
        let parties = about.issuers.iter().chain(&about.receivers);
        let known = ["finance", "pbc", "bank", "unit", "tax"];
        assert!(parties.into_iter().all(|party| known.contains(&party.as_str())));
        // The first digit says who issues.
        let issuer = match entry.vt_code().as_bytes()[0] {
            b'2' => "bank",
            b'3' => "pbc",
            b'5' => "finance",
            b'8' => "unit",
            _ => continue,
        };
        assert!(about.issuers.iter().any(|party| party == issuer), "{}", entry.vt_code());
        if let Some(now) = &about.now {
            assert!(catalogue.entry(now).is_some());
        }
    }
    let unverified: Vec<&str> = catalogue
        .entries()
        .iter()
        .filter(|entry| entry.about().unwrap().mark == "GK")
        .map(CatalogueEntry::vt_code)
        .collect();
    assert_eq!(unverified, ["2205", "5102"]);
    assert!(catalogue.entry("0001").is_none());
}

/// Acts record these: an entry that gets another digest is another entry.
#[test]
fn digests_of_entries_stay() {
    let catalogue = Catalogue::built_in();
    for (code, digest) in [
        ("5106", "1d5b0a08176d7ef6f97c7735172552d8684bad1a30df1a608e657c5b8ff1f0e6"),
        ("5108", "1d998006e735f1ed7c59f02802a35cf889da0381c6a08b53ccaee15ace930932"),
        ("5201", "7225563b57f72b2b371a543df223329dee3a7c2ca112efafc9e0763ba59f5858"),
        ("8202", "90445134919db20175d49094a9b0aac00d6e7567650715e534fd24a45c7ad317"),
        ("2301", "ea34e743ce63244479ab51c285028e1b66063cdf9d110444ea07ff32918b2570"),
        ("2302", "3182f973539205aa4bc8341c4f4f31b5e53ec59d8e610133d6734353b3b9a5f1"),
        ("3501", "3db373ff89dcc0b4b16b99fbae58ddd233e7188bebe55be89bc0e2c99b48b865"),
        ("3502", "2e3b7c21b9e00287ea87e3daf4f93b8dff4aac0180c732ba909be941d96379e6"),
    ] {
        let found = crate::hex::encode(&catalogue.entry(code).unwrap().digest());
        assert_eq!(found, digest, "{code}");
    }
}

/// A voucher of a type with the fields that each has, and these.
fn voucher(code: &str, fields: &[(&str, &str)]) -> VoucherBuilder {
    let id = super::super::VoucherId::new("990000", "2026", code, "20260001").unwrap();
    let mut voucher = VoucherBuilder::new(&id);
    voucher.field("Id", "1").field("VouDate", "20260302");
    for (name, value) in fields {
        voucher.field(name, value);
    }
    voucher
}

fn codes(voucher: &Voucher, layer: Layer) -> Vec<(ViolationCode, String)> {
    let code = voucher.header().get("VtCode").unwrap();
    let generic = CatalogueEntry::generic();
    let catalogue = Catalogue::built_in();
    let violations = catalogue.entry(code).unwrap_or(&generic).violations(voucher, layer, now());
    violations.into_iter().map(|violation| (violation.code, violation.field)).collect()
}

fn found(voucher: &VoucherBuilder) -> Vec<(ViolationCode, String)> {
    codes(&voucher.build(Encoding::Gbk).unwrap(), Layer::Issuer)
}

#[test]
fn amounts_have_the_sign_of_their_type() {
    use ViolationCode::AmountSign;
    for (code, good, bad) in [
        ("5207", "1.00", ["0.00", "-1.00"]),
        ("5253", "0.00", ["0.01", "-0.01"]),
        ("5351", "0.00", ["0.01", "-0.01"]),
        ("2252", "-1.00", ["0.00", "1.00"]),
    ] {
        let made = |amount: &str| {
            let mut made = voucher(code, &[("PayAmt", amount), ("PayTypeCode", "11")]);
            if code == "2252" {
                made.field("VoucherNo", "102202603020001");
            }
            found(&made)
        };
        assert_eq!(made(good), [], "{code}");
        for bad in bad {
            assert_eq!(made(bad), [(AmountSign, "PayAmt".to_owned())], "{code} {bad}");
        }
    }
}

#[test]
fn every_broken_rule_is_named_at_once() {
    use ViolationCode::*;
    let mut made = example::direct_payment(1).unwrap();
    made.field("PayAcctNo", "")
        .field("PayeeAcctName", &"户".repeat(61))
        .field("PayeeAcctNo", "12 34")
        .field("VouDate", "20260303")
        .field("XPayAmt", "1.00")
        .field("PayAmt", "-1.00");
    let violations = found(&made);
    let expected = [
        (FieldMissing, "PayAcctNo"),
        (AmountSign, "PayAmt"),
        (FieldLength, "PayeeAcctName"),
        (FieldForm, "PayeeAcctNo"),
        (FieldFuture, "VouDate"),
        (FieldX, "XPayAmt"),
        (AmountSum, "PayAmt"),
    ];
    let expected: Vec<_> = expected.map(|(code, field)| (code, field.to_owned())).into();
    assert_eq!(violations, expected);
    let wrong = voucher("5951", &[("AllFlag", "3")]);
    assert_eq!(found(&wrong), [(FieldValue, "AllFlag".to_owned())]);
    let made = voucher("5901", &[("PayAmt", "1.00")]).build(Encoding::Utf8).unwrap();
    let text = String::from_utf8(made.as_bytes().to_vec()).unwrap();
    let wrong = Voucher::from_xml(text.replace("1.00", "1.0").into_bytes()).unwrap();
    assert_eq!(codes(&wrong, Layer::Issuer), [(AmountForm, "PayAmt".to_owned())]);
    let few = voucher("8207", &[]);
    assert!(found(&few).contains(&(DetailFew, "DetailList".to_owned())));
    let names: std::collections::HashSet<&str> =
        ViolationCode::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(names.len(), ViolationCode::ALL.len());
}

#[test]
fn types_that_nobody_knows_are_judged_by_what_all_have() {
    use ViolationCode::*;
    let mut made = voucher("7777", &[("Anything", "at all")]);
    assert_eq!(found(&made), []);
    made.field("XPayAmt", "1.00").field("VouDate", "20270101");
    made.detail(&[("Id", "1")]).detail(&[("Id", "1")]);
    let expected = [(FieldFuture, "VouDate"), (FieldX, "XPayAmt"), (DetailId, "Detail[2]/Id")];
    let expected: Vec<_> = expected.map(|(code, field)| (code, field.to_owned())).into();
    assert_eq!(found(&made), expected);
}

/// A payroll of three, of whom the second could not be paid.
fn batch() -> (Voucher, VoucherBuilder) {
    let mut made = voucher(
        "8207",
        &[
            ("OriginalVtCode", "8202"),
            ("OriginalVoucherNo", "20260009"),
            ("SumAmt", "6000.00"),
            ("PayTypeCode", "12"),
            ("BusinessTypeCode", "3"),
        ],
    );
    for (id, amount) in [("1", "1000.00"), ("2", "2000.00"), ("3", "3000.00")] {
        made.detail(&[("Id", id), ("PayeeAcctNo", "6222-01"), ("PayAmt", amount)]);
    }
    let original = made.build(Encoding::Gbk).unwrap();
    let mut receipt = VoucherBuilder::from_voucher(&original);
    receipt.field("XSumAmt", "4000.00").field("XPayDate", "20260302");
    for (detail, paid) in [(1, "1000.00"), (2, "0.00"), (3, "3000.00")] {
        receipt.detail_field(detail, "XPayAmt", paid).unwrap();
    }
    receipt.detail_field(2, "XAddWord", "账号户名不符").unwrap();
    (original, receipt)
}

#[test]
fn a_batch_may_fail_in_part_and_says_why() {
    use ViolationCode::*;
    let (original, receipt) = batch();
    assert_eq!(codes(&original, Layer::Issuer), []);
    let judged = |change: &dyn Fn(&mut VoucherBuilder)| {
        let mut receipt = receipt.clone();
        change(&mut receipt);
        codes(&receipt.build_receipt(&original).unwrap(), Layer::Responder)
    };
    assert_eq!(judged(&|_| {}), []);
    let one = |code: ViolationCode, field: &str| vec![(code, field.to_owned())];
    let silent = judged(&|receipt| _ = receipt.detail_field(2, "XAddWord", "").unwrap());
    assert_eq!(silent, one(AmountReason, "Detail[2]/XAddWord"));
    let all = judged(&|receipt| _ = receipt.field("XSumAmt", "6000.00"));
    assert_eq!(all, one(AmountSum, "XSumAmt"));
    let open = judged(&|receipt| _ = receipt.detail_field(3, "XPayAmt", "").unwrap());
    assert_eq!(open[0], (FieldMissing, "Detail[3]/XPayAmt".to_owned()));
    // Nothing was paid at all: still a receipt, and the reason stands with every detail.
    let nothing = judged(&|receipt| {
        receipt.field("XSumAmt", "0.00");
        for detail in 1..=3 {
            receipt.detail_field(detail, "XPayAmt", "0.00").unwrap();
            receipt.detail_field(detail, "XAddWord", "系统故障").unwrap();
        }
    });
    assert_eq!(nothing, []);
}

#[test]
fn local_rules_repeat_and_limit() {
    let text = r#"{"format":"yinxin:catalogue:1","groups":{"g":{"A":"text 3","B":"text 3"}},
        "types":[{"vtCode":"9999","name":"n","headerGroups":["g"],"header":{"B":"required text 9"},
        "detail":{},"leastDetails":0,"mostDetails":2,"sums":[],"repeats":[["Main","Id"]]}]}"#;
    let mut catalogue = Catalogue::built_in();
    catalogue.add(Catalogue::from_json(text.as_bytes()).unwrap());
    let entry = catalogue.entry("9999").unwrap();
    let rules: Vec<_> = entry.header_rules().map(|rule| (rule.field, rule.rule)).collect();
    assert_eq!(rules, [("A", "text 3"), ("B", "required text 9")]);
    // Groups written out: the same entry without groups has the same digest, said or not.
    let plain = r#"{"format":"yinxin:catalogue:1","types":[{"vtCode":"9999","name":"n",
        "about":{"issuers":["unit"],"receivers":["bank"],"mark":"ours"},
        "header":{"B":"required text 9","A":"text 3"},"detail":{},"leastDetails":0,"mostDetails":2,
        "sums":[],"repeats":[["Main","Id"]]}]}"#;
    let plain = Catalogue::from_json(plain.as_bytes()).unwrap();
    assert_eq!(plain.entry("9999").unwrap().digest(), entry.digest());
    let mut made = voucher("9999", &[("B", "b")]);
    for (id, main) in [("1", "1"), ("2", ""), ("3", "2")] {
        made.detail(&[("Id", id), ("Main", main)]);
    }
    let judged = entry.violations(&made.build(Encoding::Gbk).unwrap(), Layer::Issuer, now());
    let judged: Vec<_> = judged.into_iter().map(|found| (found.code, found.field)).collect();
    use ViolationCode::*;
    let expected = [(DetailMany, "DetailList"), (FieldSame, "Detail[3]/Main")];
    assert_eq!(judged, expected.map(|(code, field)| (code, field.to_owned())));
    for (from, to) in [
        ("\"g\":{", "\"h\":{"),
        ("[\"g\"]", "[\"g\",\"g\"]"),
        ("[\"g\"]", "\"g\""),
        ("\"text 3\"", "\"words 3\""),
        ("\"mostDetails\":2", "\"mostDetails\":0"),
        ("[\"Main\",\"Id\"]", "[\"Main\"]"),
        ("\"repeats\"", "\"repeated\""),
    ] {
        let bad = text.replace(from, to);
        assert_ne!(bad, text);
        assert!(Catalogue::from_json(bad.as_bytes()).is_err(), "{to}");
    }
}

#[test]
fn the_examples_keep_the_rules() {
    for make in
        [example::clearing_quota_notice, example::direct_payment, example::authorised_payment]
    {
        let voucher = make(1).unwrap().build(Encoding::Gbk).unwrap();
        assert_eq!(fields(&voucher, Layer::Issuer), Vec::<String>::new());
    }
}

#[test]
fn broken_rules_name_the_field() {
    assert_eq!(field("PayAmt", "0.01"), ["PayAmt"]);
    assert_eq!(field("PayAmt", "-1.00"), ["PayAmt", "PayAmt"]);
    assert_eq!(field("PayTypeCode", ""), ["PayTypeCode"]);
    assert_eq!(field("VouDate", "20260303"), ["VouDate"]);
    assert_eq!(field("VouDate", "20260230"), ["VouDate"]);
    assert_eq!(field("StYear", "2027"), ["StYear"]);
    assert_eq!(field("PayeeAcctNo", "12 34"), ["PayeeAcctNo"]);
    assert_eq!(field("PayeeAcctName", &"户".repeat(61)), ["PayeeAcctName"]);
    assert_eq!(field("VoucherNo", &"1".repeat(20)), ["VoucherNo"]);
    assert_eq!(field("XPayAmt", "1.00"), ["XPayAmt"]);
    assert_eq!(with(|v| _ = v.detail(&[("Id", "9")])), ["Detail[2]/PayAmt", "Detail[2]/PayAmt"]);
    let same = |v: &mut VoucherBuilder| {
        v.detail(&[("Id", "9"), ("PayAmt", "0.00")]).detail(&[("Id", "9"), ("PayAmt", "0.00")]);
    };
    assert_eq!(with(same), ["Detail[3]/Id"]);
}

#[test]
fn receipts_are_judged_as_such() {
    let original = example::direct_payment(1).unwrap().build(Encoding::Gbk).unwrap();
    assert_eq!(fields(&original, Layer::Responder), ["XPayAmt"]);
    let amount = original.header().get("PayAmt").unwrap().to_owned();
    let mut receipt = VoucherBuilder::from_voucher(&original);
    receipt.field("XPayAmt", &amount).detail_field(1, "XPayAmt", &amount).unwrap();
    let made = receipt.build_receipt(&original).unwrap();
    assert_eq!(fields(&made, Layer::Responder), Vec::<String>::new());
    receipt.detail_field(1, "XPayAmt", "0.00").unwrap();
    let made = receipt.build_receipt(&original).unwrap();
    assert_eq!(fields(&made, Layer::Responder), ["XPayAmt"]);
}

#[test]
fn numbers_of_details_are_counted() {
    let id = super::super::VoucherId::new("990000", "2026", "3502", "1").unwrap();
    let mut list = VoucherBuilder::new(&id);
    list.field("Id", "1").field("VouDate", "20260302").field("TreCode", "9900000000");
    list.field("CheckDate", "20260302").field("EVoucherType", "2301");
    list.field("AllNum", "2").field("AllAmt", "1.00");
    list.detail(&[("Id", "1"), ("VoucherNo", "7"), ("Amt", "1.00"), ("ProState", "0")]);
    assert_eq!(fields(&list.build(Encoding::Gbk).unwrap(), Layer::Issuer), ["AllNum"]);
    list.field("AllNum", "1");
    assert!(fields(&list.build(Encoding::Gbk).unwrap(), Layer::Issuer).is_empty());
}

#[test]
fn sums_pass_the_range_of_one_amount() {
    let violations = with(|v| {
        v.field("PayAmt", "999999999999999.99");
        for id in ["a", "b", "c"] {
            v.detail(&[("Id", id), ("PayAmt", "999999999999999.99")]);
        }
    });
    assert_eq!(violations, ["PayAmt"]);
}

#[test]
fn local_entries_are_added_and_strictly_read() {
    let text = r#"{"format":"yinxin:catalogue:1","types":[{"vtCode":"5201","name":"n",
        "header":{"A":"required text 3"},"detail":{},"leastDetails":0,"sums":[]}]}"#;
    let mut catalogue = Catalogue::built_in();
    let before = catalogue.entry("5201").unwrap().digest();
    catalogue.add(Catalogue::from_json(text.as_bytes()).unwrap());
    assert_ne!(catalogue.entry("5201").unwrap().digest(), before);
    assert!(catalogue.entry("8202").is_some());
    for (from, to) in [
        ("catalogue:1", "catalogue:2"),
        ("text 3", "text"),
        ("\"sums\":[]", "\"sums\":[[\"a\"]]"),
        ("\"sums\":[]", "\"sums\":[],\"other\":1"),
        ("\"leastDetails\":0", "\"leastDetails\":-1"),
        ("\"name\":\"n\"", "\"name\":\"n\",\"name\":\"n\""),
    ] {
        assert!(Catalogue::from_json(text.replace(from, to).as_bytes()).is_err(), "{to}");
    }
    let bytes = text.as_bytes();
    for end in 0..bytes.len() {
        assert!(Catalogue::from_json(&bytes[..end]).is_err());
    }
}
