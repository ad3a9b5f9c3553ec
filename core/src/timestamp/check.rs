//! Is a token good, and is it about this value?

use super::token::Token;
use crate::asn1::Profile;
use crate::cert::Certificate;
use crate::cert::chain::Purpose;
use crate::cms::{self, SignerProblem};
use crate::crypto::public_key::PreparedKeys;
use crate::crypto::sm2::UserId;
use crate::error::{Code, Error};
use crate::report::{CheckCode, Outcome, Report};
use crate::time::Time;
use crate::trust::{Codes, Question, Trust, assess};

const CODES: Codes = Codes {
    usage: CheckCode::TokenUsage,
    validity: CheckCode::TokenValidity,
    chain: CheckCode::TokenChain,
    revocation: CheckCode::TokenRevocation,
    algorithm: CheckCode::TokenAlgorithm,
};

/// Checks a token over `value` (the contents of a signature value, in seals and stamps): imprint,
/// signature, and the authority's certificate at the time of the token.
///
/// The imprint's digest must be SM3 or SHA-2. Once the authority's certificates have expired, anybody
/// may have come by their keys: then `token.proof` is NotDetermined.
pub fn check(token: &Token, value: &[u8], trust: &Trust, now: Time) -> Report {
    check_existing(token, value, trust, now, None)
}

/// [`check`], the token being proven to have existed at an earlier moment.
pub(crate) fn check_existing(
    token: &Token,
    value: &[u8],
    trust: &Trust,
    now: Time,
    existed: Option<Time>,
) -> Report {
    use CheckCode::{TokenAlgorithm, TokenChain, TokenImprint, TokenProof, TokenRevocation};
    use CheckCode::{TokenSignature, TokenTime, TokenUsage, TokenValidity};
    let mandatory = [
        TokenImprint,
        TokenTime,
        TokenSignature,
        TokenUsage,
        TokenValidity,
        TokenChain,
        TokenRevocation,
        TokenAlgorithm,
        TokenProof,
    ];
    let mut report = Report::new(format!("time stamp of {}", token.gen_time()), &mandatory);
    for (code, detail) in token.signed_data().notes() {
        report.note(*code, detail.clone());
    }
    let imprint = token.message_imprint();
    let detail = format!("digest algorithm {}", imprint.algorithm());
    report.check(TokenImprint, imprint.is_of(value), "", detail);
    // The token itself may state a time in the future only if the clock of the verifier is wrong.
    let possible = token.gen_time() <= now;
    let detail = format!("{} against the clock {now}", token.gen_time());
    report.check(TokenTime, possible, "genTime", detail);
    match signer_certificate(token, trust) {
        Ok(certificate) => {
            let policy = trust.policy();
            let value = verify(token, &certificate, &policy.user_id, policy.profile, trust.keys());
            let detail = value.as_ref().err().map(ToString::to_string).unwrap_or_default();
            report.check(TokenSignature, value.is_ok(), certificate.subject(), detail);
            let extra = token.certificates();
            let signers = token.signed_data().signers().iter();
            let mut hashes: Vec<_> = signers.map(|signer| signer.digest_algorithm).collect();
            hashes.push(imprint.algorithm());
            let question = Question {
                certificate: &certificate,
                extra: &extra,
                purpose: Purpose::TimeStamp,
                hashes: &hashes,
                at: token.gen_time(),
                existed: existed.unwrap_or(now),
                now,
            };
            let compromised = assess(&mut report, &CODES, &question, trust).compromised_since;
            if compromised.is_some_and(|since| existed.is_none_or(|existed| since <= existed)) {
                // RFC 3161 §4: whoever has the key now can set its clock back.
                let detail =
                    "revoked for a reason, or for none, that takes its earlier tokens along";
                report.check(TokenRevocation, false, certificate.subject(), detail);
            }
            prove(&mut report, &question, trust, existed);
        }
        Err(why) => report.check(TokenSignature, false, "", why),
    }
    report
}

/// Whether the token existed while its authority's certificates were good: by its own word alone
/// that is only so as long as they are.
fn prove(report: &mut Report, question: &Question<'_>, trust: &Trust, existed: Option<Time>) {
    let Question { certificate, extra, purpose, now, .. } = *question;
    let moment = existed.unwrap_or(now);
    let expired = moment > certificate.not_after()
        || trust.path_expired_since(certificate, extra, purpose, moment);
    let (outcome, detail) = match (expired, existed) {
        (false, None) => (Outcome::Passed, "its authority is good now".to_owned()),
        (false, Some(time)) => (Outcome::Passed, format!("it existed at {time}")),
        (true, Some(time)) => {
            (Outcome::Failed, format!("proven for {time} only, when its authority had ended"))
        }
        (true, None) => {
            let detail = "its authority has ended since, and nothing proves that it is older";
            (Outcome::NotDetermined, detail.to_owned())
        }
    };
    report.check(CheckCode::TokenProof, outcome, certificate.subject(), detail);
}

/// Nothing, if the signature is good under the key of the certificate inside.
pub(super) fn require_signature(token: &Token) -> Result<(), Error> {
    let verified = signer_certificate(token, &Trust::default()).and_then(|certificate| {
        let (user_id, keys) = (UserId::default(), PreparedKeys::default());
        verify(token, &certificate, &user_id, Profile::AsFound, &keys)
            .map_err(|problem| problem.to_string())
    });
    verified.map_err(|why| Error::new(Code::NotValid, "time stamp", why))
}

fn verify(
    token: &Token,
    certificate: &Certificate,
    user_id: &UserId,
    profile: Profile,
    keys: &PreparedKeys,
) -> Result<(), SignerProblem> {
    let signed = token.signed_data();
    let [signer] = signed.signers() else {
        return Err(SignerProblem::Algorithm("a token has exactly one signer".to_owned()));
    };
    if signer.attributes.is_none() {
        return Err(SignerProblem::Ambiguous);
    }
    let (kind, content) = (signed.content_type(), token.content());
    cms::verify_value_with(signer, kind, content, certificate, user_id, profile, keys)
}

/// The certificates at hand that concern a token: those inside, and the authority's.
pub(crate) fn certificates_of(token: &Token, trust: &Trust) -> Vec<Certificate> {
    let mut certificates = token.certificates();
    certificates.extend(signer_certificate(token, trust).ok());
    certificates
}

/// The authority's certificate, inside the token or among those at hand.
fn signer_certificate(token: &Token, trust: &Trust) -> Result<Certificate, String> {
    let signed = token.signed_data();
    let [signer] = signed.signers() else {
        return Err("a token has exactly one signer".to_owned());
    };
    let known = || trust.intermediates().iter().find(|known| signer.id.names(known)).cloned();
    signed.certificate_of(signer).or_else(known).ok_or_else(|| {
        "the authority's certificate is neither inside the token nor given".to_owned()
    })
}
