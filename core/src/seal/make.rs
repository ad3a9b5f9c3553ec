//! Make a seal (制章).

use super::picture::{self, Kind};
use super::value::{Picture, Seal};
use crate::asn1::ses::write::{self, CertificateList, SealInfo};
use crate::asn1::ses::{MAX_CERTIFICATES, MAX_PICTURE_MM, MAX_SIZE, Version};
use crate::asn1::{Profile, gbt38540, gmt0031, oid, writer};
use crate::cert::{Certificate, Purpose};
use crate::cms::own_certificate;
use crate::crypto::hazmat::sm2_digest;
use crate::crypto::public_key::{PreparedKeys, PublicKey, SignatureAlgorithm};
use crate::error::{Code, Error, Result};
use crate::key::{Signer, ToSign, checked};
use crate::report::Outcome;
use crate::time::Time;

/// The longest id, vendor or name that is written, in bytes.
const MAX_TEXT: usize = 255;

/// What a seal is made from.
#[derive(Debug, Clone)]
pub struct SealRequest<'a> {
    /// The layout; V5 is the current one, V1 is for old partners.
    pub version: Version,
    /// esID: the seal's number, ASCII, 1 to 255 characters.
    pub id: &'a str,
    /// Vid: who makes the seal's software, ASCII, 1 to 255 characters.
    pub vendor: &'a str,
    /// The name of the seal, 1 to 255 bytes.
    pub name: &'a str,
    /// The type of seal: in V1, 1 for an organisation and 2 for a person; else free.
    pub kind: i64,
    /// The certificates of those who may stamp, 1 to 1000.
    pub certificates: &'a [Certificate],
    /// Whether they are listed by their SM3 digests instead (not in V1).
    pub by_digest: bool,
    /// When the seal is made; written in whole seconds, as all times here.
    pub created: Time,
    /// The start of the seal's validity.
    pub valid_from: Time,
    /// The end of the seal's validity.
    pub valid_until: Time,
    /// The picture: GIF, BMP, JPG, PNG or SVG, and its size on paper.
    pub picture: Picture<'a>,
}

/// Makes a seal, signed by `maker`, whose first certificate goes into it.
///
/// Whether the maker's certificate leads to an anchor is not asked here: GM/T 0031-2025 wants that
/// checked first, with [`check_maker`](super::check_maker).
///
/// # Errors
///
/// `Argument`: a text, time, list or size out of its range. `Value`: a picture that is not what it
/// is said to be. `Algorithm`: a signer of another algorithm than SM2. `KeyMissing`,
/// `KeyMismatch`: the signer has no certificate, or that of another key. `Policy`: a certificate
/// that may not be used so, or is out of its time. `Form`: V1 by digest.
pub fn make(request: &SealRequest<'_>, maker: &dyn Signer) -> Result<Seal> {
    check_texts(request)?;
    check_picture(&request.picture)?;
    let certificates: Vec<Vec<u8>> = listed(request)?;
    let certificate = signing_certificate(maker)?;
    may(&certificate, Purpose::MakeSeal, request.created)?;

    let digests: Vec<(String, Vec<u8>)>;
    let info = write::seal_info(&SealInfo {
        version: request.version,
        vendor: request.vendor,
        id: request.id,
        kind: request.kind,
        name: request.name,
        certificates: if request.by_digest {
            let digest = |c: &Certificate| ("SM3".to_owned(), c.digest().to_vec());
            digests = request.certificates.iter().map(digest).collect();
            CertificateList::Digests(&digests)
        } else {
            CertificateList::Certificates(&certificates)
        },
        created: whole(request.created),
        valid_from: whole(request.valid_from),
        valid_until: whole(request.valid_until),
        picture_kind: request.picture.kind,
        picture: request.picture.data,
        width_mm: request.picture.width_mm,
        height_mm: request.picture.height_mm,
    })?;
    let der = certificate.as_der();
    let algorithm = oid::SM2_WITH_SM3;
    let bytes = match request.version {
        Version::V1 => {
            let elements = (writer::octet_string(der), writer::oid(&algorithm));
            let message = gmt0031::seal_to_be_signed(&info, &elements.0, &elements.1);
            gmt0031::write_seal(&info, der, &algorithm, &sign(maker, &message)?)
        }
        _ => gbt38540::write_seal(&info, der, &algorithm, &sign(maker, &info)?, None),
    };
    let seal = Seal::parse(&bytes, Profile::Conforming)?;
    if seal.verify_signature(maker.user_id(), &PreparedKeys::default()).outcome == Outcome::Passed {
        Ok(seal)
    } else {
        Err(Error::new(Code::Signer, "maker", "the signature it gave does not verify"))
    }
}

