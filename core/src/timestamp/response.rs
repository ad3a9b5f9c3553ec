//! What an authority answers to a request.

use super::request::TimeStampRequest;
use super::token::Token;
use crate::asn1::reader::{Tlv, tag};
use crate::asn1::{Profile, Reader, writer};
use crate::error::{Code, Error, Result};

/// The most bytes of a response that is read.
const MAX_RESPONSE: usize = 1024 * 1024;
/// The most texts of a response that are read.
const MAX_TEXTS: usize = 16;

/// What an authority answers: a token, or why there is none.
///
/// ```text
/// TimeStampResp ::= SEQUENCE { status PKIStatusInfo, timeStampToken ContentInfo OPTIONAL }
/// PKIStatusInfo ::= SEQUENCE { status INTEGER, statusString SEQUENCE OF UTF8String OPTIONAL,
///   failInfo BIT STRING OPTIONAL }
/// ```
///
/// # Source
///
/// RFC 3161, GB/T 20520.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeStampResponse {
    status: Status,
    texts: Vec<String>,
    failures: Vec<Failure>,
    token: Option<Vec<u8>>,
    der: Vec<u8>,
}

/// Whether there is a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// granted (0).
    Granted,
    /// grantedWithMods (1).
    GrantedWithMods,
    /// rejection (2).
    Rejection,
    /// waiting (3).
    Waiting,
    /// revocationWarning (4).
    RevocationWarning,
    /// revocationNotification (5).
    RevocationNotification,
}

impl Status {
    const ALL: [Status; 6] = [
        Status::Granted,
        Status::GrantedWithMods,
        Status::Rejection,
        Status::Waiting,
        Status::RevocationWarning,
        Status::RevocationNotification,
    ];

    /// The name in RFC 3161.
    pub fn name(self) -> &'static str {
        match self {
            Status::Granted => "granted",
            Status::GrantedWithMods => "grantedWithMods",
            Status::Rejection => "rejection",
            Status::Waiting => "waiting",
            Status::RevocationWarning => "revocationWarning",
            Status::RevocationNotification => "revocationNotification",
        }
    }

    fn is_granted(self) -> bool {
        matches!(self, Status::Granted | Status::GrantedWithMods)
    }
}

/// Why there is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// badAlg (0): a hash function that the authority does not offer.
    BadAlgorithm,
    /// badRequest (2).
    BadRequest,
    /// badDataFormat (5): the request is none.
    BadDataFormat,
    /// timeNotAvailable (14).
    TimeNotAvailable,
    /// unacceptedPolicy (15).
    UnacceptedPolicy,
    /// unacceptedExtension (16).
    UnacceptedExtension,
    /// addInfoNotAvailable (17).
    AdditionalInformationNotAvailable,
    /// systemFailure (25).
    SystemFailure,
}

impl Failure {
    const ALL: [Failure; 8] = [
        Failure::BadAlgorithm,
        Failure::BadRequest,
        Failure::BadDataFormat,
        Failure::TimeNotAvailable,
        Failure::UnacceptedPolicy,
        Failure::UnacceptedExtension,
        Failure::AdditionalInformationNotAvailable,
        Failure::SystemFailure,
    ];

    /// The name in RFC 3161.
    pub fn name(self) -> &'static str {
        match self {
            Failure::BadAlgorithm => "badAlg",
            Failure::BadRequest => "badRequest",
            Failure::BadDataFormat => "badDataFormat",
            Failure::TimeNotAvailable => "timeNotAvailable",
            Failure::UnacceptedPolicy => "unacceptedPolicy",
            Failure::UnacceptedExtension => "unacceptedExtension",
            Failure::AdditionalInformationNotAvailable => "addInfoNotAvailable",
            Failure::SystemFailure => "systemFailure",
        }
    }

    fn bit(self) -> usize {
        match self {
            Failure::BadAlgorithm => 0,
            Failure::BadRequest => 2,
            Failure::BadDataFormat => 5,
            Failure::TimeNotAvailable => 14,
            Failure::UnacceptedPolicy => 15,
            Failure::UnacceptedExtension => 16,
            Failure::AdditionalInformationNotAvailable => 17,
            Failure::SystemFailure => 25,
        }
    }
}

impl TimeStampResponse {
    /// The response that grants this token.
    pub fn granted(token: &[u8]) -> TimeStampResponse {
        let (status, token) = (Status::Granted, Some(token.to_vec()));
        TimeStampResponse {
            status,
            texts: Vec::new(),
            failures: Vec::new(),
            token,
            der: Vec::new(),
        }
        .written()
    }

    /// The response that refuses, with a text for people.
    pub fn rejection(failure: Failure, text: &str) -> TimeStampResponse {
        TimeStampResponse {
            status: Status::Rejection,
            texts: vec![text.to_owned()],
            failures: vec![failure],
            token: None,
            der: Vec::new(),
        }
        .written()
    }

