//! For whom a message is encrypted: the content key, encrypted with the key of each recipient.
//!
//! ```text
//! KeyTransRecipientInfo ::= SEQUENCE { version, rid, keyEncryptionAlgorithm AlgorithmIdentifier,
//!   encryptedKey OCTET STRING }   -- SM2Cipher
//! ```
//!
//! # Source
//!
//! RFC 5652 §6.2, GB/T 35275-2017.

use super::make::signer_id;
use super::message::Form;
use super::signed_data::{CertificateId, certificate_id};
use crate::asn1::reader::tag;
use crate::asn1::sm2::{self, Cipher};
use crate::asn1::{Deviations, Oid, Reader, Tlv, oid, writer};
use crate::cert::Certificate;
use crate::cert::chain::Purpose;
use crate::crypto::public_key::PublicKey;
use crate::crypto::{rng, sha2};
use crate::error::{Code, Error, Family, Result};
use crate::key::Decrypter;
use crate::report::NoteCode;
use zeroize::Zeroizing;

/// The most recipients of one message.
pub const MAX_RECIPIENTS: usize = 256;

const NAME: &str = "RecipientInfo";
/// The coordinates and the hash of an SM2 ciphertext.
const C1_AND_C3: usize = 64 + 32;

/// Somebody for whom a message is encrypted.
#[derive(Debug, Clone)]
pub struct Recipient {
    certificate: Certificate,
    key_identifier: Option<Vec<u8>>,
}

impl Recipient {
    /// The holder of this certificate's key, named by issuer and serial number.
    ///
    /// Whether the certificate is in force, and whose it is, the caller has assessed: there is no
    /// clock here.
    ///
    /// # Errors
    ///
    /// [`Code::Algorithm`] for another key than SM2: there is no RSA decryption here that keeps its
    /// key from a watcher of its time, so nothing is encrypted for RSA either. [`Code::Policy`] if
    /// the certificate is not one to encrypt for, such as the signing certificate of a pair.
    pub fn new(certificate: &Certificate) -> Result<Recipient> {
        if !matches!(certificate.public_key(), PublicKey::Sm2(_)) {
            return Err(unsupported(certificate.public_key().name()));
        }
        if let Some(problem) = certificate.usage_problem(Purpose::Encrypt) {
            return Err(Error::new(Code::Policy, "recipient", problem));
        }
        Ok(Recipient { certificate: certificate.clone(), key_identifier: None })
    }

    /// The same recipient, named by the subject key identifier of the certificate; in the form of
    /// RFC 5652 only.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] if the certificate has none.
    pub fn by_key_identifier(mut self) -> Result<Recipient> {
        let identifier = self.certificate.subject_key_identifier().ok_or_else(|| {
            Error::new(Code::Argument, "recipient", "the certificate has no subject key identifier")
        })?;
        self.key_identifier = Some(identifier.to_vec());
        Ok(self)
    }

    pub(super) fn is_by_key_identifier(&self) -> bool {
        self.key_identifier.is_some()
    }

    fn info(&self, form: Form, key: &[u8]) -> Result<Vec<u8>> {
        let PublicKey::Sm2(public) = self.certificate.public_key() else {
            return Err(unsupported(self.certificate.public_key().name()));
        };
        let (version, id) = match (&self.key_identifier, form) {
            (None, Form::Gm) => (1, signer_id(&self.certificate)),
            (None, Form::Rfc) => (0, signer_id(&self.certificate)),
            (Some(key), Form::Rfc) => (2, writer::tlv(tag::context_primitive(0), &[key])),
            (Some(_), Form::Gm) => {
                let message = "GB/T 35275 names recipients by issuer and serial number";
                return Err(Error::new(Code::Argument, "recipient", message));
            }
        };
        Ok(writer::sequence(&[
            &writer::integer(version),
            &id,
            &writer::sequence(&[&writer::oid(&oid::SM2_ENCRYPT)]),
            &writer::octet_string(&public.encrypt_der(key)?),
        ]))
    }
}

/// The SET OF RecipientInfo for these.
pub(super) fn write(recipients: &[Recipient], form: Form, key: &[u8]) -> Result<Vec<u8>> {
    if recipients.is_empty() {
        return Err(Error::new(Code::Argument, "recipients", "there is nobody to encrypt for"));
    }
    if recipients.len() > MAX_RECIPIENTS {
        return Err(Error::new(Code::Count, "recipients", "more than MAX_RECIPIENTS"));
    }
    let infos: Result<Vec<_>> = recipients.iter().map(|one| one.info(form, key)).collect();
    Ok(writer::set_of(infos?))
}

