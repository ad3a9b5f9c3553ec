//! The main job: stamp a payment voucher with an electronic seal and verify it.
//!
//! `cargo run --example stamp_voucher` makes its own keys, seal and voucher, stamps, verifies, prints
//! the report as JSON, then changes one amount and prints what fails.

use yinxin::Time;
use yinxin::authority::{Authority, CertificateRequest, Profile, Subject};
use yinxin::cert::Certificate;
use yinxin::error::Result;
use yinxin::key::{Signer, SoftwareKey};
use yinxin::seal::{self, Picture, Seal, SealRequest, Version, picture};
use yinxin::signature::{self, Act, Verifier};
use yinxin::trust::{Moment, Policy, Trust};
use yinxin::voucher::{
    Authorisation, AuthorisationEntry, Body, Encoding, Envelope, Templates, example,
};

/// In this region a notice (5106) has one position: the treasury's payment seal.
const TEMPLATES: &str = r#"{"format":"yinxin:templates:1","templates":[{"vtCode":"5106",
  "basis":"local rules","positions":[{"layer":1,"position":"cz_gkzf","name":"国库支付专用章",
  "role":"office","kind":"stamp","sequence":1}]}]}"#;

fn main() -> Result<()> {
    let time = Time::parse_rfc3339("2026-06-01T08:00:00Z").expect("a time");
    let (signer, seal, root) = make_office(time)?;
    let templates = Templates::from_json(TEMPLATES.as_bytes())?;

    // A voucher as it comes from the business system, in its envelope.
    let voucher = example::clearing_quota_notice(1)?.build(Encoding::Gbk)?;
    let envelope = Envelope::of(Body::original(voucher)?).to_xml(Encoding::Gbk)?;

    // Stamp it.
    let act = Act::new("990000", "office", "cz_gkzf", time).with_templates(&templates);
    let stamped = signature::stamp_voucher(&envelope, &act, &seal, &signer)?;

    // Verify it: whom to trust, what is revoked, and whose seal may stand where.
    let mut trust = Trust::new(Policy::default());
    trust.add_anchor(root.certificate().clone());
    trust.add_crl(root.crl(time, time.plus_days(30).expect("a time"))?);
    let mut allowed = Authorisation::default();
    let mut entry = AuthorisationEntry::at("990000", "2026", "5106", "cz_gkzf", "office");
    entry.seals.push(seal.digest());
    allowed.add(entry);
    let verifier = Verifier::new(trust).with_templates(templates).with_authorisation(allowed);
    let moment = Moment::received(time, time);
    let report = verifier.verify_voucher(&stamped, &moment)?;
    println!("{}", report.to_json());
    report.require_valid()?;

    // Somebody changes an amount.
    let tampered = verifier.verify_voucher(&with_another_amount(&stamped)?, &moment)?;
    for check in tampered.failures() {
        println!("{}: {}", check.code.name(), check.detail);
    }
    assert!(!tampered.is_valid());
    Ok(())
}

/// A root, an office with its key and certificate, and the office's seal.
fn make_office(time: Time) -> Result<(SoftwareKey, Seal, Authority)> {
    let from = time.plus_days(-30).expect("a time");
    let until = time.plus_days(300).expect("a time");
    let subject = Subject::parse("CN=Example Root,C=CN")?;
    let root = Authority::root(SoftwareKey::generate_sm2()?, subject, from, until)?;
    let party = |name: &str, profile: Profile| -> Result<SoftwareKey> {
        let key = SoftwareKey::generate_sm2()?;
        let public = Signer::public_key(&key).clone();
        let subject = Subject::new(&[("CN", name), ("C", "CN")])?;
        let request = CertificateRequest::new(subject, public, profile, from, until);
        key.with_certificates(vec![root.issue(&request)?.as_der().to_vec()])
    };
    let maker = party("Example Seal Maker", Profile::SealMaker)?;
    let signer = party("示例市财政局", Profile::Signer)?;
    let drawing = picture::svg_round_seal("示例市财政局国库支付专用章", None, 40)?;
    let request = SealRequest {
        version: Version::V5,
        id: "99000020260001",
        vendor: "example",
        name: "示例市财政局国库支付专用章",
        kind: 1,
        certificates: &[Certificate::from_der(&signer.certificates()[0])?],
        by_digest: false,
        created: from,
        valid_from: from,
        valid_until: until,
        picture: Picture { kind: "SVG", data: &drawing, width_mm: 40, height_mm: 40 },
    };
    let seal = seal::make(&request, &maker)?;
    Ok((signer, seal, root))
}

/// The envelope with the amounts of another voucher under the same acts.
fn with_another_amount(stamped: &[u8]) -> Result<Vec<u8>> {
    let genuine = Envelope::parse(stamped)?.bodies.remove(0);
    let dearer = example::clearing_quota_notice(2)?.build(Encoding::Gbk)?;
    let mut changed = example::clearing_quota_notice(1)?;
    changed.field("PlanAmt", dearer.header().get("PlanAmt").unwrap_or_default());
    for (number, detail) in (1..).zip(dearer.details()) {
        changed.detail_field(number, "PlanAmt", detail.get("PlanAmt").unwrap_or_default())?;
    }
    let mut body = Body::original(changed.build(Encoding::Gbk)?)?;
    for act in genuine.acts() {
        body.add_act(act.clone())?;
    }
    Envelope::of(body).to_xml(Encoding::Gbk)
}
