//! Requests for certificates.

use super::describe_request;
use crate::failure::Failure;
use crate::files::Secrecy;
use crate::signer::SignerArguments;
use crate::target::Target;
use clap::{Args, ValueEnum};
use std::process::ExitCode;
use yinxin::authority::{Pkcs10, Profile, Subject};

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

/// What a certificate is for.
#[derive(ValueEnum, Debug, Clone, Copy)]
pub enum ProfileArgument {
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
    /// What the library calls it.
    pub fn profile(self) -> Profile {
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
