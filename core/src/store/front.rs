//! The store as an office uses it: orders in, what came of them out.

use super::desk::{Desk, Source};
use super::life::Life;
use super::life_cycle::{Move, Repeat};
use super::moves::{Made, leg_statuses, life_of};
use super::office::Office;
use super::order::Order;
use super::state::LegStatus;
use super::storage::{
    Balance, Filter, Identity, Snapshot, Storage, VoucherKey, VoucherRow, limits::MAX_CHANGES,
};
use super::work::{Work, commit};
use crate::error::{Code, Error, Family, Result};
use crate::key::Signer;
use crate::ledger::{Entry, SignedCheckpoint};
use crate::report::Report;
use crate::signature::Verifier;
use crate::time::Time;
use crate::trust::Moment;
use crate::voucher::{Body, Layer, VoucherId};
use std::sync::Arc;

/// A voucher store in an office.
///
/// Every order is judged by what the store finds out itself: who asks, by the certificate and the
/// roles of the office; what the documents say, by the verifier and the catalogue; what the quota and
/// the clearing rules say, in the transaction of the move. What is recorded is durable when a call
/// returns. A call that is made again changes nothing and gives `repeated`.
pub struct Store {
    storage: Box<dyn Storage + Send>,
    office: Office,
    verifier: Arc<Verifier>,
    checkpoints: Option<Checkpoints>,
}

/// When the heads of the logs are signed.
struct Checkpoints {
    signer: Arc<dyn Signer + Send + Sync>,
    entries: u64,
    seconds: u64,
}

/// A voucher as a store has it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Stored {
    /// Which one.
    pub key: VoucherKey,
    /// When the store recorded it first.
    pub recorded: Time,
    /// Its record.
    pub life: Life,
    /// The original with its acts.
    pub original: Option<Body>,
    /// The receipt with its acts, beside its original.
    pub receipt: Option<Body>,
}

impl Store {
    /// A store of this office, judged by this verifier.
    pub fn new(storage: Box<dyn Storage + Send>, office: Office, verifier: Arc<Verifier>) -> Store {
        Store { storage, office, verifier, checkpoints: None }
    }

    /// The store, which signs the heads of its logs with every call that brings the entries since the
    /// last time to `entries`, or that comes `seconds` after it. The key is one that whoever can write
    /// the storage cannot use.
    #[must_use]
    pub fn with_checkpoints(
        mut self,
        signer: Arc<dyn Signer + Send + Sync>,
        entries: u64,
        seconds: u64,
    ) -> Store {
        self.checkpoints = Some(Checkpoints { signer, entries, seconds });
        self
    }

    /// Which store it is.
    pub fn identity(&self) -> &Identity {
        self.storage.identity()
    }

    /// What the office goes by.
    pub fn office(&self) -> &Office {
        &self.office
    }

    /// The office from now on: people come and go, certificates are renewed.
    pub fn set_office(&mut self, office: Office) {
        self.office = office;
    }

    /// What vouchers are judged by.
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// What lies below, for audits and copies.
    pub fn storage(&mut self) -> &mut dyn Storage {
        &mut *self.storage
    }

    /// Carries one order out.
    ///
    /// # Errors
    ///
    /// The codes of the life cycle, naming the rule that forbids it; `NotAddressed`,
    /// `ForeignDivision`, `ForeignYear`, `TypeUnknown`; `RoleMissing` for a certificate that is nobody's;
    /// `Argument` for an order without what its move needs; `Changed` for a document that is not the
    /// one that is kept; `OnceMissing`, `KeyReused`; `ClockBack`; family Storage. Nothing is changed then.
    pub fn carry_out(&mut self, order: &Order, now: Time) -> Result<Made> {
        let made = self.carry_out_many(std::slice::from_ref(order), now, 1)?.pop();
        made.unwrap_or_else(|| Err(Error::new(Code::StoreFault, "store", "no result")))
    }

    /// Carries many orders out, in one transaction, in their order, and gives what came of each. One
    /// that is refused changes nothing, and does not stop the others. Acts are judged on up to `threads`
    /// threads.
    ///
    /// # Errors
    ///
    /// `Count` for more orders than a transaction takes; `ClockBack`, family Storage: then nothing at all
    /// was changed. Each result is as of [`carry_out`](Self::carry_out).
    pub fn carry_out_many(
        &mut self,
        orders: &[Order],
        now: Time,
        threads: usize,
    ) -> Result<Vec<Result<Made>>> {
        if orders.len() > MAX_CHANGES {
            let message = format!("more than {MAX_CHANGES} orders");
            return Err(Error::new(Code::Count, "orders", message));
        }
        let judged = self.judge(orders, now, threads)?;
        self.commit(now, |work, desk| {
            let each = orders.iter().zip(&judged);
            each.map(|(order, judged)| one(work, |work| carry_out_once(work, desk, order, judged)))
                .collect()
        })
    }

