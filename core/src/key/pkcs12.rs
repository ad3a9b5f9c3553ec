//! PKCS#12 (`.p12`, `.pfx`): keys and certificates under a password.
//!
//! Read is what real files show: BER with open lengths and OCTET STRINGs in pieces at every level,
//! PBES2, and by the caller's leave the encryption of old. The MAC is checked before anything else
//! is opened. A file under a public key instead of a password is not read, nor are lists of
//! revocation and other secrets in it, which are passed over.
//!
//! # Source
//!
//! RFC 7292, RFC 9579 (PBMAC1); there is no national standard of its own.

mod mac;
mod write;

use super::options::KeyFileOptions;
use super::pkcs8::{self, PrivateKey};
use super::unlock::Unlock;
use crate::asn1::reader::tag;
use crate::asn1::{Reader, Tlv, ber, oid};
use crate::error::{Code, Error, Result};
use zeroize::Zeroizing;

pub(super) use write::{Part, write};

/// The most bags (keys, certificates and others) in one file.
pub const MAX_BAGS: usize = 1000;

/// The deepest nesting of bags in bags.
const MAX_NESTING: usize = 4;

const BMP_STRING: u8 = 0x1e;

/// A key or certificate of a file, with what stands beside it.
pub(super) struct Found<T> {
    pub(super) what: T,
    pub(super) name: Option<String>,
    pub(super) id: Option<Vec<u8>>,
}

/// What a file holds.
#[derive(Default)]
pub(super) struct Contents {
    pub(super) keys: Vec<Found<PrivateKey>>,
    pub(super) certificates: Vec<Found<Vec<u8>>>,
    bags: usize,
    authenticated: bool,
}

/// Whether this starts as `PFX ::= SEQUENCE { version INTEGER, authSafe SEQUENCE { OID, ... } }`.
pub(super) fn is_meant(der: &[u8]) -> bool {
    let start = || -> Result<bool> {
        let mut pfx = Reader::new(der, "PFX").sequence()?;
        pfx.expect(tag::INTEGER)?;
        let kind = pfx.sequence()?.expect(tag::OID)?.oid()?;
        Ok(kind == oid::CMS_DATA || kind == oid::CMS_SIGNED_DATA)
    };
    start().unwrap_or(false)
}

/// Reads `PFX ::= SEQUENCE { version, authSafe ContentInfo, macData OPTIONAL }`, in DER.
pub(super) fn read(
    der: &[u8],
    unlock: &mut Unlock<'_>,
    options: &KeyFileOptions,
) -> Result<Contents> {
    let mut pfx = Reader::whole(der, "PFX")?;
    let version = pfx.expect(tag::INTEGER)?;
    if version.integer_i64()? != 3 {
        return Err(Error::new(Code::Version, "PFX", "the version is not 3").at(version.offset));
    }
    let safe = pfx.expect(tag::SEQUENCE)?;
    let mac = pfx.optional(tag::SEQUENCE)?;
    pfx.finish()?;
    let mut content = safe.contents();
    let kind = content.expect(tag::OID)?;
    if kind.oid()? != oid::CMS_DATA {
        let message = "it is under a public key or in an unknown form, not under a password";
        return Err(Error::new(Code::Form, "PFX", message).at(kind.offset));
    }
    let data = octets_within(&mut content)?;
    content.finish()?;
    match mac {
        Some(mac) => {
            if !mac::verify(&mac, data.value, unlock)? {
                return Err(why_no_mac(data.value, unlock));
            }
        }
        None if options.without_mac() => unlock.note("no MAC".to_owned()),
        None => {
            let message = "it has no MAC: nothing shows that it is unchanged";
            return Err(Error::new(Code::Weak, "PFX", message));
        }
    }
    let mut contents = Contents { authenticated: mac.is_some(), ..Contents::default() };
    each_safe(data.value, &mut |safe| contents.read_safe(&safe, unlock))?;
    Ok(contents)
}

