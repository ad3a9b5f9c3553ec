//! OpenSSL, which knows no seals, verifies their signatures over the bytes cut out by hand.

mod seal_common;

use seal_common::party::{Party, signing_time};
use std::fs;
use std::process::Command;
use yinxin::asn1::{Reader, writer};
use yinxin::key::Signer;
use yinxin::seal::{StampRequest, Version, stamp};

/// Whether OpenSSL finds this to be the key's SM2 signature over the message.
fn verifies(key: &dyn Signer, message: &[u8], signature: &[u8]) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let files = [("key", key.public_key().to_spki_der()), ("sig", signature.to_vec())];
    for (name, bytes) in files.iter().chain(&[("message", message.to_vec())]) {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let arguments = "pkeyutl -verify -pubin -keyform DER -inkey key -rawin -in message -sigfile sig \
                     -digest sm3 -pkeyopt distid:1234567812345678";
    let command =
        Command::new("openssl").args(arguments.split_whitespace()).current_dir(&folder).output();
    command.unwrap().status.success()
}

/// The members of a SEQUENCE, each whole.
fn members(element: &[u8]) -> Vec<Vec<u8>> {
    let mut reader = Reader::new(element, "test").read().unwrap().contents();
    let mut found = Vec::new();
    while !reader.is_empty() {
        found.push(reader.read().unwrap().raw.to_vec());
    }
    found
}

fn bits(element: &[u8]) -> Vec<u8> {
    Reader::new(element, "test").read().unwrap().bit_string().unwrap().to_vec()
}

#[test]
fn openssl_verifies_what_is_made() {
    if Command::new("openssl").arg("version").output().is_err() {
        println!("skipped: openssl is not installed");
        return;
    }
    let party = Party::new();
    for version in [Version::V1, Version::V4, Version::V5] {
        let seal = party.seal(version);
        let request = StampRequest {
            seal: &seal,
            data_hash: [3; 32],
            property: "p",
            time: signing_time(),
            extensions: &[],
        };
        let stamp = members(stamp(&request, &party.signer).unwrap().as_bytes());
        let seal = members(seal.as_bytes());
        let (sealed, by_maker, by_signer) = if version == Version::V1 {
            let info = members(&seal[1]);
            (writer::sequence(&[&seal[0], &info[0], &info[1]]), bits(&info[2]), bits(&stamp[1]))
        } else {
            (seal[0].clone(), bits(&seal[3]), bits(&stamp[3]))
        };
        assert!(verifies(&party.maker, &sealed, &by_maker), "{version:?}");
        assert!(verifies(&party.signer, &stamp[0], &by_signer), "{version:?}");
        assert!(!verifies(&party.signer, &sealed, &by_maker), "{version:?}");
    }
}
