//! The store finds out itself what an order is judged by.

mod front_common;

use front_common::{Town, draft, key, now, original};
use tempfile::TempDir;
use yinxin::Time;
use yinxin::error::Code;
use yinxin::store::{
    Acting, Authorization, Filter, LegStatus, Move, Order, Role, RoleHolder, State, Store,
    StoreRole, VoucherKey,
};
use yinxin::voucher::{Body, Encoding, Step, VoucherBuilder, VoucherId, example, sign_act};

fn bureau() -> (Town, TempDir, Store) {
    let town = Town::new();
    let folder = tempfile::tempdir().unwrap();
    let store = town.create(StoreRole::Finance, folder.path());
    (town, folder, store)
}

fn code(store: &mut Store, order: &Order) -> Code {
    store.carry_out(order, now()).expect_err("it has to be refused").code()
}

fn state(store: &mut Store, key: &VoucherKey) -> State {
    store.voucher(key).unwrap().unwrap().life.state
}

fn kept(store: &mut Store, key: &VoucherKey) -> Body {
    store.voucher(key).unwrap().unwrap().original.unwrap()
}

#[test]
fn a_voucher_is_made_reviewed_and_sealed_by_its_people() {
    let (town, folder, mut store) = bureau();
    let key = town.seal(&mut store, 1);
    let found = store.voucher(&key).unwrap().unwrap();
    assert_eq!(found.life.state, State::Sealed);
    assert_eq!(found.life.acts.len(), 4);
    assert_eq!(found.original.as_ref().unwrap().acts().len(), 4);
    assert_eq!(found.life.maker.unwrap().name, "cz_jb");
    assert_eq!(
        found.life.amount.to_string(),
        found.original.unwrap().voucher().header().get("PayAmt").unwrap()
    );
    assert_eq!(store.status(std::slice::from_ref(&key.id)).unwrap(), [LegStatus::OriginalUnsent]);
    let names: Vec<String> =
        store.history(&key.id).unwrap().into_iter().map(|entry| entry.operation).collect();
    assert_eq!(names, ["create", "make", "review", "act", "act"]);

    // The same store again says the same.
    drop(store);
    let mut store = town.open(StoreRole::Finance, folder.path());
    assert_eq!(state(&mut store, &key), State::Sealed);
    let sealed = Filter { state: Some(State::Sealed.number()), ..Filter::default() };
    assert_eq!(store.list(&sealed, 0, 10).unwrap().len(), 1);
}

#[test]
fn every_call_may_come_twice() {
    let (town, _folder, mut store) = bureau();
    let key = draft(&town, &mut store, 1);
    let create =
        Order::new(key.clone(), Move::Create).by(town.certificate("cz_jb")).with(original(1));
    assert!(store.carry_out(&create, now()).unwrap().repeated);
    let made = town.acted(kept(&mut store, &key), "cz_jb", "011");
    let make = Order::new(key.clone(), Move::Make).by(town.certificate("cz_jb")).with(made);
    assert!(!store.carry_out(&make, now()).unwrap().repeated);
    assert!(store.carry_out(&make, now()).unwrap().repeated);
    town.step(&mut store, &key, Move::Review, "cz_fh");
    // The first call again, with the voucher as it was then.
    assert!(store.carry_out(&make, now()).unwrap().repeated);
    let sealed = town.stamp_many(&mut store, std::slice::from_ref(&key), "cz_gkzf");
    assert!(!sealed[0].as_ref().unwrap().repeated);
    assert!(
        town.stamp_many(&mut store, std::slice::from_ref(&key), "cz_gkzf")[0]
            .as_ref()
            .unwrap()
            .repeated
    );
    assert_eq!(store.history(&key.id).unwrap().len(), 4);

    let mut withdraw = Order::new(key.clone(), Move::Withdraw).by(town.certificate("cz_gkzf"));
    withdraw.position = Some("cz_gkzf".to_owned());
    assert_eq!(code(&mut store, &withdraw), Code::OnceMissing);
    let withdraw = withdraw.once("w1");
    assert!(!store.carry_out(&withdraw, now()).unwrap().repeated);
    assert_eq!(kept(&mut store, &key).acts().len(), 2);
    assert!(store.carry_out(&withdraw, now()).unwrap().repeated);
    let mut other = withdraw.clone();
    other.position = Some("cz_fh".to_owned());
    assert_eq!(code(&mut store, &other), Code::KeyReused);
    assert_eq!(state(&mut store, &key), State::Approved);
}

