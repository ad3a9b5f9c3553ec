//! Orders at the desk: what each is judged by, found out by the store itself.

mod act;
mod document;
mod evidence;
mod file;

pub(super) use file::listed;

use super::amounts;
use super::content::damaged;
use super::life::{CoreResult, Life};
use super::life_cycle::{Facts, Move, Party, Table};
use super::moves::{Call, Made, life_of};
use super::office::{Office, Partner};
use super::order::Order;
use super::outbox;
use super::settlement::{ClearingDesk, Evidence};
use super::state::View;
use super::storage::{MarkKind, StoreRole};
use super::work::Work;
use crate::crypto::sm3;
use crate::error::{Code, Error, Result};
use crate::report::Report;
use crate::signature::Verifier;
use crate::voucher::{Body, Catalogue, CatalogueEntry, Layer, Violation, Voucher, VoucherId};
use std::borrow::Cow;

/// The one who judges orders: by what the office and its verifier say.
#[derive(Clone, Copy)]
pub(super) struct Desk<'a> {
    pub(super) office: &'a Office,
    pub(super) verifier: &'a Verifier,
}

/// Who brings an order.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    /// Somebody in the office, its core system or its transport.
    Office,
    /// A partner, by a packet that is proven to be his. What he says is about this document, by the
    /// digest of its bytes; none where he brings the document itself.
    Partner(&'a Partner, Option<[u8; 32]>),
}

/// What an order is judged by, and what it leaves of the voucher.
struct Judged<'o> {
    facts: Facts,
    body: Option<Cow<'o, Body>>,
    /// What is wrong with the document by the rules of its type.
    violations: Vec<Violation>,
}

impl Desk<'_> {
    /// Carries an order out in an open transaction. `report` is what the verifier found about the
    /// voucher: that of the order or, where it brings none, the one that is kept.
    ///
    /// # Errors
    ///
    /// As of [`Work::make`], and what cannot be read from the order.
    pub(super) fn carry_out(
        &self,
        work: &mut Work<'_>,
        order: &Order,
        report: Option<&Report>,
        source: Source<'_>,
    ) -> Result<Made> {
        self.office.require_own(&order.key.id)?;
        let row = work.row(&order.key)?;
        let life = row.as_ref().map(life_of).transpose()?;
        let life = life.unwrap_or_else(|| Life::absent(view_of(order.name)));
        let judged = self.judge(work, order, &life, report, source)?;
        let call = Call {
            key: order.key.clone(),
            view: life.view,
            name: order.name,
            facts: judged.facts,
            body: judged.body.as_deref(),
            quota: Some(&self.office.quota),
        };
        let evidence = self.evidence(work, order, life.view)?;
        let evidence: Vec<Evidence<'_>> =
            evidence.iter().map(|(body, verdict)| Evidence { body, verdict: *verdict }).collect();
        let clearing = ClearingDesk { rules: &self.office.clearing, evidence: &evidence };
        let made = work
            .make_settled(call, &clearing)
            .map_err(|error| explain(error, &judged.violations, report))?;
        if !made.repeated {
            self.follow(work, order, source, &made)?;
        }
        Ok(made)
    }

    /// What follows from a move in the same transaction.
    fn follow(
        &self,
        work: &mut Work<'_>,
        order: &Order,
        source: Source<'_>,
        made: &Made,
    ) -> Result<()> {
        file::keep(work, order)?;
        let peer = match (order.name, source, &order.to) {
            (Move::Receive, Source::Partner(partner, _), _) => Some(partner.name()),
            (Move::Send, _, Some(to)) => Some(to.as_str()),
            _ => None,
        };
        if let Some(peer) = peer {
            let key = order.key.to_string().into_bytes();
            work.replace_mark(MarkKind::Peer, &key, peer.as_bytes().to_vec());
        }
        if !made.effects.iter().any(outbox::goes_out) {
            return Ok(());
        }
        let none = || Error::new(Code::NotAddressed, "to", "with whom it is exchanged is not said");
        let peer = peer_of(work, order)?.ok_or_else(none)?;
        outbox::post(work, &order.key, made, &peer, order.reason.as_deref())
    }

    fn judge<'o>(
        &self,
        work: &Work<'_>,
        order: &'o Order,
        life: &Life,
        report: Option<&Report>,
        source: Source<'_>,
    ) -> Result<Judged<'o>> {
        let mut judged = Judged { facts: Facts::default(), body: None, violations: Vec::new() };
        let facts = &mut judged.facts;
        let by = order.by.as_ref();
        facts.actor = by.map(|by| self.office.roles.actor(by, work.time())).transpose()?;
        facts.reason = order.reason.clone();
        facts.position = order.position.clone();
        facts.authorization = order.authorization.clone();
        facts.advance_open = order.advance_open;
        facts.result = order.result;
        facts.submission = submission(work, order, life);
        facts.addressed = self.is_addressed(work, order, source)?;
        facts.authentic = is_authentic(work, order, life, source)?;
        facts.valid = report.is_some_and(Report::is_valid);
        facts.second_review = self.office.second_review.contains(&order.key.id.vt_code);
        let first = self.office.kept_until(&order.key.id);
        let year = i64::from(work.time().civil().year);
        facts.retention_over = first.is_some_and(|first| year >= first);
        self.documents(work, order, life, report, &mut judged)?;
        Ok(judged)
    }

    /// Whether the type may be issued here, or is addressed to here by the one who sends it.
    fn is_addressed(&self, work: &Work<'_>, order: &Order, source: Source<'_>) -> Result<bool> {
        let own = work.identity().role;
        let Some(entry) = self.entry(&order.key.id)? else { return Ok(true) };
        let Some(about) = entry.about() else { return Ok(true) };
        let has = |list: &[String], role: StoreRole| list.iter().any(|one| one == role.name());
        Ok(match (order.name, source) {
            (Move::Create, _) => has(&about.issuers, own),
            (Move::Receive, Source::Partner(partner, _)) => {
                has(&about.receivers, own) && has(&about.issuers, partner.role)
            }
            (Move::Send, _) => {
                let to = order.to.as_deref().unwrap_or_default();
                if !has(&about.receivers, self.office.partner(to)?.role) {
                    let message = format!("{} does not go to {to:?}", order.key.id.vt_code);
                    return Err(Error::new(Code::NotAddressed, "to", message));
                }
                true
            }
            _ => true,
        })
    }

    /// The catalogue's entry of the type; `None` for a type that it does not know.
    fn entry(&self, id: &VoucherId) -> Result<Option<&CatalogueEntry>> {
        let entry = self.catalogue().entry(&id.vt_code);
        if entry.is_none() && !self.office.unknown_types {
            let message = format!("the catalogue does not know {:?}", id.vt_code);
            return Err(Error::new(Code::TypeUnknown, "VtCode", message));
        }
        Ok(entry)
    }

    fn catalogue(&self) -> &Catalogue {
        self.verifier.catalogue()
    }

    /// What is wrong with a document by the rules of its type.
    fn violations(&self, work: &Work<'_>, voucher: &Voucher, layer: Layer) -> Vec<Violation> {
        let id = voucher.header().get("VtCode").unwrap_or_default();
        match self.catalogue().entry(id) {
            Some(entry) => entry.violations(voucher, layer, Some(work.time())),
            None => CatalogueEntry::generic().violations(voucher, layer, Some(work.time())),
        }
    }
}

