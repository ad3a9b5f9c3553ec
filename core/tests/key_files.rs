//! Key files: what OpenSSL writes is read, what is written here OpenSSL reads.

mod key_common;

use key_common::openssl;
use std::fs;
use std::path::Path;
use yinxin::asn1::{pem, writer};
use yinxin::crypto::public_key::PublicKey;
use yinxin::error::Code;
use yinxin::key::{KeyBundle, KeyFileOptions, Protection, Signer, SoftwareKey, ToSign};

fn public_of(folder: &Path, key: &str) -> PublicKey {
    let der = openssl(folder, &["pkey", "-in", key, "-pubout", "-outform", "DER"]);
    PublicKey::from_spki_der(&der).unwrap()
}

#[test]
fn keys_of_openssl_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    openssl(at, &["genpkey", "-algorithm", "SM2", "-out", "plain.pem"]);
    let to_pkcs8 = ["pkcs8", "-topk8", "-in", "plain.pem", "-passout", "pass:secret", "-out"];
    let forms: [(&str, &[&str]); 8] = [
        ("aes.pem", &["-v2", "aes-256-cbc"]),
        ("aes128.pem", &["-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA384"]),
        ("aes192.pem", &["-v2", "aes-192-cbc", "-v2prf", "hmacWithSHA512", "-iter", "1"]),
        ("aes-sha1.pem", &["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA1"]),
        ("scrypt.pem", &["-scrypt"]),
        ("scrypt-sm4.pem", &["-v2", "sm4-cbc", "-scrypt", "-scrypt_N", "1024"]),
        ("sm4.pem", &["-v2", "sm4-cbc"]),
        ("sm4-sha1.pem", &["-v2", "sm4-cbc", "-v2prf", "hmacWithSHA1"]),
    ];
    for (name, options) in forms {
        openssl(at, &[&to_pkcs8[..], &[name], options].concat());
    }
    openssl(at, &["ec", "-in", "plain.pem", "-out", "sec1.pem"]);
    let expected = public_of(at, "plain.pem");
    for name in forms.map(|(name, _)| name).into_iter().chain(["plain.pem", "sec1.pem"]) {
        let text = fs::read(at.join(name)).unwrap();
        let key = SoftwareKey::from_pem(&text, Some(b"secret")).unwrap();
        assert_eq!(Signer::public_key(&key), &expected, "{name}");
        if text.windows(9).any(|window| window == b"ENCRYPTED") {
            let error = SoftwareKey::from_pem(&text, Some(b"wrong")).unwrap_err();
            assert_eq!(error.code(), Code::Password, "{name}");
        }
    }
}

#[test]
fn keys_written_here_are_read_by_openssl() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let key = SoftwareKey::generate_sm2().unwrap();
    fs::write(at.join("key.pem"), key.to_pkcs8_pem(None).unwrap().as_bytes()).unwrap();
    assert_eq!(&public_of(at, "key.pem"), Signer::public_key(&key));
    // Under a password, what a program without HMAC-SM3 reads.
    let text = key.to_pkcs8_pem_under(Some(b"secret"), Protection::aes()).unwrap();
    fs::write(at.join("aes.pem"), text.as_bytes()).unwrap();
    openssl(at, &["pkey", "-in", "aes.pem", "-passin", "pass:secret", "-out", "open.pem"]);
    assert_eq!(&public_of(at, "open.pem"), Signer::public_key(&key));
}

#[test]
fn ecdsa_and_rsa_keys_sign() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    for options in [
        &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"][..],
        &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
        &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
    ] {
        openssl(at, &[&["genpkey", "-out", "key.pem"], options].concat());
        let key = SoftwareKey::from_pem(&fs::read(at.join("key.pem")).unwrap(), None).unwrap();
        let signature = key.sign(ToSign::Message(b"message")).unwrap();
        let public = Signer::public_key(&key);
        assert!(public.verify(key.algorithm(), key.user_id(), b"message", &signature).is_ok());
        assert!(public.verify(key.algorithm(), key.user_id(), b"massage", &signature).is_err());
    }
}

