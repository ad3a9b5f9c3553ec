//! Sealed vouchers from both sides: what makes them valid, and every way in which they are not.

mod voucher_common;

use voucher_common::{World, digest, forged, now, original, outcome, paid, seal, time, voucher};
use yinxin::report::{CheckCode, NoteCode, Outcome, Report, Verdict};
use yinxin::seal::SealCache;
use yinxin::trust::Moment;
use yinxin::voucher::{
    ActKind, Authorisation, Body, Catalogue, Checks, Encoding, Envelope, Layer, Step, Templates,
    Voucher, VoucherBuilder, VoucherId, check, check_many, sign_act, stamp_act,
};

fn travelled(body: &Body) -> Body {
    let bytes = Envelope::of(body.clone()).to_xml(Encoding::Gbk).unwrap();
    Envelope::parse(&bytes).unwrap().bodies.remove(0)
}

/// The codes that failed at the level of the voucher.
fn failed(report: &Report) -> Vec<CheckCode> {
    let failed = report.checks().iter().filter(|check| check.outcome == Outcome::Failed);
    failed.map(|check| check.code).collect()
}

#[test]
fn a_sealed_voucher_is_valid_after_its_journey() {
    let world = World::new();
    let report = world.check(&travelled(&world.sealed()));
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
    assert_eq!(report.reports().len(), 4);
    let report = world.check(&travelled(&world.receipt()));
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
    assert_eq!(report.reports().len(), 7);
    assert_eq!(outcome(&report, CheckCode::VoucherBase), Outcome::Passed);
    let cache = SealCache::new(8);
    let mut checks = world.checks();
    checks.seals = Some(&cache);
    let bodies = [world.sealed(), world.receipt()];
    let moment = Moment::received(now(), now());
    for report in check_many(&bodies, &checks, &world.trust, &moment, 2) {
        assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
    }
}

#[test]
fn without_acts_nothing_is_valid() {
    let world = World::new();
    let report = world.check(&original());
    assert_ne!(report.verdict(), Verdict::Valid);
    assert_eq!(outcome(&report, CheckCode::VoucherCanonical), Outcome::NotDetermined);
    assert_eq!(outcome(&report, CheckCode::VoucherAuthority), Outcome::NotDetermined);
    let bare = check(&original(), &Checks::default(), &world.trust, &Moment::claimed(now()));
    assert_eq!(bare.verdict(), Verdict::NotDetermined, "{}", bare.to_text());
    // Acts over the original say nothing about a receipt that nobody signed.
    let receipt = Body::receipt(world.sealed(), paid(&voucher())).unwrap();
    let report = world.check(&receipt);
    assert_ne!(report.verdict(), Verdict::Valid);
    assert_eq!(outcome(&report, CheckCode::VoucherCanonical), Outcome::NotDetermined);
}

#[test]
fn what_was_not_given_is_not_determined() {
    let world = World::new();
    let sealed = world.sealed();
    let moment = Moment::received(now(), now());
    let with = |change: fn(&mut Checks<'_>)| {
        let mut checks = world.checks();
        change(&mut checks);
        check(&sealed, &checks, &world.trust, &moment)
    };
    for (report, code) in [
        (with(|checks| checks.authorisation = None), CheckCode::VoucherAuthority),
        (with(|checks| checks.template = None), CheckCode::VoucherPositions),
        (with(|checks| checks.catalogue = None), CheckCode::VoucherRules),
    ] {
        assert_eq!(outcome(&report, code), Outcome::NotDetermined);
        assert_eq!(report.verdict(), Verdict::NotDetermined, "{}", report.to_text());
    }
}

