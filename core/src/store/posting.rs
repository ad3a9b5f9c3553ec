//! What a move does to the quota, found out in the transaction that makes it.

use super::life::{CoreResult, Life};
use super::life_cycle::{Effect, Move, QuotaFacts, Table};
use super::quota::{QuotaFields, QuotaKey, QuotaKind, QuotaStep, lines, post};
use super::storage::VoucherKey;
use super::work::Work;
use crate::crypto::sm3;
use crate::error::{Error, Result};
use crate::voucher::{Layer, Voucher};

/// What the quota says to a move, and the balances after it.
#[derive(Default)]
pub(super) struct Posting {
    pub(super) facts: QuotaFacts,
    pub(super) step: Option<QuotaStep>,
    pub(super) after: Vec<(QuotaKey, i64)>,
}

impl Posting {
    fn untouched() -> Posting {
        Posting { facts: QuotaFacts::Untouched, ..Posting::default() }
    }

    /// What is refused is for the life cycle to say: it may refuse the move for another reason before.
    fn refused(error: &Error) -> Posting {
        let facts = QuotaFacts::Refused(error.code(), error.message().to_owned());
        Posting { facts, ..Posting::default() }
    }
}

/// The name of a step in the log.
pub(super) fn step_name(step: QuotaStep) -> &'static str {
    match step {
        QuotaStep::Post => "post",
        QuotaStep::Undo => "undo",
    }
}

/// The digest of the balances after a step, for the log: SM3 over the domain and each key with its
/// length before and its fen behind it.
pub(super) fn digest(after: &[(QuotaKey, i64)]) -> [u8; 32] {
    let mut bytes = b"yinxin:store:quota\x01".to_vec();
    for (key, fen) in after {
        let key = key.to_string();
        bytes.extend((key.len() as u64).to_be_bytes());
        bytes.extend(key.as_bytes());
        bytes.extend(fen.to_be_bytes());
    }
    sm3::digest(&bytes)
}

impl Work<'_> {
    /// What the move would do to the quota. Nothing is changed yet.
    pub(super) fn posting(
        &self,
        key: &VoucherKey,
        name: Move,
        before: &Life,
        fields: &QuotaFields,
    ) -> Result<Posting> {
        let rule = Table::standard().rule(name, before.view);
        let does = |effect| rule.is_some_and(|rule| rule.effects.contains(&effect));
        let step = match (does(Effect::PostQuota), does(Effect::UndoQuota)) {
            (true, _) => QuotaStep::Post,
            (_, true) => QuotaStep::Undo,
            _ => return Ok(Posting::default()),
        };
        let executed = matches!(before.result, Some(CoreResult::Executed(_)));
        let undone = step == QuotaStep::Undo && (!before.in_quota || executed);
        if undone || QuotaKind::of(&key.id.vt_code).is_none() {
            return Ok(Posting::untouched());
        }
        let Some(content) = self.document(key, Layer::Issuer)? else {
            return Ok(Posting::default());
        };
        self.post_lines(content.to_body()?.voucher(), step, fields)
    }

    fn post_lines(
        &self,
        voucher: &Voucher,
        step: QuotaStep,
        fields: &QuotaFields,
    ) -> Result<Posting> {
        let lines = match lines(voucher, fields) {
            Ok(Some(lines)) => lines,
            Ok(None) => return Ok(Posting::untouched()),
            Err(error) => return Ok(Posting::refused(&error)),
        };
        let mut failed = None;
        let after = post(&lines, step, |key| {
            self.balance(&key.to_string()).unwrap_or_else(|error| {
                failed = Some(error);
                None
            })
        });
        if let Some(error) = failed {
            return Err(error);
        }
        Ok(match after {
            Ok(after) => Posting { facts: QuotaFacts::Posted, step: Some(step), after },
            Err(error) => Posting::refused(&error),
        })
    }
}
