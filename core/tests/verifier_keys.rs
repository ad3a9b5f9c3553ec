//! The keys that a verifier prepares: whose they are, how many, and that no verdict shows it.

mod seal_common;

use seal_common::party::{Party, end, signing_time, soon};
use yinxin::authority::Profile;
use yinxin::crypto::parallel;
use yinxin::crypto::sm2::PreparedPublicKey;
use yinxin::key::SoftwareKey;
use yinxin::report::Verdict;
use yinxin::seal::Version;
use yinxin::signature::{KEY_MEMORY, Verifier, sign, stamp};

const ONE: usize = PreparedPublicKey::MEMORY;

/// A signed document, as the verifier meets it.
enum Item {
    Stamp(Vec<u8>, Vec<u8>),
    Signature(Vec<u8>, Vec<u8>),
}

impl Item {
    fn signed(number: usize, signer: &SoftwareKey) -> Item {
        let document = format!("document {number}").into_bytes();
        Item::Signature(sign(&document, signer).unwrap(), document)
    }

    fn verify(&self, verifier: &Verifier) -> (Option<Verdict>, String) {
        let found = match self {
            Item::Stamp(stamp, document) => verifier.verify_stamp(stamp, document, None, &soon()),
            Item::Signature(value, document) => verifier.verify_signature(value, document, &soon()),
        };
        match found {
            Ok(report) => (Some(report.verdict()), report.to_json()),
            Err(error) => (None, error.to_string()),
        }
    }

    /// The same with one bit of its signature or its document changed.
    fn damaged(&self) -> [Item; 2] {
        let flip = |bytes: &[u8], back: usize| {
            let mut bytes = bytes.to_vec();
            let at = bytes.len() - back;
            bytes[at] ^= 1;
            bytes
        };
        match self {
            Item::Stamp(a, b) => {
                [(flip(a, 3), b.clone()), (a.clone(), flip(b, 1))].map(|(a, b)| Item::Stamp(a, b))
            }
            Item::Signature(a, b) => [(flip(a, 3), b.clone()), (a.clone(), flip(b, 1))]
                .map(|(a, b)| Item::Signature(a, b)),
        }
    }
}

/// What several signers of one party signed, over and over, and damaged.
fn traffic(party: &Party, rounds: usize) -> Vec<Item> {
    let others = ["A", "B", "C"].map(|name| end(&party.root, name, Profile::Signer).0);
    let seals = [Version::V4, Version::V5].map(|version| party.seal(version));
    let mut items = Vec::new();
    for round in 0..rounds {
        for seal in &seals {
            let document = format!("sheet {round}").into_bytes();
            let made = stamp(&document, "", seal, &party.signer, signing_time()).unwrap();
            items.push(Item::Stamp(made, document));
        }
        items.extend(others.iter().map(|signer| Item::signed(round, signer)));
        if round % 3 == 0 {
            let damaged: Vec<Item> = items.iter().rev().take(5).flat_map(Item::damaged).collect();
            items.extend(damaged);
        }
    }
    items
}

#[test]
fn no_verdict_depends_on_what_is_prepared() {
    let party = Party::new();
    let mut items = traffic(&party, 9);
    items.extend(traffic(&Party::new(), 2)); // of another root
    let verify = |memory: usize, threads: usize| {
        let verifier = Verifier::new(party.trust()).with_key_memory(memory);
        let found = parallel::map(&items, threads, |item| {
            let found = item.verify(&verifier);
            assert!(verifier.key_memory() <= memory);
            found
        });
        (found, verifier.key_memory())
    };
    let (expected, nothing) = verify(0, 1);
    assert_eq!(nothing, 0);
    let valid = expected.iter().filter(|(verdict, _)| *verdict == Some(Verdict::Valid)).count();
    assert!(valid >= 9 * 5 && valid < expected.len() / 2 + 9 * 5, "{valid}");
    // The root, the signer, A, B and C; the maker's signatures are looked at twice only.
    for (memory, kept) in [(ONE - 1, 0), (ONE, 1), (2 * ONE + 1, 2), (KEY_MEMORY, 5)] {
        let (found, used) = verify(memory, 1);
        assert_eq!(found, expected, "{memory}");
        assert_eq!(used, kept * ONE, "{memory}");
        assert_eq!(verify(memory, 3).0, expected, "{memory}");
    }
}

#[test]
fn a_verifier_prepares_of_itself() {
    let party = Party::new();
    let verifier = Verifier::new(party.trust());
    for item in traffic(&party, 6) {
        item.verify(&verifier);
    }
    assert_eq!(verifier.key_memory(), 5 * ONE);
    // Another verifier with the same trust begins with nothing.
    assert_eq!(Verifier::new(verifier.trust().clone()).key_memory(), 0);
}

#[test]
fn a_few_signatures_prepare_nothing() {
    let party = Party::new();
    let verifier = Verifier::new(party.trust());
    let item = Item::signed(1, &party.signer);
    for _ in 0..3 {
        assert_eq!(item.verify(&verifier).0, Some(Verdict::Valid));
    }
    assert_eq!(verifier.key_memory(), 0);
}

#[test]
fn signatures_without_a_chain_prepare_nothing() {
    let party = Party::new();
    let verifier = Verifier::new(party.trust()).with_key_memory(2 * ONE);
    for round in 0..8 {
        assert_eq!(Item::signed(round, &party.signer).verify(&verifier).0, Some(Verdict::Valid));
    }
    assert_eq!(verifier.key_memory(), 2 * ONE); // the root and the signer
    // Self-made people, each with good signatures without end, under a root of the same name.
    let empty = Verifier::new(party.trust());
    for _ in 0..4 {
        let flood = Party::new();
        for round in 0..8 {
            let item = Item::signed(round, &flood.signer);
            for verifier in [&verifier, &empty] {
                assert_eq!(item.verify(verifier).0, Some(Verdict::Invalid));
            }
        }
    }
    assert_eq!(verifier.key_memory(), 2 * ONE);
    assert_eq!(empty.key_memory(), 0);
}