#[test]
fn nobody_acts_for_another() {
    let (town, _folder, mut store) = bureau();
    let key = draft(&town, &mut store, 1);
    let act = |store: &mut Store, position: &str| town.acted(kept(store, &key), position, "011");

    // Somebody the office does not know, or who plays no part.
    let create = Order::new(front_common::key(2), Move::Create).with(original(2));
    assert_eq!(code(&mut store, &create), Code::RoleMissing);
    assert_eq!(code(&mut store, &create.clone().by(town.certificate("yh_jb"))), Code::RoleMissing);
    assert_eq!(code(&mut store, &create.by(town.certificate("cz_xx"))), Code::RoleMissing);

    // The maker's act in the name of another, and the other way round.
    let body = act(&mut store, "cz_jb");
    let make = Order::new(key.clone(), Move::Make).with(body);
    assert_eq!(code(&mut store, &make.clone().by(town.certificate("cz_fh"))), Code::RoleMissing);
    store.carry_out(&make.by(town.certificate("cz_jb")), now()).unwrap();
    let review = Order::new(key.clone(), Move::Review).by(town.certificate("cz_fh"));
    let foreign = town.world.hand("cz_jb");
    let mut body = kept(&mut store, &key);
    let template = town.world.templates.template("5201").unwrap();
    let step = Step::of(template, body.layer(), "cz_fh", "011").unwrap();
    sign_act(&mut body, &step, &foreign.key, now()).unwrap();
    assert_eq!(code(&mut store, &review.clone().with(body)), Code::NotValid);

    // One person in two steps.
    let mut office = town.office(StoreRole::Finance);
    let mut holder = RoleHolder::new("cz_jb", "011");
    holder.certificates = vec![town.certificate("cz_jb").digest()];
    holder.roles = vec![Role::Reviewer];
    office.roles.add(holder).unwrap();
    store.set_office(office);
    let both = Order::new(key.clone(), Move::Review).by(town.certificate("cz_jb"));
    assert_eq!(code(&mut store, &both), Code::SamePerson);

    let body = act(&mut store, "cz_fh");
    store.carry_out(&review.with(body), now()).unwrap();
    // A seal in its turn, but of another position's holder.
    let late = town.hand("cz_fzr");
    let acting = Acting::stamp(Move::Act, "cz_gkzf", late.seal.as_ref().unwrap(), &late.key);
    let found = store.act_many(std::slice::from_ref(&key), &acting, now(), 1).unwrap();
    assert_eq!(found[0].as_ref().unwrap_err().code(), Code::NotValid);
    assert_eq!(state(&mut store, &key), State::Approved);
}

#[test]
fn what_is_brought_is_what_is_kept_and_one_act() {
    let (town, _folder, mut store) = bureau();
    let key = draft(&town, &mut store, 1);
    let make = Order::new(key.clone(), Move::Make).by(town.certificate("cz_jb"));
    // The act is over another draft.
    let mut other = example::direct_payment(1).unwrap();
    other.field("PaySummaryName", "改过");
    let other = Body::original(other.build(Encoding::Gbk).unwrap()).unwrap();
    let order = make.clone().with(town.acted(other, "cz_jb", "011"));
    assert_eq!(code(&mut store, &order), Code::Changed);
    // Two acts at once.
    let two = town.acted(kept(&mut store, &key), "cz_jb", "011");
    let two = town.acted(two, "cz_fh", "011");
    assert_eq!(code(&mut store, &make.clone().with(two)), Code::Argument);
    // A draft with acts, and none at all.
    let create = Order::new(front_common::key(2), Move::Create).by(town.certificate("cz_jb"));
    assert_eq!(code(&mut store, &create), Code::Argument);
    let acted = town.acted(original(2), "cz_jb", "011");
    assert_eq!(code(&mut store, &create.clone().with(acted)), Code::Argument);
    // A number that is taken by other content.
    let mut order = create.clone();
    order.key = key.clone();
    let mut other = example::direct_payment(1).unwrap();
    other.field("PaySummaryName", "改过");
    let other = Body::original(other.build(Encoding::Gbk).unwrap()).unwrap();
    assert_eq!(code(&mut store, &order.with(other)), Code::Duplicate);
    // An act that is taken out again by the client.
    town.step(&mut store, &key, Move::Make, "cz_jb");
    let review = Order::new(key.clone(), Move::Review).by(town.certificate("cz_fh"));
    let mut bare = kept(&mut store, &key);
    bare.withdraw("cz_jb").unwrap();
    let step = Step::new("cz_fh", "reviewer", 2, "011");
    sign_act(&mut bare, &step, town.signer("cz_fh"), now()).unwrap();
    assert_eq!(code(&mut store, &review.with(bare)), Code::Changed);
    assert_eq!(state(&mut store, &key), State::Made);
}

