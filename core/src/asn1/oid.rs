//! Object identifiers, and the one table of those that the library knows.

use std::fmt;

/// The most bytes of an identifier. Source: ours; with a UUID in it (X.667) one has some 30.
const MAX_BYTES: usize = 63;

/// An object identifier of at most 63 bytes, whose arcs have at most 128 bits, as those of UUIDs.
///
/// # Source
///
/// X.660, X.690 §8.19.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid {
    /// The DER contents, zeros behind them.
    bytes: [u8; MAX_BYTES],
    length: u8,
}

impl Oid {
    /// The identifier of this dotted text, for constants.
    ///
    /// # Panics
    ///
    /// If the text is not an object identifier; in a constant, at compile time.
    #[allow(clippy::panic)] // what a constant of the wrong form is to do
    pub const fn new(dotted: &'static str) -> Oid {
        match read_dotted(dotted.as_bytes()) {
            Some(oid) => oid,
            None => panic!("not an object identifier"),
        }
    }

    /// The identifier with these DER contents (without tag and length).
    pub fn from_contents(contents: &[u8]) -> Option<Oid> {
        let ends = contents.last().is_some_and(|byte| byte & 0x80 == 0);
        if !ends || contents.len() > MAX_BYTES {
            return None;
        }
        let mut value = 0u128;
        let mut starts = true;
        for byte in contents {
            // A subidentifier starting with 0x80 is padded: another spelling of the same one.
            if (starts && *byte == 0x80) || value >> 121 != 0 {
                return None;
            }
            value = value << 7 | u128::from(byte & 0x7f);
            starts = byte & 0x80 == 0;
            if starts {
                value = 0;
            }
        }
        let mut bytes = [0; MAX_BYTES];
        bytes.get_mut(..contents.len())?.copy_from_slice(contents);
        Some(Oid { bytes, length: contents.len() as u8 })
    }

    /// The identifier of this dotted text.
    pub fn parse(dotted: &str) -> Option<Oid> {
        read_dotted(dotted.as_bytes())
    }

