//! A made-up voucher with all its acts but one, and all that is needed to add that and verify.

#![allow(dead_code)] // Each test uses its part.

use std::fs;
use std::path::Path;
use yinxin::Time;
use yinxin::asn1::pem;
use yinxin::authority::{Authority, Profile, Subject};
use yinxin::cert::Certificate;
use yinxin::crypto::sm2::UserId;
use yinxin::key::SoftwareKey;
use yinxin::seal::{self, Picture, Seal, SealRequest, Version, picture};
use yinxin::signature::{self, Act};
use yinxin::voucher::{Body, Encoding, Envelope, example};

/// The act that is left: a budget unit's seal on its payment voucher.
pub const ORG: &str = "101001";
pub const ROLE: &str = "office";
pub const POSITION: &str = "dw_cwz";

/// Local templates by which that act is the only one.
pub const TEMPLATES: &str = r#"{"format":"yinxin:templates:1","templates":[{"vtCode":"8202",
    "basis":"made up","positions":[{"layer":1,"position":"dw_cwz","name":"财务专用章",
    "role":"office","kind":"stamp","sequence":1}]}]}"#;

/// The clock, in seconds since 1970-01-01T00:00:00Z: 2026-03-02T02:00:00Z.
pub const NOW: i64 = 1_772_416_800;

/// Everything as bytes, the way a C program meets it.
pub struct Fixture {
    /// Private key and certificate, PEM.
    pub signer: String,
    /// The same of a maker of seals, and of a time stamp authority.
    pub maker: String,
    pub tsa: String,
    /// The same of a second signer, and of a bank with a key to encrypt for.
    pub second: String,
    pub bank: String,
    /// The certificate of the bank alone, PEM.
    pub bank_certificate: String,
    pub seal: Vec<u8>,
    pub voucher: Vec<u8>,
    /// The same voucher without any act.
    pub fresh: Vec<u8>,
    pub anchors: String,
    pub crl: Vec<u8>,
    pub authorisation: String,
}

impl Fixture {
    pub fn new() -> Fixture {
        Fixture::under(&UserId::default())
    }

    /// With a seal, signatures and stamps under this user id.
    pub fn under(user_id: &UserId) -> Fixture {
        let at = |days: i64| Time::from_unix(NOW).unwrap().plus_days(days).unwrap();
        let (from, until) = (at(-100), at(400));
        let subject = Subject::parse("CN=Root,O=yinxin tests,C=CN").unwrap();
        let root = SoftwareKey::generate_sm2().unwrap();
        let root = Authority::root(root, subject, from, until).unwrap();
        let party = |name: &str, profile| {
            let subject = Subject::new(&[("CN", name), ("O", ORG), ("C", "CN")]).unwrap();
            let (key, certificate) = root.issue_new_key(subject, profile, from, until).unwrap();
            (key.with_user_id(user_id.clone()), certificate)
        };
        let (maker, maker_certificate) = party("制章", Profile::SealMaker);
        let (tsa, tsa_certificate) = party("时间戳", Profile::TimeStamp);
        let (bank, bank_certificate) = party("代理银行", Profile::Encryption);
        let (office, office_certificate) = party("财务专用章", Profile::Signer);
        let (clerk, clerk_certificate) = party("经办", Profile::Signer);
        let (reviewer, reviewer_certificate) = party("复核", Profile::Signer);
        let seal = make_seal(&maker, &office_certificate, from, until);

        let built = example::authorised_payment(1).unwrap().build(Encoding::Gbk).unwrap();
        let envelope = Envelope::of(Body::original(built).unwrap());
        let fresh = envelope.to_xml(Encoding::Gbk).unwrap();
        let act = |role, position| Act::new(ORG, role, position, at(0));
        let mut voucher = signature::sign_voucher(&fresh, &act("maker", "dw_jb"), &clerk).unwrap();
        voucher = signature::sign_voucher(&voucher, &act("reviewer", "dw_fh"), &reviewer).unwrap();
        let head = act("head", "dw_mz");
        voucher = signature::stamp_voucher(&voucher, &head, &seal, &office).unwrap();

        let entry = |position: &str, role: &str, what: &str, digest: [u8; 32]| {
            format!(
                r#"{{"admDivCode":"{}","stYear":"{}","vtCode":"8202","position":"{position}",
                "role":"{role}","{what}":["{}"]}}"#,
                example::ADM_DIV_CODE,
                example::ST_YEAR,
                hex(&digest)
            )
        };
        let entries = [
            entry("dw_jb", "maker", "certificates", clerk_certificate.digest()),
            entry("dw_fh", "reviewer", "certificates", reviewer_certificate.digest()),
            entry("dw_mz", "head", "seals", seal.digest()),
            entry(POSITION, ROLE, "seals", seal.digest()),
        ];
        Fixture {
            signer: key_file(&office, &office_certificate),
            maker: key_file(&maker, &maker_certificate),
            tsa: key_file(&tsa, &tsa_certificate),
            second: key_file(&clerk, &clerk_certificate),
            bank: key_file(&bank, &bank_certificate),
            bank_certificate: pem_of(&bank_certificate),
            seal: seal.as_bytes().to_vec(),
            voucher,
            fresh,
            anchors: pem_of(root.certificate()),
            crl: root.crl(at(-1), at(30)).unwrap().as_der().to_vec(),
            authorisation: format!(
                r#"{{"format":"yinxin:authorisation:1","entries":[{}]}}"#,
                entries.join(",")
            ),
        }
    }

    /// Writes the files under the names that the tests in C expect.
    pub fn write(&self, folder: &Path) {
        let put = |name: &str, content: &[u8]| fs::write(folder.join(name), content).unwrap();
        put("signer.pem", self.signer.as_bytes());
        put("tsa.pem", self.tsa.as_bytes());
        put("second.pem", self.second.as_bytes());
        put("bank.pem", self.bank.as_bytes());
        put("bank.crt", self.bank_certificate.as_bytes());
        put("seal.esl", &self.seal);
        put("voucher.xml", &self.voucher);
        put("fresh.xml", &self.fresh);
        put("templates.json", TEMPLATES.as_bytes());
        put("anchors.pem", self.anchors.as_bytes());
        put("list.crl", &self.crl);
        put("authorisation.json", self.authorisation.as_bytes());
    }
}

fn make_seal(maker: &SoftwareKey, signer: &Certificate, from: Time, until: Time) -> Seal {
    let data = picture::svg_round_seal(ORG, None, 40).unwrap();
    let request = SealRequest {
        version: Version::V4,
        id: "99000020260001",
        vendor: "yinxin tests",
        name: ORG,
        kind: 1,
        certificates: std::slice::from_ref(signer),
        by_digest: false,
        created: from,
        valid_from: from,
        valid_until: until,
        picture: Picture { kind: "SVG", data: &data, width_mm: 40, height_mm: 40 },
    };
    seal::make(&request, maker).unwrap()
}

/// Private key and certificate.
fn key_file(key: &SoftwareKey, certificate: &Certificate) -> String {
    let private_key = key.to_pkcs8_pem(None).unwrap();
    str::from_utf8(private_key.as_bytes()).unwrap().to_owned() + &pem_of(certificate)
}

fn pem_of(certificate: &Certificate) -> String {
    pem::encode("CERTIFICATE", certificate.as_der())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
