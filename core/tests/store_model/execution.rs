//! An issuer, a receiver and a core system, and two versions of one voucher between them.

use super::explore::World;
use crate::store_common::{facts, fen, good_act, holder};
use yinxin::error::Code;
use yinxin::store::life::CoreResult;
use yinxin::store::life_cycle::{Facts, Latest, Move, PositionFacts, QuotaFacts, Table, apply};
use yinxin::store::{Leg, Life, Role, State, View};

const AMOUNT: i64 = 2;

/// What the core system did under one key.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Core {
    Never,
    Running,
    Paid,
    Failed { advance: bool },
}

/// What is special about a start.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Special {
    /// Nothing.
    Nothing,
    /// The document was changed on its way: its report is not Valid.
    Tampered,
    /// The voucher changes the quota, which covers it.
    Quota,
    /// The quota does not cover it.
    NoQuota,
    /// The issuer sends a second version while the first lives.
    Dishonest,
}

// What the receiver said.
const DELIVERED: u8 = 1;
const ACCEPTED: u8 = 2;
const REFUSED: u8 = 4;
const RETURNED: u8 = 8;
const RECEIPT: u8 = 16;
// What the issuer said.
const ORIGINAL: u8 = 1;
const RECEIPT_DELIVERED: u8 = 2;
const RECEIPT_ACKNOWLEDGED: u8 = 4;
const RECEIPT_REFUSED: u8 = 8;

/// One version on both sides.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Version {
    issuer: Life,
    receiver: Life,
    /// By key: the one that was recorded first, and another.
    core: [Core; 2],
    /// Calls to the core that are on their way.
    calls: [bool; 2],
    /// Whether the original, the receipt is on its way.
    way: [bool; 2],
    said: u8,
    answered: u8,
    receipt_says: Option<CoreResult>,
    /// Which receipt it is: one, or the next one.
    receipt: u8,
    posted: i8,
}

#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Execution {
    special: Special,
    versions: [Version; 2],
}

fn key(version: usize, number: usize) -> [u8; 32] {
    [(10 + 2 * version + number) as u8; 32]
}

fn base(view: View, version: usize, role: Option<Role>) -> Facts {
    let mut facts = facts(view, role.map(holder));
    facts.version = version as u32 + 1;
    facts.content = Some([version as u8 + 1; 32]);
    facts.amount = fen(AMOUNT);
    facts.result = Some(CoreResult::Executed(fen(AMOUNT)));
    facts.submission = Some(key(version, 0));
    let role = if view == View::Issuer { Role::Sealer } else { Role::Teller };
    facts.positions = vec![PositionFacts::new("a", role, 1)];
    facts
}

/// An original that is sealed, of this version, by the standard table.
fn sealed(version: usize) -> Life {
    let mut life = Life::absent(View::Issuer);
    for (name, role) in [
        (Move::Create, Role::Maker),
        (Move::Make, Role::Maker),
        (Move::Review, Role::Reviewer),
        (Move::Act, Role::Sealer),
    ] {
        let mut facts = base(View::Issuer, version, Some(role));
        if version > 0 {
            facts.latest = Latest::Version(version as u32, State::Discarded);
        }
        facts.act = (name == Move::Act).then(|| good_act("a"));
        life = apply(Table::standard(), &life, name, &facts).unwrap().life;
    }
    assert_eq!(life.state, State::Sealed);
    life
}

fn newest(life: &Life) -> Latest {
    match life.state {
        State::Absent => Latest::Free,
        state => Latest::Version(life.version, state),
    }
}

/// Collects what may happen.
struct Steps<'w> {
    world: &'w Execution,
    table: &'w Table,
    found: Vec<(String, Execution)>,
}

