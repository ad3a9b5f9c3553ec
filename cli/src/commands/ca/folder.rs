//! The folder of an authority: its key, its certificate, and its books.
//!
//! | file | what |
//! |---|---|
//! | `ca.key`, `ca.pem` | the key (PKCS#8 PEM, readable by its owner) and the certificate |
//! | `issued/SERIAL.pem` | every certificate that was issued |
//! | `books.json` | what was issued and revoked, and when the last list was; it decides |
//! | `lock` | held by the command that works in the folder |
//!
//! Each file is written whole or not at all. A certificate stands in the books before anybody gets
//! it, so none is ever in the world that the books do not know.

use crate::failure::Failure;
use crate::files::{self, Secrecy};
use crate::{secret, trust};
use serde_json::{Map, Value, json};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use yinxin::Time;
use yinxin::asn1::pem;
use yinxin::authority::Authority;
use yinxin::cert::{Certificate, Reason};
use yinxin::error::{Code, Error};
use yinxin::key::SoftwareKey;

const FORMAT: &str = "yinxin:ca:1";
const KEY: &str = "ca.key";
const CERTIFICATE: &str = "ca.pem";
const BOOKS: &str = "books.json";
const ISSUED: &str = "issued";

/// A folder that no other command works in as long as this lives.
pub struct Folder {
    path: PathBuf,
    certificate: Certificate,
    books: Books,
    _lock: File,
}

/// What was done so far.
struct Books {
    /// What every certificate says to people, if anything.
    comment: Option<String>,
    /// When the last revocation list was issued: its date is its number.
    last_list: Option<Time>,
    issued: Vec<Entry>,
}

struct Entry {
    serial: String,
    subject: String,
    not_after: Time,
    revoked: Option<(Time, Reason)>,
}

impl Folder {
    /// Makes a folder for this authority; `key` is its key file. One that is there is left alone.
    pub fn make(
        path: &Path,
        key: &[u8],
        certificate: &Certificate,
        comment: Option<String>,
    ) -> Result<Folder, Failure> {
        fs::create_dir_all(path.join(ISSUED)).map_err(|error| failed(path, &error))?;
        let lock = lock(path)?;
        let text = pem::encode("CERTIFICATE", certificate.as_der());
        files::write(&path.join(KEY), key, Secrecy::Secret, false)?;
        files::write(&path.join(CERTIFICATE), text.as_bytes(), Secrecy::Public, false)?;
        let books = Books { comment, last_list: None, issued: Vec::new() };
        let (path, certificate) = (path.to_owned(), certificate.clone());
        let folder = Folder { path, certificate, books, _lock: lock };
        folder.save()?;
        Ok(folder)
    }

    /// Opens a folder, waiting for another command that works in it.
    pub fn open(path: &Path) -> Result<Folder, Failure> {
        let books = path.join(BOOKS);
        if !books.is_file() {
            let message = "there is no authority in this folder: books.json is missing";
            return Err(Error::new(Code::Read, path.display().to_string(), message).into());
        }
        let lock = lock(path)?;
        let certificate = trust::certificates(&path.join(CERTIFICATE))?.swap_remove(0);
        let books = Books::read(&files::read(&books)?, &books)?;
        Ok(Folder { path: path.to_owned(), certificate, books, _lock: lock })
    }

    /// The authority, what it revoked included.
    pub fn authority(&self, password: Option<&str>) -> Result<Authority, Failure> {
        let password = secret::read_optional(password, "Password of the authority's key")?;
        let key = files::read(&self.path.join(KEY))?;
        let key = SoftwareKey::from_bytes(&key, password.as_deref())?;
        let authority = Authority::existing(key, self.certificate.clone())?;
        let mut authority = authority.with_comment(self.books.comment.as_deref())?;
        for entry in &self.books.issued {
            if let Some((at, reason)) = entry.revoked {
                authority.revoke(&self.issued(&entry.serial)?, at, Some(reason))?;
            }
        }
        Ok(authority)
    }

    /// Enters a certificate that was just made.
    pub fn enter(&mut self, certificate: &Certificate) -> Result<(), Failure> {
        let text = pem::encode("CERTIFICATE", certificate.as_der());
        let serial = certificate.serial_hex();
        files::write(&self.file_of(&serial), text.as_bytes(), Secrecy::Public, false)?;
        let (subject, not_after) = (certificate.subject().to_owned(), certificate.not_after());
        self.books.issued.push(Entry { serial, subject, not_after, revoked: None });
        self.save()
    }

    /// Enters that a certificate is revoked; an earlier revocation stays.
    pub fn revoke(
        &mut self,
        certificate: &Certificate,
        at: Time,
        reason: Reason,
    ) -> Result<(), Failure> {
        self.require(certificate)?;
        let serial = certificate.serial_hex();
        let entry = self.books.issued.iter_mut().find(|entry| entry.serial == serial);
        if let Some(entry) = entry
            && entry.revoked.is_none_or(|(earlier, _)| at < earlier)
        {
            entry.revoked = Some((at, reason));
        }
        self.save()
    }

