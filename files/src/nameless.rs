//! Files without a name, where the system has them: of a process that is killed nothing is left.

#[cfg(target_os = "linux")]
pub use linux::{name, open};

#[cfg(not(target_os = "linux"))]
pub use elsewhere::{name, open};

#[cfg(target_os = "linux")]
mod linux {
    use rustix::fs::{AtFlags, CWD, Mode, OFlags};
    use std::fs::File;
    use std::io;
    use std::os::fd::AsRawFd;
    use std::path::Path;

    /// A file without a name in this folder; none where the file system has no such files.
    pub fn open(folder: &Path, mode: u32) -> Option<File> {
        let flags = OFlags::RDWR | OFlags::TMPFILE | OFlags::CLOEXEC;
        // Why not shows when a named one is made, too, if it matters.
        rustix::fs::open(folder, flags, Mode::from_raw_mode(mode)).ok().map(File::from)
    }

    /// Gives such a file a name that is not taken.
    pub fn name(file: &File, path: &Path) -> io::Result<()> {
        let magic = format!("/proc/self/fd/{}", file.as_raw_fd());
        rustix::fs::linkat(CWD, magic, CWD, path, AtFlags::SYMLINK_FOLLOW)?;
        Ok(())
    }
}

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use std::fs::File;
    use std::io;
    use std::path::Path;

    /// There are none here.
    pub fn open(_folder: &Path, _mode: u32) -> Option<File> {
        None
    }

    /// There are none here.
    pub fn name(_file: &File, _path: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
