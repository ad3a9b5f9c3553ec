//! What lists of the states of seals, and the terms of anchors, do to seals and stamps.

mod seal_common;

use seal_common::party::{Party, end, signing_time, soon, stamped, time};
use yinxin::Time;
use yinxin::authority::{CertificateRequest, Profile};
use yinxin::cert::{Certificate, Purpose};
use yinxin::crypto::sm2::UserId;
use yinxin::key::SoftwareKey;
use yinxin::report::{CheckCode, NoteCode, Outcome, Report, Verdict};
use yinxin::seal::{Expected, Seal, Stamp, Version, check_seal, check_stamp};
use yinxin::trust::seal_states::{SealName, SealState, SealStatesBuilder, StateChange};
use yinxin::trust::{AnchorPurpose, AnchorTerms, Moment, SealStatePolicy, SealStates, Trust};

const HASH: [u8; 32] = [9; 32];
const ISSUER: &str = "某某市公安局";

/// A party, one seal and one stamp of it, and an office that keeps the states of seals.
struct World {
    party: Party,
    seal: Seal,
    stamp: Stamp,
    office: SoftwareKey,
    office_certificate: Certificate,
}

impl World {
    fn new(version: Version) -> Self {
        let party = Party::new();
        let seal = party.seal(version);
        let stamp = stamped(&seal, HASH, &party.signer);
        let (office, office_certificate) = end(&party.root, "Office", Profile::Signer);
        World { party, seal, stamp, office, office_certificate }
    }

    fn name(&self) -> SealName<'_> {
        SealName { digest: self.seal.digest(), id: self.seal.id(), maker: "Maker" }
    }

    fn builder(&self) -> SealStatesBuilder {
        let (from, until) = (time("2026-06-02T00:00:00Z"), time("2026-07-02T00:00:00Z"));
        let mut list = SealStatesBuilder::new(ISSUER, from, until).unwrap();
        let change = change(SealState::Active, "2026-02-01T00:00:00Z", "2026-02-01T00:00:00Z");
        list.record(&self.name(), change).unwrap();
        list
    }

    /// A list with these changes after the first, signed by the office.
    fn list(&self, changes: &[StateChange]) -> SealStates {
        let mut list = self.builder();
        changes.iter().for_each(|change| list.record(&self.name(), change.clone()).unwrap());
        list.sign(&self.office).unwrap()
    }

    /// The party's trust, the office's certificate entrusted with states, and these lists.
    fn trust(&self, lists: &[SealStates]) -> Trust {
        self.trust_on(AnchorTerms::new(&[AnchorPurpose::SealState]), lists)
    }

    fn trust_on(&self, terms: AnchorTerms, lists: &[SealStates]) -> Trust {
        let mut trust = self.party.trust();
        trust.add_anchor_for(self.office_certificate.clone(), terms).unwrap();
        lists.iter().for_each(|list| trust.add_seal_states(list.clone()));
        trust
    }

    fn check(&self, trust: &Trust, moment: &Moment) -> Report {
        let expected = Expected { data_hash: Some(&HASH), property: Some("p") };
        check_stamp(&self.stamp, &expected, trust, moment)
    }
}

fn change(state: SealState, effective: &str, recorded: &str) -> StateChange {
    let (effective_from, recorded_at) = (time(effective), time(recorded));
    StateChange { state, effective_from, recorded_at, reason: "挂失".to_owned() }
}

fn now(state: SealState, at: &str) -> StateChange {
    change(state, at, at)
}

#[track_caller]
fn expect(report: &Report, code: CheckCode, outcome: Outcome, verdict: Verdict) {
    let found = report.find(code).unwrap_or_else(|| panic!("{}", report.to_text()));
    assert_eq!((found.outcome, report.verdict()), (outcome, verdict), "{}", report.to_text());
}

fn noted(report: &Report, code: NoteCode) -> bool {
    report.notes().iter().any(|note| note.code == code)
}

use CheckCode::{SealState as STATE, TimeProof};
use Outcome::{Failed, NotDetermined, Passed};
use Verdict::{Invalid, Valid};

