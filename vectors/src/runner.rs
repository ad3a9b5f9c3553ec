//! Judging every case of a file.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use crate::backend::Backend;
use crate::case::Case;
use crate::documents;
use crate::exceptions::Exceptions;
use crate::file::{FileError, Group, VectorFile};
use crate::judge::{self, Kind};
use crate::limbo;
use crate::outcome::{Expected, Outcome};
use crate::pkits;
use crate::tally::Tally;

/// What the caller of the runner may choose.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Cases that are known to disagree.
    pub exceptions: Exceptions,
    /// Whether groups of an unknown type are skipped, not refused.
    pub skip_unknown: bool,
}

/// Reads and judges one file: vectors, a list of documents, or certificate paths, told apart by
/// their shape.
///
/// # Errors
///
/// [`FileError`] if the file cannot be read, is no vector file or holds a group of an unknown
/// type that is not to be skipped.
pub fn run_file(
    path: &Path,
    options: &Options,
    line: &mut dyn FnMut(&str),
) -> Result<Tally, FileError> {
    let text = read(path)?;
    if text.trim_start().starts_with('[') {
        return run_pkits(path, options, line);
    }
    if text.contains("\"testcases\"") && !text.contains("\"testGroups\"") {
        return run_limbo(path, options, line);
    }
    let name = path.display().to_string();
    let file = match serde_json::from_str(&text) {
        Ok(value) if documents::is_list(&value) => documents::parse(&name, value, folder(path))?,
        _ => VectorFile::parse(&name, &text)?,
    };
    if !options.skip_unknown
        && let Some(group) = file.groups.iter().find(|group| judge::kind(&group.kind).is_none())
    {
        return Err(FileError(format!("unknown group type {:?}", group.kind)));
    }
    Ok(run(&file, options, line))
}

/// Reads and judges a file of certificate paths in the schema of x509-limbo.
///
/// # Errors
///
/// [`FileError`] if the file cannot be read or is of another shape.
pub fn run_limbo(
    path: &Path,
    options: &Options,
    line: &mut dyn FnMut(&str),
) -> Result<Tally, FileError> {
    let file = limbo::parse(&path.display().to_string(), &read(path)?)?;
    Ok(run(&file, options, line))
}

/// Reads and judges a list of PKITS cases; the folders `certs` and `crls` stand beside it.
///
/// # Errors
///
/// [`FileError`] if the list or a file that it names cannot be read or is of another shape.
pub fn run_pkits(
    path: &Path,
    options: &Options,
    line: &mut dyn FnMut(&str),
) -> Result<Tally, FileError> {
    let file = pkits::parse(&path.display().to_string(), &read(path)?, folder(path))?;
    Ok(run(&file, options, line))
}

/// Judges every case of a file, and gives `line` one line for each disagreement and for each
/// choice where a case may go either way. Groups of an unknown type are skipped.
pub fn run(file: &VectorFile, options: &Options, line: &mut dyn FnMut(&str)) -> Tally {
    let mut tally = Tally::default();
    for group in &file.groups {
        match judge::kind(&group.kind) {
            Some(kind) => run_group(file, group, kind, options, line, &mut tally),
            None => {
                for _ in &group.cases {
                    tally.skip(&format!("unknown group type {}", group.kind));
                }
            }
        }
    }
    tally
}

fn folder(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("."))
}

fn read(path: &Path) -> Result<String, FileError> {
    std::fs::read_to_string(path).map_err(|error| FileError(format!("cannot be read: {error}")))
}

fn run_group(
    file: &VectorFile,
    group: &Group,
    kind: &Kind,
    options: &Options,
    line: &mut dyn FnMut(&str),
    tally: &mut Tally,
) {
    for case in &group.cases {
        let place = format!("{}: {}: {}: {}", file.name, group.kind, case.label(), case.comment());
        let exception = options.exceptions.reason(&file.name, case.label());
        match judge_case(kind, case, &(kind.backends)(case)) {
            Verdict::Skipped(reason) => tally.skip(&reason),
            Verdict::Agreed(choice) => match exception {
                Some(reason) => {
                    line(&format!("{place}: expected an exception ({reason}), got agreement"));
                    tally.disagreed += 1;
                }
                None => {
                    if let Some(choice) = choice {
                        line(&format!("{place}: acceptable, {choice}"));
                    }
                    tally.agreed += 1;
                }
            },
            Verdict::Disagreed(got) => match exception {
                Some(reason) => tally.skip(&format!("exception: {reason}")),
                None => {
                    for got in got {
                        line(&format!("{place}: {got}"));
                    }
                    tally.disagreed += 1;
                }
            },
        }
    }
}