/// From which side a store holds a voucher with which a move begins.
fn view_of(name: Move) -> View {
    match Table::standard().rule(name, View::Issuer) {
        Some(_) => View::Issuer,
        None => View::Receiver,
    }
}

/// Whether the statement comes from the one who has to make it. What another voucher says is never
/// ordered, and a peer speaks by packets alone.
fn is_authentic(work: &Work<'_>, order: &Order, life: &Life, source: Source<'_>) -> Result<bool> {
    let party = Table::standard().rule(order.name, life.view).map(|rule| rule.party);
    Ok(match (party, source) {
        (Some(Party::Core), Source::Office) => true,
        (Some(Party::Peer), Source::Partner(partner, about)) => {
            if order.name == Move::Receive {
                return Ok(true);
            }
            let spoken_of = [life.content, life.receipt];
            let about = about.is_none_or(|about| spoken_of.contains(&Some(about)));
            about && peer_of(work, order)?.as_deref() == Some(partner.name())
        }
        _ => false,
    })
}

/// The partner with whom a voucher is exchanged.
fn peer_of(work: &Work<'_>, order: &Order) -> Result<Option<String>> {
    let name = work.mark(MarkKind::Peer, order.key.to_string().as_bytes())?;
    let text = |bytes| String::from_utf8(bytes).map_err(|_| damaged("a partner's name"));
    name.map(text).transpose()
}

/// The key under which the core system is asked. Unless the caller has one, it follows from store and
/// voucher, so that a second call asks under the same.
fn submission(work: &Work<'_>, order: &Order, life: &Life) -> Option<[u8; 32]> {
    let content = life.content.filter(|_| order.name == Move::Submit);
    order.submission.or_else(|| {
        let key = order.key.to_string();
        let (id, content) = (work.identity().id, content?);
        let said: [&[u8]; 4] = [b"yinxin:store:submission\x01", &id, key.as_bytes(), &content];
        Some(sm3::digest(&said.concat()))
    })
}

/// An error that says what was found, where the life cycle only says that something was.
fn explain(error: Error, violations: &[Violation], report: Option<&Report>) -> Error {
    let found: Vec<String> = match error.code() {
        Code::Rules => violations.iter().take(MAX_FOUND).map(ToString::to_string).collect(),
        Code::NotValid => report.map(failures).unwrap_or_default(),
        _ => Vec::new(),
    };
    if found.is_empty() {
        return error;
    }
    let message = format!("{}: {}", error.message(), found.join("; "));
    Error::new(error.code(), error.structure().to_owned(), message)
}

/// How many findings an error names; the report has them all.
const MAX_FOUND: usize = 16;

fn failures(report: &Report) -> Vec<String> {
    let failed = report.failures();
    let one = |check: &&crate::report::Check| format!("{} {}", check.code.name(), check.detail);
    failed.iter().take(MAX_FOUND).map(|check| one(check).trim_end().to_owned()).collect()
}

/// What a receipt says that was carried out. A type that has no field for it says: all.
pub(super) fn result_of(receipt: &Voucher, life: &Life) -> Result<CoreResult> {
    use crate::voucher::Fen;
    Ok(match amounts::carried_out(receipt)? {
        None => CoreResult::Executed(life.amount),
        Some(Fen::ZERO) if life.amount != Fen::ZERO => CoreResult::Failed,
        Some(paid) => CoreResult::Executed(paid),
    })
}