impl Steps<'_> {
    /// Tries a move in one of the stores; `after` changes the rest of the world if it is made.
    fn try_move(
        &mut self,
        version: usize,
        name: Move,
        facts: &Facts,
        after: impl FnOnce(&mut Version),
    ) {
        let mut next = self.world.clone();
        let one = &mut next.versions[version];
        let rows = self.table.rules();
        let issuer =
            rows.iter().any(|rule| rule.name == name && rule.views.contains(&View::Issuer));
        let both = issuer
            && rows.iter().any(|rule| rule.name == name && rule.views.contains(&View::Receiver));
        assert!(!both, "moves of both views are tried by themselves");
        let life = if issuer { &mut one.issuer } else { &mut one.receiver };
        let Ok(made) = apply(self.table, life, name, facts) else { return };
        if made.repeated {
            return;
        }
        *life = made.life;
        after(one);
        self.found.push((format!("{} {}", name.name(), version + 1), next));
    }

    /// A move that both stores have.
    fn try_both(&mut self, version: usize, name: Move, facts: &Facts) {
        for view in View::ALL {
            let mut next = self.world.clone();
            let one = &mut next.versions[version];
            let life = if view == View::Issuer { &mut one.issuer } else { &mut one.receiver };
            if let Ok(made) = apply(self.table, life, name, facts)
                && !made.repeated
            {
                *life = made.life;
                self.found.push((format!("{} {} {}", view.name(), name.name(), version + 1), next));
            }
        }
    }

    fn event(&mut self, version: usize, name: &str, change: impl FnOnce(&mut Version)) {
        let mut next = self.world.clone();
        change(&mut next.versions[version]);
        self.found.push((format!("{name} {}", version + 1), next));
    }

    fn issuer(&mut self, v: usize) {
        let world = self.world;
        let one = &world.versions[v];
        let issue = |role| base(View::Issuer, v, Some(role));
        if v == 1 && one.issuer.state == State::Absent && world.special != Special::Dishonest {
            let mut facts = issue(Role::Maker);
            facts.latest = newest(&world.versions[0].issuer);
            self.try_move(v, Move::Create, &facts, |one| one.issuer = sealed(1));
        }
        let send = |one: &mut Version| {
            one.answered |= ORIGINAL;
            one.way[0] = true;
        };
        self.try_move(v, Move::Send, &issue(Role::Sender), send);
        self.try_move(v, Move::SendAgain, &issue(Role::Sender), send);
        let transport = base(View::Issuer, v, None);
        self.try_move(v, Move::DeliveryFailed, &transport, |one| one.way[0] = false);
        for (name, said) in [
            (Move::Delivered, DELIVERED),
            (Move::Accepted, ACCEPTED),
            (Move::Refused, REFUSED),
            (Move::Returned, RETURNED),
        ] {
            let mut facts = base(View::Issuer, v, None);
            facts.authentic = one.said & said != 0;
            self.try_move(v, name, &facts, |_| {});
        }
        let mut facts = base(View::Issuer, v, None);
        facts.authentic = one.way[1];
        facts.receipt = Some([one.receipt; 32]);
        let forged = [CoreResult::Failed, CoreResult::Executed(fen(AMOUNT))];
        for result in
            one.receipt_says.filter(|_| one.way[1]).map_or(forged.to_vec(), |one| vec![one])
        {
            facts.result = Some(result);
            self.try_move(v, Move::ReceiveReceipt, &facts, |one| {
                one.answered |= RECEIPT_DELIVERED;
            });
        }
        if one.way[1] {
            let mut facts = issue(Role::Clerk);
            facts.receipt = Some([one.receipt; 32]);
            self.try_move(v, Move::RefuseReceipt, &facts, |one| {
                one.answered |= RECEIPT_REFUSED;
            });
        }
        self.try_move(v, Move::AcknowledgeReceipt, &issue(Role::Clerk), |one| {
            one.answered |= RECEIPT_ACKNOWLEDGED;
        });
        self.try_move(v, Move::Discard, &issue(Role::Maker), |_| {});
        for name in [Move::Archive, Move::Close] {
            self.try_both(v, name, &issue(Role::Archivist));
        }
    }

    fn receiver(&mut self, v: usize) {
        let world = self.world;
        let one = &world.versions[v];
        let work = |role| base(View::Receiver, v, Some(role));
        let mut facts = base(View::Receiver, v, None);
        facts.authentic = one.way[0];
        facts.latest = newest(&world.versions[1 - v].receiver);
        self.try_move(v, Move::Receive, &facts, |one| one.said |= DELIVERED);

        let mut facts = work(Role::Teller);
        facts.valid = world.special != Special::Tampered;
        facts.quota = match world.special {
            Special::Quota => QuotaFacts::Posted,
            Special::NoQuota => QuotaFacts::Refused(Code::QuotaExceeded, String::new()),
            _ => QuotaFacts::Untouched,
        };
        self.try_move(v, Move::Accept, &facts, |one| {
            one.said |= ACCEPTED;
            one.posted += i8::from(one.receiver.in_quota);
        });
        self.try_move(v, Move::Refuse, &work(Role::Teller), |one| one.said |= REFUSED);
        for quota in [QuotaFacts::Untouched, QuotaFacts::Posted] {
            let mut facts = work(Role::Teller);
            let undone = i8::from(quota == QuotaFacts::Posted);
            facts.quota = quota;
            self.try_move(v, Move::Return, &facts, |one| {
                one.said |= RETURNED;
                one.posted -= undone;
            });
            for result in [CoreResult::Failed, CoreResult::Executed(fen(AMOUNT))] {
                let mut facts = facts.clone();
                facts.result = Some(result);
                facts.receipt = Some([one.receipt; 32]);
                facts.act = Some(good_act("a"));
                self.try_move(v, Move::FillReceipt, &facts, |one| {
                    one.receipt_says = Some(result);
                    one.posted -= undone;
                });
            }
        }
        let mut facts = work(Role::Teller);
        self.try_move(v, Move::Submit, &facts, |one| one.calls[0] = true);
        // A crash after the commit: nothing was asked.
        self.try_move(v, Move::Submit, &facts, |_| {});
        for number in 0..2 {
            facts.submission = Some(key(v, number));
            self.try_move(v, Move::Resubmit, &facts, |one| one.calls[number] = true);
        }
        self.try_move(v, Move::NoAnswer, &base(View::Receiver, v, None), |_| {});
        self.try_move(v, Move::ReviewReceipt, &work(Role::Reviewer), |_| {});
        self.try_move(v, Move::RejectReceipt, &work(Role::Reviewer), |one| one.receipt_says = None);
        let send = |one: &mut Version| {
            one.said |= RECEIPT;
            one.way[1] = true;
        };
        self.try_move(v, Move::SendReceipt, &work(Role::Sender), send);
        self.try_move(v, Move::SendReceiptAgain, &work(Role::Sender), send);
        let transport = base(View::Receiver, v, None);
        self.try_move(v, Move::ReceiptDeliveryFailed, &transport, |one| one.way[1] = false);
        for (name, said) in [
            (Move::ReceiptDelivered, RECEIPT_DELIVERED),
            (Move::ReceiptAcknowledged, RECEIPT_ACKNOWLEDGED),
            (Move::ReceiptRefused, RECEIPT_REFUSED),
        ] {
            let mut facts = base(View::Receiver, v, None);
            facts.authentic = one.answered & said != 0;
            self.try_move(v, name, &facts, |_| {});
        }
        // What was said about the receipt that was refused is not about the next one.
        self.try_move(v, Move::RedoReceipt, &work(Role::Teller), |one| {
            one.answered &= ORIGINAL;
            one.way[1] = false;
            one.receipt_says = None;
            one.receipt ^= 1;
        });
    }

    fn core(&mut self, v: usize) {
        let one = &self.world.versions[v];
        for number in 0..2 {
            if one.calls[number] {
                self.event(v, "the call is lost", |one| one.calls[number] = false);
                self.event(v, "the call arrives", |one| {
                    one.calls[number] = false;
                    // A key that the core knows starts nothing again.
                    if one.core[number] == Core::Never {
                        one.core[number] = Core::Running;
                    }
                });
            }
            let mut facts = base(View::Receiver, v, None);
            facts.submission = Some(key(v, number));
            match one.core[number] {
                Core::Never => {}
                Core::Running => {
                    self.event(v, "the core pays", |one| one.core[number] = Core::Paid);
                    for advance in [false, true] {
                        self.event(v, "the core fails", |one| {
                            one.core[number] = Core::Failed { advance };
                        });
                    }
                    self.try_move(v, Move::CoreRunning, &facts, |_| {});
                }
                Core::Paid => self.try_move(v, Move::CoreExecuted, &facts, |_| {}),
                Core::Failed { advance } => {
                    facts.advance_open = Some(advance);
                    self.try_move(v, Move::CoreFailed, &facts, |_| {});
                    if advance {
                        self.event(v, "the advance is written off", |one| {
                            one.core[number] = Core::Failed { advance: false };
                        });
                    }
                }
            }
        }
        // Forged answers, and true ones about another voucher.
        for (authentic, submission) in [(false, one.receiver.submission), (true, Some([99; 32]))] {
            let mut facts = base(View::Receiver, v, None);
            (facts.authentic, facts.submission) = (authentic, submission);
            for name in [Move::CoreExecuted, Move::CoreFailed] {
                self.try_move(v, name, &facts, |_| {});
            }
        }
    }
}

