//! The canonical digest of a voucher does not depend on XML or JSON.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::voucher::{Scope, Voucher};
use yinxin_fuzz::seeds;

fuzz_target!(init: seeds::write("voucher_xml"), |data: &[u8]| {
    let Ok(voucher) = Voucher::from_xml(data) else { return };
    assert_eq!(voucher.as_bytes(), data);
    let json = Voucher::from_json(voucher.to_json()).expect("our own JSON");
    for scope in [Scope::Base, Scope::BaseAndX] {
        assert_eq!(voucher.canonical(scope), json.canonical(scope));
    }
    let _ = (voucher.id(), voucher.not_normal(), voucher.form_digest());
});