#[test]
fn a_changed_field_fails_and_is_named() {
    let world = World::new();
    let sealed = world.sealed();
    let mut changed = VoucherBuilder::from_voucher(sealed.voucher());
    changed.field("PayeeAcctName", "别人");
    let changed = Body::original(changed.build(Encoding::Gbk).unwrap()).unwrap();
    let moved = with_acts(changed, &sealed);
    let report = world.check(&moved);
    assert_eq!(report.verdict(), Verdict::Invalid);
    let found = failed(&report);
    assert!(found.contains(&CheckCode::VoucherCanonical), "{}", report.to_text());
    assert!(found.contains(&CheckCode::VoucherForm));
}

#[test]
fn the_same_fields_in_other_bytes_fail_the_form_only() {
    let world = World::new();
    let sealed = world.sealed();
    let other = VoucherBuilder::from_voucher(sealed.voucher()).build(Encoding::Utf8).unwrap();
    let report = world.check(&with_acts(Body::original(other).unwrap(), &sealed));
    assert_eq!(failed(&report), [CheckCode::VoucherForm], "{}", report.to_text());
}

#[test]
fn a_json_copy_is_held_against_the_bytes_that_were_kept() {
    let world = World::new();
    let sealed = world.sealed();
    let copy = Voucher::from_json(sealed.voucher().to_json()).unwrap();
    let copy = with_acts(Body::original(copy).unwrap(), &sealed);
    let report = world.check(&copy);
    assert_eq!(outcome(&report, CheckCode::VoucherCanonical), Outcome::Passed);
    assert_eq!(outcome(&report, CheckCode::VoucherForm), Outcome::NotDetermined);
    assert_eq!(report.verdict(), Verdict::NotDetermined);
    let mut checks = world.checks();
    checks.original = Some(sealed.voucher().as_bytes());
    let moment = Moment::received(now(), now());
    let report = check(&copy, &checks, &world.trust, &moment);
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
    let other = voucher_numbered("2");
    checks.original = Some(other.as_bytes());
    let report = check(&copy, &checks, &world.trust, &moment);
    assert_eq!(failed(&report), [CheckCode::VoucherForm]);
    checks.original = Some(b"<Voucher");
    let report = check(&sealed, &checks, &world.trust, &moment);
    assert_eq!(failed(&report), [CheckCode::VoucherForm]);
}

#[test]
fn stamps_of_another_voucher_fail() {
    let world = World::new();
    let sealed = world.sealed();
    let other = Body::original(voucher_numbered("2")).unwrap();
    let report = world.check(&with_acts(other, &sealed));
    assert_eq!(report.verdict(), Verdict::Invalid);
    for code in [CheckCode::VoucherIdentity, CheckCode::VoucherCanonical, CheckCode::VoucherForm] {
        assert!(failed(&report).contains(&code), "{}", report.to_text());
    }
    // The envelope says another number than everything inside it.
    let text = Envelope::of(sealed).to_xml(Encoding::Utf8).unwrap();
    let text = String::from_utf8(text).unwrap();
    let text = text.replacen("VoucherNo=\"99", "VoucherNo=\"98", 1);
    let body = Envelope::parse(text.as_bytes()).unwrap().bodies.remove(0);
    assert_eq!(failed(&world.check(&body)), [CheckCode::VoucherIdentity]);
    // Attach is not what the acts say.
    let text = text.replacen("VoucherNo=\"98", "VoucherNo=\"99", 1);
    let text = text.replace("<Attach>SUCCESS<", "<Attach>FAILURE<");
    let body = Envelope::parse(text.as_bytes()).unwrap().bodies.remove(0);
    assert_eq!(failed(&world.check(&body)), [CheckCode::VoucherIdentity]);
}

