//! Stamping, signing and verifying whole envelopes of vouchers.

use super::act::{Act, Books};
use super::verifier::Verifier;
use crate::cms::SignedData;
use crate::crypto::parallel;
use crate::error::{Code, Error, Result};
use crate::key::Signer;
use crate::report::{CheckCode, Report};
use crate::seal::Seal;
use crate::trust::Moment;
use crate::voucher::{
    self, ActKind, Body, Catalogue, Checks, DocumentForm, Encoding, Envelope, Layer, Step,
    Templates,
};

/// Stamps every voucher of an envelope (MOF XML) and gives the envelope with the stamps.
///
/// # Errors
///
/// The errors of reading the envelope; [`Code::Rules`] naming the field that breaks a rule of the
/// voucher's type; [`Code::Order`] if a lower position is open; [`Code::NotListed`],
/// [`Code::SealUnusable`]; [`Code::Argument`] for a position that the template does not have; what
/// the signer says. Nothing is stamped unless all of the envelope is.
pub fn stamp_voucher(
    envelope: &[u8],
    act: &Act<'_>,
    seal: &Seal,
    signer: &dyn Signer,
) -> Result<Vec<u8>> {
    single(stamp_voucher_many(&[envelope], act, seal, signer, 1))
}

/// Stamps many envelopes with one seal, results in input order; `threads` is the most that may be
/// used. One envelope that cannot be stamped does not stop the others.
pub fn stamp_voucher_many(
    envelopes: &[&[u8]],
    act: &Act<'_>,
    seal: &Seal,
    signer: &dyn Signer,
    threads: usize,
) -> Vec<Result<Vec<u8>>> {
    act_on(envelopes, act, threads, |bodies, step| {
        voucher::stamp_acts(bodies, step, seal, signer, act.time, threads)
    })
}

/// Signs every voucher of an envelope (MOF XML) and gives the envelope with the signatures.
///
/// # Errors
///
/// As for [`stamp_voucher`], but for those about a seal.
pub fn sign_voucher(envelope: &[u8], act: &Act<'_>, signer: &dyn Signer) -> Result<Vec<u8>> {
    single(sign_voucher_many(&[envelope], act, signer, 1))
}

/// Signs many envelopes, results in input order; `threads` is the most that may be used.
pub fn sign_voucher_many(
    envelopes: &[&[u8]],
    act: &Act<'_>,
    signer: &dyn Signer,
    threads: usize,
) -> Vec<Result<Vec<u8>>> {
    act_on(envelopes, act, threads, |bodies, step| {
        voucher::sign_acts(bodies, step, signer, act.time, threads)
    })
}

fn single<T>(results: Vec<Result<T>>) -> Result<T> {
    let none = || Error::new(Code::Structure, "envelope", "no result");
    results.into_iter().next().unwrap_or_else(|| Err(none()))
}

/// The bytes of envelopes that are worked on together, for each thread: long enough for the
/// many-forms below, short enough for what is made on the way to stay in the processor's caches.
const GROUP: usize = 512 << 10;

/// Vouchers that are checked together at most.
const BODIES: usize = 128;

