//! A bureau and a bank exchange vouchers by packets alone, over a network that loses, doubles, bends
//! and re-orders them, while the stores are dropped and opened again at every turn.
#![cfg(feature = "sqlite")]

mod exchange;
mod faults;
#[path = "../front_common/mod.rs"]
mod front_common;

use exchange::{BANK, Exchange, FINANCE, only};
use front_common::{Hand, hand, now, vouchers};
use std::collections::BTreeSet;
use yinxin::Time;
use yinxin::authority::Profile;
use yinxin::envelope::{Answer, Letter, seal};
use yinxin::error::{Code, Result};
use yinxin::store::message::{Statement, VOUCHER_KIND, VoucherMessage};
use yinxin::store::state::Document;
use yinxin::store::{Leg, Move, Order, Partner, State, StoreRole, VoucherKey};
use yinxin::voucher::Layer;

#[test]
fn a_voucher_goes_there_and_its_receipt_comes_back() {
    let exchange = Exchange::new();
    let key = exchange.town.seal(&mut exchange.store(FINANCE), 1);
    exchange.send(&key);
    exchange.settle();
    assert_eq!(exchange.states(&key), (Some(State::Delivered), Some(State::Delivered)));
    let original = |role| exchange.store(role).voucher(&key).unwrap().unwrap().original.unwrap();
    assert_eq!(original(FINANCE).voucher().as_bytes(), original(BANK).voucher().as_bytes());
    assert_eq!(original(FINANCE).acts(), original(BANK).acts());
    exchange.execute(&key);
    exchange.settle();
    assert_eq!(exchange.states(&key), (Some(State::Accepted), Some(State::Receipted)));
    exchange.send_receipt(&key);
    exchange.settle();
    let clerk = exchange.town.certificate("cz_sf");
    let acknowledge = Order::new(key.clone(), Move::AcknowledgeReceipt).by(clerk);
    assert!(exchange.order(FINANCE, acknowledge).unwrap());
    exchange.settle();
    assert_eq!(exchange.states(&key), (Some(State::Receipted), Some(State::Receipted)));
    let bank = exchange.life(BANK, &key).unwrap();
    assert_eq!((bank.original_leg, bank.receipt_leg), (Leg::Acknowledged, Leg::Acknowledged));
    assert_eq!(
        exchange.moves(FINANCE, &key)[5..],
        ["send", "delivered", "accepted", "receive-receipt", "acknowledge-receipt"]
    );
    assert_eq!(
        exchange.moves(BANK, &key),
        [
            "receive",
            "accept",
            "submit",
            "core-executed",
            "fill-receipt",
            "review-receipt",
            "act-on-receipt",
            "send-receipt",
            "receipt-delivered",
            "receipt-acknowledged"
        ]
    );
    exchange.audit();
}

#[test]
fn a_packet_that_is_repeated_has_one_effect_and_the_same_answer() {
    let exchange = Exchange::new();
    let key = exchange.town.seal(&mut exchange.store(FINANCE), 1);
    exchange.send(&key);
    let packet = exchange.pack(FINANCE);
    assert_eq!(packet.len(), 1);
    assert!(exchange.pack(FINANCE).is_empty(), "it is packed once");
    // The bank commits and dies before it answers: the packet comes again.
    let first = only(exchange.import(BANK, &packet)).unwrap();
    assert!(first.admission.is_accepted() && first.made.is_some());
    for _ in 0..3 {
        let again = only(exchange.import(BANK, &packet)).unwrap();
        assert_eq!(again.admission.name(), "Repeated");
        assert!(again.made.is_none() && again.refused.is_none());
        assert_eq!(again.receipt, first.receipt);
    }
    // Twice in one batch is twice too.
    let key2 = exchange.town.seal(&mut exchange.store(FINANCE), 2);
    exchange.send(&key2);
    let second = exchange.pack(FINANCE);
    let both = exchange.import(BANK, &[second[0].clone(), second[0].clone()]);
    let names: Vec<&str> = both.iter().map(|one| one.as_ref().unwrap().admission.name()).collect();
    assert_eq!(names, ["New", "Repeated"]);
    assert_eq!(exchange.moves(BANK, &key), ["receive"]);
    assert_eq!(exchange.moves(BANK, &key2), ["receive"]);
    // So are the receipts, and one that says something else than before.
    let receipts = exchange.receipts(BANK, &packet);
    let answered =
        |receipt: &[u8]| only(exchange.store(FINANCE).answered(&[receipt], now(), 1).unwrap());
    assert!(!answered(&receipts[0]).unwrap().repeated);
    assert!(answered(&receipts[0]).unwrap().repeated);
    let id = first.packet.clone();
    let other = yinxin::envelope::Receipt::refused(&id, 607, "no", now()).unwrap();
    let signer = &exchange.town.keys(BANK).signing.key;
    let other = other.sign(signer).unwrap();
    assert_eq!(answered(&other).unwrap_err().code(), Code::AnswerChanged);
    // One of a third party, of nothing that was sent, and no receipt at all.
    let stranger = hand(&exchange.town.world.root, "other", Profile::Signer);
    let foreign = yinxin::envelope::Receipt::received(&id, &[], now()).unwrap();
    assert_eq!(answered(&foreign.sign(&stranger.key).unwrap()).unwrap_err().code(), Code::NotValid);
    let mut unsent = foreign.clone();
    unsent.packet = [9; 32];
    assert_eq!(answered(&unsent.sign(signer).unwrap()).unwrap_err().code(), Code::NotSent);
    assert_eq!(answered(b"receipt").unwrap_err().family().name(), "Malformed");
    exchange.settle();
    exchange.audit();
}

