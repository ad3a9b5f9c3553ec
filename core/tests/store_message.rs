//! What stores say to each other: written and read the same, and every field bent.

#[path = "voucher_common/mod.rs"]
mod vouchers;

use vouchers::{World, now, original};
use yinxin::asn1::writer;
use yinxin::error::{Code, Result};
use yinxin::store::message::{
    MAX_FILE_NAME, MAX_MESSAGE_FILES, MAX_STATEMENT_REASON, STATEMENT_FORMAT, Statement,
    VOUCHER_FORMAT, VoucherMessage,
};
use yinxin::store::state::Document;
use yinxin::store::{Leg, VoucherKey};
use yinxin::voucher::{Body, Encoding, Envelope, Voucher, VoucherId};

fn code<T>(result: Result<T>) -> Code {
    result.err().expect("an error").code()
}

fn key() -> VoucherKey {
    VoucherKey { id: VoucherId::new("990000", "2026", "5201", "N1").unwrap(), version: 3 }
}

fn statement() -> Statement {
    Statement {
        key: key(),
        document: Document::Original,
        leg: Leg::Refused,
        digest: [7; 32],
        code: 607,
        reason: "账号不符".to_owned(),
        time: now(),
    }
}

fn message(body: Body, attachments: &[(&str, &[u8])]) -> VoucherMessage {
    let attachments =
        attachments.iter().map(|(name, bytes)| (name.to_string(), bytes.to_vec())).collect();
    VoucherMessage { version: 2, body, attachments }
}

#[test]
fn vouchers_and_receipts_come_over_with_their_acts_and_files() {
    let world = World::new();
    for body in [original(), world.sealed(), world.receipt()] {
        let sent = message(body, &[("说明.pdf", b"%PDF"), ("empty", b"")]);
        let der = sent.to_der().unwrap();
        let read = VoucherMessage::from_der(&der).unwrap();
        assert_eq!((read.version, &read.attachments), (2, &sent.attachments));
        assert_eq!(read.body.voucher().as_bytes(), sent.body.voucher().as_bytes());
        assert_eq!(read.body.acts(), sent.body.acts());
        assert_eq!(
            read.body.part().attach(),
            Some("SUCCESS").filter(|_| sent.body.layer().number() == 1)
        );
        assert_eq!(
            read.body.original_part().map(|part| part.acts().len()),
            sent.body.original_part().map(|part| part.acts().len())
        );
        assert_eq!(read.to_der().unwrap(), der);
    }
    let receipt = message(world.receipt(), &[]);
    let read = VoucherMessage::from_der(&receipt.to_der().unwrap()).unwrap();
    assert!(world.check(&read.body).is_valid());
}

#[test]
fn what_cannot_travel_is_not_written() {
    let good = message(original(), &[]);
    assert!(good.to_der().is_ok());
    let json = Voucher::from_json(vouchers::voucher().to_json()).unwrap();
    assert_eq!(code(message(Body::original(json).unwrap(), &[]).to_der()), Code::Form);
    assert_eq!(code(VoucherMessage { version: 0, ..good.clone() }.to_der()), Code::Argument);
    let long = "n".repeat(MAX_FILE_NAME + 1);
    for names in [vec![""], vec!["a", "a"], vec!["two\nlines"], vec![&long]] {
        let files: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, &b"x"[..])).collect();
        assert_eq!(code(message(original(), &files).to_der()), Code::Argument, "{names:?}");
    }
    let many: Vec<String> = (0..=MAX_MESSAGE_FILES).map(|number| number.to_string()).collect();
    let files: Vec<(&str, &[u8])> = many.iter().map(|name| (&name[..], &b""[..])).collect();
    assert_eq!(code(message(original(), &files).to_der()), Code::Count);
    assert!(message(original(), &files[1..]).to_der().is_ok());
    let large = vec![0; 63 << 20];
    assert_eq!(code(message(original(), &[("large", &large)]).to_der()), Code::Size);
}

/// The fields of a message, to be put together anew.
fn fields(body: &Body) -> Vec<Vec<u8>> {
    let envelope = Envelope::of(body.clone()).to_xml(Encoding::Utf8).unwrap();
    let file = writer::sequence(&[&writer::utf8("a"), &writer::octet_string(b"x")]);
    vec![
        writer::oid(&VOUCHER_FORMAT),
        writer::integer(1),
        writer::integer(2),
        writer::octet_string(&envelope),
        writer::sequence_of(&[file]),
    ]
}

