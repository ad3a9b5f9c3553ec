//! Whether a seal lists a certificate.

use super::value::Seal;
use crate::asn1::oid;
use crate::asn1::ses::CertificateFields;
use crate::cert::Certificate;
use crate::crypto::public_key::PublicKey;
use crate::crypto::{sha2, sm2::UserId, sm3};
use crate::report::NoteCode;

/// What the list of a seal says about a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Membership {
    /// The certificate is listed, byte for byte or by its digest.
    Listed,
    /// It is not, with the reason and perhaps a known mistake of other software.
    NotListed(String, Option<(NoteCode, String)>),
}

/// A digest algorithm that a list of digests names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Digest {
    Sm3,
    Sha256,
}

impl Seal {
    /// Whether the seal lists this certificate: the same bytes, or its digest.
    ///
    /// Digests are by SM3 or SHA-256, named so or by their object identifier; a digest of another
    /// name lists nobody.
    pub fn lists(&self, certificate: &Certificate) -> bool {
        self.membership(certificate) == Membership::Listed
    }

    pub(super) fn membership(&self, certificate: &Certificate) -> Membership {
        match &self.fields().certificates {
            CertificateFields::Certificates(list) => {
                if list.iter().any(|span| self.part(*span) == certificate.as_der()) {
                    return Membership::Listed;
                }
                let ders = list.iter().map(|span| self.part(*span));
                not_listed(by_same_key(ders, certificate), None)
            }
            CertificateFields::Digests(list) => {
                let list = list.iter().map(|(name, span)| (name.as_str(), self.part(*span)));
                by_digest(&list.collect::<Vec<_>>(), certificate)
            }
        }
    }
}

fn by_digest(list: &[(&str, &[u8])], certificate: &Certificate) -> Membership {
    let mut unknown = None;
    for (name, value) in list {
        let digest = match digest_named(name) {
            Some(Digest::Sm3) => sm3::digest(certificate.as_der()),
            Some(Digest::Sha256) => sha2::sha256(certificate.as_der()),
            None => {
                unknown = Some(name);
                continue;
            }
        };
        if *value == digest {
            return Membership::Listed;
        }
    }
    if let PublicKey::Sm2(key) = certificate.public_key() {
        let z = key.z(&UserId::default());
        let with_z = sm3::digest_parts(&[&z, certificate.as_der()]);
        if list.iter().any(|(_, value)| *value == with_z) {
            let detail = "the digest would agree as SM3(Z || certificate)".to_owned();
            return not_listed(false, Some((NoteCode::DeviationDigest, detail)));
        }
    }
    match unknown {
        Some(name) => Membership::NotListed(
            format!("no digest agrees; the digest algorithm {name:?} is not known"),
            None,
        ),
        None => not_listed(false, None),
    }
}

fn not_listed(renewed: bool, note: Option<(NoteCode, String)>) -> Membership {
    let detail = if renewed {
        "the seal lists another certificate of the same key: it must be made anew after a renewal"
    } else {
        "the seal does not list the certificate"
    };
    Membership::NotListed(detail.to_owned(), note)
}

/// Reading many certificates for the sake of a hint is not worth it.
const MAX_HINTS: usize = 16;

fn by_same_key<'a>(ders: impl Iterator<Item = &'a [u8]>, certificate: &Certificate) -> bool {
    ders.take(MAX_HINTS).any(|der| {
        Certificate::from_der(der).is_ok_and(|other| other.public_key() == certificate.public_key())
    })
}

fn digest_named(name: &str) -> Option<Digest> {
    let is = |text: &str| name.eq_ignore_ascii_case(text);
    if is("SM3") || name == oid::SM3.to_string() {
        Some(Digest::Sm3)
    } else if is("SHA256") || is("SHA-256") || name == oid::SHA256.to_string() {
        Some(Digest::Sha256)
    } else {
        None
    }
}