#[test]
fn what_the_rules_refuse_is_answered_so_and_fails_the_delivery() {
    let exchange = Exchange::new();
    let key = exchange.town.seal(&mut exchange.store(FINANCE), 1);
    exchange.send(&key);
    let packet = exchange.pack(FINANCE);
    // The bank does not take this year's vouchers.
    let mut store = exchange.store(BANK);
    let mut office = exchange.town.office(BANK);
    office.years = BTreeSet::from(["2025".to_owned()]);
    store.set_office(office);
    let mailbox = exchange.mailbox(BANK);
    let refused = only(store.import(&[&packet[0]], &mailbox, now(), 1).unwrap()).unwrap();
    assert!(refused.admission.is_accepted() && refused.made.is_none());
    assert_eq!(refused.refused.as_ref().unwrap().code(), Code::ForeignYear);
    let code = u32::from(Code::ForeignYear.number());
    let answer = refused.receipt.as_ref().unwrap().answer.clone();
    assert!(matches!(&answer, Answer::Refused { code: given, .. } if *given == code));
    drop(store);
    // The same answer, though the bank would take it now.
    let again = only(exchange.import(BANK, &packet)).unwrap();
    assert_eq!(again.receipt.unwrap().answer, answer);
    assert_eq!(exchange.states(&key), (Some(State::Sent), None));
    let receipts = exchange.receipts(BANK, &packet);
    let receipt: &[u8] = &receipts[0];
    let answered = only(exchange.store(FINANCE).answered(&[receipt], now(), 1).unwrap()).unwrap();
    assert!(answered.failed.is_some());
    assert_eq!(exchange.life(FINANCE, &key).unwrap().original_leg, Leg::DeliveryFailed);
    assert!(exchange.store(FINANCE).unanswered(0, 10).unwrap().is_empty());
    let again = only(exchange.store(FINANCE).answered(&[receipt], now(), 1).unwrap()).unwrap();
    assert!(again.repeated && again.failed.is_none());
    // Sent again it is another packet, and arrives.
    let sender = exchange.town.certificate("cz_sf");
    let again = Order::new(key.clone(), Move::SendAgain).by(sender).once("again");
    assert!(exchange.order(FINANCE, again.clone()).unwrap());
    assert!(!exchange.order(FINANCE, again).unwrap());
    exchange.settle();
    assert_eq!(exchange.states(&key), (Some(State::Delivered), Some(State::Delivered)));
    assert_eq!(
        exchange.moves(FINANCE, &key)[5..],
        ["send", "delivery-failed", "send-again", "delivered"]
    );
    exchange.audit();
}

/// A packet of an office that says whatever it likes.
fn forged(
    exchange: &Exchange,
    signer: &Hand,
    to: StoreRole,
    (kind, conversation, sequence): (&str, &str, u64),
    body: &[u8],
) -> Vec<u8> {
    let letter = Letter { kind, conversation, sequence, time: now(), body };
    let receiver = &exchange.town.keys(to).encryption.certificate;
    seal(&letter, &signer.key, receiver).unwrap().bytes
}

