//! `yinxin demo`: the main job on generated keys, and the whole treasury day.
//!
//! First thousands of vouchers are made, acted on, verified and sent in packets, and planted faults are
//! caught. Then four parties, each with its own store, keys, trust and process, work through a day of
//! quota notices, payments, receipts, clearing and refunds; what must be refused is tried and refused, and
//! an auditor recomputes the day from what they leave.

pub mod books;
pub mod day;
mod exchange;
mod faults;
pub mod parties;
mod stamping;
mod steps;

use crate::failure::Failure;
use crate::output;
use clap::Args;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use steps::Steps;
use yinxin::error::{Code, Error};

/// The demonstration.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Where the files go, and stay; must not exist. Default: a temporary folder, removed at the end
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// How many vouchers are stamped (1 to 100,000)
    #[arg(long, default_value_t = 2500)]
    count: u32,
    /// Direct payments of the treasury day (20 to 10,000); 0 leaves the day out
    #[arg(long, default_value_t = 200)]
    payments: u32,
    /// The most threads that are used
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Runs the demonstration; the exit code is 0 only if everything was as it has to be.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    if !(1..=100_000).contains(&arguments.count) {
        return Err(Failure::usage("--count takes 1 to 100000"));
    }
    let payments = arguments.payments;
    if payments != 0 && !(day::LEAST..=10_000).contains(&payments) {
        return Err(Failure::usage(format!("--payments takes {} to 10000, or 0", day::LEAST)));
    }
    let folder = Folder::make(arguments.out.as_deref())?;
    let threads = arguments.threads.max(1);
    let mut steps = Steps::new(arguments.json);
    let stamped = stamping::run(&folder.path, arguments.count, threads, &mut steps)?;
    let day = match payments {
        0 => None,
        _ => {
            let path = folder.path.join("day");
            fs::create_dir(&path).map_err(|error| failed(&path, &error))?;
            Some(day::run(&path, payments, threads, &mut steps)?)
        }
    };
    let good = stamped.is_good() && day.as_ref().is_none_or(day::Summary::is_good);
    if arguments.json {
        let mut value = stamped.as_json();
        let shown = folder.is_kept.then(|| folder.path.display().to_string());
        value["folder"] = shown.map_or(Value::Null, Value::from);
        value["day"] = day.as_ref().map_or(Value::Null, day::Summary::as_json);
        value["steps"] = steps.as_json();
        output::value(&value, true);
    } else {
        println!();
        stamped.print();
        if let Some(day) = &day {
            day.print();
        }
        if folder.is_kept {
            println!("files: {}", folder.path.display());
        }
    }
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The folder of the demonstration.
struct Folder {
    path: PathBuf,
    is_kept: bool,
}

impl Folder {
    fn make(wanted: Option<&Path>) -> Result<Folder, Failure> {
        if let Some(path) = wanted {
            fs::create_dir(path).map_err(|error| failed(path, &error))?;
            return Ok(Folder { path: path.to_owned(), is_kept: true });
        }
        let base = std::env::temp_dir();
        let mut number = std::process::id();
        loop {
            let path = base.join(format!("yinxin-demo-{number}"));
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Folder { path, is_kept: false }),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(failed(&path, &error)),
            }
        }
    }
}

impl Drop for Folder {
    /// Keys that are worth nothing are no reason to leave them about.
    fn drop(&mut self) {
        if !self.is_kept
            && let Err(error) = fs::remove_dir_all(&self.path)
        {
            eprintln!("yinxin: {} was not removed: {error}", self.path.display());
        }
    }
}

fn failed(path: &Path, error: &std::io::Error) -> Failure {
    let code = match error.kind() {
        std::io::ErrorKind::AlreadyExists => Code::Exists,
        _ => Code::Write,
    };
    Error::new(code, path.display().to_string(), error.to_string()).into()
}
