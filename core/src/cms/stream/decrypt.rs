//! Decrypting messages whose content passes through into a sink that waits for the proof.

use super::PIECE;
use super::encrypt::Running;
use super::pull::unwritable;
use super::walk::{Skeleton, Walk};
use crate::asn1::{Oid, Profile};
use crate::cert::Certificate;
use crate::cms::auth_enveloped::{self, AuthEnvelopedData};
use crate::cms::content::ContentCipher;
use crate::cms::encrypted::{self, EncryptedData};
use crate::cms::enveloped::EnvelopedData;
use crate::cms::front::Front;
use crate::cms::message::{self, Form, MessageKind};
use crate::cms::recipient::{self, RecipientInfo, undecryptable};
use crate::cms::signed_and_enveloped::SignedAndEnvelopedData;
use crate::cms::signed_data::SignedData;
use crate::cms::unauthenticated::Unauthenticated;
use crate::crypto::sm4::{BLOCK, text_in_last};
use crate::error::{Code, Error, Result};
use crate::key::Decrypter;
use crate::report::NoteCode;
use std::io::{Read, Seek, Write};
use zeroize::{Zeroize, Zeroizing};

/// An encrypted message of any kind in a source that is read once.
///
/// What is decrypted goes to a sink before anything shows that it is whole. So the sink is handed
/// over, has to be one that nobody else reads (a file of its own, without a name or with one that
/// nobody looks for), and comes back when the content is proven. When it does not come back it is
/// dropped, and its `Drop` has to remove what is in it.
pub struct EncryptedStream<R> {
    walk: Walk<R>,
    front: Front,
    profile: Profile,
    gcm_as_10: bool,
    notes: Vec<(NoteCode, String)>,
}

/// What was in a message, in the sink that was handed over.
#[must_use = "what was decrypted is in it"]
pub enum Opened<W> {
    /// The tag is good: nobody without the content key changed it.
    Authenticated(W),
    /// There is no tag: whoever carried the message may have changed it.
    Unauthenticated(Unauthenticated<W>),
    /// Signatures are to be judged first.
    Signed(Withheld<W>),
}

/// Decrypted content of a SignedAndEnvelopedData in its sink, which
/// [`timestamp::check_withheld`](crate::timestamp::check_withheld) gives out if the signatures are
/// good.
pub struct Withheld<W> {
    pub(crate) signed: Box<SignedData>,
    pub(crate) sink: W,
    /// Where the content starts in the sink.
    pub(crate) start: u64,
    pub(crate) length: u64,
}

impl<W> Withheld<W> {
    /// What the message says of its signers; the content is not in there.
    pub fn signed(&self) -> &SignedData {
        &self.signed
    }
}

impl<R: Read> EncryptedStream<R> {
    /// Reads a message up to its content.
    ///
    /// # Errors
    ///
    /// [`Code::Form`] for a message that is not encrypted; else as
    /// [`EnvelopedData::parse`] and the like, about what stands before the content; [`Code::Read`].
    pub fn open(source: R, profile: Profile) -> Result<EncryptedStream<R>> {
        open(source, profile, false)
    }

