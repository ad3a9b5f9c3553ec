//! A bad network, and disks that fail.

use crate::exchange::{BANK, Exchange, FINANCE, only};
use crate::front_common::now;
use std::collections::BTreeSet;
use yinxin::envelope::{Answer, Packet};
use yinxin::error::{Code, Error, Result};
use yinxin::store::sqlite::{Options, SqliteStorage};
use yinxin::store::{
    Changes, Identity, Leg, Move, Order, Snapshot, State, Storage, Store, StoreRole, VoucherKey,
    sign_receipts,
};

/// Small numbers that look like chance and are the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}

#[test]
fn over_a_bad_network_nothing_is_lost_and_nothing_happens_twice() {
    const VOUCHERS: u32 = 12;
    let exchange = Exchange::new();
    let mut chance = Chance(7);
    let keys: Vec<VoucherKey> = (1..=VOUCHERS)
        .map(|number| exchange.town.seal(&mut exchange.store(FINANCE), number))
        .collect();
    let (mut lost, mut doubled, mut bent, mut killed) = (0, 0, 0, 0);
    let mut round = 0;
    loop {
        round += 1;
        assert!(round < 200, "it does not come to rest");
        // What each side has to do, as far as its own store knows.
        for key in &keys {
            match exchange.states(key) {
                (Some(State::Sealed), _) => exchange.send(key),
                (_, Some(State::Delivered)) => exchange.execute(key),
                (_, Some(State::Receipted))
                    if exchange.life(BANK, key).unwrap().receipt_leg == Leg::Unsent =>
                {
                    exchange.send_receipt(key);
                }
                (Some(State::Receipted), _)
                    if exchange.life(FINANCE, key).unwrap().receipt_leg == Leg::Delivered =>
                {
                    let clerk = exchange.town.certificate("cz_sf");
                    let order = Order::new(key.clone(), Move::AcknowledgeReceipt).by(clerk);
                    exchange.order(FINANCE, order).unwrap();
                }
                _ => {}
            }
        }
        for (from, to) in [(FINANCE, BANK), (BANK, FINANCE)] {
            exchange.pack(from);
            let mut under_way: Vec<Vec<u8>> = Vec::new();
            for packet in exchange.store(from).unanswered(0, 1_000).unwrap() {
                match chance.below(5) {
                    0 => lost += 1,
                    1 => {
                        doubled += 1;
                        under_way.extend([packet.bytes.clone(), packet.bytes]);
                    }
                    2 => {
                        bent += 1;
                        let mut bytes = packet.bytes;
                        let at = chance.below(bytes.len());
                        bytes[at] ^= 1 << chance.below(8);
                        under_way.push(bytes);
                    }
                    _ => under_way.push(packet.bytes),
                }
            }
            for at in (1..under_way.len()).rev() {
                under_way.swap(at, chance.below(at + 1));
            }
            // In some batches, each taken in by a store that is opened anew.
            for batch in under_way.chunks(3) {
                let imported = exchange.import(to, batch);
                if chance.below(4) == 0 {
                    killed += 1;
                    continue;
                }
                let signer = &exchange.town.keys(to).signing.key;
                let receipts: Vec<Vec<u8>> = sign_receipts(&imported, signer, 1)
                    .into_iter()
                    .flatten()
                    .map(Result::unwrap)
                    .filter(|_| chance.below(4) > 0)
                    .collect();
                exchange.answer(from, &receipts);
            }
        }
        let done = keys.iter().all(|key| {
            exchange.life(BANK, key).is_some_and(|life| life.receipt_leg == Leg::Acknowledged)
        });
        let quiet = [FINANCE, BANK]
            .iter()
            .all(|role| exchange.store(*role).unanswered(0, 1).unwrap().is_empty());
        if done && quiet {
            break;
        }
    }
    assert!(lost > 5 && doubled > 5 && bent > 5 && killed > 5, "{lost} {doubled} {bent} {killed}");
    for key in &keys {
        assert_eq!(exchange.states(key), (Some(State::Receipted), Some(State::Receipted)));
        // A word that was overtaken by a later one of the same partner says nothing new.
        let moves = |role| -> Vec<String> {
            let overtaken = ["delivered", "accepted", "receipt-delivered"];
            let moves = exchange.moves(role, key).into_iter();
            let once: Vec<String> = moves.collect();
            let different: BTreeSet<&String> = once.iter().collect();
            let acts = once.iter().filter(|name| *name == "act").count().saturating_sub(1);
            assert_eq!(different.len() + acts, once.len(), "{once:?}");
            once.into_iter().filter(|name| !overtaken.contains(&&name[..])).collect()
        };
        assert_eq!(moves(FINANCE)[5..], ["send", "receive-receipt", "acknowledge-receipt"]);
        let bank = [
            "receive",
            "accept",
            "submit",
            "core-executed",
            "fill-receipt",
            "review-receipt",
            "act-on-receipt",
            "send-receipt",
            "receipt-acknowledged",
        ];
        assert_eq!(moves(BANK), bank);
    }
    exchange.audit();
}

/// A storage that fails once: before it writes anything, or when everything is written and nobody is
/// told.
struct Failing {
    storage: SqliteStorage,
    after: bool,
    left: u32,
}

impl Storage for Failing {
    fn identity(&self) -> &Identity {
        self.storage.identity()
    }