fn check_texts(request: &SealRequest<'_>) -> Result<()> {
    let bad = |field: &'static str, message: &'static str| {
        Err(Error::new(Code::Argument, field, message))
    };
    for (field, text) in [("id", request.id), ("vendor", request.vendor)] {
        if !(1..=MAX_TEXT).contains(&text.len()) || !is_printable_ascii(text) {
            return bad(field, "1 to 255 printable ASCII characters");
        }
    }
    let name = request.name;
    if !(1..=MAX_TEXT).contains(&name.len()) || name.chars().any(char::is_control) {
        return bad("name", "1 to 255 bytes without control characters");
    }
    if request.version == Version::V1 && !matches!(request.kind, 1 | 2) {
        return bad("kind", "1 (organisation) or 2 (person) in GM/T 0031-2014");
    }
    if whole(request.valid_from) > whole(request.valid_until) {
        return bad("valid_until", "before valid_from");
    }
    Ok(())
}

/// Refuses a picture that is not what it is said to be.
pub(super) fn check_picture(picture: &Picture<'_>) -> Result<()> {
    let written = [Kind::Gif, Kind::Bmp, Kind::Jpg, Kind::Png, Kind::Svg];
    if !written.iter().any(|kind| kind.name() == picture.kind) {
        let message = "the type is GIF, BMP, JPG, PNG or SVG";
        return Err(Error::new(Code::Argument, "picture", message));
    }
    let sane = 1..=MAX_PICTURE_MM;
    if !sane.contains(&picture.width_mm) || !sane.contains(&picture.height_mm) {
        return Err(Error::new(Code::Argument, "picture", "width and height are 1 to 1000 mm"));
    }
    picture::judge(picture.kind, picture.data)
        .map_err(|message| Error::new(Code::Value, "picture", message))
}

fn listed(request: &SealRequest<'_>) -> Result<Vec<Vec<u8>>> {
    let count = request.certificates.len();
    if !(1..=MAX_CERTIFICATES).contains(&count) {
        return Err(Error::new(Code::Argument, "certificates", format!("1 to 1000, not {count}")));
    }
    for certificate in request.certificates {
        if let Some(problem) = certificate.usage_problem(Purpose::Sign) {
            let message = format!("{} may not stamp: {problem}", certificate.subject());
            return Err(Error::new(Code::Policy, "certificates", message));
        }
    }
    let size: usize = request.certificates.iter().map(|c| c.as_der().len()).sum();
    if size.saturating_add(request.picture.data.len()) > MAX_SIZE / 2 {
        return Err(Error::new(Code::Size, "SESeal", "picture and certificates are too large"));
    }
    Ok(request.certificates.iter().map(|c| c.as_der().to_vec()).collect())
}

/// The first certificate of a signer, which must be that of its SM2 key.
pub(super) fn signing_certificate(signer: &dyn Signer) -> Result<Certificate> {
    if signer.algorithm() != SignatureAlgorithm::Sm2WithSm3 {
        let message =
            format!("seals and stamps are signed with SM2, not {}", signer.algorithm().name());
        return Err(Error::new(Code::Algorithm, "signer", message));
    }
    own_certificate(signer)
}

/// Refuses a certificate that may not be used so, or not then.
pub(super) fn may(certificate: &Certificate, purpose: Purpose, at: Time) -> Result<()> {
    let refused = |why: String| {
        let message = format!("{}: {why}", certificate.subject());
        Err(Error::new(Code::Policy, "certificate", message))
    };
    if let Some(problem) = certificate.usage_problem(purpose) {
        return refused(problem);
    }
    if !certificate.is_valid_at(at) {
        return refused(format!("not valid at {at}"));
    }
    Ok(())
}

/// An SM2 signature over a message, by digest where the signer takes one.
fn sign(signer: &dyn Signer, message: &[u8]) -> Result<Vec<u8>> {
    match signer.public_key() {
        PublicKey::Sm2(key) if signer.takes_digest() => {
            let digest = sm2_digest(key, signer.user_id(), &[message]);
            checked::sign(signer, ToSign::Digest(&digest))
        }
        _ => checked::sign(signer, ToSign::Message(message)),
    }
}

/// The second that the moment lies in.
pub(super) fn whole(time: Time) -> Time {
    time.with_nanos(0).unwrap_or(time)
}

pub(super) fn is_printable_ascii(text: &str) -> bool {
    text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}
