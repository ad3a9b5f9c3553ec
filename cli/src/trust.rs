//! Trust, policy and moment, as the command line gives them.

use crate::failure::Failure;
use crate::files;
use clap::{Args, ValueEnum};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use yinxin::Time;
use yinxin::asn1::Profile;
use yinxin::cert::{Certificate, Crl, OcspResponse};
use yinxin::crypto::sm2::UserId;
use yinxin::error::{Code, Error};
use yinxin::trust::{AnchorPurpose, AnchorTerms, Moment, Policy, Proof, Revocation, STORE_FILE};
use yinxin::trust::{SealStatePolicy, SealStates, Trust, TrustStore};

/// What is trusted, and when it is judged.
#[derive(Args, Debug, Clone, Default)]
pub struct TrustArguments {
    /// Trust anchors: files (PEM or DER) or folders of them, on the terms of the folder's trust.json
    #[arg(long, value_name = "PATH")]
    pub trust: Vec<PathBuf>,
    /// Certificates that help to build paths and bring no trust
    #[arg(long, value_name = "PATH")]
    pub intermediate: Vec<PathBuf>,
    /// Revocation lists: files (PEM or DER) or folders of them
    #[arg(long, value_name = "PATH")]
    pub crl: Vec<PathBuf>,
    /// OCSP responses: files (PEM or DER) or folders of them
    #[arg(long, value_name = "PATH")]
    pub ocsp: Vec<PathBuf>,
    /// Lists of the states of seals: files (DER) or folders of them
    #[arg(long, value_name = "PATH")]
    pub seal_states: Vec<PathBuf>,
    /// Trust anchors of those who sign such lists: files (PEM or DER) or folders of them
    #[arg(long, value_name = "PATH")]
    pub seal_states_trust: Vec<PathBuf>,
    /// The lowest number that a list of states may have: the last one seen
    #[arg(long, value_name = "N")]
    pub seal_states_number: Option<u64>,
    /// Whether the state of a seal must be known
    #[arg(long, value_enum, default_value_t)]
    pub seal_state: SealStateArgument,
    /// Judge the maker of a seal of GM/T 0031-2025 at the moment of the stamp too
    #[arg(long)]
    pub strict_makers: bool,
    /// The clock, in RFC 3339; default: now
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// When the signature was received by somebody who is trusted, in RFC 3339; proves that it
    /// existed then. Default: nothing is proven but the signer's own statement
    #[arg(long, value_name = "TIME")]
    pub received: Option<String>,
    /// Whether revocation must be known
    #[arg(long, value_enum, default_value_t)]
    pub revocation: RevocationArgument,
    /// Read only what the standards say; default: also the deviations of real files, with notes
    #[arg(long)]
    pub conforming: bool,
    /// The SM2 user id of signers, as text; default: 1234567812345678
    #[arg(long, value_name = "TEXT")]
    pub user_id: Option<String>,
    /// The SM2 user id of the makers of seals, as text; default: that of signers
    #[arg(long, value_name = "TEXT")]
    pub maker_user_id: Option<String>,
    /// The SM2 user id under which issuers sign certificates, revocation lists and OCSP responses, as
    /// text ("" is the empty one); default: 1234567812345678
    #[arg(long, value_name = "TEXT")]
    pub issuer_user_id: Option<String>,
    /// Make no network call (no verification makes any so far)
    #[arg(long)]
    pub offline: bool,
}

/// Whether revocation must be known.
#[derive(ValueEnum, Debug, Clone, Copy, Default)]
pub enum RevocationArgument {
    /// An answer is needed for every certificate.
    #[default]
    Required,
    /// An answer counts where there is one.
    IfAvailable,
    /// Revocation is not looked at.
    NotChecked,
}

/// Whether the state of a seal must be known.
#[derive(ValueEnum, Debug, Clone, Copy, Default)]
pub enum SealStateArgument {
    /// A list must say that the seal was active.
    Required,
    /// A list must say so if any is given.
    #[default]
    IfAvailable,
    /// Lists are not looked at.
    NotChecked,
}

impl TrustArguments {
    /// How strictly structures are read.
    pub fn profile(&self) -> Profile {
        if self.conforming { Profile::Conforming } else { Profile::AsFound }
    }

    /// The clock.
    pub fn clock(&self) -> Result<Time, Failure> {
        time_or_now(self.at.as_deref(), "--at")
    }

    /// The clock and the proof of existence.
    pub fn moment(&self) -> Result<Moment, Failure> {
        let proof = match &self.received {
            Some(text) => Proof::Received(parse_time(text, "--received")?),
            None => Proof::Claimed,
        };
        Ok(Moment { now: self.clock()?, proof })
    }

