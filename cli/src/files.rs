//! The one place where files are read and written: reads with a limit, writes whole or not at all.

use crate::failure::Failure;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
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
    if is_stdio(path) {
        let mut out = io::stdout().lock();
        return out.write_all(bytes).and_then(|()| out.flush()).map_err(|e| failed(path, &e));
    }
    let temporary = temporary_beside(path);
    let written = write_new(&temporary, bytes, secrecy)
        .map_err(|error| failed(path, &error))
        .and_then(|()| put_in_place(&temporary, path, force));
    if written.is_err() {
        // The error that matters is the first one.
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn write_new(path: &Path, bytes: &[u8], secrecy: Secrecy) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if secrecy == Secrecy::Secret {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = secrecy;
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
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
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.new", std::process::id()))
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Error::new(Code::Write, path.display().to_string(), error.to_string()).into()
}

/// Whether this names standard input or output.
pub fn is_stdio(path: &Path) -> bool {
    path == Path::new("-")
}
