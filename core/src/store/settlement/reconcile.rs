//! Comparing what the store holds with what it is compared with by practice, and what follows.

use crate::error::{Code, Error, Result};
use crate::store::clearing::given;
use crate::store::life_cycle::{Facts, MAX_REASON, Move};
use crate::store::matching::{Comparison, compare_elements, compare_summary};
use crate::store::moves::{Call, Made};
use crate::store::role::Actor;
use crate::store::state::State;
use crate::store::storage::{Filter, VoucherKey};
use crate::store::work::Work;
use crate::voucher::text::gbk_len;
use crate::voucher::{Body, Layer, VoucherId};
use std::collections::BTreeSet;

/// How many rows are read at once.
const CHUNK: usize = 1_000;

impl Work<'_> {
    /// What a voucher is compared with, of what the store held when this transaction began: of a
    /// 5201 or 5207 the batch details (8207) that name it; of a 5106 the 2301 and 5351 that
    /// `ClearVoucherNo` names; of a 5108 the 5201 and 5253 that `PayVoucherNo` and `DirectVoucherNo`
    /// name. The newest version of each, but no draft and none that came to nothing. Batches are
    /// found by reading every 8207 of the year.
    ///
    /// # Errors
    ///
    /// `Argument` for a voucher of another type, or one that the store does not hold; family Storage.
    pub fn counterparts(&self, key: &VoucherKey) -> Result<Vec<VoucherKey>> {
        let body = self.compared(key)?;
        match key.id.vt_code.as_str() {
            "5201" | "5207" => self.batches_of(&key.id),
            "5106" => self.named_in(&body, &["ClearVoucherNo"], &["2301", "5351"]),
            "5108" => self.named_in(&body, &["PayVoucherNo", "DirectVoucherNo"], &["5201", "5253"]),
            other => {
                let message = format!("vouchers of the type {other} are compared with nothing");
                Err(Error::new(Code::Argument, "VtCode", message))
            }
        }
    }

    /// Compares a payment voucher (5201 or 5207) with its batch details (8207), detail by detail.
    ///
    /// # Errors
    ///
    /// Those of [`compare_elements`]; `Argument` if the store does not hold one of them.
    pub fn reconcile_elements(
        &self,
        payment: &VoucherKey,
        batch: &VoucherKey,
    ) -> Result<Comparison> {
        compare_elements(self.compared(payment)?.voucher(), self.compared(batch)?.voucher())
    }

    /// Compares a notice (5106 or 5108) with what was paid or asked for under it, by sums.
    ///
    /// # Errors
    ///
    /// Those of [`compare_summary`]; `Argument` if the store does not hold one of them.
    pub fn reconcile_summary(
        &self,
        notice: &VoucherKey,
        parts: &[VoucherKey],
    ) -> Result<Comparison> {
        let notice = self.compared(notice)?;
        let parts = parts.iter().map(|part| self.compared(part)).collect::<Result<Vec<Body>>>()?;
        let parts: Vec<_> = parts.iter().map(Body::voucher).collect();
        compare_summary(notice.voucher(), &parts)
    }

    /// Records what a comparison found, by a clerk: `match` if both sides say the same, `dispute`
    /// if not. Without a reason a dispute names the first differences.
    ///
    /// # Errors
    ///
    /// Those of [`make`](Self::make): a clerk's role, a receipted voucher, and for a match that
    /// nothing is in dispute.
    pub fn conclude(
        &mut self,
        key: &VoucherKey,
        found: &Comparison,
        clerk: Actor,
        reason: Option<&str>,
    ) -> Result<Made> {
        let life = self.life(key)?.ok_or_else(|| not_held(key))?;
        let name = if found.report.is_valid() { Move::Match } else { Move::Dispute };
        let reason = match (name, reason) {
            (Move::Match, _) => None,
            (_, Some(reason)) => Some(reason.to_owned()),
            (_, None) => Some(words(found)),
        };
        let facts = Facts { actor: Some(clerk), reason, ..Facts::default() };
        let (key, view) = (key.clone(), life.view);
        self.make(Call { key, view, name, facts, body: None, quota: None })
    }

    fn compared(&self, key: &VoucherKey) -> Result<Body> {
        match self.document(key, Layer::Issuer)? {
            Some(content) => content.to_body(),
            None => Err(not_held(key)),
        }
    }

    /// The newest version of a voucher, if it says something: no draft, nor what came to nothing.
    fn counted(&self, id: &VoucherId) -> Result<Option<VoucherKey>> {
        let nothing = |state| {
            matches!(
                state,
                State::Absent
                    | State::Draft
                    | State::Refused
                    | State::Failed
                    | State::Returned
                    | State::Closed
                    | State::Discarded
                    | State::Destroyed
            )
        };
        Ok(self.held(id)?.filter(|(_, life)| !nothing(life.state)).map(|(key, _)| key))
    }

    fn batches_of(&self, payment: &VoucherId) -> Result<Vec<VoucherKey>> {
        let filter = Filter {
            adm_div_code: Some(payment.adm_div_code.clone()),
            st_year: Some(payment.st_year.clone()),
            vt_code: Some("8207".to_owned()),
            ..Filter::default()
        };
        let mut found = BTreeSet::new();
        let mut after = 0;
        loop {
            let rows = self.snapshot().list(&filter, after, CHUNK)?;
            let Some((last, _)) = rows.last() else { break };
            after = *last;
            for (_, row) in rows {
                let Some(newest) = self.counted(&row.key.id)? else { continue };
                let batch = self.compared(&newest)?;
                let is = |name, value: &str| given(batch.voucher().header(), name) == Some(value);
                if is("OriginalVtCode", &payment.vt_code)
                    && is("OriginalVoucherNo", &payment.voucher_no)
                {
                    found.insert(newest);
                }
            }
        }
        Ok(found.into_iter().collect())
    }

    fn named_in(
        &self,
        notice: &Body,
        fields: &[&str],
        vt_codes: &[&str],
    ) -> Result<Vec<VoucherKey>> {
        let voucher = notice.voucher();
        let id = notice.id();
        let mut found = BTreeSet::new();
        for record in std::iter::once(voucher.header()).chain(voucher.details()) {
            for number in fields.iter().filter_map(|field| given(record, field)) {
                for vt_code in vt_codes {
                    let id = VoucherId::new(&id.adm_div_code, &id.st_year, vt_code, number)?;
                    found.extend(self.counted(&id)?);
                }
            }
        }
        Ok(found.into_iter().collect())
    }
}

fn not_held(key: &VoucherKey) -> Error {
    Error::new(Code::Argument, "voucher", format!("the store does not hold {key}"))
}

/// The first differences, in as many words as a reason may have.
fn words(found: &Comparison) -> String {
    let mut words = format!("{} differences", found.differences.len());
    for one in &found.differences {
        let more = format!("; {} {}", one.kind.name(), one.key);
        if gbk_len(&words) + gbk_len(&more) > MAX_REASON {
            break;
        }
        words.push_str(&more);
    }
    words
}
