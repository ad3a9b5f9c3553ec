//! `yinxin seal make`: the maker's act.

use super::describe;
use crate::failure::Failure;
use crate::signer::SignerArguments;
use crate::target::Target;
use crate::tsa_client::TsaArguments;
use crate::{files, trust};
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::error::{Code, Error};
use yinxin::seal::{self, Picture, SealRequest, Version, picture};

/// The seal to make.
#[derive(Args, Debug)]
pub struct Arguments {
    #[command(flatten)]
    maker: SignerArguments,
    /// The standard: v4 is GB/T 38540-2020, v5 GM/T 0031-2025, v1 GM/T 0031-2014 (old partners)
    #[arg(long, value_enum, default_value_t = VersionArgument::V5)]
    seal_version: VersionArgument,
    /// The seal's identifier
    #[arg(long)]
    id: String,
    /// The vendor's identifier
    #[arg(long, default_value = "yinxin")]
    vendor: String,
    /// The seal's name, as it stands on the picture
    #[arg(long)]
    name: String,
    /// The seal's type: 1 organisation, 2 person
    #[arg(long = "type", default_value_t = 1)]
    kind: i64,
    /// The certificates that may stamp with it (PEM or DER)
    #[arg(long, value_name = "FILE", required = true)]
    signer: Vec<PathBuf>,
    /// List the certificates by their SM3 digests
    #[arg(long)]
    by_digest: bool,
    /// The picture (PNG, JPG, GIF, BMP or SVG); default: a plain round seal with the name
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
    /// Width of the picture in millimetres
    #[arg(long, default_value_t = 40)]
    width: u32,
    /// Height of the picture in millimetres
    #[arg(long, default_value_t = 40)]
    height: u32,
    /// Start of validity, in RFC 3339; default: now
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// End of validity, in RFC 3339; default: a year after its start
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    #[command(flatten)]
    tsa: TsaArguments,
    #[command(flatten)]
    pub target: Target,
}

/// The standard of a seal.
#[derive(ValueEnum, Debug, Clone, Copy)]
enum VersionArgument {
    V1,
    V4,
    V5,
}

/// Makes the seal.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let (maker, tsa) = (arguments.maker.load()?, arguments.tsa.client()?);
    let mut certificates = Vec::new();
    for path in &arguments.signer {
        certificates.extend(trust::certificates(path)?.into_iter().take(1));
    }
    let from = trust::time_or_now(arguments.from.as_deref(), "--from")?;
    let until = match &arguments.until {
        Some(text) => trust::parse_time(text, "--until")?,
        None => from.plus_days(365).unwrap_or(from),
    };
    let data = match &arguments.picture {
        Some(path) => files::read(path)?,
        None => picture::svg_round_seal(&arguments.name, None, arguments.width)?,
    };
    let Some((kind, _)) = picture::sniff(&data) else {
        return Err(Error::new(Code::Value, "picture", "it is of no known type").into());
    };
    let picture = Picture {
        kind: kind.name(),
        data: &data,
        width_mm: i64::from(arguments.width),
        height_mm: i64::from(arguments.height),
    };
    let version = match arguments.seal_version {
        VersionArgument::V1 => Version::V1,
        VersionArgument::V4 => Version::V4,
        VersionArgument::V5 => Version::V5,
    };
    let request = SealRequest {
        version,
        id: &arguments.id,
        vendor: &arguments.vendor,
        name: &arguments.name,
        kind: arguments.kind,
        certificates: &certificates,
        by_digest: arguments.by_digest,
        created: from,
        valid_from: from,
        valid_until: until,
        picture,
    };
    let mut seal = seal::make(&request, &maker)?;
    if let Some(tsa) = tsa {
        seal = seal.with_time_stamp(&tsa.ask(&seal.time_stamp_request()?)?)?;
    }
    arguments.target.finish(seal.as_bytes(), files::Secrecy::Public, &describe(&seal))
}