/// `[0] EXPLICIT OCTET STRING`.
fn octets_within<'a>(fields: &mut Reader<'a>) -> Result<Tlv<'a>> {
    let mut inner = fields.expect(tag::context(0))?.contents();
    let octets = inner.expect(tag::OCTET_STRING)?;
    inner.finish()?;
    Ok(octets)
}

/// Gives each ContentInfo of an AuthenticatedSafe.
fn each_safe(data: &[u8], take: &mut dyn FnMut(Tlv<'_>) -> Result<()>) -> Result<()> {
    let der = ber::to_der(data, "AuthenticatedSafe")?;
    let mut safes = Reader::whole(der.as_deref().map_or(data, Vec::as_slice), "AuthenticatedSafe")?;
    let mut count = 0;
    while !safes.is_empty() {
        count += 1;
        if count > MAX_BAGS {
            return Err(too_many());
        }
        take(safes.expect(tag::SEQUENCE)?)?;
    }
    Ok(())
}

/// Why a MAC does not match: if the password opens the first thing that is encrypted, the file was
/// changed; if not, it is the password.
fn why_no_mac(data: &[u8], unlock: &mut Unlock<'_>) -> Error {
    let looked = each_safe(data, &mut |safe| {
        if unlock.has_opened() {
            return Ok(());
        }
        Contents::default().read_safe(&safe, unlock)
    });
    match looked {
        Ok(()) if unlock.has_opened() => {
            Error::new(Code::KeyFileMac, "PFX", "it was changed: its MAC is wrong")
        }
        Err(error) if error.code() != Code::Budget => error,
        _ => super::unlock::wrong_password(),
    }
}

impl Contents {
    /// `ContentInfo`: SafeContents as they are, or encrypted.
    fn read_safe(&mut self, safe: &Tlv<'_>, unlock: &mut Unlock<'_>) -> Result<()> {
        let mut content = safe.contents();
        let kind = content.expect(tag::OID)?;
        match kind.oid()? {
            oid::CMS_DATA => {
                let data = octets_within(&mut content)?;
                content.finish()?;
                self.read_bags(data.value, unlock, 0)
            }
            oid::CMS_ENCRYPTED_DATA => {
                let plain = decrypt_safe(content, unlock)?;
                self.read_bags(&plain, unlock, 0).map_err(|error| match error.code() {
                    // Padding that looked right by chance.
                    Code::Der if !self.authenticated => super::unlock::wrong_password(),
                    _ => error,
                })
            }
            other => {
                let message = format!("contents {other} are not offered");
                Err(Error::new(Code::Form, "PFX", message).at(kind.offset))
            }
        }
    }

    /// `SafeContents ::= SEQUENCE OF SafeBag`.
    fn read_bags(&mut self, data: &[u8], unlock: &mut Unlock<'_>, depth: usize) -> Result<()> {
        if depth > MAX_NESTING {
            return Err(Error::new(Code::Depth, "SafeContents", "bags in bags, too deep"));
        }
        let der = ber::to_der(data, "SafeContents")?;
        let mut bags = Reader::whole(der.as_deref().map_or(data, Vec::as_slice), "SafeContents")?;
        while !bags.is_empty() {
            self.bags += 1;
            if self.bags > MAX_BAGS {
                return Err(too_many());
            }
            self.read_bag(bags.sequence()?, unlock, depth)?;
        }
        Ok(())
    }

    /// `SafeBag ::= SEQUENCE { bagId, bagValue [0] EXPLICIT, bagAttributes SET OF OPTIONAL }`.
    fn read_bag(
        &mut self,
        mut bag: Reader<'_>,
        unlock: &mut Unlock<'_>,
        depth: usize,
    ) -> Result<()> {
        let kind = bag.expect(tag::OID)?.oid()?;
        let value = bag.expect(tag::context(0))?;
        let (name, id) = match bag.optional(tag::SET)? {
            Some(attributes) => read_attributes(attributes.contents())?,
            None => (None, None),
        };
        bag.finish()?;
        match kind {
            oid::BAG_KEY => {
                let what = pkcs8::read_plain(value.value)?;
                self.keys.push(Found { what, name, id });
            }
            oid::BAG_SHROUDED_KEY => {
                let what = pkcs8::read_encrypted(value.value, unlock)?;
                self.keys.push(Found { what, name, id });
            }
            oid::BAG_CERTIFICATE => {
                if let Some(what) = read_certificate(value.contents())? {
                    self.certificates.push(Found { what, name, id });
                }
            }
            oid::BAG_SAFE_CONTENTS => self.read_bags(value.value, unlock, depth + 1)?,
            // Lists of revocation, other secrets: nothing that belongs to a key here.
            _ => {}
        }
        Ok(())
    }
}

/// `EncryptedData ::= SEQUENCE { version, EncryptedContentInfo { contentType, algorithm, [0] } }`.
fn decrypt_safe(mut content: Reader<'_>, unlock: &mut Unlock<'_>) -> Result<Zeroizing<Vec<u8>>> {
    let mut explicit = content.expect(tag::context(0))?.contents();
    content.finish()?;
    let mut encrypted = explicit.sequence()?;
    explicit.finish()?;
    encrypted.expect(tag::INTEGER)?;
    let mut info = encrypted.sequence()?;
    encrypted.optional(tag::context(1))?;
    encrypted.finish()?;
    info.expect(tag::OID)?;
    let algorithm = info.expect(tag::SEQUENCE)?;
    let ciphertext = info.read()?;
    info.finish()?;
    let mut joined = Vec::new();
    let ciphertext = match ciphertext.tag {
        // [0] IMPLICIT: primitive, or the pieces of BER.
        tag if tag == tag::context_primitive(0) => ciphertext.value,
        tag if tag == tag::context(0) => {
            let mut pieces = ciphertext.contents();
            while !pieces.is_empty() {
                joined.extend_from_slice(pieces.expect(tag::OCTET_STRING)?.value);
            }
            &joined
        }
        _ => return Err(ciphertext.error("no encrypted content")),
    };
    unlock.decrypt(&algorithm, ciphertext)
}

/// `CertBag ::= SEQUENCE { certId, certValue [0] EXPLICIT OCTET STRING }`; `None` if it is no X.509.
fn read_certificate(mut value: Reader<'_>) -> Result<Option<Vec<u8>>> {
    let mut bag = value.sequence()?;
    value.finish()?;
    if bag.expect(tag::OID)?.oid()? != oid::X509_CERTIFICATE {
        return Ok(None);
    }
    let certificate = octets_within(&mut bag)?;
    bag.finish()?;
    Ok(Some(certificate.value.to_vec()))
}

/// friendlyName and localKeyId of `SET OF SEQUENCE { OID, SET OF value }`; others are passed over.
fn read_attributes(mut attributes: Reader<'_>) -> Result<(Option<String>, Option<Vec<u8>>)> {
    let (mut name, mut id) = (None, None);
    while !attributes.is_empty() {
        let mut attribute = attributes.sequence()?;
        let kind = attribute.expect(tag::OID)?.oid()?;
        let mut values = attribute.expect(tag::SET)?.contents();
        attribute.finish()?;
        match kind {
            oid::ATTRIBUTE_FRIENDLY_NAME => {
                let value = values.expect(BMP_STRING)?;
                let (units, []) = value.value.as_chunks::<2>() else {
                    return Err(value.error("a BMPString has an even number of bytes"));
                };
                let units: Vec<u16> = units.iter().map(|unit| u16::from_be_bytes(*unit)).collect();
                name = Some(String::from_utf16_lossy(&units));
            }
            oid::ATTRIBUTE_LOCAL_KEY_ID => {
                id = Some(values.expect(tag::OCTET_STRING)?.value.to_vec());
            }
            _ => {}
        }
    }
    Ok((name, id))
}

fn too_many() -> Error {
    Error::new(Code::Count, "PFX", "more bags than MAX_BAGS")
}
