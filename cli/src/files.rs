//! The one place where files are read and written: reads with a limit, or in pieces; writes whole or not
//! at all.

pub use yinxin_files::{Input, Private, Secrecy};

use crate::failure::Failure;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
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

/// What is read from front to back; `-` is standard input.
pub fn input(path: &Path) -> Result<Input, Failure> {
    if is_stdio(path) { Ok(Input::stdin()) } else { Ok(Input::open(path)?) }
}

/// A file whose contents are not proven yet; `-` is standard output.
pub fn private(path: &Path, secrecy: Secrecy, force: bool) -> Result<Private, Failure> {
    if is_stdio(path) {
        return Ok(Private::for_stdout()?);
    }
    Private::beside(path, secrecy, force).map_err(|error| match error.code() {
        Code::Exists => {
            let message = "the file exists; --force overwrites it";
            Error::new(Code::Exists, path.display().to_string(), message).into()
        }
        _ => error.into(),
    })
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

/// Writes a whole file or nothing: a file without its name, fsync, the name; `-` is standard output.
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
    let mut out = BufWriter::with_capacity(256 * 1024, private(path, secrecy, force)?);
    give(&mut out)?;
    let file = out.into_inner().map_err(|error| failed(path, error.error()))?;
    Ok(file.publish()?)
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Error::new(Code::Write, path.display().to_string(), error.to_string()).into()
}

/// Whether this names standard input or output.
pub fn is_stdio(path: &Path) -> bool {
    path == Path::new("-")
}
