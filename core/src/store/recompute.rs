//! An auditor's work: from the exported log, the sealed vouchers and what was held outside, everything
//! is computed anew, and the first difference is named.

mod documents;
mod kept;
mod quota;

use super::export::{NamedEntry, Pipe, Source};
use super::findings::{AuditDifference, Findings};
use super::quota::QuotaFields;
use super::storage::{Snapshot, VoucherKey};
use super::trail::Trail;
use crate::error::{Error, Family, Result};
use crate::ledger::{Audit, Audited, Countersignature, Entry, SignedCheckpoint};
use crate::report::{CheckCode, Outcome, Report, Verdict};
use crate::signature::Verifier;
use crate::time::Time;
use crate::voucher::Body;
use documents::Batch;
use quota::Postings;
use std::io::Read;

/// Recomputes what a store did: the logs, every state, amount and balance, the digests of the
/// documents, and whether every voucher that counted as sealed was Valid when the log says that it was
/// there.
///
/// It needs nothing of the store but the export of its log ([`export_log`](super::export_log)) and its
/// vouchers; the keys, witnesses and checkpoints that it is held against are the auditor's own
/// ([`Audit`]). Takes about a kilobyte of memory for each voucher, and some megabytes, whatever the
/// number of entries.
#[derive(Debug, Clone, Default)]
pub struct Recompute<'v> {
    fields: QuotaFields,
    seals: Option<(&'v Verifier, Time)>,
    threads: usize,
}

/// What recomputing found.
#[derive(Debug)]
#[must_use = "a report says nothing until its verdict is read"]
#[non_exhaustive]
pub struct Recomputed {
    /// The verdict and what it rests on: the checks `ledger.*` and `audit.*`.
    pub report: Report,
    /// The first difference.
    pub difference: Option<AuditDifference>,
    /// Entries that were read.
    pub entries: u64,
    /// Checkpoints that were read.
    pub checkpoints: u64,
    /// Entries after the last checkpoint.
    pub uncovered: u64,
    /// Entries that are moves of vouchers.
    pub moves: u64,
    /// Entries about something else.
    pub others: u64,
    /// Vouchers that the log tells of.
    pub vouchers: u64,
    /// Documents that are what the log has the digests of.
    pub documents: u64,
    /// Documents that counted as sealed and are Valid.
    pub valid: u64,
    /// Documents of which the part of the log that was read does not tell.
    pub untold: u64,
    /// Changes of the quota that follow from their vouchers.
    pub postings: u64,
    /// Balances that follow from the vouchers.
    pub balances: u64,
    /// The last checkpoint.
    pub last: Option<SignedCheckpoint>,
}

impl<'v> Recompute<'v> {
    /// With the usual fields of the quota, on one thread, and without judging seals.
    pub fn new() -> Self {
        Recompute::default()
    }

    /// In which fields the parts of a quota's key stand, as when it was posted.
    #[must_use]
    pub fn with_quota_fields(mut self, fields: QuotaFields) -> Self {
        self.fields = fields;
        self
    }

    /// Judges every voucher that counted as sealed: at `now`, as one that was there at the time of the
    /// entry since which the log has its acts. Without this the seals are not determined.
    #[must_use]
    pub fn with_verifier(mut self, verifier: &'v Verifier, now: Time) -> Self {
        self.seals = Some((verifier, now));
        self
    }

    /// On how many threads vouchers are judged; 1 if nothing is said.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// Recomputes from an export of the log and the vouchers with their acts, in any order. An export
    /// that goes on from a checkpoint is followed from there; of the quota nothing is known then.
    ///
    /// A voucher that the iterator gives as an error of family Malformed, Unsupported or Limit, or as
    /// `StoreDamaged`, is one that cannot be read: a difference. Any other error ends the work.
    ///
    /// # Errors
    ///
    /// Those of [`Audit::read`]; what the iterator says.
    pub fn export(
        &self,
        audit: &Audit,
        log: &mut dyn Read,
        vouchers: &mut dyn Iterator<Item = Result<Body>>,
    ) -> Result<Recomputed> {
        let mut run = Run::new(self);
        let audited = run.log(audit, log)?;
        let mut batch = Batch::default();
        for body in vouchers {
            match body {
                Ok(body) => batch.push(None, body),
                Err(error) => run.unreadable(None, error)?,
            }
            if batch.is_full() {
                run.documents(&mut batch);
            }
        }
        run.documents(&mut batch);
        Ok(run.finish(audited, None))
    }

