//! Is this voucher what its acts say, and were they made by those who may?

mod digests;

use super::act::{Act, ActKind};
use super::act_to_sign::Layer;
use super::authorisation::{Authorisation, Instrument};
use super::body::{Body, Part};
use super::canonical::Scope;
use super::catalogue::{Catalogue, CatalogueEntry};
use super::document::{DocumentForm, Voucher};
use super::step::agree;
use super::template::Template;
use crate::cms::SignedData;
use crate::crypto::parallel;
use crate::error::Result;
use crate::report::{CheckCode, NoteCode, Outcome, Report};
use crate::seal::{Expected, SealCache, Stamp, judge_stamp};
use crate::time::Time;
use crate::timestamp::judge_message;
use crate::trust::{Moment, Trust};
use digests::PartDigests;

/// What a verifier holds a voucher against. What is absent leaves its check NotDetermined.
#[derive(Debug, Clone, Copy, Default)]
pub struct Checks<'a> {
    /// The bytes of the original that the verifier has kept: of a receipt, those of the original
    /// that it answers; of an original, its own.
    pub original: Option<&'a [u8]>,
    /// Who may act where.
    pub authorisation: Option<&'a Authorisation>,
    /// The positions of the voucher's type.
    pub template: Option<&'a Template>,
    /// The rules of voucher types.
    pub catalogue: Option<&'a Catalogue>,
    /// Seals that were read before; only a matter of speed.
    pub seals: Option<&'a SealCache>,
}

const MANDATORY: [CheckCode; 8] = [
    CheckCode::VoucherEnvelope,
    CheckCode::VoucherIdentity,
    CheckCode::VoucherCanonical,
    CheckCode::VoucherForm,
    CheckCode::VoucherOrder,
    CheckCode::VoucherPositions,
    CheckCode::VoucherRules,
    CheckCode::VoucherAuthority,
];

/// Checks a voucher: one inner report per act, the issuer's first. A voucher without acts is never
/// valid.
pub fn check(body: &Body, checks: &Checks<'_>, trust: &Trust, moment: &Moment) -> Report {
    let digests = digests::of_many(&[body]).pop().unwrap_or_default();
    check_with(body, &digests, checks, trust, moment)
}

/// Checks many vouchers on up to `threads` threads, results in input order.
pub fn check_many(
    bodies: &[Body],
    checks: &Checks<'_>,
    trust: &Trust,
    moment: &Moment,
    threads: usize,
) -> Vec<Report> {
    parallel::map_runs(bodies, threads, RUN, |run, _| {
        let items: Vec<_> = run.iter().map(|body| (body, *checks)).collect();
        check_run(&items, trust, moment)
    })
}

