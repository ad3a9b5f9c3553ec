//! A certificate that is read is read the same again, from DER and from PEM.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::cert::Certificate;
use yinxin_fuzz::seeds;

fuzz_target!(init: seeds::write("certificate"), |data: &[u8]| {
    let Ok(certificate) = Certificate::from_bytes(data) else { return };
    let again = Certificate::from_der(certificate.as_der()).expect("its own DER");
    assert_eq!(certificate, again);
    assert_eq!(certificate.subject(), again.subject());
    assert_eq!(certificate.serial_hex(), again.serial_hex());
    let _ = (certificate.issuer(), certificate.common_name(), certificate.may_sign());
});