    /// Recomputes a store from its own log and vouchers, and compares what it holds: states, records,
    /// balances, and what its logs go on from.
    ///
    /// `origin` is the [name](super::Identity::name) of the store; `countersignatures` are what
    /// witnesses gave for its checkpoints.
    ///
    /// # Errors
    ///
    /// Family Storage; those of [`export_log`](super::export_log).
    pub fn store(
        &self,
        audit: &Audit,
        snapshot: &dyn Snapshot,
        origin: &str,
        countersignatures: &[Countersignature],
    ) -> Result<Recomputed> {
        let mut run = Run::new(self);
        let mut each = |entry: &Entry| run.entry(entry);
        let (audited, nodes) = read_store(audit, snapshot, origin, countersignatures, &mut each)?;
        run.kept_vouchers(snapshot)?;
        kept::logs(&mut run.findings, snapshot, &audited.heads, nodes)?;
        Ok(run.finish(audited, Some(snapshot)))
    }
}

/// Audits the logs of a store as if it had been exported, and nothing else: its vouchers are not
/// looked at.
///
/// # Errors
///
/// Family Storage; those of [`export_log`](super::export_log).
pub fn audit_store(
    audit: &Audit,
    snapshot: &dyn Snapshot,
    origin: &str,
    countersignatures: &[Countersignature],
) -> Result<Audited> {
    let (mut audited, nodes) = read_store(audit, snapshot, origin, countersignatures, &mut |_| {})?;
    let mut findings = Findings::default();
    kept::logs(&mut findings, snapshot, &audited.heads, nodes)?;
    let found = findings.of(CheckCode::AuditStore);
    let detail = found.map(|found| found.what.clone()).unwrap_or_default();
    audited.report.check(CheckCode::AuditStore, found.is_none(), "", detail);
    Ok(audited)
}

/// Reads the logs of a store as an auditor would; also the first entry beside which other nodes of the
/// tree are kept than it completes.
fn read_store(
    audit: &Audit,
    snapshot: &dyn Snapshot,
    origin: &str,
    countersignatures: &[Countersignature],
    each: &mut dyn FnMut(&Entry),
) -> Result<(Audited, Option<NamedEntry>)> {
    let mut pipe = Pipe::default();
    let mut source = Source::of(snapshot, origin, countersignatures, &mut pipe)?;
    let audited = audit.read(&mut source, &mut |entry| {
        each(entry);
        Ok(())
    });
    // What ended the export says more than that it ended.
    let nodes = source.finish()?;
    Ok((audited?, nodes))
}

/// One recomputation under way.
struct Run<'r> {
    by: &'r Recompute<'r>,
    trail: Trail,
    findings: Findings,
    postings: Postings,
    entries: u64,
    moves: u64,
    others: u64,
    documents: u64,
    valid: u64,
    untold: u64,
    /// The first voucher whose seals could not be judged, and why.
    unjudged: Option<String>,
    /// The first document that the log does not tell of: a fault if the log is whole.
    foreign: Option<VoucherKey>,
}

impl<'r> Run<'r> {
    fn new(by: &'r Recompute<'r>) -> Self {
        Run {
            by,
            trail: Trail::default(),
            findings: Findings::default(),
            postings: Postings::default(),
            entries: 0,
            moves: 0,
            others: 0,
            documents: 0,
            valid: 0,
            untold: 0,
            unjudged: None,
            foreign: None,
        }
    }

    fn log(&mut self, audit: &Audit, log: &mut dyn Read) -> Result<Audited> {
        audit.read(log, &mut |entry| {
            self.entry(entry);
            Ok(())
        })
    }

    fn entry(&mut self, entry: &Entry) {
        self.entries += 1;
        match self.trail.follow(self.entries, entry, &mut self.findings) {
            Some(followed) => {
                self.moves += 1;
                self.postings.note(followed, entry);
            }
            None => self.others += 1,
        }
    }

    /// A voucher that cannot be read; an error that is about something else ends the work.
    fn unreadable(&mut self, key: Option<VoucherKey>, error: Error) -> Result<()> {
        let damaged = error.code() == crate::error::Code::StoreDamaged;
        if !damaged
            && !matches!(error.family(), Family::Malformed | Family::Unsupported | Family::Limit)
        {
            return Err(error);
        }
        let what = format!("it cannot be read: {error}");
        self.findings.beside(CheckCode::AuditDocuments, key, what);
        Ok(())
    }

    /// Looks at what is left, and says what was found.
    fn finish(mut self, audited: Audited, store: Option<&dyn Snapshot>) -> Recomputed {
        let whole = audited.start.is_none();
        self.missing(whole);
        if whole {
            self.postings.replay(&self.trail, &mut self.findings);
        }
        if let Some(snapshot) = store {
            self.kept_balances(snapshot);
            self.kept_marks(snapshot);
        }
        let start = audited.start.as_ref().map_or(0, |start| start.checkpoint().entries);
        let report = self.report(&audited, store.is_some());
        let difference = self.difference(&audited, &report).map(|difference| AuditDifference {
            place: difference.place.map(|place| place.saturating_add(start)),
            ..difference
        });
        Recomputed {
            report,
            difference,
            entries: audited.entries,
            checkpoints: audited.checkpoints,
            uncovered: audited.uncovered,
            moves: self.moves,
            others: self.others,
            vouchers: self.trail.vouchers.len() as u64,
            documents: self.documents,
            valid: self.valid,
            untold: self.untold,
            postings: self.postings.done(),
            balances: self.postings.book().balances.balances().count() as u64,
            last: audited.last,
        }
    }

