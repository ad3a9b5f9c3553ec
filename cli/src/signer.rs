//! A signer, as the command line names it: a key file and certificates.

use crate::failure::Failure;
use crate::{files, secret, trust};
use clap::Args;
use std::path::PathBuf;
use yinxin::crypto::sm2::UserId;
use yinxin::key::SoftwareKey;

/// The key that signs.
#[derive(Args, Debug, Clone)]
pub struct SignerArguments {
    /// The private key (PKCS#8, PEM or DER; certificates in the same PEM file are used too)
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// The password of the key: env:NAME, file:PATH, fd:N or prompt
    #[arg(long, value_name = "SOURCE")]
    pub password: Option<String>,
    /// The signer's certificate and those above it (PEM or DER)
    #[arg(long, value_name = "FILE")]
    pub cert: Vec<PathBuf>,
    /// The SM2 user id of the signer, as text; default: 1234567812345678
    #[arg(long = "signer-id", value_name = "TEXT")]
    pub signer_id: Option<String>,
}

impl SignerArguments {
    /// Opens the key.
    pub fn load(&self) -> Result<SoftwareKey, Failure> {
        let password = secret::read_optional(self.password.as_deref(), "Password of the key")?;
        let mut key = SoftwareKey::from_bytes(&files::read(&self.key)?, password.as_deref())?;
        let mut certificates = Vec::new();
        for path in &self.cert {
            for certificate in trust::certificates(path)? {
                certificates.push(certificate.as_der().to_vec());
            }
        }
        if !certificates.is_empty() {
            key = key.with_certificates(certificates)?;
        }
        if let Some(id) = &self.signer_id {
            key = key.with_user_id(UserId::new(id.as_bytes())?);
        }
        Ok(key)
    }
}
