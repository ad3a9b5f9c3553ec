//! Sheets of vouchers: what they show, and that a sheet of something else than its voucher is found.

#![cfg(feature = "ofd")]

use yinxin::asn1::Profile;
use yinxin::container::ofd::make::{Date, Made};
use yinxin::container::ofd::{Document, Ofd, Package};
use yinxin::error::Code;
use yinxin::render::{Labels, SheetForm, SheetFound};
use yinxin::report::CheckCode;
use yinxin::voucher::{Body, Encoding, Envelope, Fen, VoucherBuilder, VoucherId, example};

fn day() -> Date {
    Date::new(2026, 3, 2).unwrap()
}

fn voucher(number: u32) -> Vec<u8> {
    let voucher = example::direct_payment(number).unwrap().build(Encoding::Gbk).unwrap();
    voucher.as_bytes().to_vec()
}

fn text(made: &Made) -> String {
    let bytes = made.bytes.as_slice();
    let package = Package::open(&bytes, Profile::Conforming).unwrap();
    let (ofd, _) = Ofd::read(&package).unwrap();
    let (document, _) = Document::read(&package, &ofd.bodies[0].doc_root).unwrap();
    assert_eq!(document.faults(&package), []);
    document.pages.iter().map(|page| document.page_text(&package, page).unwrap()).collect()
}

fn read(bytes: &[u8]) -> yinxin::Result<SheetFound> {
    SheetForm::built_in().read(&Package::open(&bytes, Profile::Conforming)?)
}

/// The parts of a package, changed, as a package again: stored, without a clock.
fn changed(bytes: &[u8], change: impl Fn(&mut Vec<(String, Vec<u8>)>)) -> Vec<u8> {
    let package = Package::open(&bytes, Profile::Conforming).unwrap();
    let read = |part: &yinxin::container::ofd::Entry| {
        (part.path().entry_name().to_owned(), package.read(part, 1 << 24).unwrap())
    };
    let mut parts: Vec<(String, Vec<u8>)> = package.parts().map(read).collect();
    change(&mut parts);
    stored(&parts)
}

fn stored(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, data) in parts {
        let crc = !data.iter().fold(!0u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
        });
        let size = data.len() as u32;
        let mut shared = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        [crc, size, size].iter().for_each(|value| shared.extend(value.to_le_bytes()));
        shared.extend((name.len() as u16).to_le_bytes());
        shared.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&shared);
        directory.extend([0; 10]);
        directory.extend((out.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        out.extend(b"PK\x03\x04");
        out.extend(&shared);
        out.extend(name.as_bytes());
        out.extend(data);
    }
    let at = out.len() as u32;
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([(parts.len() as u16).to_le_bytes(); 2].concat());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0, 0]);
    out
}

fn part<'p>(parts: &'p mut [(String, Vec<u8>)], name: &str) -> &'p mut Vec<u8> {
    &mut parts.iter_mut().find(|(known, _)| known.ends_with(name)).unwrap().1
}

fn replace(bytes: &mut Vec<u8>, from: &str, to: &str) {
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(text.contains(from), "{from}");
    *bytes = text.replace(from, to).into_bytes();
}