/// How one recipient gets the content key, as received.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum RecipientInfo {
    /// The content key is encrypted with the recipient's public key.
    KeyTransport {
        /// The certificate of the recipient.
        id: CertificateId,
        /// How the content key is encrypted.
        algorithm: Oid,
        /// The content key, encrypted; an SM2 ciphertext is in DER here whatever form it came in.
        encrypted_key: Vec<u8>,
    },
    /// Another way, which is not offered: its name.
    Other(&'static str),
}

impl RecipientInfo {
    /// KeyTransRecipientInfo in the form of RFC 5652, for a recipient by issuer and serial number, as
    /// it is written here; nothing for others.
    pub(super) fn to_der(&self) -> Option<Vec<u8>> {
        let RecipientInfo::KeyTransport { id, algorithm, encrypted_key } = self else {
            return None;
        };
        let CertificateId::IssuerAndSerial(issuer, serial) = id else { return None };
        let id = writer::sequence(&[issuer, &writer::tlv(tag::INTEGER, &[serial])]);
        Some(writer::sequence(&[
            &writer::integer(0),
            &id,
            &writer::sequence(&[&writer::oid(algorithm)]),
            &writer::octet_string(encrypted_key),
        ]))
    }
}

/// The members of the SET OF RecipientInfo.
pub(super) fn read(
    set: &Tlv<'_>,
    form: Form,
    deviations: &mut Deviations,
) -> Result<Vec<RecipientInfo>> {
    let mut infos: Vec<RecipientInfo> = Vec::new();
    let mut contents = set.contents().named(NAME);
    while !contents.is_empty() {
        if infos.len() == MAX_RECIPIENTS {
            return Err(Error::new(Code::Count, NAME, "more recipients than MAX_RECIPIENTS"));
        }
        let element = contents.read()?;
        let other = |name| Ok(RecipientInfo::Other(name));
        let info = match element.tag {
            tag::SEQUENCE => key_transport(element.contents(), form, deviations),
            tag if form == Form::Gm => Err(element.error(format!("unknown tag {tag:#04x}"))),
            0xa1 => other("key agreement"),
            0xa2 => other("a key that both have"),
            0xa3 => other("a password"),
            0xa4 => other("another way"),
            tag => Err(element.error(format!("unknown tag {tag:#04x}"))),
        }?;
        let named = |info: &RecipientInfo| match info {
            RecipientInfo::KeyTransport { id, .. } => Some(id.clone()),
            RecipientInfo::Other(_) => None,
        };
        let id = named(&info);
        if id.is_some() && infos.iter().any(|known| named(known) == id) {
            let message = "the same recipient stands twice";
            return Err(Error::new(Code::Structure, NAME, message).at(element.offset));
        }
        infos.push(info);
    }
    if infos.is_empty() {
        return Err(Error::new(Code::Structure, NAME, "there is no recipient").at(set.offset));
    }
    Ok(infos)
}

fn key_transport(
    mut fields: Reader<'_>,
    form: Form,
    deviations: &mut Deviations,
) -> Result<RecipientInfo> {
    let at = fields.offset();
    let version = fields.expect(tag::INTEGER)?.integer_i64()?;
    let id = certificate_id(&mut fields)?;
    let by_key = matches!(id, CertificateId::KeyIdentifier(_));
    let due = match (form, by_key) {
        (Form::Gm, true) => {
            let detail = "the recipient is named by key identifier, version 2";
            deviations.tolerate(NoteCode::DeviationRecipient, NAME, at, detail)?;
            2
        }
        (Form::Gm, false) => 1,
        (Form::Rfc, true) => 2,
        (Form::Rfc, false) => 0,
    };
    if version != due {
        let detail = format!("version {version} in place of {due}");
        deviations.tolerate(NoteCode::DeviationVersion, NAME, at, detail)?;
    }
    let algorithm = fields.sequence()?.expect(tag::OID)?;
    let encrypted_key = fields.expect(tag::OCTET_STRING)?.value.to_vec();
    fields.finish()?;
    let algorithm = match algorithm.oid()? {
        oid::SM2_EXCHANGE => {
            let detail = "SM2 encryption under the identifier of the key exchange";
            let at = algorithm.offset;
            deviations.tolerate(NoteCode::DeviationAlgorithm, NAME, at, detail)?;
            oid::SM2_ENCRYPT
        }
        other => other,
    };
    Ok(RecipientInfo::KeyTransport { id, algorithm, encrypted_key })
}

