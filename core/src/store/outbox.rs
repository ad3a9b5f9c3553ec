//! What goes out: messages into the outbox with the moves that cause them, packets out of it, and the
//! answers to them.

use super::desk::{Desk, Source};
use super::front::{Store, one};
use super::life_cycle::{Effect, Move};
use super::message::{
    MAX_STATEMENT_REASON, STATEMENT_KIND, Statement, VOUCHER_KIND, VoucherMessage,
};
use super::moves::Made;
use super::order::Order;
use super::state::Document;
use super::storage::{
    Identity, NewMessage, OutboxRow, PackedAs, Post, VoucherKey,
    limits::{MAX_CHANGES, MAX_READ},
};
use super::work::Work;
use crate::crypto::sm3;
use crate::envelope::{Answer, Header, Letter, PacketId, SignedReceipt, next_sequence, seal_many};
use crate::error::{Code, Error, Family, Result};
use crate::hex;
use crate::key::Signer;
use crate::time::Time;
use crate::trust::Moment;
use crate::voucher::Layer;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// How many messages are read at once.
const CHUNK: usize = 1_000;

/// A packet to be carried to a partner. It is kept, and given again, until it is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outgoing {
    /// Its place in the outbox.
    pub place: u64,
    /// The name of the partner.
    pub partner: String,
    /// What it carries: `voucher` or `statement`.
    pub kind: String,
    /// The voucher that it is about.
    pub key: VoucherKey,
    /// Which of its documents.
    pub document: Document,
    /// SM3 of the packet.
    pub digest: [u8; 32],
    /// The packet.
    pub bytes: Vec<u8>,
}

/// What packing gave.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Packing {
    /// The new packets, for each partner in the order of their numbers.
    pub packets: Vec<Outgoing>,
    /// Partners for whom nothing could be sealed, and why; what is for them waits on.
    pub stuck: Vec<(String, Error)>,
}

/// What a partner answered to a packet.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Answered {
    /// The place of the message in the outbox.
    pub place: u64,
    /// The name of the partner.
    pub partner: String,
    /// The voucher that it was about.
    pub key: VoucherKey,
    /// Which of its documents.
    pub document: Document,
    /// What was answered.
    pub answer: Answer,
    /// What the partner lacked of this conversation when it answered: send those again at once.
    pub missing: Vec<RangeInclusive<u64>>,
    /// Where a dispatch was refused, the move that says so, if the voucher still waited for the answer.
    pub failed: Option<Made>,
    /// Whether this was answered before; then nothing was changed.
    pub repeated: bool,
}

impl Store {
    /// Packs what waits in the outbox, at most `limit` messages and about
    /// [`MAX_READ`](super::limits::MAX_READ) bytes of them: numbers them, signs and encrypts each
    /// for its partner and keeps the packets until they are answered. The number and the packet are
    /// durable when this returns, so no number is ever given twice.
    ///
    /// # Errors
    ///
    /// `ClockBack`, family Storage; nothing is packed then. What goes wrong for one partner stands in
    /// [`Packing::stuck`].
    pub fn pack(
        &mut self,
        signer: &dyn Signer,
        now: Time,
        limit: usize,
        threads: usize,
    ) -> Result<Packing> {
        let identity = self.identity().clone();
        self.commit(now, |work, desk| {
            let press = Press { desk, identity: &identity, signer, time: whole(now), threads };
            press.pack(work, limit.min(MAX_CHANGES))
        })
    }

    /// Packets that were not answered yet, those above the place `after` (0 at first), at most `limit`
    /// of them: to be carried again after a while, as they are.
    ///
    /// # Errors
    ///
    /// Family Storage.
    pub fn unanswered(&mut self, after: u64, limit: usize) -> Result<Vec<Outgoing>> {
        self.view(|snapshot| {
            let rows = snapshot.unanswered(after, limit)?.into_iter();
            Ok(rows.filter_map(outgoing).collect())
        })
    }