#[test]
fn a_sheet_shows_its_voucher() {
    let made = SheetForm::built_in().make(&voucher(1), day()).unwrap();
    let text = text(&made);
    for words in [
        "财政直接支付凭证",
        "凭证号：9920260302000001",
        "凭证日期：2026-03-02",
        "示例市办公用品有限公司",
        "¥36,000.17　人民币叁万陆仟元零壹角柒分",
        "一般公共预算资金 [1]",
        "国库支付专用章",
        "共 1 条",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let places: Vec<&str> = made.places.iter().map(|place| place.name.as_str()).collect();
    assert_eq!(places, ["cz_jb", "cz_fh", "cz_gkzf", "cz_fzr", "yh_jb", "yh_fh", "yh_ywz"]);
    assert_eq!(made, SheetForm::built_in().make(&voucher(1), day()).unwrap());
}

#[test]
fn the_voucher_comes_back_from_every_kind_of_source() {
    let form = SheetForm::built_in();
    let built = |encoding| example::clearing_quota_notice(3).unwrap().build(encoding).unwrap();
    let envelope = Envelope::of(Body::original(built(Encoding::Gbk)).unwrap());
    let json = r#"{"Voucher":{"AdmDivCode":"990000","StYear":"2026","VtCode":"1234","VoucherNo":"7","Note":"甲"}}"#;
    for source in [
        built(Encoding::Gbk).as_bytes().to_vec(),
        built(Encoding::Utf8).as_bytes().to_vec(),
        envelope.to_xml(Encoding::Gbk).unwrap(),
        json.as_bytes().to_vec(),
    ] {
        let made = form.make(&source, day()).unwrap();
        let found = read(&made.bytes).unwrap();
        assert_eq!(found.differences, [""; 0]);
        assert_eq!(found.voucher, source);
        assert!(found.report("sheet").is_valid());
    }
}

#[test]
fn another_amount_on_the_page_is_found() {
    let made = SheetForm::built_in().make(&voucher(1), day()).unwrap();
    assert_eq!(read(&changed(&made.bytes, |_| {})).unwrap().differences, [""; 0]);
    let forged = changed(&made.bytes, |parts| {
        replace(part(parts, "Page_0/Content.xml"), "¥36,000.17", "¥86,000.17");
    });
    let found = read(&forged).unwrap();
    assert_eq!(found.differences, ["/Doc_0/Pages/Page_0/Content.xml: other contents"]);
    let report = found.report("sheet");
    assert!(!report.is_valid() && report.find(CheckCode::SheetVoucher).is_some());
}

#[test]
fn a_voucher_that_was_exchanged_is_found() {
    let made = SheetForm::built_in().make(&voucher(1), day()).unwrap();
    let found = read(&changed(&made.bytes, |parts| {
        *part(parts, "Attach_0.xml") = voucher(2);
    }));
    let found = found.unwrap();
    assert!(found.differences.iter().any(|d| d.starts_with("/Doc_0/Pages/")), "{found:?}");
    assert!(found.differences.iter().any(|d| d.starts_with("OFD.xml")), "{found:?}");
}

#[test]
fn every_change_of_a_part_is_found() {
    let made = SheetForm::built_in().make(&voucher(1), day()).unwrap();
    type Change = fn(&mut Vec<(String, Vec<u8>)>);
    let changes: [(&str, Change); 8] = [
        ("a page is left out", |parts| parts.retain(|(name, _)| !name.contains("Page_0"))),
        ("a part is added", |parts| parts.push(("Doc_0/Annots/A.xml".into(), b"<A/>".to_vec()))),
        ("another font", |parts| replace(part(parts, "PublicRes.xml"), "宋体", "宋休")),
        ("a page twice", |parts| {
            replace(
                part(parts, "Document.xml"),
                "<ofd:Pages>",
                "<ofd:Pages><ofd:Page ID=\"999\" BaseLoc=\"Pages/Page_0/Content.xml\"/>",
            );
        }),
        ("annotations", |parts| {
            let to = "</ofd:Pages><ofd:Annotations>A.xml</ofd:Annotations>";
            replace(part(parts, "Document.xml"), "</ofd:Pages>", to);
        }),
        ("another title", |parts| replace(part(parts, "OFD.xml"), "支付凭证", "退款凭证")),
        ("versions", |parts| {
            let to = "</ofd:DocRoot><ofd:Versions><ofd:Version ID=\"v1\" Index=\"1\" Current=\"true\" BaseLoc=\"Doc_0/V.xml\"/></ofd:Versions>";
            replace(part(parts, "OFD.xml"), "</ofd:DocRoot>", to);
        }),
        ("a label", |parts| {
            replace(part(parts, "Page_0/Content.xml"), "收款人开户银行", "付款人开户银行")
        }),
    ];
    for (what, change) in changes {
        let found = read(&changed(&made.bytes, change)).unwrap();
        assert!(!found.differences.is_empty(), "{what}");
    }
    // Every byte of a page counts.
    let page = changed(&made.bytes, |parts| part(parts, "Page_0/Content.xml").push(b' '));
    assert_eq!(read(&page).unwrap().differences, ["/Doc_0/Pages/Page_0/Content.xml: another size"]);
}

#[test]
fn what_is_no_sheet_is_an_error() {
    let made = SheetForm::built_in().make(&voucher(1), day()).unwrap();
    let no_voucher = changed(&made.bytes, |parts| {
        replace(part(parts, "Attachments.xml"), "yinxin:voucher:1", "none");
    });
    assert_eq!(read(&no_voucher).unwrap_err().code(), Code::Form);
    let absent =
        changed(&made.bytes, |parts| parts.retain(|(name, _)| !name.ends_with("Attach_0.xml")));
    assert_eq!(read(&absent).unwrap_err().code(), Code::Form);
    let two = changed(&made.bytes, |parts| {
        let root = part(parts, "OFD.xml");
        let text = String::from_utf8(root.clone()).unwrap();
        let start = text.find("<ofd:DocBody>").unwrap();
        let end = text.find("</ofd:OFD>").unwrap();
        *root = format!("{}{}{}", &text[..end], &text[start..end], &text[end..]).into_bytes();
    });
    assert_eq!(read(&two).unwrap_err().code(), Code::Form);
    let other = changed(&made.bytes, |parts| *part(parts, "Attach_0.xml") = b"<list/>".to_vec());
    assert!(read(&other).is_err());
    let form = SheetForm::built_in();
    assert!(form.make(b"", day()).is_err());
    let body = |number| {
        let voucher = example::direct_payment(number).unwrap().build(Encoding::Gbk).unwrap();
        Body::original(voucher).unwrap()
    };
    let several = Envelope { bodies: vec![body(1), body(2)] }.to_xml(Encoding::Gbk).unwrap();
    assert_eq!(form.make(&several, day()).unwrap_err().code(), Code::Form);
}

/// A verifier's own labels decide, not those that a sheet was made by.
#[test]
fn a_sheet_of_other_labels_is_found() {
    let mut form = SheetForm::built_in();
    let other = r#"{"format":"yinxin:labels:1","labels":{"PayeeAcctName":"付款人","PayAcctName":"收款人"}}"#;
    form.labels.add(Labels::from_json(other.as_bytes()).unwrap());
    let made = form.make(&voucher(1), day()).unwrap();
    assert!(!read(&made.bytes).unwrap().differences.is_empty());
}

#[test]
fn long_vouchers_go_over_many_pages_and_no_amount_is_broken() {
    let id = VoucherId::new("990000", "2026", "5106", "8").unwrap();
    let mut voucher = VoucherBuilder::new(&id);
    voucher.field("VouDate", "not a date").field("Memo", &"长".repeat(2000));
    for number in 0..2_000i64 {
        let amount = Fen::new(99_999_999_999_999_000 + number % 7).unwrap();
        let agency = format!("示例市第{number}中学及其附属的实验小学与幼儿园");
        voucher.detail(&[
            ("Id", &format!("{number:09}")),
            ("AgencyName", &agency),
            ("PlanAmt", &amount.to_string()),
            ("Remark", &"备".repeat((number % 40) as usize)),
        ]);
    }
    let voucher = voucher.build(Encoding::Utf8).unwrap();
    let made = SheetForm::built_in().make(voucher.as_bytes(), day()).unwrap();
    let text = text(&made);
    assert!(made.pages > 40, "{}", made.pages);
    assert_eq!(text.matches("999,999,999,999,990.0").count(), 2_000);
    assert_eq!(read(&made.bytes).unwrap().differences, [""; 0]);
}

#[test]
fn details_with_too_many_columns_stand_one_below_the_other() {
    let id = VoucherId::new("990000", "2026", "5106", "9").unwrap();
    let mut voucher = VoucherBuilder::new(&id);
    for number in 0..3 {
        let fields: Vec<(String, String)> =
            (0..30).map(|field| (format!("F{field}"), format!("值{field}第{number}"))).collect();
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        voucher.detail(&fields);
    }
    let voucher = voucher.build(Encoding::Utf8).unwrap();
    let made = SheetForm::built_in().make(voucher.as_bytes(), day()).unwrap();
    let text = text(&made);
    for words in ["第 3 条", "值29第2", "F29"] {
        assert!(text.contains(words), "{words}");
    }
    assert_eq!(read(&made.bytes).unwrap().differences, [""; 0]);
}
