//! The whole treasury day: four parties with their own stores, keys and trust, each in a process of its
//! own, that exchange nothing but packets; and an auditor who recomputes it from what they leave.

mod acts;
mod audit;
mod bank;
mod bank_clearing;
pub mod child;
mod core_system;
mod exchange;
mod finance;
mod finance_letters;
mod finance_trials;
mod issuing;
mod keys;
mod mail;
mod making;
mod papers;
mod papers_of_bank;
mod party;
mod pbc;
mod plan;
mod positions;
mod processes;
mod receipts;
mod script;
mod summary;
mod taking;
mod tally;
mod trust_folder;
mod unit;
mod who;

pub use summary::Summary;

use super::steps::Steps;
use crate::failure::Failure;
use audit::Left;
use child::Part;
use plan::Plan;
use processes::Processes;
use std::fs;
use std::path::Path;
use tally::Tally;
use who::Who;
use yinxin::error::{Code, Error};

/// The fewest direct payments of a day: every kind of trouble is among so many.
pub const LEAST: u32 = 20;

/// Runs the day in a folder, and sums it up.
pub fn run(day: &Path, size: u32, threads: usize, steps: &mut Steps) -> Result<Summary, Failure> {
    for who in Who::ALL {
        keys::create(&day.join(who.name()))?;
    }
    let (plan, begun) = (Plan::of(size), crate::trust::now()?);
    steps.run("four parties make their keys and cards", 4, |_| {
        Processes::start(day, size, begun, Part::Keys)?.wait()?;
        introduce(day)?;
        Ok(((), "44 certificates, 8 seals, 4 roots".to_owned()))
    })?;
    let title = "the day, in four processes";
    let payments = plan.direct + plan.authorised + 2;
    let (anchors, time) = steps.run(title, payments as usize, |bar| {
        let mut processes = Processes::start(day, size, begun, Part::Work)?;
        let anchors = processes.all_done(bar)?;
        processes.close()?;
        processes.wait()?;
        Ok((anchors, format!("{payments} payments asked for")))
    })?;
    let mut summary = Summary::of(day, time)?;
    for who in Who::ALL {
        let title = format!("audit of {}", who.name());
        steps.run(&title, 1, |_| {
            let left = Left::read(who, day, &anchors[&who], threads)?;
            let remark = summary.audited(who, &left.recompute()?);
            if who == Who::Unit {
                let mut tally = Tally::default();
                left.disturb(&mut tally);
                summary.tried(who, tally);
            }
            Ok(((), remark))
        })?;
    }
    Ok(summary)
}

/// Carries the cards by hand: everybody gets those of the parties that it deals with, and its own.
fn introduce(day: &Path) -> Result<(), Failure> {
    for who in Who::ALL {
        for known in trust_folder::known(who) {
            let name = keys::card_name(known);
            let from = day.join(known.name()).join(&name);
            let to = day.join(who.name()).join(&name);
            if from != to {
                fs::copy(&from, &to).map_err(|error| {
                    Error::new(Code::Write, to.display().to_string(), error.to_string())
                })?;
            }
        }
    }
    Ok(())
}
