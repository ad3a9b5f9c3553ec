//! `yinxin ca issue`: a certificate, or the two of a signer who also receives what is encrypted.

use super::folder::Folder;
use super::{Place, Validity};
use crate::commands::cert::{ProfileArgument, describe};
use crate::failure::Failure;
use crate::files::{self, Secrecy};
use crate::target::Target;
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use yinxin::Time;
use yinxin::asn1::pem;
use yinxin::authority::{Authority, CertificateRequest, Pkcs10, Profile, Subject};
use yinxin::cert::Certificate;
use yinxin::crypto::public_key::PublicKey;
use yinxin::error::{Code, Error};
use yinxin::key::{Signer, SoftwareKey};

/// A certificate.
#[derive(Args, Debug)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    /// The request (PKCS#10, PEM or DER)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["public", "subject"])]
    request: Option<PathBuf>,
    /// Without a request: the public key of the subject (PEM, as keygen --public-out writes it)
    #[arg(long, value_name = "FILE", required_unless_present = "request")]
    public: Option<PathBuf>,
    /// Without a request: the subject, CN=Signer,O=Finance Bureau,C=CN for example
    #[arg(long, required_unless_present = "request")]
    subject: Option<String>,
    /// What the certificate is for; what a request asks for does not decide
    #[arg(long, value_enum)]
    profile: ProfileArgument,
    /// Make an SM2 key for encryption too; its certificate goes here
    #[arg(long, value_name = "FILE", requires = "encryption_key_out")]
    encryption_out: Option<PathBuf>,
    /// That key, which the signing key alone opens (SM2EnvelopedKey, for key receive), goes here
    #[arg(long, value_name = "FILE", requires = "encryption_out")]
    encryption_key_out: Option<PathBuf>,
    #[command(flatten)]
    validity: Validity,
    #[command(flatten)]
    pub target: Target,
}

/// Issues it.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let target = &arguments.target;
    let (from, until) = arguments.validity.period(365)?;
    let who = Applicant::read(arguments)?;
    let outputs = [Some(&target.out), arguments.encryption_out.as_ref()];
    let outputs = outputs.into_iter().chain([arguments.encryption_key_out.as_ref()]);
    outputs.flatten().try_for_each(|path| free(path, target.force))?;
    let mut folder = Folder::open(&arguments.place.folder)?;
    let authority = folder.authority(arguments.place.password.as_deref())?;
    let made = who.certificate(&authority, arguments.profile.profile(), None, (from, until))?;
    let encryption = match &arguments.encryption_key_out {
        Some(_) => Some(Encryption::make(&who, &authority, (from, until))?),
        None => None,
    };
    folder.enter(&made)?;
    let mut value = describe(&made);
    if let (Some(encryption), Some(out), Some(key_out)) =
        (&encryption, &arguments.encryption_out, &arguments.encryption_key_out)
    {
        folder.enter(&encryption.certificate)?;
        let text = pem::encode("CERTIFICATE", encryption.certificate.as_der());
        files::write(out, text.as_bytes(), Secrecy::Public, target.force)?;
        files::write(key_out, &encryption.enveloped, Secrecy::Public, target.force)?;
        value["encryption"] = json!(describe(&encryption.certificate));
    }
    let text = pem::encode("CERTIFICATE", made.as_der());
    target.finish(text.as_bytes(), Secrecy::Public, &value)
}

/// Who gets a certificate.
enum Applicant {
    Request(Pkcs10),
    Key(Subject, PublicKey),
}

impl Applicant {
    fn read(arguments: &Arguments) -> Result<Applicant, Failure> {
        match (&arguments.request, &arguments.public, &arguments.subject) {
            (Some(path), _, _) => Ok(Applicant::Request(Pkcs10::from_bytes(&files::read(path)?)?)),
            (None, Some(public), Some(subject)) => {
                Ok(Applicant::Key(Subject::parse(subject)?, public_key(public)?))
            }
            _ => Err(Failure::usage("--request, or --public with --subject")),
        }
    }

    fn public_key(&self) -> &PublicKey {
        match self {
            Applicant::Request(request) => request.public_key(),
            Applicant::Key(_, key) => key,
        }
    }

    /// A certificate for this key, or for another of theirs.
    fn certificate(
        &self,
        authority: &Authority,
        profile: Profile,
        other_key: Option<&PublicKey>,
        (from, until): (Time, Time),
    ) -> Result<Certificate, Failure> {
        let request = match self {
            Applicant::Request(request) => CertificateRequest::of(request, profile, from, until)?,
            Applicant::Key(subject, key) => {
                CertificateRequest::new(subject.clone(), key.clone(), profile, from, until)
            }
        };
        let request = match other_key {
            Some(key) => request.with_public_key(key.clone()),
            None => request,
        };
        Ok(authority.issue(&request)?)
    }
}

/// A key for encryption, made here, on its way to its holder.
struct Encryption {
    certificate: Certificate,
    enveloped: Vec<u8>,
}

impl Encryption {
    fn make(
        who: &Applicant,
        authority: &Authority,
        period: (Time, Time),
    ) -> Result<Encryption, Failure> {
        let key = SoftwareKey::generate_sm2()?;
        let enveloped = key.to_enveloped(who.public_key())?;
        let public = Signer::public_key(&key);
        let certificate = who.certificate(authority, Profile::Encryption, Some(public), period)?;
        Ok(Encryption { certificate, enveloped })
    }
}

/// Refuses a name that is taken, before anything is issued for it.
fn free(path: &Path, force: bool) -> Result<(), Failure> {
    if force || files::is_stdio(path) || !path.exists() {
        return Ok(());
    }
    let message = "the file exists; --force overwrites it";
    Err(Error::new(Code::Exists, path.display().to_string(), message).into())
}

pub(in crate::commands) fn public_key(path: &Path) -> Result<PublicKey, Failure> {
    let blocks = pem::blocks(&files::read(path)?)?;
    let block = blocks.iter().find(|block| block.label == "PUBLIC KEY").ok_or_else(|| {
        Error::new(Code::Pem, path.display().to_string(), "the file holds no public key")
    })?;
    Ok(PublicKey::from_spki_der(&block.der)?)
}
