//! A key that computes wrongly, with and without verification of what it signs.

use super::*;

/// Signs in every way; one result for each signature.
fn all_ways(key: &PrivateKey) -> Vec<crate::error::Result<Signature>> {
    let id = UserId::default();
    let digest = hazmat::sm2_digest(key.public_key(), &id, &[b"message"]);
    let mut results = vec![
        key.sign(&id, b"message"),
        key.sign_parts(&id, &[b"mess", b"age"]),
        hazmat::sm2_sign_digest(key, &digest),
    ];
    results.extend(key.sign_many(&id, &[&b"message"[..]; 70], 2));
    results.extend(hazmat::sm2_sign_digest_many(key, &[digest; 70], 1));
    results
}

#[test]
fn a_fault_gives_no_signature() {
    let other = PrivateKey::from_bytes(&[7; 32]).unwrap();
    let faulty = key().with_public_key_of(&other).verify_after_sign(true);
    let results = all_ways(&faulty);
    assert_eq!(results.len(), 143);
    assert!(results.iter().all(|result| result.as_ref().unwrap_err().code() == Code::Signer));
    // The fault is one that a key without the option does not notice.
    let careless = faulty.verify_after_sign(false);
    for signature in all_ways(&careless) {
        let verified =
            other.public_key().verify(&UserId::default(), b"message", &signature.unwrap());
        assert!(verified.is_err());
    }
}

#[test]
fn without_faults_nothing_changes() {
    for on in [true, false] {
        let key = key().verify_after_sign(on);
        for signature in all_ways(&key) {
            let signature = signature.unwrap();
            assert_eq!(key.public_key().verify(&UserId::default(), b"message", &signature), Ok(()));
        }
    }
}
