use super::*;
use crate::asn1::writer;
use crate::authority::{Authority, Profile, Subject};
use crate::cms;
use crate::key::SoftwareKey;

fn day(day: u8) -> Time {
    Time::from_civil(2026, 3, day, 0, 0, 0).unwrap()
}

fn change(state: SealState, effective: u8, recorded: u8) -> StateChange {
    let (effective_from, recorded_at) = (day(effective), day(recorded));
    StateChange { state, effective_from, recorded_at, reason: "理由".to_owned() }
}

fn issuer() -> SoftwareKey {
    let (from, until) = (day(1), Time::from_civil(2030, 1, 1, 0, 0, 0).unwrap());
    let name = |text| Subject::parse(text).unwrap();
    let root = SoftwareKey::generate_sm2().unwrap();
    let root = Authority::root(root, name("CN=Root,C=CN"), from, until).unwrap();
    root.issue_new_key(name("CN=Seal Office,C=CN"), Profile::Signer, from, until).unwrap().0
}

const SEAL: SealName<'static> = SealName { digest: [7; 32], id: "33", maker: "Maker" };
const OTHER: SealName<'static> = SealName { digest: [3; 32], id: "34", maker: "Maker" };

fn first() -> SealStatesBuilder {
    let mut list = SealStatesBuilder::new("局", day(10), day(20)).unwrap();
    list.record(&SEAL, change(SealState::Active, 1, 1)).unwrap();
    list.record(&SEAL, change(SealState::Suspended, 5, 4)).unwrap();
    list.record(&OTHER, change(SealState::Active, 2, 2)).unwrap();
    list
}

#[test]
fn what_was_made_reads_back() {
    let key = issuer();
    let list = first().sign(&key).unwrap();
    assert_eq!((list.issuer(), list.number(), list.previous()), ("局", 1, None));
    assert_eq!((list.this_update(), list.next_update()), (day(10), day(20)));
    assert_eq!(SealStates::from_der(list.as_der()).unwrap(), list);
    let digests: Vec<[u8; 32]> = list.seals().iter().map(|entry| entry.seal).collect();
    assert_eq!(digests, [[3; 32], [7; 32]]);
    let entry = list.entry(&SEAL.digest).unwrap();
    assert_eq!((entry.id.as_str(), entry.maker.as_str()), ("33", "Maker"));
    assert_eq!(entry.history[1], change(SealState::Suspended, 5, 4));
    assert_eq!(list.entry(&[0; 32]), None);
}

#[test]
fn a_later_list_keeps_what_was_said() {
    let key = issuer();
    let one = first().sign(&key).unwrap();
    let mut next = SealStatesBuilder::after(&one, day(11), day(21)).unwrap();
    next.record(&SEAL, change(SealState::Active, 8, 11)).unwrap();
    let two = next.sign(&key).unwrap();
    assert_eq!((two.number(), two.previous()), (2, Some(one.digest())));
    assert_eq!(two.break_after(&one), None);
    assert!(one.break_after(&two).unwrap().contains("does not follow"));
    // One that starts anew and takes the next number.
    let mut forged = first();
    forged.number = 2;
    let forged_two = forged.sign(&key).unwrap();
    assert!(forged_two.break_after(&one).unwrap().contains("previous"));
    // One that drops a change, or a seal.
    for drop in [
        |list: &mut SealStatesBuilder| drop(list.seals.remove(&OTHER.digest)),
        |list: &mut SealStatesBuilder| {
            list.seals.get_mut(&SEAL.digest).unwrap().history.remove(1);
        },
    ] {
        let mut list = SealStatesBuilder::after(&one, day(12), day(22)).unwrap();
        drop(&mut list);
        let three = list.sign(&key).unwrap();
        assert!(three.break_after(&one).unwrap().contains("history"));
    }
    let mut other = first();
    other.issuer = "院".to_owned();
    other.number = 5;
    assert!(other.sign(&key).unwrap().break_after(&one).unwrap().contains("another issuer"));
}

#[test]
fn the_state_at_a_moment_is_what_was_recorded_last_for_it() {
    use SealState::{Active, Cancelled, MarkedInvalid, Suspended};
    let state = |history: &[(SealState, u8, u8)], at: u8| {
        let history = history.iter().map(|(s, from, at)| change(*s, *from, *at)).collect();
        let entry = SealEntry { seal: [0; 32], id: String::new(), maker: String::new(), history };
        entry.at(day(at)).map(|change| change.state)
    };
    let plain = [(Active, 2, 2), (Suspended, 5, 5), (Active, 8, 8)];
    for (at, expected) in [
        (1, None),
        (2, Some(Active)),
        (4, Some(Active)),
        (5, Some(Suspended)),
        (7, Some(Suspended)),
        (8, Some(Active)),
        (20, Some(Active)),
    ] {
        assert_eq!(state(&plain, at), expected, "{at}");
    }
    // Said later about an earlier time: it holds from then on.
    let late = [(Active, 2, 2), (Suspended, 5, 5), (Active, 8, 8), (Suspended, 3, 10)];
    assert_eq!(state(&late, 4), Some(Suspended));
    assert_eq!(state(&late, 9), Some(Suspended));
    assert_eq!(state(&late, 2), Some(Active));
    // Nobody comes back from a cancellation, be it one announced for later.
    let cancelled = [(Active, 2, 2), (Cancelled, 12, 5), (Suspended, 6, 6), (Active, 8, 8)];
    assert_eq!(state(&cancelled, 9), Some(Active));
    assert_eq!(state(&cancelled, 12), Some(Cancelled));
    assert_eq!(
        state(&[(Active, 2, 2), (MarkedInvalid, 2, 9), (Active, 2, 10)], 3),
        Some(MarkedInvalid)
    );
}

