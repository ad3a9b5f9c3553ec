//! Two offices with their stores, and what carries packets between them.

use crate::front_common::{Town, now, vouchers};
use std::sync::Arc;
use tempfile::TempDir;
use yinxin::crypto::public_key::PublicKey;
use yinxin::envelope::Mailbox;
use yinxin::error::Result;
use yinxin::key::Decrypter;
use yinxin::store::quota::QuotaFields;
use yinxin::store::sqlite::{Options, SqliteStorage};
use yinxin::store::{
    Imported, Life, Move, Order, State, Storage, Store, StoreRole, VoucherKey, audit_logs,
    replay_vouchers, sign_receipts,
};
use yinxin::voucher::Body;

pub const FINANCE: StoreRole = StoreRole::Finance;
pub const BANK: StoreRole = StoreRole::Bank;

/// The two offices with their stores in one folder.
pub struct Exchange {
    pub town: Arc<Town>,
    pub folder: TempDir,
}

impl Exchange {
    pub fn new() -> Exchange {
        let exchange =
            Exchange { town: Arc::new(Town::new()), folder: tempfile::tempdir().unwrap() };
        for role in [FINANCE, BANK] {
            exchange.town.create(role, exchange.folder.path());
        }
        exchange
    }

    /// The store as it stands on the disk.
    pub fn store(&self, role: StoreRole) -> Store {
        self.town.open(role, self.folder.path())
    }

    pub fn mailbox(&self, role: StoreRole) -> Mailbox {
        let keys = self.town.keys(role);
        let certificate = keys.encryption.certificate.clone();
        let key = KeyOf(Arc::clone(&self.town), role);
        Mailbox::new(keys.name).with_key(certificate, key).unwrap()
    }

    /// New packets of a store.
    pub fn pack(&self, role: StoreRole) -> Vec<Vec<u8>> {
        let signer = &self.town.keys(role).signing.key;
        let packing = self.store(role).pack(signer, now(), 1_000, 2).unwrap();
        assert!(packing.stuck.is_empty(), "{:?}", packing.stuck);
        packing.packets.into_iter().map(|packet| packet.bytes).collect()
    }

    pub fn import(&self, role: StoreRole, packets: &[Vec<u8>]) -> Vec<Result<Imported>> {
        let packets: Vec<&[u8]> = packets.iter().map(Vec::as_slice).collect();
        self.store(role).import(&packets, &self.mailbox(role), now(), 2).unwrap()
    }

    /// Takes packets in and gives the signed receipts.
    pub fn receipts(&self, role: StoreRole, packets: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let imported = self.import(role, packets);
        let signer = &self.town.keys(role).signing.key;
        sign_receipts(&imported, signer, 2).into_iter().flatten().map(Result::unwrap).collect()
    }

    pub fn answer(&self, role: StoreRole, receipts: &[Vec<u8>]) {
        let receipts: Vec<&[u8]> = receipts.iter().map(Vec::as_slice).collect();
        for answered in self.store(role).answered(&receipts, now(), 2).unwrap() {
            answered.unwrap();
        }
    }

    /// Everything that is under way arrives and is answered, both ways, until nothing is under way.
    pub fn settle(&self) {
        for _ in 0..10 {
            let mut quiet = true;
            for (from, to) in [(FINANCE, BANK), (BANK, FINANCE)] {
                self.pack(from);
                let waiting = self.store(from).unanswered(0, 1_000).unwrap();
                quiet &= waiting.is_empty();
                let packets: Vec<Vec<u8>> =
                    waiting.into_iter().map(|packet| packet.bytes).collect();
                let receipts = self.receipts(to, &packets);
                self.answer(from, &receipts);
            }
            if quiet {
                return;
            }
        }
        panic!("it does not come to rest");
    }

    pub fn order(&self, role: StoreRole, order: Order) -> Result<bool> {
        self.store(role).carry_out(&order, now()).map(|made| !made.repeated)
    }

    pub fn send(&self, key: &VoucherKey) {
        let mut order = Order::new(key.clone(), Move::Send).by(self.town.certificate("cz_sf"));
        order.to = Some(self.town.keys(BANK).name.to_owned());
        assert!(self.order(FINANCE, order).unwrap());
    }

    pub fn life(&self, role: StoreRole, key: &VoucherKey) -> Option<Life> {
        self.store(role).voucher(key).unwrap().map(|stored| stored.life)
    }

    pub fn states(&self, key: &VoucherKey) -> (Option<State>, Option<State>) {
        let state = |role| self.life(role, key).map(|life| life.state);
        (state(FINANCE), state(BANK))
    }

    pub fn moves(&self, role: StoreRole, key: &VoucherKey) -> Vec<String> {
        let entries = self.store(role).history(&key.id).unwrap();
        entries.into_iter().map(|entry| entry.operation).collect()
    }

    /// The bank accepts, pays, and fills, reviews and seals the receipt.
    pub fn execute(&self, key: &VoucherKey) {
        let teller = self.town.certificate("yh_jb");
        let by = |name| Order::new(key.clone(), name).by(teller);
        let mut store = self.store(BANK);
        store.carry_out(&by(Move::Accept), now()).unwrap();
        let submitted = store.carry_out(&by(Move::Submit), now()).unwrap();
        let mut core = Order::new(key.clone(), Move::CoreExecuted);
        core.submission = submitted.life.submission;
        core.result = Some(yinxin::store::life::CoreResult::Executed(submitted.life.amount));
        store.carry_out(&core, now()).unwrap();
        let original = store.voucher(key).unwrap().unwrap().original.unwrap();
        let receipt = Body::receipt(original.clone(), vouchers::paid(original.voucher())).unwrap();
        let receipt = self.town.acted(receipt, "yh_jb", "102");
        store.carry_out(&by(Move::FillReceipt).with(receipt), now()).unwrap();
        self.town.step(&mut store, key, Move::ReviewReceipt, "yh_fh");
        self.town.step(&mut store, key, Move::ActOnReceipt, "yh_ywz");
    }

    pub fn send_receipt(&self, key: &VoucherKey) {
        let order = Order::new(key.clone(), Move::SendReceipt).by(self.town.certificate("yh_sf"));
        assert!(self.order(BANK, order).unwrap());
    }

    /// Both stores are sound, and their logs lead to what they hold.
    pub fn audit(&self) {
        for role in [FINANCE, BANK] {
            let path = self.folder.path().join(role.name());
            let mut storage = SqliteStorage::open(&path, &Options::default()).unwrap();
            storage.verify().unwrap();
            storage
                .view(&mut |snapshot| {
                    assert_eq!(audit_logs(snapshot, "any", &[], None)?.difference, None);
                    let replay = replay_vouchers(snapshot, &QuotaFields::default())?;
                    assert_eq!(replay.difference, None, "{}", role.name());
                    Ok(())
                })
                .unwrap();
        }
    }
}

/// The key of an office, for a mailbox.
pub struct KeyOf(Arc<Town>, StoreRole);

impl Decrypter for KeyOf {
    fn public_key(&self) -> &PublicKey {
        self.0.keys(self.1).encryption.key.public_key()
    }

    fn decrypt(&self, ciphertext: &[u8]) -> Result<Vec<u8>> {
        self.0.keys(self.1).encryption.key.decrypt(ciphertext)
    }
}

pub fn only<T>(mut items: Vec<T>) -> T {
    assert_eq!(items.len(), 1);
    items.remove(0)
}
