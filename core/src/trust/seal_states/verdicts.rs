//! Lists that were found good, and for how long that holds: every stamp asks about them again.

use super::SealStates;
use crate::cert::Certificate;
use crate::crypto::memo::lock_briefly;
use crate::report::{NoteCode, Report, Verdict};
use crate::time::Time;
use crate::trust::Trust;
use std::sync::Mutex;

/// The most lists whose verdicts are kept.
const MAX_KEPT: usize = 64;

/// The good verdicts about lists, for one trust as it is: whatever changes the trust forgets them.
///
/// A verdict belongs to every byte of its list, and holds for a clock between the moments at which
/// anything that it rests on begins or ends: the list, certificates, anchors, answers about
/// revocation, algorithms. So it never outlives the list's nextUpdate. Bad verdicts are not kept:
/// what is wrong is said with the clock in it. A lock that stays closed (see `memo`) is a miss.
#[derive(Debug, Default)]
pub(crate) struct Verdicts(Mutex<Vec<Good>>);

#[derive(Debug)]
struct Good {
    list: SealStates,
    /// The moment it was judged for, and those next to it at which something begins or ends.
    at: Time,
    after: Option<Time>,
    before: Option<Time>,
}

/// None: a verdict was found with another trust, or may have been.
impl Clone for Verdicts {
    fn clone(&self) -> Self {
        Verdicts::default()
    }
}

impl Verdicts {
    /// Whether this list was found good, and is by this clock.
    pub(super) fn is_good(&self, list: &SealStates, now: Time) -> bool {
        let holds = |good: &Good| good.list == *list && good.holds(now);
        lock_briefly(&self.0).is_some_and(|kept| kept.iter().any(holds))
    }

    /// Keeps what was found, if it is good and nothing in the answers waits for its day.
    pub(super) fn keep(&self, list: &SealStates, report: &Report, trust: &Trust, now: Time) {
        // A certificate that will be revoked is good until then; what was recorded is weighed by
        // the judged moment.
        let waits = report.notes().iter().any(|note| note.code == NoteCode::RevokedSince);
        if report.verdict() != Verdict::Valid || waits || !trust.records().is_empty() {
            return;
        }
        let good = Good::between(list, now, &turning_points(list, trust));
        let Some(mut kept) = lock_briefly(&self.0) else { return };
        kept.retain(|other| other.list != *list);
        if kept.len() >= MAX_KEPT {
            kept.remove(0);
        }
        kept.push(good);
    }
}

impl Good {
    fn between(list: &SealStates, at: Time, points: &[Time]) -> Good {
        let on_one = points.contains(&at);
        let after = points.iter().copied().filter(|point| *point < at).max();
        let before = points.iter().copied().filter(|point| *point > at).min();
        // At the moment itself something begins or ends: nothing is known about those beside it.
        let (after, before) = if on_one { (Some(at), Some(at)) } else { (after, before) };
        Good { list: list.clone(), at, after, before }
    }

    fn holds(&self, now: Time) -> bool {
        let within = self.after.is_none_or(|after| after < now)
            && self.before.is_none_or(|before| now < before);
        now == self.at || within
    }
}

/// Every moment at which a verdict about the list can change.
fn turning_points(list: &SealStates, trust: &Trust) -> Vec<Time> {
    let mut points = vec![list.this_update(), list.next_update()];
    let inside = list.other_certificates();
    let offered = trust.intermediates().iter().chain(trust.anchors());
    let brought = trust.ocsp().iter().flat_map(|response| response.certificates());
    let certificates = inside.iter().chain(offered).chain(brought);
    for certificate in certificates.chain(std::iter::once(list.certificate())) {
        points.extend(period(certificate));
    }
    for crl in trust.crls() {
        points.extend([Some(crl.this_update()), crl.next_update()].into_iter().flatten());
    }
    points.extend(trust.ocsp().iter().flat_map(|response| response.turning_points()));
    points.extend(trust.anchors.turning_points());
    points.extend(trust.policy().algorithms.lines().iter().filter_map(|line| line.until));
    points
}

fn period(certificate: &Certificate) -> [Time; 2] {
    [certificate.not_before(), certificate.not_after()]
}