    /// Anchors, revocation answers and policy.
    pub fn load(&self) -> Result<Trust, Failure> {
        let mut policy = Policy::default();
        policy.profile = self.profile();
        policy.revocation = match self.revocation {
            RevocationArgument::Required => Revocation::Required,
            RevocationArgument::IfAvailable => Revocation::IfAvailable,
            RevocationArgument::NotChecked => Revocation::NotChecked,
        };
        policy.seal_state = match self.seal_state {
            SealStateArgument::Required => SealStatePolicy::Required,
            SealStateArgument::IfAvailable => SealStatePolicy::IfAvailable,
            SealStateArgument::NotChecked => SealStatePolicy::NotChecked,
        };
        policy.strict_makers = self.strict_makers;
        if let Some(user_id) = &self.user_id {
            policy.user_id = UserId::new(user_id.as_bytes())?;
        }
        if let Some(user_id) = &self.maker_user_id {
            policy.maker_user_id = Some(UserId::new(user_id.as_bytes())?);
        }
        if let Some(user_id) = &self.issuer_user_id {
            policy.issuer_user_id = UserId::new(user_id.as_bytes())?;
        }
        let mut trust = Trust::new(policy);
        add_anchors(&mut trust, &self.trust)?;
        for path in files_of(&self.seal_states_trust)? {
            for certificate in named(&path, certificates(&path))? {
                let terms = AnchorTerms::new(&[AnchorPurpose::SealState]);
                trust.add_anchor_for(certificate, terms)?;
            }
        }
        for path in files_of(&self.seal_states)? {
            let states = SealStates::from_der(&files::read(&path)?).map_err(Failure::from);
            let states = named(&path, states)?;
            if let Some(number) = self.seal_states_number {
                trust.expect_seal_states(states.issuer(), number);
            }
            trust.add_seal_states(states);
        }
        for path in files_of(&self.intermediate)? {
            named(&path, certificates(&path))?.into_iter().for_each(|c| trust.add_intermediate(c));
        }
        for path in files_of(&self.crl)? {
            let crl = Crl::from_bytes(&files::read(&path)?);
            trust.add_crl(named(&path, crl.map_err(Failure::from))?);
        }
        for path in files_of(&self.ocsp)? {
            let response = OcspResponse::from_bytes(&files::read(&path)?);
            trust.add_ocsp(named(&path, response.map_err(Failure::from))?);
        }
        Ok(trust)
    }
}

/// The time of the system's clock, to the second.
pub fn now() -> Result<Time, Failure> {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_secs()).ok())
        .and_then(Time::from_unix)
        .ok_or_else(|| Failure::usage("the system's clock is out of range; give --at"))
}

/// A time of the command line; without one, now.
pub fn time_or_now(text: Option<&str>, option: &str) -> Result<Time, Failure> {
    text.map_or_else(now, |text| parse_time(text, option))
}

/// A time of the command line.
pub fn parse_time(text: &str, option: &str) -> Result<Time, Failure> {
    Time::parse_rfc3339(text).ok_or_else(|| {
        Failure::usage(format!("{option} takes RFC 3339, 2026-03-01T00:00:00Z for example"))
    })
}

/// The certificates of a file, PEM or DER.
pub fn certificates(path: &Path) -> Result<Vec<Certificate>, Failure> {
    let certificates = Certificate::many_from_bytes(&files::read(path)?)?;
    if certificates.is_empty() {
        let message = "the file holds no certificate";
        return Err(Error::new(Code::Pem, path.display().to_string(), message).into());
    }
    Ok(certificates)
}

/// The certificates of files in DER, in their order.
pub fn ders(paths: &[PathBuf]) -> Result<Vec<Vec<u8>>, Failure> {
    let mut ders = Vec::new();
    for path in paths {
        ders.extend(certificates(path)?.iter().map(|certificate| certificate.as_der().to_vec()));
    }
    Ok(ders)
}

/// Trusts the certificates of files, and of folders on the terms of their `trust.json`.
fn add_anchors(trust: &mut Trust, paths: &[PathBuf]) -> Result<(), Failure> {
    for path in paths {
        let page = path.join(STORE_FILE);
        if !page.is_file() {
            for file in files_of(std::slice::from_ref(path))? {
                named(&file, certificates(&file))?.into_iter().for_each(|c| trust.add_anchor(c));
            }
            continue;
        }
        let read = TrustStore::from_json(&files::read(&page)?).map_err(Failure::from);
        let store = named(&page, read)?;
        // A file that no line names would be trusted by nobody, and everybody would think it was.
        let forgotten = |file: &&PathBuf| {
            **file != page && !store.lines().iter().any(|(name, _)| path.join(name) == **file)
        };
        if let Some(file) = files_of(std::slice::from_ref(path))?.iter().find(forgotten) {
            let message = "trust.json does not name it";
            return Err(Error::new(Code::Value, file.display().to_string(), message).into());
        }
        for terms in store.algorithms() {
            trust.policy_mut().algorithms.add(*terms)?;
        }
        for (name, terms) in store.lines() {
            let file = path.join(name);
            for certificate in named(&file, certificates(&file))? {
                trust.add_anchor_for(certificate, terms.clone())?;
            }
        }
    }
    Ok(())
}

/// The files named, folders standing for the files in them (in the order of their names).
fn files_of(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let failed = |error: std::io::Error| {
            Failure::from(Error::new(Code::Read, path.display().to_string(), error.to_string()))
        };
        let mut inside = Vec::new();
        for entry in fs::read_dir(path).map_err(failed)? {
            let entry = entry.map_err(failed)?.path();
            if entry.is_file() {
                inside.push(entry);
            }
        }
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}

/// The same result, an error naming the file.
fn named<T>(path: &Path, result: Result<T, Failure>) -> Result<T, Failure> {
    result.inspect_err(|_| eprintln!("yinxin: in {}:", path.display()))
}
