//! Requests, roots and certificates. The comment in every certificate says that it is for
//! testing.

use super::{describe, describe_request};
use crate::failure::Failure;
use crate::files::{self, Secrecy};
use crate::signer::SignerArguments;
use crate::target::Target;
use crate::trust;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use yinxin::Time;
use yinxin::asn1::pem;
use yinxin::authority::{Authority, CertificateRequest, Pkcs10, Profile, Subject};
use yinxin::cert::Certificate;
use yinxin::crypto::public_key::PublicKey;
use yinxin::error::{Code, Error};

/// From when and for how long.
#[derive(Args, Debug)]
pub(super) struct Validity {
    /// Start of validity, in RFC 3339; default: now
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Days of validity
    #[arg(long, default_value_t = 365)]
    days: i64,
}

impl Validity {
    pub(super) fn period(&self) -> Result<(Time, Time), Failure> {
        let from = trust::time_or_now(self.from.as_deref(), "--from")?;
        let until = from.plus_days(self.days).filter(|until| *until > from);
        let until = until.ok_or_else(|| Failure::usage("--days takes a number of days from 1"))?;
        Ok((from, until))
    }
}

/// A request for a certificate.
#[derive(Args, Debug)]
pub struct RequestArguments {
    #[command(flatten)]
    signer: SignerArguments,
    /// What the certificate is to be for
    #[arg(long, value_enum)]
    profile: ProfileArgument,
    /// The subject: CN=Signer,O=Finance Bureau,C=CN for example
    #[arg(long)]
    subject: String,
    #[command(flatten)]
    pub target: Target,
}

/// A root.
#[derive(Args, Debug)]
pub struct RootArguments {
    #[command(flatten)]
    signer: SignerArguments,
    /// The subject: CN=Test Root,O=Treasury,C=CN for example
    #[arg(long)]
    subject: String,
    #[command(flatten)]
    validity: Validity,
    #[command(flatten)]
    pub target: Target,
}

/// A certificate. The key and certificate of the authority are --key and --cert.
#[derive(Args, Debug)]
pub struct IssueArguments {
    #[command(flatten)]
    authority: SignerArguments,
    /// The public key of the subject (PEM, as keygen --public-out writes it)
    #[arg(long, value_name = "FILE", required_unless_present = "request")]
    public: Option<PathBuf>,
    /// A request (PKCS#10, PEM or DER), in place of --public and --subject
    #[arg(long, value_name = "FILE", conflicts_with_all = ["public", "subject"])]
    request: Option<PathBuf>,
    /// What the certificate is for
    #[arg(long, value_enum)]
    profile: ProfileArgument,
    /// The subject: CN=Signer,O=Finance Bureau,C=CN for example
    #[arg(long, required_unless_present = "request")]
    subject: Option<String>,
    #[command(flatten)]
    validity: Validity,
    #[command(flatten)]
    pub target: Target,
}

/// What a certificate is for.
#[derive(ValueEnum, Debug, Clone, Copy)]
enum ProfileArgument {
    /// To sign and stamp.
    Signer,
    /// To make seals.
    Maker,
    /// To issue time stamps.
    Tsa,
    /// To answer about certificates (OCSP) in their issuer's place.
    Ocsp,
    /// To receive encrypted messages.
    Encryption,
    /// To issue certificates.
    Ca,
}

impl ProfileArgument {
    fn profile(self) -> Profile {
        match self {
            ProfileArgument::Signer => Profile::Signer,
            ProfileArgument::Maker => Profile::SealMaker,
            ProfileArgument::Tsa => Profile::TimeStamp,
            ProfileArgument::Ocsp => Profile::OcspResponder,
            ProfileArgument::Encryption => Profile::Encryption,
            ProfileArgument::Ca => Profile::Ca { path_len: None },
        }
    }
}

/// Makes a request.
pub fn request(arguments: &RequestArguments) -> Result<ExitCode, Failure> {
    let subject = Subject::parse(&arguments.subject)?;
    let key = arguments.signer.load()?;
    let request = Pkcs10::make(&key, &subject, arguments.profile.profile())?;
    let value = describe_request(&request);
    arguments.target.finish(request.to_pem().as_bytes(), Secrecy::Public, &value)
}

/// Makes a root.
pub fn root(arguments: &RootArguments) -> Result<ExitCode, Failure> {
    let (from, until) = arguments.validity.period()?;
    let subject = Subject::parse(&arguments.subject)?;
    let root = Authority::root(arguments.signer.load()?, subject, from, until)?;
    finish_certificate(root.certificate(), &arguments.target)
}

/// Issues a certificate.
pub fn issue(arguments: &IssueArguments) -> Result<ExitCode, Failure> {
    let authority = existing(&arguments.authority)?;
    let (from, until) = arguments.validity.period()?;
    let profile = arguments.profile.profile();
    let request = match (&arguments.request, &arguments.public, &arguments.subject) {
        (Some(path), _, _) => {
            let received = Pkcs10::from_bytes(&files::read(path)?)?;
            CertificateRequest::of(&received, profile, from, until)?
        }
        (None, Some(public), Some(subject)) => {
            let subject = Subject::parse(subject)?;
            CertificateRequest::new(subject, public_key(public)?, profile, from, until)
        }
        _ => return Err(Failure::usage("--request, or --public with --subject")),
    };
    finish_certificate(&authority.issue(&request)?, &arguments.target)
}

/// The authority whose key and certificate are --key and --cert.
pub(super) fn existing(arguments: &SignerArguments) -> Result<Authority, Failure> {
    let Some(path) = arguments.cert.first() else {
        return Err(Failure::usage("the certificate of the authority is needed: --cert"));
    };
    let certificate = trust::certificates(path)?.swap_remove(0);
    Ok(Authority::existing(arguments.load()?, certificate)?)
}

fn public_key(path: &Path) -> Result<PublicKey, Failure> {
    let blocks = pem::blocks(&files::read(path)?)?;
    let block = blocks.iter().find(|block| block.label == "PUBLIC KEY").ok_or_else(|| {
        Error::new(Code::Pem, path.display().to_string(), "the file holds no public key")
    })?;
    Ok(PublicKey::from_spki_der(&block.der)?)
}

fn finish_certificate(certificate: &Certificate, target: &Target) -> Result<ExitCode, Failure> {
    let text = pem::encode("CERTIFICATE", certificate.as_der());
    target.finish(text.as_bytes(), Secrecy::Public, &describe(certificate))
}
