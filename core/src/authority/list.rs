//! What was revoked, and lists of it.

use super::write;
use crate::asn1::reader::tag;
use crate::asn1::{oid, writer};
use crate::cert::{Certificate, Reason};
use crate::error::{Code, Error, Result};
use crate::key::Signer;
use crate::time::Time;
use std::collections::BTreeMap;

/// What was revoked, by serial number (the contents of its INTEGER).
#[derive(Debug, Clone, Default)]
pub(super) struct Revoked(BTreeMap<Vec<u8>, (Time, Option<Reason>)>);

impl Revoked {
    /// Adds a certificate, or leaves it as it is if it was revoked earlier.
    pub(super) fn add(&mut self, serial: &[u8], at: Time, reason: Option<Reason>) -> Result<()> {
        if reason == Some(Reason::RemoveFromCrl) {
            let message = "removeFromCRL has no meaning on a complete list";
            return Err(Error::new(Code::Argument, "reason", message));
        }
        write::time(at)?;
        let entry = self.0.entry(serial.to_vec()).or_insert((at, reason));
        if at < entry.0 {
            *entry = (at, reason);
        }
        Ok(())
    }

    /// When and why the certificate with this serial number was revoked, if it was.
    pub(super) fn entry(&self, serial: &[u8]) -> Option<(Time, Option<Reason>)> {
        self.0.get(serial).copied()
    }

    /// DER of the TBSCertList.
    pub(super) fn to_tbs(
        &self,
        issuer: &Certificate,
        key: &dyn Signer,
        this_update: Time,
        next_update: Time,
    ) -> Result<Vec<u8>> {
        if this_update > next_update {
            let message = "the next list is due before this one is issued";
            return Err(Error::new(Code::Argument, "next_update", message));
        }
        let entries: Vec<Vec<u8>> = self
            .0
            .iter()
            .map(|(serial, (at, reason))| entry(serial, *at, *reason))
            .collect::<Result<_>>()?;
        // RFC 5280: no list of entries rather than an empty one.
        let entries = if entries.is_empty() { Vec::new() } else { writer::sequence_of(&entries) };
        let number = writer::integer(this_update.unix().max(0));
        let mut extensions = Vec::new();
        if let Some(identifier) = issuer.subject_key_identifier() {
            let value = write::authority_key(identifier);
            extensions.push(write::extension(&oid::AUTHORITY_KEY_IDENTIFIER, false, &value));
        }
        extensions.push(write::extension(&oid::CRL_NUMBER, false, &number));
        Ok(writer::sequence(&[
            &writer::integer(1),
            &key.algorithm().algorithm_identifier(),
            issuer.subject_der(),
            &write::time(this_update)?,
            &write::time(next_update)?,
            &entries,
            &writer::explicit(0, &writer::sequence_of(&extensions)),
        ]))
    }
}

fn entry(serial: &[u8], at: Time, reason: Option<Reason>) -> Result<Vec<u8>> {
    let serial = writer::tlv(tag::INTEGER, &[serial]);
    let at = write::time(at)?;
    // RFC 5280 §5.3.1: no reason rather than "unspecified".
    let Some(reason) = reason.filter(|reason| *reason != Reason::Unspecified) else {
        return Ok(writer::sequence(&[&serial, &at]));
    };
    let reason = write::extension(&oid::CRL_REASON, false, &writer::enumerated(reason.number()));
    Ok(writer::sequence(&[&serial, &at, &writer::sequence(&[&reason])]))
}
