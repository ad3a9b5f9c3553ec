//! `yinxin verify FILE` and `yinxin inspect FILE`: what to do is told by what the file holds.

use super::{cert, cms, evidence, ofd, seal, stamp, timestamp, voucher};
use crate::failure::Failure;
use crate::trust::TrustArguments;
use crate::{files, output};
use clap::Args;
use serde_json::{Value, json};
use std::io::Cursor;
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::asn1::{Profile, pem};
use yinxin::authority::Pkcs10;
use yinxin::cert::{Certificate, Crl, OcspResponse};
use yinxin::cms::{MessageKind, SignedData};
use yinxin::error::{Code, Error};
use yinxin::evidence::{Covered, Evidence};
use yinxin::seal::{Seal, Stamp};
use yinxin::timestamp::Token;

/// A file to verify.
#[derive(Args, Debug)]
pub struct VerifyArguments {
    /// A voucher envelope, an OFD document, a stamp or a seal; with evidence, a stamp or a signed
    /// message
    pub file: PathBuf,
    /// The file that was stamped, for a stamp; with evidence, then the files that belong to it
    #[arg(long, value_name = "FILE")]
    document: Vec<PathBuf>,
    /// Long-term evidence about the file and its document
    #[arg(long, value_name = "FILE", requires = "document", conflicts_with = "received")]
    evidence: Option<PathBuf>,
    #[command(flatten)]
    books: voucher::BookArguments,
    #[command(flatten)]
    trust: TrustArguments,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// A file to show.
#[derive(Args, Debug)]
pub struct InspectArguments {
    /// A voucher envelope, an OFD document, a stamp, a seal, a certificate, a request for one, a
    /// revocation list, an OCSP response, a signed or encrypted message, or evidence
    pub file: PathBuf,
    /// Read only what the standards say
    #[arg(long)]
    conforming: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// What a file holds, already read where that had to be tried.
enum Content {
    Voucher,
    Seal(Seal),
    Stamp(Stamp),
    Certificates(Vec<Certificate>),
    Crl(Crl),
    Ocsp(OcspResponse),
    Request(Pkcs10),
    Token(Token),
    Signed(SignedData),
    Evidence(Evidence),
    Encrypted,
}

/// Verifies a file of a kind that can be verified.
pub fn verify(arguments: &VerifyArguments) -> Result<ExitCode, Failure> {
    let bytes = files::read(&arguments.file)?;
    let (trust, json) = (&arguments.trust, arguments.json);
    if is_package(&bytes) {
        return ofd::check(&bytes, trust, json);
    }
    let documents = arguments.document.iter().map(|path| files::read(path));
    let documents: Vec<Vec<u8>> = documents.collect::<Result<_, _>>()?;
    if let Some(path) = &arguments.evidence {
        let documents: Vec<&[u8]> = documents.iter().map(Vec::as_slice).collect();
        let covered = Covered { signature: &bytes, documents: &documents };
        return evidence::check(&files::read(path)?, &covered, None, trust, json);
    }
    if documents.len() > 1 {
        return Err(Failure::usage("several documents are for evidence alone"));
    }
    match recognise(&bytes, trust.profile())? {
        Content::Voucher => voucher::check(&bytes, &arguments.books, trust, json),
        Content::Seal(_) => seal::check(&bytes, trust, json),
        Content::Stamp(_) => {
            stamp::check(&bytes, documents.first().map(Vec::as_slice), None, trust, json)
        }
        _ => Err(Failure::usage("this kind of file is shown by inspect and not verified alone")),
    }
}

/// Shows what a file holds.
pub fn inspect(arguments: &InspectArguments) -> Result<ExitCode, Failure> {
    let bytes = files::read(&arguments.file)?;
    let profile = if arguments.conforming { Profile::Conforming } else { Profile::AsFound };
    if is_package(&bytes) {
        return Ok(output::value(&ofd::describe(&bytes, profile)?, arguments.json));
    }
    let value = match recognise(&bytes, profile)? {
        Content::Voucher => voucher::describe(&bytes)?,
        Content::Seal(seal) => seal::describe(&seal),
        Content::Stamp(stamp) => stamp::describe(&stamp),
        Content::Certificates(certificates) => match certificates.as_slice() {
            [one] => cert::describe(one),
            several => json!({
                "kind": "certificates",
                "certificates": several.iter().map(cert::describe).collect::<Value>(),
            }),
        },
        Content::Crl(crl) => cert::describe_crl(&crl),
        Content::Ocsp(response) => cert::describe_ocsp(&response),
        Content::Request(request) => cert::describe_request(&request),
        Content::Token(token) => {
            let mut value = timestamp::describe(&token);
            value["message"] = cms::describe_signed(token.signed_data());
            value
        }
        Content::Evidence(evidence) => evidence::describe(&evidence),
        Content::Signed(signed) => cms::describe_signed(&signed),
        Content::Encrypted => cms::describe(Cursor::new(&bytes), profile)?,
    };
    Ok(output::value(&value, arguments.json))
}

/// Whether it begins as a zip package does.
fn is_package(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Tells the kind by content: text is a voucher, PEM and DER are tried from the most to the least
/// particular structure.
fn recognise(bytes: &[u8], profile: Profile) -> Result<Content, Failure> {
    let unmarked = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let first = unmarked.iter().find(|byte| !byte.is_ascii_whitespace());
    if matches!(first, Some(b'<' | b'{')) {
        return Ok(Content::Voucher);
    }
    if pem::is_pem(bytes) {
        let blocks = pem::blocks(bytes)?;
        let has = |label: &str| blocks.iter().any(|block| block.label == label);
        return if has("CERTIFICATE REQUEST") || has("NEW CERTIFICATE REQUEST") {
            Ok(Content::Request(Pkcs10::from_bytes(bytes)?))
        } else if has("X509 CRL") {
            Ok(Content::Crl(Crl::from_bytes(bytes)?))
        } else if has("OCSP RESPONSE") {
            Ok(Content::Ocsp(OcspResponse::from_bytes(bytes)?))
        } else {
            Ok(Content::Certificates(Certificate::many_from_bytes(bytes)?))
        };
    }
    if let Ok(token) = Token::parse(bytes, profile) {
        return Ok(Content::Token(token));
    }
    if let Ok(signed) = SignedData::parse(bytes, profile) {
        return Ok(Content::Signed(signed));
    }
    if MessageKind::of(bytes).is_ok_and(|(kind, _)| kind != MessageKind::SignedData) {
        return Ok(Content::Encrypted);
    }
    if let Ok(certificate) = Certificate::from_der(bytes) {
        return Ok(Content::Certificates(vec![certificate]));
    }
    if let Ok(crl) = Crl::from_der(bytes) {
        return Ok(Content::Crl(crl));
    }
    if let Ok(response) = OcspResponse::from_der(bytes) {
        return Ok(Content::Ocsp(response));
    }
    if let Ok(evidence) = Evidence::from_der(bytes) {
        return Ok(Content::Evidence(evidence));
    }
    if let Ok(request) = Pkcs10::from_der(bytes) {
        return Ok(Content::Request(request));
    }
    // A seal starts with the header of its information, a stamp with a version number or with a
    // structure that does: the error that names the deeper place is the one worth showing.
    let seal = match Seal::parse(bytes, profile) {
        Ok(seal) => return Ok(Content::Seal(seal)),
        Err(error) => error,
    };
    let stamp = match Stamp::parse(bytes, profile) {
        Ok(stamp) => return Ok(Content::Stamp(stamp)),
        Err(error) => error,
    };
    let deeper = if stamp.offset() > seal.offset() { stamp } else { seal };
    if deeper.offset().unwrap_or(0) > 8 {
        return Err(deeper.into());
    }
    Err(Error::new(Code::Form, "file", "it holds nothing that is known here").into())
}
