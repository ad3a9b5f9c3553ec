//! The next act on a voucher: may it be made now, and what does it sign?

use super::act::{Act, ActKind, layer_digest};
use super::act_to_sign::{ActToSign, Attachment, Layer};
use super::body::Body;
use super::canonical::Scope;
use super::catalogue::{Catalogue, CatalogueEntry};
use super::limits::MAX_ACTS;
use super::template::Template;
use crate::crypto::sm3;
use crate::error::{Code, Error, Result};
use crate::time::Time;

/// The step that one person or office is about to take, on one voucher or on many.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Step<'a> {
    /// The office that acts.
    pub org: &'a str,
    /// The part that it plays, such as `maker`.
    pub role: &'a str,
    /// The place on the voucher.
    pub position: &'a str,
    /// The place in the order of acts.
    pub sequence: u32,
    /// The version of the voucher.
    pub voucher_version: u32,
    /// The edition of the message standard; may be empty.
    pub edition: &'a str,
    /// Files that the act covers beside the voucher.
    pub attachments: &'a [Attachment],
    /// The catalogue by which the voucher is judged before the act is made.
    pub catalogue: Option<&'a Catalogue>,
    /// The template that gives the positions; it must know this one.
    pub template: Option<&'a Template>,
}

impl<'a> Step<'a> {
    /// A step at a position, in version 1 of the voucher, without catalogue or template.
    pub fn new(position: &'a str, role: &'a str, sequence: u32, org: &'a str) -> Step<'a> {
        Step { org, role, position, sequence, voucher_version: 1, ..Step::default() }
    }

    /// A step at a position of a template, which gives its role and its place in the order.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] if the template has no such position.
    pub fn of(
        template: &'a Template,
        layer: Layer,
        position: &'a str,
        org: &'a str,
    ) -> Result<Step<'a>> {
        let Some(found) = template.position(layer, position) else {
            let message = format!("the template of {} has no such position", template.vt_code());
            return Err(Error::new(Code::Argument, "position", message));
        };
        let step = Step::new(position, &found.role, found.sequence, org);
        Ok(Step { template: Some(template), ..step })
    }

    /// The same step on a voucher that is judged by this catalogue first.
    #[must_use]
    pub fn with_catalogue(self, catalogue: &'a Catalogue) -> Step<'a> {
        Step { catalogue: Some(catalogue), ..self }
    }
}

/// The digests of a body's own document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Digests {
    canonical: [u8; 32],
    form: [u8; 32],
}

impl Digests {
    pub(super) fn of(body: &Body) -> Digests {
        let voucher = body.voucher();
        Digests {
            canonical: voucher.canonical_digest(body.layer().scope()),
            form: voucher.form_digest(),
        }
    }

    /// The digests of many, hashed together.
    pub(super) fn of_many(bodies: &[Body], threads: usize) -> Vec<Digests> {
        let canonical: Vec<Vec<u8>> = bodies
            .iter()
            .map(|body| body.voucher().canonical_input(body.layer().scope()))
            .collect();
        let mut messages: Vec<&[u8]> = canonical.iter().map(Vec::as_slice).collect();
        messages.extend(bodies.iter().map(|body| body.voucher().as_bytes()));
        let digests = sm3::digest_many(&messages, threads);
        let (canonical, form) = digests.split_at(bodies.len().min(digests.len()));
        for (body, form) in bodies.iter().zip(form) {
            body.voucher().remember_form_digest(*form);
        }
        let pairs = canonical.iter().zip(form);
        pairs.map(|(canonical, form)| Digests { canonical: *canonical, form: *form }).collect()
    }
}

impl Body {
    /// What this step signs on this voucher, `time` being the day of the act.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] or [`Code::Text`] naming a field that may not be made so; [`Code::Rules`]
    /// naming the field that breaks the catalogue's rules, or because the receipt has no original;
    /// [`Code::Order`] if the position is filled, or not yet or no longer in its turn;
    /// [`Code::Argument`] if the template does not know the step; [`Code::Changed`] if the acts
    /// before this one are over something else.
    pub fn act_to_sign(&self, kind: ActKind, step: &Step<'_>, time: Time) -> Result<ActToSign> {
        self.act_with(kind, step, time, &Digests::of(self)).map(|(act, _)| act)
    }

    /// The act and the DER of it.
    pub(super) fn act_with(
        &self,
        kind: ActKind,
        step: &Step<'_>,
        time: Time,
        digests: &Digests,
    ) -> Result<(ActToSign, Vec<u8>)> {
        self.require_identity()?;
        self.voucher().require_made(self.layer() == Layer::Responder)?;
        let catalogue_digest = self.require_rules(step, time)?;
        self.require_turn(kind, step)?;
        let act =
            self.describe(step, digests, catalogue_digest, step.template.map(Template::digest))?;
        let der = act.to_readable_der()?;
        match self.acts().iter().find(|other| !agree(other.to_sign(), &act)) {
            None => Ok((act, der)),
            Some(other) => {
                let message =
                    format!("the act at {:?} is over something else", other.to_sign().position);
                Err(Error::new(Code::Changed, "Acts", message))
            }
        }
    }