#[test]
fn without_a_list_the_state_is_not_known_and_need_not_be() {
    let world = World::new(Version::V4);
    let mut trust = world.trust(&[]);
    let report = world.check(&trust, &soon());
    expect(&report, STATE, NotDetermined, Valid);
    assert!(!report.find(STATE).unwrap().required);
    trust.policy_mut().seal_state = SealStatePolicy::Required;
    expect(&world.check(&trust, &soon()), STATE, NotDetermined, Verdict::NotDetermined);
    expect(&check_seal(&world.seal, &trust, &soon()), STATE, NotDetermined, Verdict::NotDetermined);
    // Not looked at, whatever a list says.
    let cancelled = now(SealState::Cancelled, "2026-03-01T00:00:00Z");
    let mut trust = world.trust(&[world.list(&[cancelled])]);
    expect(&world.check(&trust, &soon()), STATE, Failed, Invalid);
    trust.policy_mut().seal_state = SealStatePolicy::NotChecked;
    let report = world.check(&trust, &soon());
    expect(&report, STATE, NotDetermined, Valid);
    assert!(noted(&report, NoteCode::SealStatePolicy));
}

#[test]
fn an_active_seal_is_good_in_every_version() {
    for version in [Version::V1, Version::V4, Version::V5] {
        let world = World::new(version);
        let trust = world.trust(&[world.list(&[])]);
        let report = world.check(&trust, &soon());
        expect(&report, STATE, Passed, Valid);
        let mut others = report.checks().iter().filter(|check| check.code != CheckCode::TimeToken);
        assert!(others.all(|check| check.outcome == Passed), "{}", report.to_text());
        expect(&check_seal(&world.seal, &trust, &soon()), STATE, Passed, Valid);
    }
}

#[test]
fn the_state_is_that_of_the_judged_moment() {
    let world = World::new(Version::V5);
    // Suspended when it was stamped: its return does not help, nor does a later proof.
    let suspended = now(SealState::Suspended, "2026-05-01T00:00:00Z");
    let back = now(SealState::Active, "2026-06-01T12:00:00Z");
    let trust = world.trust(&[world.list(&[suspended, back])]);
    for moment in [soon(), Moment::received(soon().now, time("2026-06-01T13:00:00Z"))] {
        expect(&world.check(&trust, &moment), STATE, Failed, Invalid);
    }
    // The seal by itself is in use again.
    expect(&check_seal(&world.seal, &trust, &soon()), STATE, Passed, Valid);

    // Cancelled since: what is proven to be older is not spoiled.
    let cancelled = now(SealState::Cancelled, "2026-06-01T12:00:00Z");
    let trust = world.trust(&[world.list(&[cancelled])]);
    let proven = Moment::received(soon().now, time("2026-06-01T09:00:00Z"));
    let report = world.check(&trust, &proven);
    expect(&report, STATE, Passed, Valid);
    assert!(noted(&report, NoteCode::SealStateSince));
    expect(&check_seal(&world.seal, &trust, &soon()), STATE, Failed, Invalid);
    let late = Moment::received(soon().now, time("2026-06-01T13:00:00Z"));
    expect(&world.check(&trust, &late), STATE, Failed, Invalid);

    // Nothing is recorded for the time before the first change.
    let early = Moment::received(soon().now, time("2026-01-15T00:00:00Z"));
    let report = check_seal(&world.seal, &world.trust(&[world.list(&[])]), &early);
    assert_eq!(report.find(STATE).unwrap().outcome, NotDetermined, "{}", report.to_text());
}

#[test]
fn a_cancelled_seal_does_not_date_itself_back() {
    for version in [Version::V1, Version::V4, Version::V5] {
        let world = World::new(version);
        for state in [SealState::Cancelled, SealState::Suspended, SealState::MarkedInvalid] {
            // The stamp says that it is from eight o'clock; the seal was taken away at noon.
            let gone = now(state, "2026-06-01T12:00:00Z");
            let trust = world.trust(&[world.list(&[gone])]);
            let report = world.check(&trust, &soon());
            expect(&report, TimeProof, NotDetermined, Verdict::NotDetermined);
            assert_eq!(report.find(STATE).unwrap().outcome, Passed);
            assert!(noted(&report, NoteCode::SealStateSince));
        }
        // Suspended for an hour since and active again: it may have been stamped in that hour.
        let hour = [
            now(SealState::Suspended, "2026-06-01T12:00:00Z"),
            now(SealState::Active, "2026-06-01T13:00:00Z"),
        ];
        let report = world.check(&world.trust(&[world.list(&hour)]), &soon());
        expect(&report, TimeProof, NotDetermined, Verdict::NotDetermined);
        // What is announced and has not come changes nothing.
        let announced =
            change(SealState::Cancelled, "2026-06-30T00:00:00Z", "2026-06-01T00:00:00Z");
        let trust = world.trust(&[world.list(&[announced])]);
        expect(&world.check(&trust, &soon()), TimeProof, Passed, Valid);
        let after = Moment::claimed(time("2026-06-30T00:00:00Z"));
        expect(&world.check(&trust, &after), TimeProof, NotDetermined, Verdict::NotDetermined);
    }
}