    /// Takes answers in: checks each receipt against the packet that was sent, and that the partner
    /// signed it. A packet that is answered is not kept any longer; where a dispatch was refused, the
    /// voucher's delivery has failed. Results in input order; one that is not good does not stop the
    /// others.
    ///
    /// # Errors
    ///
    /// `Count` for more receipts than a transaction takes; `ClockBack`, family Storage: then nothing was
    /// changed. Of each receipt: as of [`SignedReceipt::parse`]; `NotSent` if it is about no packet of
    /// this store; `NotValid`; `AnswerChanged` if something else was answered before; `NotAddressed` if
    /// the partner is none any more.
    pub fn answered(
        &mut self,
        receipts: &[&[u8]],
        now: Time,
        threads: usize,
    ) -> Result<Vec<Result<Answered>>> {
        if receipts.len() > MAX_CHANGES {
            let message = format!("more than {MAX_CHANGES} receipts");
            return Err(Error::new(Code::Count, "receipts", message));
        }
        let parsed: Vec<Result<SignedReceipt>> =
            receipts.iter().map(|receipt| SignedReceipt::parse(receipt)).collect();
        let rows = self.view(|snapshot| {
            let row = |receipt: &Result<SignedReceipt>| match receipt {
                Ok(receipt) => snapshot.sent(receipt.packet()),
                Err(_) => Ok(None),
            };
            parsed.iter().map(row).collect::<Result<Vec<_>>>()
        })?;
        let known: Vec<Result<(SignedReceipt, OutboxRow, PacketId)>> =
            parsed.into_iter().zip(rows).map(|(receipt, row)| known(receipt?, row)).collect();
        let mut items = Vec::new();
        let mut sent = Vec::new();
        for one in known {
            sent.push(one.and_then(|(receipt, row, id)| {
                let party = &self.office().partner(&row.partner)?.party;
                items.push((receipt, id.clone(), party));
                Ok((row, id))
            }));
        }
        // The identities live as long as the check.
        let ids: Vec<PacketId> = items.iter().map(|(_, id, _)| id.clone()).collect();
        let items =
            items.into_iter().zip(&ids).map(|((receipt, _, party), id)| (receipt, id, party));
        let moment = Moment::claimed(now);
        let trust = self.verifier().trust();
        let checked = SignedReceipt::check_many(items.collect(), trust, &moment, threads);
        let mut checked = checked.into_iter();
        let good: Vec<Result<_>> = sent
            .into_iter()
            .map(|sent| {
                let (row, id) = sent?;
                let none = || Error::new(Code::NotValid, "receipt", "not judged");
                Ok((row, id, checked.next().ok_or_else(none)?.into_receipt()?))
            })
            .collect();
        self.commit(now, |work, desk| {
            let each = good.iter().map(|good| match good {
                Ok((_, id, receipt)) => {
                    one(work, |work| take(work, desk, id, &receipt.answer, receipt.missing.clone()))
                }
                Err(error) => Ok(Err(error.clone())),
            });
            each.collect()
        })
    }
}

/// Whether an effect is one that goes out.
pub(super) fn goes_out(effect: &Effect) -> bool {
    matches!(effect, Effect::Dispatch(_) | Effect::Tell(_))
}

/// Posts what a move has to be told to the other party, in the same transaction. `reason` is that of
/// the move.
pub(super) fn post(
    work: &mut Work<'_>,
    key: &VoucherKey,
    made: &Made,
    partner: &str,
    reason: Option<&str>,
) -> Result<()> {
    for effect in &made.effects {
        let (document, kind, body) = match effect {
            Effect::Dispatch(document) => {
                (*document, VOUCHER_KIND, dispatch(work, key, layer(*document))?)
            }
            Effect::Tell(document) => {
                (*document, STATEMENT_KIND, tell(work, key, made, *document, reason)?)
            }
            _ => continue,
        };
        work.post_message(NewMessage {
            partner: partner.to_owned(),
            kind: kind.to_owned(),
            key: key.clone(),
            document: layer(document),
            body,
        })?;
    }
    Ok(())
}

fn dispatch(work: &Work<'_>, key: &VoucherKey, layer: Layer) -> Result<Vec<u8>> {
    let content = work.document(key, layer)?;
    let body = content.map(|content| content.to_body()).transpose()?;
    let gone = || Error::new(Code::StoreDamaged, "store", format!("{key} has no document to send"));
    let attachments = work.files(key, layer)?;
    VoucherMessage { version: key.version, body: body.ok_or_else(gone)?, attachments }.to_der()
}

