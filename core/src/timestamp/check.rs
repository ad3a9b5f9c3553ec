//! Is a token good, and is it about this value?

use super::token::Token;
use crate::asn1::oid;
use crate::cert::Certificate;
use crate::cert::chain::Purpose;
use crate::cms::{self, SignerProblem};
use crate::crypto::digest;
use crate::report::{CheckCode, Report};
use crate::time::Time;
use crate::trust::{Codes, Question, Trust, assess};

const CODES: Codes = Codes {
    usage: CheckCode::TokenUsage,
    validity: CheckCode::TokenValidity,
    chain: CheckCode::TokenChain,
    revocation: CheckCode::TokenRevocation,
};

/// Checks a token over `value` (the contents of a signature value, in seals and stamps): imprint,
/// signature, and the authority's certificate at the time of the token.
///
/// The imprint's digest must be SM3 or SHA-2.
pub fn check(token: &Token, value: &[u8], trust: &Trust, now: Time) -> Report {
    use CheckCode::{TokenChain, TokenImprint, TokenRevocation, TokenSignature, TokenUsage};
    let mandatory = [TokenImprint, TokenSignature, TokenUsage, TokenChain, TokenRevocation];
    let mut report = Report::new(format!("time stamp of {}", token.gen_time()), &mandatory);
    for (code, detail) in token.signed_data().notes() {
        report.note(*code, detail.clone());
    }
    let algorithm = token.hash_algorithm();
    let known = [oid::SM3, oid::SHA256, oid::SHA384, oid::SHA512].contains(&algorithm);
    let imprint =
        known && digest::named(&algorithm, value).is_some_and(|digest| digest == token.imprint());
    report.check(TokenImprint, imprint, "", format!("digest algorithm {algorithm}"));
    // The token itself may state a time in the future only if the clock of the verifier is wrong.
    let possible = token.gen_time() <= now;
    report.check(
        CheckCode::TimeSigning,
        possible,
        "genTime",
        format!("{} against the clock {now}", token.gen_time()),
    );
    match signer_certificate(token) {
        Ok(certificate) => {
            let value = verify(token, &certificate, trust);
            let detail = value.as_ref().err().map(ToString::to_string).unwrap_or_default();
            report.check(TokenSignature, value.is_ok(), certificate.subject(), detail);
            let extra = inner_certificates(token);
            let question = Question {
                certificate: &certificate,
                extra: &extra,
                purpose: Purpose::TimeStamp,
                at: token.gen_time(),
                now,
            };
            assess(&mut report, &CODES, &question, trust);
        }
        Err(why) => report.check(TokenSignature, false, "", why),
    }
    report
}

fn verify(token: &Token, certificate: &Certificate, trust: &Trust) -> Result<(), SignerProblem> {
    let signed = token.signed_data();
    let [signer] = signed.signers() else {
        return Err(SignerProblem::Algorithm("a token has exactly one signer".to_owned()));
    };
    if signer.attributes.is_none() {
        return Err(SignerProblem::Ambiguous);
    }
    let policy = trust.policy();
    cms::verify_value_with(
        signer,
        signed.content_type(),
        token.content(),
        certificate,
        &policy.user_id,
        policy.profile,
        trust.keys(),
    )
}

fn signer_certificate(token: &Token) -> Result<Certificate, &'static str> {
    let signed = token.signed_data();
    let [signer] = signed.signers() else { return Err("a token has exactly one signer") };
    signed.certificate_of(signer).ok_or("the authority's certificate is not inside the token")
}

fn inner_certificates(token: &Token) -> Vec<Certificate> {
    let inside = token.signed_data().certificates();
    inside.iter().filter_map(|der| Certificate::from_der(der).ok()).collect()
}