    /// Reads a response.
    ///
    /// # Errors
    ///
    /// [`Code::Size`] above 1 MiB; [`Code::Der`] with an offset; [`Code::Structure`] for a token
    /// where the status says that there is none, or the other way round.
    pub fn from_der(der: &[u8]) -> Result<TimeStampResponse> {
        if der.len() > MAX_RESPONSE {
            return Err(Error::new(Code::Size, STRUCTURE, "larger than 1 MiB"));
        }
        let mut fields = Reader::whole(der, STRUCTURE)?;
        let mut information = fields.sequence()?;
        let number = information.expect(tag::INTEGER)?;
        let status = usize::try_from(number.integer_i64()?).ok();
        let status = status.and_then(|status| Status::ALL.get(status).copied());
        let status = status.ok_or_else(|| number.error("the status is not 0 to 5"))?;
        let mut texts = Vec::new();
        if let Some(list) = information.optional(tag::SEQUENCE)? {
            let mut list = list.contents();
            while !list.is_empty() {
                if texts.len() == MAX_TEXTS {
                    let error = Error::new(Code::Count, STRUCTURE, "more texts than are read");
                    return Err(error.at(list.offset()));
                }
                texts.push(list.expect(tag::UTF8_STRING)?.utf8()?.to_owned());
            }
        }
        let failures = match information.optional(tag::BIT_STRING)? {
            Some(bits) => read_failures(&bits)?,
            None => Vec::new(),
        };
        information.finish()?;
        let token = fields.optional(tag::SEQUENCE)?.map(|token| token.raw.to_vec());
        fields.finish()?;
        if status.is_granted() != token.is_some() {
            let message = match token {
                Some(_) => "a token where the status says that there is none",
                None => "no token where the status says that there is one",
            };
            return Err(Error::new(Code::Structure, STRUCTURE, message).at(number.offset));
        }
        Ok(TimeStampResponse { status, texts, failures, token, der: der.to_vec() })
    }

    /// The response in DER.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// Whether there is a token.
    pub fn status(&self) -> Status {
        self.status
    }

    /// What the authority says to people.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// Why there is no token.
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }

    /// The token in DER, if there is one.
    pub fn token(&self) -> Option<&[u8]> {
        self.token.as_deref()
    }

    /// The token, held against the request; whether it is good is a matter of
    /// [`check`](super::check()).
    ///
    /// # Errors
    ///
    /// [`Code::TimeStampRefused`] if there is none, with the reasons; [`Code::TimeStampMismatch`]
    /// if it is not the one asked for; the errors of [`Token::parse`].
    pub fn token_for(&self, request: &TimeStampRequest, profile: Profile) -> Result<Token> {
        let Some(token) = &self.token else {
            let names = self.failures.iter().map(|failure| failure.name());
            let said: Vec<String> = std::iter::once(self.status.name())
                .chain(names)
                .map(str::to_owned)
                .chain(self.texts.iter().map(|text| format!("{text:?}")))
                .collect();
            return Err(Error::new(Code::TimeStampRefused, STRUCTURE, said.join(", ")));
        };
        let token = Token::parse(token, profile)?;
        request.require_answer(&token)?;
        Ok(token)
    }

    fn written(mut self) -> TimeStampResponse {
        let texts: Vec<Vec<u8>> = self.texts.iter().map(|text| writer::utf8(text)).collect();
        let texts = if texts.is_empty() { Vec::new() } else { writer::sequence_of(&texts) };
        // The highest place in Status::ALL is 5.
        let number = Status::ALL.iter().position(|status| *status == self.status);
        let information = writer::sequence(&[
            &writer::integer(number.unwrap_or_default() as i64),
            &texts,
            &write_failures(&self.failures),
        ]);
        self.der = writer::sequence(&[&information, self.token.as_deref().unwrap_or_default()]);
        self
    }
}

const STRUCTURE: &str = "TimeStampResp";

/// The reasons among the bits; bits that have no meaning here are passed over.
fn read_failures(bits: &Tlv<'_>) -> Result<Vec<Failure>> {
    let [unused @ 0..8, octets @ ..] = bits.value else {
        return Err(bits.error("not a BIT STRING"));
    };
    if octets.is_empty() && *unused != 0 {
        return Err(bits.error("not a BIT STRING"));
    }
    let is_set =
        |bit: usize| octets.get(bit / 8).is_some_and(|octet| octet & 0x80 >> (bit % 8) != 0);
    Ok(Failure::ALL.into_iter().filter(|failure| is_set(failure.bit())).collect())
}

/// A named bit list: no zero bits at its end.
fn write_failures(failures: &[Failure]) -> Vec<u8> {
    let Some(last) = failures.iter().map(|failure| failure.bit()).max() else { return Vec::new() };
    let mut octets = vec![0; last / 8 + 1];
    for failure in failures {
        octets[failure.bit() / 8] |= 0x80 >> (failure.bit() % 8);
    }
    let unused = 7 - last % 8;
    writer::tlv(tag::BIT_STRING, &[&[unused as u8], &octets])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_come_back() {
        for failure in Failure::ALL {
            let response = TimeStampResponse::rejection(failure, "no");
            let read = TimeStampResponse::from_der(response.as_der()).unwrap();
            assert_eq!(read, response);
            assert_eq!(read.failures(), [failure]);
            for end in 0..response.as_der().len() {
                assert!(TimeStampResponse::from_der(&response.as_der()[..end]).is_err());
            }
        }
        assert_eq!(write_failures(&[Failure::BadAlgorithm]), [3, 2, 7, 0x80]);
        assert_eq!(write_failures(&[Failure::SystemFailure]), [3, 5, 6, 0, 0, 0, 0x40]);
    }

    #[test]
    fn status_and_token_agree() {
        let bare = |status: i64, token: &[u8]| {
            writer::sequence(&[&writer::sequence(&[&writer::integer(status)]), token])
        };
        let token = writer::sequence(&[]);
        for (status, token, good) in [
            (0, &token[..], true),
            (1, &token, true),
            (2, &[], true),
            (0, &[], false),
            (2, &token, false),
            (6, &[], false),
            (-1, &[], false),
        ] {
            let read = TimeStampResponse::from_der(&bare(status, token));
            assert_eq!(read.is_ok(), good, "{status}");
        }
    }
}
