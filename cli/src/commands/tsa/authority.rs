//! A time stamp authority, as the command line describes it.

use crate::failure::Failure;
use crate::signer::SignerArguments;
use crate::trust;
use clap::Args;
use yinxin::Time;
use yinxin::asn1::Oid;
use yinxin::timestamp::{Accuracy, TimestampAuthority};

/// The authority's key, policy and clock.
#[derive(Args, Debug)]
pub struct AuthorityArguments {
    #[command(flatten)]
    signer: SignerArguments,
    /// The policy of the tokens, an object identifier: 1.2.3.4.1 for example
    #[arg(long, value_name = "OID")]
    policy: String,
    /// How far the clock may be off, in seconds, as tokens say
    #[arg(long, value_name = "SECONDS")]
    accuracy: Option<u32>,
    /// Tokens in the form of GB/T 35275 (SM2 keys); default: that of RFC 5652
    #[arg(long)]
    gm: bool,
    /// A clock that stands still, in RFC 3339, for tests; default: the system's
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
}

impl AuthorityArguments {
    /// The authority.
    pub fn load(&self) -> Result<TimestampAuthority, Failure> {
        let policy = Oid::parse(&self.policy)
            .ok_or_else(|| Failure::usage("--policy takes an object identifier"))?;
        let mut authority = TimestampAuthority::new(self.signer.load()?, policy)?;
        if let Some(seconds) = self.accuracy {
            authority = authority.with_accuracy(Accuracy::new(seconds, 0, 0)?);
        }
        Ok(if self.gm { authority.in_gm_form()? } else { authority })
    }

    /// The time by the authority's clock.
    pub fn clock(&self) -> Result<Time, Failure> {
        self.fixed_clock()?.map_or_else(trust::now, Ok)
    }

    /// The time of a clock that stands still, if there is one.
    pub fn fixed_clock(&self) -> Result<Option<Time>, Failure> {
        self.at.as_deref().map(|text| trust::parse_time(text, "--at")).transpose()
    }
}
