//! The SM2 user id of issuers: a matter of policy, and named where another one would be right.

use std::fs;
use std::path::Path;
use std::process::Command;
use yinxin::asn1::writer;
use yinxin::authority::{Authority, CertificateRequest, Profile, Subject};
use yinxin::cert::chain::{self, ChainErrorKind};
use yinxin::cert::{Certificate, Crl, IssuerDeviation, OcspResponse, Purpose};
use yinxin::crypto::hazmat::Sm2Digest;
use yinxin::crypto::sm2::UserId;
use yinxin::crypto::sm3;
use yinxin::key::{Signer, SoftwareKey, ToSign};
use yinxin::report::Outcome::{Failed, NotDetermined, Passed};
use yinxin::report::{CheckCode, NoteCode, Report, Verdict};
use yinxin::signature::{Verifier, sign};
use yinxin::time::Time;
use yinxin::trust::{Moment, Policy, Trust};

const CA: &str =
    "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign,digitalSignature\n";
const END: &str =
    "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,nonRepudiation\n";

/// What OpenSSL makes when nobody tells it of a user id.
struct World {
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> World {
        let world = World { folder: tempfile::tempdir().unwrap() };
        world.write("ca.ext", CA);
        world.write("end.ext", END);
        world.run("genpkey -algorithm SM2 -out root.key");
        world.run("req -new -key root.key -sm3 -subj /C=CN/CN=Root -out root.csr");
        world.run("x509 -req -in root.csr -signkey root.key -sm3 -days 3650 -extfile ca.ext -out root.pem");
        world.run("genpkey -algorithm SM2 -out leaf.key");
        world.run("req -new -key leaf.key -sm3 -subj /C=CN/CN=Signer -out leaf.csr");
        world.run("x509 -req -in leaf.csr -CA root.pem -CAkey root.key -set_serial 17 -sm3 -days 365 -extfile end.ext -out leaf.pem");
        world.write("index.txt", "V\t491231235959Z\t\t11\tunknown\t/C=CN/CN=Signer\n");
        world.write("crlnumber", "01\n");
        world.write(
            "ca.cnf",
            "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_md=sm3\n",
        );
        world.run(
            "ca -config ca.cnf -keyfile root.key -cert root.pem -gencrl -crldays 9 -out root.crl",
        );
        world.run("ocsp -issuer root.pem -cert leaf.pem -reqout leaf.req -no_nonce");
        world.run("ocsp -index index.txt -rsigner root.pem -rkey root.key -CA root.pem -rmd sm3 -reqin leaf.req -respout leaf.resp -ndays 9");
        world
    }

    fn run(&self, arguments: &str) {
        let output = Command::new("openssl")
            .args(arguments.split(' '))
            .current_dir(&self.folder)
            .output()
            .expect("openssl is installed");
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments}: {text}");
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.folder.path().join(Path::new(name))).unwrap()
    }

    fn certificate(&self, name: &str) -> Certificate {
        Certificate::from_bytes(&self.read(name)).unwrap()
    }

    /// The signer with its certificate.
    fn signer(&self) -> SoftwareKey {
        let key = SoftwareKey::from_pem(&self.read("leaf.key"), None).unwrap();
        key.with_certificates(vec![self.certificate("leaf.pem").as_der().to_vec()]).unwrap()
    }

    /// Trust in the root, with one kind of answer about revocation.
    fn trust(&self, issuer_user_id: UserId, answer: &str) -> Trust {
        let mut policy = Policy::default();
        policy.issuer_user_id = issuer_user_id;
        let mut trust = Trust::new(policy);
        trust.add_anchor(self.certificate("root.pem"));
        match answer {
            "list" => trust.add_crl(Crl::from_bytes(&self.read("root.crl")).unwrap()),
            _ => trust.add_ocsp(OcspResponse::from_bytes(&self.read("leaf.resp")).unwrap()),
        }
        trust
    }

    fn now(&self) -> Time {
        let response = OcspResponse::from_bytes(&self.read("leaf.resp")).unwrap();
        response.produced_at().plus_seconds(60).unwrap()
    }
}