#[test]
fn nobody_speaks_for_the_partner() {
    let exchange = Exchange::new();
    let key = exchange.town.seal(&mut exchange.store(FINANCE), 1);
    exchange.send(&key);
    exchange.settle();
    let content = exchange.life(FINANCE, &key).unwrap().content.unwrap();
    let statement = |digest, leg, document| Statement {
        key: key.clone(),
        document,
        leg,
        digest,
        code: 0,
        reason: String::new(),
        time: now(),
    };
    let accepted = statement(content, Leg::Acknowledged, Document::Original).to_der().unwrap();
    let kind = ("statement", "other/1", 1);
    // A stranger, and another partner than the one to whom it was sent.
    let stranger = hand(&exchange.town.world.root, "other", Profile::Signer);
    let packet = forged(&exchange, &stranger, FINANCE, kind, &accepted);
    let import = |office: Option<yinxin::store::Office>, packet: &[u8]| {
        let mut store = exchange.store(FINANCE);
        if let Some(office) = office {
            store.set_office(office);
        }
        only(store.import(&[packet], &exchange.mailbox(FINANCE), now(), 1).unwrap())
    };
    assert_eq!(import(None, &packet).unwrap_err().code(), Code::NotValid);
    let mut office = exchange.town.office(FINANCE);
    let signing = std::slice::from_ref(&stranger.certificate);
    let encryption = exchange.town.keys(BANK).encryption.certificate.clone();
    let other = Partner::new("另一银行", BANK, "103", signing, encryption).unwrap();
    office.partners.push(other);
    let imported = import(Some(office), &packet).unwrap();
    assert_eq!(imported.refused.unwrap().code(), Code::Unproven);
    // The partner itself, about another document, about nothing that is here, out of its turn.
    let bank = &exchange.town.keys(BANK).signing;
    let mut said = 0;
    let mut says = |kind: &str, body: &[u8]| {
        said += 1;
        let packet = forged(&exchange, bank, FINANCE, (kind, "other/1", said), body);
        import(None, &packet).unwrap().refused.expect("a refusal").code()
    };
    let der = |statement: Statement| statement.to_der().unwrap();
    let wrong = statement([1; 32], Leg::Acknowledged, Document::Original);
    assert_eq!(says("statement", &der(wrong)), Code::Unproven);
    let wrong = statement(content, Leg::Acknowledged, Document::Receipt);
    assert_eq!(says("statement", &der(wrong)), Code::Unproven);
    let mut wrong = statement(content, Leg::Acknowledged, Document::Original);
    wrong.key.version = 2;
    assert_eq!(says("statement", &der(wrong)), Code::Unproven);
    // What is no message, or none that is known.
    assert_eq!(says("statement", b"statement"), Code::Der);
    assert_eq!(says("voucher", &accepted), Code::Form);
    assert_eq!(says("letter", &accepted), Code::Form);
    // The bureau's own voucher, brought by the bank: what it issues it does not receive.
    let body = exchange.store(FINANCE).voucher(&key).unwrap().unwrap().original.unwrap();
    let brought = VoucherMessage { version: 2, body, attachments: Vec::new() };
    assert_eq!(says(VOUCHER_KIND, &brought.to_der().unwrap()), Code::NotAddressed);
    assert_eq!(exchange.states(&key), (Some(State::Delivered), Some(State::Delivered)));
    // And the real word counts, whatever came before under other names.
    let real = forged(&exchange, bank, FINANCE, ("statement", "other/1", said + 1), &accepted);
    assert!(import(None, &real).unwrap().made.is_some());
    assert_eq!(exchange.life(FINANCE, &key).unwrap().state, State::Accepted);
    // Another packet under a number that is taken: an alarm, no answer, no effect.
    let conflict = forged(&exchange, bank, FINANCE, ("statement", "other/1", 1), &accepted);
    let conflict = import(None, &conflict).unwrap();
    assert_eq!((conflict.admission.name(), conflict.receipt), ("Conflict", None));
    exchange.audit();
}

