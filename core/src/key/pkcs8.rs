//! Private keys as files hold them: PKCS#8, plain and encrypted, and the older forms.

use super::unlock::{Unlock, wrong_password};
use crate::asn1::reader::tag;
use crate::asn1::{Reader, oid, writer};
use crate::crypto::{ecdsa, hazmat, rsa, sm2};
use crate::error::{Code, Error, Result};
use zeroize::Zeroizing;

/// A private key of a kind that works here; of those that ring holds, with their PKCS#8 too, for
/// ring does not give the bytes back.
pub(super) enum PrivateKey {
    Sm2(Box<sm2::PrivateKey>),
    Rsa(Box<rsa::RsaPrivateKey>, Zeroizing<Vec<u8>>),
    Ecdsa(Box<ecdsa::EcdsaPrivateKey>, Zeroizing<Vec<u8>>),
}

/// Reads a PEM block by its label.
pub(super) fn read_labelled(
    label: &str,
    der: &[u8],
    unlock: &mut Unlock<'_>,
) -> Result<PrivateKey> {
    match label {
        "PRIVATE KEY" => read_plain(der),
        "ENCRYPTED PRIVATE KEY" => read_encrypted(der, unlock),
        "EC PRIVATE KEY" | "SM2 PRIVATE KEY" => read_sec1(der),
        "RSA PRIVATE KEY" => read_rsa(der),
        _ => Err(Error::new(
            Code::Pem,
            "private key",
            format!("the label {label:?} is no private key"),
        )),
    }
}

/// Reads PKCS#8, plain or encrypted, told apart by content.
pub(super) fn read(der: &[u8], unlock: &mut Unlock<'_>) -> Result<PrivateKey> {
    let encrypted = Reader::new(der, "PKCS#8")
        .sequence()
        .is_ok_and(|contents| contents.peek() == Some(tag::SEQUENCE));
    if encrypted { read_encrypted(der, unlock) } else { read_plain(der) }
}

/// `EncryptedPrivateKeyInfo ::= SEQUENCE { algorithm, OCTET STRING }`.
pub(super) fn read_encrypted(der: &[u8], unlock: &mut Unlock<'_>) -> Result<PrivateKey> {
    let mut info = Reader::whole(der, "EncryptedPrivateKeyInfo")?;
    let algorithm = info.expect(tag::SEQUENCE)?;
    let ciphertext = info.expect(tag::OCTET_STRING)?.value;
    info.finish()?;
    let plain = unlock.decrypt(&algorithm, ciphertext)?;
    // A wrong password may leave padding that looks right: what is inside is then no key.
    read_plain(&plain).map_err(|error| match error.code() {
        Code::Der => wrong_password(),
        _ => error,
    })
}

/// `PrivateKeyInfo ::= SEQUENCE { version, algorithm, privateKey OCTET STRING, [0] attributes, [1] publicKey }`
pub(super) fn read_plain(der: &[u8]) -> Result<PrivateKey> {
    let mut info = Reader::whole(der, "PrivateKeyInfo")?;
    let version = info.expect(tag::INTEGER)?;
    if !(0..=1).contains(&version.integer_i64()?) {
        let message = "the version is neither 0 nor 1";
        return Err(Error::new(Code::Version, "PrivateKeyInfo", message).at(version.offset));
    }
    let mut algorithm = info.sequence()?;
    let name = algorithm.expect(tag::OID)?.oid()?;
    let private = info.expect(tag::OCTET_STRING)?;
    info.optional(tag::context(0))?;
    let public = info.optional(tag::context_primitive(1))?;
    info.finish()?;
    let sm2_key = || -> Result<PrivateKey> {
        let key = read_ec_private_key(private.value, Some(private.value_offset()))?;
        if let Some(public) = &public {
            same_key(&key, public.bit_string()?)?;
        }
        Ok(PrivateKey::Sm2(Box::new(key)))
    };
    match name {
        oid::RSA => rsa_key(private.value),
        oid::EC_PUBLIC_KEY => {
            let curve = algorithm.expect(tag::OID)?;
            algorithm.finish()?;
            match curve.oid()? {
                oid::CURVE_SM2 => sm2_key(),
                curve @ (oid::CURVE_P256 | oid::CURVE_P384) => {
                    ecdsa_key(&curve, private.value, public.map(|bits| bits.raw))
                }
                other => Err(not_offered(&format!("curve {other}"))),
            }
        }
        // Some tools name the curve in the place of the algorithm.
        oid::CURVE_SM2 => sm2_key(),
        other => Err(not_offered(&format!("algorithm {other}"))),
    }
}

/// RSA from its RSAPrivateKey, in a PKCS#8 without attributes, which ring does not take.
fn rsa_key(rsa_private_key: &[u8]) -> Result<PrivateKey> {
    let algorithm = writer::sequence(&[&writer::oid(&oid::RSA), &writer::null()]);
    let info = private_key_info(&algorithm, rsa_private_key);
    let key = rsa::RsaPrivateKey::from_pkcs8_der(&info)?;
    Ok(PrivateKey::Rsa(Box::new(key), info))
}

/// `RSAPrivateKey` of PKCS#1, alone.
fn read_rsa(der: &[u8]) -> Result<PrivateKey> {
    Reader::whole(der, "RSAPrivateKey")?;
    rsa_key(der)
}

