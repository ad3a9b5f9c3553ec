//! Making packets: sign, then encrypt.

use super::header::{Header, PACKET_FORMAT, require_name};
use super::packet::{MAX_BODY, PACKET_CONTENT, PacketId};
use super::progress::MAX_SEQUENCE;
use super::signed;
use crate::asn1::reader::tag;
use crate::asn1::writer;
use crate::cert::Certificate;
use crate::cms::{self, AuthEnvelopedData, ContentCipher, Recipient};
use crate::crypto::{parallel, rng, sm3};
use crate::error::{Code, Error, Result};
use crate::key::Signer;
use crate::time::Time;
use zeroize::Zeroizing;

/// What a packet is made from.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// What the body is, such as `voucher`: 1 to 64 letters, digits or `-._:/@`. Not secret.
    pub kind: &'a str,
    /// The conversation, in the same characters. Not secret.
    pub conversation: &'a str,
    /// Its number there, see [`next_sequence`](super::next_sequence). Never put two letters under one
    /// number: to send one again, send the same packet again.
    pub sequence: u64,
    /// The clock; written in whole seconds.
    pub time: Time,
    /// What only the receiver reads.
    pub body: &'a [u8],
}

/// A packet that was made: what is sent, and what is kept to know its receipt by.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sealed {
    /// The packet. To send it again, send these bytes again.
    pub bytes: Vec<u8>,
    /// What its receipt has to name.
    pub id: PacketId,
}

/// Signs a letter and encrypts it for the holder of `receiver`, with SM2 and SM4-GCM.
///
/// Whether that certificate is in force, and whose it is, the caller has assessed.
///
/// # Errors
///
/// [`Code::Argument`] for a kind, conversation, sequence number or time out of its range,
/// [`Code::Size`] for a body above [`MAX_BODY`]; [`Code::SignerForm`] for a signer that is not SM2,
/// [`Code::KeyMissing`] and [`Code::KeyMismatch`] for one without its certificate;
/// [`Code::Algorithm`] and [`Code::Policy`] for a certificate that nobody can encrypt for here; what
/// the signer says; [`Code::Random`].
pub fn seal(letter: &Letter<'_>, signer: &dyn Signer, receiver: &Certificate) -> Result<Sealed> {
    let none = || Err(Error::new(Code::Argument, "letter", "no result"));
    let mut sealed = seal_many(std::slice::from_ref(letter), signer, receiver, 1);
    sealed.pop().unwrap_or_else(none)
}

/// Seals many letters for one receiver, results in input order; `threads` is the most that may be
/// used. One letter that cannot be sealed does not stop the others.
///
/// # Errors
///
/// Each result is as of [`seal`].
pub fn seal_many(
    letters: &[Letter<'_>],
    signer: &dyn Signer,
    receiver: &Certificate,
    threads: usize,
) -> Vec<Result<Sealed>> {
    let parties = cms::own_certificate(signer)
        .and_then(|sender| Ok((sender.digest(), Recipient::new(receiver)?)));
    let (sender, recipient) = match parties {
        Ok(parties) => parties,
        Err(error) => return letters.iter().map(|_| Err(error.clone())).collect(),
    };
    let mut drafts = Vec::with_capacity(letters.len());
    let salts: Vec<Result<[u8; 32]>> = letters.iter().map(salt_of).collect();
    let bodies: Vec<[&[u8]; 2]> = letters
        .iter()
        .zip(&salts)
        .map(|(letter, salt)| match salt {
            Ok(salt) => [&salt[..], letter.body],
            Err(_) => [&[][..], &[]],
        })
        .collect();
    let digests = sm3::digest_parts_many(&bodies, threads);
    for ((letter, salt), body) in letters.iter().zip(&salts).zip(digests) {
        drafts.push(salt.as_ref().map_err(Clone::clone).map(|salt| {
            let header = Header {
                sender,
                receiver: receiver.digest(),
                kind: letter.kind.to_owned(),
                conversation: letter.conversation.to_owned(),
                sequence: letter.sequence,
                time: letter.time,
                body,
            };
            let der = header.to_der();
            Draft { header, der, salt: *salt, body: letter.body }
        }));
    }
    let headers: Vec<&[u8]> = drafts.iter().flatten().map(|draft| &draft.der[..]).collect();
    let mut signed = signed::make_many(&headers, signer, threads).into_iter();
    let work: Vec<Result<(Draft<'_>, Vec<u8>)>> = drafts
        .into_iter()
        .map(|draft| {
            let draft = draft?;
            let none = || Err(Error::new(Code::Signer, "signer", "it gave too few signatures"));
            Ok((draft, signed.next().unwrap_or_else(none)?))
        })
        .collect();
    let packets = parallel::map(&work, threads, |work| match work {
        Ok((draft, signed)) => draft.encrypt(signed, &recipient),
        Err(error) => Err(error.clone()),
    });
    let made: Vec<&[u8]> = packets.iter().flatten().map(Vec::as_slice).collect();
    let mut digests = sm3::digest_many(&made, threads).into_iter();
    let packets = packets.into_iter().zip(work).map(|(packet, work)| {
        let (bytes, (draft, _)) = (packet?, work?);
        let digest = digests.next().unwrap_or_default();
        Ok(Sealed { bytes, id: PacketId { digest, header: draft.header } })
    });
    packets.collect()
}

/// A new salt for a letter that can be sealed.
fn salt_of(letter: &Letter<'_>) -> Result<[u8; 32]> {
    require_name(letter.kind, "kind")?;
    require_name(letter.conversation, "conversation")?;
    if !(1..=MAX_SEQUENCE).contains(&letter.sequence) {
        let message = "a sequence number is from 1 to 2^63 - 1";
        return Err(Error::new(Code::Argument, "sequence", message));
    }
    if letter.time.nanos() != 0 {
        return Err(Error::new(Code::Argument, "time", "not a whole second"));
    }
    if letter.body.len() > MAX_BODY {
        return Err(Error::new(Code::Size, "body", "larger than MAX_BODY"));
    }
    let mut salt = [0; 32];
    rng::fill(&mut salt)?;
    Ok(salt)
}

struct Draft<'a> {
    header: Header,
    der: Vec<u8>,
    salt: [u8; 32],
    body: &'a [u8],
}

impl Draft<'_> {
    fn encrypt(&self, signed: &[u8], recipient: &Recipient) -> Result<Vec<u8>> {
        let body = writer::header(tag::OCTET_STRING, self.body.len());
        let salt = writer::octet_string(&self.salt);
        let content = Zeroizing::new(writer::sequence(&[&salt, signed, &body, self.body]));
        AuthEnvelopedData::make_with_attributes(
            &content,
            PACKET_CONTENT,
            &[(PACKET_FORMAT, self.der.clone())],
            std::slice::from_ref(recipient),
            ContentCipher::Sm4Gcm,
        )
    }
}
