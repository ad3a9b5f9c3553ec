//! `yinxin keygen`: a new private key.

use crate::failure::Failure;
use crate::files::{self, Secrecy};
use crate::secret;
use crate::target::Target;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::asn1::pem;
use yinxin::key::{Signer, SoftwareKey};

/// What to make: PKCS#8 PEM, readable by the owner only.
#[derive(Args, Debug)]
pub struct Arguments {
    #[command(flatten)]
    pub target: Target,
    /// Where the public key goes (PEM)
    #[arg(long, value_name = "FILE")]
    pub public_out: Option<PathBuf>,
    /// Encrypt the key with this password: env:NAME, file:PATH, fd:N or prompt
    #[arg(long, value_name = "SOURCE")]
    pub password: Option<String>,
}

/// Makes an SM2 key.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let password = secret::read_optional(arguments.password.as_deref(), "Password for the key")?;
    let key = SoftwareKey::generate_sm2()?;
    let text = key.to_pkcs8_pem(password.as_deref())?;
    let public = pem::encode("PUBLIC KEY", &Signer::public_key(&key).to_spki_der());
    if let Some(path) = &arguments.public_out {
        files::write(path, public.as_bytes(), Secrecy::Public, arguments.target.force)?;
    }
    let value = json!({ "algorithm": "SM2", "key": arguments.target.out, "publicKey": public });
    arguments.target.finish(text.as_bytes(), Secrecy::Secret, &value)
}
