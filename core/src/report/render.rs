//! A report as text and as JSON.

use super::{Report, Verdict};
use serde_json::{Value, json};
use std::fmt::Write;

pub(super) fn text(report: &Report) -> String {
    let mut out = String::new();
    write_report(&mut out, report, 0);
    out
}

fn write_report(out: &mut String, report: &Report, depth: usize) {
    let indent = "  ".repeat(depth);
    let verdict = match report.verdict() {
        Verdict::NotDetermined => "Not determined",
        other => other.name(),
    };
    let _ = writeln!(out, "{indent}{verdict}: {}", printable(&report.subject));
    for check in &report.checks {
        let optional = if check.required { "" } else { " (not required)" };
        let _ = write!(out, "{indent}  {:<14} {}", check.outcome.name(), check.code.name());
        for part in [&check.subject, &check.detail] {
            if !part.is_empty() {
                let _ = write!(out, "  {}", printable(part));
            }
        }
        let _ = writeln!(out, "{optional}");
    }
    for code in report.missing() {
        let _ = writeln!(out, "{indent}  {:<14} {}  not made", "Missing", code.name());
    }
    for note in &report.notes {
        let _ = writeln!(
            out,
            "{indent}  {:<14} {}  {}",
            "Note",
            note.code.name(),
            printable(&note.detail)
        );
    }
    for inner in &report.reports {
        write_report(out, inner, depth + 1);
    }
}

/// Text of foreign documents, safe for a terminal: control characters and those that turn the
/// direction of writing are shown by their number.
fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let turns = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        if c.is_control() || turns {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

pub(super) fn json(report: &Report) -> Value {
    let mut value = json!({ "schema": 1 });
    if let (Some(fields), Value::Object(parts)) = (value.as_object_mut(), part(report)) {
        fields.extend(parts);
    }
    value
}

fn part(report: &Report) -> Value {
    let checks: Vec<Value> = report
        .checks
        .iter()
        .map(|check| {
            json!({
                "code": check.code.name(),
                "outcome": check.outcome.name(),
                "required": check.required,
                "subject": check.subject,
                "detail": check.detail,
            })
        })
        .collect();
    let notes: Vec<Value> = report
        .notes
        .iter()
        .map(|note| json!({ "code": note.code.name(), "detail": note.detail }))
        .collect();
    let reports: Vec<Value> = report.reports.iter().map(part).collect();
    json!({
        "verdict": report.verdict().name(),
        "subject": report.subject,
        "checks": checks,
        "notes": notes,
        "reports": reports,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{CheckCode, NoteCode, Report};

    #[test]
    fn both_forms_name_every_finding() {
        let mut report = Report::new("voucher \u{202e}1", &[CheckCode::SealSignature]);
        report.inform(CheckCode::DocumentDigest, false, "a", "b");
        report.note(NoteCode::ExpiredSince, "2022");
        let text = report.to_text();
        assert!(text.contains("Not determined: voucher \\u{202e}1"));
        assert!(text.contains("document.digest  a  b (not required)"));
        assert!(text.contains("seal.signature  not made"));
        let json: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
        assert_eq!(json["schema"], 1);
        assert_eq!(json["verdict"], "NotDetermined");
        assert_eq!(json["checks"][0]["required"], false);
        assert_eq!(json["notes"][0]["code"], "since.expired");
    }
}