fn empty() -> UserId {
    UserId::new(b"").unwrap()
}

fn verify(verifier: &Verifier, number: usize, signer: &SoftwareKey, now: Time) -> Report {
    let document = format!("document {number}").into_bytes();
    let value = sign(&document, signer).unwrap();
    verifier.verify_signature(&value, &document, &Moment::received(now, now)).unwrap()
}

fn is_noted(report: &Report, code: NoteCode) -> bool {
    report.notes().iter().any(|note| note.code == code)
        || report.reports().iter().any(|inner| is_noted(inner, code))
}

#[test]
fn what_openssl_signs_under_the_empty_id_is_good_by_policy_alone() {
    let world = World::new();
    let (signer, now) = (world.signer(), world.now());
    for answer in ["list", "response"] {
        let verifier = Verifier::new(world.trust(empty(), answer));
        for number in 0..9 {
            // The last ones with the root's key prepared.
            let report = verify(&verifier, number, &signer, now);
            assert_eq!(report.verdict(), Verdict::Valid, "{answer}: {}", report.to_text());
        }
        assert!(verifier.key_memory() > 0);
        let other = UserId::new(b"another").unwrap();
        for id in [UserId::default(), other] {
            let verifier = Verifier::new(world.trust(id, answer));
            let report = verify(&verifier, 0, &signer, now);
            assert_eq!(report.verdict(), Verdict::Invalid);
            let chain = report.find(CheckCode::SignerChain).unwrap();
            assert_eq!(chain.outcome, Failed);
            assert!(chain.detail.contains("good under the empty user id"), "{}", chain.detail);
            assert!(is_noted(&report, NoteCode::DeviationUserId), "{}", report.to_text());
            assert_eq!(report.find(CheckCode::SignatureValue).unwrap().outcome, Passed);
        }
    }
}

/// A certificate under the default id with answers under the empty one, and the other way about.
#[test]
fn answers_under_another_id_are_of_no_use_and_say_which() {
    let world = World::new();
    let now = world.now();
    let root_key = SoftwareKey::from_pem(&world.read("root.key"), None).unwrap();
    let root = Authority::existing(root_key, world.certificate("root.pem")).unwrap();
    let key = SoftwareKey::from_pem(&world.read("leaf.key"), None).unwrap();
    let leaf = world.certificate("leaf.pem");
    let (from, until) = (leaf.not_before(), leaf.not_after());
    let subject = Subject::parse("CN=Signer,C=CN").unwrap();
    let request =
        CertificateRequest::new(subject, key.public_key().clone(), Profile::Signer, from, until)
            .with_serial(leaf.serial());
    let usual = root.issue(&request).unwrap();
    let signer = key.with_certificates(vec![usual.as_der().to_vec()]).unwrap();
    for answer in ["list", "response"] {
        let verifier = Verifier::new(world.trust(UserId::default(), answer));
        let report = verify(&verifier, 0, &signer, now);
        assert_eq!(report.find(CheckCode::SignerChain).unwrap().outcome, Passed);
        let revocation = report.find(CheckCode::SignerRevocation).unwrap();
        assert_eq!(revocation.outcome, NotDetermined, "{answer}");
        let detail = &revocation.detail;
        assert!(detail.contains("good under the empty user id"), "{answer}: {detail}");
    }
    let mut trust = world.trust(empty(), "list");
    trust.add_crl(root.crl(from, until).unwrap());
    let report = verify(&Verifier::new(trust), 0, &signer, now);
    let chain = report.find(CheckCode::SignerChain).unwrap();
    assert!(chain.detail.contains("good under the default user id"), "{}", chain.detail);
    let signer = world.signer();
    let mut trust = Trust::new(Policy::default());
    trust.policy_mut().issuer_user_id = empty();
    trust.add_anchor(world.certificate("root.pem"));
    trust.add_crl(root.crl(from, until).unwrap());
    let report = verify(&Verifier::new(trust), 0, &signer, now);
    let revocation = report.find(CheckCode::SignerRevocation).unwrap();
    assert_eq!(revocation.outcome, NotDetermined);
    assert!(revocation.detail.contains("good under the default user id"), "{}", revocation.detail);
}

