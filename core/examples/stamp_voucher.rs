//! Stamps a payment voucher, verifies it, and shows what happens to a changed one.
//!
//! `stamp_voucher SIGNER SEAL VOUCHER ANCHORS CRL AUTHORISATION ORG ROLE POSITION TIME OUTPUT [TEMPLATES]`
//!
//! The arguments are those of the examples in C and Python, TIME in RFC 3339; `yinxin demo --out DIR`
//! leaves such files. The first line printed is the report as JSON, the others are the checks that a
//! changed amount fails.

use std::error::Error;
use std::fs;
use yinxin::Time;
use yinxin::asn1::Profile;
use yinxin::cert::{Certificate, Crl};
use yinxin::key::SoftwareKey;
use yinxin::report::Report;
use yinxin::seal::Seal;
use yinxin::signature::{self, Act, Verifier};
use yinxin::trust::{Moment, Policy, Trust};
use yinxin::voucher::{Authorisation, Body, Encoding, Envelope, Templates, VoucherBuilder};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (report, changed) = run(&arguments)?;
    println!("{}", report.to_json());
    for check in changed.failures() {
        println!("{}  {}", check.code.name(), check.detail);
    }
    report.require_valid()?;
    Ok(())
}

/// The reports of the stamped voucher and of the changed one.
pub fn run(arguments: &[String]) -> Result<(Report, Report), Box<dyn Error>> {
    let [signer, seal, voucher, anchors, crl, authorisation, org, role, position, time, rest @ ..] =
        arguments
    else {
        return Err("see the head of the source for the arguments".into());
    };
    let (output, templates) = match rest {
        [output] => (output, None),
        [output, templates] => (output, Some(templates)),
        _ => return Err("see the head of the source for the arguments".into()),
    };
    let signer = SoftwareKey::from_pem(&fs::read(signer)?, None)?;
    let seal = Seal::parse(&fs::read(seal)?, Profile::Conforming)?;
    let mut all_templates = Templates::built_in();
    if let Some(path) = templates {
        all_templates.add(Templates::from_json(&fs::read(path)?)?);
    }
    let time = Time::parse_rfc3339(time).ok_or("TIME is not RFC 3339")?;

    // Stamp it.
    let act = Act::new(org, role, position, time).with_templates(&all_templates);
    let stamped = signature::stamp_voucher(&fs::read(voucher)?, &act, &seal, &signer)?;
    fs::write(output, &stamped)?;

    // Verify it: whom to trust, what is revoked, and whose seal may stand where.
    let mut trust = Trust::new(Policy::default());
    for anchor in Certificate::many_from_bytes(&fs::read(anchors)?)? {
        trust.add_anchor(anchor);
    }
    trust.add_crl(Crl::from_bytes(&fs::read(crl)?)?);
    let allowed = Authorisation::from_json(&fs::read(authorisation)?)?;
    let verifier =
        Verifier::new(trust).with_templates(all_templates.clone()).with_authorisation(allowed);
    let moment = Moment::claimed(time);
    let report = verifier.verify_voucher(&stamped, &moment)?;
    let changed = verifier.verify_voucher(&with_another_amount(&stamped)?, &moment)?;
    Ok((report, changed))
}

/// The envelope with a 9 before the first amount of its first voucher, under the same acts.
fn with_another_amount(stamped: &[u8]) -> yinxin::Result<Vec<u8>> {
    let genuine = Envelope::parse(stamped)?.bodies.remove(0);
    let voucher = genuine.voucher();
    let mut changed = VoucherBuilder::from_voucher(voucher);
    for name in ["PlanAmt", "PayAmt"] {
        if let Some(amount) = voucher.header().get(name) {
            changed.field(name, &format!("9{amount}"));
        }
    }
    let mut body = Body::original(changed.build(Encoding::Gbk)?)?;
    for act in genuine.acts() {
        body.add_act(act.clone())?;
    }
    Envelope::of(body).to_xml(Encoding::Gbk)
}
