//! What conforms is also read as found; a token nobody trusts is never good.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::asn1::Profile;
use yinxin::report::Verdict;
use yinxin::timestamp::{Token, check};
use yinxin_fuzz::{DOCUMENT, no_trust, now, seeds};

fuzz_target!(init: seeds::write("time_stamp_token"), |data: &[u8]| {
    let strict = Token::parse(data, Profile::Conforming);
    let Ok(token) = Token::parse(data, Profile::AsFound) else {
        assert!(strict.is_err(), "it conforms but is not found");
        return;
    };
    if let Ok(strict) = strict {
        assert_eq!(strict.gen_time(), token.gen_time());
        assert_eq!(strict.imprint(), token.imprint());
    }
    assert_ne!(check(&token, DOCUMENT, &no_trust(), now().now).verdict(), Verdict::Valid);
});