fn joined(fields: &[Vec<u8>]) -> Vec<u8> {
    writer::sequence_of(fields)
}

#[test]
fn every_field_of_a_voucher_message_is_held_to_its_form() {
    let good = fields(&original());
    VoucherMessage::from_der(&joined(&good)).unwrap();
    let file = |name: &str| writer::sequence(&[&writer::utf8(name), &writer::octet_string(b"")]);
    let files = |count: usize| -> Vec<Vec<u8>> {
        (0..count).map(|number| file(&number.to_string())).collect()
    };
    let two = Envelope { bodies: vec![original(), original()] }.to_xml(Encoding::Utf8).unwrap();
    let none = Envelope { bodies: Vec::new() }.to_xml(Encoding::Utf8).unwrap();
    let bent: Vec<(usize, Vec<u8>, Code)> = vec![
        (0, writer::oid(&STATEMENT_FORMAT), Code::Form),
        (0, writer::integer(1), Code::Der),
        (1, writer::integer(2), Code::Version),
        (1, writer::octet_string(b"1"), Code::Der),
        (2, writer::integer(0), Code::Value),
        (2, writer::integer(-1), Code::Value),
        (2, writer::integer(1 << 32), Code::Value),
        (2, vec![0x02, 0x02, 0x00, 0x01], Code::Der),
        (3, writer::utf8("<MOF/>"), Code::Der),
        (3, writer::octet_string(b""), Code::Structure),
        (3, writer::octet_string(&two), Code::Count),
        (3, writer::octet_string(&none), Code::Count),
        (4, writer::sequence_of(&[file("")]), Code::Value),
        (4, writer::sequence_of(&[file("a"), file("a")]), Code::Value),
        (4, writer::sequence_of(&[file("a\u{7}")]), Code::Value),
        (4, writer::sequence_of(&[file(&"n".repeat(MAX_FILE_NAME + 1))]), Code::Value),
        (4, writer::sequence_of(&files(MAX_MESSAGE_FILES + 1)), Code::Count),
        (4, writer::sequence_of(&[writer::sequence(&[&writer::utf8("a")])]), Code::Der),
        (4, writer::octet_string(b""), Code::Der),
    ];
    for (at, field, expected) in bent {
        let mut fields = good.clone();
        fields[at] = field;
        let error = VoucherMessage::from_der(&joined(&fields)).unwrap_err();
        if at != 3 {
            assert_eq!(error.code(), expected, "field {at}: {error}");
            let start: usize = fields[..at].iter().map(Vec::len).sum();
            let whole = joined(&fields).len();
            assert!(
                error.offset().is_some_and(|offset| offset > start && offset <= whole),
                "{at}: {error:?}"
            );
        } else if expected == Code::Structure {
            assert_eq!(error.family().name(), "Malformed", "{error}");
        } else {
            assert_eq!(error.code(), expected, "{error}");
        }
    }
    for missing in 0..good.len() {
        let mut fields = good.clone();
        fields.remove(missing);
        assert!(VoucherMessage::from_der(&joined(&fields)).is_err(), "{missing}");
    }
    let mut longer = good.clone();
    longer.push(writer::integer(1));
    assert_eq!(code(VoucherMessage::from_der(&joined(&longer))), Code::Der);
    let whole = joined(&good);
    assert_eq!(code(VoucherMessage::from_der(&[&whole[..], b"x"].concat())), Code::Der);
    for end in (0..whole.len()).step_by(17) {
        assert!(VoucherMessage::from_der(&whole[..end]).is_err(), "cut at {end}");
    }
}

