//! The bank's afternoon: what it paid is asked for, what came back is given back, and what had no quota
//! is asked for again.

use super::making::Draft;
use super::papers_of_bank::Paid;
use super::party::{Party, is_settled, original};
use super::plan::Plan;
use super::receipts::business_no;
use super::who::{Post, Who};
use crate::failure::Failure;
use yinxin::error::{Code, Error};
use yinxin::store::life::CoreResult;
use yinxin::store::{Move, State, Stored, VoucherKey};
use yinxin::voucher::{Body, Encoding, Envelope, Voucher};

/// Payments in one request: each brings its sealed receipt along, and a packet takes 64 files.
const GROUP: usize = 50;

/// The request that asks for more than there is quota.
const BEYOND: u32 = 1;

/// How far the afternoon is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Payments are still being made.
    Paying,
    /// Requests are on their way.
    Asking,
    /// A payment came back: finance and the treasury are told.
    GivingBack,
    /// The request that had no quota goes again.
    AskingAgain,
    Done,
}

/// The bank's clearing desk.
pub struct Clearing {
    plan: Plan,
    stage: Stage,
    /// The request that asked for the payment that comes back, and its row there.
    back: Option<(u32, Paid, String)>,
}

impl Clearing {
    pub fn new(plan: &Plan) -> Clearing {
        Clearing { plan: *plan, stage: Stage::Paying, back: None }
    }

    /// Whether the afternoon is over.
    pub fn is_done(&self) -> bool {
        self.stage == Stage::Done
    }

    /// Goes on if what has to come first is done.
    pub fn turn(&mut self, party: &mut Party) -> Result<bool, Failure> {
        let next = match self.stage {
            Stage::Paying if self.all_paid(party)? => {
                self.ask(party)?;
                Stage::Asking
            }
            Stage::Asking if is_answered(party, "2301", true)? => {
                self.twice(party)?;
                self.give_back(party)?;
                Stage::GivingBack
            }
            Stage::GivingBack
                if is_answered(party, "2302", false)? && is_answered(party, "2203", false)? =>
            {
                self.back_twice(party)?;
                self.ask_again(party)?;
                Stage::AskingAgain
            }
            Stage::AskingAgain if is_answered(party, "2301", false)? => Stage::Done,
            _ => return Ok(false),
        };
        self.stage = next;
        Ok(true)
    }