#[test]
fn a_stolen_key_does_not_date_itself_back() {
    // The thief signs after the revocation and states a time before it.
    let mut world = World::new(Version::V4);
    let signer = world.party.signer_certificate.clone();
    world.party.root.revoke(&signer, time("2026-06-01T12:00:00Z"), None).unwrap();
    let trust = world.trust(&[world.list(&[])]);
    let report = world.check(&trust, &soon());
    expect(&report, TimeProof, NotDetermined, Verdict::NotDetermined);
    assert_eq!(report.find(CheckCode::SignerRevocation).unwrap().outcome, Passed);
    let late = Moment::received(soon().now, time("2026-06-01T12:00:00Z"));
    expect(&world.check(&trust, &late), CheckCode::SignerRevocation, Failed, Invalid);
}

#[test]
fn what_is_said_later_about_an_earlier_time_is_noted_with_both() {
    let world = World::new(Version::V4);
    let late = change(SealState::MarkedInvalid, "2026-02-01T00:00:00Z", "2026-06-01T20:00:00Z");
    let report = world.check(&world.trust(&[world.list(&[late])]), &soon());
    expect(&report, STATE, Failed, Invalid);
    let code = NoteCode::SealStateRetroactive;
    let note = report.notes().iter().find(|note| note.code == code).unwrap();
    for part in ["marked-invalid", "2026-02-01T00:00:00Z", "2026-06-01T20:00:00Z"] {
        assert!(note.detail.contains(part), "{}", note.detail);
    }
}

#[test]
fn a_list_that_does_not_count_leaves_the_state_open() {
    let world = World::new(Version::V4);
    let list = world.list(&[]);
    let open = |trust: &Trust, moment: &Moment, why: &str| {
        let report = world.check(trust, moment);
        expect(&report, STATE, NotDetermined, Verdict::NotDetermined);
        let detail = &report.find(STATE).unwrap().detail;
        assert!(detail.contains(why), "{detail}");
    };
    // Expired, or of the future.
    let trust = world.trust(std::slice::from_ref(&list));
    open(&trust, &Moment::claimed(time("2026-07-03T00:00:00Z")), "states.update: in force until");
    open(&trust, &Moment::claimed(time("2026-06-01T23:00:00Z")), "states.update: issued at");
    // Older than one that was seen.
    let mut trust = world.trust(std::slice::from_ref(&list));
    trust.expect_seal_states(ISSUER, 1);
    trust.expect_seal_states("院", 9);
    expect(&world.check(&trust, &soon()), STATE, Passed, Valid);
    trust.expect_seal_states(ISSUER, 2);
    trust.expect_seal_states(ISSUER, 1);
    open(&trust, &soon(), "older than 2");
    // Another seal's.
    let (from, until) = (list.this_update(), list.next_update());
    let empty = SealStatesBuilder::new(ISSUER, from, until).unwrap().sign(&world.office).unwrap();
    open(&world.trust(&[empty]), &soon(), "on no list");
    // Of somebody who was not entrusted with it: the root is no anchor for states by itself.
    let (stranger, certificate) = end(&world.party.root, "Stranger", Profile::Signer);
    let forged = world.builder().sign(&stranger).unwrap();
    open(&world.trust(std::slice::from_ref(&forged)), &soon(), "states.chain");
    // The forged one does not displace the good one, be its number higher.
    let mut higher = SealStatesBuilder::after(&list, from, until).unwrap();
    higher.record(&world.name(), now(SealState::Cancelled, "2026-06-02T00:00:00Z")).unwrap();
    let higher = higher.sign(&stranger).unwrap();
    expect(&world.check(&world.trust(&[higher, list.clone()]), &soon()), STATE, Passed, Valid);
    // Broken.
    let mut bytes = list.as_der().to_vec();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    open(&world.trust(&[SealStates::from_der(&bytes).unwrap()]), &soon(), "states.signature");
    // Of an issuer whose certificate was revoked, or whose revocation is not known.
    let mut world_two = World::new(Version::V4);
    let (from, until) = (time("2025-01-01T00:00:00Z"), time("2035-01-01T00:00:00Z"));
    let subject = yinxin::authority::Subject::parse("CN=Offices,C=CN").unwrap();
    let key = SoftwareKey::generate_sm2().unwrap();
    let mut root = yinxin::authority::Authority::root(key, subject, from, until).unwrap();
    let (office, certificate_two) = end(&root, "Office", Profile::Signer);
    world_two.office = office;
    let list = world_two.list(&[]);
    let mut trust = world_two.party.trust();
    let terms = AnchorTerms::new(&[AnchorPurpose::SealState]);
    trust.add_anchor_for(root.certificate().clone(), terms).unwrap();
    trust.add_seal_states(list);
    let state = |trust: &Trust| {
        let found = world_two.check(trust, &soon()).find(STATE).unwrap().clone();
        (found.outcome, found.detail)
    };
    let (outcome, detail) = state(&trust);
    assert!(outcome == NotDetermined && detail.contains("states.revocation"), "{detail}");
    let mut good = trust.clone();
    good.add_crl(root.crl(time("2026-06-02T00:00:00Z"), time("2030-01-01T00:00:00Z")).unwrap());
    assert_eq!(state(&good).0, Passed);
    root.revoke(&certificate_two, time("2026-06-01T00:00:00Z"), None).unwrap();
    trust.add_crl(root.crl(time("2026-06-02T00:00:00Z"), time("2030-01-01T00:00:00Z")).unwrap());
    let (outcome, detail) = state(&trust);
    assert!(outcome == NotDetermined && detail.contains("states.revocation"), "{detail}");
    drop(certificate);
}

