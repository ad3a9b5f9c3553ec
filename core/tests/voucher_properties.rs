//! Any fields at all: what is written is read, XML and JSON agree, and any other field shows.

use proptest::prelude::*;
use yinxin::voucher::{
    DocumentForm, Encoding, Envelope, Record, Scope, Voucher, VoucherBuilder, VoucherId, text,
};

/// Text that a maker may write: normal, visible, and in the encoding.
fn value(encoding: Encoding) -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        "[ -~]{0,12}",
        "[一-龥]{0,8}",
        "[（），。·＋０-９Ａ-Ｚ]{0,6}",
        Just("<&>\"'".to_owned()),
    ];
    proptest::collection::vec(pieces, 0..4)
        .prop_map(|pieces| pieces.concat())
        .prop_filter("a maker's text", move |text| {
            text::inspect(text) == Ok(true) && encoding.encode(text, "").is_ok()
        })
}

fn fields(encoding: Encoding) -> impl Strategy<Value = Vec<(String, String)>> {
    proptest::collection::btree_map("[A-WY-Z][A-Za-z0-9_]{0,8}[a-lo-su-x]", value(encoding), 0..12)
        .prop_map(|fields| fields.into_iter().filter(|(name, _)| name != "Detail").collect())
}

/// The same with fields of the executing party among them.
fn fields_with_x(encoding: Encoding) -> impl Strategy<Value = Vec<(String, String)>> {
    (fields(encoding), fields(encoding)).prop_map(|(base, x)| {
        let x = x.into_iter().map(|(name, value)| (format!("X_{name}"), value));
        base.into_iter().chain(x).collect()
    })
}

/// A document in UTF-8, written here and not by the library.
fn raw_xml(header: &[(String, String)], details: &[Vec<(String, String)>]) -> String {
    let fields = |fields: &[(String, String)]| -> String {
        let escaped =
            |value: &str| value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        fields.iter().map(|(name, value)| format!("<{name}>{}</{name}>", escaped(value))).collect()
    };
    let details: String =
        details.iter().map(|detail| format!("<Detail>{}</Detail>", fields(detail))).collect();
    format!("<Voucher>{}<DetailList>{details}</DetailList></Voucher>", fields(header))
}

fn taken(record: &Record<'_>) -> Vec<(String, String)> {
    record.fields().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn encodings() -> impl Strategy<Value = Encoding> {
    prop_oneof![Just(Encoding::Gbk), Just(Encoding::Gb18030), Just(Encoding::Utf8)]
}

fn builder(header: &[(String, String)], details: &[Vec<(String, String)>]) -> VoucherBuilder {
    let mut builder = VoucherBuilder::new(&VoucherId::new("990000", "2026", "5201", "1").unwrap());
    for (name, value) in header {
        builder.field(name, value);
    }
    for detail in details {
        let detail: Vec<_> = detail.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        builder.detail(&detail);
    }
    builder
}

proptest! {
    #[test]
    fn forms_agree(
        (encoding, header, details) in encodings().prop_flat_map(|encoding| {
            let details = proptest::collection::vec(fields(encoding), 0..4);
            (Just(encoding), fields(encoding), details)
        })
    ) {
        let voucher = builder(&header, &details).build(encoding).unwrap();
        prop_assert_eq!(voucher.form(), DocumentForm::Xml(encoding));
        for (name, value) in &header {
            prop_assert_eq!(voucher.header().get(name), Some(value.as_str()));
        }
        prop_assert_eq!(voucher.details().len(), details.len());
        for (detail, fields) in voucher.details().zip(&details) {
            prop_assert_eq!(detail.fields().count(), fields.len());
        }
        let again = Voucher::from_xml(voucher.as_bytes()).unwrap();
        let json = Voucher::from_json(voucher.to_json()).unwrap();
        let other = builder(&header, &details).build(Encoding::Utf8).unwrap();
        for copy in [again, json, other] {
            prop_assert_eq!(copy.canonical(Scope::Base), voucher.canonical(Scope::Base));
        }
    }

    /// Nothing is lost on the way from XML to JSON and back, nor from JSON to XML and back: the bytes
    /// are the same again, and the digests of both scopes are everywhere.
    #[test]
    fn both_ways_lose_nothing(
        (header, details) in encodings().prop_flat_map(|encoding| {
            let fields = || fields_with_x(encoding);
            (fields(), proptest::collection::vec(fields(), 0..5))
        })
    ) {
        // An original has no X fields with anything in them: it is received as XML.
        let xml = raw_xml(&header, &details);
        let voucher = Voucher::from_xml(xml.clone().into_bytes()).unwrap();
        let json = Voucher::from_json(voucher.to_json()).unwrap();
        prop_assert_eq!(json.to_json(), voucher.to_json());
        let back = raw_xml(&taken(&json.header()), &json.details().map(|d| taken(&d)).collect::<Vec<_>>());
        prop_assert_eq!(back, xml);
        for scope in [Scope::Base, Scope::BaseAndX] {
            prop_assert_eq!(json.canonical_digest(scope), voucher.canonical_digest(scope));
        }
        // Members in another order are the same voucher.
        let mut turned = header.clone();
        turned.reverse();
        let turned = Voucher::from_xml(raw_xml(&turned, &details).into_bytes()).unwrap();
        prop_assert_eq!(turned.canonical_digest(Scope::BaseAndX), voucher.canonical_digest(Scope::BaseAndX));
    }

    #[test]
    fn one_more_character_shows(header in fields(Encoding::Utf8), at in any::<prop::sample::Index>()) {
        prop_assume!(!header.is_empty());
        let before = builder(&header, &[]).build(Encoding::Utf8).unwrap();
        let mut changed = header.clone();
        let at = at.index(changed.len());
        changed[at].1.push('x');
        let after = builder(&changed, &[]).build(Encoding::Utf8).unwrap();
        prop_assert_ne!(before.canonical_digest(Scope::Base), after.canonical_digest(Scope::Base));
    }

    #[test]
    fn nothing_panics(text in "\\PC{0,80}", bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
        for input in [text.as_bytes(), &bytes] {
            let _ = Voucher::from_any(input);
            let _ = Envelope::parse(input);
            for encoding in [Encoding::Gbk, Encoding::Gb18030, Encoding::Utf8] {
                if let Ok(text) = encoding.decode(input, "Test") {
                    let back = encoding.encode(&text, "Test");
                    prop_assert!(encoding == Encoding::Gbk || back.unwrap()[..] == *input);
                }
            }
            let wrapped = [&b"<?xml version=\"1.0\" encoding=\"GBK\"?><Voucher><A>"[..], input, b"</A></Voucher>"];
            if let Ok(voucher) = Voucher::from_xml(wrapped.concat()) {
                prop_assert!(voucher.header().get("A").is_some());
            }
        }
    }
}
