//! OpenSSL reads our requests, responses and tokens, and we read its.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use yinxin::Time;
use yinxin::asn1::{Oid, Profile, oid};
use yinxin::cert::Certificate;
use yinxin::error::Code;
use yinxin::key::SoftwareKey;
use yinxin::report::{CheckCode, Outcome, Verdict};
use yinxin::timestamp::{
    Accuracy, Imprint, TimeStampRequest, TimeStampResponse, TimestampAuthority, Token, check,
};
use yinxin::trust::{Policy, Revocation, Trust};

const POLICY: Oid = Oid::new("1.2.3.4.1");

const CONFIGURATION: &str = "\
[tsa]
default_tsa = here
[here]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512, sm3
accuracy = secs:1, millisecs:500, microsecs:100
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
";

/// A root and a time stamp authority with keys of one kind, made by OpenSSL.
struct World {
    folder: tempfile::TempDir,
}

impl World {
    /// `None`, said in one line, if OpenSSL is missing.
    fn new(key: &[&str]) -> Option<World> {
        if Command::new("openssl").arg("version").output().is_err() {
            eprintln!("skipped: openssl is not installed");
            return None;
        }
        let world = World { folder: tempfile::tempdir().unwrap() };
        fs::write(world.path("tsa.cnf"), CONFIGURATION).unwrap();
        fs::write(world.path("serial"), "01\n").unwrap();
        fs::write(world.path("value"), b"a value").unwrap();
        fs::write(world.path("other"), b"another value").unwrap();
        let purpose =
            "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n";
        fs::write(world.path("tsa.ext"), purpose).unwrap();
        let authority =
            "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n";
        fs::write(world.path("root.ext"), authority).unwrap();
        for name in ["root", "tsa"] {
            let (file, request) = (format!("{name}.key"), format!("{name}.csr"));
            world.made(&[&["genpkey", "-out", &file], key].concat());
            let subject = format!("/C=CN/CN={name}");
            world.made(&["req", "-new", "-key", &file, "-subj", &subject, "-out", &request]);
            let (extensions, out) = (format!("{name}.ext"), format!("{name}.crt"));
            let make: &[&str] = &["x509", "-req", "-days", "20", "-in", &request];
            let to: &[&str] = &["-extfile", &extensions, "-out", &out];
            let by: &[&str] = match name {
                "root" => &["-signkey", "root.key"],
                _ => &["-CA", "root.crt", "-CAkey", "root.key", "-CAcreateserial"],
            };
            world.made(&[make, to, by].concat());
        }
        Some(world)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> (bool, String) {
        let output =
            Command::new("openssl").args(arguments).current_dir(&self.folder).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&text).into_owned())
    }

    fn made(&self, arguments: &[&str]) -> String {
        let (done, text) = self.run(arguments);
        assert!(done, "{arguments:?}: {text}");
        text
    }

    /// Has OpenSSL answer `query.tsq` in `answer.tsr`; whether it was content.
    fn replies(&self) -> bool {
        let from = ["-config", "tsa.cnf", "-queryfile", "query.tsq", "-out", "answer.tsr"];
        let by = ["-signer", "tsa.crt", "-inkey", "tsa.key"];
        self.run(&[&["ts", "-reply"], &from[..], &by].concat()).0
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    fn certificate(&self, name: &str) -> Certificate {
        Certificate::from_bytes(&self.read(name)).unwrap()
    }

    fn authority(&self) -> TimestampAuthority {
        let key = SoftwareKey::from_bytes(&self.read("tsa.key"), None).unwrap();
        let der = self.certificate("tsa.crt").as_der().to_vec();
        let key = key.with_certificates(vec![der]).unwrap();
        TimestampAuthority::new(key, POLICY).unwrap()
    }

    /// A second after the certificate was made.
    fn now(&self) -> Time {
        self.certificate("tsa.crt").not_before().plus_seconds(1).unwrap()
    }

    fn trust(&self) -> Trust {
        let mut policy = Policy::default();
        policy.revocation = Revocation::NotChecked;
        let mut trust = Trust::new(policy);
        trust.add_anchor(self.certificate("root.crt"));
        trust
    }
}

const KINDS: [&[&str]; 3] = [
    &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
    &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
    &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
];

