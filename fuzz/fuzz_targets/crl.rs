//! A revocation list that is read is read the same again, and no list of others counts.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::cert::Crl;
use yinxin_fuzz::{seeds, world};

fuzz_target!(init: seeds::write("crl"), |data: &[u8]| {
    let Ok(crl) = Crl::from_bytes(data) else { return };
    let again = Crl::from_der(crl.as_der()).expect("its own DER");
    assert_eq!(crl.this_update(), again.this_update());
    assert_eq!(crl.next_update(), again.next_update());
    let _ = (crl.issuer(), crl.is_issued_by(&world().signer));
});
