//! What is read of a ledger is written as the same bytes, and no export is Valid to an auditor who
//! brought nothing along.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::ledger::{
    Advance, Audit, Checkpoint, Countersignature, Entry, Frontier, LogHead, SignedCheckpoint,
    Witness,
};
use yinxin_fuzz::seeds;

fuzz_target!(init: seeds::write("ledger"), |data: &[u8]| {
    let written = [
        Entry::from_der(data).map(|entry| entry.to_der().expect("our own entry")),
        LogHead::from_der(data).map(|head| head.to_der()),
        Checkpoint::from_der(data).map(|checkpoint| checkpoint.to_der()),
        SignedCheckpoint::from_der(data).map(|signed| signed.to_der()),
        Advance::from_der(data).map(|advance| advance.to_der()),
        Witness::from_der(data).map(|witness| witness.to_der()),
        Countersignature::from_der(data).map(|countersignature| countersignature.to_der()),
        Frontier::from_bytes(data).map(|frontier| frontier.to_bytes()),
    ];
    for written in written.into_iter().flatten() {
        assert_eq!(written, data);
    }
    let mut read = 0;
    let audited = Audit::new().read(&mut &data[..], &mut |_| {
        read += 1;
        Ok(())
    });
    if let Ok(audited) = audited {
        assert!(!audited.report.is_valid());
        assert_eq!(audited.entries, read);
    }
});