#[test]
fn a_draft_that_breaks_rules_is_not_made_and_the_error_names_them() {
    let (town, _folder, mut store) = bureau();
    let mut bad = example::direct_payment(1).unwrap();
    bad.field("PayAmt", "1.00").field("PayeeAcctNo", "账号");
    let body = Body::original(bad.build(Encoding::Gbk).unwrap()).unwrap();
    let create = Order::new(key(1), Move::Create).by(town.certificate("cz_jb")).with(body);
    store.carry_out(&create, now()).unwrap();
    let error =
        store.carry_out(&Order::new(key(1), Move::Make).by(town.certificate("cz_jb")), now());
    let error = error.unwrap_err();
    assert_eq!(error.code(), Code::Rules);
    assert!(error.message().contains("PayAmt"), "{error}");
    // A better draft in its place.
    let edit = Order::new(key(1), Move::Edit).by(town.certificate("cz_jb")).with(original(1));
    store.carry_out(&edit, now()).unwrap();
    town.step(&mut store, &key(1), Move::Make, "cz_jb");
}

#[test]
fn what_is_not_the_offices_is_refused_by_its_own_code() {
    let (town, _folder, mut store) = bureau();
    let create = |number| {
        Order::new(key(number), Move::Create).by(town.certificate("cz_jb")).with(original(number))
    };
    let mut office = town.office(StoreRole::Finance);
    office.years.insert("2025".to_owned());
    store.set_office(office.clone());
    assert_eq!(code(&mut store, &create(1)), Code::ForeignYear);
    office.years.clear();
    office.divisions.insert("110000".to_owned());
    store.set_office(office.clone());
    assert_eq!(code(&mut store, &create(1)), Code::ForeignDivision);
    office.divisions.clear();
    office.unknown_types = false;
    store.set_office(office);
    store.carry_out(&create(1), now()).unwrap();
    // A type that a finance bureau receives and does not issue; one that nobody knows.
    let foreign = |vt_code: &str| {
        let id = VoucherId::new("990000", "2026", vt_code, "1").unwrap();
        let mut voucher = VoucherBuilder::new(&id);
        voucher.field("Id", "1").field("VouDate", "20260302");
        let body = Body::original(voucher.build(Encoding::Gbk).unwrap()).unwrap();
        Order::new(VoucherKey { id, version: 1 }, Move::Create)
            .by(town.certificate("cz_jb"))
            .with(body)
    };
    assert_eq!(code(&mut store, &foreign("2206")), Code::NotAddressed);
    assert_eq!(code(&mut store, &foreign("7777")), Code::TypeUnknown);
    let mut office = town.office(StoreRole::Finance);
    office.unknown_types = true;
    store.set_office(office);
    store.carry_out(&foreign("7777"), now()).unwrap();
    // A peer speaks by packets, another voucher in its own transaction.
    for name in [Move::Receive, Move::Accepted, Move::Claim] {
        let mut order = create(1);
        order.name = name;
        assert!(matches!(code(&mut store, &order), Code::Move | Code::Unproven), "{}", name.name());
    }
}