#[test]
fn another_bureaus_seal_and_the_wrong_position_fail() {
    let world = World::new();
    let mut body = original();
    world.act(&mut body, "cz_jb");
    world.act(&mut body, "cz_fh");
    // A genuine seal of the same root that nobody authorised here.
    let hand = world.hand("cz_gkzf");
    let foreign = seal(&world.maker, "别市国库", &hand.certificate);
    let step = world.step(Layer::Issuer, "cz_gkzf");
    stamp_act(&mut body, &step, &foreign, &hand.key, now()).unwrap();
    world.act(&mut body, "cz_fzr");
    let report = world.check(&body);
    assert_eq!(failed(&report), [CheckCode::VoucherAuthority], "{}", report.to_text());
    assert!(report.reports().iter().all(|act| act.verdict() == Verdict::Valid));

    // The right bureau's own seal, but the head's place.
    let mut body = original();
    for position in ["cz_jb", "cz_fh", "cz_gkzf"] {
        world.act(&mut body, position);
    }
    let step = world.step(Layer::Issuer, "cz_fzr");
    stamp_act(&mut body, &step, hand.seal.as_ref().unwrap(), &hand.key, now()).unwrap();
    let report = world.check(&body);
    assert_eq!(failed(&report), [CheckCode::VoucherAuthority], "{}", report.to_text());

    // A reviewer who signs as the maker.
    let mut body = original();
    let step = world.step(Layer::Issuer, "cz_jb");
    sign_act(&mut body, &step, &world.hand("cz_fh").key, now()).unwrap();
    for position in ["cz_fh", "cz_gkzf", "cz_fzr"] {
        world.act(&mut body, position);
    }
    assert_eq!(failed(&world.check(&body)), [CheckCode::VoucherAuthority]);
}

#[test]
fn authorisations_have_dates() {
    let world = World::new();
    let sealed = world.sealed();
    let mut list = Authorisation::default();
    for entry in world.authorisation.entries() {
        let mut entry = entry.clone();
        entry.until = Some(time("2026-06-30T16:00:00Z"));
        list.add(entry);
    }
    let mut checks = world.checks();
    checks.authorisation = Some(&list);
    let judge = |moment: Moment| check(&sealed, &checks, &world.trust, &moment);
    let later = time("2026-12-01T00:00:00Z");
    assert_eq!(judge(Moment::received(later, now())).verdict(), Verdict::Valid);
    let late = judge(Moment::received(later, later));
    assert_eq!(failed(&late), [CheckCode::VoucherAuthority]);
    // Signatures state no time; with nothing proven they are judged now.
    let claimed = judge(Moment::claimed(later));
    assert_eq!(failed(&claimed), [CheckCode::VoucherAuthority]);
    assert_eq!(judge(Moment::claimed(now())).verdict(), Verdict::Valid);
}

#[test]
fn positions_left_open_or_unknown_fail() {
    let world = World::new();
    let mut body = original();
    for position in ["cz_jb", "cz_fh", "cz_gkzf"] {
        world.act(&mut body, position);
    }
    assert_eq!(failed(&world.check(&body)), [CheckCode::VoucherPositions]);
    let hand = world.hand("cz_fzr");
    let extra = Step::new("elsewhere", "head", 9, "");
    stamp_act(&mut body, &extra, hand.seal.as_ref().unwrap(), &hand.key, now()).unwrap_err();
    // Acts by another template are held against the verifier's own.
    let sealed = world.sealed();
    let local = Templates::from_json(
        br#"{"format":"yinxin:templates:1","templates":[{"vtCode":"5201","positions":[
        {"layer":1,"position":"cz_jb","role":"maker","kind":"signature","sequence":1}]}]}"#,
    )
    .unwrap();
    let mut checks = world.checks();
    checks.template = local.template("5201");
    let report = check(&sealed, &checks, &world.trust, &Moment::received(now(), now()));
    assert_eq!(outcome(&report, CheckCode::VoucherPositions), Outcome::Failed);
    checks.template = world.templates.template("8202");
    let report = check(&sealed, &checks, &world.trust, &Moment::received(now(), now()));
    assert_eq!(outcome(&report, CheckCode::VoucherPositions), Outcome::NotDetermined);
}

