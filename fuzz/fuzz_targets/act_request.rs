//! A request that is read is written as the same bytes.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::voucher::ActRequest;
use yinxin_fuzz::seeds;

fuzz_target!(init: seeds::write("act_request"), |data: &[u8]| {
    let Ok(request) = ActRequest::from_bytes(data) else { return };
    let written = request.to_bytes();
    let again = ActRequest::from_bytes(&written).expect("our own request");
    assert_eq!(request.to_be_signed(), again.to_be_signed());
    assert_eq!(request.digest(), again.digest());
    assert_eq!(written, data);
});
