//! Many envelopes at once give what one after another gives, whatever groups they are worked on in.

mod voucher_common;

use voucher_common::{World, now};
use yinxin::asn1::Profile;
use yinxin::seal::Stamp;
use yinxin::signature::{Act, Verifier, stamp_voucher, stamp_voucher_many};
use yinxin::trust::Moment;
use yinxin::voucher::{Body, Encoding, Envelope, Templates, example};

const TEMPLATES: &str = r#"{"format":"yinxin:templates:1","templates":[{"vtCode":"5201",
  "basis":"test","positions":[{"layer":1,"position":"cz_gkzf","name":"office","role":"office",
  "kind":"stamp","sequence":1}]}]}"#;

/// Envelopes of one to three vouchers, more than a megabyte together, and some that are none.
fn envelopes() -> Vec<Vec<u8>> {
    let envelope = |number: u32| {
        let body = |number| {
            let voucher = example::direct_payment(number).unwrap().build(Encoding::Gbk);
            Body::original(voucher.unwrap()).unwrap()
        };
        let bodies = (0..=number % 3).map(|more| body(3 * number + more + 1)).collect();
        Envelope { bodies }.to_xml(Encoding::Gbk).unwrap()
    };
    let mut all: Vec<Vec<u8>> = (0..150).map(envelope).collect();
    assert!(all.concat().len() > 1 << 20, "{}", all.concat().len());
    all[3] = b"junk".to_vec();
    all[77].truncate(200);
    let space = all[90].windows(9).position(|bytes| bytes == b"<Voucher>").unwrap();
    all[90][space + 20] = b'-';
    all[149].clear();
    all
}

#[test]
fn stamped_together_or_one_by_one() {
    let (world, envelopes) = (World::new(), envelopes());
    let templates = Templates::from_json(TEMPLATES.as_bytes()).unwrap();
    let hand = world.hand("cz_gkzf");
    let seal = hand.seal.as_ref().unwrap();
    let act = Act::new("示例市财政局", "office", "cz_gkzf", now()).with_templates(&templates);
    let views: Vec<&[u8]> = envelopes.iter().map(Vec::as_slice).collect();
    let single: Vec<_> =
        views.iter().map(|bytes| stamp_voucher(bytes, &act, seal, &hand.key)).collect();
    assert_eq!(single.iter().filter(|result| result.is_err()).count(), 4);
    for threads in [1, 2, 7] {
        let many = stamp_voucher_many(&views, &act, seal, &hand.key, threads);
        assert_eq!(many.len(), single.len());
        for (many, single) in many.iter().zip(&single) {
            match (many, single) {
                (Ok(many), Ok(single)) => same_but_for_the_signature(many, single),
                (many, single) => {
                    let parts = |error: &yinxin::Error| (error.to_string(), error.offset());
                    let (many, single) = (many.as_ref().err(), single.as_ref().err());
                    assert_eq!(many.map(parts), single.map(parts));
                }
            }
        }
    }

    // Verified together with those that are none and some that were changed.
    let mut stamped: Vec<Vec<u8>> =
        single.into_iter().zip(&envelopes).map(|(s, e)| s.unwrap_or(e.clone())).collect();
    for (number, part) in [(5, 9), (40, 4), (41, 3), (120, 2)] {
        let at = stamped[number].len() / part;
        let byte = &mut stamped[number][at];
        *byte = if *byte == b'A' { b'B' } else { b'A' };
    }
    let verifier = Verifier::new(world.trust.clone())
        .with_templates(templates.clone())
        .with_authorisation(world.authorisation.clone());
    let moment = Moment::received(now(), now());
    let views: Vec<&[u8]> = stamped.iter().map(Vec::as_slice).collect();
    let single: Vec<_> =
        views.iter().map(|bytes| verifier.verify_voucher(bytes, &moment)).collect();
    let errors = single.iter().filter(|report| report.is_err()).count();
    let failed = single.iter().flatten().filter(|report| !report.failures().is_empty()).count();
    assert!(errors >= 4 && errors + failed >= 8, "{errors} {failed}");
    for threads in [1, 2, 7] {
        let many = verifier.verify_voucher_many(&views, &moment, threads);
        assert_eq!(many.len(), single.len());
        for (many, single) in many.iter().zip(&single) {
            match (many, single) {
                (Ok(many), Ok(single)) => assert_eq!(many, single),
                (many, single) => assert_eq!(
                    many.as_ref().err().map(ToString::to_string),
                    single.as_ref().err().map(ToString::to_string)
                ),
            }
        }
    }
}

/// Two envelopes that were stamped from one; a signature has a fresh nonce.
fn same_but_for_the_signature(one: &[u8], other: &[u8]) {
    let read = |bytes| {
        let envelope = Envelope::parse(bytes).unwrap();
        assert_eq!(envelope.to_xml(Encoding::Gbk).unwrap(), bytes);
        envelope.bodies
    };
    let (one, other) = (read(one), read(other));
    assert_eq!(one.len(), other.len());
    for (one, other) in one.iter().zip(&other) {
        assert_eq!(one.id(), other.id());
        assert_eq!(one.voucher().as_bytes(), other.voucher().as_bytes());
        let ([one], [other]) = (one.acts(), other.acts()) else { panic!("one act is due") };
        assert_eq!(one.to_sign_der(), other.to_sign_der());
        let stamp = |bytes| Stamp::parse(bytes, Profile::Conforming).unwrap();
        let (one, other) = (stamp(one.evidence()), stamp(other.evidence()));
        assert_eq!(one.to_be_signed(), other.to_be_signed());
        assert_eq!(one.signer_certificate(), other.signer_certificate());
        assert_eq!((one.algorithm(), one.version()), (other.algorithm(), other.version()));
    }
}
