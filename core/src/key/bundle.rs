//! Everything that a key file holds, whatever its format.

use super::certificate::Read;
use super::options::{self, KeyFileOptions};
use super::pbes2::Protection;
use super::pkcs8;
use super::pkcs12::{self, Contents, Found, Part};
use super::signer::Signer;
use super::software::SoftwareKey;
use super::unlock::Unlock;
use super::{MAX_BAGS, cfca};
use crate::asn1::{ber, pem};
use crate::crypto::{SecretBytes, sm3};
use crate::error::{Code, Error, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use zeroize::Zeroizing;

/// Private keys with their certificates, as a key file holds them: read from any format that is
/// known, written as PKCS#12 or PEM.
///
/// ```
/// use yinxin::key::{KeyBundle, KeyFileOptions, Protection, Signer, SoftwareKey};
///
/// let mut bundle = KeyBundle::new();
/// bundle.add(SoftwareKey::generate_sm2()?, Some("seal maker"))?;
/// bundle.add(SoftwareKey::generate_sm2()?, Some("accountant"))?;
/// let file = bundle.to_pkcs12(b"password", Protection::sm().with_iterations(1000)?)?;
///
/// let opened = KeyBundle::from_bytes(&file, Some(b"password"), &KeyFileOptions::default())?;
/// assert_eq!(opened.keys().len(), 2);
/// let key = opened.into_key(Some("accountant"))?;
/// assert_eq!(key.public_key().name(), "SM2");
/// # Ok::<(), yinxin::Error>(())
/// ```
#[derive(Default)]
pub struct KeyBundle {
    keys: Vec<NamedKey>,
    others: Vec<Vec<u8>>,
    protections: Vec<String>,
}

/// A key of a bundle, with its certificates.
pub struct NamedKey {
    key: SoftwareKey,
    name: Option<String>,
}

impl NamedKey {
    /// The key; its certificates are its own first and those above it.
    pub fn key(&self) -> &SoftwareKey {
        &self.key
    }

    /// The name that the file gives it (friendlyName); chosen by whoever made the file.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

impl KeyBundle {
    /// A bundle without keys, to be filled and written.
    pub fn new() -> KeyBundle {
        KeyBundle::default()
    }

    /// Reads a key file, told apart by content: PEM with any number of keys and certificates in any
    /// order, PKCS#8, PKCS#12, CFCA's `.sm2`; the binary ones in base64 too.
    ///
    /// A key gets its certificate by the public key, and up to 16 above it by their names. A file of
    /// one key gives it every other certificate as well.
    ///
    /// # Errors
    ///
    /// A Malformed error for bytes of no known form; [`Code::KeyMissing`] if a password is needed
    /// and was not given, [`Code::Password`] if it does not open the file, [`Code::KeyFileMac`] if
    /// it does, but the file was changed; [`Code::KeyMismatch`] if there is one key and no
    /// certificate is for it; [`Code::Weak`] for old protection or a missing MAC that `options` do
    /// not allow; [`Code::Algorithm`] for others that are not offered; a Limit error for a file
    /// that is larger, has more in it or asks for more work than `options` allow.
    pub fn from_bytes(
        bytes: &[u8],
        password: Option<&[u8]>,
        options: &KeyFileOptions,
    ) -> Result<KeyBundle> {
        options::check_size(bytes)?;
        if pem::is_pem(bytes) {
            return KeyBundle::from_pem(bytes, password, options);
        }
        let decoded = from_base64(bytes);
        let bytes = decoded.as_deref().map_or(bytes, Vec::as_slice);
        let closed = ber::to_der(bytes, "key file")?;
        let der = closed.as_deref().map_or(bytes, Vec::as_slice);
        let mut unlock = Unlock::new(password, options);
        if pkcs12::is_meant(der) {
            let contents = pkcs12::read(der, &mut unlock, options)?;
            return KeyBundle::of(contents, unlock);
        }
        let mut contents = Contents::default();
        // Open lengths are for PKCS#12 alone.
        if cfca::is_meant(bytes) {
            let (key, certificate) = cfca::read(bytes, &mut unlock)?;
            contents.certificates.push(Found { what: certificate, name: None, id: None });
            contents.keys.push(Found { what: key, name: None, id: None });
        } else {
            let key = pkcs8::read(bytes, &mut unlock)?;
            contents.keys.push(Found { what: key, name: None, id: None });
        }
        KeyBundle::of(contents, unlock)
    }

    /// Reads PEM: blocks `PRIVATE KEY`, `ENCRYPTED PRIVATE KEY`, `EC PRIVATE KEY`,
    /// `SM2 PRIVATE KEY`, `RSA PRIVATE KEY` and `CERTIFICATE`, in any order.
    ///
    /// # Errors
    ///
    /// As [`from_bytes`](Self::from_bytes).
    pub fn from_pem(
        text: &[u8],
        password: Option<&[u8]>,
        options: &KeyFileOptions,
    ) -> Result<KeyBundle> {
        options::check_size(text)?;
        let mut contents = Contents::default();
        let mut unlock = Unlock::new(password, options);
        for block in pem::blocks(text)? {
            let der = Zeroizing::new(block.der);
            if contents.keys.len() + contents.certificates.len() >= MAX_BAGS {
                return Err(Error::new(Code::Count, "PEM", "more blocks than MAX_BAGS"));
            }
            match block.label.as_str() {
                "CERTIFICATE" | "X509 CERTIFICATE" => {
                    let what = der.to_vec();
                    contents.certificates.push(Found { what, name: None, id: None });
                }
                "EC PARAMETERS" | "SM2 PARAMETERS" => {}
                label => {
                    let what = pkcs8::read_labelled(label, &der, &mut unlock)?;
                    contents.keys.push(Found { what, name: None, id: None });
                }
            }
        }
        KeyBundle::of(contents, unlock)
    }

    /// Puts keys and certificates together.
    fn of(contents: Contents, unlock: Unlock<'_>) -> Result<KeyBundle> {
        let Contents { keys: found, certificates, .. } = contents;
        let alone = found.len() == 1;
        let all: Vec<Read<'_>> = certificates.iter().map(|one| Read::new(&one.what)).collect();
        let mut keys = Vec::new();
        for Found { what, name, id } in found {
            let key = SoftwareKey::from_private(what);
            let spki = key.public_key().to_spki_der();
            let ids = certificates.iter().map(|one| one.id.as_deref());
            let own = own_certificate(all.iter().copied().zip(ids), &spki, id.as_deref())?;
            let key = match own {
                Some(own) => {
                    let mut chain = own.chain(&all);
                    if alone {
                        let rest = all.iter().filter(|one| !has(&chain, one.der));
                        let rest: Vec<Vec<u8>> = rest.map(|one| one.der.to_vec()).collect();
                        chain.extend(rest);
                    }
                    key.with_certificates(chain)?
                }
                None if alone && !all.is_empty() => {
                    let message = "no certificate is for this key";
                    return Err(Error::new(Code::KeyMismatch, "certificate", message));
                }
                None => key,
            };
            keys.push(NamedKey { key, name });
        }
        let used = |der: &[u8]| keys.iter().any(|key| has(key.key.certificates(), der));
        let others = all.iter().filter(|one| !used(one.der)).map(|one| one.der.to_vec()).collect();
        Ok(KeyBundle { keys, others, protections: unlock.into_protections() })
    }

    /// The keys, in the order of the file.
    pub fn keys(&self) -> &[NamedKey] {
        &self.keys
    }

    /// The certificates in DER that belong to none of the keys.
    pub fn other_certificates(&self) -> &[Vec<u8>] {
        &self.others
    }

    /// How the parts of the file are protected, for people; empty if nothing is encrypted.
    pub fn protections(&self) -> &[String] {
        &self.protections
    }

    /// The key of this name, or the only one.
    ///
    /// # Errors
    ///
    /// [`Code::KeyAbsent`] if there is none, [`Code::KeyAmbiguous`] if there are several.
    pub fn into_key(self, name: Option<&str>) -> Result<SoftwareKey> {
        let fits = |key: &NamedKey| name.is_none() || key.name.as_deref() == name;
        let mut fitting = self.keys.into_iter().filter(fits);
        match (fitting.next(), fitting.next()) {
            (Some(only), None) => Ok(only.key),
            (None, _) => {
                Err(Error::new(Code::KeyAbsent, "key file", "no private key, or none of that name"))
            }
            _ => {
                let message = "several private keys: choose one by its name";
                Err(Error::new(Code::KeyAmbiguous, "key file", message))
            }
        }
    }

    /// Adds a key with its certificates, under a name if it is to have one.
    ///
    /// # Errors
    ///
    /// [`Code::Count`] above [`MAX_BAGS`].
    pub fn add(&mut self, key: SoftwareKey, name: Option<&str>) -> Result<()> {
        if self.keys.len() >= MAX_BAGS {
            return Err(Error::new(Code::Count, "KeyBundle", "more keys than MAX_BAGS"));
        }
        self.keys.push(NamedKey { key, name: name.map(str::to_owned) });
        Ok(())
    }

    /// The bundle as PKCS#12, keys and certificates encrypted, with a MAC.
    ///
    /// # Errors
    ///
    /// [`Code::KeyAbsent`] for a bundle without keys, [`Code::Argument`] for an empty password or
    /// one that is not UTF-8, [`Code::Random`].
    pub fn to_pkcs12(&self, password: &[u8], protection: Protection) -> Result<Vec<u8>> {
        if self.keys.is_empty() {
            return Err(Error::new(Code::KeyAbsent, "KeyBundle", "there is no key to write"));
        }
        if std::str::from_utf8(password).is_err() {
            let message = "a password of PKCS#12 is text in UTF-8";
            return Err(Error::new(Code::Argument, "password", message));
        }
        let plain: Vec<_> = self.keys.iter().map(|key| key.key.to_private_key_info()).collect();
        let ids: Vec<[u8; 32]> =
            self.keys.iter().map(|key| sm3::digest(&key.key.public_key().to_spki_der())).collect();
        let mut parts = Vec::new();
        let mut certificates: Vec<Part<'_>> = Vec::new();
        for ((key, plain), id) in self.keys.iter().zip(&plain).zip(&ids) {
            // As long as the identifiers that other programs give.
            let id = id.get(..20);
            parts.push(Part { der: plain, name: key.name(), id });
            for (at, der) in key.key.certificates().iter().enumerate() {
                let (name, id) = if at == 0 { (key.name(), id) } else { (None, None) };
                let known = certificates.iter_mut().find(|part| part.der == der.as_slice());
                match known {
                    Some(part) if part.id.is_none() => (part.name, part.id) = (name, id),
                    Some(_) => {}
                    None => certificates.push(Part { der, name, id }),
                }
            }
        }
        for der in &self.others {
            if certificates.iter().all(|part| part.der != der.as_slice()) {
                certificates.push(Part { der, name: None, id: None });
            }
        }
        pkcs12::write(&parts, &certificates, password, protection)
    }

    /// The bundle as PEM: each key as PKCS#8, encrypted if there is a password, then its
    /// certificates. Without a password the text is as secret as the keys.
    ///
    /// # Errors
    ///
    /// As [`SoftwareKey::to_pkcs8_pem`].
    pub fn to_pem(&self, password: Option<&[u8]>, protection: Protection) -> Result<SecretBytes> {
        let mut blocks = Vec::new();
        let certificate =
            |der: &Vec<u8>| SecretBytes::new(pem::encode("CERTIFICATE", der).into_bytes());
        for key in &self.keys {
            blocks.push(key.key.to_pkcs8_pem_under(password, protection)?);
            blocks.extend(key.key.certificates().iter().map(certificate));
        }
        blocks.extend(self.others.iter().map(certificate));
        // One allocation: a text that grows leaves copies of its start behind.
        let blocks: Vec<&[u8]> = blocks.iter().map(SecretBytes::as_bytes).collect();
        Ok(SecretBytes::new(blocks.concat()))
    }
}

impl fmt::Debug for KeyBundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyBundle").field("keys", &self.keys).finish_non_exhaustive()
    }
}

