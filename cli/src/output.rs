//! What a command prints when it has done its work.

use std::process::ExitCode;
use yinxin::Report;
use yinxin::report::Verdict;

/// Prints a report, as text or as one JSON object, and gives its exit code: 0 Valid, 1 Invalid,
/// 3 not determined.
pub fn report(report: &Report, json: bool) -> ExitCode {
    if json {
        println!("{}", report.to_json());
    } else {
        print!("{}", report.to_text());
    }
    ExitCode::from(match report.verdict() {
        Verdict::Valid => 0,
        Verdict::Invalid => 1,
        Verdict::NotDetermined => 3,
    })
}

/// Prints a JSON value as one object, or the same as indented lines for people.
pub fn value(value: &serde_json::Value, json: bool) -> ExitCode {
    if json {
        println!("{value}");
    } else {
        lines(value, 0);
    }
    ExitCode::SUCCESS
}

fn lines(value: &serde_json::Value, depth: usize) {
    use serde_json::Value;
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::Object(inner) if !inner.is_empty() => {
                        println!("{indent}{name}:");
                        lines(field, depth + 1);
                    }
                    Value::Array(items) if !items.is_empty() => {
                        println!("{indent}{name}:");
                        for item in items {
                            list_item(item, depth + 1);
                        }
                    }
                    Value::Object(_) | Value::Array(_) | Value::Null => {
                        println!("{indent}{name}: -");
                    }
                    _ => println!("{indent}{name}: {}", scalar(field)),
                }
            }
        }
        other => println!("{indent}{}", scalar(other)),
    }
}

fn list_item(item: &serde_json::Value, depth: usize) {
    let indent = "  ".repeat(depth);
    if item.is_object() {
        println!("{indent}-");
        lines(item, depth + 1);
    } else {
        println!("{indent}- {}", scalar(item));
    }
}

fn scalar(value: &serde_json::Value) -> String {
    match value {
        // Quoted only where a terminal could be misled.
        serde_json::Value::String(text) if text.chars().all(|c| !c.is_control()) => text.clone(),
        other => other.to_string(),
    }
}
