//! Requests for certificates as they travel: PKCS#10, signed with the key that is to be certified.

use super::request::Profile;
use super::subject::Subject;
use super::{sign, write};
use crate::asn1::reader::tag;
use crate::asn1::{Oid, Reader, Tlv, oid, pem, writer};
use crate::cert::{Extension, MAX_CERTIFICATE_BYTES, read_extensions, text_of};
use crate::crypto::BadSignature;
use crate::crypto::public_key::{PublicKey, SignatureAlgorithm};
use crate::crypto::sm2::UserId;
use crate::error::{Code, Error, Result};
use crate::key::Signer;
use std::fmt;
use std::ops::Range;

/// A request for a certificate: the bytes as received, and what was read from them. SM2, RSA and
/// ECDSA keys; an SM2 request is signed under the default user id.
///
/// ```
/// use yinxin::authority::{Pkcs10, Profile, Subject};
/// use yinxin::key::SoftwareKey;
///
/// let key = SoftwareKey::generate_sm2()?;
/// let subject = Subject::parse("CN=Accountant,O=Finance Bureau,C=CN")?;
/// let request = Pkcs10::make(&key, &subject, Profile::Signer)?;
/// let received = Pkcs10::from_bytes(request.to_pem().as_bytes())?;
/// assert!(received.verify().is_ok());
/// assert_eq!(received.subject(), "CN=Accountant,O=Finance Bureau,C=CN");
/// # Ok::<(), yinxin::Error>(())
/// ```
///
/// # Source
///
/// RFC 2986, with SM2 as in GM/T 0092:
///
/// ```text
/// CertificationRequest ::= SEQUENCE { info, signatureAlgorithm, signature BIT STRING }
/// info ::= SEQUENCE { version INTEGER { v1(0) }, subject Name, subjectPKInfo,
///   attributes [0] IMPLICIT SET OF Attribute }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Pkcs10 {
    der: Vec<u8>,
    info: Range<usize>,
    subject_der: Range<usize>,
    signature: Range<usize>,
    subject: String,
    public_key: PublicKey,
    algorithm: Option<SignatureAlgorithm>,
    extensions: Vec<RequestedExtension>,
}

/// An extension that a request wants in the certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestedExtension {
    /// Which it is.
    pub oid: Oid,
    /// Whether it is to be critical.
    pub critical: bool,
    /// The DER inside its OCTET STRING, unread.
    pub value: Vec<u8>,
}

const STRUCTURE: &str = "PKCS#10";
const LABELS: [&str; 2] = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"];

/// The most attributes of a request, and the most extensions it asks for.
const MAX_ITEMS: usize = 64;

impl Pkcs10 {
    /// A request signed by `key`, asking for the extensions of the profile.
    ///
    /// # Errors
    ///
    /// A Key error if the key does not sign, [`Code::Argument`] for an SM2 key with another user id
    /// than the default one.
    pub fn make(key: &dyn Signer, subject: &Subject, profile: Profile) -> Result<Pkcs10> {
        let extensions: Vec<Vec<u8>> = profile
            .extensions()
            .iter()
            .map(|(oid, critical, value)| write::extension(oid, *critical, value))
            .collect();
        let wanted = writer::set_of(vec![writer::sequence_of(&extensions)]);
        let attribute =
            writer::sequence(&[&writer::oid(&oid::ATTRIBUTE_EXTENSION_REQUEST), &wanted]);
        let info = writer::sequence(&[
            &writer::integer(0),
            &subject.to_der(),
            &key.public_key().to_spki_der(),
            &writer::tlv(tag::context(0), &[&attribute]),
        ]);
        let request = Pkcs10::from_der(&sign(key, &info)?)?;
        if request.verify().is_err() {
            return Err(super::bad_signer(STRUCTURE));
        }
        Ok(request)
    }