#[test]
fn an_act_taken_away_or_repeated_breaks_the_order() {
    let world = World::new();
    let sealed = world.sealed();
    for missing in 0..3 {
        let mut body = bare(&sealed);
        for (at, act) in sealed.acts().iter().enumerate() {
            if at != missing {
                body.add_act(act.clone()).unwrap();
            }
        }
        let report = world.check(&body);
        assert!(failed(&report).contains(&CheckCode::VoucherOrder), "{}", report.to_text());
    }
    let mut twice = sealed.clone();
    twice.add_act(sealed.acts()[3].clone()).unwrap();
    assert!(failed(&world.check(&twice)).contains(&CheckCode::VoucherOrder));
    // The order in which acts stand in the envelope means nothing.
    let mut turned = bare(&sealed);
    for act in sealed.acts().iter().rev() {
        turned.add_act(act.clone()).unwrap();
    }
    assert_eq!(world.check(&turned).verdict(), Verdict::Valid);
}

#[test]
fn a_receipt_answers_one_original_only() {
    let world = World::new();
    let receipt = world.receipt();
    // The same receipt beside an original of which one act was taken away.
    let mut part = bare(&receipt_original(&receipt));
    for act in &receipt.original_part().unwrap().acts()[..3] {
        part.add_act(act.clone()).unwrap();
    }
    let moved = with_acts(Body::receipt(part, receipt.voucher().clone()).unwrap(), &receipt);
    let report = world.check(&moved);
    assert!(failed(&report).contains(&CheckCode::VoucherOrder), "{}", report.to_text());
    // An X field changed after the bank signed.
    let mut builder = VoucherBuilder::from_voucher(receipt.voucher());
    builder.field("XPayDate", "20260301");
    let changed = builder.build_receipt(receipt.original_part().unwrap().voucher()).unwrap();
    let moved = with_acts(Body::receipt(receipt_original(&receipt), changed).unwrap(), &receipt);
    let report = world.check(&moved);
    assert_eq!(failed(&report), [CheckCode::VoucherCanonical, CheckCode::VoucherForm]);
    // The original that the verifier kept is another one.
    let mut checks = world.checks();
    let kept = voucher_numbered("2");
    checks.original = Some(kept.as_bytes());
    let report = check(&receipt, &checks, &world.trust, &Moment::received(now(), now()));
    assert_eq!(failed(&report), [CheckCode::VoucherForm]);
}

#[test]
fn a_base_field_changed_in_the_receipt_is_named() {
    let world = World::new();
    let receipt = world.receipt();
    let text = String::from_utf8(Envelope::of(receipt).to_xml(Encoding::Utf8).unwrap()).unwrap();
    let mut builder = VoucherBuilder::from_voucher(&paid(&voucher()));
    builder.field("PaySummaryName", "别的");
    builder.field("XPayAmt", "").detail_field(1, "XPayAmt", "").unwrap();
    let other = builder.field("XPayDate", "").build(Encoding::Gbk).unwrap();
    let (old, new) = (base64(paid(&voucher()).as_bytes()), base64(other.as_bytes()));
    let body = Envelope::parse(text.replacen(&old, &new, 1).as_bytes()).unwrap().bodies.remove(0);
    let report = world.check(&body);
    let base = report.find(CheckCode::VoucherBase).unwrap();
    assert_eq!(base.outcome, Outcome::Failed);
    assert!(base.detail.ends_with("PaySummaryName"), "{}", base.detail);
}

#[test]
fn what_an_act_says_cannot_be_changed() {
    let world = World::new();
    let sealed = world.sealed();
    for index in [0, 2] {
        let mut body = bare(&sealed);
        for (at, act) in sealed.acts().iter().enumerate() {
            let act = match at == index {
                true => forged(act, |act| act.org = "别的单位".to_owned()),
                false => act.clone(),
            };
            body.add_act(act).unwrap();
        }
        let report = world.check(&body);
        assert_eq!(report.verdict(), Verdict::Invalid);
        assert_eq!(report.reports()[index].verdict(), Verdict::Invalid, "{}", report.to_text());
    }
}

