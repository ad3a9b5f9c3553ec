//! A packet as received: what anybody who carries it can see.

use super::header::{Header, PACKET_FORMAT};
use crate::asn1::{Oid, Profile};
use crate::cms::{AuthEnvelopedData, ContentCipher, MAX_MESSAGE};
use crate::crypto::sm3;
use crate::error::{Code, Error, Result};

/// The type of the content that a packet encrypts.
pub const PACKET_CONTENT: Oid = Oid::new("2.25.115024152134995567240769649487469872858.2");

/// The most bytes of a body; the rest of a packet takes no more than a mebibyte.
pub const MAX_BODY: usize = MAX_MESSAGE - (1 << 20);

pub(super) const NAME: &str = "packet";

/// Which packet: by the digest of its bytes, with what it says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PacketId {
    /// SM3 of the bytes of the packet.
    pub digest: [u8; 32],
    /// What it says of itself.
    pub header: Header,
}

/// A packet as received.
///
/// Only the one form in which packets are written here is read: nobody without the keys can turn a
/// packet into another one that means the same.
///
/// ```text
/// Packet ::= ContentInfo { AuthEnvelopedData {     -- RFC 5083, DER
///   version 0, one KeyTransRecipientInfo by issuerAndSerialNumber, SM2,
///   EncryptedContentInfo { PACKET_CONTENT, SM4-GCM with a tag of 16 bytes, PacketContent },
///   authAttrs { contentType, PACKET_FORMAT { PacketHeader } }, mac } }
/// ```
#[derive(Debug, Clone)]
pub struct Packet {
    pub(super) enveloped: AuthEnvelopedData,
    id: PacketId,
}

impl Packet {
    /// Reads a packet, and decrypts nothing.
    ///
    /// # Errors
    ///
    /// About what everybody sees: [`Code::Der`] and [`Code::Value`] with an offset, for one that was
    /// cut too; [`Code::Form`] for another kind of message, [`Code::Version`] for another version,
    /// [`Code::Structure`] for a packet in another form than the one; [`Code::Size`], [`Code::Depth`].
    pub fn parse(packet: &[u8]) -> Result<Packet> {
        Packet::of_digest(packet, sm3::digest(packet))
    }

    pub(super) fn of_digest(packet: &[u8], digest: [u8; 32]) -> Result<Packet> {
        let enveloped = AuthEnvelopedData::parse(packet, Profile::Conforming)?;
        let refused = |code, message| Err(Error::new(code, NAME, message));
        let Some(header) = enveloped.attribute(&PACKET_FORMAT) else {
            return refused(Code::Form, "the message has no header of a packet under its tag");
        };
        let header = Header::from_der(header)?;
        if enveloped.content_type() != PACKET_CONTENT {
            return refused(Code::Form, "the content is not that of a packet");
        }
        if enveloped.cipher() != ContentCipher::Sm4Gcm || enveloped.recipients().len() != 1 {
            return refused(Code::Structure, "not for one receiver, or not in SM4-GCM");
        }
        let alone = enveloped.has_only(&PACKET_FORMAT, &header.to_der());
        if !alone || enveloped.to_der().as_deref() != Some(packet) {
            return refused(Code::Structure, "the packet is not in the one form it can have");
        }
        Ok(Packet { enveloped, id: PacketId { digest, header } })
    }

    /// The digest of the packet, and what it says of itself. Until it has been opened and found
    /// valid that is only what somebody says.
    pub fn id(&self) -> &PacketId {
        &self.id
    }
}
