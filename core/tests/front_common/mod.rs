//! A finance bureau and a bank, each with a store, its people and what it goes by.

#![allow(dead_code)]

#[path = "../voucher_common/mod.rs"]
pub mod vouchers;

use std::path::Path;
use std::sync::Arc;
use yinxin::authority::Profile;
use yinxin::cert::Certificate;
use yinxin::key::SoftwareKey;
use yinxin::signature::Verifier;
use yinxin::store::sqlite::{Options, SqliteStorage};
use yinxin::store::{
    Acting, Made, Move, Office, Order, Partner, Role, RoleHolder, Roles, Storage, Store, StoreRole,
    VoucherKey,
};
use yinxin::trust::{Policy, Revocation, Trust};
use yinxin::voucher::{Body, Encoding, Step, VoucherId, example, sign_act, stamp_act};

pub use vouchers::{Hand, World, hand, now};

/// Everybody, and what proves who they are.
pub struct Town {
    pub world: World,
    /// Signs for the bureau and for the bank as offices, and opens what comes to them.
    pub offices: Vec<OfficeKeys>,
    /// People without a position: senders, tellers and the like of both offices.
    pub people: Vec<(&'static str, Hand)>,
}

pub struct OfficeKeys {
    pub name: &'static str,
    pub role: StoreRole,
    pub org: &'static str,
    pub signing: Hand,
    pub encryption: Hand,
}

/// Whose positions these are, and the part that each person plays.
const PEOPLE: [(&str, StoreRole, Role); 7] = [
    ("cz_jb", StoreRole::Finance, Role::Maker),
    ("cz_fh", StoreRole::Finance, Role::Reviewer),
    ("cz_gkzf", StoreRole::Finance, Role::Sealer),
    ("cz_fzr", StoreRole::Finance, Role::Sealer),
    ("yh_jb", StoreRole::Bank, Role::Teller),
    ("yh_fh", StoreRole::Bank, Role::Reviewer),
    ("yh_ywz", StoreRole::Bank, Role::Sealer),
];

const OTHERS: [(&str, StoreRole, &[Role]); 3] = [
    ("cz_sf", StoreRole::Finance, &[Role::Sender, Role::Clerk, Role::Archivist]),
    ("yh_sf", StoreRole::Bank, &[Role::Sender, Role::Clerk, Role::Archivist]),
    ("cz_xx", StoreRole::Finance, &[]),
];

impl Town {
    pub fn new() -> Town {
        let world = World::new();
        let keys = |name, role, org| OfficeKeys {
            name,
            role,
            org,
            signing: hand(&world.root, name, Profile::Signer),
            encryption: hand(&world.root, name, Profile::Encryption),
        };
        let offices = vec![
            keys("示例市财政局", StoreRole::Finance, "011"),
            keys("示例银行", StoreRole::Bank, "102"),
        ];
        let signer = |name| hand(&world.root, name, Profile::Signer);
        let people = OTHERS.iter().map(|(name, ..)| (*name, signer(name))).collect();
        Town { world, offices, people }
    }

    pub fn hand(&self, name: &str) -> &Hand {
        let people = self.world.hands.iter().chain(&self.people);
        &people.into_iter().find(|(one, _)| *one == name).unwrap().1
    }

    pub fn certificate(&self, name: &str) -> &Certificate {
        &self.hand(name).certificate
    }

    pub fn keys(&self, role: StoreRole) -> &OfficeKeys {
        self.offices.iter().find(|office| office.role == role).unwrap()
    }

    /// What an office goes by: its own people, and the other office.
    pub fn office(&self, role: StoreRole) -> Office {
        let mut roles = Roles::default();
        let one = PEOPLE.iter().map(|(name, of, part)| (*name, *of, vec![*part]));
        let other = OTHERS.iter().map(|(name, of, parts)| (*name, *of, parts.to_vec()));
        for (name, _, parts) in one.chain(other).filter(|(_, of, _)| *of == role) {
            let mut holder = RoleHolder::new(name, self.keys(role).org);
            holder.certificates = vec![self.certificate(name).digest()];
            holder.roles = parts;
            roles.add(holder).unwrap();
        }
        let mut office = Office::default();
        office.roles = roles;
        let others = self.offices.iter().filter(|other| other.role != role);
        office.partners = others
            .map(|other| {
                let signing = std::slice::from_ref(&other.signing.certificate);
                let encryption = other.encryption.certificate.clone();
                Partner::new(other.name, other.role, other.org, signing, encryption).unwrap()
            })
            .collect();
        office
    }

