//! OCSP responses: what an authority says now about some of its certificates.

use super::{Authority, bad_signer, sign_raw};
use crate::asn1::reader::tag;
use crate::asn1::{oid, writer};
use crate::cert::{Certificate, OcspResponse, Reason};
use crate::crypto::sha2;
use crate::error::{Code, Error, Result};
use crate::key::Signer;
use crate::time::Time;

impl Authority {
    /// A response about these certificates, signed with the authority's own key, in force from
    /// `this_update` to `next_update`.
    ///
    /// # Errors
    ///
    /// A Key error if the key does not sign, [`Code::Argument`] for a certificate of another
    /// authority, a time with a fraction of a second or a period that ends before it starts.
    pub fn ocsp(
        &self,
        certificates: &[Certificate],
        this_update: Time,
        next_update: Time,
    ) -> Result<OcspResponse> {
        self.respond(&*self.key, &self.certificate, &[], certificates, (this_update, next_update))
    }

    /// A response as [`ocsp`](Self::ocsp), signed by a delegate: a key with a certificate of this
    /// authority made with [`Profile::OcspResponder`](super::Profile::OcspResponder).
    ///
    /// # Errors
    ///
    /// As [`ocsp`](Self::ocsp), and [`Code::KeyMismatch`] if key and certificate do not belong
    /// together.
    pub fn ocsp_by(
        &self,
        key: &dyn Signer,
        responder: &Certificate,
        certificates: &[Certificate],
        this_update: Time,
        next_update: Time,
    ) -> Result<OcspResponse> {
        if key.public_key() != responder.public_key() {
            let message = "the responder's certificate is for another key";
            return Err(Error::new(Code::KeyMismatch, "Authority", message));
        }
        let brought = [responder.as_der().to_vec()];
        self.respond(key, responder, &brought, certificates, (this_update, next_update))
    }

    fn respond(
        &self,
        key: &dyn Signer,
        responder: &Certificate,
        brought: &[Vec<u8>],
        certificates: &[Certificate],
        (this_update, next_update): (Time, Time),
    ) -> Result<OcspResponse> {
        if this_update > next_update {
            let message = "the next answer is due before this one is given";
            return Err(Error::new(Code::Argument, "next_update", message));
        }
        let period = (whole_second(this_update)?, whole_second(next_update)?);
        let answers: Vec<Vec<u8>> = certificates
            .iter()
            .map(|certificate| self.answer(certificate, &period))
            .collect::<Result<_>>()?;
        let tbs = writer::sequence(&[
            &writer::explicit(1, responder.subject_der()),
            &period.0,
            &writer::sequence_of(&answers),
        ]);
        let (algorithm, signature) = sign_raw(key, &tbs)?;
        let brought = match brought {
            [] => Vec::new(),
            some => writer::explicit(0, &writer::sequence_of(some)),
        };
        let signature = writer::bit_string(&signature);
        let basic = writer::sequence(&[&tbs, &algorithm, &signature, &brought]);
        let typed =
            writer::sequence(&[&writer::oid(&oid::OCSP_BASIC), &writer::octet_string(&basic)]);
        let der = writer::sequence(&[&writer::enumerated(0), &writer::explicit(0, &typed)]);
        let response = OcspResponse::from_der(&der)?;
        if !response.is_signed_by(responder) {
            return Err(bad_signer("BasicOCSPResponse"));
        }
        Ok(response)
    }

    fn answer(&self, certificate: &Certificate, period: &(Vec<u8>, Vec<u8>)) -> Result<Vec<u8>> {
        self.is_mine(certificate)?;
        // SHA-1 is what clients ask with; it only finds the certificate.
        let hash = |value: &[u8]| writer::octet_string(&sha2::sha1_legacy(value));
        let identifier = writer::sequence(&[&writer::oid(&oid::SHA1), &writer::null()]);
        let id = writer::sequence(&[
            &identifier,
            &hash(certificate.issuer_der()),
            &hash(self.certificate.public_key_bits()),
            &writer::tlv(tag::INTEGER, &[certificate.serial()]),
        ]);
        let status = match self.revoked.entry(certificate.serial()) {
            None => writer::tlv(tag::context_primitive(0), &[]),
            Some((at, reason)) => {
                let reason = reason.filter(|reason| *reason != Reason::Unspecified);
                let reason = reason.map(|reason| writer::enumerated(reason.number()));
                let reason = reason.map(|reason| writer::explicit(0, &reason)).unwrap_or_default();
                writer::tlv(tag::context(1), &[&whole_second(at)?, &reason])
            }
        };
        let next_update = writer::explicit(0, &period.1);
        Ok(writer::sequence(&[&id, &status, &period.0, &next_update]))
    }
}

fn whole_second(time: Time) -> Result<Vec<u8>> {
    if time.nanos() != 0 {
        let message = format!("{time} is not a whole second");
        return Err(Error::new(Code::Argument, "time", message));
    }
    Ok(writer::generalized_time(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_of_a_second_are_refused() {
        let at = |text: &str| whole_second(Time::parse_rfc3339(text).unwrap());
        assert!(at("2026-01-01T00:00:00Z").is_ok());
        assert_eq!(at("2026-01-01T00:00:00.5Z").unwrap_err().code(), Code::Argument);
    }
}
