//! `yinxin ofd extract`: attachments, words and pictures of seals into a folder.

mod names;

use crate::failure::Failure;
use crate::files::{self, Secrecy};
use crate::output;
use clap::{Args, ValueEnum};
use names::Names;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use yinxin::asn1::Profile;
use yinxin::container::ofd::{
    Document, Ofd, Package, PartPath, SignatureFile, SignatureKind, SignatureList,
};
use yinxin::error::{Code, Error};
use yinxin::seal::{Seal, Stamp, picture};

/// A document to take things out of.
#[derive(Args, Debug)]
pub struct ExtractArguments {
    /// The document (OFD)
    file: PathBuf,
    /// The folder that the files go into; made if it is not there
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// What is taken out; default: everything
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<What>,
    /// Read strictly, without the deviations that real files show
    #[arg(long)]
    conforming: bool,
    /// Overwrite existing files
    #[arg(long)]
    force: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// What can be taken out.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// The files that the document carries, such as the XML of an invoice
    Attachments,
    /// The words of each page
    Text,
    /// The pictures of the seals
    Seals,
}

/// A file to be written: its folder and its name there.
struct Found {
    folder: PathBuf,
    name: String,
    bytes: Vec<u8>,
    told: Value,
}

/// Takes everything out, then writes.
pub fn extract(arguments: &ExtractArguments) -> Result<ExitCode, Failure> {
    let bytes = files::read(&arguments.file)?;
    let profile = if arguments.conforming { Profile::Conforming } else { Profile::AsFound };
    let package = Package::open(&bytes, profile)?;
    let (ofd, _) = Ofd::read(&package)?;
    let mut found = Vec::new();
    let mut skipped = Vec::new();
    for (number, body) in ofd.bodies.iter().enumerate() {
        let (document, _) = Document::read(&package, &body.doc_root)?;
        let folder = match number {
            0 => PathBuf::new(),
            number => PathBuf::from(format!("document-{}", number + 1)),
        };
        let mut taking =
            Taking { package: &package, folder, found: &mut found, skipped: &mut skipped };
        let wants = |what| arguments.only.is_empty() || arguments.only.contains(&what);
        if wants(What::Attachments) {
            taking.attachments(&document)?;
        }
        if wants(What::Text) {
            taking.text(&document)?;
        }
        if let Some(list) = body.signatures.as_ref().filter(|_| wants(What::Seals)) {
            taking.seals(list)?;
        }
    }
    write(&arguments.out, &found, arguments.force)?;
    let told: Vec<&Value> = found.iter().map(|found| &found.told).collect();
    Ok(output::value(&json!({ "files": told, "skipped": skipped }), arguments.json))
}

struct Taking<'t, 'p> {
    package: &'t Package<'p>,
    folder: PathBuf,
    found: &'t mut Vec<Found>,
    skipped: &'t mut Vec<Value>,
}

impl Taking<'_, '_> {
    fn add(&mut self, kind: &str, name: String, bytes: Vec<u8>, what: &str) {
        let folder = self.folder.join(kind);
        let path = folder.join(&name).display().to_string();
        let told = json!({ "path": path, "bytes": bytes.len(), "of": what });
        self.found.push(Found { folder, name, bytes, told });
    }

    fn skip(&mut self, what: &str, error: &Error) {
        self.skipped.push(json!({ "of": what, "reason": error.to_string() }));
    }

    fn read(&self, path: &PartPath) -> yinxin::Result<Vec<u8>> {
        let missing = || Error::new(Code::Structure, path.to_string(), "not in the package");
        let (entry, _) = self.package.find(path).ok_or_else(missing)?;
        self.package.read(entry, files::MAX_FILE as usize)
    }

    fn attachments(&mut self, document: &Document) -> Result<(), Failure> {
        let (attachments, _) = document.attachments(self.package)?;
        let mut names = Names::default();
        for attachment in attachments {
            match self.read(&attachment.path) {
                Ok(bytes) => {
                    let name = names.of(&attachment.name, attachment.format.as_deref());
                    self.add("attachments", name, bytes, attachment.path.as_str());
                }
                Err(error) => self.skip(attachment.path.as_str(), &error),
            }
        }
        Ok(())
    }

    fn text(&mut self, document: &Document) -> Result<(), Failure> {
        for (number, page) in (1..).zip(&document.pages) {
            match document.page_text(self.package, page) {
                Ok(text) => {
                    let name = format!("page-{number:04}.txt");
                    self.add("text", name, text.into_bytes(), page.path.as_str());
                }
                Err(error) => self.skip(page.path.as_str(), &error),
            }
        }
        Ok(())
    }

    fn seals(&mut self, list: &PartPath) -> Result<(), Failure> {
        let profile = self.package.profile();
        let (signatures, _) = SignatureList::parse(&self.read(list)?, list, profile)?;
        let mut names = Names::default();
        for signature in signatures.signatures {
            if signature.kind != SignatureKind::Seal {
                continue;
            }
            match self.picture(&signature.path) {
                Ok((name, kind, data)) => {
                    let name = names.of(&format!("{} {name}", signature.id), Some(&kind));
                    self.add("seals", name, data, signature.path.as_str());
                }
                Err(error) => self.skip(signature.path.as_str(), &error),
            }
        }
        Ok(())
    }

    /// The name of a signature's seal, the type of its picture and the picture: from the seal within
    /// the signed value, for that is the one that counts.
    fn picture(&self, path: &PartPath) -> yinxin::Result<(String, String, Vec<u8>)> {
        let profile = self.package.profile();
        let (file, _) = SignatureFile::parse(&self.read(path)?, path, profile)?;
        let stamp = Stamp::parse(&self.read(&file.signed_value)?, profile);
        let seal = match (stamp, &file.seal) {
            (Ok(stamp), _) => stamp.seal().clone(),
            (Err(_), Some(seal)) => Seal::parse(&self.read(seal)?, profile)?,
            (Err(error), None) => return Err(error),
        };
        let picture = seal.picture();
        let kind = picture::sniff(picture.data).map(|(kind, _)| kind.name().to_lowercase());
        let kind = kind.unwrap_or_else(|| "bin".to_owned());
        Ok((seal.name().to_owned(), kind, picture.data.to_vec()))
    }
}

/// Writes below the folder and nowhere else: folders that are links are refused, and without `force`
/// nothing is written if any of the files is there.
fn write(out: &Path, found: &[Found], force: bool) -> Result<(), Failure> {
    for file in found {
        let path = out.join(&file.folder).join(&file.name);
        if !force && fs::symlink_metadata(&path).is_ok() {
            let message = "the file exists; --force overwrites it";
            return Err(Error::new(Code::Exists, path.display().to_string(), message).into());
        }
    }
    fs::create_dir_all(out).map_err(|error| cannot(out, &error))?;
    for file in found {
        let mut folder = out.to_owned();
        for part in &file.folder {
            folder.push(part);
            real_folder(&folder)?;
        }
        files::write(&folder.join(&file.name), &file.bytes, Secrecy::Public, force)?;
    }
    Ok(())
}

fn real_folder(folder: &Path) -> Result<(), Failure> {
    match fs::symlink_metadata(folder) {
        Ok(found) if found.is_dir() => Ok(()),
        Ok(_) => {
            let message = "not a folder of its own; a link could lead elsewhere";
            Err(Error::new(Code::Write, folder.display().to_string(), message).into())
        }
        Err(_) => fs::create_dir(folder).map_err(|error| cannot(folder, &error)),
    }
}

fn cannot(path: &Path, error: &std::io::Error) -> Failure {
    Error::new(Code::Write, path.display().to_string(), error.to_string()).into()
}
