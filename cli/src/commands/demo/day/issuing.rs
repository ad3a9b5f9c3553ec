//! Vouchers that wait to be issued, and those that came back and go out again.

use super::making::Draft;
use super::papers::Papers;
use super::party::{BATCH, Party, original};
use super::plan::Account;
use super::who::{Post, Who};
use crate::failure::Failure;
use std::collections::VecDeque;
use yinxin::store::{Move, State, VoucherKey};
use yinxin::voucher::{Encoding, Voucher, VoucherBuilder};

/// Vouchers that are to be issued, in their order.
#[derive(Default)]
pub struct Queue {
    waiting: VecDeque<(Who, Draft)>,
}

impl Queue {
    /// Adds a voucher.
    pub fn add(&mut self, to: Who, draft: Draft) {
        self.waiting.push_back((to, draft));
    }

    /// Whether all are issued.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Issues the next ones, of one type to one partner; whether there were any.
    pub fn issue_some(&mut self, party: &mut Party) -> Result<bool, Failure> {
        let mut batch = Vec::new();
        let mut of = None;
        while let Some((to, draft)) = self.waiting.front() {
            let kind = (*to, draft.key.id.vt_code.clone());
            if batch.len() == BATCH || of.as_ref().is_some_and(|of| *of != kind) {
                break;
            }
            of = Some(kind);
            batch.extend(self.waiting.pop_front().map(|(_, draft)| draft));
        }
        let Some((to, _)) = of else { return Ok(false) };
        party.issue(to, batch)?;
        Ok(true)
    }

    /// Makes void what came back, and issues it anew as the next version, to an account that is open.
    pub fn send_again(&mut self, party: &mut Party) -> Result<bool, Failure> {
        let returned = party.in_state(State::Returned)?;
        for stored in &returned {
            let order = party.order(&stored.key, Move::Discard, Post::Maker)?;
            party.carry_out(&[order.because("收款账号有误，作废重发")])?;
            let key = VoucherKey { id: stored.key.id.clone(), version: stored.key.version + 1 };
            let voucher = to_open_account(original(stored)?.voucher(), &party.papers)?;
            self.add(Who::Bank, Draft { key, voucher, attachments: Vec::new() });
        }
        Ok(!returned.is_empty())
    }
}

/// The same payment, to an account of the payee that is open.
fn to_open_account(voucher: &Voucher, papers: &Papers) -> Result<Voucher, Failure> {
    let number = voucher.header().get("VoucherNo").unwrap_or_default();
    let number = number.get(papers.voucher_no(0).len() - 6..).and_then(|text| text.parse().ok());
    let account = Account::Good.number(number.unwrap_or_default());
    let mut again = VoucherBuilder::from_voucher(voucher);
    again.field("PayeeAcctNo", &account);
    again.detail_field(1, "PayeeAcctNo", &account)?;
    Ok(again.build(Encoding::Gbk)?)
}
