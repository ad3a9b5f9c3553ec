//! What an authority says about revocation: lists and OCSP responses.

use super::issue::{Validity, existing};
use super::{describe_crl, describe_ocsp};
use crate::failure::Failure;
use crate::files::{self, Secrecy};
use crate::signer::SignerArguments;
use crate::target::Target;
use crate::trust;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::Time;
use yinxin::asn1::pem;
use yinxin::authority::Authority;
use yinxin::cert::{Crl, Reason};

/// Who answers, since when and until when, and what was revoked. The key and certificate of the
/// authority are --key and --cert.
#[derive(Args, Debug)]
pub struct AnswerArguments {
    #[command(flatten)]
    authority: SignerArguments,
    #[command(flatten)]
    revoked: Revoked,
    #[command(flatten)]
    validity: Validity,
    #[command(flatten)]
    pub target: Target,
}

/// An OCSP response.
#[derive(Args, Debug)]
pub struct OcspArguments {
    /// The certificates to answer for (PEM or DER)
    #[arg(required = true, value_name = "FILE")]
    about: Vec<PathBuf>,
    #[command(flatten)]
    pub answer: AnswerArguments,
}

/// What was revoked.
#[derive(Args, Debug)]
struct Revoked {
    /// The authority's list before this one: what it names stays revoked
    #[arg(long, value_name = "FILE")]
    earlier: Option<PathBuf>,
    /// A certificate to revoke (PEM or DER)
    #[arg(long, value_name = "FILE")]
    revoke: Vec<PathBuf>,
    /// When those were revoked, in RFC 3339; default: the start of the validity
    #[arg(long, value_name = "TIME")]
    revoked_at: Option<String>,
    /// Why, as RFC 5280 spells it
    #[arg(long, default_value = "keyCompromise", value_parser = reason)]
    reason: Reason,
}

impl AnswerArguments {
    /// The authority, which knows what was revoked, and the period of the answer.
    fn begin(&self) -> Result<(Authority, Time, Time), Failure> {
        let mut authority = existing(&self.authority)?;
        let (from, until) = self.validity.period()?;
        if let Some(path) = &self.revoked.earlier {
            authority.revoke_as_in(&Crl::from_bytes(&files::read(path)?)?)?;
        }
        let at = match &self.revoked.revoked_at {
            Some(text) => trust::parse_time(text, "--revoked-at")?,
            None => from,
        };
        for path in &self.revoked.revoke {
            for certificate in trust::certificates(path)? {
                authority.revoke(&certificate, at, Some(self.revoked.reason))?;
            }
        }
        Ok((authority, from, until))
    }
}

/// Issues a revocation list.
pub fn crl(arguments: &AnswerArguments) -> Result<ExitCode, Failure> {
    let (authority, from, until) = arguments.begin()?;
    let crl = authority.crl(from, until)?;
    let text = pem::encode("X509 CRL", crl.as_der());
    arguments.target.finish(text.as_bytes(), Secrecy::Public, &describe_crl(&crl))
}

/// Answers about certificates.
pub fn ocsp(arguments: &OcspArguments) -> Result<ExitCode, Failure> {
    let (authority, from, until) = arguments.answer.begin()?;
    let mut about = Vec::new();
    for path in &arguments.about {
        about.extend(trust::certificates(path)?);
    }
    let response = authority.ocsp(&about, from, until)?;
    let value = describe_ocsp(&response);
    arguments.answer.target.finish(response.as_der(), Secrecy::Public, &value)
}

fn reason(name: &str) -> Result<Reason, String> {
    let mut known = Reason::ALL.into_iter().filter(|reason| *reason != Reason::RemoveFromCrl);
    known.clone().find(|reason| reason.name() == name).ok_or_else(|| {
        let names: Vec<&str> = known.by_ref().map(Reason::name).collect();
        format!("known: {}", names.join(", "))
    })
}