/// Checks many vouchers, each against its own, on this thread; results in input order.
pub(crate) fn check_each(
    items: &[(&Body, Checks<'_>)],
    trust: &Trust,
    moment: &Moment,
) -> Vec<Report> {
    items.chunks(RUN).flat_map(|run| check_run(run, trust, moment)).collect()
}

/// How many vouchers are hashed together.
const RUN: usize = 128;

fn check_run(items: &[(&Body, Checks<'_>)], trust: &Trust, moment: &Moment) -> Vec<Report> {
    let bodies: Vec<&Body> = items.iter().map(|(body, _)| *body).collect();
    let digests = digests::of_many(&bodies);
    let each = items.iter().zip(&digests);
    each.map(|((body, checks), digests)| check_with(body, digests, checks, trust, moment)).collect()
}

/// `digests` are those of the body's documents, the issuer's first.
fn check_with(
    body: &Body,
    digests: &[PartDigests],
    checks: &Checks<'_>,
    trust: &Trust,
    moment: &Moment,
) -> Report {
    let kind = match body.layer() {
        Layer::Issuer => "voucher",
        Layer::Responder => "receipt",
    };
    let mut report = Report::new(format!("{kind} {}", body.id()), &MANDATORY);
    let kept = checks.original.map(Voucher::from_any);
    let kept = kept.as_ref().map(|kept| kept.as_ref().map_err(|error| error.to_string()));
    let parts = parts(body);
    let looks: Vec<Look<'_>> = parts
        .iter()
        .zip(digests)
        .flat_map(|((layer, part), digests)| {
            part.acts().iter().zip(&digests.acts).map(|(act, digest)| (*layer, act, digest))
        })
        .map(|(layer, act, digest)| Look::at(layer, act, digest, checks, trust, moment))
        .collect();

    envelope(&mut report, body);
    identity(&mut report, body, &parts, &looks);
    canonical(&mut report, &parts, digests);
    form(&mut report, body, &parts, digests, kept.as_ref());
    if body.layer() == Layer::Responder {
        base(&mut report, body, kept.as_ref());
    }
    order(&mut report, body, &parts);
    positions(&mut report, body, &parts, checks.template);
    rules(&mut report, body, checks.catalogue, moment.now);
    authority(&mut report, &looks, checks.authorisation, moment);
    for look in looks {
        report.add_report(look.report);
    }
    report
}

type Kept<'k> = std::result::Result<&'k Voucher, String>;

/// The documents of a body, the issuer's first.
fn parts(body: &Body) -> Vec<(Layer, &Part)> {
    let original = body.original_part().map(|part| (Layer::Issuer, part));
    original.into_iter().chain([(body.layer(), body.part())]).collect()
}

/// One act, its evidence looked at.
struct Look<'a> {
    layer: Layer,
    act: &'a Act,
    instrument: Option<Instrument>,
    /// The time that the stamp states, which proves nothing.
    stated: Option<Time>,
    /// When it is proven that the act existed.
    proven: Option<Time>,
    /// The propertyInfo of the stamp.
    property: Option<String>,
    report: Report,
}

impl<'a> Look<'a> {
    fn at(
        layer: Layer,
        act: &'a Act,
        digest: &[u8; 32],
        checks: &Checks<'_>,
        trust: &Trust,
        moment: &Moment,
    ) -> Look<'a> {
        let to_sign = act.to_sign();
        let subject = format!(
            "{} at {} as {} (layer {}, {})",
            act.kind().name(),
            to_sign.position,
            to_sign.role,
            layer.number(),
            to_sign.org,
        );
        let mut look = Look {
            layer,
            act,
            instrument: None,
            stated: None,
            proven: moment.proof.time(),
            property: None,
            report: Report::new(subject, &[]),
        };
        let outcome = match act.kind() {
            ActKind::Stamp => look.stamp(digest, checks.seals, trust, moment),
            ActKind::Signature => look.signature(trust, moment),
        };
        if let Err(error) = outcome {
            let code = match act.kind() {
                ActKind::Stamp => CheckCode::StampStructure,
                ActKind::Signature => CheckCode::SignatureStructure,
            };
            look.report.check(code, false, "", error.to_string());
        }
        look
    }

    /// `digest` is that of what the act signs.
    fn stamp(
        &mut self,
        digest: &[u8; 32],
        seals: Option<&SealCache>,
        trust: &Trust,
        moment: &Moment,
    ) -> Result<()> {
        let profile = trust.policy().profile;
        let evidence = self.act.evidence();
        let stamp = match seals {
            Some(seals) => seals.parse_stamp(evidence, profile)?,
            None => Stamp::parse(evidence, profile)?,
        };
        let property = self.act.to_sign().property_info();
        let expected = Expected { data_hash: Some(digest), property: Some(&property) };
        let (report, proven) = judge_stamp(&stamp, &expected, trust, moment);
        self.report.absorb(report);
        self.proven = proven;
        self.instrument = Some(Instrument {
            seal: Some(stamp.seal().digest()),
            certificate: stamp.signer_digest(),
        });
        self.stated = Some(stamp.time());
        self.property = Some(stamp.property_info().to_owned());
        Ok(())
    }

    fn signature(&mut self, trust: &Trust, moment: &Moment) -> Result<()> {
        let signed = SignedData::parse(self.act.evidence(), trust.policy().profile)?;
        let (report, proven) = judge_message(&signed, self.act.to_sign_der(), trust, moment);
        self.report.absorb(report);
        self.proven = proven;
        let signer = signed.signers().first();
        let certificate = signer.and_then(|signer| signed.certificate_of(signer));
        self.instrument = certificate
            .map(|certificate| Instrument { seal: None, certificate: certificate.digest() });
        Ok(())
    }
}

/// What several looks at the same thing found together.
#[derive(Default)]
struct Tally {
    failed: Vec<String>,
    open: Vec<String>,
}

impl Tally {
    fn add(&mut self, outcome: Outcome, message: impl FnOnce() -> String) {
        match outcome {
            Outcome::Passed => {}
            Outcome::Failed => self.failed.push(message()),
            Outcome::NotDetermined => self.open.push(message()),
        }
    }

    fn fail_unless(&mut self, holds: bool, message: impl FnOnce() -> String) {
        self.add(Outcome::from(holds), message);
    }

    fn open(&mut self, message: &str) {
        self.open.push(message.to_owned());
    }

    fn report(self, report: &mut Report, code: CheckCode, subject: &str) {
        let (outcome, list) = match (self.failed.is_empty(), self.open.is_empty()) {
            (false, _) => (Outcome::Failed, self.failed),
            (true, false) => (Outcome::NotDetermined, self.open),
            (true, true) => (Outcome::Passed, Vec::new()),
        };
        report.check(code, outcome, subject, list.join("; "));
    }
}

/// Notes that a document without acts says nothing.
fn require_acts(tally: &mut Tally, parts: &[(Layer, &Part)]) {
    for (layer, part) in parts {
        if part.acts().is_empty() {
            tally.open(match layer {
                Layer::Issuer => "no act is over the original",
                Layer::Responder => "no act is over the receipt",
            });
        }
    }
}

fn envelope(report: &mut Report, body: &Body) {
    let detail = match (body.layer(), body.original_part()) {
        (Layer::Issuer, _) => "original",
        (Layer::Responder, Some(_)) => "receipt with its original",
        (Layer::Responder, None) => "receipt without its original",
    };
    report.check(CheckCode::VoucherEnvelope, true, "", detail);
    for (_, part) in parts(body) {
        for field in part.voucher().not_normal() {
            report.note(NoteCode::TextNotNormal, field);
        }
    }
}

/// Envelope, documents, acts and stamps name the same voucher and say the same about it.
fn identity(report: &mut Report, body: &Body, parts: &[(Layer, &Part)], looks: &[Look<'_>]) {
    let mut tally = Tally::default();
    for (layer, part) in parts {
        let document = format!("document of layer {}", layer.number());
        match part.voucher().id() {
            Ok(id) => tally.fail_unless(id == *body.id(), || format!("{document}: names {id}")),
            Err(error) => tally.fail_unless(false, || format!("{document}: {error}")),
        }
        let first = part.acts().first().map(Act::to_sign);
        for act in part.acts().iter().map(Act::to_sign) {
            let at = &act.position;
            tally.fail_unless(act.id == *body.id(), || format!("{at}: is over {}", act.id));
            tally.fail_unless(act.layer == *layer, || format!("{at}: is of another layer"));
            let attach = act.attach == part.attach().unwrap_or_default();
            tally.fail_unless(attach, || format!("{at}: another Attach"));
            let reason = act.return_reason == part.return_reason().unwrap_or_default();
            tally.fail_unless(reason, || format!("{at}: another Return_Reason"));
            let same = first.is_none_or(|first| agree(first, act));
            tally.fail_unless(same, || format!("{at}: is over something else than the first act"));
        }
    }
    let mut versions = parts.iter().flat_map(|(_, part)| part.acts()).map(|act| act.to_sign());
    if let Some(first) = versions.next() {
        let same = versions.all(|act| act.voucher_version == first.voucher_version);
        tally.fail_unless(same, || "acts are over different versions".to_owned());
    }
    for look in looks {
        if let Some(property) = &look.property {
            let holds = *property == look.act.to_sign().property_info();
            let at = &look.act.to_sign().position;
            tally.fail_unless(holds, || format!("{at}: the stamp is for {property}"));
        }
    }
    tally.report(report, CheckCode::VoucherIdentity, &body.id().to_string());
}

fn canonical(report: &mut Report, parts: &[(Layer, &Part)], digests: &[PartDigests]) {
    let mut tally = Tally::default();
    require_acts(&mut tally, parts);
    for ((_, part), digests) in parts.iter().zip(digests) {
        for act in part.acts().iter().map(Act::to_sign) {
            let holds = act.canonical_digest == digests.canonical;
            tally.fail_unless(holds, || format!("{}: was over other fields", act.position));
        }
    }
    tally.report(report, CheckCode::VoucherCanonical, "");
}

/// The exact bytes. The document of the issuer may be held against the bytes that were kept; a
/// document in JSON is no evidence against other bytes.
fn form(
    report: &mut Report,
    body: &Body,
    parts: &[(Layer, &Part)],
    digests: &[PartDigests],
    kept: Option<&Kept<'_>>,
) {
    let mut tally = Tally::default();
    require_acts(&mut tally, parts);
    if let Some(Err(error)) = kept {
        tally.fail_unless(false, || format!("the original that was kept: {error}"));
    }
    let kept = kept.and_then(|kept| kept.as_ref().ok());
    for ((layer, part), digests) in parts.iter().zip(digests) {
        let own = part.voucher();
        let kept = kept.filter(|_| *layer == Layer::Issuer);
        let document = kept.copied().unwrap_or(own);
        if let Some(kept) = kept.filter(|kept| kept.as_bytes() != own.as_bytes()) {
            let copy = own.form() == DocumentForm::Json
                && own.canonical(Scope::BaseAndX) == kept.canonical(Scope::BaseAndX);
            tally.fail_unless(copy, || "the original is not the one that was kept".to_owned());
        }
        if part.acts().is_empty() {
            continue;
        }
        let digest = kept.map_or(digests.form, |kept| kept.form_digest());
        for act in part.acts().iter().map(Act::to_sign).filter(|act| act.form_digest != digest) {
            let outcome = match document.form() {
                DocumentForm::Json => Outcome::NotDetermined,
                DocumentForm::Xml(_) => Outcome::Failed,
            };
            tally.add(outcome, || match outcome {
                Outcome::NotDetermined => format!("{}: its bytes are not at hand", act.position),
                _ => format!("{}: was over other bytes", act.position),
            });
        }
    }
    let detail = if body.layer() == Layer::Issuer { "original" } else { "original and receipt" };
    tally.report(report, CheckCode::VoucherForm, detail);
}

fn base(report: &mut Report, body: &Body, kept: Option<&Kept<'_>>) {
    let mut tally = Tally::default();
    let kept = kept.and_then(|kept| kept.as_ref().ok()).copied();
    let original = body.original_part().map(Part::voucher).or(kept);
    match original {
        None => tally.open("the original is not at hand"),
        Some(original) => {
            let same = original.canonical(Scope::Base) == body.voucher().canonical(Scope::Base);
            tally.fail_unless(same, || difference(original, body.voucher()));
        }
    }
    tally.report(report, CheckCode::VoucherBase, "");
}

/// The first field of the base that the receipt changes.
fn difference(original: &Voucher, receipt: &Voucher) -> String {
    let records = original.records().zip(receipt.records());
    for (before, after) in records {
        let base = |(name, _): &(&str, &str)| !super::canonical::is_x(name);
        let mut pairs = (before.sorted_fields().filter(base), after.sorted_fields().filter(base));
        loop {
            match (pairs.0.next(), pairs.1.next()) {
                (None, None) => break,
                (one, other) if one == other => {}
                (one, other) => {
                    let name = one.or(other).map_or("", |(name, _)| name);
                    return format!("the receipt differs at {}", before.path(name));
                }
            }
        }
    }
    "the receipt has another number of details".to_owned()
}

/// The graph of acts: each refers to every act of lower sequence, and a receipt's to the whole of
/// the issuer's layer.
fn order(report: &mut Report, body: &Body, parts: &[(Layer, &Part)]) {
    let mut tally = Tally::default();
    require_acts(&mut tally, parts);
    let receipt = body.layer() == Layer::Responder;
    let issuer = receipt.then(|| body.issuer_layer_digest()).flatten();
    for (layer, part) in parts {
        let acts = part.acts();
        for (number, act) in acts.iter().enumerate() {
            let (digest, act) = (act.digest(), act.to_sign());
            let at = &act.position;
            let twice = acts.iter().take(number).any(|other| other.to_sign().position == *at);
            tally.fail_unless(!twice, || format!("{at}: is filled twice"));
            let lower = acts.iter().filter(|other| other.to_sign().sequence < act.sequence);
            let mut lower: Vec<[u8; 32]> = lower.map(Act::digest).collect();
            lower.sort_unstable();
            let whole = lower == act.previous_acts && !lower.contains(&digest);
            tally.fail_unless(whole, || format!("{at}: does not refer to the acts before it"));
            match (layer, act.previous_layer, issuer) {
                (Layer::Issuer, previous, _) => tally
                    .fail_unless(previous.is_none(), || format!("{at}: refers to another layer")),
                (Layer::Responder, _, None) => {
                    tally.open("the original's acts are not at hand");
                }
                (Layer::Responder, previous, issuer) => {
                    tally.fail_unless(previous == issuer, || format!("{at}: is after other acts"))
                }
            }
        }
    }
    tally.report(report, CheckCode::VoucherOrder, "");
}

fn positions(
    report: &mut Report,
    body: &Body,
    parts: &[(Layer, &Part)],
    template: Option<&Template>,
) {
    let mut tally = Tally::default();
    let Some(template) = template else {
        tally.open("no template was given");
        return tally.report(report, CheckCode::VoucherPositions, "");
    };
    if template.vt_code() != body.id().vt_code {
        tally.open("the template is of another type");
        return tally.report(report, CheckCode::VoucherPositions, template.vt_code());
    }
    if body.layer() == Layer::Responder && body.original_part().is_none() {
        tally.open("the original's acts are not at hand");
    }
    for (layer, part) in parts {
        for planned in template.positions(*layer) {
            let acts = part.acts().iter();
            let here = acts.filter(|act| act.to_sign().position == planned.position).count();
            tally.fail_unless(here == 1, || format!("{}: is not filled", planned.position));
        }
        for act in part.acts() {
            let (kind, act) = (act.kind(), act.to_sign());
            let at = &act.position;
            match template.position(*layer, at) {
                None => tally.fail_unless(false, || format!("{at}: is not in the template")),
                Some(planned) => {
                    let same = (planned.role.as_str(), planned.kind, planned.sequence)
                        == (act.role.as_str(), kind, act.sequence);
                    tally.fail_unless(same, || {
                        format!("{at}: is not of the role, kind or order that the template says")
                    });
                }
            }
            if act.template_digest.is_some_and(|digest| digest != template.digest()) {
                tally.open("an act was made by another template");
            }
        }
    }
    tally.report(report, CheckCode::VoucherPositions, template.vt_code());
}

fn rules(report: &mut Report, body: &Body, catalogue: Option<&Catalogue>, now: Time) {
    let mut tally = Tally::default();
    let vt_code = &body.id().vt_code;
    let mut subject = vt_code.clone();
    match (catalogue, catalogue.and_then(|catalogue| catalogue.entry(vt_code))) {
        (None, _) => tally.open("no catalogue was given"),
        (Some(_), None) => {
            report.note(NoteCode::TypeUnknown, vt_code.clone());
            let generic = CatalogueEntry::generic();
            let violations = generic.violations(body.voucher(), body.layer(), Some(now));
            tally.failed.extend(violations.iter().map(ToString::to_string));
            tally.open("the catalogue does not know the type");
        }
        (Some(_), Some(entry)) => {
            subject = format!("{vt_code} {}", entry.name());
            let violations = entry.violations(body.voucher(), body.layer(), Some(now));
            tally.failed.extend(violations.iter().map(ToString::to_string));
        }
    }
    tally.report(report, CheckCode::VoucherRules, &subject);
}

/// Who acted is held against the list at the moment of proof; with nothing proven, now, and the
/// time that a stamp states can only leave it open.
fn authority(
    report: &mut Report,
    looks: &[Look<'_>],
    authorisation: Option<&Authorisation>,
    moment: &Moment,
) {
    let mut tally = Tally::default();
    if authorisation.is_none() {
        tally.open("no authorisation was given");
    }
    if looks.is_empty() {
        tally.open("no act");
    }
    for look in looks {
        let Some(authorisation) = authorisation else { break };
        let act = look.act.to_sign();
        let at = &act.position;
        let Some(instrument) = &look.instrument else {
            tally.fail_unless(false, || format!("{at}: the signer is not known"));
            continue;
        };
        let proven = look.proven;
        let stated = look.stated.filter(|_| proven.is_none());
        let moments: Vec<Time> =
            std::iter::once(proven.unwrap_or(moment.now)).chain(stated).collect();
        let (outcome, why) = authorisation.judge(act, instrument, &moments);
        tally.add(outcome, || format!("{at} (layer {}): {why}", look.layer.number()));
    }
    tally.report(report, CheckCode::VoucherAuthority, "");
}
