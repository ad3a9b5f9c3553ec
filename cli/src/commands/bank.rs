//! `yinxin bytes`, `yinxin json` and `yinxin local`: signatures and tags as banks exchange them.

pub mod bytes;
pub mod json;
pub mod local;

use crate::failure::Failure;
use crate::signer::SignerArguments;
use crate::trust::{self, TrustArguments};
use crate::{files, output};
use clap::{Args, ValueEnum};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::Report;
use yinxin::cert::Certificate;
use yinxin::crypto::PublicKey;
use yinxin::crypto::sm2::UserId;
use yinxin::error::{Code, Error};
use yinxin::key::{SoftwareKey, public_key_from_bytes};
use yinxin::signature::{SignatureForm, Verifier};
use yinxin::trust::Moment;

/// How r and s are written.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormArgument {
    /// DER SEQUENCE of r and s.
    Der,
    /// r and s in 64 bytes.
    Raw,
}

impl From<FormArgument> for SignatureForm {
    fn from(form: FormArgument) -> Self {
        match form {
            FormArgument::Der => SignatureForm::Der,
            FormArgument::Raw => SignatureForm::Raw,
        }
    }
}

/// The key that signs, and a user id that is padded.
#[derive(Args, Debug)]
pub struct BankSigner {
    #[command(flatten)]
    signer: SignerArguments,
    /// The SM2 user id of the signer, as text, with digits 0 after it to 16 bytes
    #[arg(long, value_name = "TEXT", conflicts_with = "signer_id")]
    padded_id: Option<String>,
}

impl BankSigner {
    fn load(&self) -> Result<SoftwareKey, Failure> {
        let key = self.signer.load()?;
        Ok(match &self.padded_id {
            Some(id) => key.with_user_id(UserId::padded(id.as_bytes())?),
            None => key,
        })
    }
}

/// Whose signature it is to be: that of a key, or of a certificate that is judged too.
#[derive(Args, Debug)]
pub struct ExpectedSigner {
    /// The signer's public key (PEM, DER, or the point in bytes, hexadecimal digits or base64)
    #[arg(long, value_name = "FILE", required_unless_present = "cert", conflicts_with = "cert")]
    public_key: Option<PathBuf>,
    /// The signer's certificate (PEM or DER), which is judged too
    #[arg(long, value_name = "FILE")]
    cert: Option<PathBuf>,
    /// The SM2 user id of the signer, as text, with digits 0 after it to 16 bytes
    #[arg(long, value_name = "TEXT", conflicts_with = "user_id")]
    padded_id: Option<String>,
    #[command(flatten)]
    trust: TrustArguments,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

impl ExpectedSigner {
    /// Verifies, by the one or the other, and prints what was found.
    fn judge(
        &self,
        by_key: impl FnOnce(&PublicKey, &UserId) -> yinxin::Result<()>,
        by_certificate: impl FnOnce(&Verifier, &UserId, &Certificate, &Moment) -> yinxin::Result<Report>,
    ) -> Result<ExitCode, Failure> {
        let user_id = self.user_id()?;
        if let Some(path) = &self.cert {
            let certificates = trust::certificates(path)?;
            let certificate = certificates.first().ok_or_else(no_certificate)?;
            let mut trust = self.trust.load()?;
            certificates.iter().skip(1).for_each(|above| trust.add_intermediate(above.clone()));
            let (verifier, moment) = (Verifier::new(trust), self.trust.moment()?);
            let report = by_certificate(&verifier, &user_id, certificate, &moment)?;
            return Ok(output::report(&report, self.json));
        }
        let path = self.public_key.as_deref().ok_or_else(no_certificate)?;
        let good = match by_key(&public_key_from_bytes(&files::read(path)?)?, &user_id) {
            Ok(()) => true,
            Err(error) if error.code() == Code::BadSignature => false,
            Err(error) => return Err(error.into()),
        };
        let told = output::value(&json!({ "kind": "signature", "good": good }), self.json);
        Ok(if good { told } else { ExitCode::from(1) })
    }

    fn user_id(&self) -> Result<UserId, Failure> {
        Ok(match (&self.padded_id, &self.trust.user_id) {
            (Some(id), _) => UserId::padded(id.as_bytes())?,
            (None, Some(id)) => UserId::new(id.as_bytes())?,
            (None, None) => UserId::default(),
        })
    }
}

fn no_certificate() -> Failure {
    let message = "the signer's certificate or public key is needed";
    Error::new(Code::KeyMissing, "command line", message).into()
}
