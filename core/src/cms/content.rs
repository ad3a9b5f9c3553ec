//! The encrypted content of a message and its algorithms.
//!
//! ```text
//! EncryptedContentInfo ::= SEQUENCE { contentType, contentEncryptionAlgorithm AlgorithmIdentifier,
//!   encryptedContent [0] IMPLICIT OCTET STRING,
//!   sharedInfo1 [1] IMPLICIT OCTET STRING OPTIONAL,    -- GB/T 35275 only
//!   sharedInfo2 [2] IMPLICIT OCTET STRING OPTIONAL }   -- GB/T 35275 only
//! GCMParameters ::= SEQUENCE { nonce OCTET STRING, icvLen INTEGER DEFAULT 12 }
//! ```
//!
//! # Source
//!
//! RFC 5652 §6.1, RFC 5084, GB/T 35275-2017.

use super::message::Form;
use super::recipient::undecryptable;
use crate::asn1::reader::tag;
use crate::asn1::{Deviations, Oid, Reader, Tlv, oid, writer};
use crate::crypto::aes_gcm::AesGcmKey;
use crate::crypto::rng;
use crate::crypto::sm4::{BLOCK, NONCE_LENGTH, Sm4Key, TAG_LENGTH};
use crate::error::{Code, Error, Result};
use crate::report::NoteCode;
use zeroize::Zeroizing;

const NAME: &str = "EncryptedContentInfo";

/// How the content of a message is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContentCipher {
    /// SM4-CBC with padding: hides, but does not show what was changed.
    Sm4Cbc,
    /// SM4-GCM with a tag of 16 bytes.
    Sm4Gcm,
    /// AES-128-GCM with a tag of 16 bytes.
    Aes128Gcm,
    /// AES-256-GCM with a tag of 16 bytes.
    Aes256Gcm,
}

impl ContentCipher {
    /// The name.
    pub fn name(self) -> &'static str {
        match self {
            ContentCipher::Sm4Cbc => "SM4-CBC",
            ContentCipher::Sm4Gcm => "SM4-GCM",
            ContentCipher::Aes128Gcm => "AES-128-GCM",
            ContentCipher::Aes256Gcm => "AES-256-GCM",
        }
    }

    /// The length of a key in bytes.
    pub fn key_length(self) -> usize {
        match self {
            ContentCipher::Aes256Gcm => 32,
            _ => 16,
        }
    }

    /// Whether there is a tag that shows changes.
    pub fn is_authenticated(self) -> bool {
        self != ContentCipher::Sm4Cbc
    }

    /// Nothing, for a cipher with a tag.
    pub(super) fn must_have_tag(self) -> Result<()> {
        if self.is_authenticated() {
            return Ok(());
        }
        Err(Error::new(Code::Argument, "cipher", "SM4-CBC has no tag"))
    }

    /// A new random key.
    pub(super) fn new_key(self) -> Result<Zeroizing<Vec<u8>>> {
        let mut key = Zeroizing::new(vec![0; self.key_length()]);
        rng::fill(&mut key)?;
        Ok(key)
    }

    /// AlgorithmIdentifier.
    pub(super) fn algorithm(self, parameter: Parameter) -> Vec<u8> {
        let parameter = match parameter {
            Parameter::Iv(iv) => writer::octet_string(&iv),
            Parameter::Nonce(nonce) => gcm_parameters(&nonce),
        };
        writer::sequence(&[&writer::oid(&self.identifier()), &parameter])
    }

    fn identifier(self) -> Oid {
        match self {
            ContentCipher::Sm4Cbc => oid::SM4_CBC,
            ContentCipher::Sm4Gcm => oid::SM4_GCM,
            ContentCipher::Aes128Gcm => oid::AES_128_GCM,
            ContentCipher::Aes256Gcm => oid::AES_256_GCM,
        }
    }
}

/// Encrypted content as received.
#[derive(Debug, Clone)]
pub(super) struct EncryptedContent {
    pub(super) content_type: Oid,
    pub(super) cipher: ContentCipher,
    pub(super) parameter: Parameter,
    text: Vec<u8>,
}

/// What a cipher starts from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Parameter {
    Iv([u8; BLOCK]),
    Nonce([u8; NONCE_LENGTH]),
}

