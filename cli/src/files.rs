//! The one place where files are read and written: reads with a limit, or in pieces; writes whole or not
//! at all.

mod private;

pub use private::Private;

use crate::failure::Failure;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use yinxin::container::ofd::ReadAt;
use yinxin::error::{Code, Error};

/// The most bytes of any file that is read.
pub const MAX_FILE: u64 = 512 * 1024 * 1024;

/// Reads a whole file; `-` is standard input.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error: io::Error| -> Failure {
        Error::new(Code::Read, path.display().to_string(), error.to_string()).into()
    };
    let mut bytes = Vec::new();
    let read = if is_stdio(path) {
        io::stdin().lock().take(MAX_FILE + 1).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(MAX_FILE + 1).read_to_end(&mut bytes))
    };
    read.map_err(failed)?;
    if bytes.len() as u64 > MAX_FILE {
        let message = "the file is larger than MAX_FILE";
        return Err(Error::new(Code::Size, path.display().to_string(), message).into());
    }
    Ok(bytes)
}

/// What is read from front to back, whatever its length.
pub enum Input {
    /// A file of this length, which can be read again.
    File(File, u64),
    /// Standard input or another pipe.
    Pipe(Box<dyn Read>),
}

/// What can be read again.
pub trait Seekable: Read + Seek {}

impl<S: Read + Seek> Seekable for S {}

impl Input {
    /// Opens a file; `-` is standard input.
    pub fn open(path: &Path) -> Result<Input, Failure> {
        if is_stdio(path) {
            return Ok(Input::Pipe(Box::new(io::stdin().lock())));
        }
        let opened = File::open(path).and_then(|file| Ok((file.metadata()?, file)));
        match opened {
            Ok((data, file)) if data.is_file() => Ok(Input::File(file, data.len())),
            Ok((data, _)) if data.is_dir() => {
                let message = "a folder is not a file";
                Err(Error::new(Code::Read, path.display().to_string(), message).into())
            }
            Ok((_, file)) => Ok(Input::Pipe(Box::new(file))),
            Err(error) => {
                Err(Error::new(Code::Read, path.display().to_string(), error.to_string()).into())
            }
        }
    }

    /// How long it is, if that is known.
    pub fn length(&self) -> Option<u64> {
        match self {
            Input::File(_, length) => Some(*length),
            Input::Pipe(_) => None,
        }
    }

    /// To be read once.
    pub fn into_reader(self) -> Box<dyn Read> {
        match self {
            Input::File(file, _) => Box::new(file),
            Input::Pipe(pipe) => pipe,
        }
    }

    /// To be read again: a pipe is copied into a file that nobody else may read.
    pub fn into_seekable(self) -> Result<Box<dyn Seekable>, Failure> {
        match self {
            Input::File(file, _) => Ok(Box::new(file)),
            Input::Pipe(mut pipe) => {
                let mut copy = Private::new(Path::new("-"), Secrecy::Secret, true)?;
                io::copy(&mut pipe, &mut copy)
                    .and_then(|_| copy.rewind())
                    .map_err(|error| Error::new(Code::Read, "-", error.to_string()))?;
                Ok(Box::new(copy))
            }
        }
    }
}

/// A file that is read piece by piece, at any place; standard input is read whole.
pub enum Source {
    /// An open file.
    File(File, u64, PathBuf),
    /// What standard input gave.
    Bytes(Vec<u8>),
}

impl Source {
    /// Opens a file; `-` is standard input.
    pub fn open(path: &Path) -> Result<Source, Failure> {
        if is_stdio(path) {
            return Ok(Source::Bytes(read(path)?));
        }
        let opened = File::open(path).and_then(|file| Ok((file.metadata()?.len(), file)));
        match opened {
            Ok((length, file)) => Ok(Source::File(file, length, path.to_owned())),
            Err(error) => {
                Err(Error::new(Code::Read, path.display().to_string(), error.to_string()).into())
            }
        }
    }
}

impl ReadAt for Source {
    fn len(&self) -> u64 {
        match self {
            Source::File(_, length, _) => *length,
            Source::Bytes(bytes) => ReadAt::len(bytes),
        }
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> yinxin::Result<()> {
        match self {
            Source::File(file, _, path) => read_exact_at(file, offset, buffer).map_err(|error| {
                Error::new(Code::Read, path.display().to_string(), error.to_string())
            }),
            Source::Bytes(bytes) => bytes.read_at(offset, buffer),
        }
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut offset: u64, mut buffer: &mut [u8]) -> io::Result<()> {
    while !buffer.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, buffer, offset)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                buffer = &mut buffer[read..];
                offset += read as u64;
            }
        }
    }
    Ok(())
}

/// Whether others may read what is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// As the user's mask says.
    Public,
    /// By the owner only.
    Secret,
}

/// Writes a whole file or nothing: a temporary file beside it, fsync, rename; `-` is standard output.
/// An existing file is replaced only with `force`.
pub fn write(path: &Path, bytes: &[u8], secrecy: Secrecy, force: bool) -> Result<(), Failure> {
    write_with(path, secrecy, force, |out| {
        out.write_all(bytes).map_err(|error| failed(path, &error))
    })
}

/// As [`write`], with what `give` writes.
pub fn write_with(
    path: &Path,
    secrecy: Secrecy,
    force: bool,
    give: impl FnOnce(&mut dyn Write) -> Result<(), Failure>,
) -> Result<(), Failure> {
    if is_stdio(path) {
        let mut out = io::stdout().lock();
        give(&mut out)?;
        return out.flush().map_err(|error| failed(path, &error));
    }
    let temporary = temporary_beside(path);
    let written = write_new(&temporary, path, secrecy, give)
        .and_then(|()| put_in_place(&temporary, path, force));
    if written.is_err() {
        // The error that matters is the first one.
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn write_new(
    temporary: &Path,
    path: &Path,
    secrecy: Secrecy,
    give: impl FnOnce(&mut dyn Write) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if secrecy == Secrecy::Secret {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = secrecy;
    let file = options.open(temporary).map_err(|error| failed(path, &error))?;
    let mut out = BufWriter::with_capacity(256 * 1024, file);
    give(&mut out)?;
    let file = out.into_inner().map_err(|error| failed(path, error.error()))?;
    file.sync_all().map_err(|error| failed(path, &error))
}

/// Gives the temporary file its name. Without `force` a link is made, which fails if the name is
/// taken, so that nobody's file is lost between a look and a rename.
fn put_in_place(temporary: &Path, path: &Path, force: bool) -> Result<(), Failure> {
    let placed = if force {
        fs::rename(temporary, path)
    } else {
        match fs::hard_link(temporary, path) {
            Ok(()) => fs::remove_file(temporary),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let message = "the file exists; --force overwrites it";
                return Err(Error::new(Code::Exists, path.display().to_string(), message).into());
            }
            // File systems without links.
            Err(_) if !path.exists() => fs::rename(temporary, path),
            Err(error) => Err(error),
        }
    };
    placed.map_err(|error| failed(path, &error))?;
    sync_folder(path).map_err(|error| failed(path, &error))
}

/// Makes the new name durable, not only the contents.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if cfg!(unix) { File::open(folder.unwrap_or(Path::new(".")))?.sync_all() } else { Ok(()) }
}

fn temporary_beside(path: &Path) -> PathBuf {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    path.with_file_name(format!(".{name}.{}.{number}.new", std::process::id()))
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Error::new(Code::Write, path.display().to_string(), error.to_string()).into()
}

/// Whether this names standard input or output.
pub fn is_stdio(path: &Path) -> bool {
    path == Path::new("-")
}
