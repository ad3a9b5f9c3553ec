//! A message that passes through means what it means when it is read whole: the same content, the same
//! report, or an error of the same kind.
#![no_main]
use libfuzzer_sys::fuzz_target;
use std::io::Cursor;
use yinxin::asn1::Profile;
use yinxin::cms::{
    AuthEnvelopedData, EncryptedData, EncryptedStream, EnvelopedData, MessageKind, Opened,
    SignedAndEnvelopedData, SignedData, SignedStream,
};
use yinxin::error::{Error, Family};
use yinxin::timestamp::{check_message, check_stream};
use yinxin::trust::{Moment, Trust};
use yinxin_fuzz::{bank, seeds};

fuzz_target!(init: seeds::write("message_stream"), |data: &[u8]| {
    for profile in [Profile::Conforming, Profile::AsFound] {
        match (whole(data, profile), streamed(data, profile)) {
            (Ok(whole), Ok(streamed)) => assert_eq!(whole, streamed),
            (Err(whole), Err(streamed)) => {
                // Of several faults of form each may meet another one first. What was read whole and
                // only did not open has none.
                let of_form = |one: &Error| one.family() == Family::Malformed;
                let other = of_form(&whole) || of_form(&streamed) && whole.family() != Family::Key;
                assert!(whole.code() == streamed.code() || other, "{whole}; {streamed}");
            }
            (whole, streamed) => panic!("{:?}; {:?}", whole.err(), streamed.err()),
        }
    }
});

/// The content, or the report of what is signed.
fn whole(data: &[u8], profile: Profile) -> Result<Vec<u8>, Error> {
    let bank = bank();
    match MessageKind::of(data)?.0 {
        MessageKind::SignedData => {
            let signed = SignedData::parse(data, profile)?;
            Ok(report(&signed, signed.content_or(None)?))
        }
        MessageKind::AuthEnvelopedData => {
            AuthEnvelopedData::parse(data, profile)?.open(bank, &bank.certificate)
        }
        MessageKind::EnvelopedData => EnvelopedData::parse(data, profile)?
            .open(bank, &bank.certificate)
            .map(|content| content.into_unauthenticated()),
        MessageKind::EncryptedData => EncryptedData::parse(data, profile)?
            .open(&[7; 16])
            .map(|content| content.into_unauthenticated()),
        _ => {
            let signed =
                SignedAndEnvelopedData::parse(data, profile)?.open(bank, &bank.certificate)?;
            Ok(report(&signed, signed.content_or(None)?))
        }
    }
}

fn report(signed: &SignedData, content: &[u8]) -> Vec<u8> {
    check_message(signed, content, &Trust::default(), &moment()).to_json().into_bytes()
}

fn moment() -> Moment {
    Moment::claimed(yinxin::Time::from_civil(2026, 6, 1, 0, 0, 0).expect("a day"))
}

fn streamed(data: &[u8], profile: Profile) -> Result<Vec<u8>, Error> {
    let bank = bank();
    let kind = MessageKind::of(data)?.0;
    if kind == MessageKind::SignedData {
        let mut stream = SignedStream::open(Cursor::new(data), profile)?;
        let report = check_stream(&mut stream, None, &Trust::default(), &moment())?;
        return Ok(report.to_json().into_bytes());
    }
    let stream = EncryptedStream::open(data, profile)?;
    let sink = Cursor::new(Vec::new());
    let opened = match kind {
        MessageKind::EncryptedData => stream.decrypt_with_key(&[7; 16], sink)?,
        _ => stream.decrypt(bank, &bank.certificate, sink)?,
    };
    match opened {
        Opened::Authenticated(content) => Ok(content.into_inner()),
        Opened::Unauthenticated(content) => Ok(content.into_unauthenticated().into_inner()),
        Opened::Signed(withheld) => {
            let found = yinxin::timestamp::check_withheld(withheld, &Trust::default(), &moment())?;
            assert!(found.1.is_none(), "nobody is trusted, and it comes out all the same");
            Ok(found.0.to_json().into_bytes())
        }
    }
}
