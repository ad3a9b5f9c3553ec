//! Acts in the making: in order, on an unchanged voucher, once; here or in another process.

mod voucher_common;

use voucher_common::{World, now, original, paid, time, voucher};
use yinxin::asn1::{self, Oid};
use yinxin::authority::Profile;
use yinxin::crypto::sm2::UserId;
use yinxin::error::Code;
use yinxin::key::{Signer, ToSign};
use yinxin::report::{CheckCode, Outcome, Verdict};
use yinxin::timestamp::{TimestampAuthority, Token};
use yinxin::trust::Moment;
use yinxin::voucher::{
    ActKind, ActRequest, Attachment, Body, Encoding, Envelope, Layer, Step, VoucherBuilder, check,
    example, sign_act, sign_acts, stamp_act, stamp_acts,
};

/// What a device does with a request that was sent to it as bytes.
fn signed(request: &ActRequest, signer: &dyn Signer) -> Vec<u8> {
    let sent = ActRequest::from_bytes(&request.to_bytes()).unwrap();
    assert_eq!(sent.to_be_signed(), request.to_be_signed());
    assert_eq!(sent.digest().0, request.digest().0);
    let by_message = signer.sign(ToSign::Message(sent.to_be_signed())).unwrap();
    let by_digest = signer.sign(ToSign::Digest(&sent.digest())).unwrap();
    assert_eq!(by_message.first(), by_digest.first());
    by_digest
}

fn request(world: &World, body: &Body, position: &'static str) -> ActRequest {
    let hand = world.hand(position);
    let step = world.step(body.layer(), position);
    let id = UserId::default();
    match &hand.seal {
        Some(seal) => ActRequest::stamp(body, &step, seal, &hand.certificate, &id, now()),
        None => ActRequest::signature(body, &step, &hand.certificate, &id, now()),
    }
    .unwrap()
}

#[test]
fn prepared_and_completed_acts_are_valid() {
    let world = World::new();
    let mut body = original();
    for position in ["cz_jb", "cz_fh", "cz_gkzf", "cz_fzr"] {
        let request = request(&world, &body, position);
        let signature = signed(&request, &world.hand(position).key);
        let kept = ActRequest::from_bytes(&request.to_bytes()).unwrap();
        kept.complete(&mut body, &signature).unwrap();
        assert_eq!(kept.complete(&mut body, &signature).unwrap_err().code(), Code::Completed);
    }
    let report = world.check(&body);
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
}

#[test]
fn a_bad_signature_or_a_changed_voucher_writes_nothing() {
    let world = World::new();
    let mut body = original();
    let first = request(&world, &body, "cz_jb");
    let good = signed(&first, &world.hand("cz_jb").key);
    let foreign = signed(&first, &world.hand("cz_fh").key);
    for bad in [&foreign[..], &[], &good[1..], &[0; 64]] {
        assert_eq!(first.complete(&mut body, bad).unwrap_err().code(), Code::Signer);
        assert!(body.acts().is_empty());
    }
    let mut other = VoucherBuilder::from_voucher(&voucher());
    other.field("Remark", "x");
    let mut other = Body::original(other.build(Encoding::Gbk).unwrap()).unwrap();
    other.set_attach(Some("SUCCESS")).unwrap();
    assert_eq!(first.complete(&mut other, &good).unwrap_err().code(), Code::Changed);
    body.set_attach(None).unwrap();
    assert_eq!(first.complete(&mut body, &good).unwrap_err().code(), Code::Changed);
    body.set_attach(Some("SUCCESS")).unwrap();
    first.complete(&mut body, &good).unwrap();
    assert_eq!(body.set_attach(None).unwrap_err().code(), Code::Changed);

    // Two requests for one place: the second comes too late.
    let (one, two) = (request(&world, &body, "cz_fh"), request(&world, &body, "cz_fh"));
    one.complete(&mut body, &signed(&one, &world.hand("cz_fh").key)).unwrap();
    let signature = signed(&two, &world.hand("cz_fh").key);
    assert_eq!(two.complete(&mut body, &signature).unwrap_err().code(), Code::Completed);

    // An act below it was withdrawn and made again meanwhile.
    let third = request(&world, &body, "cz_gkzf");
    body.withdraw("cz_fh").unwrap();
    world.act(&mut body, "cz_fh");
    let signature = signed(&third, &world.hand("cz_gkzf").key);
    assert_eq!(third.complete(&mut body, &signature).unwrap_err().code(), Code::Changed);
}