    /// The DER contents (without tag and length).
    pub fn contents(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// The same identifier with one more subidentifier.
    const fn with(mut self, value: u128) -> Option<Oid> {
        let significant = 128 - value.leading_zeros();
        let mut groups = significant.div_ceil(7);
        if groups == 0 {
            groups = 1;
        }
        if self.length as usize + groups as usize > MAX_BYTES {
            return None;
        }
        while groups > 0 {
            groups -= 1;
            let more = if groups > 0 { 0x80 } else { 0 };
            self.bytes[self.length as usize] = (value >> (7 * groups)) as u8 & 0x7f | more;
            self.length += 1;
        }
        Some(self)
    }
}

/// The identifier of a dotted text. The first two arcs share one subidentifier, 40 for each of the
/// first; below 0 and 1 there are 40 arcs, below 2 any number.
const fn read_dotted(text: &[u8]) -> Option<Oid> {
    let (first, mut at) = match read_arc(text, 0) {
        Some((first @ 0..=2, at)) => (first, at),
        _ => return None,
    };
    let mut oid = Oid { bytes: [0; MAX_BYTES], length: 0 };
    while at < text.len() {
        if text[at] != b'.' {
            return None;
        }
        let Some((arc, end)) = read_arc(text, at + 1) else { return None };
        let value = match (oid.length, first) {
            (0, 0 | 1) if arc >= 40 => return None,
            (0, _) => arc.checked_add(40 * first),
            _ => Some(arc),
        };
        let Some(value) = value else { return None };
        let Some(longer) = oid.with(value) else { return None };
        (oid, at) = (longer, end);
    }
    if oid.length == 0 { None } else { Some(oid) }
}

/// The decimal number that stands at a place, and where it ends.
const fn read_arc(text: &[u8], start: usize) -> Option<(u128, usize)> {
    let (mut value, mut at) = (0u128, start);
    while at < text.len() && text[at].is_ascii_digit() {
        if at > start && text[start] == b'0' {
            return None;
        }
        let Some(shifted) = value.checked_mul(10) else { return None };
        let Some(sum) = shifted.checked_add((text[at] - b'0') as u128) else { return None };
        (value, at) = (sum, at + 1);
    }
    if at == start { None } else { Some((value, at)) }
}

impl fmt::Display for Oid {
    /// In dots: `1.2.156.10197.1.501`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut value = 0u128;
        let mut is_first = true;
        for byte in self.contents() {
            value = value << 7 | u128::from(byte & 0x7f);
            if byte & 0x80 != 0 {
                continue;
            }
            if is_first {
                let root = (value / 40).min(2);
                write!(f, "{root}.{}", value - 40 * root)?;
            } else {
                write!(f, ".{value}")?;
            }
            (value, is_first) = (0, false);
        }
        Ok(())
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

macro_rules! table {
    ($($name:ident = $dotted:literal, $meaning:literal;)*) => {
        $(#[doc = $meaning] pub const $name: Oid = Oid::new($dotted);)*
    };
}

table! {
    EC_PUBLIC_KEY = "1.2.840.10045.2.1", "id-ecPublicKey.";
    CURVE_P256 = "1.2.840.10045.3.1.7", "Curve P-256.";
    CURVE_P384 = "1.3.132.0.34", "Curve P-384.";
    CURVE_SM2 = "1.2.156.10197.1.301", "The SM2 curve, also used as an algorithm.";
    SM2_SIGN = "1.2.156.10197.1.301.1", "SM2 signature.";
    SM2_EXCHANGE = "1.2.156.10197.1.301.2", "SM2 key exchange.";
    SM2_ENCRYPT = "1.2.156.10197.1.301.3", "SM2 encryption.";
    SM2_WITH_SM3 = "1.2.156.10197.1.501", "SM2 signature with SM3.";
    SM2_WITH_SM3_TYPO = "1.2.156.10197.501", "A misspelling of SM2-with-SM3 in circulation.";
    SM3 = "1.2.156.10197.1.401", "SM3.";
    HMAC_SM3 = "1.2.156.10197.1.401.2", "HMAC-SM3.";
    HMAC_SM3_OPENSSL = "1.2.156.10197.1.401.3.1", "HMAC-SM3 in another spelling.";
    HMAC_SHA1 = "1.2.840.113549.2.7", "HMAC with SHA-1.";
    HMAC_SHA256 = "1.2.840.113549.2.9", "HMAC with SHA-256.";
    HMAC_SHA384 = "1.2.840.113549.2.10", "HMAC with SHA-384.";
    HMAC_SHA512 = "1.2.840.113549.2.11", "HMAC with SHA-512.";
    SM4_ECB = "1.2.156.10197.1.104.1", "SM4-ECB.";
    SM4_CBC = "1.2.156.10197.1.104.2", "SM4-CBC.";
    SM4 = "1.2.156.10197.1.104", "SM4, the mode left to the format.";
    SM4_GCM = "1.2.156.10197.1.104.8", "SM4-GCM, as OpenSSL, BouncyCastle and RFC 8998's users number it.";
    SM4_GCM_OTHER_LIST = "1.2.156.10197.1.104.10", "SM4-GCM in a list said to follow GM/T 0006-2023 (unverified); others take it for SM4-XTS.";
    AES_128_GCM = "2.16.840.1.101.3.4.1.6", "AES-128-GCM.";
    AES_256_GCM = "2.16.840.1.101.3.4.1.46", "AES-256-GCM.";
    AES_128_CBC = "2.16.840.1.101.3.4.1.2", "AES-128-CBC.";
    AES_192_CBC = "2.16.840.1.101.3.4.1.22", "AES-192-CBC.";
    AES_256_CBC = "2.16.840.1.101.3.4.1.42", "AES-256-CBC.";
    RSA = "1.2.840.113549.1.1.1", "rsaEncryption.";
    RSA_SHA1 = "1.2.840.113549.1.1.5", "RSA PKCS#1 v1.5 with SHA-1.";
    RSA_SHA256 = "1.2.840.113549.1.1.11", "RSA PKCS#1 v1.5 with SHA-256.";
    RSA_SHA384 = "1.2.840.113549.1.1.12", "RSA PKCS#1 v1.5 with SHA-384.";
    RSA_SHA512 = "1.2.840.113549.1.1.13", "RSA PKCS#1 v1.5 with SHA-512.";
    RSA_PSS = "1.2.840.113549.1.1.10", "RSASSA-PSS.";
    ECDSA_SHA256 = "1.2.840.10045.4.3.2", "ECDSA with SHA-256.";
    ECDSA_SHA384 = "1.2.840.10045.4.3.3", "ECDSA with SHA-384.";
    SHA1 = "1.3.14.3.2.26", "SHA-1.";
    SHA256 = "2.16.840.1.101.3.4.2.1", "SHA-256.";
    SHA384 = "2.16.840.1.101.3.4.2.2", "SHA-384.";
    SHA512 = "2.16.840.1.101.3.4.2.3", "SHA-512.";
    PBES2 = "1.2.840.113549.1.5.13", "PBES2.";
    PBKDF2 = "1.2.840.113549.1.5.12", "PBKDF2.";
    GM_PBES = "1.2.156.10197.6.4.1.5.2", "PBES of GM/T 0091.";
    GM_PBKDF = "1.2.156.10197.6.4.1.5.1", "PBKDF of GM/T 0091.";
    PBMAC1 = "1.2.840.113549.1.5.14", "PBMAC1.";
    SCRYPT = "1.3.6.1.4.1.11591.4.11", "scrypt.";
    PBE_SHA1_3DES_LEGACY = "1.2.840.113549.1.12.1.3", "PKCS#12 encryption with SHA-1 and 3DES.";
    PBE_SHA1_RC2_40_LEGACY = "1.2.840.113549.1.12.1.6", "PKCS#12 encryption with SHA-1 and RC2 of 40 bits.";
    BAG_KEY = "1.2.840.113549.1.12.10.1.1", "keyBag of PKCS#12.";
    BAG_SHROUDED_KEY = "1.2.840.113549.1.12.10.1.2", "pkcs8ShroudedKeyBag of PKCS#12.";
    BAG_CERTIFICATE = "1.2.840.113549.1.12.10.1.3", "certBag of PKCS#12.";
    BAG_SAFE_CONTENTS = "1.2.840.113549.1.12.10.1.6", "safeContentsBag of PKCS#12.";
    X509_CERTIFICATE = "1.2.840.113549.1.9.22.1", "An X.509 certificate in a certBag.";
    ATTRIBUTE_FRIENDLY_NAME = "1.2.840.113549.1.9.20", "friendlyName attribute.";
    ATTRIBUTE_LOCAL_KEY_ID = "1.2.840.113549.1.9.21", "localKeyId attribute.";
    ATTRIBUTE_EXTENSION_REQUEST = "1.2.840.113549.1.9.14", "extensionRequest attribute.";
    GM_DATA = "1.2.156.10197.6.1.4.2.1", "data of GB/T 35275.";
    GM_SIGNED_DATA = "1.2.156.10197.6.1.4.2.2", "signedData of GB/T 35275.";
    GM_ENVELOPED_DATA = "1.2.156.10197.6.1.4.2.3", "envelopedData of GB/T 35275.";
    GM_SIGNED_AND_ENVELOPED_DATA = "1.2.156.10197.6.1.4.2.4", "signedAndEnvelopedData of GB/T 35275.";
    GM_ENCRYPTED_DATA = "1.2.156.10197.6.1.4.2.5", "encryptedData of GB/T 35275.";
    CMS_DATA = "1.2.840.113549.1.7.1", "data of RFC 5652.";
    CMS_SIGNED_DATA = "1.2.840.113549.1.7.2", "signedData of RFC 5652.";
    CMS_ENVELOPED_DATA = "1.2.840.113549.1.7.3", "envelopedData of RFC 5652.";
    CMS_ENCRYPTED_DATA = "1.2.840.113549.1.7.6", "encryptedData of RFC 5652.";
    CMS_AUTH_ENVELOPED_DATA = "1.2.840.113549.1.9.16.1.23", "authEnvelopedData of RFC 5083.";
    TST_INFO = "1.2.840.113549.1.9.16.1.4", "id-ct-TSTInfo.";
    ATTRIBUTE_CONTENT_TYPE = "1.2.840.113549.1.9.3", "contentType attribute.";
    ATTRIBUTE_MESSAGE_DIGEST = "1.2.840.113549.1.9.4", "messageDigest attribute.";
    ATTRIBUTE_SIGNING_TIME = "1.2.840.113549.1.9.5", "signingTime attribute.";
    ATTRIBUTE_COUNTERSIGNATURE = "1.2.840.113549.1.9.6", "countersignature attribute, unsigned.";
    ATTRIBUTE_SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12", "signingCertificate attribute (SHA-1).";
    ATTRIBUTE_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47", "signingCertificateV2 attribute.";
    ATTRIBUTE_TIME_STAMP_TOKEN = "1.2.840.113549.1.9.16.2.14", "timeStampToken attribute, unsigned.";
    KEY_USAGE = "2.5.29.15", "keyUsage extension.";
    BASIC_CONSTRAINTS = "2.5.29.19", "basicConstraints extension.";
    EXTENDED_KEY_USAGE = "2.5.29.37", "extendedKeyUsage extension.";
    SUBJECT_KEY_IDENTIFIER = "2.5.29.14", "subjectKeyIdentifier extension.";
    AUTHORITY_KEY_IDENTIFIER = "2.5.29.35", "authorityKeyIdentifier extension.";
    CRL_NUMBER = "2.5.29.20", "cRLNumber extension.";
    CRL_REASON = "2.5.29.21", "reasonCode extension of a CRL entry.";
    DELTA_CRL = "2.5.29.27", "deltaCRLIndicator extension.";
    ISSUING_DISTRIBUTION_POINT = "2.5.29.28", "issuingDistributionPoint extension of a CRL.";
    CERTIFICATE_ISSUER = "2.5.29.29", "certificateIssuer extension of a CRL entry.";
    SUBJECT_ALT_NAME = "2.5.29.17", "subjectAltName extension.";
    INVALIDITY_DATE = "2.5.29.24", "invalidityDate extension of a CRL entry.";
    NAME_CONSTRAINTS = "2.5.29.30", "nameConstraints extension.";
    CRL_DISTRIBUTION_POINTS = "2.5.29.31", "cRLDistributionPoints extension.";
    CERTIFICATE_POLICIES = "2.5.29.32", "certificatePolicies extension.";
    EXPIRED_CERTS_ON_CRL = "2.5.29.60", "expiredCertsOnCRL extension.";
    EKU_ANY = "2.5.29.37.0", "Extended key usage: any.";
    EKU_CLIENT_AUTH = "1.3.6.1.5.5.7.3.2", "Extended key usage: TLS client.";
    EKU_EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4", "Extended key usage: mail.";
    EKU_DOCUMENT_SIGNING = "1.3.6.1.5.5.7.3.36", "Extended key usage: signing documents (RFC 9336).";
    EKU_MICROSOFT_DOCUMENT_SIGNING = "1.3.6.1.4.1.311.10.3.12", "Extended key usage: signing documents (Microsoft).";
    EKU_OCSP_SIGNING = "1.3.6.1.5.5.7.3.9", "Extended key usage: OCSP answers.";
    EKU_TIME_STAMPING = "1.3.6.1.5.5.7.3.8", "Extended key usage: time stamping.";
    OCSP_BASIC = "1.3.6.1.5.5.7.48.1.1", "id-pkix-ocsp-basic.";
    OCSP_NONCE = "1.3.6.1.5.5.7.48.1.2", "id-pkix-ocsp-nonce extension.";
    OCSP_NO_CHECK = "1.3.6.1.5.5.7.48.1.5", "id-pkix-ocsp-nocheck extension.";
    NAME_COMMON_NAME = "2.5.4.3", "commonName.";
    NAME_COUNTRY = "2.5.4.6", "countryName.";
    NAME_LOCALITY = "2.5.4.7", "localityName.";
    NAME_STATE = "2.5.4.8", "stateOrProvinceName.";
    NAME_ORGANIZATION = "2.5.4.10", "organizationName.";
    NAME_UNIT = "2.5.4.11", "organizationalUnitName.";
    NAME_EMAIL = "1.2.840.113549.1.9.1", "emailAddress.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_agree() {
        let oid = Oid::from_contents(&[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75]).unwrap();
        assert_eq!(oid, SM2_WITH_SM3);
        assert_eq!(oid.to_string(), "1.2.156.10197.1.501");
        assert_eq!(Oid::parse("1.2.156.10197.1.501"), Some(oid));
        assert_eq!(oid.contents().len(), 8);
    }

    #[test]
    fn arcs_are_read_as_far_as_they_go() {
        for (dotted, contents) in [
            ("0.0", &[0x00][..]),
            ("1.39", &[0x4f]),
            ("2.5", &[0x55]),
            ("2.39", &[0x77]),
            ("2.40", &[0x78]),
            ("2.999.1", &[0x88, 0x37, 0x01]),
            ("2.47.0", &[0x7f, 0x00]),
            ("2.48", &[0x81, 0x00]),
            ("1.3.4294967296", &[0x2b, 0x90, 0x80, 0x80, 0x80, 0x00]),
        ] {
            let oid = Oid::parse(dotted).unwrap();
            assert_eq!(oid.contents(), contents, "{dotted}");
            assert_eq!((Oid::from_contents(contents), oid.to_string()), (Some(oid), dotted.into()));
        }
        // 2.25 and a UUID, the longest arc that X.667 makes.
        let longest = format!("2.25.{}", u128::MAX);
        let oid = Oid::parse(&longest).unwrap();
        assert_eq!(oid.contents()[..3], [0x69, 0x83, 0xff]);
        assert_eq!((Oid::from_contents(oid.contents()), oid.to_string()), (Some(oid), longest));
        let most = [0x2a; MAX_BYTES];
        let oid = Oid::from_contents(&most).unwrap();
        assert_eq!((oid.contents(), Oid::parse(&oid.to_string())), (&most[..], Some(oid)));
    }

    #[test]
    fn what_is_none_is_refused() {
        let long = [0x2a; MAX_BYTES + 1];
        let mut wide = [0xff; 20];
        wide[0] = 0x2a;
        (wide[1], wide[19]) = (0x84, 0x7f);
        for contents in
            [&[][..], &[0x2a, 0x80, 0x01], &[0x80, 0x2a], &[0x2a, 0x81], &[0x81], &long, &wide]
        {
            assert_eq!(Oid::from_contents(contents), None, "{contents:02x?}");
        }
        wide[1] = 0x83;
        assert!(Oid::from_contents(&wide).is_some());
        let (wide, many) = (format!("2.25.{}0", u128::MAX), format!("1.2{}", ".1".repeat(63)));
        let root = format!("2.{}", u128::MAX);
        for dotted in [
            "", "1", "1.", ".1", "1..2", "1.2.", "3.1", "0.40", "1.40", "1.02", "1.2.00", "1.-2",
            "1.2 ", "1.2.x", "１.2", &wide, &many, &root,
        ] {
            assert_eq!(Oid::parse(dotted), None, "{dotted}");
        }
    }
}
