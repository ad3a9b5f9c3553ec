//! A seal, parsed once and kept as received.

use super::key_of::key_of;
use super::midstate::Midstates;
use super::picture;
use super::signature::{self, Verified};
use crate::asn1::ses::{self, CertificateFields, SealFields, Span, Version};
use crate::asn1::{Deviations, Oid, Profile, gmt0031};
use crate::cert::Certificate;
use crate::crypto::hazmat::sm2_digest;
use crate::crypto::memo::{Memo, lock_briefly};
use crate::crypto::public_key::{PreparedKeys, PublicKey};
use crate::crypto::sm2::UserId;
use crate::crypto::sm3;
use crate::error::Result;
use crate::report::NoteCode;
use crate::time::Time;
use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex};

/// The most certificates of signers that are kept with a seal.
const MAX_SIGNERS: usize = 16;

/// An electronic seal: the bytes received and what they say. Cloning is cheap.
///
/// Parsing proves nothing: a seal is good only when [`check_seal`](super::check_seal) says so.
#[derive(Clone)]
pub struct Seal {
    inner: Arc<Inner>,
}

struct Inner {
    bytes: Vec<u8>,
    fields: SealFields,
    profile: Profile,
    notes: Vec<(NoteCode, String)>,
    midstates: Midstates,
    digest: Memo<[u8; 32]>,
    maker: Memo<Result<Certificate>>,
    /// What the look at the picture found: it is the same at any time.
    picture: Memo<std::result::Result<(), String>>,
    /// Signers' certificates that were read, found again by their bytes.
    signers: Mutex<Vec<Certificate>>,
    /// The last verification of the maker's signature, by user id: it is the same at any time.
    verified: Memo<(UserId, Verified)>,
}

/// Who may stamp with a seal.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertList {
    /// The DER of each certificate.
    Certificates(Vec<Vec<u8>>),
    /// The name of a digest algorithm and the digest of each certificate.
    Digests(Vec<(String, Vec<u8>)>),
}

/// The picture of a seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture<'a> {
    /// The type as the seal states it: `PNG`, `SVG`...
    pub kind: &'a str,
    /// The bytes of the picture.
    pub data: &'a [u8],
    /// The width in millimetres.
    pub width_mm: i64,
    /// The height in millimetres.
    pub height_mm: i64,
}

/// Further data in a seal or a stamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// What it is.
    pub id: Oid,
    /// Whether a reader that does not know it must refuse.
    pub critical: bool,
    /// The octets of its value.
    pub value: Vec<u8>,
}

impl Seal {
    /// Reads a seal of any version.
    ///
    /// # Errors
    ///
    /// Malformed 1xx with the place, `Form` for a shape of no known version, `Size` and `Count`
    /// beyond the limits of [`asn1::ses`](crate::asn1::ses). Under `Conforming` every deviation
    /// is an error.
    pub fn parse(bytes: &[u8], profile: Profile) -> Result<Seal> {
        let mut deviations = Deviations::new(profile);
        let fields = ses::read_seal(bytes, &mut deviations)?;
        let inner = Inner {
            bytes: fields.whole.of(bytes).to_vec(),
            fields,
            profile,
            notes: deviations.notes().to_vec(),
            midstates: Midstates::default(),
            digest: Memo::default(),
            maker: Memo::default(),
            picture: Memo::default(),
            signers: Mutex::new(Vec::new()),
            verified: Memo::default(),
        };
        Ok(Seal { inner: Arc::new(inner) })
    }

    /// The seal as received, without bytes that followed it.
    pub fn as_bytes(&self) -> &[u8] {
        &self.inner.bytes
    }

    /// The layout.
    pub fn version(&self) -> Version {
        self.fields().version
    }

    /// The version number as written in the header.
    pub fn version_number(&self) -> i64 {
        self.fields().number
    }

    /// esID: the seal's number.
    pub fn id(&self) -> &str {
        &self.fields().id
    }

    /// Vid: who made the seal's software.
    pub fn vendor(&self) -> &str {
        &self.fields().vendor
    }

    /// The name of the seal.
    pub fn name(&self) -> &str {
        &self.fields().name
    }

    /// The type of seal; in V1, 1 is an organisation's and 2 a person's.
    pub fn kind(&self) -> i64 {
        self.fields().kind
    }

    /// When the seal was made, by its own statement.
    pub fn created(&self) -> Time {
        self.fields().created
    }

    /// The start of the seal's own validity.
    pub fn valid_from(&self) -> Time {
        self.fields().valid_from
    }

    /// The end of the seal's own validity, included.
    pub fn valid_until(&self) -> Time {
        self.fields().valid_until
    }

    /// Whether the moment lies within the seal's own validity, both ends included.
    pub fn is_valid_at(&self, time: Time) -> bool {
        (self.valid_from()..=self.valid_until()).contains(&time)
    }