    /// What the log tells of and is not there, and what is there and the log does not tell of.
    fn missing(&mut self, whole: bool) {
        for (key, followed) in &self.trail.vouchers {
            for told in [&followed.original, &followed.receipt] {
                let destroyed = followed.state == super::state::State::Destroyed;
                if told.digest.is_some() && !told.seen && !destroyed {
                    let what = "a document of it is missing";
                    self.findings.at(CheckCode::AuditDocuments, told.at, key, what);
                }
            }
        }
        if !whole {
            return;
        }
        if let Some((key, at)) = &self.trail.headless {
            let what = "the move does not start where the one before it led";
            self.findings.at(CheckCode::AuditStates, *at, key, what);
        }
        if let Some(key) = self.foreign.take() {
            let what = "it is here and the log does not tell of it".to_owned();
            self.findings.beside(CheckCode::AuditDocuments, Some(key), what);
        }
    }

    fn report(&self, audited: &Audited, store: bool) -> Report {
        use CheckCode::*;
        let ours = [AuditStates, AuditAmounts, AuditDocuments, AuditQuota, AuditSeals];
        let mut report = Report::new(audited.report.subject(), &ours);
        report.absorb(audited.report.clone());
        let whole = audited.start.is_none();
        let mut check = |code, passed: std::result::Result<String, String>| {
            let (outcome, subject, detail) = match (self.findings.of(code), passed) {
                (Some(found), _) => (Outcome::Failed, subject_of(found), found.what.clone()),
                (None, Ok(detail)) => (Outcome::Passed, String::new(), detail),
                (None, Err(detail)) => (Outcome::NotDetermined, String::new(), detail),
            };
            report.check(code, outcome, subject, detail);
        };
        let vouchers = self.trail.vouchers.len();
        check(AuditStates, Ok(format!("{} moves of {vouchers} vouchers", self.moves)));
        check(AuditAmounts, Ok(String::new()));
        check(AuditDocuments, Ok(format!("{} documents", self.documents)));
        check(
            AuditQuota,
            match (whole, self.postings.unknown()) {
                (false, _) => Err("the balances before the export are not known".to_owned()),
                (true, 0) => Ok(format!("{} changes", self.postings.done())),
                (true, unknown) => {
                    Err(format!("{unknown} changes of years whose vouchers were destroyed"))
                }
            },
        );
        check(
            AuditSeals,
            match (&self.by.seals, &self.unjudged) {
                (None, _) => Err("nothing was given to judge them by".to_owned()),
                (Some(_), Some(unjudged)) => Err(unjudged.clone()),
                (Some(_), None) => Ok(format!("{} documents", self.valid)),
            },
        );
        if store {
            check(AuditStore, Ok(String::new()));
        }
        report
    }

    /// The first difference: in the log itself, if the entry is known; else where the vouchers or the
    /// moves show it, which may say more than the log can.
    fn difference(&self, audited: &Audited, report: &Report) -> Option<AuditDifference> {
        let (check, voucher) = (CheckCode::LedgerEntries, None);
        let of_log = audited.difference.as_ref().map(|difference| AuditDifference {
            check,
            place: None,
            entry: difference.log.clone().map(|log| (log, difference.first)),
            voucher,
            what: difference.what.clone(),
        });
        let exact = |one: &crate::ledger::Difference| {
            one.log.is_some() && one.before == one.first.saturating_add(1)
        };
        if audited.difference.as_ref().is_some_and(exact) {
            return of_log;
        }
        let ours = self.findings.first().cloned();
        ours.or(of_log).or_else(|| {
            let failed = report.failures().into_iter().next()?;
            let (check, what) = (failed.code, failed.detail.clone());
            Some(AuditDifference { check, place: None, entry: None, voucher: None, what })
        })
    }
}

fn subject_of(found: &AuditDifference) -> String {
    match (&found.voucher, &found.entry) {
        (Some(key), Some((_, number))) => format!("{key}, entry {number}"),
        (Some(key), None) => key.to_string(),
        (None, Some((log, number))) => format!("{log}, entry {number}"),
        (None, None) => String::new(),
    }
}

/// Whether a report lets a voucher count, or why it is not known.
fn judged(report: &Report) -> (Verdict, String) {
    let why = report.require_valid().err().map(|error| error.message().to_owned());
    (report.verdict(), why.unwrap_or_default())
}