#[test]
fn files_travel_with_the_voucher_that_lists_them() {
    let exchange = Exchange::new();
    let key = front_common::key(1);
    let maker = exchange.town.certificate("cz_jb");
    let files = vec![("清单.xlsx".to_owned(), vec![1; 70_000]), ("b".to_owned(), Vec::new())];
    let mut create =
        Order::new(key.clone(), Move::Create).by(maker).with(front_common::original(1));
    create.attachments = files.clone();
    exchange.order(FINANCE, create).unwrap();
    // An act that does not list them, or lists another.
    let act = |listed: &[(String, Vec<u8>)], position: &'static str| {
        let listed: Vec<yinxin::voucher::Attachment> = listed
            .iter()
            .map(|(name, bytes)| yinxin::voucher::Attachment::of(name, bytes))
            .collect();
        let mut body = exchange.store(FINANCE).voucher(&key).unwrap().unwrap().original.unwrap();
        let template = exchange.town.world.templates.template("5201").unwrap();
        let mut step = yinxin::voucher::Step::of(template, Layer::Issuer, position, "011").unwrap();
        step.attachments = &listed;
        let hand = exchange.town.hand(position);
        match &hand.seal {
            Some(seal) => {
                yinxin::voucher::stamp_act(&mut body, &step, seal, &hand.key, now()).unwrap();
            }
            None => yinxin::voucher::sign_act(&mut body, &step, &hand.key, now()).unwrap(),
        }
        body
    };
    let step = |name, position: &'static str, listed: &[(String, Vec<u8>)]| {
        let by = exchange.town.certificate(position);
        exchange.order(FINANCE, Order::new(key.clone(), name).by(by).with(act(listed, position)))
    };
    for listed in [&files[..0], &files[..1]] {
        let refused = step(Move::Make, "cz_jb", listed).unwrap_err();
        assert_eq!((refused.code(), refused.structure()), (Code::NotValid, "act-good"));
    }
    for (name, position) in [
        (Move::Make, "cz_jb"),
        (Move::Review, "cz_fh"),
        (Move::Act, "cz_gkzf"),
        (Move::Act, "cz_fzr"),
    ] {
        assert!(step(name, position, &files).unwrap());
    }
    exchange.send(&key);
    let packet = exchange.pack(FINANCE);
    // The same voucher with other files than its acts list.
    let body = exchange.store(FINANCE).voucher(&key).unwrap().unwrap().original.unwrap();
    let mut other = files.clone();
    other[0].1[7] = 2;
    let message = VoucherMessage { version: 1, body, attachments: other };
    let der = message.to_der().unwrap();
    let signing = &exchange.town.keys(FINANCE).signing;
    let bent = forged(&exchange, signing, BANK, (VOUCHER_KIND, "x", 1), &der);
    let refused = only(exchange.import(BANK, &[bent])).unwrap().refused.unwrap();
    assert_eq!((refused.code(), refused.structure()), (Code::Changed, "attachments"));
    assert!(only(exchange.import(BANK, &packet)).unwrap().made.is_some());
    let kept = exchange.store(BANK).view(|snapshot| {
        let rows = snapshot.attachments(&key, Layer::Issuer)?;
        rows.into_iter()
            .map(|row| Ok((row.name, snapshot.attachment(&row.digest)?.unwrap())))
            .collect::<Result<Vec<_>>>()
    });
    assert_eq!(kept.unwrap(), files);
    exchange.audit();
}

#[test]
fn a_partner_that_cannot_be_packed_for_stops_nobody_else() {
    let exchange = Exchange::new();
    let keys: Vec<VoucherKey> =
        (1..=3).map(|number| exchange.town.seal(&mut exchange.store(FINANCE), number)).collect();
    let mut office = exchange.town.office(FINANCE);
    let stranger = hand(&exchange.town.world.root, "other", Profile::Signer);
    let encryption = exchange.town.keys(BANK).encryption.certificate.clone();
    let signing = std::slice::from_ref(&stranger.certificate);
    office.partners.push(Partner::new("另一银行", BANK, "103", signing, encryption).unwrap());
    let mut store = exchange.store(FINANCE);
    store.set_office(office);
    for (key, to) in keys.iter().zip(["另一银行", exchange.town.keys(BANK).name, "另一银行"])
    {
        let mut order = Order::new(key.clone(), Move::Send).by(exchange.town.certificate("cz_sf"));
        order.to = Some(to.to_owned());
        store.carry_out(&order, now()).unwrap();
    }
    // The other bank is a partner no longer.
    store.set_office(exchange.town.office(FINANCE));
    let signer = &exchange.town.keys(FINANCE).signing.key;
    for expected in [1, 0] {
        let packing = store.pack(signer, now(), 100, 1).unwrap();
        assert_eq!(packing.packets.len(), expected);
        let (partner, error) = only(packing.stuck);
        assert_eq!((&partner[..], error.code()), ("另一银行", Code::NotAddressed));
    }
    // After the certificate to encrypt for has expired nothing goes out any more.
    let late: Time = vouchers::time("2036-01-01T00:00:00Z");
    let key = exchange.town.seal(&mut exchange.store(FINANCE), 4);
    exchange.send(&key);
    let packing = store.pack(signer, late, 100, 1).unwrap();
    assert!(packing.packets.is_empty());
    let codes: Vec<Code> = packing.stuck.iter().map(|(_, error)| error.code()).collect();
    assert_eq!(codes, [Code::NotAddressed, Code::CertificateUnusable]);
    // Without its certificate nobody signs.
    let bare = yinxin::key::SoftwareKey::generate_sm2().unwrap();
    let packing = store.pack(&bare, late, 100, 1).unwrap();
    assert_eq!(packing.stuck.len(), 2);
}
