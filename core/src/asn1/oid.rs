//! Object identifiers, and the one table of those that the library knows.

use const_oid::ObjectIdentifier;
use std::fmt;

/// An object identifier of at most 39 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid(ObjectIdentifier);

impl Oid {
    /// The identifier of this dotted text, for constants.
    ///
    /// # Panics
    ///
    /// If the text is not an object identifier; in a constant, at compile time.
    pub const fn new(dotted: &'static str) -> Oid {
        Oid(ObjectIdentifier::new_unwrap(dotted))
    }

    /// The identifier with these DER contents (without tag and length).
    pub fn from_contents(contents: &[u8]) -> Option<Oid> {
        // A subidentifier starting with 0x80 is padded: another spelling of the same identifier.
        let mut starts = true;
        for byte in contents {
            if starts && *byte == 0x80 {
                return None;
            }
            starts = byte & 0x80 == 0;
        }
        ObjectIdentifier::from_bytes(contents).ok().map(Oid)
    }

    /// The identifier of this dotted text.
    pub fn parse(dotted: &str) -> Option<Oid> {
        ObjectIdentifier::new(dotted).ok().map(Oid)
    }

    /// The DER contents (without tag and length).
    pub fn contents(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
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
        assert_eq!(Oid::from_contents(&[0x2a, 0x80, 0x01]), None);
        assert_eq!(Oid::from_contents(&[]), None);
    }
}
