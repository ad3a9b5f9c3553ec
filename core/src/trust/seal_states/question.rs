//! What the lists at hand say about one seal.

use super::check::problem_of;
use super::{SealEntry, SealState, SealStates};
use crate::cert::Certificate;
use crate::cert::chain::{self, Purpose};
use crate::report::{CheckCode, NoteCode, Outcome, Report};
use crate::time::Time;
use crate::trust::{SealStatePolicy, Trust};

/// What is asked about a seal.
pub(crate) struct SealQuestion<'a> {
    /// SM3 of the seal.
    pub seal: [u8; 32],
    /// The seal's name, for the report.
    pub name: &'a str,
    /// The maker's certificate, if it can be read.
    pub maker: Option<&'a Certificate>,
    /// The moment from which a later change counts as one.
    pub at: Time,
    /// The moments at which the seal must have been active.
    pub moments: &'a [Time],
    /// The clock.
    pub now: Time,
}

/// Adds `seal.state` to the report; whether the state changed after the judged moment.
pub(crate) fn judge(report: &mut Report, question: &SealQuestion<'_>, trust: &Trust) -> bool {
    let code = CheckCode::SealState;
    let policy = trust.policy().seal_state;
    if policy == SealStatePolicy::NotChecked {
        report.inform(code, Outcome::NotDetermined, question.name, "not looked at, by policy");
        report.note(NoteCode::SealStatePolicy, "states of seals are not looked at");
        return false;
    }
    let given = lists_for(question, trust);
    if given.is_empty() {
        let required = policy == SealStatePolicy::Required;
        let detail = "no list of the states of this maker's seals was given".to_owned();
        report.push(code, Outcome::NotDetermined, required, question.name.to_owned(), detail);
        return false;
    }
    let (good, mut problems) = usable(given);
    let entries: Vec<(&SealStates, &SealEntry)> = good
        .iter()
        .filter_map(|list| list.entry(&question.seal).map(|entry| (*list, entry)))
        .collect();
    if entries.is_empty() {
        if problems.is_empty() {
            problems.push("the seal is on no list".to_owned());
        }
        report.check(code, Outcome::NotDetermined, question.name, problems.join("; "));
        return false;
    }
    let mut changed = false;
    for (list, entry) in entries {
        let (outcome, detail) = state(entry, question);
        let detail = format!("{detail}, by number {} of {}", list.number(), list.issuer());
        report.check(code, outcome, question.name, detail);
        changed |= note_changes(report, entry, question);
    }
    changed
}

/// The state at the moments asked about; the first that is not active decides.
fn state(entry: &SealEntry, question: &SealQuestion<'_>) -> (Outcome, String) {
    let mut unknown = None;
    for moment in question.moments {
        match entry.at(*moment) {
            Some(change) if change.state == SealState::Active => {}
            Some(change) => {
                let (state, since) = (change.state.name(), change.effective_from);
                let reason = match change.reason.as_str() {
                    "" => String::new(),
                    reason => format!(" ({reason})"),
                };
                return (Outcome::Failed, format!("{state} since {since}{reason} at {moment}"));
            }
            None => unknown = Some(moment),
        }
    }
    match (unknown, question.moments.first()) {
        (Some(moment), _) => (Outcome::NotDetermined, format!("nothing is recorded for {moment}")),
        (None, Some(moment)) => (Outcome::Passed, format!("active at {moment}")),
        (None, None) => (Outcome::NotDetermined, "no moment is asked about".to_owned()),
    }
}

/// Notes what a reader should know of the history; whether it went on after the judged moment.
fn note_changes(report: &mut Report, entry: &SealEntry, question: &SealQuestion<'_>) -> bool {
    for change in entry.history.iter().filter(|change| change.is_retroactive()) {
        let (state, from, at) = (change.state.name(), change.effective_from, change.recorded_at);
        let detail = format!("{}: {state} from {from}, recorded at {at}", question.name);
        report.note(NoteCode::SealStateRetroactive, detail);
    }
    let Some(change) = entry.changed_between(question.at, question.now) else { return false };
    let (state, from) = (change.state.name(), change.effective_from);
    report.note(NoteCode::SealStateSince, format!("{}: {state} from {from}", question.name));
    true
}

/// The lists whose issuers may speak of this maker's seals. A list whose issuer is not known at
/// all stays in: what is wrong with it is said.
fn lists_for<'t>(
    question: &SealQuestion<'_>,
    trust: &'t Trust,
) -> Vec<(&'t SealStates, Option<String>)> {
    let makers = match trust.anchors.any_for_makers() {
        true => Some(makers(question, trust)),
        false => None,
    };
    let concerns = |list: &SealStates, at: Time| {
        let known = || trust.anchors_at(Purpose::StateSeals, at);
        makers.as_ref().is_none_or(|makers| {
            !list.leads_to(&known(), trust, at) || list.speaks_for(makers, trust, at)
        })
    };
    let now = question.now;
    let of_today = trust.seal_states().iter().filter(|list| concerns(list, now));
    let mut lists: Vec<(&SealStates, Option<String>)> =
        of_today.map(|list| (list, list.problem(trust, now))).collect();
    for record in trust.records() {
        let recorded = record.seal_states.iter().filter(|list| concerns(list, list.this_update()));
        lists.extend(recorded.map(|list| {
            let report = list.check_recorded(record.at, question.at, trust, question.now);
            (list, problem_of(&report))
        }));
    }
    lists
}

/// The maker's certificate and those above it.
fn makers(question: &SealQuestion<'_>, trust: &Trust) -> Vec<Certificate> {
    let Some(maker) = question.maker else { return Vec::new() };
    let (among, purpose, at) = (trust.intermediates(), Purpose::MakeSeal, question.at);
    let anchors = trust.anchors_at(purpose, at);
    match chain::path_with(maker, among, &anchors, at, purpose, trust.issuers()) {
        Ok(chain) => chain.certificates().to_vec(),
        Err(_) => vec![maker.clone()],
    }
}

/// The last good list of every issuer, and what is wrong with the others.
fn usable(given: Vec<(&SealStates, Option<String>)>) -> (Vec<&SealStates>, Vec<String>) {
    let mut good: Vec<&SealStates> = Vec::new();
    let mut problems = Vec::new();
    for (list, problem) in given {
        match problem {
            None => good.push(list),
            Some(problem) => problems.push(problem),
        }
    }
    // An issuer that contradicts itself says nothing.
    let conflict = |list: &SealStates, other: &SealStates| match list.number() == other.number() {
        true => (list.digest() != other.digest()).then(|| "another list has its number".to_owned()),
        false => list.break_after(other),
    };
    let mut last: Vec<&SealStates> = Vec::new();
    for list in &good {
        let of_issuer = || good.iter().filter(|other| other.issuer() == list.issuer());
        if of_issuer().any(|other| other.number() > list.number())
            || last.iter().any(|other| other.digest() == list.digest())
        {
            continue;
        }
        match of_issuer().find_map(|other| conflict(list, other)) {
            Some(why) => {
                problems.push(format!("number {} of {}: {why}", list.number(), list.issuer()))
            }
            None => last.push(list),
        }
    }
    (last, problems)
}
