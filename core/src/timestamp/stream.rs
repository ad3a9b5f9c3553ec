//! Are signed messages good whose content does not fit in memory?

use super::message::{find_certificate, judge};
use crate::cert::Certificate;
use crate::cms::{
    Digests, Opened, Over, SignedData, SignedOnce, SignedStream, Wanted, Withheld, undecryptable,
};
use crate::error::{Code, Error, Family, Result};
use crate::report::Report;
use crate::trust::{Moment, Trust};
use std::io::{Read, Seek, SeekFrom, Write};

/// [`check_message`](super::check_message) for a message in a source that can seek. Its content is
/// inside, or `beside` it, in a source that is read once.
///
/// # Errors
///
/// As [`SignedData::content_or`]; [`Code::Read`]; [`Code::Der`] for content that is no longer what it
/// was when the message was opened.
pub fn check_stream<S: Read + Seek>(
    message: &mut SignedStream<S>,
    beside: Option<&mut dyn Read>,
    trust: &Trust,
    moment: &Moment,
) -> Result<Report> {
    let digests = message.read_content(beside, wanted(message.signed(), trust), None)?;
    Ok(report(message.signed(), &digests, trust, moment))
}

/// As [`check_stream`], and what was judged is copied to a sink, which comes back if the report is
/// valid. A sink that does not come back is dropped: its `Drop` has to remove what is in it.
///
/// # Errors
///
/// As there; [`Code::Write`].
pub fn extract_stream<S: Read + Seek, W: Write>(
    message: &mut SignedStream<S>,
    beside: Option<&mut dyn Read>,
    mut sink: W,
    trust: &Trust,
    moment: &Moment,
) -> Result<(Report, Option<W>)> {
    let wanted = wanted(message.signed(), trust);
    let digests = message.read_content(beside, wanted, Some(&mut sink))?;
    let report = report(message.signed(), &digests, trust, moment);
    let sink = report.is_valid().then_some(sink);
    Ok((report, sink))
}

/// As [`extract_stream`], for a source that is read once. The certificates inside a message come
/// after its content, and signatures of SM2 without signed attributes need them before: where there
/// may be such, the certificates of their signers have to be `known`, or be in the trust.
///
/// # Errors
///
/// [`Code::ReadOnce`] if a signer needs of the content what was not made of it: without signed
/// attributes, because its certificate was not known or its key is not SM2; with them, because the
/// message does not announce its digest algorithm. [`check_stream`] needs none of this. Else as there.
pub fn check_once<R: Read, W: Write>(
    source: R,
    known: &[Certificate],
    mut sink: W,
    trust: &Trust,
    moment: &Moment,
) -> Result<(Report, Option<W>)> {
    let policy = trust.policy();
    let message = SignedOnce::start(source)?;
    let mut wanted = Wanted::default();
    message.announced().iter().for_each(|algorithm| wanted.digest(*algorithm));
    for certificate in known.iter().chain(trust.intermediates()).chain(trust.anchors()) {
        wanted.sm2(certificate.public_key(), &policy.user_id);
    }
    let (signed, digests) = message.finish(policy.profile, wanted, Some(&mut sink))?;
    for signer in signed.signers() {
        let certificate = find_certificate(&signed, signer, trust);
        let key = certificate.as_ref().map(Certificate::public_key);
        if !digests.suffice(signer, key, &policy.user_id) {
            let message = "a signature needs of the content what was not made of it: give the \
                           certificates of the signers, or a source that can seek";
            return Err(Error::new(Code::ReadOnce, "SignedData", message));
        }
    }
    let report = report(&signed, &digests, trust, moment);
    let sink = report.is_valid().then_some(sink);
    Ok((report, sink))
}

/// Judges the signatures of a decrypted SignedAndEnvelopedData over what is in its sink, which comes
/// back, where its content ends, if the report is valid.
///
/// # Errors
///
/// [`Code::Read`] if the sink does not give back what was written.
pub fn check_withheld<W: Read + Write + Seek>(
    withheld: Withheld<W>,
    trust: &Trust,
    moment: &Moment,
) -> Result<(Report, Option<W>)> {
    let Withheld { signed, mut sink, start, length } = withheld;
    let unreadable = |error: std::io::Error| Error::new(Code::Read, "sink", error.to_string());
    sink.seek(SeekFrom::Start(start)).map_err(unreadable)?;
    let mut content = (&mut sink).take(length);
    let digests = wanted(&signed, trust).read_from(&mut content, None)?;
    if digests.length() != length {
        return Err(Error::new(Code::Read, "sink", "it does not give back what was written"));
    }
    let report = report(&signed, &digests, trust, moment);
    let sink = report.is_valid().then_some(sink);
    Ok((report, sink))
}

/// What was signed in a message that was decrypted into a sink from its start: the content of a
/// SignedAndEnvelopedData, or that of the signed message which was the content of another one. It is
/// copied to `sink` where it is not in the first one yet, and comes back if the report is valid.
///
/// Where nothing shows that the message is unchanged, what came out and is no signed message gets the
/// answer of a key that does not open it: the two are not to be told apart.
///
/// # Errors
///
/// As [`check_withheld`], and as [`SignedStream::open`] and [`extract_stream`].
pub fn extract_opened<W: Read + Write + Seek>(
    opened: Opened<W>,
    sink: W,
    trust: &Trust,
    moment: &Moment,
) -> Result<(Report, Option<W>)> {
    let (mut content, proven) = match opened {
        Opened::Signed(withheld) => return check_withheld(withheld, trust, moment),
        Opened::Authenticated(content) => (content, true),
        Opened::Unauthenticated(content) => (content.into_unauthenticated(), false),
    };
    let unreadable = |error: std::io::Error| Error::new(Code::Read, "sink", error.to_string());
    content.rewind().map_err(unreadable)?;
    let extract = || {
        let mut signed = SignedStream::open(content, trust.policy().profile)?;
        extract_stream(&mut signed, None, sink, trust, moment)
    };
    extract().map_err(|error| match error.family() {
        Family::Storage => error,
        _ if proven => error,
        _ => undecryptable("EnvelopedData"),
    })
}

/// What the signers of a message need of its content.
fn wanted(signed: &SignedData, trust: &Trust) -> Wanted {
    let mut wanted = Wanted::default();
    for signer in signed.signers() {
        let certificate = find_certificate(signed, signer, trust);
        let key = certificate.as_ref().map(Certificate::public_key);
        wanted.signer(signer, key, &trust.policy().user_id);
    }
    wanted
}

fn report(signed: &SignedData, digests: &Digests, trust: &Trust, moment: &Moment) -> Report {
    judge(signed, Over::Digests(digests), trust, moment).0
}
