//! `docs/error-codes.md` and `docs/report-codes.md`, held against the enums.
//!
//! `UPDATE=1 cargo test -p yinxin --test docs_codes` writes them.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use yinxin::error::{Code, Family};
use yinxin::report::{CheckCode, NoteCode};

#[test]
fn error_codes_page_is_current() {
    let mut page = String::from(
        "# Error codes\n\n\
         An error says that an operation could not be carried out. Its number is the same in \
         Rust, C, Python and JSON and is never given to another meaning; the hundreds are the \
         family. What a verification *found* is no error: see \
         [report-codes.md](report-codes.md).\n\n\
         Made from the `Code` enum by `core/tests/docs_codes.rs`.\n",
    );
    for family in Family::ALL {
        let codes: Vec<_> = Code::ALL.iter().filter(|code| code.family() == family).collect();
        let hundreds = codes.first().map_or(0, |code| code.number() / 100);
        let _ = write!(page, "\n## {hundreds}xx {}\n\n", family.name());
        page.push_str("| number | name | meaning |\n|---|---|---|\n");
        for code in codes {
            let _ = writeln!(page, "| {} | {} | {} |", code.number(), code.name(), code.meaning());
        }
    }
    compare("error-codes.md", &page);
}

#[test]
fn report_codes_page_is_current() {
    let mut page = String::from(
        "# Report codes\n\n\
         A report says what a verification found. Each check has a code, an outcome (Passed, \
         Failed or NotDetermined) and whether it counts toward the verdict; a note never does. \
         Codes are the same in Rust, C, Python and JSON and keep their meaning.\n\n\
         Made from the `CheckCode` and `NoteCode` enums by `core/tests/docs_codes.rs`.\n\n\
         ## Checks\n\n| code | what holds when it passed |\n|---|---|\n",
    );
    for code in CheckCode::ALL {
        let _ = writeln!(page, "| `{}` | {} |", code.name(), code.meaning());
    }
    page.push_str("\n## Notes\n\n| code | what it says |\n|---|---|\n");
    for code in NoteCode::ALL {
        let _ = writeln!(page, "| `{}` | {} |", code.name(), code.meaning());
    }
    compare("report-codes.md", &page);
}

fn compare(name: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, expected).expect("the page can be written");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    let same = found.replace("\r\n", "\n") == expected;
    assert!(same, "docs/{name} is not current: UPDATE=1 cargo test -p yinxin --test docs_codes");
}