    /// Whether every payment of the day was answered, and the answer acknowledged.
    fn all_paid(&self, party: &mut Party) -> Result<bool, Failure> {
        let due = [("5201", self.plan.direct + 2), ("8202", self.plan.authorised), ("8207", 1)];
        for (vt_code, due) in due {
            let lives = party.lives(Some(vt_code))?;
            let answered =
                lives.iter().filter(|(_, life)| life.state == State::Receipted && is_settled(life));
            if answered.count() < due as usize {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Asks for everything that was paid.
    fn ask(&mut self, party: &mut Party) -> Result<(), Failure> {
        let direct = paid(party, "5201")?;
        let authorised = paid(party, "8202")?;
        let beyond = party.papers.voucher_no(self.plan.beyond());
        let (beyond, direct): (Vec<_>, Vec<_>) =
            direct.into_iter().partition(|(paid, _)| paid.voucher_no == beyond);
        let mut number = BEYOND;
        let mut drafts = Vec::new();
        for (pay_type, payments) in
            [("001001", &beyond), ("001001", &direct), ("001002", &authorised)]
        {
            for group in payments.chunks(GROUP) {
                let asked: Vec<Paid> = group.iter().map(|(paid, _)| paid.clone()).collect();
                if self.back.is_none() && number != BEYOND {
                    let row = party.papers.detail_id(number, 1, true);
                    self.back = asked.first().map(|paid| (number, paid.clone(), row));
                }
                drafts.push(request(party, number, 1, pay_type, group)?);
                number += 1;
            }
        }
        party.issue(Who::CentralBank, drafts)
    }

    /// The refused request goes again, as its next version, now that there is quota.
    fn ask_again(&mut self, party: &mut Party) -> Result<(), Failure> {
        for stored in party.in_state(State::Refused)? {
            let order = party.order(&stored.key, Move::Discard, Post::Maker)?;
            party.carry_out(&[order.because("额度不足，待额度到位后重发")])?;
            let beyond = party.papers.voucher_no(self.plan.beyond());
            let payments = paid(party, "5201")?;
            let payments: Vec<_> =
                payments.into_iter().filter(|(paid, _)| paid.voucher_no == beyond).collect();
            let version = stored.key.version + 1;
            let draft = request(party, BEYOND, version, "001001", &payments)?;
            party.issue(Who::CentralBank, vec![draft])?;
        }
        Ok(())
    }

    /// A payment that was cleared came back from the payee's bank.
    fn give_back(&mut self, party: &mut Party) -> Result<(), Failure> {
        let Some((_, paid, _)) = self.back.clone() else { return Ok(()) };
        let notice = self.notice(party, 1, &paid)?;
        party.issue(Who::Finance, vec![Draft::first(notice)?])?;
        let refund = self.refund(party, 1)?;
        party.issue(Who::CentralBank, vec![Draft::first(refund)?])
    }

    fn notice(&self, party: &Party, number: u32, paid: &Paid) -> Result<Voucher, Failure> {
        let detail = format!("{}01", paid.voucher_no);
        party.papers.refund_notice(number, paid, &detail)
    }

    fn refund(&self, party: &Party, number: u32) -> Result<Voucher, Failure> {
        let none = || Failure::usage("nothing came back");
        let (request, paid, row) = self.back.as_ref().ok_or_else(none)?;
        let request = party.papers.voucher_no(*request);
        party.papers.clearing_refund(number, "001001", paid, (&request, row))
    }

    /// Tried: a request for a voucher of which nobody knows whether it was paid.
    pub fn before_paying(&self, party: &mut Party, stored: &Stored) -> Result<(), Failure> {
        let (paid, vt_code) = (said(stored, None)?, &stored.key.id.vt_code);
        let pay_type = if vt_code == "5201" { "001001" } else { "001002" };
        let voucher = party.papers.clearing(900_001, pay_type, &[paid])?;
        party.try_to_make("clearing before paying", Code::NotExecuted, voucher)
    }

    /// Tried: a second request for what was cleared.
    fn twice(&self, party: &mut Party) -> Result<(), Failure> {
        let Some((_, paid, _)) = &self.back else { return Ok(()) };
        let voucher = party.papers.clearing(900_002, "001001", std::slice::from_ref(paid))?;
        party.try_to_make("clearing twice", Code::Claimed, voucher)
    }

    /// Tried: to give back the same once more.
    fn back_twice(&self, party: &mut Party) -> Result<(), Failure> {
        let Some((_, paid, _)) = &self.back else { return Ok(()) };
        let notice = self.notice(party, 900_001, paid)?;
        party.try_to_make("refund notice of the same detail", Code::RefundTwice, notice)?;
        let refund = self.refund(party, 900_001)?;
        party.try_to_make("refund of the same detail", Code::RefundTwice, refund)
    }
}

/// Whether all vouchers of a type are answered; one that was refused counts if `refused`.
fn is_answered(party: &mut Party, vt_code: &str, refused: bool) -> Result<bool, Failure> {
    let lives = party.lives(Some(vt_code))?;
    Ok(!lives.is_empty()
        && lives
            .iter()
            .all(|(_, life)| is_settled(life) || (refused && life.state == State::Refused)))
}

/// What was paid by vouchers of a type, each with its sealed receipt.
fn paid(party: &mut Party, vt_code: &str) -> Result<Vec<(Paid, Body)>, Failure> {
    let mut all = Vec::new();
    for (key, life) in party.lives(Some(vt_code))? {
        let Some(CoreResult::Executed(_)) = life.result else { continue };
        let none = || Error::new(Code::StoreDamaged, "voucher", format!("{key} is not there"));
        let stored = party.store.voucher(&key)?.ok_or_else(none)?;
        let receipt = stored.receipt.clone().ok_or_else(none)?;
        all.push((said(&stored, life.result)?, receipt));
    }
    Ok(all)
}

/// What a clearing request says of a payment.
fn said(stored: &Stored, result: Option<CoreResult>) -> Result<Paid, Failure> {
    let voucher = original(stored)?.voucher();
    let header = voucher.header();
    let text = |name: &str| header.get(name).unwrap_or_default().to_owned();
    let amount = match result {
        Some(CoreResult::Executed(paid)) => paid,
        _ => stored.life.amount,
    };
    let (voucher_no, agency) = (text("VoucherNo"), text("AgencyCode"));
    Ok(Paid { voucher_no, agency, amount, business_no: business_no(voucher) })
}

/// A clearing request with the sealed receipts of what it asks for.
fn request(
    party: &Party,
    number: u32,
    version: u32,
    pay_type: &str,
    payments: &[(Paid, Body)],
) -> Result<Draft, Failure> {
    let asked: Vec<Paid> = payments.iter().map(|(paid, _)| paid.clone()).collect();
    let voucher = party.papers.clearing(number, pay_type, &asked)?;
    let key = VoucherKey { id: voucher.id()?, version };
    let mut attachments = Vec::new();
    for (paid, receipt) in payments {
        let name = format!("{}-{}.xml", receipt.id().vt_code, paid.voucher_no);
        attachments.push((name, Envelope::of(receipt.clone()).to_xml(Encoding::Gbk)?));
    }
    Ok(Draft { key, voucher, attachments })
}
