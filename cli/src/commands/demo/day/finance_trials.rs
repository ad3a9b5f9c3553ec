//! What nobody at finance may do, tried on vouchers that go nowhere; and letters to the bank that it
//! must not take.

use super::acts::{Hand, turns};
use super::making::Draft;
use super::party::Party;
use super::plan::{Account, Payment};
use super::who::Post;
use crate::failure::Failure;
use yinxin::error::Code;
use yinxin::store::{Move, Order};
use yinxin::voucher::{Body, Layer};

/// Tries everything that goes no further than the own store.
pub fn run(party: &mut Party) -> Result<(), Failure> {
    let payment = Payment { number: 900_001, agency: 1, amount: 100, account: Account::Good };
    let Draft { key, voucher, .. } = Draft::first(party.papers.direct(&payment, Account::Good)?)?;
    let body = Body::original(voucher)?;
    let create = party.order(&key, Move::Create, Post::Maker)?.with(body.clone());
    party.carry_out(&[create])?;
    let templates = party.templates.clone();
    let none = || Failure::usage("there is no template for 5201");
    let template = templates.template("5201").ok_or_else(none)?;
    let turns = turns(template, Layer::Issuer);
    let [make, review, office, ..] = &turns[..] else { return Err(none()) };
    let now = party.now()?;
    let hand = Hand { who: party.who, keys: &party.keys, template, now };
    let certificate = |post: Post| party.keys.holder(post).map(|holder| &holder.certificate);

    let mut made = [body.clone()];
    hand.fill(make, 1, &[], &mut made)?;
    let [made] = made;
    let order = hand.order(make, &key, made.clone())?;
    party.store.carry_out(&order, now)?;

    let mut own = [made.clone()];
    hand.fill_as(Post::Maker, review.position, 1, &[], &mut own)?;
    let [own] = own;
    let order = Order::new(key.clone(), Move::Review).by(certificate(Post::Maker)?).with(own);
    let result = party.store.carry_out(&order, now);
    party.tally.refused("a maker reviews his own voucher", Code::SamePerson, &result);

    let mut reviewed = [made];
    hand.fill(review, 1, &[], &mut reviewed)?;
    let [reviewed] = reviewed;
    let order = hand.order(review, &key, reviewed.clone())?;
    party.store.carry_out(&order, now)?;

    let mut wrong = [reviewed.clone()];
    hand.fill_as(Post::Head, office.position, 1, &[], &mut wrong)?;
    let [wrong] = wrong;
    let order = Order::new(key.clone(), Move::Act).by(certificate(Post::Head)?).with(wrong);
    let result = party.store.carry_out(&order, now);
    party.tally.refused("a seal in the place of another", Code::NotValid, &result);

    let mut sealed = [reviewed];
    hand.fill(office, 1, &[], &mut sealed)?;
    let [sealed] = sealed;
    let mut order = hand.order(office, &key, sealed)?;
    order.authorization = None;
    let result = party.store.carry_out(&order, now);
    let title = "the office's key without its authorization";
    party.tally.refused(title, Code::AuthorizationMissing, &result);

    let other = Payment { amount: 200, ..payment };
    let other = Body::original(party.papers.direct(&other, Account::Good)?)?;
    let order = party.order(&key, Move::Create, Post::Maker)?.with(other);
    let result = party.store.carry_out(&order, now);
    party.tally.refused("a number that is taken, with another amount", Code::Duplicate, &result);

    let back = party.order(&key, Move::Reject, Post::Reviewer)?.because("试验");
    let void = party.order(&key, Move::Discard, Post::Maker)?.because("试验");
    party.carry_out(&[back.once("trial"), void]).map(drop)
}
