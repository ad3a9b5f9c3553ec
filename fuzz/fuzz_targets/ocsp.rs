//! A response that is read is read the same again, and no response of others counts.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::cert::OcspResponse;
use yinxin_fuzz::{seeds, world};

fuzz_target!(init: seeds::write("ocsp"), |data: &[u8]| {
    let Ok(response) = OcspResponse::from_bytes(data) else { return };
    let again = OcspResponse::from_der(response.as_der()).expect("its own DER");
    assert_eq!(response.produced_at(), again.produced_at());
    assert_eq!((response.len(), response.problem()), (again.len(), again.problem()));
    assert!(!response.is_signed_by(&world().signer));
});