    /// The picture.
    pub fn picture(&self) -> Picture<'_> {
        let picture = &self.fields().picture;
        Picture {
            kind: &picture.kind,
            data: self.part(picture.data),
            width_mm: picture.width_mm,
            height_mm: picture.height_mm,
        }
    }

    /// Who may stamp with the seal.
    pub fn certificates(&self) -> CertList {
        match &self.fields().certificates {
            CertificateFields::Certificates(list) => {
                CertList::Certificates(list.iter().map(|span| self.part(*span).to_vec()).collect())
            }
            CertificateFields::Digests(list) => {
                let entry =
                    |(name, span): &(String, Span)| (name.clone(), self.part(*span).to_vec());
                CertList::Digests(list.iter().map(entry).collect())
            }
        }
    }

    /// The extensions of the seal.
    pub fn extensions(&self) -> Vec<Extension> {
        let own = |extension: &ses::ExtensionFields| Extension {
            id: extension.id,
            critical: extension.critical,
            value: self.part(extension.value).to_vec(),
        };
        self.fields().extensions.iter().map(own).collect()
    }

    /// The DER of the maker's certificate.
    pub fn maker_certificate(&self) -> &[u8] {
        self.part(self.fields().maker)
    }

    /// The maker's signature algorithm.
    pub fn algorithm(&self) -> Oid {
        self.fields().algorithm
    }

    /// What the maker signed: the received bytes, for V1 in a SEQUENCE of their own.
    pub fn to_be_signed(&self) -> Cow<'_, [u8]> {
        let fields = self.fields();
        let info = self.part(fields.info);
        match fields.version {
            Version::V1 => Cow::Owned(gmt0031::seal_to_be_signed(
                info,
                self.part(fields.maker_element),
                self.part(fields.algorithm_element),
            )),
            _ => Cow::Borrowed(info),
        }
    }

    /// The octets of the maker's signature value.
    pub fn signature_value(&self) -> &[u8] {
        self.part(self.fields().signature)
    }

    /// The time stamp over the signature value (V5).
    pub fn timestamp_token(&self) -> Option<&[u8]> {
        self.fields().timestamp.map(|span| self.part(span))
    }

    /// The deviations met while reading.
    pub fn notes(&self) -> &[(NoteCode, String)] {
        &self.inner.notes
    }

    /// The profile that the seal was read under.
    pub fn profile(&self) -> Profile {
        self.inner.profile
    }

    /// SM3 over the seal as received: its name in authorisations and lists of states.
    pub fn digest(&self) -> [u8; 32] {
        self.inner.digest.get_or(|| sm3::digest(self.as_bytes()))
    }

    /// The maker's certificate, read.
    ///
    /// # Errors
    ///
    /// As [`Certificate::from_der`].
    pub fn maker(&self) -> Result<Certificate> {
        self.inner.maker.get_or(|| Certificate::from_der(self.maker_certificate()))
    }

    /// A signer's certificate, read once for all stamps by this seal.
    pub(super) fn signer(&self, der: &[u8]) -> Result<Certificate> {
        let Some(mut signers) = lock_briefly(&self.inner.signers) else {
            return Certificate::from_der(der);
        };
        if let Some(found) = signers.iter().find(|certificate| certificate.as_der() == der) {
            return Ok(found.clone());
        }
        let certificate = Certificate::from_der(der)?;
        if signers.len() == MAX_SIGNERS {
            signers.remove(0);
        }
        signers.push(certificate.clone());
        Ok(certificate)
    }

    /// Whether the maker's signature is good; nothing is said about the maker.
    pub(super) fn verify_signature(&self, user_id: &UserId, keys: &PreparedKeys) -> Verified {
        if let Some((id, result)) = self.inner.verified.get()
            && id == *user_id
        {
            return result;
        }
        let result = match self.maker_key() {
            Ok(key) => signature::verify(
                &key,
                &self.algorithm(),
                user_id,
                self.signature_value(),
                keys,
                |key| sm2_digest(key, user_id, &[&self.to_be_signed()]),
                || self.to_be_signed(),
            ),
            Err(error) => Verified::bad(format!("the maker's certificate: {error}")),
        };
        self.inner.verified.set((user_id.clone(), result.clone()));
        result
    }

    fn maker_key(&self) -> Result<PublicKey> {
        let certificate = self.maker();
        key_of(self.maker_certificate(), &certificate, self.profile())
    }

    /// What a maker's signature that does not verify may be.
    pub(super) fn diagnose_signature(&self) -> Option<(NoteCode, String)> {
        let key = self.maker_key().ok()?;
        let info = self.part(self.fields().info);
        let fields = self.fields();
        let bare = [info, self.part(fields.maker_element), self.part(fields.algorithm_element)];
        let bare = bare.concat();
        let others: &[(&str, &[u8])] =
            &[("the seal's information alone", info), ("its parts without a SEQUENCE", &bare)];
        signature::diagnose(&key, self.signature_value(), &self.to_be_signed(), others, None)
    }

    /// What is wrong with the picture, its size on paper aside.
    pub(super) fn judge_picture(&self) -> std::result::Result<(), String> {
        let picture = self.picture();
        self.inner.picture.get_or(|| picture::judge(picture.kind, picture.data))
    }

    /// The element eSealInfo.
    pub(super) fn info(&self) -> &[u8] {
        self.part(self.fields().info)
    }

    /// Whether this is a clone of the other, so that the same is kept with both.
    pub(super) fn is_same(&self, other: &Seal) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    pub(super) fn midstates(&self) -> &Midstates {
        &self.inner.midstates
    }

    pub(super) fn fields(&self) -> &SealFields {
        &self.inner.fields
    }

    pub(super) fn part(&self, span: Span) -> &[u8] {
        span.of(&self.inner.bytes)
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seal")
            .field("version", &self.version())
            .field("id", &self.id())
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}

impl PartialEq for Seal {
    /// The same bytes.
    fn eq(&self, other: &Self) -> bool {
        self.is_same(other) || self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Seal {}