#[test]
fn openssl_verifies_our_tokens() {
    for kind in KINDS {
        let Some(world) = World::new(kind) else { return };
        for hash in [oid::SHA256, oid::SHA512, oid::SM3] {
            let imprint = Imprint::of(hash, b"a value").unwrap();
            let request = TimeStampRequest::new(imprint).unwrap().with_policy(POLICY);
            fs::write(world.path("query.tsq"), request.as_der()).unwrap();
            let text = world.made(&["ts", "-query", "-in", "query.tsq", "-text"]);
            assert!(
                text.contains("Policy OID: tsa_policy1") || text.contains("1.2.3.4.1"),
                "{text}"
            );
            let accuracy = Accuracy::new(0, 250, 0).unwrap();
            let authority = world.authority().with_accuracy(accuracy);
            let answer = authority.respond(request.as_der(), world.now());
            fs::write(world.path("answer.tsr"), answer.as_der()).unwrap();
            fs::write(world.path("token.tst"), answer.token().unwrap()).unwrap();
            let text = world.made(&["ts", "-reply", "-in", "answer.tsr", "-text"]);
            assert!(text.contains("Granted") && text.contains("0xFA millis"), "{text}");
            let ca = ["-CAfile", "root.crt"];
            let verify = |what: &[&str]| world.run(&[&["ts", "-verify"], what, &ca].concat());
            let (good, text) = verify(&["-queryfile", "query.tsq", "-in", "answer.tsr"]);
            assert!(good && text.contains("Verification: OK"), "{text}");
            let (good, text) = verify(&["-data", "value", "-in", "token.tst", "-token_in"]);
            assert!(good, "{text}");
            let (good, text) = verify(&["-data", "other", "-in", "token.tst", "-token_in"]);
            assert!(!good, "{text}");
            // Another request, another nonce.
            let other = TimeStampRequest::new(request.imprint().clone()).unwrap();
            fs::write(world.path("query.tsq"), other.as_der()).unwrap();
            let (good, text) = verify(&["-queryfile", "query.tsq", "-in", "answer.tsr"]);
            assert!(!good && text.contains("nonce"), "{text}");
        }
    }
}

#[test]
fn tokens_of_openssl_are_read() {
    for kind in KINDS {
        let Some(world) = World::new(kind) else { return };
        for hash in ["-sha256", "-sha384", "-sm3"] {
            world.made(&["ts", "-query", "-data", "value", hash, "-cert", "-out", "query.tsq"]);
            assert!(world.replies());
            let request = TimeStampRequest::from_der(&world.read("query.tsq")).unwrap();
            assert!(request.wants_certificates() && request.nonce().is_some());
            let answer = TimeStampResponse::from_der(&world.read("answer.tsr")).unwrap();
            let token = answer.token_for(&request, Profile::Conforming).unwrap();
            assert_eq!(token.accuracy(), Some(Accuracy::new(1, 500, 100).unwrap()));
            assert_eq!(token.policy(), POLICY);
            let now = token.gen_time();
            let report = check(&token, b"a value", &world.trust(), now);
            assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
            let report = check(&token, b"another value", &world.trust(), now);
            let imprint = report.find(CheckCode::TokenImprint).unwrap();
            assert_eq!(imprint.outcome, Outcome::Failed);
            // The same, unsigned attributes and all, as a bare token.
            let again = Token::parse(answer.token().unwrap(), Profile::Conforming).unwrap();
            assert_eq!(again.serial(), token.serial());
        }
        // What OpenSSL refuses: another policy than its own.
        world.made(&[
            "ts",
            "-query",
            "-data",
            "value",
            "-sha256",
            "-tspolicy",
            "1.2.3.4.9",
            "-out",
            "query.tsq",
        ]);
        world.replies();
        let request = TimeStampRequest::from_der(&world.read("query.tsq")).unwrap();
        let answer = TimeStampResponse::from_der(&world.read("answer.tsr")).unwrap();
        let error = answer.token_for(&request, Profile::Conforming).unwrap_err();
        assert_eq!(error.code(), Code::TimeStampRefused);
        assert!(error.message().contains("unacceptedPolicy"), "{error}");
    }
}
