//! An envelope that is read can be written and read again: same vouchers, same acts.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::voucher::{Encoding, Envelope};
use yinxin_fuzz::{fingerprint, seeds};

fuzz_target!(init: seeds::write("envelope"), |data: &[u8]| {
    let Ok(envelope) = Envelope::parse(data) else { return };
    let Ok(written) = envelope.to_xml(Encoding::Utf8) else { return };
    let again = Envelope::parse(&written).expect("our own envelope");
    assert_eq!(fingerprint(&envelope), fingerprint(&again));
    assert_eq!(again.to_xml(Encoding::Utf8).as_ref(), Ok(&written));
});
