//! What a store holds, compared with where its own log leads.

use super::Run;
use super::documents::Batch;
use crate::error::Result;
use crate::ledger::{Frontier, Heads, LogHead};
use crate::report::CheckCode;
use crate::store::export::NamedEntry;
use crate::store::findings::Findings;
use crate::store::life::{CoreResult, Life};
use crate::store::moves::life_of;
use crate::store::replay::{Replay, balances};
use crate::store::settlement::kept_registers;
use crate::store::storage::{Filter, Snapshot, VoucherRow};
use crate::store::trail::Followed;
use crate::voucher::Layer;
use std::collections::BTreeSet;

/// How many vouchers are read at once.
const CHUNK: usize = 500;

impl Run<'_> {
    /// Compares the record of every voucher, and looks at its documents.
    pub(super) fn kept_vouchers(&mut self, snapshot: &dyn Snapshot) -> Result<()> {
        let (mut after, mut batch, mut kept) = (0, Batch::default(), BTreeSet::new());
        loop {
            let rows = snapshot.list(&Filter::default(), after, CHUNK)?;
            let Some((last, _)) = rows.last() else { break };
            after = *last;
            for (_, row) in rows {
                self.kept_voucher(snapshot, &row, &mut batch)?;
                kept.insert(row.key);
            }
        }
        self.documents(&mut batch);
        if let Some(key) = self.trail.vouchers.keys().find(|key| !kept.contains(*key)) {
            let what = "the log tells of it and it is not kept".to_owned();
            self.findings.beside(CheckCode::AuditStore, Some(key.clone()), what);
        }
        Ok(())
    }

    fn kept_voucher(
        &mut self,
        snapshot: &dyn Snapshot,
        row: &VoucherRow,
        batch: &mut Batch,
    ) -> Result<()> {
        let key = Some(row.key.clone());
        let Some(followed) = self.trail.vouchers.get(&row.key) else {
            let what = "it is kept and the log does not tell of it".to_owned();
            self.findings.beside(CheckCode::AuditStore, key, what);
            return Ok(());
        };
        if let Err(what) = record_agrees(row, followed) {
            self.findings.beside(CheckCode::AuditStore, key, what);
        }
        let told = [
            (Layer::Issuer, followed.original.digest),
            (Layer::Responder, followed.receipt.digest),
        ];
        for (layer, _) in told.iter().filter(|(_, digest)| digest.is_some()) {
            match snapshot
                .document(&row.key, *layer)
                .and_then(|found| found.map(|content| content.to_body()).transpose())
            {
                Ok(Some(body)) => batch.push(Some(row.key.clone()), body),
                Ok(None) => {}
                Err(error) => self.unreadable(Some(row.key.clone()), error)?,
            }
            if batch.is_full() {
                self.documents(batch);
            }
        }
        Ok(())
    }

    /// Compares the balances with those that the vouchers led to, if those are known.
    pub(super) fn kept_balances(&mut self, snapshot: &dyn Snapshot) {
        if self.findings.of(CheckCode::AuditQuota).is_some() {
            return;
        }
        let mut found = Replay::default();
        let what = match balances(snapshot, self.postings.book(), &mut found) {
            Ok(None) => return,
            Ok(Some(difference)) => difference.what,
            Err(error) => error.to_string(),
        };
        self.findings.beside(CheckCode::AuditStore, None, what);
    }
}

impl Run<'_> {
    /// Compares who asks for what the store does not hold.
    pub(super) fn kept_marks(&mut self, snapshot: &dyn Snapshot) {
        let registers = std::mem::take(&mut self.trail.registers);
        let what = match kept_registers(snapshot) {
            Ok(kept) => registers.differs(&kept),
            Err(error) => Some(error.to_string()),
        };
        if let Some(what) = what {
            self.findings.beside(CheckCode::AuditStore, None, what);
        }
    }
}

/// Compares what the logs go on from, and the nodes beside their entries.
pub(super) fn logs(
    findings: &mut Findings,
    snapshot: &dyn Snapshot,
    heads: &Heads,
    nodes: Option<NamedEntry>,
) -> Result<()> {
    let mut differs = |what: String| findings.beside(CheckCode::AuditStore, None, what);
    let logs = snapshot.logs()?;
    if !logs.iter().eq(heads.iter().map(|head| head.log).collect::<Vec<_>>().iter()) {
        differs("the logs are not those that have entries".to_owned());
    }
    for log in logs {
        let Some(state) = snapshot.log(&log)? else { continue };
        let kept = Frontier::from_bytes(&state.frontier).ok().map(|frontier| {
            let (size, root) = (frontier.size(), frontier.root());
            LogHead { log: log.clone(), size, root }
        });
        if kept != heads.get(&log) || kept.is_none_or(|kept| kept.size != state.size) {
            differs(format!("the log {log} goes on from something else than its entries"));
        }
    }
    if let Some((place, log, number)) = nodes {
        differs(format!(
            "log {log}: the tree above entry {number} (place {place}) is not the one of its entries"
        ));
    }
    Ok(())
}

/// Whether a record is the one that the log has the digest of, and says what the log says.
fn record_agrees(row: &VoucherRow, followed: &Followed) -> std::result::Result<(), String> {
    if row.state != followed.state.number() {
        return Err("it is in another state than the log says".to_owned());
    }
    if crate::crypto::sm3::digest(row.life.as_bytes()) != followed.life {
        return Err("its record is not the one that the log has the digest of".to_owned());
    }
    let life = life_of(row).map_err(|error| format!("its record cannot be read: {error}"))?;
    let documents = (life.content, life.receipt);
    if (life.view, documents)
        != (followed.view, (followed.original.digest, followed.receipt.digest))
    {
        return Err("its record names other documents than the log".to_owned());
    }
    let logged = (followed.amount, followed.paid, followed.refunded.map(i128::from));
    match amounts_of(&life) == logged {
        true => Ok(()),
        false => Err("its record has other amounts than the log".to_owned()),
    }
}

fn amounts_of(life: &Life) -> (Option<i64>, Option<i64>, Option<i128>) {
    let paid = match life.result {
        Some(CoreResult::Executed(paid)) => Some(paid.value()),
        _ => None,
    };
    (Some(life.amount.value()), paid, Some(life.refunded()))
}
