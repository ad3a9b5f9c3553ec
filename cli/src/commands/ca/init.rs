//! `yinxin ca init`: a new authority, or a folder for one that is there.

use super::Validity;
use super::folder::Folder;
use crate::commands::cert::describe;
use crate::failure::Failure;
use crate::signer::{KeyFile, NewPassword};
use crate::{output, secret, trust};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::authority::{Authority, Subject, TEST_COMMENT};
use yinxin::key::{KeyBundle, SoftwareKey};

/// An authority.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The folder to make
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// The subject of a new root: CN=Test Root,O=Treasury,C=CN for example
    #[arg(long, required_unless_present = "cert")]
    subject: Option<String>,
    /// A key that is there, in any known form; default: a new SM2 key
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// The password of that key: env:NAME, file:PATH, fd:N or prompt
    #[arg(long, value_name = "SOURCE", requires = "key")]
    password: Option<String>,
    /// The certificate of an authority that is there, in place of a new root
    #[arg(long, value_name = "FILE", requires = "key", conflicts_with = "subject")]
    cert: Option<PathBuf>,
    /// Encrypt the key in the folder with this password: env:NAME, file:PATH, fd:N or prompt
    #[arg(long, value_name = "SOURCE")]
    new_password: Option<String>,
    #[command(flatten)]
    form: NewPassword,
    /// What every certificate says to people, in ASCII; "" for nothing; default: that it is for
    /// tests
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
    #[command(flatten)]
    validity: Validity,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Makes the folder.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let key = match &arguments.key {
        Some(path) => KeyFile { path, password: arguments.password.as_deref() }.key()?,
        None => SoftwareKey::generate_sm2()?,
    };
    let password = secret::read_optional(arguments.new_password.as_deref(), "New password")?;
    let mut bundle = KeyBundle::new();
    bundle.add(key, None)?;
    let file = bundle.to_pem(password.as_deref(), arguments.form.protection()?)?;
    // Read again, so that what was written is known to open.
    let key = SoftwareKey::from_bytes(file.as_bytes(), password.as_deref())?;
    let comment = arguments.comment.as_deref().unwrap_or(TEST_COMMENT);
    let comment = Some(comment.to_owned()).filter(|comment| !comment.is_empty());
    let authority = match (&arguments.cert, &arguments.subject) {
        (Some(path), _) => Authority::existing(key, trust::certificates(path)?.swap_remove(0))?,
        (None, Some(subject)) => {
            let (from, until) = arguments.validity.period(3650)?;
            Authority::root(key, Subject::parse(subject)?, from, until)?
        }
        (None, None) => return Err(Failure::usage("--subject, or --key with --cert")),
    };
    let authority = authority.with_comment(comment.as_deref())?;
    let certificate = authority.certificate();
    Folder::make(&arguments.folder, file.as_bytes(), certificate, comment)?;
    if arguments.json {
        return Ok(output::value(&describe(certificate), true));
    }
    println!("{}", arguments.folder.display());
    let protection = if password.is_some() { "its file and its password" } else { "its file" };
    println!("for tests and small installations: nothing protects the key but {protection}");
    Ok(ExitCode::SUCCESS)
}
