//! The act that comes with an order.

use super::{Desk, Judged};
use crate::error::{Code, Error, Result};
use crate::report::{CheckCode, Outcome, Report};
use crate::store::life_cycle::{ActFacts, Facts, PositionFacts};
use crate::store::order::Order;
use crate::store::role::Role;
use crate::voucher::{Act, Attachment, Body};
use std::borrow::Cow;

/// What the verifier has to have found about the voucher as a whole.
const WHOLE: [CheckCode; 4] = [
    CheckCode::VoucherIdentity,
    CheckCode::VoucherCanonical,
    CheckCode::VoucherForm,
    CheckCode::VoucherOrder,
];

impl Desk<'_> {
    /// An order that adds an act to what is kept, or comes without one.
    pub(super) fn acts<'o>(
        &self,
        order: &'o Order,
        kept: &Body,
        files: &[Attachment],
        report: Option<&Report>,
        judged: &mut Judged<'o>,
    ) -> Result<()> {
        let facts = &mut judged.facts;
        facts.positions = self.positions(order.body.as_ref().unwrap_or(kept));
        let Some(body) = &order.body else { return Ok(()) };
        let by = order.by.as_ref().map(|by| by.digest());
        let has = |acts: &[Act], one: &Act| acts.iter().any(|other| other.digest() == one.digest());
        if body.acts().iter().all(|act| has(kept.acts(), act)) {
            // Nothing new comes with it: at most a call that was made before.
            let own = |act: &Act| by.is_some() && self.verifier.signer_of(act).ok() == by;
            if let Some(place) = body.acts().iter().rposition(own) {
                self.judge_act(order, body, place, files, report, facts);
            }
            return Ok(());
        }
        if !kept.acts().iter().all(|act| has(body.acts(), act)) {
            let message = "it does not carry every act that is kept";
            return Err(Error::new(Code::Changed, "body", message));
        }
        judged.body = Some(Cow::Borrowed(body));
        self.new_act(order, body, kept.acts(), files, report, facts)
    }

    /// The one act of `body` that `before` does not have.
    pub(super) fn new_act(
        &self,
        order: &Order,
        body: &Body,
        before: &[Act],
        files: &[Attachment],
        report: Option<&Report>,
        facts: &mut Facts,
    ) -> Result<()> {
        facts.positions = self.positions(body);
        let is_new = |act: &Act| before.iter().all(|other| other.digest() != act.digest());
        let acts = body.acts().iter().enumerate();
        let mut new = acts.filter(|(_, act)| is_new(act)).map(|(place, _)| place);
        let Some(place) = new.next() else { return Ok(()) };
        if new.next().is_some() {
            let message = "it carries more than one act that is not kept";
            return Err(Error::new(Code::Argument, "body", message));
        }
        self.judge_act(order, body, place, files, report, facts);
        Ok(())
    }

    fn judge_act(
        &self,
        order: &Order,
        body: &Body,
        place: usize,
        files: &[Attachment],
        report: Option<&Report>,
        facts: &mut Facts,
    ) {
        let Some(act) = body.acts().get(place) else { return };
        let said = act.to_sign();
        let first = body.original_part().map_or(0, |original| original.acts().len());
        let mut judged = match report.and_then(|report| report.reports().get(first + place)) {
            Some(report) => ActFacts::of(&said.position, report, order.server_side),
            None => ActFacts::at(&said.position),
        };
        let by = order.by.as_ref().map(|by| by.digest());
        judged.server_side = order.server_side;
        judged.good &= report.is_some_and(is_whole)
            && by.is_some()
            && self.verifier.signer_of(act).ok() == by
            && said.voucher_version == order.key.version
            && said.attachments == files
            && self.is_as_planned(body, act);
        facts.act = Some(judged);
    }

    /// The positions of a voucher's own document: those of its template or, where there is none, those
    /// of its acts.
    fn positions(&self, body: &Body) -> Vec<PositionFacts> {
        let template = self.verifier.templates().template(&body.id().vt_code);
        let planned = template.map(|template| PositionFacts::of(template, body.layer()));
        planned.filter(|planned| !planned.is_empty()).unwrap_or_else(|| {
            let acts = body.acts().iter().map(Act::to_sign);
            let of = |role: &str| Role::of_position(role);
            acts.map(|act| PositionFacts::new(&act.position, of(&act.role), act.sequence)).collect()
        })
    }

    /// Whether the act is of the kind, role and order that the template says of its position.
    fn is_as_planned(&self, body: &Body, act: &Act) -> bool {
        let template = self.verifier.templates().template(&body.id().vt_code);
        let Some(template) = template.filter(|one| one.positions(body.layer()).next().is_some())
        else {
            return true;
        };
        let said = act.to_sign();
        template.position(body.layer(), &said.position).is_some_and(|planned| {
            (planned.role.as_str(), planned.kind, planned.sequence)
                == (said.role.as_str(), act.kind(), said.sequence)
        })
    }
}

/// Whether what the acts are over is the voucher as it stands, by those who may. Positions that are
/// still open, and rules, are the life cycle's.
fn is_whole(report: &Report) -> bool {
    let outcome = |code| report.find(code).map(|check| check.outcome);
    WHOLE.iter().all(|code| outcome(*code) == Some(Outcome::Passed))
        && outcome(CheckCode::VoucherBase).is_none_or(|base| base == Outcome::Passed)
        && outcome(CheckCode::VoucherAuthority) != Some(Outcome::Failed)
}
