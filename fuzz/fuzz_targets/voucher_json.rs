//! JSON that is read gives JSON that reads the same.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::voucher::{Scope, Voucher};
use yinxin_fuzz::seeds;

fuzz_target!(init: seeds::write("voucher_json"), |data: &[u8]| {
    let Ok(voucher) = Voucher::from_json(data) else { return };
    let written = voucher.to_json();
    let again = Voucher::from_json(written.clone()).expect("our own JSON");
    assert_eq!(voucher.canonical(Scope::BaseAndX), again.canonical(Scope::BaseAndX));
    assert_eq!(written, again.to_json());
    let _ = (voucher.id(), voucher.not_normal());
});
