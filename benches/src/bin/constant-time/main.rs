//! Evidence that what computes with secrets takes no time that tells them; docs/constant-time.md.
//!
//! - `constant-time memcheck [quick]`, under valgrind, in a build with `--cfg yinxin_memcheck`:
//!   secrets are undefined bytes, and no branch or address may depend on them.
//! - `constant-time timing [SAMPLES [WORDS]]`: fixed against random secrets, by Welch's t; with words,
//!   what has them in "BACKEND OPERATION".
//! - `constant-time disassembly`: the instructions of this program itself.
//!
//! Each judges faults that are planted on purpose too, and fails if one goes unseen. The exit status
//! is 0 if all is well, 1 if not, 2 if nothing could be said.

mod control;
mod disassembly;
mod exceptions;
mod leaks;
mod memcheck;
mod operations;
#[cfg(all(yinxin_memcheck, target_arch = "x86_64"))]
mod requests;
mod timing;
mod welch;

use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let result = match words[..] {
        ["memcheck"] => memcheck::run(false),
        ["memcheck", "quick"] => memcheck::run(true),
        ["timing"] => timing::run(timing::SAMPLES, ""),
        ["timing", samples] | ["timing", samples, _] if samples.parse::<u64>().is_ok() => {
            timing::run(samples.parse().unwrap_or(0), words.get(2).unwrap_or(&""))
        }
        ["disassembly"] => disassembly::run(),
        _ => Err("memcheck [quick], timing [SAMPLES [WORDS]] or disassembly".to_owned()),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("constant-time: {why}");
            ExitCode::from(2)
        }
    }
}
