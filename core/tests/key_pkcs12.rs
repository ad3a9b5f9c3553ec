//! PKCS#12: what OpenSSL writes is read, what is written here OpenSSL reads, and nothing else is.

mod key_common;

use key_common::{World, code, openssl};
use std::fs;
use yinxin::asn1::{Reader, oid, writer};
use yinxin::error::Code;
use yinxin::key::{KeyBundle, KeyFileOptions, Protection, Signer, SoftwareKey};

fn today() -> KeyFileOptions {
    KeyFileOptions::default()
}

/// Fewer iterations than a real file has: a test opens thousands of them.
fn quick(protection: Protection) -> Protection {
    protection.with_iterations(1000).unwrap()
}

#[test]
fn several_keys_and_their_chains_come_back() {
    let world = World::new();
    for protection in [quick(Protection::sm()), quick(Protection::aes())] {
        let file = world.bundle().to_pkcs12("密码".as_bytes(), protection).unwrap();
        let opened = KeyBundle::from_bytes(&file, Some("密码".as_bytes()), &today()).unwrap();
        let names: Vec<_> = opened.keys().iter().map(|key| key.name().unwrap()).collect();
        assert_eq!(names, ["制章人", "signer"]);
        for (key, expected) in opened.keys().iter().zip([&world.maker, &world.signer]) {
            assert_eq!(Signer::public_key(key.key()), Signer::public_key(expected));
            assert_eq!(key.key().certificates(), expected.certificates());
            assert_eq!(key.key().certificates().len(), 2);
        }
        assert!(opened.other_certificates().is_empty());
        assert_eq!(opened.protections().len(), 2, "{:?}", opened.protections());
        let key = opened.into_key(Some("signer")).unwrap();
        assert_eq!(Signer::public_key(&key), Signer::public_key(&world.signer));
        let open = || KeyBundle::from_bytes(&file, Some("密码".as_bytes()), &today()).unwrap();
        assert_eq!(code(open().into_key(None)), Code::KeyAmbiguous);
        assert_eq!(code(open().into_key(Some("nobody"))), Code::KeyAbsent);
        let with = |password| code(KeyBundle::from_bytes(&file, password, &today()));
        assert_eq!(with(None), Code::KeyMissing);
        assert_eq!(with(Some("密碼".as_bytes())), Code::Password);
        assert_eq!(with(Some(b"")), Code::Password);
        assert_eq!(
            code(SoftwareKey::from_bytes(&file, Some("密码".as_bytes()))),
            Code::KeyAmbiguous
        );
    }
    let bundle = world.bundle();
    assert_eq!(code(bundle.to_pkcs12(b"", Protection::sm())), Code::Argument);
    assert_eq!(code(bundle.to_pkcs12(&[0xff], Protection::sm())), Code::Argument);
    assert_eq!(code(KeyBundle::new().to_pkcs12(b"p", Protection::sm())), Code::KeyAbsent);
    assert_eq!(code(Protection::sm().with_iterations(999)), Code::Argument);
}

#[test]
fn openssl_reads_what_is_written() {
    let world = World::new();
    let file = world.bundle().to_pkcs12(b"secret", quick(Protection::aes())).unwrap();
    fs::write(world.path("ours.p12"), file).unwrap();
    let arguments = ["pkcs12", "-in", "ours.p12", "-passin", "pass:secret", "-nodes"];
    let text = openssl(world.folder(), &arguments);
    let read = KeyBundle::from_pem(&text, None, &today()).unwrap();
    assert_eq!(read.keys().len(), 2);
    for (key, expected) in read.keys().iter().zip([&world.maker, &world.signer]) {
        assert_eq!(Signer::public_key(key.key()), Signer::public_key(expected));
        assert_eq!(key.key().certificates(), expected.certificates());
    }
    let text = String::from_utf8_lossy(&text);
    assert!(text.contains("friendlyName: signer") && text.contains("localKeyID"), "{text}");
}

