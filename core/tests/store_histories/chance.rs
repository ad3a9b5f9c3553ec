//! What is tried next: mostly what may succeed, now and then what must not.

use crate::model::Model;
use crate::store_common::{facts, fen, good_act, holder, id};
use crate::world::{Plan, Which};
use crate::{Try, moment};
use yinxin::store::life::CoreResult;
use yinxin::store::life_cycle::{ClaimFacts, ClearingFacts, Move, RefundFacts, Table};
use yinxin::store::{Authorization, Facts, Life, Role, VoucherKey};

/// Numbers that depend on the seed alone (xorshift64*).
pub struct Chance {
    state: u64,
    /// Whether vouchers are destroyed in this history.
    destroys: bool,
}

impl Chance {
    pub fn new(seed: u64) -> Chance {
        let state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        Chance { state, destroys: seed.is_multiple_of(2) }
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        (self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % end
    }

    pub fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// The next move that is tried.
pub fn step(chance: &mut Chance, plans: &[Plan], model: &Model) -> Try {
    let plan = chance.below(plans.len());
    let newest = model.latest(&plans[plan].id).map_or(0, |(version, _)| version);
    let version = match chance.below(30) {
        0 => newest + 2,
        1..=4 => newest + 1,
        5 if newest > 1 => newest - 1,
        _ => newest.max(1),
    };
    let key = VoucherKey { id: plans[plan].id.clone(), version };
    let life = model.life(&plans[plan], &key);
    let name = match name(chance, &life) {
        Move::Destroy if !chance.destroys => Move::Archive,
        name => name,
    };
    let facts = told(chance, &plans[plan], &life, name);
    let body = body(chance, model, &key, name);
    let once = chance.one_in(12).then(|| {
        // Few keys, so that they come again; a digest of the call, or now and then another's.
        let number = chance.below(40) as u8;
        let said = if chance.one_in(4) { chance.below(40) as u8 } else { number };
        (vec![b'k', number], [said; 32])
    });
    Try { plan, key, name, facts, body, once }
}

fn name(chance: &mut Chance, life: &Life) -> Move {
    if chance.one_in(12) {
        return chance.of(Move::ALL);
    }
    let rules = Table::standard().rules().iter();
    let open = |leg: &Option<(_, Vec<_>)>| {
        leg.as_ref().is_none_or(|(document, legs)| legs.contains(&life.leg(*document)))
    };
    let fits = |rule: &&yinxin::store::life_cycle::Rule| {
        rule.views.contains(&life.view) && rule.from.contains(&life.state) && open(&rule.leg)
    };
    let names: Vec<Move> = rules.filter(fits).map(|rule| rule.name).collect();
    // What ends a voucher comes seldom, or nothing would go far.
    let ends = [
        Move::Discard,
        Move::Refuse,
        Move::Refused,
        Move::Return,
        Move::Returned,
        Move::Reject,
        Move::Withdraw,
        Move::RejectReceipt,
        Move::WithdrawReceiptAct,
        Move::Destroy,
    ];
    let going: Vec<Move> = names.iter().copied().filter(|name| !ends.contains(name)).collect();
    match (names.is_empty(), going.is_empty()) {
        (true, _) => chance.of(Move::ALL),
        (_, true) => chance.of(&names),
        _ if chance.one_in(6) => chance.of(&names),
        _ => chance.of(&going),
    }
}

/// What is said to the move.
fn told(chance: &mut Chance, plan: &Plan, life: &Life, name: Move) -> Facts {
    let rule = Table::standard().rule(name, life.view);
    let mut facts = facts(life.view, None);
    facts.amount = plan.amount;
    let acts = [
        Move::Act,
        Move::ActOnReceipt,
        Move::Make,
        Move::Review,
        Move::Approve,
        Move::FillReceipt,
        Move::ReviewReceipt,
    ];
    // The first position that is open, or any.
    let open = facts.positions.iter().position(|one| life.act(&one.position).is_none());
    let place = match open {
        Some(open) if !chance.one_in(12) => open,
        _ => chance.below(facts.positions.len()),
    };
    let position = facts.positions[place].clone();
    let positional = matches!(name, Move::Act | Move::ActOnReceipt);
    let roles = rule.map(|rule| rule.roles.clone()).unwrap_or_default();
    let mut role = match () {
        () if chance.one_in(15) => Some(chance.of(&Role::ALL)),
        () if positional => Some(position.role),
        () if roles.is_empty() => None,
        () => Some(chance.of(&roles)),
    };
    if positional || (acts.contains(&name) && role == Some(position.role) && chance.one_in(2)) {
        let mut act = good_act(&position.position);
        act.good = !chance.one_in(25);
        act.server_side = chance.one_in(10);
        facts.act = Some(act);
    }
    if matches!(name, Move::Withdraw | Move::WithdrawReceiptAct) {
        let act = (!life.acts.is_empty()).then(|| life.acts[chance.below(life.acts.len())].clone());
        role = act.as_ref().map(|act| act.role).or(role);
        facts.position = act.map(|act| act.position);
    }
    facts.actor = role.map(holder);
    facts.second_review = chance.one_in(4);
    facts.authentic = !chance.one_in(20);
    (facts.valid, facts.rules_kept) = (!chance.one_in(20), !chance.one_in(30));
    (facts.addressed, facts.base_same) = (!chance.one_in(40), !chance.one_in(30));
    facts.retention_over = !chance.one_in(4);
    facts.clearing = chance.of(&[
        ClearingFacts::NotNeeded,
        ClearingFacts::Hold,
        ClearingFacts::Hold,
        ClearingFacts::Broken,
    ]);
    facts.submission = Some([if chance.one_in(15) { 1 } else { 9 }; 32]);
    let part = fen(plan.amount.value() * 3 / 5);
    facts.result = match life.result {
        Some(result) if !chance.one_in(10) => Some(result),
        _ if chance.one_in(4) => Some(CoreResult::Failed),
        _ if chance.one_in(4) => Some(CoreResult::Executed(part)),
        _ => Some(CoreResult::Executed(plan.amount)),
    };
    facts.advance_open = chance.of(&[Some(false), Some(false), Some(true), None]);
    let claimer = id("2301", if chance.one_in(3) { "C1" } else { "C2" });
    let claimer = life.clearing.by().filter(|_| !chance.one_in(8)).cloned().unwrap_or(claimer);
    let asked = i64::try_from(life.claimable()).unwrap() - i64::from(chance.one_in(8));
    facts.claim = Some(ClaimFacts::new(claimer, fen(asked.max(0))));
    let detail = chance.of(&["1", "2", "3"]);
    let back = fen(chance.below(plan.amount.value() as usize / 2 + 1) as i64);
    facts.refund = Some(RefundFacts::new(id("2203", detail), detail, back, part));
    facts.reason = (!chance.one_in(12)).then(|| "原因".to_owned());
    let leave = name == Move::Destroy || facts.act.as_ref().is_some_and(|act| act.server_side);
    if leave && !chance.one_in(5) {
        let owner = facts.actor.as_ref().map_or("Owner", |actor| actor.person.name.as_str());
        let owner = if name == Move::Destroy { "Owner" } else { owner };
        facts.authorization = Some(Authorization::new(owner, "pin", moment(), "1").unwrap());
    }
    facts
}

/// The document that comes with the move.
fn body(chance: &mut Chance, model: &Model, key: &VoucherKey, name: Move) -> Option<Which> {
    let kept = model.vouchers.get(key);
    let content = match kept.and_then(|kept| kept.original) {
        Some(Which::Original(content)) if !chance.one_in(20) => content,
        _ => chance.below(2),
    };
    match name {
        _ if chance.one_in(40) => None,
        Move::Create | Move::Receive => Some(Which::Original(content)),
        Move::Edit => Some(Which::Original(chance.below(2))),
        Move::FillReceipt | Move::ReceiveReceipt => Some(Which::Receipt(content)),
        Move::Make | Move::Review | Move::Act if chance.one_in(3) => Some(Which::Original(content)),
        Move::ReviewReceipt | Move::ActOnReceipt | Move::RefuseReceipt if chance.one_in(3) => {
            Some(Which::Receipt(content))
        }
        _ => None,
    }
}
