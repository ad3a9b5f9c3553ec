//! Keys as the command line names them: a key file, its password and certificates.

use crate::failure::Failure;
use crate::{files, secret, trust};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use yinxin::crypto::sm2::UserId;
use yinxin::key::{KeyBundle, KeyFileOptions, Protection, SoftwareKey};

/// The key that signs.
#[derive(Args, Debug, Clone)]
pub struct SignerArguments {
    /// The key file: PKCS#8, PKCS#12, PEM with certificates or CFCA's .sm2
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// The password of the key: env:NAME, file:PATH, fd:N or prompt
    #[arg(long, value_name = "SOURCE")]
    pub password: Option<String>,
    /// The name of the key, in a PKCS#12 file with several
    #[arg(long, value_name = "NAME")]
    pub key_name: Option<String>,
    /// Read a PKCS#12 file under PBE-SHA1-3DES or RC2 too
    #[arg(long)]
    pub legacy: bool,
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
        let bundle = open(&self.key, self.password.as_deref(), self.legacy, false)?;
        let mut key = bundle.into_key(self.key_name.as_deref())?;
        let certificates = trust::ders(&self.cert)?;
        if !certificates.is_empty() {
            key = key.with_certificates(certificates)?;
        }
        if let Some(id) = &self.signer_id {
            key = key.with_user_id(UserId::new(id.as_bytes())?);
        }
        Ok(key)
    }
}

/// A key file with one key.
pub struct KeyFile<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// Where its password is.
    pub password: Option<&'a str>,
}

impl KeyFile<'_> {
    /// Opens the key.
    pub fn key(&self) -> Result<SoftwareKey, Failure> {
        Ok(open(self.path, self.password, false, false)?.into_key(None)?)
    }
}

/// A key file to be looked at as a whole.
#[derive(Args, Debug, Clone)]
pub struct KeyFileArguments {
    /// The key file: PKCS#8, PKCS#12, PEM with keys and certificates or CFCA's .sm2
    pub file: PathBuf,
    /// The password of the file: env:NAME, file:PATH, fd:N or prompt
    #[arg(long, value_name = "SOURCE")]
    pub password: Option<String>,
    /// Read PKCS#12 under PBE-SHA1-3DES or RC2 too
    #[arg(long)]
    pub legacy: bool,
    /// Read PKCS#12 without a MAC too: nothing shows that it is unchanged
    #[arg(long)]
    pub without_mac: bool,
}

impl KeyFileArguments {
    /// Opens the file.
    pub fn open(&self) -> Result<KeyBundle, Failure> {
        open(&self.file, self.password.as_deref(), self.legacy, self.without_mac)
    }
}

fn open(
    path: &Path,
    password: Option<&str>,
    legacy: bool,
    without_mac: bool,
) -> Result<KeyBundle, Failure> {
    let password = secret::read_optional(password, "Password of the key")?;
    let mut options = KeyFileOptions::default();
    if legacy {
        options = options.allow_legacy();
    }
    if without_mac {
        options = options.allow_without_mac();
    }
    Ok(KeyBundle::from_bytes(&files::read(path)?, password.as_deref(), &options)?)
}

/// How a new key file is encrypted.
#[derive(Args, Debug, Clone)]
pub struct NewPassword {
    /// The algorithms under a new password
    #[arg(long, value_enum, default_value_t = Suite::Sm)]
    protection: Suite,
    /// How often a new password is hashed; default: 600000
    #[arg(long, value_name = "N")]
    iterations: Option<u32>,
}

/// Algorithms under a password.
#[derive(ValueEnum, Debug, Clone, Copy)]
enum Suite {
    /// SM4 and SM3.
    Sm,
    /// AES-256 and SHA-256.
    Aes,
}

impl NewPassword {
    /// What the library calls it.
    pub fn protection(&self) -> Result<Protection, Failure> {
        let protection = match self.protection {
            Suite::Sm => Protection::sm(),
            Suite::Aes => Protection::aes(),
        };
        match self.iterations {
            Some(iterations) => Ok(protection.with_iterations(iterations)?),
            None => Ok(protection),
        }
    }
}
