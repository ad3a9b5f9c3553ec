//! A party's own keys, certificates and seals, and the card by which others know it.
//!
//! Each party is its own authority. What is secret stays in its folder; the card holds what is public,
//! and is carried to the partners by hand before the day begins, as certificates are in earnest.

use super::super::parties::{self, Party};
use super::papers::Papers;
use super::positions;
use super::who::{Post, Who};
use crate::failure::Failure;
use crate::files::{self, Secrecy};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use yinxin::Time;
use yinxin::asn1::{Profile as Strictness, pem};
use yinxin::authority::{Authority, Profile, Subject};
use yinxin::cert::{Certificate, Crl};
use yinxin::error::{Code, Error};
use yinxin::key::SoftwareKey;
use yinxin::seal::{Seal, picture};
use yinxin::voucher::{Authorisation, Templates};

/// A key and its certificate.
#[derive(Clone)]
pub struct Holder {
    pub key: Arc<SoftwareKey>,
    pub certificate: Certificate,
}

/// Everything with which a party signs, seals and opens.
pub struct Keys {
    holders: BTreeMap<Post, Holder>,
    seals: BTreeMap<Post, Seal>,
}

/// What partners know of a party.
pub struct Card {
    pub who: Who,
    pub root: Certificate,
    pub crl: Crl,
    pub packets: Certificate,
    pub mailbox: Certificate,
    pub log: Certificate,
    /// Who may act for it, where.
    pub authorisation: Authorisation,
}

/// The name of a party's card, in its folder and its partners'.
pub fn card_name(who: Who) -> String {
    format!("{}.card.json", who.name())
}

/// Makes a party's keys and seals, and writes them and its card into its folder.
pub fn make(who: Who, folder: &Path, templates: &Templates, now: Time) -> Result<(), Failure> {
    let day = |days: i64| now.plus_days(days).ok_or_else(|| Failure::usage("the clock is off"));
    let (from, until) = (day(-30)?, day(700)?);
    let title = who.title();
    let subject = Subject::new(&[("CN", &format!("{title}根证书")), ("O", title), ("C", "CN")])?;
    let root = Authority::root(SoftwareKey::generate_sm2()?, subject, from, until)?;
    let crl = root.crl(now, until)?;
    let issue = |name: &str, profile: Profile| -> Result<Party, Failure> {
        let subject = Subject::new(&[("CN", name), ("O", title), ("C", "CN")])?;
        let (key, certificate) = root.issue_new_key(subject, profile, from, until)?;
        Ok(Party { key, certificate })
    };
    let secret = folder.join("keys");
    create(&secret)?;
    let maker = issue("演示制章人", Profile::SealMaker)?;
    let mut keys = Keys { holders: BTreeMap::new(), seals: BTreeMap::new() };
    for post in Post::ALL {
        let profile = if post == Post::Mailbox { Profile::Encryption } else { Profile::Signer };
        let party = issue(&format!("{title} {}", post.name()), profile)?;
        if post.has_seal() {
            let drawing = picture::svg_round_seal(title, None, parties::MILLIMETRES)?;
            let seal = parties::make_seal(&maker, title, &[&party], (from, until), &drawing)?;
            let file = secret.join(format!("{}.esl", post.name()));
            files::write(&file, seal.as_bytes(), Secrecy::Public, false)?;
            keys.seals.insert(post, seal);
        }
        let certificate = pem::encode("CERTIFICATE", party.certificate.as_der());
        let key = party.key.to_pkcs8_pem(None)?;
        let both = [key.as_bytes(), certificate.as_bytes()].concat();
        files::write(&secret.join(format!("{}.pem", post.name())), &both, Secrecy::Secret, false)?;
        let Party { key, certificate } = party;
        keys.holders.insert(post, Holder { key: Arc::new(key), certificate });
    }
    let pem = |certificate: &Certificate| pem::encode("CERTIFICATE", certificate.as_der());
    let authorisation =
        positions::authorisation(who, templates, &keys, Papers::of(now).year())?.to_json();
    let card = json!({
        "party": who.name(),
        "root": pem(root.certificate()),
        "crl": pem::encode("X509 CRL", crl.as_der()),
        "packets": pem(&keys.holder(Post::Packets)?.certificate),
        "mailbox": pem(&keys.holder(Post::Mailbox)?.certificate),
        "log": pem(&keys.holder(Post::Log)?.certificate),
        "authorisation": authorisation,
    });
    let card = card.to_string();
    files::write(&folder.join(card_name(who)), card.as_bytes(), Secrecy::Public, false)
}

impl Keys {
    /// The keys in a party's folder.
    pub fn load(folder: &Path) -> Result<Keys, Failure> {
        let secret = folder.join("keys");
        let mut keys = Keys { holders: BTreeMap::new(), seals: BTreeMap::new() };
        for post in Post::ALL {
            let file = files::read(&secret.join(format!("{}.pem", post.name())))?;
            let key = Arc::new(SoftwareKey::from_pem(&file, None)?);
            let mut certificates = Certificate::many_from_bytes(&file)?;
            let none = || Failure::usage("a key without its certificate");
            let certificate = certificates.pop().ok_or_else(none)?;
            keys.holders.insert(post, Holder { key, certificate });
            if post.has_seal() {
                let seal = files::read(&secret.join(format!("{}.esl", post.name())))?;
                keys.seals.insert(post, Seal::parse(&seal, Strictness::Conforming)?);
            }
        }
        Ok(keys)
    }

    /// Who holds a post.
    pub fn holder(&self, post: Post) -> Result<&Holder, Failure> {
        let none = || Failure::usage(format!("nobody is {}", post.name()));
        self.holders.get(&post).ok_or_else(none)
    }

    /// The seal of a post.
    pub fn seal(&self, post: Post) -> Result<&Seal, Failure> {
        let none = || Failure::usage(format!("{} has no seal", post.name()));
        self.seals.get(&post).ok_or_else(none)
    }
}

impl Card {
    /// Reads a card.
    pub fn read(file: &Path) -> Result<Card, Failure> {
        let wrong = |what: &str| {
            let name = file.display().to_string();
            Failure::from(Error::new(Code::Json, name, format!("the card has no {what}")))
        };
        let card: serde_json::Value =
            serde_json::from_slice(&files::read(file)?).map_err(|_| wrong("form of JSON"))?;
        let text = |name: &str| card[name].as_str().ok_or_else(|| wrong(name));
        let certificate = |name: &str| -> Result<Certificate, Failure> {
            let found = Certificate::many_from_bytes(text(name)?.as_bytes())?.pop();
            found.ok_or_else(|| wrong(name))
        };
        Ok(Card {
            who: Who::from_name(text("party")?).ok_or_else(|| wrong("party"))?,
            root: certificate("root")?,
            crl: Crl::from_bytes(text("crl")?.as_bytes())?,
            packets: certificate("packets")?,
            mailbox: certificate("mailbox")?,
            log: certificate("log")?,
            authorisation: Authorisation::from_json(text("authorisation")?.as_bytes())?,
        })
    }
}

/// Makes a folder that is not there yet.
pub fn create(folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir(folder).map_err(|error| {
        Error::new(Code::Write, folder.display().to_string(), error.to_string()).into()
    })
}