    /// Does work in one transaction, and signs the heads of the logs if it is time.
    pub(super) fn commit<T>(
        &mut self,
        now: Time,
        mut work: impl FnMut(&mut Work<'_>, &Desk<'_>) -> Result<T>,
    ) -> Result<T> {
        let desk = Desk { office: &self.office, verifier: &self.verifier };
        let checkpoints = self.checkpoints.as_ref();
        commit(&mut *self.storage, now, |unit| {
            let result = work(unit, &desk)?;
            if let Some(Checkpoints { signer, entries, seconds }) = checkpoints {
                unit.checkpoint_when_due(*entries, *seconds, &**signer)?;
            }
            Ok(result)
        })
    }

    /// Signs the heads of the logs now, if anything came since the last time.
    ///
    /// # Errors
    ///
    /// `KeyMissing` without a signer ([`with_checkpoints`](Self::with_checkpoints)), what the signer
    /// says, `ClockBack`, family Storage.
    pub fn checkpoint(&mut self, now: Time) -> Result<Option<SignedCheckpoint>> {
        let Some(Checkpoints { signer, .. }) = &self.checkpoints else {
            return Err(Error::new(Code::KeyMissing, "store", "no signer of checkpoints"));
        };
        let signer = Arc::clone(signer);
        commit(&mut *self.storage, now, |work| work.checkpoint(1, &*signer))
    }

    /// What the verifier finds about the vouchers of orders, before the transaction: of those that
    /// bring an act, and of those that are kept and to be accepted.
    fn judge(&mut self, orders: &[Order], now: Time, threads: usize) -> Result<Vec<Found>> {
        let mut kept: Vec<Option<(Body, Moment)>> = orders.iter().map(|_| None).collect();
        let accepted: Vec<usize> = orders
            .iter()
            .enumerate()
            .filter(|(_, order)| order.name == Move::Accept)
            .map(|(place, _)| place)
            .collect();
        if !accepted.is_empty() {
            self.view(|snapshot| {
                for place in &accepted {
                    let (Some(order), Some(slot)) = (orders.get(*place), kept.get_mut(*place))
                    else {
                        continue;
                    };
                    let Some(row) = snapshot.row(&order.key)? else { continue };
                    let Some(content) = snapshot.document(&order.key, Layer::Issuer)? else {
                        continue;
                    };
                    *slot = Some((content.to_body()?, Moment::received(now, row.recorded)));
                }
                Ok(())
            })?;
        }
        let moment = Moment::received(now, now);
        let bodies: Vec<Option<(&Body, Moment)>> = orders
            .iter()
            .zip(&kept)
            .map(|(order, kept)| match (kept, &order.body) {
                (Some((body, moment)), _) => Some((body, *moment)),
                (None, Some(body)) if !body.acts().is_empty() => Some((body, moment)),
                _ => None,
            })
            .collect();
        let items: Vec<(&Body, Moment)> = bodies.iter().flatten().copied().collect();
        let mut reports = self.verifier.verify_bodies(&items, threads).into_iter();
        let report = |judged: &Option<(&Body, Moment)>| {
            let (body, _) = (*judged)?;
            reports.next().map(|report| (report, body.voucher().form_digest(), body.acts().len()))
        };
        Ok(bodies.iter().map(report).collect())
    }

    /// Reads at one moment.
    ///
    /// # Errors
    ///
    /// Family Storage, and what `read` gives.
    pub fn view<T>(&mut self, mut read: impl FnMut(&dyn Snapshot) -> Result<T>) -> Result<T> {
        let mut result = None;
        self.storage.view(&mut |snapshot| {
            result = Some(read(snapshot)?);
            Ok(())
        })?;
        result.ok_or_else(|| Error::new(Code::StoreFault, "store", "a reading that was not done"))
    }

    /// A voucher with its documents; `None` if this version of it is not kept.
    ///
    /// # Errors
    ///
    /// Family Storage.
    pub fn voucher(&mut self, key: &VoucherKey) -> Result<Option<Stored>> {
        self.view(|snapshot| snapshot.row(key)?.map(|row| stored(snapshot, row)).transpose())
    }

    /// The newest version of a voucher, with its documents.
    ///
    /// # Errors
    ///
    /// Family Storage.
    pub fn latest(&mut self, id: &VoucherId) -> Result<Option<Stored>> {
        self.view(|snapshot| snapshot.latest(id)?.map(|row| stored(snapshot, row)).transpose())
    }

    /// Vouchers that came, or whose receipt came, and that the office's own systems have still to read
    /// and to acknowledge; at most `limit`. They come again until they are acknowledged.
    ///
    /// # Errors
    ///
    /// Family Storage.
    pub fn read(&mut self, limit: usize) -> Result<Vec<Stored>> {
        let filter = Filter { waiting: true, ..Filter::default() };
        self.view(|snapshot| {
            let rows = snapshot.list(&filter, 0, limit)?;
            rows.into_iter().map(|(_, row)| stored(snapshot, row)).collect()
        })
    }

    /// Records of vouchers with the place after which to go on, at most `limit`, those behind place
    /// `after`; 0 at first.
    ///
    /// # Errors
    ///
    /// Family Storage.
    pub fn list(
        &mut self,
        filter: &Filter,
        after: i64,
        limit: usize,
    ) -> Result<Vec<(i64, VoucherKey, Life)>> {
        self.view(|snapshot| {
            let rows = snapshot.list(filter, after, limit)?;
            rows.into_iter()
                .map(|(place, row)| Ok((place, row.key.clone(), life_of(&row)?)))
                .collect()
        })
    }