    /// Reads a request in DER, the whole input. Its signature is for [`verify`](Self::verify).
    ///
    /// # Errors
    ///
    /// [`Code::Der`] for what is not DER of a request, [`Code::Version`], [`Code::Algorithm`] or
    /// [`Code::Point`] for a public key that is not offered or is none, [`Code::Count`] for more
    /// attributes or extensions than 64, [`Code::Size`] above [`MAX_CERTIFICATE_BYTES`].
    pub fn from_der(der: &[u8]) -> Result<Pkcs10> {
        if der.len() > MAX_CERTIFICATE_BYTES {
            let message = format!("larger than {MAX_CERTIFICATE_BYTES} bytes");
            return Err(Error::new(Code::Size, STRUCTURE, message));
        }
        let mut request = Reader::whole(der, STRUCTURE)?;
        let info = request.expect(tag::SEQUENCE)?;
        let algorithm = request.expect(tag::SEQUENCE)?;
        let signature = request.expect(tag::BIT_STRING)?;
        request.finish()?;
        signature.bit_string()?;

        let mut fields = info.contents();
        let version = fields.expect(tag::INTEGER)?;
        if version.integer_i64()? != 0 {
            let message = "the version is not 0";
            return Err(Error::new(Code::Version, STRUCTURE, message).at(version.offset));
        }
        let subject = fields.expect(tag::SEQUENCE)?;
        let spki = fields.expect(tag::SEQUENCE)?;
        let public_key =
            PublicKey::from_spki_der(spki.raw).map_err(|error| error.within(spki.offset))?;
        // Some programs leave out what has nothing in it.
        let extensions = match fields.optional(tag::context(0))? {
            Some(attributes) => requested_extensions(attributes.contents())?,
            None => Vec::new(),
        };
        fields.finish()?;

        let raw = |tlv: &Tlv<'_>| tlv.offset..tlv.offset + tlv.raw.len();
        let algorithm = SignatureAlgorithm::from_algorithm_identifier(algorithm.raw).ok();
        Ok(Pkcs10 {
            der: der.to_vec(),
            info: raw(&info),
            subject_der: raw(&subject),
            signature: signature.value_offset() + 1..signature.offset + signature.raw.len(),
            subject: text_of(subject)?,
            algorithm: algorithm.and_then(|algorithm| algorithm.under_key(&public_key)),
            public_key,
            extensions,
        })
    }

    /// Reads a request, DER or PEM with exactly one.
    ///
    /// # Errors
    ///
    /// [`Code::Pem`], or as [`from_der`](Self::from_der).
    pub fn from_bytes(bytes: &[u8]) -> Result<Pkcs10> {
        if bytes.first() == Some(&tag::SEQUENCE) {
            return Pkcs10::from_der(bytes);
        }
        let blocks = pem::blocks(bytes)?;
        let mut requests = blocks.iter().filter(|block| LABELS.contains(&block.label.as_str()));
        match (requests.next(), requests.next()) {
            (Some(only), None) => Pkcs10::from_der(&only.der),
            (None, _) => Err(Error::new(Code::Pem, STRUCTURE, "there is no request")),
            _ => Err(Error::new(Code::Pem, STRUCTURE, "there is more than one request")),
        }
    }

    /// Whether the request is signed with the key that it names: its maker has that key.
    ///
    /// # Errors
    ///
    /// [`BadSignature`] if it is not, or if the algorithm is not offered under this key.
    pub fn verify(&self) -> std::result::Result<(), BadSignature> {
        let algorithm = self.algorithm.ok_or(BadSignature)?;
        let (info, signature) = (self.part(&self.info), self.part(&self.signature));
        self.public_key.verify(algorithm, &UserId::default(), info, signature)
    }

    /// The request as received.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The request as PEM.
    pub fn to_pem(&self) -> String {
        pem::encode(LABELS[0], &self.der)
    }

    /// The subject in the manner of RFC 4514: the last component first, what could deceive escaped.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The subject as received: DER of a Name.
    pub fn subject_der(&self) -> &[u8] {
        self.part(&self.subject_der)
    }

    /// The key that is to be certified.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The algorithm of the signature; `None` if it is not offered under this key.
    pub fn signature_algorithm(&self) -> Option<SignatureAlgorithm> {
        self.algorithm
    }

    /// The extensions that are asked for, in their order.
    pub fn extensions(&self) -> &[RequestedExtension] {
        &self.extensions
    }

    fn part(&self, range: &Range<usize>) -> &[u8] {
        self.der.get(range.clone()).unwrap_or_default()
    }
}

impl fmt::Debug for Pkcs10 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pkcs10({})", self.subject)
    }
}

/// The extensions among the attributes; other attributes are passed over.
fn requested_extensions(mut attributes: Reader<'_>) -> Result<Vec<RequestedExtension>> {
    let mut found: Vec<RequestedExtension> = Vec::new();
    let mut count = 0;
    while !attributes.is_empty() {
        count += 1;
        if count > MAX_ITEMS {
            return Err(too_many(&attributes));
        }
        let mut attribute = attributes.sequence()?;
        let kind = attribute.expect(tag::OID)?.oid()?;
        let mut values = attribute.expect(tag::SET)?.contents();
        attribute.finish()?;
        if kind != oid::ATTRIBUTE_EXTENSION_REQUEST {
            continue;
        }
        for Extension { oid, critical, value } in read_extensions(&mut values)? {
            if found.len() >= MAX_ITEMS {
                return Err(too_many(&value.contents()));
            }
            if found.iter().any(|earlier| earlier.oid == oid) {
                return Err(value.error(format!("extension {oid} stands twice")));
            }
            found.push(RequestedExtension { oid, critical, value: value.value.to_vec() });
        }
    }
    Ok(found)
}

fn too_many(at: &Reader<'_>) -> Error {
    let message = format!("more than {MAX_ITEMS} attributes or extensions");
    Error::new(Code::Count, STRUCTURE, message).at(at.offset())
}