    pub fn verifier(&self) -> Arc<Verifier> {
        let mut policy = Policy::default();
        policy.revocation = Revocation::Required;
        let mut trust = Trust::new(policy);
        let root = &self.world.root;
        trust.add_anchor(root.certificate().clone());
        let (from, until) =
            (vouchers::time("2025-01-01T00:00:00Z"), vouchers::time("2035-01-01T00:00:00Z"));
        trust.add_crl(root.crl(from, until).unwrap());
        Arc::new(Verifier::new(trust).with_authorisation(self.world.authorisation.clone()))
    }

    /// A new store of an office in a folder.
    pub fn create(&self, role: StoreRole, folder: &Path) -> Store {
        let (path, org) = (folder.join(role.name()), self.keys(role).org);
        let storage = SqliteStorage::create(&path, role, org, now(), &Options::default()).unwrap();
        self.store(role, Box::new(storage))
    }

    /// The same store again.
    pub fn open(&self, role: StoreRole, folder: &Path) -> Store {
        let storage = SqliteStorage::open(&folder.join(role.name()), &Options::default()).unwrap();
        self.store(role, Box::new(storage))
    }

    pub fn store(&self, role: StoreRole, storage: Box<dyn Storage + Send>) -> Store {
        Store::new(storage, self.office(role), self.verifier())
    }

    /// The next act of a voucher, by whoever holds the position.
    pub fn acted(&self, mut body: Body, position: &str, org: &str) -> Body {
        let template = self.world.templates.template("5201").unwrap();
        let layer = body.layer();
        let step = Step::of(template, layer, position, org).unwrap();
        let hand = self.hand(position);
        match &hand.seal {
            Some(seal) => stamp_act(&mut body, &step, seal, &hand.key, now()).unwrap(),
            None => sign_act(&mut body, &step, &hand.key, now()).unwrap(),
        }
        body
    }

    pub fn signer(&self, name: &str) -> &SoftwareKey {
        &self.hand(name).key
    }

    /// A sealed voucher of the bureau: drafted, made, reviewed and sealed by its people.
    pub fn seal(&self, store: &mut Store, number: u32) -> VoucherKey {
        let key = draft(self, store, number);
        self.step(store, &key, Move::Make, "cz_jb");
        self.step(store, &key, Move::Review, "cz_fh");
        self.step(store, &key, Move::Act, "cz_gkzf");
        self.step(store, &key, Move::Act, "cz_fzr");
        key
    }

    /// One step with the act of whoever holds the position.
    pub fn step(&self, store: &mut Store, key: &VoucherKey, name: Move, position: &str) -> Made {
        let org = store.identity().org.clone();
        let kept = store.voucher(key).unwrap().unwrap();
        let receipt = matches!(name, Move::ReviewReceipt | Move::ActOnReceipt);
        let body = if receipt { kept.receipt } else { kept.original }.unwrap();
        let body = self.acted(body, position, &org);
        let order = Order::new(key.clone(), name).by(self.certificate(position)).with(body);
        store.carry_out(&order, now()).unwrap()
    }

    /// Stamps many with the seal at a position.
    pub fn stamp_many(
        &self,
        store: &mut Store,
        keys: &[VoucherKey],
        position: &str,
    ) -> Vec<yinxin::error::Result<Made>> {
        let hand = self.hand(position);
        let acting = Acting::stamp(Move::Act, position, hand.seal.as_ref().unwrap(), &hand.key);
        store.act_many(keys, &acting, now(), 2).unwrap()
    }
}

pub fn key(number: u32) -> VoucherKey {
    let id = VoucherId::new("990000", "2026", "5201", &example::voucher_no(number)).unwrap();
    VoucherKey { id, version: 1 }
}

pub fn original(number: u32) -> Body {
    let voucher = example::direct_payment(number).unwrap().build(Encoding::Gbk).unwrap();
    Body::original(voucher).unwrap()
}

/// A draft of the bureau's maker.
pub fn draft(town: &Town, store: &mut Store, number: u32) -> VoucherKey {
    let body = original(number);
    let key = VoucherKey { id: body.id().clone(), version: 1 };
    let order = Order::new(key.clone(), Move::Create).by(town.certificate("cz_jb")).with(body);
    store.carry_out(&order, now()).unwrap();
    key
}
