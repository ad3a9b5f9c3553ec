//! Certificate paths.

use yinxin::Time;
use yinxin::asn1::Oid;
use yinxin::cert::chain::{self, Purpose};
use yinxin::cert::revocation::{self, Status};
use yinxin::cert::{Certificate, Crl};

use super::{Judged, not_offered, pki};
use crate::case::Case;
use crate::outcome::{Expected, Outcome};

/// A case of x509-limbo. What concerns the names of servers is not judged.
pub(super) fn limbo(case: &Case) -> Judged {
    let scope = case.optional_text("scope")?.unwrap_or("path");
    if scope != "path" {
        return not_offered(format!("the scope {scope}"));
    }
    if !case.text_list("signature_algorithms")?.is_empty() {
        return not_offered("a choice of signature algorithms");
    }
    let anchors = certificates(&case.text_list("trusted_certs")?);
    let intermediates = certificates(&case.text_list("untrusted_intermediates")?);
    let crls = case.text_list("crls")?;
    let at = match case.value("validation_time").and_then(|value| value.as_str()) {
        Some(text) => pki::time(text)?,
        None => now()?,
    };
    let leaf = Certificate::from_pem(case.text("peer_certificate")?.as_bytes())
        .map_err(Outcome::refused)?;
    let question = Question {
        leaf: &leaf,
        anchors: &anchors,
        intermediates: &intermediates,
        crls: &crls
            .iter()
            .filter_map(|text| Crl::from_pem(text.as_bytes()).ok())
            .collect::<Vec<_>>(),
        at,
        revocation: if crls.is_empty() { Revocation::IfKnown } else { Revocation::Required },
    };
    let length = match question.judge() {
        Answer::Good { length } => length,
        Answer::Refused(why) | Answer::Unknown(why) => return Ok(Outcome::Refused(why)),
    };
    if let Some(depth) = case.value("max_chain_depth").and_then(|value| value.as_u64())
        && length.saturating_sub(2) as u64 > depth
    {
        return Ok(Outcome::Refused("more intermediates than the case allows".to_string()));
    }
    Ok(uses(case, &leaf)?.map_or(Outcome::Accepted, Outcome::Refused))
}

/// A case of PKITS. Certificate policies are not judged; revocation must be known, unless the case
/// says otherwise.
pub(super) fn pkits(case: &Case) -> Judged {
    let flag = |name: &str| case.value(name).and_then(|value| value.as_bool()) == Some(true);
    if flag("policies") {
        return not_offered("certificate policies");
    }
    let trust = pki::trust(case)?;
    let leaf = case.byte_list("cert")?;
    let leaf = leaf.first().ok_or_else(|| Outcome::Defect("no certificate".to_string()))?;
    let leaf = Certificate::from_der(leaf).map_err(Outcome::refused)?;
    let question = Question {
        leaf: &leaf,
        anchors: trust.anchors(),
        intermediates: trust.intermediates(),
        crls: trust.crls(),
        at: pki::time(case.text("verifyTime")?)?,
        revocation: if flag("revocation") { Revocation::Required } else { Revocation::IfKnown },
    };
    let special = trust.crls().iter().any(|crl| crl.problem().is_some());
    match question.judge() {
        Answer::Good { .. } => Ok(Outcome::Accepted),
        Answer::Unknown(_) if special && case.expected()? == Expected::Valid => {
            not_offered("a revocation list that is indirect, partial or a delta")
        }
        Answer::Refused(why) | Answer::Unknown(why) => Ok(Outcome::Refused(why)),
    }
}

struct Question<'a> {
    leaf: &'a Certificate,
    anchors: &'a [Certificate],
    intermediates: &'a [Certificate],
    crls: &'a [Crl],
    at: Time,
    revocation: Revocation,
}

#[derive(PartialEq)]
enum Revocation {
    /// Every certificate below the anchor must be known not to be revoked.
    Required,
    /// None may be known to be revoked.
    IfKnown,
}

enum Answer {
    /// With the number of certificates on the path, leaf and anchor included.
    Good { length: usize },
    /// No path, or a revoked certificate on it.
    Refused(String),
    /// The revocation of a certificate is not known.
    Unknown(String),
}

impl Question<'_> {
    fn judge(&self) -> Answer {
        let built =
            chain::build(self.leaf, self.intermediates, self.anchors, self.at, Purpose::Any);
        let chain = match built {
            Ok(chain) => chain,
            Err(error) => return Answer::Refused(error.to_string()),
        };
        let length = chain.certificates().len();
        let mut unknown = None;
        for (certificate, status) in revocation::check(&chain, self.crls, self.at) {
            match status {
                Status::Good => {}
                Status::Revoked { at, .. } => {
                    return Answer::Refused(format!("{}: revoked at {at}", certificate.subject()));
                }
                Status::Unknown { why } => unknown = Some(why),
                _ => unknown = Some("a status that is new here".to_string()),
            }
        }
        match unknown {
            Some(why) if self.revocation == Revocation::Required => Answer::Unknown(why),
            _ => Answer::Good { length },
        }
    }
}

/// Why the leaf does not serve the uses that the case asks for.
fn uses(case: &Case, leaf: &Certificate) -> Result<Option<String>, Outcome> {
    if let Some(usage) = leaf.key_usage() {
        let names = usage.names();
        for wanted in case.text_list("key_usage")? {
            let other = if wanted == "contentCommitment" { "nonRepudiation" } else { wanted };
            if !names.contains(&wanted) && !names.contains(&other) {
                return Ok(Some(format!("not for {wanted}")));
            }
        }
    }
    if let Some(purposes) = leaf.extended_key_usage() {
        let purposes: Vec<String> = purposes.iter().map(Oid::to_string).collect();
        for wanted in case.text_list("extended_key_usage")? {
            let Some(number) = purpose_number(wanted) else {
                return not_offered(format!("the purpose {wanted}"));
            };
            if !purposes.iter().any(|purpose| *purpose == number || purpose == "2.5.29.37.0") {
                return Ok(Some(format!("not for {wanted}")));
            }
        }
    }
    Ok(None)
}

fn purpose_number(name: &str) -> Option<String> {
    let last = match name {
        "anyExtendedKeyUsage" => return Some("2.5.29.37.0".to_string()),
        "serverAuth" => 1,
        "clientAuth" => 2,
        "codeSigning" => 3,
        "emailProtection" => 4,
        "timeStamping" => 8,
        "OCSPSigning" => 9,
        _ => return None,
    };
    Some(format!("1.3.6.1.5.5.7.3.{last}"))
}

/// What can be read; what cannot is no certificate that a path could use.
fn certificates(texts: &[&str]) -> Vec<Certificate> {
    texts.iter().filter_map(|text| Certificate::from_pem(text.as_bytes()).ok()).collect()
}

fn now() -> Result<Time, Outcome> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let seconds = since.ok().and_then(|since| i64::try_from(since.as_secs()).ok());
    seconds
        .and_then(Time::from_unix)
        .ok_or_else(|| Outcome::Defect("the clock of this machine is off".to_string()))
}