#[test]
fn what_openssl_writes_is_read() {
    let world = World::new();
    world.write_files();
    let modern: [(&str, &[&str]); 9] = [
        ("default", &[]),
        ("aes128", &["-keypbe", "AES-128-CBC", "-certpbe", "AES-192-CBC", "-macalg", "sha1"]),
        ("sm", &["-keypbe", "SM4-CBC", "-certpbe", "SM4-CBC", "-macalg", "sm3"]),
        ("sha384", &["-macalg", "sha384", "-iter", "1"]),
        ("sha512", &["-macalg", "sha512", "-nomaciter"]),
        ("plain-cert", &["-certpbe", "NONE"]),
        ("plain-key", &["-keypbe", "NONE"]),
        ("plain", &["-keypbe", "NONE", "-certpbe", "NONE"]),
        ("chain", &["-certfile", "root.pem"]),
    ];
    for (name, options) in modern {
        let file = world.export(name, options, "pass:秘密");
        let bundle = KeyBundle::from_bytes(&file, Some("秘密".as_bytes()), &today());
        let bundle = bundle.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(bundle.keys()[0].name(), Some("出纳"), "{name}");
        let key = bundle.into_key(Some("出纳")).unwrap();
        assert_eq!(Signer::public_key(&key), Signer::public_key(&world.signer), "{name}");
        let expected = if name == "chain" { 2 } else { 1 };
        assert_eq!(key.certificates(), &world.signer.certificates()[..expected], "{name}");
        let wrong = KeyBundle::from_bytes(&file, Some(b"wrong"), &today());
        assert_eq!(code(wrong), Code::Password, "{name}");
    }
    let empty = world.export("empty", &[], "pass:");
    assert!(SoftwareKey::from_bytes(&empty, Some(b"")).is_ok());
    assert_eq!(code(SoftwareKey::from_bytes(&empty, Some(b"x"))), Code::Password);
    let without = world.export("nomac", &["-nomac"], "pass:secret");
    let open = |options| KeyBundle::from_bytes(&without, Some(b"secret"), &options);
    assert_eq!(code(open(today())), Code::Weak);
    assert_eq!(open(today().allow_without_mac()).unwrap().keys().len(), 1);
}

#[test]
fn old_protection_is_read_by_leave_only() {
    let world = World::new();
    world.write_files();
    let pbe =
        |key, certificate| ["-legacy", "-keypbe", key, "-certpbe", certificate, "-macalg", "sha1"];
    for (name, options) in [
        ("old", pbe("PBE-SHA1-3DES", "PBE-SHA1-RC2-40")),
        ("old3", pbe("PBE-SHA1-3DES", "PBE-SHA1-3DES")),
        ("mixed", pbe("AES-256-CBC", "PBE-SHA1-RC2-40")),
    ] {
        let file = world.export(name, &options, "pass:secret");
        let open =
            |password: &[u8], options| KeyBundle::from_bytes(&file, Some(password), &options);
        assert_eq!(code(open(b"secret", today())), Code::Weak, "{name}");
        let bundle = open(b"secret", today().allow_legacy()).unwrap();
        assert!(bundle.protections().iter().any(|line| line.starts_with("legacy")), "{name}");
        let key = bundle.into_key(None).unwrap();
        assert_eq!(Signer::public_key(&key), Signer::public_key(&world.signer));
        assert_eq!(code(open(b"Secret", today().allow_legacy())), Code::Password, "{name}");
    }
    let rc4 = pbe("PBE-SHA1-RC4-128", "PBE-SHA1-3DES");
    let file = world.export("rc4", &rc4, "pass:secret");
    let options = today().allow_legacy();
    assert_eq!(code(KeyBundle::from_bytes(&file, Some(b"secret"), &options)), Code::Algorithm);
}