/// ECDSA from its ECPrivateKey, in the form that ring takes: the public key inside.
fn ecdsa_key(
    curve: &crate::asn1::Oid,
    ec_private_key: &[u8],
    public: Option<&[u8]>,
) -> Result<PrivateKey> {
    let mut fields = Reader::whole(ec_private_key, "ECPrivateKey")?;
    let version = fields.expect(tag::INTEGER)?;
    if version.integer_i64()? != 1 {
        return Err(version.error("the version is not 1"));
    }
    let scalar = fields.expect(tag::OCTET_STRING)?.raw;
    if let Some(parameters) = fields.optional(tag::context(0))? {
        let mut contents = parameters.contents();
        if contents.expect(tag::OID)?.oid()? != *curve {
            return Err(parameters.error("another curve than the algorithm's"));
        }
        contents.finish()?;
    }
    let inside = fields.optional(tag::context(1))?.map(|inside| inside.value);
    fields.finish()?;
    // In PKCS#8 of version 1 the public key stands outside, in place of a BIT STRING's tag.
    let outside = public.map(|raw| {
        let mut bits = raw.to_vec();
        if let Some(first) = bits.first_mut() {
            *first = tag::BIT_STRING;
        }
        bits
    });
    let public = inside.map(<[u8]>::to_vec).or(outside).ok_or_else(|| {
        Error::new(Code::Form, "ECPrivateKey", "the public key is missing beside the private one")
    })?;
    let public = writer::explicit(1, &public);
    let ec = Zeroizing::new(writer::sequence(&[&writer::integer(1), scalar, &public]));
    let algorithm = writer::sequence(&[&writer::oid(&oid::EC_PUBLIC_KEY), &writer::oid(curve)]);
    let info = private_key_info(&algorithm, &ec);
    let key = ecdsa::EcdsaPrivateKey::from_pkcs8_der(&info)?;
    Ok(PrivateKey::Ecdsa(Box::new(key), info))
}

/// `ECPrivateKey` of SEC 1, alone: its parameters name the curve.
fn read_sec1(der: &[u8]) -> Result<PrivateKey> {
    let mut fields = Reader::whole(der, "ECPrivateKey")?;
    fields.expect(tag::INTEGER)?;
    fields.expect(tag::OCTET_STRING)?;
    let curve = fields
        .optional(tag::context(0))?
        .map(|parameters| parameters.contents().expect(tag::OID).and_then(|curve| curve.oid()));
    match curve.transpose()? {
        Some(curve @ (oid::CURVE_P256 | oid::CURVE_P384)) => ecdsa_key(&curve, der, None),
        _ => Ok(PrivateKey::Sm2(Box::new(read_ec_private_key(der, None)?))),
    }
}

/// `ECPrivateKey ::= SEQUENCE { 1, privateKey OCTET STRING, [0] parameters OPTIONAL, [1] publicKey OPTIONAL }`
///
/// Within PKCS#8 (`at` is where it starts there) the curve has been named already; elsewhere the
/// parameters must name it.
fn read_ec_private_key(der: &[u8], at: Option<usize>) -> Result<sm2::PrivateKey> {
    let mut fields = Reader::new(der, "ECPrivateKey").based(at.unwrap_or(0)).only_sequence()?;
    let version = fields.expect(tag::INTEGER)?;
    if version.integer_i64()? != 1 {
        return Err(version.error("the version is not 1"));
    }
    let scalar = fields.expect(tag::OCTET_STRING)?;
    let parameters = fields.optional(tag::context(0))?;
    let public = fields.optional(tag::context(1))?;
    fields.finish()?;
    match parameters {
        Some(parameters) => {
            let mut contents = parameters.contents();
            let curve = contents.expect(tag::OID)?.oid()?;
            contents.finish()?;
            if curve != oid::CURVE_SM2 {
                let message = format!("curve {curve} is not offered in this form");
                return Err(Error::new(Code::Algorithm, "ECPrivateKey", message));
            }
        }
        None if at.is_none() => {
            return Err(Error::new(Code::Algorithm, "ECPrivateKey", "the curve is not named"));
        }
        None => {}
    }
    let key = sm2::PrivateKey::from_bytes(scalar.value)?;
    if let Some(public) = public {
        let mut contents = public.contents();
        let point = contents.expect(tag::BIT_STRING)?.bit_string()?;
        contents.finish()?;
        same_key(&key, point)?;
    }
    Ok(key)
}

/// Nothing, if the point beside a private key is its public key.
pub(super) fn same_key(key: &sm2::PrivateKey, point: &[u8]) -> Result<()> {
    if sm2::PublicKey::from_sec1(point)? == *key.public_key() {
        return Ok(());
    }
    let message = "the public key beside it is another's";
    Err(Error::new(Code::PrivateKey, "private key", message))
}

/// The key as DER of a PrivateKeyInfo, not encrypted.
pub(super) fn write_plain(key: &PrivateKey) -> Zeroizing<Vec<u8>> {
    let key = match key {
        PrivateKey::Rsa(_, info) | PrivateKey::Ecdsa(_, info) => return info.clone(),
        PrivateKey::Sm2(key) => key,
    };
    let scalar = hazmat::sm2_private_key_bytes(key);
    let public = writer::explicit(1, &writer::bit_string(&key.public_key().to_sec1()));
    let scalar = Zeroizing::new(writer::octet_string(scalar.as_bytes()));
    let ec = Zeroizing::new(writer::sequence(&[&writer::integer(1), &scalar, &public]));
    let algorithm =
        writer::sequence(&[&writer::oid(&oid::EC_PUBLIC_KEY), &writer::oid(&oid::CURVE_SM2)]);
    private_key_info(&algorithm, &ec)
}

fn private_key_info(algorithm: &[u8], private_key: &[u8]) -> Zeroizing<Vec<u8>> {
    let private = Zeroizing::new(writer::octet_string(private_key));
    Zeroizing::new(writer::sequence(&[&writer::integer(0), algorithm, &private]))
}

fn not_offered(what: &str) -> Error {
    Error::new(Code::Algorithm, "private key", format!("{what} is not offered"))
}
