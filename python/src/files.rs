//! Paths of files, and what is given a name when it is whole.

use pyo3::prelude::*;
use std::path::PathBuf;
use yinxin::error::Result;
use yinxin_files::{Input, Private, Secrecy};

/// The path of a file: `str`, `bytes` on Unix, or `os.PathLike`.
pub struct FilePath(PathBuf);

impl<'py> FromPyObject<'_, 'py> for FilePath {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let os = object.py().import("os")?;
        let text = os.call_method1("fsdecode", (object,))?;
        text.extract().map(FilePath)
    }
}

impl FilePath {
    /// Opens the file.
    pub fn input(&self) -> Result<Input> {
        Input::open(&self.0)
    }

    /// A file that gets this name when it is whole, or proven.
    pub fn output(&self, secrecy: Secrecy, overwrite: bool) -> Result<Private> {
        Private::beside(&self.0, secrecy, overwrite)
    }
}

impl AsRef<std::path::Path> for FilePath {
    fn as_ref(&self) -> &std::path::Path {
        &self.0
    }
}