    /// As [`open`](Self::open), and 1.2.156.10197.1.104.10 is taken for SM4-GCM: see
    /// [`AuthEnvelopedData::parse_with_104_10_as_gcm`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn open_with_104_10_as_gcm(source: R, profile: Profile) -> Result<EncryptedStream<R>> {
        open(source, profile, true)
    }

    /// What kind of message it is.
    pub fn kind(&self) -> MessageKind {
        self.walk.kind()
    }

    /// The form of the message.
    pub fn form(&self) -> Form {
        self.walk.form()
    }

    /// For whom it is encrypted; nobody, if under a key that both have.
    pub fn recipients(&self) -> &[RecipientInfo] {
        &self.front.recipients
    }

    /// How the content is encrypted.
    pub fn cipher(&self) -> ContentCipher {
        self.front.content.cipher
    }

    /// What the content is said to be.
    pub fn content_type(&self) -> Oid {
        self.front.content.content_type
    }

    /// The deviations met before the content.
    pub fn notes(&self) -> &[(NoteCode, String)] {
        &self.notes
    }

    /// Reads to the end of the message without decrypting: all deviations met.
    ///
    /// # Errors
    ///
    /// What is wrong behind the content, as the readers of whole messages say it; [`Code::Read`].
    pub fn read_to_end(self) -> Result<Vec<(NoteCode, String)>> {
        let (kind, (skeleton, _)) = (self.front.kind, self.walk.finish()?);
        let tail = Tail::read(kind, &skeleton, self.profile, self.gcm_as_10)?;
        Ok(tail.1)
    }

    /// Decrypts with the key of the certificate `own` into the sink, from where it stands.
    ///
    /// # Errors
    ///
    /// As [`EnvelopedData::open`]; [`Code::Argument`] for EncryptedData, which has no recipients;
    /// [`Code::Read`], [`Code::Write`]; and what is wrong behind the content, as the readers of whole
    /// messages say it.
    pub fn decrypt<W: Read + Write + Seek>(
        self,
        with: &dyn Decrypter,
        own: &Certificate,
        sink: W,
    ) -> Result<Opened<W>> {
        if self.kind() == MessageKind::EncryptedData {
            let message = "EncryptedData is opened with the key that both have";
            return Err(Error::new(Code::Argument, "key", message));
        }
        let length = self.cipher().key_length();
        let key = recipient::content_key(self.recipients(), with, own, length)?;
        let (bytes, good) = key.parts();
        self.run(bytes, good, sink)
    }

    /// Decrypts EncryptedData under the key that both have.
    ///
    /// # Errors
    ///
    /// As [`EncryptedData::open`]; [`Code::Argument`] for a message with recipients;
    /// [`Code::Read`], [`Code::Write`].
    pub fn decrypt_with_key<W: Read + Write + Seek>(
        self,
        key: &[u8],
        sink: W,
    ) -> Result<Opened<W>> {
        if self.kind() != MessageKind::EncryptedData {
            let message = "the message has recipients: it is opened with the key of one of them";
            return Err(Error::new(Code::Argument, "key", message));
        }
        encrypted::check_length(key)?;
        self.run(key, true, sink)
    }

    fn run<W: Read + Write + Seek>(
        mut self,
        key: &[u8],
        good: bool,
        mut sink: W,
    ) -> Result<Opened<W>> {
        let start = sink.stream_position().map_err(|error| unwritable(&error))?;
        let content = &self.front.content;
        let mut running = Running::decryptor(content.cipher, content.parameter, key)?;
        let mut padding = Padding::default();
        let mut buffer = Zeroizing::new(vec![0; PIECE]);
        let mut length = 0;
        loop {
            let read = self.walk.read(&mut buffer)?;
            let piece = &mut buffer[..read];
            let text = match &mut running {
                Running::Gcm(gcm) => {
                    gcm.decrypt(piece)?;
                    &*piece
                }
                Running::Cbc(cbc) => {
                    let (blocks, rest) = piece.as_chunks_mut::<BLOCK>();
                    padding.whole &= rest.is_empty();
                    cbc.decrypt(blocks);
                    // The last block waits for the next ones: it may be the one with the padding.
                    if let Some(held) = padding.hold(blocks) {
                        sink.write_all(&held[..]).map_err(|error| unwritable(&error))?;
                        length += BLOCK as u64;
                    }
                    blocks.split_last().map_or(&[][..], |(_, before)| before.as_flattened())
                }
            };
            sink.write_all(text).map_err(|error| unwritable(&error))?;
            length += text.len() as u64;
            if read < PIECE {
                break;
            }
        }
        let (content_type, (skeleton, _)) = (content.content_type, self.walk.finish()?);
        let (tail, _) = Tail::read(self.front.kind, &skeleton, self.profile, self.gcm_as_10)?;
        let open = match (running, &tail) {
            (Running::Gcm(gcm), Tail::Auth(message)) => {
                gcm.check_tag(message.attributes(), message.mac())?
            }
            (Running::Cbc(_), _) => match padding.text() {
                Some(text) => {
                    sink.write_all(&text).map_err(|error| unwritable(&error))?;
                    length += text.len() as u64;
                    true
                }
                None => false,
            },
            _ => false,
        };
        // One answer for a key that did not come out, a wrong tag and wrong padding.
        if !(open && good) {
            return Err(undecryptable(self.front.kind.name()));
        }
        sink.flush().map_err(|error| unwritable(&error))?;
        Ok(match tail {
            Tail::Auth(_) => Opened::Authenticated(sink),
            Tail::Nothing => Opened::Unauthenticated(Unauthenticated::new(sink)),
            Tail::Signers(message) => {
                let signed = Box::new(message.signers_of(content_type)?);
                Opened::Signed(Withheld { signed, sink, start, length })
            }
        })
    }
}

