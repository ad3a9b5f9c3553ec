//! Refund notices (2203 direct, 2204 authorised): what came back of a payment.
//!
//! A detail of a notice, or its header where it has no details, names the payment by `OriVoucherNo`
//! and the detail of it by `OriVouDetailNo`, as a clearing refund (2302) does. Public material does not
//! name the fields of these notices: this reading is unverified, and so is the sign of `PayAmt`, of
//! which the size is taken.

use super::back::register_key;
use super::claims::Said;
use super::desk::ClearingDesk;
use crate::error::{Code, Error, Result};
use crate::report::Verdict;
use crate::store::clearing::{ClearingRules, amount, given, missing};
use crate::store::life::Life;
use crate::store::life_cycle::{Facts, Move, RefundFacts, Table, apply};
use crate::store::state::{State, View};
use crate::store::storage::{MarkKind, StoreRole, VoucherKey};
use crate::store::work::Work;
use crate::voucher::{Fen, Layer, Record, Voucher, VoucherId};
use std::collections::{BTreeMap, BTreeSet};

/// One line of a notice.
struct Line {
    payment: VoucherId,
    detail: String,
    amount: Fen,
    /// Where the notice says so.
    path: String,
}

/// The lines of a notice; none of a voucher that is no notice.
fn lines(notice: &Voucher, rules: &ClearingRules) -> Result<Vec<Line>> {
    let id = notice.id()?;
    let Some(vt_code) = rules.refund_types.get(&id.vt_code) else { return Ok(Vec::new()) };
    let header = notice.header();
    let of_header = notice.details().len() == 0;
    let records: Vec<Record<'_>> =
        if of_header { vec![header] } else { notice.details().collect() };
    let mut lines = Vec::new();
    let (mut sum, mut signs, mut seen) = (0i128, BTreeSet::new(), BTreeSet::new());
    for record in records {
        let field = |name: &str| {
            let found = given(record, name).or_else(|| given(header, name));
            found.ok_or_else(|| missing(record, name))
        };
        let path = record.path("OriVoucherNo");
        let payment =
            VoucherId::new(&id.adm_div_code, &id.st_year, vt_code, field("OriVoucherNo")?);
        let payment = payment
            .map_err(|error| Error::new(error.code(), path.clone(), error.message().to_owned()))?;
        let came = amount(record, "PayAmt")?.value();
        sum += i128::from(came);
        signs.insert(came.signum());
        let detail = field("OriVouDetailNo")?.to_owned();
        if !seen.insert((payment.clone(), detail.clone())) {
            // It would pass for a repeat of the first.
            let message = format!("{payment} {detail} twice in one notice");
            return Err(Error::new(Code::RefundTwice, path, message));
        }
        let amount = Fen::new(came.abs()).unwrap_or_default();
        lines.push(Line { payment, detail, amount, path });
    }
    let total = i128::from(amount(header, "PayAmt")?.value());
    if total != sum || signs.len() != 1 {
        let message = format!("{total} fen, details {sum} fen or of both signs");
        return Err(Error::new(Code::Rules, "PayAmt", message));
    }
    Ok(lines)
}

/// What came back of each payment by the Valid notices that came with a clearing request, each
/// detail once.
pub(super) fn came_back(desk: &ClearingDesk<'_>) -> Result<BTreeMap<VoucherId, Fen>> {
    let mut seen = BTreeSet::new();
    let mut sums: BTreeMap<VoucherId, Fen> = BTreeMap::new();
    for one in desk.evidence {
        if one.body.layer() != Layer::Issuer || one.verdict != Verdict::Valid {
            continue;
        }
        for Line { payment, detail, amount, path } in lines(one.body.voucher(), desk.rules)? {
            if seen.insert((payment.clone(), detail)) {
                let sum = sums.entry(payment).or_default();
                let more = sum.value().checked_add(amount.value()).and_then(Fen::new);
                let beyond = || Error::new(Code::Value, path, "a sum beyond one amount");
                *sum = more.ok_or_else(beyond)?;
            }
        }
    }
    Ok(sums)
}

impl Work<'_> {
    /// Whether what a notice says can be recorded, as things stand.
    pub(super) fn check_notice(
        &self,
        notice: &Voucher,
        view: View,
        rules: &ClearingRules,
    ) -> Result<()> {
        let by = notice.id()?;
        let mut lives: BTreeMap<VoucherId, Life> = BTreeMap::new();
        for line in lines(notice, rules)? {
            let Some((key, life)) = self.refunded_payment(&line, view)? else { continue };
            let life = lives.remove(&line.payment).unwrap_or(life);
            let refund = Some(self.refund_facts(&by, &key, &life, &line)?);
            let facts = Facts { authentic: true, refund, ..Facts::default() };
            let next = apply(Table::standard(), &life, Move::Refund, &facts)?;
            lives.insert(line.payment, next.life);
        }
        Ok(())
    }

    /// Records on each payment what came back of it.
    pub(super) fn record_notice(
        &mut self,
        key: &VoucherKey,
        notice: &Voucher,
        view: View,
        rules: &ClearingRules,
    ) -> Result<()> {
        for line in lines(notice, rules)? {
            match self.refunded_payment(&line, view)? {
                Some((payment, life)) => {
                    let facts = self.refund_facts(&key.id, &payment, &life, &line)?;
                    self.say(payment, &life, Move::Refund, Said::Refund(facts))?;
                }
                None => {
                    let of = register_key(&line.payment, &line.detail);
                    self.take(MarkKind::Refund, &of, key, line.amount)?;
                    self.finish_taken(MarkKind::Refund, &of, key)?;
                }
            }
        }
        Ok(())
    }

    /// The payment of a line. `None` where this store has no part in it: the notice is then only
    /// kept from being recorded twice.
    fn refunded_payment(&self, line: &Line, view: View) -> Result<Option<(VoucherKey, Life)>> {
        let held = self.held(&line.payment)?;
        let issues = matches!(
            (self.identity().role, line.payment.vt_code.as_str()),
            (StoreRole::Finance, "5201") | (StoreRole::Unit, "8202")
        );
        if held.is_none() && (view == View::Issuer || issues) {
            let message = format!("the store holds no {}", line.payment);
            return Err(Error::new(Code::NotExecuted, line.path.clone(), message));
        }
        Ok(held)
    }

    /// What the life cycle is told of a line.
    fn refund_facts(
        &self,
        by: &VoucherId,
        key: &VoucherKey,
        life: &Life,
        line: &Line,
    ) -> Result<RefundFacts> {
        let mut paid = Fen::ZERO;
        if matches!(life.state, State::Receipted | State::Archived) {
            let body = self.kept_body(key, Layer::Responder)?;
            let detail = body.voucher().details().find(|one| one.get("Id") == Some(&line.detail));
            let Some(detail) = detail else {
                let message = format!("{} has no detail {}", line.payment, line.detail);
                return Err(Error::new(Code::Value, line.path.clone(), message));
            };
            let name = if given(detail, "XPayAmt").is_some() { "XPayAmt" } else { "PayAmt" };
            paid = amount(detail, name)?;
        }
        Ok(RefundFacts::new(by.clone(), &line.detail, line.amount, paid))
    }
}