#[test]
fn rsa_and_ecdsa_keys_travel_too() {
    let world = World::new();
    for (kind, options) in [
        ("rsa", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]),
        ("ec", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]),
    ] {
        let at = world.folder();
        openssl(at, &[&["genpkey", "-out", "key.pem"], &options[..]].concat());
        let subject = ["-subj", "/CN=x", "-out", "cert.pem", "-days", "9"];
        openssl(at, &[&["req", "-x509", "-new", "-key", "key.pem"], &subject[..]].concat());
        let export = ["pkcs12", "-export", "-inkey", "key.pem", "-in", "cert.pem"];
        openssl(at, &[&export[..], &["-passout", "pass:a", "-out", "theirs.p12"]].concat());
        let theirs = fs::read(world.path("theirs.p12")).unwrap();
        let key = SoftwareKey::from_bytes(&theirs, Some(b"a")).unwrap();
        assert_eq!(key.certificates().len(), 1, "{kind}");
        let public = Signer::public_key(&key).clone();
        let mut bundle = KeyBundle::new();
        bundle.add(key, None).unwrap();
        let ours = bundle.to_pkcs12(b"b", quick(Protection::aes())).unwrap();
        fs::write(world.path("ours.p12"), &ours).unwrap();
        let text = openssl(at, &["pkcs12", "-in", "ours.p12", "-passin", "pass:b", "-nodes"]);
        let again = SoftwareKey::from_pem(&text, None).unwrap();
        assert_eq!(Signer::public_key(&again), &public, "{kind}");
        let old = openssl(at, &["pkey", "-in", "key.pem", "-traditional"]);
        let again = SoftwareKey::from_pem(&old, None).unwrap();
        assert_eq!(Signer::public_key(&again), &public, "{kind}");
    }
}

#[test]
fn every_cut_and_every_changed_byte_is_an_error() {
    let world = World::new();
    let mut bundle = KeyBundle::new();
    bundle.add(world.take_signer(), Some("s")).unwrap();
    let file = bundle.to_pkcs12(b"secret", quick(Protection::aes())).unwrap();
    let options = today().with_max_iterations(10_000);
    let open = |file: &[u8]| KeyBundle::from_bytes(file, Some(b"secret"), &options);
    assert_eq!(open(&file).unwrap().keys().len(), 1);
    for end in 0..file.len() {
        assert!(open(&file[..end]).is_err(), "cut at {end}");
    }
    let mut codes = std::collections::BTreeMap::new();
    for at in 0..file.len() {
        let mut changed = file.clone();
        changed[at] ^= 1 << (at % 8);
        let found = code(open(&changed));
        *codes.entry(found.number()).or_insert(0) += 1;
    }
    // Most of the file is under the MAC, and the password opens it nevertheless.
    assert!(codes[&Code::KeyFileMac.number()] > file.len() / 4, "{codes:?}");
    assert!(open(&[&file[..], &[0]].concat()).is_err());
}

#[test]
fn a_changed_file_is_told_from_a_wrong_password() {
    let world = World::new();
    let file = world.bundle().to_pkcs12(b"secret", quick(Protection::sm())).unwrap();
    let at = file.windows(4).position(|window| window == [0, b's', 0, b'i']).unwrap();
    let mut changed = file.clone();
    changed[at + 1] = b'S';
    let open = |password: &[u8]| code(KeyBundle::from_bytes(&changed, Some(password), &today()));
    assert_eq!(open(b"secret"), Code::KeyFileMac);
    assert_eq!(open(b"secre1"), Code::Password);
}

/// A PFX around this authenticated safe.
fn pfx(safe: &[u8], mac: &[u8]) -> Vec<u8> {
    let data = writer::explicit(0, &writer::octet_string(safe));
    let content = writer::sequence(&[&writer::oid(&oid::CMS_DATA), &data]);
    writer::sequence(&[&writer::integer(3), &content, mac])
}

fn mac_data(iterations: i64) -> Vec<u8> {
    let algorithm = writer::sequence(&[&writer::oid(&oid::SHA256), &writer::null()]);
    let digest = writer::sequence(&[&algorithm, &writer::octet_string(&[0; 32])]);
    writer::sequence(&[&digest, &writer::octet_string(&[0; 8]), &writer::integer(iterations)])
}

fn encrypted_safe(salt: u8, iterations: i64) -> Vec<u8> {
    let kdf = writer::sequence(&[&writer::octet_string(&[salt; 8]), &writer::integer(iterations)]);
    let kdf = writer::sequence(&[&writer::oid(&oid::PBKDF2), &kdf]);
    encrypted_under(&kdf)
}

