//! Key files: what OpenSSL writes is read, what is written here OpenSSL reads.

use std::fs;
use std::path::Path;
use std::process::Command;
use yinxin::crypto::public_key::PublicKey;
use yinxin::error::Code;
use yinxin::key::{Signer, SoftwareKey, ToSign};

/// Runs OpenSSL in `folder`; `None` (and one line) if it is not on this machine.
fn openssl(folder: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    let Ok(output) = Command::new("openssl").args(arguments).current_dir(folder).output() else {
        println!("skipped: no openssl on this machine");
        return None;
    };
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openssl {arguments:?}: {error}");
    Some(output.stdout)
}

fn public_of(folder: &Path, key: &str) -> Option<Vec<u8>> {
    openssl(folder, &["pkey", "-in", key, "-pubout", "-outform", "DER"])
}

#[test]
fn keys_of_openssl_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    if openssl(at, &["genpkey", "-algorithm", "SM2", "-out", "plain.pem"]).is_none() {
        return;
    }
    let to_pkcs8 = ["pkcs8", "-topk8", "-in", "plain.pem", "-passout", "pass:secret", "-out"];
    let forms: [(&str, &[&str]); 3] = [
        ("aes.pem", &["-v2", "aes-256-cbc"]),
        ("sm4.pem", &["-v2", "sm4-cbc"]),
        ("sm4-sha1.pem", &["-v2", "sm4-cbc", "-v2prf", "hmacWithSHA1"]),
    ];
    for (name, options) in forms {
        openssl(at, &[&to_pkcs8[..], &[name], options].concat());
    }
    openssl(at, &["ec", "-in", "plain.pem", "-out", "sec1.pem"]);
    let expected = PublicKey::from_spki_der(&public_of(at, "plain.pem").unwrap()).unwrap();
    for name in ["plain.pem", "aes.pem", "sm4.pem", "sm4-sha1.pem", "sec1.pem"] {
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
    let Some(public) = public_of(at, "key.pem") else { return };
    assert_eq!(&PublicKey::from_spki_der(&public).unwrap(), Signer::public_key(&key));
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
        if openssl(at, &[&["genpkey", "-out", "key.pem"], options].concat()).is_none() {
            return;
        }
        let key = SoftwareKey::from_pem(&fs::read(at.join("key.pem")).unwrap(), None).unwrap();
        let signature = key.sign(ToSign::Message(b"message")).unwrap();
        let public = Signer::public_key(&key);
        assert!(public.verify(key.algorithm(), key.user_id(), b"message", &signature).is_ok());
        assert!(public.verify(key.algorithm(), key.user_id(), b"massage", &signature).is_err());
    }
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
    let plain = fs::read(keys.join("pkcs8_pkcs8_4_PRIVATE_KEY.der")).unwrap();
    assert!(SoftwareKey::from_pkcs8_der(&plain, None).is_ok());
}
