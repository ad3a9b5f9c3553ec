//! The key of a certificate, also of one that is no good certificate.

use crate::asn1::reader::tag;
use crate::asn1::{Profile, Reader};
use crate::cert::Certificate;
use crate::crypto::public_key::PublicKey;
use crate::error::Result;

/// The public key of a certificate; as found, also where the rest of it cannot be read.
///
/// So that a report can tell a bad signature from a bad certificate: the certificate's own checks
/// fail all the same.
pub(super) fn key_of(
    der: &[u8],
    certificate: &Result<Certificate>,
    profile: Profile,
) -> Result<PublicKey> {
    match certificate {
        Ok(certificate) => Ok(certificate.public_key().clone()),
        Err(error) if profile == Profile::Conforming => Err(error.clone()),
        Err(error) => subject_public_key(der).map_err(|_| error.clone()),
    }
}

/// Version, serial number, algorithm, issuer, validity, subject, and then the key.
fn subject_public_key(der: &[u8]) -> Result<PublicKey> {
    let mut tbs = Reader::new(der, "Certificate").sequence()?.sequence()?;
    tbs.optional(tag::context(0))?;
    tbs.expect(tag::INTEGER)?;
    for _ in 0..4 {
        tbs.expect(tag::SEQUENCE)?;
    }
    PublicKey::from_spki_der(tbs.expect(tag::SEQUENCE)?.raw)
}
