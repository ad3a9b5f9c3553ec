//! The store as a map in memory.

use crate::world::{Plan, Which};
use crate::{Outcomes, Try};
use std::collections::BTreeMap;
use yinxin::error::Code;
use yinxin::store::life::CoreResult;
use yinxin::store::life_cycle::{Effect, Latest, Move, QuotaFacts, Table, apply};
use yinxin::store::state::Document;
use yinxin::store::{Leg, Life, State, View, VoucherKey};
use yinxin::voucher::VoucherId;

/// What a move gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    pub state: State,
    /// The record after it; none where a call under a key was made before.
    pub life: Option<Life>,
    pub repeated: bool,
}

/// A voucher as it is kept.
#[derive(Debug, Clone)]
pub struct Kept {
    pub life: Life,
    pub original: Option<Which>,
    pub receipt: Option<Which>,
    /// How often money was paid out for it.
    paid: usize,
    /// Whether it ever changed the quota.
    posted: bool,
}

impl Kept {
    pub fn waiting(&self) -> bool {
        match self.life.view {
            View::Receiver => self.life.state == State::Delivered,
            View::Issuer => self.life.leg(Document::Receipt) == Leg::Delivered,
        }
    }
}

#[derive(Debug, Clone, Default)]
pub struct Model {
    pub vouchers: BTreeMap<VoucherKey, Kept>,
    pub balances: BTreeMap<String, i64>,
    /// Calls by their keys: what they said and what they gave.
    calls: BTreeMap<Vec<u8>, ([u8; 32], State)>,
    /// How many moves were made.
    pub moves: u64,
}

/// The quota after a move.
type Balances = Vec<(String, i64)>;

impl Model {
    pub fn latest(&self, id: &VoucherId) -> Option<(u32, State)> {
        let of = self.vouchers.iter().filter(|(key, _)| key.id == *id);
        of.map(|(key, kept)| (key.version, kept.life.state)).max_by_key(|(version, _)| *version)
    }

    pub fn life(&self, plan: &Plan, key: &VoucherKey) -> Life {
        self.vouchers.get(key).map_or(Life::absent(plan.view), |kept| kept.life.clone())
    }

    /// What the store has to give, and the quota after it.
    pub fn expect(&self, plans: &[Plan], one: &Try) -> (Outcomes, Balances) {
        if let Some((key, digest)) = &one.once
            && let Some((said, state)) = self.calls.get(key)
        {
            let again = Outcome { state: *state, life: None, repeated: true };
            let outcome = if said == digest { Ok(again) } else { Err(Code::KeyReused) };
            return (outcome, Vec::new());
        }
        match self.judge(&plans[one.plan], one) {
            Ok((outcome, after)) => (Ok(outcome), after),
            Err(code) => (Err(code), Vec::new()),
        }
    }

    fn judge(&self, plan: &Plan, one: &Try) -> Result<(Outcome, Balances), Code> {
        let before = self.life(plan, &one.key);
        let mut facts = one.facts.clone();
        facts.version = one.key.version;
        facts.latest = match self.latest(&plan.id) {
            Some((version, state)) => Latest::Version(version, state),
            None => Latest::Free,
        };
        (facts.content, facts.receipt) = (None, None);
        if let Some(which) = one.body {
            let digest = Some(plan.body(which).voucher().form_digest());
            match which {
                Which::Original(_) => {
                    let replaces = matches!(one.name, Move::Create | Move::Edit | Move::Receive);
                    if !replaces && before.content != digest {
                        return Err(Code::Changed);
                    }
                    facts.content = digest;
                }
                Which::Receipt(content) => {
                    let original = plan.body(Which::Original(content)).voucher().form_digest();
                    let replaces = matches!(one.name, Move::FillReceipt | Move::ReceiveReceipt);
                    let same = before.content == Some(original);
                    if !same || !replaces && before.receipt != digest {
                        return Err(Code::Changed);
                    }
                    facts.receipt = digest;
                }
            }
        }
        let (quota, after) = self.quota(plan, one, &before);
        facts.quota = quota;
        let next = apply(Table::standard(), &before, one.name, &facts).map_err(|no| no.code)?;
        if !next.repeated && one.body.is_none() && next.effects.contains(&Effect::Store) {
            return Err(Code::Argument);
        }
        let after = if next.repeated { Vec::new() } else { after };
        let (state, repeated) = (next.life.state, next.repeated);
        Ok((Outcome { state, life: Some(next.life), repeated }, after))
    }