/// What is remembered about lists shows in no report, whatever the clock says and in whatever order.
#[test]
fn a_remembered_verdict_holds_as_long_as_a_new_one() {
    let world = World::new(Version::V4);
    let date = |day: &str| time(&format!("2026-{day}T00:00:00Z"));
    let subject = yinxin::authority::Subject::parse("CN=Offices,C=CN").unwrap();
    let key = SoftwareKey::generate_sm2().unwrap();
    let (from, until) = (time("2025-01-01T00:00:00Z"), time("2035-01-01T00:00:00Z"));
    let root = yinxin::authority::Authority::root(key, subject, from, until).unwrap();
    let key = SoftwareKey::generate_sm2().unwrap();
    let subject = yinxin::authority::Subject::parse("CN=Office,C=CN").unwrap();
    let public = yinxin::key::Signer::public_key(&key).clone();
    let (begin, end) = (date("06-03"), date("06-28"));
    let request = CertificateRequest::new(subject, public, Profile::Signer, begin, end);
    let certificate = root.issue(&request).unwrap();
    let office = key.with_certificates(vec![certificate.as_der().to_vec()]).unwrap();
    let list = world.builder().sign(&office).unwrap();

    let mut trust = world.party.trust();
    let mut terms = AnchorTerms::new(&[AnchorPurpose::SealState]);
    (terms.from, terms.until) = (Some(date("06-05")), Some(date("06-26")));
    terms.distrusted = Some(date("06-25"));
    trust.add_anchor_for(root.certificate().clone(), terms).unwrap();
    trust.add_seal_states(list.clone());
    trust.add_crl(root.crl(date("06-07"), date("06-12")).unwrap());
    let about = std::slice::from_ref(&certificate);
    trust.add_ocsp(root.ocsp(about, date("06-14"), date("06-18")).unwrap());
    let mut gone = root.clone();
    gone.revoke(&certificate, date("06-24"), Some(yinxin::cert::Reason::Superseded)).unwrap();
    trust.add_crl(gone.crl(date("06-20"), date("06-30")).unwrap());
    let sm2 = yinxin::trust::Algorithm::Sm2;
    let ends = yinxin::trust::AlgorithmTerms::new(sm2, Some(date("06-23")));
    trust.policy_mut().algorithms.add(ends).unwrap();

    let mut clocks = Vec::new();
    for day in 2..=30 {
        let noon = time(&format!("2026-06-{day:02}T00:00:00Z"));
        clocks.extend([-43_200, -1, 0, 1].map(|seconds| noon.plus_seconds(seconds).unwrap()));
    }
    clocks.extend([list.next_update(), list.next_update().plus_seconds(1).unwrap()]);
    let state = |trust: &Trust, at: Time| {
        let report = world.check(trust, &Moment::received(at, signing_time().min(at)));
        let found = report.find(STATE).unwrap();
        (found.outcome, found.detail.clone())
    };
    let fresh: Vec<_> = clocks.iter().map(|at| state(&trust.clone(), *at)).collect();
    let good = fresh.iter().filter(|(outcome, _)| *outcome == Passed).count();
    assert!(good > 30 && good < fresh.len() - 30, "{good} of {}", fresh.len());
    let forwards: Vec<usize> = (0..clocks.len()).collect();
    let backwards: Vec<usize> = forwards.iter().rev().copied().collect();
    let jumping: Vec<usize> = forwards.iter().map(|at| at * 37 % clocks.len()).collect();
    for order in [&forwards, &backwards, &jumping, &forwards] {
        for at in order {
            assert_eq!(state(&trust, clocks[*at]), fresh[*at], "{}", clocks[*at]);
        }
    }

    // Whatever changes the trust is seen at once.
    let at = date("06-08").plus_seconds(5).unwrap();
    let changes: [fn(&mut Trust); 3] = [
        |trust| trust.expect_seal_states(ISSUER, 2),
        |trust| trust.policy_mut().issuer_user_id = UserId::new(b"other").unwrap(),
        |trust| {
            trust
                .policy_mut()
                .algorithms
                .add(yinxin::trust::AlgorithmTerms::new(yinxin::trust::Algorithm::Sm3, None))
                .unwrap()
        },
    ];
    for change in changes {
        let mut changed = trust.clone();
        assert_eq!(state(&changed, at).0, Passed);
        change(&mut changed);
        assert_eq!(state(&changed, at).0, NotDetermined);
    }
    let mut changed = trust.clone();
    assert_eq!(state(&changed, at).0, Passed);
    let mut before = root.clone();
    before.revoke(&certificate, date("06-06"), None).unwrap();
    changed.add_crl(before.crl(date("06-08"), date("06-12")).unwrap());
    assert_eq!(state(&changed, at).0, NotDetermined);
}