#[test]
fn statements_are_read_as_they_were_said() {
    for (document, leg) in [
        (Document::Original, Leg::Delivered),
        (Document::Original, Leg::Acknowledged),
        (Document::Original, Leg::Refused),
        (Document::Original, Leg::Returned),
        (Document::Receipt, Leg::Delivered),
        (Document::Receipt, Leg::Acknowledged),
        (Document::Receipt, Leg::Refused),
    ] {
        let said = Statement { document, leg, ..statement() };
        let der = said.to_der().unwrap();
        assert_eq!(Statement::from_der(&der).unwrap(), said);
        for end in 0..der.len() {
            assert!(Statement::from_der(&der[..end]).is_err(), "cut at {end}");
        }
        // A byte that is changed says something else or nothing.
        for at in 0..der.len() {
            for bit in [1, 0x80] {
                let mut changed = der.clone();
                changed[at] ^= bit;
                if let Ok(other) = Statement::from_der(&changed) {
                    assert_ne!(other, said, "at {at}");
                    assert_eq!(other.to_der().unwrap(), changed, "at {at}");
                }
            }
        }
    }
    let returned = Statement { document: Document::Receipt, leg: Leg::Returned, ..statement() };
    assert_eq!(code(returned.to_der()), Code::Argument);
    for leg in [Leg::Unsent, Leg::Sent, Leg::DeliveryFailed] {
        assert_eq!(code(Statement { leg, ..statement() }.to_der()), Code::Argument);
    }
    let mut zero = statement();
    zero.key.version = 0;
    assert_eq!(code(zero.to_der()), Code::Argument);
    let fraction = now().with_nanos(1).unwrap();
    assert_eq!(code(Statement { time: fraction, ..statement() }.to_der()), Code::Argument);
    for reason in ["two\nlines".to_owned(), "r".repeat(MAX_STATEMENT_REASON + 1)] {
        assert_eq!(code(Statement { reason, ..statement() }.to_der()), Code::Argument);
    }
}

#[test]
fn every_field_of_a_statement_is_held_to_its_form() {
    let good: Vec<Vec<u8>> = vec![
        writer::oid(&STATEMENT_FORMAT),
        writer::integer(1),
        writer::utf8("990000"),
        writer::utf8("2026"),
        writer::utf8("5201"),
        writer::utf8("N1"),
        writer::integer(3),
        writer::enumerated(0),
        writer::enumerated(5),
        writer::octet_string(&[7; 32]),
        writer::integer(607),
        writer::utf8("账号不符"),
        writer::generalized_time(now()),
    ];
    assert_eq!(Statement::from_der(&joined(&good)).unwrap(), statement());
    assert_eq!(joined(&good), statement().to_der().unwrap());
    let bent: Vec<(usize, Vec<u8>, Code)> = vec![
        (0, writer::oid(&VOUCHER_FORMAT), Code::Form),
        (1, writer::integer(0), Code::Version),
        (2, writer::utf8("99 0000"), Code::Value),
        (2, writer::octet_string(b"990000"), Code::Der),
        (2, vec![0x0c, 0x01, 0xff], Code::Der),
        (3, writer::utf8("20/26"), Code::Value),
        (4, writer::utf8(""), Code::Value),
        (5, writer::utf8(""), Code::Value),
        (5, writer::utf8(&"9".repeat(200)), Code::Value),
        (6, writer::integer(0), Code::Value),
        (6, writer::integer(i64::from(u32::MAX) + 1), Code::Value),
        (7, writer::enumerated(2), Code::Value),
        (7, writer::integer(0), Code::Der),
        (7, vec![0x0a, 0x02, 0x00, 0x00], Code::Value),
        (7, vec![0x0a, 0x00], Code::Value),
        (8, writer::enumerated(0), Code::Value),
        (8, writer::enumerated(2), Code::Value),
        (8, writer::enumerated(7), Code::Value),
        (9, writer::octet_string(&[7; 31]), Code::Value),
        (9, writer::octet_string(&[7; 33]), Code::Value),
        (10, writer::integer(-1), Code::Value),
        (10, writer::integer(1 << 32), Code::Value),
        (11, writer::utf8("two\nlines"), Code::Value),
        (11, writer::utf8(&"r".repeat(MAX_STATEMENT_REASON + 1)), Code::Value),
        (12, writer::utf8("20260302060000Z"), Code::Der),
        (12, vec![0x18, 0x01, 0x30], Code::Der),
    ];
    for (at, field, expected) in bent {
        let mut fields = good.clone();
        fields[at] = field;
        let error = Statement::from_der(&joined(&fields)).unwrap_err();
        assert_eq!(error.code(), expected, "field {at}: {error}");
        assert!(error.offset().is_some(), "field {at}: {error}");
    }
    let mut receipt = good.clone();
    (receipt[7], receipt[8]) = (writer::enumerated(1), writer::enumerated(6));
    assert_eq!(
        code(Statement::from_der(&joined(&receipt))),
        Code::Value,
        "a receipt is not returned"
    );
    for missing in 0..good.len() {
        let mut fields = good.clone();
        fields.remove(missing);
        assert!(Statement::from_der(&joined(&fields)).is_err(), "{missing}");
    }
    let mut longer = good;
    longer.push(writer::integer(1));
    assert_eq!(code(Statement::from_der(&joined(&longer))), Code::Der);
}
