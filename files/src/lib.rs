//! Files at the edge of the library, for the command and for the bindings: read in pieces whatever their
//! length, and given their names when they are whole. `yinxin` itself opens no file.

#![forbid(unsafe_code)]

pub mod cms;
mod input;
mod nameless;
mod private;
pub mod store;

pub use input::{Input, Seekable};
pub use private::{Private, Secrecy, temporary_beside};

use std::io;
use std::path::Path;
use yinxin::error::{Code, Error};

fn unreadable(path: &Path, error: &io::Error) -> Error {
    Error::new(Code::Read, path.display().to_string(), error.to_string())
}

fn unwritable(path: &Path, error: &io::Error) -> Error {
    Error::new(Code::Write, path.display().to_string(), error.to_string())
}
