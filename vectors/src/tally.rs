//! Counting what was judged.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::AddAssign;

/// How many cases agreed, disagreed and were skipped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Cases that came out as expected on every backend.
    pub agreed: u64,
    /// Cases that did not, on one backend at least.
    pub disagreed: u64,
    /// Cases that were skipped.
    pub skipped: u64,
    /// Why cases were skipped, and how many.
    pub reasons: BTreeMap<String, u64>,
}

impl Tally {
    pub(crate) fn skip(&mut self, reason: &str) {
        self.skipped += 1;
        *self.reasons.entry(reason.to_string()).or_default() += 1;
    }

    /// The line on a whole file, with the reasons of what was skipped.
    pub fn with_reasons(&self) -> String {
        if self.reasons.is_empty() {
            return self.to_string();
        }
        let reasons: Vec<String> =
            self.reasons.iter().map(|(reason, count)| format!("{reason}: {count}")).collect();
        format!("{self} ({})", reasons.join("; "))
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} agreed, {} disagreed, {} skipped", self.agreed, self.disagreed, self.skipped)
    }
}

impl AddAssign<&Tally> for Tally {
    fn add_assign(&mut self, other: &Tally) {
        self.agreed += other.agreed;
        self.disagreed += other.disagreed;
        self.skipped += other.skipped;
        for (reason, count) in &other.reasons {
            *self.reasons.entry(reason.clone()).or_default() += count;
        }
    }
}
