//! Secrets from elsewhere than the command line, where every user of the machine can read them.

use crate::failure::Failure;
use crate::files;
use std::path::Path;

/// Reads a secret named as `env:NAME`, `file:PATH` (its first line), `fd:N` or `prompt`.
pub fn read(source: &str, question: &str) -> Result<Vec<u8>, Failure> {
    match source.split_once(':') {
        Some(("env", name)) => std::env::var(name)
            .map(String::into_bytes)
            .map_err(|_| Failure::usage(format!("the environment has no text {name}"))),
        Some(("file", path)) => Ok(first_line(files::read(Path::new(path))?)),
        Some(("fd", number)) if number.parse::<u32>().is_ok() => {
            Ok(first_line(files::read(Path::new(&format!("/dev/fd/{number}")))?))
        }
        None if source == "prompt" => rpassword::prompt_password(format!("{question}: "))
            .map(String::into_bytes)
            .map_err(|error| Failure::usage(format!("no password could be asked for: {error}"))),
        _ => Err(Failure::usage("a secret is given as env:NAME, file:PATH, fd:N or prompt")),
    }
}

/// Reads a secret if its source was named.
pub fn read_optional(source: Option<&str>, question: &str) -> Result<Option<Vec<u8>>, Failure> {
    source.map(|source| read(source, question)).transpose()
}

fn first_line(mut bytes: Vec<u8>) -> Vec<u8> {
    if let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
        bytes.truncate(end);
    }
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    bytes
}
