//! A file whose contents are not proven yet.

use super::{Secrecy, failed, is_stdio, put_in_place, temporary_beside};
use crate::failure::Failure;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use yinxin::error::{Code, Error};

/// A file beside its target that only the owner may read. It gets its name by
/// [`publish`](Self::publish); dropped before, it is removed. (A process that is killed leaves it behind,
/// as `.NAME.PROCESS.NUMBER.new`.) For standard output it is among the temporary files of the system,
/// without a name where that is possible.
pub struct Private {
    file: File,
    /// Where it is, as long as it is to be removed.
    path: Option<PathBuf>,
    target: PathBuf,
    secrecy: Secrecy,
    force: bool,
}

impl Private {
    /// A new one for this target, which is replaced only with `force`.
    pub fn new(target: &Path, secrecy: Secrecy, force: bool) -> Result<Private, Failure> {
        let stdio = is_stdio(target);
        if !stdio && !force && target.exists() {
            let message = "the file exists; --force overwrites it";
            return Err(Error::new(Code::Exists, target.display().to_string(), message).into());
        }
        let path = match stdio {
            true => temporary_beside(&std::env::temp_dir().join("yinxin")),
            false => temporary_beside(target),
        };
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(|error| failed(target, &error))?;
        let target = target.to_owned();
        let mut private = Private { file, path: Some(path), target, secrecy, force };
        if cfg!(unix) && stdio {
            private.remove();
        }
        Ok(private)
    }

    /// Gives it the name of its target; for standard output, copies it there.
    pub fn publish(mut self) -> Result<(), Failure> {
        let target = self.target.clone();
        if is_stdio(&target) {
            let mut out = io::stdout().lock();
            return self
                .rewind()
                .and_then(|()| io::copy(&mut self, &mut out))
                .and_then(|_| out.flush())
                .map_err(|error| failed(&target, &error));
        }
        self.open_to_others()
            .and_then(|()| self.file.sync_all())
            .map_err(|error| failed(&target, &error))?;
        if let Some(path) = &self.path {
            put_in_place(path, &target, self.force)?;
            self.path = None;
        }
        Ok(())
    }

    /// Gives it the mode that any new file gets here, unless it is secret.
    fn open_to_others(&self) -> io::Result<()> {
        if cfg!(unix) && self.secrecy == Secrecy::Public {
            let probe = temporary_beside(&self.target);
            let file = OpenOptions::new().write(true).create_new(true).open(&probe)?;
            let usual = file.metadata().map(|data| data.permissions());
            fs::remove_file(&probe)?;
            self.file.set_permissions(usual?)?;
        }
        Ok(())
    }

    fn remove(&mut self) {
        if let Some(path) = self.path.take() {
            // Whoever gets an error has one that matters more.
            let _ = fs::remove_file(path);
        }
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        self.remove();
    }
}

impl Read for Private {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.file.read(out)
    }
}

impl Write for Private {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for Private {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}
