//! The library makes messages, for `interop/cms/exchange.py`; the protocol is in interop/README.md.

use std::collections::HashMap;
use std::io::{BufRead, Write};
use std::process::ExitCode;

use yinxin::Time;
use yinxin::asn1::oid;
use yinxin::cert::Certificate;
use yinxin::cms::{
    Attributed, AuthEnvelopedData, ContentCipher, EncryptedData, EnvelopedData, Extras, Form,
    Recipient, SignedAndEnvelopedData, SignedData, sign_attached, sign_detached, sign_together,
};
use yinxin::envelope::{Letter, seal};
use yinxin::error::{Code, Error, Result};
use yinxin::key::{Signer, SoftwareKey};
use yinxin_vectors::hex;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some("--version") {
        println!("yinxin {}", env!("CARGO_PKG_VERSION"));
        return ExitCode::SUCCESS;
    }
    for line in std::io::stdin().lock().lines().map_while(std::io::Result::ok) {
        let mut parts = line.split('\t');
        let (number, kind) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let case = Case(parts.filter_map(|part| part.split_once('=')).collect());
        let made = match kind {
            "CmsSign" => sign(&case),
            "CmsEncrypt" => encrypt(&case),
            "EnvelopeSeal" => packet(&case),
            other => Err(wrong(other)),
        };
        let (word, remark) = match made {
            Ok(value) => ("made", hex::encode(&value)),
            Err(error) => ("refused", error.to_string()),
        };
        if writeln!(std::io::stdout(), "{number}\t{word}\t{remark}").is_err() {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// `CmsSign`: SignedData by all `keys` with their `certificates`; `countersigned` by the first.
fn sign(case: &Case) -> Result<Vec<u8>> {
    let (gm, detached) = (case.text("form")? == "gm", case.text("detached")? == "1");
    let content = case.bytes("content")?;
    let signers = case.signers()?;
    let signers: Vec<&dyn Signer> = signers.iter().map(|one| one as &dyn Signer).collect();
    let made = if case.text("attributes")? == "0" {
        let make = if detached { sign_detached } else { sign_attached };
        make(signers[0], &content)?
    } else {
        let message = Attributed {
            content_type: if gm { oid::GM_DATA } else { oid::CMS_DATA },
            content: &content,
            gm,
            signing_time: Time::parse_rfc3339("2026-02-01T00:00:00Z"),
            certificates: true,
        };
        sign_together(&signers, &message, &Extras { detached, crls: &[] })?
    };
    match case.text("countersigned") {
        Ok("1") => SignedData::countersigned(&made, 0, signers[0], None),
        _ => Ok(made),
    }
}

/// `CmsEncrypt`: a message of `kind` for `recipients`, or under `key`.
fn encrypt(case: &Case) -> Result<Vec<u8>> {
    let form = if case.text("form")? == "gm" { Form::Gm } else { Form::Rfc };
    let content = case.bytes("content")?;
    let mut recipients = Vec::new();
    for der in case.list("recipients")? {
        let recipient = Recipient::new(&Certificate::from_der(&der)?)?;
        let by_key = case.text("byKey")? == "1";
        recipients.push(if by_key { recipient.by_key_identifier()? } else { recipient });
    }
    match case.text("kind")? {
        "EnvelopedData" => EnvelopedData::make(&content, &recipients, form),
        "EncryptedData" => EncryptedData::make(&content, &case.bytes("key")?, form),
        "AuthEnvelopedData" => {
            let cipher = match case.text("cipher")? {
                "sm4-gcm" => ContentCipher::Sm4Gcm,
                "aes-128-gcm" => ContentCipher::Aes128Gcm,
                "aes-256-gcm" => ContentCipher::Aes256Gcm,
                other => return Err(wrong(other)),
            };
            AuthEnvelopedData::make(&content, &recipients, cipher)
        }
        "SignedAndEnvelopedData" => {
            SignedAndEnvelopedData::make(&case.signers()?[0], &content, &recipients)
        }
        other => Err(wrong(other)),
    }
}

/// `EnvelopeSeal`: a packet of the first signer for the first recipient.
fn packet(case: &Case) -> Result<Vec<u8>> {
    let (signers, recipients) = (case.signers()?, case.list("recipients")?);
    let time = Time::parse_rfc3339("2026-03-01T08:00:00Z").ok_or_else(|| wrong("time"))?;
    let content = case.bytes("content")?;
    let (kind, conversation, body) = ("voucher", "2026/5201", &content[..]);
    let letter = Letter { kind, conversation, sequence: 1, time, body };
    Ok(seal(&letter, &signers[0], &Certificate::from_der(&recipients[0])?)?.bytes)
}

struct Case<'a>(HashMap<&'a str, &'a str>);

impl Case<'_> {
    fn text(&self, name: &str) -> Result<&str> {
        self.0.get(name).copied().ok_or_else(|| wrong(name))
    }

    fn bytes(&self, name: &str) -> Result<Vec<u8>> {
        hex::decode(self.text(name)?).ok_or_else(|| wrong(name))
    }

    fn list(&self, name: &str) -> Result<Vec<Vec<u8>>> {
        let texts = self.0.get(name).copied().unwrap_or_default().split(',');
        let texts = texts.filter(|text| !text.is_empty());
        texts.map(|text| hex::decode(text).ok_or_else(|| wrong(name))).collect()
    }

    /// The keys, each with its certificate and those of `chain`.
    fn signers(&self) -> Result<Vec<SoftwareKey>> {
        let (keys, chain) = (self.list("keys")?, self.list("chain")?);
        let pairs = keys.iter().zip(self.list("certificates")?);
        pairs
            .map(|(key, own)| {
                let certificates = [&[own][..], &chain[..]].concat();
                SoftwareKey::from_pkcs8_der(key, None)?.with_certificates(certificates)
            })
            .collect()
    }
}

fn wrong(what: &str) -> Error {
    Error::new(Code::Argument, "case", what.to_owned())
}
