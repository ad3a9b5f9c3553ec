//! Which algorithm identifiers in certificates and lists name which algorithm and fit which key.

use crate::asn1::writer;
use crate::crypto::public_key::{PublicKey, SignatureAlgorithm};
use crate::crypto::sm2::UserId;
use pki_types::{AlgorithmIdentifier, InvalidSignature, alg_id};

/// One algorithm with one kind of key, by the contents of their AlgorithmIdentifiers.
#[derive(Debug)]
pub(in crate::cert) struct Known {
    pub(in crate::cert) algorithm: SignatureAlgorithm,
    pub(in crate::cert) signature: AlgorithmIdentifier,
    pub(in crate::cert) key: AlgorithmIdentifier,
}

/// 1.2.156.10197.1.501 without parameters.
const SM2_WITH_SM3: AlgorithmIdentifier =
    AlgorithmIdentifier::from_slice(&[0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75]);
/// 1.2.156.10197.1.501 with NULL.
const SM2_WITH_SM3_NULL: AlgorithmIdentifier = AlgorithmIdentifier::from_slice(&[
    0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75, 0x05, 0x00,
]);
/// id-ecPublicKey on the SM2 curve.
const SM2_KEY: AlgorithmIdentifier = AlgorithmIdentifier::from_slice(&[
    0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, //
    0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d,
]);

const fn known(
    algorithm: SignatureAlgorithm,
    signature: AlgorithmIdentifier,
    key: AlgorithmIdentifier,
) -> Known {
    Known { algorithm, signature, key }
}

use SignatureAlgorithm as A;

pub(in crate::cert) static KNOWN: [Known; 12] = [
    known(A::Sm2WithSm3, SM2_WITH_SM3, SM2_KEY),
    known(A::Sm2WithSm3, SM2_WITH_SM3_NULL, SM2_KEY),
    known(A::RsaPkcs1Sha256, alg_id::RSA_PKCS1_SHA256, alg_id::RSA_ENCRYPTION),
    known(A::RsaPkcs1Sha384, alg_id::RSA_PKCS1_SHA384, alg_id::RSA_ENCRYPTION),
    known(A::RsaPkcs1Sha512, alg_id::RSA_PKCS1_SHA512, alg_id::RSA_ENCRYPTION),
    known(A::RsaPssSha256, alg_id::RSA_PSS_SHA256, alg_id::RSA_ENCRYPTION),
    known(A::RsaPssSha384, alg_id::RSA_PSS_SHA384, alg_id::RSA_ENCRYPTION),
    known(A::RsaPssSha512, alg_id::RSA_PSS_SHA512, alg_id::RSA_ENCRYPTION),
    known(A::EcdsaP256Sha256, alg_id::ECDSA_SHA256, alg_id::ECDSA_P256),
    known(A::EcdsaP256Sha384, alg_id::ECDSA_SHA384, alg_id::ECDSA_P256),
    known(A::EcdsaP384Sha256, alg_id::ECDSA_SHA256, alg_id::ECDSA_P384),
    known(A::EcdsaP384Sha384, alg_id::ECDSA_SHA384, alg_id::ECDSA_P384),
];

/// The first algorithm that an AlgorithmIdentifier (contents of the SEQUENCE) can mean; where the
/// identifier leaves the curve open, the key decides in [`for_key`].
pub(in crate::cert) fn named(identifier: &[u8]) -> Option<SignatureAlgorithm> {
    KNOWN.iter().find(|known| known.signature.as_ref() == identifier).map(|known| known.algorithm)
}

/// The algorithm that an AlgorithmIdentifier means under a key with this AlgorithmIdentifier.
pub(in crate::cert) fn for_key(identifier: &[u8], key: &[u8]) -> Option<SignatureAlgorithm> {
    let fits = |known: &&Known| known.signature.as_ref() == identifier && known.key.as_ref() == key;
    KNOWN.iter().find(fits).map(|known| known.algorithm)
}

impl Known {
    /// Verifies under a key that stands alone; the user id counts for SM2.
    pub(in crate::cert) fn verify(
        &self,
        public_key: &[u8],
        user_id: &UserId,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let algorithm = writer::sequence(&[self.key.as_ref()]);
        let spki = writer::sequence(&[&algorithm, &writer::bit_string(public_key)]);
        PublicKey::from_spki_der(&spki)
            .map_err(|_| InvalidSignature)?
            .verify(self.algorithm, user_id, message, signature)
            .map_err(|_| InvalidSignature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_those_that_crypto_writes() {
        for known in &KNOWN {
            let written = known.algorithm.algorithm_identifier();
            let ours = writer::sequence(&[known.signature.as_ref()]);
            let with_null = known.signature.as_ref() == SM2_WITH_SM3_NULL.as_ref();
            assert_eq!(written == ours, !with_null, "{known:?}");
            assert_eq!(
                for_key(known.signature.as_ref(), known.key.as_ref()),
                Some(known.algorithm)
            );
        }
    }

    #[test]
    fn a_key_of_another_kind_does_not_fit() {
        assert_eq!(for_key(alg_id::ECDSA_SHA256.as_ref(), SM2_KEY.as_ref()), None);
        assert_eq!(for_key(SM2_WITH_SM3.as_ref(), alg_id::ECDSA_P256.as_ref()), None);
        assert_eq!(named(&[]), None);
    }
}
