//! The steps of the demonstration: their times, and a progress bar where there is a terminal.

use crate::failure::Failure;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// Runs steps, one line for each.
pub struct Steps {
    quiet: bool,
    done: Vec<(String, Duration, String)>,
}

impl Steps {
    /// Prints lines as steps end, unless `quiet`.
    pub fn new(quiet: bool) -> Self {
        Steps { quiet, done: Vec::new() }
    }

    /// Runs one step over `count` things; it says how many are done by the bar and gives a value
    /// and a remark.
    pub fn run<T>(
        &mut self,
        title: &str,
        count: usize,
        step: impl FnOnce(&ProgressBar) -> Result<(T, String), Failure>,
    ) -> Result<(T, Duration), Failure> {
        let bar = self.bar(title, count);
        let start = Instant::now();
        let result = step(&bar);
        let time = start.elapsed();
        bar.finish_and_clear();
        let (value, remark) = result?;
        if !self.quiet {
            println!("{title:<44} {:>8.3} s  {remark}", time.as_secs_f64());
        }
        self.done.push((title.to_owned(), time, remark));
        Ok((value, time))
    }

    fn bar(&self, title: &str, count: usize) -> ProgressBar {
        let shown = !self.quiet && std::io::stderr().is_terminal();
        let target =
            if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(count as u64), target);
        if let Ok(style) = ProgressStyle::with_template("{msg:<44} [{bar:30}] {pos}/{len}") {
            bar.set_style(style);
        }
        bar.set_message(title.to_owned());
        bar
    }

    /// The steps as JSON.
    pub fn as_json(&self) -> Value {
        self.done
            .iter()
            .map(|(title, time, remark)| {
                json!({ "step": title, "seconds": time.as_secs_f64(), "remark": remark })
            })
            .collect()
    }
}
