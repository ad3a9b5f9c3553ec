//! What a checkpoint has to agree with: the entries before it, the checkpoint before it, the keys.

use super::super::countersignature::Countersignature;
use super::super::head::LogHead;
use super::super::key::LogKey;
use super::super::signed::SignedCheckpoint;
use super::checker::{Checker, Fault};
use super::findings::first;
use super::{Anchor, Difference};
use crate::error::Result;
use std::collections::BTreeMap;

impl Checker<'_> {
    pub(super) fn checkpoint(&mut self, next: SignedCheckpoint) -> std::result::Result<(), Fault> {
        self.hash_waiting()?;
        self.check_statement(&next);
        self.check_chain(&next);
        let checkpoint = next.checkpoint();
        let counter = checkpoint.counter;
        self.found.saw_time(checkpoint.time, || format!("checkpoint {counter}"));
        let earlier = self.grown_heads()?;
        if self.computed.root() != checkpoint.heads {
            if self.found.difference.is_none() {
                let difference = self.locate(&next, &earlier);
                self.found.differ(self.found.entries, difference);
            }
        } else if (self.computed.len() as u64, self.computed.entries())
            != (checkpoint.logs, u128::from(checkpoint.entries))
        {
            first(&mut self.found.chain, || format!("checkpoint {counter} miscounts its logs"));
        }
        self.found.checkpoints += 1;
        self.found.uncovered = 0;
        self.countersigned.clear();
        self.last = Some(next);
        Ok(())
    }

    /// What a checkpoint says of itself: its store, its signature, and whether it is one that was held
    /// outside.
    pub(super) fn check_statement(&mut self, signed: &SignedCheckpoint) {
        let checkpoint = signed.checkpoint();
        let counter = checkpoint.counter;
        if checkpoint.origin != self.origin {
            first(&mut self.found.origin, || {
                format!("checkpoint {counter} is of {}, not of {}", checkpoint.origin, self.origin)
            });
        }
        if !self.audit.keys.is_empty() && signed.verify(&self.audit.keys).is_err() {
            first(&mut self.found.signature, || {
                format!("none of the keys given signed checkpoint {counter}")
            });
        }
        let own = Anchor::of(signed);
        for anchor in self.audit.anchors.iter().filter(|anchor| anchor.counter == counter) {
            if *anchor == own {
                // Once: an export may repeat a checkpoint as often as it likes.
                if !self.found.anchors_met.contains(&own) {
                    self.found.anchors_met.push(own);
                }
            } else {
                first(&mut self.found.anchor, || {
                    format!("checkpoint {counter} is another than the one held outside")
                });
            }
        }
        self.found.last = Some(counter);
    }

    pub(super) fn countersignature(&mut self, countersignature: &Countersignature) {
        let Some(last) = &self.last else { return };
        let id = countersignature.key_id();
        if !self.audit.witnesses.iter().any(|key| key.id() == id) {
            return;
        }
        let counter = last.checkpoint().counter;
        if countersignature.verify(last, &self.audit.witnesses).is_err() {
            first(&mut self.found.bad_witness, || {
                format!("a countersignature of checkpoint {counter} is bad")
            });
            return;
        }
        self.countersigned.insert(id);
        if self.countersigned.len() >= self.audit.witnesses_needed {
            self.found.witnessed = Some(counter);
        }
    }

    /// Takes over the frontiers of the logs that grew, and gives what was known of them before.
    pub(super) fn grown_heads(&mut self) -> Result<BTreeMap<LogKey, u64>> {
        let mut earlier = BTreeMap::new();
        for (key, log) in self.logs.iter_mut().filter(|(_, log)| log.grew) {
            log.grew = false;
            let before = self.computed.get(key).map_or(0, |head| head.size);
            earlier.insert(key.clone(), before);
            let (size, root) = (log.frontier.size(), log.frontier.root());
            self.computed.set(LogHead { log: key.clone(), size, root })?;
        }
        Ok(earlier)
    }

    fn check_chain(&mut self, next: &SignedCheckpoint) {
        let checkpoint = next.checkpoint();
        let due = self.last.as_ref().map_or(1, |last| last.checkpoint().counter.saturating_add(1));
        let follows = checkpoint.previous == self.last.as_ref().map(SignedCheckpoint::digest);
        let counter = checkpoint.counter;
        if counter != due {
            let what = || format!("checkpoint {counter} stands where checkpoint {due} should");
            first(&mut self.found.chain, what);
        } else if !follows {
            let what = || format!("checkpoint {counter} was made after another one than the last");
            first(&mut self.found.chain, what);
        }
    }

    /// Where the entries differ from those that the checkpoint covers: in the first log whose head is
    /// not the one that the export states, if what it states is what was signed.
    fn locate(&self, next: &SignedCheckpoint, earlier: &BTreeMap<LogKey, u64>) -> Difference {
        let checkpoint = next.checkpoint();
        let counter = checkpoint.counter;
        let differing = || {
            let claims = self
                .claimed
                .iter()
                .filter(|claim| self.computed.get(&claim.log).as_ref() != Some(claim));
            let unclaimed =
                self.computed.iter().filter(|head| self.claimed.get(&head.log).is_none());
            claims.chain(unclaimed).map(|head| head.log).min()
        };
        let stated = self.claimed.root() == checkpoint.heads;
        let Some(log) = stated.then(differing).flatten() else {
            let before = self.found.entries;
            let first = before.saturating_sub(self.found.uncovered);
            let what = format!(
                "entries {first} to {before} of the export are not those that checkpoint {counter} covers"
            );
            return Difference { log: None, first, before, what };
        };
        let size = |heads: &super::super::head::Heads| heads.get(&log).map_or(0, |head| head.size);
        let (signed, found) = (size(&self.claimed), size(&self.computed));
        let first = earlier.get(&log).copied().unwrap_or(found).min(signed);
        let before = signed.max(found);
        let what = if signed == found {
            format!(
                "log {log}: of the entries {first} to {before} at least one is not the one that checkpoint {counter} covers"
            )
        } else {
            format!("log {log}: {found} entries, where checkpoint {counter} covers {signed}")
        };
        Difference { log: Some(log), first, before, what }
    }
}