fn encrypted_under(kdf: &[u8]) -> Vec<u8> {
    let iv = writer::octet_string(&[0; 16]);
    let cipher = writer::sequence(&[&writer::oid(&oid::AES_128_CBC), &iv]);
    let scheme = writer::sequence(&[kdf, &cipher]);
    let algorithm = writer::sequence(&[&writer::oid(&oid::PBES2), &scheme]);
    let content = writer::tlv(0x80, &[&[0; 16]]);
    let info = writer::sequence(&[&writer::oid(&oid::CMS_DATA), &algorithm, &content]);
    let encrypted = writer::explicit(0, &writer::sequence(&[&writer::integer(0), &info]));
    writer::sequence(&[&writer::oid(&oid::CMS_ENCRYPTED_DATA), &encrypted])
}

#[test]
fn work_without_end_is_a_limit() {
    let options = today().allow_without_mac();
    let open = |file: Vec<u8>| code(KeyBundle::from_bytes(&file, Some(b"p"), &options));
    for iterations in [10_000_001, 0x7fff_ffff, 0xffff_ffff, 0x1_0000_0000, i64::MAX] {
        assert_eq!(open(pfx(&[], &mac_data(iterations))), Code::Budget, "{iterations}");
        let safe = writer::sequence_of(&[encrypted_safe(0, iterations)]);
        assert_eq!(open(pfx(&safe, &[])), Code::Budget, "{iterations}");
    }
    for iterations in [0, -1] {
        assert_eq!(open(pfx(&[], &mac_data(iterations))), Code::Der, "{iterations}");
    }
    // The parts of one file are counted together: the MAC, then keys and certificates.
    let file = World::new().bundle().to_pkcs12(b"p", quick(Protection::aes())).unwrap();
    for (limit, good) in [(999, false), (1999, false), (2000, true)] {
        let options = today().with_max_iterations(limit);
        let found = KeyBundle::from_bytes(&file, Some(b"p"), &options);
        assert_eq!(found.is_ok(), good, "{limit}");
        assert!(good || code(found) == Code::Budget);
    }
    // scrypt: too much memory, too much work, and numbers that are none.
    for (n, r, p, expected) in [
        (1i64 << 40, 8, 1, Code::Budget),
        (1 << 20, 1 << 20, 1, Code::Budget),
        (1 << 14, 8, 1 << 20, Code::Budget),
        (1 << 10, 1, 1 << 20, Code::Budget),
        (1 << 16, 8, 64, Code::Budget),
        (3, 8, 1, Code::Der),
        (1, 8, 1, Code::Der),
        (0, 8, 1, Code::Der),
        (1 << 14, 0, 1, Code::Der),
    ] {
        let fields = [writer::octet_string(&[0; 8]), writer::integer(n), writer::integer(r)];
        let fields = [&fields[..], &[writer::integer(p)]].concat();
        let kdf = writer::sequence(&[&writer::oid(&oid::SCRYPT), &writer::sequence_of(&fields)]);
        let file = pfx(&writer::sequence_of(&[encrypted_under(&kdf)]), &[]);
        let found = KeyBundle::from_bytes(&file, Some(b"p"), &today().allow_without_mac());
        assert_eq!(code(found), expected, "{n} {r} {p}");
    }
}

