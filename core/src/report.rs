//! What a verification found: coded checks, notes and a verdict.

mod codes;
mod render;

pub use codes::{CheckCode, NoteCode};

use crate::error::{Code, Error, Result};

/// What one check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The check was made and holds.
    Passed,
    /// The check was made and does not hold.
    Failed,
    /// The check could not be made: something it needs was not given or is not known.
    NotDetermined,
}

impl Outcome {
    /// The name, the same in every language.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Passed => "Passed",
            Outcome::Failed => "Failed",
            Outcome::NotDetermined => "NotDetermined",
        }
    }
}

impl From<bool> for Outcome {
    fn from(holds: bool) -> Self {
        if holds { Outcome::Passed } else { Outcome::Failed }
    }
}

/// The sum of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Every required check passed, and every mandatory one was made.
    Valid,
    /// A required check failed.
    Invalid,
    /// No required check failed, but one could not be made or is missing.
    NotDetermined,
}

impl Verdict {
    /// The name, the same in every language.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Valid => "Valid",
            Verdict::Invalid => "Invalid",
            Verdict::NotDetermined => "NotDetermined",
        }
    }

    /// The worse of two verdicts: Invalid before NotDetermined before Valid.
    fn and(self, other: Verdict) -> Verdict {
        match (self, other) {
            (Verdict::Invalid, _) | (_, Verdict::Invalid) => Verdict::Invalid,
            (Verdict::Valid, Verdict::Valid) => Verdict::Valid,
            _ => Verdict::NotDetermined,
        }
    }
}

/// One check of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// What was checked.
    pub code: CheckCode,
    /// What was found.
    pub outcome: Outcome,
    /// Whether the check counts toward the verdict; the policy decides.
    pub required: bool,
    /// The thing checked: a certificate's name, a file, a field.
    pub subject: String,
    /// Why, for people; not stable.
    pub detail: String,
}

/// What a report says beside its checks; never changes the verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Note {
    /// What is noted.
    pub code: NoteCode,
    /// Where and why, for people; not stable.
    pub detail: String,
}

/// What a verification found. A report without checks is not valid.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a report says nothing until its verdict is read"]
pub struct Report {
    subject: String,
    mandatory: Vec<CheckCode>,
    checks: Vec<Check>,
    notes: Vec<Note>,
    reports: Vec<Report>,
}

impl Report {
    /// An empty report about `subject`; `mandatory` are the checks without which it cannot be valid.
    pub fn new(subject: impl Into<String>, mandatory: &[CheckCode]) -> Self {
        Report {
            subject: subject.into(),
            mandatory: mandatory.to_vec(),
            checks: Vec::new(),
            notes: Vec::new(),
            reports: Vec::new(),
        }
    }

    /// Adds a check that counts toward the verdict.
    pub fn check(
        &mut self,
        code: CheckCode,
        outcome: impl Into<Outcome>,
        subject: impl Into<String>,
        detail: impl Into<String>,
    ) {
        self.push(code, outcome.into(), true, subject.into(), detail.into());
    }

    /// Adds a check that the policy in force does not require: it informs and does not count.
    pub fn inform(
        &mut self,
        code: CheckCode,
        outcome: impl Into<Outcome>,
        subject: impl Into<String>,
        detail: impl Into<String>,
    ) {
        self.push(code, outcome.into(), false, subject.into(), detail.into());
    }

    /// Adds a check, required or not.
    pub fn push(
        &mut self,
        code: CheckCode,
        outcome: Outcome,
        required: bool,
        subject: String,
        detail: String,
    ) {
        self.checks.push(Check { code, outcome, required, subject, detail });
    }

    /// Adds a note.
    pub fn note(&mut self, code: NoteCode, detail: impl Into<String>) {
        self.notes.push(Note { code, detail: detail.into() });
    }

    /// Adds the report of a part; its verdict counts toward this one.
    pub fn add_report(&mut self, report: Report) {
        self.reports.push(report);
    }

    /// Takes over the checks, notes and inner reports of another report about the same thing.
    pub fn absorb(&mut self, other: Report) {
        self.mandatory.extend(other.mandatory);
        self.checks.extend(other.checks);
        self.notes.extend(other.notes);
        self.reports.extend(other.reports);
    }

    /// What the report is about.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The checks, in the order they were made.
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// The notes.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The reports of the parts, one per inner signature.
    pub fn reports(&self) -> &[Report] {
        &self.reports
    }

    /// The first check with this code in this report or its parts, a failed one before others.
    pub fn find(&self, code: CheckCode) -> Option<&Check> {
        let all = || self.all_checks().into_iter().filter(move |check| check.code == code);
        all().find(|check| check.outcome == Outcome::Failed).or_else(|| all().next())
    }