fn tell(
    work: &Work<'_>,
    key: &VoucherKey,
    made: &Made,
    document: Document,
    reason: Option<&str>,
) -> Result<Vec<u8>> {
    let digest = match document {
        Document::Original => made.life.content,
        Document::Receipt => made.life.receipt,
    };
    let gone = || Error::new(Code::StoreDamaged, "store", format!("{key} has no such document"));
    let statement = Statement {
        key: key.clone(),
        document,
        leg: made.life.leg(document),
        digest: digest.ok_or_else(gone)?,
        code: 0,
        reason: one_line(reason.unwrap_or_default(), MAX_STATEMENT_REASON),
        time: whole(work.time()),
    };
    statement.to_der()
}

/// What packs: for whom, with what, in whose name.
struct Press<'a> {
    desk: &'a Desk<'a>,
    identity: &'a Identity,
    signer: &'a dyn Signer,
    time: Time,
    threads: usize,
}

impl Press<'_> {
    fn pack(&self, work: &mut Work<'_>, limit: usize) -> Result<Packing> {
        let (mut packing, mut after) = (Packing::default(), 0);
        let bytes = |packing: &Packing| -> usize {
            packing.packets.iter().map(|packet| packet.bytes.len()).sum()
        };
        while packing.packets.len() < limit && bytes(&packing) < MAX_READ {
            let rows = work.unpacked(after, (limit - packing.packets.len()).min(CHUNK))?;
            let Some(last) = rows.last() else { break };
            after = last.place;
            let mut partners: BTreeMap<String, Vec<OutboxRow>> = BTreeMap::new();
            for row in rows {
                partners.entry(row.partner.clone()).or_default().push(row);
            }
            for (partner, rows) in partners {
                if packing.stuck.iter().any(|(stuck, _)| *stuck == partner) {
                    continue;
                }
                if let Err(error) = self.pack_for(work, &partner, &rows, &mut packing.packets) {
                    match error.family() {
                        Family::Storage | Family::Internal => return Err(error),
                        _ => packing.stuck.push((partner, error)),
                    }
                }
            }
        }
        Ok(packing)
    }

    /// Packs messages for one partner, up to the first that cannot be sealed: no number is left out.
    fn pack_for(
        &self,
        work: &mut Work<'_>,
        partner: &str,
        rows: &[OutboxRow],
        packets: &mut Vec<Outgoing>,
    ) -> Result<()> {
        let receiver = &self.desk.office.partner(partner)?.encryption;
        let (from, until) = (receiver.not_before(), receiver.not_after());
        if self.time < from || self.time > until {
            let message = format!("the certificate to encrypt for is valid from {from} to {until}");
            return Err(Error::new(Code::CertificateUnusable, "partner", message));
        }
        let conversation = conversation(self.identity, partner);
        let mut number = work.next_number(&conversation)?;
        let mut letters = Vec::with_capacity(rows.len());
        for row in rows {
            let Post::Waiting { body } = &row.post else { continue };
            letters.push(Letter {
                kind: &row.kind,
                conversation: &conversation,
                sequence: number,
                time: self.time,
                body,
            });
            number = next_sequence(number)?;
        }
        let sealed = seal_many(&letters, self.signer, receiver, self.threads);
        for (row, sealed) in rows.iter().zip(sealed) {
            let sealed = sealed?;
            let packed = PackedAs {
                conversation: conversation.clone(),
                sequence: sealed.id.header.sequence,
                digest: sealed.id.digest,
                header: sealed.id.header.to_der(),
            };
            work.pack(row, packed, sealed.bytes.clone())?;
            packets.push(Outgoing {
                place: row.place,
                partner: row.partner.clone(),
                kind: row.kind.clone(),
                key: row.key.clone(),
                document: document(row.document),
                digest: sealed.id.digest,
                bytes: sealed.bytes,
            });
        }
        Ok(())
    }
}