    /// The status of the newest version of each voucher, -1 to 14, in the order of the ids.
    ///
    /// # Errors
    ///
    /// Family Storage.
    pub fn status(&mut self, ids: &[VoucherId]) -> Result<Vec<LegStatus>> {
        self.view(|snapshot| leg_statuses(snapshot, ids))
    }

    /// What is left of a quota, in fen; `None` if there is none of this key.
    ///
    /// # Errors
    ///
    /// Family Storage.
    pub fn balance(&mut self, key: &str) -> Result<Option<i64>> {
        self.view(|snapshot| Ok(snapshot.balance(key)?.map(|balance| balance.fen)))
    }

    /// Quotas in the order of their keys, those above `after`; at most `limit`.
    ///
    /// # Errors
    ///
    /// Family Storage.
    pub fn balances(&mut self, after: &str, limit: usize) -> Result<Vec<Balance>> {
        self.view(|snapshot| snapshot.balances(after, limit))
    }

    /// What the log says of a voucher, in the order in which it happened. Reads the whole log of its
    /// division and year.
    ///
    /// # Errors
    ///
    /// Family Storage.
    pub fn history(&mut self, id: &VoucherId) -> Result<Vec<Entry>> {
        let log = crate::ledger::LogKey::new(&id.adm_div_code, &id.st_year)?;
        self.view(|snapshot| {
            let (mut found, mut first) = (Vec::new(), 0);
            loop {
                let entries = snapshot.entries(&log, first, HISTORY)?;
                if entries.is_empty() {
                    return Ok(found);
                }
                first += entries.len() as u64;
                for entry in &entries {
                    let entry = Entry::from_der(&entry.bytes)?;
                    let is_of = |voucher: &crate::ledger::VoucherRef| {
                        voucher.vt_code == id.vt_code && voucher.voucher_no == id.voucher_no
                    };
                    if entry.voucher.as_ref().is_some_and(is_of) {
                        found.push(entry);
                    }
                }
            }
        })
    }
}

/// Entries of a log that are read at once.
const HISTORY: usize = 1_000;

/// A report, the digest of the document that it is about, and how many acts it had.
type Found = Option<(Report, [u8; 32], usize)>;

/// One of several: what a rule refuses is the result, what fails in the store ends them all.
pub(super) fn one<'s, T>(
    work: &mut Work<'s>,
    step: impl FnOnce(&mut Work<'s>) -> Result<T>,
) -> Result<Result<T>> {
    match work.attempt(step) {
        Err(error) if matches!(error.family(), Family::Storage | Family::Internal) => Err(error),
        result => Ok(result),
    }
}

fn carry_out_once(
    work: &mut Work<'_>,
    desk: &Desk<'_>,
    order: &Order,
    judged: &Found,
) -> Result<Made> {
    let report = judged.as_ref().map(|(report, ..)| report);
    if order.name == Move::Accept {
        still_kept(work, order, judged)?;
    }
    let Some(key) = &order.once else {
        if order.name.repeat() == Repeat::Key {
            let message = "the move can be made again in earnest, so an idempotency key is due";
            return Err(Error::new(Code::OnceMissing, order.name.name(), message));
        }
        return desk.carry_out(work, order, report, Source::Office);
    };
    let mut first = None;
    work.once(key.as_bytes(), &order.digest(), |work| {
        first = Some(desk.carry_out(work, order, report, Source::Office)?);
        Ok(Vec::new())
    })?;
    match first {
        Some(made) => Ok(made),
        None => {
            let life = work.life(&order.key)?;
            let gone = || Error::new(Code::StoreDamaged, "voucher", "a result without its voucher");
            Ok(Made { life: life.ok_or_else(gone)?, effects: Vec::new(), repeated: true })
        }
    }
}

/// That what was judged before the transaction is what is kept in it.
fn still_kept(work: &Work<'_>, order: &Order, judged: &Found) -> Result<()> {
    let Some((_, digest, acts)) = judged else { return Ok(()) };
    let kept = work.document(&order.key, Layer::Issuer)?;
    let kept = kept.map(|content| content.to_body()).transpose()?;
    let same = kept
        .is_some_and(|body| body.voucher().form_digest() == *digest && body.acts().len() == *acts);
    if same {
        return Ok(());
    }
    Err(Error::new(Code::Stale, "voucher", format!("{} changed meanwhile", order.key)))
}

fn stored(snapshot: &dyn Snapshot, row: VoucherRow) -> Result<Stored> {
    let document = |layer| -> Result<Option<Body>> {
        snapshot.document(&row.key, layer)?.map(|content| content.to_body()).transpose()
    };
    let (original, receipt) = (document(Layer::Issuer)?, document(Layer::Responder)?);
    Ok(Stored { life: life_of(&row)?, key: row.key, recorded: row.recorded, original, receipt })
}
