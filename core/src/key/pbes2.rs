//! PBES2: what is encrypted under a password with today's algorithms.
//!
//! Read are AES and SM4 in CBC under PBKDF2 or scrypt. Written is one of two suites.
//!
//! # Source
//!
//! RFC 8018, RFC 7914 (scrypt). The SM identifiers are those of circulating files: HMAC-SM3 has two
//! spellings, and GM/T 0091 has names of its own for PBES2 and PBKDF2.

use super::cipher::Cipher;
use super::options::Budget;
use super::pkcs12_kdf::Hash;
use crate::asn1::reader::tag;
use crate::asn1::{Oid, Reader, Tlv, oid, writer};
use crate::crypto::pbkdf2::{self, Prf};
use crate::crypto::rng;
use crate::error::{Code, Error, Result};
use zeroize::Zeroizing;

/// How often our own files hash a password: the figure OWASP gave in 2023 for a 256-bit hash.
const ITERATIONS: u32 = 600_000;

/// The most bytes of memory that scrypt may take.
const MAX_SCRYPT_MEMORY: u64 = 128 * 1024 * 1024;

/// What a PBES2 identifier says.
pub(super) struct Scheme<'a> {
    kdf: Kdf<'a>,
    cipher: Cipher,
    iv: &'a [u8],
}

