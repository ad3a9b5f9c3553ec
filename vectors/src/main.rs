//! The conformance runner: judges the library by vector files.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use yinxin_vectors::{Exceptions, Options, Tally, run_file, run_limbo, run_pkits};

const USAGE: &str = "\
usage: yinxin-vectors [OPTION ...] FILE.json ...

Judges the library by vector files: one line for each disagreement, a line for
each file, and a total. Exit code: 0 if something agreed and nothing disagreed,
1 if not, 2 if a file could not be used or the command was not understood.

  --exceptions FILE  cases that are known to disagree: { \"FILE:tcId\": \"reason\" };
                     one that agrees counts as a disagreement
  --skip-unknown     skip groups of an unknown type
  --limbo FILE       judge certificate paths in the schema of x509-limbo
  --pkits FILE       judge the certificate paths of PKITS; the folders certs and
                     crls stand beside the file";

fn main() -> ExitCode {
    let request = match Request::parse(std::env::args().skip(1)) {
        Ok(Some(request)) => request,
        Ok(None) => {
            say(USAGE);
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("{message}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    // A panic of the library is an outcome with a line of its own.
    std::panic::set_hook(Box::new(|_| {}));
    let mut total = Tally::default();
    let mut all_used = true;
    for (shape, path) in &request.files {
        let run = match shape {
            Shape::Vectors => run_file,
            Shape::Limbo => run_limbo,
            Shape::Pkits => run_pkits,
        };
        match run(path, &request.options, &mut say) {
            Ok(tally) => {
                say(&format!("{}: {}", path.display(), tally.with_reasons()));
                total += &tally;
            }
            Err(error) => {
                say(&format!("{}: {error}", path.display()));
                all_used = false;
            }
        }
    }
    say(&format!("total: {total}"));
    match (all_used, total.agreed, total.disagreed) {
        (false, _, _) => ExitCode::from(2),
        (true, 1.., 0) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

struct Request {
    options: Options,
    files: Vec<(Shape, PathBuf)>,
}

enum Shape {
    Vectors,
    Limbo,
    Pkits,
}

impl Request {
    /// The request; `None` if it is for help.
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<Request>, String> {
        let mut request = Request { options: Options::default(), files: Vec::new() };
        let mut only_files = false;
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                _ if only_files || !argument.starts_with("--") => {
                    request.files.push((Shape::Vectors, argument.into()))
                }
                "--" => only_files = true,
                "--help" => return Ok(None),
                "--skip-unknown" => request.options.skip_unknown = true,
                "--exceptions" => {
                    let path = arguments.next().ok_or("--exceptions needs a file")?;
                    let text = std::fs::read_to_string(&path)
                        .map_err(|error| format!("{path}: cannot be read: {error}"))?;
                    request.options.exceptions =
                        Exceptions::parse(&text).map_err(|error| format!("{path}: {error}"))?;
                }
                "--limbo" => {
                    let path = arguments.next().ok_or("--limbo needs a file")?;
                    request.files.push((Shape::Limbo, path.into()));
                }
                "--pkits" => {
                    let path = arguments.next().ok_or("--pkits needs a file")?;
                    request.files.push((Shape::Pkits, path.into()));
                }
                _ => return Err(format!("unknown option {argument}")),
            }
        }
        match request.files.is_empty() {
            true => Err("no file is given".to_string()),
            false => Ok(Some(request)),
        }
    }
}

/// One line on standard output; a reader that went away is no concern of the exit code.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