#[test]
fn hostile_structures_are_refused() {
    let options = today().allow_without_mac();
    let open = |file: &[u8]| KeyBundle::from_bytes(file, Some(b"p"), &options);
    let data = |content: &[u8]| {
        let data = writer::explicit(0, &writer::octet_string(content));
        writer::sequence(&[&writer::oid(&oid::CMS_DATA), &data])
    };
    let bag =
        |kind, value: &[u8]| writer::sequence(&[&writer::oid(&kind), &writer::explicit(0, value)]);
    // Bags in bags.
    let mut nested = writer::sequence(&[]);
    for _ in 0..100 {
        nested = writer::sequence(&[&bag(oid::BAG_SAFE_CONTENTS, &nested)]);
    }
    let file = pfx(&writer::sequence(&[&data(&nested)]), &[]);
    assert_eq!(code(open(&file)), Code::Depth);
    // Very many bags, and very many safes.
    let bags = vec![bag(oid::X509_CERTIFICATE, &[]); 1001];
    let file = pfx(&writer::sequence(&[&data(&writer::sequence_of(&bags))]), &[]);
    assert_eq!(code(open(&file)), Code::Count);
    let safes = vec![data(&writer::sequence(&[])); 1001];
    assert_eq!(code(open(&pfx(&writer::sequence_of(&safes), &[]))), Code::Count);
    // No key, too large, of a public key.
    let file = pfx(&writer::sequence(&[]), &[]);
    assert_eq!(code(open(&file).unwrap().into_key(None)), Code::KeyAbsent);
    let large = vec![0x30; yinxin::key::MAX_KEY_FILE + 1];
    assert_eq!(code(open(&large)), Code::Size);
    let mut signed = pfx(&[], &[]);
    let at = signed.windows(9).position(|w| w == oid::CMS_DATA.contents()).unwrap();
    signed[at + 8] = 2;
    assert_eq!(code(open(&signed)), Code::Form);
    // Open lengths without end, nested.
    for depth in [10, 100, 100_000] {
        assert!(open(&[0x30, 0x80].repeat(depth)).is_err());
    }
}

#[test]
fn a_file_in_ber_or_base64_is_the_same_file() {
    let world = World::new();
    let file = world.bundle().to_pkcs12(b"secret", quick(Protection::sm())).unwrap();
    let ber = with_open_lengths(&file);
    assert!(ber.len() > file.len());
    let base64 = yinxin::asn1::pem::encode("X", &file);
    let base64: Vec<&str> = base64.lines().filter(|line| !line.starts_with('-')).collect();
    for bytes in [ber, base64.join("\r\n").into_bytes()] {
        let bundle = KeyBundle::from_bytes(&bytes, Some(b"secret"), &today()).unwrap();
        assert_eq!(bundle.keys().len(), 2);
    }
}

/// The outer layers of a PFX as programs write them that do not know the length in advance.
fn with_open_lengths(file: &[u8]) -> Vec<u8> {
    let open = |tag: u8, parts: &[&[u8]]| [&[tag, 0x80][..], &parts.concat(), &[0, 0]].concat();
    let mut pfx = Reader::new(file, "PFX").sequence().unwrap();
    let version = pfx.read().unwrap().raw;
    let mut content = pfx.sequence().unwrap();
    let kind = content.read().unwrap().raw;
    let octets = content.read().unwrap().contents().read().unwrap().value;
    let pieces: Vec<Vec<u8>> = octets.chunks(100).map(writer::octet_string).collect();
    let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
    let content = open(0x30, &[kind, &open(0xa0, &[&open(0x24, &pieces)])]);
    open(0x30, &[version, &content, pfx.rest()])
}

#[test]
fn the_sample_files_are_read() {
    let Ok(samples) = std::env::var("YINXIN_SAMPLES") else {
        println!("skipped: YINXIN_SAMPLES is not set");
        return;
    };
    let samples = std::path::Path::new(&samples);
    for (name, password) in [
        ("keys/USER.p12", "777777"),
        ("peerpki/signer.p12", "123456"),
        ("peerpki/maker.p12", "123456"),
        ("peerpki/tsa.p12", "123456"),
    ] {
        let file = fs::read(samples.join(name)).unwrap();
        let open = |password: &str, options| {
            KeyBundle::from_bytes(&file, Some(password.as_bytes()), &options)
        };
        assert_eq!(code(open(password, today())), Code::Weak, "{name}");
        assert_eq!(code(open("wrong", today().allow_legacy())), Code::Password, "{name}");
        let bundle = open(password, today().allow_legacy()).unwrap();
        let key = bundle.into_key(Some("private")).unwrap();
        assert!(!key.certificates().is_empty(), "{name}");
    }
}
