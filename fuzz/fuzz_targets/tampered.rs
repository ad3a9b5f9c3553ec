//! Good seals, stamps, signatures, tokens and vouchers with any bytes changed never say something else.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::asn1::Profile;
use yinxin::cms::SignedData;
use yinxin::seal::{Expected, Seal, Stamp, check_seal, check_stamp};
use yinxin::timestamp::check_message;
use yinxin::timestamp::{self, Token};
use yinxin::voucher::Envelope;
use yinxin_fuzz::{DOCUMENT, change, fingerprint, now, seeds, world};

/// What a good thing says, if it is still good: the bytes that were signed.
fn said(which: u8, bytes: &[u8], profile: Profile) -> Option<Vec<u8>> {
    let world = world();
    let (report, said) = match which % 9 {
        0..3 => {
            let seal = Seal::parse(bytes, profile).ok()?;
            (check_seal(&seal, &world.trust, &now()), seal.to_be_signed().to_vec())
        }
        3..6 => {
            let stamp = Stamp::parse(bytes, profile).ok()?;
            let expected = Expected { data_hash: Some(&world.digest), property: None };
            let report = check_stamp(&stamp, &expected, &world.trust, &now());
            (report, stamp.to_be_signed().to_vec())
        }
        6 => {
            let message = SignedData::parse(bytes, profile).ok()?;
            (check_message(&message, DOCUMENT, &world.trust, &now()), DOCUMENT.to_vec())
        }
        7 => {
            let token = Token::parse(bytes, profile).ok()?;
            let report = timestamp::check(&token, DOCUMENT, &world.trust, now().now);
            (report, token.signed_data().content()?.to_vec())
        }
        _ => {
            let envelope = Envelope::parse(bytes).ok()?;
            let report = world.verifier.verify_voucher(bytes, &now()).ok()?;
            (report, format!("{:?}", fingerprint(&envelope)).into_bytes())
        }
    };
    report.is_valid().then_some(said)
}

fuzz_target!(init: seeds::write("tampered"), |data: &[u8]| {
    let Some((which, changes)) = data.split_first() else { return };
    let whole = world().good(*which);
    let changed = change(whole, changes);
    for profile in [Profile::Conforming, Profile::AsFound] {
        let expected = said(*which, whole, profile).expect("good before the change");
        if let Some(said) = said(*which, &changed, profile) {
            assert_eq!(said, expected, "{profile:?}");
        }
    }
});