#[test]
fn an_issuer_that_contradicts_itself_says_nothing() {
    let world = World::new(Version::V4);
    let list = world.list(&[]);
    let (from, until) = (list.this_update(), list.next_update());
    // The later of two lists decides.
    let mut next = SealStatesBuilder::after(&list, from, until).unwrap();
    next.record(&world.name(), now(SealState::Suspended, "2026-05-01T00:00:00Z")).unwrap();
    let next = next.sign(&world.office).unwrap();
    for lists in [[list.clone(), next.clone()], [next.clone(), list.clone()]] {
        expect(&world.check(&world.trust(&lists), &soon()), STATE, Failed, Invalid);
    }
    // Two lists of one number, and one that forgot what was recorded.
    let other = world.list(&[now(SealState::Suspended, "2026-05-01T00:00:00Z")]);
    let report = world.check(&world.trust(&[list, other.clone()]), &soon());
    expect(&report, STATE, NotDetermined, Verdict::NotDetermined);
    assert!(report.find(STATE).unwrap().detail.contains("another list has its number"));
    let report = world.check(&world.trust(&[other, next]), &soon());
    expect(&report, STATE, NotDetermined, Verdict::NotDetermined);
}

#[test]
fn an_office_speaks_for_the_makers_it_was_named_for() {
    let world = World::new(Version::V4);
    let cancelled = now(SealState::Cancelled, "2026-03-01T00:00:00Z");
    let lists = [world.list(&[cancelled])];
    let terms = |maker: [u8; 32]| {
        let mut terms = AnchorTerms::new(&[AnchorPurpose::SealState]);
        terms.makers = vec![maker];
        terms
    };
    // The maker itself, or the authority above it.
    for maker in [&world.party.maker_certificate, world.party.root.certificate()] {
        let trust = world.trust_on(terms(maker.digest()), &lists);
        expect(&world.check(&trust, &soon()), STATE, Failed, Invalid);
    }
    // Another maker's office has no say, and no list is the same as none.
    let trust = world.trust_on(terms([5; 32]), &lists);
    expect(&world.check(&trust, &soon()), STATE, NotDetermined, Valid);
    let mut required = trust.clone();
    required.policy_mut().seal_state = SealStatePolicy::Required;
    expect(&world.check(&required, &soon()), STATE, NotDetermined, Verdict::NotDetermined);
}

