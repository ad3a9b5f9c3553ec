//! The four processes: started, watched and ended together. If one of them fails, all end.

use super::child::Part;
use super::who::Who;
use crate::failure::Failure;
use indicatif::ProgressBar;
use std::collections::BTreeMap;
use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;
use yinxin::Time;
use yinxin::error::{Code, Error};

/// How often it is looked whether all are still there.
const LOOK: Duration = Duration::from_millis(50);

/// The processes of the four parties.
pub struct Processes {
    children: Vec<(Who, Child)>,
    ears: Vec<ChildStdin>,
    said: Receiver<(Who, String)>,
}

impl Processes {
    /// Starts them all, each this program itself.
    pub fn start(day: &Path, size: u32, begun: Time, part: Part) -> Result<Processes, Failure> {
        let program = env::current_exe().map_err(|error| failed("this program", &error))?;
        let word = match part {
            Part::Keys => "keys",
            Part::Work => "work",
        };
        let (say, said) = mpsc::channel();
        let mut processes = Processes { children: Vec::new(), ears: Vec::new(), said };
        for who in Who::ALL {
            let mut command = Command::new(&program);
            command.arg("demo-party").arg("--day").arg(day).args(["--party", who.name()]);
            command.args(["--size", &size.to_string(), "--begun", &begun.to_string()]);
            command.args(["--part", word]);
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
            let mut child = command.spawn().map_err(|error| failed(who.name(), &error))?;
            processes.ears.extend(child.stdin.take());
            if let Some(out) = child.stdout.take() {
                let say = say.clone();
                thread::spawn(move || {
                    for line in BufReader::new(out).lines().map_while(Result::ok) {
                        if say.send((who, line)).is_err() {
                            return;
                        }
                    }
                });
            }
            processes.children.push((who, child));
        }
        Ok(processes)
    }

    /// Waits until every party has said that it is done, and gives the checkpoint that each left
    /// outside.
    pub fn all_done(&mut self, bar: &ProgressBar) -> Result<BTreeMap<Who, String>, Failure> {
        let mut done = BTreeMap::new();
        while done.len() < Who::ALL.len() {
            match self.said.recv_timeout(LOOK) {
                Ok((who, line)) => match line.split_once(' ') {
                    Some(("done", anchor)) => {
                        done.insert(who, anchor.to_owned());
                    }
                    Some(("answered", count)) if who == Who::Bank => {
                        bar.set_position(count.parse().unwrap_or_default());
                    }
                    _ => {}
                },
                Err(RecvTimeoutError::Timeout) => {}
                // Nobody speaks any more: the loop below says who ended.
                Err(RecvTimeoutError::Disconnected) => thread::sleep(LOOK),
            }
            for (who, child) in &mut self.children {
                if let Some(status) =
                    child.try_wait().map_err(|error| failed(who.name(), &error))?
                {
                    let message =
                        format!("{} ended in the middle of the day: {status}", who.name());
                    return Err(Error::new(Code::StoreFault, "demo", message).into());
                }
            }
        }
        Ok(done)
    }

    /// Says that the day is over.
    pub fn close(&mut self) -> Result<(), Failure> {
        for (ear, who) in self.ears.iter_mut().zip(Who::ALL) {
            ear.write_all(b"close\n").map_err(|error| failed(who.name(), &error))?;
        }
        Ok(())
    }

    /// Waits until all have ended, and well.
    pub fn wait(mut self) -> Result<(), Failure> {
        for (who, child) in &mut self.children {
            let status = child.wait().map_err(|error| failed(who.name(), &error))?;
            if !status.success() {
                let message = format!("{} ended with {status}", who.name());
                return Err(Error::new(Code::StoreFault, "demo", message).into());
            }
        }
        Ok(())
    }
}

impl Drop for Processes {
    /// Nobody stays behind.
    fn drop(&mut self) {
        for (_, child) in &mut self.children {
            if let Ok(None) = child.try_wait() {
                let _ = child.kill();
                let _ = child.wait();
            }
        }
    }
}

fn failed(what: &str, error: &io::Error) -> Failure {
    Error::new(Code::StoreFault, what.to_owned(), error.to_string()).into()
}
