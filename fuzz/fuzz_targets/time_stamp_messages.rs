//! Requests, responses and messages with time stamps: what is read is consistent, and no token but the
//! authority's own answers a request.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::asn1::Profile;
use yinxin::cms::SignedData;
use yinxin::timestamp::{TimeStampRequest, TimeStampResponse};
use yinxin_fuzz::{now, seeds, world};

fuzz_target!(init: seeds::write("time_stamp_messages"), |data: &[u8]| {
    let world = world();
    let answer = world.authority.respond(data, now().now);
    let again = TimeStampResponse::from_der(answer.as_der()).expect("our own answer");
    assert_eq!(again, answer);
    match TimeStampRequest::from_der(data) {
        Ok(request) if answer.token().is_some() => {
            answer.token_for(&request, Profile::Conforming).expect("the token asked for");
        }
        Ok(_) => {}
        Err(_) => assert!(answer.token().is_none(), "nothing was asked for"),
    }
    if let Ok(response) = TimeStampResponse::from_der(data) {
        let _ = response.token_for(&world.query, Profile::AsFound);
    }
    if let Ok(message) = SignedData::parse(data, Profile::Conforming)
        && let [signer] = message.signers()
        && signer.time_stamps().is_ok()
        && let Ok(stamped) = SignedData::with_unchecked_time_stamp(data, &world.token)
    {
        let stamped = SignedData::parse(&stamped, Profile::Conforming).expect("still a message");
        assert_eq!(stamped.signers()[0].signature, signer.signature);
        let tokens = stamped.signers()[0].time_stamps().expect("one token");
        assert_eq!(tokens, [world.token.clone()]);
    }
});