/// Trust in the root on these terms, in the office's certificate for states.
fn on_terms(world: &World, change: impl Fn(&mut AnchorTerms)) -> Trust {
    let plain = world.party.trust();
    let mut trust = Trust::new(plain.policy().clone());
    plain.crls().iter().for_each(|crl| trust.add_crl(crl.clone()));
    let mut terms = AnchorTerms::default();
    change(&mut terms);
    trust.add_anchor_for(world.party.root.certificate().clone(), terms).unwrap();
    trust
}

#[test]
fn an_anchor_counts_for_its_purposes_only() {
    let world = World::new(Version::V4);
    let both = [AnchorPurpose::Signer, AnchorPurpose::SealMaker];
    let codes = [CheckCode::SignerChain, CheckCode::SealMakerChain];
    for (only, missing) in [(both[0], codes[1]), (both[1], codes[0])] {
        let trust = on_terms(&world, |terms| terms.purposes = vec![only]);
        let report = world.check(&trust, &soon());
        expect(&report, missing, Failed, Invalid);
        assert!(report.find(missing).unwrap().detail.contains("is not for"));
        assert_eq!(report.failures().len(), 1, "{}", report.to_text());
    }
    let trust = on_terms(&world, |terms| terms.purposes = both.to_vec());
    expect(&world.check(&trust, &soon()), codes[0], Passed, Valid);
    assert!(trust.anchors_at(Purpose::TimeStamp, soon().now).is_empty());
    assert_eq!(trust.anchors_at(Purpose::Sign, soon().now).len(), 1);
    // A plain anchor says nothing about states.
    assert!(world.party.trust().anchors_at(Purpose::StateSeals, soon().now).is_empty());
}

#[test]
fn an_anchor_counts_in_its_time() {
    let world = World::new(Version::V4);
    let noon = time("2026-06-01T12:00:00Z");
    let trust = on_terms(&world, |terms| terms.from = Some(noon));
    expect(&world.check(&trust, &soon()), CheckCode::SignerChain, Failed, Invalid);
    type Ends = fn(&mut AnchorTerms, Time);
    let ends: [Ends; 2] =
        [|terms, at| terms.until = Some(at), |terms, at| terms.distrusted = Some(at)];
    for set in ends {
        // It came to its end after the stated time: that needs proof.
        let trust = on_terms(&world, |terms| set(terms, noon));
        let report = world.check(&trust, &soon());
        expect(&report, TimeProof, NotDetermined, Verdict::NotDetermined);
        let proven = Moment::received(soon().now, time("2026-06-01T09:00:00Z"));
        expect(&world.check(&trust, &proven), TimeProof, Passed, Valid);
        let late = Moment::received(soon().now, time("2026-06-01T13:00:00Z"));
        expect(&world.check(&trust, &late), CheckCode::SignerChain, Failed, Invalid);
    }
    // The last moment of its time belongs to it, the first of distrust does not.
    let exact = Moment::received(soon().now, noon);
    let trust = on_terms(&world, |terms| terms.until = Some(noon));
    expect(&world.check(&trust, &exact), CheckCode::SignerChain, Passed, Valid);
    let trust = on_terms(&world, |terms| terms.distrusted = Some(noon));
    expect(&world.check(&trust, &exact), CheckCode::SignerChain, Failed, Invalid);
}

