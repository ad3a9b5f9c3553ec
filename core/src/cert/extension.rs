//! The extensions of a certificate that decide something.

use crate::asn1::reader::tag;
use crate::asn1::{Oid, Reader, Tlv, oid};
use crate::error::{Code, Error, Result};

/// What a key may be used for.
///
/// # Source
///
/// RFC 5280 `KeyUsage ::= BIT STRING { digitalSignature(0), nonRepudiation(1),
/// keyEncipherment(2), dataEncipherment(3), keyAgreement(4), keyCertSign(5), cRLSign(6),
/// encipherOnly(7), decipherOnly(8) }`; GB/T 20518.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyUsage(u16);

impl KeyUsage {
    const fn has(self, bit: u32) -> bool {
        self.0 & (0x8000 >> bit) != 0
    }

    /// Signatures other than those on certificates and lists.
    pub fn digital_signature(self) -> bool {
        self.has(0)
    }

    /// Signatures that bind, also called contentCommitment.
    pub fn non_repudiation(self) -> bool {
        self.has(1)
    }

    /// Encrypting keys.
    pub fn key_encipherment(self) -> bool {
        self.has(2)
    }

    /// Encrypting data.
    pub fn data_encipherment(self) -> bool {
        self.has(3)
    }

    /// Agreeing on keys.
    pub fn key_agreement(self) -> bool {
        self.has(4)
    }

    /// Signing certificates.
    pub fn key_cert_sign(self) -> bool {
        self.has(5)
    }

    /// Signing revocation lists.
    pub fn crl_sign(self) -> bool {
        self.has(6)
    }

    /// The names of the bits that are set, as RFC 5280 spells them.
    pub fn names(self) -> Vec<&'static str> {
        const NAMES: [&str; 9] = [
            "digitalSignature",
            "nonRepudiation",
            "keyEncipherment",
            "dataEncipherment",
            "keyAgreement",
            "keyCertSign",
            "cRLSign",
            "encipherOnly",
            "decipherOnly",
        ];
        (0..).zip(NAMES).filter(|(bit, _)| self.has(*bit)).map(|(_, name)| name).collect()
    }
}

/// Whether the subject is a certificate authority, and how many may stand below it.
#[derive(Debug, Clone, Copy)]
pub(in crate::cert) struct BasicConstraints {
    pub(in crate::cert) ca: bool,
    pub(in crate::cert) path_len: Option<u32>,
}

/// The extensions of one certificate, those that decide something read.
#[derive(Debug, Clone, Default)]
pub(in crate::cert) struct Extensions {
    pub(in crate::cert) key_usage: Option<KeyUsage>,
    pub(in crate::cert) basic_constraints: Option<BasicConstraints>,
    pub(in crate::cert) extended_key_usage: Option<(Vec<Oid>, bool)>,
    pub(in crate::cert) subject_key_identifier: Option<Vec<u8>>,
    pub(in crate::cert) authority_key_identifier: Option<Vec<u8>>,
    /// The value of nameConstraints, unread.
    pub(in crate::cert) name_constraints: Option<Vec<u8>>,
    /// The value of subjectAltName, unread.
    pub(in crate::cert) subject_alt_name: Option<Vec<u8>>,
    /// The value of cRLDistributionPoints, unread.
    pub(in crate::cert) distribution_points: Option<Vec<u8>>,
    /// Whether id-pkix-ocsp-nocheck is there.
    pub(in crate::cert) ocsp_no_check: bool,
    /// Critical extensions that are not understood here.
    pub(in crate::cert) unknown_critical: Vec<Oid>,
}

/// One extension, unread.
pub(crate) struct Extension<'a> {
    pub oid: Oid,
    pub critical: bool,
    /// The OCTET STRING.
    pub value: Tlv<'a>,
}

/// The most extensions in one structure.
const MAX_EXTENSIONS: usize = 64;

/// Reads `Extensions ::= SEQUENCE OF SEQUENCE { extnID, critical DEFAULT FALSE, extnValue }`;
/// none may stand twice. A written-out FALSE is taken: the bytes are signed as they are.
pub(crate) fn read_extensions<'a>(list: &mut Reader<'a>) -> Result<Vec<Extension<'a>>> {
    let mut found: Vec<Extension<'a>> = Vec::new();
    let mut extensions = list.sequence()?;
    while !extensions.is_empty() {
        if found.len() >= MAX_EXTENSIONS {
            let message = format!("more than {MAX_EXTENSIONS} extensions");
            return Err(Error::new(Code::Count, "Extensions", message).at(extensions.offset()));
        }
        let mut extension = extensions.sequence()?;
        let identifier = extension.expect(tag::OID)?;
        let oid = identifier.oid()?;
        let critical = match extension.optional(tag::BOOLEAN)? {
            Some(critical) => critical.boolean()?,
            None => false,
        };
        let value = extension.expect(tag::OCTET_STRING)?;
        extension.finish()?;
        if found.iter().any(|earlier| earlier.oid == oid) {
            return Err(identifier.error(format!("extension {oid} stands twice")));
        }
        found.push(Extension { oid, critical, value });
    }
    list.finish()?;
    Ok(found)
}

/// Those that RFC 5280 forbids to be critical; marked so, they count as not understood.
const NEVER_CRITICAL: [Oid; 2] = [oid::SUBJECT_KEY_IDENTIFIER, oid::AUTHORITY_KEY_IDENTIFIER];