fn open<R: Read>(source: R, profile: Profile, gcm_as_10: bool) -> Result<EncryptedStream<R>> {
    let walk = Walk::start(source)?;
    let kind = walk.kind();
    if kind == MessageKind::SignedData {
        return Err(Error::new(Code::Form, "ContentInfo", "SignedData is not encrypted"));
    }
    let (front, notes) = walk.front().read(profile, |bytes, deviations| {
        let der = message::to_der(bytes, kind, deviations)?;
        let (mut fields, form) = message::fields(&der, kind, deviations)?;
        let front = Front::read(&mut fields, kind, form, gcm_as_10, deviations)?;
        Ok((front, deviations.notes().to_vec()))
    })?;
    Ok(EncryptedStream { walk, front, profile, gcm_as_10, notes })
}

/// What stands behind the content.
enum Tail {
    Auth(AuthEnvelopedData),
    Signers(SignedAndEnvelopedData),
    Nothing,
}

impl Tail {
    /// Judges the whole message but for its content, as if it had been read whole; also the
    /// deviations met.
    fn read(
        kind: MessageKind,
        skeleton: &Skeleton,
        profile: Profile,
        gcm_as_10: bool,
    ) -> Result<(Tail, Vec<(NoteCode, String)>)> {
        skeleton.read(profile, |bytes, deviations| {
            let tail = match kind {
                MessageKind::AuthEnvelopedData => {
                    Tail::Auth(auth_enveloped::read(bytes, gcm_as_10, deviations)?)
                }
                MessageKind::SignedAndEnvelopedData => {
                    Tail::Signers(SignedAndEnvelopedData::read(bytes, deviations)?)
                }
                MessageKind::EnvelopedData => {
                    EnvelopedData::read(bytes, deviations)?;
                    Tail::Nothing
                }
                _ => {
                    EncryptedData::read(bytes, deviations)?;
                    Tail::Nothing
                }
            };
            Ok((tail, deviations.notes().to_vec()))
        })
    }
}

/// The last block so far of a text in CBC.
struct Padding {
    held: Option<[u8; BLOCK]>,
    /// Whether the text was of whole blocks.
    whole: bool,
}

impl Default for Padding {
    fn default() -> Self {
        Padding { held: None, whole: true }
    }
}

impl Padding {
    /// Holds the last of these blocks in place of the one that was held, which is no longer the last.
    fn hold(&mut self, blocks: &[[u8; BLOCK]]) -> Option<Zeroizing<[u8; BLOCK]>> {
        let last = blocks.last()?;
        self.held.replace(*last).map(Zeroizing::new)
    }

    /// What of the last block is text, if all of it was as it should be.
    fn text(&self) -> Option<Zeroizing<Vec<u8>>> {
        let last = self.held.as_ref()?;
        let length = text_in_last(last)?;
        self.whole.then(|| Zeroizing::new(last[..length].to_vec()))
    }
}

impl Drop for Padding {
    fn drop(&mut self) {
        self.held.zeroize();
    }
}
