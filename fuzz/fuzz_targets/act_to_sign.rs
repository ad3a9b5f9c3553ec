//! There is one DER for one act: what is read is written as the same bytes.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::voucher::ActToSign;
use yinxin_fuzz::seeds;

fuzz_target!(init: seeds::write("act_to_sign"), |data: &[u8]| {
    let Ok(act) = ActToSign::from_der(data) else { return };
    assert_eq!(act.to_der(), data);
    let _ = act.property_info();
});
