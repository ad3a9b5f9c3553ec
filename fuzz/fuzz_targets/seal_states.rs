//! A list of states that is read is read the same again, has an answer for every moment, and no list
//! of others counts.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::report::Verdict;
use yinxin::time::Time;
use yinxin::trust::SealStates;
use yinxin_fuzz::{seeds, world};

fuzz_target!(init: seeds::write("seal_states"), |data: &[u8]| {
    let Ok(states) = SealStates::from_der(data) else { return };
    let again = SealStates::from_der(states.as_der()).expect("its own DER");
    assert_eq!((states.digest(), states.seals()), (again.digest(), again.seals()));
    for entry in states.seals() {
        assert_eq!(states.entry(&entry.seal), Some(entry));
        let first = entry.history.first().expect("a change");
        assert!(entry.at(first.effective_from).is_some());
    }
    let now = Time::from_civil(2026, 6, 1, 0, 0, 0).unwrap();
    assert_ne!(states.check(&world().trust, now).verdict(), Verdict::Valid);
});