/// The conversation in which a store speaks to a partner: one for each direction of a pair. The store's
/// name is in it, so that one that was made anew begins to count anew.
fn conversation(identity: &Identity, partner: &str) -> String {
    let digest = sm3::digest(partner.as_bytes());
    let (short, _) = digest.split_at(8);
    format!("{}/{}", identity.name(), hex::encode(short))
}

fn outgoing(row: OutboxRow) -> Option<Outgoing> {
    let OutboxRow { place, partner, kind, key, document: of, post } = row;
    let Post::Packed { packed, packet } = post else { return None };
    let (document, digest) = (document(of), packed.digest);
    Some(Outgoing { place, partner, kind, key, document, digest, bytes: packet })
}

/// The packet that a receipt names, as it was sent.
fn known(
    receipt: SignedReceipt,
    row: Option<OutboxRow>,
) -> Result<(SignedReceipt, OutboxRow, PacketId)> {
    let none = || Error::new(Code::NotSent, "receipt", "no packet of this digest was sent");
    let row = row.ok_or_else(none)?;
    let packed = match &row.post {
        Post::Packed { packed, .. } | Post::Answered { packed, .. } => packed,
        Post::Waiting { .. } => return Err(none()),
    };
    let damaged = |error: Error| Error::new(Code::StoreDamaged, "store", error.to_string());
    let header = Header::from_der(&packed.header).map_err(damaged)?;
    let id = PacketId { digest: packed.digest, header };
    Ok((receipt, row, id))
}

/// Takes one answer in.
fn take(
    work: &mut Work<'_>,
    desk: &Desk<'_>,
    id: &PacketId,
    answer: &Answer,
    missing: Vec<RangeInclusive<u64>>,
) -> Result<Answered> {
    let gone = || Error::new(Code::StoreDamaged, "store", "a message that is gone");
    let row = work.sent(&id.digest)?.ok_or_else(gone)?;
    let mut answered = Answered {
        place: row.place,
        partner: row.partner.clone(),
        key: row.key.clone(),
        document: document(row.document),
        answer: answer.clone(),
        missing,
        failed: None,
        repeated: false,
    };
    if let Post::Answered { answer: before, .. } = &row.post {
        if !same(before, answer) {
            let message = "the partner answered otherwise before";
            return Err(Error::new(Code::AnswerChanged, "receipt", message));
        }
        answered.repeated = true;
        return Ok(answered);
    }
    work.record_answer(&row, answer.clone())?;
    if let (Answer::Refused { code, reason }, VOUCHER_KIND) = (answer, &row.kind[..]) {
        let name = match answered.document {
            Document::Original => Move::DeliveryFailed,
            Document::Receipt => Move::ReceiptDeliveryFailed,
        };
        let order = Order::new(row.key.clone(), name).because(&format!("{code} {reason}"));
        // The voucher may have gone on by another packet meanwhile.
        let failed = one(work, |work| desk.carry_out(work, &order, None, Source::Office))?;
        answered.failed = failed.ok().filter(|made| !made.repeated);
    }
    Ok(answered)
}

/// Whether two answers say the same; the words of a reason do not count.
fn same(one: &Answer, other: &Answer) -> bool {
    match (one, other) {
        (Answer::Received, Answer::Received) => true,
        (Answer::Refused { code, .. }, Answer::Refused { code: other, .. }) => code == other,
        _ => false,
    }
}

/// A text on one line and of at most so many bytes, for a reason that somebody else gave.
fn one_line(text: &str, most: usize) -> String {
    let mut line = String::new();
    for letter in text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }) {
        if line.len() + letter.len_utf8() > most {
            break;
        }
        line.push(letter);
    }
    line
}

pub(super) fn layer(document: Document) -> Layer {
    match document {
        Document::Original => Layer::Issuer,
        Document::Receipt => Layer::Responder,
    }
}

pub(super) fn document(layer: Layer) -> Document {
    match layer {
        Layer::Issuer => Document::Original,
        Layer::Responder => Document::Receipt,
    }
}

/// The moment in whole seconds, as packets have it.
pub(super) fn whole(time: Time) -> Time {
    Time::from_unix(time.unix()).unwrap_or(time)
}