fn act_on(
    envelopes: &[&[u8]],
    act: &Act<'_>,
    threads: usize,
    work: impl Fn(&mut [Body], &Step<'_>) -> Vec<Result<()>>,
) -> Vec<Result<Vec<u8>>> {
    let books = Books::of(act);
    let limit = GROUP.saturating_mul(threads.max(1));
    let mut results = Vec::with_capacity(envelopes.len());
    for group in groups(envelopes, limit) {
        results.extend(act_on_group(group, act, &books, threads, &work));
    }
    results
}

/// The items in runs of at most so many bytes together, or of one.
fn groups<'i>(items: &'i [&'i [u8]], limit: usize) -> impl Iterator<Item = &'i [&'i [u8]]> {
    let mut rest = items;
    std::iter::from_fn(move || {
        let mut total = 0usize;
        let fits = |item: &&&[u8]| {
            total = total.saturating_add(item.len());
            total <= limit
        };
        let count = rest.iter().take_while(fits).count().max(1);
        let (group, after) = rest.split_at_checked(count)?;
        rest = after;
        Some(group)
    })
}

/// Reads the envelopes, lets `work` act on all vouchers of one type at once (so that the many-forms
/// below see long runs), and writes the envelopes.
fn act_on_group(
    envelopes: &[&[u8]],
    act: &Act<'_>,
    books: &Books<'_>,
    threads: usize,
    work: impl Fn(&mut [Body], &Step<'_>) -> Vec<Result<()>>,
) -> Vec<Result<Vec<u8>>> {
    let mut results: Vec<Result<Encoding>> = Vec::with_capacity(envelopes.len());
    let mut runs: Vec<Run> = Vec::new();
    for (number, parsed) in
        parallel::map(envelopes, threads, |bytes| Envelope::parse(bytes)).into_iter().enumerate()
    {
        match parsed {
            Ok(envelope) => {
                results.push(Ok(encoding_of(&envelope)));
                for (place, body) in envelope.bodies.into_iter().enumerate() {
                    Run::with(&mut runs, &body).add(body, (number, place));
                }
            }
            Err(error) => results.push(Err(error)),
        }
    }
    let mut done: Vec<Vec<(usize, Body)>> = envelopes.iter().map(|_| Vec::new()).collect();
    for mut run in runs {
        let outcomes = match books.step(act, &run.vt_code, run.layer) {
            Ok(step) => work(&mut run.bodies, &step),
            Err(error) => run.bodies.iter().map(|_| Err(error.clone())).collect(),
        };
        for ((body, (number, place)), outcome) in
            run.bodies.into_iter().zip(run.places).zip(outcomes)
        {
            if let Err(error) = outcome {
                results[number] = Err(error);
            }
            done[number].push((place, body));
        }
    }
    let finished: Vec<(Result<Encoding>, Envelope)> = results
        .into_iter()
        .zip(done)
        .map(|(result, mut bodies)| {
            bodies.sort_by_key(|(place, _)| *place);
            (result, Envelope { bodies: bodies.into_iter().map(|(_, body)| body).collect() })
        })
        .collect();
    parallel::map(&finished, threads, |(result, envelope)| match result {
        Ok(encoding) => envelope.to_xml(*encoding),
        Err(error) => Err(error.clone()),
    })
}

/// Vouchers of one type and layer, with the envelope and the place that each came from.
struct Run {
    vt_code: String,
    layer: Layer,
    bodies: Vec<Body>,
    places: Vec<(usize, usize)>,
}

impl Run {
    fn with<'r>(runs: &'r mut Vec<Run>, body: &Body) -> &'r mut Run {
        let (vt_code, layer) = (&body.id().vt_code, body.layer());
        let found = runs.iter().position(|run| run.vt_code == *vt_code && run.layer == layer);
        let at = found.unwrap_or_else(|| {
            let vt_code = vt_code.clone();
            runs.push(Run { vt_code, layer, bodies: Vec::new(), places: Vec::new() });
            runs.len() - 1
        });
        &mut runs[at]
    }

    fn add(&mut self, body: Body, place: (usize, usize)) {
        self.bodies.push(body);
        self.places.push(place);
    }
}

/// The encoding that the envelope's vouchers are in; envelopes are written in it again.
pub(super) fn encoding_of(envelope: &Envelope) -> Encoding {
    match envelope.bodies.first().map(|body| body.voucher().form()) {
        Some(DocumentForm::Xml(encoding)) => encoding,
        _ => Encoding::Gbk,
    }
}

impl Verifier {
    /// Verifies an envelope (MOF XML): every voucher in it and every act over them, one inner
    /// report per voucher.
    ///
    /// # Errors
    ///
    /// A Malformed or Limit error if the bytes are no envelope of vouchers.
    pub fn verify_voucher(&self, envelope: &[u8], moment: &Moment) -> Result<Report> {
        single(self.verify_group(&[envelope], moment))
    }

    /// Verifies many envelopes, results in input order; one bad one does not stop the others.
    pub fn verify_voucher_many(
        &self,
        envelopes: &[&[u8]],
        moment: &Moment,
        threads: usize,
    ) -> Vec<Result<Report>> {
        let total: usize = envelopes.iter().map(|envelope| envelope.len()).sum();
        let limit = GROUP.min(total.div_ceil(threads.max(1)));
        let groups: Vec<&[&[u8]]> = groups(envelopes, limit).collect();
        let reports = parallel::map(&groups, threads, |group| self.verify_group(group, moment));
        reports.into_iter().flatten().collect()
    }

    /// Checks vouchers that were read, each at its own moment; results in input order. Those of one
    /// moment that stand side by side are checked together.
    pub fn verify_bodies(&self, items: &[(&Body, Moment)], threads: usize) -> Vec<Report> {
        let limit = BODIES.min(items.len().div_ceil(threads.max(1))).max(1);
        let runs: Vec<&[(&Body, Moment)]> = items
            .chunk_by(|one, other| one.1 == other.1)
            .flat_map(|run| run.chunks(limit))
            .collect();
        let reports = parallel::map(&runs, threads, |run| {
            let Some((_, moment)) = run.first() else { return Vec::new() };
            let bodies: Vec<_> =
                run.iter().map(|(body, _)| (*body, self.checks_of(body))).collect();
            voucher::check_each(&bodies, self.trust(), moment)
        });
        reports.into_iter().flatten().collect()
    }

    /// The catalogue of voucher types.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The templates of positions.
    pub fn templates(&self) -> &Templates {
        &self.templates
    }

    /// Who acts by this act: the digest of the signer's certificate.
    pub(crate) fn signer_of(&self, act: &voucher::Act) -> Result<[u8; 32]> {
        let profile = self.trust().policy().profile;
        match act.kind() {
            ActKind::Stamp => Ok(self.seals.parse_stamp(act.evidence(), profile)?.signer_digest()),
            ActKind::Signature => {
                let signed = SignedData::parse(act.evidence(), profile)?;
                let signer = signed.signers().first();
                let certificate = signer.and_then(|signer| signed.certificate_of(signer));
                let missing = || Error::new(Code::KeyMissing, "act", "it names no signer");
                Ok(certificate.ok_or_else(missing)?.digest())
            }
        }
    }

    /// Reads the envelopes, then checks all vouchers in them together.
    fn verify_group(&self, envelopes: &[&[u8]], moment: &Moment) -> Vec<Result<Report>> {
        let parsed: Vec<Result<Envelope>> =
            envelopes.iter().map(|bytes| Envelope::parse(bytes)).collect();
        let bodies = parsed.iter().flatten().flat_map(|envelope| &envelope.bodies);
        let items: Vec<_> = bodies.map(|body| (body, self.checks_of(body))).collect();
        let mut reports = voucher::check_each(&items, self.trust(), moment).into_iter();
        let mut join = |envelope: &Envelope| {
            join_reports(reports.by_ref().take(envelope.bodies.len()).collect())
        };
        let joined = parsed.iter().map(|envelope| envelope.as_ref().map(&mut join));
        joined.map(|report| report.map_err(Clone::clone)).collect()
    }

    fn checks_of(&self, body: &Body) -> Checks<'_> {
        Checks {
            original: None,
            authorisation: self.authorisation.as_ref(),
            template: self.templates.template(&body.id().vt_code),
            catalogue: Some(&self.catalogue),
            seals: Some(&self.seals),
        }
    }
}

/// The report of an envelope with these vouchers; that of one voucher stands alone.
fn join_reports(mut reports: Vec<Report>) -> Report {
    if reports.len() == 1 {
        return reports.swap_remove(0);
    }
    let subject = format!("envelope of {} vouchers", reports.len());
    let mut report = Report::new(subject, &[CheckCode::VoucherEnvelope]);
    let some = !reports.is_empty();
    report.check(CheckCode::VoucherEnvelope, some, "", format!("{} vouchers", reports.len()));
    reports.into_iter().for_each(|inner| report.add_report(inner));
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_hold_all_in_order() {
        let items: [&[u8]; 7] = [b"aaa", b"bb", b"", b"cccccc", b"d", b"", b"eee"];
        for limit in 0..20 {
            let groups: Vec<_> = groups(&items, limit).collect();
            assert_eq!(groups.concat(), items, "{limit}");
            for group in groups {
                assert!(group.len() == 1 || group.concat().len() <= limit, "{limit}");
            }
        }
        assert_eq!(groups(&[], 3).count(), 0);
        assert_eq!(groups(&items, 5).count(), 3);
    }
}
