//! Private keys as files hold them: PKCS#8, plain and encrypted, and the older EC form.

use super::pbes2;
use crate::asn1::reader::tag;
use crate::asn1::{Reader, oid, pem, writer};
use crate::crypto::{SecretBytes, ecdsa, hazmat, rsa, sm2};
use crate::error::{Code, Error, Result};
use zeroize::Zeroizing;

/// A private key of a kind that works here.
pub(super) enum PrivateKey {
    Sm2(Box<sm2::PrivateKey>),
    Rsa(Box<rsa::RsaPrivateKey>),
    Ecdsa(Box<ecdsa::EcdsaPrivateKey>),
}

/// Reads a PEM block by its label.
pub(super) fn read_labelled(
    label: &str,
    der: &[u8],
    password: Option<&[u8]>,
) -> Result<PrivateKey> {
    match label {
        "PRIVATE KEY" => read_plain(der),
        "ENCRYPTED PRIVATE KEY" => read_encrypted(der, password),
        "EC PRIVATE KEY" | "SM2 PRIVATE KEY" => {
            let key = read_ec_private_key(der, None)?;
            Ok(PrivateKey::Sm2(Box::new(key)))
        }
        _ => Err(Error::new(
            Code::Pem,
            "private key",
            format!("the label {label:?} is no private key"),
        )),
    }
}

/// Reads PKCS#8, plain or encrypted, told apart by content.
pub(super) fn read(der: &[u8], password: Option<&[u8]>) -> Result<PrivateKey> {
    let encrypted = Reader::new(der, "PKCS#8")
        .sequence()
        .is_ok_and(|contents| contents.peek() == Some(tag::SEQUENCE));
    if encrypted { read_encrypted(der, password) } else { read_plain(der) }
}

fn read_encrypted(der: &[u8], password: Option<&[u8]>) -> Result<PrivateKey> {
    let password = password.ok_or_else(|| {
        Error::new(Code::KeyMissing, "private key", "the key is encrypted and needs a password")
    })?;
    let plain = pbes2::decrypt(der, password)?;
    // A wrong password may leave padding that looks right: what is inside is then no key.
    read_plain(&plain).map_err(|error| match error.code() {
        Code::Der => pbes2::wrong_password(),
        _ => error,
    })
}

/// `PrivateKeyInfo ::= SEQUENCE { version, algorithm, privateKey OCTET STRING, [0] attributes, [1] publicKey }`
fn read_plain(der: &[u8]) -> Result<PrivateKey> {
    let mut outer = Reader::new(der, "PrivateKeyInfo");
    let mut info = outer.sequence()?;
    outer.finish()?;
    let version = info.expect(tag::INTEGER)?.integer_i64()?;
    if !(0..=1).contains(&version) {
        return Err(Error::new(Code::Version, "PrivateKeyInfo", "the version is neither 0 nor 1"));
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
        oid::RSA => Ok(PrivateKey::Rsa(Box::new(rsa::RsaPrivateKey::from_pkcs8_der(der)?))),
        oid::EC_PUBLIC_KEY => {
            let curve = algorithm.expect(tag::OID)?;
            algorithm.finish()?;
            match curve.oid()? {
                oid::CURVE_SM2 => sm2_key(),
                oid::CURVE_P256 | oid::CURVE_P384 => {
                    let key = ecdsa::EcdsaPrivateKey::from_pkcs8_der(der)?;
                    Ok(PrivateKey::Ecdsa(Box::new(key)))
                }
                other => Err(Error::new(
                    Code::Algorithm,
                    "private key",
                    format!("curve {other} is not offered"),
                )),
            }
        }
        // Some tools name the curve in the place of the algorithm.
        oid::CURVE_SM2 => sm2_key(),
        other => Err(Error::new(
            Code::Algorithm,
            "private key",
            format!("algorithm {other} is not offered"),
        )),
    }
}

/// `ECPrivateKey ::= SEQUENCE { 1, privateKey OCTET STRING, [0] parameters OPTIONAL, [1] publicKey OPTIONAL }`
///
/// Within PKCS#8 (`at` is where it starts there) the curve has been named already; elsewhere the
/// parameters must name it.
fn read_ec_private_key(der: &[u8], at: Option<usize>) -> Result<sm2::PrivateKey> {
    let mut outer = Reader::new(der, "ECPrivateKey").based(at.unwrap_or(0));
    let mut fields = outer.sequence()?;
    outer.finish()?;
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
fn same_key(key: &sm2::PrivateKey, point: &[u8]) -> Result<()> {
    if sm2::PublicKey::from_sec1(point)? == *key.public_key() {
        return Ok(());
    }
    let message = "the public key beside it is another's";
    Err(Error::new(Code::PrivateKey, "private key", message))
}

/// Writes an SM2 key as PKCS#8 PEM, encrypted if there is a password.
pub(super) fn write_pem(key: &sm2::PrivateKey, password: Option<&[u8]>) -> Result<SecretBytes> {
    let scalar = hazmat::sm2_private_key_bytes(key);
    let public = writer::explicit(1, &writer::bit_string(&key.public_key().to_sec1()));
    let scalar = Zeroizing::new(writer::octet_string(scalar.as_bytes()));
    let ec = Zeroizing::new(writer::sequence(&[&writer::integer(1), &scalar, &public]));
    let algorithm =
        writer::sequence(&[&writer::oid(&oid::EC_PUBLIC_KEY), &writer::oid(&oid::CURVE_SM2)]);
    let private = Zeroizing::new(writer::octet_string(&ec));
    let info = Zeroizing::new(writer::sequence(&[&writer::integer(0), &algorithm, &private]));
    let text = match password {
        None => pem::encode("PRIVATE KEY", &info),
        Some(password) => pem::encode("ENCRYPTED PRIVATE KEY", &pbes2::encrypt(&info, password)?),
    };
    Ok(SecretBytes::new(text.into_bytes()))
}

/// Whether a DER certificate is for the key with this SubjectPublicKeyInfo.
///
/// `cert` is of this module's own row, so the one field that is needed is read here.
pub(super) fn certificate_holds(certificate: &[u8], spki: &[u8]) -> bool {
    subject_public_key_info(certificate).is_ok_and(|found| found == spki)
}

fn subject_public_key_info(certificate: &[u8]) -> Result<&[u8]> {
    let mut tbs = Reader::new(certificate, "Certificate").sequence()?.sequence()?;
    tbs.optional(tag::context(0))?;
    for _ in ["serialNumber", "signature", "issuer", "validity", "subject"] {
        tbs.read()?;
    }
    Ok(tbs.expect(tag::SEQUENCE)?.raw)
}