#[test]
fn requests_are_strictly_read() {
    let world = World::new();
    let first = request(&world, &original(), "cz_jb");
    let bytes = first.to_bytes();
    for end in 0..bytes.len() {
        assert!(ActRequest::from_bytes(&bytes[..end]).is_err());
    }
    let signature = signed(&first, &world.hand("cz_jb").key);
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0x01;
        let Ok(request) = ActRequest::from_bytes(&changed) else { continue };
        let mut body = original();
        if request.complete(&mut body, &signature).is_ok() {
            // Another certificate with the same key: the check of the act finds it out.
            assert_ne!(request.certificate(), first.certificate(), "byte {at}");
            assert!(!world.check(&body).reports()[0].is_valid());
        }
    }
    let mut newer = bytes.clone();
    let at = newer.windows(3).position(|three| three == [2, 1, 1]).unwrap();
    newer[at + 2] = 2;
    assert_eq!(ActRequest::from_bytes(&newer).unwrap_err().code(), Code::Version);
}

#[test]
fn acts_come_in_their_order() {
    let world = World::new();
    let mut body = original();
    let early = world.step(Layer::Issuer, "cz_fh");
    let key = &world.hand("cz_fh").key;
    assert_eq!(sign_act(&mut body, &early, key, now()).unwrap_err().code(), Code::Order);
    world.act(&mut body, "cz_jb");
    let again = world.step(Layer::Issuer, "cz_jb");
    assert_eq!(sign_act(&mut body, &again, key, now()).unwrap_err().code(), Code::Order);
    sign_act(&mut body, &early, key, now()).unwrap();
    // Without a template a lower sequence still comes too late.
    let mut plain = Step::new("other", "maker", 1, "");
    plain.edition = "";
    assert_eq!(sign_act(&mut body, &plain, key, now()).unwrap_err().code(), Code::Order);
    // A place for a stamp takes no signature, and a place of the receipt none on the original.
    let stamp = world.step(Layer::Issuer, "cz_gkzf");
    assert_eq!(sign_act(&mut body, &stamp, key, now()).unwrap_err().code(), Code::Argument);
    let receipt = world.step(Layer::Responder, "yh_jb");
    assert_eq!(sign_act(&mut body, &receipt, key, now()).unwrap_err().code(), Code::Order);
    assert!(Step::of(world.templates.template("5201").unwrap(), Layer::Issuer, "x", "").is_err());
}

#[test]
fn equal_places_take_any_order() {
    let world = World::new();
    let (one, two) = (world.hand("cz_gkzf"), world.hand("cz_fzr"));
    for order in [[("a", one), ("b", two)], [("b", two), ("a", one)]] {
        let mut body = original();
        let requests: Vec<_> = order
            .iter()
            .map(|(name, hand)| {
                let step = Step::new(name, "office", 3, "");
                let (seal, id) = (hand.seal.as_ref().unwrap(), UserId::default());
                ActRequest::stamp(&body, &step, seal, &hand.certificate, &id, now()).unwrap()
            })
            .collect();
        for (request, (_, hand)) in requests.iter().zip(order) {
            request.complete(&mut body, &signed(request, &hand.key)).unwrap();
        }
        assert!(body.acts().iter().all(|act| act.to_sign().previous_acts.is_empty()));
    }
}

#[test]
fn one_withdraws_while_nobody_refers() {
    let world = World::new();
    let mut body = original();
    world.act(&mut body, "cz_jb");
    world.act(&mut body, "cz_fh");
    assert_eq!(body.withdraw("cz_jb").unwrap_err().code(), Code::Order);
    assert_eq!(body.withdraw("cz_gkzf").unwrap_err().code(), Code::Order);
    assert_eq!(body.withdraw("cz_fh").unwrap().to_sign().position, "cz_fh");
    body.withdraw("cz_jb").unwrap();
    assert!(body.acts().is_empty());
}

#[test]
fn acts_of_one_layer_are_over_the_same() {
    let world = World::new();
    let mut body = original();
    let key = &world.hand("cz_jb").key;
    let mut step = Step::new("a", "maker", 1, "");
    let files = [Attachment::of("list.txt", b"1")];
    step.attachments = &files;
    sign_act(&mut body, &step, key, now()).unwrap();
    let mut next = Step::new("b", "maker", 2, "");
    assert_eq!(sign_act(&mut body, &next, key, now()).unwrap_err().code(), Code::Changed);
    next.attachments = &files;
    next.voucher_version = 2;
    assert_eq!(sign_act(&mut body, &next, key, now()).unwrap_err().code(), Code::Changed);
    next.voucher_version = 1;
    sign_act(&mut body, &next, key, now()).unwrap();
}

