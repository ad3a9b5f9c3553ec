//! What has to hold of a packet whose tag was right.

use super::open::{Content, Receiving};
use super::packet::PacketId;
use super::party::Party;
use super::replay::Admission;
use crate::report::{CheckCode, NoteCode, Report};
use crate::time::Time;
use crate::trust::Moment;

/// How far ahead of the clock the time of a packet or a receipt may be, in seconds: clocks differ.
pub const MAX_SKEW: i64 = 300;

/// What is known of a packet when its tag was right.
pub(super) struct Found<'a> {
    pub(super) id: &'a PacketId,
    /// The digest of the certificate whose key opened it.
    pub(super) key: [u8; 32],
    pub(super) content: &'a Content,
    /// The report about the signer.
    pub(super) signer: Option<Report>,
    /// SM3 of the salt and the body that came out.
    pub(super) body: Option<[u8; 32]>,
}

/// The report of a packet, and the party that its signer is.
pub(super) fn packet<'a>(found: Found<'_>, by: &Receiving<'a>) -> (Report, Option<&'a Party>) {
    use CheckCode::{EnvelopeBody, EnvelopeContent, EnvelopeHeader, EnvelopeParty};
    use CheckCode::{EnvelopeReceiver, EnvelopeSender, EnvelopeTime};
    let Found { id, key, content, signer, body } = found;
    let signed = &content.header;
    let certificate = content.signed.certificate();
    let mut report = begin(id);
    report.check(EnvelopeContent, true, "", "a signed header and a body");
    let same = id.header.to_der() == content.signed.content();
    let detail = if same { "" } else { "another header was signed than the one outside" };
    report.check(EnvelopeHeader, same, "", detail);
    let for_us = signed.receiver == key;
    let detail = if for_us { "" } else { "it was signed for another receiver, and passed on" };
    report.check(EnvelopeReceiver, for_us, by.mailbox.name(), detail);
    let by_sender = signed.sender == certificate.digest();
    let detail = if by_sender { "" } else { "the header names another sender" };
    report.check(EnvelopeSender, by_sender, certificate.subject(), detail);
    let party = by.parties.iter().find(|party| party.signs_with(certificate));
    let detail = party.map_or("no party signs with this certificate", Party::name);
    report.check(EnvelopeParty, party.is_some(), certificate.subject(), detail);
    let whole = body == Some(signed.body);
    let detail = if whole { "" } else { "the body is not the one that was signed" };
    report.check(EnvelopeBody, whole, "", detail);
    let (possible, detail) = time(signed.time, &by.moment);
    report.check(EnvelopeTime, possible, "", detail);
    // Without a report about the signer this one lacks a mandatory check.
    if let Some(signer) = signer {
        report.add_report(signer);
    } else {
        report.check(CheckCode::SignatureValue, false, "", "the signer was not judged");
    }
    (report, party)
}

/// The report of a packet out of which something else came than a signed header and a body.
pub(super) fn unreadable(id: &PacketId, why: &str) -> Report {
    let mut report = begin(id);
    report.check(CheckCode::EnvelopeContent, false, "", why);
    report
}

fn begin(id: &PacketId) -> Report {
    use CheckCode::{EnvelopeBody, EnvelopeContent, EnvelopeHeader, EnvelopeParty};
    use CheckCode::{EnvelopeReceiver, EnvelopeSender, EnvelopeTime};
    let mandatory = [
        EnvelopeContent,
        EnvelopeHeader,
        EnvelopeReceiver,
        EnvelopeSender,
        EnvelopeParty,
        EnvelopeBody,
        EnvelopeTime,
    ];
    let header = &id.header;
    let subject = format!("packet {}/{}: {}", header.conversation, header.sequence, header.kind);
    Report::new(subject, &mandatory)
}

/// Whether a stated time is possible: not after the clock, but for the difference of clocks.
pub(super) fn time(stated: Time, moment: &Moment) -> (bool, String) {
    let clock = moment.proof.time().map_or(moment.now, |time| time.min(moment.now));
    let latest = clock.plus_seconds(MAX_SKEW).unwrap_or(clock);
    (stated <= latest, format!("{stated} by the sender's word, {clock} by the clock"))
}

impl Admission {
    /// Adds to the report of a packet what its place in the conversation is: the check
    /// `envelope.sequence`, and a note for a packet that came out of its order.
    pub fn add_to(&self, report: &mut Report) {
        let detail = match self.require_accepted() {
            Ok(()) => self.name().to_owned(),
            Err(error) => error.message().to_owned(),
        };
        report.check(CheckCode::EnvelopeSequence, self.is_accepted(), "", detail);
        match self {
            Admission::Ahead { missing } => {
                let (first, last) = (missing.start(), missing.end());
                report.note(NoteCode::EnvelopeGap, format!("{first} to {last} have not come"));
            }
            Admission::Late => {
                report.note(NoteCode::EnvelopeLate, "it came after later ones");
            }
            _ => {}
        }
    }
}
