//! Reads a revocation list.

use super::distribution::{directory_name, general_names};
use super::scope::Scope;
use super::{Inner, Reason, STRUCTURE, Stored};
use crate::asn1::reader::tag;
use crate::asn1::{Reader, Tlv, oid};
use crate::cert::certificate::read_time;
use crate::cert::extension::read_extensions;
use crate::cert::frame::{Frame, same_algorithm};
use crate::cert::name::Name;
use crate::error::{Code, Error, Result};

pub(super) fn read(der: &[u8]) -> Result<Inner> {
    let mut list = Reader::whole(der, STRUCTURE)?;
    let (frame, tbs, algorithm) = Frame::read(der, &mut list)?;
    list.finish()?;

    let mut fields = tbs.contents().named("TBSCertList");
    let mut problem = None;
    let version = match fields.optional(tag::INTEGER)? {
        Some(version) if version.integer_i64()? == 1 => 2,
        Some(version) => {
            let error = Error::new(Code::Version, STRUCTURE, "only versions 1 and 2 are offered");
            return Err(error.at(version.offset));
        }
        None => 1,
    };
    same_algorithm(&mut fields, &algorithm, STRUCTURE)?;
    let issuer = Name::read(fields.expect(tag::SEQUENCE)?)?;
    let this_update = read_time(&mut fields)?;
    let next_update = match fields.peek() {
        Some(tag::UTC_TIME | tag::GENERALIZED_TIME) => Some(read_time(&mut fields)?),
        _ => None,
    };
    let mut other_issuers = Vec::new();
    let entries = match fields.optional(tag::SEQUENCE)? {
        Some(entries) => read_entries(&entries, version, &mut other_issuers, &mut problem)?,
        None => Vec::new(),
    };
    let scope = match fields.optional(tag::context(0))? {
        Some(extensions) if version == 1 => {
            return Err(extensions.error("a list of version 1 has no extensions"));
        }
        Some(extensions) => read_scope(&extensions, &mut problem)?,
        None => Scope::default(),
    };
    fields.finish()?;
    if !other_issuers.is_empty() && !scope.indirect {
        let message = "an entry is about another issuer's certificate, but it is not indirect";
        problem.get_or_insert(message.to_owned());
    }

    Ok(Inner {
        frame,
        issuer,
        this_update,
        next_update,
        entries: index(der, entries),
        scope,
        other_issuers,
        problem,
    })
}

fn read_entries(
    entries: &Tlv<'_>,
    version: u8,
    issuers: &mut Vec<Name>,
    problem: &mut Option<String>,
) -> Result<Vec<Stored>> {
    let mut found = Vec::new();
    // An entry is about the same issuer as the one before, unless it names another.
    let mut issuer = None;
    let mut entries = entries.contents().named("revokedCertificates");
    while !entries.is_empty() {
        let mut entry = entries.sequence()?;
        let serial = entry.expect(tag::INTEGER)?;
        serial.integer()?;
        let revoked = read_time(&mut entry)?;
        let mut reason = None;
        if !entry.is_empty() {
            if version == 1 {
                return Err(entry.error("an entry of a list of version 1 has no extensions"));
            }
            for extension in read_extensions(&mut entry)? {
                match extension.oid {
                    oid::CRL_REASON => reason = Some(Reason::read(extension.value.contents())?),
                    oid::INVALIDITY_DATE => {}
                    oid::CERTIFICATE_ISSUER => {
                        issuers.push(read_issuer(&extension.value)?);
                        issuer = Some(issuers.len() - 1);
                    }
                    other if extension.critical => {
                        problem.get_or_insert_with(|| {
                            format!("critical extension {other} of an entry is not understood")
                        });
                    }
                    _ => {}
                }
            }
        }
        let serial = serial.value_range();
        found.push(Stored { serial, issuer, revoked, reason });
    }
    Ok(found)
}

/// The one directoryName of a certificateIssuer.
fn read_issuer(value: &Tlv<'_>) -> Result<Name> {
    let mut contents = value.contents();
    let names = contents.expect(tag::SEQUENCE)?;
    contents.finish()?;
    let found = general_names(&names)?;
    let mut directory = found.iter().filter_map(|name| directory_name(name));
    match (directory.next(), directory.next()) {
        (Some(name), None) => Ok(name),
        _ => Err(names.error("certificateIssuer holds one directoryName")),
    }
}

fn read_scope(extensions: &Tlv<'_>, problem: &mut Option<String>) -> Result<Scope> {
    let (mut scope, mut delta, mut keeps_ended) = (Scope::default(), false, None);
    for extension in read_extensions(&mut extensions.contents())? {
        let found = match extension.oid {
            oid::DELTA_CRL => {
                delta = true;
                continue;
            }
            oid::EXPIRED_CERTS_ON_CRL => {
                let mut value = extension.value.contents();
                keeps_ended = Some(read_time(&mut value)?);
                value.finish()?;
                continue;
            }
            oid::ISSUING_DISTRIBUTION_POINT => {
                let mut value = extension.value.contents();
                let point = value.sequence()?;
                value.finish()?;
                match Scope::read(point)? {
                    Ok(found) => {
                        scope = found;
                        continue;
                    }
                    Err(problem) => problem.to_owned(),
                }
            }
            // Those that RFC 5280 defines beside are never critical.
            other if extension.critical => {
                format!("critical extension {other} is not understood")
            }
            _ => continue,
        };
        problem.get_or_insert(found);
    }
    scope.delta = delta;
    scope.keeps_ended = keeps_ended;
    Ok(scope)
}

/// The entries by serial number; of several with one serial number and issuer the earliest stays.
fn index(der: &[u8], mut entries: Vec<Stored>) -> Vec<Stored> {
    let serial = |entry: &Stored| der.get(entry.serial.clone()).unwrap_or_default();
    entries.sort_by(|a, b| {
        serial(a).cmp(serial(b)).then(a.issuer.cmp(&b.issuer)).then(a.revoked.cmp(&b.revoked))
    });
    entries.dedup_by(|later, earlier| {
        later.issuer == earlier.issuer && serial(later) == serial(earlier)
    });
    entries
}
