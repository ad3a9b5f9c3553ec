//! Evidence and drafts that are read are written the same again, and no evidence of others counts.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::evidence::{Covered, Draft, Evidence};
use yinxin::report::Verdict;
use yinxin_fuzz::{DOCUMENT, now, seeds, world};

fuzz_target!(init: seeds::write("evidence"), |data: &[u8]| {
    if let Ok(draft) = Draft::from_der(data) {
        assert_eq!(draft.to_der(), data);
        assert!(Evidence::from_der(data).is_err());
    }
    let Ok(evidence) = Evidence::from_der(data) else { return };
    assert_eq!(evidence.as_der(), data);
    assert_eq!(evidence.time_stamps().count(), evidence.materials().len());
    let world = world();
    let now = now().now;
    let covered = Covered { signature: &world.stamped, documents: &[DOCUMENT] };
    let verdict = evidence.check(&covered, &world.trust, now).verdict();
    // The newest token of the seed has bytes that no signature covers: it is known by what it is over.
    let known = Evidence::from_der(&world.evidence).expect("the seed");
    let same = evidence.materials().first().map(|material| material.as_der())
        == known.materials().first().map(|material| material.as_der())
        && evidence.time_stamps().count() == 1;
    assert!(same || verdict != Verdict::Valid);
    let other = Covered { signature: DOCUMENT, documents: &[DOCUMENT] };
    assert_ne!(evidence.check(&other, &world.trust, now).verdict(), Verdict::Valid);
});