enum Verdict {
    Skipped(String),
    /// With the choice, where the case may go either way.
    Agreed(Option<String>),
    /// With one text for each backend that disagrees.
    Disagreed(Vec<String>),
}

fn judge_case(kind: &Kind, case: &Case, backends: &[Backend]) -> Verdict {
    let expected = match case.expected() {
        Ok(expected) => expected,
        Err(defect) => return Verdict::Disagreed(vec![format!("got {defect}")]),
    };
    let outcomes: Vec<(Backend, Outcome)> =
        backends.iter().map(|backend| (*backend, walled(kind, case, *backend))).collect();
    if let Some((_, Outcome::Skipped(reason))) =
        outcomes.iter().find(|(_, outcome)| matches!(outcome, Outcome::Skipped(_)))
    {
        return Verdict::Skipped(reason.clone());
    }
    let mut disagreements: Vec<String> = outcomes
        .iter()
        .filter(|(_, outcome)| !outcome.agrees_with(expected))
        .map(|(backend, got)| {
            format!("expected {}, got {got} [{}]", expected.name(), backend.name())
        })
        .collect();
    let accepted = |outcome: &Outcome| *outcome == Outcome::Accepted;
    if disagreements.is_empty()
        && outcomes.iter().any(|(_, outcome)| accepted(outcome) != accepted(&outcomes[0].1))
    {
        disagreements = outcomes
            .iter()
            .map(|(backend, got)| format!("expected one choice, got {got} [{}]", backend.name()))
            .collect();
    }
    if !disagreements.is_empty() {
        return Verdict::Disagreed(disagreements);
    }
    let names: Vec<&str> = backends.iter().map(|backend| backend.name()).collect();
    let choice = (expected == Expected::Acceptable)
        .then(|| outcomes.first())
        .flatten()
        .map(|(_, outcome)| format!("{outcome} [{}]", names.join(", ")));
    Verdict::Agreed(choice)
}

/// One case on one backend, behind a wall: a panic of the library is an outcome.
fn walled(kind: &Kind, case: &Case, backend: Backend) -> Outcome {
    let judged = catch_unwind(AssertUnwindSafe(|| backend.run(|| kind.judge(case))));
    judged.unwrap_or_else(|payload| {
        let text = payload
            .downcast_ref::<&str>()
            .map(|text| text.to_string())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        Outcome::Panicked(text.lines().next().unwrap_or_default().to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::Judged;

    fn verdict(expected: &str, judge: fn(&Case) -> Judged) -> Tally {
        let text = format!(
            r#"{{"testGroups":[{{"type":"Sm3","tests":[{{"tcId":1,"result":"{expected}"}}]}}]}}"#
        );
        let file = VectorFile::parse("f", &text).unwrap();
        let kind = Kind::for_test(judge);
        let mut tally = Tally::default();
        let group = &file.groups[0];
        run_group(&file, group, &kind, &Options::default(), &mut |_| {}, &mut tally);
        tally
    }

    #[test]
    fn a_panic_disagrees_with_everything_and_the_run_goes_on() {
        for expected in ["valid", "invalid", "acceptable"] {
            let tally = verdict(expected, |_| panic!("planted"));
            assert_eq!((tally.agreed, tally.disagreed, tally.skipped), (0, 1, 0), "{expected}");
        }
    }

    #[test]
    fn backends_that_choose_differently_disagree() {
        use std::sync::atomic::{AtomicBool, Ordering};
        static TURN: AtomicBool = AtomicBool::new(false);
        let judge: fn(&Case) -> Judged = |_| match TURN.fetch_xor(true, Ordering::Relaxed) {
            true => Ok(Outcome::Accepted),
            false => Ok(Outcome::Refused("planted".to_string())),
        };
        let tally = verdict("acceptable", judge);
        assert_eq!((tally.agreed, tally.disagreed), (0, 1));
    }
}
