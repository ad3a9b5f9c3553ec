//! Trust anchors, and for what and when each of them counts.

use crate::cert::{Certificate, Purpose};
use crate::error::{Code, Error, Result};
use crate::time::Time;
use std::borrow::Cow;

/// The most makers that the terms of one anchor name. Source: ours.
pub const MAX_MAKERS: usize = 1000;

/// Whose certificates an anchor may stand above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AnchorPurpose {
    /// Those who sign documents, messages and stamps.
    Signer,
    /// Those who make seals.
    SealMaker,
    /// Authorities that sign time stamps.
    TimeStamp,
    /// Those who sign lists of the states of seals.
    SealState,
}

impl AnchorPurpose {
    /// Every purpose.
    pub const ALL: [AnchorPurpose; 4] = [
        AnchorPurpose::Signer,
        AnchorPurpose::SealMaker,
        AnchorPurpose::TimeStamp,
        AnchorPurpose::SealState,
    ];

    /// The name, the same in every language.
    pub fn name(self) -> &'static str {
        match self {
            AnchorPurpose::Signer => "signer",
            AnchorPurpose::SealMaker => "seal-maker",
            AnchorPurpose::TimeStamp => "time-stamp",
            AnchorPurpose::SealState => "seal-state",
        }
    }

    /// The purpose with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.name() == name)
    }

    /// What an anchor must be for if a certificate is used so.
    fn for_use(purpose: Purpose) -> Self {
        match purpose {
            Purpose::MakeSeal => AnchorPurpose::SealMaker,
            Purpose::TimeStamp => AnchorPurpose::TimeStamp,
            Purpose::StateSeals => AnchorPurpose::SealState,
            Purpose::Sign | Purpose::Encrypt | Purpose::Any => AnchorPurpose::Signer,
        }
    }
}

/// For what and when an anchor counts. All moments are those that something is judged for, so an
/// anchor that came to its end still stands above what is proven to be older.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AnchorTerms {
    /// For what; by default everything but the states of seals, which are said of other people's
    /// seals and must be entrusted by name.
    pub purposes: Vec<AnchorPurpose>,
    /// From when; always, if absent.
    pub from: Option<Time>,
    /// Until when, the moment itself included; always, if absent.
    pub until: Option<Time>,
    /// Since when nothing under it is believed any more, the moment itself included. Unlike
    /// `until`, what a maker of seals says about its own time no longer helps.
    pub distrusted: Option<Time>,
    /// The makers whose seals a list of states under this anchor may speak of: SM3 of a maker's
    /// certificate or of one above it. Every maker's, if empty.
    pub makers: Vec<[u8; 32]>,
}

impl Default for AnchorTerms {
    fn default() -> Self {
        AnchorTerms::new(&AnchorPurpose::ALL[..3])
    }
}

impl AnchorTerms {
    /// Terms of these purposes, without end.
    pub fn new(purposes: &[AnchorPurpose]) -> Self {
        AnchorTerms {
            purposes: purposes.to_vec(),
            from: None,
            until: None,
            distrusted: None,
            makers: Vec::new(),
        }
    }

    /// Refuses terms under which an anchor never counts, or that contradict themselves.
    pub(super) fn check(&self) -> Result<()> {
        let wrong = |message: &'static str| Err(Error::new(Code::Argument, "terms", message));
        if self.purposes.is_empty() {
            return wrong("an anchor has a purpose");
        }
        if self.from.zip(self.until).is_some_and(|(from, until)| until < from) {
            return wrong("the anchor's time ends before it starts");
        }
        if !self.makers.is_empty() && !self.purposes.contains(&AnchorPurpose::SealState) {
            return wrong("makers are named for an anchor of seal states only");
        }
        if self.makers.len() > MAX_MAKERS {
            return Err(Error::new(Code::Count, "terms", "more makers than MAX_MAKERS"));
        }
        Ok(())
    }

    /// Why the anchor does not count for this; `None` if it does.
    fn problem(&self, purpose: Purpose, at: Time) -> Option<String> {
        let needed = AnchorPurpose::for_use(purpose);
        if !self.purposes.contains(&needed) {
            return Some(format!("is not for {}", needed.name()));
        }
        if let Some(from) = self.from.filter(|from| at < *from) {
            return Some(format!("counts from {from} only"));
        }
        if let Some(until) = self.until.filter(|until| at > *until) {
            return Some(format!("counts until {until} only"));
        }
        self.distrusted
            .filter(|since| at >= *since)
            .map(|since| format!("is distrusted since {since}"))
    }
}

/// Anchors, each with its terms.
#[derive(Debug, Clone, Default)]
pub(super) struct Anchors {
    certificates: Vec<Certificate>,
    terms: Vec<AnchorTerms>,
}

impl Anchors {
    pub(super) fn add(&mut self, certificate: Certificate, terms: AnchorTerms) {
        self.certificates.push(certificate);
        self.terms.push(terms);
    }

    pub(super) fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// Those that count for this purpose at this moment.
    pub(super) fn at(&self, purpose: Purpose, at: Time) -> Cow<'_, [Certificate]> {
        self.those(|terms| terms.problem(purpose, at).is_none())
    }

    /// Those that count for this purpose at this moment and were not distrusted until `now`.
    pub(super) fn still_trusted(&self, purpose: Purpose, at: Time, now: Time) -> Vec<Certificate> {
        let good = |terms: &AnchorTerms| {
            terms.problem(purpose, at).is_none() && terms.distrusted.is_none_or(|since| now < since)
        };
        self.those(good).into_owned()
    }

    /// Whether any anchor was distrusted until this moment.
    pub(super) fn any_distrusted(&self, now: Time) -> bool {
        self.terms.iter().any(|terms| terms.distrusted.is_some_and(|since| since <= now))
    }

    /// Those that count for lists of states at this moment, if `may` says yes to their makers.
    pub(super) fn of_states(
        &self,
        at: Time,
        may: impl Fn(&[[u8; 32]]) -> bool,
    ) -> Cow<'_, [Certificate]> {
        self.those(|terms| {
            terms.problem(Purpose::StateSeals, at).is_none()
                && (terms.makers.is_empty() || may(&terms.makers))
        })
    }

    /// Whether any anchor of seal states is for some makers only.
    pub(super) fn any_for_makers(&self) -> bool {
        self.terms.iter().any(|terms| !terms.makers.is_empty())
    }

    /// Every moment at which an anchor begins or ceases to count.
    pub(super) fn turning_points(&self) -> impl Iterator<Item = Time> {
        let moments = |terms: &AnchorTerms| [terms.from, terms.until, terms.distrusted];
        self.terms.iter().flat_map(moments).flatten()
    }

    /// The first anchor that does not count for this, and why.
    pub(super) fn left_out(&self, purpose: Purpose, at: Time) -> Option<String> {
        let mut all = self.certificates.iter().zip(&self.terms);
        all.find_map(|(anchor, terms)| {
            terms.problem(purpose, at).map(|why| format!("the anchor {} {why}", anchor.subject()))
        })
    }

    fn those(&self, good: impl Fn(&AnchorTerms) -> bool) -> Cow<'_, [Certificate]> {
        if self.terms.iter().all(&good) {
            return Cow::Borrowed(&self.certificates);
        }
        let both = self.certificates.iter().zip(&self.terms);
        Cow::Owned(
            both.filter(|(_, terms)| good(terms)).map(|(anchor, _)| anchor.clone()).collect(),
        )
    }
}
