//! What conforms is also read as found, without a note; the bytes are kept; nothing is trusted.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::asn1::Profile;
use yinxin::report::Verdict;
use yinxin::seal::{Seal, check_seal};
use yinxin_fuzz::{no_trust, now, seeds};

fuzz_target!(init: seeds::write("seal"), |data: &[u8]| {
    let strict = Seal::parse(data, Profile::Conforming);
    let Ok(seal) = Seal::parse(data, Profile::AsFound) else {
        assert!(strict.is_err(), "it conforms but is not found");
        return;
    };
    if let Ok(strict) = strict {
        assert_eq!(strict.as_bytes(), data);
        assert_eq!(strict.to_be_signed(), seal.to_be_signed());
    }
    let again = Seal::parse(seal.as_bytes(), Profile::AsFound).expect("its own bytes");
    assert_eq!(seal.digest(), again.digest());
    assert_ne!(check_seal(&seal, &no_trust(), &now()).verdict(), Verdict::Valid);
});
