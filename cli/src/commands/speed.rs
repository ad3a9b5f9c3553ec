//! `yinxin speed`: how fast this machine is.

mod crypto;
mod measure;
mod stores;
mod vouchers;

use crate::failure::Failure;
use crate::output;
use clap::Args;
use measure::Measurement;
use serde_json::{Value, json};
use std::process::ExitCode;
use std::time::Duration;
use yinxin::crypto::backend::Backend;

/// What to measure.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The names to run; default: all
    names: Vec<String>,
    /// Seconds per name
    #[arg(long, default_value_t = 1.0)]
    seconds: f64,
    /// Threads for the -many names
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// The backend to measure: portable, avx2 or avx512, where this machine has it; default: the best
    #[arg(long)]
    backend: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// One thing that can be measured: its name, what it counts, and how it is set up.
pub struct Benchmark {
    name: &'static str,
    unit: Unit,
    /// Whether `--threads` counts.
    many: bool,
    setup: fn(threads: usize) -> Result<Operation, Failure>,
}

/// What a run of the operation counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Operations,
    Bytes,
}

/// An operation that was set up: `run` does `count` units of work at once.
pub struct Operation {
    count: usize,
    run: Box<dyn FnMut() -> Result<(), Failure>>,
}

/// Measures and prints.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    if let Some(wanted) = &arguments.backend {
        select(wanted)?;
    }
    if !(0.001..=3600.0).contains(&arguments.seconds) {
        return Err(Failure::usage("--seconds takes 0.001 to 3600"));
    }
    let chosen = choose(&arguments.names)?;
    let time = Duration::from_secs_f64(arguments.seconds);
    let threads = arguments.threads.max(1);
    let mut results = Vec::new();
    for benchmark in chosen {
        let used = if benchmark.many { threads } else { 1 };
        let mut operation = (benchmark.setup)(used)?;
        let measurement = measure::measure(&mut operation, time)?;
        if !arguments.json {
            print_line(benchmark, &measurement, used);
        }
        results.push(as_json(benchmark, &measurement, used));
    }
    if arguments.json {
        let machine = json!({
            "cpu": cpu(),
            "backends": backends(),
            "backend": Backend::current().name(),
            "threads": threads,
        });
        return Ok(output::value(&json!({ "machine": machine, "results": results }), true));
    }
    Ok(ExitCode::SUCCESS)
}

fn select(wanted: &str) -> Result<(), Failure> {
    match Backend::available().into_iter().find(|backend| backend.name() == wanted) {
        Some(backend) => Ok(backend.select()?),
        None => {
            let known = backends().join(", ");
            Err(Failure::usage(format!("backend {wanted} is not here; there is {known}")))
        }
    }
}

fn backends() -> Vec<&'static str> {
    Backend::available().into_iter().map(Backend::name).collect()
}

fn choose(names: &[String]) -> Result<Vec<&'static Benchmark>, Failure> {
    let all = || crypto::ALL.iter().chain(vouchers::ALL).chain(stores::ALL);
    if names.is_empty() {
        return Ok(all().collect());
    }
    names
        .iter()
        .map(|name| {
            all().find(|benchmark| benchmark.name == name).ok_or_else(|| {
                let known: Vec<&str> = all().map(|benchmark| benchmark.name).collect();
                Failure::usage(format!("{name} is not known; known: {}", known.join(", ")))
            })
        })
        .collect()
}

fn print_line(benchmark: &Benchmark, measurement: &Measurement, threads: usize) {
    let (figure, unit) = match benchmark.unit {
        Unit::Operations => (measurement.per_second, "/s"),
        Unit::Bytes => (measurement.per_second / 1e6, " MB/s"),
    };
    let threads = if threads > 1 { format!("  {threads} threads") } else { String::new() };
    println!("{:<26} {figure:>12.0}{unit:<6}{threads}", benchmark.name);
}

fn as_json(benchmark: &Benchmark, measurement: &Measurement, threads: usize) -> Value {
    let figure = match benchmark.unit {
        Unit::Operations => "operations_per_second",
        Unit::Bytes => "bytes_per_second",
    };
    json!({
        "name": benchmark.name,
        figure: measurement.per_second,
        "median_ns": measurement.median_ns,
        "p99_ns": measurement.p99_ns,
        "threads": threads,
    })
}

fn cpu() -> String {
    let described = std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    described.unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}
