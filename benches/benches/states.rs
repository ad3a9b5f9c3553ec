//! What a list of the states of seals adds to the verification of a stamp, and what one check of the
//! list takes: that much each stamp would pay if the verdict were not kept.

use divan::Bencher;
use yinxin::Time;
use yinxin::authority::{Authority, CertificateRequest, Profile, Subject};
use yinxin::crypto::sm3;
use yinxin::key::{Signer, SoftwareKey};
use yinxin::signature::{Verifier, stamp};
use yinxin::trust::seal_states::{SealName, SealState, SealStatesBuilder, StateChange};
use yinxin::trust::{AnchorPurpose, AnchorTerms, SealStates, Trust};
use yinxin_benches::Office;

const DOCUMENT: &[u8] = b"a document";

fn main() {
    divan::main();
}

struct World {
    office: Office,
    stamp: Vec<u8>,
    /// With an office for the states of seals, not yet with its list.
    trust: Trust,
    list: SealStates,
}

impl World {
    fn new() -> World {
        let office = Office::new(1).unwrap();
        let party = &office.parties[0];
        let stamp = stamp(DOCUMENT, "", &party.seal, &party.key, office.time).unwrap();
        let at = |days| office.time.plus_days(days).unwrap();
        let mut trust = office.verifier().unwrap().trust().clone();
        let (signer, root) = issuer(at(-100), at(200));
        let terms = AnchorTerms::new(&[AnchorPurpose::SealState]);
        trust.add_anchor_for(root.certificate().clone(), terms).unwrap();
        trust.add_crl(root.crl(at(-1), at(30)).unwrap());
        let mut list = SealStatesBuilder::new("office", at(-1), at(7)).unwrap();
        // Beside that seal, those of a city.
        for number in 0..5000u32 {
            let digest =
                if number == 0 { party.seal.digest() } else { sm3::digest(&number.to_be_bytes()) };
            let (effective_from, recorded_at) = (at(-99), at(-99));
            let (state, reason) = (SealState::Active, String::new());
            let change = StateChange { state, effective_from, recorded_at, reason };
            list.record(&SealName { digest, id: "BENCH", maker: "Maker" }, change).unwrap();
        }
        let list = list.sign(&signer).unwrap();
        World { office, stamp, trust, list }
    }

    fn with_list(&self) -> Trust {
        let mut trust = self.trust.clone();
        trust.add_seal_states(self.list.clone());
        trust
    }

    fn verify(&self, verifier: &Verifier) {
        let moment = self.office.moment();
        let report = verifier.verify_stamp(divan::black_box(&self.stamp), DOCUMENT, None, &moment);
        assert!(report.unwrap().is_valid());
    }
}

/// One who signs lists, under a root of its own.
fn issuer(from: Time, until: Time) -> (SoftwareKey, Authority) {
    let subject = Subject::parse("CN=States Root,C=CN").unwrap();
    let key = SoftwareKey::generate_sm2().unwrap();
    let root = Authority::root(key, subject, from, until).unwrap();
    let key = SoftwareKey::generate_sm2().unwrap();
    let subject = Subject::parse("CN=States,C=CN").unwrap();
    let public = Signer::public_key(&key).clone();
    let request = CertificateRequest::new(subject, public, Profile::Signer, from, until);
    let certificate = root.issue(&request).unwrap();
    (key.with_certificates(vec![certificate.as_der().to_vec()]).unwrap(), root)
}

#[divan::bench]
fn stamp_without_list(bencher: Bencher) {
    let world = World::new();
    let verifier = Verifier::new(world.trust.clone());
    bencher.bench(|| world.verify(&verifier));
}

#[divan::bench]
fn stamp_with_list(bencher: Bencher) {
    let world = World::new();
    let verifier = Verifier::new(world.with_list());
    bencher.bench(|| world.verify(&verifier));
}

#[divan::bench]
fn check_of_list(bencher: Bencher) {
    let world = World::new();
    let (trust, now) = (world.with_list(), world.office.time);
    bencher.bench(|| {
        let report = divan::black_box(&world.list).check(divan::black_box(&trust), now);
        assert!(report.is_valid());
    });
}