#[test]
fn the_builder_refuses_what_cannot_be_read() {
    let mut list = first();
    let mut refuses = |seal: &SealName<'_>, change| {
        assert_eq!(list.record(seal, change).unwrap_err().code(), Code::Argument);
    };
    refuses(&SEAL, change(SealState::Active, 3, 3));
    refuses(&SEAL, change(SealState::Active, 9, 11));
    refuses(&SealName { id: &"x".repeat(256), ..SEAL }, change(SealState::Active, 9, 9));
    let mut odd = change(SealState::Active, 9, 9);
    odd.reason = "a\nb".to_owned();
    refuses(&SEAL, odd);
    let fraction = day(9).with_nanos(1).unwrap();
    refuses(&SEAL, StateChange { effective_from: fraction, ..change(SealState::Active, 9, 9) });
    let made = list.sign(&issuer()).unwrap();
    assert!(SealStatesBuilder::after(&made, day(9), day(20)).is_err());
    assert!(SealStatesBuilder::new("", day(1), day(2)).is_err());
    assert!(SealStatesBuilder::new("局", day(2), day(1)).is_err());
    for at in 0..MAX_HISTORY {
        let result = list.record(&OTHER, change(SealState::Active, 9, 9));
        assert_eq!(result.is_ok(), at < MAX_HISTORY - 1);
    }
}

#[test]
fn only_the_one_form_is_read() {
    let key = issuer();
    let message = |content: &[u8]| cms::sign_attached(&key, content).unwrap();
    let good = first().to_der();
    assert!(SealStates::from_der(&message(&good)).is_ok());
    let detached = cms::sign_detached(&key, &good).unwrap();
    assert_eq!(SealStates::from_der(&detached).unwrap_err().code(), Code::Form);
    assert!(SealStates::from_der(&good).is_err());
    assert!(SealStates::from_der(&[message(&good), vec![0]].concat()).is_err());
    assert!(SealStates::from_der(&message(&[good.clone(), vec![0]].concat())).is_err());
    for end in 0..good.len() {
        assert!(SealStates::from_der(&message(&good[..end])).is_err(), "{end}");
    }

    let (utf8, time) = (writer::utf8, |at| writer::generalized_time(day(at)));
    let moved = |state: u8, recorded: u8| {
        let change =
            writer::sequence(&[&writer::enumerated(state), &time(1), &time(recorded), &utf8("")]);
        writer::sequence(&[
            &writer::octet_string(&[7; 32]),
            &utf8(""),
            &utf8(""),
            &writer::sequence(&[&change]),
        ])
    };
    let list = |format: &str, number: i64, until: u8, previous: &[u8], seals: &[Vec<u8>]| {
        let content = writer::sequence(&[
            &utf8(format),
            &utf8("局"),
            &writer::integer(number),
            &time(10),
            &time(until),
            previous,
            &writer::sequence_of(seals),
        ]);
        SealStates::from_der(&message(&content))
    };
    let entry = moved(0, 1);
    assert!(list(FORMAT, 1, 20, &[], std::slice::from_ref(&entry)).is_ok());
    assert!(list(FORMAT, 1, 10, &[], &[]).is_ok());
    let code = |result: Result<SealStates>| result.unwrap_err().code();
    assert_eq!(code(list("yinxin:seal-states:2", 1, 20, &[], &[])), Code::Version);
    assert_eq!(code(list(FORMAT, 0, 20, &[], &[])), Code::Der);
    assert_eq!(code(list(FORMAT, -1, 20, &[], &[])), Code::Der);
    assert_eq!(code(list(FORMAT, 1, 9, &[], &[])), Code::Der);
    assert_eq!(code(list(FORMAT, 1, 20, &[0x80, 1, 0], &[])), Code::Der);
    assert_eq!(code(list(FORMAT, 1, 20, &[], &[entry.clone(), entry])), Code::Structure);
    assert_eq!(code(list(FORMAT, 1, 20, &[], &[moved(4, 1)])), Code::Der);
    assert_eq!(code(list(FORMAT, 1, 20, &[], &[moved(0, 11)])), Code::Structure);
    let empty = writer::sequence(&[
        &writer::octet_string(&[7; 32]),
        &utf8(""),
        &utf8(""),
        &writer::sequence(&[]),
    ]);
    assert_eq!(code(list(FORMAT, 1, 20, &[], &[empty])), Code::Der);
}

#[test]
fn another_signature_is_not_good() {
    let key = issuer();
    let list = first().sign(&key).unwrap();
    assert!(list.is_signed(&Default::default()));
    let mut bytes = list.as_der().to_vec();
    let at = bytes.windows(6).position(|window| window == "Maker\x30".as_bytes()).unwrap();
    bytes[at] = b'm';
    let changed = SealStates::from_der(&bytes).unwrap();
    assert_eq!(changed.seals()[0].maker, "maker");
    assert!(!changed.is_signed(&Default::default()));
}
