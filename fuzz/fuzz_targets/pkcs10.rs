//! A request for a certificate that is read is read the same again, from DER and from PEM.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::authority::Pkcs10;
use yinxin_fuzz::seeds;

fuzz_target!(init: seeds::write("pkcs10"), |data: &[u8]| {
    let Ok(request) = Pkcs10::from_bytes(data) else { return };
    assert_eq!(Pkcs10::from_der(request.as_der()).expect("its own DER"), request);
    assert_eq!(Pkcs10::from_bytes(request.to_pem().as_bytes()).expect("its own PEM"), request);
    let _ = (request.verify(), request.subject(), request.extensions().len());
});