    /// The act at this step over the voucher as it stands, whether it may be made or not.
    pub(super) fn describe(
        &self,
        step: &Step<'_>,
        digests: &Digests,
        catalogue_digest: Option<[u8; 32]>,
        template_digest: Option<[u8; 32]>,
    ) -> Result<ActToSign> {
        let mut previous_acts: Vec<[u8; 32]> = self.lower(step.sequence).map(Act::digest).collect();
        previous_acts.sort_unstable();
        Ok(ActToSign {
            id: self.id().clone(),
            voucher_version: step.voucher_version,
            layer: self.layer(),
            edition: step.edition.to_owned(),
            org: step.org.to_owned(),
            role: step.role.to_owned(),
            position: step.position.to_owned(),
            sequence: step.sequence,
            canonical_digest: digests.canonical,
            form_digest: digests.form,
            attachments: step.attachments.to_vec(),
            attach: self.part().attach().unwrap_or_default().to_owned(),
            return_reason: self.part().return_reason().unwrap_or_default().to_owned(),
            catalogue_digest,
            template_digest,
            previous_layer: self.previous_layer()?,
            previous_acts,
        })
    }

    fn lower(&self, sequence: u32) -> impl Iterator<Item = &Act> {
        self.acts().iter().filter(move |act| act.to_sign().sequence < sequence)
    }

    fn require_identity(&self) -> Result<()> {
        let inner = self.voucher().id()?;
        for ((name, outer), (_, inner)) in self.id().parts().into_iter().zip(inner.parts()) {
            if outer != inner {
                let message = format!("the envelope says {outer:?}, the voucher {inner:?}");
                return Err(Error::new(Code::Changed, name, message));
            }
        }
        Ok(())
    }

    fn require_rules(&self, step: &Step<'_>, time: Time) -> Result<Option<[u8; 32]>> {
        let Some(catalogue) = step.catalogue else { return Ok(None) };
        let known = catalogue.entry(&self.id().vt_code);
        let judge =
            |entry: &CatalogueEntry| entry.violations(self.voucher(), self.layer(), Some(time));
        let violations = known.map_or_else(|| judge(&CatalogueEntry::generic()), judge);
        let Some(first) = violations.first() else {
            return Ok(known.map(CatalogueEntry::digest));
        };
        // The first names the field; the others follow, so that all can be mended at once.
        let others = violations.iter().skip(1).map(|other| format!("; {other}"));
        let message = first.message.clone() + &others.collect::<String>();
        Err(Error::new(Code::Rules, first.field.clone(), message))
    }

    fn require_turn(&self, kind: ActKind, step: &Step<'_>) -> Result<()> {
        let fail =
            |message: String| Err(Error::new(Code::Order, step.position.to_owned(), message));
        if self.acts().len() >= MAX_ACTS {
            return Err(Error::new(Code::Count, "Acts", format!("more than {MAX_ACTS} acts")));
        }
        let filled = |name: &str| self.acts().iter().any(|act| act.to_sign().position == name);
        if filled(step.position) {
            return fail("the position is filled".to_owned());
        }
        let later = self.acts().iter().find(|act| act.to_sign().sequence > step.sequence);
        if let Some(later) = later {
            return fail(format!("{:?} comes later and is filled", later.to_sign().position));
        }
        let Some(template) = step.template else { return Ok(()) };
        let planned = template.position(self.layer(), step.position);
        let fits = planned.is_some_and(|planned| {
            (planned.role.as_str(), planned.kind, planned.sequence)
                == (step.role, kind, step.sequence)
        });
        if !fits || template.vt_code() != self.id().vt_code {
            let message = "the template does not have this step";
            return Err(Error::new(Code::Argument, step.position.to_owned(), message));
        }
        let mut before =
            template.positions(self.layer()).filter(|other| other.sequence < step.sequence);
        match before.find(|other| !filled(&other.position)) {
            Some(open) => fail(format!("{:?} comes first and is open", open.position)),
            None => Ok(()),
        }
    }

    /// The digest of the issuer's layer, for an act on a receipt.
    fn previous_layer(&self) -> Result<Option<[u8; 32]>> {
        if self.layer() == Layer::Issuer {
            return Ok(None);
        }
        let fail = |message| Err(Error::new(Code::Rules, "Original", message));
        let Some(original) = self.original_part() else {
            return fail("a receipt is signed beside its original");
        };
        if original.acts().is_empty() {
            return fail("the original carries no act");
        }
        if original.voucher().canonical(Scope::Base) != self.voucher().canonical(Scope::Base) {
            return fail("the receipt changes a field that does not begin with X");
        }
        Ok(Some(layer_digest(Layer::Issuer, original.acts())))
    }
}

/// Whether two acts of one layer are over the same thing.
pub(super) fn agree(one: &ActToSign, other: &ActToSign) -> bool {
    one.id == other.id
        && one.voucher_version == other.voucher_version
        && one.layer == other.layer
        && one.edition == other.edition
        && one.canonical_digest == other.canonical_digest
        && one.form_digest == other.form_digest
        && one.attachments == other.attachments
        && one.attach == other.attach
        && one.return_reason == other.return_reason
        && one.template_digest == other.template_digest
        && one.previous_layer == other.previous_layer
}