#[test]
fn a_distrusted_maker_does_not_date_a_seal_back() {
    // Of 2025: the maker counts when the seal was made, by its own word.
    let world = World::new(Version::V5);
    let april = time("2026-04-01T00:00:00Z");
    let terms = |set: fn(&mut AnchorTerms, Time), at| {
        let mut trust = on_terms(&world, |terms| {
            terms.purposes = vec![AnchorPurpose::SealMaker];
            set(terms, at);
        });
        trust
            .add_anchor_for(
                world.party.root.certificate().clone(),
                AnchorTerms::new(&[AnchorPurpose::Signer]),
            )
            .unwrap();
        trust
    };
    // Its anchor only came to its end: good when the seal was made.
    let ended = terms(|terms, at| terms.until = Some(at), april);
    expect(&world.check(&ended, &soon()), CheckCode::SealMakerChain, Passed, Valid);
    let distrusted = terms(|terms, at| terms.distrusted = Some(at), april);
    let report = world.check(&distrusted, &soon());
    assert_eq!(report.verdict(), Verdict::NotDetermined, "{}", report.to_text());
    let makers = report.checks().iter().filter(|c| c.code == CheckCode::SealMakerChain);
    assert!(makers.into_iter().any(|check| check.outcome == NotDetermined));
    // The stamp is proven to be older than the distrust, and the seal in it too.
    let noon = terms(|terms, at| terms.distrusted = Some(at), time("2026-06-01T12:00:00Z"));
    let proven = Moment::received(soon().now, time("2026-06-01T09:00:00Z"));
    expect(&world.check(&noon, &proven), TimeProof, Passed, Valid);
    expect(&world.check(&noon, &soon()), TimeProof, NotDetermined, Verdict::NotDetermined);
}

#[test]
fn a_strict_policy_judges_every_maker_at_the_stamp() {
    let mut world = World::new(Version::V5);
    let maker = world.party.maker_certificate.clone();
    world.party.root.revoke(&maker, time("2026-05-01T00:00:00Z"), None).unwrap();
    let mut trust = world.trust(&[]);
    expect(&world.check(&trust, &soon()), CheckCode::SealMakerRevocation, Passed, Valid);
    trust.policy_mut().strict_makers = true;
    expect(&world.check(&trust, &soon()), CheckCode::SealMakerRevocation, Failed, Invalid);
    expect(
        &check_seal(&world.seal, &trust, &soon()),
        CheckCode::SealMakerRevocation,
        Failed,
        Invalid,
    );
}

#[test]
fn terms_that_no_anchor_can_have_are_refused() {
    let world = World::new(Version::V4);
    let refuses = |change: fn(&mut AnchorTerms)| {
        let mut terms = AnchorTerms::default();
        change(&mut terms);
        let certificate = world.office_certificate.clone();
        assert!(Trust::default().add_anchor_for(certificate, terms).is_err());
    };
    refuses(|terms| terms.purposes.clear());
    refuses(|terms| terms.makers = vec![[0; 32]]);
    refuses(|terms| {
        terms.from = Some(time("2026-06-01T12:00:00Z"));
        terms.until = Some(time("2026-06-01T11:59:59Z"));
    });
}

#[test]
fn makers_and_signers_may_have_user_ids_of_their_own() {
    let party = Party::new();
    let seal = party.seal(Version::V4);
    let id = UserId::new(b"treasury").unwrap();
    let certificates = vec![party.signer_certificate.as_der().to_vec()];
    let pem = party.signer.to_pkcs8_pem(None).unwrap();
    let signer = SoftwareKey::from_pem(pem.as_bytes(), None).unwrap();
    let signer = signer.with_certificates(certificates).unwrap().with_user_id(id.clone());
    let made = stamped(&seal, HASH, &signer);
    let expected = Expected { data_hash: Some(&HASH), property: Some("p") };
    let verdict = |ids: (Option<&UserId>, Option<&UserId>)| {
        let mut trust = party.trust();
        let policy = trust.policy_mut();
        policy.user_id = ids.0.cloned().unwrap_or_default();
        policy.maker_user_id = ids.1.cloned();
        let report = check_stamp(&made, &expected, &trust, &soon());
        let outcome = |code| report.find(code).unwrap().outcome == Passed;
        (outcome(CheckCode::StampSignature), outcome(CheckCode::SealSignature))
    };
    assert_eq!(verdict((None, None)), (false, true));
    assert_eq!(verdict((Some(&id), None)), (true, false));
    assert_eq!(verdict((Some(&id), Some(&UserId::default()))), (true, true));
    assert_eq!(verdict((Some(&id), Some(&id))), (true, false));
}