    fn view(&mut self, work: &mut dyn FnMut(&dyn Snapshot) -> Result<()>) -> Result<()> {
        self.storage.view(work)
    }

    fn transact(&mut self, work: &mut dyn FnMut(&dyn Snapshot) -> Result<Changes>) -> Result<()> {
        if self.left > 0 {
            self.left -= 1;
            return self.storage.transact(work);
        }
        let error = || Error::new(Code::StoreFault, "store", "the disk failed");
        match self.after {
            true => self.storage.transact(work).and_then(|()| Err(error())),
            false => self.storage.view(&mut |snapshot| work(snapshot).map(drop)).and(Err(error())),
        }
    }
}

impl Exchange {
    fn failing(&self, role: StoreRole, after: bool) -> Store {
        let path = self.folder.path().join(role.name());
        let storage = SqliteStorage::open(&path, &Options::default()).unwrap();
        self.town.store(role, Box::new(Failing { storage, after, left: 0 }))
    }
}

#[test]
fn a_disk_that_fails_leaves_a_batch_whole_or_undone() {
    for after in [false, true] {
        let exchange = Exchange::new();
        let keys: Vec<VoucherKey> = (1..=3)
            .map(|number| exchange.town.seal(&mut exchange.store(FINANCE), number))
            .collect();
        keys.iter().for_each(|key| exchange.send(key));
        let signer = &exchange.town.keys(FINANCE).signing.key;
        // Packing: what nobody was given was never sent, and gets the same numbers or bytes again.
        let mut store = exchange.failing(FINANCE, after);
        assert_eq!(store.pack(signer, now(), 10, 1).unwrap_err().code(), Code::StoreFault);
        drop(store);
        assert_eq!(exchange.pack(FINANCE).len(), if after { 0 } else { 3 });
        let packets = exchange.store(FINANCE).unanswered(0, 10).unwrap();
        let packets: Vec<Vec<u8>> = packets.into_iter().map(|packet| packet.bytes).collect();
        let numbers: Vec<u64> = packets
            .iter()
            .map(|packet| Packet::parse(packet).unwrap().id().header.sequence)
            .collect();
        assert_eq!(numbers, [1, 2, 3]);
        // Taking in.
        let mut store = exchange.failing(BANK, after);
        let borrowed: Vec<&[u8]> = packets.iter().map(Vec::as_slice).collect();
        let failed = store.import(&borrowed, &exchange.mailbox(BANK), now(), 1);
        assert_eq!(failed.unwrap_err().code(), Code::StoreFault);
        drop(store);
        let arrived = exchange.life(BANK, &keys[2]).is_some();
        assert_eq!(arrived, after);
        let expected = if after { "Repeated" } else { "New" };
        for imported in exchange.import(BANK, &packets) {
            let imported = imported.unwrap();
            assert_eq!(imported.admission.name(), expected);
            assert_eq!(imported.receipt.unwrap().answer, Answer::Received);
        }
        // Answers.
        let receipts = exchange.receipts(BANK, &packets);
        let receipts: Vec<&[u8]> = receipts.iter().map(Vec::as_slice).collect();
        let mut store = exchange.failing(FINANCE, after);
        let failed = store.answered(&receipts, now(), 1);
        assert_eq!(failed.unwrap_err().code(), Code::StoreFault);
        drop(store);
        let left = exchange.store(FINANCE).unanswered(0, 10).unwrap().len();
        assert_eq!(left, if after { 0 } else { 3 });
        for answered in exchange.store(FINANCE).answered(&receipts, now(), 1).unwrap() {
            assert_eq!(answered.unwrap().repeated, after);
        }
        exchange.settle();
        for key in &keys {
            assert_eq!(exchange.states(key), (Some(State::Delivered), Some(State::Delivered)));
            assert_eq!(exchange.moves(BANK, key), ["receive"]);
        }
        exchange.audit();
    }
}

#[test]
fn a_receipt_names_what_is_missing() {
    let exchange = Exchange::new();
    for number in 1..=4 {
        let key = exchange.town.seal(&mut exchange.store(FINANCE), number);
        exchange.send(&key);
    }
    let packets = exchange.pack(FINANCE);
    // The last one alone, then the others late.
    let receipts = exchange.receipts(BANK, &packets[3..]);
    let receipt: &[u8] = &receipts[0];
    let answered = only(exchange.store(FINANCE).answered(&[receipt], now(), 1).unwrap()).unwrap();
    assert_eq!(answered.missing, [1..=3]);
    let missing: Vec<Vec<u8>> = exchange
        .store(FINANCE)
        .unanswered(0, 10)
        .unwrap()
        .into_iter()
        .map(|packet| packet.bytes)
        .collect();
    assert_eq!(missing, packets[..3], "the same bytes");
    let names: Vec<&str> = exchange
        .import(BANK, &missing)
        .into_iter()
        .map(|imported| imported.unwrap().admission.name())
        .collect();
    assert_eq!(names, ["Late", "Late", "Late"]);
    let receipts = exchange.receipts(BANK, &packets);
    let receipts: Vec<&[u8]> = receipts.iter().map(Vec::as_slice).collect();
    for answered in exchange.store(FINANCE).answered(&receipts, now(), 1).unwrap() {
        assert!(answered.unwrap().missing.is_empty());
    }
    exchange.settle();
    exchange.audit();
}