#[test]
fn rules_and_unknown_types_are_reported() {
    let world = World::new();
    let mut builder = VoucherBuilder::from_voucher(&voucher());
    builder.field("PayAmt", "1.00");
    let mut body = Body::original(builder.build(Encoding::Gbk).unwrap()).unwrap();
    let hand = world.hand("cz_jb");
    let step = world.step(Layer::Issuer, "cz_jb");
    let error = sign_act(&mut body, &step, &hand.key, now()).unwrap_err();
    assert_eq!(error.structure(), "PayAmt");
    let mut careless = step.clone();
    careless.catalogue = None;
    sign_act(&mut body, &careless, &hand.key, now()).unwrap();
    let report = world.check(&body);
    let rules = report.find(CheckCode::VoucherRules).unwrap();
    assert!(rules.outcome == Outcome::Failed && rules.detail.starts_with("PayAmt: "));
    let none = Catalogue::default();
    let mut checks = world.checks();
    checks.catalogue = Some(&none);
    let report = check(&body, &checks, &world.trust, &Moment::claimed(now()));
    assert_eq!(outcome(&report, CheckCode::VoucherRules), Outcome::NotDetermined);
    assert!(report.notes().iter().any(|note| note.code == NoteCode::TypeUnknown));
}

#[test]
fn damaged_evidence_never_passes() {
    let world = World::new();
    let sealed = world.sealed();
    let text = Envelope::of(sealed.clone()).to_xml(Encoding::Utf8).unwrap();
    // Every act replaced by itself with one byte of its evidence turned.
    for (index, act) in sealed.acts().iter().enumerate() {
        let step = act.evidence().len() / 24 + 1;
        for at in (0..act.evidence().len()).step_by(step) {
            let mut evidence = act.evidence().to_vec();
            evidence[at] ^= 0x01;
            let Ok(changed) =
                yinxin::voucher::Act::new(act.to_sign_der().to_vec(), act.kind(), evidence)
            else {
                continue;
            };
            let mut body = bare(&sealed);
            for (place, other) in sealed.acts().iter().enumerate() {
                body.add_act(if place == index { changed.clone() } else { other.clone() }).unwrap();
            }
            if world.check(&body).verdict() == Verdict::Valid {
                // A message also holds what nobody signs, such as its list of digest algorithms.
                assert_eq!(changed.kind(), ActKind::Signature, "act {index} byte {at}");
                assert_eq!(changed.digest(), act.digest(), "act {index} byte {at}");
            }
        }
    }
    assert_eq!(digest(&text), digest(&Envelope::of(sealed).to_xml(Encoding::Utf8).unwrap()));
}

fn voucher_numbered(number: &str) -> Voucher {
    let id = VoucherId::new("990000", "2026", "5201", number).unwrap();
    let mut builder = VoucherBuilder::from_voucher(&voucher());
    builder.field("VoucherNo", &id.voucher_no);
    builder.build(Encoding::Gbk).unwrap()
}

/// The same document and texts without acts.
fn bare(body: &Body) -> Body {
    let mut bare = match body.original_part() {
        None => Body::original(body.voucher().clone()).unwrap(),
        Some(_) => Body::receipt(receipt_original(body), body.voucher().clone()).unwrap(),
    };
    bare.set_attach(body.part().attach()).unwrap();
    bare
}

/// The original inside a receipt, with its acts.
fn receipt_original(receipt: &Body) -> Body {
    let part = receipt.original_part().unwrap();
    let mut body = Body::original(part.voucher().clone()).unwrap();
    body.set_attach(part.attach()).unwrap();
    for act in part.acts() {
        body.add_act(act.clone()).unwrap();
    }
    body
}

/// A body with the texts and acts of another one.
fn with_acts(mut body: Body, other: &Body) -> Body {
    body.set_attach(other.part().attach()).unwrap();
    for act in other.acts() {
        body.add_act(act.clone()).unwrap();
    }
    body
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
