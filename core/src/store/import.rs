//! What comes in: packets opened and judged, then admitted with their effects in one transaction.

use super::content::damaged;
use super::desk::{Desk, Source};
use super::front::{Store, one};
use super::life_cycle::Move;
use super::message::{STATEMENT_KIND, Statement, VOUCHER_KIND, VoucherMessage};
use super::moves::Made;
use super::order::Order;
use super::outbox::whole;
use super::state::{Document, Leg};
use super::storage::{MarkKind, VoucherKey, limits::MAX_CHANGES};
use super::work::Work;
use crate::envelope::{
    Admission, Mailbox, Message, PacketId, Party, Receipt, Receiving, ReplayState, open_many,
};
use crate::error::{Code, Error, Result};
use crate::key::Signer;
use crate::report::Report;
use crate::time::Time;
use crate::trust::Moment;
use crate::voucher::{Body, Layer};

/// What a packet brought, once that is durable.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Imported {
    /// The name of the partner that sent it.
    pub partner: String,
    /// Which packet.
    pub packet: PacketId,
    /// Whether it was accepted, or had come before.
    pub admission: Admission,
    /// The voucher that it is about; `None` if that cannot be read.
    pub key: Option<VoucherKey>,
    /// The move that it asks for.
    pub name: Option<Move>,
    /// What came of it, if it was accepted now and the rules allow it.
    pub made: Option<Made>,
    /// Why it had no effect, if it was accepted now and the rules forbid it.
    pub refused: Option<Error>,
    /// What is to be answered; `None` for a packet that was not accepted now or before.
    pub receipt: Option<Receipt>,
}

impl Store {
    /// Takes packets in: opens and judges them on up to `threads` threads, then admits them with their
    /// effects in one transaction. Results in input order; those of one conversation take effect in the
    /// order of their numbers. When this returns, it is durable: sign the
    /// [receipts](Imported::receipt) and send them back ([`sign_receipts`]).
    ///
    /// A packet that came before has no effect and gets the answer that it got. One that the rules
    /// refuse has no other effect than that: its receipt says so. What is no valid packet of a partner
    /// is an error of its own, and is not answered.
    ///
    /// # Errors
    ///
    /// `Count` for more packets than a transaction takes; `ClockBack`, family Storage: then nothing at
    /// all was changed. Of each packet: as of [`open_many`], `NotValid` with what was found.
    pub fn import(
        &mut self,
        packets: &[&[u8]],
        mailbox: &Mailbox,
        now: Time,
        threads: usize,
    ) -> Result<Vec<Result<Imported>>> {
        if packets.len() > MAX_CHANGES {
            let message = format!("more than {MAX_CHANGES} packets");
            return Err(Error::new(Code::Count, "packets", message));
        }
        let parties: Vec<Party> =
            self.office().partners.iter().map(|partner| partner.party.clone()).collect();
        let (trust, moment) = (self.verifier().trust(), Moment::claimed(now));
        let by = Receiving { mailbox, parties: &parties, trust, moment };
        let opened = open_many(packets, &by, threads);
        let mut arrivals: Vec<Result<Arrived>> =
            opened.into_iter().map(|opened| Ok(Arrived::of(opened?.into_message()?))).collect();
        let bodies: Vec<(&Body, Moment)> = arrivals
            .iter()
            .flatten()
            .filter_map(|arrived| Some((arrived.body()?, Moment::received(now, now))))
            .collect();
        let reports = self.verifier().verify_bodies(&bodies, threads);
        let with_body = arrivals.iter_mut().flatten().filter(|arrived| arrived.body().is_some());
        for (arrived, report) in with_body.zip(reports) {
            arrived.report = Some(report);
        }
        // What came out of its order in one batch is taken in its order.
        let mut order: Vec<usize> = (0..arrivals.len()).collect();
        order.sort_by_key(|place| {
            let arrived = arrivals.get(*place).and_then(|arrived| arrived.as_ref().ok());
            arrived.map(|arrived| {
                let header = arrived.message.header();
                (arrived.message.sender(), &header.conversation, header.sequence)
            })
        });
        let imported = self.commit(now, |work, desk| {
            let mut imported: Vec<Option<Imported>> = arrivals.iter().map(|_| None).collect();
            for place in &order {
                if let (Some(Ok(arrived)), Some(slot)) =
                    (arrivals.get(*place), imported.get_mut(*place))
                {
                    *slot = Some(arrived.take(work, desk)?);
                }
            }
            // What is still missing is known when all have been taken.
            for (imported, arrived) in imported.iter_mut().zip(&arrivals) {
                if let (Some(imported), Ok(arrived)) = (imported, arrived) {
                    imported.receipt = arrived.receipt(work)?;
                }
            }
            Ok(imported)
        })?;
        let none = || Error::new(Code::StoreFault, "store", "no result");
        let both = arrivals.into_iter().zip(imported);
        Ok(both
            .map(|(arrived, imported)| arrived.and_then(|_| imported.ok_or_else(none)))
            .collect())
    }
}

/// Signs what is to be answered, in the order of what was imported; `None` where nothing is.
///
/// # Errors
///
/// Each result is as of [`Receipt::sign`].
pub fn sign_receipts(
    imported: &[Result<Imported>],
    signer: &dyn Signer,
    threads: usize,
) -> Vec<Option<Result<Vec<u8>>>> {
    let receipt = |imported: &Result<Imported>| match imported {
        Ok(imported) => imported.receipt.clone(),
        Err(_) => None,
    };
    let receipts: Vec<Option<Receipt>> = imported.iter().map(receipt).collect();
    let given: Vec<Receipt> = receipts.iter().flatten().cloned().collect();
    let mut signed = Receipt::sign_many(&given, signer, threads).into_iter();
    receipts.iter().map(|receipt| receipt.as_ref().and_then(|_| signed.next())).collect()
}

