//! Checks an electronic seal: `cargo run --example check_seal -- SEAL.esl ROOT.pem [CRL.pem] TIME`.
//!
//! Without a revocation list the verdict is not determined: revocation is required by default.

use std::fs;
use yinxin::Time;
use yinxin::asn1::Profile;
use yinxin::cert::{Certificate, Crl};
use yinxin::seal::{Seal, check_seal};
use yinxin::trust::{Moment, Policy, Trust};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (seal, root, crl, time) = match arguments.as_slice() {
        [seal, root, time] => (seal, root, None, time),
        [seal, root, crl, time] => (seal, root, Some(crl), time),
        _ => return Err("usage: check_seal SEAL.esl ROOT.pem [CRL.pem] TIME".into()),
    };
    let mut trust = Trust::new(Policy::default());
    trust.add_anchor(Certificate::from_bytes(&fs::read(root)?)?);
    if let Some(crl) = crl {
        trust.add_crl(Crl::from_bytes(&fs::read(crl)?)?);
    }
    let seal = Seal::parse(&fs::read(seal)?, Profile::AsFound)?;
    let now = Time::parse_rfc3339(time).ok_or("TIME is not RFC 3339")?;
    print!("{}", check_seal(&seal, &trust, &Moment::claimed(now)).to_text());
    Ok(())
}
