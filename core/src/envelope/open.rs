//! Opening packets: decrypt, then judge what comes out.

use super::check;
use super::header::{self, Header};
use super::packet::{NAME, Packet, PacketId};
use super::party::{Mailbox, Party};
use super::replay::{Admission, Arrival, Channel, ReplayState};
use super::signed::{self, Signed};
use crate::asn1::Reader;
use crate::asn1::reader::tag;
use crate::cert::Certificate;
use crate::cms::RecipientInfo;
use crate::crypto::{parallel, sm3};
use crate::error::{Code, Error, Result};
use crate::report::Report;
use crate::trust::{Moment, Trust};
use std::fmt;
use zeroize::Zeroizing;

/// Who opens packets, and by what he judges them.
#[derive(Debug, Clone, Copy)]
pub struct Receiving<'a> {
    /// His name and keys.
    pub mailbox: &'a Mailbox,
    /// From whom he takes packets.
    pub parties: &'a [Party],
    /// What he trusts.
    pub trust: &'a Trust,
    /// The clock, and for a packet of his archive when it came.
    pub moment: Moment,
}

/// Opens a packet and judges it.
///
/// # Errors
///
/// About what everybody sees, as [`Packet::parse`], and [`Code::NotRecipient`] if it is for none of
/// the keys of the mailbox. For all else that keeps it closed one error, [`Code::Decryption`],
/// always the same, found by the same way: a content key that does not come out, a ciphertext, a tag
/// or a header that was changed. What a key device says that does not work.
pub fn open(packet: &[u8], by: &Receiving<'_>) -> Result<Opened> {
    let none = || Err(Error::new(Code::Argument, NAME, "no result"));
    open_many(&[packet], by, 1).pop().unwrap_or_else(none)
}

/// Opens many packets, results in input order; `threads` is the most that may be used. One that does
/// not open does not stop the others.
///
/// # Errors
///
/// Each result is as of [`open`].
pub fn open_many(packets: &[&[u8]], by: &Receiving<'_>, threads: usize) -> Vec<Result<Opened>> {
    let digests = sm3::digest_many(packets, threads);
    let items: Vec<(&[u8], [u8; 32])> = packets.iter().copied().zip(digests).collect();
    let decrypted = parallel::map(&items, threads, |(packet, digest)| {
        decrypt(&Packet::of_digest(packet, *digest)?, by.mailbox)
    });
    let contents: Vec<&Content> =
        decrypted.iter().flatten().filter_map(|one| one.content.as_ref().ok()).collect();
    let signed: Vec<&Signed> = contents.iter().map(|content| &content.signed).collect();
    let mut signers = signed::judge_many(&signed, by.trust, &by.moment, threads).into_iter();
    let bodies: Vec<[&[u8]; 2]> =
        contents.iter().map(|content| [&content.salt[..], &content.body]).collect();
    let mut bodies = sm3::digest_parts_many(&bodies, threads).into_iter();
    let opened = decrypted.into_iter().map(|one| {
        let Decrypted { id, key, content } = one?;
        Ok(match content {
            Ok(content) => {
                let (signer, body) = (signers.next(), bodies.next());
                let found = check::Found { id: &id, key, content: &content, signer, body };
                let (report, party) = check::packet(found, by);
                let message = content.message(id.digest, party, by.mailbox);
                Opened { id, report, message: Some(message) }
            }
            Err(why) => {
                Opened { report: check::unreadable(&id, &why.to_string()), id, message: None }
            }
        })
    });
    opened.collect()
}

/// What came out under the right tag.
struct Decrypted {
    id: PacketId,
    /// The digest of the certificate whose key opened it.
    key: [u8; 32],
    content: Result<Content>,
}

/// ```text
/// PacketContent ::= SEQUENCE {
///   salt OCTET STRING (SIZE(32)),
///   signed ContentInfo,           -- SignedData after GB/T 35275 over PacketHeader, which is inside
///   body OCTET STRING }
/// ```
pub(super) struct Content {
    salt: [u8; 32],
    pub(super) signed: Signed,
    signed_der: Vec<u8>,
    pub(super) header: Header,
    body: Vec<u8>,
}