    /// What the quota says to the move, and the balances after it.
    fn quota(&self, plan: &Plan, one: &Try, before: &Life) -> (QuotaFacts, Balances) {
        let none = |facts| (facts, Vec::new());
        let rule = Table::standard().rule(one.name, before.view);
        let does = |effect| rule.is_some_and(|rule| rule.effects.contains(&effect));
        let post = does(Effect::PostQuota);
        if !post && !does(Effect::UndoQuota) {
            return none(QuotaFacts::NotKnown);
        }
        let executed = matches!(before.result, Some(CoreResult::Executed(_)));
        if !plan.touches_quota() || !post && (!before.in_quota || executed) {
            return none(QuotaFacts::Untouched);
        }
        let kept = self.vouchers.get(&one.key).is_some_and(|kept| kept.original.is_some());
        if !kept {
            return none(QuotaFacts::NotKnown);
        }
        let mut after = Vec::new();
        for (key, change) in &plan.change {
            let change = if post { *change } else { -change };
            let begins = post && plan.begins_quota() && change >= 0;
            let Some(left) = self.balances.get(key).copied().or(begins.then_some(0)) else {
                return none(QuotaFacts::Refused(Code::QuotaMissing, String::new()));
            };
            if left + change < 0 {
                let code = if post { Code::QuotaExceeded } else { Code::QuotaUsed };
                return none(QuotaFacts::Refused(code, String::new()));
            }
            after.push((key.clone(), left + change));
        }
        (QuotaFacts::Posted, after)
    }

    /// Does what the store did.
    pub fn take(&mut self, plans: &[Plan], one: &Try, (outcome, after): (Outcomes, Balances)) {
        let Ok(Outcome { state, life: Some(life), repeated }) = outcome else { return };
        if let Some((key, digest)) = &one.once {
            self.calls.insert(key.clone(), (*digest, state));
        }
        if repeated {
            return;
        }
        self.moves += 1;
        self.balances.extend(after);
        let absent = Life::absent(plans[one.plan].view);
        let kept = self.vouchers.entry(one.key.clone()).or_insert(Kept {
            life: absent,
            original: None,
            receipt: None,
            paid: 0,
            posted: false,
        });
        kept.posted |= life.in_quota;
        kept.life = life;
        match one.body {
            Some(which @ Which::Original(_)) => kept.original = Some(which),
            Some(which @ Which::Receipt(_)) => kept.receipt = Some(which),
            None => {}
        }
        if state == State::Destroyed {
            (kept.original, kept.receipt) = (None, None);
        }
        kept.paid += usize::from(one.name == Move::CoreExecuted);
    }

    /// Whether anything was written since.
    pub fn has_more_than(&self, before: &Model) -> bool {
        (self.moves, self.calls.len()) != (before.moves, before.calls.len())
    }

    /// Whether every voucher is there that changed the quota.
    pub fn quota_is_known(&self) -> bool {
        let gone = |kept: &Kept| kept.posted && kept.life.state == State::Destroyed;
        !self.vouchers.values().any(gone)
    }

    /// What has to hold whatever was tried: money is paid once, a number is held once, and the quota is
    /// what the vouchers in it add up to.
    pub fn require_sound(&self, plans: &[Plan]) {
        let mut due: BTreeMap<&str, i64> = BTreeMap::new();
        for (key, kept) in &self.vouchers {
            let plan = plans.iter().find(|plan| plan.id == key.id).unwrap();
            assert!(kept.paid <= 1, "{key} was paid {} times", kept.paid);
            let unpaid = matches!(kept.life.state, State::Returned | State::Refused);
            assert!(!unpaid || kept.life.view == View::Issuer || kept.paid == 0, "{key}");
            if kept.life.in_quota {
                for (key, change) in &plan.change {
                    *due.entry(key).or_default() += change;
                }
            }
            let later = VoucherKey { version: u32::MAX, ..key.clone() };
            if self.vouchers.range(key..=&later).nth(1).is_some() {
                assert!(kept.life.is_terminal(), "{key} goes on beside its next version");
            }
        }
        for (key, fen) in &self.balances {
            assert!(*fen >= 0, "{key} has {fen}");
            assert_eq!(*fen, due.get(key.as_str()).copied().unwrap_or(0), "{key}");
        }
        assert!(due.iter().all(|(key, fen)| *fen == 0 || self.balances.contains_key(*key)));
    }
}
