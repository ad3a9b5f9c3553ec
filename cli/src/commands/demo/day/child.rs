//! One party's process: it works until all four have done their part, and leaves what an auditor needs.
//!
//! With the process that started it it speaks only about how far it is and when to end: a line
//! `answered` goes out with how many receipts it has sent, a line `done` when it has nothing left to do, with
//! a checkpoint of its log for the auditor to keep; a line `close` comes in when nobody has.

use super::audit;
use super::bank::{self, Bank};
use super::exchange::{exchange, is_quiet};
use super::finance::{self, Finance};
use super::keys;
use super::mail;
use super::party::Party;
use super::pbc::CentralBank;
use super::plan::Plan;
use super::positions;
use super::script::Script;
use super::unit::Unit;
use super::who::Who;
use crate::failure::Failure;
use crate::files::{self, Secrecy};
use clap::{Args, ValueEnum};
use serde_json::json;
use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::thread;
use std::time::{Duration, Instant};
use yinxin::Time;

/// How long a party rests when there was nothing to do.
const REST: Duration = Duration::from_millis(2);
/// So many rests, one after the other, are the end: somebody whom it waits for is not there.
const MOST_RESTS: u32 = 30_000;

/// A party of the treasury day; the demonstration starts one for each.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The folder of the day
    #[arg(long)]
    day: PathBuf,
    /// Which party
    #[arg(long)]
    party: String,
    /// Direct payments of the day
    #[arg(long)]
    size: u32,
    /// When the day began, in RFC 3339: whoever starts late writes the same date
    #[arg(long)]
    begun: String,
    /// What to do
    #[arg(long, value_enum)]
    part: Part,
}

/// What a process is started for.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Make the keys and the card.
    Keys,
    /// Work through the day.
    Work,
}

/// The name of what a party leaves about its day.
pub const RESULT: &str = "result.json";

/// Runs a party.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let none = || Failure::usage(format!("{} is no party", arguments.party));
    let who = Who::from_name(&arguments.party).ok_or_else(none)?;
    let begun = crate::trust::parse_time(&arguments.begun, "--begun")?;
    let folder = arguments.day.join(who.name());
    match arguments.part {
        Part::Keys => {
            mail::prepare(&folder)?;
            keys::make(who, &folder, &positions::templates()?, begun)?;
        }
        Part::Work => work(who, arguments, begun)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn work(who: Who, arguments: &Arguments, begun: Time) -> Result<(), Failure> {
    let plan = Plan::of(arguments.size);
    let mut party = Party::open(who, &arguments.day, begun)?;
    let close = ear();
    let mut moved = 0;
    let mut agreed = 0;
    let busy = match who {
        Who::Finance => {
            let mut script = Finance::new(&plan, &party)?;
            let busy = through(&mut party, &mut script, &close)?;
            agreed = finance::reconcile(&mut party)?;
            busy
        }
        Who::CentralBank => through(&mut party, &mut CentralBank, &close)?,
        Who::Bank => {
            let mut script = Bank::new(&plan);
            let busy = through(&mut party, &mut script, &close)?;
            bank::books_agree(&mut party, script.moved())?;
            moved = script.moved();
            busy
        }
        Who::Unit => {
            let mut script = Unit::new(&plan, &party)?;
            through(&mut party, &mut script, &close)?
        }
    };
    party.file_away()?;
    let exported = audit::leave(&mut party)?;
    let (sent, received) = party.mail.counts();
    let mut states = std::collections::BTreeMap::new();
    for (key, life) in party.lives(None)? {
        *states.entry(format!("{} {}", key.id.vt_code, life.state.name())).or_insert(0) += 1;
    }
    let result = json!({
        "party": who.name(),
        "busySeconds": busy.as_secs_f64(),
        "sent": sent,
        "received": received,
        "vouchers": states,
        "entries": exported,
        "agreed": agreed,
        "moved": moved,
        "attempts": party.tally.as_json(),
    });
    let text = result.to_string();
    files::write(&party.folder.join(RESULT), text.as_bytes(), Secrecy::Public, false)
}

/// Works until all parties have done their part; how long there was something to do.
fn through(
    party: &mut Party,
    script: &mut dyn Script,
    close: &Receiver<()>,
) -> Result<Duration, Failure> {
    let (mut busy, mut rests, mut is_done, mut fresh) = (Duration::ZERO, 0, false, true);
    loop {
        let start = Instant::now();
        let mut moved = exchange(party)?;
        moved |= script.turn(party)?;
        // Nothing changes without mail, so what looks at everything looks once after each.
        moved |= !moved && fresh && script.go_on(party)?;
        if moved {
            busy += start.elapsed();
            (rests, fresh) = (0, true);
            say(&format!("answered {}", party.answered))?;
            continue;
        }
        // Everything that was due to be done was done, and everything that was sent was answered.
        if fresh && !is_done && is_quiet(party)? && script.is_done(party)? {
            say(&format!("done {}", audit::anchor(party)?))?;
            is_done = true;
        }
        fresh = false;
        match close.try_recv() {
            Ok(()) if is_done => return Ok(busy),
            Ok(()) => return Err(Failure::usage("the day was closed too early")),
            Err(TryRecvError::Disconnected) => {
                return Err(Failure::usage(GONE));
            }
            Err(TryRecvError::Empty) => {}
        }
        rests += 1;
        if rests > MOST_RESTS {
            return Err(Failure::usage(stuck(party)?));
        }
        thread::sleep(REST);
    }
}

/// Says something to the process that began the day.
fn say(line: &str) -> Result<(), Failure> {
    writeln!(io::stdout(), "{line}").map_err(|_| Failure::usage(GONE))
}

/// Nobody is there any more who could end the day.
const GONE: &str = "the process that began the day is gone";

/// What a party that waits in vain is waiting for.
fn stuck(party: &mut Party) -> Result<String, Failure> {
    let mut open = Vec::new();
    for (key, life) in party.lives(None)? {
        if !super::party::is_settled(&life) && open.len() < 5 {
            open.push(format!("{key} {}", life.state.name()));
        }
    }
    Ok(format!("nothing came for too long; open are: {}", open.join(", ")))
}

/// Listens for the word to close.
fn ear() -> Receiver<()> {
    let (say, hear) = mpsc::channel();
    thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            match line {
                Ok(line) if line == "close" && say.send(()).is_ok() => {}
                _ => return,
            }
        }
    });
    hear
}
