//! A request for a signature made elsewhere: what is read is written the same again, asks for the
//! same, and is completed by no value that its key did not make.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::asn1::Profile;
use yinxin::container::ofd::Package;
use yinxin::signature::OfdSigningRequest;
use yinxin_fuzz::{documents, seeds};

fuzz_target!(init: seeds::write("ofd_request"), |data: &[u8]| {
    let Ok(request) = OfdSigningRequest::from_bytes(data) else { return };
    let again = OfdSigningRequest::from_bytes(&request.to_bytes()).expect("it was just written");
    assert_eq!(request.to_bytes(), again.to_bytes());
    assert_eq!(request.to_be_signed(), again.to_be_signed());
    let plain = documents::plain();
    let package = Package::open(&plain, Profile::Conforming).expect("our own package");
    assert!(request.complete(&package, &[7; 64], 1).is_err());
});