impl fmt::Debug for NamedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NamedKey").field("name", &self.name).field("key", &self.key).finish()
    }
}

/// The certificate for a key: by the public key, of several the one with the key's identifier.
///
/// A certificate that the file calls the key's and is another's is refused, if no other fits.
fn own_certificate<'a>(
    certificates: impl Iterator<Item = (Read<'a>, Option<&'a [u8]>)>,
    spki: &[u8],
    id: Option<&[u8]>,
) -> Result<Option<Read<'a>>> {
    let (mut first, mut called) = (None, false);
    for (certificate, name) in certificates {
        let is_called = id.is_some() && name == id;
        if certificate.is_for(spki) {
            if is_called {
                return Ok(Some(certificate));
            }
            first.get_or_insert(certificate);
        }
        called |= is_called;
    }
    if first.is_none() && called {
        let message = "the certificate that the file gives to a key is for another key";
        return Err(Error::new(Code::KeyMismatch, "key file", message));
    }
    Ok(first)
}

fn has(certificates: &[Vec<u8>], der: &[u8]) -> bool {
    certificates.iter().any(|one| one == der)
}

/// The bytes of a file that is base64 as a whole, without the lines of PEM.
fn from_base64(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    // "M" starts base64 of a SEQUENCE; DER starts otherwise.
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace())?;
    if *first != b'M' {
        return None;
    }
    let mut digits = Zeroizing::new(Vec::with_capacity(bytes.len()));
    digits.extend(bytes.iter().filter(|byte| !byte.is_ascii_whitespace()));
    STANDARD.decode(&*digits).ok().map(Zeroizing::new)
}