/// How the key comes from the password.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kdf<'a> {
    Pbkdf2 { prf: Prf, salt: &'a [u8], iterations: u32 },
    Scrypt { salt: &'a [u8], log_n: u8, r: u32, p: u32 },
}

/// Whether an identifier is PBES2, by either of its names.
pub(super) fn is_pbes2(identifier: &Oid) -> bool {
    matches!(*identifier, oid::PBES2 | oid::GM_PBES)
}

impl<'a> Scheme<'a> {
    /// Reads the parameters, what follows the identifier.
    pub(super) fn read(mut parameters: Reader<'a>) -> Result<Scheme<'a>> {
        let mut pbes2 = parameters.sequence()?;
        parameters.finish()?;
        let kdf = pbes2.expect(tag::SEQUENCE)?;
        let mut cipher = pbes2.sequence()?;
        pbes2.finish()?;
        let identifier = cipher.expect(tag::OID)?.oid()?;
        let found = Cipher::from_oid(&identifier)
            .ok_or_else(|| not_offered("PBES2", "encryption", &identifier))?;
        let iv = cipher.expect(tag::OCTET_STRING)?;
        cipher.finish()?;
        if iv.value.len() != found.block_length() {
            return Err(iv.error(format!("an IV of {} has 16 bytes", found.name())));
        }
        let kdf = Kdf::read(&kdf, found.key_length())?;
        Ok(Scheme { kdf, cipher: found, iv: iv.value })
    }

    /// What it is, for people.
    pub(super) fn describe(&self) -> String {
        format!("PBES2 {}, {}", self.cipher.name(), self.kdf.describe())
    }

    /// Decrypts; bad padding is [`Code::Decryption`].
    pub(super) fn decrypt(
        &self,
        password: &[u8],
        keys: &mut Keys,
        budget: &mut Budget,
        ciphertext: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>> {
        let key = keys.derive(&self.kdf, password, self.cipher.key_length(), budget)?;
        self.cipher.decrypt(&key, self.iv, ciphertext)
    }
}

/// The key of a MAC by PBMAC1: PBKDF2 with these parameters, which have to name the length.
pub(super) fn mac_key(
    kdf: &Tlv<'_>,
    password: &[u8],
    budget: &mut Budget,
) -> Result<(Zeroizing<Vec<u8>>, String)> {
    let mut fields = kdf.contents();
    fields.expect(tag::OID)?;
    let mut fields = fields.sequence()?;
    fields.expect(tag::OCTET_STRING)?;
    fields.expect(tag::INTEGER)?;
    let length = fields.expect(tag::INTEGER)?;
    let length = usize::try_from(length.integer_i64()?)
        .ok()
        .filter(|length| (16..=64).contains(length))
        .ok_or_else(|| length.error("a MAC key has 16 to 64 bytes"))?;
    let kdf = Kdf::read(kdf, length)?;
    let mut keys = Keys::default();
    Ok((keys.derive(&kdf, password, length, budget)?, kdf.describe()))
}

impl<'a> Kdf<'a> {
    /// Reads the AlgorithmIdentifier; a key length in it has to be `length`.
    fn read(kdf: &Tlv<'a>, length: usize) -> Result<Kdf<'a>> {
        let mut kdf = kdf.contents();
        let identifier = kdf.expect(tag::OID)?.oid()?;
        let mut fields = kdf.sequence()?;
        kdf.finish()?;
        let read = match identifier {
            oid::PBKDF2 => Kdf::pbkdf2(&mut fields, length, Prf::HmacSha1)?,
            oid::GM_PBKDF => Kdf::pbkdf2(&mut fields, length, Prf::HmacSm3)?,
            oid::SCRYPT => Kdf::scrypt(&mut fields, length)?,
            other => return Err(not_offered("PBES2", "key derivation", &other)),
        };
        fields.finish()?;
        Ok(read)
    }

    /// `default` stands where no pseudorandom function is named.
    fn pbkdf2(fields: &mut Reader<'a>, length: usize, default: Prf) -> Result<Kdf<'a>> {
        let salt = fields.expect(tag::OCTET_STRING)?.value;
        let iterations = iterations(&fields.expect(tag::INTEGER)?)?;
        if let Some(found) = fields.optional(tag::INTEGER)? {
            same_length(&found, length)?;
        }
        let prf = match fields.optional(tag::SEQUENCE)? {
            None => default,
            Some(prf) => {
                let identifier = prf.contents().expect(tag::OID)?.oid()?;
                prf_of(&identifier)
                    .ok_or_else(|| not_offered("PBKDF2", "pseudorandom function", &identifier))?
            }
        };
        Ok(Kdf::Pbkdf2 { prf, salt, iterations })
    }

    fn scrypt(fields: &mut Reader<'a>, length: usize) -> Result<Kdf<'a>> {
        let salt = fields.expect(tag::OCTET_STRING)?.value;
        let n = fields.expect(tag::INTEGER)?;
        let small = |field: Tlv<'a>| {
            let value = u32::try_from(field.integer_i64()?).ok().filter(|value| *value > 0);
            value.ok_or_else(|| field.error("a parameter of scrypt is out of range"))
        };
        let r = small(fields.expect(tag::INTEGER)?)?;
        let p = small(fields.expect(tag::INTEGER)?)?;
        if let Some(found) = fields.optional(tag::INTEGER)? {
            same_length(&found, length)?;
        }
        let cost = u64::try_from(n.integer_i64()?).ok().filter(|n| *n > 1 && n.is_power_of_two());
        let cost = cost.ok_or_else(|| n.error("the cost of scrypt is a power of two"))?;
        let memory = cost.checked_mul(128).and_then(|bytes| bytes.checked_mul(u64::from(r)));
        let lanes = u64::from(p).checked_mul(128).and_then(|b| b.checked_mul(u64::from(r)));
        if [memory, lanes].iter().any(|bytes| bytes.is_none_or(|b| b > MAX_SCRYPT_MEMORY)) {
            let message = "it wants more memory than MAX_SCRYPT_MEMORY";
            return Err(Error::new(Code::Budget, "scrypt", message).at(n.offset));
        }
        Ok(Kdf::Scrypt { salt, log_n: cost.trailing_zeros() as u8, r, p })
    }

    fn describe(&self) -> String {
        match self {
            Kdf::Pbkdf2 { prf, iterations, .. } => {
                format!("PBKDF2 with {}, {iterations} iterations", prf_name(*prf))
            }
            Kdf::Scrypt { log_n, r, p, .. } => format!("scrypt N=2^{log_n} r={r} p={p}"),
        }
    }
}

/// Keys that were derived before: the parts of one file mostly share salt and iterations.
#[derive(Default)]
pub(super) struct Keys(Vec<(Vec<u8>, Zeroizing<Vec<u8>>)>);

impl Keys {
    fn derive(
        &mut self,
        kdf: &Kdf<'_>,
        password: &[u8],
        length: usize,
        budget: &mut Budget,
    ) -> Result<Zeroizing<Vec<u8>>> {
        let name = format!("{length} {kdf:?}").into_bytes();
        if let Some((_, key)) = self.0.iter().find(|(known, _)| *known == name) {
            return Ok(key.clone());
        }
        let mut key = Zeroizing::new(vec![0; length]);
        match *kdf {
            Kdf::Pbkdf2 { prf, salt, iterations } => {
                budget.spend(u64::from(iterations), length.div_ceil(prf_length(prf)))?;
                pbkdf2::derive(prf, password, salt, iterations, &mut key);
            }
            Kdf::Scrypt { salt, log_n, r, p } => {
                let blocks = usize::try_from(u64::from(r) * u64::from(p)).unwrap_or(usize::MAX);
                budget.spend(1 << log_n, blocks)?;
                let wrong = || Error::new(Code::Value, "scrypt", "the parameters do not fit");
                let parameters = scrypt::Params::new(log_n, r, p).map_err(|_| wrong())?;
                scrypt::scrypt(password, salt, &parameters, &mut key).map_err(|_| wrong())?;
            }
        }
        self.0.push((name, key.clone()));
        Ok(key)
    }
}

/// A number of iterations, at least one and at most what 32 bits hold.
pub(super) fn iterations(field: &Tlv<'_>) -> Result<u32> {
    match u32::try_from(field.integer_i64()?) {
        Ok(iterations @ 1..) => Ok(iterations),
        Ok(0) => Err(field.error("there is at least one iteration")),
        Err(_) if field.integer_i64()? < 0 => Err(field.error("there is at least one iteration")),
        Err(_) => {
            Err(Error::new(Code::Budget, "key file", "more iterations than the limit allows")
                .at(field.offset))
        }
    }
}

fn same_length(field: &Tlv<'_>, length: usize) -> Result<()> {
    let found = usize::try_from(field.integer_i64()?).ok();
    if found == Some(length) {
        return Ok(());
    }
    Err(field.error("the key length is another than that of the cipher"))
}

fn prf_of(identifier: &Oid) -> Option<Prf> {
    Some(match *identifier {
        oid::HMAC_SM3 | oid::HMAC_SM3_OPENSSL => Prf::HmacSm3,
        oid::HMAC_SHA1 => Prf::HmacSha1,
        oid::HMAC_SHA256 => Prf::HmacSha256,
        oid::HMAC_SHA384 => Prf::HmacSha384,
        oid::HMAC_SHA512 => Prf::HmacSha512,
        _ => return None,
    })
}

fn prf_name(prf: Prf) -> &'static str {
    match prf {
        Prf::HmacSm3 => "HMAC-SM3",
        Prf::HmacSha1 => "HMAC-SHA-1",
        Prf::HmacSha256 => "HMAC-SHA-256",
        Prf::HmacSha384 => "HMAC-SHA-384",
        Prf::HmacSha512 => "HMAC-SHA-512",
    }
}

fn prf_length(prf: Prf) -> usize {
    match prf {
        Prf::HmacSha1 => 20,
        Prf::HmacSm3 | Prf::HmacSha256 => 32,
        Prf::HmacSha384 => 48,
        Prf::HmacSha512 => 64,
    }
}

fn not_offered(structure: &'static str, what: &str, identifier: &Oid) -> Error {
    Error::new(Code::Algorithm, structure, format!("the {what} {identifier} is not offered"))
}

/// How a key file is protected when it is written: the algorithms, and how often the password is
/// hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Protection {
    suite: Suite,
    iterations: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Suite {
    Sm,
    Aes,
}

/// The fewest iterations that anything is written with.
const MIN_ITERATIONS: u32 = 1000;

/// The most iterations that anything is written with: any reader here can still open it.
const MAX_WRITTEN_ITERATIONS: u32 = 2_000_000;

impl Protection {
    /// SM4-CBC under PBKDF2 with HMAC-SM3; in PKCS#12, a MAC with SM3.
    pub fn sm() -> Protection {
        Protection { suite: Suite::Sm, iterations: ITERATIONS }
    }

    /// AES-256-CBC under PBKDF2 with HMAC-SHA-256; in PKCS#12, a MAC with SHA-256. What programs
    /// without the Chinese algorithms read.
    pub fn aes() -> Protection {
        Protection { suite: Suite::Aes, iterations: ITERATIONS }
    }

    /// The same with another number of iterations than 600,000.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] outside 1,000 to 2,000,000.
    pub fn with_iterations(self, iterations: u32) -> Result<Protection> {
        if !(MIN_ITERATIONS..=MAX_WRITTEN_ITERATIONS).contains(&iterations) {
            let message = format!("{MIN_ITERATIONS} to {MAX_WRITTEN_ITERATIONS}");
            return Err(Error::new(Code::Argument, "iterations", message));
        }
        Ok(Protection { iterations, ..self })
    }

    pub(super) fn iterations(self) -> u32 {
        self.iterations
    }

    /// The hash of the MAC of PKCS#12.
    pub(super) fn mac_hash(self) -> Hash {
        match self.suite {
            Suite::Sm => Hash::Sm3,
            Suite::Aes => Hash::Sha256,
        }
    }

    fn cipher(self) -> (Cipher, Oid) {
        match self.suite {
            Suite::Sm => (Cipher::Sm4, oid::SM4_CBC),
            Suite::Aes => (Cipher::Aes256, oid::AES_256_CBC),
        }
    }

    fn prf(self) -> (Prf, Oid) {
        match self.suite {
            Suite::Sm => (Prf::HmacSm3, oid::HMAC_SM3),
            Suite::Aes => (Prf::HmacSha256, oid::HMAC_SHA256),
        }
    }
}

impl Default for Protection {
    fn default() -> Self {
        Protection::sm()
    }
}

/// Encrypts the parts of one file under one key, each with its own IV.
pub(super) struct Sealer {
    protection: Protection,
    salt: [u8; 16],
    key: Zeroizing<Vec<u8>>,
}

impl Sealer {
    pub(super) fn new(protection: Protection, password: &[u8]) -> Result<Sealer> {
        if password.is_empty() {
            return Err(Error::new(Code::Argument, "password", "an empty one protects nothing"));
        }
        let mut salt = [0; 16];
        rng::fill(&mut salt)?;
        let (cipher, _) = protection.cipher();
        let (prf, _) = protection.prf();
        let mut key = Zeroizing::new(vec![0; cipher.key_length()]);
        pbkdf2::derive(prf, password, &salt, protection.iterations, &mut key);
        Ok(Sealer { protection, salt, key })
    }

    /// The AlgorithmIdentifier and the ciphertext.
    pub(super) fn seal(&self, plain: &[u8]) -> Result<(Vec<u8>, Vec<u8>)> {
        let mut iv = [0; 16];
        rng::fill(&mut iv)?;
        let (cipher, cipher_oid) = self.protection.cipher();
        let (_, prf_oid) = self.protection.prf();
        let ciphertext = cipher.encrypt(&self.key, &iv, plain)?;
        let kdf_fields = writer::sequence(&[
            &writer::octet_string(&self.salt),
            &writer::integer(i64::from(self.protection.iterations)),
            &writer::sequence(&[&writer::oid(&prf_oid), &writer::null()]),
        ]);
        let kdf = writer::sequence(&[&writer::oid(&oid::PBKDF2), &kdf_fields]);
        let cipher = writer::sequence(&[&writer::oid(&cipher_oid), &writer::octet_string(&iv)]);
        let pbes2 = writer::sequence(&[&kdf, &cipher]);
        Ok((writer::sequence(&[&writer::oid(&oid::PBES2), &pbes2]), ciphertext))
    }

    /// `EncryptedPrivateKeyInfo ::= SEQUENCE { algorithm, OCTET STRING }`.
    pub(super) fn seal_key(&self, private_key_info: &[u8]) -> Result<Vec<u8>> {
        let (algorithm, ciphertext) = self.seal(private_key_info)?;
        Ok(writer::sequence(&[&algorithm, &writer::octet_string(&ciphertext)]))
    }
}