/// Puts encrypted keys of this length that stand as C1, C2, C3 without the 04 in front (CFCA before
/// its version 3.2) into DER. Their length tells: DER is never as short.
pub(super) fn settle(
    infos: &mut [RecipientInfo],
    key_length: usize,
    deviations: &mut Deviations,
) -> Result<()> {
    for info in infos {
        let RecipientInfo::KeyTransport { algorithm: oid::SM2_ENCRYPT, encrypted_key, .. } = info
        else {
            continue;
        };
        if encrypted_key.len() != C1_AND_C3 + key_length || sm2::read_cipher(encrypted_key).is_ok()
        {
            continue;
        }
        let (c1, rest) = encrypted_key.split_at(64);
        let (c2, c3) = rest.split_at(key_length);
        let (x, y) = c1.split_at(32);
        if let (Ok(x), Ok(y), Ok(hash)) = (x.try_into(), y.try_into(), c3.try_into()) {
            let detail = "the encrypted key is C1, C2, C3 without 04";
            deviations.tolerate(NoteCode::DeviationCiphertext, NAME, 0, detail)?;
            *encrypted_key = sm2::write_cipher(&Cipher { x, y, hash, text: c2 });
        }
    }
    Ok(())
}

/// A content key, or random bytes in its place.
pub(super) struct ContentKey {
    bytes: Zeroizing<Vec<u8>>,
    good: bool,
}

impl ContentKey {
    /// What `open` makes with the key.
    ///
    /// # Errors
    ///
    /// [`Code::Decryption`], the same for a key that did not come out, and for whatever `open` finds
    /// wrong; a key that did not come out takes the same way as one that did.
    pub(super) fn open<T>(
        &self,
        structure: &'static str,
        open: impl FnOnce(&[u8]) -> Result<T>,
    ) -> Result<T> {
        match open(&self.bytes) {
            Ok(content) if self.good => Ok(content),
            _ => Err(undecryptable(structure)),
        }
    }
}

impl ContentKey {
    /// The bytes, and whether they are the key: who uses them says so after all else, with the answer
    /// of [`open`](Self::open).
    pub(super) fn parts(&self) -> (&[u8], bool) {
        (&self.bytes, self.good)
    }
}

/// The one answer to everything that depends on a key.
pub(crate) fn undecryptable(structure: &'static str) -> Error {
    Error::new(Code::Decryption, structure, "this key does not open the message")
}

/// The content key, of this length, for the holder of `own`.
///
/// # Errors
///
/// What anybody can see: [`Code::KeyMismatch`], [`Code::NotRecipient`], [`Code::Algorithm`],
/// [`Code::Form`]; what a device says that does not work at all. A key that does not come out is no
/// error here, see [`ContentKey::open`].
pub(super) fn content_key(
    infos: &[RecipientInfo],
    with: &dyn Decrypter,
    own: &Certificate,
    length: usize,
) -> Result<ContentKey> {
    if own.public_key() != with.public_key() {
        let message = "the certificate is that of another key";
        return Err(Error::new(Code::KeyMismatch, "recipient", message));
    }
    let found = infos.iter().find_map(|info| match info {
        RecipientInfo::KeyTransport { id, algorithm, encrypted_key } if names(id, own) => {
            Some((algorithm, encrypted_key))
        }
        _ => None,
    });
    let (algorithm, encrypted_key) = found.ok_or_else(|| no_recipient(infos))?;
    if *algorithm != oid::SM2_ENCRYPT {
        return Err(unsupported(&algorithm.to_string()));
    }
    let mut bytes = Zeroizing::new(vec![0; length]);
    rng::fill(&mut bytes)?;
    let good = match with.decrypt(encrypted_key).map(Zeroizing::new) {
        Ok(key) if key.len() == length => {
            bytes.copy_from_slice(&key);
            true
        }
        Ok(_) => false,
        Err(error) if error.code() == Code::Decryption => false,
        Err(error) if error.family() == Family::Malformed => false,
        Err(error) => return Err(error),
    };
    Ok(ContentKey { bytes, good })
}

fn names(id: &CertificateId, certificate: &Certificate) -> bool {
    id.names(certificate)
        || match (id, certificate.subject_key_identifier()) {
            // RFC 5280 §4.2.1.2: what the identifier would be, had the authority put it in.
            (CertificateId::KeyIdentifier(key), None) => {
                sha2::sha1_legacy(certificate.public_key_bits())[..] == key[..]
            }
            _ => false,
        }
}

fn no_recipient(infos: &[RecipientInfo]) -> Error {
    let others: Vec<&str> = infos
        .iter()
        .filter_map(|info| match info {
            RecipientInfo::Other(name) => Some(*name),
            RecipientInfo::KeyTransport { .. } => None,
        })
        .collect();
    if !others.is_empty() && others.len() == infos.len() {
        let message = format!("recipients by {} are not offered", others[0]);
        return Error::new(Code::Form, NAME, message);
    }
    Error::new(Code::NotRecipient, NAME, "the message is not encrypted for this certificate")
}

fn unsupported(what: &str) -> Error {
    let message = format!("recipients with {what} are not offered, only with SM2");
    Error::new(Code::Algorithm, NAME, message)
}