#[test]
fn a_server_uses_a_key_by_its_owners_leave_alone() {
    let (town, _folder, mut store) = bureau();
    let keys: Vec<VoucherKey> = (1..=20).map(|number| draft(&town, &mut store, number)).collect();
    let maker = town.hand("cz_jb");
    let signer = town.signer("cz_jb");
    let mut acting = Acting::sign(Move::Make, "cz_jb", signer);
    acting.server_side = true;
    for made in store.act_many(&keys, &acting, now(), 2).unwrap() {
        assert_eq!(made.unwrap_err().code(), Code::AuthorizationMissing);
    }
    let leave = Authorization::new("cz_jb", "pin", now(), "登录 17").unwrap();
    let acting = acting.by_leave(&leave);
    for made in store.act_many(&keys, &acting, now(), 2).unwrap() {
        assert!(!made.unwrap().repeated);
    }
    let entry = store.history(&keys[7].id).unwrap().pop().unwrap();
    assert!(entry.authorization.contains("pin"), "{}", entry.authorization);
    assert_eq!(entry.digests["actor"], {
        let person = store.voucher(&keys[7]).unwrap().unwrap().life.maker.unwrap();
        assert_eq!(person.certificate, maker.certificate.digest());
        person.key
    });
    // One bad among many stops nobody.
    let reviewer = town.signer("cz_fh");
    let acting = Acting::sign(Move::Review, "cz_fh", reviewer);
    let mut mixed = keys.clone();
    mixed.insert(3, key(999));
    let found = store.act_many(&mixed, &acting, now(), 2).unwrap();
    assert_eq!(found[3].as_ref().unwrap_err().code(), Code::Move);
    assert_eq!(found.iter().filter(|made| made.is_ok()).count(), keys.len());
}

#[test]
fn files_belong_to_what_the_acts_are_over() {
    let (town, _folder, mut store) = bureau();
    let mut create =
        Order::new(key(1), Move::Create).by(town.certificate("cz_jb")).with(original(1));
    create.attachments =
        vec![("合同.pdf".to_owned(), b"%PDF".to_vec()), ("b".to_owned(), vec![0; 9])];
    store.carry_out(&create, now()).unwrap();
    // An act that does not list them is over something else.
    let bare = town.acted(kept(&mut store, &key(1)), "cz_jb", "011");
    let make = Order::new(key(1), Move::Make).by(town.certificate("cz_jb")).with(bare);
    assert_eq!(code(&mut store, &make), Code::NotValid);
    let signer = town.signer("cz_jb");
    let acting = Acting::sign(Move::Make, "cz_jb", signer);
    store.act_many(&[key(1)], &acting, now(), 1).unwrap().pop().unwrap().unwrap();
    let body = kept(&mut store, &key(1));
    let listed = &body.acts()[0].to_sign().attachments;
    assert_eq!(listed.len(), 2);
    assert_eq!((listed[0].name.as_str(), listed[0].length), ("合同.pdf", 4));
}

#[test]
fn what_is_kept_long_enough_is_destroyed_with_anothers_leave() {
    let (town, _folder, mut store) = bureau();
    let key = draft(&town, &mut store, 1);
    let by = |name: &str| town.certificate(name);
    let order = Order::new(key.clone(), Move::Discard).by(by("cz_jb")).because("作废");
    store.carry_out(&order, now()).unwrap();
    let late = Time::parse_rfc3339("2057-01-01T00:00:00Z").unwrap();
    let mut destroy = Order::new(key.clone(), Move::Destroy).by(by("cz_sf"));
    destroy.authorization = Some(Authorization::new("馆长", "pin", late, "鉴定 3").unwrap());
    assert_eq!(code(&mut store, &destroy), Code::Retention);
    let early = Time::parse_rfc3339("2056-12-31T23:59:59Z").unwrap();
    assert_eq!(store.carry_out(&destroy, early).unwrap_err().code(), Code::Retention);
    store.carry_out(&destroy, late).unwrap();
    let found = store.voucher(&key).unwrap().unwrap();
    assert_eq!(found.life.state, State::Destroyed);
    assert!(found.original.is_none() && found.life.content.is_some());
    assert_eq!(store.history(&key.id).unwrap().len(), 3);
    assert!(store.carry_out(&destroy, late).unwrap().repeated);
}
