//! Balances as kept against balances as they follow from the vouchers.

use super::QuotaBook;
use crate::report::{CheckCode, Report};
use std::collections::BTreeSet;

/// Compares the balances that a store keeps with those that its vouchers give; a difference is named
/// by its key, with both balances in fen.
pub fn compare_balances(kept: &QuotaBook, replayed: &QuotaBook) -> Report {
    let codes = [CheckCode::QuotaReplay, CheckCode::QuotaNonnegative];
    let mut report = Report::new("quota", &codes);
    let negative: Vec<_> = kept.balances().filter(|(_, fen)| *fen < 0).collect();
    for (key, fen) in &negative {
        report.check(codes[1], false, key.to_string(), format!("{fen} fen"));
    }
    if negative.is_empty() {
        report.check(codes[1], true, "", "");
    }
    let keys: BTreeSet<_> =
        kept.balances().chain(replayed.balances()).map(|(key, _)| key).collect();
    let mut same = true;
    for key in keys {
        let (ours, theirs) = (kept.balance(key), replayed.balance(key));
        if ours != theirs {
            same = false;
            let words =
                |fen: Option<i64>| fen.map_or("no record".to_owned(), |fen| format!("{fen} fen"));
            let detail = format!("kept {}, from the vouchers {}", words(ours), words(theirs));
            report.check(codes[0], false, key.to_string(), detail);
        }
    }
    if same {
        report.check(codes[0], true, "", "");
    }
    report
}
