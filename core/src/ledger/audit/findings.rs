//! What an audit has found so far, and the report of it.

use super::{Anchor, Audit, Difference};
use crate::report::{CheckCode, NoteCode, Outcome, Report};
use crate::time::Time;

/// What has been found wrong, the first of each kind, and what has been counted.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) structure: Option<String>,
    pub(super) torn: Option<String>,
    pub(super) origin: Option<String>,
    pub(super) sequence: Option<String>,
    pub(super) chain: Option<String>,
    pub(super) signature: Option<String>,
    /// After how many entries it shows, and what it is.
    pub(super) difference: Option<(u64, Difference)>,
    /// Whether the end was read.
    pub(super) complete: bool,
    pub(super) entries: u64,
    pub(super) checkpoints: u64,
    pub(super) uncovered: u64,
    /// The counter of the last checkpoint.
    pub(super) last: Option<u64>,
    /// The last checkpoint that enough witnesses countersigned.
    pub(super) witnessed: Option<u64>,
    pub(super) bad_witness: Option<String>,
    pub(super) anchors_met: Vec<Anchor>,
    pub(super) anchor: Option<String>,
    /// The latest time so far, and the first that went back.
    pub(super) latest: Option<Time>,
    pub(super) clock: Option<String>,
}

/// Keeps the first of a kind.
pub(super) fn first(place: &mut Option<String>, what: impl FnOnce() -> String) {
    if place.is_none() {
        *place = Some(what());
    }
}

impl Findings {
    /// Notes a difference that shows after so many entries of the export; the first one counts.
    pub(super) fn differ(&mut self, place: u64, found: Difference) {
        if self.difference.as_ref().is_none_or(|(known, _)| place < *known) {
            self.difference = Some((place, found));
        }
    }

    pub(super) fn saw_time(&mut self, time: Time, what: impl FnOnce() -> String) {
        match self.latest {
            Some(latest) if time < latest => {
                first(&mut self.clock, || format!("{} is of {time}, after {latest}", what()));
            }
            _ => self.latest = Some(time),
        }
    }

    pub(super) fn report(&self, audit: &Audit, origin: &str) -> Report {
        use CheckCode::*;
        let mandatory = [
            LedgerStructure,
            LedgerComplete,
            LedgerOrigin,
            LedgerSequence,
            LedgerEntries,
            LedgerChain,
            LedgerSignature,
            LedgerAnchor,
        ];
        let mut report = Report::new(format!("ledger of {origin}"), &mandatory);
        let mut check = |code, (outcome, detail): (Outcome, String)| {
            report.check(code, outcome, origin, detail);
        };
        let counted = format!("{} entries, {} checkpoints", self.entries, self.checkpoints);
        check(LedgerStructure, verdict(&self.structure, Some(counted)));
        check(LedgerComplete, self.complete_check());
        let named = audit.origin.as_ref().map(|_| String::new());
        check(LedgerOrigin, verdict(&self.origin, named).or("no store was named"));
        check(LedgerSequence, verdict(&self.sequence, Some(String::new())));
        let covered = (self.checkpoints > 0).then(String::new);
        let none = "there is no checkpoint";
        let difference = self.difference.as_ref().map(|(_, difference)| difference.what.clone());
        check(LedgerEntries, verdict(&difference, covered.clone()).or(none));
        check(LedgerChain, verdict(&self.chain, covered.clone()).or(none));
        let keys = covered.filter(|_| !audit.keys.is_empty());
        check(LedgerSignature, verdict(&self.signature, keys).or("no checkpoint, or no key"));
        if !audit.witnesses.is_empty() {
            check(LedgerWitness, self.witness_check(audit));
        }
        check(LedgerAnchor, self.anchor_check(audit));
        if self.uncovered > 0 {
            let detail = format!("{} entries after the last checkpoint", self.uncovered);
            report.note(NoteCode::LedgerUncovered, detail);
        }
        if let Some(clock) = &self.clock {
            report.note(NoteCode::LedgerClock, clock);
        }
        report
    }

    fn complete_check(&self) -> (Outcome, String) {
        match &self.torn {
            Some(torn) => (Outcome::Failed, torn.clone()),
            None if self.complete => (Outcome::Passed, String::new()),
            None => (Outcome::NotDetermined, "it was not read to its end".to_owned()),
        }
    }

    fn witness_check(&self, audit: &Audit) -> (Outcome, String) {
        match (&self.bad_witness, self.witnessed) {
            (Some(bad), _) => (Outcome::Failed, bad.clone()),
            (None, Some(counter)) => {
                (Outcome::Passed, format!("checkpoint {counter} is the last countersigned"))
            }
            (None, None) => {
                let needed = audit.witnesses_needed;
                (Outcome::Failed, format!("no checkpoint has {needed} countersignatures"))
            }
        }
    }

    fn anchor_check(&self, audit: &Audit) -> (Outcome, String) {
        if let Some(anchor) = &self.anchor {
            return (Outcome::Failed, anchor.clone());
        }
        let missing = audit.anchors.iter().find(|anchor| !self.anchors_met.contains(anchor));
        match (missing, audit.anchors.iter().map(|anchor| anchor.counter).max()) {
            (_, None) => {
                let detail = "no checkpoint held outside was given: a store that was set back as a \
                              whole would not be seen";
                (Outcome::NotDetermined, detail.to_owned())
            }
            (None, Some(latest)) => (Outcome::Passed, format!("up to checkpoint {latest}")),
            (Some(anchor), _) if self.complete && self.last < Some(anchor.counter) => {
                let last = self.last.unwrap_or_default();
                let counter = anchor.counter;
                (Outcome::Failed, format!("it ends with checkpoint {last}, before {counter}"))
            }
            (Some(anchor), _) => {
                let counter = anchor.counter;
                (Outcome::NotDetermined, format!("checkpoint {counter} is not in this export"))
            }
        }
    }
}

/// Failed with what was found; else Passed with a detail, if the check could be made.
fn verdict(failure: &Option<String>, passed: Option<String>) -> (Outcome, String) {
    match (failure, passed) {
        (Some(failure), _) => (Outcome::Failed, failure.clone()),
        (None, Some(detail)) => (Outcome::Passed, detail),
        (None, None) => (Outcome::NotDetermined, String::new()),
    }
}

trait Or {
    fn or(self, reason: &str) -> Self;
}

impl Or for (Outcome, String) {
    /// The reason why a check could not be made.
    fn or(self, reason: &str) -> Self {
        match self {
            (Outcome::NotDetermined, _) => (Outcome::NotDetermined, reason.to_owned()),
            other => other,
        }
    }
}