impl Extensions {
    /// Reads the `[3]` of a certificate.
    pub(in crate::cert) fn read(list: &mut Reader<'_>) -> Result<Extensions> {
        let mut out = Extensions::default();
        for extension in read_extensions(list)? {
            let mut value = extension.value.contents();
            if extension.critical && NEVER_CRITICAL.contains(&extension.oid) {
                out.unknown_critical.push(extension.oid);
            }
            match extension.oid {
                oid::KEY_USAGE => out.key_usage = Some(key_usage(&value.read()?)?),
                oid::BASIC_CONSTRAINTS => {
                    out.basic_constraints = Some(basic_constraints(value.sequence()?)?);
                }
                oid::EXTENDED_KEY_USAGE => {
                    let purposes = purposes(value.sequence()?)?;
                    out.extended_key_usage = Some((purposes, extension.critical));
                }
                oid::SUBJECT_KEY_IDENTIFIER => {
                    let identifier = value.expect(tag::OCTET_STRING)?;
                    out.subject_key_identifier = Some(identifier.value.to_vec());
                }
                oid::AUTHORITY_KEY_IDENTIFIER => {
                    out.authority_key_identifier = authority_key(value.sequence()?)?;
                }
                oid::NAME_CONSTRAINTS => {
                    out.name_constraints = Some(value.expect(tag::SEQUENCE)?.raw.to_vec());
                }
                oid::SUBJECT_ALT_NAME => {
                    out.subject_alt_name = Some(value.expect(tag::SEQUENCE)?.raw.to_vec());
                }
                oid::CRL_DISTRIBUTION_POINTS => {
                    out.distribution_points = Some(value.expect(tag::SEQUENCE)?.raw.to_vec());
                }
                oid::OCSP_NO_CHECK => {
                    value.expect(tag::NULL)?;
                    out.ocsp_no_check = true;
                }
                other => {
                    if extension.critical {
                        out.unknown_critical.push(other);
                    }
                    continue;
                }
            }
            value.finish()?;
        }
        Ok(out)
    }
}

fn key_usage(value: &Tlv<'_>) -> Result<KeyUsage> {
    if value.tag != tag::BIT_STRING {
        return Err(value.error("keyUsage is a BIT STRING"));
    }
    let (unused, bytes) = match value.value {
        [unused @ 0..=7, bytes @ ..] if bytes.len() <= 2 => (*unused, bytes),
        _ => return Err(value.error("keyUsage has at most sixteen bits")),
    };
    let last = bytes.last().copied();
    if last.map_or(unused != 0, |last| last & ((1 << unused) - 1) != 0) {
        return Err(value.error("unused bits of keyUsage are zero"));
    }
    let byte = |at: usize| u16::from(bytes.get(at).copied().unwrap_or(0));
    Ok(KeyUsage(byte(0) << 8 | byte(1)))
}

fn basic_constraints(mut value: Reader<'_>) -> Result<BasicConstraints> {
    let ca = match value.optional(tag::BOOLEAN)? {
        Some(ca) => ca.boolean()?,
        None => false,
    };
    let path_len = match value.optional(tag::INTEGER)? {
        Some(length) => Some(
            u32::try_from(length.integer_i64()?)
                .map_err(|_| length.error("pathLenConstraint out of range"))?,
        ),
        None => None,
    };
    value.finish()?;
    Ok(BasicConstraints { ca, path_len })
}

fn purposes(mut value: Reader<'_>) -> Result<Vec<Oid>> {
    let mut purposes = Vec::new();
    while !value.is_empty() {
        purposes.push(value.expect(tag::OID)?.oid()?);
    }
    if purposes.is_empty() {
        return Err(value.error("extKeyUsage names at least one purpose"));
    }
    Ok(purposes)
}

/// The keyIdentifier of `AuthorityKeyIdentifier ::= SEQUENCE { [0] keyIdentifier, [1]
/// authorityCertIssuer, [2] authorityCertSerialNumber }`, all optional.
fn authority_key(mut value: Reader<'_>) -> Result<Option<Vec<u8>>> {
    let identifier = value.optional(tag::context_primitive(0))?.map(|found| found.value.to_vec());
    value.optional(tag::context(1))?;
    value.optional(tag::context_primitive(2))?;
    value.finish()?;
    Ok(identifier)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(value: &[u8]) -> Result<KeyUsage> {
        key_usage(&Reader::new(value, "Test").read().unwrap())
    }

    #[test]
    fn key_usage_bits_have_their_names() {
        let usage = usage(&[3, 2, 6, 0xc0]).unwrap();
        assert_eq!(usage.names(), ["digitalSignature", "nonRepudiation"]);
        assert!(usage.digital_signature() && !usage.key_cert_sign());
        assert_eq!(super::tests::usage(&[3, 3, 7, 0, 0x80]).unwrap().names(), ["decipherOnly"]);
        assert!(super::tests::usage(&[3, 1, 0]).unwrap().names().is_empty());
    }

    #[test]
    fn key_usage_that_is_none_is_refused() {
        for value in [
            &[3, 0][..],
            &[3, 1, 1],
            &[3, 2, 6, 0xc1],
            &[3, 2, 8, 0x80],
            &[3, 4, 0, 1, 1, 1],
            &[4, 2, 6, 0xc0],
        ] {
            assert!(usage(value).is_err(), "{value:02x?}");
        }
    }

    #[test]
    fn an_extension_twice_is_refused() {
        use crate::asn1::writer;
        let one = writer::sequence(&[
            &writer::oid(&oid::KEY_USAGE),
            &writer::octet_string(&[3, 2, 6, 0xc0]),
        ]);
        let once = writer::sequence(&[&one]);
        assert!(Extensions::read(&mut Reader::new(&once, "Test")).is_ok());
        let twice = writer::sequence(&[&one, &one]);
        let error = Extensions::read(&mut Reader::new(&twice, "Test")).unwrap_err();
        assert!(error.message().contains("twice"));
    }
}
