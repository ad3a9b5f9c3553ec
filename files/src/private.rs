//! A file whose contents are not proven yet.

use crate::{nameless, unwritable};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use yinxin::error::{Code, Error, Result};

/// Whether others may read what is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// As the user's mask says.
    Public,
    /// By the owner only.
    Secret,
}

/// A file for a target, which nobody else sees: it gets the target's name by
/// [`publish`](Self::publish), whole and durable; dropped before, it is gone.
///
/// On Linux it has no name until then, so that of a process that is killed nothing stays. Elsewhere,
/// and on file systems without such files (NFS, FAT), it stands beside the target as
/// `.NAME.PROCESS.NUMBER.new`, only the owner may read it, and a process that is killed leaves it
/// behind.
pub struct Private {
    file: File,
    place: Place,
    target: PathBuf,
    secrecy: Secrecy,
    overwrite: bool,
}

enum Place {
    /// Beside the target, to be removed unless it gets its name.
    Named(PathBuf),
    /// Nowhere.
    Nameless,
    /// It has its name, or went to standard output.
    Settled,
    /// Not for a file: it is copied to standard output.
    Stdout(Option<PathBuf>),
}

impl Private {
    /// A new one for this target, which is replaced only with `overwrite`.
    ///
    /// # Errors
    ///
    /// [`Code::Exists`] for a target that is there and is not to be replaced; [`Code::Write`].
    pub fn beside(target: &Path, secrecy: Secrecy, overwrite: bool) -> Result<Private> {
        if !overwrite && fs::symlink_metadata(target).is_ok() {
            return Err(exists(target));
        }
        let mode = match secrecy {
            Secrecy::Public => 0o666,
            Secrecy::Secret => 0o600,
        };
        let (file, place) = match nameless::open(folder_of(target), mode) {
            Some(file) => (file, Place::Nameless),
            None => {
                let path = temporary_beside(target);
                let file = create(&path).map_err(|error| unwritable(target, &error))?;
                (file, Place::Named(path))
            }
        };
        Ok(Private { file, place, target: target.to_owned(), secrecy, overwrite })
    }

    /// A new one that [`publish`](Self::publish) copies to standard output; among the temporary files of
    /// the system, without a name where that is possible.
    ///
    /// # Errors
    ///
    /// [`Code::Write`].
    pub fn for_stdout() -> Result<Private> {
        let target = PathBuf::from("-");
        let (file, path) = match nameless::open(&std::env::temp_dir(), 0o600) {
            Some(file) => (file, None),
            None => {
                let path = temporary_beside(&std::env::temp_dir().join("yinxin"));
                let file = create(&path).map_err(|error| unwritable(&target, &error))?;
                // Some systems do not remove what is open: then it is removed at the end.
                let removed = fs::remove_file(&path).is_ok();
                (file, (!removed).then_some(path))
            }
        };
        let place = Place::Stdout(path);
        Ok(Private { file, place, target, secrecy: Secrecy::Secret, overwrite: true })
    }

    /// Gives it the name of its target; for standard output, copies it there.
    ///
    /// # Errors
    ///
    /// [`Code::Exists`] if somebody took the name meanwhile; [`Code::Write`].
    pub fn publish(mut self) -> Result<()> {
        if matches!(self.place, Place::Stdout(_)) {
            let mut out = io::stdout().lock();
            return self
                .rewind()
                .and_then(|()| io::copy(&mut self, &mut out))
                .and_then(|_| out.flush())
                .map_err(|error| unwritable(&self.target, &error));
        }
        self.open_to_others()
            .and_then(|()| self.file.sync_all())
            .map_err(|error| unwritable(&self.target, &error))?;
        if matches!(self.place, Place::Nameless) && self.name_directly()? {
            return Ok(());
        }
        if let Place::Named(path) = &self.place {
            put_in_place(path, &self.target, self.overwrite)?;
            self.place = Place::Settled;
        }
        Ok(())
    }

    /// Names a file that had no name; whether it is in its place now. Else it has a temporary name.
    fn name_directly(&mut self) -> Result<bool> {
        if !self.overwrite {
            match nameless::name(&self.file, &self.target) {
                Ok(()) => {
                    self.place = Place::Settled;
                    sync_folder(&self.target).map_err(|error| unwritable(&self.target, &error))?;
                    return Ok(true);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    return Err(exists(&self.target));
                }
                Err(_) => {}
            }
        }
        // Only a file with a name replaces another one.
        let path = temporary_beside(&self.target);
        let named = nameless::name(&self.file, &path).or_else(|_| self.copy_to(&path));
        self.place = Place::Named(path);
        named.map(|()| false).map_err(|error| unwritable(&self.target, &error))
    }

    /// Copies it into a file with a name: where /proc is not mounted, no name can be given.
    fn copy_to(&mut self, path: &Path) -> io::Result<()> {
        self.file.rewind()?;
        let mut copy = create(path)?;
        io::copy(&mut self.file, &mut copy)?;
        copy.set_permissions(self.file.metadata()?.permissions())?;
        copy.sync_all()
    }