/// What was found good under one id is not taken for good under another.
#[test]
fn what_is_remembered_belongs_to_its_id() {
    let world = World::new();
    let now = world.now();
    let mut trust = world.trust(empty(), "list");
    trust.add_ocsp(OcspResponse::from_bytes(&world.read("leaf.resp")).unwrap());
    let leaf = world.certificate("leaf.pem");
    let codes = yinxin::trust::Codes {
        usage: CheckCode::SignerUsage,
        validity: CheckCode::SignerValidity,
        chain: CheckCode::SignerChain,
        revocation: CheckCode::SignerRevocation,
        algorithm: CheckCode::SignerAlgorithm,
    };
    let good = |trust: &Trust| {
        let question = yinxin::trust::Question {
            certificate: &leaf,
            extra: &[],
            purpose: Purpose::Sign,
            hashes: &[],
            at: now,
            existed: now,
            now,
        };
        let mut report = Report::new("leaf", &[CheckCode::SignerChain]);
        yinxin::trust::assess(&mut report, &codes, &question, trust).good
    };
    for _ in 0..2 {
        assert!(good(&trust));
        trust.policy_mut().issuer_user_id = UserId::default();
        assert!(!good(&trust));
        trust.policy_mut().issuer_user_id = empty();
    }
}

#[test]
fn a_signature_without_z_is_named() {
    let key = SoftwareKey::generate_sm2().unwrap();
    let copy = SoftwareKey::from_pem(key.to_pkcs8_pem(None).unwrap().as_bytes(), None).unwrap();
    let (from, until) = (time("2026-01-01T00:00:00Z"), time("2036-01-01T00:00:00Z"));
    let root = Authority::root(copy, Subject::parse("CN=Root").unwrap(), from, until).unwrap();
    let public = SoftwareKey::generate_sm2().unwrap().public_key().clone();
    let subject = Subject::parse("CN=Leaf").unwrap();
    let request = CertificateRequest::new(subject, public, Profile::Signer, from, until);
    let leaf = root.issue(&request).unwrap();
    let digest = Sm2Digest(sm3::digest(leaf.tbs()));
    let value = key.sign(ToSign::Digest(&digest)).unwrap();
    let algorithm = key.algorithm().algorithm_identifier();
    let odd = writer::sequence(&[leaf.tbs(), &algorithm, &writer::bit_string(&value)]);
    let odd = Certificate::from_der(&odd).unwrap();
    let anchors = [root.certificate().clone()];
    let found = chain::path(&odd, &[], &anchors, from, Purpose::Sign).unwrap_err();
    assert_eq!(found.kind(), ChainErrorKind::BadSignature);
    assert_eq!(found.deviation(), Some(IssuerDeviation::WithoutZ));
    assert!(found.detail().contains("Z was left out"), "{found}");
    // A signature of something else is a mistake of nobody.
    let value = key.sign(ToSign::Message(b"something else")).unwrap();
    let odd = writer::sequence(&[leaf.tbs(), &algorithm, &writer::bit_string(&value)]);
    let odd = Certificate::from_der(&odd).unwrap();
    let found = chain::path(&odd, &[], &anchors, from, Purpose::Sign).unwrap_err();
    assert_eq!((found.kind(), found.deviation()), (ChainErrorKind::BadSignature, None));
}

fn time(text: &str) -> Time {
    Time::parse_rfc3339(text).unwrap()
}