impl Parameter {
    /// A new random one.
    pub(super) fn random(cipher: ContentCipher) -> Result<Parameter> {
        if cipher.is_authenticated() {
            let mut nonce = [0; NONCE_LENGTH];
            rng::fill(&mut nonce)?;
            Ok(Parameter::Nonce(nonce))
        } else {
            let mut iv = [0; BLOCK];
            rng::fill(&mut iv)?;
            Ok(Parameter::Iv(iv))
        }
    }
}

/// What is read beyond the usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) form: Form,
    /// Whether a tag is due.
    pub(super) authenticated: bool,
    /// Whether 1.2.156.10197.1.104.10 is taken for SM4-GCM.
    pub(super) gcm_as_10: bool,
}

impl EncryptedContent {
    pub(super) fn read(
        mut fields: Reader<'_>,
        reading: Reading,
        deviations: &mut Deviations,
    ) -> Result<EncryptedContent> {
        fields = fields.named(NAME);
        let content_type = fields.expect(tag::OID)?.oid()?;
        let algorithm = fields.sequence()?;
        let (cipher, parameter) = read_algorithm(algorithm, reading, deviations)?;
        let text = encrypted_octets(&mut fields, deviations)?;
        if reading.form == Form::Gm {
            // Nothing says what an SM2 recipient does with them; they are not needed to decrypt.
            fields.optional(tag::context_primitive(1))?;
            fields.optional(tag::context_primitive(2))?;
        }
        fields.finish()?;
        Ok(EncryptedContent { content_type, cipher, parameter, text })
    }

    /// EncryptedContentInfo of these parts in DER, as it is written here.
    pub(super) fn to_der(&self) -> Vec<u8> {
        info(self.content_type, self.cipher, self.parameter, &self.text)
    }

    /// The content. `aad` and `mac` count only where there is a tag.
    ///
    /// # Errors
    ///
    /// Always the same, whatever is wrong.
    pub(super) fn decrypt(&self, key: &[u8], aad: &[u8], mac: &[u8]) -> Result<Vec<u8>> {
        let content = match (self.cipher, self.parameter) {
            (ContentCipher::Sm4Cbc, Parameter::Iv(iv)) => {
                Sm4Key::new(key).and_then(|key| key.cbc_decrypt(&iv, &self.text))
            }
            (ContentCipher::Sm4Gcm, Parameter::Nonce(nonce)) => {
                Sm4Key::new(key).and_then(|key| key.gcm_decrypt(&nonce, aad, &self.text, mac))
            }
            (ContentCipher::Aes128Gcm | ContentCipher::Aes256Gcm, Parameter::Nonce(nonce)) => {
                AesGcmKey::new(key).and_then(|key| key.decrypt(&nonce, aad, &self.text, mac))
            }
            _ => Err(undecryptable(NAME)),
        };
        content.map_err(|_| undecryptable(NAME))
    }
}

fn read_algorithm(
    mut fields: Reader<'_>,
    reading: Reading,
    deviations: &mut Deviations,
) -> Result<(ContentCipher, Parameter)> {
    let identifier = fields.expect(tag::OID)?;
    let cipher = match identifier.oid()? {
        oid::SM4_CBC => ContentCipher::Sm4Cbc,
        oid::SM4 => {
            let detail = "SM4-CBC under the identifier of SM4 without a mode";
            let at = identifier.offset;
            deviations.tolerate(NoteCode::DeviationAlgorithm, NAME, at, detail)?;
            ContentCipher::Sm4Cbc
        }
        oid::SM4_GCM => ContentCipher::Sm4Gcm,
        oid::SM4_GCM_OTHER_LIST if reading.gcm_as_10 => {
            let detail = format!("{} taken for SM4-GCM, as asked", oid::SM4_GCM_OTHER_LIST);
            deviations.note(NoteCode::DeviationAlgorithm, detail);
            ContentCipher::Sm4Gcm
        }
        oid::AES_128_GCM => ContentCipher::Aes128Gcm,
        oid::AES_256_GCM => ContentCipher::Aes256Gcm,
        other => {
            let message = format!("the encryption {other} is not offered");
            return Err(Error::new(Code::Algorithm, NAME, message).at(identifier.offset));
        }
    };
    if cipher.is_authenticated() != reading.authenticated {
        let where_due = if reading.authenticated { "only ciphers with a tag" } else { "SM4-CBC" };
        let message = format!("{} where {where_due} may stand", cipher.name());
        return Err(Error::new(Code::Form, NAME, message).at(identifier.offset));
    }
    let parameter = if cipher.is_authenticated() {
        Parameter::Nonce(read_gcm(&mut fields)?)
    } else {
        let iv = fields.expect(tag::OCTET_STRING)?;
        Parameter::Iv(iv.value.try_into().map_err(|_| value(&iv, "an IV has 16 bytes"))?)
    };
    fields.finish()?;
    Ok((cipher, parameter))
}