    /// Gives a file that had a name for its owner only the mode that any new file gets here, unless it
    /// is secret.
    fn open_to_others(&self) -> io::Result<()> {
        let named = matches!(self.place, Place::Named(_));
        if cfg!(unix) && named && self.secrecy == Secrecy::Public {
            let probe = temporary_beside(&self.target);
            let file = OpenOptions::new().write(true).create_new(true).open(&probe)?;
            let usual = file.metadata().map(|data| data.permissions());
            fs::remove_file(&probe)?;
            self.file.set_permissions(usual?)?;
        }
        Ok(())
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        if let Place::Named(path) | Place::Stdout(Some(path)) = &self.place {
            // Whoever gets an error has one that matters more.
            let _ = fs::remove_file(path);
        }
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

/// A name beside this one that nobody else takes.
pub fn temporary_beside(path: &Path) -> PathBuf {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    path.with_file_name(format!(".{name}.{}.{number}.new", std::process::id()))
}

/// A new file that only its owner may read.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Gives the temporary file its name. Unless it may replace one, a link is made, which fails if the
/// name is taken, so that nobody's file is lost between a look and a rename.
fn put_in_place(temporary: &Path, path: &Path, overwrite: bool) -> Result<()> {
    let placed = if overwrite {
        fs::rename(temporary, path)
    } else {
        match fs::hard_link(temporary, path) {
            Ok(()) => fs::remove_file(temporary),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(exists(path)),
            // File systems without links.
            Err(_) if !path.exists() => fs::rename(temporary, path),
            Err(error) => Err(error),
        }
    };
    placed.and_then(|()| sync_folder(path)).map_err(|error| unwritable(path, &error))
}

/// Makes the new name durable, not only the contents.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder_of(path))?.sync_all() } else { Ok(()) }
}

fn folder_of(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

fn exists(path: &Path) -> Error {
    let message = "the file exists and is not to be overwritten";
    Error::new(Code::Exists, path.display().to_string(), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// With a name from the start, as on a file system without nameless files.
    fn named(target: &Path, secrecy: Secrecy, overwrite: bool) -> Private {
        let path = temporary_beside(target);
        let file = create(&path).unwrap();
        let target = target.to_owned();
        Private { file, place: Place::Named(path), target, secrecy, overwrite }
    }

    #[test]
    fn a_file_has_its_name_when_it_is_published_and_never_before() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out");
        let nameless = |secrecy, overwrite| Private::beside(&target, secrecy, overwrite).unwrap();
        let other = |secrecy, overwrite| named(&target, secrecy, overwrite);
        for make in [&nameless as &dyn Fn(Secrecy, bool) -> Private, &other] {
            for secrecy in [Secrecy::Public, Secrecy::Secret] {
                let mut private = make(secrecy, false);
                private.write_all(b"first").unwrap();
                assert!(!target.exists());
                drop(private);
                assert_eq!(names(folder.path()), [""; 0]);
                let mut private = make(secrecy, false);
                private.write_all(b"second").unwrap();
                private.publish().unwrap();
                assert_eq!(names(folder.path()), ["out"]);
                // Somebody took the name between the look and the end.
                let mut late = make(secrecy, true);
                late.overwrite = false;
                assert_eq!(late.publish().unwrap_err().code(), Code::Exists);
                let mut private = make(secrecy, true);
                private.write_all(b"third").unwrap();
                private.publish().unwrap();
                assert_eq!(names(folder.path()), ["out"]);
                assert_eq!(fs::read(&target).unwrap(), b"third");
                #[cfg(unix)]
                {
                    use std::os::unix::fs::PermissionsExt;
                    let usual = folder.path().join("usual");
                    fs::write(&usual, b"").unwrap();
                    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
                    let due = if secrecy == Secrecy::Secret { 0o100600 } else { mode(&usual) };
                    assert_eq!(mode(&target), due);
                    fs::remove_file(usual).unwrap();
                }
                fs::remove_file(&target).unwrap();
            }
        }
    }

    #[test]
    fn what_is_there_is_not_overwritten_unasked() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out");
        fs::write(&target, b"there").unwrap();
        let refused = Private::beside(&target, Secrecy::Public, false).err().unwrap();
        assert_eq!(refused.code(), Code::Exists);
        let nowhere = folder.path().join("absent").join("out");
        let refused = Private::beside(&nowhere, Secrecy::Public, true).err().unwrap();
        assert_eq!(refused.code(), Code::Write);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_copy_takes_the_place_of_a_name_that_cannot_be_given() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out");
        let mut private = Private::beside(&target, Secrecy::Secret, true).unwrap();
        assert!(matches!(private.place, Place::Nameless), "{}", folder.path().display());
        assert_eq!(names(folder.path()), [""; 0]);
        private.write_all(b"content").unwrap();
        private.copy_to(&target).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"content");
    }
}
