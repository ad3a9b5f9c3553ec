//! One payment at a bank, two clearing requests for it, refunds, disputes and its end.

use super::explore::World;
use crate::store_common::{facts, fen, good_act, holder, id, now};
use yinxin::store::life::{Clearing as Asked, CoreResult, Reconciliation};
use yinxin::store::life_cycle::{
    ClaimFacts, Facts, Move, PositionFacts, RefundFacts, Table, apply,
};
use yinxin::store::{Authorization, Life, Role, State, View};
use yinxin::voucher::VoucherId;

/// What was paid for the two details.
const PAID: [i64; 2] = [2, 1];

/// A clearing request, as the treasury knows it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Request {
    Never,
    Asked,
    CarriedOut,
    SentBack,
}

#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Clearing {
    life: Life,
    requests: [Request; 2],
    /// What came back for each detail.
    came: [i64; 2],
    /// How often each was recorded.
    recorded: [u8; 2],
    crime: Option<&'static str>,
}

fn request(number: usize) -> VoucherId {
    id("2301", &format!("C{number}"))
}

fn work(role: Option<Role>) -> Facts {
    let mut facts = facts(View::Receiver, role.map(holder));
    facts.amount = fen(PAID[0] + PAID[1]);
    facts.result = Some(CoreResult::Executed(facts.amount));
    facts.positions = vec![PositionFacts::new("a", Role::Teller, 1)];
    facts.authorization = Some(Authorization::new("Owner", "pin", now(), "1").unwrap());
    facts
}

/// Details that count as paid back, in fen.
fn refunded(life: &Life) -> i64 {
    life.refunds.values().map(|refund| refund.amount.value()).sum()
}

impl Clearing {
    fn add(
        &self,
        found: &mut Vec<(String, Clearing)>,
        table: &Table,
        name: Move,
        facts: &Facts,
        after: impl FnOnce(&mut Clearing, &Life),
    ) {
        let Ok(made) = apply(table, &self.life, name, facts) else { return };
        if !made.repeated {
            let mut next = self.clone();
            let before = std::mem::replace(&mut next.life, made.life);
            after(&mut next, &before);
            found.push((name.name().to_owned(), next));
        }
    }

    fn clear(&self, found: &mut Vec<(String, Clearing)>, table: &Table) {
        for number in 0..2 {
            let mut facts = work(None);
            if self.requests[number] == Request::Never {
                for amount in 1..=PAID[0] + PAID[1] {
                    facts.claim = Some(ClaimFacts::new(request(number), fen(amount)));
                    self.add(found, table, Move::Claim, &facts, |next, before| {
                        next.requests[number] = Request::Asked;
                        if amount != before.paid().value() - refunded(before) {
                            next.crime = Some("a claim of more or less than is due");
                        }
                    });
                }
            }
            facts.claim = Some(ClaimFacts::new(request(number), fen(1)));
            // A statement is true, or forged.
            facts.authentic = self.requests[number] == Request::CarriedOut;
            self.add(found, table, Move::Clear, &facts, |_, _| {});
            facts.authentic = self.requests[number] == Request::SentBack;
            self.add(found, table, Move::Unclaim, &facts, |_, _| {});
            if self.requests[number] == Request::Asked {
                for (name, then) in
                    [("carried out", Request::CarriedOut), ("sent back", Request::SentBack)]
                {
                    let mut next = self.clone();
                    next.requests[number] = then;
                    found.push((name.to_owned(), next));
                }
            }
        }
        // True statements, about another payment's request.
        let mut facts = work(None);
        facts.claim = Some(ClaimFacts::new(request(9), fen(1)));
        self.add(found, table, Move::Clear, &facts, |_, _| {});
        self.add(found, table, Move::Unclaim, &facts, |_, _| {});
    }

