//! Who gets in, who goes, and that nobody can tell from the answers.

use super::*;
use crate::crypto::parallel;
use crate::crypto::sm2::PrivateKey;
use std::sync::atomic::{AtomicUsize, Ordering};

const SM2: SignatureAlgorithm = SignatureAlgorithm::Sm2WithSm3;
const ONE: usize = PreparedPublicKey::MEMORY;

struct Person {
    private: PrivateKey,
    public: PublicKey,
    signature: Vec<u8>,
}

impl Person {
    fn new() -> Self {
        let private = PrivateKey::generate().unwrap();
        let public = PublicKey::Sm2(*private.public_key());
        let signature = private.sign(&UserId::default(), b"message").unwrap().to_der();
        Person { private, public, signature }
    }

    fn many(count: usize) -> Vec<Person> {
        (0..count).map(|_| Person::new()).collect()
    }

    fn verify(&self, keys: &PreparedKeys, message: &[u8]) -> bool {
        keys.verify(&self.public, SM2, &UserId::default(), message, &self.signature).is_ok()
    }

    /// Signatures that are good, so many.
    fn signs(&self, keys: &PreparedKeys, times: u32) {
        (0..times).for_each(|_| assert!(self.verify(keys, b"message")));
    }

    fn is_kept(&self, keys: &PreparedKeys) -> bool {
        let point = self.private.public_key().to_raw64();
        keys.kept.lock().unwrap().prepared.contains_key(&point)
    }
}

fn vouch(keys: &PreparedKeys, people: &[&Person]) {
    keys.vouch_for(people.iter().map(|person| &person.public));
}

#[test]
fn vouched_for_and_then_proven() {
    let keys = PreparedKeys::new(10 * ONE);
    let (known, unknown) = (Person::new(), Person::new());
    known.signs(&keys, 10); // before anybody vouched
    vouch(&keys, &[&known]);
    for _ in 0..10 {
        assert!(!known.verify(&keys, b"another message")); // not good
    }
    known.signs(&keys, GOOD_SIGNATURES - 1);
    vouch(&keys, &[&known]);
    assert!(!known.is_kept(&keys));
    assert_eq!(keys.memory(), 0);
    known.signs(&keys, 1);
    assert!(known.is_kept(&keys));
    assert_eq!(keys.memory(), ONE);
    unknown.signs(&keys, 10 * GOOD_SIGNATURES);
    assert!(!unknown.is_kept(&keys));
    // With its table the key answers as before.
    known.signs(&keys, 3);
    assert!(!known.verify(&keys, b"another message"));
    assert!(known.public.verify(SM2, &UserId::default(), b"message", &known.signature).is_ok());
}

#[test]
fn the_limit_holds_to_the_byte() {
    let people = Person::many(5);
    let everybody: Vec<&Person> = people.iter().collect();
    for (limit, most) in
        [(0, 0), (1, 0), (ONE - 1, 0), (ONE, 1), (2 * ONE - 1, 1), (2 * ONE, 2), (5 * ONE + 7, 5)]
    {
        let keys = PreparedKeys::new(limit);
        for _ in 0..3 {
            vouch(&keys, &everybody);
            for person in &people {
                person.signs(&keys, GOOD_SIGNATURES);
                assert!(keys.memory() <= limit);
            }
        }
        assert_eq!(keys.memory(), most * ONE);
        if most == 0 {
            assert!(keys.kept.lock().unwrap().candidates.is_empty());
        }
    }
}

#[test]
fn the_least_recently_used_goes() {
    let keys = PreparedKeys::new(2 * ONE);
    let people = Person::many(3);
    let [a, b, c] = &people[..] else { unreachable!() };
    for person in [a, b] {
        vouch(&keys, &[person]);
        person.signs(&keys, GOOD_SIGNATURES);
    }
    a.signs(&keys, 1);
    vouch(&keys, &[c]);
    a.signs(&keys, 1);
    c.signs(&keys, GOOD_SIGNATURES);
    assert_eq!([a, b, c].map(|person| person.is_kept(&keys)), [true, false, true]);
    // b comes back when it is vouched for and proven again, and a and c are idle.
    vouch(&keys, &[b]);
    c.signs(&keys, 1);
    b.signs(&keys, GOOD_SIGNATURES);
    assert_eq!([a, b, c].map(|person| person.is_kept(&keys)), [false, true, true]);
}