    /// Refuses a certificate that the books do not know, byte for byte.
    pub fn require(&self, certificate: &Certificate) -> Result<(), Failure> {
        let serial = certificate.serial_hex();
        let known = self.books.issued.iter().any(|entry| entry.serial == serial);
        if known && self.issued(&serial)? == *certificate {
            return Ok(());
        }
        let message = format!("{} was not issued here", certificate.subject());
        Err(Error::new(Code::Argument, "certificate", message).into())
    }

    /// The certificate with this serial number.
    pub fn with_serial(&self, serial: &str) -> Result<Certificate, Failure> {
        let serial = serial.to_ascii_lowercase();
        if self.books.issued.iter().any(|entry| entry.serial == serial) {
            return self.issued(&serial);
        }
        let message = format!("no certificate {serial} was issued here");
        Err(Error::new(Code::Argument, "--serial", message).into())
    }

    /// When the last revocation list was issued.
    pub fn last_list(&self) -> Option<Time> {
        self.books.last_list
    }

    /// Enters that a list of this date is issued.
    pub fn enter_list(&mut self, at: Time) -> Result<(), Failure> {
        self.books.last_list = Some(at);
        self.save()
    }

    /// Everything in the books.
    pub fn describe(&self) -> Value {
        json!({
            "kind": "authority",
            "subject": self.certificate.subject(),
            "notAfter": self.certificate.not_after().to_string(),
            "lastList": self.books.last_list.map(|time| time.to_string()),
            "issued": self.books.issued.iter().map(Entry::to_json).collect::<Value>(),
        })
    }

    fn issued(&self, serial: &str) -> Result<Certificate, Failure> {
        Ok(trust::certificates(&self.file_of(serial))?.swap_remove(0))
    }

    fn file_of(&self, serial: &str) -> PathBuf {
        self.path.join(ISSUED).join(format!("{serial}.pem"))
    }

    fn save(&self) -> Result<(), Failure> {
        let text = format!("{:#}\n", self.books.to_json());
        files::write(&self.path.join(BOOKS), text.as_bytes(), Secrecy::Public, true)
    }
}

impl Books {
    fn to_json(&self) -> Value {
        json!({
            "format": FORMAT,
            "note": "for tests and small installations",
            "comment": self.comment,
            "lastList": self.last_list.map(|time| time.to_string()),
            "issued": self.issued.iter().map(Entry::to_json).collect::<Value>(),
        })
    }

    fn read(text: &[u8], path: &Path) -> Result<Books, Failure> {
        let wrong = |code, message: String| -> Failure {
            Error::new(code, path.display().to_string(), message).into()
        };
        let page: Value =
            serde_json::from_slice(text).map_err(|error| wrong(Code::Json, error.to_string()))?;
        if page["format"] != FORMAT {
            return Err(wrong(Code::Version, format!("the format is not {FORMAT}")));
        }
        let read = || {
            let issued = page["issued"].as_array()?.iter().map(Entry::read);
            Some(Books {
                comment: optional(&page["comment"], |text| Some(text.to_owned()))?,
                last_list: optional(&page["lastList"], Time::parse_rfc3339)?,
                issued: issued.collect::<Option<_>>()?,
            })
        };
        read().ok_or_else(|| wrong(Code::Value, "an entry is not as this program writes it".into()))
    }
}

impl Entry {
    fn to_json(&self) -> Value {
        let mut entry = Map::new();
        entry.insert("serial".into(), self.serial.clone().into());
        entry.insert("subject".into(), self.subject.clone().into());
        entry.insert("notAfter".into(), self.not_after.to_string().into());
        if let Some((at, reason)) = self.revoked {
            entry.insert("revoked".into(), at.to_string().into());
            entry.insert("reason".into(), reason.name().into());
        }
        Value::Object(entry)
    }

    fn read(entry: &Value) -> Option<Entry> {
        let serial = entry["serial"].as_str()?;
        if serial.is_empty() || !serial.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None; // it names a file
        }
        let revoked = match optional(&entry["revoked"], Time::parse_rfc3339)? {
            Some(at) => {
                let name = entry["reason"].as_str()?;
                let reason = Reason::ALL.into_iter().find(|reason| reason.name() == name)?;
                Some((at, reason))
            }
            None => None,
        };
        Some(Entry {
            serial: serial.to_owned(),
            subject: entry["subject"].as_str()?.to_owned(),
            not_after: Time::parse_rfc3339(entry["notAfter"].as_str()?)?,
            revoked,
        })
    }
}

/// A text or nothing; `None` for what is neither.
fn optional<T>(value: &Value, read: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
    match value {
        Value::Null => Some(None),
        value => read(value.as_str()?).map(Some),
    }
}

/// Waits until no other command works in the folder.
fn lock(path: &Path) -> Result<File, Failure> {
    let file = path.join("lock");
    let opened = File::options().create(true).truncate(false).write(true).open(&file);
    let locked = opened.and_then(|opened| opened.lock().map(|()| opened));
    locked.map_err(|error| failed(&file, &error))
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Error::new(Code::Write, path.display().to_string(), error.to_string()).into()
}