    fn refund(&self, found: &mut Vec<(String, Clearing)>, table: &Table) {
        for (detail, paid_for) in PAID.into_iter().enumerate() {
            if self.came[detail] == 0 {
                for amount in 1..=paid_for {
                    let mut next = self.clone();
                    next.came[detail] = amount;
                    found.push((format!("{amount} of detail {detail} come back"), next));
                }
            }
            let came = self.came[detail];
            // Two notices of what came, one of too much, and a forged one.
            for (notice, amount, authentic) in [
                ("R0", came, came > 0),
                ("R1", came, came > 0),
                ("R2", paid_for + 1, came > 0),
                ("R3", 1, false),
            ] {
                if amount == 0 {
                    continue;
                }
                let mut facts = work(None);
                facts.authentic = authentic;
                let (by, paid) = (id("2203", notice), fen(paid_for));
                facts.refund = Some(RefundFacts::new(by, &detail.to_string(), fen(amount), paid));
                self.add(found, table, Move::Refund, &facts, |next, _| {
                    next.recorded[detail] += 1;
                    if !authentic || amount != came {
                        next.crime = Some("a refund that did not come was recorded");
                    }
                });
            }
        }
    }
}

impl World for Clearing {
    const NAME: &'static str = "clearing";

    fn starts() -> Vec<Clearing> {
        let mut life = Life::absent(View::Receiver);
        for (name, role) in [
            (Move::Receive, None),
            (Move::Accept, Some(Role::Teller)),
            (Move::Submit, Some(Role::Teller)),
            (Move::CoreExecuted, None),
        ] {
            life = apply(Table::standard(), &life, name, &work(role)).unwrap().life;
        }
        let requests = [Request::Never; 2];
        vec![Clearing { life, requests, came: [0; 2], recorded: [0; 2], crime: None }]
    }

    fn next(&self, table: &Table) -> Vec<(String, Clearing)> {
        let mut found = Vec::new();
        let mut filling = work(Some(Role::Teller));
        filling.act = Some(good_act("a"));
        for (name, facts) in [
            (Move::FillReceipt, filling),
            (Move::ReviewReceipt, work(Some(Role::Reviewer))),
            (Move::SendReceipt, work(Some(Role::Sender))),
            (Move::ReceiptAcknowledged, work(None)),
            (Move::Match, work(Some(Role::Clerk))),
            (Move::Dispute, work(Some(Role::Clerk))),
            (Move::Answer, work(Some(Role::Clerk))),
        ] {
            self.add(&mut found, table, name, &facts, |_, _| {});
        }
        for name in [Move::Archive, Move::Close, Move::Destroy] {
            self.add(&mut found, table, name, &work(Some(Role::Archivist)), |next, before| {
                let open = matches!(before.clearing, Asked::Claimed(_))
                    || before.reconciliation == Reconciliation::Disputed;
                if open && name != Move::Close {
                    next.crime = Some("filed or destroyed while something is open");
                }
            });
        }
        self.clear(&mut found, table);
        self.refund(&mut found, table);
        found
    }

    fn wrong(&self) -> Option<String> {
        let words = self.crime.or_else(|| {
            let life = &self.life;
            let live = |one: &&Request| matches!(one, Request::Asked | Request::CarriedOut);
            let live = self.requests.iter().filter(live).count();
            let filed = matches!(life.state, State::Receipted | State::Archived | State::Destroyed);
            let by = |by: &VoucherId, then: Request| {
                (0..2).any(|number| request(number) == *by && self.requests[number] == then)
            };
            if life.clearing != Asked::Open && !filed {
                Some("asked for without a sealed receipt")
            } else if live > 1 {
                Some("asked for twice")
            } else if live > 0 && life.clearing == Asked::Open {
                Some("a claim was forgotten")
            } else if matches!(&life.clearing, Asked::Cleared(one) if !by(one, Request::CarriedOut))
            {
                Some("cleared by nobody")
            } else if self.recorded.iter().any(|times| *times > 1) {
                Some("refunded twice")
            } else if refunded(life) > life.paid().value() {
                Some("more was refunded than paid")
            } else if life.state == State::Closed {
                Some("closed after payment")
            } else {
                None
            }
        });
        words.map(str::to_owned)
    }

    fn at_rest(&self) -> bool {
        self.life.is_terminal()
            && !self.requests.contains(&Request::Asked)
            && !matches!(self.life.clearing, Asked::Claimed(_))
            && self.life.reconciliation != Reconciliation::Disputed
    }
}
