//! What the day came to.

use super::audit::{CHANGED_LOG, KEPT_BACK, Recomputed};
use super::child::RESULT;
use super::exchange::{AGAIN, CHANGED, OTHER, STRANGER, TWICE};
use super::tally::{Attempt, Tally};
use super::who::Who;
use crate::failure::Failure;
use crate::files;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use yinxin::error::{Code, Error};

/// What must have been tried, each at least once, whoever met it.
const DUE: [&str; 17] = [
    AGAIN,
    TWICE,
    OTHER,
    CHANGED,
    STRANGER,
    "a maker reviews his own voucher",
    "a seal in the place of another",
    "the office's key without its authorization",
    "a number that is taken, with another amount",
    "return while nobody knows whether it was paid",
    "2301 beyond the quota",
    "clearing before paying",
    "clearing twice",
    "refund notice of the same detail",
    "refund of the same detail",
    KEPT_BACK,
    CHANGED_LOG,
];

/// What the day came to.
pub struct Summary {
    time: Duration,
    results: Vec<(Who, Value)>,
    attempts: Vec<(Who, Attempt)>,
    audits: Vec<(Who, bool, Value)>,
}

impl Summary {
    /// Reads what the parties left.
    pub fn of(day: &Path, time: Duration) -> Result<Summary, Failure> {
        let (mut results, mut attempts) = (Vec::new(), Vec::new());
        for who in Who::ALL {
            let file = day.join(who.name()).join(RESULT);
            let wrong = || {
                let message = "what the party left cannot be read";
                Failure::from(Error::new(Code::Json, file.display().to_string(), message))
            };
            let result: Value =
                serde_json::from_slice(&files::read(&file)?).map_err(|_| wrong())?;
            let tally = Tally::from_json(&result["attempts"]).ok_or_else(wrong)?;
            attempts.extend(tally.attempts.into_iter().map(|attempt| (who, attempt)));
            results.push((who, result));
        }
        Ok(Summary { time, results, attempts, audits: Vec::new() })
    }

    /// Takes what was tried with what a party left.
    pub fn tried(&mut self, who: Who, tally: Tally) {
        self.attempts.extend(tally.attempts.into_iter().map(|attempt| (who, attempt)));
    }

    /// Takes what an auditor found about a party; a remark about it.
    pub fn audited(&mut self, who: Who, found: &Recomputed) -> String {
        let valid = found.report.is_valid();
        if !valid {
            eprint!("{}", found.report.to_text());
        }
        let figures = json!({
            "party": who.name(),
            "valid": valid,
            "entries": found.entries,
            "uncovered": found.uncovered,
            "checkpoints": found.checkpoints,
            "moves": found.moves,
            "vouchers": found.vouchers,
            "sealed": found.valid,
            "balances": found.balances,
        });
        self.audits.push((who, valid && found.uncovered == 0, figures));
        let verdict = if valid { "recomputed" } else { "DIFFERS" };
        format!("{} entries, {} vouchers: {verdict}", found.entries, found.vouchers)
    }

    /// How many vouchers came to their end in the store of the party that made them.
    pub fn vouchers(&self) -> u64 {
        let of = |(who, result): &(Who, Value)| -> u64 {
            let states = result["vouchers"].as_object().into_iter().flatten();
            let own = states.filter(|(name, _)| is_issuer(*who, name));
            own.filter_map(|(_, count)| count.as_u64()).sum()
        };
        self.results.iter().map(of).sum()
    }

    fn refused(&self) -> usize {
        self.attempts.iter().filter(|(_, attempt)| attempt.is_refused()).count()
    }

    fn missing(&self) -> Vec<&'static str> {
        let tried = |title: &&str| self.attempts.iter().any(|(_, one)| one.title == *title);
        DUE.into_iter().filter(|title| !tried(title)).collect()
    }

    fn number(&self, name: &str) -> u64 {
        self.results.iter().filter_map(|(_, result)| result[name].as_u64()).sum()
    }

    /// Whether everything was as it has to be.
    pub fn is_good(&self) -> bool {
        self.refused() == self.attempts.len()
            && self.missing().is_empty()
            && self.audits.len() == Who::ALL.len()
            && self.audits.iter().all(|(_, good, _)| *good)
    }

    fn per_voucher(&self) -> f64 {
        self.time.as_secs_f64() * 1e3 / (self.vouchers().max(1) as f64)
    }

    /// For people.
    pub fn print(&self) {
        for (who, attempt) in &self.attempts {
            let Attempt { title, due, found } = attempt;
            let mark = if attempt.is_refused() { "" } else { "NOT AS IT HAS TO BE: " };
            println!("  tried at {:<8} {title:<48} {mark}{found} (due: {due})", who.name());
        }
        for title in self.missing() {
            println!("  NOT TRIED: {title}");
        }
        let good = self.audits.iter().filter(|(_, good, _)| *good).count();
        let of = |name: &str| -> u64 {
            self.audits.iter().filter_map(|(_, _, figures)| figures[name].as_u64()).sum()
        };
        println!(
            "day: {} vouchers in {:.1} s, {:.2} ms a voucher; {} packets and receipts between four processes",
            self.vouchers(),
            self.time.as_secs_f64(),
            self.per_voucher(),
            self.number("sent"),
        );
        println!(
            "replay: {good} of {} stores recomputed from log, vouchers and anchors: {} entries, {} sealed documents, {} balances",
            self.audits.len(),
            of("entries"),
            of("sealed"),
            of("balances"),
        );
        println!("refused: {} of {} as they had to be", self.refused(), self.attempts.len());
    }

    /// For programs.
    pub fn as_json(&self) -> Value {
        let audits: Vec<&Value> = self.audits.iter().map(|(_, _, figures)| figures).collect();
        let parties: Vec<&Value> = self.results.iter().map(|(_, result)| result).collect();
        json!({
            "seconds": self.time.as_secs_f64(),
            "vouchers": self.vouchers(),
            "millisecondsPerVoucher": self.per_voucher(),
            "refused": self.refused(),
            "tried": self.attempts.len(),
            "notTried": self.missing(),
            "audits": audits,
            "parties": parties,
        })
    }
}

/// Whether vouchers of a type, as a party's figures name it, are its own.
fn is_issuer(who: Who, name: &str) -> bool {
    let first = match who {
        Who::Finance => '5',
        Who::CentralBank => '3',
        Who::Bank => '2',
        Who::Unit => '8',
    };
    // The batch details of this day are finance's.
    match name.starts_with("8207") {
        true => who == Who::Finance,
        false => name.starts_with(first),
    }
}