    /// Every failed check that counts, of this report and its parts.
    pub fn failures(&self) -> Vec<&Check> {
        let mut failed = self.all_checks();
        failed.retain(|check| check.required && check.outcome == Outcome::Failed);
        failed
    }

    fn all_checks(&self) -> Vec<&Check> {
        let mut all: Vec<&Check> = self.checks.iter().collect();
        for report in &self.reports {
            all.extend(report.all_checks());
        }
        all
    }

    /// The verdict: any required Failed gives Invalid; else any required NotDetermined, or a
    /// mandatory check that was not made, gives NotDetermined; else Valid.
    /// The verdicts of the parts count.
    pub fn verdict(&self) -> Verdict {
        let counted = || self.checks.iter().filter(|check| check.required);
        let own = if counted().any(|check| check.outcome == Outcome::Failed) {
            Verdict::Invalid
        } else if counted().any(|check| check.outcome == Outcome::NotDetermined)
            || !self.missing().is_empty()
            || (counted().next().is_none() && self.reports.is_empty())
        {
            Verdict::NotDetermined
        } else {
            Verdict::Valid
        };
        self.reports.iter().fold(own, |verdict, report| verdict.and(report.verdict()))
    }

    /// Whether the verdict is Valid.
    pub fn is_valid(&self) -> bool {
        self.verdict() == Verdict::Valid
    }

    /// The mandatory checks that were not made.
    pub fn missing(&self) -> Vec<CheckCode> {
        let made = |code: &CheckCode| self.checks.iter().any(|check| check.code == *code);
        self.mandatory.iter().copied().filter(|code| !made(code)).collect()
    }

    /// Nothing, if the verdict is Valid.
    ///
    /// # Errors
    ///
    /// [`Code::NotValid`], naming the verdict and the checks that decided it.
    pub fn require_valid(&self) -> Result<()> {
        let verdict = self.verdict();
        if verdict == Verdict::Valid {
            return Ok(());
        }
        let deciding: Vec<String> = self
            .all_checks()
            .into_iter()
            .filter(|check| check.required && check.outcome != Outcome::Passed)
            .map(|check| format!("{} {}", check.code.name(), check.outcome.name()))
            .collect();
        let message = format!("{}: {}", verdict.name(), deciding.join(", "));
        Err(Error::new(Code::NotValid, self.subject.clone(), message))
    }

    /// The report as text for people, one line per check.
    pub fn to_text(&self) -> String {
        render::text(self)
    }

    /// The report as JSON: `{"schema":1,"verdict","subject","checks","notes","reports"}`.
    pub fn to_json(&self) -> String {
        render::json(self).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_checked_is_not_valid() {
        assert_eq!(Report::new("x", &[]).verdict(), Verdict::NotDetermined);
        let mut report = Report::new("x", &[]);
        report.inform(CheckCode::SealSignature, true, "", "");
        assert_eq!(report.verdict(), Verdict::NotDetermined);
    }

    #[test]
    fn failed_beats_undetermined_beats_passed() {
        let mut report = Report::new("x", &[CheckCode::SealSignature]);
        report.check(CheckCode::SealSignature, true, "", "");
        assert!(report.is_valid());
        report.inform(CheckCode::SealValidity, false, "", "");
        assert!(report.is_valid());
        report.check(CheckCode::SealValidity, Outcome::NotDetermined, "", "");
        assert_eq!(report.verdict(), Verdict::NotDetermined);
        report.check(CheckCode::SealMakerChain, false, "", "");
        assert_eq!(report.verdict(), Verdict::Invalid);
        let error = report.require_valid().unwrap_err();
        assert_eq!(error.code(), Code::NotValid);
        assert!(error.message().contains("seal.maker.chain Failed"));
    }

    #[test]
    fn a_missing_mandatory_check_and_a_bad_part_count() {
        let mut report = Report::new("x", &[CheckCode::SealSignature, CheckCode::SealValidity]);
        report.check(CheckCode::SealSignature, true, "", "");
        assert_eq!(report.verdict(), Verdict::NotDetermined);
        assert_eq!(report.missing(), [CheckCode::SealValidity]);
        report.check(CheckCode::SealValidity, true, "", "");
        assert!(report.is_valid());
        let mut part = Report::new("part", &[]);
        part.check(CheckCode::DocumentDigest, false, "", "");
        report.add_report(part);
        assert_eq!(report.verdict(), Verdict::Invalid);
        assert_eq!(report.find(CheckCode::DocumentDigest).unwrap().outcome, Outcome::Failed);
    }
}
