//! What an authority says about revocation: lists and OCSP responses.

use super::folder::Folder;
use super::{Place, Validity};
use crate::commands::cert::{describe_crl, describe_ocsp};
use crate::failure::Failure;
use crate::files::Secrecy;
use crate::signer::KeyFile;
use crate::target::Target;
use crate::trust;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;
use yinxin::Time;
use yinxin::asn1::pem;

/// What an answer is made from.
#[derive(Args, Debug)]
pub struct AnswerArguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    validity: Validity,
    #[command(flatten)]
    pub target: Target,
}

/// An OCSP response.
#[derive(Args, Debug)]
pub struct OcspArguments {
    #[command(flatten)]
    pub answer: AnswerArguments,
    /// The certificates to answer for (PEM or DER)
    #[arg(required = true, value_name = "FILE")]
    about: Vec<PathBuf>,
    /// Sign with the key of a responder (a certificate of profile ocsp) in place of the authority's
    #[arg(long, value_name = "FILE", requires = "responder_cert")]
    responder_key: Option<PathBuf>,
    /// The password of that key: env:NAME, file:PATH, fd:N or prompt
    #[arg(long, value_name = "SOURCE", requires = "responder_key")]
    responder_password: Option<String>,
    /// The certificate of the responder
    #[arg(long, value_name = "FILE", requires = "responder_key")]
    responder_cert: Option<PathBuf>,
}

/// Issues a revocation list. Its date is its number, so it is later than the one before.
pub fn crl(arguments: &AnswerArguments) -> Result<ExitCode, Failure> {
    let mut folder = Folder::open(&arguments.place.folder)?;
    let authority = folder.authority(arguments.place.password.as_deref())?;
    let (from, until) = after(folder.last_list(), &arguments.validity)?;
    let crl = authority.crl(from, until)?;
    folder.enter_list(from)?;
    let text = pem::encode("X509 CRL", crl.as_der());
    arguments.target.finish(text.as_bytes(), Secrecy::Public, &describe_crl(&crl))
}

/// Answers about certificates that the books know.
pub fn ocsp(arguments: &OcspArguments) -> Result<ExitCode, Failure> {
    let AnswerArguments { place, validity, target } = &arguments.answer;
    let folder = Folder::open(&place.folder)?;
    let authority = folder.authority(place.password.as_deref())?;
    let (from, until) = validity.period(30)?;
    let mut about = Vec::new();
    for path in &arguments.about {
        about.extend(trust::certificates(path)?);
    }
    about.iter().try_for_each(|certificate| folder.require(certificate))?;
    let response = match (&arguments.responder_key, &arguments.responder_cert) {
        (Some(path), Some(certificate)) => {
            let password = arguments.responder_password.as_deref();
            let key = KeyFile { path, password }.key()?;
            let responder = trust::certificates(certificate)?.swap_remove(0);
            folder.require(&responder)?;
            authority.ocsp_by(&key, &responder, &about, from, until)?
        }
        _ => authority.ocsp(&about, from, until)?,
    };
    target.finish(response.as_der(), Secrecy::Public, &describe_ocsp(&response))
}

/// A period that starts after the last list: a clock in the same second is waited for.
fn after(last: Option<Time>, validity: &Validity) -> Result<(Time, Time), Failure> {
    let (from, until) = validity.period(30)?;
    let Some(last) = last.filter(|last| from <= *last) else { return Ok((from, until)) };
    if from == last && validity.from.is_none() {
        thread::sleep(Duration::from_secs(1));
        let (from, until) = validity.period(30)?;
        if from > last {
            return Ok((from, until));
        }
    }
    Err(Failure::usage(format!("the last list is of {last}, and the next one is later")))
}
