//! The certificates and lists that a case gives.

use yinxin::Time;
use yinxin::asn1::Profile;
use yinxin::cert::{Certificate, Crl};
use yinxin::trust::{Moment, Policy, Revocation, Trust};

use crate::case::Case;
use crate::outcome::Outcome;

/// The profile that vectors are read with.
pub(super) const PROFILE: Profile = Profile::Conforming;

/// Anchors, intermediates, extra certificates and lists of a case; revocation must be known.
///
/// An intermediate or a list that cannot be read is of no use and left out; an anchor that cannot
/// be read refuses the case.
pub(super) fn trust(case: &Case) -> Result<Trust, Outcome> {
    let mut policy = Policy::default();
    policy.revocation = Revocation::Required;
    policy.profile = PROFILE;
    let mut trust = Trust::new(policy);
    for anchor in case.byte_list("trustAnchors")? {
        trust.add_anchor(Certificate::from_der(&anchor).map_err(Outcome::refused)?);
    }
    let offered = [case.byte_list("intermediates")?, case.byte_list("extraCerts")?].concat();
    for certificate in offered.iter().filter_map(|der| Certificate::from_der(der).ok()) {
        trust.add_intermediate(certificate);
    }
    for crl in case.byte_list("crls")?.iter().filter_map(|der| Crl::from_der(der).ok()) {
        trust.add_crl(crl);
    }
    Ok(trust)
}

/// `verifyTime`: the clock, and the moment at which the signature is proven to exist.
pub(super) fn moment(case: &Case) -> Result<Moment, Outcome> {
    let time = time(case.text("verifyTime")?)?;
    Ok(Moment::received(time, time))
}

/// A time of day as vector files write it.
pub(super) fn time(text: &str) -> Result<Time, Outcome> {
    Time::parse_rfc3339(text).ok_or_else(|| Outcome::Defect(format!("{text:?} is no time")))
}