impl Execution {
    /// The start with nothing special.
    pub fn plain() -> Vec<Execution> {
        let plain = |one: &Execution| one.special == Special::Nothing;
        Execution::starts().into_iter().filter(plain).collect()
    }
}

impl Version {
    fn paid(&self) -> bool {
        self.core.contains(&Core::Paid)
    }

    /// Whether this may be known: paid if paid, failed only if nothing can follow any more.
    fn proves(&self, result: CoreResult) -> bool {
        match result {
            CoreResult::Executed(amount) => self.paid() && amount == fen(AMOUNT),
            CoreResult::Failed => !self.paid() && self.core[0] == Core::Failed { advance: false },
        }
    }

    fn wrong(&self, special: Special) -> Option<&'static str> {
        let (issuer, receiver) = (&self.issuer, &self.receiver);
        let is = |life: &Life, states: &[State]| states.contains(&life.state);
        let said = |what| self.said & what != 0;
        let judged = !is(receiver, &[State::Absent, State::Delivered, State::Refused]);
        if self.paid() && is(receiver, &[State::Refused, State::Returned, State::Closed]) {
            return Some("returned, refused or closed after payment");
        }
        if self.paid() && is(issuer, &[State::Discarded, State::Closed]) {
            return Some("discarded or closed at the issuer after payment");
        }
        if receiver.result.into_iter().chain(issuer.result).any(|result| !self.proves(result)) {
            return Some("a result that nobody knows");
        }
        if self.receipt_says.is_some_and(|result| !self.proves(result)) {
            return Some("a receipt that says what did not happen");
        }
        if special == Special::Tampered && judged {
            return Some("a changed document was accepted");
        }
        if special == Special::NoQuota && judged {
            return Some("accepted beyond the quota");
        }
        let undone =
            is(receiver, &[State::Returned]) || (self.receipt_says == Some(CoreResult::Failed));
        if undone && self.posted != 0 {
            return Some("nothing was carried out, and the quota was not given back");
        }
        if !(0..=1).contains(&self.posted)
            || (self.paid() && i8::from(receiver.in_quota) != self.posted)
        {
            return Some("the quota was posted or undone twice");
        }
        if self.paid() && special == Special::Quota && self.posted != 1 {
            return Some("paid, and the quota was given back");
        }
        if self.answered & ORIGINAL == 0 && receiver.state != State::Absent {
            return Some("a voucher that nobody sent was received");
        }
        let statements = [
            (State::Delivered, DELIVERED),
            (State::Accepted, ACCEPTED),
            (State::Refused, REFUSED),
            (State::Returned, RETURNED),
            (State::Receipted, RECEIPT),
        ];
        if statements.iter().any(|(state, what)| issuer.state == *state && !said(*what)) {
            return Some("the issuer believes what nobody said");
        }
        if receiver.receipt_leg == Leg::Acknowledged && issuer.receipt_leg != Leg::Acknowledged {
            return Some("the receiver believes what nobody said");
        }
        let archived = is(issuer, &[State::Archived]) || is(receiver, &[State::Archived]);
        (archived && !self.paid()).then_some("archived without payment")
    }
}

