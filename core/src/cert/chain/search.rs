//! Looks for paths by name, depth first, the likelier issuer first, within budgets.

use super::{ChainError, ChainErrorKind, MAX_INTERMEDIATES, MAX_PATHS, MAX_STEPS};
use super::{rules, second};
use crate::cert::certificate::Certificate;
use crate::cert::issuers::Issuers;
use crate::cert::usage::Purpose;
use crate::time::Time;

/// The certificates of the first good path, leaf first, anchor last.
pub(super) fn find<'a>(
    leaf: &'a Certificate,
    intermediates: &'a [Certificate],
    anchors: &'a [Certificate],
    at: Time,
    purpose: Purpose,
    issuers: Issuers<'a>,
) -> Result<Vec<&'a Certificate>, ChainError> {
    let mut search = Search {
        intermediates,
        anchors,
        at,
        purpose,
        issuers,
        steps: MAX_STEPS,
        paths: MAX_PATHS,
        complete: None,
        partial: None,
        dead_end: leaf,
        depth: 0,
    };
    let mut path = vec![leaf];
    if search.extend(&mut path)? {
        return Ok(path);
    }
    let unknown = || {
        let detail = format!("no issuer {} was given", search.dead_end.issuer());
        ChainError::about(ChainErrorKind::UnknownIssuer, search.dead_end, detail)
    };
    Err(search.complete.or(search.partial).unwrap_or_else(unknown))
}

struct Search<'a> {
    intermediates: &'a [Certificate],
    anchors: &'a [Certificate],
    at: Time,
    purpose: Purpose,
    issuers: Issuers<'a>,
    steps: usize,
    paths: usize,
    /// What is wrong with the first complete path.
    complete: Option<ChainError>,
    /// What is wrong with the first certificate that could not be the next.
    partial: Option<ChainError>,
    /// The last certificate of the longest path that went no further.
    dead_end: &'a Certificate,
    depth: usize,
}

impl<'a> Search<'a> {
    /// Makes `path` a good one that ends in an anchor, or leaves it as it was.
    fn extend(&mut self, path: &mut Vec<&'a Certificate>) -> Result<bool, ChainError> {
        let Some(head) = path.last().copied() else { return Ok(false) };
        for anchor in issuers_of(head, self.anchors) {
            spend(&mut self.paths, "paths")?;
            path.push(anchor);
            match judge(path, self.at, self.purpose, self.issuers) {
                Ok(()) => return Ok(true),
                Err(error) if error.kind() == ChainErrorKind::Budget => return Err(error),
                Err(error) => {
                    self.complete.get_or_insert(error);
                }
            }
            path.pop();
        }
        if path.len() > self.depth {
            (self.depth, self.dead_end) = (path.len(), head);
        }
        for issuer in issuers_of(head, self.intermediates) {
            let seen = |earlier: &&Certificate| {
                earlier.public_key_der() == issuer.public_key_der()
                    && earlier.subject_name().matches(issuer.subject_name())
            };
            if path.iter().any(seen) || self.anchors.contains(issuer) {
                continue;
            }
            spend(&mut self.steps, "steps")?;
            if path.len() > MAX_INTERMEDIATES {
                let detail = format!("more than {MAX_INTERMEDIATES} certificates to an anchor");
                self.partial.get_or_insert(ChainError::new(ChainErrorKind::Budget, detail));
                continue;
            }
            if let Err(error) = rules::issuer(issuer, self.at, self.purpose) {
                self.partial.get_or_insert(error);
                continue;
            }
            path.push(issuer);
            if self.extend(path)? {
                return Ok(true);
            }
            path.pop();
        }
        Ok(false)
    }
}

/// The certificates whose subject is the issuer of `head`, those with the key it names first.
fn issuers_of<'a>(
    head: &Certificate,
    among: &'a [Certificate],
) -> impl Iterator<Item = &'a Certificate> {
    let named = head.authority_key_identifier();
    let likely =
        |issuer: &&Certificate| named.is_some() && issuer.subject_key_identifier() == named;
    let mut found: Vec<&Certificate> =
        among.iter().filter(|issuer| issuer.subject_name().matches(head.issuer_name())).collect();
    found.sort_by_key(|issuer| !likely(issuer));
    found.dedup();
    found.into_iter()
}

/// Judges a complete path, leaf first, anchor last.
fn judge(
    path: &[&Certificate],
    at: Time,
    purpose: Purpose,
    issuers: Issuers<'_>,
) -> Result<(), ChainError> {
    rules::check(path, at, purpose)?;
    if second::can_say(path) {
        second::check(path, at, issuers)
    } else {
        rules::signatures(path, issuers)
    }
}

fn spend(budget: &mut usize, what: &str) -> Result<(), ChainError> {
    match budget.checked_sub(1) {
        Some(left) => {
            *budget = left;
            Ok(())
        }
        None => {
            let detail = format!("the certificates given allow too many {what}");
            Err(ChainError::new(ChainErrorKind::Budget, detail))
        }
    }
}
