//! What a command prints when it has done its work.

use std::io::{ErrorKind, Write};
use std::process::ExitCode;
use yinxin::Report;
use yinxin::report::Verdict;

/// Prints a report, as text or as one JSON object, and gives its exit code: 0 Valid, 1 Invalid,
/// 3 not determined.
pub fn report(report: &Report, json: bool) -> ExitCode {
    let text = if json { report.to_json() + "\n" } else { report.to_text() };
    print(&text, exit_of(report))
}

/// Prints a report and one more value: as one JSON object, the value under `name` in it, or as text,
/// the value after it. The exit code is that of the report.
pub fn report_with(report: &Report, name: &str, value: serde_json::Value, json: bool) -> ExitCode {
    let mut text = String::new();
    if json {
        let mut whole: serde_json::Value =
            serde_json::from_str(&report.to_json()).unwrap_or_default();
        whole[name] = value;
        text = format!("{whole}\n");
    } else {
        text += &report.to_text();
        lines(&mut text, &value, 0);
    }
    print(&text, exit_of(report))
}

fn exit_of(report: &Report) -> u8 {
    match report.verdict() {
        Verdict::Valid => 0,
        Verdict::Invalid => 1,
        Verdict::NotDetermined => 3,
    }
}

/// Prints a JSON value as one object, or the same as indented lines for people.
pub fn value(value: &serde_json::Value, json: bool) -> ExitCode {
    let mut text = String::new();
    match json {
        true => text = format!("{value}\n"),
        false => lines(&mut text, value, 0),
    }
    print(&text, 0)
}

/// Prints lines for people.
pub fn text(text: &str) -> ExitCode {
    print(text, 0)
}

/// Prints, and gives the exit code: this one, or 7 if what was found cannot be told. A reader that
/// has seen enough (`| head`) is no fault.
fn print(text: &str, exit: u8) -> ExitCode {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            eprintln!("yinxin: standard output: {error}");
            ExitCode::from(7)
        }
        _ => ExitCode::from(exit),
    }
}

fn lines(out: &mut String, value: &serde_json::Value, depth: usize) {
    use serde_json::Value;
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::Object(inner) if !inner.is_empty() => {
                        *out += &format!("{indent}{name}:\n");
                        lines(out, field, depth + 1);
                    }
                    Value::Array(items) if !items.is_empty() => {
                        *out += &format!("{indent}{name}:\n");
                        for item in items {
                            list_item(out, item, depth + 1);
                        }
                    }
                    Value::Object(_) | Value::Array(_) | Value::Null => {
                        *out += &format!("{indent}{name}: -\n");
                    }
                    _ => *out += &format!("{indent}{name}: {}\n", scalar(field)),
                }
            }
        }
        other => *out += &format!("{indent}{}\n", scalar(other)),
    }
}

fn list_item(out: &mut String, item: &serde_json::Value, depth: usize) {
    let indent = "  ".repeat(depth);
    if item.is_object() {
        *out += &format!("{indent}-\n");
        lines(out, item, depth + 1);
    } else {
        *out += &format!("{indent}- {}\n", scalar(item));
    }
}

fn scalar(value: &serde_json::Value) -> String {
    match value {
        // Quoted only where a terminal could be misled.
        serde_json::Value::String(text) if text.chars().all(|c| !c.is_control()) => text.clone(),
        other => other.to_string(),
    }
}
