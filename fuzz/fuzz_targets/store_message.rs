//! What stores say to each other is written the same again; a statement has one form.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::store::message::{Statement, VoucherMessage};
use yinxin::voucher::Envelope;
use yinxin_fuzz::{fingerprint, seeds};

fuzz_target!(init: seeds::write("store_message"), |data: &[u8]| {
    if let Ok(statement) = Statement::from_der(data) {
        assert_eq!(statement.to_der().as_deref(), Ok(data));
    }
    let Ok(message) = VoucherMessage::from_der(data) else { return };
    let Ok(written) = message.to_der() else { return };
    let again = VoucherMessage::from_der(&written).expect("our own message");
    let of = |message: &VoucherMessage| fingerprint(&Envelope::of(message.body.clone()));
    assert_eq!((again.version, &again.attachments), (message.version, &message.attachments));
    assert_eq!(of(&again), of(&message));
    assert_eq!(again.to_der().as_ref(), Ok(&written));
});
