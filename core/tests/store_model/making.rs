//! Four people make, review, approve, seal and withdraw one voucher, rightly or not.

use super::explore::World;
use crate::store_common::{facts, good_act, person};
use yinxin::store::life_cycle::{Facts, Move, PositionFacts, Table, apply};
use yinxin::store::{Actor, Life, Person, Role, State, View};

/// The voucher, and what must never have happened to it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Making {
    life: Life,
    second_review: bool,
    /// What somebody got away with.
    crime: Option<&'static str>,
}

/// Three may do everything, if the table lets them; the fourth holds no role.
const PEOPLE: u8 = 4;
const STRANGER: u8 = 3;

fn positions() -> Vec<PositionFacts> {
    vec![
        PositionFacts::new("a", Role::Maker, 1),
        PositionFacts::new("b", Role::Reviewer, 2),
        PositionFacts::new("c", Role::Sealer, 3),
    ]
}

impl Making {
    fn facts(&self, who: u8) -> Facts {
        let roles: &[Role] = if who == STRANGER { &[] } else { &Role::ALL };
        let mut facts = facts(View::Issuer, Some(Actor::new(person(who), roles)));
        facts.positions = positions();
        facts.second_review = self.second_review;
        facts
    }

    fn go(&self, table: &Table, name: Move, facts: &Facts) -> Option<Making> {
        let next = apply(table, &self.life, name, facts).ok()?;
        (!next.repeated).then(|| Making { life: next.life, ..self.clone() })
    }
}

impl World for Making {
    const NAME: &'static str = "making";

    fn starts() -> Vec<Making> {
        let start =
            |second_review| Making { life: Life::absent(View::Issuer), second_review, crime: None };
        vec![start(false), start(true)]
    }

    fn next(&self, table: &Table) -> Vec<(String, Making)> {
        let mut found = Vec::new();
        for who in 0..PEOPLE {
            let mut add = |label: String, made: Option<Making>, crime: Option<&'static str>| {
                if let Some(mut made) = made {
                    made.crime = made.crime.or(crime);
                    if who == STRANGER {
                        made.crime = made.crime.or(Some("somebody without a role acted"));
                    }
                    found.push((format!("{label} by {who}"), made));
                }
            };
            let plain = self.facts(who);
            for name in [
                Move::Create,
                Move::Make,
                Move::Review,
                Move::Approve,
                Move::Reject,
                Move::Send,
                Move::Discard,
            ] {
                // Whoever has no role does not matter where no act is made: others show it.
                if who != STRANGER || name == Move::Make {
                    add(name.name().to_owned(), self.go(table, name, &plain), None);
                }
            }
            for position in ["a", "b", "c"] {
                for name in [Move::Make, Move::Review, Move::Act] {
                    for bad in [false, true] {
                        let mut facts = plain.clone();
                        let mut act = good_act(position);
                        act.good = !bad;
                        facts.act = Some(act);
                        let twice = self.life.act(position).is_some();
                        let crime = if bad {
                            Some("an act that is not good")
                        } else if twice {
                            Some("a position was filled twice")
                        } else {
                            None
                        };
                        add(
                            format!("{} at {position}", name.name()),
                            self.go(table, name, &facts),
                            crime,
                        );
                    }
                }
                let mut facts = plain.clone();
                facts.position = Some(position.to_owned());
                let mine = self.life.act(position).is_some_and(|act| act.person == person(who));
                let crime = (!mine).then_some("another's act was withdrawn");
                let crime = crime.or((self.life.state == State::Sent)
                    .then_some("an act was withdrawn after sending"));
                let withdrawn = self.go(table, Move::Withdraw, &facts);
                if who != STRANGER {
                    add(format!("withdraw {position}"), withdrawn, crime);
                }
            }
        }
        found
    }

    fn wrong(&self) -> Option<String> {
        let Making { life, .. } = self;
        if let Some(crime) = self.crime {
            return Some(crime.to_owned());
        }
        let filled: Vec<u32> = life.acts.iter().map(|act| act.sequence).collect();
        for sequence in 1..=3 {
            let lower = (1..sequence).all(|lower| filled.contains(&lower));
            if filled.contains(&sequence) && !lower {
                return Some("an act stands above an open position".to_owned());
            }
        }
        for act in &life.acts {
            let is = |person: &Option<Person>| person.as_ref() == Some(&act.person);
            let own = match act.role {
                Role::Maker => is(&life.maker),
                Role::Reviewer => is(&life.reviewer),
                _ => !is(&life.maker) && !is(&life.reviewer) && !is(&life.approver),
            };
            if !own {
                return Some("an act by one who should not have made it".to_owned());
            }
        }
        let people: Vec<&Person> =
            [&life.maker, &life.reviewer, &life.approver].into_iter().flatten().collect();
        let twice = people.iter().enumerate().any(|(index, one)| people[..index].contains(one));
        if twice {
            return Some("one person in two steps".to_owned());
        }
        match life.state {
            State::Sealed | State::Sent if filled.len() < 3 => {
                Some("sent or sealed with an open position".to_owned())
            }
            State::Approved | State::Sealing | State::Sealed | State::Sent => {
                let due = 2 + usize::from(self.second_review);
                (people.len() < due).then(|| "sealed before every review was made".to_owned())
            }
            _ => None,
        }
    }

    fn at_rest(&self) -> bool {
        matches!(self.life.state, State::Sent | State::Discarded)
    }
}
