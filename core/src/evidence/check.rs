//! Is the chain of archive time stamps good, and back to which day?

use super::{ArchiveTimeStamp, Covered, Evidence, Material, digests};
use crate::cert::Certificate;
use crate::error::Result;
use crate::report::{CheckCode, Outcome, Report, Verdict};
use crate::time::Time;
use crate::timestamp;
use crate::trust::{Algorithm, Record, Trust};

/// What the check of evidence gives.
pub(crate) struct Judged {
    pub report: Report,
    /// When everything that the oldest archive time stamp covers is proven to have been there.
    pub proven: Option<Time>,
    /// What is proven to have been there, and when.
    pub records: Vec<Record>,
}

const MANDATORY: [CheckCode; 4] = [
    CheckCode::EvidenceDigests,
    CheckCode::EvidenceToken,
    CheckCode::EvidenceOrder,
    CheckCode::EvidenceAlgorithm,
];

/// Checks evidence from the newest archive time stamp, judged now, to the oldest, each judged for
/// the time of the next.
pub(crate) fn judge(
    evidence: &Evidence,
    covered: &Covered<'_>,
    trust: &Trust,
    now: Time,
) -> Judged {
    let links = links(evidence, covered);
    let mut report = Report::new("evidence", &[]);
    let mut trust = trust.clone();
    let mut records = Vec::new();
    let mut proven: Option<Time> = None;
    let mut unbroken = true;
    // The first archive time stamp of the next chain renews the hash function.
    let mut rehashed: Option<Time> = None;
    for (at, link) in links.iter().enumerate().rev() {
        let earlier = at.checked_sub(1).and_then(|before| links.get(before));
        let earlier = earlier.map(|link| link.time_stamp.token.latest());
        let name = format!("archive time stamp {} of {}", at + 1, links.len());
        let mut part = check(link, name, earlier, &trust, now, proven);
        check_hash(&mut part, link, rehashed.unwrap_or(now), &trust);
        let good = part.verdict() == Verdict::Valid;
        report.add_report(part);
        unbroken &= good;
        // What is not proven for then is judged now.
        proven = unbroken.then(|| link.time_stamp.token.latest().min(now));
        if let Some(time) = proven {
            let record = link.material.recorded(time);
            trust.add_record(record.clone());
            records.push(record);
        }
        if link.starts {
            rehashed = proven;
        }
    }
    Judged { report, proven, records }
}

impl Evidence {
    /// The certificates of the newest archive time stamp's authority.
    pub(crate) fn newest_authority(&self, trust: &Trust) -> Result<Vec<Certificate>> {
        Ok(timestamp::certificates_of(&self.newest()?.token, trust))
    }

    /// Whether the newest archive time stamp is good if this much was there at `now`, before its
    /// authority ends.
    pub(crate) fn check_newest(&self, trust: &Trust, now: Time) -> Result<Report> {
        let newest = self.newest()?;
        let value = digests::value(&newest.digests);
        Ok(timestamp::check_existing(&newest.token, &value, trust, now, Some(now)))
    }
}

/// An archive time stamp and what it must be over.
struct Link<'e> {
    time_stamp: &'e ArchiveTimeStamp,
    /// Whether it is the first of its chain.
    starts: bool,
    material: &'e Material,
    expected: Result<Vec<Vec<u8>>>,
}

fn links<'e>(evidence: &'e Evidence, covered: &Covered<'_>) -> Vec<Link<'e>> {
    let mut links: Vec<Link<'e>> = Vec::new();
    for (number, chain) in evidence.chains.iter().enumerate() {
        let mut previous: Option<&ArchiveTimeStamp> = None;
        for time_stamp in &chain.time_stamps {
            let Some(material) = evidence.materials.get(links.len()) else { return links };
            let expected = match previous {
                Some(previous) => digests::of_previous(&time_stamp.hash, previous, material),
                None => {
                    let materials = evidence.materials.get(..=links.len()).unwrap_or_default();
                    let earlier = evidence.chains.get(..number).unwrap_or_default();
                    digests::of_everything(&time_stamp.hash, covered, materials, earlier)
                }
            };
            links.push(Link { time_stamp, starts: previous.is_none(), material, expected });
            previous = Some(time_stamp);
        }
    }
    links
}

fn check(
    link: &Link<'_>,
    name: String,
    earlier: Option<Time>,
    trust: &Trust,
    now: Time,
    existed: Option<Time>,
) -> Report {
    let ArchiveTimeStamp { token, digests, .. } = link.time_stamp;
    let time = token.gen_time();
    let mut report = Report::new(format!("{name}, {time}"), &MANDATORY);
    let (covers, detail) = match &link.expected {
        Ok(expected) if expected == digests => (true, format!("{} digests", digests.len())),
        Ok(expected) => {
            let missing = expected.iter().filter(|digest| !digests.contains(digest)).count();
            let detail = format!(
                "{missing} of the {} parts at hand are not among the {} digests",
                expected.len(),
                digests.len()
            );
            (false, detail)
        }
        Err(error) => (false, error.to_string()),
    };
    report.check(CheckCode::EvidenceDigests, covers, &name, detail);
    let value = digests::value(digests);
    let inner = timestamp::check_existing(token, &value, trust, now, existed);
    let outcome = match inner.verdict() {
        Verdict::Valid if token.hash_algorithm() != link.time_stamp.hash => Outcome::Failed,
        Verdict::Valid => Outcome::Passed,
        Verdict::Invalid => Outcome::Failed,
        Verdict::NotDetermined => Outcome::NotDetermined,
    };
    report.add_report(inner);
    let detail = match existed {
        Some(existed) => format!("judged for {existed}, the time of the next"),
        None => "judged now".to_owned(),
    };
    report.check(CheckCode::EvidenceToken, outcome, &name, detail);
    let detail = match earlier {
        Some(earlier) => format!("{time}, not before {earlier}"),
        None => format!("{time}, the first"),
    };
    let follows = earlier.is_none_or(|earlier| earlier <= token.latest());
    report.check(CheckCode::EvidenceOrder, follows, name, detail);
    report
}

/// Whether the hash function counted until the moment at which everything was hashed again.
fn check_hash(report: &mut Report, link: &Link<'_>, existed: Time, trust: &Trust) {
    let ArchiveTimeStamp { hash, token, .. } = link.time_stamp;
    let algorithms = &trust.policy().algorithms;
    let (outcome, detail) = algorithms.judge_hash(hash, token.gen_time(), existed);
    let name = Algorithm::from_hash(hash).map_or("unknown", Algorithm::name);
    report.check(CheckCode::EvidenceAlgorithm, outcome, name, detail);
}
