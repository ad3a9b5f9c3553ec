//! Stamped notices, and the moves by which a store keeps them.

use std::sync::OnceLock;
use yinxin::error::Result;
use yinxin::store::life::CoreResult;
use yinxin::store::life_cycle::{ActFacts, ClearingFacts, Facts, Move, PositionFacts};
use yinxin::store::{Actor, Call, Content, Made, Person, Role, View, VoucherKey, Work};
use yinxin::voucher::{
    Body, Catalogue, Encoding, Fen, Layer, Step, VoucherBuilder, example, stamp_acts,
};
use yinxin_benches::Office;

/// A stamped notice and its receipt.
pub struct Notice {
    pub body: Body,
    pub receipt: Body,
    pub amount: Fen,
}

/// Notices of these numbers, each with the stamp of an office.
pub fn notices(office: &Office, numbers: std::ops::Range<u32>) -> Vec<Notice> {
    let notice = |number| example::clearing_quota_notice(number)?.build(Encoding::Gbk);
    let body = |number| Body::original(notice(number)?);
    let mut bodies: Vec<Body> = numbers.map(body).collect::<Result<_>>().unwrap();
    stamp(office, &mut bodies);
    let with_receipt = |body: Body| {
        let amount = body.voucher().header().get("PlanAmt").unwrap().to_owned();
        let mut receipt = VoucherBuilder::from_voucher(body.voucher());
        receipt.field("XPayAmt", &amount).field("XPayDate", example::DATE);
        let receipt = receipt.build_receipt(body.voucher()).unwrap();
        let receipt = Body::receipt(body.clone(), receipt).unwrap();
        Notice { body, receipt, amount: Fen::parse(&amount).unwrap() }
    };
    bodies.into_iter().map(with_receipt).collect()
}

/// The office stamps these vouchers, with the rules of their type.
pub fn stamp(office: &Office, bodies: &mut [Body]) {
    let party = &office.parties[0];
    let template = office.templates.template("5106").unwrap();
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    let catalogue = CATALOGUE.get_or_init(Catalogue::built_in);
    let step = Step::of(template, Layer::Issuer, &party.position, "990000").unwrap();
    let step = step.with_catalogue(catalogue);
    let made = stamp_acts(bodies, &step, &party.seal, &party.key, office.time, 1);
    made.into_iter().for_each(|result| result.unwrap());
}

/// A notice comes in.
pub fn receive(work: &mut Work<'_>, body: &Body, amount: Fen) -> Result<Made> {
    make(work, body, Move::Receive, Some(body), facts(Move::Receive, amount))
}

/// The life of a notice at its receiver, in ten moves.
pub const LIFE: [Move; 10] = [
    Move::Receive,
    Move::Accept,
    Move::Submit,
    Move::CoreExecuted,
    Move::FillReceipt,
    Move::ReviewReceipt,
    Move::ActOnReceipt,
    Move::SendReceipt,
    Move::ReceiptDelivered,
    Move::ReceiptAcknowledged,
];

/// One of the moves of [`LIFE`].
pub fn go(work: &mut Work<'_>, notice: &Notice, name: Move) -> Result<Made> {
    let body = match name {
        Move::Receive => Some(&notice.body),
        Move::FillReceipt => Some(&notice.receipt),
        _ => None,
    };
    make(work, &notice.body, name, body, facts(name, notice.amount))
}

fn make(
    work: &mut Work<'_>,
    of: &Body,
    name: Move,
    body: Option<&Body>,
    facts: Facts,
) -> Result<Made> {
    let key = VoucherKey { id: of.id().clone(), version: 1 };
    work.make(Call { key, view: View::Receiver, name, facts, body, quota: None })
}

/// What is to be known for these moves; who finds it out is not measured here.
fn facts(name: Move, amount: Fen) -> Facts {
    let role = match name {
        Move::Accept | Move::Submit | Move::FillReceipt => Some(Role::Teller),
        Move::ReviewReceipt => Some(Role::Reviewer),
        Move::ActOnReceipt => Some(Role::Sealer),
        Move::SendReceipt => Some(Role::Sender),
        _ => None,
    };
    let mut facts = Facts::default();
    facts.actor = role.map(|role| {
        let number = Role::ALL.iter().position(|one| *one == role).unwrap() as u8;
        let person = Person::from_digests(role.name(), "Office", [number; 32], [number; 32]);
        Actor::new(person, &[role])
    });
    facts.amount = amount;
    (facts.addressed, facts.rules_kept, facts.authentic) = (true, true, true);
    (facts.valid, facts.base_same) = (true, true);
    facts.clearing = ClearingFacts::NotNeeded;
    facts.submission = Some([9; 32]);
    facts.result = Some(CoreResult::Executed(amount));
    facts.positions = vec![PositionFacts::new("bank", Role::Sealer, 1)];
    if name == Move::ActOnReceipt {
        let mut act = ActFacts::at("bank");
        (act.seal_active, act.certificate_valid, act.good) = (true, true, true);
        facts.act = Some(act);
    }
    facts
}

/// The bytes of a voucher, whole and with its seals left out as the store leaves them out.
pub fn bytes(body: &Body) -> (Vec<u8>, Vec<u8>) {
    let content = Content::of(body);
    let whole = content.as_bytes().to_vec();
    let (mut own, mut at) = (Vec::new(), 0);
    for shared in content.shared() {
        own.extend_from_slice(&whole[at..shared.start]);
        // Its digest stands in its place.
        own.extend([0; 33]);
        at = shared.end;
    }
    own.extend_from_slice(&whole[at..]);
    (whole, own)
}