#[test]
fn receipts_are_signed_beside_a_signed_original() {
    let world = World::new();
    let step = Step::new("yh_jb", "teller", 1, "");
    let key = &world.hand("yh_jb").key;
    let mut bare = Body::receipt(original(), paid(&voucher())).unwrap();
    assert_eq!(sign_act(&mut bare, &step, key, now()).unwrap_err().code(), Code::Rules);
    let mut receipt = Body::receipt(world.sealed(), paid(&voucher())).unwrap();
    sign_act(&mut receipt, &step, key, now()).unwrap();
    let act = receipt.acts()[0].to_sign();
    assert_eq!(act.previous_layer, receipt.issuer_layer_digest());
    assert_eq!(act.layer, Layer::Responder);
}

#[test]
fn seals_refuse_who_they_do_not_list_and_times_outside_theirs() {
    let world = World::new();
    let mut body = original();
    let step = Step::new("cz_gkzf", "office", 3, "");
    let (office, stranger) = (world.hand("cz_gkzf"), world.hand("cz_jb"));
    let seal = office.seal.as_ref().unwrap();
    let error = stamp_act(&mut body, &step, seal, &stranger.key, now()).unwrap_err();
    assert_eq!(error.code(), Code::NotListed);
    let late = time("2040-01-01T00:00:00Z");
    let error = stamp_act(&mut body, &step, seal, &office.key, late).unwrap_err();
    assert_eq!(error.code(), Code::SealUnusable);
    assert!(body.acts().is_empty());
}

#[test]
fn many_are_independent_and_keep_their_order() {
    let world = World::new();
    let mut bodies: Vec<Body> = (1..=20)
        .map(|number| {
            let voucher = example::direct_payment(number).unwrap().build(Encoding::Gbk).unwrap();
            Body::original(voucher).unwrap()
        })
        .collect();
    let mut broken = VoucherBuilder::from_voucher(bodies[7].voucher());
    broken.field("PayAmt", "0.01");
    bodies[7] = Body::original(broken.build(Encoding::Gbk).unwrap()).unwrap();
    for position in ["cz_jb", "cz_fh"] {
        let step = world.step(Layer::Issuer, position);
        for (at, result) in
            sign_acts(&mut bodies, &step, &world.hand(position).key, now(), 2).iter().enumerate()
        {
            assert_eq!(result.is_ok(), at != 7, "{result:?}");
        }
    }
    for position in ["cz_gkzf", "cz_fzr"] {
        let (step, hand) = (world.step(Layer::Issuer, position), world.hand(position));
        let seal = hand.seal.as_ref().unwrap();
        let results = stamp_acts(&mut bodies, &step, seal, &hand.key, now(), 2);
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 19);
    }
    for (at, body) in bodies.iter().enumerate() {
        let verdict = if at == 7 { Verdict::Invalid } else { Verdict::Valid };
        assert_eq!(world.check(body).verdict(), verdict);
        assert!(body.acts().iter().all(|act| act.to_sign().id == *body.id()));
    }
    assert_eq!(bodies[0].acts()[2].kind(), ActKind::Stamp);
}

#[test]
fn acts_are_time_stamped_after_others_refer_to_them() {
    let world = World::new();
    let key = voucher_common::hand(&world.root, "Time", Profile::TimeStamp).key;
    let authority = TimestampAuthority::new(key, Oid::new("1.2.3.4.1")).unwrap();
    let mut body = world.sealed();
    let digests = |body: &Body| body.acts().iter().map(|act| act.digest()).collect::<Vec<_>>();
    let before = digests(&body);
    let token = |body: &Body, position: &str| {
        let request = body.act_at(position).unwrap().time_stamp_request().unwrap();
        let token = authority.issue(&request, now()).unwrap();
        Token::parse(&token, asn1::Profile::Conforming).unwrap()
    };
    // A signature and a stamp.
    for position in ["cz_jb", "cz_gkzf"] {
        let (own, other) = (token(&body, position), token(&body, "cz_fzr"));
        let error = body.time_stamp_act(position, &other).unwrap_err();
        assert_eq!(error.code(), Code::TimeStampMismatch);
        body.time_stamp_act(position, &own).unwrap();
    }
    assert_eq!(digests(&body), before);
    let own = token(&body, "cz_jb");
    assert_eq!(body.time_stamp_act("yh_jb", &own).unwrap_err().code(), Code::Order);
    let envelope = Envelope::of(body).to_xml(Encoding::Gbk).unwrap();
    let body = Envelope::parse(&envelope).unwrap().bodies.remove(0);
    let report = check(&body, &world.checks(), &world.trust, &Moment::claimed(now()));
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
    let tokens = report.reports().iter().filter_map(|act| {
        let found = act.find(CheckCode::TimeToken)?;
        (found.outcome == Outcome::Passed).then_some(())
    });
    assert_eq!(tokens.count(), 2);
}
