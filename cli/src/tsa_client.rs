//! A time stamp authority on the network, as the command line names it.
//!
//! Plain HTTP only: a token carries its authority's signature and the request's nonce, so nobody on
//! the way can change or replay it; what the way learns is a digest.

use crate::failure::Failure;
use clap::Args;
use std::time::Duration;
use ureq::Agent;
use ureq::http::header::CONTENT_TYPE;
use yinxin::asn1::Profile;
use yinxin::error::{Code, Error};
use yinxin::timestamp::{TimeStampRequest, TimeStampResponse, Token};

/// The most bytes of an answer.
const MAX_ANSWER: u64 = 1024 * 1024;
/// The time for one answer, all in all.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Who stamps the time.
#[derive(Args, Debug, Clone, Default)]
pub struct TsaArguments {
    /// Put in a time stamp of the authority at this address (http://..., RFC 3161)
    #[arg(long, value_name = "URL")]
    tsa: Option<String>,
}

impl TsaArguments {
    /// The authority, if one was named.
    pub fn client(&self) -> Result<Option<Client>, Failure> {
        self.tsa.as_deref().map(Client::new).transpose()
    }
}

/// One who asks an authority for time stamps.
pub struct Client {
    url: String,
    agent: Agent,
}

impl Client {
    fn new(url: &str) -> Result<Client, Failure> {
        if !url.starts_with("http://") {
            let message = "--tsa takes an address that starts with http://; TLS is not offered";
            return Err(Failure::usage(message));
        }
        let configuration = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .max_redirects(0)
            .http_status_as_error(false)
            .proxy(None)
            .build();
        Ok(Client { url: url.to_owned(), agent: configuration.into() })
    }

    /// The token for a request, held against it. Its signature and its authority are not checked
    /// here.
    pub fn ask(&self, request: &TimeStampRequest) -> Result<Token, Failure> {
        let failed = |why: String| -> Failure {
            Error::new(Code::Unreachable, self.url.clone(), why).into()
        };
        let answer = self
            .agent
            .post(&self.url)
            .header(CONTENT_TYPE, "application/timestamp-query")
            .send(request.as_der());
        let mut answer = answer.map_err(|error| failed(error.to_string()))?;
        if answer.status().as_u16() != 200 {
            return Err(failed(format!("it answered with HTTP status {}", answer.status())));
        }
        let body = answer.body_mut().with_config().limit(MAX_ANSWER).read_to_vec();
        let body = body.map_err(|error| failed(error.to_string()))?;
        Ok(TimeStampResponse::from_der(&body)?.token_for(request, Profile::Conforming)?)
    }
}
