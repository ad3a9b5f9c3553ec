//! The vouchers of a store as files: envelopes (MOF XML) of many vouchers each, which
//! `yinxin voucher verify` reads too. A document in JSON has no place in an envelope and gets a file
//! of its own, in the form in which stores keep it.

use crate::failure::Failure;
use crate::files::{self, Secrecy};
use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use yinxin::Result;
use yinxin::error::{Code, Error};
use yinxin::store::{Content, Filter, Life, Snapshot};
use yinxin::voucher::{Body, DocumentForm, Encoding, Envelope, Layer};

/// How many vouchers, and how many bytes of them, stand in one file.
const MANY: usize = 1_000;
const BYTES: usize = 32 << 20;

/// How many vouchers are read at once.
const CHUNK: usize = 500;

/// Writes files of vouchers into a folder, each when it is full.
pub struct Files<'f> {
    folder: &'f Path,
    waiting: Envelope,
    bytes: usize,
    files: u64,
    pub documents: u64,
}

impl<'f> Files<'f> {
    /// Into this folder, which is empty.
    pub fn into(folder: &'f Path) -> Self {
        Files { folder, waiting: Envelope::default(), bytes: 0, files: 0, documents: 0 }
    }

    /// Writes every document of a store that its records name.
    pub fn write(&mut self, snapshot: &dyn Snapshot) -> Result<std::result::Result<(), Failure>> {
        let mut after = 0;
        loop {
            let rows = snapshot.list(&Filter::default(), after, CHUNK)?;
            let Some((last, _)) = rows.last() else { break };
            after = *last;
            for (_, row) in rows {
                let life = Life::from_json(&row.life)?;
                for (layer, named) in
                    [(Layer::Issuer, life.content), (Layer::Responder, life.receipt)]
                {
                    if named.is_none() {
                        continue;
                    }
                    let Some(content) = snapshot.document(&row.key, layer)? else { continue };
                    if let Err(failure) = self.add(&content) {
                        return Ok(Err(failure));
                    }
                }
            }
        }
        Ok(self.flush())
    }

    fn add(&mut self, content: &Content) -> std::result::Result<(), Failure> {
        let body = content.to_body()?;
        self.documents += 1;
        let json = |form: DocumentForm| form == DocumentForm::Json;
        let original = body.original_part().map(|part| part.voucher().form());
        if json(body.voucher().form()) || original.is_some_and(json) {
            self.files += 1;
            let path = self.folder.join(format!("vouchers-{:06}.yxv", self.files));
            return files::write(&path, content.as_bytes(), Secrecy::Public, false);
        }
        self.bytes += content.as_bytes().len();
        self.waiting.bodies.push(body);
        match self.waiting.bodies.len() >= MANY || self.bytes >= BYTES {
            true => self.flush(),
            false => Ok(()),
        }
    }

    fn flush(&mut self) -> std::result::Result<(), Failure> {
        let envelope = std::mem::take(&mut self.waiting);
        self.bytes = 0;
        if envelope.bodies.is_empty() {
            return Ok(());
        }
        self.files += 1;
        let path = self.folder.join(format!("vouchers-{:06}.xml", self.files));
        files::write(&path, &envelope.to_xml(Encoding::Utf8)?, Secrecy::Public, false)
    }
}

/// The vouchers in files and in the files of folders, one file after another.
pub struct Read {
    files: VecDeque<PathBuf>,
    bodies: std::vec::IntoIter<Body>,
}

impl Read {
    /// Of these files and folders; what else stands in a folder is an envelope that cannot be read.
    pub fn of(paths: &[PathBuf]) -> std::result::Result<Self, Failure> {
        let mut files = Vec::new();
        for path in paths {
            if !path.is_dir() {
                files.push(path.clone());
                continue;
            }
            let failed = |error: std::io::Error| -> Failure {
                Error::new(Code::Read, path.display().to_string(), error.to_string()).into()
            };
            let mut inside = Vec::new();
            for entry in fs::read_dir(path).map_err(failed)? {
                inside.push(entry.map_err(failed)?.path());
            }
            inside.sort();
            files.extend(inside);
        }
        Ok(Read { files: files.into(), bodies: Vec::new().into_iter() })
    }
}

impl Iterator for Read {
    type Item = Result<Body>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(body) = self.bodies.next() {
                return Some(Ok(body));
            }
            let path = self.files.pop_front()?;
            match bodies(&path) {
                Ok(bodies) => self.bodies = bodies.into_iter(),
                Err(error) => {
                    let name = path.display().to_string();
                    return Some(Err(Error::new(error.code(), name, error.to_string())));
                }
            }
        }
    }
}

fn bodies(path: &Path) -> Result<Vec<Body>> {
    let bytes = files::read(path).map_err(Failure::into_error)?;
    match path.extension().is_some_and(|extension| extension == "yxv") {
        true => Ok(vec![Content::from_bytes(bytes).to_body()?]),
        false => Ok(Envelope::parse(&bytes)?.bodies),
    }
}