fn decrypt(packet: &Packet, mailbox: &Mailbox) -> Result<Decrypted> {
    let recipient = |certificate: &Certificate| {
        let mut infos = packet.enveloped.recipients().iter();
        infos.any(|info| match info {
            RecipientInfo::KeyTransport { id, .. } => id.names(certificate),
            RecipientInfo::Other(_) => false,
        })
    };
    let (own, key) =
        mailbox.keys().find(|(certificate, _)| recipient(certificate)).ok_or_else(|| {
            Error::new(Code::NotRecipient, NAME, "it is encrypted for none of the mailbox's keys")
        })?;
    let content = Zeroizing::new(packet.enveloped.open(key, own)?);
    let content = Content::read(&content);
    Ok(Decrypted { id: packet.id().clone(), key: own.digest(), content })
}

impl Content {
    fn read(der: &[u8]) -> Result<Content> {
        let mut fields = Reader::whole(der, "PacketContent")?;
        let salt = header::digest(&mut fields)?;
        let signed_der = fields.expect(tag::SEQUENCE)?.raw;
        let body = fields.expect(tag::OCTET_STRING)?.value;
        fields.finish()?;
        let signed = Signed::read(signed_der)?;
        let header = Header::from_der(signed.content())?;
        Ok(Content { salt, signed, signed_der: signed_der.into(), header, body: body.into() })
    }

    fn message(self, digest: [u8; 32], party: Option<&Party>, mailbox: &Mailbox) -> Message {
        Message {
            sender: party.map(|party| party.name().to_owned()).unwrap_or_default(),
            receiver: mailbox.name().to_owned(),
            certificate: self.signed.certificate().clone(),
            id: PacketId { digest, header: self.header },
            salt: self.salt,
            signed: self.signed_der,
            body: self.body,
        }
    }
}

/// A packet that was decrypted, and what was found about it. What it says comes out of it only if it
/// is valid.
#[derive(Debug)]
#[must_use = "whether the packet is valid stands in its report"]
pub struct Opened {
    id: PacketId,
    report: Report,
    message: Option<Message>,
}

impl Opened {
    /// What was found.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The digest of the packet, and what it says of itself; nothing to go by unless it is valid.
    pub fn id(&self) -> &PacketId {
        &self.id
    }

    /// What the packet says.
    ///
    /// # Errors
    ///
    /// [`Code::NotValid`] if the report is not Valid.
    pub fn into_message(self) -> Result<Message> {
        self.report.require_valid()?;
        self.message.ok_or_else(|| Error::new(Code::NotValid, NAME, "nothing came out of it"))
    }
}

/// What a valid packet says.
///
/// It may have come before: [`admit`](Self::admit) it before it has any effect.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    sender: String,
    receiver: String,
    certificate: Certificate,
    id: PacketId,
    salt: [u8; 32],
    signed: Vec<u8>,
    body: Vec<u8>,
}

impl Message {
    /// The name of the party that sent it.
    pub fn sender(&self) -> &str {
        &self.sender
    }

    /// The name of the mailbox that it came to.
    pub fn receiver(&self) -> &str {
        &self.receiver
    }

    /// The certificate that the sender signed with.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The digest of the packet and its header.
    pub fn id(&self) -> &PacketId {
        &self.id
    }

    /// Kind, conversation, sequence number and time.
    pub fn header(&self) -> &Header {
        &self.id.header
    }

    /// What only the receiver reads.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body, for whoever keeps it.
    pub fn into_body(self) -> Vec<u8> {
        self.body
    }

    /// What shows a third party that the sender sent this body to the receiver: the header as the
    /// sender signed it (SignedData with the header inside), and the salt, SM3 of which with the body
    /// after it is the digest in the header.
    pub fn proof(&self) -> (&[u8], &[u8; 32]) {
        (&self.signed, &self.salt)
    }

    /// Where it stands among the others.
    pub fn arrival(&self) -> Arrival<'_> {
        let channel = Channel {
            sender: &self.sender,
            receiver: &self.receiver,
            conversation: &self.id.header.conversation,
        };
        Arrival { channel, sequence: self.id.header.sequence, digest: self.id.digest }
    }

    /// Asks in an open transaction whether it came before, and records it there if it did not; it may
    /// have an effect only if it is [accepted](Admission::is_accepted), in the same transaction.
    ///
    /// # Errors
    ///
    /// As of [`ReplayState::admit`].
    pub fn admit(&self, state: &mut (impl ReplayState + ?Sized)) -> Result<Admission> {
        state.admit(&self.arrival())
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("sender", &self.sender).finish_non_exhaustive()
    }
}
