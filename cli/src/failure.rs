//! What could not be done, and the exit code that says so.

use std::process::ExitCode;
use yinxin::error::{Code, Error, Family};

/// An error on its way to the terminal.
pub struct Failure(Error);

impl Failure {
    /// A panic that was caught.
    pub fn panic() -> Self {
        Failure(Error::new(Code::Panic, "yinxin", "an internal fault; please report it"))
    }

    /// A mistake in how the command was called.
    pub fn usage(message: impl Into<String>) -> Self {
        Failure(Error::new(Code::Argument, "command line", message.into()))
    }

    /// The error itself.
    pub fn into_error(self) -> Error {
        self.0
    }

    /// Prints the error (as JSON on standard output, or as a line on standard error) and gives its
    /// exit code.
    pub fn report(&self, json: bool) -> ExitCode {
        if json {
            println!("{}", self.0.to_json());
        } else {
            eprintln!("yinxin: {}", self.0);
        }
        self.exit()
    }

    /// The exit code.
    pub fn exit(&self) -> ExitCode {
        ExitCode::from(match self.0.family() {
            Family::Misuse => 2,
            Family::Malformed | Family::Unsupported | Family::Limit => 4,
            Family::Key => 5,
            Family::Storage => 7,
            Family::Refused => 8,
            _ => 70,
        })
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure(error)
    }
}
