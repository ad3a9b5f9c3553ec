//! What conforms is also read as found, without a note; the bytes are kept; nothing is trusted.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::asn1::Profile;
use yinxin::report::Verdict;
use yinxin::seal::{Expected, Stamp, check_stamp};
use yinxin_fuzz::{no_trust, now, seeds};

fuzz_target!(init: seeds::write("stamp"), |data: &[u8]| {
    let strict = Stamp::parse(data, Profile::Conforming);
    let Ok(stamp) = Stamp::parse(data, Profile::AsFound) else {
        assert!(strict.is_err(), "it conforms but is not found");
        return;
    };
    if let Ok(strict) = strict {
        assert_eq!(strict.as_bytes(), data);
        assert_eq!(strict.to_be_signed(), stamp.to_be_signed());
        assert_eq!(strict.data_hash(), stamp.data_hash());
    }
    Stamp::parse(stamp.as_bytes(), Profile::AsFound).expect("its own bytes");
    let expected = Expected { data_hash: None, property: None };
    let report = check_stamp(&stamp, &expected, &no_trust(), &now());
    assert_ne!(report.verdict(), Verdict::Valid);
});