/// A valid packet of a partner, and what it says.
struct Arrived {
    message: Message,
    said: Result<Said>,
    /// What the verifier found about the voucher in it.
    report: Option<Report>,
}

enum Said {
    /// The order that brings a voucher.
    Voucher(Box<Order>),
    Statement(Box<Statement>, Move),
}

impl Arrived {
    fn of(message: Message) -> Arrived {
        let said = match &message.header().kind[..] {
            VOUCHER_KIND => VoucherMessage::from_der(message.body()).map(brought),
            STATEMENT_KIND => Statement::from_der(message.body()).and_then(stated),
            kind => {
                let message = format!("packets of kind {kind:?} are not known");
                Err(Error::new(Code::Form, "kind", message))
            }
        };
        Arrived { message, said, report: None }
    }

    fn body(&self) -> Option<&Body> {
        match &self.said {
            Ok(Said::Voucher(order)) => order.body.as_ref(),
            _ => None,
        }
    }

    /// Admits it and lets it have its effect, or records why not.
    fn take(&self, work: &mut Work<'_>, desk: &Desk<'_>) -> Result<Imported> {
        let admission = self.message.admit(work)?;
        let (key, name) = match &self.said {
            Ok(Said::Voucher(order)) => (Some(order.key.clone()), Some(order.name)),
            Ok(Said::Statement(statement, name)) => (Some(statement.key.clone()), Some(*name)),
            Err(_) => (None, None),
        };
        let mut imported = Imported {
            partner: self.message.sender().to_owned(),
            packet: self.message.id().clone(),
            admission,
            key,
            name,
            made: None,
            refused: None,
            receipt: None,
        };
        if imported.admission.is_accepted() {
            let code = match one(work, |work| self.effect(work, desk))? {
                Ok(made) => {
                    imported.made = Some(made);
                    RECEIVED
                }
                Err(error) => {
                    let code = u32::from(error.code().number());
                    imported.refused = Some(error);
                    code
                }
            };
            let digest = self.message.id().digest;
            work.set_mark(MarkKind::Answer, &digest, code.to_be_bytes().to_vec())?;
        }
        Ok(imported)
    }

    fn effect(&self, work: &mut Work<'_>, desk: &Desk<'_>) -> Result<Made> {
        let partner = desk.office.partner(self.message.sender())?;
        match self.said.as_ref().map_err(Clone::clone)? {
            Said::Voucher(order) => {
                desk.carry_out(work, order, self.report.as_ref(), Source::Partner(partner, None))
            }
            Said::Statement(statement, name) => {
                let Statement { key, document, digest, code, reason, .. } = &**statement;
                let kept = work.life(key)?.and_then(|life| match document {
                    Document::Original => life.content,
                    Document::Receipt => life.receipt,
                });
                if kept != Some(*digest) {
                    let message = format!("it is not about the document that is kept of {key}");
                    return Err(Error::new(Code::Unproven, "statement", message));
                }
                let mut order = Order::new(key.clone(), *name);
                order.reason = match (*code, reason.is_empty()) {
                    (0, true) => None,
                    (0, false) => Some(reason.clone()),
                    (code, _) => Some(format!("{code} {reason}").trim_end().to_owned()),
                };
                desk.carry_out(work, &order, None, Source::Partner(partner, Some(*digest)))
            }
        }
    }

    /// What is answered: what was recorded when the packet was accepted.
    fn receipt(&self, work: &mut Work<'_>) -> Result<Option<Receipt>> {
        let id = self.message.id();
        let Some(code) = work.mark(MarkKind::Answer, &id.digest)? else { return Ok(None) };
        let code = code.try_into().map(u32::from_be_bytes);
        let code = code.map_err(|_| damaged("an answer that is cut"))?;
        let time = whole(work.time());
        let receipt = match code {
            RECEIVED => {
                let missing = work.missing(&self.message.arrival().channel)?;
                Receipt::received(id, &missing, time)?
            }
            code => Receipt::refused(id, code, meaning(code), time)?,
        };
        Ok(Some(receipt))
    }
}

/// The code of [`Received`](crate::envelope::Answer::Received) among the answers that are kept.
const RECEIVED: u32 = 0;

/// What a code means, for the reason of a receipt. It is not secret: the particulars stay here.
fn meaning(code: u32) -> &'static str {
    let known = u16::try_from(code).ok().and_then(Code::from_number);
    known.map_or("", Code::meaning)
}

fn brought(message: VoucherMessage) -> Said {
    let VoucherMessage { version, body, attachments } = message;
    let name = match body.layer() {
        Layer::Issuer => Move::Receive,
        Layer::Responder => Move::ReceiveReceipt,
    };
    let key = VoucherKey { id: body.id().clone(), version };
    let mut order = Order::new(key, name).with(body);
    order.attachments = attachments;
    Said::Voucher(Box::new(order))
}

fn stated(statement: Statement) -> Result<Said> {
    let name = match (statement.document, statement.leg) {
        (Document::Original, Leg::Delivered) => Move::Delivered,
        (Document::Original, Leg::Acknowledged) => Move::Accepted,
        (Document::Original, Leg::Refused) => Move::Refused,
        (Document::Original, Leg::Returned) => Move::Returned,
        (Document::Receipt, Leg::Delivered) => Move::ReceiptDelivered,
        (Document::Receipt, Leg::Acknowledged) => Move::ReceiptAcknowledged,
        (Document::Receipt, Leg::Refused) => Move::ReceiptRefused,
        _ => return Err(Error::new(Code::Value, "leg", "nobody states that of this document")),
    };
    Ok(Said::Statement(Box::new(statement), name))
}