#[test]
fn more_signers_than_fit_do_not_drive_one_another_out() {
    let keys = PreparedKeys::new(3 * ONE);
    let people = Person::many(4);
    let everybody: Vec<&Person> = people.iter().collect();
    let mut kept = Vec::new();
    for round in 0..8 * GOOD_SIGNATURES {
        vouch(&keys, &everybody);
        people.iter().for_each(|person| person.signs(&keys, 1));
        let now: Vec<bool> = people.iter().map(|person| person.is_kept(&keys)).collect();
        if round == GOOD_SIGNATURES {
            kept = now;
        } else if round > GOOD_SIGNATURES {
            assert_eq!(now, kept);
        }
    }
    assert_eq!(kept.iter().filter(|kept| **kept).count(), 3);
}

#[test]
fn a_flood_evicts_nobody_and_is_not_remembered() {
    let keys = PreparedKeys::new(2 * ONE);
    let people = Person::many(2);
    vouch(&keys, &[&people[0], &people[1]]);
    people.iter().for_each(|person| person.signs(&keys, GOOD_SIGNATURES));
    // Keys nobody vouched for, each with many good signatures.
    for flood in Person::many(20) {
        flood.signs(&keys, 2 * GOOD_SIGNATURES);
        assert!(!flood.is_kept(&keys));
    }
    assert!(keys.kept.lock().unwrap().candidates.is_empty());
    assert!(people.iter().all(|person| person.is_kept(&keys)));
    // Keys that lead to an anchor and sign once: as many as may be counted, and no more.
    let points = (0..3 * MAX_CANDIDATES as u64).map(|number| {
        let mut point = [0; 64];
        point[..8].copy_from_slice(&number.to_be_bytes());
        point
    });
    let mut kept = keys.kept.lock().unwrap();
    for point in points {
        kept.add_candidate(point);
        assert!(kept.candidates.len() <= MAX_CANDIDATES);
    }
    assert_eq!(kept.candidates.len(), MAX_CANDIDATES);
    assert!(kept.candidates.contains_key(&{
        let mut last = [0; 64];
        last[..8].copy_from_slice(&(3 * MAX_CANDIDATES as u64 - 1).to_be_bytes());
        last
    }));
    drop(kept);
    assert!(people.iter().all(|person| person.is_kept(&keys)));
    assert_eq!(keys.memory(), 2 * ONE);
}

#[test]
fn many_threads_get_the_answers_of_one() {
    let keys = PreparedKeys::new(2 * ONE);
    let people = Person::many(3);
    let everybody: Vec<&Person> = people.iter().collect();
    let most = AtomicUsize::new(0);
    let work: Vec<usize> = (0..600).collect();
    let right = parallel::map(&work, 4, |at| {
        vouch(&keys, &everybody);
        let (person, good) = (&people[at % 3], at % 7 != 0);
        let answer = person.verify(&keys, if good { b"message" } else { b"another" });
        most.fetch_max(keys.memory(), Ordering::Relaxed);
        answer == good
    });
    assert!(right.into_iter().all(|right| right));
    assert_eq!(most.into_inner(), 2 * ONE);
}

#[test]
fn a_lock_that_nobody_opens_is_a_miss() {
    let keys = PreparedKeys::new(10 * ONE);
    let person = Person::new();
    vouch(&keys, &[&person]);
    person.signs(&keys, GOOD_SIGNATURES);
    let held = keys.kept.lock().unwrap();
    vouch(&keys, &[&person]);
    person.signs(&keys, GOOD_SIGNATURES);
    assert!(!person.verify(&keys, b"another message"));
    assert_eq!(keys.memory(), 0); // not known
    drop(held);
    assert_eq!(keys.memory(), ONE);
}

#[test]
fn a_clone_is_empty_and_has_the_limit() {
    let keys = PreparedKeys::new(ONE);
    let person = Person::new();
    vouch(&keys, &[&person]);
    person.signs(&keys, GOOD_SIGNATURES);
    let clone = keys.clone();
    assert_eq!((keys.memory(), clone.memory()), (ONE, 0));
    person.signs(&clone, GOOD_SIGNATURES);
    assert_eq!(clone.memory(), 0); // nobody vouched there
    vouch(&clone, &[&person]);
    person.signs(&clone, GOOD_SIGNATURES);
    assert_eq!(clone.memory(), ONE);
}

#[test]
fn other_algorithms_and_other_bytes() {
    let keys = PreparedKeys::new(ONE);
    let person = Person::new();
    vouch(&keys, &[&person]);
    let verify = |algorithm, signature: &[u8]| {
        keys.verify(&person.public, algorithm, &UserId::default(), b"message", signature)
    };
    for _ in 0..2 * GOOD_SIGNATURES {
        assert!(verify(SignatureAlgorithm::EcdsaP256Sha256, &person.signature).is_err());
        assert!(verify(SM2, &person.signature[1..]).is_err());
        assert!(verify(SM2, b"").is_err());
    }
    assert_eq!(keys.memory(), 0);
}
