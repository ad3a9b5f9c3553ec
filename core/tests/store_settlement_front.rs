//! Clearing requests as orders: the store finds the evidence in the files that come with them.
#![cfg(feature = "sqlite")]

mod front_common;

use front_common::{Town, now, vouchers};
use yinxin::error::Code;
use yinxin::store::{
    Move, Order, Role, RoleHolder, State, Storage, Store, StoreRole, VoucherKey, commit,
    sqlite::{Options, SqliteStorage},
};
use yinxin::voucher::{Body, Encoding, Envelope, Layer, VoucherBuilder, VoucherId};

/// The sealed receipt of a payment that another bank carried out, and one of which a field was
/// changed after it was sealed.
fn receipts(town: &Town) -> (Body, Body) {
    let original = town.world.sealed();
    let receipt = |business: &str| {
        let mut builder = VoucherBuilder::from_voucher(&vouchers::paid(original.voucher()));
        builder.field("XAgentBusinessNo", business);
        let receipt = builder.build_receipt(original.voucher()).unwrap();
        Body::receipt(original.clone(), receipt).unwrap()
    };
    let mut sealed = receipt("B1");
    for position in ["yh_jb", "yh_fh", "yh_ywz"] {
        town.world.act(&mut sealed, position);
    }
    let mut changed = receipt("B2");
    for act in sealed.acts() {
        changed.add_act(act.clone()).unwrap();
    }
    (sealed, changed)
}

fn file(body: &Body) -> Vec<u8> {
    Envelope::of(body.clone()).to_xml(Encoding::Gbk).unwrap()
}

fn request(number: &str, payment: &Body) -> Body {
    let id = VoucherId::new("990000", "2026", "2301", number).unwrap();
    let mut builder = VoucherBuilder::new(&id);
    let paid = payment.voucher().header();
    let amount = paid.get("PayAmt").unwrap();
    for (name, value) in [
        ("Id", number),
        ("VouDate", "20260302"),
        ("TreCode", "9900000000"),
        ("FinOrgCode", "990000"),
        ("PayTypeCode", "11"),
        ("PayAmt", amount),
    ] {
        builder.field(name, value);
    }
    let detail = payment.voucher().details().next().unwrap();
    let of = |name: &str| detail.get(name).or(paid.get(name)).unwrap_or_default();
    builder.detail(&[
        ("Id", "1"),
        ("VoucherNo", &payment.id().voucher_no),
        ("AgencyCode", of("AgencyCode")),
        ("ExpFuncCode", of("ExpFuncCode")),
        ("PayAmt", amount),
    ]);
    Body::original(builder.build(Encoding::Gbk).unwrap()).unwrap()
}

/// A bank at which yh_sf may make requests too.
fn bank(town: &Town, folder: &std::path::Path) -> Store {
    let mut office = town.office(StoreRole::Bank);
    let mut holder = RoleHolder::new("yh_zb", "102");
    holder.certificates = vec![town.certificate("cz_xx").digest()];
    holder.roles = vec![Role::Maker];
    office.roles.add(holder).unwrap();
    let path = folder.join("bank");
    let options = Options::default();
    let storage = SqliteStorage::create(&path, StoreRole::Bank, "102", now(), &options).unwrap();
    Store::new(Box::new(storage), office, town.verifier())
}

#[test]
fn receipts_in_files_are_judged_and_claimed_once() {
    let town = Town::new();
    let folder = tempfile::tempdir().unwrap();
    let mut store = bank(&town, folder.path());
    let (good, changed) = receipts(&town);
    let maker = town.certificate("cz_xx");
    let mut make = |number: &str, files: &[(&str, Vec<u8>)]| {
        let body = request(number, &good);
        let key = VoucherKey { id: body.id().clone(), version: 1 };
        let mut create = Order::new(key.clone(), Move::Create).by(maker).with(body);
        create.attachments =
            files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.clone())).collect();
        store.carry_out(&create, now()).unwrap();
        let make = Order::new(key.clone(), Move::Make).by(maker);
        let made = store.carry_out(&make, now()).map(|made| made.life.state);
        made.map_err(|error| (error.code(), error.to_string()))
    };
    let note = ("note.txt", b"seen".to_vec());
    let refused = make("C1", &[]).unwrap_err();
    assert_eq!(refused.0, Code::NotValid);
    assert!(refused.1.contains("clearing.evidence"), "{}", refused.1);
    assert_eq!(make("C2", std::slice::from_ref(&note)).unwrap_err().0, Code::NotValid);
    assert_eq!(make("C3", &[("a.xml", file(&changed))]).unwrap_err().0, Code::NotValid);
    let original = Body::original(good.original_part().unwrap().voucher().clone()).unwrap();
    assert_eq!(make("C4", &[("a.xml", file(&original))]).unwrap_err().0, Code::NotValid);
    assert_eq!(make("C5", &[note, ("a.xml", file(&good))]), Ok(State::Made));
    assert_eq!(make("C6", &[("a.xml", file(&good))]).unwrap_err().0, Code::Claimed);
    drop(store);
    // The claim of a payment that the bank does not hold is a mark.
    let path = folder.path().join("bank");
    let mut storage = SqliteStorage::open(&path, &Options::default()).unwrap();
    let key = good.id().to_string();
    let kind = yinxin::store::MarkKind::Claim;
    let said = commit(&mut storage, now(), |work| work.mark(kind, key.as_bytes())).unwrap();
    let said = String::from_utf8(said.unwrap()).unwrap();
    assert!(said.starts_with("taken 990000/2026/2301/C5 "), "{said}");
    assert_eq!(storage.identity().role, StoreRole::Bank);
    assert_eq!(good.layer(), Layer::Responder);
}
