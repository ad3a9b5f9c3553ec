//! Packets per second: vouchers of 2 KB and files of 1 MB, one by one and many at a time.

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use yinxin::Time;
use yinxin::authority::{Authority, Profile, Subject};
use yinxin::cert::Certificate;
use yinxin::envelope::{
    Letter, Mailbox, Party, Receipt, Receiving, Sealed, SignedReceipt, open, open_many, seal,
    seal_many,
};
use yinxin::key::SoftwareKey;
use yinxin::signature::Verifier;
use yinxin::trust::{Moment, Trust};

const SIZES: [usize; 2] = [2 << 10, 1 << 20];

fn main() {
    divan::main();
}

struct World {
    time: Time,
    /// With prepared keys, as a verifier keeps it.
    verifier: Verifier,
    sender: SoftwareKey,
    signs: Certificate,
    receiver: SoftwareKey,
    receives: Certificate,
}

impl World {
    fn new() -> World {
        let time = Time::from_civil(2026, 6, 1, 0, 0, 0).unwrap();
        let (from, until) = (time.plus_days(-100).unwrap(), time.plus_days(200).unwrap());
        let subject = |name: &str| Subject::new(&[("CN", name), ("C", "CN")]).unwrap();
        let key = SoftwareKey::generate_sm2().unwrap();
        let root = Authority::root(key, subject("Root"), from, until).unwrap();
        let issue =
            |name, profile| root.issue_new_key(subject(name), profile, from, until).unwrap();
        let (sender, signs) = issue("Sender", Profile::Signer);
        let (receiver, receives) = issue("Receiver", Profile::Encryption);
        let mut trust = Trust::default();
        trust.add_anchor(root.certificate().clone());
        trust.add_crl(root.crl(from, until).unwrap());
        World { time, verifier: Verifier::new(trust), sender, signs, receiver, receives }
    }

    fn letter<'a>(&self, sequence: u64, body: &'a [u8]) -> Letter<'a> {
        let (kind, conversation) = ("voucher", "bench");
        Letter { kind, conversation, sequence, time: self.time, body }
    }

    fn sealed(&self, body: &[u8], count: u64) -> Vec<Sealed> {
        let letters: Vec<Letter<'_>> =
            (1..=count).map(|number| self.letter(number, body)).collect();
        let sealed = seal_many(&letters, &self.sender, &self.receives, 1);
        sealed.into_iter().map(Result::unwrap).collect()
    }
}

/// How many packets are sealed or opened together: some 8 MB at most.
fn count(size: usize) -> u64 {
    ((8 << 20) / size as u64).min(256)
}

#[divan::bench(args = SIZES)]
fn seal_one(bencher: Bencher, size: usize) {
    let (world, body) = (World::new(), vec![7; size]);
    let bencher = bencher.counter(ItemsCount::new(1usize)).counter(BytesCount::new(size));
    bencher.bench(|| seal(&world.letter(1, &body), &world.sender, &world.receives).unwrap());
}

#[divan::bench(args = SIZES)]
fn seal_together(bencher: Bencher, size: usize) {
    let (world, body) = (World::new(), vec![7; size]);
    let letters: Vec<Letter<'_>> =
        (1..=count(size)).map(|number| world.letter(number, &body)).collect();
    let bencher = bencher.counter(ItemsCount::new(letters.len()));
    bencher.counter(BytesCount::new(size * letters.len())).bench(|| {
        let sealed = seal_many(&letters, &world.sender, &world.receives, 1);
        assert!(sealed.iter().all(Result::is_ok));
    });
}

#[divan::bench(args = SIZES)]
fn open_one(bencher: Bencher, size: usize) {
    let world = World::new();
    let packet = world.sealed(&vec![7; size], 1).remove(0).bytes;
    opening(world, |by| {
        let bencher = bencher.counter(ItemsCount::new(1usize)).counter(BytesCount::new(size));
        bencher.bench(|| open(&packet, by).unwrap().into_message().unwrap());
    });
}

#[divan::bench(args = SIZES)]
fn open_together(bencher: Bencher, size: usize) {
    let world = World::new();
    let sealed = world.sealed(&vec![7; size], count(size));
    let packets: Vec<&[u8]> = sealed.iter().map(|sealed| &sealed.bytes[..]).collect();
    opening(world, |by| {
        let bencher = bencher.counter(ItemsCount::new(packets.len()));
        bencher.counter(BytesCount::new(size * packets.len())).bench(|| {
            let opened = open_many(&packets, by, 1);
            assert!(opened.into_iter().all(|opened| opened.unwrap().into_message().is_ok()));
        });
    });
}

fn opening(world: World, work: impl FnOnce(&Receiving<'_>)) {
    let World { time, verifier, signs, receiver, receives, .. } = world;
    let mailbox = Mailbox::new("receiver").with_key(receives, receiver).unwrap();
    let parties = [Party::new("sender").with_certificate(&signs)];
    let (trust, moment) = (verifier.trust(), Moment::claimed(time));
    work(&Receiving { mailbox: &mailbox, parties: &parties, trust, moment });
}

#[divan::bench]
fn receipts_signed(bencher: Bencher) {
    let world = World::new();
    let id = world.sealed(b"body", 1).remove(0).id;
    let receipts = vec![Receipt::received(&id, &[], world.time).unwrap(); 256];
    bencher.counter(ItemsCount::new(256usize)).bench(|| {
        let signed = Receipt::sign_many(&receipts, &world.sender, 1);
        assert!(signed.iter().all(Result::is_ok));
    });
}

#[divan::bench]
fn receipts_checked(bencher: Bencher) {
    let world = World::new();
    let id = world.sealed(b"body", 1).remove(0).id;
    let receipts = vec![Receipt::received(&id, &[], world.time).unwrap(); 256];
    let signed = Receipt::sign_many(&receipts, &world.sender, 1);
    let signed: Vec<Vec<u8>> = signed.into_iter().map(Result::unwrap).collect();
    let party = Party::new("receiver").with_certificate(&world.signs);
    let (trust, moment) = (world.verifier.trust(), Moment::claimed(world.time));
    bencher.counter(ItemsCount::new(256usize)).bench(|| {
        let parsed = signed.iter().map(|one| SignedReceipt::parse(one).unwrap());
        let items: Vec<_> = parsed.map(|receipt| (receipt, &id, &party)).collect();
        let checked = SignedReceipt::check_many(items, trust, &moment, 1);
        assert!(checked.into_iter().all(|receipt| receipt.into_receipt().is_ok()));
    });
}