#[test]
fn a_pem_file_may_hold_keys_and_certificates_in_any_order() {
    let world = key_common::World::new();
    let (signer, maker) = (&world.signer, &world.maker);
    let block = |der: &[u8]| yinxin::asn1::pem::encode("CERTIFICATE", der).into_bytes();
    let certificates = signer.certificates();
    let key = signer.to_pkcs8_pem_under(Some(b"p"), Protection::sm()).unwrap();
    let other = maker.to_pkcs8_pem(None).unwrap();
    let parts = [block(&certificates[1]), key.as_bytes().to_vec(), block(&certificates[0])];
    let key = SoftwareKey::from_pem(&parts.concat(), Some(b"p")).unwrap();
    assert_eq!(key.certificates(), certificates);
    let options = KeyFileOptions::default();
    let two = [&parts.concat()[..], other.as_bytes(), &block(&maker.certificates()[0])].concat();
    let bundle = KeyBundle::from_bytes(&two, Some(b"p"), &options).unwrap();
    assert_eq!(bundle.keys()[0].key().certificates(), signer.certificates());
    assert_eq!(bundle.keys()[1].key().certificates(), maker.certificates());
    let again = KeyBundle::from_pem(
        bundle.to_pem(None, Protection::sm()).unwrap().as_bytes(),
        None,
        &options,
    );
    assert_eq!(again.unwrap().keys().len(), 2);
    let code = |text: &[u8], password| SoftwareKey::from_pem(text, password).unwrap_err().code();
    assert_eq!(code(&two, Some(b"p")), Code::KeyAmbiguous);
    assert_eq!(code(&two, None), Code::KeyMissing);
    assert_eq!(code(&block(&certificates[0]), None), Code::KeyAbsent);
    let stranger = [other.as_bytes(), &block(&certificates[0])].concat();
    assert_eq!(code(&stranger, None), Code::KeyMismatch);
}

#[test]
fn hostile_key_files_are_refused() {
    let key = SoftwareKey::generate_sm2().unwrap();
    for password in [None, Some(&b"secret"[..])] {
        let text = key.to_pkcs8_pem(password).unwrap();
        let der = yinxin::asn1::pem::blocks(text.as_bytes()).unwrap().remove(0).der;
        for end in 0..der.len() {
            assert!(SoftwareKey::from_pkcs8_der(&der[..end], password).is_err());
        }
        // An encrypted file is not tried at every byte: each try is a whole key derivation.
        let step = if password.is_some() { 40 } else { 1 };
        for at in (0..der.len()).step_by(step) {
            let mut changed = der.clone();
            changed[at] ^= 0x01;
            if let Ok(other) = SoftwareKey::from_pkcs8_der(&changed, password) {
                assert_eq!(Signer::public_key(&other), Signer::public_key(&key), "byte {at}");
            }
        }
    }
}

/// A long row of authorities, each above the one before, is followed for some steps only: following
/// all of it for every key takes the cube of their number.
#[test]
fn a_long_chain_is_cut() {
    let number = 100;
    let name = |at: i64| writer::sequence(&[&writer::integer(at)]);
    // A certificate as far as a key file looks at one.
    let certificate = |at: i64, spki: &[u8]| {
        let (empty, subject, issuer) = (writer::sequence(&[]), name(at), name(at + 1));
        let tbs = [&writer::integer(1)[..], &empty, &issuer, &empty, &subject, spki];
        writer::sequence(&[&writer::sequence(&tbs), &empty])
    };
    let mut text = Vec::new();
    for at in 0..number {
        let key = SoftwareKey::generate_sm2().unwrap();
        text.extend_from_slice(key.to_pkcs8_pem(None).unwrap().as_bytes());
        let der = certificate(at, &Signer::public_key(&key).to_spki_der());
        text.extend(pem::encode("CERTIFICATE", &der).bytes());
    }
    let bundle = KeyBundle::from_pem(&text, None, &KeyFileOptions::default()).unwrap();
    assert_eq!(bundle.keys().len() as i64, number);
    for (at, key) in (0..).zip(bundle.keys()) {
        let above = (number - 1 - at).min(16) as usize;
        assert_eq!(key.key().certificates().len(), 1 + above);
    }
    assert!(bundle.other_certificates().is_empty());
}

#[test]
fn the_sample_keys_are_read() {
    let Ok(samples) = std::env::var("YINXIN_SAMPLES") else {
        println!("skipped: YINXIN_SAMPLES is not set");
        return;
    };
    let keys = Path::new(&samples).join("keys");
    let pem = fs::read(keys.join("sign_key.pem")).unwrap();
    let certificate = fs::read(keys.join("sign_cert.pem")).unwrap();
    let key = SoftwareKey::from_pem(&[pem, certificate].concat(), None).unwrap();
    assert_eq!(key.certificates().len(), 1);
    for name in
        ["pkcs8_pkcs8_5_ENCRYPTED_PRIVATE_KEY.der", "pkcs8_pkcs8_8_ENCRYPTED_PRIVATE_KEY.der"]
    {
        let sealed = fs::read(keys.join(name)).unwrap();
        let error = SoftwareKey::from_pkcs8_der(&sealed, Some(b"wrong")).unwrap_err();
        assert_eq!(error.code(), Code::Password, "{name}");
    }
    let plain = fs::read(keys.join("pkcs8_pkcs8_4_PRIVATE_KEY.der")).unwrap();
    assert!(SoftwareKey::from_pkcs8_der(&plain, None).is_ok());
}