/// GCMParameters. A tag shorter than 16 bytes, such as the default of 12, is refused: it is easier to
/// forge.
fn read_gcm(fields: &mut Reader<'_>) -> Result<[u8; NONCE_LENGTH]> {
    let whole = fields.expect(tag::SEQUENCE)?;
    let mut parameters = whole.contents();
    let nonce = parameters.expect(tag::OCTET_STRING)?;
    let length = match parameters.optional(tag::INTEGER)? {
        Some(length) => length.integer_i64()?,
        None => 12,
    };
    parameters.finish()?;
    if length != TAG_LENGTH as i64 {
        let message = format!("a tag of {length} bytes: only 16 are offered");
        return Err(Error::new(Code::Form, "GCMParameters", message).at(whole.offset));
    }
    nonce.value.try_into().map_err(|_| value(&nonce, "a nonce has 12 bytes"))
}

/// `[0] IMPLICIT OCTET STRING`, whole or (in BER) in pieces.
fn encrypted_octets(fields: &mut Reader<'_>, deviations: &mut Deviations) -> Result<Vec<u8>> {
    if let Some(whole) = fields.optional(tag::context_primitive(0))? {
        return Ok(whole.value.to_vec());
    }
    let Some(pieces) = fields.optional(tag::context(0))? else {
        let message = "the encrypted content is not in the message";
        return Err(Error::new(Code::Structure, NAME, message).at(fields.offset()));
    };
    deviations.note(NoteCode::MessageBer, "the encrypted content is in pieces");
    let mut contents = pieces.contents();
    let mut octets = Vec::with_capacity(pieces.value.len());
    while !contents.is_empty() {
        octets.extend_from_slice(contents.expect(tag::OCTET_STRING)?.value);
    }
    Ok(octets)
}

fn value(tlv: &Tlv<'_>, message: &'static str) -> Error {
    Error::new(Code::Value, NAME, message).at(tlv.offset)
}

/// EncryptedContentInfo of plain data, encrypted with SM4-CBC.
pub(super) fn encrypt_cbc(content: &[u8], key: &[u8], form: Form) -> Result<Vec<u8>> {
    let mut iv = [0; BLOCK];
    rng::fill(&mut iv)?;
    let text = Sm4Key::new(key)?.cbc_encrypt(&iv, content);
    Ok(info(form.data(), ContentCipher::Sm4Cbc, Parameter::Iv(iv), &text))
}

/// EncryptedContentInfo of content of this type, encrypted with a cipher that has a tag, and the tag
/// over it and the further data.
pub(super) fn encrypt_gcm(
    cipher: ContentCipher,
    (content_type, content): (Oid, &[u8]),
    aad: &[u8],
    key: &[u8],
) -> Result<(Vec<u8>, [u8; TAG_LENGTH])> {
    cipher.must_have_tag()?;
    let mut nonce = [0; NONCE_LENGTH];
    rng::fill(&mut nonce)?;
    let (text, tag) = match cipher {
        ContentCipher::Sm4Gcm => Sm4Key::new(key)?.gcm_encrypt(&nonce, aad, content)?,
        _ => AesGcmKey::new(key)?.encrypt(&nonce, aad, content)?,
    };
    Ok((info(content_type, cipher, Parameter::Nonce(nonce), &text), tag))
}

fn gcm_parameters(nonce: &[u8; NONCE_LENGTH]) -> Vec<u8> {
    writer::sequence(&[&writer::octet_string(nonce), &writer::integer(TAG_LENGTH as i64)])
}

fn info(content_type: Oid, cipher: ContentCipher, parameter: Parameter, text: &[u8]) -> Vec<u8> {
    writer::sequence(&[
        &writer::oid(&content_type),
        &cipher.algorithm(parameter),
        &writer::tlv(tag::context_primitive(0), &[text]),
    ])
}