impl World for Execution {
    const NAME: &'static str = "execution";

    fn starts() -> Vec<Execution> {
        let version = |issuer| Version {
            issuer,
            receiver: Life::absent(View::Receiver),
            core: [Core::Never; 2],
            calls: [false; 2],
            way: [false; 2],
            said: 0,
            answered: 0,
            receipt_says: None,
            receipt: 20,
            posted: 0,
        };
        let start = |special| {
            let versions = [version(sealed(0)), version(Life::absent(View::Issuer))];
            let mut world = Execution { special, versions };
            if special == Special::Dishonest {
                world.versions[1].way[0] = true;
                world.versions[1].answered = ORIGINAL;
            }
            world
        };
        [Special::Nothing, Special::Tampered, Special::Quota, Special::NoQuota, Special::Dishonest]
            .map(start)
            .to_vec()
    }

    fn next(&self, table: &Table) -> Vec<(String, Execution)> {
        let mut steps = Steps { world: self, table, found: Vec::new() };
        for version in 0..2 {
            // With a dishonest issuer only the receiver's side of the second version matters.
            if self.special != Special::Dishonest || version == 0 {
                steps.issuer(version);
            }
            steps.receiver(version);
            steps.core(version);
        }
        steps.found
    }

    fn wrong(&self) -> Option<String> {
        let paid = self.versions.iter().flat_map(|one| one.core);
        if paid.filter(|core| *core == Core::Paid).count() > 1 {
            return Some("paid twice".to_owned());
        }
        let honest = if self.special == Special::Dishonest { 1 } else { 2 };
        let mut versions = self.versions.iter().take(honest);
        versions.find_map(|one| one.wrong(self.special)).map(str::to_owned)
    }

    fn at_rest(&self) -> bool {
        let ended = |life: &Life| life.state == State::Absent || life.is_terminal();
        if self.special == Special::Dishonest {
            // Nobody answers for the peers of a liar.
            return true;
        }
        self.versions.iter().all(|one| ended(&one.issuer) && ended(&one.receiver))
    }
}
