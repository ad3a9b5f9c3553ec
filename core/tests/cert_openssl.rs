//! Chains that OpenSSL made are accepted and refused as OpenSSL accepts and refuses them.

use std::fs;
use std::path::Path;
use std::process::Command;
use yinxin::Time;
use yinxin::cert::chain::{self, ChainErrorKind, Purpose, VerifiedChain};
use yinxin::cert::revocation::{self, Status};
use yinxin::cert::{Certificate, Crl, Reason};

const SM2_ID: &str = "distid:1234567812345678";

/// A folder with keys and certificates by name.
struct World {
    folder: tempfile::TempDir,
    key: &'static [&'static str],
    digest: &'static [&'static str],
    sm2: bool,
}

impl World {
    /// A folder for one kind of key; `None`, said in one line, if OpenSSL is missing.
    fn new(kind: &str) -> Option<World> {
        if Command::new("openssl").arg("version").output().is_err() {
            eprintln!("skipped: openssl is not installed");
            return None;
        }
        let (key, digest): (&[&str], &[&str]) = match kind {
            "SM2" => (&["-algorithm", "SM2"], &["-sm3"]),
            "P-256" => (&["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], &["-sha256"]),
            "P-384" => (&["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"], &["-sha384"]),
            "RSA" => (&["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], &["-sha256"]),
            _ => (
                &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
                &["-sha256", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"],
            ),
        };
        let folder = tempfile::tempdir().unwrap();
        Some(World { folder, key, digest, sm2: kind == "SM2" })
    }

    fn run(&self, arguments: &[&str]) -> (bool, String) {
        let output =
            Command::new("openssl").args(arguments).current_dir(&self.folder).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&text).into_owned())
    }

    fn made(&self, arguments: &[&str]) {
        let (done, text) = self.run(arguments);
        assert!(done, "{arguments:?}: {text}");
    }

    /// `name.crt` with `name.key`, issued by `issuer` (or itself), with these extensions.
    fn certificate(&self, name: &str, subject: &str, issuer: &str, days: &str, extensions: &str) {
        let file = |end: &str| format!("{name}.{end}");
        if !Path::new(&self.folder.path().join(file("key"))).exists() {
            self.made(&[&["genpkey", "-out", &file("key")], self.key].concat());
        }
        let id: &[&str] = if self.sm2 { &["-sigopt", SM2_ID] } else { &[] };
        let request: &[&str] =
            &["req", "-new", "-key", &file("key"), "-subj", subject, "-utf8", "-out", &file("csr")];
        self.made(&[request, self.digest, id].concat());
        fs::write(self.folder.path().join(file("ext")), extensions).unwrap();
        let (issuer_crt, issuer_key) = (format!("{issuer}.crt"), format!("{issuer}.key"));
        let (csr, ext, crt, key) = (file("csr"), file("ext"), file("crt"), file("key"));
        let sign: &[&str] =
            &["x509", "-req", "-in", &csr, "-days", days, "-extfile", &ext, "-out", &crt];
        let by: &[&str] = if issuer == name {
            &["-signkey", &key]
        } else {
            &["-CA", &issuer_crt, "-CAkey", &issuer_key, "-CAcreateserial"]
        };
        let own: &[&str] = if self.sm2 { &["-vfyopt", SM2_ID] } else { &[] };
        self.made(&[sign, by, self.digest, id, own].concat());
    }

    fn read(&self, name: &str) -> Certificate {
        let file = self.folder.path().join(format!("{name}.crt"));
        Certificate::from_bytes(&fs::read(file).unwrap()).unwrap()
    }

    /// What both say about a path from `leaf` over `pool` to `root`, `days` from now.
    fn agreed(
        &self,
        leaf: &str,
        pool: &[&str],
        root: &str,
        days: i64,
    ) -> Result<VerifiedChain, ChainErrorKind> {
        let at = self.read(leaf).not_before().plus_days(days).unwrap();
        let texts: Vec<Vec<u8>> = pool
            .iter()
            .map(|name| fs::read(self.folder.path().join(format!("{name}.crt"))).unwrap())
            .collect();
        fs::write(self.folder.path().join("pool.pem"), texts.concat()).unwrap();
        let (root_crt, leaf_crt, at_text) =
            (format!("{root}.crt"), format!("{leaf}.crt"), at.unix().to_string());
        let mut arguments = vec!["verify", "-attime", &at_text, "-CAfile", &root_crt];
        if self.sm2 {
            arguments.extend(["-vfyopt", SM2_ID]);
        }
        if !pool.is_empty() {
            arguments.extend(["-untrusted", "pool.pem"]);
        }
        arguments.push(&leaf_crt);
        let (accepted, text) = self.run(&arguments);
        let pool: Vec<Certificate> = pool.iter().map(|name| self.read(name)).collect();
        let leaf = self.read(leaf);
        let ours = chain::build(&leaf, &pool, &[self.read(root)], at, Purpose::Any);
        assert_eq!(ours.is_ok(), accepted, "{leaf:?}: {ours:?}, OpenSSL: {text}");
        ours.map_err(|error| error.kind())
    }
}

const CA: &str = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n";
const END: &str =
    "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,nonRepudiation\n";

#[test]
fn every_kind_of_key_makes_a_chain() {
    for kind in ["P-256", "P-384", "RSA", "RSA-PSS"] {
        let Some(world) = World::new(kind) else { return };
        world.certificate("root", "/C=CN/O=国库/CN=Root", "root", "3650", CA);
        world.certificate("middle", "/C=CN/CN=Middle", "root", "3650", CA);
        world.certificate("leaf", "/C=CN/CN=签名人", "middle", "365", END);
        let chain = world.agreed("leaf", &["middle"], "root", 1).unwrap();
        assert_eq!(chain.certificates().len(), 3, "{kind}");
        assert_eq!(chain.leaf().subject(), "CN=签名人,C=CN");
        assert_eq!(world.agreed("leaf", &[], "root", 1), Err(ChainErrorKind::UnknownIssuer));
        assert_eq!(world.agreed("leaf", &["middle"], "root", 366), Err(ChainErrorKind::Expired));
        assert_eq!(world.agreed("leaf", &["middle"], "root", -1), Err(ChainErrorKind::NotYetValid));
    }
}

#[test]
fn sm2_with_sm3_makes_a_chain() {
    let Some(world) = World::new("SM2") else { return };
    world.certificate("root", "/C=CN/CN=Root", "root", "3650", CA);
    world.certificate("middle", "/C=CN/CN=Middle", "root", "3650", CA);
    world.certificate("leaf", "/C=CN/CN=Signer", "middle", "365", END);
    // OpenSSL 3.0 takes the user id for the first certificate alone: link by link.
    assert!(world.agreed("middle", &[], "root", 1).is_ok());
    let at = world.read("leaf").not_before();
    let (leaf, middle, root) = (world.read("leaf"), world.read("middle"), world.read("root"));
    assert!(chain::build(&leaf, &[middle], &[root], at, Purpose::Sign).is_ok());
    // Without the user id of the standard OpenSSL signs under the empty one: not good here.
    world.made(&[
        "x509",
        "-req",
        "-in",
        "leaf.csr",
        "-vfyopt",
        SM2_ID,
        "-sm3",
        "-CA",
        "root.crt", //
        "-CAkey",
        "root.key",
        "-CAcreateserial",
        "-days",
        "9",
        "-extfile",
        "leaf.ext",
        "-out",
        "empty.crt",
    ]);
    let (empty, root) = (world.read("empty"), world.read("root"));
    let error = chain::build(&empty, &[], &[root], empty.not_before(), Purpose::Sign).unwrap_err();
    assert_eq!(error.kind(), ChainErrorKind::BadSignature);
}

#[test]
fn constraints_are_kept() {
    let Some(world) = World::new("P-256") else { return };
    world.certificate("root", "/CN=Root", "root", "3650", CA);
    world.certificate("short", "/CN=Short", "root", "10", CA);
    world.certificate("plain", "/CN=Plain", "root", "3650", END);
    world.certificate("silent", "/CN=Silent", "root", "3650", "subjectKeyIdentifier=hash\n");
    world.certificate(
        "unsigning",
        "/CN=Unsigning",
        "root",
        "3650",
        "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,cRLSign\n",
    );
    world.certificate(
        "zero",
        "/CN=Zero",
        "root",
        "3650",
        "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign\n",
    );
    world.certificate("below", "/CN=Below", "zero", "3650", CA);
    world.certificate("again", "/CN=Zero", "zero", "3650", CA);
    for (leaf, issuer) in [
        ("l-short", "short"),
        ("l-plain", "plain"),
        ("l-silent", "silent"),
        ("l-unsigning", "unsigning"),
        ("l-zero", "zero"),
        ("l-below", "below"),
        ("l-again", "again"),
    ] {
        world.certificate(leaf, &format!("/CN={leaf}"), issuer, "365", END);
    }
    let good = |leaf, pool: &[&str]| world.agreed(leaf, pool, "root", 1).is_ok();
    assert!(good("l-short", &["short"]));
    assert_eq!(world.agreed("l-short", &["short"], "root", 20), Err(ChainErrorKind::Expired));
    for issuer in ["plain", "silent", "unsigning"] {
        let found = world.agreed(&format!("l-{issuer}"), &[issuer], "root", 1);
        assert_eq!(found, Err(ChainErrorKind::Constraint), "{issuer}");
    }
    assert!(good("l-zero", &["zero"]));
    assert!(good("below", &["zero"]), "an authority as the end of a path");
    assert!(!good("l-below", &["zero", "below"]));
    assert!(good("l-again", &["zero", "again"]), "self-issued authorities are not counted");
}

#[test]
fn names_are_kept_within_bounds() {
    let Some(world) = World::new("P-256") else { return };
    let bound =
        |lines: &str| format!("{CA}nameConstraints=critical,{lines}\n[office]\nC=CN\nO=Office\n");
    world.certificate("root", "/CN=Root", "root", "3650", CA);
    world.certificate("in", "/CN=In", "root", "3650", &bound("permitted;dirName:office"));
    world.certificate("out", "/CN=Out", "root", "3650", &bound("excluded;dirName:office"));
    world.certificate("mail", "/CN=Mail", "root", "3650", &bound("permitted;email:example.com"));
    world.certificate("host", "/CN=Host", "root", "3650", &bound("permitted;DNS:example.com"));
    let office = "/C=CN/O=Office/CN=x";
    let other = "/C=CN/O=Officer/CN=x";
    let san = |names: &str| format!("{END}subjectAltName={names}\n");
    let cases = [
        ("in", office, END.to_owned(), true),
        ("in", "/C=CN/O=OFFICE/CN=x", END.to_owned(), true),
        ("in", other, END.to_owned(), false),
        ("out", office, END.to_owned(), false),
        ("out", other, END.to_owned(), true),
        ("mail", office, END.to_owned(), true),
        ("mail", office, san("email:a@example.com"), true),
        ("mail", office, san("email:a@example.org"), false),
        ("mail", "/CN=x/emailAddress=a@example.org", END.to_owned(), false),
        ("host", office, san("DNS:a.example.com"), true),
        ("host", office, san("DNS:a.example.org"), false),
        ("host", office, san("DNS:aexample.com"), false),
    ];
    for (at, (issuer, subject, extensions, good)) in cases.iter().enumerate() {
        let name = format!("leaf{at}");
        world.certificate(&name, subject, issuer, "365", extensions);
        let found = world.agreed(&name, &[issuer], "root", 1);
        assert_eq!(found.is_ok(), *good, "{issuer} {subject} {extensions}: {found:?}");
    }
}

#[test]
fn lists_name_what_was_revoked() {
    for kind in ["SM2", "RSA"] {
        let Some(world) = World::new(kind) else { return };
        world.certificate("root", "/CN=Root", "root", "3650", CA);
        world.certificate("leaf", "/CN=Leaf", "root", "365", END);
        world.certificate("gone", "/CN=Gone", "root", "365", END);
        let path = |name: &str| world.folder.path().join(name);
        fs::write(path("index.txt"), "").unwrap();
        fs::write(path("crlnumber"), "01\n").unwrap();
        fs::write(
            path("ca.cnf"),
            "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=crlnumber\ncrl_extensions=e\n\
             default_md=default\n[e]\nauthorityKeyIdentifier=keyid\n",
        )
        .unwrap();
        let id: &[&str] =
            if world.sm2 { &["-sigopt", SM2_ID, "-md", "sm3"] } else { &["-md", "sha256"] };
        let ca = ["ca", "-config", "ca.cnf", "-keyfile", "root.key", "-cert", "root.crt"];
        let revoke = ["-revoke", "gone.crt", "-crl_reason", "keyCompromise"];
        world.made(&[&ca[..], &revoke, id].concat());
        world.made(&[&ca[..], &["-gencrl", "-crldays", "9", "-out", "root.crl"], id].concat());
        let crl = Crl::from_bytes(&fs::read(path("root.crl")).unwrap()).unwrap();
        let at = crl.this_update();
        for name in ["leaf", "gone"] {
            let anchors = [world.read("root")];
            let leaf = world.read(name);
            let chain = chain::build(&leaf, &[], &anchors, at, Purpose::Sign).unwrap();
            let status = &revocation::check(&chain, std::slice::from_ref(&crl), at)[0].1;
            match (name, status) {
                ("leaf", Status::Good) => {}
                ("gone", Status::Revoked { reason: Some(Reason::KeyCompromise), .. }) => {}
                _ => panic!("{kind} {name}: {status:?}"),
            }
            let late: Time = at.plus_days(10).unwrap();
            let status = &revocation::check(&chain, std::slice::from_ref(&crl), late)[0].1;
            assert_eq!(matches!(status, Status::Unknown { .. }), name == "leaf");
        }
    }
}
